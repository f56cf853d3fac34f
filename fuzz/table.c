/* Any bytes as tables: the first says as which. Data of a model (--data), and the record of scores beside a case. */
#include "fuzz/files.h"
#include "fuzz/fuzz.h"
#include "results/score_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    truce_error error = {0};
    truce_status status;
    const char *path = fuzz_file("table.csv", bytes + 1, size - 1);
    if (bytes[0] % 2) {
        truce_data *data;
        status = truce_data_load(path, &data, &error);
        if (status == TRUCE_OK)
            truce_data_destroy(data);
    } else {
        arena memory = {0};
        score_record *record;
        status = scores_read(&memory, NULL, path, &record, &error);
        arena_free(&memory);
    }
    if (status != TRUCE_OK && error.message[0] == '\0')
        abort();
    return 0;
}
