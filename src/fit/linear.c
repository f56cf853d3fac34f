/* See linear.h. Loops run along rows, so that compilers vectorise them; sums are in a fixed order. */
#include "fit/linear.h"
#include "base/base.h"
#include "engine/kernels.h"
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

/* The mean of all but the `below` least and the `above` greatest; sorts them. Slopes at a place where a model has
 * a kink or leaves its range can be off by orders of magnitude, which would leave no direction to move in. */
static double trimmed_mean(double *sorted, size_t count, size_t below, size_t above)
{
    assert(below + above < count);
    double sum = 0;
    for (size_t i = 1; i < count; i++) {
        double x = sorted[i];
        size_t k = i;
        for (; k > 0 && sorted[k - 1] > x; k--)
            sorted[k] = sorted[k - 1];
        sorted[k] = x;
    }
    for (size_t i = below; i < count - above; i++)
        sum += sorted[i];
    return sum / (double)(count - below - above);
}

static bool middle_rows(void *context, unsigned worker, size_t point)
{
    (void)worker;
    const linear *l = context;
    double values[LINEAR_PLACES];
    for (size_t j = 0; j < l->dimension; j++) {
        for (size_t place = 0; place < l->places; place++)
            values[place] = l->slopes[(place * l->points + point) * l->dimension + j];
        l->middle[point * l->dimension + j] = trimmed_mean(values, l->places, l->places / 8, l->places / 8);
    }
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
    workers_run(l->threads, l->points, middle_rows, l);
    workers_run(l->threads, (l->dimension + ROWS - 1) / ROWS, precision_rows, &p);
    cholesky_factorise(l->factor, l->dimension, NULL);
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

enum { TRIALS = 8 }; /* for each place */

typedef struct roughness {
    const linear *l;
    double *squares; /* [place][dimension] */
} roughness;

/* U^-T b, in place. */
static void solve_transposed(const linear *l, double *b)
{
    size_t d = l->dimension;
    for (size_t i = 0; i < d; i++) {
        const double *row = l->factor + i * d;
        b[i] /= row[i];
        for (size_t j = i + 1; j < d; j++)
            b[j] -= row[j] * b[i];
    }
}

/* With residuals of either sign in place of the sum over points (Hutchinson 1990). */
static bool place_roughness(void *context, unsigned worker, size_t place)
{
    (void)worker;
    const roughness *r = context;
    const linear *l = r->l;
    size_t d = l->dimension;
    double *squares = r->squares + place * d, *g = r->squares + (l->places + place) * d;
    uint64_t stream = hash_bytes("roughness", 9);
    for (size_t trial = 0; trial < TRIALS; trial++) {
        memset(g, 0, d * sizeof *g);
        for (size_t k = 0; k < l->points; k++) {
            const double *own = l->slopes + (place * l->points + k) * d, *middle = l->middle + k * d;
            double sign = random_uniform(place, trial, stream, k) < 0.5 ? -1 : 1;
            for (size_t j = 0; j < d; j++)
                g[j] += sign * (own[j] - middle[j]);
        }
        solve_transposed(l, g);
        for (size_t j = 0; j < d; j++)
            squares[j] += g[j] * g[j];
    }
    return true;
}

/* Equal shares of what a step may miss, but for coordinates smoother than the median one. */
bool linear_set_strides(linear *l, double temperature)
{
    size_t d = l->dimension;
    roughness r = {l, calloc(2 * l->places * d, sizeof *r.squares)};
    double *sorted = calloc(d, sizeof *sorted);
    bool good = r.squares && sorted && workers_run(l->threads, l->places, place_roughness, &r);
    for (size_t j = 0; good && j < d; j++) {
        double squares[LINEAR_PLACES];
        for (size_t place = 0; place < l->places; place++)
            squares[place] = r.squares[place * d + j] / TRIALS;
        sorted[j] = l->stride[j] = temperature * trimmed_mean(squares, l->places, 0, l->places / 8);
    }
    if (good)
        qsort(sorted, d, sizeof *sorted, order_of_numbers);
    for (size_t j = 0; good && j < d; j++) {
        double usual = sorted[d / 2] + 0.01;
        l->stride[j] = sqrt(usual / (usual + l->stride[j]));
    }
    free(r.squares);
    free(sorted);
    return good;
}

/* ---- Coordinates ------------------------------------------------------------------------------------- */

/* Eight particles at a time, whose coordinates stay in the cache; v_i needs none above itself. */
void linear_whiten(const linear *l, double *lanes, size_t width)
{
    enum { TOGETHER = 8 };
    assert(width % TOGETHER == 0);
    size_t d = l->dimension;
    for (size_t j = 0; j < d; j++)
        for (size_t lane = 0; lane < width; lane++)
            lanes[j * width + lane] -= l->mean[j];
    for (double *first = lanes; first < lanes + width; first += TOGETHER)
        for (size_t i = 0; i < d; i++) {
            double sums[TOGETHER] = {0};
            for (size_t j = i; j < d; j++)
                for (size_t lane = 0; lane < TOGETHER; lane++)
                    sums[lane] += l->factor[i * d + j] * first[j * width + lane];
            memcpy(first + i * width, sums, sizeof sums);
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
