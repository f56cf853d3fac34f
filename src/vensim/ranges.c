/* Ranges of subscripts: what elements they have, which range is the greatest of its family, and how the
 * elements of one are mapped to those of another. Elements are numbered over the whole model, because in
 * Vensim an element has one name in all ranges. */
#include "vensim/read.h"

#include <assert.h>
#include <string.h>

/* ---- Finding ------------------------------------------------------------------------------------------- */

size_t mdl_find_range(const mdl_reader *r, const char *folded)
{
    return map_get(&r->range_names, folded);
}

size_t mdl_find_element(const mdl_reader *r, const char *folded)
{
    return map_get(&r->element_names, folded);
}

static bool unknown_range(mdl_reader *r, int line, const char *name)
{
    const char **names = mdl_array(r, r->range_count, sizeof *names);
    if (!names)
        return false;
    for (size_t i = 0; i < r->range_count; i++)
        names[i] = r->ranges[i].name;
    const char *nearest = truce_nearest_name(name, names, r->range_count);
    return nearest ? mdl_fail(r, line, "there is no range of subscripts \"%s\" (did you mean \"%s\"?)", name,
                              nearest)
                   : mdl_fail(r, line, "there is no range of subscripts \"%s\"", name);
}

/* ---- Filling ------------------------------------------------------------------------------------------- */

static bool fill(mdl_reader *r, size_t index);

static bool add_member(mdl_reader *r, mdl_range *range, size_t *capacity, size_t element, int line)
{
    if (range->count == MDL_ELEMENTS)
        return mdl_fail(r, line, "the range \"%s\" has more than %d elements", range->name, MDL_ELEMENTS);
    size_t room = *capacity;
    bool pushed = ARENA_PUSH(r->a, range->elements, range->count, room, element);
    *capacity = room;
    r->elements[element].range = range;
    return pushed || mdl_no_memory(r);
}

/* What several ranges of a range have in common it has once. */
static bool add_range(mdl_reader *r, mdl_range *range, size_t *capacity, const mdl_range *from, int line)
{
    for (size_t i = 0; i < from->count; i++)
        if (r->elements[from->elements[i]].range != range &&
            !add_member(r, range, capacity, from->elements[i], line))
            return false;
    return true;
}

static bool add_written(mdl_reader *r, mdl_range *range, size_t *capacity, const mdl_subscript *s)
{
    size_t inner = mdl_find_range(r, s->folded), element = mdl_find_element(r, s->folded);
    if (inner != SIZE_MAX && &r->ranges[inner] != range)
        return add_range(r, range, capacity, &r->ranges[inner], s->line);
    if (element == SIZE_MAX) {
        mdl_element e = {.name = s->name, .folded = s->folded, .family = SIZE_MAX};
        element = r->element_count;
        if (!map_put(&r->element_names, s->folded, element, NULL) ||
            !ARENA_PUSH(r->a, r->elements, r->element_count, r->element_capacity, e))
            return mdl_no_memory(r);
    }
    if (r->elements[element].range == range)
        return mdl_fail(r, s->line, "the range of subscripts \"%s\" has the element \"%s\" twice",
                        range->name, s->name);
    return add_member(r, range, capacity, element, s->line);
}

/* The ranges that a range is made of come first. */
static bool fill_written(mdl_reader *r, mdl_range *range, size_t *capacity)
{
    for (size_t i = 0; i < range->written_count; i++) {
        size_t inner = mdl_find_range(r, range->written[i].folded);
        if (inner != SIZE_MAX && &r->ranges[inner] != range && !fill(r, inner))
            return false;
    }
    for (size_t i = 0; i < range->written_count; i++)
        if (!add_written(r, range, capacity, &range->written[i]))
            return false;
    return true;
}

static bool fill(mdl_reader *r, size_t index)
{
    assert(index < r->range_count);
    mdl_range *range = &r->ranges[index];
    size_t capacity = 0;
    if (range->state == 2)
        return true;
    if (range->state == 1)
        return mdl_fail(r, range->at.line, "the range of subscripts \"%s\" contains itself", range->name);
    range->state = 1;
    if (range->alias) {
        size_t same = mdl_find_range(r, range->alias);
        if (same == SIZE_MAX)
            return unknown_range(r, range->at.line, range->alias);
        if (!fill(r, same))
            return false;
        range->elements = r->ranges[same].elements;
        range->count = r->ranges[same].count;
    }
    if (range->source && !mdl_direct_range(r, range))
        return false;
    if (!fill_written(r, range, &capacity))
        return false;
    range->state = 2;
    return true;
}

/* ---- Families ------------------------------------------------------------------------------------------ */

/* The greatest range of an element; of two as great the first. */
static void find_families(mdl_reader *r)
{
    for (size_t i = 0; i < r->range_count; i++) {
        const mdl_range *range = &r->ranges[i];
        for (size_t k = 0; k < range->count; k++) {
            mdl_element *e = &r->elements[range->elements[k]];
            if (e->family == SIZE_MAX || r->ranges[e->family].count < range->count)
                e->family = i;
        }
    }
    for (size_t i = 0; i < r->range_count; i++)
        r->ranges[i].family = r->ranges[i].count ? r->elements[r->ranges[i].elements[0]].family : i;
}

/* ---- Mappings ------------------------------------------------------------------------------------------ */

/* Says that `element` of the range belongs to what is written in the range mapped to. */
static bool map_one(mdl_reader *r, mdl_mapping *m, const mdl_subscript *to, size_t element)
{
    const mdl_range *target = &r->ranges[m->to];
    size_t one = mdl_find_element(r, to->folded), many = mdl_find_range(r, to->folded);
    size_t count = one != SIZE_MAX ? 1 : many != SIZE_MAX ? r->ranges[many].count : 0;
    if (!count)
        return mdl_fail(r, to->line, "\"%s\" in a mapping is neither an element nor a range", to->name);
    for (size_t i = 0; i < count; i++) {
        size_t position = mdl_position(target, one != SIZE_MAX ? one : r->ranges[many].elements[i]);
        if (position == SIZE_MAX)
            return mdl_fail(r, to->line, "\"%s\" is not in the range \"%s\" that is mapped to", to->name,
                            target->name);
        m->positions[position] = element;
    }
    return true;
}

static bool fill_mapping(mdl_reader *r, mdl_range *range, const mdl_wanted *w, mdl_mapping *m)
{
    m->to = mdl_find_range(r, w->to.folded);
    if (m->to == SIZE_MAX)
        return unknown_range(r, w->to.line, w->to.name);
    const mdl_range *target = &r->ranges[m->to];
    size_t given = w->items ? w->count : target->count;
    if (given != range->count)
        return mdl_fail(r, w->to.line, "the mapping of \"%s\" to \"%s\" has %zu members for %zu elements",
                        range->name, target->name, given, range->count);
    if (!(m->positions = mdl_array(r, target->count, sizeof *m->positions)))
        return false;
    for (size_t i = 0; i < target->count; i++)
        m->positions[i] = w->items ? SIZE_MAX : range->elements[i];
    for (size_t i = 0; i < w->count; i++)
        if (!map_one(r, m, &w->items[i], range->elements[i]))
            return false;
    return true;
}

static bool fill_mappings(mdl_reader *r, mdl_range *range)
{
    if (!(range->mappings = mdl_array(r, range->wanted_count, sizeof *range->mappings)))
        return false;
    for (size_t i = 0; i < range->wanted_count; i++)
        if (!fill_mapping(r, range, &range->wanted[i], &range->mappings[range->mapping_count++]))
            return false;
    return true;
}

bool mdl_fill_ranges(mdl_reader *r)
{
    for (size_t i = 0; i < r->range_count; i++) {
        size_t existing;
        if (!map_put(&r->range_names, r->ranges[i].folded, i, &existing))
            return mdl_no_memory(r);
        if (existing != SIZE_MAX)
            return mdl_fail(r, r->ranges[i].at.line,
                            "the range of subscripts \"%s\" is defined twice, first on line %d",
                            r->ranges[i].name, r->ranges[existing].at.line);
    }
    for (size_t i = 0; i < r->range_count; i++)
        if (!fill(r, i))
            return false;
    find_families(r);
    for (size_t i = 0; i < r->range_count; i++)
        if (!fill_mappings(r, &r->ranges[i]))
            return false;
    return true;
}

/* The element of `to` that a mapping of another range to one with `element` gives, or SIZE_MAX. */
static size_t map_back(const mdl_reader *r, const mdl_range *range, const mdl_range *to, size_t element)
{
    assert(element < r->element_count);
    for (size_t i = 0; i < range->mapping_count; i++) {
        const mdl_mapping *m = &range->mappings[i];
        size_t position = mdl_position(&r->ranges[m->to], element);
        if (position != SIZE_MAX && m->positions[position] != SIZE_MAX &&
            mdl_position(to, m->positions[position]) != SIZE_MAX)
            return m->positions[position];
    }
    return SIZE_MAX;
}

/* The only element of `to` to which a range maps `element`, or SIZE_MAX. */
static size_t map_on(const mdl_reader *r, const mdl_range *range, const mdl_range *to, size_t element)
{
    assert(element < r->element_count);
    for (size_t i = 0; i < range->mapping_count; i++) {
        const mdl_mapping *m = &range->mappings[i];
        const mdl_range *target = &r->ranges[m->to];
        size_t found = SIZE_MAX, count = 0;
        for (size_t k = 0; k < target->count; k++)
            if (m->positions[k] == element && mdl_position(to, target->elements[k]) != SIZE_MAX) {
                found = target->elements[k];
                count++;
            }
        if (count == 1)
            return found;
    }
    return SIZE_MAX;
}

size_t mdl_map(const mdl_reader *r, size_t from, size_t to, size_t element)
{
    assert((from < r->range_count || from == SIZE_MAX) && to < r->range_count);
    const mdl_range *target = &r->ranges[to];
    size_t found = map_back(r, target, target, element);
    if (found == SIZE_MAX && from != SIZE_MAX)
        found = map_on(r, &r->ranges[from], target, element);
    for (size_t i = 0; i < r->range_count && found == SIZE_MAX; i++)
        found = map_back(r, &r->ranges[i], target, element);
    for (size_t i = 0; i < r->range_count && found == SIZE_MAX; i++)
        found = map_on(r, &r->ranges[i], target, element);
    return found;
}
