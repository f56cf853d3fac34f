/* The kernels. This file is compiled once for each instruction set, with KERNEL_SET the name of the table it
 * defines. Every loop is over lanes that do not depend on one another, so compilers vectorise it; the
 * arithmetic of a lane is the same whatever the vector width, and so are its bits. */
#include "engine/kernels.h"
#include "engine/random.h"

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))
/* A result column may be one of the operand columns, but then lane i only meets lane i. */
#define LANES _Pragma("omp simd")

/* Operand k of a call: its scalar when the pattern says so, else lane i of its column. */
INLINE double scalar_of(const kernel_call *c, unsigned k, unsigned arity, unsigned pattern)
{
    return k < arity && (pattern >> k & 1) ? *c->operands[k] : 0.0;
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
        double *r = c->result;                                                                               \
        const double *p0 = c->operands[0], *p1 = c->operands[1], *p2 = c->operands[2];                       \
        const double s0 = scalar_of(c, 0, arity, pattern), s1 = scalar_of(c, 1, arity, pattern);             \
        const double s2 = scalar_of(c, 2, arity, pattern);                                                   \
        size_t n = f->width;                                                                                 \
        LANES for (size_t i = 0; i < n; i++)                                                                 \
        {                                                                                                    \
            const double x = lane(p0, s0, 0, arity, pattern, i);                                             \
            const double y = lane(p1, s1, 1, arity, pattern, i);                                             \
            const double z = lane(p2, s2, 2, arity, pattern, i);                                             \
            (void)x, (void)y, (void)z;                                                                       \
            r[i] = expression;                                                                               \
        }                                                                                                    \
    }
ELEMENTWISE_OPERATIONS(BODY)
#undef BODY

/* ---- Special functions --------------------------------------------------------------------------------- */

#if defined(__AVX512F__)
enum { VECTOR = 8 };
typedef __m512d vector;
#define LOAD(p)               _mm512_loadu_pd(p)
#define SPREAD(s)             _mm512_set1_pd(s)
#define WRITE(p, v)           _mm512_storeu_pd(p, v)
#define SLEEF(stem, accuracy) Sleef_finz_##stem##d8_##accuracy##avx512f
#elif defined(__AVX2__)
enum { VECTOR = 4 };
typedef __m256d vector;
#define LOAD(p)               _mm256_loadu_pd(p)
#define SPREAD(s)             _mm256_set1_pd(s)
#define WRITE(p, v)           _mm256_storeu_pd(p, v)
#define SLEEF(stem, accuracy) Sleef_finz_##stem##d4_##accuracy##avx2
#else
enum { VECTOR = 1 };
typedef double vector;
#define LOAD(p)               (*(p))
#define SPREAD(s)             (s)
#define WRITE(p, v)           (*(p) = (v))
#define SLEEF(stem, accuracy) Sleef_finz_##stem##d1_##accuracy##purecfma
#endif

#define BODY(name, stem, accuracy)                                                                           \
    INLINE void name##_body(const kernel_call *c, const frame *f, unsigned pattern)                          \
    {                                                                                                        \
        const double s0 = scalar_of(c, 0, 1, pattern);                                                       \
        for (size_t i = 0; i < f->width; i += VECTOR)                                                        \
            WRITE(c->result + i,                                                                             \
                  SLEEF(stem, accuracy)(pattern & 1 ? SPREAD(s0) : LOAD(c->operands[0] + i)));               \
    }
SPECIAL_OPERATIONS(BODY)
#undef BODY

INLINE void POWER_body(const kernel_call *c, const frame *f, unsigned pattern)
{
    const double s0 = scalar_of(c, 0, 2, pattern), s1 = scalar_of(c, 1, 2, pattern);
    for (size_t i = 0; i < f->width; i += VECTOR)
        WRITE(c->result + i, SLEEF(pow, u10)(pattern & 1 ? SPREAD(s0) : LOAD(c->operands[0] + i),
                                             pattern & 2 ? SPREAD(s1) : LOAD(c->operands[1] + i)));
}

INLINE void MOD_body(const kernel_call *c, const frame *f, unsigned pattern)
{
    const double s0 = scalar_of(c, 0, 2, pattern), s1 = scalar_of(c, 1, 2, pattern);
    for (size_t i = 0; i < f->width; i++)
        c->result[i] =
            modulo(lane(c->operands[0], s0, 0, 2, pattern, i), lane(c->operands[1], s1, 1, 2, pattern, i));
}

/* ---- Lookup tables ---------------------------------------------------------------------------------------
 */

INLINE void LOOKUP_body(const kernel_call *c, const frame *f, unsigned pattern)
{
    const program_table *t = &f->program->tables[c->index];
    const double *x = f->program->points + t->first, *y = x + t->count, *slope = y + t->count;
    const double s0 = scalar_of(c, 0, 1, pattern);
    for (size_t i = 0; i < f->width; i++)
        c->result[i] =
            table_value(x, y, slope, t->count, t->lowest, lane(c->operands[0], s0, 0, 1, pattern, i));
}

/* ---- Inputs ----------------------------------------------------------------------------------------------
 */

static void PARAMETER_0(const kernel_call *c, const frame *f)
{
    memcpy(c->result, f->parameters + c->index * f->width, f->width * sizeof(double));
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
    fill(c->result, f->schedules[c->index * steps_kept(f)], f->width);
}

static void FIRST_FACTOR_0(const kernel_call *c, const frame *f)
{
    fill(c->result, f->factors[c->index * steps_kept(f)], f->width);
}

/* Lanes are steps. */
static void copy_steps(double *column, const double *series, const frame *f)
{
    memcpy(column, series + f->step, f->lanes_used * sizeof(double));
    fill(column + f->lanes_used, 0.0, f->width - f->lanes_used);
}

static void SCHEDULE_0(const kernel_call *c, const frame *f)
{
    copy_steps(c->result, f->schedules + c->index * steps_kept(f), f);
}

static void FACTOR_0(const kernel_call *c, const frame *f)
{
    copy_steps(c->result, f->factors + c->index * steps_kept(f), f);
}

/* The time of step k is start + k dt, not a running sum. */
static void TIME_0(const kernel_call *c, const frame *f)
{
    for (size_t i = 0; i < f->width; i++)
        c->result[i] = f->program->start + (double)(f->step + i) * f->program->dt + f->offset;
}

/* ---- Random draws: random.h over lanes
 * ---------------------------------------------------------------------- */

/* Philox4x32-10 with its multipliers and Weyl increments (Salmon et al. 2011, section 4.4); the
 * same as random_words, written so that lanes go side by side. */
INLINE void draw_words(uint64_t key, uint64_t member, uint64_t step, uint64_t words[2])
{
    uint32_t c0 = (uint32_t)member, c1 = (uint32_t)(member >> 32), c2 = (uint32_t)step, c3 = 0;
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)c0 * PHILOX_M4x32_0, b = (uint64_t)c2 * PHILOX_M4x32_1;
        uint32_t n0 = (uint32_t)(b >> 32) ^ c1 ^ k0, n2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)b;
        c3 = (uint32_t)a;
        c0 = n0;
        c2 = n2;
        k0 += PHILOX_W32_0;
        k1 += PHILOX_W32_1;
    }
    words[0] = (uint64_t)c1 << 32 | c0;
    words[1] = (uint64_t)c3 << 32 | c2;
}

INLINE void uniform_lanes(const kernel_call *c, const frame *f, uint64_t step)
{
    uint64_t key = f->keys[c->index], member = f->first_member;
    size_t n = f->width;
    double *r = c->result;
    LANES for (size_t i = 0; i < n; i++)
    {
        uint64_t words[2];
        draw_words(key, member + i, step, words);
        r[i] = random_unit(words[0]);
    }
}

INLINE void normal_lanes(const kernel_call *c, const frame *f, uint64_t step)
{
    enum { GROUP = 8 };
    uint64_t key = f->keys[c->index];
    for (size_t first = 0; first < f->width; first += GROUP) {
        double radius[GROUP], angle[GROUP];
        uint64_t member = f->first_member + first;
        LANES for (size_t i = 0; i < GROUP; i++)
        {
            uint64_t words[2];
            draw_words(key, member + i, step, words);
            radius[i] = random_unit(words[0]);
            angle[i] = 2.0 * random_unit(words[1]);
        }
        for (size_t i = 0; i < GROUP; i += VECTOR) {
            WRITE(radius + i, SLEEF(log, u10)(LOAD(radius + i)));
            WRITE(angle + i, SLEEF(cospi, u05)(LOAD(angle + i)));
        }
        LANES for (size_t i = 0; i < GROUP; i++) c->result[first + i] = sqrt(-2.0 * radius[i]) * angle[i];
    }
}

static void UNIFORM_0(const kernel_call *c, const frame *f)
{
    uniform_lanes(c, f, f->step);
}

static void NORMAL_0(const kernel_call *c, const frame *f)
{
    normal_lanes(c, f, f->step);
}

static void FIRST_UNIFORM_0(const kernel_call *c, const frame *f)
{
    uniform_lanes(c, f, 0);
}

static void FIRST_NORMAL_0(const kernel_call *c, const frame *f)
{
    normal_lanes(c, f, 0);
}

/* ---- Delays: a ring of the input's columns, one slot a step ---------------------------------------------
 */

INLINE void DELAY_PUSH_body(const kernel_call *c, const frame *f, unsigned pattern)
{
    size_t slot = f->step % f->program->delays[c->index].ring;
    double *column = f->rings[c->index] + slot * f->width;
    if (pattern & 1)
        fill(column, *c->operands[0], f->width);
    else
        memcpy(column, c->operands[0], f->width * sizeof(double));
}

INLINE void DELAY_READ_body(const kernel_call *c, const frame *f, unsigned pattern)
{
    size_t ring = f->program->delays[c->index].ring, k = f->step, width = f->width;
    const double *slots = f->rings[c->index];
    const double s0 = scalar_of(c, 0, 2, pattern), s1 = scalar_of(c, 1, 2, pattern);
    for (size_t i = 0; i < width; i++) {
        double initial = lane(c->operands[0], s0, 0, 2, pattern, i);
        double length = lane(c->operands[1], s1, 1, 2, pattern, i);
        if (length != length)
            c->result[i] = length;
        else
            c->result[i] = (double)k >= length ? slots[(k - (size_t)length) % ring * width + i] : initial;
    }
}

/* ---- Results
 * ----------------------------------------------------------------------------------------------- */

/* 0 * v is 0 for finite v, else not a number, which a sum never loses. */
INLINE void STORE_body(const kernel_call *c, const frame *f, unsigned pattern)
{
    size_t n = f->width;
    double *out = f->output + c->index * n, *bad = f->bad;
    const double s0 = scalar_of(c, 0, 1, pattern);
    const double *p0 = c->operands[0];
    LANES for (size_t i = 0; i < n; i++)
    {
        double x = lane(p0, s0, 0, 1, pattern, i);
        out[i] = x;
        bad[i] += 0.0 * x;
    }
}

INLINE void STORE_SHARED_body(const kernel_call *c, const frame *f, unsigned pattern)
{
    const double s0 = scalar_of(c, 0, 1, pattern);
    size_t stride = f->program->shared_count;
    for (size_t i = 0; i < f->lanes_used; i++)
        f->shared[(f->step + i) * stride + c->index] = lane(c->operands[0], s0, 0, 1, pattern, i);
}

static void check(double *bad, const double *column, size_t width)
{
    LANES for (size_t i = 0; i < width; i++) bad[i] += 0.0 * column[i];
}

static void advance(double *value, const double *base, double factor, const double *rate, size_t width)
{
    LANES for (size_t i = 0; i < width; i++) value[i] = base[i] + factor * rate[i];
}

static void accumulate(double *sum, double factor, const double *rate, size_t width)
{
    LANES for (size_t i = 0; i < width; i++) sum[i] += factor * rate[i];
}

/* ---- Operand patterns and the table ---------------------------------------------------------------------
 */

#define PATTERN(name, pattern)                                                                               \
    static void name##_##pattern(const kernel_call *c, const frame *f)                                       \
    {                                                                                                        \
        name##_body(c, f, pattern);                                                                          \
    }
#define PATTERNS_1(name)                     PATTERN(name, 0) PATTERN(name, 1)
#define PATTERNS_2(name)                     PATTERNS_1(name) PATTERN(name, 2) PATTERN(name, 3)
#define PATTERNS_3(name)                     PATTERNS_2(name) PATTERN(name, 4) PATTERN(name, 5) PATTERN(name, 6) PATTERN(name, 7)
#define DEFINE(name, arity, expression)      PATTERNS_##arity(name)
#define DEFINE_SPECIAL(name, stem, accuracy) PATTERNS_1(name)
ELEMENTWISE_OPERATIONS(DEFINE)
SPECIAL_OPERATIONS(DEFINE_SPECIAL)
PATTERNS_1(LOOKUP)
PATTERNS_1(DELAY_PUSH)
PATTERNS_1(STORE)
PATTERNS_1(STORE_SHARED)
PATTERNS_2(POWER)
PATTERNS_2(MOD)
PATTERNS_2(DELAY_READ)

#define ROW_0(name)                        {name##_0},
#define ROW_1(name)                        {name##_0, name##_1},
#define ROW_2(name)                        {name##_0, name##_1, name##_2, name##_3},
#define ROW_3(name)                        {name##_0, name##_1, name##_2, name##_3, name##_4, name##_5, name##_6, name##_7},
#define LIST(name, arity, expression)      [CODE_##name] = ROW_##arity(name)
#define LIST_SPECIAL(name, stem, accuracy) [CODE_##name] = ROW_1(name)
#define LIST_OTHER(name, arity)            [CODE_##name] = ROW_##arity(name)
const kernel_set KERNEL_SET = {
    .of = {ELEMENTWISE_OPERATIONS(LIST) SPECIAL_OPERATIONS(LIST_SPECIAL) OTHER_OPERATIONS(LIST_OTHER)},
    .check = check,
    .advance = advance,
    .accumulate = accumulate};
