/* Distributions of parameters, and ensembles of many members (truce.h is the manual). */
#ifndef TRUCE_PUBLIC_ENSEMBLE_H
#define TRUCE_PUBLIC_ENSEMBLE_H

#include "truce/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Ensembles: many members ---------------------------------------------------------------------- */

typedef enum truce_distribution_kind {
    TRUCE_FIXED,     /* a: the value */
    TRUCE_NORMAL,    /* a: mean, b: standard deviation > 0 */
    TRUCE_LOGNORMAL, /* a: median > 0, b: standard deviation of the logarithm > 0 */
    TRUCE_UNIFORM,   /* a < b: bounds */
    TRUCE_BETA,      /* a, b: shapes, 0.001 to 1e6; c < d: bounds */
    TRUCE_TRIANGULAR /* a <= b <= c, a < c: least, most likely, greatest */
} truce_distribution_kind;

typedef struct truce_distribution {
    truce_distribution_kind kind;
    double a, b, c, d;
    double scale; /* the draw is multiplied by this; 1 for no change */
} truce_distribution;

/* Checks the numbers of a distribution: TRUCE_BAD_INPUT where one is out of its range, TRUCE_BAD_USAGE for a kind that
 * there is not. The error has no file and line. */
TRUCE_API truce_status truce_distribution_check(const truce_distribution *distribution, truce_error *error);
/* Quantile (0 < p < 1), and logarithm of the density, of a draw (scale included). NaN for a distribution that
 * truce_distribution_check refuses. */
TRUCE_API double truce_distribution_quantile(const truce_distribution *distribution, double p);
TRUCE_API double truce_distribution_log_density(const truce_distribution *distribution, double x);
/* The draw of member `member` for the parameter called `name`: depends on these and the seed only.
 * NaN when out of memory, and for a distribution that is refused. */
TRUCE_API double truce_distribution_draw(const truce_distribution *distribution, uint64_t seed,
                                         uint64_t member, const char *name);

typedef struct truce_ensemble truce_ensemble;

/* What computes the members; all give the same bits. Native code is a translation of the program into C,
 * which the system's C compiler (cc) compiles for this processor and the user's cache keeps
 * ($XDG_CACHE_HOME/truce or
 * ~/.cache/truce). */
typedef enum truce_engine {
    TRUCE_ENGINE_INTERPRETER, /* starts no process and reads no file */
    TRUCE_ENGINE_NATIVE,      /* an error when there is no compiler or it fails */
    TRUCE_ENGINE_AUTO         /* native code where it is likely to save time, else the interpreter */
} truce_engine;

typedef struct truce_ensemble_options {
    size_t members;
    uint64_t seed;
    unsigned threads;      /* 0: all processors */
    size_t block_width;    /* 0: default */
    uint64_t first_member; /* number of the first member: an ensemble may be run in parts */
    bool summaries_only;   /* keep summaries in place of values: memory does not grow with the members */
    truce_engine engine;
    size_t members_in_all; /* of an ensemble that is run in parts: for the choice of TRUCE_ENGINE_AUTO */
    /* Called from one thread at a time as members are done; returning false cancels the run. May be NULL. */
    bool (*progress)(void *context, size_t done, size_t members);
    void *context;
} truce_ensemble_options;

/* 1,000 members, seed 1, all processors. */
TRUCE_API truce_ensemble_options truce_ensemble_default_options(void);

/* The values of one output at one save time, summarised over the sound members. */
typedef struct truce_summary {
    size_t members; /* sound ones; the rest is NaN when there are none */
    double mean;
    double standard_deviation; /* with members - 1 in the denominator; NaN for one member */
    double least, greatest;
} truce_summary;

/* A quantile, and how far it may be from the quantile of the values themselves. */
typedef struct truce_quantile {
    double value;
    double least, greatest; /* the quantile of the values is not outside */
    double rank_error;      /* at most this share of the members lies between it and `value` */
} truce_quantile;

/* Runs an ensemble. parameters: one distribution for each parameter of the program, in its order; schedules
 * and factors as in truce_run_execute. The first N members of a larger ensemble are those of a smaller one,
 * bit for bit. Values are kept as 32-bit floats: 4 bytes x members x outputs x save times.
 *
 * With `summaries_only` the members are run in chunks. For every output at every save time it keeps counts in
 * 512 cells, whose edges are quantiles of the first 4,096 members, with moments and extremes: 5.3 KB x
 * outputs x save times, however many members there are, besides one chunk of values (2,048 members per thread,
 * at least 4,096). The cell of a quantile is known for certain; its place in the cell is interpolated. A
 * cell holds about a 500th of the members. Like the values, the summaries are the same bits for any number of
 * threads and any width.
 */
TRUCE_API truce_status truce_ensemble_run(const truce_program *program, const truce_distribution *parameters,
                                          const double *schedules, const double *factors,
                                          const truce_ensemble_options *options, truce_ensemble **ensemble,
                                          truce_error *error);
TRUCE_API void truce_ensemble_destroy(truce_ensemble *ensemble);

/* What was saved: the outputs of the program, by name, and the save times. */
TRUCE_API size_t truce_ensemble_output_count(const truce_ensemble *ensemble);
TRUCE_API const char *truce_ensemble_output_name(const truce_ensemble *ensemble, size_t output);
TRUCE_API const char *truce_ensemble_output_units(const truce_ensemble *ensemble, size_t output);
TRUCE_API size_t truce_ensemble_save_count(const truce_ensemble *ensemble);
TRUCE_API double truce_ensemble_save_time(const truce_ensemble *ensemble, size_t save);

TRUCE_API size_t truce_ensemble_members(const truce_ensemble *ensemble);
TRUCE_API uint64_t truce_ensemble_seed(const truce_ensemble *ensemble);
TRUCE_API uint64_t truce_ensemble_first_member(const truce_ensemble *ensemble);
/* The values of one output at one save time for all members, in their order. A member that failed holds
 * its values as they are; statistics leave it out. NULL when only summaries were kept. */
TRUCE_API const float *truce_ensemble_values(const truce_ensemble *ensemble, size_t output, size_t save);
/* Mean, standard deviation and extremes: the same bits whether values were kept or summaries only. */
TRUCE_API truce_status truce_ensemble_summary(const truce_ensemble *ensemble, size_t output, size_t save,
                                              truce_summary *summary, truce_error *error);
/* Quantiles of one output at one save time over the sound members, by linear interpolation between order
 * statistics (Hyndman and Fan 1996, type 7). `quantiles` receives `count` values; NaN when no member is
 * sound. Exact when values were kept; else truce_ensemble_bounded_quantiles gives the bounds. */
TRUCE_API truce_status truce_ensemble_quantiles(const truce_ensemble *ensemble, size_t output, size_t save,
                                                const double *probabilities, size_t count, double *quantiles,
                                                truce_error *error);
/* The same with their bounds. */
TRUCE_API truce_status truce_ensemble_bounded_quantiles(const truce_ensemble *ensemble, size_t output,
                                                        size_t save, const double *probabilities,
                                                        size_t count, truce_quantile *quantiles,
                                                        truce_error *error);

/* A member that failed: the first value that was not finite, in the order of evaluation. Under TRUCE_RK45
 * also the stock, with its finite value, for which no step was short enough to keep the tolerance, or that
 * had the greatest error when the member had tried a thousand steps for every DT of the run and 100,000 more.
 */
typedef struct truce_failure {
    uint64_t member;
    double time;
    double value;
    const char *variable; /* element name */
} truce_failure;
TRUCE_API size_t truce_ensemble_failure_count(const truce_ensemble *ensemble); /* all that failed */
/* Details are kept for the first 100. */
TRUCE_API const truce_failure *truce_ensemble_failure(const truce_ensemble *ensemble, size_t index);
/* True when the member failed. Not known, and false, when only summaries were kept. */
TRUCE_API bool truce_ensemble_is_bad(const truce_ensemble *ensemble, uint64_t member);

/* ---- One member, and models as stand-alone programs ------------------------------------------------ */

/* Runs one member of a program and writes a CSV file (NULL: to standard output): a time column, then every
 * output at every save time. parameters, schedules, factors: as for an ensemble. A member that fails is
 * still written; `failure` (may be NULL) then says where and when, else it is not touched. go_on (may be NULL) is
 * asked at every save time; false ends the run with TRUCE_RUN_FAILED and without a file. */
TRUCE_API truce_status truce_program_write_csv(const truce_program *program,
                                               const truce_distribution *parameters, const double *schedules,
                                               const double *factors, uint64_t seed, uint64_t member,
                                               const char *path, bool (*go_on)(void *context), void *context,
                                               truce_error *failure, truce_error *error);

/* The same as a NetCDF-4 file: a variable over time per output; with the model of the program, which may be NULL,
 * a variable of the file per variable of the model, over its dimensions and time. */
TRUCE_API truce_status truce_program_write_netcdf(const truce_program *program, const truce_model *model,
                                                  const truce_distribution *parameters,
                                                  const double *schedules, const double *factors,
                                                  uint64_t seed, uint64_t member, const char *path,
                                                  bool (*go_on)(void *context), void *context,
                                                  truce_error *failure, truce_error *error);

/* The same for a model without a case, with all its elements, member 0, as CSV. */
TRUCE_API truce_status truce_model_write_csv(const truce_model *model, uint64_t seed, const char *path,
                                             truce_error *error);

/* Writes a model as one file of standard C (C99; NULL: to standard output) that needs nothing but the C
 * library. Its main prints the CSV of truce_model_write_csv; numbers may differ in their last digits where
 * functions such as EXP are used. Method RK45 is refused. */
TRUCE_API truce_status truce_model_write_c(const truce_model *model, const char *path, truce_error *error);

#ifdef __cplusplus
}
#endif
#endif
