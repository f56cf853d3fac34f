/* Wrong models, cases and series: each gives one sentence with its place and the status of bad input, and
 * leaves nothing behind. Everything goes through the public interface. */
#include "truce/truce.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static char folder[] = "/tmp/truce-bad-XXXXXX";

static void path_in(char *path, size_t size, const char *name)
{
    snprintf(path, size, "%s/%s", folder, name);
}

static char *read_all(const char *path)
{
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    char *bytes = calloc(1, 1 << 16);
    assert_non_null(bytes);
    assert_true(fread(bytes, 1, (1 << 16) - 1, stream) > 0);
    fclose(stream);
    return bytes;
}

static void write_all(const char *name, const char *bytes, size_t length)
{
    char path[256];
    path_in(path, sizeof path, name);
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, length, stream), length);
    assert_int_equal(fclose(stream), 0);
}

static char *example_file(const char *name)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char path[512];
    snprintf(path, sizeof path, "%s/docs/example/%s", root ? root : ".", name);
    return read_all(path);
}

static const char *const example_files[] = {"model.xmile", "series/support.csv", "series/observed.csv",
                                            "case.yaml"};
enum { EXAMPLE_FILES = 4 };

static void restore_example(void)
{
    for (size_t i = 0; i < EXAMPLE_FILES; i++) {
        char *bytes = example_file(example_files[i]);
        write_all(example_files[i], bytes, strlen(bytes));
        free(bytes);
    }
}

static int make_folder(void **state)
{
    (void)state;
    char path[256];
    if (!mkdtemp(folder))
        return -1;
    path_in(path, sizeof path, "series");
    return mkdir(path, 0700);
}

static int remove_folder(void **state)
{
    (void)state;
    char path[256];
    for (size_t i = 0; i < EXAMPLE_FILES; i++) {
        path_in(path, sizeof path, example_files[i]);
        remove(path);
    }
    path_in(path, sizeof path, "series");
    rmdir(path);
    return rmdir(folder); /* fails when a test has left a file behind */
}

/* One sentence: no line break, no capital or full stop of its own, not cut off. */
static void check_sentence(const truce_error *error)
{
    size_t length = strlen(error->message);
    assert_true(length > 0 && length < sizeof error->message - 1);
    assert_null(strchr(error->message, '\n'));
    assert_int_not_equal(error->message[length - 1], '.');
}

/* ---- Models ------------------------------------------------------------------------------------------- */

#define HEAD                                                                                                 \
    "<?xml version=\"1.0\"?>\n"                                                                              \
    "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n"                     \
    "<header><name>m</name><vendor>v</vendor><product version=\"1\">p</product></header>\n"
#define TIMES "<sim_specs><start>0</start><stop>4</stop><dt>0.5</dt></sim_specs>\n"
#define SIDES "<dimensions><dim name=\"Side\"><elem name=\"red\"/><elem name=\"blue\"/></dim></dimensions>\n"
#define OPEN  "<model><variables>\n"
#define CLOSE "</variables></model>\n</xmile>\n"
/* The variables start on line 6 (7 after dimensions). */
#define MODEL(variables)  HEAD TIMES OPEN variables CLOSE
#define ARRAYS(variables) HEAD TIMES SIDES OPEN variables CLOSE

typedef struct wrong_model {
    const char *fault, *text;
    int line;
    const char *names; /* what the sentence must name */
} wrong_model;

static const wrong_model wrong_models[] = {
    {"empty file", "", 1, "m.xmile"},
    {"not XML", "stock = 3\n", 1, ""},
    {"another document", "<?xml version=\"1.0\"?>\n<html></html>\n", 2, "html"},
    {"tag left open", HEAD TIMES OPEN "<aux name=\"a\"><eqn>1</eqn>\n" CLOSE, 7, "<aux> of line 6"},
    {"cut off", HEAD TIMES OPEN "<aux name=\"a\"><eqn>1", 6, "<eqn>"},
    {"entity bomb",
     "<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">\n"
     "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>\n<xmile>&b;</xmile>\n",
     2, ""},
    {"unknown entity", MODEL("<aux name=\"a\"><eqn>&bomb;</eqn></aux>\n"), 6, "<eqn>"},
    {"no sim_specs", HEAD OPEN "<aux name=\"a\"><eqn>1</eqn></aux>\n" CLOSE, 0, "sim_specs"},
    {"dt of zero",
     HEAD "<sim_specs><start>0</start><stop>4</stop><dt>0</dt></sim_specs>\n" OPEN
          "<aux name=\"a\"><eqn>1</eqn></aux>\n" CLOSE,
     4, "dt"},
    {"stop before start",
     HEAD "<sim_specs><start>5</start><stop>4</stop><dt>1</dt></sim_specs>\n" OPEN
          "<aux name=\"a\"><eqn>1</eqn></aux>\n" CLOSE,
     4, "stop"},
    {"unknown method",
     HEAD "<sim_specs method=\"Gear\"><start>0</start><stop>4</stop><dt>1</dt></sim_specs>\n" OPEN
          "<aux name=\"a\"><eqn>1</eqn></aux>\n" CLOSE,
     4, "Gear"},
    {"unknown variable",
     MODEL("<aux name=\"front velocity\"><eqn>1</eqn></aux>\n"
           "<aux name=\"b\"><eqn>front velocty * 2</eqn></aux>\n"),
     7, "front velocity"},
    {"unknown function", MODEL("<aux name=\"a\"><eqn>FROBNICATE(1)</eqn></aux>\n"), 6, "FROBNICATE"},
    {"too few arguments", MODEL("<aux name=\"a\"><eqn>SAFEDIV(1)</eqn></aux>\n"), 6, "SAFEDIV"},
    {"too many arguments", MODEL("<aux name=\"a\"><eqn>EXP(1, 2)</eqn></aux>\n"), 6, "EXP"},
    {"half an equation", MODEL("<aux name=\"a\"><eqn>1 +</eqn></aux>\n"), 6, ""},
    {"parenthesis left open", MODEL("<aux name=\"a\"><eqn>(1 + 2</eqn></aux>\n"), 6, ""},
    {"two operators", MODEL("<aux name=\"a\"><eqn>\n1 * / 2</eqn></aux>\n"), 7, ""},
    {"no equation", MODEL("<aux name=\"a\"><doc>x</doc></aux>\n"), 6, "a"},
    {"variable without a name", MODEL("<aux><eqn>1</eqn></aux>\n"), 6, "name"},
    {"name given twice",
     MODEL("<aux name=\"Some Name\"><eqn>1</eqn></aux>\n<aux name=\"some_name\"><eqn>2</eqn></aux>\n"), 7,
     "some name"},
    {"cycle without a stock",
     MODEL("<aux name=\"hen\"><eqn>egg + 1</eqn></aux>\n<aux name=\"egg\"><eqn>hen * 2</eqn></aux>\n"), 6,
     "egg"},
    {"cycle of initial values",
     MODEL("<stock name=\"s\"><eqn>t</eqn></stock>\n<stock name=\"t\"><eqn>s</eqn></stock>\n"), 6, "s"},
    {"inflow that does not exist", MODEL("<stock name=\"s\"><eqn>1</eqn><inflow>nowhere</inflow></stock>\n"),
     6, "nowhere"},
    {"unsupported queue", MODEL("<stock name=\"s\"><eqn>0</eqn>\n<queue/></stock>\n"), 7, "queue"},
    {"unknown dimension",
     ARRAYS("<aux name=\"a\"><dimensions><dim name=\"Slide\"/></dimensions><eqn>1</eqn></aux>\n"), 7,
     "Slide"},
    {"wrong subscript",
     ARRAYS("<aux name=\"a\"><dimensions><dim name=\"Side\"/></dimensions><eqn>1</eqn></aux>\n"
            "<aux name=\"b\"><eqn>a[bleu]</eqn></aux>\n"),
     8, "bleu"},
    {"array where a number is needed",
     ARRAYS("<aux name=\"a\"><dimensions><dim name=\"Side\"/></dimensions><eqn>1</eqn></aux>\n"
            "<aux name=\"b\"><eqn>a + 1</eqn></aux>\n"),
     8, "a"},
    {"too many subscripts",
     ARRAYS("<aux name=\"a\"><dimensions><dim name=\"Side\"/></dimensions><eqn>1</eqn></aux>\n"
            "<aux name=\"b\"><eqn>a[red, blue]</eqn></aux>\n"),
     8, "a"},
    {"element of a stock without an initial value",
     ARRAYS("<stock name=\"a\"><dimensions><dim name=\"Side\"/></dimensions>\n"
            "<element subscript=\"red\"><eqn>1</eqn></element></stock>\n"),
     7, "blue"},
    {"unequal points of a graph",
     MODEL("<aux name=\"a\"><eqn>TIME</eqn>\n<gf><xpts>0,1,2</xpts><ypts>0,1</ypts></gf></aux>\n"), 7, ""},
    {"falling points of a graph",
     MODEL("<aux name=\"a\"><eqn>TIME</eqn>\n<gf><xpts>0,2,1</xpts><ypts>0,1,2</ypts></gf></aux>\n"), 7, ""},
};

static void check_model(const wrong_model *w)
{
    truce_model *model = NULL;
    truce_error error = {0};
    truce_status status = truce_model_load_text(w->text, strlen(w->text), "m.xmile", &model, &error);
    char all[1200];
    truce_error_text(&error, all, sizeof all);
    if (status != TRUCE_BAD_INPUT || model)
        fail_msg("%s: status %d (%s)", w->fault, status, all);
    assert_int_equal(error.status, TRUCE_BAD_INPUT);
    assert_string_equal(error.file, "m.xmile");
    check_sentence(&error);
    if (w->line && error.line != w->line)
        fail_msg("%s: line %d expected (%s)", w->fault, w->line, all);
    if (!strstr(all, w->names))
        fail_msg("%s: \"%s\" does not name \"%s\"", w->fault, all, w->names);
}

static void wrong_models_are_refused_with_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong_models / sizeof *wrong_models; i++)
        check_model(&wrong_models[i]);
}

/* Text of `before`, then `count` times `unit`, then `after`. */
static char *repeated(const char *before, const char *unit, size_t count, const char *after)
{
    char *bytes = malloc(strlen(before) + strlen(unit) * count + strlen(after) + 1);
    assert_non_null(bytes);
    char *end = stpcpy(bytes, before);
    for (size_t i = 0; i < count; i++)
        end = stpcpy(end, unit);
    stpcpy(end, after);
    return bytes;
}

static void models_of_monstrous_size_are_refused(void **state)
{
    (void)state;
    char *attribute = repeated(HEAD TIMES OPEN "<aux name=\"", "aaaaaaaaaa", 10000000, "\"/>\n" CLOSE);
    check_model(&(wrong_model){"attribute of 100 MB", attribute, 0, ""});
    free(attribute);
    attribute = repeated(HEAD TIMES OPEN "<aux name=\"", "aaaaaaaaaa", 1000000, "\"/>\n" CLOSE);
    check_model(&(wrong_model){"attribute of 10 MB", attribute, 6, ""});
    free(attribute);
    char *nested = repeated(HEAD TIMES OPEN, "<group name=\"a\">", 100000, CLOSE);
    check_model(&(wrong_model){"100,000 tags inside one another", nested, 0, ""});
    free(nested);
    char *brackets = repeated(HEAD TIMES OPEN "<aux name=\"a\"><eqn>", "(", 100000, "1</eqn></aux>\n" CLOSE);
    check_model(&(wrong_model){"100,000 parentheses", brackets, 6, ""});
    free(brackets);
    char *signs = repeated(HEAD TIMES OPEN "<aux name=\"a\"><eqn>", "-", 100000, "1</eqn></aux>\n" CLOSE);
    check_model(&(wrong_model){"100,000 signs", signs, 6, ""});
    free(signs);
}

/* ---- Equations of monstrous length and depth ---------------------------------------------------------- */

/* What is read must end in an error or in a result, on a stack of 1 MB. Sanitizers make frames several times
 * as large.
 */
#if defined(__SANITIZE_ADDRESS__)
enum { STACK_SIZE = 16 << 20 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { STACK_SIZE = 16 << 20 };
#else
enum { STACK_SIZE = 1 << 20 };
#endif
#else
enum { STACK_SIZE = 1 << 20 };
#endif

typedef struct journey {
    const char *text;
    truce_status status;
    truce_error error;
} journey;

/* From the text to a program file and back, to a run, and to C. */
static void *travel(void *context)
{
    journey *j = context;
    truce_model *model = NULL;
    truce_program *program = NULL, *again = NULL;
    char path[256], c_path[256], csv_path[256];
    path_in(path, sizeof path, "m.truce");
    path_in(c_path, sizeof c_path, "m.c");
    path_in(csv_path, sizeof csv_path, "m.csv");
    j->status = truce_model_load_text(j->text, strlen(j->text), "m.xmile", &model, &j->error);
    if (!j->status)
        j->status = truce_program_compile(model, NULL, &program, &j->error);
    if (!j->status)
        j->status = truce_program_save(program, path, &j->error);
    if (!j->status)
        j->status = truce_program_load(path, &again, &j->error);
    if (!j->status)
        j->status = truce_model_write_csv(model, 1, csv_path, &j->error);
    if (!j->status)
        j->status = truce_model_write_c(model, c_path, &j->error);
    truce_program_destroy(again);
    truce_program_destroy(program);
    truce_model_destroy(model);
    remove(path);
    remove(c_path);
    remove(csv_path);
    return NULL;
}

/* `words` NULL: it must work. */
static void go(char *variables, const char *words)
{
    pthread_t thread;
    pthread_attr_t attributes;
    char *whole = malloc(strlen(variables) + sizeof(MODEL("")));
    assert_non_null(whole);
    stpcpy(stpcpy(stpcpy(whole, HEAD TIMES OPEN), variables), CLOSE);
    journey j = {.text = whole};
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstacksize(&attributes, STACK_SIZE), 0);
    assert_int_equal(pthread_create(&thread, &attributes, travel, &j), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
    if (words) {
        assert_int_equal(j.status, TRUCE_BAD_INPUT);
        if (!strstr(j.error.message, words))
            fail_msg("\"%s\" does not say \"%s\"", j.error.message, words);
    } else if (j.status) {
        fail_msg("%s", j.error.message);
    }
    free(whole);
    free(variables);
}

/* before, unit repeated, middle, end repeated, after */
static char *nested(const char *before, const char *unit, size_t count, const char *middle, const char *end,
                    const char *after)
{
    char *right = repeated("", end, count, after), *left = repeated(before, unit, count, middle);
    char *whole = malloc(strlen(left) + strlen(right) + 1);
    assert_non_null(whole);
    stpcpy(stpcpy(whole, left), right);
    free(left);
    free(right);
    return whole;
}

#define CLOCK "<aux name=\"a\"><eqn>TIME</eqn></aux>"
#define X     "<aux name=\"x\"><eqn>"
#define END_X "</eqn></aux>"

static void equations_of_monstrous_length_or_depth_end_in_an_error_or_work(void **state)
{
    (void)state;
    go(repeated(CLOCK X, "a+", 1000000, "a" END_X), "longer than");
    go(repeated(CLOCK X, "a+", 500000, "a" END_X), "more than 1000 levels");
    go(repeated(CLOCK X, "a+", 990, "a" END_X), NULL);
    go(repeated(CLOCK X, "MAX(a,SMTH1(a,2))*SIN(a)^2+", 990, "a" END_X), NULL);
    go(nested(CLOCK X, "(", 10000, "a", ")", END_X), "nested more than 250 levels");
    go(nested(CLOCK X, "(", 240, "a", ")", END_X), NULL);
    go(nested(CLOCK X, "IF a THEN ", 10000, "1", " ELSE 2", END_X), "nested more than 250 levels");
    go(nested(CLOCK X, "IF a THEN ", 240, "1", " ELSE 2", END_X), NULL);
    go(nested(CLOCK X, "SMTH1(", 240, "a", ",2)", END_X), NULL);
    go(nested(CLOCK X, "DELAY(", 240, "a", ",2)", END_X), NULL);
    go(repeated(CLOCK X, "a^", 100000, "a" END_X), "nested more than 250 levels");
    go(repeated(CLOCK X, "NOT ", 100000, "a" END_X), "nested more than 250 levels");
    go(repeated(CLOCK X "MAX(", "a,", 100000, "a)" END_X), NULL);
}

/* Each needs the next one, so that the first to be looked at lies deepest. */
static char *chain(const char *format, size_t count)
{
    char *variables = malloc(count * (strlen(format) + 30) + 100), *end = variables;
    assert_non_null(variables);
    for (size_t i = 0; i < count; i++)
        end += sprintf(end, format, i, i + 1);
    sprintf(end, "<aux name=\"v%zu\"><eqn>TIME</eqn></aux>", count);
    return variables;
}

static void chains_of_variables_of_monstrous_length_work(void **state)
{
    (void)state;
    go(chain("<aux name=\"v%zu\"><eqn>v%zu+1</eqn></aux>", 10000), NULL);
    go(chain("<stock name=\"v%zu\"><eqn>v%zu+1</eqn></stock>", 10000), NULL);
    go(chain("<aux name=\"v%zu\"><eqn>SMTH1(v%zu, 2)</eqn></aux>", 10000), NULL);
    go(chain("<aux name=\"v%zu\"><eqn>INIT(v%zu)</eqn></aux>", 10000), NULL);
}

static void names_of_a_megabyte_end_in_an_error_or_work(void **state)
{
    (void)state;
    char *name = repeated("", "n", 1000000, "");
    char *known = malloc(3000100), *unknown = malloc(3000100);
    assert_true(known && unknown);
    sprintf(known, "<aux name=\"%s\"><eqn>TIME</eqn></aux>" X "%s" END_X, name, name);
    sprintf(unknown, "<aux name=\"%s\"><eqn>TIME</eqn></aux>" X "%s2" END_X, name, name);
    free(name);
    go(known, NULL);
    go(unknown, "unknown variable");
}

static void missing_model_is_named(void **state)
{
    (void)state;
    truce_model *model = NULL;
    truce_error error = {0};
    assert_int_equal(truce_model_load("/nowhere/at/all.xmile", &model, &error), TRUCE_BAD_INPUT);
    assert_null(model);
    assert_string_equal(error.file, "/nowhere/at/all.xmile");
    check_sentence(&error);
    assert_int_equal(truce_model_load(folder, &model, &error), TRUCE_BAD_INPUT);
    check_sentence(&error);
}

/* ---- Cases and series --------------------------------------------------------------------------------- */

/* The example with one text replaced in one of its files. The error must be in `in` (the altered file when
 * NULL), on the line where `at` first stands there (the replacement when NULL; none when ""). */
typedef struct wrong_case {
    const char *file, *find, *replace, *at, *message, *in;
} wrong_case;

#define CASE     "case.yaml"
#define SUPPORT  "series/support.csv"
#define OBSERVED "series/observed.csv"

static const wrong_case wrong_cases[] = {
    /* the file */
    {CASE, "truce: 1", "truce: 2", NULL, "reads cases of version 1 only", NULL},
    {CASE, "truce: 1\n", "", "title:", "needs the key \"truce\"", NULL},
    {CASE, "title: An", "titel: An", NULL, "no key \"titel\" (did you mean \"title\"?)", NULL},
    {CASE, "title: An invented war of two years\n", "", "truce: 1", "the case needs the key \"title\"", NULL},
    {CASE, "events:", "scenarios: {}\nevents:", "scenarios: {}", "\"scenarios\" is given twice", NULL},
    {CASE, "title: An invented", "title: *war\nx: An invented", "*war", "aliases", NULL},
    {CASE, "names: {defender", "names: {{defender", "names:", "a key must be plain text", NULL},
    {CASE, "names: {defender", "names: [{defender", "front:", "not valid YAML", NULL},
    {CASE, "months: 2}", "months: 2]", "months: 2]", "not valid YAML", NULL},
    {CASE, "series:\n  -", "series: 3\nx:\n  -", "x:\n", "no key \"x\"", NULL},
    {CASE, "events:\n  - {month: 2024-02, label: Deliveries slow down}", "events: soon", NULL,
     "\"events\" must be a list", NULL},
    /* model and horizon */
    {CASE, "model: model.xmile", "model: modle.xmile", NULL, "cannot read the file", NULL},
    {CASE, "model: model.xmile", "model: case.yaml", "truce: 1", "", NULL},
    {"model.xmile", "time_units=\"months\"", "time_units=\"years\"", "model: model",
     "unit of time is \"years\"", CASE},
    {"model.xmile", "<dt>0.25</dt>", "<dt>0.3</dt>", "model: model", "dt of 0.3 does not divide a month",
     CASE},
    {"model.xmile", "<eqn>recruits</eqn>", "<eqn>recriuts</eqn>", NULL, "recruits", NULL},
    {CASE, "start: 2024-01,", "start: 2026-01,", NULL, "ends before it starts", NULL},
    {CASE, "start: 2024-01,", "start: 1024-01,", NULL, "longer than 1200 months", NULL},
    {CASE, "end: 2025-12}", "end: 2025-13}", NULL, "must be a month such as 2024-03, not \"2025-13\"", NULL},
    {CASE, "data end: 2024-06", "data end: 2027-06", NULL, "outside the horizon, 2024-01 to 2025-12", NULL},
    /* names, front, sources */
    {CASE, "{defender: Lowland", "{defendr: Lowland", NULL, "\"defendr\" (did you mean \"defender\"?)", NULL},
    {CASE, "front: {variable: territory held", "front: {variable: teritory held", NULL, "territory held",
     NULL},
    {CASE, "front: {variable: territory held", "front: {variable: force", NULL,
     "stands for 2 elements where one is needed, such as \"force[defender]\"", NULL},
    {CASE, "  mapper: {text: Survey of the front, date: 2024-07}", "  mapper: {text: x, date: July}", NULL,
     "\"July\" is not a date", NULL},
    {CASE, "source: mapper,", "source: maper,", "source: maper",
     "no source \"maper\" (did you mean \"mapper\"?)", NULL},
    /* series */
    {CASE, "variable: ammunition delivered, file", "variable: killed, file", NULL, "stands for 2 elements",
     NULL},
    {CASE, "variable: ammunition delivered, file", "variable: territory held, file", NULL, "is a stock",
     NULL},
    {CASE, "variable: ammunition delivered, file", "variable: amunition delivered, file", NULL,
     "ammunition delivered", NULL},
    {CASE, "file: series/support.csv", "file: series/suport.csv", NULL, "cannot read the file", NULL},
    {CASE, "column: shells", "column: shels", NULL, "no column \"shels\" (did you mean \"shells\"?)", NULL},
    {CASE, "units: thousand rounds/month", "units: rounds/month", NULL,
     "the units \"rounds/month\" clash with \"thousand rounds/month\", the units of \"ammunition delivered\"",
     NULL},
    {CASE, ", beyond: {mean of last: 3}", "", "- {variable: ammunition delivered",
     "the series ends in 2024-06 and the horizon in 2025-12", NULL},
    {CASE, "mean of last: 3", "mean of last: 30", NULL, "from 1 to the 8 months", NULL},
    {CASE, "beyond: {mean of last: 3}", "beyond: zeros", NULL, "\"zeros\" (did you mean \"zero\"?)", NULL},
    {CASE, "beyond: {mean of last: 3}", "interpolation: linaer, beyond: zero", NULL,
     "\"linaer\" (did you mean \"linear\"?)", NULL},
    {CASE, "beyond: {mean of last: 3}", "beyond: prior", "- {variable: ammunition delivered",
     "no parameter gives it a prior", NULL},
    {SUPPORT, "2024-03,60\n", "", "2024-04", "the month 2024-03 is missing before 2024-04", NULL},
    {SUPPORT, "2024-03,60", "2024-03,nan", NULL, "not a finite number", NULL},
    {SUPPORT, "2024-03,60", "2024-03,", "2024-03,\n", "empty in 2024-03", NULL},
    {SUPPORT, "2024-03,60", "2024-03,60,1", NULL, "the line has 3 cells", NULL},
    {SUPPORT, "2024-03,60", "2024-02,60", "2024-02,60", "given twice", NULL},
    {SUPPORT, "month,shells\n", "month,shells\r\n", "month", "carriage return", NULL},
    {SUPPORT, "2023-11,110\n2023-12,130\n2024-01,120\n", "", "file: series/support.csv",
     "starts in 2024-02, after the start of the horizon", CASE},
    /* parameters */
    {CASE, "median: 0.02, sd: 0.3", "median: 0.02, sd: -0.3", NULL, "above 0, not -0.3", NULL},
    {CASE, "median: 0.02, sd: 0.3", "median: 0.02", NULL,
     "either \"median\" and \"sd\" or \"p05\" and \"p95\"", NULL},
    {CASE, "median: 0.02, sd: 0.3", "median: 0.02, sd: wide", NULL, "must be a number, not \"wide\"", NULL},
    {CASE, "p05: 0.006, p95: 0.015", "p05: 0.015, p95: 0.006", NULL, "p05 < p95", NULL},
    {CASE, "p05: 0.006, p95: 0.015", "p05: -1, p95: 0.015", NULL, "p05 > 0", NULL},
    {CASE, "low: 100, mode: 200", "low: 300, mode: 200", NULL, "must lie between", NULL},
    {CASE, "low: -30, high: 30", "low: 30, high: 30", NULL, "above its lower bound", NULL},
    {CASE, "{a: 4, b: 6}", "{a: 4, b: 0}", NULL, "second shape", NULL},
    {CASE, "{lognormal: {median", "{lognorml: {median", NULL, "\"lognorml\" (did you mean \"lognormal\"?)",
     NULL},
    {CASE, "lethality[attacker]", "lethality[defender]", "prior: {lognormal: {p05",
     "given twice, first on line", NULL},
    {CASE, "\"force[attacker]\", prior", "\"ammunition adequacy\", prior", NULL,
     "\"ammunition adequacy\" is computed", NULL},
    {CASE, "\"force[attacker]\", prior", "\"ammunition delivered\", prior", NULL, "needs \"beyond: prior\"",
     NULL},
    {CASE, "units: thousand people,\n     judgement", "units: people,\n     judgement", "units: people,\n",
     "clash with \"thousand people\"", NULL},
    {CASE, "{a: 4, b: 6}}, judgement: true", "{a: 4, b: 6}}", "{name: coverage", "needs the key \"source\"",
     NULL},
    {CASE, "name: coverage of obituaries, prior", "name: recruits, prior", NULL,
     "write \"variable\" in place of \"name\"", NULL},
    /* observations */
    {CASE, "scale: coverage of obituaries", "scale: coverage of obituary", NULL,
     "no parameter \"coverage of obituary\" (did you mean \"coverage of obituaries\"?)", NULL},
    {CASE, "measure: change", "measure: changes", NULL, "\"changes\" (did you mean \"change\"?)", NULL},
    {CASE, "measure: change", "measure: change, complete after: obituarys", NULL,
     "has no column \"obituarys\" (did you mean \"obituaries\"?)", NULL},
    {CASE, "measure: change", "measure: change, complete after: obituaries", "2024-01,1000,1.1",
     "column \"obituaries\" needs a number of months here, because \"obituaries\" has a value", OBSERVED},
    {CASE, "measure: change", "measure: change, complete after: 1.5", NULL, "a number of months, not 1.5",
     NULL},
    {CASE, "error: {normal: 15}", "error: {normal: 0}", NULL, "greater than 0, not 0", NULL},
    {CASE, "name: obituaries, var", "name: survey, var", NULL, "the observation \"survey\" is given twice",
     NULL},
    {CASE, "from: 2024-01, to: 2024-05", "from: 2023-12, to: 2024-05", NULL, "outside the horizon", NULL},
    {CASE, "from: 2024-01, to: 2024-05", "from: 2025-01, to: 2025-05", NULL,
     "has no value in the months to use", NULL},
    {OBSERVED, "2024-02,1040,1.5", "2024-02,1040,0", NULL, "needs values greater than 0", NULL},
    {OBSERVED, "2024-02,1040,1.5", "2024-02,1040,many", NULL, "\"many\" in column \"obituaries\"", NULL},
    /* scenarios */
    {CASE, "  stops:\n    from: actual", "  stops:\n    from: actaul", "actaul",
     "no scenario \"actaul\" (did you mean \"actual\"?)", NULL},
    {CASE, "  stops:\n    from: actual",
     "  stops:\n    rests on: [advance without amunition]\n    from: actual", "rests on",
     "no parameter \"advance without amunition\" (did you mean \"advance without ammunition\"?)", NULL},
    {CASE, "  actual: {title", "  actual: {from: stops, title", NULL, "builds on itself in a cycle", NULL},
    {CASE, "  no-gap:\n    from: actual", "  no-gap:\n    from: halt\n  halt: {}\n  x:\n    from: actual",
     "from: halt", "which must come before it", NULL},
    {CASE, "  no-gap:", "  no gap:", NULL, "cannot name a scenario", NULL},
    {CASE, "from: 2024-10, value: 0", "from: 2024-10, value: 0, scale: 2", "from: 2024-10", "needs one of",
     NULL},
    {CASE, "from: 2024-10, value: 0", "from: 2024-10, scale: 2", NULL, "hold over the whole horizon", NULL},
    {CASE, "from: 2024-10, value: 0", "from: 2029-10, value: 0", NULL, "outside the horizon", NULL},
    {CASE, "from: 2024-02, to: 2024-05", "from: 2024-05, to: 2024-02", NULL, "ends before it begins", NULL},
    {CASE, "[2023-11, 2024-01]", "[2022-11, 2024-01]", NULL, "leaves the data of \"ammunition delivered\"",
     NULL},
    {CASE, "{variable: \"recruits[defender]\", from: 2025-01",
     "{variable: \"recruits[*, defender]\", from: 2025-01", NULL, "has 1 dimensions, not 2", NULL},
    {CASE, "{variable: \"recruits[defender]\", from: 2025-01", "{variable: territory held, from: 2025-01",
     "variable: territory held, from: 2025-01", "is a stock", NULL},
    /* what is shown */
    {CASE, "section: losses", "section: loses", NULL, "no section \"loses\" (did you mean \"losses\"?)",
     NULL},
    {CASE, "change: true", "change: yes", NULL, "must be true or false, not \"yes\"", NULL},
    {CASE, "title: Killed, section", "titel: Killed, section", NULL, "no key \"titel\"", NULL},
    {CASE, "months: 2}", "months: 0}", NULL, "a whole number from 1", NULL},
    {CASE, "months: 2}", "months: 2, collapsed: recruits found}", NULL, "no variable \"recruits found\"",
     NULL},
    {CASE, "months: 2}", "months: 2, collapsed: force}", NULL,
     "\"collapsed\" does not have the same elements as \"variable\"", NULL},
    {CASE, "{month: 2024-02,", "{month: 2023-02,", NULL, "outside the horizon", NULL},
    {CASE, "scale: 1000, chart: true", "scale: 1000, key: by output", NULL, "\"key\" says how \"shares\"",
     NULL},
    /* what would mean something else than is written, or nothing */
    {CASE, "Side: side}", "Side: side, DEFENDER: Other}", NULL, "the name \"defender\" is given twice", NULL},
    {CASE, "date: 2024-07-15", "date: 2024-02-30", "date: 2024-02-30", "\"2024-02-30\" is not a date", NULL},
    {CASE, "\"lethality[defender]\"", "\"lethality[defender]x]\"", NULL, "no element \"defender]x\"", NULL},
    {CASE, "{lognormal: {median: 0.02, sd: 0.3}}", "{fixed: 2024-03}", NULL,
     "\"lethality[defender]\" holds no date, and \"2024-03\" is one", NULL},
    /* levers */
    {CASE, "range: [0, 200]", "range: [2024-01, 200]", NULL, "two numbers or two months", NULL},
    {CASE, "range: [0, 200]", "range: [2024-01, 2024-06]", NULL, "\"ammunition delivered\" holds no date",
     NULL},
    {CASE, "range: [0, 200]", "range: [0, 5e-324]", NULL, "\"step\" must be above 0", NULL},
    {CASE, "range: [0, 200]", "default: 2024-03, range: [0, 200]", NULL, "\"default\" is a month", NULL},
    {CASE, "default: 2024-10}", "default: 9}", NULL, "\"default\" must be a date", NULL},
};

static int line_of(const char *content, const char *at)
{
    const char *found = strstr(content, at);
    if (!found)
        fail_msg("\"%s\" is not in the file", at);
    int line = 1;
    for (const char *s = content; s < found; s++)
        line += *s == '\n';
    return line;
}

/* Writes the example with the replacement; returns the altered text. */
static char *alter(const wrong_case *w)
{
    char *bytes = example_file(w->file);
    char *found = strstr(bytes, w->find);
    if (!found)
        fail_msg("\"%s\" is not in %s", w->find, w->file);
    size_t before = (size_t)(found - bytes), cut = strlen(w->find), added = strlen(w->replace);
    char *altered = calloc(1, strlen(bytes) + added + 1);
    assert_non_null(altered);
    memcpy(altered, bytes, before);
    memcpy(altered + before, w->replace, added);
    strcpy(altered + before + added, found + cut);
    free(bytes);
    write_all(w->file, altered, strlen(altered));
    return altered;
}

static void check_case(const wrong_case *w)
{
    char path[256], expected[256], all[1200];
    truce_case *c = NULL;
    truce_error error = {0};
    restore_example();
    char *altered = alter(w);
    const char *in = w->in ? w->in : w->file;
    char *content = w->in ? example_file(w->in) : altered;
    int line = line_of(content, w->at ? w->at : w->replace);
    path_in(path, sizeof path, "case.yaml");
    path_in(expected, sizeof expected, in);
    truce_status status = truce_case_load(path, &c, &error);
    truce_error_text(&error, all, sizeof all);
    if (status != TRUCE_BAD_INPUT || c)
        fail_msg("%s -> %s: status %d (%s)", w->find, w->replace, status, all);
    assert_int_equal(error.status, TRUCE_BAD_INPUT);
    check_sentence(&error);
    if (strcmp(error.file, expected) != 0 || error.line != line)
        fail_msg("%s -> %s: %s:%d expected, not %s", w->find, w->replace, expected, line, all);
    if (!strstr(error.message, w->message))
        fail_msg("%s -> %s: \"%s\" expected, not %s", w->find, w->replace, w->message, all);
    if (content != altered)
        free(content);
    free(altered);
}

static void wrong_cases_and_series_are_refused_with_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong_cases / sizeof *wrong_cases; i++)
        check_case(&wrong_cases[i]);
}

static void example_itself_is_right(void **state)
{
    (void)state;
    char path[256];
    truce_case *c = NULL;
    truce_error error = {0};
    restore_example();
    path_in(path, sizeof path, "case.yaml");
    assert_int_equal(truce_case_load(path, &c, &error), TRUCE_OK);
    truce_case_destroy(c);
}

static void refuse_case(const char *bytes, size_t length, const char *message)
{
    char path[256];
    truce_case *c = NULL;
    truce_error error = {0};
    write_all("case.yaml", bytes, length);
    path_in(path, sizeof path, "case.yaml");
    assert_int_equal(truce_case_load(path, &c, &error), TRUCE_BAD_INPUT);
    assert_null(c);
    assert_string_equal(error.file, path);
    if (!strstr(error.message, message))
        fail_msg("\"%s\" expected, not \"%s\"", message, error.message);
    check_sentence(&error);
}

static void cases_of_monstrous_size_or_depth_are_refused(void **state)
{
    (void)state;
    refuse_case("", 0, "the file is empty");
    refuse_case("a: \0b\n", 6, "not valid YAML");
    char *nested = repeated("", "[", 100000, "");
    refuse_case(nested, strlen(nested), "more than 32 levels");
    free(nested);
    char *large = repeated("title: ", "aaaaaaaaaaaaaaaa", 1100000, "\n");
    refuse_case(large, strlen(large), "larger than the limit");
    free(large);
    /* Nine levels of nine aliases: a billion laughs. */
    const char *laughs = "a: &a [l,l,l,l,l,l,l,l,l]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n";
    refuse_case(laughs, strlen(laughs), "anchors");
}

static void missing_case_is_named(void **state)
{
    (void)state;
    truce_case *c = NULL;
    truce_error error = {0};
    assert_int_equal(truce_case_load("/nowhere/case.yaml", &c, &error), TRUCE_BAD_INPUT);
    assert_null(c);
    assert_string_equal(error.file, "/nowhere/case.yaml");
    check_sentence(&error);
}

/* ---- Output that cannot be written -------------------------------------------------------------------- */

static truce_case *load_example(void)
{
    char path[256];
    truce_case *c = NULL;
    restore_example();
    path_in(path, sizeof path, "case.yaml");
    assert_int_equal(truce_case_load(path, &c, NULL), TRUCE_OK);
    return c;
}

static void output_to_a_missing_folder_fails(void **state)
{
    (void)state;
    truce_case *c = load_example();
    truce_error error = {0};
    assert_int_equal(
        truce_case_write_member(c, "actual", NULL, 1, 0, "/nowhere/member.csv", NULL, NULL, NULL, &error),
        TRUCE_RUN_FAILED);
    assert_string_equal(error.file, "/nowhere/member.csv");
    check_sentence(&error);
    truce_case_destroy(c);
}

/* A limit on the size of files stands in for a full disk; remove_folder sees to it that no part is left. */
static void output_to_a_full_disk_fails_and_leaves_nothing(void **state)
{
    (void)state;
    truce_case *c = load_example();
    truce_error error = {0};
    char path[256];
    struct rlimit before, small;
    path_in(path, sizeof path, "member.csv");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 100;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    truce_status status = truce_case_write_member(c, "actual", NULL, 1, 0, path, NULL, NULL, NULL, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, handler);
    assert_int_equal(status, TRUCE_RUN_FAILED);
    assert_string_equal(error.file, path);
    check_sentence(&error);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(errno, ENOENT);
    truce_case_destroy(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_models_are_refused_with_their_place),
        cmocka_unit_test(models_of_monstrous_size_are_refused),
        cmocka_unit_test(equations_of_monstrous_length_or_depth_end_in_an_error_or_work),
        cmocka_unit_test(chains_of_variables_of_monstrous_length_work),
        cmocka_unit_test(names_of_a_megabyte_end_in_an_error_or_work),
        cmocka_unit_test(missing_model_is_named),
        cmocka_unit_test(example_itself_is_right),
        cmocka_unit_test(wrong_cases_and_series_are_refused_with_their_place),
        cmocka_unit_test(cases_of_monstrous_size_or_depth_are_refused),
        cmocka_unit_test(missing_case_is_named),
        cmocka_unit_test(output_to_a_missing_folder_fails),
        cmocka_unit_test(output_to_a_full_disk_fails_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
