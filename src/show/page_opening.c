/* The first screen of report.html: the question, a verdict on each scenario, one figure; then what else is there. */
#include "results/findings.h"
#include "show/html.h"
#include "show/report_page.h"

#include <string.h>

static void put_plain(text *t, const text *plain)
{
    if (plain->length)
        html_text(t, plain->bytes);
    t->failed = t->failed || plain->failed;
}

/* ---- Question and verdicts ------------------------------------------------ */

static void put_question(text *t, const case_results *r)
{
    text question = {0};
    question_finding(&question, r);
    text_print(t, "<p class=\"case\">");
    html_text(t, r->c->title);
    text_print(t, "</p>\n<h1>");
    put_plain(t, &question);
    text_print(t, "</h1>\n");
    text_free(&question);
}

/* What a sweep says as a whole stands before what its values say. */
static void put_sweep(text *t, const case_results *r)
{
    for (size_t k = 0; k < r->milestone_count && sweep_change(r, 1); k++) {
        text words = {0};
        if (!r->scenarios[0].milestones[k].milestone->shortage) {
            sweep_finding(&words, r, k);
            text_print(t, "<li>");
            put_plain(t, &words);
            text_print(t, ".</li>\n");
        }
        text_free(&words);
    }
}

static void put_verdicts(text *t, const case_results *r)
{
    text_print(t, "<ul class=\"verdicts\">\n");
    put_sweep(t, r);
    for (size_t i = 0; i < r->scenario_count; i++) {
        text verdict = {0}, range = {0};
        verdict_finding(&verdict, r, &r->scenarios[i]);
        if (verdict.length) {
            text_print(t, "<li><b>");
            html_text(t, scenario_of(r, &r->scenarios[i])->title);
            text_print(t, "</b>: ");
            put_plain(t, &verdict);
            range_finding(&range, r, &r->scenarios[i]);
            text_print(t, range.length ? ". <b>Caution:</b> " : "");
            put_plain(t, &range);
            text_print(t, ".</li>\n");
        }
        t->failed = t->failed || verdict.failed || range.failed;
        text_free(&range);
        text_free(&verdict);
    }
    text_print(t, "</ul>\n");
}

static void put_paragraph(text *t, text *words)
{
    if (words->length) {
        text_print(t, "<p>");
        put_plain(t, words);
        text_print(t, ".</p>\n");
    }
    t->failed = t->failed || words->failed;
    text_free(words);
}

/* The forecast that has scored best, where that is not the model's: it comes before all that the model says. */
static void put_best_forecast(text *t, const case_results *r)
{
    text words = {0};
    best_forecast_finding(&words, r);
    put_paragraph(t, &words);
}

/* Who has forecast how well. */
static void put_standing(text *t, const case_results *r)
{
    text words = {0};
    standing_finding(&words, r);
    put_paragraph(t, &words);
}

static void put_run(text *t, const case_results *r)
{
    const truce_case *c = r->c;
    char members[WORDS_SIZE], start[WORDS_SIZE], stop[WORDS_SIZE], data_end[WORDS_SIZE];
    words_number(members, (double)r->members, 1);
    month_name(c->start, start);
    month_name(c->stop, stop);
    save_name(r, r->data_months, data_end);
    text_print(
        t, "<p class=\"run\">%s to %s, data to %s; %s member%s, seed %llu; %zu scenario%s; truce %s, model ",
        start, stop, data_end, members, r->members == 1 ? "" : "s", (unsigned long long)r->seed,
        r->scenario_count, r->scenario_count == 1 ? "" : "s", truce_version());
    html_text(t, c->model->name);
    text_print(t, "</p>\n");
}

static void put_answer(text *t, const case_results *r, const figure_list *list)
{
    if (!list->items[0].title.length)
        return;
    text_print(t, "<figure class=\"answer\">\n");
    html_element(t, "h3", list->items[0].title.bytes);
    html_element(t, "p", list->items[0].subtitle.bytes);
    const figure *wide = &list->items[0], *narrow = &list->items[1];
    const text drawings[] = {wide->drawing, narrow->drawing};
    html_widths(t, drawings, 0, (const int[]){wide->width, narrow->width},
                (const int[]){wide->height, narrow->height}, wide->title.bytes);
    text_print(t, "<figcaption>");
    html_text(t, list->items[0].source.bytes);
    page_figure_links(t, r, &list->items[0]);
    text_print(t, "</figcaption>\n</figure>\n");
}

void page_opening(text *t, const case_results *r, const figure_list *list)
{
    page_open(t, r->c->title);
    put_question(t, r);
    put_best_forecast(t, r);
    put_verdicts(t, r);
    put_standing(t, r);
    put_answer(t, r, list);
    put_run(t, r);
}

/* ---- What the numbers say, and how to read them --------------------------- */

/* Deaths stand for both sides, or the page says that they do not. */
static const char *words_on_losses(const case_results *r)
{
    const char *words = "";
    for (size_t q = 0; q < r->quantity_count; q++) {
        const quantity *x = &r->quantities[q];
        if (x->section != SECTION_LOSSES || !x->output)
            continue;
        if (x->output->element_count < 2)
            return " Deaths are people; the losses shown here are of one side alone, since the case has no "
                   "others, and "
                   "say nothing of those of the other.";
        words = " Deaths are people; where losses are given, they are given for both sides.";
    }
    return words;
}

void page_summary(text *t, const case_results *r)
{
    text shows = {0}, weakness = {0}, limits = {0};
    summary_findings(&shows, r);
    direction_finding(&limits, r);
    weakness_finding(&weakness, r);
    text_print(t, "<h2>In short</h2>\n");
    if (r->c->description)
        html_element(t, "p", r->c->description);
    text_print(t, "<p>");
    put_plain(t, &shows);
    text_print(t, "</p>\n<p>");
    put_plain(t, &weakness);
    text_print(t, weakness.length ? ".</p>\n" : "</p>\n");
    if (limits.length) {
        text_print(t, "<p>");
        put_plain(t, &limits);
        text_print(t, ".</p>\n");
    }
    t->failed = t->failed || limits.failed;
    text_free(&limits);
    text_free(&shows);
    text_free(&weakness);
    char basis[160] = "They come from the priors of the case, which have not been fitted to the data, and";
    if (r->fit)
        snprintf(basis, sizeof basis,
                 "They come from a fit of the case's priors to its observations up to %s, and",
                 truce_fit_until(r->fit));
    text_print(t,
               "<p class=\"caveat\">How to read it: the numbers are aggregates of whole sides by %s, "
               "and say nothing about places or units. The intervals are those of the simulated members. "
               "%s do not cover the possibility that the model itself is wrong. A scenario says what follows "
               "from an "
               "assumption, not that the assumption will hold. Words of likelihood are those of the IPCC: "
               "very likely is "
               "above 90 %%, likely above 66 %%, about as likely as not between 33 and 66 %%, "
               "unlikely below 33 %%, very unlikely below 10 %%.%s</p>\n",
               case_period(r->c), basis, words_on_losses(r));
}

/* ---- Contents ------------------------------------------------------------ */

static const char opening_tag[] = "<h2>", closing_tag[] = "</h2>";

/* Title k of a body, as it stands there (escaped); false after the last. */
static bool next_title(const char **at, const char **title, size_t *length)
{
    const char *start = strstr(*at, opening_tag);
    const char *end = start ? strstr(start, closing_tag) : NULL;
    if (!end)
        return false;
    *title = start + strlen(opening_tag);
    *length = (size_t)(end - *title);
    *at = end;
    return true;
}

void page_with_contents(text *t, const text *body)
{
    const char *title, *at = body->length ? body->bytes : "", *from = at;
    size_t length, k = 0;
    t->failed = t->failed || body->failed;
    text_print(t, "<nav><ol>\n");
    for (const char *scan = at; next_title(&scan, &title, &length); k++)
        text_print(t, "<li><a href=\"#part-%zu\">%.*s</a></li>\n", k + 1, (int)length, title);
    text_print(t, "</ol></nav>\n");
    for (k = 0; next_title(&at, &title, &length); k++) {
        text_add(t, from, (size_t)(title - from) - strlen(opening_tag));
        text_print(t, "<h2 id=\"part-%zu\">", k + 1);
        from = title;
    }
    text_add(t, from, strlen(from));
}
