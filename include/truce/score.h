/* Forecasts of a case: how good they have been, beside those of rivals, and new ones (truce.h is the manual;
 * docs/use/fit.md describes the method, the table and the files).
 *
 *     truce_score_options o = truce_score_default_options();
 *     truce_score_run(c, &o, &scores, &error);
 *     truce_score_range all = truce_scores_range(scores);             territory and losses together
 *     size_t best = truce_scores_best_rival(scores, &all);
 *     truce_skill s = truce_scores_compare(scores, &all, truce_scores_facts_of(scores).pool, best);
 *
 * Forecasts are of the change of every observation of the case since an origin, over each of the horizons, in
 * the units of truce_scores_units. Where an index is out of range or nothing was forecast, every number is NaN,
 * every count 0 and every text "".
 */
#ifndef TRUCE_PUBLIC_SCORE_H
#define TRUCE_PUBLIC_SCORE_H

#include "truce/results.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The record of a case ---------------------------------------------------------------------------- */

/* Which priors a fit up to an origin may use. */
typedef enum truce_score_priors {
    TRUCE_PRIORS_DATED, /* as they were known at the origin */
    TRUCE_PRIORS_AS_IS, /* as they are today */
    TRUCE_PRIORS_BOTH   /* as they were known, and as a control those of today */
} truce_score_priors;

typedef struct truce_score_options {
    size_t particles; /* of each fit, at least 32 */
    uint64_t seed;
    unsigned threads; /* fits at a time; 0: one per processor. Results do not depend on it */
    truce_engine engine;
    truce_month first, last; /* origins; TRUCE_MONTH_NONE: the sixth month of the case, the end of its data */
    unsigned every;          /* months from one origin to the next, 1 to 1,200 */
    truce_score_priors priors;
    const char *keep; /* an existing directory in which fits are kept and reused; NULL: none */
    /* Called from any thread: fits that are done; SIZE_MAX within a fit. False cancels. May be NULL. */
    bool (*progress)(void *context, size_t done, size_t fits);
    void *context;
} truce_score_options;

/* 1,024 particles, seed 1, all processors, every month, dated priors, nothing kept. */
TRUCE_API truce_score_options truce_score_default_options(void);

typedef struct truce_scores truce_scores;

/* Fits the case and the rivals that it names from every origin. The case must outlive the scores.
 * TRUCE_BAD_INPUT when a rival cannot be loaded, uses other data, or there are no data after the first origin.
 * options: NULL takes the defaults. */
TRUCE_API truce_status truce_score_run(const truce_case *c, const truce_score_options *options,
                                       truce_scores **scores, truce_error *error);
TRUCE_API void truce_scores_destroy(truce_scores *scores);

enum { TRUCE_HORIZONS = 4 };
TRUCE_API int truce_horizon_months(size_t horizon); /* 1, 3, 6, 12; 0 out of range */

typedef struct truce_scores_facts {
    size_t origins;
    size_t final_origins;            /* the last of these, which were kept for one final reading */
    size_t observations;             /* of the case */
    size_t entrants;                 /* number of forecasters */
    size_t members;                  /* of the pool: the entrants before it */
    size_t model, persistence, pool; /* entrants */
    size_t later_priors;             /* priors that differ today from those known at the first origin */
} truce_scores_facts;
/* All zeros for NULL. */
TRUCE_API truce_scores_facts truce_scores_facts_of(const truce_scores *scores);
/* The last month of the data that were fitted; TRUCE_MONTH_NONE out of range. */
TRUCE_API truce_month truce_scores_origin(const truce_scores *scores, size_t origin);
/* Units of the changes of an observation: amounts per month add up to amounts. */
TRUCE_API const char *truce_scores_units(const truce_scores *scores, size_t observation);

typedef enum truce_entrant_role {
    TRUCE_ENTRANT_MODEL,
    TRUCE_ENTRANT_CASE,     /* a rival with a case of its own */
    TRUCE_ENTRANT_SERIES,   /* a rival that uses only the past of a series */
    TRUCE_ENTRANT_POOL,     /* of all these */
    TRUCE_ENTRANT_PRIOR,    /* control: the model without data */
    TRUCE_ENTRANT_HINDSIGHT /* control: the model with the priors of today */
} truce_entrant_role;
typedef struct truce_entrant {
    const char *name;
    truce_entrant_role role;
} truce_entrant;
TRUCE_API truce_entrant truce_scores_entrant(const truce_scores *scores, size_t entrant);

/* ---- Sums -------------------------------------------------------------------------------------------- */

/* The forecasts that are summarised. */
typedef struct truce_score_range {
    size_t observation; /* SIZE_MAX: territory and losses together, or all if a case has none of these */
    int first_months, last_months; /* horizons, both inclusive */
    size_t from, to;               /* origins from .. to - 1 */
} truce_score_range;
/* Territory and losses over all horizons and origins. */
TRUCE_API truce_score_range truce_scores_range(const truce_scores *scores);

/* Means over forecasts, in the units of the series (of several series: scaled by persistence). */
typedef struct truce_score {
    size_t count, origins;            /* forecasts whose outcome was observed, and the origins of these */
    truce_month first, last;          /* of them; TRUCE_MONTH_NONE when there are none */
    double crps;                      /* continuous ranked probability score: less is better */
    double spread, too_high, too_low; /* its parts */
    double within_50, within_90;      /* shares of changes inside the intervals */
    double interval_50, interval_90;  /* interval scores */
    double bias;                      /* median - observed */
    double log_score;                 /* logarithm of the density; for a single series only */
} truce_score;
TRUCE_API truce_score truce_scores_of(const truce_scores *scores, const truce_score_range *range,
                                      size_t entrant);

/* An entrant compared with another, on the changes that both have forecast. */
typedef struct truce_skill {
    size_t changes, origins;
    double ratio; /* of CRPS: below 1 the entrant was better */
    double standard_error;
} truce_skill;
TRUCE_API truce_skill truce_scores_compare(const truce_scores *scores, const truce_score_range *range,
                                           size_t entrant, size_t other);
/* The geometric mean of an entrant's ratios to the model, all rivals and the pool. */
TRUCE_API double truce_scores_relative_skill(const truce_scores *scores, const truce_score_range *range,
                                             size_t entrant);
/* The rival with the best relative skill; SIZE_MAX: none. */
TRUCE_API size_t truce_scores_best_rival(const truce_scores *scores, const truce_score_range *range);

/* Where outcomes fell within the forecasts: the probability integral transform in ten bins. */
enum { TRUCE_CALIBRATION_BINS = 10 };
typedef struct truce_calibration {
    size_t count;
    double bins[TRUCE_CALIBRATION_BINS]; /* outcomes in each */
    double chance; /* of a mean and variance this far from uniform if forecasts are right; NaN: too few */
} truce_calibration;
TRUCE_API truce_calibration truce_scores_calibration(const truce_scores *scores,
                                                     const truce_score_range *range, size_t entrant);

/* ---- Single forecasts -------------------------------------------------------------------------------- */

typedef struct truce_prediction {
    bool made;
    double quantiles[TRUCE_QUANTILES]; /* 5, 25, 50, 75 and 95 %, of the change since the origin */
    double observed;                   /* NaN: not known */
    double crps, pit;                  /* NaN without an outcome */
} truce_prediction;
TRUCE_API truce_prediction truce_scores_prediction(const truce_scores *scores, size_t origin,
                                                   size_t observation, size_t horizon, size_t entrant);
/* The weight of a member in the pool, from what was known at the origin; origin == origins: at the end of the
 * data. */
TRUCE_API double truce_scores_weight(const truce_scores *scores, size_t origin, size_t horizon,
                                     size_t member);
/* Logarithm of the evidence of the data up to an origin; comparable where `points` are the same. */
typedef struct truce_evidence {
    double logarithm, standard_error;
    size_t points; /* of the data fitted; 0: the entrant has no model */
} truce_evidence;
TRUCE_API truce_evidence truce_scores_evidence(const truce_scores *scores, size_t origin, size_t entrant);

/* ---- For readers ------------------------------------------------------------------------------------- */

/* The table of `truce score`. Freed with truce_text_free. */
TRUCE_API truce_status truce_scores_table(const truce_scores *scores, char **table, truce_error *error);
/* The rows of scores.csv and skill.csv as JSON. Freed with truce_text_free. */
TRUCE_API truce_status truce_scores_json(const truce_scores *scores, char **json, truce_error *error);
/* Writes scores.csv, skill.csv, forecasts.csv, weights.csv, evidence.csv, hubverse.csv and oracle.csv into an
 * existing directory. */
TRUCE_API truce_status truce_scores_write(const truce_scores *scores, const char *directory,
                                          truce_error *error);

/* ---- A forecast from the end of the data ------------------------------------------------------------- */

typedef struct truce_forecast_options {
    size_t particles;
    uint64_t seed;
    unsigned threads; /* fits at a time; 0: one per processor */
    truce_engine engine;
    const char *scores; /* directory of a record whose weights the pool takes; NULL: the one beside the case,
                         * or, if there is none, equal weights by kind */
    const char *made;   /* the date to record: "2026-01-15" */
    const char *keep;   /* as for scores */
    bool (*progress)(void *context, size_t done, size_t fits);
    void *context;
} truce_forecast_options;

/* 1,024 particles, seed 1, all processors, no date. */
TRUCE_API truce_forecast_options truce_forecast_default_options(void);

typedef struct truce_forecast truce_forecast;

/* Forecasts of model, rivals and pool from the end of the data. The case must outlive the forecast. If `made`
 * is not a date: TRUCE_BAD_USAGE. */
TRUCE_API truce_status truce_forecast_run(const truce_case *c, const truce_forecast_options *options,
                                          truce_forecast **forecast, truce_error *error);
TRUCE_API void truce_forecast_destroy(truce_forecast *forecast);

typedef struct truce_forecast_facts {
    truce_month data_end;
    const char *made;
    const char *weights; /* file of the weights of the pool; "": equal by kind */
    char hash[33];       /* of the case with its model, data and priors, and of particles and seed */
    size_t observations, entrants;
    size_t model, pool; /* entrants */
} truce_forecast_facts;
/* TRUCE_MONTH_NONE, "" and zeros for NULL. */
TRUCE_API truce_forecast_facts truce_forecast_facts_of(const truce_forecast *forecast);
TRUCE_API truce_entrant truce_forecast_entrant(const truce_forecast *forecast, size_t entrant);
TRUCE_API const char *truce_forecast_units(const truce_forecast *forecast, size_t observation);
/* Quantile (0 < p < 1) of the change of an observation since the end of the data. */
TRUCE_API double truce_forecast_quantile(const truce_forecast *forecast, size_t observation, size_t horizon,
                                         size_t entrant, double p);
/* The table of `truce forecast`. Freed with truce_text_free. */
TRUCE_API truce_status truce_forecast_table(const truce_forecast *forecast, char **table, truce_error *error);
/* The entrants' forecasts of each observation and horizon, as JSON. Freed with truce_text_free. */
TRUCE_API truce_status truce_forecast_json(const truce_forecast *forecast, char **json, truce_error *error);
/* Writes forecast.csv, a file that can be judged later. */
TRUCE_API truce_status truce_forecast_write(const truce_forecast *forecast, const char *path,
                                            truce_error *error);

/* ---- Judging such a file ----------------------------------------------------------------------------- */

typedef struct truce_outcomes truce_outcomes;

/* Reads a file of truce_forecast_write and looks up the outcomes in a case with newer data. TRUCE_BAD_INPUT if
 * the file was changed, or the case has none of its series. */
TRUCE_API truce_status truce_outcomes_load(const char *path, const truce_case *newer,
                                           truce_outcomes **outcomes, truce_error *error);
/* The same from a set of files in memory (NULL: from disk), which is not needed afterwards. */
TRUCE_API truce_status truce_outcomes_load_from(const truce_files *files, const char *path,
                                                const truce_case *newer, truce_outcomes **outcomes,
                                                truce_error *error);
TRUCE_API void truce_outcomes_destroy(truce_outcomes *outcomes);

typedef struct truce_outcomes_facts {
    size_t count;
    const char *made, *version; /* date; version of truce */
    truce_month data_end;
} truce_outcomes_facts;
/* Zeros, "" and TRUCE_MONTH_NONE for NULL. */
TRUCE_API truce_outcomes_facts truce_outcomes_facts_of(const truce_outcomes *outcomes);

typedef struct truce_outcome {
    const char *entrant, *observation; /* by name */
    truce_month origin;
    int months; /* ahead */
    double quantiles[TRUCE_QUANTILES];
    double observed; /* NaN: not observed yet, or not at all */
    double crps;     /* NaN likewise */
} truce_outcome;
TRUCE_API truce_outcome truce_outcomes_get(const truce_outcomes *outcomes, size_t index);
/* The table of `truce score --forecast`. Freed with truce_text_free. */
TRUCE_API truce_status truce_outcomes_table(const truce_outcomes *outcomes, char **table, truce_error *error);

#ifdef __cplusplus
}
#endif
#endif
