/* See score.h: all origins together. Fits are the work, and independent of one another: they are shared out
 * to threads one by one. */
#include "score/score.h"
#include "observe/observe.h"
#include "score/forecast_file.h"
#include "score/rivals.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_MONTHS = 6, FINAL_ORIGINS = 6, PATHS = 1000, LONGEST = 12 };

/* ---- Rivals that know a series' own past only --------------------------------------------------------- */

/* What was seen of a month, if it was complete at the origin. */
static double seen_at(const case_observation *o, month m, month origin)
{
    return observe_counts(o, m) && case_value_known(o, m) <= origin ? observe_seen(o, m) : NAN;
}

/* Changes of single months up to the last one that was complete at the origin. */
static size_t fill_past(const case_observation *o, month origin, double *changes)
{
    size_t count = 0;
    for (month m = o->first_used; m <= origin - o->complete_after; m++) {
        double now = seen_at(o, m, origin), before = seen_at(o, m - 1, origin);
        changes[count++] = o->change ? now : now - before;
    }
    return count;
}

/* A level's first month has no change. */
static void cut_head(score_past *past)
{
    while (past->count && isnan(past->changes[0])) {
        past->changes++;
        past->count--;
    }
}

static bool forecast_series(score_table *t, size_t at, size_t entrant, size_t i, uint64_t seed, double *room)
{
    const case_observation *o = &t->c->observations[i];
    size_t lead = (size_t)o->complete_after, months = lead + LONGEST;
    score_past past = {.changes = room, .count = fill_past(o, t->origins[at], room), .seed = seed};
    past.year = (size_t)time_unit_per_year(t->c->unit);
    past.stream = hash_bytes(o->name, strlen(o->name)) ^ ((uint64_t)t->origins[at] << 32);
    cut_head(&past);
    double *paths = malloc((months + 1) * PATHS * sizeof *paths);
    if (!paths)
        return false;
    errno = 0;
    bool able = past.count && score_rivals[t->entrants[entrant].rival].forecast(&past, months, paths, PATHS);
    for (size_t h = 0; h < SCORE_HORIZONS && able; h++) {
        double *sums = paths + months * PATHS;
        score_change *change = score_change_of(t, at, i, h, entrant);
        for (size_t p = 0; p < PATHS; p++) {
            sums[p] = 0;
            for (size_t k = 0; k < (size_t)score_horizons[h]; k++)
                sums[p] += paths[p * months + lead + k];
        }
        sample_from_draws(sums, PATHS, change->points);
        change->forecast = true;
    }
    bool no_memory = !able && errno == ENOMEM;
    free(paths);
    return !no_memory;
}

static truce_status forecast_all_series(score_table *t, uint64_t seed, truce_error *error)
{
    size_t longest = (size_t)(t->c->stop - t->c->start) + 1;
    for (size_t i = 0; i < t->c->observation_count; i++)
        longest = longest > t->c->observations[i].data.count ? longest : t->c->observations[i].data.count;
    double *room = malloc((longest + 1) * sizeof *room);
    bool good = room != NULL;
    for (size_t at = 0; at < t->origin_count; at++)
        for (size_t i = 0; i < t->c->observation_count; i++)
            for (size_t e = 0; e < t->entrant_count && good; e++)
                if (t->entrants[e].role == ROLE_SERIES)
                    good = forecast_series(t, at, e, i, seed, room);
    free(room);
    return good ? TRUCE_OK : error_memory(error);
}

/* ---- Fits -------------------------------------------------------------------------------------------- */

typedef struct fitting {
    score_table *table;
    const score_options *options;
    const size_t *origins, *entrants; /* of each job */
    size_t job_count;
    atomic_size_t done;
    pthread_mutex_t lock;
    truce_status status;
    truce_error error; /* of the first that failed */
} fitting;

static bool do_fit(void *context, unsigned worker, size_t job)
{
    fitting *w = context;
    truce_error error = {0};
    (void)worker;
    truce_status status =
        score_forecast_model(w->table, w->origins[job], w->entrants[job], w->options, &error);
    if (status == TRUCE_OK) {
        size_t done = atomic_fetch_add(&w->done, 1) + 1;
        if (!w->options->progress || w->options->progress(w->options->context, done, w->job_count))
            return true;
        status = error_set(&error, TRUCE_RUN_FAILED, NULL, 0, "the scores were cancelled");
    }
    pthread_mutex_lock(&w->lock);
    if (w->status == TRUCE_OK) {
        w->status = status;
        w->error = error;
    }
    pthread_mutex_unlock(&w->lock);
    return false;
}

/* The latest origins have the longest fits and begin. */
static size_t list_jobs(const score_table *t, size_t *origins, size_t *entrants)
{
    size_t count = 0;
    for (size_t at = t->origin_count; at-- > 0;)
        for (size_t e = 0; e < t->entrant_count; e++)
            if (t->entrants[e].c) {
                origins[count] = at;
                entrants[count++] = e;
            }
    return count;
}

static truce_status forecast_all_models(score_table *t, const score_options *options, truce_error *error)
{
    size_t most = t->origin_count * t->entrant_count + 1;
    size_t *origins = arena_array(&t->memory, most, sizeof *origins),
           *entrants = arena_array(&t->memory, most, sizeof *entrants);
    if (!origins || !entrants)
        return error_memory(error);
    fitting w = {.table = t, .options = options, .origins = origins, .entrants = entrants};
    w.job_count = list_jobs(t, origins, entrants);
    pthread_mutex_init(&w.lock, NULL);
    workers_run(options->threads, w.job_count, do_fit, &w);
    pthread_mutex_destroy(&w.lock);
    if (w.status != TRUCE_OK && error)
        *error = w.error;
    return w.status;
}

/* ---- The table --------------------------------------------------------------------------------------- */

/* Units of the changes: of amounts a month, those of their sum. */
static truce_status name_units(score_table *t, truce_error *error)
{
    size_t count = t->c->observation_count;
    t->units = arena_array(&t->memory, count + 1, sizeof *t->units);
    for (size_t i = 0; t->units && i < count; i++) {
        const case_observation *o = &t->c->observations[i];
        size_t length = strlen(o->units), kept = length;
        for (size_t k = 0; k < 2 && o->change; k++) {
            char ending[8];
            size_t end = (size_t)snprintf(ending, sizeof ending, "/%s%s", case_period(t->c), k ? "s" : "");
            if (length > end && strcmp(o->units + length - end, ending) == 0)
                kept = length - end;
        }
        if (!(t->units[i] = arena_copy(&t->memory, o->units, kept)))
            return error_memory(error);
    }
    return t->units ? TRUCE_OK : error_memory(error);
}

static truce_status make_table(score_table *t, month first, month last, int every, truce_error *error)
{
    const truce_case *c = t->c;
    TRY(name_units(t, error));
    for (month m = first; m <= last; m += every)
        t->origin_count++;
    if (t->origin_count == 0 || first < c->start)
        return error_set(error, TRUCE_BAD_INPUT, c->path, 0, "there are no data after the first origin");
    t->final_count = t->origin_count > 2 * FINAL_ORIGINS ? FINAL_ORIGINS : 0;
    size_t rows = t->origin_count * c->observation_count * SCORE_HORIZONS;
    t->origins = arena_array(&t->memory, t->origin_count + 1, sizeof *t->origins);
    t->evidence = arena_array(&t->memory, t->origin_count * t->entrant_count + 1, sizeof *t->evidence);
    t->changes = arena_array(&t->memory, rows * t->entrant_count + 1, sizeof *t->changes);
    t->weights =
        arena_array(&t->memory, t->origin_count * SCORE_HORIZONS * t->member_count + 1, sizeof *t->weights);
    if (!t->origins || !t->evidence || !t->changes || !t->weights)
        return error_memory(error);
    for (size_t i = 0; i < t->origin_count; i++)
        t->origins[i] = first + (month)i * every;
    return TRUCE_OK;
}

/* What was observed of every change, and the scores of those who forecast it. */
static void settle(score_table *t, size_t entrant)
{
    for (size_t at = 0; at < t->origin_count; at++)
        for (size_t i = 0; i < t->c->observation_count; i++)
            for (size_t h = 0; h < SCORE_HORIZONS; h++) {
                score_change *change = score_change_of(t, at, i, h, entrant);
                change->observed =
                    score_observed_change(&t->c->observations[i], t->origins[at], score_horizons[h]);
                change->scored = change->forecast && !isnan(change->observed);
                if (change->scored)
                    change->score = sample_score_of(change->points, change->observed);
            }
}

static truce_status make_scores(score_table *t, const truce_case *const *rivals, const score_options *options,
                                truce_error *error)
{
    const truce_case *c = t->c;
    month first = options->first ? options->first : c->start + FIRST_MONTHS - 1,
          last = options->last && options->last < c->data_end ? options->last : c->data_end - 1;
    TRY(score_make_entrants(t, rivals, options->hindsight && !options->as_is, error));
    TRY(make_table(t, first, last, options->every ? options->every : 1, error));
    TRY(forecast_all_series(t, options->seed, error));
    TRY(forecast_all_models(t, options, error));
    for (size_t e = 0; e < t->entrant_count; e++)
        settle(t, e);
    score_pool(t);
    settle(t, t->pool);
    return TRUCE_OK;
}

truce_status score_case(const truce_case *c, const truce_case *const *rivals, const score_options *options,
                        score_table *result, truce_error *error)
{
    *result = (score_table){.c = c};
    truce_status status = make_scores(result, rivals, options, error);
    if (status != TRUCE_OK)
        score_free(result);
    return status;
}

static truce_status find_key(score_table *t, const score_options *options, uint64_t key[2],
                             truce_error *error)
{
    arena memory = {0};
    truce_case view;
    truce_status status = case_as_known(t->c, t->origins[0], !options->as_is, &memory, &view, error);
    if (status == TRUCE_OK)
        status = score_key(t, 0, SCORE_MODEL, &view, options, key, error);
    arena_free(&memory);
    return status;
}

/* A file without a row could not be judged later. */
static truce_status check_forecasts(const score_table *t, truce_error *error)
{
    size_t count = t->c->observation_count * SCORE_HORIZONS * t->entrant_count;
    for (size_t i = 0; i < count; i++)
        if (t->changes[i].forecast)
            return TRUCE_OK;
    return error_set(
        error, TRUCE_BAD_INPUT, t->c->path, 0,
        "there is nothing to forecast: the horizon ends with the data, and no series is long enough to "
        "be forecast by its own past");
}

static truce_status make_forecast(score_table *t, const truce_case *const *rivals,
                                  const score_options *options, const char *weights, uint64_t key[2],
                                  truce_error *error)
{
    TRY(score_make_entrants(t, rivals, false, error));
    TRY(make_table(t, t->c->data_end, t->c->data_end, 1, error));
    for (size_t k = 0; k < t->origin_count * SCORE_HORIZONS; k++)
        score_pool_start(t, t->weights + k * t->member_count);
    if (weights)
        TRY(forecast_weights_read(weights, t, t->weights, error));
    TRY(find_key(t, options, key, error));
    TRY(forecast_all_series(t, options->seed, error));
    TRY(forecast_all_models(t, options, error));
    score_pool_average(t, 0, t->weights);
    return check_forecasts(t, error);
}

truce_status score_forecast(const truce_case *c, const truce_case *const *rivals,
                            const score_options *options, const char *weights, score_table *result,
                            uint64_t key[2], truce_error *error)
{
    *result = (score_table){.c = c};
    truce_status status = make_forecast(result, rivals, options, weights, key, error);
    if (status != TRUCE_OK)
        score_free(result);
    return status;
}

void score_free(score_table *result)
{
    arena_free(&result->memory);
    *result = (score_table){0};
}
