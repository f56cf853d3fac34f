/* talks.html: position, zone, deals and peace, each under a title that says what was found. */
#include "report/chart.h"
#include "report/html.h"
#include "report/page.h"
#include "report/talks.h"

#include <math.h>

enum { WIDE = 960, HIGH = 360, FIGURES = 3, LINES = 8 };

typedef struct talks_figure {
    text title, words;
} talks_figure;

typedef struct canvas {
    arena memory;
    const talks_shown *t;
    text scripts[FIGURES], drawings[FIGURES];
    talks_figure figures[FIGURES];
    bool failed;
} canvas;

static const char *side_name(const canvas *v, int side)
{
    return case_display_name(v->t->c, side == CASE_ATTACKER ? "attacker" : "defender");
}

/* A line with room for its points, in hundredths of the stake. */
static chart_line make_line(canvas *v, size_t count, double **x, double **quantiles)
{
    *x = arena_array(&v->memory, count, sizeof **x);
    *quantiles = arena_array(&v->memory, count, CHART_QUANTILES * sizeof **quantiles);
    bool enough = *x && *quantiles;
    v->failed = v->failed || !enough;
    return (chart_line){.count = enough ? count : 0, .x = *x, .quantiles = *quantiles, .dash = 1};
}

static chart start_chart(const canvas *v, const chart_panel *panel, const char *y_title)
{
    const talks_result *r = v->t->result;
    return (chart){.width = WIDE,
                   .height = HIGH,
                   .start = r->months[0].month,
                   .x_last = (double)r->month_count,
                   .forecast_from = (double)r->month_count,
                   .zero = true,
                   .columns = 1,
                   .y_title = y_title,
                   .panels = panel,
                   .panel_count = 1};
}

/* Events of the case within the months of the talks. */
static void add_events(canvas *v, chart *c)
{
    const truce_case *k = v->t->c;
    chart_rule *rules = arena_array(&v->memory, k->event_count, sizeof *rules);
    v->failed = v->failed || (!rules && k->event_count);
    for (size_t i = 0; rules && i < k->event_count; i++) {
        double x = k->events[i].at_month - c->start;
        if (x >= 0 && x <= c->x_last)
            rules[c->rule_count++] = (chart_rule){x, k->events[i].label};
    }
    c->rules = rules;
}

static void draw_position(canvas *v)
{
    const talks_result *r = v->t->result;
    talks_figure *f = &v->figures[0];
    chart_line lines[CASE_SIDES];
    for (int i = 0; i < CASE_SIDES; i++) {
        double *x, *q;
        lines[i] = make_line(v, r->month_count, &x, &q);
        for (size_t j = 0; j < lines[i].count; j++) {
            x[j] = (double)j;
            for (size_t k = 0; k < CHART_QUANTILES; k++)
                q[j * CHART_QUANTILES + k] =
                    i == CASE_ATTACKER
                        ? 100.0 * r->months[j].point.quantiles[k]
                        : 100.0 * (1.0 - r->months[j].point.quantiles[CHART_QUANTILES - 1 - k]);
        }
        lines[i].label = side_name(v, i);
        lines[i].colour = chart_side_colour(i);
        lines[i].ink = chart_side_ink(i);
        lines[i].fan = true;
    }
    chart_panel panel = {.line_count = CASE_SIDES, .lines = lines};
    chart c = start_chart(v, &panel, "share of the stake, %");
    add_events(v, &c);
    chart_script(&v->scripts[0], &c);
    const talks_month *first = &r->months[0], *last = &r->months[r->month_count - 1];
    char when[16], then[16];
    month_name(first->month, when);
    month_name(last->month, then);
    text_print(&f->title, "%s's position is %.0f of 100 in %s and %.0f in %s", side_name(v, CASE_DEFENDER),
               100.0 * (1.0 - first->point.quantiles[2]), when, 100.0 * (1.0 - last->point.quantiles[2]),
               then);
    text_print(&f->words,
               "Share of the stake that each side can expect at the table; line: median, bands: 50 "
               "%% and 90 %% of the futures in which the war goes on.");
}

/* From the least that the attacker accepts to the most that the defender concedes: medians. */
static void draw_zone(canvas *v)
{
    const talks_result *r = v->t->result;
    const case_talks *t = v->t->c->talks;
    talks_figure *f = &v->figures[1];
    chart_line lines[2];
    double *x, *q;
    for (int i = 0; i < 2; i++) {
        lines[i] = make_line(v, r->month_count, &x, &q);
        for (size_t j = 0; j < lines[i].count; j++) {
            const talks_month *m = &r->months[j];
            double least = m->least.quantiles[2], most = m->most.quantiles[2];
            const double zone[] = {least, least, 0.5 * (least + most), most, most};
            x[j] = (double)j;
            for (size_t k = 0; k < CHART_QUANTILES; k++)
                q[j * CHART_QUANTILES + k] =
                    100.0 * (i == 0 ? zone[k] : m->offers[t->reference].line.quantiles[2]);
        }
    }
    lines[0].label = "zone";
    lines[0].colour = lines[0].ink = chart_scenario_colour(1);
    lines[0].fan = true;
    lines[1].label = "line of the reference deal";
    lines[1].colour = lines[1].ink = CHART_INK;
    chart_panel panel = {.line_count = 2, .lines = lines};
    chart c = start_chart(v, &panel, "share of the stake to the attacker, %");
    chart_script(&v->scripts[1], &c);
    const talks_month *first = &r->months[0];
    char when[16];
    month_name(first->month, when);
    text_print(&f->title, "In %s %.0f %% of futures have a line that both would accept", when,
               100.0 * first->zone);
    text_print(
        &f->words,
        "Band: from the least that %s accepts to the most that %s concedes, medians; where the first is "
        "above the second there is no zone in the middle future. Dark line: where the reference deal (",
        side_name(v, CASE_ATTACKER), side_name(v, CASE_DEFENDER));
    text_print(&f->words, "%s) would run.", t->deals[t->reference].title);
}

/* Deals that hold alike lie on one another: only the first of these is drawn. */
static bool is_drawn(const talks_month *m, const size_t *drawn, size_t count, size_t deal)
{
    for (size_t i = 0; i < count; i++)
        if (fabs(m->offers[drawn[i]].resumed[TALKS_YEARS - 1] - m->offers[deal].resumed[TALKS_YEARS - 1]) <
            0.01)
            return true;
    return false;
}

static void draw_peace(canvas *v)
{
    const talks_shown *t = v->t;
    const talks_month *m = &t->result->months[0];
    talks_figure *f = &v->figures[2];
    chart_line lines[LINES];
    size_t drawn[LINES], count = 0;
    for (size_t k = 0; k < t->deal_count && count < LINES; k++) {
        const talks_offer *o = &m->offers[t->deals[k]];
        double *x, *q;
        if (is_drawn(m, drawn, count, t->deals[k]))
            continue;
        drawn[count] = t->deals[k];
        chart_line line = make_line(v, TALKS_YEARS + 1, &x, &q);
        for (size_t j = 0; j < line.count; j++) {
            x[j] = j == 0 ? 0.0 : 12.0 * talks_years[j - 1];
            for (size_t i = 0; i < CHART_QUANTILES; i++)
                q[j * CHART_QUANTILES + i] = j == 0 ? 100.0 : 100.0 * (1.0 - o->resumed[j - 1]);
        }
        line.label = t->c->talks->deals[t->deals[k]].name;
        line.colour = line.ink = chart_scenario_colour(count + 1);
        lines[count++] = line;
    }
    chart_panel panel = {.line_count = count, .lines = lines};
    chart c = start_chart(v, &panel, "peace still holds, %");
    c.x_last = c.forecast_from = 12.0 * talks_years[TALKS_YEARS - 1];
    chart_script(&v->scripts[2], &c);
    const talks_offer *best = &m->offers[t->deals[0]], *worst = best;
    for (size_t k = 1; k < t->deal_count; k++) {
        const talks_offer *o = &m->offers[t->deals[k]];
        best = o->resumed[3] < best->resumed[3] ? o : best;
        worst = o->resumed[3] > worst->resumed[3] ? o : worst;
    }
    text_print(&f->title, "Fighting resumes within five years after %.0f to %.0f %% of settlements",
               100.0 * best->resumed[3], 100.0 * worst->resumed[3]);
    char when[16];
    month_name(m->month, when);
    text_print(&f->words,
               "Probability that fighting has not resumed after a settlement struck in %s; deals within one "
               "percentage point of another after ten years are not drawn again.",
               when);
}

static void put_grid(text *t, const canvas *v)
{
    const talks_shown *s = v->t;
    const talks_month *m = &s->result->months[0];
    char when[16];
    month_name(m->month, when);
    text_print(
        t,
        "<h2>Who accepts what in %s</h2>\n<p>Share of futures in which a side prefers the deal to another "
        "month of war, and probability that fighting resumes.</p>\n<table><thead><tr><th "
        "scope=\"col\">Deal</th>",
        when);
    const char *heads[] = {side_name(v, 0),   side_name(v, 1), "both",
                           "resumed, 1 year", "5 years",       "10 years"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        text_print(t, "<th class=\"number\" scope=\"col\">");
        html_text(t, heads[i]);
        text_print(t, "</th>");
    }
    text_print(t, "</tr></thead>\n<tbody>\n");
    for (size_t k = 0; k < s->deal_count; k++) {
        const talks_offer *o = &m->offers[s->deals[k]];
        const double cells[] = {o->accepted[0], o->accepted[1], o->accepted_by_both,
                                o->resumed[0],  o->resumed[3],  o->resumed[TALKS_YEARS - 1]};
        text_print(t, "<tr><th scope=\"row\">");
        html_text(t, s->c->talks->deals[s->deals[k]].title);
        text_print(t, "</th>");
        for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
            text_print(t, "<td class=\"number\">%.0f %%</td>", 100.0 * cells[i]);
        text_print(t, "</tr>\n");
    }
    text_print(t, "</tbody></table>\n");
}

static void put_figure(text *t, const canvas *v, size_t i)
{
    const talks_figure *f = &v->figures[i];
    if (!f->title.length || !f->words.length)
        return;
    text_print(t, "<figure>\n");
    html_element(t, "h3", f->title.bytes);
    html_element(t, "p", f->words.bytes);
    html_drawing(t, &v->drawings[i], i + 1, WIDE, HIGH, f->title.bytes);
    text_print(t, "</figure>\n");
}

static void put_page(text *t, const canvas *v)
{
    const talks_shown *s = v->t;
    const case_scenario *scenario = &s->c->scenarios[s->options->scenario];
    text_print(t, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<title>");
    html_text(t, s->c->title);
    text_print(t, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", page_style);
    html_element(t, "h1", s->c->title);
    text_print(t, "<p class=\"run\">Talks; scenario: ");
    html_text(t, scenario->title);
    text_print(
        t,
        "; %zu futures, seed %llu; truce %s</p>\n<p class=\"caveat\">Worths of the table are judgements with "
        "wide "
        "ranges, not measurements. The page compares terms under stated assumptions; it is no forecast that "
        "talks will happen.</p>\n",
        s->result->members, (unsigned long long)s->options->run.seed, truce_version());
    if (s->options->branch != SIZE_MAX) {
        text_print(
            t, "<p>Both sides know that with probability %g this happens: ", s->options->branch_probability);
        html_text(t, s->c->scenarios[s->options->branch].title);
        text_print(t, ".</p>\n");
    }
    put_figure(t, v, 0);
    put_figure(t, v, 1);
    put_grid(t, v);
    put_figure(t, v, 2);
    text_print(t, "</body>\n</html>\n");
}

truce_status talks_page(const talks_shown *t, text *page, truce_error *error)
{
    canvas v = {.t = t};
    draw_position(&v);
    draw_zone(&v);
    draw_peace(&v);
    for (size_t i = 0; i < FIGURES; i++)
        v.failed = v.failed || v.scripts[i].failed || v.figures[i].title.failed || v.figures[i].words.failed;
    truce_status status = v.failed
                              ? error_memory(error)
                              : gnuplot_draw(v.scripts, FIGURES, t->options->run.threads, v.drawings, error);
    if (status == TRUCE_OK) {
        put_page(page, &v);
        status = page->failed ? error_memory(error) : TRUCE_OK;
    }
    for (size_t i = 0; i < FIGURES; i++) {
        text_free(&v.scripts[i]);
        text_free(&v.drawings[i]);
        text_free(&v.figures[i].title);
        text_free(&v.figures[i].words);
    }
    arena_free(&v.memory);
    return status;
}
