/* The inside of a truce_run, shared by the plain run (block_run.c) and the replay of a member that failed
 * (failure_origin.c). */
#ifndef TRUCE_BLOCK_RUN_H
#define TRUCE_BLOCK_RUN_H

#include "engine/kernels.h"

#include <string.h>

typedef struct call_list {
    kernel_call *items;
    size_t count;
} call_list;

enum { LIST_SHARED, LIST_MEMBER, LIST_STEP, LIST_SAVE, LIST_STAGE, LIST_COUNT };

/* What RK45 keeps of a member's last step, or of the one it is trying: from `from` by `length`, with the
 * stocks in truce_run.base before and `end` after it, and the derivatives of the seven stages. */
typedef struct adaptive {
    double *end, *greatest;     /* [stock][lane]; the greatest magnitude so far */
    double *slopes[7];          /* [stock][lane] */
    double *from, *to, *length; /* [lane]; `to` is infinite for lanes without a member and after a failure */
    double *reach;              /* [lane]: the end of the step that is being tried */
    double *wanted, *worst;     /* [lane]: the next length to try; the error in units of the tolerance */
    double *trying, *accepted;  /* [lane]: 0 or 1 */
    double *held_back;          /* [lane]: 1 after a trial that failed */
    double *trials;             /* [lane]: their number */
    double *failed_at;          /* [lane]: when the member was given up, or not a number */
    uint32_t *failed_stock;     /* [lane]: and which stock was worst then */
} adaptive;

struct truce_run {
    const truce_program *program;
    const engine_native *native; /* NULL: the interpreter alone */
    const kernel_set *kernels;
    size_t width, stride; /* lanes; doubles from one column to the next */
    void *memory;         /* all that follows, one allocation */
    double *columns;
    double *shared_columns;
    double *scalars;    /* constants, then the shared scalars of the step */
    double *shared[3];  /* [step][shared scalar] at the start, end and middle of each step, as far as the
                           method  looks there */
    double *base, *sum; /* not under Euler: [stock][lane] */
    adaptive *adaptive; /* RK45: the rest of what it keeps */
    double *bad;        /* [lane] */
    double **rings;     /* by delay */
    uint64_t *keys;     /* by stream */
    call_list lists[LIST_COUNT];
    engine_given given; /* without rows: none (given.c) */
};

const instruction_list *run_instructions(const truce_program *program, int list);
const instruction_list *run_list(const truce_run *run, int list); /* with native code in place, if any */

static inline double *run_column(const truce_run *run, size_t column)
{
    return run->columns + column * run->stride;
}

/* Sets up `f` and computes the shared scalars of all steps. */
void run_start(truce_run *run, frame *f, uint64_t seed, uint64_t first_member, const double *parameters,
               const double *schedules, const double *factors);
enum { AT_START, AT_END, AT_MIDDLE };
/* Where in a step the method looks at what is shared by all members; under RK45 what holds through the step only. */
static inline int run_places(const truce_program *p)
{
    return p->method == TRUCE_RK4 ? 3 : p->method == TRUCE_RK2 ? 2 : 1;
}
static inline void run_load_shared(truce_run *run, size_t step, int where)
{
    size_t count = run->program->shared_count;
    if (count)
        memcpy(run->scalars + run->program->constant_count, run->shared[where] + step * count,
               count * sizeof(double));
}

/* Runge-Kutta methods: the stocks and states of the first `count` lanes at the end of step f->step, whose
 * step or save list has been executed. `stage` runs the stage list. Under RK45, when the program's steps
 * cross DT, stocks are only found for steps that are saved and for the last. */
void run_advance(truce_run *run, frame *f, size_t count, void (*stage)(void *context), void *context);
void run_advance_adaptively(truce_run *run, frame *f, size_t count, void (*stage)(void *context),
                            void *context);
/* The columns in which a member's own time stands. */
void run_set_time(truce_run *run, double time);

#endif
