/* A case in several files. Works on trees, as shared.c does: entries of the files that `include` names are
 * put behind those of the case, in the order of the files and with their own file and line, so that
 * everything behind it reads, checks and reports as if all had been written in one place.
 *
 * An included file holds whole sections and includes nothing itself, so there are no cycles to look for. It
 * lies within the folder of the case, links followed: a case that is sent to somebody reads nothing else. */
#include "case/load.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS_LIMIT = 64 };

/* What may stand in an included file, and how it is put together with the same of others. */
static const struct section {
    const char *key;
    tree_kind kind;
    bool once; /* not split over files */
} sections[] = {
    {"names", TREE_MAP, false},       {"sources", TREE_MAP, false},       {"series", TREE_LIST, false},
    {"parameters", TREE_LIST, false}, {"observations", TREE_LIST, false}, {"scenarios", TREE_MAP, false},
    {"outputs", TREE_LIST, false},    {"sections", TREE_MAP, false},      {"milestones", TREE_LIST, false},
    {"shortages", TREE_LIST, false},  {"events", TREE_LIST, false},       {"talks", TREE_MAP, true},
    {"rivals", TREE_MAP, false},      {"levers", TREE_MAP, false},
};
enum { SECTIONS = sizeof sections / sizeof *sections };

/* The case and its parts, in order. */
typedef struct parts {
    const loader *l;
    size_t count;
    const tree *roots[PARTS_LIMIT + 2];
    const char *paths[PARTS_LIMIT + 1]; /* links followed */
    size_t bytes;                       /* of all included files */
} parts;

/* ---- Paths ------------------------------------------------------------------------------------------- */

/* The path with all links followed. */
static truce_status resolve(const loader *l, const tree *at, const char *path, const char **resolved)
{
    char buffer[PATH_MAX];
    errno = 0;
    if (!file_resolve(l->c->files, path, buffer))
        return errno == ENOMEM
                   ? error_memory(l->read.error)
                   : tree_error(&l->read, at, "cannot read the file \"%s\": %s", path, strerror(errno));
    *resolved = arena_string(l->memory, buffer);
    return *resolved ? TRUCE_OK : error_memory(l->read.error);
}

/* Whether a path, links followed, lies in the folder of the case. */
static bool is_within(const char *path, const char *of_case)
{
    size_t folder = (size_t)(strrchr(of_case, '/') - of_case) + 1;
    return strncmp(path, of_case, folder) == 0;
}

/* Finds the file that an entry of `include` names: no other file than those in the folder, and none twice. */
static truce_status find_part(parts *p, const tree *at, const char **path)
{
    const loader *l = p->l;
    const char *name = NULL;
    TRY(tree_node_text(&l->read, at, "an entry of \"include\"", &name));
    TRY(load_beside(l, at, path));
    TRY(resolve(l, at, *path, &p->paths[p->count]));
    const char *found = p->paths[p->count];
    if (!is_within(found, p->paths[0]))
        return tree_error(&l->read, at, "\"%s\" is not in the folder of the case", name);
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->paths[i], found) == 0)
            return tree_error(&l->read, at, i ? "\"%s\" is included twice" : "\"%s\" includes itself", name);
    return TRUCE_OK;
}

/* ---- Reading ----------------------------------------------------------------------------------------- */

/* The tree of a part, which holds whole sections and includes nothing itself. */
static truce_status add_part(parts *p, const tree *root)
{
    const tree *more = root->kind == TREE_MAP ? tree_get(root, "include") : NULL;
    if (more)
        return tree_error(&p->l->read, more, "an included file cannot include others");
    p->roots[p->count++] = root;
    return load_keys(p->l, root, KEYS_PART, NULL);
}

static truce_status read_part(parts *p, const tree *at)
{
    const loader *l = p->l;
    const char *path = NULL;
    const tree *root = NULL;
    text content = {0};
    TRY(find_part(p, at, &path));
    truce_status status = file_read(l->c->files, path, TREE_BYTES, &content, l->read.error);
    p->bytes += content.length;
    if (status == TRUCE_OK && p->bytes > TREE_BYTES)
        status = tree_error(&l->read, at, "the included files have more than %d bytes in all", TREE_BYTES);
    if (status == TRUCE_OK)
        status = tree_read(l->memory, content.bytes, content.length, path, &root, l->read.error);
    text_free(&content);
    return status == TRUCE_OK ? add_part(p, root) : status;
}

/* The part that is given as a text. */
static truce_status read_given_part(parts *p)
{
    const loader *l = p->l;
    const tree *root = NULL;
    TRY(tree_read(l->memory, l->part, strlen(l->part), CASE_GIVEN_PART, &root, l->read.error));
    return add_part(p, root);
}

/* One file or a list of files. */
static truce_status read_parts(parts *p, const tree *list)
{
    if (list->kind == TREE_SCALAR)
        return read_part(p, list);
    TRY(tree_is_list(&p->l->read, list, "\"include\""));
    if (list->count > PARTS_LIMIT)
        return tree_error(&p->l->read, list, "more than %d included files", PARTS_LIMIT);
    for (size_t i = 0; i < list->count; i++)
        TRY(read_part(p, &list->items[i]));
    return TRUCE_OK;
}

/* ---- Putting together -------------------------------------------------------------------------------- */

static truce_status given_twice(const loader *l, const tree *key, const tree *before)
{
    return tree_error(&l->read, key, "the key \"%s\" is given twice, first in %s, line %d", key->text,
                      before->file, before->line);
}

/* Appends the entries of a section. `known` has the keys so far. */
static truce_status append(const loader *l, tree_growing *g, map *known, const tree *section)
{
    bool is_map = section->kind == TREE_MAP;
    for (size_t i = 0; i < section->count; i++) {
        const tree *key = is_map ? &section->keys[i] : NULL;
        size_t before = SIZE_MAX;
        if (key && !map_put(known, key->text, g->node.count, &before))
            return error_memory(l->read.error);
        if (before != SIZE_MAX)
            return given_twice(l, key, &g->keys[before]);
        if (!tree_add(l->memory, g, key, &section->items[i]))
            return error_memory(l->read.error);
    }
    return TRUCE_OK;
}

static truce_status check_kind(const loader *l, const tree *node, const struct section *s)
{
    char what[32];
    snprintf(what, sizeof what, "\"%s\"", s->key);
    return s->kind == TREE_MAP ? tree_is_map(&l->read, node, what, NULL) : tree_is_list(&l->read, node, what);
}

/* A section of all files that have it, added to the new root. */
static truce_status gather(const parts *p, const struct section *s, tree_growing *root)
{
    tree_growing g = {0};
    map known = {0};
    const tree *first = NULL;
    truce_status status = TRUCE_OK;
    for (size_t i = 0; i < p->count && status == TRUCE_OK; i++) {
        const tree *node = tree_get(p->roots[i], s->key);
        if (!node)
            continue;
        status = check_kind(p->l, node, s);
        if (status == TRUCE_OK && first && s->once)
            status = tree_error(&p->l->read, node, "\"%s\" is given twice, first in %s, line %d", s->key,
                                first->file, first->line);
        if (!first)
            g = tree_grow(first = node);
        if (status == TRUCE_OK)
            status = append(p->l, &g, &known, node);
    }
    map_free(&known);
    if (!first || status != TRUCE_OK)
        return status;
    tree key = {.kind = TREE_SCALAR, .line = first->line, .file = first->file, .text = s->key};
    tree node = tree_grown(&g);
    return tree_add(p->l->memory, root, &key, &node) ? TRUCE_OK : error_memory(p->l->read.error);
}

static bool is_section(const char *key)
{
    for (size_t i = 0; i < SECTIONS; i++)
        if (strcmp(sections[i].key, key) == 0)
            return true;
    return false;
}

static truce_status assemble(const parts *p, const tree **root)
{
    arena *memory = p->l->memory;
    tree_growing g = tree_grow(*root);
    tree *result = arena_alloc(memory, sizeof *result);
    bool good = result != NULL;
    for (size_t i = 0; i < (*root)->count && good; i++) {
        const tree *key = &(*root)->keys[i];
        good = is_section(key->text) || strcmp(key->text, "include") == 0 ||
               tree_add(memory, &g, key, &(*root)->items[i]);
    }
    if (!good)
        return error_memory(p->l->read.error);
    for (size_t i = 0; i < SECTIONS; i++)
        TRY(gather(p, &sections[i], &g));
    *result = tree_grown(&g);
    *root = result;
    return TRUCE_OK;
}

truce_status load_included(const loader *l, const tree **root, bool given)
{
    const tree *list = tree_get(*root, "include");
    if (!list && !(given && l->part))
        return TRUCE_OK;
    parts p = {.l = l, .count = 1, .roots = {*root}};
    if (list) {
        TRY(resolve(l, list, (*root)->file, &p.paths[0]));
        TRY(read_parts(&p, list));
    }
    if (given && l->part)
        TRY(read_given_part(&p));
    return assemble(&p, root);
}
