/* The answers of talks on a terminal: when there may be a deal and why there is none, what waiting is worth
 * and what is missing, what moves it all, and what was taken to have happened at the table. */
#include "show/grid.h"
#include "show/talks.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* ---- Cells -------------------------------------------------------------------------------------------- */

/* To the points that so many futures can tell. */
static void put_points(char cell[WORDS_SIZE], const talks_shown *t, double share, double low, double high)
{
    const double grain = talks_grain(t), values[] = {share, low, high};
    char words[3][WORDS_SIZE], *middle = words[0], *from = words[1], *to = words[2];
    for (int i = 0; i < 3; i++)
        words_number(words[i], grain * round(100.0 * values[i] / grain), 1);
    snprintf(cell, WORDS_SIZE, "%.18s [%.18s to %.18s]", middle, from, to);
}

/* "10 [<10 to 40]": shares in the words of talks_share_words, without their unit. */
static void put_shares(char cell[WORDS_SIZE], const talks_shown *t, double share, double low, double high)
{
    const double values[] = {share, low, high};
    char words[3][WORDS_SIZE];
    for (int i = 0; i < 3; i++) {
        talks_share_words(t, words[i], values[i]);
        words[i][strcspn(words[i], " ")] = '\0';
    }
    snprintf(cell, WORDS_SIZE, "%.18s [%.18s to %.18s]", words[0], words[1], words[2]);
}

static void put_band(char cell[WORDS_SIZE], const talks_shown *t, const talks_band *band)
{
    put_points(cell, t, band->quantiles[TALKS_50], band->quantiles[TALKS_5], band->quantiles[TALKS_95]);
}

static void set_heads(grid *g, size_t count, const char *const *heads)
{
    g->head_count = g->column_count = count;
    for (size_t i = 0; i < count; i++) {
        g->heads[i] = (grid_head){i, i, heads[i]};
        g->before[i] = "  ";
    }
}

static void finish(grid *g, FILE *out, bool colour)
{
    grid_print(g, out, colour);
    grid_free(g);
}

/* ---- A deal by a date --------------------------------------------------------------------------------- */

void talks_deal_words(text *words, const talks_shown *t)
{
    const talks_result *r = &t->scenarios[0].result;
    const talks_answers *a = &r->answers;
    char name[16];
    month_name(r->months[a->now].month, name);
    for (size_t i = 0; i < a->date_count; i++) {
        const talks_date *d = &a->dates[i];
        char chance[WORDS_SIZE], base[WORDS_SIZE];
        if (d->months != TALKS_AHEAD)
            continue;
        talks_share_words(t, chance, d->mean);
        if (!isnan(d->base)) {
            words_probability(base, d->base, SIZE_MAX);
            text_print(words, "Of past wars of this age %s ended within %d months. ", base, TALKS_AHEAD);
        }
        text_print(words, "%s a deal within %d months of %s has a probability of %s.",
                   r->prior ? "Given what has happened at the table," : "By the worths of the table,",
                   TALKS_AHEAD, name, chance);
    }
}

static void print_dates(FILE *out, const talks_shown *t, bool colour)
{
    static const char *const heads[] = {"past wars of this age, any end", "probability [90 % of worlds]",
                                        "prior"};
    const talks_answers *a = &t->scenarios[0].result.answers;
    char title[2 * WORDS_SIZE], worth[WORDS_SIZE], name[16];
    month_name(t->scenarios[0].result.months[a->now].month, name);
    talks_alike_words(t, worth);
    snprintf(title, sizeof title, "DEAL within a number of months from %s, %%%s", name, worth);
    grid g = {.title = title};
    if (!a->date_count)
        return;
    set_heads(&g, t->scenarios[0].result.prior ? 3 : 2, heads);
    for (size_t i = 0; i < a->date_count; i++) {
        char label[WORDS_SIZE];
        snprintf(label, sizeof label, "%d months", a->dates[i].months);
        grid_row *row = grid_add(&g, label);
        if (!row)
            continue;
        words_number(row->cells[0], 100.0 * a->dates[i].base, 1);
        put_shares(row->cells[1], t, a->dates[i].mean, a->dates[i].low, a->dates[i].high);
        words_number(row->cells[2], 100.0 * a->dates[i].prior, 1);
    }
    finish(&g, out, colour);
}

/* ---- Why there is none -------------------------------------------------------------------------------- */

const char *talks_obstacle_words(const talks_shown *t, int obstacle, char words[WORDS_SIZE])
{
    static const char *const names[TALKS_OBSTACLES] = {
        "aims of %.*s", "aims of %.*s", "neither knows the other's limits",
        "war could be resumed by decision", "no opening to meet"};
    const char *side = talks_side(t, obstacle);
    snprintf(words, WORDS_SIZE, names[obstacle], words_cut(side, 40), side);
    return words;
}

const char *talks_outcome_words(int outcome)
{
    static const char *const words[TALKS_OUTCOMES] = {"Deal within 12 months", "Positions",
                                                      "Peace for 5 years"};
    return words[outcome];
}

static void print_certain_deal(FILE *out, const talks_shown *t)
{
    text words = {0};
    talks_certain_deal_words(&words, t);
    grid_wrap(out, words.failed ? "" : words.bytes, 0);
    fputc('\n', out);
    text_free(&words);
}

static void print_obstacles(FILE *out, const talks_shown *t, bool colour)
{
    static const char *const heads[] = {"share [90 % by groups of worlds]"};
    const talks_answers *a = &t->scenarios[0].result.answers;
    char title[2 * WORDS_SIZE], words[WORDS_SIZE], percent[WORDS_SIZE], worth[WORDS_SIZE];
    if (!talks_has_obstacles(t)) {
        print_certain_deal(out, t);
        return;
    }
    talks_no_deal_words(t, percent);
    talks_alike_words(t, worth);
    snprintf(title, sizeof title, "WHY NO DEAL within %zu month%s (%.10s), %%%s", a->ahead,
             a->ahead == 1 ? "" : "s", percent, worth);
    grid g = {.title = title};
    set_heads(&g, 1, heads);
    for (int i = 0; i < TALKS_OBSTACLES; i++) {
        grid_row *row = grid_add(&g, talks_obstacle_words(t, i, words));
        if (row)
            put_points(row->cells[0], t, a->obstacle[i].mean, a->obstacle[i].low, a->obstacle[i].high);
    }
    grid_row *row = grid_add(&g, "other reasons");
    if (row)
        put_points(row->cells[0], t, a->rest.mean, a->rest.low, a->rest.high);
    finish(&g, out, colour);
}

/* ---- Strength and ripeness ---------------------------------------------------------------------------- */

enum { ROWS = 9 };

static void print_statements(FILE *out, const talks_shown *t, bool colour)
{
    const talks_result *r = &t->scenarios[0].result;
    char words[CASE_SIDES][WORDS_SIZE];
    for (int i = 0; i < CASE_SIDES; i++)
        snprintf(words[i], WORDS_SIZE, "%.*s strong", words_cut(talks_side(t, i), 30), talks_side(t, i));
    const char *const heads[] = {words[0],      words[1], "ripe", "deal if they meet", "deal in the month",
                                 "deal by then"};
    char title[2 * WORDS_SIZE], worth[WORDS_SIZE];
    talks_alike_words(t, worth);
    snprintf(title, sizeof title, "STATEMENTS, probability%s", worth);
    grid g = {.title = title};
    size_t shown[ROWS], count = talks_months_shown(r->month_count, ROWS, shown);
    set_heads(&g, 6, heads);
    for (size_t i = 0; i < count; i++) {
        const talks_month *m = &r->months[shown[i]];
        char name[16];
        month_name(m->month, name);
        grid_row *row = grid_add(&g, name);
        const double shares[] = {m->strong[0], m->strong[1], m->ripe, m->met, m->chance, m->struck};
        for (size_t k = 0; row && k < 6; k++)
            talks_share_words(t, row->cells[k], shares[k]);
    }
    finish(&g, out, colour);
    const talks_answers *a = &r->answers;
    text line = {0};
    text_print(&line, "Where the line runs explains %.0f %% of the variance of positions",
               100.0 * a->line_explains);
    for (size_t i = 0; i < TALKS_MOVERS && a->explains[i].share >= 0.005; i++)
        text_print(&line, "%s %s %.0f %%", i ? "," : "; of the rest,", a->explains[i].name,
                   100.0 * a->explains[i].share);
    text_print(
        &line,
        ". A side is in a position of strength where the other's best terms meet its declared minimum; the "
        "moment is ripe where going on loses worth to both and some deal suits both.");
    grid_wrap(out, line.failed ? "" : line.bytes, 0);
    fputc('\n', out);
    text_free(&line);
}

/* ---- Waiting, and what is missing --------------------------------------------------------------------- */

static void print_waiting(FILE *out, const talks_shown *t, bool colour)
{
    const talks_result *r = &t->scenarios[0].result;
    char words[CASE_SIDES][WORDS_SIZE], title[WORDS_SIZE], name[16];
    month_name(r->months[r->answers.now].month, name);
    snprintf(title, sizeof title, "WAITING from %s, change of the gain", name);
    for (int i = 0; i < CASE_SIDES; i++)
        snprintf(words[i], WORDS_SIZE, "%.*s: 6 months", words_cut(talks_side(t, i), 30), talks_side(t, i));
    const char *const heads[] = {words[0], "12 months", words[1], "12 months"};
    grid g = {.title = title};
    set_heads(&g, 4, heads);
    for (size_t k = 0; k < t->deal_count; k++) {
        const talks_deal_answer *d = &r->answers.deals[t->deals[k]];
        grid_row *row = grid_add(&g, t->c->talks->deals[t->deals[k]].title);
        for (int i = 0; row && i < CASE_SIDES; i++)
            for (int w = 0; w < TALKS_WAITS; w++)
                put_band(row->cells[i * CASE_SIDES + w], t, &d->waiting[i][w]);
    }
    finish(&g, out, colour);
}

/* "nothing", or what would do, each alone. */
void talks_missing_words(text *words, const talks_shown *t, size_t deal, int side)
{
    assert(side >= 0 && side < GAME_SIDES);
    const talks_missing *m = &t->scenarios[0].result.answers.deals[deal].missing[side];
    const case_talks *k = t->c->talks;
    char line[WORDS_SIZE], km[WORDS_SIZE];
    bool first = true;
    if (!talks_goes_on(t)) {
        text_print(words, "the war is over");
        return;
    }
    if (m->line == 0.0) {
        text_print(words, "nothing");
        return;
    }
    if (!isnan(m->line)) {
        double width = fabs(k->wanted[CASE_ATTACKER] - k->wanted[CASE_DEFENDER]);
        words_number(line, 100.0 * m->line, 1);
        words_number(km, m->line * width, words_step(0.0, m->line * width));
        text_print(words, "%s %% of the stake (%s ", line, km);
        words_units(words, element_units(t->c->model, k->line));
        text_print(words, ")");
        first = false;
    }
    if (m->guarantee != SIZE_MAX) {
        text_print(words, "%s%s", first ? "" : ", or ", k->guarantees[m->guarantee].title);
        first = false;
    }
    if (m->form != SIZE_MAX) {
        text_print(words, "%s%s", first ? "" : ", or ", k->forms[m->form].title);
        first = false;
    }
    if (!isnan(m->relief)) {
        words_number(line, 100.0 * m->relief, 1);
        text_print(words, "%s%s %% of the sanctions lifted", first ? "" : ", or ", line);
        first = false;
    }
    if (first)
        text_print(words, "no single term of the case would do");
}

static void print_missing(FILE *out, const talks_shown *t)
{
    fprintf(out, "WHAT IS MISSING in the median world, each term alone\n");
    for (size_t k = 0; k < t->deal_count; k++) {
        text line = {0};
        text_print(&line, "%s: ", t->c->talks->deals[t->deals[k]].title);
        for (int i = 0; i < CASE_SIDES; i++) {
            text_print(&line, "%s%s, ", i ? "; " : "", talks_side(t, i));
            talks_missing_words(&line, t, t->deals[k], i);
        }
        text_print(&line, ".");
        grid_wrap(out, line.failed ? "" : line.bytes, 2);
        text_free(&line);
    }
    fputc('\n', out);
}

const char talks_bounded_words[] =
    "Gain: mean change over all futures (standard error). Gains are capped at the whole stake; a deal that a "
    "side signs at no price counts as the loss of all of it.";

/* ---- Terms, and what moves it all --------------------------------------------------------------------- */

static void print_terms(FILE *out, const talks_shown *t, bool colour)
{
    const talks_answers *a = &t->scenarios[0].result.answers;
    const case_deal *deals = t->c->talks->deals;
    char words[CASE_SIDES][WORDS_SIZE];
    for (int i = 0; i < CASE_SIDES; i++)
        snprintf(words[i], WORDS_SIZE, "%.*s: gain", words_cut(talks_side(t, i), 30), talks_side(t, i));
    const char *const heads[] = {words[0], "prefers", words[1], "prefers"};
    grid g = {.title = "TERMS, effect of changing one, points"};
    if (!a->term_count)
        return;
    set_heads(&g, 4, heads);
    for (size_t k = 0; k < a->term_count; k++) {
        const talks_term *term = &a->terms[k];
        char label[2 * WORDS_SIZE];
        if (!talks_shows_deal(t, term->to))
            continue;
        const char *to = deals[term->to].name, *from = deals[term->from].name;
        snprintf(label, sizeof label, "%.20s: %.*s for %.*s", term->kind, words_cut(to, 40), to,
                 words_cut(from, 40), from);
        grid_row *row = grid_add(&g, label);
        for (int i = 0; row && i < CASE_SIDES; i++) {
            char mean[WORDS_SIZE], error[WORDS_SIZE];
            words_signed(mean, 100.0 * term->gap[i].mean, 1);
            words_number(error, 100.0 * term->gap[i].error, 0.1);
            snprintf(row->cells[2 * i], WORDS_SIZE, "%.18s (%.18s)", mean, error);
            words_signed(row->cells[2 * i + 1], 100.0 * term->accepted[i], 1);
        }
    }
    if (!g.row_count) {
        grid_free(&g);
        return;
    }
    grid_print(&g, out, colour);
    grid_free(&g);
    grid_wrap(out, talks_bounded_words, 0);
    fputc('\n', out);
}

static void print_movers(FILE *out, const talks_shown *t)
{
    const talks_answers *a = &t->scenarios[0].result.answers;
    fprintf(out, "WHAT MATTERS MOST, share of the variance over worlds\n");
    for (int o = 0; o < TALKS_OUTCOMES; o++) {
        text line = {0};
        text_print(&line, "%s:", talks_outcome_words(o));
        for (size_t i = 0; i < TALKS_MOVERS && a->movers[o][i].share >= 0.005; i++)
            text_print(&line, "%s %s %.0f %%", i ? "," : "", a->movers[o][i].name,
                       100.0 * a->movers[o][i].share);
        text_print(&line, a->movers[o][0].share >= 0.005 ? "." : " nothing above 0.5 %%.");
        grid_wrap(out, line.failed ? "" : line.bytes, 2);
        text_free(&line);
    }
    fputc('\n', out);
}

/* ---- What happened ------------------------------------------------------------------------------------ */

void talks_record_words(text *words, const talks_shown *t)
{
    const talks_record *r = &t->scenarios[0].result.record;
    if (!r->weights)
        return;
    char alike[WORDS_SIZE], members[WORDS_SIZE];
    words_number(alike, r->effective, 1);
    words_number(members, (double)r->members, 1);
    text_print(words,
               "The record: %zu months, %zu of them with an opening. The probability that they pass without "
               "a deal is %.2f under the priors and %.2f given the record. Worlds are weighted by it; their "
               "effective number is %s of %s",
               r->months, r->open_months, r->no_deal[0], r->no_deal[1], alike, members);
    if (r->rounds)
        text_print(words, " (%.0f of plain draws: draws adapted %s)", r->plain,
                   r->rounds == 1 ? "once" : "twice");
    text_print(words, ".");
    if (r->effective < 100.0)
        text_print(words, " That is few, so shares are rounded to %.0f points: use more members.",
                   talks_grain(t));
}

static void print_record(FILE *out, const talks_shown *t, bool colour)
{
    static const char *const heads[] = {"prior", "given the record"};
    const talks_record *r = &t->scenarios[0].result.record;
    const case_talks *k = t->c->talks;
    grid g = {.title = "ACTS, probability of what was done"};
    if (!r->weights || !r->act_count)
        return;
    set_heads(&g, 2, heads);
    for (size_t i = 0; i < r->act_count; i++) {
        const case_act *act = &k->acts[i];
        char label[3 * WORDS_SIZE], name[16];
        month_name(act->at_month, name);
        const char *side = talks_side(t, act->side), *deal = k->deals[act->deal].name;
        snprintf(label, sizeof label, "%s %.*s %s %.*s", name, words_cut(side, 30), side,
                 act->accepts ? "accepts" : "refuses", words_cut(deal, 40), deal);
        grid_row *row = grid_add(&g, label);
        if (!row)
            continue;
        words_probability(row->cells[0], r->acts[i].before, SIZE_MAX);
        talks_share_words(t, row->cells[1], r->acts[i].after);
    }
    finish(&g, out, colour);
}

void talks_print_answers(FILE *out, const talks_shown *t, bool colour)
{
    print_dates(out, t, colour);
    print_obstacles(out, t, colour);
    print_statements(out, t, colour);
}

void talks_print_means(FILE *out, const talks_shown *t, bool colour)
{
    print_waiting(out, t, colour);
    print_missing(out, t);
    print_terms(out, t, colour);
    print_movers(out, t);
    print_record(out, t, colour);
}
