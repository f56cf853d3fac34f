/* What is printed to a stream, as text in memory for a caller of the library. */
#ifndef TRUCE_PRINTED_H
#define TRUCE_PRINTED_H

#include "base/base.h"

/* *words is freed with truce_text_free; NULL on failure. */
truce_status printed(void (*print)(const void *context, FILE *stream, bool colour), const void *context,
                     bool colour, char **words, truce_error *error);

#endif
