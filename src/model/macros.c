/* Macro calls: each call makes hidden elements for the variables of the macro, of the variable that calls. */
#include "model/builder.h"

static bool expand_body(builder *b, context *inner, const scope *macro, size_t *first)
{
    size_t indices[DIMENSION_LIMIT];
    for (size_t i = 0; i < macro->source_count; i++) {
        const source *s = &macro->sources[i];
        for (size_t k = 0; k < s->element_count; k++) {
            size_t made = add_hidden(b, inner, s->from->kind == XMILE_STOCK ? ELEMENT_STOCK : ELEMENT_AUX);
            if (made == SIZE_MAX)
                return false;
            first[i] = k ? first[i] : made;
        }
    }
    for (size_t i = 0; i < macro->source_count; i++) {
        const source *s = &macro->sources[i];
        for (size_t k = 0; k < s->element_count; k++) {
            context c = *inner;
            indices_of(b, s, k, indices);
            c.target = s;
            c.indices = indices;
            c.self = first[i] + k;
            if (!expand_element(b, &c, s, k, c.self))
                return false;
        }
    }
    return true;
}

/* A number that is known now is handed on as such, so that a condition on it can end a macro that calls
 * itself. */
static const expression *hand_over(builder *b, const context *c, const expression *x)
{
    double value;
    if (x && x->arity > 0 && is_constant(x, &value))
        return make_number(b, c, value);
    return share(b, c, x);
}

static bool bind_parameter(builder *b, context *c, context *inner, const node *n, size_t i, parameter *p)
{
    const scope *macro = inner->scope;
    bool given = i < n->count;
    const node *from = given ? n->arguments[i] : macro->defaults[i];
    context *in = given ? c : inner;
    if (!macro->arrayed[i]) {
        p->scalar = hand_over(b, c, expand(b, in, from));
        return p->scalar != NULL;
    }
    array_value *value = arena_alloc(&b->scratch, sizeof *value);
    if (!value)
        return fail_memory(b);
    p->array = value;
    return expand_array_value(b, in, from, value);
}

static const expression *expand_result(builder *b, const context *c, context *inner, size_t *first)
{
    const scope *macro = inner->scope;
    truce_sim_specs own, outer = b->model->sim_specs;
    double now = 0;
    if (macro->start) {
        if (!find_loop_specs(b, inner, &own))
            return NULL;
        b->model->sim_specs = own;
        inner->now = &now;
    }
    bool done =
        macro->start ? expand_loop(b, inner, macro, &now, first) : expand_body(b, inner, macro, first);
    /* The value of a macro may be an array that fits the variable which calls it. */
    inner->target = c->target;
    inner->indices = c->indices;
    const expression *x = done ? expand(b, inner, macro->result) : NULL;
    b->model->sim_specs = outer;
    return x;
}

const expression *expand_macro(builder *b, context *c, const node *n)
{
    scope *macro = &b->scopes[n->index];
    size_t count = macro->macro->parameter_count;
    if (c->macro_depth == MACRO_DEPTH_LIMIT) {
        fail(b, n->file, n->line,
             "macro \"%s\" is called inside more than %d macros; a macro may call itself only when that ends "
             "by "
             "numbers known before the run",
             n->written, MACRO_DEPTH_LIMIT);
        return NULL;
    }
    parameter *parameters = arena_array(&b->scratch, count, sizeof *parameters);
    size_t *first = arena_array(&b->scratch, macro->source_count, sizeof *first);
    if (!parameters || !first) {
        fail_memory(b);
        return NULL;
    }
    context inner = {.scope = macro,
                     .first = first,
                     .parameters = parameters,
                     .owner = c->owner,
                     .self = c->self,
                     .macro_depth = c->macro_depth + 1,
                     .now = c->now,
                     .file = n->file,
                     .line = n->line};
    for (size_t i = 0; i < count; i++)
        if (!bind_parameter(b, c, &inner, n, i, &parameters[i]))
            return NULL;
    return expand_result(b, c, &inner, first);
}
