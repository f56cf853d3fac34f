/* truce_simulate: from a case to its results. */
#include "results/simulated.h"
#include "ensemble/ensemble.h"
#include "results/collecting.h"

#include <math.h>
#include <stdlib.h>

truce_simulation_options truce_simulation_default_options(void)
{
    return (truce_simulation_options){.members = 1000, .seed = 1};
}

/* ---- Part by part ------------------------------------------------------------------------------------ */

typedef struct feeding {
    const truce_simulation_options *options;
    case_results *results;
} feeding;

static truce_status take_part(void *context, const simulate_part *part, truce_error *error)
{
    const feeding *f = context;
    results_scenario baseline = {0, part->baseline_plan, part->baseline};
    results_scenario scenario = {part->scenario, part->plan, part->ensemble};
    TRY(results_add(f->results, &scenario, part->baseline ? &baseline : NULL, error));
    const truce_part given = {part->scenario, part->ensemble, part->baseline};
    if (f->options->take && !f->options->take(f->options->context, &given))
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "the run was cancelled");
    return TRUCE_OK;
}

static bool show_progress(void *context, const truce_progress *progress)
{
    const feeding *f = context;
    return !f->options->progress || f->options->progress(f->options->context, progress);
}

/* Indices of the scenarios asked for; all of them when none is. */
static truce_status find_scenarios(const truce_case *c, const truce_simulation_options *o, size_t *found,
                                   truce_error *error)
{
    for (size_t i = 0; o->scenario_count == 0 && i < c->scenario_count; i++)
        found[i] = i;
    for (size_t i = 0; i < o->scenario_count; i++) {
        if (!o->scenarios || !o->scenarios[i])
            return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "scenario %zu of %zu has no name", i + 1,
                             o->scenario_count);
        TRY(simulate_find_scenario(c, o->scenarios[i], &found[i], error));
    }
    return TRUCE_OK;
}

truce_status simulated_check(const truce_simulation_options *options, truce_error *error)
{
    if (options->members == 0 || options->members > UINT32_MAX)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "the number of members must be 1 to 4294967295, not %zu", options->members);
    return error_nameless(error, options->scores, "scores");
}

truce_status results_simulate(case_results *r, const truce_simulation_options *o, truce_error *error)
{
    size_t count = o->scenario_count ? o->scenario_count : r->c->scenario_count;
    size_t part = o->part;
    if (part == 0)
        part = o->members > TRUCE_MEMBERS_AT_ONCE ? summary_chunk(o->threads) : o->members;
    size_t *scenarios = calloc(count + 1, sizeof *scenarios);
    truce_status status = scenarios ? TRUCE_OK : error_memory(error);
    if (status == TRUCE_OK && !o->posterior && !o->priors)
        status = truce_fit_beside(r->c, &r->own_fit, error);
    const truce_fit *fit = o->posterior ? o->posterior : r->own_fit;
    feeding f = {o, r};
    simulate_options how = {.scenarios = scenarios,
                            .scenario_count = count,
                            .fit = fit,
                            .members = o->members,
                            .part = part,
                            .seed = o->seed,
                            .threads = o->threads,
                            .engine = o->engine,
                            .take = take_part,
                            .progress = show_progress,
                            .context = &f};
    results_use_threads(r, o->threads);
    results_use_fit(r, fit);
    if (status == TRUCE_OK)
        status = find_scenarios(r->c, o, scenarios, error);
    if (status == TRUCE_OK)
        status = results_use_scores(r, o->scores, error);
    if (status == TRUCE_OK)
        status = simulate(r->c, &how, error);
    free(scenarios);
    return status;
}

/* ---- The whole --------------------------------------------------------------------------------------- */

truce_status truce_simulate(const truce_case *c, const truce_simulation_options *options,
                            truce_results **results, truce_error *error)
{
    REQUIRE(c, "case");
    REQUIRE(results, "results");
    truce_simulation_options defaults = truce_simulation_default_options();
    const truce_simulation_options *o = options ? options : &defaults;
    *results = NULL;
    TRY(simulated_check(o, error));
    case_results *r;
    TRY(results_create(c, o->seed, o->members, o->command, &r, error));
    truce_status status = results_simulate(r, o, error);
    if (status == TRUCE_OK)
        *results = r;
    else
        results_destroy(r);
    return status;
}

void truce_results_destroy(truce_results *results)
{
    results_destroy(results);
}

double truce_members_bytes(const truce_case *c, size_t scenarios, size_t members)
{
    case_plan plan;
    truce_error error = {0};
    if (!c || scenarios > c->scenario_count)
        return NAN;
    if (members > TRUCE_MEMBERS_AT_ONCE)
        return 0;
    if (case_plan_create(c, 0, false, &plan, &error) != TRUCE_OK)
        return NAN;
    double each =
        (double)truce_program_output_count(plan.program) * (double)truce_program_save_count(plan.program);
    case_plan_free(&plan);
    return each * (double)scenarios * (double)members * sizeof(float);
}
