/* Whole files, and where they lie. The build for browsers has them from memory instead (web/engine/unpack.c). */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool path_is_beside(const char *path, const char *file)
{
    char real[PATH_MAX], folder[PATH_MAX];
    const char *slash = strrchr(file, '/');
    int length = snprintf(real, sizeof real, "%.*s", slash ? (int)(slash - file) : 0, file);
    if (length < 0 || (size_t)length >= sizeof real)
        return false;
    const char *named = !slash ? "." : slash == file ? "/" : real;
    if (!realpath(named, folder) || !realpath(path, real))
        return errno == ENOENT; /* reading it will say so */
    size_t inside = strcmp(folder, "/") == 0 ? 0 : strlen(folder);
    return strncmp(real, folder, inside) == 0 && real[inside] == '/';
}

static const char *kind_of(mode_t mode)
{
    return S_ISDIR(mode)    ? "a directory"
           : S_ISFIFO(mode) ? "a pipe"
           : S_ISSOCK(mode) ? "a socket"
                            : "a device";
}

static truce_status too_large(const char *path, size_t limit, truce_error *error)
{
    return error_set(error, TRUCE_BAD_INPUT, path, 0, "the file is larger than the limit of %zu bytes",
                     limit);
}

/* Only regular files are read: a pipe or a terminal would be waited for, and a device may have no end.
 * O_NONBLOCK, since opening a pipe waits for its writer. A file that is too large, be it full of holes, is told by its
 * size. */
static truce_status open_regular(const char *path, size_t limit, int *fd, truce_error *error)
{
    struct stat status;
    *fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (*fd < 0)
        return error_set(error, TRUCE_BAD_INPUT, path, 0, "cannot read the file: %s",
                         errno == ENXIO ? "it is a socket or a device" : strerror(errno));
    bool known = fstat(*fd, &status) == 0, regular = known && S_ISREG(status.st_mode);
    if (regular && (uintmax_t)status.st_size <= limit)
        return TRUCE_OK;
    close(*fd);
    errno = known && S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    if (regular)
        return too_large(path, limit, error);
    return error_set(error, TRUCE_BAD_INPUT, path, 0,
                     "cannot read the file: it is %s, and not a regular file",
                     known ? kind_of(status.st_mode) : "of an unknown kind");
}

FILE *text_open_file(const char *path)
{
    int fd;
    if (open_regular(path, SIZE_MAX, &fd, NULL) != TRUCE_OK)
        return NULL;
    FILE *stream = fdopen(fd, "rb");
    int reason = errno;
    if (!stream) {
        close(fd);
        errno = reason;
    }
    return stream;
}

static truce_status read_all(text *t, int fd, const char *path, size_t limit, truce_error *error)
{
    char buffer[8192];
    for (;;) {
        ssize_t got = read(fd, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set(error, TRUCE_BAD_INPUT, path, 0, "cannot read the file: %s", strerror(errno));
        if (t->length + (size_t)got > limit)
            return too_large(path, limit, error); /* it grows */
        text_add(t, buffer, (size_t)got);
        if (t->failed)
            return error_memory(error);
        if (got == 0)
            return TRUCE_OK;
    }
}

truce_status text_read_file(text *t, const char *path, size_t limit, truce_error *error)
{
    int fd;
    TRY(open_regular(path, limit, &fd, error));
    truce_status status = read_all(t, fd, path, limit, error);
    close(fd);
    return status;
}
