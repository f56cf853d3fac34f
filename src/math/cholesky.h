/* Symmetric positive matrices by Cholesky's factor: A = U'U, U upper triangular.
 *
 * Matrices are [n][n] by rows. Only the diagonal and what stands above it are read and written. */
#ifndef TRUCE_CHOLESKY_H
#define TRUCE_CHOLESKY_H

#include <stddef.h>

/* sum[j] += factor row[j], rounded twice: kernels for the processor's vectors may do it, with the same bits. */
typedef void cholesky_add(double *sum, double factor, const double *row, size_t count);

/* U in place of A, with its pivots, the squares of what belongs there, on the diagonal. A column of which no
 * more than least[k] is left once those before it have explained their part (NULL: no more than 0) takes no
 * part: its row of U is 0. add: NULL for one of its own. */
void cholesky_factorise(double *a, size_t n, const double *least, cholesky_add *add);

/* x with U'U x = b; 0 for columns that take no part. x may be b. */
void cholesky_solve(const double *u, size_t n, const double *b, double *x);

#endif
