/* The talks of a case over scenarios: what stands behind truce_talks. */
#ifndef TRUCE_TALKS_SIMULATED_H
#define TRUCE_TALKS_SIMULATED_H

#include "results/talks_findings.h"
#include "truce/talks.h"

struct truce_talks {
    truce_case view; /* the case, with the branch at another date as its last scenario */
    case_scenario *all;
    case_change *moved;
    talks_options options;
    truce_fit *own_fit; /* the fit beside the case, where it is what is used */
    talks_scenario *scenarios;
    talks_shown shown; /* of these */
    char *command;     /* what was given as such, or NULL */
};

#endif
