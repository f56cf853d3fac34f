/* Questions about a compiled program. */
#include "program/program.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

unsigned code_operands(unsigned c)
{
    static const uint8_t operands[CODE_COUNT] = {
#define X(name, count, expression) [CODE_##name] = count,
        ELEMENTWISE_OPERATIONS(X) FUSED_OPERATIONS(X) QUANTILE_OPERATIONS(X)
#undef X
#define X(name, stem, accuracy) [CODE_##name] = 1,
            SPECIAL_OPERATIONS(X)
#undef X
#define X(name, count) [CODE_##name] = count,
                OTHER_OPERATIONS(X)
#undef X
    };
    return c < CODE_COUNT ? operands[c] : 0;
}

const char *code_name(unsigned c)
{
    static const char *const names[CODE_COUNT] = {
#define X(name, count, expression) [CODE_##name] = #name,
        ELEMENTWISE_OPERATIONS(X) FUSED_OPERATIONS(X) QUANTILE_OPERATIONS(X)
#undef X
#define X(name, stem, accuracy) [CODE_##name] = #name,
            SPECIAL_OPERATIONS(X)
#undef X
#define X(name, count) [CODE_##name] = #name,
                OTHER_OPERATIONS(X)
#undef X
    };
    return c < CODE_COUNT ? names[c] : "?";
}

bool *program_stated_outputs(const truce_program *program)
{
    bool *stated = calloc(program->output_count + 1, sizeof *stated);
    for (size_t i = 0; stated && i < program->save.count; i++)
        if (program->save.items[i].code == CODE_STORE_STATED)
            stated[program->save.items[i].index] = true;
    return stated;
}

void truce_program_destroy(truce_program *program)
{
    if (!program)
        return;
    arena_free(&program->memory);
    free(program);
}

size_t truce_program_step_count(const truce_program *program)
{
    return program ? program->step_count : 0;
}

size_t truce_program_save_count(const truce_program *program)
{
    return program ? program->save_count : 0;
}

double truce_program_step_time(const truce_program *program, size_t step)
{
    return program && step <= program->step_count ? clock_time(&program->clock, (double)step) : NAN;
}

double truce_program_save_time(const truce_program *program, size_t save)
{
    if (!program || save >= program->save_count)
        return NAN;
    return truce_program_step_time(program, save * program->save_every);
}

size_t truce_program_output_count(const truce_program *program)
{
    return program ? program->output_count : 0;
}

const char *truce_program_output_name(const truce_program *program, size_t output)
{
    return program && output < program->output_count ? program->outputs[output].name : NULL;
}

const char *truce_program_output_units(const truce_program *program, size_t output)
{
    return program && output < program->output_count ? program->outputs[output].units : NULL;
}

size_t truce_program_input_count(const truce_program *program, truce_input_kind kind)
{
    return program && (unsigned)kind <= TRUCE_INPUT_FACTOR ? program->input_counts[kind] : 0;
}

const char *truce_program_input_name(const truce_program *program, truce_input_kind kind, size_t index)
{
    return index < truce_program_input_count(program, kind) ? program->inputs[kind][index] : NULL;
}

truce_program_statistics truce_program_statistics_of(const truce_program *program)
{
    if (!program)
        return (truce_program_statistics){0};
    size_t saved = program->save.count > program->step.count ? program->save.count - program->step.count : 0;
    return (truce_program_statistics){.elements = program->element_count,
                                      .step_variables = program->step_variables,
                                      .step_instructions = program->step.count,
                                      .member_instructions = program->member.count,
                                      .shared_instructions = program->shared.count,
                                      .save_instructions = saved,
                                      .columns = program->column_count};
}

size_t truce_program_find_input(const truce_program *program, truce_input_kind kind, const char *name)
{
    size_t count = truce_program_input_count(program, kind), found = SIZE_MAX;
    arena scratch = {0};
    const char *wanted = name ? name_fold(&scratch, name, strlen(name)) : NULL;
    for (size_t i = 0; wanted && found == SIZE_MAX && i < count; i++) {
        const char *input = truce_program_input_name(program, kind, i);
        const char *folded = name_fold(&scratch, input, strlen(input));
        if (folded && strcmp(folded, wanted) == 0)
            found = i;
    }
    arena_free(&scratch);
    return found;
}
