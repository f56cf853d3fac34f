/* Checkpoints of a fit with bytes changed as the input says, and the right hash at the end: taken up, gone on with, or refused.
 * The first byte chooses how far the fit had come and whether the changes fall into the head; every three bytes after it are
 * a place and what is changed there. */
#include "base/base.h"
#include "fuzz/cases.h"
#include "fuzz/files.h"
#include "fuzz/fuzz.h"

#include <string.h>

enum { HASH = 16, HEAD = 112, STAGES = 4 };

typedef struct patience {
    int left; /* stages that may begin */
    bool begun;
    size_t population, stage;
} patience;

static bool go_on(void *context, const truce_fit_progress *progress)
{
    patience *p = context;
    if (p->begun && p->population == progress->population && p->stage == progress->stage)
        return true;
    *p = (patience){p->left, true, progress->population, progress->stage};
    return p->left-- > 0;
}

static truce_status fit(const char *checkpoint, int stages, truce_error *error)
{
    truce_fit_options options = truce_fit_default_options();
    patience p = {.left = stages};
    truce_fit *f;
    options.checkpoint = checkpoint;
    options.particles = 32;
    options.threads = 1;
    options.engine = TRUCE_ENGINE_INTERPRETER;
    options.progress = go_on;
    options.context = &p;
    truce_status status = truce_fit_run(fuzz_case("tests/data/fit/case.yaml"), &options, &f, error);
    if (status == TRUCE_OK)
        truce_fit_destroy(f);
    return status;
}

/* What a fit leaves that was interrupted after 1, 5, 15 and 40 stages: the last checkpoint before. */
static const text *interrupted(unsigned index)
{
    static const int stages[STAGES] = {2, 6, 16, 41};
    static text kept[STAGES];
    char path[192];
    if (kept[index].length)
        return &kept[index];
    snprintf(path, sizeof path, "%s/made-%u", fuzz_folder(), index);
    fit(path, stages[index], NULL);
    if (text_read_file(&kept[index], path, 1 << 24, NULL) != TRUCE_OK)
        abort();
    return &kept[index];
}

/* The copy with its changes. */
static void change(char *copy, size_t length, const uint8_t *bytes, size_t size)
{
    size_t room = bytes[0] & 4 ? HEAD : length;
    for (size_t i = 1; i + 2 < size; i += 3)
        copy[((size_t)bytes[i] << 8 | bytes[i + 1]) % room] ^= (char)bytes[i + 2];
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    truce_error error = {0};
    hash128 h;
    uint64_t hash[2];
    if (size == 0)
        return 0;
    const text *good = interrupted(bytes[0] & 3);
    char *copy = malloc(good->length);
    if (!copy)
        return 0;
    memcpy(copy, good->bytes, good->length);
    change(copy, good->length - HASH, bytes, size);
    hash128_start(&h);
    hash128_add(&h, copy, good->length - HASH);
    hash128_finish(&h, hash);
    memcpy(copy + good->length - HASH, hash, HASH);
    if (fit(fuzz_file("checkpoint.bin", (const uint8_t *)copy, good->length), 1, &error) != TRUCE_OK &&
        error.message[0] == '\0')
        abort();
    free(copy);
    return 0;
}
