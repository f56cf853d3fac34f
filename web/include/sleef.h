/* Stands in for SLEEF, which Debian does not build for WebAssembly: the C library's functions, whose last bits
 * may differ from those of native builds. */
#ifndef TRUCE_WEB_SLEEF_H
#define TRUCE_WEB_SLEEF_H

#include <math.h>

typedef struct {
    double x, y;
} Sleef_double2;

#define Sleef_finz_expd1_u10purecfma    exp
#define Sleef_finz_expm1d1_u10purecfma  expm1
#define Sleef_finz_logd1_u10purecfma    log
#define Sleef_finz_logd1_u35purecfma    log
#define Sleef_finz_log1pd1_u10purecfma  log1p
#define Sleef_finz_log10d1_u10purecfma  log10
#define Sleef_finz_sind1_u10purecfma    sin
#define Sleef_finz_cosd1_u10purecfma    cos
#define Sleef_finz_tand1_u10purecfma    tan
#define Sleef_finz_asind1_u10purecfma   asin
#define Sleef_finz_acosd1_u10purecfma   acos
#define Sleef_finz_atand1_u10purecfma   atan
#define Sleef_finz_erfcd1_u15purecfma   erfc
#define Sleef_finz_lgammad1_u10purecfma lgamma
#define Sleef_finz_powd1_u10purecfma    pow

/* Sine and cosine of pi x: x less its nearest half is exact. */
static inline Sleef_double2 Sleef_finz_sincospid1_u35purecfma(double x)
{
    const double pi = 3.14159265358979323846;
    double halves = nearbyint(2 * x), rest = pi * (x - 0.5 * halves);
    double s = sin(rest), c = cos(rest);
    switch ((long long)halves & 3) {
    case 0:
        return (Sleef_double2){s, c};
    case 1:
        return (Sleef_double2){c, -s};
    case 2:
        return (Sleef_double2){-s, -c};
    default:
        return (Sleef_double2){-c, s};
    }
}

#endif
