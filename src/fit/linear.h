/* A Gaussian approximation of a tempered posterior, and the coordinates in which it is standard normal.
 *
 * The prior is standard normal in x. Observation k, in units of its error, is predicted as z_k(x); if that
 * were z = c + J x, the posterior at temperature T would be normal with
 *
 *     precision P = I + T J'J = U'U,  U upper triangular,      x = m + U^-1 v,  v standard normal
 *
 * J is the mean of slopes taken at several particles, by central differences: a statistical linearisation.
 *
 * Where slopes differ between places the approximation errs, and in few directions by much more than in the
 * rest. The roughness of a whitened coordinate is the mean square by which its derivative of the log density
 * is missed where slopes are those of a place in place of J:
 *
 *     h_j = T x mean over places of sum over k of ((J_place - J) U^-1)_kj^2
 *
 * A step in all coordinates at once can be the longer the smaller the sum of h_j x step_j^2. */
#ifndef TRUCE_LINEAR_H
#define TRUCE_LINEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct row_kernels;

enum { LINEAR_PLACES = 16 }; /* at most */

typedef struct linear {
    size_t dimension, points;
    size_t places; /* where slopes are taken */
    unsigned threads;
    const struct row_kernels *rows; /* engine/row_kernels.h */
    double *mean;                   /* [dimension] */
    double *factor;                 /* U: [dimension][dimension], above the diagonal */
    double *slopes;                 /* [place][point][dimension] */
    double *middle;                 /* J: [point][dimension] */
    double *stride;                 /* [dimension]: steps of whitened coordinates, 1 where h_j is 0 */
} linear;

bool linear_make(linear *l, size_t dimension, size_t points, size_t places, unsigned threads);
void linear_free(linear *l);
/* Sets J and U for a temperature, from the slopes. */
void linear_set(linear *l, double temperature);
/* Makes row j of U smaller: v_j has had this variance, if it is more than 1. */
void linear_widen(linear *l, size_t j, double variance);
/* Sets the strides from slopes, J and U. False without memory. */
bool linear_set_strides(linear *l, double temperature);
/* lanes [dimension][width], width a multiple of 8: from x to v = U (x - mean), in place. */
void linear_whiten(const linear *l, double *lanes, size_t width);
/* From v to x, which may be v. */
void linear_unwhiten(const linear *l, const double *v, double *x, size_t width);

#endif
