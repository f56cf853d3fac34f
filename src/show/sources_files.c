/* Which source drives which conclusion, as files: a page, CSV, JSON and NetCDF. */
#include "show/answer_netcdf.h"
#include "show/answers.h"
#include "show/html.h"
#include "show/sources.h"

#include <math.h>
#include <stdlib.h>

/* ---- The page ---------------------------------------------------------------------------------------------------- */

static void put_cell(text *t, const truce_conclusion *k, const truce_without *w)
{
    char value[WORDS_SIZE], low[WORDS_SIZE], high[WORDS_SIZE];
    if (k->compares) {
        words_percent(value, w->value);
        html_text(t, value); /* "<1 %" too */
        return;
    }
    double step = words_step(w->low, w->high);
    words_number(value, w->value, step);
    words_number(low, w->low, step);
    words_number(high, w->high, step);
    text_print(t, "%s (90 %%: %s to %s)", value, low, high);
}

static void put_row(text *t, const truce_sources *s, size_t conclusion, size_t fit)
{
    truce_conclusion k = truce_sources_conclusion(s, conclusion);
    truce_without w = sources_of_fit(s, conclusion, fit);
    char change[WORDS_SIZE] = "";
    text label = {0};
    sources_put_fit(&label, s, fit);
    if (fit != SOURCES_ALL && !isnan(w.change))
        words_signed(change, k.compares ? 100 * w.change : w.change, k.compares ? 1 : 0.01);
    text_print(t, "<tr><th scope=\"row\">");
    html_text(t, label.failed ? "" : label.bytes);
    text_print(t, "</th><td class=\"number\">");
    put_cell(t, &k, &w);
    text_print(t, "</td><td class=\"number\">%s</td><td>%s</td><td>%s</td></tr>\n", change,
               fit == SOURCES_ALL ? ""
               : w.resolved       ? "yes"
                                  : "no",
               sources_verdict(k.compares, w.verdict));
    t->failed = t->failed || label.failed;
    text_free(&label);
}

static void put_conclusion(text *t, const truce_sources *s, size_t conclusion)
{
    truce_conclusion k = truce_sources_conclusion(s, conclusion);
    text words = {0};
    sources_put_words(&words, s, conclusion);
    html_element(t, "h2", k.written);
    html_element(t, "p", words.failed ? "" : words.bytes);
    text_print(t,
               "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Data</th><th class=\"number\" "
               "scope=\"col\">%s</th><th class=\"number\" scope=\"col\">change, %s</th><th "
               "scope=\"col\">resolved</th><th scope=\"col\">verdict</th></tr></thead>\n<tbody>\n",
               k.compares ? "holds in" : "median", k.compares ? "points" : "spreads");
    for (size_t f = 0; f < s->fit_count; f++)
        put_row(t, s, conclusion, f);
    text_print(t, "</tbody></table></div>\n");
    t->failed = t->failed || words.failed;
    text_free(&words);
}

static void put_page(text *t, const truce_sources *s)
{
    text basis = {0};
    sources_put_basis(&basis, s);
    answers_page_open(t, s->c, "Which source drives which conclusion", s->members, s->asked.seed);
    answers_page_basis(t, &basis);
    for (size_t k = 0; k < s->conclusion_count; k++)
        put_conclusion(t, s, k);
    answers_page_close(t, s->asked.command ? s->asked.command : "");
}

/* ---- CSV --------------------------------------------------------------------------------------------------------- */

static void write_row(FILE *out, const truce_sources *s, size_t conclusion, size_t fit)
{
    truce_conclusion k = truce_sources_conclusion(s, conclusion);
    truce_without w = sources_of_fit(s, conclusion, fit);
    const double numbers[] = {w.value, w.low, w.high, fit == SOURCES_ALL ? NAN : w.change, w.chance, w.wider};
    text_write_field(out, k.written);
    putc(',', out);
    text_write_field(out, s->fits[fit].name);
    fprintf(out, ",%llu", (unsigned long long)s->fits[fit].seed);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char number[WORDS_SIZE];
        words_machine(number, numbers[i]);
        fprintf(out, ",%s", number);
    }
    fprintf(out, ",%s,%s,%s\n", sources_verdict(k.compares, w.verdict), w.resolved ? "yes" : "no",
            w.flips ? "yes" : "no");
}

static truce_status write_csv(const output_set *set, const truce_sources *s, truce_error *error)
{
    FILE *out;
    TRY(output_set_create(set, "sources.csv", &out, error));
    fputs("conclusion,without,seed,value,p05,p95,change,chance,wider,verdict,resolved,flips\n", out);
    for (size_t k = 0; k < s->conclusion_count; k++)
        for (size_t f = 0; f < s->fit_count; f++)
            write_row(out, s, k, f);
    return output_set_close(set, "sources.csv", out, error);
}

/* ---- NetCDF ------------------------------------------------------------------------------------------------------ */

typedef double read_without(const truce_without *w);

#define NUMBER(part)                                                                                         \
    static double part##_of(const truce_without *w)                                                          \
    {                                                                                                        \
        return w->part;                                                                                      \
    }
NUMBER(value)
NUMBER(low)
NUMBER(high)
NUMBER(change)
NUMBER(resolved)

static void put_netcdf(answer_file *f, const void *context)
{
    static const struct {
        const char *name, *long_name;
        read_without *read;
    } columns[] = {{"value", "median of a value, probability of a statement", value_of},
                   {"low", "5 % of members", low_of},
                   {"high", "95 % of members", high_of},
                   {"change", "change of the value in units of its spread with all observations", change_of},
                   {"resolved", "whether the change is told from chance", resolved_of}};
    const truce_sources *s = context;
    const int dimensions[] = {answer_dimension(f, "conclusion", s->conclusion_count),
                              answer_dimension(f, "fit", s->fit_count)};
    const char **names = calloc(s->fit_count + 1, sizeof *names);
    for (size_t k = 0; names && k < s->fit_count; k++)
        names[k] = s->fits[k].name;
    answer_attribute(f, "title", s->c->title);
    answer_attribute(f, "command", s->asked.command);
    answer_strings(f, "conclusion", dimensions[0], "conclusion", s->conclusion_count, s->written);
    answer_strings(f, "without", dimensions[1],
                   "what is left out; nothing in the first fit, and in the second, of another seed",
                   s->fit_count, names);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        double *values = calloc(s->conclusion_count * s->fit_count + 1, sizeof *values);
        for (size_t k = 0; values && k < s->conclusion_count; k++)
            for (size_t n = 0; n < s->fit_count; n++) {
                truce_without w = sources_of_fit(s, k, n);
                values[k * s->fit_count + n] = columns[i].read(&w);
            }
        answer_numbers(f, columns[i].name, columns[i].long_name, "", 2, dimensions, values);
    }
    free(names);
}

/* ---- All of them ------------------------------------------------------------------------------------------------- */

static truce_status write_all(const output_set *set, const void *context, truce_error *error)
{
    text page = {0}, words = {0};
    put_page(&page, context);
    TRY(answers_write_page(set, "sources.html", &page, error));
    sources_put_json(&words, context);
    TRY(answers_write_page(set, "sources.json", &words, error));
    TRY(write_csv(set, context, error));
    return answer_netcdf_write(set, "sources.nc", put_netcdf, context, error);
}

truce_status truce_sources_write(const truce_sources *s, const char *directory, truce_error *error)
{
    static const char *const names[] = {"sources.html", "sources.csv", "sources.json", "sources.nc"};
    static const answers_files files = {names, sizeof names / sizeof *names - !TRUCE_NETCDF, write_all};
    REQUIRE(s, "sources");
    REQUIRE_DIRECTORY(directory);
    return answers_write(&files, s, directory, error);
}
