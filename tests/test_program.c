/* What the compiler makes of models: phases, folding, common subexpressions, dead code, columns, inputs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hand_model.h"
#include "program/program.h"

static truce_program *compile_ok(const truce_model *m, const truce_program_options *options)
{
    truce_program *p = NULL;
    truce_error error = {0};
    if (truce_program_compile(m, options, &p, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return p;
}

static void compile_fails(const truce_model *m, const truce_program_options *options, truce_status status,
                          const char *words)
{
    truce_program *p = NULL;
    truce_error error = {0};
    assert_int_equal(truce_program_compile(m, options, &p, &error), status);
    assert_null(p);
    if (status == TRUCE_BAD_USAGE)
        assert_string_equal(error.file, ""); /* an argument is no fault of a file */
    if (!strstr(error.message, words))
        fail_msg("\"%s\" does not say \"%s\"", error.message, words);
}

static size_t count_code(const instruction_list *list, code c)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += list->items[i].code == c;
    return count;
}

/* A stock "level" that falls by rate * level. */
static size_t add_decay(truce_model *m, const expression *rate)
{
    size_t level = add(m, ELEMENT_STOCK, "level", NULL, num(m, 100));
    m->elements[level].equation = op1(m, OP_NEGATE, op2(m, OP_MULTIPLY, rate, var(m, level)));
    return level;
}

static void constants_are_folded_and_cost_nothing(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 1);
    size_t a = add(m, ELEMENT_AUX, "a", op2(m, OP_MULTIPLY, num(m, 6), num(m, 7)), NULL);
    add(m, ELEMENT_AUX, "b", op1(m, OP_SQRT, op2(m, OP_SUBTRACT, var(m, a), num(m, 6))), NULL);
    truce_program *p = compile_ok(m, NULL);
    assert_int_equal(p->member.count + p->shared.count + p->step.count, 0);
    assert_int_equal(p->step_variables, 0);
    assert_int_equal(count_code(&p->save, CODE_STORE), 2);
    for (size_t i = 0; i < 2; i++)
        assert_true(p->constants[p->save.items[i].operands[0]] == (p->save.items[i].index ? 6 : 42));
    truce_program_destroy(p);
    hand_destroy(m);
}

static void every_value_is_computed_in_the_earliest_phase(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 1);
    size_t p = add(m, ELEMENT_AUX, "p", num(m, 0.5), NULL);
    size_t of_member = add(m, ELEMENT_AUX, "of member", op1(m, OP_EXP, var(m, p)), NULL);
    size_t of_step = add(m, ELEMENT_AUX, "of step", op1(m, OP_SIN, now(m)), NULL);
    add_decay(m, op2(m, OP_ADD, var(m, of_member), var(m, of_step)));
    truce_input input = {"p", TRUCE_INPUT_PARAMETER};
    const char *output = "level";
    truce_program_options options = {
        .inputs = &input, .input_count = 1, .outputs = &output, .output_count = 1};
    truce_program *program = compile_ok(m, &options);
    assert_int_equal(count_code(&program->member, CODE_EXP), 1);
    assert_int_equal(count_code(&program->shared, CODE_SIN), 1);
    assert_int_equal(count_code(&program->step, CODE_EXP) + count_code(&program->step, CODE_SIN), 0);
    assert_int_equal(program->step_variables, 1);
    truce_program_destroy(program);
    hand_destroy(m);
}

static void equal_expressions_are_computed_once(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 1);
    size_t level = add_decay(m, num(m, 0.3));
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = {"a", "b", "c"};
        const expression *sum =
            i == 1 ? op2(m, OP_ADD, num(m, 1), var(m, level)) : op2(m, OP_ADD, var(m, level), num(m, 1));
        add(m, ELEMENT_AUX, names[i], op1(m, OP_LN, sum), NULL);
    }
    truce_program *p = compile_ok(m, NULL);
    assert_int_equal(count_code(&p->save, CODE_LN), 1);
    assert_int_equal(count_code(&p->save, CODE_STORE), 4);
    truce_program_destroy(p);
    hand_destroy(m);
}

static void what_nobody_saves_or_needs_is_never_computed(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 1);
    size_t level = add_decay(m, num(m, 0.3));
    size_t dead = add(m, ELEMENT_STOCK, "dead", NULL, num(m, 1));
    m->elements[dead].equation = op1(m, OP_EXP, var(m, level));
    add(m, ELEMENT_AUX, "only saved", op1(m, OP_COS, var(m, level)), NULL);
    const char *outputs[] = {"level", "only saved"};
    truce_program_options options = {.outputs = outputs, .output_count = 2};
    truce_program *p = compile_ok(m, &options);
    assert_int_equal(p->stock_count, 1);
    assert_int_equal(count_code(&p->save, CODE_EXP) + count_code(&p->step, CODE_EXP), 0);
    assert_int_equal(count_code(&p->step, CODE_COS), 0);
    assert_int_equal(count_code(&p->save, CODE_COS), 1);
    truce_program_destroy(p);
    hand_destroy(m);
}

static void a_condition_known_when_compiled_leaves_one_branch(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 1);
    size_t level = add_decay(m, num(m, 0.3));
    add(m, ELEMENT_AUX, "chosen",
        op3(m, OP_IF, op2(m, OP_LESS, num(m, 1), num(m, 2)), op1(m, OP_SIN, var(m, level)),
            op1(m, OP_EXP, var(m, level))),
        NULL);
    truce_program *p = compile_ok(m, NULL);
    assert_int_equal(count_code(&p->save, CODE_SIN), 1);
    assert_int_equal(count_code(&p->save, CODE_EXP) + count_code(&p->save, CODE_IF), 0);
    truce_program_destroy(p);
    hand_destroy(m);
}

static void simplifications_are_exact(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 1);
    size_t level = add_decay(m, num(m, 0.3));
    add(m, ELEMENT_AUX, "times one", op2(m, OP_MULTIPLY, var(m, level), num(m, 1)), NULL);
    add(m, ELEMENT_AUX, "quarter", op2(m, OP_DIVIDE, var(m, level), num(m, 4)), NULL);
    add(m, ELEMENT_AUX, "third", op2(m, OP_DIVIDE, var(m, level), num(m, 3)), NULL);
    add(m, ELEMENT_AUX, "plus zero", op2(m, OP_ADD, var(m, level), num(m, 0)), NULL);
    add(m, ELEMENT_AUX, "square", op2(m, OP_POWER, var(m, level), num(m, 2)), NULL);
    truce_program *p = compile_ok(m, NULL);
    assert_int_equal(count_code(&p->save, CODE_DIVIDE), 1);
    assert_int_equal(count_code(&p->save, CODE_POWER), 0);
    assert_true(count_code(&p->save, CODE_ADD) >= 1); /* -0 + 0 is 0 */
    truce_program_destroy(p);
    hand_destroy(m);
}

/* A chain of n auxiliaries, each of the one before, needs one temporary column however long it is; and the
 * walk over it needs no stack of the thread. */
static void a_long_chain_needs_few_columns(void **state)
{
    (void)state;
    enum { LENGTH = 3000 };
    static char names[LENGTH][16];
    truce_model *m = hand_model(0, 4, 1);
    size_t level = add(m, ELEMENT_STOCK, "level", NULL, num(m, 1)), last = level;
    for (int i = 0; i < LENGTH; i++) {
        snprintf(names[i], sizeof names[i], "x%d", i);
        last = add(m, ELEMENT_AUX, names[i], op1(m, i % 2 ? OP_SIN : OP_COS, var(m, last)), NULL);
    }
    m->elements[level].equation = var(m, last);
    const char *output = "level";
    truce_program *p = compile_ok(m, &(truce_program_options){.outputs = &output, .output_count = 1});
    assert_true(p->column_count <= 3);
    assert_int_equal(p->step_variables, LENGTH + 1);
    truce_program_destroy(p);
    hand_destroy(m);
}

/* The new value of a stock takes the stock's own column: no copies. */
static void stocks_are_updated_in_place(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 1);
    size_t a = add(m, ELEMENT_STOCK, "a", NULL, num(m, 1)), b = add(m, ELEMENT_STOCK, "b", NULL, num(m, 1));
    const expression *flow = op2(m, OP_MULTIPLY, var(m, a), var(m, b));
    m->elements[a].equation = op1(m, OP_NEGATE, flow);
    m->elements[b].equation = flow;
    truce_program *p = compile_ok(m, NULL);
    assert_int_equal(count_code(&p->step, CODE_COPY) + count_code(&p->save, CODE_COPY), 0);
    truce_program_destroy(p);
    hand_destroy(m);
}

static void operations_with_one_user_are_fused(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 1);
    size_t x = add_decay(m, num(m, 0.3)), p = add(m, ELEMENT_AUX, "p", num(m, 2), NULL);
    add(m, ELEMENT_AUX, "y", op2(m, OP_ADD, op2(m, OP_MULTIPLY, var(m, x), var(m, p)), var(m, x)), NULL);
    truce_input input = {"p", TRUCE_INPUT_PARAMETER};
    const char *output = "y";
    truce_program *program = compile_ok(
        m,
        &(truce_program_options){.inputs = &input, .input_count = 1, .outputs = &output, .output_count = 1});
    assert_int_equal(count_code(&program->save, CODE_MULTIPLY_ADD), 1);
    truce_program_destroy(program);
    hand_destroy(m);
}

static void a_schedule_of_a_value_that_depends_on_time_only_stays_shared(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 1);
    add(m, ELEMENT_AUX, "wave", op1(m, OP_SIN, now(m)), NULL);
    truce_input inputs[] = {{"wave", TRUCE_INPUT_SCHEDULE}, {"wave", TRUCE_INPUT_FACTOR}};
    truce_program *p = compile_ok(m, &(truce_program_options){.inputs = inputs, .input_count = 2});
    assert_int_equal(count_code(&p->shared, CODE_OTHERWISE), 1);
    assert_int_equal(p->step.count + p->member.count, 0);
    assert_int_equal(truce_program_input_count(p, TRUCE_INPUT_SCHEDULE), 1);
    assert_string_equal(truce_program_input_name(p, TRUCE_INPUT_FACTOR, 0), "wave");
    truce_program_destroy(p);
    hand_destroy(m);
}

static void the_horizon_can_be_overridden_and_is_checked(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 12, 0.25);
    add_decay(m, num(m, 0.1));
    truce_program *p = compile_ok(m, &(truce_program_options){.start = 6, .stop = 18, .save_step = 1});
    assert_int_equal(truce_program_step_count(p), 48);
    assert_int_equal(truce_program_save_count(p), 13);
    assert_true(truce_program_save_time(p, 12) == 18 && truce_program_step_time(p, 1) == 6.25);
    truce_program_destroy(p);
    p = compile_ok(m, &(truce_program_options){.start = 0, .stop = 1.1}); /* ends before the stop */
    assert_int_equal(truce_program_step_count(p), 4);
    truce_program_destroy(p);
    compile_fails(m, &(truce_program_options){.start = 0, .stop = 0.1}, TRUCE_BAD_USAGE,
                  "less than one step of 0.25");
    compile_fails(m, &(truce_program_options){.save_step = 0.3}, TRUCE_BAD_USAGE, "save step");
    compile_fails(m, &(truce_program_options){.save_step = INFINITY}, TRUCE_BAD_USAGE, "save step");
    compile_fails(m, &(truce_program_options){.start = -INFINITY, .stop = 5}, TRUCE_BAD_USAGE, "horizon");
    compile_fails(m, &(truce_program_options){.start = 0, .stop = 1e9}, TRUCE_BAD_USAGE, "steps allowed");
    m->sim_specs.dt = 0.1; /* 0.1 * 120 is not 12 to the last bit */
    p = compile_ok(m, &(truce_program_options){.save_step = 0.3});
    assert_int_equal(truce_program_step_count(p), 120);
    assert_int_equal(truce_program_save_count(p), 41);
    truce_program_destroy(p);
    hand_destroy(m);
}

static void wrong_inputs_and_outputs_are_refused_by_name(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 1);
    add_decay(m, num(m, 0.1));
    add(m, ELEMENT_AUX, "table", NULL, NULL);
    truce_input unknown = {"levle", TRUCE_INPUT_PARAMETER}, stock = {"level", TRUCE_INPUT_SCHEDULE};
    truce_input table_input = {"table", TRUCE_INPUT_PARAMETER};
    truce_input twice[] = {{"level", TRUCE_INPUT_PARAMETER}, {"Level", TRUCE_INPUT_PARAMETER}};
    const char *outputs[] = {"levels", "table"};
    compile_fails(m, &(truce_program_options){.inputs = &unknown, .input_count = 1}, TRUCE_BAD_INPUT,
                  "\"level\"");
    compile_fails(m, &(truce_program_options){.inputs = &stock, .input_count = 1}, TRUCE_BAD_INPUT, "flows");
    compile_fails(m, &(truce_program_options){.inputs = &table_input, .input_count = 1}, TRUCE_BAD_INPUT,
                  "lookup");
    compile_fails(m, &(truce_program_options){.inputs = twice, .input_count = 2}, TRUCE_BAD_INPUT, "twice");
    compile_fails(m, &(truce_program_options){.outputs = outputs, .output_count = 1}, TRUCE_BAD_INPUT,
                  "\"level\"");
    compile_fails(m, &(truce_program_options){.outputs = outputs + 1, .output_count = 1}, TRUCE_BAD_INPUT,
                  "lookup");
    hand_destroy(m);
}

static void a_cycle_is_an_error_and_not_a_hang(void **state)
{
    (void)state;
    truce_model *m = hand_model(0, 4, 1);
    size_t a = add(m, ELEMENT_AUX, "a", NULL, NULL), b = add(m, ELEMENT_AUX, "b", NULL, NULL);
    m->elements[a].equation = op1(m, OP_EXP, var(m, b));
    m->elements[b].equation = op1(m, OP_LN, var(m, a));
    compile_fails(m, NULL, TRUCE_BAD_INPUT, "itself");
    hand_destroy(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constants_are_folded_and_cost_nothing),
        cmocka_unit_test(every_value_is_computed_in_the_earliest_phase),
        cmocka_unit_test(equal_expressions_are_computed_once),
        cmocka_unit_test(what_nobody_saves_or_needs_is_never_computed),
        cmocka_unit_test(a_condition_known_when_compiled_leaves_one_branch),
        cmocka_unit_test(simplifications_are_exact),
        cmocka_unit_test(a_long_chain_needs_few_columns),
        cmocka_unit_test(stocks_are_updated_in_place),
        cmocka_unit_test(operations_with_one_user_are_fused),
        cmocka_unit_test(a_schedule_of_a_value_that_depends_on_time_only_stays_shared),
        cmocka_unit_test(the_horizon_can_be_overridden_and_is_checked),
        cmocka_unit_test(wrong_inputs_and_outputs_are_refused_by_name),
        cmocka_unit_test(a_cycle_is_an_error_and_not_a_hang),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
