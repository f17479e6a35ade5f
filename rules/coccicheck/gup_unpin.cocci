// SPDX-License-Identifier: GPL-2.0-only
/// Pages from pin_user_pages*() are let go of with unpin_user_page*(): after
/// put_page() the pin stays counted for ever; see
/// Documentation/core-api/pin_user_pages.rst.
//# Only pages that the same function pins are seen; gup2pin lint follows pages
//# through structs and other functions.  A page that gets another reference
//# or another value in between is left alone.
//
// Confidence: Moderate
// Copyright: (C) 2026 gup2pin developers
// Options: --no-includes --include-headers

virtual patch
virtual context
virtual org
virtual report

@depends on patch@
identifier pin =~ "^pin_user_pages(_fast|_remote|_unlocked)?$";
expression pages, i, n;
@@
 pin(..., pages, ...)
 <... when != get_page(...)
      when != pages = ...
(
- put_page(pages[i])
+ unpin_user_page(pages[i])
|
- release_pages(pages, n)
+ unpin_user_pages(pages, n)
)
 ...>

@depends on patch exists@
identifier pin =~ "^pin_user_pages(_fast|_remote|_unlocked)?$";
identifier page;
@@
 pin(..., &page, ...)
 ... when != get_page(page)
     when != page = ...
- put_page(page)
+ unpin_user_page(page)

@array depends on context || org || report exists@
identifier pin =~ "^pin_user_pages(_fast|_remote|_unlocked)?$";
expression pages, i;
position p;
@@
 pin(..., pages, ...)
 ... when != get_page(...)
     when != pages = ...
(
* put_page@p(pages[i])
|
* release_pages@p(pages, ...)
)

@single depends on context || org || report exists@
identifier pin =~ "^pin_user_pages(_fast|_remote|_unlocked)?$";
identifier page;
position p;
@@
 pin(..., &page, ...)
 ... when != get_page(page)
     when != page = ...
* put_page@p(page)

@script:python depends on org@
p << array.p;
@@
coccilib.org.print_todo(p[0], "ERROR: pinned pages are put")

@script:python depends on report@
p << array.p;
pin << array.pin;
@@
coccilib.report.print_report(p[0], "ERROR: pages from %s() are put here: use unpin_user_page*()" % pin)

@script:python depends on org@
p << single.p;
@@
coccilib.org.print_todo(p[0], "ERROR: a pinned page is put")

@script:python depends on report@
p << single.p;
pin << single.pin;
@@
coccilib.report.print_report(p[0], "ERROR: a page from %s() is put here: use unpin_user_page()" % pin)
