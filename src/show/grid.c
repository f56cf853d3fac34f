/* A grid of text for a terminal. Widths are display columns, not bytes. */
#include "show/grid.h"

#include <assert.h>
#include <string.h>
#include <utf8proc.h>

/* Decimals are aligned within the rows of one heading; columns are as wide as their widest group. */
typedef struct widths {
    int column[GRID_COLUMNS];
    int label;
    bool split; /* heads stand on two lines, since the table would be too wide */
    bool plain; /* numbers end at the right of their columns, wherever their point is, for the same reason */
} widths;

typedef struct group {
    int whole[GRID_COLUMNS], decimals[GRID_COLUMNS]; /* columns before the point, and from it on */
} group;

grid_row *grid_add(grid *g, const char *label)
{
    grid_row row = {.label = label ? arena_string(&g->memory, label) : NULL};
    if (!row.label || !ARENA_PUSH(&g->memory, g->rows, g->row_count, g->row_capacity, row)) {
        g->failed = true;
        return NULL;
    }
    return &g->rows[g->row_count - 1];
}

void grid_free(grid *g)
{
    arena_free(&g->memory);
}

static void spaces(FILE *stream, int count)
{
    for (int i = 0; i < count; i++)
        putc(' ', stream);
}

/* Prints at most `width` columns, with an ellipsis where something is left out; returns the columns used. */
static int put_clipped(FILE *stream, const char *string, int width)
{
    if ((int)words_columns(string) <= width) {
        fputs(string, stream);
        return (int)words_columns(string);
    }
    int used = 0;
    while (*string && width > 1) {
        utf8proc_int32_t character;
        utf8proc_ssize_t bytes = utf8proc_iterate((const utf8proc_uint8_t *)string, -1, &character);
        int columns = bytes > 0 ? utf8proc_charwidth(character) : 1;
        bytes = bytes > 0 ? bytes : 1;
        if (used + columns > width - 1)
            break;
        fwrite(string, 1, (size_t)bytes, stream);
        string += bytes;
        used += columns;
    }
    fputs("\xe2\x80\xa6", stream);
    return used + 1;
}

void grid_field(FILE *stream, const char *string, int columns)
{
    spaces(stream, columns - put_clipped(stream, string, columns));
}

static int whole_width(const char *cell)
{
    const char *point = strchr(cell, '.');
    if (!point || strchr(cell, ' ')) /* several words are no number */
        return (int)words_columns(cell);
    char part[WORDS_SIZE];
    snprintf(part, sizeof part, "%.*s", (int)(point - cell), cell);
    return (int)words_columns(part);
}

static int around(const grid *g, size_t column)
{
    assert(column < g->column_count);
    return (int)(words_columns(g->before[column] ? g->before[column] : " ") +
                 words_columns(g->after[column] ? g->after[column] : ""));
}

/* The group that starts with row `first`; returns the row after it. */
static size_t measure_group(const grid *g, size_t first, bool plain, group *result)
{
    assert(first < g->row_count);
    *result = (group){0};
    size_t i = first;
    for (; i < g->row_count && (i == first || !g->rows[i].heading); i++)
        for (size_t c = 0; c < g->column_count && !g->rows[i].heading; c++) {
            const char *cell = g->rows[i].cells[c];
            int all = (int)words_columns(cell), whole = plain ? all : whole_width(cell), rest = all - whole;
            result->whole[c] = whole > result->whole[c] ? whole : result->whole[c];
            result->decimals[c] = rest > result->decimals[c] ? rest : result->decimals[c];
        }
    return i;
}

/* Where a head breaks into two lines: the blank that leaves the longer of them shortest, but not between a number and
 * its "%"; NULL: nowhere. */
static const char *head_break(const char *words)
{
    const char *best = NULL;
    size_t all = words_columns(words), least = all;
    for (const char *at = strchr(words, ' '); at; at = strchr(at + 1, ' ')) {
        size_t rest = words_columns(at + 1), first = all - rest - 1;
        size_t longer = rest > first ? rest : first;
        if (longer < least && at[1] != '%') {
            least = longer;
            best = at;
        }
    }
    return best;
}

static int head_width(const char *words, bool split)
{
    const char *at = split ? head_break(words) : NULL;
    size_t all = words_columns(words), rest = at ? words_columns(at + 1) : 0;
    return (int)(!at ? all : rest > all - rest - 1 ? rest : all - rest - 1);
}

static widths measure_with(const grid *g, bool split, bool plain, int *needed)
{
    widths w = {.label = 0, .split = split, .plain = plain};
    for (size_t i = 0; i < g->row_count;) {
        group x;
        i = measure_group(g, i, plain, &x);
        for (size_t c = 0; c < g->column_count; c++)
            if (x.whole[c] + x.decimals[c] > w.column[c])
                w.column[c] = x.whole[c] + x.decimals[c];
    }
    for (size_t i = 0; i < g->row_count; i++) {
        int label = (int)words_columns(g->rows[i].label);
        if (!g->rows[i].heading && label > w.label)
            w.label = label;
    }
    for (size_t h = 0; h < g->head_count; h++) {
        int room = -2, need = head_width(g->heads[h].words, split);
        for (size_t c = g->heads[h].first; c <= g->heads[h].last; c++)
            room += w.column[c] + around(g, c);
        if (need > room)
            w.column[g->heads[h].first] += need - room;
    }
    int total = 0;
    for (size_t c = 0; c < g->column_count; c++)
        total += w.column[c] + around(g, c);
    *needed = w.label + total;
    if (w.label + total > GRID_WIDTH)
        w.label = GRID_WIDTH - total > 8 ? GRID_WIDTH - total : 8;
    return w;
}

static widths measure(const grid *g)
{
    int needed, width = 0;
    widths w = measure_with(g, false, false, &needed);
    bool helps = false;
    for (size_t h = 0; h < g->head_count; h++)
        helps = helps || head_width(g->heads[h].words, true) < head_width(g->heads[h].words, false);
    if (helps && needed > GRID_WIDTH)
        w = measure_with(g, true, false, &needed);
    for (size_t c = 0; c < g->column_count; c++)
        width += w.column[c] + around(g, c);
    return w.label + width > GRID_WIDTH ? measure_with(g, helps, true, &needed) : w;
}

/* Line 0 or 1 of a head: one that is not split stands on the last. */
static void head_line(const char *words, bool split, int line, char out[WORDS_SIZE])
{
    const char *at = split ? head_break(words) : NULL;
    if (line == 0)
        snprintf(out, WORDS_SIZE, "%.*s",
                 at ? words_cut(words, at - words < WORDS_SIZE ? (size_t)(at - words) : WORDS_SIZE - 1) : 0,
                 words);
    else
        snprintf(out, WORDS_SIZE, "%.*s", words_cut(at ? at + 1 : words, WORDS_SIZE - 1),
                 at ? at + 1 : words);
}

static void print_head_line(const grid *g, const widths *w, int line, int at, FILE *stream)
{
    int end = w->label;
    size_t column = 0;
    for (size_t h = 0; h < g->head_count; h++) {
        char words[WORDS_SIZE];
        head_line(g->heads[h].words, w->split, line, words);
        for (; column <= g->heads[h].last; column++)
            end += w->column[column] + around(g, column);
        int start = end - (int)words_columns(words);
        if (start <= at && h == 0) { /* the title is long: the heads go on a line of their own */
            putc('\n', stream);
            at = 0;
        }
        if (!words[0])
            continue;
        spaces(stream, start - at);
        fputs(words, stream);
        at = end > at ? end : at;
    }
}

static void print_heads(const grid *g, const widths *w, FILE *stream, bool colour)
{
    if (colour)
        fputs("\033[1m", stream);
    int at = put_clipped(stream, g->title ? g->title : "", GRID_WIDTH);
    if (w->split) {
        print_head_line(g, w, 0, at, stream);
        putc('\n', stream);
        at = 0;
    }
    print_head_line(g, w, 1, at, stream);
    fputs(colour ? "\033[0m\n" : "\n", stream);
}

/* Prints text from column `at` on, continued lines indented. */
static void wrap_from(FILE *stream, const char *string, int at, int indent)
{
    assert(at >= 0 && indent >= 0);
    bool first = true;
    while (*string) {
        size_t length = strcspn(string, " ");
        char word[4 * GRID_WIDTH + 1];
        snprintf(word, sizeof word, "%.*s",
                 words_cut(string, length < sizeof word ? length : sizeof word - 1), string);
        int columns = (int)words_columns(word);
        if (!first && at + 1 + columns > GRID_WIDTH) {
            putc('\n', stream);
            spaces(stream, indent);
            at = indent;
        } else if (!first) {
            putc(' ', stream);
            at++;
        }
        first = false;
        at += put_clipped(stream, word, GRID_WIDTH - at);
        string += length;
        string += strspn(string, " ");
    }
    putc('\n', stream);
}

void grid_wrap(FILE *stream, const char *string, int indent)
{
    wrap_from(stream, string, 0, indent);
}

static void print_row(const grid *g, const grid_row *row, const widths *w, const group *x, FILE *stream)
{
    if (row->heading) {
        size_t indent = strspn(row->label, " ");
        spaces(stream, (int)indent);
        wrap_from(stream, row->label + indent, (int)indent, (int)indent + 2);
        return;
    }
    size_t label = words_columns(row->label);
    bool above = label > (size_t)w->label && label <= GRID_WIDTH; /* it stands on a line of its own */
    int pending = w->label;                                       /* blanks not yet printed */
    if (above)
        fprintf(stream, "%s\n", row->label);
    else
        pending -= put_clipped(stream, row->label, w->label);
    for (size_t c = 0; c < g->column_count; c++) {
        const char *cell = row->cells[c];
        if (!*cell) {
            pending += around(g, c) + w->column[c];
            continue;
        }
        int all = (int)words_columns(cell), whole = w->plain ? all : whole_width(cell), rest = all - whole;
        spaces(stream, pending);
        fputs(g->before[c] ? g->before[c] : " ", stream);
        spaces(stream, w->column[c] - x->decimals[c] - whole);
        fputs(cell, stream);
        pending = x->decimals[c] - rest;
        if (g->after[c] && *g->after[c]) {
            spaces(stream, pending);
            fputs(g->after[c], stream);
            pending = 0;
        }
    }
    putc('\n', stream);
}

void grid_print(const grid *g, FILE *stream, bool colour)
{
    if (!g->row_count && !g->failed)
        return;
    widths w = measure(g);
    print_heads(g, &w, stream, colour);
    for (size_t i = 0; i < g->row_count;) {
        group x;
        size_t end = measure_group(g, i, w.plain, &x);
        for (; i < end; i++)
            print_row(g, &g->rows[i], &w, &x, stream);
    }
    if (g->failed)
        fputs("(not enough memory for the rest of this part)\n", stream);
    putc('\n', stream);
}
