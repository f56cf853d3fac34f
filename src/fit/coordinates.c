/* Coordinates in which a prior is standard normal, and the values that they stand for. */
#include "engine/kernels.h"
#include "engine/row_kernels.h"
#include "fit/posterior_target.h"
#include "math/distribution.h"
#include "math/special.h"

#include <assert.h>
#include <math.h>

static double *make_table(arena *memory, const truce_distribution *d)
{
    double *knots = arena_array(memory, FIT_TABLE, sizeof *knots);
    for (size_t i = 0; knots && i < FIT_TABLE; i++)
        knots[i] = truce_distribution_quantile(
            d, normal_probability((double)i / FIT_TABLE_STEPS - (double)FIT_TABLE_REACH));
    return knots;
}

/* The scale of a scenario acts on the draw, so that x keeps its meaning whatever its sign. */
bool coordinate_set_transform(arena *memory, fit_coordinate *k)
{
    truce_distribution plain = k->prior;
    double scale = plain.scale;
    plain.scale = 1;
    if (plain.kind == TRUCE_NORMAL) {
        k->transform = TRANSFORM_LINEAR;
        k->base = scale * plain.a;
        k->slope = scale * plain.b;
        return true;
    }
    if (plain.kind == TRUCE_LOGNORMAL) {
        k->transform = TRANSFORM_EXPONENTIAL;
        k->base = scale * plain.a;
        k->slope = plain.b;
        return true;
    }
    k->transform = TRANSFORM_TABLE;
    double *knots = make_table(memory, &plain);
    for (size_t i = 0; knots && i < FIT_TABLE; i++)
        knots[i] *= scale;
    k->table = knots;
    return knots != NULL;
}

/* Cubic interpolation (Lagrange) between the four nearest knots, kept between the two nearest, so that the
 * value never leaves the prior's bounds: "interpolate" of engine/row_kernels.h for one number. */
static double table_value_at(const double *knots, double x)
{
    assert(knots);
    double at = (x + FIT_TABLE_REACH) * FIT_TABLE_STEPS;
    if (!(at > 0))
        return knots[0];
    if (at >= FIT_TABLE - 1)
        return knots[FIT_TABLE - 1];
    size_t i = (size_t)at;
    i = i < 1 ? 1 : i > FIT_TABLE - 3 ? FIT_TABLE - 3 : i;
    const double *q = knots + i - 1;
    double u = at - (double)i;
    double value = q[0] * (-u * (u - 1) * (u - 2) / 6) + q[1] * ((u + 1) * (u - 1) * (u - 2) / 2) +
                   q[2] * (-(u + 1) * u * (u - 2) / 2) + q[3] * ((u + 1) * u * (u - 1) / 6);
    size_t j = (size_t)at;
    return fmin(fmax(value, fmin(knots[j], knots[j + 1])), fmax(knots[j], knots[j + 1]));
}

double coordinate_value(const fit_coordinate *k, double x)
{
    if (k->transform == TRANSFORM_LINEAR)
        return k->base + k->slope * x;
    if (k->transform == TRANSFORM_EXPONENTIAL)
        return k->base * portable_exp(k->slope * x);
    return table_value_at(k->table, x);
}

double coordinate_draw(const fit_coordinate *k, double x)
{
    return coordinate_value(k, x) / k->prior.scale;
}

void coordinate_values(const fit_coordinate *k, const kernel_set *kernels, const row_kernels *rows,
                       const double *x, double *values, size_t width)
{
    assert(width > 0);
    if (k->transform == TRANSFORM_TABLE) {
        rows->interpolate(values, k->table, FIT_TABLE / 2, FIT_TABLE_STEPS, x, width);
        return;
    }
    for (size_t lane = 0; lane < width; lane++)
        values[lane] = k->slope * x[lane];
    bool exponential = k->transform == TRANSFORM_EXPONENTIAL;
    if (exponential)
        kernels->exponential(values, values, width);
    for (size_t lane = 0; lane < width; lane++)
        values[lane] = exponential ? k->base * values[lane] : k->base + values[lane];
}
