/* Variables of the model that macros use, "gravity$". */
#include "vensim/read.h"

#include <string.h>

/* What XMILE gives everywhere is not handed on. */
static bool is_everywhere(const char *folded)
{
    static const char *const names[] = {"time", "time_step", "initial_time", "final_time"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(folded, names[i]) == 0)
            return true;
    return false;
}

bool mdl_is_own(const mdl_section *s, const mdl_node *n)
{
    return map_get(&s->names, n->folded) != SIZE_MAX || map_get(&s->input_names, n->folded) != SIZE_MAX;
}

const char *mdl_outer_name(mdl_reader *r, const mdl_section *s, const mdl_node *n)
{
    const mdl_section *model = &r->sections[0];
    size_t length = strlen(n->written);
    if (!s->folded || !length || n->written[length - 1] != '$' || mdl_is_own(s, n))
        return NULL;
    const char *folded = name_fold(r->a, n->written, length - 1);
    if (!folded)
        mdl_no_memory(r);
    size_t variable = folded && !is_everywhere(folded) ? map_get(&model->names, folded) : SIZE_MAX;
    if (variable == SIZE_MAX)
        return NULL;
    if (model->variables[variable].dimension_count || n->subscript_count)
        mdl_fail(r, n->line, "\"%s\" has subscripts: a macro uses only variables of the model without them",
                 n->written);
    return model->variables[variable].name;
}

static bool add_outer(mdl_reader *r, mdl_section *s, const char *name)
{
    for (size_t i = 0; i < s->outer_count; i++)
        if (s->outer[i] == name)
            return true;
    return ARENA_PUSH(r->a, s->outer, s->outer_count, s->outer_capacity, name) || mdl_no_memory(r);
}

/* Also what the macros that are called use, as far as it is known yet. */
static bool find_outer(mdl_reader *r, mdl_section *s, const mdl_node *n)
{
    const char *outer = n->kind == MDL_NAME ? mdl_outer_name(r, s, n) : NULL;
    if (r->status != TRUCE_OK || (outer && !add_outer(r, s, outer)))
        return false;
    size_t called = n->kind == MDL_CALL ? map_get(&r->macro_names, n->folded) : SIZE_MAX;
    for (size_t i = 0; called != SIZE_MAX && i < r->sections[called].outer_count; i++)
        if (!add_outer(r, s, r->sections[called].outer[i]))
            return false;
    for (size_t i = 0; i < n->count; i++)
        if (!find_outer(r, s, n->arguments[i]))
            return false;
    return true;
}

bool mdl_find_outer(mdl_reader *r)
{
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 1; i < r->section_count; i++) {
            mdl_section *s = &r->sections[i];
            size_t before = s->outer_count;
            for (size_t k = 0; k < s->equation_count; k++)
                if (s->equations[k].right && !find_outer(r, s, s->equations[k].right))
                    return false;
            more = more || s->outer_count > before;
        }
    }
    return r->status == TRUCE_OK;
}
