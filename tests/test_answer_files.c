/* NetCDF files of answers hold the numbers that the calls give. */
#include "answers_case.h"
#include "base/base.h"

#include <netcdf.h>

enum { MEMBERS = 60, SEED = 4 };

static answers_case a;

static int make_case(void **state)
{
    (void)state;
    answers_case_make(&a);
    return 0;
}

static int remove_case(void **state)
{
    (void)state;
    static const char *const written[] = {
        "compare.csv",  "compare.json", "compare.html", "compare.nc",  "enough.html",   "enough.csv",
        "enough.nc",    "claims.yaml",  "claims.html",  "claims.csv",  "claims.jsonld", "claims.nc",
        "plan.html",    "plan.csv",     "plan.nc",      "matter.html", "matter.csv",    "matter.nc",
        "futures.html", "futures.csv",  "futures.nc",   "yearly.html", "yearly.csv",    "yearly.nc"};
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", a.directory, written[i]);
        remove(path);
    }
    answers_case_remove(&a);
    return 0;
}

/* Reads a variable of doubles of a file of the case's folder. */
static void read_numbers(const char *file, const char *variable, double *values)
{
    char path[512];
    int id, number;
    snprintf(path, sizeof path, "%s/%s", a.directory, file);
    assert_int_equal(nc_open(path, NC_NOWRITE, &id), NC_NOERR);
    assert_int_equal(nc_inq_varid(id, variable, &number), NC_NOERR);
    assert_int_equal(nc_get_var_double(id, number, values), NC_NOERR);
    nc_close(id);
}

static void expect_name(const char *file, const char *variable, size_t index, const char *name)
{
    char path[512], *found = NULL;
    int id, number;
    snprintf(path, sizeof path, "%s/%s", a.directory, file);
    assert_int_equal(nc_open(path, NC_NOWRITE, &id), NC_NOERR);
    assert_int_equal(nc_inq_varid(id, variable, &number), NC_NOERR);
    assert_int_equal(nc_get_var1_string(id, number, &index, &found), NC_NOERR);
    assert_string_equal(found, name);
    nc_free_string(1, &found);
    nc_close(id);
}

/* A page says whose draws its members are. */
static void expect_draws(const char *file, const char *words)
{
    char path[512];
    text page = {0};
    snprintf(path, sizeof path, "%s/%s", a.directory, file);
    assert_int_equal(text_read_file(&page, path, 1 << 24, NULL), TRUCE_OK);
    assert_non_null(strstr(page.bytes, words));
    text_free(&page);
}

static void a_comparison_is_kept_whole(void **state)
{
    (void)state;
    static const char *const worlds[] = {"actual", "gain", "faster"};
    static double window[2][QUANTITIES][TRUCE_QUANTILES], months[2][QUANTITIES][12][TRUCE_QUANTILES];
    static double above[2][QUANTITIES], half[2][QUANTITIES];
    truce_comparison *x;
    truce_error error = {0};
    truce_comparison_options o = truce_comparison_default_options();
    o.scenarios = worlds;
    o.scenario_count = 3;
    o.members = MEMBERS;
    o.seed = SEED;
    assert_int_equal(truce_compare(a.c, &o, &x, &error), TRUCE_OK);
    if (truce_comparison_write(x, a.directory, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    expect_draws("compare.html", "Intervals come from the priors, which were not fitted");
    read_numbers("compare.nc", "window_effect", &window[0][0][0]);
    read_numbers("compare.nc", "effect", &months[0][0][0][0]);
    read_numbers("compare.nc", "above_zero", &above[0][0]);
    read_numbers("compare.nc", "half_by", &half[0][0]);
    for (size_t w = 0; w < 2; w++)
        for (size_t q = 0; q < QUANTITIES; q++) {
            truce_effect e = truce_comparison_effect(x, w + 1, q);
            assert_true(above[w][q] == e.effect.above);
            assert_true(e.half == SIZE_MAX ? isnan(half[w][q]) : half[w][q] == (double)e.half);
            for (int k = 0; k < TRUCE_QUANTILES; k++) {
                assert_true(window[w][q][k] == e.effect.quantiles[k]);
                for (size_t m = 0; m < 12; m++)
                    assert_true(months[w][q][m][k] ==
                                truce_comparison_month(x, w + 1, q, m).effect.quantiles[k]);
            }
        }
    expect_name("compare.nc", "world", 1, "faster");
    expect_name("compare.nc", "month", 11, "2024-12");
    truce_comparison_destroy(x);
}

static void settings_of_a_lever_are_kept(void **state)
{
    (void)state;
    double values[64], probabilities[64];
    truce_enough *found;
    truce_error error = {0};
    truce_enough_options o = truce_enough_default_options();
    o.goal = "change \"ground\" 2024-01..2024-12 > 200";
    o.lever = "gain";
    o.how = "set";
    o.least = 0;
    o.most = 4;
    o.members = MEMBERS;
    assert_int_equal(truce_enough_find(a.c, &o, &found, &error), TRUCE_OK);
    assert_int_equal(truce_enough_write(found, a.directory, &error), TRUCE_OK);
    expect_draws("enough.html", "drawn from the priors.");
    size_t count = truce_enough_facts_of(found).settings;
    assert_true(count <= 64);
    read_numbers("enough.nc", "setting", values);
    read_numbers("enough.nc", "probability", probabilities);
    for (size_t i = 0; i < count; i++) {
        assert_true(values[i] == truce_enough_setting(found, i).value);
        assert_true(probabilities[i] == truce_enough_setting(found, i).probability);
    }
    truce_enough_destroy(found);
}

static void trials_of_a_plan_are_kept(void **state)
{
    (void)state;
    double settings[256], probabilities[256], answers[256];
    const truce_plan_lever levers[] = {{"gain", 0, 4, NAN}};
    truce_plan *found;
    truce_error error = {0};
    truce_plan_options o = truce_plan_default_options();
    o.goal = "change \"ground\" 2024-01..2024-12 > 200";
    o.levers = levers;
    o.lever_count = 1;
    o.how = "set";
    o.members = MEMBERS;
    o.evaluations = 20;
    assert_int_equal(truce_plan_find(a.c, &o, &found, &error), TRUCE_OK);
    if (truce_plan_write(found, a.directory, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    expect_draws("plan.html", "drawn from the priors.");
    size_t count = truce_plan_facts_of(found).settings, answered = 0;
    assert_true(count <= 256);
    read_numbers("plan.nc", "setting", settings);
    read_numbers("plan.nc", "probability", probabilities);
    read_numbers("plan.nc", "answer", answers);
    for (size_t i = 0; i < count; i++)
        if (answers[i] == 1) {
            answered++;
            assert_true(settings[i] == truce_plan_setting_of(found, 0).value);
            assert_true(probabilities[i] == truce_plan_facts_of(found).probability);
        }
    assert_int_equal(answered, 1);
    expect_name("plan.nc", "lever", 0, "gain");
    truce_plan_destroy(found);
}

static void what_matters_is_kept(void **state)
{
    (void)state;
    double shares[2][2], resolved[2][2];
    truce_matter *found;
    truce_error error = {0};
    truce_matter_options o = truce_matter_default_options();
    o.output = "at \"ground\" 2024-12";
    o.method = TRUCE_MATTER_DRAWS;
    o.since = 24288 + 10;
    o.members = 400;
    assert_int_equal(truce_matter_find(a.c, &o, &found, &error), TRUCE_OK);
    assert_int_equal(truce_matter_write(found, a.directory, &error), TRUCE_OK);
    expect_draws("matter.html", "from the priors.");
    assert_true(truce_matter_times(found) == 2 && truce_matter_count(found) == 2);
    read_numbers("matter.nc", "share", &shares[0][0]);
    read_numbers("matter.nc", "resolved", &resolved[0][0]);
    for (size_t t = 0; t < 2; t++)
        for (size_t i = 0; i < 2; i++) {
            truce_index x = truce_matter_index_at(found, t, i);
            assert_true(shares[t][i] == x.share || (isnan(x.share) && isnan(shares[t][i])));
            assert_true(resolved[t][i] == x.resolved);
        }
    expect_name("matter.nc", "parameter", 0, "drift");
    expect_name("matter.nc", "until", 1, "2024-11");
    truce_matter_destroy(found);
}

static void the_box_of_futures_is_kept(void **state)
{
    (void)state;
    double low[8], density[512];
    truce_discovery *found;
    truce_error error = {0};
    truce_discovery_options o = truce_discovery_default_options();
    o.when = "at \"ground\" 2024-12 > 1300";
    o.members = 1000;
    assert_int_equal(truce_discovery_find(a.c, &o, &found, &error), TRUCE_OK);
    assert_int_equal(truce_discovery_write(found, a.directory, &error), TRUCE_OK);
    expect_draws("futures.html", "from the priors.");
    assert_true(truce_discovery_restrictions(found) >= 1 && truce_discovery_steps(found) <= 512);
    read_numbers("futures.nc", "low", low);
    read_numbers("futures.nc", "density", density);
    assert_true(low[0] == truce_discovery_restriction(found, 0).low);
    for (size_t k = 0; k < truce_discovery_steps(found); k++)
        assert_true(density[k] == truce_discovery_step(found, k, NULL).density);
    expect_name("futures.nc", "parameter", 0, "drift");
    truce_discovery_destroy(found);
}

static void years_are_kept(void **state)
{
    (void)state;
    double years[4], values[4][TRUCE_QUANTILES];
    truce_yearly *found;
    truce_error error = {0};
    truce_yearly_options o = truce_yearly_default_options();
    o.value = "Speed";
    o.until = 24288 + 24;
    o.members = MEMBERS;
    assert_int_equal(truce_yearly_find(a.c, &o, &found, &error), TRUCE_OK);
    assert_int_equal(truce_yearly_write(found, a.directory, &error), TRUCE_OK);
    expect_draws("yearly.html", "from the priors.");
    assert_int_equal(truce_yearly_years(found), 3);
    read_numbers("yearly.nc", "year", years);
    read_numbers("yearly.nc", "value", &values[0][0]);
    for (size_t k = 0; k < 3; k++) {
        assert_true(years[k] == truce_yearly_year(found, k));
        for (int q = 0; q < TRUCE_QUANTILES; q++)
            assert_true(values[k][q] == truce_yearly_sum(found, k).quantiles[q]);
    }
    truce_yearly_destroy(found);
}

static void verdicts_are_kept(void **state)
{
    (void)state;
    double probabilities[2];
    truce_claims *claims;
    truce_error error = {0};
    truce_claims_options o = truce_claims_default_options();
    o.members = MEMBERS;
    write_answers_file(a.directory, "claims.yaml",
                       "as-of: 2024-05-13\nclaims:\n  - {id: grows, claim: A, test: 'change \"ground\" "
                       "2024-01..2024-04 > 80'}\n  - {id: none, claim: B}\n");
    assert_int_equal(truce_claims_judge(a.c, &o, &claims, &error), TRUCE_OK);
    assert_int_equal(truce_claims_write(claims, a.directory, &error), TRUCE_OK);
    read_numbers("claims.nc", "probability", probabilities);
    assert_true(probabilities[0] == truce_claims_claim(claims, 0).probability && isnan(probabilities[1]));
    expect_name("claims.nc", "claim", 0, "grows");
    expect_name("claims.nc", "verdict", 1, "undetermined");
    truce_claims_destroy(claims);
}

static void a_file_without_claims_has_none(void **state)
{
    (void)state;
    truce_claims *claims;
    truce_error error = {0};
    truce_claims_options o = truce_claims_default_options();
    o.members = MEMBERS;
    write_answers_file(a.directory, "claims.yaml", "as-of: 2024-05-13\nclaims: []\n");
    assert_int_equal(truce_claims_judge(a.c, &o, &claims, &error), TRUCE_OK);
    if (truce_claims_write(claims, a.directory, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    truce_claims_destroy(claims);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_comparison_is_kept_whole), cmocka_unit_test(settings_of_a_lever_are_kept),
        cmocka_unit_test(trials_of_a_plan_are_kept),  cmocka_unit_test(what_matters_is_kept),
        cmocka_unit_test(the_box_of_futures_is_kept), cmocka_unit_test(years_are_kept),
        cmocka_unit_test(verdicts_are_kept),          cmocka_unit_test(a_file_without_claims_has_none),
    };
    return cmocka_run_group_tests(tests, make_case, remove_case);
}
