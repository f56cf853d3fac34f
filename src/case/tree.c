/* Typed reading of a tree: every wrong value gives one sentence that says what was expected where. And trees
 * that are put together from others. */
#include "case/tree.h"

#include <math.h>
#include <string.h>

const tree *tree_get(const tree *node, const char *key)
{
    for (size_t i = 0; i < node->count; i++)
        if (strcmp(node->keys[i].text, key) == 0)
            return &node->items[i];
    return NULL;
}

void tree_hash(hash128 *h, const tree *node)
{
    const uint64_t head[] = {(uint64_t)node->kind, node->count};
    hash128_add(h, head, sizeof head);
    if (node->kind == TREE_SCALAR)
        hash128_add(h, node->text, strlen(node->text) + 1);
    for (size_t i = 0; i < node->count; i++) {
        if (node->keys)
            tree_hash(h, &node->keys[i]);
        tree_hash(h, &node->items[i]);
    }
}

truce_status tree_error(const tree_reader *r, const tree *at, const char *format, ...)
{
    char message[sizeof r->error->message];
    va_list arguments;
    va_start(arguments, format);
    plain_vformat(message, sizeof message, format, arguments);
    va_end(arguments);
    return error_set(r->error, TRUCE_BAD_INPUT, at->file, at->line, "%s", message);
}

truce_status tree_unknown(const tree_reader *r, const tree *at, const char *what, const char *name,
                          const char *const *names, size_t count)
{
    const char *near = truce_nearest_name(name, names, count);
    if (near)
        return tree_error(r, at, "%s \"%s\" (did you mean \"%s\"?)", what, name, near);
    return tree_error(r, at, "%s \"%s\"", what, name);
}

truce_status tree_is_map(const tree_reader *r, const tree *node, const char *what, const char *const *keys)
{
    if (node->kind != TREE_MAP)
        return tree_error(r, node, "%s must be a map of keys and values", what);
    if (!keys)
        return TRUCE_OK;
    size_t count = 0;
    while (keys[count])
        count++;
    for (size_t i = 0; i < node->count; i++) {
        const char *key = node->keys[i].text;
        bool known = false;
        for (size_t k = 0; k < count && !known; k++)
            known = strcmp(keys[k], key) == 0;
        if (known)
            continue;
        char no_key[128];
        snprintf(no_key, sizeof no_key, "%s has no key", what);
        return tree_unknown(r, &node->keys[i], no_key, key, keys, count);
    }
    return TRUCE_OK;
}

truce_status tree_is_list(const tree_reader *r, const tree *node, const char *what)
{
    return node->kind == TREE_LIST ? TRUCE_OK : tree_error(r, node, "%s must be a list", what);
}

static truce_status find(const tree_reader *r, const tree *node, const char *what, const char *key,
                         tree_need need, const tree **value)
{
    *value = tree_get(node, key);
    if (!*value && need == TREE_REQUIRED)
        return tree_error(r, node, "%s needs the key \"%s\"", what, key);
    return TRUCE_OK;
}

truce_status tree_node_text(const tree_reader *r, const tree *node, const char *what, const char **value)
{
    if (node->kind != TREE_SCALAR)
        return tree_error(r, node, "%s must be a text", what);
    if (node->text[0] == '\0')
        return tree_error(r, node, "%s is empty", what);
    *value = node->text;
    return TRUCE_OK;
}

truce_status tree_node_number(const tree_reader *r, const tree *node, const char *what, double *value)
{
    double number = 0;
    if (node->kind != TREE_SCALAR)
        return tree_error(r, node, "%s must be a number", what);
    if (!text_to_number(node->text, strlen(node->text), &number))
        return tree_error(r, node, "%s must be a number, not \"%s\"", what, node->text);
    if (!isfinite(number))
        return tree_error(r, node, "%s must be a finite number, not \"%s\"", what, node->text);
    *value = number;
    return TRUCE_OK;
}

truce_status tree_text(const tree_reader *r, const tree *node, const char *what, const char *key,
                       tree_need need, const char **value)
{
    const tree *at = NULL;
    truce_status status = find(r, node, what, key, need, &at);
    char name[96];
    snprintf(name, sizeof name, "\"%s\"", key);
    return status == TRUCE_OK && at ? tree_node_text(r, at, name, value) : status;
}

truce_status tree_number(const tree_reader *r, const tree *node, const char *what, const char *key,
                         tree_need need, double *value)
{
    const tree *at = NULL;
    truce_status status = find(r, node, what, key, need, &at);
    char name[96];
    snprintf(name, sizeof name, "\"%s\"", key);
    return status == TRUCE_OK && at ? tree_node_number(r, at, name, value) : status;
}

truce_status tree_flag(const tree_reader *r, const tree *node, const char *what, const char *key, bool *value)
{
    const char *word = NULL;
    truce_status status = tree_text(r, node, what, key, TREE_OPTIONAL, &word);
    if (status != TRUCE_OK || !word)
        return status;
    if (strcmp(word, "true") == 0)
        *value = true;
    else if (strcmp(word, "false") == 0)
        *value = false;
    else
        return tree_error(r, tree_get(node, key), "\"%s\" must be true or false, not \"%s\"", key, word);
    return TRUCE_OK;
}

/* ---- A map or list under way -------------------------------------------------------------------------- */

tree_growing tree_grow(const tree *like)
{
    return (tree_growing){.node = {.kind = like->kind, .line = like->line, .file = like->file}};
}

bool tree_add(arena *a, tree_growing *g, const tree *key, const tree *item)
{
    return (!key || ARENA_PUSH(a, g->keys, g->key_count, g->key_capacity, *key)) &&
           ARENA_PUSH(a, g->items, g->node.count, g->item_capacity, *item);
}

tree tree_grown(const tree_growing *g)
{
    tree node = g->node;
    node.keys = g->keys;
    node.items = g->items;
    return node;
}
