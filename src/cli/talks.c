/* truce talks: what the sides would accept, month by month, and whether a settlement would hold. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_DEALS = 64, MOST_SCENARIOS = 16, GREATEST_DEGREE = 4 };

typedef struct talks_arguments {
    const char *scenarios[MOST_SCENARIOS], *branch, *posterior, *output;
    size_t scenario_count;
    truce_month from;
    const char *deals[MOST_DEALS];
    size_t deal_count;
    uint64_t members, seed, threads, degree;
    truce_engine engine;
    bool force, priors, quiet, json;
} talks_arguments;

/* ---- What is asked for -------------------------------------------------------------------------------- */

/* The value of an option that may be given several times. */
static bool add_name(const char *option, const char **names, size_t *count, size_t most)
{
    if (*count == most) {
        usage_error("talks", "%s may be given %zu times", option, most);
        return false;
    }
    names[(*count)++] = optarg;
    return true;
}

static bool take_branch(talks_arguments *a)
{
    if (a->branch) {
        usage_error("talks", "talks take one --branch: for another, run talks again");
        return false;
    }
    a->branch = optarg;
    return true;
}

static int read_arguments(int argc, char **argv, talks_arguments *a)
{
    static const struct option names[] = {{"scenario", required_argument, NULL, 's'},
                                          {"deal", required_argument, NULL, 'd'},
                                          {"branch", required_argument, NULL, 'b'},
                                          {"from", required_argument, NULL, 'F'},
                                          {"posterior", required_argument, NULL, 'p'},
                                          {"priors", no_argument, NULL, 'P'},
                                          {"members", required_argument, NULL, 'n'},
                                          {"seed", required_argument, NULL, 'S'},
                                          {"threads", required_argument, NULL, 't'},
                                          {"degree", required_argument, NULL, 'D'},
                                          {"engine", required_argument, NULL, 'E'},
                                          {"output", required_argument, NULL, 'o'},
                                          {"force", no_argument, NULL, 'f'},
                                          {"json", no_argument, NULL, 'j'},
                                          {"quiet", no_argument, NULL, 'q'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    for (int option; (option = next_option("talks", argc, argv, ":s:d:b:p:n:S:t:D:o:fh", names)) != -1;) {
        bool right = option != '?';
        if (option == 'h') {
            help_print("talks");
            return -1;
        }
        if (option == 's')
            right = add_name("--scenario", a->scenarios, &a->scenario_count, MOST_SCENARIOS);
        else if (option == 'b')
            right = take_branch(a);
        else if (option == 'p')
            a->posterior = optarg;
        else if (option == 'F')
            right = (truce_month_parse(optarg, &a->from) && truce_month_unit(a->from) == TRUCE_MONTHS) ||
                    usage_error("talks", "--from is a month such as 2024-01, not \"%s\"", optarg) == 0;
        else if (option == 'o')
            a->output = optarg;
        else if (option == 'f')
            a->force = true;
        else if (option == 'q')
            a->quiet = true;
        else if (option == 'j')
            a->json = true;
        else if (option == 'P')
            a->priors = true;
        else if (option == 'n')
            right = option_number("talks", "--members", optarg, 1, 1000000, &a->members);
        else if (option == 'S')
            right = option_number("talks", "--seed", optarg, 0, UINT64_MAX, &a->seed);
        else if (option == 't')
            right = option_number("talks", "--threads", optarg, 1, 1024, &a->threads);
        else if (option == 'D')
            right = option_number("talks", "--degree", optarg, 1, GREATEST_DEGREE, &a->degree);
        else if (option == 'E')
            right = option_engine("talks", optarg, &a->engine);
        else if (option == 'd')
            right = add_name("--deal", a->deals, &a->deal_count, MOST_DEALS);
        if (!right)
            return EXIT_USAGE;
    }
    if (argc - optind != 1)
        return usage_error("talks", argc == optind ? "say which case" : "talks takes one case");
    return 0;
}

/* SCENARIO=PROBABILITY[@DATE], whose name is written into `name`. */
static int read_branch(const char *written, char name[256], truce_talks_options *options)
{
    const char *equals = strrchr(written, '='), *at = equals ? strchr(equals, '@') : NULL;
    char number[32] = "";
    double p;
    size_t digits = equals ? (size_t)(at ? at - equals - 1 : (long)strlen(equals + 1)) : 0;
    if (digits < sizeof number)
        snprintf(number, sizeof number, "%.*s", (int)digits, equals ? equals + 1 : "");
    if (!equals || equals - written >= 256 || !read_number(number, &p) || !(p >= 0 && p <= 1) ||
        (at && !truce_month_parse(at + 1, &options->branch_from)))
        return usage_error("talks",
                           "a branch is SCENARIO=PROBABILITY or SCENARIO=PROBABILITY@DATE, such as "
                           "us-stops=0.3@2027-01, not \"%s\"",
                           written);
    snprintf(name, 256, "%.*s", (int)(equals - written), written);
    options->branch = name;
    options->branch_probability = p;
    return 0;
}

/* ---- The command -------------------------------------------------------------------------------------- */

typedef struct showing {
    const truce_case *c;
    progress bar;
} showing;

static bool show_progress(void *context, const truce_progress *p)
{
    showing *x = context;
    x->bar.title = truce_case_scenario(x->c, p->scenario).title;
    x->bar.members = p->members;
    x->bar.total = p->all_members;
    x->bar.before = p->all_done - p->done;
    return progress_update(&x->bar, p->done, p->members);
}

static truce_status print_talks(const truce_talks *talks, bool json, truce_error *error)
{
    char *table;
    truce_status status = json ? truce_talks_json(talks, &table, error)
                               : truce_talks_table(talks, colour_wanted(stdout), &table, error);
    if (status == TRUCE_OK) {
        fputs(table, stdout);
        truce_text_free(table);
    }
    return status;
}

/* The table and the files. */
static truce_status show(const truce_talks *talks, const talks_arguments *a, truce_error *error)
{
    truce_status status = a->quiet ? TRUCE_OK : print_talks(talks, a->json, error);
    return status == TRUCE_OK && a->output ? truce_talks_write(talks, a->output, not_interrupted, NULL, error)
                                           : status;
}

static int talk(const truce_case *c, const talks_arguments *a, const truce_fit *fit)
{
    showing x = {.c = c};
    char branch[256], *made = NULL;
    truce_error error = {0};
    truce_talks *talks = NULL;
    truce_talks_options options = {.scenarios = a->scenarios,
                                   .scenario_count = a->scenario_count,
                                   .deals = a->deals,
                                   .deal_count = a->deal_count,
                                   .from = a->from,
                                   .branch_from = TRUCE_MONTH_NONE,
                                   .posterior = fit,
                                   .priors = true, /* whatever was chosen, chosen it is */
                                   .degree = (unsigned)a->degree,
                                   .members = (size_t)a->members,
                                   .seed = a->seed,
                                   .threads = (unsigned)a->threads,
                                   .engine = a->engine,
                                   .progress = show_progress,
                                   .context = &x};
    if (!truce_case_facts_of(c).talks)
        return usage_error("talks", "the case has no section \"talks\"");
    int code = a->branch ? read_branch(a->branch, branch, &options) : 0;
    if (code == 0 && a->output)
        code = directory_prepare("talks", a->output, a->force, &made);
    if (code != 0)
        return code;
    catch_interruption();
    truce_status status = truce_talks_run(c, &options, &talks, &error);
    progress_clear(&x.bar);
    if (status == TRUCE_OK)
        status = show(talks, a, &error);
    truce_talks_destroy(talks);
    if (status != TRUCE_OK && a->output)
        directory_undo(a->output, made);
    else
        free(made);
    return status == TRUCE_OK ? 0 : report_error(&error);
}

int command_talks(int argc, char **argv)
{
    talks_arguments a = {
        .from = TRUCE_MONTH_NONE, .members = 4000, .seed = 1, .degree = 1, .engine = default_engine()};
    int code = read_arguments(argc, argv, &a);
    if (code != 0)
        return code < 0 ? 0 : code;
    target t;
    truce_model *model = NULL;
    truce_case *c = NULL;
    truce_fit *fit = NULL;
    code = target_find(argv[optind], &t);
    if (code == 0 && !t.is_case)
        code = usage_error("talks", "\"%s\" is a model: talks need a case", argv[optind]);
    if (code == 0)
        code = target_load(&t, &model, &c);
    if (code == 0 && a.posterior && a.priors)
        code = usage_error("talks", "--priors leaves the posterior out, and --posterior asks for one");
    if (code == 0)
        code = posterior_choose(c, a.priors, &a.posterior, &fit);
    if (code == 0)
        code = talk(c, &a, fit);
    truce_fit_destroy(fit);
    target_unload(model, c);
    return code;
}
