/* A forecast that can be held to account: the table of hubverse.h with five columns more,
 *
 *     made       the date on which it was made
 *     data_end   the last month of its data
 *     version    of truce
 *     case       hash of the case with its model, data and priors, and of particles and seed
 *     hash       of all other cells of the file, so that what was changed afterwards is found out
 */
#ifndef TRUCE_FORECAST_FILE_H
#define TRUCE_FORECAST_FILE_H

#include "score/score.h"

/* `t` of score_forecast; `key` of its model (score_key); `made` such as "2026-01-15". */
truce_status forecast_file_write(const char *path, const score_table *t, const uint64_t key[2],
                                 const char *made, truce_error *error);

/* One forecast of a file. */
typedef struct filed_forecast {
    const char *model, *target;
    month origin;
    int months;
    size_t levels;
    double level[64], value[64];
    double points[SAMPLE_POINTS]; /* between levels by lines, the outermost beyond them */
    double observed;              /* NaN: not observed yet, or not at all, or left out */
    bool left_out;                /* by `use` of the case: the data have it */
    sample_score score;
} filed_forecast;

/* Those of one model. */
typedef struct filed_sum {
    const char *model;
    size_t judged, inside; /* forecasts whose outcomes are observed, and those within the 90 % interval */
    double relative;       /* sum of CRPS over that of persistence of the same change */
    size_t relatives;      /* how many it is the sum of: the others have no such persistence */
} filed_sum;

typedef struct filed_forecasts {
    arena memory;
    char made[16], data_end[16], version[32];
    size_t count, capacity;
    filed_forecast *forecasts;
    size_t sum_count, sum_capacity;
    filed_sum *sums; /* by model, in the order of the file */
} filed_forecasts;

/* TRUCE_BAD_INPUT when the file is not as it was written. */
truce_status forecast_file_read(const truce_files *files, const char *path, filed_forecasts *result,
                                truce_error *error);
/* Looks up what the case observed of each. TRUCE_BAD_INPUT when it has none of the series. */
truce_status forecast_file_score(filed_forecasts *f, const truce_case *newer, truce_error *error);
/* Sums the scores of each model, after forecast_file_score. Fails only without memory. */
truce_status forecast_file_sum(filed_forecasts *f, truce_error *error);
void forecast_file_free(filed_forecasts *f);

/* Weights [horizon][member] of the pool from weights.csv, those of the end of the data of `t->c`. */
truce_status forecast_weights_read(const char *path, const score_table *t, double *weights,
                                   truce_error *error);

#endif
