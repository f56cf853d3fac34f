/* Failures, of which the first is kept, and small things that all files of this folder need. */
#include "vensim/read.h"

#include <assert.h>
#include <stdio.h>

bool mdl_fail(mdl_reader *r, int line, const char *format, ...)
{
    if (r->status != TRUCE_OK)
        return false;
    char sentence[700];
    va_list arguments;
    va_start(arguments, format);
    plain_vformat(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    r->status = error_set(r->error, TRUCE_BAD_INPUT, r->file, line, "%s", sentence);
    return false;
}

bool mdl_no_memory(mdl_reader *r)
{
    if (r->status == TRUCE_OK)
        r->status = error_memory(r->error);
    return false;
}

bool mdl_warn(mdl_reader *r, int line, const char *format, ...)
{
    char sentence[400];
    va_list arguments;
    va_start(arguments, format);
    plain_vformat(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    const char *note = arena_remark(r->a, r->file, line, sentence);
    xmile_document *d = r->document;
    return (note && ARENA_PUSH(r->a, d->warnings, d->warning_count, d->warning_capacity, note)) ||
           mdl_no_memory(r);
}

void *mdl_array(mdl_reader *r, size_t count, size_t size)
{
    assert(size > 0);
    void *list = arena_array(r->a, count ? count : 1, size);
    if (!list)
        mdl_no_memory(r);
    return list;
}

place mdl_place(const mdl_reader *r, int line)
{
    return (place){.file = r->file, .line = line};
}

bool mdl_name(mdl_reader *r, const char *bytes, size_t length, const char **name, const char **folded)
{
    *name = name_display(r->a, bytes, length);
    *folded = name_fold(r->a, bytes, length);
    return (*name && *folded) || mdl_no_memory(r);
}

size_t mdl_position(const mdl_range *range, size_t element)
{
    size_t first = range->count ? range->elements[0] : 0,
           guess = element - first; /* most are numbered in a row */
    if (element >= first && guess < range->count && range->elements[guess] == element)
        return guess;
    for (size_t i = 0; i < range->count; i++)
        if (range->elements[i] == element)
            return i;
    return SIZE_MAX;
}
