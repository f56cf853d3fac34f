/* Talks on a case: what must hold on the case of Ukraine whatever its numbers, and at the ends of what may be
 * assumed. Pairs of runs have their members in common, so that differences are not luck. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "fit/fit.h"
#include "model/model.h"
#include "results/talks_findings.h"
#include "talks/futures.h"
#include "talks/talks.h"

/* Fewer members where every access is checked. */
#if defined(__SANITIZE_ADDRESS__)
#define CHECKED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CHECKED 1
#endif
#endif
#ifdef CHECKED
enum { MEMBERS = 400 };
#else
enum { MEMBERS = 1500 };
#endif
enum { MEDIAN = 2 };

static truce_case *load(const char *path)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char name[512];
    truce_case *c = NULL;
    truce_error error = {0};
    snprintf(name, sizeof name, "%s/%s", root ? root : ".", path);
    if (truce_case_load(name, &c, &error) != TRUCE_OK)
        fail_msg("%s:%d: %s", error.file, error.line, error.message);
    return c;
}

static truce_case *second_edition(void)
{
    return load("cases/ukraine/case.yaml");
}

/* Without those who decide, openings, private worths and a record: sides of one mind that know each other and
 * may meet every month. */
static truce_case *ukraine(void)
{
    truce_case *c = second_edition();
    case_talks *t = (case_talks *)c->talks;
    t->government = NULL;
    t->has_openings = t->private_worths = t->has_record = false;
    t->opening_rate.prior = (truce_distribution){.kind = TRUCE_FIXED, .a = 1, .scale = 1};
    t->error.prior = (truce_distribution){.kind = TRUCE_FIXED, .scale = 1};
    return c;
}

static talks_options with_members(size_t members)
{
    talks_options o = talks_default_options();
    o.run.members = members;
    o.run.engine = TRUCE_ENGINE_INTERPRETER;
    return o;
}

static talks_result talk(const truce_case *c, const talks_options *options)
{
    talks_result result;
    truce_error error = {0};
    if (talks_run(c, options, &result, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return result;
}

static talks_result talk_about(const truce_case *c, const char *scenario)
{
    talks_options o = with_members(MEMBERS);
    o.scenario = truce_case_find_scenario(c, scenario);
    assert_true(o.scenario != SIZE_MAX);
    return talk(c, &o);
}

static size_t deal(const truce_case *c, const char *name)
{
    for (size_t i = 0; i < c->talks->deal_count; i++)
        if (strcmp(c->talks->deals[i].name, name) == 0)
            return i;
    fail_msg("no deal \"%s\"", name);
    return 0;
}

/* The attacker's position in a month: the median bargaining point. */
static double point(const talks_result *r, size_t j)
{
    return r->months[j].point.quantiles[MEDIAN];
}

static double middle(talks_band band)
{
    return band.quantiles[MEDIAN];
}

/* Quantities of the table are constants once loaded; these tests write other priors into them. */
static void make_fixed(const case_quantity *q, double value)
{
    ((case_quantity *)q)->prior = (truce_distribution){.kind = TRUCE_FIXED, .a = value, .scale = 1};
}

static void make_larger(const case_quantity pair[CASE_SIDES], double factor)
{
    for (int i = 0; i < CASE_SIDES; i++)
        ((case_quantity *)&pair[i])->prior.scale *= factor;
}

/* ---- No arbitrage ------------------------------------------------------------------------------------- */

static void talks_are_worth_at_least_the_war_without_them(void **state)
{
    (void)state;
    truce_case *c = ukraine();
    talks_result r = talk_about(c, "actual");
    for (int i = 0; i < CASE_SIDES; i++)
        assert_true(r.value[i] > r.war[i] - 3.0 * hypot(r.value_error[i], r.war_error[i]));
    double before = 0.0;
    for (size_t j = 0; j < r.month_count; j++) {
        const talks_month *m = &r.months[j];
        assert_true(m->struck >= before && m->struck <= 1.0);
        before = m->struck;
        assert_true(m->zone >= 0.0 && m->zone <= 1.0 && m->at_war > 0.0 && m->at_war <= 1.0);
        assert_true(m->placed >= m->zone && m->placed <= 1.0);
        for (size_t d = 0; d < r.deal_count; d++) {
            const talks_offer *o = &m->offers[d];
            assert_true(o->accepted_by_both <= fmin(o->accepted[0], o->accepted[1]));
            assert_true(o->accepted_by_both >= o->accepted[0] + o->accepted[1] - 1.0 - 1e-12);
            for (int y = 0; y < TALKS_YEARS; y++)
                assert_true(o->resumed[y] >= 0.0 && o->resumed[y] <= 1.0);
            assert_true(o->resumed[TALKS_YEARS - 1] > o->resumed[0]);
        }
        for (int i = 0; i < 3; i++)
            assert_true(m->point.quantiles[i] <= m->point.quantiles[i + 1]);
    }
    assert_true(before > 0.0);
    talks_free(&r);
    truce_case_destroy(c);
}

/* Twenty times the worth of everything but the fighting is a twentieth of its cost. */
static void the_zone_shrinks_as_costs_fall(void **state)
{
    (void)state;
    truce_case *c = ukraine();
    const case_talks *t = c->talks;
    talks_result dear = talk_about(c, "actual");
    make_larger(t->stake, 20);
    make_larger(t->dictated, 20);
    make_larger(t->relief, 20);
    for (size_t g = 0; g < t->guarantee_count; g++) {
        make_larger(t->guarantees[g].penalty, 20);
        make_larger(t->guarantees[g].cost, 20);
    }
    talks_result cheap = talk_about(c, "actual");
    for (size_t j = 0; j < 24; j += 6) {
        assert_true(middle(dear.months[j].width) > 0.01);
        assert_true(middle(cheap.months[j].width) < 0.5 * middle(dear.months[j].width));
    }
    talks_free(&dear);
    talks_free(&cheap);
    truce_case_destroy(c);
}

/* ---- Levers ------------------------------------------------------------------------------------------- */

/* Mean of the attacker's position from the month in which policies change to three years later. */
static double later_position(const truce_case *c, const char *scenario)
{
    talks_result r = talk_about(c, scenario);
    double mean = 0.0;
    for (size_t j = 6; j < 42; j++)
        mean += point(&r, j) / 36.0;
    talks_free(&r);
    return mean;
}

static void each_lever_moves_the_position_the_right_way(void **state)
{
    (void)state;
#ifdef CHECKED
    skip(); /* what some levers move is less than the luck of so few members */
#endif
    truce_case *c = ukraine();
    double actual = later_position(c, "actual"), stops = later_position(c, "us-stops"),
           fund = later_position(c, "common-fund"), relief = later_position(c, "sanctions-relief"),
           parity = later_position(c, "parity-manpower");
    assert_true(stops > actual);
    assert_true(fund < actual - 0.003);
    assert_true(relief > actual + 0.005);
    assert_true(parity < actual); /* aims that drift leave numbers less of the say */
    truce_case_destroy(c);
}

static void guarantees_hold_the_peace_and_cost_the_attacker(void **state)
{
    (void)state;
    truce_case *c = ukraine();
    talks_result r = talk_about(c, "actual");
    const talks_offer *offers = r.months[0].offers;
    const talks_offer *paper = &offers[deal(c, "freeze-paper")], *force = &offers[deal(c, "freeze-force")],
                      *alliance = &offers[deal(c, "freeze-alliance")],
                      *relief = &offers[deal(c, "freeze-force-relief")],
                      *retreat = &offers[deal(c, "withdrawal-1991")],
                      *all = &offers[deal(c, "maximalist-attacker")];
    for (int y = 0; y < TALKS_YEARS; y++) {
        assert_true(force->resumed[y] < paper->resumed[y]);
        assert_true(alliance->resumed[y] < paper->resumed[y]);
    }
    assert_true(force->accepted[CASE_ATTACKER] < paper->accepted[CASE_ATTACKER]);
    assert_true(alliance->accepted[CASE_ATTACKER] < force->accepted[CASE_ATTACKER]);
    assert_true(force->accepted[CASE_DEFENDER] > paper->accepted[CASE_DEFENDER]);
    assert_true(relief->accepted[CASE_ATTACKER] > force->accepted[CASE_ATTACKER]);
    assert_true(middle(relief->gap[CASE_ATTACKER]) > middle(force->gap[CASE_ATTACKER]));
    assert_true(retreat->accepted[CASE_DEFENDER] > all->accepted[CASE_DEFENDER]);
    assert_true(retreat->accepted[CASE_ATTACKER] < all->accepted[CASE_ATTACKER]);
    talks_free(&r);
    truce_case_destroy(c);
}

/* ---- Commitment --------------------------------------------------------------------------------------- */

static void fix_guarantees(const case_talks *t, double penalty)
{
    for (size_t g = 0; g < t->guarantee_count; g++)
        for (int i = 0; i < CASE_SIDES; i++)
            make_fixed(&t->guarantees[g].penalty[i], penalty);
}

/* Under a deal that leaves the attacker nothing it has nothing to lose by a new war but the war itself. */
static void commitment_problems_come_and_go_with_what_a_breach_costs(void **state)
{
    (void)state;
    truce_case *c = ukraine();
    size_t retreat = deal(c, "withdrawal-1991");
    make_fixed(&c->talks->incidents, 0);
    make_fixed(&c->talks->stake[CASE_ATTACKER], 40); /* worth a war, if nothing else keeps it from one */
    const double penalties[] = {1e6, 4.0, 0.0, -1e6};
    double resumed[4];
    for (size_t k = 0; k < 4; k++) {
        fix_guarantees(c->talks, penalties[k]);
        talks_result r = talk_about(c, "actual");
        resumed[k] = r.months[0].offers[retreat].resumed[TALKS_YEARS - 1];
        for (size_t j = 0; j < r.month_count; j++)
            for (size_t d = 0; d < r.deal_count; d++)
                for (int y = 0; y < TALKS_YEARS; y++) {
                    double expected = k == 0 ? 0.0 : 1.0;
                    if (k == 0 || k == 3)
                        assert_true(fabs(r.months[j].offers[d].resumed[y] - expected) < 1e-4);
                }
        talks_free(&r);
    }
    print_message(
        "fighting resumes within ten years of a retreat: %.2f, %.2f, %.2f, %.2f as the penalty falls\n",
        resumed[0], resumed[1], resumed[2], resumed[3]);
    assert_true(resumed[1] > 0.01 && resumed[2] > resumed[1] + 0.02);
    truce_case_destroy(c);
}

/* ---- Branches ----------------------------------------------------------------------------------------- */

static talks_result talk_with_branch(const truce_case *c, size_t members, const char *branch, double p)
{
    talks_options o = with_members(members);
    o.scenario = truce_case_find_scenario(c, "actual");
    o.branch = truce_case_find_scenario(c, branch);
    o.branch_probability = p;
    assert_true(o.branch != SIZE_MAX);
    return talk(c, &o);
}

static void assert_same(const talks_result *a, const talks_result *b)
{
    assert_int_equal(a->month_count, b->month_count);
    for (size_t j = 0; j < a->month_count; j++) {
        assert_memory_equal(&a->months[j].point, &b->months[j].point, sizeof(talks_band));
        assert_memory_equal(a->months[j].war, b->months[j].war, sizeof a->months[j].war);
        assert_memory_equal(a->months[j].going, b->months[j].going, sizeof a->months[j].going);
        assert_memory_equal(a->months[j].offers, b->months[j].offers, a->deal_count * sizeof(talks_offer));
    }
    assert_memory_equal(a->value, b->value, sizeof a->value);
}

static void a_branch_that_never_or_surely_happens_is_the_scenario_itself(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    talks_result never = talk_about(c, "actual"), surely = talk_about(c, "push");
    talks_result zero = talk_with_branch(c, MEMBERS, "push", 0.0),
                 one = talk_with_branch(c, MEMBERS, "push", 1.0);
    assert_true(point(&surely, 0) != point(&never, 0));
    assert_same(&zero, &never);
    assert_same(&one, &surely);
    talks_free(&never), talks_free(&surely), talks_free(&zero), talks_free(&one);
    truce_case_destroy(c);
}

/* The push begins in June, month 2 of the talks: in months 0 and 1 both sides only know of it. Peace holds,
 * so that positions follow the value of the war alone. A position of 4,000 members has a standard error of 0.03, a tenth of
 * the whole way. */
static void a_branch_moves_the_table_before_it_happens(void **state)
{
    (void)state;
    enum { PROBABILITIES = 5 };
    const double p[PROBABILITIES] = {0.0, 0.02, 0.5, 0.98, 1.0};
    double position[PROBABILITIES][2];
    truce_case *c = load("tests/data/talks/case.yaml");
    make_fixed(&c->talks->incidents, 0);
    fix_guarantees(c->talks, 1e6);
    for (size_t k = 0; k < PROBABILITIES; k++) {
        talks_result r = talk_with_branch(c, 4000, "push", p[k]);
        for (size_t j = 0; j < 2; j++)
            position[k][j] = point(&r, j);
        talks_free(&r);
    }
    for (size_t j = 0; j < 2; j++) {
        double whole = position[4][j] - position[0][j];
        print_message("month %zu: %.4f, %.4f, %.4f, %.4f, %.4f\n", j, position[0][j], position[1][j],
                      position[2][j], position[3][j], position[4][j]);
        assert_true(whole > 0.02);
        assert_true(fabs(position[1][j] - position[0][j]) < 0.15 * whole);
        assert_true(position[2][j] > position[0][j] + 0.15 * whole);
        assert_true(position[2][j] < position[0][j] + 0.85 * whole);
        assert_true(fabs(position[3][j] - position[4][j]) < 0.15 * whole);
    }
    truce_case_destroy(c);
}

/* ---- Posterior, and the past -------------------------------------------------------------------------- */

static truce_fit *posterior(const truce_case *c)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char name[512];
    truce_fit *fit = NULL;
    truce_error error = {0};
    snprintf(name, sizeof name, "%s/cases/ukraine/posterior", root ? root : ".");
    if (truce_fit_load(name, c, &fit, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return fit;
}

/* The line in the first three years, as the war without talks saves it (every month) and as peace does. The
 * noise of the fitted months is given month by month in both. */
static void draws_of_a_fit_have_the_same_past_however_often_they_are_saved(void **state)
{
    (void)state;
    enum { SOME = 40, YEARS = 3 };
    truce_case *c = ukraine();
    truce_fit *fit = posterior(c);
    float *values[2] = {calloc(SOME, sizeof(float)), calloc(SOME, sizeof(float))};
    futures f[2];
    truce_error error = {0};
    for (int k = 0; k < 2; k++) {
        futures_options o = {
            .branch = SIZE_MAX, .fit = fit, .step = k == 0 ? 1 : 3, .run = with_members(SOME).run};
        assert_int_equal(futures_run(c, &o, &c->talks->line, 1, NULL, &f[k], &error), TRUCE_OK);
    }
    for (size_t year = 1; year <= YEARS; year++) {
        futures_values(&f[0], 0, 12 * year, values[0]);
        futures_values(&f[1], 0, 4 * year, values[1]);
        assert_memory_equal(values[0], values[1], SOME * sizeof(float));
    }
    assert_true(values[0][0] != values[0][1]);
    for (int k = 0; k < 2; k++) {
        futures_free(&f[k]);
        free(values[k]);
    }
    truce_fit_destroy(fit);
    truce_case_destroy(c);
}

/* The posterior knows where the line was: its members differ less at the end of the data than the priors'. */
static void members_may_be_the_draws_of_a_fit(void **state)
{
    (void)state;
    truce_case *c = ukraine();
    truce_fit *fit = posterior(c);
    talks_options o = with_members(200);
    talks_result prior = talk(c, &o);
    o.fit = fit;
    talks_result fitted = talk(c, &o);
    const talks_band *wide = &prior.months[0].offers[0].line, *narrow = &fitted.months[0].offers[0].line;
    assert_true(narrow->quantiles[4] - narrow->quantiles[0] <
                0.5 * (wide->quantiles[4] - wide->quantiles[0]));
    o.branch = truce_case_find_scenario(c, "common-fund");
    o.branch_probability = 0.5;
    talks_result branched = talk(c, &o);
    assert_true(point(&branched, 24) != point(&fitted, 24));
    talks_free(&branched);
    talks_free(&prior);
    talks_free(&fitted);
    truce_fit_destroy(fit);
    truce_case_destroy(c);
}

static void talks_may_begin_before_the_data_end(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    talks_options o = with_members(200);
    o.from = c->start;
    talks_result r = talk(c, &o);
    truce_error error = {0};
    assert_int_equal(r.month_count, 8);
    assert_int_equal(r.months[0].month, c->start);
    assert_int_equal(r.months[r.answers.now].month,
                     c->data_end + 1); /* answers are of the first month without data */
    assert_int_equal(r.answers.ahead, 5);
    talks_free(&r);
    o.from = c->stop + 1;
    assert_int_equal(talks_run(c, &o, &r, &error), TRUCE_BAD_USAGE);
    assert_non_null(strstr(error.message, "2024-01 to 2024-08"));
    truce_case_destroy(c);
}

/* ---- Comparisons -------------------------------------------------------------------------------------- */

#ifdef CHECKED
enum { SEEDS = 8 };
#else
enum { SEEDS = 24 };
#endif

static talks_change change_by_push(const truce_case *c, uint64_t seed, size_t j)
{
    talks_change changes[12];
    talks_options o = with_members(300);
    o.run.seed = seed;
    talks_result actual = talk(c, &o);
    o.scenario = truce_case_find_scenario(c, "push");
    talks_result push = talk(c, &o);
    assert_true(talks_compare(&actual, &push, changes));
    talks_free(&actual);
    talks_free(&push);
    return changes[j];
}

/* The spread of what other seeds give is what the standard error says, within what so few seeds can tell
 * (their standard deviation is known to 15 %). */
static void the_error_of_a_change_is_that_of_other_seeds(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    double mean = 0.0, square = 0.0, error = 0.0;
    for (size_t k = 0; k < SEEDS; k++) {
        talks_change change = change_by_push(c, 100 + k, 1);
        mean += change.mean.mean / SEEDS;
        square += change.mean.mean * change.mean.mean / SEEDS;
        error += change.mean.error / SEEDS;
    }
    double spread = sqrt((square - mean * mean) * SEEDS / (SEEDS - 1.0));
    print_message("mean change %.4f, spread over seeds %.4f, standard error %.4f\n", mean, spread, error);
    assert_true(spread > error / 2.0 && spread < 2.0 * error);
    truce_case_destroy(c);
}

/* Against an independent sum over the members, and against itself. */
static void a_comparison_goes_member_by_member(void **state)
{
    (void)state;
    enum { MONTH = 3 };
    truce_case *c = load("tests/data/talks/case.yaml");
    talks_options o = with_members(200);
    talks_result actual = talk(c, &o);
    o.scenario = truce_case_find_scenario(c, "push");
    talks_result push = talk(c, &o);
    talks_change same[8], other[8];
    assert_true(talks_compare(&actual, &actual, same) && talks_compare(&actual, &push, other));
    for (size_t j = 0; j < actual.month_count; j++) {
        assert_true(same[j].mean.mean == 0.0 && same[j].mean.error == 0.0 && same[j].zone.mean == 0.0);
        assert_true(same[j].stronger == 0.0 && same[j].weaker == 0.0 && same[j].struck.error == 0.0);
    }
    double sum = 0.0, count = 0.0, weaker = 0.0;
    for (size_t m = 0; m < 200; m++) {
        double before = actual.own.point[MONTH * 200 + m], after = push.own.point[MONTH * 200 + m];
        if (isnan(before) || isnan(after))
            continue;
        sum += before - after;
        weaker += after > before;
        count += 1.0;
    }
    assert_true(fabs(other[MONTH].mean.mean - sum / count) < 1e-12);
    assert_true(other[MONTH].weaker == weaker / count);
    for (size_t j = 0; j < actual.month_count; j++) { /* of shares, the difference of those that are told */
        const talks_month *a = &actual.months[j], *b = &push.months[j];
        assert_true(fabs(b->zone - a->zone - other[j].zone.mean) < 1e-12);
        assert_true(fabs(b->struck - a->struck - other[j].struck.mean) < 1e-6); /* kept as floats */
    }
    talks_free(&actual);
    talks_free(&push);
    truce_case_destroy(c);
}

/* What only one half of the members shows in one of many months is luck of its regressions. */
static void a_change_that_only_one_half_shows_is_not_sure(void **state)
{
    (void)state;
    enum { N = 40, MONTHS = 12, ODD = 7 };
    float first[MONTHS * N] = {0}, other[MONTHS * N] = {0}, nothing[MONTHS * N] = {0};
    signed char zones[MONTHS * N] = {0};
    for (size_t m = 0; m < N; m++)
        other[ODD * N + m] = regression_fold(N, m) == 0 ? -0.1F : 0.0F;
    const talks_result a = {.month_count = MONTHS,
                            .members = N,
                            .own = {.point = first, .realised = nothing, .zone = zones, .struck = nothing}};
    const talks_result b = {.month_count = MONTHS,
                            .members = N,
                            .own = {.point = other, .realised = nothing, .zone = zones, .struck = nothing}};
    talks_change changes[MONTHS];
    assert_true(talks_compare(&a, &b, changes));
    assert_true(fabs(changes[ODD].mean.mean - 0.05) < 1e-8 && fabs(changes[ODD].mean.error - 0.05) < 1e-8);
    assert_true(fabs(changes[0].mean.error - 0.05 / sqrt(MONTHS)) < 1e-8);
    assert_int_equal(talks_judge(changes, MONTHS).direction, 0);
}

static talks_change change_of(double mean, double error, double stronger)
{
    return (talks_change){.mean = {mean, error}, .stronger = stronger, .weaker = 1.0 - stronger};
}

static void a_verdict_names_the_greatest_sure_change_and_when_nearly_all_agree(void **state)
{
    (void)state;
    const talks_change stronger[] = {change_of(0.9, 0.5, 0.95), change_of(0.02, 0.001, 0.91),
                                     change_of(0.05, 0.008, 0.95), change_of(-0.03, 0.001, 0.05),
                                     change_of(0.01, 0.001, 0.99)};
    talks_verdict v = talks_judge(stronger, 5);
    assert_int_equal(v.direction, 1);
    assert_int_equal(v.greatest, 2);
    assert_true(v.agreed && v.first == 0 && v.last == 2);
    const talks_change weaker[] = {change_of(0.01, 0.02, 0.95), change_of(-0.04, 0.005, 0.3)};
    v = talks_judge(weaker, 2);
    assert_int_equal(v.direction, -1);
    assert_int_equal(v.greatest, 1);
    assert_false(v.agreed);
    assert_int_equal(talks_judge(weaker, 1).direction, 0);
    const talks_change near =
        change_of(0.045, 0.01, 0.95); /* four and a half standard errors are not enough */
    assert_int_equal(talks_judge(&near, 1).direction, 0);
}

/* ---- Terms and peace
 * ---------------------------------------------------------------------------------------
 */

/* Who proposes takes all that is over: the attacker up to what the defender concedes, and the other way
 * about. In the first month all deals are struck at once. */
static void terms_are_those_of_the_side_that_proposes(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    talks_options o = with_members(400);
    talks_result r[3];
    const double q[] = {0.0, 0.5, 1.0};
    for (size_t k = 0; k < 3; k++) {
        make_fixed(&c->talks->proposer, q[k]);
        r[k] = talk(c, &o);
        const talks_month *m = &r[k].months[0];
        assert_memory_equal(&m->terms, &m->terms_so_far, sizeof m->terms);
        assert_true(m->struck == m->zone);
        for (size_t j = 0; j < r[k].month_count; j++)
            assert_true(r[k].months[j].terms.quantiles[0] >= 0.0 && r[k].months[j].terms.quantiles[4] <= 1.0);
    }
    assert_true(middle(r[0].months[0].terms) < middle(r[1].months[0].terms));
    assert_true(middle(r[1].months[0].terms) < middle(r[2].months[0].terms));
    for (size_t k = 0; k < 3; k++)
        talks_free(&r[k]);
    truce_case_destroy(c);
}

/* Lines count by how likely a meeting ends on them: as those of the deals that are drawn in the first month. */
static void terms_are_those_of_deals_that_come(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    talks_options o = with_members(1500);
    make_fixed(&c->talks->error, 0.01);
    make_fixed(&c->talks->guarantees[0].cost[CASE_ATTACKER], 0.25);
    talks_result r = talk(c, &o);
    const talks_month *m = &r.months[0];
    assert_true(m->met > 0.3 && m->met < 0.9);
    for (int k = 0; k < TALKS_BAND; k++)
        assert_true(fabs(m->terms.quantiles[k] - m->terms_so_far.quantiles[k]) < 0.03);
    talks_free(&r);
    truce_case_destroy(c);
}

/* exp(-incidents x hazard ratio x t^0.53) in each member where no side ever finds it worth to attack; the
 * incidents are uniform from 0.03 to 0.1, so their quantiles are known, and so are those of peace. */
static void peace_that_no_side_breaks_ends_by_incident_alone(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    talks_options o = with_members(4000);
    fix_guarantees(c->talks, 1e6);
    talks_result r = talk(c, &o);
    const double ratio[] = {1.0, 0.5};
    for (size_t d = 0; d < 2; d++)
        for (int y = 0; y < TALKS_YEARS; y++) {
            const talks_offer *offer = &r.months[0].offers[deal(c, d == 0 ? "freeze" : "guarded")];
            double mean = 0.0, slope = ratio[d] * pow(talks_years[y], 0.53);
            for (int k = 0; k < TALKS_BAND; k++) {
                double incidents = 0.1 - 0.07 * talks_probabilities[k];
                assert_true(fabs(offer->peace[y].quantiles[k] - exp(-slope * incidents)) < 0.003 * slope);
            }
            mean = (exp(-slope * 0.03) - exp(-slope * 0.1)) / (0.07 * slope);
            assert_true(fabs(1.0 - offer->resumed[y] - mean) < 0.0015 * slope);
        }
    talks_free(&r);
    truce_case_destroy(c);
}

/* ---- Beliefs ------------------------------------------------------------------------------------------ */

/* The defender believes that the line drifts by -1 a month, the attacker by 1, each with a standard deviation
 * of 1.5; months have noise of 1.5. After k months the two expect drifts that are 2 / (1 + k) apart (normal
 * prior and normal noise of the same variance), so that with K months to go in all the two values of war add
 * to 1 + (K - k) 2 / (1 + k) / 100 - 2 (K - k) 0.004 While that is well above 1 no line suits both; once it
 * is below, one does. Slantchev (2003). */
static double both_wars(const talks_result *r, size_t j)
{
    return middle(r->months[j].war[CASE_DEFENDER]) + middle(r->months[j].war[CASE_ATTACKER]);
}

static void the_zone_opens_as_beliefs_meet(void **state)
{
    (void)state;
    enum { LENGTH = 8 };
    truce_case *c = load("tests/data/talks/beliefs.yaml");
    talks_options o = with_members(3000);
    talks_result r = talk(c, &o);
    for (size_t j = 0; j < LENGTH; j++) {
        double left = LENGTH - (double)j, apart = left * 2.0 / (1.0 + (double)j) / 100.0;
        assert_true(fabs(both_wars(&r, j) - (1.0 + apart - 2.0 * left * 0.004)) < 0.006);
    }
    assert_true(r.months[0].zone == 0.0 && r.months[1].zone < 0.05);
    assert_true(r.months[5].zone > 0.95 && r.months[7].zone > 0.95);
    talks_free(&r);
    /* Each sees the drift too, with an error as large as its doubt: half the difference is gone at once. */
    const case_signal seen = {.element = c->talks->beliefs[0][0].element, .error = 1.5};
    ((case_talks *)c->talks)->signals = &seen;
    ((case_talks *)c->talks)->signal_count = 1;
    r = talk(c, &o);
    assert_true(fabs(both_wars(&r, 0) - (1.0 + 0.08 - 0.064)) < 0.006);
    talks_free(&r);
    /* The same beliefs: nothing to disagree about, and costs to save. */
    ((case_talks *)c->talks)->signal_count = 0;
    ((case_talks *)c->talks)->beliefs[CASE_DEFENDER] = c->talks->beliefs[CASE_ATTACKER];
    r = talk(c, &o);
    assert_true(fabs(both_wars(&r, 0) - (1.0 - 0.064)) < 0.006);
    assert_true(r.months[0].zone == 1.0);
    talks_free(&r);
    truce_case_destroy(c);
}

static void beliefs_far_from_the_case_are_refused(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/beliefs.yaml");
    talks_options o = with_members(1000);
    talks_result r;
    truce_error error = {0};
    ((case_parameter *)&c->talks->beliefs[CASE_ATTACKER][0])->prior.a = 30.0;
    assert_int_equal(talks_run(c, &o, &r, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "the beliefs of the attacker rest on"));
    truce_case_destroy(c);
}

/* A draw kept as a float may lie on a bound of its prior, where a density is infinite, or beyond it; and a scenario may set a
 * value that is no draw at all: worlds weigh as they do without it. */
static void beliefs_hold_on_the_bounds_of_priors(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/beliefs.yaml");
    case_talks *t = (case_talks *)c->talks;
    talks_options o = with_members(400);
    truce_distribution beta = {.kind = TRUCE_BETA, .a = 0.1, .b = 0.1, .c = -1, .d = 1, .scale = 1};
    ((case_parameter *)c->parameters)[0].prior = beta;
    beta.a = 0.12;
    ((case_parameter *)t->beliefs[CASE_DEFENDER])[0].prior = beta;
    talks_result r = talk(c, &o);
    assert_true(isfinite(r.value[CASE_DEFENDER]));
    talks_free(&r);
    ((case_parameter *)c->parameters)[0].prior =
        (truce_distribution){.kind = TRUCE_UNIFORM, .a = -0.1, .b = 0.1, .scale = 1};
    case_change set = {
        .variable = "drift", .element = c->parameters[0].element, .kind = CHANGE_SET, .value = 0.5};
    set.first = set.last = set.mean_first = set.mean_last = MONTH_NONE;
    ((case_scenario *)c->scenarios)[0].changes = &set;
    ((case_scenario *)c->scenarios)[0].change_count = 1;
    r = talk(c, &o);
    assert_true(isfinite(r.value[CASE_DEFENDER]));
    talks_free(&r);
    truce_case_destroy(c);
}

/* What a side believes is of the draws: a scenario that scales them twentyfold changes no world's weight. */
static void beliefs_are_of_draws_not_of_what_scenarios_make_of_them(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/beliefs.yaml");
    talks_options o = with_members(400);
    case_change scale = {
        .variable = "drift", .element = c->parameters[0].element, .kind = CHANGE_SCALE, .value = 20};
    scale.first = scale.last = scale.mean_first = scale.mean_last = MONTH_NONE;
    ((case_scenario *)c->scenarios)[0].changes = &scale;
    ((case_scenario *)c->scenarios)[0].change_count = 1;
    talks_result r = talk(c, &o);
    assert_true(isfinite(r.value[CASE_DEFENDER]));
    talks_free(&r);
    truce_case_destroy(c);
}

static void a_war_that_is_over_everywhere_leaves_nothing_to_talk_about(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    talks_options o = with_members(200);
    talks_result r;
    truce_error error = {0};
    ((case_talks *)c->talks)->collapsed[CASE_DEFENDER] = c->talks->line; /* far above a half from the start */
    assert_int_equal(talks_run(c, &o, &r, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "the war is over before talks begin in Apr 2024"));
    truce_case_destroy(c);
}

/* The small case with governments whose sides are hard on the guarantee with a probability. */
typedef struct governed {
    case_government government;
    case_guarantee words[2];
} governed;

static truce_case *govern(governed *g, double hard, double signing)
{
    truce_case *c = load("tests/data/talks/case.yaml");
    case_talks *t = (case_talks *)c->talks;
    const case_quantity none = {.name = "none", .prior = {.kind = TRUCE_FIXED, .scale = 1}};
    *g = (governed){0};
    memcpy(g->words, t->guarantees, sizeof g->words);
    for (int i = 0; i < CASE_SIDES; i++) {
        case_government *of = &g->government;
        of->resolve[i] = model_find_element(c->model, "fighting");
        of->bears[i] = of->signing[i] = of->relaxation[i] = of->yields[i] = none;
        of->bears[i].prior.a = 1;
        of->signing[i].prior.a = signing;
        for (int issue = 0; issue < CASE_ISSUES; issue++)
            of->hard[issue][i] = none;
        of->hard[ISSUE_GUARANTEE][i].prior.a = hard;
        g->words[0].fails[i] = true;
    }
    t->government = &g->government;
    t->guarantees = g->words;
    return c;
}

/* Where neither side signs any line there is none on which they meet, also where the two limits far out are as far from the
 * middle. */
static void sides_that_sign_no_line_have_no_position(void **state)
{
    (void)state;
    governed g;
    talks_change changes[8];
    talks_options o = with_members(200);
    truce_case *c = govern(&g, 1, 0.5);
    talks_result r = talk(c, &o);
    assert_true(r.months[0].placed == 0.0 && isnan(point(&r, 0)) && isnan(middle(r.months[0].width)));
    assert_null(r.answers.movers[1][0].name);
    assert_true(r.answers.line_explains == 0.0);
    assert_true(talks_compare(&r, &r, changes));
    assert_true(isnan(changes[0].mean.mean) && isnan(changes[0].mean.error));
    talks_free(&r);
    truce_case_destroy(c);
    c = govern(&g, 0.5, 0.5);
    r = talk(c, &o);
    assert_true(r.months[0].placed > 0.1 && r.months[0].placed < 0.4);
    assert_true(r.months[0].point.quantiles[TALKS_5] > 0.2); /* no future is at 0 */
    talks_free(&r);
    truce_case_destroy(c);
}

/* What costs more than the whole stake is no worse than what is not signed at any price. */
static void gaps_are_compared_up_to_the_stake(void **state)
{
    (void)state;
    governed g;
    talks_options o = with_members(200);
    truce_case *c = govern(&g, 0.5, 8);
    talks_result r = talk(c, &o);
    size_t at_most = 0;
    for (size_t m = 0; m < r.members; m++) {
        assert_true(!(r.own.gap[CASE_ATTACKER][m] < -1.0f));
        at_most += r.own.gap[CASE_ATTACKER][m] == -1.0f;
    }
    assert_true(at_most > r.members / 2 && r.months[0].offers[0].never[CASE_ATTACKER] < 0.7);
    assert_true(r.months[0].offers[0].gap[CASE_ATTACKER].quantiles[TALKS_50] < -2.0); /* told as it is */
    talks_free(&r);
    truce_case_destroy(c);
}

/* Months in which no future has a position are passed over. */
static void leverage_is_found_after_months_without_a_position(void **state)
{
    (void)state;
    const double means[] = {NAN, 0.01, NAN, -0.04, -0.08, 0.02};
    talks_change changes[6] = {0};
    for (size_t j = 0; j < 6; j++)
        changes[j].mean.mean = means[j];
    const talks_scenario s = {.result.month_count = 6, .changes = changes};
    const case_lever lever = {.size = 2};
    talks_leverage l = talks_leverage_of(&s, &lever);
    assert_int_equal(l.greatest, 4);
    assert_int_equal(l.half, 3);
    assert_true(l.position.mean == -0.04);
}

/* A line beyond that of contact is counted from where that is, also where it is outside of what is fought over: at 50,
 * with 60 to 100 in dispute, 20 further is 70. */
static void a_line_beyond_contact_is_counted_from_contact(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    case_talks *t = (case_talks *)c->talks;
    talks_options o = with_members(200);
    t->wanted[CASE_DEFENDER] = 60;
    case_deal *retreat = (case_deal *)&t->deals[deal(c, "retreat")];
    retreat->contact = true;
    retreat->beyond = 20;
    o.from = c->start;
    talks_result r = talk(c, &o);
    assert_true(middle(r.months[0].offers[deal(c, "retreat")].line) == 0.25);
    assert_true(middle(r.months[0].offers[deal(c, "freeze")].line) == 0.0);
    talks_free(&r);
    truce_case_destroy(c);
}

static void shares_outside_0_to_1_are_refused(void **state)
{
    (void)state;
    governed g;
    talks_options o = with_members(200);
    talks_result r;
    truce_error error = {0};
    truce_case *c = govern(&g, 1.5, 0);
    assert_int_equal(talks_run(c, &o, &r, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "that a side is \"hard\" must be 0 to 1"));
    make_fixed(&g.government.hard[ISSUE_GUARANTEE][0], 0);
    make_fixed(&g.government.hard[ISSUE_GUARANTEE][1], 0);
    make_fixed(&g.words[1].credibility, 3);
    assert_int_equal(talks_run(c, &o, &r, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "the credibility of a guarantee must be 0 to 1"));
    truce_case_destroy(c);
}

/* ---- Stability ---------------------------------------------------------------------------------------- */

/* The luck of the draw in a median over n members with a spread of s is about 1.25 s / sqrt(n); the spread of
 * positions is about a quarter of the stake. */
static void results_are_stable_when_members_double_and_when_the_basis_grows(void **state)
{
    (void)state;
    truce_case *c = ukraine();
    talks_options o = with_members(MEMBERS);
    talks_result once = talk(c, &o);
    o.run.members = 2 * MEMBERS;
    talks_result twice = talk(c, &o);
    double luck = 1.25 * 0.25 * sqrt(1.5 / MEMBERS), bias = 0.0;
    for (int i = 0; i < CASE_SIDES; i++) {
        bias = fmax(bias, once.gain[i] + once.gain_error[i]);
        /* What the regressions leave on the table is less than two hundredths of the stake, whatever their luck, with
         * 1,500 members; their bias falls with the inverse of the number. */
        double left = 0.02 * 1500 / MEMBERS;
        assert_true(fabs(once.gain[i]) < 3.0 * once.gain_error[i] + left);
        assert_true(fabs(twice.gain[i]) < 3.0 * twice.gain_error[i] + left);
        assert_true(once.gain_error[i] < 0.2 / sqrt((double)MEMBERS / 100.0));
    }
    for (size_t j = 0; j < once.month_count; j += 6) {
        assert_true(fabs(point(&twice, j) - point(&once, j)) < 3.0 * luck + bias);
    }
    for (int i = 0; i < CASE_SIDES; i++) {
        assert_true(fabs(twice.value[i] - once.value[i]) <
                    3.0 * hypot(twice.value_error[i], once.value_error[i]) + fmax(0.0, once.gain[i]));
        assert_true(fabs(twice.war[i] - once.war[i]) < 3.0 * hypot(twice.war_error[i], once.war_error[i]));
    }
#ifndef CHECKED
    o.degree = 2;
    talks_result richer = talk(c, &o);
    /* Positions of futures in which the line moves both ways bend with the state: second powers move them by up
     * to 0.055 of the stake. */
    for (size_t j = 0; j < once.month_count; j += 6)
        assert_true(fabs(point(&richer, j) - point(&twice, j)) < 6.0 * luck + bias);
    talks_free(&richer);
#endif
    talks_free(&once);
    talks_free(&twice);
    truce_case_destroy(c);
}

/* ---- Runs --------------------------------------------------------------------------------------------- */

static void threads_do_not_change_a_bit(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    talks_options o = with_members(1000);
    o.run.threads = 1;
    talks_result one = talk(c, &o);
    o.run.threads = 5;
    talks_result five = talk(c, &o);
    assert_same(&one, &five);
    talks_free(&one);
    talks_free(&five);
    truce_case_destroy(c);
}

typedef struct watch {
    size_t last, total, stop_at;
} watch;

static bool look(void *context, size_t done, size_t members)
{
    watch *w = context;
    assert_true(done >= w->last && done <= members);
    w->last = done;
    w->total = members;
    return done < w->stop_at;
}

static void progress_counts_all_members_and_stops_the_run(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    const double probabilities[] = {0.0, 0.5};
    for (size_t k = 0; k < 2; k++) {
        watch w = {.stop_at = SIZE_MAX};
        talks_options o = with_members(200);
        talks_result r;
        truce_error error = {0};
        o.run.progress = look;
        o.run.context = &w;
        o.branch = 1;
        o.branch_probability = probabilities[k];
        r = talk(c, &o);
        assert_int_equal(w.last, k == 0 ? 600 : 1200);
        assert_int_equal(w.total, talks_members(c, &o));
        talks_free(&r);
        for (size_t stop = 1; stop <= w.total; stop += 199) {
            watch early = {.stop_at = stop};
            o.run.context = &early;
            assert_int_equal(talks_run(c, &o, &r, &error), TRUCE_RUN_FAILED);
            assert_non_null(strstr(error.message, "cancelled"));
        }
    }
    truce_case_destroy(c);
}

static void too_few_members_are_refused(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    talks_options o = with_members(10);
    talks_result r;
    truce_error error = {0};
    assert_int_equal(talks_run(c, &o, &r, &error), TRUCE_BAD_USAGE);
    assert_non_null(strstr(error.message, "members are needed (regressions on what the sides see), not 10"));
    make_fixed(&c->talks->stake[0], 0);
    o.run.members = 100;
    assert_int_equal(talks_run(c, &o, &r, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "stake"));
    truce_case_destroy(c);
}

/* ---- Wrong input -------------------------------------------------------------------------------------- */

/* The small case with one text replaced: the error names what is wrong, on the line of the replacement. */
static const struct {
    const char *find, *replace, *message;
} wrong[] = {
    {"line: {variable: held,", "line: {variable: helt,", "did you mean \"held\""},
    {"defender wants: 0,", "defender wants: 100,", "both sides want the same line"},
    {"defender wants: 0,", "defender wishes: 0,", "defender wishes"},
    {"state: [held]", "state: []", "\"state\" lists 1 to 12 elements, not 0"},
    {"state: [held]", "state: [hold]", "hold"},
    {"burden: {defender: cost to defender,", "burden: {defender: cost to defend,", "cost to defend"},
    {"collapsed: {defender: defender gone,", "collapsed: {defender: 1,", "1"},
    {"truce: truce date", "truce: fighting", "\"fighting\" must be a constant of the model"},
    {"resumption: resumption date", "resumption: held", "must be a constant of the model"},
    {"from: 2024-04", "from: 2025-04", "2025-04"},
    {"attacker: 2\n", "attacker: two\n", "two"},
    {"dictated: {defender: 3,", "dictated: {defend: 3,", "defend"},
    {"discount: {defender: 0.1,", "discount: {defender: {},", "prior"},
    {"relief: {defender: 0,", "relief: {defender: [0],", "must be a map"},
    {"proposer: 0.5", "proposes: 0.5", "did you mean \"proposer\""},
    {"renewed war: 12", "renewed war: 13", "whole quarters, not 13"},
    {"renewed war: 12", "renewed war: 243", "3 to 240 months"},
    {"reference: freeze", "reference: freezer", "did you mean \"freeze\""},
    {"words: {title: Words,", "words: {tittle: Words,", "did you mean \"title\""},
    {"line: contact, guarantee: words", "line: contact, guarantee: word", "did you mean \"words\""},
    {"troops, relief: 1}", "troops, relief: 1.5}", "\"relief\" must be 0 to 1, not 1.5"},
    {"relief: {defender: 0, attacker: 0.2}", "beliefs: {defender: [{variable: held}]}", "has no prior"},
    {"relief: {defender: 0, attacker: 0.2}", "beliefs: {attackers: []}", "did you mean \"attacker\""},
    {"relief: {defender: 0, attacker: 0.2}",
     "beliefs: {attacker: [{variable: drift, prior: {fixed: 1}, judgement: true}]}", "with a spread"},
    {"relief: {defender: 0, attacker: 0.2}", "beliefs: {observed: [{variable: held, error: -1}]}",
     "must not be negative"},
    {"relief: {defender: 0, attacker: 0.2}", "beliefs: {observed: held}", "\"observed\" must be a list"},
    {"line: 0, guarantee", "line: -1, guarantee", "lies outside what the sides want"},
};

static char *read_text(const char *path)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char name[512];
    snprintf(name, sizeof name, "%s/%s", root ? root : ".", path);
    FILE *stream = fopen(name, "rb");
    char *bytes = calloc(1, 1 << 14);
    assert_non_null(stream);
    assert_non_null(bytes);
    assert_true(fread(bytes, 1, (1 << 14) - 1, stream) > 0);
    fclose(stream);
    return bytes;
}

static void write_text(const char *folder, const char *name, const char *bytes, size_t length)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, length, stream), length);
    assert_int_equal(fclose(stream), 0);
}

static void wrong_tables_are_refused_with_their_place(void **state)
{
    (void)state;
    char folder[] = "/tmp/truce-table-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    char *model = read_text("tests/data/talks/model.xmile"), *whole = read_text("tests/data/talks/case.yaml");
    write_text(folder, "model.xmile", model, strlen(model));
    snprintf(path, sizeof path, "%s/case.yaml", folder);
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        char *found = strstr(whole, wrong[k].find);
        if (!found)
            fail_msg("\"%s\" is not in the case", wrong[k].find);
        size_t before = (size_t)(found - whole), after = before + strlen(wrong[k].find);
        char altered[1 << 14];
        int length = snprintf(altered, sizeof altered, "%.*s%s%s", (int)before, whole, wrong[k].replace,
                              whole + after);
        write_text(folder, "case.yaml", altered, (size_t)length);
        int line = 1;
        for (size_t i = 0; i < before; i++)
            line += whole[i] == '\n';
        truce_case *c = NULL;
        truce_error error = {0};
        truce_status status = truce_case_load(path, &c, &error);
        if (status != TRUCE_BAD_INPUT || error.line != line || !strstr(error.message, wrong[k].message))
            fail_msg("%s: line %d, \"%s\"", wrong[k].replace, error.line, error.message);
        truce_case_destroy(c);
    }
    remove(path);
    snprintf(path, sizeof path, "%s/model.xmile", folder);
    remove(path);
    assert_int_equal(rmdir(folder), 0);
    free(model);
    free(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(talks_are_worth_at_least_the_war_without_them),
        cmocka_unit_test(the_zone_shrinks_as_costs_fall),
        cmocka_unit_test(each_lever_moves_the_position_the_right_way),
        cmocka_unit_test(guarantees_hold_the_peace_and_cost_the_attacker),
        cmocka_unit_test(commitment_problems_come_and_go_with_what_a_breach_costs),
        cmocka_unit_test(a_branch_that_never_or_surely_happens_is_the_scenario_itself),
        cmocka_unit_test(a_branch_moves_the_table_before_it_happens),
        cmocka_unit_test(draws_of_a_fit_have_the_same_past_however_often_they_are_saved),
        cmocka_unit_test(members_may_be_the_draws_of_a_fit),
        cmocka_unit_test(talks_may_begin_before_the_data_end),
        cmocka_unit_test(the_error_of_a_change_is_that_of_other_seeds),
        cmocka_unit_test(a_comparison_goes_member_by_member),
        cmocka_unit_test(a_change_that_only_one_half_shows_is_not_sure),
        cmocka_unit_test(a_verdict_names_the_greatest_sure_change_and_when_nearly_all_agree),
        cmocka_unit_test(terms_are_those_of_the_side_that_proposes),
        cmocka_unit_test(terms_are_those_of_deals_that_come),
        cmocka_unit_test(peace_that_no_side_breaks_ends_by_incident_alone),
        cmocka_unit_test(the_zone_opens_as_beliefs_meet),
        cmocka_unit_test(beliefs_far_from_the_case_are_refused),
        cmocka_unit_test(beliefs_hold_on_the_bounds_of_priors),
        cmocka_unit_test(beliefs_are_of_draws_not_of_what_scenarios_make_of_them),
        cmocka_unit_test(a_war_that_is_over_everywhere_leaves_nothing_to_talk_about),
        cmocka_unit_test(sides_that_sign_no_line_have_no_position),
        cmocka_unit_test(gaps_are_compared_up_to_the_stake),
        cmocka_unit_test(leverage_is_found_after_months_without_a_position),
        cmocka_unit_test(a_line_beyond_contact_is_counted_from_contact),
        cmocka_unit_test(shares_outside_0_to_1_are_refused),
        cmocka_unit_test(results_are_stable_when_members_double_and_when_the_basis_grows),
        cmocka_unit_test(threads_do_not_change_a_bit),
        cmocka_unit_test(progress_counts_all_members_and_stops_the_run),
        cmocka_unit_test(too_few_members_are_refused),
        cmocka_unit_test(wrong_tables_are_refused_with_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
