/* What a run does before its first step so that the rare paths of the special functions cost nothing later.
 *
 * Their tables are read through masked loads. As long as the page of such a table is not there, calls that load nothing
 * from it are some fifty times as slow, and whether a page comes along with its neighbours changes from process to process
 * with the addresses. So here every page of the library's constants is taken away first, and comes back, noted, when it is
 * really read: once a run has been created nothing that the functions read on any argument may be a page that was not
 * read before. How fast anything is, is not tested. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/level.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WIDTH = USUAL_WIDTH };

/* ---- Pages ---------------------------------------------------------------------------------------------- */

static uintptr_t first_address, page;
static size_t page_count;
static volatile sig_atomic_t reads;

static void give_back(int number, siginfo_t *what, void *context)
{
    uintptr_t at = (uintptr_t)what->si_addr / page * page;
    (void)number, (void)context;
    if (at < first_address || at >= first_address + page_count * page ||
        mprotect((void *)at, page, PROT_READ) != 0) /* NOLINT(performance-no-int-to-ptr) */
        _exit(2);
    reads++;
}

/* Where SLEEF's constants are: what can only be read and lies behind its code. */
static bool find_constants(void)
{
    char line[4096];
    bool behind_code = false;
    FILE *maps = fopen("/proc/self/maps", "r");
    page = (uintptr_t)sysconf(_SC_PAGESIZE);
    while (maps && page_count == 0 && fgets(line, sizeof line, maps)) {
        unsigned long first, end;
        char rights[8];
        if (!strstr(line, "/libsleef.so") || sscanf(line, "%lx-%lx %7s", &first, &end, rights) != 3)
            continue;
        if (behind_code && strcmp(rights, "r--p") == 0) {
            first_address = first;
            page_count = (end - first) / page;
        }
        behind_code = behind_code || strcmp(rights, "r-xp") == 0;
    }
    if (maps)
        fclose(maps);
    return page_count > 0;
}

static bool take_away(void)
{
    struct sigaction action = {.sa_sigaction = give_back, .sa_flags = SA_SIGINFO};
    void *first = (void *)first_address; /* NOLINT(performance-no-int-to-ptr) */
    return sigaction(SIGSEGV, &action, NULL) == 0 && mprotect(first, page_count * page, PROT_NONE) == 0;
}

/* ---- What is called ------------------------------------------------------------------------------------- */

/* All functions on arguments of every size, and on what is no number. */
static void call_everything(const kernel_set *set, const row_kernels *rows)
{
    static double file[3 * WIDTH];
    frame f = {.base = file, .width = WIDTH};
    kernel_call call = {.operands = {0, WIDTH}, .result = 2 * WIDTH};
    for (int exponent = -1080; exponent < 1030; exponent++) {
        for (int i = 0; i < 2 * WIDTH; i++)
            file[i] = ldexp(i % 2 ? -1 - i / 64.0 : 1 + i / 64.0, exponent);
        file[0] = NAN, file[1] = INFINITY, file[2] = -INFINITY, file[3] = 0.0;
        for (int function = 0; function < CODE_COUNT; function++)
            if (function == CODE_POWER
#define SPECIAL(name, stem, accuracy) || function == CODE_##name
                                SPECIAL_OPERATIONS(SPECIAL)
#undef SPECIAL
            )
                set->of[function][0](&call, &f);
        rows->add_student(file + 2 * WIDTH, 0, 4, 0, file, WIDTH);
        set->member_normals(file + 2 * WIDTH, (uint64_t)exponent, 0, 0, WIDTH);
    }
}

/* In a process of its own: 0 as it should be. */
static int watch(const truce_program *program, engine_level level)
{
    truce_run *run = NULL;
    if (!take_away() || engine_run_create(program, 0, level, &run, NULL) != TRUCE_OK)
        return 2;
    long before = reads;
    truce_run_destroy(run);
    call_everything(level_kernels(level, 0), level_rows(level));
    printf("%s: %ld of %zu pages read by creating a run, %ld after it\n", engine_level_name(level), before,
           page_count, reads - before);
    fflush(stdout);
    return before > 0 && reads == before ? 0 : 1;
}

static void a_run_is_created_with_all_pages_of_the_special_functions_read(void **state)
{
    char path[4096];
    truce_model *model = NULL;
    truce_program *program = NULL;
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    (void)state;
    if (!find_constants())
        skip(); /* functions of our own, or another system */
    snprintf(path, sizeof path, "%s/models/lanchester.xmile", root ? root : ".");
    assert_int_equal(truce_model_load(path, &model, NULL), TRUCE_OK);
    assert_int_equal(truce_program_compile(model, NULL, &program, NULL), TRUCE_OK);
    for (engine_level level = ENGINE_BASELINE; level < ENGINE_LEVELS; level++) {
        int status = 0;
        if (!engine_level_available(level))
            continue;
        pid_t child = fork();
        if (child == 0)
            _exit(watch(program, level));
        assert_true(child > 0 && waitpid(child, &status, 0) == child);
        assert_int_equal(status, 0);
    }
    truce_program_destroy(program);
    truce_model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_created_with_all_pages_of_the_special_functions_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
