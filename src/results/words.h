/* Numbers, months and priors in the words of a report: no more digits than the interval justifies, thousands
 * separated, independent of the locale. */
#ifndef TRUCE_WORDS_H
#define TRUCE_WORDS_H

#include "case/case.h"

enum { WORDS_SIZE = 64 }; /* room for one number in words */

/* The step (a power of ten) to which numbers of an interval are rounded: two significant digits of its width
 * high - low; where it has none, four of the largest magnitude. */
double words_step(double low, double high);
/* "−12,300" for -12345 and step 100; "–" for NaN. */
void words_number(char out[WORDS_SIZE], double value, double step);
/* The same with a plus sign for what is above zero. */
void words_signed(char out[WORDS_SIZE], double value, double step);
/* Three significant digits, for parameters. */
void words_plain(char out[WORDS_SIZE], double value);
/* The same, but to a thousandth of a width where that is finer: settings of a narrow range are told apart. */
void words_within(char out[WORDS_SIZE], double value, double width);
/* For programs: seven significant digits (a 32-bit float holds no more for sure), no separators; "" for what
 * is not finite. Returns the length. */
size_t words_machine(char out[WORDS_SIZE], double value);
/* A share: "97 %"; "<1 %" and ">99 %" for what is not quite 0 and 1. */
void words_percent(char out[WORDS_SIZE], double share);
enum { WORDS_FEW = 20 }; /* fewer members are counted, "5 of 5" */
/* A probability estimated from `members` (SIZE_MAX: not from counts): never quite 0 or 1. What none or all of few
 * members show is said no more exactly than they allow: "<3 %" when it is none of 100 (the rule of three, Hanley and
 * Lippman-Hand 1983: at most 3/n with 95 %), and of fewer than 20 as a count, "5 of 5". */
void words_probability(char out[WORDS_SIZE], double share, size_t members);
/* The same before the word "futures": "12 % of the futures", or of fewer than 20 members "5 of 12 futures". */
void words_futures(text *t, double share, size_t members);
/* A share for a table that has its other part beside it: where both make 1, halves of a per cent fall so that both make
 * 100 % in print too. */
double words_beside(double share, double other);
/* The least probability of a direction that a record of so many windows which do not overlap allows to name, when none of
 * them showed it: 1 / (2 windows + 2), the mean of Jeffreys' prior after them; 0 where that is no more than 1 %. */
double words_least_direction(size_t windows);
/* A probability of the direction over a window ahead, no surer than the windows of that length in the record allow:
 * ">88 %" of three, ">50 %" of none, whatever share of members is beyond. */
void words_direction(char out[WORDS_SIZE], double share, size_t members, size_t windows);
/* Distribution in words: "lognormal, median 1.2, standard deviation of the logarithm 0.3". */
void words_prior(text *t, const truce_distribution *d);
/* Appends a blank and a word of a command line, quoted where a shell needs it. */
void words_shell(text *t, const char *word);
/* Appends units for a reader: km2 becomes km². */
void words_units(text *t, const char *units);
/* The same after a comma, behind a title; nothing of what has no units, or 1. */
void words_in_units(text *t, const char *units);
/* The same after a blank, behind a number; nothing of what has no units, or whose units are a scale such as "0 to 1". */
void words_after_number(text *t, const char *units);
/* How many bytes of a text fit into `most`, in whole characters: the precision of a %.*s. */
int words_cut(const char *string, size_t most);
/* Columns that UTF-8 text takes on a terminal. */
size_t words_columns(const char *string);

#endif
