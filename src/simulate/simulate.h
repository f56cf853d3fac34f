/* The one road from a case to simulated members: scenarios, priors or the draws of a posterior, seed, threads
 * and engine go in, and members come out, part by part, with progress and cancellation by callback.
 *
 *     part 0 of scenario 0 (the baseline), of scenario 1, ...; then part 1 of scenario 0, ...
 *
 * Every part of another scenario is met with the same members of the baseline still in memory, so that
 * differences can be taken member by member, however many members there are. */
#ifndef TRUCE_SIMULATE_H
#define TRUCE_SIMULATE_H

#include "ensemble/ensemble.h"
#include "fit/fit.h"
#include "truce/results.h"

/* Some members of one scenario. */
typedef struct simulate_part {
    size_t scenario; /* in the case */
    const case_plan *plan;
    const truce_ensemble *ensemble; /* knows its first member, and how many they are */
    const case_plan *baseline_plan; /* of the same members of the baseline; NULL where this is it */
    const truce_ensemble *baseline;
} simulate_part;

typedef struct simulate_options {
    const size_t *scenarios; /* indices in the case; the first is the baseline */
    size_t scenario_count;
    const truce_fit *fit; /* whose draws the members are; NULL: of the priors */
    size_t members, part; /* in all, and at a time (0: all of them) */
    uint64_t seed;
    unsigned threads; /* 0: one a processor; results do not depend on it */
    truce_engine engine;
    /* What is done with a part. What fails ends the simulation. */
    truce_status (*take)(void *context, const simulate_part *part, truce_error *error);
    /* May be NULL; false cancels. Called from one thread at a time, and after each part was taken. */
    bool (*progress)(void *context, const truce_progress *progress);
    void *context; /* of both */
} simulate_options;

/* Saves what the case shows. A scenario whose members all failed is an error. */
truce_status simulate(const truce_case *c, const simulate_options *options, truce_error *error);

/* The index of a scenario by its name, with the nearest one in the error. */
truce_status simulate_find_scenario(const truce_case *c, const char *name, size_t *scenario,
                                    truce_error *error);

/* One scenario, all members of `run` at once, which are kept. `plan`: what is saved and for how long. */
truce_status simulate_scenario(const truce_case *c, size_t scenario, const case_plan_options *plan,
                               const truce_fit *fit, const truce_ensemble_options *run,
                               truce_ensemble **ensemble, truce_error *error);

/* What is done with one member of a scenario, by its name, with every variable saved. */
typedef truce_status simulate_write(void *context, const member_order *order, truce_error *error);
truce_status simulate_member(const truce_case *c, const char *scenario, const truce_fit *fit, uint64_t seed,
                             uint64_t member, simulate_write *write, void *context, truce_error *error);

#endif
