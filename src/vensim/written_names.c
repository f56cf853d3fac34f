/* Names and subscripts as XMILE text. */
#include "vensim/write.h"

#include <assert.h>
#include <string.h>

/* ---- Names --------------------------------------------------------------------------------------------- */

static bool is_keyword(const char *name)
{
    static const char *const words[] = {"if", "then", "else", "and", "or", "not", "mod"};
    char lower[8] = "";
    for (size_t i = 0; name[i] && i + 1 < sizeof lower; i++)
        lower[i] = ascii_lower(name[i]);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(name) == strlen(words[i]) && strcmp(lower, words[i]) == 0)
            return true;
    return false;
}

/* A name that needs no quotes: letters, digits and "_$", from a letter, without a word that is an operator
 * after a blank. */
static bool is_plain(const char *name)
{
    if (!ascii_is_letter(*name) || is_keyword(name))
        return false;
    for (const char *s = name; *s; s++)
        if (!ascii_is_alphanumeric(*s) && *s != '_' && *s != ' ')
            return false;
    return true;
}

void mdl_write_name(text *t, const char *name)
{
    bool plain = is_plain(name);
    if (!plain)
        text_add(t, "\"", 1);
    for (const char *s = name; *s; s++) {
        if (!plain && (*s == '"' || *s == '\\'))
            text_add(t, "\\", 1);
        text_add(t, plain && *s == ' ' ? "_" : s, 1);
    }
    if (!plain)
        text_add(t, "\"", 1);
}

void catch_up(writer *w, int line)
{
    for (; w->line < line; w->line++)
        text_add(&w->t, "\n", 1);
}

/* ---- Subscripts ---------------------------------------------------------------------------------------- */

bool maps_to(const mdl_reader *r, size_t from, size_t to)
{
    assert(from < r->range_count && to < r->range_count);
    for (size_t i = 0; i < r->ranges[from].mapping_count; i++)
        if (r->ranges[from].mappings[i].to == to)
            return true;
    return false;
}

/* What the ranges of the left side map to a range; of those that name one another, or of all. */
static size_t mapped_element(const mdl_scene *s, size_t range, bool named)
{
    for (size_t i = 0; i < s->cover_count; i++) {
        size_t own = s->covers[i].range;
        if (own == SIZE_MAX || (named && !maps_to(s->r, own, range) && !maps_to(s->r, range, own)))
            continue;
        size_t found = mdl_map(s->r, own, range, s->covers[i].element);
        if (found != SIZE_MAX)
            return found;
    }
    return SIZE_MAX;
}

/* The element for which a range of the right side stands, or SIZE_MAX with a failure: of the same range on the left; of
 * one that is mapped to it, as in "next: (a2-a9) -> previous", though they share elements; of one that has the element.
 */
size_t element_of_range(const mdl_scene *s, const mdl_subscript *given, size_t range, const char *of)
{
    const mdl_range *named = &s->r->ranges[range];
    for (size_t i = 0; i < s->cover_count; i++)
        if (s->covers[i].range == range)
            return s->covers[i].element;
    size_t mapped = mapped_element(s, range, true);
    if (mapped != SIZE_MAX)
        return mapped;
    for (size_t i = 0; i < s->cover_count; i++)
        if (s->covers[i].range != SIZE_MAX && mdl_position(named, s->covers[i].element) != SIZE_MAX)
            return s->covers[i].element;
    if ((mapped = mapped_element(s, range, false)) != SIZE_MAX)
        return mapped;
    for (size_t i = 0; i < s->cover_count; i++)
        if (mdl_position(named, s->covers[i].element) != SIZE_MAX)
            return s->covers[i].element;
    mdl_fail(
        s->r, given->line,
        "the subscript \"%s\" of \"%s\" does not stand on the left of \"%s\" and nothing there is mapped "
        "to it",
        given->name, of, s->equation->name);
    return SIZE_MAX;
}

const mdl_cover *element_of_each(const mdl_scene *s, size_t range)
{
    for (size_t i = 0; i < s->each_count; i++)
        if (s->each[i].range == range)
            return &s->each[i];
    return NULL;
}

bool write_subscript(writer *w, const mdl_subscript *given, const char *of)
{
    mdl_scene *s = w->scene;
    size_t range = mdl_find_range(s->r, given->folded), element = mdl_find_element(s->r, given->folded);
    catch_up(w, given->line);
    if (range == SIZE_MAX && element == SIZE_MAX) {
        const char **names = mdl_array(s->r, s->r->range_count + s->r->element_count, sizeof *names);
        if (!names)
            return false;
        size_t count = 0;
        for (size_t i = 0; i < s->r->range_count; i++)
            names[count++] = s->r->ranges[i].name;
        for (size_t i = 0; i < s->r->element_count; i++)
            names[count++] = s->r->elements[i].name;
        const char *nearest = truce_nearest_name(given->name, names, count);
        return mdl_fail(s->r, given->line, "\"%s\" in \"%s[...]\" is not a subscript%s%s%s", given->name, of,
                        nearest ? " (did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?)" : "");
    }
    const mdl_cover *each = given->each ? element_of_each(s, range) : NULL;
    if (each) {
        mdl_write_name(&w->t, s->r->elements[each->element].name);
        return true;
    }
    if (given->each && range != SIZE_MAX) {
        text_print(&w->t, "*:");
        mdl_write_name(&w->t, s->r->ranges[range].name);
        return true;
    }
    if (range != SIZE_MAX && s->single) {
        element = element_of_range(s, given, range, of);
        if (element == SIZE_MAX)
            return false;
        range = SIZE_MAX;
    }
    mdl_write_name(&w->t, range != SIZE_MAX ? s->r->ranges[range].name : s->r->elements[element].name);
    return true;
}

bool write_all_subscripts(writer *w, const mdl_node *n)
{
    for (size_t i = 0; i < n->subscript_count; i++) {
        text_print(&w->t, i ? ", " : "[");
        if (!write_subscript(w, &n->subscripts[i], n->written))
            return false;
    }
    if (n->subscript_count)
        text_add(&w->t, "]", 1);
    return true;
}
