/* See grids.h. A name "?data" stands for a file of the settings ("30:?data=file.csv"). Only files in the
 * folder of the model or inside it are read. In place of a separator may stand 'tab', or the name of a sheet,
 * which in a CSV file means commas. */
#include "vensim/grids.h"

#include <math.h>
#include <string.h>
#include <strings.h>

enum { GRID_BYTES = 64 << 20, GRID_CELLS = 1 << 24 };

/* ---- Files --------------------------------------------------------------------------------------------- */

static bool has_ending(const char *path, const char *ending)
{
    size_t length = strlen(path), own = strlen(ending);
    return length > own && strcasecmp(path + length - own, ending) == 0;
}

static bool is_workbook_name(const char *path)
{
    return has_ending(path, ".xls") || has_ending(path, ".xlsx") || has_ending(path, ".xlsm");
}

/* A workbook that was saved in the other format since: .xlsx for .xls, or the reverse. */
static const char *other_format(mdl_reader *r, int line, const char *path)
{
    if (file_is_there(r->files, path) || (!has_ending(path, ".xls") && !has_ending(path, ".xlsx")))
        return path;
    bool old = has_ending(path, ".xls");
    char *other =
        arena_format(r->a, "%.*s%s", (int)(strlen(path) - (old ? 4 : 5)), path, old ? ".xlsx" : ".xls");
    if (!other) {
        mdl_no_memory(r);
        return NULL;
    }
    if (!file_is_there(r->files, other))
        return path;
    const char *slash = strrchr(other, '/');
    return mdl_warn(r, line, "the workbook named here does not exist; \"%s\" is read in its place",
                    slash ? slash + 1 : other)
               ? other
               : NULL;
}

static const char *full_path(mdl_reader *r, int line, const char *name)
{
    for (size_t i = 0; *name == '?' && i < r->alias_count; i++)
        if (strcmp(r->aliases[i].name, name) == 0)
            name = r->aliases[i].path;
    if (*name == '?') {
        mdl_fail(r, line, "the settings of the model name no file for \"%s\"", name);
        return NULL;
    }
    if (has_ending(name, ".ods")) {
        mdl_fail(r, line, "the spreadsheet \"%s\" is not read: save it as .xlsx or its sheet as CSV", name);
        return NULL;
    }
    if (!path_is_inside(name)) {
        mdl_fail(r, line, "the file \"%s\" is not in the folder of the model or inside it", name);
        return NULL;
    }
    const char *slash = strrchr(r->file, '/');
    const char *path = arena_format(r->a, "%.*s%s", slash ? (int)(slash + 1 - r->file) : 0, r->file, name);
    if (!path)
        mdl_no_memory(r);
    else
        path = other_format(r, line, path);
    if (path && !file_is_beside(r->files, path, r->file)) { /* by a link */
        mdl_fail(r, line, "the file \"%s\" is not in the folder of the model or inside it", name);
        return NULL;
    }
    return path;
}

/* ---- Reading ------------------------------------------------------------------------------------------- */

static truce_status read_csv(mdl_reader *r, mdl_grid *g, csv_reader *csv)
{
    bool found;
    for (;;) {
        TRY(csv_next_line(csv, &found));
        if (!found)
            return TRUCE_OK;
        csv->last = false;
        for (size_t column = 0; !csv->last; column++) {
            csv_cell c;
            TRY(csv_next_cell(csv, &c));
            sheet_cell cell = {.row = (size_t)csv->line - 1, .column = column};
            cell.text = arena_clean_line(r->a, c.bytes, c.length);
            if (g->s.count == GRID_CELLS)
                return csv_wrong(csv, "the file has more than %d cells", GRID_CELLS);
            if (!cell.text || !ARENA_PUSH(r->a, g->s.cells, g->s.count, g->s.capacity, cell))
                return error_memory(r->error);
        }
    }
}

static bool load_csv(mdl_reader *r, mdl_grid *g, text *contents)
{
    csv_reader csv;
    csv_start(&csv, g->path, contents, false, r->error);
    csv.separator = g->separator;
    csv_skip_mark(&csv);
    r->status = read_csv(r, g, &csv);
    return r->status == TRUCE_OK;
}

static bool load_sheet(mdl_reader *r, int line, mdl_grid *g, const text *contents)
{
    truce_error reason;
    truce_status status = sheet_read(r->a, contents->bytes, contents->length, g->name, &g->s, &reason);
    if (status == TRUCE_OK)
        return true;
    mdl_fail(r, line, "\"%.200s\": %.400s", g->path, reason.message);
    r->status = status; /* which may be a lack of memory */
    return false;
}

static bool load_contents(mdl_reader *r, int line, mdl_grid *g, const char *tab, text *contents)
{
    if (sheet_is_workbook(contents->bytes, contents->length)) {
        g->name = tab;
        return load_sheet(r, line, g, contents);
    }
    if (is_workbook_name(g->path))
        return mdl_fail(r, line, "\"%.200s\" is not a workbook of a kind that is read (.xlsx, .xls)",
                        g->path);
    return load_csv(r, g, contents);
}

static bool load_grid(mdl_reader *r, int line, mdl_grid *g, const char *tab)
{
    text contents = {0};
    truce_error reason;
    truce_status status = file_read(r->files, g->path, GRID_BYTES, &contents, &reason);
    bool loaded = status == TRUCE_OK
                      ? load_contents(r, line, g, tab, &contents)
                      : mdl_fail(r, line, "the file \"%.200s\" named here: %.400s", g->path, reason.message);
    if (status != TRUCE_OK)
        r->status = status; /* which may be a lack of memory */
    text_free(&contents);
    g->rows = g->s.count ? g->s.cells[g->s.count - 1].row + 1 : 0;
    for (size_t i = 0; i < g->s.count; i++)
        if (g->columns <= g->s.cells[i].column)
            g->columns = g->s.cells[i].column + 1;
    return loaded;
}

/* Of a file without one, tabs; where the file was a workbook, the name of its sheet. */
static char separator_of(const char *written, const char *path)
{
    if (strcasecmp(written, "tab") == 0 || strcmp(written, "\\t") == 0 ||
        (!*written && !has_ending(path, ".csv")))
        return '\t';
    bool is_sheet = !*written || written[1] || ascii_is_alphanumeric(*written);
    return is_sheet ? ',' : *written;
}

mdl_grid *grid_find(mdl_reader *r, const mdl_node *call)
{
    const char *path = full_path(r, call->line, call->arguments[0]->written);
    if (!path)
        return NULL;
    const char *tab = call->arguments[1]->written;
    char separator = separator_of(tab, path);
    for (size_t i = 0; i < r->grid_count; i++) {
        mdl_grid *known = r->grids[i];
        if (strcmp(known->path, path) == 0 &&
            (known->name ? strcasecmp(known->name, tab) == 0 : known->separator == separator))
            return known;
    }
    mdl_grid *g = mdl_array(r, 1, sizeof *g);
    if (!g)
        return NULL;
    *g = (mdl_grid){.path = path, .separator = separator};
    if (!load_grid(r, call->line, g, tab))
        return NULL;
    if (ARENA_PUSH(r->a, r->grids, r->grid_count, r->grid_capacity, g))
        return g;
    mdl_no_memory(r);
    return NULL;
}

/* ---- Cells --------------------------------------------------------------------------------------------- */

/* Cells are in order: a search by halves. */
const char *grid_cell(const mdl_grid *g, size_t row, size_t column)
{
    size_t low = 0, high = g->s.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const sheet_cell *c = &g->s.cells[middle];
        if (c->row < row || (c->row == row && c->column < column))
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < g->s.count && g->s.cells[low].row == row && g->s.cells[low].column == column;
    return found ? g->s.cells[low].text : "";
}

bool grid_number(mdl_reader *r, int line, const mdl_grid *g, size_t row, size_t column, bool *given,
                 double *value)
{
    const char *cell = grid_cell(g, row, column);
    *given = *cell && text_to_number(cell, strlen(cell), value) && isfinite(*value);
    return *cell != '=' ||
           mdl_fail(r, line,
                    "row %zu, column %zu of \"%s\" holds a formula without its value: open the file in "
                    "a spreadsheet and save it",
                    row + 1, column + 1, g->path);
}
