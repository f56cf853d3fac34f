/* A first-order autoregression of monthly changes with Student-t errors, by Gibbs sampling (Geweke 1993).
 *
 *     z(t) = c + r z(t-1) + s e(t) / sqrt(l(t)),   e normal, l(t) ~ Gamma(d / 2, d / 2)
 *
 * z is the series less its mean in units of its standard deviation, so that the priors are of no unit:
 * s^2 ~ inverse Gamma(1, 1/2); given s, c ~ normal(0, 2 s) and r ~ normal(1/2, s / sqrt(2)), |r| < 1; d, the
 * degrees of freedom, from a list. They matter where months are few. With all l = 1 the posterior has a
 * closed form, which tests hold it to. */
#include "base/base.h"
#include "math/quantiles.h"
#include "math/random.h"
#include "score/rivals.h"

#include <math.h>
#include <stdlib.h>

enum { BURN_IN = 100, DEGREES = 5, TRIES = 50 };
static const int degrees_of[DEGREES] = {3, 5, 9, 19, 39};
static const double prior_mean[2] = {0, 0.5}, prior_precision[2] = {0.25, 2};
static const double prior_shape = 1, prior_rate = 0.5;

typedef struct chain {
    size_t count;            /* of pairs of months on end */
    const double *from, *to; /* [count] */
    double *weights;         /* [count]: l */
    double fixed_degrees;    /* NaN: to be found */
    double c, r, variance, degrees;
    uint64_t seed, stream, step, number; /* of random numbers: of the iteration, and within it */
} chain;

static double uniform(chain *k)
{
    return random_uniform(k->seed, k->step, k->stream, k->number++);
}

static double normal(chain *k)
{
    return random_normal(k->seed, k->step, k->stream, k->number++);
}

/* Gamma of an even number of halves: a sum of exponentials. */
static double chi_square_even(chain *k, int degrees)
{
    double product = 1;
    for (int i = 0; i < degrees / 2; i++)
        product *= uniform(k);
    return -2 * portable_log(product);
}

static double error_of(const chain *k, size_t t)
{
    return k->to[t] - k->c - k->r * k->from[t];
}

/* Coefficients and variance given the weights: normal and inverse gamma. */
static void draw_line(chain *k)
{
    double a = prior_precision[0], b = 0, d = prior_precision[1], u = a * prior_mean[0],
           v = d * prior_mean[1],
           squares = a * prior_mean[0] * prior_mean[0] + d * prior_mean[1] * prior_mean[1];
    for (size_t t = 0; t < k->count; t++) {
        double w = k->weights[t], x = k->from[t], y = k->to[t];
        a += w;
        b += w * x;
        d += w * x * x;
        u += w * y;
        v += w * x * y;
        squares += w * y * y;
    }
    double determinant = a * d - b * b, c = (d * u - b * v) / determinant, r = (a * v - b * u) / determinant;
    double rate = prior_rate + fmax(squares - c * u - r * v, 0) / 2;
    for (int i = 0; i < TRIES; i++) {
        k->variance = rate / gamma_quantile(uniform(k), prior_shape + (double)k->count / 2);
        double s = sqrt(k->variance);
        /* Cholesky factor of the inverse of {{a, b}, {b, d}}, r first */
        double r_part = s * sqrt(a / determinant) * normal(k);
        k->r = r + r_part;
        k->c = c - b / a * r_part + s / sqrt(a) * normal(k);
        if (fabs(k->r) < 1)
            return;
    }
    k->r = fmin(fmax(k->r, -1), 1);
}

/* Logarithm of the density of all errors under Student's t, up to what is the same for all degrees. */
static double log_density(const chain *k, double degrees)
{
    double each = portable_lgamma((degrees + 1) / 2) - portable_lgamma(degrees / 2) -
                  0.5 * portable_log(degrees),
           sum = (double)k->count * each;
    for (size_t t = 0; t < k->count; t++) {
        double e = error_of(k, t);
        sum -= (degrees + 1) / 2 * portable_log1p(e * e / (k->variance * degrees));
    }
    return sum;
}

static void draw_degrees(chain *k)
{
    double logs[DEGREES], greatest = -INFINITY, sum = 0;
    for (size_t i = 0; i < DEGREES; i++) {
        logs[i] = log_density(k, degrees_of[i]);
        greatest = fmax(greatest, logs[i]);
    }
    for (size_t i = 0; i < DEGREES; i++)
        sum += logs[i] = portable_exp(logs[i] - greatest);
    double at = uniform(k) * sum;
    size_t i = 0;
    while (i + 1 < DEGREES && at > logs[i])
        at -= logs[i++];
    k->degrees = degrees_of[i];
}

static void draw_weights(chain *k)
{
    for (size_t t = 0; t < k->count; t++) {
        double e = error_of(k, t);
        k->weights[t] = chi_square_even(k, (int)k->degrees + 1) / (k->degrees + e * e / k->variance);
    }
}

static void iterate(chain *k, uint64_t step)
{
    k->step = step;
    k->number = 0;
    draw_line(k);
    if (isinf(k->fixed_degrees))
        return;
    if (isnan(k->fixed_degrees))
        draw_degrees(k);
    else
        k->degrees = k->fixed_degrees;
    draw_weights(k);
}

/* A path from the last value on, in units of z. */
static void walk(chain *k, double z, size_t months, double *path)
{
    for (size_t m = 0; m < months; m++) {
        double e = sqrt(k->variance) * normal(k);
        if (!isinf(k->fixed_degrees)) {
            double more = normal(k); /* chi-square of odd degrees: one square more */
            e *= sqrt(k->degrees / (chi_square_even(k, (int)k->degrees - 1) + more * more));
        }
        path[m] = z = k->c + k->r * z + e;
    }
}

/* ---- The series -------------------------------------------------------------------------------------- */

typedef struct standard {
    double mean, sd, last;
    size_t known, gap; /* months since the last known one */
} standard;

static standard standardise(const score_past *past)
{
    standard s = {0};
    double squares = 0;
    for (size_t t = 0; t < past->count; t++)
        if (!isnan(past->changes[t])) {
            s.known++;
            s.mean += past->changes[t];
            s.last = past->changes[t];
            s.gap = past->count - 1 - t;
        }
    s.mean /= (double)(s.known ? s.known : 1);
    for (size_t t = 0; t < past->count; t++)
        if (!isnan(past->changes[t]))
            squares += (past->changes[t] - s.mean) * (past->changes[t] - s.mean);
    s.sd = s.known > 1 ? sqrt(squares / (double)(s.known - 1)) : 0;
    return s;
}

static size_t pair_up(const score_past *past, const standard *s, double *from, double *to)
{
    size_t count = 0;
    for (size_t t = 1; t < past->count; t++) {
        if (isnan(past->changes[t]) || isnan(past->changes[t - 1]))
            continue;
        from[count] = (past->changes[t - 1] - s->mean) / s->sd;
        to[count++] = (past->changes[t] - s->mean) / s->sd;
    }
    return count;
}

bool autoregression_paths(const score_past *past, double degrees, size_t months, double *paths, size_t count)
{
    standard s = standardise(past);
    if (s.known < RIVAL_LEAST || !(s.sd > 0))
        return false;
    double *room = malloc((3 * past->count + months + s.gap) * sizeof *room);
    if (!room)
        return false;
    double *path = room + 3 * past->count;
    chain k = {.from = room,
               .to = room + past->count,
               .weights = room + 2 * past->count,
               .fixed_degrees = degrees,
               .seed = past->seed,
               .stream = past->stream ^ hash_bytes("autoregression", 14)};
    k.count = pair_up(past, &s, room, room + past->count);
    for (size_t t = 0; t < k.count; t++)
        k.weights[t] = 1;
    for (size_t i = 0; i < BURN_IN + count; i++) {
        iterate(&k, i);
        if (i < BURN_IN)
            continue;
        walk(&k, (s.last - s.mean) / s.sd, s.gap + months, path);
        for (size_t m = 0; m < months; m++)
            paths[(i - BURN_IN) * months + m] = s.mean + s.sd * path[s.gap + m];
    }
    free(room);
    return true;
}

bool rival_autoregression(const score_past *past, size_t months, double *paths, size_t count)
{
    return autoregression_paths(past, NAN, months, paths, count);
}
