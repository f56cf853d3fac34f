/* Summaries: quantiles within their stated bounds on distributions that are hard on them, checked against a
 * sort of all values; moments against direct computation; ensembles of summaries against ensembles of values.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ensemble/ensemble.h"
#include "math/quantiles.h"
#include "math/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT = 100000 };

static const double probabilities[] = {0, 1e-4, 0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1};
enum { PROBABILITIES = sizeof probabilities / sizeof *probabilities };

static double uniform(size_t i)
{
    return random_uniform(7, i, 11, 0);
}

static double normal(size_t i)
{
    return normal_quantile(uniform(i));
}

/* ---- Distributions ----------------------------------------------------------------------------------- */

static float draw_normal(size_t i)
{
    return (float)normal(i);
}

/* A spread of a few units in the last place. */
static float draw_narrow(size_t i)
{
    return (float)(41e6 + 9 * normal(i));
}

static float draw_cauchy(size_t i)
{
    return (float)tan(3.14159265358979 * (uniform(i) - 0.5));
}

/* Nothing in three members of five, and a heavy tail in the others. */
static float draw_zeros(size_t i)
{
    double u = uniform(i);
    return u < 0.6 ? 0 : (float)(1e6 * exp(3 * normal_quantile((u - 0.6) / 0.4)));
}

static float draw_integer(size_t i)
{
    return (float)floor(7 * uniform(i));
}

static float draw_far_apart(size_t i)
{
    double u = uniform(i);
    return u < 0.3 ? (float)(-1e30 * u) : u < 0.7 ? (float)(1e-30 * u) : (float)(1e30 * u);
}

static float draw_constant(size_t i)
{
    (void)i;
    return -0.1f;
}

/* The values after the pilot are all outside of it: nothing was known of them when the cells were laid. */
static float draw_moved(size_t i)
{
    return (float)(normal(i) + (i < SUMMARY_PILOT ? 0 : 100));
}

static float draw_extremes(size_t i)
{
    return i % 3 == 0 ? -3.4028235e38f : i % 3 == 1 ? 3.4028235e38f : 1e-45f;
}

/* ---- Against a sort ------------------------------------------------------------------------------------ */

static float *values_of(float (*draw)(size_t))
{
    float *values = malloc(2 * COUNT * sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < COUNT; i++)
        values[i] = draw(i);
    return values;
}

static void start(value_summary *s, const float *values)
{
    float pilot[SUMMARY_PILOT], sorted[SUMMARY_PILOT];
    memcpy(pilot, values, sizeof pilot);
    sort_floats_into(sorted, pilot, SUMMARY_PILOT);
    summary_start(s, sorted, SUMMARY_PILOT);
}

static size_t strictly_between(const float *values, double low, double high)
{
    size_t count = 0;
    for (size_t i = 0; i < COUNT; i++)
        count += (double)values[i] > low && (double)values[i] < high;
    return count;
}

/* Every quantile lies within its bounds, both of value and of rank; the bound of rank is at most `limit`. */
static void check_bounds(float (*draw)(size_t), double limit)
{
    static value_summary s;
    float *values = values_of(draw), *spare = malloc(2 * COUNT * sizeof *spare);
    double exact[PROBABILITIES];
    assert_non_null(spare);
    start(&s, values);
    summary_add(&s, values, COUNT);
    memcpy(spare, values, COUNT * sizeof *spare);
    quantiles_of(spare, spare + COUNT, COUNT, probabilities, PROBABILITIES, exact);
    for (int i = 0; i < PROBABILITIES; i++) {
        truce_quantile q = summary_quantile(&s, probabilities[i]);
        assert_true(q.least <= exact[i] && exact[i] <= q.greatest);
        assert_true(q.least <= q.value && q.value <= q.greatest);
        size_t between = strictly_between(values, fmin(q.value, exact[i]), fmax(q.value, exact[i]));
        assert_true((double)between <= q.rank_error * COUNT + 0.5);
        assert_true(q.rank_error <= limit);
    }
    assert_true(summary_quantile(&s, 0).value == exact[0]);
    assert_true(summary_quantile(&s, 1).value == exact[PROBABILITIES - 1]);
    free(values);
    free(spare);
}

/* Cells hold eight of the pilot's 4,096: 2.5 times their share is beyond five standard deviations of Poisson.
 */
#define FEW 0.005

static void quantiles_lie_within_their_bounds_on_any_distribution(void **state)
{
    (void)state;
    check_bounds(draw_normal, FEW);
    check_bounds(draw_narrow, FEW);
    check_bounds(draw_cauchy, FEW);
    check_bounds(draw_zeros, FEW);
    check_bounds(draw_integer, 0);
    check_bounds(draw_far_apart, FEW);
    check_bounds(draw_constant, 0);
    check_bounds(draw_extremes, 0);
}

static void bounds_hold_when_the_pilot_says_nothing_of_the_rest(void **state)
{
    (void)state;
    check_bounds(draw_moved, 1);
}

static void values_that_fill_a_cell_are_exact(void **state)
{
    (void)state;
    static value_summary s;
    float *values = values_of(draw_zeros);
    start(&s, values);
    summary_add(&s, values, COUNT);
    truce_quantile q = summary_quantile(&s, 0.3);
    assert_true(q.value == 0 && q.least == 0 && q.greatest == 0 && q.rank_error == 0);
    free(values);
}

static void interpolation_is_far_better_than_its_bound(void **state)
{
    (void)state;
    static value_summary s;
    float *values = values_of(draw_normal);
    double exact;
    start(&s, values);
    summary_add(&s, values, COUNT);
    for (int i = 4; i < 9; i++) {
        truce_quantile q = summary_quantile(&s, probabilities[i]);
        quantiles_of(values, values + COUNT, COUNT, &probabilities[i], 1, &exact);
        /* A cell holds some 200 of these values, and leaves the place of each among them to chance. */
        assert_true(strictly_between(values, fmin(q.value, exact), fmax(q.value, exact)) <= 20);
        assert_true(q.rank_error * COUNT > 50);
    }
    free(values);
}

static void moments_are_those_of_the_values(void **state)
{
    (void)state;
    static value_summary s;
    float *values = values_of(draw_narrow);
    long double sum = 0, squares = 0;
    float least = values[0], greatest = values[0];
    for (size_t i = 0; i < COUNT; i++) {
        sum += (long double)values[i];
        least = fminf(least, values[i]);
        greatest = fmaxf(greatest, values[i]);
    }
    long double mean = sum / COUNT;
    for (size_t i = 0; i < COUNT; i++)
        squares += ((long double)values[i] - mean) * ((long double)values[i] - mean);
    start(&s, values);
    summary_add(&s, values, COUNT);
    truce_summary m = summary_moments(&s);
    assert_int_equal(m.members, COUNT);
    assert_true(fabs(m.mean - (double)mean) <= 1e-15 * 41e6);
    assert_true(fabs(m.standard_deviation / sqrt((double)(squares / (COUNT - 1))) - 1) < 1e-13);
    assert_true(m.least == (double)least && m.greatest == (double)greatest);
    free(values);
}

static void portions_do_not_matter(void **state)
{
    (void)state;
    static value_summary whole, parts;
    float *values = values_of(draw_cauchy);
    start(&whole, values);
    start(&parts, values);
    summary_add(&whole, values, COUNT);
    for (size_t first = 0, size = 1; first < COUNT; first += size, size = size * 3 % 1009) {
        if (size > COUNT - first)
            size = COUNT - first;
        summary_add(&parts, values + first, size);
    }
    assert_memory_equal(&whole, &parts, sizeof whole);
    free(values);
}

static void nothing_is_known_of_no_values(void **state)
{
    (void)state;
    static value_summary s;
    const float one = 3;
    summary_start(&s, NULL, 0);
    assert_true(isnan(summary_quantile(&s, 0.5).value));
    assert_true(isnan(summary_moments(&s).mean));
    summary_add(&s, &one, 1);
    assert_true(summary_quantile(&s, 0.5).value == 3 && summary_moments(&s).mean == 3);
    assert_true(isnan(summary_moments(&s).standard_deviation));
}

/* ---- Ensembles ---------------------------------------------------------------------------------------- */

/* A member fails, at time 2, when its rate is above 2.5: six in a thousand. */
static const char source[] =
    "<xmile version='1.0' xmlns='http://docs.oasis-open.org/xmile/ns/XMILE/v1.0'><header><name>m</name>"
    "<vendor>v</vendor><product version='1'>p</product></header>"
    "<sim_specs><start>0</start><stop>4</stop><dt>1</dt></sim_specs><model><variables>"
    "<stock name='amount'><eqn>5</eqn><outflow>loss</outflow></stock>"
    "<flow name='loss'><eqn>amount * 0.1 * rate + IF rate > 2.5 AND TIME > 0.5 THEN LN(-1) ELSE "
    "0</eqn></flow>"
    "<aux name='rate'><eqn>1</eqn></aux></variables></model></xmile>";

static const truce_distribution prior = {TRUCE_NORMAL, 0, 1, 0, 0, 1};

static truce_program *compile(void)
{
    truce_model *model = NULL;
    truce_program *program = NULL;
    truce_error error = {0};
    truce_input input = {"rate", TRUCE_INPUT_PARAMETER};
    truce_program_options options = {.inputs = &input, .input_count = 1};
    if (truce_model_load_text(source, strlen(source), "test.xmile", &model, &error) != TRUCE_OK ||
        truce_program_compile(model, &options, &program, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    truce_model_destroy(model);
    return program;
}

static truce_ensemble *run(const truce_program *program, bool summaries, uint64_t first, size_t members,
                           unsigned threads, size_t width)
{
    truce_ensemble_options options = truce_ensemble_default_options();
    truce_ensemble *ensemble = NULL;
    truce_error error = {0};
    options.members = members;
    options.first_member = first;
    options.summaries_only = summaries;
    options.threads = threads;
    options.block_width = width;
    if (truce_ensemble_run(program, &prior, NULL, NULL, &options, &ensemble, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return ensemble;
}

static void summaries_bound_the_quantiles_of_the_values(void **state)
{
    (void)state;
    truce_program *program = compile();
    truce_ensemble *values = run(program, false, 0, 20001, 2, 0), *brief = run(program, true, 0, 20001, 2, 0);
    assert_null(truce_ensemble_values(brief, 0, 0));
    assert_int_equal(truce_ensemble_failure_count(brief), truce_ensemble_failure_count(values));
    assert_in_range(truce_ensemble_failure_count(brief), 60, 200);
    for (size_t i = 0; i < 60; i++)
        assert_int_equal(truce_ensemble_failure(brief, i)->member, truce_ensemble_failure(values, i)->member);
    for (size_t output = 0; output < truce_ensemble_output_count(values); output++)
        for (size_t save = 0; save < truce_ensemble_save_count(values); save++) {
            double exact[PROBABILITIES];
            truce_quantile q[PROBABILITIES], same[PROBABILITIES];
            truce_summary a, b;
            assert_int_equal(
                truce_ensemble_quantiles(values, output, save, probabilities, PROBABILITIES, exact, NULL),
                TRUCE_OK);
            assert_int_equal(
                truce_ensemble_bounded_quantiles(brief, output, save, probabilities, PROBABILITIES, q, NULL),
                TRUCE_OK);
            assert_int_equal(truce_ensemble_bounded_quantiles(values, output, save, probabilities,
                                                              PROBABILITIES, same, NULL),
                             TRUCE_OK);
            for (int i = 0; i < PROBABILITIES; i++) {
                assert_true(q[i].least <= exact[i] && exact[i] <= q[i].greatest);
                assert_true(q[i].rank_error <= 0.005);
                assert_true(same[i].value == exact[i] && same[i].rank_error == 0);
            }
            assert_int_equal(truce_ensemble_summary(values, output, save, &a, NULL), TRUCE_OK);
            assert_int_equal(truce_ensemble_summary(brief, output, save, &b, NULL), TRUCE_OK);
            assert_memory_equal(&a, &b, sizeof a);
            assert_int_equal(a.members, 20001 - truce_ensemble_failure_count(values));
        }
    truce_ensemble_destroy(values);
    truce_ensemble_destroy(brief);
    truce_program_destroy(program);
}

static void summaries_do_not_depend_on_threads_or_width(void **state)
{
    (void)state;
    truce_program *program = compile();
    truce_ensemble *one = run(program, true, 0, 20001, 1, 0);
    const unsigned threads[] = {2, 3, 5};
    const size_t widths[] = {24, 64, 256};
    for (int i = 0; i < 3; i++) {
        truce_ensemble *other = run(program, true, 0, 20001, threads[i], widths[i]);
        assert_memory_equal(one->summaries, other->summaries,
                            one->outputs * one->saves * sizeof *one->summaries);
        truce_ensemble_destroy(other);
    }
    truce_ensemble_destroy(one);
    truce_program_destroy(program);
}

static void an_ensemble_may_be_run_in_parts(void **state)
{
    (void)state;
    truce_program *program = compile();
    truce_ensemble *whole = run(program, false, 0, 1000, 2, 0), *part = run(program, false, 300, 500, 1, 64);
    assert_int_equal(truce_ensemble_first_member(part), 300);
    for (size_t save = 0; save < truce_ensemble_save_count(whole); save++)
        assert_memory_equal(truce_ensemble_values(whole, 0, save) + 300, truce_ensemble_values(part, 0, save),
                            500 * sizeof(float));
    for (uint64_t member = 0; member < 1000; member++)
        assert_int_equal(truce_ensemble_is_bad(part, member),
                         member >= 300 && member < 800 && truce_ensemble_is_bad(whole, member));
    for (size_t i = 0; i < truce_ensemble_failure_count(part); i++)
        assert_true(truce_ensemble_is_bad(whole, truce_ensemble_failure(part, i)->member));
    truce_ensemble_destroy(whole);
    truce_ensemble_destroy(part);
    truce_program_destroy(program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_lie_within_their_bounds_on_any_distribution),
        cmocka_unit_test(bounds_hold_when_the_pilot_says_nothing_of_the_rest),
        cmocka_unit_test(values_that_fill_a_cell_are_exact),
        cmocka_unit_test(interpolation_is_far_better_than_its_bound),
        cmocka_unit_test(moments_are_those_of_the_values),
        cmocka_unit_test(portions_do_not_matter),
        cmocka_unit_test(nothing_is_known_of_no_values),
        cmocka_unit_test(summaries_bound_the_quantiles_of_the_values),
        cmocka_unit_test(summaries_do_not_depend_on_threads_or_width),
        cmocka_unit_test(an_ensemble_may_be_run_in_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
