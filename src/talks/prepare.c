/* The futures of the war, and the game made of them: states, costs, terms, ends. */
#include "talks/beliefs.h"
#include "talks/government.h"
#include "talks/talking.h"

#include "math/random.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- The futures of the war --------------------------------------------------------------------------- */

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
    k->risk = count;
    for (int i = 0; i < CASE_SIDES && t->has_risk; i++)
        k->elements[count++] = t->risk[i];
    k->resolve = count;
    for (int i = 0; i < CASE_SIDES && t->government; i++)
        k->elements[count++] = t->government->resolve[i];
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

/* Features of months 0 to `months`: the state, how light war weighs on each side, what is seen with an error,
 * and from its month on the branch. */
static bool fill_state(talking *k)
{
    size_t n = k->members, known = branch_month(k);
    for (size_t j = 0; j <= k->months; j++) {
        float *state = k->state + j * k->features * n;
        for (size_t i = 0; i < k->t->state_count; i++)
            futures_values(&k->war, i, k->first + j, state + i * n);
        for (size_t m = 0; k->war.takes_branch && m < n; m++)
            state[(k->features - 1) * n + m] = k->first + j >= known && k->takes_branch[m] ? 1.0f : 0.0f;
        if (!views_see(k, j, state + peace_features(k->t) * n))
            return false;
        futures_values(&k->war, k->line, k->first + j, k->place + j * n);
        for (size_t m = 0; m < n; m++)
            k->place[j * n + m] = (float)line_place(k->t, k->place[j * n + m]);
        for (size_t i = 0; i < CASE_SIDES; i++) {
            futures_values(&k->war, k->burden + i, k->first + j, k->weariness[i] + j * n);
            if (k->will[i])
                futures_values(&k->war, k->resolve + i, k->first + j, k->will[i] + j * n);
        }
    }
    return true;
}

/* When each war is over by itself: a side has collapsed, or the horizon freezes the front. Who wins is kept
 * in the value at the end. */
static void find_ends(talking *k)
{
    size_t n = k->members;
    for (size_t m = 0; m < n; m++) {
        k->end[m] = (uint32_t)k->months;
        for (size_t j = 0; j <= k->months && k->end[m] == k->months; j++) {
            bool defender = futures_value(&k->war, k->collapsed + CASE_DEFENDER, k->first + j, m) >= 0.5f;
            bool attacker = futures_value(&k->war, k->collapsed + CASE_ATTACKER, k->first + j, m) >= 0.5f;
            if (!defender && !attacker)
                continue;
            k->end[m] = (uint32_t)j;
            k->fell[m] = (signed char)(defender == attacker ? 0 : defender ? 1 : 2);
            break;
        }
    }
}

/* Probability that a side collapses in each month, from its hazard in the steps of the month: a straight line
 * between both ends, 0 to 1 a step. A collapse changes the hazard; then that at the beginning stands for it. */
static bool fill_hazard(void *context, unsigned worker, size_t item)
{
    talking *k = context;
    size_t n = k->members, i = item / k->months, j = item % k->months;
    double dt = k->c->model->sim_specs.dt, steps = dt < 1.0 ? floor(1.0 / dt + 0.5) : 1.0;
    (void)worker;
    for (size_t m = 0; m < n; m++) {
        double first = futures_value(&k->war, k->risk + i, k->first + j, m);
        double last = futures_value(&k->war, k->risk + i, k->first + j + 1, m);
        double step = first + (j + 1 < k->end[m] ? 0.5 * (steps - 1.0) / steps * (last - first) : 0.0);
        step = step / steps < 0.0 ? 0.0 : step / steps > 0.5 ? 0.5 : step / steps;
        k->hazard[i][j * n + m] = (float)(1.0 - portable_pow(1.0 - step, steps));
    }
    return true;
}

static void fill_hazards(talking *k)
{
    if (k->t->has_risk)
        workers_run(k->options->run.threads, CASE_SIDES * k->months, fill_hazard, k);
}

/* ---- The game ----------------------------------------------------------------------------------------- */

static bool allocate_kept(talking *k)
{
    size_t all = k->months * k->members;
    kept *e = &k->kept;
    bool enough = true;
    for (int i = 0; i < CASE_SIDES; i++) {
        double **numbers[] = {&e->going[i], &e->ahead[i], i == 0 ? &e->least : &e->most};
        for (size_t a = 0; a < sizeof numbers / sizeof *numbers; a++)
            enough = (*numbers[a] = calloc(all, sizeof(double))) != NULL && enough;
        enough = (e->war[i] = calloc(all, sizeof(float))) != NULL && enough;
        enough = (e->off[i] = calloc(all, sizeof(float))) != NULL && enough;
        if (k->t->private_worths) {
            e->expected[i] = calloc(all, sizeof *e->expected[i]);
            e->beliefs[i] = calloc(k->months, sizeof *e->beliefs[i]);
            enough = enough && e->expected[i] && e->beliefs[i];
        }
    }
    float **arrays[] = {&e->met, &e->open, &e->undone, &e->agreed};
    for (size_t a = 0; a < sizeof arrays / sizeof *arrays; a++)
        enough = (*arrays[a] = calloc(all, sizeof(float))) != NULL && enough;
    e->deal = calloc(all, sizeof *e->deal);
    e->struck = calloc(k->members, sizeof *e->struck);
    e->loose = calloc(k->months, sizeof *e->loose);
    return enough && e->deal && e->struck && e->loose;
}

static bool allocate(talking *k)
{
    size_t n = k->members, all = n * k->months;
    k->state = calloc((k->months + 1) * k->features * n, sizeof *k->state);
    k->unit = calloc(n, sizeof *k->unit);
    k->place = calloc(all + n, sizeof *k->place);
    k->end = calloc(n, sizeof *k->end);
    k->fell = calloc(n, sizeof *k->fell);
    k->importance = calloc(n, sizeof *k->importance);
    k->workers = workers_count(k->options->run.threads, 1 + k->t->deal_count);
    k->rooms = calloc(k->workers, sizeof *k->rooms);
    k->solution.struck = calloc(n, sizeof *k->solution.struck);
    k->solution.line = calloc(n, sizeof *k->solution.line);
    bool enough = k->state && k->unit && k->place && k->end && k->fell && k->importance && k->rooms &&
                  k->solution.struck && k->solution.line && allocate_kept(k);
    for (unsigned w = 0; enough && w < k->workers; w++)
        enough = telling_allocate(&k->rooms[w], n);
    for (int i = 0; i < CASE_SIDES; i++) {
        float **arrays[] = {&k->cost[i], &k->settled[i], &k->toll[i], &k->halt[i], &k->weariness[i]};
        for (size_t a = 0; a < sizeof arrays / sizeof *arrays; a++)
            enough = (*arrays[a] = calloc(all + n, sizeof(float))) != NULL && enough;
        float **governed[] = {&k->will[i], &k->signing[i], &k->aim[i], &k->limit[i]};
        for (size_t a = 0; k->t->government && a < sizeof governed / sizeof *governed; a++)
            enough = (*governed[a] = calloc(all + n, sizeof(float))) != NULL && enough;
        float **risks[] = {&k->hazard[i], &k->lost[i]};
        for (size_t a = 0; k->t->has_risk && a < sizeof risks / sizeof *risks; a++)
            enough = (*risks[a] = calloc(a == 0 ? all : n, sizeof(float))) != NULL && enough;
        k->end_value[i] = calloc(n, sizeof *k->end_value[i]);
        k->eyes[i] = calloc(n, sizeof *k->eyes[i]);
        enough = enough && k->end_value[i] && k->eyes[i];
        for (int s = 0; s < TALKS_SCALES; s++)
            enough = (k->scale[i][s] = calloc(n, sizeof(float))) != NULL && enough;
    }
    return enough;
}

static float held_by(int side, float line)
{
    assert(side == CASE_DEFENDER || side == CASE_ATTACKER);
    return side == CASE_ATTACKER ? line : 1.0f - line;
}

/* Cost of each month to those who decide, in shares of the stake: the mean of what it costs at its two ends;
 * the toll is that of its beginning. */
static void fill_costs(talking *k)
{
    size_t n = k->members;
    for (int i = 0; i < CASE_SIDES; i++)
        for (size_t j = 0; j < k->months; j++)
            for (size_t m = 0, at = j * n; m < n; m++, at++) {
                float before = k->weariness[i][at], after = k->weariness[i][at + n];
                float borne = k->worths.bears[i][m];
                k->toll[i][at] = borne * before / k->worths.stake[i][m];
                k->cost[i][at] = borne * (0.5f * (before + after)) / k->worths.stake[i][m];
                if (!k->t->flow)
                    continue;
                /* What is held brings a month's part of its worth. */
                float part = 1.0f - k->worths.discount[i][m];
                k->toll[i][at] -= part * held_by(i, share_at(k, at));
                k->cost[i][at] -= part * held_by(i, 0.5f * (share_at(k, at) + share_at(k, at + n)));
            }
}

/* What a mere halt on the line of each month would leave, without an agreement. */
static void fill_halts(talking *k)
{
    size_t n = k->members;
    for (size_t j = 0; j <= k->months; j++) {
        float *halt[CASE_SIDES] = {k->halt[0] + j * n, k->halt[1] + j * n};
        value_terms(k, k->t->deal_count, j, &k->rooms[0], halt);
        for (size_t m = 0; m < n; m++) {
            halt[CASE_ATTACKER][m] += share_at(k, j * n + m);
            halt[CASE_DEFENDER][m] += 1.0f - share_at(k, j * n + m);
        }
    }
}

/* What the end of each war leaves: terms dictated to a side that has collapsed, or the line frozen at the
 * horizon, or where both collapse at once, without an agreement. */
static void fill_ends(talking *k)
{
    size_t n = k->members;
    for (size_t m = 0; m < n; m++) {
        for (int i = 0; i < CASE_SIDES; i++) {
            k->end_value[i][m] = k->halt[i][k->end[m] * n + m];
            if (k->lost[i])
                k->lost[i][m] = -k->worths.dictated[i][m] / k->worths.stake[i][m];
        }
        if (k->fell[m] == 0)
            continue;
        int loser = k->fell[m] == 1 ? CASE_DEFENDER : CASE_ATTACKER;
        k->end_value[loser][m] = -k->worths.dictated[loser][m] / k->worths.stake[loser][m];
        k->end_value[1 - loser][m] = 1.0f;
    }
}

/* Features that come with the worths, and how members weigh in the eyes of each side. */
static void fill_eyes(talking *k)
{
    size_t n = k->members;
    for (size_t j = 0; j <= k->months; j++)
        for (size_t i = 0; i < CASE_SIDES; i++)
            memcpy(k->state + (j * k->features + k->t->state_count + i) * n, k->worths.effective[i],
                   n * sizeof *k->state);
    for (size_t m = 0; m < n; m++)
        k->importance[m] = k->worths.weights ? (float)k->worths.weights[m] : 1.0f;
    for (int i = 0; i < CASE_SIDES; i++)
        for (size_t m = 0; m < n; m++)
            k->eyes[i][m] = k->importance[m] * (k->belief[i] ? k->belief[i][m] : 1.0f);
}

/* In stakes: what those who decide bear of a year of output, and what is dictated to a side that collapses;
 * against the mean of either on the priors. */
static void fill_scales(talking *k)
{
    size_t n = k->members;
    for (int i = 0; i < CASE_SIDES; i++) {
        const float *of[TALKS_SCALES] = {k->worths.bears[i], k->worths.dictated[i]};
        for (int s = 0; s < TALKS_SCALES; s++) {
            double sum = 0.0, count = 0.0;
            for (size_t m = 0; m < n; m++) {
                k->scale[i][s][m] = of[s][m] / k->worths.stake[i][m];
                sum += (double)k->importance[m] * k->scale[i][s][m];
                count += k->importance[m];
            }
            for (size_t m = 0; m < n && sum > 0.0; m++)
                k->scale[i][s][m] = (float)(k->scale[i][s][m] * count / sum);
        }
    }
}

static const float *seen_by(const talking *k, int side)
{
    assert(side == CASE_DEFENDER || side == CASE_ATTACKER);
    if (k->belief[side])
        return k->eyes[side];
    return k->worths.weights ? k->importance : NULL;
}

static void fill_game(talking *k)
{
    k->game = (game){.members = k->members,
                     .scales = TALKS_SCALES,
                     .months = k->months,
                     .features = k->features,
                     .state = k->state,
                     .proposer = k->worths.proposer,
                     .openings = k->t->has_openings ? k->worths.openings : NULL,
                     .private_worths = k->t->private_worths,
                     .fell = k->fell,
                     .end = k->end};
    for (int i = 0; i < CASE_SIDES; i++) {
        k->game.own_features[i] = (uint32_t)1 << (k->t->state_count + (size_t)i);
        k->game.cost[i] = k->cost[i];
        k->game.settled[i] = k->settled[i];
        k->game.toll[i] = k->toll[i];
        k->game.halt[i] = k->halt[i];
        k->game.stake[i] = k->unit;
        k->game.discount[i] = k->worths.discount[i];
        k->game.end_value[i] = k->end_value[i];
        k->game.risk[i] = k->hazard[i];
        k->game.lost[i] = k->lost[i];
        k->game.belief[i] = seen_by(k, i);
        for (int s = 0; s < TALKS_SCALES; s++)
            k->game.scale[i][s] = k->scale[i][s];
        k->game.signing[i] = k->signing[i];
        k->game.aim[i] = k->aim[i];
        k->game.limit[i] = k->limit[i];
    }
}

truce_status prepare_game(talking *k, truce_error *error)
{
    size_t n = k->members;
    worths_free(&k->worths);
    TRY(worths_draw(k->c, &k->design, &k->options->run, n, &k->worths, error));
    TRY(peace_fit(k->peace, k->options, &k->worths, error));
    fill_eyes(k);
    fill_scales(k);
    fill_costs(k);
    for (size_t j = 0; j < k->months; j++) {
        float *worth[CASE_SIDES] = {k->settled[0] + j * n, k->settled[1] + j * n};
        value_terms(k, k->t->reference, j, &k->rooms[0], worth);
    }
    fill_halts(k);
    fill_ends(k);
    if (k->t->government)
        government_fill(k);
    for (size_t m = 0; m < n; m++)
        k->unit[m] = 1.0f;
    fill_game(k);
    return TRUCE_OK;
}

truce_status prepare_futures(talking *k, truce_error *error)
{
    if (k->options->branch != SIZE_MAX && !draw_branch(k))
        return error_memory(error);
    TRY(peace_create(k->c, k->options, k->first, k->takes_branch, &k->peace, error));
    TRY(run_war(k, error));
    TRY(views_weigh(k, error));
    if (!allocate(k) || !fill_state(k))
        return error_memory(error);
    find_ends(k);
    fill_hazards(k);
    futures_free(&k->war);
    for (size_t m = 0; m < k->members; m++)
        if (k->end[m] > k->told)
            return TRUCE_OK;
    char from[16];
    month_name(k->options->from, from);
    return error_set(error, TRUCE_BAD_INPUT, k->c->path, 0,
                     "in every future the war is over before talks begin in %s", from);
}

/* Rows of the first members out of rows of all. */
static void copy_rows(const float *from, size_t all, size_t rows, size_t members, float *to)
{
    for (size_t row = 0; row < rows; row++)
        memcpy(to + row * members, from + row * all, members * sizeof *to);
}

truce_status prepare_pilot(const talking *whole, talking *pilot, truce_error *error)
{
    size_t n = pilot->members, all = whole->members, rows = pilot->months + 1;
    pilot->peace = whole->peace;
    pilot->borrows = true;
    if (!allocate(pilot))
        return error_memory(error);
    copy_rows(whole->state, all, rows * pilot->features, n, pilot->state);
    copy_rows(whole->place, all, rows, n, pilot->place);
    memcpy(pilot->end, whole->end, n * sizeof *pilot->end);
    memcpy(pilot->fell, whole->fell, n * sizeof *pilot->fell);
    for (int i = 0; i < CASE_SIDES; i++) {
        copy_rows(whole->weariness[i], all, rows, n, pilot->weariness[i]);
        if (pilot->hazard[i])
            copy_rows(whole->hazard[i], all, rows - 1, n, pilot->hazard[i]);
        if (pilot->will[i])
            copy_rows(whole->will[i], all, rows, n, pilot->will[i]);
        if (!whole->belief[i])
            continue;
        pilot->belief[i] = malloc(n * sizeof *pilot->belief[i]);
        if (!pilot->belief[i])
            return error_memory(error);
        copy_rows(whole->belief[i], all, 1, n, pilot->belief[i]);
        beliefs_normalise(pilot->belief[i], n);
    }
    return TRUCE_OK;
}

static void release_kept(kept *e)
{
    for (int i = 0; i < CASE_SIDES; i++) {
        free(e->going[i]);
        free(e->war[i]);
        free(e->off[i]);
        free(e->ahead[i]);
        free(e->expected[i]);
        free(e->beliefs[i]);
    }
    free(e->least);
    free(e->most);
    free(e->deal);
    free(e->met);
    free(e->open);
    free(e->undone);
    free(e->agreed);
    free(e->struck);
    free(e->loose);
}

void prepare_release(talking *k)
{
    futures_free(&k->war);
    if (!k->borrows)
        peace_destroy(k->peace);
    worths_free(&k->worths);
    worths_design_free(&k->design);
    release_kept(&k->kept);
    free(k->takes_branch);
    free(k->state);
    free(k->unit);
    free(k->place);
    free(k->end);
    free(k->fell);
    free(k->importance);
    free(k->weights);
    for (unsigned w = 0; k->rooms && w < k->workers; w++)
        telling_free(&k->rooms[w]);
    free(k->rooms);
    free(k->solution.struck);
    free(k->solution.line);
    for (int i = 0; i < CASE_SIDES; i++) {
        for (int s = 0; s < TALKS_SCALES; s++)
            free(k->scale[i][s]);
        float *arrays[] = {k->belief[i], k->eyes[i],      k->cost[i],   k->settled[i], k->toll[i],
                           k->halt[i],   k->weariness[i], k->will[i],   k->signing[i], k->aim[i],
                           k->limit[i],  k->end_value[i], k->hazard[i], k->lost[i]};
        for (size_t a = 0; a < sizeof arrays / sizeof *arrays; a++)
            free(arrays[a]);
    }
}
