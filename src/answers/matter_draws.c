/* What matters, from the members as they are (matter.h): first-order shares of all parameters by ranks, then Shapley
 * effects of the few that are resolved. */
#include "answers/matter.h"
#include "answers/sensitivity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_MEMBERS = 200, MEMBERS = 4000, SHAPLEY_DEFAULT = 6 };

/* Members whose value is known at every time, and what they drew. */
typedef struct drawn {
    size_t count;
    uint64_t *which; /* [count] */
    double *y;       /* [time][count], as ranks unless plain values are asked for */
} drawn;

/* ---- The sample ---------------------------------------------------------------------------------------------- */

static truce_status take_sound(truce_matter *m, const matter_sample *s, drawn *d, truce_error *error)
{
    d->which = arena_array(&m->memory, s->count, sizeof *d->which);
    d->y = arena_array(&m->memory, s->times * s->count, sizeof *d->y);
    if (!d->which || !d->y)
        return error_memory(error);
    for (size_t i = 0; i < s->count; i++) {
        bool sound = true;
        for (size_t t = 0; t < s->times; t++)
            sound = sound && !isnan(s->y[t * s->count + i]);
        if (sound)
            d->which[d->count++] = i;
    }
    for (size_t t = 0; t < s->times; t++)
        for (size_t i = 0; i < d->count; i++)
            d->y[t * d->count + i] = s->y[t * s->count + d->which[i]];
    return d->count >= LEAST_MEMBERS / 2
               ? TRUCE_OK
               : error_set(error, TRUCE_RUN_FAILED, NULL, 0, "the output is known for too few members");
}

/* A few members far out would decide over the variance of the values. */
static truce_status take_ranks(truce_matter *m, drawn *d, truce_error *error)
{
    double *ranks = arena_array(&m->memory, m->times * d->count + 1, sizeof *ranks);
    if (!ranks)
        return error_memory(error);
    for (size_t t = 0; t < m->times; t++)
        if (!matter_ranks(d->y + t * d->count, d->count, ranks + t * d->count))
            return error_memory(error);
    d->y = ranks;
    return TRUCE_OK;
}

static truce_status sample(truce_matter *m, drawn *d, truce_error *error)
{
    matter_sample s;
    size_t members = m->asked.members ? m->asked.members : MEMBERS;
    const truce_fit *fit = m->asked.posterior;
    if (members < LEAST_MEMBERS || members > TRUCE_MEMBERS_AT_ONCE)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "what matters is judged with %d to %d members",
                         LEAST_MEMBERS, TRUCE_MEMBERS_AT_ONCE);
    m->asked.members = m->runs = fit && members > fit->count ? fit->count : members; /* each draw once */
    truce_ensemble_options run = {.members = m->asked.members,
                                  .seed = m->asked.seed,
                                  .threads = m->asked.threads,
                                  .engine = m->asked.engine,
                                  .progress = answers_go_on,
                                  .context = &m->watched};
    TRY(matter_sample_make(&m->view, &m->value, fit, &run, m->back, m->times, &m->memory, &s, error));
    TRY(matter_keep_output(m, s.y, s.count, error));
    TRY(take_sound(m, &s, d, error));
    return m->asked.plain ? TRUCE_OK : take_ranks(m, d, error);
}

/* ---- First order --------------------------------------------------------------------------------------------- */

/* False without memory. */
static bool draw_column(const truce_matter *m, const drawn *d, size_t parameter, double *x)
{
    matter_draws draws;
    if (!matter_draws_of(m->c, m->asked.posterior, m->asked.seed, parameter, &draws))
        return false;
    for (size_t i = 0; i < d->count; i++)
        x[i] = matter_drawn(&draws, d->which[i]);
    return true;
}

static truce_status estimate(truce_matter *m, const drawn *d, double *x, truce_error *error)
{
    double least = matter_chance(d->count, m->count);
    for (size_t p = 0; p < m->count; p++) {
        if (!draw_column(m, d, p, x))
            return error_memory(error);
        for (size_t t = 0; t < m->times; t++) {
            truce_index *index = matter_at(m, t, p);
            *index = matter_nothing(m->c->parameters[p].name);
            if (!matter_index(x, d->y + t * d->count, d->count, index))
                return error_memory(error);
            index->resolved = index->resolved && index->share > least;
        }
    }
    return TRUCE_OK;
}

/* ---- Shapley effects ------------------------------------------------------------------------------------------ */

/* The parameters with the greatest resolved shares; returns how many. */
static size_t choose(const truce_matter *m, size_t most, size_t *chosen)
{
    size_t count = 0;
    for (size_t p = 0; p < m->count; p++) {
        if (!matter_at(m, 0, p)->resolved)
            continue;
        size_t at = count < most ? count++ : most;
        for (; at > 0 && matter_at(m, 0, chosen[at - 1])->share < matter_at(m, 0, p)->share; at--)
            if (at < most)
                chosen[at] = chosen[at - 1];
        if (at < most)
            chosen[at] = p;
    }
    return count;
}

/* At the middles of neighbouring ranks, from 0 to 1: distances of one parameter count like those of another. */
static truce_status rank_columns(const truce_matter *m, const drawn *d, const size_t *chosen, size_t count,
                                 double *x, truce_error *error)
{
    double *raw = x + count * d->count;
    for (size_t k = 0; k < count; k++) {
        if (!draw_column(m, d, chosen[k], raw) || !matter_ranks(raw, d->count, x + k * d->count))
            return error_memory(error);
    }
    return TRUCE_OK;
}

/* The effects of all draws, and of groups of them for the interval. */
static truce_status estimate_effects(truce_matter *m, const drawn *d, const size_t *chosen, size_t count,
                                     const double *x, truce_error *error)
{
    const double *columns[SHAPLEY_INPUTS];
    double all[SHAPLEY_INPUTS], groups[SHAPLEY_INPUTS][MATTER_GROUPS], one[SHAPLEY_INPUTS], together;
    size_t size = d->count / MATTER_GROUPS;
    for (size_t g = 0; g <= MATTER_GROUPS; g++) {
        bool whole = g == MATTER_GROUPS;
        size_t from = whole ? 0 : g * size;
        for (size_t k = 0; k < count; k++)
            columns[k] = x + k * d->count + from;
        if (!sensitivity_shapley(columns, d->y + from, count, whole ? d->count : size, whole ? all : one,
                                 whole ? &m->together : &together))
            return error_memory(error);
        for (size_t k = 0; !whole && k < count; k++)
            groups[k][g] = one[k];
    }
    for (size_t k = 0; k < count; k++) {
        truce_index *index = matter_at(m, 0, chosen[k]);
        double half = matter_half(groups[k]);
        index->shapley = all[k];
        index->shapley_low = all[k] - half;
        index->shapley_high = all[k] + half;
    }
    return TRUCE_OK;
}

static truce_status explain(truce_matter *m, const drawn *d, truce_error *error)
{
    size_t chosen[SHAPLEY_INPUTS], most = m->asked.inputs ? m->asked.inputs : SHAPLEY_DEFAULT;
    if (most > SHAPLEY_INPUTS)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "at most %d parameters have Shapley effects",
                         SHAPLEY_INPUTS);
    size_t count = choose(m, most, chosen);
    m->explaining = count > 1 ? count : 0; /* of one alone it is its share */
    if (!m->explaining)
        return TRUCE_OK;
    double *x = malloc((count + 1) * d->count * sizeof *x);
    truce_status status = x ? rank_columns(m, d, chosen, count, x, error) : error_memory(error);
    if (status == TRUCE_OK)
        status = estimate_effects(m, d, chosen, count, x, error);
    free(x);
    return status;
}

truce_status matter_from_draws(truce_matter *m, truce_error *error)
{
    drawn d = {0};
    TRY(sample(m, &d, error));
    m->count = m->c->parameter_count;
    m->indices = arena_array(&m->memory, m->times * m->count + 1, sizeof *m->indices);
    double *x = malloc((d.count + 1) * sizeof *x);
    truce_status status = m->indices && x ? estimate(m, &d, x, error) : error_memory(error);
    free(x);
    return status == TRUCE_OK ? explain(m, &d, error) : status;
}
