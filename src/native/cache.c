/* Shared objects kept from one run to the next, in $XDG_CACHE_HOME/truce or ~/.cache/truce. They are code
 * that will be executed, so a file counts only when it and its directory belong to the user, nobody else may
 * write to them, and the hash at its end is that of its name and the rest: a file that was cut short or damaged,
 * or got the name of another, is as good as none. Files are renamed into place whole, so that processes that
 * make the same one do not meet. */
#include "native/c_compiler.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST = 1 << 28 };

/* After the object, which is loaded without it. */
typedef struct seal {
    char magic[16];
    uint64_t hash[2];
} seal;

static const char magic[16] = "truce native 2\n";

static void seal_object(seal *s, const char *name, const char *bytes, size_t length)
{
    hash128 h;
    hash128_start(&h);
    hash128_add(&h, name, strlen(name));
    hash128_add(&h, bytes, length);
    memcpy(s->magic, magic, sizeof magic);
    hash128_finish(&h, s->hash);
}

static bool is_ours(const struct stat *status)
{
    return status->st_uid == geteuid() && (status->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Path of a file in the cache; makes the directories when asked to. */
static bool cache_path(char *path, size_t size, const char *name, bool make)
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    struct stat status;
    int length;
    if (base && base[0] == '/')
        length = snprintf(path, size, "%s", base);
    else if (home && home[0] == '/')
        length = snprintf(path, size, "%s/.cache", home);
    else
        return false;
    if (length < 0 || (size_t)length + strlen("/truce/") + strlen(name) + 1 > size)
        return false;
    if (make)
        mkdir(path, 0700);
    strcat(path, "/truce");
    if (make)
        mkdir(path, 0700);
    if (lstat(path, &status) != 0 || !S_ISDIR(status.st_mode) || !is_ours(&status))
        return false;
    strcat(path, "/");
    strcat(path, name);
    return true;
}

static bool read_all(int file, char *bytes, size_t length)
{
    for (size_t done = 0; done < length;) {
        ssize_t got = read(file, bytes + done, length - done);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        done += got > 0 ? (size_t)got : 0;
    }
    return true;
}

static bool read_sealed(int file, const char *name, text *object)
{
    struct stat status;
    seal expected, found;
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || !is_ours(&status) ||
        status.st_size <= (off_t)sizeof found || status.st_size > LARGEST)
        return false;
    size_t length = (size_t)status.st_size - sizeof found;
    object->bytes = malloc(length + 1);
    if (!object->bytes)
        return false;
    object->capacity = length + 1;
    object->length = length;
    object->bytes[length] = '\0';
    if (!read_all(file, object->bytes, length) || !read_all(file, (char *)&found, sizeof found))
        return false;
    seal_object(&expected, name, object->bytes, length);
    return memcmp(&expected, &found, sizeof found) == 0;
}

bool cache_read(const char *name, text *object)
{
    char path[PATH_MAX];
    *object = (text){0};
    int file = cache_path(path, sizeof path, name, false)
                   ? open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
                   : -1;
    if (file < 0)
        return false;
    bool read = read_sealed(file, name, object);
    close(file);
    if (!read)
        text_free(object);
    return read;
}

void cache_write(const char *name, const text *object)
{
    char path[PATH_MAX];
    output_file file;
    seal s;
    if (!cache_path(path, sizeof path, name, true) || output_open(&file, path, NULL) != TRUCE_OK)
        return;
    seal_object(&s, name, object->bytes, object->length);
    if (fchmod(fileno(file.stream), S_IRUSR | S_IWUSR) == 0 &&
        fwrite(object->bytes, 1, object->length, file.stream) == object->length &&
        fwrite(&s, sizeof s, 1, file.stream) == 1)
        output_commit(&file, NULL);
    else
        output_discard(&file);
}
