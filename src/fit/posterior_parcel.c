/* A fit, as far as runs need it, packed into bytes and out of them again. One function (visit) walks it both
 * ways, so that what is packed is what is unpacked. The bytes come from a process that may have been misled
 * by what it read: every count and length is checked. */
#include "fit/posterior.h"

#include <string.h>

typedef struct parcel {
    text *out;            /* packing; NULL: unpacking */
    const char *at, *end; /* unpacking: what is left */
    arena *memory;
    bool broken, no_memory;
} parcel;

static void visit_bytes(parcel *p, void *bytes, size_t length)
{
    if (p->out) {
        text_add(p->out, bytes, length);
    } else if (p->broken || (size_t)(p->end - p->at) < length) {
        p->broken = true;
        memset(bytes, 0, length);
    } else {
        memcpy(bytes, p->at, length);
        p->at += length;
    }
}

static void visit_count(parcel *p, size_t *count, size_t most)
{
    visit_bytes(p, count, sizeof *count);
    if (*count > most) {
        p->broken = true;
        *count = 0;
    }
}

/* An array of rows, whose room is made when unpacking. With 32 bits a product of counts that are allowed may have no
 * number. */
static void visit_array(parcel *p, void *items, size_t rows, size_t columns, size_t size)
{
    void **array = items;
    size_t count = rows * columns;
    if (!p->out) {
        bool wraps = columns && rows > SIZE_MAX / columns;
        if (p->broken || wraps || count > (size_t)(p->end - p->at) / size) {
            p->broken = true;
            return;
        }
        *array = arena_array(p->memory, count + 1, size);
        if (!*array) {
            p->broken = p->no_memory = true;
            return;
        }
    }
    visit_bytes(p, *array, count * size);
}

static void visit_string(parcel *p, const char **string)
{
    enum { LONGEST = 1 << 16 };
    size_t length = p->out ? strlen(*string) : 0;
    visit_count(p, &length, LONGEST);
    if (p->out) {
        text_add(p->out, *string, length);
        return;
    }
    *string = "";
    if (p->broken || (size_t)(p->end - p->at) < length) {
        p->broken = true;
        return;
    }
    char *copy = arena_clean_line(p->memory, p->at, length);
    if (!copy)
        p->broken = p->no_memory = true;
    else
        *string = copy;
    p->at += length;
}

/* Texts of which there are `count`. */
static void visit_strings(parcel *p, const char ***strings, size_t count)
{
    if (!p->out) {
        if (count > (size_t)(p->end - p->at) / sizeof count) {
            p->broken = true;
            return;
        }
        *strings = arena_array(p->memory, count + 1, sizeof **strings);
        if (!*strings)
            p->broken = p->no_memory = true;
    }
    for (size_t i = 0; i < count && !p->broken; i++)
        visit_string(p, &(*strings)[i]);
}

static void visit(parcel *p, truce_fit *f)
{
    enum { MOST_DRAWS = 1 << 24, MOST_PARAMETERS = 1 << 20, MOST_MONTHS = 1200, MOST_STREAMS = 10000 };
    visit_count(p, &f->count, MOST_DRAWS);
    visit_count(p, &f->parameter_count, MOST_PARAMETERS);
    visit_count(p, &f->months, MOST_MONTHS);
    visit_count(p, &f->stream_count, MOST_STREAMS);
    visit_count(p, &f->warning_count, MOST_PARAMETERS);
    f->dimension = f->months * f->stream_count;
    visit_bytes(p, &f->seed, sizeof f->seed);
    visit_bytes(p, &f->fingerprint, sizeof f->fingerprint);
    visit_bytes(p, f->until, sizeof f->until);
    f->until[sizeof f->until - 1] = '\0';
    visit_string(p, &f->command);
    visit_strings(p, &f->warnings, f->warning_count);
    visit_strings(p, &f->names, f->parameter_count);
    visit_strings(p, &f->units, f->parameter_count);
    visit_array(p, &f->diagnoses, f->parameter_count, 1, sizeof *f->diagnoses);
    visit_array(p, &f->values, f->parameter_count, f->count, sizeof *f->values);
    visit_array(p, &f->likelihood, f->count, 1, sizeof *f->likelihood);
    visit_array(p, &f->keys, f->count, f->months, sizeof *f->keys);
    visit_array(p, &f->streams, f->stream_count, 1, sizeof *f->streams);
    visit_array(p, &f->x, f->count, f->dimension, sizeof *f->x);
}

void parcel_pack(const truce_fit *f, text *bytes)
{
    truce_fit copy = *f;
    parcel p = {.out = bytes};
    visit(&p, &copy);
    if (p.broken)
        bytes->failed = true;
}

truce_status parcel_unpack(const text *bytes, truce_fit *f)
{
    month last;
    parcel p = {.at = bytes->bytes, .end = bytes->bytes + bytes->length, .memory = &f->memory};
    visit(&p, f);
    if (p.no_memory)
        return TRUCE_RUN_FAILED;
    bool whole = !p.broken && p.at == p.end && f->count > 0 && month_parse(f->until, &last);
    return whole ? TRUCE_OK : TRUCE_BAD_INPUT;
}
