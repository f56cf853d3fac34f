/* See library.h. */
#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

truce_status library_load(const char *file, const char *what, const library_symbol *symbols, size_t count,
                          void *addresses, truce_error *error)
{
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "cannot load %s: %s", what, dlerror());
    for (size_t i = 0; i < count; i++) {
        void *address = dlsym(library, symbols[i].name);
        if (!address)
            return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "%s has no function %s", file,
                             symbols[i].name);
        memcpy((char *)addresses + symbols[i].offset, &address, sizeof address);
    }
    return TRUCE_OK;
}
