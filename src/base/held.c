/* What a process has looked at and will write later, maybe hours later (files.h is the manual). Who holds a directory has a
 * lock on it, the same that a set of files takes while it is open. Of the place of a file it is remembered what stood
 * there, and an old file is locked as its writer would. All holds of the process are in one list, where sets and files find those of their path. */
#include "base/held.h"
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

struct truce_hold {
    truce_hold *next;
    char *path;
    int fd; /* the directory, locked; the file, so that no other one gets its number; -1: no file was there */
    bool is_directory, locked;
    dev_t device;
    ino_t inode;
};

static const off_t GUARDED_BYTE = 0x7ffffffe;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static truce_hold *holds;

static bool is(const truce_hold *h, const struct stat *status)
{
    return h->fd >= 0 && h->device == status->st_dev && h->inode == status->st_ino;
}

/* ---- Holding and letting go ---------------------------------------------------------------------------- */

static void take(truce_hold *h, int fd)
{
    struct stat status = {0};
    if (fd >= 0 && fstat(fd, &status) != 0) {
        close(fd);
        fd = -1;
    }
    if (h->fd >= 0)
        close(h->fd);
    h->fd = fd;
    h->locked = false;
    h->device = status.st_dev;
    h->inode = status.st_ino;
}

static truce_hold *new_hold(const char *path, bool is_directory)
{
    truce_hold *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    *h = (truce_hold){.path = strdup(path), .fd = -1, .is_directory = is_directory};
    if (h->path)
        return h;
    free(h);
    return NULL;
}

static void add(truce_hold *h)
{
    pthread_mutex_lock(&lock);
    h->next = holds;
    holds = h;
    pthread_mutex_unlock(&lock);
}

void truce_hold_release(truce_hold *hold)
{
    if (!hold)
        return;
    pthread_mutex_lock(&lock);
    for (truce_hold **place = &holds; *place; place = &(*place)->next)
        if (*place == hold) {
            *place = hold->next;
            break;
        }
    pthread_mutex_unlock(&lock);
    if (hold->fd >= 0)
        close(hold->fd);
    free(hold->path);
    free(hold);
}

/* A descriptor of the directory if this process holds it: the lock is that of all of them. Else -1. */
static int share(const struct stat *directory)
{
    int fd = -1;
    pthread_mutex_lock(&lock);
    for (const truce_hold *h = holds; h && fd < 0; h = h->next)
        if (h->is_directory && is(h, directory))
            fd = fcntl(h->fd, F_DUPFD_CLOEXEC, 0);
    pthread_mutex_unlock(&lock);
    return fd;
}

/* Opens and locks a directory: *fd, and 0, EBUSY when another process has the lock, EAGAIN when it is not the one at
 * the path any more, or errno. */
static int lock_directory(const char *path, int *fd)
{
    struct stat own, named;
    *fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*fd < 0 || fstat(*fd, &own) != 0)
        return errno;
    int shared = share(&own);
    if (shared >= 0) {
        close(*fd);
        *fd = shared;
    } else if (flock(*fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        return EBUSY;
    }
    if (stat(path, &named) != 0)
        return errno == ENOENT ? EAGAIN : errno;
    return own.st_dev == named.st_dev && own.st_ino == named.st_ino ? 0 : EAGAIN;
}

truce_status truce_hold_directory(const char *directory, truce_hold **hold, truce_error *error)
{
    enum { TRIES = 100 }; /* somewhere a directory may look like another one under its name */
    REQUIRE(hold, "hold");
    *hold = NULL;
    REQUIRE_DIRECTORY(directory);
    truce_hold *h = new_hold(directory, true);
    int fd = -1, reason = h ? EAGAIN : ENOMEM;
    for (int i = 0; reason == EAGAIN && i < TRIES; i++) {
        if (fd >= 0)
            close(fd);
        reason = lock_directory(directory, &fd);
    }
    if (reason == 0) {
        take(h, fd);
        add(h);
        *hold = h;
        return TRUCE_OK;
    }
    if (fd >= 0)
        close(fd);
    truce_hold_release(h);
    return reason == EBUSY ? error_set(error, TRUCE_RUN_FAILED, directory, 0,
                                       "another process is writing results into the directory")
                           : error_set(error, TRUCE_RUN_FAILED, directory, 0, "cannot use the directory: %s",
                                       strerror(reason));
}

int held_lock_file(int file)
{
    struct flock byte = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = GUARDED_BYTE, .l_len = 1};
    return fcntl(file, F_OFD_SETLK, &byte) != 0 && (errno == EAGAIN || errno == EACCES) ? EBUSY : 0;
}

int held_share_file(const char *path)
{
    int fd = -1;
    pthread_mutex_lock(&lock);
    for (const truce_hold *h = holds; h && fd < 0; h = h->next)
        if (h->locked && strcmp(h->path, path) == 0)
            fd = fcntl(h->fd, F_DUPFD_CLOEXEC, 0);
    pthread_mutex_unlock(&lock);
    return fd;
}

/* False when another process is writing the file. */
static bool take_file(truce_hold *h)
{
    struct stat status;
    int fd = held_share_file(h->path);
    if (fd < 0 && lstat(h->path, &status) == 0 && S_ISREG(status.st_mode))
        fd = open(h->path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    bool locked = fd >= 0, busy = locked && held_lock_file(fd) == EBUSY;
    take(h, locked ? fd : open(h->path, O_PATH | O_NOFOLLOW | O_CLOEXEC));
    h->locked = locked && !busy;
    return !busy;
}

truce_status truce_hold_file(const char *path, truce_hold **hold, truce_error *error)
{
    REQUIRE(hold, "hold");
    *hold = NULL;
    REQUIRE(path, "path");
    TRY(error_nameless(error, path, "path"));
    truce_hold *h = new_hold(path, false);
    if (!h)
        return error_memory(error);
    if (!take_file(h)) {
        truce_hold_release(h);
        return error_set(error, TRUCE_RUN_FAILED, path, 0,
                         "cannot write the file: another process is writing it");
    }
    add(h);
    *hold = h;
    return TRUCE_OK;
}

/* ---- What writers ask ---------------------------------------------------------------------------------- */

bool held_is_directory(const struct stat *directory)
{
    int fd = share(directory);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* Whether each hold of a path is of this directory or file. */
static bool allows(const char *path, bool is_directory, const struct stat *status)
{
    bool allowed = true;
    pthread_mutex_lock(&lock);
    for (const truce_hold *h = holds; h; h = h->next)
        if (h->is_directory == is_directory && strcmp(h->path, path) == 0)
            allowed = allowed && is(h, status);
    pthread_mutex_unlock(&lock);
    return allowed;
}

bool held_allows_directory(const char *path, const struct stat *directory)
{
    return allows(path, true, directory);
}

bool held_allows_file(const char *path, const struct stat *file)
{
    return allows(path, false, file);
}

/* ---- What they tell ------------------------------------------------------------------------------------ */

/* -1: another process was quicker, or it cannot be had. */
static int open_locked(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0 || held_lock_file(fd) == 0)
        return fd;
    close(fd);
    return -1;
}

void held_replace_file(const char *path, int file)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file); /* a duplicate would keep its writer's locks */
    pthread_mutex_lock(&lock);
    int locked = -1;
    for (truce_hold *h = holds; h; h = h->next)
        if (!h->is_directory && strcmp(h->path, path) == 0) {
            locked = locked < 0 ? open_locked(link) : fcntl(locked, F_DUPFD_CLOEXEC, 0);
            take(h, locked >= 0 ? locked : open(link, O_PATH | O_CLOEXEC));
            h->locked = locked >= 0;
        }
    pthread_mutex_unlock(&lock);
}

void held_replace_directory(const struct stat *old, int directory)
{
    pthread_mutex_lock(&lock);
    for (truce_hold *h = holds; h; h = h->next)
        if (h->is_directory && is(h, old))
            take(h, fcntl(directory, F_DUPFD_CLOEXEC, 0));
    pthread_mutex_unlock(&lock);
}

void held_forget(const char *path)
{
    pthread_mutex_lock(&lock);
    for (truce_hold *h = holds; h; h = h->next)
        if (h->is_directory && strcmp(h->path, path) == 0)
            h->path[0] = '\0';
    pthread_mutex_unlock(&lock);
}
