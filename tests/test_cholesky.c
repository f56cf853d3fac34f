/* Cholesky's factor and solutions, against matrices whose factor is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "math/cholesky.h"

enum { N = 12 };

/* A = P'P with P the upper triangle of Pascal: A[i][j] = binomial(i + j, i), whose factor is binomial(j, i)
 * (Edelman and Strang 2004). All numbers are integers below 2^53. */
static double binomial(size_t n, size_t k)
{
    double value = 1;
    for (size_t i = 1; i <= k; i++)
        value = value * (double)(n - k + i) / (double)i;
    return value;
}

static void fill_pascal(double a[N][N])
{
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            a[i][j] = binomial(i + j, i);
}

static void the_factor_of_the_matrix_of_pascal_is_his_triangle(void **state)
{
    (void)state;
    double a[N][N];
    fill_pascal(a);
    cholesky_factorise(&a[0][0], N, NULL, NULL);
    for (size_t i = 0; i < N; i++)
        for (size_t j = i; j < N; j++)
            assert_true(a[i][j] == binomial(j, i));
}

static void what_stands_below_the_diagonal_is_left_alone(void **state)
{
    (void)state;
    double a[N][N];
    fill_pascal(a);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < i; j++)
            a[i][j] = NAN;
    cholesky_factorise(&a[0][0], N, NULL, NULL);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            assert_int_equal(isnan(a[i][j]) != 0, j < i);
}

/* b = A x for x of small integers is exact, and the factor is exact: so is the solution. */
static void a_solution_gives_the_right_side_back(void **state)
{
    (void)state;
    double a[N][N], b[N], x[N];
    fill_pascal(a);
    for (size_t i = 0; i < N; i++) {
        b[i] = 0;
        for (size_t j = 0; j < N; j++)
            b[i] += a[i][j] * ((double)j - 5);
    }
    cholesky_factorise(&a[0][0], N, NULL, NULL);
    cholesky_solve(&a[0][0], N, b, x);
    cholesky_solve(&a[0][0], N, b, b);
    for (size_t i = 0; i < N; i++) {
        assert_true(x[i] == (double)i - 5);
        assert_true(b[i] == x[i]);
    }
}

/* Column 2 is the sum of columns 0 and 1, and column 3 nearly: what is left of it is 1e-6 of its square. */
static void columns_that_others_explain_take_no_part(void **state)
{
    (void)state;
    static const double columns[4][4] = {{1, 2, 0, 1}, {0, 1, 3, 1}, {1, 3, 3, 2}, {1, 3, 3.004, 2}};
    double a[16], least[4], b[4] = {0}, x[4];
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 4; j++) {
            a[i * 4 + j] = 0;
            for (size_t k = 0; k < 4; k++)
                a[i * 4 + j] += columns[i][k] * columns[j][k];
        }
        least[i] = 1e-5 * a[i * 4 + i];
        b[i] = 2 * a[i * 4] - a[i * 4 + 1]; /* twice column 0 less column 1 */
    }
    cholesky_factorise(a, 4, least, NULL);
    for (size_t j = 2; j < 4; j++)
        assert_true(a[2 * 4 + j] == 0 && a[3 * 4 + 3] == 0);
    cholesky_solve(a, 4, b, x);
    static const double expected[4] = {2, -1, 0, 0};
    for (size_t i = 0; i < 4; i++)
        assert_true(fabs(x[i] - expected[i]) < 1e-14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_factor_of_the_matrix_of_pascal_is_his_triangle),
        cmocka_unit_test(what_stands_below_the_diagonal_is_left_alone),
        cmocka_unit_test(a_solution_gives_the_right_side_back),
        cmocka_unit_test(columns_that_others_explain_take_no_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
