// SPDX-License-Identifier: GPL-2.0-only
/// FOLL_GET and FOLL_PIN are set by the gup functions themselves: a caller
/// chooses between them by calling get_user_pages*() or pin_user_pages*().
/// FOLL_LONGTERM is for pin_user_pages*() only; see
/// Documentation/core-api/pin_user_pages.rst.
//# Flags that come in through a variable are not seen; gup2pin lint follows
//# them.
//
// Confidence: High
// Copyright: (C) 2026 gup2pin developers
// Options: --no-includes --include-headers

virtual patch
virtual context
virtual org
virtual report

@depends on patch@
identifier get =~ "^get_user_pages(_fast|_remote|_unlocked|_longterm)?$";
expression X;
@@
 get(...,
(
- FOLL_GET
+ 0
|
  X
- | FOLL_GET
|
- FOLL_GET |
  X
)
  , ...)

@depends on patch@
identifier pin =~ "^pin_user_pages(_fast|_remote|_unlocked)?$";
expression X;
@@
 pin(...,
(
- FOLL_PIN
+ 0
|
  X
- | FOLL_PIN
|
- FOLL_PIN |
  X
)
  , ...)

@inner depends on context || org || report@
identifier gup =~ "^(get|pin)_user_pages(_fast|_remote|_unlocked|_longterm)?$";
position p;
@@
* gup@p(..., <+...\(FOLL_GET\|FOLL_PIN\)...+>, ...)

@longterm depends on context || org || report@
identifier get =~ "^get_user_pages(_fast|_remote|_unlocked)?$";
position p;
@@
* get@p(..., <+...FOLL_LONGTERM...+>, ...)

@script:python depends on org@
p << inner.p;
@@
coccilib.org.print_todo(p[0], "WARNING: FOLL_GET or FOLL_PIN is not for callers")

@script:python depends on report@
p << inner.p;
gup << inner.gup;
@@
coccilib.report.print_report(p[0], "WARNING: FOLL_GET or FOLL_PIN passed to %s()" % gup)

@script:python depends on org@
p << longterm.p;
@@
coccilib.org.print_todo(p[0], "ERROR: FOLL_LONGTERM without a pin")

@script:python depends on report@
p << longterm.p;
get << longterm.get;
@@
coccilib.report.print_report(p[0], "ERROR: FOLL_LONGTERM passed to %s(): only a pin may be long-term, use pin%s()" % (get, str(get)[3:]))
