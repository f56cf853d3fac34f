/* Writes the groups of posterior.nc; posterior.h says which there are. */
#include "base/netcdf.h"
#include "base/netcdf_file.h"
#include "fit/posterior.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A dimension of the model in a group: the second time that a variable is over it, it has another name. */
typedef struct axis {
    const truce_dimension *dimension;
    size_t occurrence;
    int id;
} axis;

typedef struct group {
    const truce_fit *f;
    arena *memory;
    size_t draws; /* of each chain */
    int id, chain, draw;
    netcdf_names names;
    axis *axes;
    size_t axis_count, axis_capacity;
} group;

enum { MOST_DIMENSIONS = 32 };

/* ---- Dimensions ---------------------------------------------------------------------------------------- */

static int group_begin(group *g, int file, const char *name, const truce_fit *f, size_t draws, arena *memory)
{
    static const char *const own[] = {"chain", "draw", "time", "noise", "noise_level"};
    *g = (group){.f = f, .memory = memory, .draws = draws};
    int outcome = nc_def_grp(file, name, &g->id);
    for (size_t i = 0; i < sizeof own / sizeof *own && !outcome; i++)
        outcome = netcdf_name(&g->names, memory, own[i]) ? NC_NOERR : NC_ENOMEM;
    outcome = THEN(outcome, netcdf_put_text(g->id, NC_GLOBAL, "inference_library", "truce"));
    return THEN(outcome, netcdf_put_text(g->id, NC_GLOBAL, "inference_library_version", truce_version()));
}

/* A dimension, and a coordinate on it: 0, 1, ... */
static int define_counter(group *g, const char *name, const char *long_name, size_t length, int *dimension)
{
    int id, outcome = nc_def_dim(g->id, name, length, dimension);
    outcome = THEN(outcome, nc_def_var(g->id, name, NC_INT64, 1, dimension, &id));
    outcome = THEN(outcome, netcdf_put_text(g->id, id, "long_name", long_name));
    for (size_t i = 0; i < length && !outcome; i++) {
        size_t one = 1;
        long long number = (long long)i;
        outcome = nc_put_vara_longlong(g->id, id, &i, &one, &number);
    }
    return outcome;
}

static int define_chains(group *g)
{
    int outcome = define_counter(g, "chain", "population of the fit", FIT_POPULATIONS, &g->chain);
    return THEN(outcome, define_counter(g, "draw", "draw of the population", g->draws, &g->draw));
}

/* The first days of periods of the case: months NULL stands for the first `count` ones. */
static int define_time(group *g, const char *name, const month *months, size_t count, int *dimension)
{
    const truce_case *c = g->f->c;
    char units[64], date[16];
    int id, outcome = nc_def_dim(g->id, name, count, dimension), origin = month_first_day(c->start);
    month_first_date(c->start, date);
    snprintf(units, sizeof units, "days since %s", date);
    outcome = THEN(outcome, nc_def_var(g->id, name, NC_DOUBLE, 1, dimension, &id));
    outcome = THEN(outcome, netcdf_put_text(g->id, id, "units", units));
    outcome = THEN(outcome, netcdf_put_text(g->id, id, "calendar", "standard"));
    outcome = THEN(outcome, netcdf_put_text(g->id, id, "standard_name", "time"));
    for (size_t i = 0; i < count && !outcome; i++) {
        double day = (double)(month_first_day(months ? months[i] : c->start + (month)i) - origin);
        outcome = nc_put_var1_double(g->id, id, &i, &day);
    }
    return outcome;
}

/* Names of a model are the same in capitals and small letters; those of dimensions here are small. */
static const char *axis_name(group *g, const char *name)
{
    char *small = arena_string(g->memory, name);
    for (char *c = small; c && *c; c++)
        *c = ascii_lower(*c);
    return small ? netcdf_name(&g->names, g->memory, small) : NULL;
}

static int define_axis(group *g, const truce_dimension *d, size_t occurrence, int *dimension)
{
    for (size_t i = 0; i < g->axis_count; i++)
        if (g->axes[i].dimension == d && g->axes[i].occurrence == occurrence) {
            *dimension = g->axes[i].id;
            return NC_NOERR;
        }
    const axis made = {d, occurrence, 0};
    const char *name = axis_name(g, d->name);
    int outcome = name ? nc_def_dim(g->id, name, d->size, dimension) : NC_ENOMEM;
    outcome = THEN(outcome, netcdf_put_strings(g->id, name, *dimension, case_display_name(g->f->c, d->name),
                                               d->size, d->elements, NULL));
    if (!outcome && !ARENA_PUSH(g->memory, g->axes, g->axis_count, g->axis_capacity, made))
        return NC_ENOMEM;
    if (!outcome)
        g->axes[g->axis_count - 1].id = *dimension;
    return outcome;
}

/* ---- Parameters ---------------------------------------------------------------------------------------- */

/* dimensions: room for MOST_DIMENSIONS. */
static int define_axes(group *g, const posterior_variable *v, int *dimensions)
{
    int outcome = v->dimension_count + 2 > MOST_DIMENSIONS ? NC_EMAXDIMS : NC_NOERR;
    dimensions[0] = g->chain;
    dimensions[1] = g->draw;
    for (size_t i = 0; i < v->dimension_count && !outcome; i++) {
        size_t before = 0;
        for (size_t k = 0; k < i; k++)
            before += v->dimensions[k] == v->dimensions[i];
        outcome = define_axis(g, v->dimensions[i], before, &dimensions[2 + i]);
    }
    return outcome;
}

/* What was not fitted has no draws. */
static int put_draws(const group *g, int id, const posterior_variable *v, const double *values)
{
    double *room = calloc(FIT_POPULATIONS * g->draws * v->count, sizeof *room), *to = room;
    if (!room)
        return NC_ENOMEM;
    for (size_t p = 0; p < FIT_POPULATIONS; p++)
        for (size_t i = 0; i < g->draws; i++)
            for (size_t e = 0; e < v->count; e++)
                *to++ = v->parameters[e] == SIZE_MAX
                            ? NAN
                            : values[v->parameters[e] * g->f->count + i * FIT_POPULATIONS + p];
    int outcome = nc_put_var_double(g->id, id, room);
    free(room);
    return outcome;
}

static int write_parameter(group *g, const posterior_variable *v, int type, const double *values)
{
    int id, dimensions[MOST_DIMENSIONS], outcome = define_axes(g, v, dimensions);
    const char *name = netcdf_name(&g->names, g->memory, v->name);
    const double missing = NAN;
    const float missing_float = NAN;
    if (!name)
        return NC_ENOMEM;
    outcome = THEN(outcome, nc_def_var(g->id, name, type, (int)v->dimension_count + 2, dimensions, &id));
    outcome = THEN(outcome, nc_def_var_fill(g->id, id, NC_FILL,
                                            type == NC_FLOAT ? (const void *)&missing_float : &missing));
    outcome = THEN(outcome, netcdf_put_text(g->id, id, "long_name", v->name));
    outcome = THEN(outcome, netcdf_put_text(g->id, id, "units", v->units));
    outcome = THEN(outcome, netcdf_put_text(g->id, id, "kind", "parameter"));
    return THEN(outcome, put_draws(g, id, v, values));
}

static int write_parameters(group *g, int type, const double *values)
{
    posterior_variable *variables;
    size_t count;
    int outcome = posterior_layout(g->f, g->memory, &variables, &count) ? NC_NOERR : NC_ENOMEM;
    for (size_t i = 0; i < count && !outcome; i++)
        outcome = write_parameter(g, &variables[i], type, values);
    return outcome;
}

/* ---- Noise --------------------------------------------------------------------------------------------- */

/* The elements whose noise it is. A coordinate is named "noise of <element>, <month>". */
static int define_noise(group *g, int *dimension)
{
    const truce_fit *f = g->f;
    int id, outcome = nc_def_dim(g->id, "noise", f->stream_count, dimension);
    outcome = THEN(outcome, nc_def_var(g->id, "noise", NC_STRING, 1, dimension, &id));
    outcome = THEN(outcome, netcdf_put_text(g->id, id, "long_name", "variable that the noise is of"));
    for (size_t k = 0; k < f->stream_count && !outcome; k++) {
        const char *name = f->names[f->parameter_count + k * f->months];
        const char *from = strncmp(name, "noise of ", 9) == 0 ? name + 9 : name, *end = strrchr(from, ',');
        const char *owner = arena_copy(g->memory, from, end ? (size_t)(end - from) : strlen(from));
        outcome = owner ? nc_put_var1_string(g->id, id, &k, &owner) : NC_ENOMEM;
    }
    return outcome;
}

static int write_levels(group *g)
{
    const truce_fit *f = g->f;
    int id, dimensions[] = {g->chain, g->draw, 0, 0};
    if (!f->stream_count)
        return NC_NOERR;
    int outcome = define_noise(g, &dimensions[2]);
    outcome = THEN(outcome, define_time(g, "time", NULL, f->months, &dimensions[3]));
    outcome = THEN(outcome, nc_def_var(g->id, "noise_level", NC_FLOAT, 4, dimensions, &id));
    outcome =
        THEN(outcome, netcdf_put_text(g->id, id, "long_name",
                                      "mean of the standard normal draws of a period, times the root of "
                                      "their number"));
    outcome = THEN(outcome, netcdf_put_text(g->id, id, "units", "1"));
    for (size_t d = 0; d < g->draws * FIT_POPULATIONS && !outcome; d++) {
        size_t start[] = {d % FIT_POPULATIONS, d / FIT_POPULATIONS, 0, 0};
        size_t count[] = {1, 1, f->stream_count, f->months};
        outcome = nc_put_vara_double(g->id, id, start, count, f->x + d * f->dimension + f->parameter_count);
    }
    return outcome;
}

static int write_keys(group *g)
{
    const truce_fit *f = g->f;
    int id, dimensions[] = {g->chain, g->draw, 0};
    int outcome = define_time(g, "time", NULL, f->months, &dimensions[2]);
    outcome = THEN(outcome, nc_def_var(g->id, "noise_key", NC_UINT64, 3, dimensions, &id));
    outcome = THEN(outcome, netcdf_put_text(g->id, id, "long_name",
                                            "what the rest of the random numbers of a period is drawn by"));
    for (size_t d = 0; d < g->draws * FIT_POPULATIONS && !outcome; d++) {
        size_t start[] = {d % FIT_POPULATIONS, d / FIT_POPULATIONS, 0}, count[] = {1, 1, f->months};
        outcome = nc_put_vara_ulonglong(g->id, id, start, count,
                                        (const unsigned long long *)(f->keys + d * f->months));
    }
    return outcome;
}

static int write_streams(group *g)
{
    int id, dimension;
    if (!g->f->stream_count)
        return NC_NOERR;
    int outcome = define_noise(g, &dimension);
    outcome = THEN(outcome, nc_def_var(g->id, "noise_stream", NC_UINT64, 1, &dimension, &id));
    outcome = THEN(outcome, netcdf_put_text(g->id, id, "long_name", "stream of random numbers"));
    return THEN(outcome, nc_put_var_ulonglong(g->id, id, (const unsigned long long *)g->f->streams));
}

/* ---- Diagnoses ----------------------------------------------------------------------------------------- */

static int write_likelihood(group *g)
{
    int id, dimensions[] = {g->chain, g->draw};
    int outcome = nc_def_var(g->id, "total_log_likelihood", NC_DOUBLE, 2, dimensions, &id);
    outcome =
        THEN(outcome, netcdf_put_text(g->id, id, "long_name", "logarithm of the likelihood of all data"));
    for (size_t d = 0; d < g->draws * FIT_POPULATIONS && !outcome; d++) {
        size_t at[] = {d % FIT_POPULATIONS, d / FIT_POPULATIONS};
        outcome = nc_put_var1_double(g->id, id, at, &g->f->likelihood[d]);
    }
    return outcome;
}

static double diagnosis_number(const truce_fit_diagnosis *d, size_t what)
{
    assert(what < 3);
    const double numbers[] = {d->r_hat, d->tail, d->contraction};
    return numbers[what];
}

static int write_diagnoses(group *g)
{
    static const char *const names[][2] = {
        {"r_hat", "rank-normalised potential scale reduction over the populations"},
        {"tail_effective_size", "effective draws behind the 5 % and 95 % quantiles"},
        {"contraction", "share of the prior's variance that is gone"}};
    const truce_fit *f = g->f;
    int dimension, id, outcome = nc_def_dim(g->id, "parameter", f->parameter_count, &dimension);
    outcome = THEN(outcome, netcdf_put_strings(g->id, "parameter", dimension, "parameter, as the case has it",
                                               f->parameter_count, f->names, NULL));
    outcome = THEN(outcome, netcdf_put_strings(g->id, "parameter_units", dimension, "units of the parameter",
                                               f->parameter_count, f->units, NULL));
    for (size_t k = 0; k < sizeof names / sizeof *names && !outcome; k++) {
        outcome = nc_def_var(g->id, names[k][0], NC_DOUBLE, 1, &dimension, &id);
        outcome = THEN(outcome, netcdf_put_text(g->id, id, "coordinates", "parameter_units"));
        outcome = THEN(outcome, netcdf_put_text(g->id, id, "long_name", names[k][1]));
        for (size_t j = 0; j < f->parameter_count && !outcome; j++) {
            double number = diagnosis_number(&f->diagnoses[j], k);
            outcome = nc_put_var1_double(g->id, id, &j, &number);
        }
    }
    return outcome;
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

static int write_stage(const group *g, const int *dimensions, size_t what)
{
    const truce_fit *f = g->f;
    const double missing = NAN;
    int id, outcome = nc_def_var(g->id, stage_names[what][0], NC_DOUBLE, 2, dimensions, &id);
    outcome = THEN(outcome, nc_def_var_fill(g->id, id, NC_FILL, &missing));
    outcome = THEN(outcome, netcdf_put_text(g->id, id, "long_name", stage_names[what][1]));
    for (size_t p = 0; p < FIT_POPULATIONS; p++)
        for (size_t s = 0; s < f->stage_counts[p] && !outcome; s++) {
            size_t at[] = {p, s};
            double value = stage_number(&f->stages[p][s], what);
            outcome = nc_put_var1_double(g->id, id, at, &value);
        }
    return outcome;
}

static int write_stages(group *g)
{
    size_t stages = 0;
    int dimensions[] = {g->chain, 0};
    for (int p = 0; p < FIT_POPULATIONS; p++)
        stages = g->f->stage_counts[p] > stages ? g->f->stage_counts[p] : stages;
    int outcome = define_counter(g, "stage", "stage of the tempering", stages, &dimensions[1]);
    for (size_t k = 0; k < sizeof stage_names / sizeof *stage_names && !outcome; k++)
        outcome = write_stage(g, dimensions, k);
    return outcome;
}

/* ---- Data ---------------------------------------------------------------------------------------------- */

/* The name of a series in a group, and its own dimension. */
static int define_series(group *g, const fit_data *d, const char **name, int *dimension)
{
    *name = netcdf_name(&g->names, g->memory, d->observation->name);
    const char *wanted = *name ? arena_format(g->memory, "time_of_%s", *name) : NULL;
    const char *time = wanted ? netcdf_name(&g->names, g->memory, wanted) : NULL;
    return time ? define_time(g, time, d->months, d->count, dimension) : NC_ENOMEM;
}

static int write_observed(group *g)
{
    const truce_fit *f = g->f;
    int outcome = NC_NOERR;
    for (size_t k = 0; k < f->data_count && !outcome; k++) {
        const fit_data *d = &f->data[k];
        const char *name;
        int id, dimension;
        if (!d->count)
            continue;
        outcome = define_series(g, d, &name, &dimension);
        outcome = THEN(outcome, nc_def_var(g->id, name, NC_DOUBLE, 1, &dimension, &id));
        outcome = THEN(outcome, netcdf_put_text(g->id, id, "long_name", d->observation->title));
        outcome = THEN(outcome, netcdf_put_text(g->id, id, "units", d->observation->units));
        outcome = THEN(outcome, nc_put_var_double(g->id, id, d->values));
    }
    return outcome;
}

/* The log densities of the points of a series, of which `first` is the first. */
static int put_densities(const group *g, int id, size_t first, size_t points)
{
    const truce_fit *f = g->f;
    int outcome = NC_NOERR;
    float *room = calloc(points, sizeof *room);
    if (!room)
        return NC_ENOMEM;
    for (size_t d = 0; d < g->draws * FIT_POPULATIONS && !outcome; d++) {
        size_t start[] = {d % FIT_POPULATIONS, d / FIT_POPULATIONS, 0}, count[] = {1, 1, points};
        for (size_t i = 0; i < points; i++)
            room[i] = f->densities[(first + i) * f->count + d];
        outcome = nc_put_vara_float(g->id, id, start, count, room);
    }
    free(room);
    return outcome;
}

static int write_densities(group *g)
{
    const truce_fit *f = g->f;
    int outcome = NC_NOERR;
    size_t first = 0;
    for (size_t k = 0; k < f->data_count && !outcome; first += f->data[k++].count) {
        const char *name;
        int id, dimensions[] = {g->chain, g->draw, 0};
        if (!f->data[k].count)
            continue;
        outcome = define_series(g, &f->data[k], &name, &dimensions[2]);
        outcome = THEN(outcome, nc_def_var(g->id, name, NC_FLOAT, 3, dimensions, &id));
        outcome = THEN(outcome, netcdf_put_text(g->id, id, "long_name", f->data[k].observation->title));
        outcome = THEN(outcome, put_densities(g, id, first, f->data[k].count));
    }
    return outcome;
}

/* ---- The groups ---------------------------------------------------------------------------------------- */

static int write_posterior(group *g)
{
    int outcome = define_chains(g);
    outcome = THEN(outcome, write_levels(g));
    return THEN(outcome, write_parameters(g, NC_DOUBLE, g->f->values));
}

static int write_prior(group *g)
{
    int outcome = define_chains(g);
    return THEN(outcome, write_parameters(g, NC_FLOAT, g->f->prior));
}

static int write_statistics(group *g)
{
    int outcome = define_chains(g);
    outcome = THEN(outcome, write_likelihood(g));
    outcome = THEN(outcome, write_keys(g));
    outcome = THEN(outcome, write_diagnoses(g));
    return THEN(outcome, write_stages(g));
}

static int write_log_likelihood(group *g)
{
    int outcome = define_chains(g);
    return THEN(outcome, write_densities(g));
}

int posterior_write_groups(int file, const truce_fit *f, size_t draws, arena *memory)
{
    static const struct {
        const char *name;
        int (*write)(group *g);
    } groups[] = {{"posterior", write_posterior},     {"prior", write_prior},
                  {"sample_stats", write_statistics}, {"log_likelihood", write_log_likelihood},
                  {"observed_data", write_observed},  {"constant_data", write_streams}};
    int outcome = NC_NOERR;
    for (size_t i = 0; i < sizeof groups / sizeof *groups && !outcome; i++) {
        group g;
        outcome = group_begin(&g, file, groups[i].name, f, draws, memory);
        outcome = THEN(outcome, groups[i].write(&g));
        netcdf_names_free(&g.names);
    }
    return outcome;
}
