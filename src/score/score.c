/* See score.h. What is forecast is the change of a series since the origin: of a level, the level then less
 * the last one observed; of monthly amounts, their sum. It is scored where all months of it were observed. */
#include "score/score.h"
#include "math/random.h"
#include "observe/observe.h"
#include "simulate/simulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const int score_horizons[SCORE_HORIZONS] = {1, 3, 6, 12};
const double score_probabilities[SCORE_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};
enum { STEP = 6, MEAN_MONTHS = 6, SPREAD_MONTHS = 12 };

/* ---- What was observed ------------------------------------------------------------------------------- */

static double value_at(const case_observation *o, month m)
{
    return observe_counts(o, m) ? observe_seen(o, m) : NAN;
}

/* The change in one month; NaN when it was not observed. */
static double change_at(const case_observation *o, month m)
{
    return o->change ? value_at(o, m) : value_at(o, m) - value_at(o, m - 1);
}

static double observed_change(const case_observation *o, month origin, int months)
{
    if (!o->change)
        return value_at(o, origin + months) - value_at(o, origin);
    double sum = 0;
    for (int k = 1; k <= months; k++)
        sum += value_at(o, origin + k);
    return sum;
}

/* ---- Scores ------------------------------------------------------------------------------------------ */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* E|X - y| - E|X - X'| / 2, the second mean over pairs of different draws (Ferro 2014). It is below zero by
 * rounding only. */
double score_crps(double *draws, size_t count, double observed)
{
    double near = 0, spread = 0, n = (double)count;
    qsort(draws, count, sizeof *draws, ascending);
    for (size_t i = 0; i < count; i++) {
        near += fabs(draws[i] - observed) / n;
        spread += (2 * (double)i + 1 - n) * draws[i] / (n * (n - 1));
    }
    return fmax(near - spread, 0);
}

static double quantile(const double *sorted, size_t count, double p)
{
    double at = p * (double)(count - 1);
    size_t i = (size_t)at;
    return i + 1 < count ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[i];
}

static void make_change(score_change *change, double *draws, size_t count, double observed)
{
    if (count < 2)
        return;
    *change = (score_change){true, observed, score_crps(draws, count, observed), {0}};
    for (size_t i = 0; i < SCORE_QUANTILES; i++)
        change->quantiles[i] = quantile(draws, count, score_probabilities[i]);
}

bool score_persistence(const case_observation *o, month origin, int months, uint64_t seed, double *draws,
                       size_t count)
{
    double last[SPREAD_MONTHS], sum = 0, mean = 0, squares = 0, h = months;
    size_t known = 0;
    for (month m = origin; m > origin - SPREAD_MONTHS; m--) {
        double change = change_at(o, m);
        if (!isnan(change))
            last[known++] = change;
    }
    if (known < MEAN_MONTHS)
        return false;
    for (size_t i = 0; i < known; i++) {
        sum += i < MEAN_MONTHS ? last[i] / MEAN_MONTHS : 0;
        mean += last[i] / (double)known;
    }
    for (size_t i = 0; i < known; i++)
        squares += (last[i] - mean) * (last[i] - mean);
    /* The rate is taken to stay what it is, and to be known as well as months differ: for the data at hand
     * this scores better than months that vary independently about the mean. */
    double spread = h * sqrt(squares / (double)(known - 1));
    uint64_t stream = hash_bytes("persistence", 11);
    for (size_t i = 0; i < count; i++)
        draws[i] = h * sum + spread * random_normal(seed, i, stream, (uint64_t)origin);
    return true;
}

/* ---- The model --------------------------------------------------------------------------------------- */

typedef struct forecast {
    const truce_case *c;
    const truce_fit *fit;
    const truce_ensemble *ensemble;
    month origin;
    double *draws; /* [draw] */
} forecast;

static double parameter_value(const forecast *f, size_t parameter, size_t draw, double constant)
{
    if (parameter >= f->c->parameter_count)
        return constant;
    const case_parameter *p = &f->c->parameters[parameter];
    for (size_t j = 0; j < f->fit->parameter_count; j++)
        if (strcmp(f->fit->names[j], p->name) == 0)
            return f->fit->values[j * f->fit->count + draw];
    return p->prior.scale * p->prior.a;
}

static size_t output_of(const forecast *f, const case_observation *o)
{
    for (size_t i = 0; i < truce_ensemble_output_count(f->ensemble); i++)
        if (strcmp(truce_ensemble_output_name(f->ensemble, i), f->c->model->elements[o->element].name) == 0)
            return i;
    return SIZE_MAX;
}

/* A series as one draw has it. */
typedef struct draw_series {
    const forecast *f;
    const case_observation *o;
    size_t output, draw;
    double scale, offset;
} draw_series;

/* What would be seen in a month without error. */
static double mean_at(const draw_series *d, month m)
{
    size_t save = (size_t)(m - d->f->c->start);
    double first = (double)truce_ensemble_values(d->f->ensemble, d->output, save)[d->draw];
    double next = (double)truce_ensemble_values(d->f->ensemble, d->output, save + 1)[d->draw];
    return observe_mean(d->offset, d->scale,
                        observe_measure(d->o, observe_is_stock(d->f->c, d->o->element), first, next));
}

static double fresh_error(const draw_series *d, month m)
{
    return observe_error_draw(d->o, d->f->fit->seed, d->draw, (uint64_t)m);
}

/* The error of the origin, for errors that persist: it follows from the last month that was observed. */
static double error_at_origin(const draw_series *d)
{
    const case_observation *o = d->o;
    double carry = o->error_persistence, error = 0;
    month m = d->f->origin;
    if (carry == 0)
        return 0;
    while (m >= d->f->c->start && isnan(value_at(o, m)))
        m--;
    bool known = m >= d->f->c->start;
    error = known ? observe_residual(o, value_at(o, m), mean_at(d, m)) : fresh_error(d, d->f->c->start);
    for (m++; known && m <= d->f->origin; m++)
        error = observe_carry(carry, error, fresh_error(d, m));
    return error;
}

/* The change of the series after the origin. */
static double draw_change(const draw_series *d, int months)
{
    const case_observation *o = d->o;
    double carry = o->error_persistence, error = error_at_origin(d), sum = 0, value = 0;
    for (month m = d->f->origin + 1; m <= d->f->origin + months; m++) {
        error = observe_carry(carry, error, fresh_error(d, m));
        value = observe_value(o, mean_at(d, m), error);
        sum += value;
    }
    return o->change ? sum : value - value_at(o, d->f->origin);
}

/* Fills draws with the sound ones; returns how many they are. */
static size_t forecast_change(const forecast *f, const case_observation *o, int months)
{
    size_t output = output_of(f, o), count = 0;
    for (size_t i = 0; output != SIZE_MAX && i < f->fit->count; i++) {
        draw_series d = {
            f, o, output, i, parameter_value(f, o->scale, i, 1), parameter_value(f, o->offset, i, 0)};
        if (!truce_ensemble_is_bad(f->ensemble, i))
            f->draws[count++] = draw_change(&d, months);
    }
    return count;
}

/* ---- Origins ----------------------------------------------------------------------------------------- */

static score_change *change_of(const score_table *t, size_t origin, size_t observation, size_t horizon,
                               size_t entrant)
{
    size_t row = (origin * t->c->observation_count + observation) * SCORE_HORIZONS + horizon;
    return &t->changes[row * t->entrant_count + entrant];
}

const score_change *score_change_of(const score_table *t, size_t origin, size_t observation, size_t horizon,
                                    size_t entrant)
{
    return change_of(t, origin, observation, horizon, entrant);
}

/* The forecasts of all series by an entrant, persistence with the numbers of draws and the seed of `f`. */
static void make_forecasts(score_table *t, size_t at, size_t entrant, const forecast *f)
{
    bool persistence = entrant == t->entrant_count - 1;
    for (size_t i = 0; i < t->c->observation_count; i++)
        for (size_t h = 0; h < SCORE_HORIZONS; h++) {
            const case_observation *seen = &t->c->observations[i];
            const case_observation *o = t->entrants[entrant].observations[i];
            double observed = observed_change(seen, f->origin, score_horizons[h]);
            size_t count = 0;
            if (isnan(observed) || (!o && !persistence))
                continue;
            if (!persistence)
                count = forecast_change(f, o, score_horizons[h]);
            else if (score_persistence(seen, f->origin, score_horizons[h], f->fit->seed, f->draws,
                                       f->fit->count))
                count = f->fit->count;
            make_change(change_of(t, at, i, h, entrant), f->draws, count, observed);
        }
}

/* All are scored on the same changes: those that everyone who has the series can forecast. */
static void settle_origin(score_table *t, size_t at)
{
    for (size_t i = 0; i < t->c->observation_count; i++)
        for (size_t h = 0; h < SCORE_HORIZONS; h++) {
            bool all = true;
            for (size_t e = 0; e < t->entrant_count; e++)
                all = all && (change_of(t, at, i, h, e)->scored || !score_has(t, e, i));
            for (size_t e = 0; e < t->entrant_count && !all; e++)
                change_of(t, at, i, h, e)->scored = false;
        }
}

static truce_status run_on(const truce_case *c, const truce_fit *fit, const score_options *options,
                           truce_ensemble **ensemble, truce_error *error)
{
    truce_ensemble_options run = {
        .members = fit->count, .seed = options->seed, .threads = options->threads, .engine = options->engine};
    return simulate_scenario(c, 0, &(case_plan_options){0}, fit, &run, ensemble, error);
}

/* Points of the entrant's data up to the origin. */
static size_t count_points(const score_entrant *e, month origin)
{
    size_t count = 0;
    for (size_t i = 0; i < e->c->observation_count; i++)
        for (month m = e->c->start; m <= origin; m++)
            count += !isnan(value_at(&e->c->observations[i], m));
    return count;
}

static truce_status do_entrant(score_table *t, size_t at, size_t entrant, const score_options *options,
                               truce_error *error)
{
    char until[16];
    truce_fit_options fitting = {.until = until,
                                 .particles = options->particles,
                                 .seed = options->seed,
                                 .threads = options->threads,
                                 .engine = options->engine,
                                 .progress = options->progress,
                                 .context = options->context};
    const score_entrant *e = &t->entrants[entrant];
    score_evidence *evidence = &t->evidence[at * t->entrant_count + entrant];
    truce_fit *fit = NULL;
    truce_ensemble *ensemble = NULL;
    month_iso(t->origins[at], until);
    TRY(truce_fit_run(e->c, &fitting, &fit, error));
    evidence->logarithm = fit_log_evidence(fit, &evidence->standard_error);
    evidence->points = count_points(e, t->origins[at]);
    truce_status status = run_on(e->c, fit, options, &ensemble, error);
    forecast f = {e->c, fit, ensemble, t->origins[at], calloc(fit->count, sizeof(double))};
    if (status == TRUCE_OK && !f.draws)
        status = error_memory(error);
    if (status == TRUCE_OK)
        make_forecasts(t, at, entrant, &f);
    if (status == TRUCE_OK && entrant == SCORE_MODEL)
        make_forecasts(t, at, t->entrant_count - 1, &f);
    free(f.draws);
    truce_ensemble_destroy(ensemble);
    truce_fit_destroy(fit);
    return status;
}

/* ---- The table --------------------------------------------------------------------------------------- */

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* Whether two observations are of the same numbers, used in the same way. */
static bool same_data(const case_observation *a, const case_observation *b)
{
    bool same = a->change == b->change && a->first_used == b->first_used && a->last_used == b->last_used &&
                a->data.first == b->data.first && a->data.count == b->data.count;
    for (size_t i = 0; same && i < a->data.count; i++)
        same = same_number(a->data.values[i], b->data.values[i]);
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
                return error_set(
                    error, TRUCE_BAD_INPUT, o->at.file, o->at.line,
                    "the observation \"%s\" is not of the same data as in %s, so that scores cannot be "
                    "compared",
                    o->name, t->c->path);
            e->observations[i] = o;
        }
    return TRUCE_OK;
}

static truce_status make_entrants(const truce_case *const *rivals, score_table *t, truce_error *error)
{
    t->entrant_count = t->c->rival_count + 2;
    t->entrants = arena_array(&t->memory, t->entrant_count, sizeof *t->entrants);
    if (!t->entrants)
        return error_memory(error);
    for (size_t e = 0; e < t->entrant_count; e++) {
        bool model = e == SCORE_MODEL, last = e == t->entrant_count - 1;
        t->entrants[e].name = model ? "model" : last ? "persistence" : t->c->rivals[e - 1].name;
        t->entrants[e].c = model ? t->c : last ? NULL : rivals[e - 1];
        TRY(match_observations(t, &t->entrants[e], error));
        if (t->entrants[e].c && t->entrants[e].c->data_end < t->c->data_end)
            return error_set(error, TRUCE_BAD_INPUT, t->entrants[e].c->path, 0,
                             "its data end before those of %s, so that scores cannot be compared",
                             t->c->path);
    }
    return TRUCE_OK;
}

/* Units of the changes: of amounts a month, those of their sum. */
static truce_status name_units(score_table *t, truce_error *error)
{
    static const char *const endings[] = {"/month", "/months"};
    size_t count = t->c->observation_count;
    t->units = arena_array(&t->memory, count + 1, sizeof *t->units);
    for (size_t i = 0; t->units && i < count; i++) {
        const case_observation *o = &t->c->observations[i];
        size_t length = strlen(o->units), kept = length;
        for (size_t k = 0; k < 2 && o->change; k++) {
            size_t ending = strlen(endings[k]);
            if (length > ending && strcmp(o->units + length - ending, endings[k]) == 0)
                kept = length - ending;
        }
        if (!(t->units[i] = arena_copy(&t->memory, o->units, kept)))
            return error_memory(error);
    }
    return t->units ? TRUCE_OK : error_memory(error);
}

static truce_status make_table(const truce_case *c, const truce_case *const *rivals,
                               const score_options *options, score_table *t, truce_error *error)
{
    *t = (score_table){.c = c};
    TRY(make_entrants(rivals, t, error));
    TRY(name_units(t, error));
    for (month m = options->first; m < c->data_end; m += STEP)
        t->origin_count++;
    size_t rows = t->origin_count * c->observation_count * SCORE_HORIZONS;
    t->origins = arena_array(&t->memory, t->origin_count + 1, sizeof *t->origins);
    t->evidence = arena_array(&t->memory, t->origin_count * t->entrant_count + 1, sizeof *t->evidence);
    t->changes = arena_array(&t->memory, rows * t->entrant_count + 1, sizeof *t->changes);
    if (!t->origins || !t->evidence || !t->changes)
        return error_memory(error);
    for (size_t i = 0; i < t->origin_count; i++)
        t->origins[i] = options->first + (month)(i * STEP);
    for (size_t e = 0; e + 1 < t->entrant_count; e++)
        if (t->origin_count == 0 || options->first < t->entrants[e].c->start)
            return error_set(error, TRUCE_BAD_INPUT, t->entrants[e].c->path, 0,
                             "there are no data after the first origin");
    return TRUCE_OK;
}

truce_status score_case(const truce_case *c, const truce_case *const *rivals, const score_options *options,
                        score_table *result, truce_error *error)
{
    truce_status status = make_table(c, rivals, options, result, error);
    for (size_t i = 0; i < result->origin_count && status == TRUCE_OK; i++) {
        for (size_t e = 0; e + 1 < result->entrant_count && status == TRUCE_OK; e++)
            status = do_entrant(result, i, e, options, error);
        settle_origin(result, i);
    }
    if (status != TRUCE_OK)
        score_free(result);
    return status;
}

void score_free(score_table *result)
{
    arena_free(&result->memory);
    *result = (score_table){0};
}
