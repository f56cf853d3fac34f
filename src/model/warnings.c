/* Warnings of what has a meaning and looks like a mistake. */
#include "model/builder.h"

#include <math.h>

enum { MOST_DEPTH = 64, MOST_STEPS = 10000 };

bool note_stage(builder *b, const context *c, const char *caller, const expression *length)
{
    delay_stage new = {.length = length, .function = caller, .owner = c->owner, .at = {c->file, c->line}};
    return ARENA_PUSH(&b->scratch, b->stages, b->stage_count, b->stage_capacity, new) || fail_memory(b);
}

/* The value of an expression that is the same in every run, by way of auxiliaries too, as far as `steps` go. */
static bool known_value(const truce_model *m, const expression *x, int depth, int *steps, double *value)
{
    double v[2] = {0, 0};
    if (!x || depth == 0 || --*steps < 0 || x->arity > 2)
        return false;
    if (x->op == OP_VARIABLE) {
        const element *e = &m->elements[x->index];
        return e->kind == ELEMENT_AUX && known_value(m, e->equation, depth - 1, steps, value);
    }
    for (int i = 0; i < x->arity; i++)
        if (!known_value(m, x->arguments[i], depth - 1, steps, &v[i]))
            return false;
    *value = x->op == OP_NUMBER     ? x->number
             : x->op == OP_NEGATE   ? -v[0]
             : x->op == OP_ADD      ? v[0] + v[1]
             : x->op == OP_SUBTRACT ? v[0] - v[1]
             : x->op == OP_MULTIPLY ? v[0] * v[1]
             : x->op == OP_DIVIDE   ? v[0] / v[1]
             : x->op == OP_MIN      ? fmin(v[0], v[1])
             : x->op == OP_MAX      ? fmax(v[0], v[1])
                                    : NAN;
    return !isnan(*value);
}

/* A stage shorter than DT takes out more than there is in it: values swing, and below half of DT they
 * explode. */
bool check_stages(builder *b)
{
    const truce_model *m = b->model;
    double length, dt = m->sim_specs.dt;
    for (size_t i = 0; i < b->stage_count; i++) {
        const delay_stage *s = &b->stages[i];
        int steps = MOST_STEPS;
        if (known_value(m, s->length, MOST_DEPTH, &steps, &length) && length < dt * (1 - 1e-9) &&
            !warn(b, s->at.file, s->at.line,
                  "a stage of %s in \"%s\" is %g long, shorter than DT, which is %g: its values swing or "
                  "explode",
                  s->function, m->elements[s->owner].name, length, dt))
            return false;
    }
    return true;
}
