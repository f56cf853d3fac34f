/* The search for the least of a function of a few numbers from 0 to 1, by NLopt. Both are deterministic. */
#ifndef TRUCE_SEARCH_H
#define TRUCE_SEARCH_H

#include "base/base.h"

typedef struct search_problem {
    size_t count; /* numbers */
    double (*value)(void *context, const double *x);
    bool (*go_on)(void *context); /* asked after each value; false ends the search */
    void *context;
} search_problem;

bool search_is_there(void); /* the build has NLopt */
/* Looks everywhere: DIRECT-L (Gablonsky and Kelley 2001), at most `evaluations` values. What was found is in the
 * context's keeping. */
truce_status search_everywhere(const search_problem *p, int evaluations, truce_error *error);
/* Looks around a point: Subplex (Rowan 1990). */
truce_status search_around(const search_problem *p, const double *start, int evaluations, truce_error *error);

#endif
