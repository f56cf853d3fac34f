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
#include "talks/meeting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The state is held for so many months at most: what lies beyond is left to the regression. */
enum { FARTHEST = 120, FARTHEST_IN_PRIVATE = 36 };
#define NEVER UINT32_MAX
enum { OWN = 0, OTHER = 1, CHAINS = 2, PARTS = 4, CHUNK = REGRESSION_CHUNK };
/* Parts of what is valued, in the order of the targets of a regression. */
enum { VALUE = 0, WAR = 1, EACH = 2 }; /* of side i: EACH * i + VALUE, EACH * i + WAR */

/* What the sides make of each other, with private worths. */
typedef struct seen {
    regression *regression;
    size_t size;
    double *functions; /* [month][size]: of both concessions on what both see */
    outlook *outlooks; /* [month] */
    double *concession[GAME_SIDES], *expected[CHAINS][GAME_SIDES];
    float *weights, *residuals, *room;
    double *memory;
} seen;

typedef struct solution {
    const game *g;
    game_result *result;
    regression *regression;
    size_t views, size; /* regressions a month: one when both sides hold the same beliefs; numbers of each */
    double *functions;  /* [month][view][size] */
    double *room;       /* [worker]: of the regression, then [chain][part][CHUNK] */
    size_t room_size;
    seen *seen; /* NULL: worths are known */
    unsigned threads;
    size_t month;
    double *next[CHAINS][PARTS]; /* [member]: of the month before, seen backwards: V and W of month + 1 */
    double *base[CHAINS][PARTS]; /* going on while the state stays */
    double *target[PARTS];       /* what the month changed, by the chain of the member's own half */
    /* realised along the member's own future; ahead: before the sides meet; gap: of
     * the fitted value over it */
    double *war[GAME_SIDES], *value[GAME_SIDES], *ahead[GAME_SIDES], *gap[GAME_SIDES];
    double *fit[PARTS]; /* C and W of the month, for the report */
    double *least, *most, *width;
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
    enum { COLUMNS = (2 * CHAINS + 2) * PARTS + 4 * GAME_SIDES + 3 };
    double *next = s->memory = calloc(COLUMNS * n, sizeof *s->memory);
    s->weights = calloc(n, sizeof *s->weights);
    s->alive = calloc(n, sizeof *s->alive);
    s->deal = calloc(n, sizeof *s->deal);
    s->size = regression_size(s->regression);
    s->functions = calloc(s->g->months * s->views * s->size, sizeof *s->functions);
    s->room_size = regression_room(s->regression) + (size_t)(CHAINS * PARTS + CHAINS * GAME_SIDES) * CHUNK;
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
    s->width = next + 2 * n;
    return true;
}

static void seen_destroy(seen *e)
{
    if (!e)
        return;
    regression_destroy(e->regression);
    free(e->functions);
    free(e->outlooks);
    free(e->memory);
    free(e->weights);
    free(e);
}

/* With private worths: no target sees what only the other side knows, concessions only what both see. */
static truce_status look_at_each_other(solution *s, const game_options *options, truce_error *error)
{
    const game *g = s->g;
    size_t n = g->members;
    seen *e = s->seen = calloc(1, sizeof *e);
    if (!e)
        return error_memory(error);
    TRY(regression_create(n, g->features, GAME_SIDES, &options->regression, &e->regression, error));
    for (size_t t = 0; t < PARTS; t++)
        regression_hide(s->regression, t, g->own_features[1 - t / EACH]);
    for (size_t i = 0; i < GAME_SIDES; i++)
        regression_hide(e->regression, i, g->own_features[0] | g->own_features[1]);
    e->size = regression_size(e->regression);
    e->functions = calloc(g->months * e->size, sizeof *e->functions);
    e->outlooks = calloc(g->months, sizeof *e->outlooks);
    double *next = e->memory = calloc((1 + CHAINS) * GAME_SIDES * n, sizeof *e->memory);
    e->weights = calloc(3 * n, sizeof *e->weights);
    if (!e->functions || !e->outlooks || !next || !e->weights)
        return error_memory(error);
    e->residuals = e->weights + n;
    e->room = e->residuals + n;
    for (size_t i = 0; i < GAME_SIDES; i++, next += (1 + CHAINS) * n) {
        e->concession[i] = next;
        for (size_t chain = 0; chain < CHAINS; chain++)
            e->expected[chain][i] = next + (1 + chain) * n;
    }
    return TRUCE_OK;
}

static void release(solution *s)
{
    regression_destroy(s->regression);
    seen_destroy(s->seen);
    free(s->functions);
    free(s->room);
    free(s->memory);
    free(s->weights);
    free(s->alive);
    free(s->deal);
}

/* ---- A month ------------------------------------------------------------------------------------------ */

/* What each side is taken to concede in a month, in the states of this one, on the basis in room. out:
 * [chain][side][CHUNK]. */
static void foresee(const solution *s, size_t of_month, size_t chunk, size_t chain, const double *room,
                    double *out)
{
    double *results[GAME_SIDES];
    for (size_t i = 0; i < GAME_SIDES; i++)
        results[i] = out + (chain * GAME_SIDES + i) * CHUNK;
    regression_value(s->seen->regression, s->seen->functions + of_month * s->seen->size, chunk, chain == OWN,
                     room, results);
    for (size_t i = 0; i < (size_t)GAME_SIDES * CHUNK; i++)
        if (isnan(out[chain * GAME_SIDES * CHUNK + i]))
            out[chain * GAME_SIDES * CHUNK + i] = 0.0; /* a month in which nobody has a line */
}

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
    for (size_t chain = 0; s->seen && of_month > s->month && chain < CHAINS; chain++)
        foresee(s, of_month, chunk, chain, room, out + (size_t)(CHAINS * PARTS) * CHUNK);
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
    regression_chunk(s->regression, chunk, &first, &count);
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

/* What the month brings beyond that, by the functions of the member's own half. */
static bool look_ahead(void *context, unsigned worker, size_t chunk)
{
    solution *s = context;
    const game *g = s->g;
    double *room = s->room + worker * s->room_size, *out = room + regression_room(s->regression);
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
    const outlook *o = s->seen ? &s->seen->outlooks[s->month] : NULL;
    double ahead[GAME_SIDES], value[GAME_SIDES], expected[GAME_SIDES] = {0};
    s->deal[m] = t->deal;
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

/* Going on in the month's own states, for the members of a chunk; the lines that follow from it. */
static void go_on(solution *s, size_t chunk, double *room, double *out)
{
    const game *g = s->g;
    size_t first, count;
    regression_chunk(s->regression, chunk, &first, &count);
    change(s, s->month, chunk, room, out);
    for (int chain = 0; chain < CHAINS; chain++)
        for (size_t m = first; m < first + count; m++) {
            for (int p = 0; p < PARTS; p++)
                s->next[chain][p][m] =
                    s->alive[m] ? s->base[chain][p][m] + out[(size_t)(chain * PARTS + p) * CHUNK + m - first]
                                : NAN;
            for (int p = 0; p < PARTS && chain == OTHER; p++)
                s->fit[p][m] = s->next[chain][p][m];
            if (!s->alive[m])
                continue;
            meeting t = meet(g, s->month * g->members + m, m, s->next[chain][VALUE][m],
                             s->next[chain][EACH + VALUE][m]);
            if (chain == OTHER) {
                s->least[m] = t.least;
                s->most[m] = t.most;
            } else {
                s->width[m] = t.most - t.least;
            }
            for (int i = 0; i < GAME_SIDES && s->seen && chain == OTHER; i++)
                s->seen->concession[i][m] = meeting_concession(&t, i);
        }
}

static bool go_on_chunk(void *context, unsigned worker, size_t chunk)
{
    solution *s = context;
    double *room = s->room + worker * s->room_size;
    go_on(s, chunk, room, room + regression_room(s->regression));
    return true;
}

static bool come_together(void *context, unsigned worker, size_t chunk)
{
    solution *s = context;
    const game *g = s->g;
    size_t first, count;
    (void)worker;
    regression_chunk(s->regression, chunk, &first, &count);
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

/* ---- What the sides know of each other ---------------------------------------------------------------- */

static double surprise(const seen *e, int side, size_t m)
{
    return e->concession[side][m] - e->expected[OTHER][side][m];
}

/* Slope of one side's surprises on the other's, over members that take part. */
static double tie_of(const solution *s, int side)
{
    const seen *e = s->seen;
    double product = 0.0, square = 0.0;
    for (size_t m = 0; m < s->g->members; m++)
        if (e->weights[m] > 0.0f) {
            double own = surprise(e, 1 - side, m);
            product += (double)e->weights[m] * own * surprise(e, side, m);
            square += (double)e->weights[m] * own * own;
        }
    return square > 0.0 ? product / square : 0.0;
}

/* How one side's concessions are spread around what both see, and what the other knows by itself, tell. */
static void spread_of(solution *s, int side)
{
    seen *e = s->seen;
    const game *g = s->g;
    double all = 0.0, some = 0.0, due = 0.0, tie = tie_of(s, side);
    size_t count = 0;
    for (size_t m = 0; m < g->members; m++) {
        double weight = s->alive[m] ? g->belief[0] ? (double)g->belief[0][m] : 1.0 : 0.0;
        all += weight;
        if (!(e->weights[m] > 0.0f) || isnan(e->concession[side][m]))
            continue;
        some += weight;
        /* As often as the member weighs. */
        for (due += weight; due >= 1.0 && count < g->members; due -= 1.0)
            e->residuals[count++] = (float)(surprise(e, side, m) - tie * surprise(e, 1 - side, m));
    }
    screening_make(&e->outlooks[s->month].of[side], e->residuals, e->room, count,
                   all > 0.0 ? some / all : 0.0);
    e->outlooks[s->month].of[side].tie = tie;
}

static bool expect_chunk(void *context, unsigned worker, size_t chunk)
{
    solution *s = context;
    double *room = s->room + worker * s->room_size, *out = room + regression_room(s->regression);
    size_t first, count;
    regression_chunk(s->regression, chunk, &first, &count);
    regression_basis(s->seen->regression, s->seen->functions + s->month * s->seen->size,
                     s->g->state + s->month * s->g->features * s->g->members, chunk, room);
    for (size_t chain = 0; chain < CHAINS; chain++) {
        foresee(s, s->month, chunk, chain, room, out);
        for (size_t i = 0; i < GAME_SIDES; i++)
            memcpy(s->seen->expected[chain][i] + first, out + (chain * GAME_SIDES + i) * CHUNK,
                   count * sizeof *out);
    }
    return true;
}

/* What the lines of the month teach both sides to expect. Members in which a side has no line to concede take
 * no part; how many they are is known. */
static bool learn(solution *s)
{
    seen *e = s->seen;
    const game *g = s->g;
    for (size_t m = 0; m < g->members; m++) {
        bool lines = s->alive[m] && !isnan(e->concession[0][m]) && !isnan(e->concession[1][m]);
        e->weights[m] = !lines ? 0.0f : g->belief[0] ? g->belief[0][m] : 1.0f;
        for (int i = 0; i < GAME_SIDES && !s->alive[m]; i++)
            e->concession[i][m] = NAN;
    }
    if (!regression_fit_on(e->regression, s->functions + s->month * s->views * s->size,
                           g->state + s->month * g->features * g->members,
                           (const double *const *)e->concession, e->weights,
                           e->functions + s->month * e->size))
        return false;
    workers_run(s->threads, regression_chunks(s->regression), expect_chunk, s);
    for (int i = 0; i < GAME_SIDES; i++)
        spread_of(s, i);
    outlook *o = &e->outlooks[s->month];
    for (int i = 0; i < GAME_SIDES; i++)
        answering_make(&o->on[i], &o->of[i], &o->of[1 - i]);
    return true;
}

static truce_status solve_month(solution *s, const game_options *options, truce_error *error)
{
    size_t chunks = regression_chunks(s->regression);
    unsigned threads = options->regression.threads;
    memset(s->deal, 0, s->g->members * sizeof *s->deal);
    for (size_t m = 0; m < s->g->members; m++)
        s->least[m] = s->most[m] = s->width[m] = NAN;
    workers_run(threads, chunks, look_ahead, s);
    if (!expect(s))
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "the value of war of month %zu is not finite for some member", s->month);
    workers_run(threads, chunks, go_on_chunk, s);
    if (s->seen && !learn(s))
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "what the sides would concede in month %zu is not finite", s->month);
    workers_run(threads, chunks, come_together, s);
    const game_month report = {.month = s->month,
                               .war = {s->fit[WAR], s->fit[EACH + WAR]},
                               .going = {s->fit[VALUE], s->fit[EACH + VALUE]},
                               .ahead = {s->ahead[0], s->ahead[1]},
                               .least = s->least,
                               .most = s->most,
                               .other_width = s->width,
                               .expected = {s->seen ? s->seen->expected[OTHER][0] : NULL,
                                            s->seen ? s->seen->expected[OTHER][1] : NULL},
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

truce_status game_solve(const game *g, const game_options *options, game_result *result, truce_error *error)
{
    solution s = {.g = g,
                  .result = result,
                  .threads = options->regression.threads,
                  .views = g->belief[0] == g->belief[1] ? 1 : GAME_SIDES};
    if (g->private_worths && s.views > 1)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "sides that hold different beliefs about the war cannot hide their worths too");
    if (g->months == 0)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a war of no months has nothing to decide");
    truce_status status = regression_create(g->members, g->features, PARTS / s.views, &options->regression,
                                            &s.regression, error);
    if (status == TRUCE_OK &&
        !allocate(&s, g->members,
                  workers_count(options->regression.threads, regression_chunks(s.regression))))
        status = error_memory(error);
    if (status == TRUCE_OK && g->private_worths)
        status = look_at_each_other(&s, options, error);
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
