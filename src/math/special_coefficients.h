/* Coefficients of special_own.h, lowest power first; where numbers are pairs, the first is in two
 * parts, the tail before the head. Written by script/coefficients. */
#ifndef TRUCE_SPECIAL_COEFFICIENTS_H
#define TRUCE_SPECIAL_COEFFICIENTS_H

#include <math.h>

/* ln 2, pi / 2 and constants of logarithms, in parts. */
static const double LN2_0 = 0x1.62e42fef00000p-1;
static const double LN2_1 = 0x1.473de6af278edp-34;
static const double HALF_PI_0 = 0x1.921fb54400000p+0;
static const double HALF_PI_1 = 0x1.0b4611a600000p-34;
static const double HALF_PI_2 = 0x1.3198a2e000000p-69;
static const double HALF_PI_3 = 0x1.b839a252049c1p-104;
static const double HALF_PI_WHOLE_0 = 0x1.921fb54442d18p+0;
static const double HALF_PI_WHOLE_1 = 0x1.1a62633145c07p-54;
static const double PI_WHOLE_0 = 0x1.921fb54442d18p+1;
static const double PI_WHOLE_1 = 0x1.1a62633145c07p-53;
static const double LOG10_E_0 = 0x1.bcb7b1526e50ep-2;
static const double LOG10_E_1 = 0x1.95355baaafad3p-57;
static const double TWO_THIRDS_0 = 0x1.5555555555555p-1;
static const double TWO_THIRDS_1 = 0x1.5555555555555p-55;
static const double STIRLING_CONSTANT_0 = 0x1.acfe390c97d69p-2;
static const double STIRLING_CONSTANT_1 = 0x1.3494bc9001442p-56;

/* exp(r) = 1 + r + r^2 / 2 + r^3 rest(r), |r| <= ln 2 / 2 */
static const double EXP_REST[] = {0x1.5555555555556p-3,  0x1.5555555555555p-5,  0x1.11111111109b5p-7,
                                  0x1.6c16c16c167e2p-10, 0x1.a01a01a7c2f83p-13, 0x1.a01a01a47a5ddp-16,
                                  0x1.71de0db2d67a1p-19, 0x1.27e4e1f70fc4ep-22, 0x1.af389f1c678b1p-26,
                                  0x1.1f66d9746ca33p-29};
/* ln((1 + s) / (1 - s)) = 2 s + s z rest(z), z = s^2, s up to (sqrt 2 - 1) / (sqrt 2 + 1) */
static const double LOG_REST[] = {0x1.5555555555555p-1, 0x1.9999999999a38p-2, 0x1.2492492476cccp-2,
                                  0x1.c71c720159177p-3, 0x1.745cf9048dd95p-3, 0x1.3b1c355a8f7a2p-3,
                                  0x1.0fbe95d716020p-3, 0x1.0c039c49989c6p-3};
/* rest(z) = 2 / 3 + z far(z) */
static const double LOG_FAR_REST[] = {0x1.999999999999ap-2, 0x1.2492492492521p-2, 0x1.c71c71c6eaa8dp-3,
                                      0x1.745d177a8f200p-3, 0x1.3b1395d4f9e5fp-3, 0x1.1118c74823a2ep-3,
                                      0x1.df7ce9a6bcccbp-4, 0x1.e02d197c00c78p-4};
/* sin(r) = r + r z rest(z), z = r^2, |r| <= pi / 4 */
static const double SIN_REST[] = {-0x1.5555555555555p-3, 0x1.1111111111110p-7,   -0x1.a01a01a019938p-13,
                                  0x1.71de3a546095bp-19, -0x1.ae645412c560cp-26, 0x1.61217f0b800d5p-33,
                                  -0x1.ab17d404de5b3p-41};
/* cos(r) = 1 - z / 2 + z^2 rest(z) */
static const double COS_REST[] = {0x1.5555555555555p-5,   -0x1.6c16c16c16c16p-10, 0x1.a01a01a019d0ap-16,
                                  -0x1.27e4fb7712d65p-22, 0x1.1eed8deb97a97p-29,  -0x1.9394ba0cd6ed5p-37,
                                  0x1.ab785b00b4646p-45};
/* asin(x) = x + x z rest(z), z = x^2, |x| <= 1 / 2 */
static const double ASIN_REST[] = {0x1.5555555555556p-3, 0x1.3333333332ecap-4, 0x1.6db6db6e31f13p-5,
                                   0x1.f1c71c1db0623p-6, 0x1.6e8bb1c8209a2p-6, 0x1.1c4d35cf95421p-6,
                                   0x1.c9cf07674736ap-7, 0x1.782651caa6547p-7, 0x1.52420b04b37bep-7,
                                   0x1.65a9c4dfcf8b2p-8, 0x1.1d189408314eep-6, -0x1.e6aaa8a0a04ccp-7,
                                   0x1.d72b2bc8155f8p-6};
/* atan(t) = t + t z rest(z), z = t^2, |t| <= 7 / 16 */
static const double ATAN_REST[] = {-0x1.5555555555555p-2, 0x1.99999999998c5p-3,  -0x1.2492492485503p-3,
                                   0x1.c71c71bd2b8bcp-4,  -0x1.745d154c84f7ap-4, 0x1.3b1375ce5bdc6p-4,
                                   -0x1.110c9ce7b0572p-4, 0x1.e170800a46210p-5,  -0x1.ab59b417b2d3fp-5,
                                   0x1.7001816fd063fp-5,  -0x1.0f62bba6a2558p-5, 0x1.e4167464d3de8p-7};
/* The points that arguments of the arc tangent are reduced to, and their values in two parts. */
/* atan of 0, 1/2, 1, 3/2 and infinity */
static const double ATAN_AT[] = {0x0.0p+0, 0x1.dac670561bb4fp-2, 0x1.921fb54442d18p-1, 0x1.f730bd281f69bp-1,
                                 0x1.921fb54442d18p+0};
/* what rounding left of them */
static const double ATAN_AT_REST[] = {0x0.0p+0, 0x1.a2b7f222f65e2p-56, 0x1.1a62633145c07p-55,
                                      0x1.007887af0cbbdp-56, 0x1.1a62633145c07p-54};
/* erf(x) = x rest(x^2), x <= 1 / 2 */
static const double ERF_REST[] = {0x1.1a70f6f39063dp-56,  0x1.20dd750429b6dp+0,  -0x1.812746b0379e6p-2,
                                  0x1.ce2f21a042b29p-4,   -0x1.b82ce3127f739p-6, 0x1.565bcd0aa6349p-8,
                                  -0x1.c02db23d41138p-11, 0x1.f9a2a6635fe79p-14, -0x1.f4bb9f7301dedp-17,
                                  0x1.b776442df3041p-20,  -0x1.39fb524e9c1f7p-23};
/* exp(x^2) erfc(x) = shape(x - 0.75), x from 0.5 to 1.0 */
static const double ERFC_SHAPE_0[] = {-0x1.ec28a7936474fp-55, 0x1.038d54ea3d834p-1,   -0x1.78cdd551ee51ap-2,
                                      0x1.d90093ae10928p-3,   -0x1.09e77d40e0239p-3,  0x1.1192f5bd686e0p-4,
                                      -0x1.054d68295b1e7p-5,  0x1.d43a7c7a8d2edp-7,   -0x1.8c97dd4ebbc8ap-8,
                                      0x1.3f8189568e487p-9,   -0x1.ec0cf4b59fcdap-11, 0x1.6b9854f9dee14p-12,
                                      -0x1.02b1788882ce9p-13, 0x1.635a1ca888cf3p-15,  -0x1.d89e5750955abp-17,
                                      0x1.384edb1c811a0p-18,  -0x1.870db7bbda793p-20};
/* exp(x^2) erfc(x) = shape(x - 1.5), x from 1.0 to 2.0 */
static const double ERFC_SHAPE_1[] = {
    0x1.3a3865ece002dp-56,  0x1.494daffa2ad68p-2,  -0x1.4f1988444caf7p-3,  0x1.37ea271bc54bcp-4,
    -0x1.0dc51d2941e6cp-5,  0x1.b65944f34fbb6p-7,  -0x1.513ed7600d3c7p-8,  0x1.ee705e7311a51p-10,
    -0x1.5b0abfe6309ffp-11, 0x1.d4509d425f248p-13, -0x1.30c0ec8eebc29p-14, 0x1.7f99660093fdap-16,
    -0x1.d4155e4da48d2p-18, 0x1.15709ea561233p-19, -0x1.40090078056f8p-21, 0x1.66d11225ee11dp-23,
    -0x1.89dc72c25d886p-25, 0x1.c8ee5d35f0fe6p-27, -0x1.ddfe13df3446dp-29};
/* exp(x^2) erfc(x) = shape(x - 3.0), x from 2.0 to 4.0 */
static const double ERFC_SHAPE_2[] = {-0x1.99ac9296879fap-58, 0x1.6e9827d229d2dp-3,   -0x1.bd6ae4d14b16fp-5,
                                      0x1.043fe1a98c0d4p-6,   -0x1.259061ba85698p-8,  0x1.409cc2ed3f027p-10,
                                      -0x1.53dec9d0889cap-12, 0x1.5e73930542870p-14,  -0x1.6025103cace20p-16,
                                      0x1.595f1b10ffe11p-18,  -0x1.4b14624a945b9p-20, 0x1.3699168d7bd7ep-22,
                                      -0x1.1d7922347c7aap-24, 0x1.014e0a0208be0p-26,  -0x1.c74e1c5371149p-29,
                                      0x1.8c2f441a8c0efp-31,  -0x1.527f395f218fap-33, 0x1.1666810f3d63bp-35,
                                      -0x1.cd539a8193ddep-38, 0x1.d497f9598b60ap-40,  -0x1.765214aed4921p-42};
/* exp(x^2) erfc(x) = shape(x - 6.0), x from 4.0 to 8.0 */
static const double ERFC_SHAPE_3[] = {
    0x1.d28d60d8c96ebp-58,  0x1.7c0348489d721p-4,  -0x1.ed7f66d9d09fep-7,  0x1.3c7764a81f453p-9,
    -0x1.9106a7cd79e2cp-12, 0x1.f64cd9c07dc28p-15, -0x1.370d06417898fp-17, 0x1.7d0e03ec8b2b5p-20,
    -0x1.cde4cecbb11a2p-23, 0x1.151346e8ae22cp-25, -0x1.491bb11845652p-28, 0x1.832004ec3d6e4p-31,
    -0x1.c312b391f19fap-34, 0x1.0461f39621b5ap-36, -0x1.29e7ea64ec2e6p-39, 0x1.519ffa4478e24p-42,
    -0x1.7ba3218ba50eap-45, 0x1.aba7e0d93601cp-48, -0x1.d8b4cc0837307p-51, 0x1.d27c095dabbc0p-54,
    -0x1.fd76e574c83dap-57, 0x1.c2ad9ac6b4efap-59, -0x1.e0432d2d9df09p-62};
/* exp(x^2) erfc(x) x = shape(1 / x), x from 8.0 to 28.0 */
static const double ERFC_SHAPE_4[] = {
    -0x1.0b177170955fbp-55, 0x1.20dd750429b6dp-1,   0x1.6a0e19679f6b4p-47, -0x1.20dd75042f624p-2,
    0x1.c3f5797d21924p-34,  0x1.b14c2f2435021p-2,   0x1.f7996d0fa760ap-23, -0x1.0ed019c1ed6f9p+0,
    0x1.7fc9284449398p-13,  0x1.d9752c57f3e42p+1,   0x1.d30908e827625p-5,  -0x1.162f0970590bfp+4,
    0x1.d9e7c8ba2dafap+2,   0x1.f7bcdc7c2595cp+4,   0x1.7e1974726aabbp+8,  -0x1.3014603aa6c8bp+11,
    0x1.871a030963e4fp+12,  -0x1.01e74eb91308cp+13, 0x1.236ce4ae0a25bp+12};
/* lgamma(1 + x) = x (x - 1) shape(x - 0), x from 0.0 to 0.5 */
static const double LGAMMA_SHAPE_0[] = {-0x1.dd2b72e61cdabp-57, 0x1.2788cfc6fb619p-1,  -0x1.f6465978d45c2p-3,
                                        0x1.3e545204759ebp-3,   -0x1.d7a3e6a26eb0ep-4, 0x1.79cf9b6394e10p-4,
                                        -0x1.3cb1e6161448cp-4,  0x1.11542ef48d512p-4,  -0x1.e16c3a12928dbp-5,
                                        0x1.adec14a931ac0p-5,   -0x1.82309a4049360p-5, 0x1.5695af3c5a2f2p-5,
                                        -0x1.2015607ddbb11p-5,  0x1.ab564900b6226p-6,  -0x1.f6d798fdeac7cp-7,
                                        0x1.9130b5a46220fp-8,   -0x1.3c0d06bc5ac10p-10};
/* lgamma(1 + x) = x (x - 1) shape(x - 1), x from 0.5 to 1.5 */
static const double LGAMMA_SHAPE_1[] = {
    0x1.68f9cc6dfe934p-58,  0x1.b0ee6072093cep-2,  -0x1.9ae6509ea109fp-4,  0x1.0e0c9df293537p-5,
    -0x1.95ce223a9cbcap-7,  0x1.47974853a8971p-8,  -0x1.145121f99bfcbp-9,  0x1.dfebcf90eb739p-11,
    -0x1.a96a4012e3532p-12, 0x1.7ed732b163e13p-13, -0x1.5c86b57473daap-14, 0x1.402f4aa433d56p-15,
    -0x1.28508a4e1225cp-16, 0x1.13dbf1c05af4fp-17, -0x1.0228b32942da5p-18, 0x1.e6c3d6ee5de4ep-20,
    -0x1.cb47886049c89p-21, 0x1.9ee08a0b0974fp-22, -0x1.89b6390c7108cp-23, 0x1.06400e9ad08b5p-23,
    -0x1.f50b7d72343dep-25};
/* lgamma(1 + x) = x (x - 1) shape(x - 2), x from 1.5 to 2.0 */
static const double LGAMMA_SHAPE_2[] = {
    0x1.ff816d92d1b14p-58,  0x1.62e42fefa39efp-2,  -0x1.def8bd7386981p-5,  0x1.aede3660d8cb5p-7,
    -0x1.b4c4ca695c040p-9,  0x1.d8cdb1353b9c9p-11, -0x1.0ab19d7b6e2c8p-12, 0x1.356190f5db049p-14,
    -0x1.6f817d7786178p-16, 0x1.aa8e120a2e6d9p-18, -0x1.42f240cd4ce3bp-19, 0x1.d9fa80b1b0e36p-24,
    -0x1.132190543600bp-21};
/* lgamma(x) = (x - 1/2) ln x - x + ln(2 pi) / 2 + stirling(1 / x^2) / x, x >= 8 */
static const double STIRLING[] = {0x1.5555555555555p-4,   -0x1.6c16c16c16c0fp-9, 0x1.a01a01a00d0c8p-11,
                                  -0x1.381381168d370p-11, 0x1.b951b7066a805p-11, -0x1.f69af4cedb3c1p-10,
                                  0x1.a2565f7c03969p-8,   -0x1.c6897db52d634p-6, 0x1.c29fa984fd96ep-4};

/* 2 / pi, 24 bits a word. */
static const unsigned TWO_OVER_PI[] = {
    0xA2F983, 0x6E4E44, 0x1529FC, 0x2757D1, 0xF534DD, 0xC0DB62, 0x95993C, 0x439041, 0xFE5163,
    0xABDEBB, 0xC561B7, 0x246E3A, 0x424DD2, 0xE00649, 0x2EEA09, 0xD1921C, 0xFE1DEB, 0x1CB129,
    0xA73EE8, 0x8235F5, 0x2EBB44, 0x84E99C, 0x7026B4, 0x5F7E41, 0x3991D6, 0x398353, 0x39F49C,
    0x845F8B, 0xBDF928, 0x3B1FF8, 0x97FFDE, 0x05980F, 0xEF2F11, 0x8B5A0A, 0x6D1F6D, 0x367ECF,
    0x27CB09, 0xB74F46, 0x3F669E, 0x5FEA2D, 0x7527BA, 0xC7EBE5, 0xF17B3D, 0x0739F7, 0x8A5292,
    0xEA6BFB, 0x5FB11F, 0x8D5D08, 0x560330, 0x46FC7B, 0x6BABF0, 0xCFBC20};

#endif
