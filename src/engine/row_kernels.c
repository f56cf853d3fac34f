/* See row_kernels.h. This file is compiled for each instruction set, with ROW_KERNELS the name of the table it
 * defines. Lanes do not depend on one another, so that vectors of any width give the same bits. */
#include "engine/row_kernels.h"
#include "math/special_vector.h"

#include <assert.h>
#include <math.h>

#define INLINE static inline __attribute__((always_inline))
#define LANES  _Pragma("omp simd")

/* ---- Triangles ----------------------------------------------------------------------------------------- */

/* Rows that are worked on side by side, and vectors of lanes: as many sums as the registers hold. */
enum { ROWS = 4, COLUMNS = VECTOR < 4 ? 8 / VECTOR : VECTOR < 8 ? 2 : 4 };

/* Rows i to i + rows - 1, those below being solved. */
INLINE void substitute_rows(const double *upper, size_t n, const double *b, double *x, size_t width, size_t i,
                            unsigned rows, unsigned count)
{
    vector sums[ROWS][COLUMNS];
    for (unsigned r = 0; r < rows; r++)
        for (unsigned v = 0; v < count; v++)
            sums[r][v] = load(b + (i + r) * width + v * VECTOR);
    for (size_t j = i + rows; j < n; j++)
        for (unsigned v = 0; v < count; v++) {
            vector solved = load(x + j * width + v * VECTOR);
            for (unsigned r = 0; r < rows; r++)
                sums[r][v] = less(sums[r][v], spread(upper[(i + r) * n + j]), solved);
        }
    for (unsigned r = rows; r-- > 0;)
        for (unsigned v = 0; v < count; v++) {
            for (unsigned k = r + 1; k < rows; k++)
                sums[r][v] = less(sums[r][v], spread(upper[(i + r) * n + i + k]), sums[k][v]);
            sums[r][v] = sums[r][v] / spread(upper[(i + r) * n + i + r]);
            store(x + (i + r) * width + v * VECTOR, sums[r][v]);
        }
}

INLINE void substitute_columns(const double *upper, size_t n, const double *b, double *x, size_t width,
                               unsigned count)
{
    size_t i = n;
    for (; i >= ROWS; i -= ROWS)
        substitute_rows(upper, n, b, x, width, i - ROWS, ROWS, count);
    for (; i > 0; i--)
        substitute_rows(upper, n, b, x, width, i - 1, 1, count);
}

static void substitute(const double *upper, size_t n, const double *b, double *x, size_t width)
{
    size_t i = 0;
    for (; i + COLUMNS * VECTOR <= width; i += COLUMNS * VECTOR)
        substitute_columns(upper, n, b + i, x + i, width, COLUMNS);
    for (; i + 2 * VECTOR <= width; i += 2 * VECTOR)
        substitute_columns(upper, n, b + i, x + i, width, 2);
    for (; i < width; i += VECTOR)
        substitute_columns(upper, n, b + i, x + i, width, 1);
}

/* Rows i to i + rows - 1, of which none needs one above it. */
INLINE void multiply_rows(const double *upper, size_t n, double *x, size_t width, size_t i, unsigned rows,
                          unsigned count)
{
    vector sums[ROWS][COLUMNS];
    for (unsigned r = 0; r < rows; r++)
        for (unsigned v = 0; v < count; v++)
            sums[r][v] = spread(0.0);
    for (unsigned k = 0; k < rows; k++)
        for (unsigned v = 0; v < count; v++)
            for (unsigned r = 0; r <= k; r++)
                sums[r][v] =
                    sums[r][v] + spread(upper[(i + r) * n + i + k]) * load(x + (i + k) * width + v * VECTOR);
    for (size_t j = i + rows; j < n; j++)
        for (unsigned v = 0; v < count; v++) {
            vector right = load(x + j * width + v * VECTOR);
            for (unsigned r = 0; r < rows; r++)
                sums[r][v] = sums[r][v] + spread(upper[(i + r) * n + j]) * right;
        }
    for (unsigned r = 0; r < rows; r++)
        for (unsigned v = 0; v < count; v++)
            store(x + (i + r) * width + v * VECTOR, sums[r][v]);
}

INLINE void multiply_columns(const double *upper, size_t n, double *x, size_t width, unsigned count)
{
    size_t i = 0;
    for (; i + ROWS <= n; i += ROWS)
        multiply_rows(upper, n, x, width, i, ROWS, count);
    for (; i < n; i++)
        multiply_rows(upper, n, x, width, i, 1, count);
}

static void multiply(const double *upper, size_t n, double *x, size_t width)
{
    size_t i = 0;
    for (; i + COLUMNS * VECTOR <= width; i += COLUMNS * VECTOR)
        multiply_columns(upper, n, x + i, width, COLUMNS);
    for (; i < width; i += VECTOR)
        multiply_columns(upper, n, x + i, width, 1);
}

/* ---- Rows of any length -------------------------------------------------------------------------------- */

static void add(double *sum, double factor, const double *row, size_t count)
{
    LANES for (size_t i = 0; i < count; i++) sum[i] += factor * row[i];
}

static void add_differences(double *sums, const double *signs, const double *a, const double *b, size_t count)
{
    LANES for (size_t i = 0; i < count; i++)
    {
        double difference = a[i] - b[i];
        for (unsigned t = 0; t < ROW_TRIALS; t++)
            sums[t * count + i] += signs[t] * difference;
    }
}

enum { TOGETHER = 8 };

INLINE void order(double *low, double *high)
{
    LANES for (unsigned i = 0; i < TOGETHER; i++)
    {
        double a = low[i], b = high[i];
        low[i] = b < a ? b : a;
        high[i] = b < a ? a : b;
    }
}

/* Sorts the numbers of each lane: Batcher's merge exchange (Knuth 1998, section 5.2.2, algorithm M). */
INLINE void sort_lanes(double (*rows)[TOGETHER], size_t count)
{
    size_t most = 1;
    while (2 * most < count)
        most *= 2;
    for (size_t p = most; p > 0; p /= 2) {
        size_t q = most, r = 0, d = p;
        for (;;) {
            for (size_t i = 0; i + d < count; i++)
                if ((i & p) == r)
                    order(rows[i], rows[i + d]);
            if (q == p)
                break;
            d = q - p;
            q /= 2;
            r = p;
        }
    }
}

static void trimmed_means(double *means, const double *values, size_t places, size_t stride, size_t below,
                          size_t above, size_t count)
{
    double rows[ROW_PLACES][TOGETHER], sums[TOGETHER];
    assert(places <= ROW_PLACES && below + above < places);
    for (size_t first = 0; first < count; first += TOGETHER) {
        size_t lanes = count - first < TOGETHER ? count - first : TOGETHER;
        for (size_t place = 0; place < places; place++)
            for (size_t i = 0; i < TOGETHER; i++)
                rows[place][i] = values[place * stride + first + (i < lanes ? i : 0)];
        sort_lanes(rows, places);
        for (size_t i = 0; i < TOGETHER; i++)
            sums[i] = 0;
        for (size_t place = below; place < places - above; place++)
            for (size_t i = 0; i < TOGETHER; i++)
                sums[i] += rows[place][i];
        for (size_t i = 0; i < lanes; i++)
            means[first + i] = sums[i] / (double)(places - below - above);
    }
}

/* ---- Lanes of a block ---------------------------------------------------------------------------------- */

static void mix(double *to, double *growth, const double *from, const double *z, double keep, double step,
                size_t width)
{
    LANES for (size_t i = 0; i < (width & ~(size_t)7); i++)
    {
        double old = from[i], new = keep *old + step *z[i];
        growth[i] += 0.5 * (new *new - old *old);
        to[i] = new;
    }
}

static void add_squares(double *sums, const double *rows, size_t count, size_t width)
{
    for (size_t first = 0; first < width; first += TOGETHER) {
        double sum[TOGETHER];
        for (size_t i = 0; i < TOGETHER; i++)
            sum[i] = sums[first + i];
        for (size_t j = 0; j < count; j++)
            LANES for (size_t i = 0; i < TOGETHER; i++)
            {
                double x = rows[j * width + first + i];
                sum[i] += x * x;
            }
        for (size_t i = 0; i < TOGETHER; i++)
            sums[first + i] = sum[i];
    }
}

static void shift(double *rows, const double *by, double sign, size_t count, size_t width)
{
    for (size_t j = 0; j < count; j++) {
        double *row = rows + j * width, length = sign * by[j];
        LANES for (size_t i = 0; i < (width & ~(size_t)7); i++) row[i] += length;
    }
}

static void take(double *to, const double *from, const double *taken, size_t count, size_t width)
{
    for (size_t j = 0; j < count; j++) {
        double *old = to + j * width;
        const double *new = from + j *width;
        LANES for (size_t i = 0; i < (width & ~(size_t)7); i++) old[i] = taken[i] == 1 ? new[i] : old[i];
    }
}

static void predict(double *to, const double *from, const double *less_by, const double *offset,
                    const double *scale, double weight, size_t width)
{
    if (less_by)
        LANES for (size_t i = 0; i < (width & ~(size_t)7); i++)
        {
            to[i] = (offset[i] + scale[i] * (from[i] - less_by[i])) * weight;
        }
    else
        LANES for (size_t i = 0; i < (width & ~(size_t)7); i++)
        {
            to[i] = (offset[i] + scale[i] * from[i]) * weight;
        }
}

static void freshen(double *to, const double *before, double carry, double gain, size_t width)
{
    LANES for (size_t i = 0; i < (width & ~(size_t)7); i++) to[i] = (to[i] - carry * before[i]) * gain;
}

static void scale(double *to, double by, size_t width)
{
    LANES for (size_t i = 0; i < (width & ~(size_t)7); i++) to[i] *= by;
}

static void add_normal(double *sums, double constant, double seen, const double *predictions, size_t width)
{
    LANES for (size_t i = 0; i < (width & ~(size_t)7); i++)
    {
        double z = seen - predictions[i];
        sums[i] += constant - 0.5 * z * z;
    }
}

static void add_student(double *sums, double constant, double n, double seen, const double *predictions,
                        size_t width)
{
    vector steepness = spread(0.5 * (n + 1));
    for (size_t i = 0; i < width; i += VECTOR) {
        vector z = spread(seen) - load(predictions + i);
        vector share = z * z * spread(n + 3) / spread(n + 1) / spread(n);
        store(sums + i, load(sums + i) + (spread(constant) - steepness * vector_log1p(share)));
    }
}

static void interpolate(double *to, const double *knots, size_t middle, double steps, const double *x,
                        size_t width)
{
    assert(middle >= 2);
    const int last = 2 * (int)middle;
    const double reach = (double)middle / steps, end = (double)last;
    LANES for (size_t i = 0; i < (width & ~(size_t)7); i++)
    {
        double at = (x[i] + reach) * steps;
        at = at > 0 ? at : 0;
        double inside = at < end ? at : 0;
        int j = (int)inside, k = j < 1 ? 1 : j > last - 2 ? last - 2 : j;
        double u = inside - (double)k;
        double value =
            knots[k - 1] * (-u * (u - 1) * (u - 2) / 6) + knots[k] * ((u + 1) * (u - 1) * (u - 2) / 2) +
            knots[k + 1] * (-(u + 1) * u * (u - 2) / 2) + knots[k + 2] * ((u + 1) * u * (u - 1) / 6);
        double a = knots[j], b = knots[j + 1], low = a < b ? a : b, high = a < b ? b : a;
        value = value > low ? value : low;
        value = value < high ? value : high;
        to[i] = at >= end ? knots[last] : at > 0 ? value : knots[0];
    }
}

const row_kernels ROW_KERNELS = {.substitute = substitute,
                                 .multiply = multiply,
                                 .add = add,
                                 .add_differences = add_differences,
                                 .trimmed_means = trimmed_means,
                                 .mix = mix,
                                 .add_squares = add_squares,
                                 .shift = shift,
                                 .take = take,
                                 .predict = predict,
                                 .freshen = freshen,
                                 .scale = scale,
                                 .add_normal = add_normal,
                                 .add_student = add_student,
                                 .interpolate = interpolate};
