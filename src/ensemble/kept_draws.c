/* See kept_draws.h. */
#include "ensemble/kept_draws.h"
#include "engine/block_run.h"
#include "engine/level.h"
#include "ensemble/noise.h"
#include "math/random.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void kept_run_free(kept_run *kept)
{
    for (size_t i = 0; kept->pasts && i < kept->blocks; i++)
        run_past_destroy(kept->pasts[i]);
    free(kept->pasts);
    free(kept->first_saves);
    truce_ensemble_destroy(kept->ensemble);
    *kept = (kept_run){0};
}

void kept_draws_free(kept_draws *kept)
{
    free(kept->draws);
    free(kept->filled);
    if (kept->run)
        kept_run_free(kept->run);
    *kept = (kept_draws){.run = kept->run};
}

static void name_draws(const truce_program *program, const ensemble_given *given,
                       const truce_ensemble_options *options, size_t width, uint64_t name[2])
{
    hash128 h;
    const uint64_t of_run[] = {options->seed, options->first_member, options->members,
                               width,         program->step_count,   given != NULL};
    hash128_start(&h);
    hash128_add(&h, of_run, sizeof of_run);
    for (size_t i = 0; i < program->stream_count; i++) {
        engine_draws now = engine_stream(program, i);
        const uint64_t of_stream[] = {now.hash, now.normal, now.element != NULL};
        hash128_add(&h, of_stream, sizeof of_stream);
    }
    if (given) {
        const uint64_t of_fit[] = {given->seed, given->count, given->noise->periods};
        hash128_add(&h, of_fit, sizeof of_fit);
        hash128_add(&h, given->keys, given->count * given->noise->periods * sizeof *given->keys);
    }
    hash128_finish(&h, name);
}

truce_status kept_draws_open(kept_draws *kept, const truce_program *program, const ensemble_given *given,
                             const truce_ensemble_options *options, size_t width, truce_error *error)
{
    uint64_t name[2];
    size_t size;
    name_draws(program, given, options, width, name);
    if (kept->draws && memcmp(kept->name, name, sizeof name) == 0)
        return TRUCE_OK;
    kept_draws_free(kept);
    kept->blocks = (options->members + width - 1) / width;
    kept->streams = program->stream_count;
    kept->steps = program->step_count;
    kept->width = width;
    if (__builtin_mul_overflow(kept->blocks * width, kept->streams, &size) ||
        __builtin_mul_overflow(size, kept->steps * sizeof(double), &size))
        return error_memory(error);
    kept->draws = malloc(size + 1);
    kept->filled = calloc(kept->blocks + 1, sizeof *kept->filled);
    if (!kept->draws || !kept->filled) {
        kept_draws_free(kept);
        return error_memory(error);
    }
    memcpy(kept->name, name, sizeof name);
    return TRUCE_OK;
}

static double *stream_of_block(const kept_draws *kept, size_t block, size_t stream)
{
    return kept->draws + (block * kept->streams + stream) * kept->steps * kept->width;
}

/* As the engine's kernels draw them. */
static void fill_stream(const kept_draws *kept, const engine_draws *stream, uint64_t seed,
                        uint64_t first_member, size_t from, double *rows)
{
    const kernel_set *kernels = level_kernels(engine_best_level(), kept->width);
    uint64_t key = random_key(seed, stream->hash);
    for (size_t step = from; step < kept->steps; step++)
        (stream->normal ? kernels->member_normals : kernels->member_uniforms)(
            rows + step * kept->width, key, first_member, step, kept->width);
}

/* ---- A kept run -------------------------------------------------------------------------------------- */

/* Saves from one state that is kept to the next. */
enum { SAVES_APART = 6 };

truce_status kept_run_open(kept_draws *kept, const truce_program *program, const truce_run *run,
                           truce_error *error)
{
    kept_run *k = kept->run;
    if (!k)
        return TRUCE_OK;
    for (size_t i = 0; i < k->blocks; i++)
        k->first_saves[i] = 0;
    if (k->ensemble)
        return TRUCE_OK;
    kept_run_free(k);
    k->program = program;
    k->pasts = calloc(kept->blocks + 1, sizeof *k->pasts);
    k->first_saves = calloc(kept->blocks + 1, sizeof *k->first_saves);
    if (!k->pasts || !k->first_saves)
        return error_memory(error);
    k->blocks = kept->blocks;
    for (size_t i = 0; i < k->blocks; i++)
        TRY(run_past_create(run, SAVES_APART, &k->pasts[i], error));
    return TRUCE_OK;
}

bool kept_run_first_save(const kept_run *kept, size_t *first_save)
{
    bool same = true;
    *first_save = kept->blocks ? kept->first_saves[0] : 0;
    for (size_t i = 1; i < kept->blocks; i++)
        same = same && kept->first_saves[i] == *first_save;
    return same;
}

run_past *kept_run_past(const kept_draws *kept, const truce_program *program, size_t block)
{
    const kept_run *k = kept ? kept->run : NULL;
    return k && k->program == program ? k->pasts[block] : NULL;
}

void kept_draws_give(kept_draws *kept, truce_run *run, uint64_t seed, uint64_t first_member, size_t block,
                     const double *const *given_rows, size_t given_steps, const double **rows)
{
    assert(block < kept->blocks && kept->width == truce_run_width(run));
    for (size_t i = 0; i < kept->streams; i++) {
        engine_draws stream = engine_stream(run->program, i);
        double *own = stream_of_block(kept, block, i);
        rows[i] = stream.element ? own : NULL;
        if (!stream.element || kept->filled[block])
            continue;
        size_t given = given_rows && given_rows[i] ? given_steps : 0;
        given = given < kept->steps ? given : kept->steps;
        memcpy(own, given ? given_rows[i] : own, given * kept->width * sizeof *own);
        fill_stream(kept, &stream, seed, first_member, given, own);
    }
    kept->filled[block] = true;
    engine_run_give(run, &(engine_given){.rows = rows, .steps = kept->steps});
}
