/* What `truce score` shows and writes. */
#ifndef TRUCE_CLI_SCORE_H
#define TRUCE_CLI_SCORE_H

#include "score/score.h"

/* What came of a file of truce forecast, in the data of a newer case; an exit code. */
int score_forecast_file(const char *path, const char *newer);

truce_status load_rivals(const truce_case *c, truce_case ***rivals, truce_error *error);
void unload_rivals(truce_case **rivals, size_t count);

void score_print(const score_table *t, const score_options *o);
/* scores.csv, skill.csv, forecasts.csv, weights.csv, evidence.csv, and hubverse.csv with oracle.csv. */
truce_status score_write(const score_table *t, const score_options *o, const char *directory,
                         truce_error *error);

#endif
