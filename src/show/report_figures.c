/* The figures of the page: picks the numbers of each chart out of the results. */
#include "show/report_figures.h"
#include "observe/observe.h"
#include "results/findings.h"
#include "show/chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDE = 960, HALF = 474, MAX_PANELS = 12, MAX_SCENARIOS = 15, LABEL_COLUMNS = 22 };

/* Memory of one chart while its script is written. */
typedef struct canvas {
    arena memory;
    const case_results *r;
    bool failed;
} canvas;

static void *take(canvas *v, size_t count, size_t size)
{
    void *memory = arena_array(&v->memory, count, size);
    v->failed = v->failed || !memory;
    return memory;
}

/* ---- Pieces of charts ---------------------------------------------------- */

/* A line over all months: statistics [month], levels at the month's end, changes and flows in its middle. */
static chart_line make_line(canvas *v, const statistics *series, bool middle)
{
    size_t months = v->r->months;
    double *x = take(v, months, sizeof *x);
    double *quantiles = take(v, months, QUANTILES * sizeof *quantiles);
    for (size_t i = 0; x && quantiles && i < months; i++) {
        x[i] = (double)i + (middle ? 0.5 : 1);
        memcpy(quantiles + i * QUANTILES, series[i].quantiles, sizeof series[i].quantiles);
    }
    return (chart_line){.count = x && quantiles ? months : 0, .x = x, .quantiles = quantiles, .dash = 1};
}

/* More events than these get numbers on the chart, and their names under it. */
enum { NAMED_EVENTS = 4 };

static chart_rule *make_rules(canvas *v)
{
    const truce_case *c = v->r->c;
    chart_rule *rules = take(v, c->event_count, sizeof *rules);
    for (size_t i = 0; rules && i < c->event_count; i++) {
        const char *number =
            c->event_count > NAMED_EVENTS ? arena_format(&v->memory, "%zu", i + 1) : c->events[i].label;
        v->failed = v->failed || !number;
        rules[i] = (chart_rule){c->events[i].at_month - c->start, number ? number : ""};
    }
    return rules;
}

static void put_event_key(text *t, const case_results *r)
{
    const truce_case *c = r->c;
    if (c->event_count <= NAMED_EVENTS)
        return;
    text_print(t, "Events: ");
    for (size_t i = 0; i < c->event_count; i++) {
        char when[WORDS_SIZE];
        month_name(c->events[i].at_month, when);
        text_print(t, "%s%zu\xc2\xa0%s, %s", i ? "; " : "", i + 1, c->events[i].label, when);
    }
    text_print(t, ". ");
}

static chart make_chart(canvas *v, int width, int height)
{
    const case_results *r = v->r;
    chart c = {.width = width,
               .height = height,
               .start = r->c->start,
               .x_last = (double)r->months,
               .forecast_from = (double)r->data_months,
               .zero = true,
               .columns = 1,
               .rules = make_rules(v)};
    c.rule_count = c.rules ? r->c->event_count : 0;
    return c;
}

/* Units with their first letter as it is, for the y axis. */
static const char *axis_title(canvas *v, const char *before, const char *units)
{
    text t = {0};
    text_print(&t, "%s", before);
    words_units(&t, units);
    const char *copy = t.failed ? NULL : arena_string(&v->memory, t.length ? t.bytes : "");
    v->failed = v->failed || !copy;
    text_free(&t);
    return copy ? copy : "";
}

/* Points of observations that show element q itself: without a scale, less the median of their offset. */
static const chart_points *make_points(canvas *v, const quantity *q, size_t *series_count)
{
    const case_results *r = v->r;
    const truce_case *c = r->c;
    *series_count = 0;
    if (q->element_count != 1 || !r->observations)
        return NULL;
    chart_points *points = take(v, 1, sizeof *points);
    size_t most = c->observation_count * r->months;
    double *x = take(v, most, sizeof *x), *y = take(v, most, sizeof *y);
    bool *hollow = take(v, most, sizeof *hollow);
    for (size_t i = 0; i < c->observation_count && !v->failed; i++) {
        const case_observation *o = &c->observations[i];
        if (o->element != q->elements[0] || o->change != q->change || o->scale != SIZE_MAX)
            continue;
        double offset = o->offset < c->parameter_count
                            ? truce_distribution_quantile(&c->parameters[o->offset].prior, 0.5)
                            : 0;
        const observation_result *seen = &r->observations[i];
        for (size_t k = 0; k < seen->point_count; k++, points->count++) {
            x[points->count] = seen->x[k];
            y[points->count] = q->scale * (seen->y[k] - offset) + (q->change ? 0 : q->offset);
            hollow[points->count] = seen->hollow[k];
        }
        ++*series_count;
    }
    if (v->failed || !points->count)
        return NULL;
    points->x = x;
    points->y = y;
    points->hollow = hollow;
    return points;
}

static void put_run(text *t, const case_results *r)
{
    text_print(t, "model %s, truce %s, seed %llu", r->c->model->name, truce_version(),
               (unsigned long long)r->seed);
}

static void put_fan_words(text *t, const case_results *r, bool points)
{
    char members[WORDS_SIZE], data_end[WORDS_SIZE];
    words_number(members, (double)r->members, 1);
    save_name(r, r->data_months, data_end);
    text_print(t, "; line: median, bands: 50 %% and 90 %% of %s members", members);
    if (points)
        text_print(t, "; points: observed, hollow where not used");
    if (has_forecast(r))
        text_print(t, "; shaded: after the data end in %s", data_end);
    text_print(t, ".");
}

/* ---- Outputs: fan charts ------------------------------------------------- */

static double greatest(const canvas *v, const scenario_result *s, size_t q)
{
    double result = 0;
    for (size_t i = 0; i < v->r->months; i++)
        result = fmax(result, fabs(series_of(v->r, s, q, i)->quantiles[4]));
    return result;
}

/* Two elements share one chart when each can be read on the other's axis. */
static bool share_one_chart(const canvas *v, const scenario_result *s, size_t first, size_t count)
{
    if (count != 2)
        return false;
    double a = greatest(v, s, first), b = greatest(v, s, first + 1);
    return a > 0 && b > 0 && fmax(a, b) / fmin(a, b) < 6;
}

static chart_line fan_of(canvas *v, const scenario_result *s, size_t q)
{
    const quantity *x = &v->r->quantities[q];
    chart_line line = make_line(v, &s->series[q * v->r->months], x->change || x->flow);
    line.colour = chart_side_colour(x->side);
    line.ink = chart_side_ink(x->side);
    line.fan = true;
    return line;
}

static void draw_output(canvas *v, const scenario_result *s, const case_output *o, figure *f)
{
    size_t count, first = output_quantities(v->r, o, &count), seen = 0;
    while (count > 1 && v->r->quantities[first + count - 1].both)
        count--; /* the sum is in the table */
    count = count > MAX_PANELS ? MAX_PANELS : count;
    bool one = count == 1 || share_one_chart(v, s, first, count);
    chart_line lines[MAX_PANELS];
    chart_panel panels[MAX_PANELS] = {{0}};
    for (size_t i = 0; i < count; i++) {
        const quantity *q = &v->r->quantities[first + i];
        lines[i] = fan_of(v, s, first + i);
        lines[i].label = one && count > 1 ? q->label : NULL;
        panels[i] = (chart_panel){.title = q->label, .line_count = 1, .lines = &lines[i]};
    }
    chart c = make_chart(v, WIDE, 380);
    /* Events bear on the front, on losses and on support; elsewhere their names would take the room. */
    if (o->section != SECTION_FRONT && o->section != SECTION_LOSSES && o->section != SECTION_SUPPORT)
        c.rule_count = 0;
    if (c.rule_count)
        put_event_key(&f->source, v->r);
    if (one) {
        panels[0] = (chart_panel){.line_count = count, .lines = lines};
        if (count == 1)
            panels[0].points = make_points(v, &v->r->quantities[first], &seen);
        c.panel_count = 1;
    } else {
        c.panel_count = count;
        c.columns = count == 2 || count == 4 ? 2 : 3;
        c.height = 260 * (int)((count + c.columns - 1) / c.columns);
    }
    c.panels = panels;
    c.zero = o->section != SECTION_FRONT || o->change;
    c.y_title = axis_title(v, "", o->units);
    chart_script(&f->script, &c);
    f->width = c.width;
    f->height = c.height;
    text_print(&f->subtitle, "%s, ", o->title);
    words_units(&f->subtitle, o->units);
    put_fan_words(&f->subtitle, v->r, panels[0].points != NULL);
    if (panels[0].points)
        text_print(&f->subtitle, " Observed levels less the median of their offset.");
    if (!c.zero)
        text_print(&f->subtitle, " The axis does not start at zero.");
}

static truce_status add_output_figure(const case_results *r, const case_output *o, figure *f,
                                      truce_error *error)
{
    canvas v = {.r = r};
    const scenario_result *s = &r->scenarios[0];
    f->kind = FIGURE_OUTPUT;
    f->section = o->section;
    output_finding(&f->title, r, s, o);
    draw_output(&v, s, o, f);
    text_print(&f->source, "Source: simulation of \"%s\"; ", scenario_of(r, s)->title);
    put_run(&f->source, r);
    text_print(&f->source, ".");
    arena_free(&v.memory);
    return v.failed ? error_memory(error) : TRUCE_OK;
}

/* ---- Scenarios: differences to the baseline ------------------------------ */

/* Titles where all of them are short enough for the end of a line, else names. */
static const char *scenario_label(const case_results *r, const scenario_result *s)
{
    for (size_t i = 1; i < r->scenario_count; i++)
        if (words_columns(scenario_of(r, &r->scenarios[i])->title) > LABEL_COLUMNS)
            return scenario_of(r, s)->name;
    return scenario_of(r, s)->title;
}

/* Whether any member of a scenario ever differs from the baseline in a quantity. */
static bool differs(const case_results *r, const scenario_result *s, size_t q)
{
    for (size_t i = 0; i < r->months; i++)
        if (s->differences[q * r->months + i].above > 0 || s->differences[q * r->months + i].below > 0)
            return true;
    return false;
}

/* The lines of the scenarios that differ; false when there are none. */
static bool scenario_panel(canvas *v, size_t q, chart_line *lines, chart_panel *panel)
{
    const case_results *r = v->r;
    size_t count = 0;
    for (size_t i = 1; i < r->scenario_count && count < MAX_SCENARIOS; i++) {
        const scenario_result *s = &r->scenarios[i];
        if (!differs(r, s, q))
            continue;
        chart_line line =
            make_line(v, &s->differences[q * r->months], r->quantities[q].change || r->quantities[q].flow);
        line.label = scenario_label(r, s);
        line.colour = line.ink = chart_scenario_colour(i);
        line.dash = i > 7 ? 2 : 1;
        line.whisker = true;
        lines[count++] = line;
    }
    *panel = (chart_panel){.title = r->quantities[q].label[0] ? r->quantities[q].label : NULL,
                           .line_count = count,
                           .lines = lines};
    return count > 0;
}

static void draw_scenarios(canvas *v, size_t first, size_t count, figure *f)
{
    const case_results *r = v->r;
    const quantity *q = &r->quantities[first];
    const char *baseline = scenario_of(r, &r->scenarios[0])->title;
    chart_panel panels[MAX_PANELS];
    chart_line *lines = take(v, MAX_PANELS * MAX_SCENARIOS, sizeof *lines);
    chart c = make_chart(v, WIDE, 360);
    if (q->section != SECTION_FRONT)
        c.rule_count = 0;
    else
        put_event_key(&f->source, r);
    c.y_title = axis_title(v, "difference, ", q->units);
    for (size_t i = 0; lines && i < count && c.panel_count < MAX_PANELS; i++)
        c.panel_count +=
            scenario_panel(v, first + i, lines + c.panel_count * MAX_SCENARIOS, &panels[c.panel_count]);
    if (c.panel_count > 1) {
        c.columns = 2;
        c.height = 280 * (int)((c.panel_count + 1) / 2);
    }
    c.panels = panels;
    chart_script(&f->script, &c);
    f->width = c.width;
    f->height = c.height;
    text_print(&f->subtitle, "%s, ", q->title);
    words_units(&f->subtitle, q->units);
    text_print(
        &f->subtitle,
        ": difference to \"%s\", member by member; lines: medians; bars on the right: 50 %% (thick) and "
        "90 %% of members at the horizon's end.",
        baseline);
}

static truce_status add_scenario_figure(const case_results *r, const case_output *o, figure *f,
                                        truce_error *error)
{
    canvas v = {.r = r};
    size_t count, first = output_quantities(r, o, &count);
    if (r->quantities[first + count - 1].both) { /* losses: both sides together */
        first += count - 1;
        count = 1;
    }
    f->kind = FIGURE_SCENARIOS;
    f->section = o->section;
    difference_finding(&f->title, r, first);
    draw_scenarios(&v, first, count, f);
    text_print(&f->source, "Source: simulation; ");
    put_run(&f->source, r);
    text_print(&f->source, ".");
    arena_free(&v.memory);
    return v.failed ? error_memory(error) : TRUCE_OK;
}

/* ---- Observations -------------------------------------------------------- */

static const char *source_text(const truce_case *c, const char *id)
{
    for (size_t i = 0; id && i < c->source_count; i++)
        if (strcmp(c->sources[i].id, id) == 0)
            return c->sources[i].text;
    return id ? id : "not stated";
}

/* The months of a series that were fitted, and those after the fit in which it is judged. Thinned months and
 * those before the series begins have no shade. */
static const chart_zone *make_zones(canvas *v, const case_observation *o, double x_last, size_t *count)
{
    const case_results *r = v->r;
    chart_zone *zones = take(v, 2, sizeof *zones);
    double first = (double)(o->first_used > o->data.first ? o->first_used : o->data.first) - r->c->start;
    double last = (double)o->last_used + 1 - r->c->start, end = (double)r->fitted_months;
    first = fmin(fmax(first, 0), x_last);
    *count = 0;
    if (zones && end > first && r->fitted_months)
        zones[(*count)++] = (chart_zone){first, fmin(fmin(end, last), x_last), CHART_FITTED, "in the fit"};
    double from = fmax(end, first), to = fmin(last, x_last);
    if (zones && r->fitted_months && to > from)
        zones[(*count)++] = (chart_zone){from, to, CHART_TEST, "after the fit"};
    return zones;
}

static truce_status add_observation_figure(const case_results *r, size_t index, figure *f, truce_error *error)
{
    canvas v = {.r = r};
    const case_observation *o = &r->c->observations[index];
    const observation_result *seen = &r->observations[index];
    int side = element_side(r->c, o->element);
    chart_line line = make_line(&v, seen->predicted, o->change || !observe_is_stock(r->c, o->element));
    line.colour = chart_side_colour(side);
    line.fan = true;
    chart_points points = {seen->point_count, seen->x, seen->y, seen->hollow};
    chart_panel panel = {.line_count = 1, .lines = &line, .points = &points};
    chart c = make_chart(&v, HALF, 300);
    /* The forecast is not what is judged here: up to the last observed month, at least to the data's end. */
    c.x_last = fmin(fmax((double)r->data_months, seen->point_count ? seen->x[seen->point_count - 1] : 0),
                    (double)r->months);
    c.rule_count = 0;
    c.zones = make_zones(&v, o, c.x_last, &c.zone_count);
    c.panels = &panel;
    c.panel_count = 1;
    c.zero = o->element != r->c->front_element || o->change;
    c.y_title = axis_title(&v, "", o->units);
    f->kind = FIGURE_OBSERVATION;
    f->width = c.width;
    f->height = c.height;
    chart_script(&f->script, &c);
    observation_finding(&f->title, r, index);
    text_print(&f->subtitle, "Predicted observation with its error, ");
    words_units(&f->subtitle, o->units);
    if (o->change && !strstr(o->units, case_period(r->c)))
        text_print(&f->subtitle, " a %s", case_period(r->c));
    text_print(&f->subtitle,
               "; line: median, bands: 50 %% and 90 %%; points: observed, hollow where not used.");
    if (!c.zero)
        text_print(&f->subtitle, " The axis does not start at zero.");
    text_print(&f->source, "Source: %s; ", source_text(r->c, o->source));
    put_run(&f->source, r);
    text_print(&f->source, ".");
    if (o->issues)
        text_print(&f->source, " Known issues: %s", o->issues);
    arena_free(&v.memory);
    return v.failed ? error_memory(error) : TRUCE_OK;
}

/* ---- All of them --------------------------------------------------------- */

/* Whether a level that is drawn shows the same as this change. */
static bool repeats_a_level(const case_results *r, const case_output *o)
{
    for (size_t i = 0; o->change && i < r->c->output_count; i++) {
        const case_output *other = &r->c->outputs[i];
        if (other->chart && !other->change && other->elements[0] == o->elements[0])
            return true;
    }
    return false;
}

static bool compares_scenarios(const case_results *r, const case_output *o)
{
    size_t count, first = output_quantities(r, o, &count);
    bool any = false;
    for (size_t i = 1; i < r->scenario_count; i++)
        for (size_t q = first; q < first + count; q++)
            any = any || differs(r, &r->scenarios[i], q);
    return any && o->chart && !repeats_a_level(r, o) &&
           (o->section == SECTION_FRONT || o->section == SECTION_LOSSES || o->section == SECTION_MATERIEL ||
            o->section == SECTION_SUPPORT || o->section >= SECTION_KNOWN);
}

static truce_status fill(const case_results *r, figure_list *list, truce_error *error)
{
    truce_status status = TRUCE_OK;
    for (size_t i = 0; i < r->c->output_count && !status; i++)
        if (r->c->outputs[i].chart)
            status = add_output_figure(r, &r->c->outputs[i], &list->items[list->count++], error);
    for (size_t i = 0; i < r->c->output_count && !status; i++)
        if (compares_scenarios(r, &r->c->outputs[i]))
            status = add_scenario_figure(r, &r->c->outputs[i], &list->items[list->count++], error);
    for (size_t i = 0; i < r->c->observation_count && !status; i++)
        status = add_observation_figure(r, i, &list->items[list->count++], error);
    for (size_t i = 0; i < list->count && !status; i++) {
        const figure *f = &list->items[i];
        if (f->title.failed || f->subtitle.failed || f->source.failed || f->script.failed)
            status = error_memory(error);
    }
    return status;
}

static truce_status draw(const case_results *r, interruption watched, figure_list *list, truce_error *error)
{
    text *scripts = calloc(list->count + 1, sizeof *scripts);
    text *drawings = calloc(list->count + 1, sizeof *drawings);
    truce_status status = scripts && drawings ? TRUCE_OK : error_memory(error);
    if (status == TRUCE_OK) {
        for (size_t i = 0; i < list->count; i++)
            scripts[i] = list->items[i].script;
        status = gnuplot_draw(scripts, list->count, r->threads, watched, drawings, error);
        for (size_t i = 0; i < list->count; i++)
            list->items[i].drawing = drawings[i];
    }
    free(scripts);
    free(drawings);
    return status;
}

truce_status figures_make(const case_results *r, interruption watched, figure_list *list, truce_error *error)
{
    *list = (figure_list){0};
    list->items = calloc(2 * r->c->output_count + r->c->observation_count + 1, sizeof *list->items);
    if (!list->items)
        return error_memory(error);
    truce_status status = fill(r, list, error);
    if (status == TRUCE_OK)
        status = draw(r, watched, list, error);
    if (status)
        figures_free(list);
    return status;
}

void figures_free(figure_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        figure *f = &list->items[i];
        text_free(&f->title);
        text_free(&f->subtitle);
        text_free(&f->source);
        text_free(&f->script);
        text_free(&f->drawing);
    }
    free(list->items);
    *list = (figure_list){0};
}
