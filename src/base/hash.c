/* hash_bytes for numbers that are drawn, and a hash of 128 bits for files, caches and maps: SipHash-2-4 (Aumasson and Bernstein 2012, "SipHash: a fast
 * short-input PRF") with the 128-bit output of its authors' reference. Every round is a bijection of the
 * state, so two inputs that differ in one word never meet again in the 256 bits of it. The key of files is the one of
 * the published test vectors: it keeps no secret. */
#include "base/base.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

uint64_t hash_bytes(const void *bytes, size_t length)
{
    assert(bytes || length == 0);
    const unsigned char *b = bytes;
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ b[i]) * 1099511628211u;
    return hash;
}

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static void rounds(uint64_t v[4], unsigned count)
{
    while (count--) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotate(v[1], 13) ^ v[0];
        v[3] = rotate(v[3], 16) ^ v[2];
        v[0] = rotate(v[0], 32);
        v[2] += v[1];
        v[0] += v[3];
        v[1] = rotate(v[1], 17) ^ v[2];
        v[3] = rotate(v[3], 21) ^ v[0];
        v[2] = rotate(v[2], 32);
    }
}

static void add_word(hash128 *h, uint64_t word)
{
    h->v[3] ^= word;
    rounds(h->v, 2);
    h->v[0] ^= word;
}

void hash128_start(hash128 *h)
{
    static const uint64_t key[2] = {0x0706050403020100u, 0x0F0E0D0C0B0A0908u};
    hash128_start_with(h, key);
}

void hash128_start_with(hash128 *h, const uint64_t key[2])
{
    *h = (hash128){.v = {key[0] ^ 0x736F6D6570736575u, key[1] ^ 0x646F72616E646F6Du ^ 0xEE,
                         key[0] ^ 0x6C7967656E657261u, key[1] ^ 0x7465646279746573u}};
}

void hash128_add(hash128 *h, const void *bytes, size_t length)
{
    assert(bytes || length == 0);
    const unsigned char *b = bytes;
    for (size_t i = 0; i < length; i++) {
        h->word |= (uint64_t)b[i] << 8 * (h->length % 8);
        if (++h->length % 8 == 0) {
            add_word(h, h->word);
            h->word = 0;
        }
    }
}

void hash128_finish(const hash128 *h, uint64_t result[2])
{
    hash128 last = *h;
    add_word(&last, last.word | (uint64_t)last.length << 56);
    last.v[2] ^= 0xEE;
    rounds(last.v, 4);
    result[0] = last.v[0] ^ last.v[1] ^ last.v[2] ^ last.v[3];
    last.v[1] ^= 0xDD;
    rounds(last.v, 4);
    result[1] = last.v[0] ^ last.v[1] ^ last.v[2] ^ last.v[3];
}

/* ---- Written --------------------------------------------------------------------------------------------- */

void hash128_write(const uint64_t hash[2], char digits[HASH_DIGITS + 1])
{
    snprintf(digits, HASH_DIGITS + 1, "%016" PRIx64 "%016" PRIx64, hash[0], hash[1]);
}

void hash128_write_of(const void *bytes, size_t length, char digits[HASH_DIGITS + 1])
{
    hash128 h;
    uint64_t hash[2];
    hash128_start(&h);
    hash128_add(&h, bytes, length);
    hash128_finish(&h, hash);
    hash128_write(hash, digits);
}

/* "hash DIGITS" and the end of the line, without the terminator */
enum { SEAL = 5 + HASH_DIGITS + 1 };

static void make_seal(const text *t, size_t length, char line[SEAL + 1])
{
    char digits[HASH_DIGITS + 1];
    hash128_write_of(t->bytes, length, digits);
    snprintf(line, SEAL + 1, "hash %s\n", digits);
}

void text_seal(text *t)
{
    char line[SEAL + 1];
    if (t->failed)
        return;
    make_seal(t, t->length, line);
    text_add(t, line, SEAL);
}

bool text_unseal(text *t)
{
    char line[SEAL + 1];
    if (t->length < SEAL)
        return false;
    size_t length = t->length - SEAL;
    make_seal(t, length, line);
    if (memcmp(t->bytes + length, line, SEAL) != 0)
        return false;
    t->length = length;
    t->bytes[length] = '\0';
    return true;
}
