// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_tree_api.c - the rules load, and wrong rules are refused by name
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include "tree/api.h"
#include "tree/error.h"

#define HEAD "{\"schema\": \"gup2pin-api/1\", "

static char *dir;

static int make_dir(void **state)
{
	g_setenv("GUP2PIN_RULES", TEST_RULES_DIR, TRUE);
	dir = g_dir_make_tmp("g2p-test-XXXXXX", NULL);
	return dir ? 0 : -1;
}

static int drop_dir(void **state)
{
	g_autofree char *file = g_build_filename(dir, "api.json", NULL);

	g_unlink(file);
	g_rmdir(dir);
	g_free(dir);
	return 0;
}

static struct api *load_text(const char *text, size_t len, GError **error)
{
	g_autofree char *file = g_build_filename(dir, "api.json", NULL);
	const char *extra[] = { file, NULL };

	assert_true(g_file_set_contents(file, text, len, NULL));
	return api_load(extra, error);
}

/* The text is refused, and the message names @member. */
static void refuse(const char *text, const char *member)
{
	g_autoptr(GError) error = NULL;

	assert_null(load_text(text, strlen(text), &error));
	assert_true(g_error_matches(error, G2P_ERROR, G2P_ERROR_DATA));
	if (!strstr(error->message, member))
		fail_msg("\"%s\" does not name \"%s\"", error->message, member);
	assert_null(strchr(error->message, '\n'));
}

static const struct api_effect *effect(const struct api *api, const char *name,
				       enum api_effect_kind kind)
{
	const struct api_func *f = api_func(api, name);

	assert_non_null(f);
	for (unsigned int i = 0; i < f->n_effects; i++)
		if (f->effects[i].kind == kind)
			return &f->effects[i];
	fail_msg("%s has no effect %d", name, kind);
	return NULL;
}

static void test_acquire(void **state)
{
	struct api *api = api_load(NULL, NULL);
	const struct api_acquire *a;

	assert_non_null(api);
	a = api_acquire(api, "get_user_pages_fast");
	assert_non_null(a);
	assert_int_equal(a->family, API_GET);
	assert_string_equal(a->pin, "pin_user_pages_fast");
	assert_int_equal(a->returns, API_RET_COUNT);
	assert_false(a->longterm);
	assert_string_equal(a->params[3], "pages");
	a = api_acquire(api, "get_user_pages_longterm");
	assert_true(a->longterm);
	assert_string_equal(a->pin, "pin_user_pages");
	a = api_acquire(api, "pin_longterm_pages_remote");
	assert_true(a->longterm);
	assert_string_equal(a->pin, "pin_user_pages_remote");
	a = api_acquire(api, "get_user_page_vma_remote");
	assert_int_equal(a->returns, API_RET_PAGE);
	assert_null(a->pin);
	assert_null(a->pages[0]);
	assert_int_equal(api_acquire(api, "get_user_page_fast_only")->returns,
			 API_RET_BOOL);
	assert_non_null(api_acquire(api, "__get_user_pages_fast"));
	assert_null(api_acquire(api, "put_page"));
	assert_null(api_acquire(api, NULL));
	api_free(api);
}

/* Each acquire entry is complete enough to be found and to be converted. */
static void test_acquire_consistent(void **state)
{
	struct api *api = api_load(NULL, NULL);
	const char *const *names = api_gup_names(api);
	const char *last = "";

	for (; *names; names++) {
		const struct api_acquire *a = api_acquire(api, *names);

		assert_true(strcmp(last, *names) < 0);
		last = *names;
		assert_non_null(a->params[0]);
		assert_non_null(a->flags[0]);
		if (a->pin) {
			assert_non_null(api_acquire(api, a->pin));
			assert_int_equal(api_acquire(api, a->pin)->family,
					 API_PIN);
		}
		if (a->family == API_PIN)
			assert_string_equal(a->pin, a->name);
	}
	api_free(api);
}

static void test_release(void **state)
{
	struct api *api = api_load(NULL, NULL);
	const struct api_release *r;

	r = api_release(api, "put_page");
	assert_int_equal(r->family, API_GET);
	assert_int_equal(r->form, API_FORM_PAGE);
	assert_int_equal(r->count, -1);
	assert_int_equal(r->dirty, -1);
	assert_string_equal(r->unpin[0], "unpin_user_page");
	assert_string_equal(r->unpin[1], "put_user_page");
	assert_null(r->unpin[2]);
	r = api_release(api, "unpin_user_pages_dirty_lock");
	assert_int_equal(r->family, API_PIN);
	assert_int_equal(r->count, 1);
	assert_int_equal(r->dirty, 2);
	assert_true(r->may_sleep);
	assert_null(r->unpin[0]);
	assert_int_equal(api_release(api, "put_user_pages_dirty")->dirty, -2);
	assert_int_equal(
		api_release(api, "unpin_user_page_range_dirty_lock")->form,
		API_FORM_RANGE);
	api_free(api);
}

static void test_functions(void **state)
{
	struct api *api = api_load(NULL, NULL);
	const struct api_effect *e;

	e = effect(api, "sg_set_page", API_EFFECT_FLOW);
	assert_int_equal(e->from, 1);
	assert_int_equal(e->to, 0);
	assert_int_equal(e->shape, API_SHAPE_CONTAINER);
	e = effect(api, "sg_page", API_EFFECT_FLOW);
	assert_int_equal(e->to, API_ARG_RET);
	assert_int_equal(e->shape, API_SHAPE_PAGE);
	e = effect(api, "dma_map_page_attrs", API_EFFECT_USE);
	assert_int_equal(e->from, 1);
	assert_int_equal(e->access, API_DEV_READ | API_DEV_WRITE);
	e = effect(api, "memcpy", API_EFFECT_USE);
	assert_true((e->from == 0 && e->access == API_CPU_WRITE) ||
		    (e->from == 1 && e->access == API_CPU_READ));
	assert_int_equal(effect(api, "get_page", API_EFFECT_REF)->from, 0);
	assert_int_equal(
		effect(api, "skb_fill_page_desc", API_EFFECT_TAKE)->from, 2);
	assert_int_equal(
		effect(api, "set_page_dirty_lock", API_EFFECT_DIRTY)->from, 0);
	assert_int_equal(effect(api, "alloc_pages", API_EFFECT_SOURCE)->to,
			 API_ARG_RET);
	/* Not a remark, for all its underscores. */
	assert_int_equal(effect(api, "__bio_add_page", API_EFFECT_FLOW)->from,
			 1);
	assert_int_equal(api_func(api, "spin_lock")->atomic, 1);
	assert_int_equal(api_func(api, "spin_unlock")->atomic, -1);
	assert_int_equal(api_func(api, "kmap_atomic")->atomic, 1);
	assert_true(api_func(api, "panic")->noreturn);
	assert_true(api_func(api, "mmu_interval_read_retry")->notifier_guard);
	assert_int_equal(api_func(api, "call_rcu")->callback[1],
			 API_ENTRY_RELEASE);
	/* the handler and the thread */
	assert_int_equal(api_func(api, "request_threaded_irq")->callback[1],
			 API_ENTRY_INTERRUPT);
	assert_int_equal(api_func(api, "request_threaded_irq")->callback[2],
			 API_ENTRY_INTERRUPT);
	assert_int_equal(api_func(api, "PageHuge")->n_effects, 0);
	assert_int_equal(api_func(api, "PageHuge")->callback[0],
			 API_ENTRY_NONE);
	assert_null(api_func(api, "no_such_function"));
	api_free(api);
}

static void test_slots(void **state)
{
	struct api *api = api_load(NULL, NULL);

	assert_int_equal(api_slot(api, "file_operations", "release"),
			 API_ENTRY_RELEASE);
	assert_int_equal(api_slot(api, "file_operations", "unlocked_ioctl"),
			 API_ENTRY_CALL);
	assert_int_equal(api_slot(api, "mmu_notifier_ops", "release"),
			 API_ENTRY_NOTIFIER);
	assert_int_equal(api_slot(api, "work_struct", "func"), API_ENTRY_WORK);
	assert_int_equal(api_slot(api, "work_struct", "data"), API_ENTRY_NONE);
	assert_int_equal(api_slot(api, "bio", "bi_end_io"),
			 API_ENTRY_COMPLETION);
	assert_int_equal(api_slot(api, "nobody", "x"), API_ENTRY_NONE);
	assert_int_equal(api_slot(api, NULL, NULL), API_ENTRY_NONE);
	assert_true(api_container(api, "sg_table"));
	assert_false(api_container(api, "file"));
	assert_false(api_container(api, NULL));
	api_free(api);
}

static void test_extra(void **state)
{
	static const char text[] = HEAD
		"\"acquire\": {\"my_gup\": {\"family\": \"get\", \"pin\": null}},"
		"\"release\": {\"my_put\": {\"family\": \"get\", \"form\": \"page\"}},"
		"\"functions\": {\"sg_page\": {\"use\": {\"*\": \"r\"}}, \"put_page\": {}},"
		"\"groups\": [{\"names\": [\"f1\", \"f2\"], \"ref\": [\"*\"], \"note\": \"n\"}],"
		"\"slots\": {\"file_operations\": {\"flush\": \"call\"}},"
		"\"containers\": [\"mine\"], \"_comment\": 1}";
	struct api *api = load_text(text, strlen(text), NULL);

	assert_non_null(api);
	assert_non_null(api_acquire(api, "my_gup"));
	assert_null(api_acquire(api, "my_gup")->pin);
	assert_non_null(api_release(api, "my_put"));
	/* An entry replaces the one of the same name, also across sections. */
	assert_int_equal(api_func(api, "sg_page")->n_effects, 1);
	assert_int_equal(api_func(api, "sg_page")->effects[0].from,
			 API_ARG_ANY);
	assert_null(api_release(api, "put_page"));
	assert_non_null(api_func(api, "put_page"));
	assert_int_equal(api_func(api, "f2")->effects[0].kind, API_EFFECT_REF);
	assert_int_equal(api_slot(api, "file_operations", "flush"),
			 API_ENTRY_CALL);
	assert_int_equal(api_slot(api, "file_operations", "release"),
			 API_ENTRY_RELEASE);
	assert_true(api_container(api, "mine"));
	api_free(api);
}

static void test_refused(void **state)
{
	refuse("[]", "not a JSON object");
	refuse("{}", "schema");
	refuse("{\"schema\": \"gup2pin-api/9\"}", "schema");
	refuse("{\"schema\": \"gup2pin-api/1\",\n\n oops}", "api.json:3");
	refuse("", "api.json:1");
	refuse("{\"schema\"", "ends too early");
	refuse(HEAD "\"function\": {}}", "function: unknown member");
	refuse(HEAD "\"functions\": []}", "functions");
	refuse(HEAD "\"functions\": {\"f\": {\"flw\": []}}}",
	       "functions.f.flw: unknown member");
	refuse(HEAD "\"functions\": {\"f\": {\"flow\": [\"0>ret\"]}}}",
	       "functions.f.flow[0]");
	refuse(HEAD "\"functions\": {\"f\": {\"flow\": [\"0>ret:pages\"]}}}",
	       "\"pages\" is not a shape");
	refuse(HEAD "\"functions\": {\"f\": {\"flow\": [\"0>0:same\"]}}}",
	       "functions.f.flow[0]");
	refuse(HEAD "\"functions\": {\"f\": {\"flow\": [\"x>0:same\"]}}}",
	       "\"x\" is not an argument");
	refuse(HEAD
	       "\"functions\": {\"f\": {\"flow\": [\"99999999999>0:same\"]}}}",
	       "is not an argument");
	refuse(HEAD "\"functions\": {\"f\": {\"use\": {\"0\": \"rx\"}}}}",
	       "functions.f.use.0");
	refuse(HEAD "\"functions\": {\"f\": {\"use\": {\"-1\": \"r\"}}}}",
	       "functions.f.use.-1");
	refuse(HEAD "\"functions\": {\"f\": {\"ref\": [-1]}}}",
	       "functions.f.ref[0]");
	refuse(HEAD "\"functions\": {\"f\": {\"take\": [\"ret\"]}}}",
	       "functions.f.take[0]");
	refuse(HEAD
	       "\"functions\": {\"f\": {\"callback\": {\"ret\": \"work\"}}}}",
	       "functions.f.callback.ret");
	refuse(HEAD "\"functions\": {\"f\": {\"atomic\": 2}}}",
	       "functions.f.atomic");
	refuse(HEAD "\"functions\": {\"f\": {\"names\": []}}}", "groups");
	refuse(HEAD "\"functions\": {\"f\": 1}}", "functions.f");
	refuse(HEAD "\"groups\": [{\"ref\": [0]}]}", "groups[0]");
	refuse(HEAD "\"groups\": [{\"names\": [\"f\", \"f\"]}]}", "already");
	refuse(HEAD "\"groups\": [{\"names\": [\"\"]}]}", "groups[0].names[0]");
	refuse(HEAD "\"groups\": [{\"names\": [\"a\\u0000b\"]}]}", "NUL");
	refuse(HEAD "\"acquire\": {\"g\": {}}}", "acquire.g");
	refuse(HEAD "\"acquire\": {\"g\": {\"family\": \"take\"}}}",
	       "acquire.g.family");
	refuse(HEAD
	       "\"acquire\": {\"g\": {\"family\": \"pin\", \"no_longterm\": {\"with\": \"x\"}}}}",
	       "acquire.g.no_longterm");
	refuse(HEAD
	       "\"acquire\": {\"g\": {\"family\": \"pin\", \"no_longterm\": {\"before\": \"x\"}}}}",
	       "not a version");
	refuse(HEAD "\"assume\": {\"next\": {}}}", "assume.next");
	refuse(HEAD "\"assume\": {\"5.6\": {\"f\": 1}}}", "assume.5.6.f");
	refuse(HEAD "\"assume\": {\"5.6\": {\"f\": \"a\\nb\"}}}",
	       "more than one line");
	refuse(HEAD "\"release\": {\"p\": {\"family\": \"get\"}}}", "form");
	refuse(HEAD "\"slots\": {\"s\": {\"f\": \"never\"}}}", "slots.s.f");
	refuse(HEAD "\"headers\": [\"../../etc/passwd\"]}", "headers");
	refuse(HEAD "\"headers\": [\"/etc/passwd\"]}", "headers");
}

/* Cut off anywhere, the file is an error and never a crash. */
static void test_truncated(void **state)
{
	static const char text[] = HEAD
		"\"functions\": {\"f\": {\"flow\": [\"0>ret:map\"], \"use\": {\"1\": \"dev-rw\"}}}}";

	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		g_autoptr(GError) error = NULL;

		assert_null(load_text(text, len, &error));
		assert_non_null(error);
	}
}

static void test_unreadable(void **state)
{
	g_autofree char *missing = g_build_filename(dir, "missing", NULL);
	const char *extra[] = { missing, NULL };
	g_autoptr(GError) error = NULL;

	assert_null(api_load(extra, &error));
	assert_true(g_error_matches(error, G2P_ERROR, G2P_ERROR_IO));
	assert_non_null(strstr(error->message, missing));
	g_clear_error(&error);
	extra[0] = dir;
	assert_null(api_load(extra, &error));
	assert_non_null(error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_acquire),
		cmocka_unit_test(test_acquire_consistent),
		cmocka_unit_test(test_release),
		cmocka_unit_test(test_functions),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_extra),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_unreadable),
	};

	return cmocka_run_group_tests(tests, make_dir, drop_dir);
}
