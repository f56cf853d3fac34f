/* Claims: statements are parsed and judged by the rule, with what was known at the date; what cannot be told is
 * undetermined. */
#include "answers_case.h"

#include <unistd.h>

enum { MEMBERS = 400, SEED = 7 };

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
    char path[512];
    snprintf(path, sizeof path, "%s/claims.yaml", a.directory);
    remove(path);
    snprintf(path, sizeof path, "%s/more.yaml", a.directory);
    remove(path);
    answers_case_remove(&a);
    return 0;
}

static truce_status judge(const char *yaml, truce_claims **claims, truce_error *error)
{
    truce_claims_options o = truce_claims_default_options();
    o.members = MEMBERS;
    o.seed = SEED;
    o.threads = 2;
    write_answers_file(a.directory, "claims.yaml", yaml);
    return truce_claims_judge(a.c, &o, claims, error);
}

/* The one claim of a file whose test, and whatever keys follow it, is given. */
static truce_claim judge_one(const char *test, truce_claims **claims)
{
    char yaml[2048];
    truce_error error = {0};
    snprintf(yaml, sizeof yaml, "as-of: 2024-05-13\nclaims:\n  - {id: one, claim: A claim, %s}\n", test);
    if (judge(yaml, claims, &error) != TRUCE_OK)
        fail_msg("%s: %s", test, error.message);
    return truce_claims_claim(*claims, 0);
}

static void expect(const char *test, double probability, truce_verdict verdict)
{
    truce_claims *claims;
    truce_claim k = judge_one(test, &claims);
    if (!(isnan(probability) ? isnan(k.probability) : fabs(k.probability - probability) <= 1e-9) ||
        k.verdict != verdict)
        fail_msg("%s: %g, %s", test, k.probability, truce_verdict_name(k.verdict));
    truce_claims_destroy(claims);
}

/* The share of members whose draw of the drift is above a limit. */
static double share_above(double limit)
{
    truce_parameter p = truce_case_parameter(a.c, 0);
    size_t above = 0;
    for (size_t m = 0; m < MEMBERS; m++)
        above += truce_distribution_draw(&p.prior, SEED, m, p.name) > limit;
    return (double)above / MEMBERS;
}

/* Ground changes by 4 d from January to April: above 80 where d > 20. */
static void a_test_has_the_probability_of_its_members(void **state)
{
    (void)state;
    double p = share_above(20.005);
    assert_true(p > 0.1 && p < 0.9);
    expect("test: 'change \"ground\" 2024-01..2024-04 > 80.02'", p, TRUCE_UNDETERMINED);
    expect("test: 'change \"ground\" 2024-01..2024-04 > 80.02', holds-if: 0.51", p,
           p >= 0.51   ? TRUCE_SUPPORTED
           : p <= 0.49 ? TRUCE_CONTRADICTED
                       : TRUCE_UNDETERMINED);
    expect("test: 'change \"ground\" 2024-01..2024-04 > 0'", 1, TRUCE_SUPPORTED);
    expect("test: 'at \"ground\" 2024-02 < 1000'", 0, TRUCE_CONTRADICTED);
}

/* In world gain everything is twice as fast: the ratio of changes is 2 for every member. */
static void worlds_of_a_test_are_paired(void **state)
{
    (void)state;
    expect("test: 'change \"ground\" 2024-01..2024-04 in gain / change \"ground\" 2024-01..2024-04 > 1.999 "
           "and change "
           "\"ground\" 2024-01..2024-04 in gain < 2.001 * change \"ground\" 2024-01..2024-04'",
           1, TRUCE_SUPPORTED);
}

static void functions_read_the_months(void **state)
{
    (void)state;
    /* Levels at the ends of three months: 1000 + d, 1000 + 2 d, 1000 + 3 d. */
    expect(
        "test: 'sum \"ground\" 2024-01..2024-03 - 3 * mean \"ground\" 2024-01..2024-03 < 0.01 and 3 * mean "
        "\"ground\" 2024-01..2024-03 - sum \"ground\" 2024-01..2024-03 < 0.01'",
        1, TRUCE_SUPPORTED); /* they are kept as floats, to 2e-4 of 3,000 */
    expect("test: 'least \"ground\" 2024-01..2024-03 = at \"ground\" 2024-01'", 1, TRUCE_SUPPORTED);
    expect("test: 'greatest \"ground\" 2024-01..2024-03 = at \"ground\" 2024-03'", 1, TRUCE_SUPPORTED);
    expect("test: '-(2 - 3 * 4) / 5 - 1 = 1'", 1, TRUCE_SUPPORTED);
    expect("test: '2 < 1'", 0, TRUCE_CONTRADICTED);
    expect("test: '1e-3 * 2E+3 + .5e1 = 7'", 1, TRUCE_SUPPORTED);
}

/* A test that holds in just as many members as the rule asks for is supported, and what it denies contradicted. */
static void the_rule_is_the_same_on_both_sides(void **state)
{
    (void)state;
    char test[256];
    size_t judged = 0;
    for (double limit = 19; limit > 10; limit -= 0.5) {
        double p = share_above(limit);
        if (p <= 0.5)
            continue;
        snprintf(test, sizeof test, "test: 'change \"ground\" 2024-01..2024-01 > %g', holds-if: %.17g", limit,
                 p);
        expect(test, p, TRUCE_SUPPORTED);
        snprintf(test, sizeof test, "test: 'change \"ground\" 2024-01..2024-01 <= %g', holds-if: %.17g",
                 limit, p);
        expect(test, 1 - p, TRUCE_CONTRADICTED);
        judged++;
    }
    assert_true(judged > 5);
}

/* Each operation of a long one would stand on those before it. */
static void statements_that_are_too_long_are_refused(void **state)
{
    (void)state;
    enum { OPERATIONS = 20000 };
    char *yaml = malloc(2 * OPERATIONS + 256);
    truce_claims *claims;
    truce_error error = {0};
    assert_non_null(yaml);
    size_t length =
        (size_t)sprintf(yaml, "as-of: 2024-05-13\nclaims:\n  - {id: one, claim: A claim, test: '1");
    for (size_t i = 0; i < OPERATIONS; i++, length += 2)
        memcpy(yaml + length, "+1", 2);
    memcpy(yaml + length, " > 1'}\n", 8);
    assert_int_equal(judge(yaml, &claims, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "at most 1000"));
    free(yaml);
}

static void what_cannot_be_told_is_undetermined(void **state)
{
    (void)state;
    expect("basis: none", NAN, TRUCE_UNDETERMINED);
    expect("test: '2 > 1', undetermined-if: '2 > 1'", 1, TRUCE_UNDETERMINED);
    expect("test: '2 > 1', undetermined-if: '1 > 2'", 1, TRUCE_SUPPORTED);
    expect("test: '0 / 0 > 1', fallback: '1 > 2'", 0, TRUCE_CONTRADICTED);
    truce_claims *claims;
    truce_claim k = judge_one("test: '0 / 0 > 1', fallback: '1 > 2'", &claims);
    assert_true(k.fell_back);
    truce_claims_destroy(claims);
}

/* The ends of Wilson's interval are the shares from which p is z standard errors away. */
static void a_probability_near_a_limit_says_so(void **state)
{
    (void)state;
    const double z = 1.6448536269514722;
    double p = share_above(20.005);
    truce_claims *claims;
    truce_claim k = judge_one("test: 'change \"ground\" 2024-01..2024-04 > 80.02', holds-if: 0.51", &claims);
    const double ends[2] = {k.low, k.high};
    for (int i = 0; i < 2; i++)
        assert_true(fabs(fabs(p - ends[i]) - z * sqrt(ends[i] * (1 - ends[i]) / MEMBERS)) < 1e-12);
    assert_true(k.low < p && p < k.high && k.near);
    assert_non_null(strstr(k.reason, "so close to a limit"));
    truce_claims_destroy(claims);
    k = judge_one("test: 'change \"ground\" 2024-01..2024-04 > 80.02', holds-if: 0.8", &claims);
    assert_false(k.near);
    assert_null(strstr(k.reason, "near to a limit"));
    truce_claims_destroy(claims);
    k = judge_one("test: 'change \"ground\" 2024-01..2024-04 > 0'", &claims); /* all of 400 */
    assert_non_null(strstr(k.reason, "its probability is >99 %;"));
    truce_claims_destroy(claims);
    k = judge_one("test: '2 > 1'", &claims); /* no members */
    assert_true(isnan(k.low) && isnan(k.high) && !k.near);
    truce_claims_destroy(claims);
}

/* Writes `text` into `out` with every `from` replaced. */
static void replace(char *out, size_t size, const char *text, const char *from, const char *to)
{
    size_t length = 0;
    while (*text) {
        bool here = strncmp(text, from, strlen(from)) == 0;
        int put = snprintf(out + length, size - length, "%.*s", here ? (int)strlen(to) : 1, here ? to : text);
        assert_true(put >= 0 && (length += (size_t)put) < size);
        text += here ? strlen(from) : 1;
    }
}

/* The same lines by weeks: what was known on a Monday is what weeks that are over showed. */
static void claims_of_a_case_in_weeks_name_weeks(void **state)
{
    (void)state;
    static char model[8192], yaml[8192], half[8192];
    answers_case whole = a;
    truce_claims *claims;
    truce_error error = {0};
    replace(model, sizeof model, answers_model, "month", "week");
    replace(half, sizeof half, answers_yaml, "horizon: {start: 2024-01, end: 2024-12}",
            "time unit: weeks\nhorizon: {start: 2024-W01, end: 2024-W12}");
    replace(yaml, sizeof yaml, half, "data end: 2024-06", "data end: 2024-W06");
    answers_case_make_of(&a, model, yaml);
    double p = share_above(20.005);
    if (judge("as-of: 2024-02-19\nclaims:\n  - {id: one, claim: A, test: 'change \"ground\" "
              "2024-W01..2024-W04 > "
              "80.02'}\n  - {id: two, claim: A, test: 'change \"ground\" 2024-01-01..2024-01-28 > 80.02'}\n",
              &claims, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    for (size_t i = 0; i < 2; i++) /* a day stands for its week */
        assert_true(fabs(truce_claims_claim(claims, i).probability - p) < 1e-9);
    truce_claims_destroy(claims);
    assert_int_equal(
        judge("as-of: 2024-02-19\nclaims:\n  - {id: one, claim: A, test: 'at \"ground\" 2024-02 > 1'}\n",
              &claims, &error),
        TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "a week such as"));
    remove_case(NULL);
    a = whole;
}

static void scenarios_of_the_claims_are_used(void **state)
{
    (void)state;
    truce_claims *claims;
    truce_error error = {0};
    write_answers_file(
        a.directory, "more.yaml",
        "scenarios:\n  triple: {from: actual, title: T, changes: [{variable: gain, set: 3}]}\n");
    if (judge("as-of: 2024-05-13\nscenarios file: more.yaml\nclaims:\n  - {id: one, claim: A, test: 'change "
              "\"ground\" "
              "2024-01..2024-02 in triple > 2.9 * change \"ground\" 2024-01..2024-02'}\n",
              &claims, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    assert_int_equal(truce_claims_claim(claims, 0).verdict, TRUCE_SUPPORTED);
    truce_claims_destroy(claims);
}

static void mistakes_are_told_with_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *yaml, *words;
    } wrong[] = {
        {"claims: []\n", "as-of"},
        {"as-of: soon\nclaims: []\n", "a date such as 2025-01-13"},
        {"as-of: 2024-05-13\n", "no list"},
        {"as-of: 1990-05-13\nclaims: []\n", "outside of the horizon"},
        {"as-of: 2024-05-13\nclaims:\n  - {id: a, claim: b, tset: c}\n", "test"},
        {"as-of: 2024-05-13\nclaims:\n  - {id: a, claim: b}\n  - {id: a, claim: c}\n", "two claims \"a\""},
        {"as-of: 2024-05-13\nclaims:\n  - {id: a, claim: b, holds-if: 0.4}\n", "above 0.5"},
        {"as-of: 2024-05-13\nclaims:\n  - {id: a, claim: b, test: 'at \"grund\" 2024-02 > 1'}\n",
         "did you mean \"ground\""},
        {"as-of: 2024-05-13\nclaims:\n  - {id: a, claim: b, test: 'at \"ground\" 2024-02 in gian > 1'}\n",
         "no scenario \"gian\""},
        {"as-of: 2024-05-13\nclaims:\n  - {id: a, claim: b, test: 'at \"ground\" 2024-02..2024-03 > 1'}\n",
         "two ends"},
        {"as-of: 2024-05-13\nclaims:\n  - {id: a, claim: b, test: '1 > 2 3'}\n", "should end"},
        {"as-of: 2024-05-13\nclaims:\n  - {id: a, claim: b, test: '(1 > 2'}\n", "closing parenthesis"},
        {"as-of: 2024-05-13\nclaims:\n  - {id: a, claim: b, test: 'at \"ground\" 2024-02'}\n",
         "must compare"},
        {"as-of: 2024-05-13\nclaims:\n  - {id: a, claim: b, test: '1 < 2', fallback: '3'}\n", "must compare"},
        {"as-of: 2024-05-13\nclaims:\n  - {id: a, claim: b, test: 'data at \"x\" 2024-02 > 1'}\n",
         "no series"},
        {"as-of: 2024-05-13\nclaims:\n  - {id: a, claim: b, test: 'talks accepts attacker peace'}\n",
         "no deal"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        truce_error error = {0};
        truce_claims *claims;
        assert_int_equal(judge(wrong[i].yaml, &claims, &error), TRUCE_BAD_INPUT);
        assert_null(claims);
        if (!strstr(error.message, wrong[i].words))
            fail_msg("\"%s\" does not say \"%s\"", error.message, wrong[i].words);
        assert_non_null(strstr(error.file, "claims.yaml"));
    }
}

static void linked_data_have_an_id_for_every_claim(void **state)
{
    (void)state;
    truce_claims *claims;
    char *words;
    judge_one("speaker: Some, test: '2 > 1'", &claims);
    assert_int_equal(truce_claims_json_ld(claims, &words, NULL), TRUCE_OK);
    static const char *const parts[] = {"\"@context\": \"https://schema.org\"",
                                        "\"@type\": \"ClaimReview\"",
                                        "\"@id\": \"#review-one\"",
                                        "\"@id\": \"#claim-one\"",
                                        "\"ratingValue\": 3",
                                        "\"alternateName\": \"supported\""};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_non_null(strstr(words, parts[i]));
    truce_text_free(words);
    truce_claims_destroy(claims);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_test_has_the_probability_of_its_members),
        cmocka_unit_test(worlds_of_a_test_are_paired),
        cmocka_unit_test(functions_read_the_months),
        cmocka_unit_test(the_rule_is_the_same_on_both_sides),
        cmocka_unit_test(statements_that_are_too_long_are_refused),
        cmocka_unit_test(what_cannot_be_told_is_undetermined),
        cmocka_unit_test(a_probability_near_a_limit_says_so),
        cmocka_unit_test(claims_of_a_case_in_weeks_name_weeks),
        cmocka_unit_test(scenarios_of_the_claims_are_used),
        cmocka_unit_test(mistakes_are_told_with_their_place),
        cmocka_unit_test(linked_data_have_an_id_for_every_claim),
    };
    return cmocka_run_group_tests(tests, make_case, remove_case);
}
