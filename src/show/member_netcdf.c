/* One run of a model as NetCDF by the CF conventions 1.8: a variable of the model is a variable of the file over
 * (its own dimensions, time), as in members.nc; without the model every output is one over time.
 *
 * The run is written while it is computed. Some rows are gathered, [row][output], and then written to every
 * variable, so that memory does not grow with the length of the run. The format is the classic one (CDF-5), where a
 * variable is an entry of the header and its numbers: HDF5 took 65 kB of memory for each of 12,000 variables. */
#include "base/netcdf.h"
#include "base/netcdf_file.h"
#include "ensemble/ensemble.h"
#include "model/model.h"
#include "results/words.h"
#include "show/member.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GATHERED_BYTES = 4 << 20, LEAST_ROWS = 128, MAX_DIMENSIONS = 32 };

/* A variable of the file: which outputs its elements are. */
typedef struct run_variable {
    int id, dimension_count;
    size_t counts[MAX_DIMENSIONS]; /* sizes of its dimensions, the time last */
    size_t first, elements;        /* in output_of */
} run_variable;

/* A dimension of the model in the file. */
typedef struct run_dimension {
    bool used;
    int id, coordinate;
    size_t letters; /* of its elements, at most */
} run_dimension;

typedef struct run_file {
    arena memory;
    const member_order *order;
    const truce_model *model; /* or NULL */
    const char *path;
    int id, code, time_dimension, time;
    netcdf_names names;
    run_dimension *dimensions; /* by dimension of the model */
    run_variable *variables;
    size_t variable_count;
    size_t *output_of; /* SIZE_MAX: the element is not saved */
    size_t output_of_count;
    double *rows, *block; /* gathered; of one variable */
    size_t room, gathered, first_save;
} run_file;

/* ---- Definitions --------------------------------------------------------------------------------------- */

static int define_globals(const run_file *f)
{
    char source[512];
    unsigned long long seed = f->order->seed, member = f->order->member;
    const char *name = f->model ? f->model->name : "";
    snprintf(source, sizeof source, "truce %s%s%.*s", truce_version(), *name ? ", model " : "",
             words_cut(name, 200), name);
    int code = netcdf_put_text(f->id, NC_GLOBAL, "Conventions", "CF-1.8");
    code = code ? code : netcdf_put_text(f->id, NC_GLOBAL, "title", name);
    code = code ? code : netcdf_put_text(f->id, NC_GLOBAL, "source", source);
    code = code ? code : netcdf_put_text(f->id, NC_GLOBAL, "truce_version", truce_version());
    code = code ? code : nc_put_att_ulonglong(f->id, NC_GLOBAL, "seed", NC_UINT64, 1, &seed);
    return code ? code : nc_put_att_ulonglong(f->id, NC_GLOBAL, "member", NC_UINT64, 1, &member);
}

static int define_time(run_file *f)
{
    size_t saves = truce_program_save_count(f->order->program);
    int code = nc_def_dim(f->id, "time", saves, &f->time_dimension);
    code = code ? code : nc_def_var(f->id, "time", NC_DOUBLE, 1, &f->time_dimension, &f->time);
    code = code ? code : netcdf_put_text(f->id, f->time, "long_name", "time of the model");
    if (f->model)
        code = code ? code : netcdf_put_text(f->id, f->time, "units", f->model->sim_specs.time_units);
    return code ? code : netcdf_put_text(f->id, f->time, "axis", "T");
}

/* The elements of a dimension are its coordinate: characters, padded with zeros to one length. They are written
 * once all is defined. */
static int define_dimension(run_file *f, size_t index)
{
    assert(index < f->model->dimension_count);
    const truce_dimension *d = &f->model->dimensions[index];
    const char *name = netcdf_name(&f->names, &f->memory, d->name), *letters = NULL;
    int dimensions[2], coordinate = -1;
    size_t length = 1;
    for (size_t i = 0; i < d->size; i++)
        length = strlen(d->elements[i]) > length ? strlen(d->elements[i]) : length;
    if (name)
        letters = netcdf_name(&f->names, &f->memory, arena_format(&f->memory, "%s_letters", name));
    int code = letters ? nc_def_dim(f->id, name, d->size, &dimensions[0]) : NC_ENOMEM;
    code = code ? code : nc_def_dim(f->id, letters, length, &dimensions[1]);
    code = code ? code : nc_def_var(f->id, name, NC_CHAR, 2, dimensions, &coordinate);
    code = code ? code : netcdf_put_text(f->id, coordinate, "long_name", d->name);
    code = code ? code : netcdf_put_text(f->id, coordinate, "_Encoding", "utf-8");
    f->dimensions[index] = (run_dimension){true, dimensions[0], coordinate, length};
    return code;
}

static int write_dimensions(run_file *f)
{
    int code = NC_NOERR;
    for (size_t i = 0; f->model && i < f->model->dimension_count && !code; i++) {
        const truce_dimension *d = &f->model->dimensions[i];
        size_t length = f->dimensions[i].letters;
        if (!f->dimensions[i].used)
            continue;
        char *letters = arena_array(&f->memory, d->size, length);
        for (size_t e = 0; letters && e < d->size; e++)
            memcpy(letters + e * length, d->elements[e], strlen(d->elements[e]));
        code = letters ? nc_put_var_text(f->id, f->dimensions[i].coordinate, letters) : NC_ENOMEM;
    }
    return code;
}

/* The dimensions of a variable of the model, before the time. */
static int find_dimensions(run_file *f, const truce_variable *variable, run_variable *v, int ids[])
{
    if (variable->dimension_count >= MAX_DIMENSIONS)
        return NC_EMAXDIMS;
    for (size_t i = 0; i < variable->dimension_count; i++) {
        size_t index = 0;
        while (index < f->model->dimension_count &&
               strcmp(f->model->dimensions[index].name, variable->dimensions[i]) != 0)
            index++;
        if (index == f->model->dimension_count)
            return NC_EBADDIM;
        int code = f->dimensions[index].used ? NC_NOERR : define_dimension(f, index);
        if (code)
            return code;
        v->counts[v->dimension_count] = f->model->dimensions[index].size;
        ids[v->dimension_count++] = f->dimensions[index].id;
    }
    return NC_NOERR;
}

static int define_values(run_file *f, run_variable *v, const char *name, const char *units, int ids[])
{
    const char *unique = netcdf_name(&f->names, &f->memory, name);
    ids[v->dimension_count++] = f->time_dimension;
    int code = unique ? nc_def_var(f->id, unique, NC_DOUBLE, v->dimension_count, ids, &v->id) : NC_ENOMEM;
    code = code ? code : netcdf_put_text(f->id, v->id, "long_name", name);
    code = code ? code : netcdf_put_text(f->id, v->id, "units", units);
    return code ? code : netcdf_put_text(f->id, v->id, "cell_methods", "time: point");
}

static int define_variable(run_file *f, const truce_variable *variable, const map *outputs)
{
    run_variable *v = &f->variables[f->variable_count];
    int ids[MAX_DIMENSIONS];
    bool saved = false;
    *v = (run_variable){.first = f->output_of_count, .elements = variable->element_count};
    for (size_t e = 0; e < variable->element_count; e++) {
        size_t output = map_get(outputs, truce_model_element_name(f->model, variable->first_element + e));
        saved = saved || output != SIZE_MAX;
        f->output_of[f->output_of_count++] = output;
    }
    if (!saved)
        return NC_NOERR;
    f->variable_count++;
    int code = find_dimensions(f, variable, v, ids);
    code = code ? code : define_values(f, v, variable->name, variable->units, ids);
    return code ? code : netcdf_put_text(f->id, v->id, "comment", variable->doc);
}

static int define_model(run_file *f)
{
    const truce_program *program = f->order->program;
    map outputs = {0};
    int code = NC_NOERR;
    for (size_t i = 0; i < truce_program_output_count(program) && !code; i++)
        if (!map_put(&outputs, truce_program_output_name(program, i), i, NULL))
            code = NC_ENOMEM;
    for (size_t i = 0; i < f->model->variable_count && !code; i++)
        code = define_variable(f, &f->model->variables[i], &outputs);
    map_free(&outputs);
    return code;
}

static int define_outputs(run_file *f)
{
    const truce_program *program = f->order->program;
    int code = NC_NOERR;
    for (size_t i = 0; i < truce_program_output_count(program) && !code; i++) {
        run_variable *v = &f->variables[f->variable_count++];
        int ids[MAX_DIMENSIONS];
        *v = (run_variable){.first = i, .elements = 1};
        f->output_of[i] = i;
        code = define_values(f, v, truce_program_output_name(program, i),
                             truce_program_output_units(program, i), ids);
    }
    return code;
}

static int define_all(run_file *f)
{
    int old;
    nc_set_fill(f->id, NC_NOFILL, &old);
    int code = netcdf_name(&f->names, &f->memory, "time") ? define_globals(f) : NC_ENOMEM;
    code = code ? code : define_time(f);
    code = code ? code : f->model ? define_model(f) : define_outputs(f);
    code = code ? code : nc_enddef(f->id);
    return code ? code : write_dimensions(f);
}

/* ---- Values --------------------------------------------------------------------------------------------- */

/* From [row][output] to [element][row]. */
static int write_variable(const run_file *f, const run_variable *v)
{
    size_t outputs = truce_program_output_count(f->order->program);
    for (size_t e = 0; e < v->elements; e++) {
        size_t output = f->output_of[v->first + e];
        for (size_t k = 0; k < f->gathered; k++)
            f->block[e * f->gathered + k] = output == SIZE_MAX ? NAN : f->rows[k * outputs + output];
    }
    size_t start[MAX_DIMENSIONS] = {0}, count[MAX_DIMENSIONS];
    memcpy(count, v->counts, sizeof count);
    start[v->dimension_count - 1] = f->first_save;
    count[v->dimension_count - 1] = f->gathered;
    return nc_put_vara_double(f->id, v->id, start, count, f->block);
}

static int write_gathered(run_file *f)
{
    int code = NC_NOERR;
    for (size_t k = 0; k < f->gathered && !code; k++) {
        size_t save = f->first_save + k;
        double time = truce_program_save_time(f->order->program, save);
        code = nc_put_var1_double(f->id, f->time, &save, &time);
    }
    for (size_t i = 0; i < f->variable_count && !code; i++)
        code = write_variable(f, &f->variables[i]);
    f->first_save += f->gathered;
    f->gathered = 0;
    return code;
}

static bool gather_row(void *context, size_t save, const double *row)
{
    run_file *f = context;
    size_t outputs = truce_program_output_count(f->order->program);
    (void)save;
    memcpy(f->rows + f->gathered++ * outputs, row, outputs * sizeof *row);
    if (f->gathered == f->room) {
        netcdf_lock();
        f->code = write_gathered(f);
        netcdf_unlock();
    }
    return f->code == NC_NOERR;
}

/* ---- The whole ------------------------------------------------------------------------------------------ */

static truce_status make_room(run_file *f, truce_error *error)
{
    const truce_program *program = f->order->program;
    size_t outputs = truce_program_output_count(program), saves = truce_program_save_count(program);
    size_t elements = f->model ? truce_model_element_count(f->model) : outputs, greatest = 1;
    size_t dimensions = f->model ? f->model->dimension_count : 0;
    for (size_t i = 0; f->model && i < f->model->variable_count; i++)
        if (f->model->variables[i].element_count > greatest)
            greatest = f->model->variables[i].element_count;
    f->room = GATHERED_BYTES / sizeof(double) / (outputs ? outputs : 1);
    f->room = f->room < LEAST_ROWS ? LEAST_ROWS : f->room;
    f->room = f->room > saves ? saves : f->room;
    f->dimensions = arena_array(&f->memory, dimensions + 1, sizeof *f->dimensions);
    f->variables = arena_array(&f->memory, elements + 1, sizeof *f->variables);
    f->output_of = arena_array(&f->memory, elements + 1, sizeof *f->output_of);
    f->rows = arena_array(&f->memory, f->room * outputs + 1, sizeof *f->rows);
    f->block = arena_array(&f->memory, f->room * greatest, sizeof *f->block);
    if (!f->dimensions || !f->variables || !f->output_of || !f->rows || !f->block)
        return error_memory(error);
    return TRUCE_OK;
}

/* False when there is no file. */
static bool start_file(run_file *f, const char *target)
{
    netcdf_lock();
    errno = 0;
    f->code = nc_create(target, NC_64BIT_DATA, &f->id);
    bool made = f->code == NC_NOERR;
    if (made)
        f->code = define_all(f);
    netcdf_unlock();
    return made;
}

static void end_file(run_file *f)
{
    netcdf_lock();
    if (!f->code)
        f->code = write_gathered(f);
    int code = nc_close(f->id);
    f->code = f->code ? f->code : code;
    netcdf_unlock();
}

static truce_status write_run(run_file *f, const char *target, truce_error *failure, truce_error *error)
{
    truce_status status = TRUCE_OK;
    if (start_file(f, target)) {
        if (!f->code)
            status = member_rows(f->order, gather_row, f, failure, error);
        end_file(f);
    }
    return status != TRUCE_OK || !f->code ? status : netcdf_failed(f->path, f->code, error);
}

static truce_status write_file(run_file *f, truce_error *failure, truce_error *error)
{
    output_file file;
    char target[PATH_MAX];
    TRY(make_room(f, error));
    TRY(netcdf_load(error));
    TRY(output_open(&file, f->path, error));
    truce_status status = output_path(&file, target, sizeof target)
                              ? write_run(f, target, failure, error)
                              : error_set(error, TRUCE_RUN_FAILED, f->path, 0, "the path is too long");
    if (status == TRUCE_OK)
        return output_commit(&file, error);
    output_discard(&file);
    return status;
}

truce_status member_write_netcdf(const member_order *order, const truce_model *model, const char *path,
                                 truce_error *failure, truce_error *error)
{
    run_file f = {.order = order, .model = model, .path = path};
    truce_status status = write_file(&f, failure, error);
    netcdf_names_free(&f.names);
    arena_free(&f.memory);
    return status;
}
