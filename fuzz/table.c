/* Any bytes as tables: the first says as which. Data of a model (--data), the record of scores beside a case, a series of a
 * case, and a forecast that is held to account. */
#include "fuzz/cases.h"
#include "fuzz/files.h"
#include "fuzz/fuzz.h"
#include "results/score_record.h"

#include <inttypes.h>
#include <string.h>

static truce_status read_data(const char *path, truce_error *error)
{
    truce_data *data;
    truce_status status = truce_data_load(path, &data, error);
    if (status == TRUCE_OK)
        truce_data_destroy(data);
    return status;
}

static truce_status read_scores(const char *path, truce_error *error)
{
    arena memory = {0};
    score_record *record;
    truce_status status = scores_read(&memory, NULL, path, &record, error);
    const score_names none = {0}, *lists[] = {&none, &none, &none};
    if (status == TRUCE_OK) {
        lists[0] = &record->series;
        lists[1] = &record->units;
        lists[2] = &record->rivals;
    }
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
        for (size_t i = 0; i < lists[k]->count; i++)
            fuzz_line(lists[k]->names[i]);
    arena_free(&memory);
    return status;
}

/* The column `aid` by months, and three observations of it. */
static truce_status read_series(const char *path, truce_error *error)
{
    static const char yaml[] =
        "truce: 1\ntitle: t\nmodel: model.xmile\nhorizon: {start: 2024-01, end: 2024-12}\n"
        "sources: {s: {text: t}}\n"
        "series:\n  - {variable: aid, file: table.csv, column: aid, source: s, beyond: {mean of last: 2}}\n"
        "observations:\n  - {name: o, variable: aid, file: table.csv, column: aid, source: s, error: {normal: 1}}\n"
        "outputs:\n  - {variable: aid, title: Aid, section: front}\n";
    static const char model[] =
        "<xmile version=\"1.0\"><header/><sim_specs time_units=\"months\"><start>0</start><stop>12</stop><dt>1</dt>"
        "</sim_specs><model><variables><aux name=\"aid\"><eqn>1</eqn></aux></variables></model></xmile>";
    truce_case *c;
    (void)path;
    fuzz_file("model.xmile", (const uint8_t *)model, sizeof model - 1);
    truce_status status = truce_case_load(fuzz_file("case.yaml", (const uint8_t *)yaml, sizeof yaml - 1), &c, error);
    if (status == TRUCE_OK) {
        truce_case_check(c, error);
        truce_case_destroy(c);
    }
    return status;
}

/* The file as it would be had somebody put the right hash at the end of every line but the first. */
static void seal_forecast(const uint8_t *bytes, size_t size)
{
    const char *all = (const char *)bytes, *end = all + size, *head = memchr(all, '\n', size);
    size_t first = head ? (size_t)(head + 1 - all) : 0;
    text sealed = {0};
    hash128 h;
    uint64_t hash[2];
    hash128_start(&h);
    hash128_add(&h, all + first, size - first);
    hash128_finish(&h, hash);
    text_add(&sealed, all, first);
    for (const char *line = all + first, *stop; line < end && (stop = memchr(line, '\n', (size_t)(end - line)));
         line = stop + 1)
        text_print(&sealed, "%.*s,%016" PRIx64 "%016" PRIx64 "\n", (int)(stop - line), line, hash[0], hash[1]);
    if (!sealed.failed)
        fuzz_file("table.csv", (const uint8_t *)sealed.bytes, sealed.length);
    text_free(&sealed);
}

static truce_status read_forecast(const char *path, truce_error *error)
{
    truce_outcomes *outcomes;
    char *table = NULL;
    truce_status status = truce_outcomes_load(path, fuzz_case("tests/data/fit/case.yaml"), &outcomes, error);
    if (status == TRUCE_OK) {
        if (truce_outcomes_table(outcomes, &table, NULL) == TRUCE_OK) {
            if (text_hostile(table, strlen(table)) != SIZE_MAX)
                abort();
            truce_text_free(table);
        }
        truce_outcomes_destroy(outcomes);
    }
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static truce_status (*const readers[])(const char *, truce_error *) = {read_scores, read_data, read_series,
                                                                           read_forecast};
    if (size == 0)
        return 0;
    truce_error error = {0};
    const char *path = fuzz_file("table.csv", bytes + 1, size - 1);
    if (bytes[0] % 4 == 3)
        seal_forecast(bytes + 1, size - 1);
    if (readers[bytes[0] % 4](path, &error) != TRUCE_OK && error.message[0] == '\0')
        abort();
    return 0;
}
