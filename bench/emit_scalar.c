/* Writes a program as plain C, one member at a time: the opponent of the benchmark.
 *
 *     emit_scalar MODEL|CASE > scalar.c
 *
 * The C is what a good translator of models would give: local variables, one statement an operation,
 * common subexpressions once, what depends on time only computed once for all members, branches as
 * conditional expressions. A large program is cut into functions with the values in an array, because
 * compilers take minutes for one function of tens of thousands of statements. It does the same arithmetic as
 * the engine and so gives the same bits; with -DUSE_LIBM special functions come from the C library instead of
 * SLEEF and, for powers, src/math/power.c. Euler's method only. */
#include "subject.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char preamble[] =
    "#include \"math/random.h\"\n"
    "#include \"program/operations.h\"\n\n"
    "#ifdef USE_LIBM\n"
    "#define EXP exp\n#define LN log\n#define LOG10 log10\n#define SIN sin\n#define COS cos\n#define TAN "
    "tan\n"
    "#define ARCSIN asin\n#define ARCCOS acos\n#define ARCTAN atan\n#define POWER pow\n"
    "#else\n"
    "#define EXP Sleef_finz_expd1_u10purecfma\n#define LN Sleef_finz_logd1_u10purecfma\n"
    "#define LOG10 Sleef_finz_log10d1_u10purecfma\n#define SIN Sleef_finz_sind1_u10purecfma\n"
    "#define COS Sleef_finz_cosd1_u10purecfma\n#define TAN Sleef_finz_tand1_u10purecfma\n"
    "#define ARCSIN Sleef_finz_asind1_u10purecfma\n#define ARCCOS Sleef_finz_acosd1_u10purecfma\n"
    "#define ARCTAN Sleef_finz_atand1_u10purecfma\n#define POWER fused_pow\n"
    "#endif\n\n";

enum { LARGE = 3000, PIECE = 500 }; /* instructions of a program to be cut, and of a piece */
static bool cut;

static char names[OPERANDS + 1][64]; /* operands and result of the instruction in hand */

static void name_operand(const truce_program *p, const instruction *x, unsigned k, bool shared)
{
    char *name = names[k];
    if (!(x->scalars >> k & 1))
        snprintf(name, 64, cut ? "c[%" PRIu32 "]" : "c%" PRIu32, x->operands[k]);
    else if (x->operands[k] < p->constant_count)
        snprintf(name, 64, "(%.17g)", p->constants[x->operands[k]]);
    else
        snprintf(name, 64, "%s[%zu]", shared ? "row" : "s", x->operands[k] - p->constant_count);
    if (x->scalars >> k & 1 && x->operands[k] < p->constant_count && !isfinite(p->constants[x->operands[k]]))
        snprintf(name, 64, "%s",
                 isnan(p->constants[x->operands[k]]) ? "NAN"
                 : p->constants[x->operands[k]] > 0  ? "INFINITY"
                                                     : "-INFINITY");
}

/* The right-hand side of an instruction with a result. */
static void print_value(const truce_program *p, const instruction *x)
{
    const char *a = names[0], *b = names[1], *c = names[2], *d = names[3];
    static const char *const forms[CODE_COUNT] = {
        [CODE_COPY] = "%1$s",
        [CODE_NEGATE] = "-%1$s",
        [CODE_NOT] = "%1$s == 0.0 ? 1.0 : 0.0",
        [CODE_ABS] = "fabs(%1$s)",
        [CODE_SQRT] = "sqrt(%1$s)",
        [CODE_INT] = "floor(%1$s)",
        [CODE_ADD] = "%1$s + %2$s",
        [CODE_SUBTRACT] = "%1$s - %2$s",
        [CODE_MULTIPLY] = "%1$s * %2$s",
        [CODE_DIVIDE] = "%1$s / %2$s",
        [CODE_MIN] = "least(%1$s, %2$s)",
        [CODE_MAX] = "greatest(%1$s, %2$s)",
        [CODE_LESS] = "%1$s < %2$s ? 1.0 : 0.0",
        [CODE_LESS_EQUAL] = "%1$s <= %2$s ? 1.0 : 0.0",
        [CODE_EQUAL] = "%1$s == %2$s ? 1.0 : 0.0",
        [CODE_NOT_EQUAL] = "%1$s != %2$s ? 1.0 : 0.0",
        [CODE_AND] = "%1$s != 0.0 && %2$s != 0.0 ? 1.0 : 0.0",
        [CODE_OR] = "%1$s != 0.0 || %2$s != 0.0 ? 1.0 : 0.0",
        [CODE_OTHERWISE] = "%1$s == %1$s ? %1$s : %2$s",
        [CODE_IF] = "%1$s != 0.0 ? %2$s : %3$s",
        [CODE_SAFE_DIVIDE] = "%2$s == 0.0 ? %3$s : %1$s / %2$s",
        [CODE_LESS_IF] = "%1$s < %2$s ? %3$s : %4$s",
        [CODE_LESS_EQUAL_IF] = "%1$s <= %2$s ? %3$s : %4$s",
        [CODE_MULTIPLY_ADD_MULTIPLY] = "%1$s * %2$s + %3$s * %4$s",
        [CODE_MULTIPLY_SUBTRACT_MULTIPLY] = "%1$s * %2$s - %3$s * %4$s",
        [CODE_SUBTRACT_MULTIPLY_ADD] = "(%1$s - %2$s) * %3$s + %4$s",
        [CODE_MULTIPLY_MULTIPLY_MULTIPLY] = "%1$s * %2$s * %3$s * %4$s",
        [CODE_MULTIPLY_MULTIPLY_ADD] = "%1$s * %2$s * %3$s + %4$s",
        [CODE_MULTIPLY_MULTIPLY_DIVIDE] = "%1$s * %2$s * %3$s / %4$s",
        [CODE_ADD_ADD_ADD] = "%1$s + %2$s + %3$s + %4$s",
#define PAIRS(first, sign)                                                                                   \
    [CODE_##first##_ADD] = "(%1$s " sign " %2$s) + %3$s",                                                    \
    [CODE_##first##_SUBTRACT] = "(%1$s " sign " %2$s) - %3$s",                                               \
    [CODE_##first##_SUBTRACT_FROM] = "%3$s - (%1$s " sign " %2$s)",                                          \
    [CODE_##first##_MULTIPLY] = "(%1$s " sign " %2$s) * %3$s",                                               \
    [CODE_##first##_DIVIDE] = "(%1$s " sign " %2$s) / %3$s",                                                 \
    [CODE_##first##_DIVIDE_INTO] = "%3$s / (%1$s " sign " %2$s)",                                            \
    [CODE_##first##_MIN] = "least(%1$s " sign " %2$s, %3$s)",                                                \
    [CODE_##first##_MIN_OF] = "least(%3$s, %1$s " sign " %2$s)",                                             \
    [CODE_##first##_MAX] = "greatest(%1$s " sign " %2$s, %3$s)",                                             \
    [CODE_##first##_MAX_OF] = "greatest(%3$s, %1$s " sign " %2$s)"
        PAIRS(ADD, "+"),
        PAIRS(SUBTRACT, "-"),
        PAIRS(MULTIPLY, "*"),
        PAIRS(DIVIDE, "/"),
#undef PAIRS
        [CODE_EXP] = "EXP(%1$s)",
        [CODE_LN] = "LN(%1$s)",
        [CODE_LOG10] = "LOG10(%1$s)",
        [CODE_SIN] = "SIN(%1$s)",
        [CODE_COS] = "COS(%1$s)",
        [CODE_TAN] = "TAN(%1$s)",
        [CODE_ARCSIN] = "ARCSIN(%1$s)",
        [CODE_ARCCOS] = "ARCCOS(%1$s)",
        [CODE_ARCTAN] = "ARCTAN(%1$s)",
        [CODE_POWER] = "POWER(%1$s, %2$s)",
        [CODE_MOD] = "modulo(%1$s, %2$s)",
    };
    if (forms[x->code]) {
        printf(forms[x->code], a, b, c, d);
        return;
    }
    size_t stride = p->step_count + 1;
    char lowest[32];
    switch (x->code) {
    case CODE_LOOKUP:
        if (isinf(p->tables[x->index].lowest))
            snprintf(lowest, sizeof lowest, "-INFINITY");
        else
            snprintf(lowest, sizeof lowest, "%.17g", p->tables[x->index].lowest);
        printf("table_value(points + %u, points + %u, points + %u, %u, %s, %s)", p->tables[x->index].first,
               p->tables[x->index].first + p->tables[x->index].count,
               p->tables[x->index].first + 2 * p->tables[x->index].count, p->tables[x->index].count, lowest,
               a);
        break;
    case CODE_PARAMETER:
        printf("parameters[%u]", x->index);
        break;
    case CODE_TIME:
        printf("%.17g + (double)k * %.17g", p->start, p->dt);
        break;
    case CODE_SCHEDULE:
        printf("schedules[%zu + k]", x->index * stride);
        break;
    case CODE_FACTOR:
        printf("factors[%zu + k]", x->index * stride);
        break;
    case CODE_FIRST_SCHEDULE:
        printf("schedules[%zu]", x->index * stride);
        break;
    case CODE_FIRST_FACTOR:
        printf("factors[%zu]", x->index * stride);
        break;
    case CODE_UNIFORM:
    case CODE_FIRST_UNIFORM:
        printf("random_member_uniform(seed, member, %" PRIu64 "u, %s)", p->streams[x->index],
               x->code == CODE_UNIFORM ? "k" : "0");
        break;
    case CODE_NORMAL:
    case CODE_FIRST_NORMAL:
        printf("random_member_normal(seed, member, %" PRIu64 "u, %s)", p->streams[x->index],
               x->code == CODE_NORMAL ? "k" : "0");
        break;
    case CODE_DELAY_READ:
        printf("%s != %s ? %s : (double)k >= %s ? history[%u][k - (size_t)%s] : %s", b, b, b, b, x->index, b,
               a);
        break;
    default:
        fprintf(stderr, "no C for %s\n", code_name(x->code));
        exit(1);
    }
}

static void print_range(const truce_program *p, const instruction_list *list, size_t first, size_t end,
                        bool shared)
{
    uint32_t last = UINT32_MAX;
    for (size_t i = first; i < end; i++) {
        const instruction *x = &list->items[i];
        for (unsigned k = 0; k < code_operands(x->code); k++)
            name_operand(p, x, k, shared);
        if (x->elements[0] != last)
            printf("        /* %s */\n", p->elements[x->elements[0]]);
        last = x->elements[0];
        printf("        ");
        if (x->code == CODE_STORE)
            printf("out[%u] = %s", x->index, names[0]);
        else if (x->code == CODE_STORE_SHARED)
            printf("row[%u] = %s", x->index, names[0]);
        else if (x->code == CODE_DELAY_PUSH)
            printf("history[%u][k] = %s", x->index, names[0]);
        else {
            printf(cut ? "c[%u] = " : "c%u = ", x->result);
            print_value(p, x);
        }
        printf(";\n");
    }
}

#define ARGUMENTS "k, s, row, parameters, schedules, factors, seed, member, out"

/* A list, in place or as calls of its pieces. */
static void print_list(const truce_program *p, const instruction_list *list, const char *name, bool shared)
{
    if (!cut) {
        print_range(p, list, 0, list->count, shared);
        return;
    }
    for (size_t first = 0; first < list->count; first += PIECE)
        printf("        %s_%zu(" ARGUMENTS ");\n", name, first / PIECE);
}

static void print_pieces(const truce_program *p, const instruction_list *list, const char *name, bool shared)
{
    for (size_t first = 0; first < list->count; first += PIECE) {
        size_t end = list->count - first < PIECE ? list->count : first + PIECE;
        printf(
            "static void %s_%zu(size_t k, const double *s, double *row, const double *parameters, "
            "const double *schedules, const double *factors, uint64_t seed, uint64_t member, double *out)\n"
            "{\n    (void)k, (void)s, (void)row, (void)parameters, (void)schedules, (void)factors, "
            "(void)seed, (void)member, (void)out;\n",
            name, first / PIECE);
        print_range(p, list, first, end, shared);
        printf("}\n\n");
    }
}

static void print_locals(size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf("%s c%zu = 0", i % 8 ? "," : i ? ";\n    double" : "    double", i);
    printf(";\n");
}

static void print_points(const truce_program *p)
{
    printf("static const double points[%zu] = {", p->point_count + 1);
    for (size_t i = 0; i < p->point_count; i++)
        printf("%s%.17g", i ? ", " : "", p->points[i]);
    printf("%s};\n", p->point_count ? "" : "0");
}

static void print_all_pieces(const truce_program *p)
{
    size_t columns = p->column_count > p->shared_columns ? p->column_count : p->shared_columns;
    printf("static double c[%zu];\n\n", columns + 1);
    print_pieces(p, &p->shared, "shared", true);
    print_pieces(p, &p->member, "member", false);
    print_pieces(p, &p->save, "save", false);
    print_pieces(p, &p->step, "step", false);
}

static void print_program(const truce_program *p)
{
    size_t shared = p->shared_count ? p->shared_count : 1, delays = p->delay_count ? p->delay_count : 1;
    cut = p->step.count + p->save.count > LARGE;
    printf("static double rows[%zu][%zu];\n", p->step_count + 1, shared);
    printf("static double history[%zu][%zu];\n\n", delays, p->step_count + 1);
    if (cut)
        print_all_pieces(p);
    printf("void scalar_prepare(const double *schedules, const double *factors)\n{\n");
    if (!cut)
        print_locals(p->shared_columns ? p->shared_columns : 1);
    printf("    const double *parameters = NULL, *s = NULL;\n    double *out = NULL;\n"
           "    uint64_t seed = 0, member = 0;\n"
           "    (void)schedules, (void)factors, (void)parameters, (void)s, (void)out, (void)seed, "
           "(void)member;\n");
    printf("    for (size_t k = 0; k <= %zu; k++) {\n        double *row = rows[k];\n        (void)row;\n",
           p->step_count);
    print_list(p, &p->shared, "shared", true);
    printf("    }\n}\n\n");
    printf("void scalar_member(const double *parameters, const double *schedules, const double *factors,\n"
           "                   uint64_t seed, uint64_t member, double *out)\n{\n");
    if (!cut)
        print_locals(p->column_count);
    printf("    (void)parameters, (void)schedules, (void)factors, (void)seed, (void)member, (void)history;\n"
           "    double *row = NULL;\n    const double *s = rows[0];\n    size_t k = 0;\n"
           "    (void)row, (void)s, (void)k;\n");
    print_list(p, &p->member, "member", false);
    printf("    for (k = 0; k <= %zu; k++) {\n        s = rows[k];\n", p->step_count);
    printf("        if (k %% %zu == 0) {\n", p->save_every);
    print_list(p, &p->save, "save", false);
    printf("            out += %zu;\n        } else {\n", p->output_count);
    print_list(p, &p->step, "step", false);
    printf("        }\n    }\n}\n");
}

int main(int argc, char **argv)
{
    subject s;
    if (argc != 2 || !subject_load(&s, argv[1]))
        return 1;
    if (s.program->method != TRUCE_EULER) {
        fprintf(stderr, "Euler's method only\n");
        return 1;
    }
    fputs(preamble, stdout);
    print_points(s.program);
    print_program(s.program);
    subject_free(&s);
    return 0;
}
