/* Any bytes as a model, computed in different ways: blocks of 8 and of 24 members, and the program written and read
 * back. All must give the same bits. (The target compilers has native code and emitted C too.) */
#include "fuzz/compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    truce_model *model;
    truce_program *program;
    if (truce_model_load_text((const char *)bytes, size, "model", &model, NULL) != TRUCE_OK)
        return 0;
    if (truce_program_compile(model, NULL, &program, NULL) == TRUCE_OK) {
        fuzz_compare_all(program);
        truce_program_destroy(program);
    }
    truce_model_destroy(model);
    return 0;
}
