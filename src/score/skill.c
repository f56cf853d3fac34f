/* Sums of scores over origins, series and horizons.
 *
 * Series have units of their own, so their scores are divided by the mean CRPS of persistence over the same
 * series and horizon before they are added up. Forecasts from one origin share a fit, and those of origins
 * near each other most of their months, so the unit of chance is a block of origins as long as the horizon:
 * standard errors are those of the block jackknife (Kuensch 1989). */
#include "math/special.h"
#include "score/score.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define DENSITY_LEAST 1e-300 /* what a forecast excludes is not worth more than this */

score_range score_range_all(const score_table *t)
{
    return (score_range){
        .first_months = 1, .last_months = 12, .to = t->origin_count, .observation = SIZE_MAX};
}

static bool has_horizon(const score_range *r, size_t h)
{
    return score_horizons[h] >= r->first_months && score_horizons[h] <= r->last_months;
}

static bool has_series(const score_table *t, const score_range *r, size_t i)
{
    return (r->observation == SIZE_MAX || r->observation == i) && (!r->headline || score_is_headline(t, i));
}

/* Mean score of persistence, by which those of a series and horizon are divided; NaN when there is none. */
static double unit_of(const score_table *t, size_t i, size_t h)
{
    assert(i < t->c->observation_count && h < SCORE_HORIZONS);
    double sum = 0, count = 0;
    for (size_t at = 0; at < t->origin_count; at++) {
        const score_change *s = score_change_of(t, at, i, h, t->persistence);
        if (s->scored) {
            sum += s->score.crps;
            count++;
        }
    }
    return sum > 0 ? sum / count : NAN;
}

/* ---- Means ------------------------------------------------------------------------------------------- */

static void add_change(score_cell *c, const score_change *s)
{
    double low_50 = sample_quantile(s->points, 0.25), high_50 = sample_quantile(s->points, 0.75);
    double low_90 = sample_quantile(s->points, 0.05), high_90 = sample_quantile(s->points, 0.95);
    c->count++;
    c->crps += s->score.crps;
    c->spread += s->score.spread;
    c->too_high += s->score.too_high;
    c->too_low += s->score.too_low;
    c->interval_50 += sample_interval_score(s->points, 0.5, s->observed);
    c->interval_90 += sample_interval_score(s->points, 0.9, s->observed);
    c->bias += sample_quantile(s->points, 0.5) - s->observed;
    c->within_50 += s->observed >= low_50 && s->observed <= high_50;
    c->within_90 += s->observed >= low_90 && s->observed <= high_90;
    c->log_score += portable_log(fmax(sample_density(s->points, s->observed), DENSITY_LEAST));
}

score_cell score_cell_of(const score_table *t, const score_range *range, size_t entrant)
{
    assert(entrant < t->entrant_count);
    score_cell cell = {0};
    for (size_t at = range->from; at < range->to; at++) {
        size_t before = cell.count;
        for (size_t i = 0; i < t->c->observation_count; i++)
            for (size_t h = 0; h < SCORE_HORIZONS; h++) {
                const score_change *s = score_change_of(t, at, i, h, entrant);
                if (has_series(t, range, i) && has_horizon(range, h) && s->scored)
                    add_change(&cell, s);
            }
        if (cell.count == before)
            continue;
        cell.first = cell.origins++ ? cell.first : t->origins[at];
        cell.last = t->origins[at];
    }
    double *sums[] = {&cell.crps,        &cell.spread, &cell.too_high,  &cell.too_low,   &cell.interval_50,
                      &cell.interval_90, &cell.bias,   &cell.within_50, &cell.within_90, &cell.log_score};
    for (size_t k = 0; k < sizeof sums / sizeof *sums && cell.count; k++)
        *sums[k] /= (double)cell.count;
    return cell;
}

/* ---- One against another ----------------------------------------------------------------------------- */

double score_jackknife(const double *above, const double *below, size_t count, size_t block)
{
    double all_above = 0, all_below = 0, mean = 0, squares = 0;
    if (count < 2)
        return NAN;
    block = block < 1 ? 1 : block > count / 2 ? count / 2 : block;
    size_t blocks = count - block + 1;
    for (size_t k = 0; k < count; k++) {
        all_above += above[k];
        all_below += below[k];
    }
    for (int pass = 0; pass < 2; pass++)
        for (size_t from = 0; from < blocks; from++) {
            double rest_above = all_above, rest_below = all_below;
            for (size_t k = from; k < from + block; k++) {
                rest_above -= above[k];
                rest_below -= below[k];
            }
            double left = rest_above / rest_below;
            mean += pass == 0 ? left / (double)blocks : 0;
            squares += pass == 1 ? (left - mean) * (left - mean) : 0;
        }
    double rest = (double)(count - block);
    return sqrt(rest * rest / ((double)count * (double)block) * squares / (double)blocks);
}

typedef struct paired {
    double entrant[1200], other[1200]; /* of each origin with any */
    size_t origins, changes;
} paired;

/* Origins whose number passes what there is room for are not reached: cases have at most 1,200 months. */
static void add_up(const score_table *t, const score_range *range, size_t entrant, size_t other, paired *s)
{
    assert(entrant < t->entrant_count && other < t->entrant_count);
    double units[SCORE_HORIZONS];
    memset(s, 0, sizeof *s);
    double *by_origin[2] = {s->entrant, s->other};
    size_t counts[1200] = {0};
    for (size_t i = 0; i < t->c->observation_count; i++) {
        if (!has_series(t, range, i))
            continue;
        for (size_t h = 0; h < SCORE_HORIZONS; h++) {
            units[h] = has_horizon(range, h) ? unit_of(t, i, h) : NAN;
            for (size_t at = range->from; at < range->to && !isnan(units[h]); at++) {
                const score_change *x = score_change_of(t, at, i, h, entrant),
                                   *y = score_change_of(t, at, i, h, other);
                if (!x->scored || !y->scored)
                    continue;
                by_origin[0][at] += x->score.crps / units[h];
                by_origin[1][at] += y->score.crps / units[h];
                counts[at]++;
                s->changes++;
            }
        }
    }
    for (size_t at = range->from; at < range->to; at++)
        if (counts[at]) {
            s->entrant[s->origins] = s->entrant[at];
            s->other[s->origins++] = s->other[at];
        }
}

/* Origins whose horizons of so many months overlap with that of the first of them, itself included. */
static size_t overlapping(const score_table *t, size_t months)
{
    size_t every = t->origin_count > 1 ? (size_t)(t->origins[1] - t->origins[0]) : 1;
    return (months + every - 1) / every;
}

score_skill score_compare(const score_table *t, const score_range *range, size_t entrant, size_t other)
{
    paired s;
    double above = 0, below = 0;
    size_t longest = 1;
    add_up(t, range, entrant, other, &s);
    for (size_t k = 0; k < s.origins; k++) {
        above += s.entrant[k];
        below += s.other[k];
    }
    for (size_t h = 0; h < SCORE_HORIZONS; h++)
        if (has_horizon(range, h))
            longest = (size_t)score_horizons[h];
    return (score_skill){.changes = s.changes,
                         .origins = s.origins,
                         .ratio = below > 0 ? above / below : NAN,
                         .standard_error =
                             score_jackknife(s.entrant, s.other, s.origins, overlapping(t, longest))};
}

double score_relative_skill(const score_table *t, const score_range *range, size_t entrant)
{
    double sum = 0, count = 0;
    for (size_t e = 0; e <= t->pool; e++) {
        double ratio = score_compare(t, range, entrant, e).ratio;
        if (ratio > 0) {
            sum += portable_log(ratio);
            count++;
        }
    }
    return count > 0 ? portable_exp(sum / count) : NAN;
}

size_t score_best_rival(const score_table *t, const score_range *range)
{
    size_t best = SIZE_MAX;
    double least = INFINITY;
    for (size_t e = SCORE_MODEL + 1; e < t->pool; e++) {
        double skill = score_relative_skill(t, range, e);
        if (skill < least) {
            least = skill;
            best = e;
        }
    }
    return best;
}

/* ---- Calibration ------------------------------------------------------------------------------------- */

/* The test of Knueppel (2015) with the first two moments: under a right forecast z = sqrt(12) (PIT - 1/2) has
 * mean 0 and mean square 1. Moments are added up by origin; their covariance is that of Newey and West
 * (1987), as far as forecasts overlap. With two degrees of freedom the chance of more than x is exp(-x / 2).
 */
typedef struct moments {
    double first[1200], second[1200]; /* sums over the changes of an origin */
    size_t origins;
} moments;

static double chance_of(const moments *m, size_t lags)
{
    double g[2] = {0, 0}, s[3] = {0, 0, 0}, n = (double)m->origins;
    for (size_t k = 0; k < m->origins; k++) {
        g[0] += m->first[k] / n;
        g[1] += m->second[k] / n;
    }
    for (size_t lag = 0; lag <= lags && lag < m->origins; lag++)
        for (size_t k = lag; k < m->origins; k++) {
            double weight = (lag ? 2 : 1) * (1 - (double)lag / (double)(lags + 1)) / n;
            double a = m->first[k] - g[0], b = m->second[k] - g[1], c = m->first[k - lag] - g[0],
                   d = m->second[k - lag] - g[1];
            s[0] += weight * a * c;
            s[1] += weight * (a * d + b * c) / 2;
            s[2] += weight * b * d;
        }
    double determinant = s[0] * s[2] - s[1] * s[1];
    if (!(determinant > 0) || !(s[0] > 0))
        return NAN;
    double x = n * (g[0] * g[0] * s[2] - 2 * g[0] * g[1] * s[1] + g[1] * g[1] * s[0]) / determinant;
    return portable_exp(-x / 2);
}

score_calibration score_calibrate(const score_table *t, const score_range *range, size_t entrant)
{
    score_calibration c = {.chance = NAN};
    moments m = {.origins = 0};
    size_t longest = 1;
    for (size_t at = range->from; at < range->to; at++) {
        size_t before = c.count;
        double sums[2] = {0, 0};
        for (size_t i = 0; i < t->c->observation_count; i++)
            for (size_t h = 0; h < SCORE_HORIZONS; h++) {
                const score_change *s = score_change_of(t, at, i, h, entrant);
                if (!has_series(t, range, i) || !has_horizon(range, h) || !s->scored)
                    continue;
                double below = sample_below(s->points, s->observed), z = 3.4641016151377546 * (below - 0.5);
                size_t bin = (size_t)(below * SCORE_BINS);
                c.bins[bin < SCORE_BINS ? bin : SCORE_BINS - 1]++;
                c.count++;
                sums[0] += z;
                sums[1] += z * z - 1;
                longest = (size_t)score_horizons[h] > longest ? (size_t)score_horizons[h] : longest;
            }
        if (c.count == before)
            continue;
        m.first[m.origins] = sums[0];
        m.second[m.origins++] = sums[1];
    }
    size_t lags = overlapping(t, longest) - 1;
    if (m.origins >= 4)
        c.chance = chance_of(&m, lags < m.origins / 3 ? lags : m.origins / 3);
    return c;
}
