/* The parts of a file that are the same for every model: functions, methods, main. What a model does not use
 * is left out, so that compilers find nothing unused. */
#include "emit/emit.h"

#include <string.h>

/* ---- Functions ---------------------------------------------------------------------------------------- */

static const char least[] = "/* The smaller of two; not a number when either is none. */\n"
                            "static double least(double x, double y)\n"
                            "{\n"
                            "    return isnan(x) ? x : (x < y ? x : y);\n"
                            "}\n"
                            "\n";

static const char greatest[] = "static double greatest(double x, double y)\n"
                               "{\n"
                               "    return isnan(x) ? x : (x > y ? x : y);\n"
                               "}\n"
                               "\n";

static const char modulo[] = "/* The remainder with the sign of the divisor. */\n"
                             "static double modulo(double x, double y)\n"
                             "{\n"
                             "    double r = fmod(x, y);\n"
                             "    if (r == 0.0)\n"
                             "        return copysign(r, y);\n"
                             "    return !isnan(r) && (r < 0.0) != (y < 0.0) ? r + y : r;\n"
                             "}\n"
                             "\n";

static const char safe_divide[] = "static double safe_divide(double x, double y, double otherwise)\n"
                                  "{\n"
                                  "    return y == 0.0 ? otherwise : x / y;\n"
                                  "}\n"
                                  "\n";

static const char lookup[] =
    "/* A graphical function through the points (x, y). */\n"
    "typedef struct graph {\n"
    "    enum { CONTINUOUS, EXTRAPOLATE, DISCRETE } kind; /* what lies outside, and between points */\n"
    "    size_t count;\n"
    "    const double *x, *y;\n"
    "} graph;\n"
    "\n"
    "static double lookup(const graph *g, double x)\n"
    "{\n"
    "    size_t low = 0, high = g->count;\n"
    "    double slope = 0.0;\n"
    "    if (x < g->x[0] && (g->kind != EXTRAPOLATE || g->count == 1))\n"
    "        x = g->x[0];\n"
    "    while (high - low > 1) { /* the segment that starts at or below x */\n"
    "        size_t middle = low + (high - low) / 2;\n"
    "        if (x >= g->x[middle])\n"
    "            low = middle;\n"
    "        else\n"
    "            high = middle;\n"
    "    }\n"
    "    if (g->kind != DISCRETE && (low + 1 < g->count || (g->kind == EXTRAPOLATE && low > 0))) {\n"
    "        size_t from = low + 1 < g->count ? low : low - 1;\n"
    "        slope = (g->y[from + 1] - g->y[from]) / (g->x[from + 1] - g->x[from]);\n"
    "    }\n"
    "    return slope == 0.0 && !isnan(x) ? g->y[low] : g->y[low] + (x - g->x[low]) * slope;\n"
    "}\n"
    "\n";

static const char delay[] =
    "/* A delay keeps all its inputs. */\n"
    "typedef struct delay {\n"
    "    double initial, length; /* in steps, when it does not change */\n"
    "    double *inputs;         /* one a step */\n"
    "} delay;\n"
    "\n"
    "static void delay_start(delay *d, double initial)\n"
    "{\n"
    "    d->initial = initial;\n"
    "    d->inputs = calloc(STEPS + 1, sizeof *d->inputs);\n"
    "    if (!d->inputs) {\n"
    "        fputs(\"out of memory\\n\", stderr);\n"
    "        exit(EXIT_FAILURE);\n"
    "    }\n"
    "}\n"
    "\n"
    "/* At least one; beyond the run it does not matter how many. */\n"
    "static double delay_steps(double time)\n"
    "{\n"
    "    double steps = floor(time / DT + 0.5);\n"
    "    return steps < 1.0 ? 1.0 : steps;\n"
    "}\n"
    "\n"
    "static double delay_value(const delay *d, double length)\n"
    "{\n"
    "    if (isnan(length))\n"
    "        return length;\n"
    "    return (double)step >= length ? d->inputs[step - (unsigned long)length] : d->initial;\n"
    "}\n"
    "\n";

static const char generator[] =
    "/* Random numbers by counting: Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011). A draw depends on "
    "the seed,\n"
    " * the member, the stream of the variable that draws, and the step, and on nothing else. Members\n"
    " * 2k and 2k + 1 share the two words of a counter. */\n"
    "static uint64_t seed = 1, member = 0;\n"
    "\n"
    "static uint64_t mix(uint64_t x) /* the finaliser of SplitMix64 */\n"
    "{\n"
    "    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);\n"
    "    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);\n"
    "    return x ^ (x >> 31);\n"
    "}\n"
    "\n"
    "/* Two numbers in (0, 1). */\n"
    "static void draw(uint64_t stream, double units[2])\n"
    "{\n"
    "    uint64_t key = mix(mix(seed + UINT64_C(0x9E3779B97F4A7C15)) ^ stream);\n"
    "    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);\n"
    "    uint32_t c0 = (uint32_t)(member >> 1), c1 = (uint32_t)(member >> 33), c2 = (uint32_t)step, c3 = 0;\n"
    "    int round;\n"
    "    for (round = 0; round < 10; round++) {\n"
    "        uint64_t a = UINT64_C(0xD2511F53) * c0, b = UINT64_C(0xCD9E8D57) * c2;\n"
    "        c0 = (uint32_t)(b >> 32) ^ c1 ^ k0;\n"
    "        c2 = (uint32_t)(a >> 32) ^ c3 ^ k1;\n"
    "        c1 = (uint32_t)b;\n"
    "        c3 = (uint32_t)a;\n"
    "        k0 += UINT32_C(0x9E3779B9);\n"
    "        k1 += UINT32_C(0xBB67AE85);\n"
    "    }\n"
    "    /* (k + 1/2) / 2^52 for the upper 52 bits k */\n"
    "    units[0] = ((double)(((uint64_t)c1 << 32 | c0) >> 12) + 0.5) / 4503599627370496.0;\n"
    "    units[1] = ((double)(((uint64_t)c3 << 32 | c2) >> 12) + 0.5) / 4503599627370496.0;\n"
    "}\n"
    "\n";

static const char uniform[] = "static double uniform(double lowest, double highest, uint64_t stream)\n"
                              "{\n"
                              "    double units[2];\n"
                              "    draw(stream, units);\n"
                              "    return lowest + (highest - lowest) * units[member & 1];\n"
                              "}\n"
                              "\n";

static const char normal[] = "/* By the method of Box and Muller (1958). */\n"
                             "static double normal(double mean, double deviation, uint64_t stream)\n"
                             "{\n"
                             "    double units[2], angle;\n"
                             "    draw(stream, units);\n"
                             "    angle = 6.28318530717958647693 * units[1];\n"
                             "    return mean + deviation * (sqrt(-2.0 * log(units[0])) *\n"
                             "                               (member & 1 ? sin(angle) : cos(angle)));\n"
                             "}\n"
                             "\n";

static const char lognormal[] =
    "/* Of this mean and standard deviation themselves, not of the logarithm. */\n"
    "static double lognormal(double mean, double deviation, uint64_t stream)\n"
    "{\n"
    "    double ratio = deviation / mean, variance = log(1.0 + ratio * ratio);\n"
    "    return exp(normal(log(mean) - variance * 0.5, sqrt(variance), stream));\n"
    "}\n"
    "\n";

/* What src/math/quantiles.c and quantiles_of_counts.c take from a library whose bits are the same
 * everywhere. */
static const char portable[] = "#include <stdbool.h>\n"
                               "#define portable_exp    exp\n"
                               "#define portable_log    log\n"
                               "#define portable_log1p  log1p\n"
                               "#define portable_expm1  expm1\n"
                               "#define portable_erfc   erfc\n"
                               "#define portable_lgamma lgamma\n"
                               "\n";

/* ---- Methods ------------------------------------------------------------------------------------------ */

static const char levels[] =
    "/* What Runge-Kutta methods need of every stock: its value at the start of the step, and a\n"
    " * sum of net flows with weights. */\n"
    "static double at_start[STOCKS], weighted[STOCKS];\n"
    "\n"
    "static void begin_stages(void)\n"
    "{\n"
    "    size_t i;\n"
    "    within = 1;\n"
    "    for (i = 0; i < STOCKS; i++) {\n"
    "        at_start[i] = *stocks[i].value;\n"
    "        weighted[i] = 0.0;\n"
    "    }\n"
    "}\n"
    "\n"
    "/* Counts the net flows with a weight, and moves the stocks to where the next stage looks. */\n"
    "static void end_stage(double weight, double reach)\n"
    "{\n"
    "    size_t i;\n"
    "    for (i = 0; i < STOCKS; i++) {\n"
    "        weighted[i] += weight * *stocks[i].change;\n"
    "        *stocks[i].value = at_start[i] + reach * *stocks[i].change;\n"
    "    }\n"
    "}\n"
    "\n"
    "static void end_stages(double factor)\n"
    "{\n"
    "    size_t i;\n"
    "    within = 0;\n"
    "    for (i = 0; i < STOCKS; i++)\n"
    "        *stocks[i].value = at_start[i] + factor * weighted[i];\n"
    "}\n"
    "\n";

static const char rk2[] = "/* Heun's method. The net flows at the start of the step are known. */\n"
                          "static void advance_stocks(void)\n"
                          "{\n"
                          "    begin_stages();\n"
                          "    end_stage(1.0, DT);\n"
                          "    now = time_of((double)step + 1.0);\n"
                          "    evaluate();\n"
                          "    end_stage(1.0, 0.0);\n"
                          "    end_stages(0.5 * DT);\n"
                          "}\n"
                          "\n";

static const char rk4[] =
    "/* The classical method of Runge and Kutta. The net flows at the start of the step are known. */\n"
    "static void advance_stocks(void)\n"
    "{\n"
    "    begin_stages();\n"
    "    end_stage(1.0, 0.5 * DT);\n"
    "    now = time_of((double)step + 0.5);\n"
    "    evaluate();\n"
    "    end_stage(2.0, 0.5 * DT);\n"
    "    evaluate();\n"
    "    end_stage(2.0, DT);\n"
    "    now = time_of((double)step + 1.0);\n"
    "    evaluate();\n"
    "    end_stage(1.0, 0.0);\n"
    "    end_stages(DT / 6.0);\n"
    "}\n"
    "\n";

void emit_method(emitter *e)
{
    text_print(&e->out, "%s%s", levels, e->model->sim_specs.method == TRUCE_RK2 ? rk2 : rk4);
}

/* ---- Output and main ---------------------------------------------------------------------------------- */

static const char print_number[] =
    "/* The shortest decimals that give the same number again. */\n"
    "static void print_number(double x)\n"
    "{\n"
    "    char text[40];\n"
    "    int digits;\n"
    "    if (isnan(x) || isinf(x)) {\n"
    "        fputs(isnan(x) ? \"nan\" : x > 0.0 ? \"inf\" : \"-inf\", stdout);\n"
    "        return;\n"
    "    }\n"
    "    for (digits = 15; digits <= 17; digits++) {\n"
    "        sprintf(text, \"%.*g\", digits, x);\n"
    "        if (strtod(text, NULL) == x)\n"
    "            break;\n"
    "    }\n"
    "    fputs(text, stdout);\n"
    "}\n"
    "\n"
    "static void print_header(void)\n"
    "{\n"
    "    size_t i;\n"
    "    fputs(\"time\", stdout);\n"
    "    for (i = 0; i < sizeof columns / sizeof *columns; i++)\n"
    "        printf(\",%s\", columns[i].name);\n"
    "    putchar('\\n');\n"
    "}\n"
    "\n"
    "static void print_row(void)\n"
    "{\n"
    "    size_t i;\n"
    "    print_number(time_of((double)step));\n"
    "    for (i = 0; i < sizeof columns / sizeof *columns; i++) {\n"
    "        putchar(',');\n"
    "        print_number(*columns[i].value);\n"
    "    }\n"
    "    putchar('\\n');\n"
    "}\n"
    "\n";

static const char set_setting[] =
    "/* \"name=value\": a constant, or the initial value of a stock. */\n"
    "static int set(const char *argument)\n"
    "{\n"
    "    const char *sign = strrchr(argument, '=');\n"
    "    char *end;\n"
    "    size_t i;\n"
    "    for (i = 0; sign && i < sizeof settings / sizeof *settings; i++)\n"
    "        if (strlen(settings[i].name) == (size_t)(sign - argument) &&\n"
    "            memcmp(settings[i].name, argument, (size_t)(sign - argument)) == 0) {\n"
    "            *settings[i].value = strtod(sign + 1, &end);\n"
    "            return end != sign + 1 && *end == '\\0';\n"
    "        }\n"
    "    return 0;\n"
    "}\n"
    "\n"
    "static void list_settings(void)\n"
    "{\n"
    "    size_t i;\n"
    "    for (i = 0; i < sizeof settings / sizeof *settings; i++) {\n"
    "        printf(\"  %s=\", settings[i].name);\n"
    "        print_number(*settings[i].value);\n"
    "        putchar('\\n');\n"
    "    }\n"
    "}\n"
    "\n";

static const char main_start[] = "int main(int argc, char **argv)\n"
                                 "{\n"
                                 "    int i;\n"
                                 "    for (i = 1; i < argc; i++) {\n"
                                 "        if (strcmp(argv[i], \"--help\") == 0) {\n";

static const char main_random[] = "        if (strncmp(argv[i], \"--seed=\", 7) == 0) {\n"
                                  "            seed = strtoull(argv[i] + 7, NULL, 10);\n"
                                  "            continue;\n"
                                  "        }\n"
                                  "        if (strncmp(argv[i], \"--member=\", 9) == 0) {\n"
                                  "            member = strtoull(argv[i] + 9, NULL, 10);\n"
                                  "            continue;\n"
                                  "        }\n";

static const char main_end[] = "        fprintf(stderr, \"cannot use \\\"%s\\\"; see --help\\n\", argv[i]);\n"
                               "        return 64;\n"
                               "    }\n"
                               "    initialise();\n"
                               "    print_header();\n"
                               "    for (step = 0;; step++) {\n"
                               "        now = time_of((double)step);\n";

void emit_main(emitter *e, bool settings, bool memory)
{
    bool draws = emit_uses_draws(e);
    text_print(&e->out, "%s%s%s", print_number, settings ? set_setting : "", main_start);
    text_print(&e->out, "            puts(\"Arguments:%s%s\");\n", settings ? " NAME=VALUE ..." : "",
               draws      ? " --seed=K --member=K"
               : settings ? ""
                          : " none");
    text_print(&e->out, "%s            return 0;\n        }\n",
               settings ? "            list_settings();\n" : "");
    text_print(&e->out, "%s%s", draws ? main_random : "",
               settings ? "        if (set(argv[i]))\n            continue;\n" : "");
    text_print(&e->out, "%s%s        evaluate();\n%s", main_end,
               e->has_fixed_delays ? "        recall();\n" : "", memory ? "        remember();\n" : "");
    text_print(&e->out, "        if (step %% SAVE_EVERY == 0)\n"
                        "            print_row();\n"
                        "        if (step == STEPS)\n"
                        "            break;\n"
                        "        advance();\n"
                        "    }\n"
                        "    return fflush(stdout) != 0 || ferror(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;\n"
                        "}\n");
}

/* ---- What is used ------------------------------------------------------------------------------------- */

bool emit_uses_draws(const emitter *e)
{
    return e->uses[OP_RANDOM_UNIFORM] || e->uses[OP_RANDOM_NORMAL] || e->uses[OP_RANDOM_LOGNORMAL];
}

static bool uses_quantiles(const emitter *e)
{
    return e->uses[OP_GAMMA] || e->uses[OP_POISSON] || e->uses[OP_TRUNCATED_NORMAL] || e->uses[OP_BETA] ||
           e->uses[OP_BINOMIAL];
}

void emit_support(emitter *e)
{
    const struct {
        const char *function;
        bool used;
    } all[] = {{least, e->uses[OP_MIN]},
               {greatest, e->uses[OP_MAX]},
               {modulo, e->uses[OP_MOD]},
               {safe_divide, e->uses[OP_SAFE_DIVIDE]},
               {lookup, e->uses[OP_LOOKUP]},
               {delay, e->has_delays},
               {generator, emit_uses_draws(e)},
               {uniform, e->uses[OP_RANDOM_UNIFORM]},
               {normal, e->uses[OP_RANDOM_NORMAL] || e->uses[OP_RANDOM_LOGNORMAL]},
               {lognormal, e->uses[OP_RANDOM_LOGNORMAL]},
               {portable, uses_quantiles(e)},
               {emit_quantiles, uses_quantiles(e)}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].used)
            text_add(&e->out, all[i].function, strlen(all[i].function));
}
