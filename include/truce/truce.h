/* truce: a simulator of wars of attrition and how they end.
 *
 * This header and those it includes are the whole public interface, and its manual. The order of the calls
 * is the order of the work: a model (XMILE) is loaded and checked, then compiled into a program, which is run
 * for one member or for an ensemble. A case (YAML) binds a model to data, priors and scenarios, and a report
 * shows the results.
 *
 *     case.yaml, series ---------> truce_case --+
 *     model.xmile --> truce_model --> truce_program --> truce_run       (one block of members)
 *                                                  `--> truce_ensemble  (many members, all threads)
 *
 * Errors. Every call that can fail returns a truce_status. The last argument, which may be NULL, receives
 * one sentence with the file, the line and the offending name. When a call fails its outputs are NULL
 * or untouched, and nothing is left on disk.
 *
 * Wrong arguments. A call that returns a truce_status gives TRUCE_BAD_USAGE for NULL where it needs an object,
 * and for arguments out of range. Other calls return an empty result: NULL (or an empty text), NaN, a count of
 * 0, false, an index of SIZE_MAX, or a struct of these. Pointers that are not NULL must be valid.
 *
 * Locales. Numbers are written and read with a decimal point, whatever setlocale was called with.
 *
 * NetCDF reads .ncrc, .daprc and .dodsrc in the working directory when it is first used, unless NCRCENV_IGNORE
 * is set in the environment, and .aws in the home directory, unless NC_TEST_AWS_DIR names another place (/dev/null).
 * The command line sets both; a program that works in other people's directories should.
 *
 * Memory. The caller owns what a *_load, *_create, *_compile or *_run call returns and frees it with the
 * *_destroy call of the same type, which accepts NULL. Strings and arrays reached through an object belong
 * to it and live as long as it does.
 *
 * Threads. Calls share no mutable state except a lock around NetCDF. A truce_model, truce_program,
 * truce_case or truce_ensemble does not change after it was made and may be shared by threads; a truce_run
 * belongs to one thread at a time.
 *
 * Units. Time is in the unit of the model (months in every case of the project). Indices start at zero.
 */
#ifndef TRUCE_H
#define TRUCE_H

#include "truce/status.h"

#include "truce/files.h"

#include "truce/model.h"

#include "truce/ensemble.h"

#include "truce/case.h"

#include "truce/results.h"

#include "truce/talks.h"

#include "truce/score.h"

#include "truce/answers.h"

#include "truce/web.h"

#endif
