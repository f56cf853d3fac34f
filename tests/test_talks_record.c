/* Talks, second edition: what holds on the Ukraine case with those who decide, openings, private worths and
 * its record, and the reweighting against worlds whose record is made from known worths. */
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

#include "math/random.h"
#include "talks/talking.h"

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
enum { MEDIAN = 2, FIVE_YEARS = 3 };

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

static talks_result talk_from(const truce_case *c, const char *scenario, month from)
{
    talks_options o = talks_default_options();
    talks_result r;
    truce_error error = {0};
    o.run.members = MEMBERS;
    o.run.engine = TRUCE_ENGINE_INTERPRETER;
    o.from = from;
    o.scenario = truce_case_find_scenario(c, scenario);
    assert_true(o.scenario != SIZE_MAX);
    if (talks_run(c, &o, &r, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return r;
}

static void make_fixed(const case_quantity *q, double value)
{
    ((case_quantity *)q)->prior = (truce_distribution){.kind = TRUCE_FIXED, .a = value, .scale = 1};
}

static size_t deal(const truce_case *c, const char *name)
{
    for (size_t i = 0; i < c->talks->deal_count; i++)
        if (strcmp(c->talks->deals[i].name, name) == 0)
            return i;
    fail_msg("no deal \"%s\"", name);
    return 0;
}

/* ---- Limits ----------------------------------------------------------------------------------------------
 */

/* Those who decide, with nothing that their keys would change. */
static case_government neutral(const case_talks *t)
{
    case_government g = {.resolve = {t->line, t->line}};
    for (int i = 0; i < CASE_SIDES; i++) {
        make_fixed(&g.bears[i], 1);
        make_fixed(&g.signing[i], 0);
        make_fixed(&g.relaxation[i], 0.5);
        make_fixed(&g.yields[i], 0);
        g.bears[i].name = g.signing[i].name = g.relaxation[i].name = g.yields[i].name = "limit";
        for (int issue = 0; issue < CASE_ISSUES; issue++) {
            make_fixed(&g.hard[issue][i], 0);
            g.hard[issue][i].name = "limit";
        }
    }
    return g;
}

static void assert_same_bits(const talks_result *a, const talks_result *b)
{
    assert_memory_equal(a->value, b->value, sizeof a->value);
    assert_memory_equal(a->gain, b->gain, sizeof a->gain);
    for (size_t j = 0; j < a->month_count; j++) {
        assert_memory_equal(&a->months[j].point, &b->months[j].point, sizeof(talks_band));
        assert_true(a->months[j].struck == b->months[j].struck);
        assert_memory_equal(a->months[j].offers, b->months[j].offers, a->deal_count * sizeof(talks_offer));
    }
}

enum { OPENINGS, DECIDERS, DECIDERS_WITH_AIMS, RECORD, ALL, LIMITS };

/* A part of the second edition with values that leave the first as it is. */
static void add_part(truce_case *c, case_government *g, int part)
{
    case_talks *t = (case_talks *)c->talks;
    bool deciders = part == DECIDERS || part == DECIDERS_WITH_AIMS || part == ALL;
    *g = neutral(t);
    t->government = deciders ? g : NULL;
    t->has_openings = part == OPENINGS || part == RECORD || part == ALL;
    t->has_record = part == RECORD;
    static case_aim aims[CASE_SIDES];
    for (int i = 0; i < CASE_SIDES && part == DECIDERS_WITH_AIMS; i++) {
        aims[i] = (case_aim){.side = i, .from = c->start, .line = t->wanted[i]};
        g->aims = aims;
        g->aim_count = CASE_SIDES;
    }
}

/* A meeting every month; no price of signing, all of the cost borne, no hard aims, with aims and without; a
 * record of nothing; all of that: the same bits as without the keys. That worths which are told are not
 * private, and that a breach which costs all is not decided on, is tested elsewhere. */
static void each_part_can_be_switched_off(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    case_talks *t = (case_talks *)c->talks;
    talks_result plain = talk_from(c, "actual", t->from), whole = talk_from(c, "actual", c->start);
    for (int part = 0; part < LIMITS; part++) {
        case_government g;
        add_part(c, &g, part);
        if (part == RECORD)
            c->data_end = c->start - 1; /* nothing is known yet */
        talks_result limit = talk_from(c, "actual", part == RECORD ? c->start : t->from);
        if (part == RECORD) {
            assert_true(fabs(limit.record.effective - MEMBERS) < 1e-6);
            assert_memory_equal(&limit.months[3].point, &limit.prior[3].point, sizeof(talks_band));
            assert_same_bits(&whole, &limit);
        } else {
            assert_same_bits(&plain, &limit);
        }
        talks_free(&limit);
    }
    t->government = NULL;
    talks_free(&plain);
    talks_free(&whole);
    truce_case_destroy(c);
}

/* What is missing of a deal that gives back all of it, in shares of the stake, where the attacker aims at a share of it,
 * which it gives up at no price (hard) or for nothing. */
static double line_missing(truce_case *c, double aim, bool hard)
{
    case_talks *t = (case_talks *)c->talks;
    const double *w = t->wanted;
    case_aim declared = {.side = CASE_ATTACKER,
                         .from = c->start,
                         .line = w[CASE_DEFENDER] + aim * (w[CASE_ATTACKER] - w[CASE_DEFENDER])};
    case_government g = neutral(t);
    make_fixed(&g.hard[ISSUE_LINE][CASE_ATTACKER], hard);
    make_fixed(&g.relaxation[CASE_ATTACKER], 0);
    g.aims = &declared;
    g.aim_count = 1;
    t->government = &g;
    talks_result r = talk_from(c, "actual", t->from);
    double missing = r.answers.deals[deal(c, "retreat")].missing[CASE_ATTACKER].line;
    talks_free(&r);
    t->government = NULL;
    return missing;
}

/* A line at the aim is signed, so that a hard aim beyond what fighting on is worth is what is missing; one within it
 * changes nothing of what the value of fighting on asks for. */
static void a_line_at_the_aim_is_what_a_hard_side_misses(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    double worth = line_missing(c, 0.2, false), within = line_missing(c, 0.2, true);
    assert_true(worth > 0.2 && worth < 0.95);
    assert_true(within >= 0.2);
    assert_true(fabs(line_missing(c, 0.95, true) - 0.95) < 1e-6);
    truce_case_destroy(c);
}

/* ---- The Ukraine case ------------------------------------------------------------------------------------
 */

static void the_war_that_went_on_is_likely_given_that_it_did(void **state)
{
    (void)state;
    truce_case *c = load("cases/ukraine/case.yaml");
    talks_result r = talk_from(c, "actual", c->talks->from);
    assert_true(r.record.no_deal[0] > 0.2 && r.record.no_deal[0] < 0.9);
    assert_true(r.record.no_deal[1] > 0.9);
    /* Acts are more likely than not, all but two: that terms were accepted which the other side had refused is not
     * what the values of the sides explain best. A coin would give each 0.5. */
    size_t likely = 0;
    double logarithm = 0.0;
    for (size_t a = 0; a < r.record.act_count; a++) {
        likely += r.record.acts[a].after > 0.5;
        logarithm += log(r.record.acts[a].after) / (double)r.record.act_count;
    }
    assert_true(likely + 2 >= r.record.act_count && exp(logarithm) > 0.6);
    assert_true(r.record.effective > 0.02 * MEMBERS);
    /* Monthly chances of a deal lie around those of past wars of this age, 0.01 to 0.03. */
    double mean = 0.0;
    for (size_t j = 0; j < 24; j++)
        mean += r.months[j].chance / 24.0;
    assert_true(mean > 0.002 && mean < 0.05);
    assert_true(r.months[0].struck < 0.1 && r.prior[0].struck < 0.5);
    /* Twelve months of a log-logistic of shape 1.12 and scale 5.7 after 47: (1 + z(47)) / (1 + z(59)). */
    const talks_date *year = &r.answers.dates[1];
    double z = pow(47.0 / 5.7, 1.12), later = pow(59.0 / 5.7, 1.12);
    assert_int_equal(year->months, 12);
    assert_true(fabs(year->base - (1.0 - (1.0 + z) / (1.0 + later))) < 1e-12);
    assert_true(year->low <= year->mean && year->mean < year->prior);
    /* Each outcome is moved most by something, and by no more than all of its variance. */
    for (int o = 0; o < TALKS_OUTCOMES; o++)
        for (int i = 0; i + 1 < TALKS_MOVERS; i++)
            assert_true(r.answers.movers[o][i].share >= r.answers.movers[o][i + 1].share &&
                        r.answers.movers[o][i].share <= 1.0);
    assert_string_equal(r.answers.movers[2][0].name, "incidents");
    assert_true(r.answers.line_explains < 0.9);
    talks_free(&r);
    truce_case_destroy(c);
}

static void obstacles_share_out_all_that_keeps_a_deal_away(void **state)
{
    (void)state;
    truce_case *c = load("cases/ukraine/case.yaml");
    talks_result r = talk_from(c, "actual", c->talks->from);
    const talks_answers *a = &r.answers;
    double sum = a->rest.mean;
    for (int i = 0; i < TALKS_OBSTACLES; i++) {
        sum += a->obstacle[i].mean;
        assert_true(a->obstacle[i].low <= a->obstacle[i].mean && a->obstacle[i].mean <= a->obstacle[i].high);
    }
    assert_true(fabs(sum - 1.0) < 1e-9);
    assert_true(a->no_deal > 0.0 && a->no_deal <= 1.0);
    talks_free(&r);
    /* An obstacle that is not there has no share. */
    case_talks *t = (case_talks *)c->talks;
    t->private_worths = t->has_openings = t->has_record = false;
    make_fixed(&t->opening_rate, 1);
    case_government g = *t->government;
    for (int issue = 0; issue < CASE_ISSUES; issue++)
        make_fixed(&g.hard[issue][CASE_DEFENDER], 0);
    make_fixed(&g.signing[CASE_DEFENDER], 0);
    t->government = &g;
    r = talk_from(c, "actual", c->talks->from);
    assert_true(fabs(r.answers.obstacle[OBSTACLE_DEFENDER_AIMS].mean) < 1e-6);
    assert_true(fabs(r.answers.obstacle[OBSTACLE_BELIEFS].mean) < 1e-12);
    assert_true(fabs(r.answers.obstacle[OBSTACLE_OPENING].mean) < 1e-12);
    assert_true(r.answers.obstacle[OBSTACLE_ATTACKER_AIMS].mean > 0.2);
    talks_free(&r);
    truce_case_destroy(c);
}

/* A side that need not fear the other attacks less: equal forces keep the peace longer, and so do penalties
 * twice as great, and a guarantee that is believed. */
static double peace_after(const truce_case *c, const char *scenario, const char *name)
{
    talks_result r = talk_from(c, scenario, c->talks->from);
    double holds = 1.0 - r.months[0].offers[deal(c, name)].resumed[FIVE_YEARS];
    for (int y = 0; y < TALKS_YEARS; y++) {
        const talks_offer *o = &r.months[0].offers[deal(c, name)];
        assert_true(o->decided[y] >= 0.0 && o->decided[y] <= o->resumed[y]);
    }
    talks_free(&r);
    return holds;
}

static void peace_hangs_on_the_balance_and_on_what_a_breach_costs(void **state)
{
    (void)state;
    truce_case *c = load("cases/ukraine/case.yaml");
    /* Peace does not ask what happened at the table, nor who knows what. */
    ((case_talks *)c->talks)->has_record = ((case_talks *)c->talks)->private_worths = false;
    double actual = peace_after(c, "actual", "freeze-paper"),
           retreat = peace_after(c, "actual", "withdrawal-1991"),
           parity = peace_after(c, "parity-manpower", "withdrawal-1991"),
           guarded = peace_after(c, "actual", "freeze-alliance");
    print_message(
        "peace for five years %.3f, with an alliance %.3f; after a retreat %.3f, with equal forces %.3f\n",
        actual, guarded, retreat, parity);
    assert_true(parity > retreat + 0.005);
    assert_true(guarded > actual + 0.05);
    for (size_t g = 0; g < c->talks->guarantee_count; g++)
        for (int i = 0; i < CASE_SIDES; i++)
            ((case_quantity *)&c->talks->guarantees[g].penalty[i])->prior.scale *= 2.0;
    assert_true(peace_after(c, "actual", "freeze-paper") > actual + 0.005);
    truce_case_destroy(c);
}

/* ---- Worlds made from known worths ------------------------------------------------------------------------
 */

/* A world accepts or refuses the deals of a small case as its own worths say; how often a side pays for
 * signing is what the record has to find. Simulation-based calibration: the rank of the true worth among
 * members drawn from the posterior is uniform over worlds (Talts and others 2018), here by chi-squared over
 * ten cells of 100 worlds: 27.9 is passed by chance once in a thousand. */
enum { WORLDS = 100, DRAWS = 1200, CELLS = 10, ACTS = 6 };

static void add_government(case_talks *t, case_government *g)
{
    for (int i = 0; i < CASE_SIDES; i++) {
        static const char *const names[CASE_SIDES] = {"signing of the defender", "signing of the attacker"};
        g->resolve[i] = t->burden[i]; /* above 0 while they fight */
        make_fixed(&g->bears[i], 1);
        make_fixed(&g->relaxation[i], 0);
        make_fixed(&g->yields[i], 2);
        g->bears[i].name = g->relaxation[i].name = g->yields[i].name = "fixed";
        g->signing[i] =
            (case_quantity){.name = names[i], .prior = {.kind = TRUCE_UNIFORM, .a = 0, .b = 20, .scale = 1}};
        for (int issue = 0; issue < CASE_ISSUES; issue++) {
            make_fixed(&g->hard[issue][i], 0);
            g->hard[issue][i].name = "fixed";
        }
    }
    t->government = g;
    t->has_record = true;
    make_fixed(&t->error, 0.1);
    /* They never meet: acts are all that is known. */
    t->has_openings = true;
    make_fixed(&t->opening_rate, 0);
}

/* Probability that each member accepts each act, as the record computes it: by making it the whole record. */
static void probabilities(truce_case *c, const case_act *act, float *accepts, float *signing)
{
    case_talks *t = (case_talks *)c->talks;
    talks_result r;
    truce_error error = {0};
    talks_options o = talks_default_options();
    o.run.members = DRAWS;
    o.adaptations = 0;
    t->acts = act;
    t->act_count = 1;
    assert_int_equal(talks_run(c, &o, &r, &error), TRUCE_OK);
    double sum = 0.0;
    for (size_t m = 0; m < DRAWS; m++) {
        accepts[m] = (float)r.record.weights[m];
        sum += accepts[m];
    }
    assert_true(fabs(sum / DRAWS - 1.0) < 1e-6);
    /* Weights have mean 1: the act's own probability undoes that. Wars that were over have none. */
    for (size_t m = 0; m < DRAWS; m++)
        accepts[m] *= (float)r.record.acts[0].before;
    talks_free(&r);
    if (signing)
        assert_true(quantity_draw(&t->government->signing[act->side], 1, DRAWS, signing));
}

static void the_record_finds_the_worths_it_was_made_from(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    case_talks *t = (case_talks *)c->talks;
    case_government g = {0};
    add_government(t, &g);
    make_fixed(&t->stake[0], 5);
    float *accepts = calloc(ACTS * DRAWS, sizeof *accepts), *signing = calloc(DRAWS, sizeof *signing);
    assert_non_null(accepts);
    assert_non_null(signing);
    for (size_t a = 0; a < ACTS; a++) {
        case_act act = {
            .at_month = c->start + (month)(a % 3), .side = CASE_DEFENDER, .deal = a / 3, .accepts = true};
        probabilities(c, &act, accepts + a * DRAWS, a == 0 ? signing : NULL);
    }
    size_t cells[CELLS] = {0};
    double spread = 0.0;
    for (size_t w = 0; w < WORLDS; w++) {
        size_t truth = w * (DRAWS / WORLDS);
        double below = 0.0, all = 0.0, mean = 0.0, square = 0.0;
        for (size_t m = 0; m < DRAWS; m++) {
            double weight = m == truth ? 0.0 : 1.0;
            for (size_t a = 0; a < ACTS; a++) {
                bool did = random_uniform(11, truth, a, 0) < accepts[a * DRAWS + truth];
                double p = fmin(accepts[a * DRAWS + m], 1.0);
                weight *= did ? p : 1.0 - p;
            }
            below += weight * (signing[m] < signing[truth]);
            all += weight;
            mean += weight * signing[m];
            square += weight * signing[m] * signing[m];
        }
        size_t cell = (size_t)(below / all * CELLS);
        cells[cell < CELLS ? cell : CELLS - 1]++;
        spread += sqrt(square / all - mean * mean / all / all) / WORLDS;
    }
    double chi = 0.0;
    for (size_t i = 0; i < CELLS; i++)
        chi += ((double)cells[i] - 10.0) * ((double)cells[i] - 10.0) / 10.0;
    print_message("chi-squared %.1f over ten cells; spread of the posterior %.2f, of the prior %.2f\n", chi,
                  spread, 20.0 / sqrt(12.0));
    assert_true(chi < 27.9);
    assert_true(spread < 0.9 * 20.0 / sqrt(12.0)); /* and it has learned */
    free(accepts);
    free(signing);
    truce_case_destroy(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_part_can_be_switched_off),
        cmocka_unit_test(a_line_at_the_aim_is_what_a_hard_side_misses),
        cmocka_unit_test(the_war_that_went_on_is_likely_given_that_it_did),
        cmocka_unit_test(obstacles_share_out_all_that_keeps_a_deal_away),
        cmocka_unit_test(peace_hangs_on_the_balance_and_on_what_a_breach_costs),
        cmocka_unit_test(the_record_finds_the_worths_it_was_made_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
