/* members.nc: every saved value of every member, as NetCDF-4 by the CF conventions 1.8. docs/use/report.md
 * says what is in it.
 *
 * A variable of the model is a variable of the file over (scenario, member, its own dimensions, time): CF 1.8
 * section 2.4 puts other dimensions left of time, and the months of one member then lie side by side.
 * Scenarios are appended as they are run. Values are written in blocks of members of at most a chunk.
 */
#include "show/members_netcdf.h"
#include "base/netcdf.h"
#include "base/netcdf_file.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Compression takes off more than half, and as much time as the members took to simulate: it is for files that would
 * be large. Bytes of the same place stand beside one another. */
enum { LARGE_SCENARIO = 32 << 20, SHUFFLE = 1, LEVEL = 1 };
enum { CHUNK_BYTES = 1 << 20, MAX_DIMENSIONS = 32, CHUNK_MEMBERS = 1000 };

typedef struct members_variable {
    int id;
    const truce_variable *variable;
    size_t block; /* members a chunk */
} members_variable;

struct members_file {
    arena *memory;
    const case_results *r;
    int id, member_dimension, scenario_dimension, time_dimension;
    int scenario, scenario_title, sound, parameter; /* variables */
    bool open, compressed;
    const output_set *set;
    const char *path;
    netcdf_names names;
    int *dimension_ids; /* by dimension of the model; -1: not used */
    members_variable *variables;
    size_t variable_count;
};

/* ---- Definitions --------------------------------------------------------- */

static int define_time(members_file *f)
{
    const case_results *r = f->r;
    char units[WORDS_SIZE * 2], iso[WORDS_SIZE], long_name[WORDS_SIZE];
    int id, code = nc_def_var(f->id, "time", NC_DOUBLE, 1, &f->time_dimension, &id);
    month_first_date(r->c->start, iso);
    snprintf(units, sizeof units, "days since %s", iso);
    snprintf(long_name, sizeof long_name, "first day of the %s", case_period(r->c));
    code = code ? code : netcdf_put_text(f->id, id, "units", units);
    code = code ? code : netcdf_put_text(f->id, id, "calendar", "standard");
    code = code ? code : netcdf_put_text(f->id, id, "standard_name", "time");
    code = code ? code : netcdf_put_text(f->id, id, "long_name", long_name);
    code = code ? code : netcdf_put_text(f->id, id, "axis", "T");
    for (size_t k = 0; k <= r->months && !code; k++) {
        double day = (double)(month_first_day(r->c->start + (month)k) - month_first_day(r->c->start));
        code = nc_put_var1_double(f->id, id, &k, &day);
    }
    return code;
}

static int define_dimension(members_file *f, size_t index)
{
    const case_results *r = f->r;
    const truce_dimension *d = &r->c->model->dimensions[index];
    const char *name = netcdf_name(&f->names, f->memory, d->name);
    if (!name)
        return NC_ENOMEM;
    int code = nc_def_dim(f->id, name, d->size, &f->dimension_ids[index]);
    return code ? code
                : netcdf_put_strings(f->id, name, f->dimension_ids[index], case_display_name(r->c, d->name),
                                     d->size, d->elements, NULL);
}

static size_t find_dimension(const case_results *r, const char *name)
{
    for (size_t i = 0; i < r->c->model->dimension_count; i++)
        if (strcmp(r->c->model->dimensions[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}

static int define_variable(members_file *f, const truce_variable *variable)
{
    const case_results *r = f->r;
    if (variable->dimension_count > MAX_DIMENSIONS - 3)
        return NC_EMAXDIMS;
    int dimensions[MAX_DIMENSIONS] = {f->scenario_dimension, f->member_dimension}, count = 2;
    size_t chunks[MAX_DIMENSIONS], bytes = sizeof(float) * (r->months + 1) * variable->element_count;
    members_variable *v = &f->variables[f->variable_count];
    v->variable = variable;
    v->block = CHUNK_BYTES / (bytes ? bytes : 1);
    v->block = v->block < 1 ? 1 : v->block > CHUNK_MEMBERS ? CHUNK_MEMBERS : v->block;
    v->block = v->block > r->members ? r->members : v->block;
    chunks[0] = 1;
    chunks[1] = v->block;
    for (size_t i = 0; i < variable->dimension_count; i++) {
        size_t index = find_dimension(r, variable->dimensions[i]);
        if (index == SIZE_MAX)
            return NC_EBADDIM;
        int code = f->dimension_ids[index] < 0 ? define_dimension(f, index) : NC_NOERR;
        if (code)
            return code;
        chunks[count] = r->c->model->dimensions[index].size;
        dimensions[count++] = f->dimension_ids[index];
    }
    chunks[count] = r->months + 1;
    dimensions[count++] = f->time_dimension;
    const char *name = netcdf_name(&f->names, f->memory, variable->name);
    if (!name)
        return NC_ENOMEM;
    const float missing = NAN;
    int code = nc_def_var(f->id, name, NC_FLOAT, count, dimensions, &v->id);
    code = code ? code : nc_def_var_chunking(f->id, v->id, NC_CHUNKED, chunks);
    if (!code && f->compressed)
        code = nc_def_var_deflate(f->id, v->id, SHUFFLE, 1, LEVEL);
    code = code ? code : nc_def_var_fill(f->id, v->id, NC_FILL, &missing);
    code = code ? code : netcdf_put_text(f->id, v->id, "long_name", variable->name);
    code = code ? code : netcdf_put_text(f->id, v->id, "units", variable->units);
    code = code ? code : netcdf_put_text(f->id, v->id, "comment", variable->doc);
    code = code ? code : netcdf_put_text(f->id, v->id, "cell_methods", "time: point");
    f->variable_count++;
    return code;
}

static int define_parameters(members_file *f)
{
    const case_results *r = f->r;
    size_t count = r->c->parameter_count;
    if (!count)
        return NC_NOERR;
    const char **names = arena_array(f->memory, 2 * count, sizeof *names);
    if (!names)
        return NC_ENOMEM;
    for (size_t i = 0; i < count; i++) {
        names[i] = r->c->parameters[i].name;
        names[count + i] = r->c->parameters[i].units ? r->c->parameters[i].units : "";
    }
    int dimension, code = nc_def_dim(f->id, "parameter", count, &dimension);
    code = code ? code : netcdf_put_strings(f->id, "parameter", dimension, "parameter", count, names, NULL);
    code = code ? code
                : netcdf_put_strings(f->id, "parameter_units", dimension, "units of the parameter", count,
                                     names + count, NULL);
    int dimensions[] = {f->scenario_dimension, f->member_dimension, dimension};
    size_t block = r->members < CHUNK_MEMBERS ? r->members : CHUNK_MEMBERS, chunks[] = {1, block, count};
    code = code ? code : nc_def_var(f->id, "parameter_value", NC_DOUBLE, 3, dimensions, &f->parameter);
    code = code ? code : nc_def_var_chunking(f->id, f->parameter, NC_CHUNKED, chunks);
    code = code ? code : netcdf_put_text(f->id, f->parameter, "long_name", "value drawn for the parameter");
    code = code ? code : netcdf_put_text(f->id, f->parameter, "coordinates", "parameter_units");
    return code;
}

static int define_members(members_file *f)
{
    const case_results *r = f->r;
    int id, code = nc_def_var(f->id, "member", NC_INT64, 1, &f->member_dimension, &id);
    code = code ? code : netcdf_put_text(f->id, id, "long_name", "number of the member");
    code = code ? code : netcdf_put_text(f->id, id, "standard_name", "realization");
    for (size_t i = 0; i < r->members && !code; i += CHUNK_MEMBERS) {
        long long numbers[CHUNK_MEMBERS];
        size_t count = r->members - i < CHUNK_MEMBERS ? r->members - i : CHUNK_MEMBERS;
        for (size_t k = 0; k < count; k++)
            numbers[k] = (long long)(i + k);
        code = nc_put_vara_longlong(f->id, id, &i, &count, numbers);
    }
    int both[] = {f->scenario_dimension, f->member_dimension};
    static const signed char values[] = {0, 1};
    code = code ? code : nc_def_var(f->id, "sound", NC_BYTE, 2, both, &f->sound);
    code = code
               ? code
               : netcdf_put_text(f->id, f->sound, "long_name", "whether all values of the member are finite");
    code = code ? code : nc_put_att_schar(f->id, f->sound, "flag_values", NC_BYTE, 2, values);
    code = code ? code : netcdf_put_text(f->id, f->sound, "flag_meanings", "went_wrong sound");
    return code;
}

static int define_globals(const members_file *f)
{
    const case_results *r = f->r;
    char source[512];
    snprintf(source, sizeof source, "truce %s, model %.*s", truce_version(),
             words_cut(r->c->model->name, 200), r->c->model->name);
    unsigned long long seed = r->seed;
    int code = netcdf_put_text(f->id, NC_GLOBAL, "Conventions", "CF-1.8");
    code = code ? code : netcdf_put_text(f->id, NC_GLOBAL, "title", r->c->title);
    code = code ? code : netcdf_put_text(f->id, NC_GLOBAL, "source", source);
    code = code ? code : netcdf_put_text(f->id, NC_GLOBAL, "history", r->command);
    code = code ? code : netcdf_put_text(f->id, NC_GLOBAL, "comment", r->c->description);
    code = code ? code : netcdf_put_text(f->id, NC_GLOBAL, "truce_version", truce_version());
    code = code ? code : netcdf_put_text(f->id, NC_GLOBAL, "case_file", r->c->path);
    return code ? code : nc_put_att_ulonglong(f->id, NC_GLOBAL, "seed", NC_UINT64, 1, &seed);
}

static bool is_saved(const members_view *v, const truce_variable *variable)
{
    for (size_t e = 0; e < variable->element_count; e++)
        if (v->output_of[variable->first_element + e] != SIZE_MAX)
            return true;
    return false;
}

/* Chunks are written whole: a cache for each variable would only cost memory. NetCDF makes room for whole
 * chunks when it creates a variable in the file, so the size can be set only after that. */
static int drop_caches(const members_file *f, bool has_parameters)
{
    int code = nc_enddef(f->id);
    for (size_t i = 0; i < f->variable_count && !code; i++)
        code = nc_set_var_chunk_cache(f->id, f->variables[i].id, 1, 1, 0);
    return code || !has_parameters ? code : nc_set_var_chunk_cache(f->id, f->parameter, 1, 1, 0);
}

static bool is_large(const members_file *f, const members_view *v)
{
    const truce_model *model = f->r->c->model;
    size_t elements = 0;
    for (size_t i = 0; i < model->variable_count; i++)
        elements += is_saved(v, &model->variables[i]) ? model->variables[i].element_count : 0;
    return (double)f->r->members * (double)(f->r->months + 1) * (double)elements * sizeof(float) >
           LARGE_SCENARIO;
}

static int define_all(members_file *f, const members_view *v)
{
    static const char *const own[] = {"scenario", "scenario_title", "member",          "time",
                                      "sound",    "parameter",      "parameter_units", "parameter_value"};
    const case_results *r = f->r;
    const truce_model *model = r->c->model;
    f->dimension_ids = arena_array(f->memory, model->dimension_count, sizeof *f->dimension_ids);
    f->variables = arena_array(f->memory, model->variable_count, sizeof *f->variables);
    if (!f->dimension_ids || !f->variables)
        return NC_ENOMEM;
    for (size_t i = 0; i < model->dimension_count; i++)
        f->dimension_ids[i] = -1;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (!netcdf_name(&f->names, f->memory, own[i]))
            return NC_ENOMEM;
    int code = nc_def_dim(f->id, "scenario", NC_UNLIMITED, &f->scenario_dimension);
    code = code ? code : nc_def_dim(f->id, "member", r->members, &f->member_dimension);
    code = code ? code : nc_def_dim(f->id, "time", r->months + 1, &f->time_dimension);
    code = code ? code : define_globals(f);
    code = code ? code : define_time(f);
    code = code ? code
                : netcdf_put_strings(f->id, "scenario", f->scenario_dimension, "scenario", 0, NULL,
                                     &f->scenario);
    code = code ? code
                : netcdf_put_strings(f->id, "scenario_title", f->scenario_dimension, "title of the scenario",
                                     0, NULL, &f->scenario_title);
    code = code ? code : define_members(f);
    code = code ? code : define_parameters(f);
    f->compressed = is_large(f, v);
    for (size_t i = 0; i < model->variable_count && !code; i++)
        if (is_saved(v, &model->variables[i]))
            code = define_variable(f, &model->variables[i]);
    return code ? code : drop_caches(f, r->c->parameter_count > 0);
}

/* ---- Values -------------------------------------------------------------- */

/* One block of members of one variable: from [output][save][member] to [member][element][save]. */
static void gather(const case_results *r, const members_view *v, const truce_variable *variable, size_t first,
                   size_t count, float *block)
{
    size_t saves = r->months + 1, elements = variable->element_count;
    for (size_t e = 0; e < elements; e++) {
        size_t output = v->output_of[variable->first_element + e];
        for (size_t k = 0; k < saves; k++) {
            const float *values =
                output == SIZE_MAX ? NULL : truce_ensemble_values(v->ensemble, output, v->save_of[k]);
            for (size_t i = 0; i < count; i++)
                block[(i * elements + e) * saves + k] = values ? values[first + i] : NAN;
        }
    }
}

static int append_variable(const members_file *f, const members_view *v, size_t scenario,
                           const members_variable *x, float *block)
{
    const case_results *r = f->r;
    const truce_variable *variable = x->variable;
    size_t start[MAX_DIMENSIONS] = {scenario}, count[MAX_DIMENSIONS] = {1, 0}, at = 2;
    for (size_t i = 0; i < variable->dimension_count; i++)
        count[at++] = r->c->model->dimensions[find_dimension(r, variable->dimensions[i])].size;
    count[at] = r->months + 1;
    int code = NC_NOERR;
    for (size_t first = 0; first < r->members && !code; first += x->block) {
        start[1] = first;
        count[1] = r->members - first < x->block ? r->members - first : x->block;
        gather(r, v, variable, first, count[1], block);
        code = nc_put_vara_float(f->id, x->id, start, count, block);
    }
    return code;
}

static int append_variables(const members_file *f, const members_view *v, size_t scenario)
{
    const case_results *r = f->r;
    int code = NC_NOERR;
    for (size_t i = 0; i < f->variable_count && !code; i++) {
        const members_variable *x = &f->variables[i];
        float *block = malloc(x->block * x->variable->element_count * (r->months + 1) * sizeof *block);
        code = block ? append_variable(f, v, scenario, x, block) : NC_ENOMEM;
        free(block);
    }
    return code;
}

static int append_parameters(const members_file *f, const case_plan *plan, size_t scenario)
{
    const case_results *r = f->r;
    size_t count = r->c->parameter_count, start[] = {scenario, 0, 0}, counts[] = {1, 0, count};
    if (!count)
        return NC_NOERR;
    double *block = malloc(count * CHUNK_MEMBERS * sizeof *block);
    int code = block ? NC_NOERR : NC_ENOMEM;
    for (; start[1] < r->members && !code; start[1] += CHUNK_MEMBERS) {
        counts[1] = r->members - start[1] < CHUNK_MEMBERS ? r->members - start[1] : CHUNK_MEMBERS;
        for (size_t p = 0; p < count && !code; p++)
            if (!results_draws(r, plan, p, start[1], counts[1], block + p, count))
                code = NC_ENOMEM;
        if (!code)
            code = nc_put_vara_double(f->id, f->parameter, start, counts, block);
    }
    free(block);
    return code;
}

static int append_sound(const members_file *f, const members_view *v, size_t scenario)
{
    const case_results *r = f->r;
    signed char *sound = malloc(r->members ? r->members : 1);
    if (!sound)
        return NC_ENOMEM;
    for (size_t i = 0; i < r->members; i++)
        sound[i] = !v->bad[i];
    size_t start[] = {scenario, 0}, count[] = {1, r->members};
    int code = nc_put_vara_schar(f->id, f->sound, start, count, sound);
    free(sound);
    return code;
}

static int append_all(const members_file *f, const results_scenario *scenario, const members_view *v)
{
    const case_results *r = f->r;
    const case_scenario *s = &r->c->scenarios[scenario->scenario];
    size_t index = r->scenario_count;
    const char *name = s->name, *title = s->title;
    int code = nc_put_var1_string(f->id, f->scenario, &index, &name);
    code = code ? code : nc_put_var1_string(f->id, f->scenario_title, &index, &title);
    code = code ? code : append_sound(f, v, index);
    code = code ? code : append_parameters(f, scenario->plan, index);
    return code ? code : append_variables(f, v, index);
}

/* ---- The life of the file ------------------------------------------------ */

static truce_status open_file(members_file *f, const members_view *v, truce_error *error)
{
    char path[PATH_MAX];
    int code = output_set_path(f->set, "members.nc", path, sizeof path)
                   ? nc_create(path, NC_NETCDF4 | NC_NOCLOBBER, &f->id)
                   : NC_EINVAL;
    if (code)
        return netcdf_failed(f->path, code, error);
    f->open = true;
    int old;
    nc_set_fill(f->id, NC_NOFILL, &old);
    code = define_all(f, v);
    netcdf_names_free(&f->names);
    return code ? netcdf_failed(f->path, code, error) : TRUCE_OK;
}

truce_status members_file_create(arena *memory, const output_set *set, const char *directory,
                                 const case_results *r, const members_view *v, members_file **file,
                                 truce_error *error)
{
    TRY(netcdf_load(error));
    members_file *f = arena_alloc(memory, sizeof *f);
    if (!f)
        return error_memory(error);
    *f = (members_file){.memory = memory, .set = set, .r = r};
    f->path = arena_format(memory, "%s/members.nc", directory);
    if (!f->path)
        return error_memory(error);
    netcdf_lock();
    errno = 0;
    truce_status status = open_file(f, v, error);
    netcdf_unlock();
    if (f->open)
        *file = f;
    return status;
}

truce_status members_file_append(members_file *f, const results_scenario *scenario, const members_view *v,
                                 truce_error *error)
{
    netcdf_lock();
    errno = 0;
    int code = append_all(f, scenario, v);
    netcdf_unlock();
    return code ? netcdf_failed(f->path, code, error) : TRUCE_OK;
}

truce_status members_file_close(members_file *f, truce_error *error)
{
    if (!f || !f->open)
        return TRUCE_OK;
    netcdf_lock();
    errno = 0;
    int code = nc_sync(f->id);
    code = code ? code : nc_close(f->id);
    f->open = false;
    netcdf_unlock();
    return code ? netcdf_failed(f->path, code, error) : output_set_keep(f->set, "members.nc", error);
}

/* NetCDF 4.9 crashes in nc_close when the last of a file cannot be written (a report of open objects follows the failed
 * H5Fclose): a file that cannot be synced is left open, and goes with the process. */
void members_file_discard(members_file *f)
{
    if (!f || !f->open)
        return;
    netcdf_lock();
    if (nc_sync(f->id) == NC_NOERR)
        nc_close(f->id);
    netcdf_unlock();
    f->open = false;
}
