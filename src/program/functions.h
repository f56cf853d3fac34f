/* The special functions of one double, by their mathematical names. */
#ifndef TRUCE_FUNCTIONS_H
#define TRUCE_FUNCTIONS_H

#include "program/special.h"

static inline double portable_exp(double x)
{
    return Sleef_finz_expd1_u10purecfma(x);
}

static inline double portable_log(double x)
{
    return Sleef_finz_logd1_u10purecfma(x);
}

static inline double portable_log1p(double x)
{
    return Sleef_finz_log1pd1_u10purecfma(x);
}

static inline double portable_expm1(double x)
{
    return Sleef_finz_expm1d1_u10purecfma(x);
}

static inline double portable_erfc(double x)
{
    return Sleef_finz_erfcd1_u15purecfma(x);
}

static inline double portable_lgamma(double x)
{
    return Sleef_finz_lgammad1_u10purecfma(x);
}

#endif
