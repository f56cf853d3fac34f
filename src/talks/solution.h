/* A game while it is solved: what game.c and outlooks.c share. Inside the solver only. */
#ifndef TRUCE_SOLUTION_H
#define TRUCE_SOLUTION_H

#include "talks/meeting.h"

enum { OWN = 0, OTHER = 1, CHAINS = 2, PARTS = 4, CHUNK = REGRESSION_CHUNK };
/* Parts of what is valued, in the order of the targets of a regression. */
enum { VALUE = 0, WAR = 1, EACH = 2 }; /* of side i: EACH * i + VALUE, EACH * i + WAR */

/* What the sides make of each other, with private worths. */
typedef struct seen {
    regression *regression;
    size_t views, size; /* views: one, or in each side's eyes what the other concedes */
    double *functions;  /* [month][view][size]: of both concessions on what both see */
    outlook *outlooks;  /* [month] */
    double *concession[GAME_SIDES], *expected[CHAINS][GAME_SIDES], *mean[GAME_SIDES]; /* of both chains */
    /* [side]: for what it concedes, [member] each */
    float *weights[GAME_SIDES], *residuals[GAME_SIDES], *room[GAME_SIDES], *numbers;
    double *memory;
} seen;

typedef struct solution {
    const game *g;
    game_result *result;
    /* One for each view: one view when both sides weigh members alike. */
    regression *regressions[GAME_SIDES];
    size_t views, size; /* size: numbers of the functions of a month and view */
    double *functions;  /* [month][view][size] */
    double *room;       /* [worker]: of the regression, then [chain][part][CHUNK] */
    size_t room_size;
    seen *seen; /* NULL: worths are known */
    unsigned threads;
    size_t month;
    double *next[CHAINS][PARTS]; /* [member]: of the month before, seen backwards: V and W of month + 1 */
    double *base[CHAINS][PARTS]; /* going on while the state stays */
    double *target[PARTS];       /* what the month changed, by the chain of the member's own half */
    /* realised along the member's own future; ahead: before the sides meet; gap: of
     * the fitted value over it */
    double *war[GAME_SIDES], *value[GAME_SIDES], *ahead[GAME_SIDES], *gap[GAME_SIDES];
    double *fit[PARTS]; /* C and W of the month, for the report: means of both chains */
    double *off[GAME_SIDES], *least, *most;
    float *weights; /* of a side's beliefs, 0 where the war is over */
    bool *alive, *deal;
    double *memory;
} solution;

/* Weight of a member in a side's eyes. */
static inline double believed(const game *g, int side, size_t m)
{
    return g->belief[side] ? (double)g->belief[side][m] : 1.0;
}

/* ---- outlooks.c: what the sides make of each other, with private worths ------------------------------- */
truce_status outlooks_create(solution *s, const game_options *options, truce_error *error);
void outlooks_destroy(seen *e);
/* What each side is taken to concede in a month, in the states of this one, on the basis in room. out:
 * [chain][side][CHUNK]. */
void outlooks_expect(const solution *s, size_t of_month, size_t chunk, size_t chain, const double *room,
                     double *out);
/* What the lines of the month teach both sides to expect. False: a number is not finite. */
bool outlooks_learn(solution *s);

#endif
