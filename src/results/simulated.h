/* A case simulated into results. */
#ifndef TRUCE_SIMULATED_H
#define TRUCE_SIMULATED_H

#include "results/results.h"
#include "simulate/simulate.h"

/* The number of members, which results are made for. */
truce_status simulated_check(const truce_simulation_options *options, truce_error *error);
/* Feeds results made for the members, seed and command of the options: threads, fit and scores, then every
 * part of every scenario. */
truce_status results_simulate(case_results *r, const truce_simulation_options *options, truce_error *error);

#endif
