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
    truce_yearly_options o = options("Mood"); /* a stock of the same section */
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

/* The case with more variables and outputs. */
static truce_case *with_more(const answers_case *a, const char *model, const char *outputs)
{
    truce_case *c;
    truce_error error = {0};
    char path[512], text[sizeof answers_model + 1024];
    const char *end = strstr(answers_model, "</variables>");
    assert_non_null(end);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(end - answers_model), answers_model, model, end);
    write_answers_file(a->directory, "model.xmile", text);
    snprintf(text, sizeof text, "%s%s", answers_yaml, outputs);
    write_answers_file(a->directory, "case.yaml", text);
    snprintf(path, sizeof path, "%s/case.yaml", a->directory);
    if (truce_case_load(path, &c, &error) != TRUCE_OK)
        fail_msg("%s:%d: %s", error.file, error.line, error.message);
    return c;
}

/* A rate counts in the month in which it flows. It is 4 from the start of December 2024 to the end of January 2025, and 4
 * through the second half of December, where steps are quarters of a month. A debt of thirds that is paid back leaves
 * nothing but rounding, which is told as nothing. */
static void a_rate_counts_in_the_month_in_which_it_flows(void **state)
{
    (void)state;
    answers_case a;
    answers_case_make(&a);
    truce_case *c = with_more(
        &a,
        "<flow name=\"due\"><eqn>STEP(4, 11) - STEP(4, 13)</eqn><units>1/month</units></flow>\n"
        "<flow name=\"half\"><eqn>STEP(4, 11.5) - STEP(4, 12)</eqn><units>1/month</units></flow>\n"
        "<stock "
        "name=\"debt\"><eqn>0</eqn><inflow>lent</inflow><outflow>paid</outflow><units>1</units></stock>\n"
        "<flow name=\"lent\"><eqn>1 / 3 * (STEP(1, 0) - STEP(1, 4))</eqn><units>1/month</units></flow>\n"
        "<flow name=\"paid\"><eqn>DELAY(lent, 5, 0)</eqn><units>1/month</units></flow>\n"
        "<aux name=\"interest\"><eqn>debt * 0.1</eqn><units>1/month</units></aux>\n",
        "  - {variable: due, title: Due, section: front, units: EUR bn a month}\n"
        "  - {variable: half, title: Half, section: front}\n"
        "  - {variable: interest, title: Interest, section: front, units: EUR bn a month}\n");
    const struct {
        const char *value, *words, *not ;
        double first, second;
    } known[] = {{"Due", "Nothing of it is left in the last month", "a month)", 4, 4},
                 {"Half", "Nothing of it is left", "a month)", 2, 0},
                 {"Interest", "Nothing of it is left", "e-", 2.0 / 3, 0}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char *words;
        truce_yearly_options o = options(known[i].value);
        o.until = 24288 + 12 + 3;
        truce_yearly *found = find(c, &o);
        assert_true(fabs(truce_yearly_sum(found, 0).mean - known[i].first) < 1e-5);
        assert_true(truce_yearly_sum(found, 1).mean == known[i].second);
        assert_int_equal(truce_yearly_table(found, &words, NULL), TRUCE_OK);
        if (!strstr(words, known[i].words) || strstr(words, known[i].not ))
            fail_msg("%s", words);
        truce_text_free(words);
        truce_yearly_destroy(found);
    }
    truce_case_destroy(c);
    answers_case_remove(&a);
}

/* What grows by a half every quarter of a month, from 1 on, is told from its beginning, however little that is beside its
 * end. */
static void small_years_beside_great_ones_are_told(void **state)
{
    (void)state;
    answers_case a;
    answers_case_make(&a);
    truce_case *c = with_more(&a,
                              "<stock name=\"cases\"><eqn>1</eqn><inflow>more</inflow></stock>\n"
                              "<flow name=\"more\"><eqn>2 * cases</eqn></flow>\n",
                              "  - {variable: cases, title: Cases, section: front}\n");
    truce_yearly_options o = options("Cases");
    o.until = 24288 + 23;
    truce_yearly *found = find(c, &o);
    for (size_t k = 0; k < 2; k++)
        assert_true(fabs(truce_yearly_sum(found, k).mean / pow(1.5, 48 * ((double)k + 1)) - 1) < 1e-6);
    truce_yearly_destroy(found);
    truce_case_destroy(c);
    answers_case_remove(&a);
}

/* Ground is 1000 + d t: after 12 months and after 15. What is neither a rate nor a stock is told by its mean. */
static void stocks_have_ends_and_shares_means(void **state)
{
    (void)state;
    answers_case a;
    char *words;
    answers_case_make(&a);
    truce_case *c = with_more(&a, "<aux name=\"part\"><eqn>TIME</eqn><units>1</units></aux>\n",
                              "  - {variable: part, title: Part, section: front, units: \"%\"}\n");
    double d = mean_draw(&a);
    truce_yearly_options o = options("Ground");
    o.until = 24288 + 12 + 2;
    truce_yearly *found = find(c, &o);
    assert_true(fabs(truce_yearly_sum(found, 0).mean - 1000 - 12 * d) < 1e-2);
    assert_true(fabs(truce_yearly_sum(found, 1).mean - 1000 - 15 * d) < 1e-2);
    assert_true(fabs(truce_yearly_total(found).mean - 1000 - 15 * d) < 1e-2);
    assert_int_equal(truce_yearly_table(found, &words, NULL), TRUCE_OK);
    assert_non_null(strstr(words, "at the end of each year"));
    truce_text_free(words);
    truce_yearly_destroy(found);
    o.value = "Part";
    found = find(c, &o);
    assert_true(fabs(truce_yearly_sum(found, 0).mean - (12 - 0.25) / 2) < 1e-5); /* the mean of its steps */
    assert_int_equal(truce_yearly_json(found, &words, NULL), TRUCE_OK);
    assert_non_null(strstr(words, "\"measure\": \"mean\""));
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
    } wrong[] = {{"spee", "did you mean \"Speed\"", TRUCE_MONTH_NONE, NULL},
                 {"that is", "did you mean \"Share that is over\"", TRUCE_MONTH_NONE, NULL},
                 {"Sped", "did you mean \"Speed\"", TRUCE_MONTH_NONE, NULL},
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
        cmocka_unit_test(a_rate_counts_in_the_month_in_which_it_flows),
        cmocka_unit_test(small_years_beside_great_ones_are_told),
        cmocka_unit_test(stocks_have_ends_and_shares_means),
        cmocka_unit_test(mistakes_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
