/* Order statistics: sorting, and the quantiles of a sample. */
#ifndef TRUCE_ORDER_STATISTICS_H
#define TRUCE_ORDER_STATISTICS_H

#include <stddef.h>

/* Type 7 quantiles (Hyndman and Fan 1996) of `count` < 2^32 values, which are put into another order; `room` has space
 * for as many. Values may be infinite, and so may quantiles then: what lies between a finite and an infinite value is
 * infinite. No value is NaN. NaN for each quantile when count is 0. */
void quantiles_of(float *values, float *room, size_t count, const double *probabilities,
                  size_t probability_count, double *quantiles);

/* Order of two doubles, for qsort */
int order_of_numbers(const void *a, const void *b);

/* Sorts `count` < 2^32 floats into `room`; `values` is used up. */
void sort_floats_into(float *room, float *values, size_t count);

#endif
