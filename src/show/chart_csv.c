/* The numbers of a chart as CSV, one row for each point of each line, and the observed points beside them. */
#include "results/words.h"
#include "show/chart.h"

#include <math.h>

static void put_value(FILE *out, double value)
{
    char number[WORDS_SIZE];
    words_machine(number, value);
    fprintf(out, ",%s", number);
}

/* Levels stand at the end of a month, changes in its middle: both are its own. */
static void put_month(FILE *out, const chart *c, double x)
{
    char name[WORDS_SIZE];
    month_iso(c->start + (month)floor(x - 0.25), name);
    fprintf(out, "%s", name);
}

static void put_head(FILE *out, const chart *c, const chart_panel *p, const chart_line *l, double x)
{
    text_write_field(out, p->title ? p->title : "");
    fprintf(out, ",");
    text_write_field(out, l && l->label ? l->label : "");
    fprintf(out, ",");
    put_month(out, c, x);
}

static void put_line(FILE *out, const chart *c, const chart_panel *p, const chart_line *l)
{
    static const int order[QUANTILES] = {2, 0, 1, 3, 4};
    for (size_t k = 0; k < l->count; k++) {
        const double *q = l->quantiles + k * QUANTILES;
        if (l->x[k] < c->x_first || l->x[k] > c->x_last || !isfinite(q[2]))
            continue;
        put_head(out, c, p, l, l->x[k]);
        put_value(out, c->percent ? q[order[0]] / 100 : q[order[0]]);
        for (int i = 1; i < QUANTILES; i++)
            put_value(out, c->percent ? NAN : q[order[i]]);
        fprintf(out, ",\n");
    }
}

static void put_points(FILE *out, const chart *c, const chart_panel *p)
{
    for (size_t k = 0; p->points && k < p->points->count; k++) {
        if (!isfinite(p->points->y[k]))
            continue;
        put_head(out, c, p, NULL, p->points->x[k]);
        fprintf(out, ",,,,,");
        put_value(out, p->points->y[k]);
        fprintf(out, "\n");
    }
}

void chart_csv(FILE *out, const chart *c)
{
    fprintf(out, "panel,line,%s,%s,p05,p25,p75,p95,observed\n", time_unit_name(month_unit(c->start)),
            c->percent ? "probability" : "median");
    for (size_t i = 0; i < c->panel_count; i++) {
        for (size_t k = 0; k < c->panels[i].line_count; k++)
            put_line(out, c, &c->panels[i], &c->panels[i].lines[k]);
        put_points(out, c, &c->panels[i]);
    }
}
