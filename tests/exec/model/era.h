/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * era.h - the gup functions of older kernels, made of those of the model
 *
 * A program that includes a fixture for an older kernel defines ERA_GET, the
 * kernel that the fixture is for (602 for 6.2), and ERA_PIN, the one whose
 * pin_user_pages*() its conversion calls, and includes this file first.
 *
 * Some of these fixtures take no mmap_lock where the kernel wants it: that is
 * done here.
 */
#ifndef EXEC_ERA_H
#define EXEC_ERA_H

#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched.h>

static inline long era_locked(long (*take)(unsigned long start,
					   unsigned long nr_pages,
					   unsigned int gup_flags,
					   struct page **pages),
			      unsigned long start, unsigned long nr_pages,
			      unsigned int gup_flags, struct page **pages)
{
	long nr;

	mmap_read_lock(current->mm);
	nr = take(start, nr_pages, gup_flags, pages);
	mmap_read_unlock(current->mm);
	return nr;
}

#define era_get(start, nr, flags, pages) \
	era_locked(get_user_pages, start, nr, flags, pages)
#define era_pin(start, nr, flags, pages) \
	era_locked(pin_user_pages, start, nr, flags, pages)

/* those that give up what mmap_lock guards by themselves */
#define get_user_pages_locked(start, nr, flags, pages, locked) \
	era_get(start, nr, flags, pages)
#define pin_user_pages_locked(start, nr, flags, pages, locked) \
	era_pin(start, nr, flags, pages)

/* vmas went away in 6.5, tsk in 5.9 */
#if ERA_GET < 509
#define get_user_pages_remote(tsk, mm, start, nr, flags, pages, vmas, locked) \
	era_get(start, nr, flags, pages)
#elif ERA_GET < 605
#define get_user_pages_remote(mm, start, nr, flags, pages, vmas, locked) \
	era_get(start, nr, flags, pages)
#else
#define get_user_pages_remote(mm, start, nr, flags, pages, locked) \
	era_get(start, nr, flags, pages)
#endif
#if ERA_PIN < 509
#define pin_user_pages_remote(tsk, mm, start, nr, flags, pages, vmas, locked) \
	era_pin(start, nr, flags, pages)
#elif ERA_PIN < 605
#define pin_user_pages_remote(mm, start, nr, flags, pages, vmas, locked) \
	era_pin(start, nr, flags, pages)
#else
#define pin_user_pages_remote(mm, start, nr, flags, pages, locked) \
	era_pin(start, nr, flags, pages)
#endif

/* a truth value before 5.2; FOLL_LONGTERM was a function that got pages */
#if ERA_GET < 502
#define get_user_pages_fast(start, nr, write, pages) \
	get_user_pages_fast(start, nr, (write) ? FOLL_WRITE : 0, pages)
#define get_user_pages_longterm(start, nr, flags, pages, vmas) \
	era_get(start, nr, flags, pages)
#endif

/* the first proposal; it let go with put_user_page(), which was but put_page()
 * before
 */
#if ERA_GET == 505
#define pin_longterm_pages_fast(start, nr, flags, pages) \
	pin_user_pages_fast(start, nr, (flags) | FOLL_LONGTERM, pages)
#define put_user_page(page) unpin_user_page(page)
#elif ERA_GET < 505
#define put_user_page(page) put_page(page)

static inline void put_user_pages_dirty_lock(struct page **pages,
					     unsigned long npages,
					     bool make_dirty)
{
	for (unsigned long i = 0; i < npages; i++) {
		if (make_dirty)
			set_page_dirty_lock(pages[i]);
		put_page(pages[i]);
	}
}
#endif

/* last: the names are the functions themselves above */
#if ERA_GET < 605
#define get_user_pages(start, nr, flags, pages, vmas) \
	era_get(start, nr, flags, pages)
#else
#define get_user_pages(start, nr, flags, pages) \
	era_get(start, nr, flags, pages)
#endif
#if ERA_PIN < 605
#define pin_user_pages(start, nr, flags, pages, vmas) \
	era_pin(start, nr, flags, pages)
#else
#define pin_user_pages(start, nr, flags, pages) \
	era_pin(start, nr, flags, pages)
#endif

#endif
