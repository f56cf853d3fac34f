/* How much is enough, for readers: sentences and a table, JSON, and files. */
#include "answers/enough.h"
#include "show/answer_netcdf.h"
#include "show/answers.h"
#include "show/grid.h"
#include "show/html.h"
#include "show/printed.h"

#include <math.h>
#include <stdlib.h>

static void put_setting(text *t, const truce_setting *s)
{
    char p[WORDS_SIZE], low[WORDS_SIZE], high[WORDS_SIZE];
    answers_share(p, s->probability, s->members);
    words_probability(low, s->low, SIZE_MAX);
    words_probability(high, s->high, SIZE_MAX);
    text_print(t, "%s (90 %%: %s to %s)", p, low, high);
}

static size_t most_failed(const truce_enough *e)
{
    size_t most = e->found.fresh.failed;
    for (size_t i = 0; i < e->count; i++)
        most = e->settings[i].failed > most ? e->settings[i].failed : most;
    return most;
}

static bool is_within(const truce_setting *s, double wanted)
{
    return s->low <= wanted && wanted <= s->high;
}

/* Whether the members of the search and fresh ones both tell that it is, or is not, enough. */
static bool is_resolved(const truce_enough *e)
{
    const truce_enough_facts *f = &e->found;
    double wanted = e->asked.probability;
    return f->found ? f->least.low > wanted && f->fresh.low > wanted
                    : f->least.high < wanted && f->fresh.high < wanted;
}

/* A setting, told from the others of the range. */
static void setting_words(char out[WORDS_SIZE], const truce_enough *e, double value)
{
    words_within(out, value, e->asked.most - e->asked.least);
}

/* The settings that the members cannot tell from the answer. */
static void put_alike(text *t, const truce_enough *e)
{
    size_t first = e->count, last = 0;
    char from[WORDS_SIZE], to[WORDS_SIZE], wanted[WORDS_SIZE];
    for (size_t i = 0; i < e->count; i++)
        if (is_within(&e->settings[i], e->asked.probability)) {
            first = i < first ? i : first;
            last = i;
        }
    if (first >= last || e->settings[first].value > e->found.least.value)
        return;
    setting_words(from, e, e->settings[first].value);
    setting_words(to, e, e->settings[last].value);
    words_percent(wanted, e->asked.probability);
    text_print(t, " Settings from %s to %s have %s within their intervals.", from, to, wanted);
}

/* Where more of the lever is no longer enough. */
static void put_fall(text *t, const truce_enough *e)
{
    for (size_t i = 0; i < e->count; i++) {
        const truce_setting *s = &e->settings[i];
        char value[WORDS_SIZE];
        if (s->value <= e->found.least.value || s->high >= e->asked.probability)
            continue;
        setting_words(value, e, s->value);
        text_print(t, " More is not always better: at %s the probability is ", value);
        put_setting(t, s);
        text_print(t, ".");
        return;
    }
}

static void put_doubt(text *t, const truce_enough *e)
{
    const truce_setting *fresh = &e->found.fresh;
    if (fresh->high < e->asked.probability)
        text_print(t,
                   " With fresh members it falls short, so the answer is not resolved: take more members.");
    else if (fresh->low > e->asked.probability && !isnan(e->found.below))
        text_print(
            t, " With fresh members less may be enough, so the answer is not resolved: take more members.");
    else if (!is_resolved(e))
        text_print(
            t, " Whether it does is not resolved with these members: their interval includes that value.");
    put_alike(t, e);
    put_fall(t, e);
}

/* What limits the answer. */
static void put_limits(text *t, const truce_enough *e)
{
    if (e->found.found)
        put_doubt(t, e);
    size_t failed = most_failed(e);
    if (failed)
        text_print(t, " In no setting did more than %zu of %zu members fail; they are left out.", failed,
                   e->asked.members);
    if (e->moves_past) {
        char start[WORDS_SIZE];
        month_name(e->own->start, start);
        text_print(t, " The setting holds from %s on: the past changes too (--from MONTH: from then on).",
                   start);
    }
    if (e->caution)
        text_print(t, " Caution: %s.", e->caution);
}

/* "70.75 EUR bn a year" */
static void put_value(text *t, const truce_enough *e, double value)
{
    char number[WORDS_SIZE];
    setting_words(number, e, value);
    text_print(t, "%s", number);
    words_after_number(t, e->units);
}

static void put_answer(text *t, const truce_enough *e)
{
    const truce_enough_facts *f = &e->found;
    char below[WORDS_SIZE], wanted[WORDS_SIZE], least[WORDS_SIZE], most[WORDS_SIZE];
    char how[2 * WORDS_SIZE], from[WORDS_SIZE];
    text setting = {0};
    put_value(&setting, e, f->least.value);
    const char *value = setting.failed ? "" : setting.bytes;
    if (e->of_case) {
        snprintf(how, sizeof how, "lever %.80s of the case", e->asked.lever);
    } else if (e->asked.from == MONTH_NONE) {
        snprintf(how, sizeof how, "%.40s, over the whole horizon", e->asked.how);
    } else {
        month_name(e->asked.from, from);
        snprintf(how, sizeof how, "%.40s, from %s", e->asked.how, from);
    }
    setting_words(below, e, f->below);
    setting_words(least, e, e->asked.least);
    setting_words(most, e, e->asked.most);
    words_percent(wanted, e->asked.probability);
    if (!f->found) {
        text_print(t,
                   is_resolved(e)
                       ? "None within the range: no setting of %s (%s) from %s to %s reaches the goal with a "
                         "probability of %s. The best is %s, with "
                       : "Not resolved with these members: whether a setting of %s (%s) from %s to %s "
                         "reaches the goal with a probability of %s; take more. The best is %s, with ",
                   e->title, how, least, most, wanted, value);
    } else if (isnan(f->below)) {
        text_print(
            t, "The low end of the range is enough: %s (%s) at %s reaches the goal with a probability of ",
            e->title, how, value);
    } else {
        text_print(t,
                   "Enough: %s (%s) at %s reaches the goal with a probability of at least %s, and %s does "
                   "not. Its probability is ",
                   e->title, how, value, wanted, below);
    }
    put_setting(t, &f->least);
    text_print(t, "; with fresh members ");
    put_setting(t, &f->fresh);
    text_print(t, ".");
    put_limits(t, e);
    t->failed = t->failed || setting.failed;
    text_free(&setting);
}

static void print_settings(FILE *stream, const truce_enough *e, bool colour)
{
    text title = {0};
    text_print(&title, "%s", e->title);
    words_in_units(&title, e->units);
    grid g = {.title = title.failed ? e->asked.lever : title.bytes,
              .column_count = 4,
              .before = {"  ", "   ", "  ", " to "},
              .heads = {{0, 0, e->asked.how}, {1, 1, "probability"}, {2, 3, "90 %"}},
              .head_count = 3};
    for (size_t i = 0; i < e->count; i++) {
        grid_row *row = grid_add(&g, "");
        const truce_setting *s = &e->settings[i];
        if (!row)
            break;
        setting_words(row->cells[0], e, s->value);
        answers_share(row->cells[1], s->probability, s->members);
        words_probability(row->cells[2], s->low, SIZE_MAX);
        words_probability(row->cells[3], s->high, SIZE_MAX);
    }
    fputc('\n', stream);
    grid_print(&g, stream, colour);
    grid_free(&g);
    text_free(&title);
}

static void put_basis(text *t, const truce_enough *e)
{
    answers_put_basis(t, e->asked.members, e->asked.seed, e->asked.posterior);
    if (e->of_talks)
        answers_put_talks(t, e->trials);
}

static void print_enough(const void *context, FILE *stream, bool colour)
{
    const truce_enough *e = context;
    text basis = {0}, answer = {0}, goal = {0};
    answers_put_goal(&goal, e->asked.goal, e->asked.by);
    put_basis(&basis, e);
    put_answer(&answer, e);
    answers_print_head(stream, e->own, "Goal", goal.failed ? "" : goal.bytes, &basis, &answer);
    text_free(&goal);
    text_free(&basis);
    text_free(&answer);
    print_settings(stream, e, colour);
}

truce_status truce_enough_table(const truce_enough *e, char **words, truce_error *error)
{
    REQUIRE(e, "enough");
    REQUIRE(words, "table");
    return printed(print_enough, e, false, words, error);
}

static void json_setting(json *j, const char *name, const truce_setting *s)
{
    json_open(j, name, '{');
    json_number(j, "value", s->value);
    json_number(j, "probability", s->probability);
    json_number(j, "low", s->low);
    json_number(j, "high", s->high);
    json_number(j, "members", (double)s->members);
    json_number(j, "failed", (double)s->failed);
    json_close(j, '}');
}

truce_status truce_enough_json(const truce_enough *e, char **words, truce_error *error)
{
    REQUIRE(e, "enough");
    REQUIRE(words, "json");
    text t = {0}, answer = {0};
    json j = {.out = &t};
    put_answer(&answer, e);
    json_open(&j, NULL, '{');
    json_string(&j, "case", e->own->title);
    json_string(&j, "command", e->asked.command);
    answers_json_basis(&j, e->asked.members, e->asked.seed, e->asked.posterior);
    json_string(&j, "goal", e->asked.goal);
    json_string(&j, "lever", e->asked.lever);
    json_string(&j, "title", e->title);
    json_string(&j, "units", e->units);
    json_string(&j, "how", e->asked.how);
    json_number(&j, "wanted", e->asked.probability);
    json_bool(&j, "found", e->found.found);
    json_bool(&j, "resolved", is_resolved(e));
    json_string(&j, "answer", answer.failed ? NULL : answer.bytes);
    json_setting(&j, "least", &e->found.least);
    json_setting(&j, "fresh", &e->found.fresh);
    json_open(&j, "settings", '[');
    for (size_t i = 0; i < e->count; i++)
        json_setting(&j, NULL, &e->settings[i]);
    json_close(&j, ']');
    json_close(&j, '}');
    t.failed = t.failed || answer.failed;
    text_free(&answer);
    return answers_hand_over(&t, words, error);
}

/* ---- Files --------------------------------------------------------------------------------------------------- */

static void put_page(text *t, const truce_enough *e)
{
    text answer = {0}, goal = {0}, heading = {0}, basis = {0};
    text_print(&heading, "%s", e->title);
    words_in_units(&heading, e->units);
    answers_put_goal(&goal, e->asked.goal, e->asked.by);
    put_answer(&answer, e);
    answers_page_open(t, e->own, "How much is enough", e->asked.members, e->asked.seed);
    put_basis(&basis, e);
    answers_page_basis(t, &basis);
    html_element(t, "h2", goal.failed ? "" : goal.bytes);
    t->failed = t->failed || goal.failed;
    text_free(&goal);
    html_element(t, "p", answer.failed ? "" : answer.bytes);
    text_print(t, "<table><thead><tr><th class=\"number\" scope=\"col\">");
    html_text(t, heading.failed ? e->title : heading.bytes);
    t->failed = t->failed || heading.failed;
    text_free(&heading);
    text_print(t, "</th><th class=\"number\" scope=\"col\">Probability of the goal (90 "
                  "%%)</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < e->count; i++) {
        char value[WORDS_SIZE];
        text cell = {0};
        setting_words(value, e, e->settings[i].value);
        put_setting(&cell, &e->settings[i]);
        text_print(t, "<tr><td class=\"number\">%s</td><td class=\"number\">", value);
        html_text(t, cell.failed ? "" : cell.bytes);
        text_print(t, "</td></tr>\n");
        t->failed = t->failed || cell.failed;
        text_free(&cell);
    }
    text_print(t, "</tbody></table>\n");
    answers_page_close(t, e->asked.command ? e->asked.command : "");
    t->failed = t->failed || answer.failed;
    text_free(&answer);
}

static truce_status write_csv(const output_set *set, const truce_enough *e, truce_error *error)
{
    FILE *out;
    TRY(output_set_create(set, "enough.csv", &out, error));
    fputs("value,probability,low,high,members,failed\n", out);
    for (size_t i = 0; i < e->count; i++) {
        const double cells[] = {e->settings[i].value, e->settings[i].probability, e->settings[i].low,
                                e->settings[i].high};
        for (size_t k = 0; k < 4; k++) {
            char number[WORDS_SIZE];
            words_machine(number, cells[k]);
            fprintf(out, "%s,", number);
        }
        fprintf(out, "%zu,%zu\n", e->settings[i].members, e->settings[i].failed);
    }
    return output_set_close(set, "enough.csv", out, error);
}

typedef double read_setting(const truce_setting *s);

static double value_of(const truce_setting *s)
{
    return s->value;
}

static double probability_of(const truce_setting *s)
{
    return s->probability;
}

static double low_of(const truce_setting *s)
{
    return s->low;
}

static double high_of(const truce_setting *s)
{
    return s->high;
}

static void put_netcdf(answer_file *f, const void *context)
{
    static const struct {
        const char *name, *long_name;
        read_setting *read;
    } columns[] = {{"setting", "setting of the lever", value_of},
                   {"probability", "share of members that reach the goal", probability_of},
                   {"low", "lower end of its 90 % interval", low_of},
                   {"high", "upper end of its 90 % interval", high_of}};
    const truce_enough *e = context;
    int dimension = answer_dimension(f, "setting", e->count);
    answer_attribute(f, "title", e->own->title);
    answer_attribute(f, "goal", e->asked.goal);
    answer_attribute(f, "lever", e->asked.lever);
    answer_attribute(f, "how", e->asked.how);
    answer_attribute(f, "command", e->asked.command);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        double *values = calloc(e->count + 1, sizeof *values);
        for (size_t k = 0; values && k < e->count; k++)
            values[k] = columns[i].read(&e->settings[k]);
        answer_numbers(f, columns[i].name, columns[i].long_name, i ? "1" : "", 1, &dimension, values);
    }
}

static truce_status write_all(const output_set *set, const void *context, truce_error *error)
{
    text page = {0};
    put_page(&page, context);
    TRY(answers_write_page(set, "enough.html", &page, error));
    TRY(write_csv(set, context, error));
    return answer_netcdf_write(set, "enough.nc", put_netcdf, context, error);
}

truce_status truce_enough_write(const truce_enough *e, const char *directory, truce_error *error)
{
    REQUIRE(e, "enough");
    REQUIRE_DIRECTORY(directory);
    static const char *const names[] = {"enough.html", "enough.csv", "enough.nc"};
    static const answers_files files = {names, sizeof names / sizeof *names - !TRUCE_NETCDF, write_all};
    return answers_write(&files, e, directory, error);
}
