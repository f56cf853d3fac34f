/* The observation model: measures, means, errors and their densities, against closed forms. */
#include "observe/observe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { DRAWS = 20000 };

static case_observation normal_errors(double sd)
{
    return (case_observation){
        .name = "seen", .error = ERROR_NORMAL, .error_sd = sd, .first_used = 0, .last_used = 1000};
}

static case_observation student_errors(double sd, double degrees)
{
    case_observation o = normal_errors(sd);
    o.error = ERROR_STUDENT;
    o.error_degrees = degrees;
    return o;
}

/* ---- Data -------------------------------------------------------------------------------------------- */

static void a_month_outside_the_data_or_empty_has_no_value(void **state)
{
    (void)state;
    static const double values[] = {3, NAN, 5};
    case_observation o = normal_errors(1);
    o.data = (case_column){.first = 10, .count = 3, .values = values};
    o.first_used = 12;
    assert_true(isnan(observe_seen(&o, 9)) && isnan(observe_seen(&o, 11)) && isnan(observe_seen(&o, 13)));
    assert_true(observe_seen(&o, 10) == 3 && observe_seen(&o, 12) == 5);
    assert_true(!observe_counts(&o, 11) && observe_counts(&o, 12));
}

static void a_stock_is_read_at_the_end_of_a_month_and_a_flow_at_its_start(void **state)
{
    (void)state;
    case_observation level = normal_errors(1), change = level;
    change.change = true;
    assert_true(observe_measure(&level, true, 4, 7) == 7 && observe_measure(&level, false, 4, 7) == 4);
    assert_true(observe_measure(&change, true, 4, 7) == 3 && observe_measure(&change, false, 4, 7) == 3);
    assert_true(observe_mean(2, 0.5, 3) == 3.5);
}

/* ---- Errors ------------------------------------------------------------------------------------------ */

static void an_error_carried_on_keeps_its_variance_and_gives_its_fresh_part_back(void **state)
{
    (void)state;
    case_observation o = normal_errors(1);
    o.error_persistence = 0.8;
    assert_true(fabs(observe_left(&o, 3) - 0.512) < 1e-15 && observe_left(&o, 0) == 1);
    double left = observe_left(&o, 2), squares = 0, products = 0;
    for (uint64_t i = 0; i < DRAWS; i++) {
        double last = observe_error_draw(&o, 1, i, 0), fresh = observe_error_draw(&o, 1, i, 1);
        double error = observe_carry(left, last, fresh);
        assert_true(fabs(observe_fresh(left, last, error) - fresh) < 1e-12);
        squares += error * error / DRAWS;
        products += error * last / DRAWS;
    }
    /* Five standard errors: sqrt(2 / n) of a variance, at most that of a covariance. */
    assert_true(fabs(squares - 1) < 5 * sqrt(2.0 / DRAWS));
    assert_true(fabs(products - left) < 5 * sqrt(2.0 / DRAWS));
}

/* P(|T| > 2.776445) = 0.05 for four degrees of freedom, and P(|T| > 1.533206) = 0.2: any table of t. */
static void errors_of_student_have_the_tails_of_the_table_however_they_are_drawn(void **state)
{
    (void)state;
    case_observation o = student_errors(3, 4);
    for (int by_member = 0; by_member < 2; by_member++) {
        double beyond = 0, far = 0, above = 0;
        for (uint64_t i = 0; i < DRAWS; i++) {
            double t = by_member ? observe_error_member(&o, 1, i) : observe_error_draw(&o, 1, i / 50, i % 50);
            beyond += fabs(t) > 1.533206;
            far += fabs(t) > 2.776445;
            above += t > 0;
        }
        assert_true(fabs(beyond / DRAWS - 0.2) < 5 * sqrt(0.2 * 0.8 / DRAWS));
        assert_true(fabs(far / DRAWS - 0.05) < 5 * sqrt(0.05 * 0.95 / DRAWS));
        assert_true(fabs(above / DRAWS - 0.5) < 5 * sqrt(0.25 / DRAWS));
    }
}

/* One draw of t follows from its two numbers: |T| has its quantile at the uniform one, which for four degrees
 * of freedom has a closed form (Shaw 2006): with x = 4 p (1 - p) and p = (1 + u) / 2,
 * t = 2 sqrt(cos(arccos(sqrt(x)) / 3) / sqrt(x) - 1). */
static void an_error_of_student_is_the_quantile_of_its_uniform_number(void **state)
{
    (void)state;
    case_observation o = student_errors(1, 4);
    for (double u = 0.05; u < 0.99; u += 0.1) {
        double p = (1 + u) / 2, root = sqrt(4 * p * (1 - p));
        double t = 2 * sqrt(cos(acos(root) / 3) / root - 1);
        assert_true(fabs(observe_error(&o, 0.1, u) - t) < 1e-9 * t);
        assert_true(fabs(observe_error(&o, -2, u) + t) < 1e-9 * t);
    }
}

static void the_residual_of_a_value_is_the_error_it_was_made_with(void **state)
{
    (void)state;
    case_observation normal = normal_errors(2), logarithmic = normal;
    logarithmic.error = ERROR_LOGNORMAL;
    logarithmic.error_sd = 0.3;
    assert_true(observe_value(&normal, 10, 1.5) == 13);
    assert_true(fabs(observe_value(&logarithmic, 10, 1.5) - 10 * exp(0.45)) < 1e-12);
    for (double e = -3; e <= 3; e += 0.5) {
        assert_true(fabs(observe_residual(&normal, observe_value(&normal, 10, e), 10) - e) < 1e-12);
        assert_true(fabs(observe_residual(&logarithmic, observe_value(&logarithmic, 10, e), 10) - e) < 1e-12);
    }
    /* 2.776445 is the 97.5 % quantile of t with four degrees of freedom, 1.959964 that of a normal number. */
    case_observation student = student_errors(2, 4);
    assert_true(fabs(observe_residual(&student, 10 - 2 * 2.776445, 10) + 1.959964) < 1e-6);
}

/* ---- Likelihood -------------------------------------------------------------------------------------- */

static double log_student(double z, double sd, double n)
{
    return lgamma((n + 1) / 2) - lgamma(n / 2) - 0.5 * log(n * acos(-1)) - log(sd) -
           (n + 1) / 2 * log1p(z * z / n);
}

static void densities_are_those_of_the_error_law(void **state)
{
    (void)state;
    case_observation laws[] = {normal_errors(0.7), student_errors(0.7, 4)};
    for (int law = 0; law < 2; law++) {
        const case_observation *o = &laws[law];
        double weight = observe_weight(o), means[8], predictions[8], sums[8];
        for (int i = 0; i < 8; i++) {
            means[i] = -2 + 0.6 * i;
            predictions[i] = means[i] * weight;
            sums[i] = i;
        }
        observe_add_densities(o, observe_constant(o), 0.4 * weight, predictions, sums, 8);
        for (int i = 0; i < 8; i++) {
            double z = (0.4 - means[i]) / 0.7;
            double expected =
                law ? log_student(z, 0.7, 4) : -0.5 * z * z - log(0.7) - 0.5 * log(2 * acos(-1));
            assert_true(fabs(sums[i] - i - expected) < 1e-12);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_month_outside_the_data_or_empty_has_no_value),
        cmocka_unit_test(a_stock_is_read_at_the_end_of_a_month_and_a_flow_at_its_start),
        cmocka_unit_test(an_error_carried_on_keeps_its_variance_and_gives_its_fresh_part_back),
        cmocka_unit_test(errors_of_student_have_the_tails_of_the_table_however_they_are_drawn),
        cmocka_unit_test(an_error_of_student_is_the_quantile_of_its_uniform_number),
        cmocka_unit_test(the_residual_of_a_value_is_the_error_it_was_made_with),
        cmocka_unit_test(densities_are_those_of_the_error_law),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
