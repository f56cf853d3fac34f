/* What the table and the page of talks say in the same words. */
#include "results/talks_findings.h"
#include "fit/fit.h"
#include "results/words.h"

#include <assert.h>
#include <math.h>
#include <string.h>

const char *talks_side(const talks_shown *t, int side)
{
    return case_display_name(t->c, side == CASE_ATTACKER ? "attacker" : "defender");
}

const char *talks_scenario_name(const talks_shown *t, size_t i)
{
    return t->c->scenarios[t->scenarios[i].scenario].name;
}

/* Apart by half-years where there are as many months. */
size_t talks_months_shown(size_t months, size_t most, size_t *shown)
{
    assert(most > 0 && shown);
    size_t step = (months + most - 1) / most, count = 0;
    if (months >= 6 * most)
        step = (step + 5) / 6 * 6;
    for (size_t j = 0; j < months && count < most; j += step)
        shown[count++] = j;
    return count;
}

size_t talks_now(const talks_shown *t)
{
    const talks_result *r = &t->scenarios[0].result;
    month now = t->c->data_end + 1, first = r->months[0].month;
    if (now <= first)
        return 0;
    size_t j = (size_t)(now - first);
    return j < r->month_count ? j : r->month_count - 1;
}

talks_band talks_position(const talks_band *point, int side)
{
    assert(side == CASE_DEFENDER || side == CASE_ATTACKER);
    talks_band band;
    for (int i = 0; i < TALKS_BAND; i++)
        band.quantiles[i] =
            side == CASE_ATTACKER ? point->quantiles[i] : 1.0 - point->quantiles[TALKS_BAND - 1 - i];
    return band;
}

void talks_placed_words(text *words, const talks_shown *t)
{
    const talks_month *now = &t->scenarios[0].result.months[talks_now(t)];
    char name[16], share[WORDS_SIZE];
    month_name(now->month, name);
    talks_share_words(t, share, now->placed);
    text_print(words, " and each side would sign some line (%s of them in %s)", share, name);
}

bool talks_shows_deal(const talks_shown *t, size_t deal)
{
    for (size_t k = 0; k < t->deal_count; k++)
        if (t->deals[k] == deal)
            return true;
    return false;
}

/* ---- What a scenario does ----------------------------------------------------------------------------- */

static void put_greatest(text *words, const talks_change *change, month when, int direction)
{
    assert(direction == 1 || direction == -1);
    char name[16], by[WORDS_SIZE], low[WORDS_SIZE], high[WORDS_SIZE], error[WORDS_SIZE];
    const double *q = change->position.quantiles;
    double step = words_step(100.0 * q[TALKS_5], 100.0 * q[TALKS_95]);
    month_name(when, name);
    words_number(by, 100.0 * direction * change->mean.mean, step);
    words_number(low, 100.0 * (direction > 0 ? q[TALKS_5] : -q[TALKS_95]), step);
    words_number(high, 100.0 * (direction > 0 ? q[TALKS_95] : -q[TALKS_5]), step);
    words_number(error, 100.0 * change->mean.error, words_step(0.0, 100.0 * change->mean.error));
    text_print(words, "most in %s, by %s of 100 on average (90 %% of futures: %s to %s; standard error %s)",
               name, by, low, high, error);
}

void talks_verdict_words(text *words, const talks_shown *t, size_t i)
{
    const talks_scenario *s = &t->scenarios[i];
    const talks_month *months = s->result.months;
    const char *side = talks_side(t, CASE_DEFENDER);
    talks_verdict v = talks_judge(s->changes, s->result.month_count);
    if (v.direction == 0) {
        text_print(words,
                   "%s: whether it changes %s's position is not resolved: in no month is the mean change "
                   "beyond five standard errors; more members may resolve it.",
                   talks_scenario_name(t, i), side);
        return;
    }
    text_print(words, "%s %s %s's position: ", talks_scenario_name(t, i),
               v.direction > 0 ? "strengthens" : "weakens", side);
    put_greatest(words, &s->changes[v.greatest], months[v.greatest].month, v.direction);
    if (!v.agreed) {
        text_print(words, "; in no month do nine of ten futures agree.");
        return;
    }
    char first[16], last[16];
    month_name(months[v.first].month, first);
    month_name(months[v.last].month, last);
    if (v.first == v.last)
        text_print(words, "; in nine of ten futures in %s.", first);
    else
        text_print(words, "; in nine of ten futures from %s to %s.", first, last);
}

/* ---- How fine results are told ------------------------------------------------------------------------ */

double talks_alike(const talks_shown *t)
{
    const talks_record *r = &t->scenarios[0].result.record;
    return r->weights ? r->effective : INFINITY;
}

double talks_grain(const talks_shown *t)
{
    double alike = talks_alike(t);
    return alike >= 100.0 ? 1.0 : alike >= 25.0 ? 5.0 : 10.0;
}

void talks_share_words(const talks_shown *t, char out[WORDS_SIZE], double share)
{
    double grain = talks_grain(t), points = grain * round(100.0 * share / grain);
    if (grain == 1.0 || isnan(share))
        words_probability(out, share, SIZE_MAX); /* never quite none or all of the futures */
    else if (points <= 0.0)
        snprintf(out, WORDS_SIZE, "<%d %%", (int)grain);
    else if (points >= 100.0)
        snprintf(out, WORDS_SIZE, ">%d %%", (int)(100.0 - grain));
    else
        snprintf(out, WORDS_SIZE, "%d %%", (int)points);
}

/* As the rest of what is told of a deal by then, so that both add up to 100. */
void talks_no_deal_words(const talks_shown *t, char out[WORDS_SIZE])
{
    const talks_answers *a = &t->scenarios[0].result.answers;
    double grain = talks_grain(t), deal = 1.0 - a->no_deal;
    for (size_t i = 0; i < a->date_count; i++)
        if ((size_t)a->dates[i].months == a->ahead)
            deal = a->dates[i].mean;
    double points = grain * round(100.0 * deal / grain);
    if (!(points > 0.0 && points < 100.0))
        talks_share_words(t, out, 1.0 - deal);
    else
        snprintf(out, WORDS_SIZE, "%d %%", (int)(100.0 - points));
}

bool talks_has_obstacles(const talks_shown *t)
{
    return 100.0 * t->scenarios[0].result.answers.no_deal >= 0.5 * talks_grain(t);
}

bool talks_goes_on(const talks_shown *t)
{
    const talks_result *r = &t->scenarios[0].result;
    return r->months[r->answers.now].at_war > 0.0;
}

void talks_certain_deal_words(text *words, const talks_shown *t)
{
    char percent[WORDS_SIZE];
    const talks_result *r = &t->scenarios[0].result;
    size_t ahead = r->answers.ahead;
    if (!talks_goes_on(t)) {
        month_name(r->months[r->answers.now].month, percent);
        text_print(words, "In every future the war is over before %s: there is nothing to explain.", percent);
        return;
    }
    talks_no_deal_words(t, percent);
    text_print(words, "The probability of no deal within %zu month%s is %s: there is nothing to explain.",
               ahead, ahead == 1 ? "" : "s", percent);
}

bool talks_has_bands(const talks_shown *t)
{
    return talks_alike(t) >= 40.0;
}

bool talks_has_position(const talks_shown *t, const talks_month *m)
{
    double members = (double)t->scenarios[0].result.members;
    return isfinite(m->point.quantiles[TALKS_50]) && m->placed * fmin(talks_alike(t), members) >= 5.0;
}

bool talks_has_prior_position(const talks_shown *t, const talks_month *m)
{
    double members = (double)t->scenarios[0].result.members;
    return isfinite(m->point.quantiles[TALKS_50]) && m->placed * members >= 5.0;
}

bool talks_has_change(const talks_shown *t, size_t scenario, size_t j)
{
    return talks_has_position(t, &t->scenarios[0].result.months[j]) &&
           talks_has_position(t, &t->scenarios[scenario].result.months[j]);
}

bool talks_has_terms(const talks_shown *t, const talks_month *m)
{
    double members = (double)t->scenarios[0].result.members;
    return isfinite(m->terms.quantiles[TALKS_50]) && m->zone * fmin(talks_alike(t), members) >= 5.0;
}

void talks_alike_words(const talks_shown *t, char out[WORDS_SIZE])
{
    double alike = talks_alike(t);
    *out = '\0';
    if (alike < 400.0)
        snprintf(out, WORDS_SIZE, "; effective number %d", (int)round(alike));
}

/* ---- Leverage ----------------------------------------------------------------------------------------- */

const case_lever *talks_lever_of(const talks_shown *t, size_t scenario)
{
    const case_talks *k = t->c->talks;
    for (size_t l = 0; l < k->lever_count; l++)
        if (k->levers[l].scenario == scenario)
            return &k->levers[l];
    return NULL;
}

/* How far the position changes in a month, either way; below 0 where no future has one in both scenarios. */
static double change_in(const talks_scenario *s, size_t j)
{
    double size = fabs(s->changes[j].mean.mean);
    return isnan(size) ? -1.0 : size;
}

talks_leverage talks_leverage_of(const talks_scenario *s, const case_lever *lever)
{
    assert(s->changes && lever->size > 0.0);
    talks_leverage l = {0};
    for (size_t j = 0; j < s->result.month_count; j++)
        if (change_in(s, j) > change_in(s, l.greatest))
            l.greatest = j;
    const talks_change *c = &s->changes[l.greatest];
    while (l.half < l.greatest && change_in(s, l.half) < 0.5 * fabs(c->mean.mean))
        l.half++;
    l.position = (talks_mean){c->mean.mean / lever->size, c->mean.error / lever->size};
    for (int i = 0; i < GAME_SIDES; i++) {
        l.gap[i] = c->gap[i].mean / lever->size;
        l.accepts[i] = c->accepts[i] / lever->size;
    }
    return l;
}

bool talks_leverage_tells(const talks_leverage *l)
{
    return fabs(l->position.mean) > 2.0 * l->position.error;
}

/* ---- Whose draws the members are ---------------------------------------------------------------------- */

static bool is_fitted(const truce_fit *fit, const char *name)
{
    for (size_t i = 0; i < fit->parameter_count; i++)
        if (strcmp(fit->names[i], name) == 0)
            return true;
    return false;
}

void talks_draws_words(text *words, const talks_shown *t)
{
    const truce_fit *fit = t->options->fit;
    if (!fit) {
        text_print(words, "Members are draws from the priors.");
        return;
    }
    size_t members = t->scenarios[0].result.members;
    char some[WORDS_SIZE], all[WORDS_SIZE];
    words_number(some, (double)members, 1);
    words_number(all, (double)fit->count, 1);
    if (members < fit->count)
        text_print(words, "Members are the first %s of the", some);
    else
        text_print(words, "Members %s the", members == fit->count ? "are" : "repeat");
    text_print(words, " %s draws of the posterior%s%s, fitted to %s. Drawn from priors: ", all,
               fit->directory ? " in " : "", fit->directory ? fit->directory : "", fit->until);
    for (size_t i = 0; i < t->c->parameter_count; i++) {
        const case_quantity *q = &t->c->parameters[i];
        if (q->prior.kind != TRUCE_FIXED && !is_fitted(fit, q->name))
            text_print(words, "%s, ", q->name);
    }
    text_print(words, "all worths at the table, such as stakes, prices of signing and penalties.");
}
