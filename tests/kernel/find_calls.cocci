// SPDX-License-Identifier: GPL-2.0-only
// Where spatch sees a call of a gup function: FILE:LINE:COLUMN NAME lines.
// @NAMES@ is replaced by the names, separated by |.
@call@
identifier f =~ "^(@NAMES@)$";
position p;
@@
 f@p(...)

@script:python@
p << call.p;
f << call.f;
@@
for at in p:
    print("CALL %s:%s:%d %s" % (at.file, at.line, int(at.column) + 1, f))
