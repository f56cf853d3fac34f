/* Map from string to index: open addressing, linear probing, at most two thirds full. */
#include "base/base.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct map_slot {
    const char *key;
    uint64_t hash;
    size_t value;
};

uint64_t hash_bytes(const void *bytes, size_t length)
{
    assert(bytes || length == 0);
    const unsigned char *b = bytes;
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ b[i]) * 1099511628211u;
    return hash;
}

static struct map_slot *find_slot(struct map_slot *slots, size_t capacity, const char *key, uint64_t hash)
{
    assert(capacity > 0 && (capacity & (capacity - 1)) == 0);
    size_t at = (size_t)hash & (capacity - 1);
    while (slots[at].key && (slots[at].hash != hash || strcmp(slots[at].key, key) != 0))
        at = (at + 1) & (capacity - 1);
    return &slots[at];
}

static bool enlarge(map *m)
{
    size_t capacity = m->capacity ? m->capacity * 2 : 16;
    struct map_slot *slots = calloc(capacity, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < m->capacity; i++)
        if (m->slots[i].key)
            *find_slot(slots, capacity, m->slots[i].key, m->slots[i].hash) = m->slots[i];
    free(m->slots);
    m->slots = slots;
    m->capacity = capacity;
    return true;
}

bool map_put(map *m, const char *key, size_t value, size_t *existing)
{
    assert(m && key);
    if (m->count >= m->capacity / 3 * 2 && !enlarge(m))
        return false;
    uint64_t hash = hash_bytes(key, strlen(key));
    struct map_slot *slot = find_slot(m->slots, m->capacity, key, hash);
    if (slot->key) {
        if (existing)
            *existing = slot->value;
        return true;
    }
    *slot = (struct map_slot){key, hash, value};
    m->count++;
    if (existing)
        *existing = SIZE_MAX;
    return true;
}

size_t map_get(const map *m, const char *key)
{
    assert(m && key);
    if (!m->capacity)
        return SIZE_MAX;
    struct map_slot *slot = find_slot(m->slots, m->capacity, key, hash_bytes(key, strlen(key)));
    return slot->key ? slot->value : SIZE_MAX;
}

void map_free(map *m)
{
    free(m->slots);
    *m = (map){0};
}
