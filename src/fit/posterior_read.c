/* Reads posterior.nc. People send one another posteriors, and HDF5 under NetCDF crashes on damaged files or
 * does not come to an end. So the file is read whole; its seal (posterior_seal.c) keeps damage out; and what
 * has the right seal is parsed in a confined child (base/confined.h), which hands back plain numbers
 * (posterior_parcel.c) that are checked here. */
#include "base/confined.h"
#include "base/netcdf.h"
#include "fit/fit.h"
#include "fit/posterior.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_LIMIT = 1 << 30, MEMORY = 1 << 30, SECONDS = 20 };

/* Stops a chain of calls at the first that fails. */
#define THEN(outcome, call) ((outcome) ? (outcome) : (call))

/* ---- In the child: NetCDF to a fit
 * ------------------------------------------------------------------------- */

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

static int read_diagnosis(int file, int variable, truce_fit_diagnosis *d)
{
    *d = (truce_fit_diagnosis){NAN, NAN, NAN};
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

static truce_status parse(void *context, text *result, char *reason, size_t size)
{
    const text *content = context;
    truce_fit *f = calloc(1, sizeof *f);
    int file, outcome = f ? nc_open_mem("posterior.nc", NC_NOWRITE, content->length, content->bytes, &file)
                          : NC_ENOMEM;
    if (!outcome) {
        outcome = read_all(file, f);
        if (!outcome)
            parcel_pack(f, result);
        nc_close(file);
    }
    if (outcome)
        snprintf(reason, size, "%s", nc_strerror(outcome));
    return !outcome ? TRUCE_OK : outcome == NC_ENOMEM ? TRUCE_RUN_FAILED : TRUCE_BAD_INPUT;
}

/* ---- In this process
 * ----------------------------------------------------------------------------------------- */

static truce_status check_draws(const truce_fit *f, const char *path, truce_error *error)
{
    for (size_t j = 0; j < f->parameter_count; j++)
        for (size_t i = 0; i < f->count; i++)
            if (!isfinite(f->values[j * f->count + i]))
                return error_set(error, TRUCE_BAD_INPUT, path, 0,
                                 "draw %zu of the parameter \"%s\" is not a finite number", i, f->names[j]);
    for (size_t i = 0; i < f->count * f->dimension; i++)
        if (!isfinite(f->x[i]))
            return error_set(error, TRUCE_BAD_INPUT, path, 0, "a level of noise is not a finite number");
    return TRUCE_OK;
}

static truce_status read_confined(const text *content, const char *path, truce_fit *f, truce_error *error)
{
    text parcel = {0};
    char reason[256];
    TRY(netcdf_load(error)); /* the child cannot: it opens no files */
    netcdf_lock();
    truce_status status = confined_run(parse, (void *)content, MEMORY + 16 * content->length, SECONDS,
                                       &parcel, reason, sizeof reason);
    netcdf_unlock();
    if (status != TRUCE_OK) {
        error_set(error, status, path, 0, "cannot read the posterior: %s", reason);
    } else {
        status = parcel_unpack(&parcel, f);
        if (status == TRUCE_RUN_FAILED)
            error_memory(error);
        else if (status != TRUCE_OK)
            error_set(error, status, path, 0, "cannot read the posterior: it is not what a fit writes");
    }
    text_free(&parcel);
    return status;
}

/* A posterior without draws of a parameter would be filled up from its prior, and pass for a fit. What is
 * fixed has none. */
static truce_status check_parameters(const truce_fit *f, const truce_case *c, const char *path,
                                     truce_error *error)
{
    for (size_t i = 0; i < c->parameter_count; i++) {
        const case_parameter *p = &c->parameters[i];
        if (p->prior.kind != TRUCE_FIXED && p->prior.scale != 0 && fit_parameter(f, p->name) == SIZE_MAX)
            return error_set(error, TRUCE_BAD_INPUT, path, 0,
                             "the posterior has no draws of the parameter \"%s\" of the case", p->name);
    }
    return TRUCE_OK;
}

/* A file with a wrong seal or none is refused in any case. It is looked into all the same, because "no draws
 * of the parameter" says more than "it was changed". */
static truce_status read_file(const char *path, const truce_case *c, truce_fit *f, truce_error *error)
{
    text content = {0};
    truce_error of_seal = {0}, of_content = {0};
    truce_status status = file_read(c->files, path, FILE_LIMIT, &content, error);
    if (status != TRUCE_OK) {
        text_free(&content);
        return status;
    }
    truce_status sealed = posterior_unseal(&content, path, &of_seal);
    status = read_confined(&content, path, f, &of_content);
    text_free(&content);
    bool parsed = status == TRUCE_OK;
    if (parsed)
        status = check_draws(f, path, &of_content);
    if (status == TRUCE_OK)
        status = check_parameters(f, c, path, &of_content);
    if (sealed != TRUCE_OK && !(parsed && status == TRUCE_BAD_INPUT)) {
        status = sealed;
        of_content = of_seal;
    }
    if (status != TRUCE_OK && error)
        *error = of_content;
    return status;
}

truce_status truce_fit_load(const char *directory, const truce_case *c, truce_fit **result,
                            truce_error *error)
{
    REQUIRE(directory, "directory");
    REQUIRE(c, "case");
    REQUIRE(result, "fit");
    char path[4096];
    *result = NULL;
    if (snprintf(path, sizeof path, "%s/posterior.nc", directory) >= (int)sizeof path)
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0, "the path of the posterior is too long");
    truce_fit *f = calloc(1, sizeof *f);
    if (!f)
        return error_memory(error);
    truce_status status = read_file(path, c, f, error);
    if (status == TRUCE_OK && !(f->directory = arena_string(&f->memory, directory)))
        status = error_memory(error);
    if (status == TRUCE_OK)
        *result = f;
    else
        truce_fit_destroy(f);
    return status;
}
