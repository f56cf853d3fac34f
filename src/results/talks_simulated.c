/* truce_talks_run: from a case to what talks over it come to, scenario by scenario. */
#include "results/talks_simulated.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

truce_talks_options truce_talks_default_options(void)
{
    talks_options own = talks_default_options();
    return (truce_talks_options){.from = TRUCE_MONTH_NONE,
                                 .branch_from = TRUCE_MONTH_NONE,
                                 .degree = own.degree,
                                 .members = 4000,
                                 .seed = own.run.seed,
                                 .engine = own.run.engine};
}

/* ---- What is asked for ------------------------------------------------------------------------------- */

/* The index of a name, with the nearest one in the error. */
static truce_status find(const char *what, const char *name, const char *const *names, size_t count,
                         size_t *index, truce_error *error)
{
    if (!name)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the name of a %s is NULL", what);
    for (*index = 0; *index < count; ++*index)
        if (strcmp(names[*index], name) == 0)
            return TRUCE_OK;
    const char *near = truce_nearest_name(name, names, count);
    return near ? error_set(error, TRUCE_BAD_USAGE, NULL, 0, "no %s \"%s\" (did you mean \"%s\"?)", what,
                            name, near)
                : error_set(error, TRUCE_BAD_USAGE, NULL, 0, "no %s \"%s\"", what, name);
}

/* The scenarios asked for, each once; the case's first when none is. */
static truce_status choose_scenarios(truce_talks *t, const truce_talks_options *o, const char *const *names,
                                     truce_error *error)
{
    size_t *count = &t->shown.scenario_count;
    for (size_t i = 0; i < o->scenario_count; i++) {
        size_t index, seen = 0;
        TRY(find("scenario", o->scenarios[i], names, t->shown.c->scenario_count, &index, error));
        while (seen < *count && t->scenarios[seen].scenario != index)
            seen++;
        if (seen == *count)
            t->scenarios[(*count)++] = (talks_scenario){.scenario = index};
    }
    if (*count == 0)
        t->scenarios[(*count)++] = (talks_scenario){0};
    return TRUCE_OK;
}

/* The branch at another date, after the scenarios of the case. */
static truce_status move_branch(truce_talks *t, month from, truce_error *error)
{
    const truce_case *c = t->shown.c;
    const case_scenario *branch = &c->scenarios[t->options.branch];
    if (from < c->start || from > c->stop)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the date of a branch lies within the horizon");
    t->all = calloc(c->scenario_count + 1, sizeof *t->all);
    t->moved = calloc(branch->change_count + 1, sizeof *t->moved);
    if (!t->all || !t->moved)
        return error_memory(error);
    memcpy(t->all, c->scenarios, c->scenario_count * sizeof *t->all);
    case_scenario *to = &t->all[c->scenario_count];
    *to = *branch;
    if (!case_move_changes(c, branch, from, t->moved, &to->change_count))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "\"%s\" has no dated change of its own that could be moved", branch->name);
    to->changes = t->moved;
    t->view = *c;
    t->view.scenarios = t->all;
    t->view.scenario_count = c->scenario_count + 1;
    t->shown.c = &t->view;
    t->options.branch = c->scenario_count;
    t->options.branch_from = from;
    return TRUCE_OK;
}

static truce_status choose_branch(truce_talks *t, const truce_talks_options *o, const char *const *names,
                                  truce_error *error)
{
    if (!o->branch)
        return TRUCE_OK;
    if (!(o->branch_probability >= 0 && o->branch_probability <= 1))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the probability of a branch is 0 to 1");
    t->options.branch_probability = o->branch_probability;
    TRY(find("scenario", o->branch, names, t->shown.c->scenario_count, &t->options.branch, error));
    return o->branch_from == MONTH_NONE ? TRUCE_OK : move_branch(t, o->branch_from, error);
}

/* The deals asked for, each once; all of the case when none is. */
static truce_status choose_deals(truce_talks *t, const truce_talks_options *o, truce_error *error)
{
    const case_talks *of = t->shown.c->talks;
    talks_shown *shown = &t->shown;
    const char *names[TALKS_SHOWN];
    size_t all = of->deal_count < TALKS_SHOWN ? of->deal_count : TALKS_SHOWN;
    for (size_t i = 0; i < all; i++) {
        names[i] = of->deals[i].name;
        shown->deals[i] = i;
    }
    shown->deal_count = o->deal_count ? 0 : all;
    for (size_t k = 0; k < o->deal_count; k++) {
        size_t i, seen = 0;
        TRY(find("deal", o->deals[k], names, all, &i, error));
        while (seen < shown->deal_count && shown->deals[seen] != i)
            seen++;
        if (seen == shown->deal_count)
            shown->deals[shown->deal_count++] = i;
    }
    return TRUCE_OK;
}

static truce_status choose(truce_talks *t, const truce_talks_options *o, truce_error *error)
{
    const truce_case *c = t->shown.c;
    const char **names = calloc(c->scenario_count + 1, sizeof *names);
    if (!names)
        return error_memory(error);
    for (size_t i = 0; i < c->scenario_count; i++)
        names[i] = c->scenarios[i].name;
    truce_status status = choose_scenarios(t, o, names, error);
    if (status == TRUCE_OK)
        status = choose_branch(t, o, names, error);
    if (status == TRUCE_OK)
        status = choose_deals(t, o, error);
    free(names);
    return status;
}

/* ---- Scenario by scenario ---------------------------------------------------------------------------- */

typedef struct counting {
    const truce_talks_options *o;
    truce_progress at;
    size_t before; /* members of the scenarios that are done */
} counting;

static bool count_members(void *context, size_t done, size_t members)
{
    counting *k = context;
    k->at.done = done;
    k->at.members = members;
    k->at.all_done = k->before + done;
    return k->o->progress(k->o->context, &k->at);
}

static truce_status run_scenario(truce_talks *t, size_t i, counting *k, truce_error *error)
{
    talks_scenario *s = &t->scenarios[i];
    k->at.scenario = t->options.scenario = s->scenario;
    TRY(talks_run(t->shown.c, &t->options, &s->result, error));
    k->before += talks_members(t->shown.c, &t->options);
    if (s->result.record.weights)
        t->options.record = &s->result.record;
    if (i == 0)
        return TRUCE_OK;
    s->changes = calloc(s->result.month_count, sizeof *s->changes);
    bool compared = s->changes && talks_compare(&t->scenarios[0].result, &s->result, s->changes);
    talks_forget_paths(&s->result);
    return compared ? TRUCE_OK : error_memory(error);
}

/* ---- A branch ---------------------------------------------------------------------------------------- */

static bool has_uncertainty(const truce_talks *t)
{
    const talks_options *o = &t->options;
    return t->shown.scenario_count == 1 && o->branch != SIZE_MAX && o->branch_probability > 0 &&
           o->branch_probability < 1;
}

static truce_mean mean_of(const talks_mean *m, double sign)
{
    return (truce_mean){sign * m->mean, m->error};
}

/* Less what is known beforehand, by its probability. Both differences have the talks of those who do not know in them: the
 * error is at most what it would be if they erred together. */
static truce_mean not_knowing(truce_mean without, truce_mean with, double p)
{
    return (truce_mean){(1 - p) * without.mean + p * with.mean, (1 - p) * without.error + p * with.error};
}

/* The talks of one of the futures between which the branch decides, as changes of those that do not know. */
static truce_status run_certain(truce_talks *t, size_t scenario, size_t row, counting *k, truce_error *error)
{
    talks_scenario *first = &t->scenarios[0];
    talks_result result;
    talks_options o = t->options;
    o.scenario = k->at.scenario = scenario;
    o.branch = SIZE_MAX;
    o.record = first->result.record.weights ? &first->result.record : NULL;
    TRY(talks_run(t->shown.c, &o, &result, error));
    k->before += talks_members(t->shown.c, &o);
    talks_change *changes = calloc(first->result.month_count, sizeof *changes);
    bool compared = changes && talks_compare(&first->result, &result, changes);
    if (compared) {
        const talks_change *now = &changes[talks_now(&t->shown)];
        t->shown.branch.position[row] = mean_of(&now->mean, -1);
        for (int side = 0; side < TRUCE_SIDES; side++)
            t->shown.branch.gap[row][side] = mean_of(&now->gap[side], -1);
    }
    free(changes);
    talks_free(&result);
    return compared ? TRUCE_OK : error_memory(error);
}

static truce_status weigh_branch(truce_talks *t, counting *k, truce_error *error)
{
    truce_talks_branch *b = &t->shown.branch;
    double p = t->options.branch_probability;
    TRY(run_certain(t, t->scenarios[0].scenario, TRUCE_WITHOUT_BRANCH, k, error));
    TRY(run_certain(t, t->options.branch, TRUCE_WITH_BRANCH, k, error));
    b->probability = p;
    b->position[TRUCE_NOT_KNOWING] =
        not_knowing(b->position[TRUCE_WITHOUT_BRANCH], b->position[TRUCE_WITH_BRANCH], p);
    for (int side = 0; side < TRUCE_SIDES; side++)
        b->gap[TRUCE_NOT_KNOWING][side] =
            not_knowing(b->gap[TRUCE_WITHOUT_BRANCH][side], b->gap[TRUCE_WITH_BRANCH][side], p);
    return TRUCE_OK;
}

/* The members of the two futures that are known. */
static size_t certain_members(const truce_talks *t)
{
    talks_options o = t->options;
    o.branch = SIZE_MAX;
    return has_uncertainty(t) ? 2 * talks_members(t->shown.c, &o) : 0;
}

/* ---- All of it ---------------------------------------------------------------------------------------- */

static truce_status run_all(truce_talks *t, const truce_talks_options *o, truce_error *error)
{
    static const talks_record given = {0};
    counting k = {.o = o};
    t->options.scenario = t->scenarios[0].scenario;
    k.at.all_members = talks_members(t->shown.c, &t->options);
    t->options.record = &given; /* the first one's, where there is one */
    k.at.all_members += talks_members(t->shown.c, &t->options) * (t->shown.scenario_count - 1);
    k.at.all_members += certain_members(t);
    t->options.record = NULL;
    t->options.run.progress = o->progress ? count_members : NULL;
    t->options.run.context = &k;
    truce_status status = TRUCE_OK;
    for (size_t i = 0; i < t->shown.scenario_count && status == TRUCE_OK; i++)
        status = run_scenario(t, i, &k, error);
    if (status == TRUCE_OK && has_uncertainty(t))
        status = weigh_branch(t, &k, error);
    t->options.run.progress = NULL;
    t->options.run.context = NULL;
    return status;
}

/* ---- The whole --------------------------------------------------------------------------------------- */

static void set_options(talks_options *own, const truce_talks_options *o)
{
    *own = talks_default_options();
    own->from = o->from;
    own->fit = o->posterior;
    own->degree = o->degree;
    own->run.members = o->members;
    own->run.seed = o->seed;
    own->run.threads = o->threads;
    own->run.engine = o->engine;
}

static truce_status check(const truce_case *c, const truce_talks_options *o, truce_error *error)
{
    if (!c->talks)
        return error_set(error, TRUCE_BAD_INPUT, c->path, 0, "the case has no section \"talks\"");
    if (o->degree < 1 || o->degree > GREATEST_DEGREE)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the degree of regressions is 1 to %d",
                         GREATEST_DEGREE);
    if ((o->scenario_count && !o->scenarios) || (o->deal_count && !o->deals))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the names of scenarios or deals are NULL");
    if (o->members > UINT32_MAX)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "talks have at most 4294967295 members, not %zu",
                         o->members);
    if (o->engine < TRUCE_ENGINE_INTERPRETER || o->engine > TRUCE_ENGINE_AUTO)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the engine does not exist");
    return TRUCE_OK;
}

static truce_status create(const truce_case *c, const truce_talks_options *o, truce_talks **talks,
                           truce_error *error)
{
    truce_talks *t = calloc(1, sizeof *t);
    talks_scenario *scenarios = calloc(o->scenario_count + 1, sizeof *scenarios);
    if (!t || !scenarios) {
        free(t);
        free(scenarios);
        return error_memory(error);
    }
    t->scenarios = scenarios;
    t->shown =
        (talks_shown){.c = c, .options = &t->options, .scenarios = scenarios, .branch.probability = NAN};
    set_options(&t->options, o);
    *talks = t;
    t->command = o->command ? strdup(o->command) : NULL;
    t->shown.command = t->command;
    return t->command || !o->command ? TRUCE_OK : error_memory(error);
}

truce_status truce_talks_run(const truce_case *c, const truce_talks_options *options, truce_talks **talks,
                             truce_error *error)
{
    truce_talks_options defaults = truce_talks_default_options();
    const truce_talks_options *o = options ? options : &defaults;
    truce_talks *t = NULL;
    if (!talks || !c)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the case or the place for its talks is NULL");
    *talks = NULL;
    TRY(month_require(o->from, "from", error));
    TRY(month_require(o->branch_from, "branch_from", error));
    TRY(check(c, o, error));
    truce_status status = create(c, o, &t, error);
    if (status == TRUCE_OK)
        status = choose(t, o, error);
    if (status == TRUCE_OK && !o->posterior && !o->priors)
        status = truce_fit_beside(c, &t->own_fit, error);
    if (t && t->own_fit)
        t->options.fit = t->own_fit;
    if (status == TRUCE_OK)
        status = run_all(t, o, error);
    if (status == TRUCE_OK)
        *talks = t;
    else
        truce_talks_destroy(t);
    return status;
}

void truce_talks_destroy(truce_talks *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->shown.scenario_count; i++) {
        talks_free(&t->scenarios[i].result);
        free(t->scenarios[i].changes);
    }
    truce_fit_destroy(t->own_fit);
    free(t->command);
    free(t->scenarios);
    free(t->all);
    free(t->moved);
    free(t);
}
