/* What a table for a terminal begins with. */
#ifndef TRUCE_TABLE_OPENING_H
#define TRUCE_TABLE_OPENING_H

#include "results/results.h"

/* The question, a verdict on each scenario (of a sweep: a table by its values), cautions, the losses. */
void table_opening(const case_results *r, FILE *stream, bool colour);

#endif
