/* Libraries that are loaded when they are first needed. */
#ifndef TRUCE_LIBRARY_H
#define TRUCE_LIBRARY_H

#include "base/base.h"

#include <stddef.h>

typedef struct library_symbol {
    const char *name;
    size_t offset; /* of its address, in a structure of addresses */
} library_symbol;

/* Loads a library by its file name, and fills in the addresses. `what` names it in a message. It is never unloaded. */
truce_status library_load(const char *file, const char *what, const library_symbol *symbols, size_t count,
                          void *addresses, truce_error *error);

#endif
