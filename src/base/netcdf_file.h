/* What the NetCDF files of values of models have in common: names, texts, lists of strings, errors. */
#ifndef TRUCE_NETCDF_FILE_H
#define TRUCE_NETCDF_FILE_H

#include "base/base.h"

/* The names of variables and dimensions that a file has so far. An object of all zeros is empty. */
typedef struct netcdf_names {
    map used;
} netcdf_names;

/* A name of the model as one of the file: blanks as underscores, no other name's, and nothing that NetCDF
 * refuses (control characters, '/', too long, a first character that is no letter, digit or underscore).
 * NULL: no memory. */
const char *netcdf_name(netcdf_names *names, arena *memory, const char *name);
void netcdf_names_free(netcdf_names *names);

/* These return a code of NetCDF. A text that is NULL or empty is left out. */
int netcdf_put_text(int file, int variable, const char *attribute, const char *value);
/* A coordinate of `count` strings over a dimension; `variable` may be NULL. */
int netcdf_put_strings(int file, const char *name, int dimension, const char *long_name, size_t count,
                       const char *const *strings, int *variable);

/* The error that a code other than NC_NOERR means for a file. */
truce_status netcdf_failed(const char *path, int code, truce_error *error);

#endif
