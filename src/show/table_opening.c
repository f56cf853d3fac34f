/* See table_opening.h: the same sentences as on the first screen of report.html. */
#include "show/table_opening.h"
#include "results/findings.h"
#include "show/grid.h"

#include <assert.h>
#include <math.h>

static void print_text(FILE *stream, text *t)
{
    if (t->length) {
        text_print(t, ".");
        grid_wrap(stream, t->length ? t->bytes : "", 0);
    }
    text_free(t);
}

/* ---- Verdicts -------------------------------------------------------------- */

static void print_question(const case_results *r, FILE *stream)
{
    text t = {0};
    question_finding(&t, r);
    if (t.length)
        grid_wrap(stream, t.bytes, 0);
    text_free(&t);
}

/* "As it went (actual): ..." */
static void print_verdict(const case_results *r, size_t index, FILE *stream)
{
    assert(index < r->scenario_count);
    const case_scenario *s = scenario_of(r, &r->scenarios[index]);
    text verdict = {0}, line = {0};
    verdict_finding(&verdict, r, &r->scenarios[index]);
    if (verdict.length && r->scenario_count > 1)
        text_print(&line, "%s (%s): ", s->title, s->name);
    if (verdict.length)
        text_print(&line, "%s", verdict.bytes);
    text_free(&verdict);
    print_text(stream, &line);
}

/* The forecast that has scored best, where that is not the model's: it comes before all that the model says. */
static void print_best_forecast(const case_results *r, FILE *stream)
{
    text t = {0};
    best_forecast_finding(&t, r);
    print_text(stream, &t);
}

/* Who has forecast how well. */
static void print_standing(const case_results *r, FILE *stream)
{
    text t = {0};
    standing_finding(&t, r);
    print_text(stream, &t);
}

/* The first thing that the fit warns of; the report has them all. */
static void print_fit_warnings(const case_results *r, FILE *stream)
{
    size_t count = r->fit ? truce_fit_warning_count(r->fit) : 0;
    text t = {0};
    if (!count)
        return;
    text_print(&t, "The fit warns: %s", truce_fit_warning(r->fit, 0));
    if (count > 1)
        text_print(&t, ". The report has %zu more warning%s", count - 1, count > 2 ? "s" : "");
    print_text(stream, &t);
}

/* What goes beyond what the case was made for. */
static void print_ranges(const case_results *r, FILE *stream)
{
    for (size_t i = 0; i < r->scenario_count; i++) {
        text range = {0}, line = {0};
        range_finding(&range, r, &r->scenarios[i]);
        if (range.length)
            text_print(&line, "Caution, %s: %s", scenario_of(r, &r->scenarios[i])->name, range.bytes);
        text_free(&range);
        print_text(stream, &line);
    }
}

/* ---- A sweep ---------------------------------------------------------------- */

static void put_half(char cell[WORDS_SIZE], const case_results *r, const milestone_result *m)
{
    if (isnan(m->dates_of_all[1]))
        snprintf(cell, WORDS_SIZE, "\xe2\x80\x93");
    else
        milestone_date(r, m->dates_of_all[1], cell);
}

static void put_value(text *t, const case_results *r, size_t index)
{
    assert(index < r->scenario_count);
    char value[WORDS_SIZE];
    double width = sweep_change(r, r->scenario_count - 1)->value - sweep_change(r, 1)->value;
    words_within(value, sweep_change(r, index)->value, fabs(width));
    text_print(t, "   %s", value);
}

static void sweep_milestone(grid *g, const case_results *r, size_t k)
{
    assert(k < r->milestone_count);
    const milestone_result *asked = &r->scenarios[0].milestones[k];
    char stop[WORDS_SIZE];
    save_name(r, r->months, stop);
    grid_row *row =
        grid_add(g, arena_format(&g->memory, " %s%s%s: probability by %s, and in half by",
                                 asked->milestone->title, asked->label[0] ? ", " : "", asked->label, stop));
    if (row)
        row->heading = true;
    for (size_t i = 1; i < r->scenario_count; i++) {
        const milestone_result *m = &r->scenarios[i].milestones[k];
        text label = {0};
        put_value(&label, r, i);
        row = label.failed ? NULL : grid_add(g, label.bytes);
        text_free(&label);
        if (!row)
            return;
        words_probability(row->cells[0], has_forecast(r) ? m->after : m->before, m->sound);
        put_half(row->cells[1], r, m);
    }
}

/* The difference to the baseline: median and 90 % interval. */
static void sweep_quantity(grid *g, const case_results *r, size_t q)
{
    assert(q < r->quantity_count);
    static const size_t order[3] = {2, 0, 4};
    text title = {0};
    char stop[WORDS_SIZE];
    save_name(r, r->months, stop);
    text_print(&title, " ");
    quantity_name(&title, &r->quantities[q]);
    words_in_units(&title, r->quantities[q].units);
    if (r->quantities[q].change)
        text_print(&title, ", mean of the %ss to", case_period(r->c));
    else
        text_print(&title, ", end of");
    text_print(&title, " %s, less %s (90 %%)", stop, scenario_of(r, &r->scenarios[0])->name);
    grid_row *row = title.failed ? NULL : grid_add(g, title.bytes);
    text_free(&title);
    if (row)
        row->heading = true;
    for (size_t i = 1; i < r->scenario_count; i++) {
        const statistics *d = &r->scenarios[i].reading_differences[q * READING_COUNT + READING_END];
        text label = {0};
        put_value(&label, r, i);
        row = label.failed ? NULL : grid_add(g, label.bytes);
        text_free(&label);
        if (!row)
            return;
        for (int c = 0; c < (statistics_agree(d) ? 1 : 3); c++)
            words_signed(row->cells[2 + c], d->quantiles[order[c]], statistics_step(d));
    }
}

static void print_sweep(const case_results *r, FILE *stream, bool colour)
{
    const case_change *swept = sweep_change(r, 1);
    size_t dead = both_sides_quantity(r), leading = leading_quantity(r);
    char from[WORDS_SIZE] = "";
    if (swept->first != MONTH_NONE)
        month_name(swept->first, from);
    grid g = {.column_count = 5, .before = {"  ", "  ", "  ", " (", " to "}, .after = {"", "", "", "", ")"}};
    g.title = arena_format(&g.memory, "SWEEP of %s%s%s", swept->variable, from[0] ? ", from " : "", from);
    for (size_t k = 0; k < r->milestone_count; k++)
        if (!r->scenarios[0].milestones[k].milestone->shortage)
            sweep_milestone(&g, r, k);
    if (leading != SIZE_MAX)
        sweep_quantity(&g, r, leading);
    if (dead != SIZE_MAX && dead != leading)
        sweep_quantity(&g, r, dead);
    grid_print(&g, stream, colour);
    grid_free(&g);
}

static void print_sweep_sentences(const case_results *r, FILE *stream)
{
    for (size_t k = 0; k < r->milestone_count; k++) {
        text t = {0};
        if (!r->scenarios[0].milestones[k].milestone->shortage)
            sweep_finding(&t, r, k);
        print_text(stream, &t);
    }
}

/* A paragraph each; of many only the first, since the tables have the others. */
static void print_verdicts(const case_results *r, FILE *stream)
{
    enum { MOST = 5 };
    size_t told = r->scenario_count > MOST ? 1 : r->scenario_count;
    text rest = {0};
    for (size_t i = 0; i < told; i++)
        print_verdict(r, i, stream);
    if (told < r->scenario_count)
        text_print(&rest,
                   "The tables also have the other %zu scenarios; with at most %d scenarios (--scenario "
                   "NAME), each has a verdict here",
                   r->scenario_count - told, MOST);
    print_text(stream, &rest);
}

void table_opening(const case_results *r, FILE *stream, bool colour)
{
    bool sweep = sweep_change(r, 1) != NULL;
    text losses = {0};
    print_question(r, stream);
    putc('\n', stream);
    print_best_forecast(r, stream);
    if (sweep) {
        print_verdict(r, 0, stream);
        print_sweep_sentences(r, stream);
    } else
        print_verdicts(r, stream);
    print_standing(r, stream);
    losses_finding(&losses, r, &r->scenarios[0]);
    print_text(stream, &losses);
    print_fit_warnings(r, stream);
    print_ranges(r, stream);
    putc('\n', stream);
    if (sweep)
        print_sweep(r, stream, colour);
}
