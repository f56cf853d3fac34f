/* What the engine in a page needs of utf8proc, which has no build for WebAssembly: decoding, encoding, and
 * letters without case, which the page tells. Names are composed (NFC) when the page is made. */
#include <utf8proc.h>

/* The letter without case: one code point. */
__attribute__((import_module("page"), import_name("fold"))) int page_fold(int point);

utf8proc_ssize_t utf8proc_iterate(const utf8proc_uint8_t *s, utf8proc_ssize_t length, utf8proc_int32_t *point)
{
    static const utf8proc_int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    *point = -1;
    if (length <= 0)
        return 0;
    int size = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 : s[0] >> 3 == 30 ? 4 : 0;
    if (size == 0 || size > length)
        return UTF8PROC_ERROR_INVALIDUTF8;
    utf8proc_int32_t value = size == 1 ? s[0] : s[0] & (0x7F >> size);
    for (int i = 1; i < size; i++) {
        if (s[i] >> 6 != 2)
            return UTF8PROC_ERROR_INVALIDUTF8;
        value = value << 6 | (s[i] & 0x3F);
    }
    if (value < least[size] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
        return UTF8PROC_ERROR_INVALIDUTF8;
    *point = value;
    return size;
}

utf8proc_ssize_t utf8proc_encode_char(utf8proc_int32_t point, utf8proc_uint8_t *out)
{
    static const utf8proc_uint8_t heads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    int size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (int i = size - 1; i > 0; i--, point >>= 6)
        out[i] = (utf8proc_uint8_t)(0x80 | (point & 0x3F));
    out[0] = (utf8proc_uint8_t)(heads[size] | point);
    return size;
}

utf8proc_ssize_t utf8proc_decompose_char(utf8proc_int32_t point, utf8proc_int32_t *out, utf8proc_ssize_t room,
                                         utf8proc_option_t options, int *last)
{
    (void)room, (void)options, (void)last;
    out[0] = point < 0x80 ? (point >= 'A' && point <= 'Z' ? point + 32 : point) : page_fold(point);
    return 1;
}

/* Composed already: names stay as they are. */
utf8proc_ssize_t utf8proc_decompose(const utf8proc_uint8_t *s, utf8proc_ssize_t length, utf8proc_int32_t *out,
                                    utf8proc_ssize_t room, utf8proc_option_t options)
{
    (void)s, (void)length, (void)out, (void)room, (void)options;
    return UTF8PROC_ERROR_INVALIDOPTS;
}

utf8proc_ssize_t utf8proc_reencode(utf8proc_int32_t *points, utf8proc_ssize_t length,
                                   utf8proc_option_t options)
{
    (void)points, (void)length, (void)options;
    return UTF8PROC_ERROR_INVALIDOPTS;
}

int utf8proc_charwidth(utf8proc_int32_t point)
{
    return point >= 0x20;
}
