/* Which futures, for readers: the box as a sentence, tables, JSON and files. */
#include "answers/discovery.h"
#include "show/answer_netcdf.h"
#include "show/answers.h"
#include "show/grid.h"
#include "show/html.h"
#include "show/printed.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { SHOWN_STEPS = 12 };

/* ---- Words ------------------------------------------------------------------------------------------------------- */

/* "x above 2 (its highest 30 %)" */
static void put_restriction(text *t, const truce_restriction *r)
{
    char low[WORDS_SIZE], high[WORDS_SIZE], from[WORDS_SIZE], to[WORDS_SIZE];
    words_plain(low, r->low);
    words_plain(high, r->high);
    words_percent(from, isnan(r->high) ? 1 - r->low_share : r->low_share);
    words_percent(to, r->high_share);
    if (isnan(r->high))
        text_print(t, "%s of %s or more (its highest %s)", r->parameter, low, from);
    else if (isnan(r->low))
        text_print(t, "%s of %s or less (its lowest %s)", r->parameter, high, to);
    else
        text_print(t, "%s from %s to %s (from its lowest %s to %s)", r->parameter, low, high, from, to);
}

static void put_density(text *t, const truce_box_counts *c)
{
    char density[WORDS_SIZE], low[WORDS_SIZE], high[WORDS_SIZE];
    words_percent(density, c->density);
    words_percent(low, c->low);
    words_percent(high, c->high);
    text_print(t, "%s (90 %%: %s to %s)", density, low, high);
}

static void put_box(text *t, const truce_discovery *d)
{
    char all[WORDS_SIZE], size[WORDS_SIZE], covered[WORDS_SIZE];
    const truce_box_counts *c = &d->held_back;
    words_percent(all, (double)c->hits / (double)c->members);
    words_percent(size, (double)c->points / (double)c->members);
    words_percent(covered, c->coverage);
    text_print(t, "Among futures with ");
    for (size_t i = 0; i < d->count; i++) {
        text_print(t, "%s", i == 0 ? "" : i + 1 < d->count ? ", " : " and ");
        put_restriction(t, &d->restrictions[i]);
    }
    text_print(t, " it holds in ");
    put_density(t, c);
    text_print(t,
               ", against %s among all. They are %s of all futures, and %s of those in which it holds. These "
               "numbers come from the half of the members that had no part in the search.",
               all, size, covered);
}

static void put_answer(text *t, const truce_discovery *d)
{
    char all[WORDS_SIZE];
    words_percent(all, (double)d->searched.hits / (double)d->searched.members);
    if (d->resolved) {
        put_box(t, d);
        return;
    }
    text_print(t, "No box is resolved with these members: it holds in %s of them, and ", all);
    if (!d->count) {
        text_print(t, "%s.",
                   d->candidates
                       ? "no range of parameters in which it holds more often stands out from chance"
                       : "no parameter is related to it more closely than the strongest of so many would be "
                         "by chance");
        answers_put_more(t, d->asked.members, d->asked.posterior);
        return;
    }
    text_print(t, "in the box that the search has found it holds, among the members held back, in ");
    put_density(t, &d->held_back);
    text_print(t, ".");
    answers_put_more(t, d->asked.members, d->asked.posterior);
}

truce_status truce_discovery_words(const truce_discovery *d, char **words, truce_error *error)
{
    REQUIRE(d, "discovery");
    REQUIRE(words, "words");
    text t = {0};
    put_answer(&t, d);
    return answers_hand_over(&t, words, error);
}

/* ---- Tables ---------------------------------------------------------------------------------------------------------- */

static void print_restrictions(FILE *stream, const truce_discovery *d, bool colour)
{
    grid g = {.title = "PARAMETER",
              .column_count = 4,
              .before = {"  ", "   ", "   ", "   "},
              .heads = {{0, 0, "at least"}, {1, 1, "at most"}, {2, 2, "quasi-p"}, {3, 3, "found again"}},
              .head_count = 4};
    for (size_t i = 0; i < d->count; i++) {
        const truce_restriction *r = &d->restrictions[i];
        grid_row *row = grid_add(&g, r->parameter);
        if (!row)
            continue;
        if (!isnan(r->low))
            words_plain(row->cells[0], r->low);
        if (!isnan(r->high))
            words_plain(row->cells[1], r->high);
        if (r->chance < 1e-4)
            snprintf(row->cells[2], WORDS_SIZE, "<0.0001");
        else
            words_number(row->cells[2], r->chance, 0.0001);
        words_percent(row->cells[3], r->found_again);
    }
    fputc('\n', stream);
    if (g.row_count)
        grid_print(&g, stream, colour);
    grid_free(&g);
}

static truce_box_counts step_of(const truce_discovery *d, size_t k, size_t shown, size_t *restrictions)
{
    assert(d->step_count > 0 && k < shown);
    return truce_discovery_step(d, shown < 2 ? 0 : k * (d->step_count - 1) / (shown - 1), restrictions);
}

static void print_steps(FILE *stream, const truce_discovery *d, bool colour)
{
    size_t shown = d->step_count < SHOWN_STEPS ? d->step_count : SHOWN_STEPS, restrictions;
    grid g = {.title = "IN THE BOX",
              .column_count = 3,
              .before = {"  ", "   ", "   "},
              .heads = {{0, 0, "of all"}, {1, 1, "coverage"}, {2, 2, "density"}},
              .head_count = 3};
    for (size_t k = 0; k < shown; k++) {
        truce_box_counts c = step_of(d, k, shown, &restrictions);
        char label[WORDS_SIZE];
        snprintf(label, sizeof label, "%zu restricted", restrictions);
        grid_row *row = grid_add(&g, label);
        if (!row)
            continue;
        words_percent(row->cells[0], (double)c.points / (double)c.members);
        words_percent(row->cells[1], c.coverage);
        words_percent(row->cells[2], c.density);
    }
    if (shown > 1) {
        fprintf(stream,
                "What a smaller box gains in density it loses in coverage, peel by peel, in the\n"
                "searched half (the %zu parameter%s most):\n\n",
                d->candidates, d->candidates == 1 ? " that stands out" : "s that stand out");
        grid_print(&g, stream, colour);
    }
    grid_free(&g);
}

static void print_discovery(const void *context, FILE *stream, bool colour)
{
    const truce_discovery *d = context;
    text basis = {0}, answer = {0};
    answers_put_basis(&basis, d->asked.members, d->asked.seed, d->asked.posterior);
    put_answer(&answer, d);
    answers_print_head(stream, d->c, "Futures in which", d->asked.when, &basis, &answer);
    text_free(&basis);
    text_free(&answer);
    print_restrictions(stream, d, colour);
    print_steps(stream, d, colour);
}

truce_status truce_discovery_table(const truce_discovery *d, char **words, truce_error *error)
{
    REQUIRE(d, "discovery");
    REQUIRE(words, "table");
    return printed(print_discovery, d, false, words, error);
}

/* ---- JSON -------------------------------------------------------------------------------------------------------------- */

static void put_counts(json *j, const char *name, const truce_box_counts *c)
{
    json_open(j, name, '{');
    json_number(j, "members", (double)c->members);
    json_number(j, "hits", (double)c->hits);
    json_number(j, "in the box", (double)c->points);
    json_number(j, "hits in the box", (double)c->box_hits);
    json_number(j, "density", c->density);
    json_number(j, "low", c->low);
    json_number(j, "high", c->high);
    json_number(j, "coverage", c->coverage);
    json_close(j, '}');
}

static void put_restrictions(json *j, const truce_discovery *d)
{
    json_open(j, "box", '[');
    for (size_t i = 0; i < d->count; i++) {
        const truce_restriction *r = &d->restrictions[i];
        json_open(j, NULL, '{');
        json_string(j, "parameter", r->parameter);
        json_number(j, "low", r->low);
        json_number(j, "high", r->high);
        json_number(j, "low share", r->low_share);
        json_number(j, "high share", r->high_share);
        json_number(j, "quasi-p", r->chance);
        json_number(j, "found again", r->found_again);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_steps(json *j, const truce_discovery *d)
{
    json_open(j, "trade-off", '[');
    for (size_t k = 0; k < d->step_count; k++) {
        size_t restrictions;
        truce_box_counts c = truce_discovery_step(d, k, &restrictions);
        json_open(j, NULL, '{');
        json_number(j, "parameters", (double)restrictions);
        json_number(j, "of all", (double)c.points / (double)c.members);
        json_number(j, "coverage", c.coverage);
        json_number(j, "density", c.density);
        json_close(j, '}');
    }
    json_close(j, ']');
}

truce_status truce_discovery_json(const truce_discovery *d, char **words, truce_error *error)
{
    REQUIRE(d, "discovery");
    REQUIRE(words, "json");
    text t = {0}, answer = {0};
    json j = {.out = &t};
    put_answer(&answer, d);
    json_open(&j, NULL, '{');
    json_string(&j, "case", d->c->title);
    json_string(&j, "command", d->asked.command);
    answers_json_basis(&j, d->asked.members, d->asked.seed, d->asked.posterior);
    json_string(&j, "when", d->asked.when);
    json_string(&j, "answer", answer.failed ? NULL : answer.bytes);
    json_bool(&j, "resolved", d->resolved);
    put_restrictions(&j, d);
    put_counts(&j, "held back", &d->held_back);
    put_counts(&j, "searched", &d->searched);
    put_steps(&j, d);
    json_close(&j, '}');
    t.failed = t.failed || answer.failed;
    text_free(&answer);
    return answers_hand_over(&t, words, error);
}

/* ---- Files --------------------------------------------------------------------------------------------------------------- */

static void put_rows(text *t, const truce_discovery *d)
{
    text_print(
        t,
        "<table><thead><tr><th scope=\"col\">Parameter</th><th class=\"number\" scope=\"col\">at least</th>"
        "<th class=\"number\" scope=\"col\">at most</th><th class=\"number\" scope=\"col\">found again</th>"
        "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < d->count; i++) {
        const truce_restriction *r = &d->restrictions[i];
        char low[WORDS_SIZE] = "", high[WORDS_SIZE] = "", again[WORDS_SIZE];
        if (!isnan(r->low))
            words_plain(low, r->low);
        if (!isnan(r->high))
            words_plain(high, r->high);
        words_percent(again, r->found_again);
        text_print(t, "<tr><th scope=\"row\">");
        html_text(t, r->parameter);
        text_print(t, "</th><td class=\"number\">%s</td><td class=\"number\">%s</td><td class=\"number\">",
                   low, high);
        html_text(t, again); /* "<1 %" too */
        text_print(t, "</td></tr>\n");
    }
    text_print(t, "</tbody></table>\n");
}

static void put_page(text *t, const truce_discovery *d)
{
    text answer = {0}, basis = {0};
    put_answer(&answer, d);
    answers_page_open(t, d->c, "Which futures", d->asked.members, d->asked.seed);
    answers_put_basis(&basis, d->asked.members, d->asked.seed, d->asked.posterior);
    answers_page_basis(t, &basis);
    html_element(t, "h2", d->asked.when);
    html_element(t, "p", answer.failed ? "" : answer.bytes);
    if (d->count)
        put_rows(t, d);
    answers_page_close(t, d->asked.command ? d->asked.command : "");
    t->failed = t->failed || answer.failed;
    text_free(&answer);
}

static void write_numbers(FILE *out, const double *numbers, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        char number[WORDS_SIZE] = "";
        if (!isnan(numbers[k]))
            words_machine(number, numbers[k]);
        fprintf(out, ",%s", number);
    }
    putc('\n', out);
}

static truce_status write_csv(const output_set *set, const truce_discovery *d, truce_error *error)
{
    FILE *out;
    TRY(output_set_create(set, "futures.csv", &out, error));
    fputs("parameter,low,high,low share,high share,quasi-p,found again\n", out);
    for (size_t i = 0; i < d->count; i++) {
        const truce_restriction *r = &d->restrictions[i];
        const double numbers[] = {r->low, r->high, r->low_share, r->high_share, r->chance, r->found_again};
        text_write_field(out, r->parameter);
        write_numbers(out, numbers, sizeof numbers / sizeof *numbers);
    }
    return output_set_close(set, "futures.csv", out, error);
}

typedef double read_restriction(const truce_restriction *r);

#define NUMBER(part)                                                                                         \
    static double part##_of(const truce_restriction *r)                                                      \
    {                                                                                                        \
        return r->part;                                                                                      \
    }
NUMBER(low)
NUMBER(high)
NUMBER(low_share)
NUMBER(high_share)
NUMBER(chance)
NUMBER(found_again)

/* The box, and the way to it. */
static void put_box_numbers(answer_file *f, const truce_discovery *d)
{
    static const struct {
        const char *name, *long_name;
        read_restriction *read;
    } columns[] = {{"low", "least value; NaN: no end", low_of},
                   {"high", "greatest value; NaN: no end", high_of},
                   {"low_share", "share of members below the least value", low_share_of},
                   {"high_share", "share of members up to the greatest value", high_share_of},
                   {"quasi_p", "quasi-p-value of the restriction", chance_of},
                   {"found_again", "share of searches of halves that restrict it too", found_again_of}};
    int dimension = answer_dimension(f, "restriction", d->count);
    const char **names = calloc(d->count + 1, sizeof *names);
    for (size_t i = 0; names && i < d->count; i++)
        names[i] = d->restrictions[i].parameter;
    answer_strings(f, "parameter", dimension, "parameter", d->count, names);
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
        double *values = calloc(d->count + 1, sizeof *values);
        for (size_t i = 0; values && i < d->count; i++)
            values[i] = columns[k].read(&d->restrictions[i]);
        answer_numbers(f, columns[k].name, columns[k].long_name, "", 1, &dimension, values);
    }
    free(names);
}

static void put_netcdf(answer_file *f, const void *context)
{
    const truce_discovery *d = context;
    int step = answer_dimension(f, "step", d->step_count);
    double *covered = calloc(d->step_count + 1, sizeof *covered),
           *density = calloc(d->step_count + 1, sizeof *density);
    for (size_t k = 0; covered && density && k < d->step_count; k++) {
        truce_box_counts c = truce_discovery_step(d, k, NULL);
        covered[k] = c.coverage;
        density[k] = c.density;
    }
    answer_attribute(f, "title", d->c->title);
    answer_attribute(f, "when", d->asked.when);
    answer_attribute(f, "command", d->asked.command);
    if (d->count)
        put_box_numbers(f, d);
    answer_numbers(f, "coverage", "share of the hits that are in the box", "1", 1, &step, covered);
    answer_numbers(f, "density", "share of the box that are hits", "1", 1, &step, density);
}

static truce_status write_all(const output_set *set, const void *context, truce_error *error)
{
    text page = {0};
    put_page(&page, context);
    TRY(answers_write_page(set, "futures.html", &page, error));
    TRY(write_csv(set, context, error));
    return answer_netcdf_write(set, "futures.nc", put_netcdf, context, error);
}

truce_status truce_discovery_write(const truce_discovery *d, const char *directory, truce_error *error)
{
    static const char *const names[] = {"futures.html", "futures.csv", "futures.nc"};
    const answers_files files = {names, sizeof names / sizeof *names - !TRUCE_NETCDF, write_all};
    REQUIRE(d, "discovery");
    REQUIRE_DIRECTORY(directory);
    return answers_write(&files, d, directory, error);
}
