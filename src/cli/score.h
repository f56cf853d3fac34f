/* What `truce score` shows and writes. */
#ifndef TRUCE_CLI_SCORE_H
#define TRUCE_CLI_SCORE_H

#include "score/score.h"

void score_print(const score_table *t);
/* scores.csv, forecasts.csv and evidence.csv. */
truce_status score_write(const score_table *t, const score_options *o, const char *directory,
                         truce_error *error);

#endif
