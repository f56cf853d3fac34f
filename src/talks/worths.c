/* Draws of what things are worth to the sides. */
#include "talks/peace.h"

#include "math/special.h"

#include <math.h>
#include <stdlib.h>

double line_share(const case_talks *t, double value)
{
    double share = (value - t->wanted[CASE_DEFENDER]) / (t->wanted[CASE_ATTACKER] - t->wanted[CASE_DEFENDER]);
    return share < 0.0 ? 0.0 : share > 1.0 ? 1.0 : share;
}

typedef struct drawing {
    uint64_t seed;
    size_t members;
    float *next;
    bool failed;
} drawing;

static float *draw(drawing *d, const case_quantity *q)
{
    float *values = d->next;
    d->next += d->members;
    d->failed = d->failed || !quantity_draw(q, d->seed, d->members, values);
    return values;
}

static truce_status check(const case_talks *t, const worths *w, size_t members, const char *file,
                          truce_error *error)
{
    for (size_t m = 0; m < members; m++) {
        for (int i = 0; i < CASE_SIDES; i++) {
            if (!(w->stake[i][m] > 0.0f))
                return error_set(error, TRUCE_BAD_INPUT, file, 0,
                                 "the stake must be worth more than 0 to both sides, and member %zu has %g",
                                 m, w->stake[i][m]);
            if (!(w->discount[i][m] > 0.0f && w->discount[i][m] <= 1.0f))
                return error_set(error, TRUCE_BAD_INPUT, file, 0,
                                 "a discount rate must not be negative (member %zu)", m);
        }
        if (!(w->proposer[m] >= 0.0f && w->proposer[m] <= 1.0f))
            return error_set(error, TRUCE_BAD_INPUT, file, 0,
                             "the probability to propose must be 0 to 1, and member %zu has %g", m,
                             w->proposer[m]);
        bool negative = !(w->incidents[m] >= 0.0f);
        for (size_t g = 0; g < t->guarantee_count; g++)
            negative = negative || !(w->hazard_ratio[g][m] >= 0.0f);
        if (negative)
            return error_set(error, TRUCE_BAD_INPUT, file, 0,
                             "incidents and hazard ratios must not be negative (member %zu)", m);
    }
    return TRUCE_OK;
}

truce_status worths_draw(const truce_case *c, uint64_t seed, size_t members, worths *w, truce_error *error)
{
    const case_talks *t = c->talks;
    size_t columns = 4 * CASE_SIDES + 2 + t->guarantee_count * (2 * CASE_SIDES + 1);
    *w = (worths){.memory = calloc(columns * members, sizeof(float))};
    w->penalty = calloc(t->guarantee_count, sizeof *w->penalty);
    w->cost = calloc(t->guarantee_count, sizeof *w->cost);
    w->hazard_ratio = calloc(t->guarantee_count, sizeof *w->hazard_ratio);
    if (!w->memory || !w->penalty || !w->cost || !w->hazard_ratio) {
        worths_free(w);
        return error_memory(error);
    }
    drawing d = {.seed = seed, .members = members, .next = w->memory};
    for (int i = 0; i < CASE_SIDES; i++) {
        w->stake[i] = draw(&d, &t->stake[i]);
        w->dictated[i] = draw(&d, &t->dictated[i]);
        w->relief[i] = draw(&d, &t->relief[i]);
        w->discount[i] = draw(&d, &t->discount[i]);
        for (size_t m = 0; m < members; m++)
            w->discount[i][m] = (float)portable_pow(1.0 + w->discount[i][m], -1.0 / 12.0);
    }
    w->proposer = draw(&d, &t->proposer);
    w->incidents = draw(&d, &t->incidents);
    for (size_t g = 0; g < t->guarantee_count; g++) {
        for (int i = 0; i < CASE_SIDES; i++) {
            w->penalty[g][i] = draw(&d, &t->guarantees[g].penalty[i]);
            w->cost[g][i] = draw(&d, &t->guarantees[g].cost[i]);
        }
        w->hazard_ratio[g] = draw(&d, &t->guarantees[g].hazard_ratio);
    }
    truce_status status = d.failed ? error_memory(error) : check(t, w, members, c->path, error);
    if (status != TRUCE_OK)
        worths_free(w);
    return status;
}

void worths_free(worths *w)
{
    free(w->memory);
    free(w->penalty);
    free(w->cost);
    free(w->hazard_ratio);
    *w = (worths){0};
}
