/* The special functions of one double, whose bits are the same for every compiler and vector width. They come from
 * SLEEF's deterministic variants, and the power from power.h; or with -Dspecial=own all come from special_own.h, for
 * targets without that library.
 * special_vector.h has those that kernels use, with the same bits. What is defined here is all that the rest of the
 * code uses, so that a third implementation needs to define no more.
 *
 * Units in the last place from the true value: 1.5 for erfc, 3.5 for rough_log, rough_sinpi(x) and rough_cospi(x), which
 * are sin(pi x) and cos(pi x), and 1 for the others; of the power with SLEEF .62. lgamma is of positive numbers. */
#ifndef TRUCE_SPECIAL_H
#define TRUCE_SPECIAL_H

#include <math.h>

#define SPECIAL_FUNCTIONS(X)                                                                                 \
    X(exp)                                                                                                   \
    X(expm1)                                                                                                 \
    X(log)                                                                                                   \
    X(log1p)                                                                                                 \
    X(log10)                                                                                                 \
    X(sin)                                                                                                   \
    X(cos)                                                                                                   \
    X(tan)                                                                                                   \
    X(asin)                                                                                                  \
    X(acos)                                                                                                  \
    X(atan)                                                                                                  \
    X(erfc)                                                                                                  \
    X(lgamma)                                                                                                \
    X(rough_log)                                                                                             \
    X(rough_sinpi)                                                                                           \
    X(rough_cospi)

/* Of special_own.c, which a build with SLEEF leaves out */
#define X(name) double own_##name##_of(double x);
SPECIAL_FUNCTIONS(X)
#undef X
double own_pow_of(double x, double y);

#if TRUCE_OWN_SPECIAL
#define X(name)                                                                                              \
    static inline double portable_##name(double x)                                                           \
    {                                                                                                        \
        return own_##name##_of(x);                                                                           \
    }
SPECIAL_FUNCTIONS(X)
#undef X
static inline double portable_pow(double x, double y)
{
    return own_pow_of(x, y);
}
#else
#include "math/special_sleef.h"
#endif

#endif
