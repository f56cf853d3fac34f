/* NetCDF, loaded when it is first needed: its library brings HDF5 and some forty more, which take longer to
 * load than a short command runs. Every use is between netcdf_lock and netcdf_unlock (base.h). */
#ifndef TRUCE_NETCDF_H
#define TRUCE_NETCDF_H

#include "base/base.h"

#include "base/netcdf_library.h"

#if TRUCE_NETCDF
#include <netcdf.h>
#include <netcdf_mem.h>
#else /* a build without it: what is used of its header, so that the code that writes files is compiled all the same */
typedef int nc_type;
#define NC_NOERR        0
#define NC_BYTE         1
#define NC_FLOAT        5
#define NC_CHAR         2
#define NC_DOUBLE       6
#define NC_INT64        10
#define NC_UINT64       11
#define NC_STRING       12
#define NC_FILL         0
#define NC_NOFILL       0x100
#define NC_NOWRITE      0
#define NC_NOCLOBBER    4
#define NC_64BIT_DATA   0x20
#define NC_NETCDF4      0x1000
#define NC_UNLIMITED    0L
#define NC_GLOBAL       (-1)
#define NC_MAX_NAME     256
#define NC_MAX_VAR_DIMS 1024
#define NC_CHUNKED      0
#define NC_EINVAL       (-36)
#define NC_EMAXDIMS     (-41)
#define NC_ENAMEINUSE   (-42)
#define NC_EBADDIM      (-46)
#define NC_ERANGE       (-60)
#define NC_ENOMEM       (-61)
#define NC_EHDFERR      (-101)
typedef struct NC_memio {
    size_t size;
    void *memory;
    int flags;
} NC_memio;
int nc_close(int ncid);
int nc_close_memio(int ncid, NC_memio *info);
int nc_create(const char *path, int cmode, int *ncidp);
int nc_create_mem(const char *path, int mode, size_t initialsize, int *ncidp);
int nc_def_dim(int ncid, const char *name, size_t len, int *idp);
int nc_def_var(int ncid, const char *name, int xtype, int ndims, const int *dimidsp, int *varidp);
int nc_def_grp(int parent, const char *name, int *ncidp);
int nc_def_var_chunking(int ncid, int varid, int storage, const size_t *chunksizesp);
int nc_def_var_deflate(int ncid, int varid, int shuffle, int deflate, int deflate_level);
int nc_def_var_fill(int ncid, int varid, int no_fill, const void *fill_value);
int nc_enddef(int ncid);
int nc_get_att_double(int ncid, int varid, const char *name, double *ip);
int nc_free_string(size_t len, char **data);
int nc_get_att_text(int ncid, int varid, const char *name, char *ip);
int nc_get_att_ulonglong(int ncid, int varid, const char *name, unsigned long long *ip);
int nc_get_var_double(int ncid, int varid, double *ip);
int nc_get_var_ulonglong(int ncid, int varid, unsigned long long *ip);
int nc_get_var_string(int ncid, int varid, char **ip);
int nc_inq_attlen(int ncid, int varid, const char *name, size_t *lenp);
int nc_inq_dimid(int ncid, const char *name, int *idp);
int nc_inq_dimlen(int ncid, int dimid, size_t *lenp);
int nc_inq_nvars(int ncid, int *nvarsp);
int nc_inq_ncid(int ncid, const char *name, int *group);
int nc_inq_dimname(int ncid, int dimid, char *name);
int nc_inq_vardimid(int ncid, int varid, int *dimidsp);
int nc_inq_varid(int ncid, const char *name, int *varidp);
int nc_inq_varndims(int ncid, int varid, int *ndimsp);
int nc_open_mem(const char *path, int mode, size_t size, void *memory, int *ncidp);
int nc_inq_vartype(int ncid, int varid, nc_type *typep);
int nc_put_att_double(int ncid, int varid, const char *name, int xtype, size_t len, const double *op);
int nc_put_att_schar(int ncid, int varid, const char *name, int xtype, size_t len, const signed char *op);
int nc_put_att_text(int ncid, int varid, const char *name, size_t len, const char *op);
int nc_put_att_ulonglong(int ncid, int varid, const char *name, int xtype, size_t len,
                         const unsigned long long *op);
int nc_put_var1_double(int ncid, int varid, const size_t *indexp, const double *op);
int nc_put_var1_string(int ncid, int varid, const size_t *indexp, const char **op);
int nc_put_var_double(int ncid, int varid, const double *op);
int nc_put_var_string(int ncid, int varid, const char **op);
int nc_put_var_text(int ncid, int varid, const char *op);
int nc_put_var_ulonglong(int ncid, int varid, const unsigned long long *op);
int nc_put_vara_double(int ncid, int varid, const size_t *startp, const size_t *countp, const double *op);
int nc_put_vara_float(int ncid, int varid, const size_t *startp, const size_t *countp, const float *op);
int nc_put_vara_longlong(int ncid, int varid, const size_t *startp, const size_t *countp,
                         const long long *op);
int nc_put_vara_schar(int ncid, int varid, const size_t *startp, const size_t *countp, const signed char *op);
int nc_put_vara_ulonglong(int ncid, int varid, const size_t *startp, const size_t *countp,
                          const unsigned long long *op);
int nc_set_fill(int ncid, int fillmode, int *old_modep);
int nc_set_var_chunk_cache(int ncid, int varid, size_t size, size_t nelems, float preemption);
const char *nc_strerror(int ncerr);
int nc_sync(int ncid);
#endif

/* Loads the library, once in a process. TRUCE_RUN_FAILED when it is not there; else what is below may be called. */
truce_status netcdf_load(truce_error *error);

/* X(function): those of netcdf.h that are used. */
#define NETCDF_FUNCTIONS(X)                                                                                  \
    X(nc_close)                                                                                              \
    X(nc_close_memio)                                                                                        \
    X(nc_create)                                                                                             \
    X(nc_create_mem)                                                                                         \
    X(nc_def_dim)                                                                                            \
    X(nc_def_grp)                                                                                            \
    X(nc_def_var)                                                                                            \
    X(nc_def_var_chunking)                                                                                   \
    X(nc_def_var_deflate)                                                                                    \
    X(nc_def_var_fill)                                                                                       \
    X(nc_enddef)                                                                                             \
    X(nc_free_string)                                                                                        \
    X(nc_get_att_double)                                                                                     \
    X(nc_get_att_text)                                                                                       \
    X(nc_get_att_ulonglong)                                                                                  \
    X(nc_get_var_double)                                                                                     \
    X(nc_get_var_string)                                                                                     \
    X(nc_get_var_ulonglong)                                                                                  \
    X(nc_inq_attlen)                                                                                         \
    X(nc_inq_dimid)                                                                                          \
    X(nc_inq_dimlen)                                                                                         \
    X(nc_inq_dimname)                                                                                        \
    X(nc_inq_ncid)                                                                                           \
    X(nc_inq_nvars)                                                                                          \
    X(nc_inq_vardimid)                                                                                       \
    X(nc_inq_varid)                                                                                          \
    X(nc_inq_varndims)                                                                                       \
    X(nc_inq_vartype)                                                                                        \
    X(nc_open_mem)                                                                                           \
    X(nc_put_att_double)                                                                                     \
    X(nc_put_att_schar)                                                                                      \
    X(nc_put_att_text)                                                                                       \
    X(nc_put_att_ulonglong)                                                                                  \
    X(nc_put_var1_double)                                                                                    \
    X(nc_put_var1_string)                                                                                    \
    X(nc_put_var_double)                                                                                     \
    X(nc_put_var_string)                                                                                     \
    X(nc_put_var_text)                                                                                       \
    X(nc_put_var_ulonglong)                                                                                  \
    X(nc_put_vara_double)                                                                                    \
    X(nc_put_vara_float)                                                                                     \
    X(nc_put_vara_longlong)                                                                                  \
    X(nc_put_vara_ulonglong)                                                                                 \
    X(nc_put_vara_schar)                                                                                     \
    X(nc_set_fill)                                                                                           \
    X(nc_set_var_chunk_cache)                                                                                \
    X(nc_strerror)                                                                                           \
    X(nc_sync)

typedef struct netcdf_functions {
#define X(function) __typeof__(&function) function;
    NETCDF_FUNCTIONS(X)
#undef X
} netcdf_functions;

extern netcdf_functions netcdf; /* written by netcdf_load only */

#ifndef NETCDF_LOADER /* to netcdf.c these are names in the library */
#define nc_close               netcdf.nc_close
#define nc_close_memio         netcdf.nc_close_memio
#define nc_create              netcdf.nc_create
#define nc_create_mem          netcdf.nc_create_mem
#define nc_def_dim             netcdf.nc_def_dim
#define nc_def_grp             netcdf.nc_def_grp
#define nc_def_var             netcdf.nc_def_var
#define nc_def_var_chunking    netcdf.nc_def_var_chunking
#define nc_def_var_deflate     netcdf.nc_def_var_deflate
#define nc_def_var_fill        netcdf.nc_def_var_fill
#define nc_enddef              netcdf.nc_enddef
#define nc_free_string         netcdf.nc_free_string
#define nc_get_att_double      netcdf.nc_get_att_double
#define nc_get_att_text        netcdf.nc_get_att_text
#define nc_get_att_ulonglong   netcdf.nc_get_att_ulonglong
#define nc_get_var_double      netcdf.nc_get_var_double
#define nc_get_var_string      netcdf.nc_get_var_string
#define nc_get_var_ulonglong   netcdf.nc_get_var_ulonglong
#define nc_inq_attlen          netcdf.nc_inq_attlen
#define nc_inq_dimid           netcdf.nc_inq_dimid
#define nc_inq_dimlen          netcdf.nc_inq_dimlen
#define nc_inq_dimname         netcdf.nc_inq_dimname
#define nc_inq_ncid            netcdf.nc_inq_ncid
#define nc_inq_nvars           netcdf.nc_inq_nvars
#define nc_inq_vardimid        netcdf.nc_inq_vardimid
#define nc_inq_varid           netcdf.nc_inq_varid
#define nc_inq_varndims        netcdf.nc_inq_varndims
#define nc_inq_vartype         netcdf.nc_inq_vartype
#define nc_open_mem            netcdf.nc_open_mem
#define nc_put_att_double      netcdf.nc_put_att_double
#define nc_put_att_schar       netcdf.nc_put_att_schar
#define nc_put_att_text        netcdf.nc_put_att_text
#define nc_put_att_ulonglong   netcdf.nc_put_att_ulonglong
#define nc_put_var1_double     netcdf.nc_put_var1_double
#define nc_put_var1_string     netcdf.nc_put_var1_string
#define nc_put_var_double      netcdf.nc_put_var_double
#define nc_put_var_string      netcdf.nc_put_var_string
#define nc_put_var_text        netcdf.nc_put_var_text
#define nc_put_var_ulonglong   netcdf.nc_put_var_ulonglong
#define nc_put_vara_double     netcdf.nc_put_vara_double
#define nc_put_vara_float      netcdf.nc_put_vara_float
#define nc_put_vara_longlong   netcdf.nc_put_vara_longlong
#define nc_put_vara_ulonglong  netcdf.nc_put_vara_ulonglong
#define nc_put_vara_schar      netcdf.nc_put_vara_schar
#define nc_set_fill            netcdf.nc_set_fill
#define nc_set_var_chunk_cache netcdf.nc_set_var_chunk_cache
#define nc_strerror            netcdf.nc_strerror
#define nc_sync                netcdf.nc_sync
#endif

#endif
