/* See forecast_file.h. */
#include "score/forecast_file.h"
#include "observe/observe.h"
#include "score/hubverse.h"

#include <math.h>
#include <string.h>

enum { FILE_LIMIT = 64 << 20, MOST_LEVELS = 64, MOST_FORECASTS = 50000 };

/* ---- Writing ----------------------------------------------------------------------------------------- */

/* The last cell of every line but the first is the hash of all that stands before last cells. */
static truce_status write_table(FILE *stream, const score_table *t, const uint64_t key[2], const char *made,
                                truce_error *error)
{
    char more[128], end[16], hash[HASH_DIGITS + 1], of_case[HASH_DIGITS + 1];
    text rows = {0};
    FILE *memory = text_stream(&rows);
    if (!memory)
        return error_memory(error);
    month_iso(t->origins[0], end);
    hash128_write(key, of_case);
    snprintf(more, sizeof more, ",%.10s,%.10s,%s,%s", made, end, TRUCE_VERSION, of_case);
    hubverse_write_origin(memory, t, 0, more);
    fclose(memory);
    if (rows.failed) {
        text_free(&rows);
        return error_memory(error);
    }
    hash128_write_of(rows.bytes, rows.length, hash);
    fputs(HUBVERSE_COLUMNS ",made,data_end,version,case,hash\n", stream);
    for (const char *line = rows.bytes, *stop; line < rows.bytes + rows.length; line = stop + 1) {
        stop = strchr(line, '\n');
        fprintf(stream, "%.*s,%s\n", (int)(stop - line), line, hash);
    }
    text_free(&rows);
    return TRUCE_OK;
}

truce_status forecast_file_write(const char *path, const score_table *t, const uint64_t key[2],
                                 const char *made, truce_error *error)
{
    output_file out;
    TRY(output_open(&out, path, error));
    truce_status status = write_table(out.stream, t, key, made, error);
    if (status == TRUCE_OK)
        return output_commit(&out, error);
    output_discard(&out);
    return status;
}

/* ---- Reading ----------------------------------------------------------------------------------------- */

/* That the hash in the last cells is that of what stands before them, line ends included. */
static truce_status check_hash(const text *content, const char *path, truce_error *error)
{
    text rest = {0};
    char hash[33], found[33] = "";
    const char *end = content->bytes + content->length;
    const char *line = memchr(content->bytes, '\n', content->length);
    bool good = line != NULL;
    for (line = good ? line + 1 : end; good && line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        good = stop && stop - line > 33 && stop[-33] == ',';
        if (!good)
            break;
        good = !found[0] || memcmp(found, stop - 32, 32) == 0;
        memcpy(found, stop - 32, 32);
        text_add(&rest, line, (size_t)(stop - 33 - line));
        text_add(&rest, "\n", 1);
        line = stop + 1;
    }
    bool failed = rest.failed;
    hash128_write_of(rest.bytes ? rest.bytes : "", rest.length, hash);
    text_free(&rest);
    if (failed)
        return error_memory(error);
    if (!good || !found[0] || strcmp(hash, found) != 0)
        return error_set(error, TRUCE_BAD_INPUT, path, 0,
                         "this forecast has changed since truce forecast wrote it: its hash does not match");
    return TRUCE_OK;
}

enum {
    MODEL,
    DATE,
    TARGET,
    HORIZON,
    END_DATE,
    TYPE,
    LEVEL,
    VALUE,
    MADE,
    DATA_END,
    VERSION,
    CASE,
    HASH,
    CELLS
};

static bool is_same(csv_cell c, const char *word)
{
    return c.length == strlen(word) && memcmp(c.bytes, word, c.length) == 0;
}

static void copy_cell(csv_cell c, char *to, size_t size)
{
    snprintf(to, size, "%.*s", (int)(c.length < size ? c.length : size - 1), c.bytes);
    truce_clean_line(to);
}

/* The forecast that a row belongs to: the last one, or a new one. */
static truce_status find_forecast(filed_forecasts *f, const csv_reader *csv, const csv_cell *cells,
                                  month origin, int months, filed_forecast **result)
{
    filed_forecast *last = f->count ? &f->forecasts[f->count - 1] : NULL;
    filed_forecast made = {.model = csv_name(&f->memory, cells[MODEL]),
                           .target = csv_name(&f->memory, cells[TARGET]),
                           .origin = origin,
                           .months = months,
                           .observed = NAN};
    if (!made.model || !made.target)
        return error_memory(csv->error);
    *result = last;
    if (last && strcmp(made.model, last->model) == 0 && strcmp(made.target, last->target) == 0 &&
        last->origin == origin && last->months == months)
        return TRUCE_OK;
    if (f->count == MOST_FORECASTS)
        return csv_wrong(csv, "a file has at most %d forecasts", MOST_FORECASTS);
    if (!ARENA_PUSH(&f->memory, f->forecasts, f->count, f->capacity, made))
        return error_memory(csv->error);
    *result = &f->forecasts[f->count - 1];
    return TRUCE_OK;
}

static truce_status take_row(filed_forecasts *f, const csv_reader *csv, const csv_cell *cells)
{
    char date[16];
    double months, level, value;
    month origin;
    filed_forecast *forecast = NULL;
    copy_cell(cells[DATE], date, sizeof date);
    if (!month_parse(date, &origin) ||
        !text_to_number(cells[HORIZON].bytes, cells[HORIZON].length, &months) ||
        !text_to_number(cells[LEVEL].bytes, cells[LEVEL].length, &level) ||
        !text_to_number(cells[VALUE].bytes, cells[VALUE].length, &value) || !isfinite(value) ||
        !(level > 0 && level < 1) || !(months >= 1 && months <= 1200))
        return csv_wrong(csv, "this row is not a quantile of a forecast");
    TRY(find_forecast(f, csv, cells, origin, (int)months, &forecast));
    if (forecast->levels == MOST_LEVELS ||
        (forecast->levels &&
         (level <= forecast->level[forecast->levels - 1] || value < forecast->value[forecast->levels - 1])))
        return csv_wrong(csv, "quantiles must rise with their levels");
    forecast->level[forecast->levels] = level;
    forecast->value[forecast->levels++] = value;
    copy_cell(cells[MADE], f->made, sizeof f->made);
    copy_cell(cells[DATA_END], f->data_end, sizeof f->data_end);
    copy_cell(cells[VERSION], f->version, sizeof f->version);
    return TRUCE_OK;
}

static truce_status read_rows(filed_forecasts *f, csv_reader *csv)
{
    bool found;
    TRY(csv_next_line(csv, &found));
    for (bool head = true; found; head = false) {
        csv_cell cells[CELLS];
        size_t count = 0;
        do {
            if (count == CELLS)
                return csv_wrong(csv, "a row of a forecast has %d cells", CELLS);
            TRY(csv_next_cell(csv, &cells[count++]));
        } while (!csv->last);
        if (count != CELLS || (head && !is_same(cells[0], "model_id")))
            return csv_wrong(csv, "a row of a forecast has %d cells", CELLS);
        if (!head)
            TRY(take_row(f, csv, cells));
        TRY(csv_next_line(csv, &found));
    }
    return TRUCE_OK;
}

static void fill_points(filed_forecast *f)
{
    size_t k = 0;
    for (size_t i = 0; i < SAMPLE_POINTS; i++) {
        double p = ((double)i + 0.5) / SAMPLE_POINTS;
        while (k + 1 < f->levels && f->level[k + 1] < p)
            k++;
        bool between = k + 1 < f->levels && p > f->level[k];
        double part = between ? (p - f->level[k]) / (f->level[k + 1] - f->level[k]) : 0;
        f->points[i] = f->value[k] + (between ? part * (f->value[k + 1] - f->value[k]) : 0);
    }
}

truce_status forecast_file_read(const truce_files *files, const char *path, filed_forecasts *result,
                                truce_error *error)
{
    text content = {0};
    csv_reader csv;
    *result = (filed_forecasts){0};
    truce_status status = file_read(files, path, FILE_LIMIT, &content, error);
    if (status == TRUCE_OK)
        status = check_hash(&content, path, error);
    if (status == TRUCE_OK) {
        csv_start(&csv, path, &content, false, error);
        status = read_rows(result, &csv);
    }
    text_free(&content);
    for (size_t i = 0; i < result->count; i++)
        fill_points(&result->forecasts[i]);
    if (status != TRUCE_OK)
        forecast_file_free(result);
    return status;
}

void forecast_file_free(filed_forecasts *f)
{
    arena_free(&f->memory);
    *f = (filed_forecasts){0};
}

/* ---- Scores ------------------------------------------------------------------------------------------ */

/* Whether the data have all that an outcome needs within the horizon: if it is not observed, `use` leaves it out. */
static bool is_in_data(const truce_case *c, const case_observation *o, month origin, int months)
{
    for (int k = o->change ? 1 : 0; k <= months; k += o->change ? 1 : months) {
        month m = origin + k;
        if (m < c->start || m > c->stop || isnan(observe_seen(o, m)))
            return false;
    }
    return true;
}

truce_status forecast_file_score(filed_forecasts *f, const truce_case *newer, truce_error *error)
{
    size_t known = 0;
    for (size_t k = 0; k < f->count; k++) {
        filed_forecast *x = &f->forecasts[k];
        for (size_t i = 0; i < newer->observation_count; i++)
            if (strcmp(newer->observations[i].name, x->target) == 0) {
                const case_observation *o = &newer->observations[i];
                month origin = month_in(newer->unit, x->origin);
                x->observed = score_observed_change(o, origin, x->months);
                x->left_out = isnan(x->observed) && is_in_data(newer, o, origin, x->months);
                known++;
            }
        if (!isnan(x->observed))
            x->score = sample_score_of(x->points, x->observed);
    }
    return known ? TRUCE_OK
                 : error_set(error, TRUCE_BAD_INPUT, newer->path, 0,
                             "the case has no observation with a name that was forecast");
}

/* ---- Weights ----------------------------------------------------------------------------------------- */

static size_t member_of(const score_table *t, csv_cell name)
{
    for (size_t m = 0; m < t->member_count; m++)
        if (is_same(name, t->entrants[m].name))
            return m;
    return SIZE_MAX;
}

static truce_status take_weight(const score_table *t, const csv_reader *csv, const csv_cell cells[4],
                                double *weights, size_t *taken)
{
    char end[16];
    double months, weight;
    month_iso(t->c->data_end, end);
    if (!is_same(cells[0], end))
        return TRUCE_OK;
    size_t m = member_of(t, cells[2]);
    if (m == SIZE_MAX || !text_to_number(cells[1].bytes, cells[1].length, &months) ||
        !text_to_number(cells[3].bytes, cells[3].length, &weight) || !(weight >= 0 && weight <= 1))
        return csv_wrong(csv, "this row is not a weight of the pool of this case; score it again");
    for (size_t h = 0; h < SCORE_HORIZONS; h++)
        if (score_horizons[h] == months) {
            weights[h * t->member_count + m] = weight;
            ++*taken;
        }
    return TRUCE_OK;
}

truce_status forecast_weights_read(const char *path, const score_table *t, double *weights,
                                   truce_error *error)
{
    text content = {0};
    csv_reader csv;
    size_t taken = 0;
    bool found = false;
    truce_status status = file_read(t->c->files, path, FILE_LIMIT, &content, error);
    csv_start(&csv, path, &content, false, error);
    if (status == TRUCE_OK)
        status = csv_next_line(&csv, &found);
    while (status == TRUCE_OK && found) {
        csv_cell cells[4];
        size_t count = 0;
        do
            status =
                count < 4 ? csv_next_cell(&csv, &cells[count++]) : csv_wrong(&csv, "a row has four cells");
        while (status == TRUCE_OK && !csv.last);
        if (status == TRUCE_OK && count == 4)
            status = take_weight(t, &csv, cells, weights, &taken);
        if (status == TRUCE_OK)
            status = csv_next_line(&csv, &found);
    }
    text_free(&content);
    if (status == TRUCE_OK && taken != SCORE_HORIZONS * t->member_count)
        return error_set(
            error, TRUCE_BAD_INPUT, path, 0,
            "these are not the weights of a forecast from the end of the case's data; score it again");
    return status;
}
