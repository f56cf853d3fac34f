/* What matters for an output, as it was asked and found; and the estimators, which know nothing of cases. */
#ifndef TRUCE_MATTER_H
#define TRUCE_MATTER_H

#include "answers/statement.h"

struct truce_matter {
    arena memory;
    const truce_case *c;
    truce_matter_options asked;
    truce_index *indices;
    size_t count;
    truce_statistics output;
};

enum { MATTER_GROUPS = 10 };

/* The first-order index of y by the ranks of x: with y in the order of x, and the mean of neighbours' products in
 * place of E[E[y | x]^2] (Gamboa and others 2022, eq. 3). NaN where either does not vary; false: out of memory. */
bool matter_share(const double *x, const double *y, size_t count, double *share);
/* The same with its 90 % interval from MATTER_GROUPS groups, and Spearman's correlation. */
/* Ranks from 0; equal values have their mean rank. */
bool matter_ranks(const double *values, size_t count, double *ranks);
bool matter_index(const double *x, const double *y, size_t count, truce_index *index);

#endif
