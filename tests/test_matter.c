/* What matters: shares of variance have the values of closed forms (Ishigami and Homma 1990; the linear model with
 * correlated normal inputs), and what the sample cannot tell is not resolved. */
#include "answers/matter.h"
#include "answers_case.h"

enum { SIZE = 20000 };

static double *column(void)
{
    double *x = malloc(SIZE * sizeof *x);
    assert_non_null(x);
    return x;
}

static double uniform(uint64_t member, const char *name)
{
    truce_distribution d = {
        .kind = TRUCE_UNIFORM, .a = -3.14159265358979323846, .b = 3.14159265358979323846, .scale = 1};
    return truce_distribution_draw(&d, 5, member, name);
}

static double normal(uint64_t member, const char *name)
{
    truce_distribution d = {.kind = TRUCE_NORMAL, .a = 0, .b = 1, .scale = 1};
    return truce_distribution_draw(&d, 5, member, name);
}

/* y = sin a + 7 sin^2 b + 0.1 c^4 sin a: V = 7^2/8 + 0.1 pi^4/5 + 0.01 pi^8/18 + 1/2 = 13.8446; first-order shares
 * 0.3139, 0.4424 and 0 (Saltelli and others 2008, section 4.6). Standard errors at 20,000: below 0.01. */
static void shares_of_ishigami_are_found(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c"};
    static const double wanted[] = {0.3139, 0.4424, 0};
    double *x[3] = {column(), column(), column()}, *y = column();
    for (size_t m = 0; m < SIZE; m++) {
        for (size_t k = 0; k < 3; k++)
            x[k][m] = uniform(m, names[k]);
        double s = sin(x[1][m]);
        y[m] = sin(x[0][m]) + 7 * s * s + 0.1 * pow(x[2][m], 4) * sin(x[0][m]);
    }
    for (size_t k = 0; k < 3; k++) {
        truce_index found = {0};
        assert_true(matter_index(x[k], y, SIZE, &found));
        if (!(fabs(found.share - wanted[k]) < 0.025 && found.low < wanted[k] + 0.01 &&
              found.high > wanted[k] - 0.01))
            fail_msg("share %zu is %g (%g to %g), not %g", k, found.share, found.low, found.high, wanted[k]);
        assert_int_equal(found.resolved, wanted[k] > 0);
        free(x[k]);
    }
    free(y);
}

/* y = a + b with corr(a, b) = r: Var(E[y | a]) / Var(y) = (1 + r)^2 / (2 + 2 r) = (1 + r) / 2. */
static void correlated_inputs_share_what_they_explain(void **state)
{
    (void)state;
    const double r = 0.6;
    double *a = column(), *b = column(), *y = column();
    for (size_t m = 0; m < SIZE; m++) {
        a[m] = normal(m, "a");
        b[m] = r * a[m] + sqrt(1 - r * r) * normal(m, "b");
        y[m] = a[m] + b[m];
    }
    truce_index first = {0}, second = {0};
    assert_true(matter_index(a, y, SIZE, &first) && matter_index(b, y, SIZE, &second));
    assert_true(fabs(first.share - 0.8) < 0.02 && fabs(second.share - 0.8) < 0.02);
    /* Spearman's correlation of normals: 6/pi asin(rho/2), rho = sqrt(0.8) */
    assert_true(fabs(first.slope - 6 / 3.14159265358979323846 * asin(sqrt(0.8) / 2)) < 0.01);
    free(a);
    free(b);
    free(y);
}

static void what_does_not_vary_has_no_share(void **state)
{
    (void)state;
    double x[4] = {1, 1, 1, 1}, y[4] = {1, 2, 3, 4}, share;
    assert_true(matter_share(x, y, 4, &share));
    assert_true(isnan(share));
    assert_true(matter_share(y, x, 4, &share));
    assert_true(isnan(share));
    /* About their mean -1.5 -0.5 0.5 1.5; the neighbour of the last is the first. */
    assert_true(matter_share(y, y, 4, &share));
    assert_true(fabs(share - (0.75 - 0.25 + 0.75 - 2.25) / 5) < 1e-12);
}

/* Ground changes by 12 d: all of it is drift, and pull has no part. */
static void parameters_of_a_case_are_told_apart(void **state)
{
    (void)state;
    answers_case a;
    truce_matter *found;
    truce_error error = {0};
    answers_case_make(&a);
    truce_matter_options o = truce_matter_default_options();
    o.output = "change \"ground\" 2024-01..2024-12";
    o.method = TRUCE_MATTER_DRAWS;
    o.members = 2000;
    if (truce_matter_find(a.c, &o, &found, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    assert_int_equal(truce_matter_count(found), 2);
    truce_index drift = truce_matter_index(found, 0), pull = truce_matter_index(found, 1);
    assert_int_equal(truce_matter_method_of(found), TRUCE_MATTER_DRAWS);
    assert_string_equal(drift.parameter, "drift");
    assert_true(drift.share > 0.98 && drift.share <= 1 && drift.resolved && fabs(drift.slope - 1) < 1e-9);
    assert_false(pull.resolved);
    char *words;
    assert_int_equal(truce_matter_table(found, &words, NULL), TRUCE_OK);
    assert_non_null(strstr(words, "drift"));
    assert_null(strstr(words, "pull")); /* it is not ranked */
    truce_text_free(words);
    truce_matter_destroy(found);
    static const char *const wrong[] = {"2", "at \"ground\" 2024-02 > 1", "talks strong defender", NULL};
    for (size_t i = 0; i < 4; i++) {
        o.output = wrong[i];
        assert_int_not_equal(truce_matter_find(a.c, &o, &found, &error), TRUCE_OK);
        assert_null(found);
    }
    answers_case_remove(&a);
}

static truce_matter *find(const truce_case *c, const truce_matter_options *o)
{
    truce_matter *found;
    truce_error error = {0};
    if (truce_matter_find(c, o, &found, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return found;
}

/* ground * mood at the end of month t is (1000 + d t) p t. Of z = u p with u of mean m and variance v, p of mean 0:
 * first order of p: m^2 / (m^2 + v), of u: 0; in all 1 for p and v / (m^2 + v) for u. Here u = 1000 + 12 d has m = 1240
 * and v = 144 * 400 / 12 = 4800: 0.9969 and 0.0031. Without chance and other parameters there are two inputs. */
static void a_design_tells_first_order_and_total_apart(void **state)
{
    (void)state;
    answers_case a;
    answers_case_make(&a);
    truce_matter_options o = truce_matter_default_options();
    o.output = "at \"ground\" 2024-12 in shift * at \"mood\" 2024-12 in shift";
    o.plain = true;
    truce_matter *found = find(a.c, &o);
    assert_int_equal(truce_matter_method_of(found), TRUCE_MATTER_SOBOL);
    assert_int_equal(truce_matter_count(found), 2);
    assert_int_equal(truce_matter_runs(found), 1024 * 4);
    truce_index p = truce_matter_index(found, 0), u = truce_matter_index(found, 1);
    assert_string_equal(p.parameter, "pull");
    assert_true(fabs(p.share - 0.9969) < 0.06 && fabs(p.total - 1) < 0.06 && p.resolved);
    assert_true(fabs(u.share) < 0.005 && fabs(u.total - 0.0031) < 0.001 && !u.resolved);
    assert_true(p.best_rank == 1 && p.worst_rank == 1 && u.best_rank == 2);
    truce_matter_destroy(found);
    answers_case_remove(&a);
}

/* A point with the uniform numbers of a member, and its luck, is that member: the value's statistics are the same. */
static void rows_of_a_design_are_members(void **state)
{
    (void)state;
    answers_case a;
    answers_case_make(&a);
    truce_matter_options o = truce_matter_default_options();
    o.output = "change \"ground\" 2024-01..2024-12";
    o.members = 256;
    truce_matter *rows = find(a.c, &o);
    o.method = TRUCE_MATTER_DRAWS;
    truce_matter *draws = find(a.c, &o);
    truce_statistics x = truce_matter_output(rows), y = truce_matter_output(draws);
    assert_memory_equal(&x, &y, sizeof x);
    truce_matter_destroy(rows);
    truce_matter_destroy(draws);
    answers_case_remove(&a);
}

/* As the months go back, the part of drift, which is d t, gives way to that of pull, which is the same every month. */
static void the_same_is_told_through_time(void **state)
{
    (void)state;
    answers_case a;
    answers_case_make(&a);
    truce_matter_options o = truce_matter_default_options();
    o.output = "at \"ground\" 2024-12 - 1000 + 4 * change \"mood\" 2024-12 in shift";
    o.plain = true;
    o.since = 24288 + 2;
    truce_matter *found = find(a.c, &o);
    assert_int_equal(truce_matter_times(found), 10); /* Dec, Nov, ... Mar */
    for (size_t t = 0; t < 10; t++) {
        /* (12 - t) d with variance 400 / 12 (12 - t)^2, and 4 p with 16 * 400 / 12 */
        double n = 12 - (double)t, wanted = n * n / (n * n + 16);
        assert_int_equal(truce_matter_time(found, t), 24288 + 11 - (int)t);
        truce_index x = truce_matter_index_at(found, t, 0);
        assert_string_equal(x.parameter, "drift");
        if (fabs(x.total - wanted) > 0.05 || fabs(x.share - wanted) > 0.08)
            fail_msg("at time %zu: %g and %g, not %g", t, x.share, x.total, wanted);
    }
    truce_matter_destroy(found);
    o.since = 24288 - 1;
    assert_int_equal(truce_matter_find(a.c, &o, &found, NULL), TRUCE_BAD_INPUT);
    answers_case_remove(&a);
}

/* Elementary effects of 12 d with d = 10 + 20 u: 240 for every place, and none of pull. */
static void a_screening_finds_what_has_an_effect(void **state)
{
    (void)state;
    answers_case a;
    answers_case_make(&a);
    truce_matter_options o = truce_matter_default_options();
    o.output = "change \"ground\" 2024-01..2024-12";
    o.method = TRUCE_MATTER_MORRIS;
    o.plain = true;
    truce_matter *found = find(a.c, &o);
    truce_index drift = truce_matter_index(found, 0), pull = truce_matter_index(found, 1);
    assert_int_equal(truce_matter_runs(found), 20 * 3);
    assert_true(fabs(drift.size - 240) < 1e-3 && fabs(drift.effect - 240) < 1e-3 && drift.deviation < 1e-3);
    assert_true(pull.size == 0 && !pull.resolved && drift.resolved);
    truce_matter_destroy(found);
    answers_case_remove(&a);
}

/* With one input asked for, the other one is "other parameters". */
static void parameters_beyond_those_asked_for_are_one_input(void **state)
{
    (void)state;
    answers_case a;
    answers_case_make(&a);
    truce_matter_options o = truce_matter_default_options();
    o.output = "change \"ground\" 2024-01..2024-12 + 12 * change \"mood\" 2024-12 in shift";
    o.inputs = 1;
    truce_matter *found = find(a.c, &o);
    assert_int_equal(truce_matter_count(found), 2);
    truce_index x = truce_matter_index(found, 0), y = truce_matter_index(found, 1);
    bool first = x.parameter[0] == '(';
    assert_string_equal(first ? x.parameter : y.parameter, "(1 other parameters)");
    assert_true(fabs(x.total - 0.5) < 0.05 && fabs(y.total - 0.5) < 0.05); /* 12 d and 12 p vary alike */
    truce_matter_destroy(found);
    answers_case_remove(&a);
}

/* A value that is other than 0 in few members does not vary in some groups of them: there is no interval then, and nothing
 * is resolved. */
static void what_varies_in_few_groups_has_no_interval(void **state)
{
    (void)state;
    enum { COUNT = 200 };
    double x[COUNT], y[COUNT] = {0};
    truce_index found = matter_nothing("x");
    for (size_t i = 0; i < COUNT; i++)
        x[i] = (double)i;
    for (size_t i = 150; i < 160; i++)
        y[i] = 1;
    assert_true(matter_index(x, y, COUNT, &found));
    assert_true(found.share > 0.5 && isnan(found.low) && isnan(found.high) && !found.resolved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_varies_in_few_groups_has_no_interval),
        cmocka_unit_test(shares_of_ishigami_are_found),
        cmocka_unit_test(correlated_inputs_share_what_they_explain),
        cmocka_unit_test(what_does_not_vary_has_no_share),
        cmocka_unit_test(parameters_of_a_case_are_told_apart),
        cmocka_unit_test(a_design_tells_first_order_and_total_apart),
        cmocka_unit_test(rows_of_a_design_are_members),
        cmocka_unit_test(the_same_is_told_through_time),
        cmocka_unit_test(a_screening_finds_what_has_an_effect),
        cmocka_unit_test(parameters_beyond_those_asked_for_are_one_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
