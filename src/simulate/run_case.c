/* A scenario by its name: the ensemble of it, or one member with everything in it. */
#include "ensemble/ensemble.h"
#include "simulate/branches.h"
#include "simulate/simulate.h"

#include <stdlib.h>

truce_status simulate_find_scenario(const truce_case *c, const char *name, size_t *scenario,
                                    truce_error *error)
{
    *scenario = truce_case_find_scenario(c, name);
    if (*scenario != SIZE_MAX)
        return TRUCE_OK;
    const char **names = calloc(c->scenario_count, sizeof *names);
    if (!names)
        return error_memory(error);
    for (size_t i = 0; i < c->scenario_count; i++)
        names[i] = c->scenarios[i].name;
    const char *near = truce_nearest_name(name, names, c->scenario_count);
    truce_status status = near ? error_set(error, TRUCE_BAD_INPUT, c->path, 0,
                                           "no scenario \"%s\" (did you mean \"%s\"?)", name, near)
                               : error_set(error, TRUCE_BAD_INPUT, c->path, 0, "no scenario \"%s\"", name);
    free(names);
    return status;
}

truce_status truce_case_run(const truce_case *c, const char *scenario, const truce_ensemble_options *options,
                            truce_ensemble **ensemble, truce_error *error)
{
    REQUIRE(c, "case");
    REQUIRE(scenario, "scenario");
    REQUIRE(ensemble, "ensemble");
    size_t index;
    *ensemble = NULL;
    TRY(simulate_find_scenario(c, scenario, &index, error));
    return simulate_scenario(c, index, &(case_plan_options){0}, NULL, options, ensemble, error);
}

truce_status simulate_member(const truce_case *c, const char *scenario, const truce_fit *fit, uint64_t seed,
                             uint64_t member, simulate_write *write, void *context, truce_error *error)
{
    size_t index;
    branched_plan plan;
    fit_gift gift = {0};
    TRY(simulate_find_scenario(c, scenario, &index, error));
    TRY(branched_plan_create(c, &c->scenarios[index], &(case_plan_options){.every_element = true}, &plan,
                             error));
    const case_plan *lived = &branched_plan_lived(&plan, seed, member)->plan;
    truce_status status = fit ? fit_give(fit, c, lived, &gift, error) : TRUCE_OK;
    const member_order order = {.program = lived->program,
                                .distributions = lived->parameters,
                                .schedules = lived->schedules,
                                .factors = lived->factors,
                                .given = fit ? &gift.given : NULL,
                                .seed = seed,
                                .member = member};
    if (status == TRUCE_OK)
        status = write(context, &order, error);
    fit_gift_free(&gift);
    branched_plan_free(&plan);
    return status;
}
