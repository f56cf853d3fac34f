/* See cholesky.h. Loops run along rows, so that compilers vectorise them; the order of the operations on each
 * number is fixed, and so are its bits. */
#include "math/cholesky.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static void add_multiple(double *sum, double factor, const double *row, size_t count)
{
    for (size_t j = 0; j < count; j++)
        sum[j] += factor * row[j];
}

void cholesky_factorise(double *a, size_t n, const double *least, cholesky_add *add)
{
    assert(a && n > 0);
    add = add ? add : add_multiple;
    for (size_t k = 0; k < n; k++) {
        double *row = a + k * n;
        if (!(row[k] > (least ? least[k] : 0))) {
            memset(row + k, 0, (n - k) * sizeof *row);
            continue;
        }
        double root = sqrt(row[k]);
        for (size_t j = k + 1; j < n; j++)
            row[j] /= root;
        for (size_t i = k + 1; i < n; i++)
            add(a + i * n + i, -row[i], row + i, n - i);
    }
}

void cholesky_solve(const double *u, size_t n, const double *b, double *x)
{
    assert(u && b && x);
    if (x != b)
        memcpy(x, b, n * sizeof *x);
    for (size_t k = 0; k < n; k++) {
        const double *row = u + k * n;
        x[k] = row[k] > 0 ? x[k] / sqrt(row[k]) : 0;
        for (size_t j = k + 1; j < n; j++)
            x[j] -= row[j] * x[k];
    }
    for (size_t k = n; k-- > 0;) {
        const double *row = u + k * n;
        double rest = x[k];
        for (size_t j = k + 1; j < n; j++)
            rest -= row[j] * x[j];
        x[k] = row[k] > 0 ? rest / sqrt(row[k]) : 0;
    }
}
