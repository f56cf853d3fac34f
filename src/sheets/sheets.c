/* What both kinds of workbooks share: which one it is, the choice of a sheet, cells in order, areas by name. */
#include "sheets/sheets.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- Failures -------------------------------------------------------------------------------------------- */

bool sheet_fail(sheet_reader *r, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (!r->status)
        r->status = error_set(r->error, TRUCE_BAD_INPUT, NULL, 0, "%s", message);
    return false;
}

bool sheet_no_memory(sheet_reader *r)
{
    if (!r->status)
        r->status = error_memory(r->error);
    return false;
}

/* ---- Cells and areas ------------------------------------------------------------------------------------- */

bool sheet_add_cell(sheet_reader *r, size_t row, size_t column, const char *bytes, size_t length)
{
    if (row >= SHEET_ROWS || column >= SHEET_COLUMNS)
        return sheet_fail(r, "a cell lies beyond row %d or column %d", SHEET_ROWS, SHEET_COLUMNS);
    if (r->s->count == SHEET_CELLS)
        return sheet_fail(r, "the sheet has more than %d cells", SHEET_CELLS);
    if (!length)
        return true;
    sheet_cell cell = {.row = row, .column = column, .text = arena_clean(r->a, bytes, length)};
    return (cell.text && ARENA_PUSH(r->a, r->s->cells, r->s->count, r->s->capacity, cell)) ||
           sheet_no_memory(r);
}

bool sheet_add_area(sheet_reader *r, const sheet_area *area, size_t name_length)
{
    sheet_area kept = *area;
    if (r->s->area_count == SHEET_NAMES)
        return sheet_fail(r, "the workbook has more than %d names", SHEET_NAMES);
    kept.name = arena_copy(r->a, area->name, name_length);
    return (kept.name && ARENA_PUSH(r->a, r->s->areas, r->s->area_count, r->s->area_capacity, kept)) ||
           sheet_no_memory(r);
}

const sheet_area *sheet_find_area(const sheet_table *s, const char *name, size_t length)
{
    const sheet_area *found = NULL;
    for (size_t i = 0; i < s->area_count; i++) {
        const sheet_area *area = &s->areas[i];
        if (strlen(area->name) == length && strncasecmp(area->name, name, length) == 0 &&
            (!found || area->local))
            found = area;
    }
    return found;
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

/* ---- Workbooks ------------------------------------------------------------------------------------------- */

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

size_t sheet_choose(sheet_reader *r, const char *const *names, size_t count)
{
    double place;
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(names[i], r->wanted) == 0)
            return i;
    if (text_to_number(r->wanted, strlen(r->wanted), &place) && place >= 1 && place <= (double)count &&
        place == (double)(size_t)place)
        return (size_t)place - 1;
    if (count)
        sheet_fail(r, "there is no sheet \"%.100s\" (the first of %zu is \"%.100s\")", r->wanted, count,
                   names[0]);
    else
        sheet_fail(r, "the workbook has no sheets");
    return SIZE_MAX;
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
