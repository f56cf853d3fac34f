/* Scores and forecasts for readers: tables for a terminal, and files. */
#ifndef TRUCE_SHOW_SCORES_H
#define TRUCE_SHOW_SCORES_H

#include "score/scored.h"

#include <stdio.h>

void scores_print(FILE *out, const score_table *t, const score_options *o);
/* scores.csv and skill.csv. */
void scores_print_csv(const score_table *t, const score_options *o, FILE *stream);
void scores_print_skill_csv(const score_table *t, const score_options *o, FILE *stream);
/* scores.csv, skill.csv, forecasts.csv, weights.csv, residuals.csv, evidence.csv, and hubverse.csv with
 * oracle.csv. */
truce_status scores_write(const score_table *t, const score_options *o, const char *directory,
                          truce_error *error);
void forecast_print(FILE *out, const truce_forecast *f);
void outcomes_print(FILE *out, const filed_forecasts *f);

#endif
