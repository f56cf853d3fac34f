/* A plan, as it was asked for and found. */
#ifndef TRUCE_PLAN_H
#define TRUCE_PLAN_H

#include "answers/statement.h"
#include "answers/talks_goal.h"

#include <math.h>
#include <sys/stat.h>

enum { PLAN_ARCHIVE_BYTES = 1 << 28 }; /* a larger archive is not read */

/* What of the deal of a goal about talks a lever moves. */
typedef enum plan_term { PLAN_NO_TERM, PLAN_GUARANTEE, PLAN_RELIEF, PLAN_LINE } plan_term;

/* A lever as it is moved. */
typedef struct plan_lever {
    const char *name, *title, *units;
    plan_term term;
    size_t control; /* of the case; SIZE_MAX: `changes` */
    double least, most, step, rest, price;
    bool always;          /* it changes something at rest too: rest is only where its cost begins */
    bool date;            /* a month alone: it moves others */
    case_change *changes; /* of an element: one for each element, whose value is set */
    size_t change_count;
} plan_lever;

/* What was tried. */
typedef struct plan_trial {
    double *values; /* [lever] */
    double cost;
    uint8_t *outcomes; /* [member]: 1 the goal is reached, 0 it is not, 2 unknown */
    size_t good, known;
} plan_trial;

struct truce_plan {
    arena memory;
    const truce_case *c;
    truce_case view; /* no longer than is needed, whose last scenario has the setting in hand */
    case_scenario *scenarios;
    case_change *changes; /* of it: room for all */
    bool *applied;        /* by control: in the setting in hand */
    tree place;           /* of statements, for errors */
    truce_plan_options asked;
    bool of_talks; /* the goal is about talks */
    talks_goal goal;
    talks_trials trials_of_talks[2]; /* of the search, and of fresh members */
    case_talks talks;                /* with the deal whose terms levers move after all others */
    case_deal *deals;
    plan_lever *levers;
    size_t lever_count;
    const char *caution; /* where ranges go beyond what anything has tested; NULL: nowhere */
    bool moves_past;     /* an element has its setting from before the end of the data on */
    plan_trial *trials;
    size_t count, capacity;
    size_t
        read; /* of the archive: they are looked up, and stand behind `count` only once they are asked for */
    plan_trial *known; /* [read] */
    size_t known_capacity;
    uint64_t question[2]; /* with an archive: a hash of all that the outcomes of settings depend on */
    struct stat written;  /* the archive as this process has left it */
    size_t taken, unwritten;
    double cost_scale;
    double aim;     /* the probability that the search is after */
    size_t allowed; /* trials until the search ends */
    bool cancelled;
    truce_status status; /* of a trial within a search */
    truce_error error;
    truce_plan_facts found;
    size_t answer, *frontier; /* trials */
    truce_plan_setting *settings;
    truce_plan_unsure unsure[TRUCE_PLAN_UNSURE];
};

static inline double plan_probability(const plan_trial *t)
{
    return t->known ? (double)t->good / (double)t->known : NAN;
}

/* ---- plan_levers.c ------------------------------------------------------------------------------------------------ */
/* Reads the levers and makes the view with a scenario of theirs at its end. */
truce_status plan_load_levers(truce_plan *p, truce_error *error);
/* Puts a setting into that scenario, and terms into the deal. */
void plan_set(truce_plan *p, const double *values);
/* The nearest value that the lever can have; x from 0 (least) to 1. */
double plan_value(const plan_lever *lever, double x);

/* ---- plan_question.c ---------------------------------------------------------------------------------------------- */
/* Fills p->question, when levers and view are there. */
truce_status plan_question(truce_plan *p, truce_error *error);

/* ---- plan_archive.c ----------------------------------------------------------------------------------------------- */
/* Room for a trial's values and outcomes. */
truce_status plan_new_trial(truce_plan *p, plan_trial *t, truce_error *error);
const plan_trial *plan_find_trial(const truce_plan *p, const plan_trial *trials, size_t count,
                                  const double *values);
bool plan_same_outcomes(const truce_plan *p, const plan_trial *a, const plan_trial *b);
truce_status plan_read_archive(truce_plan *p, truce_error *error); /* none is there: nothing is read */
/* With what another process has put there since; tried again for a moment while another one is writing. */
truce_status plan_write_archive(truce_plan *p, truce_error *error);

/* ---- plan_trials.c ------------------------------------------------------------------------------------------------- */
/* The last month that the goal or the cost looks at, or that the posterior was fitted to. */
truce_status plan_end_view(truce_plan *p, truce_error *error);
/* Of a plan, asked while members run: false from the moment when the caller wants no more. */
bool plan_goes_on(void *context, size_t done, size_t members);
/* The trial of a setting, which is run where nobody has. */
truce_status plan_try(truce_plan *p, const double *values, size_t *trial, truce_error *error);
/* How many of them an outcome is of, where members weigh differently, for its interval. */
double plan_worth(const truce_plan *p, const plan_trial *t, bool fresh);
/* The member of the ensemble that stands at an outcome. */
size_t plan_member(const truce_plan *p, size_t outcome);
/* Members that had no part in the search. */
truce_status plan_try_fresh(truce_plan *p, const double *values, plan_trial *t, truce_error *error);
double plan_distance(const truce_plan *p, const double *values); /* the cost by prices */
void plan_rest(const truce_plan *p, double *values);

/* ---- plan_told.c: what is told of it, when the search has ended ---------------------------------------------------- */
truce_status plan_tell(truce_plan *p, truce_error *error);

#endif
