/* Names and units of a case against those of the model. */
#include "case/load.h"

#include <assert.h>
#include <string.h>

static const truce_dimension *find_dimension(const truce_model *model, const char *name)
{
    for (size_t i = 0; i < model->dimension_count; i++)
        if (strcmp(model->dimensions[i].name, name) == 0)
            return &model->dimensions[i];
    return NULL;
}

/* ---- Elements ----------------------------------------------------------------------------------------- */

enum { SUBSCRIPTS = 16 };

/* What the subscripts of a name select: a fixed element of each dimension, or all of them (SIZE_MAX). */
typedef struct pattern {
    const truce_variable *variable;
    const truce_dimension *dimensions[SUBSCRIPTS];
    size_t fixed[SUBSCRIPTS];
} pattern;

static truce_status pattern_dimensions(const loader *l, const tree *at, const truce_variable *v, pattern *p)
{
    *p = (pattern){.variable = v};
    if (v->dimension_count > SUBSCRIPTS)
        return tree_error(&l->read, at, "\"%s\" has more than %d dimensions", v->name, SUBSCRIPTS);
    for (size_t i = 0; i < v->dimension_count; i++) {
        p->fixed[i] = SIZE_MAX;
        p->dimensions[i] = find_dimension(l->c->model, v->dimensions[i]);
        if (!p->dimensions[i])
            return tree_error(&l->read, at, "\"%s\" has the unknown dimension \"%s\"", v->name,
                              v->dimensions[i]);
    }
    return TRUCE_OK;
}

/* The nearest of the elements, or all of them when none is near and they are few. */
static truce_status unknown_element(const loader *l, const tree *at, const char *folded,
                                    const truce_dimension *dimension)
{
    enum { LISTED = 12 };
    const char *what = arena_format(l->memory, "the dimension %s has no element", dimension->name);
    bool list =
        !truce_nearest_name(folded, dimension->elements, dimension->size) && dimension->size <= LISTED;
    if (!what || !list)
        return what ? tree_unknown(&l->read, at, what, folded, dimension->elements, dimension->size)
                    : error_memory(l->read.error);
    const char *all = "";
    for (size_t i = 0; i < dimension->size && all; i++)
        all = arena_format(l->memory, "%s%s%s", all, i ? ", " : "", dimension->elements[i]);
    return all ? tree_error(&l->read, at, "%s \"%s\"; it has %s", what, folded, all)
               : error_memory(l->read.error);
}

/* One subscript: a star, the name of an element, or the name that the case shows it by. */
static truce_status take_subscript(const loader *l, const tree *at, const char *bytes, size_t length,
                                   const truce_dimension *dimension, size_t *fixed)
{
    assert(dimension);
    char *folded = name_fold(l->memory, bytes, length);
    if (!folded)
        return error_memory(l->read.error);
    if (strcmp(folded, "*") == 0)
        return TRUCE_OK;
    for (size_t i = 0; i < dimension->size; i++) /* without memory, as nearly all are written */
        if (case_same_name(dimension->elements[i], folded)) {
            *fixed = i;
            return TRUCE_OK;
        }
    for (size_t i = 0; i < 2 * dimension->size; i++) {
        const char *name = dimension->elements[i % dimension->size];
        if (i >= dimension->size)
            name = case_display_name(l->c, name);
        if (!(name = name_fold(l->memory, name, strlen(name))))
            return error_memory(l->read.error);
        if (strcmp(name, folded) != 0)
            continue;
        *fixed = i % dimension->size;
        return TRUCE_OK;
    }
    return unknown_element(l, at, folded, dimension);
}

/* As a name is shown: in equations its backslashes are doubled. */
static truce_status bind_shown_name(const loader *l, const char *name, size_t length, size_t *variable)
{
    const truce_model *m = l->c->model;
    const char *shown = arena_format(l->memory, "%.*s", (int)length, name);
    if (!shown)
        return error_memory(l->read.error);
    size_t found = model_find_element(m, shown);
    if (found != SIZE_MAX && !m->variables[m->elements[found].variable].dimension_count)
        *variable = m->elements[found].variable;
    return TRUCE_OK;
}

truce_status bind_variable(const loader *l, const char *name, size_t length, size_t *variable)
{
    const char *folded = name_fold(l->memory, name, length);
    if (!folded)
        return error_memory(l->read.error);
    *variable = map_get(&l->c->model->variable_names, folded);
    return *variable == SIZE_MAX ? bind_shown_name(l, name, length, variable) : TRUCE_OK;
}

/* "store", "store[defender, armour]" or "store[*, armour]" */
static truce_status read_pattern(const loader *l, const tree *at, const char *name, pattern *p)
{
    const char *open = strrchr(name, '['), *close = name + strlen(name) - 1;
    size_t index = SIZE_MAX;
    TRY(bind_variable(l, name, strlen(name), &index));
    if (index != SIZE_MAX)
        return pattern_dimensions(l, at, &l->c->model->variables[index], p);
    if (open && *close == ']')
        TRY(bind_variable(l, name, (size_t)(open - name), &index));
    if (index == SIZE_MAX)
        return model_unknown_name(l->c->model, name, at->file, at->line, l->read.error);
    const truce_variable *v = &l->c->model->variables[index];
    TRY(pattern_dimensions(l, at, v, p));
    size_t count = 0;
    for (const char *s = open + 1; s <= close; count++) {
        const char *comma = memchr(s, ',', (size_t)(close - s)), *stop = comma ? comma : close;
        if (count < v->dimension_count)
            TRY(take_subscript(l, at, s, (size_t)(stop - s), p->dimensions[count], &p->fixed[count]));
        s = stop + 1;
    }
    if (count != v->dimension_count)
        return tree_error(&l->read, at, "\"%s\" has %zu dimensions, not %zu", v->name, v->dimension_count,
                          count);
    return TRUCE_OK;
}

/* The label of one element: the display names of the subscripts that vary. NULL: out of memory. */
static const char *make_label(const loader *l, const pattern *p, const size_t *subscripts)
{
    const char *label = "";
    for (size_t d = 0; d < p->variable->dimension_count && label; d++) {
        if (p->fixed[d] != SIZE_MAX)
            continue;
        const char *name = case_display_name(l->c, p->dimensions[d]->elements[subscripts[d]]);
        label = arena_format(l->memory, "%s%s%s", label, label[0] ? ", " : "", name);
    }
    return label;
}

static truce_status expand_pattern(const loader *l, const tree *at, const pattern *p, binding *b)
{
    const truce_variable *v = p->variable;
    TRY(load_room(l, at));
    size_t count = 1;
    for (size_t d = 0; d < v->dimension_count; d++)
        count *= p->fixed[d] == SIZE_MAX ? p->dimensions[d]->size : 1;
    size_t *elements = arena_array(l->memory, count, sizeof *elements);
    const char **labels = arena_array(l->memory, count, sizeof *labels);
    if (!elements || !labels)
        return error_memory(l->read.error);
    b->count = 0;
    for (size_t i = 0; i < v->element_count; i++) {
        size_t subscripts[SUBSCRIPTS] = {0}, rest = i;
        bool selected = true;
        for (size_t d = v->dimension_count; d-- > 0;) { /* the last dimension varies fastest */
            assert(p->dimensions[d]);
            subscripts[d] = rest % p->dimensions[d]->size;
            rest /= p->dimensions[d]->size;
            selected = selected && (p->fixed[d] == SIZE_MAX || p->fixed[d] == subscripts[d]);
        }
        if (!selected)
            continue;
        elements[b->count] = v->first_element + i;
        if (!(labels[b->count++] = make_label(l, p, subscripts)))
            return error_memory(l->read.error);
    }
    b->elements = elements;
    b->labels = labels;
    return TRUCE_OK;
}

truce_status bind_name(const loader *l, const tree *at, const char *name, binding *b)
{
    pattern p = {0};
    b->variable = name;
    TRY(read_pattern(l, at, name, &p));
    return expand_pattern(l, at, &p, b);
}

truce_status bind_elements(const loader *l, const tree *entry, const char *what, const char *key, binding *b)
{
    TRY(tree_text(&l->read, entry, what, key, TREE_REQUIRED, &b->variable));
    return bind_name(l, tree_get(entry, key), b->variable, b);
}

truce_status bind_element(const loader *l, const tree *entry, const char *what, const char *key,
                          size_t *index)
{
    binding b = {0};
    TRY(bind_elements(l, entry, what, key, &b));
    if (b.count != 1)
        return tree_error(&l->read, tree_get(entry, key),
                          "\"%s\" stands for %zu elements where one is needed, such as \"%s\"", b.variable,
                          b.count, l->c->model->elements[b.elements[0]].name);
    *index = b.elements[0];
    return TRUCE_OK;
}

/* ---- Units -------------------------------------------------------------------------------------------- */

const char *element_units(const truce_model *model, size_t index)
{
    assert(index < model->element_count);
    size_t variable = model->elements[index].variable;
    const char *units = variable == SIZE_MAX ? NULL : model->variables[variable].units;
    return units ? units : "";
}

static bool is_operator(char c)
{
    return c && strchr("/*^()", c) != NULL;
}

/* Case folded, blanks dropped beside operators and made one underscore elsewhere; "" for a pure number. */
static const char *plain_units(arena *a, const char *units)
{
    char *folded = name_fold(a, units, strlen(units));
    if (!folded)
        return NULL;
    size_t used = 0;
    for (size_t i = 0; folded[i]; i++) {
        bool beside = is_operator(folded[i + 1]) || (used > 0 && is_operator(folded[used - 1]));
        if (folded[i] != '_' || !beside)
            folded[used++] = folded[i];
    }
    folded[used] = '\0';
    if (strcmp(folded, "1") == 0 || strcmp(folded, "dmnl") == 0 || strcmp(folded, "dimensionless") == 0)
        return "";
    return folded;
}

/* "/month" or "/months". */
static bool is_per_period(const truce_case *c, const char *ending)
{
    size_t length = strlen(case_period(c));
    return ending[0] == '/' && strncmp(ending + 1, case_period(c), length) == 0 &&
           (!ending[1 + length] || strcmp(ending + 1 + length, "s") == 0);
}

truce_status bind_units(const loader *l, const tree *entry, const char *what, size_t index, bool per_month,
                        const char **units)
{
    const char *ours = element_units(l->c->model, index);
    *units = ours;
    const char *given = NULL;
    TRY(tree_text(&l->read, entry, what, "units", TREE_OPTIONAL, &given));
    if (!given)
        return TRUCE_OK;
    *units = given;
    if (ours[0] == '\0')
        return TRUCE_OK;
    const char *a = plain_units(l->memory, given), *b = plain_units(l->memory, ours);
    if (!a || !b)
        return error_memory(l->read.error);
    if (strcmp(a, b) == 0)
        return TRUCE_OK;
    size_t length = strlen(b);
    if (per_month && strncmp(a, b, length) == 0 && is_per_period(l->c, a + length))
        return TRUCE_OK;
    return tree_error(&l->read, tree_get(entry, "units"),
                      "the units \"%s\" clash with \"%s\", the units of \"%s\" in the model", given, ours,
                      l->c->model->elements[index].name);
}
