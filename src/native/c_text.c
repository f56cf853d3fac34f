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

const char *native_expression(unsigned operation)
{
    static const char *const expressions[CODE_COUNT] = {
#define X(name, arity, expression) [CODE_##name] = #expression,
        ELEMENTWISE_OPERATIONS(X) FUSED_OPERATIONS(X)
#undef X
    };
    return operation < CODE_COUNT ? expressions[operation] : NULL;
}

/* ---- What all parts have in common -------------------------------------------------------------------- */

static const char head[] =
    "#include <math.h>\n#include <stddef.h>\n\n"
    "#define INLINE static inline __attribute__((always_inline))\n"
    "typedef double vec __attribute__((vector_size(VECTOR * 8), aligned(8), may_alias));\n"
    "typedef long long mask __attribute__((vector_size(VECTOR * 8), aligned(8), may_alias));\n"
    "#define C(k) (*(vec *)(c + (k) * WIDTH))\n"
    "#define S(k) SPREAD(s[k])\n"
    "#define STORE(k, v) (*(vec *)(out + (k) * WIDTH) = (v), worst += 0.0 * (v))\n"
    "/* A number in all lanes; a vector as it is, since v - 0 is v to the last bit. */\n"
    "#define SPREAD(x) ((x) - (vec){0})\n"
    "INLINE vec pick(mask m, vec a, vec b)\n{\n    return (vec)(((mask)a & m) | ((mask)b & ~m));\n}\n"
    "#define choose(m, a, b) pick(m, SPREAD(a), SPREAD(b))\n"
    "#define LANES(name) \\\n"
    "    INLINE vec name##_lanes(vec x) \\\n"
    "    { \\\n"
    "        vec r = x; \\\n"
    "        for (int i = 0; i < VECTOR; i++) \\\n"
    "            r[i] = name(x[i]); \\\n"
    "        return r; \\\n"
    "    }\n"
    "LANES(sqrt)\nLANES(floor)\nLANES(fabs)\n"
    "#define sqrt sqrt_lanes\n#define floor floor_lanes\n#define fabs fabs_lanes\n";

static const char *const parameters[OPERANDS + 1] = {"void", "vec x", "vec x, vec y", "vec x, vec y, vec z",
                                                     "vec x, vec y, vec z, vec w"};

static void emit_function(text *t, const char *name, unsigned arity, const char *expression)
{
    text_print(t, "INLINE vec %s(%s)\n{\n    return %s;\n}\n", name, parameters[arity], expression);
}

void native_emit_head(text *t, size_t width, size_t vector)
{
    text_print(t, "/* truce %s */\n#define WIDTH %zu\n#define VECTOR %zu\n", TRUCE_VERSION, width, vector);
    text_add(t, head, sizeof head - 1);
#define X(name, expression) emit_function(t, #name, 2, #expression);
    OPERATION_FUNCTIONS(X)
#undef X
    for (unsigned operation = 0; operation < CODE_COUNT; operation++)
        if (native_expression(operation))
            emit_function(t, code_name(operation), code_operands(operation), native_expression(operation));
}

void native_emit_tail(text *t, size_t count)
{
    text_print(t, "\ntypedef void part(double *, const double *, double *, double *);\n"
                  "part *const " NATIVE_TABLE "[] = {");
    for (size_t i = 0; i < count; i++)
        text_print(t, "all_%zu, ", i);
    text_print(t, "0};\n");
}

/* ---- Parts -------------------------------------------------------------------------------------------- */

typedef struct emitter {
    text *out;
    const native_plan *plan;
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

static void emit_statement(emitter *e, uint32_t at)
{
    assert(at < e->plan->count);
    const planned *item = &e->plan->items[at];
    unsigned arity = code_operands(item->x.code);
    for (unsigned k = 0; k < arity; k++)
        load_operand(e, item, k);
    e->stores |= item->x.code == CODE_STORE;
    if (item->x.code == CODE_STORE)
        text_print(e->out, "    STORE(%" PRIu32 ", ", item->x.index);
    else
        text_print(e->out, "    const vec v%" PRIu32 " = %s(", at, code_name(item->x.code));
    for (unsigned k = 0; k < arity; k++) {
        text_print(e->out, k ? ", " : "");
        emit_operand(e, item, k);
    }
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

bool native_emit_parts(text *t, const native_plan *plan, size_t first)
{
    arena scratch = {0};
    emitter e = {.out = t,
                 .plan = plan,
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
