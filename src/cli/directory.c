/* Where results go: a directory that is made when missing, taken away again when a run fails, and never
 * overwritten by accident. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const result_files[] = {
    "summary.csv",  "observed.csv",  "members.nc",   "report.html", "posterior.nc", "diagnostics.csv",
    "scores.csv",   "forecast.csv",  "talks.csv",    "talks.nc",    "talks.html",   "residuals.csv",
    "compare.csv",  "compare.html",  "compare.json", "claims.html", "claims.csv",   "forecasts.csv",
    "evidence.csv", "claims.jsonld", "enough.html",  "enough.csv",  "matter.html",  "matter.csv",
    "futures.html", "futures.csv",   "plan.html",    "plan.csv",    "yearly.html",  "yearly.csv",
    "skill.csv",    "weights.csv",   "hubverse.csv", "oracle.csv",  "compare.nc",   "enough.nc",
    "claims.nc",    "plan.nc",       "matter.nc",    "yearly.nc",   "futures.nc",   "sources.html",
    "sources.csv",  "sources.json",  "sources.nc"};

/* mkdir -p; *made receives a copy of the first directory made. */
static truce_status make_directories(const char *path, char **made, truce_error *error)
{
    char *copy = strdup(path);
    if (!copy)
        return error_no_memory(error);
    size_t length = strlen(copy);
    for (size_t i = 1; i <= length; i++) {
        if (copy[i] != '/' && copy[i] != '\0')
            continue;
        char kept = copy[i];
        copy[i] = '\0';
        if (mkdir(copy, 0777) == 0) {
            if (!*made)
                *made = strdup(copy);
        } else if (errno != EEXIST) {
            truce_status status =
                error_make(error, TRUCE_RUN_FAILED, path, "cannot make the directory: %s", strerror(errno));
            free(copy);
            return status;
        }
        copy[i] = kept;
    }
    free(copy);
    return TRUCE_OK;
}

static truce_status check_directory(const char *path, bool force, truce_error *error)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return errno == ENOENT ? TRUCE_OK
                               : error_make(error, TRUCE_RUN_FAILED, path, "cannot use the directory: %s",
                                            strerror(errno));
    if (!S_ISDIR(status.st_mode))
        return error_make(error, TRUCE_RUN_FAILED, path, "cannot use the directory: it is a file");
    if (access(path, W_OK | X_OK) != 0)
        return error_make(error, TRUCE_RUN_FAILED, path, "cannot write into the directory: %s",
                          strerror(errno));
    for (size_t i = 0; !force && i < sizeof result_files / sizeof result_files[0]; i++) {
        char file[4096];
        struct stat there; /* a link that leads nowhere counts too */
        snprintf(file, sizeof file, "%s/%s", path, result_files[i]);
        if (lstat(file, &there) == 0)
            return error_make(error, TRUCE_RUN_FAILED, path,
                              "the directory already holds results (%s); --force overwrites them",
                              result_files[i]);
    }
    return TRUCE_OK;
}

truce_status directory_make(const char *path, truce_error *error)
{
    char *made = NULL;
    truce_status status = make_directories(path, &made, error);
    free(made);
    return status;
}

int directory_prepare(const char *path, bool force, char **made)
{
    truce_error error = {0};
    *made = NULL;
    truce_status status = check_directory(path, force, &error);
    if (status == TRUCE_OK)
        status = make_directories(path, made, &error);
    if (status == TRUCE_OK)
        return 0;
    directory_undo(path, *made);
    *made = NULL;
    return report_error(&error);
}

/* Another process is writing results into it, which holds a lock then. */
static bool is_used(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool used = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (fd >= 0)
        close(fd);
    return used;
}

void directory_undo(const char *path, char *made)
{
    if (!made)
        return;
    size_t least = strlen(made);
    char *copy = strdup(path);
    for (size_t end = copy ? strlen(copy) : 0; end > 1 && copy[end - 1] == '/'; end--)
        copy[end - 1] = '\0';
    while (copy && strlen(copy) >= least && !is_used(copy) && rmdir(copy) == 0) {
        char *slash = strrchr(copy, '/');
        if (!slash)
            break;
        *slash = '\0';
    }
    free(copy);
    free(made);
}

int file_end(const char *path, char *made, int code)
{
    char *folder = code != 0 && made ? strdup(path) : NULL;
    char *slash = folder ? strrchr(folder, '/') : NULL;
    if (slash) {
        *slash = '\0';
        directory_undo(folder, made);
    } else {
        free(made);
    }
    free(folder);
    return code;
}

int file_prepare(const char *path, const char *input, bool force, char **made)
{
    struct stat status, read;
    truce_error error = {0};
    truce_status result = TRUCE_OK;
    *made = NULL;
    if (stat(path, &status) == 0) {
        if (stat(input, &read) == 0 && read.st_dev == status.st_dev && read.st_ino == status.st_ino) {
            error_make(&error, TRUCE_RUN_FAILED, path, "the file is the input, which is not overwritten");
            return report_error(&error);
        }
        bool regular = S_ISREG(status.st_mode);
        if (force && regular)
            return 0;
        error_make(&error, TRUCE_RUN_FAILED, path, "%s",
                   regular ? "the file already exists; --force overwrites it"
                           : "cannot write the file: it is not a regular file");
        return report_error(&error);
    }
    if (!force && lstat(path, &status) == 0) {
        error_make(&error, TRUCE_RUN_FAILED, path,
                   "there is a link that leads nowhere; --force overwrites it");
        return report_error(&error);
    }
    char *folder = strdup(path);
    char *slash = folder ? strrchr(folder, '/') : NULL;
    if (!folder) {
        result = error_no_memory(&error);
    } else if (slash && slash > folder) {
        *slash = '\0';
        result = make_directories(folder, made, &error);
    }
    free(folder);
    return result == TRUCE_OK ? 0 : report_error(&error);
}
