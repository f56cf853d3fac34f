/* A quantity by year, as it was asked for and found. */
#ifndef TRUCE_YEARLY_H
#define TRUCE_YEARLY_H

#include "answers/answers.h"

struct truce_yearly {
    arena memory;
    const truce_case *c;
    truce_yearly_options asked;
    const case_output *output;
    const case_output *shared; /* whose shares say who bears it; NULL: nobody is named */
    size_t scenario, months;   /* months: from the start of the horizon on */
    int first_year;
    size_t years;
    truce_statistics *sums, total;
};

#endif
