/* Variables of the model that macros use, "gravity$". A macro also needs what the macros that it calls need:
 * each variable goes from the macros that name it to their callers, and on to theirs. All macros have the
 * variables in one order, that of first use in the file. */
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

/* Of a name in a macro: the variable of the model that it stands for, or SIZE_MAX. */
static size_t outer_variable(mdl_reader *r, const mdl_section *s, const mdl_node *n)
{
    const mdl_section *model = &r->sections[0];
    size_t length = strlen(n->written);
    if (!s->folded || !length || n->written[length - 1] != '$' || mdl_is_own(s, n))
        return SIZE_MAX;
    const char *folded = name_fold(r->a, n->written, length - 1);
    if (!folded)
        mdl_no_memory(r);
    size_t variable = folded && !is_everywhere(folded) ? map_get(&model->names, folded) : SIZE_MAX;
    if (variable != SIZE_MAX && (model->variables[variable].dimension_count || n->subscript_count))
        mdl_fail(r, n->line, "\"%s\" has subscripts: a macro uses only variables of the model without them",
                 n->written);
    return variable;
}

const char *mdl_outer_name(mdl_reader *r, const mdl_section *s, const mdl_node *n)
{
    size_t variable = outer_variable(r, s, n);
    return variable == SIZE_MAX ? NULL : r->sections[0].variables[variable].name;
}

bool mdl_hand_on(mdl_reader *r, size_t count, int line)
{
    r->handed_on += count;
    return r->handed_on <= MDL_HANDED_ON ||
           mdl_fail(r, line,
                    "macros and their calls hand on variables of the model (\"gravity$\") more than %d times",
                    MDL_HANDED_ON);
}

/* ---- Who uses what ------------------------------------------------------------------------------------- */

typedef struct link { /* a list of sections */
    size_t section;
    const struct link *next;
} link;

typedef struct search {
    mdl_reader *r;
    const link **callers; /* by section */
    const link **users;   /* by variable of the model: macros that name it */
    size_t *used;         /* variables that macros name */
    size_t used_count;
    size_t *reached; /* by section: the variable (+ 1) that got there last */
    size_t *queue;   /* sections */
} search;

/* Sections are walked one after the other, so that the first of a list shows whether one is in it. */
static bool add_link(mdl_reader *r, const link **list, size_t section)
{
    if (*list && (*list)->section == section)
        return true;
    link *new = mdl_array(r, 1, sizeof *new);
    if (!new)
        return false;
    *new = (link){section, *list};
    *list = new;
    return true;
}

static bool note_uses(search *f, size_t section, const mdl_node *n)
{
    mdl_reader *r = f->r;
    size_t variable = n->kind == MDL_NAME ? outer_variable(r, &r->sections[section], n) : SIZE_MAX;
    size_t called = n->kind == MDL_CALL ? map_get(&r->macro_names, n->folded) : SIZE_MAX;
    if (r->status != TRUCE_OK || (called != SIZE_MAX && !add_link(r, &f->callers[called], section)))
        return false;
    if (variable != SIZE_MAX) {
        if (!f->users[variable])
            f->used[f->used_count++] = variable;
        if (!add_link(r, &f->users[variable], section))
            return false;
    }
    for (size_t i = 0; i < n->count; i++)
        if (!note_uses(f, section, n->arguments[i]))
            return false;
    return true;
}

/* ---- Handing on ---------------------------------------------------------------------------------------- */

/* Puts into the queue what the variable has not reached yet. */
static void reach(search *f, const link *list, size_t variable, size_t *queued)
{
    for (; list; list = list->next)
        if (f->reached[list->section] != variable + 1) {
            f->reached[list->section] = variable + 1;
            f->queue[(*queued)++] = list->section;
        }
}

static bool hand_on(search *f, size_t variable)
{
    size_t queued = 0;
    reach(f, f->users[variable], variable, &queued);
    for (size_t i = 0; i < queued; i++) {
        mdl_section *s = &f->r->sections[f->queue[i]];
        const char *name = f->r->sections[0].variables[variable].name;
        if (!mdl_hand_on(f->r, 1, s->at.line))
            return false;
        if (!ARENA_PUSH(f->r->a, s->outer, s->outer_count, s->outer_capacity, name))
            return mdl_no_memory(f->r);
        reach(f, f->callers[f->queue[i]], variable, &queued);
    }
    return true;
}

bool mdl_find_outer(mdl_reader *r)
{
    size_t sections = r->section_count, variables = r->sections[0].variable_count;
    search f = {.r = r,
                .callers = mdl_array(r, sections, sizeof *f.callers),
                .users = mdl_array(r, variables, sizeof *f.users),
                .used = mdl_array(r, variables, sizeof *f.used),
                .reached = mdl_array(r, sections, sizeof *f.reached),
                .queue = mdl_array(r, sections, sizeof *f.queue)};
    if (r->status != TRUCE_OK)
        return false;
    for (size_t i = 1; i < sections; i++)
        for (size_t k = 0; k < r->sections[i].equation_count; k++) {
            const mdl_node *right = r->sections[i].equations[k].right;
            if (right && !note_uses(&f, i, right))
                return false;
        }
    for (size_t k = 0; k < f.used_count; k++)
        if (!hand_on(&f, f.used[k]))
            return false;
    return true;
}
