/* GET DIRECT DATA, CONSTANTS, LOOKUPS and SUBSCRIPT: numbers and names from a table beside the model (grids.c).
 *
 *     GET DIRECT DATA('file', 'sheet', 'A', 'B2')   time in column A, the values from B2 down; of the next
 *                                                   element in the next column. '1' for 'A': time in row 1
 *     GET DIRECT LOOKUPS(...)                       the same, x in place of time
 *     GET DIRECT CONSTANTS('file', 'sheet', 'B2')   B2 and to the right; 'B2*' and down; a matrix both ways
 *     GET DIRECT SUBSCRIPT('file', 'sheet', 'A2', 'A5', 'prefix')
 *
 * In a workbook the name of an area may stand for a cell, a row or a column. */
#include "vensim/grids.h"
#include "vensim/write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct reference { /* "B2*", "B", "2", or an area by its name */
    size_t row, column;    /* SIZE_MAX: not given */
    size_t rows, columns;  /* of an area, else 0 */
    bool starred;
} reference;

/* ---- References ---------------------------------------------------------------------------------------- */

/* "B2", "B" or "2", of `length` characters. */
static bool read_plain(const char *s, size_t length, reference *ref)
{
    const char *end = s + length;
    size_t column = 0, row = 0;
    for (; s < end && ascii_is_letter(*s) && column <= SHEET_COLUMNS; s++)
        column = column * 26 + (size_t)(ascii_upper(*s) - 'A' + 1);
    for (; s < end && ascii_is_digit(*s) && row < 100000000; s++)
        row = row * 10 + (size_t)(*s - '0');
    ref->column = column ? column - 1 : SIZE_MAX;
    ref->row = row ? row - 1 : SIZE_MAX;
    return s == end && (column || row) && column <= SHEET_COLUMNS;
}

static bool read_area(const mdl_grid *g, const char *s, size_t length, reference *ref)
{
    const sheet_area *area = sheet_find_area(&g->s, s, length);
    if (area)
        *ref = (reference){area->row, area->column, area->rows, area->columns, ref->starred};
    return area;
}

/* Its length without the star that turns it. */
static size_t start_reference(const mdl_node *argument, reference *ref)
{
    size_t length = strlen(argument->written);
    *ref = (reference){.row = SIZE_MAX, .column = SIZE_MAX};
    ref->starred = length && argument->written[length - 1] == '*';
    return length - ref->starred;
}

static bool need_cell(mdl_reader *r, const mdl_grid *g, const mdl_node *argument, reference *ref)
{
    size_t length = start_reference(argument, ref);
    bool plain =
        read_plain(argument->written, length, ref) && ref->row != SIZE_MAX && ref->column != SIZE_MAX;
    if (plain || read_area(g, argument->written, length, ref))
        return true;
    return mdl_fail(r, argument->line, "\"%s\" is not a cell, such as B2%s", argument->written,
                    g->name ? ", and no name of an area of the sheet" : "");
}

/* The name of a whole row or column is what its number or letter is. */
static void forget_bounds(reference *ref)
{
    bool column = ref->rows == SHEET_ROWS && ref->columns == 1;
    bool row = ref->columns == SHEET_COLUMNS && ref->rows == 1;
    if (column)
        ref->row = SIZE_MAX;
    if (row)
        ref->column = SIZE_MAX;
    if (row || column)
        ref->rows = ref->columns = 0;
}

/* A row or a column; beside an area, rather one by its name. */
static bool need_line(mdl_reader *r, const mdl_grid *g, const mdl_node *argument, bool rather_named,
                      reference *ref)
{
    size_t length = start_reference(argument, ref);
    const char *s = argument->written;
    bool plain =
        !ref->starred && read_plain(s, length, ref) && (ref->row == SIZE_MAX) != (ref->column == SIZE_MAX);
    bool is_row = plain && ref->column == SIZE_MAX;
    reference named = *ref;
    if ((!plain || (rather_named && !is_row)) && read_area(g, s, length, &named)) {
        *ref = named;
        forget_bounds(ref);
        if (named.rows > 1 && named.columns > 1)
            return mdl_fail(r, argument->line, "the area \"%s\" is neither a row nor a column", s);
        return true;
    }
    return plain || mdl_fail(r, argument->line, "\"%s\" is neither a row nor a column", s);
}

static bool check_arguments(mdl_reader *r, const mdl_node *n, size_t least, size_t most)
{
    bool right = n->count >= least && n->count <= most;
    for (size_t i = 0; i < n->count && right; i++)
        right = n->arguments[i]->kind == MDL_STRING;
    return right || mdl_fail(r, n->line, "%s takes %zu texts in ''", n->written, least);
}

/* ---- Places of the left side --------------------------------------------------------------------------- */

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

static bool write_number(mdl_scene *s, const mdl_node *n, double value, xmile_text *out)
{
    char number[40];
    size_t length = text_from_number(number, value);
    out->text = arena_copy(s->r->a, number, length);
    out->at = mdl_place(s->r, n->line);
    return out->text || mdl_no_memory(s->r);
}

bool mdl_direct_constant(mdl_scene *s, const mdl_node *n, xmile_text *out)
{
    reference ref;
    size_t places[2] = {0};
    double value;
    bool given;
    mdl_grid *g = check_arguments(s->r, n, 3, 3) ? grid_find(s->r, n) : NULL;
    if (!g || !need_cell(s->r, g, n->arguments[2], &ref))
        return false;
    size_t count = left_places(s, places, 2);
    if (count > 2)
        return mdl_fail(s->r, n->line, "%s fills at most two ranges, but \"%s\" has %zu", n->written,
                        s->equation->name, count);
    size_t down = count == 2 ? places[ref.starred ? 1 : 0] : ref.starred ? places[0] : 0;
    size_t right = count == 2 ? places[ref.starred ? 0 : 1] : ref.starred ? 0 : places[0];
    if (!grid_number(s->r, n->line, g, ref.row + down, ref.column + right, &given, &value))
        return false;
    return given ? write_number(s, n, value, out)
                 : mdl_fail(s->r, n->line, "row %zu, column %zu of \"%s\" holds no number for \"%s\"",
                            ref.row + down + 1, ref.column + right + 1, g->path, s->equation->name);
}

/* Where the points of a table lie: x and y of the first one, the way to the next one, and how many there can be. */
typedef struct points_at {
    size_t x_row, x_column, y_row, y_column, down, across, most;
    bool bounded; /* by the size of an area */
} points_at;

/* How many cells from a place of a row or column on; 0 of an area: as far as the table has cells. */
static size_t reach(size_t start, size_t area, size_t extent)
{
    return area ? area : extent > start ? extent - start : 0;
}

static points_at find_points(const mdl_grid *g, reference x, reference y, size_t index)
{
    bool across = x.column == SIZE_MAX || (x.rows == 1 && (x.columns > 1 || y.rows > 1));
    points_at p = {.x_row = across || x.rows ? x.row : y.row,
                   .x_column = !across || x.columns ? x.column : y.column,
                   .y_row = y.row + (across ? index : 0),
                   .y_column = y.column + (across ? 0 : index),
                   .down = !across,
                   .across = across,
                   .bounded = x.rows};
    size_t xs = across ? reach(p.x_column, x.columns, g->columns) : reach(p.x_row, x.rows, g->rows);
    size_t ys = across ? reach(p.y_column, y.columns, g->columns) : reach(p.y_row, y.rows, g->rows);
    p.most = xs < ys || !y.rows ? xs : ys;
    return p;
}

typedef struct point_list {
    double *xs, *ys;
    size_t count, x_capacity, y_capacity;
    size_t odd, odd_row,
        odd_column; /* texts with digits in place of y, such as "1,234": how many, and the first */
} point_list;

static bool add_point(mdl_reader *r, point_list *l, double x, double y)
{
    size_t room = l->count;
    return (ARENA_PUSH(r->a, l->xs, room, l->x_capacity, x) &&
            ARENA_PUSH(r->a, l->ys, l->count, l->y_capacity, y)) ||
           mdl_no_memory(r);
}

/* A cell that is no number and not just marked as missing, as "n/a" is. */
static void note_odd(const mdl_grid *g, size_t row, size_t column, point_list *l)
{
    if (!strpbrk(grid_cell(g, row, column), "0123456789"))
        return;
    if (l->odd++ == 0) {
        l->odd_row = row;
        l->odd_column = column;
    }
}

static bool warn_of_odd(mdl_scene *s, int line, const mdl_grid *g, const point_list *l)
{
    return !l->odd ||
           mdl_warn(s->r, line,
                    "%zu value%s of \"%s\" %s no number and left out: the first is \"%.40s\" in row %zu, "
                    "column %zu "
                    "of \"%s\"",
                    l->odd, l->odd == 1 ? "" : "s", s->equation->name, l->odd == 1 ? "is" : "are",
                    grid_cell(g, l->odd_row, l->odd_column), l->odd_row + 1, l->odd_column + 1, g->path);
}

/* Points from a line of x and a line of y. Where either cell holds no number there is no point; behind an
 * empty cell of x a text, or a number that is not greater, begins something else, and ends the table. */
static bool read_points(mdl_reader *r, int line, const mdl_grid *g, points_at p, point_list *l)
{
    bool gap = false;
    double last = -INFINITY;
    for (size_t i = 0; i < p.most; i++) {
        size_t row = p.x_row + i * p.down, column = p.x_column + i * p.across;
        double x, y;
        bool x_given, y_given;
        if (!grid_number(r, line, g, row, column, &x_given, &x))
            return false;
        if (!*grid_cell(g, row, column)) {
            gap = true;
            continue;
        }
        if (gap && !p.bounded && !(x_given && x > last))
            return true;
        if (!x_given)
            return mdl_fail(r, line, "\"%.40s\" in \"%s\" is not a number", grid_cell(g, row, column),
                            g->path);
        if (!(x > last))
            return mdl_fail(r, line, "the numbers in \"%s\" must rise, but %g is followed by %g", g->path,
                            last, x);
        last = x;
        row = p.y_row + i * p.down;
        column = p.y_column + i * p.across;
        if (!grid_number(r, line, g, row, column, &y_given, &y) || (y_given && !add_point(r, l, x, y)))
            return false;
        if (!y_given)
            note_odd(g, row, column, l);
    }
    return true;
}

bool mdl_direct_points(mdl_scene *s, const mdl_node *n, const xmile_graph **graph)
{
    reference x, y;
    mdl_reader *r = s->r;
    mdl_grid *g = check_arguments(r, n, 4, 4) ? grid_find(r, n) : NULL;
    if (!g || !need_cell(r, g, n->arguments[3], &y) || !need_line(r, g, n->arguments[2], y.rows, &x))
        return false;
    xmile_graph *made = mdl_array(r, 1, sizeof *made);
    point_list list = {0};
    if (!made || !read_points(r, n->line, g, find_points(g, x, y, left_index(s)), &list) ||
        !warn_of_odd(s, n->line, g, &list))
        return false;
    *made = (xmile_graph){.type = XMILE_CONTINUOUS,
                          .count = list.count,
                          .x = list.xs,
                          .y = list.ys,
                          .at = mdl_place(r, n->line)};
    *graph = made;
    return list.count ||
           mdl_fail(r, n->line, "\"%s\" holds no numbers for element %zu", g->path, left_index(s) + 1);
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

/* A value at its own time, :NA: at all others: steps up and down again, so near that no step of a run lies
 * between. */
static bool keep_raw(mdl_reader *r, const xmile_graph **graph)
{
    static const double missing = -0x1p109, part = 1e-9;
    const xmile_graph *from = *graph;
    point_list l = {0};
    xmile_graph *to = mdl_array(r, 1, sizeof *to);
    if (!to)
        return false;
    for (size_t i = 0; i < from->count; i++) {
        double near = part * (1 + fabs(from->x[i]));
        if ((i == 0 && !add_point(r, &l, from->x[i] - 2 * near, missing)) ||
            !add_point(r, &l, from->x[i] - near, from->y[i]) || !add_point(r, &l, from->x[i] + near, missing))
            return false;
    }
    for (size_t i = 1; i < l.count; i++)
        if (!(l.xs[i] > l.xs[i - 1]))
            return mdl_fail(r, from->at.line, "two times are nearer to each other than a billionth");
    *to = (xmile_graph){.type = XMILE_DISCRETE, .count = l.count, .x = l.xs, .y = l.ys, .at = from->at};
    *graph = to;
    return true;
}

bool mdl_direct_data(mdl_scene *s, const mdl_node *n, xmile_text *out, const xmile_graph **graph)
{
    mdl_reading reading = s->equation->reading;
    if (!mdl_direct_points(s, n, graph))
        return false;
    *out = (xmile_text){.text = reading == READ_FORWARD ? "-TIME" : "TIME", .at = mdl_place(s->r, n->line)};
    if (reading == READ_RAW)
        return keep_raw(s->r, graph);
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

/* The last cell of the names: "A5"; "A" of the same row; "5" of the same column; "": down, to the first empty
 * cell. */
static bool find_last(mdl_reader *r, const mdl_grid *g, const mdl_node *argument, reference *first,
                      reference *last)
{
    size_t length = start_reference(argument, last);
    if (first->rows) {
        last->row = first->row + first->rows - 1;
        last->column = first->column + first->columns - 1;
        return true;
    }
    if (length && !read_plain(argument->written, length, last))
        return need_cell(r, g, argument, last);
    if (!length)
        for (last->row = first->row; *grid_cell(g, last->row + 1, first->column);)
            last->row++;
    if (last->row == SIZE_MAX)
        last->row = first->row;
    if (last->column == SIZE_MAX)
        last->column = first->column;
    return true;
}

static bool add_name(mdl_reader *r, mdl_range *range, const mdl_node *n, const char *cell)
{
    mdl_subscript s = {.line = n->line};
    char *name = arena_format(r->a, "%s%s", n->arguments[4]->written, cell);
    if (!name || !mdl_name(r, name, strlen(name), &s.name, &s.folded))
        return mdl_no_memory(r);
    if (!*s.folded)
        return mdl_fail(r, n->line, "\"%s\" is not the name of an element of \"%s\"", cell, range->name);
    return ARENA_PUSH(r->a, range->written, range->written_count, range->written_capacity, s) ||
           mdl_no_memory(r);
}

/* Row after row, behind the members that are written; empty cells are passed over. */
bool mdl_direct_range(mdl_reader *r, mdl_range *range)
{
    const mdl_node *n = range->source;
    reference first, last;
    mdl_grid *g = check_arguments(r, n, 5, 5) ? grid_find(r, n) : NULL;
    if (!g || !need_cell(r, g, n->arguments[2], &first) || !find_last(r, g, n->arguments[3], &first, &last))
        return false;
    for (size_t row = first.row; row <= last.row && row < g->rows; row++)
        for (size_t column = first.column; column <= last.column && column < g->columns; column++) {
            const char *cell = grid_cell(g, row, column);
            if (*cell && !add_name(r, range, n, cell))
                return false;
        }
    return range->written_count || mdl_fail(r, n->line, "the range \"%s\" has no elements", range->name);
}
