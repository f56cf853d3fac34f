/* A YAML file as a tree with lines, and typed reading of its values. Knows YAML and nothing of cases. */
#ifndef TRUCE_CASE_TREE_H
#define TRUCE_CASE_TREE_H

#include "base/base.h"

enum { TREE_DEPTH = 32, TREE_BYTES = 16 * 1024 * 1024 };

typedef enum tree_kind { TREE_SCALAR, TREE_LIST, TREE_MAP } tree_kind;

typedef struct tree {
    tree_kind kind;
    int line;
    const char *file; /* for messages, and what paths are relative to */
    const char *text; /* scalars; never NULL for them */
    size_t count;     /* lists and maps */
    const struct tree *items;
    const struct tree *keys; /* maps: scalars, one an item, none twice */
} tree;

/* Reads one document from memory into the arena. Refuses what could blow up or be misread: aliases, anchors,
 * tags, keys given twice or that are not scalars, several documents, more than TREE_DEPTH levels. */
truce_status tree_read(arena *a, const char *bytes, size_t length, const char *file, const tree **root,
                       truce_error *error);

/* The value of a key of a map, or NULL. */
const tree *tree_get(const tree *map, const char *key);

/* A map or list under way; its nodes are copies. */
typedef struct tree_growing {
    tree node;
    tree *keys, *items;
    size_t key_capacity, item_capacity, key_count;
} tree_growing;

/* An empty one of the kind and the place of another. */
tree_growing tree_grow(const tree *like);
/* Appends an item (key: NULL in a list); false when out of memory. */
bool tree_add(arena *a, tree_growing *g, const tree *key, const tree *item);
tree tree_grown(const tree_growing *g);

/* Adds all that a tree says, without lines. */
void tree_hash(hash128 *h, const tree *node);

/* ---- Typed reading --------------------------------------------------------------------------------- */
/* Where errors go. `what` names the thing that is read, such as "a series". */
typedef struct tree_reader {
    truce_error *error;
} tree_reader;

truce_status tree_error(const tree_reader *r, const tree *at, const char *format, ...) PRINTF_LIKE(3, 4);
/* An error about a name that should be one of `names`: "`what` "name"", with the nearest. */
truce_status tree_unknown(const tree_reader *r, const tree *at, const char *what, const char *name,
                          const char *const *names, size_t count);

/* That a node is a map (list) and, for a map, that all its keys are among `keys` (ended by NULL). */
truce_status tree_is_map(const tree_reader *r, const tree *node, const char *what, const char *const *keys);
truce_status tree_is_list(const tree_reader *r, const tree *node, const char *what);

/* The value of `key` in `map`. A required key that is absent is an error; an optional one leaves *value. */
typedef enum tree_need { TREE_REQUIRED, TREE_OPTIONAL } tree_need;
truce_status tree_text(const tree_reader *r, const tree *map, const char *what, const char *key,
                       tree_need need, const char **value);
truce_status tree_number(const tree_reader *r, const tree *map, const char *what, const char *key,
                         tree_need need, double *value);
truce_status tree_flag(const tree_reader *r, const tree *map, const char *what, const char *key, bool *value);
/* A number that has a node of its own: finite. */
truce_status tree_node_number(const tree_reader *r, const tree *node, const char *what, double *value);
truce_status tree_node_text(const tree_reader *r, const tree *node, const char *what, const char **value);

#endif
