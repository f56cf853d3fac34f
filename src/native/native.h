/* The native tier: a program's elementwise instructions as C, compiled by the system's compiler for the lanes
 * of this processor, kept in a cache, loaded. The same bits as the interpreter, which needs none of this. */
#ifndef TRUCE_NATIVE_H
#define TRUCE_NATIVE_H

#include "engine/engine.h"

typedef struct native_code native_code;

typedef struct native_options {
    size_t width;     /* of a block, as for truce_run_create; 0: what is best for native code */
    bool cached_only; /* no compiler is started: *native is NULL when there is nothing in the cache */
    bool (*go_on)(void *context); /* asked while the compiler works; false ends it. May be NULL */
    void *context;
} native_options;

/* Fails when there is no compiler, when it fails, and when go_on has ended it. */
truce_status native_create(const truce_program *program, const native_options *options, native_code **native,
                           truce_error *error);
void native_destroy(native_code *native);
const engine_native *native_engine(const native_code *native);

/* Whether compiling is likely to save more time than it takes, for so many members on so many threads, and
 * whether the job is large enough to look for what was compiled before. */
bool native_pays(const truce_program *program, size_t members, unsigned threads);
bool native_pays_when_cached(const truce_program *program, size_t members);

#endif
