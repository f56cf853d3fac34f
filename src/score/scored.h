/* Scores and forecasts of a case with its rivals: what stands behind truce_scores, truce_forecast and
 * truce_outcomes. */
#ifndef TRUCE_SCORED_H
#define TRUCE_SCORED_H

#include "score/forecast_file.h"
#include "score/score.h"

/* The cases that a case names as its rivals, in their order. */
typedef struct rival_cases {
    size_t count;
    truce_case **cases;
} rival_cases;
truce_status rival_cases_load(const truce_case *c, rival_cases *rivals, truce_error *error);
void rival_cases_free(rival_cases *rivals); /* whatever rival_cases_load returned */

struct truce_scores {
    rival_cases rivals;
    score_options options;
    score_table table;
};

enum { DATE_SIZE = 16 };

struct truce_forecast {
    rival_cases rivals;
    score_table table; /* of one origin */
    uint64_t key[2];
    char made[DATE_SIZE], weights[4096]; /* weights: "" when they are equal */
};

struct truce_outcomes {
    filed_forecasts filed;
};

#endif
