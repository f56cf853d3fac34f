#include "block.h"

#include <math.h>
#include <stdlib.h>

double median(const double *values, size_t count)
{
    double sorted[2 * ROUNDS];
    for (size_t i = 0; i < count; i++) {
        size_t k = i;
        for (; k > 0 && sorted[k - 1] > values[i]; k--)
            sorted[k] = sorted[k - 1];
        sorted[k] = values[i];
    }
    return count % 2 ? sorted[count / 2] : 0.5 * (sorted[count / 2 - 1] + sorted[count / 2]);
}

double median_ratio(const double *above, const double *below, size_t count)
{
    double ratios[2 * ROUNDS];
    for (size_t i = 0; i < count; i++)
        ratios[i] = above[i] / below[i];
    return median(ratios, count);
}

double null_spread(const double *values, size_t count)
{
    double most = 0;
    for (size_t i = 0; i + 1 < count; i += 2)
        most = fmax(most, fabs(values[i + 1] / values[i] - 1));
    return most;
}

/* Draws for all lanes of a block. */
static bool fill(const bench *b, block *x)
{
    x->width = truce_run_width(x->run);
    x->parameters = calloc(b->parameter_count * x->width + 1, sizeof *x->parameters);
    x->results = calloc(b->cells * x->width + 1, sizeof *x->results);
    for (size_t p = 0; x->parameters && p < b->parameter_count; p++) {
        const char *name = truce_program_input_name(b->program, TRUCE_INPUT_PARAMETER, p);
        for (size_t i = 0; i < x->width; i++)
            x->parameters[p * x->width + i] =
                truce_distribution_draw(&b->s.plan.parameters[p], SEED, i, name);
    }
    return x->parameters && x->results;
}

bool block_make(const bench *b, size_t width, block *x, const engine_native *native)
{
    *x = (block){0};
    truce_status status = native ? engine_native_run_create(b->program, native, &x->run, NULL)
                                 : truce_run_create(b->program, width, &x->run, NULL);
    return status == TRUCE_OK && fill(b, x);
}

bool block_make_at(const bench *b, size_t width, block *x, engine_level level)
{
    *x = (block){0};
    return engine_run_create(b->program, width, level, &x->run, NULL) == TRUCE_OK && fill(b, x);
}

void block_free(block *x)
{
    truce_run_destroy(x->run);
    free(x->parameters);
    free(x->results);
}

double block_seconds(const bench *b, block *x, size_t members)
{
    double start = processor_seconds();
    truce_run_execute(x->run, SEED, 0, members, x->parameters, b->s.plan.schedules, b->s.plan.factors,
                      x->results, NULL);
    return processor_seconds() - start;
}

double block_rate(const bench *b, block *x)
{
    size_t members = 0;
    double taken = 0;
    do {
        taken += block_seconds(b, x, x->width);
        members += x->width;
    } while (taken < b->seconds);
    return (double)members / taken;
}

bool bench_load(bench *b, const char *path, const char *seconds)
{
    if (!subject_load(&b->s, path))
        return false;
    b->program = b->s.program;
    b->seconds = strtod(seconds, NULL);
    truce_program_statistics n = truce_program_statistics_of(b->program);
    b->evaluations = (double)n.step_variables * (double)truce_program_step_count(b->program);
    b->parameter_count = truce_program_input_count(b->program, TRUCE_INPUT_PARAMETER);
    b->cells = truce_program_save_count(b->program) * truce_program_output_count(b->program);
    return true;
}
