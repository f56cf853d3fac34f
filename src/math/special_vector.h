/* Vectors of doubles for the kernels, as wide as what the compiler targets, with the special functions that kernels
 * use: vector_exp and so on, of the same bits as those of special.h; vector_rough_sincospi gives rough_sinpi as x and
 * rough_cospi as y. Also loads and stores, and less(c, a, b), which
 * is c - a b: rounded once with SLEEF, which needs the fused multiply-add anyhow, and twice without. The power is
 * power.h's with SLEEF. */
#ifndef TRUCE_SPECIAL_VECTOR_H
#define TRUCE_SPECIAL_VECTOR_H

#include "math/special.h"

#include <string.h>

#if TRUCE_OWN_SPECIAL
#include "math/special_own.h"

OWN vector load(const double *p)
{
    vector v;
    memcpy(&v, p, sizeof v);
    return v;
}

OWN void store(double *p, vector v)
{
    memcpy(p, &v, sizeof v);
}

OWN vector less(vector c, vector a, vector b)
{
    return c - a * b;
}
#define vector_exp       own_exp
#define vector_log       own_log
#define vector_log1p     own_log1p
#define vector_log10     own_log10
#define vector_sin       own_sin
#define vector_cos       own_cos
#define vector_tan       own_tan
#define vector_asin      own_asin
#define vector_acos      own_acos
#define vector_atan      own_atan
#define vector_pow       own_pow
#define vector_rough_log own_log

typedef struct vector_pair {
    vector x, y;
} vector_pair;

OWN vector_pair vector_rough_sincospi(vector x)
{
    return (vector_pair){own_sinpi(x), own_cospi(x)};
}

#else
#if defined(__AVX512F__)
#include <immintrin.h>
enum { VECTOR = 8 };
typedef __m512d vector;
typedef Sleef___m512d_2 vector_pair;
#define load                         _mm512_loadu_pd
#define store                        _mm512_storeu_pd
#define spread                       _mm512_set1_pd
#define less(c, a, b)                _mm512_fnmadd_pd(a, b, c)
#define fused                        _mm512_fmadd_pd
#define SLEEF_VECTOR(stem, accuracy) Sleef_finz_##stem##d8_##accuracy##avx512f
#elif defined(__AVX2__)
#include <immintrin.h>
enum { VECTOR = 4 };
typedef __m256d vector;
typedef Sleef___m256d_2 vector_pair;
#define load                         _mm256_loadu_pd
#define store                        _mm256_storeu_pd
#define spread                       _mm256_set1_pd
#define less(c, a, b)                _mm256_fnmadd_pd(a, b, c)
#define fused                        _mm256_fmadd_pd
#define SLEEF_VECTOR(stem, accuracy) Sleef_finz_##stem##d4_##accuracy##avx2
#else
enum { VECTOR = 1 };
typedef double vector;
typedef Sleef_double_2 vector_pair;
#define load(p)                      (*(p))
#define store(p, v)                  (*(p) = (v))
#define spread(x)                    (x)
#define less(c, a, b)                fma(-(a), b, c)
#define SLEEF_VECTOR(stem, accuracy) Sleef_finz_##stem##d1_##accuracy##purecfma
#endif
#define vector_exp            SLEEF_VECTOR(exp, u10)
#define vector_log            SLEEF_VECTOR(log, u10)
#define vector_log1p          SLEEF_VECTOR(log1p, u10)
#define vector_log10          SLEEF_VECTOR(log10, u10)
#define vector_sin            SLEEF_VECTOR(sin, u10)
#define vector_cos            SLEEF_VECTOR(cos, u10)
#define vector_tan            SLEEF_VECTOR(tan, u10)
#define vector_asin           SLEEF_VECTOR(asin, u10)
#define vector_acos           SLEEF_VECTOR(acos, u10)
#define vector_atan           SLEEF_VECTOR(atan, u10)
#define vector_rough_log      SLEEF_VECTOR(log, u35)
#define vector_rough_sincospi SLEEF_VECTOR(sincospi, u35)
#if defined(__AVX2__) /* or AVX-512 */
#include "math/power.h"
#define vector_pow power_of
#else
#define vector_pow portable_pow
#endif
#endif

#endif
