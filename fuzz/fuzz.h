/* What the fuzz targets share: a run of whatever came through the door. */
#ifndef TRUCE_FUZZ_H
#define TRUCE_FUZZ_H

#include "engine/engine.h"
#include "program/program.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Runs the first eight members of a program that is small enough to be done in a moment. Inputs get zeros and
 * ones. */
static inline void fuzz_run(const truce_program *p)
{
    enum { WIDTH = 8, MOST_WORK = 200000, MOST_RESULTS = 1000000 };
    size_t work = p->step.count + p->save.count + p->stage.count + p->shared.count + p->stock_count + 1;
    if (p->step_count > MOST_WORK / work || p->column_count > 100000 || p->member.count > 1000000 ||
        p->delay_count > 100 || p->save_count * (p->output_count + 1) > MOST_RESULTS)
        return;
    size_t steps = p->step_count + 1, memory = 0;
    for (size_t i = 0; i < p->delay_count; i++)
        memory += p->delays[i].ring;
    if (memory > 1000000)
        return;
    truce_run *run;
    if (truce_run_create(p, WIDTH, &run, NULL) != TRUCE_OK)
        return;
    size_t schedules = p->input_counts[TRUCE_INPUT_SCHEDULE], factors = p->input_counts[TRUCE_INPUT_FACTOR];
    double *parameters = calloc((p->input_counts[TRUCE_INPUT_PARAMETER] + 1) * WIDTH, sizeof *parameters);
    double *inputs = calloc((schedules + factors + 1) * steps, sizeof *inputs);
    double *results = calloc(p->save_count * p->output_count * WIDTH + 1, sizeof *results);
    for (size_t i = 0; inputs && i < (schedules + factors) * steps; i++)
        inputs[i] = (double)(i % 2);
    if (parameters && inputs && results)
        truce_run_execute(run, 1, 0, WIDTH, parameters, inputs, inputs + schedules * steps, results, NULL);
    free(parameters);
    free(inputs);
    free(results);
    truce_run_destroy(run);
}

/* What a table shows in a cell, or a terminal in a line: whatever came in, it holds nothing that acts. */
static inline void fuzz_line(const char *words)
{
    if (text_hostile(words, strlen(words)) != SIZE_MAX || strpbrk(words, "\t\r\n"))
        abort();
}

static inline void fuzz_names(const truce_program *p)
{
    for (size_t i = 0; i < p->output_count; i++) {
        fuzz_line(truce_program_output_name(p, i));
        fuzz_line(truce_program_output_units(p, i));
    }
}

/* A model as `truce check` and `truce run` use it; a program that was compiled can be read back. */
static inline void fuzz_model(const truce_model *model)
{
    truce_program *program;
    for (size_t i = 0; i < truce_model_warnings(model); i++)
        fuzz_line(truce_model_warning(model, i));
    for (size_t i = 0; i < truce_model_unit_findings(model); i++)
        fuzz_line(truce_model_unit_finding(model, i));
    if (truce_program_compile(model, NULL, &program, NULL) != TRUCE_OK)
        return;
    fuzz_names(program);
    fuzz_run(program);
    truce_program_destroy(program);
}

#endif
