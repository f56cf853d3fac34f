/* Forecasts as a table in the form of the hubverse (docs.hubverse.io, model output), which scoringutils and
 * others read: one row a quantile. */
#ifndef TRUCE_HUBVERSE_H
#define TRUCE_HUBVERSE_H

#include "score/score.h"

#include <stdio.h>

#define HUBVERSE_COLUMNS                                                                                     \
    "model_id,reference_date,target,horizon,target_end_date,output_type,output_type_id,value"
enum { HUBVERSE_LEVELS = 23 };
extern const double hubverse_levels[HUBVERSE_LEVELS];

/* All forecasts from an origin; every line ends with `more`. */
void hubverse_write_origin(FILE *stream, const score_table *t, size_t origin, const char *more);

#endif
