/* A model in several files: <include>, and models and modules with a resource (XMILE 1.0 sections 2.11
 * and 4.7).
 *
 * Files are read from the folder of the file that names them, or from one inside it, so that opening a model
 * reads nothing but the model. Of an absolute path, and of one that leads out of the folder, the last name is
 * looked for in the folder (section 2.11); an address or a wildcard is refused by name. "r../" is Stella's
 * way to say that a path is relative. Each file is read once, so files that name one another do no harm. What
 * the main file says about the simulation counts; dimensions and units are joined. */
#include "xmile/read.h"

#include <string.h>

enum { MAXIMUM_FILES = 100 };

typedef struct loader {
    arena *a;
    const truce_files *files; /* NULL: on disk */
    truce_error *error;
    truce_status status;
    xmile_document *documents[MAXIMUM_FILES];
    const char *paths[MAXIMUM_FILES];
    size_t count, bytes;
    map dimensions; /* folded name -> index in the whole model */
} loader;

#define refuse(l, at, ...)                                                                                   \
    ((l)->status = error_set((l)->error, TRUCE_BAD_INPUT, (at).file, (at).line, __VA_ARGS__), false)

static bool no_memory(loader *l)
{
    l->status = error_memory(l->error);
    return false;
}

/* ---- Reading ------------------------------------------------------------------------------------------ */

static bool read_one(loader *l, const char *path, const place *from)
{
    text contents = {0};
    l->status = file_read(l->files, path, XML_MAXIMUM_BYTES, &contents, l->error);
    if (l->status == TRUCE_BAD_INPUT && from && l->error) {
        char reason[sizeof l->error->message];
        memcpy(reason, l->error->message, sizeof reason);
        (void)refuse(l, *from, "the file \"%.200s\" named here: %.400s", path, reason);
    }
    l->bytes += contents.length;
    if (!l->status && l->bytes > XML_MAXIMUM_BYTES)
        (void)refuse(l, *from, "the files of the model have more than %d bytes together", XML_MAXIMUM_BYTES);
    if (!l->status)
        l->status = xmile_read_part(l->a, contents.bytes ? contents.bytes : "", contents.length, path,
                                    from != NULL, &l->documents[l->count], l->error);
    text_free(&contents);
    l->paths[l->count] = path;
    l->count += l->status == TRUCE_OK;
    return l->status == TRUCE_OK;
}

/* Where a resource is looked for from the folder of the file that names it, or NULL: nowhere, or no memory.
 */
static const char *path_inside(loader *l, const char *named)
{
    static const char relative[] = "r../", file[] = "file:", root[] = "//";
    char *path = arena_string(l->a, named);
    if (!path)
        return NULL;
    for (char *c = path; *c; c++)
        *c = *c == '\\' ? '/' : *c;
    if (strncmp(path, file, sizeof file - 1) == 0) {
        path += sizeof file - 1;
        path += strncmp(path, root, sizeof root - 1) == 0 ? sizeof root - 1 : 0;
    }
    if (strchr(path, '*') || strstr(path, "://"))
        return NULL;
    if (strncmp(path, relative, sizeof relative - 1) == 0)
        path += sizeof relative - 1;
    if (path[0] == '.' && path[1] == '/')
        path += 2;
    if (path_is_inside(path))
        return path;
    const char *last = path + strlen(path);
    while (last > path && last[-1] != '/' && last[-1] != ':')
        last--;
    return path_is_inside(last) ? last : NULL;
}

static bool follow(loader *l, const xmile_reference *reference)
{
    const char *named = *reference->path, *folder = reference->at.file;
    const char *slash = strrchr(folder, '/'), *inside = path_inside(l, named);
    if (!inside)
        return refuse(l, reference->at,
                      "the resource \"%.200s\" is not supported: only a file in the folder of this one, or "
                      "inside it, is read",
                      named);
    const char *path = arena_format(l->a, "%.*s%s", slash ? (int)(slash + 1 - folder) : 0, folder, inside);
    if (!path)
        return no_memory(l);
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->paths[i], path) == 0) {
            *reference->path = l->paths[i];
            return true;
        }
    *reference->path = path;
    if (!file_is_beside(l->files, path, folder))
        return refuse(l, reference->at,
                      "the resource \"%.200s\" is not supported: it leads out of the folder of this file",
                      named);
    if (l->count == MAXIMUM_FILES)
        return refuse(l, reference->at, "the model has more than %d files", MAXIMUM_FILES);
    return read_one(l, path, &reference->at);
}

/* ---- Joining ------------------------------------------------------------------------------------------ */

static bool same_name(loader *l, const char *one, const char *other)
{
    const char *a = name_fold(l->a, one, strlen(one)), *b = name_fold(l->a, other, strlen(other));
    if (!a || !b)
        return no_memory(l);
    return strcmp(a, b) == 0;
}

static bool same_elements(loader *l, const xmile_dimension *one, const xmile_dimension *other)
{
    if (one->size != other->size || !one->elements != !other->elements)
        return false;
    for (size_t i = 0; one->elements && i < one->size; i++)
        if (!same_name(l, one->elements[i], other->elements[i]))
            return false;
    return true;
}

/* Dimensions belong to the whole model: one that several files define must be the same in all (section 2). */
static bool join_dimension(loader *l, xmile_document *whole, xmile_dimension *list,
                           const xmile_dimension *new)
{
    const char *folded = name_fold(l->a, new->name, strlen(new->name));
    size_t existing;
    if (!folded || !map_put(&l->dimensions, folded, whole->dimension_count, &existing))
        return no_memory(l);
    if (existing == SIZE_MAX) {
        list[whole->dimension_count++] = *new;
        return true;
    }
    if (same_elements(l, &list[existing], new) || l->status)
        return l->status == TRUCE_OK;
    return refuse(l, new->at, "dimension \"%.64s\" has other elements in %.200s", new->name,
                  list[existing].at.file);
}

typedef struct totals {
    size_t dimensions, units, models, macros, warnings;
} totals;

static totals count_all(const loader *l)
{
    totals t = {0};
    for (size_t i = 0; i < l->count; i++) {
        t.dimensions += l->documents[i]->dimension_count;
        t.units += l->documents[i]->unit_count;
        t.models += l->documents[i]->model_count;
        t.macros += l->documents[i]->macro_count;
        t.warnings += l->documents[i]->warning_count;
    }
    return t;
}

static bool join(loader *l, xmile_document *whole)
{
    totals t = count_all(l);
    xmile_dimension *dimensions = arena_array(l->a, t.dimensions, sizeof *dimensions);
    xmile_unit *units = arena_array(l->a, t.units, sizeof *units);
    xmile_model *models = arena_array(l->a, t.models, sizeof *models);
    xmile_macro *macros = arena_array(l->a, t.macros, sizeof *macros);
    const char **warnings = arena_array(l->a, t.warnings, sizeof *warnings);
    if (!dimensions || !units || !models || !macros || !warnings)
        return no_memory(l);
    const xmile_document main = *whole;
    whole->dimension_count = whole->unit_count = whole->model_count = whole->macro_count = 0;
    whole->warning_count = 0;
    for (size_t i = 0; i < l->count; i++) {
        const xmile_document *part = i ? l->documents[i] : &main;
        for (size_t k = 0; k < part->dimension_count; k++)
            if (!join_dimension(l, whole, dimensions, &part->dimensions[k]))
                return false;
        for (size_t k = 0; k < part->unit_count; k++)
            units[whole->unit_count++] = part->units[k];
        for (size_t k = 0; k < part->model_count; k++)
            models[whole->model_count++] = part->models[k];
        for (size_t k = 0; k < part->macro_count; k++)
            macros[whole->macro_count++] = part->macros[k];
        for (size_t k = 0; k < part->warning_count; k++)
            warnings[whole->warning_count++] = part->warnings[k];
    }
    whole->warnings = warnings;
    whole->dimensions = dimensions;
    whole->units = units;
    whole->models = models;
    whole->macros = macros;
    return true;
}

truce_status xmile_load(arena *a, const truce_files *files, const char *path, const xmile_document **document,
                        truce_error *error)
{
    loader l = {.a = a, .files = files, .error = error};
    const char *kept = arena_string(a, path);
    if (!kept)
        return error_memory(error);
    if (!read_one(&l, kept, NULL))
        return l.status;
    for (size_t i = 0; i < l.count; i++)
        for (size_t k = 0; k < l.documents[i]->reference_count; k++)
            if (!follow(&l, &l.documents[i]->references[k]))
                return l.status;
    if (l.count > 1)
        (void)join(&l, l.documents[0]);
    map_free(&l.dimensions);
    if (l.status)
        return l.status;
    *document = l.documents[0];
    return TRUCE_OK;
}

truce_status xmile_read(arena *a, const char *bytes, size_t length, const char *file,
                        const xmile_document **document, truce_error *error)
{
    xmile_document *whole = NULL;
    truce_status status = xmile_read_part(a, bytes, length, file, false, &whole, error);
    if (status)
        return status;
    if (whole->reference_count) {
        const xmile_reference *first = &whole->references[0];
        return error_set(
            error, TRUCE_BAD_INPUT, first->at.file, first->at.line,
            "the model is in another file too (\"%.200s\"), which is read only when the model is read "
            "from a file itself",
            *first->path);
    }
    *document = whole;
    return TRUCE_OK;
}
