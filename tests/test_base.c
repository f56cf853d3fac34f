/* Base: arenas, text, numbers, names, maps, output files, workers. */
#include "base/base.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void arena_memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    arena a = {0};
    for (size_t size = 0; size < 200000; size = size * 3 + 1) {
        unsigned char *memory = arena_alloc(&a, size);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % (size >= 64 ? 64 : 16), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(memory[i], 0);
        memset(memory, 0xAB, size);
    }
    assert_null(arena_array(&a, SIZE_MAX / 2, 16));
    assert_null(arena_alloc(&a, SIZE_MAX));
    arena_free(&a);
}

static void arena_arrays_keep_their_items_as_they_grow(void **state)
{
    (void)state;
    arena a = {0};
    int *items = NULL;
    size_t count = 0, capacity = 0;
    for (int i = 0; i < 1000; i++)
        assert_true(ARENA_PUSH(&a, items, count, capacity, i));
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    arena_free(&a);
}

static void numbers_read_back_as_written(void **state)
{
    (void)state;
    static const double values[] = {0,    1,     -1.5, 0.1, 1e-300, 1.7976931348623157e308, 3.141592653589793,
                                    1e21, 5e-324};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char buffer[32];
        double back;
        size_t length = text_from_number(buffer, values[i]);
        assert_true(text_to_number(buffer, length, &back));
        assert_true(back == values[i]);
    }
    char buffer[32];
    text_from_number(buffer, 0.1);
    assert_string_equal(buffer, "0.1");
}

static void text_that_is_no_number_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", " ", "1,5", "1 2", "0x10", "1e", "--1", "nan(3)", "12abc", "."};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        double value;
        assert_false(text_to_number(wrong[i], strlen(wrong[i]), &value));
    }
    double value;
    assert_true(text_to_number(" 2.5e3\n", 7, &value));
    assert_true(value == 2500);
}

static void names_fold_as_the_standard_says(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"Front Velocity", "front_velocity"},
        {"front__velocity ", "front_velocity"},
        {"\"Front\\nVelocity\"", "front_velocity"},
        {"Front\xC2\xA0Velocity", "front_velocity"},
        {"Stra\xC3\x9F"
         "e",
         "strasse"},
        {"\xC3\x84rger", "\xC3\xA4rger"},
        {"a \\\"b\\\"", "a_\"b\""},
        {"Cafe\xCC\x81", "caf\xC3\xA9"},
    };
    arena a = {0};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_string_equal(name_fold(&a, pairs[i][0], strlen(pairs[i][0])), pairs[i][1]);
    assert_string_equal(name_display(&a, "Front__Velocity\\nnow", 20), "Front Velocity now");
    assert_string_equal(name_fold(&a, "\xFF\xFE", 2), "\xFF\xFE");
    arena_free(&a);
}

static void the_nearest_name_is_found_and_a_far_one_is_not(void **state)
{
    (void)state;
    static const char *const names[] = {"front velocity", "territory held", "killed"};
    assert_string_equal(name_nearest("front velocty", names, 3), "front velocity");
    assert_string_equal(name_nearest("Kiled", names, 3), "killed");
    assert_null(name_nearest("exchange rate of the moon", names, 3));
}

static void a_map_gives_back_what_was_put(void **state)
{
    (void)state;
    map m = {0};
    char keys[500][8];
    for (size_t i = 0; i < 500; i++) {
        snprintf(keys[i], sizeof keys[i], "k%zu", i);
        size_t existing;
        assert_true(map_put(&m, keys[i], i, &existing));
        assert_true(existing == SIZE_MAX);
    }
    size_t existing;
    assert_true(map_put(&m, "k7", 99, &existing));
    assert_int_equal(existing, 7);
    for (size_t i = 0; i < 500; i++)
        assert_int_equal(map_get(&m, keys[i]), i);
    assert_true(map_get(&m, "absent") == SIZE_MAX);
    map_free(&m);
    assert_true(map_get(&m, "k1") == SIZE_MAX);
}

static void an_output_file_appears_whole_or_not_at_all(void **state)
{
    (void)state;
    char directory[] = "/tmp/truce-base-XXXXXX", path[64];
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/out.txt", directory);
    output_file f;
    truce_error error;
    assert_int_equal(output_open(&f, path, &error), TRUCE_OK);
    fputs("half", f.stream);
    assert_int_not_equal(access(path, F_OK), 0);
    output_discard(&f);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(output_open(&f, path, &error), TRUCE_OK);
    fputs("whole", f.stream);
    assert_int_equal(output_commit(&f, &error), TRUCE_OK);
    text t = {0};
    assert_int_equal(text_read_file(&t, path, 100, &error), TRUCE_OK);
    assert_string_equal(t.bytes, "whole");
    text_free(&t);
    assert_int_equal(text_read_file(&t, path, 3, &error), TRUCE_BAD_INPUT);
    text_free(&t);
    unlink(path);
    assert_int_equal(rmdir(directory), 0); /* no temporary file is left */
    assert_int_equal(output_open(&f, "/nowhere/at/all", &error), TRUCE_RUN_FAILED);
}

static void a_full_disk_is_an_error_and_leaves_nothing(void **state)
{
    (void)state;
    output_file f;
    truce_error error;
    char directory[] = "/tmp/truce-base-XXXXXX", path[64];
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/full", directory);
    assert_int_equal(output_open(&f, path, &error), TRUCE_OK);
    assert_non_null(freopen("/dev/full", "wb", f.stream));
    for (int i = 0; i < 100000; i++)
        fputs("more than the buffer ", f.stream);
    assert_int_equal(output_commit(&f, &error), TRUCE_RUN_FAILED);
    assert_non_null(strstr(error.message, "No space left"));
    assert_int_equal(rmdir(directory), 0);
}

static void fields_of_a_csv_file_are_quoted_when_they_must_be(void **state)
{
    (void)state;
    char *bytes = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&bytes, &length);
    assert_non_null(stream);
    text_write_field(stream, "plain name");
    text_write_field(stream, "losses[a, \"b\"]");
    fclose(stream);
    assert_string_equal(bytes, "plain name\"losses[a, \"\"b\"\"]\"");
    free(bytes);
}

static bool count_item(void *context, unsigned worker, size_t item)
{
    (void)worker;
    atomic_fetch_add(&((atomic_int *)context)[item], 1);
    return item != 900;
}

static void workers_do_every_item_once(void **state)
{
    (void)state;
    static atomic_int done[900];
    assert_true(workers_run(4, 900, count_item, done));
    for (size_t i = 0; i < 900; i++)
        assert_int_equal(atomic_load(&done[i]), 1);
}

static void workers_stop_when_told(void **state)
{
    (void)state;
    static atomic_int done[100000];
    assert_false(workers_run(2, 100000, count_item, done));
    assert_int_equal(atomic_load(&done[99999]), 0);
}

static void errors_are_one_line_with_their_place(void **state)
{
    (void)state;
    truce_error error;
    char line[256];
    assert_int_equal(error_set(&error, TRUCE_BAD_INPUT, "a.yaml", 41, "no variable \"%s\"", "front\nvelocty"),
                     TRUCE_BAD_INPUT);
    truce_error_text(&error, line, sizeof line);
    assert_string_equal(line, "a.yaml:41: no variable \"front velocty\"");
    assert_int_equal(error_memory(NULL), TRUCE_RUN_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_memory_is_zeroed_and_aligned),
        cmocka_unit_test(arena_arrays_keep_their_items_as_they_grow),
        cmocka_unit_test(numbers_read_back_as_written),
        cmocka_unit_test(text_that_is_no_number_is_refused),
        cmocka_unit_test(names_fold_as_the_standard_says),
        cmocka_unit_test(the_nearest_name_is_found_and_a_far_one_is_not),
        cmocka_unit_test(a_map_gives_back_what_was_put),
        cmocka_unit_test(an_output_file_appears_whole_or_not_at_all),
        cmocka_unit_test(a_full_disk_is_an_error_and_leaves_nothing),
        cmocka_unit_test(fields_of_a_csv_file_are_quoted_when_they_must_be),
        cmocka_unit_test(workers_do_every_item_once),
        cmocka_unit_test(workers_stop_when_told),
        cmocka_unit_test(errors_are_one_line_with_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
