/* Values that are the same in every run, where a function needs one: the order of a delay, a seed. */
#include "model/builder.h"

#include <math.h>

/* The auxiliary that a name means, when its equation is its own and all that gives its value. */
static const node *equation_of(builder *b, context *c, const node *n, const char *what)
{
    const source *s = &c->scope->sources[n->index];
    size_t position;
    if (s->from->kind == XMILE_STOCK || s->has_table || !find_position_of(b, c, n, &position))
        return NULL;
    element *e = &b->model->elements[c->first[n->index] + position];
    if (!e->fixes && !(e->fixes = arena_string(&b->model->memory, what))) {
        fail_memory(b);
        return NULL;
    }
    return s->equations && s->equations[position] ? s->equations[position] : s->equation;
}

static bool fixed_value(builder *b, context *c, const node *n, const char *what, int depth, double *value)
{
    double x = 0, y = 0;
    if (depth == 0)
        return false;
    if (n->kind == NODE_NUMBER) {
        *value = n->number;
        return true;
    }
    if (n->kind == NODE_NAME && n->symbol == SYMBOL_VARIABLE) {
        const node *equation = equation_of(b, c, n, what);
        return equation && fixed_value(b, c, equation, what, depth - 1, value);
    }
    if (n->kind != NODE_OPERATION) {
        bool leaf = n->symbol == SYMBOL_PARAMETER || n->symbol == SYMBOL_DIMENSION ||
                    (n->symbol == SYMBOL_BUILTIN && n->function->function == FUNCTION_CONSTANT);
        const expression *plain = leaf ? expand(b, c, n) : NULL;
        *value = plain ? plain->number : NAN;
        return plain && plain->op == OP_NUMBER;
    }
    if (n->count > 2 || !fixed_value(b, c, n->arguments[0], what, depth - 1, &x) ||
        (n->count == 2 && !fixed_value(b, c, n->arguments[1], what, depth - 1, &y)))
        return false;
    *value = n->op == OP_NEGATE     ? -x
             : n->op == OP_ADD      ? x + y
             : n->op == OP_SUBTRACT ? x - y
             : n->op == OP_MULTIPLY ? x * y
                                    : x / y;
    return n->op == OP_NEGATE || n->op == OP_ADD || n->op == OP_SUBTRACT || n->op == OP_MULTIPLY ||
           n->op == OP_DIVIDE;
}

bool find_constant(builder *b, context *c, const node *n, const char *what, double *value)
{
    enum { MOST_STEPS_AWAY = 32 };
    return fixed_value(b, c, n, what, MOST_STEPS_AWAY, value) && b->status == TRUCE_OK;
}
