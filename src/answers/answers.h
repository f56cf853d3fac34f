/* Answers to questions about a case, computed from simulations: comparisons of worlds, ... Nothing here knows of
 * files, charts or pages. */
#ifndef TRUCE_ANSWERS_H
#define TRUCE_ANSWERS_H

#include "results/results.h"
#include "truce/answers.h"

/* ---- asked.c --------------------------------------------------------------------------------------------- */
/* TRUCE_BAD_USAGE where the list is NULL although it has names, or one of them is. what: "scenario". */
truce_status answers_require(const char *const *names, size_t count, const char *what, truce_error *error);
/* Progress of an ensemble of which only that it goes on is asked; context: the interruption. */
bool answers_go_on(void *context, size_t done, size_t members);

/* ---- combined.c: scenarios made of several -------------------------------------------------------------- */
/* Gives a view of the case, a copy of it, scenarios beside those it has, one for every set of switches but the
 * empty one: set s (bit i: switch i is on) is scenario c->scenario_count + s - 1. The view has its list in
 * `memory`, and shares all else with `c`. Every switch must build on the reference. */
truce_status combined_make(const truce_case *c, size_t reference, const size_t *switches, size_t count,
                           arena *memory, truce_case *view, truce_error *error);

/* ---- paired.c: a quantity in two worlds ----------------------------------------------------------------- */
/* Statistics of `count` values of which only their order is lost; NaN without any. `room` for as many. */
truce_statistics answers_statistics(float *values, float *room, size_t count);
truce_statistics answers_nothing(void); /* of no members */
/* What a probability says of a statement that is supported from `holds_if` on and contradicted from 1 less it down: alike
 * on both sides, so that rounding does not tell 10 % from 1 - 90 %. NaN: undetermined. */
truce_verdict answers_verdict(double probability, double holds_if);
/* The 90 % interval of Wilson (1927) of a share `p` of `count` members. */
void answers_share_interval(double p, double count, double *low, double *high);

/* ---- compare.c ------------------------------------------------------------------------------------------- */
typedef struct compared_quantity {
    truce_effect window;
    truce_effect_month *months; /* [month of the window] */
} compared_quantity;

typedef struct compared_shares {
    truce_share *switches; /* [switch] */
    truce_statistics interaction;
} compared_shares;

struct truce_comparison {
    arena memory;
    const truce_case *c;
    truce_case view; /* of it: with scenarios for sets of switches, and no longer than the window needs */
    case_results *quantities; /* which quantities there are: nothing is fed to it */
    uint64_t seed;
    size_t members;
    const truce_fit *fit;
    const char *command;
    bool (*progress)(void *context, const truce_progress *progress); /* also asked while charts are drawn */
    void *context;
    size_t failed;                /* members, in a world */
    size_t from, months;          /* of the horizon, first of the window and how many */
    size_t world_count;           /* the reference and those shown */
    const char **names, **titles; /* [world] */
    size_t switch_count;
    const char **switch_names, **switch_titles;
    compared_quantity *effects; /* [world - 1][quantity] */
    compared_shares *shares;    /* [quantity]; NULL without */
};

static inline const compared_quantity *effect_of(const truce_comparison *x, size_t world, size_t q)
{
    return &x->effects[(world - 1) * x->quantities->quantity_count + q];
}

/* ---- compare_words.c -------------------------------------------------------------------------------------- */
/* In lines: what is compared, then the effects of each kind under a line that says which, each after "- ". */
void comparison_words(text *t, const truce_comparison *x, size_t world);
/* How many members failed and are left out; nothing when none did. */
void comparison_failed_words(text *t, const truce_comparison *x);
/* By when half of an effect is reached, "Oct 2023", or "not resolved"; nothing where no member differs. */
void comparison_half(char out[WORDS_SIZE], const truce_comparison *x, const truce_effect *e);
/* What that is, in a sentence. */
void comparison_half_words(text *t, const truce_comparison *x);
/* The same month for programs, "2023-10"; "" where there is none. */
void comparison_half_iso(char out[16], const truce_comparison *x, const truce_effect *e);
/* The step to which numbers of a 90 % interval are rounded. */
double answers_step(const truce_statistics *s);
/* The same for its relative effect in percent. */
double answers_percent_step(const truce_effect *e);
/* Median and both ends of the 90 %, with signs or without. */
void answers_interval_cells(char cells[3][WORDS_SIZE], const truce_statistics *s, bool sign);
/* "+12 (90 %: +3 to +25)" */
void answers_interval(text *t, const truce_statistics *s, bool sign);

#endif
