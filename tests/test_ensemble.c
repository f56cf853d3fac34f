/* Ensembles: the same bits whatever the threads and the width, growth, statistics against closed forms,
 * members that fail, cancellation, and one member as CSV. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ensemble/ensemble.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD                                                                                                 \
    "<xmile version='1.0' xmlns='http://docs.oasis-open.org/xmile/ns/XMILE/v1.0'><header><name>m</name>"     \
    "<vendor>v</vendor><product version='1'>p</product></header>"                                            \
    "<sim_specs><start>0</start><stop>8</stop><dt>0.5</dt></sim_specs><model><variables>"
#define TAIL "</variables></model></xmile>"

/* amount decays at a rate that is uncertain, with a noise of its own. */
static const char noisy[] = HEAD "<stock name='amount'><eqn>initial</eqn><outflow>loss</outflow></stock>"
                                 "<flow name='loss'><eqn>amount * rate</eqn></flow>"
                                 "<aux name='rate'><eqn>0.1</eqn></aux><aux name='initial'><eqn>5</eqn></aux>"
                                 "<aux name='noise'><eqn>RANDOM NORMAL(0, 1)</eqn></aux>"
                                 "<aux name='observed'><eqn>amount + noise</eqn></aux>" TAIL;

/* Grows without bound when the rate is positive, so half of the members overflow. */
static const char exploding[] = HEAD
    "<stock name='amount'><eqn>3</eqn><inflow>growth</inflow></stock>"
    "<flow name='growth'><eqn>IF rate > 0 THEN amount * amount * amount ELSE 0</eqn></flow>"
    "<aux name='rate'><eqn>0</eqn></aux><aux name='quiet'><eqn>IF amount > 10 THEN 1 ELSE 0</eqn></aux>" TAIL;

static truce_program *compile(const char *source, const char *const *inputs, size_t input_count,
                              const char *const *outputs, size_t output_count)
{
    truce_model *model = NULL;
    truce_program *program = NULL;
    truce_error error = {0};
    truce_input list[4];
    for (size_t i = 0; i < input_count; i++)
        list[i] = (truce_input){inputs[i], TRUCE_INPUT_PARAMETER};
    truce_program_options options = {
        .inputs = list, .input_count = input_count, .outputs = outputs, .output_count = output_count};
    if (truce_model_load_text(source, strlen(source), "test.xmile", &model, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    if (truce_program_compile(model, &options, &program, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    truce_model_destroy(model);
    return program;
}

static const char *const noisy_inputs[] = {"rate", "initial"};
static const truce_distribution noisy_priors[] = {{TRUCE_LOGNORMAL, 0.1, 0.5, 0, 0, 1},
                                                  {TRUCE_NORMAL, 100, 10, 0, 0, 1}};

static truce_program *compile_noisy(void)
{
    return compile(noisy, noisy_inputs, 2, NULL, 0);
}

static truce_ensemble *run(const truce_program *program, const truce_distribution *priors, size_t members,
                           unsigned threads, size_t width)
{
    truce_ensemble_options options = truce_ensemble_default_options();
    truce_ensemble *ensemble = NULL;
    truce_error error = {0};
    options.members = members;
    options.threads = threads;
    options.block_width = width;
    if (truce_ensemble_run(program, priors, NULL, NULL, &options, &ensemble, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return ensemble;
}

/* The members that both have agree bit for bit. */
static void assert_same(const truce_program *program, const truce_ensemble *a, const truce_ensemble *b)
{
    size_t members = truce_ensemble_members(a) < truce_ensemble_members(b) ? truce_ensemble_members(a)
                                                                           : truce_ensemble_members(b);
    for (size_t output = 0; output < truce_program_output_count(program); output++)
        for (size_t save = 0; save < truce_program_save_count(program); save++)
            assert_memory_equal(truce_ensemble_values(a, output, save),
                                truce_ensemble_values(b, output, save), members * sizeof(float));
}

static size_t output_named(const truce_program *program, const char *name)
{
    for (size_t i = 0; i < truce_program_output_count(program); i++)
        if (strcmp(truce_program_output_name(program, i), name) == 0)
            return i;
    fail_msg("no output %s", name);
    return 0;
}

static void bits_do_not_depend_on_threads_or_width(void **state)
{
    (void)state;
    truce_program *program = compile_noisy();
    truce_ensemble *one = run(program, noisy_priors, 333, 1, 8);
    const size_t widths[] = {0, 8, 64, 256};
    for (unsigned threads = 1; threads <= 5; threads += 2)
        for (size_t i = 0; i < 4; i++) {
            truce_ensemble *other = run(program, noisy_priors, 333, threads, widths[i]);
            assert_same(program, one, other);
            truce_ensemble_destroy(other);
        }
    truce_ensemble_destroy(one);
    truce_program_destroy(program);
}

static void growing_keeps_the_first_members(void **state)
{
    (void)state;
    truce_program *program = compile_noisy();
    const size_t sizes[] = {1, 7, 64, 65, 500};
    truce_ensemble *large = run(program, noisy_priors, 777, 2, 0);
    for (size_t i = 0; i < 5; i++) {
        truce_ensemble *small = run(program, noisy_priors, sizes[i], 2, 0);
        assert_int_equal(truce_ensemble_members(small), sizes[i]);
        assert_same(program, small, large);
        truce_ensemble_destroy(small);
    }
    truce_ensemble_destroy(large);
    truce_program_destroy(program);
}

static void another_seed_gives_other_draws_and_other_noise(void **state)
{
    (void)state;
    truce_program *program = compile_noisy();
    truce_ensemble_options options = truce_ensemble_default_options();
    truce_ensemble *a = run(program, noisy_priors, 1000, 0, 0), *b = NULL;
    options.seed = 2;
    assert_int_equal(truce_ensemble_run(program, noisy_priors, NULL, NULL, &options, &b, NULL), TRUCE_OK);
    assert_int_equal(truce_ensemble_seed(b), 2);
    const char *const names[] = {"rate", "initial", "noise"};
    for (size_t i = 0; i < 3; i++) {
        const float *x = truce_ensemble_values(a, output_named(program, names[i]), 3);
        const float *y = truce_ensemble_values(b, output_named(program, names[i]), 3);
        size_t same = 0;
        for (size_t member = 0; member < 1000; member++)
            same += x[member] == y[member];
        assert_true(same < 3);
    }
    truce_ensemble_destroy(a);
    truce_ensemble_destroy(b);
    truce_program_destroy(program);
}

/* Each member is the geometric sequence of Euler's method with its own draws. */
static void members_run_with_their_draws(void **state)
{
    (void)state;
    truce_program *program = compile_noisy();
    truce_ensemble *e = run(program, noisy_priors, 100, 2, 0);
    size_t amount = output_named(program, "amount"), rate = output_named(program, "rate");
    for (uint64_t member = 0; member < 100; member++) {
        double r = truce_distribution_draw(&noisy_priors[0], 1, member, "rate");
        double x = truce_distribution_draw(&noisy_priors[1], 1, member, "initial");
        assert_true(truce_ensemble_values(e, rate, 5)[member] == (float)r);
        for (size_t save = 0; save < truce_program_save_count(program); save++) {
            assert_true(fabs(truce_ensemble_values(e, amount, save)[member] - x) < 1e-5);
            x -= 0.5 * (x * r);
        }
    }
    truce_ensemble_destroy(e);
    truce_program_destroy(program);
}

static void quantiles_approach_those_of_the_prior(void **state)
{
    (void)state;
    enum { MEMBERS = 40000 };
    truce_program *program = compile_noisy();
    truce_ensemble *e = run(program, noisy_priors, MEMBERS, 0, 0);
    const double p[] = {0.05, 0.5, 0.95};
    double q[3];
    size_t initial = output_named(program, "initial");
    assert_int_equal(truce_ensemble_quantiles(e, initial, 2, p, 3, q, NULL), TRUCE_OK);
    for (size_t i = 0; i < 3; i++) {
        /* Four standard errors of a sample quantile: sqrt(p (1 - p) / n) / density. */
        double exact = truce_distribution_quantile(&noisy_priors[1], p[i]);
        double density = exp(truce_distribution_log_density(&noisy_priors[1], exact));
        assert_true(fabs(q[i] - exact) < 4 * sqrt(p[i] * (1 - p[i]) / MEMBERS) / density);
    }
    truce_error error;
    assert_int_equal(truce_ensemble_quantiles(e, 99, 0, p, 3, q, &error), TRUCE_BAD_USAGE);
    truce_ensemble_destroy(e);
    truce_program_destroy(program);
}

/* ---- Members that fail ------------------------------------------------------------------------------- */

static const char *const exploding_inputs[] = {"rate"};
static const truce_distribution exploding_priors[] = {{TRUCE_UNIFORM, -1, 1, 0, 0, 1}};

static void check_exploding(const char *const *outputs, size_t output_count)
{
    truce_program *program = compile(exploding, exploding_inputs, 1, outputs, output_count);
    size_t wrong = 0, first = SIZE_MAX;
    for (uint64_t member = 0; member < 500; member++) {
        bool bad = truce_distribution_draw(&exploding_priors[0], 1, member, "rate") > 0;
        if (bad && first == SIZE_MAX)
            first = member;
        wrong += bad;
    }
    for (unsigned threads = 1; threads <= 2; threads++) {
        truce_ensemble *e = run(program, exploding_priors, 500, threads, threads == 1 ? 8 : 64);
        assert_int_equal(truce_ensemble_failure_count(e), wrong);
        for (uint64_t member = 0; member < 500; member++)
            assert_int_equal(truce_ensemble_is_bad(e, member),
                             truce_distribution_draw(&exploding_priors[0], 1, member, "rate") > 0);
        assert_false(truce_ensemble_is_bad(e, 500));
        assert_int_equal(truce_ensemble_failure(e, 0)->member, first);
        for (size_t i = 0; i < 100; i++) {
            const truce_failure *failure = truce_ensemble_failure(e, i);
            assert_true(i == 0 || failure->member > failure[-1].member);
            assert_false(isfinite(failure->value));
            assert_true(failure->time > 0 && failure->time <= 8);
            assert_true(strcmp(failure->variable, "growth") == 0 || strcmp(failure->variable, "amount") == 0);
        }
        assert_null(truce_ensemble_failure(e, 100));
        truce_ensemble_destroy(e);
    }
    truce_program_destroy(program);
}

static void members_that_go_wrong_are_counted_and_named(void **state)
{
    (void)state;
    check_exploding(NULL, 0);
}

static void a_stock_that_is_not_saved_may_go_wrong(void **state)
{
    (void)state;
    const char *const outputs[] = {"rate", "quiet"};
    check_exploding(outputs, 2);
}

static void statistics_leave_wrong_members_out(void **state)
{
    (void)state;
    truce_program *program = compile(exploding, exploding_inputs, 1, NULL, 0);
    truce_ensemble *e = run(program, exploding_priors, 500, 2, 0);
    const double p[] = {0, 0.5, 1};
    double q[3];
    size_t last = truce_program_save_count(program) - 1;
    assert_int_equal(truce_ensemble_quantiles(e, output_named(program, "amount"), last, p, 3, q, NULL),
                     TRUCE_OK);
    assert_true(q[0] == 3 && q[1] == 3 && q[2] == 3);
    assert_int_equal(truce_ensemble_quantiles(e, output_named(program, "rate"), last, p, 3, q, NULL),
                     TRUCE_OK);
    assert_true(q[2] <= 0);
    truce_ensemble_destroy(e);

    const truce_distribution always[] = {{TRUCE_FIXED, 1, 0, 0, 0, 1}};
    e = run(program, always, 20, 1, 0);
    assert_int_equal(truce_ensemble_failure_count(e), 20);
    assert_int_equal(truce_ensemble_quantiles(e, 0, 0, p, 3, q, NULL), TRUCE_OK);
    assert_true(isnan(q[0]) && isnan(q[1]) && isnan(q[2]));
    truce_ensemble_destroy(e);
    truce_program_destroy(program);
}

static void a_value_beyond_a_float_is_wrong_too(void **state)
{
    (void)state;
    const char *const outputs[] = {"initial"};
    const truce_distribution huge[] = {{TRUCE_FIXED, 0.1, 0, 0, 0, 1}, {TRUCE_FIXED, 1e200, 0, 0, 0, 1}};
    truce_program *program = compile(noisy, noisy_inputs, 2, outputs, 1);
    truce_ensemble *e = run(program, huge, 3, 1, 0);
    assert_int_equal(truce_ensemble_failure_count(e), 3);
    const truce_failure *failure = truce_ensemble_failure(e, 1);
    assert_int_equal(failure->member, 1);
    assert_string_equal(failure->variable, "initial");
    assert_true(failure->time == 0 && isinf(failure->value));
    truce_ensemble_destroy(e);
    truce_program_destroy(program);
}

/* ---- Options ------------------------------------------------------------------------------------------ */

typedef struct watcher {
    size_t calls, last, stop_at;
} watcher;

static bool watch(void *context, size_t done, size_t members)
{
    watcher *w = context;
    assert_true(done > w->last && done <= members);
    w->calls++;
    w->last = done;
    return done < w->stop_at;
}

static void progress_rises_to_the_end(void **state)
{
    (void)state;
    truce_program *program = compile_noisy();
    watcher w = {.stop_at = SIZE_MAX};
    truce_ensemble_options options = {
        .members = 1001, .seed = 1, .threads = 3, .block_width = 16, .progress = watch, .context = &w};
    truce_ensemble *e = NULL;
    assert_int_equal(truce_ensemble_run(program, noisy_priors, NULL, NULL, &options, &e, NULL), TRUCE_OK);
    assert_int_equal(w.last, 1001);
    assert_int_equal(w.calls, (1001 + 15) / 16);
    truce_ensemble_destroy(e);
    truce_program_destroy(program);
}

static void a_run_is_cancelled_by_its_progress_call(void **state)
{
    (void)state;
    truce_program *program = compile_noisy();
    watcher w = {.stop_at = 64};
    truce_ensemble_options options = {
        .members = 100000, .seed = 1, .threads = 2, .block_width = 16, .progress = watch, .context = &w};
    truce_ensemble *e = (truce_ensemble *)&w;
    truce_error error = {0};
    assert_int_equal(truce_ensemble_run(program, noisy_priors, NULL, NULL, &options, &e, &error),
                     TRUCE_RUN_FAILED);
    assert_null(e);
    assert_non_null(strstr(error.message, "cancelled"));
    assert_true(w.last < 1000);
    truce_program_destroy(program);
}

static void wrong_options_are_refused(void **state)
{
    (void)state;
    truce_program *program = compile_noisy();
    truce_ensemble *e = NULL;
    truce_error error = {0};
    truce_ensemble_options none = {.members = 0};
    assert_int_equal(truce_ensemble_run(program, noisy_priors, NULL, NULL, &none, &e, &error),
                     TRUCE_BAD_USAGE);
    truce_ensemble_options narrow = {.members = 10, .block_width = 7};
    assert_int_equal(truce_ensemble_run(program, noisy_priors, NULL, NULL, &narrow, &e, &error),
                     TRUCE_BAD_USAGE);
    truce_ensemble_options huge = {.members = UINT32_MAX, .threads = 1};
    assert_int_equal(truce_ensemble_run(program, noisy_priors, NULL, NULL, &huge, &e, &error),
                     TRUCE_RUN_FAILED);
    assert_non_null(strstr(error.message, "memory"));
    const truce_distribution wrong[] = {{TRUCE_FIXED, 1, 0, 0, 0, 1}, {TRUCE_NORMAL, 1, -1, 0, 0, 1}};
    assert_int_equal(truce_ensemble_run(program, wrong, NULL, NULL, NULL, &e, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "initial"));
    assert_null(e);
    truce_ensemble_destroy(NULL);
    truce_program_destroy(program);
}

/* ---- One member as CSV -------------------------------------------------------------------------------- */

static void a_member_alone_is_that_of_the_ensemble(void **state)
{
    (void)state;
    truce_program *program = compile_noisy();
    truce_ensemble *e = run(program, noisy_priors, 50, 1, 0);
    char path[] = "/tmp/truce-member-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    close(descriptor);
    truce_error failure = {0};
    assert_int_equal(
        truce_program_write_csv(program, noisy_priors, NULL, NULL, 1, 41, path, NULL, NULL, &failure, NULL),
        TRUCE_OK);
    assert_int_equal(failure.status, TRUCE_OK);
    text file = {0};
    assert_int_equal(text_read_file(&file, path, 1 << 20, NULL), TRUCE_OK);
    unlink(path);
    char *line = strchr(file.bytes, '\n') + 1;
    assert_int_equal(strncmp(file.bytes, "time,", 5), 0);
    for (size_t save = 0; save < truce_program_save_count(program); save++) {
        assert_true(strtod(line, &line) == truce_program_save_time(program, save));
        for (size_t output = 0; output < truce_program_output_count(program); output++) {
            assert_int_equal(*line, ',');
            assert_true((float)strtod(line + 1, &line) == truce_ensemble_values(e, output, save)[41]);
        }
        assert_int_equal(*line++, '\n');
    }
    assert_int_equal(*line, '\0');
    text_free(&file);
    truce_ensemble_destroy(e);
    truce_program_destroy(program);
}

static void a_member_that_goes_wrong_is_written_and_told(void **state)
{
    (void)state;
    const truce_distribution always[] = {{TRUCE_FIXED, 1, 0, 0, 0, 1}};
    truce_program *program = compile(exploding, exploding_inputs, 1, NULL, 0);
    truce_error failure = {0}, error = {0};
    char path[] = "/tmp/truce-member-XXXXXX";
    close(mkstemp(path));
    assert_int_equal(
        truce_program_write_csv(program, always, NULL, NULL, 1, 3, path, NULL, NULL, &failure, &error),
        TRUCE_OK);
    unlink(path);
    assert_int_equal(failure.status, TRUCE_RUN_FAILED);
    assert_non_null(strstr(failure.message, "member 3 failed: \""));
    assert_non_null(strstr(failure.message, " at time "));
    assert_int_equal(
        truce_program_write_csv(program, always, NULL, NULL, 1, 3, "/dev/full", NULL, NULL, &failure, &error),
        TRUCE_RUN_FAILED);
    assert_int_equal(access("/dev/full", F_OK), 0);
    truce_program_destroy(program);
}

static void names_with_commas_and_quotes_are_quoted(void **state)
{
    (void)state;
    static const char source[] =
        "<xmile version='1.0' xmlns='http://docs.oasis-open.org/xmile/ns/XMILE/v1.0'><header><name>m</name>"
        "<vendor>v</vendor><product version='1'>p</product></header>"
        "<sim_specs><start>0</start><stop>1</stop><dt>1</dt></sim_specs>"
        "<dimensions><dim name='A'><elem name='x'/></dim><dim name='B'><elem name='y'/></dim></dimensions>"
        "<model><variables><aux name='pair'><dimensions><dim name='A'/><dim name='B'/></dimensions>"
        "<eqn>1/3</eqn></aux></variables></model></xmile>";
    truce_model *model = NULL;
    assert_int_equal(truce_model_load_text(source, strlen(source), "test.xmile", &model, NULL), TRUCE_OK);
    char path[] = "/tmp/truce-names-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    close(descriptor);
    assert_int_equal(truce_model_write_csv(model, 1, path, NULL), TRUCE_OK);
    text file = {0};
    assert_int_equal(text_read_file(&file, path, 1 << 20, NULL), TRUCE_OK);
    unlink(path);
    assert_string_equal(file.bytes, "time,\"pair[x, y]\"\n0,0.3333333333333333\n1,0.3333333333333333\n");
    text_free(&file);
    truce_model_destroy(model);
}

/* 4,000 members in runs of 256 on 301 draws: a draw belongs to one half, and those of a half are taken equally
 * often, give or take one; without dealing, members take draws in turn. */
static void members_dealt_in_two_halves_share_no_draw(void **state)
{
    (void)state;
    enum { MEMBERS = 4000, DRAWS = 301, RUN = 256 };
    size_t taken[2][DRAWS] = {{0}};
    for (uint64_t m = 0; m < MEMBERS; m++) {
        taken[m / RUN % 2][draw_of_member(DRAWS, RUN, m)]++;
        assert_int_equal(draw_of_member(DRAWS, 0, m), m % DRAWS);
    }
    for (size_t half = 0; half < 2; half++) {
        size_t least = MEMBERS, most = 0;
        for (size_t d = half; d < DRAWS; d += 2) {
            assert_int_equal(taken[1 - half][d], 0);
            least = taken[half][d] < least ? taken[half][d] : least;
            most = taken[half][d] > most ? taken[half][d] : most;
        }
        assert_true(least > 0 && most - least <= 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_do_not_depend_on_threads_or_width),
        cmocka_unit_test(growing_keeps_the_first_members),
        cmocka_unit_test(another_seed_gives_other_draws_and_other_noise),
        cmocka_unit_test(members_run_with_their_draws),
        cmocka_unit_test(quantiles_approach_those_of_the_prior),
        cmocka_unit_test(members_that_go_wrong_are_counted_and_named),
        cmocka_unit_test(a_stock_that_is_not_saved_may_go_wrong),
        cmocka_unit_test(statistics_leave_wrong_members_out),
        cmocka_unit_test(a_value_beyond_a_float_is_wrong_too),
        cmocka_unit_test(progress_rises_to_the_end),
        cmocka_unit_test(a_run_is_cancelled_by_its_progress_call),
        cmocka_unit_test(wrong_options_are_refused),
        cmocka_unit_test(a_member_alone_is_that_of_the_ensemble),
        cmocka_unit_test(a_member_that_goes_wrong_is_written_and_told),
        cmocka_unit_test(names_with_commas_and_quotes_are_quoted),
        cmocka_unit_test(members_dealt_in_two_halves_share_no_draw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
