/* The power of power.h one number at a time: the first of two lanes. It is compiled for the fused multiply-add, which
 * builds with SLEEF need in any case. */
#include "math/special.h"

#if defined(__FMA__)
#include <immintrin.h>
#endif

enum { VECTOR = 2 };
typedef double vector __attribute__((vector_size(VECTOR * sizeof(double))));

static inline vector spread(double x)
{
    return (vector){x, x};
}

/* a b + c, rounded once */
static inline vector fused(vector a, vector b, vector c)
{
#if defined(__FMA__)
    return _mm_fmadd_pd(a, b, c);
#else
    return (vector){fma(a[0], b[0], c[0]), fma(a[1], b[1], c[1])};
#endif
}

/* c - a b, rounded once */
static inline vector less(vector c, vector a, vector b)
{
    return fused(-a, b, c);
}

#define ONE_NUMBER
#include "math/power.h"

double fused_pow(double x, double y)
{
    return power_of(spread(x), spread(y))[0];
}
