/* What the numbers say, in sentences: the titles of figures and the opening of the report. */
#ifndef TRUCE_FINDINGS_H
#define TRUCE_FINDINGS_H

#include "results/results.h"

/* "2026" for a whole calendar year, else "Jul 2026 to Jun 2027": months from..to-1 of the horizon. */
void window_name(const case_results *r, size_t from, size_t to, char out[WORDS_SIZE]);
/* The twelve months after the data's end (the last twelve of the horizon when there are none). */
void next_window_name(const case_results *r, char out[WORDS_SIZE]);
/* "Dec 2025": the month that ends at save k. */
void save_name(const case_results *r, size_t k, char out[WORDS_SIZE]);
/* "410 (50 %: 210 to 650)" */
void put_estimate(text *t, const statistics *s);
void put_range(text *t, double low, double high, double step);
/* "Russia gains 410 km² a month in 2026 (50 %: 210 to 650)"; nothing without a front. */
void front_finding(text *t, const case_results *r, const scenario_result *s);
/* ", 10 m a day westwards along the line": what a change of the front (in units of its quantity) is on the ground, as
 * far as the case says where and how long the line is. */
void put_pace(text *t, const case_results *r, double change);
/* "lower by 2.3 thousand km² at the end of Dec 2029 (50 %: -3.8 to -1.4)": a quantity in a scenario, beside the
 * baseline. */
void put_difference(text *t, const case_results *r, size_t q, const scenario_result *s);

/* ---- verdict_findings.c: what was asked, and what comes out ---------------- */
/* What a run answers, as a question. */
void question_finding(text *t, const case_results *r);
/* What came out for one scenario, in a sentence without its full stop. */
void verdict_finding(text *t, const case_results *r, const scenario_result *s);
/* range_findings.c: which changes of a scenario go beyond what the case was made for, and what limits them in the model;
 * nothing where none does. */
void range_finding(text *t, const case_results *r, const scenario_result *s);
/* Of one change; nothing where it stays within. */
void range_caution(text *t, const truce_case *c, const case_change *x);
/* Likelihood in words, as the IPCC uses them (Mastrandrea et al. 2010): "unlikely". Where none or all of the members
 * have something, the word is that of the bound that so many members give, the rule of three. */
const char *likelihood_words(double share, size_t members);
/* Says so where a milestone's test holds in every month of every future, or in none, and over what range its variable
 * runs there: a bound in other units is seen by that. Nothing else. */
void untested_finding(text *t, const case_results *r, const milestone_result *s);
/* The quantity that stands for the whole: the front's level, or the first that is drawn. SIZE_MAX: there is none. */
size_t leading_quantity(const case_results *r);

/* sweep.c: the change by whose value alone the scenarios behind the baseline differ, as scenario `index` (from 1) has it;
 * NULL where they are fewer than three or differ otherwise. */
const case_change *sweep_change(const case_results *r, size_t index);
/* How the probability of a milestone goes along a sweep. */
void sweep_finding(text *t, const case_results *r, size_t milestone);

/* The window of the sentences on the front: beside scenarios the whole forecast, as theirs; else the next twelve months. */
reading front_reading(const case_results *r);
/* The same of any distribution of the front's mean change over such a window. */
void speed_finding(text *t, const case_results *r, reading window, statistics speed);
/* Why directions of the front ahead are told no surer than they are, where the record limits that rather than the
 * members; nothing where it does not. Ends without a full stop. */
void direction_finding(text *t, const case_results *r);
/* What opens the report: the forecast that has scored best so far, where it is not the model's, then the
 * model's own (front_finding), and who has scored how well (standing_finding). */
void outlook_finding(text *t, const case_results *r, const scenario_result *s);

/* ---- forecast_findings.c: who has scored best ---------------------------- */
/* The forecast of the front that has scored best, and how scenarios are laid on it; false, and nothing, where it is the
 * model's or is not known. */
bool best_forecast_finding(text *t, const case_results *r);
/* Who has scored best at which horizon, where the model has lost to its best rival and to climatology, and what the final
 * reading says; nothing where nothing is known. */
void standing_finding(text *t, const case_results *r);
/* How model and pool did on the last origins, which were left for one final reading. */
void final_finding(text *t, const case_results *r);
/* Target 0, 1, ... that the project has set itself for territory and losses together, with what was reached;
 * false after the last, and where nothing is known of it. */
enum { TARGETS = 5 };
bool target_finding(text *t, const case_results *r, size_t target, bool *met);

/* The dead of both sides together: the sum of the first two-sided output of the section on losses. */
void losses_finding(text *t, const case_results *r, const scenario_result *s);
void output_finding(text *t, const case_results *r, const scenario_result *s, const case_output *output);
/* The scenario that moves quantity q most by the horizon's end. */
void difference_finding(text *t, const case_results *r, size_t q);
/* "Russian deaths by name", or the name where the case has no such series. */
const char *series_title(const case_results *r, const char *name);
void observation_finding(text *t, const case_results *r, size_t index);
/* "Russia runs short of armour after Dec 2025 with 62 %; median date Aug 2027 (90 %: Mar 2026 to Nov 2028)".
 */
void milestone_finding(text *t, const case_results *r, const milestone_result *s);

/* That a side which has collapsed counts as short, where a shortage of the case says so; else nothing. */
void collapsed_finding(text *t, const case_results *r);

/* "under way at the end of Dec 2025 in 95 %"; nothing where it never is. */
void under_way_finding(text *t, const case_results *r, const milestone_result *s);

/* The sentences that open a report: front, losses, what a scenario changes most, and the shortage of the
 * first scenario that is most likely to come. */
void opening_findings(text *t, const case_results *r);
/* The same without whose forecasts are how good, which the first screen of a page has said. */
void summary_findings(text *t, const case_results *r);
/* How much of the size of a scenario the data taught: the mean share of the priors' variance that a fit took from the
 * parameters that the case says it rests on; NaN without a fit, or where the case names none. */
double share_learned(const case_results *r, const case_scenario *s);
/* "assumed: the data removed 9 % of the variance of the priors it rests on (drone weight 11 %, ...)"; nothing
 * where the share is not known. */
void learned_finding(text *t, const case_results *r, const case_scenario *s);

/* ---- score_findings.c: how good forecasts have been ------------------------------- */
/* The score of the model over that of a rival, less 1; NaN when it has none. */
double score_against(const score_record *s, const score_row *model, size_t rival);
/* The rival that does best where the model's row is; SIZE_MAX when there is none. */
size_t best_rival(const score_record *s, const score_row *model);
/* The same over all series at so many months ahead; each score counts in shares of persistence's, by origins.
 */
double all_against(const score_record *s, size_t rival, int months);
size_t best_rival_of_all(const score_record *s, int months);
/* Changes that the model's 50 % or 90 % intervals hold, of a series (SIZE_MAX: of any) and so many months
 * ahead (0: any); the share, NaN when there are none. */
double share_held(const score_record *s, bool wide, size_t series, int months, double *covered,
                  double *cases);
/* What the model is not good at, one sentence without its full stop; nothing where nothing is known. */
void weakness_finding(text *t, const case_results *r);

/* The units of a sum over time: thousand people for thousand people a month. */
void amount_units(text *t, const quantity *q, const char *period);
/* The month of a milestone's date. */
void milestone_date(const case_results *r, double index, char out[WORDS_SIZE]);
/* What was wrong with the value of a member that failed, and the month in which. */
const char *failure_words(const failure_record *f);
void failure_month(const case_results *r, const failure_record *f, char out[WORDS_SIZE]);
/* Whether a quantity is one of losses whose sum over time is shown: the change where the case has the same as
 * a level too. */
bool is_summed(const case_results *r, size_t q);
/* The first quantity that sums both sides, SIZE_MAX when there is none. */
size_t both_sides_quantity(const case_results *r);

#endif
