/* Tables and coefficients of power.h, lowest power first. Written by script/coefficients. */
#ifndef TRUCE_POWER_COEFFICIENTS_H
#define TRUCE_POWER_COEFFICIENTS_H

#include <stdint.h>

/* ---- Logarithms ---- */

/* the least z */
static const uint64_t LOG_LEAST = UINT64_C(0x3FE6C00000000000);
/* what bits of a number are moved by so that its octave starts at the least z */
static const uint64_t LOG_MOVED = UINT64_C(0x0009400000000000);
/* the bits that number the cells */
static const uint64_t LOG_CELL = UINT64_C(0x000F800000000000);
/* twice the centre of the first cell */
static const uint64_t LOG_TWICE_CENTRE = UINT64_C(0x3FF7000000000000);
enum { LOG_PLACES = 47 };
/* ln 2, and logarithms of the centres, in two parts: sums of the heads with up to 1,100 ln 2 are exact. */
/* head and tail */
static const double LOG_2[] = {0x1.62e42fefa3800p-1, 0x1.ef35793c76730p-45};
/* of the centres */
static const double LOG_HEADS[] = {-0x1.522ae0738a000p-2,
                                   -0x1.3c25277333000p-2,
                                   -0x1.269621134e000p-2,
                                   -0x1.1178e8227e000p-2,
                                   -0x1.f991c6cb3c000p-3,
                                   -0x1.d1037f2656000p-3,
                                   -0x1.a93ed3c8ae000p-3,
                                   -0x1.823c16551a000p-3,
                                   -0x1.5bf406b544000p-3,
                                   -0x1.365fcb015a000p-3,
                                   -0x1.1178e8227e000p-3,
                                   -0x1.da72763844000p-4,
                                   -0x1.9335e5d594000p-4,
                                   -0x1.4d3115d208000p-4,
                                   -0x1.08598b59e4000p-4,
                                   -0x1.894aa149f8000p-5,
                                   -0x1.0415d89e78000p-5,
                                   -0x1.0205658930000p-6,
                                   0x0.0p+0,
                                   0x1.f829b0e780000p-6,
                                   0x1.f0a30c0118000p-5,
                                   0x1.6f0d28ae58000p-4,
                                   0x1.e27076e2b0000p-4,
                                   0x1.29552f8200000p-3,
                                   0x1.5ff3070a7a000p-3,
                                   0x1.9525a9cf46000p-3,
                                   0x1.c8ff7c79aa000p-3,
                                   0x1.fb9186d5e4000p-3,
                                   0x1.1675cababa000p-2,
                                   0x1.2e8e2bae12000p-2,
                                   0x1.4618bc21c6000p-2,
                                   0x1.5d1bdbf581000p-2};
/* what is left of them */
static const double LOG_TAILS[] = {-0x1.ebe708164c759p-45,
                                   -0x1.83b54b606bd5cp-46,
                                   0x1.1b61f10522625p-44,
                                   -0x1.1ef78ce2d07f2p-44,
                                   0x1.90d04cd7cc834p-44,
                                   0x1.84a7e75b6f6e4p-47,
                                   0x1.8724350562169p-45,
                                   -0x1.e0ddb9a631e83p-46,
                                   0x1.27023eb68981cp-46,
                                   0x1.fd3a0afb9691bp-44,
                                   -0x1.1ef78ce2d07f2p-45,
                                   -0x1.a89401fa71733p-46,
                                   -0x1.3115c3abd47dap-45,
                                   0x1.53a2582f4e1efp-48,
                                   0x1.7e5dd7009902cp-46,
                                   -0x1.9a19a8be97661p-44,
                                   0x1.dddc7f461c516p-44,
                                   -0x1.611d27c8e8417p-44,
                                   0x0.0p+0,
                                   0x1.980267c7e09e4p-45,
                                   -0x1.d599e83368e91p-45,
                                   -0x1.4b4641b664613p-44,
                                   -0x1.a342c2af0003cp-45,
                                   -0x1.5b967f4471dfcp-44,
                                   -0x1.8586f183bebf2p-44,
                                   -0x1.297137d9f158fp-44,
                                   -0x1.7794f689f8434p-45,
                                   -0x1.d572aab993c87p-47,
                                   0x1.8380e731f55c4p-44,
                                   -0x1.67b1e99b72bd8p-45,
                                   -0x1.3d82f484c84ccp-46,
                                   -0x1.8d6bdc9c7c238p-44};
/* ln((2 + u) / (2 - u)) = u + u w shape(w), w = u^2, |u| <= 2^-6 */
static const double LOG_SHAPE[] = {0x1.5555555555555p-4, 0x1.9999999999a54p-7, 0x1.24924916064dap-9,
                                   0x1.c72814e5fee0bp-12};

/* ---- Exponentials ---- */

/* ln 2 / 16, head and tail: products of the head with up to 17,600 are exact */
static const double EXP_STEP[] = {0x1.62e42fefa0000p-5, 0x1.cf79abc9e3b3ap-44};
static const double EXP_STEPS = 0x1.71547652b82fep+4; /* its inverse */
/* 2^(i / 16), its bits less 2^48 i: with the bits of n moved up by 48 they make 2^(n / 16) */
static const double EXP_HEADS[] = {
    0x1.0000000000000p+0, 0x1.fb5586cf9890fp-1, 0x1.f72b83c7d517bp-1, 0x1.f387a6e756238p-1,
    0x1.f06fe0a31b715p-1, 0x1.edea64c123422p-1, 0x1.ebfdad5362a27p-1, 0x1.eab07dd485429p-1,
    0x1.ea09e667f3bcdp-1, 0x1.ea11473eb0187p-1, 0x1.eace5422aa0dbp-1, 0x1.ec49182a3f090p-1,
    0x1.ee89f995ad3adp-1, 0x1.f199bdd85529cp-1, 0x1.f5818dcfba487p-1, 0x1.fa4afa2a490dap-1};
/* what rounding left of them, for each of what was rounded */
static const double EXP_TAILS[] = {0x0.0p+0,
                                   0x1.79aa65d837b6dp-54,
                                   -0x1.01b15eaa59348p-55,
                                   0x1.68efde3a8a894p-54,
                                   0x1.34d754db0abb6p-55,
                                   0x1.59f48a72a4c6dp-55,
                                   0x1.690cebb7aafb0p-56,
                                   0x1.063e1e21c5409p-54,
                                   -0x1.3b3efbf5e2228p-54,
                                   -0x1.b32dcb94da51dp-56,
                                   0x1.db72fc1f0eab4p-55,
                                   0x1.1affc2b91ce27p-56,
                                   0x1.c1a7792cb3387p-55,
                                   0x1.36eae30af0cb3p-56,
                                   0x1.4a385a63d07a7p-56,
                                   -0x1.ff7128fd391f0p-55};
/* exp(r) = 1 + r + r^2 shape(r), |r| <= ln 2 / 32 */
static const double EXP_SHAPE[] = {0x1.0000000000001p-1, 0x1.5555555555556p-3,  0x1.55555554e941ap-5,
                                   0x1.11111110e1085p-7, 0x1.6c17ed538716cp-10, 0x1.a01b0c34dd013p-13};

#endif
