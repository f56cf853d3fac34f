/* The talks of a case over scenarios: what stands behind truce_talks. */
#ifndef TRUCE_TALKS_SIMULATED_H
#define TRUCE_TALKS_SIMULATED_H

#include "results/talks_findings.h"
#include "truce/talks.h"

struct truce_talks {
    talks_options options;
    truce_fit *own_fit; /* the fit beside the case, where it is what is used */
    talks_scenario *scenarios;
    talks_shown shown; /* of these */
};

#endif
