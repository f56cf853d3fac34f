/* One output file: written where nobody sees it, made durable, and put in place in one step, so that the old
 * file or the new one is there whole after a failure, a kill or a power cut.
 *
 * While it is written the file has no name (O_TMPFILE): a process that is killed leaves nothing behind, and
 * there is no name that another user could plant a link under. Where the file system cannot do that, the file
 * gets a hidden name that cannot be guessed, in the directory of the target, made with O_EXCL and O_NOFOLLOW.
 * The next output to the same target removes those whose writer is gone: a living writer holds a lock on what it
 * writes, under a name or without one, and on a byte of the old file, so that a second writer is refused when it
 * starts. Where neither shows the first one (there is no old file, and the new one has no name yet), the second
 * to finish is refused.
 *
 * A target that is not a regular file is refused: opening a pipe waits for a reader that may never come, and a
 * rename would replace a device.
 */
#include "base/output.h"
#include "base/base.h"
#include "base/held.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { RANDOM_LETTERS = 16 };

/* EEXIST when another process has written it in the meantime. */
static truce_status cannot_write(const char *path, int reason, truce_error *error)
{
    if (reason == EEXIST)
        return error_set(error, TRUCE_RUN_FAILED, path, 0,
                         "another process has written the file in the meantime, and it is left as it is");
    return error_set(error, TRUCE_RUN_FAILED, path, 0, "cannot write the file: %s",
                     reason == EBUSY    ? "another process is writing it"
                     : reason == ESTALE ? "another directory has taken the place of its own"
                     : reason           ? strerror(reason)
                                        : "output error");
}

/* ---- Names of temporaries ---------------------------------------------------------------------------- */

bool output_random_letters(char *letters, size_t count)
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    unsigned char bytes[RANDOM_LETTERS];
    if (count > sizeof bytes || getrandom(bytes, count, 0) != (ssize_t)count)
        return false;
    for (size_t i = 0; i < count; i++)
        letters[i] = alphabet[bytes[i] % 64];
    letters[count] = '\0';
    return true;
}

/* ".NAME.<letters>.part", cut where NAME is long; NULL without memory or random numbers. */
static char *temporary_name(const char *name)
{
    char letters[RANDOM_LETTERS + 1];
    if (!output_random_letters(letters, RANDOM_LETTERS))
        return NULL;
    size_t size = strlen(name) + sizeof letters + 8;
    char *result = malloc(size);
    if (result)
        snprintf(result, size, ".%.200s.%s.part", name, letters);
    return result;
}

bool output_is_temporary(const char *entry, const char *name)
{
    size_t length = strnlen(name, 200);
    const char *letters = entry + 1 + length + 1;
    return strlen(entry) == length + RANDOM_LETTERS + 7 && entry[0] == '.' &&
           strncmp(entry + 1, name, length) == 0 && entry[1 + length] == '.' &&
           strcmp(letters + RANDOM_LETTERS, ".part") == 0;
}

struct dirent *output_next_entry(DIR *entries, int *reason)
{
    errno = 0; /* NULL alone does not say which of the two it is */
    struct dirent *entry = readdir(entries);
    *reason = entry ? 0 : errno;
    return entry;
}

bool output_is_own(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && status.st_uid == geteuid();
}

/* Removes what dead processes of this user left of earlier outputs to `name`: a living writer holds a lock. 0, EBUSY
 * when there is one, or errno. */
static int sweep(int folder, const char *name)
{
    int reason = 0, end;
    int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = copy < 0 ? NULL : fdopendir(copy);
    if (!entries) {
        if (copy >= 0)
            close(copy);
        return 0;
    }
    for (struct dirent *e; (e = output_next_entry(entries, &end)) != NULL;) {
        if (!output_is_temporary(e->d_name, name))
            continue;
        int fd = openat(folder, e->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0)
            continue;
        if (output_is_own(fd)) {
            if (flock(fd, LOCK_EX | LOCK_NB) == 0)
                unlinkat(folder, e->d_name, 0);
            else if (errno == EWOULDBLOCK)
                reason = EBUSY;
        }
        close(fd);
    }
    closedir(entries);
    return reason ? reason : end;
}

/* Whether the open file is the one that stands under the name. */
static bool is_named(const output_file *f, int fd)
{
    struct stat opened, named;
    return fstat(fd, &opened) == 0 && fstatat(f->folder, f->name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/* Locks the old file until the output is closed: 0, or EBUSY when another writer has it. A file that was replaced before
 * it was locked is let go, and the new one taken. */
static int guard(output_file *f)
{
    enum { TRIES = 100 }; /* somewhere a file may look like another one under its name */
    f->guard = held_share_file(f->path);
    for (int i = 0; f->guard < 0 && i < TRIES; i++) {
        f->guard = openat(f->folder, f->name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (f->guard < 0)
            return 0;
        if (held_lock_file(f->guard) == EBUSY)
            return EBUSY;
        if (is_named(f, f->guard))
            return 0;
        close(f->guard);
        f->guard = -1;
    }
    return 0;
}

/* ---- Opening ------------------------------------------------------------------------------------------ */

static const char access_list[] = "system.posix_acl_access";

/* The list of access of a file: its length, 0 when it has none, or -1. */
static ssize_t read_list(int folder, const char *name, char *list, size_t size)
{
    char link[64];
    int file = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0)
        return -1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = getxattr(link, access_list, list, size);
    int reason = errno;
    close(file);
    return length < 0 && (reason == ENODATA || reason == ENOTSUP) ? 0 : length;
}

/* Of a file with a list, the bits of the group say the most that anybody on it may: they are of no use without it. */
void output_take_permissions(int fd, int folder, const char *name)
{
    struct stat old, new;
    char list[4096];
    if (fstatat(folder, name, &old, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(old.st_mode) ||
        fstat(fd, &new) != 0)
        return;
    bool same_owner =
        old.st_uid == new.st_uid && (old.st_gid == new.st_gid || fchown(fd, (uid_t)-1, old.st_gid) == 0);
    mode_t mode = same_owner ? old.st_mode & 0777 : old.st_mode & new.st_mode & 0777;
    ssize_t length = read_list(folder, name, list, sizeof list);
    if (length == 0)
        fremovexattr(fd, access_list); /* that of the folder */
    else if (length < 0 || !same_owner || fsetxattr(fd, access_list, list, (size_t)length, 0) != 0)
        mode &= ~(mode_t)S_IRWXG;
    fchmod(fd, mode | S_IRUSR | S_IWUSR);
}

/* Remembers what stands under the name now, so that a file that somebody else puts there meanwhile is seen. 0, or
 * EEXIST when somebody did since this process holds the place. */
static int remember(output_file *f)
{
    struct stat status = {0};
    f->existed = fstatat(f->folder, f->name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    f->device = status.st_dev;
    f->inode = status.st_ino;
    return f->existed && !held_allows_file(f->path, &status) ? EEXIST : 0;
}

static bool is_as_remembered(const output_file *f)
{
    struct stat status;
    bool exists = fstatat(f->folder, f->name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    return exists == f->existed && (!exists || (status.st_dev == f->device && status.st_ino == f->inode));
}

/* A new file under a hidden name, locked; *reason is errno when there is none. */
static int open_hidden(output_file *f, int *reason)
{
    struct stat status;
    for (;;) {
        errno = ENOMEM;
        f->temporary = temporary_name(f->name);
        int fd = -1;
        if (f->temporary)
            fd = openat(f->folder, f->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (fd < 0) {
            *reason = errno;
            free(f->temporary);
            f->temporary = NULL; /* it is not ours to remove */
            return -1;
        }
        flock(fd, LOCK_EX); /* where locks are not to be had, nothing is swept either */
        if (fstat(fd, &status) != 0 || status.st_nlink > 0)
            return fd;
        close(fd); /* swept before it was locked */
        free(f->temporary);
    }
}

/* Without a name where the file system can; *reason is errno when neither works. */
static int open_temporary(output_file *f, int *reason)
{
    int fd = openat(f->folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    if (fd >= 0 && access("/proc/self/fd", X_OK) == 0) {
        flock(fd, LOCK_EX | LOCK_NB); /* for the moment in which it gets a name */
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return open_hidden(f, reason);
}

/* 0, errno, or ESTALE when this process holds another directory of that name. */
static int open_folder(output_file *f, const char *path)
{
    struct stat status;
    f->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (f->folder < 0 || fstat(f->folder, &status) != 0)
        return errno;
    return held_allows_directory(path, &status) ? 0 : ESTALE;
}

static truce_status open_regular(output_file *f, truce_error *error)
{
    char *slash = strrchr(f->path, '/');
    f->name = slash ? slash + 1 : f->path;
    if (!*f->name)
        return cannot_write(f->path, EISDIR, error);
    if (slash)
        *slash = '\0';
    const char *folder = !slash ? "." : slash == f->path ? "/" : f->path;
    int reason = open_folder(f, folder);
    if (slash)
        *slash = '/';
    if (!reason)
        reason = sweep(f->folder, f->name);
    if (!reason)
        reason = guard(f);
    if (!reason)
        reason = remember(f);
    int fd = reason ? -1 : open_temporary(f, &reason);
    if (fd >= 0)
        output_take_permissions(fd, f->folder, f->name);
    f->stream = fd < 0 ? NULL : fdopen(fd, "wb");
    if (fd >= 0 && !f->stream)
        close(fd);
    return f->stream ? TRUCE_OK : cannot_write(f->path, reason, error);
}

/* A file, or what can become one. A link to an open file of a process, as /dev/stdout is, would be replaced. */
static bool is_for_files(const char *path)
{
    char to[8];
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return false;
    return readlink(path, to, sizeof to) < 6 || memcmp(to, "/proc/", 6) != 0;
}

truce_status output_open(output_file *f, const char *path, truce_error *error)
{
    assert(f && path);
    *f = (output_file){.folder = -1, .guard = -1};
    if (!is_for_files(path))
        return error_set(error, TRUCE_RUN_FAILED, path, 0, "cannot write the file: it is not a regular file");
    f->path = strdup(path);
    truce_status result = f->path ? open_regular(f, error) : error_memory(error);
    if (result != TRUCE_OK)
        output_discard(f);
    return result;
}

bool output_path(const output_file *f, char *path, size_t size)
{
    char link[32], folder[PATH_MAX];
    if (!f->temporary)
        return snprintf(path, size, "/proc/self/fd/%d", fileno(f->stream)) < (int)size;
    snprintf(link, sizeof link, "/proc/self/fd/%d", f->folder);
    ssize_t length = readlink(link, folder, sizeof folder);
    if (length <= 0 || length == (ssize_t)sizeof folder || *folder != '/')
        return false;
    return snprintf(path, size, "%.*s/%s", length == 1 ? 0 : (int)length, folder, f->temporary) < (int)size;
}

/* ---- Putting it in place ------------------------------------------------------------------------------- */

/* Gives the nameless file a name: 0 or errno. */
static int name_it(const output_file *f, const char *name)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fileno(f->stream));
    return linkat(AT_FDCWD, link, f->folder, name, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

/* A temporary name, from which the nameless file is renamed onto the old file. */
static int name_for_a_moment(output_file *f)
{
    errno = ENOMEM;
    f->temporary = temporary_name(f->name);
    if (!f->temporary)
        return errno;
    int reason = name_it(f, f->temporary);
    if (reason) {
        free(f->temporary);
        f->temporary = NULL;
    }
    return reason;
}

static int rename_it(output_file *f)
{
    unsigned only_new = f->existed ? 0 : RENAME_NOREPLACE;
    int failed = renameat2(f->folder, f->temporary, f->folder, f->name, only_new);
    if (failed && only_new && (errno == EINVAL || errno == ENOSYS))
        failed = renameat(f->folder, f->temporary, f->folder, f->name);
    if (failed)
        return errno;
    free(f->temporary);
    f->temporary = NULL;
    return 0;
}

/* The file is complete and durable: onto its name, and the directory durable too. 0 or errno; EEXIST when
 * another process has written the target in the meantime. */
static int put_in_place(output_file *f)
{
    if (!is_as_remembered(f))
        return EEXIST;
    int reason = 0;
    if (!f->temporary && !f->existed) {
        reason = name_it(f, f->name);
    } else {
        if (!f->temporary)
            reason = name_for_a_moment(f);
        if (reason == 0)
            reason = rename_it(f);
    }
    if (reason)
        return reason;
    held_replace_file(f->path, fileno(f->stream));
    return fsync(f->folder) == 0 || errno == EINVAL ? 0 : errno;
}

/* 0 or errno. */
static int finish(output_file *f)
{
    errno = 0;
    if (fflush(f->stream) != 0 || ferror(f->stream) != 0)
        return errno ? errno : EIO;
    if (fsync(fileno(f->stream)) != 0 && errno != EINVAL && errno != EROFS)
        return errno;
    return put_in_place(f);
}

truce_status output_commit(output_file *f, truce_error *error)
{
    int reason = finish(f);
    if (fclose(f->stream) != 0 && !reason)
        reason = errno;
    f->stream = NULL;
    truce_status status = reason ? cannot_write(f->path, reason, error) : TRUCE_OK;
    output_discard(f);
    return status;
}

void output_discard(output_file *f)
{
    if (f->stream)
        fclose(f->stream);
    if (f->temporary)
        unlinkat(f->folder, f->temporary, 0);
    if (f->path && f->guard >= 0)
        close(f->guard);
    if (f->path && f->folder >= 0)
        close(f->folder);
    free(f->temporary);
    free(f->path);
    *f = (output_file){0};
}
