/* The inside of a truce_run, shared by the plain run (run.c) and the replay of a member that went wrong
 * (diagnose.c). */
#ifndef TRUCE_RUN_H
#define TRUCE_RUN_H

#include "engine/kernels.h"

typedef struct call_list {
    kernel_call *items;
    size_t count;
} call_list;

enum { LIST_SHARED, LIST_MEMBER, LIST_STEP, LIST_SAVE, LIST_STAGE, LIST_COUNT };

struct truce_run {
    const truce_program *program;
    const kernel_set *kernels;
    size_t width;
    void *memory; /* all that follows, one allocation */
    double *columns;
    double *shared_columns;
    double *scalars;    /* constants, then the shared scalars of the step */
    double *shared[3];  /* [step][shared scalar] at the start, middle and end of each step; the last two
                           only for Runge-Kutta */
    double *base, *sum; /* Runge-Kutta: [stock][lane] */
    double *bad;        /* [lane] */
    double **rings;     /* by delay */
    uint64_t *keys;     /* by stream */
    call_list lists[LIST_COUNT];
    const double *const *given; /* by stream, NULL: none (given.c) */
    size_t given_steps;
};

const instruction_list *run_instructions(const truce_program *program, int list);

/* Sets up `f` and computes the shared scalars of all steps. */
void run_start(truce_run *run, frame *f, uint64_t seed, uint64_t first_member, const double *parameters,
               const double *schedules, const double *factors);
void run_load_shared(truce_run *run, size_t step, int stage);
/* Second to fourth stage of a Runge-Kutta step and its result; the first has been executed. `execute` runs
 * the stage list. */
void run_stages(truce_run *run, frame *f, void (*execute)(void *context), void *context);

#endif
