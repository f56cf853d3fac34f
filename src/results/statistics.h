/* Statistics of values over members: of all members at once, or of many that come part by part. */
#ifndef TRUCE_STATISTICS_H
#define TRUCE_STATISTICS_H

#include "ensemble/ensemble.h"

enum { QUANTILES = 5 }; /* 5 %, 25 %, 50 %, 75 %, 95 % */

typedef struct statistics {
    double mean;
    double quantiles[QUANTILES]; /* NaN when no member is sound */
    double above, below;         /* shares of members above and below zero */
    size_t members;              /* sound ones */
    double finest;               /* the finest step worth printing, for the size of the quantity */
    double nothing;              /* what is below it counts as 0, for the course of the quantity */
    double rank_error;           /* quantiles are off by at most this share of the members */
    bool share;                  /* the quantiles are all the mean: a share of members */
} statistics;

/* The part of the members that is in hand: all of them, or one chunk of many. */
typedef struct chunk {
    size_t first; /* its first member */
    bool last;    /* no more will follow */
} chunk;

/* What statistics are read from when members come chunk by chunk. */
typedef struct tally {
    value_summary cells;
    size_t above, below; /* members above and below zero */
} tally;

/* Statistics of the values of sound members; values and room are used up. */
statistics statistics_of(float *values, float *room, size_t count);
/* Takes the values of the sound members of a part, the first `pilot` of which are those of the pilot when it
 * is the first part. `result` is filled after the last. t: NULL when all members come at once. */
void tally_take(tally *t, const chunk *part, size_t pilot, float *values, float *room, size_t count,
                statistics *result);
/* The step to which the numbers of one set of statistics are rounded. */
double statistics_step(const statistics *s);
/* Whether the 90 % interval is a point but for rounding, and where: 0 for what is nothing beside the course of its
 * quantity. */
bool statistics_agree(const statistics *s);
double statistics_agreed(const statistics *s);

#endif
