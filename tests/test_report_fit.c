/* What a report says of a fit: coverage in and out of sample, residuals, priors and posteriors, and the
 * record of forecasts; against closed forms, data drawn from the prior, and computations written out again.
 */
#include "math/random.h"
#include "report_case.h"
#include "results/findings.h"
#include "results/standing.h"

#include <expat.h>
#include <math.h>

/* ---- The small case with a fit made by hand: to June 2024, 100 draws ------ */

enum { DRAWS = 100, FITTED = 6 };

typedef struct made_fit {
    truce_fit fit;
    const char *names[2], *units[2], *warnings[1];
    double values[2 * DRAWS];
    truce_fit_diagnosis diagnoses[2];
} made_fit;

/* Of the drift the draws are the prior's own quantiles; of the use they are those of a uniform between 5 and
 * 7, where the prior reaches from 0 to 10. */
static void fit_by_hand(made_fit *f)
{
    *f = (made_fit){
        .fit = {.count = DRAWS, .parameter_count = 2, .months = FITTED, .command = "truce fit <case>"},
        .names = {"drift", "use[attacker]"},
        .units = {"km2/month", "a<b"},
        .warnings = {"do not trust <this>"},
        .diagnoses = {{1.01, 400, 0.004}, {1.2, 50, 0.96}}};
    snprintf(f->fit.until, sizeof f->fit.until, "2024-06");
    for (int i = 0; i < DRAWS; i++) {
        f->values[i] = -10 + 40 * (i + 0.5) / DRAWS;
        f->values[DRAWS + i] = 5 + 2 * (i + 0.5) / DRAWS;
    }
    f->fit.names = f->names;
    f->fit.units = f->units;
    f->fit.values = f->values;
    f->fit.diagnoses = f->diagnoses;
    f->fit.warnings = f->warnings;
    f->fit.warning_count = 1;
}

static const char scores[] = "rival,months,seed,series,units,note,crps,within_90,within_50,bias,origins,"
                             "first_origin,last_origin,particles\n"
                             "persistence,6,9,survey,km2,,100,1,1,0,4,2024-01,2025-07,256\n"
                             "model,6,9,survey,km2,,80,0.75,0.5,-3,4,2024-01,2025-07,256\n"
                             "awm,6,9,survey,km2,,70,1,1,0,4,2024-01,2025-07,256\n"
                             "model,12,9,survey,km2,,95,0.5,0.5,-7,2,2024-01,2025-01,256\n"
                             "persistence,12,9,survey,km2,,100,1,1,0,2,2024-01,2025-01,256\n"
                             "model,1,9,\"other, <one>\",people,,1,1,1,2,4,2024-01,2025-07,256\n"
                             "persistence,1,9,\"other, <one>\",people,,2,1,1,2,4,2024-01,2025-07,256\n";

typedef struct fitted {
    small base;
    made_fit fit;
    report *shown;
    case_results *r; /* of it */
    text page, table;
} fitted;

static void close_to(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.10g is not %.10g", value, expected);
}

static text read_file(const char *path)
{
    text t = {0};
    truce_error error = {0};
    must(text_read_file(&t, path, 1 << 28, &error), &error);
    return t;
}

static void remove_output(const char *directory)
{
    static const char *const names[] = {"report.html", "summary.csv", "observed.csv", "members.nc"};
    for (size_t i = 0; i < 4; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        unlink(path);
    }
    rmdir(directory);
}

static int make_fitted(void **state)
{
    static fitted f;
    truce_error error = {0};
    char output[128], path[192];
    small_make(&f.base, false, MEMBERS);
    fit_by_hand(&f.fit);
    write_text(f.base.directory, "scores.csv", scores);
    snprintf(output, sizeof output, "%s/out", f.base.directory);
    results_scenario scenario = {0, &f.base.plans[0], f.base.ensembles[0]};
    must(report_create(f.base.c, SEED, MEMBERS, output, "", &f.shown, &error), &error);
    f.r = report_results(f.shown);
    results_use_fit(f.r, &f.fit.fit);
    must(results_use_scores(f.r, f.base.directory, &error), &error);
    must(results_add(report_results(f.shown), &scenario, NULL, &error), &error);
    must(report_finish(f.shown, &error), &error);
    snprintf(path, sizeof path, "%s/report.html", output);
    f.page = read_file(path);
    snprintf(path, sizeof path, "%s/observed.csv", output);
    f.table = read_file(path);
    remove_output(output);
    *state = &f;
    return 0;
}

static int free_fitted(void **state)
{
    fitted *f = *state;
    char path[128];
    report_destroy(f->shown);
    text_free(&f->page);
    text_free(&f->table);
    snprintf(path, sizeof path, "%s/scores.csv", f->base.directory);
    unlink(path);
    small_free(&f->base);
    return 0;
}

static void says(const fitted *f, const char *words)
{
    if (!strstr(f->page.bytes, words))
        fail_msg("the page does not say: %s", words);
}

/* ---- In sample and out of sample ------------------------------------------ */

static void months_of_the_fit_and_after_it_are_judged_apart(void **state)
{
    const fitted *f = *state;
    const observation_result *o = &f->r->observations[0];
    assert_int_equal(f->r->fitted_months, FITTED);
    assert_int_equal(o->fitted.used, 6); /* May is in the 90 % band only, June in none */
    assert_int_equal(o->fitted.within_90, 5);
    assert_int_equal(o->fitted.within_50, 4);
    assert_int_equal(o->later.used, 3); /* August to October; November and December are not used */
    assert_int_equal(o->later.within_90, 3);
    says(f, "the 90\xc2\xa0% band holds 5 of 6 months in the fit and 3 of 3 after it");
    says(f, ">in the fit</text>"); /* on the chart */
    says(f, ">after the fit</text>");
}

/* The left and right edge of the polygon of a colour. */
static void find_shade(const fitted *f, const char *colour, double edges[2])
{
    char start[64];
    snprintf(start, sizeof start, "<polygon fill = '%s' points = '", colour);
    const char *at = strstr(f->page.bytes, start);
    assert_non_null(at);
    at += strlen(start);
    edges[0] = strtod(at, NULL);
    edges[1] = strtod(strchr(at, ' ') + 1, NULL);
}

static void months_of_the_fit_and_after_it_are_shaded_apart(void **state)
{
    double in[2], after[2];
    find_shade(*state, "rgb(230, 242, 234)", in);
    find_shade(*state, "rgb(226, 228, 238)", after);
    assert_true(fabs(in[1] - after[0]) <
                0.1); /* January to June, then July to October, the last month used */
    assert_true(fabs((after[1] - after[0]) / (in[1] - in[0]) - 4.0 / 6) < 0.01);
}

static void a_fit_of_another_scenario_has_no_months_in_sample(void **state)
{
    const fitted *f = *state;
    truce_error error = {0};
    case_results *r;
    results_scenario other = {1, &f->base.plans[1], f->base.ensembles[1]};
    must(results_create(f->base.c, SEED, MEMBERS, "", &r, &error), &error);
    results_use_fit(r, &f->fit.fit);
    must(results_add(r, &other, NULL, &error), &error);
    assert_int_equal(r->fitted_months, 0);
    assert_int_equal(r->observations[0].fitted.used, 0);
    assert_int_equal(r->observations[0].later.used, 9);
    assert_int_equal(r->observations[0].check.draws, 0);
    results_destroy(r);
}

static void observed_csv_says_what_each_month_was_used_for(void **state)
{
    const fitted *f = *state;
    static const char head[] =
        "series,month,sample,observed,p05,p25,p50,p75,p95,pit,residual,units\nsurvey,2024-01,fitted,1060,";
    assert_memory_equal(f->table.bytes, head, strlen(head));
    assert_non_null(strstr(f->table.bytes, "\nsurvey,2024-08,not fitted,1130,"));
    assert_non_null(strstr(f->table.bytes, "\nsurvey,2024-12,left out,9000,"));
    assert_null(strstr(f->table.bytes, "2024-07")); /* not observed */
    size_t below = 0; /* members below 1060 in January, with the error of observation, counted again */
    const statistics *s = &f->r->observations[0].predicted[0];
    below = (size_t)llround(f->r->observations[0].below[0]);
    assert_true(s->quantiles[2] < 1060 ? below > MEMBERS / 2 : below <= MEMBERS / 2);
    double pit = strtod(strstr(f->table.bytes, "2024-06,") + 8 + strlen("fitted,9000,"), NULL);
    assert_true(pit < 9000);                                /* the 5 % quantile stands there */
    assert_true(f->r->observations[0].below[5] == MEMBERS); /* nobody predicts 9,000 */
}

/* ---- Residuals -------------------------------------------------------------- */

static truce_case *load_line(const char *file)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char path[512];
    truce_error error = {0};
    truce_case *c = NULL;
    snprintf(path, sizeof path, "%s/tests/data/fit/%s", root ? root : ".", file);
    must(truce_case_load(path, &c, &error), &error);
    return c;
}

/* A report of a case on the draws of a fit; the ensemble is handed out. */
static case_results *results_on(const truce_case *c, const truce_fit *fit, size_t members,
                                truce_ensemble **ensemble)
{
    truce_error error = {0};
    case_plan plan;
    fit_gift gift;
    case_results *r;
    truce_ensemble_options options = truce_ensemble_default_options();
    options.members = members;
    options.threads = 1;
    must(case_plan_create(c, 0, false, &plan, &error), &error);
    must(fit_give(fit, c, &plan, &gift, &error), &error);
    must(ensemble_run_given(plan.program, plan.parameters, plan.schedules, plan.factors, &gift.given, NULL,
                            &options, ensemble, &error),
         &error);
    results_scenario scenario = {0, &plan, *ensemble};
    must(results_create(c, 1, members, "", &r, &error), &error);
    results_use_threads(r, 1);
    results_use_fit(r, fit);
    must(results_add(r, &scenario, NULL, &error), &error);
    fit_gift_free(&gift);
    case_plan_free(&plan);
    return r;
}

static truce_fit *fit_to(const truce_case *c, size_t particles, const char *until)
{
    truce_fit_options options = truce_fit_default_options();
    options.until = until;
    truce_error error = {0};
    truce_fit *f = NULL;
    options.particles = particles;
    options.threads = 1;
    must(truce_fit_run(c, &options, &f, &error), &error);
    return f;
}

static truce_fit *fit_of(const truce_case *c, size_t particles)
{
    return fit_to(c, particles, NULL);
}

static void residuals_and_what_is_computed_of_them_are_those_written_out_again(void **state)
{
    (void)state;
    enum { N = 12, COUNT = 48 };
    truce_case *c = load_line("case.yaml");
    truce_fit *f = fit_of(c, 64);
    truce_ensemble *e;
    case_results *r = results_on(c, f, COUNT, &e);
    double mean = 0, squares = 0, lag = 0, means[N] = {0};
    for (size_t i = 0; i < COUNT; i++) {
        double z[N], own = 0, about = 0, product = 0;
        for (size_t t = 0; t < N; t++) {
            z[t] = (c->observations[0].data.values[t] - (double)truce_ensemble_values(e, 0, t)[i]) / 0.8;
            own += z[t] / N;
            squares += z[t] * z[t] / N / COUNT;
            means[t] += z[t] / COUNT;
        }
        for (size_t t = 0; t < N; t++) {
            about += (z[t] - own) * (z[t] - own);
            product += t ? (z[t] - own) * (z[t - 1] - own) : 0;
        }
        mean += own / COUNT;
        lag += product / about / COUNT;
    }
    const residual_check *k = &r->observations[0].check;
    assert_int_equal(k->draws, COUNT);
    assert_int_equal(k->months, N);
    assert_true(fabs(k->mean - mean) < 1e-5);
    assert_true(fabs(k->spread - sqrt(squares)) < 1e-5);
    assert_true(fabs(k->lag - lag) < 1e-5);
    assert_true(fabs(k->season - 1) <
                1e-12); /* one of each month of the year: all variance is between them */
    for (size_t t = 0; t < N; t++) {
        assert_true(fabs(r->observations[0].residuals[t] - means[t]) < 1e-5);
        assert_true(fabs(k->by_month[t] - means[t]) < 1e-5);
    }
    results_destroy(r);
    truce_ensemble_destroy(e);
    truce_fit_destroy(f);
    truce_case_destroy(c);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Persistence 0.7, fitted to June; written out again: what is new in a month after the observed one before
 * it, and what is left of June's error three months later. */
static void errors_that_persist_are_taken_out_of_residuals_and_go_on_after_the_fit(void **state)
{
    (void)state;
    enum { COUNT = 41, JUNE = 5 };
    truce_case *c = load_line("persistent.yaml");
    truce_fit *f = fit_to(c, 64, "2024-06");
    truce_ensemble *e;
    case_results *r = results_on(c, f, COUNT, &e);
    const case_observation *o = &c->observations[0];
    const observation_result *x = &r->observations[0];
    assert_int_equal(r->fitted_months, JUNE + 1);
    size_t at[JUNE + 1], n = 0, checked = 0;
    for (size_t t = 0; t <= JUNE; t++)
        if (!isnan(observed_in(r, o, t)))
            at[n++] = t;
    assert_true(n >= 3);
    for (size_t k = 1; k < n; k++, checked++) {
        double left = pow(0.7, (double)(at[k] - at[k - 1])), mean = 0;
        for (size_t i = 0; i < COUNT; i++) {
            double now = (observed_in(r, o, at[k]) - (double)truce_ensemble_values(e, 0, at[k])[i]) / 0.8;
            double before =
                (observed_in(r, o, at[k - 1]) - (double)truce_ensemble_values(e, 0, at[k - 1])[i]) / 0.8;
            mean += (now - left * before) / sqrt(1 - left * left) / COUNT;
        }
        assert_true(fabs(x->residuals[at[k]] - mean) < 1e-4);
    }
    double predicted[COUNT], left = pow(0.7, (double)(JUNE + 3 - at[n - 1]));
    truce_distribution error = {.kind = TRUCE_NORMAL, .b = 0.8, .scale = 1};
    for (size_t i = 0; i < COUNT; i++) {
        double last = observed_in(r, o, at[n - 1]) - (double)truce_ensemble_values(e, 0, at[n - 1])[i];
        double own = distribution_draw_from(&error, 1, i, ~hash_bytes(o->name, strlen(o->name)));
        predicted[i] =
            (double)truce_ensemble_values(e, 0, JUNE + 3)[i] + left * last + sqrt(1 - left * left) * own;
    }
    qsort(predicted, COUNT, sizeof *predicted, ascending);
    assert_true(fabs(x->predicted[JUNE + 3].quantiles[2] - predicted[COUNT / 2]) < 1e-4);
    assert_true(checked > 1);
    results_destroy(r);
    truce_ensemble_destroy(e);
    truce_fit_destroy(f);
    truce_case_destroy(c);
}

/* Student's t of four degrees of freedom has a closed form (Johnson, Kotz and Balakrishnan 1995, chapter 28).
 */
static void a_student_residual_is_the_normal_score_of_its_probability(void **state)
{
    (void)state;
    truce_case *c = load_line("robust.yaml");
    truce_fit *f = fit_of(c, 64);
    truce_ensemble *e;
    case_results *r = results_on(c, f, 1, &e);
    size_t seen = 0;
    for (size_t t = 0; t < r->months; t++) {
        double y = observed_in(r, &c->observations[0], t), z = r->observations[0].residuals[t];
        if (isnan(z))
            continue;
        double x = (y - (double)truce_ensemble_values(e, 0, t)[0]) / c->observations[0].error_sd;
        double s = x / sqrt(4 + x * x), expected = 0.5 + 0.75 * (s - s * s * s / 3);
        assert_true(fabs(0.5 * erfc(-z / sqrt(2)) - expected) < 1e-5);
        seen++;
    }
    assert_true(seen > 5);
    results_destroy(r);
    truce_ensemble_destroy(e);
    truce_fit_destroy(f);
    truce_case_destroy(c);
}

/* What the check promises: on data drawn from the prior, residuals have mean 0 and spread 1, and chance gives
 * as much as was found half the time. */
static void residuals_of_data_from_the_prior_are_independent_and_standard_normal(void **state)
{
    (void)state;
    enum { SETS = 40 };
    truce_case *c = load_line("case.yaml");
    double *values = (double *)c->observations[0].data.values, mean = 0, squares = 0, chance = 0,
           wandering = 0;
    for (uint64_t set = 0; set < SETS; set++) {
        fit_target t;
        truce_error error = {0};
        must(target_make(c, 0, c->stop, &t, &error), &error);
        must(target_simulate(&t, 11, set, NULL, &error), &error);
        for (size_t i = 0; i < t.series[0].count; i++)
            values[t.series[0].months[i]] = t.series[0].values[i];
        target_free(&t);
        truce_fit *f = fit_of(c, 96);
        truce_ensemble *e;
        case_results *r = results_on(c, f, 96, &e);
        const residual_check *k = &r->observations[0].check;
        mean += k->mean / SETS;
        squares += k->spread * k->spread / SETS;
        chance += k->lag_chance / SETS;
        results_destroy(r);
        truce_ensemble_destroy(e);
        truce_fit_destroy(f);
        if (set >= 3)
            continue;
        for (int i = 0; i < 12; i++) /* the same with an error that lasts for half a year */
            values[i] += i < 6 ? 3 : -3;
        f = fit_of(c, 96);
        r = results_on(c, f, 96, &e);
        wandering = fmax(wandering, r->observations[0].check.spread);
        results_destroy(r);
        truce_ensemble_destroy(e);
        truce_fit_destroy(f);
    }
    /* Standard errors: 1 / sqrt(12 x 40) = 0.046; sqrt(2 / 480) = 0.065; at most 0.29 / sqrt(40) = 0.046. */
    assert_true(fabs(mean) < 0.16);
    assert_true(fabs(squares - 1) < 0.22);
    assert_true(fabs(chance - 0.5) < 0.16);
    assert_true(wandering > 1.3);
    truce_case_destroy(c);
}

/* ---- Priors and posteriors ---------------------------------------------------- */

static void the_page_shows_posteriors_by_what_was_learned(void **state)
{
    const fitted *f = *state;
    const char *use = strstr(f->page.bytes, "<th scope=\"row\">use[attacker]"),
               *drift = strstr(f->page.bytes, "<th scope=\"row\">drift");
    assert_true(use && drift && use < drift); /* 96 % was learned of the one, nothing of the other */
    says(f, "The data say most about \xe2\x80\x9cuse[attacker]\xe2\x80\x9d: they removed 96 % of its prior");
    says(f, "with its median at the prior\xe2\x80\x99s 60 % quantile");         /* 6 of 0 to 10 */
    says(f, "posterior, 90 %: from the 5 % to the 95 % quantile of the prior"); /* the drift's is its prior */
    says(f, "posterior, 90 %: from the 51 % to the 69 % quantile of the prior");
    says(f, "<td class=\"number\">nothing</td>");
    says(f, "a&lt;b</small>");
    says(f, "1.20<small class=\"judgement\">populations disagree</small><small class=\"judgement\">ends "
            "uncertain");
    says(f, "<li>do not trust &lt;this&gt;</li>");
    says(f, "<pre>truce fit &lt;case&gt;</pre>");
}

/* 0.4 % was learned of the drift and 96 % of the use; the baseline names nothing. */
static void a_scenario_says_how_much_of_its_size_was_learned(void **state)
{
    const fitted *f = *state;
    text t = {0};
    learned_finding(&t, f->r, &f->base.c->scenarios[0]);
    assert_int_equal(t.length, 0);
    assert_true(isnan(share_learned(f->r, &f->base.c->scenarios[0])));
    close_to(share_learned(f->r, &f->base.c->scenarios[1]), 0.482, 1e-12);
    learned_finding(&t, f->r, &f->base.c->scenarios[1]);
    assert_string_equal(
        t.bytes,
        "partly learned: the data removed 48\xc2\xa0% of the variance of the priors that its size rests on "
        "(drift 0\xc2\xa0%, use[attacker] 96\xc2\xa0%)");
    text_free(&t);
}

/* Bars lie where normal scores put them: the drift's posterior is its prior's bar. */
static void a_posterior_that_is_its_prior_has_the_same_bar(void **state)
{
    const fitted *f = *state;
    const char *row = strstr(f->page.bytes, "<th scope=\"row\">drift");
    const char *first = strstr(row, "<rect x=\""), *second = strstr(first + 1, "<rect x=\"");
    double prior = strtod(first + 9, NULL), posterior = strtod(second + 9, NULL);
    assert_true(fabs(prior - posterior) <
                2.5); /* pixels: the 5 % quantile of a hundred is the prior's 5.45 % */
    assert_true(strtod(strstr(first, "width=\"") + 7, NULL) > 100);
}

static void the_page_of_a_fit_is_well_formed(void **state)
{
    const fitted *f = *state;
    XML_Parser parser = XML_ParserCreate("UTF-8");
    if (XML_Parse(parser, f->page.bytes, (int)f->page.length, 1) != XML_STATUS_OK)
        fail_msg("line %lu: %s", XML_GetCurrentLineNumber(parser), XML_ErrorString(XML_GetErrorCode(parser)));
    XML_ParserFree(parser);
}

/* ---- Scores --------------------------------------------------------------------- */

static void scores_are_read_by_the_names_of_their_columns(void **state)
{
    const score_record *s = ((const fitted *)*state)->r->scores;
    assert_int_equal(s->series.count, 2);
    assert_int_equal(s->rivals.count, 3);
    assert_string_equal(s->series.names[1], "other, <one>");
    assert_string_equal(s->units.names[1], "people");
    const score_row *row = scores_find(s, 0, scores_rival(s, "model"), 12);
    assert_non_null(row);
    assert_true(row->crps == 95 && row->within_90 == 0.5 && row->bias == -7 && row->origins == 2);
    assert_true(s->first == 12 * 2024 && s->last == 12 * 2025 + 6);
    assert_true(s->particles == 256 && s->seed == 9);
    assert_null(scores_find(s, 0, scores_rival(s, "awm"), 12));
    assert_int_equal(scores_rival(s, "lanchester"), SIZE_MAX);
}

static void the_page_shows_the_model_beside_its_rivals(void **state)
{
    const fitted *f = *state;
    says(f, "\xe2\x96\xbc\xc2\xa0"
            "20\xc2\xa0% lower</td>"); /* than persistence */
    says(f, "\xe2\x96\xb2\xc2\xa0"
            "14\xc2\xa0% higher</td>"); /* than awm */
    says(f, "<td class=\"number\">3 of 4</td>");
    says(f, "(Jan 2024 to Jul 2025)");
    says(f, "Each fit had 256 particles, seed 9.");
    says(f, "other, &lt;one&gt;");
}

static void scores_of_all_series_are_added_in_shares_of_persistence(void **state)
{
    (void)state;
    static const char two[] = "series,months,rival,crps,origins,within_90\n"
                              "a,6,model,30,1,1\na,6,persistence,60,1,1\na,6,awm,20,1,1\n"
                              "b,6,model,3,3,0.3333\nb,6,persistence,2,3,1\nb,6,awm,4,3,1\n"
                              "c,6,model,900,4,0.5\nc,6,persistence,1000,4,1\n";
    char directory[] = "/tmp/truce-scores-XXXXXX", path[64];
    arena memory = {0};
    score_record *s;
    truce_error error = {0};
    double covered, cases;
    assert_non_null(mkdtemp(directory));
    write_text(directory, "scores.csv", two);
    snprintf(path, sizeof path, "%s/scores.csv", directory);
    must(scores_read(&memory, NULL, path, &s, &error), &error);
    /* 0.5 + 3 x 1.5 + 4 x 0.9 against 8; awm has no c: 0.5 + 3 x 1.5 against 1/3 + 3 x 2 */
    close_to(all_against(s, scores_rival(s, "persistence"), 6), 8.6 / 8 - 1, 1e-12);
    close_to(all_against(s, scores_rival(s, "awm"), 6), 5 / (6 + 1.0 / 3) - 1, 1e-12);
    assert_true(isnan(all_against(s, scores_rival(s, "awm"), 12)));
    close_to(share_held(s, true, SIZE_MAX, 6, &covered, &cases), 0.5, 1e-4);
    close_to(covered, 4, 1e-3);
    close_to(share_held(s, true, 1, 0, &covered, &cases), 0.3333, 1e-9);
    assert_true(isnan(share_held(s, false, SIZE_MAX, 6, &covered, &cases)));
    arena_free(&memory);
    unlink(path);
    rmdir(directory);
}

static void the_weakest_point_is_computed(void **state)
{
    const fitted *f = *state;
    text t = {0};
    weakness_finding(&t, f->r);
    assert_non_null(t.bytes);
    static const char *const expected[] = {
        "the worst are those of \"Survey of the front\" 6 months ahead (4 origins), where",
        "its score (CRPS) is 14 % above that of awm",
        "furthest off for \"Survey of the front\", where they held 4 of 6 changes",
        "12 months ahead, where they held 1 of 2 changes",
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        if (!strstr(t.bytes, expected[i]))
            fail_msg("%s", t.bytes);
    text_free(&t);
    score_record *s = f->r->scores;
    for (size_t i = 0; i < s->row_count; i++) /* were awm worse, it would be another */
        if (s->rows[i].rival == scores_rival(s, "awm"))
            s->rows[i].crps = 200;
    weakness_finding(&t, f->r);
    assert_non_null(strstr(t.bytes, "\"Survey of the front\" 12 months ahead (2 origins), where"));
    assert_non_null(strstr(t.bytes, "its score (CRPS) is 5 % below that of persistence"));
    text_free(&t);
}

/* The sentence says nothing of seasons where the table does not. */
static void seasons_are_told_from_two_years_on(void **state)
{
    const fitted *f = *state;
    residual_check *check = &f->r->observations[0].check, kept = *check;
    *check = (residual_check){.draws = 1, .lag_chance = 0.5, .season_chance = 0.01};
    for (check->months = 23; check->months <= 24; check->months++) {
        text t = {0};
        weakness_finding(&t, f->r);
        assert_non_null(t.bytes);
        assert_true((strstr(t.bytes, "follows the months of the year") != NULL) == (check->months == 24));
        text_free(&t);
    }
    *check = kept;
}

/* Rows of a series whose name is written with an apostrophe, because a spreadsheet would take it for a formula. */
static void a_guarded_name_is_one_series(void **state)
{
    const fitted *f = *state;
    char path[128];
    arena memory = {0};
    score_record *s = NULL;
    truce_error error = {0};
    snprintf(path, sizeof path, "%s/guarded.csv", f->base.directory);
    write_text(f->base.directory, "guarded.csv",
               "series,months,rival,crps\n'=seen,1,model,1\n'=seen,3,model,2\n'=seen,1,'-x,2\n");
    assert_int_equal(scores_read(&memory, NULL, path, &s, &error), TRUCE_OK);
    assert_int_equal(s->series.count, 1);
    assert_string_equal(s->series.names[0], "=seen");
    assert_int_equal(s->rivals.count, 2);
    assert_string_equal(s->rivals.names[1], "-x");
    arena_free(&memory);
    unlink(path);
}

static void damaged_scores_are_refused_with_their_line(void **state)
{
    const fitted *f = *state;
    static const struct {
        const char *file, *words;
        int line;
    } wrong[] = {
        {"", "the file is empty", 1},
        {"series,months,rival\n", "no column \"crps\"", 1},
        {"series,months,rival,crps,crps\n", "two columns", 1},
        {"series,months,rival,crps\na,6,model\n", "3 cells, the first line has 4", 2},
        {"series,months,rival,crps\na,6,model,1\na,6,model,1\n", "scored twice", 3},
        {"series,months,rival,crps\na,0,model,1\n", "whole number", 2},
        {"series,months,rival,crps\na,6.5,model,1\n", "whole number", 2},
        {"series,months,rival,crps\na,6,model,\n", "not a finite number", 2},
        {"series,months,rival,crps\na,6,model,nan\n", "not a finite number", 2},
        {"series,months,rival,crps\na,6,model,-1\n", "never below zero", 2},
        {"series,months,rival,crps\n,6,model,1\n", "is empty", 2},
        {"series,months,rival,crps,within_90\na,6,model,1,2\n", "not a share", 2},
        {"series,months,rival,crps,first_origin\na,6,model,1,May\n", "not a date such as 2024-03", 2},
        {"series,months,rival,crps\na\033[2J,6,model,1\n", "control character", 2},
        {"series,months,rival,crps\n\"a,6,model,1\n", "not closed", 2},
    };
    char path[128];
    snprintf(path, sizeof path, "%s/wrong.csv", f->base.directory);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        arena memory = {0};
        score_record *s = NULL;
        truce_error error = {0};
        write_text(f->base.directory, "wrong.csv", wrong[i].file);
        assert_int_equal(scores_read(&memory, NULL, path, &s, &error), TRUCE_BAD_INPUT);
        if (!strstr(error.message, wrong[i].words) || error.line != wrong[i].line)
            fail_msg("%zu: line %d: %s", i, error.line, error.message);
        assert_null(s);
        arena_free(&memory);
    }
    unlink(path);
}

/* ---- Who has scored best ------------------------------------------------------------------------------ */

static const char skills[] =
    "origins_read,months,entrant,best_rival,origins,against_best,within_90,pit_chance\n"
    "all,1,model,ar1,24,1.2,1,1\nall,1,ar1,ar1,24,1,1,1\nall,1,bootstrap,ar1,24,1.1,1,1\n"
    "all,6,model,ar1,20,0.97,1,1\n"
    "all,12,model,damped,12,1.25,1,1\nall,12,damped,damped,12,1,1,1\nall,12,pool,damped,12,0.9,1,1\n"
    "all,12,bootstrap,damped,12,2,1,1\nall,12,prior,damped,12,0.1,1,1\n"
    "last,1,model,ar1,6,1.5,1,1\nlast,1,pool,ar1,6,0.98,1,1\n"
    "last,6,model,damped,1,1.125,1,1\nlast,6,pool,damped,1,0.1,1,1\nlast,all,model,ar1,6,1,1,1\n"
    "all,all,pool,ar1,24,0.88,0.97,0.002\nall,all,model,ar1,24,1,1,\n";

/* The pool and the model on the survey a year on: uniform from 60 to 180 km2, and from 0 to 240. */
static void file_forecast(const case_results *r, const char *path)
{
    score_entrant entrants[] = {{.name = "model"}, {.name = "pool"}};
    size_t cells = r->c->observation_count * SCORE_HORIZONS * 2;
    month origin = r->c->data_end;
    score_change *changes = calloc(cells, sizeof *changes);
    score_table t = {.c = r->c,
                     .origin_count = 1,
                     .origins = &origin,
                     .entrant_count = 2,
                     .member_count = 1,
                     .pool = 1,
                     .entrants = entrants,
                     .changes = changes};
    uint64_t key[2] = {1, 2};
    truce_error error = {0};
    for (size_t e = 0; e < 2; e++)
        for (size_t i = 0; i < SAMPLE_POINTS; i++) {
            score_change *s = score_change_of(&t, 0, 0, 3, e);
            double u = ((double)i + 0.5) / SAMPLE_POINTS;
            s->forecast = true;
            s->points[i] = e ? 60 + 120 * u : 240 * u;
        }
    must(forecast_file_write(path, &t, key, "2025-01-02", &error), &error);
    free(changes);
}

static void a_report_opens_with_the_forecast_that_has_scored_best(void **state)
{
    const fitted *f = *state;
    arena memory = {0};
    text t = {0};
    truce_error error = {0};
    char path[192];
    write_text(f->base.directory, "skill.csv", skills);
    snprintf(path, sizeof path, "%s/forecast.csv", f->base.directory);
    file_forecast(f->r, path);
    must(standing_read(&memory, f->base.directory, f->r->c, &f->r->standing, &error), &error);
    assert_string_equal(standing_best(f->r->standing, 12)->entrant, "pool"); /* a control is none */
    outlook_finding(&t, f->r, &f->r->scenarios[0]);
    /* 120 of 12 months; half of it within 90 and 150 */
    static const char *const words[] = {
        "Highland gains 10.0 km",
        " in 2025 (50 %: 7.5 to 12.5)",
        "with a probability of >75 %: the forecast of the pool",
        "(CRPS 28 % below that of the model alone)",
        "the difference between a scenario and \"",
        "\" is to be added to that forecast. By itself the model says: Highland gains ",
        ". At 6 months ahead the model's own forecasts have scored best so far in territory and losses, ",
        " at 1 month those of an autoregression of the series, ",
        " at 12 months those of the pool of the model and its rivals. ",
        ". On the last 6 origins, held back for one final reading, the model did worse than, ",
        " and the pool no worse than, the best rival (ar1 and damped): ",
        " the model's CRPS was 1.50 and 1.12 times the rival's at 1 and 6 months ahead, ",
        " the pool's 0.98 and 0.10 (outcomes of 6 and 1 of these origins)",
        "worse than the best rival's at 1 month (ar1) and 12 months (damped) ahead",
        "and worse than climatology's, past months resampled, at 1 month ahead"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char *plain = strdup(t.bytes), *to = plain;
        for (const char *from = plain; *from; from++) /* no-break spaces */
            if (*from == '\xc2' && from[1] == '\xa0')
                *to++ = ' ', from++;
            else
                *to++ = *from;
        *to = '\0';
        if (!strstr(plain, words[i]))
            fail_msg("\"%s\" is not in: %s", words[i], plain);
        free(plain);
    }
    text_free(&t);
    static const struct {
        const char *words;
        bool met;
    } targets[TARGETS] = {{"below that of the best rival (it is 12 % below that of ar1)", true},
                          {"85 to 95 % of changes (they hold 97 %)", false},
                          {"does not reject at 1 % (chance 0.002)", false},
                          {"6 months ahead (it is 3 % below that of ar1)", true},
                          {"12 months ahead (it is 25 % above that of damped)", false}};
    for (size_t k = 0; k < TARGETS; k++) {
        bool met = false;
        assert_true(target_finding(&t, f->r, k, &met));
        assert_non_null(strstr(t.bytes, targets[k].words));
        assert_true(met == targets[k].met);
        text_free(&t);
    }
    standing_free(f->r->standing);
    f->r->standing = NULL;
    unlink(path);
    snprintf(path, sizeof path, "%s/skill.csv", f->base.directory);
    unlink(path);
    outlook_finding(&t, f->r, &f->r->scenarios[0]); /* without it the model's own */
    assert_non_null(strstr(t.bytes, "Highland gains "));
    assert_null(strstr(t.bytes, "forecast of"));
    text_free(&t);
    arena_free(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(months_of_the_fit_and_after_it_are_judged_apart),
        cmocka_unit_test(months_of_the_fit_and_after_it_are_shaded_apart),
        cmocka_unit_test(a_fit_of_another_scenario_has_no_months_in_sample),
        cmocka_unit_test(observed_csv_says_what_each_month_was_used_for),
        cmocka_unit_test(residuals_and_what_is_computed_of_them_are_those_written_out_again),
        cmocka_unit_test(errors_that_persist_are_taken_out_of_residuals_and_go_on_after_the_fit),
        cmocka_unit_test(a_student_residual_is_the_normal_score_of_its_probability),
        cmocka_unit_test(residuals_of_data_from_the_prior_are_independent_and_standard_normal),
        cmocka_unit_test(the_page_shows_posteriors_by_what_was_learned),
        cmocka_unit_test(a_scenario_says_how_much_of_its_size_was_learned),
        cmocka_unit_test(a_posterior_that_is_its_prior_has_the_same_bar),
        cmocka_unit_test(the_page_of_a_fit_is_well_formed),
        cmocka_unit_test(scores_are_read_by_the_names_of_their_columns),
        cmocka_unit_test(the_page_shows_the_model_beside_its_rivals),
        cmocka_unit_test(a_guarded_name_is_one_series),
        cmocka_unit_test(damaged_scores_are_refused_with_their_line),
        cmocka_unit_test(scores_of_all_series_are_added_in_shares_of_persistence),
        cmocka_unit_test(the_weakest_point_is_computed),
        cmocka_unit_test(seasons_are_told_from_two_years_on),
        cmocka_unit_test(a_report_opens_with_the_forecast_that_has_scored_best),
    };
    return cmocka_run_group_tests(tests, make_fitted, free_fitted);
}
