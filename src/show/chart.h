/* Charts as data, and the gnuplot that draws them. A chart is one or more panels over one axis of months. */
#ifndef TRUCE_CHART_H
#define TRUCE_CHART_H

#include "case/case.h"
#include "results/statistics.h"

typedef struct chart_line {
    const char *label; /* written at the line's end; NULL for none */
    uint32_t colour;   /* 0xRRGGBB of line and bands */
    uint32_t ink;      /* of the label: dark enough to read */
    int dash;          /* 1 solid, 2 and more as gnuplot numbers them */
    size_t count;
    const double *x;         /* months since the start of the horizon */
    const double *quantiles; /* [count][QUANTILES] */
    bool fan;                /* draw the 50 % and 90 % bands */
    bool outer;              /* of these the 90 % band alone */
    bool whisker;            /* draw both intervals of the last point right of the plot */
} chart_line;

typedef struct chart_points {
    size_t count;
    const double *x, *y;
    const bool *hollow;
} chart_points;

typedef struct chart_panel {
    const char *title; /* NULL for none */
    size_t line_count;
    const chart_line *lines;
    const chart_points *points; /* NULL for none */
} chart_panel;

typedef struct chart_rule {
    double x;
    const char *label;
} chart_rule;

/* Months shaded apart, with a name above them. */
typedef struct chart_zone {
    double from, to;
    uint32_t colour;
    const char *label;
} chart_zone;

typedef struct chart {
    int width, height; /* pixels */
    month start;       /* month at x = 0 */
    double x_first, x_last;
    double forecast_from; /* x where the data end; x_last or more: no forecast */
    const char *y_title;  /* quantity and unit */
    bool zero;            /* the axis includes zero */
    bool percent;         /* it is that of a probability: 0 to 100 */
    bool shared;          /* all panels have the range of y in common */
    size_t columns, panel_count;
    const chart_panel *panels;
    size_t rule_count;
    const chart_rule *rules;
    size_t zone_count;
    const chart_zone *zones; /* in place of the forecast's shading */
} chart;

/* Words around a chart that stands alone, and what it is drawn as. */
typedef struct chart_frame {
    const char *title, *subtitle, *source;
    bool bitmap; /* PNG of twice as many pixels; else SVG */
} chart_frame;

/* Two sides in colours of Okabe and Ito (2008), which differ in hue and in lightness: 0 who loses ground when
 * the front quantity rises, 1 who gains, -1 neither. */
uint32_t chart_side_colour(int side);
uint32_t chart_side_ink(int side);
/* Scenarios: none of the colours of the sides. */
uint32_t chart_scenario_colour(size_t index);
/* Others, told apart in small multiples or by labels. */
enum { CHART_INK = 0x333333, CHART_NEUTRAL = 0x4d4d4d };
/* Behind months that were fitted, those after the fit that test it, and those after the data. */
enum { CHART_FITTED = 0xe6f2ea, CHART_TEST = 0xe2e4ee, CHART_AFTER = 0xf1f3f5 };

/* At most `most` round ticks within [low, high]: writes the first and the step and returns how many. */
size_t chart_ticks(double low, double high, size_t most, double *first, double *step);

/* Raises a chart as far as the names at the ends of its lines need. */
void chart_make_room(chart *c);
/* Appends the gnuplot commands of one chart, as SVG, or within a frame (its height grows by the words). Every text is
 * quoted and stays text. */
void chart_script(text *script, const chart *c);
void chart_script_framed(text *script, const chart *c, const chart_frame *frame);
/* Whether bands go on beyond the axis: it is made for medians, 50 % bands and points where the 90 % bands would flatten
 * them. */
bool chart_is_cut(const chart *c);
/* Whether zero lies below the axis of y of a panel. */
bool chart_starts_above_zero(const chart *c);
/* Of both, what a reader is told; nothing where neither holds. */
void chart_axis_words(text *t, const chart *c);
/* " Drawn are the first 15 of 20 scenarios." where there are more than are drawn. */
void chart_limit_words(text *t, size_t drawn, size_t all, const char *what);
/* chart_csv.c: writes the numbers of a chart as CSV: panel, line, month, median (or probability) and quantiles, observed. */
void chart_csv(FILE *out, const chart *c);

/* A string as gnuplot's, in quotes. */
void chart_quote(text *t, const char *string);

/* ---- chart_cells.c: a table in colours ---------------------------------------------------------------- */
typedef struct chart_cell {
    double share; /* 0 to 1: how much of the colour */
    const char *words;
} chart_cell;

typedef struct chart_cells {
    int width; /* pixels */
    size_t column_count, row_count;
    const char *const *heads;  /* [column] */
    const uint32_t *colours;   /* [column] */
    const char *const *labels; /* [row] */
    const chart_cell *cells;   /* [row][column]; words NULL: nothing is there */
} chart_cells;
int chart_cells_height(const chart_cells *c);
void chart_cells_script(text *script, const chart_cells *c);

/* Draws `count` scripts with gnuplot, in as many processes as `threads` allows (0: all processors), and
 * returns the SVG files as gnuplot writes them. TRUCE_RUN_FAILED when gnuplot is not there, fails, takes more
 * than five minutes, or `watched` says to stop; nothing is left behind then. */
truce_status gnuplot_draw(const text *scripts, size_t count, unsigned threads, interruption watched,
                          text *drawings, truce_error *error);

#endif
