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
/* Says that the file at `path` will be written: TRUCE_RUN_FAILED if it was read, under this or any other name (links).
 * From then on it is not read. Nothing is refused of a set in memory, of a path at which nothing is, and of what is
 * no regular file. */
TRUCE_API truce_status truce_files_reserve(const truce_files *files, const char *path, truce_error *error);
/* A set must outlive the cases and models that were loaded from it. */
TRUCE_API void truce_files_destroy(truce_files *files);

#ifdef __cplusplus
}
#endif
#endif
