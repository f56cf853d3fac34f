/* What truce uses of utf8proc, for ASCII alone. The build for 32 bits (tests/word32.sh) runs programs whose names are
 * ASCII, where this library is not at hand. */
#include <utf8proc.h>

utf8proc_ssize_t utf8proc_iterate(const utf8proc_uint8_t *string, utf8proc_ssize_t length,
                                  utf8proc_int32_t *point)
{
    *point = length == 0 ? -1 : *string;
    return length == 0 ? 0 : *string < 0x80 ? 1 : UTF8PROC_ERROR_INVALIDUTF8;
}

utf8proc_ssize_t utf8proc_decompose_char(utf8proc_int32_t point, utf8proc_int32_t *out, utf8proc_ssize_t room,
                                         utf8proc_option_t options, int *boundary)
{
    if (boundary)
        *boundary = 0;
    if (room > 0)
        *out = options & UTF8PROC_CASEFOLD && point >= 'A' && point <= 'Z' ? point - 'A' + 'a' : point;
    return 1;
}

utf8proc_ssize_t utf8proc_decompose(const utf8proc_uint8_t *string, utf8proc_ssize_t length,
                                    utf8proc_int32_t *out, utf8proc_ssize_t room, utf8proc_option_t options)
{
    utf8proc_ssize_t count = 0;
    for (; options & UTF8PROC_NULLTERM ? string[count] != 0 : count < length; count++)
        if (count < room)
            utf8proc_decompose_char(string[count], out + count, 1, options, NULL);
    return count;
}

utf8proc_ssize_t utf8proc_encode_char(utf8proc_int32_t point, utf8proc_uint8_t *out)
{
    *out = (utf8proc_uint8_t)point;
    return 1;
}

utf8proc_ssize_t utf8proc_reencode(utf8proc_int32_t *points, utf8proc_ssize_t length,
                                   utf8proc_option_t options)
{
    (void)options;
    utf8proc_uint8_t *out = (utf8proc_uint8_t *)points;
    for (utf8proc_ssize_t i = 0; i < length; i++)
        utf8proc_encode_char(points[i], out + i);
    out[length] = 0;
    return length;
}

int utf8proc_charwidth(utf8proc_int32_t point)
{
    return point >= ' ';
}
