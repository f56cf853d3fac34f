/* How much is enough: the least setting that reaches the goal lies where the draws put it, and a goal that no setting
 * reaches is said to be out of reach. */
#include "answers_case.h"

enum { MEMBERS = 400, SEED = 11 };

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
    answers_case_remove(&a);
    return 0;
}

static truce_enough_options options(const char *goal, const char *lever, double least, double most)
{
    truce_enough_options o = truce_enough_default_options();
    o.goal = goal;
    o.lever = lever;
    o.how = "set";
    o.least = least;
    o.most = most;
    o.members = MEMBERS;
    o.seed = SEED;
    o.threads = 2;
    return o;
}

/* The share of members first .. first + MEMBERS - 1 in which 12 d g is above a limit. */
static double share_above(uint64_t first, double gain, double limit)
{
    truce_parameter p = truce_case_parameter(a.c, 0);
    size_t above = 0;
    for (size_t m = 0; m < MEMBERS; m++)
        above += 12 * gain * truce_distribution_draw(&p.prior, SEED, first + m, p.name) > limit;
    return (double)above / MEMBERS;
}

static const char goal[] = "change \"ground\" 2024-01..2024-12 > 200";

static void the_least_setting_is_found(void **state)
{
    (void)state;
    truce_enough *found;
    truce_error error = {0};
    truce_enough_options o = options(goal, "gain", 0, 4);
    if (truce_enough_find(a.c, &o, &found, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    truce_enough_facts f = truce_enough_facts_of(found);
    assert_true(f.found);
    /* The range of 4 in 8 steps, the last of them halved 7 times. */
    assert_true(fabs(f.least.value - f.below - 0.5 / 128) < 1e-12);
    assert_true(share_above(0, f.least.value, 200) >= 0.9 && share_above(0, f.below, 200) < 0.9);
    assert_true(fabs(f.fresh.probability - share_above(MEMBERS, f.least.value, 200)) < 1e-9);
    assert_int_equal(f.settings, 9 + 7);
    for (size_t i = 0; i < f.settings; i++) {
        truce_setting s = truce_enough_setting(found, i);
        assert_true(fabs(s.probability - share_above(0, s.value, 200)) < 1e-9);
        assert_true(i == 0 || s.value > truce_enough_setting(found, i - 1).value);
        assert_true(s.low <= s.probability && s.probability <= s.high);
    }
    truce_enough_destroy(found);
}

/* Every month brings d g: more than 200 / 12 in each of the twelve is what more than 200 in the year is. */
static void an_event_is_a_goal_as_well(void **state)
{
    (void)state;
    static const char *const events[] = {
        "speed of ground > 16.666666 for 12 months from 2024-01 by 2024-01",
        "speed of the front above 16.666666 for 12 months from 2024-01",
        "\"speed of ground\" > 1666.6666 % from 2024-03 by 2024-03",
        "ground > 1200 from 2024-12 in actual and speed of ground > 16.666666"};
    for (size_t k = 0; k < sizeof events / sizeof *events; k++) {
        truce_enough *found;
        truce_error error = {0};
        truce_enough_options o = options(events[k], "gain", 0, 4);
        if (truce_enough_find(a.c, &o, &found, &error) != TRUCE_OK)
            fail_msg("%s: %s", events[k], error.message);
        for (size_t i = 0; i < truce_enough_facts_of(found).settings; i++) {
            truce_setting s = truce_enough_setting(found, i);
            double gain = k == 3 ? fmin(s.value, 1) : s.value; /* in actual the gain is 1 */
            assert_true(fabs(s.probability - share_above(0, gain, 200)) < 1e-9);
        }
        truce_enough_destroy(found);
    }
}

/* Wilson (1927) at 90 % for none of 400: from 0 to z^2 / (n + z^2) = 0.00672. */
static void a_goal_out_of_reach_is_told(void **state)
{
    (void)state;
    truce_enough *found;
    char *words;
    truce_enough_options o = options("change \"ground\" 2024-01..2024-12 > 2000", "gain", 0, 4);
    assert_int_equal(truce_enough_find(a.c, &o, &found, NULL), TRUCE_OK);
    truce_enough_facts f = truce_enough_facts_of(found);
    assert_false(f.found);
    assert_true(isnan(f.below));
    assert_true(f.least.probability == 0 && fabs(f.least.low) < 1e-12 && fabs(f.least.high - 0.00672) < 1e-5);
    assert_int_equal(truce_enough_table(found, &words, NULL), TRUCE_OK);
    assert_non_null(strstr(words, "None within the range"));
    truce_text_free(words);
    truce_enough_destroy(found);
}

static void the_least_of_the_range_may_be_enough(void **state)
{
    (void)state;
    truce_enough *found;
    truce_enough_options o = options(goal, "gain", 3, 4);
    o.scenario = "faster";
    assert_int_equal(truce_enough_find(a.c, &o, &found, NULL), TRUCE_OK);
    truce_enough_facts f = truce_enough_facts_of(found);
    assert_true(f.found && isnan(f.below) && f.least.value == 3 && f.least.probability == 1);
    truce_enough_destroy(found);
}

/* From July on: 6 months as it is and 6 times the lever. */
static void a_lever_acts_from_its_month_on(void **state)
{
    (void)state;
    truce_enough *found;
    truce_enough_options o =
        options("change \"ground\" 2024-01..2024-12 > 1.999 * change \"ground\" 2024-01..2024-12 in actual",
                "gain", 1, 5);
    o.how = "value";
    o.from = 24294;
    assert_int_equal(truce_enough_find(a.c, &o, &found, NULL), TRUCE_OK);
    truce_enough_facts f = truce_enough_facts_of(found);
    assert_true(f.found && fabs(f.least.value - 3) < 0.01); /* (6 + 6 x) d = 2 x 12 d at x = 3 */
    truce_enough_destroy(found);
}

static char *table_of(const truce_case *c, const truce_enough_options *o)
{
    truce_enough *found;
    truce_error error = {0};
    char *words;
    if (truce_enough_find(c, o, &found, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    assert_int_equal(truce_enough_table(found, &words, NULL), TRUCE_OK);
    truce_enough_destroy(found);
    for (char *at = words; (at = strchr(at, '\n')); at++)
        *at = ' '; /* sentences are wrapped */
    return words;
}

static void assert_says(const truce_case *c, const truce_enough_options *o, const char *sentence, bool said)
{
    char *words = table_of(c, o);
    if ((strstr(words, sentence) != NULL) != said)
        fail_msg("\"%s\" is %s: %s", sentence, said ? "missing" : "said", words);
    truce_text_free(words);
}

/* The best setting has the share of drift above 200 / 12, about 0.67, and the interval of 400 members is 0.04 to either
 * side: 0.69 lies within it, 0.8 does not. */
static void a_limit_within_an_interval_is_not_resolved(void **state)
{
    (void)state;
    truce_enough_options o = options(goal, "gain", 0, 1);
    o.probability = share_above(0, 1, 200) + 0.02;
    assert_says(a.c, &o, "Not resolved with these members: whether", true);
    o.probability = 0.8;
    assert_says(a.c, &o, "None within the range", true);
    o.probability = 0.5; /* reached between two settings, both of whose intervals hold it */
    o.most = 4;
    assert_says(a.c, &o, "so the answer is not resolved", true);
    o.probability = 0.99; /* by all beyond 1 + 2/3 */
    o.least = 3;
    assert_says(a.c, &o, "resolved", false);
}

/* Ground is between 1200 and 1400 for gains in between, never for those above 40 / 3. */
static void a_fall_beyond_the_answer_is_told(void **state)
{
    (void)state;
    truce_enough_options o =
        options("at \"ground\" 2024-12 > 1200 and at \"ground\" 2024-12 < 1400", "gain", 0, 8);
    o.probability = 0.5;
    assert_says(a.c, &o, "More is not always better: at 2 the probability is", true);
    o.goal = goal;
    assert_says(a.c, &o, "More is not always better", false);
}

static void a_range_beyond_what_was_tested_is_told(void **state)
{
    (void)state;
    truce_enough_options o = options(goal, "gain", 0, 40);
    o.probability = 0.5;
    assert_says(a.c, &o,
                "Caution: gain: 40 lies outside the range that ten times the model's own value covers", true);
    assert_says(a.c, &o, "The setting holds from Jan 2024 on: the past changes too", true);
    o.how = "value";
    o.from = 24294;
    o.most = 4;
    assert_says(a.c, &o, "Caution", false);
    assert_says(a.c, &o, "the past changes too", false);
}

/* A push from July on, as the case has it: (6 + 6 x) d = 2 x 12 d at x = 3; the goal's month is given beside it. */
static void a_lever_of_the_case_moves_as_it_says(void **state)
{
    (void)state;
    char path[512];
    truce_case *c;
    truce_enough *found;
    truce_error error = {0};
    snprintf(path, sizeof path, "%s/case.yaml", a.directory);
    if (truce_case_load_with(
            path,
            "levers:\n"
            "  begins: {title: It begins in, group: g, range: [2024-01, 2024-10], default: 2024-07}\n"
            "  push: {title: A push, group: g, variable: gain, change: value, range: [0, 4], "
            "step: 0.1, from: begins, units: times}\n",
            &c, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    truce_enough_options o =
        options("at \"ground\" > 1000 + 1.999 * change \"ground\" 2024-01..2024-12 in actual", "push", 1, 5);
    o.by = 24299;
    if (truce_enough_find(c, &o, &found, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    truce_enough_facts f = truce_enough_facts_of(found);
    assert_true(f.found && fabs(f.least.value - 3) < 0.01);
    truce_enough_destroy(found);
    assert_says(c, &o, "in actual, by Dec 2024", true);
    o.lever = "begins";
    assert_int_equal(truce_enough_find(c, &o, &found, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "is a month"));
    o.lever = "nothing of the kind";
    assert_int_equal(truce_enough_find(c, &o, &found, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "the levers are begins, push"));
    truce_case_destroy(c);
}

static void members_that_fail_are_left_out_and_told(void **state)
{
    (void)state;
    answers_case whole = a;
    truce_enough *found;
    char *words;
    answers_case_make_failing(&a);
    truce_parameter p = truce_case_parameter(a.c, 0);
    size_t failing = 0, above = 0;
    for (size_t m = 0; m < MEMBERS; m++) {
        double drift = truce_distribution_draw(&p.prior, SEED, m, p.name);
        failing += drift < 15;
        above += drift >= 15 && 12 * drift > 200;
    }
    truce_enough_options o = options(goal, "gain", 1, 4);
    assert_int_equal(truce_enough_find(a.c, &o, &found, NULL), TRUCE_OK);
    truce_setting s = truce_enough_setting(found, 0);
    assert_true(failing > 0 && s.failed == failing && s.members == MEMBERS - failing);
    assert_true(fabs(s.probability - (double)above / (double)(MEMBERS - failing)) < 1e-12);
    assert_int_equal(truce_enough_table(found, &words, NULL), TRUCE_OK);
    assert_non_null(strstr(words, "left out"));
    truce_text_free(words);
    truce_enough_destroy(found);
    answers_case_remove(&a);
    a = whole;
}

static void mistakes_are_told(void **state)
{
    (void)state;
    truce_enough *found;
    const struct {
        truce_enough_options o;
        const char *words;
    } wrong[] = {
        {options(goal, "gian", 0, 1), "gian"},
        {options("2 > 1", "gain", 0, 1), "something of the model"},
        {options("talks strong defender > 1", "gain", 0, 1), "the case has no section"},
        {options("attacker prefers deal freeze", "gain", 0, 1), "the case has no section"},
        {options("front speed > 0", "gain", 0, 1), "names no month such as 2024-03"},
        {options("at \"grund\" 2024-02 > 1", "gain", 0, 1), "did you mean \"ground\""},
        {options("speed of grund > 1", "gain", 0, 1), "did you mean \"ground\""},
        {options("ground > 1 for 3 days", "gain", 0, 1), "another unit of time"},
        {options("ground > 1 by 2031-01", "gain", 0, 1), "2031-01 lies outside the horizon, 2024-01 to"},
        {options("ground > much", "gain", 0, 1), "a number is expected"},
        {options(goal, "gain", 1, 1), "from less to more"},
        {options(goal, "gain", -1.5e308, 1.5e308), "from less to more"},
        {options(NULL, "gain", 0, 1), "a goal, a lever"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        truce_error error = {0};
        assert_int_not_equal(truce_enough_find(a.c, &wrong[i].o, &found, &error), TRUCE_OK);
        assert_null(found);
        if (!strstr(error.message, wrong[i].words))
            fail_msg("\"%s\" does not say \"%s\"", error.message, wrong[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_setting_is_found),
        cmocka_unit_test(an_event_is_a_goal_as_well),
        cmocka_unit_test(a_goal_out_of_reach_is_told),
        cmocka_unit_test(the_least_of_the_range_may_be_enough),
        cmocka_unit_test(a_lever_acts_from_its_month_on),
        cmocka_unit_test(a_limit_within_an_interval_is_not_resolved),
        cmocka_unit_test(a_fall_beyond_the_answer_is_told),
        cmocka_unit_test(a_range_beyond_what_was_tested_is_told),
        cmocka_unit_test(a_lever_of_the_case_moves_as_it_says),
        cmocka_unit_test(members_that_fail_are_left_out_and_told),
        cmocka_unit_test(mistakes_are_told),
    };
    return cmocka_run_group_tests(tests, make_case, remove_case);
}
