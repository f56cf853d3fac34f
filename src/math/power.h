/* x^y over vectors, for builds with SLEEF, which need the fused multiply-add anyhow: every step is an operation that
 * IEEE 754 rounds once, so bits are the same at every width and with every compiler. Who includes this has defined what
 * vector_bits.h needs, and fused(a, b, c) and less(c, a, b), which are a b + c and c - a b, rounded once; and ONE_NUMBER
 * where vectors are narrower than those of the processor.
 *
 * As usual (Tang 1990, ACM TOMS 16; Muller et al. 2018, Handbook of Floating-Point Arithmetic, chapter 11), ln x and
 * y ln x are sums of a head and a tail, and the exponential takes both:
 *
 *     x = 2^k z,  z from .71 to 1.42, in one of 32 cells with the centre c
 *     ln x = k ln 2 + ln c + ln(z / c),  ln(z / c) = u + u^3 / 12 + ...,  u = 2 (z - c) / (z + c), |u| < 2^-6
 *     y ln x = n ln 2 / 16 + r,  x^y = 2^(n / 16) (1 + r + r^2 / 2 + ...)
 *
 * k ln 2 + ln c has a head that is exact and a tail from a table; u has a tail by the remainder of its division. One
 * cell has c = 1, and so the logarithm keeps its digits near x = 1. What is left are the roundings of u^3 / 12 and
 * of the rest, below 2^-66 of the logarithm, and those of r, below 2^-58. Before its last rounding the result is
 * within .07 units in the last place, so that powers which are doubles come out exact.
 *
 * What is usual (x normal and below 2^1023, a result that is normal) is all that is computed where all lanes are usual;
 * else all of them are computed with the exceptions, to the same bits. */
#ifndef TRUCE_POWER_H
#define TRUCE_POWER_H

#include "math/power_coefficients.h"
#include "math/vector_bits.h"

/* What is usual of x, and of the logarithm of the result */
static const double USUAL_LEAST = 0x1p-1022, USUAL_BELOW = 0x1p1023, USUAL_LOG = 708;

OWN vector_bits usual_lanes(vector x, vector log)
{
    return ~LESS_THAN(x, spread(USUAL_LEAST)) & LESS_THAN(x, spread(USUAL_BELOW)) &
           LESS_THAN(magnitude(log), spread(USUAL_LOG));
}

/* ---- What processors have instructions for -------------------------------------------------------------- */

#if defined(__AVX512F__) && !defined(ONE_NUMBER)

/* The item of a table whose number the lowest bits of an index are */
OWN vector item_of_32(const double *table, vector_bits index)
{
    __m512d low = _mm512_permutex2var_pd(load(table), (__m512i)index, load(table + 8));
    __m512d high = _mm512_permutex2var_pd(load(table + 16), (__m512i)index, load(table + 24));
    return _mm512_mask_mov_pd(low, _mm512_test_epi64_mask((__m512i)index, _mm512_set1_epi64(16)), high);
}

OWN vector item_of_16(const double *table, vector_bits index)
{
    return _mm512_permutex2var_pd(load(table), (__m512i)index, load(table + 8));
}

/* The exponent of a normal number that is not negative */
OWN vector exponent_of(vector_bits bits)
{
    return _mm512_getexp_pd((__m512d)bits);
}

OWN int all_of(vector_bits lanes)
{
    return _mm512_test_epi64_mask((__m512i)lanes, (__m512i)lanes) == 0xFF;
}

OWN int all_usual(vector x, vector log)
{
    __mmask8 usual = _mm512_cmp_pd_mask(x, spread(USUAL_LEAST), _CMP_GE_OQ);
    usual = _mm512_mask_cmp_pd_mask(usual, x, spread(USUAL_BELOW), _CMP_LT_OQ);
    return _mm512_mask_cmp_pd_mask(usual, magnitude(log), spread(USUAL_LOG), _CMP_LT_OQ) == 0xFF;
}

#else

#if defined(__AVX2__) && !defined(ONE_NUMBER)
OWN vector item(const double *table, vector_bits index)
{
    return _mm256_i64gather_pd(table, (__m256i)index, sizeof(double));
}
#else
OWN vector item(const double *table, vector_bits index)
{
    vector items;
    for (int i = 0; i < VECTOR; i++)
        items[i] = table[index[i]];
    return items;
}
#endif

OWN vector item_of_32(const double *table, vector_bits index)
{
    return item(table, index & 31);
}

OWN vector item_of_16(const double *table, vector_bits index)
{
    return item(table, index & 15);
}

OWN vector exponent_of(vector_bits bits)
{
    return (vector)(bits >> 52 | (vector_bits)spread(0x1p52)) - (0x1p52 + 1023);
}

OWN int all_of(vector_bits lanes)
{
#if defined(__AVX2__) && !defined(ONE_NUMBER)
    return _mm256_movemask_pd((__m256d)lanes) == 0xF;
#else
    uint64_t all = ~UINT64_C(0);
    for (int i = 0; i < VECTOR; i++)
        all &= lanes[i];
    return all != 0;
#endif
}

OWN int all_usual(vector x, vector log)
{
    return all_of(usual_lanes(x, log));
}

#endif

/* ---- y ln x --------------------------------------------------------------------------------------------- */

typedef struct power_sum {
    vector head, tail;
} power_sum;

/* u of z = c (2 + u) / (2 - u) is head + rest * inverse */
typedef struct power_ratio {
    vector head, rest, inverse;
} power_ratio;

OWN power_ratio ratio_of(vector z, vector twice_c)
{
    vector difference = fused(spread(2), z, -twice_c), sum = fused(spread(0.5), twice_c, z);
    vector left = z - less(sum, spread(0.5), twice_c); /* c is not of a lower power of two than z */
    vector inverse = 1 / sum, head = difference * inverse;
    return (power_ratio){head, less(less(difference, head, sum), head, left), inverse};
}

/* The octave of a normal number above 0 and below 2^1023: from .71 to 1.42 it is 0 */
OWN vector octave_of(vector x)
{
    return exponent_of((vector_bits)x + LOG_MOVED);
}

/* The logarithm of x where k is its octave, else that of the number whose octave k is and whose digits are those of x */
OWN power_sum logarithm_of(vector x, vector k)
{
    vector_bits moved = (vector_bits)x + LOG_MOVED, cell = moved >> LOG_PLACES;
    vector z = (vector)((moved & ((UINT64_C(1) << 52) - 1)) + LOG_LEAST);
    vector twice_c = (vector)((moved & LOG_CELL) + LOG_TWICE_CENTRE);
    power_ratio u = ratio_of(z, twice_c);
    vector whole = fused(k, spread(LOG_2[0]), item_of_32(LOG_HEADS, cell)), head = whole + u.head;
    vector rest = fused(k, spread(LOG_2[1]), item_of_32(LOG_TAILS, cell));
    vector tail = fused(u.rest, u.inverse, ((whole - head) + u.head) + rest);
    vector w = u.head * u.head, shape = fused(w, spread(LOG_SHAPE[3]), spread(LOG_SHAPE[2]));
    shape = fused(w, fused(w, shape, spread(LOG_SHAPE[1])), spread(LOG_SHAPE[0]));
    return (power_sum){head, fused(u.head * w, shape, tail)};
}

OWN power_sum times(vector y, power_sum log)
{
    vector head = y * log.head;
    return (power_sum){head, fused(y, log.tail, fused(y, log.head, -head))};
}

/* ---- Its exponential ------------------------------------------------------------------------------------ */

/* exp(sum) = 2^(n / 16) (1 + change) */
typedef struct power_parts {
    vector_bits n; /* the lowest bits count */
    vector change;
} power_parts;

OWN power_parts exponential_of(power_sum sum, vector whole)
{
    const double rounder = 0x1.8p52;
    vector rounded = fused(whole, spread(EXP_STEPS), spread(rounder)), n = rounded - rounder;
    vector r = less(sum.head, n, spread(EXP_STEP[0])) + less(sum.tail, n, spread(EXP_STEP[1]));
    vector square = r * r, shape = fused(r, spread(EXP_SHAPE[5]), spread(EXP_SHAPE[4]));
    shape = fused(square, shape, fused(r, spread(EXP_SHAPE[3]), spread(EXP_SHAPE[2])));
    shape = fused(square, shape, fused(r, spread(EXP_SHAPE[1]), spread(EXP_SHAPE[0])));
    vector_bits bits = (vector_bits)rounded;
    return (power_parts){bits, fused(square, shape, r + item_of_16(EXP_TAILS, bits))};
}

/* 2^(n / 16) of a normal result */
OWN vector scale_of(vector_bits n)
{
    return (vector)((vector_bits)item_of_16(EXP_HEADS, n) + (n << 48));
}

/* ---- The power ------------------------------------------------------------------------------------------ */

OWN vector two_to(vector_bits m)
{
    return (vector)((m + 1023) << 52);
}

/* 2^(n / 16) (1 + change) where that may lie beyond the normal numbers. Below them 1 is added to 2^1022 times the
 * result, so that it is rounded once, where the last place of a subnormal number is. */
OWN vector scaled_beyond(power_parts parts)
{
    const uint64_t much = UINT64_C(1) << 16;
    vector_bits n = parts.n - (vector_bits)spread(0x1.8p52), m = ((n + 16 * much) >> 4) - much;
    vector_bits half = ((m + much) >> 1) - much / 2;
    vector scale = scale_of(n & 15),
           normal = fused(scale, parts.change, scale) * two_to(half) * two_to(m - half);
    scale = scale * two_to(m + 1022);
    vector value = fused(scale, parts.change, scale), rest = fused(scale, parts.change, scale - value);
    vector sum = 1 + value, small = ((sum + (((1 - sum) + value) + rest)) - 1) * 0x1p-1022;
    vector_bits below = (vector_bits)(m + much < much - 1021);
    return pick(below & LESS_THAN(value, spread(1)), small, normal);
}

/* ---- The power ------------------------------------------------------------------------------------------ */

/* Of a size that is neither 0 nor infinite */
OWN vector power_of_size(vector size, vector y)
{
    vector_bits small = LESS_THAN(size, spread(USUAL_LEAST)), large = ~LESS_THAN(size, spread(USUAL_BELOW));
    vector number = size * pick(small, spread(0x1p54), pick(large, spread(0x1p-54), spread(1)));
    vector more = pick(small, spread(-54), pick(large, spread(54), spread(0)));
    vector bounded = pick(LESS_THAN(spread(0x1p65), magnitude(y)), with_sign_of(spread(0x1p65), y), y);
    power_sum sum = times(bounded, logarithm_of(number, octave_of(number) + more));
    vector whole = sum.head + sum.tail;
    vector_bits low = LESS_THAN(whole, spread(-750)), high = LESS_THAN(spread(712), whole);
    whole = pick(low, spread(-750), pick(high, spread(712), whole));
    sum = (power_sum){pick(low | high, whole, sum.head), pick(low | high, spread(0), sum.tail)};
    return scaled_beyond(exponential_of(sum, whole));
}

/* Where not all lanes are usual: of those that are the power is `value`, and its logarithm `log`. Zeros are frequent in
 * models, and are cheap as long as there is nothing else. */
static __attribute__((noinline)) vector power_of_any(vector x, vector y, vector value, vector log)
{
    vector_bits zeros = (vector_bits)((vector_bits)x == 0) & LESS_THAN(spread(0), y);
    if (all_of(zeros | usual_lanes(x, log)))
        return pick(zeros, spread(0), value);
    vector size = magnitude(x);
    vector_bits inside = LESS_THAN(spread(0), size) & LESS_THAN(size, spread(INFINITY));
    return power_with_exceptions(x, y, power_of_size(pick(inside, size, spread(1)), y));
}

OWN vector power_of(vector x, vector y)
{
    power_sum sum = times(y, logarithm_of(x, octave_of(x)));
    vector log = sum.head + sum.tail;
    power_parts parts = exponential_of(sum, log);
    vector scale = scale_of(parts.n), value = fused(scale, parts.change, scale);
    return __builtin_expect(all_usual(x, log), 1) ? value : power_of_any(x, y, value, log);
}

#endif
