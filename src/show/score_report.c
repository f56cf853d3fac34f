/* The public calls that show scores, forecasts and what came of them: tables for a terminal, and files. */
#include "show/printed.h"
#include "show/scores.h"

static truce_status missing(truce_error *error)
{
    return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                     "what is to be shown, or the place where it is to go, is NULL");
}

static void print_scores(const void *context, FILE *stream, bool colour)
{
    const truce_scores *s = context;
    (void)colour;
    scores_print(stream, &s->table, &s->options);
}

truce_status truce_scores_table(const truce_scores *s, char **words, truce_error *error)
{
    return s && words ? printed(print_scores, s, false, words, error) : missing(error);
}

truce_status truce_scores_write(const truce_scores *s, const char *directory, truce_error *error)
{
    if (!s || !directory)
        return missing(error);
    TRY(error_nameless(error, directory, "directory"));
    return scores_write(&s->table, &s->options, directory, error);
}

static void print_forecast(const void *context, FILE *stream, bool colour)
{
    (void)colour;
    forecast_print(stream, context);
}

truce_status truce_forecast_table(const truce_forecast *f, char **words, truce_error *error)
{
    return f && words ? printed(print_forecast, f, false, words, error) : missing(error);
}

static void print_outcomes(const void *context, FILE *stream, bool colour)
{
    const truce_outcomes *o = context;
    (void)colour;
    outcomes_print(stream, &o->filed);
}

truce_status truce_outcomes_table(const truce_outcomes *o, char **words, truce_error *error)
{
    return o && words ? printed(print_outcomes, o, false, words, error) : missing(error);
}
