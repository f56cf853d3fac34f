/* Any bytes as a model of Vensim: read, checked, compiled and run, or refused. */
#include "fuzz/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char head[] = "{UTF-8}\n";
    truce_model *model;
    truce_error error;
    char *model_text = malloc(sizeof head + size);
    if (!model_text)
        return 0;
    memcpy(model_text, head, sizeof head - 1);
    memcpy(model_text + sizeof head - 1, bytes, size);
    truce_status status = truce_model_load_text(model_text, sizeof head - 1 + size, "model.mdl", &model, &error);
    free(model_text);
    if (status != TRUCE_OK) {
        if (error.message[0] == '\0')
            abort(); /* a refusal says why */
        return 0;
    }
    fuzz_model(model);
    truce_model_destroy(model);
    return 0;
}
