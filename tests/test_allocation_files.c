/* Every allocation on the way from results to files is made to fail, one after the other (denied_memory.h): pages by
 * themselves, and sets of files with what NetCDF and HDF5 are given to write. A stand-in draws for gnuplot. */
#include "answers_case.h"
#include "base/base.h"
#include "denied_memory.h"
#include "results/talks_simulated.h"
#include "show/answers.h"
#include "show/talks.h"

#include <fcntl.h>

#ifndef SANITIZED

enum { MEMBERS = 40, SEED = 1 };

static answers_case a;
static char folder[80], tools[80];
static truce_case *with_talks;
static truce_comparison *comparison;
static truce_enough *enough;
static truce_yearly *yearly;
static truce_talks *talks;

/* ---- What is there to be written ---------------------------------------------------------------------- */

/* Leaves a drawing under every name that is asked for, and others. */
static void make_stand_in(void)
{
    char path[128], *search;
    snprintf(tools, sizeof tools, "%s/tools", a.directory);
    snprintf(folder, sizeof folder, "%s/place", a.directory);
    assert_int_equal(mkdir(tools, 0777) | mkdir(folder, 0777), 0);
    write_answers_file(
        tools, "gnuplot",
        "#!/bin/sh\n"
        "for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do\n"
        "echo '<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>' | tee $i.svg >$i.again\n"
        "done\n");
    snprintf(path, sizeof path, "%s/gnuplot", tools);
    assert_int_equal(chmod(path, 0755), 0);
    assert_true(asprintf(&search, "%s:%s", tools, getenv("PATH")) > 0);
    setenv("PATH", search, 1);
    free(search);
}

static void must(truce_status status, const truce_error *error)
{
    if (status != TRUCE_OK)
        fail_msg("%s", error->message);
}

static void make_answers(void)
{
    static const char *const worlds[] = {"actual", "gain"};
    truce_error error = {0};
    truce_comparison_options compared = truce_comparison_default_options();
    compared.scenarios = worlds;
    compared.scenario_count = 2;
    compared.members = MEMBERS;
    compared.threads = 1;
    compared.engine = TRUCE_ENGINE_INTERPRETER;
    must(truce_compare(a.c, &compared, &comparison, &error), &error);
    truce_enough_options sought = truce_enough_default_options();
    sought.goal = "change \"ground\" 2024-01..2024-06 > 100";
    sought.lever = "gain";
    sought.how = "set";
    sought.least = 0;
    sought.most = 5;
    sought.members = MEMBERS;
    sought.threads = 1;
    sought.engine = TRUCE_ENGINE_INTERPRETER;
    must(truce_enough_find(a.c, &sought, &enough, &error), &error);
    truce_yearly_options summed = truce_yearly_default_options();
    summed.value = "ground";
    summed.members = MEMBERS;
    summed.threads = 1;
    summed.engine = TRUCE_ENGINE_INTERPRETER;
    must(truce_yearly_find(a.c, &summed, &yearly, &error), &error);
}

static void make_talks(void)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char path[512];
    truce_error error = {0};
    truce_talks_options options = truce_talks_default_options();
    options.members = MEMBERS;
    options.threads = 1;
    options.engine = TRUCE_ENGINE_INTERPRETER;
    snprintf(path, sizeof path, "%s/tests/data/talks/case.yaml", root ? root : ".");
    must(truce_case_load(path, &with_talks, &error), &error);
    must(truce_talks_run(with_talks, &options, &talks, &error), &error);
}

static int make_all(void **state)
{
    (void)state;
    answers_case_make(&a);
    make_stand_in();
    make_answers();
    make_talks();
    return 0;
}

static int remove_all(void **state)
{
    (void)state;
    char command[256];
    truce_talks_destroy(talks);
    truce_case_destroy(with_talks);
    truce_yearly_destroy(yearly);
    truce_enough_destroy(enough);
    truce_comparison_destroy(comparison);
    snprintf(command, sizeof command, "rm -r %s %s", tools, folder);
    assert_int_equal(system(command), 0);
    answers_case_remove(&a);
    return 0;
}

/* Tells a file, and takes nothing from the memory that is denied. */
static void tell_file(const char *name)
{
    static char bytes[1 << 16];
    char path[128];
    ssize_t length = 0;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    while ((length = read(fd, bytes, sizeof bytes)) > 0)
        tell(bytes, (size_t)length);
    close(fd);
    assert_int_equal(remove(path), 0);
}

/* The files of a set, of which there are all or none. Those of NetCDF hold what only its library can read. */
static truce_status tell_set(truce_status status, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        assert_int_equal(access(path, F_OK) == 0, status == TRUCE_OK);
        if (status == TRUCE_OK && strstr(names[i], ".nc"))
            assert_int_equal(remove(path), 0);
        else if (status == TRUCE_OK)
            tell_file(names[i]);
    }
    return status;
}

/* ---- Pages ------------------------------------------------------------------------------------------------ */

static truce_status tell_page(truce_status status, text *page)
{
    if (status == TRUCE_OK)
        tell(page->bytes, page->length);
    text_free(page);
    return status;
}

static truce_status comparison_to_page(truce_error *error)
{
    text page = {0};
    return tell_page(comparison_page(comparison, &page, error), &page);
}

static truce_status talks_to_page(truce_error *error)
{
    text page = {0};
    return tell_page(talks_page(&talks->shown, &page, error), &page);
}

/* ---- Sets of files --------------------------------------------------------------------------------------- */

static truce_status comparison_to_files(truce_error *error)
{
    static const char *const names[] = {"compare.csv", "compare.json", "compare.html", "compare.nc"};
    return tell_set(truce_comparison_write(comparison, folder, error), names, 4);
}

static truce_status enough_to_files(truce_error *error)
{
    static const char *const names[] = {"enough.csv", "enough.html", "enough.nc"};
    return tell_set(truce_enough_write(enough, folder, error), names, 3);
}

static truce_status yearly_to_files(truce_error *error)
{
    static const char *const names[] = {"yearly.csv", "yearly.html", "yearly.nc"};
    return tell_set(truce_yearly_write(yearly, folder, error), names, 3);
}

static truce_status talks_to_files(truce_error *error)
{
    static const char *const names[] = {"talks.csv", "talks.html", "talks.nc"};
    return tell_set(truce_talks_write(talks, folder, NULL, NULL, error), names, 3);
}

/* The members are written while they are simulated. */
static truce_status case_to_report(truce_error *error)
{
    static const char *const names[] = {"summary.csv", "report.html", "members.nc"};
    truce_results *results = NULL;
    truce_simulation_options options = truce_simulation_default_options();
    options.members = MEMBERS;
    options.threads = 1;
    options.engine = TRUCE_ENGINE_INTERPRETER;
    truce_status status = truce_simulate_report(a.c, &options, folder, &results, error);
    truce_results_destroy(results);
    return tell_set(status, names, 3);
}

static truce_status member_to_file(truce_error *error)
{
    static const char *const names[] = {"member.nc"};
    char path[128];
    snprintf(path, sizeof path, "%s/member.nc", folder);
    return tell_set(truce_case_write_member(a.c, "gain", NULL, SEED, 1, path, NULL, NULL, NULL, error), names,
                    1);
}

static void every_failed_allocation_of_a_page_is_an_error_without_a_leak(void **state)
{
    (void)state;
    fail_each(comparison_to_page);
    fail_each(talks_to_page);
}

/* NetCDF and HDF5 are given what they ask for: they crash without memory. */
static void every_failed_allocation_of_ours_of_a_set_of_files_leaves_all_of_it_or_none(void **state)
{
    (void)state;
    only_ours = true;
    fail_each(comparison_to_files);
    fail_each(enough_to_files);
    fail_each(yearly_to_files);
    fail_each(talks_to_files);
    only_ours = false;
}

static void every_failed_allocation_of_ours_of_a_report_leaves_all_of_it_or_none(void **state)
{
    (void)state;
    only_ours = true;
    fail_each(case_to_report);
    fail_each(member_to_file);
    only_ours = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_failed_allocation_of_a_page_is_an_error_without_a_leak),
        cmocka_unit_test(every_failed_allocation_of_ours_of_a_set_of_files_leaves_all_of_it_or_none),
        cmocka_unit_test(every_failed_allocation_of_ours_of_a_report_leaves_all_of_it_or_none),
    };
    return cmocka_run_group_tests(tests, make_all, remove_all);
}

#else

int main(void)
{
    return 77; /* meson: skipped */
}

#endif
