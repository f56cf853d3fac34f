/* What a run was asked, and a verdict on each of its scenarios: the first screen of a report. */
#include "results/findings.h"

#include <math.h>

enum {
    NAMED_SCENARIOS = 3,
    TOLD_MILESTONES = 3,
    WORDS_MEMBERS = 20 /* fewer are counted out, and support no word */
};

size_t leading_quantity(const case_results *r)
{
    if (r->front_level != SIZE_MAX)
        return r->front_level;
    for (size_t q = 0; q < r->quantity_count; q++)
        if (r->quantities[q].output && r->quantities[q].output->chart)
            return q;
    return r->quantity_count ? 0 : SIZE_MAX;
}

const char *likelihood_words(double share, size_t members)
{
    double bound = members ? 3.0 / (double)members : 0;
    double probability = share <= 0 ? bound : share >= 1 ? 1 - bound : share;
    static const struct {
        double above;
        const char *words;
    } scale[] = {{0.9, "very likely"}, {0.66, "likely"}, {0.33, "about as likely as not"}, {0.1, "unlikely"}};
    for (size_t i = 0; i < sizeof scale / sizeof *scale; i++)
        if (probability > scale[i].above)
            return scale[i].words;
    return "very unlikely";
}

/* ---- The question -------------------------------------------------------- */

static const case_milestone *first_milestone(const case_results *r)
{
    for (size_t k = 0; k < r->milestone_count; k++)
        if (!r->scenarios[0].milestones[k].milestone->shortage)
            return r->scenarios[0].milestones[k].milestone;
    return NULL;
}

/* "a", "b" or "c"; of more their number. */
static void put_scenarios(text *t, const case_results *r)
{
    size_t others = r->scenario_count - 1;
    if (others > NAMED_SCENARIOS) {
        text_print(t, "%zu scenarios", others);
        return;
    }
    for (size_t i = 1; i <= others; i++)
        text_print(t, "%s\"%s\"",
                   i == 1        ? ""
                   : i == others ? " or "
                                 : ", ",
                   scenario_of(r, &r->scenarios[i])->title);
}

void question_finding(text *t, const case_results *r)
{
    const case_milestone *asked = first_milestone(r);
    const char *baseline = scenario_of(r, &r->scenarios[0])->title;
    char stop[WORDS_SIZE];
    save_name(r, r->months, stop);
    if (r->scenario_count > 1 && asked) {
        text_print(t, "Would ");
        put_scenarios(t, r);
        text_print(t, " bring \"%s\" by %s, and what else would change beside \"%s\"?", asked->title, stop,
                   baseline);
    } else if (r->scenario_count > 1) {
        text_print(t, "What would ");
        put_scenarios(t, r);
        text_print(t, " change by %s, beside \"%s\"?", stop, baseline);
    } else if (asked) {
        text_print(t, "How likely is \"%s\" by %s, in \"%s\"?", asked->title, stop, baseline);
    } else {
        text_print(t, "What follows in \"%s\" up to %s?", baseline, stop);
    }
}

/* ---- Verdicts ------------------------------------------------------------ */

static void put_milestone(text *t, const case_results *r, const scenario_result *s, size_t k)
{
    const milestone_result *m = &s->milestones[k], *without = &r->scenarios[0].milestones[k];
    char share[WORDS_SIZE], before[WORDS_SIZE], stop[WORDS_SIZE], half[WORDS_SIZE];
    save_name(r, r->months, stop);
    double had = has_forecast(r) ? m->after : m->before;
    words_probability(share, had, m->sound);
    text_print(t, "\"%s\"%s%s", m->milestone->title, m->label[0] ? " of " : "", m->label);
    if (has_forecast(r) && m->sound >= WORDS_MEMBERS)
        text_print(t, " is %s by %s: %s", likelihood_words(had, m->sound), stop, share);
    else
        text_print(t, " comes about by %s in %s of the futures", stop, share);
    if (s != &r->scenarios[0]) {
        words_probability(before, has_forecast(r) ? without->after : without->before, without->sound);
        text_print(t, ", %s without it", before);
    }
    if (isnan(m->dates_of_all[1]))
        return;
    milestone_date(r, m->dates_of_all[1], half);
    text_print(t, "; in half of all futures by %s", half);
}

void untested_finding(text *t, const case_results *r, const milestone_result *s)
{
    const case_milestone *m = s->milestone;
    if (!s->tests || (s->passed && s->passed < s->tests))
        return;
    char low[WORDS_SIZE], high[WORDS_SIZE];
    double step = s->greatest > s->least ? words_step(s->least, s->greatest) / 10 : 1;
    words_number(low, s->least, step);
    words_number(high, s->greatest, step);
    text_print(t, "\"%s\"%s%s: the test holds in %s %s of %s future: ", m->title, s->label[0] ? " of " : "",
               s->label, s->passed ? "every" : "no", case_period(r->c), s->passed ? "every" : "any");
    if (m->change)
        text_print(t, "the change of %s over a %s", m->variable, case_period(r->c));
    else
        text_print(t, "%s", m->variable);
    if (s->least < s->greatest)
        text_print(t, " runs from %s to %s ", low, high);
    else
        text_print(t, " is always %s ", low);
    words_units(t, element_units(r->c->model, m->elements[0]));
}

static void put_milestones(text *t, const case_results *r, const scenario_result *s)
{
    size_t told = 0;
    for (size_t k = 0; k < r->milestone_count && told < TOLD_MILESTONES; k++) {
        if (r->scenarios[0].milestones[k].milestone->shortage)
            continue;
        text_print(t, "%s", t->length ? ". " : "");
        put_milestone(t, r, s, k);
        told++;
    }
}

/* "The front moves 250 km² a month in 2026 to 2029, 6 m a day westwards along the line (310 without it)". */
static void put_speed(text *t, const case_results *r, const scenario_result *s)
{
    const quantity *q = &r->quantities[r->front_change];
    const statistics *with = reading_of(s, r->front_change, READING_END),
                     *without = reading_of(&r->scenarios[0], r->front_change, READING_END);
    double median = with->quantiles[2], step = statistics_step(with);
    char window[WORDS_SIZE], speed[WORDS_SIZE], before[WORDS_SIZE];
    window_name(r, has_forecast(r) ? r->data_months : r->past_from, r->months, window);
    words_number(speed, r->c->front_gains ? fabs(median) : median, step);
    words_number(before, without->quantiles[2], step);
    const char *gains = median < 0 ? r->c->front_loses : r->c->front_gains;
    text_print(t, "%s %s ", gains ? gains : "The front", gains ? "gains" : "moves");
    text_print(t, "%s ", speed);
    words_units(t, q->units);
    text_print(t, " in %s", window);
    if (!statistics_agree(with)) {
        bool turn = r->c->front_gains && median < 0;
        text_print(t, " (50\xc2\xa0%%: ");
        put_range(t, turn ? -with->quantiles[3] : with->quantiles[1],
                  turn ? -with->quantiles[1] : with->quantiles[3], step);
        text_print(t, ")");
    }
    put_pace(t, r, median);
    text_print(t, " (%s without it)", before);
}

static void put_effect(text *t, const case_results *r, const scenario_result *s, size_t q)
{
    const statistics *d = &s->reading_differences[q * READING_COUNT + READING_END];
    char share[WORDS_SIZE];
    if ((d->above == 0 && d->below == 0) || (statistics_agree(d) && statistics_agreed(d) == 0)) {
        text_print(t, "Makes no difference to ");
        quantity_name(t, &r->quantities[q]);
        return;
    }
    quantity_name(t, &r->quantities[q]);
    text_print(t, " is ");
    put_difference(t, r, q, s);
    words_probability(share, fmax(d->above, d->below), d->members);
    text_print(t, ", %s in %s of futures", d->above > d->below ? "higher" : "lower", share);
}

void verdict_finding(text *t, const case_results *r, const scenario_result *s)
{
    bool baseline = s == &r->scenarios[0];
    size_t q = leading_quantity(r);
    text words = {0};
    put_milestones(&words, r, s);
    if (q != SIZE_MAX && (baseline || r->front_change != SIZE_MAX))
        text_print(&words, "%s", words.length ? ". " : "");
    if (baseline && r->front_change != SIZE_MAX)
        front_finding(&words, r, s);
    else if (baseline && q != SIZE_MAX && r->quantities[q].output)
        output_finding(&words, r, s, r->quantities[q].output);
    else if (!baseline && r->front_change != SIZE_MAX)
        put_speed(&words, r, s);
    if (!baseline && q != SIZE_MAX) {
        text_print(&words, "%s", words.length ? ". " : "");
        put_effect(&words, r, s, q);
    }
    if (words.length)
        text_add(t, words.bytes, words.length);
    t->failed = t->failed || words.failed;
    text_free(&words);
}
