/* The Ukraine case on the flagship, as a whole: that the line moves both ways, that regimes of effort come
 * and go, that no collapse makes anything look better, that money reaches the front by less each time.
 * Priors, not a fit: what holds here holds whatever was learned. */
#include "results/collecting.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

enum { MEMBERS = 512, SIDES = 2 };

static truce_case *ukraine;
static const char *const sides[SIDES] = {"defender", "attacker"};

static int load_case(void **state)
{
    (void)state;
    char path[1024];
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    truce_error error = {0};
    snprintf(path, sizeof path, "%s/cases/ukraine/case.yaml", root ? root : ".");
    if (truce_case_load(path, &ukraine, &error) == TRUCE_OK)
        return 0;
    fprintf(stderr, "%s:%d: %s\n", error.file, error.line, error.message);
    return -1;
}

static int destroy_case(void **state)
{
    (void)state;
    truce_case_destroy(ukraine);
    return 0;
}

typedef struct futures {
    case_plan plan;
    truce_ensemble *ensemble;
} futures;

static size_t element_of(const char *name)
{
    size_t e = model_find_element(ukraine->model, name);
    if (e == SIZE_MAX)
        fail_msg("no element \"%s\"", name);
    return e;
}

/* Futures of a scenario with some elements set to a value in all of them. */
static futures run(const char *scenario, const char *const *names, const double *values, size_t count)
{
    futures f = {0};
    truce_error error = {0};
    size_t drawn[8];
    truce_distribution fixed[8];
    assert_true(count <= 8);
    for (size_t i = 0; i < count; i++) {
        drawn[i] = element_of(names[i]);
        fixed[i] = (truce_distribution){.kind = TRUCE_FIXED, .a = values[i], .scale = 1};
    }
    size_t index = truce_case_find_scenario(ukraine, scenario);
    assert_int_not_equal(index, SIZE_MAX);
    case_plan_options plan = {
        .every_element = true, .drawn = drawn, .distributions = fixed, .drawn_count = count};
    truce_ensemble_options options = truce_ensemble_default_options();
    options.members = MEMBERS;
    if (case_plan_create_with(ukraine, index, &plan, &f.plan, &error) != TRUCE_OK ||
        truce_ensemble_run(f.plan.program, f.plan.parameters, f.plan.schedules, f.plan.factors, &options,
                           &f.ensemble, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    assert_int_equal(truce_ensemble_failure_count(f.ensemble), 0);
    return f;
}

static void end(futures *f)
{
    truce_ensemble_destroy(f->ensemble);
    case_plan_free(&f->plan);
}

static const float *at(const futures *f, const char *name, size_t when)
{
    for (size_t o = 0; o < truce_program_output_count(f->plan.program); o++)
        if (strcmp(truce_program_output_name(f->plan.program, o), name) == 0)
            return truce_ensemble_values(f->ensemble, o, when);
    fail_msg("no output \"%s\"", name);
    return NULL;
}

static const float *of(const futures *f, const char *variable, const char *side, size_t when)
{
    char name[96];
    snprintf(name, sizeof name, "%s[%s]", variable, side);
    return at(f, name, when);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile_of(const double *values, double p)
{
    double sorted[MEMBERS];
    memcpy(sorted, values, sizeof sorted);
    qsort(sorted, MEMBERS, sizeof *sorted, by_value);
    return sorted[(size_t)(p * (MEMBERS - 1))];
}

enum { DATA_END = 36, HORIZON = 84 }; /* ends of December 2025 and 2029 */

/* In the record the line moved the defender's way in 11 of 36 months, and in none of about three years that do
 * not overlap. Of futures as fast as 2025, some in forty and no more than one in five turn over a year. */
static void line_moves_both_ways(void **state)
{
    (void)state;
    futures f = run("actual", NULL, NULL, 0);
    size_t back = 0, forth = 0, alike = 0, year_back = 0;
    for (size_t m = DATA_END; m < DATA_END + 12; m++)
        for (size_t i = 0; i < MEMBERS; i++) {
            float change = at(&f, "territory held", m + 1)[i] - at(&f, "territory held", m)[i];
            back += change < 0;
            forth += change > 0;
        }
    for (size_t i = 0; i < MEMBERS; i++) {
        float end = at(&f, "territory held", DATA_END)[i];
        float year = end - at(&f, "territory held", DATA_END - 12)[i];
        bool as_seen = year > 12 * 250 && year < 12 * 500;
        alike += as_seen;
        year_back += as_seen && at(&f, "territory held", DATA_END + 12)[i] < end;
    }
    assert_true(back > MEMBERS * 12 / 20 && forth > MEMBERS * 12 / 3);
    assert_true(year_back * 40 > alike && year_back * 5 < alike);
    end(&f);
}

/* Spells in a posture, in months, over all futures and both sides: they last some months, and their lengths
 * are as spread out as those of a process that forgets (a standard deviation near the mean), never of one
 * length. */
static void regimes_of_effort_last_random_times_on_both_sides(void **state)
{
    (void)state;
    static const char *const names[] = {"usual inclination[defender]", "usual inclination[attacker]"};
    static const double values[] = {0.4, 0.4};
    futures f = run("actual", names, values, 2);
    for (size_t s = 0; s < SIDES; s++) {
        double count = 0, sum = 0, squares = 0;
        size_t seen[3] = {0};
        for (size_t i = 0; i < MEMBERS; i++) {
            size_t length = 0;
            for (size_t m = 1; m < DATA_END; m++) {
                size_t now = (size_t)of(&f, "posture", sides[s], m)[i];
                size_t next = (size_t)of(&f, "posture", sides[s], m + 1)[i];
                seen[now]++;
                length++;
                if (now == next)
                    continue;
                count++;
                sum += (double)length;
                squares += (double)(length * length);
                length = 0;
            }
        }
        double mean = sum / count, deviation = sqrt(squares / count - mean * mean);
        assert_true(mean > 1.5 && mean < 12);
        assert_true(deviation > 0.5 * mean && deviation < 2 * mean);
        for (size_t k = 0; k < 3; k++)
            assert_true(seen[k] > MEMBERS * DATA_END / 50);
    }
    end(&f);
}

/* What the outputs of the case say of a side: better when higher (1) or lower (-1). `of_defender`: of the supported
 * side, whatever the element; for the other nothing is said. 0: says of neither side how it fares, for a reason. */
static const struct {
    const char *variable;
    int better;
    bool of_defender;
} judged[] = {
    {"territory held", -1, true},
    {"collapsed", -1, false},
    {"effort", 0, false}, /* a choice: who holds saves men and who attacks gains ground */
    {"force", 1, false},
    {"intake", 1, false},
    {"deserted", -1, false},
    {"killed", -1, false},
    {"casualties", -1, false},
    {"armour lost", -1, false},
    {"strikes launched", 1, false},
    {"expenditure[*, ammunition]", 1, false},
    {"expenditure[*, drones]", 1, false},
    {"production[*, ammunition]", 1, false},
    {"export revenue[attacker]", 1, false},
    {"materiel[*, ammunition]", 1, false},
    {"materiel[*, armour]", 1, false},
    {"storage", 1, false},
    {"military aid arriving", 1, true},
    {"orders waiting", 0, true}, /* neither more nor fewer is better: what counts is what arrives */
    {"supplier deliveries", 1, true},
    {"supplier capacity[*, ammunition]", 1, true},
    {"fund debt", 0, true}, /* of those who pay: it stands whatever becomes of the sides */
    {"debt service", 0, true},
    {"debt service share", -1, true},
    {"war spending", 1, false}, /* of what can be raised: want is no relief */
    {"funding", 1, false},
    {"reserves", 1, false},
    {"resolve", 1, false},
};

/* Rows that look better all the same; the model's page says so among what it does not do. A scenario of NULL stands
 * for all. */
static const struct {
    const char *scenario, *variable;
} unsolved[] = {
    {NULL, "armour lost"}, /* an army that dissolves has less to lose */
    {NULL, "storage"},     /* nobody takes hulls out, and nobody captures them */
    /* half of what the other's industry makes is the side's own there, whatever becomes of the side */
    {"parity-industry", "production[*, ammunition]"},
    {"no-support", "deserted"}, /* counted from those who are left, when few are left early */
};

static bool is_unsolved(const char *scenario, const case_output *o)
{
    for (size_t k = 0; k < sizeof unsolved / sizeof *unsolved; k++)
        if (strcmp(unsolved[k].variable, o->variable) == 0 &&
            (!unsolved[k].scenario || strcmp(unsolved[k].scenario, scenario) == 0))
            return true;
    return false;
}

static size_t judgement_of(const case_output *o)
{
    for (size_t k = 0; k < sizeof judged / sizeof *judged; k++)
        if (strcmp(judged[k].variable, o->variable) == 0)
            return k;
    fail_msg("the output \"%s\" of the case is not judged by this test", o->variable);
    return 0;
}

/* As the table has it: a level at the end, a rate as the mean from the end of the data on. */
static double shown(const futures *f, const case_output *o, size_t e, size_t member)
{
    const char *name = ukraine->model->elements[o->elements[e]].name;
    double end = (double)at(f, name, HORIZON)[member];
    return o->change ? end - (double)at(f, name, DATA_END)[member] : end;
}

/* How a row changes for a side that collapses: 1 where it is told to be better off, and whose it is. */
static int direction_of(const case_output *o, size_t e, size_t side)
{
    char own[16];
    size_t k = judgement_of(o);
    snprintf(own, sizeof own, "[%s", sides[side]);
    if (strcmp(o->variable, "territory held") == 0)
        return side == 0 ? -1 : 1;
    if (judged[k].of_defender)
        return side == 0 ? judged[k].better : 0;
    return strstr(ukraine->model->elements[o->elements[e]].name, own) ? judged[k].better : 0;
}

/* Futures in which a side has collapsed two years before the end; the number of them. */
static size_t find_collapsed(const futures *f, size_t side, size_t *members)
{
    size_t count = 0;
    for (size_t i = 0; i < MEMBERS; i++)
        if (of(f, "collapsed", sides[side], HORIZON - 24)[i] > 0.5F)
            members[count++] = i;
    return count;
}

/* Rows that look better for a side in these futures than in their twins: in more than half of them, by more than the
 * standard error of a coin that is thrown as often. */
static size_t count_faults(const char *scenario, const futures *f, const futures *twin, size_t side,
                           const size_t *members, size_t count)
{
    size_t faults = 0;
    for (size_t o = 0; o < ukraine->output_count; o++)
        for (size_t e = 0; e < ukraine->outputs[o].element_count; e++) {
            const case_output *row = &ukraine->outputs[o];
            int direction = direction_of(row, e, side);
            size_t better = 0;
            for (size_t i = 0; i < count && direction; i++)
                better += direction * (shown(f, row, e, members[i]) - shown(twin, row, e, members[i])) > 0;
            double above = 2 * (double)better - (double)count;
            if (above <= sqrt((double)count) || is_unsolved(scenario, row))
                continue;
            print_error("%s, %s collapsed: \"%s\" (%s) looks better in %zu of %zu futures\n", scenario,
                        sides[side], row->title, ukraine->model->elements[row->elements[e]].name, better,
                        count);
            faults++;
        }
    return faults;
}

/* Of these futures alone, what the report counts of the case's shortages. */
static case_results *count_shortages(const futures *f, size_t scenario, const size_t *members, size_t count,
                                     scenario_result *counted)
{
    case_results *r = NULL;
    members_view v;
    truce_error error = {0};
    const results_scenario of = {scenario, &f->plan, f->ensemble};
    if (results_create(ukraine, 1, MEMBERS, "", &r, &error) != TRUCE_OK ||
        members_view_make(r, &of, &v, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    memset(v.bad, true, MEMBERS * sizeof *v.bad);
    for (size_t i = 0; i < count; i++)
        v.bad[members[i]] = false;
    *counted = (scenario_result){0};
    assert_true(milestones_make(r, counted));
    if (milestones_collect(r, &v, counted, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    members_view_free(&v);
    return r;
}

/* Shortages of a side that fewer of these futures have than their twins. Until the side collapses both are the same
 * future, and from then on it is short: so no margin. */
static size_t count_relieved(size_t scenario, const futures *f, const futures *twin, size_t side,
                             const size_t *members, size_t count)
{
    scenario_result with, without;
    case_results *r = count_shortages(f, scenario, members, count, &with),
                 *q = count_shortages(twin, scenario, members, count, &without);
    size_t faults = 0, compared = 0;
    for (size_t k = 0; k < r->milestone_count; k++) {
        const milestone_result *m = &with.milestones[k];
        if (element_side(ukraine, m->milestone->elements[side]) != (int)side ||
            m->label != m->milestone->labels[side])
            continue;
        compared++;
        assert_int_equal(m->sound, count);
        assert_int_equal(m->spells_after, count); /* collapsed for two years: short of everything */
        if (m->spells_after >= without.milestones[k].spells_after)
            continue;
        print_error("%s collapsed: fewer futures are short of %s, %zu and not %zu\n", sides[side],
                    m->milestone->title, m->spells_after, without.milestones[k].spells_after);
        faults++;
    }
    assert_int_equal(compared, ukraine->milestone_count);
    results_destroy(q);
    results_destroy(r);
    return faults;
}

/* Every future in which a side has collapsed two years before the end, against the same future with hazards of nil:
 * in every scenario, and in every row that the case prints, the side is no better off in the median, and no less short
 * of anything in any of them. */
static void no_row_looks_better_because_a_side_collapsed(void **state)
{
    (void)state;
    static const char *const hazards[] = {"collapse hazard", "surprise hazard"};
    static const double nil[] = {0, 0};
    size_t compared[SIDES] = {0}, members[MEMBERS], faults = 0;
    for (size_t k = 0; k < ukraine->scenario_count; k++) {
        const char *scenario = ukraine->scenarios[k].name;
        futures f = run(scenario, NULL, NULL, 0), twin = run(scenario, hazards, nil, 2);
        for (size_t s = 0; s < SIDES; s++) {
            size_t gone = find_collapsed(&f, s, members);
            if (gone < 8)
                continue;
            compared[s]++;
            faults += count_faults(scenario, &f, &twin, s, members, gone);
            faults += count_relieved(k, &f, &twin, s, members, gone);
        }
        end(&twin);
        end(&f);
    }
    assert_int_equal(faults, 0);
    assert_true(compared[0] > 0 && compared[1] > 0);
}

/* Thresholds and hazards are not by side; in the case both sides collapse in some futures. */
static void both_sides_can_collapse(void **state)
{
    (void)state;
    futures f = run("actual", NULL, NULL, 0);
    for (size_t s = 0; s < SIDES; s++) {
        size_t gone = 0;
        for (size_t i = 0; i < MEMBERS; i++)
            gone += of(&f, "collapsed", sides[s], HORIZON)[i] > 0.5F;
        assert_true(gone > MEMBERS / 200 && gone < MEMBERS / 3);
    }
    end(&f);
}

/* Median of what a fund of some size takes off the attacker's gain from 2027 to 2029, km2. */
static double saved_by(double size, const futures *without)
{
    static const char *const names[] = {"fund size", "fund start", "collapse hazard", "surprise hazard"};
    const double values[] = {size, 36, 0, 0};
    futures f = run("actual", names, values, 4);
    double saved[MEMBERS];
    for (size_t i = 0; i < MEMBERS; i++) {
        double with = (double)at(&f, "territory held", HORIZON)[i] - (double)at(&f, "territory held", 48)[i];
        double base =
            (double)at(without, "territory held", HORIZON)[i] - (double)at(without, "territory held", 48)[i];
        saved[i] = base - with;
    }
    end(&f);
    return quantile_of(saved, 0.5);
}

static void a_larger_fund_slows_the_front_more_and_each_billion_less(void **state)
{
    (void)state;
    static const char *const hazards[] = {"collapse hazard", "surprise hazard"};
    static const double nil[] = {0, 0}, sizes[] = {25, 50, 100, 200, 400};
    futures without = run("actual", hazards, nil, 2);
    double before = 0, worth = INFINITY, last = 0;
    for (size_t i = 0; i < 5; i++) {
        double saved = saved_by(sizes[i], &without), each = (saved - before) / (sizes[i] - last);
        if (!(saved > before && each < worth))
            fail_msg("a fund of %g saves %g km2, each billion %g after %g", sizes[i], saved, each, worth);
        before = saved;
        worth = each;
        last = sizes[i];
    }
    assert_true(saved_by(50, &without) > 500); /* in three years: not nothing */
    end(&without);
}

/* Without the halt of 2023-24 the defender fires more by May 2024, in nearly every future, and holds more
 * ground. */
static void the_halt_of_aid_starves_the_guns(void **state)
{
    (void)state;
    futures f = run("actual", NULL, NULL, 0), without = run("no-halt", NULL, NULL, 0);
    size_t more = 0, ground = 0;
    for (size_t i = 0; i < MEMBERS; i++) {
        more += at(&without, "expenditure[defender, ammunition]", 16)[i] >
                1.05F * at(&f, "expenditure[defender, ammunition]", 16)[i];
        ground += at(&without, "territory held", 25)[i] < at(&f, "territory held", 25)[i];
    }
    assert_true(more > MEMBERS * 8 / 10);
    assert_true(ground > MEMBERS * 9 / 10);
    end(&without);
    end(&f);
}

/* When the United States stop, purchases there by others, what is on order and intelligence end too. */
static void a_stop_of_the_first_donor_ends_what_others_buy_there(void **state)
{
    (void)state;
    futures f = run("us-stops", NULL, NULL, 0);
    size_t orders = 0;
    for (size_t i = 0; i < MEMBERS; i++) {
        orders += at(&f, "orders placed[us]", 40)[i] > 0; /* none where the attacker is driven out */
        assert_true(at(&f, "orders placed[us]", 50)[i] == 0);
        assert_true(at(&f, "supplier deliveries[us]", 50)[i] == 0);
        assert_true(at(&f, "intelligence[defender]", 50)[i] == 0);
        assert_true(at(&f, "supplier deliveries[europe]", 50)[i] > 0);
    }
    assert_true(orders > MEMBERS * 9 / 10);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_moves_both_ways),
        cmocka_unit_test(regimes_of_effort_last_random_times_on_both_sides),
        cmocka_unit_test(no_row_looks_better_because_a_side_collapsed),
        cmocka_unit_test(both_sides_can_collapse),
        cmocka_unit_test(a_larger_fund_slows_the_front_more_and_each_billion_less),
        cmocka_unit_test(the_halt_of_aid_starves_the_guns),
        cmocka_unit_test(a_stop_of_the_first_donor_ends_what_others_buy_there),
    };
    return cmocka_run_group_tests(tests, load_case, destroy_case);
}
