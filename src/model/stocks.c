/* Net flows of stocks, and stocks that may not fall below zero.
 *
 * The outflows of a non-negative stock are cut to what is there, in the order in which they are listed (XMILE
 * 1.0, section 3.6.2): with `left` the content divided by dt,
 *
 *     outflow 1 = min(equation 1, left);   outflow 2 = min(equation 2, left - outflow 1);  ...
 *
 * What is reported, and what the receiving stock gets, is the flow that was cut. What flows in during the
 * same step is not available yet. Two cases cannot be solved in the outflows: a flow that drains several
 * stocks at once, and an inflow that may be negative; there the stock itself is held at zero. */
#include "model/build.h"

#include <math.h>

static bool find_flows(builder *b, context *c, node *const *nodes, size_t count, const size_t **flows)
{
    size_t *list = arena_array(&b->scratch, count, sizeof *list);
    if (!list)
        return fail_memory(b);
    for (size_t i = 0; i < count; i++) {
        size_t position;
        const node *n = nodes[i];
        if (!find_position_of(b, c, n, &position))
            return false;
        list[i] = c->first[n->index] + position;
    }
    *flows = list;
    return true;
}

bool add_stock(builder *b, context *c, const source *s, size_t element_index)
{
    const xmile_variable *v = s->from;
    stock_flows record = {.stock = element_index,
                          .owner = c->owner,
                          .inflow_count = v->inflow_count,
                          .outflow_count = v->outflow_count,
                          .non_negative = s->non_negative,
                          .inflows_non_negative = true};
    if (!find_flows(b, c, s->inflows, v->inflow_count, &record.inflows) ||
        !find_flows(b, c, s->outflows, v->outflow_count, &record.outflows))
        return false;
    for (size_t i = 0; i < v->inflow_count; i++)
        if (!c->scope->sources[s->inflows[i]->index].non_negative)
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
    if (s->inflow_count == 0 && s->outflow_count == 0)
        return make_number(b, c, 0);
    const expression *in = s->inflow_count ? sum_flows(b, c, s->inflows, s->inflow_count) : NULL;
    const expression *out = s->outflow_count ? sum_flows(b, c, s->outflows, s->outflow_count) : NULL;
    if (!s->inflow_count)
        return make(b, c, OP_NEGATE, out, NULL, NULL);
    return s->outflow_count ? make(b, c, OP_SUBTRACT, in, out, NULL) : in;
}

/* The factor from content to the largest outflow. dt * (content / dt) can exceed the content by its last bit,
 * unless dt is a power of two and there is one outflow; a few last bits less keep the promise of "not
 * negative".
 */
static double content_to_flow(double dt, size_t outflow_count)
{
    int exponent;
    bool exact = frexp(dt, &exponent) == 0.5 && outflow_count <= 1;
    return exact ? 1 / dt : (1 - (double)(4 + outflow_count) * 0x1p-52) / dt;
}

static bool limit_stock(builder *b, const context *c, const stock_flows *s, const size_t *drains)
{
    truce_model *m = b->model;
    double factor = content_to_flow(m->sim_specs.dt, s->outflow_count);
    const expression *content = make_variable(b, c, s->stock);
    const expression *left = make(b, c, OP_MULTIPLY, content, make_number(b, c, factor), NULL);
    left = make(b, c, OP_MAX, left, make_number(b, c, 0), NULL);
    bool hold = !s->inflows_non_negative;
    for (size_t i = 0; i < s->outflow_count; i++)
        hold = hold || drains[s->outflows[i]] > 1;
    if (hold || s->outflow_count > 1)
        left = share(b, c, left);
    const expression *all = left;
    for (size_t i = 0; i < s->outflow_count && left; i++) {
        size_t flow = s->outflows[i];
        if (drains[flow] == 1) {
            m->elements[flow].equation = make(b, c, OP_MIN, m->elements[flow].equation, left, NULL);
            if (!m->elements[flow].equation)
                return false;
        }
        if (i + 1 == s->outflow_count)
            break;
        left = make(b, c, OP_SUBTRACT, left, make_variable(b, c, flow), NULL);
        left = make(b, c, OP_MAX, left, make_number(b, c, 0), NULL);
        if (i + 2 < s->outflow_count)
            left = share(b, c, left);
    }
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
        for (size_t k = 0; k < b->stocks[i].outflow_count; k++)
            drains[b->stocks[i].outflows[k]]++;
    for (size_t i = 0; i < b->stock_count; i++) {
        const stock_flows *s = &b->stocks[i];
        context c = {
            .owner = s->owner, .file = m->elements[s->stock].at.file, .line = m->elements[s->stock].at.line};
        const expression *net = net_flow(b, &c, s);
        if (!net)
            return false;
        m->elements[s->stock].equation = net;
        if (s->non_negative && !limit_stock(b, &c, s, drains))
            return false;
    }
    return true;
}
