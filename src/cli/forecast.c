/* truce forecast: what the model, its rivals and their pool say of the months after the data, as a file that
 * can be held to account; and, for truce score --forecast, what came of such a file. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct forecast_command {
    truce_forecast_options options;
    uint64_t particles, threads;
    const char *output;
    char date[64];
    bool force, json, quiet;
} forecast_command;

/* From any thread: whether to go on; of a fit that is done also a line on a terminal. */
static bool go_on(void *context, size_t done, size_t all)
{
    (void)context;
    if (done != SIZE_MAX && isatty(STDERR_FILENO))
        fprintf(stderr, "\r%zu of %zu fits%s", done, all, done == all ? "\n" : "");
    return !was_interrupted();
}

/* ---- Making one ---------------------------------------------------------------------------------------- */

static truce_status write_forecast(const truce_forecast *f, const char *directory, truce_error *error)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s/forecast.csv", directory) >= (int)sizeof path)
        return error_make(error, TRUCE_BAD_USAGE, NULL, "the path of the output is too long");
    return truce_forecast_write(f, path, error);
}

static truce_status make_forecast(const truce_case *c, const forecast_command *o, char **table,
                                  truce_error *error)
{
    truce_forecast *f = NULL;
    truce_status status = truce_forecast_run(c, &o->options, &f, error);
    if (status == TRUCE_OK && o->output)
        status = write_forecast(f, o->output, error);
    if (status == TRUCE_OK)
        status = o->json ? truce_forecast_json(f, table, error) : truce_forecast_table(f, table, error);
    truce_forecast_destroy(f);
    return status;
}

static int forecast_loaded(const truce_case *c, const forecast_command *o)
{
    char *made = NULL, *table = NULL;
    truce_error error = {0};
    if (o->options.keep && directory_make(o->options.keep, &error) != TRUCE_OK)
        return report_error(&error);
    int code = o->output ? directory_prepare("forecast", o->output, o->force, &made) : 0;
    if (code != 0)
        return code;
    catch_interruption();
    if (make_forecast(c, o, &table, &error) != TRUCE_OK) {
        if (o->output)
            directory_undo(o->output, made);
        return report_error(&error);
    }
    free(made);
    if (!o->quiet)
        fputs(table, stdout);
    if (o->output && !o->quiet && !o->json)
        print_place(o->output, "forecast.csv");
    truce_text_free(table);
    return 0;
}

static int forecast_named(const char *name, forecast_command *o)
{
    target t;
    truce_model *model;
    truce_case *c;
    int code = target_find(name, &t);
    if (code != 0)
        return code;
    if (!t.is_case)
        return usage_error("forecast", "forecast takes a case, and \"%s\" is a model", name);
    code = target_load(&t, &model, &c);
    if (code == 0)
        code = forecast_loaded(c, o);
    target_unload(model, c);
    return code;
}

/* ---- The command ----------------------------------------------------------------------------------------
 */

static const struct option option_names[] = {{"particles", required_argument, NULL, 'n'},
                                             {"seed", required_argument, NULL, 'S'},
                                             {"threads", required_argument, NULL, 't'},
                                             {"scores", required_argument, NULL, 'c'},
                                             {"date", required_argument, NULL, 'd'},
                                             {"keep", required_argument, NULL, 'k'},
                                             {"output", required_argument, NULL, 'o'},
                                             {"force", no_argument, NULL, 'f'},
                                             {"json", no_argument, NULL, 'j'},
                                             {"quiet", no_argument, NULL, 'q'},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

/* 0, an exit code, or -1 when help was asked for. */
static int read_option(int option, forecast_command *o)
{
    switch (option) {
    case 'n':
        return option_number("forecast", "--particles", optarg, 32, 1 << 24, &o->particles) ? 0 : EXIT_USAGE;
    case 'S':
        return option_number("forecast", "--seed", optarg, 0, UINT64_MAX, &o->options.seed) ? 0 : EXIT_USAGE;
    case 't':
        return option_number("forecast", "--threads", optarg, 1, 1024, &o->threads) ? 0 : EXIT_USAGE;
    case 'c':
        o->options.scores = optarg;
        return 0;
    case 'd':
        snprintf(o->date, sizeof o->date, "%s", optarg);
        return 0;
    case 'k':
        o->options.keep = optarg;
        return 0;
    case 'o':
        o->output = optarg;
        return 0;
    case 'f':
        o->force = true;
        return 0;
    case 'j':
        o->json = true;
        return 0;
    case 'q':
        o->quiet = true;
        return 0;
    case 'h':
        help_print("forecast");
        return -1;
    default:
        return EXIT_USAGE;
    }
}

int command_forecast(int argc, char **argv)
{
    forecast_command o = {.options = truce_forecast_default_options()};
    time_t now = time(NULL);
    struct tm today;
    int code = 0;
    o.particles = o.options.particles;
    o.options.progress = go_on;
    if (gmtime_r(&now, &today))
        strftime(o.date, sizeof o.date, "%Y-%m-%d", &today);
    for (int option; code == 0 &&
                     (option = next_option("forecast", argc, argv, ":n:S:t:c:d:k:o:fh", option_names)) != -1;)
        code = read_option(option, &o);
    o.options.particles = (size_t)o.particles;
    o.options.threads = (unsigned)o.threads;
    o.options.engine = default_engine();
    o.options.made = o.date;
    if (code == 0 && argc - optind != 1)
        code = usage_error("forecast", "forecast takes one case");
    else if (code == 0)
        code = forecast_named(argv[optind], &o);
    return code < 0 ? 0 : code;
}

/* ---- What came of one -----------------------------------------------------------------------------------
 */

static int judge(const char *path, const truce_case *newer)
{
    char *table = NULL;
    truce_outcomes *outcomes = NULL;
    truce_error error = {0};
    truce_status status = truce_outcomes_load(path, newer, &outcomes, &error);
    if (status == TRUCE_OK)
        status = truce_outcomes_table(outcomes, &table, &error);
    if (status == TRUCE_OK)
        fputs(table, stdout);
    truce_text_free(table);
    truce_outcomes_destroy(outcomes);
    return status == TRUCE_OK ? 0 : report_error(&error);
}

int forecast_judge(const char *path, const char *newer)
{
    target t;
    truce_model *model = NULL;
    truce_case *c = NULL;
    int code = target_find(newer, &t);
    if (code == 0 && !t.is_case)
        return usage_error("score", "--data takes a case with newer data, and \"%s\" is a model", newer);
    if (code == 0)
        code = target_load(&t, &model, &c);
    if (code == 0)
        code = judge(path, c);
    target_unload(model, c);
    return code;
}
