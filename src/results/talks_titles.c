/* What the charts of talks find, as titles; and what a page and a file say of where they come from. */
#include "fit/fit.h"
#include "results/talks_findings.h"
#include "results/words.h"

#include "math/special.h"

#include <math.h>
#include <string.h>

static const talks_month *now_of(const talks_shown *t)
{
    return &t->scenarios[0].result.months[talks_now(t)];
}

static const char *name_of(month m, char name[16])
{
    month_name(m, name);
    return name;
}

static void position_title(text *title, const talks_shown *t, const talks_month *now, const char *when)
{
    talks_band p = talks_position(&now->point, CASE_DEFENDER);
    double step = words_step(100.0 * p.quantiles[TALKS_5], 100.0 * p.quantiles[TALKS_95]);
    char middle[WORDS_SIZE], low[WORDS_SIZE], high[WORDS_SIZE], share[WORDS_SIZE];
    words_number(middle, 100.0 * p.quantiles[TALKS_50], step);
    words_number(low, 100.0 * p.quantiles[TALKS_5], step);
    words_number(high, 100.0 * p.quantiles[TALKS_95], step);
    talks_share_words(t, share, now->placed);
    if (!talks_has_position(t, now)) {
        text_print(title, "In %s hardly any future has a position: a side would sign no line", when);
        return;
    }
    text_print(title,
               "%s's position in %s is %s of 100 (90 %%: %s to %s), in the %s of futures that have one",
               talks_side(t, CASE_DEFENDER), when, middle, low, high, share);
}

/* Beside the base rate of past wars, where there is one. */
static void struck_title(text *title, const talks_shown *t, const char *when)
{
    const talks_answers *a = &t->scenarios[0].result.answers;
    const talks_date *date = NULL;
    for (size_t i = 0; i < a->date_count && (!date || date->months < 12); i++)
        date = &a->dates[i];
    char chance[WORDS_SIZE] = "", base[WORDS_SIZE];
    if (date)
        talks_share_words(t, chance, date->mean);
    if (!date)
        text_print(title, "How likely a deal is by each month");
    else if (isnan(date->base))
        text_print(title, "A deal within %d months of %s has a probability of %s", date->months, when,
                   chance);
    else {
        words_probability(base, date->base, SIZE_MAX);
        text_print(title,
                   "A deal within %d months of %s has a probability of %s; of past wars of that age %s ended",
                   date->months, when, chance, base);
    }
}

static void terms_title(text *title, const talks_shown *t, const talks_month *now, const char *when)
{
    if (isnan(now->terms.quantiles[TALKS_50]))
        text_print(title, "In %s no future has a line that both would accept", when);
    else if (!talks_has_terms(t, now))
        text_print(title, "In %s hardly any future has a line that both would accept", when);
    else
        text_print(title, "A deal of %s would leave %s %.0f %% of what is fought over (90 %%: %.0f to %.0f)",
                   when, talks_side(t, CASE_ATTACKER), 100.0 * now->terms.quantiles[TALKS_50],
                   100.0 * now->terms.quantiles[TALKS_5], 100.0 * now->terms.quantiles[TALKS_95]);
}

static void worth_title(text *title, const talks_shown *t, const talks_month *now, const char *when)
{
    char worth[CASE_SIDES][WORDS_SIZE];
    for (int side = 0; side < CASE_SIDES; side++)
        words_number(worth[side], 100.0 * now->war[side].quantiles[TALKS_50], 1);
    text_print(title, "War is worth %s %% of the stake to %s in %s, and %s %% to %s", worth[0],
               talks_side(t, 0), when, worth[1], talks_side(t, 1));
}

/* The deal that most futures have both accept. */
static void accepts_title(text *title, const talks_shown *t, const talks_month *now, const char *when)
{
    size_t best = t->deals[0];
    for (size_t k = 1; k < t->deal_count; k++)
        if (now->offers[t->deals[k]].accepted_by_both > now->offers[best].accepted_by_both)
            best = t->deals[k];
    char share[WORDS_SIZE];
    talks_share_words(t, share, now->offers[best].accepted_by_both);
    if (*share == '<')
        text_print(title, "In %s each deal is accepted by both sides in %s of futures", when, share);
    else if (*share == '>')
        text_print(title, "In %s both sides accept a deal in %s of futures (%s)", when, share,
                   t->c->talks->deals[best].title);
    else
        text_print(title, "In %s no deal is accepted by both sides in more than %s of futures (%s)", when,
                   share, t->c->talks->deals[best].title);
}

static void peace_title(text *title, const talks_shown *t, const talks_month *now)
{
    double least = INFINITY, most = 0.0;
    for (size_t k = 0; k < t->deal_count; k++) {
        double resumed = now->offers[t->deals[k]].resumed[3];
        least = fmin(least, resumed);
        most = fmax(most, resumed);
    }
    char from[WORDS_SIZE], to[WORDS_SIZE];
    talks_share_words(t, from, least);
    talks_share_words(t, to, most);
    if (strcmp(from, to) == 0)
        text_print(title, "Fighting resumes within five years after %s of settlements", from);
    else
        text_print(title, "Fighting resumes within five years after %s to %s of settlements", from, to);
}

/* The month in which the moment is ripe in most worlds. */
static void statements_title(text *title, const talks_shown *t)
{
    const talks_result *r = &t->scenarios[0].result;
    size_t best = talks_now(t);
    char when[16];
    for (size_t j = best; j < r->month_count; j++)
        if (r->months[j].ripe > r->months[best].ripe || isnan(r->months[best].ripe))
            best = j;
    char share[WORDS_SIZE];
    name_of(r->months[best].month, when);
    talks_share_words(t, share, r->months[best].ripe);
    if (*share == '<')
        text_print(title, "The moment is ripe in %s of worlds in every month", share);
    else if (*share == '>')
        text_print(title, "The moment is ripe in %s of worlds in %s", share, when);
    else
        text_print(title, "The moment is ripe in no more than %s of worlds (%s)", share, when);
}

void talks_title(text *title, const talks_shown *t, talks_chart which)
{
    const talks_month *now = now_of(t);
    char when[16], share[WORDS_SIZE];
    name_of(now->month, when);
    switch (which) {
    case TALKS_CHART_POSITION:
        position_title(title, t, now, when);
        break;
    case TALKS_CHART_POSITIONS:
        text_print(title, "%s's position in each scenario", talks_side(t, CASE_DEFENDER));
        break;
    case TALKS_CHART_CHANGES:
        text_print(title, "What each scenario changes for %s", talks_side(t, CASE_DEFENDER));
        break;
    case TALKS_CHART_ZONE:
        talks_share_words(t, share, now->zone);
        text_print(title, "In %s %s of futures have a line that both would accept", when, share);
        break;
    case TALKS_CHART_STRUCK:
        struck_title(title, t, when);
        break;
    case TALKS_CHART_STATEMENTS:
        statements_title(title, t);
        break;
    case TALKS_CHART_TERMS:
        terms_title(title, t, now, when);
        break;
    case TALKS_CHART_WORTH:
        worth_title(title, t, now, when);
        break;
    case TALKS_CHART_ACCEPTS:
        accepts_title(title, t, now, when);
        break;
    case TALKS_CHART_GAINS:
        text_print(title, "What each side gains by each deal, month by month");
        break;
    case TALKS_CHART_PEACE:
        peace_title(title, t, now);
        break;
    }
}

/* The line that a side wants, with its units. */
static void put_wanted(text *words, const talks_shown *t, int side)
{
    const double *wanted = t->c->talks->wanted;
    double step = words_step(0.0, fabs(wanted[CASE_ATTACKER] - wanted[CASE_DEFENDER]));
    char number[WORDS_SIZE];
    words_number(number, wanted[side], fmin(step, 1.0));
    text_print(words, "%s", number);
    words_after_number(words, element_units(t->c->model, t->c->talks->line));
}

void talks_scale_words(text *words, const talks_shown *t)
{
    const char *defender = talks_side(t, CASE_DEFENDER), *attacker = talks_side(t, CASE_ATTACKER);
    text_print(
        words,
        "Positions and shares: of the stake, all that is fought over. %s's position is 100 where the line "
        "is all that it wants (%s at ",
        defender, t->c->model->elements[t->c->talks->line].name);
    put_wanted(words, t, CASE_DEFENDER);
    text_print(words, ") and 0 where it is all that %s wants (at ", attacker);
    put_wanted(words, t, CASE_ATTACKER);
    text_print(words, "); %s's is 100 less that.", attacker);
}

void talks_command_words(text *words, const talks_shown *t)
{
    const talks_options *o = t->options;
    char from[16];
    if (t->command) {
        text_print(words, "%s", t->command);
        return;
    }
    text_print(words, "truce talks");
    words_shell(words, t->c->path);
    for (size_t i = 0; i < t->scenario_count; i++)
        text_print(words, " -s %s", talks_scenario_name(t, i));
    if (o->branch != SIZE_MAX)
        text_print(words, " --branch %s=%g", t->c->scenarios[o->branch].name, o->branch_probability);
    if (o->branch != SIZE_MAX && o->branch_from != MONTH_NONE) {
        month_iso(o->branch_from, from);
        text_print(words, "@%s", from);
    }
    month_iso(t->scenarios[0].result.months[0].month, from);
    text_print(words, " --from %s --members %zu --seed %llu --degree %u", from,
               t->scenarios[0].result.members, (unsigned long long)o->run.seed, o->degree);
    if (o->fit) {
        text_print(words, " --posterior");
        words_shell(words, o->fit->directory ? o->fit->directory : "DIR");
    } else
        text_print(words, " --priors");
}
