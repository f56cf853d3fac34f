/* See temporary.h. A directory is locked for as long as its process lives; one that is not has been left by a process
 * that was killed. Only directories of this user are looked into, and no link is followed, since others may write
 * where they lie. */
#include "base/temporary.h"
#include "base/output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { LETTERS = 16, LEVELS = 3 };

static const char prefix[] = "truce-work-";

const char *temporary_place(void)
{
    const char *where = getenv("TMPDIR");
    return where && where[0] == '/' ? where : "/tmp";
}

static bool is_work(const char *name)
{
    return strncmp(name, prefix, sizeof prefix - 1) == 0 && strlen(name) == sizeof prefix - 1 + LETTERS;
}

static int open_own(int place, const char *name)
{
    struct stat status;
    int fd = openat(place, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && (fstat(fd, &status) != 0 || status.st_uid != geteuid())) {
        close(fd);
        return -1;
    }
    return fd;
}

/* With what is in its directories, so many levels down: a compiler leaves files, a page a folder of them. */
static void empty(int directory, int levels)
{
    int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = copy < 0 ? NULL : fdopendir(copy);
    for (struct dirent *e = entries ? readdir(entries) : NULL; e; e = readdir(entries)) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
            unlinkat(directory, e->d_name, 0) == 0)
            continue;
        int inner = levels ? open_own(directory, e->d_name) : -1;
        if (inner >= 0) {
            empty(inner, levels - 1);
            close(inner);
        }
        unlinkat(directory, e->d_name, AT_REMOVEDIR);
    }
    if (entries)
        closedir(entries);
    else if (copy >= 0)
        close(copy);
}

static void sweep(const char *where)
{
    DIR *entries = opendir(where);
    int place = entries ? dirfd(entries) : -1;
    for (struct dirent *e = entries ? readdir(entries) : NULL; e; e = readdir(entries)) {
        int fd = is_work(e->d_name) ? open_own(place, e->d_name) : -1;
        if (fd < 0)
            continue;
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
            empty(fd, LEVELS);
            unlinkat(place, e->d_name, AT_REMOVEDIR);
        }
        close(fd);
    }
    if (entries)
        closedir(entries);
}

/* Whether it is there and locked, so that nobody sweeps it: 0, EAGAIN when somebody did just before, or errno. (Where
 * there are no locks, nothing is swept either.) */
static int keep(const temporary_directory *t)
{
    struct stat own, named;
    if (flock(t->lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return EAGAIN;
    if (fstat(t->lock, &own) != 0 || stat(t->path, &named) != 0)
        return errno == ENOENT ? EAGAIN : errno;
    return own.st_dev == named.st_dev && own.st_ino == named.st_ino ? 0 : EAGAIN;
}

/* 0, EAGAIN when it was swept at once, or errno. */
static int make(temporary_directory *t, const char *where)
{
    char letters[LETTERS + 1];
    if (!output_random_letters(letters, LETTERS))
        return ENODEV;
    int length = snprintf(t->path, sizeof t->path, "%s/%s%s", where, prefix, letters);
    if (length < 0 || (size_t)length >= sizeof t->path)
        return ENAMETOOLONG;
    if (mkdir(t->path, 0700) != 0)
        return errno;
    t->lock = open_own(AT_FDCWD, t->path);
    int reason = t->lock < 0 ? errno : keep(t);
    if (!reason)
        return 0;
    if (t->lock >= 0)
        close(t->lock);
    t->lock = -1;
    rmdir(t->path);
    return reason == ENOENT ? EAGAIN : reason;
}

bool temporary_open(temporary_directory *t)
{
    const char *where = temporary_place();
    *t = (temporary_directory){.lock = -1};
    sweep(where);
    int reason = EAGAIN;
    for (int i = 0; i < 100 && reason == EAGAIN; i++)
        reason = make(t, where);
    errno = reason;
    return reason == 0;
}

void temporary_close(temporary_directory *t)
{
    if (t->lock < 0)
        return;
    empty(t->lock, LEVELS);
    rmdir(t->path);
    close(t->lock);
    t->lock = -1;
}
