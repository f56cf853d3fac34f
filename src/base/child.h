/* A child process on a lead: its own group, no shell, a time limit, and ended at once when the caller wants
 * to stop. */
#ifndef TRUCE_CHILD_H
#define TRUCE_CHILD_H

#include "base/base.h"

typedef struct child_command {
    const char *const
        *arguments; /* [0] is the program, ended by NULL; searched in PATH when it holds no '/' */
    const char *const *environment; /* ended by NULL; NULL: that of this process */
    const char *directory;          /* where it runs; NULL: where this process does */
    const char *messages;           /* a file that is made and gets what it prints and complains about */
    double seconds;                 /* how long it may take */
    bool (*go_on)(void *context);   /* asked every few milliseconds; may be NULL */
    void *context;
} child_command;

typedef enum child_end {
    CHILD_EXITED,    /* *detail: its exit code */
    CHILD_KILLED,    /* by a signal that was not ours: *detail */
    CHILD_CANCELLED, /* because go_on said so */
    CHILD_TOO_SLOW,  /* because its time was over */
    CHILD_NOT_STARTED, /* *detail: errno; ECHILD where this process ignores SIGCHLD, and nobody learns how it ended */
} child_end;

/* Runs it to its end; nothing of its group is left afterwards, unless it ended by itself. */
child_end child_run(const child_command *command, int *detail);

#endif
