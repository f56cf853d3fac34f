/* Names in trees to what they mean: variables, parameters, dimensions, functions, elements in subscripts.
 * Done once a tree, so that expanding it for many elements looks nothing up. Also which variables mention
 * which. */
#include "model/builder.h"

#include <string.h>

/* The graphical function or flow that a module's input stands for: the end of its chain of connections. */
static size_t follow_alias(const scope *sc, size_t index)
{
    while (sc->sources[index].alias != SIZE_MAX)
        index = sc->sources[index].alias;
    return index;
}

/* ---- Failures ----------------------------------------------------------------------------------------- */

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

/* Apart from the recursion below, whose frames must stay small. */
__attribute__((noinline)) static bool unknown_function(resolver *r, const node *n)
{
    const builder *b = r->b;
    size_t found = map_get(&r->sc->names, n->name), count = 0;
    if (found != SIZE_MAX)
        return fail(r->b, n->file, n->line,
                    "\"%s\" is not a function: it has no graph, and a variable takes no arguments",
                    n->written);
    const char *names[192];
    for (size_t i = 0; count < 160 && builtin_at(i); i++)
        if (builtin_at(i)->function != FUNCTION_UNSUPPORTED)
            names[count++] = builtin_at(i)->name;
    for (size_t i = 1; i < b->scope_count && count < 192; i++)
        if (b->scopes[i].macro)
            names[count++] = b->scopes[i].macro->name;
    return fail_at(r, n, "function", n->written, names, count);
}

/* ---- Names and calls ---------------------------------------------------------------------------------- */

static bool use_builtin(resolver *r, node *n, const builtin *f)
{
    n->symbol = SYMBOL_BUILTIN;
    n->function = f;
    if (f->function == FUNCTION_UNSUPPORTED)
        return fail(r->b, n->file, n->line, "function %s is not supported%s", n->written,
                    f->number == 1 ? ": no exact definition of it was found in what its vendor publishes"
                                   : "");
    if (f->op == OP_INT && r->b->document->is_converted &&
        !warn(r->b, n->file, n->line,
              "INT rounds down, also below zero; Vensim's INTEGER, which a converter writes as INT, rounds "
              "towards zero"))
        return false;
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

static size_t find_here(resolver *r, const char *name)
{
    return find_variable(r->b, r->sc, r->owner ? r->owner->prefix : "", name);
}

static bool find_name(resolver *r, node *n)
{
    const char *name = without_namespace(n->name);
    if (r->axis != SIZE_MAX && !n->subscript_count) {
        size_t position = map_get(&r->b->dimension_elements[r->axis], name);
        if (position != SIZE_MAX) {
            n->kind = NODE_NUMBER;
            n->number = (double)(position + 1);
            return true;
        }
    }
    size_t found = find_here(r, n->name);
    if (found == SIZE_MAX && n->transposed && !n->subscript_count) { /* a name that ends with an apostrophe */
        const char *whole = arena_format(&r->b->scratch, "%s'", n->name);
        if (!whole)
            return fail_memory(r->b);
        found = find_here(r, whole);
        n->transposed = found == SIZE_MAX;
    }
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
        return owner_reaches(r, dimension) || fail(r->b, n->file, n->line, "\"%s\" has no dimension %s",
                                                   r->owner ? r->owner->name : "the macro", n->written);
    }
    if (strcmp(name, "self") == 0) {
        n->symbol = n->subscript_count ? SYMBOL_VARIABLE : SYMBOL_SELF;
        n->index = r->owner ? (size_t)(r->owner - r->sc->sources) : SIZE_MAX;
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
    if (n->kind == NODE_NAME && n->symbol == SYMBOL_VARIABLE && r->sc->sources[n->index].is_table)
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

/* graph(x), or the element of an array by its number in row-major order, array(i). */
static bool use_variable(resolver *r, node *n, size_t found)
{
    const source *s = &r->sc->sources[found];
    n->symbol = SYMBOL_VARIABLE;
    n->index = found;
    if (n->count == 1)
        return true;
    return fail(r->b, n->file, n->line, "%s \"%s\" takes 1 argument, but %zu are given",
                s->has_table ? "graphical function" : "array", n->written, n->count);
}

static bool use_macro(resolver *r, node *n, size_t macro)
{
    n->symbol = SYMBOL_MACRO;
    n->index = find_macro(r->b, macro, n->count);
    if (n->index == SIZE_MAX)
        return fail(r->b, n->file, n->line, "macro \"%s\" takes %zu arguments, but %zu are given", n->written,
                    r->b->scopes[macro].macro->parameter_count, n->count);
    return true;
}

static bool resolve_arrays(resolver *r, node *n);

/* xmutil writes VMIN(x[*]) as LOOKUP(VMIN, x[*]), because Vensim calls tables and functions alike. */
static const builtin *misread_extreme(resolver *r, const node *graph)
{
    const builtin *f = graph->kind == NODE_NAME && !graph->subscript_count ? builtin_find(graph->name) : NULL;
    bool extreme = f && f->most == 1 && (f->function == FUNCTION_MIN || f->function == FUNCTION_MAX);
    return extreme && find_here(r, graph->name) == SIZE_MAX ? f : NULL;
}

static bool resolve_lookup(resolver *r, node *n)
{
    node *graph = n->arguments[0];
    const builtin *extreme = n->function->function == FUNCTION_LOOKUP ? misread_extreme(r, graph) : NULL;
    if (extreme) {
        n->arguments[0] = n->arguments[1];
        n->count = 1;
        return use_builtin(r, n, extreme) && resolve_arrays(r, n);
    }
    if (graph->kind != NODE_NAME)
        return fail(r->b, n->file, n->line, "the first argument of %s must be a graphical function",
                    n->written);
    if (!find_name(r, graph) || !resolve_subscripts(r, graph))
        return false;
    if (graph->kind != NODE_NAME || graph->symbol != SYMBOL_VARIABLE)
        return fail(r->b, n->file, n->line, "\"%s\" is not a graphical function", graph->written);
    graph->index = follow_alias(r->sc, graph->index);
    return use_table(r, graph, &r->sc->sources[graph->index]) && resolve(r, n->arguments[1]);
}

static bool needs_array(const node *n, size_t i)
{
    function f = n->function->function;
    return i == 0 ? is_array_function(n) || f == FUNCTION_INTERPOLATE
                  : (f == FUNCTION_RANK && i == 2) || (f == FUNCTION_VECTOR_SELECT && i == 1);
}

/* Arguments in which a name may mean a whole array. */
static bool resolve_arrays(resolver *r, node *n)
{
    r->array_depth++;
    for (size_t i = 0; i < n->count; i++) {
        node *argument = n->arguments[i];
        if (!resolve(r, argument))
            return false;
        if (argument->kind == NODE_NAME && argument->symbol == SYMBOL_PARAMETER && needs_array(n, i))
            r->sc->arrayed[argument->index] = true;
        if (argument->kind == NODE_NAME && argument->symbol == SYMBOL_SELF &&
            n->function->function == FUNCTION_SIZE)
            argument->symbol = SYMBOL_VARIABLE;
    }
    r->array_depth--;
    return true;
}

/* SIZE(Dimension): the number of its elements. */
static bool is_size_of_dimension(resolver *r, node *n)
{
    const node *x = n->count ? n->arguments[0] : NULL; /* TIME is a call once it was resolved */
    if (!x || n->function->function != FUNCTION_SIZE || x->kind != NODE_NAME || x->subscript_count ||
        find_here(r, x->name) != SIZE_MAX)
        return false;
    size_t dimension = map_get(&r->b->dimension_names, without_namespace(x->name));
    if (dimension == SIZE_MAX)
        return false;
    n->kind = NODE_NUMBER;
    n->number = (double)r->b->model->dimensions[dimension].size;
    return true;
}

/* RANDOM NORMAL(least, greatest, mean, deviation, seed) of Vensim, as NORMAL(mean, deviation, seed, least,
 * greatest). */
static void order_normal(node *n)
{
    if (n->count != 5 || strcmp(n->function->name, "random_normal") != 0)
        return;
    node *least = n->arguments[0], *greatest = n->arguments[1];
    for (size_t i = 0; i < 3; i++)
        n->arguments[i] = n->arguments[i + 2];
    n->arguments[3] = least;
    n->arguments[4] = greatest;
}

static bool takes_arrays(const node *n)
{
    if (n->symbol != SYMBOL_BUILTIN)
        return false;
    function f = n->function->function;
    return is_array_function(n) || f == FUNCTION_MIN || f == FUNCTION_MAX || f == FUNCTION_INTERPOLATE;
}

/* A function of a vendor's namespace may mean something else than ours of that name. Ours are the standard's
 * and Stella's. */
static bool is_vendors(const char *name)
{
    return without_namespace(name) != name && strncmp(name, "std.", 4) != 0 && strncmp(name, "isee.", 5) != 0;
}

static bool resolve_call(resolver *r, node *n)
{
    const char *name = without_namespace(n->name);
    size_t found = find_here(r, n->name), macro = map_get(&r->b->macro_names, n->name);
    if (macro == SIZE_MAX)
        macro = map_get(&r->b->macro_names, name);
    if (found < r->sc->source_count) {
        size_t target = follow_alias(r->sc, found);
        if (r->sc->sources[target].has_table)
            found = target;
    }
    if (found < r->sc->source_count &&
        (r->sc->sources[found].has_table || r->sc->sources[found].dimension_count)) {
        if (!use_variable(r, n, found))
            return false;
    } else if (macro != SIZE_MAX) {
        if (!use_macro(r, n, macro))
            return false;
    } else {
        const builtin *f = builtin_find(is_vendors(n->name) ? n->name : name);
        if (!f)
            return unknown_function(r, n);
        if (f->most == 0 && n->count)
            return fail(r->b, n->file, n->line, "%s takes no arguments", n->written);
        if (!use_builtin(r, n, f))
            return false;
        if (takes_graph(f->function))
            return resolve_lookup(r, n);
        if (is_size_of_dimension(r, n))
            return true;
        order_normal(n);
        if (takes_arrays(n))
            return resolve_arrays(r, n);
    }
    for (size_t i = 0; i < n->count; i++)
        if (!resolve(r, n->arguments[i]))
            return false;
    return true;
}

/* Recursion is safe: trees are at most DEPTH_LIMIT deep. */
static bool resolve_tree(resolver *r, node *n)
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
        size_t found = find_here(r, n->name);
        if (found < r->sc->source_count) {
            size_t target = follow_alias(r->sc, found);
            if (r->sc->sources[target].from->kind == XMILE_FLOW)
                found = target;
        } else {
            const char **names = arena_array(&r->b->scratch, r->sc->source_count, sizeof *names);
            if (!names)
                return fail_memory(r->b);
            size_t flow_count = 0;
            for (size_t k = 0; k < r->sc->source_count; k++)
                if (r->sc->sources[k].from->kind == XMILE_FLOW)
                    names[flow_count++] = r->sc->sources[k].name;
            const char *nearest = truce_nearest_name(n->written, names, flow_count);
            return fail(r->b, n->file, n->line, "%s \"%s\" of stock \"%s\" does not exist%s%s%s", what,
                        n->written, r->owner->name, nearest ? " (did you mean \"" : "",
                        nearest ? nearest : "", nearest ? "\"?)" : "");
        }
        /* Vensim exports flows as auxiliaries. */
        xmile_kind kind = r->sc->sources[found].from->kind;
        if (kind != XMILE_FLOW && kind != XMILE_AUX)
            return fail(r->b, n->file, n->line, "%s \"%s\" of stock \"%s\" is not a flow", what, n->written,
                        r->owner->name);
        if (!resolve(r, n))
            return false;
        n->index = found;
    }
    return true;
}

/* <element subscript="Side"> gives one tree to many elements, and resolving changes it. */
static bool resolve_once(resolver *r, node *n)
{
    bool done = n->resolved;
    n->resolved = true;
    return done || resolve(r, n);
}

static bool resolve_source(builder *b, scope *sc, source *s)
{
    resolver r = {.b = b, .sc = sc, .resolve = resolve_tree, .owner = s, .axis = SIZE_MAX};
    if ((s->equation && !resolve(&r, s->equation)) || (s->initial && !resolve(&r, s->initial)) ||
        (s->net && !resolve(&r, s->net)))
        return false;
    node *const belt[] = {s->length, s->capacity, s->limit, s->arrest, s->sample};
    for (size_t i = 0; i < sizeof belt / sizeof *belt; i++)
        if (belt[i] && !resolve(&r, belt[i]))
            return false;
    for (size_t i = 0; s->contents && i < s->from->conveyor->content_count; i++)
        if (!resolve(&r, s->contents[i]))
            return false;
    for (size_t e = 0; s->equations && e < s->element_count; e++)
        if ((s->equations[e] && !resolve_once(&r, s->equations[e])) ||
            (s->initials[e] && !resolve_once(&r, s->initials[e])) ||
            (s->nets[e] && !resolve_once(&r, s->nets[e])))
            return false;
    return s->from->kind != XMILE_STOCK ||
           (resolve_flows(&r, s->inflows, s->from->inflow_count, "inflow") &&
            resolve_flows(&r, s->outflows, s->from->outflow_count, "outflow"));
}

bool resolve_in_root(builder *b, node *n)
{
    resolver r = {.b = b, .sc = &b->scopes[0], .resolve = resolve_tree, .axis = SIZE_MAX};
    return resolve(&r, n);
}

bool resolve_all(builder *b)
{
    for (size_t i = 0; i < b->scope_count; i++) {
        scope *sc = &b->scopes[i];
        for (size_t k = 0; k < sc->source_count; k++)
            if (!resolve_source(b, sc, &sc->sources[k]))
                return false;
        resolver r = {.b = b, .sc = sc, .resolve = resolve_tree, .axis = SIZE_MAX};
        for (size_t k = 0; sc->macro && k < sc->macro->parameter_count; k++)
            if (sc->defaults[k] && !resolve(&r, sc->defaults[k]))
                return false;
        if (sc->macro && (!resolve(&r, sc->result) || (sc->start && !resolve(&r, sc->start)) ||
                          (sc->stop && !resolve(&r, sc->stop)) || (sc->step && !resolve(&r, sc->step))))
            return false;
    }
    return find_arrayed_parameters(b);
}
