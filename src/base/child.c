/* Child processes (child.h). The parent looks every few milliseconds whether the child has ended, so that a
 * request to stop is heard while it runs; the group is killed, at its end too, since compilers start processes of
 * their own.
 */
#include "base/child.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const rlim_t LARGEST_FILE = 1 << 28;

static int set_files(posix_spawn_file_actions_t *files, const child_command *c)
{
    int failed = posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0);
    if (!failed)
        failed = posix_spawn_file_actions_addopen(files, 1, c->messages, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (!failed)
        failed = posix_spawn_file_actions_adddup2(files, 1, 2);
    if (!failed && c->directory)
        failed = posix_spawn_file_actions_addchdir_np(files, c->directory);
    return failed;
}

/* A group of its own, no signal blocked, those that this process ignores as usual. */
static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGXFSZ);
    int failed = posix_spawnattr_setsigmask(attributes, &none);
    if (!failed)
        failed = posix_spawnattr_setsigdefault(attributes, &usual);
    if (!failed)
        failed = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                          POSIX_SPAWN_SETSIGDEF);
    return failed;
}

static int spawn(const child_command *c, pid_t *child)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    int failed = posix_spawn_file_actions_init(&files);
    if (failed)
        return failed;
    failed = posix_spawnattr_init(&attributes);
    if (!failed) {
        failed = set_files(&files, c);
        if (!failed)
            failed = set_attributes(&attributes);
        if (!failed)
            failed = posix_spawnp(child, c->arguments[0], &files, &attributes, (char **)c->arguments,
                                  c->environment ? (char **)c->environment : environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&files);
    return failed;
}

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Whether it is time to end it: CHILD_EXITED says no. */
static child_end reason_to_end(const child_command *c, double start)
{
    if (c->go_on && !c->go_on(c->context))
        return CHILD_CANCELLED;
    return seconds_now() - start > c->seconds ? CHILD_TOO_SLOW : CHILD_EXITED;
}

/* Ends what is left of the group, and takes up the child: how it ended. */
static int end_group(pid_t child)
{
    int status = 0;
    kill(-child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

static child_end kill_group(pid_t child, child_end why)
{
    end_group(child);
    return why;
}

/* Whether it has ended; it is not taken up yet, so that its number stays that of its group. */
static int has_ended(pid_t child, bool *ended)
{
    siginfo_t about = {0};
    int failed = waitid(P_PID, (id_t)child, &about, WEXITED | WNOHANG | WNOWAIT);
    *ended = !failed && about.si_pid == child;
    return failed ? errno : 0;
}

static void limit_one(pid_t child, int what, rlim_t most)
{
    struct rlimit own;
    if (prlimit(child, what, NULL, &own) != 0)
        return;
    own.rlim_max = own.rlim_max < most ? own.rlim_max : most;
    own.rlim_cur = own.rlim_cur < own.rlim_max ? own.rlim_cur : own.rlim_max;
    prlimit(child, what, &own, NULL);
}

/* Should this process be killed, the child ends by itself; and what it writes has an end. */
static void limit(pid_t child, double seconds)
{
    limit_one(child, RLIMIT_CPU, (rlim_t)seconds + 1);
    limit_one(child, RLIMIT_FSIZE, LARGEST_FILE);
    limit_one(child, RLIMIT_CORE, 0);
}

child_end child_run(const child_command *c, int *detail)
{
    assert(c && detail);
    const struct timespec pause = {.tv_nsec = 2000000};
    pid_t child;
    *detail = spawn(c, &child);
    if (*detail)
        return CHILD_NOT_STARTED;
    limit(child, c->seconds);
    for (double start = seconds_now();;) {
        bool ended;
        int failed = has_ended(child, &ended);
        if (ended) {
            int status = end_group(child);
            *detail = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
            return WIFEXITED(status) ? CHILD_EXITED : CHILD_KILLED;
        }
        if (failed && failed != EINTR) { /* a host that ignores SIGCHLD: how it ended cannot be known */
            *detail = failed;
            return kill_group(child, CHILD_NOT_STARTED);
        }
        child_end why = reason_to_end(c, start);
        if (why != CHILD_EXITED)
            return kill_group(child, why);
        nanosleep(&pause, NULL);
    }
}
