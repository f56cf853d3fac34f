/* Functions and flows where inputs replace equations, where the horizon is not that of the file, and where
 * things go wrong: what conformance models, which run as they stand, cannot hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine.h"
#include "truce/truce.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODEL(variables)                                                                                     \
    "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\"><header/>"              \
    "<sim_specs time_units=\"month\"><start>0</start><stop>10</stop><dt>0.5</dt></sim_specs>"                \
    "<model><variables>" variables "</variables></model></xmile>"
#define AUX(name, equation) "<aux name=\"" name "\"><eqn>" equation "</eqn></aux>"
#define UNIT(name, units, equation)                                                                          \
    "<aux name=\"" name "\"><units>" units "</units><eqn>" equation "</eqn></aux>"
#define FLOW(name, equation, option) "<flow name=\"" name "\"><eqn>" equation "</eqn>" option "</flow>"

static truce_model *load(const char *xml)
{
    truce_model *model = NULL;
    truce_error error = {0};
    if (truce_model_load_text(xml, strlen(xml), "test", &model, &error))
        fail_msg("%d: %s", error.line, error.message);
    return model;
}

/* The last saved value of an output, for one member. */
static double last_value(const char *xml, const char *output, const truce_input *input, double given,
                         double start, double stop)
{
    truce_model *model = load(xml);
    truce_program *program = NULL;
    truce_run *run = NULL;
    truce_error error = {0};
    truce_program_options options = {.inputs = input,
                                     .input_count = input ? 1 : 0,
                                     .outputs = &output,
                                     .output_count = 1,
                                     .start = start,
                                     .stop = stop};
    if (truce_program_compile(model, &options, &program, &error) ||
        truce_run_create(program, 8, &run, &error))
        fail_msg("%s", error.message);
    size_t saves = truce_program_save_count(program), steps = truce_program_step_count(program) + 1;
    double *results = malloc(saves * 8 * sizeof *results), *series = malloc(steps * sizeof *series);
    double lanes[8] = {given, given, given, given, given, given, given, given};
    for (size_t k = 0; k < steps; k++)
        series[k] = given;
    truce_run_execute(run, 1, 0, 1, lanes, series, series, results, NULL);
    double value = results[(saves - 1) * 8];
    free(results);
    free(series);
    truce_run_destroy(run);
    truce_program_destroy(program);
    truce_model_destroy(model);
    return value;
}

#define POOL                                                                                                 \
    MODEL("<stock name=\"pool\"><eqn>10</eqn><outflow>drain</outflow><non_negative/></stock>"                \
          "<stock name=\"sink\"><eqn>0</eqn><inflow>drain</inflow></stock>" FLOW("drain", "0.1", ""))

static void an_input_in_place_of_an_outflow_keeps_its_cut(void **state)
{
    (void)state;
    static const truce_input inputs[] = {{"drain", TRUCE_INPUT_PARAMETER}, {"drain", TRUCE_INPUT_SCHEDULE}};
    for (size_t i = 0; i < 2; i++) {
        assert_true(last_value(POOL, "pool", &inputs[i], 7, 0, 0) == 0);
        assert_true(last_value(POOL, "sink", &inputs[i], 7, 0, 0) == 10);
    }
    static const truce_input factor = {"drain", TRUCE_INPUT_FACTOR};
    assert_true(last_value(POOL, "sink", &factor, 1000, 0, 0) == 10);
    assert_true(fabs(last_value(POOL, "sink", &factor, 2, 0, 0) - 2) < 1e-12);
}

static void an_input_cannot_make_a_flow_negative_that_may_not_be(void **state)
{
    (void)state;
    static const char xml[] =
        MODEL("<stock name=\"s\"><eqn>3</eqn><inflow>f</inflow></stock>" FLOW("f", "1", "<non_negative/>"));
    static const truce_input input = {"f", TRUCE_INPUT_SCHEDULE};
    assert_true(last_value(xml, "s", &input, -5, 0, 0) == 3);
    assert_true(last_value(xml, "s", &input, 2, 0, 0) == 23);
}

static void stoptime_is_the_end_of_the_run_that_is_made(void **state)
{
    (void)state;
    assert_true(last_value(MODEL(AUX("x", "STOPTIME - TIME")), "x", NULL, 0, 0, 0) == 0);
    assert_true(last_value(MODEL(AUX("x", "STOPTIME")), "x", NULL, 0, 2, 7) == 7);
    assert_true(last_value(MODEL(AUX("x", "STARTTIME")), "x", NULL, 0, 2, 7) == 2);
}

/* The average of the smooth is a hidden stock: what goes wrong in it is told of the variable that holds it.
 */
static void failures_in_hidden_stocks_are_told_of_their_variable(void **state)
{
    (void)state;
    truce_model *model = load(MODEL(AUX("perceived", "SMTH3(1, TIME - TIME)") AUX("time to see", "0")));
    truce_program *program = NULL;
    truce_failure failure = {0};
    truce_error error = {0};
    assert_int_equal(truce_program_compile(model, NULL, &program, &error), TRUCE_OK);
    assert_int_equal(engine_diagnose(program, 1, 0, NULL, NULL, NULL, &failure, &error), TRUCE_OK);
    assert_string_equal(failure.variable, "perceived");
    truce_program_destroy(program);
    truce_model_destroy(model);
}

static void an_order_cannot_be_an_input(void **state)
{
    (void)state;
    truce_model *model = load(MODEL(AUX("order", "2") AUX("x", "SMTHN(TIME, 3, order)")));
    truce_program *program = NULL;
    truce_error error = {0};
    static const truce_input input = {"order", TRUCE_INPUT_PARAMETER};
    const truce_program_options options = {.inputs = &input, .input_count = 1};
    assert_int_equal(truce_program_compile(model, &options, &program, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "\"order\" is part of the order, seed or bounds of SMTHN"));
    truce_model_destroy(model);
}

static void wrong_calls_are_refused_with_a_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *xml, *sentence;
    } rows[] = {
        {MODEL(AUX("a", "POISSON(2, TIME)")), "the seed of POISSON must be a number"},
        {MODEL(AUX("a", "POISSON(2, a)")), "the seed of POISSON must be a number"},
        {MODEL(AUX("a", "POISSON(2, b)") AUX("b", "POISSON(2, a)")), "the seed of POISSON must be a number"},
        {MODEL(AUX("a", "DELAYN(TIME, 2, 1.5)")), "the order of DELAYN must be a whole number from 1 to 100"},
        {MODEL(AUX("a", "DELAYN(TIME, 2, n)") AUX("n", "TIME")),
         "the order of DELAYN must be a whole number"},
        {MODEL(AUX("a", "DERIVN(TIME, -1)")), "the order of DERIVN must be a whole number from 0 to 100"},
        {MODEL("<gf name=\"g\"><xpts>0,1,2</xpts><ypts>1,3,2</ypts></gf>" AUX("a", "LOOKUPINV(g, 2)")),
         "\"g\" has no inverse"},
        {MODEL(AUX("a", "LOOKUPINV(2, 2)")), "the first argument of LOOKUPINV must be a graphical function"},
        {MODEL(AUX("a", "NORMAL(1, 2, 3, 4, 5, 6)")), "NORMAL takes 2 to 5 arguments, but 6 are given"},
        {MODEL(AUX("a", "IRR(TIME)")), "function IRR is not supported"},
        {MODEL("<stock "
               "name=\"s\"><eqn>1</eqn><outflow>f</outflow><outflow>g</outflow><non_negative/></stock>" FLOW(
                   "f", "g", "") FLOW("g", "f", "")),
         "there is a cycle without a stock"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        truce_model *model = NULL;
        truce_error error = {0};
        if (truce_model_load_text(rows[i].xml, strlen(rows[i].xml), "m", &model, &error) != TRUCE_BAD_INPUT)
            fail_msg("accepted: %s", rows[i].xml);
        if (!strstr(error.message, rows[i].sentence))
            fail_msg("got \"%s\", not \"%s\"", error.message, rows[i].sentence);
    }
}

/* Two models each: one whose units agree, and one finding. */
static void units_of_functions_are_checked(void **state)
{
    (void)state;
#define INPUTS UNIT("x", "tonne", "5") UNIT("t", "month", "3") UNIT("r", "1/month", "0.1") UNIT("n", "1", "2")
    static const struct {
        const char *xml;
        size_t findings;
    } rows[] = {
        {MODEL(INPUTS UNIT("a", "1/month", "TREND(x, t, r)")), 0},
        {MODEL(INPUTS UNIT("a", "tonne", "TREND(x, t, r)")), 1},
        {MODEL(INPUTS UNIT("a", "tonne", "FORCST(x, t, t, r)")), 0},
        {MODEL(INPUTS UNIT("a", "tonne", "FORCST(x, x, t, r)")), 1},
        {MODEL(INPUTS UNIT("a", "tonne*month", "NPV(x, r)")), 0},
        {MODEL(INPUTS UNIT("a", "tonne", "NPV(x, r)")), 1},
        {MODEL(INPUTS UNIT("a", "tonne", "HISTORY(x, TIME - t)")), 0},
        {MODEL(INPUTS UNIT("a", "tonne", "HISTORY(x, x)")), 1},
        {MODEL(INPUTS UNIT("a", "tonne/month^2", "DERIVN(x, 2)")), 0},
        {MODEL(INPUTS UNIT("a", "tonne/month", "DERIVN(x, 2)")), 1},
        {MODEL(INPUTS UNIT("a", "tonne", "ROUND(x) + QUANTUM(x, x) + SINWAVE(x, t)")), 0},
        {MODEL(INPUTS UNIT("a", "tonne", "SIGN(x)")), 1},
        {MODEL(INPUTS UNIT("a", "tonne/month", "x // t")), 0},
        {MODEL(INPUTS UNIT("a", "tonne", "TRIANGULAR(x, x, x, 4) + EXPRND(x) + WEIBULL(n, x)")), 0},
        {MODEL(INPUTS UNIT("a", "tonne", "NORMAL(x, t)")), 1},
        {MODEL(INPUTS UNIT("a", "1", "BETA(n, n) + GEOMETRIC(0.5)")), 0},
        {MODEL(INPUTS UNIT("a", "1", "BETA(n, x)")), 1},
        {MODEL(INPUTS UNIT("a", "1", "PULSE_TRAIN(t, t, t, t)")), 0},
        {MODEL(INPUTS UNIT("a", "1/month", "CGROWTH(8)")), 0},
        {MODEL(INPUTS UNIT("a", "tonne", "SAMPLE_IF_TRUE(t &gt; 1, x, x)")), 0},
        {MODEL(INPUTS UNIT("a", "tonne", "SAMPLE_IF_TRUE(t &gt; 1, x, t)")), 1},
    };
#undef INPUTS
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        truce_model *model = load(rows[i].xml);
        if (truce_model_unit_findings(model) != rows[i].findings)
            fail_msg("%zu findings in %s: %s", truce_model_unit_findings(model), rows[i].xml,
                     truce_model_unit_findings(model) ? truce_model_unit_finding(model, 0) : "");
        truce_model_destroy(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_input_in_place_of_an_outflow_keeps_its_cut),
        cmocka_unit_test(an_input_cannot_make_a_flow_negative_that_may_not_be),
        cmocka_unit_test(stoptime_is_the_end_of_the_run_that_is_made),
        cmocka_unit_test(failures_in_hidden_stocks_are_told_of_their_variable),
        cmocka_unit_test(an_order_cannot_be_an_input),
        cmocka_unit_test(wrong_calls_are_refused_with_a_sentence),
        cmocka_unit_test(units_of_functions_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
