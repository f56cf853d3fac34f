/* Shapley effects from given data (sensitivity.h). */
#include "answers/compare_months.h"
#include "answers/sensitivity.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

typedef struct neighbours {
    double *distance; /* [set]: of the nearest so far */
    size_t *nearest;  /* [set] */
    double *between;  /* [set]: of the pair in hand */
    double *products; /* [set]: sums over points */
} neighbours;

/* Squared distances of a pair in all sets of inputs: that of a set is that without its least input, and its. */
static void measure_pair(const double *const *x, size_t inputs, size_t i, size_t j, double *between)
{
    between[0] = 0;
    for (size_t k = 0; k < inputs; k++) {
        double d = x[k][i] - x[k][j], squared = d * d;
        size_t bit = (size_t)1 << k;
        for (size_t set = 0; set < bit; set++)
            between[bit + set] = between[set] + squared;
    }
}

/* Adds the product of a point's value with that of its neighbour, in every set. */
static void add_point(const double *const *x, const double *y, double mean, size_t inputs, size_t count,
                      size_t i, neighbours *n)
{
    size_t sets = (size_t)1 << inputs;
    for (size_t set = 1; set < sets; set++)
        n->distance[set] = INFINITY;
    for (size_t step = 1; step < count;
         step++) { /* from the next one on, so that equal ones are no fixed few */
        size_t j = (i + step) % count;
        measure_pair(x, inputs, i, j, n->between);
        for (size_t set = 1; set < sets; set++) {
            bool nearer = n->between[set] < n->distance[set];
            n->distance[set] = nearer ? n->between[set] : n->distance[set];
            n->nearest[set] = nearer ? j : n->nearest[set];
        }
    }
    for (size_t set = 1; set < sets; set++)
        n->products[set] += (y[i] - mean) * (y[n->nearest[set]] - mean);
}

/* Shapley (1953): the mean over orders of what input i adds to the sets before it. */
static double share_of(const double *explained, size_t inputs, size_t i)
{
    double share = 0;
    size_t bit = (size_t)1 << i;
    for (size_t set = 0; set < (size_t)1 << inputs; set++) {
        size_t size = 0;
        if (set & bit)
            continue;
        for (size_t rest = set; rest; rest &= rest - 1)
            size++;
        share += shapley_weight(inputs, size) * (explained[set | bit] - explained[set]);
    }
    return share;
}

bool sensitivity_shapley(const double *const *x, const double *y, size_t inputs, size_t count, double *shares,
                         double *together)
{
    assert(inputs > 0 && inputs <= SHAPLEY_INPUTS);
    size_t sets = (size_t)1 << inputs;
    double mean = 0, squares = 0;
    neighbours n = {calloc(sets, sizeof(double)), calloc(sets, sizeof(size_t)), calloc(sets, sizeof(double)),
                    calloc(sets, sizeof(double))};
    bool good = n.distance && n.nearest && n.between && n.products;
    for (size_t i = 0; i < count; i++)
        mean += y[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (y[i] - mean) * (y[i] - mean);
    for (size_t i = 0; good && count > 1 && i < count; i++)
        add_point(x, y, mean, inputs, count, i, &n);
    for (size_t set = 1; good && set < sets; set++)
        n.products[set] /= squares;
    bool moves = sensitivity_varies(y, count);
    for (size_t i = 0; good && i < inputs; i++)
        shares[i] = moves ? share_of(n.products, inputs, i) : NAN;
    *together = good && moves ? n.products[sets - 1] : NAN;
    free(n.distance);
    free(n.nearest);
    free(n.between);
    free(n.products);
    return good;
}
