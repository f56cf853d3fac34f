/* compare.html: of each world the first figure, what it found in words and a table of all quantities, and at the end the other figures:
 * one for each key quantity that differs (what was and what would have been, the difference by month, and so far). */
#include "show/answers.h"
#include "show/chart.h"
#include "show/html.h"
#include "show/report_page.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { HIGH = 640, MOST_FIGURES = 12, PANELS = 3, WIDTHS = 2 };

/* Each figure is drawn for wide screens and for narrow ones. */
static const int widths[WIDTHS] = {960, 470};

typedef struct compare_figure {
    size_t world, quantity;
    text axis; /* what is said of its axis */
} compare_figure;

/* ---- One figure ----------------------------------------------------------------------------------------- */

typedef struct drawn_line {
    double *x, *quantiles;
} drawn_line;

typedef truce_statistics statistics_pick(const truce_effect_month *m);

static truce_statistics pick_reference(const truce_effect_month *m)
{
    return m->reference;
}

static truce_statistics pick_world(const truce_effect_month *m)
{
    return m->world;
}

static truce_statistics pick_effect(const truce_effect_month *m)
{
    return m->effect;
}

static truce_statistics pick_cumulative(const truce_effect_month *m)
{
    return m->cumulative;
}

static bool fill_line(arena *memory, const truce_comparison *x, const compared_quantity *found,
                      statistics_pick *pick, chart_line *line)
{
    double *at = arena_array(memory, x->months, sizeof *at);
    double *quantiles = arena_array(memory, x->months * QUANTILES, sizeof *quantiles);
    for (size_t i = 0; at && quantiles && i < x->months; i++) {
        truce_statistics s = pick(&found->months[i]);
        at[i] = (double)(x->from + i) + (found->window.level ? 1 : 0.5);
        for (int k = 0; k < QUANTILES; k++)
            quantiles[i * QUANTILES + (size_t)k] = s.quantiles[k];
    }
    line->x = at;
    line->quantiles = quantiles;
    line->count = x->months;
    return at && quantiles;
}

static int drawing_height(const truce_effect *window)
{
    return window->level ? HIGH * 2 / 3 : HIGH;
}

static bool draw_quantity(arena *memory, const truce_comparison *x, compare_figure *f, int width,
                          text *script)
{
    assert(f->world > 0 && f->world < x->world_count && f->quantity < x->quantities->quantity_count);
    const quantity *q = &x->quantities->quantities[f->quantity];
    const compared_quantity *found = effect_of(x, f->world, f->quantity);
    chart_line lines[4] = {
        {.label = x->names[0], .colour = CHART_NEUTRAL, .ink = CHART_INK, .dash = 2},
        {.label = x->names[f->world],
         .colour = chart_scenario_colour(1),
         .ink = chart_scenario_colour(1),
         .dash = 1,
         .fan = true},
        {.colour = chart_scenario_colour(1), .ink = chart_scenario_colour(1), .dash = 1, .fan = true},
        {.colour = chart_scenario_colour(1), .ink = chart_scenario_colour(1), .dash = 1, .fan = true}};
    text units = {0};
    words_units(&units, q->units);
    const char *axis = units.failed ? NULL : arena_string(memory, units.length ? units.bytes : "");
    text_free(&units);
    if (!axis)
        return false;
    static statistics_pick *const picks[] = {pick_reference, pick_world, pick_effect, pick_cumulative};
    for (size_t i = 0; i < 4; i++)
        if (!fill_line(memory, x, found, picks[i], &lines[i]))
            return false;
    chart_panel panels[PANELS] = {{.title = "Both worlds", .line_count = 2, .lines = lines},
                                  {.title = "Effect over time", .line_count = 1, .lines = lines + 2},
                                  {.title = "Effect so far", .line_count = 1, .lines = lines + 3}};
    chart c = {.width = width,
               .height = drawing_height(&found->window),
               .start = x->c->start,
               .x_first = (double)x->from,
               .x_last = (double)(x->from + x->months),
               .forecast_from = (double)x->quantities->data_months,
               .y_title = axis,
               .zero = false,
               .columns = 1,
               .panel_count = found->window.level ? 2 : PANELS,
               .panels = panels};
    chart_script(script, &c);
    f->axis.length = 0;
    chart_axis_words(&f->axis, &c);
    return !script->failed && !f->axis.failed;
}

/* ---- Figures --------------------------------------------------------------------------------------------- */

/* The quantity of a world's figure `number`, from 0; SIZE_MAX: it has no more. */
static size_t quantity_of_figure(const truce_comparison *x, size_t world, size_t number)
{
    for (size_t q = 0; q < x->quantities->quantity_count; q++) {
        const truce_effect *e = &effect_of(x, world, q)->window;
        if (quantity_is_key(x->quantities, q) && !e->none && !e->share && number-- == 0)
            return q;
    }
    return SIZE_MAX;
}

/* The first of every world, then the second of every world, as long as there is room; *all: how many there could be. */
static size_t choose_figures(const truce_comparison *x, compare_figure chosen[MOST_FIGURES], size_t *all)
{
    size_t count = 0, before = SIZE_MAX;
    *all = 0;
    for (size_t number = 0; *all != before; number++) {
        before = *all;
        for (size_t w = 1; w < x->world_count; w++) {
            size_t q = quantity_of_figure(x, w, number);
            *all += q != SIZE_MAX;
            if (q != SIZE_MAX && count < MOST_FIGURES)
                chosen[count++] = (compare_figure){.world = w, .quantity = q};
        }
    }
    return count;
}

static void put_figure(text *t, const truce_comparison *x, const compare_figure *f, const text *drawings,
                       size_t number)
{
    const quantity *q = &x->quantities->quantities[f->quantity];
    const truce_effect *e = &effect_of(x, f->world, f->quantity)->window;
    text title = {0};
    quantity_name(&title, q);
    text_print(&title, ": ");
    if (!e->resolved)
        text_print(&title, "not resolved, ");
    answers_interval(&title, &e->effect, true);
    words_after_number(&title, q->units);
    text_print(&title, "%s", e->level ? " at the end of the window" : "");
    text_print(t, "<figure>\n");
    html_element(t, "h3", title.failed ? "" : title.bytes);
    text_print(t, "<p>");
    html_text(t, x->titles[f->world]);
    text_print(t, " (solid) against ");
    html_text(t, x->titles[0]);
    text_print(t, " (dashed); line: median, bands: 50 %% and 90 %% of the same members in both.%s</p>\n",
               f->axis.length ? f->axis.bytes : "");
    const int heights[WIDTHS] = {drawing_height(e), drawing_height(e)};
    html_widths(t, drawings, number, widths, heights, title.failed ? "" : title.bytes);
    text_print(t, "</figure>\n");
    t->failed = t->failed || title.failed;
    text_free(&title);
}

static bool still_wanted(void *context)
{
    const truce_comparison *x = context;
    const truce_progress done = {.done = x->members, .members = x->members, .all_done = 1, .all_members = 1};
    return !x->progress || x->progress(x->context, &done);
}

/* All figures, drawn at once. */
typedef struct compare_drawings {
    compare_figure chosen[MOST_FIGURES];
    text drawings[MOST_FIGURES * WIDTHS];
    size_t count, all; /* drawn; that there could be */
} compare_drawings;

static truce_status draw_figures(compare_drawings *d, const truce_comparison *x, truce_error *error)
{
    text scripts[MOST_FIGURES * WIDTHS] = {0};
    arena memory = {0};
    bool good = true;
    *d = (compare_drawings){0};
    d->count = choose_figures(x, d->chosen, &d->all);
    size_t count = d->count * WIDTHS;
    for (size_t i = 0; i < count && good; i++)
        good = draw_quantity(&memory, x, &d->chosen[i / WIDTHS], widths[i % WIDTHS], &scripts[i]);
    truce_status status =
        !good   ? error_memory(error)
        : count ? gnuplot_draw(scripts, count, 0, (interruption){still_wanted, (void *)x}, d->drawings, error)
                : TRUCE_OK;
    for (size_t i = 0; i < count; i++)
        text_free(&scripts[i]);
    arena_free(&memory);
    return status;
}

/* Of a world: the first figure stands under its title, for whoever sees no more than that, and the rest at the end. */
static void put_figures(text *t, const truce_comparison *x, const compare_drawings *d, size_t world,
                        bool first)
{
    size_t seen = 0;
    for (size_t i = 0; i < d->count; i++)
        if (d->chosen[i].world == world && (seen++ == 0) == first)
            put_figure(t, x, &d->chosen[i], &d->drawings[i * WIDTHS], i * WIDTHS + 1);
}

static void free_figures(compare_drawings *d)
{
    for (size_t i = 0; i < d->count * WIDTHS; i++)
        text_free(&d->drawings[i]);
    for (size_t i = 0; i < d->count; i++)
        text_free(&d->chosen[i].axis);
}

/* ---- Tables ---------------------------------------------------------------------------------------------- */

static void put_cell(text *t, const char *words)
{
    text_print(t, "<td class=\"number\">");
    html_text(t, words);
    text_print(t, "</td>");
}

static void put_interval_cell(text *t, const truce_statistics *s, bool sign)
{
    char cells[3][WORDS_SIZE];
    answers_interval_cells(cells, s, sign);
    text_print(t, "<td class=\"number\">%s<small>%s to %s</small></td>", cells[0], cells[1], cells[2]);
}

static void put_row(text *t, const truce_comparison *x, size_t world, size_t index)
{
    assert(world > 0 && world < x->world_count && index < x->quantities->quantity_count);
    const quantity *q = &x->quantities->quantities[index];
    const truce_effect *e = &effect_of(x, world, index)->window;
    text name = {0};
    char cell[WORDS_SIZE];
    quantity_name(&name, q);
    words_in_units(&name, q->units);
    text_print(t, "<tr><th scope=\"row\">");
    html_text(t, name.failed ? "" : name.bytes);
    text_print(t, "</th>");
    put_interval_cell(t, &e->reference, false);
    if (e->none) {
        put_cell(t, "0");
        text_print(t, "<td></td><td></td><td></td></tr>\n");
    } else {
        put_interval_cell(t, &e->effect, true);
        words_signed(cell, 100 * e->relative.quantiles[2], answers_percent_step(e));
        put_cell(t, isfinite(e->relative.quantiles[2]) ? cell : "");
        words_probability(cell, e->effect.above, e->effect.members);
        put_cell(t, e->share ? "" : cell);
        comparison_half(cell, x, e);
        text_print(t, "<td>%s</td></tr>\n", cell);
    }
    t->failed = t->failed || name.failed;
    text_free(&name);
}

static void put_table(text *t, const truce_comparison *x, size_t world)
{
    text_print(
        t,
        "<table><thead><tr><th scope=\"col\">Quantity (levels: at the end of the window; others: mean per "
        "%s)</th><th class=\"number\" scope=\"col\">reference <small>90\xc2\xa0%%</small></th><th "
        "class=\"number\" scope=\"col\">effect <small>90\xc2\xa0%%</small></th><th class=\"number\" "
        "scope=\"col\">%% of it</th><th class=\"number\" "
        "scope=\"col\">P(effect &gt; 0)</th><th scope=\"col\">half by</th></tr></thead>\n<tbody>\n",
        case_period(x->c));
    for (size_t q = 0; q < x->quantities->quantity_count; q++)
        put_row(t, x, world, q);
    text_print(t, "</tbody></table>\n");
}

static void put_share_row(text *t, const char *name, const truce_statistics *s)
{
    text_print(t, "<tr><th scope=\"row\">");
    html_text(t, name);
    text_print(t, "</th>");
    put_interval_cell(t, s, true);
    text_print(t, "</tr>\n");
}

static void put_shares(text *t, const truce_comparison *x)
{
    text_print(
        t, "<h2>Shares</h2>\n<p>Shapley values: the mean over all orders of switching. They add up to the "
           "whole, member by member.</p>\n");
    for (size_t q = 0; q < x->quantities->quantity_count; q++) {
        if (!quantity_is_key(x->quantities, q) || effect_of(x, 1, q)->window.none)
            continue;
        text name = {0};
        quantity_name(&name, &x->quantities->quantities[q]);
        text_print(t, "<table><caption>");
        html_text(t, name.failed ? "" : name.bytes);
        text_print(t, "</caption><tbody>\n");
        put_share_row(t, "all together", &effect_of(x, 1, q)->window.effect);
        for (size_t i = 0; i < x->switch_count; i++)
            put_share_row(t, x->switch_titles[i], &x->shares[q].switches[i].share);
        put_share_row(t, "interaction", &x->shares[q].interaction);
        text_print(t, "</tbody></table>\n");
        t->failed = t->failed || name.failed;
        text_free(&name);
    }
}

static void put_world(text *page, const truce_comparison *x, size_t world, const compare_drawings *d)
{
    assert(world > 0 && world < x->world_count);
    text words = {0};
    comparison_words(&words, x, world);
    html_element(page, "h2", x->titles[world]);
    put_figures(page, x, d, world, true);
    answers_put_lines(page, words.failed ? "" : words.bytes);
    put_table(page, x, world);
    page->failed = page->failed || words.failed;
    text_free(&words);
}

static void put_page(text *page, const truce_comparison *x, const compare_drawings *d)
{
    answers_page_open(page, x->c, "Comparison of worlds", x->members, x->seed);
    text_print(page, "<p class=\"caveat\">Every world has the same members: the same parameters and random "
                     "numbers. An effect is a member's value in a world less its value in the reference. It "
                     "follows from the model; the intervals do not cover the possibility that it is wrong. ");
    comparison_draws_words(page, x);
    text_print(page, " ");
    comparison_half_words(page, x);
    text_print(page, "%s", x->failed ? " " : "");
    comparison_failed_words(page, x);
    text_print(page, "</p>\n");
    for (size_t w = 1; w < x->world_count; w++)
        put_world(page, x, w, d);
    if (x->shares)
        put_shares(page, x);
    for (size_t w = 1; w < x->world_count; w++)
        put_figures(page, x, d, w, false);
    if (d->count < d->all)
        text_print(page,
                   "<p>Of %zu effects %zu are drawn, the first of every scenario before others; the tables "
                   "have all.</p>\n",
                   d->all, d->count);
    answers_page_close(page, x->command);
}

truce_status comparison_page(const truce_comparison *x, text *page, truce_error *error)
{
    compare_drawings figures;
    truce_status status = draw_figures(&figures, x, error);
    if (status == TRUCE_OK)
        put_page(page, x, &figures);
    free_figures(&figures);
    if (status != TRUCE_OK)
        return status;
    return page->failed ? error_memory(error) : TRUCE_OK;
}
