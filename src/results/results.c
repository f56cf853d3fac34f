/* The life of results: made for a case, fed part by part and scenario by scenario, read, destroyed. */
#include "results/results.h"
#include "results/collecting.h"
#include "results/standing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- Making them --------------------------------------------------------- */

static void set_windows(case_results *r)
{
    const truce_case *c = r->c;
    r->months = (size_t)(c->stop - c->start + 1);
    long data = c->data_end == MONTH_NONE ? (long)r->months : (long)c->data_end - c->start + 1;
    r->data_months = data < 1 ? 1 : data > (long)r->months ? r->months : (size_t)data;
    r->past_from = r->data_months > 12 ? r->data_months - 12 : 0;
    r->next_to = r->data_months + 12 < r->months ? r->data_months + 12 : r->months;
}

static truce_status fill(case_results *r, const char *command, truce_error *error)
{
    for (size_t i = 0; i < r->c->milestone_count; i++)
        r->milestone_count += r->c->milestones[i].element_count;
    set_windows(r);
    r->command = arena_string(&r->memory, command ? command : "");
    return r->command ? quantities_make(r, error) : error_memory(error);
}

truce_status results_create(const truce_case *c, uint64_t seed, size_t members, const char *command,
                            case_results **result, truce_error *error)
{
    assert(members > 0);
    *result = NULL;
    case_results *r = calloc(1, sizeof *r);
    if (!r)
        return error_memory(error);
    *r = (case_results){.c = c, .seed = seed, .members = members};
    truce_status status = fill(r, command, error);
    if (status == TRUCE_OK)
        *result = r;
    else
        results_destroy(r);
    return status;
}

void results_use_threads(case_results *r, unsigned threads)
{
    r->threads = threads;
}

void results_use_fit(case_results *r, const truce_fit *fit)
{
    r->fit = fit;
}

truce_status results_use_scores(case_results *r, const char *directory, truce_error *error)
{
    const char *slash = strrchr(r->c->path, '/');
    int length = slash ? (int)(slash - r->c->path) + 1 : 0;
    const char *folder = directory ? arena_string(&r->memory, directory)
                                   : arena_format(&r->memory, "%.*sposterior", length, r->c->path);
    const char *path = folder ? arena_format(&r->memory, "%s/scores.csv", folder) : NULL;
    if (!path)
        return error_memory(error);
    if (file_is_there(r->c->files, path))
        TRY(scores_read(&r->memory, r->c->files, path, &r->scores, error));
    return standing_read(&r->memory, folder, r->c, &r->standing, error);
}

void results_watch_members(case_results *r, results_watcher *watcher, void *context)
{
    r->watcher = watcher;
    r->watcher_context = context;
}

void results_destroy(case_results *r)
{
    if (!r)
        return;
    truce_fit_destroy(r->own_fit);
    standing_free(r->standing);
    arena_free(&r->memory);
    free(r);
}

/* ---- Feeding them -------------------------------------------------------- */

typedef struct watching {
    const case_results *r;
    const results_scenario *scenario;
    const members_view *v;
    truce_error *error;
} watching;

static bool show_members(void *context)
{
    const watching *w = context;
    return w->r->watcher(w->r->watcher_context, w->r, w->scenario, w->v, w->error) == TRUCE_OK;
}

static scenario_result *find_result(case_results *r, size_t scenario)
{
    assert(r);
    for (size_t i = 0; i < r->scenario_count; i++)
        if (r->scenarios[i].scenario == scenario)
            return &r->scenarios[i];
    return NULL;
}

static truce_status add_result(case_results *r, const results_scenario *scenario, const members_view *v,
                               const members_view *baseline, truce_error *error)
{
    watching w = {r, scenario, v, error};
    bool at_once = v->part.first == 0 && v->part.last;
    scenario_result started = {.scenario = scenario->scenario};
    scenario_result *result = v->part.first ? find_result(r, scenario->scenario) : &started;
    truce_status status =
        collect_scenario(r, v, baseline, result, r->watcher && at_once ? show_members : NULL, &w, error);
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
static bool is_next(const case_results *r, const results_scenario *scenario, const results_scenario *baseline)
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
static size_t months_fitted(const case_results *r, size_t scenario)
{
    month until;
    if (!r->fit || scenario != 0 || !month_parse(truce_fit_until(r->fit), &until) || until < r->c->start)
        return 0;
    return until < r->c->stop ? (size_t)(until - r->c->start) + 1 : r->months;
}

static truce_status add_part(case_results *r, const results_scenario *scenario,
                             const results_scenario *baseline, truce_error *error)
{
    members_view v, base = {0};
    truce_status status = members_view_make(r, scenario, &v, error);
    if (status)
        return status;
    if (baseline)
        status = members_view_make(r, baseline, &base, error);
    if (status == TRUCE_OK)
        status = draws_make(r, &v, error);
    if (status == TRUCE_OK)
        status = add_result(r, scenario, &v, baseline ? &base : NULL, error);
    if (!baseline)
        r->passed += v.members;
    members_view_free(&v);
    members_view_free(&base);
    return status;
}

truce_status results_add(case_results *r, const results_scenario *scenario, const results_scenario *baseline,
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
    return add_part(r, scenario, baseline, error);
}

/* ---- Reading them -------------------------------------------------------- */

static double greatest_of(const statistics *s, size_t count, double error)
{
    for (size_t i = 0; s && i < count; i++)
        error = s[i].rank_error > error ? s[i].rank_error : error;
    return error;
}

double results_rank_error(const case_results *r)
{
    double error = 0;
    size_t series = r->quantity_count * r->months, readings = r->quantity_count * READING_COUNT;
    for (size_t i = 0; i < r->scenario_count; i++) {
        const scenario_result *s = &r->scenarios[i];
        error = greatest_of(s->series, series, error);
        error = greatest_of(s->differences, series, error);
        error = greatest_of(s->readings, readings, error);
        error = greatest_of(s->reading_differences, readings, error);
    }
    for (size_t i = 0; r->observations && i < r->c->observation_count; i++)
        error = greatest_of(r->observations[i].predicted, r->months, error);
    return error;
}
