/* Goals about talks, for searches: what they ask, and whether a setting reaches them.
 *
 *     goal   [talks [:]] what [by MONTH] [(> | >=) NUMBER [%]]
 *     what   (SIDE | both) (prefers | prefer | accepts | accept) [deal] DEAL
 *          | accepts SIDE DEAL | strong SIDE | deal | P(deal)
 *
 * Each is true or false of a member: a side prefers a deal to going on in the first month without data, is in a position of
 * strength then, or a deal has been struck by a month. The number is the probability that a search is after. */
#ifndef TRUCE_TALKS_GOAL_H
#define TRUCE_TALKS_GOAL_H

#include "answers/answers.h"
#include "talks/talks.h"

/* Whether a goal is one about talks, by its words. */
bool talks_goal_is(const char *written);

typedef struct talks_goal {
    talks_watch watch; /* without room */
    double bound;      /* NaN: the goal names none */
} talks_goal;
/* by: the month of a deal struck, where the goal names none; MONTH_NONE: 12 months ahead, or the last of
 * the horizon. */
truce_status talks_goal_read(const truce_case *c, const char *written, month by, talks_goal *goal,
                             truce_error *error);

/* A trial solves the game anew, so that the search has few members; the answer is tried with so many times as many. */
enum { TALKS_FRESH = 2 };

/* What the trials of one set of members have in common. */
typedef struct talks_trials {
    talks_goal goal;
    talks_options options;
    talks_result first; /* of the case's first scenario, whose record weighs the members */
    double effective;   /* what they count as, given it */
    float *holds;
    uint32_t *index;
    bool open;
} talks_trials;
/* run: members, seed, threads and engine. Frees nothing on failure; talks_trials_close does in any case. */
truce_status talks_trials_open(const truce_case *c, const talks_goal *goal, const truce_fit *fit,
                               const truce_ensemble_options *run, talks_trials *t, truce_error *error);
void talks_trials_close(talks_trials *t);
/* Outcomes of a scenario: [member] of t->index, 1 the goal is reached, 0 it is not, 2 the war is over. */
truce_status talks_trials_try(const truce_case *view, size_t scenario, talks_trials *t, uint8_t *outcomes,
                              truce_error *error);

#endif
