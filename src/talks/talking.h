/* An analysis of talks while it runs: talks.c fills it and solves the game, tell.c says what came out. */
#ifndef TRUCE_TALKING_H
#define TRUCE_TALKING_H

#include "talks/peace.h"

/* Room of one worker. */
typedef struct telling {
    double *memory, *targets[PEACE_TARGETS], *gap[CASE_SIDES]; /* [member] each */
    float *values, *sorted, *worth[CASE_SIDES];
} telling;
bool telling_allocate(telling *room, size_t members);
void telling_free(telling *room);

typedef struct talking {
    const truce_case *c;
    const case_talks *t;
    const talks_options *options;
    talks_result *result;
    size_t members, months, features, first; /* first: save of the first month */
    bool *takes_branch;
    worths worths;
    peace *peace;
    futures war;
    size_t line, burden, collapsed; /* entries of the futures; the state comes first */
    size_t views;                   /* entry of the first signal; beliefs follow */
    size_t elements[32];
    float *belief[CASE_SIDES]; /* [member], NULL: the case's priors */
    game game;
    float *state, *cost[2], *toll[2], *settled[2], *halt[2], *unit, *end_value[2],
        *share; /* share: [month][member], where the line is */
    uint32_t *end;
    game_result solution;
    float *agreed;  /* [member]: line of the deal in the first month with one, of those told */
    telling *rooms; /* [worker] */
    unsigned workers;
} talking;

/* Elements that views need, into `elements`; how many. */
size_t views_elements(const case_talks *t, size_t *elements);
/* What is seen with an error at the beginning of month j, a feature for each signal. False: out of memory. */
bool views_see(talking *k, size_t j, float *features);
/* Weights of the members in the eyes of each side. */
truce_status views_weigh(talking *k, truce_error *error);

/* Worth of the terms beside the line, in shares of the stake: what it gives and costs, less what is expected
 * to be lost by war breaking out again. deal: its number; deal_count: a mere halt. Leaves what peace_expect
 * says in targets. */
void value_terms(const talking *k, size_t deal, size_t j, double *const *targets, float *const *worth);

/* Of one month, for game_solve; context: the talking. */
bool tell_month(void *context, const game_month *g);
/* When deals are struck, and on which line, once the game is solved. */
void tell_deals(talking *k);

#endif
