/* truce_plan_find. Every setting is tried on the same members (common random numbers) and kept, so that none is run
 * twice, a search that was broken off goes on where it was, and the frontier and what parameters change can be read from
 * what was tried. The search: everywhere by DIRECT-L, then around the best by Subplex, both on cost with a penalty for
 * what the probability falls short of; at the end every lever is moved back towards rest as far as the goal allows, by
 * halving. */
#include "answers/plan.h"
#include "answers/search.h"
#include "simulate/simulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_EVALUATIONS = 100000, TIDYING = 3, HALVINGS = 7, AIMS = 4 };
static const double penalty = 10; /* of a probability short by one, in units of the cost scale */

truce_plan_options truce_plan_default_options(void)
{
    return (truce_plan_options){.by = TRUCE_MONTH_NONE,
                                .probability = 0.9,
                                .how = "value",
                                .from = TRUCE_MONTH_NONE,
                                .evaluations = 150,
                                .members = 500,
                                .seed = 1};
}

/* ---- The search --------------------------------------------------------------------------------------------------- */

static double merit(const truce_plan *p, const plan_trial *t)
{
    return t->cost / p->cost_scale + penalty * fmax(0, p->aim - plan_probability(t));
}

static double value_of(void *context, const double *x)
{
    truce_plan *p = context;
    double values[TRUCE_PLAN_LEVERS];
    size_t trial;
    for (size_t i = 0; i < p->lever_count; i++)
        values[i] = plan_value(&p->levers[i], x[i]);
    if (p->status == TRUCE_OK)
        p->status = plan_try(p, values, &trial, &p->error);
    return p->status == TRUCE_OK ? merit(p, &p->trials[trial]) : HUGE_VAL;
}

static bool goes_on(void *context)
{
    const truce_plan *p = context;
    return p->status == TRUCE_OK && p->count < p->allowed;
}

/* The cheapest that reaches the aim, SIZE_MAX where none does. */
static size_t cheapest(const truce_plan *p, double aim)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < p->count; i++)
        if (plan_probability(&p->trials[i]) >= aim &&
            (best == SIZE_MAX || p->trials[i].cost < p->trials[best].cost))
            best = i;
    return best;
}

/* The likeliest to reach the goal, of equals the cheapest. */
static size_t likeliest(const truce_plan *p)
{
    size_t best = 0;
    for (size_t i = 1; i < p->count; i++) {
        double a = plan_probability(&p->trials[i]), b = plan_probability(&p->trials[best]);
        if (a > b || (a == b && p->trials[i].cost < p->trials[best].cost))
            best = i;
    }
    return best;
}

static size_t best_of(const truce_plan *p)
{
    size_t found = cheapest(p, p->aim);
    return found == SIZE_MAX ? likeliest(p) : found;
}

static truce_status end_of_search(truce_plan *p, truce_status status, truce_error *error)
{
    if (p->status == TRUCE_OK)
        return status;
    if (error)
        *error = p->error;
    return p->status;
}

static truce_status look_everywhere(truce_plan *p, truce_error *error)
{
    const search_problem problem = {p->lever_count, value_of, goes_on, p};
    p->allowed = p->count + p->asked.evaluations / 2;
    return end_of_search(p, search_everywhere(&problem, 4 * (int)p->asked.evaluations, error), error);
}

static truce_status look_around(truce_plan *p, truce_error *error)
{
    const search_problem problem = {p->lever_count, value_of, goes_on, p};
    double start[TRUCE_PLAN_LEVERS];
    const plan_trial *t = &p->trials[best_of(p)];
    for (size_t i = 0; i < p->lever_count; i++)
        start[i] =
            fmin(fmax((t->values[i] - p->levers[i].least) / (p->levers[i].most - p->levers[i].least), 0), 1);
    p->allowed = p->count + p->asked.evaluations / 4;
    return end_of_search(p, search_around(&problem, start, 4 * (int)p->asked.evaluations, error), error);
}

/* ---- Back towards rest ---------------------------------------------------------------------------------------------- */

/* The middle of two settings of a lever, in whole steps; false where there is none between. */
static bool middle_of(const plan_lever *lever, double a, double b, double *middle)
{
    double x = ((a + b) / 2 - lever->least) / (lever->most - lever->least);
    *middle = plan_value(lever, x);
    return *middle != a && *middle != b && (*middle - a) * (*middle - b) < 0;
}

/* Moves one lever of a setting that reaches the aim as near to rest as still does. */
static truce_status tidy_lever(truce_plan *p, size_t lever, double *values, double aim, truce_error *error)
{
    double near = p->levers[lever].rest, far = values[lever], middle;
    size_t trial;
    if (near == far)
        return TRUCE_OK;
    values[lever] = near;
    TRY(plan_try(p, values, &trial, error));
    if (plan_probability(&p->trials[trial]) >= aim)
        return TRUCE_OK;
    values[lever] = far;
    for (int i = 0; i < HALVINGS && middle_of(&p->levers[lever], near, far, &middle); i++) {
        values[lever] = middle;
        TRY(plan_try(p, values, &trial, error));
        *(plan_probability(&p->trials[trial]) >= aim ? &far : &near) = middle;
    }
    values[lever] = far;
    return TRUCE_OK;
}

/* What costs nothing goes to the end where the goal is likeliest. */
static bool is_free(const truce_plan *p, size_t lever)
{
    return !p->asked.cost && p->levers[lever].price == 0;
}

static truce_status use_free_lever(truce_plan *p, size_t lever, double *values, truce_error *error)
{
    const double ends[] = {values[lever], p->levers[lever].least, p->levers[lever].most};
    double best = -1, kept = values[lever];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t trial;
        values[lever] = ends[i];
        TRY(plan_try(p, values, &trial, error));
        if (plan_probability(&p->trials[trial]) > best) {
            best = plan_probability(&p->trials[trial]);
            kept = ends[i];
        }
    }
    values[lever] = kept;
    return TRUCE_OK;
}

/* Levers that cost nothing, then the dearest first. */
static truce_status tidy(truce_plan *p, double aim, truce_error *error)
{
    double values[TRUCE_PLAN_LEVERS];
    size_t best = cheapest(p, aim);
    if (best == SIZE_MAX)
        return TRUCE_OK;
    memcpy(values, p->trials[best].values, p->lever_count * sizeof *values);
    bool done[TRUCE_PLAN_LEVERS] = {false};
    size_t left = p->lever_count;
    for (size_t i = 0; i < p->lever_count; i++)
        if (is_free(p, i)) {
            TRY(use_free_lever(p, i, values, error));
            done[i] = true;
            left--;
        }
    for (; left > 0; left--) {
        size_t dearest = SIZE_MAX;
        double most = -1;
        for (size_t i = 0; i < p->lever_count; i++) {
            double cost = p->levers[i].price * fabs(values[i] - p->levers[i].rest);
            if (!done[i] && cost > most) {
                most = cost;
                dearest = i;
            }
        }
        done[dearest] = true;
        TRY(tidy_lever(p, dearest, values, aim, error));
    }
    return TRUCE_OK;
}

/* ---- The whole ---------------------------------------------------------------------------------------------------- */

/* Rest, and every lever at the end that is further from it. */
static truce_status try_ends(truce_plan *p, truce_error *error)
{
    double values[TRUCE_PLAN_LEVERS];
    size_t trial;
    plan_rest(p, values);
    TRY(plan_try(p, values, &trial, error));
    for (size_t i = 0; i < p->lever_count; i++) {
        const plan_lever *l = &p->levers[i];
        values[i] = l->rest - l->least > l->most - l->rest ? l->least : l->most;
    }
    TRY(plan_try(p, values, &trial, error));
    p->cost_scale = fmax(fabs(p->trials[trial].cost), 1e-9);
    return TRUCE_OK;
}

/* Cheap settings of lower aims, for the frontier. */
static truce_status look_lower(truce_plan *p, truce_error *error)
{
    double from = plan_probability(&p->trials[0]),
           to = fmin(p->aim, plan_probability(&p->trials[likeliest(p)]));
    for (int i = 1; i < AIMS && to > from; i++)
        TRY(tidy(p, from + (to - from) * i / AIMS, error));
    return TRUCE_OK;
}

static truce_status search(truce_plan *p, truce_error *error)
{
    p->aim = p->asked.probability;
    TRY(try_ends(p, error));
    if (plan_probability(&p->trials[0]) < p->aim) { /* else nothing is needed */
        TRY(look_everywhere(p, error));
        TRY(look_around(p, error));
        for (int i = 0; i < TIDYING; i++)
            TRY(tidy(p, p->aim, error));
        TRY(look_lower(p, error));
    }
    p->answer = best_of(p);
    return plan_tell(p, error);
}

static truce_status check(const truce_plan_options *o, truce_error *error)
{
    TRY(month_require(o->by, "by", error));
    TRY(month_require(o->from, "from", error));
    TRY(error_nameless(error, o->archive, "archive"));
    if (!search_is_there())
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "this truce was built without NLopt, and cannot search");
    if (o->lever_count == 0 || o->lever_count > TRUCE_PLAN_LEVERS)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a plan has 1 to %d levers", TRUCE_PLAN_LEVERS);
    if (!(o->probability > 0 && o->probability <= 1))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the probability must be above 0 and at most 1");
    if (!o->members || o->members > TRUCE_MEMBERS_AT_ONCE)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a search has 1 to %d members",
                         TRUCE_MEMBERS_AT_ONCE);
    if (o->evaluations < 4 || o->evaluations > MOST_EVALUATIONS)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a search has 4 to %d evaluations",
                         MOST_EVALUATIONS);
    if (o->archive && o->members > PLAN_ARCHIVE_BYTES / 2 / o->evaluations)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "with an archive, evaluations times members are at most %d", PLAN_ARCHIVE_BYTES / 2);
    return TRUCE_OK;
}

static truce_status keep_words(truce_plan *p, truce_error *error)
{
    const char **words[] = {&p->asked.goal,     &p->asked.how,     &p->asked.cost,
                            &p->asked.scenario, &p->asked.archive, &p->asked.command};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (*words[i] && !(*words[i] = arena_string(&p->memory, *words[i])))
            return error_memory(error);
    return TRUCE_OK;
}

/* The goal, as far as levers have to know it. */
static truce_status read_goal(truce_plan *p, truce_error *error)
{
    p->of_talks = talks_goal_is(p->asked.goal);
    if (!p->of_talks)
        return TRUCE_OK;
    TRY(talks_goal_read(p->c, p->asked.goal, p->asked.by, &p->goal, error));
    p->asked.probability = isnan(p->goal.bound) ? p->asked.probability : p->goal.bound;
    return TRUCE_OK;
}

static truce_status open_talks(truce_plan *p, truce_error *error)
{
    truce_ensemble_options run = {.members = p->asked.members,
                                  .seed = p->asked.seed,
                                  .threads = p->asked.threads,
                                  .engine = p->asked.engine,
                                  .progress = plan_goes_on,
                                  .context = p};
    if (!p->of_talks)
        return TRUCE_OK;
    TRY(talks_trials_open(&p->view, &p->goal, p->asked.posterior, &run, &p->trials_of_talks[0], error));
    run.seed++;
    run.members *= TALKS_FRESH;
    return talks_trials_open(&p->view, &p->goal, p->asked.posterior, &run, &p->trials_of_talks[1], error);
}

static truce_status find(truce_plan *p, bool *answered, truce_error *error)
{
    *answered = false;
    TRY(check(&p->asked, error));
    TRY(keep_words(p, error));
    TRY(read_goal(p, error));
    TRY(plan_load_levers(p, error));
    TRY(open_talks(p, error));
    TRY(plan_end_view(p, error));
    if (p->asked.archive) {
        TRY(plan_question(p, error));
        TRY(plan_read_archive(p, error));
    }
    truce_status status = search(p, error);
    *answered = status == TRUCE_OK;
    if (!p->asked.archive || (status != TRUCE_OK && !p->cancelled))
        return status;
    truce_error unwritten = {0}; /* of tries too after which it was written */
    truce_status written = plan_write_archive(p, &unwritten);
    if (written == TRUCE_OK)
        return status;
    if (error)
        *error = unwritten;
    return written;
}

truce_status truce_plan_find(const truce_case *c, const truce_plan_options *options, truce_plan **plan,
                             truce_error *error)
{
    REQUIRE(c, "case");
    REQUIRE(options, "options");
    REQUIRE(plan, "plan");
    REQUIRE(options->goal, "goal");
    REQUIRE(options->how, "how levers are moved");
    REQUIRE(options->levers, "levers");
    *plan = NULL;
    truce_plan *p = calloc(1, sizeof *p);
    if (!p)
        return error_memory(error);
    *p = (truce_plan){.c = c, .asked = *options};
    bool answered;
    truce_status status = find(p, &answered, error);
    if (answered)
        *plan = p;
    else
        truce_plan_destroy(p);
    return status;
}

void truce_plan_destroy(truce_plan *p)
{
    if (!p)
        return;
    for (int i = 0; i < 2; i++)
        talks_trials_close(&p->trials_of_talks[i]);
    arena_free(&p->memory);
    free(p);
}
