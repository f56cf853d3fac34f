/* Reads posterior.nc. People send one another posteriors, and HDF5 under NetCDF crashes on damaged files or
 * does not come to an end. So the file is read whole; its seal (posterior_seal.c) keeps damage out; and what
 * has the right seal is parsed in a confined child (base/confined.h), which hands back plain numbers
 * (posterior_parcel.c) that are checked here. */
#include "base/confined.h"
#include "base/netcdf.h"
#include "fit/posterior.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY = 1 << 30, SECONDS = 20, LONGEST_TEXT = 1 << 16 };

/* ---- In the child: NetCDF to a fit
 * ------------------------------------------------------------------------- */

static int read_text(int file, int variable, const char *attribute, arena *memory, const char **value)
{
    size_t length = 0;
    int outcome = nc_inq_attlen(file, variable, attribute, &length);
    if (outcome || length > LONGEST_TEXT)
        return outcome ? outcome : NC_ERANGE;
    char *bytes = arena_alloc(memory, length + 1);
    *value = bytes;
    return bytes ? nc_get_att_text(file, variable, attribute, bytes) : NC_ENOMEM;
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

enum { MOST_DIMENSIONS = 32, MOST_VALUES = 1 << 28 };

/* The lengths of the dimensions of a variable, of which there must be at most MOST_DIMENSIONS. */
static int read_shape(int group, int variable, int *count, int *ids, size_t *lengths)
{
    int outcome = nc_inq_varndims(group, variable, count);
    if (!outcome && *count > MOST_DIMENSIONS)
        outcome = NC_EBADDIM;
    outcome = THEN(outcome, nc_inq_vardimid(group, variable, ids));
    for (int d = 0; d < *count && !outcome; d++)
        outcome = nc_inq_dimlen(group, ids[d], &lengths[d]);
    return outcome;
}

/* The number of a variable, whose dimensions must have these lengths. */
static int find_array(int group, const char *name, int count, const size_t *lengths, int *variable)
{
    int there, ids[MOST_DIMENSIONS], outcome = nc_inq_varid(group, name, variable);
    size_t found[MOST_DIMENSIONS];
    outcome = THEN(outcome, read_shape(group, *variable, &there, ids, found));
    if (!outcome && (there != count || memcmp(found, lengths, (size_t)count * sizeof *found) != 0))
        outcome = NC_EBADDIM;
    return outcome;
}

static int read_strings(int group, const char *name, size_t count, arena *memory, const char ***strings)
{
    int variable, type = 0, outcome = find_array(group, name, 1, &count, &variable);
    outcome = THEN(outcome, nc_inq_vartype(group, variable, &type));
    if (outcome || type != NC_STRING)
        return outcome ? outcome : NC_EINVAL;
    char **raw = arena_array(memory, count + 1, sizeof *raw);
    *strings = arena_array(memory, count + 1, sizeof **strings);
    outcome = raw && *strings ? nc_get_var_string(group, variable, raw) : NC_ENOMEM;
    if (outcome)
        return outcome;
    for (size_t i = 0; i < count && !outcome; i++)
        if (!((*strings)[i] = arena_string(memory, raw[i] ? raw[i] : "")))
            outcome = NC_ENOMEM;
    nc_free_string(count, raw);
    return outcome;
}

/* ---- Draws: those of the chains in turn ---------------------------------------------------------------- */

typedef struct reader {
    truce_fit *f;
    int posterior, statistics, constants; /* groups */
    size_t chains, draws;                 /* of each */
} reader;

/* Items of `size` bytes from [chain][draw] to [draw][chain]. */
static void take_turns(const reader *r, const void *from, void *to, size_t size)
{
    for (size_t c = 0; c < r->chains; c++)
        for (size_t i = 0; i < r->draws; i++)
            memcpy((char *)to + (i * r->chains + c) * size, (const char *)from + (c * r->draws + i) * size,
                   size);
}

/* A variable over (chain, draw, first, second), numbers or integers; a length of 0 stands for no dimension. */
static int read_draws(const reader *r, int group, const char *name, size_t first, size_t second,
                      double *numbers, uint64_t *integers)
{
    const size_t shape[] = {r->chains, r->draws, first, second};
    size_t each = (first ? first : 1) * (second ? second : 1), size = sizeof(double);
    int variable, outcome = find_array(group, name, 2 + (first > 0) + (second > 0), shape, &variable);
    if (outcome)
        return outcome;
    void *room = arena_array(&r->f->memory, r->f->count * each + 1, size);
    if (!room)
        return NC_ENOMEM;
    outcome =
        numbers ? nc_get_var_double(group, variable, room) : nc_get_var_ulonglong(group, variable, room);
    if (!outcome)
        take_turns(r, room, numbers ? (void *)numbers : integers, each * size);
    return outcome;
}

/* ---- Parameters ---------------------------------------------------------------------------------------- */

static bool is_parameter(int group, int variable)
{
    char kind[16] = "";
    size_t length = 0;
    return nc_inq_attlen(group, variable, "kind", &length) == NC_NOERR && length == strlen("parameter") &&
           nc_get_att_text(group, variable, "kind", kind) == NC_NOERR &&
           memcmp(kind, "parameter", length) == 0;
}

static int read_numbers(int group, const char *name, size_t count, double *numbers)
{
    int variable, outcome = find_array(group, name, 1, &count, &variable);
    return THEN(outcome, nc_get_var_double(group, variable, numbers));
}

/* Their names, units and diagnoses. */
static int read_names(const reader *r)
{
    truce_fit *f = r->f;
    int outcome = dimension_length(r->statistics, "parameter", &f->parameter_count);
    if (!outcome && f->parameter_count > MOST_VALUES / f->count)
        outcome = NC_ERANGE;
    if (outcome)
        return outcome;
    double *numbers = arena_array(&f->memory, f->parameter_count + 1, 3 * sizeof *numbers);
    f->diagnoses = arena_array(&f->memory, f->parameter_count + 1, sizeof *f->diagnoses);
    f->values = arena_array(&f->memory, f->parameter_count * f->count + 1, sizeof *f->values);
    if (!numbers || !f->diagnoses || !f->values)
        return NC_ENOMEM;
    double *tails = numbers + f->parameter_count, *learned = tails + f->parameter_count;
    outcome = read_strings(r->statistics, "parameter", f->parameter_count, &f->memory, &f->names);
    outcome = THEN(outcome,
                   read_strings(r->statistics, "parameter_units", f->parameter_count, &f->memory, &f->units));
    outcome = THEN(outcome, read_numbers(r->statistics, "r_hat", f->parameter_count, numbers));
    outcome = THEN(outcome, read_numbers(r->statistics, "tail_effective_size", f->parameter_count, tails));
    outcome = THEN(outcome, read_numbers(r->statistics, "contraction", f->parameter_count, learned));
    for (size_t j = 0; j < f->parameter_count && !outcome; j++)
        f->diagnoses[j] = (truce_fit_diagnosis){numbers[j], tails[j], learned[j]};
    return outcome;
}

/* A variable of the posterior: an array of parameters, or one. */
typedef struct array {
    const char *name;
    size_t dimension_count, sizes[MOST_DIMENSIONS], count;
    const char *const *elements[MOST_DIMENSIONS];
    double *values; /* [chain][draw][count] */
} array;

static int read_one(const reader *r, int variable, array *a)
{
    int dimensions = 0, ids[MOST_DIMENSIONS];
    size_t shape[MOST_DIMENSIONS];
    *a = (array){.count = 1};
    int outcome = read_shape(r->posterior, variable, &dimensions, ids, shape);
    if (!outcome && (dimensions < 2 || shape[0] != r->chains || shape[1] != r->draws))
        outcome = NC_EBADDIM;
    outcome = THEN(outcome, read_text(r->posterior, variable, "long_name", &r->f->memory, &a->name));
    for (int d = 2; d < dimensions && !outcome; d++) {
        char name[NC_MAX_NAME + 1];
        const char **elements = NULL;
        if (shape[d] == 0 || a->count > MOST_VALUES / r->f->count / shape[d])
            return NC_EBADDIM;
        outcome = nc_inq_dimname(r->posterior, ids[d], name);
        outcome = THEN(outcome, read_strings(r->posterior, name, shape[d], &r->f->memory, &elements));
        a->elements[a->dimension_count] = elements;
        a->sizes[a->dimension_count++] = shape[d];
        a->count *= shape[d];
    }
    if (outcome)
        return outcome;
    a->values = arena_array(&r->f->memory, a->count * r->f->count, sizeof *a->values);
    return a->values ? nc_get_var_double(r->posterior, variable, a->values) : NC_ENOMEM;
}

/* The elements that are parameters go to their places; *left counts the parameters without draws. */
static int take_elements(const reader *r, const array *a, const map *numbers, size_t *left)
{
    truce_fit *f = r->f;
    for (size_t e = 0; e < a->count; e++) {
        text name = {0};
        posterior_element_name(&name, a->name, a->dimension_count, a->sizes, a->elements, e);
        size_t j = name.failed || !name.bytes ? SIZE_MAX : map_get(numbers, name.bytes);
        bool failed = name.failed;
        text_free(&name);
        if (failed)
            return NC_ENOMEM;
        if (j == SIZE_MAX)
            continue;
        *left -= *left > 0;
        for (size_t c = 0; c < r->chains; c++)
            for (size_t i = 0; i < r->draws; i++)
                f->values[j * f->count + i * r->chains + c] = a->values[(c * r->draws + i) * a->count + e];
    }
    return NC_NOERR;
}

static int read_values(const reader *r, const map *numbers)
{
    int variables = 0, outcome = nc_inq_nvars(r->posterior, &variables);
    size_t left = r->f->parameter_count;
    for (int v = 0; v < variables && !outcome; v++) {
        array a;
        if (!is_parameter(r->posterior, v))
            continue;
        outcome = read_one(r, v, &a);
        outcome = THEN(outcome, take_elements(r, &a, numbers, &left));
    }
    return outcome ? outcome : left ? NC_EINVAL : NC_NOERR;
}

static int read_parameters(const reader *r)
{
    map numbers = {0};
    int outcome = read_names(r);
    for (size_t j = 0; j < r->f->parameter_count && !outcome; j++)
        if (!map_put(&numbers, r->f->names[j], j, NULL))
            outcome = NC_ENOMEM;
    outcome = THEN(outcome, read_values(r, &numbers));
    map_free(&numbers);
    return outcome;
}

/* ---- Noise --------------------------------------------------------------------------------------------- */

/* The levels are kept as [draw][stream][month], where a fit has them after its parameters. */
static int read_noise(const reader *r)
{
    truce_fit *f = r->f;
    int id, outcome = dimension_length(r->statistics, "time", &f->months);
    if (!outcome && nc_inq_dimid(r->posterior, "noise", &id) == NC_NOERR)
        outcome = dimension_length(r->posterior, "noise", &f->stream_count);
    if (outcome || f->months > 1200 || f->stream_count > 10000)
        return outcome ? outcome : NC_ERANGE;
    f->dimension = f->stream_count * f->months;
    if (f->months > MOST_VALUES / f->count || f->dimension > MOST_VALUES / f->count)
        return NC_ERANGE;
    f->keys = arena_array(&f->memory, f->count * f->months + 1, sizeof *f->keys);
    f->streams = arena_array(&f->memory, f->stream_count + 1, sizeof *f->streams);
    f->x = arena_array(&f->memory, f->count * f->dimension + 1, sizeof *f->x);
    if (!f->keys || !f->streams || !f->x)
        return NC_ENOMEM;
    outcome = read_draws(r, r->statistics, "noise_key", f->months, 0, NULL, f->keys);
    if (!f->stream_count)
        return outcome;
    outcome = THEN(outcome, find_array(r->constants, "noise_stream", 1, &f->stream_count, &id));
    outcome = THEN(outcome, nc_get_var_ulonglong(r->constants, id, (unsigned long long *)f->streams));
    return THEN(outcome, read_draws(r, r->posterior, "noise_level", f->stream_count, f->months, f->x, NULL));
}

/* ---- The whole ------------------------------------------------------------------------------------------ */

static int read_globals(int file, truce_fit *f)
{
    const char *until = NULL;
    size_t length = 0;
    month last;
    int outcome = read_whole(file, "seed", &f->seed);
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
    return THEN(outcome, read_warnings(file, f));
}

static int read_all(int file, truce_fit *f)
{
    reader r = {.f = f};
    int outcome = nc_inq_ncid(file, "posterior", &r.posterior);
    outcome = THEN(outcome, nc_inq_ncid(file, "sample_stats", &r.statistics));
    outcome = THEN(outcome, nc_inq_ncid(file, "constant_data", &r.constants));
    outcome = THEN(outcome, dimension_length(r.posterior, "chain", &r.chains));
    outcome = THEN(outcome, dimension_length(r.posterior, "draw", &r.draws));
    if (!outcome && (r.chains == 0 || r.draws == 0 || r.chains > 1024 || r.draws > (1 << 24) / r.chains))
        outcome = NC_ERANGE;
    if (outcome)
        return outcome;
    f->count = r.chains * r.draws;
    outcome = read_globals(file, f);
    f->likelihood = arena_array(&f->memory, f->count, sizeof *f->likelihood);
    outcome = THEN(outcome, f->likelihood ? read_draws(&r, r.statistics, "total_log_likelihood", 0, 0,
                                                       f->likelihood, NULL)
                                          : NC_ENOMEM);
    outcome = THEN(outcome, read_parameters(&r));
    return THEN(outcome, read_noise(&r));
}

/* Before it had groups the file had draws at its root. */
static bool is_of_old(int file)
{
    int id;
    return nc_inq_ncid(file, "posterior", &id) != NC_NOERR && nc_inq_dimid(file, "draw", &id) == NC_NOERR;
}

static truce_status parse(void *context, text *result, char *reason, size_t size)
{
    const text *content = context;
    truce_fit *f = calloc(1, sizeof *f);
    bool old = false;
    int file, outcome = f ? nc_open_mem("posterior.nc", NC_NOWRITE, content->length, content->bytes, &file)
                          : NC_ENOMEM;
    if (!outcome) {
        old = is_of_old(file);
        outcome = old ? NC_EINVAL : read_all(file, f);
        if (!outcome)
            parcel_pack(f, result);
        nc_close(file);
    }
    if (outcome)
        snprintf(reason, size, "%s",
                 old ? "an earlier truce wrote it, in a form that is read no more; fit anew (truce fit CASE "
                       "-o DIR)"
                     : nc_strerror(outcome));
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

/* Whether the first scenario, which is fitted, leaves a parameter to be drawn. */
static bool is_drawn(const truce_case *c, const case_parameter *p)
{
    bool drawn = p->prior.kind != TRUCE_FIXED && p->prior.scale != 0;
    for (size_t i = 0; i < c->scenarios[0].change_count && p->element != SIZE_MAX; i++) {
        const case_change *x = &c->scenarios[0].changes[i];
        bool ends = x->kind == CHANGE_SET || (x->kind == CHANGE_SCALE && x->value == 0);
        drawn = drawn && !(ends && x->element == p->element);
    }
    return drawn;
}

/* A posterior without draws of a parameter would be filled up from its prior, and pass for a fit. What is
 * fixed has none. */
static truce_status check_parameters(const truce_fit *f, const truce_case *c, const char *path,
                                     truce_error *error)
{
    for (size_t i = 0; i < c->parameter_count; i++) {
        const case_parameter *p = &c->parameters[i];
        if (is_drawn(c, p) && fit_parameter(f, p->name) == SIZE_MAX)
            return error_set(error, TRUCE_BAD_INPUT, path, 0,
                             "the posterior has no draws of the parameter \"%s\" of the case", p->name);
    }
    return TRUCE_OK;
}

/* A file with a wrong seal or none is refused in any case. It is looked into all the same, because "no draws
 * of the parameter" says more than "it was changed". */
static truce_status read_file(const char *path, const truce_case *c, bool of_case, truce_fit *f,
                              truce_error *error)
{
    text content = {0};
    truce_error of_seal = {0}, of_content = {0};
    truce_status status = file_read(c->files, path, POSTERIOR_MOST_BYTES, &content, error);
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
    if (status == TRUCE_OK && of_case)
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
    REQUIRE_DIRECTORY(directory);
    REQUIRE(c, "case");
    REQUIRE(result, "fit");
    return fit_load(directory, c, true, result, error);
}

truce_status fit_load(const char *directory, const truce_case *c, bool of_case, truce_fit **result,
                      truce_error *error)
{
    char path[4096];
    *result = NULL;
    if (snprintf(path, sizeof path, "%s/posterior.nc", directory) >= (int)sizeof path)
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0, "the path of the posterior is too long");
    truce_fit *f = calloc(1, sizeof *f);
    if (!f)
        return error_memory(error);
    truce_status status = read_file(path, c, of_case, f, error);
    if (status == TRUCE_OK && !(f->directory = arena_string(&f->memory, directory)))
        status = error_memory(error);
    if (status == TRUCE_OK)
        *result = f;
    else
        truce_fit_destroy(f);
    return status;
}
