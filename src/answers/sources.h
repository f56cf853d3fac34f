/* Which source drives which conclusion, as it was asked and found. */
#ifndef TRUCE_SOURCES_H
#define TRUCE_SOURCES_H

#include "answers/statement.h"
#include "fit/fit.h"

/* What is left out in a fit. */
typedef struct sources_fit {
    const char *name; /* "" with all observations */
    uint64_t seed;
    const bool *left_out; /* [observation of the case] */
} sources_fit;

/* A conclusion by the draws of one fit. */
typedef struct sources_value {
    double centre; /* the share of members in which a statement holds, or the median of a value */
    double populations[FIT_POPULATIONS]; /* the same of each population's members */
    double low, high;                    /* 5 and 95 % of members; NaN of a statement */
} sources_value;

enum { SOURCES_ALL, SOURCES_NULL, SOURCES_FIRST }; /* fits; from the last on those without a source */

struct truce_sources {
    arena memory;
    const truce_case *c;
    truce_sources_options asked;
    const char **written; /* [conclusion] */
    statement *conclusions, **listed;
    size_t conclusion_count;
    month last; /* that a conclusion looks at */
    sources_fit *fits;
    size_t fit_count, members, kept; /* kept: fits that were there already */
    sources_value *values;           /* [fit][conclusion] */
};

static inline const sources_value *sources_value_of(const truce_sources *s, size_t fit, size_t conclusion)
{
    return &s->values[fit * s->conclusion_count + conclusion];
}

/* ---- sources_asked.c: conclusions and sources as they were named, or those that the case has -------------------------- */
truce_status sources_read(truce_sources *s, truce_error *error);

/* ---- sources_judge.c ---------------------------------------------------------------------------------------------------- */
/* The quantile of Student's t with so many degrees of freedom that a size exceeds with probability p. */
double sources_student(double p, double degrees);

#endif
