/* Cells of a CSV file, one after the other, over a text in memory.
 *
 * Free form, RFC 4180 with some freedom: cells in quotes or not, lines ended by LF, CRLF or CR, blank lines
 * skipped. Plain form, for files in which a slip must not pass: every line counts and holds neither quotes
 * nor carriage returns. In both, blanks around a cell are dropped. */
#include "base/base.h"

#include <assert.h>
#include <string.h>

void csv_start(csv_reader *r, const char *path, text *content, bool plain, truce_error *error)
{
    assert(r && path && content);
    char *bytes = content->bytes;
    *r = (csv_reader){.path = path,
                      .error = error,
                      .at = bytes,
                      .end = bytes ? bytes + content->length : bytes,
                      .separator = ',',
                      .plain = plain};
}

truce_status csv_wrong(const csv_reader *r, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    plain_vformat(message, sizeof message, format, arguments);
    va_end(arguments);
    return error_set(r->error, TRUCE_BAD_INPUT, r->path, r->line, "%s", message);
}

bool csv_skip_mark(csv_reader *r)
{
    bool marked = r->end - r->at >= 3 && memcmp(r->at, "\xEF\xBB\xBF", 3) == 0;
    if (marked)
        r->at += 3;
    return marked;
}

static bool ends_line(const csv_reader *r, const char *at)
{
    assert(at <= r->end);
    return at == r->end || *at == '\n' || *at == '\r';
}

static void skip_line_end(csv_reader *r)
{
    if (r->at < r->end)
        r->at += *r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n' ? 2 : 1;
}

static bool is_blank(const csv_reader *r, char c)
{
    return c == ' ' || (c == '\t' && r->separator != '\t' && !r->plain);
}

/* ---- Lines ------------------------------------------------------------------------------------------- */

/* Faults that a whole line of a plain file can have. */
static truce_status check_plain(const csv_reader *r)
{
    const char *stop = memchr(r->at, '\n', (size_t)(r->end - r->at));
    size_t length = (size_t)((stop ? stop : r->end) - r->at), blanks = 0;
    if (memchr(r->at, '\r', length))
        return csv_wrong(r, "the line holds a carriage return; end lines with a line feed alone");
    if (memchr(r->at, '\0', length))
        return csv_wrong(r, "the line holds a zero byte");
    if (memchr(r->at, '"', length))
        return csv_wrong(r, "the line holds a quote; cells are plain numbers and names");
    while (blanks < length && r->at[blanks] == ' ')
        blanks++;
    return blanks == length ? csv_wrong(r, "an empty line") : TRUCE_OK;
}

truce_status csv_next_line(csv_reader *r, bool *found)
{
    assert(r->at <= r->end && found);
    *found = r->at < r->end;
    r->last = false;
    if (r->plain) {
        r->line += *found;
        return *found ? check_plain(r) : TRUCE_OK;
    }
    for (;; skip_line_end(r)) {
        char *start = r->at;
        r->line++;
        while (r->at < r->end && is_blank(r, *r->at))
            r->at++;
        *found = r->at < r->end;
        if (*found && ends_line(r, r->at))
            continue;
        if (*found)
            r->at = start;
        return TRUCE_OK;
    }
}

size_t csv_count_cells(const csv_reader *r)
{
    assert(r->at <= r->end);
    size_t count = 1;
    for (const char *at = r->at; !ends_line(r, at); at++)
        count += *at == r->separator;
    return count;
}

bool csv_has(const csv_reader *r, char c)
{
    bool quoted = false;
    for (const char *at = r->at; quoted ? at < r->end : !ends_line(r, at); at++) {
        quoted ^= *at == '"';
        if (*at == c && !quoted)
            return true;
    }
    return false;
}

/* ---- Cells ------------------------------------------------------------------------------------------- */

/* What stands between quotes, with "" for a quote; written over the text itself. */
static truce_status take_quoted(csv_reader *r, csv_cell *c)
{
    char *to = ++r->at;
    *c = (csv_cell){.bytes = to};
    for (; !ends_line(r, r->at); r->at++) {
        if (*r->at == '"' && r->at + 1 < r->end && r->at[1] == '"')
            r->at++;
        else if (*r->at == '"')
            break;
        *to++ = *r->at;
    }
    if (ends_line(r, r->at))
        return csv_wrong(r, "a quote is not closed in its line");
    r->at++;
    c->length = (size_t)(to - c->bytes);
    while (r->at < r->end && is_blank(r, *r->at))
        r->at++;
    if (!ends_line(r, r->at) && *r->at != r->separator)
        return csv_wrong(r, "a quote ends inside a cell");
    return TRUCE_OK;
}

/* Where the quotes end of a name of Vensim in a table apart by tabs, "in quotes"[element]; NULL: it is none. */
static char *end_of_name(const csv_reader *r)
{
    char *at = r->at + 1;
    while (!ends_line(r, at) && !(*at == '"' && at[-1] != '\\'))
        at++;
    bool more = r->separator == '\t' && !ends_line(r, at) && at + 1 < r->end && at[1] == '[';
    return more ? at : NULL;
}

static void take_bare(csv_reader *r, csv_cell *c)
{
    *c = (csv_cell){.bytes = r->at};
    while (!ends_line(r, r->at) && *r->at != r->separator)
        r->at++;
    c->length = (size_t)(r->at - c->bytes);
    while (c->length && is_blank(r, c->bytes[c->length - 1]))
        c->length--;
}

truce_status csv_next_cell(csv_reader *r, csv_cell *c)
{
    assert(r->at <= r->end && c);
    while (r->at < r->end && is_blank(r, *r->at))
        r->at++;
    char *end = r->at < r->end && *r->at == '"' ? end_of_name(r) : NULL;
    if (end) { /* without its quotes */
        memmove(r->at + 2, r->at + 1, (size_t)(end - r->at - 1));
        r->at += 2;
        take_bare(r, c);
    } else if (r->at < r->end && *r->at == '"') {
        TRY(take_quoted(r, c));
    } else {
        take_bare(r, c);
    }
    if (memchr(c->bytes, '\0', c->length))
        return csv_wrong(r, "the line holds a zero byte");
    r->last = ends_line(r, r->at);
    if (r->last)
        skip_line_end(r);
    else
        r->at++;
    return TRUCE_OK;
}

const char *csv_name(arena *a, csv_cell c)
{
    bool guarded = c.length > 1 && c.bytes[0] == '\'' && text_is_guarded(c.bytes, c.length);
    return arena_clean_line(a, c.length ? c.bytes + guarded : "", c.length - guarded);
}
