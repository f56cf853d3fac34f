/* truce fit: the posterior of a case, and a table of what it says. */
#include "cli/cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct fit_options {
    truce_fit_options fit;
    uint64_t particles, threads, draws;
    const char *output, *priors; /* priors: as given, or NULL */
    bool force, json, quiet;
} fit_options;

/* ---- Progress ---------------------------------------------------------------------------------------- */

typedef struct fit_bar {
    bool shown;
    double next; /* seconds: not to be shown before */
} fit_bar;

static bool show_progress(void *context, const truce_fit_progress *p)
{
    fit_bar *bar = context;
    char left[48] = "";
    if (was_interrupted())
        return false;
    if (!isatty(STDERR_FILENO) || p->seconds < bar->next)
        return true;
    bar->next = p->seconds + 0.1;
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

void sorted_draws(const truce_fit *f, size_t j, double *room)
{
    size_t n = truce_fit_draw_count(f);
    memcpy(room, truce_fit_values(f, j), n * sizeof *room);
    qsort(room, n, sizeof *room, ascending);
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

enum { NAME_COLUMNS = 28 };

static void print_parameter(const truce_fit *f, size_t j, double *room)
{
    size_t n = truce_fit_draw_count(f);
    truce_fit_diagnosis d = truce_fit_diagnosis_of(f, j);
    sorted_draws(f, j, room);
    const char *name = truce_fit_parameter_name(f, j);
    size_t width = print_width(name);
    bool long_name = width > NAME_COLUMNS;
    printf(long_name ? "  %s\n" : "  %s", name);
    printf("%*s %9.4g %9.4g %9.4g %5.3f %5.0f %5.0f %%\n",
           (int)(long_name ? NAME_COLUMNS + 2 : NAME_COLUMNS - width), "", room[n / 20], room[n / 2],
           room[n - 1 - n / 20], d.r_hat, d.tail, 100 * d.contraction);
}

/* The parameters that the data say most about. */
static void print_parameters(const truce_fit *f)
{
    enum { SHOWN = 25 };
    size_t count = truce_fit_parameter_count(f);
    double *room = calloc(truce_fit_draw_count(f) + 1, sizeof *room);
    line *lines = calloc(count + 1, sizeof *lines);
    for (size_t j = 0; lines && j < count; j++)
        lines[j] = (line){j, truce_fit_diagnosis_of(f, j).contraction};
    if (lines)
        qsort(lines, count, sizeof *lines, by_contraction);
    printf("  %-*s %9s %9s %9s %5s %5s %7s\n", NAME_COLUMNS, "parameter", "5 %", "median", "95 %", "R-hat",
           "tails", "learned");
    for (size_t i = 0; room && lines && i < count && i < SHOWN; i++)
        print_parameter(f, lines[i].parameter, room);
    if (count > SHOWN)
        printf("  and %zu more in diagnostics.csv\n", count - SHOWN);
    free(room);
    free(lines);
}

/* Times so short say nothing of the rate or the parts of the work. */
static void print_effort(const truce_fit_effort *effort)
{
    if (effort->seconds < 1)
        printf("%zu likelihoods in less than a second.\n", effort->likelihoods);
    else
        printf("%zu likelihoods in %.0f s, %.0f a second; %.0f %% of the work was outside the engine;\n"
               "threads waited %.0f %% of their time.\n",
               effort->likelihoods, effort->seconds, (double)effort->likelihoods / effort->seconds,
               100 * effort->outside, 100 * effort->waiting);
}

static void print_fit(const truce_case *c, const truce_fit *f)
{
    double error, evidence = truce_fit_log_evidence(f, &error);
    truce_fit_effort effort = truce_fit_effort_of(f);
    printf("%s\nPosterior of %zu parameters and %zu levels of noise, data to %s, %zu draws\n\n",
           truce_case_facts_of(c).title, truce_fit_parameter_count(f), truce_fit_noise_count(f),
           truce_fit_until(f), truce_fit_draw_count(f));
    if (truce_fit_earlier_priors(f))
        printf(
            "Priors as they were known then: %zu of %zu differ from today's, which --priors\nas-is has\n\n",
            truce_fit_earlier_priors(f), truce_fit_parameter_count(f));
    print_parameters(f);
    printf("\nLog evidence %.1f, standard error %.1f. Learned: the share of the prior's\nvariance "
           "that is "
           "gone.\n",
           evidence, error);
    print_effort(&effort);
    for (size_t i = 0; i < truce_fit_warning_count(f); i++)
        print_wrapped("Warning: ", 9, truce_fit_warning(f, i));
}

/* ---- The whole --------------------------------------------------------------------------------------- */

static void describe_command(phrase *command, const char *name, const fit_options *o)
{
    phrase_print(command, "truce fit");
    phrase_word(command, name);
    if (o->fit.until)
        phrase_print(command, " --until %s%s", o->fit.until, o->fit.as_is ? " --priors as-is" : "");
    phrase_print(command, " --particles %zu --seed %llu", o->fit.particles, (unsigned long long)o->fit.seed);
    if (o->draws)
        phrase_print(command, " --draws %llu", (unsigned long long)o->draws);
    if (!command->failed)
        truce_clean_line(command->text);
}

static truce_status print_json(const truce_fit *f, truce_error *error)
{
    char *words;
    truce_status status = truce_fit_json(f, &words, error);
    if (status == TRUCE_OK)
        fputs(words, stdout);
    truce_text_free(words);
    return status;
}

static truce_status fit_and_write(const truce_case *c, const char *name, fit_options *o, truce_error *error)
{
    fit_bar bar = {0};
    phrase command = {0}, checkpoint = {0};
    truce_fit *f = NULL;
    phrase_print(&checkpoint, "%s/checkpoint.bin", o->output ? o->output : "");
    describe_command(&command, name, o);
    o->fit.progress = show_progress;
    o->fit.context = &bar;
    o->fit.checkpoint = o->output ? checkpoint.text : NULL;
    o->fit.start_over = o->force;
    truce_status status =
        command.failed || checkpoint.failed ? error_no_memory(error) : truce_fit_run(c, &o->fit, &f, error);
    if (bar.shown)
        fputs("\r\033[K", stderr);
    if (status == TRUCE_OK && o->output)
        status = truce_fit_save(f, o->output, command.text, (size_t)o->draws, error);
    if (status == TRUCE_OK && o->json)
        status = print_json(f, error);
    else if (status == TRUCE_OK && !o->quiet)
        print_fit(c, f);
    truce_fit_destroy(f);
    phrase_free(&command);
    phrase_free(&checkpoint);
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
        code = directory_prepare("fit", o->output, o->force, &made);
    if (code == 0) {
        catch_interruption();
        if (fit_and_write(c, name, o, &error) == TRUCE_OK) {
            if (o->output && !o->quiet && !o->json)
                print_place(o->output, "posterior.nc, diagnostics.csv");
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
                                             {"priors", required_argument, NULL, 'p'},
                                             {"particles", required_argument, NULL, 'n'},
                                             {"seed", required_argument, NULL, 'S'},
                                             {"threads", required_argument, NULL, 't'},
                                             {"draws", required_argument, NULL, 'd'},
                                             {"output", required_argument, NULL, 'o'},
                                             {"force", no_argument, NULL, 'f'},
                                             {"json", no_argument, NULL, 'j'},
                                             {"quiet", no_argument, NULL, 'q'},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

static int read_priors(const char *written, fit_options *o)
{
    static const char *const kinds[] = {"dated", "as-is"};
    char near[SUGGESTION_SIZE];
    o->priors = written;
    o->fit.as_is = strcmp(written, kinds[1]) == 0;
    if (o->fit.as_is || strcmp(written, kinds[0]) == 0)
        return 0;
    return usage_error("fit", "--priors is dated or as-is, not \"%s\"%s", written,
                       suggestion(near, written, kinds, 2));
}

/* 0, an exit code, or -1 when help was asked for. */
static int read_option(int option, fit_options *o)
{
    switch (option) {
    case 'p':
        return read_priors(optarg, o);
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
    case 'j':
        o->json = true;
        return 0;
    case 'q':
        o->quiet = true;
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
    else if (code == 0 && o.priors && !o.fit.until)
        code =
            usage_error("fit", "--priors says which priors a fit up to an earlier month uses: give --until");
    else if (code == 0)
        code = fit_target_named(argv[optind], &o);
    return code < 0 ? 0 : code;
}
