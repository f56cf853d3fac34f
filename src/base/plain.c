/* Text and numbers as in the locale "C", whatever the program that uses the library has set. The locale of the
 * calling thread alone is changed, and only while something is printed or read. The locale "C" needs no memory and
 * is always there. */
#include "base/plain.h"

#include <stdlib.h>

locale_t plain_enter(void)
{
    return uselocale(newlocale(LC_ALL_MASK, "C", (locale_t)0));
}

void plain_leave(locale_t before)
{
    uselocale(before);
}

int plain_vformat(char *buffer, size_t size, const char *format, va_list arguments)
{
    locale_t before = plain_enter();
    int length = vsnprintf(buffer, size, format, arguments);
    plain_leave(before);
    return length;
}

int plain_format(char *buffer, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = plain_vformat(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}

int plain_print(FILE *stream, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    locale_t before = plain_enter();
    int length = vfprintf(stream, format, arguments);
    plain_leave(before);
    va_end(arguments);
    return length;
}

double plain_number(const char *digits, char **end)
{
    locale_t before = plain_enter();
    double value = strtod(digits, end);
    plain_leave(before);
    return value;
}
