/* Talks on a case: what the sides would accept month by month, why there is no deal, and whether a settlement
 * would hold (truce.h is the manual; docs/science/talks.md defines every quantity).
 *
 *     truce_talks_options o = truce_talks_default_options();
 *     truce_talks_run(c, &o, &talks, &error);
 *     truce_talks_facts f = truce_talks_facts_of(talks);
 *     truce_talks_month m = truce_talks_month_of(talks, 0, f.now, false);    m.position[TRUCE_DEFENDER]
 *
 * Scenarios and deals are counted in the order of the options, months from the first of the talks. Where an
 * index is out of range or there is no such number, every number is NaN and every text "". Lines, positions
 * and worths are shares of the stake: 1 is everything that is fought over, as the side itself values it. Bands
 * are quantiles over the members in which the war continues.
 */
#ifndef TRUCE_PUBLIC_TALKS_H
#define TRUCE_PUBLIC_TALKS_H

#include "truce/results.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Talks ------------------------------------------------------------------------------------------- */

typedef enum truce_side { TRUCE_DEFENDER, TRUCE_ATTACKER, TRUCE_SIDES } truce_side;

typedef struct truce_talks_options {
    const char *const *scenarios; /* by name, each taken once; the others are compared with the first */
    size_t scenario_count;        /* 0: the first of the case */
    const char *const *deals;     /* by name, each taken once */
    size_t deal_count;            /* 0: all of the case */
    const char *branch; /* a scenario that happens with `branch_probability`, known to both sides; NULL */
    double branch_probability; /* 0 to 1 */
    truce_month branch_from;   /* when the first dated change of the branch holds, and those after it with it;
                                  TRUCE_MONTH_NONE: as the case has it */
    truce_month from;          /* in which talks begin; TRUCE_MONTH_NONE: as the case says */
    /* The fit whose draws are the members; must outlive the talks. NULL: the fit beside the case
     * (truce_fit_beside), or the priors where there is none. */
    const truce_fit *posterior;
    bool priors;     /* ignores that fit */
    unsigned degree; /* of the regressions, 1 to 4 */
    size_t members;
    uint64_t seed;
    unsigned threads; /* 0: all processors; results do not depend on it */
    truce_engine engine;
    /* Called from one thread at a time as members are run; false cancels. May be NULL. */
    bool (*progress)(void *context, const truce_progress *progress);
    void *context;
    const char *command; /* recorded in what is written; NULL: the one that these options come to */
} truce_talks_options;

/* 4,000 members of the case's first scenario, all deals, degree 1, seed 1, all processors. */
TRUCE_API truce_talks_options truce_talks_default_options(void);

typedef struct truce_talks truce_talks;

/* The case must outlive the talks. TRUCE_BAD_INPUT if the case has no section "talks"; TRUCE_BAD_USAGE for a
 * name that it does not have, a month outside the horizon, or too few members for the regressions. options:
 * NULL takes the defaults. */
TRUCE_API truce_status truce_talks_run(const truce_case *c, const truce_talks_options *options,
                                       truce_talks **talks, truce_error *error);
TRUCE_API void truce_talks_destroy(truce_talks *talks);

typedef struct truce_talks_facts {
    size_t scenarios, months, deals, members;
    truce_month first; /* month 0 */
    size_t now;        /* the month to which the answers refer: the first without data */
    size_t ahead;      /* months over which obstacles are judged, from `now` */
    size_t dates;      /* of truce_talks_date_of */
    size_t terms;      /* of truce_talks_term_of */
    bool record;       /* worlds are weighted by what happened at the table */
    double effective;  /* effective number of members given the record; `members` without one */
} truce_talks_facts;
/* All zeros for NULL. */
TRUCE_API truce_talks_facts truce_talks_facts_of(const truce_talks *talks);
/* The display name of a side: "Ukraine". */
TRUCE_API const char *truce_talks_side_name(const truce_talks *talks, truce_side side);
/* The scenario of the case that is at index `scenario`; SIZE_MAX out of range. */
TRUCE_API size_t truce_talks_scenario(const truce_talks *talks, size_t scenario);
TRUCE_API const char *truce_talks_deal_name(const truce_talks *talks, size_t deal);
TRUCE_API const char *truce_talks_deal_title(const truce_talks *talks, size_t deal);

/* ---- Month by month ---------------------------------------------------------------------------------- */

typedef struct truce_band {
    double quantiles[TRUCE_QUANTILES]; /* 5, 25, 50, 75 and 95 % */
} truce_band;

typedef struct truce_talks_month {
    truce_band position[TRUCE_SIDES]; /* share of the stake that a deal would give the side */
    truce_band war[TRUCE_SIDES];      /* worth of fighting on without ever a deal */
    truce_band going[TRUCE_SIDES];    /* worth of fighting this month, then meeting again */
    truce_band least, most;  /* attacker's share: the least it accepts, the most the defender concedes */
    truce_band width;        /* of the zone of agreement: most - least */
    truce_band terms;        /* attacker's share in a deal of this month */
    truce_band terms_so_far; /* in the deals of this month and before */
    double at_war;           /* probability that the war continues, without talks */
    double zone;             /* that there is a line that both accept */
    double met;              /* of a deal in this month, if the sides meet */
    double chance, struck;   /* of a deal in this month; in this month or before */
    double ripe; /* that both values of fighting on fall and a deal suits both; NaN without a month before */
    double strong[TRUCE_SIDES]; /* that the other's best terms meet the minimum that the side has declared */
    double loose;               /* standard deviation of the error of `width` */
    double placed; /* share in which each side would sign some line: those that `position` is of */
} truce_talks_month;
/* on_priors: before what happened at the table is known (the same where the case has no record). */
TRUCE_API truce_talks_month truce_talks_month_of(const truce_talks *talks, size_t scenario, size_t month,
                                                 bool on_priors);

/* Peace is evaluated at this many dates, in years after the settlement. */
enum { TRUCE_PEACE_YEARS = 6 };
TRUCE_API int truce_talks_peace_years(size_t index); /* 1, 2, 3, 5, 7, 10; 0 out of range */

/* One deal in one month. */
typedef struct truce_talks_offer {
    truce_band gap[TRUCE_SIDES];  /* worth of the deal less worth of fighting on */
    double accepted[TRUCE_SIDES]; /* probability that the side prefers the deal */
    double never[TRUCE_SIDES];    /* that it signs no such deal; such members have no gap */
    double accepted_by_both;
    truce_band line;                     /* attacker's share */
    double resumed[TRUCE_PEACE_YEARS];   /* probability that fighting has resumed */
    double decided[TRUCE_PEACE_YEARS];   /* the part of it by decision of a side; the rest is by incident */
    truce_band peace[TRUCE_PEACE_YEARS]; /* probability that it has not, over members */
} truce_talks_offer;
TRUCE_API truce_talks_offer truce_talks_offer_of(const truce_talks *talks, size_t scenario, size_t month,
                                                 size_t deal);

/* ---- Answers, for the month `now` -------------------------------------------------------------------- */

/* Probability of a deal by a date. */
typedef struct truce_talks_date {
    int months;             /* from `now`; 0 out of range */
    double mean, low, high; /* over members; 5 and 95 % of worlds */
    double prior;           /* the mean before the record is known */
    double base;            /* past wars of this age that ended in any way; NaN: the case states no record */
} truce_talks_date;
TRUCE_API truce_talks_date truce_talks_date_of(const truce_talks *talks, size_t scenario, size_t index);

/* Why there is no deal: Shapley shares of the probability that the months ahead pass without one. */
typedef enum truce_obstacle {
    TRUCE_OBSTACLE_DEFENDER,   /* the defender's aims */
    TRUCE_OBSTACLE_ATTACKER,   /* the attacker's aims */
    TRUCE_OBSTACLE_BELIEFS,    /* neither knows the other's limits */
    TRUCE_OBSTACLE_COMMITMENT, /* the war could be resumed by decision */
    TRUCE_OBSTACLE_OPENING,    /* no opening to meet */
    TRUCE_OBSTACLE_REST,       /* none of these */
    TRUCE_OBSTACLES
} truce_obstacle;
typedef struct truce_talks_share {
    double mean, low, high; /* 90 % of the error over groups of members */
} truce_talks_share;
TRUCE_API truce_talks_share truce_talks_obstacle(const truce_talks *talks, size_t scenario,
                                                 truce_obstacle obstacle);
TRUCE_API double truce_talks_no_deal(const truce_talks *talks, size_t scenario); /* that probability */

/* The value of waiting: how much more the side would gain by the deal (its gap) 6 or 12 months later. */
TRUCE_API truce_band truce_talks_waiting(const truce_talks *talks, size_t scenario, size_t deal,
                                         truce_side side, int months);
/* What would close the gap of a side in the median world, each alone. */
typedef struct truce_talks_missing {
    double line;   /* further share of the stake; 0: nothing is missing; NaN: it cannot close the gap */
    double relief; /* further share of the sanctions lifted; NaN: it cannot close the gap */
    const char *guarantee, *form; /* titles; "" if none of the case's closes it */
} truce_talks_missing;
TRUCE_API truce_talks_missing truce_talks_missing_of(const truce_talks *talks, size_t scenario, size_t deal,
                                                     truce_side side);

/* A mean over members and its standard error. */
typedef struct truce_mean {
    double mean, error;
} truce_mean;

/* The effect of one term: the gaps of a deal less those of another that differs in nothing else. */
typedef struct truce_talks_term {
    const char *kind;             /* "line", "guarantee", "form", "relief" */
    const char *from, *to;        /* names of the deals, among all of the case */
    truce_mean gap[TRUCE_SIDES];  /* change */
    double accepted[TRUCE_SIDES]; /* change of the share that accepts */
} truce_talks_term;
TRUCE_API truce_talks_term truce_talks_term_of(const truce_talks *talks, size_t scenario, size_t index);

/* What moves the results most: the share of a variance over members that one quantity explains by itself (the
 * first-order index of Sobol'), largest first. */
typedef enum truce_moved {
    TRUCE_MOVED_DEAL,      /* whether there is a deal within 12 months */
    TRUCE_MOVED_POSITION,  /* positions */
    TRUCE_MOVED_PEACE,     /* whether peace holds for 5 years after the reference deal */
    TRUCE_MOVED_POSITIONS, /* positions over members and months; first of all "line", where it runs */
    TRUCE_MOVED
} truce_moved;
typedef struct truce_talks_mover {
    const char *name;
    double share;
} truce_talks_mover;
/* A name of "" and a share of NaN where there is no such quantity. */
TRUCE_API truce_talks_mover truce_talks_mover_of(const truce_talks *talks, size_t scenario, truce_moved what,
                                                 size_t index);

/* Worth to a side in the first month: of war without talks, of talks, and the most that another strategy could
 * add while the other side keeps its own. */
typedef struct truce_talks_worth {
    truce_mean war, talks, gain;
} truce_talks_worth;
TRUCE_API truce_talks_worth truce_talks_worth_of(const truce_talks *talks, size_t scenario, truce_side side);

/* ---- Leverage: what a scenario changes relative to the first ----------------------------------------- */

/* Member by member; NaN for the first scenario itself. */
typedef struct truce_talks_change {
    truce_band position;         /* of the defender: of this scenario less of the first */
    truce_mean mean;             /* of the same */
    double stronger, weaker;     /* shares of members in which the defender is; in the rest it is unchanged */
    truce_mean zone, struck;     /* of the probabilities */
    truce_mean gap[TRUCE_SIDES]; /* of the case's reference deal */
    double accepts[TRUCE_SIDES]; /* of the share of members in which the side prefers that deal */
} truce_talks_change;
TRUCE_API truce_talks_change truce_talks_change_of(const truce_talks *talks, size_t scenario, size_t month);

/* The effect of a branch in the first month without data: the future in which nobody knows whether it comes, less the
 * future without it, less the one in which it surely comes, and less both weighted by their probabilities, which is the
 * value of not knowing. For the defender's position (the attacker's is the opposite), and for each side's gap of the
 * case's reference deal: below 0 fighting on is worth more with the branch. */
enum { TRUCE_WITHOUT_BRANCH, TRUCE_WITH_BRANCH, TRUCE_NOT_KNOWING, TRUCE_BRANCH_ROWS };
typedef struct truce_talks_branch {
    double probability; /* NaN: the talks have no branch, or several scenarios */
    truce_mean position[TRUCE_BRANCH_ROWS], gap[TRUCE_BRANCH_ROWS][TRUCE_SIDES];
} truce_talks_branch;
TRUCE_API truce_talks_branch truce_talks_branch_of(const truce_talks *talks);

/* The changes of the defender's position, summarised over all months. */
typedef struct truce_talks_verdict {
    int direction;      /* 1: stronger, -1: weaker, 0: in no month is the mean five standard errors from 0 */
    size_t greatest;    /* month of the greatest mean change that way */
    bool agreed;        /* in some month nine of ten members agree on the direction */
    size_t first, last; /* of the longest run of such months */
} truce_talks_verdict;
/* All zeros for the first scenario and out of range. */
TRUCE_API truce_talks_verdict truce_talks_verdict_of(const truce_talks *talks, size_t scenario);

/* A scenario to which the case gives a size (the list `levers` of its talks): the change per unit of it in the
 * month of its greatest mean change. */
typedef struct truce_talks_lever {
    const char *units;           /* "EUR bn a year"; "": the case gives the scenario no size */
    double size;                 /* of the scenario, in these units */
    size_t month;                /* of the greatest mean change */
    size_t half;                 /* the month in which half of it is reached */
    truce_mean position;         /* of the defender, for one unit */
    double gap[TRUCE_SIDES];     /* of the case's reference deal, for one unit */
    double accepts[TRUCE_SIDES]; /* likewise */
} truce_talks_lever;
TRUCE_API truce_talks_lever truce_talks_lever_of(const truce_talks *talks, size_t scenario);

/* ---- For readers ------------------------------------------------------------------------------------- */

/* The table of `truce talks`, at most 80 columns. Freed with truce_text_free. */
TRUCE_API truce_status truce_talks_table(const truce_talks *talks, bool colour, char **table,
                                         truce_error *error);
/* The rows of talks.csv as JSON. Freed with truce_text_free. */
TRUCE_API truce_status truce_talks_json(const truce_talks *talks, char **json, truce_error *error);
/* Writes talks.csv, talks.nc and talks.html into an existing directory. go_on: called while charts are drawn;
 * false cancels. May be NULL. */
TRUCE_API truce_status truce_talks_write(const truce_talks *talks, const char *directory,
                                         bool (*go_on)(void *context), void *context, truce_error *error);

#ifdef __cplusplus
}
#endif
#endif
