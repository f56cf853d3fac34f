/* truce matter: what of the spread of an output goes with each parameter. */
#include "cli/matter_sources.h"

#include <stdlib.h>
#include <string.h>

typedef struct matter_arguments {
    question q;
    const char *method, *since, *when;
    double density;
    uint64_t inputs;
    truce_matter_options o;
    sources_arguments sources;
} matter_arguments;

static const struct option option_names[] = {{"value", required_argument, NULL, 'v'},
                                             {"when", required_argument, NULL, 'w'},
                                             {"density", required_argument, NULL, 'd' + 256},
                                             {"scenario", required_argument, NULL, 's'},
                                             {"method", required_argument, NULL, 'm' + 256},
                                             {"parameters", required_argument, NULL, 'k' + 256},
                                             {"plain", no_argument, NULL, 'l' + 256},
                                             {"since", required_argument, NULL, 'b' + 256},
                                             SOURCES_OPTIONS,
                                             QUESTION_OPTIONS};

static int read_method(const char *written, truce_matter_method *method)
{
    static const char *const names[] = {"auto", "draws", "sobol", "morris"};
    char near[SUGGESTION_SIZE];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], written) == 0) {
            *method = (truce_matter_method)i;
            return 0;
        }
    return usage_error("matter", "--method is auto, draws, sobol or morris, not \"%s\"%s", written,
                       suggestion(near, written, names, sizeof names / sizeof *names));
}

static int read_density(const char *written, double *value)
{
    if (read_number(written, value) && *value > 0 && *value <= 1)
        return 0;
    return usage_error("matter", "--density is above 0 and at most 1, not \"%s\"", written);
}

static int read_option(int option, matter_arguments *a)
{
    switch (option) {
    case 'v':
        a->o.output = optarg;
        return sources_conclusion(&a->sources, optarg);
    case 'w':
        a->when = optarg;
        return 0;
    case 'd' + 256:
        return read_density(optarg, &a->density);
    case 's':
        a->o.scenario = optarg;
        return 0;
    case 'm' + 256:
        a->method = optarg;
        return read_method(optarg, &a->o.method);
    case 'k' + 256:
        return option_number("matter", "--parameters", optarg, 1, 1000, &a->inputs) ? 0 : EXIT_USAGE;
    case 'l' + 256:
        a->o.plain = true;
        return 0;
    case 'b' + 256:
        a->since = optarg;
        return question_month(&a->q, "--since", optarg, &a->o.since);
    case SOURCES_OPTION:
    case SOURCES_SOURCE:
    case SOURCES_PARTICLES:
    case SOURCES_KEEP:
    case SOURCES_HOLDS_IF:
        return sources_option(&a->sources, option);
    default:
        return question_option(&a->q, option);
    }
}

static void describe(matter_arguments *a, const char *name)
{
    const struct {
        const char *option, *value;
    } words[] = {{"--value", a->o.output},
                 {"--when", a->when},
                 {"--method", a->method},
                 {"--since", a->since},
                 {"--scenario", a->o.scenario}};
    question_words_begin(&a->q, name);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].value) {
            phrase_print(&a->q.words, " %s", words[i].option);
            question_word(&a->q, words[i].value);
        }
    if (a->inputs)
        phrase_print(&a->q.words, " --parameters %llu", (unsigned long long)a->inputs);
    if (a->density > 0)
        phrase_print(&a->q.words, " --density %g", a->density);
    if (a->o.plain)
        phrase_print(&a->q.words, " --plain");
}

/* What the method has for a default where --members is not given. */
static uint64_t members_of(const matter_arguments *a)
{
    if (a->when)
        return 4000;
    if (a->o.method == TRUCE_MATTER_MORRIS)
        return 20;
    return a->o.method == TRUCE_MATTER_SOBOL || (a->o.method == TRUCE_MATTER_AUTO && !a->q.fit) ? 1024 : 4000;
}

static truce_status answer(const question *q, const truce_matter_options *o, truce_error *error)
{
    truce_matter *found;
    char *words = NULL;
    busy_begin("Finding what matters");
    truce_status status = truce_matter_find(q->c, o, &found, error);
    busy_end();
    if (status == TRUCE_OK && q->output)
        status = truce_matter_write(found, q->output, error);
    if (status == TRUCE_OK)
        status = q->json ? truce_matter_json(found, &words, error) : truce_matter_table(found, &words, error);
    if (status == TRUCE_OK)
        question_print(q, words);
    truce_matter_destroy(found);
    return status;
}

/* --when: in which futures something holds. */
static truce_status discover(const matter_arguments *a, truce_error *error)
{
    const question *q = &a->q;
    truce_discovery *found;
    char *words = NULL;
    const truce_discovery_options o = {.when = a->when,
                                       .scenario = a->o.scenario,
                                       .density = a->density,
                                       .parameters = (size_t)a->inputs,
                                       .members = a->o.members,
                                       .seed = a->o.seed,
                                       .threads = a->o.threads,
                                       .engine = a->o.engine,
                                       .posterior = a->o.posterior,
                                       .command = a->o.command,
                                       .go_on = not_interrupted};
    busy_begin("Searching the futures");
    truce_status status = truce_discovery_find(q->c, &o, &found, error);
    busy_end();
    if (status == TRUCE_OK && q->output)
        status = truce_discovery_write(found, q->output, error);
    if (status == TRUCE_OK)
        status = q->json ? truce_discovery_json(found, &words, error)
                         : truce_discovery_table(found, &words, error);
    if (status == TRUCE_OK)
        question_print(q, words);
    truce_discovery_destroy(found);
    return status;
}

static int check_sources(const matter_arguments *a)
{
    if (a->when || a->method || a->since || a->o.plain || a->inputs || a->density > 0)
        return usage_error(
            "matter",
            "with --sources use only --value, --source, --particles, --keep, --holds-if and --scenario");
    return 0;
}

/* What is asked for says which options go with it. */
static int check_options(const matter_arguments *a)
{
    if (a->sources.asked)
        return check_sources(a);
    if (a->sources.any)
        return usage_error("matter", "--source, --particles, --keep and --holds-if need --sources");
    if (a->sources.conclusion_count > 1)
        return usage_error("matter", "--value may be given once (several times only with --sources)");
    if (!a->o.output && !a->when && a->q.output)
        return usage_error("matter", "--output is the directory for files; --value says what to analyse, "
                                     "such as --value 'at \"NAME\" MONTH'");
    if (!a->o.output == !a->when)
        return usage_error("matter",
                           "say what to analyse: a value (--value), or when something holds (--when)");
    if (a->when && (a->method || a->since || a->o.plain))
        return usage_error("matter", "--method, --since and --plain need --value");
    if (!a->when && a->density > 0)
        return usage_error("matter", "--density needs --when");
    return 0;
}

/* The name of a variable alone is no value: in which form it is asked for. */
static int check_value(const matter_arguments *a)
{
    char last[32];
    size_t whole, part;
    if (!a->o.output ||
        truce_model_look_up(truce_case_model(a->q.c), a->o.output, &whole, &part, NULL) != TRUCE_OK)
        return 0;
    truce_month_iso(truce_case_facts_of(a->q.c).stop, last);
    return usage_error("matter", "\"%s\" alone does not say when: write --value 'at \"%s\" %s'", a->o.output,
                       a->o.output, last);
}

static int find(matter_arguments *a, const char *name)
{
    question *q = &a->q;
    truce_error error = {0};
    truce_status status = TRUCE_OK;
    bool design = a->o.method == TRUCE_MATTER_SOBOL || a->o.method == TRUCE_MATTER_MORRIS;
    q->priors = q->priors || (design && !q->posterior);
    int code = question_begin(q, name);
    if (code == 0 && a->o.scenario)
        code = question_scenario(q, a->o.scenario);
    if (code == 0)
        code = check_value(a);
    if (!q->members)
        q->members = members_of(a);
    describe(a, name);
    if (code == 0 && !question_words_end(q))
        status = error_no_memory(&error);
    a->o.members = (size_t)q->members;
    a->o.inputs = (size_t)a->inputs;
    a->o.seed = q->seed;
    a->o.threads = (unsigned)q->threads;
    a->o.engine = q->engine;
    a->o.posterior = q->fit;
    a->o.command = q->words.text;
    a->o.go_on = not_interrupted;
    if (code == 0 && status == TRUCE_OK)
        status = a->when ? discover(a, &error) : answer(q, &a->o, &error);
    return question_end(q, code, status, &error,
                        a->when ? "futures.html, futures.csv, futures.nc"
                                : "matter.html, matter.csv, matter.nc");
}

int command_matter(int argc, char **argv)
{
    matter_arguments a = {.q = {.command = "matter", .seed = 1, .engine = default_engine()},
                          .o = truce_matter_default_options()};
    int code = 0;
    for (int option;
         code == 0 && (option = next_option("matter", argc, argv, ":s:n:S:t:o:fp:h", option_names)) != -1;)
        code = read_option(option, &a);
    if (code == 0 && argc - optind != 1)
        code = usage_error("matter", "say for which case");
    if (code == 0)
        code = check_options(&a);
    if (code != 0)
        return code < 0 ? 0 : code;
    return a.sources.asked ? sources_answer(&a.sources, &a.q, a.o.scenario, argv[optind])
                           : find(&a, argv[optind]);
}
