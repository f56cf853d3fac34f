/* truce plan: the least-cost setting of several levers that reaches a goal with a probability. */
#include "cli/question.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A goal about talks is a game to solve for each setting: fewer of both. */
enum { TALKS_MEMBERS = 800, TALKS_EVALUATIONS = 60 };

typedef struct plan_arguments {
    question q;
    const char *by, *from;
    const char *given[TRUCE_PLAN_LEVERS], *prices[TRUCE_PLAN_LEVERS];
    size_t price_count;
    char names[TRUCE_PLAN_LEVERS][256];
    truce_plan_lever levers[TRUCE_PLAN_LEVERS];
    uint64_t evaluations;
    truce_plan_options o;
} plan_arguments;

static const struct option option_names[] = {{"goal", required_argument, NULL, 'g'},
                                             {"by", required_argument, NULL, 'b'},
                                             {"lever", required_argument, NULL, 'l'},
                                             {"levers", required_argument, NULL, 'L' + 256},
                                             {"price", required_argument, NULL, 'r' + 256},
                                             {"cost", required_argument, NULL, 'c'},
                                             {"how", required_argument, NULL, 'w'},
                                             {"from", required_argument, NULL, 'F'},
                                             {"scenario", required_argument, NULL, 's'},
                                             {"probability", required_argument, NULL, 'P' + 256},
                                             {"archive", required_argument, NULL, 'a'},
                                             {"evaluations", required_argument, NULL, 'e'},
                                             QUESTION_OPTIONS};

static int keep_lever(plan_arguments *a, const char *written)
{
    if (a->o.lever_count == TRUCE_PLAN_LEVERS)
        return usage_error("plan", "a plan has at most %d levers", TRUCE_PLAN_LEVERS);
    a->given[a->o.lever_count++] = written;
    return 0;
}

/* All that follows, up to the next option. */
static int keep_levers(plan_arguments *a, int argc, char **argv)
{
    int code = keep_lever(a, optarg);
    while (code == 0 && optind < argc && argv[optind][0] != '-')
        code = keep_lever(a, argv[optind++]);
    return code;
}

static int keep_price(plan_arguments *a, const char *written)
{
    if (a->price_count == TRUCE_PLAN_LEVERS)
        return usage_error("plan", "a plan has at most %d prices", TRUCE_PLAN_LEVERS);
    a->prices[a->price_count++] = written;
    return 0;
}

static int read_option(int option, plan_arguments *a)
{
    switch (option) {
    case 'g':
        a->o.goal = optarg;
        return 0;
    case 'b':
        a->by = optarg;
        return question_month(&a->q, "--by", optarg, &a->o.by);
    case 'l':
        return keep_lever(a, optarg);
    case 'r' + 256:
        return keep_price(a, optarg);
    case 'c':
        a->o.cost = optarg;
        return 0;
    case 'w':
        return question_how(&a->q, optarg, &a->o.how);
    case 'F':
        a->from = optarg;
        return question_month(&a->q, "--from", optarg, &a->o.from);
    case 's':
        a->o.scenario = optarg;
        return 0;
    case 'P' + 256:
        return question_probability(&a->q, optarg, &a->o.probability);
    case 'a':
        a->o.archive = optarg;
        return 0;
    case 'e':
        return option_number("plan", "--evaluations", optarg, 4, 100000, &a->evaluations) ? 0 : EXIT_USAGE;
    default:
        return question_option(&a->q, option);
    }
}

/* ---- Levers ------------------------------------------------------------------------------------------------------ */

/* A number, or a month as model time. */
static bool read_amount(const plan_arguments *a, const char *written, double *value)
{
    truce_month month;
    const truce_case_facts facts = truce_case_facts_of(a->q.c);
    if (read_number(written, value))
        return true;
    if (!truce_month_parse(written, &month))
        return false;
    *value = facts.time_start + (double)(month - facts.start);
    return true;
}

/* NAME or NAME=LEAST:MOST */
static int read_lever(plan_arguments *a, size_t i)
{
    const char *written = a->given[i];
    char least[RANGE_END], most[RANGE_END];
    truce_plan_lever *lever = &a->levers[i];
    *lever = (truce_plan_lever){a->names[i], NAN, NAN, NAN};
    if (!strchr(written, '=') && written[0] && strlen(written) < sizeof a->names[i]) {
        snprintf(a->names[i], sizeof a->names[i], "%s", written);
        return 0;
    }
    if (question_range(written, a->names[i], sizeof a->names[i], least, most) &&
        read_amount(a, least, &lever->least) && read_amount(a, most, &lever->most) &&
        lever->least < lever->most)
        return 0;
    return usage_error("plan", "--lever is NAME or NAME=LEAST:MOST, not \"%s\"", written);
}

/* NAME=NUMBER of a lever that is given */
static int read_price(plan_arguments *a, const char *written)
{
    const char *equals = strrchr(written, '=');
    double price;
    if (!equals || !read_number(equals + 1, &price) || price < 0)
        return usage_error("plan", "--price is LEVER=NUMBER, and not below 0, not \"%s\"", written);
    for (size_t i = 0; i < a->o.lever_count; i++)
        if (strlen(a->names[i]) == (size_t)(equals - written) &&
            strncmp(a->names[i], written, strlen(a->names[i])) == 0) {
            a->levers[i].price = price;
            return 0;
        }
    return usage_error("plan", "--price \"%s\" names no --lever", written);
}

/* Where some have a price, the others cost nothing. */
static int read_levers(plan_arguments *a)
{
    int code = 0;
    for (size_t i = 0; i < a->o.lever_count && code == 0; i++)
        code = read_lever(a, i);
    for (size_t i = 0; i < a->price_count && code == 0; i++)
        code = read_price(a, a->prices[i]);
    for (size_t i = 0; i < a->o.lever_count && a->price_count; i++)
        if (isnan(a->levers[i].price))
            a->levers[i].price = 0;
    a->o.levers = a->levers;
    return code;
}

/* ---- The answer -------------------------------------------------------------------------------------------------- */

static void describe_one(plan_arguments *a, const char *option, const char *value)
{
    if (!value)
        return;
    phrase_print(&a->q.words, " %s", option);
    question_word(&a->q, value);
}

static void describe(plan_arguments *a, const char *name)
{
    question_words_begin(&a->q, name);
    describe_one(a, "--goal", a->o.goal);
    describe_one(a, "--by", a->by);
    for (size_t i = 0; i < a->o.lever_count; i++)
        describe_one(a, "--lever", a->given[i]);
    for (size_t i = 0; i < a->price_count; i++)
        describe_one(a, "--price", a->prices[i]);
    describe_one(a, "--cost", a->o.cost);
    describe_one(a, "--how", a->o.how);
    describe_one(a, "--from", a->from);
    describe_one(a, "--scenario", a->o.scenario);
    phrase_print(&a->q.words, " --probability %g --evaluations %llu", a->o.probability,
                 (unsigned long long)a->evaluations);
}

static truce_status hand_on(const plan_arguments *a, const truce_plan *found, truce_error *error)
{
    char *words = NULL;
    truce_status status = a->q.output ? truce_plan_write(found, a->q.output, error) : TRUCE_OK;
    if (status == TRUCE_OK)
        status = a->q.json ? truce_plan_json(found, &words, error) : truce_plan_table(found, &words, error);
    if (status == TRUCE_OK)
        question_print(&a->q, words);
    return status;
}

/* An answer is handed on even where its archive could not be written. */
static truce_status answer(const plan_arguments *a, truce_error *error)
{
    truce_plan *found = NULL;
    truce_error failure = {0};
    busy_begin("Searching for a plan");
    truce_status status = truce_plan_find(a->q.c, &a->o, &found, error);
    busy_end();
    truce_status handed_on = found ? hand_on(a, found, &failure) : TRUCE_OK;
    if (handed_on != TRUCE_OK)
        *error = failure;
    truce_plan_destroy(found);
    return handed_on != TRUCE_OK ? handed_on : status;
}

static int find(plan_arguments *a, const char *name)
{
    truce_error error = {0};
    truce_status status = TRUCE_OK;
    int code = question_begin(&a->q, name);
    if (code == 0)
        code = option_period("plan", a->q.c, "--from", a->from);
    if (code == 0)
        code = option_period("plan", a->q.c, "--by", a->by);
    if (code == 0 && a->o.archive && a->q.output)
        code = directory_spare("plan", a->q.output, a->o.archive);
    if (code == 0 && a->o.scenario)
        code = question_scenario(&a->q, a->o.scenario);
    if (code == 0)
        code = read_levers(a);
    bool talks = truce_goal_asks_talks(a->o.goal);
    a->q.members = a->q.members ? a->q.members : talks ? TALKS_MEMBERS : a->o.members;
    a->evaluations = a->evaluations ? a->evaluations : talks ? TALKS_EVALUATIONS : a->o.evaluations;
    describe(a, name);
    if (code == 0 && !question_words_end(&a->q))
        status = error_no_memory(&error);
    a->o.members = (size_t)a->q.members;
    a->o.evaluations = (size_t)a->evaluations;
    a->o.seed = a->q.seed;
    a->o.threads = (unsigned)a->q.threads;
    a->o.engine = a->q.engine;
    a->o.posterior = a->q.fit;
    a->o.command = a->q.words.text;
    a->o.go_on = not_interrupted;
    if (code == 0 && status == TRUCE_OK)
        status = answer(a, &error);
    return question_end(&a->q, code, status, &error, "plan.html, plan.csv, plan.nc");
}

int command_plan(int argc, char **argv)
{
    plan_arguments a = {.q = {.command = "plan", .seed = 1, .engine = default_engine()},
                        .o = truce_plan_default_options()};
    int code = 0;
    for (int option;
         code == 0 && (option = next_option("plan", argc, argv, ":s:n:S:t:o:fp:h", option_names)) != -1;)
        code = option == 'L' + 256 ? keep_levers(&a, argc, argv) : read_option(option, &a);
    if (code == 0 && argc - optind != 1)
        code = usage_error("plan", "say for which case, before --levers");
    if (code == 0 && (!a.o.goal || !a.o.lever_count))
        code = usage_error("plan", "say what is to be reached (--goal) and with what (--lever)");
    if (code != 0)
        return code < 0 ? 0 : code;
    return find(&a, argv[optind]);
}
