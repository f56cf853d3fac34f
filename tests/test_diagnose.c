/* The replay of a member that failed names the equation that is to blame. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine.h"
#include "hand_model.h"

/* Compiles with "p" as parameter and replays member 3 with the value. */
static truce_failure replay(const truce_model *m, const char *output, double p, truce_program **keep)
{
    truce_input input = {"p", TRUCE_INPUT_PARAMETER};
    truce_program_options options = {
        .inputs = &input, .input_count = 1, .outputs = output ? &output : NULL, .output_count = 1};
    truce_failure failure = {0};
    assert_int_equal(truce_program_compile(m, &options, keep, NULL), TRUCE_OK);
    assert_int_equal(engine_diagnose(*keep, 1, 3, &p, NULL, NULL, &failure, NULL), TRUCE_OK);
    return failure;
}

/* reserve falls by p a step; ratio = 10 / reserve is infinite when it reaches 0; loss and force follow. */
static truce_model *running_out(bool rk4)
{
    truce_model *m = hand_model(0, 10, 1);
    m->sim_specs.method = rk4 ? TRUCE_RK4 : TRUCE_EULER;
    size_t p = add(m, ELEMENT_AUX, "p", num(m, 1), NULL);
    size_t reserve = add(m, ELEMENT_STOCK, "reserve", NULL, num(m, 4));
    m->elements[reserve].equation = op1(m, OP_NEGATE, var(m, p));
    size_t ratio = add(m, ELEMENT_AUX, "ratio", op2(m, OP_DIVIDE, num(m, 10), var(m, reserve)), NULL);
    size_t loss = add(m, ELEMENT_AUX, "loss", op2(m, OP_MULTIPLY, var(m, ratio), num(m, 0.1)), NULL);
    size_t force = add(m, ELEMENT_STOCK, "force", NULL, num(m, 100));
    m->elements[force].equation = op1(m, OP_NEGATE, op2(m, OP_ADD, var(m, loss), var(m, p)));
    return m;
}

static void the_equation_that_made_the_first_infinity_is_named(void **state)
{
    (void)state;
    for (int rk4 = 0; rk4 < 2; rk4++)
        for (int all = 0; all < 2; all++) {
            truce_model *m = running_out(rk4);
            truce_program *p = NULL;
            truce_failure f = replay(m, all ? NULL : "force", 1, &p);
            assert_string_equal(f.variable, "ratio");
            assert_true(f.member == 3 && isinf(f.value));
            assert_near(f.time, rk4 ? 3 : 4, rk4 && all ? 1 : 0);
            truce_program_destroy(p);
            hand_destroy(m);
        }
}

static void a_sound_member_names_nothing(void **state)
{
    (void)state;
    truce_model *m = running_out(false);
    truce_program *p = NULL;
    assert_null(replay(m, NULL, 0.3, &p).variable);
    truce_program_destroy(p);
    hand_destroy(m);
}

/* level fails by what the variable "guilty" is from time 2 on. */
static void expect_guilty(truce_model *m)
{
    truce_program *program = NULL;
    truce_failure f = replay(m, "level", 0, &program);
    assert_string_equal(f.variable, "guilty");
    assert_true(f.time == 2);
    truce_program_destroy(program);
    hand_destroy(m);
}

static void the_branch_not_taken_is_not_blamed(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 1);
    size_t p = add(m, ELEMENT_AUX, "p", num(m, 1), NULL);
    size_t harmless = add(m, ELEMENT_AUX, "harmless", op2(m, OP_DIVIDE, num(m, 1), var(m, p)), NULL);
    size_t guarded =
        add(m, ELEMENT_AUX, "guarded",
            op3(m, OP_IF, op2(m, OP_EQUAL, var(m, p), num(m, 0)), num(m, 5), var(m, harmless)), NULL);
    size_t level = add(m, ELEMENT_STOCK, "level", NULL, num(m, 1));
    size_t guilty =
        add(m, ELEMENT_AUX, "guilty", op1(m, OP_LN, op2(m, OP_SUBTRACT, num(m, 2), now(m))), NULL);
    m->elements[level].equation = op2(m, OP_ADD, var(m, guarded), var(m, guilty));
    expect_guilty(m);
}

/* level takes in what is infinite; beside it, in the branch not taken or as the greater of two, is what is no number or
 * infinite too, and older. */
static void what_a_choice_passes_over_is_not_blamed(void **state)
{
    (void)state;
    for (int least = 0; least < 2; least++) {
        truce_model *m = hand_model(0, 4, 1);
        size_t p = add(m, ELEMENT_AUX, "p", num(m, 1), NULL);
        size_t none =
            add(m, ELEMENT_AUX, "none", op1(m, least ? OP_ABS : OP_LN, op1(m, OP_LN, var(m, p))), NULL);
        size_t left = add(m, ELEMENT_AUX, "left", op2(m, OP_SUBTRACT, num(m, 2), now(m)), NULL);
        size_t guilty = add(m, ELEMENT_AUX, "guilty", op1(m, OP_LN, op1(m, OP_ABS, var(m, left))), NULL);
        size_t level = add(m, ELEMENT_STOCK, "level", NULL, num(m, 1));
        m->elements[level].equation =
            least ? op2(m, OP_MIN, var(m, none), var(m, guilty))
                  : op3(m, OP_IF, op2(m, OP_LESS, var(m, level), num(m, -1e9)), var(m, none), var(m, guilty));
        expect_guilty(m);
    }
}

static void a_parameter_that_is_not_finite_is_named(void **state)
{
    (void)state;
    truce_model *m = running_out(false);
    truce_program *p = NULL;
    truce_failure f = replay(m, "force", NAN, &p);
    assert_string_equal(f.variable, "p");
    truce_program_destroy(p);
    hand_destroy(m);
}

/* z is 0 and blameless; y = DELAY(z, z / z) has a length that is no number, a constant of y's own equation.
 */
static void a_delay_without_a_length_is_named(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 1);
    add(m, ELEMENT_AUX, "p", num(m, 1), NULL);
    size_t z = add(m, ELEMENT_AUX, "z", num(m, 0), NULL);
    size_t hidden = add(m, ELEMENT_DELAY, "y", var(m, z), var(m, z));
    m->elements[hidden].delay = op2(m, OP_DIVIDE, num(m, 0), num(m, 0));
    add(m, ELEMENT_AUX, "late", var(m, hidden), NULL);
    truce_program *program = NULL;
    truce_failure f = replay(m, "late", 1, &program);
    assert_string_equal(f.variable, "y");
    assert_true(isnan(f.value));
    truce_program_destroy(program);
    hand_destroy(m);
}

/* What a model states as without limit is passed over, and what goes wrong beside it is named. */
static void what_a_model_states_is_not_blamed(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 1);
    add(m, ELEMENT_AUX, "capacity", num(m, INFINITY), NULL);
    add(m, ELEMENT_AUX, "guilty", op1(m, OP_LN, op2(m, OP_SUBTRACT, num(m, 2), now(m))), NULL);
    truce_program *program = NULL;
    truce_error error;
    truce_failure f = {0};
    assert_int_equal(truce_program_compile(m, NULL, &program, &error), TRUCE_OK);
    assert_int_equal(engine_diagnose(program, 1, 0, NULL, NULL, NULL, &f, &error), TRUCE_OK);
    assert_string_equal(f.variable, "guilty");
    assert_true(f.time == 2);
    truce_program_destroy(program);
    hand_destroy(m);
}

/* What is computed with a number that the model states as none is a mistake, but not what is without limit. */
static void what_is_computed_with_what_is_stated_is_blamed(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 1);
    size_t none = add(m, ELEMENT_AUX, "none", num(m, NAN), NULL);
    size_t capacity = add(m, ELEMENT_AUX, "capacity", num(m, INFINITY), NULL);
    add(m, ELEMENT_AUX, "twice", op2(m, OP_MULTIPLY, var(m, capacity), num(m, 2)), NULL);
    add(m, ELEMENT_AUX, "sum", op2(m, OP_ADD, var(m, none), num(m, 2)), NULL);
    truce_program *program = NULL;
    truce_error error;
    truce_failure f = {0};
    assert_int_equal(truce_program_compile(m, NULL, &program, &error), TRUCE_OK);
    assert_int_equal(engine_diagnose(program, 1, 0, NULL, NULL, NULL, &f, &error), TRUCE_OK);
    assert_string_equal(f.variable, "sum");
    truce_program_destroy(program);
    hand_destroy(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_equation_that_made_the_first_infinity_is_named),
        cmocka_unit_test(a_sound_member_names_nothing),
        cmocka_unit_test(the_branch_not_taken_is_not_blamed),
        cmocka_unit_test(what_a_choice_passes_over_is_not_blamed),
        cmocka_unit_test(a_parameter_that_is_not_finite_is_named),
        cmocka_unit_test(a_delay_without_a_length_is_named),
        cmocka_unit_test(what_a_model_states_is_not_blamed),
        cmocka_unit_test(what_is_computed_with_what_is_stated_is_blamed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
