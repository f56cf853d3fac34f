/* Any bytes as an XMILE file: read, checked, compiled and run, or refused. */
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    truce_model *model;
    truce_error error;
    if (truce_model_load_text((const char *)bytes, size, "model.xmile", &model, &error) != TRUCE_OK) {
        if (error.message[0] == '\0')
            abort(); /* a refusal says why */
        return 0;
    }
    fuzz_model(model);
    truce_model_destroy(model);
    return 0;
}
