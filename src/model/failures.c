/* Failures while a model is built: the first is kept. */
#include "model/builder.h"

#include <string.h>

bool fail(builder *b, const char *file, int line, const char *format, ...)
{
    if (b->status != TRUCE_OK)
        return false;
    char sentence[sizeof b->error->message];
    va_list arguments;
    va_start(arguments, format);
    plain_vformat(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    b->status = error_set(b->error, TRUCE_BAD_INPUT, file, line, "%s", sentence);
    return false;
}

bool count_name(builder *b, const char *name, const char *file, int line)
{
    b->name_bytes += strlen(name);
    return b->name_bytes <= NAMES_LIMIT ||
           fail(b, file, line, "the names of the elements of the model have more than %d bytes", NAMES_LIMIT);
}

bool warn(builder *b, const char *file, int line, const char *format, ...)
{
    char sentence[512];
    truce_model *m = b->model;
    va_list arguments;
    va_start(arguments, format);
    plain_vformat(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    const char *warning = arena_remark(&m->memory, file, line, sentence);
    return (warning && ARENA_PUSH(&m->memory, m->warnings, m->warning_count, m->warning_capacity, warning)) ||
           fail_memory(b);
}

bool fail_memory(builder *b)
{
    if (b->status == TRUCE_OK)
        b->status = error_memory(b->error);
    return false;
}

bool fail_unknown(builder *b, const char *file, int line, const char *what, const char *name,
                  const char *const *names, size_t count)
{
    const char *nearest = truce_nearest_name(name, names, count);
    if (nearest)
        return fail(b, file, line, "unknown %s \"%s\" (did you mean \"%s\"?)", what, name, nearest);
    return fail(b, file, line, "unknown %s \"%s\"", what, name);
}
