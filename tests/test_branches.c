/* Scenarios with branches: every member lives one of them or the base, to the bit, in shares that are the probabilities
 * given; branches of branches multiply; a branch may begin at another date. */
#include "answers_case.h"

enum { MEMBERS = 2000, SEED = 5 };

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

/* The case again, with scenarios more. */
static truce_case *with(const char *scenarios)
{
    char path[512], yaml[2048];
    truce_error error = {0};
    truce_case *c;
    snprintf(path, sizeof path, "%s/case.yaml", a.directory);
    snprintf(yaml, sizeof yaml, "scenarios:\n%s", scenarios);
    if (truce_case_load_with(path, yaml, &c, &error) != TRUCE_OK)
        fail_msg("%d: %s", error.line, error.message);
    return c;
}

static truce_ensemble *run(const truce_case *c, const char *scenario, unsigned threads)
{
    truce_ensemble *e;
    truce_error error = {0};
    truce_ensemble_options o = truce_ensemble_default_options();
    o.members = MEMBERS;
    o.seed = SEED;
    o.threads = threads;
    if (truce_case_run(c, scenario, &o, &e, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return e;
}

/* Ground at the end; the first output of the case. */
static const float *ground(const truce_ensemble *e)
{
    return truce_ensemble_values(e, 0, 12);
}

/* How many members live each of three worlds in `mixed`; every one lives one of them to the bit. */
static void count_worlds(const truce_case *c, const char *mixed, const char *const worlds[3],
                         size_t counts[3], size_t lived[MEMBERS])
{
    truce_ensemble *e = run(c, mixed, 2), *of[3];
    for (size_t w = 0; w < 3; w++) {
        of[w] = run(c, worlds[w], 1);
        counts[w] = 0;
    }
    for (size_t m = 0; m < MEMBERS; m++) {
        size_t w = 0;
        while (w < 3 && ground(e)[m] != ground(of[w])[m])
            w++;
        if (w == 3)
            fail_msg("member %zu lives no world: %g", m, (double)ground(e)[m]);
        counts[w]++;
        lived[m] = w;
    }
    for (size_t w = 0; w < 3; w++)
        truce_ensemble_destroy(of[w]);
    truce_ensemble_destroy(e);
}

/* Within 4 standard errors of a binomial share. */
static void expect_share(size_t count, double p)
{
    double share = (double)count / MEMBERS;
    if (fabs(share - p) > 4 * sqrt(p * (1 - p) / MEMBERS))
        fail_msg("a share of %g, not %g", share, p);
}

static const char *const worlds[3] = {"actual", "gain", "faster"};

static void members_live_branches_with_their_probabilities(void **state)
{
    (void)state;
    static size_t lived[MEMBERS], more[MEMBERS];
    size_t counts[3];
    truce_case *c =
        with("  mixed: {from: actual, branches: [{scenario: gain, probability: 0.3}, {scenario: faster, "
             "probability: 0.2}]}\n");
    count_worlds(c, "mixed", worlds, counts, lived);
    expect_share(counts[0], 0.5);
    expect_share(counts[1], 0.3);
    expect_share(counts[2], 0.2);
    truce_case_destroy(c);
    c = with("  mixed: {from: actual, branches: [{scenario: gain, probability: 0.3}, {scenario: faster, "
             "probability: 0.4}]}\n");
    count_worlds(c, "mixed", worlds, counts, more);
    expect_share(counts[2], 0.4);
    for (size_t m = 0; m < MEMBERS; m++) /* who went there goes there still */
        assert_true(lived[m] == 0 || more[m] == lived[m]);
    truce_case_destroy(c);
}

static void probabilities_of_a_tree_multiply(void **state)
{
    (void)state;
    static size_t lived[MEMBERS];
    size_t counts[3];
    truce_case *c = with("  second: {from: gain, branches: [{scenario: faster, probability: 0.5}]}\n"
                         "  first: {from: actual, branches: [{scenario: second, probability: 0.6}]}\n");
    count_worlds(c, "first", worlds, counts, lived);
    expect_share(counts[0], 0.4);
    expect_share(counts[1], 0.3);
    expect_share(counts[2], 0.3);
    truce_case_destroy(c);
}

/* From April: 3 months of d and 9 of 2 d, 21 d. Moved to October: 9 of d and 3 of 2 d, 15 d. */
static void a_branch_may_begin_at_another_date(void **state)
{
    (void)state;
    truce_case *c =
        with("  spring: {from: actual, changes: [{variable: gain, from: 2024-04, value: 2}]}\n"
             "  autumn: {from: actual, branches: [{scenario: spring, probability: 1, from: 2024-10}]}\n");
    truce_ensemble *actual = run(c, "actual", 1), *spring = run(c, "spring", 1),
                   *autumn = run(c, "autumn", 1);
    for (size_t m = 0; m < MEMBERS; m++) {
        double d = ((double)ground(actual)[m] - 1000) / 12;
        assert_true(fabs((double)ground(spring)[m] - 1000 - 21 * d) < 1e-2);
        assert_true(fabs((double)ground(autumn)[m] - 1000 - 15 * d) < 1e-2);
    }
    truce_ensemble_destroy(actual);
    truce_ensemble_destroy(spring);
    truce_ensemble_destroy(autumn);
    truce_case_destroy(c);
}

static void threads_do_not_show(void **state)
{
    (void)state;
    truce_case *c = with("  mixed: {from: actual, branches: [{scenario: gain, probability: 0.5}]}\n");
    truce_ensemble *one = run(c, "mixed", 1), *three = run(c, "mixed", 3);
    assert_memory_equal(ground(one), ground(three), MEMBERS * sizeof(float));
    truce_ensemble_destroy(one);
    truce_ensemble_destroy(three);
    truce_case_destroy(c);
}

/* Comparisons follow branches too: with a half chance of a gain of 12 d, half of the members differ. */
static void a_comparison_follows_branches(void **state)
{
    (void)state;
    static const char *const compared[] = {"actual", "mixed"};
    truce_case *c = with("  mixed: {from: actual, branches: [{scenario: gain, probability: 0.5}]}\n");
    truce_comparison *x;
    truce_comparison_options o = truce_comparison_default_options();
    o.scenarios = compared;
    o.scenario_count = 2;
    o.members = MEMBERS;
    o.seed = SEED;
    assert_int_equal(truce_compare(c, &o, &x, NULL), TRUCE_OK);
    truce_statistics s = truce_comparison_effect(x, 1, GROUND).effect;
    expect_share((size_t)(s.above * MEMBERS + 0.5), 0.5);
    assert_true(s.below == 0);
    truce_comparison_destroy(x);
    o.shares = true;
    static const char *const switches[] = {"actual", "gain", "mixed"};
    truce_error error = {0};
    o.scenarios = switches;
    o.scenario_count = 3;
    assert_int_equal(truce_compare(c, &o, &x, &error), TRUCE_BAD_USAGE);
    assert_non_null(strstr(error.message, "a switch has no branches"));
    truce_case_destroy(c);
}

/* A member by itself is that of the ensemble. */
static void a_member_is_replayed_in_its_branch(void **state)
{
    (void)state;
    truce_case *c = with("  mixed: {from: actual, branches: [{scenario: gain, probability: 0.5}]}\n");
    truce_ensemble *e = run(c, "mixed", 1);
    for (uint64_t m = 0; m < 6; m++) {
        char path[512], line[4096], last[4096] = "";
        truce_error failure = {0}, error = {0};
        snprintf(path, sizeof path, "%s/member.csv", a.directory);
        assert_int_equal(
            truce_case_write_member(c, "mixed", NULL, SEED, m, path, NULL, NULL, &failure, &error), TRUCE_OK);
        FILE *f = fopen(path, "r");
        assert_non_null(f);
        int column = 0;
        assert_non_null(fgets(line, sizeof line, f));
        for (char *word = strtok(line, ",\n"); word && strcmp(word, "ground") != 0;
             word = strtok(NULL, ",\n"))
            column++;
        while (fgets(line, sizeof line, f))
            memcpy(last, line, sizeof last);
        char *word = strtok(last, ",\n");
        for (int i = 0; i < column; i++)
            word = strtok(NULL, ",\n");
        assert_true(fabs(atof(word) - (double)ground(e)[m]) < 1e-3);
        fclose(f);
        remove(path);
    }
    truce_ensemble_destroy(e);
    truce_case_destroy(c);
}

static void talks_refuse_a_scenario_with_branches(void **state)
{
    (void)state;
    static const char *const mixed[] = {"mixed"};
    char path[1024];
    truce_error error = {0};
    truce_case *c;
    truce_talks *talks;
    snprintf(path, sizeof path, "%s/tests/data/talks/case.yaml", getenv("TRUCE_SOURCE_ROOT"));
    assert_int_equal(truce_case_load_with(path,
                                          "scenarios:\n  mixed: {from: actual, branches: [{scenario: push, "
                                          "probability: 0.5}]}\n",
                                          &c, &error),
                     TRUCE_OK);
    truce_talks_options o = truce_talks_default_options();
    o.scenarios = mixed;
    o.scenario_count = 1;
    assert_int_equal(truce_talks_run(c, &o, &talks, &error), TRUCE_BAD_USAGE);
    assert_non_null(strstr(error.message, "without branches"));
    truce_case_destroy(c);
}

static void mistakes_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *yaml, *words;
    } wrong[] = {
        {"  b: {branches: [{scenario: gain, probability: 0.5}]}\n", "branches need \"from\""},
        {"  b: {from: actual, branches: [{scenario: gian, probability: 0.5}]}\n", "did you mean \"gain\""},
        {"  b: {from: actual, branches: [{scenario: gain, probability: 1.5}]}\n", "between 0 and 1"},
        {"  b: {from: actual, branches: [{scenario: gain, probability: 0.6}, {scenario: faster, probability: "
         "0.5}]}\n",
         "add up to 1.1"},
        {"  b: {from: actual, branches: [{scenario: gain, probability: 0.5, from: 2024-03}]}\n",
         "with a date"},
        {"  b: {from: actual, branches: [{scenario: gain, probability: 0.5, from: 2034-03}]}\n", "horizon"},
        {"  b: {from: actual, branches: [{scenario: gain, probability: 0.5}], changes: [{variable: gain, "
         "set: 2}]}\n",
         "no changes of its own"},
        {"  b: {from: actual, branches: [{scenario: gain, probability: 0.5}]}\n  d: {from: b}\n",
         "nothing can build"},
        {"  b: {from: actual, branches: [{scenario: b, probability: 0.5}]}\n",
         "there is no earlier scenario"},
    };
    char path[512], yaml[2048];
    snprintf(path, sizeof path, "%s/case.yaml", a.directory);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        truce_error error = {0};
        truce_case *c;
        snprintf(yaml, sizeof yaml, "scenarios:\n%s", wrong[i].yaml);
        assert_int_equal(truce_case_load_with(path, yaml, &c, &error), TRUCE_BAD_INPUT);
        if (!strstr(error.message, wrong[i].words))
            fail_msg("\"%s\" does not say \"%s\"", error.message, wrong[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_live_branches_with_their_probabilities),
        cmocka_unit_test(probabilities_of_a_tree_multiply),
        cmocka_unit_test(a_branch_may_begin_at_another_date),
        cmocka_unit_test(threads_do_not_show),
        cmocka_unit_test(a_comparison_follows_branches),
        cmocka_unit_test(a_member_is_replayed_in_its_branch),
        cmocka_unit_test(talks_refuse_a_scenario_with_branches),
        cmocka_unit_test(mistakes_are_told),
    };
    return cmocka_run_group_tests(tests, make_case, remove_case);
}
