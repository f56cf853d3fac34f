/* Fits: posteriors and evidence against closed forms and quadrature, calibration on data drawn from the
 * prior, and that bits depend on nothing they should not depend on. */
#include "ensemble/kept_draws.h"
#include "fit/fit.h"
#include "simulate/simulate.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

enum { MONTHS = 12 };

static truce_case *load(const char *file)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char path[512];
    truce_error error = {0};
    truce_case *c = NULL;
    snprintf(path, sizeof path, "%s/%s", root ? root : ".", file);
    if (truce_case_load(path, &c, &error) != TRUCE_OK)
        fail_msg("%s:%d: %s", error.file, error.line, error.message);
    return c;
}

static truce_fit *fit(const truce_case *c, const char *until, size_t particles, unsigned threads)
{
    truce_fit_options options = truce_fit_default_options();
    truce_error error = {0};
    truce_fit *f = NULL;
    options.until = until;
    options.particles = particles;
    options.threads = threads;
    if (truce_fit_run(c, &options, &f, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return f;
}

static double mean_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i] / (double)count;
    return sum;
}

static double variance_of(const double *values, size_t count)
{
    double mean = mean_of(values, count), sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (values[i] - mean) * (values[i] - mean) / (double)(count - 1);
    return sum;
}

static void assert_same_fit(const truce_fit *a, const truce_fit *b)
{
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->dimension, b->dimension);
    assert_memory_equal(a->values, b->values, a->count * a->parameter_count * sizeof *a->values);
    assert_memory_equal(a->x, b->x, a->count * a->dimension * sizeof *a->x);
    assert_memory_equal(a->keys, b->keys, a->count * a->months * sizeof *a->keys);
    assert_memory_equal(a->likelihood, b->likelihood, a->count * sizeof *a->likelihood);
    assert_memory_equal(a->log_evidence, b->log_evidence, sizeof a->log_evidence);
}

/* ---- The linear model with normal errors -------------------------------------------------------------- */

/* y = intercept + slope t + walk(t) + error, t = 0 .. 11, the walk moving in every month or in the first of a
 * quarter (`quarterly`): mean m and covariance K of y, and of (intercept,
 * slope) with y. The answer is the conditional normal distribution (Rasmussen and Williams 2006, A.6). */
typedef struct closed_form {
    double mean[2], variance[2], log_evidence;
} closed_form;

/* Moves of the walk before month t. */
static double moves_before(int t, bool quarterly)
{
    return quarterly ? (t + 2) / 3 : t;
}

static closed_form solve_line(const double y[MONTHS], double persistence, bool quarterly)
{
    const double prior_mean[2] = {1, 0}, prior_variance[2] = {9, 1}, rough = 0.6 * 0.6, noise = 0.8 * 0.8;
    double k[MONTHS][MONTHS], c[2][MONTHS], r[MONTHS], determinant = 0;
    closed_form out;
    int seen = 0;
    for (int i = 0; i < MONTHS; i++) {
        bool there = !isnan(y[i]); /* a month without a value: a number of its own that says nothing */
        seen += there;
        r[i] = there ? y[i] - prior_mean[0] - prior_mean[1] * i : 0;
        c[0][i] = there ? prior_variance[0] : 0;
        c[1][i] = there ? prior_variance[1] * i : 0;
        for (int j = 0; j < MONTHS; j++)
            k[i][j] = there && !isnan(y[j]) ? prior_variance[0] + prior_variance[1] * i * j +
                                                  rough * moves_before(i < j ? i : j, quarterly) +
                                                  noise * pow(persistence, abs(i - j))
                                            : i == j;
    }
    for (int p = 0; p < MONTHS; p++) { /* K = LL', and L^-1 of the right-hand sides */
        for (int i = p; i < MONTHS; i++) {
            for (int q = 0; q < p; q++)
                k[i][p] -= k[i][q] * k[p][q];
            k[i][p] = i == p ? sqrt(k[i][p]) : k[i][p] / k[p][p];
        }
        double *sides[] = {r, c[0], c[1]};
        for (int s = 0; s < 3; s++) {
            for (int q = 0; q < p; q++)
                sides[s][p] -= k[p][q] * sides[s][q];
            sides[s][p] /= k[p][p];
        }
        determinant += 2 * log(k[p][p]);
    }
    double square = 0;
    for (int i = 0; i < MONTHS; i++)
        square += r[i] * r[i];
    out.log_evidence = -0.5 * (square + determinant + seen * log(2 * acos(-1)));
    for (int j = 0; j < 2; j++) {
        out.mean[j] = prior_mean[j];
        out.variance[j] = prior_variance[j];
        for (int i = 0; i < MONTHS; i++) {
            out.mean[j] += c[j][i] * r[i];
            out.variance[j] -= c[j][i] * c[j][i];
        }
    }
    return out;
}

static void expect_closed_form(const char *file, double persistence, bool quarterly)
{
    truce_case *c = load(file);
    truce_fit *f = fit(c, NULL, 2048, 2);
    closed_form expected = solve_line(c->observations[0].data.values, persistence, quarterly);
    double error;
    assert_int_equal(f->parameter_count, 2);
    assert_int_equal(f->dimension, 2 + MONTHS);
    for (size_t j = 0; j < 2; j++) {
        const double *values = truce_fit_values(f, j);
        double sd = sqrt(expected.variance[j]);
        assert_true(fabs(mean_of(values, f->count) - expected.mean[j]) < 0.12 * sd);
        assert_true(fabs(variance_of(values, f->count) / expected.variance[j] - 1) < 0.15);
    }
    double evidence = truce_fit_log_evidence(f, &error);
    assert_true(error > 0 && error < 0.1);
    assert_true(fabs(evidence - expected.log_evidence) < 4 * error + 0.05);
    assert_int_equal(truce_fit_warning_count(f), 0);
    truce_fit_destroy(f);
    truce_case_destroy(c);
}

static void test_a_linear_normal_model_has_the_posterior_and_the_evidence_of_the_closed_form(void **state)
{
    (void)state;
    expect_closed_form("tests/data/fit/case.yaml", 0, false);
}

static void test_errors_that_persist_and_gaps_have_the_closed_form_too(void **state)
{
    (void)state;
    expect_closed_form("tests/data/fit/persistent.yaml", 0.7, false);
}

/* ---- Student's t, gaps, a beta coverage, lognormal errors: by quadrature ------------------------------ */

static double log_student(double y, double mean, double sd, double n)
{
    double z = (y - mean) / sd;
    return lgamma((n + 1) / 2) - lgamma(n / 2) - 0.5 * log(n * acos(-1)) - log(sd) -
           (n + 1) / 2 * log1p(z * z / n);
}

static double log_lognormal(double y, double median, double sd)
{
    double z = (log(y) - log(median)) / sd;
    return -0.5 * z * z - log(sd) - log(y) - 0.5 * log(2 * acos(-1));
}

static double log_joint(const truce_case *c, double intercept, double coverage)
{
    double sum =
        log(1 / 6.0) + 7 * log(coverage) + 3 * log(1 - coverage) - lgamma(8) - lgamma(4) + lgamma(12);
    for (int t = 0; t < MONTHS; t++) {
        double path = intercept + 0.5 * t, gap = c->observations[0].data.values[t];
        if (!isnan(gap) && t < 11)
            sum += log_student(gap, path, 0.7, 4);
        sum += log_lognormal(c->observations[1].data.values[t], coverage * exp(path / 10), 0.4);
    }
    return sum;
}

static void test_student_errors_gaps_coverage_and_bounds_agree_with_quadrature(void **state)
{
    (void)state;
    enum { GRID = 400 };
    truce_case *c = load("tests/data/fit/robust.yaml");
    truce_fit *f = fit(c, NULL, 2048, 2);
    double total = 0, mean[2] = {0, 0}, square[2] = {0, 0}, error;
    for (int i = 0; i < GRID; i++)
        for (int j = 0; j < GRID; j++) {
            double at[2] = {6 * (i + 0.5) / GRID, (j + 0.5) / GRID};
            double p = exp(log_joint(c, at[0], at[1])) * 6 / GRID / GRID;
            total += p;
            for (int k = 0; k < 2; k++) {
                mean[k] += p * at[k];
                square[k] += p * at[k] * at[k];
            }
        }
    assert_int_equal(f->parameter_count, 2);
    for (size_t k = 0; k < 2; k++) {
        double expected = mean[k] / total, variance = square[k] / total - expected * expected;
        const double *values = truce_fit_values(f, k);
        assert_true(fabs(mean_of(values, f->count) - expected) < 0.12 * sqrt(variance));
        assert_true(fabs(variance_of(values, f->count) / variance - 1) < 0.15);
    }
    assert_true(fabs(truce_fit_log_evidence(f, &error) - log(total)) < 4 * error + 0.05);
    truce_fit_destroy(f);
    truce_case_destroy(c);
}

/* ---- Bits --------------------------------------------------------------------------------------------- */

static void test_threads_do_not_change_the_bits(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/fit/case.yaml");
    static const size_t particles[] = {400, 32}; /* more threads than blocks of particles in the second */
    for (size_t i = 0; i < 2; i++) {
        truce_fit *one = fit(c, NULL, particles[i], 1), *three = fit(c, NULL, particles[i], 3);
        assert_same_fit(one, three);
        truce_fit_destroy(one);
        truce_fit_destroy(three);
    }
    truce_case_destroy(c);
}

/* Ends a fit in the third round of moves of its second stage. */
typedef struct stopping {
    size_t stages, rounds, population, stage;
} stopping;

static bool stop_soon(void *context, const truce_fit_progress *p)
{
    stopping *s = context;
    if (s->stages == 0 || p->population != s->population || p->stage != s->stage)
        *s = (stopping){s->stages + 1, 0, p->population, p->stage};
    return s->stages < 2 || s->rounds++ < 3;
}

static void flip_byte(const char *path, long at)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    int byte = fgetc(file);
    assert_true(byte != EOF && fseek(file, at, SEEK_SET) == 0);
    fputc(byte ^ 16, file);
    assert_int_equal(fclose(file), 0);
}

static void write_file(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

/* With NaN at a place, and the right hash of that. */
static void damage(const char *path, const text *whole, size_t at)
{
    text t = {0};
    hash128 h;
    uint64_t hash[2];
    double number = NAN;
    text_add(&t, whole->bytes, whole->length);
    assert_true(!t.failed && at + sizeof number <= t.length - sizeof hash);
    memcpy(t.bytes + at, &number, sizeof number);
    hash128_start(&h);
    hash128_add(&h, t.bytes, t.length - sizeof hash);
    hash128_finish(&h, hash);
    memcpy(t.bytes + t.length - sizeof hash, hash, sizeof hash);
    write_file(path, t.bytes, t.length);
    free(t.bytes);
}

static void refuse_what_is_no_number(const truce_case *c, const truce_fit_options *options)
{
    static const size_t places[] = {72, 88, 136}; /* temperature, scale of moves, evidence of a population */
    text whole = {0};
    truce_fit *f = NULL;
    truce_error error = {0};
    assert_int_equal(text_read_file(&whole, options->checkpoint, 1 << 24, &error), TRUCE_OK);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        damage(options->checkpoint, &whole, places[i]);
        assert_int_equal(truce_fit_run(c, options, &f, &error), TRUCE_BAD_INPUT);
        assert_non_null(strstr(error.message, "cannot be read"));
    }
    write_file(options->checkpoint, whole.bytes, whole.length);
    free(whole.bytes);
}

/* Nor is a file that goes on behind its end taken up, nor one that cannot be read taken for none. */
static void refuse_what_is_no_checkpoint(const truce_case *c, const truce_fit_options *options)
{
    text whole = {0};
    truce_fit *f = NULL;
    truce_error error = {0};
    assert_int_equal(text_read_file(&whole, options->checkpoint, 1 << 24, &error), TRUCE_OK);
    write_file(options->checkpoint, whole.bytes, whole.length + 1);
    assert_int_equal(truce_fit_run(c, options, &f, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "cannot be read"));
    unlink(options->checkpoint);
    assert_int_equal(mkdir(options->checkpoint, 0700), 0);
    assert_int_equal(truce_fit_run(c, options, &f, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "cannot be read: Is a directory"));
    rmdir(options->checkpoint);
    write_file(options->checkpoint, whole.bytes, whole.length);
    free(whole.bytes);
}

/* One that begins anew leaves the file as it was until it has a state of its own to put there. */
static void start_over(const truce_case *c, truce_fit_options options)
{
    truce_fit *f = NULL, *whole = NULL;
    truce_error error = {0};
    stopping soon = {0};
    options.start_over = true;
    options.context = &soon;
    options.until = "1800-01";
    assert_int_not_equal(truce_fit_run(c, &options, &f, &error), TRUCE_OK);
    assert_int_equal(access(options.checkpoint, F_OK), 0);
    options.until = NULL;
    assert_int_equal(truce_fit_run(c, &options, &f, &error), TRUCE_RUN_FAILED); /* stopped */
    options.start_over = false;
    options.progress = NULL;
    assert_int_equal(truce_fit_run(c, &options, &f, &error), TRUCE_OK);
    options.checkpoint = NULL;
    assert_int_equal(truce_fit_run(c, &options, &whole, &error), TRUCE_OK);
    assert_same_fit(whole, f);
    truce_fit_destroy(f);
    truce_fit_destroy(whole);
}

static void test_an_interrupted_fit_goes_on_to_the_same_bits(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/fit/case.yaml");
    char path[] = "/tmp/truce-checkpoint-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    unlink(path);
    truce_fit *whole = fit(c, NULL, 256, 2), *f = NULL;
    truce_error error = {0};
    truce_fit_options options = truce_fit_default_options();
    options.particles = 256;
    options.checkpoint = path;
    options.progress = stop_soon;
    size_t interruptions = 0;
    stopping soon = {0};
    options.context = &soon;
    while (truce_fit_run(c, &options, &f, &error) != TRUCE_OK) {
        assert_true(++interruptions < 100);
        if (interruptions == 3) { /* a damaged file is refused, and taken up again when it is whole */
            flip_byte(path, 400);
            assert_int_equal(truce_fit_run(c, &options, &f, &error), TRUCE_BAD_INPUT);
            assert_non_null(strstr(error.message, "cannot be read"));
            flip_byte(path, 400);
            refuse_what_is_no_number(c, &options);
            refuse_what_is_no_checkpoint(c, &options);
        }
        soon = (stopping){0};
        options.threads = (unsigned)(interruptions % 3 + 1);
    }
    assert_true(interruptions > 4);
    assert_same_fit(whole, f);
    truce_fit_destroy(f);
    options.seed = 2; /* another fit does not take it up */
    assert_int_equal(truce_fit_run(c, &options, &f, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "a different one"));
    start_over(c, options);
    unlink(path);
    truce_fit_destroy(whole);
    truce_case_destroy(c);
}

static void test_data_after_the_last_month_change_nothing(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/fit/case.yaml");
    truce_fit *honest = fit(c, "2024-07", 256, 2);
    double *values = (double *)c->observations[0].data.values;
    for (int t = 7; t < MONTHS; t++)
        values[t] = t % 2 ? 30 : -30;
    truce_fit *poisoned = fit(c, "2024-07", 256, 2);
    assert_same_fit(honest, poisoned);
    truce_fit *later = fit(c, "2024-08", 256, 2);
    assert_memory_not_equal(honest->likelihood, later->likelihood, 256 * sizeof(double));
    truce_fit_destroy(honest);
    truce_fit_destroy(poisoned);
    truce_fit_destroy(later);
    truce_case_destroy(c);
}

/* intercept: known since June 2024 with a standard deviation of 0.5, before that 3, as tests/data/known has it. */
static void test_a_fit_up_to_an_earlier_month_has_the_priors_of_then(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/known/case.yaml");
    truce_error error = {0};
    truce_fit_options options = truce_fit_default_options();
    static const struct {
        const char *until;
        bool as_is;
        double mean, sd;
        size_t earlier;
    } cases[] = {{"2024-03", false, 1, 3, 1}, {"2024-03", true, 2, 0.5, 0}, {"2024-06", false, 2, 0.5, 0}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        truce_fit *f = NULL;
        bool current = false;
        options.until = cases[k].until;
        options.as_is = cases[k].as_is;
        assert_int_equal(truce_fit_run(c, &options, &f, &error), TRUCE_OK);
        size_t j = fit_parameter(f, "intercept");
        double sum = 0, squares = 0, n = (double)f->count;
        for (size_t i = 0; i < f->count; i++) {
            sum += f->prior[j * f->count + i];
            squares += pow(f->prior[j * f->count + i] - cases[k].mean, 2);
        }
        assert_true(fabs(sum / n - cases[k].mean) < 4 * cases[k].sd / sqrt(n));
        assert_true(fabs(sqrt(squares / n) / cases[k].sd - 1) < 4 / sqrt(2 * n));
        assert_int_equal(truce_fit_earlier_priors(f), cases[k].earlier);
        assert_int_equal(truce_fit_is_current(f, c, &current, &error), TRUCE_OK);
        assert_true(current);
        truce_fit_destroy(f);
    }
    truce_case_destroy(c);
}

/* ---- Fingerprints ------------------------------------------------------------------------------------- */

/* Adds a file of tests/data/fit, in which `old`, where given, has become `new`. */
static void add_changed(truce_files *files, const char *name, const char *old, const char *new)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char path[512];
    text content = {0}, changed = {0};
    snprintf(path, sizeof path, "%s/tests/data/fit/%s", root ? root : ".", name);
    assert_int_equal(text_read_file(&content, path, 1 << 20, NULL), TRUCE_OK);
    const char *at = old ? strstr(content.bytes, old) : NULL;
    if (at) {
        text_add(&changed, content.bytes, (size_t)(at - content.bytes));
        text_add(&changed, new, strlen(new));
        text_add(&changed, at + strlen(old), strlen(at + strlen(old)));
    }
    const text *t = at ? &changed : &content;
    assert_int_equal(truce_files_add(files, name, t->bytes, t->length, NULL), TRUCE_OK);
    text_free(&content);
    text_free(&changed);
}

/* The small case after a change of the one file that has `old`. */
static truce_case *load_changed(const char *old, const char *new, truce_files **files)
{
    static const char *const names[] = {"case.yaml", "model.xmile", "observed.csv", "rival.yaml"};
    truce_case *c = NULL;
    truce_error error = {0};
    assert_int_equal(truce_files_create(files, &error), TRUCE_OK);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add_changed(*files, names[i], old, new);
    if (truce_case_load_from(*files, "case.yaml", NULL, &c, &error) != TRUCE_OK)
        fail_msg("%s:%d: %s", error.file, error.line, error.message);
    return c;
}

static uint64_t fingerprint_after(const char *old, const char *new)
{
    truce_files *files;
    truce_error error = {0};
    fit_target t;
    truce_case *c = load_changed(old, new, &files);
    assert_int_equal(target_make(c, 0, c->stop, &t, &error), TRUCE_OK);
    uint64_t fingerprint = t.fingerprint;
    target_free(&t);
    truce_case_destroy(c);
    truce_files_destroy(files);
    return fingerprint;
}

static void a_fingerprint_changes_with_what_a_fit_depends_on(void **state)
{
    (void)state;
    static const char *const changes[][2] = {
        {"normal: {mean: 1, sd: 3}", "lognormal: {median: 1, sd: 3}"}, /* the same numbers */
        {"normal: {mean: 1, sd: 3}", "normal: {mean: 1, sd: 3.0001}"},
        {"fixed: 0.6", "fixed: 0.61"},
        {"error: {normal: 0.8}", "error: {normal: 0.81}"},
        {"error: {normal: 0.8}", "error: {lognormal: 0.8}"},
        {"error: {normal: 0.8}", "error: {student: {sd: 0.8, degrees: 4}}"},
        {"start: 2024-01", "start: 2024-02"},
        {"intercept + slope * TIME + drift", "intercept + slope * TIME + drift * 1.01"},
        /* the same at the middle of the prior, where the slope is 0 */
        {"intercept + slope * TIME + drift", "intercept + MAX(0, slope) * TIME + drift"}};
    uint64_t before = fingerprint_after(NULL, NULL);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        if (fingerprint_after(changes[i][0], changes[i][1]) == before)
            fail_msg("not seen: %s for %s", changes[i][1], changes[i][0]);
    assert_true(fingerprint_after("<doc>Adds noise", "<doc>Brings noise") == before);
    assert_true(fingerprint_after("title: A line", "title: Another line") == before);
}

/* ---- Data, priors and model at odds ------------------------------------------------------------------- */

static bool is_told(const truce_fit *f, const char *words)
{
    for (size_t i = 0; i < truce_fit_warning_count(f); i++)
        if (truce_fit_warning_is_conflict(f, i) && strstr(truce_fit_warning(f, i), words))
            return true;
    return false;
}

/* A prior of 10 +- 0.2 for an intercept that the data have at 1 to 2. */
static void test_a_posterior_far_outside_its_prior_is_told_by_how_much(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/fit/case.yaml");
    truce_fit *sound = fit(c, NULL, 1024, 2);
    assert_false(is_told(sound, ""));
    case_parameter *p = (case_parameter *)&c->parameters[0];
    assert_string_equal(p->name, "intercept");
    p->prior.a = 10;
    p->prior.b = 0.2;
    truce_fit *f = fit(c, NULL, 1024, 2);
    assert_true(is_told(f, "\"intercept\" to "));
    assert_true(is_told(f, "(prior 9.671 to 10.33, ")); /* 10 -+ 1.645 x 0.2 */
    truce_fit_destroy(sound);
    truce_fit_destroy(f);
    truce_case_destroy(c);
}

static void test_an_observation_that_cannot_be_is_named(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/fit/case.yaml");
    double *values = (double *)c->observations[0].data.values;
    values[5] = 25;
    truce_fit *f = fit(c, NULL, 1024, 2);
    assert_true(is_told(f, "\"seen\" of 2024-06, 25, is "));
    truce_fit_destroy(f);
    values[5] = 1e9;
    truce_error error = {0};
    truce_fit_options options = truce_fit_default_options();
    options.particles = 64;
    assert_int_equal(truce_fit_run(c, &options, &f, &error), TRUCE_RUN_FAILED);
    assert_non_null(
        strstr(error.message, "\"seen\" of 2024-06, 1e+09, is 1.25e+09 standard errors")); /* 1e9 / 0.8 */
    truce_case_destroy(c);
}

/* ---- Noise that stands still ---------------------------------------------------------------------------- */

static double likelihood_of_member(const truce_case *c, const truce_ensemble *ensemble, size_t i)
{
    double sum = 0;
    for (size_t t = 0; t < MONTHS; t++) {
        double z =
            (c->observations[0].data.values[t] - (double)truce_ensemble_values(ensemble, 0, t)[i]) / 0.8;
        sum += -0.5 * z * z - log(0.8) - 0.5 * log(2 * acos(-1));
    }
    return sum;
}

static void noise_has_coordinates_in_months_in_which_it_moves_something(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/fit/quarterly.yaml");
    fit_target t;
    truce_error error = {0};
    assert_int_equal(target_make(c, 0, c->stop, &t, &error), TRUCE_OK);
    assert_int_equal(t.dimension, 2 + MONTHS);
    uint64_t fingerprint = t.fingerprint;
    assert_int_equal(target_still(&t, &error), TRUCE_OK);
    assert_int_equal(t.dimension, 2 + 4);
    assert_true(t.fingerprint == fingerprint);
    for (size_t m = 0; m < MONTHS; m++)
        assert_true((t.level_at[m] == SIZE_MAX) == (m % 3 != 0));
    target_free(&t);
    truce_case_destroy(c);
    expect_closed_form("tests/data/fit/quarterly.yaml", 0, true);
}

/* A draw has levels of all months, those without a coordinate from its keys: as a member it does what it did. */
static void draws_with_noise_that_stands_still_are_members(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/fit/quarterly.yaml");
    truce_fit *f = fit(c, NULL, 64, 2);
    truce_error error = {0};
    case_plan plan;
    fit_gift gift;
    truce_ensemble *ensemble = NULL;
    truce_ensemble_options options = truce_ensemble_default_options();
    options.members = f->count;
    assert_int_equal(f->dimension, 2 + MONTHS);
    for (size_t j = 0; j < f->dimension; j++)
        assert_true(isfinite(f->x[j]));
    assert_int_equal(case_plan_create(c, 0, false, &plan, &error), TRUCE_OK);
    assert_int_equal(fit_give(f, c, &plan, &gift, &error), TRUCE_OK);
    assert_int_equal(ensemble_run_given(plan.program, plan.parameters, plan.schedules, plan.factors,
                                        &gift.given, NULL, &options, &ensemble, &error),
                     TRUCE_OK);
    for (size_t i = 0; i < f->count; i++)
        assert_true(fabs(likelihood_of_member(c, ensemble, i) - f->likelihood[i]) < 1e-4);
    truce_ensemble_destroy(ensemble);
    fit_gift_free(&gift);
    case_plan_free(&plan);
    truce_fit_destroy(f);
    truce_case_destroy(c);
}

/* ---- Posterior runs ----------------------------------------------------------------------------------- */

/* ---- Draws as members ----------------------------------------------------------------------------------- */

/* That members of the first scenario, run with a fit of the small case, are as likely as their draws. */
static void assert_members_are_draws(const truce_case *c, const truce_fit *f)
{
    truce_error error = {0};
    truce_ensemble *ensemble = NULL;
    truce_ensemble_options options = truce_ensemble_default_options();
    options.members = f->count;
    assert_int_equal(simulate_scenario(c, 0, &(case_plan_options){0}, f, &options, &ensemble, &error),
                     TRUCE_OK);
    for (size_t i = 0; i < f->count; i++)
        if (fabs(likelihood_of_member(c, ensemble, i) - f->likelihood[i]) > 1e-3 * fabs(f->likelihood[i]))
            fail_msg("member %zu has the likelihood %g, and its draw %g", i,
                     likelihood_of_member(c, ensemble, i), f->likelihood[i]);
    truce_ensemble_destroy(ensemble);
}

static void members_are_draws_whenever_the_model_starts_and_whatever_the_first_scenario_scales(void **state)
{
    (void)state;
    static const char *const changes[][2] = {
        {"<start>0</start>\n    <stop>12</stop>", "<start>20</start><stop>32</stop>"},
        {"outputs:", "scenarios: {first: {changes: [{variable: intercept, scale: 2}]}}\noutputs:"},
        {"outputs:", "scenarios: {first: {changes: [{variable: intercept, scale: -3}]}}\noutputs:"}};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        truce_files *files;
        truce_case *c = load_changed(changes[i][0], changes[i][1], &files);
        truce_fit *f = fit(c, NULL, 64, 2);
        assert_members_are_draws(c, f);
        truce_fit_destroy(f);
        truce_case_destroy(c);
        truce_files_destroy(files);
    }
}

/* The same posterior for a scale of the draw as for one of the prior, with the draws before it. */
static void draws_are_of_the_prior_and_not_of_what_the_first_scenario_makes_of_it(void **state)
{
    (void)state;
    truce_files *files[2];
    truce_case *scaled = load_changed(
        "outputs:", "scenarios: {first: {changes: [{variable: slope, scale: 4}]}}\noutputs:", &files[0]);
    truce_case *wide = load_changed("normal: {mean: 0, sd: 1}", "normal: {mean: 0, sd: 4}", &files[1]);
    truce_fit *a = fit(scaled, NULL, 64, 2), *b = fit(wide, NULL, 64, 2);
    size_t j = fit_parameter(a, "slope");
    for (size_t i = 0; i < a->count; i++) {
        assert_true(4 * a->values[j * a->count + i] == b->values[j * b->count + i]);
        assert_true(4 * a->prior[j * a->count + i] == b->prior[j * b->count + i]);
    }
    assert_true(4 * a->ranges[2 * j] == b->ranges[2 * j] && 4 * a->ranges[2 * j + 1] == b->ranges[2 * j + 1]);
    truce_fit_destroy(a);
    truce_fit_destroy(b);
    truce_case_destroy(scaled);
    truce_case_destroy(wide);
    truce_files_destroy(files[0]);
    truce_files_destroy(files[1]);
}

/* The intercept is 2 in the place of its prior: a posterior without draws of it is whole, and an observation that it is
 * added to has 2 more. */
static void what_the_first_scenario_sets_is_not_fitted(void **state)
{
    (void)state;
    char directory[] = "/tmp/truce-posterior-XXXXXX", path[128];
    static const char scenarios[] =
        "scenarios: {first: {changes: [{variable: intercept, set: 2}]}}\noutputs:";
    truce_files *files;
    truce_error error = {0};
    truce_case *c = load_changed("outputs:", scenarios, &files);
    truce_fit *f = fit(c, NULL, 64, 2), *back = NULL;
    assert_int_equal(f->parameter_count, 1);
    assert_members_are_draws(c, f);
    assert_non_null(mkdtemp(directory));
    assert_int_equal(truce_fit_save(f, directory, "test", 0, &error), TRUCE_OK);
    truce_case *on_disk = load("tests/data/fit/case.yaml"); /* where posteriors are read from */
    on_disk->scenarios = c->scenarios;
    if (truce_fit_load(directory, on_disk, &back, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    fit_target t;
    ((case_observation *)&c->observations[0])->offset = 0; /* the intercept */
    assert_int_equal(target_make(c, 0, c->stop, &t, &error), TRUCE_OK);
    assert_true(t.series[0].offset == SIZE_MAX && t.series[0].offset_constant == 2);
    target_free(&t);
    truce_fit_destroy(back);
    truce_fit_destroy(f);
    truce_case_destroy(on_disk);
    truce_case_destroy(c);
    truce_files_destroy(files);
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, i ? "posterior.nc" : "diagnostics.csv");
        assert_int_equal(unlink(path), 0);
    }
    rmdir(directory);
}

static void the_first_draws_of_a_fit_are_a_fit(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/fit/case.yaml");
    truce_fit *f = fit(c, NULL, 64, 2);
    arena memory = {0};
    const truce_fit *first = fit_first_draws(f, 12, &memory);
    assert_non_null(first);
    assert_int_equal(truce_fit_draw_count(first), 12);
    for (size_t j = 0; j < f->parameter_count; j++)
        assert_memory_equal(truce_fit_values(first, j), truce_fit_values(f, j), 12 * sizeof(double));
    assert_memory_equal(first->x, f->x, 12 * f->dimension * sizeof *f->x);
    assert_ptr_equal(fit_first_draws(f, 64, &memory), f);
    arena_free(&memory);
    truce_fit_destroy(f);
    truce_case_destroy(c);
}

static void test_members_of_a_run_are_the_draws_of_the_file(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/fit/case.yaml");
    truce_fit *f = fit(c, NULL, 64, 2), *back = NULL;
    char directory[] = "/tmp/truce-posterior-XXXXXX", path[128];
    truce_error error = {0};
    assert_non_null(mkdtemp(directory));
    assert_int_equal(truce_fit_save(f, directory, "test", 40, &error), TRUCE_OK);
    assert_int_equal(truce_fit_load(directory, c, &back, &error), TRUCE_OK);
    assert_int_equal(back->count, 40);
    assert_string_equal(back->command, "test");
    assert_int_equal(back->warning_count, f->warning_count);
    assert_true(f->warning_count > 0); /* 64 particles are too few */
    for (size_t i = 0; i < f->warning_count; i++)
        assert_string_equal(back->warnings[i], f->warnings[i]);
    for (size_t j = 0; j < f->parameter_count; j++)
        assert_memory_equal(&back->diagnoses[j], &f->diagnoses[j], sizeof *f->diagnoses);
    case_plan plan;
    fit_gift gift;
    truce_ensemble *ensemble = NULL;
    truce_ensemble_options options = truce_ensemble_default_options();
    options.members = 100; /* after draw 39 comes draw 0 */
    assert_int_equal(case_plan_create(c, 0, false, &plan, &error), TRUCE_OK);
    assert_int_equal(fit_give(back, c, &plan, &gift, &error), TRUCE_OK);
    assert_int_equal(ensemble_run_given(plan.program, plan.parameters, plan.schedules, plan.factors,
                                        &gift.given, NULL, &options, &ensemble, &error),
                     TRUCE_OK);
    for (size_t i = 0; i < 100; i++) /* the likelihood of what the member did is that of the draw */
        assert_true(fabs(likelihood_of_member(c, ensemble, i) - f->likelihood[i % 40]) < 1e-4);
    kept_draws kept = {0};
    for (int again = 0; again < 2;
         again++) { /* with draws that are kept the values are the same, to the bit */
        truce_ensemble *same = NULL;
        assert_int_equal(ensemble_run_given(plan.program, plan.parameters, plan.schedules, plan.factors,
                                            &gift.given, &kept, &options, &same, &error),
                         TRUCE_OK);
        assert_non_null(kept.draws);
        for (size_t t = 0; t <= MONTHS; t++)
            assert_memory_equal(truce_ensemble_values(same, 0, t), truce_ensemble_values(ensemble, 0, t),
                                100 * sizeof(float));
        truce_ensemble_destroy(same);
    }
    options.seed++; /* other members: nothing that is kept is of use */
    memset(kept.filled, 1, kept.blocks);
    assert_int_equal(kept_draws_open(&kept, plan.program, &gift.given, &options, kept.width, &error),
                     TRUCE_OK);
    assert_false(kept.filled[0]);
    options.seed--;
    kept_draws_free(&kept);
    /* member 43 alone, all of it: what the ensemble keeps of it, and that of draw 3 */
    char line[4096];
    snprintf(path, sizeof path, "%s/member.csv", directory);
    assert_int_equal(truce_case_write_member(c, c->scenarios[0].name, back, options.seed, 43, path, NULL,
                                             NULL, NULL, &error),
                     TRUCE_OK);
    FILE *rows = fopen(path, "r");
    assert_non_null(fgets(line, sizeof line, rows));
    size_t column = 0;
    for (char *name = strtok(line, ",\n"); name && strcmp(name, "path") != 0; name = strtok(NULL, ",\n"))
        column++;
    for (size_t t = 0; t <= MONTHS; t++) {
        assert_non_null(fgets(line, sizeof line, rows));
        char *cell = strtok(line, ",\n");
        for (size_t k = 0; k < column; k++)
            cell = strtok(NULL, ",\n");
        assert_true((float)strtod(cell, NULL) == truce_ensemble_values(ensemble, 0, t)[43]);
    }
    fclose(rows);
    unlink(path);
    truce_ensemble_destroy(ensemble);
    fit_gift_free(&gift);
    case_plan_free(&plan);
    truce_fit_destroy(back);
    truce_fit_destroy(f);
    const char *const files[] = {"posterior.nc", "diagnostics.csv"};
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, files[i]);
        assert_int_equal(unlink(path), 0);
    }
    rmdir(directory);
    truce_case_destroy(c);
}

/* ---- Calibration (Talts and others 2018) -------------------------------------------------------------- */

/* Data drawn from the prior, fitted: the rank of the truth among the draws of coordinate j. */
static size_t rank_of_truth(const truce_fit *f, size_t j, double truth)
{
    size_t rank = 0;
    for (size_t i = 0; i < f->count; i++)
        rank += f->x[i * f->dimension + j] < truth;
    return rank;
}

static void test_ranks_of_the_truth_are_uniform_on_the_linear_model(void **state)
{
    (void)state;
    enum { SETS = 100, BINS = 5 };
    truce_case *c = load("tests/data/fit/case.yaml");
    size_t bins[2][BINS] = {0};
    truce_fit_options options = truce_fit_default_options();
    options.particles = 128;
    for (uint64_t set = 0; set < SETS; set++) {
        fit_target t;
        truce_error error = {0};
        double truth[2 + MONTHS];
        truce_fit *f;
        assert_int_equal(target_make(c, 0, c->stop, &t, &error), TRUCE_OK);
        assert_int_equal(target_simulate(&t, 7, set, truth, &error), TRUCE_OK);
        assert_int_equal(fit_target_run(&t, &options, &f, &error), TRUCE_OK);
        for (size_t j = 0; j < 2; j++)
            bins[j][rank_of_truth(f, j, truth[j]) * BINS / (f->count + 1)]++;
        truce_fit_destroy(f);
        target_free(&t);
    }
    for (size_t j = 0; j < 2; j++) {
        double chi_square = 0, expected = (double)SETS / BINS;
        for (size_t b = 0; b < BINS; b++)
            chi_square += ((double)bins[j][b] - expected) * ((double)bins[j][b] - expected) / expected;
        assert_true(chi_square < 18.47); /* the 99.9 % quantile of 4 degrees of freedom */
    }
    truce_case_destroy(c);
}

/* The share of parameters whose 90 % interval holds the value that the data were simulated from. */
static double coverage(const char *file, int months, size_t sets)
{
    truce_case *c = load(file);
    truce_fit_options options = truce_fit_default_options();
    size_t covered = 0, all = 0;
    options.particles = 64;
    for (uint64_t set = 0; set < sets; set++) {
        fit_target t;
        truce_error error = {0};
        truce_fit *f;
        assert_int_equal(target_make(c, 0, c->start + months - 1, &t, &error), TRUCE_OK);
        double *truth = calloc(t.dimension, sizeof *truth);
        assert_int_equal(target_simulate(&t, 3, set, truth, &error), TRUCE_OK);
        assert_int_equal(fit_target_run(&t, &options, &f, &error), TRUCE_OK);
        for (size_t j = 0; j < f->parameter_count; j++) {
            double share = (double)rank_of_truth(f, j, truth[j]) / (double)f->count;
            covered += share > 0.05 && share < 0.95;
            all++;
        }
        free(truth);
        truce_fit_destroy(f);
        target_free(&t);
    }
    truce_case_destroy(c);
    return (double)covered / (double)all;
}

static void test_intervals_cover_the_truth_on_the_flagship_and_its_rivals(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        int months;
        size_t sets;
    } cases[] = {{"cases/ukraine/case.yaml", 2, 3},
                 {"cases/ukraine/awm.yaml", 3, 3},
                 {"cases/ukraine/lanchester.yaml", 4, 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double share = coverage(cases[i].file, cases[i].months, cases[i].sets);
        if (!(share > 0.84 && share < 0.96))
            fail_msg("%s: %g of the truths are covered", cases[i].file, share);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_linear_normal_model_has_the_posterior_and_the_evidence_of_the_closed_form),
        cmocka_unit_test(test_errors_that_persist_and_gaps_have_the_closed_form_too),
        cmocka_unit_test(test_student_errors_gaps_coverage_and_bounds_agree_with_quadrature),
        cmocka_unit_test(test_threads_do_not_change_the_bits),
        cmocka_unit_test(test_an_interrupted_fit_goes_on_to_the_same_bits),
        cmocka_unit_test(test_data_after_the_last_month_change_nothing),
        cmocka_unit_test(test_a_fit_up_to_an_earlier_month_has_the_priors_of_then),
        cmocka_unit_test(test_a_posterior_far_outside_its_prior_is_told_by_how_much),
        cmocka_unit_test(test_an_observation_that_cannot_be_is_named),
        cmocka_unit_test(a_fingerprint_changes_with_what_a_fit_depends_on),
        cmocka_unit_test(noise_has_coordinates_in_months_in_which_it_moves_something),
        cmocka_unit_test(draws_with_noise_that_stands_still_are_members),
        cmocka_unit_test(members_are_draws_whenever_the_model_starts_and_whatever_the_first_scenario_scales),
        cmocka_unit_test(draws_are_of_the_prior_and_not_of_what_the_first_scenario_makes_of_it),
        cmocka_unit_test(what_the_first_scenario_sets_is_not_fitted),
        cmocka_unit_test(the_first_draws_of_a_fit_are_a_fit),
        cmocka_unit_test(test_members_of_a_run_are_the_draws_of_the_file),
        cmocka_unit_test(test_ranks_of_the_truth_are_uniform_on_the_linear_model),
        cmocka_unit_test(test_intervals_cover_the_truth_on_the_flagship_and_its_rivals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
