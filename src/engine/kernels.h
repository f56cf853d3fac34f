/* Kernels: one function an operation and operand pattern, looping over the lanes of a block. */
#ifndef TRUCE_KERNELS_H
#define TRUCE_KERNELS_H

#include "engine/engine.h"

/* What kernels need besides their operands. */
struct kernel_set;

typedef struct frame {
    double *base; /* what kernel_call's offsets start from */
    size_t width; /* lanes, a multiple of 8 */
    const truce_program *program;
    uint64_t first_member;
    size_t step;       /* members' lists: the step; shared list: the step of lane 0 */
    size_t lanes_used; /* shared list: lanes up to the last step */
    double part;       /* shared list: how much of the step has passed in the stage */
    const double *parameters, *schedules, *factors;
    const uint64_t *keys; /* by stream index */
    double *const *rings; /* by delay: [slot][lane] */
    double *output;       /* [output][lane] of the save */
    double *bad;          /* [lane]: 0, or not a number once a value was not finite */
    double *shared;       /* [step][shared scalar] of the stage */
    const struct kernel_set *kernels;
    const engine_given *given; /* draws from outside; used only when there are any */
    native_part *const *parts;
} frame;

struct kernel_call;
typedef void kernel(const struct kernel_call *call, const frame *f);

/* An instruction with its addresses worked out, as offsets in doubles from the base, so that it fills half a
 * cache line: a block's instructions are read every step and share the first-level cache with its columns. */
typedef struct kernel_call {
    kernel *run;
    uint32_t result;
    uint32_t operands[OPERANDS];
    uint32_t index;
} kernel_call;

enum { OPERAND_PATTERNS = 1 << OPERANDS };

typedef struct kernel_set {
    kernel *of[CODE_COUNT][OPERAND_PATTERNS]; /* by bits of instruction.scalars */
    /* bad[i] turns into not-a-number where column[i] is not finite */
    void (*check)(double *bad, const double *column, size_t width);
    /* value[i] = base[i] + factor * rate[i] */
    void (*advance)(double *value, const double *base, double factor, const double *rate, size_t width);
    /* sum[i] += factor * rate[i] */
    void (*accumulate)(double *sum, double factor, const double *rate, size_t width);
    /* Once before a block is run: makes every page that special functions may read really there. What it
     * writes (8 values) means nothing. */
    void (*warm)(double *to);
    /* For what is done with a block outside runs; `to` may be `from`. */
    void (*logarithm)(double *to, const double *from, size_t width);
    void (*exponential)(double *to, const double *from, size_t width);
    /* The draws of random_member_normal and random_member_uniform for members from the first on. */
    void (*member_normals)(double *to, uint64_t key, uint64_t first_member, uint64_t step, size_t width);
    void (*member_uniforms)(double *to, uint64_t key, uint64_t first_member, uint64_t step, size_t width);
    /* The draws of random_normal and random_uniform for each of `width` numbers in place of members and for `steps`
     * steps: [step][width]. */
    void (*normals)(double *to, uint64_t key, const uint64_t *numbers, uint64_t step, size_t steps,
                    size_t width);
    void (*uniforms)(double *to, uint64_t key, const uint64_t *numbers, uint64_t step, size_t steps,
                     size_t width);
    /* The values as floats; whether all of them are numbers within the range of a float. */
    bool (*narrow)(float *to, const double *from, size_t count);
} kernel_set;

/* Blocks of this width have kernels of their own in each set of AVX2 and AVX-512. */
enum { USUAL_WIDTH = 128 };

extern const kernel_set kernels_baseline;
#if TRUCE_X86_KERNELS
extern const kernel_set kernels_avx2, kernels_avx512, kernels_avx2_usual, kernels_avx512_usual;
#endif

#endif
