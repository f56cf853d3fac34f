/* Names of XMILE 1.0 (section 3.2.2): folding for comparison, display form, and the nearest right name. */
#include "base/base.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* One code point of a name; escapes decoded. Invalid UTF-8 is passed through byte by byte. */
static int32_t next_point(const char **at, const char *end)
{
    assert(*at < end);
    const char *s = *at;
    if (*s == '\\' && s + 1 < end) {
        *at = s + 2;
        if (s[1] == 'n')
            return '\n';
        if (s[1] == '"' || s[1] == '\\')
            return s[1];
        *at = s + 1;
        return '\\';
    }
    utf8proc_int32_t point;
    utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)s, end - s, &point);
    if (used <= 0) {
        *at = s + 1;
        return -1 - (int32_t)(unsigned char)*s;
    }
    *at = s + used;
    return point;
}

static bool is_gap(int32_t point)
{
    return point == ' ' || point == '_' || point == '\n' || point == '\r' || point == '\t' || point == 0xA0;
}

/* Bytes of the gap that begins at `at`, or ends before `end`; 0 where there is none. The second byte of a no-break space
 * ends letters too: "\xC3\xA0" is an a with a grave accent. */
static size_t gap_at(const char *at, const char *end)
{
    if (end - at >= 2 && at[0] == '\xC2' && at[1] == '\xA0')
        return 2;
    return at < end && (unsigned char)*at < 0x80 && is_gap(*at);
}

static size_t gap_before(const char *start, const char *end)
{
    if (end - start >= 2 && gap_at(end - 2, end) == 2)
        return 2;
    return end > start ? gap_at(end - 1, end) : 0;
}

static void strip(const char **name, size_t *length)
{
    const char *s = *name, *end = s + *length;
    size_t gap;
    while ((gap = gap_at(s, end)) > 0)
        s += gap;
    while ((gap = gap_before(s, end)) > 0)
        end -= gap;
    if (end - s >= 2 && *s == '"' && end[-1] == '"')
        s++, end--;
    *name = s;
    *length = (size_t)(end - s);
}

/* The composed form (NFC) of a folded name: a letter with a mark is the same name whether it is written as
 * one character or two (canonical equivalence, which collation by Unicode includes). Bytes that are not UTF-8
 * stay as they are. */
static char *compose(arena *a, char *name)
{
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)name;
    const utf8proc_option_t apart = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_DECOMPOSE;
    utf8proc_ssize_t count = utf8proc_decompose(bytes, 0, NULL, 0, apart);
    if (count < 0)
        return name;
    utf8proc_int32_t *points = arena_array(a, (size_t)count + 1, sizeof *points);
    if (!points)
        return NULL;
    count = utf8proc_decompose(bytes, 0, points, count, apart);
    if (count < 0 || utf8proc_reencode(points, count, UTF8PROC_STABLE | UTF8PROC_COMPOSE) < 0)
        return name;
    return (char *)points;
}

static bool is_ascii(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)bytes[i] >= 0x80)
            return false;
    return true;
}

/* Folding can lengthen a character outside of ASCII (to three code points at most): there is room for six times its
 * bytes. */
static char *convert(arena *a, const char *name, size_t length, bool fold, char gap)
{
    strip(&name, &length);
    if (length > SIZE_MAX / 16)
        return NULL;
    bool ascii = is_ascii(name, length), pending = false;
    char *out = arena_alloc(a, length * (ascii ? 1 : 6) + 8);
    if (!out)
        return NULL;
    const char *end = name + length;
    size_t used = 0;
    while (name < end) {
        int32_t point = next_point(&name, end);
        if (is_gap(point)) {
            pending = used > 0;
            continue;
        }
        if (pending)
            out[used++] = gap;
        pending = false;
        utf8proc_int32_t folded[4] = {point, 0, 0, 0};
        utf8proc_ssize_t count = 1;
        if (fold && point >= 0) {
            int boundary = 0;
            count = utf8proc_decompose_char(point, folded, 4, UTF8PROC_CASEFOLD, &boundary);
            if (count <= 0 || count > 4) {
                folded[0] = point;
                count = 1;
            }
        }
        for (utf8proc_ssize_t i = 0; i < count; i++) {
            if (folded[i] < 0)
                out[used++] = (char)(-1 - folded[i]);
            else
                used += (size_t)utf8proc_encode_char(folded[i], (utf8proc_uint8_t *)out + used);
        }
    }
    out[used] = '\0';
    return fold && !ascii ? compose(a, out) : out;
}

char *name_fold(arena *a, const char *name, size_t length)
{
    assert(name || length == 0);
    return convert(a, name, length, true, '_');
}

char *name_display(arena *a, const char *name, size_t length)
{
    assert(name || length == 0);
    return convert(a, name, length, false, ' ');
}

static char plain(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c == '_' ? ' ' : c;
}

/* Edit distance with transpositions of neighbours (Damerau 1964, restricted), names cut at 63 bytes. */
static unsigned distance(const char *a, const char *b)
{
    enum { MOST = 63 };
    size_t n = strnlen(a, MOST), m = strnlen(b, MOST);
    unsigned rows[3][MOST + 1];
    unsigned *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= m; j++)
        last[j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            unsigned best = last[j - 1] + (plain(a[i - 1]) != plain(b[j - 1]));
            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && plain(a[i - 1]) == plain(b[j - 2]) && plain(a[i - 2]) == plain(b[j - 1]) &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            row[j] = best;
        }
        unsigned *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[m];
}

static bool is_letter(char c)
{
    return (plain(c) >= 'a' && plain(c) <= 'z') || (c & 0x80);
}

/* How near `name` is by its words: 0 it begins with the word, 1 has it, 2 begins with its letters, 3 has a word that
 * does, 4 has none. */
static unsigned word_rank(const char *name, const char *word, size_t length)
{
    unsigned rank = 4;
    for (const char *at = name; *at; at++) {
        size_t same = 0;
        while (same < length && at[same] && plain(at[same]) == plain(word[same]))
            same++;
        if (same < length || (at > name && is_letter(at[-1])))
            continue;
        unsigned here = (is_letter(at[same]) ? 2U : 0U) + (at > name);
        rank = here < rank ? here : rank;
    }
    return rank;
}

enum { OF_WHOLE_WORDS = 2, OF_WORDS = 4 }; /* what a rank is below */

/* The name that is nearest by its words, the shortest of several; of a plural the singular counts. */
static const char *name_with_word(const char *name, const char *const *names, size_t count, unsigned below)
{
    const size_t shortest = below == OF_WHOLE_WORDS ? 3 : 4;
    const char *best = NULL;
    unsigned least = below;
    size_t length = strcspn(name, "[");
    if (length > 4 && plain(name[length - 1]) == 's')
        length--;
    for (size_t i = 0; i < count && length >= shortest; i++) {
        unsigned rank = names[i] ? word_rank(names[i], name, length) : 4;
        if (rank < least || (best && rank == least && strlen(names[i]) < strlen(best))) {
            best = names[i];
            least = rank;
        }
    }
    return best;
}

/* The name whose first words are those asked for with a slip: "territory held" for "teritory". */
static const char *name_that_begins(const char *name, const char *const *names, size_t count)
{
    enum { LEAST = 5, MOST = 63 };
    const char *best = NULL;
    size_t letters = strcspn(name, "[");
    unsigned least = (unsigned)(letters / 6 + 1);
    for (size_t i = 0; i < count && letters >= LEAST; i++)
        for (const char *at = names[i]; at && *at && at - names[i] < MOST; at++) {
            char first[MOST + 1] = "";
            if (!is_letter(*at) || is_letter(at[1]))
                continue;
            memcpy(first, names[i], (size_t)(at + 1 - names[i]));
            unsigned d = distance(name, first);
            if (d < least || (d == least && (!best || strlen(names[i]) < strlen(best)))) {
                least = d;
                best = names[i];
            }
        }
    return best;
}

const char *truce_nearest_name(const char *name, const char *const *names, size_t count)
{
    if (!name || !names)
        return NULL;
    const char *best = NULL;
    size_t letters = strcspn(name, "["); /* an element is no nearer for its subscripts */
    unsigned least = (unsigned)((letters ? letters : strlen(name)) / 3 + 1);
    for (size_t i = 0; i < count; i++) {
        unsigned d = names[i] ? distance(name, names[i]) : UINT_MAX;
        if (d < least || (d == least && !best)) {
            least = d;
            best = names[i];
        }
    }
    bool far_off = !best || (least > 1 && !strchr(name, '[')); /* a slip in a subscript is none in the name */
    const char *whole = far_off ? name_with_word(name, names, count, OF_WHOLE_WORDS) : NULL;
    if (whole || best)
        return whole ? whole : best;
    best = name_with_word(name, names, count, OF_WORDS);
    return best ? best : name_that_begins(name, names, count);
}

const char *text_not_utf8(const char *s, size_t length)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)s, *end = at + length;
    while (at < end) {
        utf8proc_int32_t point;
        utf8proc_ssize_t used = utf8proc_iterate(at, end - at, &point);
        if (used < 1)
            return (const char *)at;
        at += used;
    }
    return NULL;
}
