/* A scenario and what its future may become: a tree of plans whose leaves members live.
 *
 *     a scenario with branches --- p1 --> branch 1 (may have branches itself)
 *                              --- p2 --> branch 2
 *                              --- 1 - p1 - p2 --> what it builds on
 *
 * Which way a member goes is a function of the seed, its number and the scenario's name, so that a greater last
 * probability keeps the members that went that way. */
#ifndef TRUCE_BRANCHES_H
#define TRUCE_BRANCHES_H

#include "ensemble/ensemble.h"
#include "fit/fit.h"

typedef struct branched_plan {
    const case_scenario *scenario;
    case_plan plan; /* of its base, where there are branches */
    size_t count;
    struct branched_plan *branches;
} branched_plan;

truce_status branched_plan_create(const truce_case *c, const case_scenario *scenario,
                                  const case_plan_options *options, branched_plan *plan, truce_error *error);
void branched_plan_free(branched_plan *plan);
/* The members of `run`, each in the branch that it takes. *ensemble: NULL, or one that is needed no more (ensemble_run_again);
 * NULL after a failure. */
truce_status branched_plan_run(const truce_case *c, const branched_plan *plan, const truce_fit *fit,
                               const truce_ensemble_options *run, truce_ensemble **ensemble,
                               truce_error *error);
/* The branch that a member takes, SIZE_MAX for none. */
size_t branch_of(const case_scenario *scenario, uint64_t seed, uint64_t member);
/* The plan that a member lives. */
const branched_plan *branched_plan_lived(const branched_plan *plan, uint64_t seed, uint64_t member);

#endif
