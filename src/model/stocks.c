/* Net flows of stocks, and stocks that may not fall below zero.
 *
 * The outflows of a non-negative stock are cut to what is there, in the order in which they are listed (XMILE
 * 1.0, section 3.6.2): with `left` the content divided by dt, at the start of the DT or, in a stage of a
 * Runge-Kutta step, now, whichever is more,
 *
 *     outflow 1 = min(equation 1, left);   outflow 2 = min(equation 2, left - outflow 1);  ...
 *
 * but for an outflow whose equation needs another of them: it comes after that one, because what it needs is
 * the flow as it was cut.
 *
 * What is reported, and what the receiving stock gets, is the flow that was cut. What flows in during the
 * same step is not available yet. Two cases cannot be solved in the outflows: a flow that drains several
 * stocks at once, and an inflow that may be negative; there the stock itself is held at zero. */
#include "model/builder.h"

#include <math.h>

/* The flows of one element of a stock: elements, `count` of them on return. */
static bool find_flows(builder *b, context *c, const source *s, node *const *nodes, const size_t *elements,
                       size_t position, size_t *count, const size_t **flows)
{
    size_t own = 0, used = 0;
    for (size_t i = 0; i < *count; i++)
        own += is_flow_of(s, elements, i, position);
    size_t *list = arena_array(&b->scratch, own, sizeof *list);
    if (!list)
        return fail_memory(b);
    for (size_t i = 0; i < *count; i++) {
        size_t of_flow;
        const node *n = nodes[i];
        if (!is_flow_of(s, elements, i, position))
            continue;
        if (!find_position_of(b, c, n, &of_flow))
            return false;
        list[used] = c->first[n->index] + of_flow;
        for (size_t k = 0; k < used; k++)
            if (list[k] == list[used])
                return fail(b, n->file, n->line, "the flow \"%s\" is listed twice", n->written);
        used++;
    }
    *flows = list;
    *count = used;
    return true;
}

/* Which outflows of an element of a conveyor are leaks, and where. */
static bool find_leaks(builder *b, const context *c, const source *s, size_t position, stock_flows *record)
{
    size_t used = 0;
    bool *leaks = arena_array(&b->scratch, record->outflow_count, sizeof *leaks), whole = true;
    double(*zones)[2] = arena_array(&b->scratch, record->outflow_count, sizeof *zones);
    if (!leaks || !zones)
        return fail_memory(b);
    for (size_t i = 0; i < s->from->outflow_count; i++) {
        if (!is_flow_of(s, s->from->outflow_elements, i, position))
            continue;
        const xmile_variable *flow = c->scope->sources[s->outflows[i]->index].from;
        leaks[used] = flow->is_leak;
        zones[used][0] = flow->leak_start;
        zones[used++][1] = flow->leak_end;
        whole = whole && !(flow->is_leak && (flow->leak_start > 0 || flow->leak_end < 1));
    }
    record->conveyor->leaks = leaks;
    record->conveyor->zones = whole ? NULL : zones;
    return true;
}

bool add_stock(builder *b, context *c, const source *s, size_t position, size_t element_index)
{
    const xmile_variable *v = s->from;
    const node *net = s->nets && s->nets[position] ? s->nets[position] : s->net;
    stock_flows record = {.stock = element_index,
                          .owner = c->owner,
                          .inflow_count = v->inflow_count,
                          .outflow_count = v->outflow_count,
                          .non_negative = s->non_negative,
                          .inflows_non_negative = true};
    if (net && !(record.net = expand(b, c, net)))
        return false;
    if (!find_flows(b, c, s, s->inflows, v->inflow_elements, position, &record.inflow_count,
                    &record.inflows) ||
        !find_flows(b, c, s, s->outflows, v->outflow_elements, position, &record.outflow_count,
                    &record.outflows))
        return false;
    if (s->length && (!expand_conveyor(b, c, s, &record) || !find_leaks(b, c, s, position, &record)))
        return false;
    for (size_t i = 0; i < v->inflow_count; i++)
        if (is_flow_of(s, v->inflow_elements, i, position) &&
            !c->scope->sources[s->inflows[i]->index].non_negative)
            record.inflows_non_negative = false;
    return ARENA_PUSH(&b->scratch, b->stocks, b->stock_count, b->stock_capacity, record) || fail_memory(b);
}

static const expression *sum_flows(builder *b, const context *c, const size_t *flows, size_t count)
{
    const expression **items = arena_array(&b->scratch, count, sizeof(expression *));
    if (!items) {
        fail_memory(b);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        if (!(items[i] = make_variable(b, c, flows[i])))
            return NULL;
    return make_fold(b, c, OP_ADD, items, count);
}

static const expression *net_flow(builder *b, const context *c, const stock_flows *s)
{
    if (s->net)
        return s->net;
    if (s->inflow_count == 0 && s->outflow_count == 0)
        return make_number(b, c, 0);
    const expression *in = s->inflow_count ? sum_flows(b, c, s->inflows, s->inflow_count) : NULL;
    const expression *out = s->outflow_count ? sum_flows(b, c, s->outflows, s->outflow_count) : NULL;
    if (!s->inflow_count)
        return make(b, c, OP_NEGATE, out, NULL, NULL);
    return s->outflow_count ? make(b, c, OP_SUBTRACT, in, out, NULL) : in;
}

/* Whether dt * (content / dt) is the content to the last bit, in a step of Euler's method. */
static bool is_exact(const truce_model *m)
{
    int exponent;
    return m->sim_specs.method == TRUCE_EULER && frexp(m->sim_specs.dt, &exponent) == 0.5;
}

/* The factor from content to the largest outflow. dt * (content / dt) can exceed the content by its last bit,
 * unless dt is a power of two; a few last bits less keep the promise of "not negative". */
static double content_to_flow(const truce_model *m, size_t outflow_count)
{
    size_t bits = 4 + outflow_count + (m->sim_specs.method != TRUCE_EULER);
    bool exact = is_exact(m) || outflow_count == 0;
    return (exact ? 1 : 1 - (double)bits * 0x1p-52) / m->sim_specs.dt;
}

/* The net flow of a stock with `all` in it of which the last outflow takes the rest: what flows in less all, so
 * that the sum of the outflows, which is rounded, leaves nothing behind. Else no more goes than there is. */
static const expression *empty_whole(builder *b, const context *c, const stock_flows *s,
                                     const expression *all, const expression *rest)
{
    const expression *last = make_variable(b, c, s->outflows[s->outflow_count - 1]);
    const expression *taken = make(b, c, OP_GREATER_EQUAL, last, rest, NULL);
    const expression *none = make(b, c, OP_NEGATE, all, NULL, NULL);
    const expression *in = s->inflow_count ? sum_flows(b, c, s->inflows, s->inflow_count) : NULL;
    const expression *left = in ? make(b, c, OP_SUBTRACT, in, all, NULL) : none;
    const expression *net = b->model->elements[s->stock].equation;
    return make(b, c, OP_IF, taken, left, make(b, c, OP_MAX, net, none, NULL));
}

/* ---- Outflows that need one another ------------------------------------------------------------------- */

enum { MOST_SORTED = 64 };

typedef struct needs {
    builder *b;
    size_t *places; /* by element: its place in the order of the equations */
    size_t *seen;   /* by element: the last search that met it */
    size_t *stack;
    size_t search;
    size_t least; /* what stands before this place needs none of the flows */
} needs;

static bool prepare_needs(builder *b, needs *n)
{
    size_t count = b->model->element_count;
    size_t *order = arena_array(&b->scratch, count, sizeof *order);
    *n = (needs){.b = b,
                 .places = arena_array(&b->scratch, count, sizeof *n->places),
                 .seen = arena_array(&b->scratch, count, sizeof *n->seen),
                 .stack = arena_array(&b->scratch, count, sizeof *n->stack)};
    if (!order || !n->places || !n->seen || !n->stack)
        return fail_memory(b);
    if (!find_order(b, order))
        return false;
    for (size_t i = 0; i < count; i++)
        n->places[order[i]] = i;
    return true;
}

/* Pushes the auxiliaries that an equation mentions, that no search has met yet and that may need a flow. */
static void push_mentioned(needs *n, const expression *x, size_t *depth)
{
    if (!x)
        return;
    if (x->op == OP_VARIABLE && n->b->model->elements[x->index].kind == ELEMENT_AUX &&
        n->seen[x->index] != n->search && n->places[x->index] >= n->least) {
        n->seen[x->index] = n->search;
        n->stack[(*depth)++] = (size_t)x->index;
    }
    for (int i = 0; i < x->arity; i++)
        push_mentioned(n, x->arguments[i], depth);
}

/* Bit k: the equation of flows[i] needs flows[k], itself or by way of other equations. */
static uint64_t needed_flows(needs *n, const size_t *flows, size_t count, size_t i)
{
    size_t depth = 0;
    uint64_t bits = 0;
    n->search++;
    push_mentioned(n, n->b->model->elements[flows[i]].equation, &depth);
    while (depth)
        push_mentioned(n, n->b->model->elements[n->stack[--depth]].equation, &depth);
    for (size_t k = 0; k < count; k++)
        if (n->seen[flows[k]] == n->search)
            bits |= (uint64_t)1 << k;
    return bits;
}

/* Sorts the outflows so that each comes after those it needs, else as they are listed. An equation that needs
 * another stands after it in the order of the equations, so most lists are found sorted without a search. */
static bool sort_outflows(needs *n, stock_flows *s)
{
    size_t count = s->outflow_count;
    bool sorted = true;
    for (size_t i = 1; i < count; i++)
        sorted = sorted && n->places[s->outflows[i - 1]] < n->places[s->outflows[i]];
    if (sorted || count > MOST_SORTED)
        return true;
    uint64_t needed[MOST_SORTED], done = 0;
    size_t *flows = arena_array(&n->b->scratch, count, sizeof *flows);
    if (!flows)
        return fail_memory(n->b);
    n->least = SIZE_MAX;
    for (size_t i = 0; i < count; i++)
        n->least = n->places[s->outflows[i]] < n->least ? n->places[s->outflows[i]] : n->least;
    for (size_t i = 0; i < count; i++)
        needed[i] = needed_flows(n, s->outflows, count, i);
    for (size_t at = 0; at < count; at++) {
        size_t next = 0;
        while (done >> next & 1 || needed[next] & ~done)
            next++;
        done |= (uint64_t)1 << next;
        flows[at] = s->outflows[next];
    }
    s->outflows = flows;
    return true;
}

static bool limit_stock(builder *b, const context *c, const stock_flows *s, const size_t *drains)
{
    truce_model *m = b->model;
    bool euler = m->sim_specs.method == TRUCE_EULER;
    double factor = content_to_flow(m, s->outflow_count);
    const expression *content = make_variable(b, c, s->stock);
    if (!euler)
        content = make(b, c, OP_MAX, content, hold(b, c, content), NULL);
    const expression *left = make(b, c, OP_MULTIPLY, content, make_number(b, c, factor), NULL);
    left = make(b, c, OP_MAX, left, make_number(b, c, 0), NULL);
    bool hold = !s->inflows_non_negative;
    for (size_t i = 0; i < s->outflow_count; i++)
        hold = hold || drains[s->outflows[i]] > 1;
    if (hold || s->outflow_count > 1)
        left = share(b, c, left);
    bool whole = !hold && !s->net && s->outflow_count > 1 && is_exact(m);
    const expression *all = left;
    for (size_t i = 0; i < s->outflow_count && left; i++) {
        size_t flow = s->outflows[i];
        element *e = &m->elements[flow];
        if (drains[flow] == 1) /* a conveyor may limit it, too */
            e->limit = e->limit ? make(b, c, OP_MIN, e->limit, left, NULL) : left;
        if (i + 1 == s->outflow_count)
            break;
        left = make(b, c, OP_SUBTRACT, left, make_variable(b, c, flow), NULL);
        left = make(b, c, OP_MAX, left, make_number(b, c, 0), NULL);
        if (i + 2 < s->outflow_count || whole)
            left = share(b, c, left);
    }
    if (whole)
        m->elements[s->stock].equation = empty_whole(b, c, s, all, left);
    if (hold) {
        const expression *least = make(b, c, OP_NEGATE, all, NULL, NULL);
        m->elements[s->stock].equation = make(b, c, OP_MAX, m->elements[s->stock].equation, least, NULL);
    }
    return left != NULL && b->status == TRUCE_OK;
}

bool build_stocks(builder *b)
{
    truce_model *m = b->model;
    size_t *drains = arena_array(&b->scratch, m->element_count, sizeof *drains);
    if (!drains)
        return fail_memory(b);
    for (size_t i = 0; i < b->stock_count; i++)
        for (size_t k = 0; k < b->stocks[i].outflow_count; k++) {
            drains[b->stocks[i].outflows[k]]++;
            if (b->stocks[i].conveyor)
                m->elements[b->stocks[i].outflows[k]].driven = true;
        }
    needs n = {0};
    for (size_t i = 0; i < b->stock_count; i++) {
        stock_flows *s = &b->stocks[i];
        if (!s->non_negative || s->outflow_count < 2)
            continue;
        if ((!n.b && !prepare_needs(b, &n)) || !sort_outflows(&n, s))
            return false;
    }
    for (size_t i = 0; i < b->stock_count; i++) {
        const stock_flows *s = &b->stocks[i];
        context c = {
            .owner = s->owner, .file = m->elements[s->stock].at.file, .line = m->elements[s->stock].at.line};
        if (s->conveyor && !build_conveyor(b, &c, s))
            return false;
        const expression *net = net_flow(b, &c, s);
        if (!net)
            return false;
        m->elements[s->stock].equation = net;
        if (s->non_negative && !limit_stock(b, &c, s, drains))
            return false;
    }
    return true;
}
