/* Random numbers by counting: the draw of (seed, member, stream, step) is a pure function of the four, so it
 * does not depend on block width, thread or order.
 *
 * Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3") of the
 * Random123 library. The key mixes seed and stream, so each variable has a generator of its own; the counter
 * is (member, step, 0). The mixing function is the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
 *
 * A counter gives two words, and so two draws. A draw by itself takes what it needs of its counter and leaves the rest.
 * The functions of a model draw for all members of a run, and there neighbours share a counter: members 2k and 2k + 1
 * have that of k, and take its first and second word, or the cosine and the sine of Box and Muller, which are
 * independent of each other. Who computes a member, and beside whom, still does not matter. */
#ifndef TRUCE_RANDOM_H
#define TRUCE_RANDOM_H

#include "math/special.h"

#include <Random123/philox.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t random_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

static inline uint64_t random_key(uint64_t seed, uint64_t stream)
{
    return random_mix(random_mix(seed + 0x9E3779B97F4A7C15u) ^ stream);
}

/* Two 64-bit words. */
static inline void random_words(uint64_t key, uint64_t member, uint64_t step, uint64_t words[2])
{
    philox4x32_ctr_t counter = {{(uint32_t)member, (uint32_t)(member >> 32), (uint32_t)step, 0}};
    philox4x32_key_t k = {{(uint32_t)key, (uint32_t)(key >> 32)}};
    philox4x32_ctr_t out = philox4x32(counter, k);
    words[0] = (uint64_t)out.v[1] << 32 | out.v[0];
    words[1] = (uint64_t)out.v[3] << 32 | out.v[2];
}

/* (k + 1/2) / 2^52 for the upper 52 bits k: in (0, 1), exact. The bits are put under the exponent of 1. */
static inline double random_unit(uint64_t word)
{
    uint64_t bits = word >> 12 | 0x3FF0000000000000u;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value - 1.0 + 0x1p-53;
}

static inline double random_uniform(uint64_t seed, uint64_t member, uint64_t stream, uint64_t step)
{
    uint64_t words[2];
    random_words(random_key(seed, stream), member, step, words);
    return random_unit(words[0]);
}

/* Standard normal, by Box and Muller (1958). The functions of 3.5 units in the last place are twice as fast
 * as those of one and no less random. */
static inline double random_normal(uint64_t seed, uint64_t member, uint64_t stream, uint64_t step)
{
    uint64_t words[2];
    random_words(random_key(seed, stream), member, step, words);
    return sqrt(-2.0 * portable_rough_log(random_unit(words[0]))) *
           portable_rough_cospi(2.0 * random_unit(words[1]));
}

/* What the functions of a model draw for a member of a run. */
static inline double random_member_uniform(uint64_t seed, uint64_t member, uint64_t stream, uint64_t step)
{
    uint64_t words[2];
    random_words(random_key(seed, stream), member >> 1, step, words);
    return random_unit(words[member & 1]);
}

static inline double random_member_normal(uint64_t seed, uint64_t member, uint64_t stream, uint64_t step)
{
    uint64_t words[2];
    random_words(random_key(seed, stream), member >> 1, step, words);
    double turn = 2.0 * random_unit(words[1]);
    return sqrt(-2.0 * portable_rough_log(random_unit(words[0]))) *
           (member & 1 ? portable_rough_sinpi(turn) : portable_rough_cospi(turn));
}

#endif
