/* truce matter: what of the spread of an output goes with each parameter. */
#include "cli/question.h"

#include <stdlib.h>

static const struct option option_names[] = {
    {"value", required_argument, NULL, 'v'}, {"scenario", required_argument, NULL, 's'}, QUESTION_OPTIONS};

static int read_option(int option, question *q, truce_matter_options *o)
{
    switch (option) {
    case 'v':
        o->output = optarg;
        return 0;
    case 's':
        o->scenario = optarg;
        return 0;
    default:
        return question_option(q, option);
    }
}

static void describe(question *q, const truce_matter_options *o, const char *name)
{
    question_words_begin(q, name);
    phrase_print(&q->words, " --value");
    question_word(q, o->output);
    if (o->scenario) {
        phrase_print(&q->words, " --scenario");
        question_word(q, o->scenario);
    }
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

static int find(question *q, truce_matter_options *o, const char *name)
{
    truce_error error = {0};
    truce_status status = TRUCE_OK;
    int code = question_begin(q, name);
    if (code == 0 && o->scenario)
        code = question_scenario(q, o->scenario);
    describe(q, o, name);
    if (code == 0 && !question_words_end(q))
        status = error_no_memory(&error);
    o->members = (size_t)q->members;
    o->seed = q->seed;
    o->threads = (unsigned)q->threads;
    o->engine = q->engine;
    o->posterior = q->fit;
    o->command = q->words.text;
    if (code == 0 && status == TRUCE_OK)
        status = answer(q, o, &error);
    return question_end(q, code, status, &error, "matter.html, matter.csv");
}

int command_matter(int argc, char **argv)
{
    question q = {.command = "matter", .members = 4000, .seed = 1, .engine = default_engine()};
    truce_matter_options o = truce_matter_default_options();
    int code = 0;
    for (int option;
         code == 0 && (option = next_option("matter", argc, argv, ":s:n:S:t:o:fp:h", option_names)) != -1;)
        code = read_option(option, &q, &o);
    if (code == 0 && argc - optind != 1)
        code = usage_error("matter", "say for which case");
    if (code == 0 && !o.output)
        code = usage_error("matter", "say of what (--value)");
    if (code != 0)
        return code < 0 ? 0 : code;
    return find(&q, &o, argv[optind]);
}
