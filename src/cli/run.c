/* truce run: a case as an ensemble of each scenario, or one member of it again; run_model.c runs the rest. */
#include "cli/changes.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SETTINGS_MOST = 1024, NAME_MOST = 64 };

/* --set, --add, --scale, --sweep, --from and --to in their order: what they mean depends on the target. */
typedef struct given_change {
    int option;
    const char *value;
} given_change;

typedef struct run_options {
    const char *const *scenarios; /* as given */
    size_t scenario_count;
    given_change *changes;
    size_t change_count;
    const char *name, *save; /* of the scenario that changes make, and where to write it */
    const char *include;     /* a file of more sections, or NULL */
    const char *chart;       /* to write by itself, or NULL */
    uint64_t members, seed, threads, member;
    bool members_given, threads_given, member_given, engine_given, force, priors, quiet, json;
    truce_engine engine;
    const char *output, *data, *posterior;
    truce_interpolation interpolation;
    double tolerance;
    bool interpolation_given;
    const truce_fit *fit; /* of the posterior, or NULL */
} run_options;

/* ---- Options ------------------------------------------------------------------------------------------ */

static const struct option option_names[] = {{"scenario", required_argument, NULL, 's'},
                                             {"members", required_argument, NULL, 'n'},
                                             {"seed", required_argument, NULL, 'S'},
                                             {"threads", required_argument, NULL, 't'},
                                             {"output", required_argument, NULL, 'o'},
                                             {"force", no_argument, NULL, 'f'},
                                             {"member", required_argument, NULL, 'm'},
                                             {"set", required_argument, NULL, 'e'},
                                             {"add", required_argument, NULL, 'a'},
                                             {"scale", required_argument, NULL, 'x'},
                                             {"sweep", required_argument, NULL, 'w'},
                                             {"from", required_argument, NULL, 'F'},
                                             {"to", required_argument, NULL, 'O'},
                                             {"branch", required_argument, NULL, 'b'},
                                             {"milestone", required_argument, NULL, 'M'},
                                             {"name", required_argument, NULL, 'N'},
                                             {"save-scenario", required_argument, NULL, 'V'},
                                             {"include", required_argument, NULL, 'I'},
                                             {"chart", required_argument, NULL, 'c'},
                                             {"data", required_argument, NULL, 'd'},
                                             {"interpolation", required_argument, NULL, 'i'},
                                             {"tolerance", required_argument, NULL, 'T'},
                                             {"engine", required_argument, NULL, 'E'},
                                             {"posterior", required_argument, NULL, 'p'},
                                             {"priors", no_argument, NULL, 'P'},
                                             {"json", no_argument, NULL, 'j'},
                                             {"quiet", no_argument, NULL, 'q'},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

static const char *option_name(int option)
{
    const struct option *o = option_names;
    while (o->name && o->val != option)
        o++;
    return o->name;
}

/* ---- Scenarios ---------------------------------------------------------------------------------------- */

/* The scenarios asked for, each once; none: all of the case, or the baseline where changes make others, which
 * stand last. */
static int choose_scenarios(const truce_case *c, const run_options *o, size_t made, const char **chosen,
                            size_t *count)
{
    truce_case_facts facts = truce_case_facts_of(c);
    *count = 0;
    if (made && !o->scenario_count)
        chosen[(*count)++] = truce_case_scenario(c, 0).name;
    for (size_t i = 0; i < o->scenario_count; i++) {
        if (truce_case_find_scenario(c, o->scenarios[i]) == SIZE_MAX)
            return scenario_unknown("run", c, o->scenarios[i]);
        bool seen = false;
        for (size_t j = 0; j < *count; j++)
            seen |= strcmp(chosen[j], o->scenarios[i]) == 0;
        if (seen)
            print_line(stderr, "truce: warning: scenario \"%s\" is given twice and run once",
                       o->scenarios[i]);
        else
            chosen[(*count)++] = o->scenarios[i];
    }
    for (size_t i = facts.scenarios - made; i < facts.scenarios; i++)
        chosen[(*count)++] = truce_case_scenario(c, i).name;
    return 0;
}

static int run_member(const truce_case *c, const run_options *o, const char *scenario)
{
    truce_error error = {0}, failure = {0};
    char *made = NULL;
    int code = o->output ? file_prepare(o->output, o->force, &made) : 0;
    if (code == 0 && truce_case_write_member(c, scenario, o->fit, o->seed, o->member, o->output,
                                             not_interrupted, NULL, &failure, &error) != TRUCE_OK)
        code = report_error(&error);
    else if (code == 0 && failure.status != TRUCE_OK)
        code = report_error(&failure);
    return file_end(o->output, made, code);
}

/* ---- An ensemble of each scenario --------------------------------------------------------------------- */

typedef struct reporting {
    const truce_case *c;
    progress bar;
} reporting;

static bool show_progress(void *context, const truce_progress *p)
{
    reporting *x = context;
    truce_scenario scenario = truce_case_scenario(x->c, p->scenario);
    x->bar.title = scenario.title[0] ? scenario.title : scenario.name;
    x->bar.members = p->members;
    x->bar.total = p->all_members;
    x->bar.before = p->all_done - p->done;
    return progress_update(&x->bar, p->done, p->members);
}

/* The command that gives the same results again, on any number of threads. */
static void describe_command(phrase *line, const char *name, const run_options *o)
{
    phrase_print(line, "truce run");
    phrase_word(line, name);
    for (size_t i = 0; i < o->scenario_count; i++) {
        phrase_print(line, " --scenario");
        phrase_word(line, o->scenarios[i]);
    }
    for (size_t i = 0; i < o->change_count; i++) {
        phrase_print(line, " --%s", option_name(o->changes[i].option));
        phrase_word(line, o->changes[i].value);
    }
    if (o->name) {
        phrase_print(line, " --name");
        phrase_word(line, o->name);
    }
    if (o->include) {
        phrase_print(line, " --include");
        phrase_word(line, o->include);
    }
    if (o->posterior) {
        phrase_print(line, " --posterior");
        phrase_word(line, o->posterior);
    } else {
        phrase_print(line, " --priors");
    }
    phrase_print(line, " --members %llu --seed %llu", (unsigned long long)o->members,
                 (unsigned long long)o->seed);
}

static truce_status print_results(const truce_results *results, const run_options *o, truce_error *error)
{
    char *table;
    if (o->quiet)
        return TRUCE_OK;
    truce_status status = o->json ? truce_results_json(results, &table, error)
                                  : truce_results_table(results, colour_wanted(stdout), &table, error);
    if (status == TRUCE_OK)
        fputs(table, stdout);
    truce_text_free(table);
    return status;
}

/* Writes the chart asked for; a name that there is not is followed by those that there are. */
static truce_status write_chart(const truce_results *results, const run_options *o, truce_error *error)
{
    char *names = NULL;
    truce_status status = truce_results_chart(results, o->chart, o->output, not_interrupted, NULL, error);
    truce_error other = {0};
    if (status == TRUCE_BAD_USAGE && truce_results_charts(results, &names, &other) == TRUCE_OK)
        printf("Charts of this run:\n%s", names);
    truce_text_free(names);
    return status;
}

static truce_status run_and_report(const truce_case *c, const run_options *o, const char *name,
                                   const char *const *chosen, size_t count, truce_error *error)
{
    phrase command = {0};
    reporting x = {.c = c};
    truce_results *results = NULL;
    describe_command(&command, name, o);
    if (command.failed) {
        phrase_free(&command);
        return error_no_memory(error);
    }
    truce_simulation_options options = {.scenarios = chosen,
                                        .scenario_count = count,
                                        .members = (size_t)o->members,
                                        .seed = o->seed,
                                        .threads = (unsigned)o->threads,
                                        .engine = o->engine,
                                        .posterior = o->fit,
                                        .priors = true, /* whatever was chosen, chosen it is */
                                        .command = command.text,
                                        .scores = o->posterior,
                                        .progress = show_progress,
                                        .context = &x};
    truce_status status = o->output && !o->chart
                              ? truce_simulate_report(c, &options, o->output, &results, error)
                              : truce_simulate(c, &options, &results, error);
    progress_clear(&x.bar);
    if (status == TRUCE_OK && o->chart)
        status = write_chart(results, o, error);
    else if (status == TRUCE_OK)
        status = print_results(results, o, error);
    truce_results_destroy(results);
    phrase_free(&command);
    return status;
}

/* Before a disk is filled: count of scenarios, 0 stands for all. */
static void tell_size(const truce_case *c, const run_options *o, size_t count)
{
    const double gigabyte = 1e9;
    double bytes =
        truce_members_bytes(c, count ? count : truce_case_facts_of(c).scenarios, (size_t)o->members);
    if (bytes >= gigabyte)
        print_line(stderr,
                   "truce: warning: members.nc will hold %.1f GB of values, about half of it after "
                   "compression; fewer --members or fewer scenarios (--scenario) need less, and with more "
                   "than %d members it is not written",
                   bytes / gigabyte, TRUCE_MEMBERS_AT_ONCE);
}

static int run_ensemble(const truce_case *c, const run_options *o, const char *name,
                        const char *const *chosen, size_t count)
{
    char *made = NULL;
    truce_error error = {0};
    int code = o->output ? directory_prepare("run", o->output, o->force, &made) : 0;
    if (code != 0)
        return code;
    catch_interruption();
    if (o->output)
        tell_size(c, o, count);
    if (run_and_report(c, o, name, chosen, count, &error) == TRUCE_OK) {
        free(made);
        if (o->output && !o->quiet && !o->json)
            print_place(o->output, o->members > TRUCE_MEMBERS_AT_ONCE
                                       ? "report.html, summary.csv, observed.csv"
                                       : "report.html, summary.csv, observed.csv, "
                                         "members.nc");
        return 0;
    }
    if (o->output)
        directory_undo(o->output, made);
    return report_error(&error);
}

/* One chart of the report, without the rest of it. */
static int run_chart(const truce_case *c, const run_options *o, const char *name, const char *const *chosen,
                     size_t count)
{
    truce_error error = {0};
    char *made = NULL;
    int code = file_prepare(o->output, o->force, &made);
    if (code == 0) {
        catch_interruption();
        if (run_and_report(c, o, name, chosen, count, &error) != TRUCE_OK)
            code = report_error(&error);
    }
    if (file_end(o->output, made, code) != 0)
        return code;
    if (!o->quiet)
        print_line(stdout, "Chart \"%s\" is in %s", o->chart, o->output);
    return 0;
}

static int run_case(const truce_case *c, const run_options *o, size_t made, const char *name)
{
    size_t count = 0;
    const char **chosen = calloc(o->scenario_count + made + 1, sizeof *chosen);
    truce_error error = {0};
    if (!chosen) {
        error_no_memory(&error);
        return report_error(&error);
    }
    int code = choose_scenarios(c, o, made, chosen, &count);
    if (code == 0 && o->member_given)
        code = run_member(c, o, count ? chosen[count - 1] : truce_case_scenario(c, 0).name);
    else if (code == 0)
        code = (o->chart ? run_chart : run_ensemble)(c, o, name, chosen, count);
    free(chosen);
    return code;
}

/* ---- The command line --------------------------------------------------------------------------------- */

static int read_interpolation(const char *written, run_options *o)
{
    static const char *const names[] = {[TRUCE_INTERPOLATE_PREVIOUS] = "previous",
                                        [TRUCE_INTERPOLATE_LINEAR] = "linear",
                                        [TRUCE_INTERPOLATE_NONE] = "none"};
    enum { MODES = sizeof names / sizeof *names };
    o->interpolation_given = true;
    for (int i = 0; i < MODES; i++)
        if (strcmp(written, names[i]) == 0) {
            o->interpolation = (truce_interpolation)i;
            return 0;
        }
    char near[SUGGESTION_SIZE];
    return usage_error("run", "--interpolation is previous, linear or none, not \"%s\"%s", written,
                       suggestion(near, written, names, MODES));
}

static int read_tolerance(const char *written, run_options *o)
{
    if (read_number(written, &o->tolerance) && o->tolerance > 0)
        return 0;
    return usage_error("run", "--tolerance is a number above zero, not \"%s\"", written);
}

/* 0, an exit code, or -1 when help was asked for. */
static int read_option(int option, run_options *o, const char **scenarios)
{
    switch (option) {
    case 's':
        scenarios[o->scenario_count++] = optarg;
        return 0;
    case 'n':
        o->members_given = true;
        return option_number("run", "--members", optarg, 1, UINT32_MAX, &o->members) ? 0 : EXIT_USAGE;
    case 'S':
        return option_number("run", "--seed", optarg, 0, UINT64_MAX, &o->seed) ? 0 : EXIT_USAGE;
    case 't':
        o->threads_given = true;
        return option_number("run", "--threads", optarg, 1, 1024, &o->threads) ? 0 : EXIT_USAGE;
    case 'p':
        o->posterior = optarg;
        return 0;
    case 'P':
        o->priors = true;
        return 0;
    case 'j':
        o->json = true;
        return 0;
    case 'q':
        o->quiet = true;
        return 0;
    case 'E':
        o->engine_given = true;
        return option_engine("run", optarg, &o->engine) ? 0 : EXIT_USAGE;
    case 'm':
        o->member_given = true;
        return option_number("run", "--member", optarg, 0, UINT64_MAX, &o->member) ? 0 : EXIT_USAGE;
    case 'e':
    case 'a':
    case 'x':
    case 'w':
    case 'F':
    case 'O':
    case 'M':
    case 'b':
        o->changes[o->change_count++] = (given_change){option, optarg};
        return 0;
    case 'N':
        o->name = optarg;
        return 0;
    case 'V':
        o->save = optarg;
        return 0;
    case 'I':
        o->include = optarg;
        return 0;
    case 'c':
        o->chart = optarg;
        return 0;
    case 'd':
        o->data = optarg;
        return 0;
    case 'i':
        return read_interpolation(optarg, o);
    case 'T':
        return read_tolerance(optarg, o);
    case 'o':
        o->output = optarg;
        return 0;
    case 'f':
        o->force = true;
        return 0;
    case 'h':
        help_print("run");
        return -1;
    default:
        return EXIT_USAGE;
    }
}

/* The first option that only a case takes, or NULL. */
static const char *case_option(const run_options *o)
{
    for (size_t i = 0; i < o->change_count; i++)
        if (o->changes[i].option != 'e')
            return option_name(o->changes[i].option);
    return o->posterior        ? "posterior"
           : o->priors         ? "priors"
           : o->scenario_count ? "scenario"
           : o->members_given  ? "members"
           : o->threads_given  ? "threads"
           : o->engine_given   ? "engine"
           : o->name           ? "name"
           : o->save           ? "save-scenario"
           : o->include        ? "include"
           : o->chart          ? "chart"
           : o->json           ? "json"
           : o->quiet          ? "quiet"
                               : NULL;
}

static int run_single(const target *t, const run_options *o)
{
    const char *settings[SETTINGS_MOST];
    const char *unfit = case_option(o);
    if (unfit)
        return usage_error("run", "--%s needs a case, and \"%s\" is a %s", unfit, t->path,
                           t->is_program ? "program" : "model");
    if (o->change_count > SETTINGS_MOST)
        return usage_error("run", "more than %d settings", SETTINGS_MOST);
    for (size_t i = 0; i < o->change_count; i++)
        settings[i] = o->changes[i].value;
    if (o->interpolation_given && !o->data)
        return usage_error("run", "--interpolation needs --data");
    if (o->tolerance != 0 && t->is_program)
        return usage_error("run", "--tolerance needs a model: a program has the one it was compiled with");
    const single_run run = {.seed = o->seed,
                            .member = o->member,
                            .settings = settings,
                            .setting_count = o->change_count,
                            .data = o->data,
                            .interpolation = o->interpolation,
                            .tolerance = o->tolerance,
                            .output = o->output,
                            .force = o->force};
    return run_model(t, &run);
}

static int gather_changes(const run_options *o, changes *made)
{
    int code = 0;
    made->name = o->name;
    if (o->name && strlen(o->name) > NAME_MOST)
        return usage_error("run", "--name is longer than %d letters", NAME_MOST);
    for (size_t i = 0; i < o->change_count && code == 0; i++) {
        const given_change *x = &o->changes[i];
        code = x->option == 'M'   ? changes_milestone(made, "run", x->value)
               : x->option == 'b' ? changes_branches(made, "run", x->value)
               : x->option == 'w' ? changes_sweep(made, "run", x->value)
               : x->option == 'F' ? changes_period(made, "run", true, x->value)
               : x->option == 'O'
                   ? changes_period(made, "run", false, x->value)
                   : changes_add(made, "run", x->option == 'e' ? 's' : (char)x->option, x->value);
    }
    if (code == 0)
        changes_warn(made);
    if (code == 0 && (o->name ? !changes_count(made) : o->save && !changes_any(made)))
        code = usage_error("run", "--%s needs a change: --set, --add, --scale, --sweep or --branch",
                           o->name ? "name" : "save-scenario");
    return code;
}

/* Whether one of these changes is given. */
static bool gives(const run_options *o, const char *options)
{
    for (size_t i = 0; i < o->change_count; i++)
        if (strchr(options, o->changes[i].option))
            return true;
    return false;
}

/* What goes together in a run of a case. */
static int check_options(const run_options *o, const char *name)
{
    const char *single = o->data                  ? "data"
                         : o->interpolation_given ? "interpolation"
                         : o->tolerance != 0      ? "tolerance"
                                                  : NULL;
    if (single)
        return usage_error("run", "--%s needs a model or a program, and \"%s\" is a case", single, name);
    if (o->member_given && (o->members_given || o->threads_given || o->engine_given))
        return usage_error("run", "--member runs one member and takes no --%s",
                           o->members_given   ? "members"
                           : o->threads_given ? "threads"
                                              : "engine");
    if (o->member_given && o->scenario_count > 1)
        return usage_error("run", "--member takes one scenario");
    if (o->member_given && (o->json || o->quiet))
        return usage_error("run", "--member writes CSV and takes no --json and no --quiet");
    if (o->member_given && gives(o, "wM"))
        return usage_error("run", gives(o, "w") ? "--member runs one scenario and takes no --sweep"
                                                : "--member writes CSV and takes no --milestone");
    if (o->member_given && gives(o, "b") && gives(o, "eax"))
        return usage_error(
            "run", "--member runs one scenario: --branch makes one, and --set, --add or --scale another");
    if (o->chart && o->json)
        return usage_error("run", "--chart writes one chart and takes no --json");
    if (o->chart && (!o->output || o->member_given))
        return usage_error("run", "--chart needs -o FILE.svg, FILE.png or FILE.csv, and no --member");
    if (o->posterior && o->priors)
        return usage_error("run", "--priors leaves the posterior out, and --posterior asks for one");
    return 0;
}

/* On the draws of a posterior unless --priors says otherwise. */
static int run_loaded(const truce_case *c, const run_options *given, size_t changed, const char *name)
{
    truce_fit *fit = NULL;
    run_options o = *given;
    int code = posterior_choose(c, o.priors, &o.posterior, &fit);
    o.fit = fit;
    if (code == 0)
        code = run_case(c, &o, changed, name);
    truce_fit_destroy(fit);
    return code;
}

/* Before anything is run. */
static int prepare_saving(const run_options *o, char **folder)
{
    if (o->output && strcmp(o->output, o->save) == 0)
        return usage_error("run", "--save-scenario and --output name the same file");
    int code = file_prepare(o->save, o->force, folder);
    return code == 0 && o->output ? directory_spare("run", o->output, o->save) : code;
}

/* The scenario is saved when the run that it was made for has gone well. */
static int run_and_save(const truce_case *c, const run_options *o, const changes *made, const phrase *yaml,
                        const char *name)
{
    truce_error error = {0};
    char *folder = NULL;
    int code = o->save ? prepare_saving(o, &folder) : 0;
    if (code == 0)
        code = run_loaded(c, o, changes_count(made), name);
    if (code == 0 && o->save && truce_text_write(yaml->text, o->save, &error) != TRUCE_OK)
        code = report_error(&error);
    return o->save ? file_end(o->save, folder, code) : code;
}

/* A case with the scenarios that changes make. */
static int run_with_changes(const target *t, const run_options *given, const char *name)
{
    changes made = {0};
    phrase yaml = {0};
    truce_case *c = NULL;
    run_options o = *given;
    int code = gather_changes(&o, &made);
    if (code == 0 && o.include && changes_any(&made))
        code =
            usage_error("run", "--include brings scenarios that are written down, and changes make others: "
                               "use one of them");
    if (code == 0 && o.include)
        code = changes_load_file(t, o.include, &c);
    else if (code == 0)
        code = changes_load(&made, t, o.scenario_count ? o.scenarios[0] : NULL, &yaml, &c);
    if (code == 0)
        code = run_and_save(c, &o, &made, &yaml, name);
    phrase_free(&yaml);
    truce_case_destroy(c);
    return code;
}

static int run_target(const char *name, const run_options *o)
{
    target t;
    int code = target_find(name, &t);
    if (code == 0 && !t.is_case)
        return run_single(&t, o);
    if (code == 0)
        code = check_options(o, name);
    return code == 0 ? run_with_changes(&t, o, name) : code;
}

int command_run(int argc, char **argv)
{
    truce_ensemble_options defaults = truce_ensemble_default_options();
    run_options o = {.members = defaults.members, .seed = defaults.seed, .engine = default_engine()};
    const char **scenarios = calloc((size_t)argc, sizeof *scenarios);
    truce_error error = {0};
    o.scenarios = scenarios;
    o.changes = calloc((size_t)argc, sizeof *o.changes);
    if (!scenarios || !o.changes) {
        free(scenarios);
        free(o.changes);
        error_no_memory(&error);
        return report_error(&error);
    }
    int code = 0;
    for (int option;
         code == 0 && (option = next_option("run", argc, argv, ":s:n:S:t:o:fm:p:h", option_names)) != -1;)
        code = read_option(option, &o, scenarios);
    if (code == 0 && argc == optind)
        code = usage_error("run", "say which case or model to run");
    else if (code == 0 && argc - optind > 1)
        code = usage_error("run", "run takes one case, model or program, not also \"%s\"", argv[optind + 1]);
    else if (code == 0)
        code = run_target(argv[optind], &o);
    free(scenarios);
    free(o.changes);
    return code < 0 ? 0 : code;
}
