/* truce_model_convert: which language a file is in and which it gets, and the frame of the work. */
#include "convert/convert.h"
#include "truce/case.h"

#include "vensim/vensim.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static truce_status load_document(const char *path, arena *memory, const xmile_document **document,
                                  truce_error *error)
{
    return vensim_is_name(path) ? vensim_load(memory, NULL, path, document, error)
                                : xmile_load(memory, NULL, path, document, error);
}

static bool is_xmile_name(const char *path)
{
    static const char *const ends[] = {".xmile", ".stmx", ".itmx", ".xml"};
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (length > strlen(ends[i]) && strcasecmp(path + length - strlen(ends[i]), ends[i]) == 0)
            return true;
    return false;
}

static bool put_name(conversion *c, map *names, const char *name, size_t index)
{
    char *folded = name_fold(&c->b.scratch, name, strlen(name));
    return (folded && map_put(names, folded, index, NULL)) || fail_memory(&c->b);
}

static bool name_elements(conversion *c)
{
    const xmile_document *d = c->document;
    c->elements = arena_array(&c->b.scratch, d->dimension_count, sizeof *c->elements);
    bool done = c->elements || fail_memory(&c->b);
    for (size_t i = 0; i < d->dimension_count && done; i++)
        for (size_t k = 0; d->dimensions[i].elements && k < d->dimensions[i].size && done; k++)
            done = put_name(c, &c->elements[i], d->dimensions[i].elements[k], k);
    return done;
}

static bool name_all(conversion *c)
{
    const xmile_document *d = c->document;
    const xmile_model *m = &d->models[0];
    bool done = name_elements(c);
    for (size_t i = 0; i < m->variable_count && done; i++)
        done = put_name(c, &c->variables, m->variables[i].name, i);
    for (size_t i = 0; i < d->dimension_count && done; i++)
        done = put_name(c, &c->dimensions, d->dimensions[i].name, i);
    for (size_t i = 0; i < m->group_count && done; i++)
        done = map_put(&c->groups, m->groups[i].name, i, NULL) || fail_memory(&c->b);
    for (size_t i = 0; i < d->macro_count && done; i++)
        done = put_name(c, &c->macros, d->macros[i].name, i);
    return done;
}

static void free_names(conversion *c)
{
    map_free(&c->variables);
    map_free(&c->dimensions);
    map_free(&c->macros);
    map_free(&c->groups);
    for (size_t i = 0; c->elements && i < c->document->dimension_count; i++)
        map_free(&c->elements[i]);
}

/* Names that only Vensim allows. */
static bool check_names(conversion *c)
{
    const xmile_model *m = &c->document->models[0];
    for (size_t i = 0; i < m->variable_count; i++) {
        const xmile_variable *v = &m->variables[i];
        char *folded = name_fold(&c->b.scratch, v->name, strlen(v->name));
        if (!folded)
            return fail_memory(&c->b);
        if (is_reserved(folded))
            return fail(&c->b, v->at.file, v->at.line,
                        "the name \"%s\" is reserved in XMILE: rename the variable", v->name);
    }
    return true;
}

static bool convert(conversion *c, bool to_vensim)
{
    const xmile_document *d = c->document;
    for (size_t i = 0; i < d->models[0].variable_count; i++) {
        const xmile_variable *v = &d->models[0].variables[i];
        if (v->kind == XMILE_MODULE)
            return fail(&c->b, v->at.file, v->at.line, "the module \"%s\" cannot be converted", v->name);
        if (v->conveyor)
            return fail(&c->b, v->at.file, v->at.line, "the conveyor \"%s\" cannot be converted", v->name);
        if (v->unsupported)
            return fail(&c->b, v->at.file, v->unsupported_line, "%s of \"%s\" cannot be converted",
                        v->unsupported, v->name);
    }
    return name_all(c) && (to_vensim ? write_vensim(c) : check_names(c) && write_xmile(c)) &&
           c->b.status == TRUCE_OK && (!c->out.failed || fail_memory(&c->b));
}

static truce_status write_file(const text *t, const char *path, truce_error *error)
{
    output_file f;
    TRY(output_open(&f, path, error));
    fwrite(t->bytes, 1, t->length, f.stream);
    return output_commit(&f, error);
}

truce_status truce_model_convert(const char *path, const char *output, truce_error *error)
{
    truce_error ignored;
    arena memory = {0};
    truce_model *model = NULL;
    conversion c = {.b = {.error = error ? error : &ignored}};
    if (!path || !output || (!vensim_is_name(output) && !is_xmile_name(output)))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "the language to write follows from the name of the output: .xmile or .mdl");
    truce_status status = truce_model_load(path, &model, error);
    if (status == TRUCE_OK)
        status = load_document(path, &memory, &c.document, error);
    if (status == TRUCE_OK) {
        c.model = model;
        if (!convert(&c, vensim_is_name(output)))
            status = c.b.status;
    }
    if (status == TRUCE_OK)
        status = write_file(&c.out, output, error);
    text_free(&c.out);
    free_names(&c);
    arena_free(&c.b.scratch);
    arena_free(&memory);
    truce_model_destroy(model);
    return status;
}
