/* What a comparison found: the key quantities whose effect is resolved with their sizes, then those whose effect is
 * not, a line each. */
#include "answers/answers.h"

#include <float.h>
#include <math.h>

double answers_step(const truce_statistics *s)
{
    const double *q = s->quantiles;
    if (!(q[4] > q[0]))
        return words_step(q[2], q[2]);
    return fmax(words_step(q[1], q[3]), words_step(0, q[4] - q[0]) / 10);
}

double answers_percent_step(const truce_effect *e)
{
    double size = fabs(100 * e->relative.quantiles[2]);
    return size >= 10 ? 1 : size >= 1 ? 0.1 : 0.01;
}

void answers_interval_cells(char cells[3][WORDS_SIZE], const truce_statistics *s, bool sign)
{
    static const int at[3] = {2, 0, 4};
    for (int i = 0; i < 3; i++)
        (sign ? words_signed : words_number)(cells[i], s->quantiles[at[i]], answers_step(s));
}

void answers_interval(text *t, const truce_statistics *s, bool sign)
{
    char cells[3][WORDS_SIZE];
    answers_interval_cells(cells, s, sign);
    text_print(t, "%s (90 %%: %s to %s)", cells[0], cells[1], cells[2]);
}

/* "Military aid: +1.2 EUR bn a month (90 %: +0.8 to +1.5), +11 % of the reference, above zero in 99 % of members" */
static void put_effect(text *t, const quantity *q, const truce_effect *e)
{
    char cells[3][WORDS_SIZE], percent[WORDS_SIZE], share[WORDS_SIZE];
    answers_interval_cells(cells, &e->effect, true);
    quantity_name(t, q);
    text_print(t, ": %s", cells[0]);
    words_after_number(t, q->units);
    text_print(t, " (90 %%: %s to %s)", cells[1], cells[2]);
    if (e->share)
        return;
    if (isfinite(e->relative.quantiles[2])) {
        words_signed(percent, 100 * e->relative.quantiles[2], answers_percent_step(e));
        text_print(t, ", %s %% of the reference", percent);
    }
    words_probability(share, fmax(e->effect.above, e->effect.below), e->effect.members);
    text_print(t, ", %s zero in %s of members", e->effect.above > e->effect.below ? "above" : "below", share);
}

typedef enum kind { RESOLVED, UNRESOLVED, UNTOUCHED } kind;

static kind kind_of(const truce_effect *e)
{
    return e->none ? UNTOUCHED : e->resolved ? RESOLVED : UNRESOLVED;
}

/* How far an effect stands out of its interval. The front always comes first. */
static double prominence(const truce_comparison *x, size_t world, size_t q)
{
    const double *effect = effect_of(x, world, q)->window.effect.quantiles;
    if (q == x->quantities->front_change)
        return INFINITY;
    return fabs(effect[2]) / fmax(effect[4] - effect[0], 1e-12 * fabs(effect[2]) + DBL_MIN);
}

enum { MOST_TOLD = 6 };

/* Key quantities, or all where a case has none with a chart and no front. */
static bool is_told(const truce_comparison *x, size_t q)
{
    bool any = false;
    for (size_t i = 0; i < x->quantities->quantity_count; i++)
        any = any || quantity_is_key(x->quantities, i);
    return !any || quantity_is_key(x->quantities, q);
}

/* The most prominent key quantities of a kind; returns how many there are in all. */
static size_t choose(const truce_comparison *x, size_t world, kind k, size_t told[MOST_TOLD])
{
    size_t count = 0;
    for (size_t q = 0; q < x->quantities->quantity_count; q++) {
        if (!is_told(x, q) || kind_of(&effect_of(x, world, q)->window) != k)
            continue;
        size_t at = count < MOST_TOLD ? count : MOST_TOLD;
        while (at > 0 && prominence(x, world, q) > prominence(x, world, told[at - 1])) {
            if (at < MOST_TOLD)
                told[at] = told[at - 1];
            at--;
        }
        if (at < MOST_TOLD)
            told[at] = q;
        count++;
    }
    return count;
}

/* Returns how many quantities are of the kind; says nothing where none is. `most` tells which of many are shown. */
static size_t put_kind(text *t, const truce_comparison *x, size_t world, kind k, const char *what,
                       const char *most)
{
    size_t told[MOST_TOLD], count = choose(x, world, k, told);
    if (!count)
        return 0;
    text_print(t, "\n%s", what);
    if (count > MOST_TOLD)
        text_print(t, " (the %d %s, of %zu)", MOST_TOLD, most, count);
    text_print(t, ":");
    for (size_t i = 0; i < count && i < MOST_TOLD; i++) {
        text_print(t, "\n- ");
        put_effect(t, &x->quantities->quantities[told[i]], &effect_of(x, world, told[i])->window);
    }
    return count;
}

/* The first month of the window in which a quantity differs in a future; `months` where none does. */
static size_t first_difference(const truce_comparison *x, size_t world)
{
    size_t first = x->months;
    for (size_t q = 0; q < x->quantities->quantity_count; q++)
        for (size_t j = 0; j < first; j++) {
            const truce_statistics *d = &effect_of(x, world, q)->months[j].effect;
            if (d->above > 0 || d->below > 0)
                first = j;
        }
    return first;
}

/* A tenth of the window or more in which nothing differs yet makes its means smaller to a degree that matters. */
static void put_alike(text *t, const truce_comparison *x, size_t world)
{
    size_t first = first_difference(x, world);
    char since[WORDS_SIZE], from[16];
    if (10 * first < x->months || first >= x->months)
        return;
    month_name(x->c->start + (month)(x->from + first), since);
    month_iso(x->c->start + (month)(x->from + first), from);
    text_print(
        t,
        " Nothing differs before %s: the %ss until then dilute means over the window (--from %s leaves them "
        "out).",
        since, case_period(x->c), from);
}

void comparison_half(char out[WORDS_SIZE], const truce_comparison *x, const truce_effect *e)
{
    out[0] = '\0';
    if (!e->none && !e->resolved)
        snprintf(out, WORDS_SIZE, "not resolved");
    else if (e->half != SIZE_MAX)
        month_name(x->c->start + (month)(x->from + e->half), out);
}

void comparison_half_words(text *t, const truce_comparison *x)
{
    text_print(t, "Half by: the %s in which half of the greatest effect, by its median, is reached.",
               case_period(x->c));
}

void comparison_half_iso(char out[16], const truce_comparison *x, const truce_effect *e)
{
    out[0] = '\0';
    if (e->half != SIZE_MAX)
        month_iso(x->c->start + (month)(x->from + e->half), out);
}

void comparison_words(text *t, const truce_comparison *x, size_t world)
{
    char from[WORDS_SIZE], to[WORDS_SIZE];
    month_name(x->c->start + (month)x->from, from);
    month_name(x->c->start + (month)(x->from + x->months) - 1, to);
    text_print(t, "\"%s\" against \"%s\", %s%s%s.", x->titles[world], x->titles[0], from,
               x->months > 1 ? " to " : "", x->months > 1 ? to : "");
    put_alike(t, x, world);
    size_t resolved = put_kind(t, x, world, RESOLVED, "What differs", "that stand out most");
    size_t unresolved =
        put_kind(t, x, world, UNRESOLVED, "Not resolved, since the 90 % interval of the effect includes zero",
                 "closest to being resolved");
    if (!resolved && !unresolved)
        text_print(t, "\nNo key quantity differs in any future.");
    else if (!resolved)
        text_print(t, "\nBy these quantities the two worlds cannot be told apart.");
}

void comparison_failed_words(text *t, const truce_comparison *x)
{
    char failed[WORDS_SIZE], members[WORDS_SIZE];
    words_number(failed, (double)x->failed, 1);
    words_number(members, (double)x->members, 1);
    if (x->failed)
        text_print(t,
                   "%s of %s members failed in a world; an effect leaves out those that failed in either of "
                   "its two.",
                   failed, members);
}
