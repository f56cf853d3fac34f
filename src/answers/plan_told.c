/* What is told of a plan when the search has ended: the answer on fresh members, what each lever does in it, the frontier,
 * and what parameters change of it. */
#include "answers/answers.h"
#include "answers/matter.h"
#include "answers/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void interval_of(const truce_plan *p, const plan_trial *t, bool fresh, double *share, double *low,
                        double *high)
{
    *share = (double)t->good / (double)t->known;
    answers_share_interval(*share, plan_worth(p, t, fresh), low, high);
}

/* ---- Levers ------------------------------------------------------------------------------------------------------ */

static truce_status tell_lever(truce_plan *p, size_t i, truce_error *error)
{
    const plan_lever *l = &p->levers[i];
    double values[TRUCE_PLAN_LEVERS];
    size_t trial;
    memcpy(values, p->trials[p->answer].values, p->lever_count * sizeof *values);
    truce_plan_setting *s = &p->settings[i];
    *s = (truce_plan_setting){.name = l->name,
                              .title = l->title,
                              .units = l->units,
                              .value = values[i],
                              .rest = l->rest,
                              .least = l->least,
                              .most = l->most,
                              .month = l->date};
    if (l->control != SIZE_MAX)
        s->month = p->c->controls[l->control].date;
    s->at_end = values[i] != l->rest && (values[i] == l->least || values[i] == l->most);
    values[i] = l->rest;
    TRY(plan_try(p, values, &trial, error));
    s->without = plan_probability(&p->trials[trial]);
    double reached = plan_probability(&p->trials[p->answer]);
    s->binding =
        s->value != l->rest && (p->found.found ? s->without < p->asked.probability : s->without < reached);
    return TRUCE_OK;
}

/* ---- The frontier ---------------------------------------------------------------------------------------------------- */

static bool comes_before(const plan_trial *a, const plan_trial *b)
{
    return a->cost != b->cost ? a->cost < b->cost : plan_probability(a) > plan_probability(b);
}

/* By cost; then those that are likelier than all before. */
static truce_status find_frontier(truce_plan *p, truce_error *error)
{
    size_t count = 0;
    double best = -1;
    p->frontier = arena_array(&p->memory, p->count, sizeof *p->frontier);
    if (!p->frontier)
        return error_memory(error);
    for (size_t i = 0; i < p->count; i++) {
        size_t at = i;
        for (; at > 0 && comes_before(&p->trials[i], &p->trials[p->frontier[at - 1]]); at--)
            p->frontier[at] = p->frontier[at - 1];
        p->frontier[at] = i;
    }
    for (size_t i = 0; i < p->count; i++) {
        double now = plan_probability(&p->trials[p->frontier[i]]);
        if (now > best) {
            best = now;
            p->frontier[count++] = p->frontier[i];
        }
    }
    p->found.frontier = count;
    return TRUCE_OK;
}

/* ---- Parameters ------------------------------------------------------------------------------------------------------- */

typedef struct third {
    uint8_t *in; /* [member]: 1 the lowest, 2 the highest third, 0 neither */
    double low_end, high_end;
} third;

/* False without memory. */
static bool draw_column(const truce_plan *p, size_t parameter, double *x)
{
    matter_draws draws;
    if (!matter_draws_of(p->c, p->asked.posterior, p->asked.seed, parameter, &draws))
        return false;
    for (size_t m = 0; m < p->asked.members; m++)
        x[m] = matter_drawn(&draws, plan_member(p, m));
    return true;
}

static double probability_in(const truce_plan *p, const plan_trial *t, const third *h, uint8_t which)
{
    size_t known = 0, good = 0;
    for (size_t m = 0; m < p->asked.members; m++)
        if (h->in[m] == which && t->outcomes[m] != 2) {
            known++;
            good += t->outcomes[m];
        }
    return known ? (double)good / (double)known : NAN;
}

static double cost_in(const truce_plan *p, const third *h, uint8_t which)
{
    double least = NAN;
    for (size_t i = 0; i < p->count; i++)
        if (probability_in(p, &p->trials[i], h, which) >= p->asked.probability &&
            (isnan(least) || p->trials[i].cost < least))
            least = p->trials[i].cost;
    return least;
}

static truce_status split(const truce_plan *p, const double *x, third *h, truce_error *error)
{
    size_t n = p->asked.members;
    double *ranks = malloc((n + 1) * sizeof *ranks);
    h->in = malloc(n + 1);
    h->low_end = -INFINITY;
    h->high_end = INFINITY;
    truce_status status = ranks && h->in && matter_ranks(x, n, ranks) ? TRUCE_OK : error_memory(error);
    for (size_t m = 0; m < n && status == TRUCE_OK; m++) {
        double at = (ranks[m] + 0.5) / (double)n;
        h->in[m] = at < 1.0 / 3 ? 1 : at > 2.0 / 3 ? 2 : 0;
        if (h->in[m] == 1)
            h->low_end = fmax(h->low_end, x[m]);
        if (h->in[m] == 2)
            h->high_end = fmin(h->high_end, x[m]);
    }
    free(ranks);
    return status;
}

static truce_status tell_parameter(truce_plan *p, size_t parameter, double *x, truce_plan_unsure *u,
                                   truce_error *error)
{
    third h = {0};
    if (!draw_column(p, parameter, x))
        return error_memory(error);
    truce_status status = split(p, x, &h, error);
    if (status == TRUCE_OK) {
        const plan_trial *answer = &p->trials[p->answer];
        u->low_end = h.low_end;
        u->high_end = h.high_end;
        u->low_probability = probability_in(p, answer, &h, 1);
        u->high_probability = probability_in(p, answer, &h, 2);
        u->low_cost = cost_in(p, &h, 1);
        u->high_cost = cost_in(p, &h, 2);
    }
    free(h.in);
    return status;
}

/* Puts a parameter among the strongest so far. */
static void rank_parameter(truce_plan *p, size_t parameter, double correlation,
                           size_t best[TRUCE_PLAN_UNSURE])
{
    size_t at = TRUCE_PLAN_UNSURE;
    for (; at > 0 && (best[at - 1] == SIZE_MAX || fabs(p->unsure[at - 1].correlation) < fabs(correlation));
         at--)
        if (at < TRUCE_PLAN_UNSURE) {
            best[at] = best[at - 1];
            p->unsure[at] = p->unsure[at - 1];
        }
    if (at == TRUCE_PLAN_UNSURE)
        return;
    best[at] = parameter;
    p->unsure[at].parameter = p->c->parameters[parameter].name;
    p->unsure[at].correlation = correlation;
}

/* The setting at whose outcome it is looked: where the answer never or always reaches the goal, the one that is nearest
 * to half. */
static const plan_trial *undecided(const truce_plan *p)
{
    const plan_trial *best = &p->trials[p->answer];
    if (best->good > 0 && best->good < best->known)
        return best;
    for (size_t i = 0; i < p->count; i++)
        if (fabs(plan_probability(&p->trials[i]) - 0.5) < fabs(plan_probability(best) - 0.5))
            best = &p->trials[i];
    return best;
}

static truce_status find_strongest(truce_plan *p, double *x, size_t best[TRUCE_PLAN_UNSURE],
                                   truce_error *error)
{
    size_t n = p->asked.members, count = 0;
    const plan_trial *t = undecided(p);
    for (size_t i = 0; i < p->c->parameter_count; i++) {
        double correlation, *y = x + n, *all = x + 2 * n;
        size_t known = 0;
        if (p->c->parameters[i].element == SIZE_MAX)
            continue;
        count++;
        if (!draw_column(p, i, all))
            return error_memory(error);
        for (size_t m = 0; m < n; m++)
            if (t->outcomes[m] != 2) {
                x[known] = all[m];
                y[known++] = t->outcomes[m];
            }
        if (!matter_correlation(x, y, known, &correlation))
            return error_memory(error);
        if (!isnan(correlation))
            rank_parameter(p, i, correlation, best);
    }
    double least = matter_chance((size_t)plan_worth(p, t, false), 2 * (count ? count : 1));
    for (size_t k = 0; k < TRUCE_PLAN_UNSURE; k++)
        p->unsure[k].resolved = best[k] != SIZE_MAX && fabs(p->unsure[k].correlation) > least;
    return TRUCE_OK;
}

static truce_status tell_parameters(truce_plan *p, truce_error *error)
{
    size_t best[TRUCE_PLAN_UNSURE] = {SIZE_MAX, SIZE_MAX, SIZE_MAX};
    double *x = malloc((3 * p->asked.members + 1) * sizeof *x);
    for (size_t k = 0; k < TRUCE_PLAN_UNSURE; k++)
        p->unsure[k] = (truce_plan_unsure){"", NAN, false, NAN, NAN, NAN, NAN, NAN, NAN};
    truce_status status = x ? find_strongest(p, x, best, error) : error_memory(error);
    for (size_t k = 0; k < TRUCE_PLAN_UNSURE && status == TRUCE_OK; k++)
        if (best[k] != SIZE_MAX)
            status = tell_parameter(p, best[k], x, &p->unsure[k], error);
    free(x);
    return status;
}

/* ---- All of it ----------------------------------------------------------------------------------------------------------- */

truce_status plan_tell(truce_plan *p, truce_error *error)
{
    plan_trial fresh;
    truce_plan_facts *f = &p->found;
    const plan_trial *answer = &p->trials[p->answer];
    f->found = plan_probability(answer) >= p->asked.probability;
    f->cost = answer->cost;
    f->rest_probability = plan_probability(&p->trials[0]);
    f->levers = p->lever_count;
    interval_of(p, answer, false, &f->probability, &f->low, &f->high);
    TRY(plan_try_fresh(p, answer->values, &fresh, error));
    interval_of(p, &fresh, true, &f->fresh_probability, &f->fresh_low, &f->fresh_high);
    p->settings = arena_array(&p->memory, p->lever_count, sizeof *p->settings);
    if (!p->settings)
        return error_memory(error);
    for (size_t i = 0; i < p->lever_count; i++)
        TRY(tell_lever(p, i, error));
    TRY(find_frontier(p, error));
    TRY(tell_parameters(p, error));
    f->settings = p->count;
    f->read = p->taken;
    return TRUCE_OK;
}

/* ---- Reading it ------------------------------------------------------------------------------------------------------------ */

truce_plan_facts truce_plan_facts_of(const truce_plan *p)
{
    return p ? p->found : (truce_plan_facts){.cost = NAN, .probability = NAN};
}

truce_plan_setting truce_plan_setting_of(const truce_plan *p, size_t lever)
{
    return p && lever < p->lever_count
               ? p->settings[lever]
               : (truce_plan_setting){.name = "", .title = "", .units = "", .value = NAN};
}

truce_plan_point truce_plan_frontier(const truce_plan *p, size_t index)
{
    if (!p || index >= p->found.frontier)
        return (truce_plan_point){NAN, NAN, NULL};
    const plan_trial *t = &p->trials[p->frontier[index]];
    return (truce_plan_point){t->cost, plan_probability(t), t->values};
}

truce_plan_unsure truce_plan_unsure_of(const truce_plan *p, size_t index)
{
    return p && index < TRUCE_PLAN_UNSURE ? p->unsure[index]
                                          : (truce_plan_unsure){"", NAN, false, NAN, NAN, NAN, NAN, NAN, NAN};
}
