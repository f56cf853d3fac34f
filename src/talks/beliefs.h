/* What a side believes, and how it learns.
 *
 * The members of an ensemble are possible worlds. A side's prior over parameters is a weight for each world,
 * and what is seen of the war, month by month, multiplies it by how likely that was in the world (Bayes).
 * Both sides see the same war, so beliefs that differ at first come together as it goes on (Slantchev 2003,
 * "The principle of convergence in wartime negotiations", American Political Science Review 97(4)); Langlois
 * and Langlois (2012) argue that with private costs they need not. */
#ifndef TRUCE_BELIEFS_H
#define TRUCE_BELIEFS_H

#include "base/base.h"

/* weights: [member], positive or zero; scaled to mean 1. False when all are zero or one is not finite. */
bool beliefs_normalise(float *weights, size_t members);
/* Next month's beliefs from this month's and the logarithm of the likelihood of what was seen. */
bool beliefs_update(const float *before, const double *log_likelihood, size_t members, float *after);
/* Effective number of worlds: (sum w)^2 / sum w^2 (Kong 1992). Below some tens, the ensemble says little
 * about what the side believes. */
double beliefs_effective(const float *weights, size_t members);

#endif
