/* The one place where files of users are looked for and read: on disk, or in a set in memory. A set is a map
 * from paths without ".", ".." and doubled slashes to bytes. A set on disk holds no bytes: it remembers which files
 * were read, whatever their names, and which are to be written, so that no command writes over what it reads. */
#include "base/base.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct file_bytes {
    const char *bytes;
    size_t length;
} file_bytes;

/* A file that was read, or that is to be written. */
typedef struct used_file {
    dev_t device;
    ino_t inode;
    bool written;
    const char *path; /* under which it was named first */
} used_file;

typedef struct used_files {
    pthread_mutex_t lock;
    arena memory;
    used_file *all;
    size_t count, capacity;
} used_files;

struct truce_files {
    arena memory;
    map index; /* plain path -> file */
    size_t count, capacity;
    file_bytes *all;
    used_files *used; /* of a set on disk, else NULL */
};

static bool is_on_disk(const truce_files *files)
{
    return !files || files->used;
}

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

/* ---- Read or written --------------------------------------------------------------------------------- */

static const used_file *find_used(const used_files *used, const struct stat *status)
{
    for (size_t i = 0; i < used->count; i++)
        if (used->all[i].device == status->st_dev && used->all[i].inode == status->st_ino)
            return &used->all[i];
    return NULL;
}

static truce_status use_locked(used_files *used, const struct stat *status, const char *path, bool written,
                               truce_error *error)
{
    const used_file *found = find_used(used, status);
    if (found)
        return found->written == written ? TRUCE_OK
                                         : error_set(error, TRUCE_RUN_FAILED, path, 0,
                                                     "the file is an input, which is not overwritten");
    used_file file = {status->st_dev, status->st_ino, written, arena_string(&used->memory, path)};
    return file.path && ARENA_PUSH(&used->memory, used->all, used->count, used->capacity, file)
               ? TRUCE_OK
               : error_memory(error);
}

/* A file is one to be read or one to be written. What is no regular file is neither. */
static truce_status use(used_files *used, const char *path, bool written, truce_error *error)
{
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return TRUCE_OK;
    pthread_mutex_lock(&used->lock);
    truce_status result = use_locked(used, &status, path, written, error);
    pthread_mutex_unlock(&used->lock);
    return result;
}

truce_status truce_files_count_as_read(const truce_files *files, const char *path, truce_error *error)
{
    REQUIRE(files, "files");
    REQUIRE(path, "path");
    return files->used ? use(files->used, path, false, error) : TRUCE_OK;
}

truce_status truce_files_reserve(const truce_files *files, const char *path, truce_error *error)
{
    REQUIRE(files, "files");
    REQUIRE(path, "path");
    return files->used ? use(files->used, path, true, error) : TRUCE_OK;
}

bool file_was_read(const truce_files *files, const char *path)
{
    struct stat status;
    if (!files || !files->used || stat(path, &status) != 0)
        return false;
    pthread_mutex_lock(&files->used->lock);
    const used_file *found = find_used(files->used, &status);
    bool was_read = found && !found->written;
    pthread_mutex_unlock(&files->used->lock);
    return was_read;
}

const char *truce_files_read(const truce_files *files, size_t index)
{
    const char *path = NULL;
    if (!files || !files->used)
        return NULL;
    pthread_mutex_lock(&files->used->lock);
    for (size_t i = 0; i < files->used->count && !path; i++)
        if (!files->used->all[i].written && index-- == 0)
            path = files->used->all[i].path;
    pthread_mutex_unlock(&files->used->lock);
    return path;
}

/* ---- Looking and reading ----------------------------------------------------------------------------- */

truce_status file_read(const truce_files *files, const char *path, size_t limit, text *t, truce_error *error)
{
    if (files && files->used)
        TRY(use(files->used, path, false, error));
    if (is_on_disk(files))
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
    if (!is_on_disk(files))
        return find(files, path) != NULL;
    return access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG);
}

bool file_is_readable(const truce_files *files, const char *path)
{
    if (is_on_disk(files))
        return access(path, R_OK) == 0;
    errno = ENOENT;
    return find(files, path) != NULL;
}

bool file_resolve(const truce_files *files, const char *path, char *resolved)
{
    if (is_on_disk(files))
        return realpath(path, resolved) != NULL;
    resolved[0] = '/'; /* as if the set were a disk of its own */
    errno = ENOENT;
    return find(files, path) && strlen(path) < PATH_MAX - 1 && make_plain(path, resolved + 1);
}

bool path_is_inside(const char *path)
{
    if (!*path || *path == '/' || strpbrk(path, "\\:"))
        return false;
    for (const char *part = path; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || !part[2]))
            return false;
    }
    return true;
}

bool file_is_beside(const truce_files *files, const char *path, const char *file)
{
    char inside[PATH_MAX], folder[PATH_MAX];
    if (is_on_disk(files))
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

truce_status truce_files_create_on_disk(truce_files **files, truce_error *error)
{
    TRY(truce_files_create(files, error));
    used_files *used = calloc(1, sizeof *used);
    if (used && pthread_mutex_init(&used->lock, NULL) == 0) {
        (*files)->used = used;
        return TRUCE_OK;
    }
    free(used);
    truce_files_destroy(*files);
    *files = NULL;
    return error_memory(error);
}

void truce_files_destroy(truce_files *files)
{
    if (!files)
        return;
    if (files->used) {
        pthread_mutex_destroy(&files->used->lock);
        arena_free(&files->used->memory);
        free(files->used);
    }
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
    if (files->used)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "nothing is added to the files on disk");
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
