/* The life of a report: made for a case, fed scenario by scenario, written once. Its files are
 * a set that appears when all of them are complete. */
#include "base/output.h"
#include "results/results.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static void set_windows(report *r)
{
    const truce_case *c = r->c;
    r->months = (size_t)(c->stop - c->start + 1);
    long data = c->data_end == MONTH_NONE ? (long)r->months : (long)c->data_end - c->start + 1;
    r->data_months = data < 1 ? 1 : data > (long)r->months ? r->months : (size_t)data;
    r->past_from = r->data_months > 12 ? r->data_months - 12 : 0;
    r->next_to = r->data_months + 12 < r->months ? r->data_months + 12 : r->months;
}

static truce_status fill(report *r, const char *directory, const char *command, truce_error *error)
{
    for (size_t i = 0; i < r->c->shortage_count; i++)
        r->shortage_count += r->c->shortages[i].element_count;
    set_windows(r);
    r->command = arena_string(&r->memory, command ? command : "");
    r->directory = directory ? arena_string(&r->memory, directory) : NULL;
    if (!r->command || (directory && !r->directory))
        return error_memory(error);
    truce_status status = quantities_make(r, error);
    if (status == TRUCE_OK && r->directory)
        status = make_directory(r, error);
    return status;
}

truce_status report_create(const truce_case *c, uint64_t seed, size_t members, const char *directory,
                           const char *command, report **result, truce_error *error)
{
    report *r = calloc(1, sizeof *r);
    if (!r)
        return error_memory(error);
    *r = (report){.c = c, .seed = seed, .members = members};
    truce_status status = fill(r, directory, command, error);
    if (status) {
        report_destroy(r);
        return status;
    }
    *result = r;
    return TRUCE_OK;
}

void report_use_fit(report *r, const truce_fit *fit)
{
    r->fit = fit;
}

truce_status report_use_scores(report *r, const char *directory, truce_error *error)
{
    const char *slash = strrchr(r->c->path, '/');
    int length = slash ? (int)(slash - r->c->path) + 1 : 0;
    const char *path = directory ? arena_format(&r->memory, "%s/scores.csv", directory)
                                 : arena_format(&r->memory, "%.*sposterior/scores.csv", length, r->c->path);
    if (!path)
        return error_memory(error);
    return access(path, F_OK) == 0 ? scores_read(&r->memory, path, &r->scores, error) : TRUCE_OK;
}

void report_use_threads(report *r, unsigned threads)
{
    r->threads = threads;
}

void report_use_interruption(report *r, interruption watched)
{
    r->watched = watched;
}

bool keeps_members(const report *r, const view *v)
{
    return r->directory && v->part.first == 0 && v->part.last;
}

/* ---- Feeding it ---------------------------------------------------------- */

typedef struct append_task {
    report *r;
    const report_scenario *scenario;
    const view *v;
    truce_error *error;
} append_task;

static bool append_members(void *context)
{
    append_task *task = context;
    return members_append(task->r, task->scenario, task->v, task->error) == TRUCE_OK;
}

static scenario_result *find_result(report *r, size_t scenario)
{
    for (size_t i = 0; i < r->scenario_count; i++)
        if (r->scenarios[i].scenario == scenario)
            return &r->scenarios[i];
    return NULL;
}

static truce_status add_result(report *r, const report_scenario *scenario, const view *v,
                               const view *baseline, truce_error *error)
{
    append_task task = {r, scenario, v, error};
    scenario_result started = {.scenario = scenario->scenario};
    scenario_result *result = v->part.first ? find_result(r, scenario->scenario) : &started;
    truce_status status =
        collect_scenario(r, v, baseline, result, keeps_members(r, v) ? append_members : NULL, &task, error);
    if (status == TRUCE_OK && !baseline)
        status = observed_collect(r, scenario->plan, v, error);
    if (status || v->part.first)
        return status;
    return ARENA_PUSH(&r->memory, r->scenarios, r->scenario_count, r->scenario_capacity, started)
               ? TRUCE_OK
               : error_memory(error);
}

/* Whether the members are those that are to come: of the first scenario the next part, of the others the same
 * part as of the first. */
static bool is_next(const report *r, const report_scenario *scenario, const report_scenario *baseline)
{
    const truce_ensemble *e = scenario->ensemble, *b = baseline ? baseline->ensemble : NULL;
    uint64_t first = truce_ensemble_first_member(e), members = truce_ensemble_members(e);
    if (first > r->members || members > r->members - first || !truce_ensemble_values(e, 0, 0))
        return false;
    if (b)
        return r->passed == first + members && truce_ensemble_first_member(b) == first &&
               truce_ensemble_members(b) == members;
    return r->passed == first;
}

/* A fit is of the first scenario of the case; the past of another was not compared with data. */
static size_t months_fitted(const report *r, size_t scenario)
{
    month until;
    if (!r->fit || scenario != 0 || !month_parse(truce_fit_until(r->fit), &until) || until < r->c->start)
        return 0;
    return until < r->c->stop ? (size_t)(until - r->c->start) + 1 : r->months;
}

truce_status report_add(report *r, const report_scenario *scenario, const report_scenario *baseline,
                        truce_error *error)
{
    size_t index = scenario->scenario;
    bool is_first = r->scenario_count == 0 || r->scenarios[0].scenario == index;
    if ((baseline == NULL) != is_first || index >= r->c->scenario_count || !is_next(r, scenario, baseline) ||
        (truce_ensemble_first_member(scenario->ensemble) > 0) != (find_result(r, index) != NULL))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "the first scenario of a report has no baseline, all others have one, and all have "
                         "the members of the report");
    if (is_first)
        r->fitted_months = months_fitted(r, index);
    view v, base = {0};
    truce_status status = view_make(r, scenario, &v, error);
    if (status)
        return status;
    if (baseline)
        status = view_make(r, baseline, &base, error);
    if (status == TRUCE_OK)
        status = draws_make(r, &v, error);
    if (status == TRUCE_OK)
        status = add_result(r, scenario, &v, baseline ? &base : NULL, error);
    if (!baseline)
        r->passed += v.members;
    view_free(&v);
    view_free(&base);
    return status;
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
        summary_write(r, stream);
    else
        observed_write(r, stream);
    return output_set_close(r->set, name, stream, error);
}

static truce_status write_all(report *r, truce_error *error)
{
    text page = {0};
    if (!r->set)
        TRY(output_set_open(&r->set, r->directory, error));
    TRY(write_file(r, "summary.csv", NULL, error));
    TRY(write_file(r, "observed.csv", NULL, error));
    truce_status status = page_make(r, &page, error);
    if (status == TRUCE_OK)
        status = write_file(r, "report.html", &page, error);
    text_free(&page);
    return status == TRUCE_OK ? members_close(r, error) : status;
}

truce_status report_finish(report *r, truce_error *error)
{
    if (!r->directory || !r->scenario_count)
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
    members_discard(r);
    output_set_discard(r->set);
    if (r->made_directory)
        rmdir(r->directory);
    arena_free(&r->memory);
    free(r);
}
