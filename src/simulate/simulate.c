/* See simulate.h. */
#include "simulate/simulate.h"
#include "ensemble/ensemble.h"
#include "simulate/branches.h"

#include <stdlib.h>

/* One scenario under way. */
typedef struct world {
    size_t scenario;
    branched_plan plan;
    truce_ensemble *ensemble; /* the part in hand */
    size_t failures;          /* members so far that failed */
} world;

typedef struct simulation {
    const truce_case *c;
    const simulate_options *options;
    truce_ensemble_options run; /* of the part in hand */
    world *worlds;
    truce_ensemble *spare; /* of a scenario that has passed: the next takes its room */
    truce_progress at;     /* where the part in hand begins */
} simulation;

truce_status simulate_scenario(const truce_case *c, size_t scenario, const case_plan_options *options,
                               const truce_fit *fit, const truce_ensemble_options *run,
                               truce_ensemble **ensemble, truce_error *error)
{
    branched_plan plan;
    *ensemble = NULL;
    TRY(branched_plan_create(c, &c->scenarios[scenario], options, &plan, error));
    truce_status status = branched_plan_run(c, &plan, fit, run, ensemble, error);
    branched_plan_free(&plan);
    return status;
}

/* ---- Part by part ------------------------------------------------------------------------------------ */

static bool tell_progress(void *context, size_t done, size_t members)
{
    (void)members;
    const simulation *s = context;
    if (!s->options->progress)
        return true;
    truce_progress now = s->at;
    now.done += done;
    now.all_done += done;
    return s->options->progress(s->options->context, &now);
}

/* When no member is sound there is nothing to go on with. */
static truce_status check_soundness(const simulation *s, world *w, truce_error *error)
{
    w->failures += truce_ensemble_failure_count(w->ensemble);
    if (w->failures < s->options->members)
        return TRUCE_OK;
    char sentence[512];
    failure_describe(truce_ensemble_failure(w->ensemble, 0), sentence, sizeof sentence);
    const case_scenario *scenario = &s->c->scenarios[w->scenario];
    return error_set(error, TRUCE_RUN_FAILED, s->c->path, scenario->at.line,
                     "every member of scenario \"%s\" failed; in one of them, %s", scenario->name, sentence);
}

static truce_status take_part(simulation *s, const world *w, truce_error *error)
{
    const world *baseline = w == s->worlds ? NULL : s->worlds;
    simulate_part part = {.scenario = w->scenario,
                          .plan = &w->plan.plan,
                          .ensemble = w->ensemble,
                          .baseline_plan = baseline ? &baseline->plan.plan : NULL,
                          .baseline = baseline ? baseline->ensemble : NULL};
    TRY(s->options->take(s->options->context, &part, error));
    return tell_progress(s, s->run.members, s->run.members)
               ? TRUCE_OK
               : error_set(error, TRUCE_RUN_FAILED, NULL, 0, "the run was cancelled");
}

/* One part of the members in every scenario. The baseline stays in memory, the others pass one by one. */
static truce_status run_part(simulation *s, truce_error *error)
{
    truce_status status = TRUCE_OK;
    for (size_t i = 0; i < s->options->scenario_count && status == TRUCE_OK; i++) {
        world *w = &s->worlds[i];
        s->at.scenario = w->scenario;
        if (i > 0) {
            w->ensemble = s->spare;
            s->spare = NULL;
        }
        status = branched_plan_run(s->c, &w->plan, s->options->fit, &s->run, &w->ensemble, error);
        if (status == TRUCE_OK)
            status = check_soundness(s, w, error);
        if (status == TRUCE_OK)
            status = take_part(s, w, error);
        s->at.all_done += s->run.members;
        if (i > 0) {
            s->spare = w->ensemble;
            w->ensemble = NULL;
        }
    }
    return status;
}

static truce_status make_worlds(simulation *s, truce_error *error)
{
    s->worlds = calloc(s->options->scenario_count, sizeof *s->worlds);
    if (!s->worlds)
        return error_memory(error);
    for (size_t i = 0; i < s->options->scenario_count; i++) {
        s->worlds[i].scenario = s->options->scenarios[i];
        TRY(branched_plan_create(s->c, &s->c->scenarios[s->worlds[i].scenario], &(case_plan_options){0},
                                 &s->worlds[i].plan, error));
    }
    return TRUCE_OK;
}

truce_status simulate(const truce_case *c, const simulate_options *options, truce_error *error)
{
    const simulate_options *o = options;
    simulation s = {.c = c,
                    .options = o,
                    .run = {.seed = o->seed,
                            .threads = o->threads,
                            .engine = o->engine,
                            .members_in_all = o->members,
                            .progress = tell_progress,
                            .context = &s},
                    .at = {.members = o->members, .all_members = o->members * o->scenario_count}};
    size_t part = o->part && o->part < o->members ? o->part : o->members;
    if (part == 0 || o->scenario_count == 0)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a simulation needs a member and a scenario");
    truce_status status = make_worlds(&s, error);
    for (size_t first = 0; first < o->members && status == TRUCE_OK; first += part) {
        s.run.first_member = s.at.done = first;
        s.run.members = part < o->members - first ? part : o->members - first;
        status = run_part(&s, error);
    }
    for (size_t i = 0; s.worlds && i < o->scenario_count; i++) {
        branched_plan_free(&s.worlds[i].plan);
        truce_ensemble_destroy(s.worlds[i].ensemble);
    }
    truce_ensemble_destroy(s.spare);
    free(s.worlds);
    return status;
}
