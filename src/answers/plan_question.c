/* The question that a plan answers, as a hash: the goal, the levers with all that they change, what is run (the program of
 * the scenario with its inputs and priors, and the draws of the fit), the data, and for a goal about talks the section
 * "talks". A search goes on from an archive of the same question only: of another one its settings come out otherwise,
 * and at rest they need not. */
#include "answers/plan.h"
#include "fit/fit.h"
#include "program/serialise.h"

#include <math.h>
#include <string.h>

static void hash_number(hash128 *h, double number)
{
    hash128_add(h, &number, sizeof number);
}

static void hash_count(hash128 *h, size_t count)
{
    uint64_t number = count;
    hash128_add(h, &number, sizeof number);
}

static void hash_month(hash128 *h, month m)
{
    int64_t number = m;
    hash128_add(h, &number, sizeof number);
}

static void hash_word(hash128 *h, const char *word)
{
    hash128_add(h, word, strlen(word) + 1);
}

static void hash_distribution(hash128 *h, const truce_distribution *d)
{
    const double numbers[] = {(double)d->kind, d->a, d->b, d->c, d->d, d->scale};
    hash128_add(h, numbers, sizeof numbers);
}

static void hash_column(hash128 *h, const case_column *column)
{
    hash_month(h, column->first);
    hash_count(h, column->count);
    if (column->count)
        hash128_add(h, column->values, column->count * sizeof *column->values);
}

/* ---- What is run ---------------------------------------------------------------------------------------------------- */

static void hash_plan(hash128 *h, const case_plan *plan)
{
    size_t row = truce_program_step_count(plan->program) + 1;
    for (size_t i = 0; i < truce_program_input_count(plan->program, TRUCE_INPUT_PARAMETER); i++)
        hash_distribution(h, &plan->parameters[i]);
    hash128_add(h, plan->schedules,
                truce_program_input_count(plan->program, TRUCE_INPUT_SCHEDULE) * row * sizeof(double));
    hash128_add(h, plan->factors,
                truce_program_input_count(plan->program, TRUCE_INPUT_FACTOR) * row * sizeof(double));
}

/* The scenario in which the levers are moved, whole (a goal may look at what the case does not show), the draws, and
 * the data that a goal may name. */
static truce_status hash_run(const truce_plan *p, hash128 *h, truce_error *error)
{
    const truce_fit *fit = p->asked.posterior;
    text program = {0};
    case_plan plan;
    TRY(case_plan_create(&p->view, p->scenarios[p->view.scenario_count - 1].base, true, &plan, error));
    bool written = program_write(plan.program, &program);
    if (written) {
        hash128_add(h, program.bytes, program.length);
        hash_plan(h, &plan);
    }
    for (size_t i = 0; fit && i < fit->parameter_count; i++)
        hash_word(h, fit->names[i]);
    if (fit)
        hash128_add(h, fit->values, fit->parameter_count * fit->count * sizeof *fit->values);
    hash_month(h, p->c->start);
    hash_month(h, p->c->data_end);
    for (size_t i = 0; i < p->c->series_count; i++)
        hash_column(h, &p->c->series[i].data);
    for (size_t i = 0; i < p->c->observation_count; i++)
        hash_column(h, &p->c->observations[i].data);
    text_free(&program);
    case_plan_free(&plan);
    return written ? TRUCE_OK : error_memory(error);
}

/* ---- Levers --------------------------------------------------------------------------------------------------------- */

/* Also of the case's levers that nobody moves here: they may count with others, or say when these hold. */
static void hash_control(hash128 *h, const case_control *k)
{
    hash_word(h, k->name);
    for (size_t i = 0; i < k->element_count; i++)
        hash_count(h, k->elements[i]);
    hash_count(h, (size_t)k->kind);
    hash_number(h, k->rest);
    hash_month(h, k->first);
    hash_month(h, k->last);
    hash_count(h, k->first_by);
    hash_count(h, k->last_by);
    hash_count(h, k->with);
}

static void hash_lever(hash128 *h, const plan_lever *lever)
{
    const double numbers[] = {lever->least, lever->most, lever->step, lever->rest, lever->price};
    hash_word(h, lever->name);
    hash128_add(h, numbers, sizeof numbers);
    for (size_t i = 0; i < lever->change_count; i++) {
        hash_count(h, lever->changes[i].element);
        hash_count(h, (size_t)lever->changes[i].kind);
        hash_month(h, lever->changes[i].first);
        hash_month(h, lever->changes[i].last);
    }
}

/* ---- Talks ---------------------------------------------------------------------------------------------------------- */

static void hash_quantities(hash128 *h, const case_quantity *q, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        hash_word(h, q[i].name ? q[i].name : "");
        hash_count(h, q[i].element);
        hash_distribution(h, &q[i].prior);
    }
}

static void hash_deals(hash128 *h, const case_talks *t)
{
    for (size_t i = 0; i < t->deal_count; i++) {
        const case_deal *d = &t->deals[i];
        const double numbers[] = {d->contact, d->contact ? 0 : d->line, d->beyond, d->relief};
        hash_word(h, d->name);
        hash128_add(h, numbers, sizeof numbers);
        hash_count(h, d->guarantee);
        hash_count(h, d->form);
    }
    for (size_t i = 0; i < t->guarantee_count; i++) {
        const case_guarantee *g = &t->guarantees[i];
        hash_quantities(h, g->penalty, CASE_SIDES);
        hash_quantities(h, g->cost, CASE_SIDES);
        hash_quantities(h, &g->hazard_ratio, 1);
        hash_quantities(h, &g->credibility, 1);
        hash128_add(h, g->fails, sizeof g->fails);
    }
    for (size_t i = 0; i < t->form_count; i++) {
        hash_quantities(h, t->forms[i].weight, CASE_SIDES);
        hash128_add(h, t->forms[i].fails, sizeof t->forms[i].fails);
    }
}

static void hash_government(hash128 *h, const case_government *g)
{
    hash128_add(h, g->resolve, sizeof g->resolve);
    hash_quantities(h, g->bears, CASE_SIDES);
    hash_quantities(h, g->signing, CASE_SIDES);
    hash_quantities(h, g->relaxation, CASE_SIDES);
    for (size_t i = 0; i < CASE_ISSUES; i++)
        hash_quantities(h, g->hard[i], CASE_SIDES);
    hash_quantities(h, g->yields, CASE_SIDES);
    for (size_t i = 0; i < g->aim_count; i++) {
        hash_count(h, (size_t)g->aims[i].side);
        hash_month(h, g->aims[i].from);
        hash_number(h, g->aims[i].contact ? NAN : g->aims[i].line);
    }
}

/* What happened at the table, and what the sides see and believe. */
static void hash_table(hash128 *h, const case_talks *t)
{
    hash_column(h, &t->openings);
    for (size_t i = 0; i < t->act_count; i++) {
        hash_month(h, t->acts[i].at_month);
        hash_count(h, (size_t)t->acts[i].side * 2 + t->acts[i].accepts);
        hash_count(h, t->acts[i].deal);
    }
    for (size_t i = 0; i < t->signal_count; i++) {
        hash_count(h, t->signals[i].element);
        hash_number(h, t->signals[i].error);
    }
    for (size_t side = 0; side < CASE_SIDES; side++) {
        hash_count(h, t->belief_count[side]);
        hash_quantities(h, t->beliefs[side], t->belief_count[side]);
    }
}

static void hash_talks(hash128 *h, const case_talks *t)
{
    const size_t flags = (size_t)t->has_risk | (size_t)t->has_openings << 1 | (size_t)t->flow << 2 |
                         (size_t)t->private_worths << 3 | (size_t)t->has_record << 4;
    const size_t numbers[] = {t->line, t->truce,     t->resumption, (size_t)t->renewed_months,
                              flags,   t->reference, t->deal_count, t->guarantee_count};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        hash_count(h, numbers[i]);
    hash128_add(h, t->wanted, sizeof t->wanted);
    for (size_t i = 0; i < CASE_SIDES; i++) {
        hash_count(h, t->burden[i]);
        hash_count(h, t->collapsed[i]);
        hash_count(h, t->has_risk ? t->risk[i] : 0);
    }
    for (size_t i = 0; i < t->state_count; i++)
        hash_count(h, t->state[i]);
    hash_month(h, t->from);
    hash_quantities(h, t->stake, CASE_SIDES);
    hash_quantities(h, t->dictated, CASE_SIDES);
    hash_quantities(h, t->discount, CASE_SIDES);
    hash_quantities(h, t->relief, CASE_SIDES);
    hash_quantities(h, &t->proposer, 1);
    hash_quantities(h, &t->incidents, 1);
    hash_quantities(h, &t->opening_rate, 1);
    hash_quantities(h, &t->error, 1);
    hash_deals(h, t);
    hash_table(h, t);
    if (t->government)
        hash_government(h, t->government);
}

/* ---- All of it ------------------------------------------------------------------------------------------------------ */

truce_status plan_question(truce_plan *p, truce_error *error)
{
    const truce_plan_options *o = &p->asked;
    hash128 h;
    text t = {0};
    hash128_start(&h);
    text_print(&t, "%s|%d|%s|%d|%s|%s|%zu|%llu|%s", o->goal, (int)o->by, o->how, (int)o->from,
               o->cost ? o->cost : "", o->scenario ? o->scenario : "", o->members,
               (unsigned long long)o->seed, truce_version());
    for (size_t i = 0; i < p->lever_count; i++)
        hash_lever(&h, &p->levers[i]);
    for (size_t i = 0; i < p->c->control_count; i++)
        hash_control(&h, &p->c->controls[i]);
    if (p->of_talks)
        hash_talks(&h, p->c->talks);
    truce_status status = t.failed ? error_memory(error) : hash_run(p, &h, error);
    if (status == TRUCE_OK)
        hash128_add(&h, t.bytes, t.length);
    hash128_finish(&h, p->question);
    text_free(&t);
    return status;
}
