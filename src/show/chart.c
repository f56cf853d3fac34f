/* Charts: lays a chart out in pixels and writes the gnuplot commands for it.
 *
 * gnuplot draws; every position is computed here, because what makes a chart readable (labels at the ends of
 * lines, event names that do not overlap, nothing clipped) needs all widths at once:
 *
 *      y title
 *      event names in as many rows as they need
 *      +---------------------------+
 *      |            : forecast     |=  whiskers, labels of the lines
 *      +---------------------------+
 *        Jan 2024      Jan 2026
 */
#include "results/words.h"
#include "show/chart_scale.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    FONT = 14,
    ROW = 19,
    MAX_LINES = 16,
    MAX_RULES = 64,
    MAX_ROWS = 12,
    WHISKER = 11,
    THIN_WHISKER = 6,
    LABEL = ROW - 2
};

static const double letter = 0.57 * FONT; /* mean width of a letter in common sans-serif fonts */

typedef struct box {
    double left, right, top, bottom; /* pixels from the upper left corner */
} box;

/* ---- Colours ------------------------------------------------------------- */

uint32_t chart_side_colour(int side)
{
    return side == 0 ? 0x0072b2 : side == 1 ? 0xe69f00 : CHART_NEUTRAL;
}

uint32_t chart_side_ink(int side)
{
    return side == 0 ? 0x005a8c : side == 1 ? 0x8f6000 : CHART_INK;
}

uint32_t chart_scenario_colour(size_t index)
{
    static const uint32_t colours[] = {0x222222, 0x009e73, 0xd55e00, 0xb0568f,
                                       0x6b4fa0, 0x7f6b3a, 0x3a8fb7, 0x8c1d40};
    return colours[index % (sizeof colours / sizeof *colours)];
}

/* ---- Text ---------------------------------------------------------------- */

/* Double-quoted, with the three characters escaped that mean something there. (In single quotes '' would
 * stand for ', but gnuplot 5.4 does not read it so at the start of a string.) Control characters end lines
 * and are dropped. */
void chart_quote(text *t, const char *string)
{
    text_add(t, "\"", 1);
    for (const char *c = string; *c; c++) {
        if (strchr("\\\"`", *c))
            text_add(t, "\\", 1);
        if ((unsigned char)*c >= ' ' && *c != 127)
            text_add(t, c, 1);
    }
    text_add(t, "\"", 1);
}

static void put_number(text *t, double value)
{
    char number[WORDS_SIZE];
    if (isfinite(value))
        text_add(t, number, text_from_number(number, value));
    else
        text_add(t, "NaN", 3);
}

static double text_width(const char *string)
{
    double wide = 0.0; /* letters by which some are wider than the others */
    for (const char *c = string; *c; c++)
        wide += strchr("mwMW", *c) ? 0.6 : 0.0;
    return letter * ((double)words_columns(string) + wide);
}

/* A label at a pixel. */
static void put_label(text *t, const chart *c, const char *string, double x, double y, const char *align,
                      uint32_t ink, int size)
{
    text_print(t, "set label ");
    chart_quote(t, string);
    text_print(t, " at screen ");
    put_number(t, x / c->width);
    text_print(t, ", screen ");
    put_number(t, 1 - y / c->height);
    text_print(t, " %s noenhanced front font 'sans-serif,%d' tc rgb '#%06x'\n", align, size, (unsigned)ink);
}

/* As much of a string as has room, in whole characters, with an ellipsis where that is not all of it. */
static void shorten(char *to, size_t size, const char *string, double room)
{
    static const char ellipsis[] = "\xe2\x80\xa6";
    size_t length = strlen(string);
    if (length < size && text_width(string) <= room) {
        memcpy(to, string, length + 1);
        return;
    }
    if (length > size - sizeof ellipsis)
        length = size - sizeof ellipsis;
    do {
        while (length > 0 && (string[length] & 0xc0) == 0x80)
            length--;
        snprintf(to, size, "%.*s%s", (int)length, string, ellipsis);
    } while (text_width(to) > room && length-- > 0);
}

/* ---- Event names in rows ------------------------------------------------- */

typedef struct flag {
    double x, left; /* pixels: of the rule, of the text */
    int row;        /* 0 next to the plot; -1: no room for the name */
    const char *label;
    uint32_t ink;
} flag;

/* Gives each name a row above the rules and names to its right that it reaches over, so that no rule runs
 * through a name; returns the number of rows. The flags are sorted by x. */
static int place_flags(flag *flags, size_t count, double left, double right)
{
    assert(left < right || count == 0);
    int rows = 0;
    for (size_t i = count; i-- > 0;) {
        double width = text_width(flags[i].label) * 12 / FONT;
        flags[i].left = fmax(fmin(flags[i].x, right - width), left);
        flags[i].row = 0;
        for (size_t k = i + 1; k < count; k++)
            if (fmin(flags[k].x, flags[k].left) < flags[i].left + width + letter &&
                flags[k].row >= flags[i].row)
                flags[i].row = flags[k].row + 1;
        if (flags[i].row >= MAX_ROWS)
            flags[i].row = -1;
        rows = flags[i].row + 1 > rows ? flags[i].row + 1 : rows;
    }
    return rows;
}

static int by_x(const void *a, const void *b)
{
    double x = ((const flag *)a)->x, y = ((const flag *)b)->x;
    return (x > y) - (x < y);
}

static double to_pixel(const chart *c, const box *b, double x)
{
    return b->left + (x - c->x_first) / (c->x_last - c->x_first) * (b->right - b->left);
}

static bool has_forecast(const chart *c)
{
    return !c->zone_count && c->forecast_from > c->x_first && c->forecast_from < c->x_last;
}

static size_t collect_flags(const chart *c, const box *b, flag *flags)
{
    size_t count = 0;
    for (size_t i = 0; i < c->rule_count && count + 1 < MAX_RULES; i++)
        if (c->rules[i].x >= c->x_first && c->rules[i].x <= c->x_last)
            flags[count++] =
                (flag){.x = to_pixel(c, b, c->rules[i].x), .label = c->rules[i].label, .ink = 0x555555};
    for (size_t i = 0; i < c->zone_count && count + 1 < MAX_RULES; i++)
        flags[count++] =
            (flag){.x = to_pixel(c, b, c->zones[i].from), .label = c->zones[i].label, .ink = 0x555555};
    if (has_forecast(c))
        flags[count++] = (flag){.x = to_pixel(c, b, c->forecast_from), .label = "forecast", .ink = 0x777777};
    qsort(flags, count, sizeof *flags, by_x);
    return count;
}

/* ---- Labels at the ends of lines ----------------------------------------- */

typedef struct end_label {
    double y;
    const chart_line *line;
} end_label;

static int by_y(const void *a, const void *b)
{
    double x = ((const end_label *)a)->y, y = ((const end_label *)b)->y;
    return (x > y) - (x < y);
}

/* Pushes labels apart to at least a row each, within top and bottom as far as they fit. */
static void spread(end_label *labels, size_t count, double top, double bottom)
{
    assert(top <= bottom || count == 0);
    for (size_t i = 1; i < count; i++)
        labels[i].y = fmax(labels[i].y, labels[i - 1].y + LABEL);
    double limit = bottom;
    for (size_t i = count; i-- > 0; limit -= LABEL)
        labels[i].y = fmin(labels[i].y, limit);
    for (size_t i = 0; i < count; i++)
        labels[i].y = fmax(labels[i].y, top + (double)i * LABEL);
}

static double last_median(const chart_line *l)
{
    for (size_t k = l->count; k-- > 0;)
        if (isfinite(l->quantiles[k * QUANTILES + 2]))
            return l->quantiles[k * QUANTILES + 2];
    return NAN;
}

static void put_end_labels(text *t, const chart *c, const chart_panel *p, const box *b, chart_range r,
                           double x, double end)
{
    end_label labels[MAX_LINES];
    size_t count = 0;
    for (size_t i = 0; i < p->line_count && count < MAX_LINES; i++) {
        double y = last_median(&p->lines[i]);
        if (p->lines[i].label && isfinite(y))
            labels[count++] =
                (end_label){b->bottom - (y - r.low) / (r.high - r.low) * (b->bottom - b->top), &p->lines[i]};
    }
    qsort(labels, count, sizeof *labels, by_y);
    spread(labels, count, b->top + 6, b->bottom - 4);
    for (size_t i = 0; i < count; i++) {
        char words[256];
        shorten(words, sizeof words, labels[i].line->label, end - x);
        put_label(t, c, words, x, labels[i].y, "left", labels[i].line->ink, FONT);
    }
}

/* From one interval to the next: less where there are many, so that names keep their room. */
static double whisker_width(const chart_panel *p)
{
    size_t count = 0;
    for (size_t i = 0; i < p->line_count; i++)
        count += p->lines[i].whisker;
    return count > 8 ? THIN_WHISKER : WHISKER;
}

/* The intervals of the last point of each line, right of the plot: thin 90 %, thick 50 %. */
static double put_whiskers(text *t, const chart *c, const chart_panel *p, const box *b, chart_range r)
{
    double width = whisker_width(p), x = b->right + WHISKER;
    for (size_t i = 0; i < p->line_count; i++) {
        const chart_line *l = &p->lines[i];
        if (!l->whisker || !l->count)
            continue;
        const double *q = l->quantiles + (l->count - 1) * QUANTILES;
        for (int inner = 0; inner < 2 && isfinite(q[0]); inner++) {
            text_print(t, "set arrow from screen ");
            put_number(t, x / c->width);
            text_print(t, ", first ");
            put_number(t, chart_within(r, q[inner]));
            text_print(t, " to screen ");
            put_number(t, x / c->width);
            text_print(t, ", first ");
            put_number(t, chart_within(r, q[4 - inner]));
            text_print(t, " nohead front lw %s lc rgb '#%06x'\n",
                       inner ? (width < WHISKER ? "4" : "5") : "1.5", (unsigned)l->colour);
        }
        x += width;
    }
    return x + WHISKER - width; /* where the names begin */
}

/* ---- One panel ----------------------------------------------------------- */

/* The last decimal place that a step has: 0.1 for 2.5, 10 for 50. */
static double tick_digits(double step)
{
    double unit = 1;
    while (unit * 10 <= step)
        unit *= 10;
    while (unit > step * 1.0000001)
        unit /= 10;
    return fabs(step / unit - round(step / unit)) < 1e-6 ? unit : unit / 10;
}

static void put_y_ticks(text *t, chart_range r)
{
    double first, step;
    size_t count = chart_ticks(r.low, r.high, CHART_TICKS, &first, &step);
    text_print(t, "set ytics scale 0 offset 0.6,0 (");
    for (size_t i = 0; i < count; i++) {
        char number[WORDS_SIZE];
        double value = first + (double)i * step;
        words_number(number, value, fmin(tick_digits(step), 1));
        text_print(t, "%s", i ? ", " : "");
        chart_quote(t, number);
        text_print(t, " ");
        put_number(t, value);
    }
    text_print(t, ")\n");
}

static void put_month_ticks(text *t, const chart *c, double width)
{
    time_unit unit = month_unit(c->start);
    int step = chart_month_step(unit, fmax((c->x_last - c->x_first), (c->x_last - c->x_first) * 450 / width));
    int minor = unit != TRUCE_MONTHS ? step : step > 12 ? 12 : step >= 6 ? step / 2 : 1;
    text_print(t, "set xtics nomirror out scale 0.7,0.4 offset 0,0.35 (");
    bool any = false;
    for (int k = (int)ceil(c->x_first); k <= (int)floor(c->x_last); k++) {
        month m = c->start + k;
        if (m % minor != 0)
            continue;
        char name[WORDS_SIZE] = "";
        if (m % step == 0)
            month_name(m, name);
        text_print(t, "%s", any ? ", " : "");
        chart_quote(t, name);
        text_print(t, " %d %d", k, m % step != 0);
        any = true;
    }
    text_print(t, ")\n");
}

static void put_shade(text *t, double from, double to, uint32_t colour)
{
    text_print(t, "set object rectangle from first ");
    put_number(t, from);
    text_print(t, ", graph 0 to first ");
    put_number(t, to);
    text_print(t, ", graph 1 behind fs solid noborder fc rgb '#%06x'\n", (unsigned)colour);
}

static void put_frame(text *t, const chart *c, const box *b, chart_range r)
{
    text_print(t, "unset label; unset arrow; unset object; set border 1 lc rgb '#888888' lw 1\n");
    text_print(t, "set lmargin at screen ");
    put_number(t, b->left / c->width);
    text_print(t, "; set rmargin at screen ");
    put_number(t, b->right / c->width);
    text_print(t, "; set tmargin at screen ");
    put_number(t, 1 - b->top / c->height);
    text_print(t, "; set bmargin at screen ");
    put_number(t, 1 - b->bottom / c->height);
    text_print(t, "\nset xrange [");
    put_number(t, c->x_first);
    text_print(t, ":");
    put_number(t, c->x_last);
    text_print(t, "]; set yrange [");
    put_number(t, r.low);
    text_print(t, ":");
    put_number(t, r.high);
    text_print(t, "]\n");
    put_y_ticks(t, r);
    put_month_ticks(t, c, b->right - b->left);
    text_print(t, "set grid ytics back lt 1 lc rgb '#dcdcdc' lw 0.8\n");
    if (r.low < 0 && r.high > 0)
        text_print(t,
                   "set arrow from graph 0, first 0 to graph 1, first 0 nohead back lc rgb '#777777' lw 1\n");
    for (size_t i = 0; i < c->zone_count; i++)
        put_shade(t, c->zones[i].from, c->zones[i].to, c->zones[i].colour);
    if (has_forecast(c))
        put_shade(t, c->forecast_from, c->x_last, CHART_AFTER);
}

static void put_flags(text *t, const chart *c, const box *b, const flag *flags, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double top = b->top - (flags[i].row < 0 ? 0 : flags[i].row) * (ROW - 4.0) - 4;
        text_print(t, "set arrow from screen ");
        put_number(t, flags[i].x / c->width);
        text_print(t, ", screen ");
        put_number(t, 1 - top / c->height);
        text_print(t, " to screen ");
        put_number(t, flags[i].x / c->width);
        text_print(t, ", screen ");
        put_number(t, 1 - b->bottom / c->height);
        text_print(t, " nohead back lw 0.8 dt 3 lc rgb '#999999'\n");
        if (flags[i].row >= 0)
            put_label(t, c, flags[i].label, flags[i].left + 2, top - 4, "left", flags[i].ink, 12);
    }
}

static void put_data(text *t, const chart_panel *p, chart_range r)
{
    for (size_t i = 0; i < p->line_count; i++) {
        text_print(t, "$l%zu << EOD\n", i);
        for (size_t k = 0; k < p->lines[i].count; k++) {
            put_number(t, p->lines[i].x[k]);
            for (int q = 0; q < QUANTILES; q++) {
                text_add(t, " ", 1);
                put_number(t, chart_within(r, p->lines[i].quantiles[k * QUANTILES + q]));
            }
            text_add(t, "\n", 1);
        }
        text_print(t, "EOD\n");
    }
    for (int hollow = 0; p->points && hollow < 2; hollow++) {
        text_print(t, "$p%d << EOD\n", hollow);
        for (size_t k = 0; k < p->points->count; k++)
            if (p->points->hollow[k] == (hollow == 1) && isfinite(p->points->y[k])) {
                put_number(t, p->points->x[k]);
                text_add(t, " ", 1);
                put_number(t, p->points->y[k]);
                text_add(t, "\n", 1);
            }
        text_print(t, "EOD\n");
    }
}

static bool has_points(const chart_points *p, bool hollow)
{
    for (size_t k = 0; p && k < p->count; k++)
        if (p->hollow[k] == hollow && isfinite(p->y[k]))
            return true;
    return false;
}

static void put_plot(text *t, const chart_panel *p)
{
    const char *next = "plot ";
    for (size_t i = 0; i < p->line_count; i++)
        for (int inner = 0; p->lines[i].fan && inner < (p->lines[i].outer ? 1 : 2); inner++, next = ", ")
            text_print(t,
                       "%s$l%zu using 1:%d:%d with filledcurves fs transparent solid %s noborder "
                       "lc rgb '#%06x' notitle",
                       next, i, 2 + inner, 6 - inner, inner ? "0.3" : "0.17", (unsigned)p->lines[i].colour);
    for (size_t i = 0; i < p->line_count; i++, next = ", ")
        text_print(t, "%s$l%zu using 1:4 with lines lw 2.2 dt %d lc rgb '#%06x' notitle", next, i,
                   p->lines[i].dash > 0 ? p->lines[i].dash : 1, (unsigned)p->lines[i].colour);
    for (int hollow = 0; hollow < 2; hollow++)
        if (has_points(p->points, hollow == 1)) {
            text_print(t, "%s$p%d using 1:2 with points pt %d ps 0.42 lw 1.2 lc rgb '#1a1a1a' notitle", next,
                       hollow, hollow ? 6 : 7);
            next = ", ";
        }
    if (strcmp(next, "plot ") == 0)
        text_print(t, "plot NaN notitle");
    text_print(t, "\n");
}

/* ---- Layout -------------------------------------------------------------- */

static double tick_width(chart_range r)
{
    double first, step, widest = 0;
    size_t count = chart_ticks(r.low, r.high, CHART_TICKS, &first, &step);
    for (size_t i = 0; i < count; i++) {
        char number[WORDS_SIZE];
        words_number(number, first + (double)i * step, fmin(tick_digits(step), 1));
        widest = fmax(widest, text_width(number));
    }
    return widest;
}

/* Room right of the plot for whiskers and labels, at least half a month's name. */
static double right_margin(const chart_panel *p)
{
    double label = 0, whiskers = 0;
    for (size_t i = 0; i < p->line_count; i++) {
        if (p->lines[i].label)
            label = fmax(label, text_width(p->lines[i].label) + 10);
        whiskers += p->lines[i].whisker ? whisker_width(p) : 0;
    }
    return fmax(whiskers + (whiskers > 0 ? 2 * WHISKER - whisker_width(p) : 0) + label, 34);
}

typedef struct layout {
    chart_range ranges[MAX_LINES];
    double left, right; /* margins within a panel */
    int rows;           /* of event names */
} layout;

/* Above the plot of a panel: its title, that of the axis, names of events. */
static double panel_head(const chart_panel *p, const layout *l)
{
    return (p->title ? ROW + 3 : 0) + ROW + 3 + l->rows * (ROW - 4.0) + 4;
}

enum { PANEL_FOOT = ROW + 14 /* the names of months */ };

static void put_panel(text *t, const chart *c, size_t index, const layout *l, double cell_width,
                      double cell_height, double head_height)
{
    const chart_panel *p = &c->panels[index];
    chart_range r = l->ranges[index];
    double x = cell_width * (double)(index % c->columns),
           y = head_height + cell_height * (double)(index / c->columns);
    box b = {x + l->left, x + cell_width - l->right, y + panel_head(p, l), y + cell_height - PANEL_FOOT};
    flag flags[MAX_RULES];
    size_t flag_count = collect_flags(c, &b, flags);
    if (c->panel_count == 1)
        place_flags(flags, flag_count, b.left, b.right);
    for (size_t i = 0; i < flag_count && c->panel_count > 1; i++) { /* small multiples: rules without names */
        flags[i].left = flags[i].x;
        if (strcmp(flags[i].label, "forecast") != 0)
            flags[i].label = "";
    }
    put_frame(t, c, &b, r);
    if (p->title)
        put_label(t, c, p->title, x + 2, y + 13, "left", CHART_INK, FONT + 1);
    put_label(t, c, c->y_title, x + 2, y + (p->title ? ROW + 3 : 0) + ROW - 5, "left", 0x555555, 13);
    put_flags(t, c, &b, flags, flag_count);
    double label_x = put_whiskers(t, c, p, &b, r);
    put_end_labels(t, c, p, &b, r, label_x > b.right + WHISKER ? label_x : b.right + 7, x + cell_width - 2);
    put_data(t, p, r);
    put_plot(t, p);
}

/* Names may be of any length: the plot itself keeps a fifth of the width and more. */
static void find_ranges(const chart *c, layout *l, double cell_width)
{
    chart_range all = chart_finish_range(c, chart_panels_range(c, c->panels, c->panel_count));
    for (size_t i = 0; i < c->panel_count; i++)
        l->ranges[i] = chart_finish_range(c, chart_panels_range(c, &c->panels[i], 1));
    for (size_t i = 0; i < c->panel_count; i++) {
        if (c->shared)
            l->ranges[i] = all;
        l->left = fmax(l->left, tick_width(l->ranges[i]) + 12);
        l->right = fmax(l->right, right_margin(&c->panels[i]));
    }
    l->left = fmin(l->left, 0.3 * cell_width);
    l->right = fmin(l->right, 0.5 * cell_width);
}

static layout lay_out(const chart *c, double cell_width)
{
    layout l = {.left = 30};
    find_ranges(c, &l, cell_width);
    flag flags[MAX_RULES];
    box first = {l.left, cell_width - l.right, 0, 0};
    size_t flag_count = collect_flags(c, &first, flags);
    l.rows = c->panel_count > 1 ? 1 : place_flags(flags, flag_count, first.left, first.right);
    return l;
}

/* As many panels as can be drawn, in columns. */
static void limit_panels(chart *c)
{
    if (c->panel_count > MAX_LINES)
        c->panel_count = MAX_LINES;
    if (!c->columns)
        c->columns = 1;
}

void chart_make_room(chart *c)
{
    limit_panels(c);
    layout l = lay_out(c, (double)c->width / (double)c->columns);
    size_t rows = (c->panel_count + c->columns - 1) / c->columns;
    double needed = 0;
    for (size_t i = 0; i < c->panel_count; i++) {
        const chart_panel *p = &c->panels[i];
        size_t labels = 0;
        for (size_t k = 0; k < p->line_count; k++)
            labels += p->lines[k].label != NULL;
        needed = fmax(needed, panel_head(p, &l) + (double)labels * LABEL + PANEL_FOOT);
    }
    c->height = (int)fmax(c->height, needed * (double)rows);
}

/* ---- A chart alone -------------------------------------------------------- */

enum { TITLE_FONT = 19, SUBTITLE_FONT = 14, SOURCE_FONT = 12, GAP = 8 };

/* Puts a text in lines of the chart's width, the first at `top` pixels; returns where the next would stand. t NULL: only
 * measures. */
static double put_lines(text *t, const chart *c, const char *string, double top, int font, uint32_t ink)
{
    double height = 1.35 * font, widest = c->width - 8;
    char line[512];
    for (const char *at = string ? string : ""; *at;) {
        size_t length = 0, end = 0;
        for (;;) {
            size_t word = length + strspn(at + length, " ");
            word += strcspn(at + word, " ");
            if (word >= sizeof line)
                break;
            snprintf(line, sizeof line, "%.*s", (int)word, at);
            if (end && text_width(line) * font / FONT > widest)
                break;
            end = length = word;
            if (!at[word])
                break;
        }
        end = end                              ? end
              : strcspn(at, " ") < sizeof line ? strcspn(at, " ")
                                               : (size_t)words_cut(at, sizeof line - 1);
        snprintf(line, sizeof line, "%.*s", (int)end, at);
        if (t)
            put_label(t, c, line, 4, top + height / 2, "left", ink, font);
        top += height;
        at += end;
        at += strspn(at, " ");
    }
    return top;
}

static double put_head(text *t, const chart *c, const chart_frame *f)
{
    double top = put_lines(t, c, f->title, GAP, TITLE_FONT, 0x111111);
    return put_lines(t, c, f->subtitle, top + GAP / 2.0, SUBTITLE_FONT, 0x555555) + GAP;
}

/* Labels stand on a plot of nothing over the whole picture. */
static void put_frame_words(text *t, const chart *c, const chart_frame *f, double foot)
{
    text_print(t, "unset label; unset arrow; unset object; unset border; unset tics\n"
                  "set lmargin at screen 0; set rmargin at screen 1; set tmargin at screen 1; set bmargin at "
                  "screen 0\nset xrange [0:1]; set yrange [0:1]\n");
    if (f->title)
        put_head(t, c, f);
    put_lines(t, c, f->source, foot + GAP / 2.0, SOURCE_FONT, 0x666666);
    text_print(t, "plot NaN notitle\nset tics font 'sans-serif,13' textcolor rgb '#444444'\n");
}

/* The size of fonts of PNG is in points, 3/4 of a pixel. */
static void put_terminal(text *t, const chart *c, const chart_frame *f)
{
    if (f->bitmap)
        text_print(t,
                   "set terminal pngcairo size %d,%d enhanced fontscale 1.5 linewidth 2 pointscale 2 "
                   "background rgb '#ffffff' font 'sans-serif,%d'\n",
                   2 * c->width, 2 * c->height, FONT);
    else
        text_print(t, "set terminal svg size %d,%d dynamic enhanced%s font 'sans-serif,%d'\n", c->width,
                   c->height, f->title ? " background rgb '#ffffff'" : "", FONT);
}

void chart_script(text *script, const chart *c)
{
    chart_script_framed(script, c, &(chart_frame){0});
}

void chart_script_framed(text *script, const chart *given, const chart_frame *frame)
{
    chart copy = *given, *c = &copy;
    double head_height = frame->title ? put_head(NULL, c, frame) : 0;
    double foot_height = frame->source ? put_lines(NULL, c, frame->source, GAP, SOURCE_FONT, 0) : 0;
    limit_panels(c);
    size_t panel_rows = (c->panel_count + c->columns - 1) / c->columns;
    double cell_width = (double)c->width / (double)c->columns;
    double cell_height = (double)c->height / (double)(panel_rows ? panel_rows : 1);
    c->height += (int)(head_height + foot_height);
    layout l = lay_out(c, cell_width);
    text_print(
        script,
        "reset\nset encoding utf8\nset style fill solid noborder\n"); /* NaN: lines and bands have a gap */
    put_terminal(script, c, frame);
    text_print(script, "unset key\nset tics font 'sans-serif,13' textcolor rgb '#444444'\n");
    text_print(script, "set multiplot\n");
    if (frame->title || frame->source)
        put_frame_words(script, c, frame, c->height - foot_height);
    for (size_t i = 0; i < c->panel_count; i++)
        put_panel(script, c, i, &l, cell_width, cell_height, head_height);
    text_print(script, "unset multiplot\n");
}
