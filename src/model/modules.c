/* Modules: XMILE 1.0 sections 3.7.4 and 4.7. A module puts a model inside another; the same model may stand
 * in several places, each with variables of its own. Here all of them become variables of one scope, named
 * with their path:
 *
 *     root --+-- hares (model "hares") ---- "hares.births"
 *            +-- west  (model "zone")  --+- "west.area"
 *                                        +- hares ---------- "west.hares.births"
 *
 * A connection gives an input of a module the value of a variable elsewhere. The input keeps its name and
 * place and loses its own equation, which is there for running the model alone. */
#include "model/builder.h"

#include <string.h>

enum { CHAIN_LIMIT = 1000 }; /* inputs that are connected to inputs */

/* ---- Models by file and name -------------------------------------------------------------------------- */

static const xmile_model *find_model(builder *b, arena *a, const map *models, const char *file,
                                     const char *name)
{
    char *folded = name_fold(a, name, strlen(name));
    char *key = folded ? arena_format(a, "%s\n%s", file, folded) : NULL;
    size_t found = key ? map_get(models, key) : SIZE_MAX;
    if (!key)
        fail_memory(b);
    return found == SIZE_MAX ? NULL : &b->document->models[found];
}

/* In a file of its own a model is the one of the module's name, or else the root. */
static const xmile_model *find_in_file(builder *b, arena *a, const map *models, const char *file,
                                       const char *name)
{
    const xmile_model *named = find_model(b, a, models, file, name);
    return named ? named : find_model(b, a, models, file, "");
}

static const xmile_model *model_of(builder *b, const map *models, const xmile_variable *module)
{
    arena *a = &b->scratch;
    const char *name = module->model_name ? module->model_name : module->name;
    if (module->resource)
        return find_in_file(b, a, models, module->resource, name);
    const xmile_model *found = find_model(b, a, models, module->at.file, name);
    if (!found)
        found = find_model(b, a, models, "", name);
    return found && found->resource ? find_in_file(b, a, models, found->resource, name) : found;
}

static bool index_models(builder *b, map *models)
{
    const xmile_document *d = b->document;
    for (size_t i = 0; i < d->model_count; i++) {
        const xmile_model *m = &d->models[i];
        size_t existing = SIZE_MAX;
        char *folded = name_fold(&b->scratch, m->name ? m->name : "", strlen(m->name ? m->name : ""));
        char *key = folded ? arena_format(&b->scratch, "%s\n%s", m->at.file, folded) : NULL;
        char *root = key && m->is_root ? arena_format(&b->scratch, "%s\n", m->at.file) : key;
        char *anywhere = root ? arena_format(&b->scratch, "\n%s", folded) : NULL; /* for included files */
        if (!anywhere || !map_put(models, key, i, &existing) || !map_put(models, root, i, NULL) ||
            (m->name && !map_put(models, anywhere, i, NULL)))
            return fail_memory(b);
        if (existing != SIZE_MAX)
            return fail(b, m->at.file, m->at.line, "model \"%s\" is defined twice, first on line %d",
                        m->name ? m->name : "", d->models[existing].at.line);
    }
    return true;
}

/* ---- Instances ---------------------------------------------------------------------------------------- */

static bool fail_no_model(builder *b, const xmile_variable *module)
{
    const char **names = arena_array(&b->scratch, b->document->model_count, sizeof *names);
    size_t count = 0;
    if (!names)
        return fail_memory(b);
    for (size_t i = 0; i < b->document->model_count; i++)
        if (b->document->models[i].name)
            names[count++] = b->document->models[i].name;
    const char *nearest = truce_nearest_name(module->name, names, count);
    return fail(b, module->at.file, module->at.line, "there is no model for the module \"%s\"%s%s%s",
                module->name, nearest ? " (did you mean \"" : "", nearest ? nearest : "",
                nearest ? "\"?)" : "");
}

static bool add_instance(builder *b, const map *models, size_t parent, const xmile_variable *module)
{
    const instance *outer = &b->instances[parent];
    size_t index = b->instance_count, existing;
    instance new = {.module = module, .parent = parent, .depth = outer->depth + 1};
    new.model = model_of(b, models, module);
    if (b->status != TRUCE_OK || !new.model)
        return fail_no_model(b, module);
    for (size_t i = parent;; i = b->instances[i].parent) {
        if (b->instances[i].model == new.model)
            return fail(b, module->at.file, module->at.line, "the module \"%s\" is inside itself",
                        module->name);
        if (i == 0)
            break;
    }
    if (new.depth > MODULE_DEPTH_LIMIT || index >= INSTANCE_LIMIT)
        return fail(b, module->at.file, module->at.line,
                    "there are more than %d modules, or more than %d inside one another", INSTANCE_LIMIT,
                    MODULE_DEPTH_LIMIT);
    char *name = name_display(&b->scratch, module->name, strlen(module->name));
    char *folded = name_fold(&b->scratch, module->name, strlen(module->name));
    if (!name || !folded || !map_put(&b->module_names, folded, index, &existing))
        return fail_memory(b);
    if (existing != SIZE_MAX)
        b->instances[existing].ambiguous = true;
    new.name = arena_format(&b->model->memory, "%s%s%s", outer->name, *outer->name ? "." : "", name);
    new.prefix = arena_format(&b->scratch, "%s%s.", outer->prefix, folded);
    return (new.name &&new.prefix &&ARENA_PUSH(&b->scratch, b->instances, b->instance_count,
                                               b->instance_capacity, new)) ||
           fail_memory(b);
}

bool build_instances(builder *b)
{
    map models = {0};
    const instance root = {.model = &b->document->models[0], .name = "", .prefix = ""};
    bool done = ARENA_PUSH(&b->scratch, b->instances, b->instance_count, b->instance_capacity, root) ||
                fail_memory(b);
    done = done && index_models(b, &models);
    for (size_t i = 0; done && i < b->instance_count; i++) {
        const xmile_model *m = b->instances[i].model;
        if (m->resource && i > 0 && !m->variable_count)
            done = fail(b, m->at.file, m->at.line, "the file \"%s\" holds no model", m->resource);
        for (size_t k = 0; done && k < m->variable_count; k++)
            if (m->variables[k].kind == XMILE_MODULE)
                done = add_instance(b, &models, i, &m->variables[k]);
    }
    map_free(&models);
    return done;
}

/* ---- Variables ---------------------------------------------------------------------------------------- */

bool gather_variables(builder *b, scope *root)
{
    size_t count = 0, used = 0;
    for (size_t i = 0; i < b->instance_count; i++) {
        const xmile_model *m = b->instances[i].model;
        for (size_t k = 0; k < m->variable_count; k++)
            count += m->variables[k].kind != XMILE_MODULE;
        if (count > ELEMENT_LIMIT)
            return fail(b, m->at.file, m->at.line, "there are more than %d variables", ELEMENT_LIMIT);
    }
    root->sources = arena_array(&b->scratch, count, sizeof *root->sources);
    if (!root->sources)
        return fail_memory(b);
    root->source_count = count;
    for (size_t i = 0; i < b->instance_count; i++) {
        const xmile_model *m = b->instances[i].model;
        for (size_t k = 0; k < m->variable_count; k++) {
            if (m->variables[k].kind == XMILE_MODULE)
                continue;
            root->sources[used++] = (source){
                .from = &m->variables[k], .prefix = b->instances[i].prefix, .instance = i, .alias = SIZE_MAX};
        }
    }
    return true;
}

/* ---- Connections -------------------------------------------------------------------------------------- */

/* `to` is an input of the module or of one inside it, `from` a variable as seen from around the module.
 * Stella writes both as seen from there, and writes a connection at both of its ends. */
static bool find_ends(builder *b, const scope *root, const instance *inside, const xmile_connection *c,
                      size_t *to, size_t *from)
{
    const char *outer = b->instances[inside->parent].prefix;
    char *target = path_fold(&b->scratch, c->to, strlen(c->to));
    char *origin = path_fold(&b->scratch, c->from, strlen(c->from));
    if (!target || !origin)
        return fail_memory(b);
    *from = find_variable(b, root, outer, origin);
    *to = SIZE_MAX;
    if (target[0] != '.') {
        char *own = arena_format(&b->scratch, "%s%s", inside->prefix, target);
        if (!own)
            return fail_memory(b);
        *to = map_get(&root->names, own);
    }
    if (*to == SIZE_MAX)
        *to = find_variable(b, root, outer, target);
    if (b->status != TRUCE_OK || (*to != SIZE_MAX && *from != SIZE_MAX))
        return b->status == TRUCE_OK;
    const char **names = arena_array(&b->scratch, root->source_count, sizeof *names);
    if (!names)
        return fail_memory(b);
    for (size_t i = 0; i < root->source_count; i++)
        names[i] = root->sources[i].name;
    return fail_unknown(b, c->at.file, c->at.line,
                        *to == SIZE_MAX ? "input of a module" : "output of a module",
                        *to == SIZE_MAX ? c->to : c->from, names, root->source_count);
}

/* What an input is once it is connected: a variable with no equation but the name of the other. */
static bool connect(builder *b, const scope *root, const xmile_connection *c, size_t to, size_t from)
{
    source *s = &root->sources[to];
    if (s->alias == from)
        return true;
    if (s->alias != SIZE_MAX)
        return fail(b, c->at.file, c->at.line, "\"%s\" is connected to \"%s\" and to \"%s\"", s->name,
                    root->sources[s->alias].name, root->sources[from].name);
    xmile_variable *v = arena_alloc(&b->model->memory, sizeof *v);
    if (!v)
        return fail_memory(b);
    *v = (xmile_variable){.kind = root->sources[from].from->kind == XMILE_FLOW ? XMILE_FLOW : XMILE_AUX,
                          .name = s->from->name,
                          .at = s->from->at,
                          .equation = {root->sources[from].name, c->at},
                          .units = s->from->units,
                          .doc = s->from->doc,
                          .dimension_count = s->from->dimension_count,
                          .dimensions = s->from->dimensions,
                          .non_negative = 0};
    s->from = v;
    s->alias = from;
    return true;
}

/* An input without dimensions has those of what it is connected to. */
static bool settle_aliases(builder *b, const scope *root)
{
    for (size_t i = 0; i < root->source_count; i++) {
        source *s = &root->sources[i];
        size_t steps = 0, end = i;
        while (root->sources[end].alias != SIZE_MAX && steps++ < CHAIN_LIMIT)
            end = root->sources[end].alias;
        if (root->sources[end].alias != SIZE_MAX)
            return fail(b, s->from->at.file, s->from->at.line,
                        "\"%s\" is connected to itself, or through more than %d modules", s->name,
                        CHAIN_LIMIT);
        if (end != i && s->dimension_count == 0) {
            s->dimension_count = root->sources[end].dimension_count;
            s->dimensions = root->sources[end].dimensions;
            s->element_count = root->sources[end].element_count;
        }
    }
    return true;
}

bool connect_modules(builder *b, scope *root)
{
    for (size_t i = 1; i < b->instance_count; i++) {
        const instance *inside = &b->instances[i];
        for (size_t k = 0; k < inside->module->connection_count; k++) {
            const xmile_connection *c = &inside->module->connections[k];
            size_t to = SIZE_MAX, from = SIZE_MAX;
            if (!find_ends(b, root, inside, c, &to, &from) || !connect(b, root, c, to, from))
                return false;
        }
    }
    return settle_aliases(b, root);
}
