/* What searches have in common: the goal that they are after, and the levers of the case by their names. */
#ifndef TRUCE_GOAL_H
#define TRUCE_GOAL_H

#include "answers/statement.h"

/* Reads a goal, which compares something of the model and asks no talks (for those: talks_goal.h), and fills its data. by: of what names no month;
 * scenario: of what names none. */
truce_status goal_parse(const truce_case *c, const char *written, const tree *at, month by, size_t scenario,
                        arena *memory, statement *goal, truce_error *error);
/* A lever of the case, SIZE_MAX when there is none of that name. */
size_t lever_find(const truce_case *c, const char *name);
/* The error for a name that is neither a lever nor an element, with the nearest, else with the levers that there are. */
truce_status lever_unknown(const truce_case *c, const char *name, truce_error *error);

#endif
