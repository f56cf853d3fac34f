/* Files in memory: what a case or a model is read from in place of the disk (truce.h is the manual).
 *
 *     truce_files_create(&files, &error);
 *     truce_files_add(files, "war/case.yaml", yaml, yaml_length, &error);
 *     truce_files_add(files, "war/series/aid.csv", csv, csv_length, &error);
 *     truce_files_add(files, "models/attrition.xmile", xml, xml_length, &error);
 *     truce_case_load_from(files, "war/case.yaml", NULL, &c, &error);      model: ../models/attrition.xmile
 *
 * Files name one another as on disk, by paths from their own folder; a set has no other root than the empty
 * path. Nothing is read from disk then: what is not in the set is not there. */
#ifndef TRUCE_PUBLIC_FILES_H
#define TRUCE_PUBLIC_FILES_H

#include "truce/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct truce_files truce_files;

TRUCE_API truce_status truce_files_create(truce_files **files, truce_error *error);
/* Copies `length` bytes, which may be NULL for none. A file of the same path is replaced. Not while another
 * thread uses the set. */
TRUCE_API truce_status truce_files_add(truce_files *files, const char *path, const void *bytes, size_t length,
                                       truce_error *error);
/* A set must outlive the cases and models that were loaded from it. */
TRUCE_API void truce_files_destroy(truce_files *files);

#ifdef __cplusplus
}
#endif
#endif
