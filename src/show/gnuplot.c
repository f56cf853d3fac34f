/* The child process that draws: gnuplot, started without a shell, in a private temporary directory. Each
 * process gets one script, which is a file there and its standard input (a child that dies early can then
 * neither block the writer nor raise SIGPIPE), and leaves one SVG file a chart. */
#include "show/chart.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_PROCESSES = 8, PATH_SIZE = 4200, MAX_DRAWING = 64 << 20 };

typedef struct drawing_job {
    const text *scripts;
    size_t count;
    unsigned processes;
    char directory[PATH_SIZE - 100];
    text *drawings;
    truce_error errors[MAX_PROCESSES];
} drawing_job;

static void job_path(const drawing_job *job, char path[PATH_SIZE], const char *kind, size_t number)
{
    snprintf(path, PATH_SIZE, "%s/%zu.%s", job->directory, number, kind);
}

static truce_status make_directory(drawing_job *job, truce_error *error)
{
    const char *parent = getenv("TMPDIR");
    if (!parent || !*parent)
        parent = "/tmp";
    int length = snprintf(job->directory, sizeof job->directory, "%s/truce-charts-XXXXXX", parent);
    if (length < 0 || (size_t)length >= sizeof job->directory || !mkdtemp(job->directory)) {
        truce_status status = error_set(error, TRUCE_RUN_FAILED, parent, 0,
                                        "cannot make a temporary directory for the charts: %s",
                                        strerror(errno ? errno : ENAMETOOLONG));
        job->directory[0] = '\0';
        return status;
    }
    return TRUCE_OK;
}

static void remove_directory(const drawing_job *job)
{
    char path[PATH_SIZE];
    for (size_t i = 0; i < job->count; i++) {
        job_path(job, path, "svg", i);
        unlink(path);
    }
    for (size_t i = 0; i < job->processes; i++) {
        job_path(job, path, "gp", i);
        unlink(path);
        job_path(job, path, "log", i);
        unlink(path);
    }
    rmdir(job->directory);
}

/* Chart i is drawn by process i modulo the number of processes. */
static truce_status write_script(const drawing_job *job, size_t process, truce_error *error)
{
    char path[PATH_SIZE];
    job_path(job, path, "gp", process);
    FILE *stream = fopen(path, "wb");
    bool good = stream != NULL;
    for (size_t i = process; good && i < job->count; i += job->processes) {
        good = fprintf(stream, "set output '%zu.svg'\n", i) > 0;
        good = good &&
               fwrite(job->scripts[i].bytes, 1, job->scripts[i].length, stream) == job->scripts[i].length;
        good = good && fprintf(stream, "unset output\n") > 0;
    }
    int reason = errno;
    if (stream && fclose(stream) != 0 && good) {
        good = false;
        reason = errno;
    }
    return good ? TRUCE_OK
                : error_set(error, TRUCE_RUN_FAILED, path, 0, "cannot write the charts' script: %s",
                            strerror(reason));
}

/* The environment of the child: no personal settings, numbers with a point, text in UTF-8. */
static int spawn_gnuplot(const drawing_job *job, size_t process, pid_t *child)
{
    char script[PATH_SIZE], log[PATH_SIZE], path_variable[PATH_SIZE];
    job_path(job, script, "gp", process);
    job_path(job, log, "log", process);
    const char *search = getenv("PATH");
    snprintf(path_variable, sizeof path_variable, "PATH=%s",
             search ? search : "/usr/local/bin:/usr/bin:/bin");
    char *arguments[] = {(char[]){"gnuplot"}, (char[]){"--default-settings"}, NULL};
    char *environment[] = {path_variable, (char[]){"LC_ALL=C.UTF-8"}, (char[]){"HOME=/nonexistent"}, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int status = posix_spawn_file_actions_init(&actions);
    if (status)
        return status;
    status = posix_spawnattr_init(&attributes);
    if (status) {
        posix_spawn_file_actions_destroy(&actions);
        return status;
    }
    sigset_t none;
    sigemptyset(&none);
    if (!(status = posix_spawn_file_actions_addopen(&actions, 0, script, O_RDONLY, 0)) &&
        !(status = posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)) &&
        !(status = posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_TRUNC, 0600)) &&
        !(status = posix_spawn_file_actions_addchdir_np(&actions, job->directory)) &&
        !(status = posix_spawnattr_setsigmask(&attributes, &none)) &&
        !(status = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK)))
        status = posix_spawnp(child, "gnuplot", &actions, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return status;
}

/* What gnuplot complained about: it echoes the command and points at the place, and then says it. */
static void read_complaint(const drawing_job *job, size_t process, char *line, size_t size)
{
    char path[PATH_SIZE];
    job_path(job, path, "log", process);
    line[0] = '\0';
    FILE *stream = fopen(path, "rb");
    while (stream && fgets(line, (int)size, stream)) {
        line[strcspn(line, "\r\n")] = '\0';
        size_t blank = strspn(line, " \t");
        memmove(line, line + blank, strlen(line + blank) + 1);
        if (line[0] && line[0] != '^' && strncmp(line, "gnuplot>", 8) != 0)
            break;
    }
    if (stream)
        fclose(stream);
}

static truce_status run_process(const drawing_job *job, size_t process, truce_error *error)
{
    truce_status status = write_script(job, process, error);
    if (status)
        return status;
    pid_t child;
    int reason = spawn_gnuplot(job, process, &child);
    if (reason)
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "cannot start gnuplot, which draws the charts of the report: %s", strerror(reason));
    int result = 0;
    while (waitpid(child, &result, 0) < 0)
        if (errno != EINTR)
            return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "lost sight of gnuplot: %s", strerror(errno));
    if (WIFEXITED(result) && WEXITSTATUS(result) == 127)
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "cannot start gnuplot, which draws the charts of the report");
    if (!WIFEXITED(result) || WEXITSTATUS(result) != 0) {
        char complaint[200];
        read_complaint(job, process, complaint, sizeof complaint);
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "gnuplot failed to draw the charts of the report: %s",
                         complaint[0] ? complaint : "it gives no reason");
    }
    return TRUCE_OK;
}

static truce_status read_drawings(const drawing_job *job, size_t process, truce_error *error)
{
    for (size_t i = process; i < job->count; i += job->processes) {
        char path[PATH_SIZE];
        job_path(job, path, "svg", i);
        truce_status status = text_read_file(&job->drawings[i], path, MAX_DRAWING, error);
        if (status == TRUCE_OK && (!job->drawings[i].length || !strstr(job->drawings[i].bytes, "</svg>")))
            status = error_set(error, TRUCE_RUN_FAILED, job->directory, 0,
                               "gnuplot left a chart unfinished (is the disk full?)");
        if (status) {
            error->status = TRUCE_RUN_FAILED; /* a chart is no input of the user's */
            return TRUCE_RUN_FAILED;
        }
    }
    return TRUCE_OK;
}

static bool draw_share(void *context, unsigned worker, size_t process)
{
    (void)worker;
    drawing_job *job = context;
    truce_error *error = &job->errors[process];
    return run_process(job, process, error) == TRUCE_OK && read_drawings(job, process, error) == TRUCE_OK;
}

truce_status gnuplot_draw(const text *scripts, size_t count, unsigned threads, text *drawings,
                          truce_error *error)
{
    if (!count)
        return TRUCE_OK;
    for (size_t i = 0; i < count; i++)
        if (scripts[i].failed)
            return error_memory(error);
    drawing_job *job = calloc(1, sizeof *job);
    if (!job)
        return error_memory(error);
    job->scripts = scripts;
    job->count = count;
    job->drawings = drawings;
    job->processes = workers_count(threads, (count + 3) / 4);
    if (job->processes > MAX_PROCESSES)
        job->processes = MAX_PROCESSES;
    truce_status status = make_directory(job, error);
    if (status == TRUCE_OK && !workers_run(threads, job->processes, draw_share, job)) {
        status = TRUCE_RUN_FAILED;
        for (unsigned i = 0; i < job->processes; i++)
            if (job->errors[i].status != TRUCE_OK) {
                if (error)
                    *error = job->errors[i];
                status = job->errors[i].status;
                break;
            }
    }
    if (job->directory[0])
        remove_directory(job);
    for (size_t i = 0; status != TRUCE_OK && i < count; i++)
        text_free(&drawings[i]);
    free(job);
    return status;
}
