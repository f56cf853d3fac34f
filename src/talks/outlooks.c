/* With private worths: what each side would concede, as the other takes it from what both see, and how it is
 * spread around that. Each side looks with its own beliefs where they differ. */
#include "talks/solution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void outlooks_destroy(seen *e)
{
    if (!e)
        return;
    regression_destroy(e->regression);
    free(e->functions);
    free(e->outlooks);
    free(e->memory);
    free(e->numbers);
    free(e);
}

/* With private worths: no target sees what only the other side knows, concessions only what both see. */
truce_status outlooks_create(solution *s, const game_options *options, truce_error *error)
{
    const game *g = s->g;
    size_t n = g->members;
    seen *e = s->seen = calloc(1, sizeof *e);
    if (!e)
        return error_memory(error);
    e->views = g->belief[0] == g->belief[1] ? 1 : GAME_SIDES;
    TRY(regression_create(n, g->features, GAME_SIDES / e->views, &options->regression, &e->regression,
                          error));
    for (size_t view = 0; view < s->views; view++)
        for (size_t t = 0; t < PARTS / s->views; t++)
            regression_hide(s->regressions[view], t,
                            g->own_features[1 - (view * PARTS / s->views + t) / EACH]);
    for (size_t t = 0; t < GAME_SIDES / e->views; t++)
        regression_hide(e->regression, t, g->own_features[0] | g->own_features[1]);
    e->size = regression_size(e->regression);
    e->functions = calloc(g->months * e->views * e->size, sizeof *e->functions);
    e->outlooks = calloc(g->months, sizeof *e->outlooks);
    double *next = e->memory = calloc((2 + CHAINS) * GAME_SIDES * n, sizeof *e->memory);
    float *numbers = e->numbers = calloc(3 * GAME_SIDES * n, sizeof *numbers);
    if (!e->functions || !e->outlooks || !next || !numbers)
        return error_memory(error);
    for (size_t i = 0; i < GAME_SIDES; i++, next += (2 + CHAINS) * n, numbers += 3 * n) {
        e->weights[i] = numbers;
        e->residuals[i] = numbers + n;
        e->room[i] = numbers + 2 * n;
        e->concession[i] = next;
        e->mean[i] = next + n;
        for (size_t chain = 0; chain < CHAINS; chain++)
            e->expected[chain][i] = next + (2 + chain) * n;
    }
    return TRUCE_OK;
}

/* What each side is taken to concede in a month, in the states of this one, on the basis in room. out:
 * [chain][side][CHUNK]. */
void outlooks_expect(const solution *s, size_t of_month, size_t chunk, size_t chain, const double *room,
                     double *out)
{
    const seen *e = s->seen;
    double *results[GAME_SIDES];
    for (size_t i = 0; i < GAME_SIDES; i++)
        results[i] = out + (chain * GAME_SIDES + i) * CHUNK;
    for (size_t view = 0; view < e->views; view++)
        regression_value(e->regression, e->functions + (of_month * e->views + view) * e->size, chunk,
                         chain == OWN, room, results + view * (GAME_SIDES / e->views));
    for (size_t i = 0; i < (size_t)GAME_SIDES * CHUNK; i++)
        if (isnan(out[chain * GAME_SIDES * CHUNK + i]))
            out[chain * GAME_SIDES * CHUNK + i] = 0.0; /* a month in which nobody has a line */
}

static double surprise(const seen *e, int side, size_t m)
{
    return e->concession[side][m] - e->expected[OTHER][side][m];
}

/* Slope of one side's surprises on the other's, over members that take part in its eyes. */
static double tie_of(const solution *s, int side)
{
    const seen *e = s->seen;
    double product = 0.0, square = 0.0;
    const float *weights = e->weights[side];
    for (size_t m = 0; m < s->g->members; m++)
        if (weights[m] > 0.0f) {
            double own = surprise(e, 1 - side, m);
            product += (double)weights[m] * own * surprise(e, side, m);
            square += (double)weights[m] * own * own;
        }
    return square > 0.0 ? product / square : 0.0;
}

/* Members in which both have a line to concede, as the other side weighs them: a side's concessions are what that one
 * looks at. */
static void weigh_lines(solution *s, int side)
{
    seen *e = s->seen;
    for (size_t m = 0; m < s->g->members; m++) {
        bool lines = s->alive[m] && !isnan(e->concession[0][m]) && !isnan(e->concession[1][m]);
        e->weights[side][m] = lines ? (float)believed(s->g, 1 - side, m) : 0.0f;
    }
}

/* How one side's concessions are spread around what both see, and what the other knows by itself, tell. */
static bool spread_of(void *context, unsigned worker, size_t item)
{
    solution *s = context;
    seen *e = s->seen;
    const game *g = s->g;
    int side = (int)item;
    float *residuals = e->residuals[side];
    (void)worker;
    weigh_lines(s, side);
    double all = 0.0, some = 0.0, due = 0.0, tie = tie_of(s, side);
    size_t count = 0;
    for (size_t m = 0; m < g->members; m++) {
        double weight = s->alive[m] ? believed(g, 1 - side, m) : 0.0;
        all += weight;
        if (!(e->weights[side][m] > 0.0f))
            continue;
        some += weight;
        /* As often as the member weighs. */
        for (due += weight; due >= 1.0 && count < g->members; due -= 1.0)
            residuals[count++] = (float)(surprise(e, side, m) - tie * surprise(e, 1 - side, m));
    }
    outlook *o = &e->outlooks[s->month];
    screening_make(&o->of[side], residuals, e->room[side], count, all > 0.0 ? some / all : 0.0);
    o->of[side].tie = tie;
    return true;
}

static bool answer_of(void *context, unsigned worker, size_t side)
{
    const solution *s = context;
    outlook *o = &s->seen->outlooks[s->month];
    (void)worker;
    answering_make(&o->on[side], &o->of[side], &o->of[1 - side]);
    return true;
}

static bool expect_chunk(void *context, unsigned worker, size_t chunk)
{
    solution *s = context;
    double *room = s->room + worker * s->room_size, *out = room + regression_room(s->regressions[0]);
    size_t first, count;
    regression_chunk(s->regressions[0], chunk, &first, &count);
    regression_basis(s->regressions[0], s->functions + s->month * s->views * s->size,
                     s->g->state + s->month * s->g->features * s->g->members, chunk, room);
    for (size_t chain = 0; chain < CHAINS; chain++) {
        outlooks_expect(s, s->month, chunk, chain, room, out);
        for (size_t i = 0; i < GAME_SIDES; i++)
            memcpy(s->seen->expected[chain][i] + first, out + (chain * GAME_SIDES + i) * CHUNK,
                   count * sizeof *out);
    }
    for (size_t i = 0; i < GAME_SIDES; i++)
        for (size_t m = first; m < first + count; m++)
            s->seen->mean[i][m] = 0.5 * (s->seen->expected[OWN][i][m] + s->seen->expected[OTHER][i][m]);
    return true;
}

/* What the lines of the month teach both sides to expect. Members in which a side has no line to concede take
 * no part; how many they are is known. */
bool outlooks_learn(solution *s)
{
    seen *e = s->seen;
    const game *g = s->g;
    for (size_t m = 0; m < g->members; m++)
        for (int i = 0; i < GAME_SIDES && !s->alive[m]; i++)
            e->concession[i][m] = NAN;
    for (size_t view = 0; view < e->views; view++) {
        weigh_lines(s, (int)view);
        if (!regression_fit_on(e->regression, s->functions + s->month * s->views * s->size,
                               g->state + s->month * g->features * g->members,
                               (const double *const *)e->concession + view * (GAME_SIDES / e->views),
                               e->weights[view], e->functions + (s->month * e->views + view) * e->size))
            return false;
    }
    workers_run(s->threads, regression_chunks(s->regressions[0]), expect_chunk, s);
    workers_run(s->threads, GAME_SIDES, spread_of, s);
    workers_run(s->threads, GAME_SIDES, answer_of, s);
    return true;
}
