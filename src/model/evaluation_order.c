/* The order of evaluation, and cycles. Two graphs over the elements are searched depth first, with a stack of
 * their own so that long chains are safe:
 *
 *     while running   an auxiliary needs the auxiliaries its equation mentions; stocks, states and delays
 *                     have their value already
 *     at the start    they need what their initial values mention
 *
 * The search of the first gives the order; a way back to an element that is still open is a cycle. */
#include "model/builder.h"

#include <string.h>

typedef struct graph {
    builder *b;
    size_t *starts; /* element -> first of its edges; one more at the end */
    size_t *edges;
    size_t edge_count, edge_capacity;
} graph;

static bool add_edges(graph *g, const expression *x)
{
    if (!x)
        return true;
    if (x->op == OP_VARIABLE &&
        !ARENA_PUSH(&g->b->scratch, g->edges, g->edge_count, g->edge_capacity, (size_t)x->index))
        return fail_memory(g->b);
    for (int i = 0; i < x->arity; i++)
        if (!add_edges(g, x->arguments[i]))
            return false;
    return true;
}

static bool build_graph(graph *g, bool at_start)
{
    const truce_model *m = g->b->model;
    g->starts = arena_array(&g->b->scratch, m->element_count + 1, sizeof *g->starts);
    if (!g->starts)
        return fail_memory(g->b);
    g->edge_count = 0;
    for (size_t i = 0; i < m->element_count; i++) {
        const element *e = &m->elements[i];
        g->starts[i] = g->edge_count;
        const expression *x = at_start && e->initial ? e->initial : e->equation;
        if (e->kind == ELEMENT_AUX ? !add_edges(g, x) || !add_edges(g, e->limit)
                                   : (at_start && !add_edges(g, e->initial)) ||
                                         ((at_start || e->moving) && !add_edges(g, e->delay)))
            return false;
    }
    g->starts[m->element_count] = g->edge_count;
    return true;
}

/* "a -> b -> a" from the open elements on the stack, hidden ones by the name of their owner. */
static bool fail_cycle(graph *g, const size_t *stack, size_t count, size_t closing, bool at_start)
{
    builder *b = g->b;
    const truce_model *m = b->model;
    size_t from = 0, shown = 0;
    while (stack[from] != closing)
        from++;
    size_t first = m->elements[stack[from]].owner, last = SIZE_MAX;
    char path[500];
    size_t used = 0;
    for (size_t i = from; i < count && shown < 10 && used < sizeof path - 100; i++) {
        size_t owner = m->elements[stack[i]].owner;
        if (owner == last)
            continue;
        int length = snprintf(path + used, sizeof path - used, "%s -> ", m->elements[owner].name);
        used += length > 0 ? (size_t)length : 0;
        if (used >= sizeof path)
            used = sizeof path - 1;
        last = owner;
        shown++;
    }
    bool cut = m->elements[stack[count - 1]].owner != last;
    const place *at = &m->elements[first].at;
    if (at_start)
        return fail(b, at->file, at->line, "the initial values need one another: %s%s%s", path,
                    cut ? "... -> " : "", m->elements[first].name);
    return fail(b, at->file, at->line, "there is a cycle without a stock: %s%s%s", path, cut ? "... -> " : "",
                m->elements[first].name);
}

/* Appends elements to `order` when all they need is there. */
static bool search(graph *g, bool at_start, size_t *order)
{
    enum { NEW, OPEN, DONE };
    size_t count = g->b->model->element_count, done = 0;
    unsigned char *state = arena_array(&g->b->scratch, count, 1);
    size_t *stack = arena_array(&g->b->scratch, count, sizeof *stack);
    size_t *next = arena_array(&g->b->scratch, count, sizeof *next);
    if (!state || !stack || !next)
        return fail_memory(g->b);
    for (size_t root = 0; root < count; root++) {
        size_t depth = 0;
        if (state[root] != NEW)
            continue;
        stack[depth++] = root;
        state[root] = OPEN;
        next[root] = g->starts[root];
        while (depth) {
            size_t at = stack[depth - 1];
            if (!g->edges || next[at] == g->starts[at + 1]) {
                state[at] = DONE;
                order[done++] = at;
                depth--;
                continue;
            }
            size_t needed = g->edges[next[at]++];
            if (state[needed] == OPEN)
                return fail_cycle(g, stack, depth, needed, at_start);
            if (state[needed] == NEW) {
                state[needed] = OPEN;
                next[needed] = g->starts[needed];
                stack[depth++] = needed;
            }
        }
    }
    return true;
}

bool find_order(builder *b, size_t *order)
{
    graph g = {.b = b};
    return build_graph(&g, false) && search(&g, false, order);
}

bool build_order(builder *b)
{
    truce_model *m = b->model;
    graph g = {.b = b};
    size_t *found = arena_array(&b->scratch, m->element_count, sizeof *found);
    size_t *order = arena_array(&m->memory, m->element_count, sizeof *order);
    if (!found || !order)
        return fail_memory(b);
    if (!find_order(b, found))
        return false;
    size_t count = 0;
    for (int others = 0; others < 2; others++)
        for (size_t i = 0; i < m->element_count; i++)
            if ((m->elements[found[i]].kind != ELEMENT_AUX) == others)
                order[count++] = found[i];
    m->order = order;
    return build_graph(&g, true) && search(&g, true, found);
}
