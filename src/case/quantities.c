/* Quantities of talks: a number, or a prior of its own; and what the parts of the section have in common. */
#include "case/load.h"

#include <math.h>
#include <string.h>

const char *const case_side_keys[CASE_SIDES] = {"defender", "attacker"};

truce_status load_quantity(const loader *l, const tree *entry, const char *what, const char *owner,
                           const char *key, case_quantity *q)
{
    const tree *node = tree_get(entry, key);
    if (!node)
        return tree_error(&l->read, entry, "%s needs the key \"%s\"", what, key);
    *q = (case_quantity){.element = SIZE_MAX, .units = "", .at = {node->file, node->line}};
    q->name = arena_format(l->memory, "%s%s%s", owner, owner[0] ? " " : "", key);
    q->prior = (truce_distribution){.kind = TRUCE_FIXED, .scale = 1};
    if (!q->name)
        return error_memory(l->read.error);
    if (node->kind == TREE_SCALAR)
        return tree_node_number(&l->read, node, q->name, &q->prior.a);
    TRY(load_keys(l, node, KEYS_QUANTITY, &what));
    return load_belief(l, node, what, q);
}

truce_status load_pair(const loader *l, const tree *entry, const char *what, const char *owner,
                       const char *key, double otherwise, case_quantity pair[CASE_SIDES])
{
    const tree *node = tree_get(entry, key);
    for (int i = 0; i < CASE_SIDES; i++)
        pair[i] = (case_quantity){.name = key,
                                  .element = SIZE_MAX,
                                  .units = "",
                                  .prior = {.kind = TRUCE_FIXED, .a = otherwise, .scale = 1}};
    if (!node && !isnan(otherwise))
        return TRUCE_OK;
    if (!node)
        return tree_error(&l->read, entry, "%s needs the key \"%s\"", what, key);
    TRY(load_keys(l, node, KEYS_SIDES, &what));
    const char *name = arena_format(l->memory, "%s%s%s of the", owner, owner[0] ? " " : "", key);
    if (!name)
        return error_memory(l->read.error);
    for (int i = 0; i < CASE_SIDES; i++)
        TRY(load_quantity(l, node, what, name, case_side_keys[i], &pair[i]));
    return TRUCE_OK;
}

truce_status load_elements(const loader *l, const tree *entry, const char *what, const char *key,
                           size_t pair[CASE_SIDES])
{
    const tree *node = tree_get(entry, key);
    if (!node)
        return tree_error(&l->read, entry, "%s needs the key \"%s\"", what, key);
    TRY(load_keys(l, node, KEYS_SIDES, &what));
    for (int i = 0; i < CASE_SIDES; i++)
        TRY(bind_element(l, node, what, case_side_keys[i], &pair[i]));
    return TRUCE_OK;
}

truce_status load_index(const loader *l, const tree *entry, const char *what, const char *key,
                        const tree *among, const char *kind, size_t *index)
{
    const char *name = NULL;
    TRY(tree_text(&l->read, entry, what, key, TREE_REQUIRED, &name));
    for (size_t i = 0; i < among->count; i++)
        if (strcmp(among->keys[i].text, name) == 0) {
            *index = i;
            return TRUCE_OK;
        }
    const char **names = arena_array(l->memory, among->count, sizeof *names);
    if (!names)
        return error_memory(l->read.error);
    for (size_t i = 0; i < among->count; i++)
        names[i] = among->keys[i].text;
    return tree_unknown(&l->read, tree_get(entry, key), kind, name, names, among->count);
}

truce_status load_side(const loader *l, const tree *node, int *side)
{
    const char *name = NULL;
    TRY(tree_node_text(&l->read, node, "a side", &name));
    for (int i = 0; i < CASE_SIDES; i++)
        if (strcmp(case_side_keys[i], name) == 0) {
            *side = i;
            return TRUCE_OK;
        }
    return tree_unknown(&l->read, node, "no side", name, case_side_keys, CASE_SIDES);
}

truce_status load_quantity_or(const loader *l, const tree *entry, const char *what, const char *owner,
                              const char *key, double otherwise, case_quantity *q)
{
    if (tree_get(entry, key))
        return load_quantity(l, entry, what, owner, key, q);
    *q = (case_quantity){.name = key,
                         .element = SIZE_MAX,
                         .units = "",
                         .prior = {.kind = TRUCE_FIXED, .a = otherwise, .scale = 1}};
    return TRUCE_OK;
}

truce_status load_line_value(const loader *l, const tree *entry, const char *what, const case_talks *t,
                             bool *contact, double *line)
{
    const tree *node = tree_get(entry, "line");
    if (!node)
        return tree_error(&l->read, entry, "%s needs the key \"line\": a number, or contact", what);
    *contact = node->kind == TREE_SCALAR && strcmp(node->text, "contact") == 0;
    if (*contact)
        return TRUCE_OK;
    TRY(tree_node_number(&l->read, node, "the line", line));
    double low = fmin(t->wanted[0], t->wanted[1]), high = fmax(t->wanted[0], t->wanted[1]);
    if (*line < low || *line > high)
        return tree_error(&l->read, node, "the line %g lies outside what the sides want, %g to %g", *line,
                          low, high);
    return TRUCE_OK;
}

truce_status load_fails(const loader *l, const tree *entry, bool fails[CASE_SIDES])
{
    const tree *list = tree_get(entry, "fails");
    if (!list)
        return TRUCE_OK;
    TRY(tree_is_list(&l->read, list, "\"fails\""));
    for (size_t i = 0; i < list->count; i++) {
        int side = CASE_DEFENDER;
        TRY(load_side(l, &list->items[i], &side));
        fails[side] = true;
    }
    return TRUCE_OK;
}
