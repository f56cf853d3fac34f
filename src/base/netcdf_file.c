/* See netcdf_file.h. */
#include "base/netcdf_file.h"
#include "base/netcdf.h"

#include <errno.h>
#include <string.h>

/* A name that NetCDF takes, at most 200 bytes long. */
static void make_valid(const char *name, char base[NC_MAX_NAME + 1])
{
    size_t length = 0;
    unsigned char first = (unsigned char)name[0];
    if (!(first >= 0x80 || first == '_' || (first >= '0' && first <= '9') ||
          ((first | 32) >= 'a' && (first | 32) <= 'z')))
        base[length++] = '_';
    for (; *name && length < 200; name++)
        base[length++] =
            *name == ' ' || *name == '/' || (unsigned char)*name < ' ' || *name == 127 ? '_' : *name;
    if (((unsigned char)*name & 0xc0) == 0x80) { /* cut within a character: that goes as a whole */
        while (length && ((unsigned char)base[length - 1] & 0xc0) == 0x80)
            length--;
        length -= length > 0;
    }
    base[length] = '\0';
}

const char *netcdf_name(netcdf_names *names, arena *memory, const char *name)
{
    char base[NC_MAX_NAME + 1];
    if (!name) /* there was no memory for it */
        return NULL;
    make_valid(name, base);
    const char *unique = arena_string(memory, base);
    for (unsigned n = 2; unique && map_get(&names->used, unique) != SIZE_MAX; n++)
        unique = arena_format(memory, "%.220s_%u", base, n);
    return unique && map_put(&names->used, unique, 0, NULL) ? unique : NULL;
}

void netcdf_names_free(netcdf_names *names)
{
    map_free(&names->used);
}

int netcdf_put_text(int file, int variable, const char *attribute, const char *value)
{
    if (!value || !*value)
        return NC_NOERR;
    arena memory = {0};
    const char *clean = arena_clean(&memory, value, strlen(value)); /* what was typed stands in it, too */
    int code = clean ? nc_put_att_text(file, variable, attribute, strlen(clean), clean) : NC_ENOMEM;
    arena_free(&memory);
    return code;
}

int netcdf_put_strings(int file, const char *name, int dimension, const char *long_name, size_t count,
                       const char *const *strings, int *variable)
{
    int id, code = nc_def_var(file, name, NC_STRING, 1, &dimension, &id);
    code = code ? code : netcdf_put_text(file, id, "long_name", long_name);
    for (size_t i = 0; i < count && !code; i++) {
        const char *string = strings[i];
        code = nc_put_var1_string(file, id, &i, &string);
    }
    if (variable)
        *variable = id;
    return code;
}

/* NetCDF says "HDF error" when a disk is full; what the system said is then still in errno. */
truce_status netcdf_failed(const char *path, int code, truce_error *error)
{
    int reason = errno;
    bool system = reason == ENOSPC || reason == EDQUOT || reason == EFBIG || reason == EIO ||
                  reason == EROFS || reason == EACCES;
    if (code == NC_ENOMEM)
        return error_memory(error);
    return error_set(error, TRUCE_RUN_FAILED, path, 0, "cannot write the file: %s",
                     code == NC_EHDFERR && system ? strerror(reason) : nc_strerror(code));
}
