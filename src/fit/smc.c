/* See smc.h: temperatures, weights, resampling, and how many moves a stage makes. */
#include "fit/smc.h"
#include "base/pages.h"
#include "math/order_statistics.h"
#include "math/random.h"
#include "math/special.h"
#include "native/native.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double target_effective = 0.5;   /* share of the particles that a rise in temperature leaves */
static const double target_acceptance = 0.22; /* 0.234 for many dimensions (Roberts, Gelman and Gilks 1997) */
static const double target_jump = 0.4;
enum { MOVES_A_ROUND = 4, MOST_ROUNDS = 24, LAST_ROUNDS = 160 };

/* ---- Memory ------------------------------------------------------------------------------------------ */

/* In large pages, because what a block holds of them is far apart (base/pages.h). */
static double *numbers(size_t count)
{
    double *all = count <= SIZE_MAX / sizeof *all ? pages_allocate(count * sizeof *all) : NULL;
    if (all)
        memset(all, 0, count * sizeof *all);
    return all;
}

/* Narrower than the engine's usual block when there are too few particles to give every thread one. */
static size_t choose_width(size_t count, unsigned threads)
{
    assert(count > 0);
    size_t share = count / workers_count(threads, count);
    return share >= 128 ? 0 : share < 8 ? 8 : share / 8 * 8;
}

/* As an ensemble chooses (ensemble.c), for as many evaluations as a fit of this model is likely to make. */
static truce_status choose_engine(smc *s, const smc_options *options, truce_error *error)
{
    enum {
        EVALUATIONS =
            8000,         /* for each particle, in four populations: what is usual with tens of coordinates */
        NATIVE_WIDTH = 32 /* native code is best about there */
    };
    bool automatic = options->engine == TRUCE_ENGINE_AUTO;
    const truce_program *program = s->target->plan.program;
    size_t runs = s->count * EVALUATIONS;
    if (options->engine == TRUCE_ENGINE_INTERPRETER || (automatic && !native_pays_when_cached(program, runs)))
        return TRUCE_OK;
    native_options how = {.width = s->width < NATIVE_WIDTH ? s->width : 0,
                          .cached_only = automatic && !native_pays(program, runs, s->threads),
                          .go_on = options->go_on,
                          .context = options->context};
    truce_status status = native_create(program, &how, &s->native, error);
    bool gave_up = options->go_on && !options->go_on(options->context);
    return automatic && !gave_up ? TRUCE_OK : status;
}

static truce_status make_workers(smc *s, const smc_options *options, truce_error *error)
{
    s->threads = workers_count(s->threads, s->count);
    s->workers = calloc(s->threads, sizeof *s->workers);
    if (!s->workers)
        return error_memory(error);
    s->width = choose_width(s->count, s->threads);
    TRY(choose_engine(s, options, error));
    for (unsigned w = 0; w < s->threads; w++) {
        TRY(worker_make(s->target, s->native ? native_engine(s->native) : NULL, s->width, &s->workers[w],
                        error));
        s->width = s->workers[w].width;
    }
    s->blocks = (s->count + s->width - 1) / s->width;
    return TRUCE_OK;
}

static truce_status allocate(smc *s, const smc_options *options, truce_error *error)
{
    TRY(make_workers(s, options, error));
    size_t n = s->count, d = s->target->dimension, lanes = s->blocks * s->width;
    /* For the slopes every thread needs a block, and the two rooms change places. */
    size_t blocks = s->blocks > s->threads ? s->blocks : s->threads,
           rest = blocks * s->target->noise.count * s->target->noise.steps * s->width;
    s->x = numbers(lanes * d);
    s->v = numbers(lanes * d);
    s->snapshot = numbers(lanes * d);
    s->next = numbers(lanes * d);
    s->steps = numbers(d);
    s->likelihood = numbers(n);
    s->weights = numbers(n);
    s->squares = numbers(n);
    s->accepted = numbers(n);
    s->keys = calloc(n * s->target->noise.periods, sizeof *s->keys);
    s->next_keys = calloc(n * s->target->noise.periods, sizeof *s->next_keys);
    s->ancestors = calloc(n, sizeof *s->ancestors);
    s->rest = numbers(rest);
    s->fresh = numbers(rest);
    s->stages = calloc(SMC_STAGES, sizeof *s->stages);
    return s->x && s->snapshot && s->next && s->likelihood && s->weights && s->squares && s->accepted &&
                   s->keys && s->next_keys && s->ancestors && s->rest && s->fresh && s->v && s->steps &&
                   s->stages && linear_make(&s->linear, d, s->target->point_count, LINEAR_PLACES, s->threads)
               ? TRUCE_OK
               : error_memory(error);
}

truce_status smc_make(const fit_target *t, const smc_options *options, smc *s, truce_error *error)
{
    *s = (smc){.target = t,
               .seed = options->seed,
               .count = options->count,
               .threads = options->threads,
               .go_on = options->go_on,
               .context = options->context};
    truce_status status = allocate(s, options, error);
    if (status != TRUCE_OK)
        smc_free(s);
    return status;
}

void smc_free(smc *s)
{
    for (unsigned w = 0; s->workers && w < s->threads; w++)
        worker_free(&s->workers[w]);
    void *const all[] = {s->workers, s->squares,  s->x,      s->snapshot,  s->next,      s->likelihood,
                         s->weights, s->accepted, s->keys,   s->next_keys, s->ancestors, s->rest,
                         s->fresh,   s->v,        s->stages, s->steps};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    linear_free(&s->linear);
    native_destroy(s->native);
    *s = (smc){0};
}

/* ---- Particles --------------------------------------------------------------------------------------- */

void smc_get(const smc *s, size_t particle, double *x)
{
    assert(particle < s->count);
    const double *lane = smc_lane(s, s->x, particle);
    for (size_t j = 0; j < s->target->dimension; j++)
        x[j] = lane[j * s->width];
}

/* The lanes that show a particle: the last one's are all that are left of its block. */
static size_t lanes_of(const smc *s, size_t particle)
{
    return particle + 1 < s->count ? 1 : s->width - particle % s->width;
}

void smc_put(smc *s, size_t particle, const double *x)
{
    assert(particle < s->count);
    double *lane = smc_lane(s, s->x, particle);
    for (size_t j = 0; j < s->target->dimension; j++)
        for (size_t i = 0; i < lanes_of(s, particle); i++)
            lane[j * s->width + i] = x[j];
}

/* ---- The prior --------------------------------------------------------------------------------------- */

static bool start_block(void *context, unsigned worker, size_t block)
{
    (void)worker;
    smc *s = context;
    size_t d = s->target->dimension, periods = s->target->noise.periods;
    double *x = s->x + block * d * s->width;
    uint64_t stream = hash_bytes("prior", 5);
    for (size_t lane = 0; lane < s->width; lane++) {
        size_t at = block * s->width + lane, i = at < s->count ? at : s->count - 1;
        for (size_t m = 0; m < periods; m++)
            s->keys[i * periods + m] = s->population << 58 | i;
        for (size_t j = 0; j < d; j++)
            x[j * s->width + lane] = random_normal(s->seed, s->population << 32 | i, stream, j);
    }
    return true;
}

void smc_start(smc *s, uint64_t population)
{
    assert(s->target && s->count > 0);
    s->population = population;
    s->temperature = s->log_evidence = 0;
    s->stage_count = 0;
    s->scales[MOVE_WHOLE] = s->scales[MOVE_PART] = 0.5;
    workers_run(s->threads, s->blocks, start_block, s);
    smc_fill_rest(s);
    smc_evaluate(s);
}

void smc_restore(smc *s)
{
    smc_fill_rest(s);
}

/* ---- Temperature and weights ------------------------------------------------------------------------- */

/* Fills the weights of a rise by `rise`; returns the effective sample size (Kong, Liu and Wong 1994), and the
 * logarithm of the mean weight. */
static double weigh(smc *s, double rise, double *log_mean)
{
    assert(rise >= 0 && s->temperature + rise <= 1 + 1e-12);
    double top = -INFINITY, sum = 0, squares = 0;
    for (size_t i = 0; i < s->count; i++)
        top = fmax(top, s->likelihood[i]);
    for (size_t i = 0; i < s->count; i++) {
        s->weights[i] = portable_exp(rise * (s->likelihood[i] - top));
        sum += s->weights[i];
        squares += s->weights[i] * s->weights[i];
    }
    *log_mean = rise * top + portable_log(sum / (double)s->count);
    return sum * sum / squares;
}

/* The greatest rise, up to what is left, that keeps the target effective sample size. */
static double choose_rise(smc *s)
{
    assert(s->temperature < 1);
    double most = 1 - s->temperature, log_mean;
    double wanted = target_effective * (double)s->count;
    if (weigh(s, most, &log_mean) >= wanted)
        return most;
    double low = 0, high = most;
    for (int i = 0; i < 80; i++) {
        double middle = 0.5 * (low + high);
        if (weigh(s, middle, &log_mean) >= wanted)
            low = middle;
        else
            high = middle;
    }
    return high;
}

/* ---- Resampling -------------------------------------------------------------------------------------- */

/* Copies particles into the lanes of a block, row by row: from[lane] is where the rows of one begin. */
static void copy_rows(double *to, const double *const *from, size_t rows, size_t width)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t lane = 0; lane < width; lane++)
            to[r * width + lane] = from[lane][r * width];
}

/* Puts together a block of the next population. */
static bool copy_block(void *context, unsigned worker, size_t block)
{
    (void)worker;
    smc *s = context;
    size_t d = s->target->dimension, periods = s->target->noise.periods, w = s->width;
    size_t rows = s->target->noise.count * s->target->noise.steps;
    const double *x[SMC_WIDTH], *rest[SMC_WIDTH];
    assert(w <= SMC_WIDTH);
    for (size_t lane = 0; lane < w; lane++) {
        size_t at = block * w + lane, i = at < s->count ? at : s->count - 1, from = s->ancestors[i];
        x[lane] = smc_lane(s, s->x, from);
        rest[lane] = s->rest + from / w * rows * w + from % w;
        memcpy(s->next_keys + i * periods, s->keys + from * periods, periods * sizeof *s->keys);
    }
    copy_rows(s->next + block * d * w, x, d, w);
    copy_rows(s->fresh + block * rows * w, rest, rows, w);
    return true;
}

/* Systematic: one uniform number for all (Carpenter, Clifford and Fearnhead 1999). */
static void choose_ancestors(smc *s)
{
    double sum = 0, reached = s->weights[0];
    size_t from = 0;
    for (size_t i = 0; i < s->count; i++)
        sum += s->weights[i];
    double u = random_uniform(s->seed, s->population, hash_bytes("resample", 8), s->stage_count);
    for (size_t i = 0; i < s->count; i++) {
        double at = ((double)i + u) / (double)s->count * sum;
        while (reached < at && from + 1 < s->count)
            reached += s->weights[++from];
        while (s->weights[from] == 0 && from > 0) /* rounding at the end must not pick one without weight */
            from--;
        s->ancestors[i] = from;
    }
}

static void exchange(double **a, double **b)
{
    double *kept = *a;
    *a = *b;
    *b = kept;
}

static void resample(smc *s)
{
    choose_ancestors(s);
    for (size_t i = 0; i < s->count; i++)
        s->weights[i] = s->likelihood[s->ancestors[i]];
    memcpy(s->likelihood, s->weights, s->count * sizeof *s->weights);
    workers_run(s->threads, s->blocks, copy_block, s);
    uint64_t *keys = s->keys;
    s->keys = s->next_keys;
    s->next_keys = keys;
    exchange(&s->x, &s->next);
    exchange(&s->rest, &s->fresh);
}

/* ---- Moves ------------------------------------------------------------------------------------------- */

enum { COORDINATES = 16 }; /* to a work item */

/* Work on some coordinates of all particles. */
typedef struct coordinate_work {
    smc *s;
    void (*work)(smc *s, size_t j);
} coordinate_work;

static bool some_coordinates(void *context, unsigned worker, size_t item)
{
    (void)worker;
    const coordinate_work *c = context;
    size_t d = c->s->target->dimension, end = (item + 1) * COORDINATES;
    for (size_t j = item * COORDINATES; j < d && j < end; j++)
        c->work(c->s, j);
    return true;
}

static void for_each_coordinate(smc *s, void (*work)(smc *s, size_t j))
{
    coordinate_work c = {s, work};
    workers_run(s->threads, (s->target->dimension + COORDINATES - 1) / COORDINATES, some_coordinates, &c);
}

static void take_mean(smc *s, size_t j)
{
    double sum = 0;
    for (size_t b = 0; b < s->blocks; b++) {
        const double *x = smc_row(s, s->x, b, j);
        for (size_t lane = 0; lane < smc_lanes(s, b); lane++)
            sum += x[lane] / (double)s->count;
    }
    s->linear.mean[j] = sum;
}

/* Widens the approximation to the population's variance, and takes the snapshot. */
static void widen(smc *s, size_t j)
{
    double variance = 0;
    for (size_t b = 0; b < s->blocks; b++) {
        const double *v = smc_row(s, s->v, b, j);
        for (size_t lane = 0; lane < smc_lanes(s, b); lane++)
            variance += v[lane] * v[lane] / (double)s->count;
    }
    linear_widen(&s->linear, j, variance);
    double by = sqrt(fmax(variance, 1));
    for (size_t b = 0; b < s->blocks; b++) {
        double *v = smc_row(s, s->v, b, j), *snapshot = smc_row(s, s->snapshot, b, j);
        for (size_t lane = 0; lane < s->width; lane++)
            snapshot[lane] = v[lane] /= by;
    }
}

/* Centres the approximation on the population and widens it to its variances, which it misses where slopes change
 * much within it; takes the whitened coordinates. False without memory. */
static bool take_snapshot(smc *s)
{
    for_each_coordinate(s, take_mean);
    smc_whiten(s);
    for_each_coordinate(s, widen);
    return linear_set_strides(&s->linear, s->temperature);
}

/* How far a coordinate has gone, into s->next. */
static void take_distance(smc *s, size_t j)
{
    double sum = 0;
    for (size_t b = 0; b < s->blocks; b++) {
        const double *v = smc_row(s, s->v, b, j), *snapshot = smc_row(s, s->snapshot, b, j);
        for (size_t lane = 0; lane < smc_lanes(s, b); lane++) {
            double step = v[lane] - snapshot[lane];
            sum += step * step / (2 * (double)s->count);
        }
    }
    s->next[j] = sum;
}

static double jump(smc *s)
{
    size_t d = s->target->dimension;
    for_each_coordinate(s, take_distance);
    qsort(s->next, d, sizeof *s->next, order_of_numbers);
    return s->next[d / 10];
}

/* Moves until the population has left its snapshot. After each its scale is brought nearer to what gives the
 * target acceptance (Robbins and Monro 1951). False when they were told to end. */
static bool make_moves(smc *s, smc_stage *stage)
{
    bool last = s->temperature >= 1;
    size_t most = last ? LAST_ROUNDS : MOST_ROUNDS, round = 0;
    s->move_number = 0;
    do {
        if (s->go_on && !s->go_on(s->context))
            return false;
        stage->acceptance[MOVE_KEYS] += smc_move(s, MOVE_KEYS);
        for (int i = 0; i < MOVES_A_ROUND; i++) {
            move_kind kind = i % 2 == 0 ? MOVE_WHOLE : MOVE_PART;
            double share = smc_move(s, kind), *scale = &s->scales[kind];
            stage->acceptance[kind] += share / (MOVES_A_ROUND / 2);
            *scale = fmin(fmax(*scale * portable_exp(share - target_acceptance), 1e-4), 0.99);
        }
        round++;
        stage->jump = jump(s);
    } while (round < most && stage->jump < (last ? 2 : 1) * target_jump);
    for (int k = 0; k < MOVE_KINDS; k++)
        stage->acceptance[k] /= (double)round;
    stage->scale = s->scales[MOVE_WHOLE];
    stage->moves = (double)s->move_number;
    return true;
}

truce_status smc_cancelled(truce_error *error)
{
    return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "the fit was cancelled");
}

truce_status smc_step(smc *s, truce_error *error)
{
    assert(s->temperature < 1 && s->stage_count <= SMC_STAGES);
    double log_mean, top = -INFINITY;
    if (s->stage_count == SMC_STAGES)
        return error_set(error, TRUCE_RUN_FAILED, s->target->c->path, 0,
                         "the posterior was not reached in %d stages", SMC_STAGES);
    for (size_t i = 0; i < s->count; i++)
        top = fmax(top, s->likelihood[i]);
    if (!(top > -INFINITY))
        return error_set(error, TRUCE_RUN_FAILED, s->target->c->path, 0,
                         "no draw from the priors agrees with the observations at all");
    smc_stage *stage = &s->stages[s->stage_count];
    *stage = (smc_stage){0};
    double rise = choose_rise(s);
    stage->effective = weigh(s, rise, &log_mean) / (double)s->count;
    s->temperature = rise >= 1 - s->temperature ? 1 : s->temperature + rise;
    s->log_evidence += log_mean;
    resample(s);
    smc_linearise(s);
    linear_set(&s->linear, s->temperature);
    if (!take_snapshot(s))
        return error_memory(error);
    if (!make_moves(s, stage))
        return smc_cancelled(error);
    stage->temperature = s->temperature;
    stage->log_evidence = s->log_evidence;
    s->stage_count++;
    return TRUCE_OK;
}
