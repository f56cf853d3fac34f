/* Many members: the loop over blocks of members, their results and summaries, and one member as CSV.
 * No XML, YAML or NetCDF here. */
#ifndef TRUCE_ENSEMBLE_H
#define TRUCE_ENSEMBLE_H

#include "base/base.h"
#include "math/distribution.h"
#include "math/order_statistics.h"
#include "truce/ensemble.h"

/* ---- The ensemble (ensemble.c, results.c) ------------------------------------------------------------ */
struct truce_ensemble {
    arena memory; /* what was saved, the failures, and their names */
    size_t members, outputs, saves;
    uint64_t first_member, seed;
    const char **names, **units;     /* [output] */
    double *times;                   /* [save] */
    size_t chunk;                    /* members whose values are held at a time: all of them, or fewer */
    float *values;                   /* [output][save][chunk]; NULL in the end when only summaries are kept */
    size_t values_size;              /* bytes that they have room for */
    bool *bad;                       /* [chunk]; likewise */
    struct value_summary *summaries; /* [output][save]; NULL when values are kept */
    size_t bad_count, failure_count;
    truce_failure *failures;
};

/* Puts the values of the members that are `taken` ([member]) by those of another ensemble of the same members, outputs
 * and saves, both of which hold values, and what is known of those that failed. */
truce_status ensemble_take(truce_ensemble *e, const truce_ensemble *other, const bool *taken,
                           truce_error *error);

/* ---- Summaries of streams (value_summary.c) ----------------------------------------------------------- */
enum { SUMMARY_CELLS = 512, SUMMARY_GUESSES = 512, SUMMARY_LANES = 8 };
/* The pilot: the sound ones of this many members, the first of an ensemble. */
#define SUMMARY_PILOT 4096

typedef struct value_summary {
    size_t count;                                       /* values seen */
    double pivot;                                       /* mean of the pilot */
    double sums[SUMMARY_LANES], squares[SUMMARY_LANES]; /* of deviations from the pivot */
    float least, greatest;
    unsigned edge_count; /* cell k holds the values from edge k - 1 (included) to edge k */
    float edges[SUMMARY_CELLS];
    uint32_t counts[SUMMARY_CELLS + 1];
    double guess_from, guess_scale;
    unsigned steps;
    uint16_t starts[SUMMARY_GUESSES];
} value_summary;

/* Lays out the cells after the pilot's values, in ascending order; counts nothing yet. */
void summary_start(value_summary *s, const float *sorted, size_t count);
/* Counts finite values, fewer than 2^32 in all; those of the pilot too. */
void summary_add(value_summary *s, const float *values, size_t count);
/* Adds the members of one chunk that are not bad, in order; the first chunk starts the summary, with the
 * pilot among its first SUMMARY_PILOT members. `room` has space for two chunks. */
void summary_add_members(value_summary *s, const float *values, const bool *bad, size_t count, bool first,
                         float *room);
/* How many members are in hand at a time where only summaries are kept: enough for every thread, and a
 * multiple of SUMMARY_PILOT. */
size_t summary_chunk(unsigned threads);
truce_summary summary_moments(const value_summary *s);
truce_quantile summary_quantile(const value_summary *s, double probability);

/* ---- Members whose parameters and noise are given  ---------------------------------------------- */
/* Member m has the values and the noise of draw_of_member; from the end of the given
 * periods on its noise is its own. */
struct noise_design;
typedef struct ensemble_given {
    size_t count, deal;   /* draws, and how members are dealt to them */
    const double *values; /* [parameter of the program][draw]; NaN: the member draws it itself */
    uint64_t seed;        /* of the keys */
    const uint64_t *keys; /* [draw][period] */
    const double *levels; /* [normal stream of the design][draw][period]; NaN: the member's own draws */
    const struct noise_design *noise; /* of the program */
} ensemble_given;
/* Its number modulo that of the draws; or, where members repeat draws and `deal` is not 0, members in runs of
 * `deal` by turns have draws of even and of odd numbers only, so that the two halves share none. */
static inline size_t draw_of_member(size_t count, size_t deal, uint64_t member)
{
    if (deal == 0 || count < 2)
        return (size_t)(member % count);
    uint64_t run = member / deal, half = run % 2, of = (count + 1 - half) / 2;
    return (size_t)(2 * ((run / 2 * deal + member % deal) % of) + half);
}
/* The noise of draws first .. first + count - 1 in the lanes of a run, which takes it in place of its own.
 * draws: [stream][step][width], rows: [program stream], both of the design and alive while the run runs. */
void ensemble_give_noise(const ensemble_given *given, truce_run *run, uint64_t first, size_t count,
                         double *draws, const double **rows);
/* TRUCE_BAD_USAGE when the program has inputs of a kind for which nothing is given. */
truce_status ensemble_check_given(const truce_program *program, const truce_distribution *distributions,
                                  const double *schedules, const double *factors, truce_error *error);
/* truce_ensemble_run with them; NULL: without. `kept` (NULL: none) keeps the draws for the next run of the same members with the same
 * fit, and needs an ensemble that keeps values: kept_draws.h. */
struct kept_draws;
truce_status ensemble_run_given(const truce_program *program, const truce_distribution *parameters,
                                const double *schedules, const double *factors, const ensemble_given *given,
                                struct kept_draws *kept, const truce_ensemble_options *options,
                                truce_ensemble **ensemble, truce_error *error);
/* The same, with *ensemble NULL or one that is needed no more: it is destroyed, and its room for values used again. After a
 * failure *ensemble may still be there. */
truce_status ensemble_run_again(const truce_program *program, const truce_distribution *parameters,
                                const double *schedules, const double *factors, const ensemble_given *given,
                                struct kept_draws *kept, const truce_ensemble_options *options,
                                truce_ensemble **ensemble, truce_error *error);

/* ---- Failures in words (member_rows.c) ---------------------------------------------------------------- */
/* "force" is nan at time 4 */
void failure_describe(const truce_failure *failure, char *sentence, size_t size);

/* ---- One member ----------------------------------------------------------------------------------------- */
typedef struct member_order {
    const truce_program *program;
    const truce_distribution *distributions; /* one per parameter of the program, in its order */
    const double *schedules, *factors;
    const ensemble_given *given; /* the draws that members are, or NULL */
    uint64_t seed, member;
    interruption watched; /* asked at every save */
} member_order;

/* Where the member fails, with these values of its parameters and the noise that it is given (engine_diagnose). */
truce_status ensemble_diagnose(const member_order *order, const double *parameters, truce_failure *failure,
                               truce_error *error);

/* Takes what is saved at one time, a value per output; false ends the run. */
typedef bool member_take(void *context, size_t save, const double *row);
/* Runs the member alone; TRUCE_RUN_FAILED when it was cancelled. A member that fails is run to its end all the same; `failure` (may be NULL) is then
 * filled with where, else it is not touched. */
truce_status member_rows(const member_order *order, member_take *take, void *context, truce_error *failure,
                         truce_error *error);
/* Writes a CSV file (NULL: standard output): a time column, then one column per output of the program, one row
 * per save time. */
truce_status member_write_csv(const member_order *order, const char *path, truce_error *failure,
                              truce_error *error);

#endif
