/* Random numbers: the published vectors of Philox, moments, and independence of how members are computed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/level.h"
#include "hand_model.h"
#include "math/random.h"

/* Random123 1.14, tests/kat_vectors: philox4x32 with 10 rounds. */
static void philox_gives_the_known_answers(void **state)
{
    (void)state;
    static const uint32_t rows[3][10] = {{0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
                                         {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff,
                                          0xffffffff, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
                                         {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822,
                                          0x299f31d0, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}};
    for (int i = 0; i < 3; i++) {
        philox4x32_ctr_t counter = {{rows[i][0], rows[i][1], rows[i][2], rows[i][3]}};
        philox4x32_key_t key = {{rows[i][4], rows[i][5]}};
        philox4x32_ctr_t out = philox4x32(counter, key);
        assert_memory_equal(out.v, rows[i] + 6, 4 * sizeof(uint32_t));
    }
}

static void words_are_those_of_philox_with_the_member_and_step_as_counter(void **state)
{
    (void)state;
    uint64_t words[2];
    random_words(0, 0, 0, words);
    assert_true(words[0] == 0xe169c58d6627e8d5u && words[1] == 0x9b00dbd8bc57ac4cu);
}

/* Blocks that begin with either member of a pair, of a width that no vectors of pairs fill, and both halves of numbers. */
static void kernels_draw_what_the_scalar_functions_draw(void **state)
{
    (void)state;
    enum { WIDTH = 136 };
    _Alignas(64) double out[WIDTH];
    const uint64_t seed = 99, stream = 0x123456789abcdefu, key = random_key(seed, stream);
    const uint64_t first_members[] = {0, 1, 1000, 1003, 0xfffffff0u, 0x1ffffffffu, UINT64_MAX - 143};
    for (engine_level level = ENGINE_BASELINE; level < ENGINE_LEVELS; level++)
        for (int i = 0; engine_level_available(level) && i < 7; i++) {
            frame f = {
                .base = out, .width = WIDTH, .keys = &key, .first_member = first_members[i], .step = 12};
            kernel_call call = {.result = 0};
            level_kernels(level, 0)->of[CODE_UNIFORM][0](&call, &f);
            for (uint64_t k = 0; k < WIDTH; k++)
                assert_true(out[k] == random_member_uniform(seed, f.first_member + k, stream, 12));
            level_kernels(level, 0)->of[CODE_NORMAL][0](&call, &f);
            for (uint64_t k = 0; k < WIDTH; k++)
                assert_true(out[k] == random_member_normal(seed, f.first_member + k, stream, 12));
            level_kernels(level, 0)->of[CODE_FIRST_NORMAL][0](&call, &f);
            assert_true(out[5] == random_member_normal(seed, f.first_member + 5, stream, 0));
        }
}

/* Numbers in place of members: a counter each; steps side by side, and left over. */
static void kernels_draw_for_numbers_what_the_scalar_functions_draw(void **state)
{
    (void)state;
    enum { WIDTH = 24, STEPS = 7 };
    double out[STEPS * WIDTH];
    uint64_t numbers[WIDTH];
    const uint64_t seed = 7, stream = 11, key = random_key(seed, stream);
    for (uint64_t i = 0; i < WIDTH; i++)
        numbers[i] = i * 0x9E3779B97F4A7C15u;
    for (engine_level level = ENGINE_BASELINE; level < ENGINE_LEVELS; level++) {
        if (!engine_level_available(level))
            continue;
        level_kernels(level, 0)->uniforms(out, key, numbers, 5, STEPS, WIDTH);
        for (uint64_t i = 0; i < STEPS * WIDTH; i++)
            assert_true(out[i] == random_uniform(seed, numbers[i % WIDTH], stream, 5 + i / WIDTH));
        level_kernels(level, 0)->normals(out, key, numbers, 5, STEPS, WIDTH);
        for (uint64_t i = 0; i < STEPS * WIDTH; i++)
            assert_true(out[i] == random_normal(seed, numbers[i % WIDTH], stream, 5 + i / WIDTH));
    }
}

#define TURN 6.28318530717958647693

/* Members 2k and 2k + 1 have the two words of the counter k, and the cosine and the sine of its normal pair: the squares
 * of a pair add up to -2 log of the first word. */
static void neighbours_share_the_words_of_a_counter(void **state)
{
    (void)state;
    for (uint64_t k = 0; k < 100; k++) {
        uint64_t words[2];
        random_words(random_key(3, 4), k, 9, words);
        assert_true(random_member_uniform(3, 2 * k, 4, 9) == random_unit(words[0]));
        assert_true(random_member_uniform(3, 2 * k + 1, 4, 9) == random_unit(words[1]));
        double x = random_member_normal(3, 2 * k, 4, 9), y = random_member_normal(3, 2 * k + 1, 4, 9);
        assert_near(x * x + y * y, -2 * log(random_unit(words[0])), 1e-13);
        assert_near(atan2(y, x), remainder(TURN * random_unit(words[1]), TURN), 1e-13);
    }
}

static void uniform_draws_have_the_moments_of_the_uniform_distribution(void **state)
{
    (void)state;
    enum { N = 200000 };
    double sum = 0, square = 0, least = 1, greatest = 0;
    for (uint64_t i = 0; i < N; i++) {
        double u = random_member_uniform(1, i, 5, 3);
        sum += u;
        square += u * u;
        least = fmin(least, u);
        greatest = fmax(greatest, u);
    }
    assert_true(least > 0 && greatest < 1 && least < 1e-4 && greatest > 1 - 1e-4);
    assert_near(sum / N, 0.5, 5 * sqrt(1.0 / 12 / N));
    assert_near(square / N, 1.0 / 3, 5 * sqrt(4.0 / 45 / N));
}

static void normal_draws_have_the_first_four_moments_of_the_normal_distribution(void **state)
{
    (void)state;
    enum { N = 200000 };
    double power[5] = {0};
    for (uint64_t i = 0; i < N; i++) {
        double z = random_member_normal(1, i / 100, 5, i % 100), p = 1;
        for (int k = 1; k <= 4; k++)
            power[k] += p *= z;
    }
    assert_near(power[1] / N, 0, 5 * sqrt(1.0 / N));
    assert_near(power[2] / N, 1, 5 * sqrt(2.0 / N));
    assert_near(power[3] / N, 0, 5 * sqrt(15.0 / N));
    assert_near(power[4] / N, 3, 5 * sqrt(96.0 / N));
}

/* Correlation of draws that differ in one of seed, member, stream or step only, of draws by themselves and of members. */
static void neighbouring_draws_are_not_correlated(void **state)
{
    (void)state;
    enum { N = 50000 };
    double (*const draws[])(uint64_t, uint64_t, uint64_t, uint64_t) = {random_normal, random_member_normal};
    for (int kind = 0; kind < 2; kind++) {
        double sums[4] = {0};
        for (uint64_t i = 0; i < N; i++) {
            double z = draws[kind](1, i, 5, 3);
            sums[0] += z * draws[kind](2, i, 5, 3);
            sums[1] += z * draws[kind](1, i + 1, 5, 3);
            sums[2] += z * draws[kind](1, i, 6, 3);
            sums[3] += z * draws[kind](1, i, 5, 4);
        }
        for (int k = 0; k < 4; k++)
            assert_near(sums[k] / N, 0, 5 / sqrt(N));
    }
}

/* Both members of a pair, standardised: `power` 1 or 2 of each. */
static double power_of_draw(bool normal, uint64_t member, uint64_t step, int power)
{
    double z = normal ? random_member_normal(8, member, 21, step)
                      : (random_member_uniform(8, member, 21, step) - 0.5) * sqrt(12.0);
    return power == 1 ? z : (z * z - 1) / sqrt(normal ? 2.0 : 0.8); /* E z^4 is 3 and 9/5 */
}

/* What shares a counter shares nothing else: z of one member against z of the other, z against the other's square, and
 * squares against each other, within a pair and between one pair and the next. Each product has mean 0 and variance 1.
 */
static void the_draws_of_a_pair_are_independent_and_so_are_their_squares(void **state)
{
    (void)state;
    enum { N = 100000 };
    for (int normal = 0; normal < 2; normal++)
        for (uint64_t apart = 1; apart <= 2; apart++)
            for (int power = 0; power < 4; power++) {
                double sum = 0;
                for (uint64_t i = 0; i < N; i++)
                    sum += power_of_draw(normal, 2 * (i / 50), i % 50, 1 + power % 2) *
                           power_of_draw(normal, 2 * (i / 50) + apart, i % 50, 1 + power / 2);
                assert_near(sum / N, 0, 5 / sqrt(N));
            }
}

/* A table of 16 x 16 equal cells of the normal distribution, by the ranks of the two members of a pair: the sum of
 * squares over expectations has 255 degrees of freedom, standard deviation sqrt(510). The same of uniform draws. */
static void pairs_fill_the_square_evenly(void **state)
{
    (void)state;
    enum { CELLS = 16, N = 256 * 400 };
    for (int normal = 0; normal < 2; normal++) {
        unsigned counts[CELLS][CELLS] = {{0}};
        double sum = 0;
        for (uint64_t i = 0; i < N; i++) {
            unsigned at[2];
            for (uint64_t k = 0; k < 2; k++) {
                double u = normal ? 0.5 * erfc(-random_member_normal(5, 2 * i + k, 1, 2) / sqrt(2))
                                  : random_member_uniform(5, 2 * i + k, 1, 2);
                at[k] = (unsigned)(u * CELLS);
            }
            counts[at[0]][at[1]]++;
        }
        for (int i = 0; i < CELLS * CELLS; i++) {
            double off = (double)counts[i / CELLS][i % CELLS] - 400;
            sum += off * off / 400;
        }
        assert_near(sum, 255, 5 * sqrt(510));
    }
}

/* The stream is part of the expression; mean 2 and deviation 1 of the lognormal variable itself. */
static void a_lognormal_variable_has_the_mean_and_deviation_asked_for(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 400, 1);
    add(m, ELEMENT_AUX, "x", indexed(op2(m, OP_RANDOM_LOGNORMAL, num(m, 2), num(m, 1)), 77), NULL);
    add(m, ELEMENT_AUX, "y", indexed(op2(m, OP_RANDOM_UNIFORM, num(m, -1), num(m, 3)), 78), NULL);
    truce_program *p = NULL;
    truce_run *run = NULL;
    assert_int_equal(truce_program_compile(m, NULL, &p, NULL), TRUCE_OK);
    assert_int_equal(truce_run_create(p, 256, &run, NULL), TRUCE_OK);
    double *r = malloc(401 * 2 * 256 * sizeof *r), sum = 0, square = 0;
    assert_int_equal(truce_run_execute(run, 3, 0, 256, NULL, NULL, NULL, r, NULL), 0);
    for (size_t k = 0; k < 401; k++)
        for (size_t i = 0; i < 256; i++) {
            double x = r[k * 512 + i], y = r[k * 512 + 256 + i];
            sum += x;
            square += (x - 2) * (x - 2);
            assert_true(y > -1 && y < 3);
            assert_true(y == -1 + 4 * random_member_uniform(3, i, 78, k));
        }
    double n = 401 * 256;
    assert_near(sum / n, 2, 5 / sqrt(n));
    assert_near(square / n, 1, 0.05);
    free(r);
    truce_run_destroy(run);
    truce_program_destroy(p);
    hand_destroy(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_the_known_answers),
        cmocka_unit_test(words_are_those_of_philox_with_the_member_and_step_as_counter),
        cmocka_unit_test(kernels_draw_what_the_scalar_functions_draw),
        cmocka_unit_test(kernels_draw_for_numbers_what_the_scalar_functions_draw),
        cmocka_unit_test(neighbours_share_the_words_of_a_counter),
        cmocka_unit_test(uniform_draws_have_the_moments_of_the_uniform_distribution),
        cmocka_unit_test(normal_draws_have_the_first_four_moments_of_the_normal_distribution),
        cmocka_unit_test(neighbouring_draws_are_not_correlated),
        cmocka_unit_test(the_draws_of_a_pair_are_independent_and_so_are_their_squares),
        cmocka_unit_test(pairs_fill_the_square_evenly),
        cmocka_unit_test(a_lognormal_variable_has_the_mean_and_deviation_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
