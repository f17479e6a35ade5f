// SPDX-License-Identifier: GPL-2.0-only
/* manifest.c - walk a tree and note the state of its files */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tree/manifest.h"

/**
 * struct walk - the directories that are still to be looked at
 * @m: the result
 * @lock: guards what is below
 * @more: a directory was added, or the last one is done
 * @dirs: (element-type char*): relative paths; owned
 * @busy: threads that are at one
 */
struct walk {
	struct manifest *m;
	GMutex lock;
	GCond more;
	GPtrArray *dirs;
	unsigned int busy;
};

/**
 * struct part - what one thread finds
 * @walk: whose
 * @files: as in the manifest
 * @chunk: owns the paths
 * @path: of the directory, then of the file: a buffer
 */
struct part {
	struct walk *walk;
	GArray *files;
	GStringChunk *chunk;
	GString *path;
};

/* What no stage ever reads. */
static bool is_product(const char *name)
{
	static const char *const ends[] = { ".o",	".ko",	".a",  ".so",
					    ".cmd",	".mod", ".d",  ".order",
					    ".symvers", ".swp", ".rst" };
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < G_N_ELEMENTS(ends); i++)
		if (!strcmp(dot, ends[i]))
			return true;
	return false;
}

static bool skip_dir(const char *path, const char *name)
{
	return !strcmp(name, ".git") || strlen(path) > PATH_MAX;
}

/* The texts below Documentation have a few Kconfig files among them. */
static bool skip_file(const char *path, const char *name)
{
	if (is_product(name))
		return true;
	return g_str_has_prefix(path, "Documentation/") &&
	       !g_str_has_prefix(name, "Kconfig") &&
	       !g_str_has_prefix(name, "Makefile") &&
	       !g_str_has_suffix(name, ".c") && !g_str_has_suffix(name, ".h");
}

static gint64 nsec(const struct timespec *t)
{
	return t->tv_sec * 1000000000ll + t->tv_nsec;
}

static void add_file(struct part *p, int fd, const char *name)
{
	gint64 taken = p->walk->m->taken * 1000;
	struct manifest_file f = { .size = -1 };
	struct stat st;

	if (!fstatat(fd, name, &st, 0) && S_ISREG(st.st_mode)) {
		f.mtime = nsec(&st.st_mtim);
		f.ctime = nsec(&st.st_ctim);
		f.ino = st.st_ino;
		f.regular = true;
		if (MAX(f.mtime, f.ctime) + MANIFEST_RACY_NSEC < taken)
			f.size = st.st_size;
	} else if (!fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) &&
		   S_ISLNK(st.st_mode)) {
		/* a link to a directory, or to nothing */
		f.mtime = nsec(&st.st_mtim);
		f.ctime = nsec(&st.st_ctim);
		f.ino = st.st_ino;
		f.size = st.st_size;
	}
	f.path =
		g_string_chunk_insert_len(p->chunk, p->path->str, p->path->len);
	g_array_append_val(p->files, f);
}

static void add_dir(struct walk *w, const char *path)
{
	g_mutex_lock(&w->lock);
	g_ptr_array_add(w->dirs, g_strdup(path));
	g_cond_signal(&w->more);
	g_mutex_unlock(&w->lock);
}

static unsigned char entry_type(int fd, const struct dirent *e)
{
	struct stat st;

	if (e->d_type != DT_UNKNOWN)
		return e->d_type;
	if (fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW))
		return DT_UNKNOWN;
	return S_ISDIR(st.st_mode) ? DT_DIR :
	       S_ISREG(st.st_mode) ? DT_REG :
	       S_ISLNK(st.st_mode) ? DT_LNK :
				     DT_CHR;
}

static void list_dir(struct part *p, const char *dir)
{
	g_autofree char *full =
		*dir ? g_build_filename(p->walk->m->root, dir, NULL) :
		       g_strdup(p->walk->m->root);
	DIR *d = opendir(full);
	const struct dirent *e;
	size_t len;

	g_string_assign(p->path, dir);
	if (*dir)
		g_string_append_c(p->path, '/');
	len = p->path->len;
	while (d && (e = readdir(d))) {
		unsigned char type = entry_type(dirfd(d), e);

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		g_string_truncate(p->path, len);
		g_string_append(p->path, e->d_name);
		if (type == DT_DIR && !skip_dir(p->path->str, e->d_name))
			add_dir(p->walk, p->path->str);
		else if ((type == DT_REG || type == DT_LNK) &&
			 !skip_file(p->path->str, e->d_name))
			add_file(p, dirfd(d), e->d_name);
	}
	if (d)
		closedir(d);
}

/* Return: (transfer full): NULL when all are done */
static char *next_dir(struct walk *w)
{
	char *dir = NULL;

	g_mutex_lock(&w->lock);
	while (!w->dirs->len && w->busy)
		g_cond_wait(&w->more, &w->lock);
	if (w->dirs->len) {
		dir = g_ptr_array_steal_index(w->dirs, w->dirs->len - 1);
		w->busy++;
	}
	g_mutex_unlock(&w->lock);
	return dir;
}

static void *walk_thread(void *data)
{
	struct part *p = data;
	struct walk *w = p->walk;
	char *dir;

	while ((dir = next_dir(w))) {
		list_dir(p, dir);
		g_free(dir);
		g_mutex_lock(&w->lock);
		w->busy--;
		g_cond_broadcast(&w->more);
		g_mutex_unlock(&w->lock);
	}
	return NULL;
}

static void part_init(struct part *p, struct walk *w)
{
	p->walk = w;
	p->files = g_array_new(FALSE, FALSE, sizeof(struct manifest_file));
	p->chunk = g_string_chunk_new(1 << 16);
	p->path = g_string_new(NULL);
}

static void part_take(struct part *p)
{
	struct manifest *m = p->walk->m;

	if (p->files->len)
		g_array_append_vals(m->files, p->files->data, p->files->len);
	g_ptr_array_add(m->chunks, p->chunk);
	g_array_unref(p->files);
	g_string_free(p->path, TRUE);
}

static int by_path(gconstpointer pa, gconstpointer pb)
{
	const struct manifest_file *a = pa, *b = pb;

	return strcmp(a->path, b->path);
}

struct manifest *manifest_new(const char *root, unsigned int jobs)
{
	struct manifest *m = g_new0(struct manifest, 1);
	struct walk w = { .m = m };
	struct part parts[16];
	GThread *threads[16] = { NULL };

	jobs = CLAMP(jobs, 1, G_N_ELEMENTS(parts));
	m->root = g_strdup(root);
	m->files = g_array_new(FALSE, FALSE, sizeof(struct manifest_file));
	m->chunks = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_string_chunk_free);
	m->taken = g_get_real_time();
	g_mutex_init(&w.lock);
	g_cond_init(&w.more);
	w.dirs = g_ptr_array_new();
	g_ptr_array_add(w.dirs, g_strdup(""));
	for (unsigned int i = 0; i < jobs; i++)
		part_init(&parts[i], &w);
	for (unsigned int i = 1; i < jobs; i++)
		threads[i] = g_thread_try_new("manifest", walk_thread,
					      &parts[i], NULL);
	walk_thread(&parts[0]);
	for (unsigned int i = 0; i < jobs; i++) {
		if (threads[i])
			g_thread_join(threads[i]);
		part_take(&parts[i]);
	}
	g_array_sort(m->files, by_path);
	g_ptr_array_unref(w.dirs);
	g_mutex_clear(&w.lock);
	g_cond_clear(&w.more);
	return m;
}

void manifest_free(struct manifest *m)
{
	if (!m)
		return;
	g_free(m->root);
	g_array_unref(m->files);
	g_ptr_array_unref(m->chunks);
	g_free(m);
}

const struct manifest_file *manifest_find(const struct manifest *m,
					  const char *path)
{
	const struct manifest_file key = { .path = path };
	guint at;

	if (!g_array_binary_search(m->files, &key, by_path, &at))
		return NULL;
	return &g_array_index(m->files, struct manifest_file, at);
}

bool manifest_same(const struct manifest_file *a, const struct manifest_file *b)
{
	return a->size >= 0 && a->size == b->size && a->mtime == b->mtime &&
	       a->ctime == b->ctime && a->ino == b->ino;
}
