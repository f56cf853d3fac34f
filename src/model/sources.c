/* From a document to sources: dimensions, the variables of the root, of modules and of macros with their
 * names, and the visible elements. */
#include "model/builder.h"

#include <stdlib.h>
#include <string.h>

/* ---- Dimensions --------------------------------------------------------------------------------------- */

static bool build_dimension(builder *b, size_t index)
{
    const xmile_dimension *from = &b->document->dimensions[index];
    truce_dimension *to = &b->model->dimensions[index];
    arena *memory = &b->model->memory;
    size_t existing;
    to->name = name_display(memory, from->name, strlen(from->name));
    char *folded = name_fold(&b->scratch, from->name, strlen(from->name));
    if (!to->name || !folded || !map_put(&b->dimension_names, folded, index, &existing))
        return fail_memory(b);
    if (existing != SIZE_MAX)
        return fail(b, from->at.file, from->at.line, "dimension \"%s\" is defined twice", to->name);
    if (from->size == 0 || from->size > ELEMENT_LIMIT)
        return fail(b, from->at.file, from->at.line,
                    "dimension \"%s\" has %zu elements (1 to %d are possible)", to->name, from->size,
                    ELEMENT_LIMIT);
    to->size = from->size;
    const char **elements = arena_array(memory, to->size, sizeof *elements);
    const char **keys = arena_array(&b->scratch, to->size, sizeof *keys);
    if (!elements || !keys)
        return fail_memory(b);
    to->elements = elements;
    b->element_keys[index] = keys;
    for (size_t i = 0; i < to->size; i++) {
        const char *name = from->elements ? from->elements[i] : NULL;
        elements[i] = name ? name_display(memory, name, strlen(name)) : arena_format(memory, "%zu", i + 1);
        char *key = elements[i] ? name_fold(&b->scratch, elements[i], strlen(elements[i])) : NULL;
        if (!key || !map_put(&b->dimension_elements[index], key, i, &existing))
            return fail_memory(b);
        keys[i] = key;
        if (existing != SIZE_MAX)
            return fail(b, from->at.file, from->at.line, "dimension \"%s\" has the element \"%s\" twice",
                        to->name, elements[i]);
    }
    return true;
}

bool build_dimensions(builder *b)
{
    size_t count = b->document->dimension_count;
    b->model->dimensions = arena_array(&b->model->memory, count, sizeof *b->model->dimensions);
    b->dimension_elements = arena_array(&b->scratch, count, sizeof *b->dimension_elements);
    b->element_keys = arena_array(&b->scratch, count, sizeof *b->element_keys);
    if (!b->model->dimensions || !b->dimension_elements || !b->element_keys)
        return fail_memory(b);
    b->model->dimension_count = count;
    size_t elements = 0;
    for (size_t i = 0; i < count; i++) {
        const xmile_dimension *d = &b->document->dimensions[i];
        if (!build_dimension(b, i))
            return false;
        elements += d->size;
        if (elements > ELEMENT_LIMIT)
            return fail(b, d->at.file, d->at.line, "the dimensions have more than %d elements together",
                        ELEMENT_LIMIT);
    }
    return true;
}

static bool resolve_dimensions(builder *b, source *s)
{
    const xmile_variable *v = s->from;
    if (v->dimension_count > DIMENSION_LIMIT)
        return fail(b, v->at.file, v->at.line, "\"%s\" has more than %d dimensions", s->name,
                    DIMENSION_LIMIT);
    size_t *dimensions = arena_array(&b->scratch, v->dimension_count, sizeof *dimensions);
    if (!dimensions)
        return fail_memory(b);
    s->element_count = 1;
    for (size_t i = 0; i < v->dimension_count; i++) {
        const char *name = v->dimensions[i];
        char *folded = name_fold(&b->scratch, name, strlen(name));
        if (!folded)
            return fail_memory(b);
        dimensions[i] = map_get(&b->dimension_names, folded);
        if (dimensions[i] == SIZE_MAX) {
            const char **names = arena_array(&b->scratch, b->model->dimension_count, sizeof *names);
            if (!names)
                return fail_memory(b);
            for (size_t d = 0; d < b->model->dimension_count; d++)
                names[d] = b->model->dimensions[d].name;
            return fail_unknown(b, v->at.file, v->at.line, "dimension", name, names,
                                b->model->dimension_count);
        }
        s->element_count *= b->model->dimensions[dimensions[i]].size;
        if (s->element_count > ELEMENT_LIMIT)
            return fail(b, v->at.file, v->at.line, "\"%s\" has more than %d elements", s->name,
                        ELEMENT_LIMIT);
    }
    s->dimensions = dimensions;
    s->dimension_count = v->dimension_count;
    return true;
}

/* ---- Scopes ------------------------------------------------------------------------------------------- */

bool is_reserved(const char *folded)
{
    static const char *const words[] = {"if",   "then", "else",      "and",      "or", "not", "self",
                                        "time", "dt",   "starttime", "stoptime", "pi", "inf"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(folded, words[i]) == 0)
            return true;
    return false;
}

/* What a source is called: its name, and in a module the path in front of it. */
static bool name_path(builder *b, source *s, const char **local)
{
    const char *written = s->from->name;
    const char *path = s->instance ? b->instances[s->instance].name : "";
    char *name = name_display(&b->model->memory, written, strlen(written));
    char *folded = name_fold(&b->model->memory, written, strlen(written));
    if (!name || !folded)
        return fail_memory(b);
    *local = folded;
    s->name = *path ? arena_format(&b->model->memory, "%s.%s", path, name) : name;
    s->folded = *path ? arena_format(&b->model->memory, "%s%s", s->prefix, folded) : folded;
    return (s->name && s->folded) || fail_memory(b);
}

static bool is_non_negative(const builder *b, const scope *sc, const source *s)
{
    const xmile_model *model = sc->macro ? &b->document->models[0] : b->instances[s->instance].model;
    if (s->from->non_negative >= 0)
        return s->from->non_negative == 1;
    if (s->from->kind == XMILE_STOCK)
        return model->stocks_non_negative == 1;
    return s->from->kind == XMILE_FLOW && model->flows_non_negative == 1;
}

static bool name_source(builder *b, scope *sc, size_t index)
{
    source *s = &sc->sources[index];
    const xmile_variable *v = s->from;
    const char *local = "";
    size_t existing;
    s->table = SIZE_MAX;
    if (!name_path(b, s, &local))
        return false;
    if (v->kind == XMILE_MODULE)
        return fail(b, v->at.file, v->at.line, "the module \"%s\" in macro \"%s\" is not supported", s->name,
                    sc->macro->name);
    if (v->unsupported)
        return fail(b, v->at.file, v->unsupported_line, "%s of \"%s\" is not supported", v->unsupported,
                    s->name);
    if (!*local)
        return fail(b, v->at.file, v->at.line, "a variable has no name");
    if (b->document->names_are_free ? strcmp(local, "time") == 0 : is_reserved(local))
        return fail(b, v->at.file, v->at.line, "the name \"%s\" is reserved", s->name);
    if (!map_put(&sc->names, s->folded, index, &existing))
        return fail_memory(b);
    if (existing != SIZE_MAX && existing < sc->source_count)
        return fail(b, v->at.file, v->at.line, "\"%s\" is defined twice, first on line %d", s->name,
                    sc->sources[existing].from->at.line);
    if (existing != SIZE_MAX)
        return fail(b, v->at.file, v->at.line, "\"%s\" is a parameter and a variable of its macro", s->name);
    s->non_negative = is_non_negative(b, sc, s);
    return resolve_dimensions(b, s);
}

static bool name_sources(builder *b, scope *sc)
{
    for (size_t i = 0; i < sc->source_count; i++)
        if (!name_source(b, sc, i))
            return false;
    return true;
}

static bool build_scope(builder *b, scope *sc, const xmile_variable *variables, size_t count)
{
    sc->source_count = count;
    sc->sources = arena_array(&b->scratch, count, sizeof *sc->sources);
    if (!sc->sources)
        return fail_memory(b);
    for (size_t i = 0; i < count; i++)
        sc->sources[i] = (source){.from = &variables[i], .prefix = "", .alias = SIZE_MAX};
    return name_sources(b, sc);
}

/* The macro of a name and a number of parameters, so far. */
static const xmile_macro *find_macro(const builder *b, const char *folded, size_t parameters)
{
    size_t at = map_get(&b->macro_names, folded);
    while (at != SIZE_MAX && b->scopes[at].macro->parameter_count != parameters)
        at = b->scopes[at].next;
    return at == SIZE_MAX ? NULL : b->scopes[at].macro;
}

/* Of equal macros in several files the primary model's counts (XMILE 1.0, section 2.11.3), else the first. */
static bool leave_out(builder *b, scope *sc, const xmile_macro *first)
{
    const xmile_macro *m = sc->macro;
    map_free(&sc->names);
    *sc = (scope){.next = SIZE_MAX};
    return warn(b, m->at.file, m->at.line, "macro \"%s\" is ignored: that of %s is used", m->name,
                first->at.file);
}

static bool build_macro(builder *b, scope *sc)
{
    const xmile_macro *m = sc->macro;
    size_t existing;
    char *name = name_fold(&b->scratch, m->name, strlen(m->name));
    sc->defaults = arena_array(&b->scratch, m->parameter_count, sizeof(node *));
    sc->arrayed = arena_array(&b->scratch, m->parameter_count, sizeof *sc->arrayed);
    if (!name || !sc->defaults || !sc->arrayed)
        return fail_memory(b);
    sc->name = name;
    sc->source_count = m->variable_count; /* parameters are numbered after the variables */
    for (size_t i = 0; i < m->parameter_count; i++) {
        char *folded = name_fold(&b->scratch, m->parameters[i], strlen(m->parameters[i]));
        if (!folded || !map_put(&sc->names, folded, m->variable_count + i, &existing))
            return fail_memory(b);
        if (existing != SIZE_MAX)
            return fail(b, m->at.file, m->at.line, "macro \"%s\" has the parameter \"%s\" twice", m->name,
                        m->parameters[i]);
    }
    size_t index = (size_t)(sc - b->scopes);
    sc->next = SIZE_MAX;
    const xmile_macro *other = find_macro(b, name, m->parameter_count);
    if (other && strcmp(other->at.file, m->at.file) != 0)
        return leave_out(b, sc, other);
    if (!build_scope(b, sc, m->variables, m->variable_count))
        return false;
    if (m->space) {
        char *space = name_fold(&b->scratch, m->space, strlen(m->space));
        char *qualified = space ? arena_format(&b->scratch, "%s.%s", space, name) : NULL;
        if (!qualified || !map_put(&b->macro_names, qualified, index, NULL))
            return fail_memory(b);
    }
    if (!map_put(&b->macro_names, sc->name, index, &existing))
        return fail_memory(b);
    if (existing == SIZE_MAX)
        return true;
    while (b->scopes[existing].macro->parameter_count != m->parameter_count &&
           b->scopes[existing].next != SIZE_MAX)
        existing = b->scopes[existing].next;
    if (b->scopes[existing].macro->parameter_count == m->parameter_count)
        return fail(b, m->at.file, m->at.line, "macro \"%s\" is defined twice with %zu parameters", m->name,
                    m->parameter_count);
    b->scopes[existing].next = index;
    return true;
}

/* ---- Visible elements --------------------------------------------------------------------------------- */

static bool add_visible(builder *b, source *s, size_t variable)
{
    truce_model *m = b->model;
    static const element_kind kinds[] = {ELEMENT_STOCK, ELEMENT_AUX, ELEMENT_AUX, ELEMENT_AUX, ELEMENT_AUX};
    s->first = m->element_count;
    if (s->element_count > ELEMENT_LIMIT - m->element_count)
        return fail(b, s->from->at.file, s->from->at.line, "the model has more than %d elements",
                    ELEMENT_LIMIT);
    for (size_t i = 0; i < s->element_count; i++) {
        element e = {.kind = kinds[s->from->kind], .variable = variable, .at = s->from->at};
        e.owner = m->element_count;
        e.is_data = s->from->is_data;
        e.reading = s->from->reading;
        e.name = element_name(b, &m->memory, s, i);
        if (e.name && !count_name(b, e.name, e.at.file, e.at.line))
            return false;
        char *key = e.name ? element_key(&m->memory, e.name) : NULL;
        size_t index = m->element_count, existing;
        if (!key || !map_put(&m->element_names, key, index, &existing) ||
            !ARENA_PUSH(&m->memory, m->elements, m->element_count, b->element_capacity, e))
            return fail_memory(b);
        if (existing != SIZE_MAX)
            return fail(b, e.at.file, e.at.line, "\"%s\" is defined twice", e.name);
    }
    return true;
}

/* Groups by folded path of their members. In a module a group is named with its path, and what belongs to no
 * group belongs to the module. */
static bool group_members(builder *b, map *groups, const char ***names, size_t *count)
{
    size_t capacity = 0;
    for (size_t i = 0; i < b->instance_count; i++) {
        const instance *in = &b->instances[i];
        for (size_t g = 0; g < in->model->group_count; g++) {
            const xmile_group *group = &in->model->groups[g];
            const char *name =
                *in->name ? arena_format(&b->model->memory, "%s.%s", in->name, group->name) : group->name;
            size_t index = *count;
            if (!name || !ARENA_PUSH(&b->scratch, *names, *count, capacity, name))
                return fail_memory(b);
            for (size_t k = 0; k < group->member_count; k++) {
                const char *member = group->members[k].text;
                char *folded = member ? name_fold(&b->scratch, member, strlen(member)) : NULL;
                char *path = folded ? arena_format(&b->scratch, "%s%s", in->prefix, folded) : NULL;
                if (member && (!path || !map_put(groups, path, index, NULL)))
                    return fail_memory(b);
            }
        }
    }
    return true;
}

static bool describe_variables(builder *b, const map *groups, const char *const *names)
{
    truce_model *m = b->model;
    const scope *sc = &b->scopes[0];
    static const truce_variable_kind kinds[] = {TRUCE_STOCK, TRUCE_FLOW, TRUCE_AUXILIARY, TRUCE_AUXILIARY,
                                                TRUCE_AUXILIARY};
    for (size_t i = 0; i < sc->source_count; i++) {
        source *s = &sc->sources[i];
        const xmile_variable *v = s->from;
        const char **dimensions = arena_array(&m->memory, s->dimension_count, sizeof *dimensions);
        if (!dimensions || !map_put(&m->variable_names, s->folded, i, NULL) || !add_visible(b, s, i))
            return fail_memory(b);
        for (size_t d = 0; d < s->dimension_count; d++)
            dimensions[d] = m->dimensions[s->dimensions[d]].name;
        size_t group = map_get(groups, s->folded);
        const xmile_text *equation =
            v->kind == XMILE_STOCK && is_given(&v->initial) ? &v->initial : &v->equation;
        m->variables[i] =
            (truce_variable){.name = s->name,
                             .units = v->units ? v->units : "",
                             .doc = v->doc ? v->doc : "",
                             .equation = equation->text ? equation->text : "",
                             .group = group != SIZE_MAX ? names[group] : b->instances[s->instance].name,
                             .kind = kinds[v->kind],
                             .file = v->at.file,
                             .line = v->at.line,
                             .dimension_count = s->dimension_count,
                             .dimensions = dimensions,
                             .element_count = s->element_count,
                             .first_element = s->first};
    }
    m->visible_count = m->element_count;
    b->hidden_counts = arena_array(&b->scratch, m->visible_count, sizeof *b->hidden_counts);
    b->random_counts = arena_array(&b->scratch, m->visible_count, sizeof *b->random_counts);
    return (b->hidden_counts && b->random_counts) || fail_memory(b);
}

static bool build_root(builder *b)
{
    scope *root = &b->scopes[0];
    map groups = {0};
    const char **names = NULL;
    size_t count = 0;
    bool done =
        build_instances(b) && gather_variables(b, root) && name_sources(b, root) && connect_modules(b, root);
    if (done && root->source_count == 0)
        done = fail(b, b->model->file, 0, "there are no variables in the model");
    b->model->variable_count = root->source_count;
    b->model->variables = arena_array(&b->model->memory, root->source_count, sizeof(truce_variable));
    if (!b->model->variables)
        done = fail_memory(b);
    done = done && group_members(b, &groups, &names, &count) && describe_variables(b, &groups, names);
    map_free(&groups);
    return done;
}

bool build_sources(builder *b)
{
    const xmile_document *d = b->document;
    b->scopes = arena_array(&b->scratch, d->macro_count + 1, sizeof *b->scopes);
    if (!b->scopes)
        return fail_memory(b);
    b->scope_count = d->macro_count + 1;
    for (size_t i = 0; i < d->macro_count; i++) {
        b->scopes[i + 1].macro = &d->macros[i];
        if (!build_macro(b, &b->scopes[i + 1]))
            return false;
    }
    return build_root(b) && parse_scopes(b);
}

void free_sources(builder *b)
{
    for (size_t i = 0; i < b->scope_count; i++)
        map_free(&b->scopes[i].names);
    for (size_t i = 0; b->dimension_elements && i < b->model->dimension_count; i++)
        map_free(&b->dimension_elements[i]);
    map_free(&b->dimension_names);
    map_free(&b->macro_names);
    map_free(&b->relation_keys);
    map_free(&b->module_names);
}
