/* The random draws of an ensemble, kept for the next run of the same members: when a scenario changes and the members
 * do not, all draws are the same, and in WebAssembly they are more than half of the work. */
#ifndef TRUCE_KEPT_DRAWS_H
#define TRUCE_KEPT_DRAWS_H

#include "ensemble/ensemble.h"

/* Starts as {0}. */
typedef struct kept_draws {
    uint64_t name[2]; /* a hash of all that the draws depend on */
    size_t blocks, streams, steps, width;
    double *draws; /* [block][program stream][step][width] */
    bool *filled;  /* [block] */
} kept_draws;

/* Makes room for blocks of `width` lanes of the options' members. What is kept stays when it is for the same members of
 * a program with the same streams. `given` may be NULL. */
truce_status kept_draws_open(kept_draws *kept, const truce_program *program, const ensemble_given *given,
                             const truce_ensemble_options *options, size_t width, truce_error *error);
void kept_draws_free(kept_draws *kept);

/* Gives a block its draws, which are made the first time: `given_rows` are those that are given to it (by program
 * stream, with NULL where the member draws its own) in the first `given_steps` steps. `rows` has room for a pointer per
 * program stream, and lives as long as the run. Blocks may be given at the same time. */
void kept_draws_give(kept_draws *kept, truce_run *run, uint64_t seed, uint64_t first_member, size_t block,
                     const double *const *given_rows, size_t given_steps, const double **rows);

#endif
