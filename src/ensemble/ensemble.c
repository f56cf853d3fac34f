/* An ensemble: many members of one program, chunk by chunk, and each chunk block by block on all threads.
 *
 *     block 0        block 1        block 2 ...      an item of workers_run; any worker may take any block
 *     members 0-63   64-127         128-191
 *        |
 *        |  draw parameters [parameter][width]       by (seed, member, name): the same whoever draws
 *        |  engine_run_rows                          row [output][width] of one save, double
 *        v
 *     store [output][save][member], float            blocks write disjoint ranges
 *     bad   [member]
 *
 * An ensemble that keeps values is one chunk. One that keeps summaries adds the store of each chunk to the
 * summaries [output][save], in member order, and uses it again for the next.
 *
 * Nothing depends on which worker ran a block, on the number of threads or on the width. Once the blocks of a
 * chunk are done, the first hundred members that failed are run again one by one, in member order, to
 * find the variable and the time. */
#include "ensemble/ensemble.h"
#include "base/pages.h"
#include "engine/block_run.h"
#include "ensemble/kept_draws.h"
#include "ensemble/noise.h"
#include "native/native.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define FAILURES_KEPT 100

typedef struct worker_state {
    truce_run *run;
    double *parameters;  /* [parameter][width] */
    double *row;         /* of one save: [output][width] */
    double *draws;       /* given: [stream][step][width] */
    const double **rows; /* given: [program stream], into draws, or NULL */
    const double **kept; /* likewise, into what is kept */
} worker_state;

typedef struct ensemble_job {
    truce_ensemble *ensemble;
    const truce_program *program;
    const truce_distribution *distributions;
    const uint64_t *streams; /* by parameter */
    bool *stated;            /* by output: the model itself states that it is not finite */
    size_t parameter_count;
    const double *schedules, *factors;
    const truce_ensemble_options *options;
    const ensemble_given *given; /* or NULL */
    kept_draws *kept;            /* or NULL */
    size_t width;
    const kernel_set *kernels; /* of the blocks' width */
    native_code *native;       /* NULL: the interpreter */
    worker_state *workers;
    size_t first, count;    /* the chunk in hand, by index in the ensemble */
    pthread_mutex_t report; /* guards the following, and is held during the progress call */
    size_t done;
    truce_error end; /* why the run stops early */
} ensemble_job;

truce_ensemble_options truce_ensemble_default_options(void)
{
    return (truce_ensemble_options){.members = 1000, .seed = 1};
}

/* ---- One block --------------------------------------------------------------------------------------- */

/* The number of the member at `index` of the chunk in hand. */
static uint64_t member_number(const ensemble_job *job, size_t index)
{
    assert(index < job->count);
    return job->ensemble->first_member + job->first + index;
}

static double draw_parameter(const ensemble_job *job, size_t p, uint64_t member)
{
    assert(p < job->parameter_count);
    const ensemble_given *g = job->given;
    double value = g ? g->values[p * g->count + draw_of_member(g->count, g->deal, member)] : NAN;
    return isnan(value)
               ? distribution_draw_from(&job->distributions[p], job->ensemble->seed, member, job->streams[p])
               : value;
}

/* The values of a parameter that are given to the members of a block; false when one of them draws its own.
 */
static bool take_given(const ensemble_given *g, size_t p, uint64_t first, size_t count, double *lanes)
{
    assert(count > 0);
    bool all = g != NULL;
    for (size_t i = 0; all && i < count; i++) {
        lanes[i] = g->values[p * g->count + draw_of_member(g->count, g->deal, first + i)];
        all = !isnan(lanes[i]);
    }
    return all;
}

static void draw_block(const ensemble_job *job, double *parameters, uint64_t first, size_t count)
{
    assert(count > 0 && count <= job->width);
    for (size_t p = 0; p < job->parameter_count; p++) {
        double *lanes = parameters + p * job->width;
        const ensemble_given *g = job->given;
        if (!take_given(g, p, first, count, lanes)) {
            distribution_draws(&job->distributions[p], job->ensemble->seed, first, count, job->streams[p],
                               lanes);
            for (size_t i = 0; g && i < count; i++) {
                double value = g->values[p * g->count + draw_of_member(g->count, g->deal, first + i)];
                lanes[i] = isnan(value) ? lanes[i] : value;
            }
        }
        for (size_t i = count; i < job->width; i++)
            lanes[i] = lanes[0];
    }
}

enum { LANES_TOGETHER = 128 };

/* The noise of one period: lanes beyond the members repeat the first. */
static void give_period(const ensemble_given *g, size_t period, uint64_t first, size_t count, double *draws,
                        size_t width)
{
    const noise_design *d = g->noise;
    double weight = noise_level_weight(d);
    for (size_t from = 0; from < width; from += LANES_TOGETHER) {
        size_t lanes = width - from < LANES_TOGETHER ? width - from : LANES_TOGETHER, of[LANES_TOGETHER];
        uint64_t keys[LANES_TOGETHER];
        for (size_t i = 0; i < lanes; i++) {
            of[i] = draw_of_member(g->count, g->deal, first + (from + i < count ? from + i : 0));
            keys[i] = g->keys[of[i] * d->periods + period];
        }
        noise_rest(d, g->seed, keys, NULL, lanes, period, draws + from, width);
        for (size_t k = 0; k < d->normal_count; k++) {
            double levels[LANES_TOGETHER];
            for (size_t i = 0; i < lanes; i++)
                levels[i] = weight * g->levels[(k * g->count + of[i]) * d->periods + period];
            double *row = draws + (k * d->steps + period * d->per_period) * width + from;
            for (size_t s = 0; s < d->per_period; s++, row += width)
                for (size_t i = 0; i < lanes; i++)
                    row[i] += levels[i];
        }
    }
}

/* The noise of all periods; see ensemble_give_noise. */
static engine_given fill_noise(const ensemble_given *g, uint64_t first, size_t count, size_t width,
                               double *draws, const double **rows)
{
    const noise_design *d = g->noise;
    for (size_t m = 0; m < d->periods; m++)
        give_period(g, m, first, count, draws, width);
    for (size_t i = 0; i < d->program_streams; i++) {
        size_t k = d->stream_of[i];
        bool own = k < d->normal_count && isnan(g->levels[k * g->count * d->periods]);
        rows[i] = own ? NULL : draws + k * d->steps * width;
    }
    return (engine_given){.rows = rows, .steps = d->steps};
}

void ensemble_give_noise(const ensemble_given *g, truce_run *run, uint64_t first, size_t count, double *draws,
                         const double **rows)
{
    assert(g->count > 0 && count > 0 && count <= truce_run_width(run));
    const engine_given noise = fill_noise(g, first, count, truce_run_width(run), draws, rows);
    engine_run_give(run, &noise);
}

truce_status ensemble_diagnose(const member_order *o, const double *parameters, truce_failure *failure,
                               truce_error *error)
{
    if (!o->given)
        return engine_diagnose(o->program, o->seed, o->member, parameters, o->schedules, o->factors, failure,
                               error);
    const noise_design *d = o->given->noise;
    double *draws = calloc(d->count * d->steps * ENGINE_REPLAY_WIDTH + 1, sizeof *draws);
    const double **rows = calloc(d->program_streams + 1, sizeof *rows);
    truce_status status = draws && rows ? TRUCE_OK : error_memory(error);
    if (status == TRUCE_OK) {
        const engine_given noise = fill_noise(o->given, o->member, 1, ENGINE_REPLAY_WIDTH, draws, rows);
        status = engine_diagnose_given(o->program, o->seed, o->member, parameters, o->schedules, o->factors,
                                       &noise, failure, error);
    }
    free(draws);
    free(rows);
    return status;
}

/* Where a block's saves go. */
typedef struct block_store {
    const ensemble_job *job;
    size_t first, count; /* members, by index in the store */
} block_store;

/* Turns a save of a block into floats, and marks the members with a value that is none: not finite, or beyond
 * the range of a float. */
static bool store_save(void *context, size_t save, const double *row)
{
    assert(save < ((const block_store *)context)->job->ensemble->saves);
    const block_store *b = context;
    truce_ensemble *e = b->job->ensemble;
    bool *bad = e->bad + b->first;
    for (size_t output = 0; output < e->outputs; output++) {
        const double *from = row + output * b->job->width;
        float *to = e->values + (output * e->saves + save) * e->chunk + b->first;
        bool all_sound = b->job->kernels->narrow(to, from, b->count);
        for (size_t i = 0; !all_sound && !b->job->stated[output] && i < b->count; i++)
            bad[i] |= !(fabsf(to[i]) <= FLT_MAX);
    }
    return true;
}

static bool is_sound_before(const truce_ensemble *e, const bool *stated, size_t index, size_t saves)
{
    for (size_t output = 0; output < e->outputs; output++)
        for (size_t save = 0; !stated[output] && save < saves; save++)
            if (!(fabsf(e->values[(output * e->saves + save) * e->chunk + index]) <= FLT_MAX))
                return false;
    return true;
}

/* The saves before `end` as the run that was kept made them. */
static void copy_past(const block_store *b, const truce_ensemble *before, size_t end, bool only_last)
{
    assert(end > 0 && end <= b->job->ensemble->saves && before->members == b->job->ensemble->members);
    truce_ensemble *e = b->job->ensemble;
    for (size_t output = 0; output < e->outputs; output++)
        for (size_t save = only_last ? end - 1 : 0; save < end; save++) {
            size_t at = (output * e->saves + save) * e->chunk + b->first;
            memcpy(e->values + at, before->values + at, b->count * sizeof *e->values);
        }
    for (size_t i = b->first; i < b->first + b->count; i++)
        if (before->bad[i])
            e->bad[i] |= !is_sound_before(before, b->job->stated, i, end);
}

static size_t count_marked(const block_store *b)
{
    size_t marked = 0;
    for (size_t i = 0; i < b->count; i++)
        marked += b->job->ensemble->bad[b->first + i];
    return marked;
}

/* Tells that a block is done; false when the run is to stop. */
static bool report_progress(ensemble_job *job, size_t count, const truce_error *error)
{
    const truce_ensemble_options *options = job->options;
    pthread_mutex_lock(&job->report);
    job->done += count;
    if (job->end.status != TRUCE_OK)
        ;
    else if (error)
        job->end = *error;
    else if (options->progress && !options->progress(options->context, job->done, options->members))
        error_set(&job->end, TRUCE_RUN_FAILED, NULL, 0, "the run was cancelled");
    bool go_on = job->end.status == TRUCE_OK;
    pthread_mutex_unlock(&job->report);
    return go_on;
}

/* Replays one member; failure->variable is NULL when it is sound. */
static truce_status diagnose(const ensemble_job *job, uint64_t member, truce_failure *failure,
                             truce_error *error)
{
    *failure = (truce_failure){.member = member};
    double *parameters = calloc(job->parameter_count + 1, sizeof *parameters);
    if (!parameters)
        return error_memory(error);
    for (size_t p = 0; p < job->parameter_count; p++)
        parameters[p] = draw_parameter(job, p, member);
    const member_order order = {.program = job->program,
                                .schedules = job->schedules,
                                .factors = job->factors,
                                .given = job->given,
                                .seed = job->ensemble->seed,
                                .member = member};
    truce_status status = ensemble_diagnose(&order, parameters, failure, error);
    free(parameters);
    return status;
}

/* A stock that is not saved may have gone wrong alone: looks at the members that the results do not show to
 * be wrong one at a time, until all `wrong` of them are found. */
static truce_status mark_hidden(ensemble_job *job, size_t first, size_t count, size_t wrong, size_t marked,
                                truce_error *error)
{
    bool *bad = job->ensemble->bad + first;
    for (size_t i = 0; wrong > marked && i < count; i++) {
        truce_failure failure;
        if (bad[i])
            continue;
        truce_status status = diagnose(job, member_number(job, first + i), &failure, error);
        if (status != TRUCE_OK)
            return status;
        bad[i] = failure.variable != NULL;
        marked += bad[i];
    }
    return TRUCE_OK;
}

static void give_draws(const ensemble_job *job, worker_state *state, size_t block, uint64_t member,
                       size_t count)
{
    bool kept = job->kept && job->kept->filled[block];
    if (job->given && !kept)
        ensemble_give_noise(job->given, state->run, member, count, state->draws, state->rows);
    if (job->kept)
        kept_draws_give(job->kept, state->run, job->ensemble->seed, member, block,
                        job->given ? state->rows : NULL, job->given ? job->given->noise->steps : 0,
                        state->kept);
}

static bool run_block(void *context, unsigned worker, size_t block)
{
    ensemble_job *job = context;
    worker_state *state = &job->workers[worker];
    size_t first = block * job->width;
    size_t count = job->count - first;
    if (count > job->width)
        count = job->width;
    uint64_t member = member_number(job, first);
    draw_block(job, state->parameters, member, count);
    if (job->given || job->kept)
        give_draws(job, state, block, member, count);
    block_store to = {job, first, count};
    size_t made_from = 0;
    size_t wrong = engine_run_rows_after(state->run, job->ensemble->seed, member, count, state->parameters,
                                         job->schedules, job->factors, state->row, store_save, &to,
                                         kept_run_past(job->kept, job->program, block), &made_from);
    if (made_from > 0) {
        job->kept->run->first_saves[block] = made_from;
        copy_past(&to, job->kept->run->ensemble, made_from, job->kept->run->left_out);
    }
    size_t marked = count_marked(&to);
    truce_error error;
    truce_status status = mark_hidden(job, first, count, wrong, marked, &error);
    return report_progress(job, count, status == TRUCE_OK ? NULL : &error);
}

/* ---- Failures ---------------------------------------------------------------------------------------- */

/* A value that is a number as a double and none as a float: the first by time, then by output. */
static void find_overflow(const truce_ensemble *e, const truce_program *program, size_t index,
                          truce_failure *failure)
{
    assert(index < e->chunk);
    for (size_t save = 0; save < e->saves; save++)
        for (size_t output = 0; output < e->outputs; output++) {
            float value = e->values[(output * e->saves + save) * e->chunk + index];
            if (fabsf(value) <= FLT_MAX)
                continue;
            failure->time = truce_program_save_time(program, save);
            failure->value = (double)value;
            failure->variable = truce_program_output_name(program, output);
            return;
        }
}

static truce_status collect_failure(const ensemble_job *job, size_t index, truce_error *error)
{
    assert(index < job->ensemble->chunk);
    truce_ensemble *e = job->ensemble;
    truce_failure *failure = &e->failures[e->failure_count];
    truce_status status = diagnose(job, member_number(job, index), failure, error);
    if (status != TRUCE_OK)
        return status;
    if (!failure->variable)
        find_overflow(e, job->program, index, failure);
    failure->member = member_number(job, index);
    /* The name belongs to the program, which need not live as long as the ensemble. */
    failure->variable = arena_string(&e->memory, failure->variable ? failure->variable : "");
    if (!failure->variable)
        return error_memory(error);
    e->failure_count++;
    return TRUCE_OK;
}

static truce_status collect_failures(const ensemble_job *job, truce_error *error)
{
    truce_ensemble *e = job->ensemble;
    for (size_t i = 0; i < job->count; i++) {
        if (!e->bad[i])
            continue;
        e->bad_count++;
        if (!e->failures)
            e->failures = arena_array(&e->memory, FAILURES_KEPT, sizeof *e->failures);
        if (!e->failures)
            return error_memory(error);
        truce_status status = e->failure_count < FAILURES_KEPT ? collect_failure(job, i, error) : TRUCE_OK;
        if (status != TRUCE_OK)
            return status;
    }
    return TRUCE_OK;
}

/* ---- Summaries --------------------------------------------------------------------------------------- */

/* Adds the chunk in hand to the summary of one output at one save time. */
static bool summarise(void *context, unsigned worker, size_t item)
{
    (void)worker;
    ensemble_job *job = context;
    truce_ensemble *e = job->ensemble;
    float *room = malloc(2 * e->chunk * sizeof *room);
    if (!room)
        return false;
    summary_add_members(&e->summaries[item], e->values + item * e->chunk, e->bad, job->count, job->first == 0,
                        room);
    free(room);
    return true;
}

/* ---- The whole --------------------------------------------------------------------------------------- */

/* The default width, or less when there are too few members to give every worker a block of it. */
static size_t block_width(const truce_ensemble_options *options, size_t members)
{
    assert(members > 0);
    if (options->block_width != 0)
        return options->block_width;
    size_t share = members / workers_count(options->threads, members);
    return share >= 64 ? 0 : (share + 7) / 8 * 8;
}

truce_status ensemble_check_given(const truce_program *program, const truce_distribution *distributions,
                                  const double *schedules, const double *factors, truce_error *error)
{
    const void *given[] = {distributions, schedules, factors};
    static const char *const words[] = {"distributions", "schedules", "factors"};
    static const char *const of[] = {"parameters", "schedules", "factors"};
    for (int kind = 0; kind <= TRUCE_INPUT_FACTOR; kind++) {
        size_t count = truce_program_input_count(program, (truce_input_kind)kind);
        if (count && !given[kind])
            return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the program has %zu %s and no %s were given",
                             count, of[kind], words[kind]);
    }
    return TRUCE_OK;
}

static truce_status check_options(const truce_program *program, const truce_distribution *distributions,
                                  const truce_ensemble_options *options, truce_error *error)
{
    if (options->members == 0 || options->members > UINT32_MAX)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "the number of members must be 1 to 4294967295, not %zu", options->members);
    if (options->first_member > UINT64_MAX - options->members)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "there are not so many members after number %llu",
                         (unsigned long long)options->first_member);
    if ((unsigned)options->engine > TRUCE_ENGINE_AUTO)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "there is no engine %d", (int)options->engine);
    size_t count = truce_program_input_count(program, TRUCE_INPUT_PARAMETER);
    for (size_t p = 0; p < count; p++) {
        truce_error reason;
        truce_status status = truce_distribution_check(&distributions[p], &reason);
        if (status != TRUCE_OK)
            return error_set(error, status, NULL, 0, "parameter \"%s\": %s",
                             truce_program_input_name(program, TRUCE_INPUT_PARAMETER, p), reason.message);
    }
    return TRUCE_OK;
}

/* The names and times belong to the program, which need not live as long as the ensemble. */
static bool copy_names(truce_ensemble *e, const truce_program *program)
{
    e->names = arena_array(&e->memory, e->outputs, sizeof *e->names);
    e->units = arena_array(&e->memory, e->outputs, sizeof *e->units);
    e->times = arena_array(&e->memory, e->saves, sizeof *e->times);
    if (!e->names || !e->units || !e->times)
        return false;
    for (size_t i = 0; i < e->outputs; i++) {
        e->names[i] = arena_string(&e->memory, truce_program_output_name(program, i));
        e->units[i] = arena_string(&e->memory, truce_program_output_units(program, i));
        if (!e->names[i] || !e->units[i])
            return false;
    }
    for (size_t i = 0; i < e->saves; i++)
        e->times[i] = truce_program_save_time(program, i);
    return true;
}

/* Room for values: that of the old ensemble when it is enough. */
static void make_values(truce_ensemble *e, size_t size, truce_ensemble *old)
{
    bool enough = old && old->values && old->values_size >= size;
    if (old && !enough)
        free(old->values);
    e->values = enough ? old->values : pages_allocate(size);
    e->values_size = enough ? old->values_size : size;
    if (old)
        old->values = NULL;
}

static truce_status create_store(const truce_program *program, const truce_ensemble_options *options,
                                 truce_ensemble *old, truce_ensemble **ensemble, truce_error *error)
{
    truce_ensemble *e = calloc(1, sizeof *e);
    if (!e)
        return error_memory(error);
    *ensemble = e;
    e->members = options->members;
    e->first_member = options->first_member;
    e->seed = options->seed;
    e->outputs = truce_program_output_count(program);
    e->saves = truce_program_save_count(program);
    if (!copy_names(e, program))
        return error_memory(error);
    size_t chunk = options->summaries_only ? summary_chunk(options->threads) : e->members;
    e->chunk = chunk < e->members ? chunk : e->members;
    size_t cells = e->outputs * e->saves, size, summaries = 0;
    if (__builtin_mul_overflow(e->chunk, e->outputs * sizeof(float), &size) ||
        __builtin_mul_overflow(size, e->saves, &size) ||
        (options->summaries_only && __builtin_mul_overflow(cells, sizeof *e->summaries, &summaries)))
        return error_memory(error);
    make_values(e, size, old);
    e->bad = calloc(e->chunk, sizeof *e->bad);
    if (options->summaries_only)
        e->summaries = malloc(summaries ? summaries : 1);
    if (!e->values || !e->bad || (options->summaries_only && !e->summaries))
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "not enough memory for %zu members (%zu MB of results)", e->members,
                         ((size + summaries) >> 20) + 1);
    return TRUCE_OK;
}

static bool goes_on(void *context)
{
    return report_progress(context, 0, NULL);
}

/* Without native code where the options leave it open and it cannot be had, but not when the user gave up. */
static truce_status choose_engine(ensemble_job *job, unsigned workers, truce_error *error)
{
    const truce_ensemble_options *options = job->options;
    bool automatic = options->engine == TRUCE_ENGINE_AUTO;
    size_t members = options->members_in_all > options->members ? options->members_in_all : options->members;
    if (options->engine == TRUCE_ENGINE_INTERPRETER ||
        (automatic && !native_pays_when_cached(job->program, members)))
        return TRUCE_OK;
    native_options how = {.width = options->block_width,
                          .cached_only = automatic && !native_pays(job->program, members, workers),
                          .go_on = goes_on,
                          .context = job};
    truce_status status = native_create(job->program, &how, &job->native, error);
    return automatic && job->end.status == TRUCE_OK ? TRUCE_OK : status;
}

static truce_status create_worker(const ensemble_job *job, worker_state *state, truce_error *error)
{
    truce_status status =
        job->native ? engine_native_run_create(job->program, native_engine(job->native), &state->run, error)
                    : truce_run_create(job->program, job->width, &state->run, error);
    if (status != TRUCE_OK)
        return status;
    size_t width = truce_run_width(state->run);
    size_t parameters = job->parameter_count ? job->parameter_count : 1;
    size_t outputs = job->ensemble->outputs;
    state->parameters = parameters <= SIZE_MAX / width ? calloc(parameters * width, sizeof(double)) : NULL;
    state->row = outputs <= SIZE_MAX / width ? calloc((outputs ? outputs : 1) * width, sizeof(double)) : NULL;
    if (!state->parameters || !state->row)
        return error_memory(error);
    if (!job->given)
        return TRUCE_OK;
    const noise_design *d = job->given->noise;
    state->draws = calloc(d->count * d->steps * width + 1, sizeof *state->draws);
    state->rows = calloc(d->program_streams + 1, sizeof *state->rows);
    return state->draws && state->rows ? TRUCE_OK : error_memory(error);
}

static truce_status run_chunk(ensemble_job *job, unsigned workers, size_t first, truce_error *error)
{
    assert(first < job->ensemble->members && workers > 0);
    truce_ensemble *e = job->ensemble;
    job->first = first;
    job->count = e->members - first < e->chunk ? e->members - first : e->chunk;
    memset(e->bad, 0, e->chunk * sizeof *e->bad);
    if (!workers_run(workers, (job->count + job->width - 1) / job->width, run_block, job)) {
        if (error)
            *error = job->end;
        return job->end.status;
    }
    truce_status status = collect_failures(job, error);
    if (status == TRUCE_OK && e->summaries && !workers_run(workers, e->outputs * e->saves, summarise, job))
        return error_memory(error);
    return status;
}

static truce_status keep_draws(ensemble_job *job, unsigned workers, truce_error *error)
{
    assert(job->ensemble->chunk == job->ensemble->members);
    TRY(kept_draws_open(job->kept, job->program, job->given, job->options, job->width, error));
    TRY(kept_run_open(job->kept, job->program, job->workers[0].run, error));
    for (unsigned w = 0; w < workers; w++)
        if (!(job->workers[w].kept = calloc(job->kept->streams + 1, sizeof *job->workers[w].kept)))
            return error_memory(error);
    return TRUCE_OK;
}

static truce_status run_job(ensemble_job *job, unsigned workers, truce_error *error)
{
    truce_ensemble *e = job->ensemble;
    truce_status status = choose_engine(job, workers, error);
    if (status != TRUCE_OK)
        return status;
    for (unsigned w = 0; w < workers; w++) {
        status = create_worker(job, &job->workers[w], error);
        if (status != TRUCE_OK)
            return status;
        job->width = truce_run_width(job->workers[w].run);
        job->kernels = job->workers[w].run->kernels;
    }
    if (job->kept)
        TRY(keep_draws(job, workers, error));
    for (size_t first = 0; first < e->members; first += e->chunk) {
        status = run_chunk(job, workers, first, error);
        if (status != TRUCE_OK)
            return status;
    }
    if (e->summaries) {
        free(e->values);
        free(e->bad);
        e->values = NULL;
        e->bad = NULL;
    }
    return TRUCE_OK;
}

truce_status truce_ensemble_run(const truce_program *program, const truce_distribution *parameters,
                                const double *schedules, const double *factors,
                                const truce_ensemble_options *options, truce_ensemble **ensemble,
                                truce_error *error)
{
    REQUIRE(program, "program");
    REQUIRE(ensemble, "ensemble");
    return ensemble_run_given(program, parameters, schedules, factors, NULL, NULL, options, ensemble, error);
}

truce_status ensemble_run_given(const truce_program *program, const truce_distribution *parameters,
                                const double *schedules, const double *factors, const ensemble_given *given,
                                kept_draws *kept, const truce_ensemble_options *options,
                                truce_ensemble **ensemble, truce_error *error)
{
    *ensemble = NULL;
    return ensemble_run_again(program, parameters, schedules, factors, given, kept, options, ensemble, error);
}

truce_status ensemble_run_again(const truce_program *program, const truce_distribution *parameters,
                                const double *schedules, const double *factors, const ensemble_given *given,
                                kept_draws *kept, const truce_ensemble_options *options,
                                truce_ensemble **ensemble, truce_error *error)
{
    truce_ensemble_options defaults = truce_ensemble_default_options();
    if (!options)
        options = &defaults;
    TRY(ensemble_check_given(program, parameters, schedules, factors, error));
    TRY(check_options(program, parameters, options, error));
    ensemble_job job = {.program = program,
                        .distributions = parameters,
                        .parameter_count = truce_program_input_count(program, TRUCE_INPUT_PARAMETER),
                        .schedules = schedules,
                        .factors = factors,
                        .options = options,
                        .given = given,
                        .kept = kept,
                        .report = PTHREAD_MUTEX_INITIALIZER};
    unsigned workers = workers_count(options->threads, options->members);
    uint64_t *streams = calloc(job.parameter_count + 1, sizeof *streams);
    job.workers = calloc(workers, sizeof *job.workers);
    job.streams = streams;
    job.stated = program_stated_outputs(program);
    bool named = streams && job.workers && job.stated;
    for (size_t p = 0; named && p < job.parameter_count; p++)
        named = distribution_stream(truce_program_input_name(program, TRUCE_INPUT_PARAMETER, p), &streams[p]);
    truce_status status =
        named ? create_store(program, options, *ensemble, &job.ensemble, error) : error_memory(error);
    if (status == TRUCE_OK) {
        job.width = block_width(options, job.ensemble->chunk);
        status = run_job(&job, workers, error);
    }
    for (unsigned w = 0; job.workers && w < workers; w++) {
        truce_run_destroy(job.workers[w].run);
        free(job.workers[w].parameters);
        free(job.workers[w].row);
        free(job.workers[w].draws);
        free(job.workers[w].rows);
        free(job.workers[w].kept);
    }
    native_destroy(job.native);
    free(job.workers);
    free(job.stated);
    free(streams);
    pthread_mutex_destroy(&job.report);
    truce_ensemble_destroy(*ensemble);
    *ensemble = status == TRUCE_OK ? job.ensemble : NULL;
    if (status != TRUCE_OK)
        truce_ensemble_destroy(job.ensemble);
    return status;
}
