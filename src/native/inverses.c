/* Divisions by what does not change during a run. A processor divides eight numbers in the time of sixteen
 * multiplications of eight, and two thirds of the divisions of a model are by a constant of the member: durations,
 * populations, shares. For those the inverse is computed once for each member, and a division is
 *
 *     q0 = fma(x, inverse, x * rest)      inverse = 1/y rounded, rest = (1 - inverse y) inverse
 *     q  = fma(fma(-q0, y, x), inverse, q0)
 *
 * which has the bits of x / y. Inverse and rest together are 1/y to 2^-104, so that q0 is one of the two doubles around
 * x/y; then fma(-q0, y, x) is exact, and q is x/y correctly rounded (Markstein 1990, "Computation of elementary
 * functions on the IBM RISC System/6000 processor", theorem on the final correction with a correctly rounded
 * inverse). That holds while nothing overflows or loses bits to underflow: divisors beyond 2^100 either way
 * have no inverse (NaN), tiny dividends are looked for, and whatever overflows ends as NaN. In all these cases the
 * vector is divided. A quotient of zero gets its sign from x * inverse, and needs no correction. */
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
        text_print(t, "quotient(%.*s, %c, inverse)", (int)length - 4, expression,
                   expression[length - 1]);
}

/* GCC's names for the instructions: -1 for all lanes, 4 for the current rounding; predicates of VCMPPD: 0 is
 * "equal", 3 "unordered", 7 "ordered". Dividends below 2^-895 have none of the four bits of `large`, which GCC would build anew for
 * every division if it knew that nobody writes them. */
static const char quotient[] =
    "#if defined(__AVX512F__) && defined(__FMA__) && !defined(__clang__) && \\\n"
    "    __has_builtin(__builtin_ia32_cmppd512_mask) && __has_builtin(__builtin_ia32_ptestmq512) && \\\n"
    "    __has_builtin(__builtin_ia32_vfmaddpd512_mask) && __has_builtin(__builtin_ia32_blendmpd_512_mask)\n"
    "#define FMA(a, b, c) ((vec)__builtin_ia32_vfmaddpd512_mask(a, b, c, -1, 4))\n"
    "#define LARGE 0x7800000000000000\n"
    "__attribute__((visibility(\"hidden\"))) bits large = {LARGE, LARGE, LARGE, LARGE, "
    "LARGE, LARGE, LARGE, LARGE};\n"
    "INLINE vec quotient(vec x, vec y, vec inverse)\n{\n"
    "    const vec near = x * inverse, q = FMA(FMA(-near, y, x), inverse, near);\n"
    "    const unsigned char sure = __builtin_ia32_ptestmq512((bits)x, large, -1);\n"
    "    const unsigned char right = __builtin_ia32_cmppd512_mask(q, q, 7, sure, 4);\n"
    "    if (__builtin_expect(right == 255, 1))\n"
    "        return q;\n"
    "    const unsigned char zero = __builtin_ia32_cmppd512_mask(x, SPREAD(0.0), 0, -1, 4);\n"
    "    if ((right | zero) == 255 && !__builtin_ia32_cmppd512_mask(q, q, 3, -1, 4))\n"
    "        return __builtin_ia32_blendmpd_512_mask(q, near, zero);\n"
    "    return x / y;\n}\n"
    "INLINE double inverse_of(double y)\n{\n"
    "    return __builtin_fabs(y) >= 0x1p-100 && __builtin_fabs(y) <= 0x1p100 ? 1.0 / y : NAN;\n}\n"
    "#else\n"
    "#define quotient(x, y, inverse) ((x) / (y))\n"
    "#define inverse_of(y) 0.0\n"
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
