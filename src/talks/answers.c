/* Answers for the month `now`: why there is no deal, when there may be one, what waiting is worth and what is
 * missing, and what each term of a deal does. */
#include "talks/answers.h"

#include "math/order_statistics.h"
#include "math/special.h"
#include "talks/government.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 256, GROUPS = 20, SETS = 1 << TALKS_OBSTACLES, MEDIAN = 2 };
static const int dates[TALKS_DATES] = {6, 12, 24, 36};
static const int waits[TALKS_WAITS] = {6, 12};

/* ---- Why there is no deal ----------------------------------------------------------------------------- */

/* Sums over a group of members: weights, and shares of each obstacle, the rest and the whole. */
typedef struct group_sums {
    double weight, obstacle[TALKS_OBSTACLES], rest, no_deal;
} group_sums;

typedef struct standing {
    const talking *k;
    size_t months;
    const float *decided; /* [month][side][member]: what war by decision costs */
    group_sums *sums;     /* [chunk][group] */
} standing;

/* Probability that the months pass without a deal for each set of obstacles lifted in all of them. Refusals
 * of the past have taught what they have: the last month of the record is where it starts. */
static void no_deal_of(const standing *s, size_t m, double values[SETS])
{
    const talking *k = s->k;
    for (int set = 0; set < SETS; set++)
        values[set] = 1.0;
    for (size_t h = 0; h < s->months && k->from_now + h < k->end[m]; h++) {
        size_t j = k->from_now + h;
        const double decided[CASE_SIDES] = {s->decided[(h * CASE_SIDES + 0) * k->members + m],
                                            s->decided[(h * CASE_SIDES + 1) * k->members + m]};
        double open = k->kept.open[j * k->members + m];
        for (unsigned set = 0; set < SETS; set++) {
            if (set >> OBSTACLE_OPENING & 1u)
                continue;
            double met = events_chance(k, j, m, set, decided, NULL, NULL);
            values[set] *= 1.0 - met * open;
            values[set | 1u << OBSTACLE_OPENING] *= 1.0 - met;
        }
    }
}

/* Shapley (1953): what lifting an obstacle adds, over all orders in which the five can be lifted. */
static void add_member(const standing *s, size_t m, group_sums *sums)
{
    assert(m < s->k->members);
    static const double factor[TALKS_OBSTACLES] = {1.0 / 5, 1.0 / 20, 1.0 / 30, 1.0 / 20, 1.0 / 5};
    double values[SETS], weight = answering_weight(s->k, m);
    no_deal_of(s, m, values);
    sums->weight += weight;
    sums->no_deal += weight * values[0];
    sums->rest += weight * values[SETS - 1];
    for (int i = 0; i < TALKS_OBSTACLES; i++)
        for (int set = 0; set < SETS; set++) {
            int size = 0;
            if (set >> i & 1)
                continue;
            for (int bit = 0; bit < TALKS_OBSTACLES; bit++)
                size += set >> bit & 1;
            sums->obstacle[i] += weight * factor[size] * (values[set] - values[set | 1 << i]);
        }
}

static bool stand_chunk(void *context, unsigned worker, size_t chunk)
{
    const standing *s = context;
    size_t end = (chunk + 1) * CHUNK < s->k->members ? (chunk + 1) * CHUNK : s->k->members;
    (void)worker;
    for (size_t m = chunk * CHUNK; m < end; m++)
        if (s->k->from_now < s->k->end[m] && answering_weight(s->k, m) > 1e-3)
            add_member(s, m, &s->sums[chunk * GROUPS + m % GROUPS]);
    return true;
}

enum { REST = TALKS_OBSTACLES };

static double part_of(const group_sums *g, int which)
{
    return which == REST ? g->rest : g->obstacle[which];
}

/* An obstacle's part of all that keeps a deal away, with its 90 % by the jackknife over groups (Tukey 1958). */
static talks_share share_of(const group_sums groups[GROUPS], const group_sums *all, int which)
{
    assert(which >= 0);
    if (!(all->no_deal > 0.0)) /* nothing keeps it away */
        return (talks_share){0};
    double mean = part_of(all, which) / all->no_deal, square = 0.0;
    for (int g = 0; g < GROUPS; g++) {
        double left = all->no_deal - groups[g].no_deal;
        double without = left > 0.0 ? (part_of(all, which) - part_of(&groups[g], which)) / left : mean;
        square += (without - mean) * (without - mean);
    }
    double error = sqrt(square * (GROUPS - 1.0) / GROUPS);
    return (talks_share){mean, mean - 1.645 * error, mean + 1.645 * error};
}

static void add_sums(group_sums *to, const group_sums *from)
{
    to->weight += from->weight;
    to->no_deal += from->no_deal;
    to->rest += from->rest;
    for (int i = 0; i < TALKS_OBSTACLES; i++)
        to->obstacle[i] += from->obstacle[i];
}

static bool find_obstacles(talking *k)
{
    size_t n = k->members, chunks = (n + CHUNK - 1) / CHUNK, left = k->months - k->from_now;
    standing s = {.k = k, .months = left < TALKS_AHEAD ? left : TALKS_AHEAD};
    float *decided = calloc(s.months * CASE_SIDES * n, sizeof *decided);
    s.sums = calloc(chunks * GROUPS, sizeof *s.sums);
    s.decided = decided;
    bool enough = decided && s.sums;
    for (size_t h = 0; enough && h < s.months; h++) {
        telling *room = &k->rooms[0];
        value_terms(k, k->t->reference, k->from_now + h, room, room->worth);
        for (size_t i = 0; i < CASE_SIDES; i++)
            for (size_t m = 0; m < n; m++)
                decided[(h * CASE_SIDES + i) * n + m] = (float)room->targets[PEACE_DECIDED + i][m];
    }
    if (enough) {
        group_sums groups[GROUPS] = {0}, all = {0};
        talks_answers *a = &k->result->answers;
        workers_run(k->options->run.threads, chunks, stand_chunk, &s);
        for (size_t i = 0; i < chunks * GROUPS; i++)
            add_sums(&groups[i % GROUPS], &s.sums[i]);
        for (int g = 0; g < GROUPS; g++)
            add_sums(&all, &groups[g]);
        a->ahead = s.months;
        a->no_deal = all.no_deal / all.weight;
        a->rest = share_of(groups, &all, REST);
        for (int i = 0; i < TALKS_OBSTACLES; i++)
            a->obstacle[i] = share_of(groups, &all, i);
    }
    free(decided);
    free(s.sums);
    return enough;
}

/* ---- A deal by a date --------------------------------------------------------------------------------- */

/* P(T <= age + months | T > age) of the log-logistic; NaN of a war that begins later. */
static double base_rate(const case_base_rate *b, double age, double months)
{
    assert(b->scale > 0 && b->shape > 0 && months >= 0);
    if (age < 0)
        return NAN;
    double now = portable_pow(age / b->scale, b->shape),
           then = portable_pow((age + months) / b->scale, b->shape);
    return 1.0 - (1.0 + now) / (1.0 + then);
}

static void find_dates(talking *k, const uint32_t *index)
{
    talks_answers *a = &k->result->answers;
    telling *room = &k->rooms[0];
    month now = k->c->start + (month)(k->first + k->from_now);
    for (int d = 0; d < TALKS_DATES && k->from_now + (size_t)dates[d] <= k->months; d++) {
        size_t j = k->from_now + (size_t)dates[d] - 1, count = 0;
        double sum = 0.0, mass = 0.0, prior = 0.0, all = 0.0, ends[2], at[2] = {0.05, 0.95};
        for (size_t m = 0; m < k->members; m++)
            if (k->from_now < k->end[m]) {
                double w = answering_weight(k, m);
                double before = k->worths.weights ? k->worths.weights[m] : 1.0;
                double deal = 1.0 - answering_undone(k, j, m);
                sum += w * deal;
                mass += w;
                prior += before * deal;
                all += before;
            }
        for (size_t i = 0; i < k->members; i++)
            if (k->from_now < k->end[index[i]])
                room->values[count++] = (float)(1.0 - answering_undone(k, j, index[i]));
        quantiles_of(room->values, room->sorted, count, at, 2, ends);
        const case_base_rate *b = k->t->base_rate;
        a->dates[a->date_count++] =
            (talks_date){dates[d],
                         sum / mass,
                         ends[0],
                         ends[1],
                         b ? base_rate(b, (double)(now - b->start), (double)dates[d]) : NAN,
                         prior / all};
    }
}

/* ---- Waiting, and what is missing --------------------------------------------------------------------- */

/* NaN where no war goes on. */
static double median_of(telling *room, size_t count)
{
    double half = 0.5, median;
    quantiles_of(room->values, room->sorted, count, &half, 1, &median);
    return median;
}

static bool same_line(const case_deal *a, const case_deal *b)
{
    return a->contact == b->contact && a->beyond == b->beyond && (a->contact || a->line == b->line);
}

enum { TERM_LINE = 1, TERM_GUARANTEE = 2, TERM_FORM = 4, TERM_RELIEF = 8 };

/* In which terms two deals differ. */
static int differences(const case_deal *a, const case_deal *b)
{
    return (same_line(a, b) ? 0 : TERM_LINE) | (a->guarantee == b->guarantee ? 0 : TERM_GUARANTEE) |
           (a->form == b->form ? 0 : TERM_FORM) | (a->relief == b->relief ? 0 : TERM_RELIEF);
}

/* A deal that differs in one term only and that the side prefers to war in the middle world; SIZE_MAX: none.
 */
static size_t instead(const talking *k, size_t deal, int side, int term)
{
    assert(deal < k->t->deal_count);
    assert(side == CASE_DEFENDER || side == CASE_ATTACKER);
    const talks_month *now = &k->result->months[k->from_now - k->told];
    for (size_t d = 0; d < k->t->deal_count; d++)
        if (differences(&k->t->deals[deal], &k->t->deals[d]) == term && now->offers[d].accepted[side] >= 0.5)
            return d;
    return SIZE_MAX;
}

static const double never = 1e3; /* no line or relief would do */

static double median_line(const talking *k, const uint32_t *index, telling *room, size_t deal, int side)
{
    size_t j = k->from_now, count = 0;
    for (size_t i = 0; i < k->members; i++)
        if (j < k->end[index[i]])
            room->values[count++] = (float)fmin(tell_line_missing(k, room, j, deal, side, index[i]), never);
    return median_of(room, count);
}

static double median_relief(const talking *k, const uint32_t *index, telling *room, int side)
{
    size_t j = k->from_now, count = 0;
    for (size_t i = 0; i < k->members; i++) {
        size_t m = index[i];
        double worth = k->worths.relief[side][m] / k->worths.stake[side][m], gap = room->gap[side][m];
        if (j < k->end[m])
            room->values[count++] = (float)(worth > 0.0 && !isnan(gap) ? -gap / worth : never);
    }
    return median_of(room, count);
}

/* The room holds the gaps of the deal. */
static void find_missing(const talking *k, const uint32_t *index, telling *room, size_t deal, int side,
                         talks_missing *missing)
{
    assert(deal < k->t->deal_count);
    assert(side == CASE_DEFENDER || side == CASE_ATTACKER);
    const case_deal *d = &k->t->deals[deal];
    double line = median_line(k, index, room, deal, side), relief = median_relief(k, index, room, side);
    size_t other;
    missing->line = line <= 0.0 ? 0.0 : line <= 1.0 ? line : NAN;
    missing->relief = line <= 0.0 ? 0.0 : relief <= 1.0 - d->relief ? relief : NAN;
    other = line <= 0.0 ? SIZE_MAX : instead(k, deal, side, TERM_GUARANTEE);
    missing->guarantee = other == SIZE_MAX ? SIZE_MAX : k->t->deals[other].guarantee;
    other = line <= 0.0 ? SIZE_MAX : instead(k, deal, side, TERM_FORM);
    missing->form = other == SIZE_MAX ? SIZE_MAX : k->t->deals[other].form;
}

/* gaps: [deal][side][member] of now. */
static void find_waiting(const talking *k, const uint32_t *index, const float *gaps)
{
    telling *room = &k->rooms[0];
    size_t n = k->members;
    for (size_t d = 0; d < k->t->deal_count; d++)
        for (int w = 0; w < TALKS_WAITS; w++) {
            talks_deal_answer *answer = &k->result->answers.deals[d];
            size_t j = k->from_now + (size_t)waits[w];
            if (j < k->months)
                tell_gaps(k, room, j, d);
            for (size_t i = 0; i < CASE_SIDES; i++) {
                size_t count = 0;
                for (size_t r = 0; r < n && j < k->months; r++) {
                    size_t m = index[r];
                    double change = room->gap[i][m] - (double)gaps[(d * CASE_SIDES + i) * n + m];
                    if (j < k->end[m] && !isnan(change))
                        room->values[count++] = (float)change;
                }
                quantiles_of(room->values, room->sorted, count, talks_probabilities, TALKS_BAND,
                             answer->waiting[i][w].quantiles);
            }
        }
}

/* ---- Terms -------------------------------------------------------------------------------------------- */

static void weigh_term(const talking *k, const float *gaps, size_t from, size_t to, talks_term *term)
{
    assert(from < k->t->deal_count && to < k->t->deal_count);
    size_t n = k->members;
    for (size_t i = 0; i < CASE_SIDES; i++) {
        const float *before = gaps + (from * CASE_SIDES + i) * n, *after = gaps + (to * CASE_SIDES + i) * n;
        double mass = 0.0, squares = 0.0, sum = 0.0, square = 0.0, more = 0.0;
        for (size_t m = 0; m < n; m++) {
            double w = answering_weight(k, m), change = bounded_gap(after[m]) - bounded_gap(before[m]);
            if (k->from_now >= k->end[m])
                continue;
            more += w * ((after[m] >= 0.0f) - (before[m] >= 0.0f));
            mass += w;
            squares += w * w;
            sum += w * change;
            square += w * change * change;
        }
        double mean = sum / mass;
        term->gap[i] =
            (talks_mean){mean, sqrt(fmax(square / mass - mean * mean, 0.0) * squares / (mass * mass))};
        term->accepted[i] = more / mass;
    }
}

/* Of each deal against the first before it from which it differs in one term. */
static void find_terms(const talking *k, const float *gaps)
{
    talks_answers *a = &k->result->answers;
    for (size_t d = 1; d < k->t->deal_count; d++)
        for (size_t e = 0; e < d; e++) {
            int by = differences(&k->t->deals[e], &k->t->deals[d]);
            if (by != TERM_LINE && by != TERM_GUARANTEE && by != TERM_FORM && by != TERM_RELIEF)
                continue;
            talks_term *term = &a->terms[a->term_count++];
            term->kind = by == TERM_LINE        ? "line"
                         : by == TERM_GUARANTEE ? "guarantee"
                         : by == TERM_FORM      ? "form"
                                                : "relief";
            term->from = e;
            term->to = d;
            weigh_term(k, gaps, e, d, term);
            break;
        }
}

/* ---- All of them -------------------------------------------------------------------------------------- */

bool answer(talking *k)
{
    talks_answers *a = &k->result->answers;
    size_t n = k->members, deals = k->t->deal_count;
    a->now = k->from_now - k->told;
    a->deals = arena_array(&k->result->memory, deals, sizeof *a->deals);
    a->terms = arena_array(&k->result->memory, deals, sizeof *a->terms);
    uint32_t *index = calloc(n, sizeof *index);
    float *gaps = calloc(deals * CASE_SIDES * n, sizeof *gaps);
    bool enough = a->deals && a->terms && index && gaps;
    if (enough) {
        resample(k->weights ? k->weights : k->worths.weights, n, index);
        for (size_t d = 0; d < deals; d++) {
            tell_gaps(k, &k->rooms[0], k->from_now, d);
            for (size_t i = 0; i < CASE_SIDES; i++)
                for (size_t m = 0; m < n; m++)
                    gaps[(d * CASE_SIDES + i) * n + m] = (float)k->rooms[0].gap[i][m];
            for (int i = 0; i < CASE_SIDES; i++)
                find_missing(k, index, &k->rooms[0], d, i, &a->deals[d].missing[i]);
        }
        find_dates(k, index);
        find_waiting(k, index, gaps);
        find_terms(k, gaps);
        enough = find_obstacles(k) && find_movers(k);
    }
    free(index);
    free(gaps);
    return enough;
}
