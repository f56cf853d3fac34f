/* The figure of the first screen. */
#include "results/findings.h"
#include "show/figure_parts.h"

#include <assert.h>
#include <math.h>

static chart_line scenario_line(canvas *v, size_t i, size_t q)
{
    assert(i < v->r->scenario_count && q < v->r->quantity_count);
    const scenario_result *s = &v->r->scenarios[i];
    const quantity *x = &v->r->quantities[q];
    chart_line line = figure_line(v, &s->series[q * v->r->months], x->change || x->flow);
    line.label = figure_scenario_label(v->r, s);
    line.colour = line.ink = chart_scenario_colour(i);
    line.dash = i > 7 ? 2 : 1;
    line.whisker = true;
    return line;
}

/* ---- Milestones: probability by date -------------------------------------- */

static size_t asked_milestone(const case_results *r)
{
    for (size_t k = 0; k < r->milestone_count; k++)
        if (!r->scenarios[0].milestones[k].milestone->shortage)
            return k;
    return SIZE_MAX;
}

static chart_line milestone_line(canvas *v, size_t i, size_t k)
{
    assert(i < v->r->scenario_count && k < v->r->milestone_count);
    const case_results *r = v->r;
    size_t count = r->months - r->data_months + 1;
    double *x = figure_take(v, count, sizeof *x);
    double *quantiles = figure_take(v, count, QUANTILES * sizeof *quantiles);
    for (size_t m = 0; x && quantiles && m < count; m++) {
        x[m] = (double)(r->data_months + m);
        for (int q = 0; q < QUANTILES; q++)
            quantiles[m * QUANTILES + (size_t)q] =
                q == 2 ? 100 * milestone_by(&r->scenarios[i].milestones[k], r->data_months + m) : NAN;
    }
    return (chart_line){.label = figure_scenario_label(r, &r->scenarios[i]),
                        .colour = chart_scenario_colour(i),
                        .ink = chart_scenario_colour(i),
                        .dash = i > 7 ? 2 : 1,
                        .count = x && quantiles ? count : 0,
                        .x = x,
                        .quantiles = quantiles};
}

static void title_scenario(text *t, const case_results *r, size_t i, size_t k, const char *before)
{
    assert(i < r->scenario_count);
    char share[WORDS_SIZE];
    const milestone_result *m = &r->scenarios[i].milestones[k];
    words_probability(share, m->after, m->sound);
    text_print(t, "%s%s %s", before, figure_scenario_label(r, &r->scenarios[i]), share);
}

/* All scenarios where they are few; else the baseline, and those behind it in which it is least and most likely. */
static void milestone_title(text *t, const case_results *r, size_t k)
{
    assert(k < r->milestone_count);
    enum { NAMED = 4 };
    char stop[WORDS_SIZE];
    const milestone_result *asked = &r->scenarios[0].milestones[k];
    size_t least = 1, most = 1;
    save_name(r, r->months, stop);
    text_print(t, "%s%s%s by %s:", asked->milestone->title, asked->label[0] ? ", " : "", asked->label, stop);
    for (size_t i = 0; i < r->scenario_count && (i == 0 || r->scenario_count <= NAMED); i++)
        title_scenario(t, r, i, k, i ? ", " : " ");
    if (r->scenario_count <= NAMED)
        return;
    for (size_t i = 2; i < r->scenario_count; i++) {
        least = r->scenarios[i].milestones[k].after < r->scenarios[least].milestones[k].after ? i : least;
        most = r->scenarios[i].milestones[k].after > r->scenarios[most].milestones[k].after ? i : most;
    }
    text_print(t, "; of %zu scenarios", r->scenario_count - 1);
    title_scenario(t, r, least, k, " from ");
    title_scenario(t, r, most, k, " to ");
}

static void draw_milestone(canvas *v, bool wide, size_t k, figure *f)
{
    const case_results *r = v->r;
    char members[WORDS_SIZE], data_end[WORDS_SIZE];
    chart_line lines[FIGURE_LINES];
    chart_panel panel = {.lines = lines};
    chart c = figure_chart(v, wide);
    for (size_t i = 0; i < r->scenario_count && i < FIGURE_LINES; i++)
        lines[panel.line_count++] = milestone_line(v, i, k);
    c.x_first = (double)r->data_months;
    c.rule_count = 0;
    c.percent = true;
    c.panels = &panel;
    c.panel_count = 1;
    c.y_title = "probability, %";
    words_number(members, (double)r->members, 1);
    save_name(r, r->data_months, data_end);
    milestone_title(&f->title, r, k);
    text_print(&f->subtitle,
               "Share of %s future%s in which it has happened after the end of the data (%s), by the date at "
               "which it begins.",
               members, r->members == 1 ? "" : "s", data_end);
    chart_limit_words(&f->subtitle, panel.line_count, r->scenario_count, "scenarios");
    figure_put_source(v, &c, f, NULL);
    figure_finish(v, &c, f);
}

/* ---- Scenarios beside the baseline ----------------------------------------- */

static void draw_scenarios(canvas *v, bool wide, size_t q, figure *f)
{
    const case_results *r = v->r;
    const quantity *x = &r->quantities[q];
    chart_line lines[FIGURE_LINES];
    chart_panel panel = {.lines = lines, .points = figure_points(v, x)};
    chart c = figure_chart(v, wide);
    lines[panel.line_count++] = figure_fan(v, &r->scenarios[0], q);
    if (r->scenario_count > 1) {
        lines[0].label = figure_scenario_label(r, &r->scenarios[0]);
        lines[0].colour = lines[0].ink = chart_scenario_colour(0);
    }
    for (size_t i = 1; i < r->scenario_count && panel.line_count < FIGURE_LINES; i++)
        lines[panel.line_count++] = scenario_line(v, i, q);
    c.zero = x->section != SECTION_FRONT || x->change;
    c.panels = &panel;
    c.panel_count = 1;
    c.y_title = figure_axis_title(v, "", x->units);
    if (r->scenario_count > 1)
        difference_finding(&f->title, r, q);
    else if (x->output)
        output_finding(&f->title, r, &r->scenarios[0], x->output);
    else
        quantity_name(&f->title, x);
    quantity_name(&f->subtitle, x);
    text_print(&f->subtitle, ", ");
    words_units(&f->subtitle, x->units);
    figure_fan_words(&f->subtitle, r, panel.points != NULL);
    if (r->scenario_count > 1)
        text_print(&f->subtitle,
                   " Bands are those of \"%s\"; bars on the right: 50 %% (thick) and 90 %% of the others.",
                   scenario_of(r, &r->scenarios[0])->title);
    chart_limit_words(&f->subtitle, panel.line_count, r->scenario_count, "scenarios");
    figure_put_source(v, &c, f, NULL);
    figure_finish(v, &c, f);
}

void answer_figure(canvas *v, bool wide, figure *f)
{
    size_t k = asked_milestone(v->r), q = leading_quantity(v->r);
    f->kind = wide ? FIGURE_ANSWER : FIGURE_ANSWER_NARROW;
    text_print(&f->name, wide ? "answer" : "answer-narrow");
    if (k != SIZE_MAX && has_forecast(v->r))
        draw_milestone(v, wide, k, f);
    else if (q != SIZE_MAX)
        draw_scenarios(v, wide, q, f);
}
