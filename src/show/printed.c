/* What is printed to a stream, as text in memory. */
#include "show/printed.h"

truce_status printed(void (*print)(const void *context, FILE *stream, bool colour), const void *context,
                     bool colour, char **words, truce_error *error)
{
    text all = {0};
    *words = NULL;
    FILE *stream = text_stream(&all);
    if (!stream)
        return error_memory(error);
    print(context, stream, colour);
    fclose(stream);
    if (all.failed) {
        text_free(&all);
        return error_memory(error);
    }
    *words = all.bytes;
    return TRUCE_OK;
}
