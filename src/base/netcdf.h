/* NetCDF, loaded when it is first needed: its library brings HDF5 and some forty more, which take longer to
 * load than a short command runs. Every use is between netcdf_lock and netcdf_unlock (base.h). */
#ifndef TRUCE_NETCDF_H
#define TRUCE_NETCDF_H

#include "base/base.h"

#include <netcdf.h>

/* Loads the library, once in a process. TRUCE_RUN_FAILED when it is not there; else what is below may be called. */
truce_status netcdf_load(truce_error *error);

/* X(function): those of netcdf.h that are used. */
#define NETCDF_FUNCTIONS(X)                                                                                  \
    X(nc_close)                                                                                              \
    X(nc_create)                                                                                             \
    X(nc_def_dim)                                                                                            \
    X(nc_def_var)                                                                                            \
    X(nc_def_var_chunking)                                                                                   \
    X(nc_def_var_fill)                                                                                       \
    X(nc_enddef)                                                                                             \
    X(nc_get_att_double)                                                                                     \
    X(nc_get_att_text)                                                                                       \
    X(nc_get_att_ulonglong)                                                                                  \
    X(nc_get_var_double)                                                                                     \
    X(nc_get_var_ulonglong)                                                                                  \
    X(nc_inq_attlen)                                                                                         \
    X(nc_inq_dimid)                                                                                          \
    X(nc_inq_dimlen)                                                                                         \
    X(nc_inq_nvars)                                                                                          \
    X(nc_inq_vardimid)                                                                                       \
    X(nc_inq_varid)                                                                                          \
    X(nc_inq_varndims)                                                                                       \
    X(nc_open)                                                                                               \
    X(nc_put_att_double)                                                                                     \
    X(nc_put_att_schar)                                                                                      \
    X(nc_put_att_text)                                                                                       \
    X(nc_put_att_ulonglong)                                                                                  \
    X(nc_put_var1_double)                                                                                    \
    X(nc_put_var1_string)                                                                                    \
    X(nc_put_var_double)                                                                                     \
    X(nc_put_var_string)                                                                                     \
    X(nc_put_var_ulonglong)                                                                                  \
    X(nc_put_vara_double)                                                                                    \
    X(nc_put_vara_float)                                                                                     \
    X(nc_put_vara_longlong)                                                                                  \
    X(nc_put_vara_schar)                                                                                     \
    X(nc_set_fill)                                                                                           \
    X(nc_set_var_chunk_cache)                                                                                \
    X(nc_strerror)

typedef struct netcdf_functions {
#define X(function) __typeof__(&function) function;
    NETCDF_FUNCTIONS(X)
#undef X
} netcdf_functions;

extern netcdf_functions netcdf; /* written by netcdf_load only */

#ifndef NETCDF_LOADER /* to netcdf.c these are names in the library */
#define nc_close               netcdf.nc_close
#define nc_create              netcdf.nc_create
#define nc_def_dim             netcdf.nc_def_dim
#define nc_def_var             netcdf.nc_def_var
#define nc_def_var_chunking    netcdf.nc_def_var_chunking
#define nc_def_var_fill        netcdf.nc_def_var_fill
#define nc_enddef              netcdf.nc_enddef
#define nc_get_att_double      netcdf.nc_get_att_double
#define nc_get_att_text        netcdf.nc_get_att_text
#define nc_get_att_ulonglong   netcdf.nc_get_att_ulonglong
#define nc_get_var_double      netcdf.nc_get_var_double
#define nc_get_var_ulonglong   netcdf.nc_get_var_ulonglong
#define nc_inq_attlen          netcdf.nc_inq_attlen
#define nc_inq_dimid           netcdf.nc_inq_dimid
#define nc_inq_dimlen          netcdf.nc_inq_dimlen
#define nc_inq_nvars           netcdf.nc_inq_nvars
#define nc_inq_vardimid        netcdf.nc_inq_vardimid
#define nc_inq_varid           netcdf.nc_inq_varid
#define nc_inq_varndims        netcdf.nc_inq_varndims
#define nc_open                netcdf.nc_open
#define nc_put_att_double      netcdf.nc_put_att_double
#define nc_put_att_schar       netcdf.nc_put_att_schar
#define nc_put_att_text        netcdf.nc_put_att_text
#define nc_put_att_ulonglong   netcdf.nc_put_att_ulonglong
#define nc_put_var1_double     netcdf.nc_put_var1_double
#define nc_put_var1_string     netcdf.nc_put_var1_string
#define nc_put_var_double      netcdf.nc_put_var_double
#define nc_put_var_string      netcdf.nc_put_var_string
#define nc_put_var_ulonglong   netcdf.nc_put_var_ulonglong
#define nc_put_vara_double     netcdf.nc_put_vara_double
#define nc_put_vara_float      netcdf.nc_put_vara_float
#define nc_put_vara_longlong   netcdf.nc_put_vara_longlong
#define nc_put_vara_schar      netcdf.nc_put_vara_schar
#define nc_set_fill            netcdf.nc_set_fill
#define nc_set_var_chunk_cache netcdf.nc_set_var_chunk_cache
#define nc_strerror            netcdf.nc_strerror
#endif

#endif
