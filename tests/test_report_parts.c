/* A report whose members come in parts: the same counts as of all at once, and quantiles within their bound.
 */
#include "report_case.h"

#include <math.h>

enum { MANY = 10000, PART = 4096 };

/* Feeds a report the members of both scenarios in parts. */
static case_results *feed_parts(small *s, size_t part)
{
    truce_error error = {0};
    case_results *r = NULL;
    must(results_create(s->c, SEED, MANY, "", &r, &error), &error);
    for (size_t first = 0; first < MANY; first += part) {
        truce_ensemble_options options = truce_ensemble_default_options();
        truce_ensemble *e[2];
        options.seed = SEED;
        options.first_member = first;
        options.members = part < MANY - first ? part : MANY - first;
        for (size_t i = 0; i < 2; i++)
            must(truce_ensemble_run(s->plans[i].program, s->plans[i].parameters, s->plans[i].schedules,
                                    s->plans[i].factors, &options, &e[i], &error),
                 &error);
        results_scenario a = {0, &s->plans[0], e[0]}, b = {1, &s->plans[1], e[1]};
        must(results_add(r, &a, NULL, &error), &error);
        must(results_add(r, &b, &a, &error), &error);
        truce_ensemble_destroy(e[0]);
        truce_ensemble_destroy(e[1]);
    }
    return r;
}

/* Counts agree exactly. All values lie on straight lines of uniform draws, so that a quantile is off by as
 * much of the range as it is of the ranks: a cell at most, which is 0.2 % of the members on the average. */
static void check_statistics(const statistics *exact, const statistics *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(exact[i].members, parts[i].members);
        assert_true(exact[i].above == parts[i].above && exact[i].below == parts[i].below);
        assert_true(exact[i].share == parts[i].share && exact[i].rank_error == 0);
        assert_true(parts[i].rank_error <= 0.006);
        double range = (exact[i].quantiles[4] - exact[i].quantiles[0]) / 0.9;
        assert_true(fabs(exact[i].mean - parts[i].mean) <= 1e-9 * (1 + fabs(exact[i].mean)));
        for (int k = 0; k < QUANTILES; k++)
            assert_true(fabs(exact[i].quantiles[k] - parts[i].quantiles[k]) <=
                        0.004 * range + 1e-6 * fabs(exact[i].quantiles[k]));
    }
}

static void check_scenario(const case_results *r, const scenario_result *exact, const scenario_result *parts)
{
    size_t series = r->quantity_count * r->months, readings = r->quantity_count * READING_COUNT;
    check_statistics(exact->series, parts->series, series);
    check_statistics(exact->readings, parts->readings, readings);
    if (exact->differences) {
        check_statistics(exact->differences, parts->differences, series);
        check_statistics(exact->reading_differences, parts->reading_differences, readings);
    }
    for (size_t i = 0; i < r->milestone_count; i++) {
        const milestone_result *a = &exact->milestones[i], *b = &parts->milestones[i];
        assert_true(a->before == b->before && a->after == b->after);
        for (int k = 0; k < 3; k++)
            assert_true(a->dates[k] == b->dates[k] || (isnan(a->dates[k]) && isnan(b->dates[k])));
    }
    assert_int_equal(exact->failure_count, parts->failure_count);
    assert_int_equal(exact->failure_kept, parts->failure_kept);
    for (size_t i = 0; i < exact->failure_kept; i++) {
        assert_int_equal(exact->failures[i].member, parts->failures[i].member);
        assert_string_equal(exact->failures[i].variable, parts->failures[i].variable);
    }
}

static void check_case(bool fragile)
{
    small s;
    truce_error error = {0};
    small_make(&s, fragile, MANY);
    must(small_report(&s, NULL, &error), &error);
    case_results *parts = feed_parts(&s, PART);
    assert_true(results_rank_error(s.r) == 0);
    assert_true(results_rank_error(parts) > 0 && results_rank_error(parts) <= 0.006);
    assert_int_equal(parts->scenario_count, 2);
    for (size_t i = 0; i < 2; i++) {
        check_scenario(s.r, &s.r->scenarios[i], &parts->scenarios[i]);
        assert_int_equal(s.r->scenarios[i].failure_count > 0, fragile);
    }
    const observation_result *a = &s.r->observations[0], *b = &parts->observations[0];
    check_statistics(a->predicted, b->predicted, s.r->months);
    assert_int_equal(a->point_count, b->point_count);
    assert_memory_equal(&a->later, &b->later, sizeof a->later);
    results_destroy(parts);
    small_free(&s);
}

static void parts_give_the_statistics_of_the_whole(void **state)
{
    (void)state;
    check_case(false);
}

static void members_that_go_wrong_are_left_out_of_parts(void **state)
{
    (void)state;
    check_case(true);
}

static void larger_parts_give_the_same_bits(void **state)
{
    (void)state;
    small s;
    small_make(&s, true, 8);
    case_results *a = feed_parts(&s, PART), *b = feed_parts(&s, 2 * PART);
    size_t series = a->quantity_count * a->months;
    for (size_t i = 0; i < 2; i++) {
        const scenario_result *x = &a->scenarios[i], *y = &b->scenarios[i];
        for (size_t k = 0; k < series; k++) {
            assert_true(x->series[k].mean == y->series[k].mean || isnan(x->series[k].mean));
            assert_memory_equal(x->series[k].quantiles, y->series[k].quantiles,
                                sizeof x->series[k].quantiles);
            assert_true(x->series[k].rank_error == y->series[k].rank_error);
        }
    }
    results_destroy(a);
    results_destroy(b);
    small_free(&s);
}

static void parts_out_of_order_are_refused(void **state)
{
    (void)state;
    small s;
    truce_error error = {0};
    case_results *r = NULL;
    small_make(&s, false, 100);
    results_scenario a = {0, &s.plans[0], s.ensembles[0]}, b = {1, &s.plans[1], s.ensembles[1]};
    must(results_create(s.c, SEED, 200, "", &r, &error), &error);
    assert_int_equal(results_add(r, &b, &a, &error), TRUCE_BAD_USAGE);
    must(results_add(r, &a, NULL, &error), &error);
    assert_int_equal(results_add(r, &a, NULL, &error), TRUCE_BAD_USAGE); /* the same members again */
    must(results_add(r, &b, &a, &error), &error);
    assert_int_equal(results_add(r, &b, &a, &error), TRUCE_BAD_USAGE);
    results_destroy(r);
    small_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_give_the_statistics_of_the_whole),
        cmocka_unit_test(members_that_go_wrong_are_left_out_of_parts),
        cmocka_unit_test(larger_parts_give_the_same_bits),
        cmocka_unit_test(parts_out_of_order_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
