/* See rows_json.h: what a command prints as JSON are the rows of its files, by the names of their columns. */
#include "show/rows_json.h"

#include <math.h>
#include <string.h>

enum { COLUMNS_MOST = 64 };

typedef struct columns {
    const char *names[COLUMNS_MOST];
    bool words[COLUMNS_MOST]; /* whatever they look like: a series may be called 2024, and units be 1 */
    size_t count;
} columns;

static bool holds_words(const char *name)
{
    static const char *const names[] = {"series",   "units",    "rival", "entrant", "best_rival",
                                        "scenario", "quantity", "deal",  "side",    "given"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool read_head(csv_reader *r, arena *memory, columns *c)
{
    bool found = false;
    csv_cell cell;
    if (csv_next_line(r, &found) != TRUCE_OK || !found)
        return false;
    do {
        if (csv_next_cell(r, &cell) != TRUCE_OK || c->count == COLUMNS_MOST)
            return false;
        const char *name = csv_name(memory, cell);
        if (!name)
            return false;
        c->words[c->count] = holds_words(name);
        c->names[c->count++] = name;
    } while (!r->last);
    return true;
}

static bool put_cell(json *j, const char *name, bool is_word, csv_cell cell, arena *memory)
{
    double value;
    const char *words = csv_name(memory, cell);
    if (!words)
        return false;
    if (cell.length == 0)
        json_string(j, name, NULL);
    else if (!is_word && text_to_number(cell.bytes, cell.length, &value))
        json_number(j, name, value);
    else
        json_string(j, name, words);
    return true;
}

static bool put_rows(json *j, csv_reader *r, arena *memory)
{
    columns c = {.count = 0};
    csv_cell cell;
    if (!read_head(r, memory, &c))
        return false;
    for (bool found = true; csv_next_line(r, &found) == TRUCE_OK && found;) {
        json_open(j, NULL, '{');
        r->last = false;
        for (size_t i = 0; i < c.count && !r->last; i++)
            if (csv_next_cell(r, &cell) != TRUCE_OK || !put_cell(j, c.names[i], c.words[i], cell, memory))
                return false;
        json_close(j, '}');
    }
    return true;
}

bool json_rows(json *j, const char *name, void (*write)(const void *context, FILE *stream),
               const void *context)
{
    text csv = {0};
    arena memory = {0};
    csv_reader r;
    truce_error error;
    FILE *stream = text_stream(&csv);
    if (stream) {
        write(context, stream);
        fclose(stream);
    }
    bool good = stream && !csv.failed;
    csv_start(&r, "", &csv, false, &error);
    json_open(j, name, '[');
    good = good && put_rows(j, &r, &memory);
    json_close(j, ']');
    arena_free(&memory);
    text_free(&csv);
    return good;
}

truce_status json_take(text *out, bool good, char **words, truce_error *error)
{
    if (!good || out->failed) {
        text_free(out);
        return error_memory(error);
    }
    *words = out->bytes;
    return TRUCE_OK;
}

truce_status json_end(json *j, bool good, char **words, truce_error *error)
{
    json_close(j, '}');
    return json_take(j->out, good, words, error);
}

truce_status json_missing(truce_error *error)
{
    return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                     "what is to be told, or the place where it is to go, is NULL");
}
