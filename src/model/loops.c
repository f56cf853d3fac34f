/* Macros with <sim_specs> of their own: XMILE 1.0 section 4.8.3. Each time such a macro is called it runs
 * from its start to its stop and gives what its equation has then: a loop. The loop is written out, step by
 * step, by Euler's method: for each step every variable is a hidden auxiliary,
 *
 *     stock at start = initial value;   stock at t + dt = stock at t + dt (inflows at t - outflows at t)
 *
 * which needs bounds that are known before the run. */
#include "model/builder.h"

#include <math.h>

enum { STEP_LIMIT = 10000 };

static bool find_bound(builder *b, context *c, const node *n, const char *what, double *value)
{
    if (!n)
        return true;
    const expression *x = expand(b, c, n);
    if (!x)
        return false;
    bool known = is_constant(x, value) || constant_value(b, c, n, "a loop", value);
    return (known && isfinite(*value)) ||
           fail(b, n->file, n->line, "<%s> of macro \"%s\" must be known before the run", what,
                c->scope->macro->name);
}

bool find_loop_specs(builder *b, context *c, truce_sim_specs *specs)
{
    const scope *sc = c->scope;
    const place *at = &sc->macro->start.at;
    *specs = b->model->sim_specs;
    specs->method = TRUCE_EULER;
    specs->dt = 1;
    if (!find_bound(b, c, sc->start, "start", &specs->start) ||
        !find_bound(b, c, sc->stop, "stop", &specs->stop) || !find_bound(b, c, sc->step, "dt", &specs->dt))
        return false;
    if (!(specs->dt > 0) || !(specs->stop >= specs->start) ||
        !((specs->stop - specs->start) / specs->dt <= STEP_LIMIT))
        return fail(b, at->file, at->line,
                    "macro \"%s\" runs from %g to %g by %g: it must run forward, and take at most %d steps",
                    sc->macro->name, specs->start, specs->stop, specs->dt, STEP_LIMIT);
    return true;
}

/* Adds, or takes away, what flows during a step into or out of the element at `of`. */
static const expression *add_flows(builder *b, context *before, const expression *x, operation op, double dt,
                                   const source *s, node *const *flows, const size_t *elements, size_t count,
                                   size_t of)
{
    for (size_t i = 0; x && i < count; i++) {
        size_t position;
        if (!is_flow_of(s, elements, i, of))
            continue;
        if (!find_position_of(b, before, flows[i], &position))
            return NULL;
        const expression *flow = make_variable(b, before, before->first[flows[i]->index] + position);
        if (dt != 1)
            flow = flow ? make(b, before, OP_MULTIPLY, make_number(b, before, dt), flow, NULL) : NULL;
        x = flow ? make(b, before, op, x, flow, NULL) : NULL;
    }
    return x;
}

/* The value of an element of a stock; `before` is the context of the step before, NULL at the start. */
static const expression *step_stock(builder *b, context *now, context *before, const source *s,
                                    size_t position)
{
    if (!before)
        return expand(b, now, s->equations && s->equations[position] ? s->equations[position] : s->equation);
    const expression *x = make_variable(b, before, before->self);
    double dt = b->model->sim_specs.dt;
    const xmile_variable *v = s->from;
    x = add_flows(b, before, x, OP_ADD, dt, s, s->inflows, v->inflow_elements, v->inflow_count, position);
    return add_flows(b, before, x, OP_SUBTRACT, dt, s, s->outflows, v->outflow_elements, v->outflow_count,
                     position);
}

static bool make_room(builder *b, const context *c, const scope *macro, size_t *first)
{
    for (size_t i = 0; i < macro->source_count; i++)
        for (size_t k = 0; k < macro->sources[i].element_count; k++) {
            size_t made = add_hidden(b, c, ELEMENT_AUX);
            if (made == SIZE_MAX)
                return false;
            first[i] = k ? first[i] : made;
        }
    return true;
}

static bool expand_step(builder *b, const context *inner, const scope *macro, const size_t *first,
                        const size_t *previous)
{
    size_t indices[DIMENSION_LIMIT];
    for (size_t i = 0; i < macro->source_count; i++) {
        const source *s = &macro->sources[i];
        for (size_t k = 0; k < s->element_count; k++) {
            indices_of(b, s, k, indices);
            context now = *inner, before = *inner;
            now.target = before.target = s;
            now.indices = before.indices = indices;
            now.first = first;
            now.self = first[i] + k;
            before.first = previous;
            before.self = previous ? previous[i] + k : SIZE_MAX;
            if (s->from->kind != XMILE_STOCK) {
                if (!expand_element(b, &now, s, k, now.self))
                    return false;
                continue;
            }
            const expression *x = step_stock(b, &now, previous ? &before : NULL, s, k);
            if (!x)
                return false;
            b->model->elements[now.self].equation = x;
            b->model->elements[now.self].at = s->from->at;
        }
    }
    return true;
}

bool expand_loop(builder *b, context *inner, const scope *macro, double *now, size_t *first)
{
    const truce_sim_specs *specs = &b->model->sim_specs;
    size_t steps = (size_t)llround((specs->stop - specs->start) / specs->dt);
    size_t *previous = arena_array(&b->scratch, macro->source_count, sizeof *previous);
    if (!previous)
        return fail_memory(b);
    for (size_t i = 0; i < macro->source_count; i++) {
        const source *s = &macro->sources[i];
        if (s->from->kind == XMILE_STOCK && (s->non_negative || s->from->conveyor))
            return fail(b, s->from->at.file, s->from->at.line,
                        "the %s \"%s\" in a macro with <sim_specs> is not supported",
                        s->from->conveyor ? "conveyor" : "non-negative stock", s->name);
    }
    for (size_t k = 0; k <= steps; k++) {
        *now = specs->start + (double)k * specs->dt;
        for (size_t i = 0; i < macro->source_count; i++)
            previous[i] = first[i];
        if (!make_room(b, inner, macro, first) || !expand_step(b, inner, macro, first, k ? previous : NULL))
            return false;
    }
    return true;
}
