/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mailmap.h - addresses of MAINTAINERS, and the .mailmap that corrects them
 *
 * Inside tree/ only.
 */
#ifndef TREE_MAILMAP_H
#define TREE_MAILMAP_H

#include <stdbool.h>
#include <glib.h>

/**
 * struct mail - an address as the kernel's script keeps it
 * @name: quoted when a mail header wants that; "" when there is none
 * @address: without angle brackets
 */
struct mail {
	char *name;
	char *address;
};

/**
 * mail_parse() - take "Name <address>" apart
 * @text: a line of MAINTAINERS or .mailmap
 * @mail: result; free with mail_clear()
 */
void mail_parse(const char *text, struct mail *mail);

/**
 * mail_clear() - free what mail_parse() filled in
 */
void mail_clear(struct mail *mail);

/**
 * mail_format() - put an address together
 *
 * Return: (transfer full): "Name <address>", or "address"
 */
char *mail_format(const char *name, const char *address);

/**
 * mail_plain_name() - a name without the quotes of a mail header
 *
 * Return: (transfer full)
 */
char *mail_plain_name(const char *name);

/**
 * struct mailmap - what .mailmap says
 * @names: address, or whole mail, to name
 * @addresses: likewise to address
 */
struct mailmap {
	GHashTable *names;
	GHashTable *addresses;
};

/**
 * mailmap_read() - read a .mailmap
 * @map: result; free with mailmap_clear()
 * @path: of the file; nothing is known when it cannot be read
 */
void mailmap_read(struct mailmap *map, const char *path);

/**
 * mailmap_clear() - free what mailmap_read() filled in
 */
void mailmap_clear(struct mailmap *map);

/**
 * mailmap_apply() - replace what the map knows better
 */
void mailmap_apply(const struct mailmap *map, struct mail *mail);

#endif
