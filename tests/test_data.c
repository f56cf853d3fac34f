/* Data: CSV files read strictly, and their times turned into the steps of a program. Expected numbers are
 * worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hand_model.h"
#include "program/program.h"

#include <stdio.h>

static const char *write_file(const char *content, size_t length)
{
    static char path[200];
    const char *folder = getenv("TRUCE_BUILD_ROOT");
    snprintf(path, sizeof path, "%s/test_data.csv", folder ? folder : "/tmp");
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(content, 1, length, f), length);
    assert_int_equal(fclose(f), 0);
    return path;
}

static truce_data *read_right(const char *content)
{
    truce_data *data = NULL;
    truce_error error = {0};
    if (truce_data_load(write_file(content, strlen(content)), &data, &error) != TRUCE_OK)
        fail_msg("%d: %s", error.line, error.message);
    return data;
}

/* An auxiliary x = -1, saved at every step of 0.5 from 0 to 4. */
static truce_model *one_auxiliary(void)
{
    truce_model *m = hand_model(0, 4, 0.5);
    add(m, ELEMENT_AUX, "x", num(m, -1), NULL);
    return m;
}

/* What x is at each of nine steps; false when the file or its times are refused. */
static bool run_x(const char *content, truce_interpolation how, double x[9], truce_error *error)
{
    truce_model *m = one_auxiliary();
    truce_data *data = NULL;
    truce_program *p = NULL;
    truce_run *run = NULL;
    truce_input inputs[8];
    double schedules[8 * 9], results[9 * 8];
    assert_int_equal(truce_data_load(write_file(content, strlen(content)), &data, error), TRUCE_OK);
    assert_true(truce_data_column_count(data) <= 8);
    assert_int_equal(truce_data_inputs(data, m, inputs, error), TRUCE_OK);
    truce_program_options options = {.inputs = inputs, .input_count = truce_data_column_count(data)};
    assert_int_equal(truce_program_compile(m, &options, &p, error), TRUCE_OK);
    for (int i = 0; i < 8 * 9; i++)
        schedules[i] = NAN;
    bool right = truce_data_schedules(data, how, p, schedules, error) == TRUCE_OK;
    if (right) {
        assert_int_equal(truce_run_create(p, 8, &run, error), TRUCE_OK);
        truce_run_execute(run, 1, 0, 1, NULL, schedules, NULL, results, NULL);
        for (int i = 0; i < 9; i++)
            x[i] = results[8 * i];
    }
    truce_run_destroy(run);
    truce_program_destroy(p);
    truce_data_destroy(data);
    hand_destroy(m);
    return right;
}

static void check_x(const char *content, truce_interpolation how, const double expected[9])
{
    double x[9];
    truce_error error = {0};
    if (!run_x(content, how, x, &error))
        fail_msg("%s", error.message);
    for (int i = 0; i < 9; i++)
        assert_near(x[i], expected[i], 1e-14);
}

static void between_times_the_mode_decides(void **state)
{
    (void)state;
    static const char content[] = "time,x\n0.5,10\n1.5,20\n3,5\n";
    static const double previous[9] = {-1, 10, 10, 20, 20, 20, 5, 5, 5};
    static const double linear[9] = {-1, 10, 15, 20, 15, 10, 5, -1, -1};
    static const double none[9] = {-1, 10, -1, 20, -1, -1, 5, -1, -1};
    check_x(content, TRUCE_INTERPOLATE_PREVIOUS, previous);
    check_x(content, TRUCE_INTERPOLATE_LINEAR, linear);
    check_x(content, TRUCE_INTERPOLATE_NONE, none);
}

/* As spreadsheets save them where decimals have commas; with points too. */
static void columns_may_stand_apart_by_semicolons(void **state)
{
    (void)state;
    static const double linear[9] = {-1, 10.5, 15.5, 20.5, 15.5, 10.5, 5.5, -1, -1};
    check_x("time;x\n0,5;10,5\n1,5;20,5\n3;5,5\n", TRUCE_INTERPOLATE_LINEAR, linear);
    check_x("\"time\";\"x\"\n0.5;10.5\n1,5;20.5\n3;\"5,5\"\n", TRUCE_INTERPOLATE_LINEAR, linear);
}

/* The series that a model imports stand in a file of that name beside it; a list of constants is none. */
static void a_model_brings_the_series_beside_it(void **state)
{
    (void)state;
    static const char xml[] =
        "<xmile version='1.0'><header><name>m</name></header><sim_specs time_units='Months'>"
        "<start>0</start><stop>4</stop></sim_specs><data><import resource='C:/a/test_data.csv'/>"
        "<import resource='none.csv'/></data><model><variables><aux name='x'><eqn>1</eqn></aux>"
        "</variables></model></xmile>";
    static const struct {
        const char *content;
        bool series;
    } rows[] = {{"time,x\n0,5\n", true},
                {"months;x\n0;5\n", true},
                {"\"Time\",x\n0,5\n", true},
                {"name,value\nx,5\n", false}};
    char name[220];
    const char *folder = getenv("TRUCE_BUILD_ROOT");
    snprintf(name, sizeof name, "%s/m.xmile", folder ? folder : "/tmp");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        truce_model *model = NULL;
        truce_data *data = NULL;
        truce_error error = {0};
        write_file(rows[i].content, strlen(rows[i].content));
        assert_int_equal(truce_model_load_text(xml, strlen(xml), name, &model, &error), TRUCE_OK);
        assert_int_equal(truce_model_warnings(model), 2);
        assert_int_equal(truce_model_data(model, &data, &error), TRUCE_OK);
        assert_int_equal(data != NULL, rows[i].series);
        if (data) {
            assert_string_equal(truce_data_column_name(data, 0), "x");
            assert_non_null(strstr(truce_data_path(data), "/test_data.csv"));
        }
        truce_data_destroy(data);
        truce_model_destroy(model);
    }
}

static void missing_cells_are_no_values(void **state)
{
    (void)state;
    static const char content[] = "time,x\n0,1\n1,\n2,  \n2.5,6\n3,\n";
    static const double previous[9] = {1, 1, 1, 1, 1, 6, 6, 6, 6};
    static const double linear[9] = {1, 2, 3, 4, 5, 6, -1, -1, -1};
    static const double none[9] = {1, -1, -1, -1, -1, 6, -1, -1, -1};
    check_x(content, TRUCE_INTERPOLATE_PREVIOUS, previous);
    check_x(content, TRUCE_INTERPOLATE_LINEAR, linear);
    check_x(content, TRUCE_INTERPOLATE_NONE, none);
}

/* Times between steps count for the steps after them, and data may begin before the run and end after it. */
static void times_between_steps_and_outside_of_the_run_count(void **state)
{
    (void)state;
    static const char content[] = "time,x\n-2,0\n0.75,11\n9,44\n";
    static const double previous[9] = {0, 0, 11, 11, 11, 11, 11, 11, 11};
    check_x(content, TRUCE_INTERPOLATE_PREVIOUS, previous);
    double linear[9];
    for (int i = 0; i < 9; i++) {
        double t = 0.5 * i;
        linear[i] = t < 0.75 ? 11 * (t + 2) / 2.75 : 11 + 33 * (t - 0.75) / 8.25;
    }
    check_x(content, TRUCE_INTERPOLATE_LINEAR, linear);
}

static void without_interpolation_a_value_between_steps_is_refused(void **state)
{
    (void)state;
    double x[9];
    truce_error error = {0};
    assert_false(run_x("time,x\n-0.3,1\n0,1\n0.7,2\n", TRUCE_INTERPOLATE_NONE, x, &error));
    assert_int_equal(error.line, 4);
    assert_non_null(strstr(error.message, "the time 0.7"));
    assert_true(run_x("time,x\n-0.3,1\n0,1\n0.5000001,2\n4.7,1\n", TRUCE_INTERPOLATE_NONE, x, &error));
    assert_true(x[0] == 1 && x[1] == 2 && x[2] == -1);
}

static void data_without_a_value_in_the_run_are_refused(void **state)
{
    (void)state;
    double x[9];
    truce_error error = {0};
    for (int how = 0; how < 3; how++) {
        assert_false(run_x("time,x\n5,1\n6,1\n", (truce_interpolation)how, x, &error));
        assert_non_null(strstr(error.message, "no value for any step of the run from 0 to 4"));
    }
}

static void separators_line_ends_and_quotes_make_no_difference(void **state)
{
    (void)state;
    static const char *const files[] = {"time,x\n0,1\n2,7\n",
                                        "time,x\r\n0,1\r\n2,7\r\n",
                                        "time,x\r0,1\r2,7\r",
                                        "time\tx\n0\t1\n2\t7\n",
                                        "\"the time, in months\"\t\"X\"\r\n0\t1\r\n2\t7",
                                        "\xEF\xBB\xBFtime,x\n0,1\n\n  \n2,7",
                                        " time , \"x\" \n \"0\" , 1 \n2,\"7\"\n"};
    static const double previous[9] = {1, 1, 1, 1, 7, 7, 7, 7, 7};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        check_x(files[i], TRUCE_INTERPOLATE_PREVIOUS, previous);
}

static void names_may_be_quoted_and_of_elements(void **state)
{
    (void)state;
    truce_model *m = NULL;
    truce_error error = {0};
    static const char xml[] =
        "<xmile><header/><sim_specs><start>0</start><stop>4</stop></sim_specs><dimensions><dim name='Side'>"
        "<elem name='us'/><elem name='them'/></dim><dim name='Arm'><elem name='foot'/><elem "
        "name='horse'/></dim>"
        "</dimensions><model><variables><aux name='force'><dimensions><dim name='Side'/><dim name='Arm'/>"
        "</dimensions><eqn>1</eqn></aux><aux name='a "
        "\\\"b\\\"'><eqn>2</eqn></aux></variables></model></xmile>";
    if (truce_model_load_text(xml, sizeof xml - 1, "xml", &m, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    truce_input inputs[2];
    truce_data *data = read_right("time,\"Force[ us,HORSE ]\",\"force[them, foot]\"\n0,1,2\n");
    assert_string_equal(truce_data_column_name(data, 0), "Force[ us,HORSE ]");
    assert_null(truce_data_column_name(data, 2));
    assert_int_equal(truce_data_inputs(data, m, inputs, &error), TRUCE_OK);
    assert_string_equal(inputs[0].name, "force[us, horse]");
    assert_string_equal(inputs[1].name, "force[them, foot]");
    truce_data_destroy(data);
    data = read_right("Time\t\"force\"[us, horse]\tforce[them, foot]\n0\t1\t2\n");
    assert_string_equal(truce_data_column_name(data, 0), "force[us, horse]");
    assert_int_equal(truce_data_inputs(data, m, inputs, &error), TRUCE_OK);
    assert_string_equal(inputs[0].name, "force[us, horse]");
    truce_data_destroy(data);
    data = read_right("time,\"force[us, hoers]\"\n0,1\n");
    assert_int_equal(truce_data_inputs(data, m, inputs, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "did you mean \"force[us, horse]\""));
    assert_int_equal(error.line, 1);
    truce_data_destroy(data);
    data = read_right("time,force\n0,1\n");
    assert_int_equal(truce_data_inputs(data, m, inputs, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "is an array"));
    truce_data_destroy(data);
    truce_model_destroy(m);
}

/* A schedule that the data do not name keeps what the caller put there. */
static void schedules_without_a_column_are_left_alone(void **state)
{
    (void)state;
    truce_model *m = one_auxiliary();
    add(m, ELEMENT_AUX, "y", num(m, 3), NULL);
    truce_program *p = NULL;
    truce_input inputs[] = {{"y", TRUCE_INPUT_SCHEDULE}, {"x", TRUCE_INPUT_SCHEDULE}};
    truce_program_options options = {.inputs = inputs, .input_count = 2};
    double schedules[18] = {42};
    assert_int_equal(truce_program_compile(m, &options, &p, NULL), TRUCE_OK);
    truce_data *data = read_right("time,X\n0,8\n");
    assert_int_equal(truce_data_schedules(data, TRUCE_INTERPOLATE_PREVIOUS, p, schedules, NULL), TRUCE_OK);
    assert_true(schedules[0] == 42 && schedules[9] == 8 && schedules[17] == 8);
    truce_data_destroy(data);
    truce_error error = {0};
    data = read_right("time,x,z\n0,8,9\n");
    assert_int_equal(truce_data_schedules(data, TRUCE_INTERPOLATE_PREVIOUS, p, schedules, &error),
                     TRUCE_BAD_INPUT);
    assert_string_equal(error.message, "column \"z\" is not a schedule of the program");
    truce_data_destroy(data);
    truce_program_destroy(p);
    hand_destroy(m);
}

static void wrong_files_are_refused_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *content;
        int line;
        const char *message;
    } rows[] = {
        {"", 1, "the file is empty"},
        {"\n\n", 1, "the file is empty"},
        {"time\n0\n", 1, "no column besides the first"},
        {"time;x\n0;1.5,2\n", 2, "\"1.5,2\" in column \"x\" is not a finite number"},
        {"time|x\n0|1\n", 1, "columns stand apart by commas, semicolons or tabs"},
        {"time,\xE9\n0,1\n", 1, "not in UTF-8: the name of column 2 has the byte 0xE9"},
        {"0,1\n1,2\n", 1, "must name the columns, and starts with the number 0"},
        {"time,x,\n0,1,2\n", 1, "column 3 has no name"},
        {"time,x,y,X\n0,1,2,3\n", 1, "columns 2 and 4 are both called \"X\""},
        {"time,x\n", 2, "the file has no times"},
        {"time,x\n0,1\n1\n", 3, "the line has 1 cells, the first line has 2"},
        {"time,x\n0,1\n\n1,2,3\n", 4, "more cells than the first line, which has 2"},
        {"time,x\n0,1\n0.0,2\n", 3, "the time 0 is given twice, first on line 2"},
        {"time,x\n0,1\n3,1\n2,2\n", 4, "the time 2 comes after 3 on line 3"},
        {"month,x\n2024-01,1\n", 2,
         "\"2024-01\" in the first column is a date, and a model by itself counts time in "
         "numbers: write the model's own times; dates need a case"},
        {"time,x\n,1\n", 2, "\"\" in the first column, which is the model's time, is not a finite number"},
        {"time,x\n0,1,5\n", 2, "more cells"},
        {"time,x\n0,NA\n", 2, "\"NA\" in column \"x\" is not a finite number"},
        {"time,x\r\n0,1\r\n1,nan\r\n", 3, "\"nan\" in column \"x\""},
        {"time,x\n0,inf\n", 2, "not a finite number"},
        {"time,\"x\n0,1\n", 1, "a quote is not closed"},
        {"time,\"x\"y\n0,1\n", 1, "a quote ends inside a cell"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        truce_data *data = NULL;
        truce_error error = {0};
        const char *path = write_file(rows[i].content, strlen(rows[i].content));
        assert_int_equal(truce_data_load(path, &data, &error), TRUCE_BAD_INPUT);
        assert_null(data);
        if (error.line != rows[i].line || !strstr(error.message, rows[i].message))
            fail_msg("%d: %s", error.line, error.message);
    }
    truce_data *data = NULL;
    truce_error error = {0};
    assert_int_equal(truce_data_load(write_file("time,x\n0,1\0\n", 11), &data, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "zero byte"));
    assert_int_equal(truce_data_load("/nonexistent/data.csv", &data, &error), TRUCE_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(between_times_the_mode_decides),
        cmocka_unit_test(missing_cells_are_no_values),
        cmocka_unit_test(a_model_brings_the_series_beside_it),
        cmocka_unit_test(columns_may_stand_apart_by_semicolons),
        cmocka_unit_test(times_between_steps_and_outside_of_the_run_count),
        cmocka_unit_test(without_interpolation_a_value_between_steps_is_refused),
        cmocka_unit_test(data_without_a_value_in_the_run_are_refused),
        cmocka_unit_test(separators_line_ends_and_quotes_make_no_difference),
        cmocka_unit_test(names_may_be_quoted_and_of_elements),
        cmocka_unit_test(schedules_without_a_column_are_left_alone),
        cmocka_unit_test(wrong_files_are_refused_with_their_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
