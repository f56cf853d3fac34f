/* What is told of each month of talks: quantiles over the members whose war goes on, who accepts what, and
 * which terms are struck. Every worker has room of its own, and what it tells belongs to one deal or one
 * part of the month, so that threads do not show. */
#include "talks/talking.h"

#include "ensemble/ensemble.h"
#include "math/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Room ------------------------------------------------------------------------------------------------
 */

bool telling_allocate(telling *room, size_t members)
{
    room->memory = calloc((PEACE_TARGETS + CASE_SIDES) * members, sizeof *room->memory);
    room->values = calloc((2 + CASE_SIDES) * members, sizeof *room->values);
    if (!room->memory || !room->values)
        return false;
    room->sorted = room->values + members;
    for (size_t i = 0; i < PEACE_TARGETS; i++)
        room->targets[i] = room->memory + i * members;
    for (size_t i = 0; i < CASE_SIDES; i++) {
        room->gap[i] = room->memory + (PEACE_TARGETS + i) * members;
        room->worth[i] = room->values + (2 + i) * members;
    }
    return true;
}

void telling_free(telling *room)
{
    free(room->memory);
    free(room->values);
    *room = (telling){0};
}

static talks_band band_of_first(telling *room, size_t count)
{
    talks_band band;
    quantiles_of(room->values, room->sorted, count, talks_probabilities, TALKS_BAND, band.quantiles);
    return band;
}

/* Over the members whose war goes on. */
static talks_band band_of(const talking *k, telling *room, const double *values, size_t j)
{
    size_t count = 0;
    for (size_t m = 0; m < k->members; m++)
        if (j < k->end[m])
            room->values[count++] = (float)values[m];
    return band_of_first(room, count);
}

/* ---- Deals -----------------------------------------------------------------------------------------------
 */

static double line_of(const talking *k, const case_deal *deal, size_t j, size_t m)
{
    return deal->contact ? (double)k->share[j * k->members + m] : line_share(k->t, deal->line);
}

static void count_offer(const talking *k, const telling *room, size_t j, talks_offer *offer)
{
    double alive = 0.0;
    for (size_t m = 0; m < k->members; m++) {
        if (j >= k->end[m])
            continue;
        bool defender = room->gap[CASE_DEFENDER][m] >= 0.0, attacker = room->gap[CASE_ATTACKER][m] >= 0.0;
        alive += 1.0;
        offer->accepted[CASE_DEFENDER] += defender;
        offer->accepted[CASE_ATTACKER] += attacker;
        offer->accepted_by_both += defender && attacker;
        for (int y = 0; y < TALKS_YEARS; y++)
            offer->resumed[y] += room->targets[PEACE_RESUMED + y][m];
    }
    offer->accepted_by_both /= alive;
    for (int i = 0; i < CASE_SIDES; i++)
        offer->accepted[i] /= alive;
    for (int y = 0; y < TALKS_YEARS; y++)
        offer->resumed[y] /= alive;
}

static void tell_offer(const talking *k, telling *room, const game_month *g, size_t deal)
{
    const case_deal *d = &k->t->deals[deal];
    talks_offer *offer = &k->result->months[g->month].offers[deal];
    value_terms(k, deal, g->month, room->targets, room->worth);
    for (size_t m = 0; m < k->members; m++) {
        double line = line_of(k, d, g->month, m);
        room->gap[CASE_DEFENDER][m] = 1.0 - line + room->worth[CASE_DEFENDER][m] - g->going[CASE_DEFENDER][m];
        room->gap[CASE_ATTACKER][m] = line + room->worth[CASE_ATTACKER][m] - g->going[CASE_ATTACKER][m];
    }
    count_offer(k, room, g->month, offer);
    for (int i = 0; i < CASE_SIDES; i++)
        offer->gap[i] = band_of(k, room, room->gap[i], g->month);
    for (int y = 0; y < TALKS_YEARS; y++) {
        double *holds = room->targets[PEACE_RESUMED + y];
        for (size_t m = 0; m < k->members; m++)
            holds[m] = 1.0 - holds[m];
        offer->peace[y] = band_of(k, room, holds, g->month);
    }
    for (size_t m = 0; m < k->members; m++)
        room->gap[0][m] = line_of(k, d, g->month, m);
    offer->line = band_of(k, room, room->gap[0], g->month);
}

/* ---- A month ---------------------------------------------------------------------------------------------
 */

/* The line on which members with a zone would settle in this month: who proposes takes all that is over. */
static talks_band tell_terms(const talking *k, telling *room, const game_month *g)
{
    uint64_t stream = hash_bytes("proposer of the talks", 21);
    size_t count = 0;
    for (size_t m = 0; m < k->members; m++) {
        if (g->month >= k->end[m] || !g->deal[m])
            continue;
        bool attacker_proposes =
            random_uniform(k->options->run.seed, m, stream, g->month) < k->worths.proposer[m];
        double line = attacker_proposes ? fmin(g->most[m], 1.0) : fmax(g->least[m], 0.0);
        k->agreed[m] = room->values[count++] = (float)line;
    }
    return band_of_first(room, count);
}

/* The bargaining point of each member, and what came of it along its own future, for comparisons. */
static void keep_point(const talking *k, const telling *room, const game_month *g)
{
    size_t n = k->members, at = g->month * n;
    const talks_paths *own = &k->result->own;
    for (size_t m = 0; m < n; m++) {
        bool goes_on = g->month < k->end[m];
        double q = k->worths.proposer[m];
        double most = 1.0 - (g->ahead[CASE_DEFENDER][m] - k->settled[CASE_DEFENDER][at + m]);
        double least = g->ahead[CASE_ATTACKER][m] - k->settled[CASE_ATTACKER][at + m];
        own->point[at + m] = goes_on ? (float)room->gap[0][m] : NAN;
        own->realised[at + m] = goes_on ? (float)(q * most + (1.0 - q) * least) : NAN;
        own->zone[at + m] = goes_on && g->deal[m];
    }
}

static void tell_values(const talking *k, telling *room, const game_month *g)
{
    size_t n = k->members;
    talks_month *told = &k->result->months[g->month];
    double *point = room->gap[0], *width = room->gap[1], alive = 0.0;
    for (size_t m = 0; m < n; m++) {
        bool goes_on = g->month < k->end[m];
        alive += goes_on;
        told->zone += goes_on && g->deal[m];
        point[m] = k->worths.proposer[m] * g->most[m] + (1.0 - k->worths.proposer[m]) * g->least[m];
        width[m] = g->most[m] - g->least[m];
    }
    told->at_war = alive / (double)n;
    told->zone /= alive;
    keep_point(k, room, g);
    for (int i = 0; i < CASE_SIDES; i++) {
        told->war[i] = band_of(k, room, g->war[i], g->month);
        told->going[i] = band_of(k, room, g->going[i], g->month);
    }
    told->least = band_of(k, room, g->least, g->month);
    told->most = band_of(k, room, g->most, g->month);
    told->point = band_of(k, room, point, g->month);
    told->width = band_of(k, room, width, g->month);
    told->terms = tell_terms(k, room, g);
}

typedef struct telling_month {
    const talking *k;
    const game_month *g;
} telling_month;

/* Item 0 is the month itself, the others are its deals. */
static bool tell_part(void *context, unsigned worker, size_t item)
{
    const telling_month *t = context;
    telling *room = &t->k->rooms[worker];
    if (item == 0)
        tell_values(t->k, room, t->g);
    else
        tell_offer(t->k, room, t->g, item - 1);
    return true;
}

bool tell_month(void *context, const game_month *g)
{
    const talking *k = context;
    const truce_ensemble_options *run = &k->options->run;
    telling_month t = {.k = k, .g = g};
    if (run->progress && !run->progress(run->context, k->members, k->members))
        return false;
    return workers_run(k->workers, 1 + k->t->deal_count, tell_part, &t);
}

void tell_deals(talking *k)
{
    talks_result *r = k->result;
    telling *room = &k->rooms[0];
    const uint32_t *struck = k->solution.struck;
    double at_table = 0.0;
    for (size_t m = 0; m < k->members; m++)
        at_table += k->end[m] > 0;
    memcpy(r->own.struck, struck, k->members * sizeof *struck);
    for (size_t j = 0; j < k->months; j++) {
        size_t count = 0;
        for (size_t m = 0; m < k->members; m++)
            if (struck[m] <= j)
                room->values[count++] = k->agreed[m];
        r->months[j].struck = (double)count / at_table;
        r->months[j].terms_so_far = band_of_first(room, count);
    }
}
