/* Goals about talks: what a search makes of a setting is what talks say of a scenario that has it. */
#include "answers/plan.h"
#include "answers/search.h"
#include "truce/truce.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

enum { MEMBERS = 400, SEED = 7, FREEZE = 0, GUARDED = 1 };
static const truce_month june = 24288 + 5;
static truce_case *c;

static void must(truce_status status, const truce_error *error)
{
    if (status != TRUCE_OK)
        fail_msg("%s:%d: %s", error->file, error->line, error->message);
}

static int load(void **state)
{
    (void)state;
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char path[512];
    truce_error error = {0};
    snprintf(path, sizeof path, "%s/tests/data/talks/case.yaml", root ? root : ".");
    must(truce_case_load_with(
             path,
             "scenarios:\n  shove: {title: A shove, changes: [{variable: drift, from: 2024-06, "
             "value: 7}]}\n",
             &c, &error),
         &error);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    truce_case_destroy(c);
    return 0;
}

static truce_talks *talks_of(const char *scenario)
{
    truce_talks_options o = truce_talks_default_options();
    truce_talks *talks = NULL;
    truce_error error = {0};
    o.scenarios = &scenario;
    o.scenario_count = 1;
    o.members = MEMBERS;
    o.seed = SEED;
    o.priors = true;
    must(truce_talks_run(c, &o, &talks, &error), &error);
    return talks;
}

/* `drift` has a value from June on, as scenario `push` gives it 4. */
static truce_enough *push(const char *goal, truce_month by)
{
    truce_enough_options o = truce_enough_default_options();
    truce_enough *found = NULL;
    truce_error error = {0};
    o.goal = goal;
    o.by = by;
    o.lever = "drift";
    o.from = june;
    o.least = 0;
    o.most = 8;
    o.probability = 0.999;
    o.members = MEMBERS;
    o.seed = SEED;
    must(truce_enough_find(c, &o, &found, &error), &error);
    return found;
}

static double probability_at(const truce_enough *e, double value)
{
    for (size_t i = 0; i < truce_enough_facts_of(e).settings; i++)
        if (truce_enough_setting(e, i).value == value)
            return truce_enough_setting(e, i).probability;
    return NAN;
}

static void a_setting_has_the_probabilities_of_talks(void **state)
{
    (void)state;
    static const char *const names[] = {"defender", "attacker"};
    truce_talks *talks = talks_of("push");
    size_t now = truce_talks_facts_of(talks).now;
    for (int side = 0; side < TRUCE_SIDES; side++)
        for (size_t deal = FREEZE; deal <= GUARDED; deal++) {
            char goal[64];
            snprintf(goal, sizeof goal, "%s prefers deal %s", names[side], deal ? "guarded" : "freeze");
            truce_enough *e = push(goal, TRUCE_MONTH_NONE);
            double told = truce_talks_offer_of(talks, 0, now, deal).accepted[side];
            assert_true(fabs(probability_at(e, 4) - told) < 1e-12);
            truce_enough_destroy(e);
            snprintf(goal, sizeof goal, "talks strong %s", names[side]);
            e = push(goal, TRUCE_MONTH_NONE);
            told = truce_talks_month_of(talks, 0, now, false).strong[side];
            assert_true(fabs(probability_at(e, 4) - told) < 1e-12);
            truce_enough_destroy(e);
        }
    /* without a month a deal may come within the year, or until the end of the horizon */
    truce_enough *open = push("talks deal", TRUCE_MONTH_NONE),
                 *closed = push("talks deal by 2024-08", TRUCE_MONTH_NONE);
    assert_true(probability_at(open, 4) == probability_at(closed, 4));
    truce_enough_destroy(open);
    truce_enough_destroy(closed);
    truce_enough *both = push("both prefer deal guarded", TRUCE_MONTH_NONE);
    assert_true(fabs(probability_at(both, 4) -
                     truce_talks_offer_of(talks, 0, now, GUARDED).accepted_by_both) < 1e-12);
    truce_enough_destroy(both);
    truce_talks_destroy(talks);
}

/* Whether a deal that is probable comes is drawn: within four standard errors. */
static void a_deal_comes_as_often_as_talks_say(void **state)
{
    (void)state;
    truce_talks *talks = talks_of("shove");
    truce_talks_facts f = truce_talks_facts_of(talks);
    double told = truce_talks_month_of(talks, 0, f.months - 1, false).struck;
    truce_enough *e = push("talks deal", f.first + (truce_month)f.months - 1);
    truce_enough *same = push("talks: P(deal) by 2024-08 > 99.9 %", TRUCE_MONTH_NONE);
    assert_true(told > 0.02 && told < 0.98);
    assert_true(fabs(probability_at(e, 7) - told) < 4 * sqrt(told * (1 - told) / MEMBERS));
    assert_true(probability_at(e, 7) == probability_at(same, 7));
    truce_enough_destroy(e);
    truce_enough_destroy(same);
    truce_talks_destroy(talks);
}

/* A month ahead is looked at where one is given. */
static void the_month_is_the_one_that_is_given(void **state)
{
    (void)state;
    truce_talks *talks = talks_of("push");
    truce_enough *e = push("attacker accepts guarded by 2024-07", TRUCE_MONTH_NONE);
    double told = truce_talks_offer_of(talks, 0, 3, GUARDED).accepted[TRUCE_ATTACKER];
    assert_true(fabs(probability_at(e, 4) - told) < 1e-12);
    truce_enough_destroy(e);
    truce_talks_destroy(talks);
}

static truce_plan_options plan_options(const char *goal, const truce_plan_lever *levers, size_t count)
{
    truce_plan_options o = truce_plan_default_options();
    o.goal = goal;
    o.levers = levers;
    o.lever_count = count;
    o.members = MEMBERS;
    o.seed = SEED;
    o.evaluations = 6;
    return o;
}

/* The deal `freeze` with the guarantee and the relief of `guarded` is accepted as often as that one. */
static void terms_of_the_deal_are_levers(void **state)
{
    (void)state;
    if (!search_is_there())
        skip();
    const truce_plan_lever levers[] = {{"deal guarantee", NAN, NAN, NAN}, {"deal relief", NAN, NAN, NAN}};
    truce_talks *talks = talks_of("actual");
    truce_plan_options o = plan_options("attacker prefers deal freeze > 0.999", levers, 2);
    truce_plan *p = NULL;
    truce_error error = {0};
    must(truce_plan_find(c, &o, &p, &error), &error);
    size_t now = truce_talks_facts_of(talks).now;
    assert_true(fabs(truce_plan_facts_of(p).rest_probability -
                     truce_talks_offer_of(talks, 0, now, FREEZE).accepted[TRUCE_ATTACKER]) < 1e-12);
    assert_true(p->trials[1].values[0] == 1 && p->trials[1].values[1] == 1);
    assert_true(fabs(plan_probability(&p->trials[1]) -
                     truce_talks_offer_of(talks, 0, now, GUARDED).accepted[TRUCE_ATTACKER]) < 1e-12);
    truce_plan_destroy(p);
    truce_talks_destroy(talks);
}

static void expect_refusal(const char *goal, const char *part)
{
    truce_enough_options o = truce_enough_default_options();
    truce_enough *found;
    truce_error error = {0};
    o.goal = goal;
    o.lever = "drift";
    o.least = 0;
    o.most = 8;
    o.members = MEMBERS;
    assert_int_not_equal(truce_enough_find(c, &o, &found, &error), TRUCE_OK);
    if (!strstr(error.message, part))
        fail_msg("\"%s\" is not in \"%s\"", part, error.message);
}

static void what_cannot_be_asked_of_talks_is_refused(void **state)
{
    (void)state;
    expect_refusal("attacker prefers deal gaurded", "did you mean \"guarded\"");
    expect_refusal("talks strong nobody", "a side is expected");
    expect_refusal("talks strong attacker and 2 > 1", "stands alone");
    expect_refusal("talks strong attacker > 2", "a probability is expected");
    expect_refusal("talks deal by 2024-02", "after the data and within the horizon, 2024-04 to 2024-08");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_setting_has_the_probabilities_of_talks),
        cmocka_unit_test(a_deal_comes_as_often_as_talks_say),
        cmocka_unit_test(the_month_is_the_one_that_is_given),
        cmocka_unit_test(terms_of_the_deal_are_levers),
        cmocka_unit_test(what_cannot_be_asked_of_talks_is_refused),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
