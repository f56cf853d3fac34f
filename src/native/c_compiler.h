/* The system's C compiler, and where the files it makes are kept. */
#ifndef TRUCE_C_COMPILER_H
#define TRUCE_C_COMPILER_H

#include "base/base.h"

/* ---- The compiler (c_compiler.c)
 * -------------------------------------------------------------------------------
 */

/* Path of `cc`, which the caller frees, and what tells one version of it from another; false when there is
 * none. */
bool compiler_find(char **path, uint64_t identity[3]);

/* Compiles C text into a shared object. go_on (may be NULL) is asked every now and then; when it returns
 * false the compiler is ended. */
truce_status compiler_run(const char *compiler, const char *const *flags, size_t flag_count,
                          const text *source, text *object, bool (*go_on)(void *context), void *context,
                          truce_error *error);

/* Loads a shared object from memory; dlclose it. */
truce_status object_load(const text *object, void **library, truce_error *error);

/* ---- The cache (cache.c)
 * -----------------------------------------------------------------------------------
 */

/* What was kept under the name, or false: nothing, or nothing to be trusted. */
bool cache_read(const char *name, text *object);
/* Keeps it if that can be done. */
void cache_write(const char *name, const text *object);

#endif
