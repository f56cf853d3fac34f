/* The question that a plan answers, as a hash: the goal, the levers, what is run (the program of the scenario with its
 * inputs and priors, and the draws of the fit), and the case with its data. A search goes on from an archive of the same
 * question only: of another one its settings come out otherwise, and at rest they need not. */
#include "answers/plan.h"
#include "fit/fit.h"
#include "program/serialise.h"

#include <string.h>

static void hash_word(hash128 *h, const char *word)
{
    hash128_add(h, word, strlen(word) + 1);
}

static void hash_distribution(hash128 *h, const truce_distribution *d)
{
    const double numbers[] = {(double)d->kind, d->a, d->b, d->c, d->d, d->scale};
    hash128_add(h, numbers, sizeof numbers);
}

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

/* The scenario in which the levers are moved, whole: a goal may look at what the case does not show. */
static truce_status hash_scenario(const truce_plan *p, hash128 *h, truce_error *error)
{
    text program = {0};
    case_plan plan;
    TRY(case_plan_create(&p->view, p->scenarios[p->view.scenario_count - 1].base, true, &plan, error));
    bool written = program_write(plan.program, &program);
    if (written) {
        hash128_add(h, program.bytes, program.length);
        hash_plan(h, &plan);
    }
    text_free(&program);
    case_plan_free(&plan);
    return written ? TRUCE_OK : error_memory(error);
}

static void hash_draws(hash128 *h, const truce_fit *fit)
{
    for (size_t i = 0; i < fit->parameter_count; i++)
        hash_word(h, fit->names[i]);
    hash128_add(h, fit->values, fit->parameter_count * fit->count * sizeof *fit->values);
}

static void hash_lever(hash128 *h, const plan_lever *lever)
{
    const double numbers[] = {lever->least, lever->most, lever->step, lever->rest, lever->price};
    hash_word(h, lever->name);
    hash128_add(h, numbers, sizeof numbers);
    for (size_t i = 0; i < lever->change_count; i++) {
        const case_change *change = &lever->changes[i];
        const int64_t parts[] = {(int64_t)change->element, change->kind, change->first, change->last};
        hash128_add(h, parts, sizeof parts);
    }
}

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
    hash128_add(&h, p->c->content, sizeof p->c->content);
    if (o->posterior)
        hash_draws(&h, o->posterior);
    truce_status status = t.failed ? error_memory(error) : hash_scenario(p, &h, error);
    if (status == TRUCE_OK)
        hash128_add(&h, t.bytes, t.length);
    hash128_finish(&h, p->question);
    text_free(&t);
    return status;
}
