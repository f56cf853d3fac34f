/* GET DIRECT DATA, CONSTANTS, LOOKUPS and SUBSCRIPT: numbers and names from a CSV file beside the model.
 *
 *     GET DIRECT DATA('file', ',', 'A', 'B2')     time in column A, the values from B2 down; of the next
 *                                                 element in the next column. '1' for 'A': time in row 1
 *     GET DIRECT LOOKUPS(...)                     the same, x in place of time
 *     GET DIRECT CONSTANTS('file', ',', 'B2')     B2 and to the right; 'B2*' and down; a matrix both ways
 *     GET DIRECT SUBSCRIPT('file', ',', 'A2', 'A5', 'prefix')
 *
 * In place of ',' may stand another separator, 'tab', or the name of a sheet, which means commas. A name "?data" stands for a file of the settings ("30:?data=file.csv"). Only files in the folder of the
 * model or inside it are read; spreadsheets are not. */
#include "vensim/write.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DIRECT_BYTES = 64 << 20, DIRECT_CELLS = 1 << 24 };

typedef struct grid_cell {
    size_t row, column; /* from 0 */
    const char *text;
} grid_cell;

struct mdl_grid {
    const char *path;
    char separator;
    grid_cell *cells; /* in the order of rows and columns */
    size_t count, capacity;
};

typedef struct reference { /* "B2*", "B" or "2" */
    size_t row, column;    /* SIZE_MAX: not given */
    bool starred;
} reference;

/* ---- Files --------------------------------------------------------------------------------------------- */

static bool is_spreadsheet(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && (strncasecmp(dot, ".xls", 4) == 0 || strcasecmp(dot, ".ods") == 0);
}

static bool is_inside(const char *path)
{
    if (!*path || *path == '/' || strchr(path, '\\') || strchr(path, ':'))
        return false;
    for (const char *part = path; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || !part[2]))
            return false;
    }
    return true;
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
    if (is_spreadsheet(name)) {
        mdl_fail(r, line, "the spreadsheet \"%s\" is not read: save its sheet as CSV", name);
        return NULL;
    }
    if (!is_inside(name)) {
        mdl_fail(r, line, "the file \"%s\" is not in the folder of the model or inside it", name);
        return NULL;
    }
    const char *slash = strrchr(r->file, '/');
    char *path = arena_format(r->a, "%.*s%s", slash ? (int)(slash + 1 - r->file) : 0, r->file, name);
    if (!path) {
        mdl_no_memory(r);
    } else if (!file_is_beside(r->files, path, r->file)) { /* by a link */
        mdl_fail(r, line, "the file \"%s\" is not in the folder of the model or inside it", name);
        return NULL;
    }
    return path;
}

static truce_status read_cells(mdl_reader *r, struct mdl_grid *g, csv_reader *csv)
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
            grid_cell cell = {.row = (size_t)csv->line - 1, .column = column};
            cell.text = arena_copy(r->a, c.bytes, c.length);
            if (g->count == DIRECT_CELLS)
                return csv_wrong(csv, "the file has more than %d cells", DIRECT_CELLS);
            if (!cell.text || !ARENA_PUSH(r->a, g->cells, g->count, g->capacity, cell))
                return error_memory(r->error);
        }
    }
}

static bool load_grid(mdl_reader *r, int line, struct mdl_grid *g)
{
    text contents = {0};
    csv_reader csv;
    truce_error reason;
    if (file_read(r->files, g->path, DIRECT_BYTES, &contents, &reason) != TRUCE_OK) {
        text_free(&contents);
        return mdl_fail(r, line, "the file \"%.200s\" named here: %.400s", g->path, reason.message);
    }
    csv_start(&csv, g->path, &contents, false, r->error);
    csv.separator = g->separator;
    csv_skip_mark(&csv);
    r->status = read_cells(r, g, &csv);
    text_free(&contents);
    return r->status == TRUCE_OK;
}

/* The second argument names a separator, or, where the file was a spreadsheet, its sheet. */
static char separator_of(const char *written)
{
    if (strcasecmp(written, "tab") == 0 || strcmp(written, "\\t") == 0)
        return '\t';
    bool sheet = !*written || written[1] || ascii_is_alphanumeric(*written);
    return sheet ? ',' : *written;
}

/* A file is read once. */
static struct mdl_grid *find_grid(mdl_reader *r, const mdl_node *call)
{
    const char *path = full_path(r, call->line, call->arguments[0]->written);
    if (!path)
        return NULL;
    char character = separator_of(call->arguments[1]->written);
    for (size_t i = 0; i < r->grid_count; i++)
        if (strcmp(r->grids[i]->path, path) == 0 && r->grids[i]->separator == character)
            return r->grids[i];
    struct mdl_grid *g = mdl_array(r, 1, sizeof *g);
    if (!g)
        return NULL;
    *g = (struct mdl_grid){.path = path, .separator = character};
    if (!load_grid(r, call->line, g))
        return NULL;
    if (ARENA_PUSH(r->a, r->grids, r->grid_count, r->grid_capacity, g))
        return g;
    mdl_no_memory(r);
    return NULL;
}

/* The text of a cell, or "" where there is none. Cells are in order: a search by halves. */
static const char *cell_at(const struct mdl_grid *g, size_t row, size_t column)
{
    size_t low = 0, high = g->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const grid_cell *c = &g->cells[middle];
        if (c->row < row || (c->row == row && c->column < column))
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < g->count && g->cells[low].row == row && g->cells[low].column == column;
    return found ? g->cells[low].text : "";
}

static bool number_at(const struct mdl_grid *g, size_t row, size_t column, double *value)
{
    const char *cell = cell_at(g, row, column);
    return *cell && text_to_number(cell, strlen(cell), value);
}

/* ---- References ---------------------------------------------------------------------------------------- */

static bool read_reference(mdl_reader *r, const mdl_node *argument, reference *ref)
{
    const char *s = argument->written;
    *ref = (reference){.row = SIZE_MAX, .column = SIZE_MAX};
    size_t column = 0, row = 0;
    for (; ascii_is_letter(*s) && column < 100000; s++)
        column = column * 26 + (size_t)(ascii_upper(*s) - 'A' + 1);
    for (; ascii_is_digit(*s) && row < 100000000; s++)
        row = row * 10 + (size_t)(*s - '0');
    ref->starred = *s == '*';
    if (s[ref->starred] || (!column && !row))
        return mdl_fail(r, argument->line, "\"%s\" is no cell, such as B2", argument->written);
    if (column)
        ref->column = column - 1;
    if (row)
        ref->row = row - 1;
    return true;
}

static bool need_cell(mdl_reader *r, const mdl_node *argument, reference *ref)
{
    return read_reference(r, argument, ref) &&
           ((ref->row != SIZE_MAX && ref->column != SIZE_MAX) ||
            mdl_fail(r, argument->line, "\"%s\" is no cell, such as B2", argument->written));
}

static bool check_arguments(mdl_reader *r, const mdl_node *n, size_t least, size_t most)
{
    bool right = n->count >= least && n->count <= most;
    for (size_t i = 0; i < n->count && right; i++)
        right = n->arguments[i]->kind == MDL_STRING;
    return right || mdl_fail(r, n->line, "%s takes %zu texts in ''", n->written, least);
}

/* Places of the element of the left side in its ranges, the last `most` of them. */
static size_t left_places(const mdl_scene *s, size_t *places, size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < s->cover_count; i++) {
        if (s->covers[i].range == SIZE_MAX)
            continue;
        if (count < most)
            places[count] = mdl_position(&s->r->ranges[s->covers[i].range], s->covers[i].element);
        count++;
    }
    return count;
}

/* Of all the ranges of the left side together, the last fastest. */
static size_t left_index(const mdl_scene *s)
{
    size_t index = 0;
    for (size_t i = 0; i < s->cover_count; i++)
        if (s->covers[i].range != SIZE_MAX) {
            const mdl_range *range = &s->r->ranges[s->covers[i].range];
            index = index * range->count + mdl_position(range, s->covers[i].element);
        }
    return index;
}

/* ---- Values -------------------------------------------------------------------------------------------- */

bool mdl_direct_constant(mdl_scene *s, const mdl_node *n, xmile_text *out)
{
    reference ref;
    size_t places[2] = {0};
    double value;
    if (!check_arguments(s->r, n, 3, 3) || !need_cell(s->r, n->arguments[2], &ref))
        return false;
    struct mdl_grid *g = find_grid(s->r, n);
    if (!g)
        return false;
    size_t count = left_places(s, places, 2);
    if (count > 2)
        return mdl_fail(s->r, n->line, "%s fills at most two ranges, but \"%s\" has %zu", n->written,
                        s->equation->name, count);
    size_t down = count == 2 ? places[ref.starred ? 1 : 0] : ref.starred ? places[0] : 0;
    size_t right = count == 2 ? places[ref.starred ? 0 : 1] : ref.starred ? 0 : places[0];
    if (!number_at(g, ref.row + down, ref.column + right, &value))
        return mdl_fail(s->r, n->line, "row %zu, column %zu of \"%s\" holds no number for \"%s\"",
                        ref.row + down + 1, ref.column + right + 1, g->path, s->equation->name);
    char number[40];
    size_t length = text_from_number(number, value);
    out->text = arena_copy(s->r->a, number, length);
    out->at = mdl_place(s->r, n->line);
    return out->text || mdl_no_memory(s->r);
}

/* Points from a line of x and a line of y; cells without a number are left out. */
static bool read_points(mdl_reader *r, const mdl_node *n, const struct mdl_grid *g, reference x, reference y,
                        size_t index, xmile_graph *graph)
{
    double *xs = NULL, *ys = NULL;
    size_t count = 0, x_capacity = 0, y_capacity = 0, room;
    bool across = x.column == SIZE_MAX;
    for (size_t i = 0; i < DIRECT_CELLS; i++) {
        size_t row = across ? y.row + index : y.row + i, column = across ? y.column + i : y.column + index;
        double a, b;
        const char *cell = across ? cell_at(g, x.row, column) : cell_at(g, row, x.column);
        if (!*cell)
            break;
        if (!text_to_number(cell, strlen(cell), &a))
            return mdl_fail(r, n->line, "\"%.40s\" in \"%s\" is no number", cell, g->path);
        if (!number_at(g, row, column, &b))
            continue;
        if (count && !(a > xs[count - 1]))
            return mdl_fail(r, n->line, "the numbers in \"%s\" must rise, but %g is followed by %g", g->path,
                            xs[count - 1], a);
        room = count;
        if (!ARENA_PUSH(r->a, xs, room, x_capacity, a) || !ARENA_PUSH(r->a, ys, count, y_capacity, b))
            return mdl_no_memory(r);
    }
    *graph = (xmile_graph){
        .type = XMILE_CONTINUOUS, .count = count, .x = xs, .y = ys, .at = mdl_place(r, n->line)};
    return count || mdl_fail(r, n->line, "\"%s\" holds no numbers for element %zu", g->path, index + 1);
}

bool mdl_direct_points(mdl_scene *s, const mdl_node *n, const xmile_graph **graph)
{
    reference x, y;
    mdl_reader *r = s->r;
    if (!check_arguments(r, n, 4, 4) || !read_reference(r, n->arguments[2], &x) ||
        !need_cell(r, n->arguments[3], &y))
        return false;
    if ((x.row == SIZE_MAX) == (x.column == SIZE_MAX))
        return mdl_fail(r, n->line, "\"%s\" is neither a row nor a column", n->arguments[2]->written);
    struct mdl_grid *g = find_grid(r, n);
    xmile_graph *made = g ? mdl_array(r, 1, sizeof *made) : NULL;
    if (!made || !read_points(r, n, g, x, y, left_index(s), made))
        return false;
    *graph = made;
    return true;
}

/* Points in the other order at -x, so that the last point before is the next one after. */
static bool turn_round(mdl_reader *r, const xmile_graph **graph)
{
    const xmile_graph *from = *graph;
    xmile_graph *to = mdl_array(r, 1, sizeof *to);
    double *x = mdl_array(r, from->count, sizeof *x), *y = mdl_array(r, from->count, sizeof *y);
    if (!to || !x || !y)
        return false;
    for (size_t i = 0; i < from->count; i++) {
        x[i] = -from->x[from->count - 1 - i];
        y[i] = from->y[from->count - 1 - i];
    }
    *to = (xmile_graph){.type = XMILE_DISCRETE, .count = from->count, .x = x, .y = y, .at = from->at};
    *graph = to;
    return true;
}

bool mdl_direct_data(mdl_scene *s, const mdl_node *n, xmile_text *out, const xmile_graph **graph)
{
    mdl_reading reading = s->equation->reading;
    if (reading == READ_RAW)
        return mdl_fail(s->r, n->line, ":RAW: of \"%s\" is not supported", s->equation->name);
    if (!mdl_direct_points(s, n, graph))
        return false;
    *out = (xmile_text){.text = reading == READ_FORWARD ? "-TIME" : "TIME", .at = mdl_place(s->r, n->line)};
    if (reading == READ_FORWARD)
        return turn_round(s->r, graph);
    if (reading == READ_BACKWARD)
        ((xmile_graph *)*graph)->type = XMILE_DISCRETE;
    return true;
}

bool write_direct(writer *w, const mdl_node *n)
{
    return mdl_fail(w->scene->r, n->line, "%s must stand alone on the right of an equation", n->written);
}

/* ---- Ranges -------------------------------------------------------------------------------------------- */

bool mdl_direct_range(mdl_reader *r, mdl_range *range)
{
    const mdl_node *n = range->source;
    reference first, last;
    if (!check_arguments(r, n, 5, 5) || !need_cell(r, n->arguments[2], &first) ||
        !read_reference(r, n->arguments[3], &last))
        return false;
    struct mdl_grid *g = find_grid(r, n);
    if (!g)
        return false;
    bool across = last.row == SIZE_MAX ? false : last.column == SIZE_MAX || last.row == first.row;
    size_t end = across ? last.column : last.row, capacity = 0;
    for (size_t i = across ? first.column : first.row; i <= end && i < DIRECT_CELLS; i++) {
        const char *cell = across ? cell_at(g, first.row, i) : cell_at(g, i, first.column);
        mdl_subscript s = {.line = n->line};
        if (!*cell && end == SIZE_MAX)
            break;
        char *name = arena_format(r->a, "%s%s", n->arguments[4]->written, cell);
        if (!name || !mdl_name(r, name, strlen(name), &s.name, &s.folded))
            return mdl_no_memory(r);
        if (!*s.folded)
            return mdl_fail(r, n->line, "\"%s\" holds no name for element %zu of \"%s\"", g->path,
                            range->written_count + 1, range->name);
        if (!ARENA_PUSH(r->a, range->written, range->written_count, capacity, s))
            return mdl_no_memory(r);
    }
    return range->written_count || mdl_fail(r, n->line, "the range \"%s\" has no elements", range->name);
}
