/* truce run of a bare model or of a program file: one member, as CSV. */
#include "cli/cli.h"
#include "ensemble/ensemble.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "name=value" as given. The name is what stands before the last '='. */
typedef struct setting {
    const char *name;
    double value;
} setting;

typedef struct settings {
    arena memory;
    setting *items;
    size_t count;
} settings;

static int read_settings(const char *const *written, size_t count, settings *s)
{
    truce_error error = {0};
    s->items = arena_array(&s->memory, count, sizeof *s->items);
    for (size_t i = 0; s->items && i < count; i++) {
        const char *sign = strrchr(written[i], '=');
        char *name = sign ? arena_copy(&s->memory, written[i], (size_t)(sign - written[i])) : NULL;
        if (!sign || !text_to_number(sign + 1, strlen(sign + 1), &s->items[i].value) ||
            !isfinite(s->items[i].value))
            return usage_error("run", "--set takes NAME=NUMBER, not \"%s\"", written[i]);
        if (!name)
            break;
        s->items[i].name = name;
        s->count++;
    }
    if (s->items && s->count == count)
        return 0;
    error_memory(&error);
    return report_error(&error);
}

/* ---- The program -------------------------------------------------------------------------------------- */

/* A model is compiled with what is set, and the columns of data (may be NULL), as its inputs. */
static truce_status compile_model(const char *path, const settings *s, const truce_data *data,
                                  double tolerance, truce_program **program, truce_error *error)
{
    truce_model *model = NULL;
    size_t count = s->count + (data ? truce_data_column_count(data) : 0);
    truce_input *inputs = calloc(count + 1, sizeof *inputs);
    for (size_t i = 0; inputs && i < s->count; i++)
        inputs[i] = (truce_input){s->items[i].name, TRUCE_INPUT_PARAMETER};
    truce_program_options options = {.inputs = inputs, .input_count = count, .tolerance = tolerance};
    truce_status status = inputs ? truce_model_load(path, &model, error) : error_memory(error);
    if (status == TRUCE_OK && data)
        status = truce_data_inputs(data, model, inputs + s->count, error);
    if (status == TRUCE_OK)
        print_warnings(model);
    if (status == TRUCE_OK)
        status = truce_program_compile(model, &options, program, error);
    truce_model_destroy(model);
    free(inputs);
    return status;
}

/* What only the library can give to a program. */
static truce_status refuse_factors(const truce_program *program, const char *path, truce_error *error)
{
    if (truce_program_input_count(program, TRUCE_INPUT_FACTOR) == 0)
        return TRUCE_OK;
    return error_set(error, TRUCE_BAD_INPUT, path, 0,
                     "the program takes a factor for \"%s\", which only the library can give",
                     truce_program_input_name(program, TRUCE_INPUT_FACTOR, 0));
}

/* The schedules of the program from the data, which may be NULL when it has none. */
static truce_status find_schedules(const truce_program *program, const truce_data *data, const single_run *o,
                                   arena *a, const char *path, double **schedules, truce_error *error)
{
    size_t count = truce_program_input_count(program, TRUCE_INPUT_SCHEDULE);
    size_t steps = truce_program_step_count(program) + 1;
    if (count && !data)
        return error_set(error, TRUCE_BAD_INPUT, path, 0, "the program needs a series for \"%s\": --data",
                         truce_program_input_name(program, TRUCE_INPUT_SCHEDULE, 0));
    *schedules = arena_array(a, count * steps, sizeof **schedules);
    if (!*schedules)
        return error_memory(error);
    for (size_t i = 0; i < count * steps; i++)
        (*schedules)[i] = NAN;
    return data ? truce_data_schedules(data, o->interpolation, program, *schedules, error) : TRUCE_OK;
}

/* ---- Values ------------------------------------------------------------------------------------------- */

static bool same_name(arena *a, const char *x, const char *y, truce_status *status, truce_error *error)
{
    const char *first = name_fold(a, x, strlen(x)), *second = name_fold(a, y, strlen(y));
    if (!first || !second)
        *status = error_memory(error);
    return first && second && strcmp(first, second) == 0;
}

/* The setting of a parameter; `used` counts those found. */
static truce_status find_value(settings *s, const char *name, const char *path, size_t *used, double *value,
                               truce_error *error)
{
    truce_status status = TRUCE_OK;
    for (size_t i = 0; i < s->count && status == TRUCE_OK; i++)
        if (same_name(&s->memory, s->items[i].name, name, &status, error)) {
            *value = s->items[i].value;
            ++*used;
            return TRUCE_OK;
        }
    if (status != TRUCE_OK)
        return status;
    return error_set(error, TRUCE_BAD_INPUT, path, 0, "the program needs a value of \"%s\": --set \"%s=...\"",
                     name, name);
}

static truce_status refuse_unused(const truce_program *program, settings *s, const char *path,
                                  truce_error *error)
{
    size_t count = truce_program_input_count(program, TRUCE_INPUT_PARAMETER);
    const char **names = arena_array(&s->memory, count, sizeof *names);
    truce_status status = names ? TRUCE_OK : error_memory(error);
    for (size_t i = 0; names && i < count; i++)
        names[i] = truce_program_input_name(program, TRUCE_INPUT_PARAMETER, i);
    for (size_t i = 0; i < s->count && status == TRUCE_OK; i++) {
        bool known = false;
        for (size_t k = 0; k < count && status == TRUCE_OK && !known; k++)
            known = same_name(&s->memory, s->items[i].name, names[k], &status, error);
        char near[SUGGESTION_SIZE];
        if (status == TRUCE_OK && !known)
            return error_set(error, TRUCE_BAD_INPUT, path, 0, "the program has no input \"%s\"%s",
                             s->items[i].name, suggestion(near, s->items[i].name, names, count));
        for (size_t k = 0; k < i && status == TRUCE_OK; k++)
            if (same_name(&s->memory, s->items[i].name, s->items[k].name, &status, error))
                return error_set(error, TRUCE_BAD_INPUT, path, 0, "the input \"%s\" is set more than once",
                                 s->items[i].name);
    }
    return status;
}

/* One fixed value per parameter of the program. */
static truce_status find_values(const truce_program *program, settings *s, const char *path,
                                truce_distribution **values, truce_error *error)
{
    size_t count = truce_program_input_count(program, TRUCE_INPUT_PARAMETER), used = 0;
    *values = arena_array(&s->memory, count, sizeof **values);
    truce_status status = *values ? TRUCE_OK : error_memory(error);
    for (size_t i = 0; i < count && status == TRUCE_OK; i++) {
        (*values)[i] = (truce_distribution){.kind = TRUCE_FIXED, .scale = 1};
        status = find_value(s, truce_program_input_name(program, TRUCE_INPUT_PARAMETER, i), path, &used,
                            &(*values)[i].a, error);
    }
    if (status == TRUCE_OK && used < s->count)
        status = refuse_unused(program, s, path, error);
    return status;
}

/* ---- The run ------------------------------------------------------------------------------------------ */

int run_model(const target *t, const single_run *o)
{
    truce_error error = {0}, failure = {0};
    truce_program *program = NULL;
    truce_data *data = NULL;
    truce_distribution *values = NULL;
    double *schedules = NULL;
    settings s = {0};
    int code = read_settings(o->settings, o->setting_count, &s);
    if (code == 0 && o->output)
        code = file_prepare(o->output, t->path, o->force);
    if (code == 0) {
        truce_status status = o->data ? truce_data_load(o->data, &data, &error) : TRUCE_OK;
        if (status == TRUCE_OK)
            status = t->is_program ? truce_program_load(t->path, &program, &error)
                                   : compile_model(t->path, &s, data, o->tolerance, &program, &error);
        if (status == TRUCE_OK)
            status = refuse_factors(program, t->path, &error);
        if (status == TRUCE_OK)
            status = find_schedules(program, data, o, &s.memory, t->path, &schedules, &error);
        if (status == TRUCE_OK)
            status = find_values(program, &s, t->path, &values, &error);
        if (status == TRUCE_OK)
            status = member_write_csv(program, values, schedules, NULL, NULL, o->seed, o->member, o->output,
                                      &failure, &error);
        if (status != TRUCE_OK)
            code = report_error(&error);
    }
    truce_program_destroy(program);
    truce_data_destroy(data);
    arena_free(&s.memory);
    if (failure.status != TRUCE_OK) {
        fprintf(stderr, "truce: %s: the run failed: %s\n", t->path, strchr(failure.message, ':') + 2);
        return EXIT_RUN_FAILED;
    }
    return code;
}
