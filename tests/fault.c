/* Fault injection: runs a command, and makes the n-th call of one kind that its process makes fail, or kills the process at that
 * call.
 *
 *     fault CALL N ERROR COMMAND...     ERROR: a name such as ENOSPC, or KILL; N 0: none
 *
 * The last line on standard error is "fault: COUNT calls", how many there were. The calls are stopped by a filter of seccomp whose
 * notifications this program answers (seccomp_unotify(2)): nothing of the command is replaced, and what the C library calls
 * inside itself is seen too. Calls of children (gnuplot, the compiler) go through. The exit code is that of the command, 137 when
 * it was killed; 125 when faults cannot be injected here. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CANNOT = 125, KILL = -1 };

typedef struct name {
    const char *name;
    int number;
} name;

static const name calls[] = {{"write", __NR_write},
                             {"pwrite64", __NR_pwrite64},
                             {"openat", __NR_openat},
                             {"renameat2", __NR_renameat2},
                             {"fsync", __NR_fsync},
                             {"mmap", __NR_mmap},
                             {"ftruncate", __NR_ftruncate},
                             {"linkat", __NR_linkat},
                             {"close", __NR_close},
                             {"unlinkat", __NR_unlinkat},
                             {"mkdirat", __NR_mkdirat},
                             {"read", __NR_read},
                             {"fallocate", __NR_fallocate},
                             {"getdents64", __NR_getdents64}
#ifdef __NR_rename
                             ,
                             {"rename", __NR_rename},
                             {"renameat", __NR_renameat},
                             {"mkdir", __NR_mkdir},
                             {"unlink", __NR_unlink}
#endif
};
static const name errors[] = {{"ENOSPC", ENOSPC}, {"EIO", EIO},       {"EINTR", EINTR}, {"EACCES", EACCES},
                              {"ENOMEM", ENOMEM}, {"EMFILE", EMFILE}, {"KILL", KILL}};

static int find(const name *names, size_t count, const char *wanted)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i].name, wanted) == 0)
            return names[i].number;
    fprintf(stderr, "fault: unknown \"%s\"\n", wanted);
    exit(CANNOT);
}

/* Installs the filter and gives the descriptor of its notifications, or -1. */
static int install(int call)
{
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof rules / sizeof *rules, .filter = rules};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    return (int)syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

/* The descriptor goes to the parent by a number that both know: the child's table is read with pidfd_getfd. The pipe carries the
 * number; it is written with writev, which no filter stops. */
static int take_descriptor(pid_t child, int from)
{
    int number = -1;
    int pidfd = (int)syscall(__NR_pidfd_open, child, 0);
    if (read(from, &number, sizeof number) != sizeof number || number < 0 || pidfd < 0)
        return -1;
    int taken = (int)syscall(__NR_pidfd_getfd, pidfd, number, 0);
    close(pidfd);
    return taken;
}

static _Noreturn void be_command(int call, int to, int go, char **command)
{
    char ready;
    int listener = install(call);
    struct msghdr message = {.msg_iov = &(struct iovec){&listener, sizeof listener}, .msg_iovlen = 1};
    sendmsg(to, &message, 0);
    if (listener < 0)
        _exit(CANNOT);
    if (recv(go, &ready, 1, 0) != 1) /* until the parent has it: a call before that would wait for ever */
        _exit(CANNOT);
    execvp(command[0], command);
    _exit(CANNOT);
}

/* Whether a thread belongs to the process. */
static int is_of(pid_t thread, pid_t process)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d", (int)process, (int)thread);
    return access(path, F_OK) == 0;
}

typedef struct fault {
    int error;
    long at, count;
    pid_t child;
} fault;

/* Answers one notification; 0 when there will be no more. */
static int answer(int listener, fault *f)
{
    struct seccomp_notif asked;
    struct seccomp_notif_resp response = {0};
    memset(&asked, 0, sizeof asked);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0)
        return errno == EINTR || errno == ENOENT;
    int ours = is_of((pid_t)asked.pid, f->child);
    int now = ours && ++f->count == f->at;
    if (now && f->error == KILL)
        kill(f->child, SIGKILL);
    response.id = asked.id;
    response.error = now && f->error != KILL ? -f->error : 0;
    response.flags = response.error ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response) == 0 || errno == ENOENT || errno == EINTR;
}

/* Until the process has ended; its descendants may outlive it, and go on. */
static int supervise(int listener, fault *f)
{
    int status = 0;
    for (;;) {
        struct pollfd ready = {.fd = listener, .events = POLLIN};
        if (waitpid(f->child, &status, WNOHANG) == f->child)
            return status;
        int polled = poll(&ready, 1, 20);
        if (polled > 0 && (ready.revents & POLLIN) && !answer(listener, f))
            break;
        if (polled > 0 && (ready.revents & (POLLHUP | POLLERR)))
            break;
    }
    waitpid(f->child, &status, 0);
    return status;
}

int main(int argc, char **argv)
{
    int ends[2];
    if (argc < 5) {
        fprintf(stderr, "usage: fault CALL N ERROR COMMAND...\n");
        return CANNOT;
    }
    int call = find(calls, sizeof calls / sizeof *calls, argv[1]);
    fault f = {.error = find(errors, sizeof errors / sizeof *errors, argv[3]), .at = atol(argv[2])};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return CANNOT;
    f.child = fork();
    if (f.child == 0)
        be_command(call, ends[1], ends[1], argv + 4);
    int listener = take_descriptor(f.child, ends[0]);
    if (listener < 0 || send(ends[0], "", 1, 0) != 1) {
        fprintf(stderr, "fault: calls cannot be stopped here\n");
        kill(f.child, SIGKILL);
        return CANNOT;
    }
    int status = supervise(listener, &f);
    fprintf(stderr, "fault: %ld calls\n", f.count);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
