/* A program computed in several ways, which must give the same bits. */
#ifndef TRUCE_FUZZ_COMPARE_H
#define TRUCE_FUZZ_COMPARE_H

#include "fuzz/fuzz.h"
#include "program/serialise.h"

#include <string.h>

enum { FUZZ_MEMBERS = 8, FUZZ_MOST_VALUES = 200000 };

/* [save][output][member], or NULL when the program is too large for a moment. native: NULL for the interpreter. */
static inline double *fuzz_values(const truce_program *p, const engine_native *native, size_t width)
{
    size_t rows = p->save_count * p->output_count;
    size_t work = (p->step.count + p->save.count + p->stage.count + p->shared.count + 1) * (p->step_count + 1);
    if (rows == 0 || rows > FUZZ_MOST_VALUES / width || work > FUZZ_MOST_VALUES || p->column_count > 10000)
        return NULL;
    for (size_t i = 0; i < p->delay_count; i++)
        if (p->delays[i].ring > FUZZ_MOST_VALUES)
            return NULL;
    truce_run *run;
    if ((native ? engine_native_run_create(p, native, &run, NULL) : truce_run_create(p, width, &run, NULL)) != TRUCE_OK)
        return NULL;
    double *results = calloc(rows * width, sizeof *results), *kept = calloc(rows * FUZZ_MEMBERS, sizeof *kept);
    if (results && kept)
        truce_run_execute(run, 7, 0, FUZZ_MEMBERS, NULL, NULL, NULL, results, NULL);
    for (size_t r = 0; results && kept && r < rows; r++)
        memcpy(kept + r * FUZZ_MEMBERS, results + r * width, FUZZ_MEMBERS * sizeof *kept);
    free(results);
    truce_run_destroy(run);
    return kept;
}

/* The bits of a NaN say nothing. */
static inline void fuzz_same(const truce_program *p, const double *one, const double *other)
{
    for (size_t i = 0; one && other && i < p->save_count * p->output_count * FUZZ_MEMBERS; i++)
        if (memcmp(&one[i], &other[i], sizeof *one) != 0 && (one[i] == one[i] || other[i] == other[i]))
            abort();
}

/* Blocks of two widths, and the program written and read back. */
static inline void fuzz_compare_all(const truce_program *p)
{
    text bytes = {0};
    truce_program *again = NULL;
    if (!program_write(p, &bytes) || program_read(bytes.bytes, bytes.length, "again", &again, NULL) != TRUCE_OK)
        abort();
    double *narrow = fuzz_values(p, NULL, 8), *wide = fuzz_values(p, NULL, 24), *read = fuzz_values(again, NULL, 8);
    fuzz_same(p, narrow, wide);
    fuzz_same(p, narrow, read);
    free(narrow);
    free(wide);
    free(read);
    text_free(&bytes);
    truce_program_destroy(again);
}

#endif
