/* Built-in functions: the table of names, and the expansion of those without memory into operations.
 *
 * Test inputs are in terms of time t and step dt, with a tolerance of half a step, because t is a sum of
 * steps that need not hit a round number: PULSE and STEP act at the step nearest to their time. */
#include "model/build.h"

#include <math.h>
#include <string.h>

static const builtin table_of_functions[] = {
    {"abs", FUNCTION_OPERATION, 1, 1, OP_ABS, 0},
    {"exp", FUNCTION_OPERATION, 1, 1, OP_EXP, 0},
    {"ln", FUNCTION_OPERATION, 1, 1, OP_LN, 0},
    {"log10", FUNCTION_OPERATION, 1, 1, OP_LOG10, 0},
    {"sqrt", FUNCTION_OPERATION, 1, 1, OP_SQRT, 0},
    {"sin", FUNCTION_OPERATION, 1, 1, OP_SIN, 0},
    {"cos", FUNCTION_OPERATION, 1, 1, OP_COS, 0},
    {"tan", FUNCTION_OPERATION, 1, 1, OP_TAN, 0},
    {"arcsin", FUNCTION_OPERATION, 1, 1, OP_ARCSIN, 0},
    {"arccos", FUNCTION_OPERATION, 1, 1, OP_ARCCOS, 0},
    {"arctan", FUNCTION_OPERATION, 1, 1, OP_ARCTAN, 0},
    {"sinh", FUNCTION_SINH, 1, 1, OP_SUBTRACT, 0},
    {"cosh", FUNCTION_COSH, 1, 1, OP_ADD, 0},
    {"tanh", FUNCTION_TANH, 1, 1, OP_NUMBER, 0},
    {"int", FUNCTION_OPERATION, 1, 1, OP_INT, 0},
    {"mod", FUNCTION_OPERATION, 2, 2, OP_MOD, 0},
    {"min", FUNCTION_MIN, 1, -1, OP_MIN, 0},
    {"max", FUNCTION_MAX, 1, -1, OP_MAX, 0},
    {"safediv", FUNCTION_SAFEDIV, 2, 3, OP_SAFE_DIVIDE, 0},
    {"zidz", FUNCTION_SAFEDIV, 2, 2, OP_SAFE_DIVIDE, 0},
    {"xidz", FUNCTION_SAFEDIV, 3, 3, OP_SAFE_DIVIDE, 0},
    {"if_then_else", FUNCTION_IF, 3, 3, OP_IF, 0},
    {"pi", FUNCTION_CONSTANT, 0, 0, OP_NUMBER, 3.14159265358979323846},
    {"inf", FUNCTION_CONSTANT, 0, 0, OP_NUMBER, INFINITY},
    {"time", FUNCTION_TIME, 0, 0, OP_TIME, 0},
    {"dt", FUNCTION_DT, 0, 0, OP_NUMBER, 0},
    {"starttime", FUNCTION_STARTTIME, 0, 0, OP_NUMBER, 0},
    {"stoptime", FUNCTION_STOPTIME, 0, 0, OP_NUMBER, 0},
    {"pulse", FUNCTION_PULSE, 2, 3, OP_NUMBER, 0},
    {"step", FUNCTION_STEP, 2, 2, OP_NUMBER, 0},
    {"ramp", FUNCTION_RAMP, 2, 3, OP_NUMBER, 0},
    {"smth1", FUNCTION_SMOOTH, 2, 3, OP_NUMBER, 1},
    {"smth3", FUNCTION_SMOOTH, 2, 3, OP_NUMBER, 3},
    {"smthn", FUNCTION_SMOOTH, 3, 4, OP_NUMBER, 0},
    {"delay1", FUNCTION_DELAY, 2, 3, OP_NUMBER, 1},
    {"delay3", FUNCTION_DELAY, 2, 3, OP_NUMBER, 3},
    {"delayn", FUNCTION_DELAY, 3, 4, OP_NUMBER, 0},
    {"delay", FUNCTION_FIXED_DELAY, 2, 3, OP_NUMBER, 0},
    {"previous", FUNCTION_PREVIOUS, 2, 2, OP_NUMBER, 0},
    {"init", FUNCTION_INIT, 1, 1, OP_NUMBER, 0},
    {"random", FUNCTION_RANDOM, 2, 3, OP_RANDOM_UNIFORM, 0},
    {"uniform", FUNCTION_RANDOM, 2, 3, OP_RANDOM_UNIFORM, 0},
    {"random_uniform", FUNCTION_RANDOM, 2, 3, OP_RANDOM_UNIFORM, 0},
    {"normal", FUNCTION_RANDOM, 2, 3, OP_RANDOM_NORMAL, 0},
    {"random_normal", FUNCTION_RANDOM, 2, 3, OP_RANDOM_NORMAL, 0},
    {"lognormal", FUNCTION_RANDOM, 2, 3, OP_RANDOM_LOGNORMAL, 0},
    {"lookup", FUNCTION_LOOKUP, 2, 2, OP_LOOKUP, 0},
    {"sum", FUNCTION_SUM, 1, 1, OP_ADD, 0},
    {"prod", FUNCTION_PROD, 1, 1, OP_MULTIPLY, 0},
    {"mean", FUNCTION_MEAN, 1, 1, OP_ADD, 0},
    {"size", FUNCTION_SIZE, 1, 1, OP_NUMBER, 0},
    /* Of the standard, or common beside it, and refused by name. */
    {"stddev", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"rank", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"exprnd", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"poisson", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"forcst", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"trend", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"history", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"endval", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"derivn", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"npv", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"irr", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"round", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"beta", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"gamma", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"binomial", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"montecarlo", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"triangular", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"weibull", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"sample_if_true", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
};

const builtin *builtin_at(size_t index)
{
    return index < sizeof table_of_functions / sizeof *table_of_functions ? &table_of_functions[index] : NULL;
}

const builtin *builtin_find(const char *folded)
{
    for (size_t i = 0; builtin_at(i); i++)
        if (strcmp(table_of_functions[i].name, folded) == 0)
            return &table_of_functions[i];
    return NULL;
}

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

/* ---- Test inputs -------------------------------------------------------------------------------------- */

/* Time since `start`, plus half a step. */
static const expression *time_since(builder *b, const context *c, const expression *start)
{
    const expression *since = make(b, c, OP_SUBTRACT, step_time(b, c), start, NULL);
    return make(b, c, OP_ADD, since, make_number(b, c, b->model->sim_specs.dt / 2), NULL);
}

/* PULSE(magnitude, first, interval): magnitude / dt during one step. */
static const expression *expand_pulse(builder *b, context *c, const expression *const *x, size_t count)
{
    double dt = b->model->sim_specs.dt;
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
    return make(b, c, OP_IF, make(b, c, OP_AND, begun, now, NULL),
                make(b, c, OP_DIVIDE, x[0], make_number(b, c, dt), NULL), make_number(b, c, 0));
}

static const expression *expand_step(builder *b, context *c, const expression *const *x)
{
    const expression *begun =
        make(b, c, OP_GREATER_EQUAL, time_since(b, c, x[1]), make_number(b, c, 0), NULL);
    return make(b, c, OP_IF, begun, x[0], make_number(b, c, 0));
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

/* ---- Random numbers ----------------------------------------------------------------------------------- */

/* A stream depends on the element that owns the call and the call's position in it, so that a change
 * elsewhere in the model leaves its numbers alone; a seed in the call gives it another stream. */
static const expression *expand_random(builder *b, context *c, const node *n, const expression *const *x)
{
    if (n->count == 3 && x[2]->op != OP_NUMBER) {
        fail(b, n->file, n->line, "the seed of %s must be a number", n->written);
        return NULL;
    }
    char seed[40] = "";
    if (n->count == 3) {
        seed[0] = '@';
        text_from_number(seed + 1, x[2]->number);
    }
    char *key = element_key(&b->scratch, b->model->elements[c->owner].name);
    char *call = key ? arena_format(&b->scratch, "%s#%u%s", key, ++b->random_counts[c->owner], seed) : NULL;
    if (!call) {
        fail_memory(b);
        return NULL;
    }
    return make_random(b, c, n->function->op, x[0], x[1], hash_bytes(call, strlen(call)));
}

/* ---- Arrays ------------------------------------------------------------------------------------------- */

static const expression *expand_extreme(builder *b, context *c, const node *n)
{
    const expression **all = NULL;
    size_t count = 0, capacity = 0;
    for (size_t i = 0; i < n->count; i++) {
        const expression **items = NULL, *one = NULL;
        size_t item_count = 1;
        if (n->count == 1 || is_array_argument(b, c, n->arguments[i])) {
            if (!expand_array(b, c, n->arguments[i], &items, &item_count))
                return NULL;
        } else if (!(one = expand(b, c, n->arguments[i]))) {
            return NULL;
        }
        for (size_t k = 0; k < item_count; k++)
            if (!ARENA_PUSH(&b->scratch, all, count, capacity, items ? items[k] : one)) {
                fail_memory(b);
                return NULL;
            }
    }
    return make_fold(b, c, n->function->op, all, count);
}

static const expression *expand_reduction(builder *b, context *c, const node *n)
{
    const expression **items;
    size_t count;
    if (!expand_array(b, c, n->arguments[0], &items, &count))
        return NULL;
    if (n->function->function == FUNCTION_SIZE)
        return make_number(b, c, (double)count);
    const expression *all = make_fold(b, c, n->function->op, items, count);
    if (n->function->function == FUNCTION_MEAN)
        all = make(b, c, OP_DIVIDE, all, make_number(b, c, (double)count), NULL);
    return all;
}

/* ---- Calls -------------------------------------------------------------------------------------------- */

static const expression *expand_plain(builder *b, context *c, const node *n)
{
    const expression *x[3] = {NULL, NULL, NULL};
    for (size_t i = 0; i < n->count; i++)
        if (!(x[i] = expand(b, c, n->arguments[i])))
            return NULL;
    c->line = n->line;
    switch (n->function->function) {
    case FUNCTION_OPERATION:
    case FUNCTION_IF:
        return make(b, c, n->function->op, x[0], x[1], x[2]);
    case FUNCTION_SAFEDIV:
        return make(b, c, OP_SAFE_DIVIDE, x[0], x[1], n->count == 3 ? x[2] : make_number(b, c, 0));
    case FUNCTION_SINH:
    case FUNCTION_COSH:
    case FUNCTION_TANH:
        return expand_hyperbolic(b, c, n->function, x[0]);
    case FUNCTION_CONSTANT:
        return make_number(b, c, n->function->number);
    case FUNCTION_TIME:
        return make(b, c, OP_TIME, NULL, NULL, NULL);
    case FUNCTION_DT:
        return make_number(b, c, b->model->sim_specs.dt);
    case FUNCTION_STARTTIME:
        return start_time(b, c);
    case FUNCTION_STOPTIME:
        return make_number(b, c, b->model->sim_specs.stop);
    case FUNCTION_PULSE:
        return expand_pulse(b, c, x, n->count);
    case FUNCTION_STEP:
        return expand_step(b, c, x);
    case FUNCTION_RAMP:
        return expand_ramp(b, c, x, n->count);
    case FUNCTION_RANDOM:
        return expand_random(b, c, n, x);
    default:
        return NULL;
    }
}

const expression *expand_call(builder *b, context *c, const node *n)
{
    if (n->symbol == SYMBOL_VARIABLE && !c->scope->sources[n->index].has_table)
        return expand_flat(b, c, n);
    if (n->symbol == SYMBOL_VARIABLE)
        return expand_graph(b, c, n, expand(b, c, n->arguments[0]));
    if (n->symbol == SYMBOL_MACRO)
        return expand_macro(b, c, n);
    switch (n->function->function) {
    case FUNCTION_MIN:
    case FUNCTION_MAX:
        return expand_extreme(b, c, n);
    case FUNCTION_SUM:
    case FUNCTION_PROD:
    case FUNCTION_MEAN:
    case FUNCTION_SIZE:
        return expand_reduction(b, c, n);
    case FUNCTION_LOOKUP:
        return expand_graph(b, c, n->arguments[0], expand(b, c, n->arguments[1]));
    case FUNCTION_SMOOTH:
    case FUNCTION_DELAY:
    case FUNCTION_FIXED_DELAY:
    case FUNCTION_PREVIOUS:
    case FUNCTION_INIT:
        return expand_stateful(b, c, n);
    default:
        return expand_plain(b, c, n);
    }
}
