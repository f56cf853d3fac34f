/* YAML to a tree. The events of libyaml are read one by one rather than its documents, because only events
 * have the lines of aliases and tags, and because a file can be refused at the first bad event, before
 * anything is built from the rest.
 *
 * A collection is built on a stack of at most TREE_DEPTH levels, so depth is bounded here and no recursion
 * depends on the input. */
#include "case/tree.h"

#include <string.h>
#include <yaml.h>

typedef struct level {
    tree node;
    tree *items, *keys;
    size_t item_capacity, key_capacity, item_count, key_count;
} level;

typedef struct builder {
    arena *memory;
    const char *file;
    truce_error *error;
    level levels[TREE_DEPTH];
    size_t depth;
    tree root;
    bool has_root;
    size_t documents;
} builder;

static truce_status refuse(const builder *b, int line, const char *message)
{
    return error_set(b->error, TRUCE_BAD_INPUT, b->file, line, "%s", message);
}

static int line_of(const yaml_event_t *event)
{
    return (int)event->start_mark.line + 1;
}

/* Two equal keys of a map are next to certainly one too many. */
static truce_status check_keys(const builder *b, const level *map_level)
{
    map seen = {0};
    truce_status status = TRUCE_OK;
    for (size_t i = 0; i < map_level->key_count && status == TRUCE_OK; i++) {
        size_t before = SIZE_MAX;
        const tree *key = &map_level->keys[i];
        if (!map_put(&seen, key->text, i, &before))
            status = error_memory(b->error);
        else if (before != SIZE_MAX)
            status = error_set(b->error, TRUCE_BAD_INPUT, b->file, key->line,
                               "the key \"%s\" is given twice, first on line %d", key->text,
                               map_level->keys[before].line);
    }
    map_free(&seen);
    return status;
}

/* Puts a finished node where it belongs: the root, an item of a list, a key or a value of a map. */
static truce_status place_node(builder *b, tree node)
{
    if (b->depth == 0) {
        b->root = node;
        b->has_root = true;
        return TRUCE_OK;
    }
    level *top = &b->levels[b->depth - 1];
    bool is_key = top->node.kind == TREE_MAP && top->key_count == top->item_count;
    if (is_key && node.kind != TREE_SCALAR)
        return refuse(b, node.line, "a key must be plain text");
    bool done = is_key ? ARENA_PUSH(b->memory, top->keys, top->key_count, top->key_capacity, node)
                       : ARENA_PUSH(b->memory, top->items, top->item_count, top->item_capacity, node);
    return done ? TRUCE_OK : error_memory(b->error);
}

static truce_status open_level(builder *b, tree_kind kind, int line)
{
    if (b->depth == TREE_DEPTH)
        return error_set(b->error, TRUCE_BAD_INPUT, b->file, line, "more than %d levels of nesting",
                         TREE_DEPTH);
    b->levels[b->depth++] = (level){.node = {.kind = kind, .line = line, .file = b->file}};
    return TRUCE_OK;
}

static truce_status close_level(builder *b)
{
    level *top = &b->levels[b->depth - 1];
    if (top->node.kind == TREE_MAP) {
        truce_status status = check_keys(b, top);
        if (status != TRUCE_OK)
            return status;
    }
    tree node = top->node;
    node.count = top->item_count;
    node.items = top->items;
    node.keys = top->keys;
    b->depth--;
    return place_node(b, node);
}

static truce_status add_scalar(builder *b, const yaml_event_t *event)
{
    const char *bytes = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    if (memchr(bytes, '\0', length))
        return refuse(b, line_of(event), "a text with a zero character in it");
    while (length && (bytes[length - 1] == '\n' || bytes[length - 1] == ' '))
        length--;
    /* A line break of a title would end a row of a table, or be written over. */
    const char *copy = arena_clean_line(b->memory, bytes, length);
    if (!copy)
        return error_memory(b->error);
    return place_node(b, (tree){.kind = TREE_SCALAR, .line = line_of(event), .file = b->file, .text = copy});
}

/* Anchors and tags sit on the events of all three kinds of nodes. */
static truce_status check_decoration(const builder *b, const yaml_event_t *event)
{
    const void *anchor = NULL, *tag = NULL;
    if (event->type == YAML_SCALAR_EVENT) {
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    }
    if (anchor)
        return refuse(b, line_of(event), "YAML anchors (&name) are not allowed in a case");
    if (tag)
        return refuse(b, line_of(event), "YAML tags (!name) are not allowed in a case");
    return TRUCE_OK;
}

static truce_status take_event(builder *b, const yaml_event_t *event)
{
    truce_status status = check_decoration(b, event);
    if (status != TRUCE_OK)
        return status;
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return ++b->documents > 1 ? refuse(b, line_of(event), "a second YAML document in the file")
                                  : TRUCE_OK;
    case YAML_ALIAS_EVENT:
        return refuse(b, line_of(event), "YAML aliases (*name) are not allowed in a case");
    case YAML_SCALAR_EVENT:
        return add_scalar(b, event);
    case YAML_SEQUENCE_START_EVENT:
        return open_level(b, TREE_LIST, line_of(event));
    case YAML_MAPPING_START_EVENT:
        return open_level(b, TREE_MAP, line_of(event));
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_level(b);
    default:
        return TRUCE_OK;
    }
}

static truce_status parser_failed(const builder *b, const yaml_parser_t *parser)
{
    if (parser->error == YAML_MEMORY_ERROR)
        return error_memory(b->error);
    const char *problem = parser->problem ? parser->problem : "it cannot be read";
    int line = (int)parser->problem_mark.line + 1;
    if (parser->error == YAML_READER_ERROR)
        line = (int)parser->mark.line + 1;
    return error_set(b->error, TRUCE_BAD_INPUT, b->file, line, "not valid YAML: %s", problem);
}

truce_status tree_read(arena *a, const char *bytes, size_t length, const char *file, const tree **root,
                       truce_error *error)
{
    builder *b = arena_alloc(a, sizeof *b);
    tree *result = arena_alloc(a, sizeof *result);
    yaml_parser_t parser;
    if (!b || !result || !yaml_parser_initialize(&parser))
        return error_memory(error);
    *b = (builder){.memory = a, .file = file, .error = error};
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
    truce_status status = TRUCE_OK;
    for (bool more = true; more && status == TRUCE_OK;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            status = parser_failed(b, &parser);
            break;
        }
        more = event.type != YAML_STREAM_END_EVENT;
        status = take_event(b, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (status == TRUCE_OK && !b->has_root)
        status = error_set(error, TRUCE_BAD_INPUT, file, 1, "the file is empty");
    if (status == TRUCE_OK) {
        *result = b->root;
        *root = result;
    }
    return status;
}
