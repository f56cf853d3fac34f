/* Bytes decide what a model is made of: stocks, an array, auxiliaries, a graph, functions with memory, random draws. Every such
 * model is a right one, and is computed on every road there is: the interpreter in blocks of 8 and 24 members, the program
 * written and read back, native code, and emitted C. All must give the same bits; emitted C where no special function is used,
 * for which it has the C library's. */
#include "emit/emit.h"
#include "fuzz/compare.h"
#include "fuzz/files.h"
#include "native/native.h"

#include <math.h>
#include <string.h>
#include <sys/wait.h>

enum { STOCKS = 3, AUXILIARIES = 6, DEPTH = 4, MOST_TEXT = 6000 };

/* ---- Models -------------------------------------------------------------------------------------------- */

typedef struct maker {
    const uint8_t *bytes;
    size_t size, at;
    bool special; /* special functions may be used */
    text xml;
} maker;

static unsigned pick(maker *m, unsigned count)
{
    return m->at < m->size ? m->bytes[m->at++] % count : 0;
}

static void add_expression(maker *m, int known, int depth);

static void add_leaf(maker *m, int known)
{
    static const char *const numbers[] = {"0", "1", "2", "0.5", "-1", "3", "1e-3", "1e6", "0.1", "7", "-0.25", "1e300"};
    switch (pick(m, 4)) {
    case 0:
        text_print(&m->xml, "%s", numbers[pick(m, sizeof numbers / sizeof *numbers)]);
        break;
    case 1:
        text_print(&m->xml, "s%u", pick(m, STOCKS));
        break;
    case 2:
        if (known > 0)
            text_print(&m->xml, "a%u", pick(m, (unsigned)known));
        else
            text_print(&m->xml, "TIME");
        break;
    default:
        text_print(&m->xml, "%s", pick(m, 2) ? "TIME" : "v[e2]");
    }
}

/* A form holds $ where an expression stands. */
static void add_form(maker *m, const char *form, int known, int depth)
{
    for (; *form; form++)
        if (*form == '$')
            add_expression(m, known, depth - 1);
        else
            text_add(&m->xml, form, 1);
}

static void add_expression(maker *m, int known, int depth)
{
    static const char *const forms[] = {
        "($+$)",          "($-$)",           "($*$)",           "($/$)",         "MIN($,$)",        "MAX($,$)",
        "ABS($)",         "(IF $ &lt; $ THEN $ ELSE $)",        "(IF $ = $ OR $ &gt; $ THEN $ ELSE $)",
        "(IF NOT ($ &gt;= $) AND $ &lt;&gt; $ THEN $ ELSE $)",  "($ MOD $)",     "INT($)",          "SAFEDIV($,$,$)",
        "SAFEDIV($,$)",   "STEP($,2)",       "RAMP($,1,4)",     "PULSE($,1,2)",  "SMTH1($,2)",      "SMTH3($,1.5,$)",
        "DELAY1($,2)",    "DELAY3($,3)",     "DELAY($,1.5,$)",  "PREVIOUS($,$)", "INIT($)",         "g($)",
        "SUM(v[*])",      "MAX(v[*])",       "(v[e1]-v[e3])",   "SQRT($)",       "UNIFORM(0,1)",    "RANDOM(-1,2)",
        "MEAN($,$,$)",    "(-$)",            "TREND($,2,$)",    "EXP($)",        "LN($)",           "SIN($)",
        "ARCTAN($)",      "($^$)",           "LOG10($)",        "NORMAL($,1)",   "POISSON(2)",      "COS($)"};
    enum { FORMS = sizeof forms / sizeof *forms, PLAIN = FORMS - 9 };
    if (depth == 0 || m->xml.length > MOST_TEXT || pick(m, 4) == 0)
        add_leaf(m, known);
    else
        add_form(m, forms[pick(m, m->special ? FORMS : PLAIN)], known, depth);
}

static void add_variable(maker *m, const char *kind, char letter, int index, int known, const char *more)
{
    text_print(&m->xml, "<%s name=\"%c%d\"><eqn>", kind, letter, index);
    add_expression(m, known, DEPTH);
    text_print(&m->xml, "</eqn>%s</%s>", more, kind);
}

static void make_model(maker *m)
{
    static const char *const methods[] = {"euler", "rk4", "rk2"}, *const steps[] = {"0.25", "0.5", "1", "0.125"};
    m->special = pick(m, 2);
    const char *method = methods[pick(m, 3)], *dt = steps[pick(m, 4)];
    text_print(&m->xml,
               "<xmile version=\"1.0\"><header/><sim_specs method=\"%s\"><start>0</start><stop>8</stop><dt>%s</dt></sim_specs>"
               "<dimensions><dim name=\"D\"><elem name=\"e1\"/><elem name=\"e2\"/><elem name=\"e3\"/></dim></dimensions>"
               "<model><variables><aux name=\"g\"><eqn>TIME</eqn><gf><xscale min=\"0\" max=\"4\"/><ypts>0,2,1,-3,1</ypts></gf></aux>",
               method, dt);
    text_print(&m->xml, "<aux name=\"v\"><dimensions><dim name=\"D\"/></dimensions><element subscript=\"e1\"><eqn>s0 + 1</eqn>"
                        "</element><element subscript=\"e2\"><eqn>TIME * 2</eqn></element><element subscript=\"e3\"><eqn>s1 - "
                        "s2</eqn></element></aux>");
    for (int i = 0; i < AUXILIARIES; i++)
        add_variable(m, "aux", 'a', i, i, "");
    for (int i = 0; i < STOCKS; i++) {
        add_variable(m, "flow", 'f', i, AUXILIARIES, pick(m, 4) == 0 ? "<non_negative/>" : "");
        text_print(&m->xml, "<stock name=\"s%d\"><eqn>%u</eqn><inflow>f%d</inflow>%s</stock>", i, pick(m, 9), i,
                   pick(m, 4) == 0 ? "<non_negative/>" : "");
    }
    text_print(&m->xml, "</variables></model></xmile>");
}

/* ---- Emitted C ------------------------------------------------------------------------------------------ */

static int call(const char *command)
{
    int status = system(command);
    return status >= 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static text read_output(const char *name)
{
    char path[192];
    text content = {0};
    snprintf(path, sizeof path, "%s/%s", fuzz_folder(), name);
    if (text_read_file(&content, path, 1 << 28, NULL) != TRUCE_OK)
        abort();
    return content;
}

/* Letters and numbers agree, NaN with NaN of any sign. */
static bool same_table(const char *one, const char *other)
{
    while (*one && *other) {
        char *end, *end_of_other;
        double x = strtod(one, &end), y = strtod(other, &end_of_other);
        bool number = end > one && end_of_other > other;
        if (number ? !(isnan(x) && isnan(y)) && memcmp(&x, &y, sizeof x) != 0 : *one != *other)
            return false;
        one = number ? end : one + 1;
        other = number ? end_of_other : other + 1;
    }
    return *one == *other;
}

static void compare_emitted(const truce_model *model)
{
    char path[192], command[800];
    snprintf(path, sizeof path, "%s/m.c", fuzz_folder());
    if (truce_model_write_c(model, path, NULL) != TRUCE_OK)
        abort();
    snprintf(path, sizeof path, "%s/expected.csv", fuzz_folder());
    if (truce_model_write_csv(model, 7, path, NULL) != TRUCE_OK)
        return; /* a run that fails has no table */
    snprintf(command, sizeof command,
             "cd %s && cc -std=c99 -Wall -Wextra -Wpedantic -Werror -O1 -ffp-contract=off m.c -lm -o m && "
             "./m $(grep -q seed= m.c && echo --seed=7) >found.csv",
             fuzz_folder());
    if (call(command) != 0)
        abort();
    text expected = read_output("expected.csv"), found = read_output("found.csv");
    if (!same_table(expected.bytes, found.bytes))
        abort();
    text_free(&expected);
    text_free(&found);
}

/* ---- All roads ------------------------------------------------------------------------------------------- */

static void compare_native(const truce_program *p)
{
    native_code *code;
    if (native_create(p, &(native_options){.width = 8}, &code, NULL) != TRUCE_OK)
        abort();
    double *interpreted = fuzz_values(p, NULL, 8), *native = fuzz_values(p, native_engine(code), 8);
    fuzz_same(p, interpreted, native);
    free(interpreted);
    free(native);
    native_destroy(code);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    maker m = {.bytes = bytes, .size = size};
    truce_model *model;
    truce_program *program;
    truce_error error = {0};
    setenv("XDG_CACHE_HOME", fuzz_folder(), 1);
    make_model(&m);
    if (m.xml.failed || truce_model_load_text(m.xml.bytes, m.xml.length, "model", &model, &error) != TRUCE_OK) {
        fprintf(stderr, "%s\n%s\n", error.message, m.xml.bytes);
        abort(); /* every model of this kind is a right one */
    }
    if (truce_program_compile(model, NULL, &program, NULL) == TRUCE_OK) {
        fuzz_compare_all(program);
        compare_native(program);
        if (!m.special)
            compare_emitted(model);
        truce_program_destroy(program);
    }
    truce_model_destroy(model);
    text_free(&m.xml);
    fuzz_clear();
    return 0;
}
