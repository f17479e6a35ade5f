// SPDX-License-Identifier: GPL-2.0-only
/*
 * route.c - who gets a patch
 *
 * The rules, and the order in which a person's second address is dropped, are
 * those of the kernel's scripts/get_maintainer.pl.  .get_maintainer.ignore is
 * about people that only a git log names and not looked at here.
 */
#include <string.h>
#include "tree/route.h"

/**
 * struct route - addresses while they are collected
 * @m: of the tree
 * @people: (element-type maintainers_contact*)
 * @lists: (element-type maintainers_contact*)
 * @seen: names, addresses and lists that are in, in lower case, with a letter
 *	in front of each
 * @chiefs: addresses that nobody wants every patch sent to
 */
struct route {
	const struct maintainers *m;
	GPtrArray *people;
	GPtrArray *lists;
	GHashTable *seen;
	GHashTable *chiefs;
};

/**
 * struct match - a section that a file is in
 * @section: the section
 * @depth: how exact its pattern is
 */
struct match {
	const struct section *section;
	int depth;
};

static void contact_free(void *data)
{
	struct maintainers_contact *contact = data;

	g_free(contact->name);
	g_free(contact->address);
	g_free(contact);
}

static char *seen_key(char kind, const char *text)
{
	g_autofree char *lower = g_ascii_strdown(text, -1);

	return g_strdup_printf("%c%s", kind, lower);
}

/* Note a text; true when it was there already.  None is never there. */
static bool saw(struct route *r, char kind, const char *text)
{
	g_autofree char *key = seen_key(kind, text);

	return *text && g_hash_table_contains(r->seen, key);
}

static void see(struct route *r, char kind, const char *text)
{
	if (*text)
		g_hash_table_add(r->seen, seen_key(kind, text));
}

static void add_contact(GPtrArray *to, enum maintainers_kind kind,
			const char *name, const char *address)
{
	struct maintainers_contact *contact =
		g_new0(struct maintainers_contact, 1);

	contact->kind = kind;
	contact->name = g_strdup(name);
	contact->address = g_strdup(address);
	g_ptr_array_add(to, contact);
}

static void add_person(struct route *r, enum maintainers_kind kind,
		       const char *text)
{
	struct mail mail;

	mail_parse(text, &mail);
	if (*mail.address && !saw(r, 'n', mail.name) &&
	    !saw(r, 'a', mail.address)) {
		add_contact(r->people, kind, mail.name, mail.address);
		see(r, 'n', mail.name);
		see(r, 'a', mail.address);
	}
	mail_clear(&mail);
}

/* "One <one@x>, Two <two@x>" is two; a comma in a name is none. */
static void add_people(struct route *r, enum maintainers_kind kind,
		       const char *text)
{
	const char *close;

	while ((close = strchr(text, '>')) && strchr(close, '<')) {
		g_autofree char *one = g_strndup(text, close + 1 - text);

		add_person(r, kind, one);
		text = close + 1 + strspn(close + 1, ", \t");
	}
	add_person(r, kind, text);
}

static void add_list(struct route *r, const char *value)
{
	size_t len = strcspn(value, " \t");
	g_autofree char *address = g_strndup(value, len);

	/* "The Foo Team <foo@x>" is no list for the script either */
	if (!strchr(address, '@') || strstr(value + len, "subscribers-only") ||
	    saw(r, 'l', address))
		return;
	see(r, 'l', address);
	add_contact(r->lists, MAINTAINERS_LIST, "", address);
}

static const char *status_of(const struct section *section)
{
	for (unsigned int i = 0; i < section->lines->len; i++) {
		const struct section_line *line =
			&g_array_index(section->lines, struct section_line, i);

		if (line->type == 'S')
			return line->value;
	}
	return "";
}

static void add_section(struct route *r, const struct section *section)
{
	for (unsigned int i = 0; i < section->lines->len; i++) {
		const struct section_line *line =
			&g_array_index(section->lines, struct section_line, i);

		if (line->type == 'M')
			add_people(r, MAINTAINERS_MAINTAINER, line->value);
		else if (line->type == 'R')
			add_people(r, MAINTAINERS_REVIEWER, line->value);
		else if (line->type == 'L')
			add_list(r, line->value);
	}
}

/* Addresses of the section for all the rest: not for every patch. */
static void find_chiefs(struct route *r)
{
	for (unsigned int i = 0; i < r->m->sections->len; i++) {
		const struct section *section = r->m->sections->pdata[i];

		if (g_ascii_strcasecmp(status_of(section),
				       "buried alive in reporters"))
			continue;
		for (unsigned int k = 0; k < section->lines->len; k++) {
			const struct section_line *line = &g_array_index(
				section->lines, struct section_line, k);
			struct mail mail;

			if (line->type != 'M')
				continue;
			mail_parse(line->value, &mail);
			g_hash_table_add(r->chiefs, g_strdup(mail.address));
			mail_clear(&mail);
		}
	}
}

static int compare_matches(const void *a, const void *b)
{
	const struct match *x = a, *y = b;

	return y->depth - x->depth;
}

static void add_file(struct route *r, const char *path)
{
	g_autoptr(GArray)
		matches = g_array_new(FALSE, FALSE, sizeof(struct match));

	for (unsigned int i = 0; i < r->m->sections->len; i++) {
		struct match match = { .section = r->m->sections->pdata[i] };
		int deepest;

		if (section_matches(match.section, path, &match.depth,
				    &deepest))
			g_array_append_val(matches, match);
	}
	/* merge sort: equal ones stay in order */
	g_array_sort(matches, compare_matches);
	for (unsigned int i = 0; i < matches->len; i++)
		add_section(r, g_array_index(matches, struct match, i).section);
}

/* A line that only tells about the file is not searched for keywords. */
static bool is_file_line(const char *line)
{
	return g_str_has_prefix(line, "diff --git a/") ||
	       g_str_has_prefix(line, "+++ ") ||
	       g_str_has_prefix(line, "--- ") || g_str_has_prefix(line, "@@ -");
}

static bool has_keyword(const struct section_line *line, char **text)
{
	/* just as the script has it: the prefix goes to the first branch */
	g_autofree char *pattern = g_strdup_printf("^[+-].*%s", line->value);
	GRegex *changed =
		g_regex_new(pattern, G_REGEX_RAW | G_REGEX_EXTENDED, 0, NULL);
	bool in_diff = false, found = false;

	for (; *text && !found && line->regex && changed; text++) {
		in_diff = in_diff || g_str_has_prefix(*text, "--- a/");
		if (!is_file_line(*text))
			found = g_regex_match(in_diff ? changed : line->regex,
					      *text, 0, NULL);
	}
	g_clear_pointer(&changed, g_regex_unref);
	return found;
}

static void add_keywords(struct route *r, const char *patch)
{
	char **text = g_strsplit(patch, "\n", -1);

	for (unsigned int i = 0; i < r->m->sections->len; i++) {
		const struct section *section = r->m->sections->pdata[i];

		for (unsigned int k = 0; k < section->lines->len; k++) {
			const struct section_line *line = &g_array_index(
				section->lines, struct section_line, k);

			if (line->type == 'K' && has_keyword(line, text)) {
				add_section(r, section);
				break;
			}
		}
	}
	g_strfreev(text);
}

/* One mail to one person: by .mailmap, then by name, then by address. */
static void unify(struct route *r, GPtrArray *contacts, GHashTable *by_name,
		  GHashTable *by_address, GHashTable *done, GPtrArray *out)
{
	for (unsigned int i = 0; i < contacts->len; i++) {
		struct maintainers_contact *contact = contacts->pdata[i];
		struct mail mail = { contact->name, contact->address };
		struct maintainers_contact *same = NULL;
		g_autofree char *name = NULL, *address = NULL, *key = NULL;
		g_autofree char *plain = NULL;

		mailmap_apply(&r->m->mailmap, &mail);
		contact->name = mail.name;
		contact->address = mail.address;
		name = g_ascii_strdown(mail.name, -1);
		address = g_ascii_strdown(mail.address, -1);
		if (*name)
			same = g_hash_table_lookup(by_name, name);
		if (!same)
			same = g_hash_table_lookup(by_address, address);
		if (!same) {
			same = contact;
			g_hash_table_insert(by_name, g_steal_pointer(&name),
					    contact);
			g_hash_table_insert(by_address,
					    g_steal_pointer(&address), contact);
		}
		key = mail_format(same->name, same->address);
		if (g_hash_table_contains(r->chiefs, same->address) ||
		    !g_hash_table_add(done, g_steal_pointer(&key)))
			continue;
		plain = mail_plain_name(same->name);
		add_contact(out, contact->kind, plain, same->address);
	}
}

GPtrArray *maintainers_route(const struct maintainers *m,
			     const char *const *paths, const char *patch)
{
	struct route r = { .m = m };
	GPtrArray *out = g_ptr_array_new_with_free_func(contact_free);
	GHashTable *by_name =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTable *by_address =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTable *done =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	r.people = g_ptr_array_new_with_free_func(contact_free);
	r.lists = g_ptr_array_new_with_free_func(contact_free);
	r.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	r.chiefs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	find_chiefs(&r);
	for (; *paths; paths++)
		add_file(&r, *paths);
	if (patch)
		add_keywords(&r, patch);
	unify(&r, r.people, by_name, by_address, done, out);
	unify(&r, r.lists, by_name, by_address, done, out);
	g_ptr_array_unref(r.people);
	g_ptr_array_unref(r.lists);
	g_hash_table_unref(r.seen);
	g_hash_table_unref(r.chiefs);
	g_hash_table_unref(by_name);
	g_hash_table_unref(by_address);
	g_hash_table_unref(done);
	return out;
}
