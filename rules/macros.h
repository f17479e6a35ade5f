/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Macros of newer kernels that spatch 1.1 takes for something else: without
 * these lines it gives up on the whole function.  YACFE_ITERATOR: a head that
 * takes a statement, like "for".
 */
#define scoped_guard(...) YACFE_ITERATOR
#define scoped_cond_guard(...) YACFE_ITERATOR
#define scoped_class(...) YACFE_ITERATOR
#define scoped_user_read_access(...) YACFE_ITERATOR
#define scoped_user_write_access(...) YACFE_ITERATOR
#define scoped_user_rw_access(...) YACFE_ITERATOR
