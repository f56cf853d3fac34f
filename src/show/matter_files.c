/* What matters as files: a page, and every number as CSV. */
#include "show/answer_netcdf.h"
#include "show/chart.h"
#include "show/html.h"
#include "show/matter_columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HIGH = 420, WIDTHS = 2 };

/* The chart is drawn for wide screens and for narrow ones. */
static const int widths[WIDTHS] = {960, 470};

/* ---- The page ---------------------------------------------------------------------------------------------------- */

static void put_head(text *t, const matter_column *columns, size_t count)
{
    text_print(t, "<table><thead><tr><th scope=\"col\">Parameter</th>");
    for (size_t k = 0; k < count; k++)
        if (columns[k].head)
            text_print(t, "<th class=\"number\" scope=\"col\">%s</th>", columns[k].head);
    text_print(t, "</tr></thead>\n<tbody>\n");
}

/* Two ends of an interval share a cell. */
static void put_row(text *t, const truce_matter *m, const truce_index *x, const matter_column *columns,
                    size_t count)
{
    char cell[WORDS_SIZE];
    text_print(t, "<tr><th scope=\"row\">");
    html_text(t, x->parameter);
    text_print(t, "</th>");
    for (size_t k = 0; k < count; k++) {
        matter_cell(cell, m, x, &columns[k]);
        if (columns[k].head)
            text_print(t, "%s<td class=\"number\">%s", k ? "</td>" : "", cell);
        else if (cell[0])
            text_print(t, " to %s", cell);
    }
    text_print(t, "</td></tr>\n");
}

static void put_table(text *t, const truce_matter *m)
{
    const matter_column *columns;
    size_t count = matter_columns(m, &columns);
    put_head(t, columns, count);
    for (size_t i = 0; i < m->count; i++)
        if (matter_at(m, 0, i)->resolved)
            put_row(t, m, matter_at(m, 0, i), columns, count);
    text_print(t, "</tbody></table>\n");
}

/* ---- Through time ------------------------------------------------------------------------------------------------ */

static bool fill_line(arena *memory, const truce_matter *m, size_t input, size_t number, chart_line *line)
{
    double *x = arena_array(memory, m->times, sizeof *x);
    double *quantiles = arena_array(memory, m->times * QUANTILES, sizeof *quantiles);
    double scale = m->method == TRUCE_MATTER_MORRIS && m->asked.plain ? 1 : 100;
    for (size_t t = 0; x && quantiles && t < m->times; t++) {
        size_t time = m->times - 1 - t;
        x[t] = (double)(m->last - m->back[time] - m->c->start) + 1;
        for (int k = 0; k < QUANTILES; k++)
            quantiles[t * QUANTILES + (size_t)k] =
                scale * matter_number(matter_at(m, time, input), matter_main_column(m));
    }
    *line = (chart_line){.label = matter_at(m, 0, input)->parameter,
                         .colour = chart_scenario_colour(number),
                         .ink = chart_scenario_colour(number),
                         .dash = 1,
                         .count = m->times,
                         .x = x,
                         .quantiles = quantiles};
    return x && quantiles;
}

static bool draw_times(arena *memory, const truce_matter *m, text scripts[WIDTHS])
{
    size_t inputs[MATTER_SHOWN_INPUTS], count = matter_shown_inputs(m, inputs);
    chart_line lines[MATTER_SHOWN_INPUTS];
    for (size_t i = 0; i < count; i++)
        if (!fill_line(memory, m, inputs[i], i, &lines[i]))
            return false;
    chart_panel panel = {.line_count = count, .lines = lines};
    chart c = {.height = HIGH,
               .start = m->c->start,
               .x_first = (double)(m->last - m->back[m->times - 1] - m->c->start) + 1,
               .x_last = (double)(m->last - m->c->start) + 1,
               .forecast_from = (double)(m->c->data_end - m->c->start) + 1,
               .y_title = m->method == TRUCE_MATTER_MORRIS ? "size of the effect" : "% of the variance",
               .zero = true,
               .columns = 1,
               .panel_count = 1,
               .panels = &panel};
    for (size_t i = 0; i < WIDTHS; i++) {
        c.width = widths[i];
        chart_script(&scripts[i], &c);
    }
    return !scripts[0].failed && !scripts[1].failed;
}

static truce_status put_times(text *t, const truce_matter *m, truce_error *error)
{
    arena memory = {0};
    text scripts[WIDTHS] = {0}, drawings[WIDTHS] = {0};
    truce_status status = draw_times(&memory, m, scripts) ? TRUCE_OK : error_memory(error);
    if (status == TRUCE_OK)
        status = gnuplot_draw(scripts, WIDTHS, m->asked.threads, m->watched, drawings, error);
    if (status == TRUCE_OK) {
        text_print(t, "<figure>\n");
        html_element(t, "h3", "Through time");
        text_print(t, "<p>The same value with all its %ss moved back, by the %s in which it ends.</p>\n",
                   case_period(m->c), case_period(m->c));
        html_widths(t, drawings, 1, widths, (const int[]){HIGH, HIGH}, "What matters through time");
        text_print(t, "</figure>\n");
    }
    for (size_t i = 0; i < WIDTHS; i++) {
        text_free(&scripts[i]);
        text_free(&drawings[i]);
    }
    arena_free(&memory);
    return status;
}

static truce_status put_page(text *t, const truce_matter *m, truce_error *error)
{
    text answer = {0}, basis = {0};
    size_t inputs[MATTER_SHOWN_INPUTS];
    matter_put_answer(&answer, m);
    matter_put_basis(&basis, m);
    answers_page_open(t, m->c, "What matters", m->asked.members, m->asked.seed);
    answers_page_basis(t, &basis);
    html_element(t, "h2", m->asked.output);
    html_element(t, "p", answer.failed ? "" : answer.bytes);
    t->failed = t->failed || answer.failed;
    text_free(&answer);
    if (matter_resolved(m))
        put_table(t, m);
    if (m->times > 1 && matter_shown_inputs(m, inputs))
        TRY(put_times(t, m, error));
    answers_page_close(t, m->asked.command ? m->asked.command : "");
    return TRUCE_OK;
}

/* ---- Numbers ------------------------------------------------------------------------------------------------------ */

static void write_row(FILE *out, const truce_matter *m, size_t time, const truce_index *x)
{
    const matter_column *columns;
    size_t count = matter_columns(m, &columns);
    char number[WORDS_SIZE], iso[16];
    month_iso(m->last - m->back[time], iso);
    text_write_field(out, x->parameter);
    fprintf(out, ",%s", x->resolved ? "yes" : "no");
    for (size_t k = 0; k < count; k++) {
        words_machine(number, matter_number(x, &columns[k]));
        fprintf(out, ",%s", number);
    }
    fprintf(out, ",%s\n", iso);
}

static truce_status write_csv(const output_set *set, const truce_matter *m, truce_error *error)
{
    FILE *out;
    const matter_column *columns;
    size_t count = matter_columns(m, &columns);
    TRY(output_set_create(set, "matter.csv", &out, error));
    fputs("parameter,resolved", out);
    for (size_t k = 0; k < count; k++)
        fprintf(out, ",%s", columns[k].name);
    fputs(",until\n", out);
    for (size_t t = 0; t < m->times; t++)
        for (size_t i = 0; i < m->count; i++)
            write_row(out, m, t, matter_at(m, t, i));
    return output_set_close(set, "matter.csv", out, error);
}

/* "low share" as the name of a variable. */
static void name_column(char *name, size_t size, const char *column)
{
    snprintf(name, size, "%s", column);
    for (char *at = name; *at; at++)
        *at = *at == ' ' ? '_' : *at;
}

/* Every input at every time. */
static void put_netcdf(answer_file *f, const void *context)
{
    const truce_matter *m = context;
    const matter_column *columns;
    size_t count = matter_columns(m, &columns), all = m->times * m->count;
    const int dimensions[] = {answer_dimension(f, "until", m->times),
                              answer_dimension(f, "parameter", m->count)};
    const char **names = calloc(m->count + 1, sizeof *names), *isos[MATTER_TIMES];
    char written[MATTER_TIMES][16];
    double *resolved = calloc(all + 1, sizeof *resolved);
    for (size_t t = 0; t < m->times; t++) {
        month_iso(m->last - m->back[t], written[t]);
        isos[t] = written[t];
    }
    for (size_t i = 0; names && i < m->count; i++)
        names[i] = matter_at(m, 0, i)->parameter;
    for (size_t k = 0; resolved && k < all; k++)
        resolved[k] = m->indices[k].resolved;
    answer_attribute(f, "title", m->c->title);
    answer_attribute(f, "value", m->asked.output);
    answer_attribute(f, "command", m->asked.command);
    answer_strings(f, "until", dimensions[0], "the last period of the value", m->times, isos);
    answer_strings(f, "parameter", dimensions[1], "parameter, or a set of inputs", m->count, names);
    answer_numbers(f, "resolved", "whether the sample tells it from zero", "1", 2, dimensions, resolved);
    for (size_t k = 0; k < count; k++) {
        double *values = calloc(all + 1, sizeof *values);
        for (size_t i = 0; values && i < all; i++)
            values[i] = matter_number(&m->indices[i], &columns[k]);
        char name[64];
        name_column(name, sizeof name, columns[k].name);
        answer_numbers(f, name, columns[k].name, "", 2, dimensions, values);
    }
    free(names);
}

static truce_status write_all(const output_set *set, const void *context, truce_error *error)
{
    text page = {0};
    truce_status status = put_page(&page, context, error);
    if (status != TRUCE_OK) {
        text_free(&page);
        return status;
    }
    TRY(answers_write_page(set, "matter.html", &page, error));
    TRY(write_csv(set, context, error));
    return answer_netcdf_write(set, "matter.nc", put_netcdf, context, error);
}

truce_status truce_matter_write(const truce_matter *m, const char *directory, truce_error *error)
{
    static const char *const names[] = {"matter.html", "matter.csv", "matter.nc"};
    const answers_files files = {names, sizeof names / sizeof *names - !TRUCE_NETCDF, write_all};
    REQUIRE(m, "matter");
    REQUIRE_DIRECTORY(directory);
    return answers_write(&files, m, directory, error);
}
