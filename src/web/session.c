/* See session.h. */
#include "web/session.h"
#include "ensemble/ensemble.h"
#include "results/collecting.h"
#include "simulate/simulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

truce_status session_open(const truce_case *c, const truce_fit *fit, web_session *s, truce_error *error)
{
    const case_plan_options options = {.movable = true};
    *s = (web_session){.c = c, .fit = fit};
    truce_status status = results_create(c, 1, 1, NULL, &s->results, error);
    return status == TRUCE_OK ? case_plan_create_with(c, 0, &options, &s->rest, error) : status;
}

void session_close(web_session *s)
{
    results_destroy(s->results);
    for (size_t i = 0; i < sizeof s->draws / sizeof *s->draws; i++)
        kept_draws_free(&s->draws[i]);
    case_plan_free(&s->rest);
    talks_record_free(&s->record);
    *s = (web_session){0};
}

size_t session_values(const web_session *s)
{
    return s->results->quantity_count * s->results->months;
}

/* ---- The changed case -------------------------------------------------------------------------------- */

static bool move_priors(const web_session *s, const web_request *request, arena *memory, truce_case *view)
{
    case_parameter *parameters = arena_array(memory, s->c->parameter_count + 1, sizeof *parameters);
    if (!parameters)
        return false;
    if (s->c->parameter_count)
        memcpy(parameters, s->c->parameters, s->c->parameter_count * sizeof *parameters);
    for (size_t i = 0; i < request->prior_count; i++)
        parameters[request->priors[i].parameter].prior = request->priors[i].prior;
    view->parameters = parameters;
    return true;
}

/* Behind the deals of the case, so that what happened at the table is still about those. */
static bool put_on_table(const web_session *s, const web_terms *terms, arena *memory, truce_case *view)
{
    size_t count = s->c->talks->deal_count;
    case_talks *talks = arena_alloc(memory, sizeof *talks);
    case_deal *deals = arena_array(memory, count + 1, sizeof *deals);
    if (!talks || !deals)
        return false;
    memcpy(deals, s->c->talks->deals, count * sizeof *deals);
    deals[count] = terms->deal;
    *talks = *s->c->talks;
    talks->deals = deals;
    talks->deal_count = count + 1;
    talks->reference = count;
    view->talks = talks;
    return true;
}

truce_status session_view(const web_session *s, const web_request *request, arena *memory, truce_case *view,
                          truce_error *error)
{
    const truce_case *c = s->c;
    case_scenario *scenarios = arena_array(memory, c->scenario_count + 1, sizeof *scenarios);
    if (c->scenarios[request->scenario].branch_count)
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0, "a page cannot follow the branches of \"%s\"",
                         c->scenarios[request->scenario].name);
    *view = *c;
    if (!scenarios || !move_priors(s, request, memory, view) ||
        (request->terms && !put_on_table(s, request->terms, memory, view)))
        return error_memory(error);
    memcpy(scenarios, c->scenarios, c->scenario_count * sizeof *scenarios);
    scenarios[c->scenario_count] = (case_scenario){.name = "yours",
                                                   .title = "Yours",
                                                   .base = request->scenario,
                                                   .change_count = request->change_count,
                                                   .changes = request->changes,
                                                   .at = {c->path, 1}};
    view->scenarios = scenarios;
    view->scenario_count = c->scenario_count + 1;
    return TRUCE_OK;
}

/* ---- Running ----------------------------------------------------------------------------------------- */

/* A page asks for the same few members while a lever moves, and for the same many at rest. */
static size_t kept_for(const web_request *request)
{
    enum { FEW = 128 };
    return request->members > FEW;
}

/* The draws of the fit belong to the case as it is: a moved prior is no longer the one that was fitted, and is
 * drawn from. */
static truce_status run_members(const web_session *s, const case_plan *plan, const web_request *request,
                                kept_draws *kept, truce_ensemble **ensemble, truce_error *error)
{
    fit_gift gift = {0};
    /* One thread: a page has a session in each of its workers. */
    truce_ensemble_options run = {
        .members = request->members, .first_member = request->first, .seed = request->seed, .threads = 1};
    truce_status status = s->fit ? fit_give(s->fit, s->c, plan, &gift, error) : TRUCE_OK;
    if (status == TRUCE_OK)
        status = ensemble_run_given(plan->program, plan->parameters, plan->schedules, plan->factors,
                                    s->fit ? &gift.given : NULL, kept, &run, ensemble, error);
    fit_gift_free(&gift);
    return status;
}

/* The same members at rest, which the request's run goes on from where they are the same. */
static truce_status run_rest(web_session *s, const web_request *request, truce_error *error)
{
    size_t which = kept_for(request);
    kept_draws *draws = &s->draws[which];
    kept_run *rest = &s->runs[which];
    draws->run = rest;
    if (rest->ensemble && truce_ensemble_members(rest->ensemble) == request->members &&
        truce_ensemble_first_member(rest->ensemble) == request->first &&
        truce_ensemble_seed(rest->ensemble) == request->seed)
        return TRUCE_OK;
    kept_run_free(rest);
    return run_members(s, &s->rest, request, draws, &rest->ensemble, error);
}

static truce_status take_values(const case_results *r, const members_view *v, bool charts, size_t first_month,
                                float *values, truce_error *error)
{
    double *sums = malloc((v->members + 1) * sizeof *sums), *sizes = malloc((v->members + 1) * sizeof *sizes);
    bool good = sums && sizes;
    for (size_t q = 0; good && q < r->quantity_count; q++)
        for (size_t i = charts && !quantity_is_key(r, q) ? r->months : first_month; i < r->months; i++) {
            quantity_month(v, &r->quantities[q], i, sums, sizes);
            for (size_t m = 0; m < v->members; m++)
                *values++ = v->bad[m] ? NAN : (float)sums[m];
        }
    free(sums);
    free(sizes);
    return good ? TRUCE_OK : error_memory(error);
}

/* A member that fails has no value in any month, so that all months are others where others fail. */
static bool same_members_fail(const truce_ensemble *a, const truce_ensemble *b)
{
    bool same = truce_ensemble_failure_count(a) == truce_ensemble_failure_count(b);
    uint64_t first = truce_ensemble_first_member(a);
    for (size_t i = 0; same && i < truce_ensemble_members(a); i++)
        same = truce_ensemble_is_bad(a, first + i) == truce_ensemble_is_bad(b, first + i);
    return same;
}

/* The first month that is not as at rest, where saves before `save` are. */
static size_t first_of(const members_view *v, size_t months, size_t save)
{
    size_t first = 0;
    while (first < months && v->save_of[first + 1] < save)
        first++;
    return first;
}

static truce_status give_values(const web_session *s, const case_plan *plan, const truce_ensemble *ensemble,
                                size_t save, bool charts, float *values, size_t *first_month,
                                truce_error *error)
{
    results_scenario scenario = {.plan = plan, .ensemble = ensemble};
    members_view v;
    TRY(members_view_make(s->results, &scenario, &v, error));
    size_t first = first_of(&v, s->results->months, save);
    truce_status status = take_values(s->results, &v, charts, first, values, error);
    members_view_free(&v);
    if (first_month)
        *first_month = first;
    return status;
}

/* With all months, or those from where the run left the one at rest. */
static truce_status run_plan(web_session *s, const case_plan *plan, const web_request *request, bool all,
                             truce_ensemble **ensemble, size_t *save, truce_error *error)
{
    size_t which = kept_for(request);
    s->runs[which].left_out = !all;
    TRY(run_members(s, plan, request, &s->draws[which], ensemble, error));
    bool even = kept_run_first_save(&s->runs[which], save);
    if (!all && even && same_members_fail(*ensemble, s->runs[which].ensemble))
        return TRUCE_OK;
    *save = 0;
    if (all)
        return TRUCE_OK;
    truce_ensemble_destroy(*ensemble);
    *ensemble = NULL;
    return run_plan(s, plan, request, true, ensemble, save, error);
}

truce_status session_run(web_session *s, const web_request *request, web_wanted wanted, float *values,
                         size_t *first_month, truce_error *error)
{
    arena memory = {0};
    truce_case view;
    case_plan plan = {0};
    truce_ensemble *ensemble = NULL;
    size_t save = 0;
    const case_plan_options options = {.movable = true, .compiled = s->rest.program};
    truce_status status = session_view(s, request, &memory, &view, error);
    if (status == TRUCE_OK)
        status = case_plan_create_with(&view, s->c->scenario_count, &options, &plan, error);
    if (status == TRUCE_OK)
        status = run_rest(s, request, error);
    if (status == TRUCE_OK)
        status = run_plan(s, &plan, request, !wanted.later, &ensemble, &save, error);
    if (status == TRUCE_OK)
        status = give_values(s, &plan, ensemble, save, wanted.charts, values, first_month, error);
    truce_ensemble_destroy(ensemble);
    case_plan_free(&plan);
    arena_free(&memory);
    return status;
}

/* ---- One member ---------------------------------------------------------------------------------------- */

typedef struct saved_rows {
    double *values;
    size_t outputs;
} saved_rows;

static bool save_row(void *context, size_t save, const double *row)
{
    const saved_rows *rows = context;
    memcpy(rows->values + save * rows->outputs, row, rows->outputs * sizeof *row);
    return true;
}

static truce_status member_values(const web_session *s, const case_plan *plan, const web_request *request,
                                  double *values, truce_error *error)
{
    fit_gift gift = {0};
    saved_rows rows = {.outputs = truce_program_output_count(plan->program)};
    rows.values = values;
    if (s->fit)
        TRY(fit_give(s->fit, s->c, plan, &gift, error));
    const member_order order = {.program = plan->program,
                                .distributions = plan->parameters,
                                .schedules = plan->schedules,
                                .factors = plan->factors,
                                .given = s->fit ? &gift.given : NULL,
                                .seed = request->seed,
                                .member = request->first};
    truce_status status = member_rows(&order, save_row, &rows, NULL, error);
    fit_gift_free(&gift);
    return status;
}

truce_status session_member(const web_session *s, const web_request *request, arena *memory,
                            const double **values, size_t *count, truce_error *error)
{
    truce_case view;
    case_plan plan = {0};
    const case_plan_options options = {.movable = true, .compiled = s->rest.program};
    TRY(session_view(s, request, memory, &view, error));
    TRY(case_plan_create_with(&view, s->c->scenario_count, &options, &plan, error));
    *count = truce_program_output_count(plan.program) * truce_program_save_count(plan.program);
    double *numbers = arena_array(memory, *count + 1, sizeof *numbers);
    truce_status status = numbers ? member_values(s, &plan, request, numbers, error) : error_memory(error);
    *values = numbers;
    case_plan_free(&plan);
    return status;
}

/* ---- Weights ----------------------------------------------------------------------------------------- */

/* The logarithm of how much likelier the moved prior makes the draw. */
static double log_ratio(const web_session *s, const web_prior *moved, size_t draw)
{
    const case_parameter *p = &s->c->parameters[moved->parameter];
    size_t j = fit_parameter(s->fit, p->name);
    if (j == SIZE_MAX)
        return 0;
    double x = s->fit->values[j * s->fit->count + draw];
    return truce_distribution_log_density(&moved->prior, x) - truce_distribution_log_density(&p->prior, x);
}

truce_status session_weigh(const web_session *s, const web_request *request, double *weights,
                           truce_error *error)
{
    double greatest = -INFINITY, sum = 0;
    if (!s->fit)
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0, "without a fit there is nothing to weigh");
    for (size_t m = 0; m < request->members; m++) {
        weights[m] = 0;
        for (size_t i = 0; i < request->prior_count; i++)
            weights[m] += log_ratio(s, &request->priors[i], (request->first + m) % s->fit->count);
        greatest = fmax(greatest, weights[m]);
    }
    for (size_t m = 0; m < request->members; m++)
        sum += weights[m] = isfinite(greatest) ? exp(weights[m] - greatest) : 0;
    for (size_t m = 0; m < request->members && sum > 0; m++)
        weights[m] *= (double)request->members / sum;
    return TRUCE_OK;
}
