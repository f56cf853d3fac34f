/* Every kernel at every level against the scalar meaning of its operation, on values that go wrong easily. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/level.h"
#include "math/random.h"
#include "math/special.h"
#include "program/values.h"

#include <float.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = USUAL_WIDTH, ROUNDS = 40 };

static const double specials[] = {0.0,     -0.0,      1.0,    -1.0,    0.5,      2.0,       -2.5, 3.0,
                                  1e300,   -1e300,    1e-310, -1e-310, INFINITY, -INFINITY, NAN,  DBL_MAX,
                                  DBL_MIN, 1.0 / 3.0, 709.0,  710.0,   -746.0,   1e9,       -1e9, 12345.678};
enum { SPECIALS = sizeof specials / sizeof *specials };

static double pick(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    uint64_t bits = *state >> 33;
    return bits % 4 ? specials[bits / 4 % SPECIALS] : (double)(int64_t)(bits % 20001 - 10000) / 97.0;
}

static bool same(double a, double b)
{
    return (a != a && b != b) || memcmp(&a, &b, sizeof a) == 0;
}

/* A little register file: four columns, a result and four scalars. */
enum { RESULT = OPERANDS * WIDTH, SCALARS = RESULT + WIDTH, FILE_SIZE = SCALARS + OPERANDS };

static void compare(engine_level level, size_t usual, unsigned operation_code, unsigned pattern,
                    uint64_t *seed)
{
    _Alignas(64) double file[FILE_SIZE];
    kernel_call call = {.run = level_kernels(level, usual)->of[operation_code][pattern], .result = RESULT};
    frame f = {.base = file, .width = WIDTH};
    for (int i = 0; i < FILE_SIZE; i++)
        file[i] = pick(seed);
    for (unsigned k = 0; k < OPERANDS; k++)
        call.operands[k] = (pattern >> k & 1) ? SCALARS + k : k * WIDTH;
    assert_non_null(call.run);
    call.run(&call, &f);
    for (int i = 0; i < WIDTH; i++) {
        double o[OPERANDS];
        for (unsigned k = 0; k < OPERANDS; k++)
            o[k] = (pattern >> k & 1) ? file[SCALARS + k] : file[k * WIDTH + (unsigned)i];
        double expected = operation_value(operation_code, o[0], o[1], o[2], o[3]), given = file[RESULT + i];
        if (!same(given, expected))
            fail_msg("%s pattern %u at %s of %g, %g, %g, %g: %.17g is not %.17g", code_name(operation_code),
                     pattern, engine_level_name(level), o[0], o[1], o[2], o[3], given, expected);
    }
}

static void every_operation_gives_the_bits_of_its_scalar_form(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (engine_level level = ENGINE_BASELINE; level < ENGINE_LEVELS; level++)
        for (unsigned c = 0; engine_level_available(level) && c <= CODE_MOD; c++)
            for (unsigned pattern = 0; pattern < 1u << code_operands(c); pattern++)
                for (int round = 0; round < ROUNDS; round++)
                    compare(level, round % 2 ? USUAL_WIDTH : 0, c, pattern, &seed);
}

static void an_operation_may_replace_its_operand(void **state)
{
    (void)state;
    for (engine_level level = ENGINE_BASELINE; level < ENGINE_LEVELS; level++) {
        if (!engine_level_available(level))
            continue;
        _Alignas(64) double file[2 * WIDTH];
        for (int i = 0; i < 2 * WIDTH; i++)
            file[i] = i % WIDTH;
        kernel_call call = {.result = 0, .operands = {WIDTH, 0}};
        level_kernels(level, USUAL_WIDTH)
            ->of[CODE_SUBTRACT][0](&call, &(frame){.base = file, .width = WIDTH});
        for (int i = 0; i < WIDTH; i++)
            assert_true(file[i] == 0.0);
    }
}

static void not_a_number_is_never_lost_by_least_and_greatest(void **state)
{
    (void)state;
    assert_true(isnan(operation_value(CODE_MIN, NAN, 1, 0, 0)) &&
                isnan(operation_value(CODE_MIN, 1, NAN, 0, 0)));
    assert_true(isnan(operation_value(CODE_MAX, NAN, 1, 0, 0)) &&
                isnan(operation_value(CODE_MAX, 1, NAN, 0, 0)));
}

static void remainder_has_the_sign_of_the_divisor(void **state)
{
    (void)state;
    static const double rows[][3] = {{7, 3, 1}, {-7, 3, 2},    {7, -3, -2},  {-7, -3, -1},
                                     {6, 3, 0}, {5.5, 2, 1.5}, {1e17, 3, 1}, {-1, INFINITY, INFINITY}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(operation_value(CODE_MOD, rows[i][0], rows[i][1], 0, 0) == rows[i][2]);
    assert_true(isnan(operation_value(CODE_MOD, 1, 0, 0, 0)));
}

/* Multiples of the divisor and their neighbours, where a quotient may be rounded up to the next whole number; quotients of
 * every size; a lane of each group that has none. */
static void remainders_next_to_multiples_have_the_bits_of_the_scalar_form(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (engine_level level = ENGINE_BASELINE; level < ENGINE_LEVELS; level++)
        for (int round = 0; engine_level_available(level) && round < 4000; round++) {
            _Alignas(64) double file[3 * WIDTH];
            for (int i = 0; i < WIDTH; i++) {
                double y = ldexp(pick(&seed), round % 3 ? 0 : round % 700 - 350);
                double x = y * floor(ldexp(pick(&seed), round % 60));
                uint64_t bits;
                memcpy(&bits, &x, sizeof x);
                bits += (uint64_t)(i % 5) - 2;
                memcpy(&x, &bits, sizeof x);
                file[i] = isfinite(x) || i % 8 == 7 ? x : 1.0 - i;
                file[WIDTH + i] = (isfinite(y) && y != 0.0) || i % 8 == 7 ? y : 3.5;
            }
            kernel_call call = {.result = 2 * WIDTH, .operands = {0, WIDTH}};
            level_kernels(level, USUAL_WIDTH)->of[CODE_MOD][0](&call, &(frame){.base = file, .width = WIDTH});
            for (int i = 0; i < WIDTH; i++)
                if (!same(file[2 * WIDTH + i], modulo(file[i], file[WIDTH + i])))
                    fail_msg("MOD(%a, %a) at %s is %a and not %a", file[i], file[WIDTH + i],
                             engine_level_name(level), file[2 * WIDTH + i], modulo(file[i], file[WIDTH + i]));
        }
}

static void special_functions_are_those_of_mathematics(void **state)
{
    (void)state;
    for (double x = 0.01; x < 0.99; x += 0.0137) {
        assert_true(fabs(operation_value(CODE_EXP, x, 0, 0, 0) / exp(x) - 1) < 4e-16);
        assert_true(fabs(operation_value(CODE_LN, x, 0, 0, 0) / log(x) - 1) < 4e-16);
        assert_true(fabs(operation_value(CODE_LOG10, x, 0, 0, 0) / log10(x) - 1) < 4e-16);
        assert_true(fabs(operation_value(CODE_SIN, x, 0, 0, 0) / sin(x) - 1) < 4e-16);
        assert_true(fabs(operation_value(CODE_COS, x, 0, 0, 0) / cos(x) - 1) < 4e-16);
        assert_true(fabs(operation_value(CODE_TAN, x, 0, 0, 0) / tan(x) - 1) < 4e-16);
        assert_true(fabs(operation_value(CODE_ARCSIN, x, 0, 0, 0) / asin(x) - 1) < 4e-16);
        assert_true(fabs(operation_value(CODE_ARCCOS, x, 0, 0, 0) / acos(x) - 1) < 4e-16);
        assert_true(fabs(operation_value(CODE_ARCTAN, x, 0, 0, 0) / atan(x) - 1) < 4e-16);
        assert_true(fabs(operation_value(CODE_POWER, x, 1.7, 0, 0) / pow(x, 1.7) - 1) < 4e-16);
    }
}

/* Usual arguments alone, which kernels take together, and with one that is not among them: every lane has the bits of one
 * number by itself. Logarithms of the results are of all sizes, and beyond what doubles hold. */
static void powers_have_the_bits_of_one_number_whatever_their_neighbours(void **state)
{
    (void)state;
    uint64_t seed = 3;
    _Alignas(64) double file[3 * WIDTH];
    kernel_call call = {.operands = {0, WIDTH}, .result = 2 * WIDTH};
    for (engine_level level = ENGINE_BASELINE; level < ENGINE_LEVELS; level++)
        for (int round = 0; engine_level_available(level) && round < 20 * ROUNDS; round++) {
            for (int i = 0; i < WIDTH; i++) {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                double part = (double)(seed >> 11) * 0x1p-53 + 0.5;
                file[i] = round % 4 == 0 ? 1 + ldexp(part - 1, -(i % 52)) : ldexp(part, i * 16 - 1024);
                file[WIDTH + i] = (round % 2 ? 0.9 : -1) * 700 * part / log(file[i]);
            }
            if (round % 3 == 0)
                file[round % (2 * WIDTH)] = pick(&seed);
            level_kernels(level, WIDTH)->of[CODE_POWER][0](&call, &(frame){.base = file, .width = WIDTH});
            for (int i = 0; i < WIDTH; i++)
                if (!same(file[2 * WIDTH + i], portable_pow(file[i], file[WIDTH + i])))
                    fail_msg("%a ^ %a at %s: %a", file[i], file[WIDTH + i], engine_level_name(level),
                             file[2 * WIDTH + i]);
        }
}

static void what_is_done_with_blocks_has_the_bits_of_its_scalar_form(void **state)
{
    (void)state;
    enum { LANES = 24 };
    for (engine_level level = ENGINE_BASELINE; level < ENGINE_LEVELS; level++) {
        if (!engine_level_available(level))
            continue;
        const kernel_set *kernels = level_kernels(level, LANES);
        double in[LANES], out[LANES];
        for (int i = 0; i < LANES; i++)
            in[i] = 0.3 + 1.7 * i;
        kernels->logarithm(out, in, LANES);
        for (int i = 0; i < LANES; i++)
            assert_true(same(out[i], portable_log(in[i])));
        kernels->exponential(out, in, LANES);
        for (int i = 0; i < LANES; i++)
            assert_true(same(out[i], portable_exp(in[i])));
        uint64_t member = ((uint64_t)3 << 32) - 5; /* carries into the upper word */
        kernels->member_normals(out, random_key(7, 11), member, 4, LANES);
        for (int i = 0; i < LANES; i++)
            assert_true(same(out[i], random_member_normal(7, member + (uint64_t)i, 11, 4)));
    }
}

/* Values with lanes left over; one that is no number within the range of a float, in each place. */
static void values_become_floats_and_what_is_none_is_told(void **state)
{
    (void)state;
    enum { LANES = 27 };
    static const double none[] = {NAN, INFINITY, -INFINITY, 1e39, -1e39};
    for (engine_level level = ENGINE_BASELINE; level < ENGINE_LEVELS; level++) {
        if (!engine_level_available(level))
            continue;
        const kernel_set *kernels = level_kernels(level, 0);
        double in[LANES];
        float out[LANES];
        for (int i = 0; i < LANES; i++)
            in[i] = ldexp(1.0 / 3 + i, i % 2 ? -140 : 40); /* some are subnormal */
        assert_true(kernels->narrow(out, in, LANES));
        for (int i = 0; i < LANES; i++)
            assert_true(out[i] == (float)in[i]);
        for (int i = 0; i < LANES; i++)
            for (size_t k = 0; k < sizeof none / sizeof *none; k++) {
                double sound = in[i];
                in[i] = none[k];
                assert_false(kernels->narrow(out, in, LANES));
                in[i] = sound;
            }
    }
}

/* A table of n points, even or not; its kernel against table_value, on points, between, beyond, and on
 * specials. */
static void try_table(engine_level level, size_t n, bool even, bool extrapolate)
{
    double points[3 * 300];
    _Alignas(64) double file[2 * WIDTH], *in = file, *out = file + WIDTH;
    for (size_t i = 0; i < n; i++) {
        points[i] = even ? 0.1 * (double)i - 3 : (double)(i * i) * 0.01 - 3;
        points[n + i] = (double)(i * 7 % 5) + 0.25 * (double)i;
    }
    for (size_t i = 0; i + 1 < n; i++)
        points[2 * n + i] = (points[n + i + 1] - points[n + i]) / (points[i + 1] - points[i]);
    points[3 * n - 1] = extrapolate ? points[3 * n - 2] : 0.0;
    program_table t = {.count = (uint32_t)n, .lowest = extrapolate ? -INFINITY : points[0]};
    truce_program p = {.tables = &t, .points = points};
    kernel_call call = {.run = level_kernels(level, USUAL_WIDTH)->of[CODE_LOOKUP][0], .result = WIDTH};
    uint64_t seed = n;
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < WIDTH; i++)
            in[i] = i % 4 == 0   ? pick(&seed)
                    : i % 4 == 1 ? points[(size_t)(round * WIDTH + i) % n]
                    : i % 4 == 2 ? nextafter(points[(size_t)(round * WIDTH + i) % n], -1e9)
                                 : points[0] + (double)(round * WIDTH + i) * 0.003;
        call.run(&call, &(frame){.base = file, .width = WIDTH, .program = &p});
        for (int i = 0; i < WIDTH; i++)
            assert_true(same(out[i], table_value(points, points + n, points + 2 * n, n, t.lowest, in[i])));
    }
}

static void lookups_give_the_bits_of_the_scalar_search(void **state)
{
    (void)state;
    static const size_t sizes[] = {2, 3, 7, 8, 9, 12, 16, 17, 31, 64, 300};
    for (engine_level level = ENGINE_BASELINE; level < ENGINE_LEVELS; level++)
        for (size_t i = 0; engine_level_available(level) && i < sizeof sizes / sizeof *sizes; i++)
            for (int form = 0; form < 4; form++)
                try_table(level, sizes[i], form & 1, form & 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_gives_the_bits_of_its_scalar_form),
        cmocka_unit_test(an_operation_may_replace_its_operand),
        cmocka_unit_test(not_a_number_is_never_lost_by_least_and_greatest),
        cmocka_unit_test(remainder_has_the_sign_of_the_divisor),
        cmocka_unit_test(remainders_next_to_multiples_have_the_bits_of_the_scalar_form),
        cmocka_unit_test(special_functions_are_those_of_mathematics),
        cmocka_unit_test(powers_have_the_bits_of_one_number_whatever_their_neighbours),
        cmocka_unit_test(what_is_done_with_blocks_has_the_bits_of_its_scalar_form),
        cmocka_unit_test(values_become_floats_and_what_is_none_is_told),
        cmocka_unit_test(lookups_give_the_bits_of_the_scalar_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
