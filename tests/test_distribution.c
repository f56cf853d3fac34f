/* Distributions against published tables and closed forms, draws against their distribution, and quantiles
 * against sorting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ensemble/ensemble.h"
#include "math/quantiles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void assert_near(double value, double expected, double relative)
{
    double tolerance = relative * fmax(fabs(expected), 1e-300);
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.17g is not %.17g within %g", value, expected, relative);
}

/* Wichura (1988), table of test values, and the quantiles every textbook prints. */
static void normal_quantile_gives_the_published_test_values(void **state)
{
    (void)state;
    assert_near(normal_quantile(0.25), -0.6744897501960817, 1e-15);
    assert_near(normal_quantile(0.001), -3.090232306167814, 1e-15);
    assert_near(normal_quantile(1e-20), -9.262340089798408, 1e-15);
    assert_near(normal_quantile(0.975), 1.959963984540054, 1e-15);
    assert_near(normal_quantile(0.95), 1.6448536269514722, 1e-15);
    assert_true(normal_quantile(0.5) == 0);
    assert_true(isnan(normal_quantile(-0.1)) && isnan(normal_quantile(1.1)) && isnan(normal_quantile(NAN)));
    assert_true(normal_quantile(0) == -INFINITY && normal_quantile(1) == INFINITY);
}

static void normal_quantile_inverts_the_error_function(void **state)
{
    (void)state;
    for (double z = -8; z < 5; z += 0.173) {
        double p = 0.5 * erfc(-z / sqrt(2));
        assert_true(fabs(normal_quantile(p) - z) < 1e-9);
        if (z < 0)
            assert_near(normal_quantile(p), z, 4e-15);
    }
}

/* I_x(a, b) has a closed form when a or b is 1, and for the arcsine law a = b = 1/2. */
static void incomplete_beta_agrees_with_closed_forms(void **state)
{
    (void)state;
    for (double x = 0.01; x < 1; x += 0.07) {
        for (double shape = 0.2; shape < 30; shape *= 1.7) {
            assert_near(exp(log_incomplete_beta(log(x), shape, 1)), pow(x, shape), 1e-13);
            assert_near(exp(log_incomplete_beta(log(x), 1, shape)), -expm1(shape * log1p(-x)), 1e-13);
        }
        assert_near(exp(log_incomplete_beta(log(x), 0.5, 0.5)), asin(sqrt(x)) * 2 / M_PI, 1e-13);
    }
    assert_true(log_incomplete_beta(0, 2, 3) == 0);
}

/* For whole shapes I_x(a, b) is a binomial tail: sum over j >= a of C(n, j) x^j (1 - x)^(n - j), n = a+b-1.
 */
static void incomplete_beta_of_whole_shapes_is_a_binomial_tail(void **state)
{
    (void)state;
    for (int a = 1; a < 12; a++)
        for (int b = 1; b < 12; b++)
            for (double x = 0.05; x < 1; x += 0.15) {
                int n = a + b - 1;
                double sum = 0, choose = 1;
                for (int j = 0; j <= n; j++) {
                    if (j >= a)
                        sum += choose * pow(x, j) * pow(1 - x, n - j);
                    choose = choose * (n - j) / (j + 1);
                }
                assert_near(exp(log_incomplete_beta(log(x), a, b)), sum, 1e-12);
            }
}

static void beta_quantile_agrees_with_closed_forms(void **state)
{
    (void)state;
    for (double p = 0.001; p < 1; p += 0.0371) {
        for (double shape = 0.05; shape < 2000; shape *= 3.1) {
            assert_near(beta_quantile(p, shape, 1), pow(p, 1 / shape), 5e-12);
            assert_near(beta_quantile(p, 1, shape), -expm1(log1p(-p) / shape), 5e-12);
        }
        double arcsine = sin(M_PI * p / 2);
        assert_near(beta_quantile(p, 0.5, 0.5), arcsine * arcsine, 1e-13);
    }
    /* The median of a symmetric one, and the percentage points of the F table: with 2a and 2b degrees of
     * freedom x = aF / (b + aF); F(0.95; 4, 10) = 3.478049690765. */
    assert_near(beta_quantile(0.5, 7, 7), 0.5, 1e-14);
    assert_near(beta_quantile(0.95, 2, 5), 2 * 3.478049690765 / (5 + 2 * 3.478049690765), 1e-10);
}

static void beta_quantile_inverts_the_incomplete_beta_for_extreme_shapes(void **state)
{
    (void)state;
    const double shapes[] = {0.001, 0.01, 0.3, 1, 4, 90, 5000, 1e6};
    const double probabilities[] = {1e-12, 1e-4, 0.05, 0.3, 0.5, 0.77, 0.95, 0.9999};
    for (size_t i = 0; i < 8; i++)
        for (size_t j = 0; j < 8; j++) {
            double before = -1;
            for (size_t k = 0; k < 8; k++) {
                double x = beta_quantile(probabilities[k], shapes[i], shapes[j]);
                assert_true(x >= 0 && x <= 1 && x >= before);
                before = x;
                if (x > 1e-300 && x < 1 - 1e-6)
                    assert_near(exp(log_incomplete_beta(log(x), shapes[i], shapes[j])), probabilities[k],
                                2e-9);
            }
        }
}

static void quantiles_of_distributions_agree_with_closed_forms(void **state)
{
    (void)state;
    truce_distribution normal = {TRUCE_NORMAL, 10, 2, 0, 0, 1};
    assert_near(truce_distribution_quantile(&normal, 0.975), 10 + 2 * 1.959963984540054, 1e-15);
    truce_distribution lognormal = {TRUCE_LOGNORMAL, 3, 0.5, 0, 0, 1};
    assert_near(truce_distribution_quantile(&lognormal, 0.5), 3, 1e-15);
    assert_near(truce_distribution_quantile(&lognormal, 0.95), 3 * exp(0.5 * 1.6448536269514722), 1e-14);
    truce_distribution uniform = {TRUCE_UNIFORM, -1, 3, 0, 0, 1};
    assert_near(truce_distribution_quantile(&uniform, 0.25), 1e-300, 1);
    truce_distribution triangular = {TRUCE_TRIANGULAR, 0, 1, 4, 0, 1};
    assert_near(truce_distribution_quantile(&triangular, 0.25), 1, 1e-15);
    assert_near(truce_distribution_quantile(&triangular, 0.0625), 0.5, 1e-15);
    assert_near(truce_distribution_quantile(&triangular, 1 - 0.75 / 4), 4 - 1.5, 1e-15);
    truce_distribution beta = {TRUCE_BETA, 1, 1, 2, 6, 1};
    assert_near(truce_distribution_quantile(&beta, 0.25), 3, 1e-14);
    truce_distribution fixed = {TRUCE_FIXED, 7, 0, 0, 0, 1};
    assert_true(truce_distribution_quantile(&fixed, 0.01) == 7);
}

static void a_scale_multiplies_and_a_negative_one_turns_around(void **state)
{
    (void)state;
    truce_distribution d = {TRUCE_UNIFORM, 1, 3, 0, 0, -2};
    assert_near(truce_distribution_quantile(&d, 0.25), -5, 1e-15);
    assert_near(truce_distribution_log_density(&d, -4), log(0.25), 1e-14);
    assert_true(truce_distribution_log_density(&d, 4) == -INFINITY);
    truce_distribution plain = d;
    plain.scale = 1;
    assert_true(truce_distribution_draw(&d, 5, 17, "x") == -2 * truce_distribution_draw(&plain, 5, 17, "x"));
    truce_distribution fixed = {TRUCE_FIXED, 0.1, 0, 0, 0, 3}; /* 3 * 0.1 / 3 is another number than 0.1 */
    assert_true(truce_distribution_log_density(&fixed, truce_distribution_draw(&fixed, 5, 17, "x")) == 0);
}

static void a_quantile_of_no_probability_is_no_number(void **state)
{
    (void)state;
    for (int kind = TRUCE_FIXED; kind <= TRUCE_TRIANGULAR; kind++) {
        truce_distribution d = {(truce_distribution_kind)kind, 1, 2, 3, 4, 1};
        assert_true(isnan(truce_distribution_quantile(&d, 1.5)));
        assert_true(isnan(truce_distribution_quantile(&d, -1e-9)));
        assert_true(isnan(truce_distribution_quantile(&d, NAN)));
    }
}

/* The integral of the density between two quantiles is the difference of their probabilities. */
static void densities_integrate_to_the_probability_between_quantiles(void **state)
{
    (void)state;
    const truce_distribution all[] = {
        {TRUCE_NORMAL, 10, 2, 0, 0, 1},      {TRUCE_NORMAL, 1, 0.2, 0, 0, 30},
        {TRUCE_LOGNORMAL, 3, 0.5, 0, 0, 1},  {TRUCE_UNIFORM, -1, 3, 0, 0, 1},
        {TRUCE_BETA, 2, 5, 1, 9, 1},         {TRUCE_BETA, 0.5, 0.7, 0, 1, 2},
        {TRUCE_TRIANGULAR, 0, 1, 4, 0, 0.1},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        double low = truce_distribution_quantile(&all[i], 0.1);
        double high = truce_distribution_quantile(&all[i], 0.85);
        int cells = 20000;
        double width = (high - low) / cells, sum = 0;
        for (int cell = 0; cell < cells; cell++)
            sum += exp(truce_distribution_log_density(&all[i], low + (cell + 0.5) * width));
        assert_near(sum * width, 0.75, 1e-6);
    }
}

static void densities_outside_the_support_are_zero(void **state)
{
    (void)state;
    truce_distribution lognormal = {TRUCE_LOGNORMAL, 3, 0.5, 0, 0, 1};
    truce_distribution triangular = {TRUCE_TRIANGULAR, 0, 4, 4, 0, 1};
    truce_distribution fixed = {TRUCE_FIXED, 7, 0, 0, 0, 1};
    assert_true(truce_distribution_log_density(&lognormal, 0) == -INFINITY);
    assert_true(truce_distribution_log_density(&triangular, 4.1) == -INFINITY);
    assert_near(truce_distribution_log_density(&triangular, 4), log(0.5), 1e-14);
    assert_true(truce_distribution_log_density(&fixed, 7) == 0);
    assert_true(truce_distribution_log_density(&fixed, 8) == -INFINITY);
    assert_true(isnan(truce_distribution_log_density(&lognormal, NAN)));
}

static void wrong_distributions_are_refused_with_one_sentence(void **state)
{
    (void)state;
    const truce_distribution wrong[] = {
        {TRUCE_NORMAL, 0, -1, 0, 0, 1},    {TRUCE_NORMAL, 0, 0, 0, 0, 1},
        {TRUCE_NORMAL, NAN, 1, 0, 0, 1},   {TRUCE_NORMAL, 0, INFINITY, 0, 0, 1},
        {TRUCE_LOGNORMAL, 0, 1, 0, 0, 1},  {TRUCE_LOGNORMAL, 1, -2, 0, 0, 1},
        {TRUCE_UNIFORM, 1, 1, 0, 0, 1},    {TRUCE_UNIFORM, -1e308, 1e308, 0, 0, 1},
        {TRUCE_BETA, 0, 1, 0, 1, 1},       {TRUCE_BETA, 1, 1e9, 0, 1, 1},
        {TRUCE_BETA, 1, 1, 1, 0, 1},       {TRUCE_TRIANGULAR, 0, 5, 4, 0, 1},
        {TRUCE_TRIANGULAR, 1, 1, 1, 0, 1}, {TRUCE_FIXED, INFINITY, 0, 0, 0, 1},
        {TRUCE_NORMAL, 0, 1, 0, 0, NAN},   {(truce_distribution_kind)77, 0, 1, 0, 0, 1},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        truce_error error = {0};
        truce_status status = wrong[i].kind > TRUCE_TRIANGULAR ? TRUCE_BAD_USAGE : TRUCE_BAD_INPUT;
        assert_int_equal(truce_distribution_check(&wrong[i], &error), status);
        assert_true(strlen(error.message) > 10 && error.file[0] == '\0');
        assert_int_equal(truce_distribution_check(&wrong[i], NULL), status);
        assert_true(isnan(truce_distribution_quantile(&wrong[i], 0)) &&
                    isnan(truce_distribution_quantile(&wrong[i], 0.5)));
        assert_true(isnan(truce_distribution_log_density(&wrong[i], 1)));
        assert_true(isnan(truce_distribution_draw(&wrong[i], 1, 0, "x")));
    }
    truce_distribution right = {TRUCE_BETA, 0.5, 0.5, 0, 1, -1};
    assert_int_equal(truce_distribution_check(&right, NULL), TRUCE_OK);
}

/* Kolmogorov-Smirnov distance of 20,000 draws from the uniform: above 0.0138 with probability 0.001. */
static void draws_follow_the_distribution(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    truce_distribution d = {TRUCE_UNIFORM, 0, 1, 0, 0, 1};
    static int cells[1000];
    memset(cells, 0, sizeof cells);
    for (uint64_t member = 0; member < COUNT; member++) {
        double u = truce_distribution_draw(&d, 42, member, "lethality");
        assert_true(u > 0 && u < 1);
        cells[(int)(u * 1000)]++;
    }
    double sum = 0, distance = 0;
    for (int cell = 0; cell < 1000; cell++) {
        sum += cells[cell];
        distance = fmax(distance, fabs(sum / COUNT - (cell + 1) / 1000.0));
    }
    assert_true(distance < 0.0138);
}

static void draws_depend_on_seed_member_and_folded_name_only(void **state)
{
    (void)state;
    truce_distribution d = {TRUCE_NORMAL, 0, 1, 0, 0, 1};
    double draw = truce_distribution_draw(&d, 1, 2, "front velocity");
    assert_true(draw == truce_distribution_draw(&d, 1, 2, "Front_Velocity"));
    assert_true(draw != truce_distribution_draw(&d, 1, 2, "front width"));
    assert_true(draw != truce_distribution_draw(&d, 1, 3, "front velocity"));
    assert_true(draw != truce_distribution_draw(&d, 2, 2, "front velocity"));
}

/* ---- Quantiles of samples ---------------------------------------------------------------------------- */

static void sample_quantiles_interpolate_between_order_statistics(void **state)
{
    (void)state;
    float values[] = {30, -10, 20, 0}, room[4];
    const double probabilities[] = {0, 0.25, 0.5, 0.9, 1};
    double q[5];
    quantiles_of(values, room, 4, probabilities, 5, q);
    assert_true(q[0] == -10 && q[4] == 30);
    assert_near(q[1], -2.5, 1e-15); /* position 0.75 */
    assert_near(q[2], 10, 1e-15);
    assert_near(q[3], 27, 1e-14); /* position 2.7 */
}

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void sample_quantiles_are_those_of_a_sorted_copy(void **state)
{
    (void)state;
    enum { COUNT = 1001 };
    static float values[COUNT], room[COUNT], sorted[COUNT];
    static double probabilities[COUNT], q[COUNT];
    truce_distribution d = {TRUCE_NORMAL, 0, 1e10, 0, 0, 1};
    for (int i = 0; i < COUNT; i++) {
        double z = truce_distribution_draw(&d, 3, (uint64_t)i, "x");
        values[i] = sorted[i] = (float)(i % 3 ? z : z * 1e-30);
        probabilities[i] = i / (COUNT - 1.0);
    }
    values[10] = sorted[10] = 0.0f;
    values[11] = sorted[11] = -0.0f;
    qsort(sorted, COUNT, sizeof sorted[0], ascending);
    quantiles_of(values, room, COUNT, probabilities, COUNT, q);
    for (int i = 0; i < COUNT; i++)
        assert_true(fabs(q[i] - sorted[i]) <= 1e-9 * fmax(1, fabs((double)sorted[i])) * 1e3);
}

static void sample_quantiles_may_be_infinite(void **state)
{
    (void)state;
    const double probabilities[] = {0, 0.125, 0.25, 0.5, 0.625, 0.75, 0.875, 1};
    const double none[] = {-INFINITY, -INFINITY, -INFINITY, 1, INFINITY, INFINITY, INFINITY, INFINITY};
    const double some[] = {-INFINITY, -INFINITY, 1, 2, 2.5, 3, INFINITY, INFINITY};
    float room[5],
        q_values[][5] = {{1, INFINITY, -INFINITY, INFINITY, -INFINITY}, {3, INFINITY, 2, -INFINITY, 1}};
    const double *expected[] = {none, some};
    for (int shape = 0; shape < 2; shape++) {
        double q[8];
        quantiles_of(q_values[shape], room, 5, probabilities, 8, q);
        for (int i = 0; i < 8; i++)
            assert_true(q[i] == expected[shape][i]);
    }
    double middle;
    float ends[] = {INFINITY, INFINITY};
    quantiles_of(ends, room, 2, &probabilities[3], 1, &middle);
    assert_true(middle == INFINITY);
}

/* Whatever the shape: equal values, two far apart, most in one bucket, signs mixed, zeros of both signs. */
static void sample_quantiles_are_to_the_bit_those_of_the_whole_sort(void **state)
{
    (void)state;
    enum { COUNT = 777, SHAPES = 6 };
    static float values[COUNT], room[COUNT], sorted[COUNT], spare[COUNT];
    truce_distribution d = {TRUCE_NORMAL, 0, 1, 0, 0, 1};
    for (int shape = 0; shape < SHAPES; shape++)
        for (size_t count = 1; count <= COUNT; count += 97) {
            for (size_t i = 0; i < count; i++) {
                double z = truce_distribution_draw(&d, 3, i, "x");
                const double shapes[SHAPES] = {2,          i % 2 ? -1e38 : 1e38, z,
                                               exp(9 * z), i % 5 ? z : -0.0 * z, i ? z * 1e-40 : 1e30};
                values[i] = spare[i] = (float)shapes[shape];
            }
            sort_floats_into(sorted, spare, count);
            for (size_t i = 0; i < count; i += 3) {
                memcpy(spare, values, count * sizeof *spare);
                double at = count > 1 ? (double)i / (double)(count - 1) : 0, q[3];
                quantiles_of(spare, room, count, (const double[]){at, 0, 1}, 3, q);
                size_t below = (size_t)((double)(count - 1) * at);
                double part = (double)(count - 1) * at - (double)below, low = sorted[below];
                double high = sorted[below + 1 < count ? below + 1 : below],
                       expected = low + part * (high - low);
                assert_memory_equal(&q[0], &expected, sizeof expected);
                assert_true(q[1] == sorted[0] && q[2] == sorted[count - 1]);
            }
        }
}

static void quantiles_of_nothing_are_not_numbers(void **state)
{
    (void)state;
    const double half = 0.5;
    double q = 0;
    quantiles_of(NULL, NULL, 0, &half, 1, &q);
    assert_true(isnan(q));
    float one = 3, room;
    quantiles_of(&one, &room, 1, &half, 1, &q);
    assert_true(q == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normal_quantile_gives_the_published_test_values),
        cmocka_unit_test(normal_quantile_inverts_the_error_function),
        cmocka_unit_test(incomplete_beta_agrees_with_closed_forms),
        cmocka_unit_test(incomplete_beta_of_whole_shapes_is_a_binomial_tail),
        cmocka_unit_test(beta_quantile_agrees_with_closed_forms),
        cmocka_unit_test(beta_quantile_inverts_the_incomplete_beta_for_extreme_shapes),
        cmocka_unit_test(quantiles_of_distributions_agree_with_closed_forms),
        cmocka_unit_test(a_scale_multiplies_and_a_negative_one_turns_around),
        cmocka_unit_test(a_quantile_of_no_probability_is_no_number),
        cmocka_unit_test(densities_integrate_to_the_probability_between_quantiles),
        cmocka_unit_test(densities_outside_the_support_are_zero),
        cmocka_unit_test(wrong_distributions_are_refused_with_one_sentence),
        cmocka_unit_test(draws_follow_the_distribution),
        cmocka_unit_test(draws_depend_on_seed_member_and_folded_name_only),
        cmocka_unit_test(sample_quantiles_interpolate_between_order_statistics),
        cmocka_unit_test(sample_quantiles_are_those_of_a_sorted_copy),
        cmocka_unit_test(sample_quantiles_may_be_infinite),
        cmocka_unit_test(sample_quantiles_are_to_the_bit_those_of_the_whole_sort),
        cmocka_unit_test(quantiles_of_nothing_are_not_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
