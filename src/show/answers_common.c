/* What pages and JSON of all answers have in common. */
#include "show/answers.h"
#include "show/grid.h"
#include "show/html.h"
#include "show/report_page.h"

#include <math.h>
#include <string.h>

void answers_page_open(text *t, const truce_case *c, const char *what, size_t members, uint64_t seed)
{
    char count[WORDS_SIZE];
    words_number(count, (double)members, 1);
    page_open(t, c->title);
    html_element(t, "h1", c->title);
    text_print(t, "<p class=\"run\">");
    html_text(t, what);
    text_print(t, "; %s member%s, seed %llu; truce %s, model ", count, members == 1 ? "" : "s",
               (unsigned long long)seed, truce_version());
    html_text(t, c->model->name);
    text_print(t, "</p>\n");
}

void answers_page_close(text *t, const char *command)
{
    if (command[0]) {
        html_element(t, "h2", "To repeat it");
        html_command(t, command);
    }
    text_print(t, "</body>\n</html>\n");
}

void answers_json_statistics(json *j, const char *name, const truce_statistics *s)
{
    static const char *const quantiles[TRUCE_QUANTILES] = {"p05", "p25", "p50", "p75", "p95"};
    json_open(j, name, '{');
    json_number(j, "mean", s->mean);
    for (int k = 0; k < TRUCE_QUANTILES; k++)
        json_number(j, quantiles[k], s->quantiles[k]);
    json_number(j, "above zero", s->above);
    json_number(j, "below zero", s->below);
    json_number(j, "members", (double)s->members);
    json_close(j, '}');
}

truce_status answers_hand_over(text *t, char **given, truce_error *error)
{
    *given = t->failed ? NULL : t->bytes;
    if (*given)
        return TRUCE_OK;
    text_free(t);
    return error_memory(error);
}

void answers_put_repeats(text *t, size_t members, const truce_fit *fit)
{
    char count[WORDS_SIZE];
    if (!fit || members <= fit->count)
        return;
    words_number(count, (double)fit->count, 1);
    text_print(t, " It has %s draw%s: members beyond %s repeat their parameters, with other chance events.",
               count, fit->count == 1 ? "" : "s", fit->count == 1 ? "it" : "them");
}

void answers_put_basis(text *t, size_t members, uint64_t seed, const truce_fit *fit)
{
    char count[WORDS_SIZE];
    words_number(count, (double)members, 1);
    text_print(t, "%s member%s, seed %llu, truce %s, drawn from ", count, members == 1 ? "" : "s",
               (unsigned long long)seed, truce_version());
    if (!fit)
        text_print(t, "the priors.");
    else
        text_print(t, "the fit to the data up to %s.", fit->until);
    answers_put_repeats(t, members, fit);
}

void answers_put_talks(text *t, const talks_trials *trials)
{
    char worth[WORDS_SIZE], fresh[WORDS_SIZE];
    words_number(fresh, (double)trials[1].options.run.members, 1);
    text_print(t, " Talks are solved anew for each setting; the answer is tested with %s others.", fresh);
    if (!trials[0].options.record)
        return;
    words_number(worth, trials[0].effective, 1);
    text_print(t, " Given what happened at the table, the effective number of members in the search is %s.",
               worth);
}

void answers_page_basis(text *t, text *basis)
{
    html_element(t, "p", basis->failed ? "" : basis->bytes);
    t->failed = t->failed || basis->failed;
    text_free(basis);
}

void answers_json_basis(json *j, size_t members, uint64_t seed, const truce_fit *fit)
{
    json_string(j, "version", truce_version());
    json_number(j, "members", (double)members);
    json_whole(j, "seed", seed);
    json_string(j, "fitted to", fit ? fit->until : NULL);
    json_number(j, "draws", fit ? (double)fit->count : NAN);
}

void answers_put_more(text *t, size_t members, const truce_fit *fit)
{
    char count[WORDS_SIZE];
    if (!fit || members < fit->count) {
        text_print(t, " Take more members.");
        return;
    }
    words_number(count, (double)fit->count, 1);
    text_print(t,
               " All %s draws of the fit are used: fit with more particles, or take the priors (--priors).",
               count);
}

void answers_put_goal(text *t, const char *goal, month by)
{
    char until[WORDS_SIZE];
    text_print(t, "%s", goal);
    if (by == MONTH_NONE)
        return;
    month_name(by, until);
    text_print(t, ", by %s", until);
}

void answers_share(char out[WORDS_SIZE], double share, size_t members)
{
    enum { FEW = 20 }; /* told as a count */
    words_probability(out, share, members < FEW ? members : SIZE_MAX);
}

void answers_print_head(FILE *stream, const truce_case *c, const char *what, const char *question,
                        const text *basis, const text *answer)
{
    static const char no_memory[] = "(not enough memory for this part)";
    fprintf(stream, "%s\n%s: %s\n", c->title, what, question);
    grid_wrap(stream, basis->failed ? no_memory : basis->bytes, 0);
    fputc('\n', stream);
    grid_wrap(stream, answer->failed ? no_memory : answer->bytes, 0);
}

/* ---- Words in lines ----------------------------------------------------------------------------------- */

/* Takes the next line off the words; false at their end. */
static bool take_line(const char **words, text *line)
{
    size_t length = strcspn(*words, "\n");
    line->length = 0;
    text_add(line, *words, length);
    *words += length + ((*words)[length] == '\n');
    return length > 0 && !line->failed;
}

static bool is_item(const text *line)
{
    return strncmp(line->bytes, "- ", 2) == 0;
}

void answers_print_lines(FILE *stream, const char *words)
{
    text line = {0};
    while (take_line(&words, &line))
        grid_wrap(stream, line.bytes, is_item(&line) ? 2 : 0);
    text_free(&line);
}

void answers_put_lines(text *t, const char *words)
{
    text line = {0};
    bool list = false;
    while (take_line(&words, &line)) {
        bool item = is_item(&line);
        if (item != list)
            text_print(t, item ? "<ul>\n" : "</ul>\n");
        html_element(t, item ? "li" : "p", line.bytes + (item ? 2 : 0));
        list = item;
    }
    text_print(t, "%s", list ? "</ul>\n" : "");
    t->failed = t->failed || line.failed;
    text_free(&line);
}

/* ---- Files ------------------------------------------------------------------------------------------- */

truce_status answers_write(const answers_files *files, const void *context, const char *directory,
                           truce_error *error)
{
    output_set *set;
    TRY(output_set_open(&set, directory, error));
    truce_status status = files->write(set, context, error);
    if (status == TRUCE_OK)
        return output_set_commit(set, files->names, files->count, error);
    output_set_discard(set);
    return status;
}

truce_status answers_write_page(const output_set *set, const char *name, text *page, truce_error *error)
{
    truce_status status =
        page->failed ? error_memory(error) : output_set_write(set, name, page->bytes, page->length, error);
    text_free(page);
    return status;
}
