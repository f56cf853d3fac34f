/* Draws: one per step, the same in all stages of the step. Each is the quantile function of its distribution
 * at one uniform number (but the normal one, by Box and Muller, and the negative binomial one, of two), so it
 * moves in order with its parameters and never uses up another's numbers.
 *
 * Quantile functions: Devroye (1986), Non-uniform random variate generation, chapter II; those that take a
 * loop are operations of their own (math/quantiles.h). */
#include "model/builder.h"

#include <math.h>
#include <string.h>

/* ---- Streams ------------------------------------------------------------------------------------------ */

/* The seed that is given, as text; "" when there is none. NAN stands for none, as in Stella. */
static bool read_seed(builder *b, context *c, const node *n, char seed[40])
{
    size_t at = (size_t)n->function->number;
    double value;
    *seed = '\0';
    if (n->count <= at)
        return true;
    if (!constant_value(b, c, n->arguments[at], n->written, &value))
        return fail(b, n->file, n->line,
                    "the seed of %s must be a number, or made of constants that are plain numbers",
                    n->written);
    if (isnan(value))
        return true;
    seed[0] = '@';
    text_from_number(seed + 1, value);
    return true;
}

/* A stream depends on the element that owns the call and the call's position in it, so that a change
 * elsewhere in the model leaves its numbers alone; a seed in the call gives it another stream. */
static bool find_stream(builder *b, context *c, const node *n, const char *suffix, uint64_t *stream)
{
    char seed[40];
    if (!read_seed(b, c, n, seed))
        return false;
    char *key = element_key(&b->scratch, b->model->elements[c->owner].name);
    char *call =
        key ? arena_format(&b->scratch, "%s#%u%s%s", key, ++b->random_counts[c->owner], seed, suffix) : NULL;
    if (!call)
        return fail_memory(b);
    *stream = hash_bytes(call, strlen(call));
    return true;
}

/* A uniform number between 0 and 1. */
static const expression *uniform(builder *b, context *c, const node *n)
{
    uint64_t stream;
    if (!find_stream(b, c, n, "", &stream))
        return NULL;
    return share(b, c,
                 make_random(b, c, OP_RANDOM_UNIFORM, make_number(b, c, 0), make_number(b, c, 1), stream));
}

/* ---- Distributions ------------------------------------------------------------------------------------ */

static const expression *one_less(builder *b, const context *c, const expression *x)
{
    return make(b, c, OP_SUBTRACT, make_number(b, c, 1), x, NULL);
}

static const expression *log_of(builder *b, const context *c, const expression *x)
{
    return make(b, c, OP_LN, x, NULL, NULL);
}

static const expression *minus(builder *b, const context *c, const expression *x)
{
    return make(b, c, OP_NEGATE, x, NULL, NULL);
}

/* NORMAL(mean, deviation, seed, least, greatest): with bounds, the part of the distribution between them, as
 * by drawing again until the number lies there (Stella; RANDOM NORMAL of Vensim). Without a deviation that is the mean,
 * or the bound next to it. */
static const expression *normal(builder *b, context *c, const node *n, const expression *const *x)
{
    uint64_t stream;
    if (n->count <= 3) {
        if (!find_stream(b, c, n, "", &stream))
            return NULL;
        return make_random(b, c, OP_RANDOM_NORMAL, x[0], x[1], stream);
    }
    const expression *u = uniform(b, c, n), *mean = share(b, c, x[0]), *deviation = share(b, c, x[1]);
    const expression *bounds[2], *nearest = mean;
    for (size_t i = 0; i < 2; i++) {
        const expression *bound = n->count > 3 + i ? share(b, c, x[3 + i]) : NULL;
        if (!bound || (bound->op == OP_NUMBER && isnan(bound->number))) {
            bounds[i] = make_number(b, c, i ? INFINITY : -INFINITY);
            continue;
        }
        bounds[i] = make(b, c, OP_DIVIDE, make(b, c, OP_SUBTRACT, bound, mean, NULL), deviation, NULL);
        nearest = make(b, c, i ? OP_MIN : OP_MAX, nearest, bound, NULL);
    }
    const expression *z = make(b, c, OP_TRUNCATED_NORMAL, u, bounds[0], bounds[1]);
    const expression *drawn = make(b, c, OP_ADD, mean, make(b, c, OP_MULTIPLY, deviation, z, NULL), NULL);
    return make(b, c, OP_IF, deviation, drawn, nearest);
}

/* least + sqrt(u w (mode - least)), or from the other side, with w the width; not a number when the mode lies outside. */
static const expression *triangular(builder *b, const context *c, const expression *u,
                                    const expression *const *x)
{
    const expression *least = share(b, c, x[0]), *mode = share(b, c, x[1]), *greatest = share(b, c, x[2]);
    const expression *width = share(b, c, make(b, c, OP_SUBTRACT, greatest, least, NULL));
    const expression *rise = share(b, c, make(b, c, OP_SUBTRACT, mode, least, NULL));
    const expression *fall = share(b, c, make(b, c, OP_SUBTRACT, greatest, mode, NULL));
    const expression *along = share(b, c, make(b, c, OP_MULTIPLY, u, width, NULL));
    const expression *left = make(b, c, OP_SQRT, make(b, c, OP_MULTIPLY, along, rise, NULL), NULL, NULL);
    const expression *rest = make(b, c, OP_MULTIPLY, one_less(b, c, u), width, NULL);
    const expression *right = make(b, c, OP_SQRT, make(b, c, OP_MULTIPLY, rest, fall, NULL), NULL, NULL);
    const expression *drawn =
        make(b, c, OP_IF, make(b, c, OP_LESS, along, rise, NULL), make(b, c, OP_ADD, least, left, NULL),
             make(b, c, OP_SUBTRACT, greatest, right, NULL));
    const expression *outside =
        make(b, c, OP_LESS, make(b, c, OP_MIN, rise, fall, NULL), make_number(b, c, 0), NULL);
    return make(b, c, OP_IF, outside, make_number(b, c, NAN), drawn);
}

/* Failures before the first success: floor(ln u / ln(1 - p)). Below 1e-8 the logarithm is -p (1 + p / 2) to the last
 * bit, and 1 - p would lose p. */
static const expression *geometric(builder *b, const context *c, const expression *u, const expression *p)
{
    const expression *more =
        make(b, c, OP_ADD, make_number(b, c, 1), make(b, c, OP_DIVIDE, p, make_number(b, c, 2), NULL), NULL);
    const expression *little = minus(b, c, make(b, c, OP_MULTIPLY, p, more, NULL));
    const expression *fails = make(b, c, OP_IF, make(b, c, OP_LESS, p, make_number(b, c, 1e-8), NULL), little,
                                   log_of(b, c, one_less(b, c, p)));
    const expression *drawn =
        make(b, c, OP_INT, make(b, c, OP_DIVIDE, log_of(b, c, u), fails, NULL), NULL, NULL);
    return make(b, c, OP_IF, make(b, c, OP_LESS, p, make_number(b, c, 0), NULL), make_number(b, c, NAN),
                drawn);
}

/* Failures before the r-th success: Poisson, with a mean that is gamma of shape r and scale (1 - p) / p
 * (Devroye 1986, section X.4.7). */
static const expression *negative_binomial(builder *b, context *c, const node *n, const expression *u,
                                           const expression *const *x)
{
    uint64_t stream;
    if (!find_stream(b, c, n, "+", &stream))
        return NULL;
    const expression *second =
        make_random(b, c, OP_RANDOM_UNIFORM, make_number(b, c, 0), make_number(b, c, 1), stream);
    const expression *p = share(b, c, x[1]), *odds = make(b, c, OP_DIVIDE, one_less(b, c, p), p, NULL);
    const expression *mean = make(b, c, OP_MULTIPLY, make(b, c, OP_GAMMA, u, x[0], NULL), odds, NULL);
    return make(b, c, OP_POISSON, second, mean, NULL);
}

/* x raised to 1 / power. */
static const expression *root_of(builder *b, const context *c, const expression *x, const expression *power)
{
    return make(b, c, OP_POWER, x, make(b, c, OP_DIVIDE, make_number(b, c, 1), power, NULL), NULL);
}

static const expression *transform(builder *b, context *c, const node *n, const expression *u,
                                   const expression *const *x)
{
    const expression *y;
    switch (n->function->function) {
    case FUNCTION_EXPONENTIAL:
        return make(b, c, OP_MULTIPLY, x[0], minus(b, c, log_of(b, c, u)), NULL);
    case FUNCTION_TRIANGULAR:
        return triangular(b, c, u, x);
    case FUNCTION_LOGISTIC:
        y = log_of(b, c, make(b, c, OP_DIVIDE, u, one_less(b, c, u), NULL));
        return make(b, c, OP_ADD, x[0], make(b, c, OP_MULTIPLY, x[1], y, NULL), NULL);
    case FUNCTION_PARETO: /* shape, least value */
        return make(b, c, OP_DIVIDE, x[1], root_of(b, c, u, x[0]), NULL);
    case FUNCTION_WEIBULL: /* shape, scale */
        return make(b, c, OP_MULTIPLY, x[1], root_of(b, c, minus(b, c, log_of(b, c, u)), x[0]), NULL);
    case FUNCTION_GAMMA: /* shape, scale */
        y = make(b, c, OP_GAMMA, u, x[0], NULL);
        return n->count > 1 ? make(b, c, OP_MULTIPLY, x[1], y, NULL) : y;
    case FUNCTION_POISSON:
        return make(b, c, OP_POISSON, u, x[0], NULL);
    case FUNCTION_BETA:
    case FUNCTION_BINOMIAL:
        return make(b, c, n->function->op, u, x[0], x[1]);
    case FUNCTION_NEGATIVE_BINOMIAL:
        return negative_binomial(b, c, n, u, x);
    case FUNCTION_GEOMETRIC:
        return geometric(b, c, u, share(b, c, x[0]));
    case FUNCTION_CHANCE: /* MONTECARLO: 1 with so many percent a unit of time, else 0 (Stella) */
        y = make(b, c, OP_MULTIPLY, x[0], make_number(b, c, b->model->sim_specs.dt / 100), NULL);
        return make(b, c, OP_LESS, u, y, NULL);
    default:
        return NULL;
    }
}

const expression *expand_draw(builder *b, context *c, const node *n, const expression *const *x)
{
    uint64_t stream;
    if (n->function->function == FUNCTION_NORMAL)
        return normal(b, c, n, x);
    if (n->function->function == FUNCTION_RANDOM)
        return find_stream(b, c, n, "", &stream) ? make_random(b, c, n->function->op, x[0], x[1], stream)
                                                 : NULL;
    const expression *u = uniform(b, c, n);
    return u ? transform(b, c, n, u, x) : NULL;
}
