/* The interface of native code in a build without it: everything is interpreted. */
#include "native/native.h"

truce_status native_create(const truce_program *program, const native_options *options, native_code **native,
                           truce_error *error)
{
    (void)program;
    (void)options;
    *native = NULL;
    return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "this truce was built without native code");
}

void native_destroy(native_code *native)
{
    (void)native;
}

const engine_native *native_engine(const native_code *native)
{
    (void)native;
    return NULL;
}

bool native_pays(const truce_program *program, size_t members, unsigned threads)
{
    (void)program;
    (void)members;
    (void)threads;
    return false;
}

bool native_pays_when_cached(const truce_program *program, size_t members)
{
    (void)program;
    (void)members;
    return false;
}
