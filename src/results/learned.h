/* What a fit has learned of each parameter, beside its prior. */
#ifndef TRUCE_LEARNED_H
#define TRUCE_LEARNED_H

#include "results/results.h"

#define LEARNED_REACH 3.6 /* scores end so far from the prior's median */

typedef struct learned {
    const case_parameter *parameter;
    const char *units;
    truce_fit_diagnosis diagnosis;
    statistics posterior;
    double scores[QUANTILES]; /* of its quantiles, as normal scores of the prior */
} learned;
/* The parameters of the case that the fit has, most learned first; NULL when out of memory, else freed by the
 * caller. */
learned *learned_make(const case_results *r, size_t *count);

#endif
