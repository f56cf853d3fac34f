/* Row kernels (engine/row_kernels.h) against the scalar form of what they do, with the same bits at every level. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/level.h"
#include "fit/posterior_target.h"
#include "math/order_statistics.h"
#include "math/special.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 56 /* whole vectors, and one left over at every width */, MOST = 11 };

/* Calls a test with the row kernels of each level that there is. */
#define FOR_EACH_LEVEL(rows)                                                                                 \
    for (engine_level level = ENGINE_BASELINE; level < ENGINE_LEVELS; level++)                               \
        for (const row_kernels *rows = engine_level_available(level) ? level_rows(level) : NULL; rows;       \
             rows = NULL)

static void fill(double *to, size_t count, double seed)
{
    for (size_t i = 0; i < count; i++)
        to[i] = 3 * sin(seed + (double)(i * i));
}

static void make_triangle(double *upper, size_t n)
{
    for (size_t i = 0; i < n * n; i++)
        upper[i] = i / n > i % n ? NAN : i / n == i % n ? 2.0 + (double)(i % n) : sin((double)i);
}

/* U (U^-1 b) = b for triangles with rows left over and without, to rounding, in another place or in the same. */
static void substitution_solves_a_triangle(void **state)
{
    (void)state;
    double upper[MOST * MOST], first[MOST * LANES], b[MOST * LANES], x[MOST * LANES];
    for (size_t n = 1; n <= MOST; n++)
        FOR_EACH_LEVEL(rows)
        {
            make_triangle(upper, n);
            fill(b, n * LANES, 1);
            rows->substitute(upper, n, b, x, LANES);
            for (size_t at = 0; at < n * LANES; at++) {
                double sum = 0;
                for (size_t i = at / LANES, j = i; j < n; j++)
                    sum += upper[i * n + j] * x[j * LANES + at % LANES];
                assert_true(fabs(sum - b[at]) < 1e-13);
            }
            rows->substitute(upper, n, b, b, LANES);
            assert_memory_equal(b, x, n * LANES * sizeof *x);
            if (level == ENGINE_BASELINE)
                memcpy(first, x, sizeof first);
            assert_memory_equal(first, x, n * LANES * sizeof *x);
        }
}

static void a_triangle_multiplies_with_sums_from_the_diagonal_on(void **state)
{
    (void)state;
    double upper[MOST * MOST], x[MOST * LANES], product[MOST * LANES];
    for (size_t n = 1; n <= MOST; n++)
        FOR_EACH_LEVEL(rows)
        {
            make_triangle(upper, n);
            fill(x, n * LANES, 2);
            for (size_t at = 0; at < n * LANES; at++) {
                product[at] = 0;
                for (size_t i = at / LANES, j = i; j < n; j++)
                    product[at] += upper[i * n + j] * x[j * LANES + at % LANES];
            }
            rows->multiply(upper, n, x, LANES);
            assert_memory_equal(x, product, n * LANES * sizeof *x);
        }
}

static void multiples_and_signed_differences_add_up(void **state)
{
    (void)state;
    enum { COUNT = 13 };
    double a[COUNT], b[COUNT], sums[ROW_TRIALS * COUNT], signs[ROW_TRIALS];
    for (size_t t = 0; t < ROW_TRIALS; t++)
        signs[t] = t % 3 ? 1 : -1;
    fill(a, COUNT, 3);
    fill(b, COUNT, 4);
    FOR_EACH_LEVEL(rows)
    {
        fill(sums, ROW_TRIALS * COUNT, 5);
        rows->add(sums, 0.7, a, COUNT);
        rows->add_differences(sums, signs, a, b, COUNT);
        for (size_t i = 0; i < ROW_TRIALS * COUNT; i++) {
            double sum = 3 * sin(5 + (double)(i * i));
            sum += i < COUNT ? 0.7 * a[i] : 0;
            sum += signs[i / COUNT] * (a[i % COUNT] - b[i % COUNT]);
            assert_true(sums[i] == sum);
        }
    }
}

/* Of any number of places, and columns left over; the columns beyond are not touched. */
static void trimmed_means_leave_out_the_ends(void **state)
{
    (void)state;
    enum { COLUMNS = 19, STRIDE = 23 };
    double values[ROW_PLACES * STRIDE], means[STRIDE], sorted[ROW_PLACES];
    for (size_t places = 1; places <= ROW_PLACES; places++)
        FOR_EACH_LEVEL(rows)
        {
            size_t below = places / 8, above = places / 4;
            fill(values, places * STRIDE, 6);
            fill(means, STRIDE, 7);
            rows->trimmed_means(means, values, places, STRIDE, below, above, COLUMNS);
            for (size_t j = 0; j < COLUMNS; j++) {
                double sum = 0;
                for (size_t k = 0; k < places; k++)
                    sorted[k] = values[k * STRIDE + j];
                qsort(sorted, places, sizeof *sorted, order_of_numbers);
                for (size_t k = below; k < places - above; k++)
                    sum += sorted[k];
                assert_true(means[j] == sum / (double)(places - below - above));
            }
            assert_true(means[COLUMNS] == 3 * sin(7 + (double)(COLUMNS * COLUMNS)));
        }
}

static void lanes_mix_shift_and_are_taken(void **state)
{
    (void)state;
    enum { ROWS = 3 };
    double x[ROWS * LANES], z[ROWS * LANES], to[ROWS * LANES], growth[LANES], squares[LANES], taken[LANES];
    static const double by[ROWS] = {0.5, -2, 1e3};
    fill(x, ROWS * LANES, 8);
    fill(z, ROWS * LANES, 9);
    FOR_EACH_LEVEL(rows)
    {
        for (size_t i = 0; i < LANES; i++) {
            growth[i] = squares[i] = 1;
            taken[i] = i % 3 == 0;
        }
        rows->mix(to, growth, x, z, 0.8, 0.6, LANES);
        rows->add_squares(squares, x, ROWS, LANES);
        for (size_t i = 0; i < LANES; i++) {
            double mixed = 0.8 * x[i] + 0.6 * z[i], sum = 1;
            for (size_t j = 0; j < ROWS; j++)
                sum += x[j * LANES + i] * x[j * LANES + i];
            assert_true(to[i] == mixed && squares[i] == sum);
            assert_true(growth[i] == 1 + 0.5 * (mixed * mixed - x[i] * x[i]));
        }
        memcpy(to, x, sizeof to);
        rows->shift(to, by, -1, ROWS, LANES);
        rows->take(to, z, taken, ROWS, LANES);
        for (size_t i = 0; i < ROWS * LANES; i++)
            assert_true(to[i] == (i % LANES % 3 == 0 ? z[i] : x[i] - by[i / LANES]));
    }
}

static void predictions_and_densities_are_those_of_one_lane(void **state)
{
    (void)state;
    double from[LANES], less_by[LANES], offset[LANES], scale[LANES], to[LANES], normal[LANES], student[LANES];
    fill(from, LANES, 10);
    fill(less_by, LANES, 11);
    fill(offset, LANES, 12);
    fill(scale, LANES, 13);
    from[0] = INFINITY;
    from[1] = 1e200;
    FOR_EACH_LEVEL(rows)
    for (int change = 0; change < 2; change++) {
        rows->predict(to, from, change ? less_by : NULL, offset, scale, 0.7, LANES);
        rows->freshen(to, less_by, 0.6, 1.25, LANES);
        rows->scale(to, 3, LANES);
        memset(normal, 0, sizeof normal);
        memset(student, 0, sizeof student);
        rows->add_normal(normal, -0.5, 0.1, to, LANES);
        rows->add_student(student, -0.25, 4, 0.1, to, LANES);
        for (size_t i = 0; i < LANES; i++) {
            double x = (offset[i] + scale[i] * (change ? from[i] - less_by[i] : from[i])) * 0.7;
            x = (x - 0.6 * less_by[i]) * 1.25 * 3;
            double z = 0.1 - x, density = -0.25 - 2.5 * portable_log1p(z * z * 7.0 / 5.0 / 4.0);
            assert_memory_equal(&to[i], &x, sizeof x);
            assert_true(normal[i] == -0.5 - 0.5 * z * z);
            assert_memory_equal(&student[i], &density, sizeof density);
        }
    }
}

/* A bounded prior has a table of values: the same for a block as for one number, at knots, between and beyond. */
static void coordinates_of_a_block_have_the_values_of_single_ones(void **state)
{
    (void)state;
    static const truce_distribution priors[] = {{.kind = TRUCE_BETA, .a = 0.6, .b = 3, .d = 1, .scale = 2},
                                                {.kind = TRUCE_UNIFORM, .a = -1, .b = 4, .scale = -1}};
    arena memory = {0};
    for (size_t p = 0; p < sizeof priors / sizeof *priors; p++) {
        fit_coordinate k = {.prior = priors[p]};
        assert_true(coordinate_set_transform(&memory, &k));
        assert_int_equal(k.transform, TRANSFORM_TABLE);
        FOR_EACH_LEVEL(rows)
        for (double first = -9; first < 9; first += 0.37) {
            double x[LANES] = {-INFINITY, INFINITY, NAN, -8, 8, 7.96875, -7.96875, 0}, values[LANES];
            for (size_t i = 8; i < LANES; i++)
                x[i] = first + (double)(i - 8) / 128;
            coordinate_values(&k, level_kernels(level, LANES), rows, x, values, LANES);
            for (size_t i = 0; i < LANES; i++) {
                double single = coordinate_value(&k, x[i]);
                assert_memory_equal(&values[i], &single, sizeof single);
            }
        }
    }
    arena_free(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(substitution_solves_a_triangle),
        cmocka_unit_test(a_triangle_multiplies_with_sums_from_the_diagonal_on),
        cmocka_unit_test(multiples_and_signed_differences_add_up),
        cmocka_unit_test(trimmed_means_leave_out_the_ends),
        cmocka_unit_test(lanes_mix_shift_and_are_taken),
        cmocka_unit_test(predictions_and_densities_are_those_of_one_lane),
        cmocka_unit_test(coordinates_of_a_block_have_the_values_of_single_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
