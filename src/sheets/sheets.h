/* Spreadsheets: the cells of one sheet of a workbook, and the names of its areas, from bytes that nobody vouches
 * for (.xlsx and .xls, told apart by their content).
 *
 *     bytes --> zip.c, parts --> xlsx.c (XML, by expat) --+
 *           \-> compound.c, stream --> xls.c (records) ---+--> workbook.c: cells in order; sheets.c: names
 *
 * A formula counts for the value that was saved with it. What is refused or left out: passwords, other programs'
 * formats, drawings, formats of cells (a date is its number of days). */
#ifndef TRUCE_SHEETS_H
#define TRUCE_SHEETS_H

#include "base/base.h"

enum {
    SHEET_BYTES = 64 << 20, /* of a file */
    SHEET_PART = 256 << 20, /* of one of its parts, unpacked */
    SHEET_CELLS = 1 << 22,  /* that hold anything, and strings */
    SHEET_ROWS = 1 << 20,   /* as many as spreadsheets have */
    SHEET_COLUMNS = 1 << 14,
    SHEET_SHEETS = 4096,
    SHEET_NAMES = 1 << 16,
    SHEET_TEXT = 1 << 17, /* bytes of a cell */
    SHEET_TEXTS = 1 << 26 /* of all cells: many may share one string of the file */
};

typedef struct sheet_cell {
    size_t row, column; /* from 0 */
    const char *text;   /* UTF-8, of a number too; "=" of a formula that was saved without its value */
} sheet_cell;

typedef struct sheet_area {
    const char *name;
    size_t row, column, rows,
        columns; /* of whole columns SHEET_ROWS rows, of whole rows SHEET_COLUMNS columns */
    bool local;  /* of this sheet alone, which goes before a name of the workbook */
} sheet_area;

typedef struct sheet_table {
    sheet_cell *cells; /* in the order of rows and columns, each once */
    size_t count, capacity;
    sheet_area *areas; /* names that stand for one area of this sheet */
    size_t area_count, area_capacity;
} sheet_table;

/* Whether bytes begin as a workbook does. */
bool sheet_is_workbook(const char *bytes, size_t length);
/* Reads the sheet that is named, or, where none is and the name is a number, the one at that place, from 1. */
truce_status sheet_read(arena *a, const char *bytes, size_t length, const char *name, sheet_table *s,
                        truce_error *error);
/* NULL: no area of that name. */
const sheet_area *sheet_find_area(const sheet_table *s, const char *name, size_t length);

/* ---- Between the files of this folder ------------------------------------------------------------------ */
typedef struct sheet_reader {
    arena *a;
    const char *bytes;
    size_t length;
    const char *wanted; /* the sheet */
    sheet_table *s;
    size_t texts; /* bytes of the cells so far */
    truce_error *error;
    truce_status status;
} sheet_reader;

/* Set the error and are false. */
bool sheet_fail(sheet_reader *r, const char *format, ...) PRINTF_LIKE(2, 3);
bool sheet_no_memory(sheet_reader *r);
bool sheet_add_cell(sheet_reader *r, size_t row, size_t column, const char *bytes, size_t length);
bool sheet_add_area(sheet_reader *r, const sheet_area *area, size_t name_length);
/* The index of the wanted sheet among names, or SIZE_MAX with a failure. */
size_t sheet_choose(sheet_reader *r, const char *const *names, size_t count);
bool sheet_read_xlsx(sheet_reader *r);
bool sheet_read_xls(sheet_reader *r);

#endif
