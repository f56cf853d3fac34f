/* The engine's interface to the rest of the library, beyond truce_run_* of truce.h. */
#ifndef TRUCE_ENGINE_H
#define TRUCE_ENGINE_H

#include "program/program.h"
#include "truce/ensemble.h"

/* Instruction sets the kernels are compiled for. All give the same bits. */
typedef enum engine_level {
    ENGINE_BASELINE, /* what the compiler targets by default */
    ENGINE_AVX2,     /* with FMA */
    ENGINE_AVX512,   /* AVX-512F */
    ENGINE_LEVELS
} engine_level;

bool engine_has_fused_multiply_add(void);        /* without it nothing runs */
bool engine_level_available(engine_level level); /* built in, and this processor has it */
engine_level engine_best_level(void);
const char *engine_level_name(engine_level level);

/* Native code in place of instructions; src/native makes it. A part does what some elementwise instructions
 * do, for all lanes of a block, and shows in a list as CODE_NATIVE. What is not elementwise stays with the
 * kernels.
 */
typedef void native_part(double *columns, const double *scalars, double *output, double *bad);
/* Doubles from one column of native code to the next. Its parts take a vector of every column, and columns a multiple of
 * 256 bytes apart would share a quarter of the sets of the first-level cache: they are one line more apart. */
static inline size_t engine_stride(size_t width)
{
    enum { LINE = 8, CROWDED = 32 };
    return width % CROWDED == 0 ? width + LINE : width;
}

typedef struct engine_native {
    instruction_list member, step, save, stage; /* in place of the program's */
    size_t column_count;                        /* their columns; the persistent ones are the program's */
    size_t width;                               /* the only one the parts can do */
    native_part *const *parts;
} engine_native;

/* A run by native code, which is not copied, at the best level. */
truce_status engine_native_run_create(const truce_program *program, const engine_native *native,
                                      truce_run **run, truce_error *error);

/* truce_run_create at a level that must be available. */
truce_status engine_run_create(const truce_program *program, size_t width, engine_level level,
                               truce_run **run, truce_error *error);

/* truce_run_execute that keeps one save at a time: `row` has room for one, [output][lane], and `take` gets it
 * for each save in turn; nothing more is computed once it returns false. */
typedef bool engine_take(void *context, size_t save, const double *row);
size_t engine_run_rows(truce_run *run, uint64_t seed, uint64_t first_member, size_t count,
                       const double *parameters, const double *schedules, const double *factors, double *row,
                       engine_take *take, void *context);

/* What a run passed through, for others like it (run_past.h). NULL where the method or native code keeps more than can be
 * kept. `every`: saves from one state that is kept to the next. */
typedef struct run_past run_past;
truce_status run_past_create(const truce_run *run, size_t every, run_past **past, truce_error *error);
void run_past_destroy(run_past *past);

/* engine_run_rows of a run that fills `past` (NULL: none) when that is empty, and else goes on from it as far as it is
 * the same: rows before *first_save are those of the run that filled it, and are not taken again. The draws of the
 * members must be the same. */
size_t engine_run_rows_after(truce_run *run, uint64_t seed, uint64_t first_member, size_t count,
                             const double *parameters, const double *schedules, const double *factors,
                             double *row, engine_take *take, void *context, run_past *past,
                             size_t *first_save);

/* What a stream of random numbers of a program is for. */
typedef struct engine_draws {
    uint64_t hash;       /* program->streams[stream]: the same in every program of the model */
    bool normal;         /* standard normal draws, else uniform on (0, 1) */
    const char *element; /* whose equation makes them; NULL: of a kind that cannot be given */
} engine_draws;
engine_draws engine_stream(const truce_program *program, size_t stream);

/* Draws given to a run in place of its own, as long as there are any. */
typedef struct engine_given {
    const double *const
        *rows; /* [stream of the program]: [step][width], one draw per step and lane; or NULL for the
                                  run's own */
    size_t steps;
    /* What is still to be added to the draws of whole periods, or NULL */
    const double *const *levels; /* [stream of the program][period]: [width], or NULL for nothing */
    size_t periods, per_period;  /* steps in a period */
    double weight;               /* of levels */
} engine_given;

/* From the next truce_run_execute on the run takes its draws from what is given; rows and levels are not copied, and
 * may change between runs. NULL ends this. */
void engine_run_give(truce_run *run, const engine_given *given);

/* Replays one member and finds where its first not finite stock or output came from: the operation that made
 * something not finite out of finite operands, and the element whose equation it is part of. Values that
 * are not finite but never reach a stock or output (the branch of an IF that is not taken) are not blamed.
 * parameters: one per parameter. TRUCE_OK with failure->variable NULL when the member is sound. */
truce_status engine_diagnose(const truce_program *program, uint64_t seed, uint64_t member,
                             const double *parameters, const double *schedules, const double *factors,
                             truce_failure *failure, truce_error *error);
/* The same of a member with draws that are given (NULL: none), in rows of this width. */
enum { ENGINE_REPLAY_WIDTH = 8 };
truce_status engine_diagnose_given(const truce_program *program, uint64_t seed, uint64_t member,
                                   const double *parameters, const double *schedules, const double *factors,
                                   const engine_given *given, truce_failure *failure, truce_error *error);

#endif
