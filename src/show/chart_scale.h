/* The axes of charts: chart_scale.c, for chart.c. */
#ifndef TRUCE_CHART_SCALE_H
#define TRUCE_CHART_SCALE_H

#include "show/chart.h"

enum { CHART_TICKS = 6 };

typedef struct chart_range {
    double low, high;
} chart_range;

/* The range of y of some panels. */
chart_range chart_panels_range(const chart *c, const chart_panel *panels, size_t count);
/* The same with room at its ends; never empty. */
chart_range chart_finish_range(const chart *c, chart_range r);
double chart_within(chart_range r, double value);
/* Months between labelled ticks: the least step that gives at most CHART_TICKS. */
int chart_month_step(time_unit unit, double months);

#endif
