/* What statements take from talks: one run of the talks of the case as it was known, with every scenario that a
 * statement asks about. */
#include "answers/claims.h"
#include "truce/talks.h"

#include <math.h>
#include <string.h>

static size_t deal_of(const truce_talks *talks, const char *name)
{
    size_t deals = truce_talks_facts_of(talks).deals, i = 0;
    while (i < deals && strcmp(truce_talks_deal_name(talks, i), name) != 0)
        i++;
    return i;
}

static size_t place_of(const truce_talks *talks, size_t scenario)
{
    size_t i = 0;
    while (i < truce_talks_facts_of(talks).scenarios && truce_talks_scenario(talks, i) != scenario)
        i++;
    return i;
}

static double value_of(const truce_talks *talks, const statement_term *t)
{
    size_t now = truce_talks_facts_of(talks).now;
    truce_side side = (truce_side)t->side;
    truce_talks_month m = truce_talks_month_of(talks, 0, now, false);
    switch (t->function) {
    case TERM_STRONG:
        return m.strong[side];
    case TERM_POSITION:
        return m.position[side].quantiles[2];
    case TERM_ACCEPTS:
        return truce_talks_offer_of(talks, 0, now, deal_of(talks, t->name)).accepted[side];
    case TERM_GAP:
        return truce_talks_offer_of(talks, 0, now, deal_of(talks, t->name)).gap[side].quantiles[2];
    default:
        return truce_talks_change_of(talks, place_of(talks, t->scenario), now).stronger;
    }
}

/* What the record leaves of the members, and of them the part that has a position. */
static double alike_of(const truce_talks *talks, const statement_term *t)
{
    truce_talks_facts facts = truce_talks_facts_of(talks);
    if (t->function == TERM_STRONG || t->function == TERM_ACCEPTS)
        return facts.effective;
    return t->function == TERM_STRONGER
               ? facts.effective * truce_talks_month_of(talks, 0, facts.now, false).placed
               : 0;
}

/* The scenarios that statements ask about, after the first; 0: none asks talks. */
static size_t choose_scenarios(const truce_claims *claims, statement *const *statements, size_t count,
                               const char **names)
{
    size_t chosen = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < statements[i]->term_count; k++) {
            const statement_term *t = &statements[i]->terms[k];
            if (t->source != TERM_TALKS)
                continue;
            const size_t wanted[2] = {0, t->scenario == SIZE_MAX ? 0 : t->scenario};
            for (int w = 0; w < 2; w++) {
                const char *name = claims->view.scenarios[wanted[w]].name;
                size_t at = 0;
                while (at < chosen && names[at] != name)
                    at++;
                if (at == chosen)
                    names[chosen++] = name;
            }
        }
    return chosen;
}

static bool go_on_talking(void *context, const truce_progress *progress)
{
    (void)progress;
    return answers_go_on(context, 0, 0);
}

truce_status claims_fill_talks(truce_claims *claims, const truce_fit *fit,
                               const truce_claims_options *options, truce_error *error)
{
    statement **statements = arena_array(&claims->memory, 3 * claims->count + 1, sizeof(statement *));
    const char **names = arena_array(&claims->memory, claims->view.scenario_count + 1, sizeof *names);
    if (!statements || !names)
        return error_memory(error);
    size_t count = claims_statements(claims, statements);
    truce_talks_options o = truce_talks_default_options();
    o.scenarios = names;
    o.scenario_count = choose_scenarios(claims, statements, count, names);
    o.from = claims->until + 1;
    o.posterior = fit;
    o.priors = true; /* a fit beside the case knows too much */
    o.members = claims->talks_members;
    o.seed = options->seed;
    o.threads = options->threads;
    o.engine = options->engine;
    o.progress = go_on_talking;
    o.context = &claims->watched;
    if (o.scenario_count == 0)
        return TRUCE_OK;
    claims->talked = true;
    truce_talks *talks;
    TRY(truce_talks_run(&claims->view, &o, &talks, error));
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < statements[i]->term_count; k++)
            if (statements[i]->terms[k].source == TERM_TALKS) {
                statements[i]->terms[k].value = value_of(talks, &statements[i]->terms[k]);
                statements[i]->terms[k].alike = alike_of(talks, &statements[i]->terms[k]);
            }
    truce_talks_destroy(talks);
    return TRUCE_OK;
}
