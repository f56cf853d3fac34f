/* What a name means in a scope: a variable there or in another module, an element of a dimension; and where
 * an element of an array stands. */
#include "model/builder.h"

#include <string.h>

static size_t find_under(builder *b, const scope *sc, const char *prefix, size_t prefix_length,
                         const char *name)
{
    if (prefix_length == 0)
        return map_get(&sc->names, name);
    char *path = arena_format(&b->scratch, "%.*s%s", (int)prefix_length, prefix, name);
    if (!path)
        return fail_memory(b), SIZE_MAX;
    return map_get(&sc->names, path);
}

/* A name alone is looked up in its own module; ".a" in the root; "m.a" in the modules of its own module, then
 * in those of the modules around it, and at last in the module m, wherever it is, if there is only one of
 * that name (section 3.7.4: names of submodels are unique across a model). */
size_t find_variable(builder *b, const scope *sc, const char *prefix, const char *name)
{
    if (name[0] == '.')
        return sc->macro ? SIZE_MAX : map_get(&sc->names, name + 1);
    size_t length = strlen(prefix), found = find_under(b, sc, prefix, length, name);
    const char *dot = strchr(name, '.');
    if (found != SIZE_MAX || !dot || sc->macro)
        return found;
    while (found == SIZE_MAX && length > 0) {
        for (length--; length > 0 && prefix[length - 1] != '.';)
            length--;
        found = find_under(b, sc, prefix, length, name);
    }
    if (found != SIZE_MAX || b->module_names.count == 0)
        return found;
    char *module = arena_copy(&b->scratch, name, (size_t)(dot - name));
    if (!module)
        return fail_memory(b), SIZE_MAX;
    size_t found_in = map_get(&b->module_names, module);
    if (found_in == SIZE_MAX || b->instances[found_in].ambiguous)
        return SIZE_MAX;
    return find_under(b, sc, b->instances[found_in].prefix, strlen(b->instances[found_in].prefix), dot + 1);
}

size_t qualified_position(const resolver *r, const char *name)
{
    const char *dot = strchr(name, '.');
    char *dimension = dot ? arena_copy(&r->b->scratch, name, (size_t)(dot - name)) : NULL;
    if (!dimension)
        return dot ? fail_memory(r->b) : 0;
    size_t d = map_get(&r->b->dimension_names, dimension);
    size_t position = d == SIZE_MAX ? SIZE_MAX : map_get(&r->b->dimension_elements[d], dot + 1);
    return position == SIZE_MAX ? 0 : position + 1;
}

void indices_of(const builder *b, const source *s, size_t position, size_t *indices)
{
    for (size_t d = s->dimension_count; d-- > 0;) {
        size_t size = b->model->dimensions[s->dimensions[d]].size;
        indices[d] = position % size;
        position /= size;
    }
}

bool is_given(const xmile_text *t)
{
    return t->text && t->text[strspn(t->text, " \t\r\n")] != '\0';
}
