/* Row kernels: what is done with blocks of points outside runs, by fits. Like the kernels of runs they are built for
 * each instruction set and give the same bits at all of them: what is summed up is summed in the order that is told
 * here. A block is [row][lane], with a multiple of 8 lanes; rows of "count" numbers may have any length. */
#ifndef TRUCE_ROW_KERNELS_H
#define TRUCE_ROW_KERNELS_H

#include "engine/engine.h"

enum { ROW_TRIALS = 8, ROW_PLACES = 32 /* at most */ };

typedef struct row_kernels {
    /* ---- Triangles: `upper` is [n][n], what is below its diagonal is not read ---- */
    /* Solves U x = b, both [n][width]; `x` may be `b`. */
    void (*substitute)(const double *upper, size_t n, const double *b, double *x, size_t width);
    /* U x in place of x, [n][width]; each sum from the diagonal to the right. */
    void (*multiply)(const double *upper, size_t n, double *x, size_t width);

    /* ---- Rows of any length ---- */
    /* sum[i] += factor row[i] */
    void (*add)(double *sum, double factor, const double *row, size_t count);
    /* sums[t][i] += signs[t] (a[i] - b[i]); sums: [ROW_TRIALS][count] */
    void (*add_differences)(double *sums, const double *signs, const double *a, const double *b,
                            size_t count);
    /* The mean of values[0][i], values[1][i], ..., added up from the least on, without the `below` least and the
     * `above` greatest; values: [places][stride]. */
    void (*trimmed_means)(double *means, const double *values, size_t places, size_t stride, size_t below,
                          size_t above, size_t count);

    /* ---- Lanes of a block ---- */
    /* to[i] = keep from[i] + step z[i]; growth[i] += half of what its square has grown by */
    void (*mix)(double *to, double *growth, const double *from, const double *z, double keep, double step,
                size_t width);
    /* sums[i] += the squares of lane i, from the first row on */
    void (*add_squares)(double *sums, const double *rows, size_t count, size_t width);
    /* Adds sign by[j] to every lane of row j. */
    void (*shift)(double *rows, const double *by, double sign, size_t count, size_t width);
    /* Puts those lanes of `from` in the place of those of `to` for which taken[i] is 1 and not 0. */
    void (*take)(double *to, const double *from, const double *taken, size_t count, size_t width);
    /* to[i] = (offset[i] + scale[i] (from[i] - less[i])) weight; without `less` nothing is subtracted. */
    void (*predict)(double *to, const double *from, const double *less, const double *offset,
                    const double *scale, double weight, size_t width);
    /* to[i] = (to[i] - carry before[i]) gain */
    void (*freshen)(double *to, const double *before, double carry, double gain, size_t width);
    void (*scale)(double *to, double by, size_t width);
    /* sums[i] += constant - z^2 / 2 with z = seen - predictions[i] */
    void (*add_normal)(double *sums, double constant, double seen, const double *predictions, size_t width);
    /* sums[i] += constant - (n + 1) / 2 log(1 + z^2 (n + 3) / (n + 1) / n), n the degrees of freedom */
    void (*add_student)(double *sums, double constant, double n, double seen, const double *predictions,
                        size_t width);
    /* Cubic interpolation (Lagrange) between the four nearest of the knots, kept between the two nearest; the first
     * and the last knot beyond them. x = 0 is at knot `middle`; 2 middle + 1 knots, `steps` of them per unit. */
    void (*interpolate)(double *to, const double *knots, size_t middle, double steps, const double *x,
                        size_t width);
} row_kernels;

extern const row_kernels row_kernels_baseline;
#if TRUCE_X86_KERNELS
extern const row_kernels row_kernels_avx2, row_kernels_avx512;
#endif

#endif
