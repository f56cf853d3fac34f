#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine.h"
#include "hand_model.h"

#include <math.h>

/* Compiles, runs one block of `width` members at a level and returns [save][output][width]. */
static double *run_block(const truce_model *m, const truce_program_options *options, engine_level level,
                         size_t width, uint64_t first, const double *parameters, const double *schedules,
                         const double *factors, truce_program **keep)
{
    truce_program *p = NULL;
    truce_run *run = NULL;
    truce_error error;
    assert_int_equal(truce_program_compile(m, options, &p, &error), TRUCE_OK);
    assert_int_equal(engine_run_create(p, width, level, &run, &error), TRUCE_OK);
    double *results = calloc(p->save_count * p->output_count * width, sizeof *results);
    assert_int_equal(truce_run_execute(run, 7, first, width, parameters, schedules, factors, results, NULL),
                     0);
    truce_run_destroy(run);
    if (keep)
        *keep = p;
    else
        truce_program_destroy(p);
    return results;
}

static void exponential_growth_under_euler_is_the_power_of_one_plus_dt(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 10, 0.25);
    size_t stock = add(m, ELEMENT_STOCK, "stock", NULL, num(m, 3));
    m->elements[stock].equation = var(m, stock);
    double *r = run_block(m, NULL, ENGINE_BASELINE, 8, 0, NULL, NULL, NULL, NULL);
    for (int k = 0; k <= 40; k++)
        assert_double_equal(r[k * 8 + 3], 3 * pow(1.25, k), 1e-12 * pow(1.25, k));
    free(r);
    hand_destroy(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponential_growth_under_euler_is_the_power_of_one_plus_dt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
