/* The noise of a member as something that can be fitted, kept and given to a run.
 *
 * A run draws a standard normal number for each normal stream and step. The n draws of a period (a month) are
 * put together from their mean and what is left of it:
 *
 *     draw[s] = level[period] / sqrt(n) + (own[s] - mean of own over the period)
 *
 * with own[s] what the stream gives by counting. If the levels are standard normal and independent of the own
 * draws, the draws have exactly the distribution they have without all this. The levels carry most of what
 * monthly data can tell of noise, so they are what a fit moves; the rest is named by a number a period, the
 * key, and so are the draws of uniform streams. */
#ifndef TRUCE_NOISE_H
#define TRUCE_NOISE_H

#include "base/base.h"
#include "truce/ensemble.h"

typedef struct noise_design {
    size_t count, normal_count;   /* streams, each once; the normal ones that have levels first */
    struct engine_draws *streams; /* engine/engine.h */
    size_t program_streams;
    size_t *stream_of; /* [program stream]: which of the streams it is */
    size_t steps;      /* that are given, from the first on */
    size_t per_period; /* steps in a period */
    size_t periods;
    bool *still; /* [normal stream][period]: has no level, its draws come by counting; NULL: all have one */
    const struct kernel_set *kernels; /* engine/kernels.h */
} noise_design;

/* For the steps of the first `periods` units of time of a program, however often it saves. TRUCE_BAD_INPUT
 * when the program has random numbers of a kind that cannot be given. */
truce_status noise_design_make(const truce_program *program, size_t periods, noise_design *design,
                               truce_error *error);
void noise_design_free(noise_design *design);
/* Takes the levels from normal streams: their draws come by counting, as those of uniform ones do. silent:
 * [normal_count]. False without memory. */
bool noise_without_levels(noise_design *design, const bool *silent);
/* Takes levels of single periods. still: [normal_count][periods]. False without memory. */
bool noise_without_periods(noise_design *design, const bool *still);

/* Everything but the levels of all streams in one period, for `count` lanes below `stride`: lanes[i] (NULL: lane i)
 * gets what keys[i] names, at rows[(stream * steps + step) * stride + lane]. */
void noise_rest(const noise_design *design, uint64_t seed, const uint64_t *keys, const size_t *lanes,
                size_t count, size_t period, double *rows, size_t stride);
/* The level that a normal stream has in a period under a key when its draws come by counting. */
double noise_level_of(const noise_design *design, uint64_t seed, uint64_t key, size_t stream, size_t period);
double noise_level_weight(const noise_design *design); /* 1 / sqrt(steps in a period) */

#endif
