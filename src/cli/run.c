/* truce run: a case as an ensemble of each scenario, or one member of it again; run_model.c runs the rest. */
#include "cli/cli.h"
#include "ensemble/ensemble.h"
#include "show/report.h"
#include "simulate/simulate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct run_options {
    const char *const *scenarios, *const *settings; /* as given */
    size_t scenario_count, setting_count;
    uint64_t members, seed, threads, member;
    bool members_given, threads_given, member_given, engine_given, force;
    truce_engine engine;
    const char *output, *data, *posterior;
    truce_interpolation interpolation;
    double tolerance;
    bool interpolation_given;
    const truce_fit *fit; /* of the posterior, or NULL */
} run_options;

/* ---- Scenarios ---------------------------------------------------------------------------------------- */

/* Indices of the scenarios asked for, each once; all of them when none is. */
static int choose_scenarios(const truce_case *c, const run_options *o, size_t *chosen, size_t *count)
{
    *count = 0;
    for (size_t i = 0; o->scenario_count == 0 && i < c->scenario_count; i++)
        chosen[(*count)++] = i;
    for (size_t i = 0; i < o->scenario_count; i++) {
        size_t index = case_find_scenario(c, o->scenarios[i]);
        if (index == SIZE_MAX) {
            char near[SUGGESTION_SIZE];
            const char **names = calloc(c->scenario_count + 1, sizeof *names);
            for (size_t s = 0; names && s < c->scenario_count; s++)
                names[s] = c->scenarios[s].name;
            usage_error("run", "%s has no scenario \"%s\"%s", c->path, o->scenarios[i],
                        suggestion(near, o->scenarios[i], names, names ? c->scenario_count : 0));
            free(names);
            return EXIT_USAGE;
        }
        bool seen = false;
        for (size_t j = 0; j < *count; j++)
            seen |= chosen[j] == index;
        if (!seen)
            chosen[(*count)++] = index;
    }
    return 0;
}

static int run_member(const truce_case *c, const run_options *o, size_t scenario)
{
    truce_error error = {0}, failure = {0};
    int code = o->output ? file_prepare(o->output, c->path, o->force) : 0;
    if (code != 0)
        return code;
    truce_status status =
        simulate_write_member(c, scenario, o->fit, o->seed, o->member, o->output, &failure, &error);
    if (status != TRUCE_OK)
        return report_error(&error);
    return failure.status == TRUCE_OK ? 0 : report_error(&failure);
}

/* ---- An ensemble of each scenario --------------------------------------------------------------------- */

typedef struct reporting {
    const truce_case *c;
    report *r;
    progress bar;
} reporting;

static truce_status take_part(void *context, const simulate_part *part, truce_error *error)
{
    reporting *x = context;
    results_scenario baseline = {0, part->baseline_plan, part->baseline};
    results_scenario scenario = {part->scenario, part->plan, part->ensemble};
    return report_add(x->r, &scenario, part->baseline ? &baseline : NULL, error);
}

static bool show_progress(void *context, const simulate_progress *p)
{
    reporting *x = context;
    const case_scenario *scenario = &x->c->scenarios[p->scenario];
    x->bar.title = scenario->title ? scenario->title : scenario->name;
    x->bar.members = p->members;
    x->bar.total = p->all_members;
    x->bar.before = p->all_done - p->done;
    return progress_update(&x->bar, p->done, p->members);
}

/* All members at once, or in parts when there are more than a report keeps. */
static truce_status run_scenarios(const truce_case *c, const run_options *o, const size_t *chosen,
                                  size_t count, report *r, truce_error *error)
{
    reporting x = {.c = c, .r = r};
    simulate_options options = {.scenarios = chosen,
                                .scenario_count = count,
                                .fit = o->fit,
                                .members = o->members,
                                .part = o->members > REPORT_MEMBERS_KEPT ? summary_chunk((unsigned)o->threads)
                                                                         : o->members,
                                .seed = o->seed,
                                .threads = (unsigned)o->threads,
                                .engine = o->engine,
                                .take = take_part,
                                .progress = show_progress,
                                .context = &x};
    truce_status status = simulate(c, &options, error);
    progress_clear(&x.bar);
    return status;
}

static void add_word(text *line, const char *word)
{
    if (strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./=:,+-") ==
            strlen(word) &&
        word[0]) {
        text_print(line, " %s", word);
        return;
    }
    text_print(line, " '");
    for (; *word; word++)
        text_print(line, *word == '\'' ? "'\\''" : "%c", *word);
    text_print(line, "'");
}

/* The command that gives the same results again, on any number of threads. */
static void describe_command(text *line, const char *name, const run_options *o)
{
    text_print(line, "truce run");
    add_word(line, name);
    for (size_t i = 0; i < o->scenario_count; i++) {
        text_print(line, " --scenario");
        add_word(line, o->scenarios[i]);
    }
    if (o->posterior) {
        text_print(line, " --posterior");
        add_word(line, o->posterior);
    }
    text_print(line, " --members %llu --seed %llu", (unsigned long long)o->members,
               (unsigned long long)o->seed);
}

static truce_status run_and_report(const truce_case *c, const run_options *o, const char *name,
                                   const size_t *chosen, size_t count, truce_error *error)
{
    text command = {0};
    report *r = NULL;
    describe_command(&command, name, o);
    truce_status status = command.failed
                              ? error_memory(error)
                              : report_create(c, o->seed, o->members, o->output, command.bytes, &r, error);
    if (status == TRUCE_OK) {
        results_use_threads(report_results(r), (unsigned)o->threads);
        report_use_interruption(r, (interruption){not_interrupted, NULL});
        results_use_fit(report_results(r), o->fit);
        status = results_use_scores(report_results(r), o->posterior, error);
    }
    if (status == TRUCE_OK)
        status = run_scenarios(c, o, chosen, count, r, error);
    if (status == TRUCE_OK)
        status = report_finish(r, error);
    if (status == TRUCE_OK)
        report_print_table(report_results(r), stdout, colour_wanted(stdout));
    report_destroy(r);
    text_free(&command);
    return status;
}

static int run_case(const truce_case *c, const run_options *o, const char *name)
{
    size_t count = 0;
    size_t *chosen = calloc(c->scenario_count + o->scenario_count + 1, sizeof *chosen);
    char *made = NULL;
    truce_error error = {0};
    if (!chosen) {
        error_memory(&error);
        return report_error(&error);
    }
    int code = choose_scenarios(c, o, chosen, &count);
    if (code == 0 && o->member_given) {
        code = run_member(c, o, chosen[0]);
        free(chosen);
        return code;
    }
    if (code == 0 && o->output)
        code = directory_prepare(o->output, o->force, &made);
    if (code == 0) {
        catch_interruption();
        if (run_and_report(c, o, name, chosen, count, &error) == TRUCE_OK) {
            free(made);
            if (o->output)
                printf("\nResults are in %s: report.html, summary.csv, observed.csv%s\n", o->output,
                       o->members > REPORT_MEMBERS_KEPT ? "" : ", members.nc");
        } else {
            if (o->output)
                directory_undo(o->output, made);
            code = report_error(&error);
        }
    }
    free(chosen);
    return code;
}

/* ---- The command line --------------------------------------------------------------------------------- */

static const struct option option_names[] = {{"scenario", required_argument, NULL, 's'},
                                             {"members", required_argument, NULL, 'n'},
                                             {"seed", required_argument, NULL, 'S'},
                                             {"threads", required_argument, NULL, 't'},
                                             {"output", required_argument, NULL, 'o'},
                                             {"force", no_argument, NULL, 'f'},
                                             {"member", required_argument, NULL, 'm'},
                                             {"set", required_argument, NULL, 'e'},
                                             {"data", required_argument, NULL, 'd'},
                                             {"interpolation", required_argument, NULL, 'i'},
                                             {"tolerance", required_argument, NULL, 'T'},
                                             {"engine", required_argument, NULL, 'E'},
                                             {"posterior", required_argument, NULL, 'p'},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

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
    if (text_to_number(written, strlen(written), &o->tolerance) && o->tolerance > 0)
        return 0;
    return usage_error("run", "--tolerance is a number above zero, not \"%s\"", written);
}

/* 0, an exit code, or -1 when help was asked for. */
static int read_option(int option, run_options *o, const char **scenarios, const char **settings)
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
    case 'E':
        o->engine_given = true;
        return option_engine("run", optarg, &o->engine) ? 0 : EXIT_USAGE;
    case 'm':
        o->member_given = true;
        return option_number("run", "--member", optarg, 0, UINT64_MAX, &o->member) ? 0 : EXIT_USAGE;
    case 'e':
        settings[o->setting_count++] = optarg;
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

static int run_single(const target *t, const run_options *o)
{
    if (o->scenario_count || o->members_given || o->threads_given || o->engine_given || o->posterior)
        return usage_error("run", "--%s needs a case, and \"%s\" is a %s",
                           o->posterior        ? "posterior"
                           : o->scenario_count ? "scenario"
                           : o->members_given  ? "members"
                           : o->threads_given  ? "threads"
                                               : "engine",
                           t->path, t->is_program ? "program" : "model");
    if (o->interpolation_given && !o->data)
        return usage_error("run", "--interpolation needs --data");
    if (o->tolerance != 0 && t->is_program)
        return usage_error("run", "--tolerance needs a model: a program has the one it was compiled with");
    const single_run run = {.seed = o->seed,
                            .member = o->member,
                            .settings = o->settings,
                            .setting_count = o->setting_count,
                            .data = o->data,
                            .interpolation = o->interpolation,
                            .tolerance = o->tolerance,
                            .output = o->output,
                            .force = o->force};
    return run_model(t, &run);
}

/* A case on the draws of its posterior, if one is given. */
static int run_fitted(const truce_case *c, const run_options *given, const char *name)
{
    truce_fit *fit = NULL;
    run_options o = *given;
    int code = o.posterior ? posterior_load(c, o.posterior, &fit) : 0;
    if (code != 0)
        return code;
    o.fit = fit;
    code = run_case(c, &o, name);
    truce_fit_destroy(fit);
    return code;
}

static int run_target(const char *name, const run_options *o)
{
    target t;
    int code = target_find(name, &t);
    if (code != 0)
        return code;
    if (!t.is_case)
        return run_single(&t, o);
    const char *single = o->setting_count         ? "set"
                         : o->data                ? "data"
                         : o->interpolation_given ? "interpolation"
                         : o->tolerance != 0      ? "tolerance"
                                                  : NULL;
    if (single)
        return usage_error("run", "--%s needs a model or a program, and \"%s\" is a case", single, name);
    if (o->member_given && (o->members_given || o->threads_given || o->engine_given))
        return usage_error("run", "--member runs one member and takes no --members, --threads or --engine");
    if (o->member_given && o->scenario_count > 1)
        return usage_error("run", "--member takes one scenario");
    truce_model *model;
    truce_case *c;
    code = target_load(&t, &model, &c);
    if (code == 0)
        code = run_fitted(c, o, name);
    target_unload(model, c);
    return code;
}

int command_run(int argc, char **argv)
{
    truce_ensemble_options defaults = truce_ensemble_default_options();
    run_options o = {.members = defaults.members, .seed = defaults.seed, .engine = default_engine()};
    const char **scenarios = calloc((size_t)argc, sizeof *scenarios);
    const char **settings = calloc((size_t)argc, sizeof *settings);
    truce_error error = {0};
    if (!scenarios || !settings) {
        free(scenarios);
        free(settings);
        error_memory(&error);
        return report_error(&error);
    }
    o.scenarios = scenarios;
    o.settings = settings;
    int code = 0;
    for (int option;
         code == 0 && (option = next_option("run", argc, argv, ":s:n:S:t:o:fm:p:h", option_names)) != -1;)
        code = read_option(option, &o, scenarios, settings);
    if (code == 0 && argc == optind)
        code = usage_error("run", "say which case or model to run");
    else if (code == 0 && argc - optind > 1)
        code = usage_error("run", "run takes one case, model or program, not also \"%s\"", argv[optind + 1]);
    else if (code == 0)
        code = run_target(argv[optind], &o);
    free(scenarios);
    free(settings);
    return code < 0 ? 0 : code;
}
