/* Distributions of parameters: check, quantile, log density, and draws by inverse transform of a
 * counter-based uniform number, so that a draw depends on seed, member and name and on nothing else. */
#include "math/distribution.h"
#include "math/quantiles.h"
#include "math/random.h"
#include "math/special.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define LOG_ROOT_TWO_PI 0.91893853320467274178

static truce_status wrong(truce_error *error, const char *what, double value)
{
    char number[32];
    text_from_number(number, value);
    return error_set(error, TRUCE_BAD_INPUT, NULL, 0, "%s, not %s", what, number);
}

truce_status truce_distribution_check(const truce_distribution *distribution, truce_error *error)
{
    REQUIRE(distribution, "distribution");
    const truce_distribution *d = distribution;
    if ((unsigned)d->kind > TRUCE_TRIANGULAR)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "there is no distribution number %d", (int)d->kind);
    if (!isfinite(d->scale))
        return wrong(error, "the scale of a distribution must be a finite number", d->scale);
    if (!isfinite(d->a))
        return wrong(error, "the first number of a distribution must be finite", d->a);
    if (d->kind != TRUCE_FIXED && !isfinite(d->b))
        return wrong(error, "the second number of a distribution must be finite", d->b);
    switch (d->kind) {
    case TRUCE_NORMAL:
        if (!(d->b > 0))
            return wrong(error, "the standard deviation of a normal distribution must be above 0", d->b);
        return TRUCE_OK;
    case TRUCE_LOGNORMAL:
        if (!(d->a > 0))
            return wrong(error, "the median of a lognormal distribution must be above 0", d->a);
        if (!(d->b > 0))
            return wrong(error, "the standard deviation of the logarithm must be above 0", d->b);
        return TRUCE_OK;
    case TRUCE_UNIFORM:
        if (!(d->a < d->b) || !isfinite(d->b - d->a))
            return wrong(error, "the upper bound of a uniform distribution must be above its lower bound",
                         d->b);
        return TRUCE_OK;
    case TRUCE_BETA:
        if (!(d->a >= BETA_SHAPE_LEAST && d->a <= BETA_SHAPE_GREATEST))
            return wrong(error, "the first shape of a beta distribution must be 0.001 to 1000000", d->a);
        if (!(d->b >= BETA_SHAPE_LEAST && d->b <= BETA_SHAPE_GREATEST))
            return wrong(error, "the second shape of a beta distribution must be 0.001 to 1000000", d->b);
        if (!(d->c < d->d) || !isfinite(d->c) || !isfinite(d->d - d->c))
            return wrong(error, "the upper bound of a beta distribution must be above its lower bound", d->d);
        return TRUCE_OK;
    case TRUCE_TRIANGULAR:
        if (!(d->a < d->c) || !isfinite(d->c - d->a))
            return wrong(error, "the greatest value of a triangular distribution must be above its least",
                         d->c);
        if (!(d->a <= d->b && d->b <= d->c))
            return wrong(error, "the most likely value must lie between the least and the greatest", d->b);
        return TRUCE_OK;
    default:
        return TRUCE_OK;
    }
}

static bool is_valid(const truce_distribution *d)
{
    return d && truce_distribution_check(d, NULL) == TRUCE_OK;
}

/* ---- Quantile ---------------------------------------------------------------------------------------- */

/* The least, most likely and greatest values of a triangle are a, b and c. */
static double triangular_quantile(const truce_distribution *d, double p)
{
    assert(p >= 0 && p <= 1);
    double width = d->c - d->a, rise = d->b - d->a, fall = d->c - d->b;
    if (p * width < rise)
        return d->a + sqrt(p * width * rise);
    return d->c - sqrt((1 - p) * width * fall);
}

/* What the quantiles of a distribution have in common. */
static double quantile_constant(const truce_distribution *d)
{
    return d->kind == TRUCE_BETA ? log_beta(d->a, d->b) : 0;
}

/* Before the scale; `constant` is that of the distribution. */
static double plain_quantile(const truce_distribution *d, double p, double constant)
{
    switch (d->kind) {
    case TRUCE_FIXED:
        return d->a;
    case TRUCE_NORMAL:
        return d->a + d->b * normal_quantile(p);
    case TRUCE_LOGNORMAL:
        return d->a * portable_exp(d->b * normal_quantile(p));
    case TRUCE_UNIFORM:
        return d->a + p * (d->b - d->a);
    case TRUCE_BETA:
        return d->c + (d->d - d->c) * beta_quantile_given(p, d->a, d->b, constant);
    case TRUCE_TRIANGULAR:
        return triangular_quantile(d, p);
    }
    return NAN;
}

double truce_distribution_quantile(const truce_distribution *distribution, double p)
{
    if (!is_valid(distribution) || !(p >= 0 && p <= 1))
        return NAN;
    /* A negative scale turns the distribution around. */
    double scale = distribution->scale;
    return scale * plain_quantile(distribution, scale < 0 ? 1 - p : p, quantile_constant(distribution));
}

/* ---- Density ----------------------------------------------------------------------------------------- */

static double power_term(double exponent, double x)
{
    return exponent == 0 ? 0 : exponent * portable_log(x);
}

static double triangular_log_density(const truce_distribution *d, double x)
{
    if (x < d->a || x > d->c)
        return -INFINITY;
    double height = portable_log(2 / (d->c - d->a));
    if (x < d->b)
        return height + portable_log((x - d->a) / (d->b - d->a));
    return d->c > d->b ? height + portable_log((d->c - x) / (d->c - d->b)) : height;
}

static double plain_log_density(const truce_distribution *d, double x)
{
    double z;
    switch (d->kind) {
    case TRUCE_FIXED:
        break; /* it has none */
    case TRUCE_NORMAL:
        z = (x - d->a) / d->b;
        return -0.5 * z * z - portable_log(d->b) - LOG_ROOT_TWO_PI;
    case TRUCE_LOGNORMAL:
        if (!(x > 0))
            return -INFINITY;
        z = (portable_log(x) - portable_log(d->a)) / d->b;
        return -0.5 * z * z - portable_log(d->b) - portable_log(x) - LOG_ROOT_TWO_PI;
    case TRUCE_UNIFORM:
        return x >= d->a && x <= d->b ? -portable_log(d->b - d->a) : -INFINITY;
    case TRUCE_BETA:
        z = (x - d->c) / (d->d - d->c);
        if (!(z >= 0 && z <= 1))
            return -INFINITY;
        return power_term(d->a - 1, z) + power_term(d->b - 1, 1 - z) - log_beta(d->a, d->b) -
               portable_log(d->d - d->c);
    case TRUCE_TRIANGULAR:
        return triangular_log_density(d, x);
    }
    return NAN;
}

double truce_distribution_log_density(const truce_distribution *distribution, double x)
{
    if (!is_valid(distribution) || isnan(x))
        return NAN;
    double scale = distribution->scale;
    if (distribution->kind == TRUCE_FIXED)
        return x == scale * distribution->a ? 0 : -INFINITY;
    if (scale == 0)
        return x == 0 ? 0 : -INFINITY;
    return plain_log_density(distribution, x / scale) - portable_log(fabs(scale));
}

/* ---- Draws ------------------------------------------------------------------------------------------- */

double normal_probability(double z)
{
    return 0.5 * portable_erfc(-z * 0.70710678118654752440);
}

bool distribution_stream(const char *name, uint64_t *stream)
{
    assert(name && stream);
    arena memory = {0};
    const char *folded = name_fold(&memory, name, strlen(name));
    if (folded)
        *stream = hash_bytes(folded, strlen(folded));
    arena_free(&memory);
    return folded != NULL;
}

/* No simulation has as many steps: draws of parameters and of random functions never meet. */
#define DRAW_STEP UINT32_MAX

void distribution_draws(const truce_distribution *distribution, uint64_t seed, uint64_t first, size_t count,
                        uint64_t stream, double *draws)
{
    assert(distribution && (draws || count == 0));
    /* Not the quantile of the scaled distribution: a factor of a scenario, of either sign, acts on the draw
     * of the same member. */
    const truce_distribution *d = distribution;
    double constant = quantile_constant(d);
    for (size_t i = 0; i < count; i++)
        draws[i] = d->scale *
                   (d->kind == TRUCE_FIXED
                        ? d->a
                        : plain_quantile(d, random_uniform(seed, first + i, stream, DRAW_STEP), constant));
}

double distribution_uniform(uint64_t seed, uint64_t member, uint64_t stream)
{
    return random_uniform(seed, member, stream, DRAW_STEP);
}

double distribution_draw_from(const truce_distribution *distribution, uint64_t seed, uint64_t member,
                              uint64_t stream)
{
    assert(distribution);
    double draw;
    distribution_draws(distribution, seed, member, 1, stream, &draw);
    return draw;
}

double truce_distribution_draw(const truce_distribution *distribution, uint64_t seed, uint64_t member,
                               const char *name)
{
    uint64_t stream;
    if (!is_valid(distribution) || !name || !distribution_stream(name, &stream))
        return NAN;
    return distribution_draw_from(distribution, seed, member, stream);
}
