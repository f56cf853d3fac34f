/* Functions of the normal distribution and of the gamma function, of elementary functions. */
#include "model/builder.h"

#include <math.h>

static const expression *twice(builder *b, const context *c, operation op, const expression *x,
                               const expression *y)
{
    return make(b, c, op, x, y, NULL);
}

/* a[0] x^(n - 1) + ... + a[n - 1] */
static const expression *polynomial(builder *b, const context *c, const double *a, size_t n,
                                    const expression *x)
{
    const expression *sum = make_number(b, c, a[0]);
    for (size_t i = 1; i < n; i++)
        sum = twice(b, c, OP_ADD, twice(b, c, OP_MULTIPLY, sum, x), make_number(b, c, a[i]));
    return sum;
}

/* ---- The normal distribution -------------------------------------------------------------------------- */

/* exp(-a^2/2)/(a + 1/(a + 2/(a + 3/(a + 4/(a + 0.65))))) / sqrt(2 pi), without the exponential: for a >= 7. */
static const expression *far_tail(builder *b, const context *c, const expression *a)
{
    const expression *x = twice(b, c, OP_ADD, a, make_number(b, c, 0.65));
    for (int i = 4; i >= 1; i--)
        x = twice(b, c, OP_ADD, a, twice(b, c, OP_DIVIDE, make_number(b, c, i), x));
    return twice(b, c, OP_DIVIDE, make_number(b, c, 0.39894228040143267794), x);
}

/* The probability of less than z: Hart and others, Computer Approximations (1968), number 5666, as arranged by West,
 * Better approximations to cumulative normal functions (Wilmott, 2005): to 1e-15. */
const expression *make_normal_probability(builder *b, const context *c, const expression *argument)
{
    static const double above[] = {3.52624965998911e-02, 0.700383064443688, 6.37396220353165, 33.912866078383,
                                   112.079291497871,     221.213596169931,  220.206867912376};
    static const double below[] = {8.83883476483184e-02, 1.75566716318264, 16.064177579207,
                                   86.7807322029461,     296.564248779674, 637.333633378831,
                                   793.826512519948,     440.413735824752};
    const expression *z = share(b, c, argument), *zero = make_number(b, c, 0), *one = make_number(b, c, 1);
    const expression *a = make(b, c, OP_MIN, make(b, c, OP_ABS, z, NULL, NULL), make_number(b, c, 40), NULL);
    a = share(b, c, a);
    const expression *square = twice(b, c, OP_MULTIPLY, a, a);
    const expression *density =
        make(b, c, OP_EXP, twice(b, c, OP_MULTIPLY, square, make_number(b, c, -0.5)), NULL, NULL);
    const expression *near = twice(b, c, OP_DIVIDE, polynomial(b, c, above, sizeof above / sizeof *above, a),
                                   polynomial(b, c, below, sizeof below / sizeof *below, a));
    const expression *close = twice(b, c, OP_LESS, a, make_number(b, c, 7.07106781186547));
    const expression *tail = make(b, c, OP_IF, close, near, far_tail(b, c, a));
    tail = share(b, c, twice(b, c, OP_MULTIPLY, density, tail));
    return make(b, c, OP_IF, twice(b, c, OP_GREATER, z, zero), twice(b, c, OP_SUBTRACT, one, tail), tail);
}

/* (x - mean)/deviation, from the arguments at `first`, which may be left out. */
static const expression *standard(builder *b, const context *c, const node *n, const expression *const *x,
                                  size_t i, size_t first)
{
    const expression *z = n->count > first ? twice(b, c, OP_SUBTRACT, x[i], x[first]) : x[i];
    return share(b, c, n->count > first + 1 ? twice(b, c, OP_DIVIDE, z, x[first + 1]) : z);
}

/* NORMALCDF(left, right, mean, deviation): the probability in between, from the tails on the side where they are
 * small. */
static const expression *expand_probability(builder *b, const context *c, const node *n,
                                            const expression *const *x)
{
    const expression *left = standard(b, c, n, x, 0, 2), *right = standard(b, c, n, x, 1, 2);
    const expression *mirror = share(b, c, twice(b, c, OP_GREATER, left, make_number(b, c, 0)));
    const expression *low = make(b, c, OP_IF, mirror, make(b, c, OP_NEGATE, right, NULL, NULL), left);
    const expression *high = make(b, c, OP_IF, mirror, make(b, c, OP_NEGATE, left, NULL, NULL), right);
    return twice(b, c, OP_SUBTRACT, make_normal_probability(b, c, high), make_normal_probability(b, c, low));
}

/* INVNORM(probability, mean, deviation) */
static const expression *expand_quantile(builder *b, const context *c, const node *n,
                                         const expression *const *x)
{
    const expression *z =
        make(b, c, OP_TRUNCATED_NORMAL, x[0], make_number(b, c, -INFINITY), make_number(b, c, INFINITY));
    if (n->count > 2)
        z = twice(b, c, OP_MULTIPLY, z, x[2]);
    return n->count > 1 ? twice(b, c, OP_ADD, x[1], z) : z;
}

/* ---- The gamma function ------------------------------------------------------------------------------- */

enum { SHIFT = 10 };

/* ln gamma(x) = ln gamma(x + 10) - ln(x (x + 1) ... (x + 9)), the first by Stirling's series; 10 is not added to a
 * large x. Not a number for x <= 0. */
static const expression *expand_log_gamma(builder *b, const context *c, const expression *argument)
{
    static const double series[] = {-691.0 / 360360, 1.0 / 1188, -1.0 / 1680,
                                    1.0 / 1260,      -1.0 / 360, 1.0 / 12};
    const expression *x = share(b, c, argument), *one = make_number(b, c, 1), *product = x;
    const expression *small = share(b, c, twice(b, c, OP_LESS, x, make_number(b, c, 1e6)));
    for (int i = 1; i < SHIFT; i++)
        product = twice(b, c, OP_MULTIPLY, product, twice(b, c, OP_ADD, x, make_number(b, c, i)));
    const expression *away = make(b, c, OP_LN, make(b, c, OP_IF, small, product, one), NULL, NULL);
    const expression *z = make(b, c, OP_IF, small, twice(b, c, OP_ADD, x, make_number(b, c, SHIFT)), x);
    z = share(b, c, z);
    const expression *inverse = share(b, c, twice(b, c, OP_DIVIDE, one, z));
    const expression *square = share(b, c, twice(b, c, OP_MULTIPLY, inverse, inverse));
    const expression *rest = polynomial(b, c, series, sizeof series / sizeof *series, square);
    rest = twice(b, c, OP_MULTIPLY, rest, inverse);
    const expression *power = twice(b, c, OP_SUBTRACT, z, make_number(b, c, 0.5));
    power = twice(b, c, OP_MULTIPLY, power, make(b, c, OP_LN, z, NULL, NULL));
    power =
        twice(b, c, OP_ADD, twice(b, c, OP_SUBTRACT, power, z), make_number(b, c, 0.91893853320467274178));
    const expression *value = twice(b, c, OP_SUBTRACT, twice(b, c, OP_ADD, power, rest), away);
    return make(b, c, OP_IF, twice(b, c, OP_GREATER, x, make_number(b, c, 0)), value, make_number(b, c, NAN));
}

const expression *expand_special(builder *b, const context *c, const node *n, const expression *const *x)
{
    switch (n->function->function) {
    case FUNCTION_NORMAL_PROBABILITY:
        return expand_probability(b, c, n, x);
    case FUNCTION_NORMAL_QUANTILE:
        return expand_quantile(b, c, n, x);
    default:
        return expand_log_gamma(b, c, x[0]);
    }
}
