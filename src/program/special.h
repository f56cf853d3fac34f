/* The special functions: SLEEF's deterministic variants with fused multiply-add, whose bits are the same for
 * one lane (purecfma), four (avx2) and eight (avx512f). sleef.h declares the one-lane forms only where the
 * compiler targets a processor with that instruction; the library has them everywhere. */
#ifndef TRUCE_SPECIAL_H
#define TRUCE_SPECIAL_H

#include <math.h>
#ifndef FP_FAST_FMA
#define FP_FAST_FMA 1
#endif
#include <sleef.h>

#endif
