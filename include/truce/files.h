/* Files in memory, from which a case or a model is read instead of from disk (truce.h is the manual).
 *
 *     truce_files_create(&files, &error);
 *     truce_files_add(files, "war/case.yaml", yaml, yaml_length, &error);
 *     truce_files_add(files, "war/series/aid.csv", csv, csv_length, &error);
 *     truce_files_add(files, "models/attrition.xmile", xml, xml_length, &error);
 *     truce_case_load_from(files, "war/case.yaml", NULL, &c, &error);      model: ../models/attrition.xmile
 *
 * Files name one another as on disk, by paths relative to their own folder; the only root of a set is the
 * empty path. Nothing is then read from disk: a file that is not in the set does not exist. */
#ifndef TRUCE_PUBLIC_FILES_H
#define TRUCE_PUBLIC_FILES_H

#include "truce/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct truce_files truce_files;

TRUCE_API truce_status truce_files_create(truce_files **files, truce_error *error);
/* Copies `length` bytes; `bytes` may be NULL for none. A file with the same path is replaced. Must not be
 * called while another thread uses the set. */
TRUCE_API truce_status truce_files_add(truce_files *files, const char *path, const void *bytes, size_t length,
                                       truce_error *error);
/* Stands for the files on disk, as NULL does, and remembers which of them are read: those that belong to cases and
 * models loaded from it. Threads may share it. Nothing can be added to it. */
TRUCE_API truce_status truce_files_create_on_disk(truce_files **files, truce_error *error);
/* For a file that is read in another way. As if it were read now. */
TRUCE_API truce_status truce_files_count_as_read(const truce_files *files, const char *path,
                                                 truce_error *error);
/* A file that was read through a set on disk, under the path by which it was named first; NULL where there are no more,
 * and of a set in memory. It lives as long as the set. */
TRUCE_API const char *truce_files_read(const truce_files *files, size_t index);
/* Says that the file at `path` will be written: TRUCE_RUN_FAILED if it was read, under this or any other name (links).
 * From then on it is not read. Nothing is refused of a set in memory, of a path at which nothing is, and of what is
 * no regular file. */
TRUCE_API truce_status truce_files_reserve(const truce_files *files, const char *path, truce_error *error);
/* A set must outlive the cases and models that were loaded from it. */
TRUCE_API void truce_files_destroy(truce_files *files);

/* ---- Files on disk that will be written ---- */

/* A program that looks at a place, works for long, and writes there at the end, holds the place before it looks:
 *
 *     truce_hold_directory("results", &hold, &error);
 *     ... are there results already? If not:
 *     truce_talks_run(c, NULL, &talks, &error);
 *     truce_talks_write(talks, "results", &error);
 *     truce_hold_release(hold);
 *
 * Every function of the library that writes heeds the holds of its process, by the path as it was given there. */
typedef struct truce_hold truce_hold;

/* Holds a directory, which must exist: TRUCE_RUN_FAILED when another process holds it or is writing results there.
 * While it is held the same is said to others, and nothing is written there once another directory has its name.
 * Only one thread at a time writes results into it. */
TRUCE_API truce_status truce_hold_directory(const char *directory, truce_hold **hold, truce_error *error);
/* Holds the place of a file, whether one is there or not: TRUCE_RUN_FAILED when another process holds the one that is
 * there, or is writing it. A file that another process puts there from now on is not overwritten: the function that would
 * write it fails with TRUCE_RUN_FAILED. */
TRUCE_API truce_status truce_hold_file(const char *path, truce_hold **hold, truce_error *error);
/* Accepts NULL. */
TRUCE_API void truce_hold_release(truce_hold *hold);

#ifdef __cplusplus
}
#endif
#endif
