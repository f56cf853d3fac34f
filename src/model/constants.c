/* Values that are the same in every run, where a function needs one: a seed, the order of a delay. */
#include "model/builder.h"

#include <math.h>

typedef struct search {
    builder *b;
    context *c;
    const char *what; /* the function that needs the value */
    bool at_start;    /* the value may change later */
    bool fixes;       /* what gives the value cannot be an input any more */
} search;

static bool fixed_value(const search *f, const node *n, int depth, double *value);

/* Of the auxiliary that a name means, when its equation is its own and all that gives its value. */
static bool value_of_name(const search *f, const node *n, int depth, double *value)
{
    builder *b = f->b;
    const source *s = &f->c->scope->sources[n->index];
    size_t position, indices[DIMENSION_LIMIT];
    if (s->from->kind == XMILE_STOCK || s->has_table || !find_position_of(b, f->c, n, &position))
        return false;
    element *e = &b->model->elements[f->c->first[n->index] + position];
    if (f->fixes && !e->fixes && !(e->fixes = arena_string(&b->model->memory, f->what)))
        return fail_memory(b);
    const node *equation = s->equations && s->equations[position] ? s->equations[position] : s->equation;
    context own = *f->c; /* the equation is that of another element */
    search inner = *f;
    indices_of(b, s, position, indices);
    own.target = s;
    own.indices = indices;
    own.in_array_function = false;
    own.loop_count = 0;
    inner.c = &own;
    return equation && fixed_value(&inner, equation, depth - 1, value);
}

/* A function of time at the start; STEP acts at the step nearest to its time. */
static bool call_at_start(const search *f, const node *n, int depth, double *value)
{
    const truce_sim_specs *specs = &f->b->model->sim_specs;
    double height, from;
    *value = specs->start;
    if (n->symbol != SYMBOL_BUILTIN)
        return false;
    if (n->function->function == FUNCTION_TIME || n->function->function == FUNCTION_STARTTIME)
        return true;
    if (n->function->function != FUNCTION_STEP || !fixed_value(f, n->arguments[0], depth - 1, &height) ||
        !fixed_value(f, n->arguments[1], depth - 1, &from))
        return false;
    *value = specs->start - from + specs->dt / 2 > 0 ? height : 0;
    return true;
}

static bool leaf_value(const search *f, const node *n, double *value)
{
    bool leaf = n->symbol == SYMBOL_PARAMETER || n->symbol == SYMBOL_DIMENSION ||
                (n->symbol == SYMBOL_BUILTIN && n->function->function == FUNCTION_CONSTANT);
    const expression *plain = leaf ? expand(f->b, f->c, n) : NULL;
    *value = plain ? plain->number : NAN;
    return plain && plain->op == OP_NUMBER;
}

static bool fixed_value(const search *f, const node *n, int depth, double *value)
{
    double x = 0, y = 0;
    if (depth == 0)
        return false;
    if (n->kind == NODE_NUMBER) {
        *value = n->number;
        return true;
    }
    if (n->kind == NODE_NAME && n->symbol == SYMBOL_VARIABLE)
        return value_of_name(f, n, depth, value);
    if (n->kind != NODE_OPERATION)
        return (f->at_start && call_at_start(f, n, depth, value)) || leaf_value(f, n, value);
    if (n->count > 2 || !fixed_value(f, n->arguments[0], depth - 1, &x) ||
        (n->count == 2 && !fixed_value(f, n->arguments[1], depth - 1, &y)))
        return false;
    *value = n->op == OP_NEGATE     ? -x
             : n->op == OP_ADD      ? x + y
             : n->op == OP_SUBTRACT ? x - y
             : n->op == OP_MULTIPLY ? x * y
                                    : x / y;
    return n->op == OP_NEGATE || n->op == OP_ADD || n->op == OP_SUBTRACT || n->op == OP_MULTIPLY ||
           n->op == OP_DIVIDE;
}

/* Steps from the value to what gives it; searches within searches, as for the bound of a range within an equation that
 * gives a bound, which may be the same equation. */
enum { MOST_STEPS_AWAY = 32, MOST_SEARCHES = 4 };

/* Twice: only what was found to give the value is fixed. */
static bool find_value(search *f, const node *n, double *value)
{
    builder *b = f->b;
    if (b->searches == MOST_SEARCHES)
        return false;
    b->searches++;
    bool found = fixed_value(f, n, MOST_STEPS_AWAY, value);
    f->fixes = true;
    found = found && fixed_value(f, n, MOST_STEPS_AWAY, value);
    b->searches--;
    return found && b->status == TRUCE_OK;
}

bool find_constant(builder *b, context *c, const node *n, const char *what, double *value)
{
    return find_value(&(search){.b = b, .c = c, .what = what}, n, value);
}

bool find_start_value(builder *b, context *c, const node *n, const char *what, double *value)
{
    return find_value(&(search){.b = b, .c = c, .what = what, .at_start = true}, n, value);
}
