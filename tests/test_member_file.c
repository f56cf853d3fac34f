/* One run of a model as a NetCDF file: its numbers, its dimensions, and the memory that it takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "truce/truce.h"

#include <netcdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static char path[240];

/* An array and a scalar that no equation but these makes: levels are a straight line in time. */
static truce_model *make_model(int size, int stop)
{
    char xml[2000];
    truce_model *model = NULL;
    truce_error error = {0};
    snprintf(
        xml, sizeof xml,
        "<xmile version='1.0'><header><name>m</name></header><sim_specs time_units='Months'><start>10"
        "</start><stop>%d</stop><dt>0.5</dt></sim_specs><dimensions><dim name='Side'><elem name='north'/>"
        "<elem name='s&#xFC;d'/></dim><dim name='Row' size='%d'/></dimensions><model><variables>"
        "<stock name='the level'><dimensions><dim name='Side'/><dim name='Row'/></dimensions><eqn>0</eqn>"
        "<inflow>in</inflow><units>people</units></stock><flow name='in'><dimensions><dim name='Side'/>"
        "<dim name='Row'/></dimensions><eqn>2 * (100 * Side + Row)</eqn></flow><aux name='double'>"
        "<eqn>2 * TIME</eqn></aux></variables></model></xmile>",
        stop, size);
    assert_int_equal(truce_model_load_text(xml, strlen(xml), "m.xmile", &model, &error), TRUCE_OK);
    return model;
}

static void write_run(const truce_model *model, bool with_model)
{
    truce_program *program;
    truce_error error = {0}, failure = {0};
    assert_int_equal(truce_program_compile(model, NULL, &program, &error), TRUCE_OK);
    truce_status status = truce_program_write_netcdf(program, with_model ? model : NULL, NULL, NULL, NULL, 1,
                                                     0, path, NULL, NULL, &failure, &error);
    if (status != TRUCE_OK)
        fail_msg("%s", error.message);
    assert_int_equal(failure.status, TRUCE_OK);
    truce_program_destroy(program);
}

static int open_run(void)
{
    int file;
    assert_int_equal(nc_open(path, NC_NOWRITE, &file), NC_NOERR);
    return file;
}

static size_t size_of(int file, const char *dimension)
{
    int id;
    size_t size;
    assert_int_equal(nc_inq_dimid(file, dimension, &id), NC_NOERR);
    assert_int_equal(nc_inq_dimlen(file, id, &size), NC_NOERR);
    return size;
}

static int find(int file, const char *variable)
{
    int id;
    assert_int_equal(nc_inq_varid(file, variable, &id), NC_NOERR);
    return id;
}

static void a_run_is_written_over_the_dimensions_of_the_model_and_time(void **state)
{
    (void)state;
    enum { ROWS = 1500, TIMES = 401 }; /* more than is gathered at a time */
    truce_model *model = make_model(ROWS, 210);
    write_run(model, true);
    int file = open_run();
    size_t at[3] = {0}, all[] = {2, ROWS, TIMES};
    assert_int_equal(size_of(file, "Side"), 2);
    assert_int_equal(size_of(file, "Row"), ROWS);
    assert_int_equal(size_of(file, "time"), TIMES);
    double *values = malloc(sizeof *values * 2 * ROWS * TIMES), time;
    assert_non_null(values);
    assert_int_equal(nc_get_vara_double(file, find(file, "the_level"), at, all, values), NC_NOERR);
    for (size_t side = 0; side < 2; side++)
        for (size_t row = 0; row < ROWS; row++)
            for (size_t k = 0; k < TIMES; k++)
                if (values[(side * ROWS + row) * TIMES + k] !=
                    (double)k * (100 * (double)(side + 1) + (double)(row + 1)))
                    fail_msg("level[%zu, %zu] is wrong at save %zu", side, row, k);
    free(values);
    for (size_t k = 0; k < TIMES; k += 100) {
        assert_int_equal(nc_get_var1_double(file, find(file, "time"), &k, &time), NC_NOERR);
        assert_true(time == 10 + 0.5 * (double)k);
        assert_int_equal(nc_get_var1_double(file, find(file, "double"), &k, &time), NC_NOERR);
        assert_true(time == 2 * (10 + 0.5 * (double)k));
    }
    char name[8] = "", units[16] = "";
    size_t first[] = {1, 0}, letters[] = {1, size_of(file, "Side_letters")};
    assert_int_equal(letters[1], 5); /* north */
    assert_int_equal(nc_get_vara_text(file, find(file, "Side"), first, letters, name), NC_NOERR);
    assert_string_equal(name, "s\xC3\xBC"
                              "d");
    assert_int_equal(nc_get_att_text(file, find(file, "the_level"), "units", units), NC_NOERR);
    assert_string_equal(units, "people");
    nc_close(file);
    truce_model_destroy(model);
}

static void a_program_alone_has_a_variable_per_output(void **state)
{
    (void)state;
    truce_model *model = make_model(3, 12);
    write_run(model, false);
    int file = open_run();
    double value;
    size_t last = 4;
    assert_int_equal(nc_get_var1_double(file,
                                        find(file, "the_level[s\xC3\xBC"
                                                   "d,_3]"),
                                        &last, &value),
                     NC_NOERR);
    assert_true(value == 4 * 203);
    nc_close(file);
    truce_model_destroy(model);
}

/* 64 MB of numbers in less than a quarter of that; half as much again in builds that watch memory. */
static void a_run_takes_less_memory_than_its_numbers(void **state)
{
    (void)state;
    struct rusage before, after;
    truce_model *small = make_model(3, 12), *large = make_model(1000, 1010);
    write_run(small, true);
    getrusage(RUSAGE_SELF, &before);
    write_run(large, true);
    getrusage(RUSAGE_SELF, &after);
    assert_true(after.ru_maxrss - before.ru_maxrss < 24 * 1024);
    truce_model_destroy(small);
    truce_model_destroy(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_takes_less_memory_than_its_numbers),
        cmocka_unit_test(a_program_alone_has_a_variable_per_output),
        cmocka_unit_test(a_run_is_written_over_the_dimensions_of_the_model_and_time),
    };
    const char *folder = getenv("TRUCE_BUILD_ROOT");
    snprintf(path, sizeof path, "%s/test_member_file.nc", folder ? folder : ".");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
