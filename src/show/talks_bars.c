/* The bars of talks.html: rows of a table with a bar in each, so that words keep their size on a phone. Why there is
 * no deal, what a unit of each lever and each term of a deal does, how peace ends, and what moves results most. */
#include "results/words.h"
#include "show/html.h"
#include "show/talks.h"

#include <assert.h>
#include <math.h>

enum { BAR_WIDTH = 250, BAR_HEIGHT = 18 };

/* Values at the two ends of all bars of a table. */
typedef struct bar_scale {
    double least, most;
} bar_scale;

static void widen(bar_scale *s, double value)
{
    if (!isfinite(value))
        return;
    s->least = fmin(s->least, value);
    s->most = fmax(s->most, value);
}

static double place_in(const bar_scale *s, double value)
{
    double width = s->most - s->least, at = width > 0.0 ? (value - s->least) / width : 0.0;
    return BAR_WIDTH * fmin(fmax(at, 0.0), 1.0);
}

static void open_bar(text *t)
{
    text_print(t,
               "<td class=\"bar\"><svg viewBox=\"0 0 %d %d\" xmlns=\"http://www.w3.org/2000/svg\" "
               "aria-hidden=\"true\">",
               BAR_WIDTH, BAR_HEIGHT);
}

static void put_piece(text *t, const bar_scale *s, double from, double to, uint32_t colour)
{
    double left = place_in(s, fmin(from, to)), right = place_in(s, fmax(from, to));
    text_print(t, "<rect x=\"%.1f\" y=\"3\" width=\"%.1f\" height=\"%d\" fill=\"#%06x\"/>", left,
               right - left, BAR_HEIGHT - 6, (unsigned)colour);
}

static void put_whisker(text *t, const bar_scale *s, double low, double high)
{
    if (!(high > low))
        return;
    text_print(t, "<path d=\"M%.1f 9H%.1fM%.1f 5v8M%.1f 5v8\" fill=\"none\" stroke=\"#222\"/>",
               place_in(s, low), place_in(s, high), place_in(s, low), place_in(s, high));
}

static void close_bar(text *t, const bar_scale *s)
{
    double zero = place_in(s, 0.0);
    text_print(t, "<path d=\"M%.1f 0v%d\" stroke=\"#888\"/></svg></td>", zero, BAR_HEIGHT);
}

static void open_table(text *t, const char *title, const char *words, const char *const *heads, size_t count)
{
    html_element(t, "h2", title);
    html_element(t, "p", words);
    text_print(t, "<table class=\"bars\"><thead><tr>");
    for (size_t i = 0; i < count; i++) {
        text_print(t, i > 1 ? "<th class=\"number\" scope=\"col\">" : "<th scope=\"col\">");
        html_text(t, heads[i]);
        text_print(t, "</th>");
    }
    text_print(t, "</tr></thead>\n<tbody>\n");
}

static void open_row(text *t, const char *label)
{
    text_print(t, "<tr><th scope=\"row\">");
    html_text(t, label);
    text_print(t, "</th>");
}

static void close_table(text *t)
{
    text_print(t, "</tbody></table>\n");
}

static void put_cell(text *t, const char *words)
{
    text_print(t, "<td class=\"number\">");
    html_text(t, words);
    text_print(t, "</td>");
}

/* ---- Why there is no deal ----------------------------------------------------------------------------- */

static void put_obstacle(text *t, const talks_shown *x, const bar_scale *s, const char *name,
                         const talks_share *share)
{
    const double grain = talks_grain(x);
    char words[2 * WORDS_SIZE], low[WORDS_SIZE], mean[WORDS_SIZE], high[WORDS_SIZE];
    words_number(mean, grain * round(100.0 * share->mean / grain), 1);
    words_number(low, grain * round(100.0 * share->low / grain), 1);
    words_number(high, grain * round(100.0 * share->high / grain), 1);
    open_row(t, name);
    open_bar(t);
    put_piece(t, s, 0.0, share->mean, CHART_NEUTRAL);
    put_whisker(t, s, share->low, share->high);
    close_bar(t, s);
    snprintf(words, sizeof words, "%.18s [%.18s to %.18s]", mean, low, high);
    put_cell(t, words);
    text_print(t, "</tr>\n");
}

/* The greatest obstacle, and one whose interval reaches into its own; with more of these none stands out. */
static void name_greatest(text *title, const talks_shown *s)
{
    const talks_share *of = s->scenarios[0].result.answers.obstacle;
    char name[WORDS_SIZE];
    int greatest = 0, near = 0, second = 0;
    for (int i = 1; i < TALKS_OBSTACLES; i++)
        greatest = of[i].mean > of[greatest].mean ? i : greatest;
    for (int i = 0; i < TALKS_OBSTACLES; i++)
        if (i != greatest && of[i].high >= of[greatest].low) {
            near++;
            second = i;
        }
    text_print(title, "Why there is no deal: ");
    if (near > 1) {
        text_print(title, "no single obstacle stands out");
        return;
    }
    text_print(title, "above all, %s", talks_obstacle_words(s, greatest, name));
    if (near == 1)
        text_print(title, " and %s", talks_obstacle_words(s, second, name));
}

static void put_obstacles(text *t, const talks_shown *s)
{
    static const char *const heads[] = {"Obstacle", "", "share, %"};
    const talks_answers *a = &s->scenarios[0].result.answers;
    char name[WORDS_SIZE], percent[WORDS_SIZE];
    bar_scale scale = {0};
    text words = {0}, title = {0};
    if (!talks_has_obstacles(s)) {
        talks_certain_deal_words(&words, s);
        html_element(t, "p", words.failed ? "" : words.bytes);
        t->failed = t->failed || words.failed;
        text_free(&words);
        return;
    }
    for (int i = 0; i < TALKS_OBSTACLES; i++) {
        widen(&scale, a->obstacle[i].low);
        widen(&scale, a->obstacle[i].high);
    }
    widen(&scale, a->rest.high);
    name_greatest(&title, s);
    talks_no_deal_words(s, percent);
    text_print(&words,
               "The probability that the next %zu month%s without a deal is %s. Shares of it, by lifting "
               "each obstacle alone and with others in all orders (Shapley); 90 %% by groups of worlds.",
               a->ahead, a->ahead == 1 ? " passes" : "s pass", percent);
    open_table(t, title.failed ? "" : title.bytes, words.failed ? "" : words.bytes, heads, 3);
    for (int i = 0; i < TALKS_OBSTACLES; i++)
        put_obstacle(t, s, &scale, talks_obstacle_words(s, i, name), &a->obstacle[i]);
    put_obstacle(t, s, &scale, "other reasons", &a->rest);
    close_table(t);
    t->failed = t->failed || words.failed || title.failed;
    text_free(&words);
    text_free(&title);
}

/* ---- Leverage ----------------------------------------------------------------------------------------- */

static void put_mean(text *t, const bar_scale *s, double mean, double error, uint32_t colour)
{
    char words[WORDS_SIZE], number[WORDS_SIZE], apart[WORDS_SIZE];
    double step = fmin(0.1, words_step(0.0, fabs(mean)));
    open_bar(t);
    put_piece(t, s, 0.0, mean, colour);
    put_whisker(t, s, mean - 1.645 * error, mean + 1.645 * error);
    close_bar(t, s);
    words_signed(number, mean, step);
    words_number(apart, error, step);
    snprintf(words, sizeof words, "%.18s (%.18s)", number, apart);
    put_cell(t, words);
}

static void widen_by(bar_scale *s, double mean, double error)
{
    widen(s, mean - 1.645 * error);
    widen(s, mean + 1.645 * error);
}

static void put_lever(text *t, const talks_shown *s, size_t i, const case_lever *lever,
                      const bar_scale *scale)
{
    talks_leverage l = talks_leverage_of(&s->scenarios[i], lever);
    char words[2 * WORDS_SIZE], when[16];
    snprintf(words, sizeof words, "%.50s: 1 %.*s", talks_scenario_name(s, i), words_cut(lever->units, 40),
             lever->units);
    open_row(t, words);
    put_mean(t, scale, 100.0 * l.position.mean, 100.0 * l.position.error, chart_scenario_colour(i));
    bool tells = talks_leverage_tells(&l);
    for (int side = 0; side < CASE_SIDES; side++) {
        double points = tells ? 100.0 * l.accepts[side] : NAN;
        words_signed(words, points, fmin(0.1, words_step(0.0, fabs(points))));
        put_cell(t, words);
    }
    month_name(s->scenarios[i].result.months[l.half].month, when);
    put_cell(t, tells ? when : "\xe2\x80\x93");
    text_print(t, "</tr>\n");
}

static void put_levers(text *t, const talks_shown *s)
{
    char accepts[CASE_SIDES][WORDS_SIZE], title[3 * WORDS_SIZE];
    bar_scale scale = {0};
    size_t count = 0;
    for (size_t i = 1; i < s->scenario_count; i++) {
        const case_lever *lever = talks_lever_of(s, s->scenarios[i].scenario);
        if (!lever)
            continue;
        talks_leverage l = talks_leverage_of(&s->scenarios[i], lever);
        widen_by(&scale, 100.0 * l.position.mean, 100.0 * l.position.error);
        count++;
    }
    if (!count)
        return;
    for (int side = 0; side < CASE_SIDES; side++)
        snprintf(accepts[side], WORDS_SIZE, "%.*s accepts", words_cut(talks_side(s, side), 40),
                 talks_side(s, side));
    const char *const heads[] = {"Lever", "", "points (s.e.)", accepts[0], accepts[1], "half by"};
    snprintf(title, sizeof title, "Change of the position of %.*s per unit of each lever",
             words_cut(talks_side(s, CASE_DEFENDER), 60), talks_side(s, CASE_DEFENDER));
    open_table(t, title,
               "In the month in which the mean change is greatest, over the worlds that have a position: "
               "points of position, "
               "and of the share of worlds in which each side would sign the reference deal; the bar's line "
               "spans 90 %. Half "
               "by: when half of it is reached. \xe2\x80\x93: the change lies within two standard errors of "
               "zero, so that "
               "even its sign may be chance.",
               heads, 6);
    for (size_t i = 1; i < s->scenario_count; i++) {
        const case_lever *lever = talks_lever_of(s, s->scenarios[i].scenario);
        if (lever)
            put_lever(t, s, i, lever, &scale);
    }
    close_table(t);
}

static void put_term(text *t, const talks_shown *s, const talks_term *term, const bar_scale *scale)
{
    const case_deal *deals = s->c->talks->deals;
    for (int side = 0; side < CASE_SIDES; side++) {
        char words[3 * WORDS_SIZE];
        const char *to = deals[term->to].name, *from = deals[term->from].name, *whose = talks_side(s, side);
        snprintf(words, sizeof words, "%.20s: %.*s for %.*s, %.*s", term->kind, words_cut(to, 60), to,
                 words_cut(from, 60), from, words_cut(whose, 40), whose);
        open_row(t, words);
        put_mean(t, scale, 100.0 * term->gap[side].mean, 100.0 * term->gap[side].error,
                 chart_side_colour(side));
        words_signed(words, 100.0 * term->accepted[side], 1);
        put_cell(t, words);
        text_print(t, "</tr>\n");
    }
}

static void put_terms(text *t, const talks_shown *s)
{
    static const char *const heads[] = {"Term", "", "gain (s.e.)", "accepts"};
    const talks_answers *a = &s->scenarios[0].result.answers;
    bar_scale scale = {0};
    text words = {0};
    size_t count = 0;
    for (size_t k = 0; k < a->term_count; k++)
        for (int side = 0; side < CASE_SIDES && talks_shows_deal(s, a->terms[k].to); side++, count++)
            widen_by(&scale, 100.0 * a->terms[k].gap[side].mean, 100.0 * a->terms[k].gap[side].error);
    if (!count)
        return;
    text_print(
        &words,
        "Deals that differ in one term only: change of each side's gain over another month of war, in points "
        "of its stake, and of the share of worlds in which it accepts. %s",
        talks_bounded_words);
    open_table(t, "Effect of changing one term of a deal", words.failed ? "" : words.bytes, heads, 4);
    for (size_t k = 0; k < a->term_count; k++)
        if (talks_shows_deal(s, a->terms[k].to))
            put_term(t, s, &a->terms[k], &scale);
    close_table(t);
    t->failed = t->failed || words.failed;
    text_free(&words);
}

/* ---- Peace -------------------------------------------------------------------------------------------- */

static void put_split(text *t, const talks_shown *s, size_t scenario)
{
    assert(scenario < s->scenario_count);
    enum { FIVE_YEARS = 3 };
    static const char *const heads[] = {"Deal", "", "decided", "incident"};
    const talks_month *now = &s->scenarios[scenario].result.months[talks_now(s)];
    bar_scale scale = {0};
    char title[2 * WORDS_SIZE];
    for (size_t k = 0; k < s->deal_count; k++)
        widen(&scale, now->offers[s->deals[k]].resumed[FIVE_YEARS]);
    snprintf(title, sizeof title, "How peace ends within five years%s%.60s",
             s->scenario_count > 1 ? ": " : "",
             s->scenario_count > 1 ? talks_scenario_name(s, scenario) : "");
    open_table(
        t, title,
        "Probability, %, that fighting has resumed, split into war that a side decides on (dark) and war by "
        "incident (light).",
        heads, 4);
    for (size_t k = 0; k < s->deal_count; k++) {
        const talks_offer *o = &now->offers[s->deals[k]];
        char words[WORDS_SIZE];
        open_row(t, s->c->talks->deals[s->deals[k]].title);
        open_bar(t);
        put_piece(t, &scale, 0.0, o->decided[FIVE_YEARS], 0x8f3c00);
        put_piece(t, &scale, o->decided[FIVE_YEARS], o->resumed[FIVE_YEARS], 0xd9b08c);
        close_bar(t, &scale);
        talks_share_words(s, words, o->decided[FIVE_YEARS]);
        put_cell(t, words);
        talks_share_words(s, words, o->resumed[FIVE_YEARS] - o->decided[FIVE_YEARS]);
        put_cell(t, words);
        text_print(t, "</tr>\n");
    }
    close_table(t);
}

/* ---- What moves results ------------------------------------------------------------------------------- */

static void put_movers(text *t, const talks_shown *s)
{
    static const char *const heads[] = {"Result and parameter", "", "share, %"};
    const talks_answers *a = &s->scenarios[0].result.answers;
    const bar_scale scale = {0.0, 1.0};
    open_table(
        t, "What matters most",
        "Share of the variance over worlds that each quantity explains by itself, the three greatest of each "
        "result.",
        heads, 3);
    for (int o = 0; o < TALKS_OUTCOMES; o++)
        for (size_t i = 0; i < TALKS_MOVERS && a->movers[o][i].share >= 0.005; i++) {
            char words[2 * WORDS_SIZE];
            snprintf(words, sizeof words, "%.40s: %.*s", talks_outcome_words(o),
                     words_cut(a->movers[o][i].name, 80), a->movers[o][i].name);
            open_row(t, words);
            open_bar(t);
            put_piece(t, &scale, 0.0, a->movers[o][i].share, CHART_NEUTRAL);
            close_bar(t, &scale);
            words_percent(words, a->movers[o][i].share);
            put_cell(t, words);
            text_print(t, "</tr>\n");
        }
    close_table(t);
}

void talks_bars_first(text *t, const talks_shown *s)
{
    put_obstacles(t, s);
}

void talks_bars_last(text *t, const talks_shown *s)
{
    put_levers(t, s);
    put_terms(t, s);
    for (size_t i = 0; i < s->scenario_count; i++)
        put_split(t, s, i);
    put_movers(t, s);
}
