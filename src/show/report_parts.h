/* What report.c writes beside the page. */
#ifndef TRUCE_REPORT_PARTS_H
#define TRUCE_REPORT_PARTS_H

#include "results/results.h"

/* report_csv.c */
void summary_write(const case_results *r, FILE *stream);
void observed_write(const case_results *r, FILE *stream);

#endif
