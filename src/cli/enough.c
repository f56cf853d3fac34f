/* truce enough: how much of one lever reaches a goal with a probability. */
#include "cli/question.h"

#include <stdlib.h>
#include <string.h>

enum { TALKS_MEMBERS = 800 };

typedef struct enough_arguments {
    question q;
    const char *lever, *from, *by;
    truce_enough_options o;
} enough_arguments;

static const struct option option_names[] = {{"goal", required_argument, NULL, 'g'},
                                             {"lever", required_argument, NULL, 'l'},
                                             {"how", required_argument, NULL, 'w'},
                                             {"from", required_argument, NULL, 'F'},
                                             {"by", required_argument, NULL, 'b'},
                                             {"scenario", required_argument, NULL, 's'},
                                             {"probability", required_argument, NULL, 'P' + 256},
                                             QUESTION_OPTIONS};

static int read_option(int option, enough_arguments *a)
{
    switch (option) {
    case 'g':
        a->o.goal = optarg;
        return 0;
    case 'l':
        a->lever = optarg;
        return 0;
    case 'w':
        return question_how(&a->q, optarg, &a->o.how);
    case 'F':
        a->from = optarg;
        return question_month(&a->q, "--from", optarg, &a->o.from);
    case 'b':
        a->by = optarg;
        return question_month(&a->q, "--by", optarg, &a->o.by);
    case 's':
        a->o.scenario = optarg;
        return 0;
    case 'P' + 256:
        return question_probability(&a->q, optarg, &a->o.probability);
    default:
        return question_option(&a->q, option);
    }
}

/* NAME=LEAST:MOST */
static int read_lever(enough_arguments *a, char *name, size_t size)
{
    char least[RANGE_END], most[RANGE_END];
    if (question_range(a->lever, name, size, least, most) && read_number(least, &a->o.least) &&
        read_number(most, &a->o.most) && a->o.least < a->o.most) {
        a->o.lever = name;
        return 0;
    }
    return usage_error("enough", "--lever is NAME=LEAST:MOST, not \"%s\"", a->lever);
}

static void describe(enough_arguments *a, const char *name)
{
    const struct {
        const char *option, *value;
    } words[] = {{"--goal", a->o.goal}, {"--by", a->by},     {"--lever", a->lever},
                 {"--how", a->o.how},   {"--from", a->from}, {"--scenario", a->o.scenario}};
    question_words_begin(&a->q, name);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].value) {
            phrase_print(&a->q.words, " %s", words[i].option);
            question_word(&a->q, words[i].value);
        }
    phrase_print(&a->q.words, " --probability %g", a->o.probability);
}

static truce_status answer(const enough_arguments *a, truce_error *error)
{
    truce_enough *found;
    char *words = NULL;
    busy_begin("Moving the lever");
    truce_status status = truce_enough_find(a->q.c, &a->o, &found, error);
    busy_end();
    if (status == TRUCE_OK && a->q.output)
        status = truce_enough_write(found, a->q.output, error);
    if (status == TRUCE_OK)
        status =
            a->q.json ? truce_enough_json(found, &words, error) : truce_enough_table(found, &words, error);
    if (status == TRUCE_OK)
        question_print(&a->q, words);
    truce_enough_destroy(found);
    return status;
}

static int find(enough_arguments *a, const char *name)
{
    truce_error error = {0};
    truce_status status = TRUCE_OK;
    int code = question_begin(&a->q, name);
    if (code == 0)
        code = option_period("enough", a->q.c, "--from", a->from);
    if (code == 0)
        code = option_period("enough", a->q.c, "--by", a->by);
    if (code == 0 && a->o.scenario)
        code = question_scenario(&a->q, a->o.scenario);
    if (!a->q.members) /* a goal about talks is a game to solve for each setting */
        a->q.members = truce_goal_asks_talks(a->o.goal) ? TALKS_MEMBERS : a->o.members;
    describe(a, name);
    if (code == 0 && !question_words_end(&a->q))
        status = error_no_memory(&error);
    a->o.members = (size_t)a->q.members;
    a->o.seed = a->q.seed;
    a->o.threads = (unsigned)a->q.threads;
    a->o.engine = a->q.engine;
    a->o.posterior = a->q.fit;
    a->o.command = a->q.words.text;
    a->o.go_on = not_interrupted;
    if (code == 0 && status == TRUCE_OK)
        status = answer(a, &error);
    return question_end(&a->q, code, status, &error, "enough.html, enough.csv, enough.nc");
}

int command_enough(int argc, char **argv)
{
    char name[512];
    enough_arguments a = {.q = {.command = "enough", .seed = 1, .engine = default_engine()},
                          .o = truce_enough_default_options()};
    int code = 0;
    for (int option;
         code == 0 && (option = next_option("enough", argc, argv, ":s:n:S:t:o:fp:h", option_names)) != -1;)
        code = read_option(option, &a);
    if (code == 0 && argc - optind != 1)
        code = usage_error("enough", "say for which case");
    if (code == 0 && (!a.o.goal || !a.lever))
        code = usage_error("enough", "say what is to be reached (--goal) and with what (--lever)");
    if (code == 0)
        code = read_lever(&a, name, sizeof name);
    if (code != 0)
        return code < 0 ? 0 : code;
    return find(&a, argv[optind]);
}
