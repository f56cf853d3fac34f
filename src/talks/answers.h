/* What the answers have in common. */
#ifndef TRUCE_ANSWERS_H
#define TRUCE_ANSWERS_H

#include "talks/talking.h"

/* Weight of a member: given the record where there is one. */
double answering_weight(const talking *k, size_t m);
/* Probability that no deal has been struck from now to month j. */
double answering_undone(const talking *k, size_t j, size_t m);
/* movers.c: which quantities move what. False: out of memory. */
bool find_movers(talking *k);

#endif
