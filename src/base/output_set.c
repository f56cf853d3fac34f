/* Sets of output files: a directory of their own until the commit, then one exchange of directories.
 *
 *     results/            the target, locked while the set is open
 *     .results.<x>.part/  the stage: the new files, and at the commit links to what else the target holds
 *
 *     commit: sync files and stage -> exchange the names of stage and target -> sync the parent -> remove the
 * old files
 *
 * A kill before the exchange leaves the old set, after it the new one; what is left of a stage goes when the
 * next set is opened. The other way, renaming file by file, is taken only where the exchange cannot be had.
 */
#include "base/held.h"
#include "base/output.h"
#include "base/paged_file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

struct output_set {
    char *target, *stage; /* absolute, without links */
    char *named;          /* the target as the caller named it, for messages */
    int target_fd, stage_fd, parent_fd;
    const char *stage_name; /* within `stage`: its last part */
    const char *target_name;
    bool inside;                 /* the stage lies in the target: no exchange */
    uint64_t inode;              /* of the target when the set was opened */
    char old_name[NAME_MAX + 1]; /* of a directory in the stage: old files during a commit */
    char left[PATH_MAX];         /* where old files are that could not be put back, or "" */
};

static bool exists(int directory, const char *name)
{
    struct stat status;
    return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

static truce_status failed(const char *path, const char *what, int reason, truce_error *error)
{
    return error_set(error, TRUCE_RUN_FAILED, path, 0, "%s: %s", what, strerror(reason));
}

static int open_directory(int at, const char *name)
{
    return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Calls visit for every entry but "." and ".."; stops at the first that gives other than 0, and returns it or
 * errno. */
static int for_each_entry(int directory, int (*visit)(void *context, const char *name), void *context)
{
    int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = fd < 0 ? NULL : fdopendir(fd);
    if (!entries) {
        int reason = errno;
        if (fd >= 0)
            close(fd);
        return reason;
    }
    int result = 0;
    for (struct dirent *e; result == 0 && (e = output_next_entry(entries, &result)) != NULL;)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            result = visit(context, e->d_name);
    closedir(entries);
    return result;
}

/* In a stage, "old": a directory of old files during a commit, and "kept": a sign that it holds some that are nowhere
 * else. No file of the target has such a name: the stage's own, which cannot be guessed, is in it. */
static void name_in_stage(char name[NAME_MAX + 1], const char *stage_name, const char *what)
{
    snprintf(name, NAME_MAX + 1, "%.*s.%s", NAME_MAX - 8, stage_name, what);
}

/* ---- Removing a stage --------------------------------------------------------------------------------- */

/* A directory inside (of the commit file by file, when it was killed) is removed with what it holds. */
static int remove_entry(void *context, const char *name)
{
    int directory = *(int *)context;
    if (unlinkat(directory, name, 0) == 0 || errno != EISDIR)
        return 0;
    int inner = open_directory(directory, name);
    if (inner >= 0) {
        for_each_entry(inner, remove_entry, &inner);
        close(inner);
    }
    unlinkat(directory, name, AT_REMOVEDIR);
    return 0;
}

static void remove_stage(int parent, const char *name, int fd)
{
    for_each_entry(fd, remove_entry, &fd);
    unlinkat(parent, name, AT_REMOVEDIR);
}

typedef struct sweeping {
    int parent;
    const char *name;
} sweeping;

static int sweep_entry(void *context, const char *entry)
{
    const sweeping *s = context;
    if (!output_is_temporary(entry, s->name))
        return 0;
    char kept_name[NAME_MAX + 1];
    int fd = open_directory(s->parent, entry);
    if (fd < 0)
        return 0;
    name_in_stage(kept_name, entry, "kept");
    if (output_is_own(fd) && !exists(fd, kept_name) && flock(fd, LOCK_EX | LOCK_NB) == 0)
        remove_stage(s->parent, entry, fd);
    close(fd);
    return 0;
}

/* ---- Opening ------------------------------------------------------------------------------------------ */

static truce_status lock_target(output_set *s, const char *directory, truce_error *error)
{
    s->target = realpath(directory, NULL);
    if (!s->target && errno == ENOENT &&
        mkdir(directory, 0777) == 0) { /* another process failed, and took it along */
        s->target = realpath(directory, NULL);
        held_forget(directory);
    }
    s->target_fd = s->target ? open(s->target, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    struct stat status;
    if (s->target_fd < 0 || fstat(s->target_fd, &status) != 0)
        return failed(directory, "cannot use the directory", errno, error);
    s->inode = status.st_ino;
    if (!held_allows_directory(directory, &status))
        return error_set(
            error, TRUCE_RUN_FAILED, directory, 0,
            "another directory has taken the place of the one for the results, and is left as it is");
    if (!held_is_directory(&status) && flock(s->target_fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return error_set(error, TRUCE_RUN_FAILED, directory, 0,
                         "another process is writing results into the directory");
    return TRUCE_OK;
}

/* The parent, when the target can be exchanged there: on the same file system, writable. */
static bool open_parent(output_set *s)
{
    struct stat target, parent;
    char *slash = strrchr(s->target, '/');
    s->target_name = slash + 1;
    if (!*s->target_name)
        return false; /* the root */
    *slash = '\0';
    s->parent_fd = open(slash == s->target ? "/" : s->target, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *slash = '/';
    return s->parent_fd >= 0 && fstat(s->target_fd, &target) == 0 && fstat(s->parent_fd, &parent) == 0 &&
           target.st_dev == parent.st_dev && faccessat(s->parent_fd, ".", W_OK | X_OK, 0) == 0;
}

static const char access_list[] = "system.posix_acl_access", default_list[] = "system.posix_acl_default";

/* The stage has the lists of access that its folder gives to what is made there. The target need not: nobody else gets
 * into the stage, and its files are made as they would be in the target. */
static void take_lists(const output_set *s)
{
    char list[4096];
    fremovexattr(s->stage_fd, access_list);
    fremovexattr(s->stage_fd, default_list);
    ssize_t length = fgetxattr(s->target_fd, default_list, list, sizeof list);
    if (length > 0)
        fsetxattr(s->stage_fd, default_list, list, (size_t)length, 0);
}

/* Files of the stage get the group that the target gives to what is made there. */
static void take_group(const output_set *s)
{
    struct stat target;
    if (fstat(s->target_fd, &target) == 0 && target.st_mode & S_ISGID &&
        fchown(s->stage_fd, (uid_t)-1, target.st_gid) == 0)
        fchmod(s->stage_fd, 02700);
}

/* Makes the stage in its parent: mode 0700 until the commit. */
static truce_status make_stage(output_set *s, truce_error *error)
{
    enum { LETTERS = 16 };
    char letters[LETTERS + 1];
    const char *name = s->inside ? "set" : s->target_name;
    size_t size = strlen(s->target) + strlen(name) + sizeof letters + 16;
    s->stage = malloc(size);
    if (!s->stage || !output_random_letters(letters, LETTERS))
        return error_memory(error);
    int folder = s->inside ? (int)strlen(s->target) : (int)(s->target_name - s->target - 1);
    int length = snprintf(s->stage, size, "%.*s/", folder, s->target);
    snprintf(s->stage + length, size - (size_t)length, ".%.200s.%s.part", name, letters);
    s->stage_name = s->stage + length;
    name_in_stage(s->old_name, s->stage_name, "old");
    int parent = s->inside ? s->target_fd : s->parent_fd;
    for_each_entry(parent, sweep_entry, &(sweeping){parent, name});
    if (mkdirat(parent, s->stage_name, 0700) != 0) {
        free(s->stage);
        s->stage = NULL;
        return failed(s->named, "cannot write into the directory", errno, error);
    }
    s->stage_fd = open_directory(parent, s->stage_name);
    if (s->stage_fd < 0) {
        int reason = errno;
        unlinkat(parent, s->stage_name, AT_REMOVEDIR);
        return failed(s->named, "cannot write into the directory", reason, error);
    }
    flock(s->stage_fd, LOCK_EX | LOCK_NB);
    take_group(s);
    take_lists(s);
    return TRUCE_OK;
}

truce_status output_set_open(output_set **set, const char *directory, truce_error *error)
{
    *set = NULL;
    output_set *s = malloc(sizeof *s);
    if (!s)
        return error_memory(error);
    *s = (output_set){.target_fd = -1, .stage_fd = -1, .parent_fd = -1, .named = strdup(directory)};
    truce_status status = s->named ? lock_target(s, directory, error) : error_memory(error);
    if (status == TRUCE_OK) {
        s->inside = !open_parent(s);
        status = make_stage(s, error);
    }
    if (status == TRUCE_OK)
        *set = s;
    else
        output_set_discard(s);
    return status;
}

/* ---- Writing its files -------------------------------------------------------------------------------- */

static truce_status cannot_write(const output_set *s, const char *name, int reason, truce_error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.3800s/%.250s", s->named, name);
    return error_set(error, TRUCE_RUN_FAILED, path, 0, "cannot write the file: %s",
                     reason ? strerror(reason) : "output error");
}

static bool part_path(const char *folder, const char *name, char *path, size_t size)
{
    int length = snprintf(path, size, "%s/%s.part", folder, name);
    return length >= 0 && (size_t)length < size;
}

/* By its descriptor, where that can be had: NetCDF takes a backslash in a path for a slash. */
bool output_set_path(const output_set *s, const char *name, char *path, size_t size)
{
    char folder[32];
    snprintf(folder, sizeof folder, "/proc/self/fd/%d", s->stage_fd);
    return part_path(access(folder, X_OK) == 0 ? folder : s->stage, name, path, size);
}

truce_status output_set_create(const output_set *s, const char *name, FILE **stream, truce_error *error)
{
    assert(s && name && stream);
    char path[PATH_MAX];
    *stream = NULL;
    if (!part_path(s->stage, name, path, sizeof path))
        return cannot_write(s, name, ENAMETOOLONG, error);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    *stream = fd < 0 ? NULL : paged_file_open(fd);
    if (*stream)
        return TRUCE_OK;
    int reason = errno;
    if (fd >= 0)
        close(fd);
    return cannot_write(s, name, reason, error);
}

/* Makes a file durable, with the permissions of the one that it is to replace: 0 or errno. */
static int settle_file(const output_set *s, const char *path, const char *name)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno;
    output_take_permissions(fd, s->target_fd, name);
    int reason = fsync(fd) != 0 && errno != EINVAL && errno != EROFS ? errno : 0;
    close(fd);
    return reason;
}

truce_status output_set_keep(const output_set *s, const char *name, truce_error *error)
{
    assert(s && name);
    char part[PATH_MAX], path[PATH_MAX];
    if (!part_path(s->stage, name, part, sizeof part))
        return cannot_write(s, name, ENAMETOOLONG, error);
    snprintf(path, sizeof path, "%.*s", (int)(strlen(part) - strlen(".part")), part);
    int reason = settle_file(s, part, name);
    if (reason == 0 && rename(part, path) != 0)
        reason = errno;
    return reason ? cannot_write(s, name, reason, error) : TRUCE_OK;
}

truce_status output_set_close(const output_set *s, const char *name, FILE *stream, truce_error *error)
{
    assert(s && name && stream);
    errno = 0;
    bool bad = fflush(stream) != 0 || ferror(stream) != 0;
    int reason = errno;
    if (fclose(stream) != 0 && !bad) {
        bad = true;
        reason = errno;
    }
    return bad ? cannot_write(s, name, reason, error) : output_set_keep(s, name, error);
}

truce_status output_set_write(const output_set *s, const char *name, const void *bytes, size_t length,
                              truce_error *error)
{
    assert(s && name && (bytes || length == 0));
    FILE *stream;
    TRY(output_set_create(s, name, &stream, error));
    fwrite(bytes, 1, length, stream); /* output_set_close sees what went wrong */
    return output_set_close(s, name, stream, error);
}

void output_set_discard(output_set *s)
{
    if (!s)
        return;
    if (s->stage_fd >= 0)
        remove_stage(s->inside ? s->target_fd : s->parent_fd, s->stage_name, s->stage_fd);
    if (s->stage_fd >= 0)
        close(s->stage_fd);
    if (s->parent_fd >= 0)
        close(s->parent_fd);
    if (s->target_fd >= 0)
        close(s->target_fd);
    free(s->stage);
    free(s->target);
    free(s->named);
    free(s);
}

/* ---- The commit by exchange --------------------------------------------------------------------------- */

typedef struct committing {
    output_set *set;
    const char *const *belonging;
    size_t count;
} committing;

static bool belongs(const committing *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->belonging[i], name) == 0)
            return true;
    return false;
}

/* Keeps what is not of the set: a link in the stage. EXDEV: something that cannot be linked (a directory). */
static int keep_entry(void *context, const char *name)
{
    const committing *c = context;
    struct stat status;
    if (fstatat(c->set->target_fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? 0 : errno;
    if (S_ISDIR(status.st_mode))
        return EXDEV;
    if (belongs(c, name) || exists(c->set->stage_fd, name))
        return 0;
    return linkat(c->set->target_fd, name, c->set->stage_fd, name, 0) == 0 ? 0 : errno;
}

/* After the exchange: an entry of the old directory goes, unless it came after the links were made. */
static int drop_entry(void *context, const char *name)
{
    const committing *c = context;
    int old = c->set->target_fd, new = c->set->stage_fd; /* each still the directory that it was */
    if (!belongs(c, name) && !exists(new, name) && renameat(old, name, new, name) == 0)
        return 0;
    unlinkat(old, name, 0);
    return 0;
}

static bool is_working_directory(const output_set *s)
{
    char *here = getcwd(NULL, 0);
    size_t length = strlen(s->target);
    bool inside =
        here && strncmp(here, s->target, length) == 0 && (here[length] == '/' || here[length] == '\0');
    free(here);
    return inside;
}

static bool same_owner(const output_set *s)
{
    struct stat old, new;
    return fstat(s->target_fd, &old) == 0 && fstat(s->stage_fd, &new) == 0 && old.st_uid == new.st_uid &&
           (old.st_gid == new.st_gid || fchown(s->stage_fd, (uid_t)-1, old.st_gid) == 0);
}

/* Attributes that its owner gave the directory, lists of access among them: another directory does not have them. */
static bool has_attributes(int directory)
{
    char names[4096];
    ssize_t length = flistxattr(directory, names, sizeof names);
    if (length < 0)
        return errno == ERANGE;
    for (const char *name = names; name < names + length; name += strlen(name) + 1)
        if (strncmp(name, "user.", 5) == 0 || strncmp(name, "system.posix_acl", 16) == 0)
            return true;
    return false;
}

/* 0 when done, else errno, with the old set in place. */
static int exchange(const committing *c)
{
    const output_set *s = c->set;
    struct stat now; /* it may have been closed to others since the set was opened */
    if (s->inside || is_working_directory(s) || !same_owner(s) || has_attributes(s->target_fd) ||
        has_attributes(s->stage_fd))
        return EXDEV;
    int reason = for_each_entry(s->target_fd, keep_entry, (void *)c);
    if (reason == 0 && (fstat(s->target_fd, &now) != 0 || fchmod(s->stage_fd, now.st_mode & 07777) != 0 ||
                        fsync(s->stage_fd) != 0))
        reason = errno;
    if (reason == 0 &&
        renameat2(s->parent_fd, s->stage_name, s->parent_fd, s->target_name, RENAME_EXCHANGE) != 0)
        reason = errno;
    return reason;
}

/* ---- The commit file by file, where directories cannot be exchanged ----------------------------------- */

/* The old files are linked into a directory in the stage before the first new one is renamed. Where that cannot be, an
 * old file is moved there when its turn comes. */
typedef struct replacing {
    const committing *c;
    int old;     /* that directory */
    bool missed; /* an old file could not be put back */
} replacing;

static bool is_new(const replacing *r, const char *name)
{
    return exists(r->c->set->stage_fd, name);
}

static int move_old(const replacing *r, const char *name)
{
    return renameat(r->c->set->target_fd, name, r->old, name) == 0 ? 0 : errno;
}

static bool are_no_links(int reason)
{
    return reason == EPERM || reason == EMLINK || reason == ENOTSUP || reason == ENOSYS;
}

static int save_old(void *context, const char *name)
{
    const replacing *r = context;
    const output_set *s = r->c->set;
    struct stat status;
    if (!belongs(r->c, name) && !is_new(r, name))
        return 0;
    if (fstatat(s->target_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode))
        return EISDIR;
    if (linkat(s->target_fd, name, r->old, name, 0) == 0)
        return 0;
    if (!are_no_links(errno))
        return errno;
    return is_new(r, name) ? 0 : move_old(r, name); /* no new one comes in its place */
}

static int move_new(void *context, const char *name)
{
    const replacing *r = context;
    const output_set *s = r->c->set;
    if (strcmp(name, s->old_name) == 0)
        return 0;
    int reason = !exists(r->old, name) && exists(s->target_fd, name) ? move_old(r, name) : 0;
    if (reason == 0 && renameat(s->stage_fd, name, s->target_fd, name) != 0)
        reason = errno;
    return reason;
}

/* A name that is neither among the new files left in the stage nor among the old ones is a new one: it goes
 * again. */
static int take_back(void *context, const char *name)
{
    const replacing *r = context;
    if (belongs(r->c, name) && !exists(r->old, name) && !is_new(r, name))
        unlinkat(r->c->set->target_fd, name, 0);
    return 0;
}

static int put_back(void *context, const char *name)
{
    replacing *r = context;
    r->missed |= renameat(r->old, name, r->c->set->target_fd, name) != 0;
    return 0; /* to the next */
}

static int drop_stale(void *context, const char *name)
{
    const replacing *r = context;
    struct stat old, now;
    int target = r->c->set->target_fd;
    if (belongs(r->c, name) && fstatat(r->old, name, &old, AT_SYMLINK_NOFOLLOW) == 0 &&
        fstatat(target, name, &now, AT_SYMLINK_NOFOLLOW) == 0 && old.st_ino == now.st_ino)
        unlinkat(target, name, 0); /* of the set, and not written anew */
    return 0;
}

/* Some of the old files are only in the stage, and could not be put back: they get a name that is not swept. Where even
 * that fails, the stage stays. */
static void keep_old(output_set *s)
{
    enum { LETTERS = 6 };
    char letters[LETTERS + 1], name[32], kept_name[NAME_MAX + 1];
    if (output_random_letters(letters, LETTERS) &&
        snprintf(name, sizeof name, "results-before-%s", letters) > 0 &&
        renameat2(s->stage_fd, s->old_name, s->target_fd, name, RENAME_NOREPLACE) == 0) {
        snprintf(s->left, sizeof s->left, "%.3800s/%s", s->named, name);
        return;
    }
    name_in_stage(kept_name, s->stage_name, "kept");
    mkdirat(s->stage_fd, kept_name, 0700);
    snprintf(s->left, sizeof s->left, "%.3800s/%.255s", s->stage, s->old_name);
    close(s->stage_fd);
    s->stage_fd = -1; /* nobody removes it */
}

/* Whether the old files are all there again. */
static bool undo(replacing *r, bool saved)
{
    if (saved)
        for_each_entry(r->c->set->target_fd, take_back, r);
    return for_each_entry(r->old, put_back, r) == 0 && !r->missed;
}

static int replace_with(replacing *r)
{
    output_set *s = r->c->set;
    int reason = for_each_entry(s->target_fd, save_old, r);
    bool saved = reason == 0;
    if (saved)
        reason = for_each_entry(s->stage_fd, move_new, r);
    if (reason == 0)
        for_each_entry(r->old, drop_stale, r);
    else if (!undo(r, saved)) {
        keep_old(s);
        return reason;
    }
    for_each_entry(r->old, remove_entry, &r->old);
    unlinkat(s->stage_fd, s->old_name, AT_REMOVEDIR);
    return reason;
}

static int replace_each(const committing *c)
{
    if (mkdirat(c->set->stage_fd, c->set->old_name, 0700) != 0)
        return errno;
    replacing r = {.c = c, .old = open_directory(c->set->stage_fd, c->set->old_name)};
    if (r.old < 0)
        return errno;
    int reason = replace_with(&r);
    close(r.old);
    return reason;
}

/* ---- The commit --------------------------------------------------------------------------------------- */

static bool is_still_the_target(const output_set *s)
{
    struct stat status;
    return stat(s->target, &status) == 0 && status.st_ino == s->inode;
}

/* The new set is in place, whatever this says. */
static truce_status make_durable(const output_set *s, int directory, truce_error *error)
{
    if (fsync(directory) == 0 || errno == EINVAL || errno == EROFS)
        return TRUCE_OK;
    return failed(s->named, "the new results are in place, but a power cut may undo that", errno, error);
}

/* After an exchange. */
static void tell_holds(const output_set *s)
{
    struct stat old;
    if (fstat(s->target_fd, &old) == 0)
        held_replace_directory(&old, s->stage_fd);
}

/* Directory descriptors follow their directories: after an exchange target_fd is the old directory, under the
 * stage's name. */
static truce_status commit(output_set *s, const committing *c, truce_error *error)
{
    if (!is_still_the_target(s))
        return error_set(
            error, TRUCE_RUN_FAILED, s->target, 0,
            "another process has written results in the meantime, and they are left as they are");
    int reason = exchange(c);
    if (reason == 0) {
        truce_status status = make_durable(s, s->parent_fd, error);
        tell_holds(s);
        for_each_entry(s->target_fd, drop_entry, (void *)c);
        unlinkat(s->parent_fd, s->stage_name, AT_REMOVEDIR);
        close(s->stage_fd);
        s->stage_fd = -1;
        return status;
    }
    if (reason == EXDEV || reason == EINVAL || reason == EBUSY || are_no_links(reason))
        reason = replace_each(c);
    if (reason && s->left[0])
        return error_set(error, TRUCE_RUN_FAILED, s->named, 0,
                         "cannot write the results: %s; files of before could not be put back, and are in %s",
                         strerror(reason), s->left);
    return reason == 0 ? make_durable(s, s->target_fd, error)
                       : failed(s->named, "cannot write the results", reason, error);
}

truce_status output_set_commit(output_set *s, const char *const *belonging, size_t count, truce_error *error)
{
    truce_status status = commit(s, &(committing){s, belonging, count}, error);
    output_set_discard(s);
    return status;
}
