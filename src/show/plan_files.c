/* A plan as files: a page with the frontier as a chart, and every setting that was tried as CSV. */
#include "show/answer_netcdf.h"
#include "show/chart.h"
#include "show/html.h"
#include "show/plan_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDE = 820, HIGH = 420 };

/* ---- The chart ------------------------------------------------------------------------------------------------------ */

static void put_points(text *script, const truce_plan *p)
{
    text_print(script, "$tried << EOD\n");
    for (size_t i = 0; i < p->count; i++)
        text_print(script, "%.9g %.6g\n", p->trials[i].cost, 100 * plan_probability(&p->trials[i]));
    text_print(script, "EOD\n$frontier << EOD\n");
    for (size_t i = 0; i < p->found.frontier; i++) {
        truce_plan_point at = truce_plan_frontier(p, i);
        text_print(script, "%.9g %.6g\n", at.cost, 100 * at.probability);
    }
    text_print(script, "EOD\n$answer << EOD\n%.9g %.6g\nEOD\n", p->found.cost, 100 * p->found.probability);
}

/* Steps: no less cost reaches more. The dashed line is what is asked for. */
static void draw_frontier(text *script, const truce_plan *p)
{
    text_print(
        script,
        "reset\nset encoding utf8\nset terminal svg size %d,%d dynamic enhanced font 'sans-serif,14'\n"
        "unset key\nset border 3 lc rgb '#999999'\nset tics nomirror tc rgb '#333333'\n"
        "set grid y lc rgb '#dddddd'\nset yrange [0:100]\nset xrange [*<0:*]\nset offsets 0, graph 0.03, 0, "
        "0\n"
        "set xlabel 'cost' tc rgb '#333333'\nset ylabel 'probability of the goal, %%' tc rgb '#333333'\n",
        WIDE, HIGH);
    put_points(script, p);
    text_print(script,
               "plot $tried with points pt 7 ps 0.3 lc rgb '#bbbbbb', %.6g with lines dt 2 lc rgb '#333333', "
               "$frontier with steps lw 2 lc rgb '#%06x', $frontier with points pt 7 ps 0.5 lc rgb '#%06x', "
               "$answer with points pt 6 ps 1.6 lw 2 lc rgb '#333333'\n",
               100 * p->asked.probability, (unsigned)chart_scenario_colour(1),
               (unsigned)chart_scenario_colour(1));
}

static truce_status put_chart(text *t, const truce_plan *p, truce_error *error)
{
    text script = {0}, drawing = {0};
    draw_frontier(&script, p);
    truce_status status =
        script.failed ? error_memory(error)
                      : gnuplot_draw(&script, 1, p->asked.threads,
                                     (interruption){p->asked.go_on, p->asked.context}, &drawing, error);
    if (status == TRUCE_OK) {
        text_print(t, "<figure>\n");
        html_element(t, "h3", "What a probability costs");
        html_element(t, "p",
                     "Each point is a setting that was tried; the line is the frontier, above which none "
                     "lies. Dashed: the required probability. The ring is the answer.");
        html_drawing(t, &drawing, 1, WIDE, HIGH, "Cost against probability");
        text_print(t, "</figure>\n");
    }
    text_free(&script);
    text_free(&drawing);
    return status;
}

/* ---- The page ---------------------------------------------------------------------------------------------------------- */

/* "<1 %" too. */
static void put_cell(text *t, const char *words)
{
    text_print(t, "<td class=\"number\">");
    html_text(t, words);
    text_print(t, "</td>");
}

static void put_levers(text *t, const truce_plan *p)
{
    text_print(
        t, "<table><thead><tr><th scope=\"col\">Lever</th><th class=\"number\" scope=\"col\">setting</th><th "
           "class=\"number\" scope=\"col\">default</th><th class=\"number\" scope=\"col\">range</th><th "
           "class=\"number\" scope=\"col\">without it</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < p->lever_count; i++) {
        const truce_plan_setting *s = &p->settings[i];
        char value[WORDS_SIZE], rest[WORDS_SIZE], least[WORDS_SIZE], most[WORDS_SIZE], without[WORDS_SIZE];
        plan_amount(value, p, s, s->value);
        plan_amount(rest, p, s, s->rest);
        plan_amount(least, p, s, s->least);
        plan_amount(most, p, s, s->most);
        words_percent(without, s->without);
        text_print(t, "<tr><th scope=\"row\">");
        html_text(t, s->title);
        if (s->units[0] && !s->month && strcmp(s->units, "1") != 0) {
            text_print(t, ", ");
            html_units(t, s->units);
        }
        text_print(
            t,
            "</th><td class=\"number\">%s</td><td class=\"number\">%s</td><td class=\"number\">%s to %s</td>",
            value, rest, least, most);
        put_cell(t, without);
        text_print(t, "</tr>\n");
    }
    text_print(t, "</tbody></table>\n");
}

static void put_cost(text *t, double cost)
{
    char words[WORDS_SIZE] = "none";
    if (!isnan(cost))
        words_plain(words, cost);
    put_cell(t, words);
}

static void put_unsure(text *t, const truce_plan *p)
{
    text told = {0};
    plan_put_unsure(&told, p);
    html_element(t, "p", told.failed ? "" : told.bytes);
    t->failed = t->failed || told.failed;
    text_free(&told);
    text_print(
        t,
        "<table><thead><tr><th scope=\"col\">Parameter</th><th class=\"number\" scope=\"col\">probability, "
        "lowest third</th><th class=\"number\" scope=\"col\">highest</th><th class=\"number\" scope=\"col\">"
        "cost needed, lowest third</th><th class=\"number\" "
        "scope=\"col\">highest</th></tr></thead>\n<tbody>\n");
    for (size_t k = 0; k < TRUCE_PLAN_UNSURE; k++) {
        const truce_plan_unsure *u = &p->unsure[k];
        char low[WORDS_SIZE], high[WORDS_SIZE];
        if (!u->parameter[0])
            continue;
        words_percent(low, u->low_probability);
        words_percent(high, u->high_probability);
        text_print(t, "<tr><th scope=\"row\">");
        html_text(t, u->parameter);
        text_print(t, "</th>");
        put_cell(t, low);
        put_cell(t, high);
        put_cost(t, u->low_cost);
        put_cost(t, u->high_cost);
        text_print(t, "</tr>\n");
    }
    text_print(t, "</tbody></table>\n");
}

static void put_words(text *t, const truce_plan *p, void (*put)(text *t, const truce_plan *p))
{
    text words = {0};
    put(&words, p);
    html_element(t, "p", words.failed ? "" : words.bytes);
    t->failed = t->failed || words.failed;
    text_free(&words);
}

static truce_status put_page(text *t, const truce_plan *p, truce_error *error)
{
    answers_page_open(t, p->c, "A plan", p->asked.members, p->asked.seed);
    text goal = {0}, basis = {0};
    plan_put_basis(&basis, p);
    answers_page_basis(t, &basis);
    answers_put_goal(&goal, p->asked.goal, p->asked.by);
    html_element(t, "h2", goal.failed ? "" : goal.bytes);
    t->failed = t->failed || goal.failed;
    text_free(&goal);
    put_words(t, p, plan_put_answer);
    put_levers(t, p);
    put_words(t, p, plan_put_cost);
    TRY(put_chart(t, p, error));
    if (p->unsure[0].parameter[0])
        put_unsure(t, p);
    answers_page_close(t, p->asked.command ? p->asked.command : "");
    return TRUCE_OK;
}

/* ---- Numbers ------------------------------------------------------------------------------------------------------------ */

static bool is_on_frontier(const truce_plan *p, size_t trial)
{
    for (size_t i = 0; i < p->found.frontier; i++)
        if (p->frontier[i] == trial)
            return true;
    return false;
}

static truce_status write_csv(const output_set *set, const truce_plan *p, truce_error *error)
{
    FILE *out;
    char number[WORDS_SIZE];
    TRY(output_set_create(set, "plan.csv", &out, error));
    for (size_t i = 0; i < p->lever_count; i++) {
        text_write_field(out, p->levers[i].name);
        putc(',', out);
    }
    fputs("cost,probability,frontier,answer\n", out);
    for (size_t k = 0; k < p->count; k++) {
        const plan_trial *t = &p->trials[k];
        for (size_t i = 0; i < p->lever_count; i++) {
            words_machine(number, t->values[i]);
            fprintf(out, "%s,", number);
        }
        words_machine(number, t->cost);
        fprintf(out, "%s,", number);
        words_machine(number, plan_probability(t));
        fprintf(out, "%s,%s,%s\n", number, is_on_frontier(p, k) ? "yes" : "no",
                k == p->answer ? "yes" : "no");
    }
    return output_set_close(set, "plan.csv", out, error);
}

typedef double read_trial(const truce_plan *p, size_t trial);

static double cost_of(const truce_plan *p, size_t trial)
{
    return p->trials[trial].cost;
}

static double probability_of(const truce_plan *p, size_t trial)
{
    return plan_probability(&p->trials[trial]);
}

static double frontier_of(const truce_plan *p, size_t trial)
{
    return is_on_frontier(p, trial);
}

static double answer_of(const truce_plan *p, size_t trial)
{
    return trial == p->answer;
}

/* Every setting that was tried. */
static void put_netcdf(answer_file *f, const void *context)
{
    static const struct {
        const char *name, *long_name;
        read_trial *read;
    } columns[] = {{"cost", "cost of the setting", cost_of},
                   {"probability", "share of members that reach the goal", probability_of},
                   {"frontier", "whether no other is likelier at no more cost", frontier_of},
                   {"answer", "whether it is the answer", answer_of}};
    const truce_plan *p = context;
    const int dimensions[] = {answer_dimension(f, "trial", p->count),
                              answer_dimension(f, "lever", p->lever_count)};
    const char *names[TRUCE_PLAN_LEVERS];
    double *values = calloc(p->count * p->lever_count + 1, sizeof *values);
    for (size_t i = 0; i < p->lever_count; i++)
        names[i] = p->levers[i].name;
    for (size_t k = 0; values && k < p->count; k++)
        memcpy(values + k * p->lever_count, p->trials[k].values, p->lever_count * sizeof *values);
    answer_attribute(f, "title", p->c->title);
    answer_attribute(f, "goal", p->asked.goal);
    answer_attribute(f, "command", p->asked.command);
    answer_strings(f, "lever", dimensions[1], "lever", p->lever_count, names);
    answer_numbers(f, "setting", "setting of the levers (months in model time)", "", 2, dimensions, values);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        double *numbers = calloc(p->count + 1, sizeof *numbers);
        for (size_t k = 0; numbers && k < p->count; k++)
            numbers[k] = columns[i].read(p, k);
        answer_numbers(f, columns[i].name, columns[i].long_name, "", 1, dimensions, numbers);
    }
}

static truce_status write_all(const output_set *set, const void *context, truce_error *error)
{
    text page = {0};
    truce_status status = put_page(&page, context, error);
    if (status != TRUCE_OK) {
        text_free(&page);
        return status;
    }
    TRY(answers_write_page(set, "plan.html", &page, error));
    TRY(write_csv(set, context, error));
    return answer_netcdf_write(set, "plan.nc", put_netcdf, context, error);
}

truce_status truce_plan_write(const truce_plan *p, const char *directory, truce_error *error)
{
    static const char *const names[] = {"plan.html", "plan.csv", "plan.nc"};
    const answers_files files = {names, sizeof names / sizeof *names - !TRUCE_NETCDF, write_all};
    REQUIRE(p, "plan");
    REQUIRE_DIRECTORY(directory);
    return answers_write(&files, p, directory, error);
}
