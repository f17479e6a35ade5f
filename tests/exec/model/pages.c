// SPDX-License-Identifier: GPL-2.0-only
/*
 * pages.c - struct page with its reference count, and who may do what to it
 *
 * An ordinary reference counts 1, a pin counts GUP_PIN_COUNTING_BIAS, as in the
 * kernel; beside the sum the model keeps the two apart, so that a reference
 * that is dropped the wrong way is seen at once and not only when 1024 of them
 * have added up.
 */
#include <linux/highmem.h>
#include <linux/pagemap.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>
#include "model.h"

#define PAGES_OWN 32	/* for alloc_pages() */
#define PAGES (EXEC_USER_PAGES + PAGES_OWN)
#define FIRST_PFN 0x100
#define PIN_BIAS 1024

/* A user page that is the same page as another one, and a folio of four. */
#define SHARED_PAGE 3
#define SHARED_WITH 1
#define FOLIO_FIRST 8
#define FOLIO_PAGES 4

/* By the index of the page, or of the first page of its folio. */
struct state {
	unsigned int gets;
	unsigned int pins;
	unsigned int longterm;	/* of these pins */
	unsigned int kmaps;
	bool locked;
	bool dirty;
	bool touched;
	bool allocated;
};

static struct page pages[PAGES];
static struct state states[PAGES];
static char memory[PAGES][PAGE_SIZE] __attribute__((__aligned__(4096)));
static unsigned long nr_foll_pin_acquired, nr_foll_pin_released;

static bool incomplete;

unsigned long pages_pinned;

void exec_incomplete(void)
{
	incomplete = true;
}

/* ---- addresses ---- */

unsigned long exec_user(unsigned int page)
{
	return (unsigned long)memory[page];
}

static unsigned int index_of(const struct page *page)
{
	unsigned long offset = (unsigned long)page - (unsigned long)pages;

	if (offset / sizeof(*page) >= PAGES || offset % sizeof(*page)) {
		report_error("a pointer that is no page is used as one");
		return PAGES - 1;
	}
	return offset / sizeof(*page);
}

static unsigned int head_of(unsigned int index)
{
	if (index >= FOLIO_FIRST && index < FOLIO_FIRST + FOLIO_PAGES)
		return FOLIO_FIRST;
	return index;
}

static struct state *state_of(const struct page *page)
{
	return &states[head_of(index_of(page))];
}

struct folio *page_folio(struct page *page)
{
	return (struct folio *)&pages[head_of(index_of(page))];
}

unsigned long page_to_pfn(const struct page *page)
{
	return FIRST_PFN + index_of(page);
}

struct page *pfn_to_page(unsigned long pfn)
{
	if (pfn < FIRST_PFN || pfn >= FIRST_PFN + PAGES) {
		report_error("there is no page with this pfn");
		return &pages[PAGES - 1];
	}
	return &pages[pfn - FIRST_PFN];
}

phys_addr_t page_to_phys(const struct page *page)
{
	return (phys_addr_t)page_to_pfn(page) << PAGE_SHIFT;
}

void *page_address(const struct page *page)
{
	unsigned int index = index_of(page);

	states[index].touched = true;
	return memory[index];
}

struct page *virt_to_page(const void *addr)
{
	unsigned long offset = (unsigned long)addr - (unsigned long)memory;

	if (offset >= sizeof(memory)) {
		report_error("an address is used that is no page's");
		return &pages[PAGES - 1];
	}
	return &pages[offset >> PAGE_SHIFT];
}

int PageHuge(const struct page *page)
{
	return 0;
}

int PageAnon(const struct page *page)
{
	return index_of(page) & 1;
}

int PageCompound(const struct page *page)
{
	return head_of(index_of(page)) == FOLIO_FIRST;
}

int PageReserved(const struct page *page)
{
	return 0;
}

/* ---- a run ---- */

static void restore(unsigned int index)
{
	unsigned int i;

	for (i = 0; i < PAGE_SIZE; i++)
		memory[index][i] = index + i;
}

void pages_reset(void)
{
	static bool ready;
	unsigned int i;

	for (i = 0; i < PAGES; i++) {
		if (!ready || states[i].touched)
			restore(i);
		pages[i]._refcount.counter = i < EXEC_USER_PAGES;
		pages[i].index = i;
	}
	ready = true;
	memset(states, 0, sizeof(states));
	nr_foll_pin_acquired = 0;
	nr_foll_pin_released = 0;
	incomplete = false;
}

static unsigned long hash_page(unsigned long hash, unsigned int index)
{
	const unsigned long *words = (const void *)memory[index];
	unsigned int i;

	hash ^= index;
	for (i = 0; i < PAGE_SIZE / sizeof(*words); i++)
		hash = (hash ^ words[i]) * 0x100000001b3UL;
	return hash;
}

void pages_check_kept(void)
{
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		if (states[i].pins > states[i].longterm)
			report_error("page %u stays pinned without FOLL_LONGTERM",
				     i);
}

static void check_page(unsigned int index)
{
	const struct state *s = &states[index];

	if (s->gets)
		report_error("page %u: %u references are left", index, s->gets);
	if (s->pins)
		report_error("page %u: %u pins are left", index, s->pins);
	if (s->kmaps)
		report_error("page %u is still mapped", index);
	if (s->locked)
		report_error("page %u is still locked", index);
	if (!s->gets && !s->pins &&
	    pages[index]._refcount.counter != (index < EXEC_USER_PAGES))
		report_error("page %u: its count is %d", index,
			     pages[index]._refcount.counter);
}

void pages_check_end(void)
{
	unsigned long data = 0, dirty = 0;
	unsigned int i;

	for (i = 0; i < PAGES; i++) {
		if (!incomplete)
			check_page(i);
		/* what is in the driver's own pages may be pointers */
		if (states[i].touched && i < EXEC_USER_PAGES)
			data = hash_page(data, i);
		dirty = (dirty ^ states[i].dirty) * 31 + i;
	}
	if (!incomplete && nr_foll_pin_acquired != nr_foll_pin_released)
		report_error("nr_foll_pin_acquired is %lu, nr_foll_pin_released %lu",
			     nr_foll_pin_acquired, nr_foll_pin_released);
	mix("data", data);
	mix("dirty", dirty);
}

void page_must_be_held(struct page *page, const char *what)
{
	struct state *s = state_of(page);

	if (!s->gets && !s->pins)
		report_error("%s page %u, which nobody holds any more", what,
			     index_of(page));
}

/* ---- ordinary references ---- */

void folio_get(struct folio *folio)
{
	struct state *s = state_of(&folio->page);

	page_must_be_held(&folio->page, "get_page() on");
	s->gets++;
	folio->page._refcount.counter++;
}

bool folio_put_testzero(struct folio *folio)
{
	struct state *s = state_of(&folio->page);

	trace("put page %u", index_of(&folio->page));
	if (!s->gets) {
		report_error("put_page() on page %u, which %s",
			     index_of(&folio->page),
			     s->pins ? "is pinned" : "nobody holds");
		return false;
	}
	s->gets--;
	return --folio->page._refcount.counter == 0;
}

void __folio_put(struct folio *folio)
{
	struct state *s = state_of(&folio->page);

	if (!s->allocated)
		report_error("page %u of the user is freed",
			     index_of(&folio->page));
	s->allocated = false;
}

void release_pages(release_pages_arg arg, int nr)
{
	int i;

	for (i = 0; i < nr; i++)
		put_page(arg.pages[i]);
}

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	unsigned int i, n = 1U << order, found = 0;

	if (gfp == GFP_KERNEL)
		must_sleep("alloc_pages() with GFP_KERNEL");
	if (choose_fault(2, "alloc_pages"))
		return NULL;
	for (i = EXEC_USER_PAGES; i < PAGES - 1 && found < n; i++)
		found = states[i].allocated ? 0 : found + 1;
	if (found < n)
		return NULL;
	i -= n;
	for (found = i; found < i + n; found++)
		states[found].allocated = true;
	states[i].gets = 1;
	pages[i]._refcount.counter = 1;
	return &pages[i];
}

void __free_pages(struct page *page, unsigned int order)
{
	unsigned int i, index = index_of(page);

	if (folio_put_testzero(page_folio(page)))
		for (i = index; i < index + (1U << order) && i < PAGES; i++)
			states[i].allocated = false;
}

unsigned long get_zeroed_page(gfp_t gfp)
{
	struct page *page = alloc_pages(gfp, 0);

	if (!page)
		return 0;
	return (unsigned long)memset(page_address(page), 0, PAGE_SIZE);
}

void free_page(unsigned long addr)
{
	if (addr)
		__free_pages(virt_to_page((void *)addr), 0);
}

/* ---- pins ---- */

void unpin_user_page(struct page *page)
{
	struct folio *folio = page_folio(page);
	struct state *s = state_of(page);

	trace("unpin page %u", index_of(page));
	if (!s->pins) {
		report_error("unpin_user_page() on page %u, which %s",
			     index_of(page),
			     s->gets ? "is not pinned" : "nobody holds");
		return;
	}
	s->pins--;
	if (s->longterm > s->pins)
		s->longterm = s->pins;
	nr_foll_pin_released++;
	folio->page._refcount.counter -= PIN_BIAS;
}

void unpin_user_pages(struct page **array, unsigned long npages)
{
	unsigned long i;

	if (IS_ERR_VALUE(npages)) {
		report_error("unpin_user_pages() of %ld pages", (long)npages);
		return;
	}
	for (i = 0; i < npages; i++)
		unpin_user_page(array[i]);
}

void unpin_user_pages_dirty_lock(struct page **array, unsigned long npages,
				 bool make_dirty)
{
	unsigned long i;

	if (make_dirty)
		must_sleep("unpin_user_pages_dirty_lock()");
	if (IS_ERR_VALUE(npages)) {
		report_error("unpin_user_pages_dirty_lock() of %ld pages",
			     (long)npages);
		return;
	}
	for (i = 0; i < npages; i++) {
		if (make_dirty)
			set_page_dirty_lock(array[i]);
		unpin_user_page(array[i]);
	}
}

void unpin_user_page_range_dirty_lock(struct page *page, unsigned long npages,
				      bool make_dirty)
{
	struct page *pos;
	unsigned long i;

	for (i = 0; i < npages; i++) {
		pos = page + i;
		unpin_user_pages_dirty_lock(&pos, 1, make_dirty);
	}
}

/* ---- get_user_pages() and pin_user_pages() ---- */

enum take {
	TAKE_GET,
	TAKE_PIN,
};

/* How the caller must hold mmap_lock. */
enum mmap {
	MMAP_LOCKED,
	MMAP_UNLOCKED,
};

static bool flags_are_right(unsigned int flags, enum take take,
			    struct page **array)
{
	if (flags & FOLL_GET) {
		report_error("FOLL_GET is passed by a caller");
		return false;
	}
	if (take != TAKE_PIN && (flags & FOLL_LONGTERM)) {
		report_error("FOLL_LONGTERM without a pin");
		return false;
	}
	if (take == TAKE_PIN && !array) {
		report_error("a pin of pages that nobody wants to have");
		return false;
	}
	return true;
}

static void take_one(struct page *page, unsigned int flags, enum take take)
{
	struct folio *folio = page_folio(page);
	struct state *s = state_of(page);

	if (take == TAKE_GET) {
		s->gets++;
		folio->page._refcount.counter++;
		return;
	}
	s->pins++;
	if (flags & FOLL_LONGTERM)
		s->longterm++;
	nr_foll_pin_acquired++;
	pages_pinned++;
	folio->page._refcount.counter += PIN_BIAS;
}

/*
 * All of them, -EFAULT, any number in between, and none.  The last is said to
 * be possible for those that are called with mmap_lock held only.
 */
static long choose_number(long nr, enum mmap mmap)
{
	int outcome = choose_fault(nr + 1 + (mmap == MMAP_LOCKED), "gup");

	if (!outcome)
		return nr;
	if (outcome == 1)
		return -EFAULT;
	return outcome <= nr ? outcome - 1 : 0;
}

static long take_pages(struct mm_struct *mm, unsigned long start, long nr,
		       unsigned int flags, struct page **array,
		       enum take take, enum mmap mmap)
{
	long first = ((start & PAGE_MASK) - exec_user(0)) >> PAGE_SHIFT;
	unsigned int index;
	long i, got;

	trace("%s %ld pages at page %ld, flags %#x",
	      take == TAKE_PIN ? "pin" : "get", nr, first, flags);
	must_sleep("get_user_pages() or pin_user_pages()");
	if ((mm->mmap_lock.count.counter > 0) != (mmap == MMAP_LOCKED))
		report_error("mmap_lock %s held", mmap == MMAP_LOCKED ?
			     "has to be" : "must not be");
	mix("gup", first);
	mix("nr", nr);
	mix("flags", flags & ~(FOLL_LONGTERM | FOLL_GET));
	if (!flags_are_right(flags, take, array))
		return -EINVAL;
	if (start < exec_user(0) || first >= EXEC_USER_PAGES)
		return -EFAULT;
	if (nr > EXEC_USER_PAGES - first)
		nr = EXEC_USER_PAGES - first;
	if (nr <= 0)
		return nr;
	got = choose_number(nr, mmap);
	for (i = 0; array && i < got; i++) {
		index = first + i;
		if (index == SHARED_PAGE)
			index = SHARED_WITH;
		array[i] = &pages[index];
		take_one(array[i], flags, take);
	}
	return got;
}

/* The lock may be dropped on the way, when the caller can stand it. */
static long take_remote(struct mm_struct *mm, unsigned long start, long nr,
			unsigned int flags, struct page **array, int *locked,
			enum take take)
{
	long got;

	if (locked && *locked != 1)
		report_error("*locked is not 1");
	got = take_pages(mm, start, nr, flags, array, take, MMAP_LOCKED);
	if (locked && choose_fault(2, "mmap_lock is dropped")) {
		up_read(&mm->mmap_lock);
		*locked = 0;
	}
	return got;
}

#define TAKES(take, how)							\
long take##_user_pages_remote(struct mm_struct *mm, unsigned long start,	\
			      unsigned long nr_pages,			\
			      unsigned int gup_flags,			\
			      struct page **array, int *locked)		\
{									\
	return take_remote(mm, start, nr_pages, gup_flags, array,	\
			   locked, how);				\
}									\
									\
long take##_user_pages(unsigned long start, unsigned long nr_pages,	\
		       unsigned int gup_flags, struct page **array)	\
{									\
	return take_pages(current->mm, start, nr_pages, gup_flags,	\
			  array, how, MMAP_LOCKED);			\
}									\
									\
long take##_user_pages_unlocked(unsigned long start,			\
				unsigned long nr_pages,			\
				struct page **array,			\
				unsigned int gup_flags)			\
{									\
	return take_pages(current->mm, start, nr_pages, gup_flags,	\
			  array, how, MMAP_UNLOCKED);			\
}									\
									\
int take##_user_pages_fast(unsigned long start, int nr_pages,		\
			   unsigned int gup_flags, struct page **array)	\
{									\
	if (!array && nr_pages > 0)					\
		report_error(#take "_user_pages_fast() into no array");	\
	return take_pages(current->mm, start, nr_pages, gup_flags,	\
			  array, how, MMAP_UNLOCKED);			\
}

TAKES(get, TAKE_GET)
TAKES(pin, TAKE_PIN)

/* ---- the data of a page ---- */

bool set_page_dirty(struct page *page)
{
	struct state *s = state_of(page);
	bool was = s->dirty;

	page_must_be_held(page, "set_page_dirty() on");
	s->dirty = true;
	return !was;
}

int set_page_dirty_lock(struct page *page)
{
	must_sleep("set_page_dirty_lock()");
	if (state_of(page)->locked)
		report_error("set_page_dirty_lock() on page %u, which is locked",
			     index_of(page));
	return set_page_dirty(page);
}

void folio_lock(struct folio *folio)
{
	lock_page(&folio->page);
}

void folio_unlock(struct folio *folio)
{
	unlock_page(&folio->page);
}

void lock_page(struct page *page)
{
	struct state *s = state_of(page);

	must_sleep("lock_page()");
	if (s->locked)
		report_error("page %u is locked twice", index_of(page));
	s->locked = true;
}

void unlock_page(struct page *page)
{
	struct state *s = state_of(page);

	if (!s->locked)
		report_error("page %u is unlocked, but not locked",
			     index_of(page));
	s->locked = false;
}

void *kmap_local_page(struct page *page)
{
	page_must_be_held(page, "a mapping of");
	states[index_of(page)].kmaps++;
	return page_address(page);
}

void kunmap_local(const void *addr)
{
	unsigned int index = index_of(virt_to_page(addr));

	if (!states[index].kmaps--)
		report_error("page %u is unmapped, but not mapped", index);
}

void *kmap(struct page *page)
{
	must_sleep("kmap()");
	return kmap_local_page(page);
}

void kunmap(struct page *page)
{
	kunmap_local(page_address(page));
}

void memcpy_to_page(struct page *page, size_t offset, const char *from,
		    size_t len)
{
	page_must_be_held(page, "a copy to");
	memcpy((char *)page_address(page) + offset, from, len);
}

void memcpy_from_page(char *to, struct page *page, size_t offset, size_t len)
{
	page_must_be_held(page, "a copy from");
	memcpy(to, (char *)page_address(page) + offset, len);
}

void flush_dcache_page(struct page *page)
{
}

void *vmap(struct page **array, unsigned int count, unsigned long flags,
	   unsigned long prot)
{
	if (choose_fault(2, "vmap"))
		return NULL;
	return exec_own(count * PAGE_SIZE);
}

void vunmap(const void *addr)
{
	must_sleep("vunmap()");
}
