/* What the figures of the page are put together from: lines, points, rules and words out of the results. */
#ifndef TRUCE_FIGURE_PARTS_H
#define TRUCE_FIGURE_PARTS_H

#include "show/chart.h"
#include "show/report_figures.h"

enum { FIGURE_WIDE = 960, FIGURE_COLUMN = 470, FIGURE_PANELS = 12, FIGURE_LINES = 15 };

/* Memory of one chart while its script is written. */
typedef struct canvas {
    arena memory;
    const case_results *r;
    const chart_frame *alone; /* the figure stands by itself, wide and with its words; NULL: in a page */
    bool failed;
} canvas;

void *figure_take(canvas *v, size_t count, size_t size);
/* A chart of all months; as wide as the page, or one column of it. Its panels come later. */
chart figure_chart(canvas *v, bool wide);
/* A line over all months: statistics [month], levels at the month's end, changes and flows in its middle. */
chart_line figure_line(canvas *v, const statistics *series, bool middle);
/* A quantity of a scenario as a fan in the colour of its side. */
chart_line figure_fan(canvas *v, const scenario_result *s, size_t q);
/* Units with their first letter as it is, for the y axis. */
const char *figure_axis_title(canvas *v, const char *before, const char *units);
/* Points of observations that show the element of a quantity itself: without a scale, less the median of their offset.
 * NULL: there are none. */
const chart_points *figure_points(canvas *v, const quantity *q);
/* "; line: median, bands: ..." */
void figure_fan_words(text *t, const case_results *r, bool points);
/* Titles of scenarios where all are short enough for the end of a line, else names. */
const char *figure_scenario_label(const case_results *r, const scenario_result *s);
/* The line under a figure, of one scenario or (NULL) of several. */
void figure_put_source(canvas *v, const chart *c, figure *f, const char *of);
/* The chart of a figure whose words are there, as high as its names need, drawn as it is shown, and its numbers. */
void figure_finish(canvas *v, chart *c, figure *f);

/* answer_figure.c: the figure that answers the question: when the milestone comes that was asked for, or what the
 * scenarios make of the leading quantity. Nothing (no title) where there is nothing to show. */
void answer_figure(canvas *v, bool wide, figure *f);

#endif
