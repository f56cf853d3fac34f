/* Special functions of our own, for processors and builds without SLEEF: plain C over vectors of GNU C, which every
 * compiler lowers to what the processor has (two lanes in WebAssembly and SSE2, four in AVX2, eight in AVX-512). They
 * use additions, multiplications, divisions and square roots as IEEE 754 rounds them, and nothing fused, so their
 * bits are the same on every machine and at every width, though not those of SLEEF. Nearly all are within one unit in
 * the last place of the true value, and so within two of SLEEF's (tests/test_special.c).
 *
 * Where a function has several formulas, all are computed and `pick` takes one for each lane. Arguments are reduced
 * as usual (Muller 2016, Elementary Functions, chapters 8 to 11), and the rest is a polynomial of
 * special_coefficients.h. Where one double has too few digits, numbers are pairs: the unrounded sum of a head and a
 * tail (Dekker 1971). */
#ifndef TRUCE_SPECIAL_OWN_H
#define TRUCE_SPECIAL_OWN_H

#include "math/special_coefficients.h"

#if defined(__AVX512F__)
enum { VECTOR = 8 };
#elif defined(__AVX2__)
enum { VECTOR = 4 };
#else
enum { VECTOR = 2 };
#endif
typedef double vector __attribute__((vector_size(VECTOR * sizeof(double))));

static inline __attribute__((always_inline)) vector spread(double x)
{
    return x - (vector){0};
}

#include "math/vector_bits.h"

OWN vector square_root(vector x)
{
    vector root;
    for (int i = 0; i < VECTOR; i++)
        root[i] = sqrt(x[i]);
    return root;
}

/* ROUNDER + x holds the whole number nearest to x, |x| < 2^51, in its lowest bits. */
static const double ROUNDER = 0x1.8p52;

/* 2^n for whole n from -1022 to 1023, given ROUNDER + n */
OWN vector power_of_two(vector_bits n)
{
    return (vector)((n + 1023) << 52);
}

#define POLYNOMIAL(coefficients, x) polynomial(coefficients, sizeof(coefficients) / sizeof(double), x)
OWN vector polynomial(const double *coefficients, size_t count, vector x)
{
    vector sum = spread(coefficients[count - 1]);
    for (size_t k = count - 1; k-- > 0;)
        sum = sum * x + coefficients[k];
    return sum;
}

/* ---- Pairs ---------------------------------------------------------------------------------------------- */

typedef struct pair {
    vector head, tail;
} pair;

/* |a| >= |b|, or a is 0 */
OWN pair sum_of_ordered(vector a, vector b)
{
    vector head = a + b;
    return (pair){head, b - (head - a)};
}

OWN pair sum_of(vector a, vector b)
{
    vector head = a + b, of_b = head - a;
    return (pair){head, (a - (head - of_b)) + (b - of_b)};
}

/* The upper half of the digits */
OWN vector upper_digits(vector x)
{
    return (vector)((vector_bits)x & ~UINT64_C(0x7FFFFFF));
}

OWN pair product_of(vector a, vector b)
{
    vector head = a * b, a1 = upper_digits(a), a2 = a - a1, b1 = upper_digits(b), b2 = b - b1;
    return (pair){head, a2 * b2 - (((head - a1 * b1) - a2 * b1) - a1 * b2)};
}

OWN pair product_of_pairs(pair a, pair b)
{
    pair p = product_of(a.head, b.head);
    return sum_of_ordered(p.head, p.tail + (a.head * b.tail + a.tail * b.head));
}

/* a / b, where b's head is not 0 */
OWN vector quotient_of_pairs(pair a, pair b)
{
    vector quotient = a.head / b.head;
    pair back = product_of(quotient, b.head);
    return quotient + (((a.head - back.head) - back.tail) + (a.tail - quotient * b.tail)) / b.head;
}

/* ---- Exponentials --------------------------------------------------------------------------------------- */

/* x + tail = n ln 2 + r + c: n as ROUNDER + n, and exp(r) = 1 + r + r^2 / 2 + r^3 rest */
typedef struct reduced {
    vector_bits n;
    vector r, c, rest;
} reduced;

OWN reduced reduce_exponent(vector x, vector tail)
{
    vector rounded = x * 0x1.71547652b82fep+0 + ROUNDER, n = rounded - ROUNDER;
    vector head = x - n * LN2_0, left = n * LN2_1 - tail, r = head - left;
    return (reduced){(vector_bits)rounded, r, (head - r) - left, POLYNOMIAL(EXP_REST, r)};
}

/* exp(x + tail) = 2^n value, for a tail far smaller than x */
typedef struct scaled {
    pair value;
    vector_bits n; /* 4096 + n */
} scaled;

OWN scaled long_exp(vector x, vector tail)
{
    vector_bits low = LESS_THAN(x, spread(-746)), high = LESS_THAN(spread(710), x);
    x = pick(low, spread(-746), pick(high, spread(710), x));
    reduced e = reduce_exponent(x, pick(low | high, spread(0), tail));
    pair change = sum_of_ordered(e.r, e.c + e.r * e.r * (0.5 + e.r * e.rest));
    pair value = sum_of_ordered(spread(1), change.head);
    return (scaled){{value.head, value.tail + change.tail}, e.n - (vector_bits)spread(ROUNDER) + 4096};
}

/* 2^n x, with n in two halves, since it passes the exponents of doubles on both sides */
OWN vector scale_up(vector x, vector_bits n)
{
    vector_bits half = n >> 1;
    return x * power_of_two(half - 2048) * power_of_two(n - half - 2048);
}

OWN vector own_exp_of_sum(vector x, vector tail)
{
    scaled e = long_exp(x, tail);
    return scale_up(e.value.head, e.n);
}

OWN vector own_exp(vector x)
{
    return own_exp_of_sum(x, spread(0));
}

/* 2^n exp(r) - 1, or where the one does not show, exp(x) */
OWN vector own_expm1(vector x)
{
    vector_bits high = LESS_THAN(spread(40), x);
    vector within = pick(LESS_THAN(x, spread(-40)), spread(-40), pick(high, spread(40), x));
    reduced e = reduce_exponent(within, spread(0));
    vector scale = power_of_two(e.n - (vector_bits)spread(ROUNDER));
    pair square = product_of(e.r, e.r), change = sum_of_ordered(e.r, 0.5 * square.head);
    change.tail = change.tail + (e.c + (0.5 * square.tail + e.r * square.head * e.rest));
    pair whole = sum_of(scale, scale * change.head), less_one = sum_of(whole.head, spread(-1));
    vector value = less_one.head + (less_one.tail + (whole.tail + scale * change.tail));
    return pick(high, own_exp(x), pick(EQUAL_TO(x, spread(0)), x, value));
}

/* ---- Logarithms ----------------------------------------------------------------------------------------- */

/* x = 2^k (1 + f) with 1 + f from sqrt(1/2) to sqrt 2, for x > 0 and finite */
typedef struct split_number {
    vector k, f;
} split_number;

OWN split_number split_of(vector x)
{
    vector_bits small = LESS_THAN(x, spread(0x1p-1022));
    vector_bits bits = (vector_bits)pick(small, x * 0x1p54, x),
                root_half = (vector_bits)spread(0x1.6a09e667f3bcdp-1);
    vector_bits k = (bits - root_half + (UINT64_C(1) << 63)) >> 52; /* above -2048 */
    vector number = (vector)(k | (vector_bits)spread(0x1p52)) - (0x1p52 + 2048);
    vector f = (vector)(bits - ((k - 2048) << 52)) - 1;
    return (split_number){number - pick(small, spread(54), spread(0)), f};
}

/* ln 2^k (1 + f) + c */
OWN vector log_of_split(split_number x, vector c)
{
    vector f = x.f, s = f / (2 + f), z = s * s, half = 0.5 * f * f;
    vector rest = z * POLYNOMIAL(LOG_REST, z);
    return x.k * LN2_0 - ((half - (s * (half + rest) + (x.k * LN2_1 + c))) - f);
}

/* The value of a logarithm at x with the exceptions: x below 0, 0, infinite or not a number */
OWN vector log_beyond(vector x, vector value)
{
    value = pick(LESS_THAN(x, spread(INFINITY)), value, x);
    value = pick(EQUAL_TO(x, spread(0)), spread(-INFINITY), value);
    return pick(LESS_THAN(x, spread(0)), spread(NAN), value);
}

OWN vector own_log(vector x)
{
    return log_beyond(x, log_of_split(split_of(x), spread(0)));
}

OWN vector own_log1p(vector x)
{
    vector u = 1 + x;
    split_number split = split_of(u);
    vector lost = pick(LESS_THAN(spread(1), x), 1 - (u - x), x - (u - 1)) / u;
    vector_bits near = EQUAL_TO(split.k, spread(0));
    split.f = pick(near, x, split.f);
    vector value = log_of_split(split, pick(near, spread(0), lost));
    return pick(EQUAL_TO(x, spread(0)), x, log_beyond(u, value));
}

/* ln x to some 65 bits, for x > 0 and finite */
OWN pair long_log(vector x)
{
    split_number split = split_of(x);
    vector f = split.f, k = split.k;
    pair below = sum_of_ordered(spread(2), f);
    vector inverse = 1 / below.head, s = f * inverse;
    pair back = product_of(s, below.head);
    pair ratio = {s, (((f - back.head) - back.tail) - s * below.tail) * inverse};
    pair z = product_of_pairs(ratio, ratio);
    pair rest =
        sum_of_ordered(spread(TWO_THIRDS_0), TWO_THIRDS_1 + z.head * POLYNOMIAL(LOG_FAR_REST, z.head));
    rest = product_of_pairs(product_of_pairs(rest, z), ratio);
    pair sum = sum_of_ordered(k * LN2_0, 2 * ratio.head), all = sum_of_ordered(sum.head, rest.head);
    return sum_of_ordered(all.head, all.tail + (sum.tail + (k * LN2_1 + (2 * ratio.tail + rest.tail))));
}

OWN vector own_log10(vector x)
{
    pair value = product_of_pairs(long_log(x), (pair){spread(LOG10_E_0), spread(LOG10_E_1)});
    return log_beyond(x, value.head + value.tail);
}

/* ---- Powers --------------------------------------------------------------------------------------------- */

/* The power of |x|, where x is neither 0 nor infinite */
OWN vector power_of_size(vector size, vector y)
{
    vector bounded = pick(LESS_THAN(spread(0x1p65), magnitude(y)), with_sign_of(spread(0x1p65), y), y);
    pair base = long_log(size), product = product_of(bounded, base.head);
    return own_exp_of_sum(product.head, product.tail + bounded * base.tail);
}

OWN vector own_pow(vector x, vector y)
{
    vector size = magnitude(x), one = spread(1);
    vector_bits beyond = EQUAL_TO(size, spread(0)) | EQUAL_TO(size, spread(INFINITY));
    return power_with_exceptions(x, y, power_of_size(pick(beyond, one, size), y));
}

/* ---- Circular functions --------------------------------------------------------------------------------- */

/* x = n pi / 2 + head + tail, |head| up to pi / 4; of n the lowest two bits count */
typedef struct turned {
    vector_bits n;
    pair r;
} turned;

/* For arguments of any size, one after another (special_own.c): head + tail, and n */
unsigned own_turn(double x, double *head, double *tail);

/* n pi / 2 in parts: the products with the first three are exact. */
OWN turned turn_near(vector x)
{
    vector rounded = x * 0x1.45f306dc9c883p-1 + ROUNDER, n = rounded - ROUNDER;
    pair first = sum_of(x - n * HALF_PI_0, -n * HALF_PI_1), second = sum_of(first.head, -n * HALF_PI_2);
    vector tail = second.tail + (first.tail - n * HALF_PI_3);
    return (turned){(vector_bits)rounded, sum_of(second.head, tail)};
}

OWN turned turn(vector x)
{
    turned t = turn_near(x);
    vector_bits far = ~LESS_THAN(magnitude(x), spread(0x1p20));
    for (int i = 0; i < VECTOR; i++)
        if (far[i]) {
            double head, tail;
            t.n[i] = own_turn(x[i], &head, &tail);
            t.r.head[i] = head;
            t.r.tail[i] = tail;
        }
    return t;
}

/* sin r, |r| up to pi / 4 */
OWN pair sine(pair r)
{
    vector z = r.head * r.head;
    return sum_of_ordered(r.head, r.tail * (1 - 0.5 * z) + r.head * z * POLYNOMIAL(SIN_REST, z));
}

OWN pair cosine(pair r)
{
    vector z = r.head * r.head, half = 0.5 * z, most = 1 - half;
    vector rest = z * z * POLYNOMIAL(COS_REST, z) - r.head * r.tail;
    return sum_of_ordered(most, ((1 - most) - half) + rest);
}

OWN vector of_quarter(turned t, vector_bits quarter)
{
    vector_bits odd = -(quarter & 1);
    pair s = sine(t.r), c = cosine(t.r);
    vector value = pick(odd, c.head + c.tail, s.head + s.tail);
    return (vector)((vector_bits)value ^ (quarter & 2) << 62);
}

OWN vector own_sin(vector x)
{
    turned t = turn(x);
    return pick(EQUAL_TO(x, spread(0)), x, of_quarter(t, t.n));
}

OWN vector own_cos(vector x)
{
    turned t = turn(x);
    return of_quarter(t, t.n + 1);
}

OWN vector own_tan(vector x)
{
    turned t = turn(x);
    vector_bits odd = -(t.n & 1);
    pair s = sine(t.r), c = cosine(t.r);
    pair above = {pick(odd, c.head, s.head), pick(odd, c.tail, s.tail)};
    pair below = {pick(odd, -s.head, c.head), pick(odd, -s.tail, c.tail)};
    return pick(EQUAL_TO(x, spread(0)), x, quotient_of_pairs(above, below));
}

OWN turned half_turns(vector x)
{
    vector rounded = 2 * x + ROUNDER, r = x - 0.5 * (rounded - ROUNDER);
    return (turned){(vector_bits)rounded, {r * PI_WHOLE_0, spread(0)}};
}

/* sin(pi x) and cos(pi x) */
OWN vector own_sinpi(vector x)
{
    turned t = half_turns(x);
    return of_quarter(t, t.n);
}

OWN vector own_cospi(vector x)
{
    turned t = half_turns(x);
    return of_quarter(t, t.n + 1);
}

/* ---- Their inverses ------------------------------------------------------------------------------------- */

/* Beyond 1/2 from the half angle: asin x = pi / 2 - 2 asin(root), root^2 = (1 - |x|) / 2. */
typedef struct arc {
    vector_bits outer;
    vector small, rest; /* asin small = small + small rest */
    vector root_tail;   /* of the root, where that is small */
} arc;

OWN arc arc_of(vector x)
{
    vector size = magnitude(x), z = 0.5 * (1 - size);
    vector_bits outer = LESS_THAN(spread(0.5), size);
    vector root = square_root(pick(LESS_THAN(z, spread(0)), spread(NAN), z)), head = upper_digits(root);
    vector tail = pick(EQUAL_TO(root, spread(0)), root, (z - head * head) / (root + head));
    z = pick(outer, z, x * x);
    return (arc){outer, pick(outer, head, x), z * POLYNOMIAL(ASIN_REST, z), tail};
}

/* small + small rest, with the root's tail, in twice the digits */
OWN pair twice_outer_arc(arc a)
{
    vector whole = a.small + a.root_tail;
    return (pair){2 * a.small, 2 * (a.root_tail + whole * a.rest)};
}

OWN vector own_asin(vector x)
{
    arc a = arc_of(x);
    pair twice = twice_outer_arc(a), most = sum_of(spread(HALF_PI_WHOLE_0), -twice.head);
    vector outer = most.head + (most.tail + (HALF_PI_WHOLE_1 - twice.tail));
    vector inner = x + x * a.rest;
    return pick(EQUAL_TO(x, spread(0)), x, pick(a.outer, with_sign_of(outer, x), inner));
}

OWN vector own_acos(vector x)
{
    arc a = arc_of(x);
    pair twice = twice_outer_arc(a);
    vector_bits negative = LESS_THAN(x, spread(0));
    pair left = sum_of(spread(PI_WHOLE_0), -twice.head), inner = sum_of(spread(HALF_PI_WHOLE_0), -x);
    vector outer =
        pick(negative, left.head + (left.tail + (PI_WHOLE_1 - twice.tail)), twice.head + twice.tail);
    return pick(a.outer, outer, inner.head + (inner.tail + (HALF_PI_WHOLE_1 - x * a.rest)));
}

/* atan x = atan m + atan((x - m) / (1 + m x)) for the m nearest by */
OWN vector own_atan(vector x)
{
    vector size = magnitude(x), above = size, below = spread(1), most = spread(0), least = spread(0);
    static const double middles[] = {0, 0.5, 1, 1.5}, from[] = {0, 7.0 / 16, 11.0 / 16, 19.0 / 16, 39.0 / 16};
    for (int k = 1; k < 5; k++) {
        vector_bits there = ~LESS_THAN(size, spread(from[k]));
        above = pick(there, k < 4 ? size - middles[k] : spread(-1), above);
        below = pick(there, k < 4 ? 1 + middles[k] * size : size, below);
        most = pick(there, spread(ATAN_AT[k]), most);
        least = pick(there, spread(ATAN_AT_REST[k]), least);
    }
    vector t = above / below, z = t * t;
    return with_sign_of(most + (t + (least + t * z * POLYNOMIAL(ATAN_REST, z))), x);
}

#endif
