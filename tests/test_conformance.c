/* Every model in tests/conformance and tests/vensim gives the numbers beside it, which were computed without
 * truce: from the definition in the standard, a closed form, or an iteration written elsewhere. Each model
 * says which.
 *
 * One test a folder: model.xmile or model.mdl, and output.csv with a time column and some or all of the
 * variables. */
#include "base/base.h"
#include "truce/truce.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { MOST_CASES = 1000, MOST_COLUMNS = 64 };

/* Numbers agree to rounding: the order of operations may differ, nothing else. */
static const double tolerance = 1e-11;

/* The next cell of a line, quotes removed; moves *at behind it. */
static char *next_cell(arena *a, const char **at)
{
    const char *s = *at;
    char *cell = arena_alloc(a, strlen(s) + 1);
    size_t used = 0;
    bool quoted = false;
    assert_non_null(cell);
    for (; *s && *s != '\n' && (quoted || *s != ','); s++) {
        if (*s == '"' && quoted && s[1] == '"')
            cell[used++] = *s++;
        else if (*s == '"')
            quoted = !quoted;
        else
            cell[used++] = *s;
    }
    *at = *s ? s + 1 : s;
    return cell;
}

static size_t read_header(arena *a, const char **at, char **names)
{
    size_t count = 0;
    for (bool last = false; !last;) {
        assert_true(count < MOST_COLUMNS);
        names[count++] = next_cell(a, at);
        last = (*at)[-1] == '\n';
    }
    return count;
}

/* The output of the program whose name is `name` but for case and blanks. */
static size_t find_output(arena *a, const truce_program *program, const char *name)
{
    const char *wanted = name_fold(a, name, strlen(name));
    for (size_t i = 0; i < truce_program_output_count(program); i++) {
        const char *other = truce_program_output_name(program, i);
        if (strcmp(name_fold(a, other, strlen(other)), wanted) == 0)
            return i;
    }
    fail_msg("no output \"%s\"", name);
    return SIZE_MAX;
}

static void compare(arena *a, const truce_program *program, const double *results, size_t width,
                    const char *expected)
{
    char *names[MOST_COLUMNS];
    size_t outputs[MOST_COLUMNS], save = 0;
    size_t columns = read_header(a, &expected, names);
    for (size_t c = 1; c < columns; c++)
        outputs[c] = find_output(a, program, names[c]);
    for (; *expected; save++) {
        double time = atof(next_cell(a, &expected));
        assert_true(save < truce_program_save_count(program));
        if (fabs(truce_program_save_time(program, save) - time) > tolerance * fmax(1, fabs(time)))
            fail_msg("save %zu is at %.17g, expected %.17g", save, truce_program_save_time(program, save),
                     time);
        for (size_t c = 1; c < columns; c++) {
            double wanted = atof(next_cell(a, &expected));
            double got = results[(save * truce_program_output_count(program) + outputs[c]) * width];
            if (!(fabs(got - wanted) <= tolerance * fmax(1, fabs(wanted))))
                fail_msg("\"%s\" at time %g is %.17g, expected %.17g", names[c], time, got, wanted);
        }
    }
    assert_int_equal(save, truce_program_save_count(program));
}

static void gives_the_expected_numbers(void **state)
{
    const char *folder = *state;
    arena a = {0};
    text expected = {0};
    truce_error error = {0};
    truce_model *model = NULL;
    truce_program *program = NULL;
    truce_run *run = NULL;
    char *model_path = arena_format(&a, "%s/model.xmile", folder);
    if (access(model_path, R_OK) != 0)
        model_path = arena_format(&a, "%s/model.mdl", folder);
    char *output_path = arena_format(&a, "%s/output.csv", folder);
    if (text_read_file(&expected, output_path, 1 << 20, &error) ||
        truce_model_load(model_path, &model, &error) ||
        truce_program_compile(model, NULL, &program, &error) || truce_run_create(program, 8, &run, &error))
        fail_msg("%s:%d: %s", error.file, error.line, error.message);
    size_t width = truce_run_width(run);
    double *results = calloc(truce_program_save_count(program) * truce_program_output_count(program) * width,
                             sizeof *results);
    assert_non_null(results);
    assert_int_equal(truce_run_execute(run, 1, 0, 1, NULL, NULL, NULL, results, NULL), 0);
    compare(&a, program, results, width, expected.bytes);
    free(results);
    truce_run_destroy(run);
    truce_program_destroy(program);
    truce_model_destroy(model);
    text_free(&expected);
    arena_free(&a);
}

static int by_name(const void *a, const void *b)
{
    const struct CMUnitTest *x = a, *y = b;
    return strcmp(x->name, y->name);
}

/* Adds the folders in tests/`name`; false when there are none. */
static bool find_cases(arena *a, const char *name, struct CMUnitTest *tests, size_t *count)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char *folder = arena_format(a, "%s/tests/%s", root ? root : ".", name);
    DIR *list = folder ? opendir(folder) : NULL;
    size_t before = *count;
    for (struct dirent *entry; list && (entry = readdir(list)) && *count < MOST_CASES;)
        if (entry->d_name[0] != '.')
            tests[(*count)++] =
                (struct CMUnitTest){.name = arena_format(a, "%s/%s", name, entry->d_name),
                                    .test_func = gives_the_expected_numbers,
                                    .initial_state = arena_format(a, "%s/%s", folder, entry->d_name)};
    if (list)
        closedir(list);
    if (*count == before)
        fprintf(stderr, "there are no cases in tests/%s\n", name);
    return *count > before;
}

int main(void)
{
    struct CMUnitTest tests[MOST_CASES] = {0};
    arena a = {0};
    size_t count = 0;
    if (!find_cases(&a, "conformance", tests, &count) || !find_cases(&a, "vensim", tests, &count))
        return 1;
    qsort(tests, count, sizeof *tests, by_name);
    int failed = _cmocka_run_group_tests("conformance", tests, count, NULL, NULL);
    arena_free(&a);
    return failed;
}
