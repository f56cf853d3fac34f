/* Eight members side by side, for models written by hand.
 *
 * Each of those is compiled twice: AS_WRITTEN does the operations of the model's equations, as the engine must for the
 * bits of its results; without it whoever wrote it has moved divisions out of the loop and put powers together. */
#ifndef BENCH_LANES_H
#define BENCH_LANES_H

#include "peer.h"

#include <math.h>
#include <string.h>

enum { LANES = 8 };
typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));
typedef long long lane_masks __attribute__((vector_size(LANES * sizeof(double))));

/* The C library's vector functions: within four units in the last place. */
#if defined(__x86_64__) && defined(__AVX512F__)
lanes _ZGVeN8v_exp(lanes x);
lanes _ZGVeN8v_log(lanes x);
lanes _ZGVeN8vv_pow(lanes x, lanes y);
#define lanes_exp _ZGVeN8v_exp
#define lanes_log _ZGVeN8v_log
#define lanes_pow _ZGVeN8vv_pow
#elif defined(__x86_64__) && defined(__AVX2__)
typedef double half_lanes __attribute__((vector_size(LANES / 2 * sizeof(double))));
half_lanes _ZGVdN4v_exp(half_lanes x);
half_lanes _ZGVdN4v_log(half_lanes x);
half_lanes _ZGVdN4vv_pow(half_lanes x, half_lanes y);
#define HALVES(v)                                                                                            \
    half_lanes v##_half[2];                                                                                  \
    memcpy(v##_half, &v, sizeof v)
#define WHOLE(v, a, b) v##_half[0] = a, v##_half[1] = b, memcpy(&v, v##_half, sizeof v)
static inline lanes lanes_exp(lanes x)
{
    HALVES(x);
    WHOLE(x, _ZGVdN4v_exp(x_half[0]), _ZGVdN4v_exp(x_half[1]));
    return x;
}
static inline lanes lanes_log(lanes x)
{
    HALVES(x);
    WHOLE(x, _ZGVdN4v_log(x_half[0]), _ZGVdN4v_log(x_half[1]));
    return x;
}
static inline lanes lanes_pow(lanes x, lanes y)
{
    HALVES(x);
    HALVES(y);
    WHOLE(x, _ZGVdN4vv_pow(x_half[0], y_half[0]), _ZGVdN4vv_pow(x_half[1], y_half[1]));
    return x;
}
#else
#define EACH(expression)                                                                                     \
    for (int i = 0; i < LANES; i++)                                                                          \
        x[i] = expression;                                                                                   \
    return x
static inline lanes lanes_exp(lanes x)
{
    EACH(exp(x[i]));
}
static inline lanes lanes_log(lanes x)
{
    EACH(log(x[i]));
}
static inline lanes lanes_pow(lanes x, lanes y)
{
    EACH(pow(x[i], y[i]));
}
#endif

static inline lanes lanes_choose(lane_masks mask, lanes x, lanes y)
{
    return (lanes)((mask & (lane_masks)x) | (~mask & (lane_masks)y));
}

static inline lanes lanes_least(lanes x, lanes y)
{
    return lanes_choose(x < y, x, y);
}

static inline lanes lanes_greatest(lanes x, lanes y)
{
    return lanes_choose(x > y, x, y);
}

#define DECLARE_PEER(inputs, outputs)                                                                        \
    const int peer_lanes = LANES;                                                                            \
    int peer_inputs(void)                                                                                    \
    {                                                                                                        \
        return inputs;                                                                                       \
    }                                                                                                        \
    int peer_outputs(void)                                                                                   \
    {                                                                                                        \
        return outputs;                                                                                      \
    }                                                                                                        \
    extern const int peer_lanes

#endif
