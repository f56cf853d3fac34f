/* See linear.h. Sums are in a fixed order, whatever the processor's vectors. */
#include "fit/linear.h"
#include "base/base.h"
#include "engine/level.h"
#include "math/cholesky.h"
#include "math/order_statistics.h"
#include "math/random.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool linear_make(linear *l, size_t dimension, size_t points, size_t places, unsigned threads)
{
    assert(dimension > 0 && places > 0);
    *l = (linear){.dimension = dimension, .points = points, .places = places, .threads = threads};
    l->rows = level_rows(engine_best_level());
    l->mean = calloc(dimension, sizeof *l->mean);
    l->factor = calloc(dimension * dimension, sizeof *l->factor);
    l->slopes = calloc(places * points * dimension, sizeof *l->slopes);
    l->middle = calloc(points * dimension, sizeof *l->middle);
    l->stride = calloc(dimension, sizeof *l->stride);
    return l->mean && l->factor && l->slopes && l->middle && l->stride;
}

void linear_free(linear *l)
{
    free(l->mean);
    free(l->factor);
    free(l->slopes);
    free(l->middle);
    free(l->stride);
    *l = (linear){0};
}

/* ---- Slopes ------------------------------------------------------------------------------------------ */

/* Slopes at a place where a model has a kink or leaves its range can be off by orders of magnitude, which would leave
 * no direction to move in: the mean leaves an eighth out at either end. */
static bool middle_row(void *context, unsigned worker, size_t point)
{
    (void)worker;
    const linear *l = context;
    size_t d = l->dimension, outside = l->places / 8;
    l->rows->trimmed_means(l->middle + point * d, l->slopes + point * d, l->places, l->points * d, outside,
                           outside, d);
    return true;
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
        const double *row = l->middle + k * d;
        for (size_t i = first; i < end; i++)
            l->rows->add(l->factor + i * d + i, p->temperature * row[i], row + i, d - i);
    }
    return true;
}

void linear_set(linear *l, double temperature)
{
    assert(temperature >= 0 && temperature <= 1);
    precision p = {l, temperature};
    workers_run(l->threads, l->points, middle_row, l);
    workers_run(l->threads, (l->dimension + ROWS - 1) / ROWS, precision_rows, &p);
    cholesky_factorise(l->factor, l->dimension, NULL, l->rows->add);
    /* The quotient, as in the rest of the row, and not the root: the bits of fits hang on it. */
    for (size_t k = 0; k < l->dimension; k++)
        l->factor[k * (l->dimension + 1)] /= sqrt(l->factor[k * (l->dimension + 1)]);
}

void linear_widen(linear *l, size_t j, double variance)
{
    assert(j < l->dimension);
    double by = 1 / sqrt(fmax(variance, 1));
    for (size_t k = j; k < l->dimension; k++)
        l->factor[j * l->dimension + k] *= by;
}

/* ---- Strides ----------------------------------------------------------------------------------------- */

enum { TRIALS = ROW_TRIALS }; /* for each place */

typedef struct roughness {
    const linear *l;
    double *squares; /* [place][dimension] */
    double *sums;    /* [place][trial][dimension] */
} roughness;

/* U^-T b, in place. */
static void solve_transposed(const linear *l, double *b)
{
    size_t d = l->dimension;
    for (size_t i = 0; i < d; i++) {
        const double *row = l->factor + i * d;
        b[i] /= row[i];
        l->rows->add(b + i + 1, -b[i], row + i + 1, d - i - 1);
    }
}

/* With residuals of either sign in place of the sum over points (Hutchinson 1990); the mean over the trials. */
static bool place_roughness(void *context, unsigned worker, size_t place)
{
    (void)worker;
    const roughness *r = context;
    const linear *l = r->l;
    size_t d = l->dimension;
    double *squares = r->squares + place * d, *sums = r->sums + place * TRIALS * d;
    uint64_t stream = hash_bytes("roughness", 9);
    for (size_t k = 0; k < l->points; k++) {
        double signs[TRIALS];
        for (size_t trial = 0; trial < TRIALS; trial++)
            signs[trial] = random_uniform(place, trial, stream, k) < 0.5 ? -1 : 1;
        l->rows->add_differences(sums, signs, l->slopes + (place * l->points + k) * d, l->middle + k * d, d);
    }
    for (size_t trial = 0; trial < TRIALS; trial++) {
        double *g = sums + trial * d;
        solve_transposed(l, g);
        for (size_t j = 0; j < d; j++)
            squares[j] += g[j] * g[j];
    }
    for (size_t j = 0; j < d; j++)
        squares[j] /= TRIALS;
    return true;
}

/* Equal shares of what a step may miss, but for coordinates smoother than the median one. */
static void share_out(linear *l, double temperature, double *sorted)
{
    size_t d = l->dimension;
    for (size_t j = 0; j < d; j++)
        sorted[j] = l->stride[j] = temperature * l->stride[j];
    qsort(sorted, d, sizeof *sorted, order_of_numbers);
    for (size_t j = 0; j < d; j++) {
        double usual = sorted[d / 2] + 0.01;
        l->stride[j] = sqrt(usual / (usual + l->stride[j]));
    }
}

bool linear_set_strides(linear *l, double temperature)
{
    size_t d = l->dimension;
    double *room = calloc(l->places * (1 + TRIALS) * d, sizeof *room);
    roughness r = {l, room, room + l->places * d};
    bool good = room && workers_run(l->threads, l->places, place_roughness, &r);
    if (good) {
        l->rows->trimmed_means(l->stride, r.squares, l->places, d, 0, l->places / 8, d);
        share_out(l, temperature, r.sums);
    }
    free(room);
    return good;
}

/* ---- Coordinates ------------------------------------------------------------------------------------- */

void linear_whiten(const linear *l, double *lanes, size_t width)
{
    assert(width % 8 == 0);
    l->rows->shift(lanes, l->mean, -1, l->dimension, width);
    l->rows->multiply(l->factor, l->dimension, lanes, width);
}

void linear_unwhiten(const linear *l, const double *v, double *x, size_t width)
{
    assert(width % 8 == 0);
    l->rows->substitute(l->factor, l->dimension, v, x, width);
    l->rows->shift(x, l->mean, 1, l->dimension, width);
}
