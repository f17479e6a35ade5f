// SPDX-License-Identifier: GPL-2.0-only
/// Pages from get_user_pages*() whose data is accessed and which are released
/// in the same function belong to pin_user_pages*() and unpin_user_page*():
/// case 5 of Documentation/core-api/pin_user_pages.rst.
//# Only arrays and single pages that one function takes, maps and puts are
//# seen; gup2pin scan follows pages through structs and other functions.
//# Where the data is only read, converting is optional.
//
// Confidence: Moderate
// Copyright: (C) 2026 gup2pin developers
// Options: --no-includes --include-headers

virtual context
virtual org
virtual report

@array depends on context || org || report exists@
identifier get =~ "^get_user_pages(_fast|_remote|_unlocked)?$";
identifier map =~ "^(kmap|kmap_atomic|kmap_local_page|page_address|page_to_virt|sg_set_page|dma_map_page)$";
identifier put =~ "^(put_page|release_pages|put_user_page)$";
expression pages, i, j;
position p;
@@
* get@p(..., pages, ...)
... when any
* map(..., pages[i], ...)
... when any
(
* put(pages[j])
|
* put(pages, ...)
)

@single depends on context || org || report exists@
identifier get =~ "^get_user_pages(_fast|_remote|_unlocked)?$";
identifier map =~ "^(kmap|kmap_atomic|kmap_local_page|page_address|page_to_virt|sg_set_page|dma_map_page)$";
expression page;
position p;
@@
* get@p(..., &page, ...)
... when any
* map(..., page, ...)
... when any
* put_page(page)

@script:python depends on org@
p << array.p;
@@
coccilib.org.print_todo(p[0], "WARNING: data of gotten pages is accessed")

@script:python depends on report@
p << array.p;
get << array.get;
map << array.map;
@@
coccilib.report.print_report(p[0], "WARNING: pages from %s() go to %s() and are put here: use pin%s() and unpin_user_page()" % (get, map, str(get)[3:]))

@script:python depends on org@
p << single.p;
@@
coccilib.org.print_todo(p[0], "WARNING: data of a gotten page is accessed")

@script:python depends on report@
p << single.p;
get << single.get;
map << single.map;
@@
coccilib.report.print_report(p[0], "WARNING: a page from %s() goes to %s() and is put here: use pin%s() and unpin_user_page()" % (get, map, str(get)[3:]))
