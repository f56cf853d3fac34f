/* The XMILE reader: what right documents give, field by field, and the sentence and line of wrong ones. */
#include "xmile/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct reading {
    arena memory;
    truce_status status;
    truce_error error;
    const xmile_document *document;
} reading;

static reading read_text(const char *bytes, size_t length)
{
    reading r = {0};
    r.status = xmile_read(&r.memory, bytes, length, "folder/case one.xmile", &r.document, &r.error);
    return r;
}

static reading read_right(const char *bytes)
{
    reading r = read_text(bytes, strlen(bytes));
    if (r.status)
        print_error("%s:%d: %s\n", r.error.file, r.error.line, r.error.message);
    assert_int_equal(r.status, TRUCE_OK);
    assert_non_null(r.document);
    return r;
}

static const xmile_variable *variable(const xmile_model *model, const char *name)
{
    for (size_t i = 0; i < model->variable_count; i++)
        if (strcmp(model->variables[i].name, name) == 0)
            return &model->variables[i];
    fail_msg("no variable %s", name);
    return NULL;
}

#define assert_text(expected_text, expected_line, actual)                                                    \
    do {                                                                                                     \
        assert_string_equal((actual).text, (expected_text));                                                 \
        assert_int_equal((actual).at.line, (expected_line));                                                 \
        assert_string_equal((actual).at.file, "folder/case one.xmile");                                      \
    } while (0)

/* Around the parts under test: <model> and <variables> open on line 3. */
#define SPECS  "<sim_specs><start>0</start><stop>10</stop><dt>1</dt></sim_specs>"
#define BEFORE "<xmile>\n" SPECS "\n<model><variables>"
#define AFTER  "</variables></model></xmile>"

/* ---- Right documents ---------------------------------------------------------------------------------- */

static void header_and_simulation_are_read(void **state)
{
    (void)state;
    reading r =
        read_right("<?xml version='1.0' encoding='utf-8'?>\n"
                   "<xmile version='1.0' xmlns='http://docs.oasis-open.org/xmile/ns/XMILE/v1.0'>\n"
                   "<header><name>Two &amp;&#13;two</name><vendor>v</vendor>\n"
                   "<options><uses_arrays maximum_dimensions='2'/></options></header>\n"
                   "<sim_specs\n method='RK4' time_units='Months' isee:save_interval='0.5' pause='1'>\n"
                   "<start>-1</start><stop> 2e1 </stop><dt reciprocal='TRUE'>8</dt>\n"
                   "<run by='all'/></sim_specs>\n"
                   "<model><variables/></model></xmile>\n");
    const xmile_document *d = r.document;
    assert_string_equal(d->name, "Two & two");
    assert_true(d->start == -1 && d->stop == 20 && d->dt == 0.125 && d->save_step == 0.5);
    assert_string_equal(d->time_units, "Months");
    assert_text("RK4", 5, d->method);
    assert_int_equal(d->stocks_non_negative, 0);
    assert_int_equal(d->flows_non_negative, 0);
    assert_int_equal(d->model_count, 1);
    assert_null(d->models[0].name);
    assert_int_equal(d->models[0].at.line, 9);
    assert_int_equal(d->models[0].variable_count, 0);
    assert_int_equal(d->macro_count, 0);
    assert_int_equal(d->dimension_count, 0);
    arena_free(&r.memory);
}

static void defaults_are_those_of_the_standard(void **state)
{
    (void)state;
    reading r = read_right("<xmile><sim_specs><start>0</start><stop>1</stop></sim_specs>"
                           "<model name='only one'/></xmile>");
    assert_string_equal(r.document->name, "case one");
    assert_true(r.document->dt == 1 && r.document->save_step == 0);
    assert_null(r.document->method.text);
    assert_string_equal(r.document->time_units, "");
    assert_null(r.document->models[0].name); /* a single model is the root */
    arena_free(&r.memory);
}

static void save_step_is_read_as_tools_write_it(void **state)
{
    (void)state;
    const struct {
        const char *attribute, *element;
        double step;
    } rows[] = {
        {"isee:save_interval='2'", "", 2}, {"save_interval='1'", "", 1},
        {"save_step='0.75'", "", 0.75},    {"", "<save_step>0.5</save_step>", 0.5},
        {"", "<savestep>3</savestep>", 3}, {"isee:save_interval='0'", "", 0},
        {"isee:save_interval=''", "", 0},  {"", "", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char bytes[400];
        snprintf(
            bytes, sizeof bytes,
            "<xmile><sim_specs %s><start>0</start><stop>6</stop><dt>.25</dt>%s</sim_specs><model/></xmile>",
            rows[i].attribute, rows[i].element);
        reading r = read_right(bytes);
        assert_true(r.document->save_step == rows[i].step);
        arena_free(&r.memory);
    }
}

static void dimensions_and_units_are_read(void **state)
{
    (void)state;
    reading r =
        read_right("<xmile>" SPECS "\n<dimensions>\n<dim name='Side'><elem name='defender'/>"
                   "<elem name='attacker'/></dim>\n<dim name='Age' size='4'/></dimensions>\n"
                   "<model_units><unit name='people'><eqn/><alias>person</alias><alias>persons</alias>"
                   "</unit>\n<unit name='rate'><eqn>people/month</eqn></unit>"
                   "<unit name='off' disabled='true'/></model_units><model/></xmile>");
    const xmile_document *d = r.document;
    assert_int_equal(d->dimension_count, 2);
    assert_string_equal(d->dimensions[0].name, "Side");
    assert_int_equal(d->dimensions[0].at.line, 3);
    assert_int_equal(d->dimensions[0].size, 2);
    assert_string_equal(d->dimensions[0].elements[1], "attacker");
    assert_int_equal(d->dimensions[1].size, 4);
    assert_null(d->dimensions[1].elements);
    assert_int_equal(d->unit_count, 2);
    assert_string_equal(d->units[0].name, "people");
    assert_null(d->units[0].equation);
    assert_int_equal(d->units[0].alias_count, 2);
    assert_string_equal(d->units[0].aliases[1], "persons");
    assert_string_equal(d->units[1].equation, "people/month");
    assert_int_equal(d->units[1].at.line, 6);
    arena_free(&r.memory);
}

static void stocks_flows_and_auxiliaries_are_read(void **state)
{
    (void)state;
    reading r = read_right(
        "<xmile>" SPECS "\n<model><variables>\n"
        "<stock name='Force &quot;A&quot;'>\n  <doc> What it\nis. </doc>\n"
        "  <eqn>\n\n   100 * {all} 2\n  </eqn>\n<inflow>intake</inflow>\n<inflow> training </inflow>"
        "<outflow>losses</outflow><units>thousand</units><non_negative/></stock>\n"
        "<flow name='intake'><eqn><![CDATA[a < b]]></eqn><non_negative> FALSE </non_negative></flow>"
        "<aux name='plain' access='input' flow_concept='true'><eqn/><init_eqn>3</init_eqn>"
        "<range min='0' max='1'/><scale min='0' max='1'/><format precision='1'/></aux>\n"
        "<aux name='empty'/></variables>"
        "<views><view><stock name='Force' x='1'/><anything/></view></views></model></xmile>");
    const xmile_model *model = &r.document->models[0];
    assert_int_equal(model->variable_count, 4);
    const xmile_variable *stock = &model->variables[0];
    assert_int_equal(stock->kind, XMILE_STOCK);
    assert_string_equal(stock->name, "Force \"A\"");
    assert_int_equal(stock->at.line, 3);
    assert_string_equal(stock->doc, "What it\nis.");
    assert_string_equal(stock->units, "thousand");
    assert_text("100 * {all} 2", 8, stock->equation);
    assert_null(stock->initial.text);
    assert_int_equal(stock->inflow_count, 2);
    assert_text("intake", 10, stock->inflows[0]);
    assert_text("training", 11, stock->inflows[1]);
    assert_int_equal(stock->outflow_count, 1);
    assert_text("losses", 11, stock->outflows[0]);
    assert_int_equal(stock->non_negative, 1);
    assert_null(stock->unsupported);
    assert_null(stock->graph);
    assert_int_equal(stock->dimension_count + stock->element_count, 0);

    const xmile_variable *flow = variable(model, "intake");
    assert_int_equal(flow->kind, XMILE_FLOW);
    assert_text("a < b", 12, flow->equation);
    assert_int_equal(flow->non_negative, 0);
    assert_null(flow->units);
    assert_null(flow->doc);
    const xmile_variable *plain = variable(model, "plain");
    assert_int_equal(plain->kind, XMILE_AUX);
    assert_text("", 12, plain->equation);
    assert_text("3", 12, plain->initial);
    assert_int_equal(plain->non_negative, -1);
    assert_null(variable(model, "empty")->equation.text);
    arena_free(&r.memory);
}

static void arrays_are_read_with_their_elements(void **state)
{
    (void)state;
    reading r =
        read_right(BEFORE "<aux name='a'><dimensions><dim name='Side'/><dim name='Age'/></dimensions>\n"
                          "<element subscript='defender, 1'><eqn>1</eqn></element>\n"
                          "<element subscript='attacker, 1'>\n<eqn> 2</eqn><init_eqn>9</init_eqn>"
                          "<gf><xscale min='0' max='1'/><ypts>3,4</ypts></gf></element></aux>" AFTER);
    const xmile_variable *a = variable(&r.document->models[0], "a");
    assert_int_equal(a->dimension_count, 2);
    assert_string_equal(a->dimensions[1], "Age");
    assert_int_equal(a->element_count, 2);
    assert_string_equal(a->elements[0].subscript, "defender, 1");
    assert_int_equal(a->elements[0].at.line, 4);
    assert_text("1", 4, a->elements[0].equation);
    assert_null(a->elements[0].graph);
    assert_text("2", 6, a->elements[1].equation);
    assert_text("9", 6, a->elements[1].initial);
    assert_true(a->elements[1].graph->y[1] == 4);
    assert_null(a->equation.text);
    arena_free(&r.memory);
}

#define SIDES                                                                                                \
    "<xmile>" SPECS "<dimensions><dim name='Side of it'><elem name='d'/><elem name='a'/></dim>"              \
    "<dim name='Age' size='2'/></dimensions>\n<model><variables>"

static void arrays_with_an_equation_for_each_element_are_read(void **state)
{
    (void)state;
    reading r = read_right(SIDES "<aux name='a'><dimensions><dim name='side_OF_it'/></dimensions>\n"
                                 "<eqn>TIME</eqn>\n<eqn>b</eqn></aux>"
                                 "<aux name='m'><dimensions><dim name='Side of it'/><dim name='Age'/>"
                                 "</dimensions>\n<eqn>1, -2;\n3, 4e1;\n</eqn></aux>" AFTER);
    const xmile_variable *a = variable(&r.document->models[0], "a");
    assert_int_equal(a->element_count, 2);
    assert_string_equal(a->elements[0].subscript, "d");
    assert_text("TIME", 3, a->elements[0].equation);
    assert_string_equal(a->elements[1].subscript, "a");
    assert_text("b", 4, a->elements[1].equation);
    assert_null(a->equation.text);
    const xmile_variable *m = variable(&r.document->models[0], "m");
    static const char *const subscripts[] = {"d, 1", "d, 2", "a, 1", "a, 2"};
    static const char *const numbers[] = {"1", "-2", "3", "4e1"};
    assert_int_equal(m->element_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(m->elements[i].subscript, subscripts[i]);
        assert_text(numbers[i], i < 2 ? 5 : 6, m->elements[i].equation);
    }
    arena_free(&r.memory);
}

static void graphical_functions_are_read(void **state)
{
    (void)state;
    const struct {
        const char *gf;
        xmile_graph_type type;
        size_t count;
        double x[4], y[4];
    } rows[] = {
        {"<gf><xscale min='1' max='3'/><yscale min='0' max='9'/><ypts>4,5,6</ypts></gf>",
         XMILE_CONTINUOUS,
         3,
         {1, 2, 3},
         {4, 5, 6}},
        {"<gf type='extrapolate'><xpts> 0 , 1,\n 10 </xpts><ypts>-1,.5,1E2</ypts></gf>",
         XMILE_EXTRAPOLATE,
         3,
         {0, 1, 10},
         {-1, 0.5, 100}},
        {"<gf type='discrete'><xpts sep=';'>0;1</xpts><ypts sep='/'>7/8</ypts></gf>",
         XMILE_DISCRETE,
         2,
         {0, 1},
         {7, 8}},
        {"<gf type='continuous'><xpts sep=' '>0  1\n\t5</xpts><ypts sep=', '>7, 8,9</ypts></gf>",
         XMILE_CONTINUOUS,
         3,
         {0, 1, 5},
         {7, 8, 9}},
        {"<gf discrete='true'><xpts>2</xpts><ypts>7</ypts></gf>", XMILE_DISCRETE, 1, {2}, {7}},
        {"<gf discrete='false'><xscale min='0' max='1'/><xpts>0,3</xpts><ypts>1,2</ypts></gf>",
         XMILE_CONTINUOUS,
         2,
         {0, 3},
         {1, 2}}, /* points before the scale */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char bytes[600];
        snprintf(bytes, sizeof bytes, BEFORE "<aux name='a'><eqn>TIME</eqn>\n%s</aux>" AFTER, rows[i].gf);
        reading r = read_right(bytes);
        const xmile_graph *graph = r.document->models[0].variables[0].graph;
        assert_int_equal(graph->type, rows[i].type);
        assert_int_equal(graph->count, rows[i].count);
        assert_int_equal(graph->at.line, 4);
        for (size_t k = 0; k < graph->count; k++)
            assert_true(graph->x[k] == rows[i].x[k] && graph->y[k] == rows[i].y[k]);
        arena_free(&r.memory);
    }
}

static void graphical_functions_may_stand_alone(void **state)
{
    (void)state;
    reading r =
        read_right(BEFORE "<gf name='effect'><xscale min='0' max='1'/><ypts>0,1</ypts><units>1</units>"
                          "<doc>d</doc></gf>" AFTER);
    const xmile_variable *v = &r.document->models[0].variables[0];
    assert_int_equal(v->kind, XMILE_GRAPH);
    assert_string_equal(v->name, "effect");
    assert_string_equal(v->units, "1");
    assert_int_equal(v->graph->count, 2);
    assert_null(v->equation.text);
    arena_free(&r.memory);
}

static void behavior_gives_the_defaults_for_stocks_and_flows(void **state)
{
    (void)state;
    const struct {
        const char *file, *model;
        int stocks, flows;
    } rows[] = {
        {"<behavior><non_negative/></behavior>", "", 1, 1},
        {"<behavior><stock><non_negative/></stock></behavior>", "", 1, 0},
        {"<behavior><flow><non_negative>true</non_negative></flow></behavior>", "", 0, 1},
        {"<behavior><non_negative/><flow><non_negative>false</non_negative></flow></behavior>", "", 1, 0},
        {"<behavior><non_negative/></behavior>",
         "<behavior><stock><non_negative>false</non_negative></stock></behavior>", 0, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char bytes[600];
        snprintf(bytes, sizeof bytes, "<xmile>" SPECS "%s<model>%s<variables/></model></xmile>", rows[i].file,
                 rows[i].model);
        reading r = read_right(bytes);
        assert_int_equal(r.document->models[0].stocks_non_negative, rows[i].stocks);
        assert_int_equal(r.document->models[0].flows_non_negative, rows[i].flows);
        arena_free(&r.memory);
    }
}

static void groups_modules_and_submodels_are_read(void **state)
{
    (void)state;
    reading r =
        read_right("<xmile>" SPECS "\n<model name='sub'><variables><aux name='s'><eqn>1</eqn></aux>"
                   "</variables></model>\n<model><variables>\n<group name='Ready&#13;Money'><doc>g</doc>\n"
                   "<entity name='tax'/><var>pay </var></group>\n"
                   "<module name='sub'><connect to='sub.a' from='tax'/>\n<connect to='b' from='sub.s'/>"
                   "<units>u</units></module></variables></model></xmile>");
    const xmile_document *d = r.document;
    assert_int_equal(d->model_count, 2);
    assert_null(d->models[0].name);
    assert_int_equal(d->models[0].at.line, 3);
    assert_string_equal(d->models[1].name, "sub");
    assert_string_equal(d->models[1].variables[0].name, "s");
    const xmile_group *group = &d->models[0].groups[0];
    assert_string_equal(group->name, "Ready Money");
    assert_string_equal(group->doc, "g");
    assert_int_equal(group->at.line, 4);
    assert_int_equal(group->member_count, 2);
    assert_text("tax", 5, group->members[0]);
    assert_text("pay", 5, group->members[1]);
    const xmile_variable *module = &d->models[0].variables[0];
    assert_int_equal(module->kind, XMILE_MODULE);
    assert_int_equal(module->connection_count, 2);
    assert_string_equal(module->connections[1].to, "b");
    assert_string_equal(module->connections[1].from, "sub.s");
    assert_int_equal(module->connections[1].at.line, 7);
    arena_free(&r.memory);
}

static void macros_are_read(void **state)
{
    (void)state;
    reading r =
        read_right("<xmile>" SPECS "<macro name='LOG'>\n<parm>x</parm>\n<parm default='10'>base</parm>"
                   "<format>LOG(x)</format><eqn>\nLN(x)/LN(base)</eqn></macro>"
                   "<macro name='SM'><parm>x</parm><eqn>s</eqn><variables><stock name='s'><eqn>x</eqn>"
                   "<inflow>f</inflow></stock><flow name='f'><eqn>x-s</eqn></flow></variables><views/>"
                   "</macro><model/></xmile>");
    assert_int_equal(r.document->macro_count, 2);
    const xmile_macro *log = &r.document->macros[0];
    assert_string_equal(log->name, "LOG");
    assert_int_equal(log->at.line, 1);
    assert_int_equal(log->parameter_count, 2);
    assert_string_equal(log->parameters[1], "base");
    assert_null(log->defaults[0].text);
    assert_text("10", 3, log->defaults[1]);
    assert_text("LN(x)/LN(base)", 4, log->equation);
    assert_int_equal(log->variable_count, 0);
    assert_int_equal(r.document->macros[1].variable_count, 2);
    assert_string_equal(r.document->macros[1].variables[0].inflows[0].text, "f");
    arena_free(&r.memory);
}

static void files_of_before_the_standard_are_read(void **state)
{
    (void)state;
    reading r =
        read_right("<xmile level='3' xmlns='http://www.systemdynamics.org/XMILE'>"
                   "<header><smile version='1.0'/><name>n</name></header><style><model/></style>" SPECS
                   "<model_units><units><eqn>a/b</eqn></units></model_units><isee:prefs><isee:window/>"
                   "</isee:prefs><equation_prefs xmlns='x' order_by='module'/>"
                   "<model><stock name='s'><eqn>1</eqn><display x='1'><pts/></display></stock>"
                   "<display><connector/></display><interface><simulation_delay>1</simulation_delay>"
                   "</interface></model></xmile>");
    assert_int_equal(r.document->models[0].variable_count, 1);
    assert_int_equal(r.document->unit_count, 0);
    arena_free(&r.memory);
}

static void xmile_with_a_prefix_of_its_own_is_read(void **state)
{
    (void)state;
    reading r = read_right("<x:xmile xmlns:x='http://docs.oasis-open.org/xmile/ns/XMILE/v1.0'><x:sim_specs>"
                           "<x:start>0</x:start><x:stop>1</x:stop></x:sim_specs><x:model><x:variables>"
                           "<x:aux name='a'><x:eqn>1</x:eqn></x:aux></x:variables></x:model></x:xmile>");
    assert_int_equal(r.document->models[0].variable_count, 1);
    arena_free(&r.memory);
}

/* The same document with the three kinds of line end and a byte order mark. */
static void line_ends_and_byte_order_marks_change_nothing(void **state)
{
    (void)state;
    const char *ends[] = {"\n", "\r\n", "\r"};
    for (size_t i = 0; i < 3; i++) {
        text t = {0};
        text_print(&t,
                   "\xEF\xBB\xBF<?xml version='1.0' encoding='UTF-8'?>%s<xmile>" SPECS
                   "%s<model><variables>%s<aux name='\xC3\xA9t\xC3\xA9'><eqn>%s%s 1 +%s 2</eqn></aux>" AFTER,
                   ends[i], ends[i], ends[i], ends[i], ends[i], ends[i]);
        reading r = read_text(t.bytes, t.length);
        assert_int_equal(r.status, TRUCE_OK);
        assert_string_equal(r.document->models[0].variables[0].name, "\xC3\xA9t\xC3\xA9");
        assert_text("1 +\n 2", 6, r.document->models[0].variables[0].equation);
        arena_free(&r.memory);
        text_free(&t);
    }
}

static void constructs_that_change_numbers_are_noted_by_name_and_line(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"stock", "<queue/>", "queue"},
        {"stock", "<oven/>", "oven"},
        {"stock", "<isee:oven/>", "oven"},
        {"flow", "<overflow/>", "overflow"},
        {"flow", "<leak_integers/>", "leak_integers"},
        {"flow", "<multiplier>3</multiplier>", "multiplier"},
        {"flow", "<isee:multiplier/>", "multiplier"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char bytes[600];
        snprintf(bytes, sizeof bytes, BEFORE "<%s name='a'>\n<eqn>1</eqn>\n%s</%s>" AFTER, rows[i][0],
                 rows[i][1], rows[i][0]);
        reading r = read_right(bytes);
        assert_string_equal(r.document->models[0].variables[0].unsupported, rows[i][2]);
        assert_int_equal(r.document->models[0].variables[0].unsupported_line, 5);
        arena_free(&r.memory);
    }
}

static void a_conveyor_and_its_leaks_are_read(void **state)
{
    (void)state;
    reading r = read_right(
        BEFORE "<stock name='s'><eqn>1</eqn><conveyor exponential_leak='true'><len>3</len>"
               "<capacity>4</capacity></conveyor></stock>"
               "<flow name='f'><leak>0.1</leak></flow><flow name='g'><eqn>x</eqn><leak/></flow>" AFTER);
    const xmile_variable *v = r.document->models[0].variables;
    assert_string_equal(v[0].conveyor->length.text, "3");
    assert_string_equal(v[0].conveyor->capacity.text, "4");
    assert_null(v[0].conveyor->arrest.text);
    assert_true(v[0].conveyor->exponential && !v[0].conveyor->discrete);
    assert_true(v[1].is_leak && v[2].is_leak && !v[0].is_leak);
    assert_string_equal(v[1].equation.text, "0.1");
    assert_string_equal(v[2].equation.text, "x");
    arena_free(&r.memory);
}

/* ---- Wrong documents ---------------------------------------------------------------------------------- */

typedef struct wrong {
    const char *bytes;
    int line;
    const char *message; /* a part of it */
} wrong;

static void assert_wrong(const wrong *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        reading r = read_text(rows[i].bytes, strlen(rows[i].bytes));
        if (r.status != TRUCE_BAD_INPUT || r.error.line != rows[i].line ||
            !strstr(r.error.message, rows[i].message))
            fail_msg("%s\ngave %d, line %d: %s\nnot line %d: %s", rows[i].bytes, (int)r.status, r.error.line,
                     r.error.message, rows[i].line, rows[i].message);
        assert_string_equal(r.error.file, "folder/case one.xmile");
        assert_null(r.document);
        arena_free(&r.memory);
    }
}
#define ASSERT_WRONG(rows) assert_wrong(rows, sizeof rows / sizeof *(rows))

static void malformed_xml_is_refused_with_its_line(void **state)
{
    (void)state;
    const wrong rows[] = {
        {"", 1, "no XML element"},
        {"  \n\n ", 3, "no XML element"},
        {"not xml", 1, "not well-formed XML"},
        {"<xmile>\n<model>\n", 3, "no element found, inside <model> of line 2"},
        {"<xmile>\n<model>\n</xmile>", 3, "mismatched tag, inside <model> of line 2"},
        {"<xmile>\n<views>\n</xmile>", 3, "mismatched tag"},
        {"<xmile>\n<a b=c/></xmile>", 2, "not well-formed"},
        {"<xmile a='1' a='2'/>", 1, "duplicate attribute"},
        {"<xmile>\n&nothing;</xmile>", 2, "undefined entity"},
        {"<xmile/>\n<xmile/>", 2, "junk after document element"},
        {"<xmile>\n\x01</xmile>", 2, "invalid token"},
        {"<xmile>\n\xFF</xmile>", 2,
         "the file is not in UTF-8 and names no other encoding: there is the byte 0xFF"},
        {"<?xml version='1.0' encoding='klingon'?><xmile/>", 1, "unknown encoding"},
        {"<!DOCTYPE xmile [\n<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>\n<xmile>&b;</xmile>", 1,
         "document type declaration with declarations inside (<!DOCTYPE xmile [...]>)"},
        {"<!DOCTYPE xmile SYSTEM 'x.dtd' [<!ENTITY % a SYSTEM 'b'>]><xmile/>", 1,
         "document type declaration"},
    };
    ASSERT_WRONG(rows);
}

static void documents_without_their_parts_are_refused(void **state)
{
    (void)state;
    const wrong rows[] = {
        {"\n<sdm/>", 2, "the file holds <sdm>, not <xmile>"},
        {"<isee:prefs/>", 1, "the file holds <isee:prefs>, not <xmile>"},
        {"<xmile/>", 1, "there is no <model>"},
        {"\n<xmile><model/></xmile>", 2, "there is no <sim_specs>"},
        {"<xmile>" SPECS "<model/><model/></xmile>", 1, "<model> has no name"},
        {"<xmile>" SPECS "<model name='a'/><model name='b'/></xmile>", 1, "no <model> is the root"},
        {"<xmile>" SPECS "\n" SPECS "<model/></xmile>", 2, "a second <sim_specs>; the first is on line 1"},
        {"<xmile>" SPECS "\n<modle/></xmile>", 2, "<modle>, which is not known (did you mean <model>?)"},
        {"<xmile>" SPECS "\n<model><variables/>\n<equations/></model></xmile>", 3,
         "<model> holds <equations>"},
        {"<xmile>" SPECS "\n<model resource='http://example.org'/></xmile>", 2,
         "in another file too (\"http://example.org\")"},
        {"<xmile><header>\n<includes>\n<include resource='lib.xmile'/></includes></header>" SPECS
         "<model/></xmile>",
         3, "in another file too (\"lib.xmile\")"},
        {"<xmile>" SPECS "<data>\n<connect/></data><model/></xmile>", 2, "<data> holds <connect>"},
        {"<xmile>" SPECS "<model/><model name='s'>\n<sim_specs><start>0</start>"
         "<stop>10</stop><dt>0.5</dt></sim_specs></model></xmile>",
         2, "<sim_specs> of a submodel (\"s\")"},
        {"<xmile>" SPECS "<behavior>\n<stok/></behavior><model/></xmile>", 2, "did you mean <stock>?"},
        {"<xmile>" SPECS "<behavior><stock>\n<queue/></stock></behavior><model/></xmile>", 2, "<queue>"},
    };
    ASSERT_WRONG(rows);
}

static void wrong_simulation_settings_are_refused(void **state)
{
    (void)state;
#define RUN(a) "<xmile>\n<sim_specs>" a "</sim_specs><model/></xmile>"
    const wrong rows[] = {
        {RUN("<stop>1</stop>"), 2, "<sim_specs> has no <start>"},
        {RUN("<start>0</start>"), 2, "<sim_specs> has no <stop>"},
        {RUN("<start/><stop>1</stop>"), 2, "<start> is \"\""},
        {RUN("<start>0</start><stop>nan</stop>"), 2, "<stop> is \"nan\""},
        {RUN("<start>0</start><stop>inf</stop>"), 2, "<stop> is \"inf\""},
        {RUN("<start>0</start><stop>1</stop><dt>0</dt>"), 2, "<dt> is 0; it must be greater than zero"},
        {RUN("<start>0</start><stop>1</stop><dt>-1</dt>"), 2, "<dt> is -1"},
        {RUN("<start>0</start><stop>1</stop><dt reciprocal='yes'>4</dt>"), 2,
         "reciprocal of <dt> is \"yes\""},
        {RUN("<start>0</start><stop>1</stop><dt reciprocal='true'>1e-310</dt>"), 2, "<dt> is 1/1e-310"},
        {RUN("<start>0</start><stop>1</stop><dt>1</dt>\n<dt>1</dt>"), 3, "a second <dt>"},
        {RUN("<start>0</start><stop>9</stop><save_step>x</save_step>"), 2, "save_step is \"x\""},
        {RUN("<start>0</start><stop>9</stop>\n<strt>1</strt>"), 3, "did you mean <start>?"},
        {RUN("<start>0</start><stop>9</stop>\n<tolerance>1</tolerance>"), 3, "<sim_specs> holds <tolerance>"},
    };
    ASSERT_WRONG(rows);
}

static void wrong_dimensions_are_refused(void **state)
{
    (void)state;
#define DIM(a) "<xmile>" SPECS "<dimensions>\n" a "</dimensions><model/></xmile>"
    const wrong rows[] = {
        {DIM("<dim name='a'/>"), 2, "dimension \"a\" has neither a size nor elements"},
        {DIM("<dim size='2'/>"), 2, "<dim> has no name"},
        {DIM("<dim name='a' size='0'/>"), 2, "size of dimension \"a\" is 0"},
        {DIM("<dim name='a' size='1.5'/>"), 2, "whole number"},
        {DIM("<dim name='a' size='1e30'/>"), 2, "whole number"},
        {DIM("<dim name='a' size='x'/>"), 2, "size of <dim> is \"x\""},
        {DIM("<dim name='a' size='3'><elem name='b'/></dim>"), 2, "says it has 3 elements and lists 1"},
        {DIM("<dim name='a'>\n<elem/></dim>"), 3, "<elem> has no name"},
        {DIM("<dim name='a'>\n<element name='b'/></dim>"), 3, "did you mean <elem>?"},
        {DIM("<dime/>"), 2, "did you mean <dim>?"},
    };
    ASSERT_WRONG(rows);
}

static void wrong_variables_are_refused(void **state)
{
    (void)state;
    const wrong rows[] = {
        {BEFORE "<aux><eqn>1</eqn></aux>" AFTER, 3, "<aux> has no name"},
        {BEFORE "<aux name=' _ '><eqn>1</eqn></aux>" AFTER, 3, "<aux> has no name"},
        {BEFORE "\n<auxx name='a'/>" AFTER, 4,
         "<variables> holds <auxx>, which is not known (did you mean <aux>?)"},
        {BEFORE "\n<agent name='a'/>" AFTER, 4, "<variables> holds <agent>"},
        {BEFORE "<aux name='a'><eqn>1</eqn>\n<eqn>2</eqn></aux>" AFTER, 4, "<aux> holds a second <eqn>"},
        {BEFORE "<aux name='a'>\n<equ>1</equ></aux>" AFTER, 4, "<aux name=\"a\"> holds <equ>"},
        {BEFORE "<aux name='a'>\n<inflow>b</inflow></aux>" AFTER, 4, "holds <inflow>"},
        {BEFORE "<flow name='a'>\n<outflow>b</outflow></flow>" AFTER, 4, "holds <outflow>"},
        {BEFORE "<stock name='a'>\n<gf/></stock>" AFTER, 4, "holds <gf>"},
        {BEFORE "<stock name='a'>\n<inflow/></stock>" AFTER, 4, "<inflow> names no flow"},
        {BEFORE "<flow name='a'>\n<non_negative>maybe</non_negative></flow>" AFTER, 4,
         "<non_negative> is \"maybe\"; it is true or false"},
        {BEFORE "<aux name='a'>\n<mathml>x</mathml></aux>" AFTER, 4, "<mathml> without <eqn>"},
        {BEFORE "<aux name='a'>\n<element><eqn>1</eqn></element></aux>" AFTER, 4,
         "<element> has no subscript"},
        {BEFORE "<aux name='a'><element subscript='b'>\n<inflow>1</inflow></element></aux>" AFTER, 4,
         "<element> holds <inflow>"},
        {BEFORE "<aux name='a'><dimensions>\n<dim/></dimensions></aux>" AFTER, 4, "<dim> has no name"},
        {BEFORE "<module name='a' resource='b.xmile'/>" AFTER, 3, "in another file too (\"b.xmile\")"},
        {BEFORE "<module name='a'>\n<connect to='b'/></module>" AFTER, 4, "<connect> has no from"},
        {BEFORE "<module name='a'>\n<eqn>1</eqn></module>" AFTER, 4, "<module name=\"a\"> holds <eqn>"},
        {BEFORE "<group name='a'>\n<entity/></group>" AFTER, 4, "<entity> has no name"},
        {SIDES "<aux name='a'><dimensions><dim "
               "name='Age'/></dimensions><eqn>1</eqn><eqn>2</eqn><eqn>3</eqn></aux>" AFTER,
         2, "\"a\" has 3 equations for the 2 elements"},
        {SIDES "<aux name='a'><dimensions><dim name='Age'/></dimensions><eqn>1,2,3</eqn></aux>" AFTER, 2,
         "\"a\" has 3 equations for the 2 elements"},
    };
    ASSERT_WRONG(rows);
}

static void wrong_graphical_functions_are_refused(void **state)
{
    (void)state;
#define GF(a) BEFORE "<aux name='a'><eqn>1</eqn>\n" a "</aux>" AFTER
    const wrong rows[] = {
        {GF("<gf/>"), 4, "<gf> has no <ypts>"},
        {GF("<gf><ypts>1,2</ypts></gf>"), 4, "neither <xpts> nor <xscale>"},
        {GF("<gf><xscale min='0' max='1'/><ypts/></gf>"), 4, "<ypts> has no points"},
        {GF("<gf><xscale min='0' max='1'/><ypts></ypts></gf>"), 4, "has no points"},
        {GF("<gf><xscale min='1' max='1'/><ypts>1,2</ypts></gf>"), 4, "min must be less than max"},
        {GF("<gf><xscale max='1'/><ypts>1,2</ypts></gf>"), 4, "<xscale> has no min"},
        {GF("<gf><xscale min='a' max='1'/><ypts>1,2</ypts></gf>"), 4, "min of <xscale> is \"a\""},
        {GF("<gf><xscale min='1' max='1.0000000000000002'/><ypts>1,2,3</ypts></gf>"), 4, "not greater"},
        {GF("<gf><xscale min='0' max='1'/><ypts>1,\n2,x</ypts></gf>"), 5, "point 3 of <ypts> is \"x\""},
        {GF("<gf><xscale min='0' max='1'/><ypts>1,,2</ypts></gf>"), 4, "point 2 of <ypts> is \"\""},
        {GF("<gf><xscale min='0' max='1'/><ypts>1,nan</ypts></gf>"), 4, "point 2 of <ypts> is \"nan\""},
        {GF("<gf><xscale min='0' max='1'/><ypts>1,2,</ypts></gf>"), 4, "ends with a separator"},
        {GF("<gf><xpts>0,1,2</xpts>\n<ypts>1,2</ypts></gf>"), 4, "<xpts> has 3 points and <ypts> has 2"},
        {GF("<gf><xpts>0,0</xpts><ypts>1,2</ypts></gf>"), 4, "point 2 of <xpts> is not greater"},
        {GF("<gf><xpts>0,2,1</xpts><ypts>1,2,3</ypts></gf>"), 4, "point 3 of <xpts> is not greater"},
        {GF("<gf type='cubic'><xpts>0,2</xpts><ypts>1,2</ypts></gf>"), 4, "type of <gf> is \"cubic\""},
        {GF("<gf discrete='1'><xpts>0,2</xpts><ypts>1,2</ypts></gf>"), 4, "discrete of <gf> is \"1\""},
        {GF("<gf name='other'/>"), 4, "refers to another graphical function"},
        {GF("<gf>\n<zpts>1</zpts></gf>"), 5, "<gf> holds <zpts>"},
    };
    ASSERT_WRONG(rows);
}

static void wrong_macros_are_refused(void **state)
{
    (void)state;
#define MACRO(a) "<xmile>" SPECS "\n" a "<model/></xmile>"
    const wrong rows[] = {
        {MACRO("<macro><eqn>1</eqn></macro>"), 2, "<macro> has no name"},
        {MACRO("<macro name='m'/>"), 2, "macro \"m\" has no <eqn>"},
        {MACRO("<macro name='m'><parm/><eqn>1</eqn></macro>"), 2, "parameter 1 of macro \"m\" has no name"},
        {MACRO("<macro name='m'><parm default='1'>a</parm>\n<parm>b</parm><eqn>1</eqn></macro>"), 3,
         "parameter \"b\" of macro \"m\" needs a default"},
        {MACRO("<macro name='m' filter='stock'><eqn>1</eqn></macro>"), 2, "is an option filter"},
        {MACRO("<macro name='m'><eqn>1</eqn>\n<sim_specs/></macro>"), 3,
         "<sim_specs> of macro \"m\" has no <start>"},
        {MACRO("<macro name='m'><eqn>1</eqn>\n<sim_specs><start>1</start></sim_specs></macro>"), 3,
         "no <stop>"},
        {MACRO("<macro name='m'><eqn>1</eqn>\n<sim_specs method='rk4'><start>1</start><stop>2</stop>"
               "</sim_specs></macro>"),
         3, "method \"rk4\" of macro \"m\" is not supported"},
        {MACRO("<macro name='m'><eqn>1</eqn>\n<parameter/></macro>"), 3, "<macro> holds <parameter>"},
        {MACRO("<macro name='m'><eqn>1</eqn><variables>\n<thing/></variables></macro>"), 3, "holds <thing>"},
    };
    ASSERT_WRONG(rows);
}

/* ---- Hostile documents -------------------------------------------------------------------------------- */

/* before, `count` times `piece`, after. */
static reading read_repeated(const char *before, const char *piece, size_t count, const char *after)
{
    text t = {0};
    text_print(&t, "%s", before);
    for (size_t i = 0; i < count; i++)
        text_add(&t, piece, strlen(piece));
    text_print(&t, "%s", after);
    assert_false(t.failed);
    reading r = read_text(t.bytes, t.length);
    text_free(&t);
    return r;
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    const char *befores[] = {"<xmile>\n", "<xmile>\n<views>", "<xmile>\n<isee:a>"};
    for (size_t i = 0; i < 3; i++) {
        reading r = read_repeated(befores[i], "<a>", 100000, "");
        assert_int_equal(r.status, TRUCE_BAD_INPUT);
        assert_int_equal(r.error.line, 2);
        assert_non_null(strstr(r.error.message, "nested deeper than 64"));
        arena_free(&r.memory);
    }
}

static void huge_texts_attributes_and_files_are_refused(void **state)
{
    (void)state;
    const struct {
        const char *before, *after, *message;
        size_t kilobytes;
        int line;
    } rows[] = {
        {BEFORE "\n<aux name='", "'/>" AFTER, "attribute \"name\" of <aux> is longer than", 1025, 4},
        {BEFORE "\n<isee:x y='", "'/>" AFTER, "attribute \"y\" of <isee:x> is longer than", 1025, 4},
        {BEFORE "<aux name='a'><eqn>\n1", "</eqn></aux>" AFTER, "the text of <eqn> is longer than", 1025, 4},
        {BEFORE "<aux name='", "'/>" AFTER, "larger than the limit", 100 * 1024, 0},
    };
    char piece[1025];
    memset(piece, '1', sizeof piece - 1);
    piece[sizeof piece - 1] = '\0';
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        reading r = read_repeated(rows[i].before, piece, rows[i].kilobytes, rows[i].after);
        assert_int_equal(r.status, TRUCE_BAD_INPUT);
        assert_int_equal(r.error.line, rows[i].line);
        assert_non_null(strstr(r.error.message, rows[i].message));
        arena_free(&r.memory);
    }
    reading r = read_repeated(BEFORE "<aux name='a'><eqn>", piece, 1023, "</eqn></aux>" AFTER);
    assert_int_equal(r.status, TRUCE_OK);
    assert_int_equal(strlen(r.document->models[0].variables[0].equation.text), 1023 * 1024);
    arena_free(&r.memory);
}

static void more_than_a_million_variables_are_refused(void **state)
{
    (void)state;
    reading r = read_repeated(BEFORE, "<aux name='a'/>", XMILE_MAXIMUM_VARIABLES + 1, AFTER);
    assert_int_equal(r.status, TRUCE_BAD_INPUT);
    assert_non_null(strstr(r.error.message, "more than 1000000 variables"));
    arena_free(&r.memory);
}

/* Any prefix of a right document is either right or refused, never a crash. */
static void truncated_documents_are_refused(void **state)
{
    (void)state;
    const char *whole = "<xmile>" SPECS "<dimensions><dim name='d' size='2'/></dimensions><model><variables>"
                        "<aux name='a'><dimensions><dim name='d'/></dimensions><eqn>1</eqn><eqn>2</eqn></aux>"
                        "<aux name='g'><eqn>1</eqn><gf><xpts>0,1</xpts><ypts>1,2</ypts></gf></aux>" AFTER;
    for (size_t length = 0; length < strlen(whole); length++) {
        char *cut = malloc(length ? length : 1);
        assert_non_null(cut);
        memcpy(cut, whole, length);
        reading r = read_text(cut, length);
        assert_int_equal(r.status, TRUCE_BAD_INPUT);
        arena_free(&r.memory);
        free(cut);
    }
    reading r = read_right(whole);
    arena_free(&r.memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_and_simulation_are_read),
        cmocka_unit_test(defaults_are_those_of_the_standard),
        cmocka_unit_test(save_step_is_read_as_tools_write_it),
        cmocka_unit_test(dimensions_and_units_are_read),
        cmocka_unit_test(stocks_flows_and_auxiliaries_are_read),
        cmocka_unit_test(arrays_are_read_with_their_elements),
        cmocka_unit_test(arrays_with_an_equation_for_each_element_are_read),
        cmocka_unit_test(graphical_functions_are_read),
        cmocka_unit_test(graphical_functions_may_stand_alone),
        cmocka_unit_test(behavior_gives_the_defaults_for_stocks_and_flows),
        cmocka_unit_test(groups_modules_and_submodels_are_read),
        cmocka_unit_test(macros_are_read),
        cmocka_unit_test(files_of_before_the_standard_are_read),
        cmocka_unit_test(xmile_with_a_prefix_of_its_own_is_read),
        cmocka_unit_test(line_ends_and_byte_order_marks_change_nothing),
        cmocka_unit_test(constructs_that_change_numbers_are_noted_by_name_and_line),
        cmocka_unit_test(a_conveyor_and_its_leaks_are_read),
        cmocka_unit_test(malformed_xml_is_refused_with_its_line),
        cmocka_unit_test(documents_without_their_parts_are_refused),
        cmocka_unit_test(wrong_simulation_settings_are_refused),
        cmocka_unit_test(wrong_dimensions_are_refused),
        cmocka_unit_test(wrong_variables_are_refused),
        cmocka_unit_test(wrong_graphical_functions_are_refused),
        cmocka_unit_test(wrong_macros_are_refused),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(huge_texts_attributes_and_files_are_refused),
        cmocka_unit_test(more_than_a_million_variables_are_refused),
        cmocka_unit_test(truncated_documents_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
