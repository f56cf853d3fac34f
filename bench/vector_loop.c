/* The plainest vector loop, compiled for the machine at hand: what one core can do at most this way. */
#include "subject.h"

void vector_loop(const double *x, const double *y, double *z, size_t count)
{
    _Pragma("omp simd") for (size_t i = 0; i < count; i++) z[i] = x[i] * y[i];
}
