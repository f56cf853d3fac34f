/* Macro calls: each call makes hidden elements for the variables of the macro, of the variable that calls. */
#include "model/build.h"

static bool expand_body(builder *b, context *inner, const scope *macro, size_t *first)
{
    for (size_t i = 0; i < macro->source_count; i++) {
        bool is_stock = macro->sources[i].from->kind == XMILE_STOCK;
        first[i] = add_hidden(b, inner, is_stock ? ELEMENT_STOCK : ELEMENT_AUX);
        if (first[i] == SIZE_MAX)
            return false;
    }
    for (size_t i = 0; i < macro->source_count; i++) {
        inner->self = first[i];
        if (!expand_element(b, inner, &macro->sources[i], 0, first[i]))
            return false;
    }
    return true;
}

const expression *expand_macro(builder *b, context *c, const node *n)
{
    scope *macro = &b->scopes[n->index];
    size_t count = macro->macro->parameter_count;
    if (c->macro_depth == MACRO_DEPTH_LIMIT) {
        fail(b, n->file, n->line,
             "macro \"%s\" is called inside more than %d macros; a macro must not call itself", n->written,
             MACRO_DEPTH_LIMIT);
        return NULL;
    }
    const expression **parameters = arena_array(&b->scratch, count, sizeof(expression *));
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
                     .file = n->file,
                     .line = n->line};
    for (size_t i = 0; i < count; i++) {
        const expression *x =
            i < n->count ? expand(b, c, n->arguments[i]) : expand(b, &inner, macro->defaults[i]);
        if (!(parameters[i] = share(b, c, x)))
            return NULL;
    }
    return expand_body(b, &inner, macro, first) ? expand(b, &inner, macro->result) : NULL;
}
