/* Residuals of forecasts one period ahead, and whether they come in runs.
 *
 * The residual of a period is the normal score of where its outcome fell within the forecast made the period
 * before, Phi^-1(probability of less). Of right forecasts, residuals are standard normal and independent of one
 * another, whatever the model: a run of one sign says that something which lasts was taken for noise, or the
 * other way round. A forecast is a hundred quantiles, so no residual is beyond 2.58.
 *
 * The runs are counted about 0 after Wald and Wolfowitz (1940): with m residuals of one sign and n of the other
 * in random order, the number of runs has
 *     P(2k)     = 2 C(m - 1, k - 1) C(n - 1, k - 1) / C(m + n, m)
 *     P(2k + 1) = (C(m - 1, k - 1) C(n - 1, k) + C(m - 1, k) C(n - 1, k - 1)) / C(m + n, m) */
#include "math/quantiles.h"
#include "math/special.h"
#include "score/score.h"

#include <assert.h>
#include <math.h>

enum { MOST = 1200 }; /* months of a case */

/* ---- Runs ---------------------------------------------------------------------------------------------- */

/* C(n, k) as a logarithm; C(-1, -1) is not asked for. */
static double log_choose(size_t n, size_t k)
{
    double sum = 0;
    if (k > n)
        return -INFINITY;
    for (size_t i = 1; i <= k; i++)
        sum += portable_log((double)(n - k + i) / (double)i);
    return sum;
}

static double chance_of_runs(size_t runs, size_t m, size_t n)
{
    size_t k = runs / 2;
    double all = log_choose(m + n, m);
    if (runs % 2 == 0)
        return 2 * portable_exp(log_choose(m - 1, k - 1) + log_choose(n - 1, k - 1) - all);
    return portable_exp(log_choose(m - 1, k - 1) + log_choose(n - 1, k) - all) +
           portable_exp(log_choose(m - 1, k) + log_choose(n - 1, k - 1) - all);
}

double score_runs_chance(size_t runs, size_t above, size_t below)
{
    double sum = 0;
    if (above == 0 || below == 0)
        return NAN;
    for (size_t r = 2; r <= runs; r++)
        sum += chance_of_runs(r, above, below);
    return fmin(sum, 1);
}

/* ---- Of one series ------------------------------------------------------------------------------------- */

static size_t collect(const score_table *t, size_t observation, size_t entrant, double *z, size_t *at)
{
    const double least = 0.5 / SAMPLE_POINTS;
    size_t count = 0;
    for (size_t origin = 0; origin < t->origin_count && count < MOST; origin++) {
        const score_change *s = score_change_of(t, origin, observation, 0, entrant);
        if (!s->scored)
            continue;
        double below = sample_below(s->points, s->observed);
        z[count] = normal_quantile(fmin(fmax(below, least), 1 - least));
        at[count++] = origin;
    }
    return count;
}

static void count_runs(score_residuals *r, const double *z)
{
    size_t above = 0, length = 0;
    for (size_t i = 0; i < r->count; i++) {
        bool begins = i == 0 || (z[i] > 0) != (z[i - 1] > 0);
        above += z[i] > 0;
        r->runs += begins;
        length = begins ? 1 : length + 1;
        r->longest = length > r->longest ? length : r->longest;
    }
    double m = (double)above, n = (double)(r->count - above);
    r->runs_expected = above && above < r->count ? 1 + 2 * m * n / (m + n) : NAN;
    r->runs_chance = score_runs_chance(r->runs, above, r->count - above);
}

score_residuals score_residuals_of(const score_table *t, size_t observation, size_t entrant)
{
    double z[MOST], sum = 0, squares = 0, products = 0;
    size_t at[MOST];
    score_residuals r = {.count = collect(t, observation, entrant, z, at)};
    double n = (double)r.count;
    for (size_t i = 0; i < r.count; i++)
        sum += z[i];
    r.mean = sum / n;
    for (size_t i = 0; i < r.count; i++) {
        squares += (z[i] - r.mean) * (z[i] - r.mean);
        if (i > 0 && at[i] == at[i - 1] + 1)
            products += (z[i] - r.mean) * (z[i - 1] - r.mean);
    }
    r.spread = r.count > 1 ? sqrt(squares / (n - 1)) : NAN;
    r.lag = squares > 0 ? products / squares : NAN;
    r.lag_error = 1 / sqrt(n);
    count_runs(&r, z);
    return r;
}
