/* Directories and places of files that a process holds, and what others are told: the others are forks of this one,
 * which let go of its holds. */
#include "base/output.h"
#include "truce/truce.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char parent[64], directory[80], path[96];

static int begin(void **state)
{
    (void)state;
    strcpy(parent, "/tmp/truce-held-XXXXXX");
    assert_non_null(mkdtemp(parent));
    snprintf(directory, sizeof directory, "%s/results", parent);
    snprintf(path, sizeof path, "%s/file", parent);
    return mkdir(directory, 0777);
}

static int end(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", parent);
    return system(command);
}

static truce_status write_set(const char *bytes, truce_error *error)
{
    static const char *const names[] = {"a"};
    output_set *set;
    truce_status status = output_set_open(&set, directory, error);
    if (status == TRUCE_OK)
        status = output_set_write(set, "a", bytes, strlen(bytes), error);
    if (status == TRUCE_OK)
        return output_set_commit(set, names, 1, error);
    output_set_discard(set);
    return status;
}

static truce_status write_file(const char *bytes, truce_error *error)
{
    output_file f;
    truce_status status = output_open(&f, path, error);
    if (status != TRUCE_OK)
        return status;
    fputs(bytes, f.stream);
    return output_commit(&f, error);
}

static const char *content(const char *folder, const char *name)
{
    static char bytes[64];
    char file[160];
    snprintf(file, sizeof file, "%s/%s", folder, name);
    FILE *stream = fopen(file, "rb");
    size_t length = stream ? fread(bytes, 1, sizeof bytes - 1, stream) : 0;
    if (stream)
        fclose(stream);
    bytes[length] = '\0';
    return bytes;
}

static truce_hold *hold_directory(void)
{
    truce_error error;
    truce_hold *hold;
    assert_int_equal(truce_hold_directory(directory, &hold, &error), TRUCE_OK);
    return hold;
}

static truce_hold *hold_file(void)
{
    truce_error error;
    truce_hold *hold;
    assert_int_equal(truce_hold_file(path, &hold, &error), TRUCE_OK);
    return hold;
}

/* What another process, without holds, is told when it does that. */
static truce_status other(truce_hold *own, truce_status (*act)(const char *bytes, truce_error *error))
{
    int status = 0;
    truce_error error;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        truce_hold_release(own);
        _exit((int)act("theirs", &error));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return (truce_status)WEXITSTATUS(status);
}

static truce_status only_hold(const char *bytes, truce_error *error)
{
    (void)bytes;
    truce_hold *hold;
    return truce_hold_directory(directory, &hold, error);
}

static void a_directory_that_is_held_is_written_by_its_holder_alone(void **state)
{
    (void)state;
    truce_error error;
    truce_hold *hold = hold_directory();
    for (int i = 0; i < 2;
         i++) { /* the hold goes over to the directory that takes the place of the old one */
        assert_int_equal(other(hold, write_set), TRUCE_RUN_FAILED);
        assert_int_equal(other(hold, only_hold), TRUCE_RUN_FAILED);
        assert_int_equal(write_set("ours", &error), TRUCE_OK);
        assert_string_equal(content(directory, "a"), "ours");
    }
    truce_hold *again = hold_directory(); /* both are of one process */
    truce_hold_release(hold);
    assert_int_equal(other(again, only_hold), TRUCE_RUN_FAILED);
    truce_hold_release(again);
    truce_hold_release(NULL);
    assert_int_equal(other(NULL, only_hold), TRUCE_OK);
    assert_int_equal(other(NULL, write_set), TRUCE_OK);
    assert_string_equal(content(directory, "a"), "theirs");
}

static void nobody_holds_a_directory_while_results_are_written_there(void **state)
{
    (void)state;
    truce_error error;
    output_set *set;
    assert_int_equal(output_set_open(&set, directory, &error), TRUCE_OK);
    assert_int_equal(other(NULL, only_hold), TRUCE_RUN_FAILED);
    output_set_discard(set);
    assert_int_equal(other(NULL, only_hold), TRUCE_OK);
}

static void another_directory_under_the_name_of_the_one_that_is_held_is_left_alone(void **state)
{
    (void)state;
    truce_error error;
    char away[80];
    truce_hold *hold = hold_directory();
    snprintf(away, sizeof away, "%s/away", parent);
    assert_int_equal(rename(directory, away), 0);
    assert_int_equal(mkdir(directory, 0777), 0);
    assert_int_equal(other(hold, write_set), TRUCE_OK);
    assert_int_equal(write_set("ours", &error), TRUCE_RUN_FAILED);
    assert_non_null(strstr(error.message, "another directory"));
    snprintf(path, sizeof path, "%s/file", directory);
    assert_int_equal(write_file("ours", &error), TRUCE_RUN_FAILED);
    assert_non_null(strstr(error.message, "another directory"));
    assert_string_equal(content(directory, "a"), "theirs");
    truce_hold_release(hold);
    assert_int_equal(write_set("ours", &error), TRUCE_OK);
}

static void a_directory_that_was_removed_while_it_was_held_is_made_again(void **state)
{
    (void)state;
    truce_error error;
    truce_hold *hold = hold_directory();
    assert_int_equal(rmdir(directory), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(write_set("ours", &error), TRUCE_OK);
    assert_string_equal(content(directory, "a"), "ours");
    truce_hold_release(hold);
}

static truce_status replace_file(const char *bytes, truce_error *error)
{
    unlink(path); /* and with it the lock */
    return write_file(bytes, error);
}

/* Whether a file was there or not when its place was held. */
static void a_file_that_another_process_put_meanwhile_is_not_overwritten(void **state)
{
    (void)state;
    truce_error error;
    for (int there = 0; there < 2; there++) {
        truce_hold *hold = hold_file();
        assert_int_equal(other(hold, replace_file), TRUCE_OK);
        assert_int_equal(write_file("ours", &error), TRUCE_RUN_FAILED);
        assert_non_null(strstr(error.message, "another process has written the file in the meantime"));
        assert_string_equal(content(parent, "file"), "theirs");
        truce_hold_release(hold);
    }
}

static truce_status only_hold_file(const char *bytes, truce_error *error)
{
    (void)bytes;
    truce_hold *hold;
    return truce_hold_file(path, &hold, error);
}

static void a_file_in_a_place_that_is_held_is_written_as_often_as_one_likes(void **state)
{
    (void)state;
    truce_error error;
    truce_hold *hold = hold_file();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(write_file("ours", &error), TRUCE_OK);
        assert_int_equal(other(hold, only_hold_file), TRUCE_RUN_FAILED); /* the new one is held as well */
        assert_int_equal(other(hold, write_file), TRUCE_RUN_FAILED);
    }
    assert_int_equal(unlink(path), 0); /* nothing is overwritten then */
    assert_int_equal(write_file("ours again", &error), TRUCE_OK);
    assert_string_equal(content(parent, "file"), "ours again");
    truce_hold_release(hold);
}

static void of_two_that_will_write_over_one_file_the_second_is_told_at_once(void **state)
{
    (void)state;
    truce_error error;
    assert_int_equal(write_file("old", &error), TRUCE_OK);
    truce_hold *hold = hold_file();
    truce_hold_release(hold_file()); /* another one of the same process */
    assert_int_equal(other(hold, only_hold_file), TRUCE_RUN_FAILED);
    assert_int_equal(other(hold, write_file), TRUCE_RUN_FAILED);
    assert_int_equal(write_file("ours", &error), TRUCE_OK);
    assert_string_equal(content(parent, "file"), "ours");
    truce_hold_release(hold);
    assert_int_equal(other(NULL, write_file), TRUCE_OK);
}

static void what_cannot_be_held_is_refused(void **state)
{
    (void)state;
    truce_error error;
    truce_hold *hold;
    assert_int_equal(truce_hold_directory(path, &hold, &error), TRUCE_RUN_FAILED);
    assert_null(hold);
    FILE *stream = fopen(path, "w");
    fclose(stream);
    assert_int_equal(truce_hold_directory(path, &hold, &error), TRUCE_RUN_FAILED);
    assert_int_equal(truce_hold_directory(NULL, &hold, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_hold_directory(directory, NULL, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_hold_file(NULL, &hold, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_hold_file("", &hold, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_hold_file(path, NULL, &error), TRUCE_BAD_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_directory_that_is_held_is_written_by_its_holder_alone, begin, end),
        cmocka_unit_test_setup_teardown(nobody_holds_a_directory_while_results_are_written_there, begin, end),
        cmocka_unit_test_setup_teardown(
            another_directory_under_the_name_of_the_one_that_is_held_is_left_alone, begin, end),
        cmocka_unit_test_setup_teardown(a_directory_that_was_removed_while_it_was_held_is_made_again, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_file_that_another_process_put_meanwhile_is_not_overwritten, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_file_in_a_place_that_is_held_is_written_as_often_as_one_likes,
                                        begin, end),
        cmocka_unit_test_setup_teardown(of_two_that_will_write_over_one_file_the_second_is_told_at_once,
                                        begin, end),
        cmocka_unit_test_setup_teardown(what_cannot_be_held_is_refused, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
