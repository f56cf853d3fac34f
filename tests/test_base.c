/* Base: arenas, text, numbers, names, maps, output files, workers. */
#include "base/base.h"
#include "base/output.h"
#include "base/sha256.h"
#include "truce/truce.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
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
        {"VOIL\xC3\x80", "voil\xC3\xA0"}, /* whose last byte is that of a no-break space */
        {"\xD0\xA0", "\xD1\x80"},
        {"\xC2\xA0\"Front\" \xC2\xA0", "front"},
    };
    arena a = {0};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_string_equal(name_fold(&a, pairs[i][0], strlen(pairs[i][0])), pairs[i][1]);
    assert_string_equal(name_display(&a, "Front__Velocity\\nnow", 20), "Front Velocity now");
    assert_string_equal(name_display(&a, "voil\xC3\xA0\xC2\xA0", 8), "voil\xC3\xA0");
    assert_string_equal(name_fold(&a, "\xFF\xFE", 2), "\xFF\xFE");
    arena_free(&a);
}

static void the_nearest_name_is_found_and_a_far_one_is_not(void **state)
{
    (void)state;
    static const char *const names[] = {"front velocity", "territory held", "killed"};
    assert_string_equal(truce_nearest_name("front velocty", names, 3), "front velocity");
    assert_string_equal(truce_nearest_name("Kiled", names, 3), "killed");
    assert_null(truce_nearest_name("exchange rate of the moon", names, 3));
    assert_string_equal(truce_nearest_name("teritory", names, 3),
                        "territory held"); /* its first word, misspelled */
    static const char *const short_words[] = {"pool", "oil price"};
    assert_string_equal(truce_nearest_name("oil", short_words, 2),
                        "oil price"); /* a whole word before a near one */
    static const char *const words[] = {"share of the fund", "fund spending",   "fund size",
                                        "funding",           "means[defender]", "drone shells made"};
    assert_string_equal(truce_nearest_name("fund", words, 6), "fund size");
    assert_string_equal(truce_nearest_name("Share", words, 6), "share of the fund");
    assert_string_equal(truce_nearest_name("shells[defender]", words, 6), "drone shells made");
    assert_null(truce_nearest_name("bond", words, 6));
    assert_null(truce_nearest_name("fun", words, 4)); /* too short to say */
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

static void hostile_characters_are_replaced_and_scripts_of_all_directions_stay(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"plain, with a tab\tand\nlines", "plain, with a tab\tand\nlines"},
        {"\x1b[31mred\a", "\xEF\xBF\xBD[31mred\xEF\xBF\xBD"},
        {"a\xC2\x9B"
         "b\x7F",
         "a\xEF\xBF\xBD"
         "b\xEF\xBF\xBD"},
        {"x\xE2\x80\xAEy\xE2\x81\xA6z", "x\xEF\xBF\xBDy\xEF\xBF\xBDz"},
        {"\xD7\xA9\xE2\x80\x8F \xC3\xA9 \xF0\x9F\x95\x8A", "\xD7\xA9\xE2\x80\x8F \xC3\xA9 \xF0\x9F\x95\x8A"},
        {"\xFFq\xC3", "\xEF\xBF\xBDq\xEF\xBF\xBD"},
        {"", ""},
    };
    arena a = {0};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char *copy = arena_clean(&a, pairs[i][0], strlen(pairs[i][0]));
        assert_string_equal(copy, pairs[i][1]);
        assert_true(text_hostile(copy, strlen(copy)) == SIZE_MAX);
    }
    char line[] = "one\ntwo\x1b]0;x\a";
    truce_clean_line(line);
    assert_string_equal(line, "one two ]0;x ");
    assert_string_equal(arena_clean_line(&a, "a\r\nb\tc\x1b", 7), "a  b c\xEF\xBF\xBD");
    assert_string_equal(arena_remark(&a, "m\x1b.xmile", 3, "the units \"km\r\xE2\x80\xAE\""),
                        "m .xmile:3: the units \"km    \"");
    arena_free(&a);
}

/* What text_write_field wrote, back from a file: the name as it was. */
static void names_come_back_from_a_csv_file_without_their_guards(void **state)
{
    (void)state;
    static const char *const names[] = {"plain",    "=cmd()", "-5",   "@x", "\xEF\xBC\x9Dwide",
                                        "'quoted'", "'=x",    "''-5", "'",  "a, \"b\""};
    enum { NAMES = sizeof names / sizeof *names };
    char *bytes;
    size_t length;
    FILE *stream = open_memstream(&bytes, &length);
    assert_non_null(stream);
    for (size_t i = 0; i < NAMES; i++) {
        text_write_field(stream, names[i]);
        fputc(i + 1 < NAMES ? ',' : '\n', stream);
    }
    fclose(stream);
    text content = {.bytes = bytes, .length = length};
    arena memory = {0};
    csv_reader r;
    bool found;
    csv_start(&r, "names.csv", &content, false, NULL);
    assert_int_equal(csv_next_line(&r, &found), TRUCE_OK);
    for (size_t i = 0; i < NAMES; i++) {
        csv_cell c;
        assert_int_equal(csv_next_cell(&r, &c), TRUCE_OK);
        assert_int_equal(c.bytes[0] == '\'', (i > 0 && i + 1 < NAMES));
        assert_string_equal(csv_name(&memory, c), names[i]);
    }
    arena_free(&memory);
    free(bytes);
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
    text_write_field(stream, "=cmd()");
    fclose(stream);
    assert_string_equal(bytes, "plain name\"losses[a, \"\"b\"\"]\"\"'=cmd()\"");
    free(bytes);
}

/* ---- Output files and sets of them ------------------------------------------------------------------ */

static void put(const char *directory, const char *name, const char *content)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    fputs(content, stream);
    assert_int_equal(fclose(stream), 0);
}

/* "" for a file that is not there. */
static const char *content(const char *directory, const char *name)
{
    static char bytes[256];
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *stream = fopen(path, "rb");
    size_t length = stream ? fread(bytes, 1, sizeof bytes - 1, stream) : 0;
    if (stream)
        fclose(stream);
    bytes[length] = '\0';
    return bytes;
}

static void remove_all(const char *directory)
{
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s'", directory);
    assert_int_equal(system(command), 0);
}

static const char *const of_the_set[] = {"a", "b", "c"};

static void put_in_set(output_set *set, const char *name, const char *content)
{
    FILE *stream;
    assert_int_equal(output_set_create(set, name, &stream, NULL), TRUCE_OK);
    fputs(content, stream);
    assert_int_equal(output_set_close(set, name, stream, NULL), TRUCE_OK);
}

static truce_status write_set(const char *directory, const char *a, const char *b, truce_error *error)
{
    output_set *set;
    truce_status status = output_set_open(&set, directory, error);
    if (status != TRUCE_OK)
        return status;
    put_in_set(set, "a", a);
    put_in_set(set, "b", b);
    return output_set_commit(set, of_the_set, 3, error);
}

static size_t count_entries(const char *directory)
{
    char command[256];
    size_t count = 0;
    snprintf(command, sizeof command, "ls -A '%s'", directory);
    FILE *entries = popen(command, "r");
    for (int c = fgetc(entries); c != EOF; c = fgetc(entries))
        count += c == '\n';
    pclose(entries);
    return count;
}

/* The set takes the place of the one before, c of which is gone; what is not of the set stays. */
static void check_replacement(const char *parent, const char *directory, size_t others)
{
    truce_error error;
    put(directory, "a", "old a");
    put(directory, "c", "old c");
    put(directory, "notes", "mine");
    assert_int_equal(write_set(directory, "new a", "new b", &error), TRUCE_OK);
    assert_string_equal(content(directory, "a"), "new a");
    assert_string_equal(content(directory, "b"), "new b");
    assert_string_equal(content(directory, "c"), "");
    assert_string_equal(content(directory, "notes"), "mine");
    assert_int_equal(count_entries(directory), 3 + others);
    assert_int_equal(count_entries(parent), 1); /* no stage is left */
}

static void a_set_of_files_replaces_the_one_before_and_keeps_the_rest(void **state)
{
    (void)state;
    char parent[] = "/tmp/truce-base-XXXXXX", directory[64];
    assert_non_null(mkdtemp(parent));
    snprintf(directory, sizeof directory, "%s/results", parent);
    assert_int_equal(mkdir(directory, 0750), 0);
    check_replacement(parent, directory, 0);
    struct stat status;
    assert_int_equal(stat(directory, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0750);
    remove_all(parent);
}

static void a_set_is_renamed_file_by_file_where_a_directory_inside_forbids_the_exchange(void **state)
{
    (void)state;
    char parent[] = "/tmp/truce-base-XXXXXX", directory[64], inner[80];
    assert_non_null(mkdtemp(parent));
    snprintf(directory, sizeof directory, "%s/results", parent);
    snprintf(inner, sizeof inner, "%s/inner", directory);
    assert_int_equal(mkdir(directory, 0777), 0);
    assert_int_equal(mkdir(inner, 0777), 0);
    put(inner, "deep", "mine");
    check_replacement(parent, directory, 1);
    assert_string_equal(content(inner, "deep"), "mine");
    /* A file that cannot be replaced, because a directory has its name: what was renamed before is put back.
     */
    remove_all(directory);
    assert_int_equal(mkdir(directory, 0777), 0);
    snprintf(inner, sizeof inner, "%s/b", directory);
    assert_int_equal(mkdir(inner, 0777), 0);
    put(directory, "a", "old a");
    truce_error error;
    assert_int_equal(write_set(directory, "new a", "new b", &error), TRUCE_RUN_FAILED);
    assert_string_equal(content(directory, "a"), "old a");
    assert_int_equal(count_entries(directory), 2);
    remove_all(parent);
}

static void a_set_that_is_given_up_leaves_what_was_there(void **state)
{
    (void)state;
    char parent[] = "/tmp/truce-base-XXXXXX", directory[64];
    assert_non_null(mkdtemp(parent));
    snprintf(directory, sizeof directory, "%s/results", parent);
    assert_int_equal(mkdir(directory, 0777), 0);
    put(directory, "a", "old a");
    output_set *set;
    truce_error error;
    assert_int_equal(output_set_open(&set, directory, &error), TRUCE_OK);
    put_in_set(set, "a", "new a");
    output_set_discard(set);
    output_set_discard(NULL);
    assert_string_equal(content(directory, "a"), "old a");
    assert_int_equal(count_entries(directory), 1);
    assert_int_equal(count_entries(parent), 1);
    assert_int_equal(output_set_open(&set, "/nowhere/at/all", &error), TRUCE_RUN_FAILED);
    remove_all(parent);
}

static void of_two_writers_of_a_set_one_is_told(void **state)
{
    (void)state;
    char parent[] = "/tmp/truce-base-XXXXXX", directory[64];
    assert_non_null(mkdtemp(parent));
    snprintf(directory, sizeof directory, "%s/results", parent);
    assert_int_equal(mkdir(directory, 0777), 0);
    output_set *first, *second;
    truce_error error;
    assert_int_equal(output_set_open(&first, directory, &error), TRUCE_OK);
    assert_int_equal(output_set_open(&second, directory, &error), TRUCE_RUN_FAILED);
    assert_non_null(strstr(error.message, "another process"));
    assert_null(second);
    output_set_discard(first);
    assert_int_equal(write_set(directory, "1", "2", &error), TRUCE_OK);
    remove_all(parent);
}

static void what_a_killed_writer_left_is_swept(void **state)
{
    (void)state;
    char parent[] = "/tmp/truce-base-XXXXXX", directory[64];
    assert_non_null(mkdtemp(parent));
    snprintf(directory, sizeof directory, "%s/results", parent);
    assert_int_equal(mkdir(directory, 0777), 0);
    pid_t child = fork();
    if (child == 0) {
        output_set *set;
        truce_error error;
        if (output_set_open(&set, directory, &error) == TRUCE_OK)
            put_in_set(set, "a", "half");
        _exit(0);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(count_entries(parent), 2);
    truce_error error;
    assert_int_equal(write_set(directory, "1", "2", &error), TRUCE_OK);
    assert_int_equal(count_entries(parent), 1);
    put(parent, ".out.0123456789abcdef.part", "left by a process that is gone");
    put(parent, ".other.0123456789abcdef.part", "of another target");
    char path[80];
    snprintf(path, sizeof path, "%s/out", parent);
    output_file f;
    assert_int_equal(output_open(&f, path, &error), TRUCE_OK);
    assert_int_equal(output_commit(&f, &error), TRUCE_OK);
    assert_string_equal(content(parent, ".out.0123456789abcdef.part"), "");
    assert_string_equal(content(parent, ".other.0123456789abcdef.part"), "of another target");
    remove_all(parent);
}

/* Without an old file and a name the first writer is not seen, and the second to finish is told. */
static void of_two_writers_of_a_new_file_one_is_told_at_its_end(void **state)
{
    (void)state;
    char parent[] = "/tmp/truce-base-XXXXXX", path[64];
    assert_non_null(mkdtemp(parent));
    snprintf(path, sizeof path, "%s/out", parent);
    output_file first, second;
    truce_error error;
    assert_int_equal(output_open(&first, path, &error), TRUCE_OK);
    assert_int_equal(output_open(&second, path, &error), TRUCE_OK);
    fputs("first", first.stream);
    fputs("second", second.stream);
    assert_int_equal(output_commit(&second, &error), TRUCE_OK);
    assert_int_equal(output_commit(&first, &error), TRUCE_RUN_FAILED);
    assert_non_null(strstr(error.message, "another process"));
    assert_string_equal(content(parent, "out"), "second");
    assert_int_equal(count_entries(parent), 1);
    remove_all(parent);
}

static void a_second_writer_is_refused_and_the_first_one_is_not_disturbed(void **state)
{
    (void)state;
    char parent[] = "/tmp/truce-base-XXXXXX", path[64];
    assert_non_null(mkdtemp(parent));
    snprintf(path, sizeof path, "%s/out", parent);
    for (int round = 0; round < 3; round++) { /* there is an old file from the second on */
        output_file first, second;
        truce_error error;
        assert_int_equal(output_open(&first, path, &error), TRUCE_OK);
        if (round > 0) {
            assert_int_equal(output_open(&second, path, &error), TRUCE_RUN_FAILED);
            assert_non_null(strstr(error.message, "another process is writing it"));
        }
        fprintf(first.stream, "first %d", round);
        assert_int_equal(output_commit(&first, &error), TRUCE_OK);
        assert_int_equal(content(parent, "out")[6], '0' + round);
        assert_int_equal(count_entries(parent), 1);
    }
    remove_all(parent);
}

static void the_path_for_a_library_is_absolute(void **state)
{
    (void)state;
    char parent[] = "/tmp/truce-base-XXXXXX", before[4096], target[4096];
    assert_non_null(mkdtemp(parent));
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(parent), 0);
    assert_int_equal(mkdir("http:", 0777), 0);
    output_file f;
    truce_error error;
    assert_int_equal(output_open(&f, "http:/out", &error), TRUCE_OK);
    assert_false(output_path(&f, target, 10));
    assert_true(output_path(&f, target, sizeof target));
    assert_int_equal(target[0], '/');
    FILE *library = fopen(target, "w+");
    assert_non_null(library);
    fputs("library", library);
    assert_int_equal(fclose(library), 0);
    assert_int_equal(output_commit(&f, &error), TRUCE_OK);
    assert_string_equal(content("http:", "out"), "library");
    assert_int_equal(chdir(before), 0);
    remove_all(parent);
}

static void what_is_no_regular_file_is_no_output(void **state)
{
    (void)state;
    char parent[] = "/tmp/truce-base-XXXXXX", path[64];
    assert_non_null(mkdtemp(parent));
    snprintf(path, sizeof path, "%s/pipe", parent);
    assert_int_equal(mkfifo(path, 0666), 0);
    const char *const paths[] = {path, parent, "/dev/null"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        output_file f;
        truce_error error;
        assert_int_equal(output_open(&f, paths[i], &error), TRUCE_RUN_FAILED);
        assert_non_null(strstr(error.message, "it is not a regular file"));
    }
    remove_all(parent);
}

static void what_cannot_be_looked_for_is_not_taken_for_absent(void **state)
{
    (void)state;
    char parent[] = "/tmp/truce-base-XXXXXX", path[64];
    assert_non_null(mkdtemp(parent));
    put(parent, "file", "here");
    snprintf(path, sizeof path, "%s/file", parent);
    assert_true(file_is_there(NULL, path));
    snprintf(path, sizeof path, "%s/file/inside", parent);
    assert_false(file_is_there(NULL, path));
    snprintf(path, sizeof path, "%s/loop", parent);
    assert_false(file_is_there(NULL, path));
    assert_int_equal(symlink("loop", path), 0);
    assert_true(file_is_there(NULL, path));
    errno = 0;
    assert_null(text_open_file(path));
    assert_int_equal(errno, ELOOP);
    assert_null(text_open_file(parent));
    assert_int_equal(errno, EISDIR);
    remove_all(parent);
}

static void an_output_replaces_a_link_and_leaves_what_it_points_to(void **state)
{
    (void)state;
    char parent[] = "/tmp/truce-base-XXXXXX", path[64];
    assert_non_null(mkdtemp(parent));
    put(parent, "victim", "precious");
    snprintf(path, sizeof path, "%s/out", parent);
    assert_int_equal(symlink("victim", path), 0);
    output_file f;
    truce_error error;
    assert_int_equal(output_open(&f, path, &error), TRUCE_OK);
    fputs("mine", f.stream);
    assert_int_equal(output_commit(&f, &error), TRUCE_OK);
    assert_string_equal(content(parent, "out"), "mine");
    assert_string_equal(content(parent, "victim"), "precious");
    remove_all(parent);
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

/* ---- Hosts and pages --------------------------------------------------------------------------------- */

static void numbers_do_not_follow_the_locale_of_the_host(void **state)
{
    (void)state;
    char folder[] = "/tmp/locale.XXXXXX", command[128], number[32];
    double value = 0;
    truce_error error = {0};
    text t = {0};
    assert_non_null(mkdtemp(folder));
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 2>/dev/null", folder);
    int built = system(command);
    setenv("LOCPATH", folder, 1);
    bool german = built == 0 && setlocale(LC_ALL, "de_DE.UTF-8");
    if (german) {
        assert_string_equal(localeconv()->decimal_point, ",");
        text_from_number(number, 1.5);
        text_print(&t, "%.2f", 2.5);
        plain_format(command, sizeof command, "%g", 3.5);
        error_set(&error, TRUCE_BAD_INPUT, NULL, 0, "%g", 4.5);
        assert_string_equal(number, "1.5");
        assert_string_equal(t.bytes, "2.50");
        assert_string_equal(command, "3.5");
        assert_string_equal(error.message, "4.5");
        assert_true(text_to_number("1.5", 3, &value) && value == 1.5);
        assert_false(text_to_number("1,5", 3, &value));
        snprintf(number, sizeof number, "%.1f", 1.5); /* the host's own habits are left alone */
        assert_string_equal(number, "1,5");
        setlocale(LC_ALL, "C");
    }
    text_free(&t);
    unsetenv("LOCPATH");
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
    if (!german)
        skip();
}

/* Examples of FIPS 180-2, appendix B, in base64. */
static void sha256_of_the_standards_examples(void **state)
{
    (void)state;
    static const char two[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    char hash[SHA256_TEXT];
    sha256_base64("", 0, hash);
    assert_string_equal(hash, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    sha256_base64("abc", 3, hash);
    assert_string_equal(hash, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    sha256_base64(two, strlen(two), hash);
    assert_string_equal(hash, "JI1qYdIGOLjlwCaTDD5gOaM85Flk/yFn9uzt1BnbBsE=");
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
        cmocka_unit_test(a_set_of_files_replaces_the_one_before_and_keeps_the_rest),
        cmocka_unit_test(a_set_is_renamed_file_by_file_where_a_directory_inside_forbids_the_exchange),
        cmocka_unit_test(a_set_that_is_given_up_leaves_what_was_there),
        cmocka_unit_test(of_two_writers_of_a_set_one_is_told),
        cmocka_unit_test(what_a_killed_writer_left_is_swept),
        cmocka_unit_test(of_two_writers_of_a_new_file_one_is_told_at_its_end),
        cmocka_unit_test(a_second_writer_is_refused_and_the_first_one_is_not_disturbed),
        cmocka_unit_test(the_path_for_a_library_is_absolute),
        cmocka_unit_test(what_is_no_regular_file_is_no_output),
        cmocka_unit_test(what_cannot_be_looked_for_is_not_taken_for_absent),
        cmocka_unit_test(an_output_replaces_a_link_and_leaves_what_it_points_to),
        cmocka_unit_test(hostile_characters_are_replaced_and_scripts_of_all_directions_stay),
        cmocka_unit_test(fields_of_a_csv_file_are_quoted_when_they_must_be),
        cmocka_unit_test(names_come_back_from_a_csv_file_without_their_guards),
        cmocka_unit_test(workers_do_every_item_once),
        cmocka_unit_test(workers_stop_when_told),
        cmocka_unit_test(errors_are_one_line_with_their_place),
        cmocka_unit_test(numbers_do_not_follow_the_locale_of_the_host),
        cmocka_unit_test(sha256_of_the_standards_examples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
