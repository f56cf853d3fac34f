/* How good forecasts have been. At every origin the case is fitted to the data as they stood, run on, and its
 * forecast of the change since the origin compared with what was observed after it. Beside it stand
 *
 *     rivals     other models, bound to the same data by cases of their own and fitted in the same way, and
 *                forecasts of each series by its own past (rivals.h)
 *     the pool   means of the quantiles of the model and all rivals, with weights from forecasts whose
 *                outcome was known at the origin (pool.c)
 *     controls   the model without any data (its priors run on), and with the priors of today
 *
 *     entrants.c         who forecasts, and what is the same in their data
 *     model_forecast.c   a model's forecast from one origin
 *     kept.c             forecasts kept on disk, so that an interrupted record goes on
 *     score.c            all origins together
 *     pool.c             weights, and means of quantiles
 *     skill.c            sums over origins: skill, errors, coverage, calibration
 *     residuals.c        whether errors one period ahead come in runs */
#ifndef TRUCE_SCORE_H
#define TRUCE_SCORE_H

#include "fit/fit.h"
#include "score/sample.h"
#include "truce/score.h"

enum { SCORE_HORIZONS = 4, SCORE_MODEL = 0, SCORE_POOL_MOST = CASE_RIVALS + 6 };
extern const int score_horizons[SCORE_HORIZONS];  /* months after the origin */
extern const double score_shown[TRUCE_QUANTILES]; /* probabilities of the quantiles that are told */

typedef enum score_role {
    ROLE_MODEL,     /* of the case */
    ROLE_CASE,      /* a rival with a case of its own */
    ROLE_SERIES,    /* a rival that knows a series' own past only */
    ROLE_POOL,      /* of all these */
    ROLE_PRIOR,     /* control: the model without data */
    ROLE_HINDSIGHT, /* control: the model with the priors of today */
} score_role;

/* In the order of score_role; persistence is the last of its role. */
typedef struct score_entrant {
    const char *name;
    score_role role;
    const truce_case *c;                   /* whose model it is, or NULL */
    size_t rival;                          /* of score_rivals */
    const case_observation **observations; /* by observation of the case; NULL: it has no such series */
} score_entrant;

/* One forecast: of a series, from one origin over one horizon, by one entrant. */
typedef struct score_change {
    bool forecast, scored; /* scored: the outcome was observed */
    double observed;
    double points[SAMPLE_POINTS];
    sample_score score; /* in the series' units */
} score_change;

typedef struct score_evidence {
    double logarithm, standard_error;
    size_t points; /* of the data fitted: evidence can be compared where they are the same */
} score_evidence;

typedef struct score_options {
    size_t particles;
    uint64_t seed;
    unsigned threads; /* fits at a time */
    truce_engine engine;
    month first;      /* origin; 0: the sixth month of the case */
    month last;       /* no origin is later; 0: the end of the data */
    int every;        /* months from one origin to the next; 0: one */
    bool as_is;       /* fit with the priors of today, not those that were known at the origin */
    bool hindsight;   /* with the priors of the origin: those of today too, as a control */
    const char *keep; /* a directory where forecasts are kept and taken from, or NULL */
    bool (*progress)(void *context, size_t done, size_t all); /* of fits; from any thread; false ends it */
    void *context;
} score_options;

typedef struct score_table {
    arena memory;
    const truce_case *c;
    size_t origin_count;
    size_t final_count; /* the last of them, which were left for one final reading */
    month *origins;     /* the last month of the data that is fitted */
    const char **units; /* of the changes, by observation: amounts a month add up to amounts */
    size_t entrant_count, member_count;
    size_t persistence, pool; /* entrants; members of the pool are those before it */
    score_entrant *entrants;
    score_change *changes;    /* [origin][observation][horizon][entrant] */
    score_evidence *evidence; /* [origin][entrant] */
    double *weights;          /* of the pool: [origin][horizon][member] */
} score_table;

/* `rivals`: the cases that c->rivals names, in that order. They must outlive the table, as c must. */
truce_status score_case(const truce_case *c, const truce_case *const *rivals, const score_options *options,
                        score_table *result, truce_error *error);
/* One origin, the end of the data, of which nothing is scored: what all forecast from now on. `weights`: of
 * the pool, a file as score_pool_weights has them in weights.csv; NULL: those of score_pool_start. `key`: score_key of the
 * model. */
truce_status score_forecast(const truce_case *c, const truce_case *const *rivals,
                            const score_options *options, const char *weights, score_table *result,
                            uint64_t key[2], truce_error *error);
void score_free(score_table *result);
score_change *score_change_of(const score_table *t, size_t origin, size_t observation, size_t horizon,
                              size_t entrant);

/* ---- entrants.c -------------------------------------------------------------------------------------- */
truce_status score_make_entrants(score_table *t, const truce_case *const *rivals, bool hindsight,
                                 truce_error *error);
/* Whether a series counts among those by which forecasts are judged together: territory and losses, or all
 * where a case has none of these. */
bool score_has_headline(const score_table *t);
bool score_is_headline(const score_table *t, size_t observation);
/* The change of a series that was observed after an origin, NaN when not all of it was. */
double score_observed_change(const case_observation *o, month origin, int months);

/* A name and a role for programs; "" out of range. */
truce_entrant score_entrant_told(const score_table *t, size_t entrant);

/* ---- model_forecast.c -------------------------------------------------------------------------------- */
/* Fills the forecasts of all series by an entrant that has a case, and its evidence. */
truce_status score_forecast_model(score_table *t, size_t origin, size_t entrant, const score_options *options,
                                  truce_error *error);

/* ---- kept.c ------------------------------------------------------------------------------------------ */
/* What a forecast depends on: the case with its data as they are seen, entrant, particles and seed. */
truce_status score_key(const score_table *t, size_t origin, size_t entrant, const truce_case *view,
                       const score_options *options, uint64_t key[2], truce_error *error);
/* Puts back what is kept under the key; *found tells whether it was there. */
truce_status score_recall(score_table *t, size_t origin, size_t entrant, const char *directory,
                          const uint64_t key[2], bool *found, truce_error *error);
truce_status score_keep(const score_table *t, size_t origin, size_t entrant, const char *directory,
                        const uint64_t key[2], truce_error *error);

/* ---- pool.c ------------------------------------------------------------------------------------------ */
/* Fills the weights and forecasts of the pool at every origin. */
void score_pool(score_table *t);
/* Weights [member] before anything is known: each kind of member has the same, shared by its members. */
void score_pool_start(const score_table *t, double *weights);
/* Weights [member] of a forecast made at the end of `origin`, from what was known then. */
void score_pool_weights(const score_table *t, month origin, size_t horizon, double *weights);
/* The pool's forecasts from one origin, by weights [horizon][member]. */
void score_pool_average(score_table *t, size_t origin, const double *weights);
/* Sums over `count` forecasts. */
typedef struct pool_sum {
    double near[SCORE_POOL_MOST];                   /* E|X - y| */
    double apart[SCORE_POOL_MOST][SCORE_POOL_MOST]; /* E|X - X'| */
    double count;
} pool_sum;
/* The weights within [0, 1] that add up to 1 and minimise w'near - w'apart w / 2. */
void pool_minimise(const pool_sum *sum, size_t members, double *weights);

/* ---- skill.c ----------------------------------------------------------------------------------------- */
/* Which forecasts: horizons of so many months, origins from .. to - 1. */
typedef struct score_range {
    int first_months, last_months;
    size_t from, to;
    bool headline;      /* of territory and losses only */
    size_t observation; /* of one series; SIZE_MAX: of all */
} score_range;
score_range score_range_all(const score_table *t);

/* Means over the changes of a range. */
typedef struct score_cell {
    size_t count, origins; /* changes; origins with any */
    month first, last;     /* of these */
    double crps, spread, too_high, too_low;
    double interval_50, interval_90; /* interval scores */
    double bias;                     /* median - observed */
    double within_50, within_90;
    double log_score; /* logarithm of the density, in units of the series; only of a single series */
} score_cell;
score_cell score_cell_of(const score_table *t, const score_range *range, size_t entrant);

/* One entrant against another on the changes that both forecast: the sum of its CRPS over that of the other,
 * each series and horizon scaled. */
typedef struct score_skill {
    size_t changes, origins;
    double ratio; /* NaN: nothing to compare */
    double standard_error;
} score_skill;
score_skill score_compare(const score_table *t, const score_range *range, size_t entrant, size_t other);
/* The geometric mean of an entrant's ratios to all members and the pool (Cramer and others 2022). */
double score_relative_skill(const score_table *t, const score_range *range, size_t entrant);
/* The rival with the best relative skill; SIZE_MAX: none. */
size_t score_best_rival(const score_table *t, const score_range *range);

/* The probability integral transform: shares of ten bins, and whether its mean and variance could be those of
 * a uniform one. */
enum { SCORE_BINS = 10 };
typedef struct score_calibration {
    size_t count;
    double bins[SCORE_BINS]; /* changes in each */
    double chance;           /* of a test statistic at least as great; NaN: too few */
} score_calibration;
score_calibration score_calibrate(const score_table *t, const score_range *range, size_t entrant);
/* The standard error of a ratio of sums over `count` origins by the jackknife, leaving out `block` on end. */
double score_jackknife(const double *above, const double *below, size_t count, size_t block);

/* ---- residuals.c ------------------------------------------------------------------------------------- */
/* Of the forecasts of one series by one entrant one period ahead: normal scores of what came. */
typedef struct score_residuals {
    size_t count;
    double mean, spread;   /* 0 and 1 when forecasts are right */
    double lag, lag_error; /* correlation of each with the next; its standard error when there is none */
    size_t runs, longest;  /* of one sign; origins of the longest */
    double runs_expected;  /* in random order; NaN when all have one sign */
    double runs_chance;    /* of as few or fewer */
} score_residuals;
score_residuals score_residuals_of(const score_table *t, size_t observation, size_t entrant);
/* The chance of at most so many runs among so many residuals of each sign in random order; NaN without one sign. */
double score_runs_chance(size_t runs, size_t above, size_t below);

#endif
