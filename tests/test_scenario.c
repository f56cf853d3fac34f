/* Scenarios as programs and numbers: every kind of change, checked month by month, and what runs give. */
#include "case/case.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

enum { MONTHS = 6, STEPS = 12 };

static truce_case *loaded;

static int load_plan(void **state)
{
    (void)state;
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char path[512];
    truce_error error = {0};
    snprintf(path, sizeof path, "%s/tests/data/small/case.yaml", root ? root : ".");
    if (truce_case_load(path, &loaded, &error) == TRUCE_OK)
        return 0;
    fprintf(stderr, "%s:%d: %s\n", error.file, error.line, error.message);
    return -1;
}

static int destroy_plan(void **state)
{
    (void)state;
    truce_case_destroy(loaded);
    return 0;
}

static case_plan plan_of(const char *scenario)
{
    case_plan plan;
    truce_error error = {0};
    if (case_plan_create(loaded, truce_case_find_scenario(loaded, scenario), false, &plan, &error) !=
        TRUCE_OK)
        fail_msg("%s:%d: %s", error.file, error.line, error.message);
    return plan;
}

static size_t find_input(const case_plan *plan, truce_input_kind kind, const char *name)
{
    for (size_t i = 0; i < truce_program_input_count(plan->program, kind); i++)
        if (strcmp(truce_program_input_name(plan->program, kind, i), name) == 0)
            return i;
    return SIZE_MAX;
}

/* That a schedule or factor has the given value in each month (NaN: leaves it), and the last one's at the
 * end. */
static void check_months(const case_plan *plan, truce_input_kind kind, const char *name,
                         const double months[MONTHS])
{
    size_t input = find_input(plan, kind, name);
    assert_int_not_equal(input, SIZE_MAX);
    assert_int_equal(truce_program_step_count(plan->program), STEPS);
    const double *row =
        (kind == TRUCE_INPUT_SCHEDULE ? plan->schedules : plan->factors) + input * (STEPS + 1);
    for (size_t s = 0; s <= STEPS; s++) {
        double expected = months[s < STEPS ? s / 2 : MONTHS - 1];
        if (isnan(expected) ? !isnan(row[s]) : row[s] != expected)
            fail_msg("%s at step %zu is %g, not %g", name, s, row[s], expected);
    }
}

static truce_distribution check_fixed(const case_plan *plan, const char *name, double value, double scale)
{
    size_t input = find_input(plan, TRUCE_INPUT_PARAMETER, name);
    assert_int_not_equal(input, SIZE_MAX);
    truce_distribution d = plan->parameters[input];
    assert_int_equal(d.kind, TRUCE_FIXED);
    assert_true(d.a == value && d.scale == scale);
    return d;
}

static void check_counts(const case_plan *plan, size_t parameters, size_t schedules, size_t factors)
{
    assert_int_equal(truce_program_input_count(plan->program, TRUCE_INPUT_PARAMETER), parameters);
    assert_int_equal(truce_program_input_count(plan->program, TRUCE_INPUT_SCHEDULE), schedules);
    assert_int_equal(truce_program_input_count(plan->program, TRUCE_INPUT_FACTOR), factors);
}

#define MONTHLY(...) ((const double[MONTHS]){__VA_ARGS__})

/* ---- Plans -------------------------------------------------------------------------------------------- */

static void series_drives_by_month_and_then_by_its_last_mean(void **state)
{
    (void)state;
    case_plan plan = plan_of("actual");
    check_counts(&plan, 1, 1, 0);
    check_months(&plan, TRUCE_INPUT_SCHEDULE, "aid", MONTHLY(3, 4, 5, 4.5, 4.5, 4.5));
    truce_distribution d = plan.parameters[find_input(&plan, TRUCE_INPUT_PARAMETER, "price")];
    assert_int_equal(d.kind, TRUCE_LOGNORMAL);
    assert_true(d.a == 2 && d.b == 0.5 && d.scale == 1);
    case_plan_free(&plan);
}

/* aid is 3, 4 and 5 in the months of its data; two steps a month. */
static void a_series_may_be_interpolated_where_it_is_data(void **state)
{
    (void)state;
    case_series *aid = (case_series *)&loaded->series[0];
    static const double linear[STEPS + 1] = {3, 3.5, 4, 4.5, 5, 5, 4.5, 4.5, 4.5, 4.5, 4.5, 4.5, 4.5};
    static const double none[STEPS + 1] = {3, NAN, 4, NAN, 5, NAN, 4.5, 4.5, 4.5, 4.5, 4.5, 4.5, 4.5};
    static const double edited[STEPS + 1] = {3, 3, 9, 9, 18, 18, 9, 9, 4.5, 4.5, 4.5, 4.5, 4.5};
    const struct {
        truce_interpolation how;
        const char *scenario;
        const double *expected;
    } rows[] = {{TRUCE_INTERPOLATE_LINEAR, "actual", linear},
                {TRUCE_INTERPOLATE_NONE, "actual", none},
                {TRUCE_INTERPOLATE_LINEAR, "edited", edited}};
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        aid->interpolation = rows[r].how;
        case_plan plan = plan_of(rows[r].scenario);
        const double *row = plan.schedules + find_input(&plan, TRUCE_INPUT_SCHEDULE, "aid") * (STEPS + 1);
        for (size_t s = 0; s <= STEPS; s++)
            if (isnan(rows[r].expected[s]) ? !isnan(row[s]) : fabs(row[s] - rows[r].expected[s]) > 1e-12)
                fail_msg("aid at step %zu is %g, not %g", s, row[s], rows[r].expected[s]);
        case_plan_free(&plan);
    }
    aid->interpolation = TRUCE_INTERPOLATE_PREVIOUS;
}

/* The last month leads to the first day of the next where the data go on: a plan that ends before them is the
 * beginning of one that does not. */
static void the_last_month_leads_to_data_after_the_end(void **state)
{
    (void)state;
    case_series *aid = (case_series *)&loaded->series[0];
    static const double linear[] = {3, 3.5, 4, 4.5, 5}, none[] = {3, NAN, 4, NAN, 5}, held[] = {3, 3, 3};
    const struct {
        truce_interpolation how;
        const char *scenario;
        month months;
        const double *expected;
    } rows[] = {{TRUCE_INTERPOLATE_LINEAR, "actual", 2, linear},
                {TRUCE_INTERPOLATE_NONE, "actual", 2, none},
                {TRUCE_INTERPOLATE_LINEAR, "edited", 1, held}}; /* 9 from February on */
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        truce_case view = *loaded;
        case_plan plan;
        view.stop = view.start + rows[r].months - 1;
        aid->interpolation = rows[r].how;
        assert_int_equal(
            case_plan_create(&view, truce_case_find_scenario(loaded, rows[r].scenario), false, &plan, NULL),
            TRUCE_OK);
        aid->interpolation = TRUCE_INTERPOLATE_PREVIOUS;
        size_t steps = truce_program_step_count(plan.program) + 1;
        assert_int_equal(steps, 2 * (size_t)rows[r].months + 1);
        const double *row = plan.schedules + find_input(&plan, TRUCE_INPUT_SCHEDULE, "aid") * steps;
        for (size_t s = 0; s < steps; s++)
            if (isnan(rows[r].expected[s]) ? !isnan(row[s]) : fabs(row[s] - rows[r].expected[s]) > 1e-12)
                fail_msg("aid at step %zu is %g, not %g", s, row[s], rows[r].expected[s]);
        case_plan_free(&plan);
    }
}

static size_t scenario_index(const char *name)
{
    return truce_case_find_scenario(loaded, name);
}

/* 9 is added to February and March, and March and April are doubled: these months are held, and so is January, whose line
 * leads to no data any more. */
static void months_that_something_is_added_to_are_held(void **state)
{
    (void)state;
    case_series *aid = (case_series *)&loaded->series[0];
    case_change *first = (case_change *)&loaded->scenarios[scenario_index("edited")].changes[0];
    static const double expected[STEPS + 1] = {3, 3, 13, 13, 28, 28, 9, 9, 4.5, 4.5, 4.5, 4.5, 4.5};
    aid->interpolation = TRUCE_INTERPOLATE_LINEAR;
    first->kind = CHANGE_ADD;
    case_plan plan = plan_of("edited");
    first->kind = CHANGE_VALUE;
    aid->interpolation = TRUCE_INTERPOLATE_PREVIOUS;
    const double *row = plan.schedules + find_input(&plan, TRUCE_INPUT_SCHEDULE, "aid") * (STEPS + 1);
    for (size_t s = 0; s <= STEPS; s++)
        if (fabs(row[s] - expected[s]) > 1e-12)
            fail_msg("aid at step %zu is %g, not %g", s, row[s], expected[s]);
    case_plan_free(&plan);
}

/* Without interpolation the equation holds for the rest of January: it is halved too, by a factor for the month. */
static void what_shows_through_a_series_is_scaled_with_it(void **state)
{
    (void)state;
    case_series *aid = (case_series *)&loaded->series[0];
    aid->interpolation = TRUCE_INTERPOLATE_NONE;
    case_plan plan = plan_of("halved");
    aid->interpolation = TRUCE_INTERPOLATE_PREVIOUS;
    const double *row = plan.schedules + find_input(&plan, TRUCE_INPUT_SCHEDULE, "aid") * (STEPS + 1);
    assert_true(row[0] == 3 && isnan(row[1]));
    check_months(&plan, TRUCE_INPUT_FACTOR, "aid", MONTHLY(0.5, 1, 1, 1, 1, 1));
    case_plan_free(&plan);
}

/* All inputs of a view are those of the whole, as far as it goes, whatever ends later. */
static void a_view_that_ends_within_a_change_is_planned_as_far_as_it_goes(void **state)
{
    (void)state;
    enum { SHORT = STEPS / MONTHS };
    for (size_t scenario = 0; scenario < truce_case_facts_of(loaded).scenarios; scenario++) {
        truce_case view = *loaded;
        case_plan whole, part;
        if (loaded->scenarios[scenario].branch_count)
            continue;
        view.stop = view.start;
        assert_int_equal(case_plan_create(loaded, scenario, false, &whole, NULL), TRUCE_OK);
        assert_int_equal(case_plan_create(&view, scenario, false, &part, NULL), TRUCE_OK);
        assert_int_equal(truce_program_step_count(part.program), SHORT);
        for (int kind = TRUCE_INPUT_SCHEDULE; kind <= TRUCE_INPUT_FACTOR; kind++) {
            const double *all = kind == TRUCE_INPUT_SCHEDULE ? whole.schedules : whole.factors;
            const double *some = kind == TRUCE_INPUT_SCHEDULE ? part.schedules : part.factors;
            size_t count = truce_program_input_count(part.program, (truce_input_kind)kind);
            for (size_t i = 0; i < count; i++) {
                const char *name = truce_program_input_name(part.program, (truce_input_kind)kind, i);
                size_t at = find_input(&whole, (truce_input_kind)kind, name);
                assert_int_not_equal(at, SIZE_MAX);
                assert_memory_equal(some + i * (SHORT + 1), all + at * (STEPS + 1), SHORT * sizeof *some);
            }
        }
        case_plan_free(&whole);
        case_plan_free(&part);
    }
}

static void value_and_multiply_edit_the_months_of_a_series(void **state)
{
    (void)state;
    case_plan plan = plan_of("edited");
    check_counts(&plan, 1, 1, 0);
    check_months(&plan, TRUCE_INPUT_SCHEDULE, "aid", MONTHLY(3, 9, 18, 9, 4.5, 4.5));
    case_plan_free(&plan);
}

static void mean_of_takes_the_data_and_builds_on_the_base(void **state)
{
    (void)state;
    case_plan plan = plan_of("mean");
    check_months(&plan, TRUCE_INPUT_SCHEDULE, "aid", MONTHLY(3, 9, 18, 9, 2, 2));
    case_plan_free(&plan);
}

static void add_adds_to_a_series_as_changed_so_far(void **state)
{
    (void)state;
    case_plan plan = plan_of("more");
    check_counts(&plan, 1, 1, 0);
    check_months(&plan, TRUCE_INPUT_SCHEDULE, "aid", MONTHLY(3, 9, 19.5, 10.5, 5.5, 4));
    case_plan_free(&plan);
}

static void scale_multiplies_a_series_as_changed_so_far(void **state)
{
    (void)state;
    case_plan plan = plan_of("halved");
    check_months(&plan, TRUCE_INPUT_SCHEDULE, "aid", MONTHLY(1.5, 4.5, 9, 4.5, 1, 1));
    check_counts(&plan, 1, 1, 0);
    case_plan_free(&plan);
}

static void set_replaces_a_series_and_its_changes(void **state)
{
    (void)state;
    case_plan plan = plan_of("set-series");
    check_months(&plan, TRUCE_INPUT_SCHEDULE, "aid", MONTHLY(6, 6, 6, 6, 6, 6));
    case_plan_free(&plan);
}

static void parameter_is_scaled_overridden_and_multiplied(void **state)
{
    (void)state;
    case_plan plan = plan_of("dear");
    check_counts(&plan, 1, 2, 1);
    truce_distribution d = plan.parameters[find_input(&plan, TRUCE_INPUT_PARAMETER, "price")];
    assert_true(d.kind == TRUCE_LOGNORMAL && d.a == 2 && d.b == 0.5 && d.scale == 3);
    /* The month with a value is multiplied there, the others by a factor on the draw. */
    check_months(&plan, TRUCE_INPUT_SCHEDULE, "price", MONTHLY(NAN, 2.5, NAN, NAN, NAN, NAN));
    check_months(&plan, TRUCE_INPUT_FACTOR, "price", MONTHLY(0.5, 1, 0.5, 1, 1, 1));
    case_plan_free(&plan);
}

static void set_replaces_a_prior_and_its_changes(void **state)
{
    (void)state;
    case_plan plan = plan_of("fixed-price");
    check_counts(&plan, 1, 1, 0);
    check_fixed(&plan, "price", 4, 1);
    case_plan_free(&plan);
}

static void constants_without_a_prior_become_fixed_parameters(void **state)
{
    (void)state;
    case_plan plan = plan_of("taxed");
    check_counts(&plan, 3, 1, 0);
    check_fixed(&plan, "tax", 0.5, 1);
    check_fixed(&plan, "loss", -1.5, 2);
    case_plan_free(&plan);
    plan = plan_of("tax-holiday");
    check_counts(&plan, 1, 1, 1);
    check_months(&plan, TRUCE_INPUT_FACTOR, "tax", MONTHLY(1, 1, 0, 0, 1, 1));
    case_plan_free(&plan);
    plan = plan_of("dated");
    check_fixed(&plan, "tax", 3, 1); /* April is the fourth month, its first day is time 3 */
    case_plan_free(&plan);
}

static void computed_variables_take_schedules_and_factors(void **state)
{
    (void)state;
    case_plan plan = plan_of("computed");
    check_counts(&plan, 1, 2, 1);
    check_months(&plan, TRUCE_INPUT_SCHEDULE, "cost", MONTHLY(NAN, NAN, NAN, NAN, NAN, 2));
    check_months(&plan, TRUCE_INPUT_FACTOR, "cost", MONTHLY(2, 2, 2, 2, 2, 1));
    case_plan_free(&plan);
    plan = plan_of("frozen");
    check_fixed(&plan, "cost", 10, 1);
    check_counts(&plan, 2, 1, 0);
    case_plan_free(&plan);
}

static void stocks_change_at_the_start(void **state)
{
    (void)state;
    case_plan plan = plan_of("stocks");
    check_fixed(&plan, "pool", 100, 0.5);
    check_fixed(&plan, "computed pool", 5, 1);
    check_counts(&plan, 3, 1, 0);
    case_plan_free(&plan);
}

static void changes_of_arrays_reach_every_element_named(void **state)
{
    (void)state;
    case_plan plan = plan_of("arrays");
    check_counts(&plan, 5, 1, 0);
    check_fixed(&plan, "store[defender, drones]", 1, 1);
    check_fixed(&plan, "store[attacker, shells]", 21, 2);
    check_fixed(&plan, "store[attacker, drones]", 1, 2);
    check_fixed(&plan, "store[attacker, air defence]", 23, 2);
    case_plan_free(&plan);
}

static void plan_saves_what_is_shown_month_by_month(void **state)
{
    (void)state;
    case_plan plan = plan_of("actual");
    assert_int_equal(truce_program_output_count(plan.program), 7);
    assert_string_equal(truce_program_output_name(plan.program, 0), "pool");
    assert_string_equal(truce_program_output_name(plan.program, 3), "store[defender, air defence]");
    assert_int_equal(truce_program_save_count(plan.program), MONTHS + 1);
    for (size_t k = 0; k <= MONTHS; k++)
        assert_true(truce_program_save_time(plan.program, k) == (double)k);
    case_plan_free(&plan);
    truce_error error = {0};
    assert_int_equal(case_plan_create(loaded, 0, true, &plan, &error), TRUCE_OK);
    assert_true(truce_program_output_count(plan.program) >= 14);
    case_plan_free(&plan);
}

/* ---- Runs
 * ----------------------------------------------------------------------------------------------------------
 */

static truce_ensemble *run(const char *scenario, size_t members)
{
    truce_ensemble_options options = truce_ensemble_default_options();
    truce_ensemble *ensemble = NULL;
    truce_error error = {0};
    options.members = members;
    options.seed = 7;
    if (truce_case_run(loaded, scenario, &options, &ensemble, &error) != TRUCE_OK)
        fail_msg("%s:%d: %s", error.file, error.line, error.message);
    return ensemble;
}

/* pool' = aid x price x (1 - 0.25) with aid 3, 4, 5, 4.5, 4.5, 4.5 and price 4: exact in binary. */
static void run_follows_the_months(void **state)
{
    (void)state;
    truce_ensemble *ensemble = run("fixed-price", 3);
    static const double aid[MONTHS] = {3, 4, 5, 4.5, 4.5, 4.5};
    double pool = 100;
    for (size_t k = 0; k <= MONTHS; k++) {
        for (size_t m = 0; m < 3; m++)
            assert_true(truce_ensemble_values(ensemble, 0, k)[m] == (float)pool);
        if (k < MONTHS)
            pool += aid[k] * 4 * 0.75;
    }
    truce_ensemble_destroy(ensemble);
}

/* The gain of the pool is 0.75 x price x sum of aid: 25.5 as it is, 48 as edited, with the same price. */
static void scenarios_share_the_draws_of_their_members(void **state)
{
    (void)state;
    enum { MEMBERS = 50 };
    truce_ensemble *actual = run("actual", MEMBERS), *edited = run("edited", MEMBERS);
    truce_distribution prior = {TRUCE_LOGNORMAL, 2, 0.5, 0, 0, 1};
    for (size_t m = 0; m < MEMBERS; m++) {
        double price = truce_distribution_draw(&prior, 7, m, "price");
        assert_true(fabs(truce_ensemble_values(actual, 0, MONTHS)[m] - 100 - 0.75 * 25.5 * price) < 1e-4);
        assert_true(fabs(truce_ensemble_values(edited, 0, MONTHS)[m] - 100 - 0.75 * 48 * price) < 1e-4);
    }
    truce_ensemble_destroy(actual);
    truce_ensemble_destroy(edited);
}

static void unknown_scenario_is_named_with_the_nearest(void **state)
{
    (void)state;
    truce_ensemble_options options = truce_ensemble_default_options();
    truce_ensemble *ensemble = NULL;
    truce_error error = {0};
    assert_int_equal(truce_case_run(loaded, "edted", &options, &ensemble, &error), TRUCE_BAD_INPUT);
    assert_null(ensemble);
    assert_string_equal(error.message, "no scenario \"edted\" (did you mean \"edited\"?)");
    assert_int_equal(truce_case_write_member(loaded, "nothing like it", NULL, 1, 0, "/tmp/truce-none", NULL,
                                             NULL, NULL, &error),
                     TRUCE_BAD_INPUT);
    assert_string_equal(error.message, "no scenario \"nothing like it\"");
    assert_int_not_equal(access("/tmp/truce-none", F_OK), 0);
}

/* Column of a CSV header, counted from 0; names with a comma are in quotes. */
static size_t column_of(const char *header, const char *name)
{
    size_t column = 0;
    bool quoted = false;
    const char *start = header;
    for (const char *s = header;; s++) {
        if (*s == '"')
            quoted = !quoted;
        if (quoted || (*s != ',' && *s != '\n' && *s != '\0'))
            continue;
        if ((size_t)(s - start) == strlen(name) && strncmp(start, name, strlen(name)) == 0)
            return column;
        if (*s != ',')
            return SIZE_MAX;
        column++;
        start = s + 1;
    }
}

static void member_is_replayed_with_every_variable(void **state)
{
    (void)state;
    char path[] = "/tmp/truce-member-XXXXXX", line[4096];
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    truce_error error = {0};
    assert_int_equal(truce_case_write_member(loaded, "edited", NULL, 7, 31, path, NULL, NULL, NULL, &error),
                     TRUCE_OK);
    truce_ensemble *ensemble = run("edited", 40);
    FILE *stream = fopen(path, "r");
    assert_non_null(stream);
    assert_non_null(fgets(line, sizeof line, stream));
    size_t pool = column_of(line, "pool"), cost = column_of(line, "cost");
    assert_int_not_equal(pool, SIZE_MAX);
    assert_int_not_equal(cost, SIZE_MAX);
    size_t rows = 0;
    for (; fgets(line, sizeof line, stream); rows++) {
        char *cell = line;
        for (size_t i = 0; i < pool; i++)
            cell = strchr(cell, ',') + 1;
        assert_true((float)atof(cell) == truce_ensemble_values(ensemble, 0, rows)[31]);
    }
    assert_int_equal(rows, MONTHS + 1);
    fclose(stream);
    remove(path);
    truce_ensemble_destroy(ensemble);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(series_drives_by_month_and_then_by_its_last_mean),
        cmocka_unit_test(a_series_may_be_interpolated_where_it_is_data),
        cmocka_unit_test(the_last_month_leads_to_data_after_the_end),
        cmocka_unit_test(months_that_something_is_added_to_are_held),
        cmocka_unit_test(what_shows_through_a_series_is_scaled_with_it),
        cmocka_unit_test(a_view_that_ends_within_a_change_is_planned_as_far_as_it_goes),
        cmocka_unit_test(value_and_multiply_edit_the_months_of_a_series),
        cmocka_unit_test(add_adds_to_a_series_as_changed_so_far),
        cmocka_unit_test(mean_of_takes_the_data_and_builds_on_the_base),
        cmocka_unit_test(scale_multiplies_a_series_as_changed_so_far),
        cmocka_unit_test(set_replaces_a_series_and_its_changes),
        cmocka_unit_test(parameter_is_scaled_overridden_and_multiplied),
        cmocka_unit_test(set_replaces_a_prior_and_its_changes),
        cmocka_unit_test(constants_without_a_prior_become_fixed_parameters),
        cmocka_unit_test(computed_variables_take_schedules_and_factors),
        cmocka_unit_test(stocks_change_at_the_start),
        cmocka_unit_test(changes_of_arrays_reach_every_element_named),
        cmocka_unit_test(plan_saves_what_is_shown_month_by_month),
        cmocka_unit_test(run_follows_the_months),
        cmocka_unit_test(scenarios_share_the_draws_of_their_members),
        cmocka_unit_test(unknown_scenario_is_named_with_the_nearest),
        cmocka_unit_test(member_is_replayed_with_every_variable),
    };
    return cmocka_run_group_tests(tests, load_plan, destroy_plan);
}
