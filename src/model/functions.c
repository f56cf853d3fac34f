/* Functions of scalar arguments without memory, as operations.
 *
 * Test inputs are in terms of time t and step dt, with a tolerance of half a step, because t is a sum of
 * steps that need not hit a round number: PULSE and STEP act at the step nearest to their time. */
#include "model/builder.h"

#include <math.h>

/* ---- Hyperbolic functions: not of the standard, written by its converters ----------------------------- */

/* sinh x, cosh x = (e^x -+ e^-x) / 2;  tanh x = 1 - 2 / (e^2x + 1), which stays finite for large x. */
static const expression *expand_hyperbolic(builder *b, context *c, const builtin *f,
                                           const expression *argument)
{
    const expression *x = share(b, c, argument);
    const expression *two = make_number(b, c, 2);
    if (f->function == FUNCTION_TANH) {
        const expression *power = make(b, c, OP_EXP, make(b, c, OP_MULTIPLY, two, x, NULL), NULL, NULL);
        const expression *one = make_number(b, c, 1);
        return make(b, c, OP_SUBTRACT, one,
                    make(b, c, OP_DIVIDE, two, make(b, c, OP_ADD, power, one, NULL), NULL), NULL);
    }
    const expression *rising = make(b, c, OP_EXP, x, NULL, NULL);
    const expression *falling = make(b, c, OP_EXP, make(b, c, OP_NEGATE, x, NULL, NULL), NULL, NULL);
    return make(b, c, OP_DIVIDE, make(b, c, f->op, rising, falling, NULL), two, NULL);
}

/* ---- Rounding and powers ------------------------------------------------------------------------------ */

/* To the nearest whole number, halves away from zero. */
static const expression *expand_round(builder *b, const context *c, const expression *argument)
{
    const expression *x = share(b, c, argument), *zero = make_number(b, c, 0);
    const expression *size = share(b, c, make(b, c, OP_ABS, x, NULL, NULL));
    const expression *whole = share(b, c, make(b, c, OP_INT, size, NULL, NULL));
    const expression *rest = make(b, c, OP_SUBTRACT, size, whole, NULL);
    const expression *up = make(b, c, OP_GREATER_EQUAL, rest, make_number(b, c, 0.5), NULL);
    const expression *nearest = share(b, c, make(b, c, OP_ADD, whole, up, NULL));
    return make(b, c, OP_IF, make(b, c, OP_LESS, x, zero, NULL), make(b, c, OP_NEGATE, nearest, NULL, NULL),
                nearest);
}

/* 1, -1, or what is neither above nor below 0. */
static const expression *expand_sign(builder *b, const context *c, const expression *argument)
{
    const expression *x = share(b, c, argument), *zero = make_number(b, c, 0);
    const expression *below = make(b, c, OP_IF, make(b, c, OP_LESS, x, zero, NULL), make_number(b, c, -1), x);
    return make(b, c, OP_IF, make(b, c, OP_GREATER, x, zero, NULL), make_number(b, c, 1), below);
}

/* QUANTUM(x, q) of Vensim: the multiple of q next to x towards zero; x where q is not above 0. */
static const expression *expand_quantum(builder *b, const context *c, const expression *const *arguments)
{
    const expression *x = share(b, c, arguments[0]), *q = share(b, c, arguments[1]);
    const expression *zero = make_number(b, c, 0);
    const expression *ratio = share(b, c, make(b, c, OP_DIVIDE, x, q, NULL));
    const expression *back = make(b, c, OP_INT, make(b, c, OP_NEGATE, ratio, NULL, NULL), NULL, NULL);
    const expression *whole =
        make(b, c, OP_IF, make(b, c, OP_LESS, ratio, zero, NULL), make(b, c, OP_NEGATE, back, NULL, NULL),
             make(b, c, OP_INT, ratio, NULL, NULL));
    return make(b, c, OP_IF, make(b, c, OP_GREATER, q, zero, NULL), make(b, c, OP_MULTIPLY, q, whole, NULL),
                x);
}

/* MODULO(x, q) of Vensim, what QUANTUM leaves: unlike MOD it has the sign of x. */
static const expression *expand_modulo(builder *b, const context *c, const expression *const *arguments)
{
    const expression *shared[] = {share(b, c, arguments[0]), share(b, c, arguments[1])};
    return make(b, c, OP_SUBTRACT, shared[0], expand_quantum(b, c, shared), NULL);
}

/* ROOTN(x, n) of Stella: of a negative number the negative root when n is odd, and none when it is not. */
static const expression *expand_root(builder *b, const context *c, const expression *const *arguments)
{
    const expression *x = share(b, c, arguments[0]), *n = share(b, c, arguments[1]);
    const expression *power = make(b, c, OP_DIVIDE, make_number(b, c, 1), n, NULL);
    const expression *size = make(b, c, OP_ABS, x, NULL, NULL);
    const expression *root = share(b, c, make(b, c, OP_POWER, size, power, NULL));
    const expression *rest = make(b, c, OP_MOD, n, make_number(b, c, 2), NULL);
    const expression *odd = make(b, c, OP_EQUAL, rest, make_number(b, c, 1), NULL);
    const expression *below =
        make(b, c, OP_IF, odd, make(b, c, OP_NEGATE, root, NULL, NULL), make_number(b, c, NAN));
    return make(b, c, OP_IF, make(b, c, OP_LESS, x, make_number(b, c, 0), NULL), below, root);
}

/* SINWAVE(amplitude, period) = amplitude sin(2 pi t / period); COSWAVE likewise. */
static const expression *expand_wave(builder *b, const context *c, const builtin *f,
                                     const expression *const *x)
{
    const expression *turn = make_number(b, c, 6.28318530717958647693);
    const expression *now = make(b, c, OP_TIME, NULL, NULL, NULL);
    const expression *angle = make(b, c, OP_DIVIDE, make(b, c, OP_MULTIPLY, turn, now, NULL), x[1], NULL);
    return make(b, c, OP_MULTIPLY, x[0], make(b, c, f->op, angle, NULL, NULL), NULL);
}

/* CGROWTH(r): the rate that compounded every dt makes r percent a unit of time, ((1 + r / 100)^dt - 1) / dt.
 */
static const expression *expand_growth(builder *b, const context *c, const expression *percent)
{
    const expression *dt = make_number(b, c, b->model->sim_specs.dt), *one = make_number(b, c, 1);
    const expression *share_of_one = make(b, c, OP_DIVIDE, percent, make_number(b, c, 100), NULL);
    const expression *power = make(b, c, OP_POWER, make(b, c, OP_ADD, one, share_of_one, NULL), dt, NULL);
    return make(b, c, OP_DIVIDE, make(b, c, OP_SUBTRACT, power, one, NULL), dt, NULL);
}

/* ---- Whole numbers ---------------------------------------------------------------------------------------
 */

enum { GREATEST_FACTORIAL = 170 };

/* n! of a whole number, and beyond the greatest double infinity: a graph with steps; not a number below 0. */
static const expression *expand_factorial(builder *b, const context *c, const expression *n)
{
    truce_model *m = b->model;
    if (b->factorials == SIZE_MAX) {
        double *x = arena_array(&m->memory, GREATEST_FACTORIAL + 2, sizeof *x);
        double *y = arena_array(&m->memory, GREATEST_FACTORIAL + 2, sizeof *y);
        table t = {XMILE_DISCRETE, GREATEST_FACTORIAL + 2, x, y};
        if (!x || !y || !ARENA_PUSH(&m->memory, m->tables, m->table_count, b->table_capacity, t)) {
            fail_memory(b);
            return NULL;
        }
        for (int i = 0; i <= GREATEST_FACTORIAL + 1; i++) {
            x[i] = i;
            y[i] = i ? y[i - 1] * i : 1;
        }
        b->factorials = m->table_count - 1;
    }
    const expression *below = make(b, c, OP_LESS, n, make_number(b, c, 0), NULL);
    return make(b, c, OP_IF, below, make_number(b, c, NAN), make_lookup(b, c, b->factorials, n));
}

/* n! / (n - r)!, and over r! for combinations; 0 when r is more than n or below 0. */
static const expression *expand_permutations(builder *b, const context *c, bool combinations,
                                             const expression *const *x)
{
    const expression *n = share(b, c, x[0]), *r = share(b, c, x[1]);
    const expression *rest = share(b, c, make(b, c, OP_SUBTRACT, n, r, NULL));
    const expression *all =
        make(b, c, OP_DIVIDE, expand_factorial(b, c, n), expand_factorial(b, c, rest), NULL);
    if (combinations)
        all = make(b, c, OP_DIVIDE, all, expand_factorial(b, c, r), NULL);
    const expression *zero = make_number(b, c, 0);
    const expression *none = make(b, c, OP_LESS, make(b, c, OP_MIN, rest, r, NULL), zero, NULL);
    return make(b, c, OP_IF, none, zero, all);
}

/* ---- Curves ----------------------------------------------------------------------------------------------
 */

/* EXPBOUND(from, to, x, e, start, finish) of Stella: from `from` at `start` to `to` at `finish` along exp(e
 * u), u being the part of the way; a straight line when e is 0. */
static const expression *expand_exponential_curve(builder *b, const context *c, const expression *const *x)
{
    const expression *zero = make_number(b, c, 0), *one = make_number(b, c, 1), *e = share(b, c, x[3]);
    const expression *from = share(b, c, x[0]), *start = share(b, c, x[4]);
    const expression *way = make(b, c, OP_SUBTRACT, x[5], start, NULL);
    const expression *u = make(b, c, OP_DIVIDE, make(b, c, OP_SUBTRACT, x[2], start, NULL), way, NULL);
    u = share(b, c, make(b, c, OP_MIN, make(b, c, OP_MAX, u, zero, NULL), one, NULL));
    const expression *grown = make(b, c, OP_EXP, make(b, c, OP_MULTIPLY, e, u, NULL), NULL, NULL);
    const expression *all = make(b, c, OP_EXP, e, NULL, NULL);
    const expression *part = make(b, c, OP_DIVIDE, make(b, c, OP_SUBTRACT, grown, one, NULL),
                                  make(b, c, OP_SUBTRACT, all, one, NULL), NULL);
    part = make(b, c, OP_IF, make(b, c, OP_EQUAL, e, zero, NULL), u, part);
    return make(b, c, OP_ADD, from,
                make(b, c, OP_MULTIPLY, make(b, c, OP_SUBTRACT, x[1], from, NULL), part, NULL), NULL);
}

/* COUNTER(start, end) of Stella: start when the run begins, one more each unit of time, start again instead
 * of end. */
static const expression *expand_counter(builder *b, const context *c, const expression *const *x)
{
    const expression *start = share(b, c, x[0]);
    const expression *since = make(b, c, OP_SUBTRACT, step_time(b, c), start_time(b, c), NULL);
    const expression *cycle = make(b, c, OP_SUBTRACT, x[1], start, NULL);
    return make(b, c, OP_ADD, start, make(b, c, OP_MOD, since, cycle, NULL), NULL);
}

/* ---- Test inputs -------------------------------------------------------------------------------------- */

/* Time since `start`, plus half a step. */
static const expression *time_since(builder *b, const context *c, const expression *start)
{
    const expression *since = make(b, c, OP_SUBTRACT, step_time(b, c), start, NULL);
    return make(b, c, OP_ADD, since, make_number(b, c, b->model->sim_specs.dt / 2), NULL);
}

/* PULSE(magnitude, first, interval): magnitude / dt during one DT, with the magnitude of its start; without a
 * first time in every DT (isee systems, "Test input builtins"). */
static const expression *expand_pulse(builder *b, context *c, const expression *const *x, size_t count)
{
    double dt = b->model->sim_specs.dt;
    if (count == 1)
        return hold(b, c, make(b, c, OP_DIVIDE, x[0], make_number(b, c, dt), NULL));
    const expression *since = share(b, c, time_since(b, c, x[1]));
    const expression *phase = since;
    if (count == 3 && x[2]->op != OP_NUMBER) {
        const expression *interval = share(b, c, x[2]);
        phase = make(b, c, OP_IF, make(b, c, OP_GREATER, interval, make_number(b, c, 0), NULL),
                     make(b, c, OP_MOD, since, interval, NULL), since);
    } else if (count == 3 && x[2]->number > 0) {
        phase = make(b, c, OP_MOD, since, x[2], NULL);
    }
    const expression *begun = make(b, c, OP_GREATER_EQUAL, since, make_number(b, c, 0), NULL);
    const expression *now = make(b, c, OP_LESS, phase, make_number(b, c, dt), NULL);
    return hold(b, c,
                make(b, c, OP_IF, make(b, c, OP_AND, begun, now, NULL),
                     make(b, c, OP_DIVIDE, x[0], make_number(b, c, dt), NULL), make_number(b, c, 0)));
}

/* STEP(height, start): height once time plus half a step has passed `start`, so that of two steps that are equally near
 * the later begins (Vensim Help, STEP). */
static const expression *expand_step(builder *b, context *c, const expression *const *x)
{
    const expression *begun = make(b, c, OP_GREATER, time_since(b, c, x[1]), make_number(b, c, 0), NULL);
    return make(b, c, OP_IF, begun, x[0], make_number(b, c, 0));
}

/* PULSE(first, width) of Vensim: 1 while time plus half a step is between `first` and `first` + `width`; a width of 0 is one
 * step (Vensim Help, PULSE). */
static const expression *expand_window(builder *b, const context *c, const expression *const *x)
{
    const expression *dt = make_number(b, c, b->model->sim_specs.dt), *zero = make_number(b, c, 0);
    const expression *since = share(b, c, time_since(b, c, x[0])), *width = share(b, c, x[1]);
    width = make(b, c, OP_IF, make(b, c, OP_EQUAL, width, zero, NULL), dt, width);
    const expression *begun = make(b, c, OP_GREATER, since, zero, NULL);
    return make(b, c, OP_AND, begun, make(b, c, OP_LESS, since, width, NULL), NULL);
}

/* PULSE_TRAIN(first, width, between, last) of Vensim: 1 while a pulse lasts, from `first` and every `between`
 * on, for at least one step (the later, where `first` is half-way between two), and no later than `last`; all the time
 * where pulses meet. */
static const expression *expand_pulse_train(builder *b, const context *c, const expression *const *x)
{
    const expression *dt = make_number(b, c, b->model->sim_specs.dt), *zero = make_number(b, c, 0);
    const expression *since = share(b, c, time_since(b, c, x[0])), *between = share(b, c, x[2]);
    const expression *width = share(b, c, x[1]);
    const expression *begun = make(b, c, OP_GREATER, since, zero, NULL);
    const expression *over = make(b, c, OP_GREATER, step_time(b, c), x[3], NULL);
    const expression *phase = share(b, c, make(b, c, OP_MOD, since, between, NULL));
    const expression *lasts = make(b, c, OP_OR, make(b, c, OP_LESS, phase, width, NULL),
                                   make(b, c, OP_LESS_EQUAL, phase, dt, NULL), NULL);
    const expression *pulse = make(b, c, OP_AND, make(b, c, OP_GREATER, phase, zero, NULL), lasts, NULL);
    const expression *meet = make(b, c, OP_GREATER_EQUAL, make(b, c, OP_MAX, width, dt, NULL), between, NULL);
    const expression *on = make(b, c, OP_AND, begun, make(b, c, OP_OR, pulse, meet, NULL), NULL);
    return make(b, c, OP_AND, on, make(b, c, OP_NOT, over, NULL, NULL), NULL);
}

/* RAMP(slope, start, end): continuous, so it needs no tolerance. */
static const expression *expand_ramp(builder *b, context *c, const expression *const *x, size_t count)
{
    const expression *start = share(b, c, x[1]);
    const expression *now = make(b, c, OP_TIME, NULL, NULL, NULL);
    if (count == 3)
        now = make(b, c, OP_MIN, now, x[2], NULL);
    const expression *since = make(b, c, OP_SUBTRACT, now, start, NULL);
    return make(b, c, OP_MULTIPLY, x[0], make(b, c, OP_MAX, since, make_number(b, c, 0), NULL), NULL);
}

/* ---- All of them -------------------------------------------------------------------------------------- */

const expression *expand_scalar(builder *b, context *c, const node *n, const expression *const *x)
{
    const expression *root;
    switch (n->function->function) {
    case FUNCTION_OPERATION:
    case FUNCTION_IF:
        return make(b, c, n->function->op, x[0], x[1], x[2]);
    case FUNCTION_SAFEDIV:
        return make_safe_division(b, c, n->function->number, x[0], x[1],
                                  n->count == 3 ? x[2] : make_number(b, c, 0));
    case FUNCTION_SINH:
    case FUNCTION_COSH:
    case FUNCTION_TANH:
        return expand_hyperbolic(b, c, n->function, x[0]);
    case FUNCTION_ROUND:
        return expand_round(b, c, x[0]);
    case FUNCTION_SIGN:
        return expand_sign(b, c, x[0]);
    case FUNCTION_QUANTUM:
        return expand_quantum(b, c, x);
    case FUNCTION_MODULO:
        return expand_modulo(b, c, x);
    case FUNCTION_PERCENT:
        return make(b, c, OP_MULTIPLY, x[0], make_number(b, c, 100), NULL);
    case FUNCTION_ROOT:
        return expand_root(b, c, x);
    case FUNCTION_PAYMENTS:
        return expand_payments(b, c, n, x);
    case FUNCTION_NORMAL_PROBABILITY:
    case FUNCTION_NORMAL_QUANTILE:
    case FUNCTION_LOG_GAMMA:
        return expand_special(b, c, n, x);
    case FUNCTION_WAVE:
        return expand_wave(b, c, n->function, x);
    case FUNCTION_GROWTH:
        return expand_growth(b, c, x[0]);
    case FUNCTION_IS_NAN:
        root = share(b, c, x[0]);
        if (root && root->op == OP_VARIABLE)
            b->model->elements[root->index].guarded = true;
        return make(b, c, OP_NOT_EQUAL, root, root, NULL);
    case FUNCTION_COUNTER:
        return expand_counter(b, c, x);
    case FUNCTION_EXPONENTIAL_CURVE:
        return expand_exponential_curve(b, c, x);
    case FUNCTION_FACTORIAL:
        return expand_factorial(b, c, share(b, c, x[0]));
    case FUNCTION_PERMUTATIONS:
        return expand_permutations(b, c, n->function->number == 1, x);
    case FUNCTION_CONSTANT:
        return make_number(b, c, n->function->number);
    case FUNCTION_TIME:
        return make(b, c, OP_TIME, NULL, NULL, NULL);
    case FUNCTION_DT:
        return make_number(b, c, b->model->sim_specs.dt);
    case FUNCTION_STARTTIME:
        return start_time(b, c);
    case FUNCTION_STOPTIME:
        return make(b, c, OP_STOP_TIME, NULL, NULL, NULL);
    case FUNCTION_PULSE:
        return expand_pulse(b, c, x, n->count);
    case FUNCTION_WINDOW:
        return expand_window(b, c, x);
    case FUNCTION_PULSE_TRAIN:
        return expand_pulse_train(b, c, x);
    case FUNCTION_STEP:
        return expand_step(b, c, x);
    case FUNCTION_RAMP:
        return expand_ramp(b, c, x, n->count);
    default:
        return NULL;
    }
}
