/* See linear.h. Loops run along rows, so that compilers vectorise them; sums are in a fixed order. */
#include "fit/linear.h"
#include "base/base.h"
#include "engine/kernels.h"
#include "math/cholesky.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool linear_make(linear *l, size_t dimension, size_t points, size_t places, unsigned threads)
{
    assert(dimension > 0 && places > 0);
    *l = (linear){.dimension = dimension, .points = points, .places = places, .threads = threads};
    l->mean = calloc(dimension, sizeof *l->mean);
    l->factor = calloc(dimension * dimension, sizeof *l->factor);
    l->slopes = calloc(places * points * dimension, sizeof *l->slopes);
    return l->mean && l->factor && l->slopes;
}

void linear_free(linear *l)
{
    free(l->mean);
    free(l->factor);
    free(l->slopes);
    *l = (linear){0};
}

/* ---- The factor -------------------------------------------------------------------------------------- */

enum { ROWS = 16 }; /* of the precision, to a work item */

typedef struct precision {
    linear *l;
    double temperature;
} precision;

static bool precision_rows(void *context, unsigned worker, size_t item)
{
    assert(item < ((const precision *)context)->l->dimension);
    (void)worker;
    const precision *p = context;
    const linear *l = p->l;
    size_t d = l->dimension, first = item * ROWS, end = first + ROWS < d ? first + ROWS : d;
    memset(l->factor + first * d, 0, (end - first) * d * sizeof(double));
    for (size_t i = first; i < end; i++)
        l->factor[i * d + i] = 1;
    for (size_t k = 0; k < l->points; k++) {
        const double *row = l->slopes + k * d;
        for (size_t i = first; i < end; i++) {
            double factor = p->temperature * row[i], *to = l->factor + i * d;
            for (size_t j = i; j < d; j++)
                to[j] += factor * row[j];
        }
    }
    return true;
}

void linear_set(linear *l, double temperature)
{
    assert(temperature >= 0 && temperature <= 1);
    precision p = {l, temperature};
    size_t size = l->points * l->dimension;
    for (size_t i = 0; i < size; i++) {
        double sum = 0;
        for (size_t place = 0; place < l->places; place++)
            sum += l->slopes[place * size + i];
        l->slopes[i] = sum / (double)l->places;
    }
    workers_run(l->threads, (l->dimension + ROWS - 1) / ROWS, precision_rows, &p);
    cholesky_factorise(l->factor, l->dimension, NULL);
    /* The quotient, as in the rest of the row, and not the root: the bits of fits hang on it. */
    for (size_t k = 0; k < l->dimension; k++)
        l->factor[k * (l->dimension + 1)] /= sqrt(l->factor[k * (l->dimension + 1)]);
}

/* ---- Coordinates ------------------------------------------------------------------------------------- */

void linear_whiten(const linear *l, const double *x, double *v)
{
    size_t d = l->dimension;
    for (size_t i = 0; i < d; i++) {
        const double *row = l->factor + i * d;
        double sum = 0;
        for (size_t j = i; j < d; j++)
            sum += row[j] * (x[j] - l->mean[j]);
        v[i] = sum;
    }
}

void linear_unwhiten(const linear *l, const kernel_set *kernels, double *lanes, size_t width)
{
    assert(width > 0);
    kernels->substitute(l->factor, l->dimension, lanes, width);
    for (size_t j = 0; j < l->dimension; j++)
        for (size_t lane = 0; lane < width; lane++)
            lanes[j * width + lane] += l->mean[j];
}
