/* The trials of a plan: a setting is run on the same members as all others, once, and kept; or it is taken from the
 * archive (plan.c tells why). */
#include "answers/goal.h"
#include "answers/plan.h"

#include <math.h>
#include <string.h>

/* ---- A trial ---------------------------------------------------------------------------------------------------- */

static truce_status read_cost(truce_plan *p, size_t scenario, arena *memory, statement *s, truce_error *error)
{
    const char *written = p->asked.cost;
    TRY(statement_parse_by(&p->view, written, &p->place, p->asked.by, memory, s, error));
    if (s->compares || statement_last(s) == MONTH_NONE)
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0,
                         "the cost \"%s\" must be a value of the model, not a comparison", written);
    for (size_t i = 0; i < s->term_count; i++) {
        if (s->terms[i].source == TERM_TALKS)
            return error_set(error, TRUCE_BAD_INPUT, NULL, 0, "a cost cannot use talks");
        if (s->terms[i].scenario == SIZE_MAX)
            s->terms[i].scenario = scenario;
    }
    statement_fill_data(s, p->view.stop);
    return TRUCE_OK;
}

typedef struct plan_reading {
    arena memory;
    statement goal, cost, before; /* before: the cost without the levers */
    bool *bad;
} plan_reading;

static truce_status open_reading(truce_plan *p, plan_reading *r, truce_error *error)
{
    size_t levers = p->view.scenario_count - 1, base = p->scenarios[levers].base;
    if (!p->of_talks)
        TRY(goal_parse(&p->view, p->asked.goal, &p->place, p->asked.by, levers, &r->memory, &r->goal, error));
    if (p->asked.cost) {
        TRY(read_cost(p, levers, &r->memory, &r->cost, error));
        TRY(read_cost(p, base, &r->memory, &r->before, error));
    }
    r->bad = arena_array(&r->memory, p->asked.members, sizeof *r->bad);
    return r->bad ? TRUCE_OK : error_memory(error);
}

/* While members run, and after each setting. */
bool plan_goes_on(void *context, size_t done, size_t members)
{
    truce_plan *p = context;
    (void)done;
    (void)members;
    p->cancelled = p->cancelled || (p->asked.go_on && !p->asked.go_on(p->asked.context));
    return !p->cancelled;
}

static truce_status run_reading(truce_plan *p, plan_reading *r, uint64_t first, truce_error *error)
{
    statement *asked[] = {&r->goal, &r->cost, &r->before};
    size_t from = p->of_talks, to = p->asked.cost ? 3 : 1;
    truce_ensemble_options run = {.members = p->asked.members,
                                  .first_member = first,
                                  .seed = p->asked.seed,
                                  .threads = p->asked.threads,
                                  .engine = p->asked.engine,
                                  .progress = plan_goes_on,
                                  .context = p,
                                  .members_in_all = p->asked.members * p->asked.evaluations};
    return terms_fill(&p->view, asked + from, to - from, p->asked.posterior, &run, &r->memory, r->bad, error);
}

static truce_status unjudged(truce_error *error)
{
    return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "the goal cannot be judged in any member");
}

static truce_status take_outcomes(const truce_plan *p, const plan_reading *r, plan_trial *t,
                                  truce_error *error)
{
    double cost = 0;
    t->good = t->known = 0;
    for (size_t m = 0; m < p->asked.members; m++) {
        double held = r->bad[m] ? NAN : statement_value(&r->goal, m);
        double more =
            !p->asked.cost || r->bad[m] ? 0 : statement_value(&r->cost, m) - statement_value(&r->before, m);
        t->outcomes[m] = isnan(held) || !isfinite(more) ? 2 : held == 1;
        if (t->outcomes[m] == 2)
            continue;
        t->known++;
        t->good += t->outcomes[m];
        cost += more;
    }
    t->cost = p->asked.cost ? cost / (double)t->known : plan_distance(p, t->values);
    return t->known ? TRUCE_OK : unjudged(error);
}

/* The mean cost over all members: a deal may be struck or not. */
static double mean_cost(const truce_plan *p, const plan_reading *r)
{
    double sum = 0;
    size_t count = 0;
    for (size_t m = 0; m < p->asked.members; m++) {
        double more = r->bad[m] ? NAN : statement_value(&r->cost, m) - statement_value(&r->before, m);
        sum += isfinite(more) ? more : 0;
        count += isfinite(more);
    }
    return count ? sum / (double)count : NAN;
}

static truce_status take_talks(truce_plan *p, const plan_reading *r, bool fresh, plan_trial *t,
                               truce_error *error)
{
    talks_trials *of = &p->trials_of_talks[fresh];
    TRY(talks_trials_try(&p->view, p->view.scenario_count - 1, of, t->outcomes, error));
    t->good = t->known = 0;
    for (size_t m = 0; m < of->options.run.members; m++) {
        t->known += t->outcomes[m] != 2;
        t->good += t->outcomes[m] == 1;
    }
    t->cost = p->asked.cost ? mean_cost(p, r) : plan_distance(p, t->values);
    return t->known && isfinite(t->cost) ? TRUCE_OK : unjudged(error);
}

double plan_worth(const truce_plan *p, const plan_trial *t, bool fresh)
{
    const talks_trials *of = &p->trials_of_talks[fresh];
    return p->of_talks ? (double)t->known * of->effective / (double)of->options.run.members
                       : (double)t->known;
}

size_t plan_member(const truce_plan *p, size_t outcome)
{
    return p->of_talks ? p->trials_of_talks[0].index[outcome] : outcome;
}

double plan_distance(const truce_plan *p, const double *values)
{
    double cost = 0;
    for (size_t i = 0; i < p->lever_count; i++)
        cost += p->levers[i].price * fabs(values[i] - p->levers[i].rest);
    return cost;
}

void plan_rest(const truce_plan *p, double *values)
{
    for (size_t i = 0; i < p->lever_count; i++)
        values[i] = p->levers[i].rest;
}

static truce_status run_trial(truce_plan *p, uint64_t first, plan_trial *t, truce_error *error)
{
    plan_reading r = {0};
    plan_set(p, t->values);
    truce_status status = open_reading(p, &r, error);
    if (status == TRUCE_OK && (!p->of_talks || p->asked.cost))
        status = run_reading(p, &r, first, error);
    if (status == TRUCE_OK)
        status = p->of_talks ? take_talks(p, &r, first > 0, t, error) : take_outcomes(p, &r, t, error);
    arena_free(&r.memory);
    return status;
}

truce_status plan_try_fresh(truce_plan *p, const double *values, plan_trial *t, truce_error *error)
{
    TRY(plan_new_trial(p, t, error));
    memcpy(t->values, values, p->lever_count * sizeof *values);
    if (p->of_talks)
        t->outcomes = arena_array(&p->memory, p->asked.members * TALKS_FRESH, sizeof *t->outcomes);
    return t->outcomes ? run_trial(p, p->asked.members, t, error) : error_memory(error);
}

/* From the archive, or a run. The first is run in any case: an archive of other runs does not agree with it. */
static truce_status fill_trial(truce_plan *p, plan_trial *t, truce_error *error)
{
    const plan_trial *known = plan_find_trial(p, p->known, p->read, t->values);
    if (known && p->count > 0) {
        plan_trial same = *known;
        same.values = t->values;
        *t = same;
        p->taken++;
        return TRUCE_OK;
    }
    TRY(run_trial(p, 0, t, error));
    p->unwritten++;
    if (known && !plan_same_outcomes(p, known, t))
        return error_set(
            error, TRUCE_BAD_INPUT, p->asked.archive, 0,
            "the archive is of another case, fit or seed: its first setting gives another outcome");
    return TRUCE_OK;
}

/* After the first setting, when nothing is lost yet, and after every ten that were run, or of many a twentieth, so that
 * what is written in all grows with their number. A later one that cannot be written does not end the search: the next
 * may be, and the last says so. */
static truce_status keep_archive(truce_plan *p, truce_error *error)
{
    enum { WRITTEN_AFTER = 10, OF_MANY = 20 };
    size_t due = p->count > WRITTEN_AFTER * OF_MANY ? p->count / OF_MANY : WRITTEN_AFTER;
    if (!p->asked.archive || (p->count > 1 && p->unwritten < due))
        return TRUCE_OK;
    p->unwritten = 0;
    truce_status status = plan_write_archive(p, p->count > 1 ? NULL : error);
    return p->count > 1 ? TRUCE_OK : status;
}

truce_status plan_try(truce_plan *p, const double *values, size_t *trial, truce_error *error)
{
    plan_trial t;
    const plan_trial *found = plan_find_trial(p, p->trials, p->count, values);
    if (found) {
        *trial = (size_t)(found - p->trials);
        return TRUCE_OK;
    }
    TRY(plan_new_trial(p, &t, error));
    memcpy(t.values, values, p->lever_count * sizeof *values);
    TRY(fill_trial(p, &t, error));
    if (!ARENA_PUSH(&p->memory, p->trials, p->count, p->capacity, t))
        return error_memory(error);
    *trial = p->count - 1;
    TRY(keep_archive(p, error));
    return plan_goes_on(p, 0, 0) ? TRUCE_OK
                                 : error_set(error, TRUCE_RUN_FAILED, NULL, 0, "the search was cancelled");
}

truce_status plan_end_view(truce_plan *p, truce_error *error)
{
    plan_reading r = {0};
    truce_status status = open_reading(p, &r, error);
    if (status == TRUCE_OK && !p->of_talks) { /* talks look to the end of the horizon */
        month last = statement_last(&r.goal), fitted = last;
        if (p->asked.cost && statement_last(&r.cost) > last)
            last = statement_last(&r.cost);
        if (p->asked.posterior)
            fitted = p->view.start + (month)p->asked.posterior->months - 1;
        p->view.stop = last > fitted ? last : fitted;
    }
    arena_free(&r.memory);
    return status;
}
