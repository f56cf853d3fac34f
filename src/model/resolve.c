/* Names in trees to what they mean: variables, parameters, dimensions, functions, elements in subscripts.
 * Done once a tree, so that expanding it for many elements looks nothing up. Also which variables mention
 * which. */
#include "model/build.h"

#include <string.h>

typedef struct resolver {
    builder *b;
    scope *sc;
    const source *owner; /* whose equation is resolved; NULL for a macro's result */
} resolver;

static bool resolve(resolver *r, node *n);

static bool fail_at(resolver *r, const node *n, const char *what, const char *name, const char *const *names,
                    size_t count)
{
    return fail_unknown(r->b, n->file, n->line, what, name, names, count);
}

/* Everything that may be named in the scope, for the nearest right name. */
static bool unknown_name(resolver *r, const node *n)
{
    const scope *sc = r->sc;
    size_t parameters = sc->macro ? sc->macro->parameter_count : 0, count = 0;
    const char **names = arena_array(
        &r->b->scratch, sc->source_count + parameters + r->b->model->dimension_count, sizeof *names);
    if (!names)
        return fail_memory(r->b);
    for (size_t i = 0; i < sc->source_count; i++)
        names[count++] = sc->sources[i].name;
    for (size_t i = 0; i < parameters; i++)
        names[count++] = sc->macro->parameters[i];
    for (size_t i = 0; i < r->b->model->dimension_count; i++)
        names[count++] = r->b->model->dimensions[i].name;
    return fail_at(r, n, "variable", n->written, names, count);
}

static bool unknown_function(resolver *r, const node *n)
{
    const builder *b = r->b;
    size_t found = map_get(&r->sc->names, n->name), count = 0;
    if (found != SIZE_MAX)
        return fail(r->b, n->file, n->line,
                    "\"%s\" is not a function: it has no graph, and a variable takes no arguments",
                    n->written);
    const char *names[128];
    for (size_t i = 0; count < 100 && builtin_at(i); i++)
        if (builtin_at(i)->function != FUNCTION_UNSUPPORTED)
            names[count++] = builtin_at(i)->name;
    for (size_t i = 1; i < b->scope_count && count < 128; i++)
        names[count++] = b->scopes[i].macro->name;
    return fail_at(r, n, "function", n->written, names, count);
}

/* "Side.defender": the position of an element, from 1. */
static size_t qualified_position(const resolver *r, const char *name)
{
    const char *dot = strchr(name, '.');
    char dimension[128];
    if (!dot || (size_t)(dot - name) >= sizeof dimension)
        return 0;
    memcpy(dimension, name, (size_t)(dot - name));
    dimension[dot - name] = '\0';
    size_t d = map_get(&r->b->dimension_names, dimension);
    size_t position = d == SIZE_MAX ? SIZE_MAX : map_get(&r->b->dimension_elements[d], dot + 1);
    return position == SIZE_MAX ? 0 : position + 1;
}

/* ---- Subscripts --------------------------------------------------------------------------------------- */

static bool owner_has(const resolver *r, size_t dimension)
{
    for (size_t i = 0; r->owner && i < r->owner->dimension_count; i++)
        if (r->owner->dimensions[i] == dimension)
            return true;
    return false;
}

static bool unknown_element(resolver *r, const node *n, const subscript *s, const truce_dimension *d)
{
    const char *nearest = name_nearest(s->written, d->elements, d->size);
    if (map_get(&r->sc->names, s->name) != SIZE_MAX)
        return fail(
            r->b, n->file, n->line,
            "\"%s\" as a subscript of \"%s\" is a variable: only elements, dimensions and numbers are "
            "supported",
            s->written, n->written);
    return fail(r->b, n->file, n->line, "dimension %s of \"%s\" has no element \"%s\"%s%s%s", d->name,
                n->written, s->written, nearest ? " (did you mean \"" : "", nearest ? nearest : "",
                nearest ? "\"?)" : "");
}

static bool resolve_subscript(resolver *r, const node *n, subscript *s, size_t dimension)
{
    builder *b = r->b;
    const truce_dimension *d = &b->model->dimensions[dimension];
    if (s->kind == SUBSCRIPT_ALL)
        return true;
    if (s->kind == SUBSCRIPT_NUMBER) {
        if (s->index < 1 || s->index > d->size)
            return fail(b, n->file, n->line, "subscript %s of \"%s\" is not between 1 and %zu", s->written,
                        n->written, d->size);
        s->kind = SUBSCRIPT_ELEMENT;
        s->index--;
        return true;
    }
    size_t position = map_get(&b->dimension_elements[dimension], s->name);
    if (position == SIZE_MAX)
        position = qualified_position(r, s->name) - 1; /* 0 - 1: SIZE_MAX */
    size_t named = map_get(&b->dimension_names, s->name);
    if (position != SIZE_MAX) {
        if (position >= d->size)
            return unknown_element(r, n, s, d);
        s->kind = SUBSCRIPT_ELEMENT;
        s->index = position;
        return true;
    }
    if (named == SIZE_MAX)
        return unknown_element(r, n, s, d);
    if (named != dimension)
        return fail(b, n->file, n->line, "\"%s\" has dimension %s there, not %s", n->written, d->name,
                    s->written);
    if (!owner_has(r, named))
        return fail(b, n->file, n->line,
                    "\"%s\" has no dimension %s: \"%s[%s]\" needs an element, or * in SUM",
                    r->owner ? r->owner->name : "the macro", d->name, n->written, s->written);
    s->kind = SUBSCRIPT_DIMENSION;
    s->index = named;
    return true;
}

static bool resolve_subscripts(resolver *r, node *n)
{
    if (n->subscript_count == 0)
        return true;
    if (n->symbol != SYMBOL_VARIABLE)
        return fail(r->b, n->file, n->line, "\"%s\" has no dimensions", n->written);
    const source *s = &r->sc->sources[n->index];
    if (s->dimension_count != n->subscript_count)
        return fail(r->b, n->file, n->line, "\"%s\" has %zu dimensions, but %zu subscripts are given",
                    n->written, s->dimension_count, n->subscript_count);
    for (size_t i = 0; i < n->subscript_count; i++)
        if (!resolve_subscript(r, n, &n->subscripts[i], s->dimensions[i]))
            return false;
    return true;
}

/* ---- Names and calls ---------------------------------------------------------------------------------- */

static bool use_builtin(resolver *r, node *n, const builtin *f)
{
    n->symbol = SYMBOL_BUILTIN;
    n->function = f;
    if (f->function == FUNCTION_UNSUPPORTED)
        return fail(r->b, n->file, n->line, "function %s is not supported", n->written);
    if ((int)n->count >= f->least && (f->most < 0 || n->count <= (size_t)f->most))
        return true;
    if (f->most < 0)
        return fail(r->b, n->file, n->line, "%s takes %d or more arguments, but %zu are given", n->written,
                    f->least, n->count);
    if (f->least == f->most)
        return fail(r->b, n->file, n->line, "%s takes %d argument%s, but %zu %s given", n->written, f->least,
                    f->least == 1 ? "" : "s", n->count, n->count == 1 ? "is" : "are");
    return fail(r->b, n->file, n->line, "%s takes %d to %d arguments, but %zu %s given", n->written, f->least,
                f->most, n->count, n->count == 1 ? "is" : "are");
}

static bool use_table(resolver *r, const node *n, const source *s)
{
    if (!s->has_table)
        return fail(r->b, n->file, n->line, "\"%s\" is not a graphical function", n->written);
    return true;
}

static bool find_name(resolver *r, node *n)
{
    const char *name = strncmp(n->name, "std.", 4) == 0 ? n->name + 4 : n->name;
    size_t found = map_get(&r->sc->names, name);
    if (found != SIZE_MAX) {
        n->symbol = found < r->sc->source_count ? SYMBOL_VARIABLE : SYMBOL_PARAMETER;
        n->index = found < r->sc->source_count ? found : found - r->sc->source_count;
        return true;
    }
    size_t position = qualified_position(r, name);
    if (position) {
        n->kind = NODE_NUMBER;
        n->number = (double)position;
        return true;
    }
    size_t dimension = map_get(&r->b->dimension_names, name);
    if (dimension != SIZE_MAX) {
        n->symbol = SYMBOL_DIMENSION;
        n->index = dimension;
        return owner_has(r, dimension) || fail(r->b, n->file, n->line, "\"%s\" has no dimension %s",
                                               r->owner ? r->owner->name : "the macro", n->written);
    }
    if (strcmp(name, "self") == 0) {
        n->symbol = SYMBOL_SELF;
        return r->owner != NULL || fail(r->b, n->file, n->line, "SELF stands outside a variable");
    }
    const builtin *f = builtin_find(name);
    if (!f)
        return unknown_name(r, n);
    n->kind = NODE_CALL;
    return use_builtin(r, n, f);
}

static bool resolve_name(resolver *r, node *n)
{
    if (!find_name(r, n) || !resolve_subscripts(r, n))
        return false;
    if (n->symbol == SYMBOL_VARIABLE && r->sc->sources[n->index].is_table)
        return fail(r->b, n->file, n->line,
                    "\"%s\" is a graphical function without an input: call it as %s(x)", n->written,
                    n->written);
    return true;
}

/* The macro with that many parameters, those with defaults at the end being optional. */
static size_t find_macro(const builder *b, size_t first, size_t count)
{
    for (size_t i = first; i != SIZE_MAX; i = b->scopes[i].next) {
        const scope *m = &b->scopes[i];
        size_t given = count;
        while (given < m->macro->parameter_count && m->defaults[given])
            given++;
        if (count <= m->macro->parameter_count && given == m->macro->parameter_count)
            return i;
    }
    return SIZE_MAX;
}

static bool resolve_call(resolver *r, node *n)
{
    const char *name = strncmp(n->name, "std.", 4) == 0 ? n->name + 4 : n->name;
    size_t found = map_get(&r->sc->names, name), macro = map_get(&r->b->macro_names, name), first = 0;
    if (found < r->sc->source_count && r->sc->sources[found].has_table) {
        n->symbol = SYMBOL_VARIABLE;
        n->index = found;
        if (n->count != 1)
            return fail(r->b, n->file, n->line,
                        "graphical function \"%s\" takes 1 argument, but %zu are given", n->written,
                        n->count);
    } else if (macro != SIZE_MAX) {
        n->symbol = SYMBOL_MACRO;
        n->index = find_macro(r->b, macro, n->count);
        if (n->index == SIZE_MAX)
            return fail(r->b, n->file, n->line, "macro \"%s\" takes %zu arguments, but %zu are given",
                        n->written, r->b->scopes[macro].macro->parameter_count, n->count);
    } else {
        const builtin *f = builtin_find(name);
        if (!f)
            return unknown_function(r, n);
        if (f->most == 0 && n->count)
            return fail(r->b, n->file, n->line, "%s takes no arguments", n->written);
        if (!use_builtin(r, n, f))
            return false;
        if (f->function == FUNCTION_LOOKUP) {
            node *graph = n->arguments[0];
            first = 1;
            if (graph->kind != NODE_NAME)
                return fail(r->b, n->file, n->line,
                            "the first argument of LOOKUP must be a graphical function");
            if (!find_name(r, graph) || !resolve_subscripts(r, graph))
                return false;
            if (graph->kind != NODE_NAME || graph->symbol != SYMBOL_VARIABLE)
                return fail(r->b, n->file, n->line, "\"%s\" is not a graphical function", graph->written);
            if (!use_table(r, graph, &r->sc->sources[graph->index]))
                return false;
        }
    }
    for (size_t i = first; i < n->count; i++)
        if (!resolve(r, n->arguments[i]))
            return false;
    return true;
}

/* Recursion is safe: trees are at most DEPTH_LIMIT deep. */
static bool resolve(resolver *r, node *n)
{
    switch (n->kind) {
    case NODE_NUMBER:
        return true;
    case NODE_NAME:
        return resolve_name(r, n);
    case NODE_CALL:
        return resolve_call(r, n);
    case NODE_OPERATION:
        for (size_t i = 0; i < n->count; i++)
            if (!resolve(r, n->arguments[i]))
                return false;
        return true;
    }
    return false;
}

static bool resolve_flows(resolver *r, node **flows, size_t count, const char *what)
{
    for (size_t i = 0; i < count; i++) {
        node *n = flows[i];
        size_t found = map_get(&r->sc->names, n->name);
        if (found == SIZE_MAX || found >= r->sc->source_count) {
            const char **names = arena_array(&r->b->scratch, r->sc->source_count, sizeof *names);
            if (!names)
                return fail_memory(r->b);
            size_t flow_count = 0;
            for (size_t k = 0; k < r->sc->source_count; k++)
                if (r->sc->sources[k].from->kind == XMILE_FLOW)
                    names[flow_count++] = r->sc->sources[k].name;
            const char *nearest = name_nearest(n->written, names, flow_count);
            return fail(r->b, n->file, n->line, "%s \"%s\" of stock \"%s\" does not exist%s%s%s", what,
                        n->written, r->owner->name, nearest ? " (did you mean \"" : "",
                        nearest ? nearest : "", nearest ? "\"?)" : "");
        }
        if (r->sc->sources[found].from->kind != XMILE_FLOW)
            return fail(r->b, n->file, n->line, "%s \"%s\" of stock \"%s\" is not a flow", what, n->written,
                        r->owner->name);
        if (!resolve(r, n))
            return false;
    }
    return true;
}

bool resolve_all(builder *b)
{
    for (size_t i = 0; i < b->scope_count; i++) {
        scope *sc = &b->scopes[i];
        for (size_t k = 0; k < sc->source_count; k++) {
            source *s = &sc->sources[k];
            resolver r = {b, sc, s};
            if (s->equation && !resolve(&r, s->equation))
                return false;
            for (size_t e = 0; s->equations && e < s->element_count; e++)
                if (s->equations[e] && !resolve(&r, s->equations[e]))
                    return false;
            if (s->from->kind == XMILE_STOCK &&
                (!resolve_flows(&r, s->inflows, s->from->inflow_count, "inflow") ||
                 !resolve_flows(&r, s->outflows, s->from->outflow_count, "outflow")))
                return false;
        }
        resolver r = {b, sc, NULL};
        for (size_t k = 0; sc->macro && k < sc->macro->parameter_count; k++)
            if (sc->defaults[k] && !resolve(&r, sc->defaults[k]))
                return false;
        if (sc->macro && !resolve(&r, sc->result))
            return false;
    }
    return true;
}

/* ---- Who mentions whom -------------------------------------------------------------------------------- */

typedef struct mentions {
    builder *b;
    size_t *stamps; /* by variable: the last user that mentioned it, plus 1 */
    size_t user;
    size_t *list;
    size_t count, capacity;
} mentions;

static bool mention(mentions *m, const node *n)
{
    if (!n)
        return true;
    if (n->symbol == SYMBOL_VARIABLE && m->stamps[n->index] != m->user + 1) {
        m->stamps[n->index] = m->user + 1;
        if (!ARENA_PUSH(&m->b->scratch, m->list, m->count, m->capacity, n->index))
            return fail_memory(m->b);
    }
    for (size_t i = 0; i < n->count; i++)
        if (!mention(m, n->arguments[i]))
            return false;
    return true;
}

static bool mention_all(mentions *m, const source *s)
{
    bool done = mention(m, s->equation);
    for (size_t i = 0; done && s->equations && i < s->element_count; i++)
        done = mention(m, s->equations[i]);
    if (s->from->kind != XMILE_STOCK)
        return done;
    for (size_t i = 0; done && i < s->from->inflow_count; i++)
        done = mention(m, s->inflows[i]);
    for (size_t i = 0; done && i < s->from->outflow_count; i++)
        done = mention(m, s->outflows[i]);
    return done;
}

bool resolve_inputs(builder *b)
{
    truce_model *model = b->model;
    size_t count = model->variable_count;
    mentions m = {.b = b, .stamps = arena_array(&b->scratch, count, sizeof *m.stamps)};
    model->inputs = arena_array(&model->memory, count, sizeof *model->inputs);
    model->users = arena_array(&model->memory, count, sizeof *model->users);
    model->input_counts = arena_array(&model->memory, count, sizeof *model->input_counts);
    model->user_counts = arena_array(&model->memory, count, sizeof *model->user_counts);
    if (!m.stamps || !model->inputs || !model->users || !model->input_counts || !model->user_counts)
        return fail_memory(b);
    for (size_t i = 0; i < count; i++) {
        m.user = i;
        m.count = 0;
        if (!mention_all(&m, &b->scopes[0].sources[i]))
            return false;
        model->inputs[i] = arena_array(&model->memory, m.count, sizeof *m.list);
        if (!model->inputs[i])
            return fail_memory(b);
        for (size_t k = 0; k < m.count; k++) {
            model->inputs[i][k] = m.list[k];
            model->user_counts[m.list[k]]++;
        }
        model->input_counts[i] = m.count;
    }
    for (size_t i = 0; i < count; i++) {
        model->users[i] = arena_array(&model->memory, model->user_counts[i], sizeof **model->users);
        if (!model->users[i])
            return fail_memory(b);
        model->user_counts[i] = 0;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < model->input_counts[i]; k++) {
            size_t used = model->inputs[i][k];
            model->users[used][model->user_counts[used]++] = i;
        }
    return true;
}
