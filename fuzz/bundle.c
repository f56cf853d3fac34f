/* Any bytes as files in memory, each a path, a new line and its contents, divided by bytes of zero. The first is loaded, as a
 * case when its name ends in ".yaml", else as a model, with what it names of the others, and run when it is small. */
#include "fuzz/fuzz.h"
#include "truce/truce.h"

#include <string.h>

enum { LONGEST_PATH = 200 };

static void run_case(const truce_files *files, const char *path)
{
    truce_case *c;
    truce_error error = {0};
    if (truce_case_load_from(files, path, NULL, &c, &error) == TRUCE_OK) {
        truce_case_check(c, &error);
        truce_case_destroy(c);
    } else if (error.message[0] == '\0') {
        abort(); /* a refusal says why */
    }
}

static void run_model(const truce_files *files, const char *path)
{
    truce_model *model;
    truce_error error = {0};
    if (truce_model_load_from(files, path, &model, &error) != TRUCE_OK) {
        if (error.message[0] == '\0')
            abort();
        return;
    }
    fuzz_model(model);
    truce_model_destroy(model);
}

/* Adds the file at the front of the bytes, and steps over it; its path. */
static void add_file(truce_files *files, const uint8_t **bytes, size_t *size, char *path)
{
    const uint8_t *end = memchr(*bytes, 0, *size), *line = memchr(*bytes, '\n', *size);
    size_t length = end ? (size_t)(end - *bytes) : *size, name = line ? (size_t)(line - *bytes) : length;
    if (name < length && name < LONGEST_PATH) {
        memcpy(path, *bytes, name);
        path[name] = '\0';
        truce_files_add(files, path, *bytes + name + 1, length - name - 1, NULL);
    }
    *bytes += end ? length + 1 : length;
    *size -= end ? length + 1 : length;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char first[LONGEST_PATH] = "", path[LONGEST_PATH];
    truce_files *files;
    if (truce_files_create(&files, NULL) != TRUCE_OK)
        return 0;
    add_file(files, &bytes, &size, first);
    while (size)
        add_file(files, &bytes, &size, path);
    size_t length = strlen(first);
    if (length > 5 && strcmp(first + length - 5, ".yaml") == 0)
        run_case(files, first);
    else
        run_model(files, first);
    truce_files_destroy(files);
    return 0;
}
