/* One member as a CSV file (RFC 4180 with line feeds): a time column, then a column for every output, a row
 * for every save time. Numbers are the shortest decimals that read back as the same doubles. */
#include "ensemble/ensemble.h"

#include <errno.h>
#include <string.h>

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
    if (save == 0)
        write_header(t);
    text_from_number(number, truce_program_save_time(t->program, save));
    fputs(number, t->stream);
    for (size_t output = 0; output < truce_program_output_count(t->program); output++) {
        text_from_number(number, row[output]);
        putc(',', t->stream);
        fputs(number, t->stream);
    }
    putc('\n', t->stream);
    return !ferror(t->stream);
}

static truce_status write_to_file(const member_order *order, const char *path, truce_error *failure,
                                  truce_error *error)
{
    output_file file;
    TRY(output_open(&file, path, error));
    table_writer t = {order->program, file.stream};
    truce_status status = member_rows(order, write_row, &t, failure, error);
    if (status == TRUCE_OK)
        return output_commit(&file, error);
    output_discard(&file);
    return status;
}

truce_status member_write_csv(const member_order *order, const char *path, truce_error *failure,
                              truce_error *error)
{
    if (path)
        return write_to_file(order, path, failure, error);
    table_writer t = {order->program, stdout};
    errno = 0;
    TRY(member_rows(order, write_row, &t, failure, error));
    if (fflush(stdout) != 0 || ferror(stdout))
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "cannot write to standard output: %s",
                         errno ? strerror(errno) : "output error");
    return TRUCE_OK;
}

truce_status truce_program_write_csv(const truce_program *program, const truce_distribution *parameters,
                                     const double *schedules, const double *factors, uint64_t seed,
                                     uint64_t member, const char *path, bool (*go_on)(void *context),
                                     void *context, truce_error *failure, truce_error *error)
{
    REQUIRE(program, "program");
    TRY(ensemble_check_given(program, parameters, schedules, factors, error));
    const member_order order = {program, parameters, schedules, factors,
                                NULL,    seed,       member,    {go_on, context}};
    return member_write_csv(&order, path, failure, error);
}

truce_status truce_model_write_csv(const truce_model *model, uint64_t seed, const char *path,
                                   truce_error *error)
{
    REQUIRE(model, "model");
    truce_program *program;
    truce_status status = truce_program_compile(model, NULL, &program, error);
    if (status != TRUCE_OK)
        return status;
    status = truce_program_write_csv(program, NULL, NULL, NULL, seed, 0, path, NULL, NULL, NULL, error);
    truce_program_destroy(program);
    return status;
}
