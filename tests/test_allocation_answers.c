/* Every allocation of an answer (truce compare, enough, matter, claims), of a forecast and of their tables and JSON is made to
 * fail, one after the other (denied_memory.h). Their files are those of test_allocation_files.c. */
#include "denied_memory.h"

#include <math.h>
#include <unistd.h>

#ifndef SANITIZED

static char talks_path[512], fit_path[512], robust_path[512], claims_path[64];

/* Some words of an answer, which are of no further use. */
#define TELL(status, call)                                                                                   \
    do {                                                                                                     \
        char *words = NULL;                                                                                  \
        if (!(status))                                                                                       \
            (status) = (call);                                                                               \
        truce_text_free(words);                                                                              \
    } while (0)

/* A document: all of it or none. */
#define TELL_WHOLE(status, call)                                                                             \
    do {                                                                                                     \
        char *words = NULL;                                                                                  \
        if (!(status))                                                                                       \
            (status) = (call);                                                                               \
        if (!(status))                                                                                       \
            tell(words, strlen(words));                                                                      \
        truce_text_free(words);                                                                              \
    } while (0)

static truce_status case_to_comparison(truce_error *error)
{
    static const char *const worlds[] = {"actual", "push"};
    truce_case *c = NULL;
    truce_comparison *x = NULL;
    truce_comparison_options o = truce_comparison_default_options();
    o.scenarios = worlds;
    o.scenario_count = 2;
    o.members = 20;
    o.threads = 1;
    o.engine = TRUCE_ENGINE_INTERPRETER;
    truce_status status = truce_case_load(talks_path, &c, error);
    if (!status)
        status = truce_compare(c, &o, &x, error);
    TELL(status, truce_comparison_words(x, 1, &words, error));
    TELL(status, truce_comparison_table(x, false, &words, error));
    TELL_WHOLE(status, truce_comparison_json(x, &words, error));
    truce_comparison_destroy(x);
    truce_case_destroy(c);
    return status;
}

static truce_status case_to_enough(truce_error *error)
{
    truce_case *c = NULL;
    truce_enough *x = NULL;
    truce_enough_options o = truce_enough_default_options();
    o.goal = "change \"held\" 2024-01..2024-06 > 3";
    o.lever = "drift";
    o.how = "set";
    o.least = 0;
    o.most = 5;
    o.members = 20;
    o.threads = 1;
    o.engine = TRUCE_ENGINE_INTERPRETER;
    truce_status status = truce_case_load(talks_path, &c, error);
    if (!status)
        status = truce_enough_find(c, &o, &x, error);
    TELL(status, truce_enough_table(x, &words, error));
    TELL_WHOLE(status, truce_enough_json(x, &words, error));
    truce_enough_destroy(x);
    truce_case_destroy(c);
    return status;
}

static truce_status case_to_matter_by(truce_matter_method method, truce_error *error)
{
    truce_case *c = NULL;
    truce_matter *x = NULL;
    truce_matter_options o = truce_matter_default_options();
    o.output = "at \"held\" 2024-08";
    o.method = method;
    o.since = 24288 + 6;
    o.members = method == TRUCE_MATTER_MORRIS ? 2 : 200;
    o.threads = 1;
    o.engine = TRUCE_ENGINE_INTERPRETER;
    truce_status status = truce_case_load(talks_path, &c, error);
    if (!status)
        status = truce_matter_find(c, &o, &x, error);
    TELL(status, truce_matter_table(x, &words, error));
    TELL_WHOLE(status, truce_matter_json(x, &words, error));
    truce_matter_destroy(x);
    truce_case_destroy(c);
    return status;
}

static truce_status case_to_matter(truce_error *error)
{
    return case_to_matter_by(TRUCE_MATTER_DRAWS, error);
}

static truce_status case_to_design(truce_error *error)
{
    return case_to_matter_by(TRUCE_MATTER_SOBOL, error);
}

static truce_status case_to_screening(truce_error *error)
{
    return case_to_matter_by(TRUCE_MATTER_MORRIS, error);
}

static truce_status case_to_discovery(truce_error *error)
{
    truce_case *c = NULL;
    truce_discovery *x = NULL;
    truce_discovery_options o = truce_discovery_default_options();
    o.when = "at \"held\" 2024-08 > 3";
    o.members = 400;
    o.threads = 1;
    o.engine = TRUCE_ENGINE_INTERPRETER;
    truce_status status = truce_case_load(talks_path, &c, error);
    if (!status)
        status = truce_discovery_find(c, &o, &x, error);
    TELL(status, truce_discovery_words(x, &words, error));
    TELL(status, truce_discovery_table(x, &words, error));
    TELL_WHOLE(status, truce_discovery_json(x, &words, error));
    truce_discovery_destroy(x);
    truce_case_destroy(c);
    return status;
}

static truce_status case_to_sources(truce_error *error)
{
    truce_case *c = NULL;
    truce_sources *x = NULL;
    static const char *const left_out[] = {"gaps"};
    truce_sources_options o = truce_sources_default_options();
    o.sources = left_out;
    o.source_count = 1;
    o.particles = 32;
    o.members = 32;
    o.threads = 1;
    o.engine = TRUCE_ENGINE_INTERPRETER;
    truce_status status = truce_case_load(robust_path, &c, error);
    if (!status)
        status = truce_sources_find(c, &o, &x, error);
    TELL(status, truce_sources_table(x, &words, error));
    TELL_WHOLE(status, truce_sources_json(x, &words, error));
    truce_sources_destroy(x);
    truce_case_destroy(c);
    return status;
}

static truce_status case_to_plan(truce_error *error)
{
    truce_case *c = NULL;
    truce_plan *x = NULL;
    const truce_plan_lever levers[] = {{"drift", 0, 5, NAN}};
    truce_plan_options o = truce_plan_default_options();
    o.goal = "change \"held\" 2024-01..2024-06 > 3";
    o.cost = "at \"held\" 2024-06";
    o.levers = levers;
    o.lever_count = 1;
    o.how = "set";
    o.members = 20;
    o.evaluations = 4;
    o.threads = 1;
    o.engine = TRUCE_ENGINE_INTERPRETER;
    truce_status status = truce_case_load(talks_path, &c, error);
    if (!status)
        status = truce_plan_find(c, &o, &x, error);
    TELL(status, truce_plan_table(x, &words, error));
    TELL_WHOLE(status, truce_plan_json(x, &words, error));
    truce_plan_destroy(x);
    truce_case_destroy(c);
    return status;
}

static truce_status case_to_years(truce_error *error)
{
    truce_case *c = NULL;
    truce_yearly *x = NULL;
    const truce_yearly_spread spreads[] = {{"drift", 0, 5}};
    truce_yearly_options o = truce_yearly_default_options();
    o.value = "held";
    o.spreads = spreads;
    o.spread_count = 1;
    o.members = 20;
    o.threads = 1;
    o.engine = TRUCE_ENGINE_INTERPRETER;
    truce_status status = truce_case_load(talks_path, &c, error);
    if (!status)
        status = truce_yearly_find(c, &o, &x, error);
    TELL(status, truce_yearly_table(x, &words, error));
    TELL_WHOLE(status, truce_yearly_json(x, &words, error));
    truce_yearly_destroy(x);
    truce_case_destroy(c);
    return status;
}

static truce_status case_to_claims(truce_error *error)
{
    truce_case *c = NULL;
    truce_claims *x = NULL;
    truce_claims_options o = truce_claims_default_options();
    o.file = claims_path;
    o.members = 20;
    o.threads = 1;
    o.engine = TRUCE_ENGINE_INTERPRETER;
    truce_status status = truce_case_load(talks_path, &c, error);
    if (!status)
        status = truce_claims_judge(c, &o, &x, error);
    TELL(status, truce_claims_table(x, false, &words, error));
    TELL_WHOLE(status, truce_claims_json(x, &words, error));
    TELL_WHOLE(status, truce_claims_json_ld(x, &words, error));
    truce_claims_destroy(x);
    truce_case_destroy(c);
    return status;
}

static truce_status case_to_contents(truce_error *error)
{
    truce_case *c = NULL;
    truce_status status = truce_case_load(talks_path, &c, error);
    TELL_WHOLE(status, truce_case_json(c, &words, error));
    TELL_WHOLE(status, truce_model_json(truce_case_model(c), &words, error));
    truce_case_destroy(c);
    return status;
}

static truce_status case_to_forecast(truce_error *error)
{
    truce_case *c = NULL;
    truce_forecast *x = NULL;
    truce_forecast_options o = truce_forecast_default_options();
    o.particles = 32;
    o.threads = 1;
    o.engine = TRUCE_ENGINE_INTERPRETER;
    o.made = "2024-12-31";
    truce_status status = truce_case_load(fit_path, &c, error);
    if (!status)
        status = truce_forecast_run(c, &o, &x, error);
    TELL(status, truce_forecast_table(x, &words, error));
    TELL_WHOLE(status, truce_forecast_json(x, &words, error));
    truce_forecast_destroy(x);
    truce_case_destroy(c);
    return status;
}

static void every_failed_allocation_of_a_comparison_is_an_error_without_a_leak(void **state)
{
    (void)state;
    fail_each(case_to_comparison);
}

static void every_failed_allocation_of_enough_is_an_error_without_a_leak(void **state)
{
    (void)state;
    fail_each(case_to_enough);
}

static void every_failed_allocation_of_what_matters_is_an_error_without_a_leak(void **state)
{
    (void)state;
    fail_each(case_to_matter);
    fail_each(case_to_design);
    fail_each(case_to_screening);
    fail_each(case_to_discovery);
}

static void every_failed_allocation_of_sources_left_out_is_an_error_without_a_leak(void **state)
{
    (void)state;
    fail_each(case_to_sources);
}

/* NLopt is not ours, and crashes when it gets no memory. */
static void every_failed_allocation_of_a_plan_or_years_is_an_error_without_a_leak(void **state)
{
    (void)state;
    only_ours = true;
    fail_each(case_to_plan);
    only_ours = false;
    fail_each(case_to_years);
}

static void every_failed_allocation_of_claims_is_an_error_without_a_leak(void **state)
{
    (void)state;
    static const char claims[] =
        "as-of: 2024-05-13\nclaims:\n  - {id: one, claim: It grows, test: 'change \"held\" 2024-01..2024-06 "
        "> 0', "
        "undetermined-if: 1 > 2, fallback: 2 > 1}\n  - {id: two, claim: Not tested, basis: none}\n";
    snprintf(claims_path, sizeof claims_path, "/tmp/truce-claims-XXXXXX");
    int fd = mkstemp(claims_path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, claims, sizeof claims - 1), sizeof claims - 1);
    close(fd);
    fail_each(case_to_claims);
    remove(claims_path);
}

static void every_failed_allocation_of_contents_is_an_error_without_a_leak(void **state)
{
    (void)state;
    fail_each(case_to_contents);
}

static void every_failed_allocation_of_a_forecast_is_an_error_without_a_leak(void **state)
{
    (void)state;
    fail_each(case_to_forecast);
}

int main(void)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    snprintf(talks_path, sizeof talks_path, "%s/tests/data/talks/case.yaml", root ? root : ".");
    snprintf(robust_path, sizeof robust_path, "%s/tests/data/fit/robust.yaml", root ? root : ".");
    snprintf(fit_path, sizeof fit_path, "%s/tests/data/fit/case.yaml", root ? root : ".");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_failed_allocation_of_a_comparison_is_an_error_without_a_leak),
        cmocka_unit_test(every_failed_allocation_of_enough_is_an_error_without_a_leak),
        cmocka_unit_test(every_failed_allocation_of_what_matters_is_an_error_without_a_leak),
        cmocka_unit_test(every_failed_allocation_of_sources_left_out_is_an_error_without_a_leak),
        cmocka_unit_test(every_failed_allocation_of_a_plan_or_years_is_an_error_without_a_leak),
        cmocka_unit_test(every_failed_allocation_of_claims_is_an_error_without_a_leak),
        cmocka_unit_test(every_failed_allocation_of_contents_is_an_error_without_a_leak),
        cmocka_unit_test(every_failed_allocation_of_a_forecast_is_an_error_without_a_leak),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    return 77; /* meson: skipped */
}

#endif
