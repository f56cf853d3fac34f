/* Answers as NetCDF: dimensions, coordinates of strings, arrays of numbers. */
#ifndef TRUCE_ANSWER_NETCDF_H
#define TRUCE_ANSWER_NETCDF_H

#include "base/netcdf.h"
#include "base/output.h"

typedef struct answer_file {
    int id, code; /* of NetCDF; once it is not 0 nothing more is put */
} answer_file;

int answer_dimension(answer_file *f, const char *name, size_t size);
void answer_strings(answer_file *f, const char *name, int dimension, const char *long_name, size_t count,
                    const char *const *strings);
/* values NULL: out of memory. They are freed. */
void answer_numbers(answer_file *f, const char *name, const char *long_name, const char *units, int rank,
                    const int *dimensions, double *values);
/* An attribute of the file. */
void answer_attribute(answer_file *f, const char *name, const char *value);

/* Writes a file of the set, in memory first: HDF5 may crash when a file of its own cannot be written. A build without
 * NetCDF writes none: TRUCE_NETCDF is 0 then. */
truce_status answer_netcdf_write(const output_set *set, const char *name,
                                 void (*put)(answer_file *f, const void *context), const void *context,
                                 truce_error *error);

#endif
