/* Which source drives which conclusion, for readers: words, a table, JSON. */
#include "show/answers.h"
#include "show/grid.h"
#include "show/printed.h"
#include "show/sources.h"

#include <math.h>
#include <string.h>

const char *sources_verdict(bool compares, truce_verdict verdict)
{
    static const char *const of_values[] = {[TRUCE_CONTRADICTED] = "below zero",
                                            [TRUCE_UNDETERMINED] = "may be zero",
                                            [TRUCE_SUPPORTED] = "above zero"};
    return compares ? truce_verdict_name(verdict) : of_values[verdict];
}

truce_without sources_of_fit(const truce_sources *s, size_t conclusion, size_t fit)
{
    truce_conclusion k = truce_sources_conclusion(s, conclusion);
    if (fit == SOURCES_ALL)
        return (truce_without){k.value, k.low, k.high, 0, NAN, k.compares ? NAN : 1, k.verdict, false, false};
    return fit == SOURCES_NULL ? truce_sources_null(s, conclusion)
                               : truce_sources_without(s, conclusion, fit - SOURCES_FIRST);
}

void sources_put_fit(text *t, const truce_sources *s, size_t fit)
{
    if (fit < SOURCES_FIRST)
        text_print(t, "%s", fit == SOURCES_ALL ? "all" : "all, another seed");
    else
        text_print(t, "without %s", s->fits[fit].name);
}

void sources_put_basis(text *t, const truce_sources *s)
{
    char particles[WORDS_SIZE], members[WORDS_SIZE], end[WORDS_SIZE];
    words_number(particles, (double)s->asked.particles, 1);
    words_number(members, (double)s->members, 1);
    month_name(s->c->data_end, end);
    text_print(t,
               "%zu fits of %s particles to the data up to %s: with all, with all and another seed, and "
               "without each of %zu; %s members of each, seed %llu, truce %s.",
               s->fit_count, particles, end, truce_sources_count(s), members,
               (unsigned long long)s->asked.seed, truce_version());
}

/* ---- Words ------------------------------------------------------------------------------------------------------- */

/* "1.2 spreads higher", "12 points less likely"; after the first without its unit. */
static void put_change(text *t, bool compares, double change, bool first)
{
    char words[WORDS_SIZE];
    if (compares)
        words_number(words, 100 * fabs(change), 1);
    else
        words_number(words, fabs(change), 0.1);
    text_print(t, "%s%s%s", words,
               !first     ? ""
               : compares ? " points"
                          : " spreads",
               compares     ? change > 0 ? " likelier" : " less likely"
               : change > 0 ? " higher"
                            : " lower");
}

/* The source with the greatest resolved change among those after `last` in that order; SIZE_MAX: no more. */
static size_t next_driver(const truce_sources *s, size_t conclusion, size_t last)
{
    size_t best = SIZE_MAX;
    double before = last == SIZE_MAX ? INFINITY : fabs(truce_sources_without(s, conclusion, last).change);
    for (size_t i = 0; i < truce_sources_count(s); i++) {
        truce_without w = truce_sources_without(s, conclusion, i);
        bool after = fabs(w.change) < before || (fabs(w.change) == before && last != SIZE_MAX && i > last);
        if (w.resolved && after &&
            (best == SIZE_MAX || fabs(w.change) > fabs(truce_sources_without(s, conclusion, best).change)))
            best = i;
    }
    return best;
}

static void put_drivers(text *t, const truce_sources *s, size_t conclusion)
{
    bool compares = truce_sources_conclusion(s, conclusion).compares;
    size_t told = 0;
    for (size_t i = next_driver(s, conclusion, SIZE_MAX); i != SIZE_MAX;
         i = next_driver(s, conclusion, i), told++) {
        text_print(t, told ? ", without %s " : "Without %s it is ", truce_sources_name(s, i));
        put_change(t, compares, truce_sources_without(s, conclusion, i).change, told == 0);
    }
    size_t left = truce_sources_count(s) - told;
    if (!told)
        text_print(t, "No source changes it by more than chance.");
    else if (left)
        text_print(t, "; %s no more than chance.",
                   left == 1 ? "the other changes it" : "the others change it");
    else
        text_print(t, ".");
}

static void put_flips(text *t, const truce_sources *s, size_t conclusion)
{
    truce_conclusion k = truce_sources_conclusion(s, conclusion);
    size_t told = 0;
    for (size_t i = 0; i < truce_sources_count(s); i++) {
        truce_without w = truce_sources_without(s, conclusion, i);
        if (!w.flips)
            continue;
        text_print(t, "%s without %s it is %s", told++ ? "," : " It flips:", truce_sources_name(s, i),
                   sources_verdict(k.compares, w.verdict));
    }
    text_print(t, "%s", told ? "." : k.compares ? " None alone flips it." : "");
}

/* Whether the source alone moves the conclusion that way, and no further than its verdict. */
static bool pushes(const truce_without *w, bool up)
{
    return w->resolved && !w->flips && (up ? w->change > 0 : w->change < 0);
}

/* Whether the case has an observation that is of none of those that push it that way. */
static bool leaves_something(const truce_sources *s, size_t conclusion, bool up)
{
    for (size_t x = 0; x < s->c->observation_count; x++) {
        bool left_out = false;
        for (size_t i = 0; i < truce_sources_count(s); i++) {
            truce_without w = truce_sources_without(s, conclusion, i);
            left_out = left_out || (pushes(&w, up) && s->fits[SOURCES_FIRST + i].left_out[x]);
        }
        if (!left_out)
            return true;
    }
    return false;
}

/* Those that push it towards another verdict, none of which flips it alone: together they may. */
static void put_together(text *t, const truce_sources *s, size_t conclusion)
{
    truce_conclusion k = truce_sources_conclusion(s, conclusion);
    size_t count[2] = {0, 0};
    for (size_t i = 0; i < truce_sources_count(s); i++) {
        truce_without w = truce_sources_without(s, conclusion, i);
        if (w.flips)
            return;
        for (int up = 0; up < 2; up++)
            count[up] += pushes(&w, up);
    }
    for (int up = 0; up < 2; up++) {
        bool away = k.verdict == (up ? TRUCE_SUPPORTED : TRUCE_CONTRADICTED);
        if (count[up] < 2 || away || !leaves_something(s, conclusion, up))
            continue;
        text_print(t, " Together they may: --source '");
        for (size_t i = 0, told = 0; i < truce_sources_count(s); i++) {
            truce_without w = truce_sources_without(s, conclusion, i);
            if (pushes(&w, up))
                text_print(t, "%s%s", told++ ? "+" : "", truce_sources_name(s, i));
        }
        text_print(t, "'.");
        return;
    }
}

void sources_put_words(text *t, const truce_sources *s, size_t conclusion)
{
    truce_conclusion k = truce_sources_conclusion(s, conclusion);
    char words[WORDS_SIZE];
    text_print(t, "%s: ", k.written);
    if (k.compares) {
        words_probability(words, k.value, s->members);
        text_print(t, "%s with all, %s. ", words, truce_verdict_name(k.verdict));
    }
    put_drivers(t, s, conclusion);
    put_flips(t, s, conclusion);
    put_together(t, s, conclusion);
}

/* ---- The table --------------------------------------------------------------------------------------------------- */

static void fill_row(grid_row *row, const truce_conclusion *k, const truce_without *w, bool is_all)
{
    if (k->compares) {
        words_percent(row->cells[0], w->value);
    } else {
        double step = words_step(w->low, w->high);
        words_number(row->cells[0], w->value, step);
        words_number(row->cells[1], w->low, step);
        words_number(row->cells[2], w->high, step);
    }
    if (is_all || isnan(w->change))
        return;
    words_signed(row->cells[3], k->compares ? 100 * w->change : w->change, k->compares ? 1 : 0.01);
    snprintf(row->cells[5], WORDS_SIZE, "%s", w->resolved ? "yes" : "no");
    if (!isnan(w->wider))
        words_number(row->cells[4], w->wider, 0.01);
}

static void print_conclusion(FILE *stream, const truce_sources *s, size_t conclusion, bool colour)
{
    truce_conclusion k = truce_sources_conclusion(s, conclusion);
    grid g = {.title = "DATA",
              .column_count = 6,
              .before = {"  ", "   ", " to ", "   ", "   ", "   "},
              .heads = {{0, 0, k.compares ? "holds in" : "median"},
                        {1, 2, k.compares ? "" : "90 %"},
                        {3, 3, k.compares ? "points" : "change"},
                        {4, 4, k.compares ? "" : "wider"},
                        {5, 5, "resolved"}},
              .head_count = 5};
    for (size_t f = 0; f < s->fit_count; f++) {
        text label = {0};
        truce_without w = sources_of_fit(s, conclusion, f);
        sources_put_fit(&label, s, f);
        if (f == SOURCES_ALL || w.flips)
            text_print(&label, ": %s", sources_verdict(k.compares, w.verdict));
        grid_row *row = label.failed ? NULL : grid_add(&g, label.bytes);
        if (row)
            fill_row(row, &k, &w, f == SOURCES_ALL);
        text_free(&label);
    }
    grid_wrap(stream, k.written, 0);
    grid_print(&g, stream, colour);
    grid_free(&g);
}

static void print_sources(const void *context, FILE *stream, bool colour)
{
    const truce_sources *s = context;
    text basis = {0};
    sources_put_basis(&basis, s);
    fprintf(stream, "%s\nWhich source drives which conclusion\n", s->c->title);
    grid_wrap(stream, basis.failed ? "" : basis.bytes, 0);
    text_free(&basis);
    for (size_t k = 0; k < s->conclusion_count; k++) {
        text words = {0};
        sources_put_words(&words, s, k);
        fputc('\n', stream);
        grid_wrap(stream, words.failed ? "" : words.bytes, 0);
        text_free(&words);
    }
    fputc('\n', stream);
    grid_wrap(stream,
              "Change: of the median, in units of its spread with all (a standard deviation, from the 90 % "
              "interval); of a statement in points of its probability. Wider: the spread as a multiple of "
              "that with all. Resolved: the change is greater than that of another seed, and than the "
              "greatest of so many that chance would give, judged by the populations of the fits.",
              0);
    fputc('\n', stream);
    for (size_t k = 0; k < s->conclusion_count; k++)
        print_conclusion(stream, s, k, colour);
}

truce_status truce_sources_table(const truce_sources *s, char **words, truce_error *error)
{
    REQUIRE(s, "sources");
    REQUIRE(words, "table");
    return printed(print_sources, s, false, words, error);
}

/* ---- JSON ------------------------------------------------------------------------------------------------------------ */

static void json_without(json *j, const truce_sources *s, size_t conclusion, size_t fit)
{
    truce_conclusion k = truce_sources_conclusion(s, conclusion);
    truce_without w = sources_of_fit(s, conclusion, fit);
    json_open(j, NULL, '{');
    if (fit >= SOURCES_FIRST)
        json_string(j, "without", s->fits[fit].name);
    json_whole(j, "seed", s->fits[fit].seed);
    json_number(j, k.compares ? "probability" : "median", w.value);
    if (!k.compares) {
        json_number(j, "p05", w.low);
        json_number(j, "p95", w.high);
        json_number(j, "wider", w.wider);
    }
    json_string(j, "verdict", sources_verdict(k.compares, w.verdict));
    if (fit != SOURCES_ALL) {
        json_number(j, "change", w.change);
        json_number(j, "chance", w.chance);
        json_bool(j, "resolved", w.resolved);
        json_bool(j, "flips", w.flips);
    }
    json_close(j, '}');
}

static void json_conclusion(json *j, const truce_sources *s, size_t conclusion)
{
    truce_conclusion k = truce_sources_conclusion(s, conclusion);
    text words = {0};
    sources_put_words(&words, s, conclusion);
    json_open(j, NULL, '{');
    json_string(j, "conclusion", k.written);
    json_bool(j, "compares", k.compares);
    json_string(j, "answer", words.failed ? NULL : words.bytes);
    json_number(j, "spread", k.compares ? NAN : k.spread);
    json_open(j, "fits", '[');
    for (size_t f = 0; f < s->fit_count; f++)
        json_without(j, s, conclusion, f);
    json_close(j, ']');
    json_close(j, '}');
    j->out->failed = j->out->failed || words.failed;
    text_free(&words);
}

void sources_put_json(text *t, const truce_sources *s)
{
    json j = {.out = t};
    char end[16];
    month_iso(s->c->data_end, end);
    json_open(&j, NULL, '{');
    json_string(&j, "case", s->c->title);
    json_string(&j, "command", s->asked.command);
    json_string(&j, "version", truce_version());
    json_number(&j, "members", (double)s->members);
    json_whole(&j, "seed", s->asked.seed);
    json_string(&j, "fitted to", end);
    json_number(&j, "particles", (double)s->asked.particles);
    json_number(&j, "holds if", s->asked.holds_if);
    json_open(&j, "conclusions", '[');
    for (size_t k = 0; k < s->conclusion_count; k++)
        json_conclusion(&j, s, k);
    json_close(&j, ']');
    json_close(&j, '}');
}

truce_status truce_sources_json(const truce_sources *s, char **words, truce_error *error)
{
    REQUIRE(s, "sources");
    REQUIRE(words, "json");
    text t = {0};
    sources_put_json(&t, s);
    return answers_hand_over(&t, words, error);
}
