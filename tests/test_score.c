/* Scores of forecasts: samples, rivals, the pool, sums, and that nothing is known before its month. */
#include "case/case.h"
#include "score/rivals.h"
#include "score/sample.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

enum { PATHS = 20000, LENGTH = 40 };
static const double root_pi = 1.7724538509055160273;

static void assert_near(double found, double expected, double tolerance)
{
    if (!(fabs(found - expected) <= tolerance))
        fail_msg("%g is not within %g of %g", found, tolerance, expected);
}

/* ---- Samples ----------------------------------------------------------------------------------------- */

/* Gneiting and Raftery (2007), equation 21. */
static double crps_of_normal(double mean, double sd, double y)
{
    double z = (y - mean) / sd;
    return sd * (z * erf(z / sqrt(2)) + 2 * exp(-0.5 * z * z) / sqrt(2) / root_pi - 1 / root_pi);
}

static void fill_normal(double mean, double sd, double points[SAMPLE_POINTS])
{
    truce_distribution d = {.kind = TRUCE_NORMAL, .a = mean, .b = sd, .scale = 1};
    for (size_t i = 0; i < SAMPLE_POINTS; i++)
        points[i] = truce_distribution_quantile(&d, ((double)i + 0.5) / SAMPLE_POINTS);
}

/* A hundred points stand for a normal distribution up to half a percent of its deviation: what the outermost
 * points leave of the tails. */
static void scores_of_a_normal_forecast_are_those_of_the_closed_form(void **state)
{
    (void)state;
    double points[SAMPLE_POINTS];
    fill_normal(3, 2, points);
    for (double y = -4; y <= 10; y += 1.5) {
        sample_score s = sample_score_of(points, y);
        assert_near(s.crps, crps_of_normal(3, 2, y), 0.01);
        assert_near(s.crps, s.spread + s.too_high + s.too_low, 1e-12);
        assert_true(y < 1 || s.too_high < 0.3);
        /* E|X - y| - E|X - X'| / 2 of the points themselves */
        double near = 0;
        for (size_t i = 0; i < SAMPLE_POINTS; i++)
            near += fabs(points[i] - y) / SAMPLE_POINTS;
        assert_near(s.crps, near - sample_distance(points, points) / 2, 1e-12);
    }
    /* Bracher and others (2021): the width, and 2 / alpha times what is beyond */
    assert_near(sample_interval_score(points, 0.9, 3), 2 * 2 * 1.6448536, 0.01);
    assert_near(sample_interval_score(points, 0.5, 10), 2 * 2 * 0.6744898 + 4 * (7 - 2 * 0.6744898), 0.02);
    assert_near(sample_below(points, 3 + 2 * 0.6744898), 0.75, 0.0051);
    /* the kernel adds a seventh to the variance of so many points: 0.9^2 x 100^-0.4 = 0.13 */
    assert_near(sample_density(points, 3), 1 / (2 * sqrt(2 * (1 + 0.13)) * root_pi), 0.004);
}

/* E|X - Y| of independent normal X and Y is sqrt(2 / pi) times the deviation of their difference, with means
 * apart as for the absolute value of a normal one. */
static void distance_of_two_normal_forecasts_is_that_of_the_closed_form(void **state)
{
    (void)state;
    double x[SAMPLE_POINTS], y[SAMPLE_POINTS];
    fill_normal(0, 3, x);
    fill_normal(0, 4, y);
    assert_near(sample_distance(x, y), sqrt(2) / root_pi * 5, 0.02);
    fill_normal(6, 4, y);
    double expected = 5 * sqrt(2) / root_pi * exp(-36.0 / 50) + 6 * erf(6 / (5 * sqrt(2)));
    assert_near(sample_distance(x, y), expected, 0.02);
    assert_near(sample_distance(y, x), sample_distance(x, y), 1e-12);
}

static void a_mixture_scores_as_its_parts_and_their_distances_have_it(void **state)
{
    (void)state;
    double x[SAMPLE_POINTS], y[SAMPLE_POINTS], mixed[SAMPLE_POINTS], room[4 * SAMPLE_POINTS];
    const double *parts[] = {x, y};
    const double weights[] = {0.3, 0.7}, alone[] = {0, 1};
    fill_normal(0, 1, x);
    fill_normal(4, 2, y);
    sample_mix(parts, weights, 2, room, mixed);
    for (double seen = -3; seen < 9; seen += 2) {
        double expected = 0.3 * sample_score_of(x, seen).crps + 0.7 * sample_score_of(y, seen).crps +
                          0.5 * (0.3 * sample_distance(x, x) + 0.7 * sample_distance(y, y)) -
                          0.5 * (0.09 * sample_distance(x, x) + 0.49 * sample_distance(y, y) +
                                 0.42 * sample_distance(x, y));
        assert_near(sample_score_of(mixed, seen).crps, expected, 0.005);
    }
    sample_mix(parts, alone, 2, room, mixed);
    for (size_t i = 0; i < SAMPLE_POINTS; i++)
        assert_near(mixed[i], y[i], 1e-9);
}

/* ---- Rivals ------------------------------------------------------------------------------------------ */

static double mean_of(const double *paths, size_t months, size_t from, size_t to, double *sd)
{
    double mean = 0, squares = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < PATHS; i++) {
            double sum = 0;
            for (size_t k = from; k < to; k++)
                sum += paths[i * months + k];
            mean += pass == 0 ? sum / PATHS : 0;
            squares += pass == 1 ? (sum - mean) * (sum - mean) : 0;
        }
    *sd = sqrt(squares / (PATHS - 1));
    return mean;
}

static const double past_values[] = {3,   4.5, 2,   NAN,  6,    5.5, 7,  6.5,  9,    8,
                                     7.5, 8.8, 9.6, 7,    8.5,  10,  9,  11,   8,    9.5,
                                     12,  10,  11,  12.5, 10.5, 12,  13, 11.4, 12.6, 13.1};
static const score_past past = {past_values, sizeof past_values / sizeof *past_values, 1, 77};

static void persistence_is_the_mean_rate_of_half_a_year(void **state)
{
    (void)state;
    double *paths = calloc(PATHS * 3, sizeof *paths), sd, mean = 0, year = 0, squares = 0;
    for (size_t t = past.count - 12; t < past.count; t++) {
        year += past_values[t] / 12;
        mean += t >= past.count - 6 ? past_values[t] / 6 : 0;
    }
    for (size_t t = past.count - 12; t < past.count; t++)
        squares += (past_values[t] - year) * (past_values[t] - year);
    assert_true(rival_persistence(&past, 3, paths, PATHS));
    double spread = 3 * sqrt(squares / 11); /* three months that err alike */
    assert_near(mean_of(paths, 3, 0, 3, &sd), 3 * mean, 4 * spread / sqrt(PATHS));
    assert_near(sd, spread, 4 * spread / sqrt(2 * PATHS));
    free(paths);
}

static void the_year_before_is_what_was_a_year_ago(void **state)
{
    (void)state;
    double *paths = calloc(PATHS * 14, sizeof *paths), sd, expected = 0, squares = 0, known = 0;
    for (size_t t = 12; t < past.count; t++) {
        double d = past_values[t] - past_values[t - 12];
        squares += isnan(d) ? 0 : d * d;
        known += !isnan(d);
    }
    expected = past_values[past.count - 12] + past_values[past.count - 11];
    assert_true(rival_year_before(&past, 14, paths, PATHS));
    double spread = 2 * sqrt(squares / known);
    assert_near(mean_of(paths, 14, 0, 2, &sd), expected, 4 * spread / sqrt(PATHS));
    assert_near(sd, spread, 4 * spread / sqrt(2 * PATHS));
    assert_near(mean_of(paths, 14, 12, 14, &sd), expected, 4 * spread / sqrt(PATHS)); /* and again */
    free(paths);
}

/* Months known: n = 29, so that blocks have three; two months on end within one are two that followed each
 * other, of which there are n. */
static void the_bootstrap_draws_blocks_of_past_months(void **state)
{
    (void)state;
    double *paths = calloc(PATHS * 4, sizeof *paths), known[LENGTH], sd, mean = 0;
    size_t n = 0, first[LENGTH] = {0};
    for (size_t t = 0; t < past.count; t++)
        if (!isnan(past_values[t]))
            known[n++] = past_values[t];
    assert_true(rival_bootstrap(&past, 4, paths, PATHS));
    for (size_t i = 0; i < PATHS; i++) {
        const double *p = paths + 4 * i;
        size_t at = 0;
        while (at < n && !(p[0] == known[at] && p[1] == known[(at + 1) % n] && p[2] == known[(at + 2) % n]))
            at++;
        assert_true(at < n);
        first[at]++;
    }
    double chi_square = 0, each = (double)PATHS / (double)n;
    for (size_t at = 0; at < n; at++) {
        chi_square += ((double)first[at] - each) * ((double)first[at] - each) / each;
        mean += known[at] / (double)n;
    }
    assert_true(n == 29 && chi_square < 56.9); /* the 99.9 % quantile of 28 degrees of freedom */
    double found = mean_of(paths, 4, 3, 4, &sd);
    assert_near(found, mean, 4 * sd / sqrt(PATHS));
    free(paths);
}

/* The predictive distribution of a conjugate regression, one month ahead, is Student's t (Zellner 1971,
 * section 3.2) with 2 a degrees of freedom; here by Gaussian elimination, apart from the sampler. */
static const double level_values[] = {3, 4.5, 2,   NAN, 6, 3.5, 4, 2.5, 5,   4,   3.5, 2.8, 5.6, 3,  4.5, 4,
                                      2, 3.8, 4.1, 5.5, 4, 2.2, 3, 3.5, 4.4, 2.1, 3.7, 5,   4.6, 3.1};
static const score_past level_past = {level_values, sizeof level_values / sizeof *level_values, 1, 78};

static void the_autoregression_is_the_conjugate_one_when_errors_are_normal(void **state)
{
    (void)state;
    double *paths = calloc(PATHS, sizeof *paths), sd, mean = 0, squares = 0, n = 0, last;
    double a = 0.25, b = 0, d = 2, u = 0, v = 1, yy = 0.5, pairs = 0;
    for (size_t t = 0; t < level_past.count; t++)
        if (!isnan(level_values[t])) {
            mean += level_values[t];
            n++;
        }
    mean /= n;
    for (size_t t = 0; t < level_past.count; t++)
        squares += isnan(level_values[t]) ? 0 : (level_values[t] - mean) * (level_values[t] - mean);
    double unit = sqrt(squares / (n - 1));
    for (size_t t = 1; t < level_past.count; t++) {
        double x = (level_values[t - 1] - mean) / unit, y = (level_values[t] - mean) / unit;
        if (isnan(x) || isnan(y))
            continue;
        a += 1, b += x, d += x * x, u += y, v += x * y, yy += y * y, pairs += 1;
    }
    double r = (v - b * u / a) / (d - b * b / a), c = (u - b * r) / a;
    double shape = 1 + pairs / 2, rate = 0.5 + (yy - c * u - r * v) / 2;
    last = (level_values[level_past.count - 1] - mean) / unit;
    double det = a * d - b * b, width = 1 + (d - 2 * b * last + a * last * last) / det;
    double variance = rate / shape * width * 2 * shape / (2 * shape - 2);
    assert_true(autoregression_paths(&level_past, INFINITY, 1, paths, PATHS));
    double found = mean_of(paths, 1, 0, 1, &sd);
    /* |r| is above 1 with a probability of 1e-5, which is cut off */
    assert_near(found, mean + unit * (c + r * last), 4 * sd / sqrt(PATHS));
    assert_near(sd / (unit * sqrt(variance)), 1, 0.02);
    free(paths);
}

/* 400 months of x(t) = 2 + 0.6 x(t-1) + t3: what is known of the next is then nearly its distribution. The
 * 95 % quantile of Student's t with 3 degrees of freedom is 2.3534. */
static void the_autoregression_finds_heavy_tails(void **state)
{
    (void)state;
    enum { MONTHS = 400 };
    static double x[MONTHS];
    truce_distribution normal = {.kind = TRUCE_NORMAL, .a = 0, .b = 1, .scale = 1};
    double *paths = calloc(PATHS, sizeof *paths), points[SAMPLE_POINTS];
    for (size_t t = 0; t < MONTHS; t++) {
        double e[4], chi_square = 0;
        for (size_t k = 0; k < 4; k++) {
            e[k] = truce_distribution_draw(&normal, 6, 4 * t + k, "e");
            chi_square += k ? e[k] * e[k] : 0;
        }
        x[t] = 2 + 0.6 * (t ? x[t - 1] : 5) + e[0] / sqrt(chi_square / 3);
    }
    score_past long_past = {x, MONTHS, 1, 7};
    assert_true(rival_autoregression(&long_past, 1, paths, PATHS));
    sample_from_draws(paths, PATHS, points);
    double centre = 2 + 0.6 * x[MONTHS - 1];
    assert_near(sample_quantile(points, 0.5), centre, 0.35);
    assert_near(sample_quantile(points, 0.95) - sample_quantile(points, 0.05), 2 * 2.3534, 0.5);
    free(paths);
}

/* Mean and variance of two months from the filters, weighed as rivals.h says. The variance of Student's t
 * with f degrees of freedom about squares / f is squares / (f - 2). */
static void the_damped_level_has_the_moments_of_its_filters(void **state)
{
    (void)state;
    static const double gains[] = {0.1, 0.3, 0.5, 0.7, 0.9}, dampings[] = {0.6, 0.8, 0.9, 0.95, 1};
    double *paths = calloc(PATHS * 2, sizeof *paths), sum = 0, first = 0, second = 0, sd;
    damped_fit best = damped_filter(&past, 0.5, 0.9);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < 5; i++)
            for (size_t k = 0; k < 5; k++) {
                damped_fit f = damped_filter(&past, gains[i], dampings[k]);
                double r = dampings[k], g = gains[i], freedom = (double)(f.known - 1);
                double share = pow(f.squares / best.squares, -freedom / 2);
                double mean = 2 * f.mean + (r + r * r) * f.level;
                double variance = f.squares / (freedom - 2) * ((1 + g * r) * (1 + g * r) + 1);
                sum += pass == 0 ? share : 0;
                first += pass == 1 ? share / sum * mean : 0;
                second += pass == 1 ? share / sum * (mean * mean + variance) : 0;
            }
    assert_true(rival_damped(&past, 2, paths, PATHS));
    double found = mean_of(paths, 2, 0, 2, &sd), spread = sqrt(second - first * first);
    assert_near(found, first, 4 * spread / sqrt(PATHS));
    assert_near(sd / spread, 1, 0.03);
    free(paths);
}

/* x(t) - m = 4 in the first month and nothing new after it: the level is g 4, then damped. */
static void the_damped_level_reverts(void **state)
{
    (void)state;
    double x[] = {14, 10, 10, 10, 10, 10, 10, 6};
    score_past p = {x, 1, 1, 1};
    damped_fit f = damped_filter(&p, 0.5, 0.8); /* one month, its own mean */
    assert_near(f.mean, 14, 0);
    assert_near(f.level, 0, 0);
    p.count = 8; /* mean 10 */
    f = damped_filter(&p, 0.5, 0.8);
    double level = 0, squares = 0;
    for (size_t t = 0; t < 8; t++) {
        double e = x[t] - 10 - 0.8 * level;
        level = 0.8 * level + 0.5 * e;
        squares += e * e;
    }
    assert_near(f.level, level, 1e-12);
    assert_near(f.squares, squares, 1e-12);
}

static void rivals_refuse_a_past_that_is_too_short(void **state)
{
    (void)state;
    double paths[2 * 3];
    score_past brief = {past_values, 6, 1, 1}; /* five known months */
    for (size_t r = 0; r < SCORE_RIVALS; r++)
        assert_false(score_rivals[r].forecast(&brief, 3, paths, 2));
    brief.count = 7;
    for (size_t r = 0; r < SCORE_RIVALS; r++)
        assert_true(score_rivals[r].forecast(&brief, 3, paths, 2) ==
                    (strcmp(score_rivals[r].name, "year-before") != 0));
    brief.count = 22; /* ten years-on-years, of which one is not known */
    assert_true(rival_year_before(&brief, 3, paths, 2));
    brief.count = 18;
    assert_false(rival_year_before(&brief, 3, paths, 2));
}

static void rivals_give_the_same_bits_again_and_others_for_another_seed(void **state)
{
    (void)state;
    double one[40], two[40], other[40];
    score_past reseeded = past;
    reseeded.seed++;
    for (size_t r = 0; r < SCORE_RIVALS; r++) {
        assert_true(score_rivals[r].forecast(&past, 4, one, 10));
        assert_true(score_rivals[r].forecast(&past, 4, two, 10));
        assert_true(score_rivals[r].forecast(&reseeded, 4, other, 10));
        assert_memory_equal(one, two, sizeof one);
        assert_true(memcmp(one, other, sizeof one) != 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_of_a_normal_forecast_are_those_of_the_closed_form),
        cmocka_unit_test(distance_of_two_normal_forecasts_is_that_of_the_closed_form),
        cmocka_unit_test(a_mixture_scores_as_its_parts_and_their_distances_have_it),
        cmocka_unit_test(persistence_is_the_mean_rate_of_half_a_year),
        cmocka_unit_test(the_year_before_is_what_was_a_year_ago),
        cmocka_unit_test(the_bootstrap_draws_blocks_of_past_months),
        cmocka_unit_test(the_autoregression_is_the_conjugate_one_when_errors_are_normal),
        cmocka_unit_test(the_autoregression_finds_heavy_tails),
        cmocka_unit_test(the_damped_level_has_the_moments_of_its_filters),
        cmocka_unit_test(the_damped_level_reverts),
        cmocka_unit_test(rivals_refuse_a_past_that_is_too_short),
        cmocka_unit_test(rivals_give_the_same_bits_again_and_others_for_another_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
