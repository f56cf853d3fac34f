/* Names and subscripts of a document in Vensim's language. There an element has one name in the whole model,
 * apart from those of variables: one that is also a variable gets " element" behind it. */
#include "convert/convert.h"

#include <assert.h>
#include <string.h>

void write_vensim_name(text *t, const char *name)
{
    bool plain = ascii_is_letter(*name) || (unsigned char)*name >= 0x80;
    for (const char *s = name; *s && plain; s++)
        plain = ascii_is_alphanumeric(*s) || *s == ' ' || *s == '_' || *s == '$' || (unsigned char)*s >= 0x80;
    if (plain) {
        text_add(t, name, strlen(name));
        return;
    }
    text_add(t, "\"", 1);
    for (const char *s = name; *s; s++) {
        if (*s == '"' || *s == '\\')
            text_add(t, "\\", 1);
        text_add(t, s, 1);
    }
    text_add(t, "\"", 1);
}

static size_t find_in(conversion *c, const map *names, const char *name)
{
    arena scratch = {0};
    char *folded = name_fold(&scratch, name, strlen(name));
    size_t index = folded ? map_get(names, folded) : SIZE_MAX;
    if (!folded)
        fail_memory(&c->b);
    arena_free(&scratch);
    return index;
}

const xmile_variable *find_by_name(conversion *c, const char *name)
{
    size_t index = find_in(c, &c->variables, name);
    return index == SIZE_MAX ? NULL : &c->document->models[0].variables[index];
}

const xmile_dimension *find_dimension(conversion *c, const char *name)
{
    size_t index = find_in(c, &c->dimensions, name);
    return index == SIZE_MAX ? NULL : &c->document->dimensions[index];
}

const xmile_macro *find_macro(conversion *c, const char *name)
{
    size_t index = find_in(c, &c->macros, name);
    return index == SIZE_MAX ? NULL : &c->document->macros[index];
}

bool same_name(conversion *c, const char *a, const char *b)
{
    arena scratch = {0};
    char *x = name_fold(&scratch, a, strlen(a)), *y = name_fold(&scratch, b, strlen(b));
    bool same = x && y ? strcmp(x, y) == 0 : fail_memory(&c->b);
    arena_free(&scratch);
    return same;
}

size_t find_element_of(conversion *c, const xmile_dimension *d, const char *name)
{
    double number;
    size_t index = find_in(c, &c->elements[d - c->document->dimensions], name);
    if (index != SIZE_MAX)
        return index;
    if (text_to_number(name, strlen(name), &number) && number >= 1 && number <= (double)d->size &&
        number == (double)(size_t)number)
        return (size_t)number - 1;
    return SIZE_MAX;
}

static bool is_taken(conversion *c, const xmile_macro *macro, const char *name)
{
    for (size_t i = 0; macro && i < macro->variable_count; i++)
        if (same_name(c, macro->variables[i].name, name))
            return true;
    return find_by_name(c, name) || find_dimension(c, name);
}

const char *free_name(conversion *c, const xmile_macro *macro, const char *base)
{
    const char *name = base;
    for (int i = 2; name && is_taken(c, macro, name); i++)
        name = arena_format(&c->b.scratch, "%s %d", base, i);
    if (!name)
        fail_memory(&c->b);
    return name;
}

/* A name, or where it is taken already, with a word behind it; NULL: no memory. */
static void write_own_name(conversion *c, text *t, const char *name, bool taken, const char *word)
{
    const char *other = taken ? free_name(c, NULL, arena_format(&c->b.scratch, "%s %s", name, word)) : name;
    if (other)
        write_vensim_name(t, other);
    else
        fail_memory(&c->b);
}

void write_dimension_name(conversion *c, text *t, const char *name)
{
    const xmile_dimension *d = find_dimension(c, name);
    const char *display = name_display(&c->b.scratch, d ? d->name : name, strlen(d ? d->name : name));
    write_own_name(c, t, display, display && find_by_name(c, display), "range");
}

void write_element_name(conversion *c, text *t, const xmile_dimension *d, size_t index)
{
    assert(index < d->size);
    const char *name = d->elements
                           ? name_display(&c->b.scratch, d->elements[index], strlen(d->elements[index]))
                           : arena_format(&c->b.scratch, "%zu", index + 1);
    write_own_name(c, t, name, name && (find_by_name(c, name) || find_dimension(c, name)), "element");
}

bool stays_quoted(bool quoted, const char **s, text *to)
{
    if (quoted && **s == '\\' && (*s)[1]) {
        if (to)
            text_add(to, *s, 1);
        ++*s;
        return true;
    }
    return **s == '"' ? !quoted : quoted;
}

void write_comments(text *t, const char *equation)
{
    bool quoted = false;
    for (const char *s = equation; *s; s++) {
        quoted = stays_quoted(quoted, &s, NULL);
        if (*s != '{' || quoted)
            continue;
        const char *end = strchr(s, '}');
        if (!end)
            return;
        text_add(t, " ", 1);
        text_add(t, s, (size_t)(end + 1 - s));
        s = end;
    }
}
