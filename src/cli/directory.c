/* Where results go: a directory that is made when missing, taken away again when a run fails, and never
 * overwritten by accident. It is held from before it is looked into until the process ends, so that what was seen there
 * is true when the results are written. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct result_file {
    const char *name, *command;
} result_files[] = {{"summary.csv", "run"},      {"observed.csv", "run"},     {"members.nc", "run"},
                    {"report.html", "run"},      {"posterior.nc", "fit"},     {"diagnostics.csv", "fit"},
                    {"scores.csv", "score"},     {"skill.csv", "score"},      {"forecasts.csv", "score"},
                    {"weights.csv", "score"},    {"residuals.csv", "score"},  {"evidence.csv", "score"},
                    {"hubverse.csv", "score"},   {"oracle.csv", "score"},     {"forecast.csv", "forecast"},
                    {"talks.csv", "talks"},      {"talks.nc", "talks"},       {"talks.html", "talks"},
                    {"compare.csv", "compare"},  {"compare.html", "compare"}, {"compare.json", "compare"},
                    {"compare.nc", "compare"},   {"claims.html", "claims"},   {"claims.csv", "claims"},
                    {"claims.jsonld", "claims"}, {"claims.nc", "claims"},     {"enough.html", "enough"},
                    {"enough.csv", "enough"},    {"enough.nc", "enough"},     {"matter.html", "matter"},
                    {"matter.csv", "matter"},    {"matter.nc", "matter"},     {"futures.html", "matter"},
                    {"futures.csv", "matter"},   {"futures.nc", "matter"},    {"sources.html", "matter"},
                    {"sources.csv", "matter"},   {"sources.json", "matter"},  {"sources.nc", "matter"},
                    {"plan.html", "plan"},       {"plan.csv", "plan"},        {"plan.nc", "plan"},
                    {"yearly.html", "yearly"},   {"yearly.csv", "yearly"},    {"yearly.nc", "yearly"},
                    {"case.js", "web"},          {"index.html", "web"},       {"page.js", "web"},
                    {"page.css", "web"},         {"engine.js", "web"}};

enum { RESULT_FILES = sizeof result_files / sizeof *result_files };

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

/* Whether a command writes beside files of this name only when told to. A page, whose files have the names that every
 * page has, is in the way of a page alone, and nothing else is in its way. */
static bool minds(const char *command, const struct result_file *file)
{
    return (strcmp(command, "web") == 0) == (strcmp(file->command, "web") == 0);
}

/* Whether a directory holds a file of this name; a link that leads nowhere counts too. */
static bool holds(int directory, const char *name)
{
    struct stat there;
    return fstatat(directory, name, &there, AT_SYMLINK_NOFOLLOW) == 0;
}

static truce_status spare_inside(const char *path, const char *name, truce_error *error)
{
    char file[PATH_MAX];
    int length = snprintf(file, sizeof file, "%s/%s", path, name);
    return length > 0 && (size_t)length < sizeof file
               ? input_spare(file, error)
               : error_make(error, TRUCE_RUN_FAILED, NULL, "the path of the output is too long");
}

static const char checkpoint[] = "checkpoint.bin"; /* of a fit that was interrupted */

static truce_status holds_results(const char *path, int directory, const char *command, const char *name,
                                  truce_error *error)
{
    if (strcmp(command, "fit") == 0 && holds(directory, checkpoint))
        return error_make(error, TRUCE_RUN_FAILED, path,
                          "the directory holds an interrupted fit and results of an earlier one (%s); move "
                          "these away to continue the fit, or start over with --force",
                          name);
    return error_make(error, TRUCE_RUN_FAILED, path,
                      "the directory already holds results (%s); --force overwrites them", name);
}

/* What is there must be an old result, to be written anew only if forced, and never an input. */
static truce_status check_results(const char *path, int directory, const char *command, bool force,
                                  truce_error *error)
{
    for (size_t i = 0; !force && i < RESULT_FILES; i++)
        if (minds(command, &result_files[i]) && holds(directory, result_files[i].name))
            return holds_results(path, directory, command, result_files[i].name, error);
    truce_status status = TRUCE_OK;
    for (size_t i = 0; status == TRUCE_OK && i < RESULT_FILES; i++)
        if (strcmp(result_files[i].command, command) == 0)
            status = spare_inside(path, result_files[i].name, error);
    if (status == TRUCE_OK && strcmp(command, "fit") == 0)
        status = spare_inside(path, checkpoint, error);
    return status;
}

static truce_status check_directory(const char *path, const char *command, bool force, truce_error *error)
{
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return errno == ENOENT ? TRUCE_OK
                               : error_make(error, TRUCE_RUN_FAILED, path, "cannot use the directory: %s",
                                            errno == ENOTDIR ? "it is a file" : strerror(errno));
    truce_status status = faccessat(directory, ".", W_OK | X_OK, 0) == 0
                              ? check_results(path, directory, command, force, error)
                              : error_make(error, TRUCE_RUN_FAILED, path,
                                           "cannot write into the directory: %s", strerror(errno));
    close(directory);
    return status;
}

truce_status directory_make(const char *path, truce_error *error)
{
    char *made = NULL;
    struct stat there;
    truce_status status = make_directories(path, &made, error);
    free(made);
    return status != TRUCE_OK || (stat(path, &there) == 0 && S_ISDIR(there.st_mode))
               ? status
               : error_make(error, TRUCE_RUN_FAILED, path, "cannot use the directory: it is a file");
}

int directory_prepare(const char *command, const char *path, bool force, char **made)
{
    truce_error error = {0};
    *made = NULL;
    catch_interruption();
    truce_status status = check_directory(path, command, force, &error); /* before one is made */
    if (status == TRUCE_OK)
        status = make_directories(path, made, &error);
    if (status == TRUCE_OK)
        status = output_hold(path, true, &error);
    if (status == TRUCE_OK)
        status = check_directory(path, command, force, &error);
    if (status == TRUCE_OK)
        return 0;
    directory_undo(path, *made);
    *made = NULL;
    return report_error(&error);
}

int directory_spare(const char *command, const char *path, const char *file)
{
    struct stat results, beside;
    truce_error error = {0};
    char *folder = strdup(file), *slash = folder ? strrchr(folder, '/') : NULL;
    const char *name = slash ? file + (slash - folder) + 1 : file;
    bool clash = false;
    if (slash)
        slash[slash == folder] = '\0';
    bool same = folder && stat(slash ? folder : ".", &beside) == 0 && stat(path, &results) == 0 &&
                beside.st_dev == results.st_dev && beside.st_ino == results.st_ino;
    for (size_t i = 0; same && i < RESULT_FILES; i++)
        clash = clash ||
                (strcmp(result_files[i].command, command) == 0 && strcmp(result_files[i].name, name) == 0);
    if (!folder)
        error_no_memory(&error);
    else if (clash)
        error_make(&error, TRUCE_BAD_USAGE, file, "a result of the command has that name too");
    free(folder);
    return error.status == TRUCE_OK ? 0 : report_error(&error);
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
    output_let_go(path);
    if (!made)
        return;
    size_t least = strlen(made);
    char *copy = strdup(path);
    for (size_t end = copy ? strlen(copy) : 0; end > 1 && copy[end - 1] == '/'; end--)
        copy[end - 1] = '\0';
    while (copy && strlen(copy) >= least && !is_used(copy) &&
           (rmdir(copy) == 0 || errno == ENOENT || errno == ENAMETOOLONG)) { /* making it failed half way */
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

static truce_status check_file(const char *path, bool force, truce_error *error)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return !force && lstat(path, &status) == 0
                   ? error_make(error, TRUCE_RUN_FAILED, path,
                                "there is a link that leads nowhere; --force overwrites it")
                   : TRUCE_OK;
    if (!S_ISREG(status.st_mode))
        return error_make(error, TRUCE_RUN_FAILED, path, "cannot write the file: it is not a regular file");
    truce_status spared = input_spare(path, error);
    return spared != TRUCE_OK || force
               ? spared
               : error_make(error, TRUCE_RUN_FAILED, path, "the file already exists; --force overwrites it");
}

int file_prepare(const char *path, bool force, char **made)
{
    truce_error error = {0};
    *made = NULL;
    catch_interruption();
    truce_status result = output_hold(path, false, &error);
    if (result == TRUCE_OK)
        result = check_file(path, force, &error);
    char *folder = strdup(path);
    char *slash = folder ? strrchr(folder, '/') : NULL;
    if (!folder) {
        result = error_no_memory(&error);
    } else if (result == TRUCE_OK && slash && slash > folder) {
        *slash = '\0';
        result = make_directories(folder, made, &error);
    }
    if (result != TRUCE_OK && *made) {
        directory_undo(folder, *made);
        *made = NULL;
    }
    free(folder);
    return result == TRUCE_OK ? 0 : report_error(&error);
}
