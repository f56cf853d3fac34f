/* Lines, demands and values of one meeting. */
#include "talks/meeting.h"

#include <assert.h>
#include <math.h>

/* Value to a side of living under a line. */
static double settled_value(const game *g, int side, size_t at, size_t m, double line)
{
    assert(side >= 0 && side < GAME_SIDES);
    assert(m < g->members);
    double share = side == GAME_ATTACKER ? line : 1.0 - line;
    return g->stake[side][m] * share + g->settled[side][at];
}

/* By how much a line falls short of a side's aim. */
static double shortfall(const game *g, int side, size_t at, double line)
{
    assert(side >= 0 && side < GAME_SIDES);
    double by = side == GAME_ATTACKER ? g->aim[side][at] - line : line - g->aim[side][at];
    return by > 0.0 ? by : 0.0;
}

double game_signed(const game *g, int side, size_t at, size_t m, double line)
{
    assert(side >= 0 && side < GAME_SIDES);
    assert(m < g->members);
    double value = settled_value(g, side, at, m, line);
    return g->signing[side] ? value - g->signing[side][at] * shortfall(g, side, at, line) : value;
}

/* The reservation line as the share of the stake that the side asks for; below the aim the price of signing
 * makes each further share worth more. */
double game_reservation(const game *g, int side, size_t at, size_t m, double going)
{
    assert(side >= 0 && side < GAME_SIDES);
    assert(m < g->members);
    double share = (going - g->settled[side][at]) / g->stake[side][m];
    double line = side == GAME_ATTACKER ? share : 1.0 - share;
    if (g->signing[side] && g->signing[side][at] > 0.0f) {
        double price = g->signing[side][at], aim = g->aim[side][at];
        double wanted = side == GAME_ATTACKER ? aim : 1.0 - aim;
        if (share < wanted)
            share = (going - g->settled[side][at] + price * wanted) / (g->stake[side][m] + price);
        line = side == GAME_ATTACKER ? share : 1.0 - share;
    }
    if (!g->limit[side])
        return line;
    double limit = g->limit[side][at];
    return side == GAME_ATTACKER ? fmax(line, limit) : fmin(line, limit);
}

/* What one more share of the line is worth at the reservation line. */
static double slope(const game *g, int side, size_t at, size_t m, double line)
{
    assert(side >= 0 && side < GAME_SIDES);
    assert(m < g->members);
    double price = g->signing[side] && shortfall(g, side, at, line) > 0.0 ? g->signing[side][at] : 0.0;
    return g->stake[side][m] + price;
}

static double probability_to_meet(const game *g, size_t m)
{
    assert(m < g->members);
    return g->openings ? (double)g->openings[m] : 1.0;
}

/* The lines of a meeting, without values. */
static meeting lines(const game *g, size_t at, size_t m, double going_defender, double going_attacker)
{
    assert(m < g->members);
    meeting t = {.least = game_reservation(g, GAME_ATTACKER, at, m, going_attacker),
                 .most = game_reservation(g, GAME_DEFENDER, at, m, going_defender),
                 .value = {going_defender, going_attacker}};
    t.lowest = t.least > 0.0 ? t.least : 0.0;
    t.highest = t.most < 1.0 ? t.most : 1.0;
    t.deal = t.least <= 1.0 && t.most >= 0.0 && t.lowest <= t.highest;
    return t;
}

meeting meet(const game *g, size_t at, size_t m, double going_defender, double going_attacker)
{
    assert(m < g->members);
    meeting t = lines(g, at, m, going_defender, going_attacker);
    double q = g->proposer[m], met = probability_to_meet(g, m);
    for (int i = 0; i < GAME_SIDES && t.deal; i++) {
        double deal =
            q * game_signed(g, i, at, m, t.highest) + (1.0 - q) * game_signed(g, i, at, m, t.lowest);
        t.value[i] = met < 1.0 ? met * deal + (1.0 - met) * t.value[i] : deal;
    }
    return t;
}

double meeting_concession(const meeting *t, int side)
{
    assert(side >= 0 && side < GAME_SIDES);
    if (side == GAME_DEFENDER)
        return t->most >= 0.0 ? t->highest : NAN;
    return t->least <= 1.0 ? -t->lowest : NAN;
}

static void add_expected(const game *g, const outlook *o, const meeting *t, size_t at, size_t m,
                         const double expected[GAME_SIDES], double value[GAME_SIDES])
{
    double q = g->proposer[m], met = probability_to_meet(g, m);
    for (int i = 0; i < GAME_SIDES; i++) {
        int other = 1 - i;
        double concession = meeting_concession(t, i), proposes = i == GAME_ATTACKER ? q : 1.0 - q;
        if (isnan(concession))
            continue;
        /* What the side keeps, seen as the other's concession, is its own concession turned around. */
        double conceded = meeting_expects(&o->of[other], expected, i, concession);
        double asks = screening_gain(&o->of[other], conceded, -concession);
        double answers = answering_gain(&o->on[i], expected[i], -conceded, concession);
        double line = i == GAME_ATTACKER ? t->least : t->most;
        value[i] += met * slope(g, i, at, m, line) * (proposes * asks + (1.0 - proposes) * answers);
    }
}

void meeting_expect(const game *g, const outlook *o, size_t at, size_t m, const double expected[GAME_SIDES],
                    double value[GAME_SIDES])
{
    assert(m < g->members);
    meeting t = lines(g, at, m, value[GAME_DEFENDER], value[GAME_ATTACKER]);
    add_expected(g, o, &t, at, m, expected, value);
}

meeting meet_in_private(const game *g, const outlook *o, size_t at, size_t m, double going_defender,
                        double going_attacker, const double expected[GAME_SIDES])
{
    assert(m < g->members);
    meeting t = lines(g, at, m, going_defender, going_attacker);
    add_expected(g, o, &t, at, m, expected, t.value);
    return t;
}

/* The line that a side proposes, and whether the other accepts it. */
static bool propose(const outlook *o, const meeting *t, int side, const double expected[GAME_SIDES],
                    double *line)
{
    assert(side >= 0 && side < GAME_SIDES);
    int other = 1 - side;
    double own = -meeting_concession(t, side), conceded = meeting_concession(t, other);
    if (isnan(own) || isnan(conceded))
        return false;
    double mean = meeting_expects(&o->of[other], expected, side, -own);
    double demand = screening_demand(&o->of[other], mean, own, SCREENING_ATOMS);
    *line = side == GAME_ATTACKER ? demand : -demand;
    return demand >= own && demand <= conceded;
}

void meeting_outcome(const game *g, const outlook *o, const meeting *t, size_t at, size_t m,
                     const double expected[GAME_SIDES], const double ahead[GAME_SIDES],
                     double value[GAME_SIDES])
{
    assert(m < g->members);
    double q = g->proposer[m], met = probability_to_meet(g, m), when[GAME_SIDES] = {1.0 - q, q};
    if (!o) {
        for (int i = 0; i < GAME_SIDES; i++) {
            double deal = t->value[i];
            if (t->deal && met < 1.0)
                deal = met * (q * game_signed(g, i, at, m, t->highest) +
                              (1.0 - q) * game_signed(g, i, at, m, t->lowest)) +
                       (1.0 - met) * ahead[i];
            value[i] = t->deal ? deal : ahead[i];
        }
        return;
    }
    for (int i = 0; i < GAME_SIDES; i++)
        value[i] = ahead[i];
    for (int side = 0; side < GAME_SIDES; side++) {
        double line;
        if (propose(o, t, side, expected, &line))
            for (int i = 0; i < GAME_SIDES; i++)
                value[i] += met * when[side] * (game_signed(g, i, at, m, line) - ahead[i]);
    }
}
