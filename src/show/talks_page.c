/* talks.html: the figures of talks, each under a title that says what was found, and the table of deals. */
#include "results/words.h"
#include "show/html.h"
#include "show/report_page.h"
#include "show/talks.h"

#include <math.h>

static void put_heads(text *t, const talks_shown *s)
{
    char never[CASE_SIDES][WORDS_SIZE];
    for (int i = 0; i < CASE_SIDES; i++)
        snprintf(never[i], WORDS_SIZE, "%.*s never", words_cut(talks_side(s, i), 40), talks_side(s, i));
    const char *heads[] = {talks_side(s, 0), talks_side(s, 1),  "both",    never[0],
                           never[1],         "resumed, 1 year", "5 years", "10 years"};
    text_print(t, "<table><thead><tr><th scope=\"col\">Deal</th>");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        text_print(t, "<th class=\"number\" scope=\"col\">");
        html_text(t, heads[i]);
        text_print(t, "</th>");
    }
    text_print(t, "</tr></thead>\n<tbody>\n");
}

/* The numbers of the grid and of the curves of peace, for those who read tables. */
static void put_grid(text *t, const talks_shown *s)
{
    char when[16];
    month_name(s->scenarios[0].result.months[talks_now(s)].month, when);
    text_print(
        t,
        "<h2>Deals in %s</h2>\n<p>Share of futures in which a side prefers the deal to another month of "
        "war; in which it never signs one, at any price, since the deal goes against an aim that it does not "
        "give up; "
        "and probability that fighting resumes.</p>\n",
        when);
    for (size_t i = 0; i < s->scenario_count; i++) {
        if (s->scenario_count > 1)
            html_element(t, "h3", s->c->scenarios[s->scenarios[i].scenario].title);
        put_heads(t, s);
        for (size_t k = 0; k < s->deal_count; k++) {
            const talks_offer *o = &s->scenarios[i].result.months[talks_now(s)].offers[s->deals[k]];
            const double cells[] = {
                o->accepted[0], o->accepted[1], o->accepted_by_both, o->never[0],
                o->never[1],    o->resumed[0],  o->resumed[3],       o->resumed[TALKS_YEARS - 1]};
            text_print(t, "<tr><th scope=\"row\">");
            html_text(t, s->c->talks->deals[s->deals[k]].title);
            text_print(t, "</th>");
            for (size_t j = 0; j < sizeof cells / sizeof *cells; j++) {
                char percent[WORDS_SIZE];
                talks_share_words(s, percent, cells[j]);
                text_print(t, "<td class=\"number\">");
                html_text(t, percent);
                text_print(t, "</td>");
            }
            text_print(t, "</tr>\n");
        }
        text_print(t, "</tbody></table>\n");
    }
}

/* What would close the gap of each deal. */
static void put_missing(text *t, const talks_shown *s)
{
    text_print(t, "<h2>What is missing</h2>\n<p>In the median world, each alone.</p>\n<table><thead><tr><th "
                  "scope=\"col\">Deal</th>");
    for (int i = 0; i < CASE_SIDES; i++) {
        text_print(t, "<th scope=\"col\">");
        html_text(t, talks_side(s, i));
        text_print(t, "</th>");
    }
    text_print(t, "</tr></thead>\n<tbody>\n");
    for (size_t k = 0; k < s->deal_count; k++) {
        text_print(t, "<tr><th scope=\"row\">");
        html_text(t, s->c->talks->deals[s->deals[k]].title);
        text_print(t, "</th>");
        for (int i = 0; i < CASE_SIDES; i++) {
            text missing = {0};
            talks_missing_words(&missing, s, s->deals[k], i);
            text_print(t, "<td>");
            html_text(t, missing.failed ? "" : missing.bytes);
            text_print(t, "</td>");
            t->failed = t->failed || missing.failed;
            text_free(&missing);
        }
        text_print(t, "</tr>\n");
    }
    text_print(t, "</tbody></table>\n");
}

/* "+3 (2)": a mean and its standard error. */
static void put_mean(text *t, const truce_mean *m, double scale)
{
    char mean[WORDS_SIZE], error[WORDS_SIZE];
    double step = fmax(words_step(0, 10 * scale * m->error), 1e-3);
    words_signed(mean, scale * m->mean, step);
    words_number(error, scale * m->error, step);
    text_print(t, "<td class=\"number\">%s (%s)</td>", mean, error);
}

/* What the branch does, and what it is worth that nobody knows whether it comes. */
static void put_branch(text *t, const talks_shown *s)
{
    static const char *const labels[TRUCE_BRANCH_ROWS] = {
        "less a future without it", "less one in which it comes", "worth of not knowing"};
    char when[WORDS_SIZE];
    const truce_talks_branch *b = &s->branch;
    text words = {0};
    month_name(s->scenarios[0].result.months[talks_now(s)].month, when);
    text_print(
        &words,
        "In %s, when nobody knows whether \"%s\" comes (probability %.3g): changes with their standard "
        "errors, of the position in points of all that is fought over, of the gain of \"%s\" over war in %% "
        "of the stake.",
        when, s->c->scenarios[s->options->branch].title, b->probability,
        s->c->talks->deals[s->c->talks->reference].title);
    html_element(t, "h2", "The branch");
    html_element(t, "p", words.failed ? "" : words.bytes);
    text_print(t, "<table><thead><tr><th scope=\"col\">The future in which nobody knows</th>");
    const char *const heads[] = {"position of ", "gain of ", "gain of "};
    for (int i = 0; i < 3; i++) {
        text_print(t, "<th class=\"number\" scope=\"col\">%s", heads[i]);
        html_text(t, talks_side(s, i == 2 ? CASE_ATTACKER : CASE_DEFENDER));
        text_print(t, "</th>");
    }
    text_print(t, "</tr></thead>\n<tbody>\n");
    for (int i = 0; i < TRUCE_BRANCH_ROWS; i++) {
        text_print(t, "<tr><th scope=\"row\">%s</th>", labels[i]);
        put_mean(t, &b->position[i], 100);
        put_mean(t, &b->gap[i][CASE_DEFENDER], 100);
        put_mean(t, &b->gap[i][CASE_ATTACKER], 100);
        text_print(t, "</tr>\n");
    }
    text_print(t, "</tbody></table>\n");
    t->failed = t->failed || words.failed;
    text_free(&words);
}

static bool is_drawn(const talks_figure *f)
{
    return f->heights[0] > 0;
}

static void put_figure(text *t, const talks_figure *f, const text *drawings, size_t number)
{
    if (!is_drawn(f) || !f->title.length || !f->words.length)
        return;
    text_print(t, "<figure>\n");
    html_element(t, "h3", f->title.bytes);
    text_print(t, "<p>");
    html_text(t, f->words.bytes);
    text_print(t, "%s</p>\n", f->cut ? " The range of 90 % of futures extends beyond the axis." : "");
    html_widths(t, drawings, number, talks_widths, f->heights, f->title.bytes);
    text_print(t, "</figure>\n");
}

static void put_head(text *t, const talks_shown *s)
{
    char members[WORDS_SIZE];
    text words = {0};
    page_open(t, s->c->title);
    html_element(t, "h1", s->c->title);
    text_print(t, "<p class=\"run\">Talks; ");
    for (size_t i = 0; i < s->scenario_count; i++) {
        const case_scenario *scenario = &s->c->scenarios[s->scenarios[i].scenario];
        text_print(&words, "%s%s (%s)",
                   i                       ? ", "
                   : s->scenario_count > 1 ? "scenarios: "
                                           : "scenario: ",
                   scenario->name, scenario->title);
    }
    words_number(members, (double)s->scenarios[0].result.members, 1);
    text_print(&words, "; %s futures, seed %llu; truce %s", members, (unsigned long long)s->options->run.seed,
               truce_version());
    html_text(t, words.failed ? "" : words.bytes);
    text_print(t, "</p>\n<p class=\"caveat\">The worths at the table are judgements with wide ranges, not "
                  "measurements. "
                  "The page compares terms under stated assumptions; it is not a forecast that talks will "
                  "happen.</p>\n");
    words.length = 0;
    talks_scale_words(&words, s);
    html_element(t, "p", words.failed ? "" : words.bytes);
    words.length = 0;
    if (s->options->branch != SIZE_MAX)
        text_print(&words, "Both sides know that with probability %g this happens: %s. ",
                   s->options->branch_probability, s->c->scenarios[s->options->branch].title);
    talks_draws_words(&words, s);
    html_element(t, "p", words.failed ? "" : words.bytes);
    words.length = 0;
    talks_deal_words(&words, s);
    text_print(&words, " ");
    talks_record_words(&words, s);
    html_element(t, "p", words.failed ? "" : words.bytes);
    for (size_t i = 1; i < s->scenario_count; i++) {
        words.length = 0;
        talks_verdict_words(&words, s, i);
        html_element(t, "p", words.failed ? "" : words.bytes);
    }
    t->failed = t->failed || words.failed;
    text_free(&words);
}

/* Where it comes from: data, assumptions, and the command that gives it again. */
static void put_foot(text *t, const talks_shown *s)
{
    char last[16];
    text words = {0};
    month_name(s->c->data_end, last);
    text_print(t, "<h2>Data, assumptions, command</h2>\n<p>");
    text_print(
        &words,
        "Data of the case end in %s. Each worth at the table has its range, its source or its reason in "
        "section talks of %s; what the game assumes and simplifies is in docs/science/talks.md. truce %s.",
        last, s->c->path, truce_version());
    html_text(t, words.failed ? "" : words.bytes);
    text_print(t, "</p>\n");
    t->failed = t->failed || words.failed;
    words.length = 0;
    talks_command_words(&words, s);
    html_command(t, words.failed ? "" : words.bytes);
    t->failed = t->failed || words.failed;
    text_free(&words);
}

/* gnuplot draws the figures that there are; drawings: [figure][width]. */
static truce_status draw(const talks_shown *s, const talks_figure *figures, text *drawings,
                         truce_error *error)
{
    text scripts[TALKS_FIGURES * TALKS_WIDTHS], drawn[TALKS_FIGURES * TALKS_WIDTHS] = {0};
    size_t count = 0;
    for (size_t i = 0; i < TALKS_FIGURES * TALKS_WIDTHS; i++)
        if (is_drawn(&figures[i / TALKS_WIDTHS]))
            scripts[count++] = figures[i / TALKS_WIDTHS].scripts[i % TALKS_WIDTHS];
    truce_status status = gnuplot_draw(scripts, count, s->options->run.threads, s->watched, drawn, error);
    for (size_t i = TALKS_FIGURES * TALKS_WIDTHS; i-- > 0;)
        if (is_drawn(&figures[i / TALKS_WIDTHS]))
            drawings[i] = drawn[--count];
    return status;
}

static void free_figures(talks_figure figures[TALKS_FIGURES], text drawings[TALKS_FIGURES * TALKS_WIDTHS])
{
    for (size_t i = 0; i < TALKS_FIGURES; i++) {
        text_free(&figures[i].title);
        text_free(&figures[i].words);
        for (size_t k = 0; k < TALKS_WIDTHS; k++) {
            text_free(&figures[i].scripts[k]);
            text_free(&drawings[i * TALKS_WIDTHS + k]);
        }
    }
}

truce_status talks_page(const talks_shown *s, text *page, truce_error *error)
{
    talks_figure figures[TALKS_FIGURES] = {0};
    text drawings[TALKS_FIGURES * TALKS_WIDTHS] = {0};
    truce_status status = talks_figures(s, figures) ? draw(s, figures, drawings, error) : error_memory(error);
    if (status == TRUCE_OK) {
        put_head(page, s);
        talks_bars_first(page, s);
        if (!isnan(s->branch.probability))
            put_branch(page, s);
        html_element(page, "h2", "Month by month");
        for (size_t i = 0; i < TALKS_FIGURES; i++)
            put_figure(page, &figures[i], &drawings[i * TALKS_WIDTHS], i * TALKS_WIDTHS + 1);
        talks_bars_last(page, s);
        put_missing(page, s);
        put_grid(page, s);
        put_foot(page, s);
        text_print(page, "</body>\n</html>\n");
        status = page->failed ? error_memory(error) : TRUCE_OK;
    }
    free_figures(figures, drawings);
    return status;
}
