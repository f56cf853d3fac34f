/* Models made by hand, for tests of what comes after the reader: names are given once, expressions are built
 * by short functions and live in the model's arena. */
#ifndef HAND_MODEL_H
#define HAND_MODEL_H

#include "model/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define assert_near(value, expected, tolerance)                                                              \
    do {                                                                                                     \
        double near_a = (value), near_b = (expected);                                                        \
        if (!(fabs(near_a - near_b) <= (tolerance)))                                                         \
            fail_msg("%.17g is not %.17g", near_a, near_b);                                                  \
    } while (0)

enum { HAND_ELEMENTS = 4096, HAND_TABLES = 16 };

static inline truce_model *hand_model(double start, double stop, double dt)
{
    truce_model *m = calloc(1, sizeof *m);
    m->name = m->file = "hand made";
    m->sim_specs = (truce_sim_specs){.start = start,
                                     .stop = stop,
                                     .dt = dt,
                                     .save_step = dt,
                                     .time_units = "months",
                                     .method = TRUCE_EULER};
    m->elements = arena_array(&m->memory, HAND_ELEMENTS, sizeof *m->elements);
    m->variables = arena_array(&m->memory, HAND_ELEMENTS, sizeof *m->variables);
    m->tables = arena_array(&m->memory, HAND_TABLES, sizeof *m->tables);
    return m;
}

static inline void hand_destroy(truce_model *m)
{
    map_free(&m->variable_names);
    map_free(&m->element_names);
    arena_free(&m->memory);
    free(m);
}

static inline expression *make(truce_model *m, operation op, int arity, const expression *a,
                               const expression *b, const expression *c)
{
    expression *e = arena_alloc(&m->memory, sizeof *e);
    e->op = op;
    e->arity = arity;
    e->arguments[0] = a;
    e->arguments[1] = b;
    e->arguments[2] = c;
    return e;
}

static inline expression *num(truce_model *m, double number)
{
    expression *e = make(m, OP_NUMBER, 0, NULL, NULL, NULL);
    e->number = number;
    return e;
}

static inline expression *var(truce_model *m, size_t at)
{
    expression *e = make(m, OP_VARIABLE, 0, NULL, NULL, NULL);
    e->index = at;
    return e;
}

static inline expression *now(truce_model *m)
{
    return make(m, OP_TIME, 0, NULL, NULL, NULL);
}

static inline expression *op1(truce_model *m, operation op, const expression *a)
{
    return make(m, op, 1, a, NULL, NULL);
}

static inline expression *op2(truce_model *m, operation op, const expression *a, const expression *b)
{
    return make(m, op, 2, a, b, NULL);
}

static inline expression *op3(truce_model *m, operation op, const expression *a, const expression *b,
                              const expression *c)
{
    return make(m, op, 3, a, b, c);
}

static inline expression *indexed(expression *e, uint64_t at)
{
    e->index = at;
    return e;
}

/* An element that is a variable of its own. Equations may be set later through m->elements. */
static inline size_t add(truce_model *m, element_kind kind, const char *name, const expression *equation,
                         const expression *initial)
{
    size_t at = m->element_count++;
    m->visible_count = m->variable_count = m->element_count;
    m->elements[at] =
        (element){.kind = kind, .name = name, .variable = at, .equation = equation, .initial = initial};
    m->variables[at] = (truce_variable){.name = name,
                                        .units = "",
                                        .kind = kind == ELEMENT_STOCK ? TRUCE_STOCK : TRUCE_AUXILIARY,
                                        .element_count = 1,
                                        .first_element = at};
    const char *key = name_fold(&m->memory, name, strlen(name));
    map_put(&m->variable_names, key, at, NULL);
    map_put(&m->element_names, key, at, NULL);
    return at;
}

static inline size_t add_table(truce_model *m, xmile_graph_type type, size_t count, const double *x,
                               const double *y)
{
    m->tables[m->table_count] = (table){.type = type, .count = count, .x = x, .y = y};
    return m->table_count++;
}

#endif
