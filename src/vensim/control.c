/* INITIAL TIME, FINAL TIME, TIME STEP and SAVEPER: they remain variables of the model, and their values,
 * which must be known before the run, are its specification. */
#include "vensim/read.h"

#include <math.h>
#include <string.h>

enum { CONSTANT_DEPTH = 100, MOST_WORK = 20000000 };

typedef struct search {
    mdl_reader *r;
    const mdl_section *section;
    int depth;
    bool has_time, uses_time; /* whether the time may be used, and was */
    double time;
    long work; /* parts of trees that were looked at */
} search;

static bool value_of(search *s, const mdl_node *n, double *value);

static bool add_to_clock(search *s, const char *name)
{
    xmile_document *d = s->r->document;
    for (size_t i = 0; i < d->clock_count; i++)
        if (d->clock[i] == name)
            return true;
    return ARENA_PUSH(s->r->a, d->clock, d->clock_count, d->clock_capacity, name) || mdl_no_memory(s->r);
}

static bool value_of_name(search *s, const mdl_node *n, double *value)
{
    size_t variable = map_get(&s->section->names, n->folded);
    if (s->has_time && strcmp(n->folded, "time") == 0) {
        s->uses_time = true;
        *value = s->time;
        return true;
    }
    if (n->subscript_count || variable == SIZE_MAX || s->depth == CONSTANT_DEPTH)
        return false;
    const mdl_equation *e = &s->section->equations[s->section->variables[variable].first];
    if (!e->right || e->left.count || !add_to_clock(s, e->name))
        return false;
    s->depth++;
    bool known = value_of(s, e->right, value);
    s->depth--;
    return known;
}

static bool value_of_comparison(const char *written, double a, double b, double *value)
{
    bool equal = strchr(written, '=') && a == b;
    switch (*written) {
    case '<':
        *value = strcmp(written, "<>") == 0 ? a != b : a < b || equal;
        return true;
    case '>':
        *value = a > b || equal;
        return true;
    case '=':
        *value = equal;
        return true;
    case 'A':
        *value = a != 0 && b != 0;
        return true;
    case 'O':
        *value = a != 0 || b != 0;
        return true;
    default:
        return false;
    }
}

static bool value_of_operator(search *s, const mdl_node *n, double *value)
{
    double a, b;
    if (!value_of(s, n->arguments[0], &a) || !value_of(s, n->arguments[1], &b))
        return false;
    switch (*n->written) {
    case '+':
        *value = a + b;
        return true;
    case '-':
        *value = a - b;
        return true;
    case '*':
        *value = a * b;
        return true;
    case '/':
        *value = a / b;
        return true;
    case '^':
        *value = pow(a, b);
        return true;
    default:
        return value_of_comparison(n->written, a, b, value);
    }
}

static bool value_of_call(search *s, const mdl_node *n, double *value)
{
    double a, b = 0;
    if (n->count == 3 && strcmp(n->folded, "if_then_else") == 0)
        return value_of(s, n->arguments[0], &a) && value_of(s, n->arguments[a != 0 ? 1 : 2], value);
    if (n->count < 1 || n->count > 2 || !value_of(s, n->arguments[0], &a) ||
        (n->count == 2 && !value_of(s, n->arguments[1], &b)))
        return false;
    if (n->count == 1 && strcmp(n->folded, "integer") == 0)
        *value = trunc(a);
    else if (n->count == 1 && (strcmp(n->folded, "game") == 0 || strcmp(n->folded, "initial") == 0))
        *value = a;
    else if (n->count == 2 && strcmp(n->folded, "max") == 0)
        *value = fmax(a, b);
    else if (n->count == 2 && strcmp(n->folded, "min") == 0)
        *value = fmin(a, b);
    else
        return false;
    return true;
}

/* The value of an expression of numbers and of variables that are such expressions. */
static bool value_of(search *s, const mdl_node *n, double *value)
{
    if (++s->work > MOST_WORK)
        return false;
    switch (n->kind) {
    case MDL_VALUE:
        return text_to_number(n->written, strlen(n->written), value);
    case MDL_NAME:
        return value_of_name(s, n, value);
    case MDL_BRACKETS:
        return value_of(s, n->arguments[0], value);
    case MDL_SIGN:
        if (!value_of(s, n->arguments[0], value))
            return false;
        *value = *n->written == '-' ? -*value : *value == 0;
        return true;
    case MDL_OPERATOR:
        return value_of_operator(s, n, value);
    case MDL_CALL:
        return value_of_call(s, n, value);
    default:
        return false;
    }
}

static bool read_control(search *s, const char *folded, const char *name, double *value)
{
    size_t variable = map_get(&s->section->names, folded);
    if (variable == SIZE_MAX)
        return mdl_fail(s->r, 0, "the model has no %s", name);
    const mdl_equation *e = &s->section->equations[s->section->variables[variable].first];
    if (!e->right || e->left.count || !value_of(s, e->right, value))
        return mdl_fail(s->r, e->at.line,
                        s->work > MOST_WORK
                            ? "%s is not reached in any run that truce could make"
                            : "%s must be known before the run: a number, or an expression of "
                              "variables that are numbers",
                        name);
    return add_to_clock(s, e->name);
}

/* A FINAL TIME that uses the time is asked at every step: the run ends at the first that is not before it. */
static bool read_final_time(search *s, xmile_document *d)
{
    s->has_time = true;
    s->time = d->start;
    if (!read_control(s, "final_time", "FINAL TIME", &d->stop))
        return false;
    for (double k = 1; s->uses_time && s->time < d->stop && d->dt > 0; k++) {
        s->time = d->start + k * d->dt;
        if (!read_control(s, "final_time", "FINAL TIME", &d->stop))
            return false;
    }
    if (s->uses_time)
        d->stop = s->time;
    s->has_time = false;
    return true;
}

bool mdl_build_control(mdl_reader *r, const mdl_section *model)
{
    search s = {.r = r, .section = model};
    xmile_document *d = r->document;
    if (!read_control(&s, "initial_time", "INITIAL TIME", &d->start) ||
        !read_control(&s, "time_step", "TIME STEP", &d->dt) || !read_final_time(&s, d))
        return false;
    d->save_step = d->dt;
    size_t step = map_get(&model->names, "time_step");
    d->time_units = model->equations[model->variables[step].first].units;
    return map_get(&model->names, "saveper") == SIZE_MAX ||
           read_control(&s, "saveper", "SAVEPER", &d->save_step);
}
