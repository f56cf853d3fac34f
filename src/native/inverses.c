/* Divisions by what does not change during a run. A processor divides eight numbers in the time of sixteen
 * multiplications of eight, and two thirds of the divisions of a model are by a constant of the member: durations,
 * populations, shares. For those the inverse is computed once for each member, and a division is
 *
 *     near = x * inverse                                  inverse = 1/y rounded
 *     q    = fma(fma(-near, y, x), inverse, near)
 *
 * which has the bits of x / y (after Markstein 1990, "Computation of elementary functions on the IBM RISC System/6000
 * processor", whose first approximation is within one unit of the last place). With Y and Q in [1, 2) the mantissas of y
 * and of the quotient, and in units of its last place:
 *
 *     The inverse is off by a factor of 1 + n with |n| <= 2^-54 Y, and so `near` is off x/y by e, |e| <= 1/2 + Q Y / 4.
 *     x/y is no midpoint of two doubles, and lies t >= 2^-53 / Y beside one.
 *     |e| <= 1: x - near y is exact, and what is rounded last is x/y + e n. It is on the same side of the midpoint, since
 *     next to one |e| = 1/2 + t (or less), and |e n| <= (1/2 + t) 2^-54 Y < t because Y^2 < 4.
 *     1 < |e| < 3/2: x - near y is off by one unit of its 54th bit at most, and what is rounded last is off x/y by less
 *     than 2^-51. Next to a midpoint |e| = 3/2 - t; with t < 2^-51 that takes Q Y > 4 - 2^-49, so that x and y have
 *     mantissas within a few units below 2. tests/test_native.c tries these.
 *
 * All that holds while nothing overflows or loses bits to underflow: divisors beyond 2^100 either way have no inverse
 * (NaN), dividends below 2^-895 are looked for, and whatever overflows ends as NaN. In all these cases the vector is
 * divided. Dividends of zero are common, and their quotient, with its sign, is `near`. */
#include "native/inverses.h"

#include <assert.h>
#include <inttypes.h>

/* ---- What lasts --------------------------------------------------------------------------------------- */

static void note_writes(const instruction_list *list, bool *lasting, bool value)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].result != NO_COLUMN)
            lasting[list->items[i].result] = value;
}

bool native_inverses_init(arena *memory, const truce_program *p, native_inverses *inverses)
{
    *inverses =
        (native_inverses){.lasting = arena_array(memory, p->column_count, sizeof *inverses->lasting),
                          .number = arena_array(memory, p->column_count, sizeof *inverses->number),
                          .divisors = arena_array(memory, p->column_count, sizeof *inverses->divisors)};
    bool *lasting = inverses->lasting;
    if (!lasting || !inverses->number || !inverses->divisors)
        return false;
    note_writes(&p->member, lasting, true);
    note_writes(&p->step, lasting, false);
    note_writes(&p->save, lasting, false);
    note_writes(&p->stage, lasting, false);
    for (size_t i = 0; i < p->stock_count; i++)
        lasting[p->stocks[i].column] = false;
    for (size_t i = 0; i < p->state_count; i++)
        lasting[p->states[i].column] = lasting[p->states[i].next] = false;
    if (p->time_column != NO_COLUMN)
        lasting[p->time_column] = false;
    return true;
}

size_t native_inverse_columns(const native_inverses *inverses)
{
    return inverses->count;
}

/* ---- Operations --------------------------------------------------------------------------------------- */

static const char inner[] = "x / y";

/* Whether the text ends in a division of all before by z or w. */
static bool divides_last(const char *expression, char operand)
{
    size_t length = strlen(expression);
    return length > 4 && expression[length - 1] == operand && strncmp(expression + length - 4, " / ", 3) == 0;
}

unsigned native_divisor(unsigned operation)
{
    const char *expression = native_expression(operation);
    return !expression                     ? OPERANDS
           : strstr(expression, inner)     ? 1
           : divides_last(expression, 'z') ? 2
           : divides_last(expression, 'w') ? 3
                                           : OPERANDS;
}

static void emit_quotient(text *t, const char *expression)
{
    const char *at = strstr(expression, inner);
    size_t length = strlen(expression);
    if (at)
        text_print(t, "%.*squotient(x, y, inverse)%s", (int)(at - expression), expression,
                   at + strlen(inner));
    else
        text_print(t, "quotient(%.*s, %c, inverse)", (int)length - 4, expression, expression[length - 1]);
}

/* are_sure: whether no lane of x is below 2^-895 and all of q are numbers. The names are GCC's for the instructions: -1
 * for all lanes, 4 for the current rounding, 7 for "ordered"; dividends below 2^-895 have none of the bits of `large`, which
 * GCC would make anew for every division if it knew that nobody writes them. */
static const char quotient[] =
    "#if defined(__FMA__) && defined(__AVX512F__) && !defined(__clang__) && \\\n"
    "    __has_builtin(__builtin_ia32_cmppd512_mask) && __has_builtin(__builtin_ia32_ptestmq512)\n"
    "#define INVERTS 1\n"
    "#define LARGE 0x7800000000000000\n"
    "__attribute__((visibility(\"hidden\"))) bits large = {LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, "
    "LARGE};\n"
    "INLINE int are_sure(vec x, vec q)\n{\n"
    "    const unsigned char sure = __builtin_ia32_ptestmq512((bits)x, large, -1);\n"
    "    return (unsigned char)__builtin_ia32_cmppd512_mask(q, q, 7, sure, 4) == 255;\n}\n"
    "#elif defined(__FMA__) && defined(__AVX512F__) && __has_builtin(__builtin_ia32_cmppd512_mask)\n"
    "#define INVERTS 1\n"
    "INLINE int are_sure(vec x, vec q)\n{\n"
    "    return (unsigned char)(__builtin_ia32_cmppd512_mask(fabs(x), SPREAD(0x1p-895), 29, -1, 4) & "
    "__builtin_ia32_cmppd512_mask(q, q, 7, -1, 4)) == 255;\n}\n"
    "#else\n#define INVERTS 0\n#endif\n"
    "#if INVERTS\n"
    "INLINE vec fma_lanes(vec x, vec y, vec z)\n{\n    vec r = x;\n"
    "    for (int i = 0; i < VECTOR; i++)\n        r[i] = __builtin_fma(x[i], y[i], z[i]);\n    return "
    "r;\n}\n"
    "INLINE vec quotient(vec x, vec y, vec inverse)\n{\n"
    "    const vec near = x * inverse, q = fma_lanes(fma_lanes(-near, y, x), inverse, near);\n"
    "    if (__builtin_expect(are_sure(x, q), 1))\n"
    "        return q;\n"
    "    const mask zero = is_equal(x, 0.0);\n"
    "    if (are_sure(choose(zero, 1.0, x), q))\n"
    "        return choose(zero, near, q);\n"
    "    return x / y;\n}\n"
    "INLINE double inverse_of(double y)\n{\n"
    "    return __builtin_fabs(y) >= 0x1p-100 && __builtin_fabs(y) <= 0x1p100 ? 1.0 / y : NAN;\n}\n"
    "#else\n"
    "#define quotient(x, y, inverse) ((x) / (y))\n#define inverse_of(y) 0.0\n"
    "#endif\n";

void native_emit_quotients(text *t)
{
    static const char *const parameters[OPERANDS] = {"vec x", "vec x, vec y", "vec x, vec y, vec z",
                                                     "vec x, vec y, vec z, vec w"};
    text_add(t, quotient, sizeof quotient - 1);
    for (unsigned operation = 0; operation < CODE_COUNT; operation++) {
        if (native_divisor(operation) == OPERANDS)
            continue;
        text_print(t, "INLINE vec %s_BY(%s, vec inverse)\n{\n    return ", code_name(operation),
                   parameters[code_operands(operation) - 1]);
        emit_quotient(t, native_expression(operation));
        text_print(t, ";\n}\n");
    }
}

/* ---- Inverses ----------------------------------------------------------------------------------------- */

static uint32_t number_of(native_inverses *inverses, uint32_t column)
{
    assert(inverses->lasting[column]);
    if (!inverses->number[column]) {
        inverses->divisors[inverses->count++] = column;
        inverses->number[column] = (uint32_t)inverses->count;
    }
    return inverses->number[column];
}

void native_emit_inverse(text *t, native_inverses *inverses, const instruction *x, unsigned k)
{
    uint32_t operand = x->operands[k];
    if (x->scalars >> k & 1)
        text_print(t, ", SPREAD(inverse_of(s[%" PRIu32 "]))", operand);
    else
        text_print(t, ", INVERSE(%" PRIu32 ")", number_of(inverses, operand) - 1);
}

void native_emit_inverses(text *t, const native_inverses *inverses, size_t number)
{
    text_print(t,
               "\nstatic void all_%zu(double *c, const double *s, double *out, double *bad)\n{\n"
               "    static const unsigned divisors[] = {",
               number);
    for (size_t i = 0; i < inverses->count; i++)
        text_print(t, "%" PRIu32 ", ", inverses->divisors[i]);
    text_print(t,
               "0};\n    for (size_t k = 0; k < %zu; k++)\n"
               "        for (size_t i = 0; i < WIDTH; i++)\n"
               "            c[(INVERSES + k) * STRIDE + i] = inverse_of(c[divisors[k] * STRIDE + i]);\n}\n",
               inverses->count);
}
