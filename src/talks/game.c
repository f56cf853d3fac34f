/* Backward induction over the months of the war.
 *
 * What a side expects of going on is put together of two parts: what it would be if the state stayed as it
 * is, which follows month by month from the worths, costs and terms that the sides know, without any
 * regression; and what a month's change of the state is expected to add to that, which is regressed:
 *
 *     C_i(k, s) = -toll_i(s) + d_i V_i(k + 1, s) + r_i(k, s)
 *     r_i(k, s) = E[ (-cost_i + d_i V_i(k + 1, s')) - (-toll_i(s) + d_i V_i(k + 1, s)) | s ]
 *
 * V(k + 1, .) in the state s of month k is computed by the same rule from r(k + 1, .), r(k + 2, .) ... and
 * the halt at the horizon. So the worths, which differ by far more from world to world than the state, enter
 * exactly, and the target of a regression is the luck of one month, not that of all to come.
 *
 * Each half of the members has functions r of its own, fitted on nothing but what that half has seen; a
 * member is valued with those of the other half. A chain is one of the two ways to value all members. */
#include "talks/game.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The state is held for so many months at most: what lies beyond is left to the regression. */
enum { FARTHEST = 120 };
enum { NEVER = UINT32_MAX, OWN = 0, OTHER = 1, CHAINS = 2, PARTS = 4, CHUNK = REGRESSION_CHUNK };
/* Parts of what is valued, in the order of the targets of a regression. */
enum { VALUE = 0, WAR = 1, EACH = 2 }; /* of side i: EACH * i + VALUE, EACH * i + WAR */

typedef struct solution {
    const game *g;
    game_result *result;
    regression *regression;
    size_t views, size; /* regressions a month: one when both sides hold the same beliefs; numbers of each */
    double *functions;  /* [month][view][size] */
    double *room;       /* [worker]: of the regression, then [chain][part][CHUNK] */
    size_t room_size;
    size_t month;
    double *next[CHAINS][PARTS]; /* [member]: of the month before, seen backwards: V and W of month + 1 */
    double *base[CHAINS][PARTS]; /* going on while the state stays */
    double *target[PARTS];       /* what the month changed, by the chain of the member's own half */
    /* realised along the member's own future; ahead: before the sides meet; gap: of
     * the fitted value over it */
    double *war[GAME_SIDES], *value[GAME_SIDES], *ahead[GAME_SIDES], *gap[GAME_SIDES];
    double *fit[PARTS]; /* C and W of the month, for the report */
    double *least, *most;
    float *weights; /* of a side's beliefs, 0 where the war is over */
    bool *alive, *deal;
    double *memory;
} solution;

game_options game_default_options(void)
{
    return (game_options){.regression = {.degree = 2, .folds = 2}};
}

static bool allocate(solution *s, size_t n, unsigned workers)
{
    enum { COLUMNS = (2 * CHAINS + 2) * PARTS + 4 * GAME_SIDES + 2 };
    double *next = s->memory = calloc(COLUMNS * n, sizeof *s->memory);
    s->weights = calloc(n, sizeof *s->weights);
    s->alive = calloc(n, sizeof *s->alive);
    s->deal = calloc(n, sizeof *s->deal);
    s->size = regression_size(s->regression);
    s->functions = calloc(s->g->months * s->views * s->size, sizeof *s->functions);
    s->room_size = regression_room(s->regression) + (size_t)(CHAINS * PARTS) * CHUNK;
    s->room = calloc(workers * s->room_size, sizeof *s->room);
    if (!next || !s->weights || !s->alive || !s->deal || !s->functions || !s->room)
        return false;
    for (int p = 0; p < PARTS; p++) {
        for (int chain = 0; chain < CHAINS; chain++) {
            s->next[chain][p] = next, next += n;
            s->base[chain][p] = next, next += n;
        }
        s->target[p] = next, next += n;
        s->fit[p] = next, next += n;
    }
    for (int i = 0; i < GAME_SIDES; i++) {
        s->war[i] = next, next += n;
        s->value[i] = next, next += n;
        s->ahead[i] = next, next += n;
        s->gap[i] = next, next += n;
    }
    s->least = next;
    s->most = next + n;
    return true;
}

static void release(solution *s)
{
    regression_destroy(s->regression);
    free(s->functions);
    free(s->room);
    free(s->memory);
    free(s->weights);
    free(s->alive);
    free(s->deal);
}

/* ---- A meeting ------------------------------------------------------------------------------------------
 */

typedef struct meeting {
    double least, most;     /* x_A and x_D */
    double lowest, highest; /* lines within [0, 1] that A accepts, that D concedes: from, up to */
    bool deal;
    double value[GAME_SIDES]; /* of the game before it is known who proposes */
} meeting;

/* Value to a side of living under a line. */
static double settled_value(const game *g, int side, size_t at, size_t m, double line)
{
    double share = side == GAME_ATTACKER ? line : 1.0 - line;
    return g->stake[side][m] * share + g->settled[side][at];
}

/* Who accepts what, and what the sides get if they meet. at: of the month's arrays. */
static meeting meet(const game *g, size_t at, size_t m, double going_defender, double going_attacker)
{
    meeting t = {.least = (going_attacker - g->settled[GAME_ATTACKER][at]) / g->stake[GAME_ATTACKER][m],
                 .most = 1.0 - (going_defender - g->settled[GAME_DEFENDER][at]) / g->stake[GAME_DEFENDER][m],
                 .value = {going_defender, going_attacker}};
    t.lowest = t.least > 0.0 ? t.least : 0.0;
    t.highest = t.most < 1.0 ? t.most : 1.0;
    t.deal = t.least <= 1.0 && t.most >= 0.0 && t.lowest <= t.highest;
    double q = g->proposer[m];
    for (int i = 0; i < GAME_SIDES && t.deal; i++)
        t.value[i] =
            q * settled_value(g, i, at, m, t.highest) + (1.0 - q) * settled_value(g, i, at, m, t.lowest);
    return t;
}

/* ---- A month --------------------------------------------------------------------------------------------
 */

/* r of a month in the states of this one, for the members of a chunk; 0 for a month that no war reaches. out:
 * [chain][part][CHUNK]. */
static void change(const solution *s, size_t of_month, size_t chunk, double *room, double *out)
{
    const game *g = s->g;
    const float *state = g->state + s->month * g->features * g->members;
    size_t targets = PARTS / s->views;
    for (size_t view = 0; view < s->views; view++) {
        const double *function = s->functions + (of_month * s->views + view) * s->size;
        regression_basis(s->regression, function, state, chunk, room);
        for (size_t chain = 0; chain < CHAINS; chain++) {
            double *results[PARTS];
            for (size_t t = 0; t < targets; t++)
                results[t] = out + (chain * PARTS + view * targets + t) * CHUNK;
            regression_value(s->regression, function, chunk, chain == OWN, room, results);
        }
    }
    for (size_t i = 0; i < (size_t)(CHAINS * PARTS) * CHUNK; i++)
        out[i] = isnan(out[i]) ? 0.0 : out[i];
}

/* A month with its costs, in states that stay. */
static void stay_a_month(const solution *s, int chain, size_t first, size_t count)
{
    const game *g = s->g;
    size_t from = s->month * g->members + first;
    for (int p = 0; p < PARTS; p++) {
        double *value = s->base[chain][p] + first;
        const float *discount = g->discount[p / EACH] + first, *toll = g->toll[p / EACH] + from;
        for (size_t i = 0; i < count; i++)
            value[i] = discount[i] * value[i] - toll[i];
    }
}

/* The sides meet before it. */
static void meet_before(const solution *s, int chain, size_t first, size_t count, const double *change_of)
{
    const game *g = s->g;
    double *defender = s->base[chain][VALUE], *attacker = s->base[chain][EACH + VALUE];
    for (int p = 0; p < PARTS; p++)
        for (size_t i = 0; i < count; i++)
            s->base[chain][p][first + i] += change_of[(size_t)p * CHUNK + i];
    for (size_t m = first; m < first + count; m++) {
        meeting t = meet(g, s->month * g->members + m, m, defender[m], attacker[m]);
        defender[m] = t.value[GAME_DEFENDER];
        attacker[m] = t.value[GAME_ATTACKER];
    }
}

/* What going on is worth in this month's states if they stay as they are: from the horizon, or FARTHEST
 * months on, back to now. */
static void stay(const solution *s, size_t chunk, double *room, double *out)
{
    const game *g = s->g;
    size_t first, count;
    regression_chunk(s->regression, chunk, &first, &count);
    size_t from = s->month * g->members + first, last = s->month + FARTHEST;
    for (int chain = 0; chain < CHAINS; chain++)
        for (int p = 0; p < PARTS; p++)
            for (size_t i = 0; i < count; i++)
                s->base[chain][p][first + i] = g->halt[0] ? (double)g->halt[p / EACH][from + i] : 0.0;
    if (!g->halt[0])
        return; /* nothing is known of a state that stays: the regression finds it all */
    for (size_t j = last < g->months ? last : g->months - 1; j > s->month; j--) {
        change(s, j, chunk, room, out);
        for (int chain = 0; chain < CHAINS; chain++) {
            stay_a_month(s, chain, first, count);
            meet_before(s, chain, first, count, out + (size_t)(chain * PARTS) * CHUNK);
        }
    }
    for (int chain = 0; chain < CHAINS; chain++)
        stay_a_month(s, chain, first, count);
}

/* What the month brings beyond that, by the functions of the member's own half. */
static bool look_ahead(void *context, unsigned worker, size_t chunk)
{
    solution *s = context;
    const game *g = s->g;
    double *room = s->room + worker * s->room_size,
           *out = room + s->room_size - (size_t)(CHAINS * PARTS) * CHUNK;
    size_t first, count;
    regression_chunk(s->regression, chunk, &first, &count);
    stay(s, chunk, room, out);
    for (size_t m = first; m < first + count; m++) {
        s->alive[m] = s->month < g->end[m];
        bool last = s->month + 1 == g->end[m];
        for (int p = 0; p < PARTS; p++) {
            int i = p / EACH;
            if (last)
                for (int chain = 0; chain < CHAINS; chain++)
                    s->next[chain][p][m] = g->end_value[i][m];
            s->target[p][m] = g->discount[i][m] * s->next[OWN][p][m] - g->cost[i][s->month * g->members + m] -
                              s->base[OWN][p][m];
        }
    }
    return true;
}

/* What is regressed is the same for both sides, or each side's by its own beliefs. */
static bool expect(solution *s)
{
    const game *g = s->g;
    size_t targets = PARTS / s->views;
    for (size_t view = 0; view < s->views; view++) {
        const float *belief = g->belief[view];
        for (size_t m = 0; m < g->members; m++)
            s->weights[m] = !s->alive[m] ? 0.0f : belief ? belief[m] : 1.0f;
        if (!regression_fit(s->regression, g->state + s->month * g->features * g->members,
                            (const double *const *)s->target + view * targets, s->weights,
                            s->functions + (s->month * s->views + view) * s->size))
            return false;
    }
    return true;
}

/* One member of the other half's chain: what came of the month. */
static void settle(solution *s, const meeting *t, size_t m)
{
    const game *g = s->g;
    size_t at = s->month * g->members + m;
    bool last = s->month + 1 == g->end[m];
    s->least[m] = t->least;
    s->most[m] = t->most;
    s->deal[m] = t->deal;
    for (int i = 0; i < GAME_SIDES; i++) {
        double discount = g->discount[i][m], cost = g->cost[i][at];
        s->war[i][m] = discount * (last ? (double)g->end_value[i][m] : s->war[i][m]) - cost;
        s->ahead[i][m] = discount * (last ? (double)g->end_value[i][m] : s->value[i][m]) - cost;
        s->value[i][m] = t->deal ? t->value[i] : s->ahead[i][m];
    }
    if (!t->deal)
        return;
    double q = g->proposer[m];
    s->result->struck[m] = (uint32_t)s->month;
    s->result->line[m] = (float)(q * t->highest + (1.0 - q) * t->lowest);
}

static bool come_together(void *context, unsigned worker, size_t chunk)
{
    solution *s = context;
    const game *g = s->g;
    double *room = s->room + worker * s->room_size,
           *out = room + s->room_size - (size_t)(CHAINS * PARTS) * CHUNK;
    size_t first, count;
    regression_chunk(s->regression, chunk, &first, &count);
    change(s, s->month, chunk, room, out);
    for (int chain = 0; chain < CHAINS; chain++) {
        for (size_t m = first; m < first + count; m++) {
            double going[PARTS];
            for (int p = 0; p < PARTS; p++)
                going[p] = s->alive[m]
                               ? s->base[chain][p][m] + out[(size_t)(chain * PARTS + p) * CHUNK + m - first]
                               : NAN;
            meeting t = meet(g, s->month * g->members + m, m, going[VALUE], going[EACH + VALUE]);
            for (int p = 0; p < PARTS; p++) {
                s->next[chain][p][m] = p % EACH == VALUE ? t.value[p / EACH] : going[p];
                if (chain == OTHER)
                    s->fit[p][m] = going[p];
            }
            if (chain == OTHER && s->alive[m])
                settle(s, &t, m);
        }
    }
    return true;
}

static truce_status solve_month(solution *s, const game_options *options, truce_error *error)
{
    size_t chunks = regression_chunks(s->regression);
    unsigned threads = options->regression.threads;
    memset(s->deal, 0, s->g->members * sizeof *s->deal);
    for (size_t m = 0; m < s->g->members; m++)
        s->least[m] = s->most[m] = NAN;
    workers_run(threads, chunks, look_ahead, s);
    if (!expect(s))
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "the value of war of month %zu is not finite for some member", s->month);
    workers_run(threads, chunks, come_together, s);
    const game_month report = {.month = s->month,
                               .war = {s->fit[WAR], s->fit[EACH + WAR]},
                               .going = {s->fit[VALUE], s->fit[EACH + VALUE]},
                               .ahead = {s->ahead[0], s->ahead[1]},
                               .least = s->least,
                               .most = s->most,
                               .deal = s->deal};
    if (options->report && !options->report(options->context, &report))
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "cancelled");
    return TRUCE_OK;
}

/* ---- The whole ------------------------------------------------------------------------------------------
 */

/* Over the members whose war goes on when talks begin, as a side weighs them. */
static void mean_and_error(const game *g, const float *belief, const double *values, double *mean,
                           double *standard_error)
{
    double count = 0.0, sum = 0.0, square = 0.0;
    for (size_t m = 0; m < g->members; m++)
        if (g->end[m] > 0) {
            double weight = belief ? (double)belief[m] : 1.0;
            sum += weight * values[m];
            count += weight;
        }
    *mean = sum / count;
    for (size_t m = 0; m < g->members; m++)
        if (g->end[m] > 0) {
            double off = (belief ? (double)belief[m] : 1.0) * (values[m] - *mean);
            square += off * off;
        }
    *standard_error = count > 1.0 ? sqrt(square / (count - 1.0) / count) : NAN;
}

static void summarise(solution *s)
{
    const game *g = s->g;
    game_result *r = s->result;
    for (int i = 0; i < GAME_SIDES; i++) {
        const double *fitted = s->next[OTHER][EACH * i + VALUE];
        double ignored;
        mean_and_error(g, g->belief[i], s->value[i], &r->value[i], &r->value_error[i]);
        mean_and_error(g, g->belief[i], s->war[i], &r->war[i], &r->war_error[i]);
        mean_and_error(g, g->belief[i], fitted, &r->fitted[i], &ignored);
        mean_and_error(g, g->belief[i], s->next[OTHER][EACH * i + WAR], &r->war_fitted[i], &ignored);
        for (size_t m = 0; m < g->members; m++)
            s->gap[i][m] = fitted[m] - s->value[i][m];
        mean_and_error(g, g->belief[i], s->gap[i], &r->gain[i], &r->gain_error[i]);
    }
}

truce_status game_solve(const game *g, const game_options *options, game_result *result, truce_error *error)
{
    solution s = {.g = g, .result = result, .views = g->belief[0] == g->belief[1] ? 1 : GAME_SIDES};
    if (g->months == 0)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a war of no months has nothing to decide");
    truce_status status = regression_create(g->members, g->features, PARTS / s.views, &options->regression,
                                            &s.regression, error);
    if (status == TRUCE_OK &&
        !allocate(&s, g->members,
                  workers_count(options->regression.threads, regression_chunks(s.regression))))
        status = error_memory(error);
    for (size_t m = 0; m < g->members && status == TRUCE_OK; m++) {
        result->struck[m] = NEVER;
        result->line[m] = NAN;
        if (g->end[m] > g->months)
            status = error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                               "the war of member %zu ends outside the horizon", m);
    }
    for (s.month = g->months; s.month-- > 0 && status == TRUCE_OK;)
        status = solve_month(&s, options, error);
    if (status == TRUCE_OK)
        summarise(&s);
    release(&s);
    return status;
}
