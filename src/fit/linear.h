/* A Gaussian approximation of a tempered posterior, and the coordinates in which it is standard normal.
 *
 * The prior is standard normal in x. Observation k, in units of its error, is predicted as z_k(x); if that
 * were z = c + J x, the posterior at temperature T would be normal with
 *
 *     precision P = I + T J'J = U'U,  U upper triangular,      x = m + U^-1 v,  v standard normal
 *
 * J is the mean of slopes taken at several particles, by central differences: a statistical linearisation. */
#ifndef TRUCE_LINEAR_H
#define TRUCE_LINEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kernel_set;

typedef struct linear {
    size_t dimension, points;
    size_t places; /* where slopes are taken */
    unsigned threads;
    double *mean;   /* [dimension] */
    double *factor; /* U: [dimension][dimension], above the diagonal */
    double *slopes; /* [place][point][dimension]; J takes the place of the first */
} linear;

bool linear_make(linear *l, size_t dimension, size_t points, size_t places, unsigned threads);
void linear_free(linear *l);
/* Sets U for a temperature, from the slopes. */
void linear_set(linear *l, double temperature);
/* v = U (x - mean) for one particle. */
void linear_whiten(const linear *l, const double *x, double *v);
/* lanes [dimension][width]: from v to x, in place. */
void linear_unwhiten(const linear *l, const struct kernel_set *kernels, double *lanes, size_t width);

#endif
