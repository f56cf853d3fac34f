/* The one place where files of users are looked for and read: on disk, or in a set in memory. A set is a map
 * from paths without ".", ".." and doubled slashes to bytes. */
#include "base/base.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct file_bytes {
    const char *bytes;
    size_t length;
} file_bytes;

struct truce_files {
    arena memory;
    map index; /* plain path -> file */
    size_t count, capacity;
    file_bytes *all;
};

/* ---- Paths of a set ---------------------------------------------------------------------------------- */

/* Whether the last part of a plain path is "..", which nothing takes away. */
static bool ends_upwards(const char *plain, size_t length)
{
    return length >= 2 && memcmp(plain + length - 2, "..", 2) == 0 &&
           (length == 2 || plain[length - 3] == '/');
}

static void add_part(char *plain, size_t *length, const char *part, size_t size)
{
    if (size == 0 || (size == 1 && part[0] == '.'))
        return;
    if (size == 2 && part[0] == '.' && part[1] == '.' && *length > 0 && !ends_upwards(plain, *length)) {
        while (*length > 0 && plain[*length - 1] != '/')
            --*length;
        *length -= *length > 0; /* the slash */
        return;
    }
    if (*length > 0)
        plain[(*length)++] = '/';
    memcpy(plain + *length, part, size);
    *length += size;
}

/* "a/./b/../c" becomes "a/c"; so does "/a/c". False: too long. */
static bool make_plain(const char *path, char plain[PATH_MAX])
{
    size_t length = 0;
    if (strlen(path) >= PATH_MAX)
        return false;
    for (const char *part = path; *part;) {
        size_t size = strcspn(part, "/");
        add_part(plain, &length, part, size);
        part += size + (part[size] == '/');
    }
    plain[length] = '\0';
    return true;
}

static const file_bytes *find(const truce_files *files, const char *path)
{
    char plain[PATH_MAX];
    size_t index = make_plain(path, plain) ? map_get(&files->index, plain) : SIZE_MAX;
    return index == SIZE_MAX ? NULL : &files->all[index];
}

/* ---- Looking and reading ----------------------------------------------------------------------------- */

truce_status file_read(const truce_files *files, const char *path, size_t limit, text *t, truce_error *error)
{
    if (!files)
        return text_read_file(t, path, limit, error);
    const file_bytes *found = find(files, path);
    if (!found)
        return error_set(error, TRUCE_BAD_INPUT, path, 0, "cannot read the file: %s", strerror(ENOENT));
    if (found->length > limit)
        return error_set(error, TRUCE_BAD_INPUT, path, 0, "the file is larger than the limit of %zu bytes",
                         limit);
    text_add(t, found->bytes, found->length);
    return t->failed ? error_memory(error) : TRUCE_OK;
}

bool file_is_there(const truce_files *files, const char *path)
{
    if (!files)
        return access(path, F_OK) == 0;
    return find(files, path) != NULL;
}

bool file_is_readable(const truce_files *files, const char *path)
{
    if (!files)
        return access(path, R_OK) == 0;
    errno = ENOENT;
    return find(files, path) != NULL;
}

bool file_resolve(const truce_files *files, const char *path, char *resolved)
{
    if (!files)
        return realpath(path, resolved) != NULL;
    resolved[0] = '/'; /* as if the set were a disk of its own */
    errno = ENOENT;
    return find(files, path) && strlen(path) < PATH_MAX - 1 && make_plain(path, resolved + 1);
}

bool file_is_beside(const truce_files *files, const char *path, const char *file)
{
    char inside[PATH_MAX], folder[PATH_MAX];
    if (!files)
        return path_is_beside(path, file);
    if (!make_plain(path, inside) || !make_plain(file, folder))
        return false;
    const char *slash = strrchr(folder, '/');
    size_t length = slash ? (size_t)(slash - folder) + 1 : 0;
    return strncmp(inside, folder, length) == 0 && strncmp(inside + length, "../", 3) != 0;
}

/* ---- Sets -------------------------------------------------------------------------------------------- */

truce_status truce_files_create(truce_files **files, truce_error *error)
{
    if (!files)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the place for the files is NULL");
    *files = calloc(1, sizeof **files);
    return *files ? TRUCE_OK : error_memory(error);
}

void truce_files_destroy(truce_files *files)
{
    if (!files)
        return;
    map_free(&files->index);
    arena_free(&files->memory);
    free(files);
}

truce_status truce_files_add(truce_files *files, const char *path, const void *bytes, size_t length,
                             truce_error *error)
{
    char plain[PATH_MAX];
    if (!files || !path || (!bytes && length))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the files, the path or the bytes are NULL");
    if (!make_plain(path, plain) || !plain[0])
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "\"%.200s\" is not the path of a file", path);
    file_bytes file = {arena_copy(&files->memory, length ? bytes : "", length), length};
    size_t index = map_get(&files->index, plain);
    if (!file.bytes)
        return error_memory(error);
    if (index != SIZE_MAX) {
        files->all[index] = file;
        return TRUCE_OK;
    }
    const char *key = arena_string(&files->memory, plain);
    if (!key || !ARENA_PUSH(&files->memory, files->all, files->count, files->capacity, file))
        return error_memory(error);
    if (!map_put(&files->index, key, files->count - 1, &index))
        return error_memory(error);
    return TRUCE_OK;
}
