/* See answer_netcdf.h. */
#include "show/answer_netcdf.h"

#include "base/netcdf_file.h"

#include <stdlib.h>

int answer_dimension(answer_file *f, const char *name, size_t size)
{
    int dimension = 0;
    if (!f->code)
        f->code = nc_def_dim(f->id, name, size, &dimension);
    return dimension;
}

void answer_strings(answer_file *f, const char *name, int dimension, const char *long_name, size_t count,
                    const char *const *strings)
{
    if (!f->code)
        f->code =
            strings ? netcdf_put_strings(f->id, name, dimension, long_name, count, strings, NULL) : NC_ENOMEM;
}

void answer_numbers(answer_file *f, const char *name, const char *long_name, const char *units, int rank,
                    const int *dimensions, double *values)
{
    int variable = 0;
    if (!f->code && !values)
        f->code = NC_ENOMEM;
    if (!f->code)
        f->code = nc_def_var(f->id, name, NC_DOUBLE, rank, dimensions, &variable);
    if (!f->code)
        f->code = netcdf_put_text(f->id, variable, "long_name", long_name);
    if (!f->code)
        f->code = netcdf_put_text(f->id, variable, "units", units);
    if (!f->code)
        f->code = nc_put_var_double(f->id, variable, values);
    free(values);
}

void answer_attribute(answer_file *f, const char *name, const char *value)
{
    if (!f->code)
        f->code = netcdf_put_text(f->id, NC_GLOBAL, name, value);
}

static truce_status make(const char *name, void (*put)(answer_file *f, const void *context),
                         const void *context, text *content, truce_error *error)
{
    answer_file f = {0};
    NC_memio bytes = {0};
    TRY(netcdf_load(error));
    netcdf_lock();
    f.code = nc_create_mem(name, NC_NETCDF4, 1 << 20, &f.id);
    if (!f.code) {
        answer_attribute(&f, "source", "truce");
        answer_attribute(&f, "version", truce_version());
        put(&f, context);
        int closed = nc_close_memio(f.id, &bytes);
        f.code = f.code ? f.code : closed;
    }
    netcdf_unlock();
    if (!f.code)
        text_add(content, bytes.memory, bytes.size);
    free(bytes.memory);
    if (f.code == NC_ENOMEM || content->failed)
        return error_memory(error);
    return f.code ? error_set(error, TRUCE_RUN_FAILED, NULL, 0, "%s cannot be made: %s", name,
                              nc_strerror(f.code))
                  : TRUCE_OK;
}

truce_status answer_netcdf_write(const output_set *set, const char *name,
                                 void (*put)(answer_file *f, const void *context), const void *context,
                                 truce_error *error)
{
    text content = {0};
    if (!TRUCE_NETCDF)
        return TRUCE_OK;
    truce_status status = make(name, put, context, &content, error);
    if (status == TRUCE_OK)
        status = output_set_write(set, name, content.bytes, content.length, error);
    text_free(&content);
    return status;
}
