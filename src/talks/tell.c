/* What is told of each month of talks: quantiles over the members whose war goes on, and who accepts what. */
#include "talks/talking.h"

#include "ensemble/ensemble.h"

#include <stdlib.h>

/* Over the members whose war goes on. */
static talks_band band_of(talking *k, const double *values, const game_month *g)
{
    talks_band band;
    size_t count = 0;
    for (size_t m = 0; m < k->members; m++)
        if (g->month < k->end[m])
            k->values[count++] = (float)values[m];
    quantiles_of(k->values, k->room, count, talks_probabilities, TALKS_BAND, band.quantiles);
    return band;
}

static double line_of(const talking *k, const case_deal *deal, size_t j, size_t m)
{
    return deal->contact ? (double)k->share[j * k->members + m] : line_share(k->t, deal->line);
}

static void tell_offer(talking *k, const game_month *g, size_t deal, double *gap[CASE_SIDES],
                       float *worth[CASE_SIDES], talks_offer *offer)
{
    const case_deal *d = &k->t->deals[deal];
    double alive = 0.0;
    value_terms(k, deal, g->month, worth);
    for (size_t m = 0; m < k->members; m++) {
        double line = line_of(k, d, g->month, m);
        gap[CASE_DEFENDER][m] = 1.0 - line + worth[CASE_DEFENDER][m] - g->going[CASE_DEFENDER][m];
        gap[CASE_ATTACKER][m] = line + worth[CASE_ATTACKER][m] - g->going[CASE_ATTACKER][m];
        if (g->month >= k->end[m])
            continue;
        alive += 1.0;
        offer->accepted[CASE_DEFENDER] += gap[CASE_DEFENDER][m] >= 0.0;
        offer->accepted[CASE_ATTACKER] += gap[CASE_ATTACKER][m] >= 0.0;
        offer->accepted_by_both += gap[CASE_DEFENDER][m] >= 0.0 && gap[CASE_ATTACKER][m] >= 0.0;
        for (int y = 0; y < TALKS_YEARS; y++)
            offer->resumed[y] += k->targets[PEACE_RESUMED + y][m];
    }
    for (int i = 0; i < CASE_SIDES; i++) {
        offer->accepted[i] /= alive;
        offer->gap[i] = band_of(k, gap[i], g);
    }
    offer->accepted_by_both /= alive;
    for (int y = 0; y < TALKS_YEARS; y++)
        offer->resumed[y] /= alive;
    for (size_t m = 0; m < k->members; m++)
        gap[0][m] = line_of(k, d, g->month, m);
    offer->line = band_of(k, gap[0], g);
}

bool tell_month(void *context, const game_month *g)
{
    talking *k = context;
    size_t n = k->members;
    const truce_ensemble_options *run = &k->options->run;
    talks_month *told = &k->result->months[g->month];
    if (run->progress && !run->progress(run->context, n, n))
        return false;
    double *room = calloc(2 * n, sizeof *room), alive = 0.0;
    float *worth_room = calloc(2 * n, sizeof *worth_room);
    if (!room || !worth_room) {
        free(room);
        free(worth_room);
        return false;
    }
    for (size_t m = 0; m < n; m++) {
        bool goes_on = g->month < k->end[m];
        alive += goes_on;
        told->zone += goes_on && g->deal[m];
        room[m] = k->worths.proposer[m] * g->most[m] + (1.0 - k->worths.proposer[m]) * g->least[m];
        room[n + m] = g->most[m] - g->least[m];
    }
    told->at_war = alive / (double)n;
    told->zone /= alive;
    for (int i = 0; i < CASE_SIDES; i++) {
        told->war[i] = band_of(k, g->war[i], g);
        told->going[i] = band_of(k, g->going[i], g);
    }
    told->least = band_of(k, g->least, g);
    told->most = band_of(k, g->most, g);
    told->point = band_of(k, room, g);
    told->width = band_of(k, room + n, g);
    double *gap[CASE_SIDES] = {room, room + n};
    float *worth[CASE_SIDES] = {worth_room, worth_room + n};
    for (size_t d = 0; d < k->t->deal_count; d++)
        tell_offer(k, g, d, gap, worth, &told->offers[d]);
    free(room);
    free(worth_room);
    return true;
}

void tell_deals(talking *k)
{
    size_t struck = 0, at_table = 0;
    talks_result *r = k->result;
    for (size_t m = 0; m < k->members; m++) {
        if (k->end[m] == 0)
            continue;
        at_table++;
        if (k->solution.struck[m] == UINT32_MAX)
            continue;
        k->values[struck++] = k->solution.line[m];
        r->months[k->solution.struck[m]].struck += 1.0;
    }
    double sum = 0.0;
    for (size_t j = 0; j < k->months; j++) {
        sum += r->months[j].struck;
        r->months[j].struck = sum / (double)at_table;
    }
    r->agreed = (double)struck / (double)at_table;
    quantiles_of(k->values, k->room, struck, talks_probabilities, TALKS_BAND, r->terms.quantiles);
}
