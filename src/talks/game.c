/* Backward induction over the months of the war. */
#include "talks/game.h"

#include <math.h>
#include <stdlib.h>

enum { NEVER = UINT32_MAX };

typedef struct solution {
    const game *g;
    game_result *result;
    regression *regression;
    /* [member] each; realised along the member's own future */
    double *war[GAME_SIDES], *value[GAME_SIDES];
    double *ahead[GAME_SIDES]; /* value before the sides meet */
    double *war_fit[GAME_SIDES], *value_fit[GAME_SIDES];
    double *least, *most;
    float *weights; /* of a side's beliefs, 0 where the war is over */
    bool *alive, *deal;
    void *memory;
} solution;

game_options game_default_options(void)
{
    return (game_options){.regression = {.degree = 2, .folds = 2}};
}

static bool allocate(solution *s, size_t n)
{
    double **columns[] = {&s->war[0],     &s->war[1],     &s->value[0],     &s->value[1],
                          &s->war_fit[0], &s->war_fit[1], &s->value_fit[0], &s->value_fit[1],
                          &s->least,      &s->most,       &s->ahead[0],     &s->ahead[1]};
    size_t count = sizeof columns / sizeof *columns;
    double *memory = calloc(count * n, sizeof *memory);
    s->memory = memory;
    s->weights = calloc(n, sizeof *s->weights);
    s->alive = calloc(n, sizeof *s->alive);
    s->deal = calloc(n, sizeof *s->deal);
    if (!memory || !s->weights || !s->alive || !s->deal)
        return false;
    for (size_t i = 0; i < count; i++)
        *columns[i] = memory + i * n;
    return true;
}

static void release(solution *s)
{
    regression_destroy(s->regression);
    free(s->memory);
    free(s->weights);
    free(s->alive);
    free(s->deal);
}

/* From what comes after month k to the value of fighting through it, along each member's own future. */
static void step_back(solution *s, size_t month)
{
    const game *g = s->g;
    for (size_t m = 0; m < g->members; m++) {
        s->alive[m] = month < g->end[m];
        if (!s->alive[m])
            continue;
        bool last = month + 1 >= g->end[m];
        for (int i = 0; i < GAME_SIDES; i++) {
            double discount = g->discount[i][m], cost = g->cost[i][month * g->members + m];
            s->war[i][m] = discount * (last ? (double)g->end_value[i][m] : s->war[i][m]) - cost;
            s->value[i][m] = discount * (last ? (double)g->end_value[i][m] : s->value[i][m]) - cost;
            s->ahead[i][m] = s->value[i][m];
        }
    }
}

/* Value to a side of living under a line. */
static double settled_value(const game *g, game_side side, size_t month, size_t m, double line)
{
    double share = side == GAME_ATTACKER ? line : 1.0 - line;
    return g->stake[side][m] * share + g->settled[side][month * g->members + m];
}

/* Who accepts what, and what the sides get if they meet. */
static void meet(solution *s, size_t month, size_t m)
{
    const game *g = s->g;
    size_t at = month * g->members + m;
    const double *going[GAME_SIDES] = {s->value_fit[GAME_DEFENDER], s->value_fit[GAME_ATTACKER]};
    s->least[m] = (going[GAME_ATTACKER][m] - g->settled[GAME_ATTACKER][at]) / g->stake[GAME_ATTACKER][m];
    s->most[m] = 1.0 - (going[GAME_DEFENDER][m] - g->settled[GAME_DEFENDER][at]) / g->stake[GAME_DEFENDER][m];
    double lowest = s->least[m] > 0.0 ? s->least[m] : 0.0, highest = s->most[m] < 1.0 ? s->most[m] : 1.0;
    s->deal[m] = s->least[m] <= 1.0 && s->most[m] >= 0.0 && lowest <= highest;
    if (!s->deal[m])
        return;
    double q = g->proposer[m];
    for (int i = 0; i < GAME_SIDES; i++)
        s->value[i][m] =
            q * settled_value(g, i, month, m, highest) + (1.0 - q) * settled_value(g, i, month, m, lowest);
    s->result->struck[m] = (uint32_t)month;
    s->result->line[m] = (float)(q * highest + (1.0 - q) * lowest);
}

static bool expect_by(solution *s, size_t month, const float *belief, const double *const *targets,
                      double *const *fits)
{
    const game *g = s->g;
    for (size_t m = 0; m < g->members; m++)
        s->weights[m] = !s->alive[m] ? 0.0f : belief ? belief[month * g->members + m] : 1.0f;
    return regression_run(s->regression, g->state + month * g->features * g->members, targets, s->weights,
                          fits);
}

/* What each side expects of the months to come, by its own beliefs, or by those that both hold. */
static bool expect(solution *s, size_t month)
{
    const double *targets[] = {s->war[0], s->value[0], s->war[1], s->value[1]};
    double *fits[] = {s->war_fit[0], s->value_fit[0], s->war_fit[1], s->value_fit[1]};
    bool one_view = s->g->belief[0] == s->g->belief[1];
    for (int i = 0; i < (one_view ? 1 : GAME_SIDES); i++)
        if (!expect_by(s, month, s->g->belief[i], targets + 2 * i, fits + 2 * i))
            return false;
    return true;
}

static truce_status solve_month(solution *s, size_t month, const game_options *options, truce_error *error)
{
    const game *g = s->g;
    step_back(s, month);
    if (!expect(s, month))
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "the value of war of month %zu is not finite for some member", month);
    for (size_t m = 0; m < g->members; m++) {
        s->deal[m] = false;
        if (s->alive[m]) {
            meet(s, month, m);
            continue;
        }
        s->least[m] = s->most[m] = NAN;
        for (int i = 0; i < GAME_SIDES; i++)
            s->war_fit[i][m] = s->value_fit[i][m] = NAN;
    }
    const game_month report = {.month = month,
                               .war = {s->war_fit[0], s->war_fit[1]},
                               .going = {s->value_fit[0], s->value_fit[1]},
                               .ahead = {s->ahead[0], s->ahead[1]},
                               .least = s->least,
                               .most = s->most,
                               .deal = s->deal};
    if (options->report && !options->report(options->context, &report))
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "cancelled");
    return TRUCE_OK;
}

/* Over the members whose war goes on when talks begin. */
static void mean_and_error(const game *g, const double *values, double *mean, double *standard_error)
{
    double count = 0.0, sum = 0.0, square = 0.0;
    for (size_t m = 0; m < g->members; m++)
        if (g->end[m] > 0) {
            sum += values[m];
            count += 1.0;
        }
    *mean = sum / count;
    for (size_t m = 0; m < g->members; m++)
        if (g->end[m] > 0)
            square += (values[m] - *mean) * (values[m] - *mean);
    *standard_error = count > 1.0 ? sqrt(square / (count - 1.0) / count) : NAN;
}

truce_status game_solve(const game *g, const game_options *options, game_result *result, truce_error *error)
{
    solution s = {.g = g, .result = result};
    if (g->months == 0)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a war of no months has nothing to decide");
    truce_status status = regression_create(g->members, g->features, g->belief[0] == g->belief[1] ? 4 : 2,
                                            &options->regression, &s.regression, error);
    if (status == TRUCE_OK && !allocate(&s, g->members))
        status = error_memory(error);
    for (size_t m = 0; m < g->members && status == TRUCE_OK; m++) {
        result->struck[m] = NEVER;
        result->line[m] = NAN;
        if (g->end[m] > g->months)
            status = error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                               "the war of member %zu ends outside the horizon", m);
    }
    for (size_t month = g->months; month-- > 0 && status == TRUCE_OK;)
        status = solve_month(&s, month, options, error);
    for (int i = 0; i < GAME_SIDES && status == TRUCE_OK; i++) {
        mean_and_error(g, s.value[i], &result->value[i], &result->value_error[i]);
        mean_and_error(g, s.war[i], &result->war[i], &result->war_error[i]);
    }
    release(&s);
    return status;
}
