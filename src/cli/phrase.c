/* Text that grows, and errors of the command line's own. */
#include "cli/cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void phrase_print(phrase *w, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int needed = vsnprintf(NULL, 0, format, arguments);
    char *grown = needed < 0 || w->failed ? NULL : realloc(w->text, w->length + (size_t)needed + 1);
    if (grown) {
        vsnprintf(grown + w->length, (size_t)needed + 1, format, again);
        w->text = grown;
        w->length += (size_t)needed;
    }
    w->failed |= !grown;
    va_end(again);
    va_end(arguments);
}

/* No exponent for thousands. */
void phrase_parameter(phrase *w, const truce_case *c, const truce_parameter *p, double value)
{
    char name[16];
    if (!p->date) {
        phrase_print(w, fabs(value) >= 1000 && fabs(value) < 1e9 ? "%.0f" : "%.4g", value);
        return;
    }
    truce_case_facts facts = truce_case_facts_of(c);
    truce_month_name(facts.start + (truce_month)lround(value - facts.time_start), name);
    phrase_print(w, "%s", name);
}

void phrase_free(phrase *w)
{
    free(w->text);
    *w = (phrase){0};
}

truce_status error_make(truce_error *error, truce_status status, const char *file, const char *format, ...)
{
    *error = (truce_error){.status = status};
    snprintf(error->file, sizeof error->file, "%s", file ? file : "");
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    truce_clean_line(error->file);
    truce_clean_line(error->message);
    return status;
}

truce_status error_no_memory(truce_error *error)
{
    return error_make(error, TRUCE_RUN_FAILED, NULL, "out of memory");
}

void phrase_word(phrase *p, const char *word)
{
    const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./=:,+-";
    if (word[0] && strspn(word, plain) == strlen(word)) {
        phrase_print(p, " %s", word);
        return;
    }
    phrase_print(p, " '");
    for (; *word; word++)
        phrase_print(p, *word == '\'' ? "'\\''" : "%c", *word);
    phrase_print(p, "'");
}
