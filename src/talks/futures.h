/* Simulated futures of a case, as the analysis of talks needs them: elements of the model at times apart by
 * `step` months, for all members. */
#ifndef TRUCE_FUTURES_H
#define TRUCE_FUTURES_H

#include "case/case.h"

typedef struct futures_options {
    size_t scenario, branch;   /* indices; branch SIZE_MAX: none */
    double branch_probability; /* that a member's future is the branch's */
    const truce_fit *fit;      /* whose draws the members are; NULL: of the priors */
    double step;               /* months between saves */
    int more_months;           /* after the horizon */
    const size_t *drawn;       /* elements drawn for this purpose, and how */
    const truce_distribution *distributions;
    size_t drawn_count;
    truce_ensemble_options run;
} futures_options;

typedef struct futures {
    size_t members, saves, element_count;
    const size_t *elements; /* in the order asked for */
    double step;
    size_t *outputs;               /* by entry of `elements` */
    truce_ensemble *base, *branch; /* branch may be NULL */
    const bool *takes_branch;      /* [member], NULL without a branch */
} futures;

/* elements: [count], may repeat; must outlive the futures, as must takes_branch ([member] or NULL). A failed
 * member is an error. */
truce_status futures_run(const truce_case *c, const futures_options *options, const size_t *elements,
                         size_t count, const bool *takes_branch, futures *f, truce_error *error);
void futures_free(futures *f);

/* Values of entry i of the elements at a save, for all members, into out. */
void futures_values(const futures *f, size_t i, size_t save, float *out);
/* Of one member. */
float futures_value(const futures *f, size_t i, size_t save, size_t member);

/* The draws of a quantity for each member. out: [member]. False: out of memory. */
bool quantity_draw(const case_quantity *q, uint64_t seed, size_t members, float *out);

#endif
