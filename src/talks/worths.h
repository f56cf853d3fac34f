/* What things are worth to the sides, drawn for each member from the priors of the section `talks`. */
#ifndef TRUCE_WORTHS_H
#define TRUCE_WORTHS_H

#include "case/case.h"

/* How members are drawn when plain draws would leave few that agree with the record: in coordinates in which
 * the priors are standard normal, most members from a normal distribution with these moments, the rest, so
 * that no weight is great, from the priors (defensive mixture: Hesterberg 1995, Technometrics 37(2)). */
typedef struct worths_design {
    bool adapted;
    size_t count; /* of quantities */
    double *mean, *deviation;
} worths_design;

typedef struct worths {
    /* All quantities, in the order in which they are drawn. */
    size_t count;
    const case_quantity **quantities;
    float **values;  /* [quantity][member] */
    double *weights; /* [member]: prior against what was drawn from, mean 1; NULL: drawn from the priors */
    float *stake[CASE_SIDES], *dictated[CASE_SIDES], *relief[CASE_SIDES];
    float *discount[CASE_SIDES]; /* monthly factor */
    float *proposer, *incidents; /* incidents: wars expected in the first year */
    float *(*penalty)[CASE_SIDES], *(*cost)[CASE_SIDES], **hazard_ratio, **credibility; /* by guarantee */
    float *bears[CASE_SIDES], *signing[CASE_SIDES], *relaxation[CASE_SIDES], *yields[CASE_SIDES];
    float *hard[CASE_ISSUES][CASE_SIDES]; /* 1 or 0: whether the member's side is */
    float *(*weight)[CASE_SIDES];         /* by form */
    float *openings, *error;
    float *effective[CASE_SIDES]; /* logarithm of stake / bears: how light the cost of war is */
    void *memory[4];
} worths;

/* design: NULL: the priors. */
truce_status worths_draw(const truce_case *c, const worths_design *design, const truce_ensemble_options *run,
                         size_t members, worths *w, truce_error *error);
void worths_free(worths *w);
/* Takes its moments from members weighed by `weights`, drawn by the design as it was with this seed. False:
 * out of memory. */
bool worths_adapt(const worths *w, uint64_t seed, const double *weights, size_t members,
                  worths_design *design);
void worths_design_free(worths_design *design);

/* The attacker's share of the stake at a value of the line's variable, within [0, 1]. */
double line_share(const case_talks *t, double value);
/* The same, not held: below 0 where the defender holds more than it wants, above 1 where the attacker does. */
double line_place(const case_talks *t, double value);

#endif
