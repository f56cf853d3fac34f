/* One member as a CSV file (RFC 4180 with line feeds): a time column, then a column for every output, a row
 * for every save time. Numbers are the shortest decimals that read back as the same doubles. */
#include "engine/engine.h"
#include "ensemble/ensemble.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 8 }; /* the narrowest block: one lane is used */

static void write_table(FILE *stream, const truce_program *program, const double *results)
{
    size_t outputs = truce_program_output_count(program), saves = truce_program_save_count(program);
    char number[32];
    fputs("time", stream);
    for (size_t output = 0; output < outputs; output++) {
        putc(',', stream);
        text_write_field(stream, truce_program_output_name(program, output));
    }
    putc('\n', stream);
    for (size_t save = 0; save < saves && !ferror(stream); save++) {
        text_from_number(number, truce_program_save_time(program, save));
        fputs(number, stream);
        for (size_t output = 0; output < outputs; output++) {
            text_from_number(number, results[(save * outputs + output) * WIDTH]);
            putc(',', stream);
            fputs(number, stream);
        }
        putc('\n', stream);
    }
}

static truce_status write_file(const truce_program *program, const double *results, const char *path,
                               truce_error *error)
{
    if (path) {
        output_file file;
        truce_status status = output_open(&file, path, error);
        if (status != TRUCE_OK)
            return status;
        write_table(file.stream, program, results);
        return output_commit(&file, error);
    }
    errno = 0;
    write_table(stdout, program, results);
    if (fflush(stdout) != 0 || ferror(stdout))
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "cannot write to standard output: %s",
                         errno ? strerror(errno) : "output error");
    return TRUCE_OK;
}

/* Lane 0 is the member; the others repeat it and are not looked at. */
static truce_status draw_member(const truce_program *program, const truce_distribution *distributions,
                                uint64_t seed, uint64_t member, double *parameters, truce_error *error)
{
    size_t count = truce_program_input_count(program, TRUCE_INPUT_PARAMETER);
    for (size_t p = 0; p < count; p++) {
        uint64_t stream;
        if (!distribution_stream(truce_program_input_name(program, TRUCE_INPUT_PARAMETER, p), &stream))
            return error_memory(error);
        double value = distribution_draw_from(&distributions[p], seed, member, stream);
        for (size_t lane = 0; lane < WIDTH; lane++)
            parameters[p * WIDTH + lane] = value;
    }
    return TRUCE_OK;
}

void failure_describe(const truce_failure *failure, char *sentence, size_t size)
{
    char value[32], time[32];
    text_from_number(value, failure->value);
    text_from_number(time, failure->time);
    if (isfinite(failure->value))
        snprintf(sentence, size, "no step that RK45 can take from time %s keeps \"%s\" to the tolerance",
                 time, failure->variable);
    else
        snprintf(sentence, size, "\"%s\" is %s at time %s", failure->variable, value, time);
}

static void describe(truce_error *failure, uint64_t member, const truce_failure *found)
{
    char sentence[sizeof failure->message];
    failure_describe(found, sentence, sizeof sentence);
    error_set(failure, TRUCE_RUN_FAILED, NULL, 0, "member %llu went wrong: %s", (unsigned long long)member,
              sentence);
}

truce_status member_write_csv(const truce_program *program, const truce_distribution *distributions,
                              const double *schedules, const double *factors, uint64_t seed, uint64_t member,
                              const char *path, truce_error *failure, truce_error *error)
{
    truce_run *run;
    truce_status status = truce_run_create(program, WIDTH, &run, error);
    if (status != TRUCE_OK)
        return status;
    size_t cells = truce_program_output_count(program) * truce_program_save_count(program);
    size_t count = truce_program_input_count(program, TRUCE_INPUT_PARAMETER);
    double *results = calloc(cells + 1, WIDTH * sizeof *results);
    double *parameters = calloc(count + 1, WIDTH * sizeof *parameters);
    if (results && parameters)
        status = draw_member(program, distributions, seed, member, parameters, error);
    else
        status = error_memory(error);
    if (status == TRUCE_OK) {
        truce_failure found = {0};
        size_t bad = truce_run_execute(run, seed, member, 1, parameters, schedules, factors, results, NULL);
        status = write_file(program, results, path, error);
        if (bad && failure && status == TRUCE_OK) {
            for (size_t p = 0; p < count; p++)
                parameters[p] = parameters[p * WIDTH];
            status = engine_diagnose(program, seed, member, parameters, schedules, factors, &found, error);
            if (found.variable)
                describe(failure, member, &found);
        }
    }
    free(results);
    free(parameters);
    truce_run_destroy(run);
    return status;
}

truce_status model_write_csv(const truce_model *model, uint64_t seed, const char *path, truce_error *failure,
                             truce_error *error)
{
    truce_program *program;
    truce_status status = truce_program_compile(model, NULL, &program, error);
    if (status != TRUCE_OK)
        return status;
    status = member_write_csv(program, NULL, NULL, NULL, seed, 0, path, failure, error);
    truce_program_destroy(program);
    return status;
}

truce_status truce_model_write_csv(const truce_model *model, uint64_t seed, const char *path,
                                   truce_error *error)
{
    return model_write_csv(model, seed, path, NULL, error);
}
