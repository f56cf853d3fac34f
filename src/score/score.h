/* How good forecasts have been: for every origin the case is fitted to the data up to it, run on, and
 * compared with what was observed after it, beside its rivals: other models, bound to the same data by cases
 * of their own and fitted in the same way, and persistence. */
#ifndef TRUCE_SCORE_H
#define TRUCE_SCORE_H

#include "fit/fit.h"

enum { SCORE_HORIZONS = 4, SCORE_QUANTILES = 5, SCORE_MODEL = 0 };
extern const int score_horizons[SCORE_HORIZONS];          /* months after the origin */
extern const double score_probabilities[SCORE_QUANTILES]; /* 0.05, 0.25, 0.5, 0.75, 0.95 */

/* Who forecasts: the case's model, then its rivals, then persistence, which has no case. */
typedef struct score_entrant {
    const char *name;
    const truce_case *c;
    const case_observation **observations; /* by observation of the case; NULL: it has no such series */
} score_entrant;

/* One forecast: of a series, from one origin over one horizon, by one entrant. */
typedef struct score_change {
    bool scored;
    double observed;
    double crps; /* continuous ranked probability score (Gneiting and Raftery 2007), in the series' units */
    double quantiles[SCORE_QUANTILES];
} score_change;

/* Sums over origins of one series, horizon and entrant. */
typedef struct score_cell {
    size_t count;      /* origins */
    month first, last; /* of them */
    double crps;
    double bias; /* median - observed */
    size_t within_50, within_90;
} score_cell;

typedef struct score_evidence {
    double logarithm, standard_error;
    size_t points; /* of the data fitted: evidence can be compared where they are the same */
} score_evidence;

typedef struct score_options {
    size_t particles;
    uint64_t seed;
    unsigned threads;
    truce_engine engine;
    month first; /* the first origin; then every six months */
    bool (*progress)(void *context, const truce_fit_progress *progress);
    void *context;
} score_options;

typedef struct score_table {
    arena memory;
    const truce_case *c;
    size_t origin_count;
    month *origins;     /* the last month of the data that is fitted */
    const char **units; /* of the changes, by observation: amounts a month add up to amounts */
    size_t entrant_count;
    score_entrant *entrants;
    score_change *changes;    /* [origin][observation][horizon][entrant] */
    score_evidence *evidence; /* [origin][entrant] */
} score_table;

/* `rivals`: the cases that c->rivals names, in that order. They must outlive the table, as c must. */
truce_status score_case(const truce_case *c, const truce_case *const *rivals, const score_options *options,
                        score_table *result, truce_error *error);
void score_free(score_table *result);
const score_change *score_change_of(const score_table *t, size_t origin, size_t observation, size_t horizon,
                                    size_t entrant);
/* Of `count` draws, which are sorted in place. */
double score_crps(double *draws, size_t count, double observed);
/* The forecast of the change of a series over `months` months after the origin by its own past: the mean of
 * its last six monthly changes, with the standard deviation of the last twelve, times the months. False when
 * it has too few. */
bool score_persistence(const case_observation *o, month origin, int months, uint64_t seed, double *draws,
                       size_t count);

/* ---- skill.c ----------------------------------------------------------------------------------------- */
/* Whether an entrant has the series; persistence has all. */
bool score_has(const score_table *t, size_t entrant, size_t observation);
score_cell score_cell_of(const score_table *t, size_t observation, size_t horizon, size_t entrant);
/* The rival with the smallest CRPS of a series and horizon, SIZE_MAX when nothing was scored. */
size_t score_best_rival(const score_table *t, size_t observation, size_t horizon);

/* The model against a rival over all series that both have, horizons from `first` to `last` months. */
typedef struct score_skill {
    size_t changes, origins;
    double difference; /* CRPS of the model / CRPS of the rival - 1, each series and horizon scaled */
    double standard_error;
} score_skill;
score_skill score_skill_over(const score_table *t, size_t rival, int first, int last);

#endif
