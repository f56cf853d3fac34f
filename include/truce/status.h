/* Status, errors and the version, which every part of the interface uses (truce.h is the manual). */
#ifndef TRUCE_PUBLIC_STATUS_H
#define TRUCE_PUBLIC_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define TRUCE_API __attribute__((visibility("default")))
#else
#define TRUCE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Status and errors --------------------------------------------------------------------------- */

typedef enum truce_status {
    TRUCE_OK = 0,
    TRUCE_RUN_FAILED = 1, /* the input is right and the run failed (no memory, disk full, ...) */
    TRUCE_BAD_INPUT = 2,  /* a model, case, series or program file is wrong */
    TRUCE_BAD_USAGE = 64  /* the caller passed arguments that make no sense */
} truce_status;           /* the values are the exit codes of the command line */

/* Filled by a failing call. `message` is one sentence without file and line; `file` is empty and `line` 0
 * where there is none. truce_error_text gives "file:line: message". */
typedef struct truce_error {
    truce_status status;
    int line;
    char file[256];
    char message[768];
} truce_error;

/* Writes "file:line: message" (as much as fits) into `text`, which is always terminated. */
TRUCE_API void truce_error_text(const truce_error *error, char *text, size_t size);

/* Replaces by blanks what no line of text should hold: control characters, line breaks, overrides of
 * direction, bytes that are not UTF-8. */
TRUCE_API void truce_clean_line(char *line);

/* The nearest of `count` names to one that is not among them, for a message that asks "did you mean"; NULL
 * when none is near. */
TRUCE_API const char *truce_nearest_name(const char *name, const char *const *names, size_t count);

/* The version of the library, such as "0.2.0". */
TRUCE_API const char *truce_version(void);

/* How the library was built: by which compiler, and with which of the optional parts. */
typedef struct truce_build_facts {
    const char *compiler;
    bool native, netcdf, gnuplot;
} truce_build_facts;
TRUCE_API truce_build_facts truce_build(void);

#ifdef __cplusplus
}
#endif
#endif
