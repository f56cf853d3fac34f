/* Scores of forecasts: samples, rivals, the pool, sums, and that nothing is known before its month. */
#include "score/forecast_file.h"
#include "score/rivals.h"
#include "score/score.h"

#include <glob.h>
#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
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
/* Six changes of 2 have a mean that is not 2 to the last bit. */
static void what_is_lost_to_rounding_is_no_score(void **state)
{
    (void)state;
    double points[SAMPLE_POINTS];
    for (size_t i = 0; i < SAMPLE_POINTS; i++)
        points[i] = 2.0 / 6 * 6 + (i % 2 ? 4.4e-16 : -4.4e-16);
    sample_score s = sample_score_of(points, 2);
    assert_true(s.crps == 0 && s.spread == 0 && s.too_high == 0 && s.too_low == 0);
    s = sample_score_of(points, 2 + 1e-6);
    assert_near(s.crps, 1e-6, 1e-12);
}

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

/* Quantiles of normal distributions are m + s z: their means are those of the mean m with the mean s. */
static void averaged_normal_forecasts_are_normal_with_the_mean_deviation(void **state)
{
    (void)state;
    double x[SAMPLE_POINTS], y[SAMPLE_POINTS], expected[SAMPLE_POINTS], found[SAMPLE_POINTS];
    const double *parts[] = {x, y};
    const double weights[] = {0.25, 0.75}, alone[] = {0, 1};
    fill_normal(0, 1, x);
    fill_normal(4, 2, y);
    fill_normal(3, 1.75, expected);
    sample_average(parts, weights, 2, found);
    for (size_t i = 0; i < SAMPLE_POINTS; i++)
        assert_near(found[i], expected[i], 1e-9);
    sample_average(parts, alone, 2, found);
    assert_memory_equal(found, y, sizeof y);
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
static const score_past past = {past_values, sizeof past_values / sizeof *past_values, 1, 77, 12};

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
static const score_past level_past = {level_values, sizeof level_values / sizeof *level_values, 1, 78, 12};

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
    score_past long_past = {x, MONTHS, 1, 7, 12};
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
    score_past p = {x, 1, 1, 1, 12};
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
    score_past brief = {past_values, 6, 1, 1, 12}; /* five known months */
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

/* ---- The pool ---------------------------------------------------------------------------------------- */

/* Two members, near 1 and 2, apart 0.2 and 0.4 of themselves and 1 of each other: the first alone is best.
 * When both are as near, slopes are equal at a weight within. */
static void weights_of_two_members_are_those_of_the_closed_form(void **state)
{
    (void)state;
    pool_sum sum = {.near = {3, 6}, .apart = {{0.6, 3}, {3, 1.2}}, .count = 3};
    double weights[2];
    pool_minimise(&sum, 2, weights);
    assert_near(weights[0], 1, 1e-3);
    sum.near[1] = 3;
    pool_minimise(&sum, 2, weights);
    /* slopes 1 - 0.2 w - (1 - w) and 1 - w - 0.4 (1 - w) are equal where 0.8 w = 0.6 - 0.6 w */
    assert_near(weights[0], 0.6 / 1.4, 1e-6);
    assert_near(weights[0] + weights[1], 1, 1e-12);
}

static double value_of(const pool_sum *s, const double *w)
{
    double value = 0;
    for (size_t m = 0; m < 3; m++)
        for (size_t n = 0; n < 3; n++)
            value += w[m] * s->near[m] / 3 - w[m] * w[n] * s->apart[m][n] / 2;
    return value;
}

static void weights_of_three_members_are_not_bettered_on_a_grid(void **state)
{
    (void)state;
    double x[3][SAMPLE_POINTS], found[3];
    pool_sum sum = {.count = 1};
    for (size_t m = 0; m < 3; m++)
        fill_normal((double)m - 0.5, 1 + 0.5 * (double)m, x[m]);
    for (size_t m = 0; m < 3; m++) {
        sum.near[m] = sample_score_of(x[m], 0.9).crps + sample_distance(x[m], x[m]) / 2;
        for (size_t n = 0; n < 3; n++)
            sum.apart[m][n] = sample_distance(x[m], x[n]);
    }
    pool_minimise(&sum, 3, found);
    double best = value_of(&sum, found);
    for (int a = 0; a <= 50; a++)
        for (int b = 0; a + b <= 50; b++) {
            const double w[] = {a / 50.0, b / 50.0, (50 - a - b) / 50.0};
            assert_true(value_of(&sum, w) > best - 1e-6);
        }
}

/* ---- Sums -------------------------------------------------------------------------------------------- */

/* A table of one series with forecasts and outcomes of our own: entrants model, rival, persistence, pool. */
enum { ORIGINS = 24, ENTRANTS = 4 };
typedef struct made_table {
    score_table t;
    case_observation o;
    truce_case c;
    score_entrant entrants[ENTRANTS];
    const case_observation *none[1];
    month origins[ORIGINS];
    score_change *changes;
} made_table;

static void make_table(made_table *m)
{
    static const char *const names[] = {"model", "rival", "persistence", "pool"};
    *m = (made_table){.c = {.observation_count = 1, .front_element = 0}};
    m->c.observations = &m->o;
    m->changes = calloc(ORIGINS * SCORE_HORIZONS * ENTRANTS, sizeof *m->changes);
    for (size_t e = 0; e < ENTRANTS; e++)
        m->entrants[e] = (score_entrant){.name = names[e], .role = ROLE_SERIES, .observations = m->none};
    for (size_t at = 0; at < ORIGINS; at++)
        m->origins[at] = 24000 + (month)at;
    m->t = (score_table){.c = &m->c,
                         .origin_count = ORIGINS,
                         .origins = m->origins,
                         .entrant_count = ENTRANTS,
                         .member_count = 3,
                         .persistence = 2,
                         .pool = 3,
                         .entrants = m->entrants,
                         .changes = m->changes};
}

static void put(made_table *m, size_t at, size_t h, size_t e, double mean, double sd, double seen)
{
    score_change *s = score_change_of(&m->t, at, 0, h, e);
    fill_normal(mean, sd, s->points);
    *s = (score_change){.forecast = true, .scored = true, .observed = seen};
    fill_normal(mean, sd, s->points);
    s->score = sample_score_of(s->points, seen);
}

/* ---- Residuals --------------------------------------------------------------------------------------- */

/* Orders of 4 signs of one kind and 6 of the other, by listing all 210. */
static void chances_of_runs_are_those_of_all_orders_listed(void **state)
{
    (void)state;
    double counts[11] = {0}, all = 0, sum = 0;
    for (unsigned order = 0; order < 1 << 10; order++) {
        size_t above = 0, runs = 1;
        for (unsigned i = 0; i < 10; i++)
            above += order >> i & 1;
        for (unsigned i = 1; i < 10; i++)
            runs += (order >> i & 1) != (order >> (i - 1) & 1);
        counts[runs] += above == 4;
        all += above == 4;
    }
    assert_true(all == 210);
    for (size_t runs = 2; runs <= 10; runs++) {
        sum += counts[runs] / all;
        assert_true(fabs(score_runs_chance(runs, 4, 6) - sum) < 1e-12);
        assert_true(fabs(score_runs_chance(runs, 6, 4) - sum) < 1e-12);
    }
    assert_true(isnan(score_runs_chance(1, 5, 0)));
    assert_true(fabs(score_runs_chance(3, 5, 5) - 10.0 / 252) < 1e-12); /* (2 + 8) / C(10, 5) */
}

/* Outcomes at given distances from forecasts of mean 3 and standard deviation 2. */
static void residuals_are_the_distances_of_outcomes_in_standard_deviations(void **state)
{
    (void)state;
    static const double z[] = {1, 0.5, 1.5, -1, -0.5, -1.5, 1, 0.5};
    made_table m;
    make_table(&m);
    for (size_t at = 0; at < 8; at++)
        put(&m, at, 0, SCORE_MODEL, 3, 2, 3 + 2 * z[at]);
    score_residuals r = score_residuals_of(&m.t, 0, SCORE_MODEL);
    double mean = 0, squares = 0, products = 0;
    for (size_t i = 0; i < 8; i++)
        mean += z[i] / 8;
    for (size_t i = 0; i < 8; i++) {
        squares += (z[i] - mean) * (z[i] - mean);
        products += i ? (z[i] - mean) * (z[i - 1] - mean) : 0;
    }
    /* A forecast is a hundred points, a probability known to half a hundredth: near 1.5, where the density is
     * 0.13, that is 0.04. */
    assert_true(r.count == 8 && fabs(r.mean - mean) < 0.04);
    assert_true(fabs(r.spread - sqrt(squares / 7)) < 0.04 && fabs(r.lag - products / squares) < 0.04);
    assert_true(r.lag_error == 1 / sqrt(8) && r.runs == 3 && r.longest == 3);
    assert_true(r.runs_expected == 1 + 2 * 5.0 * 3.0 / 8);
    assert_true(r.runs_chance == score_runs_chance(3, 5, 3));
    free(m.changes);
}

/* A level that stands one standard deviation above every forecast is one run; a gap is not a neighbour. */
static void a_level_that_is_missed_is_one_run_and_gaps_are_no_neighbours(void **state)
{
    (void)state;
    made_table m;
    make_table(&m);
    for (size_t at = 0; at < 20; at += 2)
        put(&m, at, 0, SCORE_MODEL, 0, 1, 1);
    score_residuals r = score_residuals_of(&m.t, 0, SCORE_MODEL);
    assert_true(r.count == 10 && r.runs == 1 && r.longest == 10 && isnan(r.runs_chance));
    put(&m, 0, 0, SCORE_MODEL, 0, 1, -1);
    assert_true(score_residuals_of(&m.t, 0, SCORE_MODEL).lag == 0);
    assert_true(score_residuals_of(&m.t, 0, 1).count == 0);
    free(m.changes);
}

static void skill_is_the_ratio_of_sums_on_what_both_forecast(void **state)
{
    (void)state;
    made_table m;
    make_table(&m);
    for (size_t at = 0; at < 6; at++) {
        put(&m, at, 0, SCORE_MODEL, 0, 1, 0.5);
        put(&m, at, 0, 1, 0, 2, 1); /* twice the model's in everything */
        put(&m, at, 0, 2, 0, 4, 2);
        if (at < 3)
            put(&m, at, 0, 3, 0, 8, 4);
    }
    score_range range = score_range_all(&m.t);
    score_skill s = score_compare(&m.t, &range, SCORE_MODEL, 1);
    assert_true(s.changes == 6 && s.origins == 6);
    assert_near(s.ratio, 0.5, 1e-12);
    assert_near(s.standard_error, 0, 1e-9); /* all origins say the same */
    s = score_compare(&m.t, &range, SCORE_MODEL, 3);
    assert_true(s.changes == 3);
    assert_near(s.ratio, 0.125, 1e-12);
    /* ratios 1, 1/2, 1/4, 1/8: their geometric mean is 2^(-6/4) */
    assert_near(score_relative_skill(&m.t, &range, SCORE_MODEL), pow(2, -1.5), 1e-12);
    assert_int_equal(score_best_rival(&m.t, &range), 1);
    range.first_months = 3;
    assert_true(isnan(score_compare(&m.t, &range, SCORE_MODEL, 1).ratio));
    range = score_range_all(&m.t);
    range.from = 4;
    assert_int_equal(score_compare(&m.t, &range, SCORE_MODEL, 1).changes, 2);
    score_cell cell = score_cell_of(&m.t, &range, SCORE_MODEL);
    assert_true(cell.count == 2 && cell.first == m.origins[4] && cell.last == m.origins[5]);
    assert_near(cell.bias, -0.5, 1e-9);
    assert_near(cell.within_50, 1, 0);
    assert_near(cell.interval_90, 2 * 1.6448536, 0.01);
    free(m.changes);
}

/* Before any outcome of a year is known, weights a year ahead lean on what months have shown; twelve origins, as
 * many as equal weights stand for, move them half of the way. */
static void long_horizons_borrow_weights_from_short_ones(void **state)
{
    (void)state;
    made_table m;
    double weights[3];
    make_table(&m);
    for (size_t at = 0; at < 12; at++)
        for (size_t e = 0; e < 3; e++)
            put(&m, at, 0, e, 0, e == SCORE_MODEL ? 1 : 8, 0);
    score_pool_weights(&m.t, m.origins[0] + 13, 3, weights);
    assert_near(weights[SCORE_MODEL], 0.5 + 0.5 / 3, 1e-3);
    assert_near(weights[1], 0.5 / 3, 1e-3);
    assert_near(weights[1], weights[2], 1e-6);
    score_pool_weights(&m.t, m.origins[0], 3, weights);
    assert_near(weights[SCORE_MODEL], 1.0 / 3, 1e-12); /* nothing was known */
    free(m.changes);
}

/* Over a mean the jackknife without one at a time is the standard error; without blocks it is, for blocks
 * that are independent and the same within, that of so many fewer numbers. */
static void the_jackknife_is_the_standard_error_of_a_mean(void **state)
{
    (void)state;
    double x[12], ones[12], mean = 0, squares = 0;
    for (size_t k = 0; k < 12; k++) {
        x[k] = (double)((k * 7 + 3) % 12);
        ones[k] = 1;
        mean += x[k] / 12;
    }
    for (size_t k = 0; k < 12; k++)
        squares += (x[k] - mean) * (x[k] - mean);
    assert_near(score_jackknife(x, ones, 12, 1), sqrt(squares / 12 / 12), 1e-9);
    /* blocks of two: the variance of means of two on end, times 2 / 12 */
    double two = 0, of_two = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t k = 0; k + 1 < 12; k++) {
            double pair = (x[k] + x[k + 1]) / 2;
            of_two += pass ? 0 : pair / 11;
            two += pass ? (pair - of_two) * (pair - of_two) / 11 : 0;
        }
    assert_near(score_jackknife(x, ones, 12, 2), sqrt(two * 2 / 12), 1e-9);
    assert_true(isnan(score_jackknife(x, ones, 1, 1)));
}

/* 300 tables of forecasts that are right: one in ten has a chance below 0.1, give or take. */
static void calibration_of_right_forecasts_is_not_rejected_and_that_of_wrong_ones_is(void **state)
{
    (void)state;
    enum { TABLES = 300 };
    truce_distribution normal = {.kind = TRUCE_NORMAL, .a = 0, .b = 1, .scale = 1};
    made_table m;
    make_table(&m);
    score_range range = score_range_all(&m.t);
    double rare = 0, shifted = 0, narrow = 0;
    for (uint64_t seed = 0; seed < TABLES; seed++) {
        for (size_t at = 0; at < ORIGINS; at++) {
            double y = truce_distribution_draw(&normal, seed, at, "y");
            put(&m, at, 0, 0, 0, 1, y);
            put(&m, at, 0, 1, 1, 1, y);
            put(&m, at, 0, 3, 0, 0.3, y);
        }
        rare += score_calibrate(&m.t, &range, 0).chance < 0.1;
        shifted += score_calibrate(&m.t, &range, 1).chance < 0.01;
        narrow += score_calibrate(&m.t, &range, 3).chance < 0.01;
    }
    assert_true(rare / TABLES > 0.06 &&
                rare / TABLES < 0.22); /* few origins: somewhat more than one in ten */
    assert_true(shifted / TABLES > 0.9 && narrow / TABLES > 0.9);
    score_calibration c = score_calibrate(&m.t, &range, 0);
    double all = 0;
    for (size_t b = 0; b < SCORE_BINS; b++)
        all += c.bins[b];
    assert_true(c.count == ORIGINS && all == ORIGINS);
    free(m.changes);
}

/* Forecasts a year ahead from origins a year apart share no month, as those a month ahead from every month. */
static void forecasts_that_do_not_overlap_have_no_lags(void **state)
{
    (void)state;
    truce_distribution normal = {.kind = TRUCE_NORMAL, .a = 0.2, .b = 1, .scale = 1};
    made_table monthly, yearly;
    make_table(&monthly);
    make_table(&yearly);
    for (size_t at = 0; at < ORIGINS; at++) {
        double y = truce_distribution_draw(&normal, 1, at, "y");
        yearly.origins[at] = 24000 + 12 * (month)at;
        put(&monthly, at, 0, 0, 0, 1, y);
        put(&yearly, at, 3, 0, 0, 1, y);
    }
    score_range range = score_range_all(&monthly.t);
    double chance = score_calibrate(&monthly.t, &range, 0).chance;
    assert_true(chance > 0 && chance == score_calibrate(&yearly.t, &range, 0).chance);
    free(monthly.changes);
    free(yearly.changes);
}

/* ---- Origins ----------------------------------------------------------------------------------------- */

enum { MONTHS = 12, FROM = 6 };

static truce_case *load(const char *name)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char path[512];
    truce_case *c = NULL;
    truce_error error = {0};
    snprintf(path, sizeof path, "%s/%s", root ? root : ".", name);
    if (truce_case_load(path, &c, &error) != TRUCE_OK)
        fail_msg("%s:%d: %s", error.file, error.line, error.message);
    return c;
}

typedef struct two_cases {
    truce_case *c, *walk;
} two_cases;

static two_cases load_two(void)
{
    return (two_cases){load("tests/data/fit/case.yaml"), load("tests/data/fit/rival.yaml")};
}

static void score_two(const two_cases *x, score_options options, score_table *t)
{
    const truce_case *const rivals[] = {x->walk};
    truce_error error = {0};
    options.particles = 64;
    options.seed = 1;
    options.first = x->c->start + FROM;
    if (score_case(x->c, rivals, &options, t, &error) != TRUCE_OK)
        fail_msg("%s: %s", error.file, error.message);
}

static void unload_two(two_cases *x)
{
    truce_case_destroy(x->walk);
    truce_case_destroy(x->c);
}

/* Data that are changed from a month on must change no forecast made before it: of the model, of any rival,
 * of the pool, of the controls, nor the weights of the pool; and they change those made after it. */
static void no_forecast_and_no_weight_has_seen_what_came_after_its_origin(void **state)
{
    (void)state;
    enum { POISONED = 9 };
    two_cases x = load_two();
    score_table honest, poisoned;
    score_two(&x, (score_options){0}, &honest);
    for (int t = POISONED; t < MONTHS; t++) {
        ((double *)x.c->observations[0].data.values)[t] += 40;
        ((double *)x.walk->observations[0].data.values)[t] += 40;
    }
    score_two(&x, (score_options){0}, &poisoned);
    assert_int_equal(honest.origin_count, MONTHS - 1 - FROM);
    size_t row = SCORE_HORIZONS * honest.member_count * sizeof(double), compared = 0;
    for (size_t at = 0; at < honest.origin_count; at++) {
        bool before = FROM + at < POISONED;
        for (size_t e = 0; e < honest.entrant_count; e++)
            for (size_t h = 0; h < SCORE_HORIZONS; h++) {
                const score_change *a = score_change_of(&honest, at, 0, h, e),
                                   *b = score_change_of(&poisoned, at, 0, h, e);
                assert_true(a->forecast == b->forecast);
                if (before)
                    assert_memory_equal(a->points, b->points, sizeof a->points);
                compared += before && a->forecast;
                if (a->scored && FROM + (int)at + score_horizons[h] >= POISONED && before)
                    assert_near(b->observed - a->observed, 40, 1e-9);
            }
        const double *a = honest.weights + at * SCORE_HORIZONS * honest.member_count,
                     *b = poisoned.weights + at * SCORE_HORIZONS * honest.member_count;
        assert_true(before == (memcmp(a, b, row) == 0));
        assert_true(before == (honest.evidence[at * honest.entrant_count].logarithm ==
                               poisoned.evidence[at * honest.entrant_count].logarithm));
    }
    assert_true(compared > 3 * (honest.entrant_count - 2));
    assert_int_equal(honest.evidence[0].points, FROM + 1);
    score_free(&honest);
    score_free(&poisoned);
    unload_two(&x);
}

static void the_first_weights_are_equal_by_kind_and_all_add_up_to_one(void **state)
{
    (void)state;
    two_cases x = load_two();
    score_table t;
    score_two(&x, (score_options){0}, &t);
    for (size_t at = 0; at < t.origin_count; at++)
        for (size_t h = 0; h < SCORE_HORIZONS; h++) {
            double sum = 0;
            for (size_t m = 0; m < t.member_count; m++) {
                double w = t.weights[(at * SCORE_HORIZONS + h) * t.member_count + m];
                sum += w;
                double first = m < 2 ? 1.0 / 3 : 1.0 / 3 / (double)(t.member_count - 2); /* model, one case */
                assert_true((int)at >= score_horizons[0] || fabs(w - first) < 1e-12);
                assert_true(w > 0);
            }
            assert_near(sum, 1, 1e-12);
        }
    score_free(&t);
    unload_two(&x);
}

static void threads_do_not_change_scores(void **state)
{
    (void)state;
    two_cases x = load_two();
    score_table one, three;
    score_two(&x, (score_options){.threads = 1}, &one);
    score_two(&x, (score_options){.threads = 3}, &three);
    for (size_t k = 0; k < one.origin_count * SCORE_HORIZONS * one.entrant_count; k++)
        assert_memory_equal(one.changes[k].points, three.changes[k].points, sizeof one.changes[k].points);
    score_free(&one);
    score_free(&three);
    unload_two(&x);
}

static void amounts_a_month_are_scored_as_sums(void **state)
{
    (void)state;
    two_cases x = load_two();
    case_observation *o = (case_observation *)&x.c->observations[0];
    const double *y = o->data.values;
    score_options options = {.particles = 32, .seed = 1, .first = x.c->start + 7, .every = 12};
    score_table t;
    truce_error error = {0};
    o->change = true;
    o->units = "km/month";
    x.c->rival_count = 0;
    assert_int_equal(score_case(x.c, NULL, &options, &t, &error), TRUCE_OK);
    assert_string_equal(t.units[0], "km");
    const score_change *change = score_change_of(&t, 0, 0, 1, SCORE_MODEL); /* three months */
    assert_true(change->scored);
    assert_near(change->observed, y[8] + y[9] + y[10], 1e-12);
    score_free(&t);
    unload_two(&x);
}

/* Counts that are complete after two months: the fit loses them, and rivals bridge them; the changes that are
 * forecast still begin at the origin. */
static void values_that_were_not_complete_at_the_origin_are_not_used(void **state)
{
    (void)state;
    two_cases x = load_two();
    score_table t, poisoned;
    ((case_observation *)x.c->observations)->complete_after = 2;
    ((case_observation *)x.walk->observations)->complete_after = 2;
    ((double *)x.c->observations[0].data.values)[0] = 2.3;
    x.c->data_end = x.c->start + 10;
    x.walk->data_end = x.walk->start + 10;
    const truce_case *const rivals[] = {x.walk};
    score_options options = {.particles = 64, .seed = 1, .first = x.c->start + 8, .every = 12};
    truce_error error = {0};
    ((double *)x.walk->observations[0].data.values)[0] = 2.3;
    assert_int_equal(score_case(x.c, rivals, &options, &t, &error), TRUCE_OK);
    assert_int_equal(t.evidence[0].points, 7); /* of nine months */
    for (int k = 7; k <= 8; k++) {
        ((double *)x.c->observations[0].data.values)[k] += 5;
        ((double *)x.walk->observations[0].data.values)[k] += 5;
    }
    assert_int_equal(score_case(x.c, rivals, &options, &poisoned, &error), TRUCE_OK);
    for (size_t k = 0; k < SCORE_HORIZONS * t.entrant_count; k++)
        assert_memory_equal(t.changes[k].points, poisoned.changes[k].points, sizeof t.changes[k].points);
    assert_true(score_change_of(&t, 0, 0, 0, t.persistence)->forecast);
    assert_near(score_change_of(&t, 0, 0, 0, 0)->observed - score_change_of(&poisoned, 0, 0, 0, 0)->observed,
                5, 1e-9);
    score_free(&t);
    score_free(&poisoned);
    unload_two(&x);
}

/* The value of the fifth month is published in the eleventh: no forecast from the ninth has seen it. */
static void values_that_were_not_published_at_the_origin_are_not_used(void **state)
{
    (void)state;
    two_cases x = load_two();
    double after[12] = {[4] = 6};
    score_table t, poisoned;
    ((case_observation *)x.c->observations)->after = after;
    ((case_observation *)x.walk->observations)->after = after;
    const truce_case *const rivals[] = {x.walk};
    score_options options = {.particles = 64, .seed = 1, .first = x.c->start + 8, .every = 12};
    truce_error error = {0};
    assert_int_equal(score_case(x.c, rivals, &options, &t, &error), TRUCE_OK);
    assert_int_equal(t.evidence[0].points, 8); /* of nine months */
    ((double *)x.c->observations[0].data.values)[4] += 5;
    ((double *)x.walk->observations[0].data.values)[4] += 5;
    assert_int_equal(score_case(x.c, rivals, &options, &poisoned, &error), TRUCE_OK);
    for (size_t k = 0; k < SCORE_HORIZONS * t.entrant_count; k++)
        assert_memory_equal(t.changes[k].points, poisoned.changes[k].points, sizeof t.changes[k].points);
    assert_true(score_change_of(&t, 0, 0, 0, t.persistence)->forecast);
    score_free(&poisoned);
    ((case_observation *)x.walk->observations)->after = NULL;
    assert_int_equal(score_case(x.c, rivals, &options, &poisoned, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "does not have the same data"));
    score_free(&t);
    unload_two(&x);
}

static void rivals_on_other_data_are_refused(void **state)
{
    (void)state;
    two_cases x = load_two();
    const truce_case *const rivals[] = {x.walk};
    score_options options = {.particles = 64, .seed = 1, .first = x.c->start + 7};
    score_table scores;
    truce_error error = {0};
    ((double *)x.walk->observations[0].data.values)[3] += 1;
    assert_int_equal(score_case(x.c, rivals, &options, &scores, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "the observation \"seen\" does not have the same data"));
    assert_non_null(strstr(error.file, "rival.yaml"));
    unload_two(&x);
}

/* The control without data is the same from every origin up to what the origin's level is; the one with the
 * priors of today is the model where all were known. */
static void hindsight_is_the_model_where_all_priors_were_known(void **state)
{
    (void)state;
    two_cases x = load_two();
    score_table t;
    case_parameter *p = (case_parameter *)x.c->parameters; /* the intercept */
    p->known = x.c->start + FROM + 2;
    p->has_before = true;
    p->before = p->prior;
    p->before.a += 1;
    score_two(&x, (score_options){.hindsight = true}, &t);
    for (size_t at = 0; at < t.origin_count; at++) {
        const score_change *model = score_change_of(&t, at, 0, 0, SCORE_MODEL),
                           *hindsight = score_change_of(&t, at, 0, 0, t.entrant_count - 1);
        assert_true((memcmp(model->points, hindsight->points, sizeof model->points) == 0) == (at >= 2));
    }
    score_free(&t);
    unload_two(&x);
}

/* ---- Kept forecasts ---------------------------------------------------------------------------------- */

static bool count_calls(void *context, size_t done, size_t all)
{
    (void)done;
    (void)all;
    ++*(size_t *)context;
    return true;
}

/* The forecast that is kept of an entrant and a month. */
static void find_kept(const char *folder, const char *name, char path[256])
{
    glob_t found;
    snprintf(path, 256, "%s/%s-*.forecast", folder, name);
    assert_int_equal(glob(path, 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1);
    snprintf(path, 256, "%s", found.gl_pathv[0]);
    globfree(&found);
}

/* Forecasts are kept by the number of the series: a rival that has only one of two has another key when they change
 * places. */
static void a_key_knows_which_series_an_entrant_does_not_have(void **state)
{
    (void)state;
    two_cases x = load_two();
    const case_observation *o = &x.walk->observations[0], *orders[][2] = {{o, NULL}, {NULL, o}};
    score_options options = {.particles = 64, .seed = 1};
    truce_case two = *x.c;
    month origin = x.c->start + FROM;
    uint64_t keys[2][2];
    two.observation_count = 2;
    for (size_t i = 0; i < 2; i++) {
        score_entrant walk = {.name = "walk", .role = ROLE_CASE, .c = x.walk, .observations = orders[i]};
        score_table t = {.c = &two, .origins = &origin, .origin_count = 1, .entrants = &walk};
        assert_int_equal(score_key(&t, 0, 0, x.walk, &options, keys[i], NULL), TRUCE_OK);
    }
    assert_true(memcmp(keys[0], keys[1], sizeof keys[0]) != 0);
    unload_two(&x);
}

/* The kept forecast with `cut` bytes from `at` on replaced: it is not used, and stays. */
static void expect_refusal_of(const two_cases *x, const char *folder, const char *path, const text *kept,
                              size_t at, size_t cut, const char *put, const char *part)
{
    const truce_case *const rivals[] = {x->walk};
    score_options options = {.particles = 64, .seed = 1, .first = x->c->start + FROM, .keep = folder};
    score_table t;
    truce_error error = {0};
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fwrite(kept->bytes, 1, at, file);
    fputs(put, file);
    fwrite(kept->bytes + at + cut, 1, kept->length - at - cut, file);
    assert_int_equal(fclose(file), 0);
    assert_int_not_equal(score_case(x->c, rivals, &options, &t, &error), TRUCE_OK);
    assert_non_null(strstr(error.message, part));
    assert_string_equal(error.file, path);
}

static void refuse_what_is_damaged(const two_cases *x, const char *folder, const char *path)
{
    text kept = {0};
    assert_int_equal(text_read_file(&kept, path, 1 << 20, NULL), TRUCE_OK);
    const char *seal = strstr(kept.bytes, "hash ");
    assert_non_null(seal);
    size_t end = kept.length, last = (size_t)(seal - kept.bytes);
    size_t digit = last - 6; /* of an exponent or of what stands before it */
    expect_refusal_of(x, folder, path, &kept, digit, 1, kept.bytes[digit] == '1' ? "2" : "1", "damaged");
    expect_refusal_of(x, folder, path, &kept, end - 9, 9, "", "damaged");
    expect_refusal_of(x, folder, path, &kept, last, end - last, "", "damaged");         /* no hash */
    expect_refusal_of(x, folder, path, &kept, last - 9, end - last + 9, "", "damaged"); /* cut in a number */
    expect_refusal_of(x, folder, path, &kept, end, 0, "0 0\n", "damaged");
    expect_refusal_of(x, folder, path, &kept, strlen("truce forecast "), 1, "1", "earlier version");
    expect_refusal_of(x, folder, path, &kept, 0, end, "somebody's\n", "not a kept forecast");
    text_free(&kept);
}

static void an_interrupted_record_goes_on_with_the_same_bits(void **state)
{
    (void)state;
    two_cases x = load_two();
    char folder[] = "/tmp/truce-kept-XXXXXX", path[256];
    assert_non_null(mkdtemp(folder));
    score_table first, again;
    size_t calls = 0, later = 0;
    score_two(&x, (score_options){.keep = folder, .threads = 1, .progress = count_calls, .context = &calls},
              &first);
    find_kept(folder, "2024-08-walk", path);
    assert_int_equal(unlink(path), 0);
    score_two(&x, (score_options){.keep = folder, .threads = 1, .progress = count_calls, .context = &later},
              &again);
    assert_true(later < calls / 2); /* one fit in place of ten */
    for (size_t k = 0; k < first.origin_count * SCORE_HORIZONS * first.entrant_count; k++)
        assert_memory_equal(first.changes[k].points, again.changes[k].points, sizeof first.changes[k].points);
    assert_memory_equal(first.evidence, again.evidence, first.origin_count * sizeof *first.evidence);
    score_free(&again);
    /* other data: what was kept does not count, and stays */
    double *changed[] = {(double *)x.c->observations[0].data.values,
                         (double *)x.walk->observations[0].data.values};
    changed[0][2] += 1;
    changed[1][2] += 1;
    score_two(&x, (score_options){.keep = folder}, &again);
    assert_true(memcmp(score_change_of(&first, 0, 0, 0, 0)->points,
                       score_change_of(&again, 0, 0, 0, 0)->points, sizeof first.changes->points) != 0);
    score_free(&again);
    changed[0][2] -= 1;
    changed[1][2] -= 1;
    calls = 0;
    score_two(&x, (score_options){.keep = folder, .threads = 1, .progress = count_calls, .context = &calls},
              &again);
    assert_true(calls < later); /* no fit */
    score_free(&again);
    refuse_what_is_damaged(&x, folder, path);
    score_free(&first);
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
    unload_two(&x);
}

/* ---- Files of forecasts ------------------------------------------------------------------------------ */

/* A forecast of data that end in September, written, read and scored when December has come: the bits of the
 * quantiles, as far as digits go, and the outcomes. */
static void a_filed_forecast_is_scored_in_newer_data(void **state)
{
    (void)state;
    two_cases x = load_two();
    const truce_case *const rivals[] = {x.walk};
    score_options options = {.particles = 64, .seed = 1};
    score_table t;
    filed_forecasts f;
    truce_error error = {0};
    uint64_t key[2], other[2];
    char path[] = "/tmp/truce-forecast-XXXXXX";
    close(mkstemp(path));
    x.c->data_end = x.walk->data_end = x.c->start + 8;
    ((case_observation *)x.c->observations)->last_used = x.c->start + 8;
    ((case_observation *)x.walk->observations)->last_used = x.c->start + 8;
    assert_int_equal(score_forecast(x.c, rivals, &options, NULL, &t, key, &error), TRUCE_OK);
    assert_int_equal(forecast_file_write(path, &t, key, "2024-10-05", &error), TRUCE_OK);
    assert_int_equal(forecast_file_read(NULL, path, &f, &error), TRUCE_OK);
    assert_string_equal(f.made, "2024-10-05");
    assert_string_equal(f.data_end, "2024-09");
    filed_forecasts forged; /* a date that would move the cursor, with a right hash */
    assert_int_equal(forecast_file_write(path, &t, key, "\033[2J\r\n24", &error), TRUCE_OK);
    assert_int_equal(forecast_file_read(NULL, path, &forged, &error),
                     TRUCE_BAD_INPUT); /* a row of two lines */
    assert_int_equal(forecast_file_write(path, &t, key, "\033[2J\302\2332024", &error), TRUCE_OK);
    assert_int_equal(forecast_file_read(NULL, path, &forged, &error), TRUCE_OK);
    assert_string_equal(forged.made, " [2J  2024");
    forecast_file_free(&forged);
    two_cases newer = load_two();
    const double *y = newer.c->observations[0].data.values;
    assert_int_equal(forecast_file_score(&f, newer.c, &error), TRUCE_OK);
    size_t judged = 0;
    for (size_t k = 0; k < f.count; k++) {
        const filed_forecast *a = &f.forecasts[k];
        size_t e = 0, h = 0;
        while (strcmp(t.entrants[e].name, a->model) != 0)
            e++;
        while (score_horizons[h] != a->months)
            h++;
        const score_change *b = score_change_of(&t, 0, 0, h, e);
        assert_true(a->levels == 23 && a->level[11] == 0.5);
        double median = sample_quantile(b->points, 0.5);
        assert_near(a->value[11], median, 1e-5 * (1 + fabs(median)));
        if (a->months > 3) {
            assert_true(isnan(a->observed));
            continue;
        }
        assert_near(a->observed, y[8 + a->months] - y[8], 1e-12);
        /* 23 quantiles for a hundred */
        sample_score whole = sample_score_of(b->points, a->observed);
        assert_near(a->score.crps / whole.crps, 1, 0.03);
        judged++;
    }
    assert_true(judged == 2 * (t.entrant_count - 1)); /* all but the one that needs a year */
    /* the key tells other data apart */
    score_free(&t);
    ((double *)x.c->observations[0].data.values)[3] += 1;
    ((double *)x.walk->observations[0].data.values)[3] += 1;
    assert_int_equal(score_forecast(x.c, rivals, &options, NULL, &t, other, &error), TRUCE_OK);
    assert_true(key[0] != other[0]);
    score_free(&t);
    forecast_file_free(&f);
    unlink(path);
    unload_two(&x);
    unload_two(&newer);
}

/* Forecasts of so many models beside persistence: two changes each, of which persistence has the first alone. */
static filed_forecasts make_filed(size_t models)
{
    filed_forecasts f = {0};
    for (size_t k = 0; k < 2 * models + 1; k++) {
        filed_forecast x = {.model = k ? arena_format(&f.memory, "m%zu", (k - 1) / 2) : "persistence",
                            .target = k % 2 || !k ? "line" : "losses",
                            .months = 3,
                            .observed = k == 2 ? NAN : 1,
                            .score.crps = k ? (double)k : 4};
        for (size_t i = 0; i < SAMPLE_POINTS; i++)
            x.points[i] = k % 2 ? 1 : 2;
        assert_true(x.model && ARENA_PUSH(&f.memory, f.forecasts, f.count, f.capacity, x));
    }
    return f;
}

/* So many that a search of the whole file for each would take minutes. */
static void filed_forecasts_are_summed_by_model_however_many_there_are(void **state)
{
    (void)state;
    enum { MODELS = 30000 };
    filed_forecasts f = make_filed(MODELS);
    assert_int_equal(forecast_file_sum(&f, NULL), TRUCE_OK);
    assert_true(f.sum_count == MODELS + 1);
    assert_string_equal(f.sums[0].model, "persistence");
    assert_true(f.sums[0].judged == 1 && f.sums[0].inside == 0 && f.sums[0].relatives == 1);
    assert_true(f.sums[0].relative == 1);
    for (size_t m = 0; m < MODELS; m++) {
        const filed_sum *sum = &f.sums[m + 1];
        assert_true(sum->judged == (m ? 2 : 1) && sum->inside == 1 && sum->relatives == 1);
        assert_true(sum->relative == (double)(2 * m + 1) / 4);
    }
    forecast_file_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_of_a_normal_forecast_are_those_of_the_closed_form),
        cmocka_unit_test(what_is_lost_to_rounding_is_no_score),
        cmocka_unit_test(distance_of_two_normal_forecasts_is_that_of_the_closed_form),
        cmocka_unit_test(averaged_normal_forecasts_are_normal_with_the_mean_deviation),
        cmocka_unit_test(persistence_is_the_mean_rate_of_half_a_year),
        cmocka_unit_test(the_year_before_is_what_was_a_year_ago),
        cmocka_unit_test(the_bootstrap_draws_blocks_of_past_months),
        cmocka_unit_test(the_autoregression_is_the_conjugate_one_when_errors_are_normal),
        cmocka_unit_test(the_autoregression_finds_heavy_tails),
        cmocka_unit_test(the_damped_level_has_the_moments_of_its_filters),
        cmocka_unit_test(the_damped_level_reverts),
        cmocka_unit_test(rivals_refuse_a_past_that_is_too_short),
        cmocka_unit_test(rivals_give_the_same_bits_again_and_others_for_another_seed),
        cmocka_unit_test(weights_of_two_members_are_those_of_the_closed_form),
        cmocka_unit_test(weights_of_three_members_are_not_bettered_on_a_grid),
        cmocka_unit_test(long_horizons_borrow_weights_from_short_ones),
        cmocka_unit_test(skill_is_the_ratio_of_sums_on_what_both_forecast),
        cmocka_unit_test(the_jackknife_is_the_standard_error_of_a_mean),
        cmocka_unit_test(calibration_of_right_forecasts_is_not_rejected_and_that_of_wrong_ones_is),
        cmocka_unit_test(forecasts_that_do_not_overlap_have_no_lags),
        cmocka_unit_test(no_forecast_and_no_weight_has_seen_what_came_after_its_origin),
        cmocka_unit_test(the_first_weights_are_equal_by_kind_and_all_add_up_to_one),
        cmocka_unit_test(threads_do_not_change_scores),
        cmocka_unit_test(amounts_a_month_are_scored_as_sums),
        cmocka_unit_test(values_that_were_not_complete_at_the_origin_are_not_used),
        cmocka_unit_test(values_that_were_not_published_at_the_origin_are_not_used),
        cmocka_unit_test(rivals_on_other_data_are_refused),
        cmocka_unit_test(chances_of_runs_are_those_of_all_orders_listed),
        cmocka_unit_test(residuals_are_the_distances_of_outcomes_in_standard_deviations),
        cmocka_unit_test(a_level_that_is_missed_is_one_run_and_gaps_are_no_neighbours),
        cmocka_unit_test(hindsight_is_the_model_where_all_priors_were_known),
        cmocka_unit_test(a_key_knows_which_series_an_entrant_does_not_have),
        cmocka_unit_test(an_interrupted_record_goes_on_with_the_same_bits),
        cmocka_unit_test(a_filed_forecast_is_scored_in_newer_data),
        cmocka_unit_test(filed_forecasts_are_summed_by_model_however_many_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
