/* The life of a report: results, and a directory in which they are shown. Its files are a set that appears
 * when all of them are complete. */
#include "show/report.h"
#include "base/output.h"
#include "show/members_netcdf.h"
#include "show/report_page.h"
#include "show/report_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct report {
    arena memory;
    case_results *results;
    const char *directory; /* NULL: no files */
    bool made_directory;
    output_set *set;    /* the files as they are written; NULL: not begun */
    members_file *file; /* NULL: there is no such file */
    interruption watched;
};

/* ---- Making one ---------------------------------------------------------- */

static truce_status make_directory(report *r, truce_error *error)
{
    struct stat about;
    if (mkdir(r->directory, 0777) == 0) {
        r->made_directory = true;
        return TRUCE_OK;
    }
    int reason = errno;
    if (reason == EEXIST && stat(r->directory, &about) == 0 && !S_ISDIR(about.st_mode))
        reason = ENOTDIR;
    else if (reason == EEXIST && access(r->directory, W_OK | X_OK) == 0)
        return TRUCE_OK;
    else if (reason == EEXIST)
        reason = errno;
    return error_set(error, TRUCE_RUN_FAILED, r->directory, 0, "cannot write to the directory: %s",
                     strerror(reason));
}

static truce_status take_members(void *context, const case_results *all, const results_scenario *scenario,
                                 const members_view *v, truce_error *error)
{
    report *r = context;
    if (!r->set)
        TRY(output_set_open(&r->set, r->directory, error));
    if (!r->file)
        TRY(members_file_create(&r->memory, r->set, r->directory, all, v, &r->file, error));
    return members_file_append(r->file, scenario, v, error);
}

truce_status report_create(const truce_case *c, uint64_t seed, size_t members, const char *directory,
                           const char *command, report **result, truce_error *error)
{
    report *r = calloc(1, sizeof *r);
    if (!r)
        return error_memory(error);
    truce_status status = results_create(c, seed, members, command, &r->results, error);
    if (status == TRUCE_OK && directory) {
        results_watch_members(r->results, take_members, r);
        r->directory = arena_string(&r->memory, directory);
        status = r->directory ? make_directory(r, error) : error_memory(error);
    }
    if (status) {
        report_destroy(r);
        return status;
    }
    *result = r;
    return TRUCE_OK;
}

void report_use_interruption(report *r, interruption watched)
{
    r->watched = watched;
}

case_results *report_results(report *r)
{
    return r->results;
}

case_results *report_release(report *r)
{
    case_results *results = r->results;
    r->results = NULL;
    return results;
}

/* ---- Writing ------------------------------------------------------------- */

/* All that a report may write: what is not written anew does not belong to its results. */
static const char *const report_files[] = {"summary.csv", "observed.csv", "report.html", "members.nc"};

static truce_status write_file(const report *r, const char *name, const text *page, truce_error *error)
{
    FILE *stream;
    TRY(output_set_create(r->set, name, &stream, error));
    if (page)
        fwrite(page->bytes, 1, page->length, stream); /* output_set_close sees what went wrong */
    else if (strcmp(name, "summary.csv") == 0)
        summary_write(r->results, stream);
    else
        observed_write(r->results, stream);
    return output_set_close(r->set, name, stream, error);
}

static truce_status write_all(report *r, truce_error *error)
{
    text page = {0};
    if (!r->set)
        TRY(output_set_open(&r->set, r->directory, error));
    TRY(write_file(r, "summary.csv", NULL, error));
    TRY(write_file(r, "observed.csv", NULL, error));
    truce_status status = page_make(r->results, r->file != NULL, r->watched, &page, error);
    if (status == TRUCE_OK)
        status = write_file(r, "report.html", &page, error);
    text_free(&page);
    return status == TRUCE_OK ? members_file_close(r->file, error) : status;
}

truce_status report_finish(report *r, truce_error *error)
{
    if (!r->directory || !r->results->scenario_count)
        return TRUCE_OK;
    truce_status status = write_all(r, error);
    if (status == TRUCE_OK) {
        status = output_set_commit(r->set, report_files, sizeof report_files / sizeof *report_files, error);
        r->set = NULL;
    }
    if (status == TRUCE_OK)
        r->made_directory = false; /* it stays */
    return status;
}

void report_destroy(report *r)
{
    if (!r)
        return;
    members_file_discard(r->file);
    output_set_discard(r->set);
    if (r->made_directory)
        rmdir(r->directory);
    results_destroy(r->results);
    arena_free(&r->memory);
    free(r);
}
