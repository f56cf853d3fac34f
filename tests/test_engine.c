/* Runs against closed forms, and the same bits however the members are computed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine.h"
#include "hand_model.h"
#include "math/random.h"

typedef struct trial { /* one block; zeros are defaults */
    const truce_program_options *options;
    engine_level level;
    size_t width;
    uint64_t first;
    const double *parameters, *schedules, *factors;
} trial;

/* Compiles and runs; gives [save][output][width]. */
static double *run_trial(const truce_model *m, trial t)
{
    truce_program *p = NULL;
    truce_run *run = NULL;
    truce_error error = {0};
    if (t.width == 0)
        t.width = 8;
    if (truce_program_compile(m, t.options, &p, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    assert_int_equal(engine_run_create(p, t.width, t.level, &run, &error), TRUCE_OK);
    double *results = calloc(p->save_count * p->output_count * t.width, sizeof *results);
    assert_int_equal(
        truce_run_execute(run, 7, t.first, t.width, t.parameters, t.schedules, t.factors, results, NULL), 0);
    truce_run_destroy(run);
    truce_program_destroy(p);
    return results;
}

/* A stock whose net flow is rate * stock. */
static truce_model *growth(double rate, double dt)
{
    truce_model *m = hand_model(0, 8, dt);
    size_t stock = add(m, ELEMENT_STOCK, "stock", NULL, num(m, 3));
    m->elements[stock].equation = op2(m, OP_MULTIPLY, num(m, rate), var(m, stock));
    return m;
}

static void exponential_change_under_euler_is_the_power_of_one_plus_rate_times_dt(void **state)
{
    (void)state;
    static const double rates[] = {0.4, -0.3};
    for (int i = 0; i < 2; i++) {
        truce_model *m = growth(rates[i], 0.25);
        double *r = run_trial(m, (trial){0});
        for (int k = 0; k <= 32; k++)
            assert_near(r[k * 8 + 3], 3 * pow(1 + rates[i] * 0.25, k), 1e-13 * r[k * 8 + 3]);
        free(r);
        hand_destroy(m);
    }
}

/* Error at the end of y' = -y + sin t, y(0) = 3; y = (sin t - cos t) / 2 + 3.5 exp(-t). */
static double error_at_end(double dt, bool rk4)
{
    truce_model *m = hand_model(0, 8, dt);
    m->sim_specs.method = rk4 ? TRUCE_RK4 : TRUCE_EULER;
    size_t y = add(m, ELEMENT_STOCK, "y", NULL, num(m, 3));
    m->elements[y].equation = op2(m, OP_SUBTRACT, op1(m, OP_SIN, now(m)), var(m, y));
    double *r = run_trial(m, (trial){0});
    double error = fabs(r[(size_t)(8 / dt) * 8] - ((sin(8) - cos(8)) / 2 + 3.5 * exp(-8)));
    free(r);
    hand_destroy(m);
    return error;
}

static void euler_is_of_order_one_and_runge_kutta_of_order_four(void **state)
{
    (void)state;
    double euler = log2(error_at_end(1.0 / 64, false) / error_at_end(1.0 / 128, false));
    double rk4 = log2(error_at_end(0.125, true) / error_at_end(0.0625, true));
    assert_near(euler, 1, 0.1);
    assert_near(rk4, 4, 0.2);
}

/* Lotka and Volterra: x' = x - x y, y' = x y - y conserves x - ln x + y - ln y. */
static void predator_and_prey_conserve_their_invariant(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 40, 0.03125);
    m->sim_specs.method = TRUCE_RK4;
    size_t x = add(m, ELEMENT_STOCK, "prey", NULL, num(m, 2)),
           y = add(m, ELEMENT_STOCK, "predators", NULL, num(m, 1));
    const expression *meet = op2(m, OP_MULTIPLY, var(m, x), var(m, y));
    m->elements[x].equation = op2(m, OP_SUBTRACT, var(m, x), meet);
    m->elements[y].equation = op2(m, OP_SUBTRACT, meet, var(m, y));
    double *r = run_trial(m, (trial){0});
    for (int k = 0; k <= 1280; k += 10) {
        double a = r[k * 16], b = r[k * 16 + 8];
        assert_near(a - log(a) + b - log(b), 2 - log(2) + 1, 1e-5);
    }
    free(r);
    hand_destroy(m);
}

/* x' = v, v' = -x: each new value needs the other's old one. Under Euler, x + i v turns by 1 - i dt a step.
 */
static void stocks_that_drive_one_another_directly_change_together(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 0.5);
    size_t x = add(m, ELEMENT_STOCK, "x", NULL, num(m, 1)), v = add(m, ELEMENT_STOCK, "v", NULL, num(m, 0));
    m->elements[x].equation = var(m, v);
    m->elements[v].equation = op1(m, OP_NEGATE, var(m, x));
    double *r = run_trial(m, (trial){0}), a = 1, b = 0;
    for (int k = 0; k <= 8; k++) {
        assert_near(r[k * 16], a, 1e-13);
        assert_near(r[k * 16 + 8], b, 1e-13);
        double next = a + 0.5 * b;
        b -= 0.5 * a;
        a = next;
    }
    free(r);
    hand_destroy(m);
}

static void states_take_their_next_value_all_at_once(void **state)
{
    (void)state;
    for (int rk4 = 0; rk4 < 2; rk4++) {
        truce_model *m = hand_model(0, 6, 1);
        m->sim_specs.method = rk4 ? TRUCE_RK4 : TRUCE_EULER;
        size_t a = add(m, ELEMENT_STATE, "a", NULL, num(m, 10)),
               b = add(m, ELEMENT_STATE, "b", NULL, num(m, 20));
        size_t c = add(m, ELEMENT_STATE, "c", now(m), num(m, -1));    /* PREVIOUS(TIME, -1) */
        size_t d = add(m, ELEMENT_STATE, "d", var(m, c), num(m, -2)); /* PREVIOUS(PREVIOUS(TIME, -1), -2) */
        m->elements[a].equation = var(m, b);
        m->elements[b].equation = var(m, a);
        add(m, ELEMENT_STATE, "init", NULL, op2(m, OP_ADD, var(m, d), now(m)));
        double *r = run_trial(m, (trial){0});
        for (int k = 0; k <= 6; k++) {
            assert_true(r[k * 40] == (k % 2 ? 20 : 10) && r[k * 40 + 8] == (k % 2 ? 10 : 20));
            assert_true(r[k * 40 + 16] == k - 1);
            assert_true(r[k * 40 + 24] == (k == 0 ? -2 : k - 2));
            assert_true(r[k * 40 + 32] == -2);
        }
        free(r);
        hand_destroy(m);
    }
}

static void delays_give_what_went_in_that_long_ago(void **state)
{
    (void)state;
    truce_model *m = hand_model(10, 20, 0.5);
    size_t x = add(m, ELEMENT_AUX, "x", op2(m, OP_MULTIPLY, now(m), now(m)), NULL);
    size_t length = add(m, ELEMENT_AUX, "length", num(m, 2), NULL);
    size_t fixed = add(m, ELEMENT_DELAY, "fixed", var(m, x), num(m, -1));
    m->elements[fixed].delay = num(m, 3);
    size_t own = add(m, ELEMENT_DELAY, "own", var(m, x), var(m, length));
    m->elements[own].delay = var(m, length);
    size_t endless = add(m, ELEMENT_DELAY, "endless", var(m, x), num(m, 4));
    m->elements[endless].delay = num(m, 1e9);
    truce_input input = {"length", TRUCE_INPUT_PARAMETER};
    truce_program_options options = {.inputs = &input, .input_count = 1};
    const double lengths[8] = {0, 0.5, 1, 2, 3.7, 5, 9, 100};
    double *r = run_trial(m, (trial){.options = &options, .parameters = lengths});
    for (int k = 0; k <= 20; k++) {
        double t = 10 + 0.5 * k;
        const double *now_fixed = r + k * 40 + 16, *now_own = now_fixed + 8, *now_endless = now_own + 8;
        for (int i = 0; i < 8; i++) {
            double delay = fmax(0.5, floor(lengths[i] / 0.5 + 0.5) * 0.5);
            assert_true(now_fixed[i] == (t - 3 >= 10 ? (t - 3) * (t - 3) : -1));
            assert_true(now_own[i] == (t - delay >= 10 ? (t - delay) * (t - delay) : lengths[i]));
            assert_true(now_endless[i] == 4);
        }
    }
    free(r);
    hand_destroy(m);
}

static void lookups_end_as_their_type_says(void **state)
{
    (void)state;
    static const double x[] = {0, 1, 3}, y[] = {10, 20, 0};
    truce_model *m = hand_model(-2, 6, 0.5);
    static const char *const names[] = {"continuous", "extrapolate", "discrete"};
    for (int i = 0; i < 3; i++)
        add(m, ELEMENT_AUX, names[i],
            indexed(op1(m, OP_LOOKUP, now(m)), add_table(m, (xmile_graph_type)i, 3, x, y)), NULL);
    double *r = run_trial(m, (trial){0});
    for (int k = 0; k <= 16; k++) {
        double t = -2 + 0.5 * k, inside = t < 1 ? 10 + 10 * t : 20 - 10 * (t - 1);
        assert_near(r[k * 24], t < 0 ? 10 : t > 3 ? 0 : inside, 1e-12);
        assert_near(r[k * 24 + 8], inside, 1e-12);
        assert_near(r[k * 24 + 16], t < 1 ? 10 : t < 3 ? 20 : 0, 0);
    }
    free(r);
    hand_destroy(m);
}

/* An auxiliary under all three inputs, and a stock that starts from it. */
static void a_schedule_replaces_a_parameter_and_a_factor_multiplies_both(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 3, 1);
    size_t a = add(m, ELEMENT_AUX, "a", num(m, 1), NULL);
    size_t stock = add(m, ELEMENT_STOCK, "stock", NULL, var(m, a));
    m->elements[stock].equation = var(m, a);
    truce_input inputs[] = {
        {"a", TRUCE_INPUT_PARAMETER}, {"a", TRUCE_INPUT_SCHEDULE}, {"a", TRUCE_INPUT_FACTOR}};
    truce_program_options options = {.inputs = inputs, .input_count = 3};
    const double parameters[8] = {5, 6, 7, 8, 9, 10, 11, 12}, schedule[4] = {NAN, 100, NAN, 200};
    const double factors[4] = {2, 3, 4, 5};
    double *r = run_trial(
        m, (trial){.options = &options, .parameters = parameters, .schedules = schedule, .factors = factors});
    for (int i = 0; i < 8; i++) {
        double p = parameters[i], expected[4] = {2 * p, 300, 4 * p, 1000}, total = 2 * p;
        for (int k = 0; k < 4; k++) {
            assert_true(r[k * 16 + i] == expected[k]);
            assert_true(r[k * 16 + 8 + i] == total);
            total += expected[k];
        }
    }
    free(r);
    hand_destroy(m);
}

/* Every kind of operation and element, many members: what the tests of equal bits run. */
static truce_model *mixture(truce_method method)
{
    static const double x[] = {0, 1, 2, 3, 5, 8}, y[] = {1, 0.5, 0.7, 0.2, 0.1, 0};
    truce_model *m = hand_model(0, 12, 0.25);
    m->sim_specs.method = method;
    m->sim_specs.save_step = 1;
    size_t p = add(m, ELEMENT_AUX, "p", num(m, 1), NULL), q = add(m, ELEMENT_AUX, "q", num(m, 2), NULL);
    size_t a = add(m, ELEMENT_STOCK, "a", NULL, op2(m, OP_MULTIPLY, var(m, p), var(m, q)));
    size_t b = add(m, ELEMENT_STOCK, "b", NULL, num(m, 1));
    size_t season =
        add(m, ELEMENT_AUX, "season", op1(m, OP_COS, op2(m, OP_MULTIPLY, now(m), num(m, 0.5))), NULL);
    size_t noise =
        add(m, ELEMENT_AUX, "noise", indexed(op2(m, OP_RANDOM_NORMAL, num(m, 0), var(m, p)), 42), NULL);
    size_t delayed = add(m, ELEMENT_DELAY, "delayed", var(m, a), var(m, q));
    m->elements[delayed].delay = var(m, q);
    size_t curve = add_table(m, XMILE_CONTINUOUS, 6, x, y);
    size_t effect = add(m, ELEMENT_AUX, "effect", indexed(op1(m, OP_LOOKUP, var(m, a)), curve), NULL);
    size_t power =
        add(m, ELEMENT_AUX, "power", op2(m, OP_POWER, op1(m, OP_ABS, var(m, b)), num(m, 0.7)), NULL);
    const expression *flow = op2(m, OP_ADD, op2(m, OP_MULTIPLY, var(m, effect), var(m, season)),
                                 op2(m, OP_MULTIPLY, num(m, 0.1), var(m, noise)));
    const expression *held =
        op3(m, OP_IF, op2(m, OP_GREATER, var(m, a), num(m, 2)), op1(m, OP_NEGATE, var(m, power)), flow);
    m->elements[a].equation = op2(m, OP_SUBTRACT, held, op2(m, OP_MULTIPLY, num(m, 0.05), var(m, a)));
    m->elements[b].equation = op2(m, OP_SUBTRACT, op2(m, OP_MAX, var(m, delayed), num(m, 0.3)),
                                  op2(m, OP_MIN, var(m, b), op2(m, OP_DIVIDE, var(m, a), var(m, q))));
    size_t before = add(m, ELEMENT_STATE, "before", var(m, effect), num(m, 0));
    add(m, ELEMENT_AUX, "sum",
        op2(m, OP_ADD, var(m, before), op1(m, OP_EXP, op2(m, OP_MULTIPLY, var(m, noise), num(m, 0.1)))),
        NULL);
    return m;
}

enum { MEMBERS = 128, MIXTURE_SAVES = 13 };

static const truce_input mixture_inputs[] = {{"p", TRUCE_INPUT_PARAMETER}, {"q", TRUCE_INPUT_PARAMETER}};
static const truce_program_options mixture_options = {
    .inputs = mixture_inputs, .input_count = 2, .tolerance = 1e-4};

/* [member][save][output], from blocks of the width. */
static double *run_members(const truce_model *m, engine_level level, size_t width, size_t first, size_t count)
{
    truce_program *p = NULL;
    truce_run *run = NULL;
    assert_int_equal(truce_program_compile(m, &mixture_options, &p, NULL), TRUCE_OK);
    assert_int_equal(engine_run_create(p, width, level, &run, NULL), TRUCE_OK);
    size_t each = p->save_count * p->output_count;
    double *all = calloc(each * count, sizeof *all), *block = calloc(each * width, sizeof *block);
    double *parameters = calloc(2 * width, sizeof *parameters);
    for (size_t start = 0; start < count; start += width) {
        size_t here = count - start < width ? count - start : width;
        for (size_t i = 0; i < width; i++) {
            parameters[i] = i < here ? 0.5 + random_uniform(1, first + start + i, 1, 0) : NAN;
            parameters[width + i] = i < here ? 1 + random_uniform(1, first + start + i, 2, 0) : INFINITY;
        }
        assert_int_equal(truce_run_execute(run, 5, first + start, here, parameters, NULL, NULL, block, NULL),
                         0);
        for (size_t i = 0; i < here; i++)
            for (size_t k = 0; k < each; k++)
                all[(start + i) * each + k] = block[k * width + i];
    }
    free(block);
    free(parameters);
    truce_run_destroy(run);
    truce_program_destroy(p);
    return all;
}

/* Predators and prey: RK45 takes steps of its own in every member, across DT. */
static truce_model *smooth(void)
{
    truce_model *m = hand_model(0, 12, 0.25);
    m->sim_specs.method = TRUCE_RK45;
    m->sim_specs.save_step = 1;
    size_t p = add(m, ELEMENT_AUX, "p", num(m, 1), NULL), q = add(m, ELEMENT_AUX, "q", num(m, 2), NULL);
    size_t x = add(m, ELEMENT_STOCK, "prey", NULL, var(m, q));
    size_t y = add(m, ELEMENT_STOCK, "predators", NULL, num(m, 1));
    const expression *meet = op2(m, OP_MULTIPLY, var(m, x), var(m, y));
    m->elements[x].equation = op2(m, OP_SUBTRACT, op2(m, OP_MULTIPLY, var(m, p), var(m, x)), meet);
    m->elements[y].equation = op2(m, OP_SUBTRACT, meet, op2(m, OP_MULTIPLY, var(m, q), var(m, y)));
    return m;
}

/* A mixture for each method, and then what is smooth. */
enum { KINDS = TRUCE_RK45 + 2 };

static truce_model *of_kind(int kind)
{
    return kind <= TRUCE_RK45 ? mixture((truce_method)kind) : smooth();
}

static void results_are_the_same_bits_for_every_width_and_instruction_set(void **state)
{
    (void)state;
    static const size_t widths[] = {8, 16, 64, 128};
    for (int kind = 0; kind < KINDS; kind++) {
        truce_model *m = of_kind(kind);
        size_t bytes = MEMBERS * MIXTURE_SAVES * m->element_count * sizeof(double);
        double *reference = run_members(m, ENGINE_BASELINE, 8, 0, MEMBERS);
        for (engine_level level = ENGINE_BASELINE; level < ENGINE_LEVELS; level++)
            for (int w = 0; engine_level_available(level) && w < 4; w++) {
                double *r = run_members(m, level, widths[w], 0, MEMBERS);
                assert_memory_equal(r, reference, bytes);
                free(r);
            }
        free(reference);
        hand_destroy(m);
    }
}

/* Recorded once for each set of special functions: every compiler, processor and operating system gives these bits. */
static void results_are_the_same_bits_for_every_compiler(void **state)
{
    (void)state;
#if TRUCE_OWN_SPECIAL
    static const uint64_t recorded[KINDS] = {0x8a4ae6997885d88fu, 0x02814f8ff0f9f169u, 0xeb9937a078c778a5u,
                                             0x3ba15de58a05705cu, 0xab3e0e9a6c5f5916u};
#else
    static const uint64_t recorded[KINDS] = {0x4ae5f95a73862c41u, 0xeb4e7a126c71690du, 0xc19f0c9ec429b258u,
                                             0x8ca8317dc7104565u, 0xabe58d7d78f63371u};
#endif
    for (int kind = 0; kind < KINDS; kind++) {
        truce_model *m = of_kind(kind);
        double *r = run_members(m, engine_best_level(), 64, 0, MEMBERS);
        uint64_t hash = hash_bytes(r, MEMBERS * MIXTURE_SAVES * m->element_count * sizeof(double));
        if (hash != recorded[kind])
            fail_msg("kind %d: 0x%llx is not 0x%llx", kind, (unsigned long long)hash,
                     (unsigned long long)recorded[kind]);
        free(r);
        hand_destroy(m);
    }
}

static void a_member_alone_is_the_same_as_in_a_block(void **state)
{
    (void)state;
    for (int kind = 0; kind < KINDS; kind++) {
        truce_model *m = of_kind(kind);
        size_t each = MIXTURE_SAVES * m->element_count;
        double *all = run_members(m, engine_best_level(), 64, 0, MEMBERS);
        for (size_t member = 0; member < MEMBERS; member += 37) {
            double *alone = run_members(m, engine_best_level(), 8, member, 1);
            assert_memory_equal(alone, all + member * each, each * sizeof *all);
            free(alone);
        }
        free(all);
        hand_destroy(m);
    }
}

typedef struct taken {
    const double *all; /* what truce_run_execute gives */
    size_t row, saves;
} taken;

static bool compare_row(void *context, size_t save, const double *row)
{
    taken *t = context;
    assert_int_equal(save, t->saves++);
    assert_memory_equal(row, t->all + save * t->row, t->row * sizeof *row);
    return t->saves < 5;
}

/* A save at a time is the same as all of them, and the taker may end the run. */
static void saves_may_be_taken_one_by_one(void **state)
{
    (void)state;
    for (int kind = 0; kind < KINDS; kind++) {
        truce_model *m = of_kind(kind);
        truce_program *p;
        truce_run *run;
        truce_error error;
        assert_int_equal(truce_program_compile(m, NULL, &p, &error), TRUCE_OK);
        assert_int_equal(truce_run_create(p, 8, &run, &error), TRUCE_OK);
        size_t row = 8 * truce_program_output_count(p);
        double *all = calloc(row * truce_program_save_count(p), sizeof *all), *one = calloc(row, sizeof *one);
        taken t = {all, row, 0};
        truce_run_execute(run, 7, 0, 8, NULL, NULL, NULL, all, NULL);
        engine_run_rows(run, 7, 0, 8, NULL, NULL, NULL, one, compare_row, &t);
        assert_int_equal(t.saves, 5);
        free(all);
        free(one);
        truce_run_destroy(run);
        truce_program_destroy(p);
        hand_destroy(m);
    }
}

/* Independent computation of one member of the mixture under Euler, in plain C. */
static void the_mixture_follows_its_equations(void **state)
{
    (void)state;
    static const double tx[] = {0, 1, 2, 3, 5, 8}, ty[] = {1, 0.5, 0.7, 0.2, 0.1, 0};
    truce_model *m = mixture(TRUCE_EULER);
    double *r = run_members(m, engine_best_level(), 8, 3, 1);
    double p = 0.5 + random_uniform(1, 3, 1, 0), q = 1 + random_uniform(1, 3, 2, 0);
    double a = p * q, b = 1, before = 0, history[64];
    int length = (int)floor(q / 0.25 + 0.5);
    for (int k = 0; k <= 48; k++) {
        double noise = p * random_member_normal(5, 3, 42, (uint64_t)k), effect = a <= 0 ? 1 : 0;
        for (int i = 0; i < 5; i++)
            if (a >= tx[i] && a < tx[i + 1])
                effect = ty[i] + (a - tx[i]) * (ty[i + 1] - ty[i]) / (tx[i + 1] - tx[i]);
        double flow = effect * cos(k * 0.125) + 0.1 * noise, delayed = k >= length ? history[k - length] : q;
        history[k] = a;
        if (k % 4 == 0) {
            const double *out = r + k / 4 * (int)m->element_count;
            assert_near(out[2], a, 1e-12);
            assert_near(out[3], b, 1e-12);
            assert_near(out[6], delayed, 1e-12);
            assert_near(out[10], before + exp(noise * 0.1), 1e-12);
        }
        double da = (a > 2 ? -pow(fabs(b), 0.7) : flow) - 0.05 * a;
        double db = fmax(delayed, 0.3) - fmin(b, a / q);
        a += 0.25 * da;
        b += 0.25 * db;
        before = effect;
    }
    free(r);
    hand_destroy(m);
}

static void members_with_values_that_are_not_finite_are_counted(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 1);
    size_t p = add(m, ELEMENT_AUX, "p", num(m, 1), NULL);
    add(m, ELEMENT_AUX, "inverse", op2(m, OP_DIVIDE, num(m, 1), var(m, p)), NULL);
    truce_input input = {"p", TRUCE_INPUT_PARAMETER};
    truce_program_options options = {.inputs = &input, .input_count = 1};
    truce_program *program = NULL;
    truce_run *run = NULL;
    assert_int_equal(truce_program_compile(m, &options, &program, NULL), TRUCE_OK);
    assert_int_equal(truce_run_create(program, 8, &run, NULL), TRUCE_OK);
    double results[5 * 2 * 8];
    const double parameters[8] = {1, 2, 0, 4, 0, 6, 0, 0};
    size_t first = 99;
    assert_int_equal(truce_run_execute(run, 1, 0, 6, parameters, NULL, NULL, results, &first), 2);
    assert_int_equal(first, 2);
    assert_true(isinf(results[8 + 2]));
    truce_run_destroy(run);
    truce_program_destroy(program);
    hand_destroy(m);
}

static void a_block_of_a_wrong_width_is_refused(void **state)
{
    (void)state;
    static const size_t widths[] = {1, 7, 12, 1032};
    truce_model *m = growth(1, 1);
    truce_program *p = NULL;
    truce_run *run = NULL;
    assert_int_equal(truce_program_compile(m, NULL, &p, NULL), TRUCE_OK);
    for (int i = 0; i < 4; i++)
        assert_int_equal(truce_run_create(p, widths[i], &run, NULL), TRUCE_BAD_USAGE);
    assert_null(run);
    truce_program_destroy(p);
    hand_destroy(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponential_change_under_euler_is_the_power_of_one_plus_rate_times_dt),
        cmocka_unit_test(euler_is_of_order_one_and_runge_kutta_of_order_four),
        cmocka_unit_test(predator_and_prey_conserve_their_invariant),
        cmocka_unit_test(stocks_that_drive_one_another_directly_change_together),
        cmocka_unit_test(states_take_their_next_value_all_at_once),
        cmocka_unit_test(delays_give_what_went_in_that_long_ago),
        cmocka_unit_test(lookups_end_as_their_type_says),
        cmocka_unit_test(a_schedule_replaces_a_parameter_and_a_factor_multiplies_both),
        cmocka_unit_test(results_are_the_same_bits_for_every_width_and_instruction_set),
        cmocka_unit_test(results_are_the_same_bits_for_every_compiler),
        cmocka_unit_test(a_member_alone_is_the_same_as_in_a_block),
        cmocka_unit_test(saves_may_be_taken_one_by_one),
        cmocka_unit_test(the_mixture_follows_its_equations),
        cmocka_unit_test(members_with_values_that_are_not_finite_are_counted),
        cmocka_unit_test(a_block_of_a_wrong_width_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
