/* Series files: CSV by month (or what the case counts time in), strict, because a number that slips into the
 * wrong month is never seen again.
 *
 * Plain CSV (base/csv.c): no quoting, no comments, no empty lines. Every line is a month and every cell a
 * number or empty. */
#include "case/load.h"

#include <math.h>
#include <string.h>

enum { FILE_BYTES = 16 * 1024 * 1024 };

static truce_status read_header(csv_reader *s, arena *a, series_file *f)
{
    csv_cell c;
    bool found;
    if (csv_skip_mark(s)) {
        s->line = 1;
        return csv_wrong(s, "the file starts with a byte order mark; save it as plain UTF-8");
    }
    TRY(csv_next_line(s, &found));
    if (!found) {
        s->line = 1;
        return csv_wrong(s, "the file is empty");
    }
    size_t count = csv_count_cells(s) - 1;
    if (count == 0)
        return csv_wrong(s, "the file has no column besides the first; commas set columns apart");
    if (count > SERIES_COLUMNS)
        return csv_wrong(s, "the file has %zu columns, more than %d", count, SERIES_COLUMNS);
    TRY(csv_next_cell(s, &c));
    const char *period = time_unit_name(f->unit);
    if (c.length != strlen(period) || memcmp(c.bytes, period, c.length) != 0)
        return csv_wrong(s, "the first column must be called %s, not \"%.*s\"", period, (int)c.length,
                         c.bytes);
    const char **names = arena_array(a, count, sizeof *names);
    if (!names)
        return error_memory(s->error);
    for (size_t i = 0; i < count; i++) {
        TRY(csv_next_cell(s, &c));
        if (c.length == 0)
            return csv_wrong(s, "column %zu has no name", i + 2);
        if (!(names[i] = arena_clean_line(a, c.bytes, c.length)))
            return error_memory(s->error);
        for (size_t k = 0; k < i; k++)
            if (strcmp(names[k], names[i]) == 0)
                return csv_wrong(s, "two columns are called \"%s\"", names[i]);
    }
    f->columns = names;
    f->column_count = count;
    return TRUCE_OK;
}

static truce_status read_month(const csv_reader *s, csv_cell c, series_file *f, size_t row)
{
    char given[16] = "", right[16];
    const char *period = time_unit_name(f->unit);
    month m = 0;
    if (c.length < sizeof given)
        memcpy(given, c.bytes, c.length);
    if (!month_parse_in(f->unit, given, &m))
        return csv_wrong(s, "\"%.*s\" is not a %s such as %s", (int)(c.length < 40 ? c.length : 40), c.bytes,
                         period, time_unit_example(f->unit));
    if (row == 0)
        f->first = m;
    month expected = f->first + (month)row;
    month_iso(expected, right);
    if (m == expected - 1 && row > 0)
        return csv_wrong(s, "the %s %s is given twice", period, given);
    if (m > expected)
        return csv_wrong(s, "the %s %s is missing before %s", period, right, given);
    if (m < expected)
        return csv_wrong(s, "the %s %s is out of order, %s was expected", period, given, right);
    return TRUCE_OK;
}

static truce_status read_row(csv_reader *s, series_file *f, size_t row, size_t rows, double *values)
{
    size_t count = csv_count_cells(s);
    if (count != f->column_count + 1)
        return csv_wrong(s, "the line has %zu cells, the first line has %zu", count, f->column_count + 1);
    csv_cell c;
    TRY(csv_next_cell(s, &c));
    TRY(read_month(s, c, f, row));
    for (size_t i = 0; i < f->column_count; i++) {
        double value = NAN;
        TRY(csv_next_cell(s, &c));
        int shown = (int)(c.length < 40 ? c.length : 40);
        if (c.length && !text_to_number(c.bytes, c.length, &value))
            return csv_wrong(s, "\"%.*s\" in column \"%s\" is not a number", shown, c.bytes, f->columns[i]);
        if (c.length && !isfinite(value))
            return csv_wrong(s, "\"%.*s\" in column \"%s\" is not a finite number", shown, c.bytes,
                             f->columns[i]);
        values[i * rows + row] = value;
    }
    return TRUCE_OK;
}

static size_t count_lines(const csv_reader *s)
{
    size_t lines = 0;
    for (const char *at = s->at; at < s->end; lines++) {
        const char *stop = memchr(at, '\n', (size_t)(s->end - at));
        at = stop ? stop + 1 : s->end;
    }
    return lines;
}

static truce_status parse(csv_reader *s, arena *a, series_file *f)
{
    TRY(read_header(s, a, f));
    size_t rows = count_lines(s);
    if (rows == 0)
        return csv_wrong(s, "the file has no %s", time_unit_name(f->unit));
    /* A row has a comma for each column, so the cells are no more than the bytes of the file. */
    if (rows > (size_t)(s->end - s->at) / f->column_count + 1)
        rows = (size_t)(s->end - s->at) / f->column_count + 1;
    double *values = arena_array(a, rows * f->column_count, sizeof *values);
    if (!values)
        return error_memory(s->error);
    f->values = values;
    for (bool found;; f->months++) {
        TRY(csv_next_line(s, &found));
        if (!found)
            return TRUCE_OK;
        TRY(read_row(s, f, f->months, rows, values));
    }
}

truce_status series_file_read(arena *a, const truce_files *files, const char *path, time_unit unit,
                              series_file *file, truce_error *error)
{
    text content = {0};
    *file = (series_file){.path = path, .unit = unit};
    truce_status status = file_read(files, path, FILE_BYTES, &content, error);
    if (status == TRUCE_OK) {
        csv_reader s;
        csv_start(&s, path, &content, true, error);
        status = parse(&s, a, file);
    }
    text_free(&content);
    return status;
}
