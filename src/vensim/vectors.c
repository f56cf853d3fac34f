/* Functions of vectors whose value depends on the element on the left side: here it becomes a number. */
#include "vensim/write.h"

#include <string.h>

static bool need_array(const writer *w, const mdl_node *n, size_t subscripts)
{
    const mdl_node *x = n->arguments[0];
    return (x->kind == MDL_NAME && x->subscript_count >= subscripts) ||
           mdl_fail(w->scene->r, n->line, "the first argument of %s must be a name with subscripts",
                    n->written);
}

/* The name of an array, with "*" for its last `free` subscripts, which must be ranges. */
static bool write_array(writer *w, const mdl_node *x, size_t free)
{
    mdl_write_name(&w->t, x->written);
    for (size_t i = 0; i < x->subscript_count; i++) {
        const mdl_subscript *given = &x->subscripts[i];
        text_print(&w->t, i ? ", " : "[");
        if (i + free < x->subscript_count) {
            if (!write_subscript(w, given, x->written))
                return false;
            continue;
        }
        size_t range = mdl_find_range(w->scene->r, given->folded);
        if (range == SIZE_MAX)
            return mdl_fail(w->scene->r, given->line, "the subscript \"%s\" of \"%s\" must be a range here",
                            given->name, x->written);
        text_print(&w->t, "*:");
        mdl_write_name(&w->t, w->scene->r->ranges[range].name);
    }
    text_add(&w->t, "]", 1);
    return true;
}

/* An array that an allocation runs through: "*" for the range that is run through, and with a profile, profile[branch,
 * ptype], the element `shift` behind the last subscript: behind the type stand priority, width and extra. */
static bool write_along(writer *w, const mdl_node *x, const mdl_subscript *branch, size_t shift)
{
    mdl_scene *s = w->scene;
    mdl_write_name(&w->t, x->written);
    for (size_t i = 0; i < x->subscript_count; i++) {
        const mdl_subscript *given = &x->subscripts[i];
        size_t element =
            shift && i + 1 == x->subscript_count ? mdl_find_element(s->r, given->folded) : SIZE_MAX;
        text_print(&w->t, i ? ", " : "[");
        if (strcmp(given->folded, branch->folded) == 0) {
            text_print(&w->t, "*:");
            mdl_write_name(&w->t, given->name);
        } else if (element == SIZE_MAX) {
            if (!write_subscript(w, given, x->written))
                return false;
        } else {
            const mdl_range *family = &s->r->ranges[s->r->elements[element].family];
            size_t at = mdl_position(family, element) + shift;
            if (at >= family->count)
                return mdl_fail(s->r, given->line, "\"%s\" has no element %zu behind \"%s\"", family->name,
                                shift, given->name);
            mdl_write_name(&w->t, s->r->elements[family->elements[at]].name);
        }
    }
    text_add(&w->t, "]", 1);
    return true;
}

/* The place, from 1, of the element of the left side in the range of a subscript. */
static bool write_place(writer *w, const mdl_node *x, size_t subscript)
{
    const mdl_subscript *given = &x->subscripts[subscript];
    size_t range = mdl_find_range(w->scene->r, given->folded);
    size_t element = element_of_range(w->scene, given, range, x->written);
    if (element == SIZE_MAX)
        return false;
    text_print(&w->t, "%zu", mdl_position(&w->scene->r->ranges[range], element) + 1);
    return true;
}

/* ALLOCATE AVAILABLE(request[branch], profile[branch, ptype], supply) and ALLOCATE BY PRIORITY(request[branch],
 * priority[branch], size, width, supply): the last range of the requests is the one that is run through. */
bool write_allocation(writer *w, const mdl_node *n)
{
    const mdl_node *requests = n->arguments[0], *second = n->arguments[1];
    bool profiles = n->count == 3;
    if (!need_array(w, n, 1))
        return false;
    const mdl_subscript *branch = &requests->subscripts[requests->subscript_count - 1];
    if (second->kind != MDL_NAME || second->subscript_count < (profiles ? 2 : 1) ||
        mdl_find_range(w->scene->r, branch->folded) == SIZE_MAX)
        return mdl_fail(w->scene->r, n->line,
                        "the first two arguments of %s must be arrays over the range that the supply is for",
                        n->written);
    text_print(&w->t, "vensim.%s(", profiles ? "ALLOCATE_AVAILABLE" : "ALLOCATE_BY_PRIORITY");
    if (!write_place(w, requests, requests->subscript_count - 1))
        return false;
    text_print(&w->t, ", ");
    if (!write_along(w, requests, branch, 0))
        return false;
    for (size_t shift = 0; shift < (profiles ? 3 : 1); shift++) {
        text_print(&w->t, ", ");
        if (!write_along(w, second, branch, shift))
            return false;
    }
    for (size_t i = profiles ? 2 : 3; i < n->count; i++) {
        text_print(&w->t, ", ");
        if (!write_tree(w, n->arguments[i], LEVEL_ANY))
            return false;
    }
    text_add(&w->t, ")", 1);
    return true;
}

bool write_element_count(writer *w, const mdl_node *n)
{
    const mdl_node *x = n->arguments[0];
    size_t range = x->kind == MDL_NAME ? mdl_find_range(w->scene->r, x->folded) : SIZE_MAX;
    if (range == SIZE_MAX)
        return mdl_fail(w->scene->r, n->line, "the argument of %s must be a range of subscripts", n->written);
    text_print(&w->t, "%zu", w->scene->r->ranges[range].count);
    return true;
}

static bool write_order(writer *w, const mdl_node *n, const char *function)
{
    const mdl_node *x = n->arguments[0];
    if (!need_array(w, n, 1))
        return false;
    text_print(&w->t, "vensim.%s(", function);
    if (!write_array(w, x, 1))
        return false;
    text_print(&w->t, ", ");
    if (!write_tree(w, n->arguments[1], LEVEL_ANY))
        return false;
    text_print(&w->t, ", ");
    if (!write_place(w, x, x->subscript_count - 1))
        return false;
    text_add(&w->t, ")", 1);
    return true;
}

bool write_sort_order(writer *w, const mdl_node *n)
{
    return write_order(w, n, "VECTOR_SORT_ORDER");
}

bool write_rank(writer *w, const mdl_node *n)
{
    return write_order(w, n, "VECTOR_RANK");
}

bool write_reorder(writer *w, const mdl_node *n)
{
    if (!need_array(w, n, 1))
        return false;
    text_print(&w->t, "vensim.VECTOR_ELM_MAP(");
    if (!write_array(w, n->arguments[0], 1))
        return false;
    text_print(&w->t, ", ");
    if (!write_tree(w, n->arguments[1], LEVEL_ANY))
        return false;
    text_add(&w->t, ")", 1);
    return true;
}

/* The number, from 0, of the element that a name means, among all of its variable. */
static bool find_offset(const writer *w, const mdl_node *x, const mdl_variable *v, size_t *offset)
{
    const mdl_scene *s = w->scene;
    *offset = 0;
    for (size_t i = 0; i < v->dimension_count; i++) {
        const mdl_subscript *given = &x->subscripts[i];
        size_t range = mdl_find_range(s->r, given->folded), element = mdl_find_element(s->r, given->folded);
        if (range != SIZE_MAX)
            element = element_of_range(s, given, range, x->written);
        const mdl_range *axis = &s->r->ranges[v->dimensions[i]];
        size_t position = element == SIZE_MAX ? SIZE_MAX : mdl_position(axis, element);
        if (position == SIZE_MAX)
            return mdl_fail(s->r, given->line, "\"%s\" is not a subscript of \"%s\"", given->name,
                            x->written);
        *offset = *offset * axis->count + position;
    }
    return true;
}

bool write_element_map(writer *w, const mdl_node *n)
{
    const mdl_scene *s = w->scene;
    const mdl_node *x = n->arguments[0];
    size_t index = x->kind == MDL_NAME ? map_get(&s->section->names, x->folded) : SIZE_MAX, offset;
    const mdl_variable *v = index != SIZE_MAX ? &s->section->variables[index] : NULL;
    if (!v || !v->dimension_count || v->dimension_count != x->subscript_count)
        return mdl_fail(s->r, n->line, "the first argument of %s must be an element of an array", n->written);
    if (!find_offset(w, x, v, &offset))
        return false;
    text_print(&w->t, "vensim.VECTOR_ELM_MAP(");
    mdl_write_name(&w->t, x->written);
    for (size_t i = 0; i < v->dimension_count; i++)
        text_print(&w->t, i ? ", *" : "[*");
    text_print(&w->t, "], %zu + ", offset);
    if (!write_tree(w, n->arguments[1], LEVEL_MULTIPLY))
        return false;
    text_add(&w->t, ")", 1);
    return true;
}

bool write_inverse(writer *w, const mdl_node *n)
{
    const mdl_node *x = n->arguments[0];
    if (!need_array(w, n, 2))
        return false;
    text_print(&w->t, "vensim.INVERT_MATRIX(");
    if (!write_array(w, x, 2))
        return false;
    text_print(&w->t, ", ");
    if (!write_tree(w, n->arguments[1], LEVEL_ANY))
        return false;
    for (size_t i = x->subscript_count - 2; i < x->subscript_count; i++) {
        text_print(&w->t, ", ");
        if (!write_place(w, x, i))
            return false;
    }
    text_add(&w->t, ")", 1);
    return true;
}

/* GET TIME VALUE in units of time; dates need a calendar, which is not read. */
bool write_time_value(writer *w, const mdl_node *n)
{
    const mdl_node *from = n->arguments[0], *measure = n->arguments[2];
    bool now = from->kind == MDL_VALUE && strcmp(from->written, "0") == 0;
    bool start = from->kind == MDL_VALUE && strcmp(from->written, "1") == 0;
    if ((!now && !start) || measure->kind != MDL_VALUE || strcmp(measure->written, "0") != 0)
        return mdl_fail(
            w->scene->r, n->line,
            "%s is supported relative to the current time (0) or the initial one (1) and in units of "
            "time (0), not as a date",
            n->written);
    bool hidden =
        map_get(&w->scene->section->names, "starttime") != SIZE_MAX; /* by a variable of that name */
    text_print(&w->t, now ? "(TIME + " : hidden ? "(std.STARTTIME + " : "(STARTTIME + ");
    if (!write_tree(w, n->arguments[1], LEVEL_MULTIPLY))
        return false;
    text_add(&w->t, ")", 1);
    return true;
}

/* Numbers, and names of variables that are numbers: what nothing in the model changes. */
static bool is_plain(const writer *w, const mdl_node *n)
{
    const mdl_section *s = w->scene->section;
    if (n->kind != MDL_NAME)
        return n->kind == MDL_VALUE;
    size_t variable = map_get(&s->names, n->folded);
    if (variable == SIZE_MAX)
        return false;
    for (size_t i = s->variables[variable].first; i != SIZE_MAX; i = s->equations[i].next) {
        const mdl_node *right = s->equations[i].right;
        if (!right || (right->kind != MDL_VALUE && right->kind != MDL_LIST))
            return false;
    }
    return true;
}

/* DELAY N takes the delay time of the step before: DELAYN where that is the same. */
bool write_delay(writer *w, const mdl_node *n)
{
    static const int order[] = {0, 1, 3, 2};
    text_print(&w->t, is_plain(w, n->arguments[1]) ? "DELAYN(" : "vensim.DELAY_N(");
    for (size_t i = 0; i < n->count; i++) {
        if (i)
            text_print(&w->t, ", ");
        if (!write_tree(w, n->arguments[order[i]], LEVEL_ANY))
            return false;
    }
    text_add(&w->t, ")", 1);
    return true;
}
