/* The part of report.html that names the commands which answer what a run leaves open, with this case's own names. */
#include "show/html.h"
#include "show/report_page.h"
#include "show/report_parts.h"

#include <string.h>

/* The question, and the command that answers it: a list of words up to NULL after the case. */
static void put_question(text *t, const case_results *r, const char *question, const char *command,
                         const char *const *words)
{
    text line = {0};
    text_print(&line, "truce %s", command);
    words_shell(&line, r->c->path);
    for (; *words; words++)
        words_shell(&line, *words);
    text_print(t, "<dt>");
    html_text(t, question);
    text_print(t, "</dt><dd><code>");
    html_text(t, line.failed ? "" : line.bytes);
    text_print(t, "</code></dd>\n");
    t->failed = t->failed || line.failed;
    text_free(&line);
}

/* What `r` shows of one element, over the months of the forecast (of all where there is none): "" without any. */
static void put_value(text *value, const case_results *r, const char *test)
{
    const truce_case *c = r->c;
    char from[16], to[16];
    month_iso(c->data_end < c->stop ? c->data_end + 1 : c->start, from);
    month_iso(c->stop, to);
    for (size_t q = 0; q < r->quantity_count; q++)
        if (r->quantities[q].element_count == 1) {
            text_print(value, "change \"%s\" %s..%s%s", c->model->elements[r->quantities[q].elements[0]].name,
                       from, to, test);
            return;
        }
}

static void put_compare(text *t, const case_results *r)
{
    const truce_case *c = r->c;
    size_t other = r->scenario_count > 1 ? r->scenarios[1].scenario : 1;
    size_t first = r->scenario_count ? r->scenarios[0].scenario : 0;
    bool written = other < c->scenario_count && strcmp(c->scenarios[other].at.file, CASE_GIVEN_PART) != 0;
    if (written && other != first) /* what the command line made is not in the case */
        put_question(
            t, r, "What difference does a scenario make, future by future, and how much of it is resolved?",
            "compare", (const char *const[]){c->scenarios[first].name, c->scenarios[other].name, NULL});
}

void page_questions(text *t, const case_results *r)
{
    text value = {0}, goal = {0};
    put_value(&value, r, "");
    put_value(&goal, r, " <= 0");
    text_print(t, "<h2>Questions to ask next</h2>\n<p>Each of these commands answers one question about this "
                  "case, and says so when the model and the data cannot decide it; with <code>-o DIR</code> "
                  "it writes a page and files.</p>\n"
                  "<dl class=\"questions\">\n");
    put_compare(t, r);
    if (value.length && !value.failed && !goal.failed) {
        put_question(t, r, "What does the spread of a number depend on?", "matter",
                     (const char *const[]){"--value", value.bytes, NULL});
        put_question(t, r, "How much of one lever is enough for a goal?", "enough",
                     (const char *const[]){"--goal", goal.bytes, "--lever", "NAME=LEAST:MOST", NULL});
    }
    if (r->c->talks)
        put_question(t, r, "What would the sides accept, and why is there no deal?", "talks",
                     (const char *const[]){NULL});
    put_question(t, r, "Do claims made in public hold (in a file claims.yaml beside the case)?", "claims",
                 (const char *const[]){NULL});
    text_print(t, "</dl>\n");
    t->failed = t->failed || value.failed || goal.failed;
    text_free(&value);
    text_free(&goal);
}
