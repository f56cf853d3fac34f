/* Bytes as files, for readers that take a path. */
#ifndef TRUCE_FUZZ_FILES_H
#define TRUCE_FUZZ_FILES_H

#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A folder in memory that lives as long as the process, in $TRUCE_FUZZ_FOLDER (script/fuzz) or /dev/shm. */
static inline const char *fuzz_folder(void)
{
    static char folder[128];
    if (!folder[0]) {
        const char *parent = getenv("TRUCE_FUZZ_FOLDER");
        int length = snprintf(folder, sizeof folder, "%s/truce-fuzz.XXXXXX", parent ? parent : "/dev/shm");
        if (length < 0 || (size_t)length >= sizeof folder || !mkdtemp(folder))
            abort();
    }
    return folder;
}

/* Writes a file of that folder, and gives its path. */
static inline const char *fuzz_file(const char *name, const uint8_t *bytes, size_t size)
{
    static char path[192];
    snprintf(path, sizeof path, "%s/%s", fuzz_folder(), name);
    FILE *stream = fopen(path, "wb");
    if (!stream || fwrite(bytes, 1, size, stream) != size || fclose(stream) != 0)
        abort();
    return path;
}

static inline int fuzz_remove(const char *path, const struct stat *facts, int kind, struct FTW *place)
{
    (void)facts;
    (void)kind;
    return place->level > 0 ? remove(path) : 0;
}

/* Empties that folder. */
static inline void fuzz_clear(void)
{
    nftw(fuzz_folder(), fuzz_remove, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
