/* Loading a model: the order of the stages, and the accessors of the public interface. */
#include "model/builder.h"
#include "vensim/vensim.h"

#include <stdlib.h>
#include <string.h>

static bool keep_notes(builder *b)
{
    truce_model *m = b->model;
    const xmile_document *d = b->document;
    m->imports = d->imports;
    m->import_count = d->import_count;
    for (size_t i = 0; i < d->warning_count; i++)
        if (!ARENA_PUSH(&m->memory, m->warnings, m->warning_count, m->warning_capacity, d->warnings[i]))
            return fail_memory(b);
    return true;
}

/* ---- Building ----------------------------------------------------------------------------------------- */

/* The method of a name of `length` bytes, blanks around it aside; false: none of ours. */
static bool find_method(const char *name, size_t length, truce_method *method)
{
    static const char *const names[] = {
        [TRUCE_EULER] = "euler", [TRUCE_RK2] = "rk2", [TRUCE_RK4] = "rk4", [TRUCE_RK45] = "rk45"};
    while (length && (unsigned char)*name <= ' ')
        name++, length--;
    while (length && (unsigned char)name[length - 1] <= ' ')
        length--;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == length && strncasecmp(name, names[i], length) == 0) {
            *method = (truce_method)i;
            return true;
        }
    return false;
}

/* Of a list of methods the first that is known counts (XMILE 1.0, section 2.3). */
static bool read_method(builder *b, const xmile_text *method)
{
    const char *at = method->text;
    b->model->sim_specs.method = TRUCE_EULER;
    if (!at)
        return true;
    while (*at) {
        size_t length = strcspn(at, ",");
        if (find_method(at, length, &b->model->sim_specs.method))
            return true;
        at += length + (at[length] == ',');
    }
    return fail(b, method->at.file, method->at.line,
                "integration method \"%s\" is not supported (euler, rk2, rk4 or rk45)", method->text);
}

static bool build_all(builder *b)
{
    b->model->sim_specs.time_units = b->document->time_units ? b->document->time_units : "";
    return keep_notes(b) && read_method(b, &b->document->method) && build_dimensions(b) && build_sources(b) &&
           resolve_all(b) && start_expansion(b) && find_horizon(b) && expand_all(b) && check_stages(b) &&
           build_stocks(b) && build_order(b) && resolve_inputs(b) && check_units(b);
}

truce_status model_build(truce_model *model, const xmile_document *document, truce_error *error)
{
    truce_error ignored;
    builder b = {.model = model,
                 .document = document,
                 .error = error ? error : &ignored,
                 .start_time = SIZE_MAX,
                 .step_time = SIZE_MAX,
                 .factorials = SIZE_MAX};
    model->name = document->name && document->name[0] ? document->name : model->file;
    bool done = build_all(&b);
    free_sources(&b);
    arena_free(&b.scratch);
    return done ? TRUCE_OK : b.status;
}

/* Builds the model of the document that was read; `status` is that of reading. */
static truce_status finish(truce_model *m, truce_status status, const xmile_document *document,
                           truce_model **model, truce_error *error)
{
    if (status == TRUCE_OK)
        status = model_build(m, document, error);
    if (status != TRUCE_OK) {
        truce_model_destroy(m);
        return status;
    }
    *model = m;
    return TRUCE_OK;
}

static truce_model *start_model(const char *file, truce_error *error)
{
    truce_model *m = calloc(1, sizeof *m);
    if (m && (m->file = arena_string(&m->memory, file)))
        return m;
    truce_model_destroy(m);
    error_memory(error);
    return NULL;
}

truce_status truce_model_load_text(const char *xml, size_t length, const char *name, truce_model **model,
                                   truce_error *error)
{
    REQUIRE(model, "model");
    if (!xml && length)
        return error_missing(error, __func__, "text");
    const xmile_document *document = NULL;
    truce_model *m = start_model(name ? name : "model", error);
    if (!m)
        return TRUCE_RUN_FAILED;
    truce_status status = vensim_is_text(xml, length)
                              ? vensim_read(&m->memory, NULL, xml, length, m->file, &document, error)
                              : xmile_read(&m->memory, xml, length, m->file, &document, error);
    return finish(m, status, document, model, error);
}

truce_status truce_model_load_from(const truce_files *files, const char *path, truce_model **model,
                                   truce_error *error)
{
    REQUIRE(path, "path");
    REQUIRE(model, "model");
    const xmile_document *document = NULL;
    *model = NULL;
    truce_model *m = start_model(path, error);
    if (!m)
        return TRUCE_RUN_FAILED;
    m->files = files;
    truce_status status = vensim_is_name(path) ? vensim_load(&m->memory, files, path, &document, error)
                                               : xmile_load(&m->memory, files, path, &document, error);
    return finish(m, status, document, model, error);
}

truce_status truce_model_load(const char *path, truce_model **model, truce_error *error)
{
    return truce_model_load_from(NULL, path, model, error);
}

void truce_model_destroy(truce_model *model)
{
    if (!model)
        return;
    map_free(&model->variable_names);
    map_free(&model->element_names);
    arena_free(&model->memory);
    free(model);
}

/* ---- Accessors ---------------------------------------------------------------------------------------- */

const char *truce_model_name(const truce_model *model)
{
    return model ? model->name : NULL;
}

const truce_sim_specs *truce_model_sim_specs(const truce_model *model)
{
    return model ? &model->sim_specs : NULL;
}

size_t truce_model_variable_count(const truce_model *model)
{
    return model ? model->variable_count : 0;
}

const truce_variable *truce_model_variable(const truce_model *model, size_t index)
{
    return model && index < model->variable_count ? &model->variables[index] : NULL;
}

size_t truce_model_dimension_count(const truce_model *model)
{
    return model ? model->dimension_count : 0;
}

const truce_dimension *truce_model_dimension(const truce_model *model, size_t index)
{
    return model && index < model->dimension_count ? &model->dimensions[index] : NULL;
}

size_t truce_model_element_count(const truce_model *model)
{
    return model ? model->visible_count : 0;
}

const char *truce_model_element_equation(const truce_model *model, size_t index)
{
    if (!model || index >= model->visible_count)
        return NULL;
    const element *e = &model->elements[index];
    return e->written ? e->written : model->variables[e->variable].equation;
}

const char *truce_model_element_name(const truce_model *model, size_t element_index)
{
    return model && element_index < model->visible_count ? model->elements[element_index].name : NULL;
}

static size_t copy_list(const size_t *list, size_t count, size_t *indices, size_t capacity)
{
    for (size_t i = 0; indices && i < count && i < capacity; i++)
        indices[i] = list[i];
    return count;
}

size_t truce_model_inputs(const truce_model *model, size_t index, size_t *indices, size_t capacity)
{
    if (!model || index >= model->variable_count)
        return 0;
    return copy_list(model->inputs[index], model->input_counts[index], indices, capacity);
}

size_t truce_model_users(const truce_model *model, size_t index, size_t *indices, size_t capacity)
{
    if (!model || index >= model->variable_count)
        return 0;
    return copy_list(model->users[index], model->user_counts[index], indices, capacity);
}

size_t truce_model_warnings(const truce_model *model)
{
    return model ? model->warning_count : 0;
}

const char *truce_model_warning(const truce_model *model, size_t index)
{
    return model && index < model->warning_count ? model->warnings[index] : NULL;
}

size_t truce_model_unit_findings(const truce_model *model)
{
    return model ? model->unit_finding_count : 0;
}

const char *truce_model_unit_finding(const truce_model *model, size_t index)
{
    return model && index < model->unit_finding_count ? model->unit_findings[index] : NULL;
}

/* ---- Names -------------------------------------------------------------------------------------------- */

size_t truce_model_find(const truce_model *model, const char *name)
{
    if (!model || !name)
        return SIZE_MAX;
    arena scratch = {0};
    char *folded = name_fold(&scratch, name, strlen(name));
    size_t found = folded ? map_get(&model->variable_names, folded) : SIZE_MAX;
    arena_free(&scratch);
    return found;
}

size_t model_find_element(const truce_model *model, const char *name)
{
    arena scratch = {0};
    char *key = element_key(&scratch, name);
    size_t found = key ? map_get(&model->element_names, key) : SIZE_MAX;
    arena_free(&scratch);
    return found;
}

truce_status model_unknown_name(const truce_model *model, const char *name, const char *file, int line,
                                truce_error *error)
{
    /* A name that is there now was not found before for want of memory. */
    if (truce_model_find(model, name) != SIZE_MAX || model_find_element(model, name) != SIZE_MAX)
        return error_memory(error);
    arena scratch = {0};
    size_t count = model->variable_count + model->visible_count;
    const char **names = arena_array(&scratch, count, sizeof *names);
    if (!names)
        return error_memory(error);
    for (size_t i = 0; i < model->variable_count; i++)
        names[i] = model->variables[i].name;
    for (size_t i = 0; i < model->visible_count; i++)
        names[model->variable_count + i] = model->elements[i].name;
    const char *nearest = truce_nearest_name(name, names, count);
    truce_status status = nearest ? error_set(error, TRUCE_BAD_INPUT, file, line,
                                              "no variable \"%s\" in model %s (did you mean \"%s\"?)", name,
                                              model->name, nearest)
                                  : error_set(error, TRUCE_BAD_INPUT, file, line,
                                              "no variable \"%s\" in model %s", name, model->name);
    arena_free(&scratch);
    return status;
}

truce_status truce_model_look_up(const truce_model *model, const char *name, size_t *variable, size_t *index,
                                 truce_error *error)
{
    REQUIRE(model, "model");
    REQUIRE(name, "name");
    REQUIRE(variable, "variable");
    size_t found = truce_model_find(model, name), at = SIZE_MAX;
    if (found == SIZE_MAX) {
        at = model_find_element(model, name);
        if (at == SIZE_MAX)
            return model_unknown_name(model, name, model->file, 0, error);
        found = model->elements[at].variable;
    }
    *variable = found;
    if (index)
        *index = at;
    return TRUCE_OK;
}
