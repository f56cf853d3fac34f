/* Trees to scalar expressions, once for each element: names become elements, array functions become chains.
 */
#include "model/builder.h"

#include <assert.h>
/* ---- Trees -------------------------------------------------------------------------------------------- */

static const expression *expand_name(builder *b, context *c, const node *n)
{
    size_t index = 0;
    switch (n->symbol) {
    case SYMBOL_VARIABLE:
        return expand_variable(b, c, n);
    case SYMBOL_PARAMETER:
        if (!c->parameters || (!c->parameters[n->index].scalar && !c->parameters[n->index].array)) {
            fail(b, n->file, n->line, "\"%s\" is used in a default before its own value is known",
                 n->written);
            return NULL;
        }
        return c->parameters[n->index].array ? expand_variable(b, c, n) : c->parameters[n->index].scalar;
    case SYMBOL_DIMENSION:
        return find_index(b, c, n, n->index, &index) ? make_number(b, c, (double)(index + 1)) : NULL;
    case SYMBOL_SELF:
        return make_variable(b, c, c->self);
    default:
        return NULL;
    }
}

/* In a macro that calls itself a condition that is known ends it: only the branch that is taken is expanded.
 */
static const expression *expand_branch(builder *b, context *c, const node *n)
{
    double condition;
    const expression *x = expand(b, c, n->arguments[0]);
    if (!x)
        return NULL;
    if (c->macro_depth > 0 && is_constant(x, &condition))
        return expand(b, c, n->arguments[condition != 0 ? 1 : 2]);
    const expression *yes = expand(b, c, n->arguments[1]);
    const expression *no = yes ? expand(b, c, n->arguments[2]) : NULL;
    c->line = n->line;
    return no ? make(b, c, OP_IF, x, yes, no) : NULL;
}

static const expression *expand_operation(builder *b, context *c, const node *n)
{
    if (n->op == OP_IF)
        return expand_branch(b, c, n);
    const expression *arguments[3] = {NULL, NULL, NULL};
    for (size_t i = 0; i < n->count; i++)
        if (!(arguments[i] = expand(b, c, n->arguments[i])))
            return NULL;
    c->line = n->line;
    return make(b, c, n->op, arguments[0], arguments[1], arguments[2]);
}

/* Recursion is safe: trees are at most DEPTH_LIMIT deep, and with macros in macros EXPANSION_LIMIT. */
static const expression *expand_tree(builder *b, context *c, const node *n)
{
    const expression *x = NULL;
    if (b->status != TRUCE_OK)
        return NULL;
    c->file = n->file;
    c->line = n->line;
    if (b->expansion_depth >= EXPANSION_LIMIT) {
        fail(b, n->file, n->line, "macros and equations are nested more than %d levels deep",
             EXPANSION_LIMIT);
        return NULL;
    }
    b->expansion_depth++;
    switch (n->kind) {
    case NODE_NUMBER:
        x = make_number(b, c, n->number);
        break;
    case NODE_NAME:
        x = expand_name(b, c, n);
        break;
    case NODE_CALL:
        x = expand_call(b, c, n);
        break;
    case NODE_OPERATION:
        x = expand_operation(b, c, n);
        break;
    }
    b->expansion_depth--;
    return x;
}

static bool is_plain_number(const node *n)
{
    while (n->kind == NODE_OPERATION && n->op == OP_NEGATE)
        n = n->arguments[0];
    return n->kind == NODE_NUMBER;
}

static bool expand_source(builder *b, context *c, const source *s, size_t position, size_t element_index)
{
    assert(position < s->element_count && element_index < b->model->element_count);
    truce_model *m = b->model;
    if (s->is_table)
        return true;
    const node *n = s->equations && s->equations[position] ? s->equations[position] : s->equation;
    const expression *x = expand(b, c, n);
    if (!x)
        return false;
    m->elements[element_index].at = (place){n->file, n->line};
    if (s->from->kind == XMILE_STOCK) {
        m->elements[element_index].initial = x;
        m->elements[element_index].is_constant_written = is_plain_number(n);
        return add_stock(b, c, s, position, element_index);
    }
    size_t table_index = s->tables ? s->tables[position] : s->table;
    m->elements[element_index].is_constant_written = table_index == SIZE_MAX && is_plain_number(n);
    if (table_index != SIZE_MAX)
        x = make_lookup(b, c, table_index, x);
    if (s->non_negative)
        x = make(b, c, OP_MAX, x, make_number(b, c, 0), NULL);
    m->elements[element_index].non_negative = s->non_negative;
    m->elements[element_index].equation = x;
    const node *initial = s->initials && s->initials[position] ? s->initials[position] : s->initial;
    if (x && initial)
        m->elements[element_index].initial = expand(b, c, initial);
    return x != NULL && b->status == TRUCE_OK;
}

bool start_expansion(builder *b)
{
    const scope *root = &b->scopes[0];
    b->expand = expand_tree;
    b->expand_element = expand_source;
    b->constant_value = find_constant;
    b->root_first = arena_array(&b->scratch, root->source_count, sizeof *b->root_first);
    for (size_t i = 0; b->root_first && i < root->source_count; i++)
        b->root_first[i] = root->sources[i].first;
    return b->root_first || fail_memory(b);
}

bool expand_all(builder *b)
{
    scope *root = &b->scopes[0];
    size_t indices[DIMENSION_LIMIT];
    for (size_t i = 0; i < root->source_count; i++) {
        const source *s = &root->sources[i];
        for (size_t k = 0; k < s->element_count; k++) {
            indices_of(b, s, k, indices);
            context c = {.scope = root,
                         .first = b->root_first,
                         .owner = s->first + k,
                         .self = s->first + k,
                         .target = s,
                         .indices = indices,
                         .file = s->from->at.file,
                         .line = s->from->at.line};
            if (!expand_element(b, &c, s, k, s->first + k))
                return false;
        }
    }
    return true;
}
