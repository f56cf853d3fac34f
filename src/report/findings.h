/* What the numbers say, in sentences: the titles of figures and the opening of the report. */
#ifndef TRUCE_FINDINGS_H
#define TRUCE_FINDINGS_H

#include "report/parts.h"

/* "2026" for a whole calendar year, else "Jul 2026 to Jun 2027": months from..to-1 of the horizon. */
void window_name(const report *r, size_t from, size_t to, char out[WORDS_SIZE]);
/* The twelve months after the data's end (the last twelve of the horizon when there are none). */
void next_window_name(const report *r, char out[WORDS_SIZE]);
/* "Dec 2025": the month that ends at save k. */
void save_name(const report *r, size_t k, char out[WORDS_SIZE]);
/* Whether the 90 % interval is a point but for rounding. */
bool is_same_in_all(const statistics *s);
/* "410 (50 %: 210 to 650)" */
void put_estimate(text *t, const statistics *s);
void put_range(text *t, double low, double high, double step);
/* "Russia gains 410 km² a month in 2026 (50 %: 210 to 650)"; nothing without a front. */
void front_finding(text *t, const report *r, const scenario_result *s);
/* The dead of both sides together: the sum of the first two-sided output of the section on losses. */
void losses_finding(text *t, const report *r, const scenario_result *s);
void output_finding(text *t, const report *r, const scenario_result *s, const case_output *output);
/* The scenario that moves quantity q most by the horizon's end. */
void difference_finding(text *t, const report *r, size_t q);
void observation_finding(text *t, const report *r, size_t index);
/* "Russia runs short of armour after Dec 2025 with 62 %; median date Aug 2027 (90 %: Mar 2026 to Nov 2028)".
 */
void shortage_finding(text *t, const report *r, const shortage_result *s);
/* The units of a sum over time: thousand people for thousand people a month. */
void amount_units(text *t, const quantity *q);
/* The month of a shortage's date. */
void shortage_date(const report *r, double index, char out[WORDS_SIZE]);
/* What was wrong with the value of a member that went wrong, and the month in which. */
const char *failure_words(const failure_record *f);
void failure_month(const report *r, const failure_record *f, char out[WORDS_SIZE]);
/* Whether a quantity is one of losses whose sum over time is shown: the change where the case has the same as
 * a level too. */
bool is_summed(const report *r, size_t q);
/* The first quantity that sums both sides, SIZE_MAX when there is none. */
size_t both_sides_quantity(const report *r);

#endif
