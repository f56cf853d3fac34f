/* The random draws of an ensemble, kept for the next run of the same members: when a scenario changes and the members
 * do not, all draws are the same, and in WebAssembly they are more than half of the work. */
#ifndef TRUCE_KEPT_DRAWS_H
#define TRUCE_KEPT_DRAWS_H

#include "engine/engine.h"
#include "ensemble/ensemble.h"

/* A run of the members, kept so that a later one goes on from it as far as they are the same (engine_run_rows_after).
 * Starts as {0}; the first run fills it, and the caller gives it what that made. */
typedef struct kept_run {
    const truce_program *program; /* later runs of other programs are made from the beginning */
    size_t blocks;
    run_past **pasts;    /* [block] */
    size_t *first_saves; /* [block] of the last run: saves before it are those of the run that was kept */
    bool left_out;       /* asks that those, but for the last of them, are left out of what a run makes */
    truce_ensemble *ensemble; /* NULL: nothing is kept */
} kept_run;
void kept_run_free(kept_run *kept);

/* Starts as {0}. */
typedef struct kept_draws {
    uint64_t name[2]; /* a hash of all that the draws depend on */
    size_t blocks, streams, steps, width;
    double *draws; /* [block][program stream][step][width] */
    bool *filled;  /* [block] */
    kept_run *run; /* of these draws, forgotten with them; NULL: no run is kept */
} kept_draws;

/* Makes room for blocks of `width` lanes of the options' members. What is kept stays when it is for the same members of
 * a program with the same streams. `given` may be NULL. */
truce_status kept_draws_open(kept_draws *kept, const truce_program *program, const ensemble_given *given,
                             const truce_ensemble_options *options, size_t width, truce_error *error);
void kept_draws_free(kept_draws *kept);
/* Readies the kept run, if there is one, for a run of the program with these draws. */
truce_status kept_run_open(kept_draws *kept, const truce_program *program, const truce_run *run,
                           truce_error *error);
/* false where the blocks went on from different saves, so that with `left_out` the run is not all there. */
bool kept_run_first_save(const kept_run *kept, size_t *first_save);
/* The past of a block; NULL: none. */
run_past *kept_run_past(const kept_draws *kept, const truce_program *program, size_t block);

/* Gives a block its draws, which are made the first time: `given_rows` are those that are given to it (by program
 * stream, with NULL where the member draws its own) in the first `given_steps` steps. `rows` has room for a pointer per
 * program stream, and lives as long as the run. Blocks may be given at the same time. */
void kept_draws_give(kept_draws *kept, truce_run *run, uint64_t seed, uint64_t first_member, size_t block,
                     const double *const *given_rows, size_t given_steps, const double **rows);

#endif
