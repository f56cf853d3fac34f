/* See compound.h. A file is a header of one sector's place and sectors numbered from 0. A table (FAT) holds for every
 * sector the next one of its chain; where the table itself lies stands in the header and, for large files, in a chain
 * of lists. Streams below a cut-off lie in small sectors inside of one stream, with a table of their own.
 *
 *     header --> list of the table's sectors --> table --> directory --> stream (sector after sector)
 *
 * No chain is followed for more steps than the file has sectors, so that a circle ends. */
#include "sheets/compound.h"

#include <string.h>

enum {
    HEADER = 512,
    LIST_IN_HEADER = 109,
    ENTRY = 128, /* bytes of an entry of the directory */
    SMALL = 64   /* bytes of a small sector */
};
static const uint32_t greatest_sector = 0xFFFFFFFA;

typedef struct volume {
    sheet_reader *r;
    size_t size; /* of a sector */
    size_t sectors;
    uint32_t *table; /* sectors that hold the table */
    size_t table_count, table_capacity;
    text directory, small, small_table; /* the stream of small sectors, and their table */
} volume;

static bool damaged(volume *v)
{
    return sheet_fail(v->r, "the workbook is damaged: a sector is missing or stands in two places");
}

/* NULL: beyond the end. */
static const char *sector(const volume *v, uint32_t number)
{
    return number < v->sectors ? v->r->bytes + ((size_t)number + 1) * v->size : NULL;
}

/* The sector after one in its chain; one above the greatest ends it. */
static uint32_t next_sector(const volume *v, uint32_t number)
{
    size_t per = v->size / 4, index = number / per;
    const char *part = index < v->table_count ? sector(v, v->table[index]) : NULL;
    return part ? little32(part + number % per * 4) : UINT32_MAX;
}

/* Appends a chain of sectors, until it ends or `size` bytes are there. */
static bool read_chain(volume *v, uint32_t first, size_t size, text *stream)
{
    size_t steps = 0;
    for (uint32_t at = first; at <= greatest_sector && stream->length < size; at = next_sector(v, at)) {
        const char *bytes = sector(v, at);
        if (!bytes || steps++ >= v->sectors)
            return damaged(v);
        text_add(stream, bytes, size - stream->length < v->size ? size - stream->length : v->size);
        if (stream->failed)
            return sheet_no_memory(v->r);
    }
    return true;
}

static bool add_table_sector(volume *v, uint32_t number)
{
    if (number > greatest_sector)
        return true;
    if (v->table_count == v->sectors)
        return damaged(v);
    return ARENA_PUSH(v->r->a, v->table, v->table_count, v->table_capacity, number) || sheet_no_memory(v->r);
}

static bool find_table(volume *v)
{
    const char *header = v->r->bytes;
    size_t per = v->size / 4, steps = 0;
    for (size_t i = 0; i < LIST_IN_HEADER; i++)
        if (!add_table_sector(v, little32(header + 76 + 4 * i)))
            return false;
    for (uint32_t at = little32(header + 68); at <= greatest_sector;) {
        const char *list = sector(v, at);
        if (!list || steps++ >= v->sectors)
            return damaged(v);
        for (size_t i = 0; i + 1 < per; i++)
            if (!add_table_sector(v, little32(list + 4 * i)))
                return false;
        at = little32(list + 4 * (per - 1));
    }
    return true;
}

static bool open_volume(volume *v)
{
    const char *header = v->r->bytes;
    if (v->r->length < HEADER)
        return damaged(v);
    uint32_t shift = little16(header + 30);
    if ((shift != 9 && shift != 12) || little16(header + 32) != 6)
        return sheet_fail(v->r, "the workbook is damaged: its sectors have no size that such files have");
    v->size = (size_t)1 << shift;
    v->sectors = v->r->length / v->size;
    v->sectors -= v->sectors > 0; /* a last one that is cut off is not read */
    return find_table(v) && read_chain(v, little32(header + 48), SIZE_MAX, &v->directory);
}

/* The names of the directory are UTF-16; those that are looked for are ASCII. */
static bool is_named(const char *entry, const char *name)
{
    size_t length = strlen(name);
    if (little16(entry + 64) != 2 * (length + 1))
        return false;
    for (size_t i = 0; i < length; i++)
        if (little16(entry + 2 * i) >= 128 || ascii_lower(entry[2 * i]) != ascii_lower(name[i]))
            return false;
    return true;
}

static const char *find_entry(const volume *v, const char *name)
{
    for (size_t i = 0; i + ENTRY <= v->directory.length; i += ENTRY)
        if (v->directory.bytes[i + 66] == 2 && is_named(v->directory.bytes + i, name))
            return v->directory.bytes + i;
    return NULL;
}

static bool read_small(volume *v, uint32_t first, size_t size, text *stream)
{
    const char *root = v->directory.bytes;
    if (!read_chain(v, little32(root + 116), little32(root + 120), &v->small) ||
        !read_chain(v, little32(v->r->bytes + 60), SIZE_MAX, &v->small_table))
        return false;
    size_t steps = 0;
    for (size_t at = first; at <= greatest_sector && stream->length < size;) {
        if ((at + 1) * SMALL > v->small.length || (at + 1) * 4 > v->small_table.length ||
            steps++ > v->small.length / SMALL)
            return damaged(v);
        text_add(stream, v->small.bytes + at * SMALL,
                 size - stream->length < SMALL ? size - stream->length : SMALL);
        at = little32(v->small_table.bytes + at * 4);
    }
    return !stream->failed || sheet_no_memory(v->r);
}

static bool read_stream(volume *v, const char *name, const char *older_name, text *stream)
{
    if (!open_volume(v))
        return false;
    const char *entry = find_entry(v, name);
    if (!entry)
        entry = find_entry(v, older_name);
    if (!entry)
        return sheet_fail(v->r, "this is not a spreadsheet workbook");
    size_t size = little32(entry + 120);
    uint32_t first = little32(entry + 116);
    bool is_small = size < little32(v->r->bytes + 56);
    if (!(is_small ? read_small(v, first, size, stream) : read_chain(v, first, size, stream)))
        return false;
    return stream->length == size || damaged(v);
}

bool compound_read(sheet_reader *r, const char *name, const char *older_name, text *stream)
{
    volume v = {.r = r};
    bool read = read_stream(&v, name, older_name, stream);
    text_free(&v.directory);
    text_free(&v.small);
    text_free(&v.small_table);
    return read;
}
