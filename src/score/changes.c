/* The changes that are forecast, in their table. */
#include "score/score.h"

const int score_horizons[SCORE_HORIZONS] = {1, 3, 6, 12};
const double score_shown[TRUCE_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};

score_change *score_change_of(const score_table *t, size_t origin, size_t observation, size_t horizon,
                              size_t entrant)
{
    size_t row = (origin * t->c->observation_count + observation) * SCORE_HORIZONS + horizon;
    return &t->changes[row * t->entrant_count + entrant];
}
