/* Every public call with arguments that make no sense (tests/misuse_calls.py writes them): no call crashes, hangs,
 * or takes them for good. Each is made in a process of its own. The last line is "N passed, N failed". */
#include "truce/truce.h"

#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MISUSE_OBJECTS
#include "misuse_calls.inc"
#undef MISUSE_OBJECTS

/* Where a right argument points to that is written. */
static struct {
    double numbers[1 << 16];
    char text[256];
    char *words;
    void *pointer;
    truce_error error;
} room;

static size_t passed, failed;
static const truce_case *talking;

/* ---- One call ---------------------------------------------------------------------------------------- */

static void judge(const char *call, int status)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        passed++;
        return;
    }
    failed++;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        printf("FAILED: %s does not return\n", call);
    else if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
        printf("FAILED: %s is taken for good\n", call);
    else
        printf("FAILED: %s crashes\n", call);
}

#define WRONG(text, ...)                                                                                     \
    do {                                                                                                     \
        int status = 0;                                                                                      \
        fflush(stdout);                                                                                      \
        pid_t child = fork();                                                                                \
        if (child == 0) {                                                                                    \
            bool came_right = false;                                                                         \
            alarm(60);                                                                                       \
            __VA_ARGS__;                                                                                     \
            _exit(!came_right);                                                                              \
        }                                                                                                    \
        waitpid(child, &status, 0);                                                                          \
        judge(text, status);                                                                                 \
    } while (0);

/* A number of options that is right for some question, or refused as an argument: no file is at fault. */
static bool is_right_or_refused(truce_status came)
{
    return came == TRUCE_OK || (came == TRUCE_BAD_USAGE && !room.error.file[0]);
}

/* ---- What is right ----------------------------------------------------------------------------------- */

static void must(truce_status status, const truce_error *error)
{
    if (status == TRUCE_OK)
        return;
    printf("FAILED: misuse cannot begin: %s\n0 passed, 1 failed\n", error->message);
    exit(1);
}

static void make_program(const char *root, truce_error *error)
{
    char path[4096];
    truce_ensemble_options few = truce_ensemble_default_options();
    snprintf(path, sizeof path, "%s/models/lanchester.xmile", root);
    must(truce_model_load(path, &object_truce_model, error), error);
    must(truce_program_compile(object_truce_model, NULL, &object_truce_program, error), error);
    must(truce_run_create(object_truce_program, 8, &object_truce_run, error), error);
    few.members = 8;
    must(truce_ensemble_run(object_truce_program, NULL, NULL, NULL, &few, &object_truce_ensemble, error),
         error);
    few_truce_ensemble_options = few;
    FILE *series = fopen("series.csv", "w");
    if (series) {
        fputs("time,red\n0,1\n1,2\n", series);
        fclose(series);
    }
    must(truce_data_load("series.csv", &object_truce_data, error), error);
    must(truce_files_create(&object_truce_files, error), error);
    must(truce_files_add(object_truce_files, "series.csv", "time,red\n0,1\n", 13, error), error);
    must(truce_hold_file("misuse.held", &object_truce_hold, error), error);
}

static void make_case(const char *root, truce_error *error)
{
    char path[4096];
    truce_simulation_options few = truce_simulation_default_options();
    truce_fit_options small = truce_fit_default_options();
    few.members = 16;
    few.engine = small.engine = TRUCE_ENGINE_INTERPRETER;
    small.particles = 32;
    snprintf(path, sizeof path, "%s/tests/data/fit/case.yaml", root);
    must(truce_case_load(path, &object_truce_case, error), error);
    must(truce_simulate(object_truce_case, &few, &object_truce_results, error), error);
    must(truce_fit_run(object_truce_case, &small, &object_truce_fit, error), error);
    few_truce_simulation_options = few;
    few_truce_fit_options = small;
    case_truce_simulation_options = case_truce_fit_options = object_truce_case;
}

static void make_talks(const char *root, truce_error *error)
{
    char path[4096];
    static truce_case *c; /* outlives the talks */
    truce_talks_options few = truce_talks_default_options();
    few.members = 100;
    few.engine = TRUCE_ENGINE_INTERPRETER;
    snprintf(path, sizeof path, "%s/tests/data/talks/case.yaml", root);
    must(truce_case_load(path, &c, error), error);
    must(truce_talks_run(c, &few, &object_truce_talks, error), error);
    few_truce_talks_options = few;
    talking = case_truce_talks_options = case_truce_ensemble_options = c;
}

/* Answers about the case of the talks: indices out of range reach the arrays of each. */
static void make_answers(truce_error *error)
{
    static const char *const worlds[] = {"actual", "push"};
    static const char goal[] = "at \"held\" 2024-08 > 1", value[] = "at \"held\" 2024-08";
    truce_comparison_options compare = truce_comparison_default_options();
    truce_enough_options enough = truce_enough_default_options();
    truce_matter_options matter = truce_matter_default_options();
    truce_discovery_options futures = truce_discovery_default_options();
    truce_yearly_options yearly = truce_yearly_default_options();
    compare.scenarios = worlds;
    compare.scenario_count = 2;
    compare.members = enough.members = yearly.members = 20;
    must(truce_compare(talking, &compare, &object_truce_comparison, error), error);
    enough.goal = goal;
    enough.lever = "drift";
    enough.how = "set";
    enough.most = 5;
    must(truce_enough_find(talking, &enough, &object_truce_enough, error), error);
    matter.output = value;
    matter.members = 200;
    must(truce_matter_find(talking, &matter, &object_truce_matter, error), error);
    futures.when = "at \"held\" 2024-08 > 3";
    futures.members = 400;
    must(truce_discovery_find(talking, &futures, &object_truce_discovery, error), error);
    yearly.value = "held";
    must(truce_yearly_find(talking, &yearly, &object_truce_yearly, error), error);
    few_truce_comparison_options = compare;
    few_truce_enough_options = enough;
    few_truce_matter_options = matter;
    few_truce_discovery_options = futures;
    few_truce_yearly_options = yearly;
    case_truce_comparison_options = case_truce_enough_options = case_truce_matter_options = talking;
    case_truce_discovery_options = case_truce_yearly_options = talking;
}

static void make_plan_and_claims(truce_error *error)
{
    static const truce_plan_lever lever = {"drift", 0, 5, NAN};
    truce_plan_options plan = truce_plan_default_options();
    truce_claims_options claims = truce_claims_default_options();
    plan.goal = "at \"held\" 2024-08 > 1";
    plan.levers = &lever;
    plan.lever_count = 1;
    plan.how = "set";
    plan.members = 20;
    plan.evaluations = 4;
    must(truce_plan_find(talking, &plan, &object_truce_plan, error), error);
    FILE *file = fopen("claims.yaml", "w");
    if (file) {
        fputs("as-of: 2024-05-13\nclaims:\n  - {id: a, claim: A, test: 'at \"held\" 2024-04 > 8'}\n", file);
        fclose(file);
    }
    claims.file = "claims.yaml";
    claims.members = 60;
    must(truce_claims_judge(talking, &claims, &object_truce_claims, error), error);
    few_truce_plan_options = plan;
    few_truce_claims_options = claims;
    case_truce_plan_options = case_truce_claims_options = talking;
}

static void make_sources(const char *root, truce_error *error)
{
    static const char *const left_out[] = {"gaps"};
    static truce_case *c; /* outlives the answer */
    char path[4096];
    truce_sources_options few = truce_sources_default_options();
    few.sources = left_out;
    few.source_count = 1;
    few.particles = few.members = 32;
    few.engine = TRUCE_ENGINE_INTERPRETER;
    snprintf(path, sizeof path, "%s/tests/data/fit/robust.yaml", root);
    must(truce_case_load(path, &c, error), error);
    must(truce_sources_find(c, &few, &object_truce_sources, error), error);
    few_truce_sources_options = few;
    case_truce_sources_options = c;
}

/* Of the case that is fitted. */
static void make_forecasts(truce_error *error)
{
    truce_score_options scores = truce_score_default_options();
    truce_forecast_options forecast = truce_forecast_default_options();
    const truce_case *c = object_truce_case;
    scores.particles = forecast.particles = 32;
    scores.engine = forecast.engine = TRUCE_ENGINE_INTERPRETER;
    scores.first = scores.last = truce_case_facts_of(c).data_end - 1;
    forecast.made = "2025-01-15";
    must(truce_score_run(c, &scores, &object_truce_scores, error), error);
    must(truce_forecast_run(c, &forecast, &object_truce_forecast, error), error);
    must(truce_forecast_write(object_truce_forecast, "forecast.csv", error), error);
    must(truce_outcomes_load("forecast.csv", c, &object_truce_outcomes, error), error);
    few_truce_score_options = scores;
    few_truce_forecast_options = forecast;
    case_truce_score_options = case_truce_forecast_options = case_truce_page_options = c;
}

/* ---- Periods that no date can name --------------------------------------------------------------------- */

#define WRONG_PERIOD(call, type, start, member, object, run)                                                 \
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++)                                            \
    WRONG(call " takes no such " #member, type o = start; object *made = NULL; o.member = periods[i];        \
          came_right = run == TRUCE_BAD_USAGE && !made && strstr(room.error.message, "\"" #member "\""))

static void make_no_answers_about_no_time(void)
{
    static const truce_month periods[] = {INT_MIN, -2, 7652423, INT_MAX};
    static const truce_plan_lever lever = {"drift", 0, 5, NAN};
    static const char *const worlds[] = {"actual", "push"};
    truce_comparison_options compare = truce_comparison_default_options();
    truce_enough_options enough = truce_enough_default_options();
    truce_matter_options matter = truce_matter_default_options();
    truce_plan_options plan = truce_plan_default_options();
    truce_yearly_options yearly = truce_yearly_default_options();
    compare.scenarios = worlds;
    compare.scenario_count = 2;
    enough.goal = plan.goal = "at \"held\" 2024-08 > 1";
    enough.lever = "drift";
    enough.how = plan.how = "value";
    enough.most = 5;
    plan.levers = &lever;
    plan.lever_count = 1;
    matter.output = "at \"held\" 2024-08";
    yearly.value = "held";
    truce_error *e = &room.error;
    WRONG_PERIOD("truce_compare", truce_comparison_options, compare, from, truce_comparison,
                 truce_compare(talking, &o, &made, e))
    WRONG_PERIOD("truce_compare", truce_comparison_options, compare, to, truce_comparison,
                 truce_compare(talking, &o, &made, e))
    WRONG_PERIOD("truce_enough_find", truce_enough_options, enough, from, truce_enough,
                 truce_enough_find(talking, &o, &made, e))
    WRONG_PERIOD("truce_enough_find", truce_enough_options, enough, by, truce_enough,
                 truce_enough_find(talking, &o, &made, e))
    WRONG_PERIOD("truce_matter_find", truce_matter_options, matter, since, truce_matter,
                 truce_matter_find(talking, &o, &made, e))
    WRONG_PERIOD("truce_plan_find", truce_plan_options, plan, from, truce_plan,
                 truce_plan_find(talking, &o, &made, e))
    WRONG_PERIOD("truce_plan_find", truce_plan_options, plan, by, truce_plan,
                 truce_plan_find(talking, &o, &made, e))
    WRONG_PERIOD("truce_yearly_find", truce_yearly_options, yearly, until, truce_yearly,
                 truce_yearly_find(talking, &o, &made, e))
    WRONG_PERIOD("truce_talks_run", truce_talks_options, truce_talks_default_options(), from, truce_talks,
                 truce_talks_run(talking, &o, &made, e))
    WRONG_PERIOD("truce_talks_run", truce_talks_options, truce_talks_default_options(), branch_from,
                 truce_talks, truce_talks_run(talking, &o, &made, e))
    WRONG_PERIOD("truce_score_run", truce_score_options, truce_score_default_options(), first, truce_scores,
                 truce_score_run(object_truce_case, &o, &made, e))
    WRONG_PERIOD("truce_score_run", truce_score_options, truce_score_default_options(), last, truce_scores,
                 truce_score_run(object_truce_case, &o, &made, e))
}

/* ---- Options that name what is not there ------------------------------------------------------------------ */

#define WRONG_OPTION(type, start, object, run, ...)                                                          \
    WRONG(#run " takes " #__VA_ARGS__, type o = start; object *made = NULL; __VA_ARGS__;                     \
          came_right = run == TRUCE_BAD_USAGE && !made)

static void make_answers_to_nothing(void)
{
    static const char *const worlds[] = {"actual", NULL}, *const nothing[] = {NULL};
    static const truce_yearly_spread nameless = {NULL, 0, 1};
    truce_comparison_options compare = truce_comparison_default_options();
    truce_matter_options matter = truce_matter_default_options();
    truce_yearly_options yearly = truce_yearly_default_options();
    truce_sources_options sources = truce_sources_default_options();
    truce_score_options score = truce_score_default_options();
    truce_forecast_options forecast = truce_forecast_default_options();
    forecast.made = "2024-09-15";
    compare.scenario_count = 2;
    matter.output = "at \"held\" 2024-08";
    yearly.value = "held";
    yearly.spread_count = 1;
    truce_error *e = &room.error;
#define COMPARE  truce_comparison_options, compare, truce_comparison, truce_compare(talking, &o, &made, e)
#define MATTER   truce_matter_options, matter, truce_matter, truce_matter_find(talking, &o, &made, e)
#define YEARLY   truce_yearly_options, yearly, truce_yearly, truce_yearly_find(talking, &o, &made, e)
#define SCORE    truce_score_options, score, truce_scores, truce_score_run(talking, &o, &made, e)
#define FORECAST truce_forecast_options, forecast, truce_forecast, truce_forecast_run(talking, &o, &made, e)
#define SOURCES                                                                                              \
    truce_sources_options, sources, truce_sources, truce_sources_find(object_truce_case, &o, &made, e)
#define WITH(question, ...) WRONG_OPTION(question, __VA_ARGS__)
    WITH(COMPARE, o.scenarios = NULL);
    WITH(COMPARE, o.scenarios = worlds);
    WITH(MATTER, o.method = (truce_matter_method)99);
    WITH(MATTER, o.method = (truce_matter_method)-1);
    WITH(YEARLY, o.spreads = NULL);
    WITH(YEARLY, o.spreads = &nameless);
    WITH(SOURCES, o.source_count = 1);
    WITH(SOURCES, o.sources = nothing, o.source_count = 1);
    WITH(SOURCES, o.conclusion_count = 1);
    WITH(SOURCES, o.conclusions = nothing, o.conclusion_count = 1);
    WITH(SOURCES, o.keep = "");
    WITH(SCORE, o.keep = "");
    WITH(FORECAST, o.keep = "");
    WITH(FORECAST, o.scores = "");
}

static void serve_nobody(void)
{
    truce_server_options options = {.port = 65536};
    WRONG("truce_serve takes a port beyond 65535",
          came_right = truce_serve("misuse", &options, &room.error) == TRUCE_BAD_USAGE);
    options = (truce_server_options){.host_count = 1};
    WRONG("truce_serve takes a host without a name",
          came_right = truce_serve("misuse", &options, &room.error) == TRUCE_BAD_USAGE);
}

int main(void)
{
    char folder[] = "/tmp/misuse.XXXXXX", root[2048], command[128];
    truce_error error = {0};
    const char *source = getenv("TRUCE_SOURCE_ROOT");
    if (!realpath(source ? source : ".", root) || !mkdtemp(folder) || chdir(folder) != 0 ||
        mkdir("misuse", 0700) != 0)
        return 99;
    make_program(root, &error);
    make_case(root, &error);
    make_talks(root, &error);
    make_answers(&error);
    make_plan_and_claims(&error);
    make_sources(root, &error);
    make_forecasts(&error);
#include "misuse_calls.inc"
    make_no_answers_about_no_time();
    make_answers_to_nothing();
    serve_nobody();
    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command) != 0)
        failed++;
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed ? 1 : 0;
}
