/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pack.h - facts as bytes of this machine, for what is kept from run to run
 *
 * Reading JSON is most of the work of a run that finds everything in the cache.
 * Packed facts are the structures themselves, with numbers instead of pointers.
 * They are valid for the program that wrote them only, and trusted: who keeps
 * them has to see that they are whole.
 */
#ifndef FACTS_PACK_H
#define FACTS_PACK_H

#include "facts/facts.h"
#include "facts/image.h"

/* For images of what has a struct facts_loc. */
extern const struct image_type facts_loc_type;

/**
 * facts_pack() - pack a unit
 * @out: bytes are appended
 */
void facts_pack(const struct facts_unit *unit, GByteArray *out);

/**
 * facts_unpack() - the unit again
 * @data: of facts_pack(); no alignment is needed
 * @len: bytes
 *
 * Return: (transfer full): NULL when they are not those of this program
 */
struct facts_unit *facts_unpack(const guint8 *data, gsize len);

#endif
