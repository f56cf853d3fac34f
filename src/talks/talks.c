/* From a case to the results of talks: futures of the war, what settlements are worth, the game, and what is
 * told of each month. */
#include "talks/talking.h"

#include "ensemble/ensemble.h"
#include "math/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const double talks_probabilities[TALKS_BAND] = {0.05, 0.25, 0.5, 0.75, 0.95};

talks_options talks_default_options(void)
{
    talks_options o = {
        .branch = SIZE_MAX, .from = MONTH_NONE, .degree = 1, .run = truce_ensemble_default_options()};
    o.run.members = 4000;
    return o;
}

/* ---- The futures of the war ------------------------------------------------------------------------------
 */

/* Which members' future is the branch's: the lowest numbers of a draw, so that a greater probability keeps
 * those of a smaller one. */
static bool draw_branch(talking *k)
{
    k->takes_branch = calloc(k->members, sizeof *k->takes_branch);
    for (size_t m = 0; k->takes_branch && m < k->members; m++)
        k->takes_branch[m] = random_uniform(k->options->run.seed, m, hash_bytes("branch of the talks", 19),
                                            0) < k->options->branch_probability;
    return k->takes_branch != NULL;
}

static truce_status run_war(talking *k, truce_error *error)
{
    const case_talks *t = k->t;
    size_t count = t->state_count;
    memcpy(k->elements, t->state, count * sizeof *t->state);
    k->line = count;
    k->elements[count++] = t->line;
    k->burden = count;
    for (int i = 0; i < CASE_SIDES; i++)
        k->elements[count++] = t->burden[i];
    k->collapsed = count;
    for (int i = 0; i < CASE_SIDES; i++)
        k->elements[count++] = t->collapsed[i];
    k->views = count;
    count += views_elements(t, k->elements + count);
    futures_options o = {.scenario = k->options->scenario,
                         .branch = k->options->branch,
                         .branch_probability = k->options->branch_probability,
                         .fit = k->options->fit,
                         .step = 1,
                         .run = k->options->run};
    return futures_run(k->c, &o, k->elements, count, k->takes_branch, &k->war, error);
}

/* The first month in which a change of the branch holds: from then on both sides know which future it is. */
static size_t branch_month(const talking *k)
{
    const truce_case *c = k->c;
    if (k->options->branch == SIZE_MAX)
        return SIZE_MAX;
    month first = c->stop + 1;
    for (size_t s = k->options->branch; s != SIZE_MAX && s != k->options->scenario; s = c->scenarios[s].base)
        for (size_t i = 0; i < c->scenarios[s].change_count; i++) {
            const case_change *change = &c->scenarios[s].changes[i];
            month from =
                change->first == MONTH_NONE || change->kind == CHANGE_SET || change->kind == CHANGE_SCALE
                    ? c->start
                    : change->first;
            first = from < first ? from : first;
        }
    return (size_t)(first - c->start);
}

/* ---- The game --------------------------------------------------------------------------------------------
 */

static bool allocate(talking *k)
{
    size_t n = k->members, all = n * k->months;
    k->state = calloc((k->months + 1) * k->features * n, sizeof *k->state);
    k->unit = calloc(n, sizeof *k->unit);
    k->share = calloc(all + n, sizeof *k->share);
    k->end = calloc(n, sizeof *k->end);
    k->agreed = calloc(n, sizeof *k->agreed);
    k->workers = workers_count(k->options->run.threads, 1 + k->t->deal_count);
    k->rooms = calloc(k->workers, sizeof *k->rooms);
    k->solution.struck = calloc(n, sizeof *k->solution.struck);
    k->solution.line = calloc(n, sizeof *k->solution.line);
    bool enough = k->state && k->unit && k->share && k->end && k->agreed && k->rooms && k->solution.struck &&
                  k->solution.line;
    for (unsigned w = 0; enough && w < k->workers; w++)
        enough = telling_allocate(&k->rooms[w], n);
    for (int i = 0; i < CASE_SIDES; i++) {
        k->cost[i] = calloc(all, sizeof *k->cost[i]);
        k->settled[i] = calloc(all, sizeof *k->settled[i]);
        k->toll[i] = calloc(all, sizeof *k->toll[i]);
        k->halt[i] = calloc(all + n, sizeof *k->halt[i]);
        k->end_value[i] = calloc(n, sizeof *k->end_value[i]);
        enough = enough && k->cost[i] && k->settled[i] && k->toll[i] && k->halt[i] && k->end_value[i];
    }
    return enough;
}

/* Features of months 0 to `months`: the state, the logarithms of the stakes, what is seen with an error, and
 * from its month on the branch. */
static bool fill_state(talking *k)
{
    size_t n = k->members, known = branch_month(k);
    for (size_t j = 0; j <= k->months; j++) {
        float *state = k->state + j * k->features * n;
        for (size_t i = 0; i < k->t->state_count; i++)
            futures_values(&k->war, i, k->first + j, state + i * n);
        for (size_t i = 0; i < CASE_SIDES; i++)
            for (size_t m = 0, at = (k->t->state_count + i) * n; m < n; m++)
                state[at + m] = j > 0 ? k->state[at + m] : (float)portable_log(k->worths.stake[i][m]);
        for (size_t m = 0; k->war.takes_branch && m < n; m++)
            state[(k->features - 1) * n + m] = k->first + j >= known && k->takes_branch[m] ? 1.0f : 0.0f;
        if (!views_see(k, j, state + peace_features(k->t) * n))
            return false;
        futures_values(&k->war, k->line, k->first + j, k->share + j * n);
        for (size_t m = 0; m < n; m++)
            k->share[j * n + m] = (float)line_share(k->t, k->share[j * n + m]);
    }
    return true;
}

/* Cost of each month in shares of the stake: the mean of what it costs at its two ends; the toll is that of
 * its beginning. */
static void fill_costs(talking *k)
{
    size_t n = k->members;
    for (int i = 0; i < CASE_SIDES; i++)
        for (size_t j = 0; j < k->months; j++) {
            float *before = k->rooms[0].values, *after = k->rooms[0].sorted;
            futures_values(&k->war, k->burden + (size_t)i, k->first + j, before);
            futures_values(&k->war, k->burden + (size_t)i, k->first + j + 1, after);
            for (size_t m = 0; m < n; m++) {
                k->toll[i][j * n + m] = before[m] / k->worths.stake[i][m];
                k->cost[i][j * n + m] = 0.5f * (before[m] + after[m]) / k->worths.stake[i][m];
            }
        }
}

void value_terms(const talking *k, size_t deal, size_t j, double *const *targets, float *const *worth)
{
    size_t n = k->members;
    const case_deal *d = deal < k->t->deal_count ? &k->t->deals[deal] : NULL;
    peace_expect(k->peace, deal, k->state + j * k->features * n, targets);
    for (int i = 0; i < CASE_SIDES; i++)
        for (size_t m = 0; m < n; m++) {
            double given = d ? d->relief * k->worths.relief[i][m] - k->worths.cost[d->guarantee][i][m] : 0.0;
            worth[i][m] = (float)(given / k->worths.stake[i][m] - targets[PEACE_LOSS + i][m]);
        }
}

/* What a mere halt on the line of each month would leave, without an agreement. */
static void fill_halts(talking *k)
{
    size_t n = k->members;
    for (size_t j = 0; j <= k->months; j++) {
        float *halt[CASE_SIDES] = {k->halt[0] + j * n, k->halt[1] + j * n};
        value_terms(k, k->t->deal_count, j, k->rooms[0].targets, halt);
        for (size_t m = 0; m < n; m++) {
            halt[CASE_ATTACKER][m] += k->share[j * n + m];
            halt[CASE_DEFENDER][m] += 1.0f - k->share[j * n + m];
        }
    }
}

/* When each war is over by itself, and what that leaves: terms dictated to a side that has collapsed, or the
 * line frozen at the horizon without an agreement. */
static void fill_ends(talking *k)
{
    size_t n = k->members;
    for (size_t m = 0; m < n; m++) {
        k->end[m] = (uint32_t)k->months;
        for (int i = 0; i < CASE_SIDES; i++)
            k->end_value[i][m] = k->halt[i][k->months * n + m];
        for (size_t j = 0; j <= k->months; j++) {
            bool defender = futures_value(&k->war, k->collapsed + CASE_DEFENDER, k->first + j, m) >= 0.5f;
            bool attacker = futures_value(&k->war, k->collapsed + CASE_ATTACKER, k->first + j, m) >= 0.5f;
            if (!defender && !attacker)
                continue;
            k->end[m] = (uint32_t)j;
            if (defender == attacker)
                break;
            int loser = defender ? CASE_DEFENDER : CASE_ATTACKER;
            k->end_value[loser][m] = -k->worths.dictated[loser][m] / k->worths.stake[loser][m];
            k->end_value[1 - loser][m] = 1.0f;
            break;
        }
    }
}

static bool fill_game(talking *k)
{
    size_t n = k->members;
    if (!fill_state(k))
        return false;
    fill_costs(k);
    for (size_t j = 0; j < k->months; j++) {
        float *worth[CASE_SIDES] = {k->settled[0] + j * n, k->settled[1] + j * n};
        value_terms(k, k->t->reference, j, k->rooms[0].targets, worth);
    }
    fill_halts(k);
    fill_ends(k);
    for (size_t m = 0; m < n; m++)
        k->unit[m] = 1.0f;
    k->game = (game){.members = n,
                     .months = k->months,
                     .features = k->features,
                     .state = k->state,
                     .proposer = k->worths.proposer,
                     .end = k->end};
    for (int i = 0; i < CASE_SIDES; i++) {
        k->game.cost[i] = k->cost[i];
        k->game.settled[i] = k->settled[i];
        k->game.toll[i] = k->toll[i];
        k->game.halt[i] = k->halt[i];
        k->game.stake[i] = k->unit;
        k->game.discount[i] = k->worths.discount[i];
        k->game.end_value[i] = k->end_value[i];
        k->game.belief[i] = k->belief[i];
    }
    return true;
}

/* ---- The game --------------------------------------------------------------------------------------------
 */

static truce_status solve(talking *k, truce_error *error)
{
    talks_result *r = k->result;
    game_options options = {
        .regression = {.degree = k->options->degree, .folds = 2, .threads = k->options->run.threads},
        .report = tell_month,
        .context = k};
    TRY(game_solve(&k->game, &options, &k->solution, error));
    for (int i = 0; i < CASE_SIDES; i++) {
        r->value[i] = k->solution.value[i];
        r->value_error[i] = k->solution.value_error[i];
        r->war[i] = k->solution.war[i];
        r->war_error[i] = k->solution.war_error[i];
        r->gain[i] = k->solution.gain[i];
        r->gain_error[i] = k->solution.gain_error[i];
    }
    tell_deals(k);
    return TRUCE_OK;
}

/* ---- The whole --------------------------------------------------------------------------------------------
 */

static bool make_room(talking *k)
{
    talks_result *r = k->result;
    r->month_count = k->months;
    r->deal_count = k->t->deal_count;
    r->members = k->members;
    r->months = arena_array(&r->memory, k->months, sizeof *r->months);
    for (size_t j = 0; r->months && j < k->months; j++) {
        r->months[j].month = k->options->from + (month)j;
        r->months[j].offers = arena_array(&r->memory, r->deal_count, sizeof *r->months[j].offers);
        if (!r->months[j].offers)
            return false;
    }
    size_t all = k->months * k->members;
    r->own.point = calloc(all, sizeof *r->own.point);
    r->own.realised = calloc(all, sizeof *r->own.realised);
    r->own.zone = calloc(all, sizeof *r->own.zone);
    r->own.struck = calloc(k->members, sizeof *r->own.struck);
    return r->months && r->own.point && r->own.realised && r->own.zone && r->own.struck;
}

static truce_status prepare(talking *k, truce_error *error)
{
    if (!make_room(k) || (k->options->branch != SIZE_MAX && !draw_branch(k)))
        return error_memory(error);
    TRY(worths_draw(k->c, k->options->run.seed, k->members, &k->worths, error));
    TRY(peace_create(k->c, k->options, &k->worths, k->takes_branch, &k->peace, error));
    TRY(run_war(k, error));
    TRY(views_weigh(k, error));
    if (!allocate(k) || !fill_game(k))
        return error_memory(error);
    futures_free(&k->war);
    for (size_t m = 0; m < k->members; m++)
        if (k->end[m] > 0)
            return TRUCE_OK;
    char from[16];
    month_name(k->options->from, from);
    return error_set(error, TRUCE_BAD_INPUT, k->c->path, 0,
                     "in every future the war is over before talks begin in %s", from);
}

static void release(talking *k)
{
    futures_free(&k->war);
    peace_destroy(k->peace);
    worths_free(&k->worths);
    free(k->takes_branch);
    free(k->state);
    free(k->unit);
    free(k->share);
    free(k->end);
    free(k->agreed);
    for (unsigned w = 0; k->rooms && w < k->workers; w++)
        telling_free(&k->rooms[w]);
    free(k->rooms);
    free(k->solution.struck);
    free(k->solution.line);
    for (int i = 0; i < CASE_SIDES; i++) {
        free(k->belief[i]);
        free(k->cost[i]);
        free(k->settled[i]);
        free(k->toll[i]);
        free(k->halt[i]);
        free(k->end_value[i]);
    }
}

/* Counts the members of the ensembles that have been run: each has as many, and counts its own. */
typedef struct counting {
    const truce_ensemble_options *run;
    size_t before, last, total;
} counting;

static bool count_members(void *context, size_t done, size_t members)
{
    counting *k = context;
    if (k->last == members && k->before + 2 * members <= k->total)
        k->before += members;
    k->last = done;
    return k->run->progress(k->run->context, k->before + done, k->total);
}

static bool is_branch(const talks_options *o)
{
    return o->branch != SIZE_MAX && o->branch_probability > 0.0 && o->branch_probability < 1.0;
}

size_t talks_members(const talks_options *options)
{
    return 3 * options->run.members * (is_branch(options) ? 2 : 1);
}

truce_status talks_run(const truce_case *c, const talks_options *asked, talks_result *result,
                       truce_error *error)
{
    talks_options of = *asked;
    const talks_options *options = &of;
    counting counted = {.run = &asked->run, .total = talks_members(asked)};
    if (!is_branch(asked)) {
        of.scenario =
            asked->branch != SIZE_MAX && asked->branch_probability > 0.0 ? asked->branch : asked->scenario;
        of.branch = SIZE_MAX;
    }
    if (asked->run.progress) {
        of.run.progress = count_members;
        of.run.context = &counted;
    }
    *result = (talks_result){0};
    if (!c->talks)
        return error_set(error, TRUCE_BAD_INPUT, c->path, 0, "the case has no section \"talks\"");
    if (of.from == MONTH_NONE)
        of.from = c->talks->from;
    if (of.from < c->start || of.from > c->stop) {
        char first[16], last[16];
        month_iso(c->start, first);
        month_iso(c->stop, last);
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "talks begin within the horizon, %s to %s", first,
                         last);
    }
    size_t features = peace_features(c->talks) + c->talks->signal_count + (options->branch != SIZE_MAX);
    size_t least = regression_least_members(features, options->degree);
    if (options->run.members < least)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "%zu members are too few: regressions of degree %u on what the sides see need %zu",
                         options->run.members, options->degree, least);
    talking k = {.c = c,
                 .t = c->talks,
                 .options = options,
                 .result = result,
                 .members = options->run.members,
                 .months = (size_t)(c->stop + 1 - options->from),
                 .features = features,
                 .first = (size_t)(options->from - c->start)};
    truce_status status = prepare(&k, error);
    if (status == TRUCE_OK)
        status = solve(&k, error);
    release(&k);
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
    result->own = (talks_paths){0};
}

void talks_free(talks_result *result)
{
    talks_forget_paths(result);
    arena_free(&result->memory);
    *result = (talks_result){0};
}
