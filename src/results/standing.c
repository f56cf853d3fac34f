/* See standing.h. */
#include "results/standing.h"

#include <math.h>
#include <string.h>

enum { SKILL_FILE_LIMIT = 1 << 20, CELLS_MOST = 64 };
typedef enum skill_column {
    READ,
    MONTHS,
    ORIGINS,
    ENTRANT,
    BEST_RIVAL,
    AGAINST_BEST,
    WITHIN_90,
    PIT_CHANCE,
    COLUMNS
} skill_column;
static const char *const column_names[COLUMNS] = {"origins_read", "months",       "origins",   "entrant",
                                                  "best_rival",   "against_best", "within_90", "pit_chance"};

static bool is_word(csv_cell c, const char *word)
{
    return c.length == strlen(word) && memcmp(c.bytes, word, c.length) == 0;
}

/* The cells of a line; those of columns that are not known are passed over. */
static truce_status take_cells(csv_reader *csv, csv_cell *cells, size_t *count)
{
    *count = 0;
    do {
        if (*count == CELLS_MOST)
            return csv_wrong(csv, "a row has more than %d cells", CELLS_MOST);
        TRY(csv_next_cell(csv, &cells[(*count)++]));
    } while (!csv->last);
    return TRUCE_OK;
}

/* Horizons are called after the unit of time of the case. */
static bool is_column(csv_cell c, size_t k)
{
    bool other = is_word(c, "days") || is_word(c, "weeks") || is_word(c, "years");
    return is_word(c, column_names[k]) || (k == MONTHS && other);
}

static truce_status find_columns(csv_reader *csv, size_t at[COLUMNS])
{
    csv_cell cells[CELLS_MOST];
    size_t count;
    TRY(take_cells(csv, cells, &count));
    for (size_t k = 0; k < COLUMNS; k++) {
        at[k] = 0;
        while (at[k] < count && !is_column(cells[at[k]], k))
            at[k]++;
        if (at[k] == count)
            return csv_wrong(csv, "there is no column \"%s\"", column_names[k]);
    }
    return TRUCE_OK;
}

/* Names are shown on terminals, too. */
static bool is_plain(csv_cell c)
{
    for (size_t i = 0; i < c.length; i++)
        if ((unsigned char)c.bytes[i] < ' ' || c.bytes[i] == 127)
            return false;
    return true;
}

/* A number from 0 on, of shares up to 1, NaN where the cell is empty. */
static truce_status read_number(csv_reader *csv, csv_cell c, skill_column column, double *value)
{
    bool share = column == WITHIN_90 || column == PIT_CHANCE;
    *value = NAN;
    if (c.length &&
        (!text_to_number(c.bytes, c.length, value) || !(*value >= 0 && *value <= (share ? 1 : 1e9))))
        return csv_wrong(csv, "\"%s\" is a number from 0 %s", column_names[column], share ? "to 1" : "on");
    return TRUCE_OK;
}

static truce_status take_row(csv_reader *csv, const size_t at[COLUMNS], arena *memory, standing *s)
{
    csv_cell cells[CELLS_MOST];
    size_t count;
    double months = 0, origins;
    standing_row row = {0};
    TRY(take_cells(csv, cells, &count));
    for (size_t k = 0; k < COLUMNS; k++)
        if (at[k] >= count)
            return csv_wrong(csv, "the row has too few cells");
    csv_cell m = cells[at[MONTHS]];
    row.last = is_word(cells[at[READ]], "last");
    if (!row.last && !is_word(cells[at[READ]], "all"))
        return TRUCE_OK;
    if (!is_word(m, "all") &&
        (!text_to_number(m.bytes, m.length, &months) || !(months >= 1 && months <= 1200)))
        return csv_wrong(csv, "\"months\" is a number of months or \"all\"");
    TRY(read_number(csv, cells[at[ORIGINS]], ORIGINS, &origins));
    if (!(origins <= 1e6))
        return csv_wrong(csv, "\"origins\" is a number of origins");
    TRY(read_number(csv, cells[at[AGAINST_BEST]], AGAINST_BEST, &row.against_best));
    TRY(read_number(csv, cells[at[WITHIN_90]], WITHIN_90, &row.within_90));
    TRY(read_number(csv, cells[at[PIT_CHANCE]], PIT_CHANCE, &row.pit_chance));
    if (!is_plain(cells[at[ENTRANT]]) || !is_plain(cells[at[BEST_RIVAL]]))
        return csv_wrong(csv, "a name holds a control character");
    row.months = (int)months;
    row.origins = (size_t)origins;
    row.entrant = csv_name(memory, cells[at[ENTRANT]]);
    row.best_rival = csv_name(memory, cells[at[BEST_RIVAL]]);
    return row.entrant && row.best_rival && ARENA_PUSH(memory, s->rows, s->count, s->capacity, row)
               ? TRUCE_OK
               : error_memory(csv->error);
}

static truce_status read_skill(const truce_files *files, const char *path, arena *memory, standing *s,
                               truce_error *error)
{
    text content = {0};
    csv_reader csv;
    size_t at[COLUMNS];
    bool found = false;
    truce_status status = file_read(files, path, SKILL_FILE_LIMIT, &content, error);
    csv_start(&csv, path, &content, false, error);
    if (status == TRUCE_OK)
        status = csv_next_line(&csv, &found);
    if (status == TRUCE_OK && !found)
        status = csv_wrong(&csv, "the file is empty");
    if (status == TRUCE_OK)
        status = find_columns(&csv, at);
    if (status == TRUCE_OK)
        status = csv_next_line(&csv, &found);
    while (status == TRUCE_OK && found) {
        status = take_row(&csv, at, memory, s);
        if (status == TRUCE_OK)
            status = csv_next_line(&csv, &found);
    }
    text_free(&content);
    return status;
}

/* A forecast from other data than the case's is none. */
static truce_status read_forecast(const char *path, const truce_case *c, standing *s, truce_error *error)
{
    char end[16];
    if (!file_is_there(c->files, path))
        return TRUCE_OK;
    TRY(forecast_file_read(c->files, path, &s->forecasts, error));
    month_iso(c->data_end, end);
    if (strcmp(s->forecasts.data_end, end) != 0)
        forecast_file_free(&s->forecasts);
    return TRUCE_OK;
}

truce_status standing_read(arena *memory, const char *directory, const truce_case *c, standing **result,
                           truce_error *error)
{
    const char *skill = arena_format(memory, "%s/skill.csv", directory),
               *forecast = arena_format(memory, "%s/forecast.csv", directory);
    *result = NULL;
    if (!skill || !forecast)
        return error_memory(error);
    if (!file_is_there(c->files, skill))
        return TRUCE_OK;
    standing *s = arena_alloc(memory, sizeof *s);
    if (!s)
        return error_memory(error);
    *s = (standing){0};
    TRY(read_skill(c->files, skill, memory, s, error));
    TRY(read_forecast(forecast, c, s, error));
    *result = s;
    return TRUCE_OK;
}

void standing_free(standing *s)
{
    if (s)
        forecast_file_free(&s->forecasts);
}

static const standing_row *find(const standing *s, bool last, int months, const char *entrant)
{
    for (size_t i = 0; i < s->count; i++) {
        const standing_row *row = &s->rows[i];
        if (row->last == last && row->months == months && strcmp(row->entrant, entrant) == 0)
            return row;
    }
    return NULL;
}

const standing_row *standing_find(const standing *s, int months, const char *entrant)
{
    return find(s, false, months, entrant);
}

const standing_row *standing_find_last(const standing *s, int months, const char *entrant)
{
    return find(s, true, months, entrant);
}

const standing_row *standing_best(const standing *s, int months)
{
    const standing_row *best = NULL;
    for (size_t i = 0; i < s->count; i++) {
        const standing_row *row = &s->rows[i];
        bool control = strcmp(row->entrant, "prior") == 0 || strcmp(row->entrant, "hindsight") == 0;
        if (!row->last && row->months == months && !control &&
            row->against_best < (best ? best->against_best : INFINITY))
            best = row;
    }
    return best;
}
