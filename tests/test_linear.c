/* The Gaussian approximation of moves (fit/linear.h): slopes that are off at a place, strides, widening. */
#include "fit/linear.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { DIMENSION = 3, POINTS = 2 };

static const double slopes[POINTS][DIMENSION] = {{2, -1, 0.5}, {0, 3, 1}};
static const double temperature = 0.5;

/* With the same slopes at all places. */
static linear make(void)
{
    linear l;
    assert_true(linear_make(&l, DIMENSION, POINTS, LINEAR_PLACES, 1));
    for (size_t place = 0; place < LINEAR_PLACES; place++)
        for (size_t k = 0; k < POINTS; k++)
            for (size_t j = 0; j < DIMENSION; j++)
                l.slopes[(place * POINTS + k) * DIMENSION + j] = slopes[k][j];
    return l;
}

/* |U x|^2 is x'(I + T J'J)x = |x|^2 + T |J x|^2. */
/* One particle, in the last of the lanes. */
static void whiten(const linear *l, const double *x, double *v)
{
    enum { WIDTH = 16 };
    double lanes[DIMENSION * WIDTH] = {0};
    for (size_t j = 0; j < DIMENSION; j++)
        lanes[j * WIDTH + WIDTH - 1] = x[j];
    linear_whiten(l, lanes, WIDTH);
    for (size_t j = 0; j < DIMENSION; j++)
        v[j] = lanes[j * WIDTH + WIDTH - 1];
}

static void expect_precision(const linear *l)
{
    static const double x[DIMENSION] = {0.3, -1.2, 0.7};
    double v[DIMENSION], expected = 0, seen = 0;
    for (size_t j = 0; j < DIMENSION; j++)
        expected += x[j] * x[j];
    for (size_t k = 0; k < POINTS; k++) {
        double z = 0;
        for (size_t j = 0; j < DIMENSION; j++)
            z += slopes[k][j] * x[j];
        expected += temperature * z * z;
    }
    whiten(l, x, v);
    for (size_t j = 0; j < DIMENSION; j++)
        seen += v[j] * v[j];
    assert_true(fabs(seen - expected) < 1e-12 * expected);
}

static void two_places_that_are_off_spoil_nothing(void **state)
{
    (void)state;
    linear l = make();
    for (size_t j = 0; j < DIMENSION; j++) {
        l.slopes[(5 * POINTS + 1) * DIMENSION + j] = 1e9;
        l.slopes[(11 * POINTS + 0) * DIMENSION + j] = -1e7;
    }
    linear_set(&l, temperature);
    expect_precision(&l);
    assert_true(linear_set_strides(&l, temperature));
    for (size_t j = 0; j < DIMENSION; j++)
        assert_true(l.stride[j] == 1);
    linear_free(&l);
}

/* Of one prediction, whose slope on the last coordinate is as often 2 as -2: the middle is 0, U the unit matrix and
 * the roughness T x 4; the median one is 0, to which 0.01 is added. */
static void steps_are_short_where_slopes_differ(void **state)
{
    (void)state;
    linear l;
    assert_true(linear_make(&l, DIMENSION, 1, LINEAR_PLACES, 1));
    for (size_t place = 0; place < LINEAR_PLACES; place++)
        l.slopes[place * DIMENSION + 2] = place % 2 ? 2 : -2;
    linear_set(&l, temperature);
    assert_true(linear_set_strides(&l, temperature));
    assert_true(l.stride[0] == 1 && l.stride[1] == 1);
    assert_true(fabs(l.stride[2] - sqrt(0.01 / (0.01 + temperature * 4))) < 1e-12);
    linear_free(&l);
}

static void a_coordinate_that_varies_more_is_widened_and_none_is_narrowed(void **state)
{
    (void)state;
    static const double x[DIMENSION] = {0.3, -1.2, 0.7};
    double before[DIMENSION], after[DIMENSION];
    linear l = make();
    linear_set(&l, temperature);
    whiten(&l, x, before);
    linear_widen(&l, 0, 4);
    linear_widen(&l, 1, 0.25);
    whiten(&l, x, after);
    assert_true(fabs(after[0] - before[0] / 2) < 1e-12);
    assert_true(after[1] == before[1] && after[2] == before[2]);
    linear_free(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_places_that_are_off_spoil_nothing),
        cmocka_unit_test(steps_are_short_where_slopes_differ),
        cmocka_unit_test(a_coordinate_that_varies_more_is_widened_and_none_is_narrowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
