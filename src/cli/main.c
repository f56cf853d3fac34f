/* truce: picks the command and looks after the standard streams. */
#include "cli/cli.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A closed standard stream would be taken by the next file that is opened. Standard output is opened for
 * reading, so that writing to it fails and is noticed. */
static void open_missing_streams(void)
{
    for (int stream = 0; stream <= 2; stream++)
        if (fcntl(stream, F_GETFD) == -1)
            (void)open("/dev/null", stream == 2 ? O_WRONLY : O_RDONLY);
}

/* The first line is the version, the others say how the program was built. */
static void print_version(void)
{
    truce_build_facts build = truce_build();
    printf("truce %s\n", truce_version());
    printf("compiler       %s\n", build.compiler);
    printf("native engine  %s\n", build.native ? "yes" : "no");
    printf("NetCDF         %s\n", build.netcdf ? "yes" : "no");
    printf("charts         %s\n", build.gnuplot ? "yes, by gnuplot" : "no");
    printf("cases, models  %s\n", TRUCE_DATA_DIRECTORY);
}

/* truce help [COMMAND] */
static int command_help(int argc, char **argv)
{
    char near[SUGGESTION_SIZE];
    if (argc > 2)
        return usage_error(NULL, "help takes one command, not also \"%s\"", argv[2]);
    bool known = argc < 2;
    for (size_t i = 0; i < command_count; i++)
        known |= argc == 2 && strcmp(argv[1], command_names[i]) == 0;
    if (!known)
        return usage_error(NULL, "unknown command \"%s\"%s", argv[1],
                           suggestion(near, argv[1], command_names, command_count));
    help_print(argc == 2 ? argv[1] : NULL);
    return 0;
}

static int run_command(int argc, char **argv)
{
    int (*const commands[])(int, char **) = {
        command_run,     command_check, command_explain, command_list,   command_compile,
        command_emit_c,  command_talks, command_fit,     command_score,  command_forecast,
        command_convert, command_new,   command_compare, command_claims, command_enough,
        command_matter,  command_plan,  command_yearly,  command_web,    command_serve};
    char near[SUGGESTION_SIZE];
    if (argc < 2)
        return usage_error(
            NULL, "say what to do: run, check, explain, list, compile, emit-c, convert, talks, fit, score, "
                  "forecast, new, compare, claims, enough, matter, plan, yearly, web or serve");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        help_print(NULL);
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        print_version();
        return 0;
    }
    if (strcmp(argv[1], "help") == 0)
        return command_help(argc - 1, argv + 1);
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(argv[1], command_names[i]) == 0)
            return commands[i](argc - 1, argv + 1);
    if (argv[1][0] == '-')
        return usage_error(NULL, "unknown option \"%s\"", argv[1]);
    return usage_error(NULL, "unknown command \"%s\"%s", argv[1],
                       suggestion(near, argv[1], command_names, command_count));
}

/* Numbers have points, whatever is loaded into the process. And NetCDF, when it is first used, leaves alone what may be
 * somebody else's: .ncrc, .daprc and .dodsrc of the working directory, and .aws of the home, for which it takes /tmp
 * where HOME is unset. HOME itself stays as it is, for the compiler. There are no other threads yet. */
static void keep_to_ourselves(void)
{
    uselocale(newlocale(LC_ALL_MASK, "C", (locale_t)0));
    setenv("NCRCENV_IGNORE", "1", 1);
    setenv("NC_TEST_AWS_DIR", "/dev/null", 1); /* in which nothing can be */
}

int main(int argc, char **argv)
{
    open_missing_streams();
    keep_to_ourselves();
    signal(SIGPIPE, SIG_IGN); /* a write that cannot be done fails, and is noticed and tidied up */
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGCHLD,
           SIG_DFL); /* whoever started this may have ignored it: then children end without an exit code */
    int code = inputs_begin();
    code = finish_output(code == 0 ? run_command(argc, argv) : code);
    inputs_end();
    if (was_interrupted())
        die_of_interruption();
    if (reader_is_gone())
        die_of_signal(SIGPIPE);
    /* Everything is flushed and closed. The HDF5 library under NetCDF cannot clean up at exit after a file
     * that the disk had no room for, and crashes. */
    if (code == EXIT_RUN_FAILED)
        _exit(code);
    return code;
}
