/* An ensemble: many members of one program, block by block on all threads.
 *
 *     block 0        block 1        block 2 ...      an item of workers_run; any worker may take any block
 *     members 0-63   64-127         128-191
 *        |
 *        |  draw parameters [parameter][width]       by (seed, member, name): the same whoever draws
 *        |  truce_run_execute                        results [save][output][width], double
 *        v
 *     store [output][save][member], float            blocks write disjoint ranges
 *     bad   [member]
 *
 * Nothing depends on which worker ran a block, on the number of threads or on the width. Once all blocks are
 * done, the first hundred members that went wrong are run again one by one, in member order, to find the
 * variable and the time. */
#include "ensemble/ensemble.h"
#include "engine/engine.h"

#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define FAILURES_KEPT 100

struct truce_ensemble {
    arena memory; /* what was saved, the failures, and their names */
    size_t members, outputs, saves;
    uint64_t seed;
    const char **names, **units; /* [output] */
    double *times;               /* [save] */
    float *values;               /* [output][save][member] */
    bool *bad;                   /* [member] */
    size_t bad_count, failure_count;
    truce_failure *failures;
};

typedef struct worker_state {
    truce_run *run;
    double *parameters; /* [parameter][width] */
    double *results;    /* [save][output][width] */
} worker_state;

typedef struct ensemble_job {
    truce_ensemble *ensemble;
    const truce_program *program;
    const truce_distribution *distributions;
    const uint64_t *streams; /* by parameter */
    size_t parameter_count;
    const double *schedules, *factors;
    const truce_ensemble_options *options;
    size_t width;
    worker_state *workers;
    pthread_mutex_t report; /* guards the following, and is held during the progress call */
    size_t done;
    truce_error end; /* why the run stops early */
} ensemble_job;

truce_ensemble_options truce_ensemble_default_options(void)
{
    return (truce_ensemble_options){.members = 1000, .seed = 1};
}

/* ---- One block --------------------------------------------------------------------------------------- */

static void draw_block(const ensemble_job *job, double *parameters, uint64_t first, size_t count)
{
    for (size_t p = 0; p < job->parameter_count; p++) {
        double *lanes = parameters + p * job->width;
        for (size_t i = 0; i < count; i++)
            lanes[i] = distribution_draw_from(&job->distributions[p], job->ensemble->seed, first + i,
                                              job->streams[p]);
        for (size_t i = count; i < job->width; i++)
            lanes[i] = lanes[0];
    }
}

/* Turns the results of a block into floats, and marks the members with a value that is none: not finite, or
 * beyond the range of a float. Returns how many it marked. */
static size_t store_block(const ensemble_job *job, const double *results, size_t first, size_t count)
{
    truce_ensemble *e = job->ensemble;
    bool *bad = e->bad + first;
    for (size_t save = 0; save < e->saves; save++)
        for (size_t output = 0; output < e->outputs; output++) {
            const double *from = results + (save * e->outputs + output) * job->width;
            float *to = e->values + (output * e->saves + save) * e->members + first;
            bool all_sound = true;
            for (size_t i = 0; i < count; i++) {
                to[i] = (float)from[i];
                all_sound &= fabsf(to[i]) <= FLT_MAX;
            }
            for (size_t i = 0; !all_sound && i < count; i++)
                bad[i] |= !(fabsf(to[i]) <= FLT_MAX);
        }
    size_t marked = 0;
    for (size_t i = 0; i < count; i++)
        marked += bad[i];
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
        parameters[p] =
            distribution_draw_from(&job->distributions[p], job->ensemble->seed, member, job->streams[p]);
    truce_status status = engine_diagnose(job->program, job->ensemble->seed, member, parameters,
                                          job->schedules, job->factors, failure, error);
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
        truce_status status = diagnose(job, first + i, &failure, error);
        if (status != TRUCE_OK)
            return status;
        bad[i] = failure.variable != NULL;
        marked += bad[i];
    }
    return TRUCE_OK;
}

static bool run_block(void *context, unsigned worker, size_t block)
{
    ensemble_job *job = context;
    worker_state *state = &job->workers[worker];
    size_t first = block * job->width;
    size_t count = job->ensemble->members - first;
    if (count > job->width)
        count = job->width;
    draw_block(job, state->parameters, first, count);
    size_t wrong = truce_run_execute(state->run, job->ensemble->seed, first, count, state->parameters,
                                     job->schedules, job->factors, state->results, NULL);
    size_t marked = store_block(job, state->results, first, count);
    truce_error error;
    truce_status status = mark_hidden(job, first, count, wrong, marked, &error);
    return report_progress(job, count, status == TRUCE_OK ? NULL : &error);
}

/* ---- Failures ---------------------------------------------------------------------------------------- */

/* A value that is a number as a double and none as a float: the first by time, then by output. */
static void find_overflow(const truce_ensemble *e, const truce_program *program, uint64_t member,
                          truce_failure *failure)
{
    for (size_t save = 0; save < e->saves; save++)
        for (size_t output = 0; output < e->outputs; output++) {
            float value = e->values[(output * e->saves + save) * e->members + member];
            if (fabsf(value) <= FLT_MAX)
                continue;
            failure->time = truce_program_save_time(program, save);
            failure->value = (double)value;
            failure->variable = truce_program_output_name(program, output);
            return;
        }
}

static truce_status collect_failures(const ensemble_job *job, truce_error *error)
{
    truce_ensemble *e = job->ensemble;
    for (size_t member = 0; member < e->members; member++)
        e->bad_count += e->bad[member];
    size_t keep = e->bad_count < FAILURES_KEPT ? e->bad_count : FAILURES_KEPT;
    if (keep == 0)
        return TRUCE_OK;
    e->failures = arena_array(&e->memory, keep, sizeof *e->failures);
    if (!e->failures)
        return error_memory(error);
    for (size_t member = 0; e->failure_count < keep; member++) {
        if (!e->bad[member])
            continue;
        truce_failure *failure = &e->failures[e->failure_count++];
        truce_status status = diagnose(job, member, failure, error);
        if (status != TRUCE_OK)
            return status;
        if (!failure->variable)
            find_overflow(e, job->program, member, failure);
        failure->member = member;
        /* The name belongs to the program, which need not live as long as the ensemble. */
        failure->variable = arena_string(&e->memory, failure->variable ? failure->variable : "");
        if (!failure->variable)
            return error_memory(error);
    }
    return TRUCE_OK;
}

/* ---- The whole --------------------------------------------------------------------------------------- */

/* The default width, or less when there are too few members to give every worker a block of it. */
static size_t block_width(const truce_ensemble_options *options)
{
    if (options->block_width != 0)
        return options->block_width;
    size_t share = options->members / workers_count(options->threads, options->members);
    return share >= 64 ? 0 : (share + 7) / 8 * 8;
}

static truce_status check_options(const truce_program *program, const truce_distribution *distributions,
                                  const truce_ensemble_options *options, truce_error *error)
{
    if (options->members == 0 || options->members > UINT32_MAX)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "the number of members must be 1 to 4294967295, not %zu", options->members);
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

static truce_status create_store(const truce_program *program, const truce_ensemble_options *options,
                                 truce_ensemble **ensemble, truce_error *error)
{
    truce_ensemble *e = calloc(1, sizeof *e);
    if (!e)
        return error_memory(error);
    *ensemble = e;
    e->members = options->members;
    e->seed = options->seed;
    e->outputs = truce_program_output_count(program);
    e->saves = truce_program_save_count(program);
    if (!copy_names(e, program))
        return error_memory(error);
    size_t size;
    if (__builtin_mul_overflow(e->members, e->outputs * sizeof(float), &size) ||
        __builtin_mul_overflow(size, e->saves, &size))
        return error_memory(error);
    e->values = malloc(size ? size : 1);
    e->bad = e->values ? calloc(e->members, sizeof *e->bad) : NULL;
    if (!e->bad)
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "not enough memory for %zu members (%zu MB of results)", e->members,
                         (size >> 20) + 1);
    return TRUCE_OK;
}

static truce_status create_worker(const ensemble_job *job, worker_state *state, truce_error *error)
{
    truce_status status = truce_run_create(job->program, job->width, &state->run, error);
    if (status != TRUCE_OK)
        return status;
    size_t width = truce_run_width(state->run);
    size_t parameters = job->parameter_count ? job->parameter_count : 1;
    size_t cells = job->ensemble->saves * job->ensemble->outputs;
    state->parameters = parameters <= SIZE_MAX / width ? calloc(parameters * width, sizeof(double)) : NULL;
    state->results = cells <= SIZE_MAX / width ? calloc((cells ? cells : 1) * width, sizeof(double)) : NULL;
    return state->parameters && state->results ? TRUCE_OK : error_memory(error);
}

static truce_status run_job(ensemble_job *job, unsigned workers, truce_error *error)
{
    truce_ensemble *e = job->ensemble;
    for (unsigned w = 0; w < workers; w++) {
        truce_status status = create_worker(job, &job->workers[w], error);
        if (status != TRUCE_OK)
            return status;
        job->width = truce_run_width(job->workers[w].run);
    }
    size_t blocks = (e->members + job->width - 1) / job->width;
    if (!workers_run(workers, blocks, run_block, job)) {
        if (error)
            *error = job->end;
        return job->end.status;
    }
    return collect_failures(job, error);
}

truce_status truce_ensemble_run(const truce_program *program, const truce_distribution *parameters,
                                const double *schedules, const double *factors,
                                const truce_ensemble_options *options, truce_ensemble **ensemble,
                                truce_error *error)
{
    truce_ensemble_options defaults = truce_ensemble_default_options();
    if (!options)
        options = &defaults;
    *ensemble = NULL;
    truce_status status = check_options(program, parameters, options, error);
    if (status != TRUCE_OK)
        return status;
    ensemble_job job = {.program = program,
                        .distributions = parameters,
                        .parameter_count = truce_program_input_count(program, TRUCE_INPUT_PARAMETER),
                        .schedules = schedules,
                        .factors = factors,
                        .options = options,
                        .width = block_width(options),
                        .report = PTHREAD_MUTEX_INITIALIZER};
    unsigned workers = workers_count(options->threads, options->members);
    uint64_t *streams = calloc(job.parameter_count + 1, sizeof *streams);
    job.workers = calloc(workers, sizeof *job.workers);
    job.streams = streams;
    bool named = streams && job.workers;
    for (size_t p = 0; named && p < job.parameter_count; p++)
        named = distribution_stream(truce_program_input_name(program, TRUCE_INPUT_PARAMETER, p), &streams[p]);
    status = named ? create_store(program, options, &job.ensemble, error) : error_memory(error);
    if (status == TRUCE_OK)
        status = run_job(&job, workers, error);
    for (unsigned w = 0; job.workers && w < workers; w++) {
        truce_run_destroy(job.workers[w].run);
        free(job.workers[w].parameters);
        free(job.workers[w].results);
    }
    free(job.workers);
    free(streams);
    pthread_mutex_destroy(&job.report);
    if (status == TRUCE_OK)
        *ensemble = job.ensemble;
    else
        truce_ensemble_destroy(job.ensemble);
    return status;
}

void truce_ensemble_destroy(truce_ensemble *ensemble)
{
    if (!ensemble)
        return;
    arena_free(&ensemble->memory);
    free(ensemble->values);
    free(ensemble->bad);
    free(ensemble);
}

/* ---- What came out ----------------------------------------------------------------------------------- */

size_t truce_ensemble_output_count(const truce_ensemble *ensemble)
{
    return ensemble->outputs;
}

const char *truce_ensemble_output_name(const truce_ensemble *ensemble, size_t output)
{
    return ensemble->names[output];
}

const char *truce_ensemble_output_units(const truce_ensemble *ensemble, size_t output)
{
    return ensemble->units[output];
}

size_t truce_ensemble_save_count(const truce_ensemble *ensemble)
{
    return ensemble->saves;
}

double truce_ensemble_save_time(const truce_ensemble *ensemble, size_t save)
{
    return ensemble->times[save];
}

size_t truce_ensemble_members(const truce_ensemble *ensemble)
{
    return ensemble->members;
}

uint64_t truce_ensemble_seed(const truce_ensemble *ensemble)
{
    return ensemble->seed;
}

const float *truce_ensemble_values(const truce_ensemble *ensemble, size_t output, size_t save)
{
    return ensemble->values + (output * ensemble->saves + save) * ensemble->members;
}

truce_status truce_ensemble_quantiles(const truce_ensemble *ensemble, size_t output, size_t save,
                                      const double *probabilities, size_t count, double *quantiles,
                                      truce_error *error)
{
    if (output >= ensemble->outputs || save >= ensemble->saves)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "there is no output %zu at save time %zu", output,
                         save);
    const float *values = truce_ensemble_values(ensemble, output, save);
    float *room = malloc(2 * ensemble->members * sizeof *room);
    if (!room)
        return error_memory(error);
    size_t sound = 0;
    for (size_t member = 0; member < ensemble->members; member++)
        if (!ensemble->bad[member])
            room[sound++] = values[member];
    quantiles_of(room, room + ensemble->members, sound, probabilities, count, quantiles);
    free(room);
    return TRUCE_OK;
}

size_t truce_ensemble_failure_count(const truce_ensemble *ensemble)
{
    return ensemble->bad_count;
}

const truce_failure *truce_ensemble_failure(const truce_ensemble *ensemble, size_t index)
{
    return index < ensemble->failure_count ? &ensemble->failures[index] : NULL;
}

bool truce_ensemble_is_bad(const truce_ensemble *ensemble, uint64_t member)
{
    return member < ensemble->members && ensemble->bad[member];
}
