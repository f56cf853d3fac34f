/* Models written as C: compiled without a warning by the compilers there are, and run, they print what the
 * engine gives.
 *
 * A model that uses no special function must give the same bits: what is left are operations that IEEE 754
 * defines to the bit. Special functions come from the C library in place of SLEEF, each within one unit in
 * the last place (2^-52) of the other's result and its own. Up to a million of them along a run that does not
 * amplify errors add up to 2e-10 of a variable's largest value; 1e-9 is allowed.
 *
 * script/test runs this with several builds, most of whose time goes into compiling: what a text printed is kept in
 * the directory TRUCE_EMITTED, under the hash of the text, and a build that writes the same text compares its
 * engine with that. */
#include "base/base.h"
#include "emit/emit.h"
#include "truce/truce.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static const double tolerance = 1e-9;
static char folder[] = "/tmp/truce-emit-XXXXXX";
static bool has_gcc, has_clang;

static int find_compilers(void **state)
{
    (void)state;
    has_gcc = system("gcc --version >/dev/null 2>&1") == 0;
    has_clang = system("clang --version >/dev/null 2>&1") == 0;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static int run_command(const char *format, ...) PRINTF_LIKE(1, 2);
static int run_command(const char *format, ...)
{
    char command[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    return system(command);
}

/* ---- Comparing ---------------------------------------------------------------------------------------- */

static bool is_special(operation op)
{
    switch (op) {
    case OP_EXP:
    case OP_LN:
    case OP_LOG10:
    case OP_SIN:
    case OP_COS:
    case OP_TAN:
    case OP_ARCSIN:
    case OP_ARCCOS:
    case OP_ARCTAN:
    case OP_POWER:
    case OP_RANDOM_NORMAL:
    case OP_RANDOM_LOGNORMAL:
    case OP_GAMMA:
    case OP_POISSON:
    case OP_TRUNCATED_NORMAL:
    case OP_BETA:
    case OP_BINOMIAL:
        return true;
    default:
        return false;
    }
}

static bool uses_special(const expression *x)
{
    if (!x)
        return false;
    for (int i = 0; i < x->arity; i++)
        if (uses_special(x->arguments[i]))
            return true;
    return is_special(x->op);
}

static bool model_uses_special(const truce_model *m)
{
    for (size_t i = 0; i < m->element_count; i++)
        if (uses_special(m->elements[i].equation) || uses_special(m->elements[i].initial) ||
            uses_special(m->elements[i].delay) || uses_special(m->elements[i].limit))
            return true;
    return false;
}

static text read_text(const char *name)
{
    char path[256];
    text contents = {0};
    truce_error error = {0};
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (text_read_file(&contents, path, 1 << 28, &error))
        fail_msg("%s: %s", path, error.message);
    return contents;
}

typedef struct numbers {
    double *items;
    size_t count, columns;
} numbers;

/* What stands below the first line. */
static numbers read_numbers(const text *csv)
{
    numbers n = {.items = malloc((csv->length + 1) * sizeof *n.items)};
    assert_non_null(n.items);
    char *at = strchr(csv->bytes, '\n');
    assert_non_null(at);
    for (at++; *at; at++) {
        char *end;
        n.items[n.count++] = strtod(at, &end);
        assert_true(end > at && (*end == ',' || *end == '\n'));
        if (*end == '\n' && n.columns == 0)
            n.columns = n.count;
        at = end;
    }
    return n;
}

static void compare_closely(const char *name, const text *expected, const text *found)
{
    numbers x = read_numbers(expected), y = read_numbers(found);
    size_t header = strcspn(expected->bytes, "\n");
    assert_memory_equal(expected->bytes, found->bytes, header);
    assert_int_equal(x.count, y.count);
    for (size_t column = 0; column < x.columns; column++) {
        double largest = 0;
        for (size_t i = column; i < x.count; i += x.columns)
            largest = fmax(largest, fabs(x.items[i]));
        for (size_t i = column; i < x.count; i += x.columns)
            if (x.items[i] != y.items[i] && !(isnan(x.items[i]) && isnan(y.items[i])) &&
                !(fabs(x.items[i] - y.items[i]) <= tolerance * largest))
                fail_msg("%s: column %zu, row %zu is %.17g, not %.17g", name, column, i / x.columns,
                         y.items[i], x.items[i]);
    }
    free(x.items);
    free(y.items);
}

static void compare(const char *name, const truce_model *model)
{
    text expected = read_text("expected.csv"), found = read_text("found.csv");
    if (model_uses_special(model)) {
        compare_closely(name, &expected, &found);
    } else if (expected.length != found.length || memcmp(expected.bytes, found.bytes, found.length) != 0) {
        compare_closely(name, &expected, &found);
        fail_msg("%s: the bits differ", name);
    }
    text_free(&expected);
    text_free(&found);
}

/* ---- Compiling and running ---------------------------------------------------------------------------- */

#define WARNINGS "-std=c99 -Wall -Wextra -Wpedantic -Werror"

static void write_c(const char *name, const truce_model *model)
{
    char path[256];
    truce_error error = {0};
    snprintf(path, sizeof path, "%s/m.c", folder);
    if (truce_model_write_c(model, path, &error))
        fail_msg("%s: %s", name, error.message);
}

static void build(const char *name)
{
    if (has_clang && run_command("cd %s && clang " WARNINGS " -fsyntax-only m.c", folder) != 0)
        fail_msg("%s: clang does not take it", name);
    if (run_command("cd %s && %s " WARNINGS " -O1 m.c -lm -o m", folder, has_gcc ? "gcc" : "clang") != 0)
        fail_msg("%s: it is not compiled", name);
}

/* Where the output of the text in m.c is kept; false: nowhere. */
static bool name_kept(char *path, size_t size)
{
    const char *directory = getenv("TRUCE_EMITTED");
    if (!directory)
        return false;
    text c = read_text("m.c");
    hash128 h;
    uint64_t hash[2];
    hash128_start(&h);
    hash128_add(&h, c.bytes, c.length);
    hash128_finish(&h, hash);
    text_free(&c);
    snprintf(path, size, "%s/%016llx%016llx.csv", directory, (unsigned long long)hash[0],
             (unsigned long long)hash[1]);
    return true;
}

/* Makes found.csv of m.c. */
static void build_and_run(const char *name)
{
    char kept[512];
    bool keeps = name_kept(kept, sizeof kept);
    if (keeps && access(kept, R_OK) == 0) {
        assert_int_equal(run_command("cp '%s' %s/found.csv", kept, folder), 0);
        return;
    }
    build(name);
    assert_int_equal(run_command("cd %s && ./m >found.csv", folder), 0);
    if (keeps)
        assert_int_equal(run_command("cp %s/found.csv '%s'", folder, kept), 0);
}

static void check_model(const char *name, const truce_model *model)
{
    char path[256];
    truce_error error = {0};
    write_c(name, model);
    build_and_run(name);
    snprintf(path, sizeof path, "%s/expected.csv", folder);
    if (truce_model_write_csv(model, 1, path, &error))
        fail_msg("%s: %s", name, error.message);
    compare(name, model);
}

/* 1 when it was compared, 0 when its method is refused. */
static size_t check_file(const char *path)
{
    truce_model *model;
    truce_error error = {0};
    if (truce_model_load(path, &model, &error))
        fail_msg("%s: %s", path, error.message);
    bool adaptive = model->sim_specs.method == TRUCE_RK45;
    if (adaptive) {
        assert_int_equal(truce_model_write_c(model, "/dev/null", &error), TRUCE_BAD_INPUT);
        assert_non_null(strstr(error.message, "rk45"));
    } else {
        check_model(path, model);
    }
    truce_model_destroy(model);
    return !adaptive;
}

static const char *source_root(void)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    return root ? root : ".";
}

static void need_compiler(void)
{
    if (!has_gcc && !has_clang)
        skip();
}

static void every_conformance_model_gives_the_numbers_of_the_engine(void **state)
{
    (void)state;
    char list_path[512], path[1024];
    size_t count = 0;
    need_compiler();
    snprintf(list_path, sizeof list_path, "%s/tests/conformance", source_root());
    DIR *list = opendir(list_path);
    assert_non_null(list);
    for (struct dirent *entry; (entry = readdir(list));) {
        snprintf(path, sizeof path, "%s/%s/model.xmile", list_path, entry->d_name);
        if (entry->d_name[0] != '.' && access(path, R_OK) == 0)
            count += check_file(path);
    }
    closedir(list);
    assert_true(count > 150);
}

static void every_model_of_the_project_gives_the_numbers_of_the_engine(void **state)
{
    (void)state;
    static const char *const models[] = {"attrition", "awm", "lanchester"};
    need_compiler();
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/models/%s.xmile", source_root(), models[i]);
        assert_int_equal(check_file(path), 1);
    }
}

/* ---- Forms -------------------------------------------------------------------------------------------- */

static void every_operation_has_a_form_in_c(void **state)
{
    (void)state;
    for (int op = 0; op < OP_COUNT; op++)
        if (op != OP_NUMBER && op != OP_VARIABLE && !emit_form((operation)op))
            fail_msg("operation %d has none", op);
}

static truce_model *load(const char *method, const char *variables)
{
    truce_model *model;
    truce_error error = {0};
    text xml = {0};
    text_print(&xml,
               "<xmile version=\"1.0\"><header><name>a */ model ?"
               "?/ \\</name></header>"
               "<sim_specs method=\"%s\"><start>0</start><stop>5</stop><dt>0.25</dt></sim_specs>"
               "<model><variables>%s</variables></model></xmile>",
               method, variables);
    if (truce_model_load_text(xml.bytes, xml.length, "m.xmile", &model, &error))
        fail_msg("%s", error.message);
    text_free(&xml);
    return model;
}

static void check_variables(const char *method, const char *variables)
{
    need_compiler();
    truce_model *model = load(method, variables);
    check_model(variables, model);
    truce_model_destroy(model);
}

/* The headers of both tables are the same. */
static void names_that_a_spreadsheet_takes_for_formulas_are_written_as_the_engine_writes_them(void **state)
{
    (void)state;
    check_variables("euler", "<aux name=\"&quot;=1+1&quot;\"><eqn>1</eqn></aux>"
                             "<aux name=\"&quot;@a,b&quot;\"><eqn>2</eqn></aux>"
                             "<aux name=\"&quot;\xEF\xBC\x9D"
                             "1&quot;\"><eqn>3</eqn></aux>"
                             "<aux name=\"&quot;-2&quot;\"><eqn>4</eqn></aux>");
}

static void names_cannot_meet_those_of_c(void **state)
{
    (void)state;
    check_variables(
        "euler",
        "<aux name=\"double\"><eqn>1</eqn></aux><aux name=\"exp\"><eqn>EXP(double)</eqn></aux>"
        "<aux name=\"main\"><eqn>exp + now</eqn></aux><aux name=\"now\"><eqn>TIME</eqn></aux>"
        "<aux name=\"step\"><eqn>main</eqn></aux><aux name=\"&quot;a/b&quot;\"><eqn>3</eqn></aux>"
        "<aux name=\"&quot;a*b&quot;\"><eqn>&quot;a/b&quot;</eqn></aux><aux name=\"&quot;a b,c&quot;\"><eqn>"
        "&quot;a*b&quot; + 1</eqn></aux><aux name=\"a_b_2\"><eqn>5</eqn></aux><aux "
        "name=\"EOF\"><eqn>6</eqn></aux>"
        "<aux name=\"&quot;2nd&quot;\"><eqn>7</eqn></aux><aux "
        "name=\"\xD1\x81\xD0\xB8\xD0\xBB\xD0\xB0\"><eqn>8"
        "</eqn></aux><aux name=\"&quot;%d*/ ?"
        "?/&quot;\"><eqn>9</eqn><doc>ends here */ #error "
        "\\</doc><units>a*/b"
        "</units></aux><aux name=\"y0\"><eqn>10</eqn></aux><aux name=\"index\"><eqn>11</eqn></aux>");
}

/* An initial equation that nothing asks for at the start is not written, nor are functions that it alone would call. */
static void what_is_not_written_calls_no_function(void **state)
{
    (void)state;
    check_variables("euler", "<aux name=\"a\"><eqn>b * 2</eqn><init_eqn>MIN(TIME, 3) MOD 2</init_eqn></aux>"
                             "<aux name=\"b\"><eqn>MAX(TIME, 3)</eqn></aux>");
}

static void long_comments_are_cut_between_characters(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        text xml = {0};
        text_print(&xml, "<aux name=\"a\"><eqn>1</eqn><doc>%.*s", (int)i, "xx");
        for (int k = 0; k < 400; k++)
            text_print(&xml, "\xE2\x82\xAC");
        text_print(&xml, "</doc></aux>");
        truce_model *model = load("euler", xml.bytes);
        write_c("long", model);
        text c = read_text("m.c");
        assert_null(text_not_utf8(c.bytes, c.length));
        text_free(&c);
        text_free(&xml);
        truce_model_destroy(model);
    }
}

static void precedence_is_kept(void **state)
{
    (void)state;
    check_variables(
        "euler",
        "<aux name=\"a\"><eqn>TIME + 3</eqn></aux><aux name=\"b\"><eqn>TIME - 2</eqn></aux>"
        "<aux name=\"c\"><eqn>a - (b - (a - b)) - -b - (-a) + - - b</eqn></aux>"
        "<aux name=\"d\"><eqn>a / (b / 3 + 7) / (a * (b + 7)) * (3 / (a / 2))</eqn></aux>"
        "<aux name=\"e\"><eqn>(a &gt; b) + (a &lt; b) * 2 + (NOT (a = 5)) / (1 + (b = b)) + (a "
        "&lt;&gt; a)</eqn></aux>"
        "<aux name=\"f\"><eqn>IF (a &gt; 4 AND b &lt; 1) OR NOT (a &gt; 3.5 OR b &gt; 0) AND b "
        "THEN IF a THEN 1 ELSE 2 "
        "ELSE -(IF b &gt; 1 THEN a ELSE b)</eqn></aux>"
        "<aux name=\"g\"><eqn>-a ^ 2 + MIN(a, b, 0.5) - MAX(a, -b) + (7 MOD (b + 9)) + SAFEDIV(a, b + "
        "1, -3)</eqn></aux>"
        "<aux name=\"h\"><eqn>(a &lt; b) &lt; (b &lt; a)</eqn></aux>"
        "<aux name=\"i\"><eqn>NOT a AND NOT (b AND a) OR (a OR b) AND b</eqn></aux>");
}

static void memory_and_random_numbers_agree_under_every_method(void **state)
{
    (void)state;
    static const char *const methods[] = {"euler", "rk2", "rk4"};
    for (size_t i = 0; i < 3; i++)
        check_variables(
            methods[i],
            "<stock name=\"s\"><eqn>10 + "
            "noise</eqn><inflow>in</inflow><outflow>out</outflow><non_negative/></stock>"
            "<flow name=\"in\"><eqn>noise + DELAY3(noise, 2) + STEP(1, 2)</eqn></flow>"
            "<flow name=\"out\"><eqn>SMTH1(s, 1.5) * graph(TIME)</eqn></flow>"
            "<gf name=\"graph\"><xscale min=\"1\" max=\"4\"/><ypts>0.1,0.5,0.2</ypts></gf>"
            "<aux name=\"noise\"><eqn>NORMAL(1, 0.2) + RANDOM(0, 1) + LOGNORMAL(2, 0.5)</eqn></aux>"
            "<aux name=\"late\"><eqn>DELAY(s, 1.25, 3) + DELAY(noise, lag) + PREVIOUS(s, 1) + "
            "INIT(s)</eqn></aux>"
            "<aux name=\"lag\"><eqn>0.75</eqn></aux>");
}

static void deep_equations_do_not_nest_too_deeply_for_compilers(void **state)
{
    (void)state;
    text equation = {0};
    text_print(&equation, "<aux name=\"x\"><eqn>TIME</eqn></aux><aux name=\"y\"><eqn>");
    for (int i = 0; i < 55; i++)
        text_print(&equation, "MAX(%d - x * (x - ", i);
    text_print(&equation, "1");
    for (int i = 0; i < 55; i++)
        text_print(&equation, "/ 1000), 0)");
    text_print(&equation, "</eqn></aux>");
    check_variables("euler", equation.bytes);
    text_free(&equation);
}

/* ---- Arguments ---------------------------------------------------------------------------------------- */

static const char noisy[] = "<stock name=\"level of it\"><eqn>5</eqn><inflow>in</inflow></stock>"
                            "<flow name=\"in\"><eqn>rate * RANDOM(0, 1)</eqn></flow>"
                            "<aux name=\"rate\"><eqn>0.5</eqn></aux>";

static void run_engine(const truce_model *model, uint64_t seed, uint64_t member, double rate, double level,
                       double *results)
{
    const truce_input inputs[] = {{"rate", TRUCE_INPUT_PARAMETER}, {"level of it", TRUCE_INPUT_PARAMETER}};
    const truce_program_options options = {.inputs = inputs, .input_count = 2};
    truce_program *program;
    truce_run *run;
    double parameters[16];
    for (size_t i = 0; i < 16; i++)
        parameters[i] = i < 8 ? rate : level;
    assert_int_equal(truce_program_compile(model, &options, &program, NULL), TRUCE_OK);
    assert_int_equal(truce_run_create(program, 8, &run, NULL), TRUCE_OK);
    truce_run_execute(run, seed, member, 1, parameters, NULL, NULL, results, NULL);
    truce_run_destroy(run);
    truce_program_destroy(program);
}

static void seed_member_and_constants_are_arguments(void **state)
{
    (void)state;
    static double results[21 * 3 * 8];
    need_compiler();
    truce_model *model = load("euler", noisy);
    write_c("noisy", model);
    build("noisy");
    assert_int_equal(
        run_command("cd %s && ./m --seed=7 rate=0.25 --member=3 'level of it=-2' >found.csv", folder), 0);
    run_engine(model, 7, 3, 0.25, -2, results);
    text found = read_text("found.csv");
    numbers n = read_numbers(&found);
    assert_int_equal(n.columns, 4);
    assert_int_equal(n.count, 21 * 4);
    for (size_t row = 0; row < 21; row++)
        for (size_t column = 0; column < 3; column++)
            assert_true(n.items[row * 4 + column + 1] == results[(row * 3 + column) * 8]);
    free(n.items);
    text_free(&found);
    truce_model_destroy(model);
}

static void wrong_arguments_are_refused(void **state)
{
    (void)state;
    need_compiler();
    truce_model *model = load("euler", noisy);
    write_c("noisy", model);
    build("noisy");
    static const char *const wrong[] = {"rate=", "rate=x", "rate", "in=1", "=1", "--sed=1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_not_equal(run_command("cd %s && ./m %s >/dev/null 2>&1", folder, wrong[i]), 0);
    assert_int_equal(run_command("cd %s && ./m --help | grep -q 'rate=0.5'", folder), 0);
    truce_model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_has_a_form_in_c),
        cmocka_unit_test(names_that_a_spreadsheet_takes_for_formulas_are_written_as_the_engine_writes_them),
        cmocka_unit_test(names_cannot_meet_those_of_c),
        cmocka_unit_test(what_is_not_written_calls_no_function),
        cmocka_unit_test(long_comments_are_cut_between_characters),
        cmocka_unit_test(precedence_is_kept),
        cmocka_unit_test(memory_and_random_numbers_agree_under_every_method),
        cmocka_unit_test(deep_equations_do_not_nest_too_deeply_for_compilers),
        cmocka_unit_test(seed_member_and_constants_are_arguments),
        cmocka_unit_test(wrong_arguments_are_refused),
        cmocka_unit_test(every_model_of_the_project_gives_the_numbers_of_the_engine),
        cmocka_unit_test(every_conformance_model_gives_the_numbers_of_the_engine),
    };
    return cmocka_run_group_tests(tests, find_compilers, remove_folder);
}
