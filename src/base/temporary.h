/* Private directories for what other programs read and write: gnuplot, the C compiler, a browser. */
#ifndef TRUCE_TEMPORARY_H
#define TRUCE_TEMPORARY_H

#include <limits.h>
#include <stdbool.h>

typedef struct temporary_directory {
    char path[PATH_MAX - 64];
    int lock;
} temporary_directory;

/* Where it is made: TMPDIR if that is absolute, else /tmp. */
const char *temporary_place(void);
/* Makes one, and removes those that dead processes of this user have left. False: errno says why not. */
bool temporary_open(temporary_directory *t);
/* Removes it with what is in it. */
void temporary_close(temporary_directory *t);

#endif
