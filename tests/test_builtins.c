/* Operators and built-in functions: every expansion is run by a reference interpreter and compared with
 * numbers from a closed form or from arithmetic of the test's own. */
#include "interpreter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HEADER                                                                                               \
    "<xmile version=\"1.0\" "                                                                                \
    "xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\"><header><name>t</name></header>"
#define EULER HEADER "<sim_specs method=\"Euler\"><start>0</start><stop>20</stop><dt>0.25</dt></sim_specs>"
#define RK4   HEADER "<sim_specs method=\"RK4\"><start>0</start><stop>20</stop><dt>0.25</dt></sim_specs>"
#define ARRAYS                                                                                               \
    "<dimensions><dim name=\"Row\"><elem name=\"a\"/><elem name=\"b\"/></dim><dim name=\"Column\" "          \
    "size=\"3\"/></dimensions>"
#define BEGIN               "<model><variables>"
#define END                 "</variables></model></xmile>"
#define AUX(name, equation) "<aux name=\"" name "\"><eqn>" equation "</eqn></aux>"
#define LISTED(name, dims, elements)                                                                         \
    "<aux name=\"" name "\"><dimensions>" dims "</dimensions>" elements "</aux>"
#define ELEMENT(subscript, equation) "<element subscript=\"" subscript "\"><eqn>" equation "</eqn></element>"
#define DIM(name)                    "<dim name=\"" name "\"/>"

static truce_model *load(const char *xml)
{
    truce_model *model = NULL;
    truce_error error = {0};
    if (truce_model_load_text(xml, strlen(xml), "test", &model, &error) != TRUCE_OK)
        fail_msg("%d: %s", error.line, error.message);
    return model;
}

static size_t element_of(const truce_model *m, const char *name)
{
    size_t found = model_find_element(m, name);
    if (found == SIZE_MAX)
        fail_msg("no element %s", name);
    return found;
}

/* The value of an equation at the start (time 0). */
static double value_of(const char *equation)
{
    char xml[4000];
    snprintf(xml, sizeof xml, EULER BEGIN AUX("x", "%s") AUX("seven", "7") END, equation);
    truce_model *m = load(xml);
    double *run = interpret_run(m, element_of(m, "x"), 0);
    double value = run[0];
    free(run);
    truce_model_destroy(m);
    return value;
}

static double *run_of(const char *xml, const char *name, size_t steps)
{
    truce_model *m = load(xml);
    double *run = interpret_run(m, element_of(m, name), steps);
    truce_model_destroy(m);
    return run;
}

static void check_value(const char *equation, double wanted)
{
    double got = value_of(equation);
    if (!(fabs(got - wanted) <= 1e-13 * (1 + fabs(wanted))))
        fail_msg("%s gives %.17g, not %.17g", equation, got, wanted);
}

static void operators_bind_as_the_standard_says(void **state)
{
    (void)state;
    check_value("-2^2", -4);
    check_value("2^3^2", 512);
    check_value("2^-1", 0.5);
    check_value("2^-2^2", 0.0625);
    check_value("(-2)^2", 4);
    check_value("10 - 4 - 3", 3);
    check_value("100 / 10 / 5", 2);
    check_value("2 + 3 * 4", 14);
    check_value("-3 MOD 5", 2);
    check_value("7 mod -3", -2);
    check_value("7 MOD 3 * 2", 2);
    check_value("MOD(7, 4)", 3);
    check_value("NOT 0 = 1", 1);
    check_value("NOT seven = 0", 1);
    check_value("1 &lt; 2 = 1", 1);
    check_value("2 &lt;&gt; 2", 0);
    check_value("2 &lt;= 2", 1);
    check_value("3 &gt;= 4", 0);
    check_value("0 and 0 or 1", 1);
    check_value("1 OR 0 AND 0", 1);
    check_value("1 + IF 0 THEN 3 ELSE 4 + 1", 6);
    check_value("if seven > 3 then if seven > 8 then 1 else 2 else 3", 2);
    check_value("IF_THEN_ELSE(0, 1, 2)", 2);
    check_value("+ - - 3", 3);
}

static void numbers_names_and_comments_are_read(void **state)
{
    (void)state;
    check_value("1e3 + .5 + 2. + 6E-1", 1003.1);
    check_value("\"SEVEN\" {a comment} * 2", 14);
    check_value("{ first } Seven", 7);
    check_value("std.ABS(-1)", 1);
}

static void functions_match_the_mathematics(void **state)
{
    (void)state;
    check_value("ABS(-3.5)", 3.5);
    check_value("EXP(1.5)", exp(1.5));
    check_value("LN(5)", log(5));
    check_value("LOG10(1000)", 3);
    check_value("SQRT(2)", sqrt(2));
    check_value("SIN(1) + COS(2) + TAN(3)", sin(1) + cos(2) + tan(3));
    check_value("ARCSIN(0.3) + ARCCOS(0.2) + ARCTAN(4)", asin(0.3) + acos(0.2) + atan(4));
    check_value("SINH(1.25)", sinh(1.25));
    check_value("COSH(-2)", cosh(2));
    check_value("TANH(0.75)", tanh(0.75));
    check_value("TANH(1000)", 1);
    check_value("INT(-1.5)", -2);
    check_value("INT(1.5)", 1);
    check_value("MIN(3, seven) + MAX(3, seven)", 10);
    check_value("MAX(1, 9, 4)", 9);
    check_value("PI", acos(-1));
    check_value("SAFEDIV(1, 4)", 0.25);
    check_value("SAFEDIV(1, 0)", 0);
    check_value("SAFEDIV(1, 0, 9)", 9);
    check_value("ZIDZ(1, 0) + XIDZ(1, 0, 3)", 3);
    check_value("TIME", 0);
    check_value("DT", 0.25);
    check_value("STARTTIME + STOPTIME", 20);
    check_value("1 / INF", 0);
}

/* Sum over the run of value * dt at steps before `stop`. */
static double integral(const double *run, size_t steps)
{
    double sum = 0;
    for (size_t i = 0; i < steps; i++)
        sum += run[i] * 0.25;
    return sum;
}

static void pulses_last_one_step_and_repeat(void **state)
{
    (void)state;
    double *run = run_of(EULER BEGIN AUX("x", "PULSE(20, 12, 5)") END, "x", 80);
    for (int i = 0; i <= 80; i++)
        assert_true(run[i] == (i == 48 || i == 68 ? 80 : 0));
    free(run);
    run = run_of(EULER BEGIN AUX("x", "PULSE(3, 4)") END, "x", 80);
    assert_true(run[16] == 12);
    assert_true(integral(run, 80) == 3);
    free(run);
    run = run_of(EULER BEGIN AUX("often", "1") AUX("x", "PULSE(1, 4, often) + PULSE(2, 3, often - 1)") END,
                 "x", 80);
    assert_true(run[12] == 8 && run[15] == 0 && run[16] == 4 && run[19] == 0 && run[20] == 4);
    free(run);
}

static void pulses_off_the_grid_fall_on_the_nearest_step(void **state)
{
    (void)state;
    double *run = run_of(EULER BEGIN AUX("x", "PULSE(1, 4.1)") END, "x", 40);
    assert_true(run[16] == 4 && integral(run, 40) == 1);
    free(run);
    run = run_of(EULER BEGIN AUX("x", "STEP(1, 4.2)") END, "x", 40);
    assert_true(run[16] == 0 && run[17] == 1);
    free(run);
}

static void pulses_and_steps_last_whole_steps_in_rk4(void **state)
{
    (void)state;
    static const char stock[] = RK4 BEGIN "<stock name=\"s\"><eqn>0</eqn><inflow>f</inflow></stock>"
                                          "<flow name=\"f\"><eqn>PULSE(3, 4) + STEP(2, 10)</eqn></flow>" END;
    double *run = run_of(stock, "s", 80);
    for (int i = 0; i <= 80; i++) {
        double wanted = (i > 16 ? 3 : 0) + (i > 40 ? 2 * 0.25 * (i - 40) : 0);
        assert_true(fabs(run[i] - wanted) < 1e-12);
    }
    free(run);
}

static void ramps_start_and_end(void **state)
{
    (void)state;
    double *run = run_of(EULER BEGIN AUX("x", "RAMP(2, 5)") AUX("y", "RAMP(2, 5, 8)") END, "x", 80);
    double *ended = run_of(EULER BEGIN AUX("y", "RAMP(2, 5, 8)") END, "y", 80);
    for (int i = 0; i <= 80; i++) {
        double t = i * 0.25;
        assert_true(run[i] == (t > 5 ? 2 * (t - 5) : 0));
        assert_true(ended[i] == (t > 5 ? 2 * (fmin(t, 8) - 5) : 0));
    }
    free(run);
    free(ended);
}

/* Under Euler a first-order smooth of 1 from 0 is 1 - (1 - dt/T)^k. */
static void first_order_smooth_has_its_closed_form(void **state)
{
    (void)state;
    double *run = run_of(EULER BEGIN AUX("x", "SMTH1(1, 4, 0)") END, "x", 80);
    for (int i = 0; i <= 80; i++)
        assert_true(fabs(run[i] - (1 - pow(1 - 0.25 / 4, i))) < 1e-13);
    free(run);
    run = run_of(EULER BEGIN AUX("x", "SMTH1(5 + TIME * 0, 4)") END, "x", 80);
    assert_true(run[0] == 5 && run[80] == 5);
    free(run);
}

/* Three stages of T/3 in a row: k steps after a unit step, 1 minus a sum of three binomial terms. */
static void third_order_smooth_has_its_closed_form(void **state)
{
    (void)state;
    double p = 0.25 / 2, *run = run_of(EULER BEGIN AUX("x", "SMTH3(1, 6, 0)") END, "x", 80);
    double *general = run_of(EULER BEGIN AUX("x", "SMTHN(1, 6, 3, 0)") END, "x", 80);
    for (int k = 0; k <= 80; k++) {
        double q = 1 - p, late = pow(q, k) + k * p * pow(q, k - 1) + k * (k - 1) / 2. * p * p * pow(q, k - 2);
        assert_true(fabs(run[k] - (1 - late)) < 1e-12);
        assert_true(run[k] == general[k]);
    }
    free(run);
    free(general);
}

static void material_delays_lose_nothing(void **state)
{
    (void)state;
    static const char *const calls[] = {"DELAY1(PULSE(7, 1), 1)", "DELAY3(PULSE(7, 1), 1)",
                                        "DELAYN(PULSE(7, 1), 1, 4)"};
    for (size_t i = 0; i < 3; i++) {
        char xml[1000];
        snprintf(xml, sizeof xml, EULER BEGIN AUX("x", "%s") END, calls[i]);
        double *run = run_of(xml, "x", 400);
        assert_true(run[3] == 0);
        assert_true(fabs(integral(run, 400) - 7) < 1e-9);
        free(run);
    }
}

/* The outflow starts at the initial value, even when the delay changes later. */
static void material_delays_start_at_their_initial_value(void **state)
{
    (void)state;
    double *run = run_of(EULER BEGIN AUX("x", "DELAY3(10, 6, 4)") END, "x", 400);
    assert_true(fabs(run[0] - 4) < 1e-14 && fabs(run[1] - 4) < 1e-14 && fabs(run[400] - 10) < 1e-9);
    free(run);
    run = run_of(EULER BEGIN AUX("x", "DELAY1(10, 6)") END, "x", 10);
    assert_true(fabs(run[0] - 10) < 1e-14 && fabs(run[10] - 10) < 1e-13);
    free(run);
}

static void fixed_delay_repeats_its_input(void **state)
{
    (void)state;
    double *run = run_of(EULER BEGIN AUX("x", "DELAY(TIME ^ 2, 3, -1)") END, "x", 40);
    for (int i = 0; i <= 40; i++) {
        double t = i * 0.25 - 3;
        assert_true(run[i] == (i < 12 ? -1 : t * t));
    }
    free(run);
}

static void previous_and_init_look_back(void **state)
{
    (void)state;
    double *run = run_of(EULER BEGIN AUX("x", "PREVIOUS(TIME, -9)") END, "x", 8);
    assert_true(run[0] == -9 && run[1] == 0 && run[8] == 1.75);
    free(run);
    run = run_of(EULER BEGIN AUX("x", "TIME + INIT(TIME + 5)") END, "x", 8);
    assert_true(run[0] == 5 && run[8] == 7);
    free(run);
    run = run_of(EULER BEGIN AUX("x", "PREVIOUS(SELF, 0) + 1") END, "x", 8);
    assert_true(run[0] == 1 && run[8] == 9);
    free(run);
}

static void graphs_are_called_in_every_form(void **state)
{
    (void)state;
    static const char graph[] = "<gf><xscale min=\"0\" max=\"2\"/><ypts>0,10,40</ypts></gf>";
    char xml[2000];
    snprintf(xml, sizeof xml,
             EULER BEGIN "<gf name=\"curve\"><xscale min=\"0\" max=\"2\"/><ypts>0,10,40</ypts></gf>"
                         "<aux name=\"bent\"><eqn>0.5 + 1</eqn>%s</aux>" AUX("a", "curve(0.5)")
                             AUX("b", "LOOKUP(curve, 9)") AUX("c", "bent(1) + bent") END,
             graph);
    static const char *const names[] = {"a", "b", "c"};
    static const double wanted[] = {5, 40, 10 + 25};
    for (size_t i = 0; i < 3; i++) {
        double *run = run_of(xml, names[i], 0);
        assert_true(run[0] == wanted[i]);
        free(run);
    }
}

static void array_functions_reduce_slices(void **state)
{
    (void)state;
    static const char xml[] =
        EULER ARRAYS BEGIN LISTED("m", DIM("Row") DIM("Column"),
                                  ELEMENT("a, 1", "1") ELEMENT("a, 2", "2") ELEMENT("a, 3", "3")
                                      ELEMENT("b, 1", "10") ELEMENT("b, 2", "20") ELEMENT("b, 3", "30"))
            LISTED("w", DIM("Column"), ELEMENT("1", "1") ELEMENT("2", "2") ELEMENT("3", "5"))
                LISTED("rows", DIM("Row"), "<eqn>SUM(m[Row, *])</eqn>")
                    LISTED("weighted", DIM("Row"), "<eqn>SUM(m[Row, *] * w)</eqn>") AUX("all", "SUM(m)")
                        AUX("column", "SUM(m[*, 2])") AUX("mean", "MEAN(m[b, *])")
                            AUX("size", "SIZE(m[a, *])") AUX("product", "PROD(w[*])") AUX("largest", "MAX(m)")
                                AUX("clipped", "MAX(m[*, 3], 12, w)") AUX("least", "MIN(m[b, *])")
                                    LISTED("floor", DIM("Column"), "<eqn>MAX(w, 2)</eqn>")
                                        AUX("product of sums", "SUM(w[*] * SUM(m[a, *]))") END;
    static const struct {
        const char *name;
        double wanted;
    } rows[] = {{"rows[a]", 6},  {"rows[b]", 60},   {"weighted[a]", 20},    {"weighted[b]", 200},
                {"all", 66},     {"column", 22},    {"mean", 20},           {"size", 3},
                {"product", 10}, {"largest", 30},   {"clipped", 30},        {"least", 10},
                {"floor[1]", 2}, {"floor[ 3 ]", 5}, {"product of sums", 48}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double *run = run_of(xml, rows[i].name, 0);
        if (run[0] != rows[i].wanted)
            fail_msg("%s is %g", rows[i].name, run[0]);
        free(run);
    }
}

static uint64_t stream_of(const char *xml, const char *name)
{
    truce_model *m = load(xml);
    const expression *e = m->elements[element_of(m, name)].equation;
    assert_true(e->op == OP_RANDOM_UNIFORM || e->op == OP_RANDOM_NORMAL || e->op == OP_RANDOM_LOGNORMAL);
    uint64_t stream = e->index;
    truce_model_destroy(m);
    return stream;
}

static void random_streams_belong_to_their_variable(void **state)
{
    (void)state;
    uint64_t alone = stream_of(EULER BEGIN AUX("x", "NORMAL(0, 1)") END, "x");
    uint64_t later = stream_of(EULER BEGIN AUX("z", "UNIFORM(0, 1)") AUX("x", "NORMAL(0, 1)") END, "x");
    uint64_t spelt = stream_of(EULER BEGIN AUX("X", "RANDOM_NORMAL(0, 1)") END, "x");
    uint64_t other = stream_of(EULER BEGIN AUX("y", "NORMAL(0, 1)") END, "y");
    uint64_t seeded = stream_of(EULER BEGIN AUX("x", "NORMAL(0, 1, 5)") END, "x");
    assert_true(alone == later && alone == spelt);
    assert_true(alone != other && alone != seeded);
    static const char array[] = EULER ARRAYS BEGIN LISTED("n", DIM("Row"), "<eqn>LOGNORMAL(10, 1)</eqn>") END;
    assert_true(stream_of(array, "n[a]") != stream_of(array, "n[b]"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_bind_as_the_standard_says),
        cmocka_unit_test(numbers_names_and_comments_are_read),
        cmocka_unit_test(functions_match_the_mathematics),
        cmocka_unit_test(pulses_last_one_step_and_repeat),
        cmocka_unit_test(pulses_off_the_grid_fall_on_the_nearest_step),
        cmocka_unit_test(pulses_and_steps_last_whole_steps_in_rk4),
        cmocka_unit_test(ramps_start_and_end),
        cmocka_unit_test(first_order_smooth_has_its_closed_form),
        cmocka_unit_test(third_order_smooth_has_its_closed_form),
        cmocka_unit_test(material_delays_lose_nothing),
        cmocka_unit_test(material_delays_start_at_their_initial_value),
        cmocka_unit_test(fixed_delay_repeats_its_input),
        cmocka_unit_test(previous_and_init_look_back),
        cmocka_unit_test(graphs_are_called_in_every_form),
        cmocka_unit_test(array_functions_reduce_slices),
        cmocka_unit_test(random_streams_belong_to_their_variable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
