/* Plans as C text. A part is a function over VECTOR lanes, in which every value is a vector of the compiler's
 * own types (GCC and Clang on every processor), and a loop over the lanes of a block:
 *
 *     static void part_0(double *c, const double *s, double *out, double *bad)
 *     {
 *         vec worst = {0};
 *         const vec p7 = C(7);                       a persistent column
 *         const vec v12 = MULTIPLY_ADD(p7, S(3), p9);
 *         C(7) = v12;                                a value that leaves the part
 *         STORE(0, v12);
 *         *(vec *)bad += worst;
 *     }
 *
 * The operations are the expressions of program/operations.h. What they mean for vectors is said here: a
 * comparison gives a mask, and `choose` takes bits by it. Compilers make a blend of that. */
#include "native/c_text.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

/* ---- What all parts have in common -------------------------------------------------------------------- */

static const char head[] =
    "#include <math.h>\n#include <stddef.h>\n\n"
    "#define INLINE static inline __attribute__((always_inline))\n"
    "typedef double vec __attribute__((vector_size(VECTOR * 8), aligned(8), may_alias));\n"
    "typedef long long bits __attribute__((vector_size(VECTOR * 8), aligned(8), may_alias));\n"
    "#define C(k) (*(vec *)(c + (k) * STRIDE))\n"
    "#define S(k) SPREAD(s[k])\n"
    "#define INVERSE(k) C(INVERSES + (k))\n"
    "#define STORE(k, v) (*(vec *)(out + (k) * WIDTH) = (v), worst += 0.0 * (v))\n"
    "/* A number in all lanes; a vector as it is, since v - 0 is v to the last bit. */\n"
    "#define SPREAD(x) ((x) - (vec){0})\n"
    "#define choose(m, a, b) pick(m, SPREAD(a), SPREAD(b))\n"
    "#define LANES(name) \\\n"
    "    INLINE vec name##_lanes(vec x) \\\n"
    "    { \\\n"
    "        vec r = x; \\\n"
    "        for (int i = 0; i < VECTOR; i++) \\\n"
    "            r[i] = name(x[i]); \\\n"
    "        return r; \\\n"
    "    }\n"
    "LANES(sqrt)\nLANES(floor)\nLANES(trunc)\nLANES(fabs)\n"
    "#define sqrt sqrt_lanes\n#define floor floor_lanes\n#define fabs fabs_lanes\n";

/* Comparisons give masks, and `pick` takes the lanes of one vector or the other by a mask. The second text is C for any
 * processor. GCC makes three operations of its choice of bits where AVX-512 has one instruction, and so is told in
 * the first: predicates of VCMPPD (17 is "ordered and less"), -1 for all lanes, 4 for the current rounding.
 *
 * A table is passed along from point to point; `at`, `from` and `rise` are those of the last segment that starts at
 * or below x, as in the interpreter's scan. With AVX-512 the lanes of a table of few points count the starts
 * they pass, and then take all three at once. */
static const char masks[] =
    "#ifndef __has_builtin\n#define __has_builtin(name) 0\n#endif\n"
    "#if defined(__AVX512F__) && !defined(__clang__) && __has_builtin(__builtin_ia32_cmppd512_mask) && \\\n"
    "    __has_builtin(__builtin_ia32_blendmpd_512_mask) && __has_builtin(__builtin_ia32_paddq512_mask) && "
    "\\\n"
    "    __has_builtin(__builtin_ia32_vpermt2varpd512_mask)\n"
    "typedef unsigned char mask;\n"
    "#define COMPARED(x, y, operator, predicate) __builtin_ia32_cmppd512_mask(x, y, predicate, -1, 4)\n"
    "#define PICKED(m, a, b) __builtin_ia32_blendmpd_512_mask(b, a, m)\n"
    "#define FIRST_OF_FEW(start, y, slope) bits passed = {0}\n"
    "#define NEXT_OF_FEW(start, y, slope) \\\n"
    "    passed = (bits)__builtin_ia32_paddq512_mask(passed, (bits){0} + 1, passed, is_at_most(start, x))\n"
    "#define TAKEN(column) \\\n"
    "    __builtin_ia32_vpermt2varpd512_mask(passed, *(vec *)(column), *(vec *)((column) + 8), -1)\n"
    "#define LAST_OF_FEW(points) \\\n"
    "    vec at = TAKEN(points[0]), from = TAKEN(points[1]), rise = TAKEN(points[2])\n"
    "#else\n"
    "typedef bits mask;\n"
    "#define COMPARED(x, y, operator, predicate) ((x)operator(y))\n"
    "#define PICKED(m, a, b) ((vec)(((bits)(a) & (m)) | ((bits)(b) & ~(m))))\n"
    "#define FIRST_OF_FEW FIRST\n#define NEXT_OF_FEW NEXT\n#define LAST_OF_FEW(points) (void)points\n"
    "#endif\n"
    "INLINE vec pick(mask m, vec a, vec b)\n{\n    return PICKED(m, a, b);\n}\n"
    "INLINE mask less_lanes(vec x, vec y)\n{\n    return COMPARED(x, y, <, 17);\n}\n"
    "INLINE mask at_most_lanes(vec x, vec y)\n{\n    return COMPARED(x, y, <=, 18);\n}\n"
    "INLINE mask equal_lanes(vec x, vec y)\n{\n    return COMPARED(x, y, ==, 0);\n}\n"
    "INLINE mask different_lanes(vec x, vec y)\n{\n    return COMPARED(x, y, !=, 4);\n}\n"
    "#define is_less(x, y) less_lanes(SPREAD(x), SPREAD(y))\n"
    "#define is_at_most(x, y) at_most_lanes(SPREAD(x), SPREAD(y))\n"
    "#define is_equal(x, y) equal_lanes(SPREAD(x), SPREAD(y))\n"
    "#define is_different(x, y) different_lanes(SPREAD(x), SPREAD(y))\n"
    "#define FIRST(start, y, slope) vec at = SPREAD(start), from = SPREAD(y), rise = SPREAD(slope)\n"
    "#define NEXT(start, y, slope) \\\n"
    "    do { \\\n"
    "        const mask m = is_at_most(start, x); \\\n"
    "        at = choose(m, start, at), from = choose(m, y, from), rise = choose(m, slope, rise); \\\n"
    "    } while (0)\n";

/* As in the interpreter's kernel, whose comment says why it is exact. */
static const char remainders[] =
    "static __attribute__((noinline)) vec MOD(vec x, vec y)\n{\n"
    "    vec r = x;\n"
    "#if defined(__FMA__)\n"
    "    const vec n = trunc_lanes(x / y);\n"
    "    vec rest = x;\n"
    "    double beyond = 0.0;\n"
    "    for (int i = 0; i < VECTOR; i++)\n"
    "        rest[i] = __builtin_fma(-n[i], y[i], x[i]);\n"
    "    const vec over = choose(is_less(fabs(n), 0x1p52) & is_equal(rest, rest), 0.0, 1.0);\n"
    "    for (int i = 0; i < VECTOR; i++)\n"
    "        beyond += over[i];\n"
    "    if (beyond == 0.0) {\n"
    "        const vec sum = rest + y, zero = (vec)((bits)y & (-0x7FFFFFFFFFFFFFFF - 1));\n"
    "        const vec below = choose(is_less(y, 0.0), rest, sum), above = choose(is_less(y, 0.0), sum, "
    "rest);\n"
    "        return choose(is_equal(rest, 0.0), zero, choose(is_less(rest, 0.0), below, above));\n"
    "    }\n"
    "#endif\n"
    "    for (int i = 0; i < VECTOR; i++) {\n"
    "        double rest = fmod(x[i], y[i]);\n"
    "        r[i] = rest == 0.0 ? copysign(rest, y[i]) : rest == rest && (rest < 0.0) != (y[i] < 0.0) ? rest "
    "+ y[i] : rest;\n"
    "    }\n    return r;\n}\n";

static const char *const parameters[OPERANDS + 1] = {"void", "vec x", "vec x, vec y", "vec x, vec y, vec z",
                                                     "vec x, vec y, vec z, vec w"};

static void emit_function(text *t, const char *name, unsigned arity, const char *expression)
{
    text_print(t, "INLINE vec %s(%s)\n{\n    return %s;\n}\n", name, parameters[arity], expression);
}

void native_emit_head(text *t, size_t width, size_t vector)
{
    text_print(t, "/* truce %s */\n#define WIDTH %zu\n#define STRIDE %zu\n#define VECTOR %zu\n",
               TRUCE_VERSION, width, engine_stride(width), vector);
    text_add(t, head, sizeof head - 1);
    text_add(t, masks, sizeof masks - 1);
    text_add(t, remainders, sizeof remainders - 1);
#define X(name, expression) emit_function(t, #name, 2, #expression);
    OPERATION_FUNCTIONS(X)
#undef X
    for (unsigned operation = 0; operation < CODE_COUNT; operation++)
        if (native_expression(operation))
            emit_function(t, code_name(operation), code_operands(operation), native_expression(operation));
    native_emit_quotients(t);
}

void native_emit_tail(text *t, size_t count)
{
    text_print(t, "\ntypedef void part(double *, const double *, double *, double *);\n"
                  "part *const " NATIVE_TABLE "[] = {");
    for (size_t i = 0; i < count; i++)
        text_print(t, "all_%zu, ", i);
    text_print(t, "0};\n");
}

/* ---- Tables -------------------------------------------------------------------------------------------- */

enum { FEW = 16 }; /* points in two vectors of AVX-512 */

/* Starts of segments, values there and slopes, each filled up with zeros. */
static void emit_points(text *t, uint32_t number, const double *points, size_t n)
{
    assert(n <= FEW);
    text_print(t, "static const double points_%" PRIu32 "[3][%d] = {", number, FEW);
    for (size_t i = 0; i < 3 * n; i++)
        text_print(t, "%s%a%s", i % n ? "" : "{", points[i], i % n == n - 1 ? "}, " : ", ");
    text_print(t, "};\n");
}

static void emit_table(text *t, uint32_t number, const program_table *table, const double *points)
{
    size_t n = table->count;
    bool few = n <= FEW;
    const char *words = few ? "_OF_FEW" : "";
    const double *x = points, *y = x + n, *slope = y + n;
    if (few)
        emit_points(t, number, points, n);
    text_print(t, "INLINE vec table_%" PRIu32 "(vec x)\n{\n", number);
    if (table->lowest > -INFINITY)
        text_print(t, "    x = choose(is_less(x, %a), %a, x);\n", table->lowest, table->lowest);
    for (size_t i = 0; i < n; i++)
        text_print(t, "    %s%s(%a, %a, %a);\n", i ? "NEXT" : "FIRST", words, x[i], y[i], slope[i]);
    if (few)
        text_print(t, "    LAST_OF_FEW(points_%" PRIu32 ");\n", number);
    text_print(t,
               "    return choose(is_equal(rise, 0.0) & is_equal(x, x), from, from + (x - at) * rise);\n}\n");
}

void native_emit_tables(text *t, const truce_program *program)
{
    for (uint32_t i = 0; i < program->table_count; i++)
        if (native_has_table(program, i))
            emit_table(t, i, &program->tables[i], program->points + program->tables[i].first);
}

/* ---- Parts -------------------------------------------------------------------------------------------- */

typedef struct emitter {
    text *out;
    const native_plan *plan;
    native_inverses *inverses;
    size_t first;          /* number of part 0 */
    bool stores;           /* the part in hand stores outputs */
    uint32_t *value_part;  /* by planned instruction: part + 1 in which its result has a name */
    uint32_t *column_part; /* by persistent column: the same for what it held when the list began */
} emitter;

/* Gives operand k a name in this part where it has none yet. */
static void load_operand(emitter *e, const planned *item, unsigned k)
{
    assert(k < code_operands(item->x.code));
    uint32_t source = item->sources[k], column = item->x.operands[k];
    if (item->x.scalars >> k & 1)
        return;
    uint32_t *known = source == NO_SOURCE ? &e->column_part[column] : &e->value_part[source];
    if (*known == item->part + 1)
        return;
    *known = item->part + 1;
    if (source == NO_SOURCE)
        text_print(e->out, "    const vec p%" PRIu32 " = C(%" PRIu32 ");\n", column, column);
    else
        text_print(e->out, "    const vec v%" PRIu32 " = C(%" PRIu32 ");\n", source, column);
}

static void emit_operand(emitter *e, const planned *item, unsigned k)
{
    assert(k < code_operands(item->x.code));
    if (item->x.scalars >> k & 1)
        text_print(e->out, "S(%" PRIu32 ")", item->x.operands[k]);
    else if (item->sources[k] == NO_SOURCE)
        text_print(e->out, "p%" PRIu32, item->x.operands[k]);
    else
        text_print(e->out, "v%" PRIu32, item->sources[k]);
}

static bool has_inverse(const emitter *e, const planned *item, unsigned k)
{
    return item->x.scalars >> k & 1 ||
           (item->sources[k] == NO_SOURCE && e->inverses->lasting[item->x.operands[k]]);
}

static void emit_statement(emitter *e, uint32_t at)
{
    assert(at < e->plan->count);
    const planned *item = &e->plan->items[at];
    unsigned arity = code_operands(item->x.code), divisor = native_divisor(item->x.code);
    bool inverted = divisor < OPERANDS && has_inverse(e, item, divisor);
    for (unsigned k = 0; k < arity; k++)
        load_operand(e, item, k);
    e->stores |= item->x.code == CODE_STORE;
    if (item->x.code == CODE_STORE)
        text_print(e->out, "    STORE(%" PRIu32 ", ", item->x.index);
    else if (item->x.code == CODE_LOOKUP)
        text_print(e->out, "    const vec v%" PRIu32 " = table_%" PRIu32 "(", at, item->x.index);
    else
        text_print(e->out, "    const vec v%" PRIu32 " = %s%s(", at, code_name(item->x.code),
                   inverted ? "_BY" : "");
    for (unsigned k = 0; k < arity; k++) {
        text_print(e->out, k ? ", " : "");
        emit_operand(e, item, k);
    }
    if (inverted)
        native_emit_inverse(e->out, e->inverses, &item->x, divisor);
    text_print(e->out, ");\n");
    if (item->x.result != NO_COLUMN)
        text_print(e->out, "    C(%" PRIu32 ") = v%" PRIu32 ";\n", item->x.result, at);
    e->value_part[at] = item->part + 1;
}

static void open_part(emitter *e, uint32_t part)
{
    e->stores = false;
    text_print(e->out,
               "\nstatic __attribute__((noinline)) void part_%zu(double *c, const double *s, double *out, "
               "double *bad)\n{\n    vec worst = {0};\n",
               e->first + part);
}

static void close_part(emitter *e, uint32_t part)
{
    text_print(e->out,
               "%s}\n"
               "static void all_%zu(double *c, const double *s, double *out, double *bad)\n{\n"
               "    for (size_t i = 0; i < WIDTH; i += VECTOR)\n"
               "        part_%zu(c + i, s, out + i, bad + i);\n}\n",
               e->stores ? "    *(vec *)bad += worst;\n" : "    (void)worst;\n", e->first + part,
               e->first + part);
}

bool native_emit_parts(text *t, const native_plan *plan, size_t first, native_inverses *inverses)
{
    arena scratch = {0};
    emitter e = {.out = t,
                 .plan = plan,
                 .inverses = inverses,
                 .first = first,
                 .value_part = arena_array(&scratch, plan->count, sizeof *e.value_part),
                 .column_part = arena_array(&scratch, plan->column_count, sizeof *e.column_part)};
    bool done = e.value_part && e.column_part;
    for (uint32_t at = 0; done && at < plan->count; at++) {
        uint32_t part = plan->items[at].part;
        if (part == NO_COLUMN)
            continue;
        if (at == 0 || plan->items[at - 1].part != part)
            open_part(&e, part);
        emit_statement(&e, at);
        if (at + 1 == plan->count || plan->items[at + 1].part != part)
            close_part(&e, part);
    }
    arena_free(&scratch);
    return done && !t->failed;
}
