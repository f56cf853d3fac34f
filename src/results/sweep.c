/* Scenarios that are one and the same but for the value of one change: a sweep. */
#include "results/findings.h"

#include <math.h>

static bool same_place(const case_change *x, const case_change *y)
{
    return x->element == y->element && x->kind == y->kind && x->first == y->first && x->last == y->last;
}

/* Whether two scenarios differ by the value of one change; which, in *swept (SIZE_MAX: none was found before). */
static bool differ_by_one(const case_scenario *x, const case_scenario *y, size_t *swept)
{
    if (x->base != y->base || x->change_count != y->change_count)
        return false;
    size_t found = SIZE_MAX;
    for (size_t k = 0; k < x->change_count; k++) {
        if (!same_place(&x->changes[k], &y->changes[k]))
            return false;
        if (x->changes[k].value == y->changes[k].value)
            continue;
        if (found != SIZE_MAX)
            return false;
        found = k;
    }
    bool fits = found != SIZE_MAX && (*swept == SIZE_MAX || *swept == found);
    *swept = found;
    return fits;
}

const case_change *sweep_change(const case_results *r, size_t index)
{
    size_t swept = SIZE_MAX;
    if (r->scenario_count < 4) /* the baseline and two others are no sweep */
        return NULL;
    const case_scenario *first = scenario_of(r, &r->scenarios[1]);
    for (size_t i = 2; i < r->scenario_count; i++)
        if (!differ_by_one(first, scenario_of(r, &r->scenarios[i]), &swept))
            return NULL;
    return &scenario_of(r, &r->scenarios[index])->changes[swept];
}

static double probability_of(const case_results *r, size_t scenario, size_t k)
{
    const milestone_result *m = &r->scenarios[scenario].milestones[k];
    return has_forecast(r) ? m->after : m->before;
}

/* The value of the sweep nearest to its first one from which on a milestone has at least an even chance; NaN. */
static double even_from(const case_results *r, size_t k)
{
    const double even = 0.5;
    double from = NAN;
    for (size_t i = r->scenario_count; i-- > 1;) {
        if (!(probability_of(r, i, k) >= even))
            break;
        from = sweep_change(r, i)->value;
    }
    return from;
}

void sweep_finding(text *t, const case_results *r, size_t k)
{
    char first[WORDS_SIZE], last[WORDS_SIZE], low[WORDS_SIZE], high[WORDS_SIZE], from[WORDS_SIZE];
    size_t end = r->scenario_count - 1;
    const milestone_result *m = &r->scenarios[1].milestones[k];
    double width = fabs(sweep_change(r, end)->value - sweep_change(r, 1)->value);
    words_within(first, sweep_change(r, 1)->value, width);
    words_within(last, sweep_change(r, end)->value, width);
    words_probability(low, probability_of(r, 1, k), m->sound);
    words_probability(high, probability_of(r, end, k), r->scenarios[end].milestones[k].sound);
    text_print(t, "\"%s\"%s%s: %s with %s %s, %s with %s; ", m->milestone->title, m->label[0] ? " of " : "",
               m->label, low, sweep_change(r, 1)->variable, first, high, last);
    double even = even_from(r, k);
    words_within(from, even, width);
    if (isnan(even))
        text_print(t, "%s does not make it as likely as not", last);
    else
        text_print(t, "as likely as not, or more, from %s on", from);
}
