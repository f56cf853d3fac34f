/* Estimators of sensitivity, which know nothing of cases: numbers in, indices out. Sets of inputs (a group of
 * parameters, all chance) are inputs like others. */
#ifndef TRUCE_SENSITIVITY_H
#define TRUCE_SENSITIVITY_H

#include "truce/answers.h"

/* ---- sensitivity_sobol.c ------------------------------------------------------------------------------------ */
enum { SOBOL_REPLICATES = 200 };

/* First-order and total indices (Sobol' 1993; Homma and Saltelli 1996) from the design of Saltelli and others (2010,
 * table 2): a and b are values at two independent samples of `rows` points, ab[i] those at the points of a with input
 * i taken from b. First order by eq. (b) of their table, total by Jansen's (f). Intervals and ranks of the total index
 * come from SOBOL_REPLICATES samples of the rows with replacement. Fills what truce_index says of these; NaN where the
 * values do not vary. False: out of memory. */
bool sensitivity_sobol(const double *a, const double *b, const double *const *ab, size_t rows, size_t inputs,
                       uint64_t seed, truce_index *indices);
/* The same without intervals. */
void sensitivity_sobol_point(const double *a, const double *b, const double *ab, size_t rows, double *first,
                             double *total);
/* Whether any two values differ. About their mean the values of a constant may differ from 0 by rounding. */
bool sensitivity_varies(const double *values, size_t count);

/* ---- sensitivity_morris.c ----------------------------------------------------------------------------------- */
/* Levels of the design of Morris (1991) are the middles of four cells of equal probability, and a step is two cells. */
enum { MORRIS_LEVELS = 4 };
#define MORRIS_STEP 0.5

/* The points of one trajectory: [inputs + 1][inputs] uniform numbers; order: [inputs], which input moves after point k.
 * `room`: [inputs]. */
void sensitivity_trajectory(uint64_t seed, uint64_t number, size_t inputs, double *points, size_t *order,
                            uint64_t *room);
/* From elementary effects [trajectory][input]: the mean of their sizes with interval and ranks (Campolongo, Cariboni
 * and Saltelli 2007), their mean, and their spread. Effects that are NaN are left out. False: out of memory. */
bool sensitivity_morris(const double *effects, size_t trajectories, size_t inputs, uint64_t seed,
                        truce_index *indices);

/* ---- sensitivity_ranks.c ------------------------------------------------------------------------------------- */
/* 5 and 95 % of replicates [replicate][input], in place of which their ranks (1 is the greatest) then stand, and the
 * same of these. */
void sensitivity_intervals(double *replicates, size_t count, size_t inputs, double *low, double *high,
                           double *best_rank, double *worst_rank, double *room);

/* ---- sensitivity_shapley.c ----------------------------------------------------------------------------------- */
enum { SHAPLEY_INPUTS = 8 };
/* Shapley effects (Owen 2014) of at most SHAPLEY_INPUTS inputs from values as they are, correlated or not: what a set
 * of inputs explains is estimated by products of neighbours in it (Broto, Bachoc and Depecker 2020, section 4, with
 * one neighbour). x: [input][count], y: [count]. together: what all explain, their sum. False: out of memory. */
bool sensitivity_shapley(const double *const *x, const double *y, size_t inputs, size_t count, double *shares,
                         double *together);

#endif
