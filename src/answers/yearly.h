/* A quantity by year, as it was asked for and found. */
#ifndef TRUCE_YEARLY_H
#define TRUCE_YEARLY_H

#include "answers/answers.h"

/* What a year has: of a rate a month its sum, of a stock what stands at its end, of anything else its mean. */
typedef enum yearly_measure { YEARLY_SUM, YEARLY_END, YEARLY_MEAN } yearly_measure;

struct truce_yearly {
    arena memory;
    const truce_case *c;
    truce_yearly_options asked;
    const case_output *output;
    size_t element; /* of it */
    const char *title;
    const case_output *shared; /* whose shares say who bears it; NULL: nobody is named */
    yearly_measure measure;
    size_t scenario, months; /* months: from the start of the horizon on */
    int first_year;
    size_t years;
    truce_statistics *sums, total, last; /* last: of the last month */
};

#endif
