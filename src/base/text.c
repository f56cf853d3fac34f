/* Growing text, whole files, and numbers as text. Numbers never depend on the locale. */
#include "base/plain.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool reserve(text *t, size_t extra)
{
    if (t->failed || extra > SIZE_MAX / 4 - t->length) {
        t->failed = true;
        return false;
    }
    size_t need = t->length + extra + 1;
    if (need <= t->capacity)
        return true;
    size_t capacity = t->capacity ? t->capacity : 256;
    while (capacity < need)
        capacity *= 2;
    char *bytes = realloc(t->bytes, capacity);
    if (!bytes) {
        t->failed = true;
        return false;
    }
    t->bytes = bytes;
    t->capacity = capacity;
    return true;
}

void text_add(text *t, const char *bytes, size_t length)
{
    if (!reserve(t, length))
        return;
    if (length)
        memcpy(t->bytes + t->length, bytes, length);
    t->length += length;
    t->bytes[t->length] = '\0';
}

void text_print(text *t, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = plain_vformat(NULL, 0, format, arguments);
    va_end(arguments);
    if (length >= 0 && reserve(t, (size_t)length)) {
        plain_vformat(t->bytes + t->length, (size_t)length + 1, format, again);
        t->length += (size_t)length;
    } else {
        t->failed = true;
    }
    va_end(again);
}

void text_free(text *t)
{
    free(t->bytes);
    *t = (text){0};
}

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

/* Only regular files are read: a pipe or a terminal would be waited for, and a device may have no end.
 * O_NONBLOCK, since opening a pipe waits for its writer. */
static truce_status open_regular(const char *path, int *fd, truce_error *error)
{
    struct stat status;
    *fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (*fd < 0)
        return error_set(error, TRUCE_BAD_INPUT, path, 0, "cannot read the file: %s",
                         errno == ENXIO ? "it is a socket or a device" : strerror(errno));
    if (fstat(*fd, &status) == 0 && S_ISREG(status.st_mode))
        return TRUCE_OK;
    close(*fd);
    return error_set(error, TRUCE_BAD_INPUT, path, 0,
                     "cannot read the file: it is %s, and not a regular file", kind_of(status.st_mode));
}

FILE *text_open_file(const char *path)
{
    int fd;
    if (open_regular(path, &fd, NULL) != TRUCE_OK)
        return NULL;
    FILE *stream = fdopen(fd, "rb");
    if (!stream)
        close(fd);
    return stream;
}

static truce_status read_all(text *t, int fd, const char *path, size_t limit, truce_error *error)
{
    char buffer[65536];
    for (;;) {
        ssize_t got = read(fd, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set(error, TRUCE_BAD_INPUT, path, 0, "cannot read the file: %s", strerror(errno));
        if (t->length + (size_t)got > limit)
            return error_set(error, TRUCE_BAD_INPUT, path, 0,
                             "the file is larger than the limit of %zu bytes", limit);
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
    TRY(open_regular(path, &fd, error));
    truce_status status = read_all(t, fd, path, limit, error);
    close(fd);
    return status;
}

void text_write_field(FILE *stream, const char *field)
{
    bool is_formula = field[0] && strchr("=+-@\t", field[0]);
    if (!is_formula && !strpbrk(field, ",\"\r\n")) {
        fputs(field, stream);
        return;
    }
    putc('"', stream);
    if (is_formula)
        putc('\'', stream);
    for (; *field; field++) {
        if (*field == '"')
            putc('"', stream);
        putc(*field, stream);
    }
    putc('"', stream);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool text_to_number(const char *s, size_t length, double *value)
{
    char copy[128];
    while (length && is_blank(s[0]))
        s++, length--;
    while (length && is_blank(s[length - 1]))
        length--;
    if (!length || length > 100)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (s[i] == 'x' || s[i] == 'X' || s[i] == '\0' || s[i] == '(')
            return false; /* no hexadecimal, no nan(...) */
        copy[i] = s[i];
    }
    copy[length] = '\0';
    char *end;
    double v = plain_number(copy, &end);
    if (end != copy + length)
        return false;
    *value = v;
    return true;
}

size_t text_from_number(char *buffer, double value)
{
    if (isnan(value))
        return (size_t)snprintf(buffer, 32, "nan");
    if (isinf(value))
        return (size_t)snprintf(buffer, 32, value > 0 ? "inf" : "-inf");
    int length = 0;
    locale_t before = plain_enter();
    for (int digits = 15; digits <= 17; digits++) {
        length = snprintf(buffer, 32, "%.*g", digits, value);
        if (strtod(buffer, NULL) == value)
            break;
    }
    plain_leave(before);
    return (size_t)length;
}
