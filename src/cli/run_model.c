/* truce run of a bare model or of a program file: one member, as CSV. */
#include "cli/cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "name=value" as given. The name is what stands before the last '='. */
typedef struct setting {
    const char *name;
    double value;
} setting;

typedef struct settings {
    setting *items;
    char *names; /* of all of them */
    size_t count;
} settings;

static void free_settings(settings *s)
{
    free(s->items);
    free(s->names);
}

static int read_settings(const char *const *written, size_t count, settings *s)
{
    size_t room = 1;
    truce_error error = {0};
    for (size_t i = 0; i < count; i++)
        room += strlen(written[i]) + 1;
    s->items = calloc(count + 1, sizeof *s->items);
    char *name = s->names = calloc(room, 1);
    if (!s->items || !s->names) {
        error_no_memory(&error);
        return report_error(&error);
    }
    for (size_t i = 0; i < count; i++) {
        const char *sign = strrchr(written[i], '=');
        if (!sign || !read_number(sign + 1, &s->items[i].value))
            return !isfinite(s->items[i].value)
                       ? usage_error("run", "--set takes a finite number, and that of \"%s\" is not",
                                     written[i])
                       : usage_error("run", "--set takes NAME=NUMBER, not \"%s\"", written[i]);
        s->items[i].name = memcpy(name, written[i], (size_t)(sign - written[i]));
        name += sign - written[i] + 1;
        s->count++;
    }
    return 0;
}

/* ---- The program -------------------------------------------------------------------------------------- */

/* Without data of the user's own, the series that the model imports. */
static truce_status import_data(const truce_model *model, truce_data **data, truce_error *error)
{
    if (*data)
        return TRUCE_OK;
    truce_status status = truce_model_data(model, data, error);
    if (status == TRUCE_OK && *data)
        print_line(stderr, "truce: series of times from %s, which the model imports", truce_data_path(*data));
    return status;
}

/* A model is compiled with what is set, and the columns of data (NULL: what it imports), as its inputs. The
 * caller destroys it. */
static truce_status compile_model(const char *path, const settings *s, truce_data **data, double tolerance,
                                  truce_model **model, truce_program **program, truce_error *error)
{
    truce_status status = truce_model_load_from(inputs_files(), path, model, error);
    if (status == TRUCE_OK && tolerance != 0 && truce_model_sim_specs(*model)->method != TRUCE_RK45)
        status = error_make(error, TRUCE_BAD_USAGE, path,
                            "--tolerance is for the method RK45, which is not the model's");
    if (status == TRUCE_OK)
        status = import_data(*model, data, error);
    size_t columns = status == TRUCE_OK && *data ? truce_data_column_count(*data) : 0;
    truce_input *inputs = calloc(s->count + columns + 1, sizeof *inputs);
    for (size_t i = 0; inputs && i < s->count; i++)
        inputs[i] = (truce_input){s->items[i].name, TRUCE_INPUT_PARAMETER};
    truce_program_options options = {
        .inputs = inputs, .input_count = s->count + columns, .tolerance = tolerance};
    if (status == TRUCE_OK && !inputs)
        status = error_no_memory(error);
    if (status == TRUCE_OK && *data)
        status = truce_data_inputs(*data, *model, inputs + s->count, error);
    if (status == TRUCE_OK) {
        print_warnings(*model);
        status = truce_program_compile(*model, &options, program, error);
    }
    free(inputs);
    return status;
}

/* What only the library can give to a program. */
static truce_status refuse_factors(const truce_program *program, const char *path, truce_error *error)
{
    if (truce_program_input_count(program, TRUCE_INPUT_FACTOR) == 0)
        return TRUCE_OK;
    return error_make(error, TRUCE_BAD_INPUT, path,
                      "the program takes a factor for \"%s\", which only the library can give",
                      truce_program_input_name(program, TRUCE_INPUT_FACTOR, 0));
}

/* The schedules of the program from the data, which may be NULL when it has none. */
static truce_status find_schedules(const truce_program *program, const truce_data *data, const single_run *o,
                                   const char *path, double **schedules, truce_error *error)
{
    size_t count = truce_program_input_count(program, TRUCE_INPUT_SCHEDULE);
    size_t steps = truce_program_step_count(program) + 1;
    if (count && !data)
        return error_make(error, TRUCE_BAD_INPUT, path, "the program needs a series for \"%s\": --data",
                          truce_program_input_name(program, TRUCE_INPUT_SCHEDULE, 0));
    *schedules = calloc(count * steps + 1, sizeof **schedules);
    if (!*schedules)
        return error_no_memory(error);
    for (size_t i = 0; i < count * steps; i++)
        (*schedules)[i] = NAN;
    return data ? truce_data_schedules(data, o->interpolation, program, *schedules, error) : TRUCE_OK;
}

/* ---- Values ------------------------------------------------------------------------------------------- */

/* Which parameter of the program a setting is of. */
static truce_status find_parameter(const truce_program *program, const char *name, const char *path,
                                   size_t *parameter, truce_error *error)
{
    *parameter = truce_program_find_input(program, TRUCE_INPUT_PARAMETER, name);
    if (*parameter != SIZE_MAX)
        return TRUCE_OK;
    char near[SUGGESTION_SIZE];
    size_t count = truce_program_input_count(program, TRUCE_INPUT_PARAMETER);
    const char **names = calloc(count + 1, sizeof *names);
    if (!names)
        return error_no_memory(error);
    for (size_t i = 0; i < count; i++)
        names[i] = truce_program_input_name(program, TRUCE_INPUT_PARAMETER, i);
    error_make(error, TRUCE_BAD_INPUT, path, "the program has no input \"%s\"%s", name,
               suggestion(near, name, names, count));
    free(names);
    return error->status;
}

/* One fixed value per parameter of the program. */
static truce_status find_values(const truce_program *program, const settings *s, const char *path,
                                truce_distribution **values, truce_error *error)
{
    size_t count = truce_program_input_count(program, TRUCE_INPUT_PARAMETER), p;
    *values = calloc(count + 1, sizeof **values);
    if (!*values)
        return error_no_memory(error);
    for (size_t i = 0; i < s->count; i++) {
        truce_status status = find_parameter(program, s->items[i].name, path, &p, error);
        if (status != TRUCE_OK)
            return status;
        if ((*values)[p].scale != 0)
            return error_make(error, TRUCE_BAD_INPUT, path, "the input \"%s\" is set more than once",
                              s->items[i].name);
        (*values)[p] = (truce_distribution){.kind = TRUCE_FIXED, .a = s->items[i].value, .scale = 1};
    }
    for (p = 0; p < count; p++)
        if ((*values)[p].scale == 0) {
            const char *name = truce_program_input_name(program, TRUCE_INPUT_PARAMETER, p);
            return error_make(error, TRUCE_BAD_INPUT, path,
                              "the program needs a value of \"%s\": --set \"%s=...\"", name, name);
        }
    return TRUCE_OK;
}

/* ---- The run ------------------------------------------------------------------------------------------ */

/* What a run stands on. */
typedef struct prepared {
    settings s;
    truce_model *model; /* NULL for a program from a file */
    truce_program *program;
    truce_data *data;
    truce_distribution *values;
    double *schedules;
} prepared;

static void free_prepared(prepared *p)
{
    truce_model_destroy(p->model);
    truce_program_destroy(p->program);
    truce_data_destroy(p->data);
    free(p->schedules);
    free(p->values);
    free_settings(&p->s);
}

static truce_status prepare(const target *t, const single_run *o, prepared *p, truce_error *error)
{
    truce_status status = o->data ? truce_data_load(o->data, &p->data, error) : TRUCE_OK;
    if (status == TRUCE_OK)
        status = t->is_program
                     ? truce_program_load(t->path, &p->program, error)
                     : compile_model(t->path, &p->s, &p->data, o->tolerance, &p->model, &p->program, error);
    if (status == TRUCE_OK)
        status = refuse_factors(p->program, t->path, error);
    if (status == TRUCE_OK)
        status = find_schedules(p->program, p->data, o, t->path, &p->schedules, error);
    if (status == TRUCE_OK)
        status = find_values(p->program, &p->s, t->path, &p->values, error);
    return status;
}

static bool is_netcdf(const char *path)
{
    size_t length = path ? strlen(path) : 0;
    return length > 3 && strcmp(path + length - 3, ".nc") == 0;
}

static truce_status write_run(const prepared *p, const single_run *o, truce_error *failure,
                              truce_error *error)
{
    if (is_netcdf(o->output))
        return truce_program_write_netcdf(p->program, p->model, p->values, p->schedules, NULL, o->seed,
                                          o->member, o->output, not_interrupted, NULL, failure, error);
    return truce_program_write_csv(p->program, p->values, p->schedules, NULL, o->seed, o->member, o->output,
                                   not_interrupted, NULL, failure, error);
}

int run_model(const target *t, const single_run *o)
{
    truce_error error = {0}, failure = {0};
    prepared p = {0};
    char *made = NULL;
    int code = read_settings(o->settings, o->setting_count, &p.s);
    if (code == 0 && o->data)
        code = input_count(o->data);
    if (code == 0 && prepare(t, o, &p, &error) != TRUCE_OK)
        code = report_error(&error);
    if (code == 0 && o->output)
        code = file_prepare(o->output, o->force, &made);
    if (code == 0 && write_run(&p, o, &failure, &error) != TRUCE_OK)
        code = report_error(&error);
    free_prepared(&p);
    code = file_end(o->output, made, code);
    if (failure.status != TRUCE_OK) {
        print_line(stderr, "truce: %s: the run failed: %s", t->path, strchr(failure.message, ':') + 2);
        return EXIT_RUN_FAILED;
    }
    return code;
}
