// SPDX-License-Identifier: GPL-2.0-only
/* rules.c - the table of lint rules */
#include <string.h>
#include "verdict/rules.h"

static const struct verdict_rule table[N_VERDICT_RULES] = {
	[RULE_SHOULD_PIN] = {
		.name = "should-pin",
		.severity = SEVERITY_WARNING,
		.enabled = true,
		.mended = true,
		.summary = "get_user_pages*() takes pages whose data is accessed",
		.why = "A reference taken with get_user_pages*() looks like any other, so the memory manager cannot tell that a device or the CPU touches the data behind it. Take the pages with the matching pin_user_pages*() and release all of them with unpin_user_page*(). A read by the CPU alone is not reported.",
	},
	[RULE_MISSING_LONGTERM] = {
		.name = "missing-longterm",
		.severity = SEVERITY_ERROR,
		.enabled = true,
		.mended = true,
		.summary = "a pin outlives the call and is taken without FOLL_LONGTERM",
		.why = "Pages pinned for as long as user space or a driver likes must not lie in ZONE_MOVABLE or CMA, and must not belong to a file on a DAX device; FOLL_LONGTERM migrates or refuses them. Add it to gup_flags. A warning instead of an error means that the evidence is indirect; a note, that nothing is seen to end the life of what keeps the pages, which may be one I/O.",
	},
	[RULE_RELEASE_MISMATCH] = {
		.name = "release-mismatch",
		.severity = SEVERITY_ERROR,
		.enabled = true,
		.mended = true,
		.summary = "pages are released by the wrong family of functions",
		.why = "What pin_user_pages*() took is counted apart from ordinary references. put_page() on it leaves the page pinned for ever, unpin_user_page*() on an ordinary reference takes away a pin that somebody else holds. Release pins with unpin_user_page*(), references with put_page() or its relatives.",
	},
	[RULE_PIN_LEAK] = {
		.name = "pin-leak",
		.severity = SEVERITY_WARNING,
		.enabled = true,
		.summary = "an error path neither releases nor keeps the pages taken",
		.why = "Nothing can reach the pages any more once the function has returned: their references are never dropped and the memory is lost until reboot. Release them on this path as on the others. A short result of the gup call has pages to release, too.",
	},
	[RULE_LONGTERM_WITHOUT_PIN] = {
		.name = "longterm-without-pin",
		.severity = SEVERITY_ERROR,
		.enabled = true,
		.mended = true,
		.summary = "FOLL_LONGTERM is passed to a get_user_pages*() function",
		.why = "FOLL_LONGTERM is defined for pins only; without FOLL_PIN the kernel warns once and refuses the call, or, in older kernels, takes pages that nobody knows to be in use. Call the matching pin_user_pages*().",
	},
	[RULE_FOLL_AT_CALL] = {
		.name = "foll-get-or-pin-at-call",
		.severity = SEVERITY_ERROR,
		.enabled = true,
		.mended = true,
		.summary = "a caller passes FOLL_GET or FOLL_PIN itself",
		.why = "These two flags are for the memory manager to set. get_user_pages*() and pin_user_pages*() do so themselves: a caller that passes FOLL_PIN, or FOLL_GET to a pin function, is refused by current kernels; FOLL_GET to a get function says nothing (a note). Choose the function instead of the flag.",
	},
	[RULE_PIN_FOR_PAGEONLY] = {
		.name = "pin-for-pageonly",
		.severity = SEVERITY_NOTE,
		.enabled = true,
		.summary = "pages are pinned though nobody touches their data",
		.why = "Who looks at struct page, the page frame number or the address alone needs an ordinary reference. A pin is not wrong, but it tells writeback and copy-on-write about an access that does not happen.",
	},
	[RULE_DIRTY_MISSING] = {
		.name = "dirty-missing",
		.severity = SEVERITY_NOTE,
		.enabled = true,
		.summary = "pages are written and no release marks them dirty",
		.why = "What was written through a mapping of the kernel may be lost when the page is reclaimed or belongs to a file. Call set_page_dirty_lock() before the release, or release with unpin_user_pages_dirty_lock().",
	},
	[RULE_UNCLASSIFIED] = {
		.name = "unclassified",
		.severity = SEVERITY_NOTE,
		.enabled = true,
		.summary = "the analysis could not tell what the pages are used for",
		.why = "The message says what is missing. Such a call is never converted; a person has to look at it. gup2pin explain FILE:LINE shows how far the pages were followed, --follow and --api help it on.",
	},
	[RULE_UNPARSED] = {
		.name = "unparsed",
		.severity = SEVERITY_WARNING,
		.enabled = true,
		.summary = "a call could not be analysed: it does not compile here",
		.why = "Nothing is known of the pages of such a call, so silence about it would mean nothing. The message has what the compiler said. For an out-of-tree module name the kernel that it is built with in --kernel, or put the call into the branch of an #if that selects it. A branch that is not selected is no finding; --all-branches looks at it.",
	},
	[RULE_KEEP_COMMENT] = {
		.name = "keep-comment",
		.severity = SEVERITY_WARNING,
		.enabled = true,
		.summary = "a gup2pin: comment cannot be read or is not needed",
		.why = "A comment that overrules the analysis is there for the next reader as well: it names a class and a reason, and goes when the call goes or when the analysis comes to say the same. The form is: gup2pin: keep CLASS - REASON, on the line of the call or above its statement.",
	},
};

const struct verdict_rule *verdict_rule(enum verdict_rule_id id)
{
	return &table[id];
}

enum verdict_rule_id verdict_rule_find(const char *name)
{
	unsigned int id;

	for (id = 0; id < N_VERDICT_RULES; id++)
		if (!strcmp(table[id].name, name))
			break;
	return id;
}
