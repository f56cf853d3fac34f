/* The figures of the page: each has its sentences, and a chart that gnuplot draws. */
#ifndef TRUCE_FIGURES_H
#define TRUCE_FIGURES_H

#include "results/results.h"

typedef enum figure_kind {
    FIGURE_ANSWER,        /* the one on the first screen, for wide ones */
    FIGURE_ANSWER_NARROW, /* the same for narrow ones */
    FIGURE_OUTPUT,
    FIGURE_SCENARIOS,
    FIGURE_OBSERVATION
} figure_kind;

typedef struct figure {
    figure_kind kind;
    case_section section; /* of outputs and scenarios */
    int width, height;
    text name;                    /* what the command line calls it: "speed-of-the-front" */
    text title, subtitle, source; /* plain text */
    text script, drawing, csv;
} figure;

typedef struct figure_list {
    figure *items;
    size_t count;
} figure_list;

/* Makes and draws the figures of a report. */
truce_status figures_make(const case_results *r, interruption watched, figure_list *list, truce_error *error);
void figures_free(figure_list *list);
/* "Events: 1 ..., Jun 2023; 2 ...": what the numbers on charts stand for; nothing where the case has none. */
void figure_events(text *t, const case_results *r);

/* One figure by itself, with its words around it, as SVG or PNG; or its numbers as CSV. TRUCE_BAD_USAGE when there is
 * none of that name. */
typedef enum figure_form { FIGURE_SVG, FIGURE_PNG, FIGURE_CSV } figure_form;
truce_status figure_alone(const case_results *r, const char *name, figure_form form, interruption watched,
                          text *bytes, truce_error *error);

/* All names, one a line. */
truce_status figure_names(const case_results *r, text *names, truce_error *error);

#endif
