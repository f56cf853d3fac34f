/* What a program can do, and what each operation means to the last bit.
 *
 * An elementwise operation is one C expression of its operands x, y, z, w. The expression is written here
 * once and used four times: by the compiler to fold constants, by the engine's kernels (in a loop over
 * members), by native code (as text, where x, y, z and w are vectors, for which C has no ?: but `choose`) and
 * by the tests. Floating-point contraction is off everywhere, so the bits agree.
 *
 * Not-a-number is never lost: MIN and MAX give it when either operand is one. A comparison with it is
 * false. The special functions of math/special.h have the same bits at every vector width.
 */
#ifndef TRUCE_OPERATIONS_H
#define TRUCE_OPERATIONS_H

#include "math/quantiles.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* X(name, operands, expression) */
#define ELEMENTWISE_OPERATIONS(X)                                                                            \
    X(COPY, 1, x)                                                                                            \
    X(NEGATE, 1, -x)                                                                                         \
    X(NOT, 1, choose(is_equal(x, 0.0), 1.0, 0.0))                                                            \
    X(ABS, 1, fabs(x))                                                                                       \
    X(SQRT, 1, sqrt(x))                                                                                      \
    X(INT, 1, floor(x))                                                                                      \
    X(ADD, 2, x + y)                                                                                         \
    X(SUBTRACT, 2, x - y)                                                                                    \
    X(MULTIPLY, 2, x *y)                                                                                     \
    X(DIVIDE, 2, x / y)                                                                                      \
    X(MIN, 2, least(x, y))                                                                                   \
    X(MAX, 2, greatest(x, y))                                                                                \
    X(LESS, 2, choose(is_less(x, y), 1.0, 0.0))                                                              \
    X(LESS_EQUAL, 2, choose(is_at_most(x, y), 1.0, 0.0))                                                     \
    X(EQUAL, 2, choose(is_equal(x, y), 1.0, 0.0))                                                            \
    X(NOT_EQUAL, 2, choose(is_different(x, y), 1.0, 0.0))                                                    \
    X(AND, 2, choose(is_different(x, 0.0) & is_different(y, 0.0), 1.0, 0.0))                                 \
    X(OR, 2, choose(is_different(x, 0.0) | is_different(y, 0.0), 1.0, 0.0))                                  \
    X(OTHERWISE, 2, choose(is_equal(x, x), x, y)) /* a schedule's value, or what it leaves */                \
    X(IF, 3, choose(is_different(x, 0.0), y, z))                                                             \
    X(SAFE_DIVIDE, 3, choose(is_equal(y, 0.0), z, x / y))

/* Two operations in one: e is the value of the first, of x and y; z is the other operand of the second. Each
 * rounds on its own, so the bits are those of the two operations apart. */
#define FUSED_WITH(X, first, e)                                                                              \
    X(first##_ADD, 3, (e) + z)                                                                               \
    X(first##_SUBTRACT, 3, (e)-z)                                                                            \
    X(first##_SUBTRACT_FROM, 3, z - (e))                                                                     \
    X(first##_MULTIPLY, 3, (e)*z)                                                                            \
    X(first##_DIVIDE, 3, (e) / z)                                                                            \
    X(first##_DIVIDE_INTO, 3, z / (e))                                                                       \
    X(first##_MIN, 3, least(e, z))                                                                           \
    X(first##_MIN_OF, 3, least(z, e))                                                                        \
    X(first##_MAX, 3, greatest(e, z))                                                                        \
    X(first##_MAX_OF, 3, greatest(z, e))
#define FUSED_OPERATIONS(X)                                                                                  \
    FUSED_WITH(X, ADD, x + y)                                                                                \
    FUSED_WITH(X, SUBTRACT, x - y)                                                                           \
    FUSED_WITH(X, MULTIPLY, x *y)                                                                            \
    FUSED_WITH(X, DIVIDE, x / y)                                                                             \
    X(LESS_IF, 4, choose(is_less(x, y), z, w))                                                               \
    X(LESS_EQUAL_IF, 4, choose(is_at_most(x, y), z, w))                                                      \
    X(MULTIPLY_ADD_MULTIPLY, 4, x *y + z * w)                                                                \
    X(MULTIPLY_SUBTRACT_MULTIPLY, 4, x *y - z * w)                                                           \
    X(SUBTRACT_MULTIPLY_ADD, 4, (x - y) * z + w) /* a stock with an inflow and an outflow */                 \
    X(MULTIPLY_MULTIPLY_MULTIPLY, 4, x *y *z *w)                                                             \
    X(MULTIPLY_MULTIPLY_ADD, 4, x *y *z + w)                                                                 \
    X(MULTIPLY_MULTIPLY_DIVIDE, 4, x *y *z / w)                                                              \
    X(ADD_ADD_ADD, 4, x + y + z + w)

/* X(name, function of math/special.h, its accuracy: one unit in the last place) */
#define SPECIAL_OPERATIONS(X)                                                                                \
    X(EXP, exp, u10)                                                                                         \
    X(LN, log, u10)                                                                                          \
    X(LOG10, log10, u10)                                                                                     \
    X(SIN, sin, u10)                                                                                         \
    X(COS, cos, u10)                                                                                         \
    X(TAN, tan, u10)                                                                                         \
    X(ARCSIN, asin, u10)                                                                                     \
    X(ARCCOS, acos, u10)                                                                                     \
    X(ARCTAN, atan, u10)

/* Functions that loop, of math/quantiles.h: a lane at a time. x is the uniform number to transform. */
#define QUANTILE_OPERATIONS(X)                                                                               \
    X(TRUNCATED_NORMAL, 3, truncated_normal_quantile(x, y, z))                                               \
    X(GAMMA, 2, gamma_quantile(x, y))                                                                        \
    X(BETA, 3, beta_quantile(x, y, z))                                                                       \
    X(POISSON, 2, poisson_quantile(x, y))                                                                    \
    X(BINOMIAL, 3, binomial_quantile(x, y, z))

/* The rest: X(name, operands). `index` of the instruction says which table, stream, delay, ... */
#define OTHER_OPERATIONS(X)                                                                                  \
    X(POWER, 2)                                                                                              \
    X(MOD, 2)                                                                                                \
    X(LOOKUP, 1)         /* index: table */                                                                  \
    X(PARAMETER, 0)      /* index: parameter; one value per member */                                        \
    X(TIME, 0)           /* lanes are steps */                                                               \
    X(SCHEDULE, 0)       /* index: schedule; lanes are steps */                                              \
    X(FACTOR, 0)         /* index: factor; lanes are steps */                                                \
    X(FIRST_SCHEDULE, 0) /* the value of step 0, for initial values */                                       \
    X(FIRST_FACTOR, 0)                                                                                       \
    X(UNIFORM, 0) /* index: stream; one draw per member and step */                                          \
    X(NORMAL, 0)                                                                                             \
    X(FIRST_UNIFORM, 0) /* the draw of step 0, for initial values */                                         \
    X(FIRST_NORMAL, 0)                                                                                       \
    X(DELAY_READ, 2)   /* index: delay; (initial value, length in steps) */                                  \
    X(DELAY_PUSH, 1)   /* index: delay; no result */                                                         \
    X(STORE, 1)        /* index: output; no result */                                                        \
    X(STORE_STATED, 1) /* the same, of a value that the model states, which may be not finite */             \
    X(STORE_SHARED, 1) /* index: shared scalar; lanes are steps; no result */

typedef enum code {
#define X(name, operands, expression) CODE_##name,
    ELEMENTWISE_OPERATIONS(X) FUSED_OPERATIONS(X)
#undef X
#define X(name, stem, accuracy) CODE_##name,
        SPECIAL_OPERATIONS(X)
#undef X
#define X(name, operands, expression) CODE_##name,
            QUANTILE_OPERATIONS(X)
#undef X
#define X(name, operands) CODE_##name,
                OTHER_OPERATIONS(X)
#undef X
                    CODE_COUNT,
    /* Part `index` of native code, in place of instructions (engine.h) */
    CODE_NATIVE,
    /* Leaves of the compiler that are no instructions */
    CODE_NUMBER,
    CODE_STATE
} code;

/* A lookup table ready for use. Segment i holds from x[i] on: value = y[i] + (v - x[i]) * slope[i]. */
typedef struct program_table {
    uint32_t first; /* of its points in the program's pool: x, then y, then slopes, `count` each */
    uint32_t count;
    double lowest; /* v is raised to this before the search; -infinity to extrapolate */
} program_table;

/* The segment of the greatest x[i] <= v, or the first. */
static inline double table_value(const double *x, const double *y, const double *slope, size_t count,
                                 double lowest, double v)
{
    size_t low = 0, high = count;
    v = v < lowest ? lowest : v;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (v >= x[middle])
            low = middle;
        else
            high = middle;
    }
    return slope[low] == 0.0 && v == v ? y[low] : y[low] + (v - x[low]) * slope[low];
}

static inline double choose(int condition, double a, double b)
{
    return condition ? a : b;
}

/* X(name, expression): the conditions of `choose`. */
#define COMPARISONS(X)                                                                                       \
    X(is_less, x < y)                                                                                        \
    X(is_at_most, x <= y)                                                                                    \
    X(is_equal, x == y)                                                                                      \
    X(is_different, x != y)

#define X(name, expression)                                                                                  \
    static inline int name(double x, double y)                                                               \
    {                                                                                                        \
        return expression;                                                                                   \
    }
COMPARISONS(X)
#undef X

/* X(name, expression): functions that the operations above use besides those of <math.h>. */
#define OPERATION_FUNCTIONS(X)                                                                               \
    X(least, choose(is_different(x, x), x, choose(is_less(x, y), x, y)))                                     \
    X(greatest, choose(is_different(x, x), x, choose(is_less(y, x), x, y)))

#define X(name, expression)                                                                                  \
    static inline double name(double x, double y)                                                            \
    {                                                                                                        \
        return expression;                                                                                   \
    }
OPERATION_FUNCTIONS(X)
#undef X

/* Remainder with the sign of the divisor (XMILE 1.0, section 3.3.1); exact, as fmod is. */
static inline double modulo(double x, double y)
{
    double r = fmod(x, y);
    if (r == 0.0)
        return copysign(r, y);
    return r == r && (r < 0.0) != (y < 0.0) ? r + y : r;
}

#endif
