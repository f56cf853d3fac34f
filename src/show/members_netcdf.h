/* members.nc: every saved value of every member. docs/use/report.md says what is in it. */
#ifndef TRUCE_MEMBERS_NETCDF_H
#define TRUCE_MEMBERS_NETCDF_H

#include "base/output.h"
#include "results/results.h"

typedef struct members_file members_file;

/* Opens the file in a set of files of a directory, which must outlive it. *file is set once there is
 * something to discard, whatever is returned. */
truce_status members_file_create(arena *memory, const output_set *set, const char *directory,
                                 const case_results *r, const members_view *v, members_file **file,
                                 truce_error *error);
/* Appends a scenario, the next of the results. */
truce_status members_file_append(members_file *f, const results_scenario *scenario, const members_view *v,
                                 truce_error *error);
/* Both take NULL for no file. What is discarded goes with the set. */
truce_status members_file_close(members_file *f, truce_error *error);
void members_file_discard(members_file *f);

#endif
