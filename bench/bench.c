/* Speed of the engine, a row of a table for each model or case, against a scalar C translation of the same
 * program and against the plainest vector loop.
 *
 *     bench head                                             the head of the table
 *     bench row NAME MODEL|CASE SECONDS [SCALAR.so ...]      a row; SECONDS of work go into each measurement
 *     bench widths MODEL|CASE SECONDS                        rates by block width and instruction set
 *
 * A variable evaluation is one variable that has to be recomputed every step, for one member at one step.
 * What is compared is measured in turns, twice in each of ROUNDS rounds; shown are medians, of ratios the medians of
 * the ratios of a turn. How far the two turns of a round are apart tells how far a ratio can be trusted. */
#include "block.h"

#include "native/native.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

typedef void scalar_prepare(const double *schedules, const double *factors);
typedef void scalar_member(const double *parameters, const double *schedules, const double *factors,
                           uint64_t seed, uint64_t member, double *out);

enum { CHECKED = 8, MOST_SHARES = 4096, TURNS = 2 * ROUNDS };

/* ---- One core ------------------------------------------------------------------------------------------ */

/* The median time of one member alone. */
static double latency(const bench *b)
{
    block x;
    double seconds[ROUNDS];
    bool made = block_make(b, 8, &x, NULL);
    for (int i = 0; made && i < ROUNDS; i++)
        seconds[i] = block_seconds(b, &x, 1);
    block_free(&x);
    return made ? median(seconds, ROUNDS) : 0;
}

/* Operations a second of z = x * y over 64 lanes in the first-level cache. */
static double peak_rate(const bench *b)
{
    enum { LANES = 64, REPEATS = 20000 };
    static _Alignas(64) double x[LANES], y[LANES], z[LANES];
    double operations = 0, taken = 0;
    for (int i = 0; i < LANES; i++)
        x[i] = y[i] = 1 + i;
    do {
        double start = processor_seconds();
        for (int k = 0; k < REPEATS; k++)
            vector_loop(x, y, z, LANES);
        taken += processor_seconds() - start;
        operations += (double)LANES * REPEATS;
    } while (taken < b->seconds);
    return operations / taken;
}

/* ---- The scalar translation --------------------------------------------------------------------------- */

typedef struct opponent {
    void *library;
    scalar_member *member;
    double *parameters, *out; /* [member][parameter] of as many members as a block has */
    size_t members;
} opponent;

static bool opponent_make(const bench *b, const char *path, const block *x, opponent *o)
{
    *o = (opponent){.library = dlopen(path, RTLD_NOW), .members = x->width};
    scalar_prepare *prepare = NULL;
    o->member = NULL;
    if (o->library) { /* as POSIX has it: C knows no conversion to pointers to functions */
        *(void **)&prepare = dlsym(o->library, "scalar_prepare");
        *(void **)&o->member = dlsym(o->library, "scalar_member");
    }
    o->out = calloc(b->cells + 1, sizeof *o->out);
    o->parameters = calloc(b->parameter_count * x->width + 1, sizeof *o->parameters);
    if (!prepare || !o->member || !o->out || !o->parameters) {
        fprintf(stderr, "cannot load %s\n", path);
        return false;
    }
    for (size_t p = 0; p < b->parameter_count; p++)
        for (size_t i = 0; i < x->width; i++)
            o->parameters[i * b->parameter_count + p] = x->parameters[p * x->width + i];
    prepare(b->s.plan.schedules, b->s.plan.factors);
    return true;
}

static void opponent_free(opponent *o)
{
    if (o->library)
        dlclose(o->library);
    free(o->parameters);
    free(o->out);
}

static void opponent_run(const bench *b, const opponent *o, size_t member)
{
    o->member(o->parameters + member * b->parameter_count, b->s.plan.schedules, b->s.plan.factors, SEED,
              member, o->out);
}

static double opponent_rate(const bench *b, const opponent *o)
{
    size_t members = 0;
    double start = processor_seconds(), taken;
    do {
        opponent_run(b, o, members++ % o->members);
        taken = processor_seconds() - start;
    } while (taken < b->seconds);
    return (double)members / taken;
}

/* Whether the first members have the same bits. */
static bool same_results(const bench *b, const opponent *o, block *x)
{
    bool same = true;
    block_seconds(b, x, CHECKED);
    for (size_t i = 0; i < CHECKED; i++) {
        opponent_run(b, o, i);
        for (size_t k = 0; k < b->cells; k++) {
            double theirs = o->out[k], ours = x->results[k * x->width + i];
            same = same && (memcmp(&theirs, &ours, sizeof ours) == 0 || (theirs != theirs && ours != ours));
        }
    }
    return same;
}

/* ---- The ensemble ---- */

static double process_seconds(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

typedef struct ensemble_rate {
    double clock, processor; /* members a second, and a second of one processor */
} ensemble_rate;

static bool measure_ensemble(const bench *b, truce_engine engine, unsigned threads, size_t members,
                             ensemble_rate *rate)
{
    truce_ensemble_options options = truce_ensemble_default_options();
    truce_ensemble *ensemble = NULL;
    truce_error error;
    options.members = members;
    options.threads = threads;
    options.engine = engine;
    options.summaries_only = true;
    double start = seconds_now(), busy = process_seconds();
    if (truce_ensemble_run(b->program, b->s.plan.parameters, b->s.plan.schedules, b->s.plan.factors, &options,
                           &ensemble, &error) != TRUCE_OK) {
        fprintf(stderr, "%s\n", error.message);
        return false;
    }
    *rate = (ensemble_rate){(double)members / (seconds_now() - start),
                            (double)members / (process_seconds() - busy)};
    truce_ensemble_destroy(ensemble);
    return true;
}

/* ---- A model in the table ---- */

enum { OPPONENTS = 2 };

/* The interpreter, or native code. */
typedef struct tier {
    truce_engine engine;
    block x;
    native_code *native;
    double ready; /* seconds it takes to have it */
    bool same;    /* the bits of the first opponent */
    double rate[TURNS], clock_gain[ROUNDS], processor_gain[ROUNDS], ensemble[ROUNDS];
} tier;

static void print_head(void)
{
    printf(
        "every step: variables recomputed every step; ready: load and compile a model, or make native code;\n"
        "one run: one member alone; G/s: 1e9 of these variables a second on one core, in blocks of the "
        "width\n"
        "given; scalar: times the faster scalar C; null: the most that one of the two differs from itself,\n"
        "measured again in the same round; peak: instructions a second as a share of the\n"
        "multiplications of a plain vector loop; ensemble: members a second of a processor, draws and\n"
        "summaries included; all cores: times one core by the clock, and by a second of a processor.\n\n");
    printf("%-10s %6s %8s %8s %6s %5s %9s %6s %5s %5s %9s %11s %6s\n", "", "every", "ready", "one run", "",
           "", "", "scalar", "null", "peak", "ensemble", "all cores", "memory");
    printf("%-10s %6s %8s %8s %6s %5s %9s %6s %5s %5s %9s %5s %5s %6s\n", "model", "step", "ms", "ms",
           "width", "G/s", "members/s", "x", "%", "%", "members/s", "clock", "cpu", "MB");
}

static void print_tier(const bench *b, const char *name, const tier *t, const double *scalar,
                       const double *peak)
{
    truce_program_statistics n = truce_program_statistics_of(b->program);
    double rate = median(t->rate, TURNS), steps = (double)truce_program_step_count(b->program);
    double instructions = (double)n.step_instructions * steps;
    double off = fmax(null_spread(t->rate, TURNS), scalar[0] > 0 ? null_spread(scalar, TURNS) : 0);
    char one_run[16] = "", versus[16] = "-";
    if (!t->native)
        snprintf(one_run, sizeof one_run, "%.3f", 1e3 * latency(b));
    if (scalar[0] > 0)
        snprintf(versus, sizeof versus, "%.2f", median_ratio(t->rate, scalar, TURNS));
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%-10s %6zu %8.1f %8s %6zu %5.2f %9.0f %6s %5.1f %5.0f %9.0f %5.2f %5.2f %6ld%s\n",
           t->native ? "  native" : name, n.step_variables, 1e3 * t->ready, one_run, t->x.width,
           1e-9 * rate * b->evaluations, rate, versus, 100 * off,
           100 * instructions * median_ratio(t->rate, peak, TURNS), median(t->ensemble, ROUNDS),
           median(t->clock_gain, ROUNDS), median(t->processor_gain, ROUNDS), usage.ru_maxrss / 1024,
           t->same ? "" : "  BITS DIFFER");
}

/* Twice b->seconds of work for one core, in blocks that share out evenly. */
static size_t ensemble_size(const bench *b, double rate)
{
    size_t share = 256, shares = (size_t)(2 * b->seconds * rate) / share + 1;
    return (shares < MOST_SHARES ? shares : MOST_SHARES) * share;
}

static bool measure_ensembles(const bench *b, tier *t, int round)
{
    size_t members = ensemble_size(b, t->rate[2 * round]);
    ensemble_rate one, all;
    if (!measure_ensemble(b, t->engine, 1, members, &one) ||
        !measure_ensemble(b, t->engine, 0, members, &all))
        return false;
    t->ensemble[round] = one.processor;
    t->clock_gain[round] = all.clock / one.clock;
    t->processor_gain[round] = all.processor / one.processor;
    return true;
}

/* Both tiers, or the interpreter alone when there is no native code for the program; 0 without memory. */
static size_t make_tiers(const bench *b, tier tiers[2])
{
    truce_error error;
    native_options how = {0};
    tiers[0] = (tier){
        .engine = TRUCE_ENGINE_INTERPRETER, .ready = b->s.load_seconds + b->s.compile_seconds, .same = true};
    if (!block_make(b, 0, &tiers[0].x, NULL))
        return 0;
    double start = seconds_now();
    tiers[1] = (tier){.engine = TRUCE_ENGINE_NATIVE, .same = true};
    if (native_create(b->program, &how, &tiers[1].native, &error) != TRUCE_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    tiers[1].ready = seconds_now() - start;
    return block_make(b, 0, &tiers[1].x, native_engine(tiers[1].native)) ? 2 : 0;
}

static double fastest_opponent(const bench *b, const opponent *opponents, size_t count)
{
    double most = 0;
    for (size_t k = 0; k < count; k++) {
        double rate = opponent_rate(b, &opponents[k]);
        most = rate > most ? rate : most;
    }
    return most;
}

/* Two turns a round, so that each program meets itself as well as the others. */
static bool measure_rounds(const bench *b, tier *tiers, size_t tier_count, const opponent *opponents,
                           size_t count, double *scalar, double *peak)
{
    bool good = true;
    for (int turn = 0; turn < TURNS; turn++) {
        peak[turn] = peak_rate(b);
        scalar[turn] = fastest_opponent(b, opponents, count);
        for (size_t t = 0; t < tier_count; t++)
            tiers[t].rate[turn] = block_rate(b, &tiers[t].x);
    }
    for (int round = 0; round < ROUNDS; round++)
        for (size_t t = 0; good && t < tier_count; t++)
            good = measure_ensembles(b, &tiers[t], round);
    return good;
}

static int row(const bench *b, const char *name, char **paths, size_t path_count)
{
    tier tiers[2] = {0};
    opponent opponents[OPPONENTS] = {0};
    double scalar[TURNS], peak[TURNS];
    size_t count = path_count < OPPONENTS ? path_count : OPPONENTS, tier_count = make_tiers(b, tiers);
    bool good = tier_count > 0, same = true;
    for (size_t i = 0; good && i < count; i++)
        good = opponent_make(b, paths[i], &tiers[0].x, &opponents[i]);
    for (size_t t = 0; good && count && t < tier_count; t++) { /* the first has the engine's functions */
        tiers[t].same = same_results(b, &opponents[0], &tiers[t].x);
        same = same && tiers[t].same;
    }
    good = good && measure_rounds(b, tiers, tier_count, opponents, count, scalar, peak);
    for (size_t t = 0; good && t < tier_count; t++)
        print_tier(b, name, &tiers[t], scalar, peak);
    for (size_t i = 0; i < count; i++)
        opponent_free(&opponents[i]);
    for (size_t t = 0; t < 2; t++) {
        block_free(&tiers[t].x);
        native_destroy(tiers[t].native);
    }
    return good && same ? 0 : 1;
}

static int widths(bench *b)
{
    static const size_t tried[] = {16, 32, 64, 128, 256};
    for (engine_level level = ENGINE_BASELINE; level < ENGINE_LEVELS; level++) {
        if (!engine_level_available(level))
            continue;
        printf("%-9s G variable evaluations/s by block width:", engine_level_name(level));
        for (size_t w = 0; w < sizeof tried / sizeof *tried; w++) {
            block x = {0};
            double rates[ROUNDS] = {0};
            bool made = block_make_at(b, tried[w], &x, level);
            for (int i = 0; made && i < ROUNDS; i++)
                rates[i] = block_rate(b, &x);
            printf("  %zu: %.2f", tried[w], 1e-9 * median(rates, ROUNDS) * b->evaluations);
            block_free(&x);
        }
        printf("\n");
    }
    return 0;
}

int main(int argc, char **argv)
{
    bench b = {0};
    int status = 64;
    if (argc == 2 && strcmp(argv[1], "head") == 0) {
        print_head();
        return 0;
    }
    bool is_row = argc >= 5 && strcmp(argv[1], "row") == 0;
    if (!is_row && !(argc == 4 && strcmp(argv[1], "widths") == 0)) {
        fprintf(stderr, "usage: bench head | row NAME MODEL|CASE SECONDS [SCALAR.so ...] | "
                        "widths MODEL|CASE SECONDS\n");
        return status;
    }
    if (!bench_load(&b, argv[is_row ? 3 : 2], argv[is_row ? 4 : 3]))
        return 1;
    status = is_row ? row(&b, argv[2], argv + 5, (size_t)argc - 5) : widths(&b);
    subject_free(&b.s);
    return status;
}
