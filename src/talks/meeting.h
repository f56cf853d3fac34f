/* One meeting of the game: the lines that each side would sign, and what it expects of being there. Inside
 * the solver only. */
#ifndef TRUCE_MEETING_H
#define TRUCE_MEETING_H

#include "talks/game.h"

/* What the sides know of each other's lines in a month, with private worths. Concessions are lines as the
 * side that proposes wants them: x_D for the attacker's demands, -x_A for the defender's. */
typedef struct outlook {
    screening of[GAME_SIDES]; /* what the side concedes, as the other knows it */
    answering on[GAME_SIDES]; /* what the side expects of the other's demands */
} outlook;

typedef struct meeting {
    double least, most;     /* x_A and x_D */
    double lowest, highest; /* lines within [0, 1] that A accepts, that D concedes: from, up to */
    bool deal;
    double value[GAME_SIDES]; /* of the game before it is known whether they meet, and who proposes */
} meeting;

/* Who accepts what, and what the sides get if they know each other's worths. at: of the month's arrays. */
meeting meet(const game *g, size_t at, size_t member, double going_defender, double going_attacker);
/* The same when each knows its own; expected: mean of each side's concession by what both see. */
meeting meet_in_private(const game *g, const outlook *o, size_t at, size_t member, double going_defender,
                        double going_attacker, const double expected[GAME_SIDES]);
/* Only what it is worth to the sides: value holds what going on is worth before. */
void meeting_expect(const game *g, const outlook *o, size_t at, size_t member,
                    const double expected[GAME_SIDES], double value[GAME_SIDES]);
/* What comes of it in a world in which going on brings `ahead`. */
void meeting_outcome(const game *g, const outlook *o, const meeting *t, size_t at, size_t member,
                     const double expected[GAME_SIDES], const double ahead[GAME_SIDES],
                     double value[GAME_SIDES]);
/* What a side expects the other to concede, given what both see and its own concession. */
static inline double meeting_expects(const screening *of_other, const double expected[GAME_SIDES], int side,
                                     double concession)
{
    return expected[1 - side] + of_other->tie * (concession - expected[side]);
}
/* What a side concedes, of the lines within [0, 1]; not a number when none of them. */
double meeting_concession(const meeting *t, int side);

#endif
