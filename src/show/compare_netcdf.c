/* compare.nc: what compare.csv has, as arrays over world, quantity, period and quantile. */
#include "show/answer_netcdf.h"
#include "show/answers.h"

#include <math.h>
#include <stdlib.h>

enum { WORLD, QUANTITY, PERIOD, QUANTILE, DIMENSIONS };

typedef truce_statistics read_window(const truce_effect *e);
typedef truce_statistics read_month(const truce_effect_month *m);

#define WINDOW(part)                                                                                         \
    static truce_statistics window_##part(const truce_effect *e)                                             \
    {                                                                                                        \
        return e->part;                                                                                      \
    }
#define MONTH(part)                                                                                          \
    static truce_statistics month_##part(const truce_effect_month *m)                                        \
    {                                                                                                        \
        return m->part;                                                                                      \
    }
WINDOW(reference)
WINDOW(world)
WINDOW(effect)
WINDOW(relative)
WINDOW(total)
MONTH(reference)
MONTH(world)
MONTH(effect)
MONTH(cumulative)

static size_t worlds_of(const truce_comparison *x)
{
    return x->world_count - 1;
}

/* [world][quantity][quantile] */
static void put_window(answer_file *f, const truce_comparison *x, const int *dimensions, const char *name,
                       const char *long_name, read_window *read)
{
    size_t quantities = x->quantities->quantity_count, at = 0;
    double *values = calloc(worlds_of(x) * quantities * TRUCE_QUANTILES + 1, sizeof *values);
    for (size_t w = 1; values && w <= worlds_of(x); w++)
        for (size_t q = 0; q < quantities; q++) {
            truce_statistics s = read(&effect_of(x, w, q)->window);
            for (int k = 0; k < TRUCE_QUANTILES; k++)
                values[at++] = s.quantiles[k];
        }
    const int of[] = {dimensions[WORLD], dimensions[QUANTITY], dimensions[QUANTILE]};
    answer_numbers(f, name, long_name, "", 3, of, values);
}

/* [world][quantity][period][quantile] */
static void put_periods(answer_file *f, const truce_comparison *x, const int *dimensions, const char *name,
                        const char *long_name, read_month *read)
{
    size_t quantities = x->quantities->quantity_count, at = 0;
    double *values = calloc(worlds_of(x) * quantities * x->months * TRUCE_QUANTILES + 1, sizeof *values);
    for (size_t w = 1; values && w <= worlds_of(x); w++)
        for (size_t q = 0; q < quantities; q++)
            for (size_t i = 0; i < x->months; i++) {
                truce_statistics s = read(&effect_of(x, w, q)->months[i]);
                for (int k = 0; k < TRUCE_QUANTILES; k++)
                    values[at++] = s.quantiles[k];
            }
    answer_numbers(f, name, long_name, "", DIMENSIONS, dimensions, values);
}

/* [world][quantity]: the share of members whose effect is above zero, and how many are behind it. */
static void put_shares(answer_file *f, const truce_comparison *x, const int *dimensions)
{
    size_t quantities = x->quantities->quantity_count, count = worlds_of(x) * quantities;
    double *above = calloc(count + 1, sizeof *above), *members = calloc(count + 1, sizeof *members);
    for (size_t i = 0; above && members && i < count; i++) {
        const truce_statistics *s = &effect_of(x, i / quantities + 1, i % quantities)->window.effect;
        above[i] = s->above;
        members[i] = (double)s->members;
    }
    answer_numbers(f, "above_zero", "share of members whose effect is above zero", "1", 2, dimensions, above);
    answer_numbers(f, "members", "members that failed in neither world", "1", 2, dimensions, members);
}

/* [world][quantity] */
static void put_half(answer_file *f, const truce_comparison *x, const int *dimensions)
{
    size_t quantities = x->quantities->quantity_count, count = worlds_of(x) * quantities;
    double *half = calloc(count + 1, sizeof *half);
    for (size_t i = 0; half && i < count; i++) {
        size_t at = effect_of(x, i / quantities + 1, i % quantities)->window.half;
        half[i] = at == SIZE_MAX ? NAN : (double)at;
    }
    answer_numbers(
        f, "half_by",
        "number, from 0, of the period in which half of the greatest effect is reached; NaN: not resolved",
        "1", 2, dimensions, half);
}

static void put_coordinates(answer_file *f, const truce_comparison *x, const int *dimensions)
{
    static const double shares[TRUCE_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};
    size_t quantities = x->quantities->quantity_count;
    const char **titles = calloc(quantities + 1, sizeof *titles),
               **labels = calloc(quantities + 1, sizeof *labels);
    const char **units = calloc(quantities + 1, sizeof *units), **isos = calloc(x->months + 1, sizeof *isos);
    char(*written)[16] = calloc(x->months + 1, sizeof *written);
    double *quantiles = calloc(TRUCE_QUANTILES, sizeof *quantiles);
    bool got = titles && labels && units && isos && written;
    for (size_t q = 0; got && q < quantities; q++) {
        titles[q] = x->quantities->quantities[q].title;
        labels[q] = x->quantities->quantities[q].label;
        units[q] = x->quantities->quantities[q].units;
    }
    for (size_t i = 0; got && i < x->months; i++) {
        month_iso(x->c->start + (month)(x->from + i), written[i]);
        isos[i] = written[i];
    }
    for (int k = 0; quantiles && k < TRUCE_QUANTILES; k++)
        quantiles[k] = shares[k];
    answer_strings(f, "world", dimensions[WORLD], "scenario", worlds_of(x), x->names + 1);
    answer_strings(f, "quantity", dimensions[QUANTITY], "quantity", quantities, got ? titles : NULL);
    answer_strings(f, "element", dimensions[QUANTITY], "side or other element of the quantity", quantities,
                   labels);
    answer_strings(f, "quantity_units", dimensions[QUANTITY], "units of the quantity", quantities, units);
    answer_strings(f, case_period(x->c), dimensions[PERIOD], "period of the window", x->months, isos);
    answer_numbers(f, "quantile", "quantile of members", "1", 1, &dimensions[QUANTILE], quantiles);
    free(titles);
    free(labels);
    free(units);
    free(isos);
    free(written);
}

void comparison_put_netcdf(answer_file *f, const void *context)
{
    const truce_comparison *x = context;
    const int dimensions[DIMENSIONS] = {
        answer_dimension(f, "world", worlds_of(x)),
        answer_dimension(f, "quantity", x->quantities->quantity_count),
        answer_dimension(f, case_period(x->c), x->months),
        answer_dimension(f, "quantile", TRUCE_QUANTILES),
    };
    answer_attribute(f, "title", x->c->title);
    answer_attribute(f, "command", x->command);
    answer_attribute(f, "reference", x->names[0]);
    put_coordinates(f, x, dimensions);
    put_window(f, x, dimensions, "window_reference", "reference over the window", window_reference);
    put_window(f, x, dimensions, "window_world", "world over the window", window_world);
    put_window(f, x, dimensions, "window_effect", "world less reference over the window", window_effect);
    put_window(f, x, dimensions, "window_relative", "effect as a part of the reference, draw by draw",
               window_relative);
    put_window(f, x, dimensions, "window_total", "sum of the effect over the window", window_total);
    put_shares(f, x, dimensions);
    put_half(f, x, dimensions);
    put_periods(f, x, dimensions, "reference", "reference", month_reference);
    put_periods(f, x, dimensions, "world_value", "world", month_world);
    put_periods(f, x, dimensions, "effect", "world less reference", month_effect);
    put_periods(f, x, dimensions, "cumulative_effect", "effect so far", month_cumulative);
}
