/* Members of a benchmarked program as the engine runs them, in blocks on one core, and what is made of measurements. */
#ifndef BENCH_BLOCK_H
#define BENCH_BLOCK_H

#include "subject.h"

enum { SEED = 1, ROUNDS = 5 };

typedef struct bench {
    subject s;
    const truce_program *program;
    double evaluations;            /* a member */
    size_t parameter_count, cells; /* cells: outputs x save times */
    double seconds;
} bench;

bool bench_load(bench *b, const char *path, const char *seconds);

/* Members with their draws, to be run again and again. */
typedef struct block {
    truce_run *run;
    size_t width;
    double *parameters, *results; /* [parameter][width], [save][output][width] */
} block;

/* width 0: the default; native NULL: the interpreter at the best level. */
bool block_make(const bench *b, size_t width, block *x, const engine_native *native);
bool block_make_at(const bench *b, size_t width, block *x, engine_level level);
void block_free(block *x);
double block_seconds(const bench *b, block *x, size_t members);
/* Members a second: blocks for as long as b->seconds, and one at least. */
double block_rate(const bench *b, block *x);

double median(const double *values, size_t count); /* of 2 * ROUNDS at most */
/* Of the ratios of what stands at the same place. */
double median_ratio(const double *above, const double *below, size_t count);
/* Null pairs: values 2k and 2k + 1 are of the same program in the same round. The most that the second is off the first,
 * as a share. */
double null_spread(const double *values, size_t count);

#endif
