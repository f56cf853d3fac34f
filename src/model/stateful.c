/* Functions with memory, made of hidden elements of the variable in which they stand.
 *
 *     SMTHn(x, T, i)   n stocks in a row, each following the one before in T/n:  dS/dt = (before - S) / (T/n)
 *     DELAYn(x, T, i)  n stocks in a row, each flowing into the next:  out = S / (T/n),  dS/dt = in - out,
 *                      S starts at i * T/n, so that what comes out starts at i
 *     DELAY(x, T, i)   x as it was T ago, i before that
 *     PREVIOUS(x, i)   x one step ago; i at the start
 *     INIT(x)          x at the start
 *
 * i is x at the start when it is not given (XMILE 1.0, section 3.5.3; Sterman 2000, chapter 11). */
#include "model/build.h"

#include <math.h>

enum { ORDER_LIMIT = 100 };

static bool set_element(builder *b, size_t index, const expression *initial, const expression *equation)
{
    if (index == SIZE_MAX || !initial || b->status != TRUCE_OK)
        return false;
    b->model->elements[index].initial = initial;
    b->model->elements[index].equation = equation;
    return true;
}

const expression *start_time(builder *b, const context *c)
{
    if (b->start_time == SIZE_MAX) {
        b->start_time = add_hidden(b, c, ELEMENT_STATE);
        if (!set_element(b, b->start_time, make(b, c, OP_TIME, NULL, NULL, NULL), NULL))
            return NULL;
    }
    return make_variable(b, c, b->start_time);
}

const expression *step_time(builder *b, const context *c)
{
    const expression *now = make(b, c, OP_TIME, NULL, NULL, NULL);
    if (b->model->sim_specs.method == TRUCE_EULER)
        return now;
    if (b->step_time == SIZE_MAX) {
        b->step_time = add_hidden(b, c, ELEMENT_STATE);
        const expression *next = make(b, c, OP_ADD, now, make_number(b, c, b->model->sim_specs.dt), NULL);
        if (!next || !set_element(b, b->step_time, now, next))
            return NULL;
    }
    return make_variable(b, c, b->step_time);
}

/* ---- Chains of stocks --------------------------------------------------------------------------------- */

static const expression *expand_smooth(builder *b, const context *c, int order, const expression *x,
                                       const expression *stage, const expression *initial)
{
    for (int i = 0; i < order; i++) {
        size_t stock = add_hidden(b, c, ELEMENT_STOCK);
        const expression *level = make_variable(b, c, stock);
        const expression *gap = make(b, c, OP_SUBTRACT, x, level, NULL);
        const expression *change = make(b, c, OP_DIVIDE, gap, stage, NULL);
        if (!change || !set_element(b, stock, initial, change))
            return NULL;
        x = level;
    }
    return x;
}

static const expression *expand_material(builder *b, const context *c, int order, const expression *x,
                                         const expression *stage, const expression *initial)
{
    for (int i = 0; i < order; i++) {
        size_t stock = add_hidden(b, c, ELEMENT_STOCK);
        const expression *level = make_variable(b, c, stock);
        const expression *out = share(b, c, make(b, c, OP_DIVIDE, level, stage, NULL));
        const expression *change = make(b, c, OP_SUBTRACT, x, out, NULL);
        const expression *content = make(b, c, OP_MULTIPLY, initial, stage, NULL);
        if (!change || !set_element(b, stock, content, change))
            return NULL;
        x = out;
    }
    return x;
}

static const expression *expand_chain(builder *b, context *c, const node *n)
{
    size_t at_initial = 2;
    double order = n->function->number;
    if (order == 0) {
        const node *given = n->arguments[2];
        order = given->kind == NODE_NUMBER ? given->number : 0;
        at_initial = 3;
        if (order < 1 || order > ORDER_LIMIT || order != floor(order)) {
            fail(b, n->file, n->line, "the order of %s must be a whole number from 1 to %d", n->written,
                 ORDER_LIMIT);
            return NULL;
        }
    }
    const expression *x = share(b, c, expand(b, c, n->arguments[0]));
    const expression *stage = x ? expand(b, c, n->arguments[1]) : NULL;
    if (stage && order > 1)
        stage = make(b, c, OP_DIVIDE, stage, make_number(b, c, order), NULL);
    stage = share(b, c, stage);
    const expression *initial = x;
    if (stage && n->count > at_initial)
        initial = share(b, c, expand(b, c, n->arguments[at_initial]));
    if (!x || !stage || !initial)
        return NULL;
    c->line = n->line;
    return n->function->function == FUNCTION_SMOOTH ? expand_smooth(b, c, (int)order, x, stage, initial)
                                                    : expand_material(b, c, (int)order, x, stage, initial);
}

/* ---- Single values ------------------------------------------------------------------------------------ */

static const expression *expand_fixed_delay(builder *b, context *c, const node *n)
{
    const expression *x = share(b, c, expand(b, c, n->arguments[0]));
    const expression *delay = x ? expand(b, c, n->arguments[1]) : NULL;
    const expression *initial = x;
    if (delay && n->count == 3)
        initial = expand(b, c, n->arguments[2]);
    if (!delay || !initial)
        return NULL;
    size_t hidden = add_hidden(b, c, ELEMENT_DELAY);
    if (!set_element(b, hidden, initial, x))
        return NULL;
    b->model->elements[hidden].delay = delay;
    return make_variable(b, c, hidden);
}

const expression *expand_stateful(builder *b, context *c, const node *n)
{
    const expression *x, *initial;
    size_t hidden;
    switch (n->function->function) {
    case FUNCTION_SMOOTH:
    case FUNCTION_DELAY:
        return expand_chain(b, c, n);
    case FUNCTION_FIXED_DELAY:
        return expand_fixed_delay(b, c, n);
    case FUNCTION_INIT:
        x = expand(b, c, n->arguments[0]);
        hidden = add_hidden(b, c, ELEMENT_STATE);
        return set_element(b, hidden, x, NULL) ? make_variable(b, c, hidden) : NULL;
    case FUNCTION_PREVIOUS:
        x = expand(b, c, n->arguments[0]);
        initial = x ? expand(b, c, n->arguments[1]) : NULL;
        hidden = initial ? add_hidden(b, c, ELEMENT_STATE) : SIZE_MAX;
        return set_element(b, hidden, initial, x) ? make_variable(b, c, hidden) : NULL;
    default:
        return NULL;
    }
}
