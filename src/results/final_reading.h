/* How model and pool did on the last origins alone, which were left for one final reading: a sentence for the report and
 * for the table of scores. */
#ifndef TRUCE_FINAL_READING_H
#define TRUCE_FINAL_READING_H

#include "results/standing.h"

typedef struct final_reading {
    size_t origins, count; /* left for it; horizons with an outcome after any of them */
    struct {
        int months;
        size_t origins;     /* with an outcome */
        double model, pool; /* CRPS over that of the best rival; NaN: not known */
        const char *rival;
    } at[SCORE_HORIZONS];
} final_reading;

/* Nothing (count 0) where no origins were left. */
final_reading final_reading_of_standing(const standing *s);
final_reading final_reading_of_scores(const score_table *t);
/* A sentence without its full stop; nothing where there is nothing to say. */
void final_reading_put(text *t, const final_reading *f, const char *period);

#endif
