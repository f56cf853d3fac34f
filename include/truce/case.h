/* Cases: a model bound to data, priors and scenarios; and fits to their observations (truce.h is the manual).
 */
#ifndef TRUCE_PUBLIC_CASE_H
#define TRUCE_PUBLIC_CASE_H

#include "truce/ensemble.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Cases ---------------------------------------------------------------------------------------- */

typedef struct truce_case truce_case;

/* Reads a case (docs/use/case.md), its model and its series, and checks them against one another. */
TRUCE_API truce_status truce_case_load(const char *path, truce_case **result, truce_error *error);
TRUCE_API void truce_case_destroy(truce_case *c);
TRUCE_API const char *truce_case_title(const truce_case *c);
TRUCE_API const truce_model *truce_case_model(const truce_case *c);
TRUCE_API size_t truce_case_scenario_count(const truce_case *c);
TRUCE_API const char *truce_case_scenario_name(const truce_case *c, size_t index);
TRUCE_API const char *truce_case_scenario_title(const truce_case *c, size_t index);

/* Runs one scenario of a case. Members of different scenarios with the same number share their parameters and
 * random numbers. */
TRUCE_API truce_status truce_case_run(const truce_case *c, const char *scenario,
                                      const truce_ensemble_options *options, truce_ensemble **ensemble,
                                      truce_error *error);

/* Replays one member of a scenario with every variable, and writes the CSV of truce_model_write_csv. */
TRUCE_API truce_status truce_case_write_member(const truce_case *c, const char *scenario, uint64_t seed,
                                               uint64_t member, const char *path, truce_error *error);

/* Runs a bare model, one member with seed `seed`, and writes a CSV file (NULL: standard output): a time
 * column, then every element at every save time. */
TRUCE_API truce_status truce_model_write_csv(const truce_model *model, uint64_t seed, const char *path,
                                             truce_error *error);

/* Writes a model as one file of standard C (C99; NULL: to standard output) that needs nothing but the C
 * library. Its main prints the CSV of truce_model_write_csv; numbers may differ in their last digits where
 * functions such as EXP are used. Method RK45 is refused. */
TRUCE_API truce_status truce_model_write_c(const truce_model *model, const char *path, truce_error *error);

/* Writes the model of a file in another language: XMILE for an output whose name ends in .xmile, .stmx, .itmx
 * or .xml, that of Vensim for .mdl. Drawings are not kept; what the other language cannot say is refused. */
TRUCE_API truce_status truce_model_convert(const char *path, const char *output, truce_error *error);

/* ---- Fits ------------------------------------------------------------------------------------------ */

/* The posterior of the parameters and the noise of a case, given its observations, by sequential Monte Carlo.
 * The first scenario says what happened. docs/use/fit.md says what is done and how far to trust it. */
typedef struct truce_fit truce_fit;

typedef struct truce_fit_progress {
    size_t population, populations; /* of the one under way, from 0 */
    size_t stage;                   /* stages it has behind it */
    double temperature;             /* the exponent of its likelihood, from 0 to 1 */
    double share;                   /* of the whole that is done, roughly */
    double seconds, seconds_left;   /* so far; estimated, NaN when nothing is known yet */
} truce_fit_progress;

typedef struct truce_fit_options {
    const char *until; /* the last month whose data are used, "2025-06"; NULL: the end of the data */
    size_t particles;  /* over all populations; rounded up to a multiple of 4 */
    uint64_t seed;
    unsigned threads;    /* 0: all processors; results do not depend on it */
    truce_engine engine; /* nor on this */
    const char
        *checkpoint; /* a file that is written after every stage, and taken up when it is there; NULL: none */
    /* Called before every stage; returning false cancels the fit. May be NULL. */
    bool (*progress)(void *context, const truce_fit_progress *progress);
    void *context;
} truce_fit_options;

/* 4,096 particles, seed 1, all processors, no checkpoint. */
TRUCE_API truce_fit_options truce_fit_default_options(void);

/* The case must outlive the fit. */
TRUCE_API truce_status truce_fit_run(const truce_case *c, const truce_fit_options *options, truce_fit **fit,
                                     truce_error *error);
TRUCE_API void truce_fit_destroy(truce_fit *fit);

/* Draws have equal weights. Those of the populations are taken in turn, so that the first few of them are as
 * good as any few. */
TRUCE_API const char *truce_fit_until(const truce_fit *fit); /* the last month of the data: "2025-12" */
TRUCE_API size_t truce_fit_draw_count(const truce_fit *fit);
TRUCE_API size_t truce_fit_parameter_count(const truce_fit *fit);
TRUCE_API const char *truce_fit_parameter_name(const truce_fit *fit, size_t parameter);
TRUCE_API const char *truce_fit_parameter_units(const truce_fit *fit, size_t parameter);
TRUCE_API const double *truce_fit_values(const truce_fit *fit, size_t parameter); /* [draw] */
TRUCE_API const double *truce_fit_log_likelihood(const truce_fit *fit);           /* [draw] */
/* Logarithm of the probability of the data under the priors, and its standard error from the spread between
 * populations (may be NULL). */
TRUCE_API double truce_fit_log_evidence(const truce_fit *fit, double *standard_error);
/* What speaks against trusting the draws, in sentences. */
TRUCE_API size_t truce_fit_warning_count(const truce_fit *fit);
TRUCE_API const char *truce_fit_warning(const truce_fit *fit, size_t index);

#ifdef __cplusplus
}
#endif
#endif
