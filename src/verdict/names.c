// SPDX-License-Identifier: GPL-2.0-only
/* names.c - names of the model's enumerations */
#include <stdarg.h>
#include "verdict/case.h"

const char *verdict_class_name(enum verdict_class class)
{
	static const char *const names[N_CLASSES] = {
		[CLASS_DIO] = "dio",	       [CLASS_LONGTERM] = "longterm",
		[CLASS_NOTIFIER] = "notifier", [CLASS_PAGEONLY] = "pageonly",
		[CLASS_DATA] = "data",	       [CLASS_MM] = "mm",
		[CLASS_UNKNOWN] = "unknown",
	};

	return class < N_CLASSES ? names[class] : "unknown";
}

const char *verdict_action_name(enum verdict_action action)
{
	static const char *const names[N_ACTIONS] = {
		[ACTION_KEEP] = "keep",
		[ACTION_CONVERT] = "convert",
		[ACTION_MANUAL] = "manual",
	};

	return action < N_ACTIONS ? names[action] : "manual";
}

const char *verdict_role_name(enum verdict_role role)
{
	static const char *const names[N_ROLES] = {
		[ROLE_ACQUIRE] = "acquire", [ROLE_STORE] = "store",
		[ROLE_USE] = "use",	    [ROLE_PASS] = "pass",
		[ROLE_RETURN] = "return",   [ROLE_RELEASE] = "release",
		[ROLE_ENTRY] = "entry",	    [ROLE_ESCAPE] = "escape",
		[ROLE_ASSUME] = "assume",
	};

	return role < N_ROLES ? names[role] : "assume";
}

const char *verdict_severity_name(enum verdict_severity severity)
{
	static const char *const names[] = {
		[SEVERITY_ERROR] = "error",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_NOTE] = "note",
	};

	return names[severity];
}

unsigned int verdict_line(const struct facts_loc *loc)
{
	return loc->macro == FACTS_MACRO_BODY && loc->exp_line ? loc->exp_line :
								  loc->line;
}

const char *verdict_printf(const char *fmt, ...)
{
	g_autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	return g_intern_string(text);
}
