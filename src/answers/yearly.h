/* A quantity by year, as it was asked for and found. */
#ifndef TRUCE_YEARLY_H
#define TRUCE_YEARLY_H

#include "answers/answers.h"

/* What a year has: of a rate a month its sum, of a stock what stands at its end, of anything else its mean. */
typedef enum yearly_measure { YEARLY_SUM, YEARLY_END, YEARLY_MEAN } yearly_measure;

/* What a year, all years and the last month have, of an element or of the sum of several. */
typedef struct yearly_part {
    const char *label;
    truce_statistics *sums, total, last;
} yearly_part;

/* The parts of losses: each side's, and both together. */
enum { YEARLY_BOTH = 2, YEARLY_PARTS };

struct truce_yearly {
    arena memory;
    const truce_case *c;
    truce_yearly_options asked;
    interruption watched; /* of it */
    const case_output *output;
    size_t element; /* of it: the one that is asked about, where it is one */
    const char *title;
    yearly_part parts[YEARLY_PARTS]; /* of losses of both sides, whichever of them is asked about */
    size_t part_count;               /* 0 of all else */
    size_t asked_part;
    const case_output *shared; /* whose shares say who bears it; NULL: nobody is named */
    yearly_measure measure;
    size_t scenario, months; /* months: from the start of the horizon on */
    int first_year;
    size_t years;
    truce_statistics *sums, total, last; /* last: of the last month */
};

#endif
