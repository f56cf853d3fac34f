/* Comparisons of paired worlds: effects, windows, relative effects, shares and words have the values that the
 * straight lines of the case give. */
#include "answers_case.h"

enum { MEMBERS = 500, SEED = 3, DATA_FROM = 24288 /* January 2024 */ };

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

static truce_comparison *compare(const char *const *scenarios, size_t count, bool shares, int from, int to)
{
    truce_error error = {0};
    truce_comparison *found;
    truce_comparison_options o = truce_comparison_default_options();
    o.scenarios = scenarios;
    o.scenario_count = count;
    o.shares = shares;
    o.members = MEMBERS;
    o.seed = SEED;
    o.threads = 2;
    o.from = from < 0 ? TRUCE_MONTH_NONE : DATA_FROM + from;
    o.to = to < 0 ? TRUCE_MONTH_NONE : DATA_FROM + to;
    if (truce_compare(a.c, &o, &found, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return found;
}

static double draw(const char *name, size_t member)
{
    for (size_t i = 0; i < truce_case_facts_of(a.c).parameters; i++) {
        truce_parameter p = truce_case_parameter(a.c, i);
        if (strcmp(p.name, name) == 0)
            return truce_distribution_draw(&p.prior, SEED, member, name);
    }
    fail_msg("no parameter %s", name);
    return 0;
}

static double mean_draw(const char *name)
{
    double sum = 0;
    for (size_t m = 0; m < MEMBERS; m++)
        sum += draw(name, m);
    return sum / MEMBERS;
}

static void near(double value, double wanted)
{
    /* Levels near 1,000 are kept as floats: 6e-5 km2 in each of two. */
    if (!(fabs(value - wanted) <= 2e-4 + 1e-6 * fabs(wanted)))
        fail_msg("%.9g, not %.9g", value, wanted);
}

static void effects_are_those_of_the_same_members(void **state)
{
    (void)state;
    static const char *const worlds[] = {"actual", "gain", "faster"};
    truce_comparison *x = compare(worlds, 3, false, -1, -1);
    double d = mean_draw("drift");
    assert_int_equal(truce_comparison_facts_of(x).worlds, 3);
    assert_int_equal(truce_comparison_facts_of(x).months, 12);
    for (size_t w = 1; w <= 2; w++) {
        truce_effect level = truce_comparison_effect(x, w, GROUND),
                     speed = truce_comparison_effect(x, w, SPEED);
        near(level.reference.mean, 1000 + 12 * d);
        near(level.effect.mean, (double)w * 12 * d);
        near(speed.effect.mean, (double)w * d);
        near(speed.total.mean, (double)w * 12 * d);
        assert_true(level.level && !speed.level && level.resolved && speed.resolved);
        assert_true(level.half == 5 &&
                    speed.half == 0); /* a level that grows steadily over 12 months, a constant */
        assert_true(isnan(level.total.mean));
        for (int k = 0; k < TRUCE_QUANTILES; k++) /* draw by draw it is the same for all */
            near(speed.relative.quantiles[k], (double)w);
        for (size_t i = 0; i < 12; i++) {
            truce_effect_month m = truce_comparison_month(x, w, SPEED, i);
            near(m.effect.mean, (double)w * d);
            near(m.cumulative.mean, (double)(w * (i + 1)) * d);
            near(truce_comparison_month(x, w, GROUND, i).effect.mean, (double)(w * (i + 1)) * d);
        }
    }
    truce_comparison_destroy(x);
}

static void a_window_counts_its_own_months_only(void **state)
{
    (void)state;
    static const char *const worlds[] = {"gain", "actual"};
    truce_comparison *x = compare(worlds, 2, false, 3, 6);
    double d = mean_draw("drift");
    truce_comparison_facts f = truce_comparison_facts_of(x);
    assert_int_equal(f.months, 4);
    assert_int_equal(f.from, DATA_FROM + 3);
    near(truce_comparison_effect(x, 1, SPEED).total.mean, -4 * d);
    near(truce_comparison_effect(x, 1, SPEED).effect.mean, -d);
    near(truce_comparison_effect(x, 1, SPEED).relative.mean, -0.5);
    near(truce_comparison_effect(x, 1, GROUND).effect.mean, -7 * d);
    near(truce_comparison_month(x, 1, SPEED, 0).cumulative.mean, -d);
    truce_comparison_destroy(x);
}

static void an_effect_of_either_sign_is_not_resolved(void **state)
{
    (void)state;
    static const char *const worlds[] = {"actual", "shift"};
    truce_comparison *x = compare(worlds, 2, false, -1, -1);
    size_t above = 0;
    for (size_t m = 0; m < MEMBERS; m++)
        above += draw("pull", m) > 0;
    truce_effect mood = truce_comparison_effect(x, 1, MOOD);
    assert_false(mood.resolved || mood.none);
    assert_true(mood.half == SIZE_MAX);
    near(mood.effect.above, (double)above / MEMBERS);
    near(mood.effect.mean, 12 * mean_draw("pull"));
    assert_true(isnan(mood.relative.mean)); /* the reference is zero */
    assert_true(truce_comparison_effect(x, 1, SPEED).none);
    assert_false(truce_comparison_effect(x, 1, SPEED).resolved);
    assert_true(truce_comparison_effect(x, 2, SPEED).half == SIZE_MAX); /* there is no such world */
    char *words;
    assert_int_equal(truce_comparison_words(x, 1, &words, NULL), TRUCE_OK);
    assert_non_null(
        strstr(words, "Not resolved, since the 90 % interval of the effect includes zero:\n- Mood"));
    assert_non_null(strstr(words, "the two worlds cannot be told apart"));
    assert_null(strstr(words, "What differs"));
    truce_text_free(words);
    truce_comparison_destroy(x);
}

/* Over is when d g t > 200: never for d < 200/12 without the gain. The interval is that of a mean of zeros and
 * ones, 1.645 standard errors to both sides. */
static void what_happens_or_not_is_a_share(void **state)
{
    (void)state;
    static const char *const worlds[] = {"actual", "gain"};
    truce_comparison *x = compare(worlds, 2, false, -1, 10);
    truce_effect over = truce_comparison_effect(x, 1, OVER);
    double before = 0, after = 0;
    for (size_t m = 0; m < MEMBERS; m++) {
        /* Euler at steps of 0.25: what is above at the start of a step shows at its end. */
        before += draw("drift", m) * 10.75 > 200;
        after += 2 * draw("drift", m) * 10.75 > 200;
    }
    assert_true(over.share && over.resolved);
    near(over.reference.mean, 100 * before / MEMBERS);
    near(over.effect.mean, 100 * (after - before) / MEMBERS);
    double p = (after - before) / MEMBERS, error = 100 * sqrt(p * (1 - p) / (MEMBERS - 1));
    near(over.effect.quantiles[4], 100 * p + 1.6448536 * error);
    near(over.effect.quantiles[0], 100 * p - 1.6448536 * error);
    truce_comparison_destroy(x);
}

/* To the start of month 4 none is over as it went (3.75 d < 200), and with the gain those with 7.5 d > 200 are. Of so few
 * members that 1.645 standard errors are more than the mean itself, the interval ends at none. */
static void a_share_does_not_fall_below_none(void **state)
{
    (void)state;
    static const char *const worlds[] = {"actual", "gain"};
    truce_comparison *x = NULL;
    truce_comparison_options o = truce_comparison_default_options();
    o.scenarios = worlds;
    o.scenario_count = 2;
    o.to = DATA_FROM + 3;
    o.threads = 1;
    bool seen = false;
    for (o.members = 2, o.seed = 1; o.seed < 40 && !seen; o.seed++) {
        assert_int_equal(truce_compare(a.c, &o, &x, NULL), TRUCE_OK);
        truce_effect over = truce_comparison_effect(x, 1, OVER);
        seen = over.effect.mean == 50; /* one of two: 50 +- 82 */
        if (seen) {
            assert_true(over.effect.quantiles[0] == 0 && over.effect.quantiles[4] == 100);
            assert_false(over.resolved);
        }
        truce_comparison_destroy(x);
    }
    assert_true(seen);
}

/* With v = d g: alone d and 2 d, together 5 d; Shapley (1953) gives 2 d and 3 d, and 2 d is interaction. */
static void shares_add_up_to_the_difference(void **state)
{
    (void)state;
    static const char *const worlds[] = {"actual", "gain", "faster"};
    truce_comparison *x = compare(worlds, 3, true, -1, -1);
    double d = mean_draw("drift");
    assert_int_equal(truce_comparison_facts_of(x).worlds, 2);
    assert_int_equal(truce_comparison_facts_of(x).switches, 2);
    assert_string_equal(truce_comparison_world(x, 1), "gain + faster");
    near(truce_comparison_effect(x, 1, SPEED).effect.mean, 5 * d);
    near(truce_comparison_share(x, 0, SPEED).share.mean, 2 * d);
    near(truce_comparison_share(x, 1, SPEED).share.mean, 3 * d);
    near(truce_comparison_share(x, 0, SPEED).alone.mean, d);
    near(truce_comparison_share(x, 1, SPEED).alone.mean, 2 * d);
    near(truce_comparison_interaction(x, SPEED).mean, 2 * d);
    near(truce_comparison_share(x, 1, GROUND).share.mean, 36 * d);
    truce_comparison_destroy(x);
}

static void a_switch_of_three_has_shares_over_all_orders(void **state)
{
    (void)state;
    static const char *const worlds[] = {"actual", "gain", "faster", "shift"};
    truce_comparison *x = compare(worlds, 4, true, -1, -1);
    double d = mean_draw("drift"); /* the third has no part in the speed */
    near(truce_comparison_share(x, 0, SPEED).share.mean, 2 * d);
    near(truce_comparison_share(x, 1, SPEED).share.mean, 3 * d);
    near(truce_comparison_share(x, 2, SPEED).share.mean, 0);
    near(truce_comparison_share(x, 2, MOOD).share.mean, 12 * mean_draw("pull"));
    truce_comparison_destroy(x);
}

static void fail_compare(const char *const *scenarios, size_t count, bool shares, int from, int to,
                         truce_status status, const char *words)
{
    truce_error error = {0};
    truce_comparison *found;
    truce_comparison_options o = truce_comparison_default_options();
    o.scenarios = scenarios;
    o.scenario_count = count;
    o.shares = shares;
    o.from = DATA_FROM + from;
    o.to = DATA_FROM + to;
    assert_int_equal(truce_compare(a.c, &o, &found, &error), status);
    assert_null(found);
    if (!strstr(error.message, words))
        fail_msg("\"%s\" does not say \"%s\"", error.message, words);
}

static void mistakes_are_told(void **state)
{
    (void)state;
    static const char *const wrong[] = {"actual", "gian"}, *const based[] = {"gain", "both", "faster"},
                             *const right[] = {"actual", "gain"};
    fail_compare(wrong, 2, false, 0, 5, TRUCE_BAD_INPUT, "did you mean \"gain\"");
    fail_compare(right, 1, false, 0, 5, TRUCE_BAD_USAGE, "needs a reference and a scenario");
    fail_compare(right, 2, true, 0, 5, TRUCE_BAD_USAGE, "2 to 5 switches");
    fail_compare(based, 3, true, 0, 5, TRUCE_BAD_INPUT, "\"faster\" does not build on \"gain\"");
    fail_compare(right, 2, false, 5, 4, TRUCE_BAD_USAGE, "ends before it begins");
    fail_compare(right, 2, false, 0, 12, TRUCE_BAD_USAGE, "2024-01 to 2024-12");
}

static void a_switch_that_builds_on_others_brings_their_changes(void **state)
{
    (void)state;
    static const char *const worlds[] = {"actual", "both", "shift"};
    truce_comparison *x = compare(worlds, 3, true, -1, -1);
    near(truce_comparison_share(x, 0, SPEED).share.mean, 5 * mean_draw("drift"));
    truce_comparison_destroy(x);
}

static void threads_do_not_show(void **state)
{
    (void)state;
    static const char *const worlds[] = {"actual", "gain", "shift"};
    char *one, *two;
    truce_comparison_options o = truce_comparison_default_options();
    o.scenarios = worlds;
    o.scenario_count = 3;
    o.members = 300;
    for (unsigned i = 0; i < 2; i++) {
        truce_comparison *x;
        o.threads = 1 + 3 * i;
        assert_int_equal(truce_compare(a.c, &o, &x, NULL), TRUCE_OK);
        assert_int_equal(truce_comparison_json(x, i ? &two : &one, NULL), TRUCE_OK);
        truce_comparison_destroy(x);
    }
    assert_string_equal(one, two);
    truce_text_free(one);
    truce_text_free(two);
}

static void members_that_fail_are_left_out_and_told(void **state)
{
    (void)state;
    answers_case whole = a;
    char *words;
    static const char *const worlds[] = {"actual", "gain"};
    answers_case_make_failing(&a);
    size_t failing = 0;
    double sum = 0;
    for (size_t m = 0; m < MEMBERS; m++) {
        failing += draw("drift", m) < 15;
        sum += draw("drift", m) < 15 ? 0 : draw("drift", m);
    }
    truce_comparison *x = compare(worlds, 2, false, -1, -1);
    assert_true(failing > 0);
    assert_int_equal(truce_comparison_facts_of(x).failed, failing);
    assert_int_equal(truce_comparison_effect(x, 1, GROUND).effect.members, MEMBERS - failing);
    near(truce_comparison_effect(x, 1, GROUND).effect.mean, 12 * sum / (double)(MEMBERS - failing));
    assert_int_equal(truce_comparison_table(x, false, &words, NULL), TRUCE_OK);
    assert_non_null(strstr(words, "members failed in a world"));
    truce_text_free(words);
    truce_comparison_destroy(x);
    answers_case_remove(&a);
    a = whole;
}

static bool cancel(void *context, const truce_progress *p)
{
    (void)context;
    return p->all_done == 0;
}

static void a_comparison_can_be_cancelled(void **state)
{
    (void)state;
    static const char *const worlds[] = {"actual", "gain", "faster"};
    truce_comparison *x;
    truce_error error = {0};
    truce_comparison_options o = truce_comparison_default_options();
    o.scenarios = worlds;
    o.scenario_count = 3;
    o.shares = true;
    o.progress = cancel;
    assert_int_equal(truce_compare(a.c, &o, &x, &error), TRUCE_RUN_FAILED);
    assert_non_null(strstr(error.message, "cancelled"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(effects_are_those_of_the_same_members),
        cmocka_unit_test(a_window_counts_its_own_months_only),
        cmocka_unit_test(an_effect_of_either_sign_is_not_resolved),
        cmocka_unit_test(what_happens_or_not_is_a_share),
        cmocka_unit_test(a_share_does_not_fall_below_none),
        cmocka_unit_test(shares_add_up_to_the_difference),
        cmocka_unit_test(a_switch_of_three_has_shares_over_all_orders),
        cmocka_unit_test(a_switch_that_builds_on_others_brings_their_changes),
        cmocka_unit_test(mistakes_are_told),
        cmocka_unit_test(threads_do_not_show),
        cmocka_unit_test(members_that_fail_are_left_out_and_told),
        cmocka_unit_test(a_comparison_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, make_case, remove_case);
}
