/* What is printed to a stream, as text in memory. */
#include "show/printed.h"

#include <stdlib.h>

truce_status printed(void (*print)(const void *context, FILE *stream, bool colour), const void *context,
                     bool colour, char **words, truce_error *error)
{
    size_t length;
    *words = NULL;
    FILE *stream = open_memstream(words, &length);
    if (!stream)
        return error_memory(error);
    print(context, stream, colour);
    bool failed = ferror(stream) != 0;
    failed |= fclose(stream) != 0;
    if (!failed)
        return TRUCE_OK;
    free(*words);
    *words = NULL;
    return error_memory(error);
}
