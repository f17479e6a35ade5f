/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mail.h - mails as git format-patch writes them
 *
 * Inside report/ only.
 */
#ifndef REPORT_MAIL_H
#define REPORT_MAIL_H

#include <stdbool.h>
#include <glib.h>

/**
 * mail_address() - append an address for a header
 * @out: where to
 * @name: any UTF-8, encoded or quoted as needed; "" for none
 * @address: ASCII
 */
void mail_address(GString *out, const char *name, const char *address);

/**
 * mail_text() - append the text of a header, encoded when it has to be
 */
void mail_text(GString *out, const char *text);

/**
 * mail_wrap() - append a text in lines of at most 75 columns
 * @out: where to
 * @first: what the first line begins with (" - ")
 * @rest: what the others begin with
 * @text: words; one that is longer than a line stands alone
 */
void mail_wrap(GString *out, const char *first, const char *rest,
	       const char *text);

/**
 * mail_file_name() - the file that git format-patch would put a patch into
 * @version: of the series, 0 for none
 * @number: of the patch
 * @subject: without the part in brackets
 *
 * Return: (transfer full)
 */
char *mail_file_name(unsigned int version, unsigned int number,
		     const char *subject);

#endif
