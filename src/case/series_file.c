/* Series files: CSV by month, strict, because a number that slips into the wrong month is never seen again.
 *
 * No quoting, no comments, no empty lines: every line is a month and every cell a number or empty. */
#include "case/load.h"

#include <math.h>
#include <string.h>

enum { FILE_BYTES = 16 * 1024 * 1024 };

typedef struct scanner {
    const char *path;
    truce_error *error;
    const char *at, *end; /* what is left */
    int line;             /* of the line last taken */
} scanner;

typedef struct cell {
    const char *bytes;
    size_t length;
} cell;

static truce_status wrong(const scanner *s, const char *format, ...) PRINTF_LIKE(2, 3);
static truce_status wrong(const scanner *s, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return error_set(s->error, TRUCE_BAD_INPUT, s->path, s->line, "%s", message);
}

/* The next line without its line feed; false at the end. */
static bool next_line(scanner *s, cell *line)
{
    if (s->at == s->end)
        return false;
    const char *stop = memchr(s->at, '\n', (size_t)(s->end - s->at));
    *line = (cell){s->at, (size_t)((stop ? stop : s->end) - s->at)};
    s->at = stop ? stop + 1 : s->end;
    s->line++;
    return true;
}

/* The next cell of a line, blanks around it dropped; false when there are none left. */
static bool next_cell(cell *line, cell *c)
{
    if (!line->bytes)
        return false;
    const char *comma = memchr(line->bytes, ',', line->length);
    size_t length = comma ? (size_t)(comma - line->bytes) : line->length;
    *c = (cell){line->bytes, length};
    *line = comma ? (cell){comma + 1, line->length - length - 1} : (cell){0};
    while (c->length && c->bytes[0] == ' ')
        c->bytes++, c->length--;
    while (c->length && c->bytes[c->length - 1] == ' ')
        c->length--;
    return true;
}

static size_t count_cells(cell line)
{
    size_t count = 1;
    for (size_t i = 0; i < line.length; i++)
        count += line.bytes[i] == ',';
    return count;
}

/* Faults that a whole line can have. */
static truce_status check_line(const scanner *s, cell line)
{
    if (memchr(line.bytes, '\r', line.length))
        return wrong(s, "the line holds a carriage return; end lines with a line feed alone");
    if (memchr(line.bytes, '\0', line.length))
        return wrong(s, "the line holds a zero byte");
    if (memchr(line.bytes, '"', line.length))
        return wrong(s, "the line holds a quote; cells are plain numbers and names");
    bool blank = true;
    for (size_t i = 0; i < line.length && blank; i++)
        blank = line.bytes[i] == ' ';
    return blank ? wrong(s, "an empty line") : TRUCE_OK;
}

static truce_status read_header(scanner *s, arena *a, series_file *f)
{
    cell line = {0}, c;
    if ((size_t)(s->end - s->at) >= 3 && memcmp(s->at, "\xEF\xBB\xBF", 3) == 0) {
        s->line = 1;
        return wrong(s, "the file starts with a byte order mark; save it as plain UTF-8");
    }
    if (!next_line(s, &line)) {
        s->line = 1;
        return wrong(s, "the file is empty");
    }
    TRY(check_line(s, line));
    size_t count = count_cells(line) - 1;
    if (count == 0)
        return wrong(s, "the file has no column besides the first");
    if (count > SERIES_COLUMNS)
        return wrong(s, "the file has %zu columns, more than %d", count, SERIES_COLUMNS);
    next_cell(&line, &c);
    if (c.length != 5 || memcmp(c.bytes, "month", 5) != 0)
        return wrong(s, "the first column must be called month, not \"%.*s\"", (int)c.length, c.bytes);
    const char **names = arena_array(a, count, sizeof *names);
    if (!names)
        return error_memory(s->error);
    for (size_t i = 0; i < count && next_cell(&line, &c); i++) {
        if (c.length == 0)
            return wrong(s, "column %zu has no name", i + 2);
        if (!(names[i] = arena_copy(a, c.bytes, c.length)))
            return error_memory(s->error);
        for (size_t k = 0; k < i; k++)
            if (strcmp(names[k], names[i]) == 0)
                return wrong(s, "two columns are called \"%s\"", names[i]);
    }
    f->columns = names;
    f->column_count = count;
    return TRUCE_OK;
}

static truce_status read_month(const scanner *s, cell c, series_file *f, size_t row)
{
    char given[16] = "", right[16];
    month m = 0;
    if (c.length < sizeof given)
        memcpy(given, c.bytes, c.length);
    if (!month_parse(given, &m))
        return wrong(s, "\"%.*s\" is not a month such as 2024-03", (int)(c.length < 40 ? c.length : 40),
                     c.bytes);
    if (row == 0)
        f->first = m;
    month expected = f->first + (month)row;
    month_iso(expected, right);
    if (m == expected - 1 && row > 0)
        return wrong(s, "the month %s is given twice", given);
    if (m > expected)
        return wrong(s, "the month %s is missing before %s", right, given);
    if (m < expected)
        return wrong(s, "the month %s is out of order, %s was expected", given, right);
    return TRUCE_OK;
}

static truce_status read_row(const scanner *s, cell line, series_file *f, size_t row, size_t rows,
                             double *values)
{
    size_t count = count_cells(line);
    if (count != f->column_count + 1)
        return wrong(s, "the line has %zu cells, the first line has %zu", count, f->column_count + 1);
    cell c;
    next_cell(&line, &c);
    TRY(read_month(s, c, f, row));
    for (size_t i = 0; i < f->column_count && next_cell(&line, &c); i++) {
        double value = NAN;
        int shown = (int)(c.length < 40 ? c.length : 40);
        if (c.length && !text_to_number(c.bytes, c.length, &value))
            return wrong(s, "\"%.*s\" in column \"%s\" is not a number", shown, c.bytes, f->columns[i]);
        if (c.length && !isfinite(value))
            return wrong(s, "\"%.*s\" in column \"%s\" is not a finite number", shown, c.bytes,
                         f->columns[i]);
        values[i * rows + row] = value;
    }
    return TRUCE_OK;
}

static size_t count_lines(const scanner *s)
{
    size_t lines = 0;
    for (const char *at = s->at; at < s->end; lines++) {
        const char *stop = memchr(at, '\n', (size_t)(s->end - at));
        at = stop ? stop + 1 : s->end;
    }
    return lines;
}

static truce_status parse(scanner *s, arena *a, series_file *f)
{
    TRY(read_header(s, a, f));
    size_t rows = count_lines(s);
    if (rows == 0)
        return wrong(s, "the file has no month");
    /* A row has a comma for each column, so the cells are no more than the bytes of the file. */
    if (rows > (size_t)(s->end - s->at) / f->column_count + 1)
        rows = (size_t)(s->end - s->at) / f->column_count + 1;
    double *values = arena_array(a, rows * f->column_count, sizeof *values);
    if (!values)
        return error_memory(s->error);
    f->values = values;
    cell line;
    for (size_t row = 0; next_line(s, &line); row++) {
        TRY(check_line(s, line));
        TRY(read_row(s, line, f, row, rows, values));
        f->months = row + 1;
    }
    return TRUCE_OK;
}

truce_status series_file_read(arena *a, const char *path, series_file *file, truce_error *error)
{
    text content = {0};
    *file = (series_file){.path = path};
    truce_status status = text_read_file(&content, path, FILE_BYTES, error);
    if (status == TRUCE_OK) {
        scanner s = {path, error, content.bytes, content.bytes + content.length, 0};
        status = parse(&s, a, file);
    }
    text_free(&content);
    return status;
}
