/* What is told of each month of talks: quantiles over the members whose war goes on, who accepts what, and
 * which terms are struck; on the priors, and given what happened at the table. Every worker has room of its
 * own, and what it tells belongs to one deal or one part of the month, so that threads do not show. */
#include "math/order_statistics.h"
#include "talks/government.h"
#include "talks/talking.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Room --------------------------------------------------------------------------------------------- */

bool telling_allocate(telling *room, size_t members)
{
    room->memory = calloc((PEACE_TARGETS + TALKS_YEARS + CASE_SIDES) * members, sizeof *room->memory);
    room->values = calloc((2 + CASE_SIDES) * members, sizeof *room->values);
    if (!room->memory || !room->values)
        return false;
    room->sorted = room->values + members;
    for (size_t i = 0; i < PEACE_TARGETS; i++)
        room->targets[i] = room->memory + i * members;
    for (size_t i = 0; i < TALKS_YEARS; i++)
        room->decided[i] = room->memory + (PEACE_TARGETS + i) * members;
    for (size_t i = 0; i < CASE_SIDES; i++) {
        room->gap[i] = room->memory + (PEACE_TARGETS + TALKS_YEARS + i) * members;
        room->worth[i] = room->values + (2 + i) * members;
    }
    return true;
}

void telling_free(telling *room)
{
    free(room->memory);
    free(room->values);
    *room = (telling){0};
}

/* ---- Eyes with which members are counted -------------------------------------------------------------- */

/* On the priors, or given the record: means with weights, quantiles over members as often as they weigh. */
typedef struct eyes {
    const double *weights; /* [member], NULL: all alike */
    const uint32_t *index; /* [member] */
    bool given;            /* what is past is known to have passed without a deal */
} eyes;

void resample(const double *weights, size_t members, uint32_t *index)
{
    assert(index && members > 0);
    double due = 0.5;
    size_t count = 0;
    for (size_t m = 0; m < members && count < members; m++)
        for (due += weights ? weights[m] : 1.0; due >= 1.0 && count < members; due -= 1.0)
            index[count++] = (uint32_t)m;
    for (size_t m = count; m < members; m++)
        index[m] = count ? index[count - 1] : 0;
}

static double weight_of(const eyes *e, size_t m)
{
    assert(!e->weights || isfinite(e->weights[m]));
    return e->weights ? e->weights[m] : 1.0;
}

static talks_band band_of_first(telling *room, size_t count)
{
    talks_band band;
    quantiles_of(room->values, room->sorted, count, talks_probabilities, TALKS_BAND, band.quantiles);
    return band;
}

/* Over the members whose war goes on, so far as they have a number. */
static talks_band band_of(const talking *k, const eyes *e, telling *room, const double *values, size_t j)
{
    assert(j < k->months);
    size_t count = 0;
    for (size_t i = 0; i < k->members; i++) {
        size_t m = e->index[i];
        if (j < k->end[m] && fabs(values[m]) < talks_far_off)
            room->values[count++] = (float)values[m];
    }
    return band_of_first(room, count);
}

static talks_band band_of_floats(const talking *k, const eyes *e, telling *room, const float *values,
                                 size_t j)
{
    assert(j < k->months);
    size_t count = 0;
    for (size_t i = 0; i < k->members; i++) {
        size_t m = e->index[i];
        if (j < k->end[m] && !isnan(values[m]))
            room->values[count++] = values[m];
    }
    return band_of_first(room, count);
}

/* ---- Deals -------------------------------------------------------------------------------------------- */

static double line_of(const talking *k, const case_deal *deal, size_t j, size_t m)
{
    assert(j < k->months && m < k->members);
    if (deal->beyond != 0.0) {
        double width = k->t->wanted[CASE_ATTACKER] - k->t->wanted[CASE_DEFENDER];
        double line = k->place[j * k->members + m] + deal->beyond / width;
        return line < 0.0 ? 0.0 : line > 1.0 ? 1.0 : line;
    }
    return deal->contact ? (double)share_at(k, j * k->members + m) : line_share(k->t, deal->line);
}

void tell_gaps(const talking *k, telling *room, size_t j, size_t deal)
{
    assert(j < k->months && deal <= k->t->deal_count);
    const case_deal *d = &k->t->deals[deal];
    value_terms(k, deal, j, room, room->worth);
    for (size_t m = 0; m < k->members; m++) {
        double line = line_of(k, d, j, m);
        for (int i = 0; i < CASE_SIDES; i++) {
            double share = i == CASE_ATTACKER ? line : 1.0 - line;
            double gap = share + room->worth[i][m] - (double)k->kept.going[i][j * k->members + m];
            double price = government_price(k, i, d, j, m, line);
            room->gap[i][m] = price > 0.0 ? isfinite(price) ? gap - price : NAN : gap;
        }
    }
}

double tell_line_missing(const talking *k, const telling *room, size_t j, size_t deal, int side, size_t m)
{
    const case_deal *d = &k->t->deals[deal];
    double line = line_of(k, d, j, m), beyond = government_beyond(k, side, j, m, line);
    double share = side == CASE_ATTACKER ? line : 1.0 - line;
    double unpriced = share + room->worth[side][m] - (double)k->kept.going[side][j * k->members + m];
    if (government_bars(k, side, d, j, m))
        return INFINITY;
    if (-unpriced >= beyond)
        return -unpriced;
    double rate = beyond > 0.0 ? government_rate(k, side, d, j, m) : 0.0;
    return beyond > 0.0 && government_holds_line(k, side, j, m) ? beyond
                                                                : (rate * beyond - unpriced) / (1.0 + rate);
}

static void count_offer(const talking *k, const eyes *e, const telling *room, size_t j, talks_offer *offer)
{
    double alive = 0.0;
    for (size_t m = 0; m < k->members; m++) {
        if (j >= k->end[m])
            continue;
        bool defender = room->gap[CASE_DEFENDER][m] >= 0.0, attacker = room->gap[CASE_ATTACKER][m] >= 0.0;
        double w = weight_of(e, m);
        alive += w;
        offer->accepted[CASE_DEFENDER] += w * defender;
        offer->accepted[CASE_ATTACKER] += w * attacker;
        offer->accepted_by_both += w * (defender && attacker);
        for (int i = 0; i < CASE_SIDES; i++)
            offer->never[i] += w * isnan(room->gap[i][m]);
        for (int y = 0; y < TALKS_YEARS; y++) {
            offer->resumed[y] += w * room->targets[PEACE_RESUMED + y][m];
            offer->decided[y] += w * room->decided[y][m];
        }
    }
    offer->accepted_by_both /= alive;
    for (int i = 0; i < CASE_SIDES; i++) {
        offer->accepted[i] /= alive;
        offer->never[i] /= alive;
    }
    for (int y = 0; y < TALKS_YEARS; y++) {
        offer->resumed[y] /= alive;
        offer->decided[y] /= alive;
    }
}

static void tell_offer(const talking *k, const eyes *e, telling *room, size_t j, size_t deal,
                       talks_offer *offer)
{
    assert(j < k->months && deal < k->t->deal_count);
    const case_deal *d = &k->t->deals[deal];
    count_offer(k, e, room, j, offer);
    for (int i = 0; i < CASE_SIDES; i++)
        offer->gap[i] = band_of(k, e, room, room->gap[i], j);
    for (int y = 0; y < TALKS_YEARS; y++) {
        size_t count = 0;
        for (size_t i = 0; i < k->members; i++) {
            size_t m = e->index[i];
            if (j < k->end[m])
                room->values[count++] = (float)(1.0 - room->targets[PEACE_RESUMED + y][m]);
        }
        offer->peace[y] = band_of_first(room, count);
    }
    size_t count = 0;
    for (size_t i = 0; i < k->members; i++)
        if (j < k->end[e->index[i]])
            room->values[count++] = (float)line_of(k, d, j, e->index[i]);
    offer->line = band_of_first(room, count);
}

/* ---- A month ------------------------------------------------------------------------------------------ */

bool keep_month(void *context, const game_month *g)
{
    const talking *k = context;
    const truce_ensemble_options *run = &k->options->run;
    const kept *e = &k->kept;
    size_t n = k->members, from = g->month * n;
    if (run->progress && !run->progress(run->context, 0, 0))
        return false;
    for (int i = 0; i < CASE_SIDES; i++) {
        for (size_t m = 0; m < n; m++) {
            e->going[i][from + m] = g->going[i][m];
            e->war[i][from + m] = (float)g->war[i][m];
            e->off[i][from + m] = (float)g->off[i][m];
            e->ahead[i][from + m] = g->ahead[i][m];
            if (e->expected[i])
                e->expected[i][from + m] = (float)g->expected[i][m];
        }
        if (e->beliefs[i])
            e->beliefs[i][g->month] = *g->beliefs[i];
    }
    for (size_t m = 0; m < n; m++) {
        e->least[from + m] = g->least[m];
        e->most[from + m] = g->most[m];
        e->deal[from + m] = g->deal[m];
    }
    return true;
}

/* The line on which a side is indifferent, where going on is worth `going`. */
static double line_at(const talking *k, int side, size_t at, size_t m, double going)
{
    return game_reservation(&k->game, side, at, m, going);
}

/* Probability that no deal has come by a month: known up to now, where the record is given. */
static double undone_by(const talking *k, const eyes *e, size_t j, size_t m)
{
    const kept *s = &k->kept;
    if (!e->given)
        return s->undone[j * k->members + m];
    if (j < k->from_now)
        return 1.0;
    double before = k->from_now > k->told ? s->undone[(k->from_now - 1) * k->members + m] : 1.0;
    return before > 0.0 ? s->undone[j * k->members + m] / before : 0.0;
}

/* For comparisons, the bargaining point of each member by the regressions it had no part in, so that the two
 * halves of the members are two estimates; and what came of it along its own future. The shares, a zone and a
 * deal by then, are the members' parts of those that are told of the month. */
static void keep_point(const talking *k, const eyes *given, size_t j)
{
    assert(j >= k->told && j < k->months);
    size_t n = k->members, at = j * n, to = (j - k->told) * n;
    const talks_paths *own = &k->result->own;
    const kept *e = &k->kept;
    for (size_t m = 0; m < n; m++, at++, to++) {
        bool goes_on = j < k->end[m];
        double q = k->worths.proposer[m], came[CASE_SIDES], half[CASE_SIDES];
        for (int i = 0; i < CASE_SIDES; i++) {
            came[i] = line_at(k, i, at, m, e->ahead[i][at]);
            half[i] = line_at(k, i, at, m, e->going[i][at] + (double)e->off[i][at]);
        }
        double most = half[CASE_DEFENDER], least = half[CASE_ATTACKER];
        bool on_terms =
            goes_on && fabs(came[CASE_DEFENDER]) < talks_far_off && fabs(came[CASE_ATTACKER]) < talks_far_off;
        own->point[to] = on_terms ? (float)(q * most + (1.0 - q) * least) : NAN;
        own->realised[to] =
            on_terms ? (float)(q * came[CASE_DEFENDER] + (1.0 - q) * came[CASE_ATTACKER]) : NAN;
        own->zone[to] = goes_on ? (signed char)e->deal[at] : -1;
        own->struck[to] = k->end[m] > k->told ? (float)(1.0 - undone_by(k, given, j, m)) : NAN;
    }
}

/* That a side has declared no less than what the other would sign. */
static bool is_strong(const talking *k, int side, size_t at)
{
    assert(side == CASE_DEFENDER || side == CASE_ATTACKER);
    double aim = k->aim[side] ? (double)k->aim[side][at] : side == CASE_ATTACKER ? 1.0 : 0.0;
    return side == CASE_ATTACKER ? k->kept.most[at] >= aim : k->kept.least[at] <= aim;
}

static void count_month(const talking *k, const eyes *e, size_t j, talks_month *told)
{
    assert(j < k->months);
    const kept *s = &k->kept;
    double alive = 0.0, all = 0.0, at_table = 0.0;
    for (size_t m = 0, at = j * k->members; m < k->members; m++, at++) {
        double w = weight_of(e, m);
        all += w;
        if (k->end[m] > k->told) {
            at_table += w;
            told->struck += w * (1.0 - undone_by(k, e, j, m));
            bool over = j + 1 >= k->end[m] && (j + 1 < k->months || k->fell[m] != 0);
            told->goes_on += over ? 0.0 : w * undone_by(k, e, j, m);
        }
        if (j >= k->end[m])
            continue;
        alive += w;
        told->zone += w * s->deal[at];
        told->placed += w * !isnan(bargaining_point(k, at, m));
        told->met += w * s->met[at];
        told->chance += w * s->met[at] * s->open[at];
        for (int i = 0; i < CASE_SIDES; i++)
            told->strong[i] += w * is_strong(k, i, at);
    }
    told->at_war = alive / all;
    told->struck /= at_table;
    told->goes_on /= at_table;
    told->zone /= alive;
    told->placed /= alive;
    told->met /= alive;
    told->chance /= alive;
    told->loose = s->loose[j];
    for (int i = 0; i < CASE_SIDES; i++)
        told->strong[i] /= alive;
}

/* Line of a deal of the month: members as often as a meeting ends in one, against the one in which it does most. */
static talks_band terms_of(const talking *k, const eyes *e, telling *room, size_t j)
{
    assert(j < k->months);
    const float *met = k->kept.met + j * k->members, *agreed = k->kept.agreed + j * k->members;
    size_t count = 0;
    double most = 0.0, due = 0.5;
    for (size_t i = 0; i < k->members; i++)
        most = fmax(most, (double)met[e->index[i]]);
    for (size_t i = 0; i < k->members && most > 0.0; i++) {
        size_t m = e->index[i];
        due += isnan(agreed[m]) ? 0.0 : met[m] / most;
        if (due >= 1.0) {
            room->values[count++] = agreed[m];
            due -= 1.0;
        }
    }
    return band_of_first(room, count);
}

/* Line of the deals drawn by this month. */
static talks_band terms_so_far(const talking *k, const eyes *e, telling *room, size_t j)
{
    assert(j < k->months);
    size_t count = 0;
    for (size_t i = 0; i < k->members; i++) {
        size_t m = e->index[i];
        if (k->kept.struck[m] <= j)
            room->values[count++] = k->kept.agreed[k->kept.struck[m] * k->members + m];
    }
    return band_of_first(room, count);
}

static void tell_values(const talking *k, const eyes *e, telling *room, size_t j, talks_month *told)
{
    assert(j < k->months);
    const kept *s = &k->kept;
    size_t n = k->members, at = j * n;
    double *point = room->gap[0], *width = room->gap[1];
    for (size_t m = 0; m < n; m++) {
        point[m] = bargaining_point(k, at + m, m);
        width[m] = s->most[at + m] - s->least[at + m];
    }
    count_month(k, e, j, told);
    for (int i = 0; i < CASE_SIDES; i++) {
        told->war[i] = band_of_floats(k, e, room, s->war[i] + at, j);
        told->going[i] = band_of(k, e, room, s->going[i] + at, j);
    }
    told->least = band_of(k, e, room, s->least + at, j);
    told->most = band_of(k, e, room, s->most + at, j);
    told->point = band_of(k, e, room, point, j);
    told->width = band_of(k, e, room, width, j);
    told->terms = terms_of(k, e, room, j);
    told->terms_so_far = terms_so_far(k, e, room, j);
}

/* ---- All months --------------------------------------------------------------------------------------- */

typedef struct telling_month {
    talking *k;
    size_t j;
    eyes eyes[2]; /* of the result's months, and of `prior` */
    size_t views;
    uint32_t *suits; /* [deal][member]: whether both gaps are at or above 0 */
} telling_month;

static talks_month *told_in(const telling_month *t, size_t view)
{
    const talks_result *r = t->k->result;
    return &(view == 0 ? r->months : r->prior)[t->j - t->k->told];
}

/* Item 0 is the month itself, then come its deals, and last what is kept of each member. */
static bool tell_part(void *context, unsigned worker, size_t item)
{
    const telling_month *t = context;
    const talking *k = t->k;
    telling *room = &k->rooms[worker];
    if (item > k->t->deal_count) {
        keep_point(k, &t->eyes[0], t->j);
        return true;
    }
    if (item > 0) {
        size_t deal = item - 1;
        tell_gaps(k, room, t->j, deal);
        for (size_t m = 0; m < k->members; m++)
            t->suits[deal * k->members + m] = room->gap[0][m] >= 0.0 && room->gap[1][m] >= 0.0;
        for (int i = 0; i < CASE_SIDES && deal == k->t->reference; i++)
            for (size_t m = 0; m < k->members; m++)
                k->result->own.gap[i][(t->j - k->told) * k->members + m] =
                    (float)bounded_gap(room->gap[i][m] - (double)k->kept.off[i][t->j * k->members + m]);
    }
    for (size_t view = 0; view < t->views; view++) {
        if (item == 0)
            tell_values(k, &t->eyes[view], room, t->j, told_in(t, view));
        else
            tell_offer(k, &t->eyes[view], room, t->j, item - 1, &told_in(t, view)->offers[item - 1]);
    }
    return true;
}

/* Ripe: both values of going on are below those of the month before, and some deal suits both; not a number where no
 * month is before. */
static void tell_ripe(const telling_month *t)
{
    const talking *k = t->k;
    size_t n = k->members;
    for (size_t view = 0; view < t->views; view++) {
        double ripe = 0.0, alive = 0.0;
        for (size_t m = 0; m < n; m++) {
            if (t->j >= k->end[m])
                continue;
            size_t at = t->j * n + m, deal = 0;
            bool falls = t->j > 0;
            for (int i = 0; i < CASE_SIDES && falls; i++)
                falls = k->kept.going[i][at] < k->kept.going[i][at - n];
            while (falls && deal < k->t->deal_count && !t->suits[deal * n + m])
                deal++;
            double w = weight_of(&t->eyes[view], m);
            alive += w;
            ripe += w * (falls && deal < k->t->deal_count);
        }
        told_in(t, view)->ripe = t->j > 0 ? ripe / alive : NAN;
    }
}

/* ---- One month, for a search ------------------------------------------------------------------------------------------ */

static float watched_in(const talking *k, const eyes *given, const telling *room, size_t j, size_t m)
{
    const talks_watch *w = k->options->watch;
    bool holds = true;
    if (w->what == TALKS_STRUCK)
        return k->end[m] > k->told ? (float)(1.0 - undone_by(k, given, j, m)) : NAN;
    if (j >= k->end[m])
        return NAN;
    for (int i = 0; i < CASE_SIDES; i++)
        if (w->sides[i])
            holds = holds &&
                    (w->what == TALKS_STRONG ? is_strong(k, i, j * k->members + m) : room->gap[i][m] >= 0.0);
    return holds ? 1.0f : 0.0f;
}

void tell_watched(const talking *k)
{
    const talks_watch *w = k->options->watch;
    const eyes given = {.weights = k->weights, .given = k->weights != NULL};
    size_t j = k->from_now;
    if (w->month != MONTH_NONE && w->month >= k->options->from)
        j = k->told + (size_t)(w->month - k->options->from);
    j = j < k->months ? j : k->months - 1;
    if (w->what == TALKS_ACCEPTED)
        tell_gaps(k, &k->rooms[0], j, w->deal);
    resample(k->weights, k->members, w->index);
    for (size_t m = 0; m < k->members; m++)
        w->holds[m] = watched_in(k, &given, &k->rooms[0], j, m);
}

bool tell_all(talking *k)
{
    size_t n = k->members;
    telling_month t = {.k = k, .views = k->result->prior ? 2 : 1};
    uint32_t *index = calloc(2 * n, sizeof *index);
    t.suits = calloc(n * k->t->deal_count, sizeof *t.suits);
    bool enough = index && t.suits;
    for (size_t view = 0; enough && view < t.views; view++) {
        bool given = k->weights && view == 0;
        t.eyes[view] = (eyes){
            .weights = given ? k->weights : k->worths.weights, .index = index + view * n, .given = given};
        resample(t.eyes[view].weights, n, index + view * n);
    }
    for (t.j = k->told; enough && t.j < k->months; t.j++) {
        workers_run(k->workers, 2 + k->t->deal_count, tell_part, &t);
        tell_ripe(&t);
    }
    free(index);
    free(t.suits);
    return enough;
}
