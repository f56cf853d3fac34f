/* The axes of charts: what range they span, and where their ticks stand. */
#include "show/chart_scale.h"

#include <math.h>

/* ---- Ticks --------------------------------------------------------------- */

size_t chart_ticks(double low, double high, size_t most, double *first, double *step)
{
    *first = low;
    *step = 1;
    double width = high - low;
    const double least = 1e-300; /* far from where a tenth of a step is 0 */
    if (!(width >= least) || !isfinite(width) || most < 2)
        return 0;
    double unit = 1;
    while (unit * (double)most * 10 <= width)
        unit *= 10;
    while (unit > width)
        unit /= 10;
    for (unit /= 10;; unit *= 10) {
        static const double parts[] = {1, 2, 2.5, 5};
        for (size_t i = 0; i < 4; i++) {
            double s = unit * parts[i];
            double from = ceil(low / s - 1e-9), to = floor(high / s + 1e-9);
            if (to - from + 1 <= (double)most) {
                *first = from * s;
                *step = s;
                return to >= from ? (size_t)(to - from) + 1 : 0;
            }
        }
    }
}

/* Months between labelled ticks: the least of these that gives at most CHART_TICKS. */
int chart_month_step(time_unit unit, double months)
{
    static const int steps[][10] = {[TRUCE_MONTHS] = {1, 2, 3, 6, 12, 24, 36, 60, 120, 240},
                                    [TRUCE_DAYS] = {1, 2, 5, 7, 14, 28, 56, 91, 182, 364},
                                    [TRUCE_WEEKS] = {1, 2, 4, 8, 13, 26, 52, 104, 260, 520},
                                    [TRUCE_YEARS] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}};
    for (size_t i = 0; i < 10; i++)
        if (months / steps[unit][i] < CHART_TICKS)
            return steps[unit][i];
    return 2 * steps[unit][9];
}

/* ---- Ranges -------------------------------------------------------------- */

/* Where the 90 % bands would take more than `LOOSE` times the axis that the rest needs, they are cut `SPARE` of it
 * beyond. */
static const double LOOSE = 2.2, SPARE = 0.5;

double chart_within(chart_range r, double value)
{
    return isfinite(value) ? fmin(fmax(value, r.low), r.high) : value;
}

/* A double can hold what no tick can be put at: beyond its size a value has no place, and next to 0 it is 0. */
static void widen(chart_range *r, double value)
{
    const double most = 1e300, least = 1e-300;
    if (!(fabs(value) <= most))
        return;
    if (fabs(value) < least)
        value = 0;
    r->low = fmin(r->low, value);
    r->high = fmax(r->high, value);
}

/* What a panel shows: all of it, or all but what its 90 % bands and whiskers reach beyond the 50 % ones. */
static void panel_range(const chart *c, const chart_panel *p, bool whole, chart_range *r)
{
    size_t edge = whole ? 0 : 1;
    for (size_t i = 0; i < p->line_count; i++) {
        const chart_line *l = &p->lines[i];
        for (size_t k = 0; k < l->count; k++) {
            if (l->x[k] < c->x_first || l->x[k] > c->x_last)
                continue;
            const double *q = l->quantiles + k * QUANTILES;
            widen(r, l->fan ? q[edge] : q[2]);
            widen(r, l->fan ? q[4 - edge] : q[2]);
        }
        if (l->whisker && l->count) {
            const double *q = l->quantiles + (l->count - 1) * QUANTILES;
            widen(r, q[edge]);
            widen(r, q[4 - edge]);
        }
    }
    for (size_t k = 0; p->points && k < p->points->count; k++)
        widen(r, p->points->y[k]);
}

/* The range of y of some panels. */
chart_range chart_panels_range(const chart *c, const chart_panel *panels, size_t count)
{
    chart_range whole = {INFINITY, -INFINITY}, core = whole;
    for (size_t i = 0; i < count; i++) {
        panel_range(c, &panels[i], true, &whole);
        panel_range(c, &panels[i], false, &core);
    }
    if (c->zero) {
        widen(&whole, 0);
        widen(&core, 0);
    }
    double width = core.high - core.low;
    if (width > 0 && whole.high - whole.low > LOOSE * width) {
        whole.high = fmin(whole.high, core.high + SPARE * width);
        whole.low = fmax(whole.low, core.low - SPARE * width);
    }
    return whole;
}

/* Of y in panel i, without room at the ends. */
static chart_range shown_range(const chart *c, size_t i)
{
    return chart_panels_range(c, c->shared ? c->panels : &c->panels[i], c->shared ? c->panel_count : 1);
}

bool chart_is_cut(const chart *c)
{
    for (size_t i = 0; i < c->panel_count; i++) {
        chart_range r = shown_range(c, i);
        chart_range whole = {INFINITY, -INFINITY};
        panel_range(c, &c->panels[i], true, &whole);
        if (whole.high > r.high || whole.low < r.low)
            return true;
    }
    return false;
}

chart_range chart_finish_range(const chart *c, chart_range r)
{
    if (c->percent)
        return (chart_range){0, 104};
    if (!(r.low <= r.high))
        return (chart_range){0, 1};
    double width = r.high - r.low;
    if (width <= 0)
        width = r.high != 0 ? fabs(r.high) : 1;
    r.high +=
        (c->zero && r.high == 0 ? 0.08 : 0.04) * width; /* a tick at the very top would touch the title */
    if (!c->zero || r.low < 0)
        r.low -= 0.04 * width;
    if (!(r.low < r.high)) /* nothing but zeros */
        return (chart_range){-1, 1};
    return r;
}

bool chart_starts_above_zero(const chart *c)
{
    for (size_t i = 0; i < c->panel_count; i++)
        if (chart_finish_range(c, shown_range(c, i)).low > 0)
            return true;
    return false;
}

void chart_axis_words(text *t, const chart *c)
{
    if (chart_starts_above_zero(c))
        text_print(t, " The axis does not start at zero.");
    if (chart_is_cut(c))
        text_print(t, " The range of 90 %% of members extends beyond the axis.");
}

void chart_limit_words(text *t, size_t drawn, size_t all, const char *what)
{
    if (drawn < all)
        text_print(t, " Drawn are the first %zu of %zu %s.", drawn, all, what);
}
