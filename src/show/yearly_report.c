/* A quantity by year, for readers: a sentence, tables, JSON and files. */
#include "answers/yearly.h"
#include "show/answer_netcdf.h"
#include "show/answers.h"
#include "show/grid.h"
#include "show/html.h"
#include "show/printed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_none(const truce_statistics *s)
{
    return s->above == 0 && s->below == 0;
}

/* Years before the first in which there is anything are left out of tables. */
static size_t first_shown(const truce_yearly *y)
{
    size_t k = 0;
    while (k + 1 < y->years && is_none(&y->sums[k]))
        k++;
    return k;
}

static bool has_no_spread(const truce_statistics *s)
{
    double low = s->quantiles[0], high = s->quantiles[TRUCE_QUANTILES - 1];
    return !(fabs(high - low) > 1e-5 * fmax(fabs(low), fabs(high))); /* what sums of floats leave */
}

static void put_interval(text *t, const truce_statistics *s, double share)
{
    truce_statistics part = *s;
    for (int k = 0; k < TRUCE_QUANTILES; k++)
        part.quantiles[k] *= share;
    if (has_no_spread(s)) {
        char words[WORDS_SIZE];
        words_plain(words, part.quantiles[2]);
        text_print(t, "%s", words);
    } else
        answers_interval(t, &part, false);
}

/* " (EUR bn)": a sum is without the month that its rate is told for. */
static void put_units(text *t, const truce_yearly *y)
{
    static const char rate[] = " a month";
    char units[WORDS_SIZE * 4];
    int written = snprintf(units, sizeof units, "%.*s", words_cut(y->output->units, sizeof units - 1),
                           y->output->units);
    size_t length = strlen(units), end = sizeof rate - 1;
    if (written <= 0 || strcmp(units, "1") == 0)
        return;
    if (y->measure == YEARLY_SUM && length > end && strcmp(units + length - end, rate) == 0)
        units[length - end] = '\0';
    text_print(t, " (");
    words_units(t, units);
    text_print(t, ")");
}

static void put_what_is_left(text *t, const truce_yearly *y)
{
    if (is_none(&y->total))
        text_print(t, " It is zero in this scenario: choose another with -s.");
    else if (is_none(&y->last))
        text_print(t, " Nothing of it is left in the last month.");
    else
        text_print(t, " It continues in the last month: --until goes beyond.");
}

static void put_answer(text *t, const truce_yearly *y)
{
    static const char *const measures[] = {[YEARLY_SUM] = "summed over each year",
                                           [YEARLY_END] = "at the end of each year",
                                           [YEARLY_MEAN] = "as the mean of each year"};
    int last = y->first_year + (int)y->years - 1;
    text_print(t, "%s in scenario \"%s\", %s: ", y->title, y->c->scenarios[y->scenario].title,
               measures[y->measure]);
    put_interval(t, &y->total, 1);
    if (y->measure == YEARLY_END)
        text_print(t, " at the end of the last month shown, in %d", last);
    else if (y->years == 1)
        text_print(t, " in %d%s", last, y->measure == YEARLY_SUM ? " in all" : "");
    else
        text_print(t, " from %d to %d%s", y->first_year, last, y->measure == YEARLY_SUM ? " in all" : "");
    put_units(t, y);
    text_print(t, ".");
    if (y->part_count && y->asked_part != YEARLY_BOTH) {
        text_print(t, " Both sides together: ");
        put_interval(t, &y->parts[YEARLY_BOTH].total, 1);
        text_print(t, ".");
    }
    if (y->measure == YEARLY_SUM)
        put_what_is_left(t, y);
    if (y->shared)
        text_print(t, " Shared out by %s.", y->shared->share_key);
}

static void fill_interval(grid_row *row, const truce_statistics *s, double share)
{
    if (has_no_spread(s)) {
        words_plain(row->cells[0], share * s->quantiles[2]);
        return;
    }
    double step = words_step(share * s->quantiles[0], share * s->quantiles[TRUCE_QUANTILES - 1]);
    words_number(row->cells[0], share * s->quantiles[2], step);
    words_number(row->cells[1], share * s->quantiles[0], step);
    words_number(row->cells[2], share * s->quantiles[TRUCE_QUANTILES - 1], step);
}

static bool has_spread(const truce_yearly *y)
{
    for (size_t k = 0; k < y->years; k++)
        if (!has_no_spread(&(y->part_count ? y->parts[YEARLY_BOTH].sums : y->sums)[k]))
            return true;
    return false;
}

/* Where every member has the same there is no interval. */
static grid interval_grid(const char *title, bool spreads)
{
    return (grid){.title = title,
                  .column_count = spreads ? 3 : 1,
                  .before = {"  ", "   ", " to "},
                  .heads = {{0, 0, spreads ? "median" : "all members"}, {1, 2, "90 %"}},
                  .head_count = spreads ? 2 : 1};
}

static void add_years(grid *g, const truce_yearly *y, const truce_statistics *sums)
{
    for (size_t k = first_shown(y); k < y->years; k++) {
        char label[WORDS_SIZE];
        snprintf(label, sizeof label, "%s%d", y->part_count ? "  " : "", y->first_year + (int)k);
        grid_row *row = grid_add(g, label);
        if (row)
            fill_interval(row, &sums[k], 1);
    }
}

static void print_years(FILE *stream, const truce_yearly *y, bool colour)
{
    grid g = interval_grid("YEAR", has_spread(y));
    for (size_t i = 0; i < y->part_count; i++) {
        grid_row *row = grid_add(&g, y->parts[i].label);
        if (row)
            row->heading = true;
        add_years(&g, y, y->parts[i].sums);
    }
    if (!y->part_count)
        add_years(&g, y, y->sums);
    fputc('\n', stream);
    grid_print(&g, stream, colour);
    grid_free(&g);
}

static void print_bearers(FILE *stream, const truce_yearly *y, bool colour)
{
    grid g = interval_grid(y->measure == YEARLY_SUM ? "ALL YEARS" : "AT THE END", !has_no_spread(&y->total));
    for (size_t i = 0; i < truce_yearly_bearers(y); i++) {
        grid_row *row = grid_add(&g, y->shared->share_labels[i]);
        if (row)
            fill_interval(row, &y->total, y->shared->shares[i]);
    }
    if (g.row_count)
        grid_print(&g, stream, colour);
    grid_free(&g);
}

static void print_yearly(const void *context, FILE *stream, bool colour)
{
    const truce_yearly *y = context;
    text basis = {0}, answer = {0};
    answers_put_basis(&basis, y->asked.members, y->asked.seed, y->asked.posterior);
    put_answer(&answer, y);
    answers_print_head(stream, y->c, "By year", y->title, &basis, &answer);
    text_free(&basis);
    text_free(&answer);
    if (is_none(&y->total) && y->measure == YEARLY_SUM)
        return; /* a table of nothing tells nothing */
    print_years(stream, y, colour);
    print_bearers(stream, y, colour);
}

truce_status truce_yearly_table(const truce_yearly *y, char **words, truce_error *error)
{
    REQUIRE(y, "yearly");
    REQUIRE(words, "table");
    return printed(print_yearly, y, false, words, error);
}

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

static const char *measure_name(const truce_yearly *y)
{
    static const char *const names[] = {[YEARLY_SUM] = "sum", [YEARLY_END] = "end", [YEARLY_MEAN] = "mean"};
    return names[y->measure];
}

static void put_json_years(json *j, const truce_yearly *y, const truce_statistics *sums)
{
    json_open(j, "years", '[');
    for (size_t k = 0; k < y->years; k++) {
        json_open(j, NULL, '{');
        json_number(j, "year", y->first_year + (double)k);
        answers_json_statistics(j, measure_name(y), &sums[k]);
        json_close(j, '}');
    }
    json_close(j, ']');
}

truce_status truce_yearly_json(const truce_yearly *y, char **words, truce_error *error)
{
    REQUIRE(y, "yearly");
    REQUIRE(words, "json");
    text t = {0}, answer = {0};
    json j = {.out = &t};
    put_answer(&answer, y);
    json_open(&j, NULL, '{');
    json_string(&j, "case", y->c->title);
    json_string(&j, "command", y->asked.command);
    answers_json_basis(&j, y->asked.members, y->asked.seed, y->asked.posterior);
    json_string(&j, "value", y->title);
    json_string(&j, "units", y->output->units);
    json_string(&j, "measure", measure_name(y));
    json_string(&j, "scenario", y->c->scenarios[y->scenario].name);
    json_string(&j, "answer", answer.failed ? NULL : answer.bytes);
    answers_json_statistics(&j, y->measure == YEARLY_END ? "last month" : "all years", &y->total);
    json_open(&j, "bearers", '[');
    for (size_t i = 0; i < truce_yearly_bearers(y); i++) {
        json_open(&j, NULL, '{');
        json_string(&j, "bearer", y->shared->share_labels[i]);
        json_number(&j, "share", y->shared->shares[i]);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    put_json_years(&j, y, y->sums);
    json_open(&j, "sides", '[');
    for (size_t i = 0; i < y->part_count; i++) {
        json_open(&j, NULL, '{');
        json_string(&j, "side", y->parts[i].label);
        put_json_years(&j, y, y->parts[i].sums);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    t.failed = t.failed || answer.failed;
    text_free(&answer);
    return answers_hand_over(&t, words, error);
}

/* ---- Files --------------------------------------------------------------------------------------------------------- */

static void put_head(text *t, const char *label)
{
    text_print(t, "<th class=\"number\" scope=\"col\">");
    html_text(t, label);
    text_print(t, "</th>");
}

static void put_cell(text *t, const truce_statistics *s, double share)
{
    text_print(t, "<td class=\"number\">");
    put_interval(t, s, share);
    text_print(t, "</td>");
}

/* A row a year, a column a side or a bearer. */
static void put_table(text *t, const truce_yearly *y)
{
    size_t bearers = truce_yearly_bearers(y);
    text_print(t, "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Year</th>");
    if (!y->part_count)
        put_head(t, "all");
    for (size_t i = 0; i < y->part_count; i++)
        put_head(t, y->parts[i].label);
    for (size_t i = 0; i < bearers; i++)
        put_head(t, y->shared->share_labels[i]);
    text_print(t, "</tr></thead>\n<tbody>\n");
    for (size_t k = first_shown(y); k < y->years; k++) {
        text_print(t, "<tr><th scope=\"row\">%d</th>", y->first_year + (int)k);
        if (!y->part_count)
            put_cell(t, &y->sums[k], 1);
        for (size_t i = 0; i < y->part_count; i++)
            put_cell(t, &y->parts[i].sums[k], 1);
        for (size_t i = 0; i < bearers; i++)
            put_cell(t, &y->sums[k], y->shared->shares[i]);
        text_print(t, "</tr>\n");
    }
    text_print(t, "</tbody></table></div>\n");
}

static void put_page(text *t, const truce_yearly *y)
{
    text answer = {0}, basis = {0};
    put_answer(&answer, y);
    answers_page_open(t, y->c, "By year", y->asked.members, y->asked.seed);
    answers_put_basis(&basis, y->asked.members, y->asked.seed, y->asked.posterior);
    answers_page_basis(t, &basis);
    html_element(t, "h2", y->title);
    html_element(t, "p", answer.failed ? "" : answer.bytes);
    put_table(t, y);
    answers_page_close(t, y->asked.command ? y->asked.command : "");
    t->failed = t->failed || answer.failed;
    text_free(&answer);
}

static void write_rows(FILE *out, const truce_yearly *y, const truce_statistics *sums, const char *bearer,
                       double share)
{
    for (size_t k = 0; k < y->years; k++) {
        fprintf(out, "%d,", y->first_year + (int)k);
        text_write_field(out, bearer);
        for (int q = 0; q < TRUCE_QUANTILES; q++) {
            char number[WORDS_SIZE];
            words_machine(number, share * sums[k].quantiles[q]);
            fprintf(out, ",%s", number);
        }
        putc('\n', out);
    }
}

static truce_status write_csv(const output_set *set, const truce_yearly *y, truce_error *error)
{
    FILE *out;
    TRY(output_set_create(set, "yearly.csv", &out, error));
    fputs("year,bearer,p05,p25,p50,p75,p95\n", out);
    if (!y->part_count)
        write_rows(out, y, y->sums, "all", 1);
    for (size_t i = 0; i < y->part_count; i++)
        write_rows(out, y, y->parts[i].sums, y->parts[i].label, 1);
    for (size_t i = 0; i < truce_yearly_bearers(y); i++)
        write_rows(out, y, y->sums, y->shared->share_labels[i], y->shared->shares[i]);
    return output_set_close(set, "yearly.csv", out, error);
}

/* [side][year][quantile], of losses */
static void put_sides(answer_file *f, const truce_yearly *y, const int dimensions[2])
{
    const char *labels[YEARLY_PARTS];
    double *values = calloc(YEARLY_PARTS * y->years * TRUCE_QUANTILES + 1, sizeof *values);
    const int of[] = {answer_dimension(f, "side", YEARLY_PARTS), dimensions[0], dimensions[1]};
    for (size_t i = 0; i < YEARLY_PARTS; i++)
        labels[i] = y->parts[i].label;
    for (size_t i = 0; values && i < YEARLY_PARTS * y->years * TRUCE_QUANTILES; i++)
        values[i] = y->parts[i / TRUCE_QUANTILES / y->years]
                        .sums[i / TRUCE_QUANTILES % y->years]
                        .quantiles[i % TRUCE_QUANTILES];
    answer_strings(f, "side", of[0], "side, and both together", YEARLY_PARTS, labels);
    answer_numbers(f, "value_of_side", y->output->title, y->output->units, 3, of, values);
}

/* What all bear, by year; and the share of each who bears it. */
static void put_netcdf(answer_file *f, const void *context)
{
    static const double levels[TRUCE_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};
    const truce_yearly *y = context;
    size_t bearers = truce_yearly_bearers(y);
    const int dimensions[] = {answer_dimension(f, "year", y->years),
                              answer_dimension(f, "quantile", TRUCE_QUANTILES)};
    double *years = calloc(y->years + 1, sizeof *years),
           *quantiles = calloc(TRUCE_QUANTILES, sizeof *quantiles);
    double *values = calloc(y->years * TRUCE_QUANTILES + 1, sizeof *values);
    for (size_t k = 0; years && values && k < y->years; k++) {
        years[k] = y->first_year + (double)k;
        for (int q = 0; q < TRUCE_QUANTILES; q++)
            values[k * TRUCE_QUANTILES + (size_t)q] = y->sums[k].quantiles[q];
    }
    for (int q = 0; quantiles && q < TRUCE_QUANTILES; q++)
        quantiles[q] = levels[q];
    answer_attribute(f, "title", y->c->title);
    answer_attribute(f, "command", y->asked.command);
    answer_attribute(f, "measure", measure_name(y));
    answer_numbers(f, "year", "year of the calendar", "", 1, dimensions, years);
    answer_numbers(f, "quantile", "quantile of members", "1", 1, dimensions + 1, quantiles);
    answer_numbers(f, "value", y->title, y->output->units, 2, dimensions, values);
    if (y->part_count)
        put_sides(f, y, dimensions);
    if (bearers == 0)
        return;
    int bearer = answer_dimension(f, "bearer", bearers);
    double *shares = calloc(bearers, sizeof *shares);
    for (size_t i = 0; shares && i < bearers; i++)
        shares[i] = y->shared->shares[i];
    answer_strings(f, "bearer", bearer, "who bears it", bearers, y->shared->share_labels);
    answer_numbers(f, "share", "share of the value that falls on each", "1", 1, &bearer, shares);
}

static truce_status write_all(const output_set *set, const void *context, truce_error *error)
{
    text page = {0};
    put_page(&page, context);
    TRY(answers_write_page(set, "yearly.html", &page, error));
    TRY(write_csv(set, context, error));
    return answer_netcdf_write(set, "yearly.nc", put_netcdf, context, error);
}

truce_status truce_yearly_write(const truce_yearly *y, const char *directory, truce_error *error)
{
    static const char *const names[] = {"yearly.html", "yearly.csv", "yearly.nc"};
    const answers_files files = {names, sizeof names / sizeof *names - !TRUCE_NETCDF, write_all};
    REQUIRE(y, "yearly");
    REQUIRE_DIRECTORY(directory);
    return answers_write(&files, y, directory, error);
}
