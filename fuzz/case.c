/* Any bytes as the YAML of a case: read as a tree, or refused. */
#include "case/tree.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    arena memory = {0};
    const tree *root;
    truce_error error;
    truce_status status = tree_read(&memory, (const char *)bytes, size, "case.yaml", &root, &error);
    if (status != TRUCE_OK && error.message[0] == '\0')
        abort();
    arena_free(&memory);
    return 0;
}
