/* What every other module stands on: arenas, errors, text, name folding, maps, output files, workers.
 * Nothing here knows about models or wars. */
#ifndef TRUCE_BASE_H
#define TRUCE_BASE_H

#include "truce/files.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- Errors: fill `error` (may be NULL) and return its status ------------------------------------ */
#if defined(__GNUC__)
#define PRINTF_LIKE(text_at, values_at) __attribute__((format(printf, text_at, values_at)))
#else
#define PRINTF_LIKE(text_at, values_at)
#endif

/* file may be NULL or "", line 0: no place. Never allocates. */
truce_status error_set(truce_error *error, truce_status status, const char *file, int line,
                       const char *format, ...) PRINTF_LIKE(5, 6);
truce_status error_memory(truce_error *error); /* TRUCE_RUN_FAILED, "out of memory" */
/* TRUCE_BAD_USAGE: a public call was given NULL for an argument that it needs. */
truce_status error_missing(truce_error *error, const char *call, const char *argument);

/* TRUCE_BAD_USAGE: a path is "": names in such a directory would be paths from the root. NULL is none. */
truce_status error_nameless(truce_error *error, const char *path, const char *argument);

/* Hands a failure on. */
#define TRY(call)                                                                                            \
    do {                                                                                                     \
        truce_status try_status = (call);                                                                    \
        if (try_status != TRUCE_OK)                                                                          \
            return try_status;                                                                               \
    } while (0)

/* The first lines of a public call that returns a status: the arguments that may not be NULL. */
#define REQUIRE(argument, name)                                                                              \
    do {                                                                                                     \
        if (!(argument))                                                                                     \
            return error_missing(error, __func__, name);                                                     \
    } while (0)
/* Likewise a directory, which must have a name. */
#define REQUIRE_DIRECTORY(directory)                                                                         \
    do {                                                                                                     \
        REQUIRE(directory, "directory");                                                                     \
        TRY(error_nameless(error, directory, "directory"));                                                  \
    } while (0)

/* ---- Numbers and letters whatever the locale ----------------------------------------------------- */
/* A host of the library may have called setlocale: Python, R and toolkits of windows do. Then printf writes
 * "1,5", strtod reads it, and isalpha knows other letters. What the library writes and reads is the same
 * everywhere: text_print, error_set and the two below print as in the locale "C" (outside of cli, numbers with
 * a decimal point go through them: tests/layers.py), text_to_number reads so, and ascii_... are the letters of
 * every language that truce reads. */
int plain_format(char *buffer, size_t size, const char *format, ...) PRINTF_LIKE(3, 4); /* as snprintf */
int plain_print(FILE *stream, const char *format, ...) PRINTF_LIKE(2, 3);               /* as fprintf */
int plain_vformat(char *buffer, size_t size, const char *format, va_list arguments);

static inline bool ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool ascii_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool ascii_is_alphanumeric(char c)
{
    return ascii_is_letter(c) || ascii_is_digit(c);
}

static inline bool ascii_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline char ascii_lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static inline char ascii_upper(char c)
{
    return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

/* ---- Arenas: everything that lives as long as a model, case or program ---------------------------- */
typedef struct arena {
    struct arena_chunk *chunk; /* newest first */
    size_t total;              /* bytes asked for */
} arena;

/* An arena of all zeros is empty and valid. Memory is zeroed and aligned to 64 bytes for sizes of 64 and
 * more, else to 16. NULL when there is none left. */
void *arena_alloc(arena *a, size_t size);
void *arena_array(arena *a, size_t count, size_t size); /* overflow-checked */
/* Moves *items (old capacity *capacity) to twice the room in the arena. False when out of memory. */
bool arena_grow(arena *a, void **items, size_t *capacity, size_t size);
char *arena_copy(arena *a, const char *text, size_t length);
char *arena_string(arena *a, const char *text);
char *arena_format(arena *a, const char *format, ...) PRINTF_LIKE(2, 3);
void arena_free(arena *a);

/* Appends to an arena-grown array: ARENA_PUSH(arena, items, count, capacity, value) is false when out of
 * memory. */
#define ARENA_PUSH(a, items, count, capacity, value)                                                         \
    (((count) < (capacity) || arena_grow((a), (void **)&(items), &(capacity), sizeof *(items)))              \
         ? ((items)[(count)++] = (value), true)                                                              \
         : false)

/* ---- Growing text --------------------------------------------------------------------------------- */
typedef struct text {
    char *bytes; /* terminated when length > 0; NULL when empty */
    size_t length, capacity;
    bool failed; /* an allocation failed: contents are incomplete */
} text;
void text_add(text *t, const char *bytes, size_t length);
void text_print(text *t, const char *format, ...) PRINTF_LIKE(2, 3);
void text_free(text *t);
/* A stream whose bytes are added to a text, which must outlive it; NULL without memory. When it has been closed,
 * `failed` of the text says whether any are missing (open_memstream of the GNU C library loses bytes without memory, and
 * neither ferror nor fclose says so). If not, `bytes` is not NULL, even where nothing was written. */
FILE *text_stream(text *t);
/* Reads a whole file; TRUCE_BAD_INPUT when it cannot be read or is larger than `limit` bytes. */
truce_status text_read_file(text *t, const char *path, size_t limit, truce_error *error);
/* Opens a regular file for reading; NULL for anything else, which is never waited for: errno says why. */
FILE *text_open_file(const char *path);
/* Whether a path, all links followed, lies in the folder of `file` or inside it; true when there is no such
 * path. */
bool path_is_beside(const char *path, const char *file);
/* Whether a relative path stays in its folder, as far as can be told without a look at the disk: an absolute one, one
 * with "..", a backslash or a colon does not. */
bool path_is_inside(const char *path);
/* files.c: the only road to files of users, on disk or in a set in memory (NULL: on disk). */
truce_status file_read(const truce_files *files, const char *path, size_t limit, text *t, truce_error *error);
/* False only where there is certainly none: what cannot be looked for is there, and reading it says why it cannot. */
bool file_is_there(const truce_files *files, const char *path);
/* Whether it was read through a set on disk, under whatever name. */
bool file_was_read(const truce_files *files, const char *path);
bool file_is_readable(const truce_files *files, const char *path); /* else errno says why not */
/* The path with all links followed, into PATH_MAX bytes; false: errno says why not. */
bool file_resolve(const truce_files *files, const char *path, char *resolved);
/* path_is_beside, in a set too. */
bool file_is_beside(const truce_files *files, const char *path, const char *file);
/* clean.c: text from files of others. Where the first character stands that must not reach a terminal, a page
 * or a table (control characters other than tab and line breaks, overrides of direction, bytes that are no
 * UTF-8), or SIZE_MAX. */
size_t text_hostile(const char *bytes, size_t length);
/* A copy with such characters replaced by U+FFFD. */
char *arena_clean(arena *a, const char *bytes, size_t length);
/* As arena_clean, on one line: tabs and line breaks are blanks. For names, titles and cells. */
char *arena_clean_line(arena *a, const char *bytes, size_t length);
/* "file:line: sentence", as one clean line: a warning or another remark on an input. NULL: out of memory. */
const char *arena_remark(arena *a, const char *file, int line, const char *sentence);
/* Parses the whole of [s, s+length) (blanks around allowed) as a finite or not number, independent of the
 * locale. */
bool text_to_number(const char *s, size_t length, double *value);
/* Where the text stops to be UTF-8, or NULL. */
const char *text_not_utf8(const char *s, size_t length);
/* Writes a field of a CSV file, in quotes when it needs them (RFC 4180). A text that a spreadsheet would take
 * for a formula gets an apostrophe in front. */
void text_write_field(FILE *stream, const char *field);
/* Whether it gets one: it begins with = + - @, also in their full width, a tab or the end of a line; or with apostrophes
 * and one of these, since the first of them would be taken for that apostrophe. */
bool text_is_guarded(const char *bytes, size_t length);
/* Shortest decimal form that reads back as the same double; buffer of at least 32 bytes; returns its length.
 */
size_t text_from_number(char *buffer, double value);

/* ---- CSV ------------------------------------------------------------------------------------------- */
typedef struct csv_cell {
    char *bytes; /* of the text that is read, not terminated */
    size_t length;
} csv_cell;
typedef struct csv_reader {
    const char *path;
    truce_error *error;
    char *at, *end; /* what is left */
    int line;       /* of the line last taken */
    char separator; /* a comma unless set otherwise */
    bool plain;     /* see csv.c */
    bool last;      /* the cell last taken ended its line */
} csv_reader;
/* Reads `content`, which it writes over; plain: without quotes, blank lines and carriage returns. */
void csv_start(csv_reader *r, const char *path, text *content, bool plain, truce_error *error);
/* TRUCE_BAD_INPUT with a sentence about the line last taken. */
truce_status csv_wrong(const csv_reader *r, const char *format, ...) PRINTF_LIKE(2, 3);
bool csv_skip_mark(csv_reader *r); /* whether there was a byte order mark */
/* Goes to the next line that has cells; none is found at the end of the text. */
truce_status csv_next_line(csv_reader *r, bool *found);
/* The next cell of the line; r->last says that there is no further one. */
truce_status csv_next_cell(csv_reader *r, csv_cell *c);
/* Of the line just gone to: cells of a plain line, and whether a tab stands outside quotes. */
size_t csv_count_cells(const csv_reader *r);
/* A cell as a name that is shown: cleaned, without the apostrophe of text_write_field. NULL: out of memory. */
const char *csv_name(arena *a, csv_cell c);
/* Does the line that comes next hold the character outside of quotes? */
bool csv_has(const csv_reader *r, char c);

/* ---- Names: XMILE 1.0 section 3.2.2 ---------------------------------------------------------------- */
/* Folded form for comparison: case folded (Unicode), runs of space, underscore, no-break space, line break
 * and the escape \n as one
 * '_', leading and trailing ones dropped, surrounding double quotes dropped, \" and \\ unescaped. NULL: out
 * of memory. */
char *name_fold(arena *a, const char *name, size_t length);
/* Display form: the same with single spaces and the case kept. */
char *name_display(arena *a, const char *name, size_t length);

/* ---- Map from string to index ----------------------------------------------------------------------- */
typedef struct map {
    struct map_slot *slots;
    size_t count, capacity;
} map;
/* Keys are not copied and must outlive the map. False when out of memory. An existing key keeps its value and
 * *existing gets it. */
bool map_put(map *m, const char *key, size_t value, size_t *existing);
size_t map_get(const map *m, const char *key); /* SIZE_MAX when absent */
void map_free(map *m);
uint64_t hash_bytes(const void *bytes, size_t length); /* FNV-1a, 64 bits: the same on every machine */

/* ---- Hash of 128 bits, of bytes that come piece by piece -------------------------------------------- */
typedef struct hash128 {
    uint64_t v[4], word;
    size_t length;
} hash128;
void hash128_start(hash128 *h);
void hash128_start_with(hash128 *h, const uint64_t key[2]);
void hash128_add(hash128 *h, const void *bytes, size_t length);
void hash128_finish(const hash128 *h, uint64_t result[2]); /* does not change it */
enum { HASH_DIGITS = 32 };
void hash128_write(const uint64_t hash[2], char digits[HASH_DIGITS + 1]); /* as hexadecimal digits */
void hash128_write_of(const void *bytes, size_t length, char digits[HASH_DIGITS + 1]);
/* A text whose last line is the hash of all before it, which tells damage from what was written. Unsealing takes the line
 * off, and is false when it is missing or wrong, or the text goes on behind it. */
void text_seal(text *t);
bool text_unseal(text *t);

/* ---- Output files: written out of sight and put in place in one step (sets of files: base/output.h) ---- */
typedef struct output_file {
    FILE *stream;
    char *path;
    const char *name; /* the last part of `path` */
    char *temporary;  /* its name until it is in place; NULL while it has none */
    int folder;       /* the directory of the target */
    int guard;        /* the old file, locked against a second writer, or -1 */
    bool existed;     /* what stood there when the file was opened */
    uint64_t device, inode;
} output_file;
/* What is there already and no regular file is refused, and so is a file that another process is writing. */
truce_status output_open(output_file *f, const char *path, truce_error *error);
/* Where a library that opens paths itself, and does not lock them, writes the file in place of `stream`: an absolute
 * path, so that it is not taken for an address. False when it does not fit. */
bool output_path(const output_file *f, char *path, size_t size);
/* Flushes, makes durable, and puts in place of the old file; on any error, or when another process has
 * written the target since the file was opened, the old file stays. */
truce_status output_commit(output_file *f, truce_error *error);
void output_discard(output_file *f);

/* ---- Cancellation ------------------------------------------------------------------------------------ */
/* Asked now and then by what takes long: false stops it. go_on may be NULL. */
typedef struct interruption {
    bool (*go_on)(void *context);
    void *context;
} interruption;

/* ---- NetCDF ------------------------------------------------------------------------------------------- */
/* NetCDF-C and HDF5 keep state of their own for the whole process and are not safe in two threads: every use
 * of them is between these two. (They also print their errors unless the thread is the one that first used
 * them: a report calls them from its caller's thread only.) */
void netcdf_lock(void);
void netcdf_unlock(void);

/* ---- Workers ------------------------------------------------------------------------------------------ */
/* Calls work(context, worker, item) for items 0 .. count-1 on `threads` threads (0: all processors); the
 * calling thread is one of them. Stops handing out items once a call returns false; returns false then.
 * Threads that cannot be started are done without. */
bool workers_run(unsigned threads, size_t count, bool (*work)(void *context, unsigned worker, size_t item),
                 void *context);
unsigned workers_count(unsigned threads, size_t items); /* how many workers workers_run will use at most */

#endif
