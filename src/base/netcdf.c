/* See netcdf.h. */
#define NETCDF_LOADER
#include "base/netcdf.h"
#include "base/library.h"

#include <pthread.h>

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

static truce_status load(truce_error *error)
{
    static const library_symbol table[] = {
#define X(function) {#function, offsetof(netcdf_functions, function)},
        NETCDF_FUNCTIONS(X)
#undef X
    };
    if (loaded)
        return TRUCE_OK;
    if (!TRUCE_NETCDF)
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "this truce was built without NetCDF, in which members and posteriors are kept");
    TRY(library_load(TRUCE_NETCDF_LIBRARY, "NetCDF", table, sizeof table / sizeof *table, &netcdf, error));
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
