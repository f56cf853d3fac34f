/* From XMILE text to a checked model: names, arrays, macros, stocks that stay above zero, units, sizes, and
 * the sentences for mistakes, with their lines. Runs go through the reference interpreter. */
#include "interpreter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The variables start on line 6. */
#define HEAD                                                                                                 \
    "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n"                     \
    "<header><name>t</name></header>\n"                                                                      \
    "<sim_specs time_units=\"months\"><start>0</start><stop>20</stop><dt>0.25</dt></sim_specs>\n"
#define UNITS                                                                                                \
    "<model_units><unit name=\"person\"><alias>people</alias></unit><unit "                                  \
    "name=\"dozen\"><eqn>12*person</eqn></unit><unit name=\"pure\"><alias>Dmnl</alias></unit>"               \
    "</model_units>"
#define SIDES                                                                                                \
    "<dimensions><dim name=\"Side\"><elem name=\"red\"/><elem name=\"blue\"/></dim>"                         \
    "<dim name=\"Kind\"><elem name=\"gun\"/><elem name=\"drone\"/><elem name=\"tank\"/></dim></dimensions>"
#define MODEL(variables) HEAD UNITS SIDES "\n<model><variables>\n" variables "</variables></model></xmile>\n"
#define MACROS(macros, variables)                                                                            \
    HEAD macros "\n<model><variables>\n" variables "</variables></model></xmile>\n"
#define AUX(name, equation)          "<aux name=\"" name "\"><eqn>" equation "</eqn></aux>\n"
#define FLOW(name, equation)         "<flow name=\"" name "\"><eqn>" equation "</eqn></flow>\n"
#define STOCK(name, equation, flows) "<stock name=\"" name "\"><eqn>" equation "</eqn>" flows "</stock>\n"
#define OF(name, units, equation)                                                                            \
    "<aux name=\"" name "\"><units>" units "</units><eqn>" equation "</eqn></aux>\n"
#define SIDED(name, equation)                                                                                \
    "<aux name=\"" name "\"><dimensions><dim name=\"Side\"/></dimensions><eqn>" equation "</eqn></aux>\n"
#define BOTH_OF(name, equation) "<aux name=\"" name "\">" BOTH "<eqn>" equation "</eqn></aux>\n"
#define BOTH                    "<dimensions><dim name=\"Side\"/><dim name=\"Kind\"/></dimensions>"

static truce_model *load(const char *xml)
{
    truce_model *model = NULL;
    truce_error error = {0};
    if (truce_model_load_text(xml, strlen(xml), "m", &model, &error) != TRUCE_OK)
        fail_msg("%d: %s", error.line, error.message);
    return model;
}

static double *run(const truce_model *m, const char *name, size_t steps)
{
    size_t found = model_find_element(m, name);
    if (found == SIZE_MAX)
        fail_msg("no element %s", name);
    return interpret_run(m, found, steps);
}

static double at_start(const truce_model *m, const char *name)
{
    double *values = run(m, name, 0), value = values[0];
    free(values);
    return value;
}

/* ---- Arrays ------------------------------------------------------------------------------------------- */

static void arrays_expand_in_row_major_order(void **state)
{
    (void)state;
    truce_model *m = load(
        MODEL(AUX("before", "1") "<aux name=\"Heavy Losses\">" BOTH "<eqn>10 * Side + Kind</eqn></aux>\n"));
    assert_int_equal(truce_model_element_count(m), 7);
    static const char *const names[] = {"Heavy Losses[red, gun]",    "Heavy Losses[red, drone]",
                                        "Heavy Losses[red, tank]",   "Heavy Losses[blue, gun]",
                                        "Heavy Losses[blue, drone]", "Heavy Losses[blue, tank]"};
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(truce_model_element_name(m, i + 1), names[i]);
        assert_true(at_start(m, names[i]) == (double)(10 * (i / 3 + 1) + i % 3 + 1));
    }
    const truce_variable *v = truce_model_variable(m, truce_model_find(m, "HEAVY_losses"));
    assert_int_equal(v->first_element, 1);
    assert_int_equal(v->element_count, 6);
    assert_int_equal(v->dimension_count, 2);
    assert_string_equal(v->dimensions[1], "Kind");
    assert_int_equal(model_find_element(m, " heavy_losses[RED,tank] "), 3);
    assert_int_equal(model_find_element(m, "heavy losses [ blue , gun ]"), 4);
    assert_true(model_find_element(m, "heavy losses") == SIZE_MAX);
    truce_model_destroy(m);
}

static void names_take_the_indices_of_their_target(void **state)
{
    (void)state;
    truce_model *m = load(MODEL(
        SIDED("own", "Side * 100") SIDED("fixed", "own[blue] + own[Side] + own[1]")
            SIDED("opponent",
                  "IF Side = Side.red THEN own[blue] ELSE own[red]") "<aux name=\"grid\">" BOTH
                                                                     "<eqn>own + Kind</eqn></aux>\n"
                                                                     "<aux name=\"turned\"><dimensions><dim "
                                                                     "name=\"Kind\"/><dim "
                                                                     "name=\"Side\"/></dimensions>"
                                                                     "<eqn>grid * 2</eqn></aux>\n"));
    assert_true(at_start(m, "fixed[red]") == 400 && at_start(m, "fixed[blue]") == 500);
    assert_true(at_start(m, "opponent[red]") == 200 && at_start(m, "opponent[blue]") == 100);
    assert_true(at_start(m, "grid[blue, tank]") == 203);
    assert_true(at_start(m, "turned[drone, red]") == 204);
    truce_model_destroy(m);
}

static void elements_may_have_equations_of_their_own(void **state)
{
    (void)state;
    truce_model *m =
        load(MODEL("<stock name=\"force\"><dimensions><dim name=\"Side\"/></dimensions><eqn>5</eqn>"
                   "<element subscript=\"blue\"><eqn>9</eqn></element><inflow>intake</inflow></stock>\n" //
                   "<flow name=\"intake\"><dimensions><dim name=\"Side\"/></dimensions>"
                   "<element subscript=\"red\"><eqn>1</eqn></element>"
                   "<element subscript=\"BLUE\"><eqn>intake[red] * 2</eqn></element></flow>\n"));
    double *red = run(m, "force[red]", 4), *blue = run(m, "force[blue]", 4);
    assert_true(red[0] == 5 && red[4] == 6 && blue[0] == 9 && blue[4] == 11);
    free(red);
    free(blue);
    assert_true(m->elements[model_find_element(m, "intake[red]")].is_constant_written);
    assert_false(m->elements[model_find_element(m, "intake[blue]")].is_constant_written);
    truce_model_destroy(m);
}

/* ---- Stocks ------------------------------------------------------------------------------------------- */

#define UNIFLOW(name, equation) "<flow name=\"" name "\"><eqn>" equation "</eqn><non_negative/></flow>\n"

static void outflows_of_a_non_negative_stock_are_cut_in_their_order(void **state)
{
    (void)state;
    truce_model *m = load(MODEL(
        STOCK("pool", "10", "<outflow>first</outflow><outflow>second</outflow><non_negative/>")
            STOCK("taken", "0", "<inflow>first</inflow>") UNIFLOW("first", "12") UNIFLOW("second", "20")));
    double *pool = run(m, "pool", 8), *first = run(m, "first", 8), *second = run(m, "second", 8),
           *taken = run(m, "taken", 8);
    /* Eight a step are asked for: 3 and 5, then 2 are left for the first alone. */
    assert_true(first[0] == 12 && second[0] == 20);
    assert_true(fabs(first[1] - 8) < 1e-12 && fabs(second[1]) < 1e-12);
    assert_true(fabs(taken[8] - 5) < 1e-12);
    for (int i = 0; i <= 8; i++)
        assert_true(pool[i] >= 0 && pool[i] < 10.1);
    assert_true(pool[2] < 1e-12);
    free(pool);
    free(first);
    free(second);
    free(taken);
    truce_model_destroy(m);
}

static void one_outflow_empties_its_stock_exactly(void **state)
{
    (void)state;
    truce_model *m =
        load(MODEL(STOCK("pool", "10", "<outflow>out</outflow><non_negative/>") UNIFLOW("out", "12 - 0.1")));
    double *pool = run(m, "pool", 8);
    assert_true(pool[3] > 0 && pool[4] == 0 && pool[8] == 0);
    free(pool);
    truce_model_destroy(m);
}

static void stock_is_held_at_zero_where_flows_cannot_be_cut(void **state)
{
    (void)state;
    truce_model *m = load(MODEL(
        STOCK("a", "2", "<outflow>out</outflow><non_negative/>") STOCK("b", "9", "<outflow>out</outflow>")
            FLOW("out", "4") STOCK("c", "1", "<inflow>in</inflow><non_negative/>") FLOW("in", "TIME - 2")));
    double *a = run(m, "a", 16), *b = run(m, "b", 16), *c = run(m, "c", 16), *out = run(m, "out", 16);
    assert_true(a[2] == 0 && a[16] == 0 && b[16] == 9 - 16 && out[16] == 4);
    assert_true(c[4] == 0 && c[8] == 0 && c[16] > 0);
    free(a);
    free(b);
    free(c);
    free(out);
    truce_model_destroy(m);
}

static void flows_that_may_not_be_negative_stop_at_zero(void **state)
{
    (void)state;
    truce_model *m = load(MODEL(UNIFLOW("f", "TIME - 1") FLOW("g", "TIME - 1")));
    double *f = run(m, "f", 8), *g = run(m, "g", 8);
    assert_true(f[0] == 0 && f[8] == 1 && g[0] == -1);
    free(f);
    free(g);
    truce_model_destroy(m);
}

/* ---- Macros ------------------------------------------------------------------------------------------- */

#define FILLING                                                                                              \
    "<macro name=\"FILLING UP\"><eqn>level</eqn><parm>rate</parm><parm "                                     \
    "default=\"3\">begin</parm><variables>"                                                                  \
    "<stock name=\"level\"><eqn>begin</eqn><inflow>rising</inflow></stock>"                                  \
    "<flow name=\"rising\"><eqn>rate</eqn></flow></variables></macro>"                                       \
    "<macro name=\"twice\"><eqn>x + x</eqn><parm>x</parm></macro>"

static void every_macro_call_has_stocks_of_its_own(void **state)
{
    (void)state;
    truce_model *m = load(
        MACROS(FILLING, AUX("a", "FILLING UP(2, 10) + filling_up(4)") AUX("b", "twice(twice(TIME + 1))")));
    double *a = run(m, "a", 8), *b = run(m, "b", 8);
    assert_true(a[0] == 13 && a[8] == 13 + 12 && b[0] == 4 && b[8] == 12);
    free(a);
    free(b);
    assert_int_equal(truce_model_element_count(m), 2);
    for (size_t i = m->visible_count; i < m->element_count; i++)
        assert_true(m->elements[i].hidden && m->elements[i].variable == SIZE_MAX);
    assert_string_equal(m->elements[2].name, "a#1");
    truce_model_destroy(m);
}

#define ARRAY_OF_TWO                                                                                         \
    "<dimensions><dim name=\"D\" size=\"2\"/></dimensions><model><variables><aux name=\"a\"><dimensions>"    \
    "<dim name=\"D\"/></dimensions><eqn>3</eqn></aux>"

/* A parameter that is handed on to one that is an array is an array too: through so many macros, callers first, that
 * a pass over all for each of them would take minutes. */
static void arrays_are_handed_on_through_macros_however_many_there_are(void **state)
{
    (void)state;
    enum { COUNT = 30000 };
    text t = {0};
    text_print(&t, HEAD "\n");
    for (int i = 0; i < COUNT; i++)
        text_print(&t, "<macro name=\"m%d\"><parm>p</parm><eqn>m%d(p)</eqn></macro>", i, i + 1);
    text_print(&t,
               "<macro name=\"m%d\"><parm>p</parm><eqn>SUM(p)</eqn></macro>" ARRAY_OF_TWO
               "<aux name=\"x\"><eqn>m%d(a)</eqn></aux></variables></model></xmile>",
               COUNT, COUNT - 50);
    assert_false(t.failed);
    truce_model *m = load(t.bytes);
    assert_true(at_start(m, "x") == 6);
    truce_model_destroy(m);
    text_free(&t);
}

/* In whatever equation of a macro. */
static void arrays_are_handed_on_wherever_a_macro_calls_another(void **state)
{
    (void)state;
    static const char *const heads[] = {
        "<macro name=\"f\"><parm>p</parm><eqn>s</eqn><variables><stock name=\"s\"><eqn>g(p)</eqn></stock>"
        "</variables></macro>",
        "<macro name=\"f\"><parm>p</parm><eqn>s</eqn><variables><aux name=\"s\"><eqn>1</eqn>"
        "<init_eqn>g(p)</init_eqn></aux></variables></macro>",
        "<macro name=\"f\"><parm>p</parm><parm default=\"g(p)\">q</parm><eqn>q</eqn></macro>"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        text t = {0};
        text_print(&t,
                   HEAD "\n%s<macro name=\"g\"><parm>p</parm><eqn>SUM(p)</eqn></macro>" ARRAY_OF_TWO
                        "<stock name=\"x\"><eqn>f(a)</eqn></stock></variables></model></xmile>",
                   heads[i]);
        assert_false(t.failed);
        truce_model *m = load(t.bytes);
        assert_true(at_start(m, "x") == 6);
        truce_model_destroy(m);
        text_free(&t);
    }
}

/* ---- Order and mentions ------------------------------------------------------------------------------- */

static void order_puts_what_is_needed_first(void **state)
{
    (void)state;
    truce_model *m = load(MODEL(AUX("a", "b + c") AUX("b", "c + s") AUX("c", "s")
                                    STOCK("s", "1", "<inflow>f</inflow>") FLOW("f", "a")));
    size_t place_of[5];
    for (size_t i = 0; i < 5; i++)
        place_of[m->order[i]] = i;
    assert_true(place_of[2] < place_of[1] && place_of[1] < place_of[0] && place_of[0] < place_of[4]);
    assert_int_equal(m->order[4], 3);
    truce_model_destroy(m);
}

static void inputs_and_users_are_listed_once(void **state)
{
    (void)state;
    truce_model *m = load(MODEL(AUX("a", "b * b + MAX(c, b)") AUX("b", "1") AUX("c", "2")
                                    STOCK("s", "c", "<inflow>f</inflow>") FLOW("f", "a + s")));
    size_t list[4];
    assert_int_equal(truce_model_inputs(m, 0, list, 4), 2);
    assert_int_equal(list[0], 1);
    assert_int_equal(list[1], 2);
    assert_int_equal(truce_model_users(m, 2, list, 1), 2);
    assert_int_equal(list[0], 0);
    assert_int_equal(truce_model_inputs(m, 3, list, 4), 2);
    assert_int_equal(truce_model_inputs(m, 1, list, 4), 0);
    truce_model_destroy(m);
}

static void variables_describe_themselves(void **state)
{
    (void)state;
    truce_model *m = load(
        MODEL("<group name=\"Money\"><entity name=\"cash_flow\"/></group>\n"
              "<flow name=\"Cash\\nFlow\"><eqn>1</eqn><doc>d</doc><units>EUR bn/month</units></flow>\n"));
    const truce_variable *v = truce_model_variable(m, 0);
    assert_string_equal(v->name, "Cash Flow");
    assert_string_equal(v->units, "EUR bn/month");
    assert_string_equal(v->doc, "d");
    assert_string_equal(v->equation, "1");
    assert_string_equal(v->group, "Money");
    assert_int_equal(v->kind, TRUCE_FLOW);
    assert_int_equal(v->line, 7);
    assert_string_equal(truce_model_name(m), "t");
    assert_int_equal(truce_model_dimension_count(m), 2);
    assert_string_equal(truce_model_dimension(m, 1)->elements[2], "tank");
    truce_model_destroy(m);
}

/* ---- Units -------------------------------------------------------------------------------------------- */

typedef struct unit_case {
    const char *variables;
    const char *finding; /* part of the only finding; NULL: none */
} unit_case;

#define PEOPLE OF("a", "person", "5")
#define RATE   OF("r", "people/month", "2")

static const unit_case unit_cases[] = {
    {PEOPLE OF("b", "people", "a * 2 + 1"), NULL},
    {PEOPLE OF("b", "persons", "MAX(a, 0)"), NULL},
    {PEOPLE OF("b", "km", "a"), "m:7: \"b\" is in km, but its equation is in person"},
    {PEOPLE RATE OF("b", "", "a + r"), "m:8: in \"b\", a sum adds person and person/month"},
    {PEOPLE RATE OF("b", "", "IF a > r THEN 1 ELSE 0"), "a comparison is made of person and person/month"},
    {PEOPLE RATE OF("b", "", "IF a > 3 THEN a ELSE r"), "the branches of IF are in person and person/month"},
    {PEOPLE OF("b", "", "EXP(a)"), "the argument of EXP is in person, not in dimensionless"},
    {PEOPLE OF("b", "1", "LN(a / a) + 100 * a / a"), NULL},
    {PEOPLE AUX("x", "3") OF("b", "km", "a + x"), NULL},
    {PEOPLE AUX("x", "3") OF("b", "km", "a * x + a"), NULL},
    {OF("a", "km2", "5") OF("b", "km", "SQRT(a)"), NULL},
    {OF("a", "km^2 per month", "5") OF("b", "km*km/month", "a"), NULL},
    {OF("a", "km\xC2\xB2", "5") OF("b", "km^2", "a"), NULL},
    {OF("a", "km", "5") OF("b", "km2", "a^2"), NULL},
    {OF("a", "1/month", "5") OF("b", "per_month", "a"), NULL},
    {OF("a", "person*per_month", "5") OF("b", "person/month", "a") OF("c", "per month * person", "a"), NULL},
    {OF("a", "person * per_month * per_month", "5") OF("b", "person/month^2", "a"), NULL},
    {OF("a", "person/per_month", "5") OF("b", "month*person", "a"), NULL},
    {OF("a", "%", "5") OF("b", "dmnl", "a + TIME / DT"), NULL},
    {OF("a", "thousand people", "5") OF("b", "thousand person", "a + b1") AUX("b1", "1"), NULL},
    {OF("a", "thousand people", "5") OF("b", "people", "a"),
     "\"b\" is in person, but its equation is in thousand people"},
    {OF("a", "dozen", "5") OF("b", "people", "a"), "but its equation is in 12 person"},
    {OF("a", "EUR bn", "5") OF("b", "EUR bn/month", "a / TIME"), NULL},
    {PEOPLE OF("b", "", "SMTH1(a, a)"), "the time of SMTH1 is in person, not in month"},
    {PEOPLE OF("b", "people", "SMTH3(a, 4) + DELAY1(a, 2, 1) + PREVIOUS(a, 0) + INIT(a)"), NULL},
    {PEOPLE OF("b", "people/month", "PULSE(a, 3)"), NULL},
    {PEOPLE RATE OF("b", "people", "STEP(a, 3) + RAMP(r, 3)"), NULL},
    {PEOPLE RATE OF("b", "month", "SAFEDIV(a, r)"), NULL},
    {OF("a", "m", "5") OF("b", "ms", "a"), "\"b\" is in millisecond, but its equation is in m"},
    {OF("a", "people/yr", "5") OF("b", "people/yrs", "a"), NULL},
    {OF("a", "m^12", "5") OF("b", "m^6", "SQRT(a)"), NULL},
    {OF("a", "people", "5") OF("b", "people*pure", "a"), NULL},
    {PEOPLE OF("b", "", "GAMMALN(a)"), "the argument of GAMMALN is in person, not in dimensionless"},
    {PEOPLE
     "<aux name=\"b\"><dimensions><dim name=\"side\"/><dim name=\"kind\"/></dimensions><units>km</units>"
     "<element subscript=\"*, *\"><eqn>a</eqn></element></aux>",
     "\"b\" is in km, but its equation is in person"},
    {OF("a", "km/(month", "5"), "the units \"km/(month\" of \"a\" cannot be read"},
    {"<stock name=\"s\"><units>person</units><eqn>1</eqn><inflow>f</inflow></stock>\n"
     "<flow name=\"f\"><units>people/month</units><eqn>1</eqn></flow>\n",
     NULL},
    {"<stock name=\"s\"><units>person</units><eqn>1</eqn><inflow>f</inflow></stock>\n"
     "<flow name=\"f\"><units>people</units><eqn>1</eqn></flow>\n",
     "m:6: inflow \"f\" of \"s\" is in person, but must be in person/month"},
};

static void units_are_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof unit_cases / sizeof *unit_cases; i++) {
        char xml[4000];
        snprintf(xml, sizeof xml, MODEL("%s"), unit_cases[i].variables);
        truce_model *m = load(xml);
        size_t count = truce_model_unit_findings(m);
        const char *first = count ? truce_model_unit_finding(m, 0) : "nothing";
        if (count != (unit_cases[i].finding != NULL) || (count && !strstr(first, unit_cases[i].finding)))
            fail_msg("%s\n%zu findings, first: %s", unit_cases[i].variables, count, first);
        truce_model_destroy(m);
    }
}

/* ---- Mistakes ----------------------------------------------------------------------------------------- */

typedef struct mistake {
    const char *xml;
    int line;
    const char *sentence; /* part of it */
} mistake;

static const mistake mistakes[] = {
    {MODEL(AUX("front velocity", "1") AUX("b", "2 *\nfront velocty")), 8,
     "unknown variable \"front velocty\" (did you mean \"front velocity\"?)"},
    {MODEL(AUX("a", "MAXX(1, 2)")), 6, "unknown function \"MAXX\" (did you mean \"max\"?)"},
    {MODEL(AUX("a", "IRR(1, 2, 3)")), 6, "function IRR is not supported"},
    {MODEL(STOCK("s", "1", "<outflow>f</outflow><outflow>f</outflow>") FLOW("f", "2")), 6,
     "the flow \"f\" is listed twice"},
    {MODEL(AUX("a", "powersim.PULSE(1, 2)")), 6, "unknown function \"powersim.PULSE\""},
    {MODEL(AUX("a", "1") AUX("b", "a(2)")), 7, "\"a\" is not a function"},
    {MODEL(AUX("a", "EXP(1, 2)")), 6, "EXP takes 1 argument, but 2 are given"},
    {MODEL(AUX("a", "PULSE(1, 2, 3, 4)")), 6, "PULSE takes 1 to 3 arguments, but 4 are given"},
    {MODEL(AUX("a", "EXP")), 6, "EXP takes 1 argument"},
    {MODEL(AUX("a", "NORMAL(0, 1, a)")), 6, "the seed of NORMAL must be a number"},
    {MODEL(AUX("a", "1 & 2")), 0, ""},
    {MODEL(AUX("a", "1 2")), 6, "an operator was expected"},
    {MODEL(AUX("a", "\"b")), 6, "no closing quote"},
    {MODEL(AUX("a", "1 { b")), 6, "no closing brace"},
    {MODEL(AUX("a", "IF 1 THEN 2")), 6, "ELSE was expected"},
    {MODEL(AUX("a", "1e999")), 6, "too large"},
    {MODEL(AUX("A b", "1") AUX("c", "2") AUX("a_B", "3")), 8, "\"a B\" is defined twice, first on line 6"},
    {MODEL(AUX("time", "1")), 6, "the name \"time\" is reserved"},
    {MODEL(AUX("a", "b + 1") AUX("b", "c") AUX("c", "a")), 6,
     "there is a cycle without a stock: a -> b -> c -> a"},
    {MODEL(AUX("a", "a")), 6, "a -> a"},
    {MODEL(AUX("a", "INIT(a)")), 6, "the initial values need one another: a -> a"},
    {MODEL(STOCK("s", "1", "<inflow>flw</inflow>") FLOW("flow", "1")), 6,
     "inflow \"flw\" of stock \"s\" does not exist (did you mean \"flow\"?)"},
    {MODEL(STOCK("s", "1", "<outflow>x</outflow>") STOCK("x", "1", "")), 6,
     "outflow \"x\" of stock \"s\" is not a flow"},
    {MODEL(SIDED("x", "1") AUX("b", "x")), 7, "\"x\" has the dimension Side, which \"b\" has not"},
    {MODEL(SIDED("x", "1") AUX("b", "x[bleu]")), 7,
     "dimension Side of \"x\" has no element \"bleu\" (did you mean \"blue\"?)"},
    {MODEL(SIDED("x", "1") AUX("b", "x[3]")), 7, "subscript 3 of \"x\" is not between 1 and 2"},
    {MODEL(SIDED("x", "1") SIDED("b", "x[Kind]")), 7, "\"x\" has dimension Side there, not Kind"},
    {MODEL(SIDED("x", "1") AUX("b", "x[Side]")), 7, "\"b\" has no dimension Side"},
    {MODEL(SIDED("x", "1") AUX("b", "x[red, gun]")), 7, "\"x\" has 1 dimensions, but 2 subscripts are given"},
    {MODEL(SIDED("x", "1") AUX("b", "x[*]")), 7, "outside an array function"},
    {MODEL(SIDED("x", "1") AUX("b", "x[@1]")), 7, "\"b\" has no dimension number 1"},
    {MODEL(SIDED("x", "1") SIDED("b", "x[1:2] + x[2:3]")), 7, "the range 2:3 of \"x\" is 2 to 3"},
    {MODEL(SIDED("x", "1") AUX("b", "x[1:2]")), 7, "stands where one value is needed"},
    {MODEL(SIDED("x", "1") AUX("b", "SUM(x[1:TIME])")), 7, "must be known before the run"},
    {MODEL(SIDED("x", "1") AUX("b", "SUM(x[1:2] * x[1:1])")), 7, "have 2 and 1 elements"},
    {MODEL(SIDED("x", "1") AUX("b", "SUM(x[*:Kind])")), 7,
     "dimension Side of \"x\" does not hold every element of Kind"},
    {MODEL(SIDED("x", "1") AUX("b", "x(1, 2)")), 7, "array \"x\" takes 1 argument, but 2 are given"},
    {MODEL(SIDED("x", "1") SIDED("y", "SUM(x * x[*])")), 7, "write its subscripts, Side or *"},
    {MODEL(AUX("b", "SUM(1)")), 6, "an array is needed here"},
    {MODEL(AUX("b", "1") AUX("c", "b[red]")), 7, "\"b\" has 0 dimensions"},
    {MODEL("<aux name=\"x\"><dimensions><dim name=\"Side\"/></dimensions>\n<element "
           "subscript=\"rod\"><eqn>1</eqn>"
           "</element></aux>\n"),
     7, "\"rod\" (did you mean \"red\"?)"},
    {MODEL("<aux name=\"x\"><dimensions><dim name=\"Sid\"/></dimensions><eqn>1</eqn></aux>\n"), 6,
     "unknown dimension \"Sid\" (did you mean \"Side\"?)"},
    {MODEL("<gf name=\"g\"><xscale min=\"0\" max=\"1\"/><ypts>0,1</ypts></gf>\n" AUX("a", "g + 1")), 7,
     "call it as g(x)"},
    {MODEL(AUX("a", "1") AUX("b", "LOOKUP(a, 1)")), 7, "\"a\" is not a graphical function"},
    {MODEL(AUX("a", "SMTHN(1, 2, 2.5)")), 6, "must be a whole number"},
    {MACROS("<macro name=\"f\"><eqn>f(x)</eqn><parm>x</parm></macro>", AUX("a", "f(1)")), 4,
     "macro \"f\" is called inside more than 100 macros"},
    {MACROS("<macro name=\"f\"><eqn>x + y</eqn><parm>x</parm></macro>", AUX("a", "f(1)")), 4,
     "unknown variable \"y\""},
    {MACROS(
         "<macro name=\"f\"><eqn>s</eqn><parm>n</parm><sim_specs><start>1</start><stop>n</stop></sim_specs>"
         "<variables><stock "
         "name=\"s\"><eqn>5</eqn><outflow>o</outflow><conveyor><len>2</len></conveyor></stock>"
         "<flow name=\"o\"/></variables></macro>",
         AUX("a", "f(4)")),
     4, "the conveyor \"s\" in a macro with <sim_specs> is not supported"},
    {MODEL(SIDED("r", "1") BOTH_OF("p", "1") SIDED("a", "ALLOCATE_AVAILABLE(r[Side], p[Side, drone], 5)")), 8,
     "a type, a priority and a width, but dimension Kind has only 2 elements from drone on"},
    {MODEL(BOTH_OF("r", "1") BOTH_OF("a", "ALLOCATE_BY_PRIORITY(r, r, 2, 1, 5)")), 7, "write the subscripts"},
    {HEAD "<dimensions><dim name=\"D\" size=\"1000000\"/><dim name=\"E\" size=\"1000000\"/></dimensions>"
          "<model><variables>" AUX("a", "1") "</variables></model></xmile>",
     4, "the dimensions have more than 1048576 elements together"},
    {MACROS(FILLING, AUX("a", "twice(1, 2)")), 6, "macro \"twice\" takes 1 arguments, but 2 are given"},
};

#define RUN(specs)                                                                                           \
    "<xmile version=\"1.0\"><header><name>t</name></header>\n<sim_specs>" specs "</sim_specs>\n<model>"      \
    "<variables><aux name=\"x\"><eqn>TIME</eqn></aux><aux name=\"n\"><eqn>3</eqn></aux>"                     \
    "<stock name=\"s\"><eqn>1</eqn></stock></variables></model></xmile>"

static const mistake horizons[] = {
    {RUN("<start>0</start><stop>0</stop>"), 2, "<stop> is 0; it must be after <start>, which is 0"},
    {RUN("<start>5</start><stop>-5</stop>"), 2, "<stop> is -5"},
    {RUN("<start>\n soon</start><stop>1</stop>"), 3, "unknown variable \"soon\""},
    {RUN("<start>0</start><stop>x</stop>"), 2, "<stop> is \"x\", which is not a number known before the run"},
    {RUN("<start>0</start><stop>s</stop>"), 2, "<stop> is \"s\", which is not"},
    {RUN("<start>0</start><stop>n</stop><dt>n - 3</dt>"), 2, "<dt> is 0; it must be greater than zero"},
    {RUN("<start>0</start><stop>1</stop><dt>1e-30</dt>"), 2, "the simulation takes 1e+30 steps"},
    {RUN("<start>0</start><stop>n</stop><dt>8</dt>"), 2, "a step of 8 is longer than the run from 0 to 3"},
    {RUN("<start>0</start><stop>9</stop><save_step>-2</save_step>"), 2, "the save step is -2"},
    {RUN("<start>0</start><stop>9</stop><save_step>1.5</save_step>"), 2, "a whole number of steps of 1"},
};

static void times_of_a_run_that_cannot_be_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof horizons / sizeof *horizons; i++) {
        truce_model *model = NULL;
        truce_error error = {0};
        const mistake *w = &horizons[i];
        assert_int_equal(truce_model_load_text(w->xml, strlen(w->xml), "m", &model, &error), TRUCE_BAD_INPUT);
        if (error.line != w->line || !strstr(error.message, w->sentence))
            fail_msg("\"%s\" on line %d: got %d: %s", w->sentence, w->line, error.line, error.message);
    }
}

/* A constant that the run's times are made of cannot be an input; a rounded save step is the nearest whole
 * number of steps. */
static void constants_of_the_run_are_fixed(void **state)
{
    (void)state;
    static const char xml[] = RUN("<start>n - 2</start><stop>2*n + 1</stop><dt reciprocal=\"true\">n + 1</dt>"
                                  "<save_step>0.50001</save_step>");
    truce_model *model = NULL;
    truce_program *program = NULL;
    truce_error error = {0};
    assert_int_equal(truce_model_load_text(xml, strlen(xml), "m", &model, &error), TRUCE_OK);
    const truce_sim_specs *specs = truce_model_sim_specs(model);
    assert_true(specs->start == 1 && specs->stop == 7 && specs->dt == 0.25 && specs->save_step == 0.5);
    truce_input input = {"n", TRUCE_INPUT_PARAMETER};
    truce_program_options options = {.inputs = &input, .input_count = 1};
    assert_int_equal(truce_program_compile(model, &options, &program, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "\"n\""));
    truce_model_destroy(model);
}

/* An element without an equation is not a number, and the model says so. */
/* The transit time of a conveyor whose slats are kept apart is looked for among the constants, in vain here. */
static void constants_that_fix_nothing_stay_inputs(void **state)
{
    (void)state;
    truce_model *model = load(MODEL(AUX("n", "2") STOCK(
        "s", "0",
        "<inflow>i</inflow><outflow>o</outflow><conveyor><len>n + STEP(1, 2)</len><arrest>0</arrest>"
        "</conveyor>") FLOW("i", "1") "<flow name=\"o\"/>"));
    truce_program *program = NULL;
    truce_error error = {0};
    truce_input input = {"n", TRUCE_INPUT_PARAMETER};
    truce_program_options options = {.inputs = &input, .input_count = 1};
    assert_int_equal(truce_program_compile(model, &options, &program, &error), TRUCE_OK);
    truce_program_destroy(program);
    truce_model_destroy(model);
}

/* A conveyor without slats takes the constants of its transit time and leaks at the start: a series for them would
 * change nothing. */
static void constants_of_a_conveyor_have_no_series(void **state)
{
    (void)state;
    truce_model *model = load(MODEL(AUX("n", "2") AUX("twice", "2 * n") AUX("part", "0.1") STOCK(
        "s", "0",
        "<inflow>i</inflow><outflow>o</outflow><outflow>l</outflow><conveyor><len>twice</len>"
        "</conveyor>") FLOW("i", "n") "<flow name=\"o\"/>"
                                      "<flow name=\"l\"><eqn>part</eqn><leak/></flow>"));
    static const char *const names[] = {"n", "twice", "part"};
    for (size_t i = 0; i < 3; i++)
        for (int kind = TRUCE_INPUT_PARAMETER; kind <= TRUCE_INPUT_FACTOR; kind++) {
            truce_program *program = NULL;
            truce_error error = {0};
            truce_input input = {names[i], (truce_input_kind)kind};
            truce_program_options options = {.inputs = &input, .input_count = 1};
            truce_status status = truce_program_compile(model, &options, &program, &error);
            assert_int_equal(status, kind == TRUCE_INPUT_PARAMETER ? TRUCE_OK : TRUCE_BAD_INPUT);
            if (status != TRUCE_OK)
                assert_non_null(
                    strstr(error.message, "of the conveyor \"s\", which takes it as it is at the start"));
            truce_program_destroy(program);
        }
    truce_model_destroy(model);
}

static void an_element_without_an_equation_is_warned_of(void **state)
{
    (void)state;
    static const char xml[] = MODEL("<aux name=\"p\"><dimensions><dim name=\"Side\"/></dimensions><element "
                                    "subscript=\"red\"><eqn>1</eqn></element></aux>\n");
    truce_model *model = NULL;
    truce_error error = {0};
    assert_int_equal(truce_model_load_text(xml, strlen(xml), "m", &model, &error), TRUCE_OK);
    assert_int_equal(truce_model_warnings(model), 1);
    assert_non_null(strstr(truce_model_warning(model, 0), "m:6: there is no equation for \"p[blue]\""));
    assert_null(truce_model_warning(model, 1));
    truce_model_destroy(model);
}

/* What has a meaning and looks like a mistake: "" where nothing is warned of. */
static void suspicious_equations_are_warned_of(void **state)
{
    (void)state;
    static const mistake rows[] = {
        {MODEL(AUX("x", "DELAY3(TIME, 0.5)")), 6,
         "a stage of DELAY3 in \"x\" is 0.166667 long, shorter than DT, which is 0.25"},
        {MODEL(AUX("t", "0.4") AUX("x", "SMTHN(TIME, t/2, 1)")), 7, "a stage of SMTHN in \"x\" is 0.2 long"},
        {MODEL(AUX("x", "TREND(TIME, 0.1)")), 6, "a stage of TREND"},
        {MODEL(AUX("x", "DELAY3(TIME, 0.75)")), 0, ""},
        {MODEL(AUX("x", "0{GET_DIRECT_DATA('a.xls', 'b', 'A', 'B2')}")), 6,
         "\"x\" is what a converter left in place of data"},
        {MODEL(AUX("x", "0{a comment}")), 0, ""},
        {MODEL(AUX("x", "INT(TIME)")), 0, ""},
        {"<xmile version=\"1.0\"><header><vendor>Ventana, xmutil</vendor><name>t</name></header>\n"
         "<sim_specs><start>0</start><stop>2</stop></sim_specs><model><variables>\n"
         "<aux name=\"x\"><eqn>INT(TIME)</eqn></aux></variables></model></xmile>",
         3, "INTEGER"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        truce_model *model = NULL;
        truce_error error = {0};
        char wanted[300];
        assert_int_equal(truce_model_load_text(rows[i].xml, strlen(rows[i].xml), "m", &model, &error),
                         TRUCE_OK);
        assert_int_equal(truce_model_warnings(model), rows[i].line ? 1 : 0);
        snprintf(wanted, sizeof wanted, "m:%d: ", rows[i].line);
        if (rows[i].line && (strncmp(truce_model_warning(model, 0), wanted, strlen(wanted)) != 0 ||
                             !strstr(truce_model_warning(model, 0), rows[i].sentence)))
            fail_msg("%s", truce_model_warning(model, 0));
        truce_model_destroy(model);
    }
}

/* Conveyors that are not supported. */
#define BELT(attributes, inside, flows)                                                                      \
    MODEL("<stock "                                                                                          \
          "name=\"s\"><eqn>3</eqn><inflow>i</inflow><outflow>o</outflow><outflow>l</"                        \
          "outflow><conveyor" attributes ">" inside                                                          \
          "</conveyor></stock>\n<flow name=\"i\"><eqn>1</eqn></flow><flow name=\"o\"/>" flows)

static const mistake belts[] = {
    {BELT("", "", "<flow name=\"l\"><leak>0.1</leak></flow>"), 6, "the conveyor \"s\" has no <len>"},
    {BELT("", "<len>1.1</len>", "<flow name=\"l\"><leak>0.1</leak></flow>"), 6,
     "the transit time 1.1 of the conveyor \"s\" is not a whole number of steps of 0.25"},
    {BELT("", "<len>1</len>", "<flow name=\"l\"/>"), 6, "several outflows at its end"},
    {BELT("", "<len>1</len>", "<flow name=\"l\" leak_start=\"0.6\" leak_end=\"0.5\"><leak>0.1</leak></flow>"),
     7, "the leak zone of \"l\" from 0.6 to 0.5 is not a part"},
    {BELT("", "<len>TIME + 1</len>", "<flow name=\"l\" leak_end=\"0.5\"><leak>0.1</leak></flow>"), 6,
     "the conveyor \"s\" has a leak zone: its transit time must be known before the run"},
    {BELT("", "<len>1</len><arrest>TIME</arrest><speed>1</speed>",
          "<flow name=\"l\"><leak>0.1</leak></flow>"),
     6, "<conveyor> holds <speed>"},
    {BELT(" discrete=\"true\"", "<len>1</len>", "<flow name=\"l\"><leak>0.1</leak></flow>"), 6,
     "initial contents of the discrete conveyor \"s\""},
    {MODEL(AUX("x", "MAXSOFT(1, 2)")), 6, "function MAXSOFT is not supported: no exact definition"},
};

static void conveyors_beyond_what_is_supported_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof belts / sizeof *belts; i++) {
        truce_model *model = NULL;
        truce_error error = {0};
        const mistake *w = &belts[i];
        if (truce_model_load_text(w->xml, strlen(w->xml), "m", &model, &error) != TRUCE_BAD_INPUT || model)
            fail_msg("accepted: %s", w->xml);
        if (error.line != w->line || !strstr(error.message, w->sentence))
            fail_msg("\"%s\" on line %d: got %d: %s", w->sentence, w->line, error.line, error.message);
    }
}

static void mistakes_are_named_with_their_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        const mistake *w = &mistakes[i];
        truce_model *model = NULL;
        truce_error error = {0};
        if (truce_model_load_text(w->xml, strlen(w->xml), "m", &model, &error) != TRUCE_BAD_INPUT || model)
            fail_msg("accepted: %s", w->xml);
        if ((w->line && error.line != w->line) || !strstr(error.message, w->sentence))
            fail_msg("\"%s\" on line %d: got %d: %s", w->sentence, w->line, error.line, error.message);
    }
}

/* ---- Sizes -------------------------------------------------------------------------------------------- */

static truce_status load_repeated(const char *before, const char *piece, size_t count, const char *after,
                                  truce_model **model, truce_error *error)
{
    text t = {0};
    text_print(&t, "%s\n<model><variables><aux name=\"a\"><eqn>%s", HEAD, before);
    for (size_t i = 0; i < count; i++)
        text_add(&t, piece, strlen(piece));
    text_print(&t, "%s</eqn></aux></variables></model></xmile>", after);
    assert_false(t.failed);
    truce_status status = truce_model_load_text(t.bytes, t.length, "m", model, error);
    text_free(&t);
    return status;
}

static void deep_and_long_equations_are_refused_in_a_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *before, *piece, *after;
        size_t count;
    } rows[] = {
        {"", "(", "1", 10000},           {"", "-", "1", 100000},      {"1", "+1", "", 400000},
        {"2", "^2", "", 100000},         {"", "NOT ", "1", 100000},   {"", "ABS(", "1", 100000},
        {"", "IF 1 THEN ", "1", 100000}, {"1", " + 2 * 3", "", 1000}, {"", "MAX(1,PULSE(1,", "1", 1000}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        truce_model *model = NULL;
        truce_error error = {0};
        assert_int_equal(
            load_repeated(rows[i].before, rows[i].piece, rows[i].count, rows[i].after, &model, &error),
            TRUCE_BAD_INPUT);
        assert_null(model);
        if (!strstr(error.message, " levels"))
            fail_msg("row %zu: %s", i, error.message);
    }
}

static void sums_of_many_terms_are_computed(void **state)
{
    (void)state;
    truce_model *model = NULL;
    truce_error error = {0};
    assert_int_equal(load_repeated("1", " + 1", 900, "", &model, &error), TRUCE_OK);
    assert_true(at_start(model, "a") == 901);
    truce_model_destroy(model);
}

static void chains_of_many_variables_are_ordered(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    text t = {0};
    text_print(&t, HEAD "\n<model><variables>");
    for (int i = 0; i < COUNT; i++)
        text_print(&t, "<aux name=\"v %d\"><eqn>v_%d + 1</eqn></aux>", i, i + 1);
    text_print(&t, "<aux name=\"v %d\"><eqn>1</eqn></aux></variables></model></xmile>", COUNT);
    assert_false(t.failed);
    truce_model *m = load(t.bytes);
    assert_int_equal(m->order[0], COUNT);
    assert_int_equal(m->order[COUNT], 0);
    truce_model_destroy(m);
    text_free(&t);
}

/* Sums over an array of 5,000 elements stay shallow; bombs of nested dimensions and macros are refused. */
static void arrays_and_macros_cannot_explode(void **state)
{
    (void)state;
    truce_model *m = load(HEAD "<dimensions><dim name=\"D\" size=\"5000\"/></dimensions><model><variables>"
                               "<aux name=\"x\"><dimensions><dim name=\"D\"/></dimensions><eqn>D</eqn></aux>"
                               "<aux name=\"s\"><eqn>SUM(x)</eqn></aux></variables></model></xmile>");
    assert_true(at_start(m, "s") == 5000. * 5001 / 2);
    assert_true(m->elements[model_find_element(m, "s")].equation->depth < 20);
    truce_model_destroy(m);
    static const char *const bombs[] = {
        HEAD "<dimensions><dim name=\"D\" size=\"5000\"/></dimensions><model><variables>"
             "<aux name=\"x\"><dimensions><dim name=\"D\"/><dim name=\"D\"/></dimensions><eqn>1</eqn></aux>"
             "</variables></model></xmile>",
        HEAD "<dimensions><dim name=\"D\" size=\"9000\"/></dimensions><model><variables>"
             "<aux name=\"x\"><dimensions><dim name=\"D\"/></dimensions><eqn>1</eqn></aux>"
             "<aux name=\"y\"><dimensions><dim name=\"D\"/></dimensions><eqn>SUM(x[*])</eqn></aux>"
             "</variables></model></xmile>"};
    text named = {0};
    text_print(
        &named,
        HEAD
        "<dimensions><dim name=\"D\" size=\"5000\"/></dimensions><model><variables><aux name=\"%0100000d\">"
        "<dimensions><dim name=\"D\"/></dimensions><eqn>1</eqn></aux></variables></model></xmile>",
        1);
    assert_false(named.failed);
    for (size_t i = 0; i < 3; i++) {
        const char *bomb = i < 2 ? bombs[i] : named.bytes;
        truce_error error = {0};
        m = NULL;
        assert_int_equal(truce_model_load_text(bomb, strlen(bomb), "m", &m, &error), TRUCE_BAD_INPUT);
        assert_null(m);
        assert_non_null(strstr(error.message, "more than"));
    }
    text_free(&named);
}

/* Every variable mentions the one before it twice: what is asked about the last is not asked 2^60 times of the
 * first. */
static void questions_about_equations_end(void **state)
{
    (void)state;
    enum { COUNT = 60 };
    text t = {0};
    text_print(&t, HEAD "\n<model><variables>" AUX("v0", "0.5"));
    for (int i = 1; i <= COUNT; i++)
        text_print(&t, "<aux name=\"v%d\"><eqn>(v%d + v%d) / 2</eqn></aux>", i, i - 1, i - 1);
    text_print(
        &t,
        AUX("smooth",
            "SMTH1(TIME, v%d)") "<stock name=\"belt\"><eqn>0</eqn><inflow>i</inflow><outflow>o</outflow>"
                                "<conveyor><len>v%d</len></conveyor></stock>" FLOW(
                                    "i", "1") "<flow name=\"o\"/><aux name=\"u\"><eqn>",
        COUNT, COUNT);
    for (int i = 0; i < COUNT; i++)
        text_print(&t, "%s", i % 2 ? "GAMMA(" : "GAMMALN(");
    text_print(&t, "9");
    for (int i = 0; i < COUNT; i++)
        text_print(&t, ")");
    text_print(&t, "</eqn></aux></variables></model></xmile>");
    assert_false(t.failed);
    truce_model_destroy(load(t.bytes));
    text_free(&t);
}

/* Those of a smooth, which nobody has written. */
static void elements_that_a_function_makes_have_no_equation(void **state)
{
    (void)state;
    static const char smooth[] = MODEL(AUX("x", "SMTH1(TIME, 2)"));
    truce_model *m = NULL;
    truce_error error = {0};
    assert_int_equal(truce_model_load_text(smooth, strlen(smooth), "m.xmile", &m, &error), TRUCE_OK);
    assert_int_equal(truce_model_element_count(m), 1);
    assert_string_equal(truce_model_element_equation(m, 0), "SMTH1(TIME, 2)");
    assert_null(truce_model_element_equation(m, 1));
    truce_model_destroy(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_expand_in_row_major_order),
        cmocka_unit_test(names_take_the_indices_of_their_target),
        cmocka_unit_test(elements_may_have_equations_of_their_own),
        cmocka_unit_test(outflows_of_a_non_negative_stock_are_cut_in_their_order),
        cmocka_unit_test(one_outflow_empties_its_stock_exactly),
        cmocka_unit_test(stock_is_held_at_zero_where_flows_cannot_be_cut),
        cmocka_unit_test(flows_that_may_not_be_negative_stop_at_zero),
        cmocka_unit_test(every_macro_call_has_stocks_of_its_own),
        cmocka_unit_test(arrays_are_handed_on_through_macros_however_many_there_are),
        cmocka_unit_test(arrays_are_handed_on_wherever_a_macro_calls_another),
        cmocka_unit_test(order_puts_what_is_needed_first),
        cmocka_unit_test(inputs_and_users_are_listed_once),
        cmocka_unit_test(variables_describe_themselves),
        cmocka_unit_test(units_are_checked),
        cmocka_unit_test(mistakes_are_named_with_their_line),
        cmocka_unit_test(suspicious_equations_are_warned_of),
        cmocka_unit_test(conveyors_beyond_what_is_supported_are_refused),
        cmocka_unit_test(times_of_a_run_that_cannot_be_are_refused),
        cmocka_unit_test(constants_of_the_run_are_fixed),
        cmocka_unit_test(an_element_without_an_equation_is_warned_of),
        cmocka_unit_test(deep_and_long_equations_are_refused_in_a_sentence),
        cmocka_unit_test(sums_of_many_terms_are_computed),
        cmocka_unit_test(chains_of_many_variables_are_ordered),
        cmocka_unit_test(arrays_and_macros_cannot_explode),
        cmocka_unit_test(questions_about_equations_end),
        cmocka_unit_test(constants_that_fix_nothing_stay_inputs),
        cmocka_unit_test(constants_of_a_conveyor_have_no_series),
        cmocka_unit_test(elements_that_a_function_makes_have_no_equation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
