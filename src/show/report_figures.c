/* The figures of the page: picks the numbers of each chart out of the results. */
#include "observe/observe.h"
#include "results/findings.h"
#include "show/figure_parts.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "speed-of-the-front": letters and digits of a title up to its first bracket, in lower case, with hyphens between
 * them. */
static void put_name(text *t, const char *before, const char *title)
{
    size_t start = t->length + strlen(before);
    text_print(t, "%s", before);
    for (; *title && *title != '('; title++) {
        unsigned char x = (unsigned char)*title;
        bool letter = (x >= 'a' && x <= 'z') || (x >= '0' && x <= '9') || x >= 0x80;
        if (x >= 'A' && x <= 'Z')
            text_print(t, "%c", x - 'A' + 'a');
        else if (letter)
            text_add(t, title, 1);
        else if (t->length > start && t->bytes[t->length - 1] != '-')
            text_add(t, "-", 1);
    }
    while (t->length > start && t->bytes[t->length - 1] == '-')
        t->bytes[--t->length] = '\0';
}

/* Two panels stand above each other, more in two columns. */
static void lay_panels(chart *c)
{
    if (c->panel_count < 2)
        return;
    c->columns = c->panel_count == 2 && c->width == FIGURE_COLUMN ? 1 : 2;
    size_t rows = (c->panel_count + c->columns - 1) / c->columns;
    c->height = (c->columns == 1 ? 190 : c->width == FIGURE_COLUMN ? 180 : 260) * (int)rows;
}

/* ---- Outputs: fan charts ------------------------------------------------- */

static double greatest(const canvas *v, const scenario_result *s, size_t q)
{
    assert(q < v->r->quantity_count);
    double result = 0;
    for (size_t i = 0; i < v->r->months; i++)
        result = fmax(result, fabs(series_of(v->r, s, q, i)->quantiles[4]));
    return result;
}

/* Two elements share one chart when each can be read on the other's axis. */
static bool share_one_chart(const canvas *v, const scenario_result *s, size_t first, size_t count)
{
    assert(first + count <= v->r->quantity_count);
    if (count != 2)
        return false;
    double a = greatest(v, s, first), b = greatest(v, s, first + 1);
    return a > 0 && b > 0 && fmax(a, b) / fmin(a, b) < 6;
}

static void draw_output(canvas *v, const scenario_result *s, const case_output *o, figure *f)
{
    size_t count, first = output_quantities(v->r, o, &count);
    while (count > 1 && v->r->quantities[first + count - 1].both)
        count--; /* the sum is in the table */
    const size_t all = count;
    count = count > FIGURE_PANELS ? FIGURE_PANELS : count;
    bool one = count == 1 || share_one_chart(v, s, first, count);
    chart_line lines[FIGURE_PANELS];
    chart_panel panels[FIGURE_PANELS] = {{0}};
    for (size_t i = 0; i < count; i++) {
        const quantity *q = &v->r->quantities[first + i];
        lines[i] = figure_fan(v, s, first + i);
        lines[i].label = one && count > 1 ? q->label : NULL;
        panels[i] = (chart_panel){.title = q->label, .line_count = 1, .lines = &lines[i]};
    }
    chart c = figure_chart(v, false);
    /* Events bear on the front, on losses and on support; elsewhere their names would take the room. */
    if (o->section != SECTION_FRONT && o->section != SECTION_LOSSES && o->section != SECTION_SUPPORT)
        c.rule_count = 0;
    if (one) {
        panels[0] = (chart_panel){.line_count = count, .lines = lines};
        if (count == 1)
            panels[0].points = figure_points(v, &v->r->quantities[first]);
        c.panel_count = 1;
    } else {
        c.panel_count = count;
        lay_panels(&c);
    }
    c.panels = panels;
    c.zero = o->section != SECTION_FRONT || o->change;
    c.y_title = figure_axis_title(v, "", o->units);
    text_print(&f->subtitle, "%s", o->title);
    words_in_units(&f->subtitle, o->units);
    figure_fan_words(&f->subtitle, v->r, panels[0].points != NULL);
    if (panels[0].points)
        text_print(&f->subtitle, " Observed levels less the median of their offset.");
    chart_limit_words(&f->subtitle, count, all, "elements");
    figure_put_source(v, &c, f, scenario_of(v->r, s)->title);
    figure_finish(v, &c, f);
}

static void output_figure(canvas *v, const case_output *o, figure *f)
{
    const scenario_result *s = &v->r->scenarios[0];
    f->kind = FIGURE_OUTPUT;
    f->section = o->section;
    put_name(&f->name, "", o->title);
    output_finding(&f->title, v->r, s, o);
    draw_output(v, s, o, f);
}

/* ---- Scenarios: differences to the baseline ------------------------------ */

/* The first month in which any member of a scenario differs from the baseline in a quantity; SIZE_MAX: none does. */
static size_t differs_from(const case_results *r, const scenario_result *s, size_t q)
{
    assert(q < r->quantity_count);
    for (size_t i = 0; i < r->months; i++)
        if (s->differences[q * r->months + i].above > 0 || s->differences[q * r->months + i].below > 0)
            return i;
    return SIZE_MAX;
}

/* The lines of the scenarios that differ, from which month on; false when there are none. */
static bool scenario_panel(canvas *v, size_t q, chart_line *lines, chart_panel *panel, size_t *from)
{
    const case_results *r = v->r;
    size_t count = 0;
    for (size_t i = 1; i < r->scenario_count && count < FIGURE_LINES; i++) {
        const scenario_result *s = &r->scenarios[i];
        size_t first = differs_from(r, s, q);
        if (first == SIZE_MAX)
            continue;
        *from = first < *from ? first : *from;
        chart_line line =
            figure_line(v, &s->differences[q * r->months], r->quantities[q].change || r->quantities[q].flow);
        line.label = figure_scenario_label(r, s);
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

/* What is left out of a chart of differences. */
static void scenario_limits(const case_results *r, size_t first, size_t count, text *t)
{
    size_t differ = 0;
    for (size_t i = 1; i < r->scenario_count; i++) {
        bool any = false;
        for (size_t q = first; q < first + count; q++)
            any = any || differs_from(r, &r->scenarios[i], q) != SIZE_MAX;
        differ += any;
    }
    chart_limit_words(t, differ < FIGURE_LINES ? differ : FIGURE_LINES, differ, "scenarios");
    chart_limit_words(t, count < FIGURE_PANELS ? count : FIGURE_PANELS, count, "elements");
}

static void draw_scenarios(canvas *v, size_t first, size_t count, figure *f)
{
    assert(count > 0 && first + count <= v->r->quantity_count);
    const case_results *r = v->r;
    const quantity *q = &r->quantities[first];
    const char *baseline = scenario_of(r, &r->scenarios[0])->title;
    chart_panel panels[FIGURE_PANELS];
    chart_line *lines = figure_take(v, FIGURE_PANELS * FIGURE_LINES, sizeof *lines);
    size_t from = r->months;
    chart c = figure_chart(v, false);
    if (q->section != SECTION_FRONT)
        c.rule_count = 0;
    c.y_title = figure_axis_title(v, "difference, ", q->units);
    for (size_t i = 0; lines && i < count && c.panel_count < FIGURE_PANELS; i++)
        c.panel_count +=
            scenario_panel(v, first + i, lines + c.panel_count * FIGURE_LINES, &panels[c.panel_count], &from);
    lay_panels(&c);
    c.panels = panels;
    c.x_first = from > 0 && from < r->months ? (double)from - 1 : 0; /* where differences start */
    text_print(&f->subtitle, "%s", q->title);
    words_in_units(&f->subtitle, q->units);
    text_print(
        &f->subtitle,
        ": difference to \"%s\", member by member; lines: medians; bars on the right: 50 %% (thick) and "
        "90 %% of members at the horizon's end.",
        baseline);
    scenario_limits(r, first, count, &f->subtitle);
    figure_put_source(v, &c, f, NULL);
    figure_finish(v, &c, f);
}

static void scenario_figure(canvas *v, const case_output *o, figure *f)
{
    size_t count, first = output_quantities(v->r, o, &count);
    if (v->r->quantities[first + count - 1].both) { /* losses: both sides together */
        first += count - 1;
        count = 1;
    }
    f->kind = FIGURE_SCENARIOS;
    f->section = o->section;
    put_name(&f->name, "difference-", o->title);
    difference_finding(&f->title, v->r, first);
    draw_scenarios(v, first, count, f);
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
    chart_zone *zones = figure_take(v, 2, sizeof *zones);
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

static void observation_words(canvas *v, const case_observation *o, const chart *c, figure *f)
{
    const truce_case *of = v->r->c;
    text_print(&f->subtitle, "Predicted observation with its error");
    words_in_units(&f->subtitle, o->units);
    if (o->change && !strstr(o->units, case_period(of)))
        text_print(&f->subtitle, " a %s", case_period(of));
    text_print(&f->subtitle,
               "; line: median, bands: 50 %% and 90 %%; points: observed, hollow where not used.");
    text_print(&f->source, "Observed: %s. ", source_text(of, o->source));
    if (o->issues)
        text_print(&f->source, "Known issues: %s ", o->issues);
    figure_put_source(v, c, f, NULL);
}

static void observation_figure(canvas *v, size_t index, figure *f)
{
    const case_results *r = v->r;
    const case_observation *o = &r->c->observations[index];
    const observation_result *seen = &r->observations[index];
    chart_line line = figure_line(v, seen->predicted, o->change || !observe_is_stock(r->c, o->element));
    line.colour = chart_side_colour(element_side(r->c, o->element));
    line.fan = true;
    chart_points points = {seen->point_count, seen->x, seen->y, seen->hollow};
    chart_panel panel = {.line_count = 1, .lines = &line, .points = &points};
    chart c = figure_chart(v, false);
    /* The forecast is not what is judged here: up to the last observed month, at least to the data's end. */
    c.x_last = fmin(fmax((double)r->data_months, seen->point_count ? seen->x[seen->point_count - 1] : 0),
                    (double)r->months);
    c.rule_count = 0;
    c.zones = make_zones(v, o, c.x_last, &c.zone_count);
    c.panels = &panel;
    c.panel_count = 1;
    c.zero = o->element != r->c->front_element || o->change;
    c.y_title = figure_axis_title(v, "", o->units);
    f->kind = FIGURE_OBSERVATION;
    put_name(&f->name, "observed-", o->name);
    observation_finding(&f->title, r, index);
    observation_words(v, o, &c, f);
    figure_finish(v, &c, f);
}

/* ---- All of them --------------------------------------------------------- */

/* Whether a level that is drawn shows the same as this change. */
static bool repeats_a_level(const case_results *r, const case_output *o)
{
    for (size_t i = 0; o->change && i < r->c->output_count; i++) {
        const case_output *other = &r->c->outputs[i];
        if (other->chart && o->section != SECTION_FRONT && !other->change &&
            other->elements[0] == o->elements[0])
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
            any = any || differs_from(r, &r->scenarios[i], q) != SIZE_MAX;
    return any && o->chart && !repeats_a_level(r, o) &&
           (o->section == SECTION_FRONT || o->section == SECTION_LOSSES || o->section == SECTION_MATERIEL ||
            o->section == SECTION_SUPPORT || o->section >= SECTION_KNOWN);
}

/* Titles may differ in their brackets alone: the second is "losses-2". */
static void tell_names_apart(figure_list *list)
{
    map taken = {0};
    for (size_t i = 0; i < list->count; i++) {
        text *name = &list->items[i].name;
        const size_t length = name->length;
        for (unsigned number = 2; length && !name->failed && map_get(&taken, name->bytes) != SIZE_MAX;
             number++) {
            name->length = length;
            text_print(name, "-%u", number);
        }
        if (length && !name->failed && !map_put(&taken, name->bytes, i, NULL))
            name->failed = true;
    }
    map_free(&taken);
}

/* The next figure of a list, made by one of these. */
static figure *next_figure(figure_list *list)
{
    return &list->items[list->count++];
}

static void fill(canvas *v, figure_list *list)
{
    const case_results *r = v->r;
    answer_figure(v, true, next_figure(list));
    if (!v->alone)
        answer_figure(v, false, next_figure(list));
    for (size_t i = 0; i < r->c->output_count; i++)
        if (r->c->outputs[i].chart)
            output_figure(v, &r->c->outputs[i], next_figure(list));
    for (size_t i = 0; i < r->c->output_count; i++)
        if (compares_scenarios(r, &r->c->outputs[i]))
            scenario_figure(v, &r->c->outputs[i], next_figure(list));
    for (size_t i = 0; i < r->c->observation_count; i++)
        observation_figure(v, i, next_figure(list));
    tell_names_apart(list);
    for (size_t i = 0; i < list->count; i++) {
        figure *f = &list->items[i];
        if (f->name.failed || f->title.failed || f->subtitle.failed || f->source.failed || f->script.failed ||
            f->csv.failed)
            v->failed = true;
    }
}

/* All figures, not yet drawn. */
static truce_status figures_prepare(const case_results *r, const chart_frame *alone, figure_list *list,
                                    truce_error *error)
{
    canvas v = {.r = r, .alone = alone};
    *list = (figure_list){
        .items = calloc(2 * r->c->output_count + r->c->observation_count + 2, sizeof *list->items)};
    if (!list->items)
        return error_memory(error);
    fill(&v, list);
    arena_free(&v.memory);
    if (!v.failed)
        return TRUCE_OK;
    figures_free(list);
    return error_memory(error);
}

static truce_status draw(const case_results *r, interruption watched, figure_list *list, truce_error *error)
{
    text *scripts = calloc(list->count + 1, sizeof *scripts);
    text *drawings = calloc(list->count + 1, sizeof *drawings);
    truce_status status = scripts && drawings ? TRUCE_OK : error_memory(error);
    if (status == TRUCE_OK) {
        size_t count = 0; /* a case that shows nothing has no figure of an answer */
        for (size_t i = 0; i < list->count; i++)
            if (list->items[i].script.length)
                scripts[count++] = list->items[i].script;
        status = gnuplot_draw(scripts, count, r->threads, watched, drawings, error);
        for (size_t i = list->count; i-- > 0;)
            if (list->items[i].script.length)
                list->items[i].drawing = drawings[--count];
    }
    free(scripts);
    free(drawings);
    return status;
}

truce_status figures_make(const case_results *r, interruption watched, figure_list *list, truce_error *error)
{
    truce_status status = figures_prepare(r, NULL, list, error);
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
        text_free(&f->name);
        text_free(&f->csv);
        text_free(&f->title);
        text_free(&f->subtitle);
        text_free(&f->source);
        text_free(&f->script);
        text_free(&f->drawing);
    }
    free(list->items);
    *list = (figure_list){0};
}

/* ---- One alone ----------------------------------------------------------- */

static truce_status no_such_figure(const figure_list *list, const char *name, truce_error *error)
{
    const char **all = calloc(list->count + 1, sizeof *all);
    if (!all)
        return error_memory(error);
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].script.length)
            all[count++] = list->items[i].name.bytes;
    const char *nearest = truce_nearest_name(name, all, count);
    truce_status status = nearest
                              ? error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                                          "there is no chart \"%s\" (did you mean \"%s\"?)", name, nearest)
                              : error_set(error, TRUCE_BAD_USAGE, NULL, 0, "there is no chart \"%s\"", name);
    free(all);
    return status;
}

truce_status figure_names(const case_results *r, text *names, truce_error *error)
{
    figure_list list;
    TRY(figures_prepare(r, &(chart_frame){0}, &list, error));
    text_print(names, "%s", "");
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].script.length)
            text_print(names, "%s\n", list.items[i].name.bytes);
    figures_free(&list);
    return names->failed ? error_memory(error) : TRUCE_OK;
}

static truce_status draw_alone(figure *f, figure_form form, interruption watched, text *bytes,
                               truce_error *error)
{
    if (form != FIGURE_CSV)
        return gnuplot_draw(&f->script, 1, 1, watched, bytes, error);
    *bytes = f->csv;
    f->csv = (text){0};
    return TRUCE_OK;
}

truce_status figure_alone(const case_results *r, const char *name, figure_form form, interruption watched,
                          text *bytes, truce_error *error)
{
    figure_list list;
    size_t i = 0;
    TRY(figures_prepare(r, &(chart_frame){.bitmap = form == FIGURE_PNG}, &list, error));
    while (i < list.count && (!list.items[i].script.length || strcmp(list.items[i].name.bytes, name) != 0))
        i++;
    truce_status status = i < list.count ? draw_alone(&list.items[i], form, watched, bytes, error)
                                         : no_such_figure(&list, name, error);
    figures_free(&list);
    return status;
}
