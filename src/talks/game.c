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
 * Each half of the members has functions r of its own, fitted on nothing but what that half has seen. A chain
 * is one of the two ways to value all members. The value of the game is what strategies bring that a member's
 * own half had no part in. Lines are told by the mean of both chains, which has half the variance of either;
 * how far the two are apart tells its error. */
#include "talks/solution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The state is held for so many months at most: what lies beyond is left to the regression. */
enum { FARTHEST = 120, FARTHEST_IN_PRIVATE = 36 };

static bool allocate(solution *s, size_t n, unsigned workers)
{
    enum { COLUMNS = (2 * CHAINS + 2) * PARTS + 5 * GAME_SIDES + 2 };
    double *next = s->memory = calloc(COLUMNS * n, sizeof *s->memory);
    s->weights = calloc(n, sizeof *s->weights);
    s->alive = calloc(n, sizeof *s->alive);
    s->deal = calloc(n, sizeof *s->deal);
    s->size = regression_size(s->regressions[0]);
    s->functions = calloc(s->g->months * s->views * s->size, sizeof *s->functions);
    s->room_size =
        regression_room(s->regressions[0]) + (size_t)(CHAINS * PARTS + CHAINS * GAME_SIDES) * CHUNK;
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
        s->off[i] = next, next += n;
    }
    s->least = next;
    s->most = next + n;
    return true;
}

static void release(solution *s)
{
    for (int i = 0; i < GAME_SIDES; i++)
        regression_destroy(s->regressions[i]);
    outlooks_destroy(s->seen);
    free(s->functions);
    free(s->room);
    free(s->memory);
    free(s->weights);
    free(s->alive);
    free(s->deal);
}

/* ---- A month ------------------------------------------------------------------------------------------ */

/* r of a month in the states of this one, for the members of a chunk; 0 for a month that no war reaches. out:
 * [chain][part][CHUNK]. */
static void change(const solution *s, size_t of_month, size_t chunk, double *room, double *out)
{
    const game *g = s->g;
    const float *state = g->state + s->month * g->features * g->members;
    size_t targets = PARTS / s->views;
    /* One basis serves all. */
    regression_basis(s->regressions[0], s->functions + of_month * s->views * s->size, state, chunk, room);
    for (size_t view = 0; view < s->views; view++) {
        const double *function = s->functions + (of_month * s->views + view) * s->size;
        for (size_t chain = 0; chain < CHAINS; chain++) {
            double *results[PARTS];
            for (size_t t = 0; t < targets; t++)
                results[t] = out + (chain * PARTS + view * targets + t) * CHUNK;
            regression_value(s->regressions[view], function, chunk, chain == OWN, room, results);
        }
    }
    for (size_t i = 0; i < (size_t)(CHAINS * PARTS) * CHUNK; i++)
        out[i] = isnan(out[i]) ? 0.0 : out[i];
    for (size_t chain = 0; s->seen && of_month > s->month && chain < CHAINS; chain++)
        outlooks_expect(s, of_month, chunk, chain, room, out + (size_t)(CHAINS * PARTS) * CHUNK);
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

/* The sides meet before it. out: of `change`. */
static void meet_before(const solution *s, size_t month, int chain, size_t first, size_t count,
                        const double *out)
{
    const game *g = s->g;
    double *defender = s->base[chain][VALUE], *attacker = s->base[chain][EACH + VALUE];
    const double *change_of = out + (size_t)(chain * PARTS) * CHUNK;
    const double *expected = out + (size_t)(CHAINS * PARTS + chain * GAME_SIDES) * CHUNK;
    for (int p = 0; p < PARTS; p++)
        for (size_t i = 0; i < count; i++)
            s->base[chain][p][first + i] += change_of[(size_t)p * CHUNK + i];
    for (size_t m = first; m < first + count; m++) {
        size_t at = s->month * g->members + m;
        double value[GAME_SIDES] = {defender[m], attacker[m]};
        if (s->seen) {
            const double other[GAME_SIDES] = {expected[m - first], expected[CHUNK + m - first]};
            meeting_expect(g, &s->seen->outlooks[month], at, m, other, value);
        } else {
            meeting t = meet(g, at, m, defender[m], attacker[m]);
            value[GAME_DEFENDER] = t.value[GAME_DEFENDER];
            value[GAME_ATTACKER] = t.value[GAME_ATTACKER];
        }
        defender[m] = value[GAME_DEFENDER];
        attacker[m] = value[GAME_ATTACKER];
    }
}

/* What going on is worth in this month's states if they stay as they are: from the horizon, or FARTHEST
 * months on, back to now. */
static void stay(const solution *s, size_t chunk, double *room, double *out)
{
    const game *g = s->g;
    size_t first, count;
    regression_chunk(s->regressions[0], chunk, &first, &count);
    size_t from = s->month * g->members + first, last = s->month + (s->seen ? FARTHEST_IN_PRIVATE : FARTHEST);
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
            meet_before(s, j, chain, first, count, out);
        }
    }
    for (int chain = 0; chain < CHAINS; chain++)
        stay_a_month(s, chain, first, count);
}

/* The war of a member ends in the month by a collapse. */
static bool collapses(const game *g, size_t month, size_t m)
{
    return month + 1 == g->end[m] && (g->end[m] < g->months || g->fell[m] != 0);
}

/* Probability that both sides stand through the month. */
static double stands(const game *g, size_t month, size_t m)
{
    size_t at = month * g->members + m;
    return (1.0 - g->risk[GAME_DEFENDER][at]) * (1.0 - g->risk[GAME_ATTACKER][at]);
}

/* What comes at the end of the month to a side of a member that may collapse in it: `stays` where it does not.
 * Where both might, one half of the time the one is first. */
static double with_risk(const game *g, size_t month, int side, size_t m, double stays)
{
    size_t at = month * g->members + m;
    double own = g->risk[side][at], other = g->risk[1 - side][at];
    return stands(g, month, m) * stays + own * (1.0 - 0.5 * other) * g->lost[side][m] +
           other * (1.0 - 0.5 * own) * g->stake[side][m];
}

/* What the month brings beyond that, by the functions of the member's own half. */
static bool look_ahead(void *context, unsigned worker, size_t chunk)
{
    solution *s = context;
    const game *g = s->g;
    double *room = s->room + worker * s->room_size, *out = room + regression_room(s->regressions[0]);
    size_t first, count;
    regression_chunk(s->regressions[0], chunk, &first, &count);
    stay(s, chunk, room, out);
    for (size_t m = first; m < first + count; m++) {
        s->alive[m] = s->month < g->end[m];
        bool last = s->month + 1 == g->end[m];
        for (int p = 0; p < PARTS; p++) {
            int i = p / EACH;
            if (last)
                for (int chain = 0; chain < CHAINS; chain++)
                    s->next[chain][p][m] = g->end_value[i][m];
            double comes = s->next[OWN][p][m];
            if (g->risk[0] && s->alive[m])
                comes = with_risk(g, s->month, i, m, comes);
            s->target[p][m] =
                g->discount[i][m] * comes - g->cost[i][s->month * g->members + m] - s->base[OWN][p][m];
        }
    }
    return true;
}

/* Weights of a side's regressions: who is at war, as the side takes it to be likely, and the less the more its
 * values vary; their mean over those at war is 1, as of members. */
static void weigh(solution *s, size_t view)
{
    const game *g = s->g;
    double sum = 0.0, count = 0.0;
    for (size_t m = 0; m < g->members; m++) {
        double spread = 1.0;
        for (unsigned k = 0; k < g->scales; k++)
            spread += g->scale[view][k][m];
        double weight = s->alive[m] ? believed(g, (int)view, m) : 0.0;
        if (g->risk[0] && weight > 0.0)
            weight = collapses(g, s->month, m) ? 0.0 : weight / stands(g, s->month, m);
        count += weight;
        sum += weight / (spread * spread);
        s->weights[m] = (float)(weight / (spread * spread));
    }
    for (size_t m = 0; m < g->members && g->scales && sum > 0.0; m++)
        s->weights[m] = (float)(s->weights[m] * (count / sum));
}

/* What is regressed is the same for both sides, or each side's by its own beliefs. */
static bool expect(solution *s)
{
    const game *g = s->g;
    const float *state = g->state + s->month * g->features * g->members;
    size_t targets = PARTS / s->views;
    double *first = s->functions + s->month * s->views * s->size;
    for (size_t view = 0; view < s->views; view++) {
        const double *const *values = (const double *const *)s->target + view * targets;
        double *function = first + view * s->size;
        weigh(s, view);
        if (view == 0 ? !regression_fit(s->regressions[0], state, values, s->weights, function)
                      : !regression_fit_on(s->regressions[view], first, state, values, s->weights, function))
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
    const outlook *o = s->seen ? &s->seen->outlooks[s->month] : NULL;
    double ahead[GAME_SIDES], value[GAME_SIDES], expected[GAME_SIDES] = {0};
    for (int i = 0; i < GAME_SIDES; i++) {
        double discount = g->discount[i][m], cost = g->cost[i][at];
        s->war[i][m] = discount * (last ? (double)g->end_value[i][m] : s->war[i][m]) - cost;
        s->ahead[i][m] = ahead[i] = discount * (last ? (double)g->end_value[i][m] : s->value[i][m]) - cost;
        expected[i] = s->seen ? s->seen->expected[OTHER][i][m] : 0.0;
    }
    meeting_outcome(g, o, t, at, m, expected, ahead, value);
    for (int i = 0; i < GAME_SIDES; i++)
        s->value[i][m] = value[i];
    if (!t->deal)
        return;
    double q = g->proposer[m];
    s->result->struck[m] = (uint32_t)s->month;
    s->result->line[m] = (float)(q * t->highest + (1.0 - q) * t->lowest);
}

/* The lines of one member, by the mean of both chains; what it would concede, as it is met in the solution, by
 * the other half's. */
static void draw_lines(solution *s, size_t m)
{
    const game *g = s->g;
    for (int p = 0; p < PARTS; p++)
        s->fit[p][m] = 0.5 * (s->next[OWN][p][m] + s->next[OTHER][p][m]);
    for (int i = 0; i < GAME_SIDES; i++)
        s->off[i][m] = s->next[OTHER][EACH * i + VALUE][m] - s->fit[EACH * i + VALUE][m];
    if (!s->alive[m])
        return;
    meeting t = meet(g, s->month * g->members + m, m, s->fit[VALUE][m], s->fit[EACH + VALUE][m]);
    s->least[m] = t.least;
    s->most[m] = t.most;
    s->deal[m] = t.deal;
    if (!s->seen)
        return;
    t = meet(g, s->month * g->members + m, m, s->next[OTHER][VALUE][m], s->next[OTHER][EACH + VALUE][m]);
    for (int i = 0; i < GAME_SIDES; i++)
        s->seen->concession[i][m] = meeting_concession(&t, i);
}

/* Going on in the month's own states, for the members of a chunk; the lines that follow from it. */
static void go_on(solution *s, size_t chunk, double *room, double *out)
{
    size_t first, count;
    regression_chunk(s->regressions[0], chunk, &first, &count);
    change(s, s->month, chunk, room, out);
    for (int chain = 0; chain < CHAINS; chain++)
        for (int p = 0; p < PARTS; p++)
            for (size_t m = first; m < first + count; m++)
                s->next[chain][p][m] =
                    s->alive[m] ? s->base[chain][p][m] + out[(size_t)(chain * PARTS + p) * CHUNK + m - first]
                                : NAN;
    for (size_t m = first; m < first + count; m++)
        draw_lines(s, m);
}

static bool go_on_chunk(void *context, unsigned worker, size_t chunk)
{
    solution *s = context;
    double *room = s->room + worker * s->room_size;
    go_on(s, chunk, room, room + regression_room(s->regressions[0]));
    return true;
}

static bool come_together(void *context, unsigned worker, size_t chunk)
{
    solution *s = context;
    const game *g = s->g;
    size_t first, count;
    (void)worker;
    regression_chunk(s->regressions[0], chunk, &first, &count);
    for (int chain = 0; chain < CHAINS; chain++)
        for (size_t m = first; m < first + count; m++) {
            double *defender = &s->next[chain][VALUE][m], *attacker = &s->next[chain][EACH + VALUE][m];
            size_t at = s->month * g->members + m;
            if (!s->alive[m])
                continue;
            double expected[GAME_SIDES] = {0};
            for (int i = 0; i < GAME_SIDES && s->seen; i++)
                expected[i] = s->seen->expected[chain][i][m];
            meeting t = s->seen ? meet_in_private(g, &s->seen->outlooks[s->month], at, m, *defender,
                                                  *attacker, expected)
                                : meet(g, at, m, *defender, *attacker);
            *defender = t.value[GAME_DEFENDER];
            *attacker = t.value[GAME_ATTACKER];
            if (chain == OTHER)
                settle(s, &t, m);
        }
    return true;
}

static truce_status solve_month(solution *s, const game_options *options, truce_error *error)
{
    size_t chunks = regression_chunks(s->regressions[0]);
    unsigned threads = options->regression.threads;
    memset(s->deal, 0, s->g->members * sizeof *s->deal);
    for (size_t m = 0; m < s->g->members; m++)
        s->least[m] = s->most[m] = NAN;
    workers_run(threads, chunks, look_ahead, s);
    if (!expect(s))
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "the value of war of month %zu is not finite for some member", s->month);
    workers_run(threads, chunks, go_on_chunk, s);
    if (s->seen && !outlooks_learn(s))
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "what the sides would concede in month %zu is not finite", s->month);
    workers_run(threads, chunks, come_together, s);
    const game_month report = {
        .month = s->month,
        .war = {s->fit[WAR], s->fit[EACH + WAR]},
        .going = {s->fit[VALUE], s->fit[EACH + VALUE]},
        .ahead = {s->ahead[0], s->ahead[1]},
        .least = s->least,
        .most = s->most,
        .off = {s->off[0], s->off[1]},
        .expected = {s->seen ? s->seen->mean[0] : NULL, s->seen ? s->seen->mean[1] : NULL},
        .beliefs = {s->seen ? &s->seen->outlooks[s->month].of[0] : NULL,
                    s->seen ? &s->seen->outlooks[s->month].of[1] : NULL},
        .deal = s->deal};
    if (options->report && !options->report(options->context, &report))
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "cancelled");
    return TRUCE_OK;
}

/* ---- The whole ---------------------------------------------------------------------------------------- */

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

static truce_status create_regressions(solution *s, const game_options *options, truce_error *error)
{
    const game *g = s->g;
    regression_options of = options->regression;
    of.scales = g->scales;
    for (size_t view = 0; view < s->views; view++) {
        TRY(regression_create(g->members, g->features, PARTS / s->views, &of, &s->regressions[view], error));
        for (unsigned k = 0; k < g->scales; k++)
            regression_scale(s->regressions[view], k, g->scale[view][k]);
    }
    if (!allocate(s, g->members,
                  workers_count(options->regression.threads, regression_chunks(s->regressions[0]))))
        return error_memory(error);
    return g->private_worths ? outlooks_create(s, options, error) : TRUCE_OK;
}

truce_status game_solve(const game *g, const game_options *options, game_result *result, truce_error *error)
{
    solution s = {.g = g,
                  .result = result,
                  .threads = options->regression.threads,
                  .views = g->belief[0] == g->belief[1] && g->scales == 0 ? 1 : GAME_SIDES};
    if (g->months == 0)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a war of no months has nothing to decide");
    truce_status status = create_regressions(&s, options, error);
    for (size_t m = 0; m < g->members && status == TRUCE_OK; m++) {
        result->struck[m] = UINT32_MAX;
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
