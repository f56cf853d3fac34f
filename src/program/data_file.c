/* Data: series by time, from a CSV file to the schedules of a program.
 *
 * The file is CSV in its free form (base/csv.c), with cells apart by commas, by tabs when the first line has
 * one, or by semicolons when it has those and no comma; then decimals may have commas, as spreadsheets of
 * countries that write numbers so save them. A byte order mark is skipped. The first line names the columns.
 * The first column is the time, in the unit of the model and rising; the others are elements. An empty cell
 * is a time without a value.
 *
 * A schedule has one value per step, and not-a-number where the element's equation holds. Times are compared
 * within a millionth of DT, because steps are sums of DT and files hold decimals. */
#include "model/model.h"
#include "program/program.h"

#include <assert.h>
#include <stdlib.h>

enum { DATA_FILE_LIMIT = 64 << 20, COLUMN_LIMIT = 1 << 16 };

static const double tolerance_of_dt = 1e-6;

typedef struct data_row {
    double time;
    int line;
} data_row;

struct truce_data {
    arena memory;
    const char *path;
    const char **names, **keys; /* [column], as written and as compared */
    size_t column_count, column_capacity, key_capacity;
    data_row *rows;
    size_t row_count, row_capacity;
    double *values; /* [row][column] */
    size_t value_count, value_capacity;
};

/* ---- The file ----------------------------------------------------------------------------------------- */

typedef struct data_reader {
    csv_reader csv;
    truce_data *data;
} data_reader;

static truce_status refuse_encoding(const data_reader *s, csv_cell c)
{
    const char *wrong = text_not_utf8(c.bytes, c.length);
    if (!wrong)
        return TRUCE_OK;
    return csv_wrong(&s->csv,
                     "the file is not in UTF-8: the name of column %zu has the byte 0x%02X; save it as UTF-8",
                     s->data->column_count + 2, (unsigned)(unsigned char)*wrong);
}

static truce_status add_column(data_reader *s, csv_cell c)
{
    TRY(refuse_encoding(s, c));
    truce_data *d = s->data;
    const char *name = csv_name(&d->memory, c);
    const char *key = name ? element_key(&d->memory, name) : NULL;
    if (!key)
        return error_memory(s->csv.error);
    if (!key[0])
        return csv_wrong(&s->csv, "column %zu has no name", d->column_count + 2);
    if (d->column_count == COLUMN_LIMIT)
        return csv_wrong(&s->csv, "the file has more than %d columns", COLUMN_LIMIT);
    size_t keys = d->column_count;
    if (!ARENA_PUSH(&d->memory, d->keys, keys, d->key_capacity, key) ||
        !ARENA_PUSH(&d->memory, d->names, d->column_count, d->column_capacity, name))
        return error_memory(s->csv.error);
    return TRUCE_OK;
}

static truce_status refuse_repeated(const data_reader *s)
{
    map seen = {0};
    truce_status status = TRUCE_OK;
    for (size_t i = 0; i < s->data->column_count && status == TRUCE_OK; i++) {
        size_t before = map_get(&seen, s->data->keys[i]);
        if (before != SIZE_MAX)
            status = csv_wrong(&s->csv, "columns %zu and %zu are both called \"%.100s\"", before + 2, i + 2,
                               s->data->names[i]);
        else if (!map_put(&seen, s->data->keys[i], i, NULL))
            status = error_memory(s->csv.error);
    }
    map_free(&seen);
    return status;
}

static truce_status read_header(data_reader *s)
{
    csv_cell c;
    double number;
    bool found;
    csv_skip_mark(&s->csv);
    TRY(csv_next_line(&s->csv, &found));
    if (!found) {
        s->csv.line = 1;
        return csv_wrong(&s->csv, "the file is empty");
    }
    s->csv.separator = csv_has(&s->csv, '\t')                            ? '\t'
                       : csv_has(&s->csv, ';') && !csv_has(&s->csv, ',') ? ';'
                                                                         : ',';
    truce_status status = csv_next_cell(&s->csv, &c);
    if (status == TRUCE_OK && text_to_number(c.bytes, c.length, &number))
        return csv_wrong(&s->csv, "the first line must name the columns, and starts with the number %.*s",
                         (int)(c.length < 40 ? c.length : 40), c.bytes);
    if (status == TRUCE_OK && s->csv.last)
        return csv_wrong(&s->csv,
                         "the file has no column besides the first, which is the time; columns stand "
                         "apart by commas, semicolons or tabs");
    while (status == TRUCE_OK && !s->csv.last) {
        status = csv_next_cell(&s->csv, &c);
        if (status == TRUCE_OK)
            status = add_column(s, c);
    }
    return status == TRUCE_OK ? refuse_repeated(s) : status;
}

/* column: its name; NULL: the first, whatever it is called. */
static truce_status read_number(const data_reader *s, csv_cell c, const char *column, double *value)
{
    char *comma = s->csv.separator == ';' ? memchr(c.bytes, ',', c.length) : NULL;
    if (comma)
        *comma = '.';
    if (text_to_number(c.bytes, c.length, value) && isfinite(*value))
        return TRUCE_OK;
    if (comma)
        *comma = ',';
    int shown = (int)(c.length < 40 ? c.length : 40);
    if (!column)
        return csv_wrong(&s->csv,
                         "\"%.*s\" in the first column, which is the model's time, is not a finite number",
                         shown, c.bytes);
    return csv_wrong(&s->csv, "\"%.*s\" in column \"%.100s\" is not a finite number", shown, c.bytes, column);
}

/* "2024-01", as cases have it. */
static bool is_date(csv_cell c)
{
    size_t digits = 0;
    while (digits < c.length && c.bytes[digits] >= '0' && c.bytes[digits] <= '9')
        digits++;
    return digits == 4 && digits + 1 < c.length && c.bytes[digits] == '-';
}

static truce_status read_time(data_reader *s, csv_cell c)
{
    truce_data *d = s->data;
    if (is_date(c))
        return csv_wrong(
            &s->csv,
            "\"%.*s\" in the first column is a date, and a model by itself counts time in numbers: "
            "write the model's own times; dates need a case",
            (int)(c.length < 40 ? c.length : 40), c.bytes);
    data_row row = {.line = s->csv.line};
    truce_status status = read_number(s, c, NULL, &row.time);
    if (status != TRUCE_OK)
        return status;
    const data_row *before = d->row_count ? &d->rows[d->row_count - 1] : NULL;
    if (before && row.time == before->time)
        return csv_wrong(&s->csv, "the time %g is given twice, first on line %d", row.time, before->line);
    if (before && row.time < before->time)
        return csv_wrong(&s->csv, "the time %g comes after %g on line %d; times must rise", row.time,
                         before->time, before->line);
    return ARENA_PUSH(&d->memory, d->rows, d->row_count, d->row_capacity, row) ? TRUCE_OK
                                                                               : error_memory(s->csv.error);
}

static truce_status read_row(data_reader *s)
{
    truce_data *d = s->data;
    csv_cell c;
    truce_status status = csv_next_cell(&s->csv, &c);
    if (status == TRUCE_OK)
        status = read_time(s, c);
    size_t count = 0;
    for (; status == TRUCE_OK && !s->csv.last; count++) {
        double value = NAN;
        status = csv_next_cell(&s->csv, &c);
        if (status == TRUCE_OK && count == d->column_count)
            return csv_wrong(&s->csv, "the line has more cells than the first line, which has %zu",
                             count + 1);
        if (status == TRUCE_OK && c.length)
            status = read_number(s, c, d->names[count], &value);
        if (status == TRUCE_OK &&
            !ARENA_PUSH(&d->memory, d->values, d->value_count, d->value_capacity, value))
            status = error_memory(s->csv.error);
    }
    if (status == TRUCE_OK && count < d->column_count)
        return csv_wrong(&s->csv, "the line has %zu cells, the first line has %zu", count + 1,
                         d->column_count + 1);
    return status;
}

static truce_status read_all(truce_data *d, text *content, truce_error *error)
{
    data_reader s = {.data = d};
    bool found;
    csv_start(&s.csv, d->path, content, false, error);
    TRY(read_header(&s));
    TRY(csv_next_line(&s.csv, &found));
    while (found) {
        TRY(read_row(&s));
        TRY(csv_next_line(&s.csv, &found));
    }
    return d->row_count ? TRUCE_OK : csv_wrong(&s.csv, "the file has no times");
}

static truce_status load_from(const truce_files *files, const char *path, truce_data **data,
                              truce_error *error)
{
    if (!path || !data)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a path and a place for the data are needed");
    text content = {0};
    truce_data *d = calloc(1, sizeof *d);
    truce_status status = d && (d->path = arena_string(&d->memory, path))
                              ? file_read(files, path, DATA_FILE_LIMIT, &content, error)
                              : error_memory(error);
    if (status == TRUCE_OK)
        status = read_all(d, &content, error);
    text_free(&content);
    if (status == TRUCE_OK)
        *data = d;
    else
        truce_data_destroy(d);
    return status;
}

truce_status truce_data_load(const char *path, truce_data **data, truce_error *error)
{
    return load_from(NULL, path, data, error);
}

/* ---- What a model imports -------------------------------------------------------------------------------- */

/* The file of the last name of a resource, beside the model. NULL: no CSV file, or no memory. */
static const char *path_beside(arena *a, const truce_model *model, const char *resource)
{
    static const char ending[] = ".csv";
    const char *last = resource + strlen(resource), *slash = strrchr(model->file, '/');
    while (last > resource && last[-1] != '/' && last[-1] != '\\' && last[-1] != ':')
        last--;
    size_t length = strlen(last);
    if (length < sizeof ending || strcmp(last + length - strlen(ending), ending) != 0)
        return NULL;
    return arena_format(a, "%.*s%s", slash ? (int)(slash + 1 - model->file) : 0, model->file, last);
}

/* Does the file begin with a column of times? One that is not there, or is a list of constants, does not. */
static truce_status begins_with_time(arena *a, const truce_model *model, const char *path, bool *begins,
                                     truce_error *error)
{
    text content = {0};
    char line[256] = "";
    truce_error reason = {0};
    truce_status status = file_read(model->files, path, DATA_FILE_LIMIT, &content, &reason);
    if (status == TRUCE_RUN_FAILED && error)
        *error = reason;
    size_t length = content.length < sizeof line ? content.length : sizeof line - 1;
    if (length)
        memcpy(line, content.bytes, length);
    text_free(&content);
    const char *start = strncmp(line, "\xEF\xBB\xBF", 3) == 0 ? line + 3 : line;
    start += strspn(start, "\" ");
    size_t end = strcspn(start, "\",;\t\r\n");
    const char *units = model->sim_specs.time_units;
    char *name = status == TRUCE_OK && length ? name_fold(a, start, end) : NULL;
    char *unit = name_fold(a, units, strlen(units));
    *begins = name && unit && *name && (strcmp(name, "time") == 0 || strcmp(name, unit) == 0);
    return status == TRUCE_RUN_FAILED ? status : TRUCE_OK;
}

truce_status truce_model_data(const truce_model *model, truce_data **data, truce_error *error)
{
    REQUIRE(model, "model");
    REQUIRE(data, "data");
    arena scratch = {0};
    const char *found = NULL;
    truce_status status = TRUCE_OK;
    *data = NULL;
    for (size_t i = 0; i < model->import_count && status == TRUCE_OK; i++) {
        const char *path = path_beside(&scratch, model, model->imports[i]);
        if (path && !file_is_beside(model->files, path, model->file))
            status = error_set(error, TRUCE_BAD_INPUT, model->file, 0,
                               "the file \"%.200s\" that the model imports is not in the folder of the model",
                               path);
        bool begins = false;
        if (status == TRUCE_OK && path)
            status = begins_with_time(&scratch, model, path, &begins, error);
        if (status != TRUCE_OK || !begins || (found && strcmp(found, path) == 0))
            continue;
        if (found)
            status = error_set(
                error, TRUCE_BAD_INPUT, model->file, 0,
                "the model imports series from two files, \"%.200s\" and \"%.200s\": put them into one",
                found, path);
        found = path;
    }
    if (found && status == TRUCE_OK)
        status = load_from(model->files, found, data, error);
    arena_free(&scratch);
    return status;
}

const char *truce_data_path(const truce_data *data)
{
    return data ? data->path : NULL;
}

void truce_data_destroy(truce_data *data)
{
    if (!data)
        return;
    arena_free(&data->memory);
    free(data);
}

size_t truce_data_column_count(const truce_data *data)
{
    return data ? data->column_count : 0;
}

const char *truce_data_column_name(const truce_data *data, size_t column)
{
    return data && column < data->column_count ? data->names[column] : NULL;
}

truce_status truce_data_inputs(const truce_data *data, const truce_model *model, truce_input *inputs,
                               truce_error *error)
{
    REQUIRE(data, "data");
    REQUIRE(model, "model");
    REQUIRE(inputs, "inputs");
    for (size_t i = 0; i < data->column_count; i++) {
        size_t found = model_find_element(model, data->names[i]);
        size_t variable = found == SIZE_MAX ? truce_model_find(model, data->names[i]) : SIZE_MAX;
        if (variable != SIZE_MAX && model->variables[variable].dimension_count > 0)
            return error_set(error, TRUCE_BAD_INPUT, data->path, 1,
                             "\"%.100s\" is an array; a column is one of its elements, such as \"%.100s\"",
                             data->names[i],
                             truce_model_element_name(model, model->variables[variable].first_element));
        if (found == SIZE_MAX)
            return model_unknown_name(model, data->names[i], data->path, 1, error);
        inputs[i] = (truce_input){truce_model_element_name(model, found), TRUCE_INPUT_SCHEDULE};
    }
    return TRUCE_OK;
}

/* ---- From times to steps ------------------------------------------------------------------------------ */

static double value_at(const truce_data *d, size_t row, size_t column)
{
    assert(row < d->row_count && column < d->column_count);
    return d->values[row * d->column_count + column];
}

/* The first row from `row` on with a value in the column; row_count when there is none. */
static size_t next_known(const truce_data *d, size_t row, size_t column)
{
    assert(column < d->column_count);
    while (row < d->row_count && isnan(value_at(d, row, column)))
        row++;
    return row;
}

/* The value at a time with `before` the last known row up to it (SIZE_MAX: none) and `after` the next. */
static double between(const truce_data *d, size_t column, truce_interpolation how, double time, double room,
                      size_t before, size_t after)
{
    assert(before == SIZE_MAX || before < d->row_count);
    if (before == SIZE_MAX)
        return NAN;
    double from = d->rows[before].time, value = value_at(d, before, column);
    if (how == TRUCE_INTERPOLATE_PREVIOUS || fabs(time - from) <= room)
        return value;
    if (how == TRUCE_INTERPOLATE_NONE || after == d->row_count)
        return NAN;
    double part = (time - from) / (d->rows[after].time - from);
    return value + (value_at(d, after, column) - value) * part;
}

/* The same for a data variable, which says itself how it is read: it has a value at any time. */
static double read_between(const truce_data *d, size_t column, data_reading how, double time, double room,
                           size_t before, size_t after)
{
    static const double missing = -0x1p109; /* :NA: */
    bool first = before == SIZE_MAX, last = after == d->row_count;
    if (first && last)
        return NAN;
    if (how == READING_RAW)
        return first || time - d->rows[before].time > room ? missing : value_at(d, before, column);
    if (first || (!last && how == READING_FORWARD && time - d->rows[before].time > room))
        return value_at(d, after, column);
    bool held = last || how != READING_LINEAR;
    return between(d, column, held ? TRUCE_INTERPOLATE_PREVIOUS : TRUCE_INTERPOLATE_LINEAR, time, room,
                   before, after);
}

/* Without interpolation a value between two steps would be lost. */
static truce_status check_times(const truce_data *d, size_t column, const truce_program *p,
                                truce_error *error)
{
    double room = tolerance_of_dt * p->dt, stop = truce_program_step_time(p, p->step_count);
    for (size_t row = next_known(d, 0, column); row < d->row_count; row = next_known(d, row + 1, column)) {
        double time = d->rows[row].time;
        if (time < p->start - room || time > stop + room)
            continue;
        size_t step = (size_t)fmax(floor((time - p->start) / p->dt + 0.5), 0);
        if (fabs(truce_program_step_time(p, step) - time) > room)
            return error_set(
                error, TRUCE_BAD_INPUT, d->path, d->rows[row].line,
                "the time %g of \"%.100s\" lies between two steps of %g, and without interpolation its "
                "value would be lost",
                time, d->names[column], p->dt);
    }
    return TRUCE_OK;
}

/* The schedule of a column; `how` is what the caller says, and a data variable says it itself. */
static truce_status fill_schedule(const truce_data *d, size_t column, truce_interpolation how,
                                  data_reading own, const truce_program *p, double *schedule,
                                  truce_error *error)
{
    assert(column < d->column_count);
    double room = tolerance_of_dt * p->dt;
    size_t before = SIZE_MAX, after = next_known(d, 0, column), filled = 0;
    if (how == TRUCE_INTERPOLATE_NONE && own == READING_OF_CALLER) {
        truce_status status = check_times(d, column, p, error);
        if (status != TRUCE_OK)
            return status;
    }
    for (size_t step = 0; step <= p->step_count; step++) {
        double time = truce_program_step_time(p, step);
        while (after < d->row_count && d->rows[after].time <= time + room) {
            before = after;
            after = next_known(d, after + 1, column);
        }
        schedule[step] = own == READING_OF_CALLER ? between(d, column, how, time, room, before, after)
                                                  : read_between(d, column, own, time, room, before, after);
        filled += !isnan(schedule[step]);
    }
    return filled ? TRUCE_OK
                  : error_set(error, TRUCE_BAD_INPUT, d->path, 0,
                              "column \"%.100s\" has no value for any step of the run from %g to %g",
                              d->names[column], p->start, truce_program_step_time(p, p->step_count));
}

truce_status truce_data_schedules(const truce_data *data, truce_interpolation how,
                                  const truce_program *program, double *schedules, truce_error *error)
{
    REQUIRE(data, "data");
    REQUIRE(program, "program");
    REQUIRE(schedules, "schedules");
    if ((unsigned)how > TRUCE_INTERPOLATE_NONE)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "there is no interpolation %d", (int)how);
    arena scratch = {0};
    map columns = {0};
    bool *used = arena_array(&scratch, data->column_count, sizeof *used);
    truce_status status = used ? TRUCE_OK : error_memory(error);
    for (size_t i = 0; i < data->column_count && status == TRUCE_OK; i++)
        if (!map_put(&columns, data->keys[i], i, NULL))
            status = error_memory(error);
    for (size_t i = 0; i < program->input_counts[TRUCE_INPUT_SCHEDULE] && status == TRUCE_OK; i++) {
        const char *key = element_key(&scratch, program->inputs[TRUCE_INPUT_SCHEDULE][i]);
        size_t column = key ? map_get(&columns, key) : SIZE_MAX;
        if (!key)
            status = error_memory(error);
        if (column == SIZE_MAX)
            continue;
        used[column] = true;
        data_reading own = (data_reading)program->readings[TRUCE_INPUT_SCHEDULE][i];
        status =
            fill_schedule(data, column, how, own, program, schedules + i * (program->step_count + 1), error);
    }
    for (size_t i = 0; i < data->column_count && status == TRUCE_OK; i++)
        if (!used[i])
            status = error_set(error, TRUCE_BAD_INPUT, data->path, 1,
                               "column \"%.100s\" is not a schedule of the program", data->names[i]);
    map_free(&columns);
    arena_free(&scratch);
    return status;
}
