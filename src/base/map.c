/* Map from string to index: open addressing, linear probing, at most two thirds full. The hash has a key of the
 * process, so that nobody can choose names that all meet in one place; nothing depends on the order of the slots. */
#include "base/base.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/random.h>
#endif

struct map_slot {
    const char *key;
    uint64_t hash;
    size_t value;
};

static uint64_t secret[2];

/* Where there are no random numbers, as for a browser, the key is known. */
static void choose_secret(void)
{
#ifdef __linux__
    if (getrandom(secret, sizeof secret, GRND_NONBLOCK) != (ssize_t)sizeof secret)
        memset(secret, 0, sizeof secret);
#endif
}

static uint64_t hash_of(const char *key)
{
    static pthread_once_t chosen = PTHREAD_ONCE_INIT;
    uint64_t hash[2];
    hash128 h;
    pthread_once(&chosen, choose_secret);
    hash128_start_with(&h, secret);
    hash128_add(&h, key, strlen(key));
    hash128_finish(&h, hash);
    return hash[0];
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
    uint64_t hash = hash_of(key);
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
    struct map_slot *slot = find_slot(m->slots, m->capacity, key, hash_of(key));
    return slot->key ? slot->value : SIZE_MAX;
}

void map_free(map *m)
{
    free(m->slots);
    *m = (map){0};
}
