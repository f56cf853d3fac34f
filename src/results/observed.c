/* The baseline in the space of each observation: what would have been observed,
 *     offset + scale x measure, with an observation error.
 * A member's error is drawn once and serves for all months: bands are by month, so only the distribution over
 * members within a month matters, and bands do not flicker. After the months of a fit an error that persists
 * goes on from that of the last one. Draws depend on (seed, member, observation) only.
 */
#include "observe/observe.h"
#include "results/collecting.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

typedef struct observing {
    case_results *r;
    const case_plan *plan;
    const members_view *v;
    atomic_bool out_of_memory;
} observing;

typedef struct observing_room {
    double *scale, *offset, *error; /* [member in hand] */
    double *last;                   /* [member]: the error of the last fitted month, in its deviation */
    size_t last_month;              /* SIZE_MAX: errors do not go on from one */
    float *values, *room;
} observing_room;

/* Draws of the parameter `index` (SIZE_MAX: the constant) for all members. */
static bool parameter_draws(const observing *w, size_t index, double constant, double *draws)
{
    if (index < w->r->c->parameter_count)
        return results_draws(w->r, w->plan, index, w->v->part.first, w->v->members, draws, 1);
    for (size_t i = 0; i < w->v->members; i++)
        draws[i] = constant;
    return true;
}

/* Errors that persist go on after the fit from what was off in its last month. */
static void find_last_errors(const observing *w, const case_observation *o, observing_room *s)
{
    s->last_month = SIZE_MAX;
    for (size_t m = 0; m < w->r->fitted_months && o->error_persistence > 0; m++)
        if (is_used(w->r, o, m) && !isnan(observed_in(w->r, o, m)))
            s->last_month = m;
    if (s->last_month == SIZE_MAX)
        return;
    measure of_month = measure_of(w->r, w->v, o, s->last_month);
    double seen = observed_in(w->r, o, s->last_month);
    for (size_t i = 0; i < w->v->members; i++)
        s->last[i] = observe_residual(o, seen, predicted_mean(of_month, (mapping){s->scale, s->offset}, i));
}

/* What a member predicts of an observation whose mean is known, when `left` is left of its last error. */
static double with_error(const case_observation *o, const observing_room *s, size_t i, double mean,
                         double left)
{
    bool goes_on = left > 0 && isfinite(s->last[i]);
    return observe_value(o, mean, goes_on ? observe_carry(left, s->last[i], s->error[i]) : s->error[i]);
}

static void predict_month(const observing *w, const case_observation *o, size_t m, const observing_room *s,
                          observation_result *result)
{
    const members_view *v = w->v;
    size_t count = 0, pilot = 0;
    double seen = observed_in(w->r, o, m);
    measure of_month = measure_of(w->r, v, o, m);
    bool later = m >= w->r->fitted_months && s->last_month != SIZE_MAX;
    double left = later ? observe_left(o, m - s->last_month) : 0;
    for (size_t i = 0; i < v->members; i++) {
        if (v->bad[i])
            continue;
        double mean = predicted_mean(of_month, (mapping){s->scale, s->offset}, i);
        double predicted = with_error(o, s, i, mean, left);
        s->values[count++] = (float)predicted;
        result->below[m] += predicted < seen ? 1 : predicted == seen ? 0.5 : 0;
        pilot += i < SUMMARY_PILOT;
    }
    tally_take(result->tallies ? &result->tallies[m] : NULL, &v->part, pilot, s->values, s->room, count,
               &result->predicted[m]);
}

/* The points within the horizon, and how many of the used ones the bands hold. */
static void compare(const case_results *r, const case_observation *o, observation_result *result)
{
    for (size_t m = 0; m < r->months; m++) {
        double y = observed_in(r, o, m);
        if (isnan(y))
            continue;
        bool used = is_used(r, o, m);
        coverage *c = m < r->fitted_months ? &result->fitted : &result->later;
        const double *q = result->predicted[m].quantiles;
        result->x[result->point_count] =
            (double)m + (o->change || !observe_is_stock(r->c, o->element) ? 0.5 : 1);
        result->y[result->point_count] = y;
        result->hollow[result->point_count++] = !used;
        c->used += used;
        c->within_50 += used && y >= q[1] && y <= q[3];
        c->within_90 += used && y >= q[0] && y <= q[4];
    }
}

static double median_offset(const observing_room *s, size_t members)
{
    for (size_t i = 0; i < members; i++)
        s->values[i] = (float)s->offset[i];
    return statistics_of(s->values, s->room, members).quantiles[2];
}

static bool room_make(observing_room *s, size_t members)
{
    size_t count = members ? members : 1;
    *s = (observing_room){.scale = malloc(count * sizeof(double)),
                          .offset = malloc(count * sizeof(double)),
                          .error = malloc(count * sizeof(double)),
                          .last = malloc(count * sizeof(double)),
                          .values = malloc(count * sizeof(float)),
                          .room = malloc(count * sizeof(float))};
    return s->scale && s->offset && s->error && s->last && s->values && s->room;
}

static void room_free(observing_room *s)
{
    free(s->scale);
    free(s->offset);
    free(s->error);
    free(s->last);
    free(s->values);
    free(s->room);
}

static bool observe_item(void *context, unsigned worker, size_t item)
{
    (void)worker;
    observing *w = context;
    const case_observation *o = &w->r->c->observations[item];
    observation_result *result = &w->r->observations[item];
    observing_room s;
    bool good = room_make(&s, w->v->members) && parameter_draws(w, o->scale, 1, s.scale) &&
                parameter_draws(w, o->offset, 0, s.offset);
    if (good) {
        for (size_t i = 0; i < w->v->members; i++)
            s.error[i] = observe_error_member(o, w->r->seed, w->v->part.first + i);
        find_last_errors(w, o, &s);
    }
    for (size_t m = 0; good && m < w->r->months; m++)
        predict_month(w, o, m, &s, result);
    if (good && w->v->part.first == 0) {
        result->offset = median_offset(&s, w->v->members);
        good = residuals_collect(w->r, w->v, o, (mapping){s.scale, s.offset}, result);
    }
    if (good && w->v->part.last)
        compare(w->r, o, result);
    if (!good)
        atomic_store(&w->out_of_memory, true);
    room_free(&s);
    return good;
}

static truce_status make_room(case_results *r, const members_view *v, truce_error *error)
{
    size_t count = r->c->observation_count;
    r->observations = arena_array(&r->memory, count, sizeof *r->observations);
    if (!r->observations)
        return error_memory(error);
    for (size_t i = 0; i < count; i++) {
        observation_result *o = &r->observations[i];
        o->predicted = arena_array(&r->memory, r->months, sizeof *o->predicted);
        o->x = arena_array(&r->memory, r->months, sizeof *o->x);
        o->y = arena_array(&r->memory, r->months, sizeof *o->y);
        o->hollow = arena_array(&r->memory, r->months, sizeof *o->hollow);
        o->below = arena_array(&r->memory, r->months, sizeof *o->below);
        o->residuals = arena_array(&r->memory, r->months, sizeof *o->residuals);
        if (!v->part.last)
            o->tallies = arena_array(&r->memory, r->months, sizeof *o->tallies);
        if (!o->predicted || !o->x || !o->y || !o->hollow || !o->below || !o->residuals ||
            (!v->part.last && !o->tallies))
            return error_memory(error);
        if (v->output_of[r->c->observations[i].element] == SIZE_MAX)
            return error_set(error, TRUCE_RUN_FAILED, r->c->path, r->c->observations[i].at.line,
                             "the run did not save \"%s\"", r->c->observations[i].variable);
    }
    return TRUCE_OK;
}

truce_status observed_collect(case_results *r, const case_plan *plan, const members_view *v,
                              truce_error *error)
{
    truce_status status = v->part.first == 0 ? make_room(r, v, error) : TRUCE_OK;
    if (status)
        return status;
    observing w = {.r = r, .plan = plan, .v = v};
    workers_run(r->threads, r->c->observation_count, observe_item, &w);
    return atomic_load(&w.out_of_memory) ? error_memory(error) : TRUCE_OK;
}
