/* report.html: one self-contained file, the answer first, then what it rests on. */
#include "show/report_page.h"

static void put_body(text *t, const case_results *r, const figure_list *figures, bool members)
{
    page_summary(t, r);
    page_milestones(t, r);
    page_scenarios(t, r, figures);
    page_losses(t, r);
    page_figures(t, r, figures);
    page_key_numbers(t, r);
    page_other_numbers(t, r);
    page_scores(t, r);
    page_observations(t, r, figures);
    page_learned(t, r);
    page_failures(t, r);
    page_scenario_words(t, r);
    page_assumptions(t, r);
    page_sources(t, r);
    page_questions(t, r);
    page_reproduce(t, r, members);
}

truce_status page_make(const case_results *r, bool members, interruption watched, text *page,
                       truce_error *error)
{
    figure_list figures;
    text body = {0};
    TRY(figures_make(r, watched, &figures, error));
    page_opening(page, r, &figures);
    put_body(&body, r, &figures, members);
    page_with_contents(page, &body);
    text_print(page, "</body>\n</html>\n");
    text_free(&body);
    figures_free(&figures);
    return page->failed ? error_memory(error) : TRUCE_OK;
}
