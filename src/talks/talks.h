/* Talks on a case: what fighting on and settling are worth to each side month by month, where a line that
 * both prefer lies, and whether a settlement would hold. docs/science/talks.md explains the method and
 * defines every symbol.
 *
 * Worths are in shares of the stake: 1 is all that is fought over, as the side itself values it. */
#ifndef TRUCE_TALKS_H
#define TRUCE_TALKS_H

#include "case/case.h"
#include "talks/game.h"

enum {
    TALKS_BAND = 5,
    TALKS_YEARS = 6,
    TALKS_OBSTACLES = 5,
    TALKS_DATES = 4,
    TALKS_WAITS = 2,
    TALKS_MOVERS = 3,
    TALKS_OUTCOMES = 3,
    TALKS_AHEAD = 12 /* months over which obstacles are looked at */
};
/* Probabilities of a band: 5, 25, 50, 75 and 95 %. */
extern const double talks_probabilities[TALKS_BAND];
/* Peace is looked at 1, 2, 3, 5, 7 and 10 years after the settlement. */
extern const int talks_years[TALKS_YEARS];

/* A mean over members and its standard error. */
typedef struct talks_mean {
    double mean, error;
} talks_mean;

typedef struct talks_band {
    double quantiles[TALKS_BAND]; /* over the members whose war goes on */
} talks_band;

/* One deal in one month. */
typedef struct talks_offer {
    talks_band gap[GAME_SIDES];  /* worth of the deal less worth of going on */
    double accepted[GAME_SIDES]; /* share of members in which the side prefers it */
    double never[GAME_SIDES];    /* share in which it signs no such deal; they have no gap */
    double accepted_by_both;
    talks_band line;               /* attacker's share of the stake */
    double resumed[TALKS_YEARS];   /* probability that fighting has resumed by then */
    double decided[TALKS_YEARS];   /* the part of it that a side decides; the rest is by incident */
    talks_band peace[TALKS_YEARS]; /* that it has not, for the worths and the state of each member */
} talks_offer;

typedef struct talks_month {
    month month;
    double at_war;                /* share of members whose war goes on without talks */
    talks_band war[GAME_SIDES];   /* W: fighting on, never a deal */
    talks_band going[GAME_SIDES]; /* C: fighting this month, then meeting again */
    talks_band least, most;       /* x_A and x_D: the zone lies between them where least <= most */
    double placed;    /* share of members in which each side signs some line on the reference terms */
    talks_band point; /* x*: q x_D + (1 - q) x_A; as the width, over these members */
    talks_band width; /* x_D - x_A */
    double zone;      /* share of members with a line that both accept */
    talks_band
        terms; /* attacker's share in a deal of this month, members by how likely they strike one if they meet */
    double met;     /* probability of a deal in this month if the sides meet */
    double chance;  /* probability of a deal in this month */
    double struck;  /* probability of a deal in this month or before */
    double goes_on; /* probability that after the month the war is over neither way */
    double
        ripe; /* both values of going on fall, and a deal suits both (Zartman 1989); NaN without a month before */
    double strong[GAME_SIDES]; /* the other's best terms meet the side's declared minimum */
    double loose;              /* error of the zone's width, of the regressions: a standard deviation */
    talks_band terms_so_far;   /* attacker's share in those deals */
    talks_offer *offers;       /* [deal] */
} talks_month;

/* What comparisons need of each member; the members of two scenarios have their draws in common. */
typedef struct talks_paths {
    float *point;      /* [month][member]: x*; not a number where the war is over */
    float *realised;   /* the same with what came of going on in place of its expectation */
    signed char *zone; /* [month][member]: there is a line that both accept; -1 where the war is over */
    float *struck;     /* [month][member]: probability of a deal in the month or before; NaN: not at war */
    float *gap
        [GAME_SIDES]; /* [month][member]: of the reference deal, held to -1 to 1; -1 where it is never signed */
    double *weights; /* [member], mean 1: given the record; NULL: all alike */
} talks_paths;

/* ---- What happened at the table ----------------------------------------------------------------------- */

typedef struct talks_act {
    double before, after; /* probability of what the side did, on the priors and given the whole record */
} talks_act;

/* Members weighed by how likely they make what happened: openings, no deal in them, and public acts. */
typedef struct talks_record {
    size_t members;
    double *weights;  /* [member], mean 1 */
    double effective; /* effective sample: (sum of weights)^2 / sum of squares */
    double plain;     /* the same of plain draws from the priors, before any adaptation */
    int rounds;       /* how often the draws were adapted */
    size_t months, open_months;
    double no_deal[2]; /* probability that the record's months pass without a deal; before, after */
    size_t act_count;
    talks_act *acts;
    struct worths_design *design;
} talks_record;

/* ---- Answers, for the month `now` ---------------------------------------------------------------------- */

/* A share with an interval of 90 %, of its error over groups of members. */
typedef struct talks_share {
    double mean, low, high;
} talks_share;

/* Probability of a deal by a date: its mean, its spread over worlds, and the record of other wars. */
typedef struct talks_date {
    int months;                          /* from now */
    double mean, low, high, base, prior; /* prior: the mean before the record is known */
} talks_date;

/* What would close the gap of a deal, in the middle world: each alone; not a number where it cannot. */
typedef struct talks_missing {
    double line;      /* further shares of the stake */
    double relief;    /* further share of the sanctions lifted */
    size_t guarantee; /* SIZE_MAX: none of the case's */
    size_t form;
} talks_missing;

typedef struct talks_deal_answer {
    talks_band waiting[GAME_SIDES][TALKS_WAITS]; /* change of the gap over 6 and 12 months */
    talks_missing missing[GAME_SIDES];
} talks_deal_answer;

/* What one term does: the gaps of a deal less those of another that differs in nothing else. */
typedef struct talks_term {
    const char *kind;            /* line, guarantee, form or relief */
    size_t from, to;             /* deals */
    talks_mean gap[GAME_SIDES];  /* mean change */
    double accepted[GAME_SIDES]; /* change of the share that accepts */
} talks_term;

typedef struct talks_mover {
    const char *name;
    double share; /* of the variance over members: first-order, by groups of equal size */
} talks_mover;

typedef struct talks_answers {
    size_t now;                            /* in the months told */
    size_t ahead;                          /* months looked at: TALKS_AHEAD, or those that are left */
    double no_deal;                        /* probability that they pass without a deal */
    talks_share obstacle[TALKS_OBSTACLES]; /* shares of no_deal, by Shapley value */
    talks_share rest;                      /* what is left when all are lifted */
    size_t date_count;
    talks_date dates[TALKS_DATES];
    talks_deal_answer *deals; /* [deal] */
    size_t term_count;
    talks_term *terms;
    talks_mover movers[TALKS_OUTCOMES][TALKS_MOVERS]; /* of a deal within 12 months, position, peace */
    double line_explains; /* share of the variance of positions over members and months */
    size_t explain_count;
    talks_mover explains[TALKS_MOVERS]; /* of the rest */
} talks_answers;

typedef struct talks_result {
    arena memory;
    size_t month_count, deal_count, members;
    talks_month *months; /* given the record, where there is one */
    talks_month *prior;  /* on the priors; NULL without a record */
    talks_paths own;
    talks_answers answers;
    talks_record record; /* of the first scenario; no weights without a record or when one was given */
    double value[GAME_SIDES],
        value_error[GAME_SIDES];                   /* of talks at the first month: mean and standard error */
    double war[GAME_SIDES], war_error[GAME_SIDES]; /* of war */
    /* the most that another strategy could bring a side, the other keeping to its own (game.h) */
    double gain[GAME_SIDES], gain_error[GAME_SIDES];
} talks_result;

/* What a search wants of a month, member by member, in place of all that is told of every month. */
typedef enum talks_watched { TALKS_ACCEPTED, TALKS_STRONG, TALKS_STRUCK } talks_watched;
typedef struct talks_watch {
    talks_watched what;
    bool sides[GAME_SIDES]; /* that prefer the deal (all of them), or of which one is strong */
    size_t deal;            /* of TALKS_ACCEPTED */
    month month;            /* MONTH_NONE: the first without data */
    float *
        holds; /* [member]: 1, 0, or the probability of a deal by the end of the month; NaN: the war is over */
    uint32_t *index; /* [member]: members as often as they weigh, given the record */
} talks_watch;

typedef struct talks_options {
    size_t scenario, branch;    /* indices of scenarios; branch SIZE_MAX: none */
    double branch_probability;  /* that the branch is what happens; both sides know it */
    month branch_from;          /* the date to which it was moved, for words; MONTH_NONE: it was not */
    month from;                 /* in which talks begin; MONTH_NONE: as the case says */
    const truce_fit *fit;       /* whose draws the members are; NULL: of the priors */
    unsigned degree;            /* of the regressions, 1 to 4 */
    int adaptations;            /* draws are adapted to the record at most so often */
    const talks_record *record; /* from another scenario of the same run; NULL: by the first scenario */
    const talks_watch *watch;   /* nothing else is told then; NULL: everything is */
    /* run.progress is called with the members run so far of all that are, talks_members. A branch with
     * probability 0 or 1 is no branch: the scenario is what happens. */
    truce_ensemble_options run;
} talks_options;

talks_options talks_default_options(void);

/* How many members are run in all: the war, a war that halts and resumes, and one that halts; each twice with
 * a branch; and all of that for the first scenario too where the case has a record and none is given. */
size_t talks_members(const truce_case *c, const talks_options *options);

/* TRUCE_BAD_INPUT when the case has no talks. */
truce_status talks_run(const truce_case *c, const talks_options *options, talks_result *result,
                       truce_error *error);
void talks_free(talks_result *result);
void talks_record_free(talks_record *record);
/* Frees what only comparisons need. */
void talks_forget_paths(talks_result *result);

/* ---- compare.c: two scenarios ------------------------------------------------------------------------- */

/* What another scenario changes in a month, member by member: the draws are the same in both, so that what
 * they have in common in luck cancels. Over the members that have a position in both; zone and struck are differences of the
 * shares told of each. */
typedef struct talks_change {
    talks_band position;        /* of the defender, 1 - x*: that of the other less that of the first */
    talks_mean mean;            /* of the same */
    double stronger, weaker;    /* shares of members in which the defender is; the rest stays where it was */
    talks_mean zone, struck;    /* of shares: members with a zone, and with a deal in this month or before */
    talks_mean gap[GAME_SIDES]; /* of the reference deal's gaps */
    double accepts[GAME_SIDES]; /* change of the share of members in which the side prefers it */
} talks_change;

/* What the change comes to over all months. */
typedef struct talks_verdict {
    int direction;      /* 1: the defender is stronger, -1: weaker, 0: no month tells the two apart */
    size_t greatest;    /* month of the greatest mean change that way */
    size_t first, last; /* of the longest run of months in which nine of ten members agree on it */
    bool agreed;        /* there is such a run */
} talks_verdict;

/* Both of the same case, months, members and seed. changes: [month_count]. False: out of memory. */
bool talks_compare(const talks_result *first, const talks_result *other, talks_change *changes);
talks_verdict talks_judge(const talks_change *changes, size_t months);

#endif
