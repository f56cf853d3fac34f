/* How good forecasts have been: for every origin the case is fitted to the data up to it, run on, and
 * compared with what was observed after it, beside persistence. */
#ifndef TRUCE_SCORE_H
#define TRUCE_SCORE_H

#include "fit/fit.h"

enum { SCORE_HORIZONS = 4, SCORE_RIVALS = 2, SCORE_MODEL = 0, SCORE_PERSISTENCE = 1 };
extern const int score_horizons[SCORE_HORIZONS]; /* months after the origin */
extern const char *const score_rivals[SCORE_RIVALS];

/* Sums over origins of one series, horizon and rival. */
typedef struct score_cell {
    size_t count;      /* origins */
    month first, last; /* of them */
    double crps; /* continuous ranked probability score (Gneiting and Raftery 2007), in the series' units */
    double bias; /* median - observed */
    size_t within_50, within_90;
} score_cell;

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
    month *origins;       /* the last month of the data that is fitted */
    score_cell *cells;    /* [observation][horizon][rival] */
    double *log_evidence; /* [origin] */
} score_table;

truce_status score_case(const truce_case *c, const score_options *options, score_table *result,
                        truce_error *error);
void score_free(score_table *result);
const score_cell *score_cell_of(const score_table *t, size_t observation, size_t horizon, size_t rival);
/* Of `count` draws, which are sorted in place. */
double score_crps(double *draws, size_t count, double observed);
/* The forecast of the change of a series over `months` months after the origin by its own past: the mean of
 * its last six monthly changes, with the standard deviation of the last twelve, times the months. False when
 * it has too few. */
bool score_persistence(const case_observation *o, month origin, int months, uint64_t seed, double *draws,
                       size_t count);

#endif
