/* What came out, for people and for programs: terminal table, summary.csv, observed.csv, members.nc,
 * report.html. */
#ifndef TRUCE_REPORT_H
#define TRUCE_REPORT_H

#include "results/results.h"

/* Results, and the directory that they are written to. */
typedef struct report report;
truce_status report_create(const truce_case *c, uint64_t seed, size_t members,
                           const char *directory /* NULL: no files */, const char *command, report **result,
                           truce_error *error);
/* What is shown: threads, fit and scores are set there, before the first scenario is added. */
case_results *report_results(report *r);
/* Asked while charts are drawn. */
void report_use_interruption(report *r, interruption watched);
/* Writes summary.csv, observed.csv, report.html and finishes members.nc; nothing is left in the directory
 * when one fails.
 */
truce_status report_finish(report *r, truce_error *error);
/* The table for a person, at most 80 columns. */
void report_print_table(const case_results *r, FILE *stream, bool colour);
/* Takes the results out of a finished report. */
case_results *report_release(report *r);
/* Removes what an unfinished report has written. NULL is accepted. The case must still be alive. */
void report_destroy(report *r);

#endif
