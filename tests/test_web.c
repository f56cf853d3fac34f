/* What a page asks of the engine (src/web): requests are read and refused, levers change what a scenario with the same
 * changes does, and a run that goes on from the members at rest has the bits of one from the beginning. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "case/case.h"
#include "fit/fit.h"
#include "results/collecting.h"
#include "web/session.h"
#include "web/talks_answer.h"

typedef struct opened {
    truce_case *c;
    truce_fit *fit;
    web_session session;
} opened;

static void path_of(char *name, size_t size, const char *path)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    snprintf(name, size, "%s/%s", root ? root : ".", path);
}

static opened open_case(const char *path, const char *posterior)
{
    char name[512];
    opened o = {0};
    truce_error error = {0};
    path_of(name, sizeof name, path);
    if (truce_case_load(name, &o.c, &error) != TRUCE_OK)
        fail_msg("%s:%d: %s", error.file, error.line, error.message);
    path_of(name, sizeof name, posterior ? posterior : "");
    if (posterior && truce_fit_load(name, o.c, &o.fit, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    if (session_open(o.c, o.fit, &o.session, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return o;
}

static void close_case(opened *o)
{
    session_close(&o->session);
    truce_fit_destroy(o->fit);
    truce_case_destroy(o->c);
}

static const case_control *lever(const truce_case *c, const char *name)
{
    for (size_t i = 0; i < c->control_count; i++)
        if (strcmp(c->controls[i].name, name) == 0)
            return &c->controls[i];
    fail_msg("there is no lever %s", name);
    return NULL;
}

/* The change of a lever that stands at `value`, from a month of the horizon on (-1: its own beginning). */
static case_change moved(const truce_case *c, const char *name, double value, int from)
{
    const case_control *k = lever(c, name);
    return (case_change){.variable = k->variable,
                         .element = k->elements[0],
                         .kind = (enum change_kind)k->kind,
                         .value = value,
                         .first = from < 0 ? k->first : c->start + from,
                         .last = k->last,
                         .at = {"test", 1}};
}

static float *values_of(web_session *s, const web_request *request, web_wanted wanted, size_t *first)
{
    float *values = calloc(session_values(s) * request->members, sizeof *values);
    truce_error error = {0};
    assert_non_null(values);
    if (session_run(s, request, wanted, values, first, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return values;
}

/* The same members by a program compiled for this scenario alone, run from the beginning. */
static float *plainly(web_session *s, const web_request *request)
{
    arena memory = {0};
    truce_case view;
    case_plan plan;
    fit_gift gift = {0};
    truce_ensemble *e = NULL;
    members_view v;
    truce_ensemble_options run = {
        .members = request->members, .first_member = request->first, .seed = request->seed};
    float *values = calloc(session_values(s) * request->members, sizeof *values), *at = values;
    double *sums = calloc(request->members, sizeof *sums), *sizes = calloc(request->members, sizeof *sizes);
    assert_int_equal(session_view(s, request, &memory, &view, NULL), TRUCE_OK);
    assert_int_equal(case_plan_create(&view, s->c->scenario_count, false, &plan, NULL), TRUCE_OK);
    if (s->fit)
        assert_int_equal(fit_give(s->fit, s->c, &plan, &gift, NULL), TRUCE_OK);
    assert_int_equal(ensemble_run_given(plan.program, plan.parameters, plan.schedules, plan.factors,
                                        s->fit ? &gift.given : NULL, NULL, &run, &e, NULL),
                     TRUCE_OK);
    results_scenario scenario = {.plan = &plan, .ensemble = e};
    assert_int_equal(members_view_make(s->results, &scenario, &v, NULL), TRUCE_OK);
    for (size_t q = 0; q < s->results->quantity_count; q++)
        for (size_t i = 0; i < s->results->months; i++) {
            quantity_month(&v, &s->results->quantities[q], i, sums, sizes);
            for (size_t m = 0; m < request->members; m++)
                *at++ = v.bad[m] ? NAN : (float)sums[m];
        }
    members_view_free(&v);
    truce_ensemble_destroy(e);
    fit_gift_free(&gift);
    case_plan_free(&plan);
    arena_free(&memory);
    free(sums);
    free(sizes);
    return values;
}

/* Compares values from month `first` on with those of the plain run, bit by bit. */
static void check_part(const web_session *s, const web_request *request, const float *part, bool charts,
                       size_t first, const float *expected, const char *what)
{
    size_t members = request->members, months = s->results->months;
    assert_true(first <= months);
    for (size_t q = 0; q < s->results->quantity_count; q++) {
        if (charts && !quantity_is_key(s->results, q))
            continue;
        for (size_t i = first * members; i < months * members; i++, part++)
            if (memcmp(part, &expected[q * months * members + i], sizeof *part) != 0)
                fail_msg("%s: quantity %zu in month %zu is %.9g, from the beginning %.9g", what, q,
                         i / members, (double)*part, (double)expected[q * months * members + i]);
    }
}

/* What a session gives, all of it and part of it, has the bits of the plain run. Returns the first month that is not as
 * at rest. */
static size_t check_same(web_session *s, const web_request *request, const char *what)
{
    size_t first = SIZE_MAX, whole = SIZE_MAX;
    float *expected = plainly(s, request);
    float *all = values_of(s, request, (web_wanted){0}, &whole),
          *part = values_of(s, request, (web_wanted){.charts = true, .later = true}, &first);
    assert_int_equal(whole, 0);
    check_part(s, request, all, false, 0, expected, what);
    check_part(s, request, part, true, first, expected, what);
    free(expected);
    free(all);
    free(part);
    return first;
}

/* ---- Runs -------------------------------------------------------------------------------------------- */

static void runs_that_go_on_have_the_bits_of_runs_from_the_beginning(void **state)
{
    (void)state;
    opened o = open_case("cases/ukraine/case.yaml", "cases/ukraine/posterior");
    web_session *s = &o.session;
    const struct {
        const char *name;
        double value;
        int from;
        size_t least; /* months that must be left out */
    } settings[] = {{"military-europe", 8, 42, 41},
                    {"fund-size", 100, -1, 0},
                    {"halt", 0, 9, 5},
                    {"supplier-growth", 0.1, -1, 0},
                    {"cut-us", 0.05, -1, 0},
                    {"sanctions", 0.3, 60, 53},
                    {"truce", 50, -1, 41}};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        case_change change = moved(o.c, settings[i].name, settings[i].value, settings[i].from);
        web_request request = {.change_count = 1, .changes = &change, .members = 40, .first = 7, .seed = 3};
        size_t first = check_same(s, &request, settings[i].name);
        if (first < settings[i].least)
            fail_msg("%s leaves out %zu months", settings[i].name, first);
    }
    close_case(&o);
}

/* What only time says is the same until then: a fund that begins in month 40 changes nothing before it. */
static void a_lever_counts_from_where_it_shows(void **state)
{
    (void)state;
    opened o = open_case("cases/ukraine/case.yaml", "cases/ukraine/posterior");
    case_change changes[] = {moved(o.c, "fund-start", 40, -1), moved(o.c, "fund-size", 100, -1)};
    web_request request = {.change_count = 2, .changes = changes, .members = 30, .seed = 1};
    assert_true(check_same(&o.session, &request, "the fund") >= 35);
    close_case(&o);
}

static void scenarios_of_the_case_have_the_same_bits(void **state)
{
    (void)state;
    opened o = open_case("cases/ukraine/case.yaml", "cases/ukraine/posterior");
    for (size_t i = 0; i < o.c->scenario_count; i++) {
        web_request request = {.scenario = i, .members = 20, .seed = 1};
        size_t first = check_same(&o.session, &request, o.c->scenarios[i].name);
        if (i == 0) /* nothing is changed */
            assert_true(first > 70);
    }
    close_case(&o);
}

/* Another integration method, a factor, and no fit. */
static void any_case_goes_on_the_same(void **state)
{
    (void)state;
    opened o = open_case("tests/data/meadow/case.yaml", NULL);
    case_change changes[] = {moved(o.c, "hunting", 0.3, 30), moved(o.c, "room", 1.5, -1)};
    web_request request = {.change_count = 1, .changes = changes, .members = 200, .seed = 1};
    assert_true(check_same(&o.session, &request, "hunting") >= 23);
    request.changes = changes + 1;
    assert_int_equal(check_same(&o.session, &request, "room"), 0);
    request.changes = changes;
    request.change_count = 2;
    assert_int_equal(check_same(&o.session, &request, "both"), 0);
    request.members = 10; /* others are kept for few */
    assert_int_equal(check_same(&o.session, &request, "few"), 0);
    close_case(&o);
}

static void moved_priors_are_drawn_from(void **state)
{
    (void)state;
    opened o = open_case("tests/data/meadow/case.yaml", NULL);
    web_prior prior = {0, {.kind = TRUCE_FIXED, .a = 0.5, .scale = 1}};
    web_request request = {.prior_count = 1, .priors = &prior, .members = 30, .seed = 1};
    assert_int_equal(check_same(&o.session, &request, "a moved prior"), 0);
    close_case(&o);
}

/* ---- Talks ------------------------------------------------------------------------------------------- */

enum { TALKERS = 160 };

/* The answer from where the months begin on: what stands before them names the deal. */
static char *talks_of(web_session *s, const web_request *request)
{
    text json = {0};
    truce_error error = {0};
    if (talks_answer(s, request, 1, &json, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    assert_non_null(strstr(json.bytes, "\"months\""));
    return json.bytes;
}

static void what_the_record_says_is_the_same_kept_or_not(void **state)
{
    (void)state;
    opened one = open_case("cases/ukraine/case.yaml", "cases/ukraine/posterior");
    opened two = open_case("cases/ukraine/case.yaml", "cases/ukraine/posterior");
    case_change change = moved(one.c, "military-europe", 8, 42);
    web_request rest = {.members = TALKERS, .seed = 1}, more = rest;
    more.change_count = 1;
    more.changes = &change;
    char *before = talks_of(&one.session, &rest), *kept = talks_of(&one.session, &more),
         *fresh = talks_of(&two.session, &more), *again = talks_of(&two.session, &rest);
    assert_string_equal(kept, fresh);
    assert_string_equal(before, again);
    assert_string_not_equal(before, kept);
    free(before);
    free(kept);
    free(fresh);
    free(again);
    close_case(&one);
    close_case(&two);
}

/* The same terms beside the case's own deals change nothing; a guarantee that binds more does. */
static void terms_count_as_a_deal_of_the_case_would(void **state)
{
    (void)state;
    opened o = open_case("cases/ukraine/case.yaml", "cases/ukraine/posterior");
    web_terms terms = {
        .deal = o.c->talks->deals[o.c->talks->reference], .branch = SIZE_MAX, .probability = 0};
    web_request rest = {.members = TALKERS, .seed = 1}, same = rest;
    same.terms = &terms;
    char *plain = talks_of(&o.session, &rest), *equal = talks_of(&o.session, &same);
    size_t length = (size_t)(strstr(plain, "\"deals\"") - strstr(plain, "\"months\""));
    assert_memory_equal(strstr(plain, "\"months\""), strstr(equal, "\"months\""), length);
    terms.deal.guarantee = o.c->talks->guarantee_count - 1;
    char *other = talks_of(&o.session, &same);
    assert_memory_not_equal(strstr(plain, "\"months\""), strstr(other, "\"months\""), length);
    free(plain);
    free(equal);
    free(other);
    close_case(&o);
}

/* ---- Requests ----------------------------------------------------------------------------------------- */

static arena lists; /* of the last request */

static truce_status read_numbers(const opened *o, const double *numbers, size_t count, web_request *request)
{
    truce_error error = {0};
    arena_free(&lists);
    truce_status status = session_read(&o->session, numbers, count, &lists, request, &error);
    if (status != TRUCE_OK)
        assert_non_null(strstr(error.message, "number"));
    return status;
}

static void requests_are_read_and_checked(void **state)
{
    (void)state;
    opened o = open_case("cases/ukraine/case.yaml", "cases/ukraine/posterior");
    double at = (double)lever(o.c, "truce")->elements[0];
    const double good[] = {2, 10, 50, 7, 1, at, 0, 45, -1, -1, 0, 0, 0, 1, 1, 500, 1, -1, 0.5, 3, 0.25};
    enum { COUNT = sizeof good / sizeof *good };
    web_request r;
    assert_int_equal(read_numbers(&o, good, COUNT, &r), TRUCE_OK);
    assert_true(r.scenario == 2 && r.first == 10 && r.members == 50 && r.seed == 7 && r.change_count == 1);
    assert_true(r.changes[0].value == 45 && r.changes[0].first == MONTH_NONE);
    assert_true(r.terms->deal.contact && r.terms->deal.beyond == 500 && r.terms->deal.guarantee == 1);
    assert_true(r.terms->deal.form == SIZE_MAX && r.terms->branch == 3 && r.terms->probability == 0.25);
    for (size_t count = 0; count < COUNT; count++) /* cut off anywhere */
        assert_int_equal(read_numbers(&o, good, count, &r), TRUCE_BAD_INPUT);
    static const struct {
        size_t at;
        double value;
    } faults[] = {{0, 99},        {0, 0.5}, {0, NAN}, {1, -1},   {2, 0},   {2, 1e9},
                  {4, 1e9},       {5, 1e7}, {6, 17},  {8, 999},  {13, 2},  {14, 3},
                  {15, INFINITY}, {16, 3},  {17, 9},  {18, 1.5}, {19, 99}, {20, -0.1}};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        double bad[COUNT];
        memcpy(bad, good, sizeof bad);
        bad[faults[i].at] = faults[i].value;
        if (read_numbers(&o, bad, COUNT, &r) != TRUCE_BAD_INPUT)
            fail_msg("number %zu may be %g", faults[i].at, faults[i].value);
    }
    close_case(&o);
    o = open_case("tests/data/meadow/case.yaml", NULL); /* no talks: no terms */
    assert_int_equal(read_numbers(&o, (double[]){0, 0, 10, 1, 0, 0, 0}, 7, &r), TRUCE_OK);
    assert_null(r.terms);
    assert_int_equal(read_numbers(&o, (double[]){0, 0, 10, 1, 0, 0, 1, 1, 0, 0, 0, 0, -1, 0}, 14, &r),
                     TRUCE_BAD_INPUT);
    arena_free(&lists);
    close_case(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_that_go_on_have_the_bits_of_runs_from_the_beginning),
        cmocka_unit_test(a_lever_counts_from_where_it_shows),
        cmocka_unit_test(scenarios_of_the_case_have_the_same_bits),
        cmocka_unit_test(any_case_goes_on_the_same),
        cmocka_unit_test(moved_priors_are_drawn_from),
        cmocka_unit_test(what_the_record_says_is_the_same_kept_or_not),
        cmocka_unit_test(terms_count_as_a_deal_of_the_case_would),
        cmocka_unit_test(requests_are_read_and_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
