/* An analysis of talks while it runs: prepare.c simulates and fills the game, talks.c solves it, events.c and
 * record.c say what is likely and what was seen, tell.c and answers.c what came out. */
#ifndef TRUCE_TALKING_H
#define TRUCE_TALKING_H

#include "talks/peace.h"

/* What a side's values vary with beside the stake: what war costs, what a defeat would. */
enum { SCALE_COST, SCALE_DEFEAT, TALKS_SCALES };

/* Room of one worker. */
typedef struct telling {
    double *memory, *targets[PEACE_TARGETS], *decided[TALKS_YEARS], *gap[CASE_SIDES]; /* [member] each */
    float *values, *sorted, *worth[CASE_SIDES];
} telling;
bool telling_allocate(telling *room, size_t members);
void telling_free(telling *room);

/* What is kept of each month of the solution; [month][member]. */
typedef struct kept {
    double *going[CASE_SIDES], *ahead[CASE_SIDES], *least, *most;
    float *war[CASE_SIDES], *off[CASE_SIDES]; /* off: see game.h */
    bool *deal;
    float *expected[CASE_SIDES];    /* with private worths: what each is taken to concede */
    screening *beliefs[CASE_SIDES]; /* [month] */
    float *met;                     /* probability of a deal if they meet */
    float *open;                    /* that they meet */
    float *undone;                  /* that no deal has been struck from the first month told to this one */
    float *agreed;                  /* line of a deal in the month; not a number without one */
    uint32_t *struck;               /* [member]: month of the deal, drawn; UINT32_MAX: none */
    double *loose;                  /* [month]: error of the zone's width, of the regressions */
} kept;

typedef struct talking {
    const truce_case *c;
    const case_talks *t;
    const talks_options *options;
    talks_result *result;
    size_t members, months, features, first; /* first: save of the first month solved */
    size_t told;                             /* first month told: those before it are the record's */
    size_t known;                            /* months of the record: what happened at the table is known */
    size_t from_now;                         /* first month told without data */
    bool *takes_branch;
    worths worths;
    worths_design design;
    peace *peace;
    futures war;
    size_t line, burden, collapsed, risk, resolve; /* entries of the futures; the state comes first */
    bool borrows;                                  /* the peace, see prepare_pilot */
    size_t views;                                  /* entry of the first signal */
    size_t elements[40];
    float *belief[CASE_SIDES]; /* [member], NULL: the case's priors */
    float *importance;         /* [member]: of members not drawn from the priors; NULL */
    float *eyes[CASE_SIDES];   /* [member]: both together, as the game takes them */
    /* [member]: how heavy the cost of war and collapse weigh, against their means */
    float *scale[CASE_SIDES][TALKS_SCALES];
    game game;
    /* [month][member]: where the line is, as a share that is not held to 0 to 1; what war costs, years of output; resolve,
     * NULL without government */
    float *place, *weariness[CASE_SIDES], *will[CASE_SIDES];
    float *hazard[2], *lost[2]; /* see game.h; NULL: not known */
    float *state, *cost[2], *toll[2], *settled[2], *halt[2], *unit, *end_value[2];
    float *signing[2], *aim[2], *limit[2]; /* NULL without government */
    uint32_t *end;
    signed char
        *fell; /* [member]: at its end the defender (1) or the attacker (2) has collapsed, or neither */
    game_result solution;
    kept kept;
    double *weights; /* [member]: given the record, mean 1; NULL without one */
    telling *rooms;  /* [worker] */
    unsigned workers;
} talking;

/* The attacker's share of the stake on the line of contact; at: month x members + member. */
static inline float share_at(const talking *k, size_t at)
{
    return k->place[at] < 0.0f ? 0.0f : k->place[at] > 1.0f ? 1.0f : k->place[at];
}

/* ---- views.c ------------------------------------------------------------------------------------------ */
/* Elements that views need, into `elements`; how many. */
size_t views_elements(const case_talks *t, size_t *elements);
/* What is seen with an error at the beginning of month j, a feature for each signal. False: out of memory. */
bool views_see(talking *k, size_t j, float *features);
/* Weights of the members in the eyes of each side. */
truce_status views_weigh(talking *k, truce_error *error);

/* ---- prepare.c ---------------------------------------------------------------------------------------- */
truce_status prepare_futures(talking *k, truce_error *error);
/* A part of the analysis: the first of its members, in the same futures. The peace stays the whole's. */
truce_status prepare_pilot(const talking *whole, talking *pilot, truce_error *error);
/* Draws worths by the design, fits peace to them and fills the game. */
truce_status prepare_game(talking *k, truce_error *error);
void prepare_release(talking *k);
/* Worth of the terms beside the line, in shares of the stake: what it gives and costs, less what is expected
 * to be lost by war breaking out again. deal: its number; deal_count: a mere halt. Leaves what peace_expect
 * says in the room. */
void value_terms(const talking *k, size_t deal, size_t j, const telling *room, float *const *worth);

/* Further from the stake no line is an amount: a side that signs none on these terms has a limit out there. */
extern const double talks_far_off;
/* x* of a member, at = month x members + m; not a number unless each side would sign some line: two limits far out would
 * meet somewhere between. */
double bargaining_point(const talking *k, size_t at, size_t m);
/* What the members drew for a parameter of the case, [member], whatever a scenario makes of it. False: out of memory. */
bool parameter_draws(const talking *k, const case_parameter *p, float *values);
/* A gap as it counts in means: at most the whole stake, and a deal that is never signed (NaN) or costs more than that as the
 * loss of all of it. */
double bounded_gap(double gap);

/* ---- government.c ------------------------------------------------------------------------------------- */
/* What signing the reference deal costs each government, by month. */
void government_fill(talking *k);
/* What a side loses by signing a deal on a line, in shares of its stake; infinite where it never would. */
double government_price(const talking *k, int side, const case_deal *deal, size_t j, size_t m, double line);

/* ---- events.c ----------------------------------------------------------------------------------------- */
/* Obstacles that can be thought away, one at a time or together: bits. */
typedef enum obstacle {
    OBSTACLE_DEFENDER_AIMS,
    OBSTACLE_ATTACKER_AIMS,
    OBSTACLE_BELIEFS,
    OBSTACLE_COMMITMENT,
    OBSTACLE_OPENING
} obstacle;
/* Probability of a deal if they meet in month j, with obstacles lifted in it alone. decided: what war by
 * decision would cost each side (for OBSTACLE_COMMITMENT); left: atoms that refusals have left of each side
 * (NULL: all); lines: the line that each side would propose, not a number without one (may be NULL). */
double events_chance(const talking *k, size_t j, size_t m, unsigned lifted, const double *decided,
                     const size_t *left, double *lines);
/* Chances of all months, and deals drawn from them. */
void events_follow(talking *k);

/* ---- record.c ----------------------------------------------------------------------------------------- */
/* Log-likelihood of what happened at the table, [member], and the probability of each act for the result. */
bool record_weigh(talking *k, double *weights, double *effective);
bool record_told(talking *k, talks_record *record);

/* ---- tell.c, answers.c -------------------------------------------------------------------------------- */
/* Of one month, for game_solve; context: the talking. */
bool keep_month(void *context, const game_month *g);
/* All months, once the game is solved and the record is weighed. False: out of memory, or cancelled. */
bool tell_all(talking *k);
/* What is watched of its month, in place of that. */
void tell_watched(const talking *k);
bool answer(talking *k);
/* Gap of a deal in a month for both sides: what signing is worth less what going on is, into room->gap. */
void tell_gaps(const talking *k, telling *room, size_t j, size_t deal);
/* How much more of the stake a line has to give a side before it signs the deal whose gaps the room holds: nothing from 0
 * down, infinite where no line would do. What is given up costs only so far as it is beyond the aim. */
double tell_line_missing(const talking *k, const telling *room, size_t j, size_t deal, int side, size_t m);
/* Members as often as they weigh, by systematic resampling: [members]. weights NULL: each once. */
void resample(const double *weights, size_t members, uint32_t *index);

#endif
