/* Errors: one sentence with its place, in a buffer of the caller's, so that failing never needs memory. */
#include "base/base.h"

truce_status error_set(truce_error *error, truce_status status, const char *file, int line,
                       const char *format, ...)
{
    if (!error)
        return status;
    error->status = status;
    error->line = line;
    snprintf(error->file, sizeof error->file, "%s", file ? file : "");
    va_list arguments;
    va_start(arguments, format);
    plain_vformat(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    /* Names come from files: one line is one sentence, whatever they hold. */
    truce_clean_line(error->file);
    truce_clean_line(error->message);
    return status;
}

truce_status error_memory(truce_error *error)
{
    return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "out of memory");
}

truce_status error_missing(truce_error *error, const char *call, const char *argument)
{
    return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "%s was called with NULL for \"%s\"", call, argument);
}

truce_status error_nameless(truce_error *error, const char *path, const char *argument)
{
    if (!path || *path)
        return TRUCE_OK;
    return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the path \"%s\" is empty", argument);
}

void truce_error_text(const truce_error *error, char *out, size_t size)
{
    if (!size || !out)
        return;
    if (!error)
        out[0] = '\0';
    else if (error->file[0] && error->line > 0)
        snprintf(out, size, "%s:%d: %s", error->file, error->line, error->message);
    else if (error->file[0])
        snprintf(out, size, "%s: %s", error->file, error->message);
    else
        snprintf(out, size, "%s", error->message);
}

const char *truce_version(void)
{
    return TRUCE_VERSION;
}
