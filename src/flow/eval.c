// SPDX-License-Identifier: GPL-2.0-only
/* eval.c - what an expression holds, and where an assignment puts it */
#include <string.h>
#include "flow/trace.h"

static bool is_page_record(const char *s, size_t len)
{
	return (len == 11 && !strncmp(s, "struct page", 11)) ||
	       (len == 12 && !strncmp(s, "struct folio", 12));
}

/* Pointer levels of a type and the length of what they point to. */
static unsigned int type_levels(const char *type, size_t *base)
{
	size_t len = strlen(type);
	unsigned int levels = 0;

	for (;;) {
		if (len && type[len - 1] == ']') {
			while (len && type[len - 1] != '[')
				len--;
			len = len ? len - 1 : 0;
			levels++;
		} else if (len && type[len - 1] == '*') {
			len--;
			levels++;
		} else if (len && type[len - 1] == ' ') {
			len--;
		} else {
			break;
		}
	}
	*base = len;
	return levels;
}

/* Not a pointer: an address in an integer (unsigned long and the 64-bit types),
 * or a record, also one that only has a typedef's name.
 */
static unsigned int plain_shapes(const char *type)
{
	static const char *const small[] = { "char",  "short",	"int",
					     "_Bool", "signed", "float",
					     "double" };

	if (strstr(type, "long") || strstr(type, "__int128"))
		return S_ANY(0xff & ~S_CONTAINER);
	if (!strcmp(type, "unsigned int"))
		return S_ANY(S_PFN | S_DMA);
	if (!strncmp(type, "unsigned ", 9) || !strncmp(type, "enum ", 5))
		return 0;
	for (unsigned int i = 0; i < G_N_ELEMENTS(small); i++)
		if (!strncmp(type, small[i], strlen(small[i])))
			return 0;
	return S_ANY(0xff & ~(S_PAGE | S_MAP));
}

unsigned int flow_type_shapes(const char *type)
{
	unsigned int levels;
	size_t base;

	if (!type)
		return S_ANY(0xff);
	levels = type_levels(type, &base);
	if (is_page_record(type, base))
		return S_ANY(levels >= 2 ? S_ARRAY | S_CONTAINER : S_PAGE);
	if (base == 4 && !strncmp(type, "void", 4))
		return S_ANY(0xff);
	if (!levels)
		return plain_shapes(type);
	if (!strncmp(type, "struct ", 7) || !strncmp(type, "union ", 6))
		return S_ANY(S_CONTAINER | S_MAP | S_ARRAY | S_PFN | S_DMA);
	return S_ANY(0xff & ~S_PAGE);
}

bool flow_is_page_array(const char *type)
{
	size_t base;

	return type && type_levels(type, &base) >= 2 &&
	       is_page_record(type, base);
}

bool flow_is_page_pointer(const char *type)
{
	size_t base;

	return type && type_levels(type, &base) == 1 &&
	       is_page_record(type, base);
}

/* What is behind a pointer that holds @mask: *p, p[i]. */
static unsigned int element_of(unsigned int mask, const char *type)
{
	unsigned int m = 0;
	unsigned int heap;

	for (heap = 0; heap <= FLOW_HEAP; heap += FLOW_HEAP) {
		unsigned int s = (mask >> heap) & 0xff;
		unsigned int r = s & (S_PFN | S_DMA | S_CONTAINER);

		if (s & S_ARRAY)
			r |= S_PAGE | S_ARRAY;
		if (s & S_PAGE)
			r |= S_PAGE;
		m |= r << heap;
	}
	m &= flow_type_shapes(type);
	/* An element of a page array is a page, not the array. */
	if (type && (m & S_ANY(S_PAGE)))
		m &= ~S_ANY(S_ARRAY);
	return m;
}

unsigned int flow_address_of(unsigned int mask, const char *type)
{
	unsigned int m = mask & ~S_ANY(S_PAGE | S_MAP);
	unsigned int pages = mask & S_ANY(S_PAGE);

	/* &pages->field and &folio->page stay pages */
	if (type && (flow_type_shapes(type) & S_PAGE) &&
	    !(flow_type_shapes(type) & S_ARRAY))
		return m | pages;
	if (pages)
		m |= ((pages & S_PAGE) ? S_ARRAY : 0) |
		     ((pages & (S_PAGE << FLOW_HEAP)) ? S_ARRAY << FLOW_HEAP :
							0);
	return m;
}

static unsigned int eval_var(struct flow_trace *t, const struct flow_at *at,
			     const struct facts_expr *e)
{
	GArray *defs = t->priv->scratch;
	unsigned int first = defs->len, mask = 0;

	if (!flow_held_var(t->priv->held, at->func, e->var))
		return 0;
	flow_defs_reaching(at->func, at->block, at->index, e->var, defs);
	for (unsigned int i = first; i < defs->len; i++) {
		struct flow_place key = { .kind = PLACE_DEF,
					  .func = at->func,
					  .ctx = at->ctx,
					  .def = g_array_index(defs, guint,
							       i) };

		mask |= flow_mask_of(t, &key, at);
	}
	g_array_set_size(defs, first);
	return mask;
}

static bool is_integer(const char *type)
{
	return type && !strchr(type, '*') && plain_shapes(type) &&
	       !(plain_shapes(type) & S_CONTAINER);
}

static unsigned int eval_field(struct flow_trace *t, const struct flow_at *at,
			       const struct facts_expr *e)
{
	unsigned int base = flow_eval(t, at, e->kids[0]);
	unsigned int mask = 0;

	if (!base && !flow_held_field(t->priv->held, e->name))
		return 0;
	/* struct page itself: page->flags and the like are not the data */
	if (base & S_ANY(S_PAGE)) {
		size_t len;

		if (e->type && !type_levels(e->type, &len) &&
		    is_page_record(e->type, len))
			mask |= base & S_ANY(S_PAGE);
	}
	/* a length or an offset in a container is no page */
	if (base & S_ANY(S_CONTAINER) && !is_integer(e->type))
		mask |= element_of(base & S_ANY(S_CONTAINER), e->type) |
			((base & S_CONTAINER) ?
				 flow_type_shapes(e->type) &
					 (S_PAGE | S_ARRAY | S_CONTAINER) :
				 0) |
			((base & (S_CONTAINER << FLOW_HEAP)) ?
				 flow_type_shapes(e->type) &
					 ((S_PAGE | S_ARRAY | S_CONTAINER)
					  << FLOW_HEAP) :
				 0);
	if (api_container(t->prog->api, e->record)) {
		if (!is_integer(e->type))
			mask |= base & S_ANY(S_PFN | S_DMA);
	} else {
		mask |= flow_field_mask(t, at, e);
	}
	/* A container's pointer to something unrelated is not the container. */
	return mask & flow_type_shapes(e->type);
}

/* A pointer to struct page made a number. */
static unsigned int as_pfn(unsigned int mask)
{
	unsigned int m = mask & ~S_ANY(S_PAGE);

	if (mask & S_PAGE)
		m |= S_PFN;
	if (mask & (S_PAGE << FLOW_HEAP))
		m |= S_PFN << FLOW_HEAP;
	return m;
}

/* A kernel address kept as a number is an address, not a way to the data. */
static unsigned int as_address(unsigned int mask, const char *type)
{
	if (!is_integer(type) || !(mask & S_ANY(S_MAP)))
		return mask;
	return (mask & ~S_ANY(S_MAP)) | ((mask & S_MAP) ? S_PFN : 0) |
	       ((mask & (S_MAP << FLOW_HEAP)) ? S_PFN << FLOW_HEAP : 0);
}

/* An address made a pointer is a way to the data again. */
static unsigned int as_pointer(unsigned int mask, const struct facts_expr *cast)
{
	unsigned int m = mask;

	if (!cast->type || !strchr(cast->type, '*') ||
	    !is_integer(cast->kids[0]->type))
		return mask;
	if (mask & (S_PFN | S_DMA))
		m |= S_MAP;
	if (mask & ((S_PFN | S_DMA) << FLOW_HEAP))
		m |= S_MAP << FLOW_HEAP;
	return m;
}

static bool is_array(const char *type)
{
	return type && g_str_has_suffix(type, "]");
}

/* &header->list and header->data of a mapped page: an address in it is as good
 * as its start.
 */
static unsigned int mapped_part(struct flow_trace *t, const struct flow_at *at,
				const struct facts_expr *e)
{
	while ((e->kind == FX_FIELD && !e->arrow) ||
	       (e->kind == FX_INDEX && is_array(e->kids[0]->type)))
		e = e->kids[0];
	return e->kind == FX_INDEX || (e->kind == FX_FIELD && e->arrow) ?
		       flow_eval(t, at, e->kids[0]) & S_ANY(S_MAP) :
		       0;
}

unsigned int flow_eval(struct flow_trace *t, const struct flow_at *at,
		       const struct facts_expr *e)
{
	unsigned int mask = 0;

	if (!e)
		return 0;
	switch (e->kind) {
	case FX_VAR:
		return eval_var(t, at, e);
	case FX_GLOBAL: {
		struct flow_place key = { .kind = PLACE_FIELD,
					  .field = e->name,
					  .home = flow_field_home(at, e) };

		return flow_mask_of(t, &key, at);
	}
	case FX_FIELD:
		return eval_field(t, at, e) |
		       (is_array(e->type) ? mapped_part(t, at, e) : 0);
	case FX_INDEX:
	case FX_DEREF:
		return element_of(flow_eval(t, at, e->kids[0]), e->type);
	case FX_ADDR:
		return flow_address_of(flow_eval(t, at, e->kids[0]), e->type) |
		       mapped_part(t, at, e->kids[0]);
	case FX_CAST:
		mask = as_pointer(flow_eval(t, at, e->kids[0]), e);
		return mask & flow_type_shapes(e->type);
	case FX_COND:
		return flow_eval(t, at, e->kids[1]) |
		       flow_eval(t, at, e->kids[2]);
	case FX_BINARY:
		if (!strcmp(e->name, "==") || !strcmp(e->name, "!=") ||
		    !strcmp(e->name, "<") || !strcmp(e->name, ">") ||
		    !strcmp(e->name, "<=") || !strcmp(e->name, ">=") ||
		    !strcmp(e->name, "&&") || !strcmp(e->name, "||"))
			return 0;
		mask = flow_eval(t, at, e->kids[0]);
		/* the distance of two pages says nothing of either */
		if (!strcmp(e->name, "-") && (flow_eval(t, at, e->kids[1]) &
					      mask & S_ANY(S_PAGE | S_ARRAY)))
			return 0;
		mask |= flow_eval(t, at, e->kids[1]);
		/* (addr & mask) >> PAGE_SHIFT of a kernel address is a pfn */
		if (!strcmp(e->name, ">>"))
			mask = as_address(mask, e->type);
		/* page - vmemmap is a pfn, vmemmap + pfn is a page */
		if (e->type && !strchr(e->type, '*') && e->kids[0]->type &&
		    strchr(e->kids[0]->type, '*'))
			mask = as_pfn(mask);
		if (e->type && (mask & S_ANY(S_PFN)) &&
		    (flow_type_shapes(e->type) & S_PAGE) &&
		    !(flow_type_shapes(e->type) & S_ARRAY))
			mask |= ((mask & S_PFN) ? S_PAGE : 0) |
				((mask >> FLOW_HEAP & S_PFN) ?
					 S_PAGE << FLOW_HEAP :
					 0);
		return mask & flow_type_shapes(e->type);
	case FX_UNARY:
		if (!strcmp(e->name, "!"))
			return 0;
		return flow_eval(t, at, e->kids[0]);
	case FX_OPAQUE:
	case FX_INIT:
	case FX_FIELD_INIT:
		for (unsigned int i = 0; i < e->n_kids; i++)
			mask |= flow_eval(t, at, e->kids[i]);
		return mask & flow_type_shapes(e->type);
	default:
		return 0;
	}
}

unsigned int flow_heap(unsigned int mask)
{
	return (mask & ~0xffu) | ((mask & 0xff) << FLOW_HEAP);
}

/* Storage that holds pages is an array of them, and storage of kernel addresses
 * one of addresses: virt_to_page() makes a page of what is in it.
 */
static unsigned int storage_of(unsigned int mask)
{
	unsigned int m = mask & ~S_ANY(S_PAGE | S_MAP);

	if (mask & S_MAP)
		m |= S_PFN;
	if (mask & (S_MAP << FLOW_HEAP))
		m |= S_PFN << FLOW_HEAP;

	if (mask & S_PAGE)
		m |= S_ARRAY;
	if (mask & (S_PAGE << FLOW_HEAP))
		m |= S_ARRAY << FLOW_HEAP;
	return m;
}

/* What a container becomes that is given @mask: one with nothing but addresses
 * in it (an iovec) cannot let go of a page, and is no more than an address.
 */
static unsigned int as_container(unsigned int mask)
{
	const unsigned int held = S_PAGE | S_ARRAY | S_CONTAINER;
	unsigned int m = 0;

	for (unsigned int heap = 0; heap <= FLOW_HEAP; heap += FLOW_HEAP) {
		unsigned int s = (mask >> heap) & 0xff;

		if (s & held)
			m |= S_CONTAINER << heap;
		else if (s)
			m |= ((s & S_DMA) ? S_DMA : S_PFN) << heap;
	}
	return m;
}

/* An address written to memory as a number is there for somebody to use. */
static void note_address(struct flow_trace *t, const struct flow_at *at,
			 const struct facts_expr *lhs, unsigned int mask)
{
	g_autofree char *name = NULL;

	if (!(mask & ((S_PFN | S_DMA) << FLOW_HEAP)) ||
	    api_inert(t->prog->api, lhs->record))
		return;
	name = g_strdup_printf("%s.%s", lhs->record ?: "?", lhs->name);
	flow_event_add(t, at, FLOW_WEAK_USE, mask, g_intern_string(name));
}

/* A way to the data that is kept behind some pointer is there to be used. */
static void note_mapped(struct flow_trace *t, const struct flow_at *at,
			const struct facts_expr *lhs, unsigned int mask)
{
	const struct facts_expr *base = lhs->kids[0];
	struct flow_event *ev;

	if (!(mask & S_ANY(S_MAP)) || base->kind == FX_ADDR ||
	    !(flow_type_shapes(lhs->type) & S_MAP))
		return;
	ev = flow_event_add(t, at, FLOW_USE, mask & S_ANY(S_MAP), NULL);
	ev->access |= API_CPU_READ | API_CPU_WRITE;
}

void flow_store_to(struct flow_trace *t, const struct flow_at *at,
		   const struct facts_expr *lhs, unsigned int mask)
{
	int def;

	if (!lhs || !mask)
		return;
	switch (lhs->kind) {
	case FX_VAR:
		def = flow_defs_at(at->func, at->block, at->index, lhs->var);
		if (def < 0)
			return;
		mask &= flow_type_shapes(at->func->facts->vars[lhs->var].type);
		flow_taint_def(t, at->func, at->ctx, def, mask, at);
		return;
	case FX_GLOBAL:
		flow_taint_field(t, lhs, flow_heap(mask), at);
		return;
	case FX_FIELD:
		/* compared or printed only: it goes nowhere from there */
		if (api_inert(t->prog->api, lhs->record))
			return;
		if (api_container(t->prog->api, lhs->record)) {
			/* Fields of struct page are nobody's storage. */
			if (flow_eval(t, at, lhs->kids[0]) & S_ANY(S_PAGE))
				return;
			if (lhs->arrow)
				flow_alias_to(t, at, lhs->kids[0],
					      as_container(mask));
			else
				flow_store_to(t, at, lhs->kids[0],
					      as_container(mask));
			return;
		}
		/* Writing through a kernel mapping writes data. */
		if (lhs->arrow &&
		    (flow_eval(t, at, lhs->kids[0]) & S_ANY(S_MAP)))
			return;
		mask = as_address(mask, lhs->type) &
		       flow_type_shapes(lhs->type);
		if (!flow_object_ends(t->prog, at, lhs))
			mask = flow_heap(mask);
		if (is_integer(lhs->type))
			note_address(t, at, lhs, mask);
		flow_taint_field(t, lhs, mask, at);
		return;
	case FX_INDEX:
	case FX_DEREF:
		if (flow_eval(t, at, lhs->kids[0]) & S_ANY(S_MAP))
			return;
		note_mapped(t, at, lhs, mask);
		if (lhs->kind == FX_DEREF && lhs->kids[0]->kind == FX_ADDR) {
			flow_store_to(t, at, lhs->kids[0]->kids[0], mask);
			return;
		}
		/* the way to the data comes back from there as an address */
		mask = storage_of(as_address(mask, "unsigned long"));
		if (lhs->kids[0]->kind == FX_FIELD && is_integer(lhs->type))
			note_address(t, at, lhs->kids[0],
				     flow_object_ends(t->prog, at,
						      lhs->kids[0]) ?
					     mask :
					     flow_heap(mask));
		flow_alias_to(t, at, lhs->kids[0], mask);
		return;
	case FX_CAST:
		flow_store_to(t, at, lhs->kids[0], mask);
		return;
	default:
		return;
	}
}

static bool is_pointer(const char *type)
{
	return type && (strchr(type, '*') || strchr(type, '['));
}

/* &x is known to be storage of the set: so x holds it. */
static void alias_addr(struct flow_trace *t, const struct flow_at *at,
		       const struct facts_expr *x, unsigned int mask)
{
	unsigned int levels;
	size_t base;

	switch (x->kind) {
	case FX_INDEX:
	case FX_DEREF:
		flow_alias_to(t, at, x->kids[0], mask);
		return;
	case FX_FIELD:
		if (api_container(t->prog->api, x->record)) {
			if (x->arrow)
				flow_alias_to(t, at, x->kids[0],
					      as_container(mask));
			else
				alias_addr(t, at, x->kids[0],
					   as_container(mask));
			return;
		}
		break;
	case FX_VAR:
	case FX_GLOBAL:
		break;
	default:
		return;
	}
	levels = x->type ? type_levels(x->type, &base) : 0;
	if (x->type && is_page_record(x->type, base) && levels == 1) {
		/* storage of one struct page * */
		unsigned int m = 0;

		if (mask & S_ARRAY)
			m |= S_PAGE;
		if (mask & (S_ARRAY << FLOW_HEAP))
			m |= S_PAGE << FLOW_HEAP;
		mask = m | (mask & S_ANY(S_PFN));
	}
	if (x->kind == FX_FIELD) {
		if (!flow_object_ends(t->prog, at, x))
			mask = flow_heap(mask);
		flow_taint_field(t, x, mask, at);
	} else if (x->kind == FX_GLOBAL) {
		flow_taint_field(t, x, flow_heap(mask), at);
	} else {
		int def = flow_defs_at(at->func, at->block, at->index, x->var);

		if (def >= 0) {
			flow_taint_def(t, at->func, at->ctx, def, mask, at);
			return;
		}
		/* Kept elsewhere before: every definition may be meant. */
		flow_alias_to(t, at, x, mask);
	}
}

void flow_alias_to(struct flow_trace *t, const struct flow_at *at,
		   const struct facts_expr *e, unsigned int mask)
{
	g_autoptr(GArray) defs = NULL;
	unsigned int base;

	if (!e || !mask)
		return;
	switch (e->kind) {
	case FX_VAR:
		defs = g_array_new(FALSE, FALSE, sizeof(guint));
		flow_defs_reaching(at->func, at->block, at->index, e->var,
				   defs);
		for (unsigned int i = 0; i < defs->len; i++)
			flow_taint_def(t, at->func, at->ctx,
				       g_array_index(defs, guint, i), mask, at);
		return;
	case FX_GLOBAL:
		flow_taint_field(t, e, flow_heap(mask), at);
		return;
	case FX_FIELD:
		base = flow_eval(t, at, e->kids[0]);
		if (base & S_ANY(S_PAGE))
			return;
		/* An array in the data itself, see flow_store_to(). */
		if (e->arrow && base & S_ANY(S_MAP) && is_array(e->type))
			return;
		if (api_container(t->prog->api, e->record)) {
			if (e->arrow)
				flow_alias_to(t, at, e->kids[0],
					      as_container(mask));
			else
				alias_addr(t, at, e->kids[0],
					   as_container(mask));
			return;
		}
		mask &= flow_type_shapes(e->type) | S_ANY(S_CONTAINER);
		if (!flow_object_ends(t->prog, at, e))
			mask = flow_heap(mask);
		flow_taint_field(t, e, mask, at);
		return;
	case FX_INDEX:
	case FX_DEREF:
		flow_alias_to(t, at, e->kids[0], mask);
		return;
	case FX_ADDR:
		alias_addr(t, at, e->kids[0], mask);
		return;
	case FX_CAST:
	case FX_UNARY:
		flow_alias_to(t, at, e->kids[0], mask);
		return;
	case FX_BINARY:
		/* base + offset: the sum of two numbers is no storage */
		if (is_pointer(e->kids[0]->type))
			flow_alias_to(t, at, e->kids[0], mask);
		else if (is_pointer(e->kids[1]->type))
			flow_alias_to(t, at, e->kids[1], mask);
		return;
	case FX_COND:
		flow_alias_to(t, at, e->kids[1], mask);
		flow_alias_to(t, at, e->kids[2], mask);
		return;
	default:
		return;
	}
}

/* Loads and stores through a kernel mapping are accesses of the data. */
void flow_scan_uses(struct flow_trace *t, const struct flow_at *at,
		    const struct facts_expr *e, bool written)
{
	if (!e)
		return;
	if (e->kind == FX_ADDR) {
		/* no load happens: only what is below the last pointer */
		if (e->kids[0]->n_kids)
			flow_scan_uses(t, at, e->kids[0]->kids[0], false);
		return;
	}
	if ((e->kind == FX_INDEX || e->kind == FX_DEREF ||
	     (e->kind == FX_FIELD && e->arrow)) &&
	    (flow_eval(t, at, e->kids[0]) & S_ANY(S_MAP))) {
		struct flow_event *ev =
			flow_event_add(t, at, FLOW_USE, S_MAP, NULL);

		ev->access |= written ? API_CPU_WRITE : API_CPU_READ;
	}
	for (unsigned int i = 0; i < e->n_kids; i++)
		flow_scan_uses(t, at, e->kids[i], false);
}
