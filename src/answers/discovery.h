/* Which futures, as they were asked for and found. */
#ifndef TRUCE_DISCOVERY_H
#define TRUCE_DISCOVERY_H

#include "answers/answers.h"
#include "answers/prim.h"

struct truce_discovery {
    arena memory;
    const truce_case *c;
    truce_discovery_options asked;
    interruption watched; /* of it */
    truce_box_counts searched, held_back;
    truce_restriction *restrictions;
    size_t count, step_count;
    size_t candidates; /* parameters that were searched */
    prim_step steps[PRIM_STEPS];
    bool resolved;
};

#endif
