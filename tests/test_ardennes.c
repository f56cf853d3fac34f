/* The case of the Ardennes of 1944, a real campaign in days: it is read, simulated, fitted, scored, compared, asked how
 * much is enough, and its claims are judged, small. Sums of its data are those of the table that it was compiled from. */
#include "truce/truce.h"

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

enum { MEMBERS = 400, SEED = 1 };

static truce_case *c;
static truce_fit *fit;

static truce_month day(const char *iso)
{
    truce_month m;
    assert_true(truce_month_parse(iso, &m));
    return m;
}

static int load(void **state)
{
    (void)state;
    char path[1024];
    truce_error error = {0};
    snprintf(path, sizeof path, "%s/cases/ardennes-1944/case.yaml", getenv("TRUCE_SOURCE_ROOT"));
    if (truce_case_load(path, &c, &error) != TRUCE_OK)
        fail_msg("%s:%d: %s", error.file, error.line, error.message);
    truce_fit_options o = truce_fit_default_options();
    o.particles = 512;
    o.threads = 2;
    if (truce_fit_run(c, &o, &fit, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    truce_fit_destroy(fit);
    truce_case_destroy(c);
    return 0;
}

static truce_claims *judge(void)
{
    truce_claims *claims;
    truce_error error = {0};
    truce_claims_options o = truce_claims_default_options();
    o.priors = true;
    o.members = MEMBERS;
    if (truce_claims_judge(c, &o, &claims, &error) != TRUCE_OK)
        fail_msg("%s:%d: %s", error.file, error.line, error.message);
    return claims;
}

static truce_claim claim_of(const truce_claims *claims, const char *id)
{
    for (size_t i = 0; i < truce_claims_count(claims); i++)
        if (strcmp(truce_claims_claim(claims, i).id, id) == 0)
            return truce_claims_claim(claims, i);
    fail_msg("no claim %s", id);
    return truce_claims_claim(claims, 0);
}

/* Sums of the table by hand: 75,570 and 44,719 people from 24 December on; 14,256 and 15,072 in the first four days. */
static void claims_of_data_have_the_sums_of_the_table(void **state)
{
    (void)state;
    truce_claims *claims = judge();
    truce_claim more = claim_of(claims, "attacker-lost-more"), first = claim_of(claims, "first-days");
    assert_int_equal(more.verdict, TRUCE_SUPPORTED);
    assert_int_equal(first.verdict, TRUCE_CONTRADICTED);
    assert_non_null(strstr(more.numbers, "= 75,570"));
    assert_non_null(strstr(more.numbers, "= 44,720"));
    assert_non_null(strstr(first.numbers, "= 14,260"));
    assert_non_null(strstr(first.numbers, "= 15,070"));
    truce_claims_destroy(claims);
}

static void what_the_case_cannot_tell_is_undetermined(void **state)
{
    (void)state;
    truce_claims *claims = judge();
    assert_int_equal(claim_of(claims, "shortened-the-war").verdict, TRUCE_UNDETERMINED);
    assert_int_equal(claim_of(claims, "enemy-rather-than-own").verdict, TRUCE_UNDETERMINED);
    truce_claims_destroy(claims);
}

static truce_comparison *compare(const char *world, const char *from, const char *to)
{
    const char *const worlds[] = {"as-it-was", world};
    truce_comparison *found;
    truce_error error = {0};
    truce_comparison_options o = truce_comparison_default_options();
    o.scenarios = worlds;
    o.scenario_count = 2;
    o.members = MEMBERS;
    o.posterior = fit;
    o.from = day(from);
    o.to = day(to);
    if (truce_compare(c, &o, &found, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return found;
}

static size_t quantity_named(const truce_comparison *x, const char *title, const char *label)
{
    for (size_t q = 0; q < truce_comparison_facts_of(x).quantities; q++) {
        truce_quantity found = truce_comparison_quantity(x, q);
        if (strcmp(found.title, title) == 0 && strcmp(found.label, label) == 0)
            return q;
    }
    fail_msg("no quantity %s, %s", title, label);
    return 0;
}

/* 3,000 people a day from 20 December to the evening of the 29th are 30,000, less what more people lose: at most the
 * 10 days' greatest share of 2 % a day of those who came. */
static void a_window_of_days_counts_days(void **state)
{
    (void)state;
    truce_comparison *x = compare("replaced", "1944-12-20", "1944-12-29");
    truce_comparison_facts f = truce_comparison_facts_of(x);
    assert_int_equal(f.months, 10);
    assert_int_equal(f.from, day("1944-12-20"));
    truce_effect e = truce_comparison_effect(x, 1, quantity_named(x, "Forces", "Germany"));
    assert_true(e.level && e.resolved);
    assert_true(e.effect.quantiles[4] <= 30.0 + 1e-3 && e.effect.quantiles[0] > 27.0);
    truce_comparison_destroy(x);
    /* Before the attack nothing differs. */
    x = compare("replaced", "1944-12-15", "1944-12-19");
    assert_true(truce_comparison_effect(x, 1, quantity_named(x, "Forces", "Germany")).none);
    truce_comparison_destroy(x);
}

/* The force ratio of 31 January moves by what arrives over 15 days, 764,000 Allies and fewer standing against it. */
static void enough_is_found_from_a_day_on(void **state)
{
    (void)state;
    truce_enough *found;
    truce_error error = {0};
    truce_enough_options o = truce_enough_default_options();
    o.goal = "change \"force[attacker]\" 1945-01-17..1945-01-31 >= 0";
    o.lever = "reinforcements[attacker]";
    o.least = 0;
    o.most = 8000;
    o.from = day("1945-01-17");
    o.members = MEMBERS;
    o.posterior = fit;
    if (truce_enough_find(c, &o, &found, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    truce_enough_facts f = truce_enough_facts_of(found);
    assert_true(f.found);
    /* Losses of the last ten days of data were 2,455 a day: what replaces them with 90 % is more, and less than three
     * times as much. */
    assert_true(f.least.value > 2455 && f.least.value < 3 * 2455);
    truce_enough_destroy(found);
    o.goal = "at \"force[attacker]\" 1945-01 > 0";
    assert_int_equal(truce_enough_find(c, &o, &found, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "a day such as 2024-03-31 is expected"));
}

static void the_fit_learns_how_deadly_both_sides_were(void **state)
{
    (void)state;
    truce_statistics s;
    truce_comparison *x = compare("replaced", "1944-12-15", "1945-01-16");
    s = truce_comparison_effect(x, 1, quantity_named(x, "Lost since 15 December", "Allies")).reference;
    /* The table has 69,234 without 23 December: some 71,900 with a day between its neighbours. */
    assert_true(s.quantiles[0] < 71.9 && 71.9 < s.quantiles[4]);
    s = truce_comparison_effect(x, 1, quantity_named(x, "Lost since 15 December", "Germany")).reference;
    assert_true(s.quantiles[0] < 109.4 && 109.4 < s.quantiles[4]);
    truce_comparison_destroy(x);
}

static void forecasts_are_scored_by_days(void **state)
{
    (void)state;
    truce_scores *scores;
    truce_error error = {0};
    truce_score_options o = truce_score_default_options();
    o.first = day("1945-01-03");
    o.last = day("1945-01-03");
    o.particles = 256;
    o.threads = 2;
    if (truce_score_run(c, &o, &scores, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    assert_int_equal(truce_scores_origin(scores, 0), day("1945-01-03"));
    truce_scores_destroy(scores);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claims_of_data_have_the_sums_of_the_table),
        cmocka_unit_test(what_the_case_cannot_tell_is_undetermined),
        cmocka_unit_test(a_window_of_days_counts_days),
        cmocka_unit_test(enough_is_found_from_a_day_on),
        cmocka_unit_test(the_fit_learns_how_deadly_both_sides_were),
        cmocka_unit_test(forecasts_are_scored_by_days),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
