/* The table of talks on a terminal: what scenarios change, or one scenario in more detail. */
#include "show/grid.h"
#include "show/talks.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS = 9, COMPARED = 4, PEACE_COLUMNS = 3 };
/* 1, 5 and 10 years, in talks_years. */
static const int peace_shown[PEACE_COLUMNS] = {0, 3, TALKS_YEARS - 1};

typedef struct printing {
    const talks_shown *t;
    FILE *out;
    bool colour;
} printing;

/* ---- Cells -------------------------------------------------------------------------------------------- */

/* "32 [-1 to 66]", in whole numbers. */
static void put_band(char cell[WORDS_SIZE], const talks_band *band, double scale)
{
    char middle[WORDS_SIZE], low[WORDS_SIZE], high[WORDS_SIZE];
    words_number(middle, scale * band->quantiles[TALKS_50], 1);
    words_number(low, scale * band->quantiles[TALKS_5], 1);
    words_number(high, scale * band->quantiles[TALKS_95], 1);
    snprintf(cell, WORDS_SIZE, "%.18s [%.18s to %.18s]", middle, low, high);
}

/* "+2.1 [0.3 to 4.5]", in points of 100. */
static void put_change(char cell[WORDS_SIZE], const talks_change *change)
{
    char middle[WORDS_SIZE], low[WORDS_SIZE], high[WORDS_SIZE];
    const double *q = change->position.quantiles;
    double step = words_step(100.0 * q[TALKS_5], 100.0 * q[TALKS_95]);
    step = step < 0.1 ? 0.1 : step > 1.0 ? 1.0 : step;
    words_signed(middle, 100.0 * q[TALKS_50], step);
    words_number(low, 100.0 * q[TALKS_5], step);
    words_number(high, 100.0 * q[TALKS_95], step);
    snprintf(cell, WORDS_SIZE, "%.18s [%.18s to %.18s]", middle, low, high);
}

/* "78 %, +1.2 (0.3)"; without a change "76 %". */
static void put_share(char cell[WORDS_SIZE], const talks_shown *t, double share, const talks_mean *change)
{
    char percent[WORDS_SIZE], gain[WORDS_SIZE], error[WORDS_SIZE];
    talks_share_words(t, percent, share);
    if (!change) {
        snprintf(cell, WORDS_SIZE, "%s", percent);
        return;
    }
    words_signed(gain, 100.0 * change->mean, 0.1);
    words_number(error, 100.0 * change->error, 0.1);
    snprintf(cell, WORDS_SIZE, "%.18s, %.18s (%.18s)", percent, gain, error);
}

/* "-1.2 (0.3)" in points of 100. */
static void put_mean(char cell[WORDS_SIZE], const truce_mean *m, double scale)
{
    char mean[WORDS_SIZE], error[WORDS_SIZE];
    double step = fmax(words_step(0, 10 * scale * m->error), 1e-3);
    words_signed(mean, scale * m->mean, step);
    words_number(error, scale * m->error, step);
    snprintf(cell, WORDS_SIZE, "%.18s (%.18s)", mean, error);
}

/* "30 : 70", of the defender and the attacker; "–" where nobody has a position. */
static void put_both(char cell[WORDS_SIZE], const talks_month *m)
{
    char defender[WORDS_SIZE], attacker[WORDS_SIZE];
    double x = 100.0 * m->point.quantiles[TALKS_50];
    words_number(defender, 100.0 - x, 1);
    words_number(attacker, x, 1);
    if (isnan(x))
        words_number(cell, NAN, 1);
    else
        snprintf(cell, WORDS_SIZE, "%.18s : %.18s", defender, attacker);
}

static void put_heads(grid *g, size_t count, const char *const *words)
{
    g->head_count = g->column_count = count;
    for (size_t i = 0; i < count; i++) {
        g->heads[i] = (grid_head){i, i, words[i]};
        g->before[i] = "  ";
    }
}

static void print_grid(const printing *p, grid *g)
{
    grid_print(g, p->out, p->colour);
    grid_free(g);
}

/* Under a table. */
static void put_note(const printing *p, const char *words)
{
    grid_wrap(p->out, words, 0);
    fputc('\n', p->out);
}

static grid_row *add_month(grid *g, const talks_month *m, const char *indent)
{
    char name[16], label[WORDS_SIZE];
    month_name(m->month, name);
    snprintf(label, sizeof label, "%s%s", indent, name);
    return grid_add(g, label);
}

/* ---- One scenario month by month ---------------------------------------------------------------------- */

static void print_positions(const printing *p, const talks_result *r)
{
    char title[2 * WORDS_SIZE], worth[WORDS_SIZE], least[WORDS_SIZE], most[WORDS_SIZE];
    snprintf(least, sizeof least, "%.*s accepts", words_cut(talks_side(p->t, CASE_ATTACKER), 40),
             talks_side(p->t, CASE_ATTACKER));
    snprintf(most, sizeof most, "%.*s concedes", words_cut(talks_side(p->t, CASE_DEFENDER), 40),
             talks_side(p->t, CASE_DEFENDER));
    const char *const heads[] = {
        talks_side(p->t, 0), talks_side(p->t, 1), "defined", "zone", least, most, "prior"};
    talks_alike_words(p->t, worth);
    snprintf(title, sizeof title, "POSITION, out of 100%s", worth);
    grid g = {.title = title};
    size_t shown[ROWS], count = talks_months_shown(r->month_count, ROWS, shown);
    put_heads(&g, r->prior ? 7 : 6, heads);
    for (size_t i = 0; i < count; i++) {
        const talks_month *m = &r->months[shown[i]];
        grid_row *row = add_month(&g, m, "");
        if (row && r->prior && talks_has_prior_position(p->t, &r->prior[shown[i]]))
            put_both(row->cells[6], &r->prior[shown[i]]);
        else if (row && r->prior)
            words_number(row->cells[6], NAN, 1);
        for (int side = 0; row && side < CASE_SIDES; side++) {
            talks_band position = talks_position(&m->point, side);
            if (talks_has_position(p->t, m))
                put_band(row->cells[side], &position, 100.0);
            else
                words_number(row->cells[side], NAN, 1);
        }
        if (!row)
            continue;
        talks_share_words(p->t, row->cells[2], m->placed);
        talks_share_words(p->t, row->cells[3], m->zone);
        words_number(row->cells[4], 100.0 * m->least.quantiles[TALKS_50], 1);
        words_number(row->cells[5], 100.0 * m->most.quantiles[TALKS_50], 1);
    }
    print_grid(p, &g);
    put_note(p, "Defined: of the futures in which the war goes on, the share in which each side would sign "
                "some line, all other terms being those of one deal; positions are medians over these. "
                "Accepts, concedes: the least and the most that go to the attacker, medians over the futures "
                "in which that side would sign some line.");
}

static void print_values(const printing *p, const talks_result *r)
{
    char words[CASE_SIDES][2][WORDS_SIZE];
    const char *heads[2 * CASE_SIDES];
    for (int side = 0; side < CASE_SIDES; side++) {
        snprintf(words[side][0], WORDS_SIZE, "%.*s: war", words_cut(talks_side(p->t, side), 40),
                 talks_side(p->t, side));
        snprintf(words[side][1], WORDS_SIZE, "talks");
        heads[2 * side] = words[side][0];
        heads[2 * side + 1] = words[side][1];
    }
    grid g = {.title = "WORTH, % of the stake"};
    size_t shown[ROWS], count = talks_months_shown(r->month_count, ROWS, shown);
    put_heads(&g, (size_t)2 * CASE_SIDES, heads);
    for (size_t i = 0; i < count; i++) {
        const talks_month *m = &r->months[shown[i]];
        grid_row *row = add_month(&g, m, "");
        for (int side = 0; row && side < CASE_SIDES; side++) {
            put_band(row->cells[2 * side], &m->war[side], 100.0);
            put_band(row->cells[2 * side + 1], &m->going[side], 100.0);
        }
    }
    print_grid(p, &g);
}

static void print_terms(const printing *p, const talks_result *r)
{
    const char *const heads[] = {"deal by then", "5 %", "25 %", "50 %", "75 %", "95 %", "so far, 50 %"};
    char title[WORDS_SIZE];
    snprintf(title, sizeof title, "TERMS, share of %.*s in %%",
             words_cut(talks_side(p->t, CASE_ATTACKER), 30), talks_side(p->t, CASE_ATTACKER));
    grid g = {.title = title};
    size_t shown[ROWS], count = talks_months_shown(r->month_count, ROWS, shown);
    put_heads(&g, 7, heads);
    for (size_t i = 0; i < count; i++) {
        const talks_month *m = &r->months[shown[i]];
        grid_row *row = add_month(&g, m, "");
        if (!row)
            continue;
        talks_share_words(p->t, row->cells[0], m->struck);
        for (int k = 0; k < TALKS_BAND; k++)
            words_number(row->cells[1 + k], talks_has_terms(p->t, m) ? 100.0 * m->terms.quantiles[k] : NAN,
                         1);
        words_number(row->cells[6], 100.0 * m->terms_so_far.quantiles[TALKS_50], 1);
    }
    print_grid(p, &g);
}

static void print_deals(const printing *p, const talks_result *r)
{
    char words[CASE_SIDES][WORDS_SIZE];
    for (int side = 0; side < CASE_SIDES; side++)
        snprintf(words[side], WORDS_SIZE, "%.*s: gain", words_cut(talks_side(p->t, side), 40),
                 talks_side(p->t, side));
    const char *const heads[] = {words[0], "signs", "never", words[1], "signs", "never", "both"};
    size_t now = talks_now(p->t), last = r->month_count - 1, shown[] = {now, (now + last) / 2, last};
    size_t count = last > now + 1 ? 3 : 1;
    char title[2 * WORDS_SIZE], worth[WORDS_SIZE];
    talks_alike_words(p->t, worth);
    snprintf(title, sizeof title, "DEALS, gain over war in %% of the stake%s", worth);
    grid g = {.title = title};
    put_heads(&g, 7, heads);
    for (size_t d = 0; d < p->t->deal_count; d++) {
        grid_row *heading = grid_add(&g, p->t->c->talks->deals[p->t->deals[d]].title);
        if (heading)
            heading->heading = true;
        for (size_t i = 0; i < count; i++) {
            const talks_month *m = &r->months[shown[i]];
            const talks_offer *o = &m->offers[p->t->deals[d]];
            grid_row *row = add_month(&g, m, " ");
            for (int side = 0; row && side < CASE_SIDES; side++) {
                put_band(row->cells[3 * side], &o->gap[side], 100.0);
                talks_share_words(p->t, row->cells[3 * side + 1], o->accepted[side]);
                talks_share_words(p->t, row->cells[3 * side + 2], o->never[side]);
            }
            if (row)
                talks_share_words(p->t, row->cells[6], o->accepted_by_both);
        }
    }
    print_grid(p, &g);
    put_note(p, "Signs: share of futures in which the side prefers the deal to another month of war; never: "
                "in which it signs no such deal at any price, since it goes against an "
                "aim that it does not give up. They are left out of the gain, and of what waiting changes.");
}

static void print_peace(const printing *p, const talks_result *r)
{
    static const char *const heads[] = {"1 year", "5 years", "10 years", "5 years: decided", "incident"};
    char title[WORDS_SIZE], name[16];
    month_name(r->months[talks_now(p->t)].month, name);
    snprintf(title, sizeof title, "PEACE after a deal in %s, %%", name);
    grid g = {.title = title};
    put_heads(&g, PEACE_COLUMNS + 2, heads);
    for (size_t d = 0; d < p->t->deal_count; d++) {
        const talks_offer *o = &r->months[talks_now(p->t)].offers[p->t->deals[d]];
        grid_row *row = grid_add(&g, p->t->c->talks->deals[p->t->deals[d]].title);
        for (int y = 0; row && y < PEACE_COLUMNS; y++) {
            talks_band holds = o->peace[peace_shown[y]];
            holds.quantiles[TALKS_50] = 1.0 - o->resumed[peace_shown[y]];
            put_band(row->cells[y], &holds, 100.0);
        }
        if (!row)
            continue;
        /* What ends it within five years. */
        words_number(row->cells[PEACE_COLUMNS], 100.0 * o->decided[3], 1);
        words_number(row->cells[PEACE_COLUMNS + 1], 100.0 * (o->resumed[3] - o->decided[3]), 1);
    }
    print_grid(p, &g);
}

static void print_means(const printing *p, const talks_result *r)
{
    const talks_month *m = &r->months[r->answers.now];
    double width = m->width.quantiles[TALKS_75] - m->width.quantiles[TALKS_25];
    bool hidden = p->t->c->talks->private_worths;
    char name[16];
    text words = {0};
    month_name(r->months[0].month, name);
    text_print(&words, "Mean worth to each side in %s, %% of the stake (standard error), and ", name);
    text_print(&words,
               hidden ? "by how much it overrates talks, since it does not know the other's worths."
                      : "the most that another strategy could add while the other side keeps to its own.");
    grid_wrap(p->out, words.failed ? "" : words.bytes, 0);
    for (int i = 0; i < CASE_SIDES; i++) {
        char cells[3][WORDS_SIZE];
        put_mean(cells[0], &(truce_mean){r->war[i], r->war_error[i]}, 100);
        put_mean(cells[1], &(truce_mean){r->value[i], r->value_error[i]}, 100);
        put_mean(cells[2], &(truce_mean){r->gain[i], r->gain_error[i]}, 100);
        grid_field(p->out, talks_side(p->t, i), 12);
        fprintf(p->out, " war %s, talks %s, %s %s\n", cells[0], cells[1], hidden ? "overrated by" : "at most",
                cells[2]);
    }
    words.length = 0;
    if (hidden) {
        plain_format(name, sizeof name, "%.1f", 100.0 * m->loose);
        text_print(&words, "The width of the zone has an error of %s points from the regressions; ", name);
        plain_format(name, sizeof name, "%.1f", 100.0 * width);
        text_print(&words, "the middle half of the futures that have a position lies within %s points.",
                   name);
        grid_wrap(p->out, words.failed ? "" : words.bytes, 0);
    }
    text_free(&words);
}

/* ---- Several scenarios -------------------------------------------------------------------------------- */

static void set_month_heads(grid *g, const talks_result *r, char names[COMPARED][16], size_t shown[COMPARED])
{
    const char *heads[COMPARED];
    size_t count = talks_months_shown(r->month_count, COMPARED, shown);
    for (size_t i = 0; i < count; i++) {
        month_name(r->months[shown[i]].month, names[i]);
        heads[i] = names[i];
    }
    put_heads(g, count, heads);
}

/* Both sides' medians, and under each scenario but the first what it changes for the defender. */
static void compare_positions(const printing *p)
{
    const talks_shown *t = p->t;
    char names[COMPARED][16], title[WORDS_SIZE];
    size_t shown[COMPARED];
    text words = {0};
    snprintf(title, sizeof title, "POSITION, %.*s : %.*s", words_cut(talks_side(t, 0), 20), talks_side(t, 0),
             words_cut(talks_side(t, 1), 20), talks_side(t, 1));
    grid g = {.title = title};
    set_month_heads(&g, &t->scenarios[0].result, names, shown);
    for (size_t i = 0; i < t->scenario_count; i++) {
        const talks_scenario *s = &t->scenarios[i];
        grid_row *row = grid_add(&g, talks_scenario_name(t, i));
        for (size_t k = 0; row && k < g.column_count; k++) {
            const talks_month *m = &s->result.months[shown[k]];
            if (talks_has_position(t, m))
                put_both(row->cells[k], m);
            else
                words_number(row->cells[k], NAN, 1);
        }
        row = s->changes ? grid_add(&g, "  change") : NULL;
        for (size_t k = 0; row && k < g.column_count; k++)
            if (talks_has_change(t, i, shown[k]))
                put_change(row->cells[k], &s->changes[shown[k]]);
            else
                words_number(row->cells[k], NAN, 1);
        row = s->changes ? grid_add(&g, "  is stronger in") : NULL;
        for (size_t k = 0; row && k < g.column_count; k++)
            talks_share_words(t, row->cells[k],
                              talks_has_change(t, i, shown[k]) ? s->changes[shown[k]].stronger : NAN);
    }
    print_grid(p, &g);
    text_print(&words, "Over the futures in which the war goes on");
    talks_placed_words(&words, t);
    text_print(&words, "; changes over those in which it does so in both scenarios.");
    put_note(p, words.failed ? "" : words.bytes);
    text_free(&words);
}

static void compare_shares(const printing *p, const char *title, bool zone)
{
    const talks_shown *t = p->t;
    char names[COMPARED][16];
    size_t shown[COMPARED];
    grid g = {.title = title};
    set_month_heads(&g, &t->scenarios[0].result, names, shown);
    for (size_t i = 0; i < t->scenario_count; i++) {
        const talks_scenario *s = &t->scenarios[i];
        grid_row *row = grid_add(&g, talks_scenario_name(t, i));
        for (size_t k = 0; row && k < g.column_count; k++) {
            const talks_month *m = &s->result.months[shown[k]];
            const talks_change *c = s->changes ? &s->changes[shown[k]] : NULL;
            put_share(row->cells[k], t, zone ? m->zone : m->struck, !c ? NULL : zone ? &c->zone : &c->struck);
        }
    }
    print_grid(p, &g);
}

static void compare_deals(const printing *p)
{
    const talks_shown *t = p->t;
    char title[WORDS_SIZE], name[16];
    const char *const heads[] = {talks_side(t, 0), talks_side(t, 1), "both",
                                 "peace 1 year",   "5 years",        "10 years"};
    month_name(t->scenarios[0].result.months[talks_now(t)].month, name);
    snprintf(title, sizeof title, "DEALS in %s, preferred by", name);
    grid g = {.title = title};
    put_heads(&g, 3 + PEACE_COLUMNS, heads);
    for (size_t d = 0; d < t->deal_count; d++) {
        grid_row *row = grid_add(&g, t->c->talks->deals[t->deals[d]].title);
        if (row)
            row->heading = true;
        for (size_t i = 0; i < t->scenario_count; i++) {
            const talks_offer *o = &t->scenarios[i].result.months[talks_now(t)].offers[t->deals[d]];
            char label[WORDS_SIZE];
            snprintf(label, sizeof label, "  %.40s", talks_scenario_name(t, i));
            row = grid_add(&g, label);
            if (!row)
                continue;
            for (int side = 0; side < CASE_SIDES; side++)
                talks_share_words(p->t, row->cells[side], o->accepted[side]);
            talks_share_words(p->t, row->cells[2], o->accepted_by_both);
            for (int y = 0; y < PEACE_COLUMNS; y++)
                talks_share_words(p->t, row->cells[3 + y], 1.0 - o->resumed[peace_shown[y]]);
        }
    }
    print_grid(p, &g);
}

/* What a scenario does for one unit of its size, where it does most, and when half of that is reached. */
static void add_lever(const printing *p, grid *g, size_t i, const case_lever *lever, bool *left)
{
    const talks_scenario *s = &p->t->scenarios[i];
    char label[2 * WORDS_SIZE];
    snprintf(label, sizeof label, "%.30s: 1 %.*s", talks_scenario_name(p->t, i), words_cut(lever->units, 40),
             lever->units);
    grid_row *row = grid_add(g, label);
    if (!row)
        return;
    talks_leverage l = talks_leverage_of(s, lever);
    double least = fmin(0.1, words_step(0.0, fabs(100.0 * l.position.mean)));
    char mean[WORDS_SIZE], error[WORDS_SIZE];
    words_signed(mean, 100.0 * l.position.mean, least);
    words_number(error, 100.0 * l.position.error, least);
    snprintf(row->cells[0], WORDS_SIZE, "%.18s (%.18s)", mean, error);
    if (!talks_leverage_tells(&l)) {
        for (size_t k = 1; k < g->column_count; k++)
            words_number(row->cells[k], NAN, 1);
        *left = true;
        return;
    }
    for (int k = 0; k < CASE_SIDES; k++) {
        words_signed(row->cells[1 + 2 * k], 100.0 * l.gap[k], least);
        words_signed(row->cells[2 + 2 * k], 100.0 * l.accepts[k], least);
    }
    month_name(s->result.months[l.half].month, row->cells[5]);
}

static void compare_levers(const printing *p)
{
    const talks_shown *t = p->t;
    char words[CASE_SIDES][WORDS_SIZE];
    for (int i = 0; i < CASE_SIDES; i++)
        snprintf(words[i], WORDS_SIZE, "%.*s: gain", words_cut(talks_side(t, i), 24), talks_side(t, i));
    const char *const heads[] = {"position", words[0], "accepts", words[1], "accepts", "half by"};
    grid g = {.title = "LEVERAGE, points per unit"};
    bool left = false;
    text note = {0};
    put_heads(&g, 6, heads);
    for (size_t i = 1; i < t->scenario_count; i++) {
        const case_lever *lever = talks_lever_of(t, t->scenarios[i].scenario);
        if (lever)
            add_lever(p, &g, i, lever, &left);
    }
    if (!g.row_count) {
        grid_free(&g);
        return;
    }
    print_grid(p, &g);
    text_print(
        &note,
        "In the month in which the mean change of the position is greatest, over the futures that have a "
        "position; half by: the month in which half of it is reached.");
    if (left)
        text_print(&note, " \xe2\x80\x93: the change of the position lies within two standard errors of "
                          "zero, so that even its sign may be chance, and the rest of the row too.");
    put_note(p, note.failed ? "" : note.bytes);
    text_free(&note);
}

/* ---- The whole ---------------------------------------------------------------------------------------- */

static void print_head(const printing *p)
{
    const talks_shown *t = p->t;
    const case_scenario *all = t->c->scenarios;
    char members[WORDS_SIZE];
    text words = {0};
    grid_wrap(p->out, t->c->title, 0);
    for (size_t i = 0; i < t->scenario_count; i++) {
        const case_scenario *s = &all[t->scenarios[i].scenario];
        words.length = 0;
        text_print(&words, "Scenario \"%s\": %s.", s->name, s->title ? s->title : s->name);
        grid_wrap(p->out, words.failed ? s->name : words.bytes, 2);
    }
    words.length = 0;
    words_number(members, (double)t->scenarios[0].result.members, 1);
    text_print(&words, "%s futures, seed %llu. ", members, (unsigned long long)t->options->run.seed);
    if (t->options->branch != SIZE_MAX)
        text_print(&words, "Both sides know that with probability %g it becomes \"%s\". ",
                   t->options->branch_probability, all[t->options->branch].name);
    talks_draws_words(&words, t);
    text_print(&words,
               " Positions: 100 is all that is fought over, and below 0 or above 100 the sides would meet "
               "beyond it; median and 90 %% of the futures in which the war goes on");
    talks_placed_words(&words, t);
    text_print(&words,
               ". Zone: some line suits both. Lines are free for positions and zone, and all other terms are "
               "those of "
               "one deal (%s); the deals have fixed lines and terms of their own.",
               t->c->talks->deals[t->c->talks->reference].title);
    grid_wrap(p->out, words.failed ? "" : words.bytes, 0);
    words.length = 0;
    talks_deal_words(&words, t);
    text_print(&words, words.length ? " " : "");
    talks_record_words(&words, t);
    if (words.length)
        grid_wrap(p->out, words.failed ? "" : words.bytes, 0);
    for (size_t i = 1; i < t->scenario_count; i++) {
        words.length = 0;
        talks_verdict_words(&words, t, i);
        grid_wrap(p->out, words.failed ? "" : words.bytes, 2);
    }
    if (t->scenario_count > 1)
        grid_wrap(p->out,
                  "Changes are taken future by future: their median is not the difference of medians. Sides "
                  "foresee what a scenario brings, so positions move before it begins.",
                  0);
    fputc('\n', p->out);
    text_free(&words);
}

/* What the branch does, and what it is worth that nobody knows whether it comes. */
static void print_branch(const printing *p)
{
    static const char *const labels[TRUCE_BRANCH_ROWS] = {
        "less a future without it", "less one in which it comes", "worth of not knowing"};
    const talks_shown *t = p->t;
    const truce_talks_branch *b = &t->branch;
    char heads[3][2 * WORDS_SIZE], when[WORDS_SIZE];
    text words = {0};
    grid g = {.title = "BRANCH, changes (standard error)"};
    month_name(t->scenarios[0].result.months[talks_now(t)].month, when);
    snprintf(heads[0], sizeof heads[0], "position %.*s", words_cut(talks_side(t, CASE_DEFENDER), 20),
             talks_side(t, CASE_DEFENDER));
    snprintf(heads[1], sizeof heads[1], "%.*s: gain", words_cut(talks_side(t, CASE_DEFENDER), 20),
             talks_side(t, CASE_DEFENDER));
    snprintf(heads[2], sizeof heads[2], "%.*s: gain", words_cut(talks_side(t, CASE_ATTACKER), 20),
             talks_side(t, CASE_ATTACKER));
    put_heads(&g, 3, (const char *const[]){heads[0], heads[1], heads[2]});
    for (int i = 0; i < TRUCE_BRANCH_ROWS; i++) {
        grid_row *row = grid_add(&g, labels[i]);
        if (!row)
            continue;
        put_mean(row->cells[0], &b->position[i], 100);
        put_mean(row->cells[1], &b->gap[i][CASE_DEFENDER], 100);
        put_mean(row->cells[2], &b->gap[i][CASE_ATTACKER], 100);
    }
    grid_print(&g, p->out, p->colour);
    grid_free(&g);
    text_print(&words,
               "In %s, when nobody knows whether \"%s\" comes (probability %.3g): the position in points of "
               "all that is fought over, the gain of \"%s\" over war in %% of the stake. The worth of not "
               "knowing is the excess of this "
               "future over the two in which one knows, weighted by their probabilities.",
               when, t->c->scenarios[t->options->branch].title, b->probability,
               t->c->talks->deals[t->c->talks->reference].title);
    grid_wrap(p->out, words.failed ? "" : words.bytes, 0);
    fputc('\n', p->out);
    text_free(&words);
}

void talks_print(FILE *out, const talks_shown *t, bool colour)
{
    const printing p = {t, out, colour};
    const talks_result *r = &t->scenarios[0].result;
    print_head(&p);
    if (t->scenario_count == 1) {
        talks_print_answers(out, t, colour);
        print_positions(&p, r);
        print_values(&p, r);
        print_terms(&p, r);
        print_deals(&p, r);
        print_peace(&p, r);
        talks_print_means(out, t, colour);
        print_means(&p, r);
        if (!isnan(t->branch.probability))
            print_branch(&p);
    } else {
        compare_positions(&p);
        compare_shares(&p, "ZONE, change in points (standard error)", true);
        compare_shares(&p, "DEAL BY THEN, change in points (standard error)", false);
        compare_levers(&p);
        compare_deals(&p);
    }
    fputs(
        "The worths at the table are judgements with wide ranges, not measurements: docs/science/talks.md.\n",
        out);
}
