/* Messages for the user: one sentence on standard error. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

int usage_error(const char *command, const char *format, ...)
{
    va_list arguments;
    char sentence[1024];
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    truce_clean_line(sentence); /* what was typed may come from a script */
    fprintf(stderr, "truce: %s; see truce %s%s--help\n", sentence, command ? command : "",
            command ? " " : "");
    return EXIT_USAGE;
}

int report_error(const truce_error *error)
{
    char sentence[1152];
    if (strstr(error->message, "standard output") && reader_is_gone())
        return (int)error->status; /* nobody is to be told: main ends as the signal would have */
    truce_error_text(error, sentence, sizeof sentence);
    fprintf(stderr, "truce: %s\n", sentence);
    return (int)error->status;
}

void print_warnings(const truce_model *model)
{
    enum { MOST_SHOWN = 10 };
    size_t count = truce_model_warnings(model);
    for (size_t i = 0; i < count && i < MOST_SHOWN; i++)
        fprintf(stderr, "truce: warning: %s\n", truce_model_warning(model, i));
    if (count > MOST_SHOWN)
        fprintf(stderr, "truce: and %zu more warnings, which truce check shows\n", count - MOST_SHOWN);
}

const char *suggestion(char *buffer, const char *name, const char *const *names, size_t count)
{
    const char *near = truce_nearest_name(name, names, count);
    buffer[0] = '\0';
    if (near)
        snprintf(buffer, SUGGESTION_SIZE, " (did you mean \"%s\"?)", near);
    return buffer;
}

int scenario_unknown(const char *command, const truce_case *c, const char *name)
{
    truce_case_facts facts = truce_case_facts_of(c);
    char near[SUGGESTION_SIZE] = "";
    phrase all = {0};
    const char **names = calloc(facts.scenarios + 1, sizeof *names);
    for (size_t s = 0; names && s < facts.scenarios; s++) {
        names[s] = truce_case_scenario(c, s).name;
        phrase_print(&all, "%s%s", s ? ", " : "", names[s]);
    }
    suggestion(near, name, names, names ? facts.scenarios : 0);
    if (near[0] || !all.text || all.failed)
        usage_error(command, "%s has no scenario \"%s\"%s", facts.path, name, near);
    else
        usage_error(command, "%s has no scenario \"%s\"; it has %s", facts.path, name, all.text);
    phrase_free(&all);
    free(names);
    return EXIT_USAGE;
}
