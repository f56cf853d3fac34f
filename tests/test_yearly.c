/* Sums by year have the values of closed forms, within the horizon and beyond it, with ranges in place of constants. */
#include "answers_case.h"

enum { MEMBERS = 400 };

static truce_yearly_options options(const char *value)
{
    truce_yearly_options o = truce_yearly_default_options();
    o.value = value;
    o.members = MEMBERS;
    o.threads = 2;
    return o;
}

static truce_yearly *find(const truce_case *c, const truce_yearly_options *o)
{
    truce_yearly *found;
    truce_error error = {0};
    if (truce_yearly_find(c, o, &found, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return found;
}

static double mean_draw(const answers_case *a)
{
    truce_parameter p = truce_case_parameter(a->c, 0);
    double sum = 0;
    for (size_t m = 0; m < MEMBERS; m++)
        sum += truce_distribution_draw(&p.prior, 1, m, p.name) / MEMBERS;
    return sum;
}

/* Speed is d a month: 12 d in the year of the horizon, and as much in every year after it. */
static void years_are_sums_of_months(void **state)
{
    (void)state;
    answers_case a;
    answers_case_make(&a);
    double d = mean_draw(&a);
    truce_yearly_options o = options("Speed");
    truce_yearly *found = find(a.c, &o);
    assert_int_equal(truce_yearly_years(found), 1);
    assert_int_equal(truce_yearly_year(found, 0), 2024);
    assert_true(fabs(truce_yearly_sum(found, 0).mean / (12 * d) - 1) < 1e-5);
    assert_int_equal(truce_yearly_bearers(found), 0);
    truce_yearly_destroy(found);
    o.until = 24288 + 12 + 12 + 2; /* March 2026 */
    o.scenario = "faster";
    found = find(a.c, &o);
    assert_int_equal(truce_yearly_years(found), 3);
    const double months[] = {12, 12, 3};
    for (size_t k = 0; k < 3; k++)
        assert_true(fabs(truce_yearly_sum(found, k).mean / (3 * months[k] * d) - 1) < 1e-4);
    assert_true(fabs(truce_yearly_total(found).mean / (3 * 27 * d) - 1) < 1e-4);
    truce_yearly_destroy(found);
    answers_case_remove(&a);
}

/* `gain` from 1 to 3 in place of 1: the sum has the mean 12 d times 2, within four standard errors of its mean. */
static void a_range_takes_the_place_of_a_constant(void **state)
{
    (void)state;
    answers_case a;
    answers_case_make(&a);
    const truce_yearly_spread spreads[] = {{"gain", 1, 3}};
    truce_yearly_options o = options("Speed");
    o.spreads = spreads;
    o.spread_count = 1;
    truce_yearly *found = find(a.c, &o);
    truce_statistics s = truce_yearly_sum(found, 0);
    assert_true(fabs(s.mean / (24 * 20) - 1) < 4 * 0.42 / 20);
    assert_true(s.quantiles[0] > 120 && s.quantiles[4] < 1080 && s.quantiles[4] > 700);
    truce_yearly_destroy(found);
    answers_case_remove(&a);
}

/* Shares of the output divide it, and those of another output of its section where it has none. */
static void bearers_have_their_shares(void **state)
{
    (void)state;
    answers_case a;
    truce_case *c;
    truce_error error = {0};
    char path[512], *words;
    answers_case_make(&a);
    snprintf(path, sizeof path, "%s/case.yaml", a.directory);
    FILE *f = fopen(path, "ab");
    assert_non_null(f);
    fputs("  - {variable: pull, title: Pull, section: resolve, units: \"1\", key: by custom, shares: {North: "
          "0.25, South: "
          "0.5}}\n",
          f);
    fclose(f);
    if (truce_case_load(path, &c, &error) != TRUCE_OK)
        fail_msg("%s:%d: %s", error.file, error.line, error.message);
    truce_yearly_options o = options("Mood"); /* a level of the same section */
    truce_yearly *found = find(c, &o);
    double share;
    assert_int_equal(truce_yearly_bearers(found), 2);
    assert_string_equal(truce_yearly_bearer(found, 1, &share), "South (50 %)");
    assert_true(share == 0.5);
    assert_int_equal(truce_yearly_table(found, &words, NULL), TRUCE_OK);
    assert_non_null(strstr(words, "by custom"));
    assert_non_null(strstr(words, "North (25 %)"));
    truce_text_free(words);
    assert_int_equal(truce_yearly_json(found, &words, NULL), TRUCE_OK);
    truce_text_free(words);
    truce_yearly_destroy(found);
    truce_case_destroy(c);
    answers_case_remove(&a);
}

static void mistakes_are_told(void **state)
{
    (void)state;
    answers_case a;
    truce_yearly *found;
    answers_case_make(&a);
    const truce_yearly_spread unknown[] = {{"gian", 0, 1}}, turned[] = {{"gain", 1, 0}},
                              stock[] = {{"ground", 0, 1}};
    const struct {
        const char *value, *words;
        truce_month until;
        const truce_yearly_spread *spreads;
    } wrong[] = {{"Sped", "did you mean \"Speed\"", TRUCE_MONTH_NONE, NULL},
                 {"Speed", "within the horizon", 24288 - 1, NULL},
                 {"Speed", "within the horizon", 24288 + 2000, NULL},
                 {"Speed", "did you mean \"gain\"", TRUCE_MONTH_NONE, unknown},
                 {"Speed", "from less to more", TRUCE_MONTH_NONE, turned},
                 {"Speed", "no equation", TRUCE_MONTH_NONE, stock}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        truce_error error = {0};
        truce_yearly_options o = options(wrong[i].value);
        o.until = wrong[i].until;
        o.spreads = wrong[i].spreads;
        o.spread_count = wrong[i].spreads != NULL;
        assert_int_not_equal(truce_yearly_find(a.c, &o, &found, &error), TRUCE_OK);
        assert_null(found);
        if (!strstr(error.message, wrong[i].words))
            fail_msg("\"%s\" does not say \"%s\"", error.message, wrong[i].words);
    }
    answers_case_remove(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(years_are_sums_of_months),
        cmocka_unit_test(a_range_takes_the_place_of_a_constant),
        cmocka_unit_test(bearers_have_their_shares),
        cmocka_unit_test(mistakes_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
