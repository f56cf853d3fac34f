/* truce yearly: what a quantity comes to by year, and who bears it. */
#include "cli/question.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_SPREADS = 16 };

typedef struct yearly_arguments {
    question q;
    const char *until, *given[MOST_SPREADS];
    char names[MOST_SPREADS][256];
    truce_yearly_spread spreads[MOST_SPREADS];
    truce_yearly_options o;
} yearly_arguments;

static const struct option option_names[] = {{"value", required_argument, NULL, 'v'},
                                             {"scenario", required_argument, NULL, 's'},
                                             {"until", required_argument, NULL, 'u'},
                                             {"spread", required_argument, NULL, 'd' + 256},
                                             {"from", required_argument, NULL, 'F'},
                                             {"to", required_argument, NULL, 'T'},
                                             QUESTION_CHANGES,
                                             QUESTION_OPTIONS};

/* NAME=LOW:HIGH */
static int read_spread(yearly_arguments *a, const char *written)
{
    size_t i = a->o.spread_count;
    char low[RANGE_END], high[RANGE_END];
    if (i == MOST_SPREADS)
        return usage_error("yearly", "at most %d elements have a --spread", MOST_SPREADS);
    if (question_range(written, a->names[i], sizeof a->names[i], low, high) &&
        read_number(low, &a->spreads[i].low) && read_number(high, &a->spreads[i].high) &&
        a->spreads[i].low < a->spreads[i].high) {
        for (size_t k = 0; k < i; k++)
            if (strcmp(a->names[k], a->names[i]) == 0)
                return usage_error("yearly", "\"%s\" has two --spread", a->names[i]);
        a->spreads[i].element = a->names[i];
        a->given[a->o.spread_count++] = written;
        return 0;
    }
    return usage_error("yearly", "--spread is NAME=LOW:HIGH, not \"%s\"", written);
}

static int read_option(int option, yearly_arguments *a)
{
    switch (option) {
    case 'v':
        a->o.value = optarg;
        return 0;
    case 's':
        a->o.scenario = optarg;
        return 0;
    case 'u':
        a->until = optarg;
        return question_month(&a->q, "--until", optarg, &a->o.until);
    case 'd' + 256:
        return read_spread(a, optarg);
    case 'F':
    case 'T':
        return changes_period(&a->q.changed, "yearly", option == 'F', optarg);
    default:
        return question_option(&a->q, option);
    }
}

static void describe(yearly_arguments *a, const char *name)
{
    question_words_begin(&a->q, name);
    phrase_print(&a->q.words, " --value");
    question_word(&a->q, a->o.value);
    if (a->o.scenario) {
        phrase_print(&a->q.words, " --scenario");
        question_word(&a->q, a->o.scenario);
    }
    if (a->until) {
        phrase_print(&a->q.words, " --until");
        question_word(&a->q, a->until);
    }
    for (size_t i = 0; i < a->o.spread_count; i++) {
        phrase_print(&a->q.words, " --spread");
        question_word(&a->q, a->given[i]);
    }
    question_describe_changes(&a->q);
}

static truce_status answer(const yearly_arguments *a, truce_error *error)
{
    truce_yearly *found;
    char *words = NULL;
    busy_begin("Adding up years");
    truce_status status = truce_yearly_find(a->q.c, &a->o, &found, error);
    busy_end();
    if (status == TRUCE_OK && a->q.output)
        status = truce_yearly_write(found, a->q.output, error);
    if (status == TRUCE_OK)
        status =
            a->q.json ? truce_yearly_json(found, &words, error) : truce_yearly_table(found, &words, error);
    if (status == TRUCE_OK)
        question_print(&a->q, words);
    truce_yearly_destroy(found);
    return status;
}

static int find(yearly_arguments *a, const char *name)
{
    truce_error error = {0};
    truce_status status = TRUCE_OK;
    char made[80];
    a->q.base = a->o.scenario;
    int code = question_begin(&a->q, name);
    if (code == 0 && a->o.scenario)
        code = question_scenario(&a->q, a->o.scenario);
    describe(a, name);
    if (changes_count(&a->q.changed)) { /* the last of them is what is asked about */
        changes_name(&a->q.changed, changes_count(&a->q.changed) - 1, made);
        a->o.scenario = made;
    }
    if (code == 0 && !question_words_end(&a->q))
        status = error_no_memory(&error);
    a->o.spreads = a->spreads;
    a->o.members = (size_t)a->q.members;
    a->o.seed = a->q.seed;
    a->o.threads = (unsigned)a->q.threads;
    a->o.engine = a->q.engine;
    a->o.posterior = a->q.fit;
    a->o.command = a->q.words.text;
    a->o.go_on = not_interrupted;
    if (code == 0 && status == TRUCE_OK)
        status = answer(a, &error);
    return question_end(&a->q, code, status, &error, "yearly.html, yearly.csv, yearly.nc");
}

int command_yearly(int argc, char **argv)
{
    yearly_arguments a = {.q = {.command = "yearly", .members = 1000, .seed = 1, .engine = default_engine()},
                          .o = truce_yearly_default_options()};
    int code = 0;
    for (int option;
         code == 0 && (option = next_option("yearly", argc, argv, ":s:n:S:t:o:fp:h", option_names)) != -1;)
        code = read_option(option, &a);
    if (code == 0 && argc - optind != 1)
        code = usage_error("yearly", "say for which case");
    if (code == 0 && changes_count(&a.q.changed) > 1)
        code = usage_error("yearly",
                           "yearly looks at one scenario: --branch makes one, and --set, --add or --scale "
                           "another");
    if (code == 0 && !a.o.value)
        code = usage_error("yearly", "say of what (--value)");
    if (code != 0)
        return code < 0 ? 0 : code;
    return find(&a, argv[optind]);
}
