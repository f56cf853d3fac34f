/* Many members: distributions and draws, the loop over blocks of members, quantiles, and one member as CSV.
 * No XML, YAML or NetCDF here. */
#ifndef TRUCE_ENSEMBLE_H
#define TRUCE_ENSEMBLE_H

#include "base/base.h"
#include "program/quantiles.h"

/* ---- Draws (distribution.c) ------------------------------------------------------------------------ */
/* The stream of a parameter: a hash of its folded name. False when out of memory. */
bool distribution_stream(const char *name, uint64_t *stream);
/* truce_distribution_draw for a stream known already. */
double distribution_draw_from(const truce_distribution *distribution, uint64_t seed, uint64_t member,
                              uint64_t stream);

/* ---- Quantiles (quantile.c) ------------------------------------------------------------------------ */
/* Type 7 quantiles (Hyndman and Fan 1996) of `count` < 2^32 finite values, which are used up; `room` has
 * space for as many. NaN for each when count is 0. */
void quantiles_of(float *values, float *room, size_t count, const double *probabilities,
                  size_t probability_count, double *quantiles);

/* ---- One member as CSV (csv.c) ----------------------------------------------------------------------- */
/* Runs member `member` alone and writes a CSV file (NULL: standard output): a time column, then one column an
 * output of the program, one row a save time. distributions: one a parameter of the program, in its order.
 * A member that goes wrong is written all the same; `failure` (may be NULL) is then filled with where, else
 * it is not touched. */
truce_status member_write_csv(const truce_program *program, const truce_distribution *distributions,
                              const double *schedules, const double *factors, uint64_t seed, uint64_t member,
                              const char *path, truce_error *failure, truce_error *error);
/* truce_model_write_csv with the failure told. */
truce_status model_write_csv(const truce_model *model, uint64_t seed, const char *path, truce_error *failure,
                             truce_error *error);

#endif
