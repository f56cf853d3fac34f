/* Objects that threads share, for ThreadSanitizer (script/test builds it so): three threads save one program, run
 * ensembles of it, fit and simulate one case, and hold talks on another, each with three threads of its own. What
 * they get must be the same. Without the sanitizer it passes as well. */
#include "truce/truce.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static truce_program *program;
static truce_case *fitted, *talking;
static char folder[] = "/tmp/threads.XXXXXX";

typedef struct outcome {
    int number;
    bool failed;
    double mean, likelihood, width;
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
    truce_fit_destroy(f);
    truce_talks_destroy(t);
}

static void *work(void *context)
{
    truce_error error = {0};
    use_program(context, &error);
    use_cases(context, &error);
    return NULL;
}

int main(int count, char **names)
{
    char path[4096], command[128];
    truce_model *model = NULL;
    truce_error error = {0};
    outcome o[3] = {{.number = 0}, {.number = 1}, {.number = 2}};
    pthread_t threads[3];
    const char *root = count > 1 ? names[1] : ".";
    snprintf(path, sizeof path, "%s/models/lanchester.xmile", root);
    must(o, truce_model_load(path, &model, &error), &error);
    must(o, truce_program_compile(model, NULL, &program, &error), &error);
    snprintf(path, sizeof path, "%s/tests/data/fit/case.yaml", root);
    must(o, truce_case_load(path, &fitted, &error), &error);
    snprintf(path, sizeof path, "%s/tests/data/talks/case.yaml", root);
    must(o, truce_case_load(path, &talking, &error), &error);
    if (o[0].failed || !mkdtemp(folder))
        return 1;
    for (int i = 0; i < 3; i++)
        if (pthread_create(&threads[i], NULL, work, &o[i]) != 0)
            return 1;
    bool good = true;
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        good = good && !o[i].failed && o[i].mean == o[0].mean && o[i].likelihood == o[0].likelihood &&
               o[i].width == o[0].width;
    }
    truce_model_destroy(model);
    truce_program_destroy(program);
    truce_case_destroy(fitted);
    truce_case_destroy(talking);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    good = system(command) == 0 && good;
    return good ? 0 : 1;
}
