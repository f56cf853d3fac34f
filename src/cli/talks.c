/* truce talks: what the sides would accept, month by month, and whether a settlement would hold. */
#include "show/talks.h"
#include "case/case.h"
#include "cli/cli.h"
#include "talks/talks.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_DEALS = 64, MOST_SCENARIOS = 16 };

typedef struct talks_arguments {
    const char *scenarios[MOST_SCENARIOS], *branch, *posterior, *output;
    size_t scenario_count;
    month from;
    const char *deals[MOST_DEALS];
    size_t deal_count;
    uint64_t members, seed, threads, degree;
    truce_engine engine;
    bool force;
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

static int read_arguments(int argc, char **argv, talks_arguments *a)
{
    static const struct option names[] = {{"scenario", required_argument, NULL, 's'},
                                          {"deal", required_argument, NULL, 'd'},
                                          {"branch", required_argument, NULL, 'b'},
                                          {"from", required_argument, NULL, 'F'},
                                          {"posterior", required_argument, NULL, 'p'},
                                          {"members", required_argument, NULL, 'n'},
                                          {"seed", required_argument, NULL, 'S'},
                                          {"threads", required_argument, NULL, 't'},
                                          {"degree", required_argument, NULL, 'D'},
                                          {"engine", required_argument, NULL, 'E'},
                                          {"output", required_argument, NULL, 'o'},
                                          {"force", no_argument, NULL, 'f'},
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
            a->branch = optarg;
        else if (option == 'p')
            a->posterior = optarg;
        else if (option == 'F')
            right = month_parse(optarg, &a->from) ||
                    usage_error("talks", "--from is a month such as 2024-01, not \"%s\"", optarg) == 0;
        else if (option == 'o')
            a->output = optarg;
        else if (option == 'f')
            a->force = true;
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

static int unknown(const char *what, const char *name, const char *const *names, size_t count)
{
    char near[SUGGESTION_SIZE];
    return usage_error("talks", "no %s \"%s\"%s", what, name, suggestion(near, name, names, count));
}

static int find_scenario(const truce_case *c, const char *name, size_t *index)
{
    *index = truce_case_find_scenario(c, name);
    if (*index != SIZE_MAX)
        return 0;
    const char **names = calloc(c->scenario_count, sizeof *names);
    for (size_t i = 0; names && i < c->scenario_count; i++)
        names[i] = c->scenarios[i].name;
    int code = unknown("scenario", name, names, names ? c->scenario_count : 0);
    free(names);
    return code;
}

/* SCENARIO=PROBABILITY */
static int read_branch(const truce_case *c, const char *written, talks_options *options)
{
    const char *equals = strrchr(written, '=');
    char name[256];
    double p;
    if (!equals || (size_t)(equals - written) >= sizeof name || !read_number(equals + 1, &p) ||
        !(p >= 0 && p <= 1))
        return usage_error("talks", "a branch is SCENARIO=PROBABILITY, such as us-stops=0.3, not \"%s\"",
                           written);
    snprintf(name, sizeof name, "%.*s", (int)(equals - written), written);
    options->branch_probability = p;
    return find_scenario(c, name, &options->branch);
}

/* The deals asked for, each once; all of the case when none is. */
static int choose_deals(const truce_case *c, const talks_arguments *a, talks_shown *shown)
{
    const case_talks *t = c->talks;
    for (size_t i = 0; i < t->deal_count && i < TALKS_SHOWN; i++)
        shown->deals[shown->deal_count++] = i;
    if (a->deal_count == 0)
        return 0;
    const char *names[TALKS_SHOWN];
    for (size_t i = 0; i < shown->deal_count; i++)
        names[i] = t->deals[i].name;
    size_t count = shown->deal_count;
    shown->deal_count = 0;
    for (size_t k = 0; k < a->deal_count; k++) {
        size_t i = 0, seen = 0;
        while (i < count && strcmp(names[i], a->deals[k]) != 0)
            i++;
        if (i == count)
            return unknown("deal", a->deals[k], names, count);
        while (seen < shown->deal_count && shown->deals[seen] != i)
            seen++;
        if (seen == shown->deal_count)
            shown->deals[shown->deal_count++] = i;
    }
    return 0;
}

/* The scenarios asked for, each once; the case's first when none is. */
static int choose_scenarios(const truce_case *c, const talks_arguments *a, talks_scenario *scenarios,
                            size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < a->scenario_count; i++) {
        size_t index, seen = 0;
        int code = find_scenario(c, a->scenarios[i], &index);
        if (code != 0)
            return code;
        while (seen < *count && scenarios[seen].scenario != index)
            seen++;
        if (seen == *count)
            scenarios[(*count)++] = (talks_scenario){.scenario = index};
    }
    if (*count == 0)
        scenarios[(*count)++] = (talks_scenario){0};
    return 0;
}

/* ---- The command -------------------------------------------------------------------------------------- */

static truce_status run_scenario(const truce_case *c, talks_options *options, talks_scenario *scenarios,
                                 size_t i, truce_error *error)
{
    talks_scenario *s = &scenarios[i];
    progress *p = options->run.context;
    p->title = c->scenarios[s->scenario].title;
    options->scenario = s->scenario;
    TRY(talks_run(c, options, &s->result, error));
    p->before += talks_members(c, options);
    if (s->result.record.weights)
        options->record = &s->result.record;
    if (i == 0)
        return TRUCE_OK;
    s->changes = calloc(s->result.month_count, sizeof *s->changes);
    bool compared = s->changes && talks_compare(&scenarios[0].result, &s->result, s->changes);
    talks_forget_paths(&s->result);
    return compared ? TRUCE_OK : error_memory(error);
}

static truce_status run_all(const truce_case *c, talks_options *options, talks_shown *shown,
                            talks_scenario *scenarios, const char *output, truce_error *error)
{
    truce_status status = TRUCE_OK;
    progress p = {.members = talks_members(c, options),
                  .total = talks_members(c, options) * shown->scenario_count};
    options->run.progress = progress_update;
    options->run.context = &p;
    for (size_t i = 0; i < shown->scenario_count && status == TRUCE_OK; i++)
        status = run_scenario(c, options, scenarios, i, error);
    progress_clear(&p);
    if (status == TRUCE_OK) {
        talks_print(stdout, shown, colour_wanted(stdout));
        if (output)
            status = talks_write(output, shown, error);
    }
    for (size_t i = 0; i < shown->scenario_count; i++) {
        talks_free(&scenarios[i].result);
        free(scenarios[i].changes);
    }
    return status;
}

static int talk(const truce_case *c, const talks_arguments *a, const truce_fit *fit)
{
    talks_options options = talks_default_options();
    talks_scenario scenarios[MOST_SCENARIOS];
    talks_shown shown = {.c = c,
                         .options = &options,
                         .scenarios = scenarios,
                         .watched = {not_interrupted, NULL},
                         .posterior = a->posterior};
    truce_error error = {0};
    char *made = NULL;
    if (!c->talks)
        return usage_error("talks", "the case has no section \"talks\"");
    options.from = a->from;
    options.fit = fit;
    options.degree = (unsigned)a->degree;
    options.run.members = a->members;
    options.run.seed = a->seed;
    options.run.threads = (unsigned)a->threads;
    options.run.engine = a->engine;
    int code = choose_scenarios(c, a, scenarios, &shown.scenario_count);
    if (code == 0 && a->branch)
        code = read_branch(c, a->branch, &options);
    if (code == 0)
        code = choose_deals(c, a, &shown);
    if (code == 0 && a->output)
        code = directory_prepare(a->output, a->force, &made);
    if (code != 0)
        return code;
    catch_interruption();
    truce_status status = run_all(c, &options, &shown, scenarios, a->output, &error);
    if (status != TRUCE_OK && a->output)
        directory_undo(a->output, made);
    else
        free(made);
    return status == TRUCE_OK ? 0 : report_error(&error);
}

int command_talks(int argc, char **argv)
{
    talks_arguments a = {
        .from = MONTH_NONE, .members = 4000, .seed = 1, .degree = 1, .engine = default_engine()};
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
    if (code == 0 && a.posterior)
        code = posterior_load(c, a.posterior, &fit);
    if (code == 0)
        code = talk(c, &a, fit);
    truce_fit_destroy(fit);
    target_unload(model, c);
    return code;
}
