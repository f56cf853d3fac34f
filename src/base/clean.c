/* Text from files of others, made safe to show: one place for every output. Names, titles and documentation
 * come from models, cases and results that people send one another, and end on terminals, in pages, charts
 * and tables. A control character would move the cursor, set the window's title or hide text there; the
 * characters that embed, override or isolate a direction of writing show a line in another order than it is
 * read (Boucher and Anderson 2021, "Trojan Source"). They are replaced where text comes in, so that nothing
 * that goes out has to look again. Marks of direction (U+200E, U+200F), which Arabic and Hebrew need, stay.
 */
#include "base/base.h"

#include <assert.h>
#include <string.h>
#include <utf8proc.h>

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

static bool is_hostile(utf8proc_int32_t c)
{
    if (c < 0) /* not UTF-8 */
        return true;
    return (c < ' ' && c != '\n' && c != '\t' && c != '\r') || (c >= 0x7F && c <= 0x9F) ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029 ||
           c == 0xFFFE || c == 0xFFFF; /* which XML, and so a drawing, may not hold */
}

/* Length in bytes of the character at `at`, and whether it is hostile. */
static size_t take(const char *at, size_t left, bool *hostile)
{
    assert(left > 0);
    utf8proc_int32_t c;
    utf8proc_ssize_t length = utf8proc_iterate((const utf8proc_uint8_t *)at, (utf8proc_ssize_t)left, &c);
    *hostile = is_hostile(length > 0 ? c : -1);
    return length > 0 ? (size_t)length : 1;
}

size_t text_hostile(const char *bytes, size_t length)
{
    assert(bytes || length == 0);
    for (size_t i = 0; i < length;) {
        bool hostile;
        size_t taken = take(bytes + i, length - i, &hostile);
        if (hostile)
            return i;
        i += taken;
    }
    return SIZE_MAX;
}

char *arena_clean(arena *a, const char *bytes, size_t length)
{
    if (text_hostile(bytes, length) == SIZE_MAX)
        return arena_copy(a, bytes, length);
    if (length > SIZE_MAX / 4)
        return NULL;
    char *copy = arena_alloc(a, 3 * length + 1), *to = copy;
    for (size_t i = 0; copy && i < length;) {
        bool hostile;
        size_t taken = take(bytes + i, length - i, &hostile);
        memcpy(to, hostile ? replacement : bytes + i, hostile ? sizeof replacement - 1 : taken);
        to += hostile ? sizeof replacement - 1 : taken;
        i += taken;
    }
    return copy;
}

char *arena_clean_line(arena *a, const char *bytes, size_t length)
{
    char *copy = arena_clean(a, bytes, length);
    truce_clean_line(copy);
    return copy;
}

const char *arena_remark(arena *a, const char *file, int line, const char *sentence)
{
    char *remark = arena_format(a, "%s:%d: %s", file, line, sentence);
    truce_clean_line(remark);
    return remark;
}

void truce_clean_line(char *line)
{
    if (!line)
        return;
    size_t length = strlen(line);
    for (size_t i = 0; i < length;) {
        bool hostile;
        size_t taken = take(line + i, length - i, &hostile);
        if (hostile || (unsigned char)line[i] < ' ')
            memset(line + i, ' ', taken);
        i += taken;
    }
}
