/* The likelihood of a block of points: parameters and draws into the run's layout, one run, and the
 * observation errors of the case summed over months. */
#include "engine/level.h"
#include "fit/posterior_target.h"
#include "math/random.h"
#include "math/special.h"
#include "observe/observe.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- Data -------------------------------------------------------------------------------------------- */

void series_set(fit_series *s, size_t index, double value)
{
    assert(index < s->count);
    bool logarithm = s->observation->error == ERROR_LOGNORMAL;
    s->values[index] = value;
    double logarithm_of = logarithm ? portable_log(value) : 0, carry = s->carry[index];
    s->raw[index] = (logarithm ? logarithm_of : value) * s->weight;
    s->densities[index] = s->constant - logarithm_of - 0.5 * portable_log1p(-carry * carry);
    s->seen[index] = (s->raw[index] - (index > 0 ? carry * s->raw[index - 1] : 0)) * s->gain[index];
}

/* ---- Workers ----------------------------------------------------------------------------------------- */

static double *lanes_of(size_t count, size_t width)
{
    return calloc((count ? count : 1) * width, sizeof(double));
}

static void give_draws(fit_worker *w)
{
    const noise_design *d = &w->target->noise;
    engine_given given = {.rows = w->rows,
                          .steps = d->steps,
                          .levels = w->levels,
                          .periods = d->periods,
                          .per_period = d->per_period,
                          .weight = noise_level_weight(d)};
    engine_run_give(w->run, &given);
}

truce_status worker_make(const fit_target *t, const engine_native *native, size_t width, fit_worker *w,
                         truce_error *error)
{
    *w = (fit_worker){.target = t};
    truce_status status = native ? engine_native_run_create(t->plan.program, native, &w->run, error)
                                 : truce_run_create(t->plan.program, width, &w->run, error);
    if (status != TRUCE_OK)
        return status;
    w->width = width = truce_run_width(w->run);
    const truce_program *p = t->plan.program;
    w->x = lanes_of(t->dimension, width);
    w->values = lanes_of(t->parameter_count, width);
    w->inputs = lanes_of(truce_program_input_count(p, TRUCE_INPUT_PARAMETER), width);
    w->results = lanes_of(truce_program_save_count(p) * truce_program_output_count(p), width);
    w->likelihood = lanes_of(1, width);
    w->normals = lanes_of(1, width);
    w->scales = lanes_of(1, width);
    w->offsets = lanes_of(1, width);
    w->squares = lanes_of(1, width);
    w->v = lanes_of(t->dimension, width);
    w->ratio = lanes_of(1, width);
    w->taken = lanes_of(1, width);
    w->kernels = level_kernels(engine_best_level(), width);
    w->row_kernels = level_rows(engine_best_level());
    w->predictions = lanes_of(t->point_count, width);
    w->rows = calloc(t->noise.program_streams + 1, sizeof *w->rows);
    w->levels = calloc(t->noise.program_streams * t->noise.periods + 1, sizeof *w->levels);
    if (!w->x || !w->values || !w->inputs || !w->results || !w->likelihood || !w->normals || !w->scales ||
        !w->offsets || !w->squares || !w->v || !w->ratio || !w->taken || !w->predictions || !w->levels ||
        !w->rows) {
        worker_free(w);
        return error_memory(error);
    }
    for (size_t i = 0; i < t->fixed_count; i++)
        for (size_t lane = 0; lane < width; lane++)
            w->inputs[t->fixed_inputs[i] * width + lane] = t->fixed_values[i];
    give_draws(w);
    return TRUCE_OK;
}

void worker_free(fit_worker *w)
{
    truce_run_destroy(w->run);
    free(w->x);
    free(w->values);
    free(w->inputs);
    free(w->results);
    free(w->likelihood);
    free(w->normals);
    free(w->scales);
    free(w->offsets);
    free(w->squares);
    free(w->v);
    free(w->ratio);
    free(w->taken);
    free(w->predictions);
    free(w->rows);
    free(w->levels);
    *w = (fit_worker){0};
}

/* ---- Into the run ------------------------------------------------------------------------------------ */

void worker_set_parameters(fit_worker *w, const double *x, size_t first, size_t count)
{
    const fit_target *t = w->target;
    for (size_t j = first; j < t->parameter_count && j < first + count; j++) {
        const fit_coordinate *k = &t->coordinates[j];
        double *values = w->values + j * w->width;
        coordinate_values(k, w->kernels, w->row_kernels, x + j * w->width, values, w->width);
        if (k->input != SIZE_MAX)
            memcpy(w->inputs + k->input * w->width, values, w->width * sizeof *values);
        for (size_t lane = 0; k->prior.scale != 1 && lane < w->width; lane++)
            values[lane] /= k->prior.scale; /* observations that name it mean the draw */
    }
}

/* Points the run to where the draws of the block are, and to its coordinates for the levels. */
static void fill_draws(fit_worker *w, const double *x, const double *rest)
{
    const fit_target *t = w->target;
    const noise_design *d = &t->noise;
    for (size_t i = 0; i < d->program_streams; i++) {
        size_t k = d->stream_of[i];
        w->rows[i] = rest + k * d->steps * w->width;
        for (size_t m = 0; k < d->normal_count && m < d->periods; m++) {
            size_t j = t->level_at[k * d->periods + m];
            w->levels[i * d->periods + m] = j == SIZE_MAX ? NULL : x + j * w->width;
        }
    }
}

/* ---- Out of it --------------------------------------------------------------------------------------- */

/* A row of a parameter, or of a constant. */
static const double *row_or_constant(const fit_worker *w, size_t coordinate, double constant, double *room)
{
    if (coordinate != SIZE_MAX)
        return w->values + coordinate * w->width;
    for (size_t lane = 0; lane < w->width; lane++)
        room[lane] = constant;
    return room;
}

/* What would be seen of a series without error: observe_mean of observe_measure, in units of `weight`. */
static void predict(const fit_worker *w, const fit_series *s, double weight, double *predictions)
{
    const double *scale = row_or_constant(w, s->scale, s->scale_constant, w->scales);
    const double *offset = row_or_constant(w, s->offset, s->offset_constant, w->offsets);
    size_t row = truce_program_output_count(w->target->plan.program) * w->width;
    bool change = s->observation->change;
    for (size_t i = 0; i < s->count; i++) {
        const double *first = w->results + s->months[i] * row + s->output * w->width, *next = first + row;
        w->row_kernels->predict(predictions + i * w->width, change || s->stock ? next : first,
                                change ? first : NULL, offset, scale, weight, w->width);
    }
}

/* In the units in which observe_add_densities compares. */
static void predict_standard(const fit_worker *w, const fit_series *s, double *predictions)
{
    bool logarithm = s->observation->error == ERROR_LOGNORMAL;
    predict(w, s, logarithm ? 1 : s->weight, predictions);
    if (!logarithm)
        return;
    w->kernels->logarithm(predictions, predictions, s->count * w->width);
    w->row_kernels->scale(predictions, s->weight, s->count * w->width);
}

/* Predictions of a series, in units of the error, to what is new in each. Errors that persist are a
 * first-order autoregression; this takes out what a month shares with the one before (Cochrane and Orcutt
 * 1949). */
static void freshen(const fit_worker *w, const fit_series *s, double *predictions)
{
    if (s->observation->error_persistence == 0)
        return;
    for (size_t i = s->count; i-- > 1;) {
        double *now = predictions + i * w->width;
        w->row_kernels->freshen(now, now - w->width, s->carry[i], s->gain[i], w->width);
    }
}

static void add_likelihood(fit_worker *w)
{
    const fit_target *t = w->target;
    double *prediction = w->predictions;
    memset(w->likelihood, 0, w->width * sizeof *w->likelihood);
    for (size_t k = 0; k < t->series_count; k++) {
        const fit_series *s = &t->series[k];
        predict_standard(w, s, prediction);
        freshen(w, s, prediction);
        for (size_t i = 0; i < s->count; i++, prediction += w->width)
            observe_add_densities(s->observation, s->densities[i], s->seen[i], prediction, w->likelihood,
                                  w->width);
    }
    for (size_t lane = 0; lane < w->width; lane++)
        if (!isfinite(w->likelihood[lane]))
            w->likelihood[lane] = -INFINITY;
}

void worker_densities(const fit_worker *w, double *densities)
{
    const fit_target *t = w->target;
    const double *prediction = w->predictions;
    memset(densities, 0, t->point_count * w->width * sizeof *densities);
    for (size_t k = 0; k < t->series_count; k++)
        for (size_t i = 0; i < t->series[k].count; i++, prediction += w->width, densities += w->width)
            observe_add_densities(t->series[k].observation, t->series[k].densities[i], t->series[k].seen[i],
                                  prediction, densities, w->width);
}

static double read_clock(clockid_t clock)
{
    struct timespec now = {0};
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double seconds_now(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

double seconds_of_process(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

void worker_evaluate(fit_worker *w, const double *x, const double *rest, size_t count)
{
    worker_set_parameters(w, x, 0, w->target->parameter_count);
    worker_evaluate_set(w, x, rest, count);
}

void worker_evaluate_set(fit_worker *w, const double *x, const double *rest, size_t count)
{
    assert(count > 0 && count <= w->width);
    fill_draws(w, x, rest);
    double start = read_clock(CLOCK_THREAD_CPUTIME_ID);
    truce_run_execute(w->run, 0, 0, count, w->inputs, w->target->plan.schedules, w->target->plan.factors,
                      w->results, NULL);
    w->engine_seconds += read_clock(CLOCK_THREAD_CPUTIME_ID) - start;
    w->evaluations += count;
    add_likelihood(w);
}

/* ---- Invented data ----------------------------------------------------------------------------------- */

/* An observation of `mean`; *error is that of the one before, and then its own. */
static double observe(const fit_series *s, size_t i, double mean, uint64_t seed, uint64_t member,
                      double *error)
{
    assert(i < s->count);
    *error =
        observe_carry(s->carry[i], *error, observe_error_draw(s->observation, seed, member, s->months[i]));
    return observe_value(s->observation, mean, *error);
}

truce_status target_simulate(fit_target *t, uint64_t seed, uint64_t member, double *x, truce_error *error)
{
    enum { WIDTH = 8 };
    fit_worker w;
    double *rest = calloc(t->noise.count * t->noise.steps * WIDTH + 1, sizeof *rest);
    if (!rest)
        return error_memory(error);
    truce_status status = worker_make(t, NULL, WIDTH, &w, error);
    if (status == TRUCE_OK) {
        for (size_t j = 0; j < t->dimension; j++) {
            double draw = random_normal(seed, member, hash_bytes("truth", 5), j);
            for (size_t lane = 0; lane < WIDTH; lane++)
                w.x[j * WIDTH + lane] = draw;
            if (x)
                x[j] = draw;
        }
        uint64_t keys[WIDTH];
        for (size_t lane = 0; lane < WIDTH; lane++)
            keys[lane] = member;
        for (size_t m = 0; m < t->noise.periods; m++)
            noise_rest(&t->noise, seed, keys, NULL, WIDTH, m, rest, WIDTH);
        worker_evaluate(&w, w.x, rest, WIDTH);
        for (size_t k = 0; k < t->series_count; k++) {
            fit_series *s = &t->series[k];
            double last = 0;
            predict(&w, s, 1, w.predictions);
            for (size_t i = 0; i < s->count; i++)
                series_set(s, i, observe(s, i, w.predictions[i * WIDTH], seed, member, &last));
        }
        worker_free(&w);
    }
    free(rest);
    return status;
}
