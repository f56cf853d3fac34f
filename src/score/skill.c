/* Sums of scores: over origins, and of the model against a rival over series and horizons.
 *
 * Series have units of their own, so their scores are divided by the mean CRPS of persistence on the same
 * changes before they are added up. Changes from one origin share the fit and most of the months, so the unit
 * of chance is the origin: the standard error is the jackknife's (Efron and Stein 1981), leaving out one
 * origin at a time. */
#include "score/score.h"

#include <math.h>

bool score_has(const score_table *t, size_t entrant, size_t observation)
{
    const score_entrant *e = &t->entrants[entrant];
    return !e->c || e->observations[observation];
}

score_cell score_cell_of(const score_table *t, size_t observation, size_t horizon, size_t entrant)
{
    score_cell cell = {0};
    for (size_t i = 0; i < t->origin_count; i++) {
        const score_change *s = score_change_of(t, i, observation, horizon, entrant);
        if (!s->scored)
            continue;
        cell.first = cell.count ? cell.first : t->origins[i];
        cell.last = t->origins[i];
        cell.crps += s->crps;
        cell.bias += s->quantiles[2] - s->observed;
        cell.within_50 += s->observed >= s->quantiles[1] && s->observed <= s->quantiles[3];
        cell.within_90 += s->observed >= s->quantiles[0] && s->observed <= s->quantiles[4];
        cell.count++;
    }
    return cell;
}

size_t score_best_rival(const score_table *t, size_t observation, size_t horizon)
{
    size_t best = SIZE_MAX;
    double least = INFINITY;
    for (size_t e = SCORE_MODEL + 1; e < t->entrant_count; e++) {
        score_cell cell = score_cell_of(t, observation, horizon, e);
        if (cell.count && cell.crps < least) {
            least = cell.crps;
            best = e;
        }
    }
    return best;
}

/* Scaled scores of the model and of a rival from the origins [first, last), all but `without`. */
typedef struct paired {
    double model, rival;
    size_t changes;
} paired;

static paired add_up(const score_table *t, size_t rival, const int range[2], size_t first, size_t last,
                     size_t without)
{
    paired sum = {0};
    for (size_t i = 0; i < t->c->observation_count; i++)
        for (size_t h = 0; h < SCORE_HORIZONS; h++) {
            score_cell scale = score_cell_of(t, i, h, t->entrant_count - 1);
            if (score_horizons[h] < range[0] || score_horizons[h] > range[1] || !(scale.crps > 0) ||
                !score_has(t, rival, i))
                continue;
            for (size_t at = first; at < last; at++) {
                const score_change *m = score_change_of(t, at, i, h, SCORE_MODEL),
                                   *r = score_change_of(t, at, i, h, rival);
                if (at == without || !m->scored || !r->scored)
                    continue;
                sum.model += m->crps * (double)scale.count / scale.crps;
                sum.rival += r->crps * (double)scale.count / scale.crps;
                sum.changes++;
            }
        }
    return sum;
}

score_skill score_skill_over(const score_table *t, size_t rival, int first, int last)
{
    const int range[2] = {first, last};
    paired all = add_up(t, rival, range, 0, t->origin_count, SIZE_MAX);
    score_skill skill = {.changes = all.changes, .difference = all.model / all.rival - 1};
    double mean = 0, squares = 0;
    for (size_t at = 0; at < t->origin_count; at++)
        skill.origins += add_up(t, rival, range, at, at + 1, SIZE_MAX).changes > 0;
    double n = (double)skill.origins;
    for (int pass = 0; pass < 2; pass++)
        for (size_t at = 0; at < t->origin_count; at++) {
            if (add_up(t, rival, range, at, at + 1, SIZE_MAX).changes == 0)
                continue;
            paired rest = add_up(t, rival, range, 0, t->origin_count, at);
            double left = rest.model / rest.rival - 1;
            mean += pass == 0 ? left / n : 0;
            squares += pass == 1 ? (left - mean) * (left - mean) : 0;
        }
    skill.standard_error = skill.origins > 1 ? sqrt((n - 1) / n * squares) : NAN;
    return skill;
}
