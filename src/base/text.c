/* Growing text, whole files, and numbers as text. Numbers never depend on the locale. */
#include "base/base.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length >= 0 && reserve(t, (size_t)length)) {
        vsnprintf(t->bytes + t->length, (size_t)length + 1, format, again);
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

truce_status text_read_file(text *t, const char *path, size_t limit, truce_error *error)
{
    struct stat status;
    FILE *stream = fopen(path, "rb");
    if (!stream && errno == ENOMEM)
        return error_memory(error);
    if (!stream)
        return error_set(error, TRUCE_BAD_INPUT, path, 0, "cannot read the file: %s", strerror(errno));
    if (fstat(fileno(stream), &status) == 0 && S_ISDIR(status.st_mode)) {
        fclose(stream);
        return error_set(error, TRUCE_BAD_INPUT, path, 0, "cannot read the file: it is a directory");
    }
    char buffer[65536];
    size_t got;
    while ((got = fread(buffer, 1, sizeof buffer, stream)) > 0) {
        if (t->length + got > limit) {
            fclose(stream);
            return error_set(error, TRUCE_BAD_INPUT, path, 0,
                             "the file is larger than the limit of %zu bytes", limit);
        }
        text_add(t, buffer, got);
        if (t->failed)
            break;
    }
    bool bad = ferror(stream) != 0;
    int reason = errno;
    fclose(stream);
    if (t->failed)
        return error_memory(error);
    if (bad)
        return error_set(error, TRUCE_BAD_INPUT, path, 0, "cannot read the file: %s", strerror(reason));
    text_add(t, "", 0);
    return t->failed ? error_memory(error) : TRUCE_OK;
}

void text_write_field(FILE *stream, const char *field)
{
    if (!strpbrk(field, ",\"\r\n")) {
        fputs(field, stream);
        return;
    }
    putc('"', stream);
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

/* strtod understands the locale's decimal point; ours is always '.', whatever the program that uses the
 * library has set, so the point is swapped for the locale's in a copy. */
bool text_to_number(const char *s, size_t length, double *value)
{
    char copy[128];
    while (length && is_blank(s[0]))
        s++, length--;
    while (length && is_blank(s[length - 1]))
        length--;
    const char *point = localeconv()->decimal_point;
    size_t width = strlen(point), used = 0;
    if (!length || length > 100)
        return false;
    for (size_t i = 0; i < length; i++) {
        char c = s[i];
        if (c == 'x' || c == 'X' || c == '\0' || c == '(')
            return false; /* no hexadecimal, no nan(...) */
        if (c == '.') {
            if (used + width >= sizeof copy - 1)
                return false;
            memcpy(copy + used, point, width);
            used += width;
        } else {
            if (used >= sizeof copy - 1)
                return false;
            copy[used++] = c;
        }
    }
    copy[used] = '\0';
    char *end;
    double v = strtod(copy, &end);
    if (end != copy + used)
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
    for (int digits = 15; digits <= 17; digits++) {
        length = snprintf(buffer, 32, "%.*g", digits, value);
        if (strtod(buffer, NULL) == value)
            break;
    }
    const char *point = localeconv()->decimal_point;
    char *at = strcmp(point, ".") != 0 && strlen(point) == 1 ? strchr(buffer, point[0]) : NULL;
    if (at)
        *at = '.';
    return (size_t)length;
}
