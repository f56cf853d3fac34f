/* A model's forecast from one origin: fitted to the data as they stood, or drawn from the priors, run on with
 * the support that was in fact given, and with an observation error that goes on from the last one seen. What
 * is forecast is the change of a series since the origin: of a level, the level then less that of the
 * origin; of monthly amounts, their sum. */
#include "math/distribution.h"
#include "observe/observe.h"
#include "score/score.h"
#include "simulate/simulate.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 12 };

typedef struct forecast {
    const truce_case *c;  /* as it was known at the origin */
    const truce_fit *fit; /* NULL: the priors */
    uint64_t seed;
    const truce_ensemble *ensemble;
    month origin;
    size_t count;
    double *draws; /* [LONGEST][count]: changes over 1, 2, ... months */
} forecast;

/* ---- A series as one draw has it --------------------------------------------------------------------- */

typedef struct draw_series {
    const forecast *f;
    const case_observation *o;
    bool stock;
    size_t output, draw;
    double scale, offset;
} draw_series;

static double parameter_value(const forecast *f, size_t parameter, size_t draw, double constant)
{
    assert(draw < f->count);
    if (parameter >= f->c->parameter_count)
        return constant;
    const case_parameter *p = &f->c->parameters[parameter];
    for (size_t j = 0; f->fit && j < f->fit->parameter_count; j++)
        if (strcmp(f->fit->names[j], p->name) == 0)
            return f->fit->values[j * f->fit->count + draw];
    return truce_distribution_draw(&p->prior, f->seed, draw, p->name);
}

/* What was observed, as far as it was known at the origin. */
static double value_at(const draw_series *d, month m)
{
    return observe_counts(d->o, m) ? observe_seen(d->o, m) : NAN;
}

/* What would be seen in a month without error. */
static double mean_at(const draw_series *d, month m)
{
    size_t save = (size_t)(m - d->f->c->start);
    double first = (double)truce_ensemble_values(d->f->ensemble, d->output, save)[d->draw];
    double next = (double)truce_ensemble_values(d->f->ensemble, d->output, save + 1)[d->draw];
    return observe_mean(d->offset, d->scale, observe_measure(d->o, d->stock, first, next));
}

static double fresh_error(const draw_series *d, month m)
{
    return observe_error_draw(d->o, d->f->seed, d->draw, (uint64_t)m);
}

/* The error of the origin: errors that persist follow from the last month that was observed. */
static double error_at_origin(const draw_series *d)
{
    double carry = d->o->error_persistence;
    month m = d->f->origin;
    while (m >= d->f->c->start && isnan(value_at(d, m)))
        m--;
    if (carry == 0 || !d->f->fit || m < d->f->c->start)
        return fresh_error(d, d->f->origin);
    double error = observe_residual(d->o, value_at(d, m), mean_at(d, m));
    for (m++; m <= d->f->origin; m++)
        error = observe_carry(carry, error, fresh_error(d, m));
    return error;
}

/* The level from which changes count: that observed, or what the draw says of it. */
static double level_at_origin(const draw_series *d, double error)
{
    double seen = d->f->fit ? value_at(d, d->f->origin) : NAN;
    return isnan(seen) ? observe_value(d->o, mean_at(d, d->f->origin), error) : seen;
}

/* Changes over 1, 2, ... months, every `stride` numbers one. */
static void draw_changes(const draw_series *d, int months, double *changes, size_t stride)
{
    assert(months >= 0 && stride > 0 && d->draw < d->f->count);
    const case_observation *o = d->o;
    double error = error_at_origin(d), sum = 0, level = o->change ? 0 : level_at_origin(d, error);
    for (int k = 1; k <= months; k++) {
        month m = d->f->origin + k;
        error = observe_carry(o->error_persistence, error, fresh_error(d, m));
        double value = observe_value(o, mean_at(d, m), error);
        sum += value;
        changes[(size_t)(k - 1) * stride] = o->change ? sum : value - level;
    }
}

/* ---- All series -------------------------------------------------------------------------------------- */

static size_t output_of(const forecast *f, const case_observation *o)
{
    for (size_t i = 0; i < truce_ensemble_output_count(f->ensemble); i++)
        if (strcmp(truce_ensemble_output_name(f->ensemble, i), f->c->model->elements[o->element].name) == 0)
            return i;
    return SIZE_MAX;
}

/* Draws of the sound members; returns how many they are. */
static size_t draw_series_changes(const forecast *f, const case_observation *o, int months)
{
    size_t output = output_of(f, o), sound = 0;
    for (size_t i = 0; output != SIZE_MAX && i < f->count; i++) {
        draw_series d = {.f = f,
                         .o = o,
                         .stock = observe_is_stock(f->c, o->element),
                         .output = output,
                         .draw = i,
                         .scale = parameter_value(f, o->scale, i, 1),
                         .offset = parameter_value(f, o->offset, i, 0)};
        if (!truce_ensemble_is_bad(f->ensemble, i))
            draw_changes(&d, months, f->draws + sound++, f->count);
    }
    return sound;
}

static void fill_forecasts(score_table *t, size_t at, size_t entrant, const forecast *f)
{
    assert(at < t->origin_count && entrant < t->entrant_count);
    const score_entrant *e = &t->entrants[entrant];
    int months = f->c->stop - f->origin < LONGEST ? f->c->stop - f->origin : LONGEST;
    for (size_t i = 0; i < t->c->observation_count; i++) {
        if (!e->observations[i])
            continue;
        const case_observation *o = &f->c->observations[e->observations[i] - e->c->observations];
        size_t sound = draw_series_changes(f, o, months);
        for (size_t h = 0; h < SCORE_HORIZONS && sound > 1; h++) {
            score_change *change = score_change_of(t, at, i, h, entrant);
            if (score_horizons[h] > months)
                continue;
            sample_from_draws(f->draws + (size_t)(score_horizons[h] - 1) * f->count, sound, change->points);
            change->forecast = true;
        }
    }
}

/* ---- From one origin --------------------------------------------------------------------------------- */

/* Points of the data that are fitted. */
static size_t count_points(const truce_case *view)
{
    size_t count = 0;
    for (size_t i = 0; i < view->observation_count; i++)
        for (month m = view->start; m <= view->observations[i].last_used; m++)
            count +=
                observe_counts(&view->observations[i], m) && !isnan(observe_seen(&view->observations[i], m));
    return count;
}

static bool goes_on(void *context, const truce_fit_progress *p)
{
    (void)p;
    const score_options *o = context;
    return !o->progress || o->progress(o->context, SIZE_MAX, 0);
}

static truce_status fit_view(const truce_case *view, month origin, const score_options *options,
                             truce_fit **fit, score_evidence *evidence, truce_error *error)
{
    char until[16];
    month_iso(origin, until);
    truce_fit_options fitting = {.until = until,
                                 .as_is = true, /* the view has the priors that it is to have */
                                 .particles = options->particles,
                                 .seed = options->seed,
                                 .threads = 1,
                                 .engine = options->engine,
                                 .progress = goes_on,
                                 .context = (void *)options};
    TRY(truce_fit_run(view, &fitting, fit, error));
    evidence->logarithm = fit_log_evidence(*fit, &evidence->standard_error);
    evidence->points = count_points(view);
    return TRUCE_OK;
}

static truce_status run_view(score_table *t, size_t at, size_t entrant, const truce_case *view,
                             const score_options *options, const truce_fit *fit, truce_error *error)
{
    forecast f = {.c = view,
                  .fit = fit,
                  .seed = options->seed,
                  .origin = t->origins[at],
                  .count = fit ? fit->count : options->particles};
    truce_ensemble *ensemble = NULL;
    truce_ensemble_options run = {
        .members = f.count, .seed = options->seed, .threads = 1, .engine = options->engine};
    f.draws = calloc(f.count * LONGEST, sizeof *f.draws);
    truce_status status = f.draws ? TRUCE_OK : error_memory(error);
    if (status == TRUCE_OK)
        status = simulate_scenario(view, 0, &(case_plan_options){0}, fit, &run, &ensemble, error);
    f.ensemble = ensemble;
    if (status == TRUCE_OK)
        fill_forecasts(t, at, entrant, &f);
    truce_ensemble_destroy(ensemble);
    free(f.draws);
    return status;
}

static truce_status forecast_view(score_table *t, size_t at, size_t entrant, const truce_case *view,
                                  const score_options *options, truce_error *error)
{
    uint64_t key[2];
    bool found = false;
    truce_fit *fit = NULL;
    if (options->keep) {
        TRY(score_key(t, at, entrant, view, options, key, error));
        TRY(score_recall(t, at, entrant, options->keep, key, &found, error));
    }
    if (found)
        return TRUCE_OK;
    if (t->entrants[entrant].role != ROLE_PRIOR)
        TRY(fit_view(view, t->origins[at], options, &fit, &t->evidence[at * t->entrant_count + entrant],
                     error));
    truce_status status = run_view(t, at, entrant, view, options, fit, error);
    truce_fit_destroy(fit);
    if (status == TRUCE_OK && options->keep)
        status = score_keep(t, at, entrant, options->keep, key, error);
    return status;
}

truce_status score_forecast_model(score_table *t, size_t origin, size_t entrant, const score_options *options,
                                  truce_error *error)
{
    arena memory = {0};
    truce_case view;
    const score_entrant *e = &t->entrants[entrant];
    bool dated = !options->as_is && e->role != ROLE_HINDSIGHT;
    truce_status status = case_as_known(e->c, t->origins[origin], dated, &memory, &view, error);
    if (status == TRUCE_OK)
        status = forecast_view(t, origin, entrant, &view, options, error);
    arena_free(&memory);
    return status;
}
