/* Sets of output files that belong together: they appear all at once or not at all. */
#ifndef TRUCE_OUTPUT_H
#define TRUCE_OUTPUT_H

#include "base/base.h"

#include <dirent.h>
#include <sys/stat.h>

/* `count` (at most 16) random letters of a file name, terminated. False when the system gives no random
 * numbers. */
bool output_random_letters(char *letters, size_t count);
/* The next entry of a directory, or NULL at its end and when it cannot be read: *reason is then errno (0 at the end). */
struct dirent *output_next_entry(DIR *entries, int *reason);
/* Whether a directory entry is a temporary of the target `name`. */
bool output_is_temporary(const char *entry, const char *name);
/* Whether an open file or directory is of this user: what another one left is not ours to remove. */
bool output_is_own(int fd);

/* An open file that is to replace `name` in a folder, if that is there, gets its permissions and its list of access
 * (ACL), so that what was private stays so; when somebody else owns it, no more than both would have. Its owner may
 * read and write it. */
void output_take_permissions(int fd, int folder, const char *name);

/* A set that is being written. Its files are made in a directory of its own beside the target (in it, where
 * the parent cannot be written), under an absolute path without symbolic links. */
typedef struct output_set output_set;

/* Starts a set for `directory`, which must exist. TRUCE_RUN_FAILED when another process is writing a set
 * there. Removes what dead processes of the same user left. */
truce_status output_set_open(output_set **set, const char *directory, truce_error *error);
/* A new file of the set, and its end: it is made durable, and gets its name only when it is complete. Both
 * say what the file will be called. */
truce_status output_set_create(const output_set *set, const char *name, FILE **stream, truce_error *error);
truce_status output_set_close(const output_set *set, const char *name, FILE *stream, truce_error *error);
/* The same for libraries that open paths themselves: where to write (false when the path does not fit), and
 * the end. */
bool output_set_path(const output_set *set, const char *name, char *path, size_t size);
truce_status output_set_keep(const output_set *set, const char *name, truce_error *error);
/* A file of bytes in hand. */
truce_status output_set_write(const output_set *set, const char *name, const void *bytes, size_t length,
                              truce_error *error);
/* Puts the files in place together: the directory is exchanged for one that holds the
 * new files and what else was in the old one (one atomic step of the kernel). Where that is not possible (a
 * mount point, the working directory of this process, directories inside, a file system without the call) the
 * files are renamed one after the other and put back when one of them fails. `belonging`: names of files that
 * belong to the set; those that were not written anew are gone afterwards. On failure the old files are all
 * there; those that cannot be put back are kept in a directory that the message names. The set is destroyed in any
 * case. */
truce_status output_set_commit(output_set *set, const char *const *belonging, size_t count,
                               truce_error *error);
void output_set_discard(output_set *set); /* accepts NULL */

#endif
