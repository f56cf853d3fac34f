/* The special functions of special.h one number at a time, for builds without SLEEF: the first lane of those over
 * vectors, and what only numbers one at a time need. */
#include "math/special_own.h"
#include "math/special.h"

#include <math.h>
#include <stdbool.h>

/* ---- Arguments of any size in quarters of a turn --------------------------------------------------------- */

enum { DIGIT = 24, DIGITS = 9, PIECES = 4 };

/* The digits of |x| 2 / pi, base 2^24, from that of units on; those above do not matter (Payne and Hanek 1983). */
static void digits_of_quarters(double x, uint64_t digits[DIGITS])
{
    const uint64_t mask = (UINT64_C(1) << DIGIT) - 1;
    int exponent;
    uint64_t number = (uint64_t)ldexp(frexp(fabs(x), &exponent), 53);
    int place = exponent - 53 + 4 * DIGIT, shift = place % DIGIT, whole = place / DIGIT - 4;
    uint64_t upper = number >> (DIGIT - shift);
    const uint64_t pieces[PIECES] = {number << shift & mask, upper & mask, upper >> DIGIT & mask,
                                     upper >> 2 * DIGIT};
    uint64_t carry = 0;
    for (int d = DIGITS - 1; d >= 0; d--) {
        uint64_t sum = carry;
        for (int i = 0; i < PIECES; i++) {
            int word = i + whole - 1 + d;
            sum += word < 0 ? 0 : pieces[i] * TWO_OVER_PI[word];
        }
        digits[d] = sum & mask;
        carry = sum >> DIGIT;
    }
}

/* The digits behind the point as a number, from its smallest part on */
static pair fraction_of(const uint64_t digits[DIGITS], bool from_one)
{
    pair sum = {spread(0), spread(0)};
    for (int d = DIGITS - 1; d >= 1; d--) {
        double digit = (double)digits[d] - (from_one && d == 1 ? 0x1p24 : 0);
        pair next = sum_of(spread(ldexp(digit, -DIGIT * d)), sum.head);
        sum = (pair){next.head, next.tail + sum.tail};
    }
    return sum_of_ordered(sum.head, sum.tail);
}

unsigned own_turn(double x, double *head, double *tail)
{
    if (!isfinite(x)) {
        *head = *tail = NAN;
        return 0;
    }
    uint64_t digits[DIGITS];
    digits_of_quarters(x, digits);
    bool from_one = digits[1] >= UINT64_C(1) << (DIGIT - 1);
    pair r = product_of_pairs(fraction_of(digits, from_one),
                              (pair){spread(HALF_PI_WHOLE_0), spread(HALF_PI_WHOLE_1)});
    unsigned quarters = (unsigned)(digits[0] + from_one);
    *head = copysign(1, x) * r.head[0];
    *tail = copysign(1, x) * r.tail[0];
    return x < 0 ? 0 - quarters : quarters;
}

/* ---- The complementary error function -------------------------------------------------------------------- */

/* Coefficients with the first in two parts */
#define PAIR_POLYNOMIAL(coefficients, t)                                                                     \
    pair_polynomial(coefficients, sizeof(coefficients) / sizeof *(coefficients), t)
OWN pair pair_polynomial(const double *coefficients, size_t count, vector t)
{
    pair sum = sum_of_ordered(spread(coefficients[1]), t * polynomial(coefficients + 2, count - 2, t));
    return (pair){sum.head, sum.tail + coefficients[0]};
}

static double erfc_near(double given)
{
    vector x = spread(given);
    pair shape = PAIR_POLYNOMIAL(ERF_REST, x * x), erf = product_of_pairs((pair){x, spread(0)}, shape);
    pair rest = sum_of(spread(1), -erf.head);
    return (rest.head + (rest.tail - erf.tail))[0];
}

/* For x from 1/2 on */
static double erfc_far(double given)
{
    vector x = spread(given);
    pair shape = given < 1   ? PAIR_POLYNOMIAL(ERFC_SHAPE_0, x - 0.75)
                 : given < 2 ? PAIR_POLYNOMIAL(ERFC_SHAPE_1, x - 1.5)
                 : given < 4 ? PAIR_POLYNOMIAL(ERFC_SHAPE_2, x - 3)
                 : given < 8 ? PAIR_POLYNOMIAL(ERFC_SHAPE_3, x - 6)
                             : PAIR_POLYNOMIAL(ERFC_SHAPE_4, 1 / x);
    pair square = product_of(x, x);
    scaled bell = long_exp(-square.head, -square.tail);
    pair value = product_of_pairs(bell.value, shape);
    vector divided = quotient_of_pairs(value, (pair){given < 8 ? spread(1) : x, spread(0)});
    return scale_up(divided, bell.n)[0];
}

double own_erfc_of(double x)
{
    double size = fabs(x);
    if (!(size <= 28))
        return x > 0 ? 0 : x < 0 ? 2 : x;
    if (size < 0.5)
        return erfc_near(x);
    return x < 0 ? 2 - erfc_far(size) : erfc_far(size);
}

/* ---- The logarithm of the gamma function ----------------------------------------------------------------- */

/* ln Gamma(1 + x), x from 0 to 2; x is exact, which 1 + x need not be */
static pair lgamma_near(double given)
{
    vector x = spread(given);
    pair shape = given < 0.5   ? PAIR_POLYNOMIAL(LGAMMA_SHAPE_0, x)
                 : given < 1.5 ? PAIR_POLYNOMIAL(LGAMMA_SHAPE_1, x - 1)
                               : PAIR_POLYNOMIAL(LGAMMA_SHAPE_2, x - 2);
    return product_of_pairs(shape, product_of_pairs((pair){x, spread(0)}, sum_of(spread(-1), x)));
}

/* From 3 to 8: Gamma(x) = (x - 1) (x - 2) ... Gamma(what is left from 2 to 3) */
static double lgamma_by_steps(double x)
{
    pair product = {spread(1), spread(0)};
    for (; x > 3; x--)
        product = product_of_pairs(product, (pair){spread(x - 1), spread(0)});
    pair log = long_log(product.head), rest = lgamma_near(x - 1);
    pair sum = sum_of(log.head, rest.head);
    return (sum.head + (sum.tail + (rest.tail + log.tail + product.tail / product.head)))[0];
}

/* (x - 1/2) (ln x - 1) + (ln(2 pi) - 1) / 2 + ..., which passes the greatest double no sooner than the value */
static double lgamma_by_stirling(double given)
{
    vector x = spread(given), inverse = 1 / x;
    pair log = long_log(x), factor = sum_of(log.head, spread(-1));
    factor = sum_of_ordered(factor.head, factor.tail + log.tail);
    pair most = product_of_pairs(factor, sum_of(x, spread(-0.5))),
         sum = sum_of(most.head, spread(STIRLING_CONSTANT_0));
    vector rest = inverse * POLYNOMIAL(STIRLING, inverse * inverse);
    return (sum.head + (sum.tail + most.tail + STIRLING_CONSTANT_1 + rest))[0];
}

double own_lgamma_of(double x)
{
    if (!(x > 0))
        return x == 0 ? INFINITY : NAN;
    if (x > 0x1.754d9278b51a7p1014) /* where the value passes the greatest double */
        return INFINITY;
    if (x < 1) {
        pair log = long_log(spread(x)), near = lgamma_near(x), sum = sum_of(-log.head, near.head);
        return (sum.head + (sum.tail + (near.tail - log.tail)))[0];
    }
    if (x <= 3) {
        pair near = lgamma_near(x - 1);
        return (near.head + near.tail)[0];
    }
    return x < 8 ? lgamma_by_steps(x) : lgamma_by_stirling(x);
}

/* ---- The rest -------------------------------------------------------------------------------------------- */

#define ONE(name, of)                                                                                        \
    double own_##name##_of(double x)                                                                         \
    {                                                                                                        \
        return of(spread(x))[0];                                                                             \
    }
ONE(exp, own_exp)
ONE(expm1, own_expm1)
ONE(log, own_log)
ONE(log1p, own_log1p)
ONE(log10, own_log10)
ONE(sin, own_sin)
ONE(cos, own_cos)
ONE(tan, own_tan)
ONE(asin, own_asin)
ONE(acos, own_acos)
ONE(atan, own_atan)
ONE(rough_log, own_log)
ONE(rough_sinpi, own_sinpi)
ONE(rough_cospi, own_cospi)

double own_pow_of(double x, double y)
{
    return own_pow(spread(x), spread(y))[0];
}
