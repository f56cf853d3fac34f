/* The public calls that show talks: the table for a terminal, and the files. */
#include "results/talks_simulated.h"
#include "show/printed.h"
#include "show/rows_json.h"
#include "show/talks.h"

static void print(const void *context, FILE *stream, bool colour)
{
    const truce_talks *t = context;
    talks_print(stream, &t->shown, colour);
}

truce_status truce_talks_table(const truce_talks *t, bool colour, char **words, truce_error *error)
{
    if (!t || !words)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the talks or the place for their table is NULL");
    return printed(print, t, colour, words, error);
}

static void print_rows(const void *context, FILE *stream)
{
    const truce_talks *t = context;
    talks_print_csv(&t->shown, stream);
}

truce_status truce_talks_json(const truce_talks *t, char **words, truce_error *error)
{
    if (!t || !words)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the talks or the place for the text is NULL");
    text out = {0};
    json j = {.out = &out};
    *words = NULL;
    json_open(&j, NULL, '{');
    json_string(&j, "case", t->shown.c->title);
    json_string(&j, "version", truce_version());
    text command = {0};
    talks_command_words(&command, &t->shown);
    json_string(&j, "command", command.failed ? "" : command.bytes);
    json_whole(&j, "seed", t->shown.options->run.seed);
    json_number(&j, "members", (double)t->shown.scenarios[0].result.members);
    json_string(&j, "drawn_from", t->shown.options->fit ? "posterior" : "priors");
    bool good = json_rows(&j, "talks", print_rows, t) && !command.failed;
    text_free(&command);
    json_close(&j, '}');
    return json_take(&out, good, words, error);
}

truce_status truce_talks_write(const truce_talks *t, const char *directory, bool (*go_on)(void *context),
                               void *context, truce_error *error)
{
    if (!t || !directory)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the talks or the directory is NULL");
    TRY(error_nameless(error, directory, "directory"));
    talks_shown shown = t->shown;
    shown.watched = (interruption){go_on, context};
    return talks_write(directory, &shown, error);
}
