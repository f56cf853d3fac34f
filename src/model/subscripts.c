/* Subscripts, and how dimensions are related to one another.
 *
 * XMILE names elements inside their dimension, so two dimensions may share names. Converters from Vensim
 * write a subrange as a dimension of its own whose elements are some of another's. An element of one
 * dimension is therefore the element of the same name in the other; where there is none, the two have nothing
 * to do with each other. In square brackets the name of an element comes before that of a variable
 * (section 3.7.1). */
#include "model/builder.h"

#include <string.h>

/* ---- Relations between dimensions --------------------------------------------------------------------- */

static bool fill_relation(builder *b, size_t from, size_t to, relation *r)
{
    const truce_dimension *d = &b->model->dimensions[from];
    size_t *positions = arena_array(&b->scratch, d->size, sizeof *positions);
    if (!positions)
        return fail_memory(b);
    r->within = true;
    for (size_t i = 0; i < d->size; i++) {
        positions[i] = from == to ? i : map_get(&b->dimension_elements[to], b->element_keys[from][i]);
        r->within = r->within && positions[i] != SIZE_MAX;
        r->shared = r->shared || positions[i] != SIZE_MAX;
    }
    r->positions = positions;
    return true;
}

const relation *relate(builder *b, size_t from, size_t to)
{
    char key[48];
    snprintf(key, sizeof key, "%zu:%zu", from, to);
    size_t found = map_get(&b->relation_keys, key);
    if (found != SIZE_MAX)
        return &b->relations[found];
    relation r = {0};
    const char *kept = arena_string(&b->scratch, key);
    if (!kept || !fill_relation(b, from, to, &r))
        return fail_memory(b), NULL;
    size_t index = b->relation_count;
    if (!ARENA_PUSH(&b->scratch, b->relations, b->relation_count, b->relation_capacity, r) ||
        !map_put(&b->relation_keys, kept, index, NULL))
        return fail_memory(b), NULL;
    return &b->relations[index];
}

/* True for a dimension whose elements have names, so that a name shared with another means something. */
bool has_names(const builder *b, size_t dimension)
{
    return b->document->dimensions[dimension].elements != NULL;
}

/* ---- Resolving ---------------------------------------------------------------------------------------- */

/* True when an element of the owner may be one of the dimension. Macros find that out where they are called.
 */
bool owner_reaches(resolver *r, size_t dimension)
{
    if (r->sc->macro)
        return true;
    for (size_t i = 0; r->owner && i < r->owner->dimension_count; i++) {
        const relation *known = relate(r->b, r->owner->dimensions[i], dimension);
        if (!known || known->shared)
            return known != NULL;
    }
    return false;
}

static bool unknown_element(resolver *r, const node *n, const subscript *s, const truce_dimension *d)
{
    const char *nearest = truce_nearest_name(s->written, d->elements, d->size);
    return fail(r->b, n->file, n->line, "dimension %s of \"%s\" has no element \"%s\"%s%s%s", d->name,
                n->written, s->written, nearest ? " (did you mean \"" : "", nearest ? nearest : "",
                nearest ? "\"?)" : "");
}

/* *:part and Dimension.* : `axis` is the dimension of the variable there, SIZE_MAX for a macro's parameter.
 */
static bool resolve_wildcard(resolver *r, const node *n, subscript *s, size_t axis)
{
    builder *b = r->b;
    s->index = axis;
    if (!s->name)
        return true;
    s->index = map_get(&b->dimension_names, s->name);
    if (s->index == SIZE_MAX)
        return fail(b, n->file, n->line, "there is no dimension \"%s\" for \"%s[%s]\"", s->name, n->written,
                    s->written);
    const relation *known = axis == SIZE_MAX ? NULL : relate(b, s->index, axis);
    if (b->status != TRUCE_OK)
        return false;
    if (known && !known->within)
        return fail(b, n->file, n->line, "dimension %s of \"%s\" does not hold every element of %s",
                    b->model->dimensions[axis].name, n->written, b->model->dimensions[s->index].name);
    return true;
}

static bool resolve_dimension(resolver *r, const node *n, subscript *s, size_t axis, size_t named)
{
    builder *b = r->b;
    const char *name = b->model->dimensions[named].name;
    const relation *known = axis == SIZE_MAX ? NULL : relate(b, named, axis);
    if (b->status != TRUCE_OK)
        return false;
    if (known && !known->shared)
        return fail(b, n->file, n->line, "\"%s\" has dimension %s there, not %s", n->written,
                    b->model->dimensions[axis].name, name);
    s->index = named;
    s->kind = SUBSCRIPT_DIMENSION;
    if (owner_reaches(r, named))
        return true;
    s->kind = SUBSCRIPT_ALL;
    return r->array_depth > 0 ||
           fail(b, n->file, n->line, "\"%s\" has no dimension %s: \"%s[%s]\" needs an element, or * in SUM",
                r->owner ? r->owner->name : "the macro", name, n->written, s->written);
}

static bool resolve_number(resolver *r, const node *n, subscript *s, size_t axis)
{
    const truce_dimension *d = &r->b->model->dimensions[axis];
    double number = s->from->number;
    if (!(number >= 1) || !(number < (double)d->size + 1))
        return fail(r->b, n->file, n->line, "subscript %s of \"%s\" is not between 1 and %zu", s->written,
                    n->written, d->size);
    s->kind = SUBSCRIPT_ELEMENT;
    s->index = (size_t)number - 1;
    return true;
}

/* "Dimension.element" as a position of the axis, from 0: of the element of that name, or else, of a dimension that has
 * nothing to do with that of the axis, the number of the element. */
static size_t qualified_index(const resolver *r, const char *name, size_t axis)
{
    size_t position = qualified_position(r, name) - 1; /* 0 - 1: SIZE_MAX */
    size_t named =
        position == SIZE_MAX ? SIZE_MAX : map_get(&r->b->dimension_elements[axis], strchr(name, '.') + 1);
    return named != SIZE_MAX ? named : position;
}

/* A name alone: an element of the axis, a dimension, or else a variable, in this order. */
static bool resolve_word(resolver *r, const node *n, subscript *s, size_t axis)
{
    builder *b = r->b;
    const node *word = s->from;
    size_t position = axis == SIZE_MAX ? SIZE_MAX : map_get(&b->dimension_elements[axis], word->name);
    if (position == SIZE_MAX && axis != SIZE_MAX) {
        position = qualified_index(r, word->name, axis);
        if (position != SIZE_MAX && position >= b->model->dimensions[axis].size)
            return unknown_element(r, n, s, &b->model->dimensions[axis]);
    }
    if (position != SIZE_MAX) {
        s->kind = SUBSCRIPT_ELEMENT;
        s->index = position;
        return true;
    }
    size_t named = map_get(&b->dimension_names, word->name);
    if (named != SIZE_MAX)
        return resolve_dimension(r, n, s, axis, named);
    const char *prefix = r->owner ? r->owner->prefix : "";
    if (axis == SIZE_MAX || find_variable(b, r->sc, prefix, word->name) != SIZE_MAX ||
        builtin_find(word->name) || strcmp(word->name, "self") == 0)
        return resolve(r, s->from);
    return unknown_element(r, n, s, &b->model->dimensions[axis]);
}

static bool resolve_subscript(resolver *r, const node *n, subscript *s, size_t axis)
{
    switch (s->kind) {
    case SUBSCRIPT_ALL:
        return resolve_wildcard(r, n, s, axis);
    case SUBSCRIPT_RANGE:
        return resolve(r, s->from) && resolve(r, s->to);
    case SUBSCRIPT_EXPRESSION:
        if (s->from->kind == NODE_NUMBER && axis != SIZE_MAX)
            return resolve_number(r, n, s, axis);
        if (s->from->kind == NODE_NAME && !s->from->subscript_count)
            return resolve_word(r, n, s, axis);
        return resolve(r, s->from);
    default:
        return true;
    }
}

bool resolve_subscripts(resolver *r, node *n)
{
    bool is_parameter = n->symbol == SYMBOL_PARAMETER;
    if (is_parameter && (n->subscript_count || n->transposed))
        r->sc->arrayed[n->index] = true;
    if (n->subscript_count == 0)
        return true;
    if (n->symbol != SYMBOL_VARIABLE && !is_parameter)
        return fail(r->b, n->file, n->line, "\"%s\" has no dimensions", n->written);
    const source *s = is_parameter ? NULL : &r->sc->sources[n->index];
    if (s && s->dimension_count != n->subscript_count)
        return fail(r->b, n->file, n->line, "\"%s\" has %zu dimensions, but %zu subscripts are given",
                    n->written, s->dimension_count, n->subscript_count);
    size_t outer = r->axis;
    for (size_t i = 0; i < n->subscript_count; i++) {
        r->axis = s ? s->dimensions[i] : SIZE_MAX;
        if (!resolve_subscript(r, n, &n->subscripts[i], r->axis))
            return false;
    }
    r->axis = outer;
    return true;
}
