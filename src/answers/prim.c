/* See prim.h. */
#include "answers/prim.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Points ----------------------------------------------------------------------------------------------------- */

typedef struct placed {
    double value;
    uint32_t at;
} placed;

static int by_value(const void *a, const void *b)
{
    const placed *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

bool prim_sort(const double *x, size_t count, size_t inputs, uint32_t *order)
{
    placed *room = malloc((count + 1) * sizeof *room);
    for (size_t k = 0; room && k < inputs; k++) {
        for (size_t i = 0; i < count; i++)
            room[i] = (placed){x[k * count + i], (uint32_t)i};
        qsort(room, count, sizeof *room, by_value);
        for (size_t i = 0; i < count; i++)
            order[k * count + i] = room[i].at;
    }
    free(room);
    return room != NULL;
}

bool prim_restricts(const prim_box *box, size_t input)
{
    return box->low[input] > -INFINITY || box->high[input] < INFINITY;
}

static size_t restrictions(const prim_box *box, size_t inputs)
{
    size_t count = 0;
    for (size_t k = 0; k < inputs; k++)
        count += prim_restricts(box, k);
    return count;
}

/* Within all ends but those of one input (SIZE_MAX: of none). */
static bool holds(const prim_points *p, const prim_box *box, size_t point, size_t but)
{
    for (size_t k = 0; k < p->inputs; k++) {
        double x = p->x[k * p->count + point];
        if (k != but && (x < box->low[k] || x > box->high[k]))
            return false;
    }
    return true;
}

void prim_count(const prim_points *p, prim_box *box)
{
    box->points = box->hits = 0;
    for (size_t i = 0; i < p->count; i++)
        if (holds(p, box, i, SIZE_MAX)) {
            box->points++;
            box->hits += p->hits[i];
        }
}

/* ---- Peeling ------------------------------------------------------------------------------------------------------ */

/* A cut of one end of the box: what is left, and where the new end lies. */
typedef struct cut {
    size_t input, points, hits;
    bool upper;
    double end;
} cut;

/* Takes the outermost points, and all that are equal to the last of them. Nothing is left where all are equal. */
static cut try_peel(const prim_points *p, const prim_box *box, const uint8_t *inside, size_t input,
                    bool upper)
{
    const uint32_t *order = p->order + input * p->count;
    const double *x = p->x + input * p->count;
    size_t wanted = (size_t)(PRIM_PEEL * (double)box->points), taken = 0, hits = 0;
    double edge = NAN;
    wanted = wanted ? wanted : 1;
    for (size_t i = 0; i < p->count; i++) {
        size_t at = order[upper ? p->count - 1 - i : i];
        if (!inside[at])
            continue;
        if (taken >= wanted && x[at] != edge)
            return (cut){input, box->points - taken, box->hits - hits, upper, x[at]};
        edge = x[at];
        taken++;
        hits += p->hits[at];
    }
    return (cut){.input = input};
}

static bool is_better(const cut *a, const cut *b)
{
    if (!a->points || !b->points)
        return a->points > 0;
    return (double)a->hits * (double)b->points > (double)b->hits * (double)a->points;
}

static void apply_cut(const prim_points *p, prim_box *box, const cut *c, uint8_t *inside)
{
    *(c->upper ? &box->high[c->input] : &box->low[c->input]) = c->end;
    box->points = c->points;
    box->hits = c->hits;
    for (size_t i = 0; i < p->count; i++) {
        double x = p->x[c->input * p->count + i];
        if (c->upper ? x > c->end : x < c->end)
            inside[i] = 0;
    }
}

/* One peel; false when the box would be too small. */
static bool peel(const prim_points *p, prim_box *box, uint8_t *inside)
{
    cut best = {0};
    for (size_t k = 0; k < p->inputs; k++)
        for (int upper = 0; upper < 2; upper++) {
            cut c = try_peel(p, box, inside, k, upper);
            if (is_better(&c, &best))
                best = c;
        }
    if (!best.points || (double)best.points < PRIM_LEAST * (double)p->count)
        return false;
    apply_cut(p, box, &best, inside);
    return true;
}

/* ---- Pasting ------------------------------------------------------------------------------------------------------ */

/* Moves one end out over the nearest points that only this input keeps out. */
static cut try_paste(const prim_points *p, const prim_box *box, size_t input, bool upper)
{
    const uint32_t *order = p->order + input * p->count;
    const double *x = p->x + input * p->count, end = upper ? box->high[input] : box->low[input];
    size_t wanted = (size_t)(PRIM_PEEL * (double)box->points), taken = 0, hits = 0;
    double edge = end;
    wanted = wanted ? wanted : 1;
    for (size_t i = 0; i < p->count; i++) {
        size_t at = order[upper ? i : p->count - 1 - i];
        if ((upper ? x[at] <= end : x[at] >= end) || !holds(p, box, at, input))
            continue;
        if (taken >= wanted && x[at] != edge)
            return (cut){input, box->points + taken, box->hits + hits, upper, edge};
        edge = x[at];
        taken++;
        hits += p->hits[at];
    }
    /* nothing is left outside: the end goes */
    return taken ? (cut){input, box->points + taken, box->hits + hits, upper, upper ? INFINITY : -INFINITY}
                 : (cut){.input = input};
}

static bool paste(const prim_points *p, prim_box *box)
{
    cut best = {.points = box->points, .hits = box->hits};
    bool found = false;
    for (size_t k = 0; k < p->inputs; k++)
        for (int upper = 0; upper < 2; upper++) {
            if (!isfinite(upper ? box->high[k] : box->low[k]))
                continue;
            cut c = try_paste(p, box, k, upper);
            if (c.points && is_better(&c, &best)) {
                best = c;
                found = true;
            }
        }
    if (found) {
        *(best.upper ? &box->high[best.input] : &box->low[best.input]) = best.end;
        box->points = best.points;
        box->hits = best.hits;
    }
    return found;
}

/* ---- The search ---------------------------------------------------------------------------------------------------- */

static void copy_box(prim_box *to, const prim_box *from, size_t inputs)
{
    memcpy(to->low, from->low, inputs * sizeof *to->low);
    memcpy(to->high, from->high, inputs * sizeof *to->high);
    to->points = from->points;
    to->hits = from->hits;
}

static double merit(const prim_points *p, const prim_box *box, size_t all_hits, double density)
{
    double share = box->points ? (double)box->hits / (double)box->points : 0;
    if (density > 0)
        return share >= density ? 1 + (double)box->points
                                : share; /* the largest that has it, else the densest */
    return (double)box->hits - (double)box->points * (double)all_hits / (double)p->count;
}

static void open_box(prim_box *box, const prim_points *p)
{
    for (size_t k = 0; k < p->inputs; k++) {
        box->low[k] = -INFINITY;
        box->high[k] = INFINITY;
    }
    prim_count(p, box);
}

bool prim_search(const prim_points *p, double density, prim_box *box, prim_step steps[PRIM_STEPS],
                 size_t *step_count)
{
    double *ends = calloc(2 * p->inputs + 1, sizeof *ends);
    uint8_t *inside = malloc(p->count + 1);
    prim_box now = {ends, ends + p->inputs, 0, 0};
    bool good = ends && inside;
    *step_count = 0;
    if (good) {
        memset(inside, 1, p->count);
        open_box(&now, p);
        copy_box(box, &now, p->inputs);
        size_t all = now.hits;
        double best = merit(p, &now, all, density);
        do {
            steps[(*step_count)++] = (prim_step){now.points, now.hits, restrictions(&now, p->inputs)};
            if (merit(p, &now, all, density) > best) {
                best = merit(p, &now, all, density);
                copy_box(box, &now, p->inputs);
            }
        } while (*step_count < PRIM_STEPS && peel(p, &now, inside));
        for (size_t i = 0; i < PRIM_STEPS && paste(p, box); i++)
            ;
    }
    free(ends);
    free(inside);
    return good;
}

/* ---- What is real --------------------------------------------------------------------------------------------------- */

/* By ratios of neighbouring probabilities from the likeliest number on, so that nothing overflows. */
double prim_binomial_tail(size_t count, size_t least, double p)
{
    if (least == 0)
        return 1;
    if (!(p > 0) || least > count)
        return 0;
    if (p >= 1)
        return 1;
    size_t mode = (size_t)((double)(count + 1) * p);
    mode = mode > count ? count : mode;
    double all = 1, tail = mode >= least, weight = 1, odds = p / (1 - p);
    for (size_t k = mode; k < count && weight > 0; k++) {
        weight *= (double)(count - k) / (double)(k + 1) * odds;
        all += weight;
        tail += k + 1 >= least ? weight : 0;
    }
    weight = 1;
    for (size_t k = mode; k > 0 && weight > 0; k--) {
        weight *= (double)k / (double)(count - k + 1) / odds;
        all += weight;
        tail += k - 1 >= least ? weight : 0;
    }
    return tail / all;
}

double prim_chance(const prim_points *p, const prim_box *box, size_t input)
{
    size_t points = 0, hits = 0;
    for (size_t i = 0; i < p->count; i++)
        if (holds(p, box, i, input)) {
            points++;
            hits += p->hits[i];
        }
    return points ? prim_binomial_tail(box->points, box->hits, (double)hits / (double)points) : 1;
}

void prim_prune(const prim_points *p, prim_box *box, double most)
{
    for (;;) {
        size_t worst = SIZE_MAX;
        double chance = most;
        for (size_t k = 0; k < p->inputs; k++) {
            if (!prim_restricts(box, k))
                continue;
            double now = prim_chance(p, box, k);
            if (now > chance) {
                chance = now;
                worst = k;
            }
        }
        if (worst == SIZE_MAX)
            return;
        box->low[worst] = -INFINITY;
        box->high[worst] = INFINITY;
        prim_count(p, box);
    }
}
