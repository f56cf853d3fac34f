/* Files that are written page by page. */
#ifndef TRUCE_PAGED_FILE_H
#define TRUCE_PAGED_FILE_H

#include <stdio.h>

/* A stream that writes to a new file, which it closes; NULL when out of memory, and the file stays open. */
FILE *paged_file_open(int fd);

#endif
