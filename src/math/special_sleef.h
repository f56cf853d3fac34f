/* The special functions of special.h and special_vector.h from SLEEF, all but the power: its deterministic variants
 * with fused multiply-add, whose bits are the same for one lane (purecfma), four (avx2) and eight (avx512f). sleef.h declares
 * the one-lane forms only where the compiler targets a processor with that instruction; the library has them
 * everywhere. */
#ifndef TRUCE_SPECIAL_SLEEF_H
#define TRUCE_SPECIAL_SLEEF_H

#include <math.h>
#ifndef FP_FAST_FMA
#define FP_FAST_FMA 1
#endif
#include <sleef.h>

/* X(name, stem of the SLEEF function, its accuracy): u10 is one unit in the last place, u35 three and a half, and
 * twice as fast */
#define SLEEF_FUNCTIONS(X)                                                                                   \
    X(exp, exp, u10)                                                                                         \
    X(expm1, expm1, u10)                                                                                     \
    X(log, log, u10)                                                                                         \
    X(log1p, log1p, u10)                                                                                     \
    X(log10, log10, u10)                                                                                     \
    X(sin, sin, u10)                                                                                         \
    X(cos, cos, u10)                                                                                         \
    X(tan, tan, u10)                                                                                         \
    X(asin, asin, u10)                                                                                       \
    X(acos, acos, u10)                                                                                       \
    X(atan, atan, u10)                                                                                       \
    X(erfc, erfc, u15)                                                                                       \
    X(lgamma, lgamma, u10)                                                                                   \
    X(rough_log, log, u35)
#define X(name, stem, accuracy)                                                                              \
    static inline double portable_##name(double x)                                                           \
    {                                                                                                        \
        return Sleef_finz_##stem##d1_##accuracy##purecfma(x);                                                \
    }
SLEEF_FUNCTIONS(X)
#undef X

/* Of power.c: power.h for one lane */
double fused_pow(double x, double y);

static inline double portable_pow(double x, double y)
{
    return fused_pow(x, y);
}

static inline double portable_rough_sinpi(double x)
{
    return Sleef_finz_sincospid1_u35purecfma(x).x;
}

static inline double portable_rough_cospi(double x)
{
    return Sleef_finz_sincospid1_u35purecfma(x).y;
}

#endif
