/* The scalar expressions of a model and its hidden elements: making them, counting them, keeping them
 * shallow. */
#include "model/builder.h"

#include <assert.h>
#include <math.h>

static expression *new_expression(builder *b, const context *c, operation op)
{
    if (b->status != TRUCE_OK)
        return NULL;
    if (b->node_count++ >= NODE_LIMIT) {
        fail(b, c->file, c->line,
             "the equations of the model have more than %d terms when arrays are expanded", NODE_LIMIT);
        return NULL;
    }
    expression *x = arena_alloc(&b->model->memory, sizeof *x);
    if (!x) {
        fail_memory(b);
        return NULL;
    }
    x->op = op;
    x->depth = 1;
    x->at = (place){c->file, c->line};
    return x;
}

const expression *make_number(builder *b, const context *c, double number)
{
    expression *x = new_expression(b, c, OP_NUMBER);
    if (x)
        x->number = number;
    return x;
}

const expression *make_variable(builder *b, const context *c, size_t element_index)
{
    if (element_index == SIZE_MAX)
        return NULL;
    expression *x = new_expression(b, c, OP_VARIABLE);
    if (x)
        x->index = element_index;
    return x;
}

static int arity_of(operation op)
{
    if (op <= OP_TIME)
        return 0;
    return op <= OP_LOOKUP ? 1 : op <= OP_POISSON ? 2 : 3;
}

const expression *make(builder *b, const context *c, operation op, const expression *x, const expression *y,
                       const expression *z)
{
    const expression *arguments[] = {x, y, z};
    if (op == OP_TIME && c->now)
        return make_number(b, c, *c->now);
    expression *made = new_expression(b, c, op);
    if (!made)
        return NULL;
    made->arity = arity_of(op);
    for (int i = 0; i < made->arity; i++) {
        if (!arguments[i])
            return NULL;
        made->arguments[i] = arguments[i];
        if (arguments[i]->depth >= made->depth)
            made->depth = arguments[i]->depth + 1;
    }
    if (made->depth > DEPTH_LIMIT) {
        fail(b, c->file, c->line, "an equation has more than %d levels; split it over auxiliaries",
             DEPTH_LIMIT);
        return NULL;
    }
    return made;
}

const expression *make_lookup(builder *b, const context *c, size_t table_index, const expression *x)
{
    assert(table_index < b->model->table_count);
    expression *made = x ? new_expression(b, c, OP_LOOKUP) : NULL;
    if (!made)
        return NULL;
    made->arity = 1;
    made->arguments[0] = x;
    made->depth = x->depth + 1;
    made->index = table_index;
    return made;
}

const expression *make_random(builder *b, const context *c, operation op, const expression *x,
                              const expression *y, uint64_t stream)
{
    expression *made = x && y ? new_expression(b, c, op) : NULL;
    if (!made)
        return NULL;
    made->arity = 2;
    made->arguments[0] = x;
    made->arguments[1] = y;
    made->depth = (x->depth > y->depth ? x->depth : y->depth) + 1;
    made->index = stream;
    return made;
}

const expression *make_fold(builder *b, const context *c, operation op, const expression *const *items,
                            size_t count)
{
    if (count == 1)
        return items[0];
    size_t half = (count + 1) / 2;
    return make(b, c, op, make_fold(b, c, op, items, half), make_fold(b, c, op, items + half, count - half),
                NULL);
}

size_t add_hidden(builder *b, const context *c, element_kind kind)
{
    truce_model *m = b->model;
    if (b->status != TRUCE_OK)
        return SIZE_MAX;
    size_t index = m->element_count;
    if (c->now && kind != ELEMENT_AUX) {
        fail(b, c->file, c->line, "a function with memory in a macro with <sim_specs> is not supported");
        return SIZE_MAX;
    }
    if (index >= ELEMENT_LIMIT) {
        fail(b, c->file, c->line, "the model has more than %d elements", ELEMENT_LIMIT);
        return SIZE_MAX;
    }
    element e = {
        .kind = kind, .variable = SIZE_MAX, .owner = c->owner, .hidden = true, .at = {c->file, c->line}};
    e.name = arena_format(&m->memory, "%s#%u", m->elements[c->owner].name, ++b->hidden_counts[c->owner]);
    if (e.name && !count_name(b, e.name, c->file, c->line))
        return SIZE_MAX;
    if (!e.name || !ARENA_PUSH(&m->memory, m->elements, m->element_count, b->element_capacity, e)) {
        fail_memory(b);
        return SIZE_MAX;
    }
    return index;
}

const expression *share(builder *b, const context *c, const expression *x)
{
    if (!x || x->arity == 0)
        return x;
    size_t hidden = add_hidden(b, c, ELEMENT_AUX);
    if (hidden == SIZE_MAX)
        return NULL;
    b->model->elements[hidden].equation = x;
    return make_variable(b, c, hidden);
}

const expression *make_safe_division(builder *b, const context *c, double small, const expression *x,
                                     const expression *y, const expression *z)
{
    if (small > 0) {
        y = share(b, c, y);
        const expression *size = make(b, c, OP_ABS, y, NULL, NULL);
        const expression *is_zero = make(b, c, OP_LESS, size, make_number(b, c, small), NULL);
        y = make(b, c, OP_IF, is_zero, make_number(b, c, 0), y);
    }
    return make(b, c, OP_SAFE_DIVIDE, x, y, z);
}

const expression *hold(builder *b, const context *c, const expression *x)
{
    if (!x || b->model->sim_specs.method == TRUCE_EULER || c->now || x->op == OP_NUMBER)
        return x;
    size_t hidden = add_hidden(b, c, ELEMENT_AUX);
    if (hidden == SIZE_MAX)
        return NULL;
    b->model->elements[hidden].equation = x;
    b->model->elements[hidden].held = true;
    return make_variable(b, c, hidden);
}

/* ---- Constants ---------------------------------------------------------------------------------------- */

/* With the sign of the divisor, exact as the engine's. */
static double remainder_of(double x, double y)
{
    double rest = fmod(x, y);
    return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}

static double operate(operation op, const double *v)
{
    switch (op) {
    case OP_NEGATE:
        return -v[0];
    case OP_NOT:
        return v[0] == 0;
    case OP_ABS:
        return fabs(v[0]);
    case OP_INT:
        return floor(v[0]);
    case OP_ADD:
        return v[0] + v[1];
    case OP_SUBTRACT:
        return v[0] - v[1];
    case OP_MULTIPLY:
        return v[0] * v[1];
    case OP_DIVIDE:
        return v[0] / v[1];
    case OP_LESS:
        return v[0] < v[1];
    case OP_LESS_EQUAL:
        return v[0] <= v[1];
    case OP_GREATER:
        return v[0] > v[1];
    case OP_GREATER_EQUAL:
        return v[0] >= v[1];
    case OP_EQUAL:
        return v[0] == v[1];
    case OP_NOT_EQUAL:
        return v[0] != v[1];
    case OP_AND:
        return v[0] != 0 && v[1] != 0;
    case OP_OR:
        return v[0] != 0 || v[1] != 0;
    case OP_MIN:
        return v[0] < v[1] ? v[0] : v[1];
    case OP_MAX:
        return v[0] > v[1] ? v[0] : v[1];
    case OP_MOD:
        return remainder_of(v[0], v[1]);
    default:
        return NAN;
    }
}

/* Only operations whose result IEEE 754 fixes, so that this is what a run would compute. Recursion is safe:
 * expressions are at most DEPTH_LIMIT deep. */
bool is_constant(const expression *x, double *value)
{
    double v[3] = {0, 0, 0};
    if (x->op == OP_NUMBER) {
        *value = x->number;
        return !isnan(x->number);
    }
    for (int i = 0; i < x->arity; i++)
        if (!is_constant(x->arguments[i], &v[i]))
            return false;
    if (x->arity == 0)
        return false;
    *value = x->op == OP_IF ? v[v[0] != 0 ? 1 : 2] : operate(x->op, v);
    return !isnan(*value);
}
