/* Which futures: the box that made the points is found again, chance is not taken for one, and what is told of a case is
 * what its closed form says. */
#include "answers/prim.h"
#include "answers_case.h"
#include "math/random.h"

enum { COUNT = 2000, INPUTS = 4 };

static double x[INPUTS * COUNT];
static uint8_t hits[COUNT];
static uint32_t order[INPUTS * COUNT];

static prim_points make_points(bool (*hit)(const double *))
{
    for (size_t i = 0; i < COUNT; i++) {
        double point[INPUTS];
        for (size_t k = 0; k < INPUTS; k++)
            point[k] = x[k * COUNT + i] = random_uniform(4, i, k, 0);
        hits[i] = hit(point);
    }
    assert_true(prim_sort(x, COUNT, INPUTS, order));
    return (prim_points){COUNT, INPUTS, x, hits, order};
}

static bool in_a_corner(const double *p)
{
    return p[1] > 0.7 && p[2] < 0.4;
}

/* 12 % of the points: the ends lie where the box's do, within a peel of 5 % of what is left, and the other inputs are
 * free. */
static void a_box_is_found_again(void **state)
{
    (void)state;
    prim_points p = make_points(in_a_corner);
    double low[INPUTS], high[INPUTS];
    prim_box box = {low, high, 0, 0};
    prim_step steps[PRIM_STEPS];
    size_t count;
    assert_true(prim_search(&p, 0, &box, steps, &count));
    prim_prune(&p, &box, 0.05 / (2 * INPUTS));
    assert_false(prim_restricts(&box, 0) || prim_restricts(&box, 3));
    assert_true(fabs(low[1] - 0.7) < 0.03 && high[1] == INFINITY && fabs(high[2] - 0.4) < 0.03 &&
                low[2] == -INFINITY);
    assert_true((double)box.hits / (double)box.points > 0.95);
    assert_true(prim_chance(&p, &box, 1) < 1e-10 && prim_chance(&p, &box, 2) < 1e-10);
    /* From all points on, each step is smaller and not less dense. */
    assert_true(steps[0].points == COUNT && steps[0].restricted == 0 && count > 10);
    for (size_t k = 1; k < count; k++) {
        assert_true(steps[k].points < steps[k - 1].points);
        assert_true((double)steps[k].points >= PRIM_LEAST * COUNT);
        assert_true(steps[k].hits * steps[k - 1].points >= steps[k - 1].hits * steps[k].points);
    }
}

static void a_density_asked_for_is_had_by_the_largest_such_box(void **state)
{
    (void)state;
    prim_points p = make_points(in_a_corner);
    double low[INPUTS], high[INPUTS];
    prim_box box = {low, high, 0, 0};
    prim_step steps[PRIM_STEPS];
    size_t count, first = 0;
    assert_true(prim_search(&p, 0.5, &box, steps, &count));
    while (2 * steps[first].hits < steps[first].points)
        first++;
    assert_true(2 * box.hits >= box.points && box.points >= steps[first].points);
}

static bool by_chance(const double *p)
{
    return random_uniform(8, (uint64_t)(p[0] * 1e9), 1, 0) < 0.3;
}

/* A search always finds something; no restriction of it passes for more than chance. */
static void chance_makes_no_box(void **state)
{
    (void)state;
    prim_points p = make_points(by_chance);
    double low[INPUTS], high[INPUTS];
    prim_box box = {low, high, 0, 0};
    prim_step steps[PRIM_STEPS];
    size_t count;
    assert_true(prim_search(&p, 0, &box, steps, &count));
    prim_prune(&p, &box, 0.05 / (2 * INPUTS));
    for (size_t k = 0; k < INPUTS; k++)
        assert_false(prim_restricts(&box, k));
    assert_int_equal(box.points, COUNT);
}

/* Three of four at a half: 5/16; at least one of two at 0.1: 0.19; 600 of 1,000 at 0.5: 1.364e-10 (by exact sums). */
static void tails_of_the_binomial_are_exact(void **state)
{
    (void)state;
    assert_true(fabs(prim_binomial_tail(4, 3, 0.5) - 5.0 / 16) < 1e-15);
    assert_true(fabs(prim_binomial_tail(2, 1, 0.1) - 0.19) < 1e-15);
    assert_true(fabs(prim_binomial_tail(1000, 600, 0.5) / 1.3642e-10 - 1) < 1e-4);
    assert_true(prim_binomial_tail(5, 0, 0.2) == 1 && prim_binomial_tail(5, 6, 0.2) == 0);
    assert_true(prim_binomial_tail(5, 5, 1) == 1 && prim_binomial_tail(5, 1, 0) == 0);
}

/* Ground changes by 12 d: above 300 it is where drift is above 25, in a quarter of all futures, and pull has no part. A peel
 * of what is left then is 1.25 to 1.3 % of all, or 0.26 of drift: the end is no further off than that and chance. */
static void futures_of_a_case_are_told_in_a_sentence(void **state)
{
    (void)state;
    answers_case a;
    truce_discovery *found;
    truce_error error = {0};
    char *words;
    answers_case_make(&a);
    truce_discovery_options o = truce_discovery_default_options();
    o.when = "change \"ground\" 2024-01..2024-12 > 300";
    if (truce_discovery_find(a.c, &o, &found, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    assert_true(truce_discovery_resolved(found));
    assert_int_equal(truce_discovery_restrictions(found), 1);
    truce_restriction r = truce_discovery_restriction(found, 0);
    assert_string_equal(r.parameter, "drift");
    assert_true(fabs(r.low - 25) < 0.6 && isnan(r.high) && fabs(r.low_share - 0.75) < 0.03 &&
                r.found_again == 1);
    truce_box_counts held = truce_discovery_held_back(found), all = truce_discovery_searched(found);
    assert_int_equal(held.members, 2000);
    assert_int_equal(all.members, 2000);
    assert_true(held.density > 0.93 && held.coverage > 0.93 && held.low <= held.density &&
                held.density <= held.high);
    assert_int_equal(truce_discovery_words(found, &words, NULL), TRUCE_OK);
    assert_non_null(strstr(words, "drift of 2"));
    assert_non_null(strstr(words, "or more"));
    truce_text_free(words);
    truce_discovery_destroy(found);
    static const char *const wrong[] = {"2 > 1", "at \"ground\" 2024-02", "talks strong defender > 0.5",
                                        NULL};
    for (size_t i = 0; i < 4; i++) {
        o.when = wrong[i];
        assert_int_not_equal(truce_discovery_find(a.c, &o, &found, &error), TRUCE_OK);
        assert_null(found);
    }
    answers_case_remove(&a);
}

/* What holds in every future has no box. */
static void what_always_holds_has_no_box(void **state)
{
    (void)state;
    answers_case a;
    truce_discovery *found;
    char *words;
    answers_case_make(&a);
    truce_discovery_options o = truce_discovery_default_options();
    o.when = "at \"ground\" 2024-12 > 0";
    o.members = 400;
    assert_int_equal(truce_discovery_find(a.c, &o, &found, NULL), TRUCE_OK);
    assert_false(truce_discovery_resolved(found));
    assert_int_equal(truce_discovery_restrictions(found), 0);
    assert_int_equal(truce_discovery_table(found, &words, NULL), TRUCE_OK);
    assert_non_null(strstr(words, "No box is resolved"));
    truce_text_free(words);
    truce_discovery_destroy(found);
    answers_case_remove(&a);
}

/* A restriction is one of all that could have been made, at both ends of all parameters, not of the few that were searched:
 * on this case one with a quasi-p-value of 0.002 passes for one of eight, and not for one of hundreds. */
static void the_bound_counts_all_parameters(void **state)
{
    (void)state;
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char path[512];
    truce_case *c;
    truce_discovery *found;
    truce_error error = {0};
    snprintf(path, sizeof path, "%s/cases/ukraine/case.yaml", root ? root : ".");
    assert_int_equal(truce_case_load(path, &c, &error), TRUCE_OK);
    truce_discovery_options o = truce_discovery_default_options();
    o.when = "change \"territory held\" 2024-01..2024-12 > 5000";
    o.density = 0.4;
    if (truce_discovery_find(c, &o, &found, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    double parameters =
        (double)truce_case_facts_of(c).parameters / 2; /* more than half of them vary in the model */
    assert_true(truce_discovery_restrictions(found) >= 1 && parameters > 50);
    for (size_t i = 0; i < truce_discovery_restrictions(found); i++)
        assert_true(truce_discovery_restriction(found, i).chance < 0.05 / (2 * parameters));
    truce_discovery_destroy(found);
    truce_case_destroy(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bound_counts_all_parameters),
        cmocka_unit_test(a_box_is_found_again),
        cmocka_unit_test(a_density_asked_for_is_had_by_the_largest_such_box),
        cmocka_unit_test(chance_makes_no_box),
        cmocka_unit_test(tails_of_the_binomial_are_exact),
        cmocka_unit_test(futures_of_a_case_are_told_in_a_sentence),
        cmocka_unit_test(what_always_holds_has_no_box),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
