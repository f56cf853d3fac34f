/* Native code gives the bits of the interpreter; and what happens to it in a hostile world: no compiler, no
 * cache, damaged files, two processes at once, a user who does not want to wait. */
#include "case/case.h"
#include "model/model.h"
#include "native/c_compiler.h"
#include "native/native.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char room[256]; /* a directory of this test's own, with the cache in it */

/* ---- Running both ways -------------------------------------------------------------------------------- */

static bool same_bits(const double *a, const double *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(&a[i], &b[i], sizeof *a) != 0 && !(isnan(a[i]) && isnan(b[i])))
            return false;
    return true;
}

typedef struct inputs {
    const truce_distribution *parameters;
    const double *schedules, *factors;
} inputs;

/* [save][output][member]; `bad` counts what the run says went wrong. */
static double *run_members(const truce_program *p, const engine_native *native, size_t width, size_t members,
                           const inputs *in, size_t *bad)
{
    truce_run *run = NULL;
    truce_error error;
    truce_status status =
        native ? engine_native_run_create(p, native, &run, &error) : truce_run_create(p, width, &run, &error);
    if (status)
        fail_msg("%s", error.message);
    width = truce_run_width(run);
    size_t rows = truce_program_save_count(p) * truce_program_output_count(p);
    size_t count = truce_program_input_count(p, TRUCE_INPUT_PARAMETER);
    double *all = calloc(rows * members + 1, sizeof *all), *block = calloc(rows * width + 1, sizeof *block);
    double *parameters = calloc(count * width + 1, sizeof *parameters);
    assert_true(all && block && parameters);
    *bad = 0;
    for (size_t first = 0; first < members; first += width) {
        size_t here = members - first < width ? members - first : width;
        for (size_t k = 0; k < count; k++)
            for (size_t i = 0; i < width; i++)
                parameters[k * width + i] = truce_distribution_draw(
                    &in->parameters[k], 3, first + i, truce_program_input_name(p, TRUCE_INPUT_PARAMETER, k));
        *bad += truce_run_execute(run, 3, first, here, parameters, in->schedules, in->factors, block, NULL);
        for (size_t r = 0; r < rows; r++)
            memcpy(all + r * members + first, block + r * width, here * sizeof *all);
    }
    free(parameters);
    free(block);
    truce_run_destroy(run);
    return all;
}

static native_code *make(const truce_program *p, size_t width)
{
    native_code *made = NULL;
    truce_error error;
    if (native_create(p, &(native_options){.width = width}, &made, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return made;
}

static void compare(const truce_program *p, size_t width, size_t members, const inputs *in, const char *name)
{
    size_t rows = truce_program_save_count(p) * truce_program_output_count(p), bad[2];
    native_code *made = make(p, width);
    double *expected = run_members(p, NULL, 8, members, in, &bad[0]);
    double *got = run_members(p, native_engine(made), 0, members, in, &bad[1]);
    if (!same_bits(expected, got, rows * members))
        fail_msg("%s: not the same bits at width %zu, %zu members", name, width, members);
    assert_int_equal(bad[0], bad[1]);
    free(expected);
    free(got);
    native_destroy(made);
}

/* ---- The same bits ------------------------------------------------------------------------------------ */

/* Every constant varies from member to member where the model compiles that way, so that little is left out
 * of the lists of steps. */
static truce_program *compile_varied(const truce_model *model, truce_distribution **priors)
{
    truce_program *varied = NULL;
    size_t count = 0;
    truce_input *given = calloc(model->visible_count + 1, sizeof *given);
    *priors = calloc(model->visible_count + 1, sizeof **priors);
    assert_true(given && *priors);
    for (size_t i = 0; i < model->visible_count; i++) {
        const element *e = &model->elements[i];
        if (e->kind != ELEMENT_AUX || !e->is_constant_written || !e->equation)
            continue;
        double v = e->equation->number, spread = 0.1 * fabs(v);
        (*priors)[count] = spread > 0
                               ? (truce_distribution){TRUCE_UNIFORM, v - spread, v + spread, .scale = 1}
                               : (truce_distribution){TRUCE_FIXED, v, .scale = 1};
        given[count++] = (truce_input){e->name, TRUCE_INPUT_PARAMETER};
    }
    truce_program_options options = {.inputs = given, .input_count = count};
    if (truce_program_compile(model, &options, &varied, NULL) != TRUCE_OK)
        truce_program_compile(model, NULL, &varied, NULL);
    free(given);
    return varied;
}

static void the_model_gives_the_same_bits(void **state)
{
    const char *path = *state;
    truce_error error;
    truce_model *model = NULL;
    truce_distribution *priors;
    if (truce_model_load(path, &model, &error))
        skip(); /* it is there to be refused */
    truce_program *program = compile_varied(model, &priors);
    assert_non_null(program);
    compare(program, 0, 11, &(inputs){.parameters = priors}, path);
    truce_program_destroy(program);
    truce_model_destroy(model);
    free(priors);
}

static void the_case_is_the_same_at_every_width(void **state)
{
    static const struct {
        size_t width, members;
    } sizes[] = {{0, 50}, {8, 20}, {16, 16}, {64, 3}, {128, 130}};
    (void)state;
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char path[512];
    truce_error error;
    truce_case *c = NULL;
    snprintf(path, sizeof path, "%s/cases/ukraine/case.yaml", root ? root : ".");
    if (truce_case_load(path, &c, &error))
        fail_msg("%s", error.message);
    case_plan plan;
    assert_int_equal(case_plan_create(c, 0, false, &plan, &error), TRUCE_OK);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        compare(plan.program, sizes[i].width, sizes[i].members,
                &(inputs){plan.parameters, plan.schedules, plan.factors}, path);
    case_plan_free(&plan);
    truce_case_destroy(c);
}

/* ---- A hostile world ---------------------------------------------------------------------------------- */

static const char growth[] =
    "<xmile version=\"1.0\"><header/><sim_specs><start>0</start><stop>9</stop><dt>0.5</dt></sim_specs>"
    "<model><variables><stock name=\"s\"><eqn>1</eqn><inflow>f</inflow></stock>"
    "<flow name=\"f\"><eqn>IF s > 3 THEN MIN(s, 5) / rate ELSE rate * s + UNIFORM(0, 1)</eqn></flow>"
    "<aux name=\"rate\"><eqn>0.5</eqn></aux></variables></model></xmile>";

static truce_program *growing; /* of the above */

static char *path_of(const char *name)
{
    static char path[4][512];
    static int next;
    next = (next + 1) % 4;
    snprintf(path[next], sizeof path[next], "%s/%s", room, name);
    return path[next];
}

static void write_text(const char *path, const char *content, mode_t mode)
{
    unlink(path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(content, f);
    fclose(f);
    assert_int_equal(chmod(path, mode), 0);
}

/* A compiler of our own, found first, that does as the script says. */
static void use_compiler(const char *script)
{
    write_text(path_of("bin/cc"), script, 0755);
    setenv("PATH", path_of("bin"), 1);
}

/* Files in a directory whose names end so; the name of the last. */
static size_t count_files(const char *directory, const char *end, char *last)
{
    size_t count = 0;
    DIR *list = opendir(directory);
    for (struct dirent *entry; list && (entry = readdir(list));) {
        size_t length = strlen(entry->d_name), tail = strlen(end);
        if (entry->d_name[0] == '.' || length < tail || strcmp(entry->d_name + length - tail, end) != 0)
            continue;
        count++;
        if (last)
            snprintf(last, 512, "%s/%s", directory, entry->d_name);
    }
    if (list)
        closedir(list);
    return count;
}

static void empty_cache(void)
{
    char file[512];
    chmod(path_of("cache/truce"), 0700);
    while (count_files(path_of("cache/truce"), "", file))
        assert_int_equal(unlink(file), 0);
}

static int set_up(void **state)
{
    (void)state;
    setenv("TMPDIR", path_of("tmp"), 1);
    setenv("XDG_CACHE_HOME", path_of("cache"), 1);
    setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1);
    empty_cache();
    return 0;
}

/* Nothing is left in the directory for temporary files. */
static int tidy(void **state)
{
    (void)state;
    return count_files(path_of("tmp"), "", NULL) == 0 ? 0 : -1;
}

/* A compiler that leaves a mark in a file each time, and then does its work. */
static void count_compilations(void)
{
    char script[1024];
    snprintf(script, sizeof script,
             "#!/bin/sh\necho x >> '%s'\nPATH=/usr/local/bin:/usr/bin:/bin exec cc \"$@\"\n", path_of("log"));
    unlink(path_of("log"));
    use_compiler(script);
}

static size_t compilations(void)
{
    text log = {0};
    if (text_read_file(&log, path_of("log"), 1 << 20, NULL) != TRUCE_OK)
        return 0;
    size_t count = log.length / 2;
    text_free(&log);
    return count;
}

static void check_program(void)
{
    compare(growing, 0, 40, &(inputs){0}, "growth");
}

static void what_was_compiled_is_used_again(void **state)
{
    (void)state;
    count_compilations();
    check_program();
    check_program();
    assert_int_equal(compilations(), 1);
    native_code *made = make(growing, 16);
    assert_int_equal(compilations(), 2);
    native_destroy(made);
    assert_int_equal(count_files(path_of("cache/truce"), ".so", NULL), 2);
    assert_int_equal(count_files(path_of("cache/truce"), "", NULL), 2);
}

static void nothing_is_compiled_when_only_the_cache_is_asked(void **state)
{
    (void)state;
    count_compilations();
    native_code *made = NULL;
    assert_int_equal(native_create(growing, &(native_options){.cached_only = true}, &made, NULL), TRUCE_OK);
    assert_null(made);
    assert_int_equal(compilations(), 0);
    check_program();
    assert_int_equal(native_create(growing, &(native_options){.cached_only = true}, &made, NULL), TRUCE_OK);
    assert_non_null(made);
    native_destroy(made);
}

static void expect_failure(const char *words)
{
    native_code *made = NULL;
    truce_error error = {0};
    assert_int_equal(native_create(growing, &(native_options){0}, &made, &error), TRUCE_RUN_FAILED);
    assert_null(made);
    if (!strstr(error.message, words))
        fail_msg("\"%s\" does not say \"%s\"", error.message, words);
}

static void a_missing_compiler_is_an_error_that_says_so(void **state)
{
    (void)state;
    setenv("PATH", path_of("tmp"), 1);
    expect_failure("no C compiler");
    setenv("PATH", "bin:.", 1);
    expect_failure("no C compiler");
}

static void a_failing_compiler_is_quoted(void **state)
{
    (void)state;
    use_compiler("#!/bin/sh\necho 'cc: out of order' >&2\necho more >&2\nexit 1\n");
    expect_failure("cc: out of order");
    use_compiler("#!/bin/sh\nexit 0\n");
    expect_failure("left no object file");
    use_compiler("#!/bin/sh\nwhile [ $1 != -o ]; do shift; done\n/bin/mkdir $2\n");
    expect_failure("left no object file");
    use_compiler("#!/bin/sh\nwhile [ $1 != -o ]; do shift; done\necho no object > $2\n");
    expect_failure("not whole");
    assert_int_equal(count_files(path_of("cache/truce"), "", NULL), 0);
}

static void without_a_cache_native_code_still_works(void **state)
{
    (void)state;
    write_text(path_of("file"), "", 0600);
    setenv("XDG_CACHE_HOME", path_of("file"), 1);
    check_program();
    unsetenv("XDG_CACHE_HOME");
    setenv("HOME", "/nonexistent", 1);
    check_program();
}

/* Changes the one file of the cache, and looks whether the compiler works again. */
static void expect_distrust(void (*change)(const char *file))
{
    char file[512];
    empty_cache();
    check_program();
    size_t before = compilations();
    assert_int_equal(count_files(path_of("cache/truce"), ".so", file), 1);
    change(file);
    check_program();
    assert_int_equal(compilations(), before + 1);
}

static void flip_bit(const char *file)
{
    FILE *f = fopen(file, "r+b");
    assert_non_null(f);
    fseek(f, 4000, SEEK_SET);
    int byte = fgetc(f);
    fseek(f, 4000, SEEK_SET);
    fputc(byte ^ 4, f);
    fclose(f);
}

static void cut_short(const char *file)
{
    struct stat status;
    assert_int_equal(stat(file, &status), 0);
    assert_int_equal(truncate(file, status.st_size / 2), 0);
}

static void cut_to_nothing(const char *file)
{
    assert_int_equal(truncate(file, 3), 0);
}

static void open_to_others(const char *file)
{
    assert_int_equal(chmod(file, 0666), 0);
}

static void make_a_link(const char *file)
{
    assert_int_equal(rename(file, path_of("elsewhere")), 0);
    assert_int_equal(symlink(path_of("elsewhere"), file), 0);
}

static void open_directory(const char *file)
{
    (void)file;
    assert_int_equal(chmod(path_of("cache/truce"), 0777), 0);
}

static void files_that_cannot_be_trusted_are_compiled_again(void **state)
{
    (void)state;
    static void (*const changes[])(const char *) = {flip_bit,       cut_short,   cut_to_nothing,
                                                    open_to_others, make_a_link, open_directory};
    count_compilations();
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        expect_distrust(changes[i]);
}

static void a_file_of_another_user_is_not_used(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip(); /* only root can give files away */
    char file[512];
    count_compilations();
    check_program();
    assert_int_equal(count_files(path_of("cache/truce"), ".so", file), 1);
    assert_int_equal(chown(file, 12345, 12345), 0);
    check_program();
    assert_int_equal(compilations(), 2);
}

static void an_object_under_the_name_of_another_is_not_used(void **state)
{
    (void)state;
    char file[512];
    count_compilations();
    check_program();
    assert_int_equal(count_files(path_of("cache/truce"), ".so", file), 1);
    assert_int_equal(rename(file, path_of("elsewhere")), 0);
    native_destroy(make(growing, 16));
    assert_int_equal(count_files(path_of("cache/truce"), ".so", file), 1);
    assert_int_equal(rename(path_of("elsewhere"), file), 0);
    native_destroy(make(growing, 16));
    assert_int_equal(compilations(), 3);
}

/* As of a process that was killed where files must have names. */
static void what_a_killed_process_left_in_the_cache_is_removed(void **state)
{
    (void)state;
    char file[512], left[600];
    native_destroy(make(growing, 16));
    assert_int_equal(count_files(path_of("cache/truce"), ".so", file), 1);
    const char *name = strrchr(file, '/') + 1;
    snprintf(left, sizeof left, "%.*s.%s.abcdefghijklmnop.part", (int)(name - file), file, name);
    FILE *f = fopen(left, "wb");
    assert_non_null(f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(unlink(file), 0);
    native_destroy(make(growing, 16));
    assert_int_equal(access(file, F_OK), 0);
    assert_int_equal(access(left, F_OK), -1);
}

static bool three_times(void *context)
{
    return ++*(int *)context < 4;
}

static void a_compilation_can_be_cancelled_with_all_its_processes(void **state)
{
    (void)state;
    char script[1024];
    snprintf(script, sizeof script, "#!/bin/sh\n: > $TMPDIR/left.s\n/bin/sleep 60 &\necho $! > '%s'\nwait\n",
             path_of("pid")); /* tidy sees whether left.s is gone */
    use_compiler(script);
    unlink(path_of("pid"));
    int asked = -200; /* so many pauses that the script has got to where it waits */
    native_code *made = NULL;
    truce_error error = {0};
    const native_options options = {.go_on = three_times, .context = &asked};
    assert_int_equal(native_create(growing, &options, &made, &error), TRUCE_RUN_FAILED);
    assert_null(made);
    assert_string_equal(error.message, "the run was cancelled");
    text pid = {0};
    assert_int_equal(text_read_file(&pid, path_of("pid"), 100, NULL), TRUCE_OK);
    bool gone = false;
    for (int i = 0; i < 200 && !gone; i++) {
        char status[64] = "", line[64] = "";
        snprintf(status, sizeof status, "/proc/%d/stat", atoi(pid.bytes));
        FILE *f = fopen(status, "r");
        gone = !f || !fgets(line, sizeof line, f) || strstr(line, ") Z"); /* ended, if not yet collected */
        if (f)
            fclose(f);
        if (!gone)
            usleep(5000);
    }
    assert_true(gone);
    text_free(&pid);
}

static void processes_that_compile_the_same_at_once_leave_one_file(void **state)
{
    enum { PROCESSES = 3 };
    (void)state;
    pid_t children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            native_code *made = NULL;
            _exit(native_create(growing, &(native_options){0}, &made, NULL) == TRUCE_OK ? 0 : 1);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(count_files(path_of("cache/truce"), "", NULL), 1);
    setenv("PATH", path_of("tmp"), 1);
    expect_failure("no C compiler"); /* which is asked for its version even when the cache has it all */
}

/* ---- Tables ------------------------------------------------------------------------------------------- */

/* A table of `count` points, looked up by a variable that passes below, at, between and above them, and by what is
 * not finite. */
static void write_table(text *t, const char *type, size_t count)
{
    text_print(t, "<aux name=\"%s %zu\"><eqn>at</eqn><gf type=\"%s\"><xpts>", type, count, type);
    for (size_t i = 0; i < count; i++)
        text_print(t, "%s%g", i ? "," : "", (double)i - 3 + 0.25 * (double)(i % 3));
    text_print(t, "</xpts><ypts>");
    for (size_t i = 0; i < count; i++)
        text_print(t, "%s%g", i ? "," : "", i % 4 == 2 ? -0.0 : i % 5 == 3 ? 7.1 : (double)(i * i % 7) / 3);
    text_print(
        t,
        "</ypts></gf></aux><stock name=\"sum of %s %zu\"><eqn>0</eqn><inflow>in_%s_%zu</inflow></stock>"
        "<flow name=\"in %s %zu\"><eqn>%s_%zu</eqn></flow>",
        type, count, type, count, type, count, type, count);
}

static truce_program *program_of_tables(void)
{
    static const size_t counts[] = {1, 2, 3, 8, 9, 16, 17, 24, 25};
    static const char *const types[] = {"continuous", "extrapolate", "discrete"};
    text t = {0};
    text_print(
        &t,
        "<xmile version=\"1.0\"><header/><sim_specs><start>0</start><stop>40</stop><dt>0.25</dt></sim_specs>"
        "<model><variables><stock name=\"clock\"><eqn>-6 + UNIFORM(0, 0.5)</eqn><inflow>one</inflow></stock>"
        "<flow name=\"one\"><eqn>1</eqn></flow><aux name=\"at\"><eqn>IF clock &gt; 32 THEN 1 / (INT(clock) - "
        "33) * (1 - MOD(clock, 0.7)) ELSE IF UNIFORM(0, 1) &lt; 0.5 THEN INT(clock) ELSE MOD(clock, "
        "-40 + INT(clock))</eqn></aux>");
    for (size_t k = 0; k < sizeof types / sizeof *types; k++)
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
            write_table(&t, types[k], counts[i]);
    text_print(&t, "</variables></model></xmile>");
    truce_model *model = NULL;
    truce_program *p = NULL;
    truce_error error;
    if (t.failed || truce_model_load_text(t.bytes, t.length, "tables", &model, &error) ||
        truce_program_compile(model, NULL, &p, &error))
        fail_msg("%s", error.message);
    truce_model_destroy(model);
    text_free(&t);
    return p;
}

/* A compiler that knows nothing of AVX-512's instructions, so that it takes the plain C of native code. */
static const char plain_compiler[] =
    "#!/bin/sh\nPATH=/usr/local/bin:/usr/bin:/bin exec cc -U__AVX512F__ \"$@\"\n";

static void tables_of_every_size_and_kind_give_the_same_bits(void **state)
{
    (void)state;
    truce_program *p = program_of_tables();
    compare(p, 0, 50, &(inputs){0}, "tables");
    compare(p, 8, 50, &(inputs){0}, "tables");
    use_compiler(plain_compiler);
    compare(p, 0, 50, &(inputs){0}, "tables, plainly");
    truce_program_destroy(p);
}

/* ---- Divisions ---------------------------------------------------------------------------------------- */

/* Every operation that divides, by constants of the member that range from hardly anything to nearly everything. The
 * dividend takes values of every size, and zeros, tiny ones, infinities and what is no number. */
static const char dividing[] =
    "<xmile version=\"1.0\"><header/><sim_specs><start>0</start><stop>60</stop><dt>0.25</dt></sim_specs>"
    "<model><variables><stock name=\"clock\"><eqn>0</eqn><inflow>one</inflow></stock>"
    "<flow name=\"one\"><eqn>1</eqn></flow>"
    "<aux name=\"divisor\"><eqn>1</eqn></aux><aux name=\"size\"><eqn>1</eqn></aux>"
    "<aux name=\"divided\"><eqn>IF clock &lt; 1 THEN 0 ELSE IF clock &lt; 2 THEN -0 * clock ELSE IF clock "
    "&lt; 3 THEN "
    "size / 0 ELSE IF clock &lt; 4 THEN -size / 0 ELSE IF clock &lt; 5 THEN 1e-310 * clock ELSE IF clock "
    "&lt; 6 THEN "
    "1e-290 ELSE IF clock &lt; 7 THEN 1e308 ELSE (UNIFORM(0, 2) - 1) * size</eqn></aux>"
    "<aux name=\"a\"><eqn>divided / divisor</eqn></aux><aux name=\"b\"><eqn>divided * clock / "
    "divisor</eqn></aux>"
    "<aux name=\"c\"><eqn>(divided + clock) / divisor</eqn></aux>"
    "<aux name=\"d\"><eqn>(divided - clock) / divisor</eqn></aux>"
    "<aux name=\"e\"><eqn>divided / divisor + clock</eqn></aux>"
    "<aux name=\"f\"><eqn>clock - divided / divisor</eqn></aux>"
    "<aux name=\"g\"><eqn>divided / divisor / (clock + 3)</eqn></aux>"
    "<aux name=\"h\"><eqn>MIN(divided / divisor, clock)</eqn></aux>"
    "<aux name=\"i\"><eqn>divided * clock * clock / divisor</eqn></aux>"
    "<aux name=\"j\"><eqn>SAFEDIV(divided, divisor, clock)</eqn></aux>"
    "<aux name=\"k\"><eqn>divided / 3 + clock / 49 + divided / 1e-200 + divided / 0.1</eqn></aux>"
    "<aux name=\"l\"><eqn>divided / TIME + divided / (TIME - 20)</eqn></aux>"
    "</variables></model></xmile>";

static void divisions_by_what_lasts_give_the_same_bits(void **state)
{
    static const double divisors[] = {
        0,  -0.0,    1, -3, 7, 0.1, 1e-40, 1e40, -1e29, 1e-5, 4, 5e-324, 1e-308, 1e308, 1.99999999999999978,
        12, INFINITY};
    static const double sizes[] = {1, 1e-3, 1e6, 1e-280, 1e300, 1e-320};
    (void)state;
    truce_model *model = NULL;
    truce_program *p = NULL;
    truce_error error;
    const truce_input given[] = {{"divisor", TRUCE_INPUT_PARAMETER}, {"size", TRUCE_INPUT_PARAMETER}};
    if (truce_model_load_text(dividing, sizeof dividing - 1, "dividing", &model, &error) ||
        truce_program_compile(model, &(truce_program_options){.inputs = given, .input_count = 2}, &p, &error))
        fail_msg("%s", error.message);
    for (size_t i = 0; i < sizeof divisors / sizeof *divisors; i++) {
        const truce_distribution priors[] = {
            {TRUCE_FIXED, divisors[i], .scale = 1},
            {TRUCE_FIXED, sizes[i % (sizeof sizes / sizeof *sizes)], .scale = 1}};
        compare(p, 0, 40, &(inputs){.parameters = priors}, "dividing");
    }
    const truce_distribution drawn[] = {{TRUCE_NORMAL, 0, 2, .scale = 1}, {TRUCE_NORMAL, 0, 1e3, .scale = 1}};
    compare(p, 0, 1000, &(inputs){.parameters = drawn}, "dividing");
    use_compiler(plain_compiler);
    compare(p, 0, 40, &(inputs){.parameters = drawn}, "dividing, plainly");
    truce_program_destroy(p);
    truce_model_destroy(model);
}

/* The last mantissas below two, where the first approximation is furthest off: all pairs of dividend and divisor. */
static const char near_two[] =
    "<xmile version=\"1.0\"><header/><sim_specs><start>0</start><stop>63</stop><dt>1</dt></sim_specs>"
    "<model><variables><aux name=\"place\"><eqn>0</eqn></aux>"
    "<aux name=\"divisor\"><eqn>2 - INT(place) / 4503599627370496</eqn></aux>"
    "<stock name=\"dividend\"><eqn>2 - 1 / 4503599627370496</eqn><outflow>unit</outflow></stock>"
    "<flow name=\"unit\"><eqn>1 / 4503599627370496</eqn></flow>"
    "<aux name=\"quotient\"><eqn>dividend / divisor</eqn></aux>"
    "<aux name=\"rest\"><eqn>1 - dividend / divisor</eqn></aux>"
    "</variables></model></xmile>";

static void quotients_of_mantissas_just_below_two_have_the_same_bits(void **state)
{
    (void)state;
    truce_model *model = NULL;
    truce_program *p = NULL;
    truce_error error;
    const truce_input given = {"place", TRUCE_INPUT_PARAMETER};
    const truce_distribution any = {TRUCE_UNIFORM, 1, 65, .scale = 1};
    if (truce_model_load_text(near_two, sizeof near_two - 1, "near two", &model, &error) ||
        truce_program_compile(model, &(truce_program_options){.inputs = &given, .input_count = 1}, &p,
                              &error))
        fail_msg("%s", error.message);
    compare(p, 0, 1000, &(inputs){.parameters = &any}, "near two");
    truce_program_destroy(p);
    truce_model_destroy(model);
}

/* ---- The automatic choice ------------------------------------------------------------------------------ */

static truce_program *program_of(const char *equation)
{
    text t = {0};
    truce_model *model = NULL;
    truce_program *p = NULL;
    truce_error error;
    text_print(
        &t,
        "<xmile version=\"1.0\"><header/><sim_specs><start>0</start><stop>100</stop><dt>1</dt></sim_specs>"
        "<model><variables><stock name=\"s\"><eqn>1</eqn><inflow>f</inflow></stock>"
        "<flow name=\"f\"><eqn>%s</eqn></flow></variables></model></xmile>",
        equation);
    if (t.failed || truce_model_load_text(t.bytes, t.length, "choice", &model, &error) ||
        truce_program_compile(model, NULL, &p, &error))
        fail_msg("%s", error.message);
    truce_model_destroy(model);
    text_free(&t);
    return p;
}

/* The least power of two of members for which compiling pays on so many threads, as an exponent; 60 if none. */
static int members_that_pay(const truce_program *p, unsigned threads)
{
    int exponent = 0;
    while (exponent < 60 && !native_pays(p, (size_t)1 << exponent, threads))
        exponent++;
    return exponent;
}

static void compiling_pays_by_what_native_code_does_of_a_program(void **state)
{
    (void)state;
    truce_program *divisions = program_of("s / (s + 1) / (s + 2) / (s + 3) / (s + 4) / (s + 5) / (s + 6)");
    truce_program *functions = program_of("EXP(SIN(COS(EXP(SIN(COS(-s))))))");
    int enough = members_that_pay(divisions, 1);
    assert_in_range(enough, 10, 30);
    assert_int_equal(members_that_pay(divisions, 4), enough + 2);
    assert_in_range(members_that_pay(functions, 1), enough + 1, 60);
    assert_true(native_pays_when_cached(functions, (size_t)1 << enough));
    assert_false(native_pays_when_cached(functions, 10));
    truce_program_destroy(divisions);
    truce_program_destroy(functions);
}

/* ---- Ensembles ---------------------------------------------------------------------------------------- */

static truce_ensemble *run_ensemble(truce_ensemble_options options)
{
    truce_ensemble *ensemble = NULL;
    truce_error error;
    if (truce_ensemble_run(growing, NULL, NULL, NULL, &options, &ensemble, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return ensemble;
}

static void an_ensemble_is_the_same_by_every_engine(void **state)
{
    (void)state;
    count_compilations();
    for (size_t members = 1; members <= 1000; members = members * 5 + 3) {
        truce_ensemble *a = run_ensemble((truce_ensemble_options){.members = members, .seed = 9});
        for (unsigned threads = 1; threads <= 3; threads++) {
            truce_ensemble *b = run_ensemble((truce_ensemble_options){
                .members = members, .seed = 9, .threads = threads, .engine = TRUCE_ENGINE_NATIVE});
            for (size_t output = 0; output < truce_ensemble_output_count(a); output++)
                for (size_t save = 0; save < truce_ensemble_save_count(a); save++)
                    assert_memory_equal(truce_ensemble_values(a, output, save),
                                        truce_ensemble_values(b, output, save), members * sizeof(float));
            truce_ensemble_destroy(b);
        }
        truce_ensemble_destroy(a);
    }
    assert_int_equal(compilations(), 1);
}

static void the_automatic_choice_compiles_for_large_jobs_only_and_never_fails_for_it(void **state)
{
    (void)state;
    count_compilations();
    truce_ensemble_options options = {.members = 1000, .seed = 1, .threads = 1, .engine = TRUCE_ENGINE_AUTO};
    truce_ensemble_destroy(run_ensemble(options));
    assert_int_equal(compilations(), 0);
    options.members_in_all = (size_t)1 << 40;
    truce_ensemble_destroy(run_ensemble(options));
    assert_int_equal(compilations(), 1);
    empty_cache();
    setenv("PATH", path_of("tmp"), 1);
    truce_ensemble_destroy(run_ensemble(options));
    options.engine = TRUCE_ENGINE_NATIVE;
    truce_ensemble *ensemble = NULL;
    truce_error error;
    assert_int_equal(truce_ensemble_run(growing, NULL, NULL, NULL, &options, &ensemble, &error),
                     TRUCE_RUN_FAILED);
    assert_null(ensemble);
    options.engine = (truce_engine)7;
    assert_int_equal(truce_ensemble_run(growing, NULL, NULL, NULL, &options, &ensemble, &error),
                     TRUCE_BAD_USAGE);
}

static bool refuse(void *context, size_t done, size_t members)
{
    (void)members;
    assert_int_equal(done, 0); /* while the compiler works */
    return ++*(int *)context < 3;
}

static void an_ensemble_can_be_cancelled_while_the_compiler_works(void **state)
{
    (void)state;
    use_compiler("#!/bin/sh\nexec /bin/sleep 60\n");
    for (truce_engine engine = TRUCE_ENGINE_NATIVE; engine <= TRUCE_ENGINE_AUTO; engine++) {
        int asked = 0;
        truce_ensemble_options options = {.members = 10,
                                          .members_in_all = (size_t)1 << 40,
                                          .engine = engine,
                                          .progress = refuse,
                                          .context = &asked};
        truce_ensemble *ensemble = NULL;
        truce_error error = {0};
        assert_int_equal(truce_ensemble_run(growing, NULL, NULL, NULL, &options, &ensemble, &error),
                         TRUCE_RUN_FAILED);
        assert_string_equal(error.message, "the run was cancelled");
    }
}

/* ---- All
 * ----------------------------------------------------------------------------------------------------------
 */

enum { MOST_MODELS = 1000 };
static struct CMUnitTest models[MOST_MODELS];
static size_t model_count;

static void add_models(arena *a, const char *directory, bool folders)
{
    DIR *list = opendir(directory);
    assert_non_null(list);
    for (struct dirent *entry; (entry = readdir(list)) && model_count < MOST_MODELS;) {
        char *path = arena_format(a, folders ? "%s/%s/model.xmile" : "%s/%s", directory, entry->d_name);
        if (entry->d_name[0] != '.' && access(path, R_OK) == 0)
            models[model_count++] = (struct CMUnitTest){.name = path + strlen(directory) + 1,
                                                        .test_func = the_model_gives_the_same_bits,
                                                        .initial_state = path};
    }
    closedir(list);
}

static int run_all(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_case_is_the_same_at_every_width, set_up, tidy),
        cmocka_unit_test_setup_teardown(tables_of_every_size_and_kind_give_the_same_bits, set_up, tidy),
        cmocka_unit_test_setup_teardown(divisions_by_what_lasts_give_the_same_bits, set_up, tidy),
        cmocka_unit_test_setup_teardown(quotients_of_mantissas_just_below_two_have_the_same_bits, set_up,
                                        tidy),
        cmocka_unit_test(compiling_pays_by_what_native_code_does_of_a_program),
        cmocka_unit_test_setup_teardown(what_was_compiled_is_used_again, set_up, tidy),
        cmocka_unit_test_setup_teardown(nothing_is_compiled_when_only_the_cache_is_asked, set_up, tidy),
        cmocka_unit_test_setup_teardown(a_missing_compiler_is_an_error_that_says_so, set_up, tidy),
        cmocka_unit_test_setup_teardown(a_failing_compiler_is_quoted, set_up, tidy),
        cmocka_unit_test_setup_teardown(without_a_cache_native_code_still_works, set_up, tidy),
        cmocka_unit_test_setup_teardown(files_that_cannot_be_trusted_are_compiled_again, set_up, tidy),
        cmocka_unit_test_setup_teardown(a_file_of_another_user_is_not_used, set_up, tidy),
        cmocka_unit_test_setup_teardown(an_object_under_the_name_of_another_is_not_used, set_up, tidy),
        cmocka_unit_test_setup_teardown(what_a_killed_process_left_in_the_cache_is_removed, set_up, tidy),
        cmocka_unit_test_setup_teardown(a_compilation_can_be_cancelled_with_all_its_processes, set_up, tidy),
        cmocka_unit_test_setup_teardown(processes_that_compile_the_same_at_once_leave_one_file, set_up, tidy),
        cmocka_unit_test_setup_teardown(an_ensemble_is_the_same_by_every_engine, set_up, tidy),
        cmocka_unit_test_setup_teardown(
            the_automatic_choice_compiles_for_large_jobs_only_and_never_fails_for_it, set_up, tidy),
        cmocka_unit_test_setup_teardown(an_ensemble_can_be_cancelled_while_the_compiler_works, set_up, tidy),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    set_up(NULL);
    failed += _cmocka_run_group_tests("models", models, model_count, NULL, NULL);
    empty_cache();
    return failed;
}

static void remove_room(void)
{
    static const char *const files[] = {"log", "pid", "file", "elsewhere", "bin/cc"};
    static const char *const directories[] = {"cache/truce", "cache", "tmp", "bin", ""};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(path_of(files[i]));
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++)
        rmdir(path_of(directories[i]));
}

int main(void)
{
    arena a = {0};
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    truce_model *model = NULL;
    snprintf(room, sizeof room, "/tmp/truce-test-XXXXXX");
    if (!mkdtemp(room) || mkdir(path_of("bin"), 0700) || mkdir(path_of("tmp"), 0700) ||
        truce_model_load_text(growth, sizeof growth - 1, "growth", &model, NULL) ||
        truce_program_compile(model, NULL, &growing, NULL))
        return 1;
    add_models(&a, arena_format(&a, "%s/tests/conformance", root ? root : "."), true);
    add_models(&a, arena_format(&a, "%s/models", root ? root : "."), false);
    int failed = run_all();
    truce_program_destroy(growing);
    truce_model_destroy(model);
    arena_free(&a);
    remove_room();
    return failed;
}
