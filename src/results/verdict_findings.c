/* What a run was asked, and a verdict on each of its scenarios: the first screen of a report. */
#include "results/findings.h"

#include <math.h>
#include <string.h>

enum {
    NAMED_SCENARIOS = 3,
    TOLD_MILESTONES = 3,
    LATE = 6,          /* months before the horizon's end: what begins then shows little */
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

/* " by Dec 2029", where the milestone does not say itself until when. */
static void put_end(text *t, const case_results *r, const case_milestone *m)
{
    char stop[WORDS_SIZE];
    if (m->last != MONTH_NONE)
        return;
    save_name(r, r->months, stop);
    text_print(t, " by %s", stop);
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

static void put_sweep_question(text *t, const case_results *r, const case_milestone *asked, const char *stop)
{
    char low[WORDS_SIZE], high[WORDS_SIZE], from[WORDS_SIZE];
    const case_change *first = sweep_change(r, 1), *last = sweep_change(r, r->scenario_count - 1);
    words_within(low, first->value, fabs(last->value - first->value));
    words_within(high, last->value, fabs(last->value - first->value));
    if (asked) {
        text_print(t, "How likely is \"%s\"", asked->title);
        put_end(t, r, asked);
    } else
        text_print(t, "What changes by %s", stop);
    text_print(t, " with %s from %s to %s", first->variable, low, high);
    if (first->first != MONTH_NONE) {
        month_name(first->first, from);
        text_print(t, ", from %s on", from);
    } else {
        month_name(r->c->start, from);
        text_print(t, ", over the whole horizon from %s, in the past too", from);
    }
    text_print(t, "?");
}

void question_finding(text *t, const case_results *r)
{
    const case_milestone *asked = first_milestone(r);
    const char *baseline = scenario_of(r, &r->scenarios[0])->title;
    char stop[WORDS_SIZE];
    save_name(r, r->months, stop);
    if (sweep_change(r, 1)) {
        put_sweep_question(t, r, asked, stop);
    } else if (r->scenario_count > 1 && asked) {
        text_print(t, "Would ");
        put_scenarios(t, r);
        text_print(t, " bring \"%s\"", asked->title);
        put_end(t, r, asked);
        text_print(t, ", and what else would change compared with \"%s\"?", baseline);
    } else if (r->scenario_count > 1) {
        text_print(t, "What would ");
        put_scenarios(t, r);
        text_print(t, " change by %s, compared with \"%s\"?", stop, baseline);
    } else if (asked) {
        text_print(t, "How likely is \"%s\"", asked->title);
        put_end(t, r, asked);
        text_print(t, ", in \"%s\"?", baseline);
    } else {
        text_print(t, "What follows in \"%s\" up to %s?", baseline, stop);
    }
}

/* ---- Verdicts ------------------------------------------------------------ */

static void put_milestone(text *t, const case_results *r, const scenario_result *s, size_t k)
{
    const milestone_result *m = &s->milestones[k], *without = &r->scenarios[0].milestones[k];
    char share[WORDS_SIZE], before[WORDS_SIZE], half[WORDS_SIZE];
    double had = has_forecast(r) ? m->after : m->before;
    words_probability(share, had, m->sound);
    text_print(t, "\"%s\"%s%s", m->milestone->title, m->label[0] ? " of " : "", m->label);
    bool likely = has_forecast(r) && m->sound >= WORDS_MEMBERS;
    if (likely)
        text_print(t, " is %s", likelihood_words(had, m->sound));
    else
        text_print(t, " happens");
    put_end(t, r, m->milestone);
    text_print(t, likely ? ": %s" : " in ", share);
    if (!likely)
        words_futures(t, had, m->sound);
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
        text_print(t, " runs from %s to %s", low, high);
    else
        text_print(t, " is always %s", low);
    words_after_number(t, element_units(r->c->model, m->elements[0]));
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

/* "Russia gains 190 km² a month in 2026 to 2029 (50 %: 70 to 340; 260 without it), 6 m a day westwards along the line"; of
 * the baseline it is not said what it is without. */
static void put_speed(text *t, const case_results *r, const scenario_result *s)
{
    const quantity *q = &r->quantities[r->front_change];
    const statistics *with = reading_of(s, r->front_change, READING_END),
                     *without = reading_of(&r->scenarios[0], r->front_change, READING_END);
    double median = with->quantiles[2], step = statistics_step(with);
    char window[WORDS_SIZE], speed[WORDS_SIZE], before[WORDS_SIZE];
    window_name(r, has_forecast(r) ? r->data_months : r->past_from, r->months, window);
    words_number(speed, r->c->front_gains ? fabs(median) : median, step);
    bool turn = r->c->front_gains && median < 0, agree = statistics_agree(with),
         other = s != &r->scenarios[0];
    words_number(before, turn ? -without->quantiles[2] : without->quantiles[2], statistics_step(without));
    const char *gains = median < 0 ? r->c->front_loses : r->c->front_gains;
    text_print(t, "%s %s ", gains ? gains : "The front", gains ? "gains" : "moves");
    text_print(t, "%s ", speed);
    words_units(t, q->units);
    text_print(t, " in %s", window);
    text_print(t, agree && !other ? "" : " (");
    if (!agree) {
        text_print(t, "50\xc2\xa0%%: ");
        put_range(t, turn ? -with->quantiles[3] : with->quantiles[1],
                  turn ? -with->quantiles[1] : with->quantiles[3], step);
    }
    if (other)
        text_print(t, "%s%s without it", agree ? "" : "; ", before);
    text_print(t, agree && !other ? "" : ")");
    put_pace(t, r, median);
}

static month first_change(const case_scenario *s)
{
    month first = s->change_count ? s->changes[0].first : MONTH_NONE;
    for (size_t i = 1; i < s->change_count; i++)
        first = s->changes[i].first < first ? s->changes[i].first : first;
    return first;
}

/* Whether what a difference spans is lost beside the size of the quantity. */
static bool is_next_to_nothing(const statistics *d, double size)
{
    const double least = 1e-4;
    return fmax(fabs(d->quantiles[0]), fabs(d->quantiles[QUANTILES - 1])) < least * size;
}

static void put_effect(text *t, const case_results *r, const scenario_result *s, size_t q)
{
    const statistics *d = &s->reading_differences[q * READING_COUNT + READING_END];
    char share[WORDS_SIZE], begins[WORDS_SIZE];
    month first = first_change(scenario_of(r, s));
    if (is_next_to_nothing(d, r->quantities[q].greatest) && d->above + d->below > 0) {
        text_print(t, "Makes less than 0.01\xc2\xa0%% of difference to ");
        quantity_name(t, &r->quantities[q]);
        month_name(first == MONTH_NONE ? r->c->start : first, begins);
        if (first >= r->c->stop - LATE)
            text_print(t, ": its changes begin in %s, shortly before the horizon ends", begins);
        return;
    }
    if ((d->above == 0 && d->below == 0) || (statistics_agree(d) && statistics_agreed(d) == 0)) {
        text_print(t, "Makes no difference to ");
        quantity_name(t, &r->quantities[q]);
        return;
    }
    quantity_name(t, &r->quantities[q]);
    text_print(t, " is ");
    put_difference(t, r, q, s);
    words_probability(share, fmax(d->above, d->below), d->members);
    text_print(t, ", %s in %s %sfutures", d->above > d->below ? "higher" : "lower", share,
               strchr(share, '%') ? "of " : ""); /* not of a count, "12 of 14" */
}

/* Whether nothing that the case shows is other than in the baseline, in any future. */
static bool changes_nothing(const case_results *r, const scenario_result *s)
{
    for (size_t i = 0; i < r->quantity_count * r->months; i++)
        if (s->differences[i].above > 0 || s->differences[i].below > 0)
            return false;
    return true;
}

/* "Nothing that is shown differs ...: its changes begin in Dec 2029, in which the horizon ends" */
static void put_nothing(text *t, const case_results *r, const scenario_result *s)
{
    month first = first_change(scenario_of(r, s));
    char stop[WORDS_SIZE], begins[WORDS_SIZE];
    save_name(r, r->months, stop);
    text_print(t, "Nothing that is shown differs from \"%s\" in any future up to %s: ",
               scenario_of(r, &r->scenarios[0])->title, stop);
    if (first < r->c->stop - LATE) {
        text_print(t, "its changes set values that hold anyway, or nothing shown depends on them");
        return;
    }
    month_name(first, begins);
    text_print(t,
               "its changes begin in %s, too late to act before the horizon ends, or set values that hold "
               "anyway, or nothing shown depends on them",
               begins);
}

static void put_front(text *t, const case_results *r, const scenario_result *s)
{
    size_t q = leading_quantity(r);
    if (r->front_change != SIZE_MAX && r->scenario_count > 1)
        put_speed(t, r, s);
    else if (r->front_change != SIZE_MAX)
        front_finding(t, r, s);
    else if (s == &r->scenarios[0] && q != SIZE_MAX && r->quantities[q].output)
        output_finding(t, r, s, r->quantities[q].output);
}

/* What the command line changes without a date changes the past too, which is seldom meant. */
static void put_past(text *t, const case_results *r, const case_scenario *s)
{
    char start[WORDS_SIZE];
    bool undated = false;
    for (size_t i = 0; i < s->change_count; i++)
        undated = undated || (s->changes[i].first == MONTH_NONE && s->changes[i].last == MONTH_NONE);
    if (!undated || strcmp(s->at.file, CASE_GIVEN_PART) != 0 || r->data_months == 0)
        return;
    month_name(r->c->start, start);
    text_print(t, "%sThe change holds over the whole horizon, from %s: the past changes too",
               t->length ? ". " : "", start);
}

/* Of how few futures the rest is told, where some have failed. */
static void put_failed(text *t, const case_results *r, const scenario_result *s)
{
    char failed[WORDS_SIZE], all[WORDS_SIZE];
    if (!s->failure_count)
        return;
    words_number(failed, (double)s->failure_count, 1);
    words_number(all, (double)r->members, 1);
    text_print(
        t, "%s of %s futures have failed (values that are no numbers) and are left out of all that follows",
        failed, all);
}

void verdict_finding(text *t, const case_results *r, const scenario_result *s)
{
    bool baseline = s == &r->scenarios[0];
    size_t q = leading_quantity(r);
    text words = {0};
    if (!baseline && changes_nothing(r, s)) {
        put_nothing(t, r, s);
        return;
    }
    put_failed(&words, r, s);
    put_milestones(&words, r, s);
    if (q != SIZE_MAX && (baseline || r->front_change != SIZE_MAX))
        text_print(&words, "%s", words.length ? ". " : "");
    put_front(&words, r, s);
    if (!baseline && q != SIZE_MAX) {
        text_print(&words, "%s", words.length ? ". " : "");
        put_effect(&words, r, s, q);
    }
    if (!baseline)
        put_past(&words, r, scenario_of(r, s));
    if (words.length)
        text_add(t, words.bytes, words.length);
    t->failed = t->failed || words.failed;
    text_free(&words);
}
