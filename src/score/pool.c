/* The pool of the model and all rivals: each quantile is the weighted mean of their quantiles (Lichtendahl,
 * Grushka-Cockayne and Winkler 2013).
 *
 * The weights at an origin, one set for each horizon, are those of the best mixture: they minimise its mean CRPS
 * over earlier forecasts of all series whose outcome was known at the origin, complete data included: a forecast
 * made h months before at least. With a(m) = E|X(m) - y| and b(m, n) = E|X(m) - X(n)| the score of a mixture is
 * w'a - w'Bw / 2, which is convex on weights that add up to 1, so that the minimum is one (Gneiting and Ranjan
 * 2013; Yao, Vehtari, Simpson and Gelman 2018, section 3.2). A mixture is wider than its members wherever
 * their medians differ; means of quantiles are not. Few forecasts are a thin ground, and the outcomes of long
 * horizons come late: the weights of a horizon are shrunk to those that all horizons call for together, and these to equal ones of each
 * kind of member (the model, rivals with a case, extrapolations of a series, which say much the same), each by
 * as much as if SHRINKAGE origins had called for them. Scores are divided by the mean one of persistence over
 * the same earlier forecasts of the series.
 *
 * A member that has no forecast of a series is taken to say what the others say on average. */
#include "math/special.h"
#include "score/score.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { SHRINKAGE = 12, STEPS = 2000 };

/* ---- The minimum ------------------------------------------------------------------------------------- */

/* Exponentiated gradient descent (Kivinen and Warmuth 1997), which stays on the simplex. */
void pool_minimise(const pool_sum *sum, size_t members, double *weights)
{
    assert(members > 0 && members <= SCORE_POOL_MOST && sum->count >= 0);
    double slopes[SCORE_POOL_MOST];
    for (size_t m = 0; m < members; m++)
        weights[m] = 1 / (double)members;
    for (int step = 0; step < STEPS && sum->count > 0; step++) {
        double total = 0, least = INFINITY;
        for (size_t m = 0; m < members; m++) {
            slopes[m] = sum->near[m] / sum->count;
            for (size_t n = 0; n < members; n++)
                slopes[m] -= sum->apart[m][n] / sum->count * weights[n];
            least = fmin(least, slopes[m]);
        }
        for (size_t m = 0; m < members; m++)
            total += weights[m] *= portable_exp(least - slopes[m]);
        for (size_t m = 0; m < members; m++)
            weights[m] /= total;
    }
}

/* ---- What was known ---------------------------------------------------------------------------------- */

/* Whether the outcome of a forecast was known at the end of a month. */
static bool was_known(const score_table *t, size_t at, size_t i, size_t h, month origin)
{
    assert(at < t->origin_count && i < t->c->observation_count && h < SCORE_HORIZONS);
    const case_observation *o = &t->c->observations[i];
    bool known = score_change_of(t, at, i, h, t->persistence)->scored;
    for (month m = t->origins[at]; m <= t->origins[at] + score_horizons[h]; m++)
        known = known && case_value_known(o, m) <= origin;
    return known;
}

static double unit_of(const score_table *t, size_t i, size_t h, month origin)
{
    double sum = 0, count = 0;
    for (size_t at = 0; at < t->origin_count; at++)
        if (was_known(t, at, i, h, origin)) {
            sum += score_change_of(t, at, i, h, t->persistence)->score.crps;
            count++;
        }
    return sum / count;
}

/* What members say, those without a forecast replaced by the average of the others: share[m][n] of what m is
 * taken to say is that of n. */
static void find_shares(const score_table *t, size_t at, size_t i, size_t h,
                        double share[SCORE_POOL_MOST][SCORE_POOL_MOST])
{
    assert(t->member_count <= SCORE_POOL_MOST);
    double present = 0;
    for (size_t n = 0; n < t->member_count; n++)
        present += score_change_of(t, at, i, h, n)->forecast;
    for (size_t m = 0; m < t->member_count; m++)
        for (size_t n = 0; n < t->member_count; n++) {
            bool own = score_change_of(t, at, i, h, m)->forecast,
                 other = score_change_of(t, at, i, h, n)->forecast;
            share[m][n] = own ? m == n : other ? 1 / present : 0;
        }
}

/* Adds a forecast's scores and distances, divided by `unit`. */
static void add_forecast(const score_table *t, size_t at, size_t i, size_t h, double unit, pool_sum *sum)
{
    assert(unit > 0);
    double share[SCORE_POOL_MOST][SCORE_POOL_MOST], near[SCORE_POOL_MOST] = {0},
                                                    apart[SCORE_POOL_MOST][SCORE_POOL_MOST] = {{0}};
    size_t members = t->member_count;
    find_shares(t, at, i, h, share);
    for (size_t m = 0; m < members; m++) {
        const score_change *x = score_change_of(t, at, i, h, m);
        for (size_t n = 0; n <= m && x->forecast; n++) {
            const score_change *y = score_change_of(t, at, i, h, n);
            if (y->forecast)
                apart[m][n] = apart[n][m] = sample_distance(x->points, y->points) / unit;
        }
        near[m] = x->forecast ? x->score.crps / unit + apart[m][m] / 2 : 0;
    }
    for (size_t m = 0; m < members; m++)
        for (size_t n = 0; n < members; n++) {
            sum->near[m] += share[m][n] * near[n];
            for (size_t k = 0; k < members && share[m][n] > 0; k++)
                for (size_t j = 0; j < members; j++)
                    sum->apart[m][k] += share[m][n] * share[k][j] * apart[n][j];
        }
    sum->count++;
}

void score_pool_start(const score_table *t, double *weights)
{
    size_t of_kind[ROLE_SERIES + 1] = {0}, kinds = 0;
    for (size_t m = 0; m < t->member_count; m++)
        kinds += of_kind[t->entrants[m].role]++ == 0;
    for (size_t m = 0; m < t->member_count; m++)
        weights[m] = 1 / (double)(kinds * of_kind[t->entrants[m].role]);
}

/* Adds the forecasts of a horizon whose outcome was known; how many origins they are from. */
static size_t add_horizon(const score_table *t, month origin, size_t h, pool_sum *sum)
{
    size_t origins = 0;
    for (size_t at = 0; at < t->origin_count; at++) {
        double before = sum->count;
        for (size_t i = 0; i < t->c->observation_count; i++) {
            double unit = was_known(t, at, i, h, origin) ? unit_of(t, i, h, origin) : 0;
            if (unit > 0)
                add_forecast(t, at, i, h, unit, sum);
        }
        origins += sum->count > before;
    }
    return origins;
}

/* Weights drawn towards those in `weights`, as if SHRINKAGE origins had called for these. */
static void learn(const pool_sum *sum, size_t origins, size_t members, double *weights)
{
    double best[SCORE_POOL_MOST];
    pool_minimise(sum, members, best);
    for (size_t m = 0; m < members; m++)
        weights[m] = ((double)origins * best[m] + SHRINKAGE * weights[m]) / ((double)origins + SHRINKAGE);
}

void score_pool_weights(const score_table *t, month origin, size_t horizon, double *weights)
{
    assert(horizon < SCORE_HORIZONS);
    pool_sum all = {0}, own = {0};
    size_t origins = 0;
    for (size_t h = 0; h < SCORE_HORIZONS; h++) {
        size_t of_horizon = add_horizon(t, origin, h, &all);
        origins = of_horizon > origins ? of_horizon : origins;
    }
    score_pool_start(t, weights);
    learn(&all, origins, t->member_count, weights);
    learn(&own, add_horizon(t, origin, horizon, &own), t->member_count, weights);
}

/* ---- The pool ---------------------------------------------------------------------------------------- */

static void average(const score_table *t, size_t at, size_t i, size_t h, const double *weights)
{
    assert(at < t->origin_count && weights);
    double share[SCORE_POOL_MOST][SCORE_POOL_MOST], kept[SCORE_POOL_MOST];
    const double *points[SCORE_POOL_MOST];
    score_change *pool = score_change_of(t, at, i, h, t->pool);
    size_t count = 0;
    find_shares(t, at, i, h, share);
    for (size_t n = 0; n < t->member_count; n++) {
        const score_change *change = score_change_of(t, at, i, h, n);
        if (!change->forecast)
            continue;
        points[count] = change->points;
        kept[count] = 0;
        for (size_t m = 0; m < t->member_count; m++)
            kept[count] += weights[m] * share[m][n];
        count++;
    }
    pool->forecast = count > 0;
    if (count)
        sample_average(points, kept, count, pool->points);
}

void score_pool_average(score_table *t, size_t origin, const double *weights)
{
    for (size_t i = 0; i < t->c->observation_count; i++)
        for (size_t h = 0; h < SCORE_HORIZONS; h++)
            average(t, origin, i, h, weights + h * t->member_count);
}

void score_pool(score_table *t)
{
    for (size_t at = 0; at < t->origin_count; at++) {
        double *weights = t->weights + at * SCORE_HORIZONS * t->member_count;
        for (size_t h = 0; h < SCORE_HORIZONS; h++)
            score_pool_weights(t, t->origins[at], h, weights + h * t->member_count);
        score_pool_average(t, at, weights);
    }
}
