#ifndef G_H
#define G_H
/* get_user_pages() in a comment */
#include <get_user_pages>
#define PIN(a) get_user_pages_fast(a, 1, FOLL_WRITE, p)
#if defined(CONFIG_A) && \
	A > 1
int f(void) { return get_user_\
pages(a, 'x', "get_user_pages", 0x1p); }
#elif defined CONFIG_B /* why */
pin_user_pages(a);
#else
// get_user_pages \
get_user_pages
pin_user_pages_remote(b);
#endif
#endif
