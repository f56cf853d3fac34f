/* What moves the results: shares of a variance over members that single quantities explain.
 *
 * The share of a quantity is the correlation ratio (Pearson 1905; the first-order index of Sobol' 1993): the
 * variance of group means over groups of equal size in the order of the quantity, less what chance alone
 * gives, against the variance of all. */
#include "math/distribution.h"
#include "math/order_statistics.h"
#include "talks/answers.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BINS = 10, EVERY = 6 };

/* ---- One quantity against outcomes -------------------------------------------------------------------- */

static size_t bin_of(const double *edges, float value)
{
    size_t low = 0, high = BINS - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if ((double)value > edges[middle])
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Share of the variance of y[0 .. count) that x explains, members weighed; y not a number: left out. What
 * chance alone gives follows from the effective number of members. room: 2 x count. */
static double explained(const float *x, const float *y, const float *weights, size_t count, float *room)
{
    double at[BINS - 1], edges[BINS - 1], sums[BINS] = {0}, masses[BINS] = {0};
    double all = 0.0, squares = 0.0, sum = 0.0, square = 0.0;
    for (size_t i = 0; i < BINS - 1; i++)
        at[i] = (double)(i + 1) / BINS;
    memcpy(room, x, count * sizeof *room);
    quantiles_of(room, room + count, count, at, BINS - 1, edges);
    for (size_t i = 0; i < count; i++) {
        if (isnan(y[i]))
            continue;
        size_t bin = bin_of(edges, x[i]);
        double w = weights[i];
        sums[bin] += w * y[i];
        masses[bin] += w;
        sum += w * y[i];
        square += w * y[i] * y[i];
        all += w;
        squares += w * w;
    }
    double mean = sum / all, variance = square / all - mean * mean, between = 0.0, bins = 0.0;
    for (size_t b = 0; b < BINS; b++)
        if (masses[b] > 0.0) {
            double off = sums[b] / masses[b] - mean;
            between += masses[b] / all * off * off;
            bins += 1.0;
        }
    double members = all * all / squares;
    if (!(variance > 0.0) || !(members > 2.0 * bins))
        return 0.0;
    double share = between / variance, chance = (bins - 1.0) / (members - 1.0);
    return share > chance ? (share - chance) / (1.0 - chance) : 0.0;
}

static void keep_greatest(talks_mover *movers, const char *name, double share)
{
    for (size_t i = 0; i < TALKS_MOVERS; i++)
        if (share > movers[i].share) {
            memmove(movers + i + 1, movers + i, (TALKS_MOVERS - 1 - i) * sizeof *movers);
            movers[i] = (talks_mover){name, share};
            return;
        }
}

/* Members that go on and carry weight. */
static bool counts(const talking *k, size_t j, size_t m)
{
    assert(j < k->months && m < k->members);
    return j < k->end[m] && answering_weight(k, m) > 1e-3;
}

/* ---- The quantities ----------------------------------------------------------------------------------- */

typedef struct candidate {
    const char *name;
    const float *values;             /* [member], or */
    const case_parameter *parameter; /* of the case, drawn again */
    double shares[TALKS_OUTCOMES];
} candidate;

typedef struct moving {
    const talking *k;
    size_t count; /* members that go on and weigh something */
    candidate *candidates;
    float *outcomes[TALKS_OUTCOMES], *weights; /* [count] */
    float *rooms;                              /* [worker][4][members] */
} moving;

static bool try_candidate(void *context, unsigned worker, size_t item)
{
    const moving *v = context;
    candidate *c = &v->candidates[item];
    size_t n = v->k->members;
    float *all = v->rooms + worker * 4 * n, *x = all + n;
    const float *values = c->values;
    if (c->parameter) {
        if (!parameter_draws(v->k, c->parameter, all))
            return false;
        values = all;
    }
    size_t count = 0;
    for (size_t m = 0; m < n; m++)
        if (counts(v->k, v->k->from_now, m))
            x[count++] = values[m];
    for (int o = 0; o < TALKS_OUTCOMES; o++)
        c->shares[o] = explained(x, v->outcomes[o], v->weights, count, x + n);
    return true;
}

/* Quantities of the table, then parameters of the case. A hard aim counts as it is in the member's world. */
static size_t list_candidates(const talking *k, candidate *list)
{
    size_t count = 0;
    const worths *w = &k->worths;
    for (size_t q = 0; q < w->count; q++) {
        if (w->quantities[q]->prior.kind == TRUCE_FIXED)
            continue;
        const float *values = w->values[q];
        for (int issue = 0; issue < CASE_ISSUES && k->t->government; issue++)
            for (int i = 0; i < CASE_SIDES; i++)
                if (w->quantities[q] == &k->t->government->hard[issue][i])
                    values = w->hard[issue][i];
        list[count++] = (candidate){.name = w->quantities[q]->name, .values = values};
    }
    for (size_t p = 0; p < k->c->parameter_count; p++)
        if (k->c->parameters[p].element != SIZE_MAX && k->c->parameters[p].prior.kind != TRUCE_FIXED)
            list[count++] = (candidate){.name = k->c->parameters[p].name, .parameter = &k->c->parameters[p]};
    return count;
}

/* ---- What they move ----------------------------------------------------------------------------------- */

/* A deal within twelve months, the attacker's position, and five years of peace after the reference deal. */
static void fill_outcomes(moving *v)
{
    const talking *k = v->k;
    telling *room = &k->rooms[0];
    size_t j = k->from_now, last = j + TALKS_AHEAD <= k->months ? j + TALKS_AHEAD - 1 : k->months - 1;
    tell_gaps(k, room, j, k->t->reference);
    for (size_t m = 0, at = j * k->members; m < k->members; m++, at++) {
        if (!counts(k, j, m))
            continue;
        double x = bargaining_point(k, at, m);
        v->outcomes[0][v->count] = (float)(1.0 - answering_undone(k, last, m));
        v->outcomes[1][v->count] = fabs(x) < 5.0 ? (float)x : NAN;
        v->outcomes[2][v->count] = (float)(1.0 - room->targets[PEACE_RESUMED + 3][m]);
        v->weights[v->count] = (float)answering_weight(k, m);
        v->count++;
    }
}

/* What the line leaves of positions over members and months, every half-year: [count]; the state beside. */
static size_t gather_positions(const talking *k, size_t feature, float *x, float *line, float *y,
                               float *weights)
{
    assert(x && y);
    size_t count = 0, n = k->members;
    for (size_t j = k->from_now; j < k->months; j += EVERY)
        for (size_t m = 0, at = j * n; m < n; m++, at++) {
            if (!counts(k, j, m))
                continue;
            double point = bargaining_point(k, at, m);
            if (!(fabs(point) < 5.0))
                continue;
            x[count] = k->state[(j * k->features + feature) * n + m];
            line[count] = share_at(k, at);
            weights[count] = (float)answering_weight(k, m);
            y[count++] = (float)point;
        }
    return count;
}

/* Takes out of y what is linear in the line; returns the share of its variance that goes. */
static double take_out_line(const float *line, float *y, const float *weights, size_t count)
{
    double sx = 0.0, sy = 0.0, sxx = 0.0, sxy = 0.0, syy = 0.0, n = 0.0;
    for (size_t i = 0; i < count; i++) {
        double w = weights[i];
        n += w;
        sx += w * line[i];
        sy += w * y[i];
        sxx += w * line[i] * line[i];
        sxy += w * line[i] * y[i];
        syy += w * y[i] * y[i];
    }
    double vx = sxx / n - sx * sx / n / n, vy = syy / n - sy * sy / n / n, c = sxy / n - sx * sy / n / n;
    double slope = vx > 0.0 ? c / vx : 0.0;
    for (size_t i = 0; i < count; i++)
        y[i] = (float)(y[i] - sy / n - slope * (line[i] - sx / n));
    return vx > 0.0 && vy > 0.0 ? c * c / (vx * vy) : 0.0;
}

/* Which features of what the sides see, and how light war weighs on them, explain the rest. */
static bool explain_positions(talking *k)
{
    size_t most = (k->months / EVERY + 1) * k->members;
    float *x = calloc(6 * most, sizeof *x), *line = x ? x + most : NULL, *y = x ? x + 2 * most : NULL;
    float *weights = x ? x + 3 * most : NULL;
    talks_answers *a = &k->result->answers;
    for (size_t f = 0; x && f < peace_features(k->t); f++) {
        size_t count = gather_positions(k, f, x, line, y, weights);
        a->line_explains = take_out_line(line, y, weights, count);
        const char *name = f < k->t->state_count ? k->c->model->elements[k->t->state[f]].name
                                                 : k->t->stake[f - k->t->state_count].name;
        keep_greatest(a->explains, name,
                      explained(x, y, weights, count, x + 4 * most) * (1.0 - a->line_explains));
    }
    free(x);
    return x != NULL;
}

bool find_movers(talking *k)
{
    size_t n = k->members, most = k->worths.count + k->c->parameter_count;
    moving v = {.k = k, .candidates = calloc(most, sizeof *v.candidates)};
    size_t count = v.candidates ? list_candidates(k, v.candidates) : 0;
    unsigned workers = workers_count(k->options->run.threads, count ? count : 1);
    v.rooms = calloc((workers * 4 + TALKS_OUTCOMES + 1) * n, sizeof *v.rooms);
    bool enough = v.candidates && v.rooms;
    if (enough) {
        for (size_t o = 0; o < TALKS_OUTCOMES; o++)
            v.outcomes[o] = v.rooms + (workers * 4 + o) * n;
        v.weights = v.rooms + (workers * 4 + TALKS_OUTCOMES) * n;
        fill_outcomes(&v);
        enough = count == 0 || workers_run(workers, count, try_candidate, &v);
        for (size_t i = 0; i < count; i++)
            for (int o = 0; o < TALKS_OUTCOMES; o++)
                keep_greatest(k->result->answers.movers[o], v.candidates[i].name, v.candidates[i].shares[o]);
    }
    free(v.candidates);
    free(v.rooms);
    return enough && explain_positions(k);
}
