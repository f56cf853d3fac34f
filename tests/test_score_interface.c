/* Scores and forecasts as a program sees them: nothing but truce.h is included. What the numbers are is tested
 * in test_score.c; here, that all of them come out, in their places and as in the files. */
#include "truce/truce.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static void must(truce_status status, const truce_error *error)
{
    if (status != TRUCE_OK)
        fail_msg("%s:%d: %s", error->file, error->line, error->message);
}

static truce_case *load(void)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char path[512];
    truce_error error = {0};
    truce_case *c = NULL;
    snprintf(path, sizeof path, "%s/tests/data/fit/case.yaml", root ? root : ".");
    must(truce_case_load(path, &c, &error), &error);
    return c;
}

/* The tests share one record of two origins, and one forecast. */
typedef struct shared {
    truce_case *c;
    truce_scores *scores;
    truce_forecast *forecast;
    char directory[32];
} shared;

static bool count_fits(void *context, size_t done, size_t fits)
{
    atomic_size_t *most = context;
    if (done != SIZE_MAX && done == fits)
        atomic_store(most, done);
    return true;
}

static int set_up(void **state)
{
    static shared s = {.directory = "/tmp/truce-score-XXXXXX"};
    truce_score_options o = truce_score_default_options();
    truce_forecast_options f = truce_forecast_default_options();
    truce_error error = {0};
    atomic_size_t done = 0;
    s.c = load();
    assert_true(truce_month_parse("2024-08", &o.first) && truce_month_parse("2024-10", &o.last));
    o.particles = f.particles = 32;
    o.every = 2;
    o.priors = TRUCE_PRIORS_BOTH;
    o.progress = count_fits;
    o.context = &done;
    must(truce_score_run(s.c, &o, &s.scores, &error), &error);
    assert_true(done > 0);
    assert_non_null(mkdtemp(s.directory));
    must(truce_scores_write(s.scores, s.directory, &error), &error);
    f.made = "2025-01-05";
    f.scores = s.directory;
    must(truce_forecast_run(s.c, &f, &s.forecast, &error), &error);
    *state = &s;
    return 0;
}

static int tear_down(void **state)
{
    static const char *const files[] = {"scores.csv",   "skill.csv",  "forecasts.csv", "weights.csv",
                                        "evidence.csv", "oracle.csv", "hubverse.csv",  "residuals.csv"};
    shared *s = *state;
    char path[64];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", s->directory, files[i]);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(s->directory), 0);
    truce_forecast_destroy(s->forecast);
    truce_scores_destroy(s->scores);
    truce_case_destroy(s->c);
    return 0;
}

/* ---- Scores ------------------------------------------------------------------------------------------ */

static void entrants_stand_in_their_order(void **state)
{
    const truce_scores *s = ((shared *)*state)->scores;
    truce_scores_facts f = truce_scores_facts_of(s);
    assert_true(f.origins == 2 && f.final_origins == 0 && f.observations == 1);
    assert_true(f.members == f.pool && f.persistence == f.pool - 1 && f.entrants == f.pool + 3);
    assert_string_equal(truce_scores_entrant(s, f.model).name, "model");
    assert_string_equal(truce_scores_entrant(s, f.persistence).name, "persistence");
    assert_int_equal(truce_scores_entrant(s, f.persistence).role, TRUCE_ENTRANT_SERIES);
    assert_string_equal(truce_scores_entrant(s, 1).name, "walk");
    assert_int_equal(truce_scores_entrant(s, 1).role, TRUCE_ENTRANT_CASE);
    assert_int_equal(truce_scores_entrant(s, f.pool).role, TRUCE_ENTRANT_POOL);
    assert_int_equal(truce_scores_entrant(s, f.pool + 1).role, TRUCE_ENTRANT_PRIOR);
    assert_int_equal(truce_scores_entrant(s, f.pool + 2).role, TRUCE_ENTRANT_HINDSIGHT);
    assert_int_equal(truce_scores_origin(s, 1) - truce_scores_origin(s, 0), 2);
    assert_string_equal(truce_scores_units(s, 0), "km");
    assert_int_equal(truce_horizon_months(3), 12);
}

/* A score is the mean of those of its forecasts. */
static void sums_are_of_the_forecasts_one_by_one(void **state)
{
    const truce_scores *s = ((shared *)*state)->scores;
    truce_scores_facts f = truce_scores_facts_of(s);
    for (size_t e = 0; e < f.entrants; e++) {
        double sum = 0, inside = 0;
        size_t count = 0;
        for (size_t at = 0; at < f.origins; at++) {
            truce_prediction p = truce_scores_prediction(s, at, 0, 0, e);
            if (!p.made) /* the past was too short for this rival */
                continue;
            assert_true(p.quantiles[0] <= p.quantiles[2] && p.quantiles[2] <= p.quantiles[4]);
            assert_true(p.pit >= 0 && p.pit <= 1);
            sum += p.crps;
            inside += p.observed >= p.quantiles[0] && p.observed <= p.quantiles[4];
            count++;
        }
        truce_score_range range = truce_scores_range(s);
        range.observation = 0;
        range.first_months = range.last_months = 1;
        truce_score score = truce_scores_of(s, &range, e);
        assert_true(score.count == count && score.origins == count);
        if (count == 0)
            continue;
        assert_true(count == 2 || truce_scores_entrant(s, e).role == TRUCE_ENTRANT_SERIES);
        assert_true(fabs(score.crps - sum / (double)count) < 1e-12);
        assert_true(fabs(score.crps - score.spread - score.too_high - score.too_low) < 1e-9);
        assert_true(fabs(score.within_90 - inside / (double)count) < 1e-12);
        range.to = 1;
        assert_true(fabs(truce_scores_of(s, &range, e).crps - truce_scores_prediction(s, 0, 0, 0, e).crps) <
                    1e-12);
    }
}

static void entrants_are_compared_and_calibrated(void **state)
{
    const truce_scores *s = ((shared *)*state)->scores;
    truce_scores_facts f = truce_scores_facts_of(s);
    truce_score_range all = truce_scores_range(s);
    size_t best = truce_scores_best_rival(s, &all);
    assert_true(best != f.model && best < f.pool);
    truce_skill forth = truce_scores_compare(s, &all, f.model, best);
    truce_skill back = truce_scores_compare(s, &all, best, f.model);
    assert_true(forth.changes == back.changes && fabs(forth.ratio * back.ratio - 1) < 1e-12);
    assert_true(truce_scores_relative_skill(s, &all, best) <=
                truce_scores_relative_skill(s, &all, f.persistence));
    truce_calibration c = truce_scores_calibration(s, &all, f.model);
    double bins = 0;
    for (size_t i = 0; i < TRUCE_CALIBRATION_BINS; i++)
        bins += c.bins[i];
    assert_true(c.count > 0 && fabs(bins - (double)c.count) < 1e-9);
}

static void weights_add_up_and_models_have_evidence(void **state)
{
    const truce_scores *s = ((shared *)*state)->scores;
    truce_scores_facts f = truce_scores_facts_of(s);
    for (size_t at = 0; at <= f.origins; at++)
        for (size_t h = 0; h < TRUCE_HORIZONS; h++) {
            double sum = 0;
            for (size_t m = 0; m < f.members; m++)
                sum += truce_scores_weight(s, at, h, m);
            assert_true(fabs(sum - 1) < 1e-9);
        }
    truce_evidence model = truce_scores_evidence(s, 1, f.model);
    assert_true(isfinite(model.logarithm) && model.points == 10);
    assert_int_equal(truce_scores_evidence(s, 1, f.persistence).points, 0);
}

static void a_table_says_what_the_numbers_say(void **state)
{
    const truce_scores *s = ((shared *)*state)->scores;
    truce_error error = {0};
    char *table = NULL, line[64];
    must(truce_scores_table(s, &table, &error), &error);
    assert_non_null(strstr(table, "2 origins from Aug 2024 to Oct 2024"));
    truce_evidence e = truce_scores_evidence(s, 0, 0);
    snprintf(line, sizeof line, "Aug 2024             8 %10.1f +- %3.1f", e.logarithm, e.standard_error);
    assert_non_null(strstr(table, line));
    truce_text_free(table);
}

/* ---- Forecasts --------------------------------------------------------------------------------------- */

static void a_forecast_says_what_it_rests_on(void **state)
{
    const shared *s = *state;
    truce_forecast_facts f = truce_forecast_facts_of(s->forecast);
    assert_int_equal(f.data_end, truce_case_facts_of(s->c).data_end);
    assert_string_equal(f.made, "2025-01-05");
    assert_non_null(strstr(f.weights, s->directory));
    assert_int_equal(strspn(f.hash, "0123456789abcdef"), 32);
    assert_string_equal(truce_forecast_entrant(s->forecast, f.pool).name, "pool");
    assert_string_equal(truce_forecast_units(s->forecast, 0), "km");
    for (size_t h = 0; h < TRUCE_HORIZONS; h++) {
        double low = truce_forecast_quantile(s->forecast, 0, h, f.pool, 0.05);
        double high = truce_forecast_quantile(s->forecast, 0, h, f.pool, 0.95);
        assert_true(low < high);
    }
    assert_true(isnan(truce_forecast_quantile(s->forecast, 0, 0, f.pool, 1)));
    assert_true(isnan(truce_forecast_quantile(s->forecast, 0, 0, f.pool, NAN)));
    truce_error error = {0};
    char *table = NULL;
    must(truce_forecast_table(s->forecast, &table, &error), &error);
    assert_non_null(strstr(table, "made on 2025-01-05.\nWeights of the pool: /tmp/truce-score-"));
    truce_text_free(table);
}

/* The outcomes of the same file, put into memory, are the same. */
static void assert_same_from_memory(const char *path, const truce_case *c, const truce_outcomes *expected)
{
    static char bytes[1 << 20];
    truce_error error = {0};
    truce_files *files = NULL;
    truce_outcomes *outcomes = NULL;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    must(truce_files_create(&files, &error), &error);
    assert_int_equal(truce_outcomes_load_from(files, "f.csv", c, &outcomes, &error), TRUCE_BAD_INPUT);
    must(truce_files_add(files, "f.csv", bytes, length, &error), &error);
    must(truce_outcomes_load_from(files, "f.csv", c, &outcomes, &error), &error);
    truce_files_destroy(files);
    size_t count = truce_outcomes_facts_of(expected).count;
    assert_true(count > 0 && truce_outcomes_facts_of(outcomes).count == count);
    for (size_t i = 0; i < count; i++) {
        truce_outcome a = truce_outcomes_get(expected, i), b = truce_outcomes_get(outcomes, i);
        assert_string_equal(a.entrant, b.entrant);
        assert_true(a.origin == b.origin && a.months == b.months);
        assert_memory_equal(a.quantiles, b.quantiles, sizeof a.quantiles);
    }
    truce_outcomes_destroy(outcomes);
}

/* The file has 23 quantiles, and what lies between them is interpolated. */
static void a_forecast_is_filed_and_judged(void **state)
{
    const shared *s = *state;
    char path[64], *table = NULL;
    truce_error error = {0};
    truce_outcomes *outcomes = NULL;
    truce_forecast_facts f = truce_forecast_facts_of(s->forecast);
    snprintf(path, sizeof path, "%s/forecast.csv", s->directory);
    must(truce_forecast_write(s->forecast, path, &error), &error);
    must(truce_outcomes_load(path, s->c, &outcomes, &error), &error);
    assert_same_from_memory(path, s->c, outcomes);
    truce_outcomes_facts facts = truce_outcomes_facts_of(outcomes);
    assert_string_equal(facts.made, "2025-01-05");
    assert_string_equal(facts.version, truce_version());
    assert_int_equal(facts.data_end, f.data_end);
    size_t seen = 0;
    for (size_t i = 0; i < facts.count; i++) {
        truce_outcome o = truce_outcomes_get(outcomes, i);
        assert_true(isnan(o.observed) && isnan(o.crps)); /* there are no newer data */
        if (strcmp(o.entrant, "pool") != 0 || o.months != 3)
            continue;
        double median = truce_forecast_quantile(s->forecast, 0, 1, f.pool, 0.5);
        double half = truce_forecast_quantile(s->forecast, 0, 1, f.pool, 0.75) -
                      truce_forecast_quantile(s->forecast, 0, 1, f.pool, 0.25);
        assert_string_equal(o.observation, "seen");
        assert_int_equal(o.origin, f.data_end);
        assert_true(fabs(o.quantiles[2] - median) < 0.02 * half);
        seen++;
    }
    assert_int_equal(seen, 1);
    must(truce_outcomes_table(outcomes, &table, &error), &error);
    assert_non_null(strstr(table, "cannot be judged"));
    truce_text_free(table);
    truce_outcomes_destroy(outcomes);
    unlink(path);
}

/* ---- What makes no sense ----------------------------------------------------------------------------- */

static bool never(void *context, size_t done, size_t fits)
{
    (void)context;
    (void)done;
    (void)fits;
    return false;
}

static void scores_that_make_no_sense_are_refused(void **state)
{
    const truce_case *c = ((shared *)*state)->c;
    truce_scores *s = NULL;
    truce_error error = {0};
    truce_score_options o = truce_score_default_options(), wrong = o;
    wrong.every = 0;
    assert_int_equal(truce_score_run(c, &wrong, &s, &error), TRUCE_BAD_USAGE);
    wrong = o, wrong.priors = (truce_score_priors)3;
    assert_int_equal(truce_score_run(c, &wrong, &s, &error), TRUCE_BAD_USAGE);
    wrong = o, wrong.engine = (truce_engine)-1;
    assert_int_equal(truce_score_run(c, &wrong, &s, &error), TRUCE_BAD_USAGE);
    wrong = o, wrong.particles = 0;
    assert_int_equal(truce_score_run(c, &wrong, &s, &error), TRUCE_BAD_USAGE);
    wrong = o, wrong.first = -1000000000;
    assert_int_equal(truce_score_run(c, &wrong, &s, &error), TRUCE_BAD_USAGE);
    wrong = o, wrong.progress = never, wrong.particles = 32;
    assert_int_equal(truce_score_run(c, &wrong, &s, &error), TRUCE_RUN_FAILED);
    assert_null(s);
    assert_int_equal(truce_score_run(NULL, &o, &s, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_score_run(c, &o, NULL, NULL), TRUCE_BAD_USAGE);
}

static void forecasts_that_make_no_sense_are_refused(void **state)
{
    const shared *x = *state;
    static const char *const dates[] = {NULL,         "",           "yesterday", "2025-13-01",
                                        "2025-02-30", "2025-01-39", "2025-01-5", "2025-01-051"};
    truce_forecast *f = NULL;
    truce_outcomes *outcomes = NULL;
    char *table;
    truce_error error = {0};
    truce_forecast_options o = truce_forecast_default_options();
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        o.made = dates[i];
        assert_int_equal(truce_forecast_run(x->c, &o, &f, &error), TRUCE_BAD_USAGE);
        assert_non_null(strstr(error.message, "is not a date such as 2026-01-15"));
    }
    o.made = "2025-01-05";
    o.scores = "/nowhere";
    assert_int_equal(truce_forecast_run(x->c, &o, &f, &error), TRUCE_BAD_INPUT);
    assert_null(f);
    assert_int_equal(truce_forecast_run(x->c, NULL, &f, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_forecast_run(NULL, &o, &f, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_forecast_run(x->c, &o, NULL, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_forecast_write(NULL, "x", &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_forecast_write(x->forecast, NULL, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_outcomes_load("/nowhere", x->c, &outcomes, &error), TRUCE_BAD_INPUT);
    assert_int_equal(truce_outcomes_load(NULL, x->c, &outcomes, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_outcomes_load("x", NULL, &outcomes, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_forecast_table(NULL, &table, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_outcomes_table(NULL, &table, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_scores_table(NULL, &table, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_scores_write(x->scores, NULL, &error), TRUCE_BAD_USAGE);
}

static void nothing_is_told_where_there_is_nothing(void **state)
{
    const shared *x = *state;
    const size_t out = 1000;
    for (int k = 0; k < 2; k++) {
        const truce_scores *s = k ? x->scores : NULL;
        const truce_forecast *f = k ? x->forecast : NULL;
        truce_score_range all = truce_scores_range(x->scores), wrong = all;
        wrong.to = out;
        assert_int_equal(truce_scores_origin(s, out), TRUCE_MONTH_NONE);
        assert_string_equal(truce_scores_units(s, out), "");
        assert_string_equal(truce_scores_entrant(s, out).name, "");
        assert_int_equal(truce_scores_of(s, &all, out).count, 0);
        assert_true(isnan(truce_scores_of(s, &wrong, 0).crps));
        assert_true(isnan(truce_scores_compare(s, &all, 0, out).ratio));
        assert_true(isnan(truce_scores_relative_skill(s, NULL, 0)));
        assert_true(truce_scores_best_rival(s, &wrong) == SIZE_MAX);
        assert_true(isnan(truce_scores_calibration(s, &all, out).chance));
        assert_false(truce_scores_prediction(s, 0, out, 0, 0).made);
        assert_true(isnan(truce_scores_prediction(s, 0, 0, out, 0).quantiles[2]));
        assert_true(isnan(truce_scores_weight(s, 0, 0, out)));
        assert_int_equal(truce_scores_evidence(s, out, 0).points, 0);
        assert_string_equal(truce_forecast_entrant(f, out).name, "");
        assert_string_equal(truce_forecast_units(f, out), "");
        assert_true(isnan(truce_forecast_quantile(f, out, 0, 0, 0.5)));
        wrong = all, wrong.from = 2, wrong.to = 1;
        assert_int_equal(truce_scores_of(s, &wrong, 0).count, 0);
    }
    assert_int_equal(truce_scores_facts_of(NULL).origins, 0);
    assert_string_equal(truce_forecast_facts_of(NULL).made, "");
    assert_int_equal(truce_outcomes_facts_of(NULL).count, 0);
    assert_string_equal(truce_outcomes_get(NULL, 0).entrant, "");
    assert_int_equal(truce_horizon_months(4), 0);
    truce_scores_destroy(NULL);
    truce_forecast_destroy(NULL);
    truce_outcomes_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entrants_stand_in_their_order),
        cmocka_unit_test(sums_are_of_the_forecasts_one_by_one),
        cmocka_unit_test(entrants_are_compared_and_calibrated),
        cmocka_unit_test(weights_add_up_and_models_have_evidence),
        cmocka_unit_test(a_table_says_what_the_numbers_say),
        cmocka_unit_test(a_forecast_says_what_it_rests_on),
        cmocka_unit_test(a_forecast_is_filed_and_judged),
        cmocka_unit_test(scores_that_make_no_sense_are_refused),
        cmocka_unit_test(forecasts_that_make_no_sense_are_refused),
        cmocka_unit_test(nothing_is_told_where_there_is_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
