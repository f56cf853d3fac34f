/* See netcdf.h. */
#define NETCDF_LOADER
#include "base/netcdf.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool loaded; /* under the lock */
netcdf_functions netcdf;

void netcdf_lock(void)
{
    pthread_mutex_lock(&lock);
}

void netcdf_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

/* The name of the first function that the library has not; NULL when all are found. */
static const char *find_functions(void *library, netcdf_functions *found)
{
    static const struct {
        const char *name;
        size_t offset;
    } table[] = {
#define X(function) {#function, offsetof(netcdf_functions, function)},
        NETCDF_FUNCTIONS(X)
#undef X
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        void *address = dlsym(library, table[i].name);
        if (!address)
            return table[i].name;
        memcpy((char *)found + table[i].offset, &address, sizeof address);
    }
    return NULL;
}

static truce_status load(truce_error *error)
{
    if (loaded)
        return TRUCE_OK;
    if (!TRUCE_NETCDF)
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "this truce was built without NetCDF, in which members and posteriors are kept");
    void *library = dlopen(TRUCE_NETCDF_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "cannot load NetCDF: %s", dlerror());
    const char *missing = find_functions(library, &netcdf);
    if (missing)
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "%s has no function %s", TRUCE_NETCDF_LIBRARY,
                         missing);
    loaded = true;
    return TRUCE_OK;
}

truce_status netcdf_load(truce_error *error)
{
    netcdf_lock();
    truce_status status = load(error);
    netcdf_unlock();
    return status;
}
