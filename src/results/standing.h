/* Whose forecast has scored best so far, and what it says now: skill.csv of `truce score` and forecast.csv of
 * `truce forecast`, which stand beside scores.csv. */
#ifndef TRUCE_STANDING_H
#define TRUCE_STANDING_H

#include "score/forecast_file.h"

/* Territory and losses together at so many months ahead, over all origins or the last of them. */
typedef struct standing_row {
    bool last;  /* of the origins that were left for one final reading alone */
    int months; /* 0: all horizons */
    size_t origins;
    const char *entrant, *best_rival;
    double against_best; /* CRPS over that of the best rival; this and the others are NaN where not stated */
    double within_90;    /* share of changes that its 90 % intervals held */
    double pit_chance;   /* of its PIT, were it right */
} standing_row;

typedef struct standing {
    size_t count, capacity;
    standing_row *rows;
    filed_forecasts forecasts; /* none when there is no file of the end of the case's data */
} standing;

/* NULL when there is no skill.csv in the directory. What it holds lives in `memory`; the forecasts until
 * standing_free. */
truce_status standing_read(arena *memory, const char *directory, const truce_case *c, standing **result,
                           truce_error *error);
void standing_free(standing *s); /* NULL is accepted */
/* Over all origins; NULL when nothing is known of it. */
const standing_row *standing_find(const standing *s, int months, const char *entrant);
/* The same over the last origins alone. */
const standing_row *standing_find_last(const standing *s, int months, const char *entrant);
/* The model, rival or pool with the smallest score over all origins; NULL when none is known. */
const standing_row *standing_best(const standing *s, int months);

#endif
