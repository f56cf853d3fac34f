/* Every public call with arguments that make no sense (tests/misuse_calls.py writes them): no call crashes, hangs,
 * or takes them for good. Each is made in a process of its own. The last line is "N passed, N failed". */
#include "truce/truce.h"

#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MISUSE_OBJECTS
#include "misuse_calls.inc"
#undef MISUSE_OBJECTS

/* Where a right argument points to that is written. */
static struct {
    double numbers[1 << 16];
    char text[256];
    char *words;
    void *pointer;
    truce_error error;
} room;

static size_t passed, failed;

/* ---- One call ---------------------------------------------------------------------------------------- */

static void judge(const char *call, int status)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        passed++;
        return;
    }
    failed++;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        printf("FAILED: %s does not return\n", call);
    else if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
        printf("FAILED: %s is taken for good\n", call);
    else
        printf("FAILED: %s crashes\n", call);
}

#define WRONG(text, ...)                                                                                     \
    do {                                                                                                     \
        int status = 0;                                                                                      \
        fflush(stdout);                                                                                      \
        pid_t child = fork();                                                                                \
        if (child == 0) {                                                                                    \
            bool came_right = false;                                                                         \
            alarm(60);                                                                                       \
            __VA_ARGS__;                                                                                     \
            _exit(!came_right);                                                                              \
        }                                                                                                    \
        waitpid(child, &status, 0);                                                                          \
        judge(text, status);                                                                                 \
    } while (0);

/* ---- What is right ----------------------------------------------------------------------------------- */

static void must(truce_status status, const truce_error *error)
{
    if (status == TRUCE_OK)
        return;
    printf("FAILED: misuse cannot begin: %s\n0 passed, 1 failed\n", error->message);
    exit(1);
}

static void make_program(const char *root, truce_error *error)
{
    char path[4096];
    truce_ensemble_options few = truce_ensemble_default_options();
    snprintf(path, sizeof path, "%s/models/lanchester.xmile", root);
    must(truce_model_load(path, &object_truce_model, error), error);
    must(truce_program_compile(object_truce_model, NULL, &object_truce_program, error), error);
    must(truce_run_create(object_truce_program, 8, &object_truce_run, error), error);
    few.members = 8;
    must(truce_ensemble_run(object_truce_program, NULL, NULL, NULL, &few, &object_truce_ensemble, error),
         error);
    few_truce_ensemble_options = few;
    FILE *series = fopen("series.csv", "w");
    if (series) {
        fputs("time,red\n0,1\n1,2\n", series);
        fclose(series);
    }
    must(truce_data_load("series.csv", &object_truce_data, error), error);
}

static void make_case(const char *root, truce_error *error)
{
    char path[4096];
    truce_simulation_options few = truce_simulation_default_options();
    truce_fit_options small = truce_fit_default_options();
    few.members = 16;
    few.engine = small.engine = TRUCE_ENGINE_INTERPRETER;
    small.particles = 32;
    snprintf(path, sizeof path, "%s/tests/data/fit/case.yaml", root);
    must(truce_case_load(path, &object_truce_case, error), error);
    must(truce_simulate(object_truce_case, &few, &object_truce_results, error), error);
    must(truce_fit_run(object_truce_case, &small, &object_truce_fit, error), error);
    few_truce_simulation_options = few;
    few_truce_fit_options = small;
}

static void make_talks(const char *root, truce_error *error)
{
    char path[4096];
    static truce_case *c; /* outlives the talks */
    truce_talks_options few = truce_talks_default_options();
    few.members = 100;
    few.engine = TRUCE_ENGINE_INTERPRETER;
    snprintf(path, sizeof path, "%s/tests/data/talks/case.yaml", root);
    must(truce_case_load(path, &c, error), error);
    must(truce_talks_run(c, &few, &object_truce_talks, error), error);
    few_truce_talks_options = few;
}

int main(void)
{
    char folder[] = "/tmp/misuse.XXXXXX", root[2048], command[128];
    truce_error error = {0};
    const char *source = getenv("TRUCE_SOURCE_ROOT");
    if (!realpath(source ? source : ".", root) || !mkdtemp(folder) || chdir(folder) != 0 ||
        mkdir("misuse", 0700) != 0)
        return 99;
    make_program(root, &error);
    make_case(root, &error);
    make_talks(root, &error);
#include "misuse_calls.inc"
    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command) != 0)
        failed++;
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed ? 1 : 0;
}
