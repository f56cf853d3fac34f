/* report.html: one self-contained file, results first, then what they rest on. */
#include "show/report_page.h"
#include "results/findings.h"
#include "show/html.h"

static void put_plain(text *t, const char *before, const text *plain, const char *after)
{
    text_print(t, "%s", before);
    if (plain->length)
        html_text(t, plain->bytes);
    text_print(t, "%s", after);
    t->failed = t->failed || plain->failed;
}

static void put_opening(text *t, const case_results *r)
{
    text shows = {0}, weakness = {0};
    opening_findings(&shows, r);
    weakness_finding(&weakness, r);
    if (weakness.length)
        text_print(&weakness, ". ");
    put_plain(t, "<h2>What the simulation shows</h2>\n<p>", &shows, "</p>\n");
    put_plain(t, "<p>", &weakness, "</p>\n");
    text_free(&shows);
    text_free(&weakness);
    char basis[160] = "They come from the priors of the case, which have not been fitted to the data, and";
    if (r->fit)
        snprintf(basis, sizeof basis,
                 "They come from a fit of the case's priors to its observations up to %s, and",
                 truce_fit_until(r->fit));
    text_print(
        t,
        "<p class=\"caveat\">How to read it: the numbers are aggregates of whole sides by %s, "
        "and say nothing about places or units. The intervals are those of the simulated members. "
        "%s do not cover that the model itself may be wrong. A scenario says what follows from an "
        "assumption, not that the assumption will hold. Deaths are people; where losses are given, they "
        "are given for both sides.</p>\n",
        case_period(r->c), basis);
}

static void put_head(text *t, const case_results *r)
{
    const truce_case *c = r->c;
    char members[WORDS_SIZE], start[WORDS_SIZE], stop[WORDS_SIZE], data_end[WORDS_SIZE];
    words_number(members, (double)r->members, 1);
    month_name(c->start, start);
    month_name(c->stop, stop);
    save_name(r, r->data_months, data_end);
    page_open(t, c->title);
    html_element(t, "h1", c->title);
    if (c->description)
        html_element(t, "p", c->description);
    text_print(
        t, "<p class=\"run\">%s to %s, data to %s; %s members, seed %llu; %zu scenario%s; truce %s, model ",
        start, stop, data_end, members, (unsigned long long)r->seed, r->scenario_count,
        r->scenario_count == 1 ? "" : "s", truce_version());
    html_text(t, c->model->name);
    text_print(t, "</p>\n");
}

truce_status page_make(const case_results *r, bool members, interruption watched, text *page,
                       truce_error *error)
{
    figure_list figures;
    truce_status status = figures_make(r, watched, &figures, error);
    if (status)
        return status;
    put_head(page, r);
    put_opening(page, r);
    page_figures(page, r, &figures);
    page_scenarios(page, r, &figures);
    page_milestones(page, r);
    page_scores(page, r);
    page_observations(page, r, &figures);
    page_learned(page, r);
    page_losses(page, r);
    page_key_numbers(page, r);
    page_other_numbers(page, r);
    page_failures(page, r);
    page_scenario_words(page, r);
    page_assumptions(page, r);
    page_sources(page, r);
    page_reproduce(page, r, members);
    text_print(page, "</body>\n</html>\n");
    figures_free(&figures);
    return page->failed ? error_memory(error) : TRUCE_OK;
}
