/* The kernels. This file is compiled for each instruction set, with KERNEL_SET the name of the table it
 * defines, once for blocks of any width and once for the usual one, KERNEL_WIDTH. Every loop is over lanes
 * that do not depend on one another, so compilers vectorise it; the arithmetic of a lane is the same whatever
 * the vector width, and so are its bits. */
#include "engine/kernels.h"
#include "math/random.h"
#include "math/special_vector.h"

#include <float.h>
#include <math.h>

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

#define INLINE static inline __attribute__((always_inline))
/* A result column may be one of the operand columns, but then lane i only meets lane i. */
#define LANES _Pragma("omp simd")
/* Lanes of a block: known when compiled, so that loops are unrolled, or at least a multiple of 8, so that
 * nothing is left over after whole vectors. */
#ifdef KERNEL_WIDTH
#define WIDTH_OF(f) ((void)(f), (size_t)KERNEL_WIDTH)
#else
#define WIDTH_OF(f) ((f)->width & ~(size_t)7)
#endif

INLINE double *result_of(const kernel_call *c, const frame *f)
{
    return f->base + c->result;
}

INLINE const double *operand_of(const kernel_call *c, const frame *f, unsigned k)
{
    return f->base + c->operands[k];
}

/* Operand k of a call: its scalar when the pattern says so, else lane i of its column. */
INLINE double scalar_of(const kernel_call *c, const frame *f, unsigned k, unsigned arity, unsigned pattern)
{
    return k < arity && (pattern >> k & 1) ? *operand_of(c, f, k) : 0.0;
}

INLINE double lane(const double *column, double scalar, unsigned k, unsigned arity, unsigned pattern,
                   size_t i)
{
    return k < arity && !(pattern >> k & 1) ? column[i] : scalar;
}

/* ---- Elementwise operations: one loop each, specialised by operand pattern ---------------------------- */

#define BODY(name, arity, expression)                                                                        \
    INLINE void name##_body(const kernel_call *c, const frame *f, unsigned pattern)                          \
    {                                                                                                        \
        double *r = result_of(c, f);                                                                         \
        const double *p0 = operand_of(c, f, 0), *p1 = operand_of(c, f, 1);                                   \
        const double *p2 = operand_of(c, f, 2), *p3 = operand_of(c, f, 3);                                   \
        const double s0 = scalar_of(c, f, 0, arity, pattern), s1 = scalar_of(c, f, 1, arity, pattern);       \
        const double s2 = scalar_of(c, f, 2, arity, pattern), s3 = scalar_of(c, f, 3, arity, pattern);       \
        size_t n = WIDTH_OF(f);                                                                              \
        LANES for (size_t i = 0; i < n; i++)                                                                 \
        {                                                                                                    \
            const double x = lane(p0, s0, 0, arity, pattern, i);                                             \
            const double y = lane(p1, s1, 1, arity, pattern, i);                                             \
            const double z = lane(p2, s2, 2, arity, pattern, i);                                             \
            const double w = lane(p3, s3, 3, arity, pattern, i);                                             \
            (void)x, (void)y, (void)z, (void)w;                                                              \
            r[i] = expression;                                                                               \
        }                                                                                                    \
    }
ELEMENTWISE_OPERATIONS(BODY)
FUSED_OPERATIONS(BODY)
#undef BODY

/* ---- Special functions --------------------------------------------------------------------------------- */

#define BODY(name, stem, accuracy)                                                                           \
    INLINE void name##_body(const kernel_call *c, const frame *f, unsigned pattern)                          \
    {                                                                                                        \
        const double s0 = scalar_of(c, f, 0, 1, pattern);                                                    \
        for (size_t i = 0; i < WIDTH_OF(f); i += VECTOR)                                                     \
            store(result_of(c, f) + i,                                                                       \
                  vector_##stem(pattern & 1 ? spread(s0) : load(operand_of(c, f, 0) + i)));                  \
    }
SPECIAL_OPERATIONS(BODY)
#undef BODY

INLINE void POWER_body(const kernel_call *c, const frame *f, unsigned pattern)
{
    const double s0 = scalar_of(c, f, 0, 2, pattern), s1 = scalar_of(c, f, 1, 2, pattern);
    for (size_t i = 0; i < WIDTH_OF(f); i += VECTOR)
        store(result_of(c, f) + i, vector_pow(pattern & 1 ? spread(s0) : load(operand_of(c, f, 0) + i),
                                              pattern & 2 ? spread(s1) : load(operand_of(c, f, 1) + i)));
}

enum { REMAINDERS = 8 }; /* found together */

/* modulo(x, y), side by side unless quotients are 2^52 and more, or something is not finite. With n the quotient without
 * its fraction, x - n y is exact. Where x / y was rounded up to n, it is not of the sign of x but
 * just what the addition of y would make of the remainder, or is made the remainder by it. */
INLINE void find_remainders(double *r, const double *x, const double *y)
{
#if defined(__FMA__)
    double beyond = 0.0;
    _Pragma("omp simd reduction(+ : beyond)") for (size_t i = 0; i < REMAINDERS; i++)
    {
        const double n = trunc(x[i] / y[i]), rest = fma(-n, y[i], x[i]);
        const double moved = (rest < 0.0) != (y[i] < 0.0) ? rest + y[i] : rest;
        r[i] = rest == 0.0 ? copysign(rest, y[i]) : moved;
        beyond += ((fabs(n) < 0x1p52) & (rest == rest)) ? 0.0 : 1.0;
    }
    if (beyond == 0.0)
        return;
#endif
    for (size_t i = 0; i < REMAINDERS; i++)
        r[i] = modulo(x[i], y[i]);
}

INLINE void MOD_body(const kernel_call *c, const frame *f, unsigned pattern)
{
    const double s0 = scalar_of(c, f, 0, 2, pattern), s1 = scalar_of(c, f, 1, 2, pattern);
    for (size_t first = 0; first < WIDTH_OF(f); first += REMAINDERS) {
        double x[REMAINDERS], y[REMAINDERS], r[REMAINDERS];
        for (size_t i = 0; i < REMAINDERS; i++) {
            x[i] = lane(operand_of(c, f, 0), s0, 0, 2, pattern, first + i);
            y[i] = lane(operand_of(c, f, 1), s1, 1, 2, pattern, first + i);
        }
        find_remainders(r, x, y);
        memcpy(result_of(c, f) + first, r, sizeof r);
    }
}

/* ---- Quantiles ----------------------------------------------------------------------------------------- */

#define BODY(name, arity, expression)                                                                        \
    INLINE void name##_body(const kernel_call *c, const frame *f, unsigned pattern)                          \
    {                                                                                                        \
        double *r = result_of(c, f);                                                                         \
        const double *p0 = operand_of(c, f, 0), *p1 = operand_of(c, f, 1), *p2 = operand_of(c, f, 2);        \
        const double s0 = scalar_of(c, f, 0, arity, pattern), s1 = scalar_of(c, f, 1, arity, pattern);       \
        const double s2 = scalar_of(c, f, 2, arity, pattern);                                                \
        for (size_t i = 0; i < f->width; i++) {                                                              \
            const double x = lane(p0, s0, 0, arity, pattern, i);                                             \
            const double y = lane(p1, s1, 1, arity, pattern, i);                                             \
            const double z = lane(p2, s2, 2, arity, pattern, i);                                             \
            (void)z;                                                                                         \
            r[i] = expression;                                                                               \
        }                                                                                                    \
    }
QUANTILE_OPERATIONS(BODY)
#undef BODY

/* ---- Lookup tables ------------------------------------------------------------------------------------ */

/* Small tables: every lane passes along all points and keeps the last segment that starts at or below it. */
INLINE void scan_table(double *r, const double *p0, double s0, unsigned pattern, const program_table *t,
                       const double *points, size_t n)
{
    enum { GROUP = 8 };
    const double *x = points, *y = points + t->count, *slope = y + t->count, lowest = t->lowest;
    for (size_t first = 0; first < n; first += GROUP) {
        double v[GROUP], at[GROUP], from[GROUP], rise[GROUP];
        LANES for (size_t i = 0; i < GROUP; i++)
        {
            double given = lane(p0, s0, 0, 1, pattern, first + i);
            v[i] = given < lowest ? lowest : given;
            at[i] = x[0];
            from[i] = y[0];
            rise[i] = slope[0];
        }
        for (size_t k = 1; k < t->count; k++)
            LANES for (size_t i = 0; i < GROUP; i++)
            {
                at[i] = v[i] >= x[k] ? x[k] : at[i];
                from[i] = v[i] >= x[k] ? y[k] : from[i];
                rise[i] = v[i] >= x[k] ? slope[k] : rise[i];
            }
        LANES for (size_t i = 0; i < GROUP; i++)
        {
            double sloped = from[i] + (v[i] - at[i]) * rise[i];
            r[first + i] = ((rise[i] == 0.0) & (v[i] == v[i])) ? from[i] : sloped;
        }
    }
}

INLINE void LOOKUP_body(const kernel_call *c, const frame *f, unsigned pattern)
{
    enum { SMALL = 24 };
    const program_table *t = &f->program->tables[c->index];
    const double *x = f->program->points + t->first, *y = x + t->count, *slope = y + t->count;
    const double s0 = scalar_of(c, f, 0, 1, pattern);
    if (t->count <= SMALL) {
        scan_table(result_of(c, f), operand_of(c, f, 0), s0, pattern, t, x, WIDTH_OF(f));
        return;
    }
    for (size_t i = 0; i < f->width; i++)
        result_of(c, f)[i] =
            table_value(x, y, slope, t->count, t->lowest, lane(operand_of(c, f, 0), s0, 0, 1, pattern, i));
}

/* ---- Inputs ------------------------------------------------------------------------------------------- */

static void PARAMETER_0(const kernel_call *c, const frame *f)
{
    memcpy(result_of(c, f), f->parameters + c->index * f->width, f->width * sizeof(double));
}

static void fill(double *column, double value, size_t width)
{
    for (size_t i = 0; i < width; i++)
        column[i] = value;
}

static size_t steps_kept(const frame *f)
{
    return f->program->step_count + 1;
}

static void FIRST_SCHEDULE_0(const kernel_call *c, const frame *f)
{
    fill(result_of(c, f), f->schedules[c->index * steps_kept(f)], f->width);
}

static void FIRST_FACTOR_0(const kernel_call *c, const frame *f)
{
    fill(result_of(c, f), f->factors[c->index * steps_kept(f)], f->width);
}

/* Lanes are steps. */
static void copy_steps(double *column, const double *series, const frame *f)
{
    memcpy(column, series + f->step, f->lanes_used * sizeof(double));
    fill(column + f->lanes_used, 0.0, f->width - f->lanes_used);
}

static void SCHEDULE_0(const kernel_call *c, const frame *f)
{
    copy_steps(result_of(c, f), f->schedules + c->index * steps_kept(f), f);
}

static void FACTOR_0(const kernel_call *c, const frame *f)
{
    copy_steps(result_of(c, f), f->factors + c->index * steps_kept(f), f);
}

static void TIME_0(const kernel_call *c, const frame *f)
{
    for (size_t i = 0; i < f->width; i++)
        result_of(c, f)[i] = clock_time(&f->program->clock, (double)(f->step + i) + f->part);
}

/* ---- Random draws: random.h over lanes ---------------------------------------------------------------- */

/* Two draws in (0, 1) for each member. The words are those of random_words:
 * Philox4x32-10 with the multipliers and Weyl increments of Random123, each 32-bit word in a 64-bit lane
 * whose upper half is ignored. */
#if defined(__AVX512F__)
typedef __m512i words;
#define SPREAD_WORD(x)    _mm512_set1_epi64((long long)(x))
#define PAIRS             _mm512_set_epi64(7, 3, 6, 2, 5, 1, 4, 0)
#define FIRST_HALF(a, b)  _mm512_unpacklo_pd(a, b)
#define SECOND_HALF(a, b) _mm512_unpackhi_pd(a, b)
#define LOAD_WORDS(from)  _mm512_loadu_si512(from)
#define ADD_WORDS(a, b)   _mm512_add_epi64(a, b)
#define MULTIPLY(a, b)    _mm512_mul_epu32(a, b)
#define UP(a, bits)       _mm512_slli_epi64(a, bits)
#define DOWN(a, bits)     _mm512_srli_epi64(a, bits)
#define XOR3(a, b, c)     _mm512_ternarylogic_epi64(a, b, c, 0x96)
#define OR(a, b)          _mm512_or_si512(a, b)
#define AND(a, b)         _mm512_and_si512(a, b)
#define AS_NUMBERS(x)     _mm512_castsi512_pd(x)
#define ADD_NUMBERS(a, b) _mm512_add_pd(a, b)
#elif defined(__AVX2__)
typedef __m256i words;
#define SPREAD_WORD(x)    _mm256_set1_epi64x((long long)(x))
#define PAIRS             _mm256_set_epi64x(3, 1, 2, 0)
#define FIRST_HALF(a, b)  _mm256_unpacklo_pd(a, b)
#define SECOND_HALF(a, b) _mm256_unpackhi_pd(a, b)
#define LOAD_WORDS(from)  _mm256_loadu_si256((const __m256i *)(from))
#define ADD_WORDS(a, b)   _mm256_add_epi64(a, b)
#define MULTIPLY(a, b)    _mm256_mul_epu32(a, b)
#define UP(a, bits)       _mm256_slli_epi64(a, bits)
#define DOWN(a, bits)     _mm256_srli_epi64(a, bits)
#define XOR3(a, b, c)     _mm256_xor_si256(_mm256_xor_si256(a, b), c)
#define OR(a, b)          _mm256_or_si256(a, b)
#define AND(a, b)         _mm256_and_si256(a, b)
#define AS_NUMBERS(x)     _mm256_castsi256_pd(x)
#define ADD_NUMBERS(a, b) _mm256_add_pd(a, b)
#elif defined(__wasm_simd128__)
typedef v128_t words;
#define LOWER_HALVES(a)   wasm_i32x4_shuffle(a, a, 0, 2, 0, 2)
#define SPREAD_WORD(x)    wasm_i64x2_splat((int64_t)(x))
#define PAIRS             wasm_i64x2_make(0, 1)
#define FIRST_HALF(a, b)  ((vector)wasm_i64x2_shuffle((v128_t)(a), (v128_t)(b), 0, 2))
#define SECOND_HALF(a, b) ((vector)wasm_i64x2_shuffle((v128_t)(a), (v128_t)(b), 1, 3))
#define LOAD_WORDS(from)  wasm_v128_load(from)
#define ADD_WORDS(a, b)   wasm_i64x2_add(a, b)
#define MULTIPLY(a, b)    wasm_u64x2_extmul_low_u32x4(LOWER_HALVES(a), LOWER_HALVES(b))
#define UP(a, bits)       wasm_i64x2_shl(a, bits)
#define DOWN(a, bits)     wasm_u64x2_shr(a, bits)
#define XOR3(a, b, c)     wasm_v128_xor(wasm_v128_xor(a, b), c)
#define OR(a, b)          wasm_v128_or(a, b)
#define AND(a, b)         wasm_v128_and(a, b)
#define AS_NUMBERS(x)     ((vector)(x))
#define ADD_NUMBERS(a, b) ((a) + (b))
#endif

/* PAIRS counts the lanes in the order in which the halves of two vectors, which take their lanes from both in turns,
 * put them. */
#if defined(__AVX512F__) || defined(__AVX2__) || defined(__wasm_simd128__)
INLINE void store_pairs(double *to, const vector two[2])
{
    store(to, FIRST_HALF(two[0], two[1]));
    store(to + VECTOR, SECOND_HALF(two[0], two[1]));
}

INLINE vector unit_of(words upper, words lower)
{
    words bits = OR(UP(upper, 32), AND(lower, SPREAD_WORD(0xFFFFFFFFu)));
    bits = OR(DOWN(bits, 12), SPREAD_WORD(0x3FF0000000000000));
    return ADD_NUMBERS(ADD_NUMBERS(AS_NUMBERS(bits), spread(-1.0)), spread(0x1p-53));
}

/* The units of Philox for `count` vectors of counters: of those listed, or without a list of those from `counter` on,
 * in the order of PAIRS. The rounds depend on one another, so the vectors (their count is known when compiled) go
 * through them side by side. */
INLINE void draw_units(uint64_t key, uint64_t counter, const uint64_t *counters, uint64_t step,
                       vector (*units)[2], unsigned count)
{
    const words m0 = SPREAD_WORD(PHILOX_M4x32_0), m1 = SPREAD_WORD(PHILOX_M4x32_1);
    const words w0 = SPREAD_WORD(PHILOX_W32_0), w1 = SPREAD_WORD(PHILOX_W32_1);
    words k0 = SPREAD_WORD(key & 0xFFFFFFFFu), k1 = SPREAD_WORD(key >> 32), c[4][4];
    for (unsigned v = 0; v < count; v++) {
        c[v][0] = counters ? LOAD_WORDS(counters) : ADD_WORDS(SPREAD_WORD(counter + v * VECTOR), PAIRS);
        c[v][1] = DOWN(c[v][0], 32);
        c[v][2] = SPREAD_WORD((counters ? step + v : step) & 0xFFFFFFFFu);
        c[v][3] = SPREAD_WORD(0);
    }
    for (int round = 0; round < 10; round++) {
        for (unsigned v = 0; v < count; v++) {
            words a = MULTIPLY(c[v][0], m0), b = MULTIPLY(c[v][2], m1);
            c[v][0] = XOR3(DOWN(b, 32), c[v][1], k0);
            c[v][2] = XOR3(DOWN(a, 32), c[v][3], k1);
            c[v][1] = b;
            c[v][3] = a;
        }
        k0 = ADD_WORDS(k0, w0);
        k1 = ADD_WORDS(k1, w1);
    }
    for (unsigned v = 0; v < count; v++) {
        units[v][0] = unit_of(c[v][1], c[v][0]);
        units[v][1] = unit_of(c[v][3], c[v][2]);
    }
}
#else
INLINE void draw_units(uint64_t key, uint64_t counter, const uint64_t *counters, uint64_t step,
                       vector (*units)[2], unsigned count)
{
    for (unsigned v = 0; v < count; v++) {
        double first[VECTOR], second[VECTOR];
        for (unsigned k = 0; k < VECTOR; k++) {
            uint64_t words[2], lane = v * VECTOR + k;
            random_words(key, counters ? counters[k] : counter + lane, counters ? step + v : step, words);
            first[k] = random_unit(words[0]);
            second[k] = random_unit(words[1]);
        }
        units[v][0] = load(first);
        units[v][1] = load(second);
    }
}

INLINE void store_pairs(double *to, const vector two[2])
{
    double first[VECTOR], second[VECTOR];
    store(first, two[0]);
    store(second, two[1]);
    for (unsigned k = 0; k < VECTOR; k++) {
        to[2 * k] = first[k];
        to[2 * k + 1] = second[k];
    }
}
#endif

/* Vectors drawn side by side: as many as the registers hold. */
#if defined(__AVX512F__)
enum { TOGETHER = 4 };
#else
enum { TOGETHER = 2 };
#endif

INLINE vector normal_radius(vector unit)
{
    double radius[VECTOR];
    store(radius, vector_rough_log(unit));
    LANES for (size_t k = 0; k < VECTOR; k++) radius[k] = sqrt(-2.0 * radius[k]);
    return load(radius);
}

/* Draws for members from an even one on: two members a lane of `count` vectors. */
INLINE void draw_vectors(double *r, uint64_t key, uint64_t member, uint64_t step, unsigned count, bool normal)
{
    vector units[TOGETHER][2];
    draw_units(key, member >> 1, NULL, step, units, count);
    for (unsigned v = 0; v < count; v++) {
        if (normal) {
            vector radius = normal_radius(units[v][0]);
            vector_pair turn = vector_rough_sincospi(units[v][1] + units[v][1]);
            units[v][0] = radius * turn.y;
            units[v][1] = radius * turn.x;
        }
        store_pairs(r + 2 * v * VECTOR, units[v]);
    }
}

INLINE void draw_from_even(double *r, uint64_t key, uint64_t member, uint64_t step, size_t n, bool normal)
{
    enum { PAIRED = 2 * VECTOR };
    size_t i = 0;
    for (; i + TOGETHER * PAIRED <= n; i += TOGETHER * PAIRED)
        draw_vectors(r + i, key, member + i, step, TOGETHER, normal);
    for (; i + 2 * PAIRED <= n; i += 2 * PAIRED)
        draw_vectors(r + i, key, member + i, step, 2, normal);
    for (; i < n; i += PAIRED) {
        double room[PAIRED];
        size_t left = n - i < PAIRED ? n - i : PAIRED;
        draw_vectors(room, key, member + i, step, 1, normal);
        memcpy(r + i, room, left * sizeof *r);
    }
}

INLINE void draw_lanes(double *r, uint64_t key, uint64_t member, uint64_t step, size_t n, bool normal)
{
    if (member & 1 && n > 0) {
        double room[2 * VECTOR];
        draw_vectors(room, key, member - 1, step, 1, normal);
        *r++ = room[1];
        member++;
        n--;
    }
    draw_from_even(r, key, member, step, n, normal);
}

static void member_uniforms(double *to, uint64_t key, uint64_t first_member, uint64_t step, size_t width)
{
    draw_lanes(to, key, first_member, step, width, false);
}

static void member_normals(double *to, uint64_t key, uint64_t first_member, uint64_t step, size_t width)
{
    draw_lanes(to, key, first_member, step, width, true);
}

static void UNIFORM_0(const kernel_call *c, const frame *f)
{
    member_uniforms(result_of(c, f), f->keys[c->index], f->first_member, f->step, WIDTH_OF(f));
}

static void NORMAL_0(const kernel_call *c, const frame *f)
{
    member_normals(result_of(c, f), f->keys[c->index], f->first_member, f->step, WIDTH_OF(f));
}

static void FIRST_UNIFORM_0(const kernel_call *c, const frame *f)
{
    member_uniforms(result_of(c, f), f->keys[c->index], f->first_member, 0, WIDTH_OF(f));
}

static void FIRST_NORMAL_0(const kernel_call *c, const frame *f)
{
    member_normals(result_of(c, f), f->keys[c->index], f->first_member, 0, WIDTH_OF(f));
}

/* ---- Delays: a ring of the input's columns, one slot a step ------------------------------------------- */

INLINE void DELAY_PUSH_body(const kernel_call *c, const frame *f, unsigned pattern)
{
    size_t slot = f->step % f->program->delays[c->index].ring;
    double *column = f->rings[c->index] + slot * f->width;
    if (pattern & 1)
        fill(column, *operand_of(c, f, 0), f->width);
    else
        memcpy(column, operand_of(c, f, 0), f->width * sizeof(double));
}

INLINE void DELAY_READ_body(const kernel_call *c, const frame *f, unsigned pattern)
{
    size_t ring = f->program->delays[c->index].ring, k = f->step, width = f->width;
    const double *slots = f->rings[c->index];
    const double s0 = scalar_of(c, f, 0, 2, pattern), s1 = scalar_of(c, f, 1, 2, pattern);
    if (pattern & 2 && s1 >= 1.0 && (double)k >= s1) { /* the same length for all members */
        memcpy(result_of(c, f), slots + (k - (size_t)s1) % ring * width, width * sizeof(double));
        return;
    }
    for (size_t i = 0; i < width; i++) {
        double initial = lane(operand_of(c, f, 0), s0, 0, 2, pattern, i);
        double length = lane(operand_of(c, f, 1), s1, 1, 2, pattern, i);
        double delayed =
            length >= 1.0 && (double)k >= length ? slots[(k - (size_t)length) % ring * width + i] : initial;
        result_of(c, f)[i] = length != length ? length : delayed;
    }
}

/* ---- Results ------------------------------------------------------------------------------------------ */

/* 0 * v is 0 for finite v, else not a number, which a sum never loses. */
INLINE void STORE_body(const kernel_call *c, const frame *f, unsigned pattern)
{
    size_t n = WIDTH_OF(f);
    double *out = f->output + c->index * n, *bad = f->bad;
    const double s0 = scalar_of(c, f, 0, 1, pattern);
    const double *p0 = operand_of(c, f, 0);
    LANES for (size_t i = 0; i < n; i++)
    {
        double x = lane(p0, s0, 0, 1, pattern, i);
        out[i] = x;
        bad[i] += 0.0 * x;
    }
}

INLINE void STORE_STATED_body(const kernel_call *c, const frame *f, unsigned pattern)
{
    double *out = f->output + c->index * f->width;
    const double s0 = scalar_of(c, f, 0, 1, pattern);
    for (size_t i = 0; i < f->width; i++)
        out[i] = lane(operand_of(c, f, 0), s0, 0, 1, pattern, i);
}

INLINE void STORE_SHARED_body(const kernel_call *c, const frame *f, unsigned pattern)
{
    const double s0 = scalar_of(c, f, 0, 1, pattern);
    size_t stride = f->program->shared_count;
    for (size_t i = 0; i < f->lanes_used; i++)
        f->shared[(f->step + i) * stride + c->index] = lane(operand_of(c, f, 0), s0, 0, 1, pattern, i);
}

static void check(double *bad, const double *column, size_t width)
{
    LANES for (size_t i = 0; i < (width & ~(size_t)7); i++) bad[i] += 0.0 * column[i];
}

static void advance(double *value, const double *base, double factor, const double *rate, size_t width)
{
    LANES for (size_t i = 0; i < (width & ~(size_t)7); i++) value[i] = base[i] + factor * rate[i];
}

static void accumulate(double *sum, double factor, const double *rate, size_t width)
{
    LANES for (size_t i = 0; i < (width & ~(size_t)7); i++) sum[i] += factor * rate[i];
}

static void logarithm(double *to, const double *from, size_t width)
{
    for (size_t i = 0; i < width; i += VECTOR)
        store(to + i, vector_log(load(from + i)));
}

static void exponential(double *to, const double *from, size_t width)
{
    for (size_t i = 0; i < width; i += VECTOR)
        store(to + i, vector_exp(load(from + i)));
}

/* The rare paths of the special functions read tables through masked loads. Until something has really read the
 * page of such a table, every call with an empty mask takes a fault in microcode, some fifty times as long as the
 * function itself. */
static void warm(double *to)
{
    static const double rare[] = {INFINITY, -INFINITY, 1e300, 5e-324, -1e300, 0.0, 1e-310, 0.5};
    vector sum = spread(0.0); /* of everything, so that nothing is left out */
    for (size_t i = 0; i < sizeof rare / sizeof *rare; i++) {
        vector x = spread(rare[i]);
        const vector results[] = {vector_exp(x),    vector_log(x),       vector_log10(x),
                                  vector_sin(x),    vector_cos(x),       vector_tan(x),
                                  vector_asin(x),   vector_acos(x),      vector_atan(x),
                                  vector_pow(x, x), vector_rough_log(x), vector_rough_sincospi(x).y,
                                  vector_log1p(x)};
        for (size_t k = 0; k < sizeof results / sizeof *results; k++)
            sum = sum + results[k];
    }
    /* The digits of 2 / pi for arguments of every size, by which large ones are reduced: several pages. */
    for (double large = 0x1p20; large < 0x1p1000; large *= 0x1p40)
        sum = sum + vector_sin(spread(large));
    store(to, sum);
}

/* `count` steps for a vector of numbers, [step][width]. */
INLINE void draw_steps(double *to, uint64_t key, const uint64_t *numbers, uint64_t step, size_t width,
                       unsigned count, bool normal)
{
    vector units[TOGETHER][2];
    draw_units(key, 0, numbers, step, units, count);
    for (unsigned v = 0; v < count; v++) {
        vector unit = units[v][0];
        if (normal)
            unit = normal_radius(unit) * vector_rough_sincospi(units[v][1] + units[v][1]).y;
        store(to + v * width, unit);
    }
}

INLINE void draw_rows(double *to, uint64_t key, const uint64_t *numbers, uint64_t step, size_t steps,
                      size_t width, bool normal)
{
    for (size_t i = 0; i < width; i += VECTOR) {
        size_t s = 0;
        for (; s + TOGETHER <= steps; s += TOGETHER)
            draw_steps(to + s * width + i, key, numbers + i, step + s, width, TOGETHER, normal);
        for (; s < steps; s++)
            draw_steps(to + s * width + i, key, numbers + i, step + s, width, 1, normal);
    }
}

static void normals(double *to, uint64_t key, const uint64_t *numbers, uint64_t step, size_t steps,
                    size_t width)
{
    draw_rows(to, key, numbers, step, steps, width, true);
}

static void uniforms(double *to, uint64_t key, const uint64_t *numbers, uint64_t step, size_t steps,
                     size_t width)
{
    draw_rows(to, key, numbers, step, steps, width, false);
}

static bool narrow(float *to, const double *from, size_t count)
{
    uint32_t beyond = 0;
    _Pragma("omp simd reduction(| : beyond)") for (size_t i = 0; i < count; i++)
    {
        to[i] = (float)from[i];
        beyond |= !(fabsf(to[i]) <= FLT_MAX);
    }
    return !beyond;
}

/* ---- Operand patterns and the table ------------------------------------------------------------------- */

#define PATTERN(name, pattern)                                                                               \
    static void name##_##pattern(const kernel_call *c, const frame *f)                                       \
    {                                                                                                        \
        name##_body(c, f, pattern);                                                                          \
    }
#define PATTERNS_1(name) PATTERN(name, 0) PATTERN(name, 1)
#define PATTERNS_2(name) PATTERNS_1(name) PATTERN(name, 2) PATTERN(name, 3)
#define PATTERNS_3(name) PATTERNS_2(name) PATTERN(name, 4) PATTERN(name, 5) PATTERN(name, 6) PATTERN(name, 7)
#define PATTERNS_4(name)                                                                                     \
    PATTERNS_3(name)                                                                                         \
    PATTERN(name, 8)                                                                                         \
    PATTERN(name, 9)                                                                                         \
    PATTERN(name, 10)                                                                                        \
    PATTERN(name, 11) PATTERN(name, 12) PATTERN(name, 13) PATTERN(name, 14) PATTERN(name, 15)
#define DEFINE(name, arity, expression)      PATTERNS_##arity(name)
#define DEFINE_SPECIAL(name, stem, accuracy) PATTERNS_1(name)
ELEMENTWISE_OPERATIONS(DEFINE)
FUSED_OPERATIONS(DEFINE)
SPECIAL_OPERATIONS(DEFINE_SPECIAL)
QUANTILE_OPERATIONS(DEFINE)
PATTERNS_1(LOOKUP)
PATTERNS_1(DELAY_PUSH)
PATTERNS_1(STORE)
PATTERNS_1(STORE_STATED)
PATTERNS_1(STORE_SHARED)
PATTERNS_2(POWER)
PATTERNS_2(MOD)
PATTERNS_2(DELAY_READ)

#define ROW_0(name) {name##_0},
#define ROW_1(name) {name##_0, name##_1},
#define ROW_2(name) {name##_0, name##_1, name##_2, name##_3},
#define ROW_3(name) {name##_0, name##_1, name##_2, name##_3, name##_4, name##_5, name##_6, name##_7},
#define ROW_4(name)                                                                                          \
    {name##_0, name##_1, name##_2,  name##_3,  name##_4,  name##_5,  name##_6,  name##_7,                    \
     name##_8, name##_9, name##_10, name##_11, name##_12, name##_13, name##_14, name##_15},
#define LIST(name, arity, expression)      [CODE_##name] = ROW_##arity(name)
#define LIST_SPECIAL(name, stem, accuracy) [CODE_##name] = ROW_1(name)
#define LIST_OTHER(name, arity)            [CODE_##name] = ROW_##arity(name)
const kernel_set KERNEL_SET = {.of = {ELEMENTWISE_OPERATIONS(LIST) FUSED_OPERATIONS(LIST) SPECIAL_OPERATIONS(
                                   LIST_SPECIAL) QUANTILE_OPERATIONS(LIST) OTHER_OPERATIONS(LIST_OTHER)},
                               .check = check,
                               .advance = advance,
                               .accumulate = accumulate,
                               .warm = warm,
                               .logarithm = logarithm,
                               .exponential = exponential,
                               .member_normals = member_normals,
                               .member_uniforms = member_uniforms,
                               .normals = normals,
                               .uniforms = uniforms,
                               .narrow = narrow};
