/* Any bytes as a command line: an argument a line, in a folder with a small case and a small model. Paths stay in that folder
 * (no slashes), and numbers are small, so that nothing runs for long; gnuplot and the compiler are not found. */
#include "fuzz/cases.h"
#include "fuzz/files.h"
#include "fuzz/fuzz.h"

#include <ctype.h>
#include <fcntl.h>
#include <getopt.h>
#include <setjmp.h>
#include <string.h>
#include <sys/stat.h>

int truce_main(int argc, char **argv); /* main of src/cli/main.c */
_Noreturn void truce_exit(int code);

enum { MOST_ARGUMENTS = 24 };

static void copy(const char *from, const char *name)
{
    char bytes[20000];
    FILE *stream = fopen(from, "rb");
    if (!stream)
        abort();
    size_t size = fread(bytes, 1, sizeof bytes, stream);
    fclose(stream);
    fuzz_file(name, (const uint8_t *)bytes, size);
}

/* The copies are made where the project is, then the process goes to live in the folder. */
static void make_folder(void)
{
    static const char *const files[][2] = {
        {"tests/data/fit/case.yaml", "case.yaml"},       {"tests/data/fit/model.xmile", "model.xmile"},
        {"tests/data/fit/observed.csv", "observed.csv"}, {"tests/data/fit/rival.yaml", "rival.yaml"},
        {"tests/data/talks/case.yaml", "talks/case.yaml"}, {"tests/data/talks/model.xmile", "talks/model.xmile"},
        {"models/lanchester.xmile", "lanchester.xmile"}};
    static int root = -1;
    char talks[64];
    if (root < 0)
        root = open(".", O_RDONLY | O_DIRECTORY);
    if (fchdir(root) != 0)
        abort();
    snprintf(talks, sizeof talks, "%s/talks", fuzz_folder());
    mkdir(talks, 0700);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        copy(files[i][0], files[i][1]);
    if (chdir(fuzz_folder()) != 0)
        abort();
}

/* Nothing is read from the terminal, shown, started, or kept elsewhere. */
static void leave_the_world(void)
{
    int nowhere = open("/dev/null", O_RDWR);
    dup2(nowhere, STDIN_FILENO);
    dup2(nowhere, STDOUT_FILENO);
    setenv("PATH", "/nowhere", 1);
    setenv("TRUCE_NATIVE", "0", 1);
    setenv("XDG_CACHE_HOME", fuzz_folder(), 1);
    setenv("TMPDIR", fuzz_folder(), 1);
}

/* What main.c calls in the place of _exit. */
static jmp_buf end;
_Noreturn void truce_exit(int code)
{
    longjmp(end, code + 1);
}

static int run(int count, char **arguments)
{
    int code = setjmp(end);
    return code ? code - 1 : truce_main(count, arguments);
}

/* At most two digits of a number are left, and no power of ten. */
static void tame(char *word)
{
    char *to = word;
    size_t digits = 0;
    for (const char *from = word; *from; from++) {
        digits = isdigit((unsigned char)*from) ? digits + 1 : 0;
        if (digits > 2 || ((*from == 'e' || *from == 'E') && from > word && isdigit((unsigned char)from[-1])))
            continue;
        *to++ = *from;
    }
    *to = '\0';
}

static int read_arguments(char *words, char **arguments)
{
    int count = 0;
    arguments[count++] = "truce";
    for (char *line = words, *rest; line && *line && count < MOST_ARGUMENTS; line = rest) {
        rest = strchr(line, '\n');
        if (rest)
            *rest++ = '\0';
        if (strchr(line, '/') || strstr(line, ".."))
            return 0;
        tame(line);
        arguments[count++] = line;
    }
    arguments[count] = NULL;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static bool made;
    char words[2048], *arguments[MOST_ARGUMENTS + 1];
    if (size == 0 || size >= sizeof words || memchr(bytes, 0, size))
        return 0;
    memcpy(words, bytes, size);
    words[size] = '\0';
    int count = read_arguments(words, arguments);
    if (count < 2 || strcmp(arguments[1], "serve") == 0) /* which goes on until it is ended */
        return 0;
    if (!made) {
        leave_the_world();
        make_folder();
    }
    made = true;
    optind = 0; /* getopt begins anew */
    int code = run(count, arguments);
    if (code != 0 && code != 1 && code != 2 && code != 64)
        abort();
    fuzz_clear();
    make_folder();
    return 0;
}
