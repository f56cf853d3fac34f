/* Confined work (confined.h): fork, limits, a filter of system calls, and a pipe back. The first byte that
 * comes says how the work ended: a status, with the result or a sentence after it, or that the child could not be
 * confined; none, that the child is gone. */
#include "base/confined.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* ---- The child --------------------------------------------------------------------------------------------
 */

/* At the soft limit the child may be told by a signal, which it can ignore; it cannot ignore the hard one. */
static void limit(int resource, rlim_t most, rlim_t hard)
{
    struct rlimit limits;
    if (getrlimit(resource, &limits) != 0)
        return;
    if (limits.rlim_cur > most)
        limits.rlim_cur = most;
    if (limits.rlim_max > hard)
        limits.rlim_max = hard;
    setrlimit(resource, &limits);
}

/* Bytes of address space that this process has, 0 when the system does not say. */
static size_t address_space(void)
{
    unsigned long pages = 0;
    FILE *stream = fopen("/proc/self/statm", "rb");
    if (stream && fscanf(stream, "%lu", &pages) != 1)
        pages = 0;
    if (stream)
        fclose(stream);
    return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* The sanitizer reserves terabytes: its builds have no limit of address space. */
static void set_limits(size_t memory, unsigned seconds)
{
    size_t now = address_space();
    limit(RLIMIT_CORE, 0, 0);
    limit(RLIMIT_CPU, seconds, (rlim_t)seconds + 1);
    limit(RLIMIT_FSIZE, 0, 0);
#ifndef SANITIZED
    if (now)
        limit(RLIMIT_AS, (rlim_t)now + memory, (rlim_t)now + memory);
#else
    (void)now;
    (void)memory;
#endif
}

#ifdef ARCHITECTURE
#define ALLOW(call)                                                                                          \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/* Memory, time, the pipe, and the end; all else fails with EPERM, as if the system did not let it. */
static bool set_filter(void)
{
    static struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        ALLOW(__NR_read),
        ALLOW(__NR_write),
        ALLOW(__NR_close),
        ALLOW(__NR_mmap),
        ALLOW(__NR_munmap),
        ALLOW(__NR_mremap),
        ALLOW(__NR_mprotect),
        ALLOW(__NR_madvise),
        ALLOW(__NR_brk),
        ALLOW(__NR_futex),
        ALLOW(__NR_clock_gettime),
        ALLOW(__NR_gettimeofday),
        ALLOW(__NR_getrandom),
        ALLOW(__NR_getpid),
        ALLOW(__NR_gettid),
        ALLOW(__NR_sched_yield),
        ALLOW(__NR_rt_sigaction),
        ALLOW(__NR_rt_sigprocmask),
        ALLOW(__NR_rt_sigreturn),
        ALLOW(__NR_sigaltstack),
        ALLOW(__NR_exit),
        ALLOW(__NR_exit_group),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    };
    static struct sock_fprog program = {.len = sizeof rules / sizeof *rules, .filter = rules};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
#else
static bool set_filter(void)
{
    return true;
}
#endif

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

enum { PIPE = 3, NOT_CONFINED = 100 }; /* the descriptor; the first byte, in place of a status */

/* Linux before 5.9 has no close_range. */
static bool close_rest(void)
{
    if (syscall(__NR_close_range, PIPE + 1, ~0U, 0) == 0)
        return true;
    DIR *opened = opendir("/proc/self/fd");
    if (!opened)
        return false;
    errno = 0;
    for (struct dirent *e = readdir(opened); e; e = readdir(opened)) {
        int fd = atoi(e->d_name);
        if (fd > PIPE && fd != dirfd(opened))
            close(fd);
    }
    bool whole = errno == 0;
    closedir(opened);
    return whole;
}

/* The pipe to the parent is kept. The standard streams lead nowhere, because libraries write to them; where there is no
 * such device they are closed. */
static bool keep_only(int out)
{
    if (dup2(out, PIPE) != PIPE || !close_rest())
        return false;
    int nowhere = open("/dev/null", O_RDWR);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (nowhere < 0)
            close(fd);
        else
            dup2(nowhere, fd);
    if (nowhere > PIPE)
        close(nowhere);
    return true;
}

typedef struct task {
    confined_work *work;
    void *context;
    size_t memory;
    unsigned seconds;
} task;

/* What the first byte is to be. */
static char work_confined(const task *t, int out, text *result, char *reason, size_t size)
{
    if (!keep_only(out))
        return NOT_CONFINED;
    set_limits(t->memory, t->seconds);
    if (!set_filter())
        return NOT_CONFINED;
    truce_status status = t->work(t->context, result, reason, size);
    return (char)(result->failed ? TRUCE_RUN_FAILED : status);
}

static _Noreturn void be_child(const task *t, int out)
{
    static const int usual[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGSEGV,
                                SIGBUS, SIGABRT, SIGFPE, SIGILL,  SIGXCPU};
    char reason[512] = "";
    text result = {0};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        signal(usual[i], SIG_DFL);
    const char mark = work_confined(t, out, &result, reason, sizeof reason);
    bool told = write_all(PIPE, &mark, 1) && (mark == TRUCE_OK ? write_all(PIPE, result.bytes, result.length)
                                                               : write_all(PIPE, reason, strlen(reason)));
    _exit(told ? 0 : 1);
}

/* ---- The parent -------------------------------------------------------------------------------------------
 */

static int milliseconds_left(const struct timespec *start, unsigned seconds)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long passed = (now.tv_sec - start->tv_sec) * 1000 + (now.tv_nsec - start->tv_nsec) / 1000000;
    long left = (long)seconds * 1000 - passed;
    return left > 0 ? (int)left : 0;
}

/* All that comes until the end of the pipe; false when the time was over, memory ended, or more came than a child has
 * memory for, which has been taken over then. */
static bool collect(int in, unsigned seconds, size_t most, text *came)
{
    /* A busy machine gives a child little of a second; one that computes without end comes to its own limit. */
    static const unsigned patience = 30;
    struct timespec start;
    char buffer[8192];
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (;;) {
        int left = milliseconds_left(&start, patience * seconds);
        struct pollfd ready = {.fd = in, .events = POLLIN};
        int polled = poll(&ready, 1, left);
        if (polled < 0 && errno == EINTR)
            continue;
        if (polled <= 0)
            return false;
        ssize_t got = read(in, buffer, sizeof buffer);
        if (got == 0)
            return true;
        if (got > 0)
            text_add(came, buffer, (size_t)got);
        if ((got < 0 && errno != EINTR) || came->failed || came->length > most)
            return false;
    }
}

static truce_status give(truce_status status, char *reason, size_t size, const char *words)
{
    snprintf(reason, size, "%s", words);
    return status;
}

/* From what came, and how the child ended. */
static truce_status judge(const text *came, bool in_time, int status, text *result, char *reason, size_t size)
{
    if (came->failed)
        return give(TRUCE_RUN_FAILED, reason, size, "out of memory");
    if (!in_time || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU))
        return give(TRUCE_BAD_INPUT, reason, size, "reading it does not end");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || came->length == 0)
        return give(TRUCE_BAD_INPUT, reason, size, "reading it crashes");
    if (came->bytes[0] == NOT_CONFINED)
        return give(TRUCE_RUN_FAILED, reason, size, "the system cannot confine the process that reads it");
    if (came->bytes[0] == TRUCE_RUN_FAILED)
        return give(TRUCE_RUN_FAILED, reason, size, "out of memory");
    if (came->bytes[0] != TRUCE_OK)
        return give(TRUCE_BAD_INPUT, reason, size, came->length > 1 ? came->bytes + 1 : "it cannot be read");
    text_add(result, came->bytes + 1, came->length - 1);
    return result->failed ? give(TRUCE_RUN_FAILED, reason, size, "out of memory") : TRUCE_OK;
}

truce_status confined_run(confined_work *work, void *context, size_t memory, unsigned seconds, text *result,
                          char *reason, size_t size)
{
    int ends[2];
    const task t = {work, context, memory, seconds};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return give(TRUCE_RUN_FAILED, reason, size, strerror(errno));
    pid_t child = fork();
    if (child == 0)
        be_child(&t, ends[1]);
    int failed = errno, status = 0;
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return give(TRUCE_RUN_FAILED, reason, size, strerror(failed));
    }
    text came = {0};
    bool in_time = collect(ends[0], seconds, memory, &came);
    close(ends[0]);
    if (!in_time)
        kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    truce_status result_status =
        came.length > memory ? give(TRUCE_BAD_INPUT, reason, size, "reading it gives more than it can hold")
                             : judge(&came, in_time, status, result, reason, size);
    text_free(&came);
    return result_status;
}
