/* Talks as data for programs: the public side of talks.h. */
#include "results/talks_simulated.h"

#include <math.h>
#include <string.h>

/* ---- What there is ----------------------------------------------------------------------------------- */

/* NULL out of range. */
static const talks_result *result_of(const truce_talks *t, size_t scenario)
{
    return t && scenario < t->shown.scenario_count ? &t->scenarios[scenario].result : NULL;
}

static bool is_side(truce_side side)
{
    return side == TRUCE_DEFENDER || side == TRUCE_ATTACKER;
}

/* Number of a deal in the case; SIZE_MAX out of range. */
static size_t deal_of(const truce_talks *t, size_t deal)
{
    return t && deal < t->shown.deal_count ? t->shown.deals[deal] : SIZE_MAX;
}

truce_talks_facts truce_talks_facts_of(const truce_talks *t)
{
    if (!t)
        return (truce_talks_facts){0};
    const talks_result *r = &t->scenarios[0].result;
    const talks_answers *a = &r->answers;
    return (truce_talks_facts){.scenarios = t->shown.scenario_count,
                               .months = r->month_count,
                               .deals = t->shown.deal_count,
                               .members = r->members,
                               .first = r->months[0].month,
                               .now = a->now,
                               .ahead = a->ahead,
                               .dates = a->date_count,
                               .terms = a->term_count,
                               .record = r->prior != NULL,
                               .effective = r->record.weights ? r->record.effective : (double)r->members};
}

const char *truce_talks_side_name(const truce_talks *t, truce_side side)
{
    return t && is_side(side) ? talks_side(&t->shown, (int)side) : "";
}

size_t truce_talks_scenario(const truce_talks *t, size_t scenario)
{
    return result_of(t, scenario) ? t->scenarios[scenario].scenario : SIZE_MAX;
}

const char *truce_talks_deal_name(const truce_talks *t, size_t deal)
{
    size_t index = deal_of(t, deal);
    return index == SIZE_MAX ? "" : t->shown.c->talks->deals[index].name;
}

const char *truce_talks_deal_title(const truce_talks *t, size_t deal)
{
    size_t index = deal_of(t, deal);
    return index == SIZE_MAX ? "" : t->shown.c->talks->deals[index].title;
}

/* ---- Month by month ---------------------------------------------------------------------------------- */

/* Structures that hold nothing but numbers, all of them NaN. */
static void forget(void *numbers, size_t size)
{
    double *all = numbers;
    for (size_t i = 0; i < size / sizeof *all; i++)
        all[i] = NAN;
}

static truce_band band_of(const talks_band *b)
{
    truce_band band;
    for (size_t i = 0; i < TRUCE_QUANTILES; i++)
        band.quantiles[i] = b->quantiles[i];
    return band;
}

static truce_mean mean_of(const talks_mean *m)
{
    return (truce_mean){m->mean, m->error};
}

truce_talks_month truce_talks_month_of(const truce_talks *t, size_t scenario, size_t j, bool on_priors)
{
    truce_talks_month told;
    const talks_result *r = result_of(t, scenario);
    forget(&told, sizeof told);
    if (!r || j >= r->month_count)
        return told;
    const talks_month *m = on_priors && r->prior ? &r->prior[j] : &r->months[j];
    for (int i = 0; i < TRUCE_SIDES; i++) {
        talks_band position = talks_position(&m->point, i);
        told.position[i] = band_of(&position);
        told.war[i] = band_of(&m->war[i]);
        told.going[i] = band_of(&m->going[i]);
        told.strong[i] = m->strong[i];
    }
    told.least = band_of(&m->least);
    told.most = band_of(&m->most);
    told.width = band_of(&m->width);
    told.terms = band_of(&m->terms);
    told.terms_so_far = band_of(&m->terms_so_far);
    told.at_war = m->at_war;
    told.zone = m->zone;
    told.met = m->met;
    told.chance = m->chance;
    told.struck = m->struck;
    told.ripe = m->ripe;
    told.loose = m->loose;
    told.placed = m->placed;
    return told;
}

int truce_talks_peace_years(size_t index)
{
    return index < TRUCE_PEACE_YEARS ? talks_years[index] : 0;
}

truce_talks_offer truce_talks_offer_of(const truce_talks *t, size_t scenario, size_t j, size_t deal)
{
    truce_talks_offer told;
    const talks_result *r = result_of(t, scenario);
    size_t index = deal_of(t, deal);
    forget(&told, sizeof told);
    if (!r || j >= r->month_count || index == SIZE_MAX)
        return told;
    const talks_offer *o = &r->months[j].offers[index];
    for (int i = 0; i < TRUCE_SIDES; i++) {
        told.gap[i] = band_of(&o->gap[i]);
        told.accepted[i] = o->accepted[i];
        told.never[i] = o->never[i];
    }
    told.accepted_by_both = o->accepted_by_both;
    told.line = band_of(&o->line);
    for (int y = 0; y < TRUCE_PEACE_YEARS; y++) {
        told.resumed[y] = o->resumed[y];
        told.decided[y] = o->decided[y];
        told.peace[y] = band_of(&o->peace[y]);
    }
    return told;
}

/* ---- Answers ----------------------------------------------------------------------------------------- */

truce_talks_date truce_talks_date_of(const truce_talks *t, size_t scenario, size_t index)
{
    const talks_result *r = result_of(t, scenario);
    if (!r || index >= r->answers.date_count)
        return (truce_talks_date){.mean = NAN, .low = NAN, .high = NAN, .prior = NAN, .base = NAN};
    const talks_date *d = &r->answers.dates[index];
    return (truce_talks_date){d->months, d->mean, d->low, d->high, d->prior, d->base};
}

truce_talks_share truce_talks_obstacle(const truce_talks *t, size_t scenario, truce_obstacle obstacle)
{
    const talks_result *r = result_of(t, scenario);
    if (!r || (int)obstacle < 0 || obstacle >= TRUCE_OBSTACLES)
        return (truce_talks_share){NAN, NAN, NAN};
    const talks_share *s =
        obstacle == TRUCE_OBSTACLE_REST ? &r->answers.rest : &r->answers.obstacle[obstacle];
    return (truce_talks_share){s->mean, s->low, s->high};
}

double truce_talks_no_deal(const truce_talks *t, size_t scenario)
{
    const talks_result *r = result_of(t, scenario);
    return r ? r->answers.no_deal : NAN;
}

/* NULL out of range. */
static const talks_deal_answer *answer_of(const truce_talks *t, size_t scenario, size_t deal, truce_side side)
{
    const talks_result *r = result_of(t, scenario);
    size_t index = deal_of(t, deal);
    return r && index != SIZE_MAX && is_side(side) ? &r->answers.deals[index] : NULL;
}

truce_band truce_talks_waiting(const truce_talks *t, size_t scenario, size_t deal, truce_side side,
                               int months)
{
    const talks_deal_answer *a = answer_of(t, scenario, deal, side);
    truce_band nothing;
    forget(&nothing, sizeof nothing);
    return !a             ? nothing
           : months == 6  ? band_of(&a->waiting[side][0])
           : months == 12 ? band_of(&a->waiting[side][1])
                          : nothing;
}

truce_talks_missing truce_talks_missing_of(const truce_talks *t, size_t scenario, size_t deal,
                                           truce_side side)
{
    const talks_deal_answer *a = answer_of(t, scenario, deal, side);
    if (!a)
        return (truce_talks_missing){NAN, NAN, "", ""};
    const talks_missing *m = &a->missing[side];
    const case_talks *k = t->shown.c->talks;
    return (truce_talks_missing){.line = m->line,
                                 .relief = m->relief,
                                 .guarantee =
                                     m->guarantee == SIZE_MAX ? "" : k->guarantees[m->guarantee].title,
                                 .form = m->form == SIZE_MAX ? "" : k->forms[m->form].title};
}

truce_talks_term truce_talks_term_of(const truce_talks *t, size_t scenario, size_t index)
{
    const talks_result *r = result_of(t, scenario);
    truce_talks_term told = {.kind = "", .from = "", .to = ""};
    forget(told.gap, sizeof told.gap);
    forget(told.accepted, sizeof told.accepted);
    if (!r || index >= r->answers.term_count)
        return told;
    const talks_term *term = &r->answers.terms[index];
    told.kind = term->kind;
    told.from = t->shown.c->talks->deals[term->from].name;
    told.to = t->shown.c->talks->deals[term->to].name;
    for (int i = 0; i < TRUCE_SIDES; i++) {
        told.gap[i] = mean_of(&term->gap[i]);
        told.accepted[i] = term->accepted[i];
    }
    return told;
}

truce_talks_mover truce_talks_mover_of(const truce_talks *t, size_t scenario, truce_moved what, size_t index)
{
    const talks_result *r = result_of(t, scenario);
    truce_talks_mover nothing = {"", NAN};
    if (!r || (int)what < 0 || what >= TRUCE_MOVED)
        return nothing;
    const talks_answers *a = &r->answers;
    if (what == TRUCE_MOVED_POSITIONS && index == 0)
        return (truce_talks_mover){"line", a->line_explains};
    const talks_mover *movers = what == TRUCE_MOVED_POSITIONS ? a->explains : a->movers[what];
    size_t at = what == TRUCE_MOVED_POSITIONS ? index - 1 : index;
    return at < TALKS_MOVERS && movers[at].name ? (truce_talks_mover){movers[at].name, movers[at].share}
                                                : nothing;
}

truce_talks_worth truce_talks_worth_of(const truce_talks *t, size_t scenario, truce_side side)
{
    const talks_result *r = result_of(t, scenario);
    truce_talks_worth told;
    forget(&told, sizeof told);
    if (!r || !is_side(side))
        return told;
    return (truce_talks_worth){{r->war[side], r->war_error[side]},
                               {r->value[side], r->value_error[side]},
                               {r->gain[side], r->gain_error[side]}};
}

/* ---- Leverage ---------------------------------------------------------------------------------------- */

truce_talks_change truce_talks_change_of(const truce_talks *t, size_t scenario, size_t j)
{
    const talks_result *r = result_of(t, scenario);
    truce_talks_change told;
    forget(&told, sizeof told);
    if (!r || j >= r->month_count || !t->scenarios[scenario].changes)
        return told;
    const talks_change *c = &t->scenarios[scenario].changes[j];
    told.position = band_of(&c->position);
    told.mean = mean_of(&c->mean);
    told.stronger = c->stronger;
    told.weaker = c->weaker;
    told.zone = mean_of(&c->zone);
    told.struck = mean_of(&c->struck);
    for (int i = 0; i < TRUCE_SIDES; i++) {
        told.gap[i] = mean_of(&c->gap[i]);
        told.accepts[i] = c->accepts[i];
    }
    return told;
}

/* The scenarios that are compared with the first; NULL for the first and out of range. */
static const talks_scenario *compared(const truce_talks *t, size_t scenario)
{
    return result_of(t, scenario) && t->scenarios[scenario].changes ? &t->scenarios[scenario] : NULL;
}

truce_talks_verdict truce_talks_verdict_of(const truce_talks *t, size_t scenario)
{
    const talks_scenario *s = compared(t, scenario);
    if (!s)
        return (truce_talks_verdict){0};
    talks_verdict v = talks_judge(s->changes, s->result.month_count);
    return (truce_talks_verdict){v.direction, v.greatest, v.agreed, v.first, v.last};
}

truce_talks_lever truce_talks_lever_of(const truce_talks *t, size_t scenario)
{
    const talks_scenario *s = compared(t, scenario);
    const case_lever *lever = s ? talks_lever_of(&t->shown, s->scenario) : NULL;
    truce_talks_lever told = {.units = "", .size = NAN};
    forget(&told.position, sizeof told.position);
    forget(told.gap, sizeof told.gap);
    forget(told.accepts, sizeof told.accepts);
    if (!lever)
        return told;
    talks_leverage l = talks_leverage_of(s, lever);
    return (truce_talks_lever){.units = lever->units,
                               .size = lever->size,
                               .month = l.greatest,
                               .half = l.half,
                               .position = mean_of(&l.position),
                               .gap = {l.gap[0], l.gap[1]},
                               .accepts = {l.accepts[0], l.accepts[1]}};
}

truce_talks_branch truce_talks_branch_of(const truce_talks *t)
{
    truce_talks_branch none;
    forget(&none, sizeof none);
    return t && !isnan(t->shown.branch.probability) ? t->shown.branch : none;
}
