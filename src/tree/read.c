// SPDX-License-Identifier: GPL-2.0-only
/*
 * read.c - read a file that may be anything
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tree/private.h"
#include "tree/read.h"

/*
 * Plain read() rather than a mapping: a file that shrinks while it is looked
 * at must not end in SIGBUS.
 */
static int read_all(int fd, GByteArray *buf)
{
	size_t done = 0;
	ssize_t n;

	for (;;) {
		if (done == buf->len)
			g_byte_array_set_size(buf, buf->len + 65536);
		n = read(fd, buf->data + done, buf->len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		if (!n)
			break;
		done += n;
		if (done > TREE_FILE_MAX)
			return EFBIG;
	}
	g_byte_array_set_size(buf, done);
	return 0;
}

int read_regular(const char *path, GByteArray *buf, char **why)
{
	/* Without O_NONBLOCK a FIFO would stop us for good. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	int err = 0;

	if (fd < 0 || fstat(fd, &st)) {
		err = errno;
		goto out;
	}
	if (!S_ISREG(st.st_mode)) {
		err = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		*why = g_strdup("not a regular file");
		goto out;
	}
	if ((uint64_t)st.st_size > TREE_FILE_MAX) {
		err = EFBIG;
		goto out;
	}
	/* One byte more, so that the end is seen without growing. */
	g_byte_array_set_size(buf, st.st_size + 1);
	err = read_all(fd, buf);
out:
	if (err && !*why)
		*why = g_strdup(g_strerror(err));
	if (fd >= 0)
		close(fd);
	return err;
}

char *read_text(const char *path, int *err, char **why)
{
	g_autoptr(GByteArray) buf = g_byte_array_new();

	*err = read_regular(path, buf, why);
	return *err ? NULL :
		      g_utf8_make_valid((const char *)buf->data, buf->len);
}

bool tree_read_file(const char *path, char **text, gsize *len, GError **error)
{
	g_autoptr(GByteArray) buf = g_byte_array_new();
	g_autofree char *why = NULL;

	if (read_regular(path, buf, &why)) {
		g_set_error(error, G2P_ERROR, G2P_ERROR_IO,
			    "%s: cannot be read: %s", path, why);
		return false;
	}
	*len = buf->len;
	g_byte_array_append(buf, (const guint8 *)"", 1);
	*text = (char *)g_byte_array_free(g_steal_pointer(&buf), FALSE);
	return true;
}
