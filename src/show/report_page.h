/* The parts of report.html. Each appends to the page; failures of memory stay in text.failed. */
#ifndef TRUCE_PAGE_H
#define TRUCE_PAGE_H

#include "show/report_figures.h"

/* The whole page, with its drawings. members: members.nc lies beside it; `watched` is asked while charts are
 * drawn. */
truce_status page_make(const case_results *r, bool members, interruption watched, text *page,
                       truce_error *error);

/* page_opening.c: the first screen, what the numbers say, and the body of the page below a list of its parts. */
void page_opening(text *t, const case_results *r, const figure_list *list);
void page_summary(text *t, const case_results *r);
void page_with_contents(text *t, const text *body);

/* page_results.c: what came out. */
void page_key_numbers(text *t, const case_results *r);
void page_other_numbers(text *t, const case_results *r);
void page_losses(text *t, const case_results *r);
void page_figures(text *t, const case_results *r, const figure_list *list);
void page_scenarios(text *t, const case_results *r, const figure_list *list);
void page_milestones(text *t, const case_results *r);
void page_failures(text *t, const case_results *r);
void page_figure(text *t, const case_results *r, const figure_list *list, size_t index);
/* Links to a figure's drawing and numbers, with the name that the command line knows it by. */
void page_figure_links(text *t, const case_results *r, const figure *f);
/* A cell; members: of which it is a probability, 0 for a plain share. */
void page_share(text *t, double share, size_t members);

/* page_fit.c, page_learned.c, page_scores.c: how good the model is; the second needs a fit, the third scores.
 */
void page_observations(text *t, const case_results *r, const figure_list *list);
void page_learned(text *t, const case_results *r);
void page_scores(text *t, const case_results *r);

/* page_basis.c: what it rests on. */
void page_assumptions(text *t, const case_results *r);
void page_scenario_words(text *t, const case_results *r);
void page_sources(text *t, const case_results *r);
void page_reproduce(text *t, const case_results *r, bool members);
void page_questions(text *t, const case_results *r); /* page_questions.c: which commands go on from here */

extern const char page_style[]; /* page_style.c */
/* All up to and with <body>. */
void page_open(text *t, const char *title);

#endif
