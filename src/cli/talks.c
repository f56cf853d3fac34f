/* truce talks: what the sides would accept, month by month, and whether a settlement would hold. */
#include "cli/question.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_DEALS = 64, MOST_SCENARIOS = 16, GREATEST_DEGREE = 4, MOST_MEMBERS = 1000000 };

typedef struct talks_arguments {
    question q;
    const char *scenarios[MOST_SCENARIOS + 1]; /* with the one of the command line */
    const char *deals[MOST_DEALS], *branch, *from;
    size_t scenario_count, deal_count;
    uint64_t degree;
} talks_arguments;

/* ---- What is asked for -------------------------------------------------------------------------------- */

static const struct option option_names[] = {{"scenario", required_argument, NULL, 's'},
                                             {"deal", required_argument, NULL, 'd'},
                                             {"branch", required_argument, NULL, 'b'},
                                             {"from", required_argument, NULL, 'F'},
                                             {"degree", required_argument, NULL, 'D'},
                                             QUESTION_SETTINGS,
                                             QUESTION_OPTIONS};

/* The value of an option that may be given several times. */
static int add_name(const char *option, const char **names, size_t *count, size_t most)
{
    if (*count == most)
        return usage_error("talks", "%s may be given %zu times", option, most);
    names[(*count)++] = optarg;
    return 0;
}

static int take_branch(talks_arguments *a)
{
    if (a->branch)
        return usage_error("talks", "talks take one --branch: for another, run talks again");
    a->branch = optarg;
    return 0;
}

static int take_from(talks_arguments *a, truce_month *from)
{
    a->from = optarg;
    if (truce_month_parse(optarg, from) && truce_month_unit(*from) == TRUCE_MONTHS)
        return 0;
    return usage_error("talks", "--from is a month such as 2024-01, not \"%s\"", optarg);
}

static int read_option(int option, talks_arguments *a, truce_month *from)
{
    switch (option) {
    case 's':
        return add_name("--scenario", a->scenarios, &a->scenario_count, MOST_SCENARIOS);
    case 'd':
        return add_name("--deal", a->deals, &a->deal_count, MOST_DEALS);
    case 'b':
        return take_branch(a);
    case 'F':
        return take_from(a, from);
    case 'D':
        return option_number("talks", "--degree", optarg, 1, GREATEST_DEGREE, &a->degree) ? 0 : EXIT_USAGE;
    case 'n':
        return option_number("talks", "--members", optarg, 1, MOST_MEMBERS, &a->q.members) ? 0 : EXIT_USAGE;
    default:
        return question_option(&a->q, option);
    }
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

static void describe_names(question *q, const char *option, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        phrase_print(&q->words, " %s", option);
        question_word(q, names[i]);
    }
}

static void describe(talks_arguments *a, const char *name)
{
    question_words_begin(&a->q, name);
    describe_names(&a->q, "--scenario", a->scenarios, a->scenario_count);
    describe_names(&a->q, "--branch", &a->branch, a->branch != NULL);
    describe_names(&a->q, "--deal", a->deals, a->deal_count);
    describe_names(&a->q, "--from", &a->from, a->from != NULL);
    question_describe_changes(&a->q);
    phrase_print(&a->q.words, " --degree %llu", (unsigned long long)a->degree);
}

/* ---- The command -------------------------------------------------------------------------------------- */

static truce_status print_talks(const talks_arguments *a, const truce_talks *talks, truce_error *error)
{
    char *table;
    truce_status status = a->q.json ? truce_talks_json(talks, &table, error)
                                    : truce_talks_table(talks, colour_wanted(stdout), &table, error);
    if (status == TRUCE_OK)
        question_print(&a->q, table);
    return status;
}

/* The table and the files. */
static truce_status answer(talks_arguments *a, const truce_talks_options *options, truce_error *error)
{
    truce_talks *talks = NULL;
    truce_status status = truce_talks_run(a->q.c, options, &talks, error);
    progress_clear(&a->q.bar);
    if (status == TRUCE_OK && !a->q.quiet)
        status = print_talks(a, talks, error);
    if (status == TRUCE_OK && a->q.output)
        status = truce_talks_write(talks, a->q.output, not_interrupted, NULL, error);
    truce_talks_destroy(talks);
    return status;
}

static void fill_options(talks_arguments *a, truce_month from, truce_talks_options *o)
{
    o->scenarios = a->scenarios;
    o->scenario_count = a->scenario_count;
    o->deals = a->deals;
    o->deal_count = a->deal_count;
    o->from = from;
    o->posterior = a->q.fit;
    o->priors = true; /* whatever was chosen, chosen it is */
    o->degree = (unsigned)a->degree;
    o->members = (size_t)a->q.members;
    o->seed = a->q.seed;
    o->threads = (unsigned)a->q.threads;
    o->engine = a->q.engine;
    o->command = a->q.words.text;
    o->progress = question_progress;
    o->context = &a->q;
}

static int talk(talks_arguments *a, const char *name, truce_month from)
{
    truce_error error = {0};
    truce_status status = TRUCE_OK;
    char branch[256], made[80];
    truce_talks_options o = truce_talks_default_options();
    int code = a->branch ? read_branch(a->branch, branch, &o) : 0;
    if (code != 0)
        return code;
    a->q.base = a->scenario_count ? a->scenarios[0] : NULL;
    code = question_begin(&a->q, name);
    if (code == 0 && !truce_case_facts_of(a->q.c).talks)
        code = usage_error("talks", "the case has no section \"talks\"");
    describe(a, name);
    if (changes_count(&a->q.changed)) {
        changes_name(&a->q.changed, 0, made);
        a->scenarios[a->scenario_count++] = made;
    }
    if (code == 0 && !question_words_end(&a->q))
        status = error_no_memory(&error);
    fill_options(a, from, &o);
    if (code == 0 && status == TRUCE_OK)
        status = answer(a, &o, &error);
    return question_end(&a->q, code, status, &error, "talks.html, talks.csv, talks.nc");
}

int command_talks(int argc, char **argv)
{
    talks_arguments a = {.q = {.command = "talks", .members = 4000, .seed = 1, .engine = default_engine()},
                         .degree = 1};
    truce_month from = TRUCE_MONTH_NONE;
    int code = 0;
    for (int option; code == 0 && (option = next_option("talks", argc, argv, ":s:d:b:p:n:S:t:D:o:fh",
                                                        option_names)) != -1;)
        code = read_option(option, &a, &from);
    if (code == 0 && argc - optind != 1)
        code = usage_error("talks", argc == optind ? "say which case" : "talks takes one case");
    if (code != 0)
        return code < 0 ? 0 : code;
    return talk(&a, argv[optind], from);
}
