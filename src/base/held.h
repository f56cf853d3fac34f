/* Directories and files that this process holds (truce_hold_directory, truce_hold_file): what those ask who write there. */
#ifndef TRUCE_HELD_H
#define TRUCE_HELD_H

#include "base/base.h"

#include <sys/stat.h>

/* Whether this process holds the directory, so that nobody else does. */
bool held_is_directory(const struct stat *directory);
/* False when `path` is held, and was another directory then. */
bool held_allows_directory(const char *path, const struct stat *directory);
/* False when `path` is held, and this file was not there then. */
bool held_allows_file(const char *path, const struct stat *file);
/* Locks a byte of an open file, far behind its end, for its writer alone, since readers may lock the file: 0, or EBUSY when
 * another writer has it. Where it cannot be had, a second writer is seen at the end. */
int held_lock_file(int file);
/* A descriptor of the old file at `path`, if that is held and locked so by this process. Else -1. */
int held_share_file(const char *path);

/* This process has put the open file at `path`. */
void held_replace_file(const char *path, int file);
/* It has put the open directory, which it has locked, in the place of another one. */
void held_replace_directory(const struct stat *old, int directory);
/* It has made a directory at `path`, since the one that was held is gone. */
void held_forget(const char *path);

#endif
