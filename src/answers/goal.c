/* What searches have in common: the goal that they are after, and the levers of the case by their names. */
#include "answers/goal.h"

#include <stdlib.h>
#include <string.h>

/* ---- Goals ------------------------------------------------------------------------------------------------------ */

static truce_status refuse_talks(truce_error *error)
{
    return error_set(
        error, TRUCE_BAD_INPUT, NULL, 0,
        "a goal about talks stands alone, such as \"attacker prefers deal NAME\" or \"talks strong "
        "defender\"");
}

/* A goal that cannot be read: why, where more can be told of it than where the reader stopped. */
static truce_status tell_why(const truce_case *c, const char *written, const tree *at, month by,
                             truce_status status, truce_error *error)
{
    arena memory = {0};
    statement probe;
    if (status != TRUCE_BAD_INPUT)
        return status;
    if (by == MONTH_NONE && statement_parse_by(c, written, at, c->stop, &memory, &probe, NULL) == TRUCE_OK)
        status =
            error_set(error, TRUCE_BAD_INPUT, NULL, 0,
                      "the goal \"%s\" names no %s such as %s: write it after the name, or give it with --by",
                      written, time_unit_name(c->unit), time_unit_example(c->unit));
    arena_free(&memory);
    return status;
}

truce_status goal_parse(const truce_case *c, const char *written, const tree *at, month by, size_t scenario,
                        arena *memory, statement *goal, truce_error *error)
{
    truce_status status = statement_parse_by(c, written, at, by, memory, goal, error);
    if (status != TRUCE_OK)
        return tell_why(c, written, at, by, status, error);
    for (size_t i = 0; i < goal->term_count; i++) {
        if (goal->terms[i].source == TERM_TALKS)
            return refuse_talks(error);
        if (goal->terms[i].scenario == SIZE_MAX)
            goal->terms[i].scenario = scenario;
    }
    if (!goal->compares || statement_last(goal) == MONTH_NONE)
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0,
                         "the goal \"%s\" must compare something of the model with something", written);
    statement_fill_data(goal, c->stop);
    return TRUCE_OK;
}

/* ---- Levers ----------------------------------------------------------------------------------------------------- */

size_t lever_find(const truce_case *c, const char *name)
{
    size_t i = 0;
    while (i < c->control_count && strcmp(c->controls[i].name, name) != 0)
        i++;
    return i < c->control_count ? i : SIZE_MAX;
}

static truce_status tell_levers(const truce_case *c, const char *name, truce_error *error)
{
    text t = {0};
    for (size_t i = 0; i < c->control_count; i++)
        text_print(&t, "%s%s", i ? ", " : "", c->controls[i].name);
    truce_status status = t.failed ? error_memory(error)
                                   : error_set(error, TRUCE_BAD_INPUT, c->path, 0,
                                               "no lever and no element of the model \"%s\"%s%s", name,
                                               t.length ? "; the levers are " : "", t.length ? t.bytes : "");
    text_free(&t);
    return status;
}

truce_status lever_unknown(const truce_case *c, const char *name, truce_error *error)
{
    size_t count = c->control_count;
    const char **names = calloc(count + c->model->element_count + 1, sizeof *names);
    if (!names)
        return error_memory(error);
    for (size_t i = 0; i < count; i++)
        names[i] = c->controls[i].name;
    for (size_t i = 0; i < c->model->element_count; i++)
        names[count++] = c->model->elements[i].name;
    const char *near = truce_nearest_name(name, names, count);
    truce_status status =
        near ? error_set(error, TRUCE_BAD_INPUT, c->path, 0,
                         "no lever and no element of the model \"%s\" (did you mean \"%s\"?)", name, near)
             : tell_levers(c, name, error);
    free(names);
    return status;
}
