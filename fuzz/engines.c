/* Any bytes as a model, computed in different ways: blocks of 8 and of 24 members, and the program written and read
 * back. All must give the same bits. (Native code and emitted C, which need a compiler for every model, are compared
 * by tests/test_native.c and tests/test_emit.c.) */
#include "fuzz/fuzz.h"
#include "program/serialise.h"

#include <string.h>

enum { MEMBERS = 8, MOST_VALUES = 200000 };

/* [save][output][member], or NULL when the program is too large for a moment. */
static double *values_of(const truce_program *p, size_t width)
{
    size_t rows = p->save_count * p->output_count;
    size_t work = (p->step.count + p->save.count + p->stage.count + p->shared.count + 1) * (p->step_count + 1);
    if (rows == 0 || rows > MOST_VALUES / width || work > MOST_VALUES || p->column_count > 10000 || p->delay_count)
        return NULL;
    truce_run *run;
    if (truce_run_create(p, width, &run, NULL) != TRUCE_OK)
        return NULL;
    double *results = calloc(rows * width, sizeof *results), *kept = calloc(rows * MEMBERS, sizeof *kept);
    if (results && kept)
        truce_run_execute(run, 7, 0, MEMBERS, NULL, NULL, NULL, results, NULL);
    for (size_t r = 0; results && kept && r < rows; r++)
        memcpy(kept + r * MEMBERS, results + r * width, MEMBERS * sizeof *kept);
    free(results);
    truce_run_destroy(run);
    return kept;
}

/* The bits of a NaN say nothing. */
static void compare(const truce_program *p, const double *one, const double *other)
{
    for (size_t i = 0; one && other && i < p->save_count * p->output_count * MEMBERS; i++)
        if (memcmp(&one[i], &other[i], sizeof *one) != 0 && (one[i] == one[i] || other[i] == other[i]))
            abort();
}

static void compare_all(const truce_program *p)
{
    text bytes = {0};
    truce_program *again = NULL;
    if (!program_write(p, &bytes) || program_read(bytes.bytes, bytes.length, "again", &again, NULL) != TRUCE_OK)
        abort();
    double *narrow = values_of(p, 8), *wide = values_of(p, 24), *read = values_of(again, 8);
    compare(p, narrow, wide);
    compare(p, narrow, read);
    free(narrow);
    free(wide);
    free(read);
    text_free(&bytes);
    truce_program_destroy(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    truce_model *model;
    truce_program *program;
    if (truce_model_load_text((const char *)bytes, size, "model", &model, NULL) != TRUCE_OK)
        return 0;
    if (truce_program_compile(model, NULL, &program, NULL) == TRUCE_OK) {
        compare_all(program);
        truce_program_destroy(program);
    }
    truce_model_destroy(model);
    return 0;
}
