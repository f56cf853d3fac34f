/* What came out, for people and for programs: terminal table, summary.csv, observed.csv, members.nc,
 * report.html. */
#ifndef TRUCE_REPORT_H
#define TRUCE_REPORT_H

#include "case/case.h"

/* One scenario that was run. `program` gives the outputs of `ensemble`. Owned by the caller. */
typedef struct report_scenario {
    size_t scenario; /* index in the case */
    const case_plan *plan;
    const truce_ensemble *ensemble;
} report_scenario;

/* Up to so many members come at once, go into members.nc, and have exact quantiles. More come in parts of
 * summary_chunk members; their quantiles have a bound, and there is no members.nc. */
#define REPORT_MEMBERS_KEPT 20000

/* Summary of a run, computed once and shown in every form: quantiles by output, scenario and save time,
 * shortages, coverage of the observations, failures. Fed part by part, and each part scenario by scenario, so
 * that one ensemble need be in memory at a time beside that of the first scenario (to which the others are
 * compared, member by member). */
typedef struct report report;
truce_status report_create(const truce_case *c, uint64_t seed, size_t members,
                           const char *directory /* NULL: no files */, const char *command, report **result,
                           truce_error *error);
/* How many threads the report may use (0, the default: all processors). Its numbers do not depend on it. */
void report_use_threads(report *r, unsigned threads);
/* Asked while charts are drawn. */
void report_use_interruption(report *r, interruption watched);
/* Whose draws the members' parameters are (NULL, the default: the priors'). It must live as long as the
 * report. */
void report_use_fit(report *r, const truce_fit *fit);
/* Shows the record of forecasts (scores.csv of `truce score`) of a directory, where there is one; NULL: of
 * the folder posterior beside the case. */
truce_status report_use_scores(report *r, const char *directory, truce_error *error);
/* Adds a scenario (the first is the baseline), or the next part of one, and appends its members to
 * members.nc. `baseline` is the same part of the first scenario again, NULL for the first. */
truce_status report_add(report *r, const report_scenario *scenario, const report_scenario *baseline,
                        truce_error *error);
/* Writes summary.csv, observed.csv, report.html and finishes members.nc; nothing is left in the directory
 * when one fails.
 */
truce_status report_finish(report *r, truce_error *error);
/* The table for a person, at most 100 columns. */
void report_print_table(const report *r, FILE *stream, bool colour);
/* Removes what an unfinished report has written. NULL is accepted. The case must still be alive. */
void report_destroy(report *r);

#endif
