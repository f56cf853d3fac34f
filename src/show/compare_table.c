/* A comparison on a terminal: what each world makes different in words, then every quantity with the reference, the effect with its
 * interval, the effect as a part of the reference, and the probability that it is above zero. */
#include "show/answers.h"
#include "show/grid.h"
#include "show/printed.h"

#include <assert.h>
#include <math.h>

static void put_row(grid *g, const truce_comparison *x, const char *label, const truce_effect *e)
{
    grid_row *row = grid_add(g, label);
    if (!row)
        return;
    double step = answers_step(&e->effect);
    words_number(row->cells[0], e->reference.quantiles[2],
                 fmax(answers_step(&e->reference), e->none ? 0 : fmin(step, answers_step(&e->reference))));
    if (e->none) {
        words_number(row->cells[1], 0, 1);
        return;
    }
    words_signed(row->cells[1], e->effect.quantiles[2], step);
    words_signed(row->cells[2], e->effect.quantiles[0], step);
    words_signed(row->cells[3], e->effect.quantiles[4], step);
    if (isfinite(e->relative.quantiles[2]))
        words_signed(row->cells[4], 100 * e->relative.quantiles[2], answers_percent_step(e));
    if (!e->share)
        words_probability(row->cells[5], e->effect.above, e->effect.members);
    comparison_half(row->cells[6], x, e);
}

static void put_quantity(grid *g, const truce_comparison *x, const quantity *q, const truce_effect *e)
{
    text t = {0};
    if (q->label[0])
        text_print(&t, "  ");
    text_print(&t, "%s", q->label[0] ? q->label : " all");
    put_row(g, x, t.failed ? "" : t.bytes, e);
    g->failed = g->failed || t.failed;
    text_free(&t);
}

static void put_heading(grid *g, const quantity *q, const truce_effect *e)
{
    text t = {0};
    text_print(&t, " %s", q->title);
    words_in_units(&t, q->units);
    text_print(&t, "%s", e->level ? " (at the end)" : "");
    grid_row *row = t.failed ? NULL : grid_add(g, t.bytes);
    g->failed = g->failed || t.failed;
    if (row)
        row->heading = true;
    text_free(&t);
}

static void print_section(FILE *stream, const truce_comparison *x, size_t world, case_section section,
                          bool colour)
{
    grid g = {.title = case_section_title(x->c, section),
              .column_count = 7,
              .before = {"  ", "   ", "  ", " to ", "  ", "  ", "  "},
              .after = {"", "", "", "", " %", "", ""},
              .heads = {{0, 0, "reference"},
                        {1, 1, "effect"},
                        {2, 3, "90 %"},
                        {4, 4, "of it"},
                        {5, 5, "P(>0)"},
                        {6, 6, "half by"}},
              .head_count = 6};
    const quantity *before = NULL;
    for (size_t i = 0; i < x->quantities->quantity_count; i++) {
        const quantity *q = &x->quantities->quantities[i];
        const truce_effect *e = &effect_of(x, world, i)->window;
        if (q->section != section)
            continue;
        if (!before || before->output != q->output)
            put_heading(&g, q, e);
        put_quantity(&g, x, q, e);
        before = q;
    }
    if (g.row_count)
        grid_print(&g, stream, colour);
    grid_free(&g);
}

static void print_world(FILE *stream, const truce_comparison *x, size_t world, bool colour)
{
    assert(world > 0 && world < x->world_count);
    text words = {0};
    comparison_words(&words, x, world);
    if (!words.failed)
        answers_print_lines(stream, words.bytes);
    text_free(&words);
    fputc('\n', stream);
    for (size_t section = 0; section < x->c->section_count; section++)
        print_section(stream, x, world, (case_section)section, colour);
}

/* ---- Shares -------------------------------------------------------------------------------------------- */

static void put_share(grid *g, const char *label, const truce_statistics *s)
{
    grid_row *row = grid_add(g, label);
    if (!row)
        return;
    words_signed(row->cells[0], s->quantiles[2], answers_step(s));
    words_signed(row->cells[1], s->quantiles[0], answers_step(s));
    words_signed(row->cells[2], s->quantiles[4], answers_step(s));
    words_probability(row->cells[3], s->above, s->members);
}

static void put_shares(grid *g, const truce_comparison *x, size_t q)
{
    text t = {0};
    quantity_name(&t, &x->quantities->quantities[q]);
    words_in_units(&t, x->quantities->quantities[q].units);
    grid_row *row = t.failed ? NULL : grid_add(g, t.bytes);
    g->failed = g->failed || t.failed;
    if (row)
        row->heading = true;
    text_free(&t);
    put_share(g, "  all together", &effect_of(x, 1, q)->window.effect);
    for (size_t i = 0; i < x->switch_count; i++)
        put_share(g, x->switch_titles[i], &x->shares[q].switches[i].share);
    put_share(g, "  interaction", &x->shares[q].interaction);
}

static void print_shares(FILE *stream, const truce_comparison *x, bool colour)
{
    grid g = {.title = "SHARES",
              .column_count = 4,
              .before = {"  ", "  ", " to ", "  "},
              .heads = {{0, 0, "median"}, {1, 2, "90 %"}, {3, 3, "P(>0)"}},
              .head_count = 3};
    for (size_t q = 0; q < x->quantities->quantity_count; q++)
        if (quantity_is_key(x->quantities, q) && !effect_of(x, 1, q)->window.none)
            put_shares(&g, x, q);
    grid_wrap(
        stream,
        "Shares of the difference that all make together, each the mean over all orders of what it adds "
        "to those before it (Shapley); they add up future by future. Interaction: what all make together "
        "less the sum of what each makes alone.",
        0);
    fputc('\n', stream);
    if (g.row_count)
        grid_print(&g, stream, colour);
    grid_free(&g);
}

void comparison_draws_words(text *t, const truce_comparison *x)
{
    if (!x->fit) {
        text_print(t, "Intervals come from the priors, which were not fitted to the data.");
        return;
    }
    text_print(t, "Intervals come from a fit to the data up to %s.", truce_fit_until(x->fit));
    answers_put_repeats(t, x->members, x->fit);
}

static void print_comparison(const void *context, FILE *stream, bool colour)
{
    const truce_comparison *x = context;
    text head = {0};
    char members[WORDS_SIZE];
    words_number(members, (double)x->members, 1);
    fprintf(stream, "%s\n", x->c->title);
    text_print(&head, "%s member%s in each world, the same in all, seed %llu, truce %s. Reference: %s. ",
               members, x->members == 1 ? "" : "s", (unsigned long long)x->seed, truce_version(),
               x->titles[0]);
    comparison_draws_words(&head, x);
    text_print(&head, " ");
    comparison_half_words(&head, x);
    text_print(&head, "%s", x->failed ? " " : "");
    comparison_failed_words(&head, x);
    if (!head.failed)
        grid_wrap(stream, head.bytes, 0);
    text_free(&head);
    fputc('\n', stream);
    for (size_t w = 1; w < x->world_count; w++)
        print_world(stream, x, w, colour);
    if (x->shares)
        print_shares(stream, x, colour);
}

truce_status truce_comparison_table(const truce_comparison *x, bool colour, char **words, truce_error *error)
{
    REQUIRE(x, "comparison");
    REQUIRE(words, "table");
    return printed(print_comparison, x, colour, words, error);
}
