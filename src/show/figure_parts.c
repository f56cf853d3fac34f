/* See figure_parts.h. */
#include "show/figure_parts.h"
#include "results/findings.h"

#include <math.h>
#include <string.h>

void *figure_take(canvas *v, size_t count, size_t size)
{
    void *memory = arena_array(&v->memory, count, size);
    v->failed = v->failed || !memory;
    return memory;
}

/* ---- Pieces of charts ---------------------------------------------------- */

chart_line figure_line(canvas *v, const statistics *series, bool middle)
{
    size_t months = v->r->months;
    double *x = figure_take(v, months, sizeof *x);
    double *quantiles = figure_take(v, months, QUANTILES * sizeof *quantiles);
    for (size_t i = 0; x && quantiles && i < months; i++) {
        x[i] = (double)i + (middle ? 0.5 : 1);
        memcpy(quantiles + i * QUANTILES, series[i].quantiles, sizeof series[i].quantiles);
    }
    return (chart_line){.count = x && quantiles ? months : 0, .x = x, .quantiles = quantiles, .dash = 1};
}

static chart_rule *make_rules(canvas *v)
{
    const truce_case *c = v->r->c;
    chart_rule *rules = figure_take(v, c->event_count, sizeof *rules);
    for (size_t i = 0; rules && i < c->event_count; i++) {
        const char *number = arena_format(&v->memory, "%zu", i + 1); /* their names stand below */
        v->failed = v->failed || !number;
        rules[i] = (chart_rule){c->events[i].at_month - c->start, number ? number : ""};
    }
    return rules;
}

void figure_events(text *t, const case_results *r)
{
    const truce_case *c = r->c;
    if (!c->event_count)
        return;
    text_print(t, "Events: ");
    for (size_t i = 0; i < c->event_count; i++) {
        char when[WORDS_SIZE];
        month_name(c->events[i].at_month, when);
        text_print(t, "%s%zu\xc2\xa0%s, %s", i ? "; " : "", i + 1, c->events[i].label, when);
    }
    text_print(t, ". ");
}

chart figure_chart(canvas *v, bool wide)
{
    const case_results *r = v->r;
    chart c = {.width = wide || v->alone ? FIGURE_WIDE : FIGURE_COLUMN,
               .height = wide || v->alone ? 400 : 300,
               .start = r->c->start,
               .x_last = (double)r->months,
               .forecast_from = (double)r->data_months,
               .zero = true,
               .columns = 1,
               .rules = make_rules(v)};
    c.rule_count = c.rules ? r->c->event_count : 0;
    return c;
}

const char *figure_axis_title(canvas *v, const char *before, const char *units)
{
    text t = {0};
    text_print(&t, "%s", before);
    words_units(&t, units);
    const char *copy = t.failed ? NULL : arena_string(&v->memory, t.length ? t.bytes : "");
    v->failed = v->failed || !copy;
    text_free(&t);
    return copy ? copy : "";
}

const chart_points *figure_points(canvas *v, const quantity *q)
{
    const case_results *r = v->r;
    const truce_case *c = r->c;
    if (q->element_count != 1 || !r->observations)
        return NULL;
    chart_points *points = figure_take(v, 1, sizeof *points);
    size_t most = c->observation_count * r->months;
    double *x = figure_take(v, most, sizeof *x), *y = figure_take(v, most, sizeof *y);
    bool *hollow = figure_take(v, most, sizeof *hollow);
    for (size_t i = 0; i < c->observation_count && !v->failed; i++) {
        const case_observation *o = &c->observations[i];
        if (o->element != q->elements[0] || o->change != q->change || o->scale != SIZE_MAX)
            continue;
        const observation_result *seen = &r->observations[i];
        for (size_t k = 0; k < seen->point_count; k++, points->count++) {
            x[points->count] = seen->x[k];
            y[points->count] = q->scale * (seen->y[k] - seen->offset) + (q->change ? 0 : q->offset);
            hollow[points->count] = seen->hollow[k];
        }
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

void figure_put_source(canvas *v, const chart *c, figure *f, const char *of)
{
    if (c->rule_count && (v->alone || f->kind == FIGURE_ANSWER))
        figure_events(&f->source, v->r);
    if (of)
        text_print(&f->source, "Source: simulation of \"%s\"; ", of);
    else
        text_print(&f->source, "Source: simulation; ");
    put_run(&f->source, v->r);
    text_print(&f->source, ".");
}

static char *plain(text *t)
{
    text_print(t, "%s", "");
    return t->bytes ? t->bytes : "";
}

void figure_finish(canvas *v, chart *c, figure *f)
{
    chart_make_room(c);
    f->width = c->width;
    f->height = c->height;
    chart_axis_words(&f->subtitle, c);
    if (v->alone) {
        chart_frame frame = {plain(&f->title), plain(&f->subtitle), plain(&f->source), v->alone->bitmap};
        chart_script_framed(&f->script, c, &frame);
    } else {
        chart_script(&f->script, c);
    }
    FILE *stream = text_stream(&f->csv);
    if (stream) {
        chart_csv(stream, c);
        fclose(stream);
    }
    v->failed = v->failed || !stream || f->csv.failed;
}

void figure_fan_words(text *t, const case_results *r, bool points)
{
    char members[WORDS_SIZE], data_end[WORDS_SIZE];
    words_number(members, (double)r->members, 1);
    save_name(r, r->data_months, data_end);
    text_print(t, "; line: median, bands: 50 %% and 90 %% of %s member%s", members,
               r->members == 1 ? "" : "s");
    if (points)
        text_print(t, "; points: observed, hollow where not used");
    if (has_forecast(r))
        text_print(t, "; shaded: after the data end in %s", data_end);
    text_print(t, ".");
}

chart_line figure_fan(canvas *v, const scenario_result *s, size_t q)
{
    const quantity *x = &v->r->quantities[q];
    chart_line line = figure_line(v, &s->series[q * v->r->months], x->change || x->flow);
    line.colour = chart_side_colour(x->side);
    line.ink = chart_side_ink(x->side);
    line.fan = true;
    return line;
}

const char *figure_scenario_label(const case_results *r, const scenario_result *s)
{
    enum { LABEL_COLUMNS = 16 };
    for (size_t i = 0; i < r->scenario_count; i++)
        if (words_columns(scenario_of(r, &r->scenarios[i])->title) > LABEL_COLUMNS)
            return scenario_of(r, s)->name;
    return scenario_of(r, s)->title;
}
