/* Macros. In Vensim a macro's value is the variable of its own name; further outputs stand after a colon. In
 * XMILE each value is a macro: "name" and, for an output, "name output". What a macro uses of the model, "gravity$"
 * (Vensim Help, "Macros"), is a parameter of that name in XMILE, which every call hands on. */
#include "vensim/read.h"

#include <string.h>

/* Of all values of a macro: what stands in its head, then what it uses of the model. */
static const char *const *parameters_of(mdl_reader *r, const mdl_section *s)
{
    const char **names = mdl_array(r, s->input_count + s->outer_count, sizeof *names);
    for (size_t i = 0; names && i < s->input_count; i++)
        names[i] = s->inputs[i];
    for (size_t i = 0; names && i < s->outer_count; i++)
        if (!(names[s->input_count + i] = arena_format(r->a, "%s$", s->outer[i]))) {
            mdl_no_memory(r);
            return NULL;
        }
    return names;
}

static bool build_macro(mdl_reader *r, mdl_section *s, const char *value, bool main, xmile_macro *macro)
{
    text t = {0};
    mdl_write_name(&t, value);
    char *equation = t.failed ? NULL : arena_copy(r->a, t.bytes, t.length);
    text_free(&t);
    *macro = (xmile_macro){.name = main ? mdl_macro_name(r->a, s->name, s->folded)
                                        : arena_format(r->a, "%s %s", s->name, value),
                           .at = s->at,
                           .parameter_count = s->input_count + s->outer_count,
                           .parameters = parameters_of(r, s),
                           .equation = {.text = equation, .at = s->at}};
    return (equation && macro->name && macro->parameters) || mdl_no_memory(r);
}

bool mdl_build_macros(mdl_reader *r)
{
    size_t count = 0;
    for (size_t i = 1; i < r->section_count; i++)
        count += 1 + r->sections[i].output_count;
    xmile_macro *list = mdl_array(r, count, sizeof *list);
    if (!list)
        return false;
    count = 0;
    for (size_t i = 1; i < r->section_count; i++) {
        mdl_section *s = &r->sections[i];
        const xmile_variable *variables;
        size_t variable_count;
        if (map_get(&s->names, s->folded) == SIZE_MAX)
            return mdl_fail(r, s->at.line, "macro \"%s\" has no equation of its own name", s->name);
        if (!mdl_build_variables(r, s, &variables, &variable_count))
            return false;
        for (size_t k = 0; k <= s->output_count; k++) {
            xmile_macro *macro = &list[count++];
            if (!build_macro(r, s, k ? s->outputs[k - 1] : s->name, k == 0, macro))
                return false;
            macro->variables = variables;
            macro->variable_count = variable_count;
        }
    }
    r->document->macros = list;
    r->document->macro_count = count;
    return true;
}
