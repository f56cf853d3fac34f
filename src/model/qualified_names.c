/* Qualified names: "module.variable", "Dimension.element", ".variable" of the root (XMILE 1.0,
 * sections 3.2.2.3 and 3.7.4). Each part may be in quotes; a dot in quotes separates nothing. */
#include "model/builder.h"

#include <string.h>

static const char *part_end(const char *s, const char *end)
{
    for (bool quoted = false; s < end && (quoted || *s != '.'); s++) {
        if (quoted && *s == '\\' && s + 1 < end)
            s++;
        else if (*s == '"')
            quoted = !quoted;
    }
    return s;
}

static char *convert_parts(arena *a, const char *name, size_t length,
                           char *(*convert)(arena *a, const char *name, size_t length))
{
    const char *end = name + length, *s = name;
    const char *first = part_end(s, end);
    if (first == end)
        return convert(a, name, length);
    text joined = {0};
    for (bool more = true; more; s = first + 1) {
        first = part_end(s, end);
        more = first < end;
        char *part = convert(a, s, (size_t)(first - s));
        if (part)
            text_add(&joined, part, strlen(part));
        if (more)
            text_add(&joined, ".", 1);
        joined.failed = joined.failed || !part;
        if (joined.failed)
            break;
    }
    char *kept = joined.failed ? NULL : arena_copy(a, joined.bytes ? joined.bytes : "", joined.length);
    text_free(&joined);
    return kept;
}

char *path_fold(arena *a, const char *name, size_t length)
{
    return convert_parts(a, name, length, name_fold);
}

char *path_display(arena *a, const char *name, size_t length)
{
    return convert_parts(a, name, length, name_display);
}

/* The namespaces that XMILE reserves for functions. */
const char *without_namespace(const char *name)
{
    static const char *const spaces[] = {"std",          "user",   "anylogic", "forio",
                                         "insightmaker", "isee",   "powersim", "simanticssd",
                                         "simile",       "sysdea", "vensim"};
    const char *dot = strchr(name, '.');
    for (size_t i = 0; dot && i < sizeof spaces / sizeof *spaces; i++)
        if (strlen(spaces[i]) == (size_t)(dot - name) && strncmp(name, spaces[i], (size_t)(dot - name)) == 0)
            return dot + 1;
    return name;
}

/* ---- Elements ----------------------------------------------------------------------------------------- */

char *element_name(const builder *b, arena *a, const source *s, size_t position)
{
    if (s->dimension_count == 0)
        return arena_string(a, s->name);
    text t = {0};
    size_t stride = s->element_count;
    text_print(&t, "%s[", s->name);
    for (size_t i = 0; i < s->dimension_count; i++) {
        const truce_dimension *d = &b->model->dimensions[s->dimensions[i]];
        stride /= d->size;
        text_print(&t, "%s%s", i ? ", " : "", d->elements[position / stride % d->size]);
    }
    text_add(&t, "]", 1);
    char *name = t.failed ? NULL : arena_copy(a, t.bytes, t.length);
    text_free(&t);
    return name;
}

/* The key of an element in element_names: folded, with one "_" after a comma and none beside brackets. */
char *element_key(arena *a, const char *name)
{
    char *folded = name_fold(a, name, strlen(name));
    char *key = folded ? arena_alloc(a, 2 * strlen(folded) + 1) : NULL;
    if (!key)
        return NULL;
    char *to = key;
    for (const char *c = folded; *c; c++) {
        if (*c == '_' && (c[1] == '[' || c[1] == ']' || c[1] == ','))
            continue;
        if (*c == '_' && to > key && (to[-1] == '[' || (to[-1] == '_' && to - key > 1 && to[-2] == ',')))
            continue;
        *to++ = *c;
        if (*c == ',')
            *to++ = '_';
    }
    *to = '\0';
    return key;
}
