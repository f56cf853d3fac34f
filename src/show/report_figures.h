/* The figures of the page: each has its sentences, and a chart that gnuplot draws. */
#ifndef TRUCE_FIGURES_H
#define TRUCE_FIGURES_H

#include "results/results.h"

typedef enum figure_kind { FIGURE_OUTPUT, FIGURE_SCENARIOS, FIGURE_OBSERVATION } figure_kind;

typedef struct figure {
    figure_kind kind;
    case_section section; /* of outputs and scenarios */
    int width, height;
    text title, subtitle, source; /* plain text */
    text script, drawing;
} figure;

typedef struct figure_list {
    figure *items;
    size_t count;
} figure_list;

/* Makes and draws the figures of a report. */
truce_status figures_make(const case_results *r, interruption watched, figure_list *list, truce_error *error);
void figures_free(figure_list *list);

#endif
