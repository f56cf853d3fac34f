/* How much of one lever is enough, as it was asked and found. */
#ifndef TRUCE_ENOUGH_H
#define TRUCE_ENOUGH_H

#include "answers/statement.h"
#include "answers/talks_goal.h"

struct truce_enough {
    arena memory;
    truce_case *own; /* the case with the scenario of the lever at the end */
    truce_case view; /* of it, no longer than the goal needs, whose last scenario has the setting in hand */
    case_scenario *scenarios;
    case_change *changes; /* of the lever's scenario */
    tree place;           /* of the goal, for errors */
    truce_enough_options asked;
    interruption watched; /* of it */
    bool of_talks;        /* the goal is about talks: trials of the search, and of fresh members */
    talks_trials trials[2];
    truce_setting *settings; /* by value */
    size_t count, capacity;
    truce_enough_facts found;
    size_t moved;        /* of the changes: those whose value is the setting; the rest counts with them */
    const char *caution; /* where the range goes beyond what anything has tested; NULL: nowhere */
    bool of_case;        /* the lever is one of the case */
    const char *title, *units; /* of the lever, and of a setting of it; "" where that is a number of times */
    bool moves_past;           /* the setting holds from before the end of the data on */
};

#endif
