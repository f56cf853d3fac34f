/* Workbooks of Office Open XML (ECMA-376, part 1, chapters 12 and 18): which part is the workbook, which part
 * its sheet, the strings that sheets share, and the cells. Elements are known by their local names, because
 * writers differ in prefixes and in the two namespaces of the standard. */
#include "sheets/sheets.h"
#include "sheets/zip.h"

#include <expat.h>
#include <string.h>

enum { PATH = 512 };

typedef struct relation { /* of a part to another */
    const char *id, *kind, *target;
} relation;

typedef struct book {
    sheet_reader *r;
    zip_archive *archive;
    XML_Parser parser;
    void (*start)(struct book *b, const char *element, const char **pairs);
    void (*end)(struct book *b, const char *element);
    text t; /* of the element that is read */
    bool collecting;
    size_t phonetic; /* inside of readings for Japanese */
    relation *relations;
    size_t relation_count, relation_capacity;
    const char **sheet_names, **sheet_ids;
    size_t sheet_count, id_count, name_capacity, id_capacity;
    size_t chosen; /* sheet */
    const char **strings;
    size_t string_count, string_capacity;
    struct defined { /* <definedName> */
        const char *name, *text;
        size_t sheet; /* or SIZE_MAX */
    } * defined;
    size_t defined_count, defined_capacity;
    const char *name; /* of the one that is read */
    size_t local;
    size_t row, column; /* of the cell that is read: from 1, 0 before the first */
    char type;
    bool has_formula;
    bool since_1904; /* dates are days since the first of 1904 */
} book;

/* ---- Parts --------------------------------------------------------------------------------------------- */

static const char *local_name(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon ? colon + 1 : name;
}

static const char *attribute(const char **pairs, const char *name)
{
    for (size_t i = 0; pairs[i]; i += 2)
        if (strcmp(local_name(pairs[i]), name) == 0)
            return pairs[i + 1];
    return NULL;
}

static void stop(book *b)
{
    XML_StopParser(b->parser, XML_FALSE);
}

static void XMLCALL on_start(void *context, const char *name, const char **pairs)
{
    book *b = context;
    if (!b->r->status)
        b->start(b, local_name(name), pairs);
    if (b->r->status)
        stop(b);
}

static void XMLCALL on_end(void *context, const char *name)
{
    book *b = context;
    if (!b->r->status)
        b->end(b, local_name(name));
    if (b->r->status)
        stop(b);
}

static void XMLCALL on_text(void *context, const char *piece, int length)
{
    book *b = context;
    if (b->r->status || !b->collecting || b->phonetic)
        return;
    if (b->t.length + (size_t)length > SHEET_TEXT)
        sheet_fail(b->r, "a text in it is longer than %d bytes", SHEET_TEXT);
    else
        text_add(&b->t, piece, (size_t)length);
    if (b->t.failed)
        sheet_no_memory(b->r);
    if (b->r->status)
        stop(b);
}

static void XMLCALL on_doctype(void *context, const char *name, const char *system, const char *public,
                               int has_internal)
{
    (void)name, (void)system, (void)public, (void)has_internal;
    book *b = context;
    sheet_fail(b->r, "a part of it declares a document type, which workbooks do not");
    stop(b);
}

static bool take(void *context, const char *bytes, size_t length)
{
    book *b = context;
    if (XML_Parse(b->parser, bytes, (int)length, XML_FALSE) == XML_STATUS_OK)
        return true;
    if (XML_GetErrorCode(b->parser) == XML_ERROR_NO_MEMORY)
        return sheet_no_memory(b->r);
    return sheet_fail(b->r, "the workbook is damaged: %s", XML_ErrorString(XML_GetErrorCode(b->parser)));
}

/* *found: whether there is such a part. */
static bool read_part(book *b, const char *path, bool *found,
                      void (*start)(book *b, const char *element, const char **pairs),
                      void (*end)(book *b, const char *element))
{
    b->parser = XML_ParserCreate(NULL);
    if (!b->parser)
        return sheet_no_memory(b->r);
    b->start = start;
    b->end = end;
    b->collecting = false;
    b->phonetic = 0;
    XML_SetUserData(b->parser, b);
    XML_SetElementHandler(b->parser, on_start, on_end);
    XML_SetCharacterDataHandler(b->parser, on_text);
    XML_SetStartDoctypeDeclHandler(b->parser, on_doctype);
    bool read = zip_archive_read(b->r, b->archive, path, found, take, b);
    if (read && *found && XML_Parse(b->parser, "", 0, XML_TRUE) != XML_STATUS_OK)
        read = sheet_fail(b->r, "the workbook is damaged: a part of it ends too early");
    XML_ParserFree(b->parser);
    return read && !b->r->status;
}

static const char *copy(book *b, const char *string)
{
    char *kept = arena_string(b->r->a, string ? string : "");
    if (!kept)
        sheet_no_memory(b->r);
    return kept;
}

static void collect(book *b)
{
    b->collecting = true;
    b->t.length = 0;
}

static const char *collected(const book *b)
{
    return b->t.length ? b->t.bytes : "";
}

static void no_end(book *b, const char *element)
{
    (void)b, (void)element;
}

/* ---- Relations ----------------------------------------------------------------------------------------- */

static void relation_start(book *b, const char *element, const char **pairs)
{
    if (strcmp(element, "Relationship") != 0)
        return;
    const char *kind = attribute(pairs, "Type");
    const char *slash = kind ? strrchr(kind, '/') : NULL;
    relation given = {copy(b, attribute(pairs, "Id")), copy(b, slash ? slash + 1 : kind),
                      copy(b, attribute(pairs, "Target"))};
    if (b->relation_count == SHEET_SHEETS)
        sheet_fail(b->r, "the workbook has more than %d parts", SHEET_SHEETS);
    else if (!b->r->status &&
             !ARENA_PUSH(b->r->a, b->relations, b->relation_count, b->relation_capacity, given))
        sheet_no_memory(b->r);
}

/* The path of a target as its relation writes it, seen from the folder of `from`. */
static void resolve(char path[PATH], const char *from, const char *target)
{
    const char *slash = strrchr(from, '/');
    if (*target == '/')
        snprintf(path, PATH, "%s", target + 1);
    else
        snprintf(path, PATH, "%.*s%s", slash ? (int)(slash + 1 - from) : 0, from, target);
}

static const relation *relation_of_kind(const book *b, const char *kind)
{
    for (size_t i = 0; i < b->relation_count; i++)
        if (strcmp(b->relations[i].kind, kind) == 0)
            return &b->relations[i];
    return NULL;
}

static const relation *relation_of_id(const book *b, const char *id)
{
    for (size_t i = 0; i < b->relation_count; i++)
        if (strcmp(b->relations[i].id, id) == 0)
            return &b->relations[i];
    return NULL;
}

/* Those of a part, "" for the package. */
static bool read_relations(book *b, const char *of)
{
    char path[PATH];
    bool found;
    const char *slash = strrchr(of, '/');
    int folder = slash ? (int)(slash + 1 - of) : 0;
    snprintf(path, sizeof path, "%.*s_rels/%s.rels", folder, of, of + folder);
    b->relation_count = 0;
    return read_part(b, path, &found, relation_start, no_end) &&
           (found || sheet_fail(b->r, "this is not a workbook: it has no part \"%.200s\"", path));
}

/* ---- The workbook -------------------------------------------------------------------------------------- */

static void add_sheet(book *b, const char **pairs)
{
    const char *name = copy(b, attribute(pairs, "name")), *id = copy(b, attribute(pairs, "id"));
    if (b->sheet_count == SHEET_SHEETS)
        sheet_fail(b->r, "the workbook has more than %d sheets", SHEET_SHEETS);
    else if (!b->r->status && (!ARENA_PUSH(b->r->a, b->sheet_names, b->sheet_count, b->name_capacity, name) ||
                               !ARENA_PUSH(b->r->a, b->sheet_ids, b->id_count, b->id_capacity, id)))
        sheet_no_memory(b->r);
}

static void workbook_start(book *b, const char *element, const char **pairs)
{
    double place;
    const char *local = attribute(pairs, "localSheetId"), *since = attribute(pairs, "date1904");
    if (strcmp(element, "sheet") == 0)
        add_sheet(b, pairs);
    if (strcmp(element, "workbookPr") == 0)
        b->since_1904 = since && (strcmp(since, "1") == 0 || strcmp(since, "true") == 0);
    if (strcmp(element, "definedName") != 0)
        return;
    bool given = local && text_to_number(local, strlen(local), &place) && place >= 0 && place < SHEET_SHEETS;
    b->name = copy(b, attribute(pairs, "name"));
    b->local = given ? (size_t)place : SIZE_MAX;
    collect(b);
}

static void workbook_end(book *b, const char *element)
{
    if (strcmp(element, "definedName") != 0 || !b->name)
        return;
    struct defined d = {b->name, copy(b, collected(b)), b->local};
    b->collecting = false;
    b->name = NULL;
    if (b->defined_count == SHEET_NAMES)
        sheet_fail(b->r, "the workbook has more than %d names", SHEET_NAMES);
    else if (!b->r->status && !ARENA_PUSH(b->r->a, b->defined, b->defined_count, b->defined_capacity, d))
        sheet_no_memory(b->r);
}

/* ---- Names of areas: Sheet1!$A$1:$B$2 or 'My sheet'!$A$1 ----------------------------------------------- */

/* Whether the text begins with the name of the sheet; *rest behind the "!". */
static bool begins_with_sheet(const char *given, const char *name, const char **rest)
{
    bool quoted = *given == '\'';
    given += quoted;
    for (; *name; name++, given++) {
        given += quoted && *given == '\'' && given[1] == '\'';
        if (*given != *name)
            return false;
    }
    given += quoted && *given == '\'';
    *rest = given + 1;
    return *given == '!';
}

/* "$B" or "B", from 1; 0: none, or beyond the last. */
static size_t read_column(const char **at)
{
    size_t column = 0;
    *at += **at == '$';
    for (; ascii_is_letter(**at) && column <= SHEET_COLUMNS; ++*at)
        column = column * 26 + (size_t)(ascii_upper(**at) - 'A' + 1);
    return column <= SHEET_COLUMNS ? column : 0;
}

/* "$2" or "2", from 1; 0: none, or beyond the last. */
static size_t read_row(const char **at)
{
    size_t row = 0;
    *at += **at == '$';
    for (; ascii_is_digit(**at) && row <= SHEET_ROWS; ++*at)
        row = row * 10 + (size_t)(**at - '0');
    return row <= SHEET_ROWS ? row : 0;
}

/* "$B$2", "B2"; from 0. False: something else. */
static bool read_corner(const char **at, size_t *row, size_t *column)
{
    const char *s = *at;
    size_t letters = read_column(&s), number = letters ? read_row(&s) : 0;
    if (!letters || !number)
        return false;
    *row = number - 1;
    *column = letters - 1;
    *at = s;
    return true;
}

/* "$B:$D", whole columns, or "$2:$3", whole rows. */
static bool read_whole(const char *s, sheet_area *area)
{
    const char *at = s;
    size_t first = read_column(&at), last = 0;
    bool columns = first;
    if (!columns) {
        at = s;
        first = read_row(&at);
    }
    if (first && *at++ == ':')
        last = columns ? read_column(&at) : read_row(&at);
    if (last < first || !last || *at)
        return false;
    *(columns ? &area->column : &area->row) = first - 1;
    area->rows = columns ? SHEET_ROWS : last - first + 1;
    area->columns = columns ? last - first + 1 : SHEET_COLUMNS;
    return true;
}

/* "$B$2" or "$B$2:$D$4". */
static bool read_block(const char *s, sheet_area *area)
{
    size_t row, column;
    if (!read_corner(&s, &area->row, &area->column))
        return false;
    row = area->row;
    column = area->column;
    if (*s == ':') {
        s++;
        if (!read_corner(&s, &row, &column))
            return false;
    }
    if (*s || row < area->row || column < area->column)
        return false;
    area->rows = row - area->row + 1;
    area->columns = column - area->column + 1;
    return true;
}

static bool add_area(book *b, const struct defined *d)
{
    const char *at;
    sheet_area area = {.name = d->name, .local = d->sheet != SIZE_MAX};
    if ((area.local && d->sheet != b->chosen) ||
        !begins_with_sheet(d->text, b->sheet_names[b->chosen], &at) ||
        (!read_whole(at, &area) && !read_block(at, &area)))
        return true;
    return sheet_add_area(b->r, &area, strlen(d->name));
}

/* ---- Strings that sheets share ------------------------------------------------------------------------- */

static void strings_start(book *b, const char *element, const char **pairs)
{
    (void)pairs;
    if (strcmp(element, "si") == 0)
        b->t.length = 0;
    b->phonetic += strcmp(element, "rPh") == 0;
    b->collecting = strcmp(element, "t") == 0;
}

static void strings_end(book *b, const char *element)
{
    b->phonetic -= strcmp(element, "rPh") == 0 && b->phonetic;
    b->collecting = false;
    if (strcmp(element, "si") != 0)
        return;
    const char *string = copy(b, collected(b));
    b->t.length = 0;
    if (b->string_count == SHEET_CELLS)
        sheet_fail(b->r, "the workbook has more than %d strings", SHEET_CELLS);
    else if (string && !ARENA_PUSH(b->r->a, b->strings, b->string_count, b->string_capacity, string))
        sheet_no_memory(b->r);
}

/* ---- Dates --------------------------------------------------------------------------------------------- */

static bool read_digits(const char **at, int count, int *value)
{
    *value = 0;
    for (; count > 0 && ascii_is_digit(**at); count--, ++*at)
        *value = *value * 10 + (**at - '0');
    return count == 0;
}

/* Days since the last of 1899 but one, so that the first of March 1900 has the number that spreadsheets give it. */
static int days_of(int year, int month, int day)
{
    int since_march = (month + 9) % 12, y = year - (month <= 2);
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * since_march + 2) / 5 + day - 693900;
}

/* "T12:30:00.25" or nothing, as a part of a day. */
static bool read_time(const char **at, double *part)
{
    int hour, minute, whole;
    *part = 0;
    if (**at != 'T')
        return true;
    ++*at;
    if (!read_digits(at, 2, &hour) || *(*at)++ != ':' || !read_digits(at, 2, &minute) || *(*at)++ != ':' ||
        !read_digits(at, 2, &whole))
        return false;
    double second = whole;
    if (**at == '.')
        for (double unit = 0.1; ascii_is_digit(*++*at); unit /= 10)
            second += unit * (**at - '0');
    *part = (hour * 3600 + minute * 60 + second) / 86400;
    return hour < 24 && minute < 60 && second < 60;
}

/* "2023-04-01" or "2023-04-01T12:30:00" as the number that a date has in a cell (ECMA-376, part 1, 18.17.4). False:
 * something else, or a day of the first two months of 1900, on which systems differ. */
static bool read_date(const book *b, const char *s, double *days)
{
    int year, month, day;
    double part;
    if (!read_digits(&s, 4, &year) || *s++ != '-' || !read_digits(&s, 2, &month) || *s++ != '-' ||
        !read_digits(&s, 2, &day) || !read_time(&s, &part) || month < 1 || month > 12)
        return false;
    int length = days_of(year + month / 12, month % 12 + 1, 1) - days_of(year, month, 1);
    int whole = days_of(year, month, day) - (b->since_1904 ? days_of(1904, 1, 1) : 0);
    *days = whole + part;
    s += *s == 'Z';
    return !*s && day >= 1 && day <= length && whole >= (b->since_1904 ? 0 : 61);
}

/* ---- Cells --------------------------------------------------------------------------------------------- */

static void start_row(book *b, const char **pairs)
{
    double row;
    const char *given = attribute(pairs, "r");
    b->column = 0;
    b->row++;
    if (!given)
        return;
    if (text_to_number(given, strlen(given), &row) && row >= 1 && row <= SHEET_ROWS)
        b->row = (size_t)row;
    else
        sheet_fail(b->r, "it has a row \"%.20s\"", given);
}

static void start_cell(book *b, const char **pairs)
{
    const char *given = attribute(pairs, "r"), *type = attribute(pairs, "t");
    size_t row, column;
    b->column++;
    if (given && read_corner(&given, &row, &column) && !*given) {
        b->row = row + 1;
        b->column = column + 1;
    } else if (given) {
        sheet_fail(b->r, "it has a cell \"%.20s\"", given);
    }
    b->type = !type                            ? 'n'
              : strcmp(type, "s") == 0         ? 's'
              : strcmp(type, "inlineStr") == 0 ? 'i'
              : strcmp(type, "str") == 0       ? 't' /* the text that a formula gave, which may be empty */
              : strcmp(type, "d") == 0         ? 'd'
                                               : 'n';
    b->has_formula = false;
    b->t.length = 0;
}

static void cells_start(book *b, const char *element, const char **pairs)
{
    if (strcmp(element, "row") == 0)
        start_row(b, pairs);
    else if (strcmp(element, "c") == 0)
        start_cell(b, pairs);
    else if (strcmp(element, "f") == 0)
        b->has_formula = true;
    b->phonetic += strcmp(element, "rPh") == 0;
    b->collecting = strcmp(element, b->type == 'i' ? "t" : "v") == 0;
}

static void end_cell(book *b)
{
    double index, days;
    char number[40];
    const char *given = collected(b);
    size_t length = b->t.length;
    if (!length && b->has_formula && b->type != 't') {
        given = "=";
        length = 1;
    } else if (length && b->type == 's') {
        if (!text_to_number(given, length, &index) || !(index >= 0 && index < (double)b->string_count)) {
            sheet_fail(b->r, "a cell refers to string %.20s of %zu", given, b->string_count);
            return;
        }
        given = b->strings[(size_t)index];
        length = strlen(given);
    } else if (length && b->type == 'd' && read_date(b, given, &days)) {
        length = text_from_number(number, days);
        given = number;
    }
    sheet_add_cell(b->r, b->row - 1, b->column - 1, given, length);
    b->t.length = 0;
}

static void cells_end(book *b, const char *element)
{
    b->phonetic -= strcmp(element, "rPh") == 0 && b->phonetic;
    b->collecting = false;
    if (strcmp(element, "c") == 0 && b->row && b->column)
        end_cell(b);
}

/* ---- All of it ----------------------------------------------------------------------------------------- */

static bool find_workbook(book *b, char path[PATH])
{
    if (!read_relations(b, ""))
        return false;
    const relation *to = relation_of_kind(b, "officeDocument");
    if (!to)
        return sheet_fail(b->r, "this is not a workbook: it names no document");
    resolve(path, "", to->target);
    return true;
}

static bool read_workbook(book *b)
{
    char path[PATH], strings[PATH], cells[PATH];
    bool found;
    if (!find_workbook(b, path) || !read_part(b, path, &found, workbook_start, workbook_end))
        return false;
    if (!found)
        return sheet_fail(b->r, "the workbook is damaged: it has no part \"%.200s\"", path);
    b->chosen = sheet_choose(b->r, b->sheet_names, b->sheet_count);
    if (b->chosen == SIZE_MAX || !read_relations(b, path))
        return false;
    for (size_t i = 0; i < b->defined_count; i++)
        if (!add_area(b, &b->defined[i]))
            return false;
    const relation *to = relation_of_id(b, b->sheet_ids[b->chosen]);
    const relation *shared = relation_of_kind(b, "sharedStrings");
    if (!to)
        return sheet_fail(b->r, "the workbook is damaged: its sheet \"%.100s\" has no part", b->r->wanted);
    resolve(cells, path, to->target);
    if (shared) {
        resolve(strings, path, shared->target);
        if (!read_part(b, strings, &found, strings_start, strings_end))
            return false;
    }
    return read_part(b, cells, &found, cells_start, cells_end) &&
           (found || sheet_fail(b->r, "the workbook is damaged: it has no part \"%.200s\"", cells));
}

bool sheet_read_xlsx(sheet_reader *r)
{
    book b = {.r = r, .archive = zip_archive_open(r)};
    bool read = b.archive && read_workbook(&b);
    zip_archive_close(b.archive);
    text_free(&b.t);
    return read;
}
