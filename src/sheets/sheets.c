/* What the readers of both kinds of workbooks share: failures, cells, areas by name, the choice of a sheet. */
#include "sheets/sheets.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

/* ---- Failures ------------------------------------------------------------------------------------------ */

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

/* ---- Cells and areas ----------------------------------------------------------------------------------- */

bool sheet_add_cell(sheet_reader *r, size_t row, size_t column, const char *bytes, size_t length)
{
    if (row >= SHEET_ROWS || column >= SHEET_COLUMNS)
        return sheet_fail(r, "a cell lies beyond row %d or column %d", SHEET_ROWS, SHEET_COLUMNS);
    if (r->s->count == SHEET_CELLS)
        return sheet_fail(r, "the sheet has more than %d cells", SHEET_CELLS);
    if (length > SHEET_TEXTS - r->texts)
        return sheet_fail(r, "the texts of the sheet are longer than %d bytes together", SHEET_TEXTS);
    r->texts += length;
    if (!length)
        return true;
    sheet_cell cell = {.row = row, .column = column, .text = arena_clean_line(r->a, bytes, length)};
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

/* ---- Sheets -------------------------------------------------------------------------------------------- */

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
