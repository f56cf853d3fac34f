/* The order of accuracy of the methods, measured on problems with closed forms, and what they conserve.
 *
 * The order is the slope of the logarithm of the greatest error over the run against the logarithm of DT,
 * fitted by least squares over five values of DT, each half of the one before. RK45 has no order in DT: its
 * error is compared with its tolerance, at save times that lie inside its steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/block_run.h"
#include "engine/engine.h"
#include "hand_model.h"

/* ---- Problems: the first stock of the model and what it is --------------------------------------------- */

typedef struct problem {
    const char *name;
    void (*build)(truce_model *m);
    double (*exact)(double t);
    double scale;  /* the greatest magnitude of the stock */
    double finest; /* the least DT at which rounding does not show under Runge-Kutta 4 */
} problem;

static size_t stock(truce_model *m, const char *name, double initial)
{
    return add(m, ELEMENT_STOCK, name, NULL, num(m, initial));
}

/* y' = -0.7 y */
static void build_decay(truce_model *m)
{
    size_t y = stock(m, "y", 3);
    m->elements[y].equation = op2(m, OP_MULTIPLY, num(m, -0.7), var(m, y));
}

static double exact_decay(double t)
{
    return 3 * exp(-0.7 * t);
}

/* x' = v, v' = -x */
static void build_oscillator(truce_model *m)
{
    size_t x = stock(m, "x", 1), v = stock(m, "v", 0);
    m->elements[x].equation = var(m, v);
    m->elements[v].equation = op1(m, OP_NEGATE, var(m, x));
}

static double exact_oscillator(double t)
{
    return cos(t);
}

/* y' = 1.5 y (1 - y / 10), from 1 (Verhulst 1838) */
static void build_logistic(truce_model *m)
{
    size_t y = stock(m, "y", 1);
    const expression *room = op2(m, OP_SUBTRACT, num(m, 1), op2(m, OP_DIVIDE, var(m, y), num(m, 10)));
    m->elements[y].equation = op2(m, OP_MULTIPLY, op2(m, OP_MULTIPLY, num(m, 1.5), var(m, y)), room);
}

static double exact_logistic(double t)
{
    return 10 / (1 + 9 * exp(-1.5 * t));
}

/* A' = -0.3 B, B' = -0.2 A (Lanchester 1916) */
static void build_lanchester(truce_model *m)
{
    size_t a = stock(m, "A", 100), b = stock(m, "B", 80);
    m->elements[a].equation = op2(m, OP_MULTIPLY, num(m, -0.3), var(m, b));
    m->elements[b].equation = op2(m, OP_MULTIPLY, num(m, -0.2), var(m, a));
}

static double exact_lanchester(double t)
{
    double rate = sqrt(0.3 * 0.2);
    return 100 * cosh(rate * t) - sqrt(0.3 / 0.2) * 80 * sinh(rate * t);
}

/* y' = -y + sin t: the derivative depends on time. */
static void build_forced(truce_model *m)
{
    size_t y = stock(m, "y", 3);
    m->elements[y].equation = op2(m, OP_SUBTRACT, op1(m, OP_SIN, now(m)), var(m, y));
}

static double exact_forced(double t)
{
    return (sin(t) - cos(t)) / 2 + 3.5 * exp(-t);
}

static const problem problems[] = {{"decay", build_decay, exact_decay, 3, 1.0 / 64},
                                   {"oscillator", build_oscillator, exact_oscillator, 1, 1.0 / 64},
                                   {"logistic", build_logistic, exact_logistic, 10, 1.0 / 64},
                                   {"Lanchester", build_lanchester, exact_lanchester, 100, 1.0 / 32},
                                   {"forced", build_forced, exact_forced, 3, 1.0 / 64}};
enum { PROBLEMS = sizeof problems / sizeof *problems };

enum { SHORT = 4, LONG = 20 };

/* ---- Runs --------------------------------------------------------------------------------------------- */

typedef struct outcome {
    double error;  /* greatest of the first stock, over all saves */
    double trials; /* of RK45 */
    bool crosses;
} outcome;

static outcome solve(const problem *x, truce_method method, double stop, double dt, double tolerance,
                     bool with_state)
{
    truce_model *m = hand_model(0, stop, dt);
    truce_program *p = NULL;
    truce_run *run = NULL;
    m->sim_specs.method = method;
    x->build(m);
    if (with_state) /* PREVIOUS(TIME): something happens at every DT */
        add(m, ELEMENT_STATE, "before", now(m), num(m, 0));
    truce_program_options options = {.tolerance = tolerance};
    assert_int_equal(truce_program_compile(m, &options, &p, NULL), TRUCE_OK);
    assert_int_equal(truce_run_create(p, 8, &run, NULL), TRUCE_OK);
    size_t outputs = p->output_count;
    double *results = calloc(p->save_count * outputs * 8, sizeof *results);
    outcome o = {.crosses = p->steps_cross_dt};
    assert_non_null(results);
    assert_int_equal(truce_run_execute(run, 1, 0, 1, NULL, NULL, NULL, results, NULL), 0);
    for (size_t k = 0; k < p->save_count; k++)
        o.error = fmax(o.error, fabs(results[k * outputs * 8] - x->exact(truce_program_save_time(p, k))));
    o.trials = method == TRUCE_RK45 ? run->adaptive->trials[0] : 0;
    free(results);
    truce_run_destroy(run);
    truce_program_destroy(p);
    hand_destroy(m);
    return o;
}

static double fitted_order(const problem *x, truce_method method)
{
    enum { SIZES = 5 };
    double sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;
    for (int i = 0; i < SIZES; i++) {
        double dt = x->finest * (1 << i), error = solve(x, method, SHORT, dt, 0, false).error;
        double at = log(dt), value = log(error);
        sum_x += at;
        sum_y += value;
        sum_xx += at * at;
        sum_xy += at * value;
    }
    return (SIZES * sum_xy - sum_x * sum_y) / (SIZES * sum_xx - sum_x * sum_x);
}

static void methods_of_fixed_steps_have_their_order(void **state)
{
    (void)state;
    static const struct {
        truce_method method;
        double order, band;
    } rows[] = {{TRUCE_EULER, 1, 0.15}, {TRUCE_RK2, 2, 0.15}, {TRUCE_RK4, 4, 0.2}};
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < PROBLEMS; k++) {
            double order = fitted_order(&problems[k], rows[i].method);
            print_message("%-10s method %d: order %.3f\n", problems[k].name, rows[i].method, order);
            assert_near(order, rows[i].order, rows[i].band);
        }
}

/* Local errors below the tolerance add up to a few times as much over the run, and each tenth of the
 * tolerance gives a tenth of the error or less, roughly: 10,000 times the tolerance is at least 1,000 times
 * the error. */
static void the_error_of_rk45_follows_its_tolerance_inside_steps_too(void **state)
{
    (void)state;
    for (int k = 0; k < PROBLEMS; k++) {
        const problem *x = &problems[k];
        double loose = 0;
        for (int digits = 3; digits <= 9; digits++) {
            double tolerance = pow(10, -digits);
            outcome o = solve(x, TRUCE_RK45, LONG, 1.0 / 128, tolerance, false);
            print_message("%-10s tolerance %.0e: error %.1e of the scale, %g trials for 2561 saves\n",
                          x->name, tolerance, o.error / x->scale, o.trials);
            assert_true(o.crosses && o.trials < 640);
            assert_true(o.error <= 10 * tolerance * x->scale);
            if (digits == 5)
                loose = o.error;
            if (digits == 9)
                assert_true(o.error < loose / 1000);
        }
    }
}

static void rk45_ends_its_steps_at_dt_where_something_happens_there(void **state)
{
    (void)state;
    for (int k = 0; k < PROBLEMS; k++) {
        outcome o = solve(&problems[k], TRUCE_RK45, SHORT, 0.5, 1e-6, true);
        assert_true(!o.crosses && o.trials >= SHORT / 0.5);
        assert_true(o.error <= 10 * 1e-6 * problems[k].scale);
    }
}

/* ---- Discontinuities ---------------------------------------------------------------------------------- */

enum { METHODS = TRUCE_RK45 + 1 };

/* Runs a model of the text between <variables> and gives the first output at every save; to be freed. */
static double *run_text(const char *specs, const char *method, const char *variables, size_t *saves)
{
    char xml[4000];
    truce_model *m = NULL;
    truce_program *p = NULL;
    truce_run *run = NULL;
    truce_error error = {0};
    const char *output = "y";
    truce_program_options options = {.outputs = &output, .output_count = 1};
    int length = snprintf(xml, sizeof xml,
                          "<xmile><header/><sim_specs method=\"%s\">%s</sim_specs><model><variables>%s"
                          "</variables></model></xmile>",
                          method, specs, variables);
    if (truce_model_load_text(xml, (size_t)length, "text", &m, &error) ||
        truce_program_compile(m, &options, &p, &error) || truce_run_create(p, 8, &run, &error))
        fail_msg("%s", error.message);
    *saves = truce_program_save_count(p);
    double *results = calloc(*saves * 8, sizeof *results);
    assert_int_equal(truce_run_execute(run, 1, 0, 1, NULL, NULL, NULL, results, NULL), 0);
    for (size_t k = 0; k < *saves; k++)
        results[k] = results[8 * k];
    truce_run_destroy(run);
    truce_program_destroy(p);
    truce_model_destroy(m);
    return results;
}

static const char *const method_names[METHODS] = {"euler", "rk2", "rk4", "rk45"};

#define SPECS(start, stop, dt) "<start>" #start "</start><stop>" #stop "</stop><dt>" #dt "</dt>"
#define INTEGRAL(equation)                                                                                   \
    "<stock name='y'><eqn>0</eqn><inflow>f</inflow></stock><flow name='f'><eqn>" equation "</eqn></flow>"

/* STEP, PULSE and draws hold through a DT, so their integrals are exact under every method. */
static void steps_and_pulses_act_at_dt_under_every_method(void **state)
{
    (void)state;
    for (int i = 0; i < METHODS; i++) {
        size_t saves;
        double *y = run_text(SPECS(0, 8, 0.25), method_names[i], INTEGRAL("STEP(2, 3)"), &saves);
        for (size_t k = 0; k < saves; k++)
            assert_near(y[k], 2 * fmax(0.25 * (double)k - 3, 0), 1e-13);
        free(y);
        y = run_text(SPECS(0, 8, 0.25), method_names[i], INTEGRAL("PULSE(5, 1.5, 3)"), &saves);
        for (size_t k = 0; k < saves; k++) {
            double t = 0.25 * (double)k;
            assert_near(y[k], 5 * ((t > 1.5) + (t > 4.5) + (t > 7.5)), 1e-13);
        }
        free(y);
    }
}

/* A ramp whose corners lie inside steps. The estimate of the error is made for smooth derivatives, and may
 * see no more than a hundredth of the error at a corner. At DT, corners cost nothing. */
static void the_corners_of_a_ramp_cost_rk45_little(void **state)
{
    (void)state;
    size_t saves;
    double *y = run_text(SPECS(0, 8, 0.5), "rk45", INTEGRAL("RAMP(3, 1.3, 5.1)"), &saves);
    for (size_t k = 0; k < saves; k++) {
        double t = 0.5 * (double)k, rising = fmin(fmax(t - 1.3, 0), 3.8), after = fmax(t - 5.1, 0);
        assert_near(y[k], 1.5 * rising * rising + 3 * 3.8 * after, 100 * 1e-6 * y[saves - 1]);
    }
    free(y);
    y = run_text(SPECS(0, 8, 0.5), "rk45", INTEGRAL("RAMP(3, 1.5, 5)"), &saves);
    for (size_t k = 0; k < saves; k++) {
        double t = 0.5 * (double)k, rising = fmin(fmax(t - 1.5, 0), 3.5), after = fmax(t - 5, 0);
        assert_near(y[k], 1.5 * rising * rising + 3 * 3.5 * after, 1e-12);
    }
    free(y);
}

/* With a delay, PREVIOUS and a schedule-like switch the numbers at DT are those of Euler for what only
 * changes there: y gains f(previous whole step) in every step. */
static void what_holds_through_a_step_is_the_same_under_every_method(void **state)
{
    (void)state;
    static const char variables[] =
        INTEGRAL("PREVIOUS(k, 7) + DELAY(k, 2, 0.5)") "<aux name='k'><eqn>INT(TIME + 0.5)</eqn></aux>";
    size_t saves;
    double *reference = run_text(SPECS(0, 9, 1), "euler", variables, &saves), expected = 0;
    for (int i = 0; i < METHODS; i++) {
        double *y = run_text(SPECS(0, 9, 1), method_names[i], variables, &saves);
        expected = 0;
        for (size_t k = 0; k < saves; k++) {
            assert_near(y[k], expected, 1e-12);
            assert_near(reference[k], expected, 1e-12);
            expected += (k == 0 ? 7 : (double)k - 1) + (k < 2 ? 0.5 : (double)k - 2);
        }
        free(y);
    }
    free(reference);
}

/* A stock that its flow would overdraw: all that is there at the start of a DT leaves in it. */
static void a_non_negative_stock_can_be_emptied_in_one_dt(void **state)
{
    (void)state;
    static const char variables[] = "<stock name='y'><eqn>4</eqn><inflow>g</inflow><outflow>f</outflow>"
                                    "<non_negative/></stock><flow name='f'><eqn>100</eqn></flow>"
                                    "<flow name='g'><eqn>STEP(3, 2)</eqn><non_negative/></flow>";
    for (int i = 0; i < METHODS; i++) {
        size_t saves;
        double *y = run_text(SPECS(0, 5, 0.5), method_names[i], variables, &saves);
        for (size_t k = 0; k <= 4; k++)
            assert_near(y[k], k == 0 ? 4 : 0, 1e-6);
        for (size_t k = 5; k < saves; k++) /* at most what flowed in during the last DT is left */
            assert_true(y[k] > 0 && y[k] < 1.5 + 1e-6);
        free(y);
    }
}

/* A stock that starts empty and is filled: its outflow, which is small against what a DT could take, is not
 * cut within the first DT either, and keeps the accuracy of the method. */
static void a_cut_that_never_bites_costs_no_accuracy(void **state)
{
    (void)state;
    static const char variables[] =
        "<stock name='y'><eqn>0</eqn><inflow>g</inflow><outflow>f</outflow><non_negative/></stock>"
        "<flow name='f'><eqn>y / 2</eqn></flow><flow name='g'><eqn>3</eqn><non_negative/></flow>";
    const double allowed[METHODS] = {0.5, 0.05, 1e-3, 1e-5};
    for (int i = 0; i < METHODS; i++) {
        size_t saves;
        double *y = run_text(SPECS(0, 5, 0.5), method_names[i], variables, &saves);
        for (size_t k = 0; k < saves; k++)
            assert_near(y[k], 6 * (1 - exp(-0.25 * (double)k)), allowed[i]);
        free(y);
    }
}

/* The outflow stops the stock from falling below zero when it switches, too. */
static void a_non_negative_stock_is_never_negative(void **state)
{
    (void)state;
    static const char variables[] =
        "<stock name='y'><eqn>1</eqn><inflow>g</inflow><outflow>f</outflow><non_negative/></stock>"
        "<flow name='f'><eqn>9 * (1 + SIN(7 * TIME))</eqn></flow>"
        "<flow name='g'><eqn>IF MOD(TIME, 1) &lt; 0.5 THEN 4 ELSE 0</eqn><non_negative/></flow>";
    for (int i = 0; i < METHODS; i++) {
        size_t saves;
        double *y = run_text(SPECS(0, 20, 0.25), method_names[i], variables, &saves);
        for (size_t k = 0; k < saves; k++)
            assert_true(y[k] >= (strcmp(method_names[i], "rk45") == 0 ? -1e-6 : 0));
        free(y);
    }
}

/* ---- Conservation ------------------------------------------------------------------------------------- */

/* Susceptible, infected, recovered (Kermack and McKendrick 1927): what leaves one stock enters another. */
static void the_total_of_stocks_is_conserved_to_rounding(void **state)
{
    (void)state;
    for (int i = 0; i < METHODS; i++) {
        truce_model *m = hand_model(0, 60, 0.125);
        m->sim_specs.method = (truce_method)i;
        size_t s = stock(m, "S", 990), infected = stock(m, "I", 10), r = stock(m, "R", 0);
        const expression *meet = op2(m, OP_MULTIPLY, var(m, s), var(m, infected));
        const expression *infection = op2(m, OP_MULTIPLY, num(m, 0.0007), meet);
        const expression *recovery = op2(m, OP_DIVIDE, var(m, infected), num(m, 4));
        m->elements[s].equation = op1(m, OP_NEGATE, infection);
        m->elements[infected].equation = op2(m, OP_SUBTRACT, infection, recovery);
        m->elements[r].equation = recovery;
        truce_program *p = NULL;
        truce_run *run = NULL;
        assert_int_equal(truce_program_compile(m, NULL, &p, NULL), TRUCE_OK);
        assert_int_equal(truce_run_create(p, 8, &run, NULL), TRUCE_OK);
        double *y = calloc(p->save_count * 3 * 8, sizeof *y), worst = 0;
        assert_int_equal(truce_run_execute(run, 1, 0, 1, NULL, NULL, NULL, y, NULL), 0);
        for (size_t k = 0; k < p->save_count; k++)
            worst = fmax(worst, fabs(y[24 * k] + y[24 * k + 8] + y[24 * k + 16] - 1000));
        print_message("method %d: the total is off by %.1e of 1000 after 480 steps\n", i, worst);
        assert_true(y[24 * 480 + 16] > 900); /* the epidemic ran its course */
        assert_true(worst <= 480 * 1000 * 0x1p-52);
        free(y);
        truce_run_destroy(run);
        truce_program_destroy(p);
        hand_destroy(m);
    }
}

/* ---- Failure ------------------------------------------------------------------------------------------ */

/* y' = y^2 from p goes to infinity at 1/p: the members that get there before the end are given up, the others
 * are not touched by it. */
static void a_member_that_cannot_be_followed_fails_and_says_so(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 2, 0.25);
    m->sim_specs.method = TRUCE_RK45;
    size_t p = add(m, ELEMENT_AUX, "p", num(m, 1), NULL);
    size_t y = add(m, ELEMENT_STOCK, "y", NULL, var(m, p));
    m->elements[y].equation = op2(m, OP_MULTIPLY, var(m, y), var(m, y));
    truce_input input = {"p", TRUCE_INPUT_PARAMETER};
    truce_program_options options = {.inputs = &input, .input_count = 1, .tolerance = 1e-8};
    const double parameters[8] = {0.1, 1, 0.2, 0.3, 0.8, NAN, NAN, NAN};
    truce_program *program = NULL;
    truce_run *run = NULL;
    assert_int_equal(truce_program_compile(m, &options, &program, NULL), TRUCE_OK);
    assert_int_equal(truce_run_create(program, 8, &run, NULL), TRUCE_OK);
    double *results = calloc(program->save_count * program->output_count * 8, sizeof *results);
    size_t first = 99;
    assert_int_equal(truce_run_execute(run, 1, 0, 5, parameters, NULL, NULL, results, &first), 2);
    assert_int_equal(first, 1);
    for (int i = 0; i < 5; i++) { /* y is the second output */
        double end = results[((program->save_count - 1) * 2 + 1) * 8 + (size_t)i];
        if (i == 1 || i == 4)
            assert_true(isnan(end));
        else
            assert_near(end, parameters[i] / (1 - 2 * parameters[i]), 1e-6);
    }
    truce_failure failure = {0};
    assert_int_equal(engine_diagnose(program, 1, 0, &parameters[1], NULL, NULL, &failure, NULL), TRUCE_OK);
    assert_string_equal(failure.variable, "y");
    assert_true(failure.value > 1e6);
    assert_near(failure.time, 1, 1e-6);
    assert_int_equal(engine_diagnose(program, 1, 0, &parameters[0], NULL, NULL, &failure, NULL), TRUCE_OK);
    assert_null(failure.variable);
    free(results);
    truce_run_destroy(run);
    truce_program_destroy(program);
    hand_destroy(m);
}

/* y' = 1 below 1 and -1 above: from there on no step longer than the tolerance keeps it. */
static void a_member_that_takes_too_many_steps_is_given_up(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 0.25);
    m->sim_specs.method = TRUCE_RK45;
    size_t y = stock(m, "y", 0);
    m->elements[y].equation = op3(m, OP_IF, op2(m, OP_LESS, var(m, y), num(m, 1)), num(m, 1), num(m, -1));
    truce_program *program = NULL;
    truce_failure failure = {0};
    truce_program_options options = {.tolerance = 1e-9};
    assert_int_equal(truce_program_compile(m, &options, &program, NULL), TRUCE_OK);
    assert_int_equal(engine_diagnose(program, 1, 0, NULL, NULL, NULL, &failure, NULL), TRUCE_OK);
    assert_string_equal(failure.variable, "y");
    assert_near(failure.value, 1, 1e-6); /* finite: the steps are to blame */
    assert_near(failure.time, 1, 0.5);
    truce_program_destroy(program);
    hand_destroy(m);
}

/* y' = the square root of p - y, below zero once y passes p: the replay names the equation, not the steps. */
static void a_value_that_is_not_finite_is_blamed_on_its_equation(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 0.25);
    m->sim_specs.method = TRUCE_RK45;
    size_t room = add(m, ELEMENT_AUX, "room", NULL, NULL), y = stock(m, "y", 0);
    m->elements[room].equation = op1(m, OP_SQRT, op2(m, OP_SUBTRACT, num(m, 1), var(m, y)));
    m->elements[y].equation = op2(m, OP_ADD, var(m, room), num(m, 1));
    truce_program *program = NULL;
    truce_failure failure = {0};
    assert_int_equal(truce_program_compile(m, NULL, &program, NULL), TRUCE_OK);
    assert_int_equal(engine_diagnose(program, 1, 0, NULL, NULL, NULL, &failure, NULL), TRUCE_OK);
    assert_string_equal(failure.variable, "room");
    assert_true(isnan(failure.value));
    truce_program_destroy(program);
    hand_destroy(m);
}

static void the_tolerance_is_checked(void **state)
{
    (void)state;
    static const double wrong[] = {-1, 1e-13, 0.2, NAN, INFINITY};
    truce_model *m = hand_model(0, 4, 0.25);
    truce_program *p = NULL;
    build_decay(m);
    for (int i = 0; i < 5; i++)
        assert_int_equal(truce_program_compile(m, &(truce_program_options){.tolerance = wrong[i]}, &p, NULL),
                         TRUCE_BAD_USAGE);
    assert_null(p);
    hand_destroy(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_of_fixed_steps_have_their_order),
        cmocka_unit_test(the_error_of_rk45_follows_its_tolerance_inside_steps_too),
        cmocka_unit_test(rk45_ends_its_steps_at_dt_where_something_happens_there),
        cmocka_unit_test(steps_and_pulses_act_at_dt_under_every_method),
        cmocka_unit_test(the_corners_of_a_ramp_cost_rk45_little),
        cmocka_unit_test(what_holds_through_a_step_is_the_same_under_every_method),
        cmocka_unit_test(a_non_negative_stock_can_be_emptied_in_one_dt),
        cmocka_unit_test(a_cut_that_never_bites_costs_no_accuracy),
        cmocka_unit_test(a_non_negative_stock_is_never_negative),
        cmocka_unit_test(the_total_of_stocks_is_conserved_to_rounding),
        cmocka_unit_test(a_member_that_cannot_be_followed_fails_and_says_so),
        cmocka_unit_test(a_member_that_takes_too_many_steps_is_given_up),
        cmocka_unit_test(a_value_that_is_not_finite_is_blamed_on_its_equation),
        cmocka_unit_test(the_tolerance_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
