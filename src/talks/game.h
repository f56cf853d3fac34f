/* The game at the table, solved on simulated futures of the war.
 *
 * Two sides, the defender and the attacker, fight over a stake. A line x in [0, 1] is the attacker's share of
 * it: 0 is all that the defender wants, 1 all that the attacker wants. Each month one side, the attacker with
 * probability q, proposes a line (the rest of the terms is given); the other accepts or both fight on through
 * the month, at a cost, and meet again. The war also ends by itself: one side collapses, or the horizon
 * freezes the front.
 *
 *     U_i(x)  = stake_i * share_i(x) + settled_i        living under the terms; share_A = x, share_D = 1 - x
 *     C_i(k)  = E[ -cost_i(k) + d_i V_i(k + 1) | s_k ]  going on, given the state that both see
 *     x_A(k)  : U_A(x_A) = C_A(k)                       the least line that the attacker accepts
 *     x_D(k)  : U_D(x_D) = C_D(k)                       the most that the defender concedes
 *
 * A deal is struck in the first meeting in which a line within [0, 1] has x_A <= x <= x_D. The side that
 * proposes takes all that is over: the attacker proposes the greatest such line, the defender the least.
 * They meet in a month with probability lambda (openings); without one, in every month.
 *
 * What a government signs may cost it more than the terms do: signing[i] for each unit by which the line
 * falls short of its aim (audience costs: Fearon 1994, "Domestic political audiences and the escalation of
 * international disputes", American Political Science Review 88(3)), and nothing beyond its limit is signed
 * at all.
 *
 * With private worths the side that proposes does not know the other's line, only how such lines are spread
 * over worlds in which the same is seen, and asks for what is best against that (screening.h).
 *
 * Values follow by backward induction; what a month's change of the state is expected to add is a
 * cross-fitted regression over the members (regression.h), all else is computed from what the sides know
 * (game.c).
 *
 * Complete information as in Fearon (1995), "Rationalist explanations for war", International Organization
 * 49(3); random proposers as in Binmore (1987); solution on simulated paths as in Longstaff and Schwartz
 * (2001), "Valuing American options by simulation", Review of Financial Studies 14(1). */
#ifndef TRUCE_GAME_H
#define TRUCE_GAME_H

#include "talks/regression.h"
#include "talks/screening.h"

typedef enum game_side { GAME_DEFENDER, GAME_ATTACKER, GAME_SIDES } game_side;

/* Futures of the war without talks. Arrays belong to the caller; money and deaths are already in the unit of
 * the stake. */
typedef struct game {
    size_t members, months, features; /* decisions in months 0 .. months - 1 */
    const float *state;               /* [month][feature][member]: what both see before they meet */
    const float *cost[GAME_SIDES];    /* [month][member]: of fighting through the month */
    /* What the cost of a month, and the value at the horizon, would be if the state stayed as it is, [month]
     * [member]; both or, when that is not known, neither. */
    const float *toll[GAME_SIDES], *halt[GAME_SIDES];
    const float *settled[GAME_SIDES]; /* [month][member]: value of the terms apart from the line */
    /* NULL: nothing. Of signing, by which the line falls short of the aim, [month][member]; lines. */
    const float *signing[GAME_SIDES], *aim[GAME_SIDES];
    const float *limit[GAME_SIDES];    /* [month][member]: a line further from the aim is not signed */
    const float *openings;             /* [member]: probability that they meet in a month; NULL: 1 */
    const float *stake[GAME_SIDES];    /* [member] > 0 */
    const float *discount[GAME_SIDES]; /* [member]: monthly factor, 0 to 1 */
    const float *proposer;             /* [member]: q, probability that the attacker proposes */
    /* Beliefs: weight of each member in the eyes of a side before anything is seen, [member], mean 1, or NULL
     * when it takes all members to be equally likely. Its expectations are regressions with these weights on
     * the state, so it learns as the state tells the worlds apart (beliefs.h). */
    const float *belief[GAME_SIDES];
    /* Units in which a side's values come beside the stake, which it knows: [scale][member], means near 1. Its
     * regressions take functions of the state as they are and times each, and weigh members by the inverse
     * square of 1 + their sum, as the values vary (Aitken 1935, "On least squares and linear combinations of
     * observations", Proceedings of the Royal Society of Edinburgh 55). */
    unsigned scales;
    const float *scale[GAME_SIDES][GREATEST_SCALES];
    bool private_worths;
    /* With them: features that only one side sees, of each side; bit f for feature f. */
    uint32_t own_features[GAME_SIDES];
    const uint32_t
        *end; /* [member]: month in which the war is over by itself, 1 .. months; 0: before talks */
    const float
        *end_value[GAME_SIDES]; /* [member]: value at `end`, the frozen line's or the dictated one's */
    /* What is known of collapses; all or, where nothing is, none. Probability that a side which stands collapses
     * in the month, [month][member]; what its own collapse is worth to it, [member] (the other's is worth the
     * whole stake); and who has collapsed at `end`: 1 the defender, 2 the attacker, 0 neither or both. A month's
     * regression then takes members that go on, each for those that collapse as well, and the chance of it times
     * what it brings: rare events do not decide the fit (a conditional expectation in place of what came: Rao
     * and Blackwell; Glasserman 2003, "Monte Carlo Methods in Financial Engineering", section 4.6). */
    const float *risk[GAME_SIDES], *lost[GAME_SIDES];
    const signed char *fell;
} game;

/* What the sides stand to gain in one month. Arrays [member], valid during the call only; not numbers for
 * members whose war is over by itself. */
typedef struct game_month {
    size_t month;
    const double *war[GAME_SIDES];   /* value of fighting on without ever a deal */
    const double *going[GAME_SIDES]; /* C: value of fighting this month, then meeting again */
    const double *ahead[GAME_SIDES]; /* what came of that along each member's own future: C is its mean */
    /* C by the functions of the other half less that by those of both halves, which the rest follows from:
     * luck of the regressions, which the member had no part in. */
    const double *off[GAME_SIDES];
    const double *least; /* x_A, not held to [0, 1] */
    const double *most;  /* x_D */
    const bool *deal;    /* there is a line that both accept now */
    /* With private worths: what each side takes the other to concede, by the state that both see. */
    const double *expected[GAME_SIDES]; /* [member] */
    const screening *beliefs[GAME_SIDES];
} game_month;

/* Value to a side of signing on a line in a month: at = month x members + member. */
double game_signed(const game *g, int side, size_t at, size_t member, double line);
/* The line on which signing is worth as much to a side as `going`. */
double game_reservation(const game *g, int side, size_t at, size_t member, double going);

typedef struct game_result {
    /* [member] */
    uint32_t *struck;         /* first month with a deal; UINT32_MAX: the war ends by itself */
    float *line;              /* expected line of that deal; not a number without one */
    double value[GAME_SIDES]; /* mean of V at month 0 over members, as the side weighs them */
    double war[GAME_SIDES];   /* mean of the value of war without talks at month 0 */
    double value_error[GAME_SIDES], war_error[GAME_SIDES]; /* their standard errors */
    double fitted[GAME_SIDES], war_fitted[GAME_SIDES];     /* the same by the fitted functions */
    /* `fitted` less `value`, and its standard error. `value` is what the side's strategy gives: a lower bound
     * on what it can have while the other side keeps to its own. `fitted` is the mean of a function never
     * less than what the side can take nor than what the regressions expect of going on: an upper bound as
     * far as they are right (Rogers 2002; docs/science/talks.md). */
    double gain[GAME_SIDES], gain_error[GAME_SIDES];
} game_result;

typedef struct game_options {
    regression_options regression;
    bool (*report)(void *context,
                   const game_month *month); /* may be NULL; from the last month to the first */
    void *context;
} game_options;

/* Solves. result->struck and result->line must have room for the members. */
truce_status game_solve(const game *g, const game_options *options, game_result *result, truce_error *error);

#endif
