/* Who forecasts: the case's model, its rivals, the pool and the controls, and that all are held to the same
 * data. */
#include "observe/observe.h"
#include "score/rivals.h"
#include "score/score.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* ---- The same data ----------------------------------------------------------------------------------- */

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* Whether two observations are of the same numbers, used in the same way. */
static bool same_data(const case_observation *a, const case_observation *b)
{
    bool same = a->change == b->change && a->first_used == b->first_used && a->last_used == b->last_used &&
                a->complete_after == b->complete_after && a->data.first == b->data.first &&
                a->data.count == b->data.count;
    for (size_t i = 0; same && i < a->data.count; i++)
        same = same_number(a->data.values[i], b->data.values[i]) &&
               case_value_known(a, a->data.first + (month)i) == case_value_known(b, a->data.first + (month)i);
    return same;
}

/* Observations of the entrant by those of the case, matched by name. */
static truce_status match_observations(score_table *t, score_entrant *e, truce_error *error)
{
    e->observations = arena_array(&t->memory, t->c->observation_count + 1, sizeof *e->observations);
    if (!e->observations)
        return error_memory(error);
    for (size_t i = 0; e->c && i < t->c->observation_count; i++)
        for (size_t k = 0; k < e->c->observation_count; k++) {
            const case_observation *o = &e->c->observations[k];
            if (strcmp(o->name, t->c->observations[i].name) != 0)
                continue;
            if (!same_data(o, &t->c->observations[i]))
                return error_set(error, TRUCE_BAD_INPUT, o->at.file, o->at.line,
                                 "the observation \"%s\" does not have the same data as in %s, so scores "
                                 "cannot be compared",
                                 o->name, t->c->path);
            e->observations[i] = o;
        }
    return TRUCE_OK;
}

static truce_status add_entrant(score_table *t, score_entrant entrant, truce_error *error)
{
    score_entrant *e = &t->entrants[t->entrant_count++];
    *e = entrant;
    if (e->c && (e->c->start != t->c->start || e->c->data_end < t->c->data_end))
        return error_set(error, TRUCE_BAD_INPUT, e->c->path, 0,
                         "its data do not cover the same time as those of %s, so scores cannot be compared",
                         t->c->path);
    return match_observations(t, e, error);
}

truce_status score_make_entrants(score_table *t, const truce_case *const *rivals, bool hindsight,
                                 truce_error *error)
{
    const truce_case *c = t->c;
    t->entrants = arena_array(&t->memory, c->rival_count + SCORE_RIVALS + 4, sizeof *t->entrants);
    if (!t->entrants)
        return error_memory(error);
    TRY(add_entrant(t, (score_entrant){.name = "model", .role = ROLE_MODEL, .c = c}, error));
    for (size_t i = 0; i < c->rival_count; i++)
        TRY(add_entrant(t, (score_entrant){.name = c->rivals[i].name, .role = ROLE_CASE, .c = rivals[i]},
                        error));
    for (size_t i = 0; i < SCORE_RIVALS; i++)
        TRY(add_entrant(t, (score_entrant){.name = score_rivals[i].name, .role = ROLE_SERIES, .rival = i},
                        error));
    t->persistence = t->entrant_count - 1;
    t->pool = t->member_count = t->entrant_count;
    TRY(add_entrant(t, (score_entrant){.name = "pool", .role = ROLE_POOL}, error));
    TRY(add_entrant(t, (score_entrant){.name = "prior", .role = ROLE_PRIOR, .c = c}, error));
    if (hindsight)
        TRY(add_entrant(t, (score_entrant){.name = "hindsight", .role = ROLE_HINDSIGHT, .c = c}, error));
    return TRUCE_OK;
}

static bool is_territory_or_loss(const score_table *t, size_t observation)
{
    assert(observation < t->c->observation_count);
    size_t index = t->c->observations[observation].element;
    return index == t->c->front_element || case_shows(t->c, index, SECTION_LOSSES);
}

bool score_has_headline(const score_table *t)
{
    for (size_t i = 0; i < t->c->observation_count; i++)
        if (is_territory_or_loss(t, i))
            return true;
    return false;
}

bool score_is_headline(const score_table *t, size_t observation)
{
    return is_territory_or_loss(t, observation) || !score_has_headline(t);
}

double score_observed_change(const case_observation *o, month origin, int months)
{
    assert(months > 0);
    double sum = 0;
    for (int k = o->change ? 1 : months; k <= months; k++)
        sum += observe_counts(o, origin + k) ? observe_seen(o, origin + k) : NAN;
    if (o->change)
        return sum;
    return observe_counts(o, origin) ? sum - observe_seen(o, origin) : NAN;
}

truce_entrant score_entrant_told(const score_table *t, size_t entrant)
{
    if (entrant >= t->entrant_count)
        return (truce_entrant){.name = ""};
    return (truce_entrant){t->entrants[entrant].name, (truce_entrant_role)t->entrants[entrant].role};
}
