/* From bytes to a sheet: which kind of workbook they are, and the cells in order, each once. */
#include "sheets/sheets.h"

#include <stdlib.h>
#include <string.h>

static bool is_zip(const char *bytes, size_t length)
{
    return length >= 4 && memcmp(bytes, "PK\x03\x04", 4) == 0;
}

static bool is_compound(const char *bytes, size_t length)
{
    return length >= 8 && memcmp(bytes, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0;
}

bool sheet_is_workbook(const char *bytes, size_t length)
{
    return is_zip(bytes, length) || is_compound(bytes, length);
}

static int compare_cells(const void *left, const void *right)
{
    const sheet_cell *a = left, *b = right;
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    return a->column == b->column ? 0 : a->column < b->column ? -1 : 1;
}

static bool sort_cells(sheet_reader *r)
{
    sheet_table *s = r->s;
    bool rises = true;
    for (size_t i = 1; i < s->count && rises; i++)
        rises = compare_cells(&s->cells[i - 1], &s->cells[i]) < 0;
    if (!rises)
        qsort(s->cells, s->count, sizeof *s->cells, compare_cells);
    for (size_t i = 1; i < s->count && !rises; i++)
        if (compare_cells(&s->cells[i - 1], &s->cells[i]) == 0)
            return sheet_fail(r, "row %zu, column %zu stands there twice", s->cells[i].row + 1,
                              s->cells[i].column + 1);
    return true;
}

truce_status sheet_read(arena *a, const char *bytes, size_t length, const char *name, sheet_table *s,
                        truce_error *error)
{
    sheet_reader r = {.a = a, .bytes = bytes, .length = length, .wanted = name, .s = s, .error = error};
    *s = (sheet_table){0};
    if (is_compound(bytes, length) ? sheet_read_xls(&r) : sheet_read_xlsx(&r))
        sort_cells(&r);
    return r.status;
}
