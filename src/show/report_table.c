/* The table for a person at a terminal: at most 80 columns, colour only when asked. */
#include "results/findings.h"
#include "show/answers.h"
#include "show/grid.h"
#include "show/report.h"
#include "show/table_opening.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { LABEL = 30 }; /* columns of a quantity that stands on the line of its numbers */

/* ---- Cells --------------------------------------------------------------- */

static void put(char cell[WORDS_SIZE], double value, double step, bool sign)
{
    if (sign)
        words_signed(cell, value, step);
    else
        words_number(cell, value, step);
}

/* What all members have: whole numbers in full, others to three digits. */
static void put_agreed(char cell[WORDS_SIZE], const statistics *s)
{
    const double whole = 1e6;
    double value = statistics_agreed(s), size = fabs(value);
    if (value == floor(value) && size < whole) {
        words_number(cell, value, 1);
        return;
    }
    double step = fmin(1, pow(10, floor(log10(size)) - 2));
    while (step < 1 && fmod(round(size / step), 10) == 0) /* 1.3, not 1.30 */
        step *= 10;
    words_number(cell, value, fmin(1, step));
}

static void put_median(grid_row *row, const statistics *s)
{
    if (statistics_agree(s))
        put_agreed(row->cells[0], s);
    else
        put(row->cells[0], s->quantiles[2], statistics_step(s), false);
}

/* Median and 90 % interval in three cells; the median alone where all members agree. */
static void put_three(grid_row *row, size_t at, const statistics *s)
{
    if (statistics_agree(s)) {
        put_agreed(row->cells[at], s);
        return;
    }
    put(row->cells[at], s->quantiles[2], statistics_step(s), false);
    put(row->cells[at + 1], s->quantiles[0], statistics_step(s), false);
    put(row->cells[at + 2], s->quantiles[4], statistics_step(s), false);
}

/* Median, 50 % and 90 % interval, shares above and below zero: seven cells. */
static void put_seven(grid_row *row, const statistics *s, bool sign)
{
    if ((s->above == 0 && s->below == 0) || (statistics_agree(s) && statistics_agreed(s) == 0)) {
        words_number(row->cells[0], 0, 1);
        return;
    }
    static const int order[QUANTILES] = {2, 1, 3, 0, 4};
    for (int i = 0; i < (statistics_agree(s) ? 1 : QUANTILES); i++)
        put(row->cells[i], s->quantiles[order[i]], statistics_step(s), sign);
    words_probability(row->cells[5], words_beside(s->above, s->below), s->members);
    words_probability(row->cells[6], words_beside(s->below, s->above), s->members);
}

static grid seven_columns(const char *title, const char *above, const char *below)
{
    return (grid){.title = title,
                  .column_count = 7,
                  .before = {"  ", "  ", " to ", "  ", " to ", "  ", " "},
                  .heads = {{0, 0, "median"}, {1, 2, "50 %"}, {3, 4, "90 %"}, {5, 5, above}, {6, 6, below}},
                  .head_count = 5};
}

static void add_heading(grid *g, const quantity *q, bool label, const char *more)
{
    text t = {0};
    text_print(&t, " %s", q->title);
    if (label && q->label[0])
        text_print(&t, ", %s", q->label);
    words_in_units(&t, q->units);
    text_print(&t, "%s", more);
    grid_row *row = t.failed ? NULL : grid_add(g, t.bytes);
    g->failed = g->failed || t.failed;
    if (row)
        row->heading = true;
    text_free(&t);
}

/* A sentence below a table, ended; frees it. */
static void print_line_of(FILE *stream, text *t)
{
    if (t->length) {
        text_print(t, ".");
        grid_wrap(stream, t->length ? t->bytes : "", 0);
    }
    text_free(t);
}

/* ---- The front ----------------------------------------------------------- */

static void front_row(grid *g, const case_results *r, const scenario_result *s, reading k, const char *window)
{
    char label[2 * WORDS_SIZE];
    const char *name = scenario_of(r, s)->name;
    if (r->scenario_count > 1)
        snprintf(label, sizeof label, "  %.40s, %.40s", window, name);
    else
        snprintf(label, sizeof label, "  %.60s", window);
    grid_row *row = grid_add(g, label);
    if (!row)
        return;
    const statistics *x = reading_of(s, r->front_change, k);
    put_seven(row, x, true);
    if (k == READING_NOW || (x->above == 0 && x->below == 0))
        return;
    size_t windows = windows_of_record(r, (k == READING_NEXT ? r->next_to : r->months) - r->data_months);
    words_direction(row->cells[5], words_beside(x->above, x->below), x->members, windows);
    words_direction(row->cells[6], words_beside(x->below, x->above), x->members, windows);
}

static void print_front(const case_results *r, FILE *stream, bool colour)
{
    if (r->front_change == SIZE_MAX)
        return;
    const char *gains = r->c->front_gains ? r->c->front_gains : "rises";
    const char *loses = r->c->front_loses ? r->c->front_loses : "falls";
    grid g = seven_columns("FRONT", gains, loses);
    char past[WORDS_SIZE], next[WORDS_SIZE], forecast[WORDS_SIZE], more[3 * WORDS_SIZE];
    window_name(r, r->past_from, r->data_months, past);
    next_window_name(r, next);
    window_name(r, has_forecast(r) ? r->data_months : r->past_from, r->months, forecast);
    snprintf(more, sizeof more, " (+: %.*s gains; last: probability that the side does)",
             words_cut(gains, 40), gains);
    add_heading(&g, &r->quantities[r->front_change], false, more);
    front_row(&g, r, &r->scenarios[0], READING_NOW, past);
    if (has_forecast(r))
        front_row(&g, r, &r->scenarios[0], READING_NEXT, next);
    for (size_t i = 0; i < r->scenario_count && has_forecast(r) && r->next_to < r->months; i++)
        front_row(&g, r, &r->scenarios[i], READING_END, forecast);
    grid_print(&g, stream, colour);
    grid_free(&g);
    text limits = {0};
    direction_finding(&limits, r);
    bool limited = limits.length > 0;
    print_line_of(stream, &limits);
    if (limited)
        putc('\n', stream);
}

/* ---- The other sections -------------------------------------------------- */

static void section_row(grid *g, const case_results *r, const scenario_result *s, size_t q, const char *label)
{
    assert(q < r->quantity_count);
    grid_row *row = label ? grid_add(g, label) : NULL;
    if (!row)
        return;
    if (!has_forecast(r)) {
        put_three(row, 0, reading_of(s, q, READING_END));
        return;
    }
    put_median(row, reading_of(s, q, READING_NOW));
    put_three(row, 1, reading_of(s, q, READING_NEXT));
    put_three(row, 4, reading_of(s, q, READING_END));
}

/* Whether a scenario moves what is shown of a quantity. */
static bool moves(const scenario_result *s, size_t q)
{
    const statistics *next = &s->reading_differences[q * READING_COUNT + READING_NEXT],
                     *end = &s->reading_differences[q * READING_COUNT + READING_END];
    return next->above > 0 || next->below > 0 || end->above > 0 || end->below > 0;
}

/* Whether a quantity is 0 in all scenarios: a fund that nobody has set up. */
static bool is_nothing(const case_results *r, size_t q)
{
    assert(q < r->quantity_count);
    bool nothing = true;
    for (int k = READING_NOW; k <= READING_END; k++)
        nothing = nothing && reading_of(&r->scenarios[0], q, k)->above == 0 &&
                  reading_of(&r->scenarios[0], q, k)->below == 0;
    for (size_t i = 1; i < r->scenario_count; i++)
        nothing = nothing && !moves(&r->scenarios[i], q);
    return nothing;
}

/* What the baseline has none of and the only other scenario has: its row stands for both. */
static const scenario_result *alone_with(const case_results *r, size_t q)
{
    assert(q < r->quantity_count);
    bool nothing = r->scenario_count == 2;
    for (int k = READING_NOW; k <= READING_END && nothing; k++)
        nothing =
            reading_of(&r->scenarios[0], q, k)->above == 0 && reading_of(&r->scenarios[0], q, k)->below == 0;
    return nothing ? &r->scenarios[1] : NULL;
}

/* Behind the units of what is shown as a mean over the months of a window. */
static const char mean_mark[] = ", mean";

static void section_heading(grid *g, const case_results *r, size_t q)
{
    assert(q < r->quantity_count);
    const quantity *x = &r->quantities[q];
    text more = {0};
    if (x->change)
        text_print(&more, "%s", mean_mark);
    if (x->output && x->output->share_count)
        text_print(&more, "; parts by %s", x->output->share_key);
    if (x->section >= SECTION_KNOWN && alone_with(r, q))
        text_print(&more, "; %s (%s: 0)", scenario_of(r, &r->scenarios[1])->name,
                   scenario_of(r, &r->scenarios[0])->name);
    g->failed = g->failed || more.failed;
    add_heading(g, x, false, more.length ? more.bytes : "");
    text_free(&more);
}

/* In sections of the case's own each quantity is followed by the scenarios that move it. */
static void quantity_rows(grid *g, const case_results *r, size_t q, const char *label)
{
    assert(q < r->quantity_count);
    const scenario_result *only = alone_with(r, q);
    bool own = r->quantities[q].section >= SECTION_KNOWN;
    section_row(g, r, own && only ? only : &r->scenarios[0], q, label);
    for (size_t i = 1; i < r->scenario_count && own && !only; i++)
        if (moves(&r->scenarios[i], q))
            section_row(g, r, &r->scenarios[i], q,
                        arena_format(&g->memory, "     %s", scenario_of(r, &r->scenarios[i])->name));
}

static void section_rows(grid *g, const case_results *r, case_section section)
{
    const case_output *last = NULL;
    for (size_t q = 0; q < r->quantity_count; q++) {
        const quantity *x = &r->quantities[q];
        if (x->section != section || q == r->front_change ||
            (section != SECTION_FRONT && section < SECTION_KNOWN && !quantity_is_key(r, q)) ||
            (section >= SECTION_KNOWN && is_nothing(r, q)))
            continue;
        bool shared = x->output && x->output->share_count;
        size_t wide =
            words_columns(x->title) + words_columns(x->units) + (x->change ? sizeof mean_mark - 1 : 0);
        bool own_line =
            !x->label[0] && wide <= LABEL - 3 && !shared && !(section >= SECTION_KNOWN && alone_with(r, q));
        if (!own_line && (x->output != last || !last))
            section_heading(g, r, q);
        last = x->output;
        text label = {0};
        if (own_line) {
            text_print(&label, " %s", x->title);
            words_in_units(&label, x->units);
            text_print(&label, "%s", x->change ? mean_mark : "");
        } else {
            text_print(&label, "   %s", x->label[0] || !shared ? x->label : "all");
        }
        if (!label.failed)
            quantity_rows(g, r, q, label.bytes);
        text_free(&label);
    }
}

static void print_section(const case_results *r, case_section section, const char *title, FILE *stream,
                          bool colour)
{
    char now[WORDS_SIZE], next[2 * WORDS_SIZE], end[2 * WORDS_SIZE], soon[WORDS_SIZE], stop[WORDS_SIZE];
    save_name(r, r->data_months, now);
    save_name(r, r->next_to, soon);
    save_name(r, r->months, stop);
    snprintf(next, sizeof next, "%s (90 %%)", soon);
    snprintf(end, sizeof end, "%s (90 %%)", stop);
    grid g = {.title = title,
              .column_count = 7,
              .before = {"  ", "    ", " (", " to ", "    ", " (", " to "},
              .after = {"", "", "", ")", "", "", ")"},
              .heads = {{0, 0, now}, {1, 3, next}, {4, 6, end}},
              .head_count = 3};
    if (!has_forecast(r))
        g = (grid){.title = title,
                   .column_count = 3,
                   .before = {"  ", " (", " to "},
                   .after = {"", "", ")"},
                   .heads = {{0, 2, end}},
                   .head_count = 1};
    section_rows(&g, r, section);
    grid_print(&g, stream, colour);
    grid_free(&g);
}

/* A section of the case's own, its title in capitals as those of the others are. */
static void print_own_section(const case_results *r, size_t section, FILE *stream, bool colour)
{
    arena memory = {0};
    const char *title = case_section_title(r->c, section);
    char *capitals = arena_copy(&memory, title, strlen(title));
    for (char *s = capitals; s && *s; s++)
        *s = *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s;
    print_section(r, (case_section)section, capitals ? capitals : title, stream, colour);
    arena_free(&memory);
}

/* The dead of both sides. */
static void print_sums(const case_results *r, FILE *stream, bool colour)
{
    if (both_sides_quantity(r) == SIZE_MAX)
        return;
    const case_output *dead = r->quantities[both_sides_quantity(r)].output;
    const scenario_result *s = &r->scenarios[0];
    char past[WORDS_SIZE], forecast[WORDS_SIZE];
    window_name(r, 0, r->data_months, past);
    window_name(r, r->data_months, r->months, forecast);
    grid g = {.title = "LOSSES, sums over time",
              .column_count = has_forecast(r) ? 6 : 3,
              .before = {"  ", " (", " to ", "    ", " (", " to "},
              .after = {"", "", ")", "", "", ")"},
              .heads = {{0, 2, past}, {3, 5, forecast}},
              .head_count = has_forecast(r) ? 2 : 1};
    const case_output *last = NULL;
    for (size_t q = 0; q < r->quantity_count; q++) {
        const quantity *x = &r->quantities[q];
        if (!is_summed(r, q) || x->output != dead)
            continue;
        if (x->output != last) {
            quantity amount = *x;
            text units = {0};
            amount_units(&units, x, case_period(r->c));
            amount.units = units.length ? units.bytes : "";
            add_heading(&g, &amount, false, "");
            text_free(&units);
        }
        last = x->output;
        char label[4 * WORDS_SIZE];
        snprintf(label, sizeof label, "   %.*s", words_cut(x->label, 200), x->label);
        grid_row *row = grid_add(&g, label);
        if (!row)
            break;
        put_three(row, 0, reading_of(s, q, READING_PAST_AMOUNT));
        if (has_forecast(r))
            put_three(row, 3, reading_of(s, q, READING_FUTURE_AMOUNT));
    }
    grid_print(&g, stream, colour);
    grid_free(&g);
}

/* ---- Scenarios against the baseline -------------------------------------- */

/* What is compared on a terminal: the front and the dead; report.html has the rest. */
static bool is_compared(const case_results *r, size_t q)
{
    assert(q < r->quantity_count);
    return q == r->front_level || q == both_sides_quantity(r);
}

static void print_differences(const case_results *r, FILE *stream, bool colour)
{
    if (r->scenario_count < 2)
        return;
    char title[4 * WORDS_SIZE], stop[WORDS_SIZE], forecast[WORDS_SIZE], more[3 * WORDS_SIZE];
    snprintf(title, sizeof title, "SCENARIOS less %.60s", scenario_of(r, &r->scenarios[0])->name);
    save_name(r, r->months, stop);
    window_name(r, has_forecast(r) ? r->data_months : r->past_from, r->months, forecast);
    grid g = seven_columns(title, "more", "less");
    for (size_t q = 0; q < r->quantity_count; q++) {
        if (!is_compared(r, q))
            continue;
        snprintf(more, sizeof more,
                 r->quantities[q].change ? ", mean of %.60s"
                 : r->quantities[q].flow ? ", %.60s"
                                         : ", end of %.60s",
                 r->quantities[q].change ? forecast : stop);
        add_heading(&g, &r->quantities[q], true, more);
        for (size_t i = 1; i < r->scenario_count; i++) {
            char label[2 * WORDS_SIZE];
            snprintf(label, sizeof label, "   %.100s", scenario_of(r, &r->scenarios[i])->name);
            grid_row *row = grid_add(&g, label);
            if (row)
                put_seven(row, &r->scenarios[i].reading_differences[q * READING_COUNT + READING_END], true);
        }
    }
    grid_print(&g, stream, colour);
    grid_free(&g);
}

/* How much of the size of each scenario was learned, one sentence each. */
static void print_learned(const case_results *r, FILE *stream)
{
    for (size_t i = 1; i < r->scenario_count; i++) {
        const case_scenario *s = scenario_of(r, &r->scenarios[i]);
        text t = {0};
        learned_finding(&t, r, s);
        if (t.length) {
            text line = {0};
            text_print(&line, "The size of %s is %s.", s->name, t.bytes);
            grid_wrap(stream, line.failed ? "" : line.bytes, 0);
            text_free(&line);
        }
        text_free(&t);
    }
}

/* ---- Milestones, shortages and failures ---------------------------------- */

/* The date by which half of all futures have it. */
static void put_half(char cell[WORDS_SIZE], const case_results *r, const milestone_result *s)
{
    if (isnan(s->dates_of_all[1]))
        snprintf(cell, WORDS_SIZE, "\xe2\x80\x93");
    else
        milestone_date(r, s->dates_of_all[1], cell);
}

static void milestone_row(grid *g, const case_results *r, const milestone_result *s, const char *label)
{
    static const int order[3] = {1, 0, 2};
    grid_row *row = grid_add(g, label);
    if (!row)
        return;
    words_probability(row->cells[0], s->before, s->sound);
    words_probability(row->cells[1], s->sound ? (double)s->spells_running / (double)s->sound : NAN, s->sound);
    words_probability(row->cells[2], s->after, s->sound);
    put_half(row->cells[3], r, s);
    for (int d = 0; d < 3 && s->after > 0; d++)
        milestone_date(r, s->dates[order[d]], row->cells[4 + d]);
}

/* The baseline, and below it the others: of shortages those in which the probability is another by twenty
 * points or more. Returns how many were left out. */
static size_t milestone_rows(grid *g, const case_results *r, size_t k)
{
    assert(k < r->milestone_count);
    const milestone_result *baseline = &r->scenarios[0].milestones[k];
    char label[4 * WORDS_SIZE];
    size_t left_out = 0;
    snprintf(label, sizeof label, " %.*s%s%.*s", words_cut(baseline->label, 100), baseline->label,
             baseline->label[0] ? ": " : "", words_cut(baseline->milestone->title, 120),
             baseline->milestone->title);
    grid_row *heading = grid_add(g, label);
    if (heading)
        heading->heading = true;
    for (size_t i = 0; i < r->scenario_count; i++) {
        const milestone_result *s = &r->scenarios[i].milestones[k];
        if (i && s->milestone->shortage && !(fabs(s->after - baseline->after) >= 0.2)) {
            left_out++;
            continue;
        }
        snprintf(label, sizeof label, "   %.100s", scenario_of(r, &r->scenarios[i])->name);
        milestone_row(g, r, s, label);
    }
    return left_out;
}

static bool has_kind(const case_results *r, bool shortages)
{
    for (size_t k = 0; k < r->milestone_count; k++)
        if (r->scenarios[0].milestones[k].milestone->shortage == shortages)
            return true;
    return false;
}

/* What the columns are, once, and which tests tell nothing. */
static void print_milestone_notes(const case_results *r, bool shortages, FILE *stream)
{
    char data_end[WORDS_SIZE];
    text columns = {0};
    save_name(r, r->data_months, data_end);
    if (has_kind(r, shortages) && !(shortages && has_kind(r, false)))
        text_print(
            &columns,
            "Until, then: share of futures with a spell up to %s, and after it; running: in a spell at "
            "the end of %s, which counts as one that begins in the next %s; in half by: of all "
            "futures; if it comes: the first %s of the first spell after %s, among the futures that "
            "have one",
            data_end, data_end, case_period(r->c), case_period(r->c), data_end);
    print_line_of(stream, &columns);
    if (shortages) {
        text collapsed = {0};
        collapsed_finding(&collapsed, r);
        print_line_of(stream, &collapsed);
    }
    for (size_t k = 0; k < r->milestone_count && !shortages; k++) {
        text untested = {0};
        if (!r->scenarios[0].milestones[k].milestone->shortage)
            untested_finding(&untested, r, &r->scenarios[0].milestones[k]);
        print_line_of(stream, &untested);
    }
}

static void print_milestones(const case_results *r, bool shortages, FILE *stream, bool colour)
{
    char data_end[WORDS_SIZE], stop[WORDS_SIZE], title[4 * WORDS_SIZE];
    size_t left_out = 0;
    save_name(r, r->data_months, data_end);
    save_name(r, r->months, stop);
    snprintf(title, sizeof title, "%s until %s, and then by %s", shortages ? "SHORTAGES" : "MILESTONES",
             data_end, stop);
    grid g = {.title = title,
              .column_count = 7,
              .before = {"  ", "  ", "  ", "  ", "  ", " (", " to "},
              .after = {"", "", "", "", "", "", ")"},
              .heads = {{0, 0, "until"},
                        {1, 1, "running"},
                        {2, 2, "then"},
                        {3, 3, "in half by"},
                        {4, 6, "if it comes (90 %)"}},
              .head_count = 5};
    for (size_t k = 0; k < r->milestone_count; k++)
        if (r->scenarios[0].milestones[k].milestone->shortage == shortages)
            left_out += milestone_rows(&g, r, k);
    grid_print(&g, stream, colour);
    grid_free(&g);
    if (left_out)
        grid_wrap(stream, "Scenarios whose probability is within 20 points of the first one's are not shown.",
                  0);
    print_milestone_notes(r, shortages, stream);
}

static void print_failures(const case_results *r, FILE *stream)
{
    enum { SHOWN = 5 };
    for (size_t i = 0; i < r->scenario_count; i++) {
        const scenario_result *s = &r->scenarios[i];
        if (!s->failure_count)
            continue;
        fprintf(stream, "%s: %zu of %zu members failed (non-finite values) and are left out\n",
                scenario_of(r, s)->name, s->failure_count, r->members);
        for (size_t k = 0; k < s->failure_kept && k < SHOWN; k++) {
            const failure_record *f = &s->failures[k];
            char at[WORDS_SIZE];
            failure_month(r, f, at);
            fprintf(stream, "   member %llu: %.*s in %s, %s\n", (unsigned long long)f->member,
                    words_cut(f->variable, 60), f->variable, at, failure_words(f));
        }
    }
}

/* ---- The whole table ----------------------------------------------------- */

/* Whether a row of the sections is a mean; the front says of itself what its are. */
static bool marks_means(const case_results *r)
{
    for (size_t q = 0; q < r->quantity_count; q++)
        if (r->quantities[q].change && q != r->front_change &&
            (r->quantities[q].section >= SECTION_KNOWN || quantity_is_key(r, q)))
            return true;
    return false;
}

static void print_head(const case_results *r, FILE *stream, bool colour)
{
    char members[WORDS_SIZE], past[WORDS_SIZE], next[WORDS_SIZE], forecast[WORDS_SIZE];
    words_number(members, (double)r->members, 1);
    if (colour)
        fputs("\033[1m", stream);
    grid_wrap(stream, r->c->title, 0);
    if (colour)
        fputs("\033[0m", stream);
    window_name(r, r->past_from, r->data_months, past);
    next_window_name(r, next);
    window_name(r, has_forecast(r) ? r->data_months : r->past_from, r->months, forecast);
    text t = {0};
    text_print(&t, "%s member%s, seed %llu, truce %s. Scenario: %s", members, r->members == 1 ? "" : "s",
               (unsigned long long)r->seed, truce_version(), scenario_of(r, &r->scenarios[0])->title);
    if (marks_means(r)) {
        text_print(&t, ". Rows marked \"mean\" are means of %s", past);
        if (has_forecast(r))
            text_print(&t, ", %s and %s", next, forecast);
        text_print(&t, ", all others of the %s above them", case_period(r->c));
    }
    if (r->fit) {
        text_print(&t, ". Intervals come from a fit to the data up to %s.", truce_fit_until(r->fit));
        answers_put_repeats(&t, r->members, r->fit);
    } else
        text_print(&t, ". Intervals come from the priors of the case, not from a fit.");
    double rank_error = results_rank_error(r);
    if (rank_error > 0)
        text_print(&t, " At most %.2g %% of the members lie between a quantile shown and the exact one.",
                   100 * rank_error);
    if (t.bytes)
        grid_wrap(stream, t.bytes, 0);
    text_free(&t);
    putc('\n', stream);
}

static void print_weakness(const case_results *r, FILE *stream)
{
    text t = {0};
    weakness_finding(&t, r);
    if (t.length) {
        text_print(&t, ".");
        putc('\n', stream);
        grid_wrap(stream, t.bytes, 0);
    }
    text_free(&t);
}

void report_print_table(const case_results *r, FILE *stream, bool colour)
{
    if (!r->scenario_count)
        return;
    print_head(r, stream, colour);
    table_opening(r, stream, colour);
    print_milestones(r, false, stream, colour);
    print_front(r, stream, colour);
    print_section(r, SECTION_FRONT, "TERRITORY", stream, colour);
    print_section(r, SECTION_FORCES, "FORCES", stream, colour);
    print_section(r, SECTION_LOSSES, "LOSSES", stream, colour);
    print_sums(r, stream, colour);
    print_section(r, SECTION_MATERIEL, "MATERIEL", stream, colour);
    print_section(r, SECTION_SUPPORT, "SUPPORT", stream, colour);
    print_section(r, SECTION_ECONOMY, "ECONOMY", stream, colour);
    print_section(r, SECTION_RESOLVE, "RESOLVE", stream, colour);
    for (size_t section = SECTION_KNOWN; section < r->c->section_count; section++)
        print_own_section(r, section, stream, colour);
    print_milestones(r, true, stream, colour);
    print_differences(r, stream, colour);
    print_learned(r, stream);
    print_failures(r, stream);
    print_weakness(r, stream);
}
