/* Scenarios made of several others, as a view of the case with more scenarios than it has. */
#include "answers/answers.h"

#include <string.h>

/* Changes of a scenario and of all that it builds on, down to the reference; SIZE_MAX when that is not below. */
static size_t count_changes(const truce_case *c, size_t scenario, size_t reference)
{
    size_t count = 0;
    for (; scenario != reference; scenario = c->scenarios[scenario].base) {
        if (scenario == SIZE_MAX)
            return SIZE_MAX;
        count += c->scenarios[scenario].change_count;
    }
    return count;
}

/* The same changes, those of the deepest first, before `end`. */
static void copy_changes(const truce_case *c, size_t scenario, size_t reference, case_change *end)
{
    for (; scenario != reference; scenario = c->scenarios[scenario].base) {
        const case_scenario *s = &c->scenarios[scenario];
        end -= s->change_count;
        if (s->change_count)
            memcpy(end, s->changes, s->change_count * sizeof *end);
    }
}

static truce_status combine(const truce_case *c, size_t reference, const size_t *switches, size_t count,
                            size_t set, arena *memory, case_scenario *made, truce_error *error)
{
    for (size_t i = 0; i < count; i++)
        if (c->scenarios[switches[i]].branch_count)
            return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a switch has no branches, and \"%s\" does",
                             c->scenarios[switches[i]].name);
    size_t total = 0;
    text name = {0}, title = {0};
    for (size_t i = 0; i < count; i++)
        if (set >> i & 1) {
            total += count_changes(c, switches[i], reference);
            text_print(&name, "%s%s", name.length ? " + " : "", c->scenarios[switches[i]].name);
            text_print(&title, "%s%s", title.length ? ", and " : "", c->scenarios[switches[i]].title);
        }
    case_change *changes = arena_array(memory, total + 1, sizeof *changes);
    *made = (case_scenario){.name = name.failed ? NULL : arena_string(memory, name.bytes),
                            .title = title.failed ? NULL : arena_string(memory, title.bytes),
                            .base = reference,
                            .change_count = total,
                            .changes = changes,
                            .at = c->scenarios[reference].at};
    text_free(&name);
    text_free(&title);
    if (!changes || !made->name || !made->title)
        return error_memory(error);
    size_t at = 0;
    for (size_t i = 0; i < count; i++)
        if (set >> i & 1) {
            at += count_changes(c, switches[i], reference);
            copy_changes(c, switches[i], reference, changes + at);
        }
    return TRUCE_OK;
}

truce_status combined_make(const truce_case *c, size_t reference, const size_t *switches, size_t count,
                           arena *memory, truce_case *view, truce_error *error)
{
    for (size_t i = 0; i < count; i++)
        if (switches[i] == reference || count_changes(c, switches[i], reference) == SIZE_MAX)
            return error_set(error, TRUCE_BAD_INPUT, c->path, c->scenarios[switches[i]].at.line,
                             "scenario \"%s\" does not build on \"%s\", so it cannot be one of its switches",
                             c->scenarios[switches[i]].name, c->scenarios[reference].name);
    size_t sets = (size_t)1 << count;
    case_scenario *scenarios = arena_array(memory, c->scenario_count + sets, sizeof *scenarios);
    if (!scenarios)
        return error_memory(error);
    memcpy(scenarios, c->scenarios, c->scenario_count * sizeof *scenarios);
    for (size_t set = 1; set < sets; set++)
        TRY(combine(c, reference, switches, count, set, memory, &scenarios[c->scenario_count + set - 1],
                    error));
    view->scenarios = scenarios;
    view->scenario_count = c->scenario_count + sets - 1;
    return TRUCE_OK;
}
