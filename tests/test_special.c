/* math/special.h: the special functions that the build uses, and those of special_own.h, against the C library in long
 * double, whose error is far below half a unit in the last place of a double. */
#include "math/special.h"
#include "math/special_own.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* ---- Values to try ---------------------------------------------------------------------------------------- */

static uint64_t state;

static uint64_t next_word(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    uint64_t x = (state ^ state >> 33) * 0xFF51AFD7ED558CCDu;
    return x ^ x >> 33;
}

static double next_unit(void)
{
    return (double)(next_word() >> 11) * 0x1p-53;
}

/* Any double: each bit pattern as likely as another, so each exponent too */
static double any_double(void)
{
    uint64_t bits = next_word();
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

typedef struct span {
    double low, high;
} span;

static double within(span s)
{
    return s.low + (s.high - s.low) * next_unit();
}

/* ---- Distances -------------------------------------------------------------------------------------------- */

/* How far `value` is from `truth`, in units in the last place of a double there */
static double error_in_units(double value, long double truth)
{
    double nearest = (double)truth;
    if (isnan(truth) || isnan(value))
        return isnan(truth) && isnan(value) ? 0 : INFINITY;
    if (isinf(nearest) || isinf(value)) /* at the edge of doubles, the greatest one is as near */
        return value == nearest ||
                       (fabs(value) >= 0x1.ffffffffffffep1023 && fabsl(truth) >= 0x1.ffffffffffffep1023L)
                   ? 0
                   : INFINITY;
    int exponent;
    frexpl(truth, &exponent);
    long double unit = ldexpl(1, exponent - 53 < -1074 ? -1074 : exponent - 53);
    return (double)(fabsl((long double)value - truth) / unit);
}

typedef double of_one(double x);
typedef long double long_of_one(long double x);
typedef struct function {
    const char *name;
    of_one *ours, *built; /* special_own.c's, and what the build uses */
    long_of_one *truth;
    double ours_within, built_within; /* in units in the last place */
    span spans[4];                    /* up to one of no width */
} function;

#define X(name)                                                                                              \
    static double built_##name(double x)                                                                     \
    {                                                                                                        \
        return portable_##name(x);                                                                           \
    }
SPECIAL_FUNCTIONS(X)
#undef X

/* cos(pi x), `back` quarters of a turn earlier, by the distance of x from the nearest quarter, which is exact */
static long double cosine_of_turn(long double x, int back)
{
    const long double pi = 3.14159265358979323846264338327950288L;
    long double turn = fmodl(x, 2), quarter = roundl(2 * turn), r = pi * (turn - quarter / 2);
    switch (((int)quarter - back + 4) % 4) {
    case 0:
        return cosl(r);
    case 1:
        return -sinl(r);
    case 2:
        return -cosl(r);
    default:
        return sinl(r);
    }
}

static long double sinpil(long double x)
{
    return cosine_of_turn(x, 1);
}

static long double cospil(long double x)
{
    return cosine_of_turn(x, 0);
}

#define FUNCTION(name, truth, within, ...)                                                                   \
    {                                                                                                        \
#name, own_##name##_of, built_##name, truth, within, __VA_ARGS__                                     \
    }
static const function functions[] = {
    FUNCTION(exp, expl, 1, 1, {{-746, 710}, {-1, 1}, {-1e-8, 1e-8}}),
    FUNCTION(expm1, expm1l, 1, 1, {{-40, 710}, {-2, 2}, {-1e-8, 1e-8}}),
    FUNCTION(log, logl, 1, 1, {{0, 4}, {0.9, 1.1}, {0, 1e-300}}),
    FUNCTION(log1p, log1pl, 1, 1, {{-1, 4}, {-0.1, 0.1}, {-1e-8, 1e-8}}),
    FUNCTION(log10, log10l, 1, 1, {{0, 4}, {0.9, 1.1}, {0, 1e-300}}),
    FUNCTION(sin, sinl, 1, 1, {{-4, 4}, {-1e6, 1e6}, {-1e9, 1e9}}),
    FUNCTION(cos, cosl, 1, 1, {{-4, 4}, {-1e6, 1e6}, {-1e9, 1e9}}),
    FUNCTION(tan, tanl, 1, 1, {{-4, 4}, {-1e6, 1e6}, {-1e9, 1e9}}),
    FUNCTION(asin, asinl, 1, 1, {{-1, 1}, {0.99, 1}, {-1e-8, 1e-8}}),
    FUNCTION(acos, acosl, 1, 1, {{-1, 1}, {0.99, 1}, {-1, -0.99}}),
    FUNCTION(atan, atanl, 1, 1, {{-4, 4}, {-1e-8, 1e-8}, {4, 1e4}}),
    FUNCTION(erfc, erfcl, 1.5, 1.5, {{-7, 7}, {-1, 1}, {4, 28}}),
    FUNCTION(lgamma, lgammal, 1, 1, {{0, 4}, {3, 10}, {10, 1e4}}),
    FUNCTION(rough_log, logl, 1, 3.5, {{0, 4}, {0.9, 1.1}, {0, 1e-300}}),
    FUNCTION(rough_sinpi, sinpil, 2, 3.5, {{0, 2}, {-0.01, 0.01}, {0.99, 1.01}}),
    FUNCTION(rough_cospi, cospil, 2, 3.5, {{0, 2}, {0.49, 0.51}, {1.49, 1.51}}),
};
enum { FUNCTIONS = sizeof functions / sizeof *functions, TRIES = 50000 };

typedef struct worst {
    double error, at;
} worst;

static void note(worst *w, double error, double at)
{
    if (!(error <= w->error))
        *w = (worst){error, at};
}

static void check_function(const function *f, of_one *of, double tolerance)
{
    state = 1;
    worst w = {0, 0};
    for (int k = 0; k < 4 && f->spans[k].low < f->spans[k].high; k++)
        for (int n = 0; n < TRIES; n++) {
            double x = within(f->spans[k]);
            note(&w, error_in_units(of(x), f->truth(x)), x);
        }
    for (int n = 0; n < TRIES; n++) {
        double x = any_double();
        if (fabs(x) < 1e300 && f->truth != lgammal && f->truth != cospil && f->truth != sinpil)
            note(&w, error_in_units(of(x), f->truth(x)), x);
    }
    if (!(w.error <= tolerance))
        fail_msg("%s(%.17g) is %g units from the true value", f->name, w.at, w.error);
}

static void functions_of_our_own_are_as_near_the_true_values_as_they_say(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < FUNCTIONS; i++)
        check_function(functions + i, functions[i].ours, functions[i].ours_within);
}

static void functions_of_the_build_are_as_near_the_true_values_as_they_say(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < FUNCTIONS; i++)
        check_function(functions + i, functions[i].built, functions[i].built_within);
}

static void functions_of_our_own_are_within_two_units_of_those_of_the_build(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < FUNCTIONS; i++) {
        const function *f = functions + i;
        if (f->truth == cospil || f->truth == sinpil ||
            f->ours == own_rough_log_of) /* those may be off by four */
            continue;
        for (int k = 0; k < 3; k++)
            for (int n = 0; n < TRIES; n++) {
                double x = within(f->spans[k]), ours = f->ours(x), built = f->built(x);
                if (!(error_in_units(ours, built) <= 2))
                    fail_msg("%s(%.17g): %.17g and %.17g", f->name, x, ours, built);
            }
    }
}

/* ---- Powers ----------------------------------------------------------------------------------------------- */

/* Bases and exponents of every size, of results of every size, near 1, and whole exponents */
static void draw_power(int n, double *x, double *y)
{
    *x = any_double();
    switch (n % 5) {
    case 0:
        *y = any_double();
        break;
    case 1:
        *y = within((span){-745, 710}) / log(fabs(*x));
        break;
    case 2:
        *x = within((span){0.99, 1.01});
        *y = within((span){-70000, 70000});
        break;
    case 3:
        *x = within((span){0, 4});
        *y = within((span){-200, 200});
        break;
    default:
        *x = within((span){-4, 4});
        *y = round(within((span){-60, 60}));
    }
}

/* What the power of the build is within, in units in the last place: with SLEEF that is power.h's */
static const double power_within = TRUCE_OWN_SPECIAL ? 1 : 0.62;

static void check_power(double x, double y)
{
    long double truth = powl(x, y);
    double ours = own_pow_of(x, y), built = portable_pow(x, y);
    double error = error_in_units(ours, truth), built_error = error_in_units(built, truth);
    if (!(error <= 1) || !(built_error <= power_within))
        fail_msg("pow(%.17g, %.17g) = %.20Lg: %.17g and %.17g, %g and %g units away", x, y, truth, ours,
                 built, error, built_error);
}

static void powers_are_as_near_the_true_values_as_they_say(void **unused)
{
    (void)unused;
    state = 2;
    for (int n = 0; n < 5 * TRIES; n++) {
        double x, y;
        draw_power(n, &x, &y);
        check_power(x, y);
    }
}

/* Results near the greatest double, subnormal results and subnormal bases, and bases ever nearer to 1, to the most and
 * the least exponent. Those of 1.016 to such exponents are the worst there are for power.h. */
static void powers_at_the_edges_are_as_near(void **unused)
{
    static const span logs[] = {{700, 709.8}, {-746, -707}, {-1, 1}, {-745, 709}};
    (void)unused;
    state = 5;
    for (int n = 0; n < 5 * TRIES; n++) {
        double log_of_result = within(logs[n % 4]), x = fabs(any_double());
        switch (n / 4 % 5) {
        case 0:
            x = 1 + ldexp(within((span){-1, 1}), -(int)(next_word() % 53));
            break;
        case 1:
            x = within((span){1.01, 1.02});
            break;
        case 2:
            x = within((span){0.97, 1});
            break;
        case 3:
            x = ldexp(next_unit(), -1022);
            break;
        default:
            break;
        }
        double y = log_of_result / log(x);
        if (isfinite(x) && isfinite(y))
            check_power(x, y);
    }
}

typedef double of_two(double x, double y);

static double built_pow(double x, double y)
{
    return portable_pow(x, y);
}
static of_two *const powers[] = {own_pow_of, built_pow};
enum { POWERS = sizeof powers / sizeof *powers };

static void powers_that_are_doubles_are_exact(void **unused)
{
    (void)unused;
    state = 6;
    for (size_t k = 0; k < POWERS; k++) {
        of_two *power = powers[k];
        for (int n = -1074; n < 1024; n++)
            assert_true(power(2, n) == ldexp(1, n));
        for (int n = -300; n <= 300; n++)
            assert_true(power(n, 2) == (double)n * n && power(n, 3) == (double)n * n * n);
        for (int n = 1; n <= TRIES; n++) {
            double x = (double)(next_word() >> 38), any = any_double();
            assert_true(power(x * x, 0.5) == x && power(x, 2) == x * x);
            assert_true(power(any, 0) == 1 && (isnan(any) || power(any, 1) == any));
            x = ldexp(floor(x * 0x1p-13), -5);
            assert_true(power(x * x * x * x, 0.75) == x * x * x || k == 0);
        }
    }
}

/* ---- Exceptions ------------------------------------------------------------------------------------------- */

static const double remarkable[] = {0.0,
                                    -0.0,
                                    1.0,
                                    -1.0,
                                    0.5,
                                    -0.5,
                                    2.0,
                                    -2.0,
                                    3.0,
                                    -3.0,
                                    0x1p-1074,
                                    -0x1p-1074,
                                    0x1p-1022,
                                    1e-310,
                                    1e308,
                                    -1e308,
                                    0x1.fffffffffffffp1023,
                                    -0x1.fffffffffffffp1023,
                                    0x1p52,
                                    0x1p53,
                                    -0x1p53,
                                    0x1.0000000000001p52,
                                    1.5,
                                    -1.5,
                                    INFINITY,
                                    -INFINITY,
                                    NAN};
enum { REMARKABLE = sizeof remarkable / sizeof *remarkable };

static void assert_same_exception(const char *name, double x, double y, double value, double truth)
{
    bool same = isnan(truth) ? isnan(value) : !isnan(value) && !signbit(value) == !signbit(truth);
    if (same && (isinf(truth) || truth == 0))
        same = value == truth;
    if (!same)
        fail_msg("%s(%g, %g) is %g, not %g", name, x, y, value, truth);
}

static void zeros_infinities_and_not_a_number_are_those_of_the_c_library(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < FUNCTIONS; i++)
        for (size_t k = 0; k < REMARKABLE; k++) {
            double x = remarkable[k];
            long_of_one *truth = functions[i].truth;
            bool of_turns = truth == sinpil || truth == cospil;
            double zero = truth == cospil ? 0.5 : 0; /* where a turn is zero, of either sign */
            bool outside = of_turns ? !(fabs(x) <= 2) || fabs(fmod(x, 1)) == zero : truth == lgammal && x < 0;
            if (!outside)
                assert_same_exception(functions[i].name, x, 0, functions[i].ours(x), (double)truth(x));
        }
    for (size_t i = 0; i < REMARKABLE; i++)
        for (size_t k = 0; k < REMARKABLE; k++) {
            double x = remarkable[i], y = remarkable[k];
            for (size_t p = 0; p < POWERS; p++)
                assert_same_exception("pow", x, y, powers[p](x, y), pow(x, y));
        }
}

static void subnormal_results_are_rounded_once(void **unused)
{
    (void)unused;
    state = 3;
    for (int n = 0; n < TRIES; n++) {
        double x = within((span){-745, -708}), y = within((span){26.5, 27.2});
        assert_true(error_in_units(own_exp_of(x), expl(x)) <= 1);
        assert_true(error_in_units(own_erfc_of(y), erfcl(y)) <= 1.5);
    }
}

/* The multiples of pi / 2 that doubles come nearest to (Muller 2016, table 11.1, for one) leave few digits. */
static void circular_functions_keep_their_digits_near_their_zeros(void **unused)
{
    (void)unused;
    const double half_pi = 1.57079632679489661923;
    for (int k = 1; k < 2000000; k += 1 + k / 50) {
        double x = k * half_pi;
        assert_true(error_in_units(own_sin_of(x), sinl(x)) <= 1);
        assert_true(error_in_units(own_cos_of(x), cosl(x)) <= 1);
        assert_true(error_in_units(own_tan_of(x), tanl(x)) <= 1);
    }
    const double near = 6381956970095103.0 * 0x1p797;
    assert_true(error_in_units(own_cos_of(near), cosl(near)) <= 1);
    assert_true(fabs(own_cos_of(near)) < 1e-18);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_of_our_own_are_as_near_the_true_values_as_they_say),
        cmocka_unit_test(functions_of_the_build_are_as_near_the_true_values_as_they_say),
        cmocka_unit_test(functions_of_our_own_are_within_two_units_of_those_of_the_build),
        cmocka_unit_test(powers_are_as_near_the_true_values_as_they_say),
        cmocka_unit_test(powers_at_the_edges_are_as_near),
        cmocka_unit_test(powers_that_are_doubles_are_exact),
        cmocka_unit_test(zeros_infinities_and_not_a_number_are_those_of_the_c_library),
        cmocka_unit_test(subnormal_results_are_rounded_once),
        cmocka_unit_test(circular_functions_keep_their_digits_near_their_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
