/* One member as a CSV file (RFC 4180 with line feeds): a time column, then a column for every output, a row
 * for every save time. Numbers are the shortest decimals that read back as the same doubles. */
#include "engine/engine.h"
#include "ensemble/ensemble.h"
#include "ensemble/noise.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 8 }; /* the narrowest block: one lane is used */

/* A table that is written while it is computed. */
typedef struct table_writer {
    const truce_program *program;
    FILE *stream;
} table_writer;

static void write_header(const table_writer *t)
{
    fputs("time", t->stream);
    for (size_t output = 0; output < truce_program_output_count(t->program); output++) {
        putc(',', t->stream);
        text_write_field(t->stream, truce_program_output_name(t->program, output));
    }
    putc('\n', t->stream);
}

static bool write_row(void *context, size_t save, const double *row)
{
    const table_writer *t = context;
    char number[32];
    text_from_number(number, truce_program_save_time(t->program, save));
    fputs(number, t->stream);
    for (size_t output = 0; output < truce_program_output_count(t->program); output++) {
        text_from_number(number, row[output * WIDTH]);
        putc(',', t->stream);
        fputs(number, t->stream);
    }
    putc('\n', t->stream);
    return !ferror(t->stream);
}

/* Lane 0 is the member; the others repeat it and are not looked at. */
static truce_status draw_member(const truce_program *program, const truce_distribution *distributions,
                                const ensemble_given *given, uint64_t seed, uint64_t member,
                                double *parameters, truce_error *error)
{
    size_t count = truce_program_input_count(program, TRUCE_INPUT_PARAMETER);
    for (size_t p = 0; p < count; p++) {
        uint64_t stream;
        if (!distribution_stream(truce_program_input_name(program, TRUCE_INPUT_PARAMETER, p), &stream))
            return error_memory(error);
        double value = given ? given->values[p * given->count + member % given->count] : NAN;
        if (isnan(value))
            value = distribution_draw_from(&distributions[p], seed, member, stream);
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
    error_set(failure, TRUCE_RUN_FAILED, NULL, 0, "member %llu failed: %s", (unsigned long long)member,
              sentence);
}

/* One member of a program, with room for one save. */
typedef struct member_run {
    const truce_program *program;
    truce_run *run;
    double *row, *parameters;
    const double *schedules, *factors;
    const ensemble_given *given; /* or NULL */
    double *draws;               /* given: see ensemble_give_noise */
    const double **rows;
    uint64_t seed, member;
    size_t bad;
} member_run;

static void run_rows(member_run *m, FILE *stream)
{
    table_writer t = {m->program, stream};
    write_header(&t);
    m->bad = engine_run_rows(m->run, m->seed, m->member, 1, m->parameters, m->schedules, m->factors, m->row,
                             write_row, &t);
}

static truce_status write_file(member_run *m, const char *path, truce_error *error)
{
    if (path) {
        output_file file;
        truce_status status = output_open(&file, path, error);
        if (status != TRUCE_OK)
            return status;
        run_rows(m, file.stream);
        return output_commit(&file, error);
    }
    errno = 0;
    run_rows(m, stdout);
    if (fflush(stdout) != 0 || ferror(stdout))
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "cannot write to standard output: %s",
                         errno ? strerror(errno) : "output error");
    return TRUCE_OK;
}

/* What a member is given cannot be given to the replay that looks for the place. */
static truce_status tell_failure(const member_run *m, truce_error *failure, truce_error *error)
{
    truce_failure found = {0};
    size_t count = truce_program_input_count(m->program, TRUCE_INPUT_PARAMETER);
    if (m->given) {
        error_set(failure, TRUCE_RUN_FAILED, NULL, 0,
                  "member %llu went wrong: it has a value that is not finite", (unsigned long long)m->member);
        return TRUCE_OK;
    }
    for (size_t p = 0; p < count; p++)
        m->parameters[p] = m->parameters[p * WIDTH];
    truce_status status = engine_diagnose(m->program, m->seed, m->member, m->parameters, m->schedules,
                                          m->factors, &found, error);
    if (found.variable)
        describe(failure, m->member, &found);
    return status;
}

static truce_status make_room(member_run *m, truce_error *error)
{
    size_t count = truce_program_input_count(m->program, TRUCE_INPUT_PARAMETER);
    TRY(truce_run_create(m->program, WIDTH, &m->run, error));
    m->row = calloc(truce_program_output_count(m->program) + 1, WIDTH * sizeof *m->row);
    m->parameters = calloc(count + 1, WIDTH * sizeof *m->parameters);
    if (!m->row || !m->parameters)
        return error_memory(error);
    if (!m->given)
        return TRUCE_OK;
    const noise_design *d = m->given->noise;
    m->draws = calloc(d->count * d->steps * WIDTH + 1, sizeof *m->draws);
    m->rows = calloc(d->program_streams + 1, sizeof *m->rows);
    if (!m->draws || !m->rows)
        return error_memory(error);
    ensemble_give_noise(m->given, m->run, m->member, 1, m->draws, m->rows);
    return TRUCE_OK;
}

truce_status member_write_csv(const truce_program *program, const truce_distribution *distributions,
                              const double *schedules, const double *factors, const ensemble_given *given,
                              uint64_t seed, uint64_t member, const char *path, truce_error *failure,
                              truce_error *error)
{
    member_run m = {.program = program,
                    .schedules = schedules,
                    .factors = factors,
                    .given = given,
                    .seed = seed,
                    .member = member};
    truce_status status = make_room(&m, error);
    if (status == TRUCE_OK)
        status = draw_member(program, distributions, given, seed, member, m.parameters, error);
    if (status == TRUCE_OK)
        status = write_file(&m, path, error);
    if (status == TRUCE_OK && m.bad && failure)
        status = tell_failure(&m, failure, error);
    free(m.row);
    free(m.parameters);
    free(m.draws);
    free(m.rows);
    truce_run_destroy(m.run);
    return status;
}

truce_status truce_program_write_csv(const truce_program *program, const truce_distribution *parameters,
                                     const double *schedules, const double *factors, uint64_t seed,
                                     uint64_t member, const char *path, truce_error *failure,
                                     truce_error *error)
{
    REQUIRE(program, "program");
    TRY(ensemble_check_given(program, parameters, schedules, factors, error));
    return member_write_csv(program, parameters, schedules, factors, NULL, seed, member, path, failure,
                            error);
}

truce_status truce_model_write_csv(const truce_model *model, uint64_t seed, const char *path,
                                   truce_error *error)
{
    REQUIRE(model, "model");
    truce_program *program;
    truce_status status = truce_program_compile(model, NULL, &program, error);
    if (status != TRUCE_OK)
        return status;
    status = truce_program_write_csv(program, NULL, NULL, NULL, seed, 0, path, NULL, error);
    truce_program_destroy(program);
    return status;
}
