/* From a case to the results of talks: futures of the war, what settlements are worth, the game, what the
 * record says of the worlds, and what is told of each month. */
#include "fit/fit.h"
#include "talks/talking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Draws are adapted to the record while the effective sample is less than this share of the members; by a
 * pilot of not more than so many of them. */
static const double enough = 0.1;
enum { PILOT = 4000 };

talks_options talks_default_options(void)
{
    talks_options o = {.branch = SIZE_MAX,
                       .branch_from = MONTH_NONE,
                       .from = MONTH_NONE,
                       .degree = 1,
                       .adaptations = 2,
                       .run = truce_ensemble_default_options()};
    o.run.members = 4000;
    return o;
}

/* ---- The game ----------------------------------------------------------------------------------------- */

static truce_status solve(talking *k, truce_error *error)
{
    game_options options = {
        .regression = {.degree = k->options->degree, .folds = 2, .threads = k->options->run.threads},
        .report = keep_month,
        .context = k};
    TRY(game_solve(&k->game, &options, &k->solution, error));
    events_follow(k);
    return TRUCE_OK;
}

static void tell_means(talking *k)
{
    talks_result *r = k->result;
    for (int i = 0; i < CASE_SIDES; i++) {
        r->value[i] = k->solution.value[i];
        r->value_error[i] = k->solution.value_error[i];
        r->war[i] = k->solution.war[i];
        r->war_error[i] = k->solution.war_error[i];
        r->gain[i] = k->solution.gain[i];
        r->gain_error[i] = k->solution.gain_error[i];
    }
}

/* ---- The record --------------------------------------------------------------------------------------- */

static bool copy_design(const worths_design *from, worths_design *to)
{
    *to = (worths_design){0};
    if (!from || !from->adapted)
        return true;
    size_t size = from->count * sizeof *to->mean;
    *to = (worths_design){
        .adapted = true, .count = from->count, .mean = malloc(size), .deviation = malloc(size)};
    if (!to->mean || !to->deviation) {
        worths_design_free(to);
        return false;
    }
    memcpy(to->mean, from->mean, size);
    memcpy(to->deviation, from->deviation, size);
    return true;
}

void talks_record_free(talks_record *record)
{
    if (record->design)
        worths_design_free(record->design);
    free(record->design);
    free(record->weights);
    free(record->acts);
    *record = (talks_record){0};
}

static truce_status impossible(const talking *k, truce_error *error)
{
    return error_set(
        error, TRUCE_BAD_INPUT, k->c->path, 0,
        "what happened at the table is possible for no member: the priors of \"talks\" exclude it");
}

/* Solves, and weighs members by the record. */
static truce_status solve_given_record(talking *k, talks_record *record, truce_error *error)
{
    record->members = k->members;
    record->weights = k->weights = calloc(k->members, sizeof *k->weights);
    if (!k->weights)
        return error_memory(error);
    TRY(prepare_game(k, error));
    TRY(solve(k, error));
    return record_weigh(k, k->weights, &record->effective) ? TRUCE_OK : impossible(k, error);
}

static truce_status tell_record(talking *k, talks_record *record, truce_error *error)
{
    record->design = calloc(1, sizeof *record->design);
    bool told = record->design && record_told(k, record) && copy_design(&k->design, record->design);
    return told ? TRUCE_OK : error_memory(error);
}

/* Where few members would carry the weight, draws again around those that do (population Monte Carlo: Cappe
 * and others 2004, Journal of Computational and Graphical Statistics 13). */
static truce_status adapt(talking *pilot, talks_record *record, worths_design *best, truce_error *error)
{
    double greatest = 0.0;
    for (int round = 0; round <= pilot->options->adaptations; round++) {
        free(record->weights);
        pilot->weights = record->weights = NULL;
        TRY(solve_given_record(pilot, record, error));
        record->plain = round == 0 ? record->effective / (double)pilot->members : record->plain;
        if (record->effective > greatest) { /* few members may lead astray */
            greatest = record->effective;
            record->rounds = round;
            worths_design_free(best);
            if (!copy_design(&pilot->design, best))
                return error_memory(error);
        }
        if (round == pilot->options->adaptations || greatest >= enough * (double)pilot->members)
            return TRUCE_OK;
        if (!worths_adapt(&pilot->worths, pilot->options->run.seed, pilot->weights, pilot->members,
                          &pilot->design))
            return error_memory(error);
    }
    return TRUCE_OK;
}

/* ---- The whole ---------------------------------------------------------------------------------------- */

static bool make_months(const talking *k, talks_month **months)
{
    talks_result *r = k->result;
    *months = arena_array(&r->memory, r->month_count, sizeof **months);
    for (size_t j = 0; *months && j < r->month_count; j++) {
        (*months)[j].month = k->options->from + (month)j;
        (*months)[j].offers = arena_array(&r->memory, r->deal_count, sizeof *(*months)[j].offers);
        if (!(*months)[j].offers)
            return false;
    }
    return *months != NULL;
}

static bool make_room(talking *k)
{
    talks_result *r = k->result;
    r->month_count = k->months - k->told;
    r->deal_count = k->t->deal_count;
    r->members = k->members;
    size_t all = r->month_count * k->members;
    bool got = make_months(k, &r->months) && (!k->t->has_record || make_months(k, &r->prior));
    float **arrays[] = {&r->own.point, &r->own.realised, &r->own.struck, &r->own.gap[0], &r->own.gap[1]};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        got = (*arrays[i] = calloc(all, sizeof(float))) != NULL && got;
    r->own.zone = calloc(all, sizeof *r->own.zone);
    return got && r->own.zone;
}

static void release(talking *k)
{
    if (k->result->record.weights == k->weights)
        k->weights = NULL; /* the record's */
    prepare_release(k);
}

/* Counts the members of the ensembles that have been run: each counts its own from the beginning, and of no
 * members whether to go on is asked. */
typedef struct counting {
    const truce_ensemble_options *run;
    size_t before, last, members, total;
} counting;

static bool count_members(void *context, size_t done, size_t members)
{
    counting *k = context;
    if (members > 0) {
        if (k->last == k->members)
            k->before += k->last;
        k->last = done;
        k->members = members;
    }
    return k->run->progress(k->run->context, k->before + k->last, k->total);
}

static bool is_branch(const talks_options *o)
{
    return o->branch != SIZE_MAX && o->branch_probability > 0.0 && o->branch_probability < 1.0;
}

/* A branch that never or surely happens is no branch: the scenario is what happens. */
static size_t scenario_of(const talks_options *o)
{
    return !is_branch(o) && o->branch != SIZE_MAX && o->branch_probability > 0.0 ? o->branch : o->scenario;
}

/* What happened is the first scenario: any other is weighed by what that one says of the members. */
static bool needs_record(const truce_case *c, const talks_options *o)
{
    return c->talks && c->talks->has_record && !o->record && (is_branch(o) || scenario_of(o) != 0);
}

size_t talks_members(const truce_case *c, const talks_options *options)
{
    size_t each = options->run.members + 2 * peace_members(options->run.members);
    return each * ((is_branch(options) ? 2 : 1) + (needs_record(c, options) ? 1 : 0));
}

static truce_status take_record(talking *k, const talks_record *record, truce_error *error)
{
    if (record->members != k->members)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "the record has weights for %zu members, and %zu are run", record->members,
                         k->members);
    k->weights = calloc(k->members, sizeof *k->weights);
    if (!k->weights || !copy_design(record->design, &k->design))
        return error_memory(error);
    memcpy(k->weights, record->weights, k->members * sizeof *k->weights);
    TRY(prepare_game(k, error));
    return solve(k, error);
}

/* The design of the draws, found with the first members only. */
static truce_status run_pilot(talking *k, truce_error *error)
{
    talks_options of = *k->options;
    talks_record record = {0};
    of.run.members = k->members < PILOT ? k->members : PILOT;
    of.run.progress = NULL;
    talking pilot = {.c = k->c, .t = k->t, .options = &of, .result = k->result, .features = k->features};
    pilot.members = of.run.members;
    pilot.first = k->first;
    pilot.months = k->months;
    pilot.told = k->told;
    pilot.known = k->known;
    pilot.from_now = k->from_now;
    truce_status status = prepare_pilot(k, &pilot, error);
    if (status == TRUCE_OK)
        status = adapt(&pilot, &record, &k->design, error);
    k->result->record.plain = record.plain * (double)k->members;
    k->result->record.rounds = record.rounds;
    pilot.weights = NULL;
    talks_record_free(&record);
    prepare_release(&pilot);
    return status;
}

static truce_status run(talking *k, const talks_record *record, truce_error *error)
{
    talks_result *r = k->result;
    if (!make_room(k))
        return error_memory(error);
    TRY(prepare_futures(k, error));
    if (!record && k->t->has_record)
        TRY(run_pilot(k, error));
    if (record) {
        TRY(take_record(k, record, error));
    } else if (k->t->has_record) {
        TRY(solve_given_record(k, &r->record, error));
        TRY(tell_record(k, &r->record, error));
    } else {
        TRY(prepare_game(k, error));
        TRY(solve(k, error));
    }
    tell_means(k);
    if (k->options->watch)
        tell_watched(k);
    else if (!tell_all(k) || !answer(k))
        return error_memory(error);
    if (!k->weights)
        return TRUCE_OK;
    r->own.weights = malloc(k->members * sizeof *r->own.weights);
    if (!r->own.weights)
        return error_memory(error);
    memcpy(r->own.weights, k->weights, k->members * sizeof *r->own.weights);
    return TRUCE_OK;
}

static truce_status check(const truce_case *c, talks_options *of, size_t *features, truce_error *error)
{
    if (!c->talks)
        return error_set(error, TRUCE_BAD_INPUT, c->path, 0, "the case has no section \"talks\"");
    if (c->scenarios[of->scenario].branch_count ||
        (of->branch != SIZE_MAX && c->scenarios[of->branch].branch_count))
        return error_set(
            error, TRUCE_BAD_USAGE, NULL, 0,
            "talks take a scenario without branches: their own is --branch SCENARIO=PROBABILITY");
    if (of->from == MONTH_NONE)
        of->from = c->talks->from;
    if (of->from < c->start || of->from > c->stop) {
        char first[16], last[16];
        month_iso(c->start, first);
        month_iso(c->stop, last);
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "talks begin within the horizon, %s to %s", first,
                         last);
    }
    *features = peace_features(c->talks) + c->talks->signal_count + (of->branch != SIZE_MAX);
    size_t least = regression_least_members(*features, of->degree);
    if (of->run.members < least)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "at least %zu members are needed (regressions on what the sides see), not %zu",
                         least, of->run.members);
    return TRUCE_OK;
}

/* The months solved begin with the record's where there is one. */
static void set_months(talking *k)
{
    const truce_case *c = k->c;
    month from = k->options->from, known = c->data_end + 1;
    bool record = k->t->has_record;
    month first = record ? c->start : from;
    k->first = (size_t)(first - c->start);
    k->told = (size_t)(from - first);
    k->months = (size_t)(c->stop + 1 - first);
    size_t data = known > first ? (size_t)(known - first) : 0;
    data = data < k->months ? data : k->months;
    k->known = record ? data : 0;
    k->from_now = data > k->told ? data : k->told;
    if (k->from_now >= k->months)
        k->from_now = k->months - 1;
}

static truce_status run_scenario(const truce_case *c, const talks_options *of, size_t features,
                                 const talks_record *record, talks_result *result, truce_error *error)
{
    talking k = {.c = c,
                 .t = c->talks,
                 .options = of,
                 .result = result,
                 .members = of->run.members,
                 .features = features};
    set_months(&k);
    truce_status status = run(&k, record, error);
    release(&k);
    return status;
}

truce_status talks_run(const truce_case *c, const talks_options *asked, talks_result *result,
                       truce_error *error)
{
    talks_options of = *asked;
    talks_result happened = {0};
    size_t features = 0;
    counting counted = {.run = &asked->run, .total = talks_members(c, asked)};
    /* The two halves of the regressions share no draw, so that how far they are apart tells their error. */
    truce_fit dealt;
    if (asked->fit && asked->fit->count < asked->run.members) {
        dealt = *asked->fit;
        dealt.deal = regression_run_length(asked->run.members);
        of.fit = &dealt;
    }
    of.scenario = scenario_of(asked);
    if (!is_branch(asked))
        of.branch = SIZE_MAX;
    if (asked->run.progress) {
        of.run.progress = count_members;
        of.run.context = &counted;
    }
    *result = (talks_result){0};
    TRY(check(c, &of, &features, error));
    const talks_record *record = c->talks->has_record ? asked->record : NULL;
    truce_status status = TRUCE_OK;
    if (needs_record(c, asked)) {
        talks_options first = of;
        first.watch = NULL;
        first.scenario = 0;
        first.branch = SIZE_MAX;
        size_t plain = features - (of.branch != SIZE_MAX);
        status = run_scenario(c, &first, plain, NULL, &happened, error);
        record = &happened.record;
    }
    if (status == TRUCE_OK)
        status = run_scenario(c, &of, features, record, result, error);
    if (status == TRUCE_OK && happened.record.weights) {
        result->record = happened.record; /* it is told whichever scenario is run */
        happened.record = (talks_record){0};
    }
    talks_free(&happened);
    if (status != TRUCE_OK)
        talks_free(result);
    return status;
}

void talks_forget_paths(talks_result *result)
{
    free(result->own.point);
    free(result->own.realised);
    free(result->own.zone);
    free(result->own.struck);
    free(result->own.gap[0]);
    free(result->own.gap[1]);
    free(result->own.weights);
    result->own = (talks_paths){0};
}

void talks_free(talks_result *result)
{
    talks_forget_paths(result);
    talks_record_free(&result->record);
    arena_free(&result->memory);
    *result = (talks_result){0};
}
