/* The record at the table as a likelihood of each member: when ending the war could be talked about, that no
 * deal came of it, and what the sides did in public. */
#include "talks/government.h"
#include "talks/talking.h"

#include "math/distribution.h"
#include "math/special.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is done in public may be done for show: one act in twenty says nothing of what the side wants. */
static const double for_show = 0.05;

/* Openings are data on how often a world has them, also those before the horizon. */
static double openings_likelihood(const talking *k, size_t m)
{
    assert(m < k->members);
    const case_column *o = &k->t->openings;
    double rate = k->worths.openings[m], sum = 0.0;
    rate = rate < 1e-9 ? 1e-9 : rate > 1.0 - 1e-9 ? 1.0 - 1e-9 : rate;
    for (size_t i = 0; i < o->count; i++)
        if (o->first + (month)i <= k->c->data_end)
            sum += o->values[i] * portable_log(rate) + (1.0 - o->values[i]) * portable_log(1.0 - rate);
    return sum;
}

/* Logarithm of the probability that months of the record pass without a deal; nothing for a war that was over
 * by itself before they had. */
static double no_deal_likelihood(const talking *k, size_t m)
{
    assert(m < k->members);
    double sum = 0.0;
    for (size_t j = 0; j < k->known; j++) {
        size_t at = j * k->members + m;
        if (j >= k->end[m])
            return -INFINITY;
        double deal = (double)k->kept.met[at] * k->kept.open[at];
        sum += deal < 1.0 ? portable_log1p(-deal) : -INFINITY;
    }
    return sum;
}

/* Month of an act among those solved; SIZE_MAX: outside. */
static size_t month_of(const talking *k, const case_act *act)
{
    month first = k->c->start + (month)k->first;
    return act->at_month < first || act->at_month >= first + (month)k->known
               ? SIZE_MAX
               : (size_t)(act->at_month - first);
}

/* Probability of what a side did, [member], into the room's values. */
static void act_probabilities(const talking *k, const case_act *act, telling *room)
{
    size_t j = month_of(k, act);
    tell_gaps(k, room, j, act->deal);
    for (size_t m = 0; m < k->members; m++) {
        double gap = room->gap[act->side][m], error = k->worths.error[m];
        double accepts = isnan(gap) ? 0.0 : error > 0.0 ? normal_probability(gap / error) : gap >= 0.0;
        double did = act->accepts ? accepts : 1.0 - accepts;
        room->values[m] = (float)(for_show * 0.5 + (1.0 - for_show) * did);
    }
}

static double prior_weight(const talking *k, size_t m)
{
    assert(m < k->members);
    return k->worths.weights ? k->worths.weights[m] : 1.0;
}

bool record_weigh(talking *k, double *weights, double *effective)
{
    assert(weights && effective);
    telling *room = &k->rooms[0];
    double greatest = -INFINITY, sum = 0.0, square = 0.0;
    for (size_t m = 0; m < k->members; m++)
        weights[m] = no_deal_likelihood(k, m) + openings_likelihood(k, m) + portable_log(prior_weight(k, m));
    for (size_t a = 0; a < k->t->act_count; a++) {
        if (month_of(k, &k->t->acts[a]) == SIZE_MAX)
            continue;
        act_probabilities(k, &k->t->acts[a], room);
        for (size_t m = 0; m < k->members; m++)
            weights[m] += portable_log(room->values[m]);
    }
    for (size_t m = 0; m < k->members; m++)
        greatest = weights[m] > greatest ? weights[m] : greatest;
    for (size_t m = 0; m < k->members; m++) {
        weights[m] = isfinite(greatest) ? portable_exp(weights[m] - greatest) : 0.0;
        sum += weights[m];
        square += weights[m] * weights[m];
    }
    *effective = square > 0.0 ? sum * sum / square : 0.0;
    for (size_t m = 0; m < k->members && sum > 0.0; m++)
        weights[m] *= (double)k->members / sum;
    return sum > 0.0;
}

/* Mean of a member's number on the priors (0) and given the record (1). */
static void add_means(const talking *k, size_t m, double value, double sums[2], double masses[2])
{
    assert(m < k->members);
    const double weights[2] = {prior_weight(k, m), k->weights ? k->weights[m] : 0.0};
    for (int i = 0; i < 2; i++) {
        sums[i] += weights[i] * value;
        masses[i] += weights[i];
    }
}

bool record_told(talking *k, talks_record *record)
{
    telling *room = &k->rooms[0];
    record->months = k->known;
    record->act_count = k->t->act_count;
    record->acts = calloc(record->act_count + 1, sizeof *record->acts);
    if (!record->acts)
        return false;
    double sums[2] = {0}, masses[2] = {0};
    for (size_t m = 0; m < k->members; m++)
        add_means(k, m, portable_exp(no_deal_likelihood(k, m)), sums, masses);
    for (int i = 0; i < 2; i++)
        record->no_deal[i] = sums[i] / masses[i];
    for (size_t j = 0; j < k->known; j++) {
        const case_column *o = &k->t->openings;
        month now = k->c->start + (month)(k->first + j);
        record->open_months += o->count && now >= o->first && now < o->first + (month)o->count &&
                               o->values[now - o->first] >= 0.5;
    }
    for (size_t a = 0; a < record->act_count; a++) {
        record->acts[a] = (talks_act){NAN, NAN};
        if (month_of(k, &k->t->acts[a]) == SIZE_MAX)
            continue;
        double chances[2] = {0}, all[2] = {0};
        act_probabilities(k, &k->t->acts[a], room);
        for (size_t m = 0; m < k->members; m++)
            if (month_of(k, &k->t->acts[a]) < k->end[m])
                add_means(k, m, room->values[m], chances, all);
        record->acts[a] = (talks_act){chances[0] / all[0], chances[1] / all[1]};
    }
    return true;
}
