/* See base.h. */
#include "base/base.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void netcdf_lock(void)
{
    pthread_mutex_lock(&lock);
}

void netcdf_unlock(void)
{
    pthread_mutex_unlock(&lock);
}
