/* See branches.h. */
#include "simulate/branches.h"

#include "math/random.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- Plans ---------------------------------------------------------------------------------------------- */

/* A scenario that may be a copy of one of the case's: planned as the last of a view. */
static truce_status plan_one(const truce_case *c, const case_scenario *scenario,
                             const case_plan_options *options, case_plan *plan, truce_error *error)
{
    truce_case view = *c;
    case_scenario *all = malloc((c->scenario_count + 1) * sizeof *all);
    if (!all)
        return error_memory(error);
    memcpy(all, c->scenarios, c->scenario_count * sizeof *all);
    all[c->scenario_count] = *scenario;
    view.scenarios = all;
    view.scenario_count = c->scenario_count + 1;
    truce_status status = case_plan_create_with(&view, c->scenario_count, options, plan, error);
    free(all);
    return status;
}

static truce_status make(const truce_case *c, const case_scenario *scenario, const case_plan_options *options,
                         branched_plan *p, truce_error *error)
{
    p->scenario = scenario;
    TRY(plan_one(c, scenario, options, &p->plan, error));
    if (!scenario->branch_count)
        return TRUCE_OK;
    p->branches = calloc(scenario->branch_count, sizeof *p->branches);
    if (!p->branches)
        return error_memory(error);
    p->count = scenario->branch_count;
    for (size_t i = 0; i < p->count; i++)
        TRY(make(c, scenario->branches[i].scenario, options, &p->branches[i], error));
    return TRUCE_OK;
}

truce_status branched_plan_create(const truce_case *c, const case_scenario *scenario,
                                  const case_plan_options *options, branched_plan *plan, truce_error *error)
{
    case_plan_options all = *options;
    all.branched = true;
    *plan = (branched_plan){0};
    truce_status status = make(c, scenario, &all, plan, error);
    if (status != TRUCE_OK)
        branched_plan_free(plan);
    return status;
}

void branched_plan_free(branched_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        branched_plan_free(&plan->branches[i]);
    free(plan->branches);
    case_plan_free(&plan->plan);
    *plan = (branched_plan){0};
}

/* ---- Which way ------------------------------------------------------------------------------------------- */

size_t branch_of(const case_scenario *scenario, uint64_t seed, uint64_t member)
{
    uint64_t stream = hash_bytes(scenario->name, strlen(scenario->name)) ^ hash_bytes("branches", 8);
    double u = random_uniform(seed, member, stream, 0), sum = 0;
    for (size_t i = 0; i < scenario->branch_count; i++) {
        sum += scenario->branches[i].probability;
        if (u < sum)
            return i;
    }
    return SIZE_MAX;
}

const branched_plan *branched_plan_lived(const branched_plan *plan, uint64_t seed, uint64_t member)
{
    while (plan->count) {
        size_t i = branch_of(plan->scenario, seed, member);
        if (i == SIZE_MAX)
            break;
        plan = &plan->branches[i];
    }
    return plan;
}

/* ---- Members --------------------------------------------------------------------------------------------- */

static truce_status run_plan(const truce_case *c, const case_plan *plan, const truce_fit *fit,
                             const truce_ensemble_options *run, truce_ensemble **ensemble, truce_error *error)
{
    fit_gift gift = {0};
    truce_status status = fit ? fit_give(fit, c, plan, &gift, error) : TRUCE_OK;
    if (status == TRUCE_OK)
        status = ensemble_run_again(plan->program, plan->parameters, plan->schedules, plan->factors,
                                    fit ? &gift.given : NULL, NULL, run, ensemble, error);
    fit_gift_free(&gift);
    return status;
}

/* The members of one branch in the place of those that take it. */
static truce_status run_branch(const truce_case *c, const branched_plan *plan, size_t branch,
                               const truce_fit *fit, const truce_ensemble_options *run,
                               truce_ensemble *ensemble, truce_error *error)
{
    truce_ensemble *other = NULL;
    truce_ensemble_options of = *run;
    of.progress = NULL; /* members are counted once */
    bool *taken = malloc((run->members + 1) * sizeof *taken);
    size_t count = 0;
    if (!taken)
        return error_memory(error);
    for (size_t m = 0; m < run->members; m++) {
        taken[m] = branch_of(plan->scenario, run->seed, run->first_member + m) == branch;
        count += taken[m];
    }
    truce_status status =
        count ? branched_plan_run(c, &plan->branches[branch], fit, &of, &other, error) : TRUCE_OK;
    if (status == TRUCE_OK && count)
        status = ensemble_take(ensemble, other, taken, error);
    truce_ensemble_destroy(other);
    free(taken);
    return status;
}

truce_status branched_plan_run(const truce_case *c, const branched_plan *plan, const truce_fit *fit,
                               const truce_ensemble_options *run, truce_ensemble **ensemble,
                               truce_error *error)
{
    truce_status status = run_plan(c, &plan->plan, fit, run, ensemble, error);
    for (size_t i = 0; i < plan->count && status == TRUCE_OK; i++)
        status = run_branch(c, plan, i, fit, run, *ensemble, error);
    if (status != TRUCE_OK) {
        truce_ensemble_destroy(*ensemble);
        *ensemble = NULL;
    }
    return status;
}
