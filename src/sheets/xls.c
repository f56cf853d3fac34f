/* Workbooks of Excel 97 to 2003 ([MS-XLS]): a stream of records, each with its kind, its length and its bytes.
 * The first substream holds what the sheets share (their names and places, strings, names of areas), then each
 * sheet has one with its cells. What is too long for a record goes on in CONTINUE records behind it.
 *
 * Debian's FreeXL opens paths only, so that neither a set of files in memory nor a confined child could use it, and
 * knows no names of areas; hence a reader of our own, small because only values are read. */
#include "sheets/compound.h"
#include "sheets/sheets.h"

#include <string.h>
#include <utf8proc.h>

enum {
    RECORD_FORMULA = 0x0006,
    RECORD_END = 0x000A,
    RECORD_EXTERN_SHEET = 0x0017,
    RECORD_NAME = 0x0018,
    RECORD_PASSWORD = 0x002F,
    RECORD_CONTINUE = 0x003C,
    RECORD_SHEET = 0x0085,
    RECORD_MANY_RK = 0x00BD,
    RECORD_RICH_LABEL = 0x00D6,
    RECORD_STRINGS = 0x00FC,
    RECORD_LABEL_STRING = 0x00FD,
    RECORD_NUMBER = 0x0203,
    RECORD_LABEL = 0x0204,
    RECORD_TRUTH = 0x0205,
    RECORD_STRING = 0x0207,
    RECORD_RK = 0x027E,
    RECORD_BEGIN = 0x0809,
    VERSION_8 = 0x0600
};

typedef struct record {
    uint32_t kind;
    const char *bytes;
    size_t length;
} record;

typedef struct xls_book {
    sheet_reader *r;
    const char *bytes;
    size_t length, at; /* behind the record last read */
    text t;            /* of a string that is read */
    const char **sheet_names;
    size_t *sheet_places;
    size_t sheet_count, place_count, name_capacity, place_capacity, chosen;
    const char **strings;
    size_t string_count, string_capacity;
    const char *externs; /* of RECORD_EXTERN_SHEET */
    size_t extern_count;
    size_t row, column; /* of the formula whose string comes next */
    bool awaits_string;
} xls_book;

/* ---- Records ------------------------------------------------------------------------------------------- */

static bool next_record(xls_book *b, record *given)
{
    if (b->length - b->at < 4)
        return false;
    *given = (record){little16(b->bytes + b->at), b->bytes + b->at + 4, little16(b->bytes + b->at + 2)};
    if (given->length > b->length - b->at - 4)
        return false;
    b->at += 4 + given->length;
    return true;
}

static bool cut_off(xls_book *b)
{
    return sheet_fail(b->r, "the workbook is damaged: a record is cut off");
}

/* Bytes of a record and of the CONTINUE records behind it. */
typedef struct flow {
    xls_book *b;
    const char *at, *end;
} flow;

static bool go_on(flow *f)
{
    record next;
    size_t before = f->b->at;
    if (!next_record(f->b, &next) || next.kind != RECORD_CONTINUE) {
        f->b->at = before;
        return cut_off(f->b);
    }
    f->at = next.bytes;
    f->end = next.bytes + next.length;
    return true;
}

static bool take_byte(flow *f, uint32_t *byte)
{
    while (f->at == f->end)
        if (!go_on(f))
            return false;
    *byte = (unsigned char)*f->at++;
    return true;
}

static bool take_number(flow *f, size_t bytes, uint32_t *number)
{
    uint32_t byte;
    *number = 0;
    for (size_t i = 0; i < bytes; i++) {
        if (!take_byte(f, &byte))
            return false;
        *number |= byte << 8 * i;
    }
    return true;
}

static bool skip(flow *f, size_t bytes)
{
    while (bytes) {
        size_t here = (size_t)(f->end - f->at);
        if (here > bytes)
            here = bytes;
        f->at += here;
        bytes -= here;
        if (bytes && !go_on(f))
            return false;
    }
    return true;
}

/* ---- Strings ------------------------------------------------------------------------------------------- */

static void add_point(text *t, uint32_t point)
{
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t length = utf8proc_encode_char((utf8proc_int32_t)point, bytes);
    text_add(t, (const char *)bytes, (size_t)length);
}

/* A half of a pair waits in *high for the other; alone it becomes U+FFFD. */
static void add_unit(text *t, uint32_t unit, uint32_t *high)
{
    bool low = unit >= 0xDC00 && unit < 0xE000;
    if (*high && low)
        add_point(t, 0x10000 + ((*high - 0xD800) << 10) + (unit - 0xDC00));
    else if (*high)
        add_point(t, 0xFFFD);
    if (!(*high && low) && low)
        add_point(t, 0xFFFD);
    else if (!low && (unit < 0xD800 || unit >= 0xE000))
        add_point(t, unit);
    *high = unit >= 0xD800 && unit < 0xDC00 ? unit : 0;
}

/* Characters of one or two bytes; where they go on in another record, that says anew which. */
static bool take_characters(flow *f, size_t count, bool wide)
{
    uint32_t unit, flags, high = 0;
    text *t = &f->b->t;
    t->length = 0;
    for (size_t i = 0; i < count; i++) {
        if (f->at == f->end) {
            if (!go_on(f) || !take_byte(f, &flags))
                return false;
            wide = flags & 1;
        }
        if (!take_number(f, wide ? 2 : 1, &unit))
            return false;
        add_unit(t, unit, &high);
    }
    if (high)
        add_point(t, 0xFFFD);
    return !t->failed || sheet_no_memory(f->b->r);
}

/* A string with a length of 16 bits, its formats and readings passed over. */
static bool take_string(flow *f)
{
    uint32_t count, flags, runs = 0, readings = 0;
    if (!take_number(f, 2, &count) || !take_byte(f, &flags) || ((flags & 8) && !take_number(f, 2, &runs)) ||
        ((flags & 4) && !take_number(f, 4, &readings)))
        return false;
    return take_characters(f, count, flags & 1) && skip(f, 4 * (size_t)runs) && skip(f, readings);
}

static flow flow_of(xls_book *b, const record *given, size_t from)
{
    return (flow){b, given->bytes + from, given->bytes + given->length};
}

static const char *kept_text(xls_book *b)
{
    const char *kept = arena_copy(b->r->a, b->t.length ? b->t.bytes : "", b->t.length);
    if (!kept)
        sheet_no_memory(b->r);
    return kept;
}

static bool read_strings(xls_book *b, const record *given)
{
    uint32_t total, count;
    flow f = flow_of(b, given, 0);
    if (!take_number(&f, 4, &total) || !take_number(&f, 4, &count))
        return false;
    if (count > SHEET_CELLS)
        return sheet_fail(b->r, "the workbook has more than %d strings", SHEET_CELLS);
    for (uint32_t i = 0; i < count; i++) {
        if (!take_string(&f))
            return false;
        const char *string = kept_text(b);
        if (!string)
            return false;
        if (!ARENA_PUSH(b->r->a, b->strings, b->string_count, b->string_capacity, string))
            return sheet_no_memory(b->r);
    }
    return true;
}

/* ---- What the sheets share ----------------------------------------------------------------------------- */

static bool read_sheet(xls_book *b, const record *given)
{
    if (given->length < 8)
        return cut_off(b);
    flow f = flow_of(b, given, 8);
    size_t place = little32(given->bytes);
    if (!take_characters(&f, (unsigned char)given->bytes[6], given->bytes[7] & 1))
        return false;
    const char *name = kept_text(b);
    if (b->sheet_count == SHEET_SHEETS)
        return sheet_fail(b->r, "the workbook has more than %d sheets", SHEET_SHEETS);
    return name && ((ARENA_PUSH(b->r->a, b->sheet_names, b->sheet_count, b->name_capacity, name) &&
                     ARENA_PUSH(b->r->a, b->sheet_places, b->place_count, b->place_capacity, place)) ||
                    sheet_no_memory(b->r));
}

static bool read_externs(xls_book *b, const record *given)
{
    if (given->length < 2)
        return cut_off(b);
    b->externs = given->bytes + 2;
    b->extern_count = little16(given->bytes);
    if (b->extern_count > (given->length - 2) / 6)
        b->extern_count = (given->length - 2) / 6;
    return true;
}

/* The area of a name whose formula is nothing but a reference to cells of a sheet. */
static bool read_area(const xls_book *b, const char *formula, size_t length, sheet_area *area)
{
    bool cell = length == 7 && (formula[0] & 0x1F) == 0x1A,
         cells = length == 11 && (formula[0] & 0x1F) == 0x1B;
    size_t index = cell || cells ? little16(formula + 1) : 0;
    if ((!cell && !cells) || index >= b->extern_count || little16(b->externs + 6 * index + 2) != b->chosen)
        return false;
    size_t last_row = little16(formula + (cells ? 5 : 3));
    size_t last_column = little16(formula + (cells ? 9 : 5)) & 0xFF;
    area->row = little16(formula + 3);
    area->column = little16(formula + (cells ? 7 : 5)) & 0xFF;
    area->rows = last_row - area->row + 1;
    area->columns = last_column - area->column + 1;
    if (area->rows == 0x10000)
        area->rows = SHEET_ROWS;
    if (area->columns == 0x100)
        area->columns = SHEET_COLUMNS;
    return last_row >= area->row && last_column >= area->column;
}

static bool read_name(xls_book *b, const record *given)
{
    if (given->length < 15)
        return cut_off(b);
    bool builtin = little16(given->bytes) & 0x20;
    size_t count = (unsigned char)given->bytes[3], formula = little16(given->bytes + 4);
    size_t place = little16(given->bytes + 8);
    flow f = flow_of(b, given, 15);
    sheet_area area = {.local = place > 0};
    if (builtin || (place && place != b->chosen + 1))
        return true;
    if (!take_characters(&f, count, given->bytes[14] & 1))
        return false;
    if ((size_t)(f.end - f.at) < formula || !read_area(b, f.at, formula, &area))
        return true;
    area.name = b->t.length ? b->t.bytes : "";
    return sheet_add_area(b->r, &area, b->t.length);
}

/* Once for names of sheets, then, when the sheet is chosen, for the rest. */
static bool read_shared(xls_book *b, bool names_of_sheets)
{
    record given;
    b->at = 0;
    if (!next_record(b, &given) || given.kind != RECORD_BEGIN || given.length < 4)
        return sheet_fail(b->r, "the workbook is damaged: it does not begin as one");
    if (little16(given.bytes) != VERSION_8)
        return sheet_fail(b->r, "the workbook is of Excel 95 or older: save it anew");
    while (next_record(b, &given) && given.kind != RECORD_END) {
        bool read = true;
        if (given.kind == RECORD_PASSWORD)
            return sheet_fail(b->r, "the workbook is protected by a password");
        if (names_of_sheets && given.kind == RECORD_SHEET)
            read = read_sheet(b, &given);
        else if (!names_of_sheets && given.kind == RECORD_EXTERN_SHEET)
            read = read_externs(b, &given);
        else if (!names_of_sheets && given.kind == RECORD_STRINGS)
            read = read_strings(b, &given);
        else if (!names_of_sheets && given.kind == RECORD_NAME)
            read = read_name(b, &given);
        if (!read)
            return false;
    }
    return true;
}

/* ---- Cells --------------------------------------------------------------------------------------------- */

static double double_of(uint32_t low, uint32_t high)
{
    uint64_t bits = (uint64_t)high << 32 | low;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* A number in 30 bits: whole or the first bits of a double, perhaps in hundredths. */
static double number_of_rk(uint32_t rk)
{
    uint32_t whole = rk >> 2;
    double sign = whole & 0x20000000 ? 0x1p30 : 0; /* two's complement */
    double value = rk & 2 ? (double)whole - sign : double_of(0, rk & 0xFFFFFFFC);
    return rk & 1 ? value / 100 : value;
}

static bool add_number(xls_book *b, size_t row, size_t column, double value)
{
    char number[40];
    return sheet_add_cell(b->r, row, column, number, text_from_number(number, value));
}

static bool add_text(xls_book *b, size_t row, size_t column)
{
    return sheet_add_cell(b->r, row, column, b->t.bytes, b->t.length);
}

static bool read_formula(xls_book *b, const record *given, size_t row, size_t column)
{
    if (given->length < 14)
        return cut_off(b);
    const char *value = given->bytes + 6;
    if (little16(value + 6) != 0xFFFF)
        return add_number(b, row, column, double_of(little32(value), little32(value + 4)));
    b->awaits_string = value[0] == 0;
    b->row = row;
    b->column = column;
    return value[0] != 1 || add_number(b, row, column, value[2] != 0);
}

static bool read_many(xls_book *b, const record *given, size_t row, size_t column)
{
    for (size_t at = 4; at + 6 + 2 <= given->length; at += 6, column++)
        if (!add_number(b, row, column, number_of_rk(little32(given->bytes + at + 2))))
            return false;
    return true;
}

static bool read_shared_string(xls_book *b, const record *given, size_t row, size_t column)
{
    size_t index = given->length >= 10 ? little32(given->bytes + 6) : SIZE_MAX;
    if (index >= b->string_count)
        return sheet_fail(b->r, "a cell refers to a string that does not exist");
    return sheet_add_cell(b->r, row, column, b->strings[index], strlen(b->strings[index]));
}

static bool read_label(xls_book *b, const record *given, size_t row, size_t column)
{
    flow f = flow_of(b, given, 6);
    return given->length < 9 ? cut_off(b) : take_string(&f) && add_text(b, row, column);
}

/* The string that a formula gave stands in a record of its own behind it. */
static bool read_result(xls_book *b, const record *given)
{
    flow f = flow_of(b, given, 0);
    if (!b->awaits_string)
        return true;
    b->awaits_string = false;
    return take_string(&f) && add_text(b, b->row, b->column);
}

static bool read_cell(xls_book *b, const record *given)
{
    if (given->kind == RECORD_STRING)
        return read_result(b, given);
    if (given->length < 6)
        return true;
    size_t row = little16(given->bytes), column = little16(given->bytes + 2);
    switch (given->kind) {
    case RECORD_NUMBER:
        return given->length < 14
                   ? cut_off(b)
                   : add_number(b, row, column,
                                double_of(little32(given->bytes + 6), little32(given->bytes + 10)));
    case RECORD_RK:
        return given->length < 10 ? cut_off(b)
                                  : add_number(b, row, column, number_of_rk(little32(given->bytes + 6)));
    case RECORD_MANY_RK:
        return read_many(b, given, row, column);
    case RECORD_LABEL_STRING:
        return read_shared_string(b, given, row, column);
    case RECORD_LABEL:
    case RECORD_RICH_LABEL:
        return read_label(b, given, row, column);
    case RECORD_FORMULA:
        return read_formula(b, given, row, column);
    case RECORD_TRUTH: /* or an error, which is no value */
        return given->length < 8 || given->bytes[7] || add_number(b, row, column, given->bytes[6] != 0);
    default:
        return true;
    }
}

/* Charts inside of a sheet have substreams of their own. */
static bool read_cells(xls_book *b)
{
    record given;
    size_t depth = 0;
    b->at = b->sheet_places[b->chosen];
    if (b->at > b->length)
        return cut_off(b);
    while (next_record(b, &given)) {
        depth += given.kind == RECORD_BEGIN;
        if (!depth)
            return sheet_fail(b->r, "the workbook is damaged: a sheet is not where it should be");
        if (given.kind == RECORD_END && --depth == 0)
            return true;
        if (depth == 1 && !read_cell(b, &given))
            return false;
    }
    return cut_off(b);
}

static bool read_book(xls_book *b)
{
    if (!read_shared(b, true))
        return false;
    b->chosen = sheet_choose(b->r, b->sheet_names, b->sheet_count);
    return b->chosen != SIZE_MAX && read_shared(b, false) && read_cells(b);
}

bool sheet_read_xls(sheet_reader *r)
{
    text stream = {0};
    bool read = compound_read(r, "Workbook", "Book", &stream);
    xls_book b = {.r = r, .bytes = stream.bytes, .length = stream.length};
    read = read && (stream.length || sheet_fail(r, "the workbook is empty")) && read_book(&b);
    text_free(&stream);
    text_free(&b.t);
    return read;
}
