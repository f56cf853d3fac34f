/* Estimators of sensitivity have the values of closed forms: Ishigami and Homma (1990), the g function of Saltelli and
 * Sobol' (1995), and the linear model with correlated normal inputs. */
#include "answers/matter.h"
#include "answers/sensitivity.h"
#include "math/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

enum { ROWS = 8192, MOST = 6 };

typedef double function(const double *u);

static double ishigami(const double *u)
{
    const double pi = 3.14159265358979323846;
    double x[3];
    for (int i = 0; i < 3; i++)
        x[i] = pi * (2 * u[i] - 1);
    return sin(x[0]) + 7 * sin(x[1]) * sin(x[1]) + 0.1 * pow(x[2], 4) * sin(x[0]);
}

static const double weights[MOST] = {0, 0.5, 3, 9, 99, 99};

static double g_function(const double *u)
{
    double product = 1;
    for (int i = 0; i < MOST; i++)
        product *= (fabs(4 * u[i] - 2) + weights[i]) / (1 + weights[i]);
    return product;
}

/* A design of ROWS rows; y[0] and y[1] are at the samples, y[i + 2] with input i exchanged. */
static void make_design(function *f, size_t inputs, double *y[MOST + 2])
{
    for (size_t k = 0; k < inputs + 2; k++) {
        y[k] = malloc(ROWS * sizeof *y[k]);
        assert_non_null(y[k]);
    }
    for (size_t j = 0; j < ROWS; j++) {
        double a[MOST], b[MOST], mixed[MOST];
        for (size_t i = 0; i < inputs; i++) {
            a[i] = random_uniform(3, j, i, 0);
            b[i] = random_uniform(3, j, i, 1);
        }
        y[0][j] = f(a);
        y[1][j] = f(b);
        for (size_t i = 0; i < inputs; i++) {
            memcpy(mixed, a, sizeof a);
            mixed[i] = b[i];
            y[i + 2][j] = f(mixed);
        }
    }
}

/* The standard error of either index at 8,192 rows is at most 0.015 for these; the intervals hold what is true of four
 * in five at least. */
static void check_design(function *f, size_t inputs, const double *first, const double *total)
{
    double *y[MOST + 2];
    truce_index found[MOST] = {0};
    size_t within = 0;
    make_design(f, inputs, y);
    assert_true(sensitivity_sobol(y[0], y[1], (const double *const *)(y + 2), ROWS, inputs, 1, found));
    for (size_t i = 0; i < inputs; i++) {
        if (fabs(found[i].share - first[i]) > 0.045 || fabs(found[i].total - total[i]) > 0.045)
            fail_msg("input %zu: %g and %g, not %g and %g", i, found[i].share, found[i].total, first[i],
                     total[i]);
        assert_true(found[i].low <= found[i].share && found[i].share <= found[i].high);
        within += found[i].low <= first[i] && first[i] <= found[i].high;
        within += found[i].total_low <= total[i] && total[i] <= found[i].total_high;
    }
    assert_true(10 * within >= 8 * 2 * inputs);
    assert_true(found[inputs - 1].best_rank > found[0].worst_rank);
    for (size_t k = 0; k < inputs + 2; k++)
        free(y[k]);
}

/* V = 7^2/8 + 0.1 pi^4/5 + 0.01 pi^8/18 + 1/2 (Saltelli and others 2008, section 4.6). */
static void indices_of_ishigami_are_found(void **state)
{
    (void)state;
    const double first[] = {0.3139, 0.4424, 0}, total[] = {0.5576, 0.4424, 0.2437};
    check_design(ishigami, 3, first, total);
}

/* V_i = 1 / (3 (1 + a_i)^2), V = prod (1 + V_i) - 1; S_i = V_i / V, T_i = V_i prod_{j != i} (1 + V_j) / V. */
static void indices_of_the_g_function_are_found(void **state)
{
    (void)state;
    double parts[MOST], all = 1, first[MOST], total[MOST];
    for (size_t i = 0; i < MOST; i++) {
        parts[i] = 1 / (3 * (1 + weights[i]) * (1 + weights[i]));
        all *= 1 + parts[i];
    }
    for (size_t i = 0; i < MOST; i++) {
        first[i] = parts[i] / (all - 1);
        total[i] = parts[i] * all / (1 + parts[i]) / (all - 1);
    }
    check_design(g_function, MOST, first, total);
}

static void values_that_do_not_vary_have_no_indices(void **state)
{
    (void)state;
    double a[4] = {1, 1, 1, 1}, first, total;
    sensitivity_sobol_point(a, a, a, 4, &first, &total);
    assert_true(isnan(first) && isnan(total));
    enum { COUNT = 300 };
    double same[COUNT], x[COUNT], share, together;
    const double *inputs[] = {x};
    for (int i = 0; i < COUNT; i++) {
        same[i] = 602000.1; /* whose sum rounds: its mean is another number */
        x[i] = i;
    }
    assert_true(sensitivity_shapley(inputs, same, 1, COUNT, &share, &together));
    assert_true(isnan(share) && isnan(together));
    sensitivity_sobol_point(same, same, same, COUNT, &first, &total);
    assert_true(isnan(first) && isnan(total));
    assert_true(matter_share(x, same, COUNT, &share) && isnan(share));
}

/* y = 2 u0 - 3 u1 + 0 u2: elementary effects are the coefficients wherever they are taken. Every input moves once, by
 * a step, and stays in the middles of four cells. */
static void elementary_effects_of_a_line_are_its_slopes(void **state)
{
    (void)state;
    enum { INPUTS = 3, TRAJECTORIES = 12 };
    double points[(INPUTS + 1) * INPUTS], effects[TRAJECTORIES * INPUTS];
    size_t order[INPUTS];
    uint64_t room[INPUTS];
    truce_index found[INPUTS];
    for (size_t t = 0; t < TRAJECTORIES; t++) {
        unsigned moved = 0;
        sensitivity_trajectory(7, t, INPUTS, points, order, room);
        for (size_t k = 0; k < INPUTS; k++) {
            const double *x = points + k * INPUTS, *z = x + INPUTS;
            size_t i = order[k];
            assert_true(fabs(fabs(z[i] - x[i]) - MORRIS_STEP) < 1e-12 && z[i] > 0 && z[i] < 1);
            effects[t * INPUTS + i] = (2 * z[0] - 3 * z[1] - 2 * x[0] + 3 * x[1]) / (z[i] - x[i]);
            moved |= 1u << i;
        }
        assert_int_equal(moved, 7);
    }
    assert_true(sensitivity_morris(effects, TRAJECTORIES, INPUTS, 1, found));
    const double wanted[] = {2, -3, 0}, ranks[] = {2, 1, 3};
    for (size_t t = 0; t < 3; t++) /* what is not known is left out, of the intervals too */
        effects[t * INPUTS + 1] = NAN;
    assert_true(sensitivity_morris(effects, TRAJECTORIES, INPUTS, 1, found));
    assert_true(fabs(found[1].size_low - 3) < 1e-12 && fabs(found[1].size_high - 3) < 1e-12);
    for (size_t i = 0; i < INPUTS; i++) {
        assert_true(fabs(found[i].effect - wanted[i]) < 1e-12 &&
                    fabs(found[i].size - fabs(wanted[i])) < 1e-12);
        assert_true(found[i].deviation < 1e-6);
        assert_true(found[i].best_rank == ranks[i] && found[i].worst_rank == ranks[i]);
    }
}

/* y = a + 2 b, unit normals of correlation r (Iooss and Prieur 2019, section 4.1): the effect of a is
 * (1 - r^2/2 + 2 r + 4 r^2/2) / (1 + 4 + 4 r). A third input without any part adds what the distance to neighbours in
 * three dimensions loses, some hundredths at 2,000 points. */
static void shapley_effects_of_the_linear_normal_model_are_found(void **state)
{
    (void)state;
    enum { COUNT = 2000 };
    static double x[3][COUNT], y[COUNT];
    const double r = 0.7, variance = 5 + 4 * r, a = (1 - r * r / 2 + 2 * r + 2 * r * r) / variance;
    const double *columns[] = {x[0], x[1], x[2]};
    double shares[3], together;
    for (size_t i = 0; i < COUNT; i++) {
        x[0][i] = random_normal(5, i, 1, 0);
        x[1][i] = r * x[0][i] + sqrt(1 - r * r) * random_normal(5, i, 2, 0);
        x[2][i] = random_normal(5, i, 3, 0);
        y[i] = x[0][i] + 2 * x[1][i];
    }
    assert_true(sensitivity_shapley(columns, y, 2, COUNT, shares, &together));
    assert_true(fabs(shares[0] - a) < 0.04 && fabs(shares[1] - (1 - a)) < 0.04);
    assert_true(fabs(shares[0] + shares[1] - together) < 1e-12 && together > 0.97 && together < 1.01);
    assert_true(sensitivity_shapley(columns, y, 3, COUNT, shares, &together));
    assert_true(fabs(shares[2]) < 0.04 && fabs(shares[0] - a) < 0.06 && fabs(shares[1] - (1 - a)) < 0.06);
    /* independent: the squares of the coefficients */
    assert_true(sensitivity_shapley(&columns[2], x[2], 1, COUNT, shares, &together));
    assert_true(fabs(shares[0] - 1) < 0.01);
}

/* Chance hides three quarters of the variance: what the inputs explain together is the rest. */
static void what_chance_does_is_no_effect(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    static double x[2][COUNT], y[COUNT];
    const double *columns[] = {x[0], x[1]};
    double shares[2], together;
    for (size_t i = 0; i < COUNT; i++) {
        x[0][i] = random_uniform(9, i, 1, 0);
        x[1][i] = random_uniform(9, i, 2, 0);
        y[i] = x[0][i] + x[1][i] + sqrt(6.0 / 12) * random_normal(9, i, 3, 0);
    }
    assert_true(sensitivity_shapley(columns, y, 2, COUNT, shares, &together));
    assert_true(fabs(together - 0.25) < 0.06 && fabs(shares[0] - 0.125) < 0.05 &&
                fabs(shares[1] - 0.125) < 0.05);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indices_of_ishigami_are_found),
        cmocka_unit_test(indices_of_the_g_function_are_found),
        cmocka_unit_test(values_that_do_not_vary_have_no_indices),
        cmocka_unit_test(elementary_effects_of_a_line_are_its_slopes),
        cmocka_unit_test(shapley_effects_of_the_linear_normal_model_are_found),
        cmocka_unit_test(what_chance_does_is_no_effect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
