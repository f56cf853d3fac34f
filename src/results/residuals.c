/* What a fit leaves unexplained, series by series.
 *
 * Given a draw of the posterior, an observation in month t is predicted with the error that the case states,
 * and u(t) = P(observation <= what was observed) is its probability integral transform; the residual is z(t)
 * = Phi^-1(u(t)), the quantile residual of Dunn and Smyth (1996). The draw is the random part: were the model
 * right, the pair of draw and data would be one of the joint distribution, and the residuals of one random
 * draw independent and standard normal, whatever the posterior is. (The transform by the posterior
 * predictive, all draws together, is neither: parameters in common tie its months, and the data have been
 * used.) So what is computed of the residuals of each draw is compared with the same of independent normal
 * numbers, one set per draw: a posterior predictive check with a realised discrepancy (Gelman, Meng and Stern
 * 1996). */
#include "math/random.h"
#include "observe/observe.h"
#include "results/collecting.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- What is computed of them -------------------------------------------- */

/* The months of a series that were fitted, in order. */
typedef struct fitted_series {
    size_t count;
    size_t *at;        /* [count]: month of the horizon */
    double *left;      /* [count]: share of the error of the one before that is left */
    double *seen;      /* [count]: what was observed */
    measure *measures; /* [count]: what the model says of it */
    double *z, *sums;  /* [count]: residuals of one draw, and their sums over draws */
    size_t draws;
    month start;
} fitted_series;

static double mean_of(const fitted_series *s)
{
    assert(s->count > 0);
    double sum = 0;
    for (size_t i = 0; i < s->count; i++)
        sum += s->z[i] / (double)s->count;
    return sum;
}

static double squares_about(const fitted_series *s, double centre)
{
    assert(isfinite(centre));
    double sum = 0;
    for (size_t i = 0; i < s->count; i++)
        sum += (s->z[i] - centre) * (s->z[i] - centre);
    return sum;
}

/* Correlation of each month with the next, where both were fitted. */
static double lag_of(const fitted_series *s)
{
    double mean = mean_of(s), sum = 0, squares = squares_about(s, mean);
    for (size_t i = 1; i < s->count; i++)
        if (s->at[i] == s->at[i - 1] + 1)
            sum += (s->z[i] - mean) * (s->z[i - 1] - mean);
    return squares > 0 ? sum / squares : 0;
}

/* The share of the variance that lies between the months of the year. */
static double season_of(const fitted_series *s)
{
    double mean = mean_of(s), squares = squares_about(s, mean), between = 0, sums[12] = {0}, counts[12] = {0};
    for (size_t i = 0; i < s->count; i++) {
        sums[((size_t)s->start + s->at[i]) % 12] += s->z[i] - mean;
        counts[((size_t)s->start + s->at[i]) % 12]++;
    }
    for (size_t k = 0; k < 12; k++)
        between += counts[k] > 0 ? sums[k] * sums[k] / counts[k] : 0;
    return squares > 0 ? between / squares : 0;
}

/* 1 where chance has made at least as much, 0 where less. */
static double as_much(double chance, double found)
{
    return chance > found ? 1 : chance == found ? 0.5 : 0;
}

static void add_draw(fitted_series *s, uint64_t seed, uint64_t draw, uint64_t stream, residual_check *c)
{
    assert(s->count > 0);
    double lag = lag_of(s), season = season_of(s);
    c->mean += mean_of(s);
    c->spread += squares_about(s, 0) / (double)s->count;
    c->lag += lag;
    c->season += season;
    for (size_t i = 0; i < s->count; i++) {
        s->sums[i] += s->z[i];
        s->z[i] = random_normal(seed, draw, stream, s->at[i]);
    }
    c->lag_chance += as_much(fabs(lag_of(s)), fabs(lag));
    c->season_chance += as_much(season_of(s), season);
    s->draws++;
}

static void finish(const fitted_series *s, observation_result *result)
{
    residual_check *c = &result->check;
    double n = (double)s->draws, sums[12] = {0};
    double *const means[] = {&c->mean, &c->spread, &c->lag, &c->lag_chance, &c->season, &c->season_chance};
    for (size_t i = 0; i < sizeof means / sizeof *means; i++)
        *means[i] /= n;
    c->spread = sqrt(c->spread);
    c->draws = s->draws;
    c->months = s->count;
    for (size_t i = 0; i < s->count; i++) {
        size_t k = ((size_t)s->start + s->at[i]) % 12;
        result->residuals[s->at[i]] = s->sums[i] / n;
        sums[k] += s->sums[i] / n;
        c->month_counts[k]++;
    }
    for (size_t k = 0; k < 12; k++)
        c->by_month[k] = c->month_counts[k] ? sums[k] / (double)c->month_counts[k] : NAN;
}

/* The members beyond the number of draws repeat them, and the months that were fitted are the same. */
static void take_draws(const case_results *r, const members_view *v, const case_observation *o, mapping by,
                       fitted_series *s, residual_check *c)
{
    size_t draws = truce_fit_draw_count(r->fit);
    uint64_t stream = ~hash_bytes(o->name, strlen(o->name)) ^ 2; /* none that observed.c uses */
    for (size_t i = 0; i < v->members && i < draws; i++) {
        bool sound = !v->bad[i];
        for (size_t k = 0; k < s->count && sound; k++) {
            s->z[k] = observe_residual(o, s->seen[k], predicted_mean(s->measures[k], by, i));
            sound = isfinite(s->z[k]);
        }
        for (size_t k = s->count; k-- > 1;)
            s->z[k] = observe_fresh(s->left[k], s->z[k - 1], s->z[k]);
        if (sound)
            add_draw(s, r->seed, i, stream, c);
    }
}

bool residuals_collect(const case_results *r, const members_view *v, const case_observation *o, mapping by,
                       observation_result *result)
{
    fitted_series s = {.start = r->c->start};
    for (size_t i = 0; i < r->months; i++)
        result->residuals[i] = NAN;
    if (!r->fitted_months)
        return true;
    s.at = malloc(r->months * sizeof *s.at);
    s.z = malloc(r->months * sizeof *s.z);
    s.sums = calloc(r->months, sizeof *s.sums);
    s.seen = malloc(r->months * sizeof *s.seen);
    s.left = malloc(r->months * sizeof *s.left);
    s.measures = malloc(r->months * sizeof *s.measures);
    bool good = s.at && s.z && s.sums && s.seen && s.left && s.measures;
    for (size_t i = 0; good && i < r->fitted_months; i++)
        if (is_used(r, o, i) && !isnan(observed_in(r, o, i))) {
            s.at[s.count] = i;
            s.seen[s.count] = observed_in(r, o, i);
            s.left[s.count] = s.count ? observe_left(o, i - s.at[s.count - 1]) : 0;
            s.measures[s.count++] = measure_of(r, v, o, i);
        }
    if (good && s.count)
        take_draws(r, v, o, by, &s, &result->check);
    if (good && s.draws)
        finish(&s, result);
    free(s.at);
    free(s.z);
    free(s.sums);
    free(s.seen);
    free(s.left);
    free(s.measures);
    return good;
}
