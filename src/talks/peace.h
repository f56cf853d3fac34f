/* What a settlement is worth: peace, and the war that may come again.
 *
 * Two ensembles tell. In the first, fighting stops in a month drawn for each member and resumes in another:
 * it shows what a renewed war costs and gains from the state in which it begins. In the second, fighting
 * stops and does not resume: its members are asked every quarter whether a side would now rather fight. Side
 * i attacks when
 *
 *     W_i(x, s) - credibility x penalty_i(guarantee) > stake_i share_i(x) + relief_i
 *
 * with W the value of renewed war from that state (Fearon 1995; Powell 2006: a promise is worth what the
 * future balance and the guarantee make it). A war by incident, which neither side decides on, comes with a
 * hazard that falls with time and is lower under a guarantee. What a settlement loses through all this is
 * regressed on the state in which it is struck, so that it is known for every month of the war. */
#ifndef TRUCE_PEACE_H
#define TRUCE_PEACE_H

#include "talks/futures.h"
#include "talks/regression.h"
#include "talks/talks.h"
#include "talks/worths.h"

typedef struct peace peace;

/* The attacker's share under a deal (NULL: a mere halt), given the line of contact. */
double deal_share(const case_talks *t, const case_deal *deal, double contact);

/* How many of so many members are simulated with a truce. */
size_t peace_members(size_t members);

/* Features of settlements: the state, and the logarithms of both stakes. */
size_t peace_features(const case_talks *t);

/* Simulates, with settlements from save `first` on: what is worth what does not matter yet. */
truce_status peace_create(const truce_case *c, const talks_options *options, size_t first,
                          const bool *takes_branch, peace **result, truce_error *error);
/* Fits the losses of all deals and of a mere halt for these worths, which must outlive it: for as many members
 * as the options say, at most those it was created for. */
truce_status peace_fit(peace *p, const talks_options *options, const worths *w, truce_error *error);
void peace_destroy(peace *p);

enum {
    PEACE_LOSS,
    PEACE_DECIDED = CASE_SIDES, /* the part of the loss that war by decision causes */
    PEACE_RESUMED = 2 * CASE_SIDES,
    PEACE_TARGETS = 2 * CASE_SIDES + TALKS_YEARS
};
/* Expected for all members in given states (features: [feature][member]): loss of each side, in shares of its
 * stake, and probability that fighting has resumed after each of the years. That it resumes by incident
 * follows from the member's own hazard, that a side decides on it is regressed. deal: its number; deal_count:
 * a mere halt. out: PEACE_TARGETS pointers to [member]; decided: TALKS_YEARS pointers, the part of the
 * probability that is a decision, may be NULL. */
void peace_expect(const peace *p, size_t deal, const float *features, double *const *out,
                  double *const *decided);

#endif
