/* Demands against an unknown concession: searched over atoms, tabled by what the proposer keeps. */
#include "talks/screening.h"

#include "math/order_statistics.h"

#include <math.h>
#include <string.h>

enum { ATOMS = SCREENING_ATOMS, GRID = SCREENING_GRID };
/* Grids run over standardised values from -reach to reach. */
static const double reach = 4.0;

static double grid_value(size_t i)
{
    return -reach + 2.0 * reach * (double)i / (GRID - 1);
}

static size_t grid_index(double value)
{
    double at = (value + reach) / (2.0 * reach) * (GRID - 1) + 0.5;
    return !(at > 0.0) ? 0 : at >= GRID - 1 ? GRID - 1 : (size_t)at;
}

/* The best atom of the lowest `left`, each of which is as likely as the next. */
static size_t best_atom(const double *theta, size_t left, double own)
{
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
    memcpy(s->theta, theta, sizeof s->theta);
    s->spread = spread;
    s->share = share;
    for (size_t g = 0; g < GRID; g++) {
        double own = grid_value(g);
        size_t best = best_atom(theta, ATOMS, own);
        double gain = (double)(ATOMS - best) / ATOMS * (theta[best] - own);
        s->best[g] = (unsigned char)best;
        s->gain[g] = (float)(gain > 0.0 ? gain * share : 0.0);
    }
}

void screening_make(screening *s, float *residuals, float *room, size_t count, double share)
{
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

/* A spread too small to divide by is none: the other's concession is known. */
static double divisor(const screening *s)
{
    return s->spread > 1e-9 ? s->spread : 1e-9;
}

double screening_demand(const screening *s, double mean, double own, size_t left)
{
    double standard = (own - mean) / divisor(s);
    size_t best = left == ATOMS && fabs(standard) < reach ? s->best[grid_index(standard)]
                                                          : best_atom(s->theta, left, standard);
    return mean + s->theta[best] * divisor(s);
}

double screening_met(const screening *s, double mean, double demand, size_t left)
{
    size_t below = 0;
    while (below < left && mean + s->theta[below] * divisor(s) < demand)
        below++;
    return s->share * (double)(left - below) / (double)left;
}

size_t screening_left(const screening *s, double mean, double refused, size_t left)
{
    size_t below = 0;
    while (below < left && mean + s->theta[below] * divisor(s) < refused)
        below++;
    return below > 0 ? below : 1;
}

double screening_gain(const screening *s, double mean, double own)
{
    double standard = (own - mean) / divisor(s);
    if (standard < -reach) /* too little to lose: the lowest atom, or close to it */
        return s->share * (mean + s->theta[0] * divisor(s) - own);
    return s->gain[grid_index(standard)] * divisor(s);
}

void answering_make(answering *a, const screening *own, const screening *other)
{
    double unit = divisor(own), ratio = divisor(other) / unit;
    a->spread = unit;
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

double answering_gain(const answering *a, double mean, double kept, double concession)
{
    return a->gain[grid_index((kept - mean) / a->spread)][grid_index((concession - mean) / a->spread)] *
           a->spread;
}
