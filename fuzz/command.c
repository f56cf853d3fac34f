/* Any bytes as a command line: an argument a line, in a folder with a small case and a small model. Paths stay in that folder
 * (no slashes but of paths there), and numbers are small, so that nothing runs for long. The compiler is not found, and
 * gnuplot is a script that draws nothing. */
#include "base/base.h"
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

static text read_whole(const char *path)
{
    text content = {0};
    if (text_read_file(&content, path, 1 << 20, NULL) != TRUCE_OK)
        abort();
    return content;
}

static void copy(const char *from, const char *name)
{
    text content = read_whole(from);
    fuzz_file(name, (const uint8_t *)content.bytes, content.length);
    text_free(&content);
}

static void make_directory(const char *name)
{
    char path[192];
    snprintf(path, sizeof path, "%s/%s", fuzz_folder(), name);
    mkdir(path, 0700);
}

/* The seed of whole cases that has every section, as files. */
static void copy_whole_case(void)
{
    static const char *const names[] = {"whole/model.xmile", "whole/series.csv", "whole/case.yaml",
                                        "whole/include.yaml"};
    text content = read_whole("fuzz/seeds/folder/whole");
    const char *from = content.bytes;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        fuzz_file(names[i], (const uint8_t *)from, strlen(from));
        from += strlen(from) + 1;
    }
    text_free(&content);
}

static int run(int count, char **arguments);

/* What commands make of case.yaml, which is in the folder: made once, then copied. */
static void copy_results(void)
{
    static text fitted, forecast;
    static char *commands[][11] = {
        {"truce", "fit", "case.yaml", "-n", "32", "-t", "1", "-o", "posterior", "--quiet"},
        {"truce", "forecast", "case.yaml", "-n", "32", "-t", "1", "-o", "made", "--date", "2024-12-31"}};
    if (!fitted.length) {
        if (run(10, commands[0]) != 0 || run(11, commands[1]) != 0)
            abort();
        fitted = read_whole("posterior/posterior.nc");
        forecast = read_whole("made/forecast.csv");
    }
    fuzz_file("posterior/posterior.nc", (const uint8_t *)fitted.bytes, fitted.length);
    fuzz_file("forecast.csv", (const uint8_t *)forecast.bytes, forecast.length);
}

/* The copies are made where the project is, then the process goes to live in the folder. */
static void make_folder(void)
{
    static const char *const files[][2] = {{"tests/data/fit/case.yaml", "case.yaml"},
                                           {"tests/data/fit/model.xmile", "model.xmile"},
                                           {"tests/data/fit/observed.csv", "observed.csv"},
                                           {"tests/data/fit/rival.yaml", "rival.yaml"},
                                           {"tests/data/talks/case.yaml", "talks/case.yaml"},
                                           {"tests/data/talks/model.xmile", "talks/model.xmile"},
                                           {"models/lanchester.xmile", "lanchester.xmile"},
                                           {"fuzz/seeds/claims/tests", "claims.yaml"}};
    static const char *const folders[] = {"talks", "whole", "posterior", "there"};
    static const char *const pages[] = {"there/index.html", "there/page.css", "there/page.js",
                                        "there/engine.js"};
    static int root = -1;
    if (root < 0)
        root = open(".", O_RDONLY | O_DIRECTORY);
    if (fchdir(root) != 0)
        abort();
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        make_directory(folders[i]);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        copy(files[i][0], files[i][1]);
    copy_whole_case();
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        fuzz_file(pages[i], (const uint8_t *)"page", 4);
    fuzz_file("data.csv", (const uint8_t *)"time,lethality[attacker]\n0,5\n2,4\n", 33);
    fuzz_file("more.yaml", (const uint8_t *)"scenarios: {more: {from: actual}}\n", 34);
    if (chdir(fuzz_folder()) != 0)
        abort();
    copy_results();
}

/* In the place of gnuplot: an empty drawing for every chart that is asked for. */
static void make_gnuplot(char *folder, size_t size)
{
    static const char script[] =
        "#!/bin/sh\nwhile read -r first second name; do if [ \"$first $second\" = 'set output' ]; then\n"
        "name=${name#?}; echo '<svg xmlns=\"http://www.w3.org/2000/svg\"/>' >\"${name%?}\"; fi; done "
        "<\"$2\"\n";
    char path[256];
    snprintf(folder, size, "%s-programs", fuzz_folder());
    snprintf(path, sizeof path, "%s/gnuplot", folder);
    mkdir(folder, 0700);
    FILE *stream = fopen(path, "w");
    if (!stream || fputs(script, stream) < 0 || fclose(stream) != 0 || chmod(path, 0700) != 0)
        abort();
}

/* Nothing is read from the terminal, shown, started, or kept elsewhere. */
static void leave_the_world(void)
{
    char programs[192];
    int nowhere = open("/dev/null", O_RDWR);
    dup2(nowhere, STDIN_FILENO);
    dup2(nowhere, STDOUT_FILENO);
    make_gnuplot(programs, sizeof programs);
    setenv("PATH", programs, 1);
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
    optind = 0; /* getopt begins anew */
    int code = setjmp(end);
    return code ? code - 1 : truce_main(count, arguments);
}

/* "2024-" and the like. */
static bool is_year(const char *digits)
{
    return digits[0] == '2' && digits[1] == '0' && isdigit((unsigned char)digits[2]) &&
           isdigit((unsigned char)digits[3]) && digits[4] == '-';
}

/* How many letters of a number are left as they are: members that talks and futures need, and a small number. */
static size_t kept(const char *from)
{
    static const char *const numbers[] = {"150", "400", "1e-6"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strcmp(from, numbers[i]) == 0)
            return strlen(from);
    return is_year(from) ? 5 : 0;
}

/* At most two digits of other numbers are left, and no power of ten. */
static void tame(char *word)
{
    char *to = word;
    size_t digits = 0;
    for (const char *from = word; *from; from++) {
        size_t whole = digits == 0 ? kept(from) : 0;
        if (whole) {
            memmove(to, from, whole);
            to += whole;
            from += whole - 1;
            continue;
        }
        digits = isdigit((unsigned char)*from) ? digits + 1 : 0;
        if (digits > 2 || ((*from == 'e' || *from == 'E') && from > word && isdigit((unsigned char)from[-1])))
            continue;
        *to++ = *from;
    }
    *to = '\0';
}

/* Whether a word may be a path out of the folder; two points are also between months. */
static bool leaves(const char *word)
{
    for (const char *at = word; (at = strstr(at, "..")) != NULL; at += 2)
        if (at == word || !isdigit((unsigned char)at[-1]) || !isdigit((unsigned char)at[2]))
            return true;
    return strchr(word, '/') && (strncmp(word, "whole/", 6) != 0 || strstr(word, "//"));
}

/* What runs thousands of members unless told otherwise runs 150. */
static bool runs_many(char *const *arguments, int count)
{
    static const char *const commands[] = {"fit",    "score",  "forecast", "talks",  "compare",
                                           "claims", "enough", "matter",   "yearly", "plan"};
    bool found = false;
    for (size_t i = 0; count > 1 && i < sizeof commands / sizeof *commands; i++)
        found = found || strcmp(arguments[1], commands[i]) == 0;
    for (int i = 2; i < count; i++)
        found = found && strncmp(arguments[i], "-n", 2) != 0 && strncmp(arguments[i], "--m", 3) != 0 &&
                strncmp(arguments[i], "--p", 3) != 0 && strncmp(arguments[i], "--f", 3) != 0;
    return found;
}

static int read_arguments(char *words, char **arguments)
{
    int count = 0;
    arguments[count++] = "truce";
    for (char *line = words, *rest; line && *line && count < MOST_ARGUMENTS; line = rest) {
        rest = strchr(line, '\n');
        if (rest)
            *rest++ = '\0';
        if (leaves(line))
            return 0;
        tame(line);
        arguments[count++] = line;
    }
    if (runs_many(arguments, count))
        arguments[count++] = "-n150";
    arguments[count] = NULL;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static bool made;
    char words[2048], *arguments[MOST_ARGUMENTS + 2];
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
    int code = run(count, arguments);
    if ((code != 0 && code != 1 && code != 2 && code != 64) || (code != 0 && getenv("TRUCE_FUZZ_SEEDS")))
        abort(); /* seeds are right */
    fuzz_clear();
    make_folder();
    return 0;
}
