/* Calls: who expands what; lookups, and functions of plain values. */
#include "model/builder.h"

/* ---- Lookups ------------------------------------------------------------------------------------------ */

/* A table of the same points, with x and y exchanged and in the other order as asked for. */
static bool derive_table(builder *b, const node *graph, table derived, bool inverse, bool reversed,
                         size_t *index)
{
    truce_model *m = b->model;
    double *x = arena_array(&m->memory, derived.count, sizeof *x);
    double *y = arena_array(&m->memory, derived.count, sizeof *y);
    if (!x || !y)
        return fail_memory(b);
    for (size_t i = 0; i < derived.count; i++) {
        size_t from = reversed ? derived.count - 1 - i : i;
        x[i] = inverse ? derived.y[from] : reversed ? -derived.x[from] : derived.x[from];
        y[i] = inverse ? derived.x[from] : derived.y[from];
        if (i && !(x[i] > x[i - 1]))
            return fail(b, graph->file, graph->line,
                        "\"%s\" has no inverse: its values neither rise throughout nor fall throughout",
                        graph->written);
    }
    derived.x = x;
    derived.y = y;
    *index = m->table_count;
    return ARENA_PUSH(&m->memory, m->tables, m->table_count, b->table_capacity, derived) || fail_memory(b);
}

/* LOOKUPAREA(graph, x): the area under the graph from its first point to x (Stella). In the segment of x it is that of
 * a trapezium, of which steps give the left side; before that, what the segments before it add up to, steps too. */
static const expression *expand_area(builder *b, context *c, const node *graph, table t,
                                     const expression *argument)
{
    truce_model *m = b->model;
    double *area = arena_array(&m->memory, t.count, sizeof *area);
    if (!area) {
        fail_memory(b);
        return NULL;
    }
    area[0] = 0;
    for (size_t i = 1; i < t.count; i++) {
        double height = t.type == XMILE_DISCRETE ? t.y[i - 1] : 0.5 * (t.y[i - 1] + t.y[i]);
        area[i] = area[i - 1] + height * (t.x[i] - t.x[i - 1]);
    }
    const expression *x = share(b, c, argument), *now = expand_graph(b, c, graph, x);
    const expression *steps[3]; /* of the area, y and x at the point before */
    const double *of[] = {area, t.y, t.x};
    for (size_t i = 0; i < 3; i++) {
        table step = {XMILE_DISCRETE, t.count, t.x, of[i]};
        size_t index = m->table_count;
        if (!ARENA_PUSH(&m->memory, m->tables, m->table_count, b->table_capacity, step)) {
            fail_memory(b);
            return NULL;
        }
        steps[i] = make_lookup(b, c, index, x);
    }
    const expression *height = make(b, c, OP_ADD, steps[1], t.type == XMILE_DISCRETE ? steps[1] : now, NULL);
    height = make(b, c, OP_MULTIPLY, height, make_number(b, c, 0.5), NULL);
    const expression *last =
        make(b, c, OP_MULTIPLY, height, make(b, c, OP_SUBTRACT, x, steps[2], NULL), NULL);
    return make(b, c, OP_ADD, steps[0], last, NULL);
}

/* LOOKUPINV: x at which the graph has a value. LOOKUP_BACKWARD and _FORWARD: the value of the last point at
 * or before x, and of the first at or after it, which is the last one of the points in reverse at or before
 * -x (Vensim). */
static const expression *expand_lookup(builder *b, context *c, const node *n)
{
    const node *graph = n->arguments[0];
    const builtin *form = n->function;
    const expression *x = expand(b, c, n->arguments[1]);
    size_t position, index;
    if (form->function == FUNCTION_LOOKUP)
        return expand_graph(b, c, graph, x);
    if (!find_position_of(b, c, graph, &position) ||
        !find_table(b, graph, &c->scope->sources[graph->index], position, &index))
        return NULL;
    table t = b->model->tables[index];
    if (form->function == FUNCTION_LOOKUP_AREA)
        return expand_area(b, c, graph, t, x);
    bool inverse = form->function == FUNCTION_LOOKUP_INVERSE,
         forward = form->function == FUNCTION_LOOKUP_FORWARD;
    if (!inverse)
        t.type = (xmile_graph_type)form->number;
    else if (t.type == XMILE_DISCRETE)
        t.type = XMILE_CONTINUOUS;
    if (!derive_table(b, graph, t, inverse, inverse ? t.y[t.count - 1] < t.y[0] : forward, &index))
        return NULL;
    return make_lookup(b, c, index, forward ? make(b, c, OP_NEGATE, x, NULL, NULL) : x);
}

/* ---- Calls -------------------------------------------------------------------------------------------- */

static const expression *expand_plain(builder *b, context *c, const node *n)
{
    const expression *x[6] = {NULL};
    for (size_t i = 0; i < n->count; i++)
        if (!(x[i] = expand(b, c, n->arguments[i])))
            return NULL;
    c->line = n->line;
    return n->function->function >= FUNCTION_RANDOM ? hold(b, c, expand_draw(b, c, n, x))
                                                    : expand_scalar(b, c, n, x);
}

const expression *expand_call(builder *b, context *c, const node *n)
{
    if (n->symbol == SYMBOL_VARIABLE && !c->scope->sources[n->index].has_table)
        return expand_flat(b, c, n);
    if (n->symbol == SYMBOL_VARIABLE)
        return expand_graph(b, c, n, expand(b, c, n->arguments[0]));
    if (n->symbol == SYMBOL_MACRO)
        return expand_macro(b, c, n);
    if (takes_graph(n->function->function))
        return expand_lookup(b, c, n);
    switch (n->function->function) {
    case FUNCTION_MIN:
    case FUNCTION_MAX:
    case FUNCTION_SUM:
    case FUNCTION_PROD:
    case FUNCTION_MEAN:
    case FUNCTION_SIZE:
    case FUNCTION_STDDEV:
    case FUNCTION_RANK:
    case FUNCTION_INTERPOLATE:
        return expand_array_function(b, c, n);
    case FUNCTION_VECTOR_SELECT:
    case FUNCTION_VECTOR_ORDER:
    case FUNCTION_VECTOR_RANK:
    case FUNCTION_VECTOR_MAP:
    case FUNCTION_INVERT_MATRIX:
        return expand_vector_function(b, c, n);
    case FUNCTION_ALLOCATE:
        return expand_allocation(b, c, n);
    case FUNCTION_SMOOTH:
    case FUNCTION_DELAY:
    case FUNCTION_LATE_DELAY:
    case FUNCTION_FIXED_DELAY:
    case FUNCTION_PREVIOUS:
    case FUNCTION_INIT:
    case FUNCTION_TREND:
    case FUNCTION_FORECAST:
    case FUNCTION_NET_PRESENT_VALUE:
    case FUNCTION_HISTORY:
    case FUNCTION_DERIVATIVE:
    case FUNCTION_SAMPLE:
    case FUNCTION_LAST_RUN:
        return expand_stateful(b, c, n);
    default:
        return expand_plain(b, c, n);
    }
}
