/* Demands against an unknown concession: searched over atoms, tabled by what the proposer keeps. */
#include "talks/screening.h"

#include "math/order_statistics.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { ATOMS = SCREENING_ATOMS, GRID = SCREENING_GRID };
static const double reach = SCREENING_REACH;
/* A spread too small to divide by is none: the other's concession is known. */
static const double least_spread = 1e-9;

static double grid_value(size_t i)
{
    assert(i < GRID);
    return -reach + 2.0 * reach * (double)i / (GRID - 1);
}

/* The best atom of the lowest `left`, each of which is as likely as the next. */
static size_t best_atom(const double *theta, size_t left, double own)
{
    assert(left <= ATOMS);
    size_t best = 0;
    double most = -INFINITY;
    for (size_t i = 0; i < left; i++) {
        double gain = (double)(left - i) * (theta[i] - own);
        if (gain > most) {
            most = gain;
            best = i;
        }
    }
    return best;
}

void screening_of(screening *s, const double *theta, double spread, double share)
{
    assert(share >= 0.0 && share <= 1.0); /* 0: of a month that no war reaches */
    memcpy(s->theta, theta, sizeof s->theta);
    s->spread = spread > least_spread ? spread : least_spread;
    s->inverse = 1.0 / s->spread;
    s->share = share;
    s->tie = 0.0;
    for (size_t g = 0; g < GRID; g++) {
        double own = grid_value(g);
        size_t best = best_atom(theta, ATOMS, own);
        double gain = (double)(ATOMS - best) / ATOMS * (theta[best] - own);
        s->gain[g] = (float)(gain > 0.0 ? gain * share : 0.0);
    }
}

void screening_make(screening *s, float *residuals, float *room, size_t count, double share)
{
    assert(count == 0 || (residuals && room));
    double theta[ATOMS] = {0}, probabilities[ATOMS], square = 0.0;
    for (size_t i = 0; i < ATOMS; i++)
        probabilities[i] = ((double)i + 0.5) / ATOMS;
    for (size_t i = 0; i < count; i++)
        square += (double)residuals[i] * residuals[i];
    double spread = count ? sqrt(square / (double)count) : 0.0;
    if (spread > 0.0) {
        quantiles_of(residuals, room, count, probabilities, ATOMS, theta);
        for (size_t i = 0; i < ATOMS; i++)
            theta[i] /= spread;
    }
    screening_of(s, theta, spread, share);
}

double screening_demand(const screening *s, double mean, double own, size_t left)
{
    assert(left <= ATOMS);
    return mean + s->theta[best_atom(s->theta, left, (own - mean) / s->spread)] * s->spread;
}

double screening_met(const screening *s, double mean, double demand, size_t left)
{
    assert(left <= ATOMS);
    size_t below = 0;
    while (below < left && mean + s->theta[below] * s->spread < demand)
        below++;
    return s->share * (double)(left - below) / (double)left;
}

size_t screening_left(const screening *s, double mean, double refused, size_t left)
{
    assert(left <= ATOMS);
    size_t below = 0;
    while (below < left && mean + s->theta[below] * s->spread < refused)
        below++;
    return below > 0 ? below : 1;
}

void answering_make(answering *a, const screening *own, const screening *other)
{
    double unit = own->spread, ratio = other->spread / unit;
    a->spread = unit;
    a->inverse = 1.0 / unit;
    for (size_t g = 0; g < GRID; g++) {
        double demands[ATOMS];
        for (size_t i = 0; i < ATOMS; i++) {
            /* What the other keeps rises as what it concedes falls. */
            double kept = grid_value(g) - ratio * other->theta[i];
            demands[i] = kept > reach ? INFINITY : own->theta[best_atom(own->theta, ATOMS, kept)];
        }
        for (size_t c = 0; c < GRID; c++) {
            double sum = 0.0;
            for (size_t i = 0; i < ATOMS; i++)
                sum += demands[i] < grid_value(c) ? grid_value(c) - demands[i] : 0.0;
            a->gain[g][c] = (float)(other->share * sum / ATOMS);
        }
    }
}
