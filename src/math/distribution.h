/* Draws of parameters from their distributions, which truce.h declares. A draw depends on seed, member and
 * the parameter's name, and on nothing else. */
#ifndef TRUCE_DISTRIBUTION_H
#define TRUCE_DISTRIBUTION_H

#include "base/base.h"
#include "truce/ensemble.h"

/* The probability of less than z under the standard normal distribution */
double normal_probability(double z);

/* The stream of a parameter: a hash of its folded name. False when out of memory. */
bool distribution_stream(const char *name, uint64_t *stream);
/* truce_distribution_draw for a stream known already. */
double distribution_draw_from(const truce_distribution *distribution, uint64_t seed, uint64_t member,
                              uint64_t stream);

/* The uniform number of which such a draw is the quantile. */
double distribution_uniform(uint64_t seed, uint64_t member, uint64_t stream);

/* The same for members first .. first + count - 1. */
void distribution_draws(const truce_distribution *distribution, uint64_t seed, uint64_t first, size_t count,
                        uint64_t stream, double *draws);

#endif
