/* truce_enough_find. The probability of the goal is looked at on a grid over the range, then the least setting that
 * reaches it is bracketed by halving the step before the first one that does. All settings have the same members
 * (common random numbers), so that the curve is as smooth as the model; the answer is tried again with members that
 * had no part in the search, since the search favours settings on which its own members did well. */
#include "answers/enough.h"
#include "answers/goal.h"
#include "results/findings.h"
#include "simulate/simulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GRID = 9, HALVINGS = 7 };
static const char scenario_name[] = "lever-in-hand";

truce_enough_options truce_enough_default_options(void)
{
    return (truce_enough_options){.how = "value",
                                  .from = TRUCE_MONTH_NONE,
                                  .by = TRUCE_MONTH_NONE,
                                  .probability = 0.9,
                                  .members = 1000,
                                  .seed = 1};
}

/* worth: of how many members the interval is, where members weigh differently. */
static truce_setting setting_of(double value, size_t good, size_t count, size_t failed, double worth)
{
    truce_setting s = {
        .value = value, .probability = (double)good / (double)count, .members = count, .failed = failed};
    answers_share_interval(s.probability, worth, &s.low, &s.high);
    return s;
}

/* ---- The scenario of the lever ---------------------------------------------------------------------------- */

static void put_quoted(text *t, const char *string)
{
    text_print(t, "\"");
    for (; *string; string++)
        text_print(t, *string == '"' || *string == '\\' ? "\\%c" : "%c", *string);
    text_print(t, "\"");
}

static bool has_months(const char *how)
{
    return strcmp(how, "value") == 0 || strcmp(how, "multiply") == 0 || strcmp(how, "add") == 0;
}

/* of_case: the lever is one of the case, whose changes are put into the scenario afterwards. */
static void put_scenario(text *t, const truce_enough_options *o, const char *base, double value, bool of_case)
{
    char number[32], from[16];
    number[text_from_number(number, value)] = '\0';
    text_print(t, "scenarios:\n  %s: {from: ", scenario_name);
    put_quoted(t, base);
    text_print(t, ", title: The lever");
    if (of_case) {
        text_print(t, "}\n");
        return;
    }
    text_print(t, ", changes: [{variable: ");
    put_quoted(t, o->lever);
    if (has_months(o->how) && o->from != MONTH_NONE) {
        month_iso(o->from, from);
        text_print(t, ", from: %s", from);
    }
    text_print(t, ", %s: %s}]}\n", o->how, number);
}

static size_t all_changes(const truce_case *c)
{
    size_t count = 1;
    for (size_t i = 0; i < c->control_count; i++)
        count += c->controls[i].element_count;
    return count;
}

static month rests_at(const truce_case *c, month fixed, size_t by)
{
    return by == SIZE_MAX ? fixed : c->start + (month)floor(c->controls[by].rest - c->time_start + 1e-9);
}

/* The changes of a lever of the case, and of those that count once it is moved, where they rest. Returns how many. */
static size_t take_control(truce_enough *e, const truce_case *c, size_t control)
{
    static const char *const names[] = {[CHANGE_SET] = "set",
                                        [CHANGE_SCALE] = "scale",
                                        [CHANGE_VALUE] = "value",
                                        [CHANGE_MULTIPLY] = "multiply",
                                        [CHANGE_ADD] = "add"};
    const case_control *moved = &c->controls[control];
    size_t count = 0;
    for (size_t i = control, told = 0; i != SIZE_MAX && told < c->control_count;
         i = c->controls[i].with, told++) {
        const case_control *k = &c->controls[i];
        for (size_t m = 0; m < k->element_count; m++)
            e->changes[count++] = (case_change){.variable = e->own->model->elements[k->elements[m]].name,
                                                .element = k->elements[m],
                                                .kind = (enum change_kind)k->kind,
                                                .value = k->rest,
                                                .first = rests_at(c, k->first, k->first_by),
                                                .last = rests_at(c, k->last, k->last_by),
                                                .mean_first = MONTH_NONE,
                                                .mean_last = MONTH_NONE};
    }
    e->of_case = true;
    e->title = arena_string(&e->memory, moved->title);
    e->units = arena_string(&e->memory, moved->units);
    e->moved = moved->element_count;
    e->asked.how = names[moved->kind];
    e->asked.from = rests_at(c, moved->first, moved->first_by);
    return count;
}

static truce_status load_lever(truce_enough *e, const truce_case *c, const truce_enough_options *o,
                               truce_error *error)
{
    size_t base = 0, whole, part_of_it, control = lever_find(c, o->lever);
    text part = {0};
    if (o->scenario)
        TRY(simulate_find_scenario(c, o->scenario, &base, error));
    if (control == SIZE_MAX && truce_model_look_up(c->model, o->lever, &whole, &part_of_it, NULL) != TRUCE_OK)
        return lever_unknown(c, o->lever, error);
    if (control != SIZE_MAX && c->controls[control].date)
        return error_set(
            error, TRUCE_BAD_INPUT, NULL, 0,
            "the lever \"%s\" is a month, and how much is enough is asked of amounts: `truce plan` "
            "moves months too",
            o->lever);
    put_scenario(&part, o, c->scenarios[base].name, o->least, control != SIZE_MAX);
    truce_status status = part.failed ? error_memory(error)
                                      : truce_case_load_from(c->files, c->path, part.bytes, &e->own, error);
    text_free(&part);
    if (status != TRUCE_OK && error && strcmp(error->file, CASE_GIVEN_PART) == 0) {
        error->file[0] = '\0'; /* nobody has seen the scenario that was made of the lever */
        error->line = 0;
    }
    if (status != TRUCE_OK)
        return status;
    e->view = *e->own;
    const case_scenario *lever = &e->view.scenarios[e->view.scenario_count - 1];
    e->scenarios = arena_array(&e->memory, e->view.scenario_count, sizeof *e->scenarios);
    e->changes = arena_array(&e->memory, lever->change_count + all_changes(c), sizeof *e->changes);
    if (!e->scenarios || !e->changes)
        return error_memory(error);
    memcpy(e->scenarios, e->view.scenarios, e->view.scenario_count * sizeof *e->scenarios);
    if (lever->change_count) /* of a lever of the case they come afterwards */
        memcpy(e->changes, lever->changes, lever->change_count * sizeof *e->changes);
    e->moved = lever->change_count;
    case_scenario *in_hand = &e->scenarios[e->view.scenario_count - 1];
    if (control != SIZE_MAX)
        in_hand->change_count = take_control(e, c, control);
    in_hand->changes = e->changes;
    e->view.scenarios = e->scenarios;
    return e->of_case && !(e->title && e->units) ? error_memory(error) : TRUCE_OK;
}

static truce_status read_goal(truce_enough *e, arena *memory, statement *goal, truce_error *error)
{
    return goal_parse(&e->view, e->asked.goal, &e->place, e->asked.by, e->view.scenario_count - 1, memory,
                      goal, error);
}

/* ---- One setting ------------------------------------------------------------------------------------------- */

static truce_status try_setting(truce_enough *e, double value, uint64_t first, truce_setting *result,
                                truce_error *error)
{
    arena memory = {0};
    statement goal, *goals[] = {&goal};
    size_t members = e->asked.members, count = 0, good = 0, failed = 0;
    truce_ensemble_options run = truce_ensemble_default_options();
    run.members = members;
    run.first_member = first;
    run.seed = e->asked.seed;
    run.threads = e->asked.threads;
    run.engine = e->asked.engine;
    run.progress = answers_go_on;
    run.context = &e->watched;
    for (size_t i = 0; i < e->moved; i++)
        e->changes[i].value = value;
    bool *bad = arena_array(&memory, members, sizeof *bad);
    truce_status status = bad ? read_goal(e, &memory, &goal, error) : error_memory(error);
    if (status == TRUCE_OK)
        status = terms_fill(&e->view, goals, 1, e->asked.posterior, &run, &memory, bad, error);
    for (size_t m = 0; m < members && status == TRUCE_OK; m++) {
        double held = bad[m] ? NAN : statement_value(&goal, m);
        failed += bad[m];
        count += !isnan(held);
        good += held == 1;
    }
    arena_free(&memory);
    if (status == TRUCE_OK && count == 0)
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "the goal cannot be judged in any member");
    if (status == TRUCE_OK)
        *result = setting_of(value, good, count, failed, (double)count);
    return status;
}

/* The same of a goal about talks. Where the war is over there is nothing to sign. */
static truce_status try_talks(truce_enough *e, double value, bool fresh, truce_setting *result,
                              truce_error *error)
{
    talks_trials *t = &e->trials[fresh];
    size_t members = t->options.run.members, good = 0, count = 0;
    uint8_t *outcomes = malloc(members + 1);
    if (!outcomes)
        return error_memory(error);
    for (size_t i = 0; i < e->moved; i++)
        e->changes[i].value = value;
    truce_status status = talks_trials_try(&e->view, e->view.scenario_count - 1, t, outcomes, error);
    for (size_t m = 0; m < members && status == TRUCE_OK; m++) {
        count += outcomes[m] != 2;
        good += outcomes[m] == 1;
    }
    free(outcomes);
    if (status == TRUCE_OK && count == 0)
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "the goal cannot be judged in any member");
    if (status == TRUCE_OK)
        *result = setting_of(value, good, count, 0, (double)count * t->effective / (double)members);
    return status;
}

/* Keeps settings in the order of their values. */
static truce_status look_at(truce_enough *e, double value, double *probability, truce_error *error)
{
    truce_setting s;
    TRY(e->of_talks ? try_talks(e, value, false, &s, error) : try_setting(e, value, 0, &s, error));
    if (!ARENA_PUSH(&e->memory, e->settings, e->count, e->capacity, s))
        return error_memory(error);
    size_t at = e->count - 1;
    for (; at > 0 && e->settings[at - 1].value > value; at--)
        e->settings[at] = e->settings[at - 1];
    e->settings[at] = s;
    *probability = s.probability;
    return TRUCE_OK;
}

/* ---- The search --------------------------------------------------------------------------------------------- */

static truce_status search(truce_enough *e, truce_error *error)
{
    double low = NAN, high = NAN, p;
    const truce_enough_options *o = &e->asked;
    for (int i = 0; i < GRID; i++) {
        double value = o->least + (o->most - o->least) * i / (GRID - 1);
        TRY(look_at(e, value, &p, error));
        if (isnan(high) && p >= o->probability)
            high = value;
        else if (isnan(high))
            low = value;
    }
    for (int i = 0; i < HALVINGS && !isnan(high) && !isnan(low); i++) {
        double middle = low + (high - low) / 2;
        TRY(look_at(e, middle, &p, error));
        *(p >= o->probability ? &high : &low) = middle;
    }
    truce_enough_facts *f = &e->found;
    f->found = !isnan(high);
    f->below = f->found ? low : NAN;
    size_t best = 0;
    for (size_t i = 0; i < e->count; i++)
        if (f->found ? e->settings[i].value == high
                     : e->settings[i].probability > e->settings[best].probability)
            best = i;
    f->least = e->settings[best];
    f->settings = e->count;
    return e->of_talks ? try_talks(e, f->least.value, true, &f->fresh, error)
                       : try_setting(e, f->least.value, o->members, &f->fresh, error);
}

/* What the ends of the range go beyond. */
static truce_status look_beyond(truce_enough *e, truce_error *error)
{
    text t = {0};
    const double ends[] = {e->asked.least, e->asked.most};
    case_change x = e->changes[0];
    for (size_t i = 0; i < 2 && e->moved; i++) {
        x.value = ends[i];
        range_caution(&t, e->own, &x);
    }
    if (t.length && !t.failed)
        e->caution = arena_string(&e->memory, t.bytes);
    truce_status status = t.failed || (t.length && !e->caution) ? error_memory(error) : TRUCE_OK;
    text_free(&t);
    if (!e->of_case) {
        bool times = x.kind == CHANGE_SCALE || x.kind == CHANGE_MULTIPLY;
        e->title = e->asked.lever;
        e->units = times || !e->moved ? "" : element_units(e->own->model, x.element);
    }
    e->moves_past = !e->of_case && x.first == MONTH_NONE && e->own->data_end != MONTH_NONE;
    return status;
}

static truce_status check(const truce_enough_options *o, truce_error *error)
{
    if (!o->goal || !o->lever)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a goal and a lever are needed");
    TRY(month_require(o->from, "from", error));
    TRY(month_require(o->by, "by", error));
    if (o->from != MONTH_NONE && o->how && !has_months(o->how))
        return error_set(
            error, TRUCE_BAD_USAGE, NULL, 0,
            "\"%s\" holds over the whole horizon: from a month on it is \"value\", \"multiply\" or \"add\"",
            o->how);
    if (!(o->least < o->most) || !isfinite(o->most - o->least))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the range of the lever must go from less to more");
    if (!(o->probability > 0 && o->probability <= 1))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the probability must be above 0 and at most 1");
    if (!o->members || o->members > TRUCE_MEMBERS_AT_ONCE)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a search has 1 to %d members",
                         TRUCE_MEMBERS_AT_ONCE);
    return TRUCE_OK;
}

static truce_status keep_words(truce_enough *e, truce_error *error)
{
    const char **words[] = {&e->asked.goal, &e->asked.lever, &e->asked.how, &e->asked.scenario,
                            &e->asked.command};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (*words[i] && !(*words[i] = arena_string(&e->memory, *words[i])))
            return error_memory(error);
    return TRUCE_OK;
}

static truce_status open_talks(truce_enough *e, const truce_case *c, truce_error *error)
{
    talks_goal goal;
    truce_ensemble_options run = {.members = e->asked.members,
                                  .seed = e->asked.seed,
                                  .threads = e->asked.threads,
                                  .engine = e->asked.engine,
                                  .progress = answers_go_on,
                                  .context = &e->watched};
    TRY(talks_goal_read(c, e->asked.goal, e->asked.by, &goal, error));
    e->asked.probability = isnan(goal.bound) ? e->asked.probability : goal.bound;
    TRY(talks_trials_open(c, &goal, e->asked.posterior, &run, &e->trials[0], error));
    run.seed++;
    run.members *= TALKS_FRESH;
    return talks_trials_open(c, &goal, e->asked.posterior, &run, &e->trials[1], error);
}

static truce_status find(truce_enough *e, const truce_case *c, truce_error *error)
{
    statement goal;
    TRY(check(&e->asked, error));
    TRY(keep_words(e, error));
    TRY(load_lever(e, c, &e->asked, error));
    e->of_talks = talks_goal_is(e->asked.goal);
    if (e->of_talks) {
        TRY(open_talks(e, c, error));
        TRY(look_beyond(e, error));
        return search(e, error);
    }
    TRY(read_goal(e, &e->memory, &goal, error));
    month last = statement_last(&goal), fitted = last;
    if (e->asked.posterior)
        fitted = e->view.start + (month)e->asked.posterior->months - 1;
    e->view.stop = last > fitted ? last : fitted;
    TRY(look_beyond(e, error));
    return search(e, error);
}

truce_status truce_enough_find(const truce_case *c, const truce_enough_options *options,
                               truce_enough **enough, truce_error *error)
{
    truce_enough_options defaults = truce_enough_default_options();
    REQUIRE(c, "case");
    REQUIRE(enough, "enough");
    if (!options)
        options = &defaults;
    if (!options->goal || !options->lever || !options->how)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a goal, a lever and how it is set are needed");
    *enough = NULL;
    truce_enough *e = calloc(1, sizeof *e);
    if (!e)
        return error_memory(error);
    e->asked = *options;
    e->watched = (interruption){options->go_on, options->context};
    truce_status status = find(e, c, error);
    if (status == TRUCE_OK)
        *enough = e;
    else
        truce_enough_destroy(e);
    return status;
}

void truce_enough_destroy(truce_enough *e)
{
    if (!e)
        return;
    for (int i = 0; i < 2; i++)
        talks_trials_close(&e->trials[i]);
    truce_case_destroy(e->own);
    arena_free(&e->memory);
    free(e);
}

truce_enough_facts truce_enough_facts_of(const truce_enough *e)
{
    const truce_setting none = {NAN, NAN, NAN, NAN, 0, 0};
    return e ? e->found : (truce_enough_facts){.least = none, .below = NAN, .fresh = none};
}

truce_setting truce_enough_setting(const truce_enough *e, size_t index)
{
    return e && index < e->count ? e->settings[index] : (truce_setting){NAN, NAN, NAN, NAN, 0, 0};
}
