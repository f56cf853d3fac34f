/* Cases and models from memory: nothing but truce.h is included. A set of files gives the bits that the disk
 * gives, and nothing else is read. */
#include "truce/truce.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static void must(truce_status status, const truce_error *error)
{
    if (status != TRUCE_OK)
        fail_msg("%s:%d: %s", error->file, error->line, error->message);
}

static truce_files *empty(void)
{
    truce_files *files = NULL;
    truce_error error = {0};
    must(truce_files_create(&files, &error), &error);
    return files;
}

static void add_text(truce_files *files, const char *path, const char *content)
{
    truce_error error = {0};
    must(truce_files_add(files, path, content, strlen(content), &error), &error);
}

static void path_of(char *path, size_t size, const char *file)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    snprintf(path, size, "%s/%s", root ? root : ".", file);
}

/* Copies a file of the project to `name`. */
static void add_file(truce_files *files, const char *name, const char *file)
{
    char path[1024];
    truce_error error = {0};
    path_of(path, sizeof path, file);
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    fseek(stream, 0, SEEK_END);
    size_t length = (size_t)ftell(stream);
    rewind(stream);
    char *bytes = malloc(length + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, length, stream), length);
    fclose(stream);
    must(truce_files_add(files, name, bytes, length, &error), &error);
    free(bytes);
}

/* All files of a folder of the project, below the same name in the set. */
static void add_folder(truce_files *files, const char *folder)
{
    char path[1024], file[1024];
    path_of(path, sizeof path, folder);
    DIR *entries = opendir(path);
    assert_non_null(entries);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (strchr(entry->d_name, '.') && entry->d_name[0] != '.') { /* the others are folders */
            snprintf(file, sizeof file, "%s/%s", folder, entry->d_name);
            add_file(files, file, file);
        }
    closedir(entries);
}

static truce_files *ukraine(void)
{
    truce_files *files = empty();
    add_folder(files, "cases/ukraine");
    add_folder(files, "cases/ukraine/series");
    add_folder(files, "cases/ukraine/posterior");
    add_folder(files, "models");
    return files;
}

/* ---- The same bits ----------------------------------------------------------------------------------- */

static truce_results *simulate(const truce_case *c, const truce_fit *posterior)
{
    truce_simulation_options o = truce_simulation_default_options();
    static const char *const scenarios[] = {"actual", "no-halt"};
    truce_results *r = NULL;
    truce_error error = {0};
    o.scenarios = scenarios;
    o.scenario_count = 2;
    o.members = 40;
    o.posterior = posterior;
    must(truce_simulate(c, &o, &r, &error), &error);
    return r;
}

static void assert_same_results(const truce_results *a, const truce_results *b)
{
    truce_results_facts f = truce_results_facts_of(a);
    assert_int_equal(f.quantities, truce_results_facts_of(b).quantities);
    for (size_t s = 0; s < 2; s++)
        for (size_t q = 0; q < f.quantities; q++)
            for (size_t m = 0; m < f.months; m++) {
                truce_statistics one = truce_results_series(a, s, q, m),
                                 other = truce_results_series(b, s, q, m);
                assert_memory_equal(&one.mean, &other.mean, sizeof one.mean);
                assert_memory_equal(one.quantiles, other.quantiles, sizeof one.quantiles);
            }
    char *of_one = NULL, *of_other = NULL;
    truce_error error = {0};
    must(truce_results_finding(a, TRUCE_FINDING_WEAKNESS, 0, &of_one, &error), &error);
    must(truce_results_finding(b, TRUCE_FINDING_WEAKNESS, 0, &of_other, &error), &error);
    assert_string_equal(of_one, of_other); /* of the record of forecasts beside the case */
    assert_true(strlen(of_one) > 0);
    truce_text_free(of_one);
    truce_text_free(of_other);
}

static void the_ukraine_case_from_memory_gives_the_same_bits(void **state)
{
    (void)state;
    char path[1024];
    truce_files *files = ukraine();
    truce_case *here = NULL, *there = NULL;
    truce_fit *of_here = NULL, *of_there = NULL;
    truce_error error = {0};
    bool current = false;
    path_of(path, sizeof path, "cases/ukraine/case.yaml");
    must(truce_case_load(path, &there, &error), &error);
    must(truce_case_load_from(files, "cases/ukraine/case.yaml", NULL, &here, &error), &error);
    assert_string_equal(truce_case_facts_of(here).posterior, "cases/ukraine/posterior");
    must(truce_fit_load(truce_case_facts_of(there).posterior, there, &of_there, &error), &error);
    must(truce_fit_load(truce_case_facts_of(here).posterior, here, &of_here, &error), &error);
    must(truce_fit_is_current(of_here, here, &current, &error), &error);
    assert_true(current);
    truce_results *a = simulate(there, of_there), *b = simulate(here, of_here);
    assert_same_results(a, b);
    truce_results_destroy(a);
    truce_results_destroy(b);
    truce_fit_destroy(of_here);
    truce_fit_destroy(of_there);
    truce_case_destroy(here);
    truce_case_destroy(there);
    truce_files_destroy(files);
}

static void rivals_and_weights_come_from_the_same_set(void **state)
{
    (void)state;
    char path[1024];
    truce_files *files = empty();
    truce_error error = {0};
    truce_case *c[2] = {NULL, NULL};
    char *tables[2];
    add_folder(files, "tests/data/fit");
    path_of(path, sizeof path, "tests/data/fit/case.yaml");
    must(truce_case_load(path, &c[0], &error), &error);
    must(truce_case_load_from(files, "tests/data/fit/case.yaml", NULL, &c[1], &error), &error);
    for (int i = 0; i < 2; i++) {
        truce_forecast_options o = truce_forecast_default_options();
        truce_forecast *f = NULL;
        o.particles = 32;
        o.made = "2025-01-05";
        must(truce_forecast_run(c[i], &o, &f, &error), &error);
        must(truce_forecast_table(f, &tables[i], &error), &error);
        truce_forecast_destroy(f);
    }
    assert_string_equal(tables[0], tables[1]);
    truce_forecast_options o = truce_forecast_default_options();
    truce_forecast *f = NULL;
    o.made = "2025-01-05";
    o.scores = "elsewhere";
    assert_int_equal(truce_forecast_run(c[1], &o, &f, &error), TRUCE_BAD_INPUT);
    assert_string_equal(error.file, "elsewhere/weights.csv");
    for (int i = 0; i < 2; i++) {
        truce_text_free(tables[i]);
        truce_case_destroy(c[i]);
    }
    truce_files_destroy(files);
}

static void a_part_is_given_as_a_text(void **state)
{
    (void)state;
    truce_files *files = empty();
    truce_case *c = NULL;
    truce_error error = {0};
    add_folder(files, "tests/data/small");
    must(truce_case_load_from(files, "tests/data/small/case.yaml",
                              "scenarios: {mine: {title: Mine, from: actual}}", &c, &error),
         &error);
    assert_true(truce_case_find_scenario(c, "mine") != SIZE_MAX);
    truce_case_destroy(c);
    truce_files_destroy(files);
}

/* ---- Models ------------------------------------------------------------------------------------------ */

static const char decay[] =
    "<xmile version='1.0' xmlns='http://docs.oasis-open.org/xmile/ns/XMILE/v1.0'><header><vendor>t</vendor>"
    "<product version='1'>t</product></header><sim_specs><start>0</start><stop>2</stop><dt>1</dt></sim_specs>"
    "<model resource='parts/rate.xmile' name='rate'/>"
    "<model><variables><stock name='level'><eqn>8</eqn><outflow>loss</outflow></stock>"
    "<flow name='loss'><eqn>level / 2</eqn></flow><module name='rate'/></variables></model></xmile>";
static const char rate[] =
    "<xmile version='1.0' xmlns='http://docs.oasis-open.org/xmile/ns/XMILE/v1.0'><header><vendor>t</vendor>"
    "<product version='1'>t</product></header><model name='rate'><variables><aux "
    "name='half'><eqn>0.5</eqn></aux>"
    "</variables></model></xmile>";

static void a_model_in_several_files_is_read_from_a_set(void **state)
{
    (void)state;
    truce_files *files = empty();
    truce_model *m = NULL;
    truce_error error = {0};
    add_text(files, "here/decay.xmile", decay);
    assert_int_equal(truce_model_load_from(files, "here/decay.xmile", &m, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "here/parts/rate.xmile"));
    add_text(files, "here/parts/rate.xmile", rate);
    must(truce_model_load_from(files, "here/decay.xmile", &m, &error), &error);
    assert_true(truce_model_find(m, "level") != SIZE_MAX);
    assert_true(truce_model_find(m, "rate.half") != SIZE_MAX);
    truce_model_destroy(m);
    truce_files_destroy(files);
}

/* ---- Sets -------------------------------------------------------------------------------------------- */

static const char plain[] =
    "<xmile version='1.0' xmlns='http://docs.oasis-open.org/xmile/ns/XMILE/v1.0'><header><vendor>t</vendor>"
    "<product version='1'>t</product></header><sim_specs><start>0</start><stop>2</stop></sim_specs>"
    "<model><variables><aux name='half'><eqn>0.5</eqn></aux></variables></model></xmile>";

static bool is_found(const truce_files *files, const char *path)
{
    truce_model *m = NULL;
    truce_error error = {0};
    truce_status status = truce_model_load_from(files, path, &m, &error);
    truce_model_destroy(m);
    return status == TRUCE_OK;
}

static void paths_are_those_of_a_disk(void **state)
{
    (void)state;
    truce_files *files = empty();
    add_text(files, "a//b/./m.xmile", plain);
    assert_true(is_found(files, "a/b/m.xmile"));
    assert_true(is_found(files, "/a/c/../b/m.xmile"));
    assert_true(is_found(files, "./a/b/c/../../b/m.xmile"));
    assert_false(is_found(files, "../a/b/m.xmile"));
    assert_false(is_found(files, "a/m.xmile"));
    assert_false(is_found(files, "a/../../a/b/m.xmile"));
    add_text(files, "../../m.xmile", plain);
    assert_true(is_found(files, "x/../../../m.xmile"));
    assert_false(is_found(files, "m.xmile"));
    char longer[9000];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_false(is_found(files, longer));
    assert_int_equal(truce_files_add(files, longer, "", 0, NULL), TRUCE_BAD_USAGE);
    truce_files_destroy(files);
}

static void a_file_is_replaced_by_a_later_one(void **state)
{
    (void)state;
    truce_files *files = empty();
    add_text(files, "m.xmile", "this is no model");
    assert_false(is_found(files, "m.xmile"));
    add_text(files, "./m.xmile", plain);
    assert_true(is_found(files, "m.xmile"));
    truce_files_destroy(files);
}

/* What a case names outside the set is on disk, and is not read. */
static void the_disk_is_not_read(void **state)
{
    (void)state;
    char path[1024];
    truce_files *files = empty();
    truce_case *c = NULL;
    truce_error error = {0};
    path_of(path, sizeof path, "tests/data/small/case.yaml");
    add_file(files, path, "tests/data/small/case.yaml");
    assert_int_equal(truce_case_load_from(files, path, NULL, &c, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "No such file or directory"));
    assert_null(c);
    assert_int_equal(truce_case_load_from(files, "none.yaml", NULL, &c, &error), TRUCE_BAD_INPUT);
    truce_files_destroy(files);
}

static void included_files_stay_in_the_folder(void **state)
{
    (void)state;
    truce_files *files = empty();
    truce_case *c = NULL;
    truce_error error = {0};
    add_text(files, "case/case.yaml", "truce: 1\ninclude: ../other.yaml\n");
    add_text(files, "other.yaml", "names: {}\n");
    assert_int_equal(truce_case_load_from(files, "case/case.yaml", NULL, &c, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "is not in the folder of the case"));
    truce_files_destroy(files);
}

/* The case is not on disk, and a lever is a scenario of its own. */
static void a_lever_moves_a_case_from_memory(void **state)
{
    (void)state;
    truce_files *files = empty();
    truce_case *c = NULL;
    truce_enough *enough = NULL;
    truce_error error = {0};
    truce_enough_options o = truce_enough_default_options();
    add_file(files, "nowhere/case.yaml", "tests/data/talks/case.yaml");
    add_file(files, "nowhere/model.xmile", "tests/data/talks/model.xmile");
    must(truce_case_load_from(files, "nowhere/case.yaml", NULL, &c, &error), &error);
    o.goal = "at \"held\" 2024-08 > 1";
    o.lever = "drift";
    o.how = "set";
    o.most = 5;
    o.members = 10;
    must(truce_enough_find(c, &o, &enough, &error), &error);
    assert_true(truce_enough_facts_of(enough).settings > 1);
    truce_enough_destroy(enough);
    truce_case_destroy(c);
    truce_files_destroy(files);
}

static void on_disk(const char *folder, const char *name, char path[1024])
{
    snprintf(path, 1024, "%s/%s", folder, name);
}

static void write_text(const char *path, const char *content)
{
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    fputs(content, stream);
    assert_int_equal(fclose(stream), 0);
}

/* Whatever the name: its own, a symbolic link to it, another link. */
static void what_was_read_is_not_written_and_the_reverse(void **state)
{
    (void)state;
    char folder[] = "/tmp/test_files_XXXXXX", model[1024], link_to_it[1024], other_name[1024], output[1024];
    truce_files *files = NULL;
    truce_model *m = NULL;
    truce_error error = {0};
    assert_non_null(mkdtemp(folder));
    on_disk(folder, "m.xmile", model);
    on_disk(folder, "link", link_to_it);
    on_disk(folder, "other", other_name);
    on_disk(folder, "out.xmile", output);
    write_text(model, plain);
    write_text(output, plain);
    assert_int_equal(symlink(model, link_to_it), 0);
    assert_int_equal(link(model, other_name), 0);
    must(truce_files_create_on_disk(&files, &error), &error);
    must(truce_model_load_from(files, model, &m, &error), &error);
    truce_model_destroy(m);
    const char *const names[] = {model, link_to_it, other_name};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(truce_files_reserve(files, names[i], &error), TRUCE_RUN_FAILED);
        assert_string_equal(error.file, names[i]);
        assert_non_null(strstr(error.message, "is an input"));
    }
    assert_string_equal(truce_files_read(files, 0), model);
    assert_null(truce_files_read(files, 1));
    must(truce_files_reserve(files, output, &error), &error);
    must(truce_files_reserve(files, output, &error), &error);
    assert_null(truce_files_read(files, 1)); /* it is only written */
    assert_int_equal(truce_model_load_from(files, output, &m, &error), TRUCE_RUN_FAILED);
    assert_int_equal(truce_files_count_as_read(files, output, &error), TRUCE_RUN_FAILED);
    must(truce_files_reserve(files, "/tmp/there/is/none", &error), &error);
    must(truce_files_reserve(files, folder, &error), &error);
    must(truce_files_count_as_read(files, folder, &error), &error);
    assert_int_equal(truce_files_add(files, "a", "b", 1, &error), TRUCE_BAD_USAGE);
    truce_files_destroy(files);
    for (size_t i = 0; i < 3; i++)
        unlink(names[i]);
    unlink(output);
    rmdir(folder);
}

static void what_is_null_is_refused(void **state)
{
    (void)state;
    truce_files *files = empty();
    truce_case *c = NULL;
    truce_model *m = NULL;
    truce_error error = {0};
    assert_int_equal(truce_files_create(NULL, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_files_create_on_disk(NULL, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_files_reserve(NULL, "a", &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_files_reserve(files, NULL, &error), TRUCE_BAD_USAGE);
    assert_null(truce_files_read(NULL, 0));
    assert_null(truce_files_read(files, 0)); /* of a set in memory */
    assert_int_equal(truce_files_count_as_read(NULL, "a", &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_files_count_as_read(files, NULL, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_files_add(NULL, "a", "b", 1, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_files_add(files, NULL, "b", 1, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_files_add(files, "a", NULL, 1, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_files_add(files, "", "b", 1, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_files_add(files, "a/..", "b", 1, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_files_add(files, "a", NULL, 0, &error), TRUCE_OK);
    assert_int_equal(truce_case_load_from(files, NULL, NULL, &c, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_case_load_from(files, "a", NULL, NULL, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_case_load_from(files, "a", NULL, &c, &error), TRUCE_BAD_INPUT);
    assert_int_equal(truce_model_load_from(files, NULL, &m, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_model_load_from(files, "a", NULL, &error), TRUCE_BAD_USAGE);
    truce_files_destroy(files);
    truce_files_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ukraine_case_from_memory_gives_the_same_bits),
        cmocka_unit_test(rivals_and_weights_come_from_the_same_set),
        cmocka_unit_test(a_part_is_given_as_a_text),
        cmocka_unit_test(a_model_in_several_files_is_read_from_a_set),
        cmocka_unit_test(paths_are_those_of_a_disk),
        cmocka_unit_test(a_file_is_replaced_by_a_later_one),
        cmocka_unit_test(the_disk_is_not_read),
        cmocka_unit_test(included_files_stay_in_the_folder),
        cmocka_unit_test(a_lever_moves_a_case_from_memory),
        cmocka_unit_test(what_was_read_is_not_written_and_the_reverse),
        cmocka_unit_test(what_is_null_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
