/* See scores.h. Columns that are not known are passed over, so that the file may grow. */
#include "results/score_record.h"

#include <math.h>
#include <string.h>

enum { SCORE_FILE_LIMIT = 4 << 20, COLUMNS_LIMIT = 64, NAME_LIMIT = 1 << 16 };

typedef enum score_column {
    COLUMN_SERIES,
    COLUMN_MONTHS,
    COLUMN_RIVAL,
    COLUMN_CRPS,
    NEEDED_COLUMNS,
    COLUMN_UNITS = NEEDED_COLUMNS,
    COLUMN_ORIGINS,
    COLUMN_FIRST,
    COLUMN_LAST,
    COLUMN_WITHIN_50,
    COLUMN_WITHIN_90,
    COLUMN_BIAS,
    COLUMN_PARTICLES,
    COLUMN_SEED,
    COLUMN_MODEL_AGAINST,
    COLUMN_KINDS
} score_column;

static const char *const column_names[COLUMN_KINDS] = {
    "series",      "months",    "rival",     "crps", "units",     "origins", "first_origin",
    "last_origin", "within_50", "within_90", "bias", "particles", "seed",    "model_against"};

typedef struct score_reader {
    csv_reader csv;
    arena *memory;
    score_record *record;
    size_t columns, kinds[COLUMNS_LIMIT]; /* COLUMN_KINDS: passed over */
    csv_cell cells[COLUMN_KINDS];         /* of the line in hand */
} score_reader;

static bool is_word(csv_cell c, const char *word)
{
    return c.length == strlen(word) && memcmp(c.bytes, word, c.length) == 0;
}

/* Horizons are called after the unit of time of the case. */
static bool is_column(csv_cell c, size_t kind)
{
    bool other = is_word(c, "days") || is_word(c, "weeks") || is_word(c, "years");
    return is_word(c, column_names[kind]) || (kind == COLUMN_MONTHS && other);
}

static int shown(csv_cell c)
{
    return (int)(c.length < 40 ? c.length : 40);
}

/* ---- The first line ------------------------------------------------------ */

static truce_status add_column(score_reader *s, csv_cell c)
{
    size_t kind = 0;
    while (kind < COLUMN_KINDS && !is_column(c, kind))
        kind++;
    if (s->columns == COLUMNS_LIMIT)
        return csv_wrong(&s->csv, "the file has more than %d columns", COLUMNS_LIMIT);
    for (size_t i = 0; i < s->columns && kind < COLUMN_KINDS; i++)
        if (s->kinds[i] == kind)
            return csv_wrong(&s->csv, "two columns are called \"%s\"", column_names[kind]);
    s->kinds[s->columns++] = kind;
    return TRUCE_OK;
}

static truce_status read_header(score_reader *s)
{
    bool found;
    csv_skip_mark(&s->csv);
    TRY(csv_next_line(&s->csv, &found));
    if (!found)
        return csv_wrong(&s->csv, "the file is empty");
    do {
        csv_cell c;
        TRY(csv_next_cell(&s->csv, &c));
        TRY(add_column(s, c));
    } while (!s->csv.last);
    for (size_t kind = 0; kind < NEEDED_COLUMNS; kind++) {
        bool there = false;
        for (size_t i = 0; i < s->columns; i++)
            there = there || s->kinds[i] == kind;
        if (!there)
            return csv_wrong(&s->csv, "there is no column \"%s\"", column_names[kind]);
    }
    return TRUCE_OK;
}

/* ---- Rows ---------------------------------------------------------------- */

/* A number, `value` as it is where the file has none. */
static truce_status read_number(const score_reader *s, score_column kind, double *value)
{
    csv_cell c = s->cells[kind];
    if (!c.length && kind >= NEEDED_COLUMNS)
        return TRUCE_OK;
    if (!text_to_number(c.bytes, c.length, value) || !isfinite(*value))
        return csv_wrong(&s->csv, "\"%.*s\" in column \"%s\" is not a finite number", shown(c), c.bytes,
                         column_names[kind]);
    return TRUCE_OK;
}

/* A number in whole steps from 1 on. */
static truce_status read_count(const score_reader *s, score_column kind, double most, double *value)
{
    TRY(read_number(s, kind, value));
    if (*value < 1 || *value > most || *value != floor(*value))
        return csv_wrong(&s->csv, "\"%.*s\" in column \"%s\" is not a whole number from 1 to %.0f",
                         shown(s->cells[kind]), s->cells[kind].bytes, column_names[kind], most);
    return TRUCE_OK;
}

static truce_status read_share(const score_reader *s, score_column kind, double *value)
{
    TRY(read_number(s, kind, value));
    if (*value < 0 || *value > 1)
        return csv_wrong(&s->csv, "\"%.*s\" in column \"%s\" is not a share from 0 to 1",
                         shown(s->cells[kind]), s->cells[kind].bytes, column_names[kind]);
    return TRUCE_OK;
}

static truce_status read_month(const score_reader *s, score_column kind, month *m)
{
    csv_cell c = s->cells[kind];
    char iso[16] = "";
    *m = MONTH_NONE;
    if (!c.length)
        return TRUCE_OK;
    if (c.length < sizeof iso)
        memcpy(iso, c.bytes, c.length);
    return month_parse(iso, m)
               ? TRUCE_OK
               : csv_wrong(&s->csv, "\"%.*s\" is not a date such as 2024-03", shown(c), c.bytes);
}

/* Adds a cell to a list. Names are shown on terminals, too. */
static truce_status add_name(const score_reader *s, csv_cell c, score_names *list)
{
    if (c.length > NAME_LIMIT)
        return csv_wrong(&s->csv, "a name is longer than %d bytes", NAME_LIMIT);
    for (size_t i = 0; i < c.length; i++)
        if ((unsigned char)c.bytes[i] < ' ' || c.bytes[i] == 127)
            return csv_wrong(&s->csv, "a name holds a control character");
    const char *name = csv_name(s->memory, c);
    return name && ARENA_PUSH(s->memory, list->names, list->count, list->capacity, name)
               ? TRUCE_OK
               : error_memory(s->csv.error);
}

/* The index of a name in a list, to which it is added when it is new. */
static truce_status find_name(const score_reader *s, score_column kind, score_names *list, size_t *index)
{
    csv_cell c = s->cells[kind];
    if (!c.length)
        return csv_wrong(&s->csv, "the column \"%s\" is empty", column_names[kind]);
    const char *name = csv_name(s->memory, c); /* as add_name keeps it */
    if (!name)
        return error_memory(s->csv.error);
    for (*index = 0; *index < list->count; ++*index)
        if (strcmp(name, list->names[*index]) == 0)
            return TRUCE_OK;
    return add_name(s, c, list);
}

static truce_status read_names(const score_reader *s, score_row *row)
{
    score_record *r = s->record;
    TRY(find_name(s, COLUMN_SERIES, &r->series, &row->series));
    if (r->units.count < r->series.count)
        TRY(add_name(s, s->cells[COLUMN_UNITS], &r->units));
    return find_name(s, COLUMN_RIVAL, &r->rivals, &row->rival);
}

static truce_status read_values(const score_reader *s, score_row *row)
{
    double months = 0, origins = 1;
    TRY(read_count(s, COLUMN_MONTHS, 1200, &months));
    TRY(read_count(s, COLUMN_ORIGINS, 1e6, &origins));
    TRY(read_number(s, COLUMN_CRPS, &row->crps));
    TRY(read_number(s, COLUMN_BIAS, &row->bias));
    TRY(read_number(s, COLUMN_MODEL_AGAINST, &row->model_against));
    TRY(read_share(s, COLUMN_WITHIN_50, &row->within_50));
    TRY(read_share(s, COLUMN_WITHIN_90, &row->within_90));
    TRY(read_month(s, COLUMN_FIRST, &row->first));
    TRY(read_month(s, COLUMN_LAST, &row->last));
    TRY(read_number(s, COLUMN_PARTICLES, &s->record->particles));
    TRY(read_number(s, COLUMN_SEED, &s->record->seed));
    row->months = (int)months;
    row->origins = (size_t)origins;
    return row->crps < 0 ? csv_wrong(&s->csv, "a crps is never below zero") : TRUCE_OK;
}

static truce_status take_cells(score_reader *s)
{
    size_t count = 0;
    memset(s->cells, 0, sizeof s->cells);
    do {
        csv_cell c;
        TRY(csv_next_cell(&s->csv, &c));
        if (count < s->columns && s->kinds[count] < COLUMN_KINDS)
            s->cells[s->kinds[count]] = c;
        count++;
    } while (!s->csv.last);
    return count == s->columns
               ? TRUCE_OK
               : csv_wrong(&s->csv, "the line has %zu cells, the first line has %zu", count, s->columns);
}

/* Where the row of these is, or would be, by open addressing: a quarter of the places is taken at most. */
static uint16_t *place_of(const score_record *s, size_t series, size_t rival, int months)
{
    uint64_t mixed =
        ((uint64_t)series << 32 ^ (uint64_t)rival << 12 ^ (uint64_t)months) * 0x9e3779b97f4a7c15U;
    for (size_t at = (size_t)(mixed >> 50);; at = (at + 1) % SCORE_PLACES) {
        const score_row *row = s->places[at] ? &s->rows[s->places[at] - 1] : NULL;
        if (!row || (row->series == series && row->rival == rival && row->months == months))
            return &s->places[at];
    }
}

static truce_status read_row(score_reader *s)
{
    score_record *r = s->record;
    score_row row = {.within_50 = NAN, .within_90 = NAN, .bias = NAN, .model_against = NAN};
    TRY(take_cells(s));
    TRY(read_names(s, &row));
    TRY(read_values(s, &row));
    if (scores_find(r, row.series, row.rival, row.months))
        return csv_wrong(&s->csv, "\"%.100s\" at horizon %d is scored twice for \"%.100s\"",
                         r->series.names[row.series], row.months, r->rivals.names[row.rival]);
    if (r->row_count == SCORE_ROWS)
        return csv_wrong(&s->csv, "the file has more than %d rows", SCORE_ROWS);
    if (r->rivals.count > SCORE_RIVALS)
        return csv_wrong(&s->csv, "the file has more than %d rivals", SCORE_RIVALS);
    if (row.first != MONTH_NONE && (r->first == MONTH_NONE || row.first < r->first))
        r->first = row.first;
    if (row.last > r->last)
        r->last = row.last;
    *place_of(r, row.series, row.rival, row.months) = (uint16_t)(r->row_count + 1);
    return ARENA_PUSH(s->memory, r->rows, r->row_count, r->row_capacity, row) ? TRUCE_OK
                                                                              : error_memory(s->csv.error);
}

static truce_status read_all(score_reader *s)
{
    TRY(read_header(s));
    for (bool found;;) {
        TRY(csv_next_line(&s->csv, &found));
        if (!found)
            return TRUCE_OK;
        TRY(read_row(s));
    }
}

truce_status scores_read(arena *memory, const truce_files *files, const char *path, score_record **result,
                         truce_error *error)
{
    text content = {0};
    score_reader s = {.memory = memory, .record = arena_alloc(memory, sizeof *s.record)};
    if (!s.record)
        return error_memory(error);
    *s.record = (score_record){.first = MONTH_NONE,
                               .last = MONTH_NONE,
                               .particles = NAN,
                               .seed = NAN,
                               .places = arena_array(memory, SCORE_PLACES, sizeof *s.record->places)};
    if (!s.record->places)
        return error_memory(error);
    truce_status status = file_read(files, path, SCORE_FILE_LIMIT, &content, error);
    if (status == TRUCE_OK) {
        csv_start(&s.csv, path, &content, false, error);
        status = read_all(&s);
    }
    text_free(&content);
    if (status == TRUCE_OK)
        *result = s.record;
    return status;
}

const score_row *scores_find(const score_record *s, size_t series, size_t rival, int months)
{
    uint16_t found = *place_of(s, series, rival, months);
    return found ? &s->rows[found - 1] : NULL;
}

bool scores_is_rival(const score_record *s, size_t index)
{
    static const char *const others[] = {"model", "pool", "prior", "hindsight"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(s->rivals.names[index], others[i]) == 0)
            return false;
    return true;
}

size_t scores_rival(const score_record *s, const char *name)
{
    for (size_t i = 0; i < s->rivals.count; i++)
        if (strcmp(s->rivals.names[i], name) == 0)
            return i;
    return SIZE_MAX;
}
