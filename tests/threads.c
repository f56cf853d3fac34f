/* Objects that threads share, for ThreadSanitizer (script/test builds it so): three threads save one program, run
 * ensembles of it, fit one case and forecast from it, load and simulate another on the draws of one fit, hold talks on
 * it, and ask of it what there is to ask, each with three threads of its own. What they get must be the same. Without
 * the sanitizer it passes as well. */
#include "truce/truce.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static truce_program *program;
static truce_case *fitted, *robust, *talking;
static truce_files *files;
static truce_fit *draws;
static char asked[4096];  /* the path of `talking` */
static char judged[4096]; /* the file of claims */
static char folder[] = "/tmp/threads.XXXXXX";

enum {
    COMPARED,
    ENOUGH,
    MATTER,
    FUTURES,
    PLANNED,
    YEARLY,
    FORECAST,
    SIMULATED,
    TALKS,
    SCORED,
    SOURCES,
    CLAIMS,
    TEXTS
};

typedef struct outcome {
    int number;
    bool failed;
    double mean, likelihood, width;
    char *texts[TEXTS]; /* JSON */
} outcome;

static void must(outcome *o, truce_status status, const truce_error *error)
{
    if (status == TRUCE_OK)
        return;
    o->failed = true;
    printf("FAILED: thread %d: %s\n", o->number, error->message);
}

static void use_program(outcome *o, truce_error *error)
{
    char path[256];
    truce_ensemble *e = NULL;
    truce_summary s = {0};
    truce_ensemble_options few = truce_ensemble_default_options();
    few.members = 100;
    few.threads = 3;
    few.block_width = 8;
    snprintf(path, sizeof path, "%s/%d.truce", folder, o->number);
    for (int i = 0; i < 20; i++)
        must(o, truce_program_save(program, path, error), error);
    must(o, truce_ensemble_run(program, NULL, NULL, NULL, &few, &e, error), error);
    must(o, truce_ensemble_summary(e, 0, truce_ensemble_save_count(e) - 1, &s, error), error);
    o->mean = s.mean;
    truce_ensemble_destroy(e);
}

static void use_cases(outcome *o, truce_error *error)
{
    truce_fit *f = NULL;
    truce_talks *t = NULL;
    truce_fit_options small = truce_fit_default_options();
    truce_talks_options few = truce_talks_default_options();
    small.particles = 32;
    few.members = 100;
    small.threads = few.threads = 3;
    must(o, truce_fit_run(fitted, &small, &f, error), error);
    o->likelihood = f ? truce_fit_log_likelihood(f)[0] : 0;
    must(o, truce_talks_run(talking, &few, &t, error), error);
    o->width = truce_talks_month_of(t, 0, 0, false).width.quantiles[2];
    must(o, truce_talks_json(t, &o->texts[TALKS], error), error);
    truce_fit_destroy(f);
    truce_talks_destroy(t);
}

static void forecast(outcome *o, truce_error *error)
{
    truce_forecast *f = NULL;
    truce_forecast_options small = truce_forecast_default_options();
    small.particles = 32;
    small.threads = 3;
    small.made = "2025-01-01";
    must(o, truce_forecast_run(fitted, &small, &f, error), error);
    must(o, truce_forecast_json(f, &o->texts[FORECAST], error), error);
    truce_forecast_destroy(f);
}

/* On the draws of a fit that all share, of a case that was loaded from files that all share. */
static void simulate(outcome *o, truce_error *error)
{
    char path[256];
    truce_case *own = NULL;
    truce_results *r = NULL;
    truce_hold *hold = NULL;
    truce_simulation_options few = truce_simulation_default_options();
    few.members = 50;
    few.threads = 3;
    few.posterior = draws;
    snprintf(path, sizeof path, "%s/%d.truce", folder, o->number);
    must(o, truce_files_reserve(files, path, error), error);
    must(o, truce_hold_file(path, &hold, error), error);
    must(o, truce_case_load_from(files, asked, NULL, &own, error), error);
    must(o, truce_simulate(fitted, &few, &r, error), error);
    must(o, truce_results_json(r, &o->texts[SIMULATED], error), error);
    truce_hold_release(hold);
    truce_results_destroy(r);
    truce_case_destroy(own);
}

static void compare(outcome *o, truce_error *error)
{
    const char *const worlds[] = {"actual", "push"};
    truce_comparison *found = NULL;
    truce_comparison_options few = truce_comparison_default_options();
    few.scenarios = worlds;
    few.scenario_count = 2;
    few.members = 50;
    few.threads = 3;
    must(o, truce_compare(talking, &few, &found, error), error);
    must(o, truce_comparison_json(found, &o->texts[COMPARED], error), error);
    truce_comparison_destroy(found);
}

static const char goal[] = "at \"held\" 2024-08 > 1";

static void find_enough(outcome *o, truce_error *error)
{
    truce_enough *found = NULL;
    truce_enough_options few = truce_enough_default_options();
    few.goal = goal;
    few.lever = "drift";
    few.how = "set";
    few.most = 5;
    few.members = 50;
    few.threads = 3;
    must(o, truce_enough_find(talking, &few, &found, error), error);
    must(o, truce_enough_json(found, &o->texts[ENOUGH], error), error);
    truce_enough_destroy(found);
}

static void find_plan(outcome *o, truce_error *error)
{
    truce_plan *found = NULL;
    const truce_plan_lever lever = {.name = "drift", .most = 5, .price = 1};
    truce_plan_options few = truce_plan_default_options();
    few.goal = goal;
    few.levers = &lever;
    few.lever_count = 1;
    few.how = "set";
    few.evaluations = 6;
    few.members = 50;
    few.threads = 3;
    must(o, truce_plan_find(talking, &few, &found, error), error);
    must(o, truce_plan_json(found, &o->texts[PLANNED], error), error);
    truce_plan_destroy(found);
}

static void find_matter(outcome *o, truce_error *error)
{
    truce_matter *found = NULL;
    truce_matter_options few = truce_matter_default_options();
    few.output = "at \"held\" 2024-08";
    for (int i = 0; i < 3; i++) { /* each thread in its own order */
        few.method = TRUCE_MATTER_DRAWS + (truce_matter_method)((o->number + i) % 3);
        few.members = few.method == TRUCE_MATTER_DRAWS ? 200 : few.method == TRUCE_MATTER_SOBOL ? 64 : 4;
        few.threads = 3;
        must(o, truce_matter_find(talking, &few, &found, error), error);
        if (few.method == TRUCE_MATTER_SOBOL)
            must(o, truce_matter_json(found, &o->texts[MATTER], error), error);
        truce_matter_destroy(found);
        found = NULL;
    }
}

static void find_futures(outcome *o, truce_error *error)
{
    truce_discovery *found = NULL;
    truce_discovery_options few = truce_discovery_default_options();
    few.when = "at \"held\" 2024-08 > 5";
    few.members = 400;
    few.threads = 3;
    must(o, truce_discovery_find(talking, &few, &found, error), error);
    must(o, truce_discovery_json(found, &o->texts[FUTURES], error), error);
    truce_discovery_destroy(found);
}

static void find_years(outcome *o, truce_error *error)
{
    truce_yearly *found = NULL;
    truce_yearly_options few = truce_yearly_default_options();
    few.value = "held";
    few.members = 50;
    few.threads = 3;
    must(o, truce_yearly_find(talking, &few, &found, error), error);
    must(o, truce_yearly_json(found, &o->texts[YEARLY], error), error);
    truce_yearly_destroy(found);
}

static void score(outcome *o, truce_error *error)
{
    truce_scores *found = NULL;
    truce_score_options small = truce_score_default_options();
    small.particles = 32;
    small.threads = 3;
    if (!truce_month_parse("2024-09", &small.first))
        o->failed = true;
    must(o, truce_score_run(fitted, &small, &found, error), error);
    must(o, truce_scores_json(found, &o->texts[SCORED], error), error);
    truce_scores_destroy(found);
}

static void find_sources(outcome *o, truce_error *error)
{
    static const char *const gaps[] = {"gaps"};
    truce_sources *found = NULL;
    truce_sources_options few = truce_sources_default_options();
    few.sources = gaps;
    few.source_count = 1;
    few.particles = 32;
    few.members = 32;
    few.threads = 3;
    must(o, truce_sources_find(robust, &few, &found, error), error);
    must(o, truce_sources_json(found, &o->texts[SOURCES], error), error);
    truce_sources_destroy(found);
}

static void judge_claims(outcome *o, truce_error *error)
{
    truce_claims *found = NULL;
    truce_claims_options few = truce_claims_default_options();
    few.file = judged;
    few.members = 50;
    few.threads = 3;
    must(o, truce_claims_judge(talking, &few, &found, error), error);
    must(o, truce_claims_json(found, &o->texts[CLAIMS], error), error);
    truce_claims_destroy(found);
}

static void *work(void *context)
{
    truce_error error = {0};
    use_program(context, &error);
    use_cases(context, &error);
    void (*const questions[])(outcome *, truce_error *) = {forecast,  simulate,     compare,      find_enough,
                                                           find_plan, find_matter,  find_futures, find_years,
                                                           score,     find_sources, judge_claims};
    enum { QUESTIONS = sizeof questions / sizeof *questions };
    for (int i = 0; i < QUESTIONS; i++) /* not all at the same one */
        questions[(i + ((const outcome *)context)->number) % QUESTIONS](context, &error);
    return NULL;
}

/* What all threads use. */
static void prepare(outcome *o, const char *root, truce_error *error)
{
    char path[4096];
    truce_model *model = NULL;
    truce_fit_options small = truce_fit_default_options();
    small.particles = 32;
    snprintf(path, sizeof path, "%s/models/lanchester.xmile", root);
    must(o, truce_files_create_on_disk(&files, error), error);
    must(o, truce_model_load_from(files, path, &model, error), error);
    must(o, truce_program_compile(model, NULL, &program, error), error);
    snprintf(path, sizeof path, "%s/tests/data/fit/case.yaml", root);
    must(o, truce_case_load_from(files, path, NULL, &fitted, error), error);
    must(o, truce_fit_run(fitted, &small, &draws, error), error);
    snprintf(path, sizeof path, "%s/tests/data/fit/robust.yaml", root);
    must(o, truce_case_load_from(files, path, NULL, &robust, error), error);
    snprintf(judged, sizeof judged, "%s/fuzz/seeds/claims/tests", root);
    snprintf(asked, sizeof asked, "%s/tests/data/talks/case.yaml", root);
    must(o, truce_case_load_from(files, asked, NULL, &talking, error), error);
    truce_model_destroy(model);
}

static void clean_up(void)
{
    truce_fit_destroy(draws);
    truce_program_destroy(program);
    truce_case_destroy(fitted);
    truce_case_destroy(robust);
    truce_case_destroy(talking);
    truce_files_destroy(files);
}

static bool same(const outcome *a, const outcome *b)
{
    bool good = !b->failed && a->mean == b->mean && a->likelihood == b->likelihood && a->width == b->width;
    for (int i = 0; i < TEXTS; i++)
        if (!a->texts[i] || !b->texts[i] || strcmp(a->texts[i], b->texts[i]) != 0) {
            printf("FAILED: thread %d: answer %d is another one\n", b->number, i);
            good = false;
        }
    return good;
}

int main(int count, char **names)
{
    char command[128];
    truce_error error = {0};
    outcome o[3] = {{.number = 0}, {.number = 1}, {.number = 2}};
    pthread_t threads[3];
    prepare(o, count > 1 ? names[1] : ".", &error);
    if (o[0].failed || !mkdtemp(folder))
        return 1;
    for (int i = 0; i < 3; i++)
        if (pthread_create(&threads[i], NULL, work, &o[i]) != 0)
            return 1;
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    bool good = true;
    for (int i = 0; i < 3; i++)
        good &= same(&o[0], &o[i]);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < TEXTS; k++)
            truce_text_free(o[i].texts[k]);
    clean_up();
    snprintf(command, sizeof command, "rm -rf %s", folder);
    good = system(command) == 0 && good;
    return good ? 0 : 1;
}
