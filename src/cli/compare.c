/* truce compare: the same members in several worlds, and what differs. */
#include "cli/question.h"

#include <stdlib.h>

typedef struct compare_arguments {
    question q;
    const char *from, *to;
    bool shares;
} compare_arguments;

static const struct option option_names[] = {{"from", required_argument, NULL, 'F'},
                                             {"to", required_argument, NULL, 'T'},
                                             {"shares", no_argument, NULL, 'H'},
                                             QUESTION_CHANGES,
                                             QUESTION_OPTIONS};

static int read_option(int option, compare_arguments *a)
{
    switch (option) {
    case 'F':
        a->from = optarg;
        return 0;
    case 'T':
        a->to = optarg;
        return 0;
    case 'H':
        a->shares = true;
        return 0;
    default:
        return question_option(&a->q, option);
    }
}

static void describe(compare_arguments *a, int count, char **names)
{
    question_words_begin(&a->q, names[0]);
    for (int i = 1; i < count; i++)
        question_word(&a->q, names[i]);
    if (a->from)
        phrase_print(&a->q.words, " --from %s", a->from);
    if (a->to)
        phrase_print(&a->q.words, " --to %s", a->to);
    if (a->shares)
        phrase_print(&a->q.words, " --shares");
    question_describe_changes(&a->q);
}

enum { MOST_WORLDS = 64 };

/* The worlds named, then those of the command line. Returns how many, 0 when they are too many. */
static size_t list_worlds(const compare_arguments *a, int count, char **names, char made[2][80],
                          const char **worlds)
{
    size_t listed = 0;
    if (count > MOST_WORLDS)
        return 0;
    for (int i = 1; i < count; i++)
        worlds[listed++] = names[i];
    for (size_t i = 0; i < changes_count(&a->q.changed); i++) {
        changes_name(&a->q.changed, i, made[i]);
        worlds[listed++] = made[i];
    }
    return listed;
}

static truce_status answer(const compare_arguments *a, const truce_comparison_options *options,
                           truce_error *error)
{
    truce_comparison *found;
    char *words = NULL;
    truce_status status = truce_compare(a->q.c, options, &found, error);
    if (status == TRUCE_OK && a->q.output)
        status = truce_comparison_write(found, a->q.output, error);
    if (status == TRUCE_OK)
        status = a->q.json ? truce_comparison_json(found, &words, error)
                           : truce_comparison_table(found, colour_wanted(stdout), &words, error);
    if (status == TRUCE_OK)
        question_print(&a->q, words);
    truce_comparison_destroy(found);
    return status;
}

/* names: the case, the reference, the other worlds. */
static int compare(compare_arguments *a, int count, char **names)
{
    truce_comparison_options o = truce_comparison_default_options();
    truce_error error = {0};
    int code = a->from ? question_month(&a->q, "--from", a->from, &o.from) : 0;
    if (code == 0 && a->to)
        code = question_month(&a->q, "--to", a->to, &o.to);
    if (code != 0)
        return code;
    a->q.base = names[1];
    code = question_begin(&a->q, names[0]);
    if (code == 0)
        code = option_period("compare", a->q.c, "--from", a->from);
    if (code == 0)
        code = option_period("compare", a->q.c, "--to", a->to);
    for (int i = 1; code == 0 && i < count; i++)
        code = question_scenario(&a->q, names[i]);
    describe(a, count, names);
    char made[2][80];
    const char *worlds[MOST_WORLDS + 2];
    o.scenarios = worlds;
    o.scenario_count = list_worlds(a, count, names, made, worlds);
    o.shares = a->shares;
    o.members = (size_t)a->q.members;
    o.seed = a->q.seed;
    o.threads = (unsigned)a->q.threads;
    o.engine = a->q.engine;
    o.posterior = a->q.fit;
    o.progress = question_progress;
    o.context = &a->q;
    truce_status status = TRUCE_OK;
    if (code == 0 && !question_words_end(&a->q))
        status = error_no_memory(&error);
    o.command = a->q.words.text;
    if (code == 0 && status == TRUCE_OK)
        status = answer(a, &o, &error);
    return question_end(&a->q, code, status, &error, "compare.html, compare.csv, compare.json, compare.nc");
}

int command_compare(int argc, char **argv)
{
    compare_arguments a = {
        .q = {.command = "compare", .members = 1000, .seed = 1, .engine = default_engine()}};
    int code = 0;
    for (int option;
         code == 0 && (option = next_option("compare", argc, argv, QUESTION_LETTERS, option_names)) != -1;)
        code = read_option(option, &a);
    if (code == 0 && argc - optind > MOST_WORLDS)
        code = usage_error("compare", "at most %d worlds are compared", MOST_WORLDS - 1);
    if (code == 0 && argc - optind < 3 - (changes_count(&a.q.changed) > 0))
        code = usage_error("compare", "say which case, which scenario is the reference, and what to compare "
                                      "with it (or a change: --set, --add, --scale, --branch)");
    if (code != 0)
        return code < 0 ? 0 : code;
    return compare(&a, argc - optind, argv + optind);
}
