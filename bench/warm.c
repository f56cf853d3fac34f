/* Whether the first calls of a special function are slower than later ones, for each function at each instruction set.
 *
 * Their rare paths read tables through masked loads, and until the page of such a table is really there each call of eight
 * lanes may take fifty times as long (kernels.h, "warm"; tests/test_warm.c). Every measurement is made in a process of its
 * own, which has touched nothing yet: a million calls for eight lanes, and another million. */
#include "subject.h"

#include "engine/level.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WIDTH = USUAL_WIDTH, CALLS = 1000000 * 8 / WIDTH, NORMALS = CODE_COUNT };

typedef struct measured {
    double first, second; /* ns per eight lanes */
} measured;

static double million(const kernel_set *set, int function, double *file)
{
    kernel_call call = {.operands = {0, WIDTH}, .result = 2 * WIDTH};
    frame f = {.base = file, .width = WIDTH};
    double start = processor_seconds();
    for (size_t i = 0; i < CALLS; i++)
        if (function == NORMALS)
            set->member_normals(file + 2 * WIDTH, 1, 0, i, WIDTH);
        else
            set->of[function][0](&call, &f);
    return (processor_seconds() - start) * 1e9 / 1e6;
}

static measured measure(const kernel_set *set, int function)
{
    static double file[3 * WIDTH];
    double nothing[8];
    for (int i = 0; i < 2 * WIDTH; i++)
        file[i] = 0.1 + 0.8 * i / (2 * WIDTH); /* no rare argument */
    set->warm(nothing);
    return (measured){million(set, function, file), million(set, function, file)};
}

/* In a process of its own: pages of the libraries that only other processes have touched are not there in it. */
static measured measure_apart(const kernel_set *set, int function)
{
    int ends[2];
    measured m = {0};
    if (pipe(ends) != 0)
        return m;
    pid_t child = fork();
    if (child == 0) {
        m = measure(set, function);
        _exit(write(ends[1], &m, sizeof m) == (ssize_t)sizeof m ? 0 : 1);
    }
    close(ends[1]);
    if (child < 0 || read(ends[0], &m, sizeof m) != (ssize_t)sizeof m)
        m = (measured){0};
    close(ends[0]);
    if (child > 0)
        waitpid(child, NULL, 0);
    return m;
}

int main(void)
{
    static const int codes[] = {
#define CODE(name, stem, accuracy) CODE_##name,
        SPECIAL_OPERATIONS(CODE)
#undef CODE
            CODE_POWER,
        NORMALS};
    printf("ns for eight lanes, the first million times and the second\n\n");
    printf("%-10s %-10s %8s %8s %8s\n", "function", "level", "first", "second", "ratio");
    for (size_t k = 0; k < sizeof codes / sizeof *codes; k++)
        for (engine_level level = ENGINE_BASELINE; level < ENGINE_LEVELS; level++) {
            if (!engine_level_available(level))
                continue;
            measured m = measure_apart(level_kernels(level, 0), codes[k]);
            printf("%-10s %-10s %8.1f %8.1f %8.2f\n", codes[k] == NORMALS ? "NORMAL" : code_name(codes[k]),
                   engine_level_name(level), m.first, m.second, m.first / m.second);
            fflush(stdout);
        }
    return 0;
}
