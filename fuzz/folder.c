/* Any bytes as a whole case: model.xmile, series.csv, case.yaml and two files that it may name, include.yaml and other.yaml,
 * divided by bytes of zero. Loaded, every scenario made ready, and eight members of the first one run when it is small. */
#include "fuzz/files.h"
#include "fuzz/fuzz.h"
#include "truce/truce.h"

#include <string.h>

/* Writes the bytes up to the next zero as a file, and steps over them. */
static void part(const uint8_t **bytes, size_t *size, const char *name)
{
    const uint8_t *end = memchr(*bytes, 0, *size);
    size_t length = end ? (size_t)(end - *bytes) : *size;
    fuzz_file(name, *bytes, length);
    *bytes += end ? length + 1 : length;
    *size -= end ? length + 1 : length;
}

static void run(const truce_case *c)
{
    enum { MOST = 2000 };
    truce_error error = {0};
    truce_ensemble *ensemble;
    truce_ensemble_options few = truce_ensemble_default_options();
    const truce_sim_specs *specs = truce_model_sim_specs(truce_case_model(c));
    truce_case_facts facts = truce_case_facts_of(c);
    if (facts.scenarios == 0 || truce_model_element_count(truce_case_model(c)) > MOST ||
        (specs->stop - specs->start) / specs->dt > MOST)
        return;
    few.members = 8;
    few.threads = 1;
    if (truce_case_run(c, truce_case_scenario(c, 0).name, &few, &ensemble, &error) == TRUCE_OK)
        truce_ensemble_destroy(ensemble);
    else if (error.message[0] == '\0')
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const names[] = {"model.xmile", "series.csv", "case.yaml", "include.yaml",
                                        "other.yaml"};
    truce_error error = {0};
    truce_case *c;
    char path[192];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        part(&bytes, &size, names[i]);
    snprintf(path, sizeof path, "%s/case.yaml", fuzz_folder());
    if (truce_case_load(path, &c, &error) != TRUCE_OK) {
        if (error.message[0] == '\0')
            abort();
        return 0;
    }
    truce_case_check(c, &error);
    run(c);
    truce_case_destroy(c);
    return 0;
}
