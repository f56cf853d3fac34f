/* Growing text, and numbers as text. Numbers never depend on the locale. */
#include "base/plain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

static ssize_t take_bytes(void *context, const char *bytes, size_t length)
{
    text *t = context;
    text_add(t, bytes, length);
    return t->failed ? 0 : (ssize_t)length;
}

FILE *text_stream(text *t)
{
    FILE *stream = fopencookie(t, "w", (cookie_io_functions_t){.write = take_bytes});
    if (stream)
        text_add(t, "", 0);
    return stream;
}

static bool is_formula(const char *bytes, size_t length)
{
    static const char *const wide[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
    if (length && memchr("=+-@\t\r\n", bytes[0], 7))
        return true;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (length >= 3 && memcmp(bytes, wide[i], 3) == 0)
            return true;
    return false;
}

bool text_is_guarded(const char *bytes, size_t length)
{
    while (length && *bytes == '\'')
        bytes++, length--;
    return is_formula(bytes, length);
}

void text_write_field(FILE *stream, const char *field)
{
    bool is_guarded = text_is_guarded(field, strlen(field));
    if (!is_guarded && !strpbrk(field, ",\"\r\n")) {
        fputs(field, stream);
        return;
    }
    putc('"', stream);
    if (is_guarded)
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
