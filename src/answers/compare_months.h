/* One quantity in two worlds, month by month. */
#ifndef TRUCE_COMPARE_MONTHS_H
#define TRUCE_COMPARE_MONTHS_H

#include "answers/answers.h"
#include "results/collecting.h"

typedef struct compare_pair {
    const members_view *v, *reference; /* reference: NULL, for compare_window only */
    const quantity *q;
    size_t from, months; /* of the horizon */
} compare_pair;

/* What the quantity is over the window in world `v`, by member. False when out of memory. */
bool compare_window(const compare_pair *pair, float *window);
/* Statistics of the pair. window (may be NULL): the same as compare_window gives. */
bool compare_months(const compare_pair *pair, compared_quantity *result, float *window);
/* Standard error of the mean; and the quantiles of its normal approximation in place of those of the values. */
double error_of_mean(const float *values, size_t count);
void put_interval_of_mean(truce_statistics *s, double error);

/* Weight of a set of `before` players in the Shapley value of another of `players`. */
double shapley_weight(size_t players, size_t before);

#endif
