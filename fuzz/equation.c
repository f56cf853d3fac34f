/* Any text as the equation of a variable, beside variables, an array, a graph and a macro that it may use. */
#include "fuzz/fuzz.h"

static const char before[] =
    "<xmile version=\"1.0\"><header><vendor>t</vendor><product>t</product></header>"
    "<sim_specs><start>0</start><stop>3</stop><dt>0.5</dt></sim_specs>"
    "<dimensions><dim name=\"D\"><elem name=\"a\"/><elem name=\"b\"/><elem name=\"c\"/></dim>"
    "<dim name=\"E\" size=\"2\"/></dimensions>"
    "<macro name=\"m\"><parm>p</parm><parm>q</parm><eqn>p + q</eqn></macro>"
    "<model><variables>"
    "<aux name=\"x\"><eqn>TIME</eqn></aux><stock name=\"s\"><eqn>1</eqn><inflow>f</inflow></stock>"
    "<flow name=\"f\"><eqn>s / 2</eqn></flow><aux name=\"g\"><eqn>x</eqn><gf><xscale min=\"0\" max=\"2\"/>"
    "<ypts>0,1,4</ypts></gf></aux>"
    "<aux name=\"v\"><dimensions><dim name=\"D\"/></dimensions><eqn>x + 1</eqn></aux>"
    "<aux name=\"w\"><dimensions><dim name=\"D\"/><dim name=\"E\"/></dimensions><eqn>v[D] * E</eqn></aux>"
    "<aux name=\"y\"><dimensions><dim name=\"D\"/></dimensions><eqn>";
static const char between[] = "</eqn></aux><aux name=\"z\"><eqn>";
static const char after[] = "</eqn></aux></variables></model></xmile>";

static void add_escaped(text *t, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t c = bytes[i];
        if (c == '<')
            text_add(t, "&lt;", 4);
        else if (c == '&')
            text_add(t, "&amp;", 5);
        else if (c >= ' ' || c == '\n' || c == '\t')
            text_add(t, (const char *)&bytes[i], 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    text t = {0};
    text_add(&t, before, sizeof before - 1);
    add_escaped(&t, bytes, size);
    text_add(&t, between, sizeof between - 1);
    add_escaped(&t, bytes, size);
    text_add(&t, after, sizeof after - 1);
    truce_model *model;
    truce_program *program;
    if (!t.failed && truce_model_load_text(t.bytes, t.length, "equation", &model, NULL) == TRUCE_OK) {
        if (truce_program_compile(model, NULL, &program, NULL) == TRUCE_OK) {
            fuzz_run(program);
            truce_program_destroy(program);
        }
        truce_model_destroy(model);
    }
    text_free(&t);
    return 0;
}
