/* Functions with memory, made of hidden elements of the variable in which they stand.
 *
 *     SMTHn(x, T, i)   n stocks in a row, each following the one before in T/n:  dS/dt = (before - S) / (T/n)
 *     DELAYn(x, T, i)  n stocks in a row, each flowing into the next:  out = S / (T/n),  dS/dt = in - out,
 *                      S starts at i * T/n, so that what comes out starts at i
 *     vensim.DELAY_N   the same, but each stage has the time that the one before it had a step ago
 *     DELAY(x, T, i)   x as it was T ago, i before that
 *     TREND(x, T, i)   with a the average of x over T, da/dt = (x - a) / T:  (x - a) / (|a| T), which
 *                      starts at i
 *     FORCST(x, T, h, i)       x (1 + h TREND(x, T, i))
 *     FORECAST(x, T, h)        the same with i = 0 and a for |a|: of Vensim
 *     vensim.TREND     TREND, but 0 where the divisor is nearly 0, by ZIDZ (Vensim Help, "TREND"); FORECAST, too
 *     NPV(x, r, i, f)  present value of the stream x at the rate r, which starts at i, times f
 *     PREVIOUS(x, i)   x one step ago; i at the start
 *     INIT(x)          x at the start
 *     HISTORY(x, t)    x as it was at time t; 0 before the start and in the future
 *     DERIVN(x, n)     n-th difference of x backwards over dt^n; 0 in the first n steps
 *     SAMPLE_IF_TRUE(c, x, i)  x when c last was true; i before
 *     ENDVAL(x, i)     x at the end of the run before, and this run is the first: i
 *
 * i is x at the start when it is not given, but 0 for TREND, FORCST and NPV (XMILE 1.0, section 3.5.3;
 * Sterman 2000, chapter 11; Vensim help for TREND and NPV; isee systems, data builtins, for HISTORY, DERIVN
 * and ENDVAL). */
#include "model/builder.h"

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
    if (c->now)
        return make_number(b, c, b->model->sim_specs.start);
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
    if (b->model->sim_specs.method == TRUCE_EULER || c->now)
        return now;
    if (b->step_time == SIZE_MAX) {
        now = hold(b, c, now);
        b->step_time = now ? (size_t)now->index : SIZE_MAX;
    }
    return make_variable(b, c, b->step_time);
}

/* A value that is used more than once and holds through the DT. */
static const expression *hold_shared(builder *b, const context *c, const expression *x)
{
    return share(b, c, hold(b, c, x));
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

/* x one step ago, and at the start x. */
static const expression *step_ago(builder *b, const context *c, const expression *x)
{
    size_t hidden = add_hidden(b, c, ELEMENT_STATE);
    return x && set_element(b, hidden, x, x) ? make_variable(b, c, hidden) : NULL;
}

/* The chain of Vensim's DELAY N: the time of a stage is that of the stage before it one step ago, and what
 * comes out is divided by the time one step ago. */
static const expression *expand_late_material(builder *b, const context *c, int order, const expression *x,
                                              const expression *stage, const expression *initial)
{
    const expression *ago = step_ago(b, c, stage), *time = stage, *level = NULL;
    for (int i = 0; i < order; i++) {
        size_t stock = add_hidden(b, c, ELEMENT_STOCK);
        level = make_variable(b, c, stock);
        const expression *out = share(b, c, make(b, c, OP_DIVIDE, level, time, NULL));
        const expression *change = make(b, c, OP_SUBTRACT, x, out, NULL);
        const expression *content = make(b, c, OP_MULTIPLY, initial, stage, NULL);
        if (!change || !set_element(b, stock, content, change))
            return NULL;
        x = out;
        time = i == 0 ? ago : step_ago(b, c, time);
    }
    return make(b, c, OP_DIVIDE, level, ago, NULL);
}

static const expression *expand_chain(builder *b, context *c, const node *n)
{
    size_t at_initial = 2;
    double order = n->function->number;
    if (order == 0) {
        at_initial = 3;
        if (!find_start_value(b, c, n->arguments[2], n->written, &order) || order < 1 ||
            order > ORDER_LIMIT || order != floor(order)) {
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
    if (!note_stage(b, c, n->written, stage))
        return NULL;
    if (n->function->function == FUNCTION_SMOOTH)
        return expand_smooth(b, c, (int)order, x, stage, initial);
    return n->function->function == FUNCTION_LATE_DELAY
               ? expand_late_material(b, c, (int)order, x, stage, initial)
               : expand_material(b, c, (int)order, x, stage, initial);
}

/* ---- Single values ------------------------------------------------------------------------------------ */

/* Vensim's fixed delay lasts whole steps, the nearest number of them and a half up, and at least one. */
static const expression *whole_steps(builder *b, const context *c, const expression *delay)
{
    const expression *dt = make_number(b, c, b->model->sim_specs.dt);
    const expression *steps = make(b, c, OP_DIVIDE, delay, dt, NULL);
    const expression *half_more = make(b, c, OP_ADD, steps, make_number(b, c, 0.5 + 1e-6), NULL);
    const expression *whole = make(b, c, OP_INT, half_more, NULL, NULL);
    return make(b, c, OP_MULTIPLY, make(b, c, OP_MAX, whole, make_number(b, c, 1), NULL), dt, NULL);
}

static const expression *expand_fixed_delay(builder *b, context *c, const node *n)
{
    const expression *x = share(b, c, expand(b, c, n->arguments[0]));
    const expression *delay = x ? expand(b, c, n->arguments[1]) : NULL;
    const expression *initial = x;
    if (delay && n->function->number == 1)
        delay = whole_steps(b, c, delay);
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

/* ---- Trends and present values ------------------------------------------------------------------------ */

/* The arguments, each shared, with 0 for those left out. */
static bool expand_arguments(builder *b, context *c, const node *n, const expression **x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!(x[i] = i < n->count ? share(b, c, expand(b, c, n->arguments[i])) : make_number(b, c, 0)))
            return false;
    c->line = n->line;
    return true;
}

/* The average starts at x / (1 + i T), so that the trend starts at i. */
static const expression *expand_trend(builder *b, const context *c, const node *n, const expression *x,
                                      const expression *time, const expression *initial)
{
    double small = n->function->number;
    if (!note_stage(b, c, "TREND", time))
        return NULL;
    size_t stock = add_hidden(b, c, ELEMENT_STOCK);
    const expression *average = make_variable(b, c, stock);
    const expression *gap = share(b, c, make(b, c, OP_SUBTRACT, x, average, NULL));
    const expression *rise = make(b, c, OP_MULTIPLY, initial, time, NULL);
    const expression *start =
        make(b, c, OP_DIVIDE, x, make(b, c, OP_ADD, make_number(b, c, 1), rise, NULL), NULL);
    if (!set_element(b, stock, start, make(b, c, OP_DIVIDE, gap, time, NULL)))
        return NULL;
    if (n->function->function == FUNCTION_TREND || small == 0)
        average = make(b, c, OP_ABS, average, NULL, NULL);
    const expression *size = make(b, c, OP_MULTIPLY, time, average, NULL);
    return make_safe_division(b, c, small, gap, size, make_number(b, c, 0));
}

static const expression *expand_forecast(builder *b, context *c, const node *n)
{
    const expression *x[4];
    if (!expand_arguments(b, c, n, x, 4))
        return NULL;
    const expression *trend = expand_trend(b, c, n, x[0], x[1], x[3]);
    const expression *rise = make(b, c, OP_MULTIPLY, x[2], trend, NULL);
    return make(b, c, OP_MULTIPLY, x[0], make(b, c, OP_ADD, make_number(b, c, 1), rise, NULL), NULL);
}

/* (sum + x dt d) f, with the discount dd/dt = -d r / (1 + r dt) from 1 and the sum of x d from i. */
static const expression *expand_present_value(builder *b, context *c, const node *n)
{
    const expression *x[4], *one = make_number(b, c, 1);
    if (!expand_arguments(b, c, n, x, 4))
        return NULL;
    const expression *dt = make_number(b, c, b->model->sim_specs.dt);
    size_t discount = add_hidden(b, c, ELEMENT_STOCK), sum = add_hidden(b, c, ELEMENT_STOCK);
    const expression *d = make_variable(b, c, discount);
    const expression *growth = make(b, c, OP_ADD, one, make(b, c, OP_MULTIPLY, x[1], dt, NULL), NULL);
    const expression *loss = make(b, c, OP_DIVIDE, make(b, c, OP_MULTIPLY, d, x[1], NULL), growth, NULL);
    const expression *now = share(b, c, make(b, c, OP_MULTIPLY, x[0], d, NULL));
    if (!set_element(b, discount, one, make(b, c, OP_NEGATE, loss, NULL, NULL)) ||
        !set_element(b, sum, x[2], now))
        return NULL;
    const expression *this_step = make(b, c, OP_MULTIPLY, now, dt, NULL);
    const expression *value = make(b, c, OP_ADD, make_variable(b, c, sum), this_step, NULL);
    return n->count == 4 ? make(b, c, OP_MULTIPLY, value, x[3], NULL) : value;
}

/* ---- The past ----------------------------------------------------------------------------------------- */

/* A delay whose time is looked at every step; the present is not in it yet. */
static const expression *expand_history(builder *b, context *c, const node *n)
{
    const expression *x[2], *zero = make_number(b, c, 0);
    double runs_back = 0;
    if (n->count == 3 && !constant_value(b, c, n->arguments[2], n->written, &runs_back)) {
        fail(b, n->file, n->line, "how many runs %s looks back must be known before the run", n->written);
        return NULL;
    }
    if (runs_back != 0)
        return make_number(b, c, NAN); /* there is no run before */
    if (!expand_arguments(b, c, n, x, 2))
        return NULL;
    const expression *ago = share(b, c, make(b, c, OP_SUBTRACT, step_time(b, c), x[1], NULL));
    size_t hidden = add_hidden(b, c, ELEMENT_DELAY);
    if (!ago || !set_element(b, hidden, zero, x[0]))
        return NULL;
    b->model->elements[hidden].delay = ago;
    b->model->elements[hidden].moving = true;
    const expression *half = make_number(b, c, b->model->sim_specs.dt / 2);
    const expression *present = make(b, c, OP_LESS, ago, half, NULL);
    const expression *future = make(b, c, OP_LESS, ago, make(b, c, OP_NEGATE, half, NULL, NULL), NULL);
    const expression *past = make(b, c, OP_IF, present, x[0], make_variable(b, c, hidden));
    return hold(b, c, make(b, c, OP_IF, future, zero, past));
}

static const expression *expand_derivative(builder *b, context *c, const node *n)
{
    double order;
    if (!constant_value(b, c, n->arguments[1], n->written, &order) || order < 0 || order > ORDER_LIMIT ||
        order != floor(order)) {
        fail(b, n->file, n->line,
             "the order of %s must be a whole number from 0 to %d that is the same in every run", n->written,
             ORDER_LIMIT);
        return NULL;
    }
    const expression *x = hold_shared(b, c, expand(b, c, n->arguments[0])), *zero = make_number(b, c, 0);
    const expression *dt = make_number(b, c, b->model->sim_specs.dt);
    for (int i = 1; i <= (int)order; i++) {
        size_t last = add_hidden(b, c, ELEMENT_STATE);
        if (!x || !set_element(b, last, zero, x))
            return NULL;
        const expression *gap = make(b, c, OP_SUBTRACT, x, make_variable(b, c, last), NULL);
        const expression *since = make(b, c, OP_SUBTRACT, step_time(b, c), start_time(b, c), NULL);
        const expression *first = make_number(b, c, (i - 0.5) * b->model->sim_specs.dt);
        x = make(b, c, OP_IF, make(b, c, OP_LESS, since, first, NULL), zero,
                 make(b, c, OP_DIVIDE, gap, dt, NULL));
        x = hold_shared(b, c, x);
    }
    return x;
}

static const expression *expand_sample(builder *b, context *c, const node *n)
{
    const expression *x[3];
    if (!expand_arguments(b, c, n, x, 3))
        return NULL;
    size_t kept = add_hidden(b, c, ELEMENT_STATE);
    const expression *value = hold_shared(b, c, make(b, c, OP_IF, x[0], x[1], make_variable(b, c, kept)));
    return value && set_element(b, kept, x[2], value) ? value : NULL;
}

static const expression *expand_init(builder *b, context *c, const node *n)
{
    const expression *x = expand(b, c, n);
    size_t hidden = add_hidden(b, c, ELEMENT_STATE);
    return set_element(b, hidden, x, NULL) ? make_variable(b, c, hidden) : NULL;
}

const expression *expand_stateful(builder *b, context *c, const node *n)
{
    const expression *x[3], *initial;
    size_t hidden;
    switch (n->function->function) {
    case FUNCTION_SMOOTH:
    case FUNCTION_DELAY:
    case FUNCTION_LATE_DELAY:
        return expand_chain(b, c, n);
    case FUNCTION_FIXED_DELAY:
        return expand_fixed_delay(b, c, n);
    case FUNCTION_TREND:
        return expand_arguments(b, c, n, x, 3) ? expand_trend(b, c, n, x[0], x[1], x[2]) : NULL;
    case FUNCTION_FORECAST:
        return expand_forecast(b, c, n);
    case FUNCTION_NET_PRESENT_VALUE:
        return expand_present_value(b, c, n);
    case FUNCTION_HISTORY:
        return expand_history(b, c, n);
    case FUNCTION_DERIVATIVE:
        return expand_derivative(b, c, n);
    case FUNCTION_SAMPLE:
        return expand_sample(b, c, n);
    case FUNCTION_INIT:
    case FUNCTION_LAST_RUN:
        return expand_init(b, c, n->arguments[n->count - 1]);
    case FUNCTION_PREVIOUS:
        x[0] = expand(b, c, n->arguments[0]);
        if (n->count == 1)
            x[0] = share(b, c, x[0]);
        initial = x[0] && n->count == 2 ? expand(b, c, n->arguments[1]) : x[0];
        hidden = initial ? add_hidden(b, c, ELEMENT_STATE) : SIZE_MAX;
        return set_element(b, hidden, initial, x[0]) ? make_variable(b, c, hidden) : NULL;
    default:
        return NULL;
    }
}
