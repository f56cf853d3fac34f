/* A plan, for readers: sentences, tables, JSON (files: plan_files.c). */
#include "show/grid.h"
#include "show/plan_words.h"
#include "show/printed.h"

#include <math.h>
#include <string.h>

enum { SHOWN_POINTS = 10 };

/* ---- Words ------------------------------------------------------------------------------------------------------- */

void plan_amount(char words[WORDS_SIZE], const truce_plan *p, const truce_plan_setting *s, double value)
{
    if (isnan(value))
        words[0] = '\0';
    else if (s->month)
        month_name(p->c->start + (month)floor(value - p->c->time_start + 1e-9), words);
    else
        words_within(words, value, s->most - s->least);
}

static void put_probability(text *t, const truce_plan *of, double p, double low, double high)
{
    char middle[WORDS_SIZE], from[WORDS_SIZE], to[WORDS_SIZE];
    answers_share(middle, p, of->asked.members);
    answers_share(from, low, SIZE_MAX);
    answers_share(to, high, SIZE_MAX);
    text_print(t, "%s (90 %%: %s to %s)", middle, from, to);
}

/* Those to print: none of a month, or of a number without units. */
static const char *units_of(const truce_plan_setting *s)
{
    return s->month || strcmp(s->units, "1") == 0 ? "" : s->units;
}

/* "A at 3 EUR bn a month, B at Jul 2026" */
static void put_settings(text *t, const truce_plan *p)
{
    size_t told = 0;
    for (size_t i = 0; i < p->lever_count; i++) {
        const truce_plan_setting *s = &p->settings[i];
        char value[WORDS_SIZE];
        if (s->value == s->rest)
            continue;
        plan_amount(value, p, s, s->value);
        text_print(t, "%s%s %s%s", told++ ? ", " : "", s->title, s->month ? "" : "at ", value);
        if (units_of(s)[0])
            text_print(t, " (%s)", s->units);
    }
    if (!told)
        text_print(t, "every lever at its default");
}

static bool is_named(const truce_plan_setting *s, bool at_end)
{
    return at_end ? s->at_end : s->binding;
}

/* Names of levers for which something holds, "A, B and C"; returns how many. */
static size_t put_names(text *t, const truce_plan *p, bool at_end)
{
    size_t count = 0, told = 0;
    for (size_t i = 0; i < p->lever_count; i++)
        count += is_named(&p->settings[i], at_end);
    for (size_t i = 0; i < p->lever_count; i++)
        if (is_named(&p->settings[i], at_end)) {
            text_print(t, "%s%s", told == 0 ? "" : told + 1 < count ? ", " : " and ", p->settings[i].title);
            told++;
        }
    return count;
}

/* Whether the members of the search and fresh ones both tell that the goal is, or is not, reached. */
static bool is_resolved(const truce_plan *p)
{
    const truce_plan_facts *f = &p->found;
    double wanted = p->asked.probability;
    return f->found ? f->low > wanted && f->fresh_low > wanted : f->high < wanted && f->fresh_high < wanted;
}

static void put_reason(text *t, const truce_plan *p)
{
    text names = {0};
    char rest[WORDS_SIZE];
    words_percent(rest, p->found.rest_probability);
    if (put_names(&names, p, true))
        text_print(t, " The ends of the ranges stand in the way: %s would have to go further.",
                   names.bytes ? names.bytes : "");
    else
        text_print(t, " No lever is at an end of its range, so wider ranges would not help; what is missing "
                      "lies elsewhere.");
    t->failed = t->failed || names.failed;
    text_free(&names);
    size_t helping = put_names(&names, p, false);
    if (helping && p->found.rest_probability >= p->found.low)
        text_print(
            t,
            " Without levers it is %s, within that interval: these members do not show that any lever helps.",
            rest);
    else if (helping)
        text_print(t, " Without levers it is %s; %s help%s.", rest, names.bytes ? names.bytes : "",
                   helping == 1 ? "s" : "");
    else
        text_print(t, " Without levers it is %s, and none of them adds to it.", rest);
    t->failed = t->failed || names.failed;
    text_free(&names);
}

static void put_found(text *t, const truce_plan *p)
{
    const truce_plan_facts *f = &p->found;
    text names = {0};
    if (f->fresh_high < p->asked.probability)
        text_print(t,
                   " With fresh members it falls short, so the answer is not resolved: take more members.");
    else if (!is_resolved(p))
        text_print(
            t, " Whether it does is not resolved with these members: their interval includes that value.");
    size_t binding = put_names(&names, p, false);
    if (binding)
        text_print(t, " Binding, since the goal is missed without %s: %s.", binding == 1 ? "it" : "them",
                   names.bytes ? names.bytes : "");
    t->failed = t->failed || names.failed;
    text_free(&names);
}

/* What the ranges and the time of the levers mean for the answer. */
static void put_limits(text *t, const truce_plan *p)
{
    char start[WORDS_SIZE], rest[WORDS_SIZE];
    for (size_t i = 0; i < p->lever_count; i++) {
        const truce_plan_setting *s = &p->settings[i];
        if (s->value != s->rest || (s->rest >= s->least && s->rest <= s->most))
            continue;
        plan_amount(rest, p, s, s->rest);
        text_print(t, " The default of %s, %s, is outside its range, and costs nothing.", s->title, rest);
    }
    if (p->moves_past) {
        month_name(p->c->start, start);
        text_print(
            t,
            " Levers that are elements apply from %s on: the past changes too (--from MONTH: from then on).",
            start);
    }
    if (p->caution)
        text_print(t, " Caution: %s.", p->caution);
}

void plan_put_answer(text *t, const truce_plan *p)
{
    const truce_plan_facts *f = &p->found;
    char wanted[WORDS_SIZE], cost[WORDS_SIZE];
    words_percent(wanted, p->asked.probability);
    words_plain(cost, f->cost);
    if (f->found && f->cost == 0 && f->rest_probability >= p->asked.probability)
        text_print(t, "Nothing is needed: without any lever the goal is reached with a probability of ");
    else if (f->found) {
        text_print(t, "The cheapest setting found that reaches the goal with a probability of %s costs %s: ",
                   wanted, cost);
        put_settings(t, p);
        text_print(t, ". Its probability is ");
    } else {
        text_print(t,
                   is_resolved(p)
                       ? "None within the ranges: no setting that was tried reaches the goal with a "
                         "probability of %s. The best is "
                       : "Not resolved with these members: whether a setting reaches the goal with a "
                         "probability of %s; take more. The best is ",
                   wanted);
        put_settings(t, p);
        text_print(t, ", at a cost of %s, with ", cost);
    }
    put_probability(t, p, f->probability, f->low, f->high);
    text_print(t, "; with fresh members ");
    put_probability(t, p, f->fresh_probability, f->fresh_low, f->fresh_high);
    text_print(t, ".");
    if (f->found)
        put_found(t, p);
    else if (is_resolved(p))
        put_reason(t, p);
    put_limits(t, p);
}

void plan_put_cost(text *t, const truce_plan *p)
{
    char settings[WORDS_SIZE];
    words_number(settings, (double)p->found.settings, 1);
    text_print(t, "%s setting%s tried. ", settings, p->found.settings == 1 ? " was" : "s were");
    bool priced = false;
    for (size_t i = 0; i < p->lever_count; i++)
        priced = priced || p->asked.levers[i].price >= 0;
    if (p->asked.cost)
        text_print(t, "Cost is the mean of %s, less what it is without levers.", p->asked.cost);
    else if (priced)
        text_print(t, "Cost is the price of each lever per unit away from its default.");
    else
        text_print(t, "Cost is 1 for the whole range of a lever, in proportion to its distance from its "
                      "default; months cost nothing.");
}

/* ---- Tables ---------------------------------------------------------------------------------------------------------- */

static void print_levers(FILE *stream, const truce_plan *p, bool colour)
{
    grid g = {.title = "LEVER",
              .column_count = 5,
              .before = {"  ", "   ", "   ", " to ", "   "},
              .heads = {{0, 0, "setting"}, {1, 1, "default"}, {2, 3, "range"}, {4, 4, "without it"}},
              .head_count = 4};
    for (size_t i = 0; i < p->lever_count; i++) {
        const truce_plan_setting *s = &p->settings[i];
        char label[256];
        const char *units = units_of(s);
        snprintf(label, sizeof label, "%.*s%s%.*s", words_cut(s->title, 120), s->title, units[0] ? ", " : "",
                 words_cut(units, 100), units);
        grid_row *row = grid_add(&g, label);
        if (!row)
            continue;
        plan_amount(row->cells[0], p, s, s->value);
        plan_amount(row->cells[1], p, s, s->rest);
        plan_amount(row->cells[2], p, s, s->least);
        plan_amount(row->cells[3], p, s, s->most);
        words_percent(row->cells[4], s->without);
    }
    fputc('\n', stream);
    grid_print(&g, stream, colour);
    grid_free(&g);
}

static void print_frontier(FILE *stream, const truce_plan *p, bool colour)
{
    size_t count = p->found.frontier, shown = count < SHOWN_POINTS ? count : SHOWN_POINTS;
    size_t columns = p->lever_count < GRID_COLUMNS - 2 ? p->lever_count : GRID_COLUMNS - 2;
    grid g = {.title = "FRONTIER", .column_count = 2 + columns, .head_count = 2 + columns};
    char names[GRID_COLUMNS][WORDS_SIZE];
    for (size_t k = 0; k < 2 + columns; k++) {
        if (k > 1)
            snprintf(names[k], sizeof names[k], "%.*s", words_cut(p->levers[k - 2].name, 12),
                     p->levers[k - 2].name);
        g.before[k] = "  ";
        g.heads[k] = (grid_head){k, k, k == 0 ? "cost" : k == 1 ? "reached, %" : names[k]};
    }
    for (size_t i = 0; i < shown; i++) {
        truce_plan_point at = truce_plan_frontier(p, shown < 2 ? 0 : i * (count - 1) / (shown - 1));
        grid_row *row = grid_add(&g, "");
        if (!row)
            continue;
        words_plain(row->cells[0], at.cost);
        words_number(row->cells[1], 100 * at.probability, 0.1);
        for (size_t k = 0; k < columns; k++)
            plan_amount(row->cells[2 + k], p, &p->settings[k], at.values[k]);
    }
    grid_print(&g, stream, colour);
    grid_free(&g);
}

static void put_needed(char cell[WORDS_SIZE], double cost)
{
    if (isnan(cost))
        snprintf(cell, WORDS_SIZE, "none");
    else
        words_plain(cell, cost);
}

static void print_unsure(FILE *stream, const truce_plan *p, bool colour)
{
    grid g = {.title = "PARAMETER",
              .column_count = 4,
              .before = {"  ", "   ", "   ", "   "},
              .heads = {{0, 1, "probability: lowest, highest third"}, {2, 3, "cost needed"}},
              .head_count = 2};
    for (size_t k = 0; k < TRUCE_PLAN_UNSURE; k++) {
        const truce_plan_unsure *u = &p->unsure[k];
        grid_row *row = u->parameter[0] ? grid_add(&g, u->parameter) : NULL;
        if (!row)
            continue;
        words_percent(row->cells[0], u->low_probability);
        words_percent(row->cells[1], u->high_probability);
        put_needed(row->cells[2], u->low_cost);
        put_needed(row->cells[3], u->high_cost);
    }
    text told = {0};
    plan_put_unsure(&told, p);
    if (g.row_count && !told.failed) {
        grid_wrap(stream, told.bytes, 0);
        fputc('\n', stream);
        grid_print(&g, stream, colour);
    }
    text_free(&told);
    grid_free(&g);
}

void plan_put_unsure(text *t, const truce_plan *p)
{
    static const char *const names[] = {"", "parameter", "two parameters", "three parameters"};
    static const char *const all[] = {"", "It is", "Both are", "All three are"};
    size_t resolved = 0, told = 0;
    for (size_t k = 0; k < TRUCE_PLAN_UNSURE; k++) {
        resolved += p->unsure[k].resolved;
        told += p->unsure[k].parameter[0] != '\0';
    }
    text_print(t,
               "How the answer changes over the %s most closely related to the outcome: the "
               "probability with the setting above, and the least cost tried that reaches the goal where "
               "the parameter is in the lowest and the highest third. ",
               names[told]);
    if (resolved == told)
        text_print(t, "%s related to it more closely than the strongest of so many would be by chance.",
                   all[told]);
    else if (!resolved)
        text_print(t, "None is related to it more closely than the strongest of so many would be by chance.");
    else
        text_print(t,
                   "Only %zu of them %s related to it more closely than the strongest of so many would be by "
                   "chance; the rest may be chance.",
                   resolved, resolved == 1 ? "is" : "are");
}

void plan_put_basis(text *t, const truce_plan *p)
{
    answers_put_basis(t, p->asked.members, p->asked.seed, p->asked.posterior);
    if (p->of_talks)
        answers_put_talks(t, p->trials_of_talks);
}

static void print_plan(const void *context, FILE *stream, bool colour)
{
    const truce_plan *p = context;
    text basis = {0}, answer = {0}, goal = {0};
    answers_put_goal(&goal, p->asked.goal, p->asked.by);
    plan_put_basis(&basis, p);
    plan_put_answer(&answer, p);
    text_print(&answer, " ");
    plan_put_cost(&answer, p);
    answers_print_head(stream, p->c, "Goal", goal.failed ? "" : goal.bytes, &basis, &answer);
    text_free(&goal);
    text_free(&basis);
    text_free(&answer);
    print_levers(stream, p, colour);
    print_frontier(stream, p, colour);
    print_unsure(stream, p, colour);
}

truce_status truce_plan_table(const truce_plan *p, char **words, truce_error *error)
{
    REQUIRE(p, "plan");
    REQUIRE(words, "table");
    return printed(print_plan, p, false, words, error);
}

/* ---- JSON -------------------------------------------------------------------------------------------------------------- */

static void json_probability(json *j, const char *name, double p, double low, double high)
{
    json_open(j, name, '{');
    json_number(j, "probability", p);
    json_number(j, "low", low);
    json_number(j, "high", high);
    json_close(j, '}');
}

/* Months are said as such. */
static void json_amount(json *j, const char *name, const truce_plan *p, bool is_month, double value)
{
    char iso[16];
    if (!is_month || isnan(value)) {
        json_number(j, name, value);
        return;
    }
    month_iso(p->c->start + (month)floor(value - p->c->time_start + 1e-9), iso);
    json_string(j, name, iso);
}

static void json_levers(json *j, const truce_plan *p)
{
    json_open(j, "levers", '[');
    for (size_t i = 0; i < p->lever_count; i++) {
        const truce_plan_setting *s = &p->settings[i];
        json_open(j, NULL, '{');
        json_string(j, "lever", s->name);
        json_string(j, "title", s->title);
        json_string(j, "units", s->units);
        json_amount(j, "setting", p, s->month, s->value);
        json_amount(j, "at rest", p, s->month, s->rest);
        json_amount(j, "least", p, s->month, s->least);
        json_amount(j, "most", p, s->month, s->most);
        json_bool(j, "at an end", s->at_end);
        json_number(j, "probability without", s->without);
        json_bool(j, "binding", s->binding);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void json_frontier(json *j, const truce_plan *p)
{
    json_open(j, "frontier", '[');
    for (size_t i = 0; i < p->found.frontier; i++) {
        truce_plan_point at = truce_plan_frontier(p, i);
        json_open(j, NULL, '{');
        json_number(j, "cost", at.cost);
        json_number(j, "probability", at.probability);
        json_open(j, "settings", '{');
        for (size_t k = 0; k < p->lever_count; k++)
            json_amount(j, p->levers[k].name, p, p->settings[k].month, at.values[k]);
        json_close(j, '}');
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void json_unsure(json *j, const truce_plan *p)
{
    json_open(j, "parameters", '[');
    for (size_t k = 0; k < TRUCE_PLAN_UNSURE; k++) {
        const truce_plan_unsure *u = &p->unsure[k];
        if (!u->parameter[0])
            continue;
        json_open(j, NULL, '{');
        json_string(j, "parameter", u->parameter);
        json_number(j, "correlation", u->correlation);
        json_bool(j, "resolved", u->resolved);
        json_number(j, "lowest third to", u->low_end);
        json_number(j, "highest third from", u->high_end);
        json_number(j, "probability in the lowest", u->low_probability);
        json_number(j, "probability in the highest", u->high_probability);
        json_number(j, "cost in the lowest", u->low_cost);
        json_number(j, "cost in the highest", u->high_cost);
        json_close(j, '}');
    }
    json_close(j, ']');
}

truce_status truce_plan_json(const truce_plan *p, char **words, truce_error *error)
{
    REQUIRE(p, "plan");
    REQUIRE(words, "json");
    text t = {0}, answer = {0};
    json j = {.out = &t};
    const truce_plan_facts *f = &p->found;
    plan_put_answer(&answer, p);
    json_open(&j, NULL, '{');
    json_string(&j, "case", p->c->title);
    json_string(&j, "command", p->asked.command);
    answers_json_basis(&j, p->asked.members, p->asked.seed, p->asked.posterior);
    json_string(&j, "goal", p->asked.goal);
    json_number(&j, "wanted", p->asked.probability);
    json_string(&j, "answer", answer.failed ? NULL : answer.bytes);
    json_bool(&j, "found", f->found);
    json_bool(&j, "resolved", is_resolved(p));
    json_number(&j, "cost", f->cost);
    json_probability(&j, "searched", f->probability, f->low, f->high);
    json_probability(&j, "fresh", f->fresh_probability, f->fresh_low, f->fresh_high);
    json_number(&j, "probability at rest", f->rest_probability);
    json_number(&j, "settings tried", (double)f->settings);
    json_levers(&j, p);
    json_frontier(&j, p);
    json_unsure(&j, p);
    json_close(&j, '}');
    t.failed = t.failed || answer.failed;
    text_free(&answer);
    return answers_hand_over(&t, words, error);
}
