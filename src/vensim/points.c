/* Numbers written out: the points of lookups, and the rows of TABBED ARRAY. */
#include "vensim/lex.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct numbers {
    double *values;
    size_t count, capacity;
} numbers;

/* A number with its sign. */
static bool read_number(lexer *x, double *value)
{
    const char *written;
    bool minus = false;
    while (*x->at == '-' || *x->at == '+') {
        minus ^= *x->at == '-';
        lex_take(x, *x->at == '-' ? "-" : "+");
    }
    if (!lex_number(x, &written))
        return false;
    text_to_number(written, strlen(written), value);
    if (!isfinite(*value))
        return lex_fail(x, "a number is too large before this");
    if (minus)
        *value = -*value;
    return true;
}

static bool add_number(lexer *x, numbers *list)
{
    double value;
    return read_number(x, &value) &&
           (ARENA_PUSH(x->r->a, list->values, list->count, list->capacity, value) || mdl_no_memory(x->r));
}

/* "[(0,0)-(10,10),...]": the window of the drawing. */
static bool skip_window(lexer *x)
{
    if (*x->at != '[')
        return true;
    const char *end = strchr(x->at, ']');
    if (!end)
        return lex_fail(x, "the window of the points must end with \"]\"");
    x->at = end + 1;
    lex_skip(x);
    lex_take(x, ",");
    return x->r->status == TRUCE_OK;
}

/* (x, y), (x, y), ... */
static bool read_pairs(lexer *x, numbers *xs, numbers *ys)
{
    while (lex_take(x, "(")) {
        if (!add_number(x, xs))
            return false;
        if (!lex_take(x, ","))
            return lex_fail(x, "\",\" was expected in a point");
        if (!add_number(x, ys))
            return false;
        if (!lex_take(x, ")"))
            return lex_fail(x, "\")\" was expected after a point");
        lex_take(x, ",");
    }
    return x->r->status == TRUCE_OK;
}

/* x, x, ..., y, y, ... */
static bool read_halves(lexer *x, numbers *xs, numbers *ys)
{
    do {
        if (!add_number(x, xs))
            return false;
    } while (lex_take(x, ","));
    if (xs->count % 2)
        return lex_fail(x, "as many values as points were expected before this");
    xs->count /= 2;
    ys->values = xs->values + xs->count;
    ys->count = xs->count;
    return true;
}

/* Vensim reads points from the last to the first when x falls. */
static void turn_falling(numbers *xs, numbers *ys)
{
    for (size_t i = 1; i < xs->count; i++)
        if (xs->values[i] > xs->values[i - 1])
            return;
    for (size_t i = 0, k = xs->count; i + 1 < k--; i++) {
        double x = xs->values[i], y = ys->values[i];
        xs->values[i] = xs->values[k];
        ys->values[i] = ys->values[k];
        xs->values[k] = x;
        ys->values[k] = y;
    }
}

/* Points that stand twice are one. */
static bool check_points(lexer *x, numbers *xs, numbers *ys, int line)
{
    size_t kept = 0;
    turn_falling(xs, ys);
    for (size_t i = 0; i < xs->count; i++) {
        if (kept && xs->values[i] == xs->values[kept - 1] && ys->values[i] == ys->values[kept - 1])
            continue;
        if (kept && !(xs->values[i] > xs->values[kept - 1]))
            return mdl_fail(x->r, line,
                            "the points of \"%s\" must rise in x, but x = %g is followed by x = %g", x->owner,
                            xs->values[kept - 1], xs->values[i]);
        xs->values[kept] = xs->values[i];
        ys->values[kept++] = ys->values[i];
    }
    xs->count = ys->count = kept;
    return kept > 0 || mdl_fail(x->r, line, "the lookup \"%s\" has no points", x->owner);
}

mdl_node *parse_points(lexer *x)
{
    mdl_node *n = parse_node(x, MDL_POINTS);
    xmile_graph *graph = n ? arena_alloc(x->r->a, sizeof *graph) : NULL;
    numbers xs = {0}, ys = {0};
    if (!graph) {
        mdl_no_memory(x->r);
        return NULL;
    }
    if (!skip_window(x) || !(*x->at == '(' ? read_pairs(x, &xs, &ys) : read_halves(x, &xs, &ys)))
        return NULL;
    if (!lex_take(x, ")")) {
        lex_fail(x, "\")\" was expected after the points");
        return NULL;
    }
    if (!check_points(x, &xs, &ys, n->line))
        return NULL;
    *graph = (xmile_graph){.type = XMILE_CONTINUOUS,
                           .count = xs.count,
                           .x = xs.values,
                           .y = ys.values,
                           .at = mdl_place(x->r, n->line)};
    n->graph = graph;
    return n;
}

/* ---- Rows of numbers -------------------------------------------------------------------------------------- */

/* All rows of a list are as long as the first. */
bool parse_row_end(lexer *x, const mdl_node *list, size_t *row, size_t *begins)
{
    size_t length = list->count - *begins;
    if (*row && length != *row)
        return mdl_fail(x->r, lex_line(x), "the rows of \"%s\" have %zu and %zu numbers, and must be alike",
                        x->owner, *row, length);
    *row = length;
    *begins = list->count;
    return true;
}

static mdl_node *parse_signed_number(lexer *x)
{
    bool minus = *x->at == '-';
    mdl_node *sign = minus ? parse_node(x, MDL_SIGN) : NULL;
    if (minus || *x->at == '+')
        lex_take(x, minus ? "-" : "+");
    mdl_node *n = parse_node(x, MDL_VALUE);
    if (!n || !lex_number(x, &n->written) || !minus)
        return x->r->status == TRUCE_OK ? n : NULL;
    if (!sign || !(sign->arguments = mdl_array(x->r, 1, sizeof n)))
        return NULL;
    sign->written = "-";
    sign->arguments[0] = n;
    sign->count = 1;
    return sign;
}

/* Whether a line ends there; behind a backslash it goes on. */
static bool ends_line(const char *from, const char *to)
{
    for (const char *s = from; s < to; s++)
        if (*s == '\n' && (s == from || s[-1] != '\\'))
            return true;
    return false;
}

/* Rows of numbers apart by blanks, a line a row (Vensim Help, "TABBED ARRAY"); the rows of all dimensions but the last
 * follow one another. */
mdl_node *parse_table(lexer *x)
{
    mdl_node *list = parse_node(x, MDL_LIST);
    size_t capacity = 0, row = 0, begins = 0;
    while (list && *x->at != ')') {
        const char *from = x->at;
        mdl_node *n = parse_signed_number(x);
        if (!n)
            return NULL;
        lex_take(x, ",");
        if (!ARENA_PUSH(x->r->a, list->arguments, list->count, capacity, n)) {
            mdl_no_memory(x->r);
            return NULL;
        }
        if (((row && *x->at == ')') || (*x->at != ')' && ends_line(from, x->at))) &&
            !parse_row_end(x, list, &row, &begins))
            return NULL;
    }
    if (!list)
        return NULL;
    list->row = row;
    return lex_take(x, ")") ? list : NULL;
}
