/* Two cases on the same data: what `data from` takes from another case. It works on trees: keys of that file
 * are put beside those of this one, with their own file and line, so that everything behind it reads, checks
 * and reports as if all had been written here, and paths stay relative to the file they stand in.
 *
 *   time unit, horizon, data end, events   of the other case where this one has none
 *   sources                     those of both
 *   observations                an entry of the same name is completed key by key
 *   series, parameters          an entry with the same variable is completed key by key
 *   free parameters             those that the completed observations refer to
 *
 * What is not asked for by an entry of this case is not taken: the models may be different. */
#include "case/load.h"

#include <string.h>

/* When a prior was known is said of that prior only: not taken where an entry has a prior of its own. */
static bool belongs_to_prior(const char *key)
{
    return strcmp(key, "known") == 0 || strcmp(key, "before") == 0;
}

/* All keys of `own`, then those of `other` that it does not have and that are among `wanted` (NULL: all). */
static truce_status complete(const loader *l, const tree *own, const tree *other, const char *const *wanted,
                             tree *result)
{
    tree_growing g = tree_grow(own);
    map known = {0};
    bool good = true;
    for (size_t i = 0; i < own->count && good; i++)
        good = tree_add(l->memory, &g, &own->keys[i], &own->items[i]) &&
               map_put(&known, own->keys[i].text, i, NULL);
    for (size_t i = 0; i < other->count && good; i++) {
        const char *key = other->keys[i].text;
        bool apart = belongs_to_prior(key) && map_get(&known, "prior") != SIZE_MAX;
        bool take = map_get(&known, key) == SIZE_MAX && !wanted && !apart;
        for (const char *const *w = wanted; w && *w && !take; w++)
            take = strcmp(*w, key) == 0 && map_get(&known, key) == SIZE_MAX;
        if (take)
            good = tree_add(l->memory, &g, &other->keys[i], &other->items[i]);
    }
    map_free(&known);
    *result = tree_grown(&g);
    return good ? TRUCE_OK : error_memory(l->read.error);
}

/* ---- Lists ------------------------------------------------------------------------------------------- */

static const char *text_of(const tree *entry, const char *key)
{
    const tree *node = entry->kind == TREE_MAP ? tree_get(entry, key) : NULL;
    return node && node->kind == TREE_SCALAR ? node->text : NULL;
}

/* Where the entries of a list are, by the text of a key, folded where it is to be. */
static truce_status index_list(const loader *l, const tree *list, case_entry kind, const char *key,
                               bool folded, map *index)
{
    for (size_t i = 0; list && i < list->count; i++) {
        TRY(load_keys(l, &list->items[i], kind, NULL));
        const char *name = text_of(&list->items[i], key);
        if (name && folded && !(name = name_fold(l->memory, name, strlen(name))))
            return error_memory(l->read.error);
        if (name && !map_put(index, name, i, NULL))
            return error_memory(l->read.error);
    }
    return TRUCE_OK;
}

/* The list `what` of this case, each entry completed from the one of the other case with the same `key`. */
static truce_status complete_list(const loader *l, const tree *own, const tree *other, case_entry kind,
                                  const char *key, tree *result)
{
    tree_growing g = tree_grow(own);
    map index = {0};
    truce_status status = index_list(l, other, kind, key, false, &index);
    for (size_t i = 0; i < own->count && status == TRUCE_OK; i++) {
        tree entry = own->items[i];
        const char *name = text_of(&entry, key);
        size_t found = name ? map_get(&index, name) : SIZE_MAX;
        status = load_keys(l, &entry, kind, NULL);
        if (found != SIZE_MAX && status == TRUCE_OK)
            status = complete(l, &own->items[i], &other->items[found], NULL, &entry);
        if (status == TRUCE_OK && !tree_add(l->memory, &g, NULL, &entry))
            status = error_memory(l->read.error);
    }
    map_free(&index);
    *result = tree_grown(&g);
    return status;
}

/* The free parameters that observations refer to: adds the other case's of that name unless this case has
 * one. */
static bool take_parameter(const loader *l, tree_growing *g, const tree *other, const map *index, map *known,
                           const char *name)
{
    if (name && !(name = name_fold(l->memory, name, strlen(name))))
        return false;
    size_t found = name && map_get(known, name) == SIZE_MAX ? map_get(index, name) : SIZE_MAX;
    return found == SIZE_MAX ||
           (tree_add(l->memory, g, NULL, &other->items[found]) && map_put(known, name, found, NULL));
}

static truce_status add_parameters(const loader *l, const tree *own, const tree *other,
                                   const tree *observations, tree *result)
{
    tree_growing g = tree_grow(own);
    map index = {0}, known = {0};
    bool good = true;
    truce_status status = index_list(l, own, KEYS_PARAMETER, "name", true, &known);
    if (status == TRUCE_OK)
        status = index_list(l, other, KEYS_PARAMETER, "name", true, &index);
    for (size_t i = 0; i < own->count && good; i++)
        good = tree_add(l->memory, &g, NULL, &own->items[i]);
    for (size_t i = 0; status == TRUCE_OK && i < observations->count && good; i++)
        good = take_parameter(l, &g, other, &index, &known, text_of(&observations->items[i], "scale")) &&
               take_parameter(l, &g, other, &index, &known, text_of(&observations->items[i], "offset"));
    map_free(&index);
    map_free(&known);
    *result = tree_grown(&g);
    return status == TRUCE_OK && !good ? error_memory(l->read.error) : status;
}

/* ---- The case ---------------------------------------------------------------------------------------- */

static truce_status read_other(const loader *l, const tree *root, const tree **other)
{
    const char *path = NULL, *what;
    text content = {0};
    const tree *at = tree_get(root, "data from");
    TRY(load_path(l, root, "the case", "data from", &path));
    TRY(load_readable(l, root, "data from", path));
    truce_status status = file_read(l->c->files, path, TREE_BYTES, &content, l->read.error);
    if (status == TRUCE_OK)
        status = tree_read(l->memory, content.bytes, content.length, path, other, l->read.error);
    text_free(&content);
    if (status != TRUCE_OK)
        return status;
    TRY(load_keys(l, *other, KEYS_CASE, &what));
    TRY(load_included(l, other, false)); /* what is given is a part of this case */
    if (tree_get(*other, "data from"))
        return tree_error(&l->read, at, "\"%s\" takes its data from a third case", path);
    return TRUCE_OK;
}

/* The list at `key`, an empty one when there is none. */
static truce_status list_at(const loader *l, const tree *root, const char *key, tree *list)
{
    const tree *node = tree_get(root, key);
    char what[32];
    snprintf(what, sizeof what, "\"%s\"", key);
    if (node)
        TRY(tree_is_list(&l->read, node, what));
    *list = node ? *node : (tree){.kind = TREE_LIST, .line = root->line, .file = root->file};
    return TRUCE_OK;
}

static truce_status merge(const loader *l, const tree *root, const tree *other, tree_growing *g)
{
    static const char *const lists[] = {"series", "observations", "parameters"};
    enum { SERIES, OBSERVATIONS, PARAMETERS, LISTS };
    tree own[LISTS], others[LISTS], done[LISTS], sources = {0}, completed;
    for (int i = 0; i < LISTS; i++) {
        TRY(list_at(l, root, lists[i], &own[i]));
        TRY(list_at(l, other, lists[i], &others[i]));
    }
    TRY(complete_list(l, &own[SERIES], &others[SERIES], KEYS_SERIES, "variable", &done[SERIES]));
    TRY(complete_list(l, &own[OBSERVATIONS], &others[OBSERVATIONS], KEYS_OBSERVATION, "name",
                      &done[OBSERVATIONS]));
    TRY(complete_list(l, &own[PARAMETERS], &others[PARAMETERS], KEYS_PARAMETER, "variable", &completed));
    TRY(add_parameters(l, &completed, &others[PARAMETERS], &done[OBSERVATIONS], &done[PARAMETERS]));
    const tree *ours = tree_get(root, "sources"), *theirs = tree_get(other, "sources");
    if (ours)
        TRY(tree_is_map(&l->read, ours, "\"sources\"", NULL));
    if (theirs)
        TRY(tree_is_map(&l->read, theirs, "\"sources\"", NULL));
    if (ours && theirs)
        TRY(complete(l, ours, theirs, NULL, &sources));
    bool good = true;
    for (size_t i = 0; i < root->count && good; i++) {
        const tree *item = &root->items[i];
        for (int k = 0; k < LISTS; k++)
            item = strcmp(root->keys[i].text, lists[k]) == 0 ? &done[k] : item;
        if (theirs && item == ours)
            item = &sources;
        good = tree_add(l->memory, g, &root->keys[i], item);
    }
    for (int k = 0; k < LISTS && good; k++) {
        tree key = {.kind = TREE_SCALAR, .line = root->line, .file = root->file, .text = lists[k]};
        good = tree_get(root, lists[k]) || tree_add(l->memory, g, &key, &done[k]);
    }
    return good ? TRUCE_OK : error_memory(l->read.error);
}

truce_status load_shared(const loader *l, const tree **root)
{
    static const char *const whole[] = {"time unit", "horizon", "data end", "events", "sources", NULL};
    const tree *other = NULL;
    if (!tree_get(*root, "data from"))
        return TRUCE_OK;
    TRY(read_other(l, *root, &other));
    tree_growing g = tree_grow(*root);
    TRY(merge(l, *root, other, &g));
    tree merged = tree_grown(&g), *result = arena_alloc(l->memory, sizeof *result);
    if (!result)
        return error_memory(l->read.error);
    TRY(complete(l, &merged, other, whole, result));
    *root = result;
    return TRUCE_OK;
}
