/* Bytes as files, for readers that take a path. */
#ifndef TRUCE_FUZZ_FILES_H
#define TRUCE_FUZZ_FILES_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Writes a file of a folder in memory that lives as long as the process, and gives its path. */
static inline const char *fuzz_file(const char *name, const uint8_t *bytes, size_t size)
{
    static char folder[32], path[64];
    if (!folder[0]) {
        snprintf(folder, sizeof folder, "/dev/shm/truce-fuzz.XXXXXX");
        if (!mkdtemp(folder))
            abort();
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *stream = fopen(path, "wb");
    if (!stream || fwrite(bytes, 1, size, stream) != size || fclose(stream) != 0)
        abort();
    return path;
}

#endif
