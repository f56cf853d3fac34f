/* The random functions of models, run by the engine: the draws of many members follow the distribution that
 * is asked for. Two things are tested of each: the mean and the variance, and the goodness of fit.
 *
 * Tolerances. With N draws the mean has a standard error of s / sqrt(N), and the variance one of
 * sqrt((k + 2) / N) s^2 with k the excess kurtosis; 5 standard errors are exceeded by chance once in two
 * million tests. The fit is the statistic of Kolmogorov and Smirnov for continuous distributions, D sqrt(N),
 * above 2.3 once in 20,000 (2 exp(-2 D^2 N)); for counts it is Pearson's chi-squared over the counts that are
 * expected more than 20 times, less degrees of freedom, over sqrt(2 degrees), held to 5. The seed is fixed: a
 * test that passes passes always, and these bounds say how little luck it takes. Distribution functions are
 * written here from the C library's erfc, exp, log and lgamma, by sums and by Simpson's rule, not from the
 * engine's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/level.h"
#include "math/quantiles.h"
#include "truce/truce.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBERS = 128, STEPS = 100, DRAWS = MEMBERS * STEPS };

static truce_program *compile(const char *equation)
{
    char xml[1000];
    truce_model *model = NULL;
    truce_program *program = NULL;
    truce_error error = {0};
    static const char *const outputs[] = {"x"};
    const truce_program_options options = {.outputs = outputs, .output_count = 1};
    snprintf(xml, sizeof xml,
             "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\"><header/>"
             "<sim_specs><start>1</start><stop>%d</stop><dt>1</dt></sim_specs><model><variables>"
             "<aux name=\"x\"><eqn>%s</eqn></aux></variables></model></xmile>",
             STEPS, equation);
    if (truce_model_load_text(xml, strlen(xml), "draws", &model, &error) ||
        truce_program_compile(model, &options, &program, &error))
        fail_msg("%s: %s", equation, error.message);
    truce_model_destroy(model);
    return program;
}

/* [step][member], to be freed. */
static double *draw_at(const char *equation, engine_level level, size_t width, uint64_t first, uint64_t seed)
{
    truce_program *program = compile(equation);
    truce_run *run = NULL;
    double *draws = malloc(DRAWS * sizeof *draws), *block = malloc(STEPS * width * sizeof *block);
    assert_int_equal(engine_run_create(program, width, level, &run, NULL), TRUCE_OK);
    for (size_t m = 0; m < MEMBERS; m += width) {
        assert_int_equal(truce_run_execute(run, seed, first + m, width, NULL, NULL, NULL, block, NULL), 0);
        for (size_t k = 0; k < STEPS; k++)
            memcpy(draws + k * MEMBERS + m, block + k * width, width * sizeof *draws);
    }
    free(block);
    truce_run_destroy(run);
    truce_program_destroy(program);
    return draws;
}

static double *draw(const char *equation)
{
    return draw_at(equation, engine_best_level(), 64, 0, 7);
}

static void check_moments(const char *equation, const double *x, double mean, double variance,
                          double kurtosis)
{
    double sum = 0, square = 0;
    for (size_t i = 0; i < DRAWS; i++) {
        sum += x[i];
        square += (x[i] - mean) * (x[i] - mean);
    }
    if (!(fabs(sum / DRAWS - mean) <= 5 * sqrt(variance / DRAWS)))
        fail_msg("%s has the mean %g, not %g", equation, sum / DRAWS, mean);
    if (!(fabs(square / DRAWS - variance) <= 5 * variance * sqrt((kurtosis + 2) / DRAWS)))
        fail_msg("%s has the variance %g, not %g", equation, square / DRAWS, variance);
}

/* ---- Goodness of fit ---------------------------------------------------------------------------------- */

typedef double distribution(double x, double a, double b, double c);

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void check_fit(const char *equation, double *x, distribution *cdf, double a, double b, double c)
{
    double greatest = 0;
    qsort(x, DRAWS, sizeof *x, ascending);
    for (size_t i = 0; i < DRAWS; i++) {
        double p = cdf(x[i], a, b, c);
        greatest = fmax(greatest, fmax(p - (double)i / DRAWS, (double)(i + 1) / DRAWS - p));
    }
    if (!(greatest * sqrt(DRAWS) < 2.3))
        fail_msg("%s does not fit: D sqrt(N) is %g", equation, greatest * sqrt(DRAWS));
}

/* Counts below and above those expected often enough are lumped together. */
static void check_counts(const char *equation, double *x, distribution *mass, double a, double b)
{
    double squares = 0, expected_rest = DRAWS, found_rest = DRAWS;
    int degrees = 0;
    qsort(x, DRAWS, sizeof *x, ascending);
    size_t at = 0;
    for (double k = 0; k < 1e5; k++) {
        double expected = DRAWS * mass(k, a, b, 0), found = 0;
        assert_true(at == DRAWS || (x[at] >= k && x[at] == floor(x[at])));
        for (; at < DRAWS && x[at] == k; at++)
            found++;
        if (expected <= 20)
            continue;
        squares += (found - expected) * (found - expected) / expected;
        expected_rest -= expected;
        found_rest -= found;
        degrees++;
    }
    if (expected_rest > 20)
        squares += (found_rest - expected_rest) * (found_rest - expected_rest) / expected_rest;
    else
        degrees--;
    assert_true(degrees > 0);
    if (!((squares - degrees) / sqrt(2.0 * degrees) < 5))
        fail_msg("%s does not fit: chi-squared is %g with %d degrees", equation, squares, degrees);
}

/* ---- Distribution functions --------------------------------------------------------------------------- */

static double normal_cdf(double z)
{
    return 0.5 * erfc(-z / sqrt(2));
}

static double uniform_cdf(double x, double a, double b, double c)
{
    (void)c;
    return (x - a) / (b - a);
}

static double gauss_cdf(double x, double mean, double deviation, double c)
{
    (void)c;
    return normal_cdf((x - mean) / deviation);
}

/* Standard normal between a and b. */
static double truncated_cdf(double x, double a, double b, double c)
{
    (void)c;
    return (normal_cdf(x) - normal_cdf(a)) / (normal_cdf(b) - normal_cdf(a));
}

static double exponential_cdf(double x, double mean, double b, double c)
{
    (void)b, (void)c;
    return -expm1(-x / mean);
}

static double triangular_cdf(double x, double a, double mode, double b)
{
    return x < mode ? (x - a) * (x - a) / ((b - a) * (mode - a))
                    : 1 - (b - x) * (b - x) / ((b - a) * (b - mode));
}

static double logistic_cdf(double x, double mean, double scale, double c)
{
    (void)c;
    return 1 / (1 + exp(-(x - mean) / scale));
}

static double pareto_cdf(double x, double shape, double least, double c)
{
    (void)c;
    return x < least ? 0 : 1 - pow(least / x, shape);
}

static double weibull_cdf(double x, double shape, double scale, double c)
{
    (void)c;
    return -expm1(-pow(x / scale, shape));
}

/* The series of DLMF 8.7.1, of positive terms: exp(-x) x^a sum x^n / Gamma(a + n + 1). */
static double gamma_cdf(double x, double shape, double scale, double c)
{
    (void)c;
    double y = x / scale, term = exp(-y + shape * log(y) - lgamma(shape + 1)), sum = 0;
    for (int n = 1; n < 1000 && (term > 1e-17 || n < y); n++) {
        sum += term;
        term *= y / (shape + n);
    }
    return sum;
}

/* Simpson's rule on the density, whose shapes are above 1. */
static double beta_cdf(double x, double a, double b, double c)
{
    enum { PARTS = 200 };
    (void)c;
    double h = x / PARTS, sum = 0;
    for (int i = 0; i <= PARTS; i++) {
        double t = i * h, weight = i == 0 || i == PARTS ? 1 : i % 2 ? 4 : 2;
        sum += weight * (t > 0 && t < 1 ? exp((a - 1) * log(t) + (b - 1) * log1p(-t)) : 0);
    }
    return sum * h / 3 * exp(lgamma(a + b) - lgamma(a) - lgamma(b));
}

static double poisson_mass(double k, double mean, double b, double c)
{
    (void)b, (void)c;
    return exp(k * log(mean) - mean - lgamma(k + 1));
}

static double binomial_mass(double k, double n, double p, double c)
{
    (void)c;
    return k > n ? 0
                 : exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) + (n - k) * log1p(-p));
}

static double negative_binomial_mass(double k, double r, double p, double c)
{
    (void)c;
    return exp(lgamma(k + r) - lgamma(k + 1) - lgamma(r) + r * log(p) + k * log1p(-p));
}

/* ---- Continuous distributions ------------------------------------------------------------------------- */

static void continuous_draws_fit_their_distribution(void **state)
{
    (void)state;
    static const struct {
        const char *equation;
        double mean, variance, kurtosis;
        distribution *cdf;
        double a, b, c;
    } rows[] = {
        {"RANDOM(-2, 6)", 2, 64.0 / 12, -1.2, uniform_cdf, -2, 6, 0},
        {"UNIFORM(0, 1, 9)", 0.5, 1.0 / 12, -1.2, uniform_cdf, 0, 1, 0},
        {"NORMAL(3, 2)", 3, 4, 0, gauss_cdf, 3, 2, 0},
        {"EXPRND(8)", 8, 64, 6, exponential_cdf, 8, 0, 0},
        {"TRIANGULAR(1, 2, 6)", 3, (1 + 4 + 36 - 2 - 6 - 12) / 18.0, -0.6, triangular_cdf, 1, 2, 6},
        {"TRIANGULAR(0, 3, 3)", 2, 0.5, -0.6, triangular_cdf, 0, 3 - 1e-12, 3},
        {"LOGISTIC(5, 2)", 5, 4 * 9.8696044010893586 / 3, 1.2, logistic_cdf, 5, 2, 0},
        {"PARETO(9, 2)", 9 * 2.0 / 8, 4 * 9.0 / (64 * 7), 11.6, pareto_cdf, 9, 2, 0},
        {"WEIBULL(2, 3)", 3 * 0.886226925452758, 9 * (1 - 0.78539816339744831), 0.245, weibull_cdf, 2, 3, 0},
        {"GAMMA(0.5)", 0.5, 0.5, 12, gamma_cdf, 0.5, 1, 0},
        {"GAMMA(4, 3)", 12, 36, 1.5, gamma_cdf, 4, 3, 0},
        {"GAMMA(80, 0.1)", 8, 0.8, 0.075, gamma_cdf, 80, 0.1, 0},
        {"BETA(2, 5)", 2.0 / 7, 10.0 / 392, -0.12, beta_cdf, 2, 5, 0},
        {"BETA(30, 4)", 30.0 / 34, 120.0 / (34 * 34 * 35), 0.6, beta_cdf, 30, 4, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double *x = draw(rows[i].equation);
        check_moments(rows[i].equation, x, rows[i].mean, rows[i].variance, rows[i].kurtosis);
        check_fit(rows[i].equation, x, rows[i].cdf, rows[i].a, rows[i].b, rows[i].c);
        free(x);
    }
}

static void bounded_normal_draws_are_the_part_between_the_bounds(void **state)
{
    (void)state;
    static const struct {
        const char *equation;
        double a, b;
    } rows[] = {{"(NORMAL(10, 2, NAN, 9, 13) - 10)/2", -0.5, 1.5},
                {"(NORMAL(10, 2, 5, 14) - 10)/2", 2, 40},
                {"(NORMAL(10, 2, NAN, NAN, 4) - 10)/2", -40, -3},
                {"(NORMAL(0, 1, NAN, 5, 6))", 5, 6},
                {"NORMAL(0, 1, NAN, -3, 3)", -3, 3}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double *x = draw(rows[i].equation);
        for (size_t k = 0; k < DRAWS; k++)
            assert_true(x[k] >= rows[i].a - 1e-12 && x[k] <= rows[i].b + 1e-12);
        bool upper = rows[i].a > 1; /* the upper tail has its digits below 0 */
        for (size_t k = 0; upper && k < DRAWS; k++)
            x[k] = -x[k];
        check_fit(rows[i].equation, x, truncated_cdf, upper ? -rows[i].b : rows[i].a,
                  upper ? -rows[i].a : rows[i].b, 0);
        free(x);
    }
}

/* ---- Counts ------------------------------------------------------------------------------------------- */

static void counts_fit_their_distribution(void **state)
{
    (void)state;
    static const struct {
        const char *equation;
        double mean, variance, kurtosis;
        distribution *mass;
        double a, b;
    } rows[] = {
        {"POISSON(0.3)", 0.3, 0.3, 1 / 0.3, poisson_mass, 0.3, 0},
        {"POISSON(29.5)", 29.5, 29.5, 1 / 29.5, poisson_mass, 29.5, 0},
        {"POISSON(31)", 31, 31, 1.0 / 31, poisson_mass, 31, 0},
        {"POISSON(4000, 3)", 4000, 4000, 1.0 / 4000, poisson_mass, 4000, 0},
        {"BINOMIAL(12, 0.2)", 2.4, 1.92, 0.1, binomial_mass, 12, 0.2},
        {"BINOMIAL(200, 0.7)", 140, 42, 0, binomial_mass, 200, 0.7},
        {"BINOMIAL(100000, 0.004)", 400, 398.4, 0.01, binomial_mass, 100000, 0.004},
        {"NEGBINOMIAL(3, 0.25)", 9, 36, 2.1, negative_binomial_mass, 3, 0.25},
        {"NEGBINOMIAL(0.5, 0.1)", 4.5, 45, 12.1, negative_binomial_mass, 0.5, 0.1},
        {"GEOMETRIC(0.2)", 4, 20, 6.1, negative_binomial_mass, 1, 0.2},
        {"MONTECARLO(30)", 0.3, 0.21, -1.2, binomial_mass, 1, 0.3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double *x = draw(rows[i].equation);
        check_moments(rows[i].equation, x, rows[i].mean, rows[i].variance, rows[i].kurtosis);
        check_counts(rows[i].equation, x, rows[i].mass, rows[i].a, rows[i].b);
        free(x);
    }
}

static void draws_outside_the_domain_are_not_numbers(void **state)
{
    (void)state;
    static const char *const equations[] = {"TRIANGULAR(3, 2, 1)",
                                            "TRIANGULAR(0, 4, 3)",
                                            "TRIANGULAR(1, 0, 3)",
                                            "GEOMETRIC(-0.1)",
                                            "GEOMETRIC(1.5)",
                                            "BETA(-1, 2)",
                                            "GAMMA(-1)",
                                            "BINOMIAL(10, 1.5)",
                                            "POISSON(-1)",
                                            "NEGBINOMIAL(-1, 0.5)",
                                            "NEGBINOMIAL(2, 1.5)",
                                            "FACTORIAL(-1)",
                                            "FACTORIAL(RANDOM(-9, 0))"};
    for (size_t i = 0; i < sizeof equations / sizeof *equations; i++) {
        char guarded[100];
        snprintf(guarded, sizeof guarded, "IF ISNAN(%s) THEN 1 ELSE 0", equations[i]);
        double *x = draw(guarded);
        for (size_t k = 0; k < DRAWS; k++)
            if (x[k] != 1)
                fail_msg("%s is a number", equations[i]);
        free(x);
    }
}

/* Its mean is 1 / p, and its quantile at 1 - 1 / e is that too. */
static void rare_successes_are_waited_for(void **state)
{
    (void)state;
    for (double p = 1e-4; p > 1e-30; p /= 100) {
        char equation[40];
        size_t within = 0;
        snprintf(equation, sizeof equation, "GEOMETRIC(%g)", p);
        double *x = draw(equation);
        for (size_t k = 0; k < DRAWS; k++) {
            assert_true(x[k] >= 0);
            within += x[k] < 1 / p;
        }
        double share = (double)within / DRAWS, expected = 1 - exp(-1);
        assert_true(fabs(share - expected) < 5 * sqrt(expected * (1 - expected) / DRAWS) + p);
        free(x);
    }
}

/* Where the count is read off its cumulants: mean, variance and the skewness that a normal number would not
 * have, 1 / sqrt(mean) with a standard error of sqrt(6 / N), are no proof; that neighbouring means join is.
 */
static void large_counts_join_smaller_ones(void **state)
{
    (void)state;
    for (double u = 0.0005; u < 1; u += 0.0095) {
        double below = poisson_quantile(u, 1e6), above = poisson_quantile(u, 1e6 * (1 + 1e-9));
        assert_true(above >= below && above <= below + 1);
        below = binomial_quantile(u, 4e6, 0.5);
        above = binomial_quantile(u, 4e6 + 1, 0.5);
        assert_true(above >= below && above <= below + 1);
        below = gamma_quantile(u, 1e6);
        above = gamma_quantile(u, 1e6 * (1 + 1e-9));
        assert_true(fabs(above / below - 1) < 3e-9);
    }
}

/* ---- Quantiles ---------------------------------------------------------------------------------------- */

/* Probability to quantile and back, by distribution functions that are known in closed form. */
static void quantiles_invert_their_distribution(void **state)
{
    (void)state;
    for (double u = 1e-9; u < 1; u = u < 0.01 ? u * 3 : u + 0.013) {
        assert_true(fabs(gamma_quantile(u, 1) / -log1p(-u) - 1) < 1e-11); /* exponential */
        double x = gamma_quantile(u, 0.5);                                /* half a squared normal number */
        assert_true(fabs(erf(sqrt(x)) / u - 1) < 1e-11);
        x = gamma_quantile(u, 3);
        assert_true(fabs((1 - exp(-x) * (1 + x + x * x / 2)) - u) < 1e-12);
        assert_true(fabs(beta_quantile(u, 1, 3) - (1 - cbrt(1 - u))) < 1e-12);
        x = truncated_normal_quantile(u, -INFINITY, INFINITY);
        assert_true(fabs(0.5 * erfc(-x / sqrt(2)) / u - 1) < 1e-11);
        assert_true(truncated_normal_quantile(u, -1, 2) == -truncated_normal_quantile(1 - u, -2, 1));
    }
}

/* F(k - 1) < u <= F(k), with sums of the masses. */
static void counts_are_the_least_that_reach_a_probability(void **state)
{
    (void)state;
    static const double means[] = {0.01, 3, 30, 31, 250, 2000};
    for (size_t i = 0; i < sizeof means / sizeof *means; i++)
        for (double u = 0.001; u < 1; u += 0.037) {
            double k = poisson_quantile(u, means[i]), below = 0;
            for (double j = 0; j < k; j++)
                below += poisson_mass(j, means[i], 0, 0);
            assert_true(below < u + 1e-11 && below + poisson_mass(k, means[i], 0, 0) > u - 1e-11);
            double n = 2 * ceil(means[i]) + 3, p = means[i] / n;
            k = binomial_quantile(u, n, p);
            below = 0;
            for (double j = 0; j < k; j++)
                below += binomial_mass(j, n, p, 0);
            assert_true(below < u + 1e-10 && below + binomial_mass(k, n, p, 0) > u - 1e-10);
        }
}

static void parameters_outside_the_domain_give_no_number(void **state)
{
    (void)state;
    assert_true(isnan(poisson_quantile(0.5, -1)) && isnan(poisson_quantile(0.5, INFINITY)));
    assert_true(isnan(binomial_quantile(0.5, -1, 0.5)) && isnan(binomial_quantile(0.5, 3, 1.5)));
    assert_true(isnan(gamma_quantile(0.5, 0)) && isnan(gamma_quantile(NAN, 1)));
    assert_true(isnan(beta_quantile(0.5, 0, 1)) && isnan(beta_quantile(0.5, 1, 1e9)));
    assert_true(isnan(truncated_normal_quantile(0.5, 2, 1)));
}

/* Quantiles by mpmath 1.3.0 with 40 digits; below 37.5 deviations tails are no normal numbers. */
static void a_normal_distribution_is_cut_off_far_from_its_mean(void **state)
{
    (void)state;
    static const double known[][4] = {{0.5, 30, 31, 30.0230699},    {0.5, 38.4, 50, 38.4180343},
                                      {0.999, 38.4, 50, 38.579349}, {0.5, 39, 41, 39.0177573},
                                      {0.9, 39, 41, 39.0589573},    {0.9, 100, 101, 100.0230209}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        double u = known[i][0], least = known[i][1], greatest = known[i][2], x = known[i][3];
        assert_true(fabs(truncated_normal_quantile(u, least, greatest) - x) < 2e-4);
        assert_true(fabs(truncated_normal_quantile(1 - u, -greatest, -least) + x) < 2e-4);
    }
    assert_true(truncated_normal_quantile(0.3, 1e200, INFINITY) == 1e200);
    assert_true(truncated_normal_quantile(0.3, 50, 50) == 50);
}

/* ---- Streams ------------------------------------------------------------------------------------------ */

static void draws_are_the_same_bits_at_every_level_and_width(void **state)
{
    (void)state;
    static const char *const equations[] = {"NORMAL(0, 1, NAN, -1, 2)",
                                            "EXPRND(2)",
                                            "TRIANGULAR(0, 1, 3)",
                                            "LOGISTIC(0, 1)",
                                            "PARETO(2, 1)",
                                            "WEIBULL(2, 1)",
                                            "GAMMA(2.5)",
                                            "BETA(2, 3)",
                                            "POISSON(40)",
                                            "BINOMIAL(90, 0.4)",
                                            "GEOMETRIC(.1)",
                                            "NEGBINOMIAL(2, 0.1)"};
    for (size_t i = 0; i < sizeof equations / sizeof *equations; i++) {
        double *usual = draw_at(equations[i], ENGINE_BASELINE, 8, 0, 3);
        for (engine_level level = ENGINE_BASELINE; level < ENGINE_LEVELS; level++)
            for (size_t width = 32; engine_level_available(level) && width <= 128; width *= 4) {
                double *other = draw_at(equations[i], level, width, 0, 3);
                assert_memory_equal(usual, other, DRAWS * sizeof *usual);
                free(other);
            }
        free(usual);
    }
}

static double correlation(const double *x, const double *y, size_t count)
{
    double xy = 0, xx = 0, yy = 0, mx = 0, my = 0;
    for (size_t i = 0; i < count; i++) {
        mx += x[i] / (double)count;
        my += y[i] / (double)count;
    }
    for (size_t i = 0; i < count; i++) {
        xy += (x[i] - mx) * (y[i] - my);
        xx += (x[i] - mx) * (x[i] - mx);
        yy += (y[i] - my) * (y[i] - my);
    }
    return xy / sqrt(xx * yy);
}

static void draws_of_seeds_members_and_steps_are_independent(void **state)
{
    (void)state;
    double *x = draw("POISSON(5)"), *seeded = draw("POISSON(5, 1)");
    double *later = draw_at("POISSON(5)", engine_best_level(), 64, MEMBERS, 7);
    assert_true(fabs(correlation(x, seeded, DRAWS)) < 5 / sqrt(DRAWS));
    assert_true(fabs(correlation(x, later, DRAWS)) < 5 / sqrt(DRAWS));
    assert_true(fabs(correlation(x, x + MEMBERS, DRAWS - MEMBERS)) < 5 / sqrt(DRAWS));
    assert_true(fabs(correlation(x, x + 1, DRAWS - 1)) < 5 / sqrt(DRAWS));
    free(x);
    free(seeded);
    free(later);
}

/* The same uniform number behind each, so that a larger mean gives a larger draw, member by member. */
static void draws_move_in_order_with_their_parameters(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"POISSON(20)", "POISSON(40)"},
                                           {"GAMMA(2)", "GAMMA(2.1)"},
                                           {"BINOMIAL(50, 0.3)", "BINOMIAL(50, 0.31)"},
                                           {"EXPRND(1)", "EXPRND(1.01)"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        double *less = draw(pairs[i][0]), *more = draw(pairs[i][1]);
        for (size_t k = 0; k < DRAWS; k++)
            assert_true(less[k] <= more[k]);
        free(less);
        free(more);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(continuous_draws_fit_their_distribution),
        cmocka_unit_test(bounded_normal_draws_are_the_part_between_the_bounds),
        cmocka_unit_test(counts_fit_their_distribution),
        cmocka_unit_test(draws_outside_the_domain_are_not_numbers),
        cmocka_unit_test(rare_successes_are_waited_for),
        cmocka_unit_test(large_counts_join_smaller_ones),
        cmocka_unit_test(quantiles_invert_their_distribution),
        cmocka_unit_test(counts_are_the_least_that_reach_a_probability),
        cmocka_unit_test(parameters_outside_the_domain_give_no_number),
        cmocka_unit_test(a_normal_distribution_is_cut_off_far_from_its_mean),
        cmocka_unit_test(draws_are_the_same_bits_at_every_level_and_width),
        cmocka_unit_test(draws_of_seeds_members_and_steps_are_independent),
        cmocka_unit_test(draws_move_in_order_with_their_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
