/* Any bytes as a program file. Size and checksum are set right first, so that the reader goes on to what they
 * guard: a file made by somebody who knows the format. */
#include "fuzz/fuzz.h"
#include "program/serialise.h"

#include <string.h>

enum { SIZE_AT = PROGRAM_MAGIC_SIZE + 12, HASH_SIZE = 16 };

static void put_number(uint8_t *at, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    truce_program *program;
    if (size < SIZE_AT + 8 + HASH_SIZE) {
        if (program_read(bytes, size, "file.truce", &program, NULL) == TRUCE_OK)
            abort();
        return 0;
    }
    uint8_t *file = malloc(size);
    if (!file)
        return 0;
    memcpy(file, bytes, size);
    put_number(file + SIZE_AT, size);
    hash128 h;
    uint64_t hash[2];
    hash128_start(&h);
    hash128_add(&h, file, size - HASH_SIZE);
    hash128_finish(&h, hash);
    put_number(file + size - HASH_SIZE, hash[0]);
    put_number(file + size - HASH_SIZE + 8, hash[1]);
    if (program_read(file, size, "file.truce", &program, NULL) == TRUCE_OK) {
        fuzz_names(program);
        fuzz_run(program);
        truce_program_destroy(program);
    }
    free(file);
    return 0;
}
