/* Models in models and in several files: names, groups, units, and the sentences for what is wrong. What they
 * compute is in tests/conformance. */
#include "truce/truce.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define HEAD                 "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n"
#define SPECS                "<sim_specs time_units=\"month\"><start>0</start><stop>2</stop><dt>1</dt></sim_specs>\n"
#define ROOT(variables)      "<model><variables>\n" variables "</variables></model>\n"
#define SUB(name, variables) "<model name=\"" name "\"><variables>\n" variables "</variables></model>\n"
#define AUX(name, equation)  "<aux name=\"" name "\"><eqn>" equation "</eqn></aux>\n"
#define INPUT(name)          "<aux name=\"" name "\" access=\"input\"><eqn>0</eqn></aux>\n"
#define END                  "</xmile>\n"

static truce_model *load(const char *xml)
{
    truce_model *model = NULL;
    truce_error error = {0};
    if (truce_model_load_text(xml, strlen(xml), "m", &model, &error) != TRUCE_OK)
        fail_msg("line %d: %s", error.line, error.message);
    return model;
}

static const char two_zones[] = HEAD SPECS
    "<dimensions><dim name=\"Kind\"><elem name=\"gun\"/><elem name=\"drone\"/></dim></dimensions>\n" ROOT(
        "<module name=\"West Front\" simlin:model_name=\"zone\"><connect to=\"supply\" "
        "from=\"plan\"/></module>\n"
        "<module name=\"east\" simlin:model_name=\"zone\"/>\n"
        "<group name=\"command\"><entity name=\"plan\"/></group>\n" AUX("plan", "2")
            AUX("reserve", "west_front.depot.stored + east.depot.stored")) //
    SUB("zone", "<module name=\"depot\"><connect to=\"depot.more\" from=\"supply\"/></module>\n"
                "<group name=\"transport\"><var>lorries</var></group>\n" INPUT("supply")
                    AUX("lorries", "3") "<aux name=\"loads\"><dimensions><dim "
                                        "name=\"Kind\"/></dimensions><eqn>supply*Kind</eqn></aux>\n")
        SUB("depot", INPUT("more") "<stock name=\"stored\"><eqn>0</eqn><inflow>filling</inflow></stock>\n"
                                   "<flow name=\"filling\"><eqn>more</eqn></flow>\n") END;

static const truce_variable *variable(const truce_model *model, const char *name)
{
    const truce_variable *v = truce_model_variable(model, truce_model_find(model, name));
    if (!v)
        fail_msg("no variable \"%s\"", name);
    return v;
}

static void variables_are_named_with_the_path_of_their_module(void **state)
{
    (void)state;
    truce_model *model = load(two_zones);
    assert_int_equal(truce_model_variable_count(model), 2 + 2 * (3 + 3));
    assert_string_equal(variable(model, "WEST_FRONT.depot.Stored")->name, "West Front.depot.stored");
    assert_int_equal(variable(model, "east.depot.stored")->kind, TRUCE_STOCK);
    const truce_variable *loads = variable(model, "east.loads");
    assert_int_equal(loads->element_count, 2);
    assert_string_equal(truce_model_element_name(model, loads->first_element + 1), "east.loads[drone]");
    assert_int_equal(truce_model_find(model, "stored"), SIZE_MAX);
    truce_model_destroy(model);
}

static void modules_and_their_groups_are_groups_of_the_model(void **state)
{
    (void)state;
    truce_model *model = load(two_zones);
    assert_string_equal(variable(model, "plan")->group, "command");
    assert_string_equal(variable(model, "reserve")->group, "");
    assert_string_equal(variable(model, "west front.lorries")->group, "West Front.transport");
    assert_string_equal(variable(model, "west front.supply")->group, "West Front");
    assert_string_equal(variable(model, "east.depot.filling")->group, "east.depot");
    truce_model_destroy(model);
}

static void a_connected_input_mentions_what_it_is_connected_to(void **state)
{
    (void)state;
    truce_model *model = load(two_zones);
    size_t inputs[4];
    size_t supply = truce_model_find(model, "west front.supply");
    assert_int_equal(truce_model_inputs(model, supply, inputs, 4), 1);
    assert_int_equal(inputs[0], truce_model_find(model, "plan"));
    assert_string_equal(variable(model, "west front.supply")->equation, "plan");
    assert_string_equal(variable(model, "east.supply")->equation, "0");
    assert_int_equal(truce_model_inputs(model, truce_model_find(model, "east.supply"), inputs, 4), 0);
    truce_model_destroy(model);
}

static void units_are_checked_across_modules(void **state)
{
    (void)state;
    truce_model *model =
        load(HEAD SPECS ROOT("<module name=\"m\"><connect to=\"x\" from=\"plan\"/></module>\n"
                             "<aux name=\"plan\"><eqn>2</eqn><units>person</units></aux>\n") //
             SUB("m", "<aux name=\"x\" access=\"input\"><eqn>0</eqn><units>gun</units></aux>\n"
                      "<aux name=\"y\"><eqn>x*2</eqn><units>gun</units></aux>\n") END);
    assert_int_equal(truce_model_unit_findings(model), 1);
    assert_non_null(strstr(truce_model_unit_finding(model, 0), "\"m.x\" is in gun"));
    assert_non_null(strstr(truce_model_unit_finding(model, 0), "person"));
    truce_model_destroy(model);
}

/* ---- Mistakes ----------------------------------------------------------------------------------------- */

typedef struct mistake {
    const char *xml;
    int line;
    const char *sentence;
} mistake;

#define MODULE(connections) "<module name=\"sub\">" connections "</module>\n"

static const mistake mistakes[] = {
    {HEAD SPECS ROOT("<module name=\"zon\"/>\n" AUX("a", "1")) SUB("zone", AUX("b", "1")) END, 4,
     "there is no model for the module \"zon\" (did you mean \"zone\"?)"},
    {HEAD SPECS ROOT(MODULE("") AUX("a", "1")) SUB("sub", "<module name=\"sub\"/>\n") END, 8,
     "the module \"sub\" is inside itself"},
    {HEAD SPECS ROOT(MODULE("") AUX("a", "1")) SUB("sub", AUX("b", "1")) SUB("Sub", AUX("b", "1")) END, 10,
     "model \"Sub\" is defined twice, first on line 7"},
    {HEAD SPECS ROOT(MODULE("<connect to=\"x\" from=\"a\"/>\n<connect to=\"sub.x\" from=\"b\"/>")
                         AUX("a", "1") AUX("b", "1")) SUB("sub", INPUT("x")) END,
     5, "\"sub.x\" is connected to \"a\" and to \"b\""},
    {HEAD SPECS ROOT(MODULE("<connect to=\"z\" from=\"a\"/>") AUX("a", "1")) SUB("sub", INPUT("x")) END, 4,
     "unknown input of a module \"z\""},
    {HEAD SPECS ROOT(MODULE("<connect to=\"x\" from=\"plann\"/>") AUX("plan", "1")) SUB("sub", INPUT("x"))
         END,
     4, "unknown output of a module \"plann\" (did you mean \"plan\"?)"},
    {HEAD SPECS ROOT(MODULE("<connect to=\"x\" from=\"sub.x\"/>") AUX("a", "1")) SUB("sub", INPUT("x")) END,
     8, "\"sub.x\" is connected to itself"},
    {HEAD SPECS ROOT(MODULE("") AUX("a", "b")) SUB("sub", AUX("b", "1")) END, 5, "unknown variable \"b\""},
    {HEAD SPECS ROOT(MODULE("") AUX("a", "1")) SUB("sub", AUX("b", "a")) END, 8, "unknown variable \"a\""},
    {HEAD SPECS ROOT(AUX("a", "f(1)")) "<macro name=\"f\"><parm>x</parm><eqn>x</eqn><variables>\n"
                                       "<module name=\"m\"/></variables></macro>" END,
     7, "the module \"m\" in macro \"f\" is not supported"},
    {HEAD SPECS ROOT(MODULE("")
                         AUX("a", "1")) "<model name=\"sub\">\n<sim_specs><start>0</start><stop>2</stop>"
                                        "<dt>0.5</dt></sim_specs></model>" END,
     8, "<sim_specs> of a submodel (\"sub\")"},
    {HEAD "<sim_specs><start>0</start><stop>2</stop>\n<run by=\"module\"/></sim_specs>" ROOT(AUX("a", "1"))
         END,
     3, "<run by=\"module\">"},
    {HEAD SPECS ROOT("<module name=\"sub\" resource=\"sub.xmile\"/>\n" AUX("a", "1")) END, 4,
     "read only when the model is read from a file itself"},
};

static void mistakes_are_named_with_their_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        const mistake *w = &mistakes[i];
        truce_model *model = NULL;
        truce_error error = {0};
        if (truce_model_load_text(w->xml, strlen(w->xml), "m", &model, &error) != TRUCE_BAD_INPUT || model)
            fail_msg("accepted: %s", w->xml);
        if (error.line != w->line || !strstr(error.message, w->sentence))
            fail_msg("\"%s\" on line %d: got %d: %s", w->sentence, w->line, error.line, error.message);
    }
}

/* A module in a module in a module ..., two in each: 2^17 modules would be made. */
static void modules_cannot_explode(void **state)
{
    (void)state;
    char xml[4000];
    size_t used = (size_t)snprintf(xml, sizeof xml,
                                   HEAD SPECS "<model><variables><module name=\"l\" "
                                              "simlin:model_name=\"m0\"/><aux name=\"x\"><eqn>1"
                                              "</eqn></aux></variables></model>");
    for (int i = 0; i < 17; i++)
        used +=
            (size_t)snprintf(xml + used, sizeof xml - used,
                             "<model name=\"m%d\"><variables><module name=\"l\" simlin:model_name=\"m%d\"/>"
                             "<module name=\"r\" simlin:model_name=\"m%d\"/></variables></model>\n",
                             i, i + 1, i + 1);
    snprintf(xml + used, sizeof xml - used, "<model name=\"m17\"><variables/></model></xmile>");
    truce_model *model = NULL;
    truce_error error = {0};
    assert_int_equal(truce_model_load_text(xml, strlen(xml), "m", &model, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "more than 16 inside one another"));
}

/* ---- Files -------------------------------------------------------------------------------------------- */

static char folder[] = "/tmp/truce-modules-XXXXXX";

static void write_file(const char *name, const char *bytes)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, strlen(bytes), stream), strlen(bytes));
    assert_int_equal(fclose(stream), 0);
}

static truce_status load_main(truce_model **model, truce_error *error)
{
    char path[300];
    snprintf(path, sizeof path, "%s/main.xmile", folder);
    return truce_model_load(path, model, error);
}

typedef struct wrong_file {
    const char *main, *other;
    const char *file; /* end of the file that is named */
    int line;
    const char *sentence;
} wrong_file;

#define RESOURCE(path)  HEAD SPECS ROOT("<module name=\"sub\" resource=\"" path "\"/>\n" AUX("a", "1")) END
#define LIBRARY(inside) HEAD inside END

static const wrong_file wrong_files[] = {
    {RESOURCE("../none.xml"), "", "main.xmile", 4, "/none.xml\" named here"},
    {RESOURCE("/etc/passwd"), "", "main.xmile", 4, "/passwd\" named here"},
    {RESOURCE("C:\\models\\none.xml"), "", "main.xmile", 4, "/none.xml\" named here"},
    {RESOURCE("/models/.."), "", "main.xmile", 4, "is not supported"},
    {RESOURCE("http://example.org/m.xml"), "", "main.xmile", 4, "is not supported"},
    {RESOURCE("library/*"), "", "main.xmile", 4, "is not supported"},
    {RESOURCE("none.xml"), "", "main.xmile", 4, "the file \""},
    {RESOURCE("other.xml"), LIBRARY("<macro name=\"f\"><eqn>1</eqn></macro>"), "main.xmile", 4,
     "there is no model for the module \"sub\""},
    {RESOURCE("other.xml"), RESOURCE("main.xmile"), "other.xml", 4, "the module \"sub\" is inside itself"},
    {RESOURCE("other.xml"), LIBRARY(ROOT(AUX("b", "c + 1"))), "other.xml", 3, "unknown variable \"c\""},
    {RESOURCE("other.xml"), LIBRARY("<behavior><non_negative/></behavior>"), "other.xml", 2,
     "an included file with nothing but <behavior> is not supported"},
    {HEAD "<header><includes><include resource=\"other.xml\"/></includes></header>" SPECS
          "<dimensions><dim name=\"N\" size=\"3\"/></dimensions>" ROOT(AUX("a", "1")) END,
     LIBRARY("<dimensions><dim name=\"n\" size=\"4\"/></dimensions>"), "other.xml", 2,
     "dimension \"n\" has other elements in"},
    {HEAD "<header><includes><include resource=\"other.xml\"/></includes></header>" SPECS ROOT(
         AUX("a", "f(1)")) END,
     LIBRARY("<macro name=\"f\"><parm>x</parm><eqn>1</eqn></macro>\n"
             "<macro name=\"f\"><parm>x</parm><eqn>2</eqn></macro>"),
     "other.xml", 3, "macro \"f\" is defined twice"},
};

static void files_that_do_not_fit_are_refused_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong_files / sizeof *wrong_files; i++) {
        const wrong_file *w = &wrong_files[i];
        truce_model *model = NULL;
        truce_error error = {0};
        write_file("main.xmile", w->main);
        write_file("other.xml", w->other);
        if (load_main(&model, &error) != TRUCE_BAD_INPUT || model)
            fail_msg("accepted: %s", w->main);
        if (error.line != w->line || !strstr(error.message, w->sentence) ||
            strlen(error.file) < strlen(w->file) ||
            strcmp(error.file + strlen(error.file) - strlen(w->file), w->file) != 0)
            fail_msg("\"%s\" at %s:%d: got %s:%d: %s", w->sentence, w->file, w->line, error.file, error.line,
                     error.message);
    }
}

static void files_may_name_one_another_and_repeat_units_and_dimensions(void **state)
{
    (void)state;
    write_file("main.xmile",
               HEAD "<header><includes><include resource=\"other.xml\"/></includes></header>\n" SPECS
                    "<model_units><unit name=\"gun\"><alias>guns</alias></unit></model_units>"
                    "<dimensions><dim name=\"N\" size=\"3\"/></dimensions>" ROOT(AUX("a", "f(4)")) END);
    write_file("other.xml", HEAD "<header><includes><include resource=\"main.xmile\"/></includes></header>\n"
                                 "<model_units><unit name=\"gun\"><alias>guns</alias></unit></model_units>"
                                 "<dimensions><dim name=\"N\" size=\"3\"/></dimensions>"
                                 "<macro name=\"f\"><parm>x</parm><eqn>2*x</eqn></macro>" END);
    truce_model *model = NULL;
    truce_error error = {0};
    if (load_main(&model, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    assert_int_equal(truce_model_dimension_count(model), 1);
    assert_int_equal(truce_model_variable_count(model), 1);
    truce_model_destroy(model);
}

/* So many that a comparison of each with each would take minutes. */
static void dimensions_of_two_files_are_joined_however_many_there_are(void **state)
{
    (void)state;
    enum { COUNT = 20000, SIZE = 40 * COUNT };
    char *bytes = malloc(SIZE);
    assert_non_null(bytes);
    for (int file = 0; file < 2; file++) {
        size_t at = (size_t)snprintf(bytes, SIZE, "%s<dimensions>",
                                     file ? HEAD
                                          : HEAD "<header><includes><include resource=\"other.xml\"/>"
                                                 "</includes></header>" SPECS);
        for (int i = 0; i < COUNT; i++)
            at += (size_t)snprintf(bytes + at, SIZE - at, "<dim name=\"%c%d\" size=\"1\"/>", file ? 'd' : 'D',
                                   file ? i + 1 : i);
        at += (size_t)snprintf(bytes + at, SIZE - at, "</dimensions>%s" END, file ? "" : ROOT(AUX("a", "1")));
        assert_true(at < SIZE);
        write_file(file ? "other.xml" : "main.xmile", bytes);
    }
    truce_model *model = NULL;
    truce_error error = {0};
    if (load_main(&model, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    assert_int_equal(truce_model_dimension_count(model), COUNT + 1);
    truce_model_destroy(model);
    free(bytes);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"main.xmile", "other.xml"};
    char path[300];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variables_are_named_with_the_path_of_their_module),
        cmocka_unit_test(modules_and_their_groups_are_groups_of_the_model),
        cmocka_unit_test(a_connected_input_mentions_what_it_is_connected_to),
        cmocka_unit_test(units_are_checked_across_modules),
        cmocka_unit_test(mistakes_are_named_with_their_line),
        cmocka_unit_test(modules_cannot_explode),
        cmocka_unit_test(files_that_do_not_fit_are_refused_by_name),
        cmocka_unit_test(files_may_name_one_another_and_repeat_units_and_dimensions),
        cmocka_unit_test(dimensions_of_two_files_are_joined_however_many_there_are),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
