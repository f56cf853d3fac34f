/* Writes posterior.nc, the draws of a fit as NetCDF-4; docs/use/fit.md says what is in it. posterior_read.c
 * reads it. */
#include "fit/posterior.h"
#include "base/netcdf.h"
#include "base/netcdf_file.h"
#include "base/output.h"
#include "math/order_statistics.h"

#include <stdlib.h>
#include <string.h>

static int put_number(int file, int variable, const char *attribute, double value)
{
    return nc_put_att_double(file, variable, attribute, NC_DOUBLE, 1, &value);
}

/* ---- Writing ----------------------------------------------------------------------------------------- */

static int write_globals(int file, const truce_fit *f, const char *command)
{
    double error, evidence = fit_log_evidence(f, &error);
    unsigned long long numbers[] = {f->seed, f->fingerprint};
    int outcome = netcdf_put_text(file, NC_GLOBAL, "Conventions", "CF-1.8");
    outcome = THEN(outcome, netcdf_put_text(file, NC_GLOBAL, "title", f->c->title));
    outcome =
        THEN(outcome,
             netcdf_put_text(file, NC_GLOBAL, "comment",
                             "Draws of equal weight; member k of a run takes draw k / 4 of chain k % 4."));
    outcome = THEN(outcome, netcdf_put_text(file, NC_GLOBAL, "history", command));
    outcome = THEN(outcome, netcdf_put_text(file, NC_GLOBAL, "truce_version", truce_version()));
    outcome = THEN(outcome, netcdf_put_text(file, NC_GLOBAL, "case_file", f->c->path));
    outcome = THEN(outcome, netcdf_put_text(file, NC_GLOBAL, "until", f->until));
    outcome = THEN(outcome, nc_put_att_ulonglong(file, NC_GLOBAL, "seed", NC_UINT64, 1, &numbers[0]));
    outcome = THEN(outcome, nc_put_att_ulonglong(file, NC_GLOBAL, "fingerprint", NC_UINT64, 1, &numbers[1]));
    outcome = THEN(outcome, put_number(file, NC_GLOBAL, "log_evidence", evidence));
    outcome = THEN(outcome, put_number(file, NC_GLOBAL, "log_evidence_error", error));
    for (size_t i = 0; i < f->warning_count && !outcome; i++) {
        char name[32];
        snprintf(name, sizeof name, "warning_%zu", i + 1);
        outcome = netcdf_put_text(file, NC_GLOBAL, name, f->warnings[i]);
    }
    return outcome;
}

/* In memory: HDF5 may crash when a file of its own cannot be written, and what comes out is hashed anyway. */
static int write_file(const truce_fit *f, const char *command, size_t draws, arena *memory, NC_memio *bytes)
{
    int file, outcome = nc_create_mem("posterior.nc", NC_NETCDF4, 1 << 20, &file);
    if (outcome)
        return outcome;
    outcome = write_globals(file, f, command);
    outcome = THEN(outcome, posterior_write_groups(file, f, draws, memory));
    int closed = nc_close_memio(file, bytes);
    return THEN(outcome, closed);
}

static void write_diagnostics(const truce_fit *f, double *sorted, FILE *stream)
{
    fputs("parameter,units,p05,p50,p95,r_hat,tail_effective_size,contraction\n", stream);
    for (size_t j = 0; j < f->parameter_count; j++) {
        memcpy(sorted, f->values + j * f->count, f->count * sizeof *sorted);
        qsort(sorted, f->count, sizeof *sorted, order_of_numbers);
        text_write_field(stream, f->names[j]);
        fputc(',', stream);
        text_write_field(stream, f->units[j]);
        plain_print(stream, ",%.6g,%.6g,%.6g,%.4f,%.0f,%.4f\n", sorted[f->count / 20], sorted[f->count / 2],
                    sorted[f->count - 1 - f->count / 20], f->diagnoses[j].r_hat, f->diagnoses[j].tail,
                    f->diagnoses[j].contraction);
    }
}

/* diagnostics.csv: one line for each parameter. */
static truce_status write_table(const truce_fit *f, const output_set *set, truce_error *error)
{
    FILE *stream;
    double *sorted = calloc(f->count, sizeof *sorted);
    if (!sorted)
        return error_memory(error);
    truce_status status = output_set_create(set, "diagnostics.csv", &stream, error);
    if (status == TRUCE_OK) {
        write_diagnostics(f, sorted, stream);
        status = output_set_close(set, "diagnostics.csv", stream, error);
    }
    free(sorted);
    return status;
}

static truce_status too_large(const char *path, size_t length, truce_error *error)
{
    return error_set(error, TRUCE_RUN_FAILED, path, 0,
                     "the posterior would have %zu MB, and more than %d MB are not read: save fewer draws",
                     length >> 20, POSTERIOR_MOST_BYTES >> 20);
}

static truce_status write_posterior(const truce_fit *f, const output_set *set, const char *named,
                                    const char *command, size_t draws, truce_error *error)
{
    NC_memio bytes = {0};
    arena memory = {0};
    size_t share = f->count / FIT_POPULATIONS, wanted = (draws + FIT_POPULATIONS - 1) / FIT_POPULATIONS;
    TRY(netcdf_load(error));
    netcdf_lock();
    int outcome = write_file(f, command, draws && wanted < share ? wanted : share, &memory, &bytes);
    netcdf_unlock();
    arena_free(&memory);
    truce_status status = outcome ? netcdf_failed(named, outcome, error) : TRUCE_OK;
    text sealed = {0};
    if (status == TRUCE_OK) {
        text_add(&sealed, bytes.memory, bytes.size);
        posterior_seal(&sealed);
        status = sealed.failed ? error_memory(error)
                 : sealed.length > POSTERIOR_MOST_BYTES
                     ? too_large(named, sealed.length, error)
                     : output_set_write(set, "posterior.nc", sealed.bytes, sealed.length, error);
    }
    text_free(&sealed);
    free(bytes.memory);
    return status;
}

/* The checkpoint belongs to the set, and is not written anew: it goes when the fit is there. */
static const char *const fit_files[] = {"posterior.nc", "diagnostics.csv", "checkpoint.bin"};

truce_status truce_fit_save(const truce_fit *f, const char *directory, const char *command, size_t draws,
                            truce_error *error)
{
    REQUIRE(f, "fit");
    REQUIRE_DIRECTORY(directory);
    if (!f->densities)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a fit that was loaded is not written again");
    if (!command)
        command = "";
    arena memory = {0};
    output_set *set = NULL;
    const char *named = arena_format(&memory, "%s/posterior.nc", directory);
    truce_status status = named ? output_set_open(&set, directory, error) : error_memory(error);
    if (status == TRUCE_OK)
        status = write_posterior(f, set, named, command, draws, error);
    if (status == TRUCE_OK)
        status = write_table(f, set, error);
    if (status == TRUCE_OK)
        status = output_set_commit(set, fit_files, sizeof fit_files / sizeof *fit_files, error);
    else
        output_set_discard(set);
    arena_free(&memory);
    return status;
}
