/* Speed of the engine on a case or model, against a scalar C translation of the same program.
 *
 *     bench MODEL|CASE MEMBERS [SCALAR.so SCALAR-LIBM.so]
 *
 * A variable evaluation is one variable that has to be recomputed every step, for one member at one step. */
#include "subject.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

typedef void scalar_prepare(const double *schedules, const double *factors);
typedef void scalar_member(const double *parameters, const double *schedules, const double *factors,
                           uint64_t seed, uint64_t member, double *out);

enum { SEED = 1, ROUNDS = 3 };

typedef struct bench {
    subject s;
    const truce_program *program;
    size_t members;
    double evaluations; /* a member */
    double *parameters; /* [member][parameter] */
} bench;

static bool draw_parameters(bench *b)
{
    size_t count = truce_program_input_count(b->program, TRUCE_INPUT_PARAMETER);
    b->parameters = calloc(b->members * count + 1, sizeof *b->parameters);
    for (size_t i = 0; b->parameters && i < b->members * count; i++)
        b->parameters[i] =
            truce_distribution_draw(&b->s.plan.parameters[i % count], SEED, i / count,
                                    truce_program_input_name(b->program, TRUCE_INPUT_PARAMETER, i % count));
    return b->parameters != NULL;
}

/* ---- The engine ---------------------------------------------------------------------------------------- */

/* Best processor time of one core over so many members. */
static double time_engine(const bench *b, size_t width, engine_level level, size_t members)
{
    truce_run *run = NULL;
    size_t count = truce_program_input_count(b->program, TRUCE_INPUT_PARAMETER);
    if (engine_run_create(b->program, width, level, &run, NULL) != TRUCE_OK)
        return 0;
    width = truce_run_width(run);
    double *parameters = calloc(count * width + 1, sizeof *parameters), best = 1e30;
    double *results =
        calloc(truce_program_save_count(b->program) * truce_program_output_count(b->program) * width + 1,
               sizeof *results);
    for (int round = 0; parameters && results && round < ROUNDS; round++) {
        double start = processor_seconds();
        for (size_t first = 0; first < members; first += width) {
            size_t here = members - first < width ? members - first : width;
            for (size_t k = 0; k < count; k++)
                for (size_t i = 0; i < here; i++)
                    parameters[k * width + i] = b->parameters[(first + i) * count + k];
            truce_run_execute(run, SEED, first, here, parameters, b->s.plan.schedules, b->s.plan.factors,
                              results, NULL);
        }
        double taken = processor_seconds() - start;
        best = taken < best ? taken : best;
    }
    free(parameters);
    free(results);
    truce_run_destroy(run);
    return best;
}

static double giga(const bench *b, size_t members, double seconds)
{
    return (double)members * b->evaluations / seconds * 1e-9;
}

static double report_engine(const bench *b)
{
    static const size_t widths[] = {16, 32, 64, 128, 256};
    size_t few = b->members < 768 ? b->members : 768;
    for (engine_level level = ENGINE_BASELINE; level < ENGINE_LEVELS; level++) {
        if (!engine_level_available(level))
            continue;
        printf("  engine, one core, %-9s by block width:", engine_level_name(level));
        for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
            printf("  %zu: %.2f", widths[w], giga(b, few, time_engine(b, widths[w], level, few)));
        printf("  G evaluations/s\n");
    }
    double seconds = time_engine(b, 0, engine_best_level(), b->members);
    printf("engine, one core                %8.0f members/s  %6.2f G variable evaluations/s\n",
           (double)b->members / seconds, giga(b, b->members, seconds));
    return giga(b, b->members, seconds);
}

static void report_ensemble(const bench *b)
{
    truce_ensemble_options options = truce_ensemble_default_options();
    options.members = b->members;
    truce_ensemble *ensemble = NULL;
    truce_error error;
    unsigned cores = workers_count(0, b->members);
    double start = seconds_now();
    if (truce_ensemble_run(b->program, b->s.plan.parameters, b->s.plan.schedules, b->s.plan.factors, &options,
                           &ensemble, &error) != TRUCE_OK) {
        printf("ensemble: %s\n", error.message);
        return;
    }
    double seconds = seconds_now() - start;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("ensemble, %u cores, values kept  %8.0f members/s  %6.2f G variable evaluations/s (%.2f a core), "
           "peak "
           "memory %ld MB\n",
           cores, (double)b->members / seconds, giga(b, b->members, seconds),
           giga(b, b->members, seconds) / cores, usage.ru_maxrss / 1024);
    truce_ensemble_destroy(ensemble);
}

/* ---- The opponents ---------------------------------------------------------------------------------------
 */

/* Whether the scalar translation gives the engine's bits for the first members. */
static bool same_results(const bench *b, scalar_member *member, size_t each)
{
    enum { CHECKED = 8 };
    truce_run *run = NULL;
    size_t count = truce_program_input_count(b->program, TRUCE_INPUT_PARAMETER);
    double *parameters = calloc(count * CHECKED + 1, sizeof *parameters);
    double *block = calloc(each * CHECKED, sizeof *block), *out = calloc(each, sizeof *out);
    bool same = truce_run_create(b->program, CHECKED, &run, NULL) == TRUCE_OK && parameters && block && out;
    for (size_t k = 0; same && k < count * CHECKED; k++)
        parameters[k] = b->parameters[k % CHECKED * count + k / CHECKED];
    if (same)
        truce_run_execute(run, SEED, 0, CHECKED, parameters, b->s.plan.schedules, b->s.plan.factors, block,
                          NULL);
    for (size_t i = 0; same && i < CHECKED; i++) {
        member(b->parameters + i * count, b->s.plan.schedules, b->s.plan.factors, SEED, i, out);
        for (size_t k = 0; k < each; k++)
            same = same && (memcmp(&out[k], &block[k * CHECKED + i], sizeof *out) == 0 ||
                            (out[k] != out[k] && block[k * CHECKED + i] != block[k * CHECKED + i]));
    }
    truce_run_destroy(run);
    free(parameters);
    free(block);
    free(out);
    return same;
}

static double report_scalar(const bench *b, const char *path, const char *functions, bool compare)
{
    void *library = dlopen(path, RTLD_NOW);
    scalar_prepare *prepare = library ? (scalar_prepare *)dlsym(library, "scalar_prepare") : NULL;
    scalar_member *member = library ? (scalar_member *)dlsym(library, "scalar_member") : NULL;
    if (!prepare || !member) {
        printf("cannot load %s\n", path);
        return 0;
    }
    size_t each = truce_program_save_count(b->program) * truce_program_output_count(b->program);
    size_t count = truce_program_input_count(b->program, TRUCE_INPUT_PARAMETER);
    size_t members = b->members < 600 ? b->members : 600;
    double *out = calloc(each + 1, sizeof *out), best = 1e30;
    prepare(b->s.plan.schedules, b->s.plan.factors);
    for (int round = 0; out && round < ROUNDS; round++) {
        double start = processor_seconds();
        for (size_t i = 0; i < members; i++)
            member(b->parameters + i * count, b->s.plan.schedules, b->s.plan.factors, SEED, i, out);
        double taken = processor_seconds() - start;
        best = taken < best ? taken : best;
    }
    printf("scalar C, %-20s  %8.0f members/s  %6.2f G variable evaluations/s%s\n", functions,
           (double)members / best, giga(b, members, best),
           !compare                        ? ""
           : same_results(b, member, each) ? "  (same bits)"
                                           : "  (BITS DIFFER)");
    free(out);
    return giga(b, members, best);
}

/* Operations a second of the plainest vector loop: z = x * y over 64 lanes in the first-level cache, by the
 * kernel the engine uses. */
static double peak_loop(void)
{
    enum { LANES = 64, REPEATS = 2000000 };
    static _Alignas(64) double x[LANES], y[LANES], z[LANES];
    for (int i = 0; i < LANES; i++)
        x[i] = y[i] = 1 + i;
    double best = 1e30;
    for (int round = 0; round < ROUNDS; round++) {
        double start = processor_seconds();
        for (int k = 0; k < REPEATS; k++)
            vector_loop(x, y, z, LANES);
        double taken = processor_seconds() - start;
        best = taken < best ? taken : best;
    }
    return (double)LANES * REPEATS / best * 1e-9;
}

int main(int argc, char **argv)
{
    bench b = {0};
    if (argc != 3 && argc != 5) {
        fprintf(stderr, "usage: bench MODEL|CASE MEMBERS [SCALAR.so SCALAR-LIBM.so]\n");
        return 64;
    }
    if (!subject_load(&b.s, argv[1]))
        return 1;
    b.program = b.s.program;
    b.members = strtoul(argv[2], NULL, 10);
    truce_program_statistics n = truce_program_statistics_of(b.program);
    double steps = (double)truce_program_step_count(b.program);
    b.evaluations = (double)n.step_variables * steps;
    if (!draw_parameters(&b))
        return 1;
    printf("%s: %zu variables, %zu of them every step, %.0f steps, %zu parameters, %zu outputs\n", argv[1],
           n.elements, n.step_variables, steps, truce_program_input_count(b.program, TRUCE_INPUT_PARAMETER),
           truce_program_output_count(b.program));
    printf("compiled in %.1f ms: %zu instructions a step, %zu a member, %zu shared, %zu more when saved; %zu "
           "columns\n",
           1e3 * b.s.compile_seconds, n.step_instructions, n.member_instructions, n.shared_instructions,
           n.save_instructions, n.columns);
    double engine = report_engine(&b), peak = peak_loop();
    report_ensemble(&b);
    double operations = engine * (double)n.step_instructions / (double)n.step_variables;
    printf("plain vector loop (peak)         %6.2f G operations/s; the engine does %.2f G instructions/s: "
           "%.0f %%\n",
           peak, operations, 100 * operations / peak);
    if (argc == 5) {
        double sleef = report_scalar(&b, argv[3], "SLEEF functions", true);
        double libm = report_scalar(&b, argv[4], "libm functions", false);
        double best = sleef > libm ? sleef : libm;
        printf("engine against the faster scalar C, one core each: %.2f times\n", engine / best);
    }
    free(b.parameters);
    subject_free(&b.s);
    return 0;
}
