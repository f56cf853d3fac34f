/* One truth for parameters: what a model says of a constant lies inside what every case says of it, so that a
 * bare run of the model and a run of the case are of the same world. */
#include "truce/truce.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static truce_case *load(const char *path)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char name[512];
    truce_error error = {0};
    truce_case *c = NULL;
    snprintf(name, sizeof name, "%s/%s", root ? root : ".", path);
    if (truce_case_load(name, &c, &error) != TRUCE_OK)
        fail_msg("%s:%d: %s", error.file, error.line, error.message);
    return c;
}

/* The value that the model gives the element at the start, when nothing is drawn. */
static double default_of(const truce_model *model, const char *element)
{
    const truce_program_options options = {.outputs = &element, .output_count = 1};
    truce_error error = {0};
    truce_program *program = NULL;
    truce_run *run = NULL;
    if (truce_program_compile(model, &options, &program, &error) != TRUCE_OK ||
        truce_run_create(program, 8, &run, &error) != TRUCE_OK)
        fail_msg("%s: %s", element, error.message);
    double *results = calloc(truce_program_save_count(program) * 8, sizeof *results);
    assert_non_null(results);
    truce_run_execute(run, 1, 0, 1, NULL, NULL, NULL, results, NULL);
    double value = results[0];
    free(results);
    truce_run_destroy(run);
    truce_program_destroy(program);
    return value;
}

/* Between the 5 and 95 % quantiles, within rounding. */
static bool is_inside(const truce_distribution *prior, double value)
{
    double low = truce_distribution_quantile(prior, 0.05), high = truce_distribution_quantile(prior, 0.95);
    double slack = 1e-9 * (1 + fabs(value));
    return value >= low - slack && value <= high + slack;
}

static size_t count_outside(const char *path)
{
    truce_case *c = load(path);
    size_t outside = 0;
    for (size_t i = 0; i < truce_case_facts_of(c).parameters; i++) {
        truce_parameter p = truce_case_parameter(c, i);
        if (p.variable == SIZE_MAX || p.prior.kind == TRUCE_FIXED)
            continue; /* a fixed one is a setting of the case, such as the month of a law */
        double value = default_of(truce_case_model(c), p.name);
        if (is_inside(&p.prior, value))
            continue;
        print_message("%s:%d: the model has %s = %g, and the prior %g to %g\n", p.file, p.line, p.name, value,
                      truce_distribution_quantile(&p.prior, 0.05),
                      truce_distribution_quantile(&p.prior, 0.95));
        outside++;
    }
    truce_case_destroy(c);
    return outside;
}

/* The cases of models of ours; rivals bind models whose constants are those of their publications. */
static void constants_of_models_lie_inside_the_priors_of_every_case(void **state)
{
    (void)state;
    static const char *const cases[] = {"cases/ukraine/case.yaml", "tests/data/small/case.yaml",
                                        "tests/data/talks/case.yaml", "cases/summer-2023/case.yaml"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(count_outside(cases[i]), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constants_of_models_lie_inside_the_priors_of_every_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
