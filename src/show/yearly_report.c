/* A quantity by year, for readers: a sentence, tables, JSON and files. */
#include "answers/yearly.h"
#include "show/answers.h"
#include "show/grid.h"
#include "show/html.h"
#include "show/printed.h"

#include <math.h>

/* Years before the first in which there is anything are left out of tables. */
static size_t first_shown(const truce_yearly *y)
{
    size_t k = 0;
    while (k + 1 < y->years && y->sums[k].above == 0 && y->sums[k].below == 0)
        k++;
    return k;
}

static void put_interval(text *t, const truce_statistics *s, double share)
{
    truce_statistics part = *s;
    for (int k = 0; k < TRUCE_QUANTILES; k++)
        part.quantiles[k] *= share;
    if (part.quantiles[0] == part.quantiles[TRUCE_QUANTILES - 1]) {
        char words[WORDS_SIZE];
        words_plain(words, part.quantiles[2]);
        text_print(t, "%s", words);
    } else
        answers_interval(t, &part, false);
}

static const char *unit_of(const truce_yearly *y)
{
    return y->output->units;
}

static void put_answer(text *t, const truce_yearly *y)
{
    const truce_statistics *last = &y->sums[y->years - 1];
    text_print(t, "%s in scenario \"%s\", summed over the months of each year: ", y->output->title,
               y->c->scenarios[y->scenario].title);
    put_interval(t, &y->total, 1);
    text_print(t, " from %d to %d in all (months of: %s).", y->first_year, y->first_year + (int)y->years - 1,
               unit_of(y));
    if (last->above == 0 && last->below == 0)
        text_print(t, " Nothing is left in the last year.");
    else
        text_print(t, " It goes on in the last year shown: --until runs on.");
    if (y->shared)
        text_print(t, " It is borne by key: %s.", y->shared->share_key);
}

static void fill_interval(grid_row *row, const truce_statistics *s, double share)
{
    double step = words_step(share * s->quantiles[0], share * s->quantiles[TRUCE_QUANTILES - 1]);
    if (!(step > 0))
        step = 0.01;
    words_number(row->cells[0], share * s->quantiles[2], step);
    words_number(row->cells[1], share * s->quantiles[0], step);
    words_number(row->cells[2], share * s->quantiles[TRUCE_QUANTILES - 1], step);
}

static grid interval_grid(const char *title)
{
    return (grid){.title = title,
                  .column_count = 3,
                  .before = {"  ", "   ", " to "},
                  .heads = {{0, 0, "median"}, {1, 2, "90 %"}},
                  .head_count = 2};
}

static void print_years(FILE *stream, const truce_yearly *y, bool colour)
{
    grid g = interval_grid("YEAR");
    for (size_t k = first_shown(y); k < y->years; k++) {
        char label[WORDS_SIZE];
        snprintf(label, sizeof label, "%d", y->first_year + (int)k);
        grid_row *row = grid_add(&g, label);
        if (row)
            fill_interval(row, &y->sums[k], 1);
    }
    fputc('\n', stream);
    grid_print(&g, stream, colour);
    grid_free(&g);
}

static void print_bearers(FILE *stream, const truce_yearly *y, bool colour)
{
    grid g = interval_grid("ALL YEARS");
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
    answers_print_head(stream, y->c, "By year", y->output->title, &basis, &answer);
    text_free(&basis);
    text_free(&answer);
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
    json_string(&j, "value", y->output->title);
    json_string(&j, "units", y->output->units);
    json_string(&j, "scenario", y->c->scenarios[y->scenario].name);
    json_string(&j, "answer", answer.failed ? NULL : answer.bytes);
    answers_json_statistics(&j, "all years", &y->total);
    json_open(&j, "bearers", '[');
    for (size_t i = 0; i < truce_yearly_bearers(y); i++) {
        json_open(&j, NULL, '{');
        json_string(&j, "bearer", y->shared->share_labels[i]);
        json_number(&j, "share", y->shared->shares[i]);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_open(&j, "years", '[');
    for (size_t k = 0; k < y->years; k++) {
        json_open(&j, NULL, '{');
        json_number(&j, "year", y->first_year + (double)k);
        answers_json_statistics(&j, "sum", &y->sums[k]);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    t.failed = t.failed || answer.failed;
    text_free(&answer);
    return answers_hand_over(&t, words, error);
}

/* ---- Files --------------------------------------------------------------------------------------------------------- */

/* A row a year, a column a bearer. */
static void put_table(text *t, const truce_yearly *y)
{
    size_t bearers = truce_yearly_bearers(y);
    text_print(t, "<table><thead><tr><th scope=\"col\">Year</th><th class=\"number\" scope=\"col\">all</th>");
    for (size_t i = 0; i < bearers; i++) {
        text_print(t, "<th class=\"number\" scope=\"col\">");
        html_text(t, y->shared->share_labels[i]);
        text_print(t, "</th>");
    }
    text_print(t, "</tr></thead>\n<tbody>\n");
    for (size_t k = first_shown(y); k < y->years; k++) {
        text_print(t, "<tr><th scope=\"row\">%d</th><td class=\"number\">", y->first_year + (int)k);
        put_interval(t, &y->sums[k], 1);
        for (size_t i = 0; i < bearers; i++) {
            char words[WORDS_SIZE];
            words_plain(words, y->sums[k].quantiles[2] * y->shared->shares[i]);
            text_print(t, "</td><td class=\"number\">%s", words);
        }
        text_print(t, "</td></tr>\n");
    }
    text_print(t, "</tbody></table>\n");
}

static void put_page(text *t, const truce_yearly *y)
{
    text answer = {0};
    put_answer(&answer, y);
    answers_page_open(t, y->c, "By year", y->asked.members, y->asked.seed);
    html_element(t, "h2", y->output->title);
    html_element(t, "p", answer.failed ? "" : answer.bytes);
    put_table(t, y);
    answers_page_close(t, y->asked.command ? y->asked.command : "");
    t->failed = t->failed || answer.failed;
    text_free(&answer);
}

static void write_rows(FILE *out, const truce_yearly *y, const char *bearer, double share)
{
    for (size_t k = 0; k < y->years; k++) {
        fprintf(out, "%d,", y->first_year + (int)k);
        text_write_field(out, bearer);
        for (int q = 0; q < TRUCE_QUANTILES; q++) {
            char number[WORDS_SIZE];
            words_machine(number, share * y->sums[k].quantiles[q]);
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
    write_rows(out, y, "all", 1);
    for (size_t i = 0; i < truce_yearly_bearers(y); i++)
        write_rows(out, y, y->shared->share_labels[i], y->shared->shares[i]);
    return output_set_close(set, "yearly.csv", out, error);
}

static truce_status write_all(const output_set *set, const void *context, truce_error *error)
{
    text page = {0};
    put_page(&page, context);
    TRY(answers_write_page(set, "yearly.html", &page, error));
    return write_csv(set, context, error);
}

truce_status truce_yearly_write(const truce_yearly *y, const char *directory, truce_error *error)
{
    static const char *const names[] = {"yearly.html", "yearly.csv"};
    const answers_files files = {names, sizeof names / sizeof *names, write_all};
    REQUIRE(y, "yearly");
    REQUIRE(directory, "directory");
    return answers_write(&files, y, directory, error);
}
