/* truce fit: the posterior of a case, and a table of what it says. */
#include "fit/fit.h"
#include "cli/cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct fit_options {
    truce_fit_options fit;
    uint64_t particles, threads, draws;
    const char *output;
    bool force;
} fit_options;

/* ---- Progress ---------------------------------------------------------------------------------------- */

typedef struct fit_bar {
    bool shown;
} fit_bar;

static bool show_progress(void *context, const truce_fit_progress *p)
{
    fit_bar *bar = context;
    char left[48] = "";
    if (was_interrupted())
        return false;
    if (!isatty(STDERR_FILENO))
        return true;
    if (p->seconds_left >= 0)
        snprintf(left, sizeof left, ", about %.0f %s left",
                 p->seconds_left < 90 ? ceil(p->seconds_left) : ceil(p->seconds_left / 60),
                 p->seconds_left < 90 ? "s" : "min");
    fprintf(stderr, "\r\033[Kpopulation %zu of %zu, stage %zu, temperature %.3f: %.0f %%%s",
            p->population + 1, p->populations, p->stage + 1, p->temperature, 100 * p->share, left);
    fflush(stderr);
    bar->shown = true;
    return true;
}

/* ---- What came out ----------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef struct line {
    size_t parameter;
    double contraction;
} line;

static int by_contraction(const void *a, const void *b)
{
    const line *x = a, *y = b;
    return (x->contraction < y->contraction) - (x->contraction > y->contraction);
}

static void print_parameter(const truce_fit *f, size_t j, double *room)
{
    size_t n = f->count;
    memcpy(room, f->values + j * n, n * sizeof *room);
    qsort(room, n, sizeof *room, ascending);
    printf("  %-46.46s %10.4g %10.4g %10.4g %6.3f %6.0f %5.0f %%\n", f->names[j], room[n / 20], room[n / 2],
           room[n - 1 - n / 20], f->diagnoses[j].r_hat, f->diagnoses[j].tail,
           100 * f->diagnoses[j].contraction);
}

/* The parameters that the data say most about. */
static void print_parameters(const truce_fit *f)
{
    enum { SHOWN = 25 };
    double *room = calloc(f->count, sizeof *room);
    line *lines = calloc(f->parameter_count + 1, sizeof *lines);
    for (size_t j = 0; lines && j < f->parameter_count; j++)
        lines[j] = (line){j, f->diagnoses[j].contraction};
    if (lines)
        qsort(lines, f->parameter_count, sizeof *lines, by_contraction);
    printf("  %-46s %10s %10s %10s %6s %6s %7s\n", "parameter", "5 %", "median", "95 %", "R-hat", "tails",
           "learned");
    for (size_t i = 0; room && lines && i < f->parameter_count && i < SHOWN; i++)
        print_parameter(f, lines[i].parameter, room);
    if (f->parameter_count > SHOWN)
        printf("  and %zu more in diagnostics.csv\n", f->parameter_count - SHOWN);
    free(room);
    free(lines);
}

static void print_fit(const truce_fit *f)
{
    double error, evidence = truce_fit_log_evidence(f, &error), outside;
    printf("%s\nPosterior of %zu parameters and %zu levels of noise, data to %s, %zu draws\n\n", f->c->title,
           f->parameter_count, f->dimension - f->parameter_count, f->until, f->count);
    print_parameters(f);
    printf("\nLog evidence %.1f, standard error %.1f. Learned: the share of the prior's variance that is "
           "gone.\n",
           evidence, error);
    if (f->busy_seconds > 0) {
        outside = 1 - f->engine_seconds / f->busy_seconds;
        printf("%zu likelihoods in %.0f s, %.0f a second; %.0f %% of the work was outside the engine.\n",
               f->evaluations, f->seconds, (double)f->evaluations / f->seconds, 100 * outside);
    }
    for (size_t i = 0; i < f->warning_count; i++)
        print_wrapped("Warning: ", 9, f->warnings[i]);
}

/* ---- The whole --------------------------------------------------------------------------------------- */

static void describe_command(text *command, const char *name, const fit_options *o)
{
    text_print(command, "truce fit %s", name);
    if (o->fit.until)
        text_print(command, " --until %s", o->fit.until);
    text_print(command, " --particles %zu --seed %llu", o->fit.particles, (unsigned long long)o->fit.seed);
    if (o->draws)
        text_print(command, " --draws %llu", (unsigned long long)o->draws);
}

static truce_status fit_and_write(const truce_case *c, const char *name, fit_options *o, truce_error *error)
{
    fit_bar bar = {0};
    text command = {0}, checkpoint = {0};
    truce_fit *f = NULL;
    text_print(&checkpoint, "%s/checkpoint.bin", o->output ? o->output : "");
    describe_command(&command, name, o);
    o->fit.progress = show_progress;
    o->fit.context = &bar;
    o->fit.checkpoint = o->output ? checkpoint.bytes : NULL;
    if (o->output && o->force)
        unlink(checkpoint.bytes);
    truce_status status =
        command.failed || checkpoint.failed ? error_memory(error) : truce_fit_run(c, &o->fit, &f, error);
    if (bar.shown)
        fputs("\r\033[K", stderr);
    if (status == TRUCE_OK && o->output)
        status = fit_write(f, o->output, command.bytes, (size_t)o->draws, error);
    if (status == TRUCE_OK)
        print_fit(f);
    truce_fit_destroy(f);
    text_free(&command);
    text_free(&checkpoint);
    return status;
}

static int fit_target_named(const char *name, fit_options *o)
{
    target t;
    truce_model *model;
    truce_case *c;
    char *made = NULL;
    truce_error error = {0};
    int code = target_find(name, &t);
    if (code != 0)
        return code;
    if (!t.is_case)
        return usage_error("fit", "fit takes a case, and \"%s\" is a model", name);
    code = target_load(&t, &model, &c);
    if (code == 0 && o->output)
        code = directory_prepare(o->output, o->force, &made);
    if (code == 0) {
        catch_interruption();
        if (fit_and_write(c, name, o, &error) == TRUCE_OK) {
            if (o->output)
                printf("\nResults are in %s: posterior.nc, diagnostics.csv\n", o->output);
            free(made);
        } else {
            if (o->output)
                directory_undo(o->output, made);
            code = report_error(&error);
        }
    }
    target_unload(model, c);
    return code;
}

static const struct option option_names[] = {{"until", required_argument, NULL, 'u'},
                                             {"particles", required_argument, NULL, 'n'},
                                             {"seed", required_argument, NULL, 'S'},
                                             {"threads", required_argument, NULL, 't'},
                                             {"draws", required_argument, NULL, 'd'},
                                             {"output", required_argument, NULL, 'o'},
                                             {"force", no_argument, NULL, 'f'},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

/* 0, an exit code, or -1 when help was asked for. */
static int read_option(int option, fit_options *o)
{
    switch (option) {
    case 'u':
        o->fit.until = optarg;
        return 0;
    case 'n':
        return option_number("fit", "--particles", optarg, 32, 1 << 24, &o->particles) ? 0 : EXIT_USAGE;
    case 'S':
        return option_number("fit", "--seed", optarg, 0, UINT64_MAX, &o->fit.seed) ? 0 : EXIT_USAGE;
    case 't':
        return option_number("fit", "--threads", optarg, 1, 1024, &o->threads) ? 0 : EXIT_USAGE;
    case 'd':
        return option_number("fit", "--draws", optarg, 1, 1 << 24, &o->draws) ? 0 : EXIT_USAGE;
    case 'o':
        o->output = optarg;
        return 0;
    case 'f':
        o->force = true;
        return 0;
    case 'h':
        help_print("fit");
        return -1;
    default:
        return EXIT_USAGE;
    }
}

int command_fit(int argc, char **argv)
{
    fit_options o = {.fit = truce_fit_default_options()};
    o.fit.engine = default_engine();
    int code = 0;
    o.particles = o.fit.particles;
    for (int option;
         code == 0 && (option = next_option("fit", argc, argv, ":u:n:S:t:d:o:fh", option_names)) != -1;)
        code = read_option(option, &o);
    o.fit.particles = (size_t)o.particles;
    o.fit.threads = (unsigned)o.threads;
    if (code == 0 && argc == optind)
        code = usage_error("fit", "say which case to fit");
    else if (code == 0 && argc - optind > 1)
        code = usage_error("fit", "fit takes one case, not also \"%s\"", argv[optind + 1]);
    else if (code == 0)
        code = fit_target_named(argv[optind], &o);
    return code < 0 ? 0 : code;
}
