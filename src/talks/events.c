/* What is likely at the table: whether the sides meet, whether a meeting ends in a deal, and on which line.
 *
 * The solution says what each side would sign. What we do not see of a decision is an error, normal with a
 * standard deviation of `error` shares of the stake (a random utility: McFadden 1974), so that a deal that a
 * side just prefers is signed with a probability of a half, and without error what is preferred is signed.
 * With private worths it matters what is proposed: who proposes asks for what is best against what it knows,
 * and a refusal tells it more (screening.h). */
#include "talks/government.h"
#include "talks/meeting.h"
#include "talks/talking.h"

#include "math/distribution.h"
#include "math/order_statistics.h"
#include "math/random.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { CHUNK = 256 };

/* That a side takes what it gains `gain` by. */
static double taken(double gain, double error)
{
    assert(error >= 0.0);
    return error > 0.0 ? normal_probability(gain / error) : gain >= 0.0 ? 1.0 : 0.0;
}

/* ---- A month with obstacles lifted in it -------------------------------------------------------------- */

static bool lifts(unsigned lifted, obstacle which)
{
    assert(which <= OBSTACLE_OPENING);
    return lifted >> which & 1u;
}

/* The month of one member as a game of its own, so that what the solver says of lines holds here too. */
typedef struct table_day {
    float stake[CASE_SIDES], settled[CASE_SIDES], signing[CASE_SIDES], aim[CASE_SIDES], limit[CASE_SIDES];
    double going[CASE_SIDES], line[CASE_SIDES];
    game game;
} table_day;

static void set_day(const talking *k, size_t j, size_t m, unsigned lifted, const double *decided,
                    table_day *d)
{
    assert(j < k->months && m < k->members);
    size_t at = j * k->members + m;
    d->game = (game){.members = 1}; /* the one that is looked at */
    for (int i = 0; i < CASE_SIDES; i++) {
        bool aims = k->signing[i] &&
                    !lifts(lifted, i == CASE_DEFENDER ? OBSTACLE_DEFENDER_AIMS : OBSTACLE_ATTACKER_AIMS);
        d->stake[i] = 1.0f;
        d->going[i] = k->kept.going[i][at];
        d->settled[i] = k->settled[i][at];
        if (decided && lifts(lifted, OBSTACLE_COMMITMENT))
            d->settled[i] += (float)decided[i];
        d->game.stake[i] = &d->stake[i];
        d->game.settled[i] = &d->settled[i];
        if (!aims)
            continue;
        d->signing[i] = k->signing[i][at];
        d->aim[i] = k->aim[i][at];
        d->limit[i] = k->limit[i][at];
        d->game.signing[i] = &d->signing[i];
        d->game.aim[i] = &d->aim[i];
        d->game.limit[i] = &d->limit[i];
    }
    for (int i = 0; i < CASE_SIDES; i++)
        d->line[i] = game_reservation(&d->game, i, 0, 0, d->going[i]);
}

static double gain_of(const table_day *d, int side, double line)
{
    assert(side == CASE_DEFENDER || side == CASE_ATTACKER);
    if (d->game.limit[side] &&
        (side == CASE_ATTACKER ? line < d->limit[side] - 1e-9 : line > d->limit[side] + 1e-9))
        return -INFINITY;
    return game_signed(&d->game, side, 0, 0, line) - d->going[side];
}

static double held(double line)
{
    return line < 0.0 ? 0.0 : line > 1.0 ? 1.0 : line;
}

/* When worths are known: a deal on the middle of the lines, so far as both together gain by it. */
static double chance_between(const table_day *d, double error, double loose)
{
    assert(loose >= 0.0);
    double least = d->line[CASE_ATTACKER], most = d->line[CASE_DEFENDER];
    if (!(error > 0.0))
        return least <= 1.0 && most >= 0.0 && held(least) <= held(most) ? 1.0 : 0.0;
    double middle = held(0.5 * (held(least) + held(most)));
    double gain = gain_of(d, CASE_DEFENDER, middle) + gain_of(d, CASE_ATTACKER, middle);
    if (!isfinite(gain)) { /* one of them is held to a limit: there, or not at all */
        middle = isfinite(gain_of(d, CASE_ATTACKER, held(most))) ? held(most) : held(least);
        gain = gain_of(d, CASE_DEFENDER, middle) + gain_of(d, CASE_ATTACKER, middle);
    }
    return isfinite(gain) ? normal_probability(gain / sqrt(2.0 * error * error + loose * loose)) : 0.0;
}

/* What a side takes the other to concede, by what both see and what it knows itself. */
static double expects(const talking *k, int side, size_t j, size_t m, double concession)
{
    assert(side == CASE_DEFENDER || side == CASE_ATTACKER);
    assert(j < k->months && m < k->members);
    size_t at = j * k->members + m;
    const double expected[CASE_SIDES] = {k->kept.expected[0][at], k->kept.expected[1][at]};
    return meeting_expects(&k->kept.beliefs[1 - side][j], expected, side, concession);
}

/* What a side proposes; false: it has nothing to propose. */
static bool proposal(const talking *k, const table_day *d, int side, size_t j, size_t m, size_t left,
                     double *line)
{
    assert(side == CASE_DEFENDER || side == CASE_ATTACKER);
    assert(j < k->months && m < k->members);
    int other = 1 - side;
    double own = side == CASE_ATTACKER ? d->line[side] : -d->line[side];
    double least = side == CASE_ATTACKER ? 0.0 : -1.0;
    own = own > least ? own : least;
    if (own > least + 1.0)
        return false;
    double demand =
        screening_demand(&k->kept.beliefs[other][j], k->kept.expected[other][j * k->members + m], own, left);
    if (demand < own)
        demand = own; /* nobody is known to concede as much: it asks for what it must have */
    *line = held(side == CASE_ATTACKER ? demand : -demand);
    return true;
}

double events_chance(const talking *k, size_t j, size_t m, unsigned lifted, const double *decided,
                     const size_t *left, double *lines)
{
    assert(j < k->months && m < k->members);
    assert(lifted < 1u << (OBSTACLE_OPENING + 1));
    table_day d;
    double error = k->worths.error[m], q = k->worths.proposer[m], chance = 0.0;
    set_day(k, j, m, lifted, decided, &d);
    /* What the regressions get wrong of a line is not seen of a decision either. */
    double off = error > 0.0 ? sqrt(error * error + 0.5 * k->kept.loose[j] * k->kept.loose[j]) : 0.0;
    bool known = !k->t->private_worths || lifts(lifted, OBSTACLE_BELIEFS);
    if (known) {
        if (lines) {
            lines[CASE_DEFENDER] = held(d.line[CASE_ATTACKER]);
            lines[CASE_ATTACKER] = held(d.line[CASE_DEFENDER]);
        }
        return chance_between(&d, error, k->kept.loose[j]);
    }
    for (int side = 0; side < CASE_SIDES; side++) {
        double line, proposes = side == CASE_ATTACKER ? q : 1.0 - q;
        size_t atoms = left ? left[1 - side] : SCREENING_ATOMS;
        if (lines)
            lines[side] = NAN;
        if (!proposal(k, &d, side, j, m, atoms, &line))
            continue;
        if (lines)
            lines[side] = line;
        chance += proposes * taken(gain_of(&d, 1 - side, line), off);
    }
    return chance;
}

/* ---- From month to month ------------------------------------------------------------------------------ */

/* Whether they meet: known in the months of the record, else as often as the world has openings. */
static double opening(const talking *k, size_t j, size_t m)
{
    assert(j < k->months && m < k->members);
    const case_column *o = &k->t->openings;
    month now = k->c->start + (month)(k->first + j);
    if (!k->t->has_openings)
        return 1.0;
    if (j < k->known && now >= o->first && now < o->first + (month)o->count)
        return o->values[now - o->first];
    return k->worths.openings[m];
}

/* A refusal of the demand of the side whose turn it was teaches it. */
static void learn_from_refusal(const talking *k, size_t j, size_t m, bool attacker, const double *lines,
                               size_t *left)
{
    assert(j < k->months && m < k->members);
    int side = attacker ? CASE_ATTACKER : CASE_DEFENDER, other = 1 - side;
    if (!k->t->private_worths || isnan(lines[side]))
        return;
    double demand = attacker ? lines[side] : -lines[side];
    double line =
        side == CASE_ATTACKER ? -k->kept.least[j * k->members + m] : k->kept.most[j * k->members + m];
    line = line > 1.0 - side ? 1.0 - side : line < -1.0 * side ? -1.0 * side : line;
    left[other] =
        screening_left(&k->kept.beliefs[other][j], expects(k, side, j, m, line), demand, left[other]);
}

/* The line of the side whose turn it is; where it has nothing to propose, a deal is on what the other proposes. */
static double agreed_line(const double lines[CASE_SIDES], int side)
{
    return isnan(lines[side]) ? lines[1 - side] : lines[side];
}

static void follow_member(const talking *k, size_t m)
{
    assert(m < k->members);
    const kept *e = &k->kept;
    uint64_t seed = k->options->run.seed, proposer = hash_bytes("proposer of the talks", 21),
             event = hash_bytes("deal of the talks", 17);
    size_t left[CASE_SIDES] = {SCREENING_ATOMS, SCREENING_ATOMS};
    size_t drawn_from =
        k->t->has_record ? k->from_now : k->told; /* without one, deals of the past are possible */
    double undone = 1.0;
    bool struck = false;
    e->struck[m] = UINT32_MAX;
    for (size_t j = 0; j < k->months; j++) {
        size_t at = j * k->members + m;
        double lines[CASE_SIDES];
        e->agreed[at] = NAN;
        e->met[at] = e->open[at] = 0.0f;
        e->undone[at] = (float)undone;
        if (j >= k->end[m])
            continue;
        bool attacker = random_uniform(seed, m, proposer, j - k->told) < k->worths.proposer[m];
        double met = events_chance(k, j, m, 0, NULL, left, lines), open = opening(k, j, m);
        e->met[at] = (float)met;
        e->open[at] = (float)open;
        if (met > 0.0)
            e->agreed[at] = (float)agreed_line(lines, attacker ? CASE_ATTACKER : CASE_DEFENDER);
        if (j >= k->told)
            undone *= 1.0 - met * open;
        e->undone[at] = (float)undone;
        double drawn = random_uniform(seed, m, event, j);
        if (!struck && j >= drawn_from && drawn < met * open) {
            e->struck[m] = (uint32_t)j;
            struck = true;
        }
        if (drawn < open)
            learn_from_refusal(k, j, m, attacker, lines, left);
    }
}

static bool follow_chunk(void *context, unsigned worker, size_t chunk)
{
    const talking *k = context;
    size_t end = (chunk + 1) * CHUNK < k->members ? (chunk + 1) * CHUNK : k->members;
    (void)worker;
    for (size_t m = chunk * CHUNK; m < end; m++)
        follow_member(k, m);
    return true;
}

/* How far the width of the zone is off by the regressions of the other half alone. */
static double width_off(const talking *k, size_t at, size_t m)
{
    const kept *e = &k->kept;
    double line[CASE_SIDES];
    for (int i = 0; i < CASE_SIDES; i++)
        line[i] = game_reservation(&k->game, i, at, m, e->going[i][at] + (double)e->off[i][at]);
    return line[CASE_DEFENDER] - line[CASE_ATTACKER] - (e->most[at] - e->least[at]);
}

/* Lines are told by the mean of what both halves of the members find: how far either is off that is how far
 * the mean is off the truth, so far as the halves differ by luck. A standard deviation by the median: where a
 * side's line lies far outside the stake it is a quotient of small numbers, and decides nothing. */
static bool find_loose(void *context, unsigned worker, size_t j)
{
    const talking *k = context;
    telling *room = &k->rooms[worker];
    const double half = 0.5, normal_median = 0.6744897501960817;
    size_t count = 0;
    double median;
    for (size_t m = 0, at = j * k->members; m < k->members; m++, at++) {
        double off = j < k->end[m] ? fabs(width_off(k, at, m)) : INFINITY;
        if (off < 100.0)
            room->values[count++] = (float)off;
    }
    quantiles_of(room->values, room->sorted, count, &half, 1, &median);
    k->kept.loose[j] = count ? median / normal_median : 0.0;
    return true;
}

void events_follow(talking *k)
{
    workers_run(k->workers, k->months, find_loose, k);
    workers_run(k->options->run.threads, (k->members + CHUNK - 1) / CHUNK, follow_chunk, k);
}
