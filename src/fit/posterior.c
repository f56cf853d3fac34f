/* posterior.nc: the draws of a fit as NetCDF-4, and back. docs/use/fit.md says what is in it. */
#include "base/netcdf.h"
#include "base/output.h"
#include "fit/fit.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct posterior_file {
    int id, draw, month, source, population, stage; /* dimensions */
    size_t draws;
    const char *path;
} posterior_file;

static truce_status failed(const char *path, bool reading, int outcome, truce_error *error)
{
    if (outcome == NC_ENOMEM)
        return error_memory(error);
    return error_set(error, reading ? TRUCE_BAD_INPUT : TRUCE_RUN_FAILED, path, 0, "cannot %s the file: %s",
                     reading ? "read" : "write", nc_strerror(outcome));
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

static int write_file(posterior_file *p, const truce_fit *f, const char *command, const char *path)
{
    int outcome = nc_create(path, NC_NETCDF4 | NC_NOCLOBBER, &p->id);
    if (outcome)
        return outcome;
    outcome = define_dimensions(p, f);
    outcome = THEN(outcome, write_globals(p, f, command));
    outcome = THEN(outcome, write_draws(p, f));
    for (size_t j = 0; j < f->parameter_count && !outcome; j++)
        outcome = write_parameter(p, f, j);
    outcome = THEN(outcome, write_noise(p, f));
    outcome = THEN(outcome, write_stages(p, f));
    int closed = nc_close(p->id);
    return THEN(outcome, closed);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void write_diagnostics(const truce_fit *f, double *sorted, FILE *stream)
{
    fputs("parameter,units,p05,p50,p95,r_hat,tail_effective_size,contraction\n", stream);
    for (size_t j = 0; j < f->parameter_count; j++) {
        memcpy(sorted, f->values + j * f->count, f->count * sizeof *sorted);
        qsort(sorted, f->count, sizeof *sorted, ascending);
        text_write_field(stream, f->names[j]);
        fputc(',', stream);
        text_write_field(stream, f->units[j]);
        fprintf(stream, ",%.6g,%.6g,%.6g,%.4f,%.0f,%.4f\n", sorted[f->count / 20], sorted[f->count / 2],
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
    char path[PATH_MAX];
    posterior_file p = {.path = path, .draws = draws && draws < f->count ? draws : f->count};
    TRY(netcdf_load(error));
    if (!output_set_path(set, "posterior.nc", path, sizeof path))
        return failed(named, false, NC_EINVAL, error);
    netcdf_lock();
    int outcome = write_file(&p, f, command, path);
    netcdf_unlock();
    return outcome ? failed(named, false, outcome, error) : output_set_keep(set, "posterior.nc", error);
}

/* The checkpoint belongs to the set, and is not written anew: it goes when the fit is there. */
static const char *const fit_files[] = {"posterior.nc", "diagnostics.csv", "checkpoint.bin"};

truce_status fit_write(const truce_fit *f, const char *directory, const char *command, size_t draws,
                       truce_error *error)
{
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

/* ---- Reading ----------------------------------------------------------------------------------------- */

static int read_text(int file, int variable, const char *attribute, arena *memory, const char **value)
{
    size_t length = 0;
    int outcome = nc_inq_attlen(file, variable, attribute, &length);
    if (outcome || length > 4096)
        return outcome ? outcome : NC_ERANGE;
    char *bytes = arena_alloc(memory, length + 1);
    *value = bytes;
    return bytes ? nc_get_att_text(file, variable, attribute, bytes) : NC_ENOMEM;
}

/* One number; it stays as it is where there is no attribute of that name. */
static int read_number(int file, int variable, const char *attribute, double *number)
{
    size_t length = 0;
    if (nc_inq_attlen(file, variable, attribute, &length) != NC_NOERR)
        return NC_NOERR;
    return length == 1 ? nc_get_att_double(file, variable, attribute, number) : NC_ERANGE;
}

static int read_whole(int file, const char *attribute, uint64_t *number)
{
    size_t length = 0;
    unsigned long long value = 0;
    int outcome = nc_inq_attlen(file, NC_GLOBAL, attribute, &length);
    if (!outcome && length != 1)
        outcome = NC_ERANGE;
    outcome = THEN(outcome, nc_get_att_ulonglong(file, NC_GLOBAL, attribute, &value));
    *number = value;
    return outcome;
}

static int dimension_length(int file, const char *name, size_t *length)
{
    int id, outcome = nc_inq_dimid(file, name, &id);
    return THEN(outcome, nc_inq_dimlen(file, id, length));
}

/* Whether a variable is a parameter's, over draws. */
static bool is_parameter(int file, int variable)
{
    char kind[16] = "";
    size_t length = 0;
    int dimensions = 0;
    return nc_inq_attlen(file, variable, "kind", &length) == NC_NOERR && length == strlen("parameter") &&
           nc_get_att_text(file, variable, "kind", kind) == NC_NOERR &&
           memcmp(kind, "parameter", length) == 0 &&
           nc_inq_varndims(file, variable, &dimensions) == NC_NOERR && dimensions == 1;
}

static int read_diagnosis(int file, int variable, fit_diagnosis *d)
{
    *d = (fit_diagnosis){NAN, NAN, NAN};
    int outcome = read_number(file, variable, "r_hat", &d->r_hat);
    outcome = THEN(outcome, read_number(file, variable, "tail_effective_size", &d->tail));
    return THEN(outcome, read_number(file, variable, "contraction", &d->contraction));
}

/* The attributes warning_1, warning_2, ... */
static int read_warnings(int file, truce_fit *f)
{
    for (size_t i = 1;; i++) {
        char name[32];
        size_t length = 0;
        const char *sentence;
        snprintf(name, sizeof name, "warning_%zu", i);
        if (nc_inq_attlen(file, NC_GLOBAL, name, &length) != NC_NOERR)
            return NC_NOERR;
        int outcome = read_text(file, NC_GLOBAL, name, &f->memory, &sentence);
        if (outcome)
            return outcome;
        if (!ARENA_PUSH(&f->memory, f->warnings, f->warning_count, f->warning_capacity, sentence))
            return NC_ENOMEM;
    }
}

static int read_parameters(int file, truce_fit *f)
{
    int variables = 0, outcome = nc_inq_nvars(file, &variables);
    f->names = arena_array(&f->memory, (size_t)variables + 1, sizeof *f->names);
    f->units = arena_array(&f->memory, (size_t)variables + 1, sizeof *f->units);
    f->values = arena_array(&f->memory, ((size_t)variables + 1) * f->count, sizeof *f->values);
    f->diagnoses = arena_array(&f->memory, (size_t)variables + 1, sizeof *f->diagnoses);
    if (!f->names || !f->units || !f->values || !f->diagnoses)
        return NC_ENOMEM;
    for (int v = 0; v < variables && !outcome; v++) {
        size_t length = 0, j = f->parameter_count, one = 1;
        int dimension = 0;
        if (!is_parameter(file, v))
            continue;
        outcome = nc_inq_vardimid(file, v, &dimension);
        outcome = THEN(outcome, nc_inq_dimlen(file, dimension, &length));
        if (!outcome && length != f->count)
            outcome = NC_EBADDIM;
        outcome = THEN(outcome, read_text(file, v, "long_name", &f->memory, &f->names[j]));
        f->units[j] = "";
        if (!outcome && nc_inq_attlen(file, v, "units", &one) == NC_NOERR)
            outcome = read_text(file, v, "units", &f->memory, &f->units[j]);
        outcome = THEN(outcome, nc_get_var_double(file, v, f->values + j * f->count));
        outcome = THEN(outcome, read_diagnosis(file, v, &f->diagnoses[j]));
        f->parameter_count++;
    }
    return outcome;
}

static int read_array(int file, const char *name, size_t size, double *numbers, unsigned long long *integers)
{
    int id, dimensions = 0, ids[NC_MAX_VAR_DIMS], outcome = nc_inq_varid(file, name, &id);
    size_t total = 1;
    outcome = THEN(outcome, nc_inq_varndims(file, id, &dimensions));
    outcome = THEN(outcome, nc_inq_vardimid(file, id, ids));
    for (int d = 0; d < dimensions && !outcome; d++) {
        size_t length = 0;
        outcome = nc_inq_dimlen(file, ids[d], &length);
        if (!outcome && (length == 0 || total > size / length))
            outcome = NC_EBADDIM;
        total *= length;
    }
    if (!outcome && total != size)
        outcome = NC_EBADDIM;
    return THEN(outcome,
                numbers ? nc_get_var_double(file, id, numbers) : nc_get_var_ulonglong(file, id, integers));
}

/* The levels are kept as [draw][stream][month], where a fit has them after its parameters. */
static int read_noise(int file, truce_fit *f)
{
    int id, outcome = dimension_length(file, "month", &f->months);
    if (!outcome && nc_inq_dimid(file, "source", &id) == NC_NOERR)
        outcome = dimension_length(file, "source", &f->stream_count);
    if (outcome || f->months > 1200 || f->stream_count > 10000)
        return outcome ? outcome : NC_ERANGE;
    f->dimension = f->stream_count * f->months;
    f->keys = arena_array(&f->memory, f->count * f->months + 1, sizeof *f->keys);
    f->streams = arena_array(&f->memory, f->stream_count + 1, sizeof *f->streams);
    f->x = arena_array(&f->memory, f->count * f->dimension + 1, sizeof *f->x);
    if (!f->keys || !f->streams || !f->x)
        return NC_ENOMEM;
    outcome = read_array(file, "noise_key", f->count * f->months, NULL, (unsigned long long *)f->keys);
    if (!f->stream_count)
        return outcome;
    outcome = THEN(outcome,
                   read_array(file, "noise_stream", f->stream_count, NULL, (unsigned long long *)f->streams));
    return THEN(outcome, read_array(file, "noise_level", f->count * f->dimension, f->x, NULL));
}

static int read_all(int file, truce_fit *f)
{
    const char *until = NULL;
    size_t length = 0;
    month last;
    int outcome = dimension_length(file, "draw", &f->count);
    if (!outcome && (f->count == 0 || f->count > 1 << 24))
        outcome = NC_ERANGE;
    outcome = THEN(outcome, read_whole(file, "seed", &f->seed));
    outcome = THEN(outcome, read_whole(file, "fingerprint", &f->fingerprint));
    outcome = THEN(outcome, read_text(file, NC_GLOBAL, "until", &f->memory, &until));
    if (outcome)
        return outcome;
    snprintf(f->until, sizeof f->until, "%s", until);
    if (!month_parse(f->until, &last))
        return NC_EINVAL;
    f->command = "";
    if (nc_inq_attlen(file, NC_GLOBAL, "history", &length) == NC_NOERR)
        outcome = read_text(file, NC_GLOBAL, "history", &f->memory, &f->command);
    f->likelihood = arena_array(&f->memory, f->count, sizeof *f->likelihood);
    outcome = THEN(outcome, f->likelihood ? read_array(file, "log_likelihood", f->count, f->likelihood, NULL)
                                          : NC_ENOMEM);
    outcome = THEN(outcome, read_warnings(file, f));
    outcome = THEN(outcome, read_parameters(file, f));
    return THEN(outcome, read_noise(file, f));
}

truce_status fit_read(const char *directory, truce_fit **result, truce_error *error)
{
    *result = NULL;
    TRY(netcdf_load(error));
    truce_fit *f = *result = calloc(1, sizeof *f);
    char path[4096];
    if (!f)
        return error_memory(error);
    snprintf(path, sizeof path, "%s/posterior.nc", directory);
    netcdf_lock();
    int file, outcome = nc_open(path, NC_NOWRITE, &file);
    if (!outcome) {
        outcome = read_all(file, f);
        nc_close(file);
    }
    netcdf_unlock();
    if (outcome) {
        truce_fit_destroy(f);
        *result = NULL;
        return failed(path, true, outcome, error);
    }
    return TRUCE_OK;
}
