/* Arenas: memory that lives and dies together. A list of chunks; the newest is filled from the front. */
#include "base/base.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

typedef struct arena_chunk {
    struct arena_chunk *next;
    size_t used, size; /* bytes after the header */
} arena_chunk;

enum { CHUNK_SIZE = 64 * 1024, CACHE_LINE = 64 };

static size_t round_up(size_t value, size_t to)
{
    assert(to > 0);
    return (value + to - 1) / to * to;
}

/* Bytes at the front of a chunk, so that what follows the header starts on a cache line. */
static size_t header_size(void)
{
    return round_up(sizeof(arena_chunk), CACHE_LINE);
}

static arena_chunk *chunk_new(size_t room)
{
    size_t total = round_up(header_size() + room, CACHE_LINE);
    arena_chunk *chunk = aligned_alloc(CACHE_LINE, total);
    if (!chunk)
        return NULL;
    chunk->next = NULL;
    chunk->used = 0;
    chunk->size = total - header_size();
    return chunk;
}

void *arena_alloc(arena *a, size_t size)
{
    assert(a);
    size_t alignment = size >= CACHE_LINE ? CACHE_LINE : 16;
    if (size == 0)
        size = 1;
    if (size > SIZE_MAX / 2)
        return NULL;
    arena_chunk *chunk = a->chunk;
    size_t at = chunk ? round_up(chunk->used, alignment) : 0;
    if (!chunk || at > chunk->size || size > chunk->size - at) {
        chunk = chunk_new(size > CHUNK_SIZE / 4 ? size : CHUNK_SIZE);
        if (!chunk)
            return NULL;
        at = 0;
        if (a->chunk && chunk->size - size < a->chunk->size - a->chunk->used) {
            /* A large item gets a chunk of its own; the one with more room left stays in front. */
            chunk->next = a->chunk->next;
            a->chunk->next = chunk;
        } else {
            chunk->next = a->chunk;
            a->chunk = chunk;
        }
    }
    chunk->used = at + size;
    a->total += size;
    void *memory = (char *)chunk + header_size() + at;
    memset(memory, 0, size);
    return memory;
}

void *arena_array(arena *a, size_t count, size_t size)
{
    assert(a);
    if (size && count > SIZE_MAX / 2 / size)
        return NULL;
    return arena_alloc(a, count * size);
}

bool arena_grow(arena *a, void **items, size_t *capacity, size_t size)
{
    assert(items && capacity && size > 0);
    size_t larger = *capacity ? *capacity * 2 : 8;
    void *memory = arena_array(a, larger, size);
    if (!memory)
        return false;
    if (*capacity)
        memcpy(memory, *items, *capacity * size);
    *items = memory;
    *capacity = larger;
    return true;
}

char *arena_copy(arena *a, const char *bytes, size_t length)
{
    assert(bytes || length == 0);
    if (length == SIZE_MAX)
        return NULL;
    char *copy = arena_alloc(a, length + 1);
    if (copy && length)
        memcpy(copy, bytes, length);
    return copy;
}

char *arena_string(arena *a, const char *string)
{
    assert(string);
    return arena_copy(a, string, strlen(string));
}

char *arena_format(arena *a, const char *format, ...)
{
    assert(format);
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = plain_vformat(NULL, 0, format, arguments);
    va_end(arguments);
    char *result = length < 0 ? NULL : arena_alloc(a, (size_t)length + 1);
    if (result)
        plain_vformat(result, (size_t)length + 1, format, again);
    va_end(again);
    return result;
}

void arena_free(arena *a)
{
    for (arena_chunk *chunk = a->chunk; chunk;) {
        arena_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    a->chunk = NULL;
    a->total = 0;
}
