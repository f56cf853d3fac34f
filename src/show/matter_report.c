/* What matters, for readers: a sentence, a table of parameters, JSON, and files. */
#include "answers/matter.h"
#include "show/answers.h"
#include "show/grid.h"
#include "show/html.h"
#include "show/printed.h"

#include <math.h>

static size_t resolved_count(const truce_matter *m)
{
    size_t count = 0;
    for (size_t i = 0; i < m->count; i++)
        count += m->indices[i].resolved;
    return count;
}

static void put_answer(text *t, const truce_matter *m)
{
    size_t resolved = resolved_count(m);
    text_print(t, "The output is ");
    answers_interval(t, &m->output, false);
    text_print(t, ". ");
    if (!resolved)
        text_print(t, "No parameter's share of the variance of its rank is resolved on these members: they "
                      "cannot be ranked. Take "
                      "more members.");
    else
        text_print(t,
                   "Resolved are the shares of %zu of %zu parameters; the others are not ranked. Shares are "
                   "those of "
                   "the variance of the output's rank that go with a parameter and all that goes with it; "
                   "they need not add up to one.",
                   resolved, m->count);
}

static void put_share(char cell[WORDS_SIZE], double share)
{
    words_number(cell, 100 * share, 0.1);
}

static void print_parameters(FILE *stream, const truce_matter *m, bool colour)
{
    grid g = {.title = "PARAMETER",
              .column_count = 4,
              .before = {"  ", "   ", " to ", "   "},
              .heads = {{0, 0, "% of variance"}, {1, 2, "90 %"}, {3, 3, "direction"}},
              .head_count = 3};
    for (size_t i = 0; i < m->count; i++) {
        const truce_index *x = &m->indices[i];
        grid_row *row = x->resolved ? grid_add(&g, x->parameter) : NULL;
        if (!row)
            continue;
        put_share(row->cells[0], x->share);
        put_share(row->cells[1], x->low);
        put_share(row->cells[2], x->high);
        words_signed(row->cells[3], x->slope, 0.01);
    }
    fputc('\n', stream);
    if (g.row_count)
        grid_print(&g, stream, colour);
    grid_free(&g);
}

static void print_matter(const void *context, FILE *stream, bool colour)
{
    const truce_matter *m = context;
    text basis = {0}, answer = {0};
    answers_put_basis(&basis, m->asked.members, m->asked.seed, m->asked.posterior);
    put_answer(&answer, m);
    answers_print_head(stream, m->c, "Output", m->asked.output, &basis, &answer);
    text_free(&basis);
    text_free(&answer);
    print_parameters(stream, m, colour);
}

truce_status truce_matter_table(const truce_matter *m, char **words, truce_error *error)
{
    REQUIRE(m, "matter");
    REQUIRE(words, "table");
    return printed(print_matter, m, false, words, error);
}

truce_status truce_matter_json(const truce_matter *m, char **words, truce_error *error)
{
    REQUIRE(m, "matter");
    REQUIRE(words, "json");
    text t = {0}, answer = {0};
    json j = {.out = &t};
    put_answer(&answer, m);
    json_open(&j, NULL, '{');
    json_string(&j, "case", m->c->title);
    json_string(&j, "command", m->asked.command);
    json_string(&j, "output", m->asked.output);
    json_string(&j, "answer", answer.failed ? NULL : answer.bytes);
    answers_json_statistics(&j, "value", &m->output);
    json_open(&j, "parameters", '[');
    for (size_t i = 0; i < m->count; i++) {
        json_open(&j, NULL, '{');
        json_string(&j, "parameter", m->indices[i].parameter);
        json_number(&j, "share", m->indices[i].share);
        json_number(&j, "low", m->indices[i].low);
        json_number(&j, "high", m->indices[i].high);
        json_bool(&j, "resolved", m->indices[i].resolved);
        json_number(&j, "direction", m->indices[i].slope);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    text_free(&answer);
    return answers_hand_over(&t, words, error);
}

/* ---- Files ---------------------------------------------------------------------------------------------------- */

static void put_page(text *t, const truce_matter *m)
{
    text answer = {0};
    put_answer(&answer, m);
    answers_page_open(t, m->c, "What matters", m->asked.members, m->asked.seed);
    html_element(t, "h2", m->asked.output);
    html_element(t, "p", answer.failed ? "" : answer.bytes);
    text_print(
        t, "<table><thead><tr><th scope=\"col\">Parameter</th><th class=\"number\" scope=\"col\">%% of the "
           "variance</th><th class=\"number\" scope=\"col\">90 %%</th><th class=\"number\" "
           "scope=\"col\">direction</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < m->count; i++) {
        const truce_index *x = &m->indices[i];
        char share[WORDS_SIZE], low[WORDS_SIZE], high[WORDS_SIZE], slope[WORDS_SIZE];
        if (!x->resolved)
            continue;
        put_share(share, x->share);
        put_share(low, x->low);
        put_share(high, x->high);
        words_signed(slope, x->slope, 0.01);
        text_print(t, "<tr><th scope=\"row\">");
        html_text(t, x->parameter);
        text_print(
            t,
            "</th><td class=\"number\">%s</td><td class=\"number\">%s to %s</td><td class=\"number\">%s</td>"
            "</tr>\n",
            share, low, high, slope);
    }
    text_print(t, "</tbody></table>\n");
    answers_page_close(t, m->asked.command ? m->asked.command : "");
    t->failed = t->failed || answer.failed;
    text_free(&answer);
}

static truce_status write_csv(const output_set *set, const truce_matter *m, truce_error *error)
{
    FILE *out;
    TRY(output_set_create(set, "matter.csv", &out, error));
    fputs("parameter,resolved,share,low,high,direction\n", out);
    for (size_t i = 0; i < m->count; i++) {
        const truce_index *x = &m->indices[i];
        const double cells[] = {x->share, x->low, x->high, x->slope};
        text_write_field(out, x->parameter);
        fprintf(out, ",%s", x->resolved ? "yes" : "no");
        for (size_t k = 0; k < 4; k++) {
            char number[WORDS_SIZE];
            words_machine(number, cells[k]);
            fprintf(out, ",%s", number);
        }
        putc('\n', out);
    }
    return output_set_close(set, "matter.csv", out, error);
}

static truce_status write_all(const output_set *set, const void *context, truce_error *error)
{
    text page = {0};
    put_page(&page, context);
    TRY(answers_write_page(set, "matter.html", &page, error));
    return write_csv(set, context, error);
}

truce_status truce_matter_write(const truce_matter *m, const char *directory, truce_error *error)
{
    REQUIRE(m, "matter");
    REQUIRE(directory, "directory");
    static const char *const names[] = {"matter.html", "matter.csv"};
    static const answers_files files = {names, sizeof names / sizeof *names, write_all};
    return answers_write(&files, m, directory, error);
}
