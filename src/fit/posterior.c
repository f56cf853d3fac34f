/* Writes posterior.nc, the draws of a fit as NetCDF-4; docs/use/fit.md says what is in it. posterior_read.c
 * reads it. */
#include "fit/posterior.h"
#include "base/netcdf.h"
#include "base/output.h"
#include "fit/fit.h"
#include "math/order_statistics.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct posterior_file {
    int id, draw, month, source, population, stage; /* dimensions */
    size_t draws;
} posterior_file;

static truce_status failed(const char *path, int outcome, truce_error *error)
{
    if (outcome == NC_ENOMEM)
        return error_memory(error);
    return error_set(error, TRUCE_RUN_FAILED, path, 0, "cannot write the file: %s", nc_strerror(outcome));
}

/* Stops a chain of calls at the first that fails. */
#define THEN(outcome, call) ((outcome) ? (outcome) : (call))

static int put_text(int file, int variable, const char *attribute, const char *value)
{
    return value && *value ? nc_put_att_text(file, variable, attribute, strlen(value), value) : NC_NOERR;
}

static int put_number(int file, int variable, const char *attribute, double value)
{
    return nc_put_att_double(file, variable, attribute, NC_DOUBLE, 1, &value);
}

/* ---- Writing ----------------------------------------------------------------------------------------- */

static int write_globals(const posterior_file *p, const truce_fit *f, const char *command)
{
    double error, evidence = fit_log_evidence(f, &error);
    unsigned long long numbers[] = {f->seed, f->fingerprint};
    int outcome = put_text(p->id, NC_GLOBAL, "Conventions", "CF-1.8");
    outcome = THEN(outcome, put_text(p->id, NC_GLOBAL, "title", f->c->title));
    outcome =
        THEN(outcome, put_text(p->id, NC_GLOBAL, "comment",
                               "Draws of the posterior, of equal weight; member k of a run takes draw k."));
    outcome = THEN(outcome, put_text(p->id, NC_GLOBAL, "history", command));
    outcome = THEN(outcome, put_text(p->id, NC_GLOBAL, "truce_version", truce_version()));
    outcome = THEN(outcome, put_text(p->id, NC_GLOBAL, "case_file", f->c->path));
    outcome = THEN(outcome, put_text(p->id, NC_GLOBAL, "until", f->until));
    outcome = THEN(outcome, nc_put_att_ulonglong(p->id, NC_GLOBAL, "seed", NC_UINT64, 1, &numbers[0]));
    outcome = THEN(outcome, nc_put_att_ulonglong(p->id, NC_GLOBAL, "fingerprint", NC_UINT64, 1, &numbers[1]));
    outcome = THEN(outcome, put_number(p->id, NC_GLOBAL, "log_evidence", evidence));
    outcome = THEN(outcome, put_number(p->id, NC_GLOBAL, "log_evidence_error", error));
    for (size_t i = 0; i < f->warning_count && !outcome; i++) {
        char name[32];
        snprintf(name, sizeof name, "warning_%zu", i + 1);
        outcome = put_text(p->id, NC_GLOBAL, name, f->warnings[i]);
    }
    return outcome;
}

static int define_dimensions(posterior_file *p, const truce_fit *f)
{
    size_t stages = 0;
    for (int i = 0; i < FIT_POPULATIONS; i++)
        stages = f->stage_counts[i] > stages ? f->stage_counts[i] : stages;
    int outcome = nc_def_dim(p->id, "draw", p->draws, &p->draw);
    outcome = THEN(outcome, nc_def_dim(p->id, "month", f->months, &p->month));
    outcome = THEN(outcome, nc_def_dim(p->id, "population", FIT_POPULATIONS, &p->population));
    outcome = THEN(outcome, nc_def_dim(p->id, "stage", stages, &p->stage));
    return f->stream_count ? THEN(outcome, nc_def_dim(p->id, "source", f->stream_count, &p->source))
                           : outcome;
}

static void nc_name_of(const char *name, char *out)
{
    size_t length = 0;
    if (!((name[0] >= 'a' && name[0] <= 'z') || (name[0] >= 'A' && name[0] <= 'Z')))
        out[length++] = '_';
    for (; *name && length < 200; name++)
        out[length++] = *name == ' ' || *name == '/' || (unsigned char)*name < ' ' ? '_' : *name;
    out[length] = '\0';
}

static int write_parameter(const posterior_file *p, const truce_fit *f, size_t j)
{
    assert(j < f->parameter_count);
    char name[NC_MAX_NAME + 1];
    int id, outcome;
    nc_name_of(f->names[j], name);
    outcome = nc_def_var(p->id, name, NC_DOUBLE, 1, &p->draw, &id);
    if (outcome == NC_ENAMEINUSE) {
        snprintf(name, sizeof name, "parameter_%zu", j + 1);
        outcome = nc_def_var(p->id, name, NC_DOUBLE, 1, &p->draw, &id);
    }
    outcome = THEN(outcome, put_text(p->id, id, "long_name", f->names[j]));
    outcome = THEN(outcome, put_text(p->id, id, "units", f->units[j]));
    outcome = THEN(outcome, put_text(p->id, id, "kind", "parameter"));
    outcome = THEN(outcome, put_number(p->id, id, "r_hat", f->diagnoses[j].r_hat));
    outcome = THEN(outcome, put_number(p->id, id, "tail_effective_size", f->diagnoses[j].tail));
    outcome = THEN(outcome, put_number(p->id, id, "contraction", f->diagnoses[j].contraction));
    return THEN(outcome, nc_put_var_double(p->id, id, f->values + j * f->count));
}

static int write_levels(const posterior_file *p, const truce_fit *f)
{
    int id, dimensions[] = {p->draw, p->source, p->month};
    int outcome = nc_def_var(p->id, "noise_level", NC_FLOAT, 3, dimensions, &id);
    outcome =
        THEN(outcome, put_text(p->id, id, "long_name",
                               "mean of the month's standard normal draws, times the root of their number"));
    outcome = THEN(outcome, put_text(p->id, id, "units", "1"));
    for (size_t i = 0; i < p->draws && !outcome; i++) {
        size_t start[] = {i, 0, 0}, count[] = {1, f->stream_count, f->months};
        outcome = nc_put_vara_double(p->id, id, start, count, f->x + i * f->dimension + f->parameter_count);
    }
    return outcome;
}

static int write_noise(const posterior_file *p, const truce_fit *f)
{
    int id, both[] = {p->draw, p->month};
    int outcome = nc_def_var(p->id, "noise_key", NC_UINT64, 2, both, &id);
    outcome = THEN(
        outcome, put_text(p->id, id, "long_name", "what the rest of the month's random numbers is drawn by"));
    outcome = THEN(outcome, nc_put_var_ulonglong(p->id, id, (const unsigned long long *)f->keys));
    if (!f->stream_count || outcome)
        return outcome;
    outcome = nc_def_var(p->id, "noise_stream", NC_UINT64, 1, &p->source, &id);
    outcome = THEN(outcome, put_text(p->id, id, "long_name", "stream of random numbers"));
    outcome = THEN(outcome, nc_put_var_ulonglong(p->id, id, (const unsigned long long *)f->streams));
    outcome = THEN(outcome, nc_def_var(p->id, "noise_source", NC_STRING, 1, &p->source, &id));
    outcome = THEN(outcome, put_text(p->id, id, "long_name", "the noise, and the first month of it"));
    for (size_t k = 0; k < f->stream_count && !outcome; k++)
        outcome = nc_put_var1_string(p->id, id, &k, &f->names[f->parameter_count + k * f->months]);
    return THEN(outcome, write_levels(p, f));
}

static int write_draws(const posterior_file *p, const truce_fit *f)
{
    int weight, likelihood;
    double share = 1 / (double)p->draws;
    int outcome = nc_def_var(p->id, "weight", NC_DOUBLE, 1, &p->draw, &weight);
    outcome = THEN(outcome, put_text(p->id, weight, "long_name", "weight of the draw"));
    for (size_t i = 0; i < p->draws && !outcome; i++)
        outcome = nc_put_var1_double(p->id, weight, &i, &share);
    outcome = THEN(outcome, nc_def_var(p->id, "log_likelihood", NC_DOUBLE, 1, &p->draw, &likelihood));
    outcome = THEN(outcome, put_text(p->id, likelihood, "long_name", "logarithm of the likelihood"));
    return THEN(outcome, nc_put_var_double(p->id, likelihood, f->likelihood));
}

static double stage_number(const smc_stage *s, size_t what)
{
    assert(what < 9);
    const double numbers[] = {s->temperature,
                              s->log_evidence,
                              s->effective,
                              s->acceptance[MOVE_WHOLE],
                              s->acceptance[MOVE_PART],
                              s->acceptance[MOVE_KEYS],
                              s->scale,
                              s->jump,
                              s->moves};
    return numbers[what];
}

static const char *const stage_names[][2] = {
    {"stage_temperature", "exponent of the likelihood after the stage"},
    {"stage_log_evidence", "logarithm of the evidence so far"},
    {"stage_effective_share", "effective sample size of the weights, as a share of the particles"},
    {"stage_acceptance", "share of the moves of all coordinates that were accepted"},
    {"stage_acceptance_of_part", "share of the moves of a quarter of the coordinates that were accepted"},
    {"stage_acceptance_of_keys", "share of the redrawn noise that was accepted"},
    {"stage_scale", "scale of the moves of all coordinates"},
    {"stage_jump", "how far slow coordinates moved, as a share of the distance of independent draws"},
    {"stage_moves", "moves made"},
};
enum { STAGE_NUMBERS = sizeof stage_names / sizeof *stage_names };

static int write_stages(const posterior_file *p, const truce_fit *f)
{
    int outcome = NC_NOERR, both[] = {p->population, p->stage};
    const double missing = NAN;
    for (size_t k = 0; k < STAGE_NUMBERS && !outcome; k++) {
        int id;
        outcome = nc_def_var(p->id, stage_names[k][0], NC_DOUBLE, 2, both, &id);
        outcome = THEN(outcome, nc_def_var_fill(p->id, id, NC_FILL, &missing));
        outcome = THEN(outcome, put_text(p->id, id, "long_name", stage_names[k][1]));
        for (size_t i = 0; i < FIT_POPULATIONS; i++)
            for (size_t s = 0; s < f->stage_counts[i] && !outcome; s++) {
                size_t at[] = {i, s};
                double value = stage_number(&f->stages[i][s], k);
                outcome = nc_put_var1_double(p->id, id, at, &value);
            }
    }
    return outcome;
}

/* In memory: HDF5 may crash when a file of its own cannot be written, and what comes out is hashed anyway. */
static int write_file(posterior_file *p, const truce_fit *f, const char *command, NC_memio *bytes)
{
    int outcome = nc_create_mem("posterior.nc", NC_NETCDF4, 1 << 20, &p->id);
    if (outcome)
        return outcome;
    outcome = define_dimensions(p, f);
    outcome = THEN(outcome, write_globals(p, f, command));
    outcome = THEN(outcome, write_draws(p, f));
    for (size_t j = 0; j < f->parameter_count && !outcome; j++)
        outcome = write_parameter(p, f, j);
    outcome = THEN(outcome, write_noise(p, f));
    outcome = THEN(outcome, write_stages(p, f));
    int closed = nc_close_memio(p->id, bytes);
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

static truce_status write_posterior(const truce_fit *f, const output_set *set, const char *named,
                                    const char *command, size_t draws, truce_error *error)
{
    NC_memio bytes = {0};
    posterior_file p = {.draws = draws && draws < f->count ? draws : f->count};
    TRY(netcdf_load(error));
    netcdf_lock();
    int outcome = write_file(&p, f, command, &bytes);
    netcdf_unlock();
    truce_status status = outcome ? failed(named, outcome, error) : TRUCE_OK;
    text sealed = {0};
    if (status == TRUCE_OK) {
        text_add(&sealed, bytes.memory, bytes.size);
        posterior_seal(&sealed);
        status = sealed.failed ? error_memory(error)
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
    REQUIRE(directory, "directory");
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
