/* See question.h. */
#include "cli/question.h"

#include <stdlib.h>
#include <string.h>

int question_option(question *q, int option)
{
    switch (option) {
    case 'n':
        return option_number(q->command, "--members", optarg, 1, TRUCE_MEMBERS_AT_ONCE, &q->members)
                   ? 0
                   : EXIT_USAGE;
    case 'S':
        return option_number(q->command, "--seed", optarg, 0, UINT64_MAX, &q->seed) ? 0 : EXIT_USAGE;
    case 't':
        return option_number(q->command, "--threads", optarg, 1, 1024, &q->threads) ? 0 : EXIT_USAGE;
    case 'E':
        return option_engine(q->command, optarg, &q->engine) ? 0 : EXIT_USAGE;
    case 'o':
        q->output = optarg;
        return 0;
    case 'p':
        q->posterior = optarg;
        return 0;
    case 'P':
        q->priors = true;
        return 0;
    case 'f':
        q->force = true;
        return 0;
    case 'j':
        q->json = true;
        return 0;
    case 'q':
        q->quiet = true;
        return 0;
    case QUESTION_SET:
    case QUESTION_ADD:
    case QUESTION_SCALE:
        return changes_add(&q->changed, q->command, "sax"[option - QUESTION_SET], optarg);
    case QUESTION_BRANCH:
        return changes_branches(&q->changed, q->command, optarg);
    case 'h':
        help_print(q->command);
        return -1;
    default:
        return EXIT_USAGE;
    }
}

int question_month(const question *q, const char *option, const char *written, truce_month *month)
{
    if (truce_month_parse(written, month))
        return 0;
    return usage_error(q->command, "%s is a month such as 2025-06, not \"%s\"", option, written);
}

static int load_changed(question *q, const target *t)
{
    q->changed.command = q->command;
    changes_warn(&q->changed);
    phrase yaml = {0};
    int code = changes_load(&q->changed, t, q->base, &yaml, &q->c);
    phrase_free(&yaml);
    return code;
}

void question_describe_changes(question *q)
{
    for (size_t i = 0; i < q->changed.count; i++) {
        const change *x = &q->changed.items[i];
        char written[1400];
        bool range = x->from && x->to;
        snprintf(written, sizeof written, "%s%s%s%s%s", x->written, x->from ? "@" : "",
                 x->from ? x->from : "", range ? ".." : "", range ? x->to : "");
        phrase_print(&q->words, " --%s", x->kind == 's' ? "set" : x->kind == 'a' ? "add" : "scale");
        question_word(q, written);
        if (x->to && !range)
            phrase_print(&q->words, " --to %s", x->to);
    }
    for (size_t i = 0; i < q->changed.branch_count; i++) {
        const changes_branch *b = &q->changed.branches[i];
        char written[160];
        snprintf(written, sizeof written, "%s=%s%s%.30s", b->scenario, b->probability, b->from ? "@" : "",
                 b->from ? b->from : "");
        phrase_print(&q->words, " --branch");
        question_word(q, written);
    }
}

int question_begin(question *q, const char *name)
{
    target t;
    int code =
        q->posterior && q->priors
            ? usage_error(q->command, "--priors leaves the posterior out, and --posterior asks for one")
            : target_find(name, &t);
    if (code == 0 && !t.is_case)
        code = usage_error(q->command, "\"%s\" is not a case, and %s needs one", name, q->command);
    if (code == 0 && changes_any(&q->changed))
        code = load_changed(q, &t);
    else if (code == 0)
        code = target_load(&t, &q->model, &q->c);
    if (code == 0 && !q->unfitted)
        code = posterior_choose(q->c, q->priors, &q->posterior, &q->fit);
    if (code == 0 && q->output)
        code = directory_prepare(q->command, q->output, q->force, &q->made);
    catch_interruption();
    return code;
}

void question_word(question *q, const char *word)
{
    phrase_word(&q->words, word);
}

void question_words_begin(question *q, const char *name)
{
    phrase_print(&q->words, "truce %s", q->command);
    question_word(q, name);
}

bool question_words_end(question *q)
{
    if (!q->posterior && (q->priors || !q->unfitted)) {
        phrase_print(&q->words, " --priors");
    } else if (q->posterior) {
        phrase_print(&q->words, " --posterior");
        question_word(q, q->posterior);
    }
    if (q->members)
        phrase_print(&q->words, " --members %llu", (unsigned long long)q->members);
    phrase_print(&q->words, " --seed %llu", (unsigned long long)q->seed);
    return !q->words.failed;
}

bool question_progress(void *context, const truce_progress *p)
{
    question *q = context;
    truce_scenario scenario = truce_case_scenario(q->c, p->scenario);
    if (!scenario.name) /* a branch at another date, which the case does not have */
        q->bar.title = "branch";
    else
        q->bar.title = scenario.title[0] ? scenario.title : scenario.name;
    q->bar.members = p->members;
    q->bar.total = p->all_members;
    q->bar.before = p->all_done - p->done;
    return progress_update(&q->bar, p->done, p->members);
}

void question_print(const question *q, char *text)
{
    if (text && !q->quiet)
        fputs(text, stdout);
    truce_text_free(text);
}

int question_probability(const question *q, const char *written, double *value)
{
    if (read_number(written, value) && *value > 0 && *value <= 1)
        return 0;
    return usage_error(q->command, "--probability is above 0 and at most 1, not \"%s\"", written);
}

int question_how(const question *q, const char *written, const char **how)
{
    static const char *const names[] = {"set", "scale", "value", "multiply", "add"};
    char near[SUGGESTION_SIZE];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], written) == 0) {
            *how = names[i];
            return 0;
        }
    return usage_error(q->command, "--how is set, scale, value, multiply or add, not \"%s\"%s", written,
                       suggestion(near, written, names, sizeof names / sizeof *names));
}

bool question_range(const char *written, char *name, size_t size, char low[RANGE_END], char high[RANGE_END])
{
    const char *equals = strrchr(written, '='), *colon = equals ? strchr(equals, ':') : NULL;
    if (!colon || equals == written || (size_t)(equals - written) >= size || colon - equals > RANGE_END ||
        strlen(colon + 1) >= RANGE_END)
        return false;
    snprintf(name, size, "%.*s", (int)(equals - written), written);
    snprintf(low, RANGE_END, "%.*s", (int)(colon - equals) - 1, equals + 1);
    snprintf(high, RANGE_END, "%s", colon + 1);
    return true;
}

int question_scenario(const question *q, const char *name)
{
    if (truce_case_find_scenario(q->c, name) != SIZE_MAX)
        return 0;
    return scenario_unknown(q->command, q->c, name);
}

int question_end(question *q, int code, truce_status status, const truce_error *error, const char *files)
{
    progress_clear(&q->bar);
    bool good = code == 0 && status == TRUCE_OK;
    if (q->output && !good && q->made)
        directory_undo(q->output, q->made);
    else
        free(q->made);
    if (good && q->output && !q->json && !q->quiet)
        print_place(q->output, files);
    phrase_free(&q->words);
    truce_fit_destroy(q->fit);
    target_unload(q->model, q->c);
    return code != 0 || good ? code : report_error(error);
}
