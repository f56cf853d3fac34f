/* Results of talks for readers: a table for the terminal and files. */
#ifndef TRUCE_REPORT_TALKS_H
#define TRUCE_REPORT_TALKS_H

#include "results/words.h"
#include "show/chart.h"
#include "talks/talks.h"

enum { TALKS_SHOWN = 64 };

typedef struct talks_scenario {
    size_t scenario; /* in the case */
    talks_result result;
    talks_change *changes; /* [month] against the first scenario; NULL for that */
} talks_scenario;

typedef struct talks_shown {
    const truce_case *c;
    const talks_options *options; /* of all scenarios */
    const talks_scenario *scenarios;
    size_t scenario_count;
    interruption watched;
    const char *posterior;                 /* directory of the fit whose draws the members are, or NULL */
    size_t deals[TALKS_SHOWN], deal_count; /* which deals, by number */
} talks_shown;

/* The table, at most 100 columns wide; colour: headings in bold. */
void talks_print(FILE *out, const talks_shown *t, bool colour);
/* The page of charts, as HTML. */
truce_status talks_page(const talks_shown *t, text *page, truce_error *error);
truce_status talks_write_netcdf(const char *path, const talks_shown *t, truce_error *error);
/* Writes talks.csv, talks.nc and talks.html into a directory. */
truce_status talks_write(const char *directory, const talks_shown *t, truce_error *error);

/* ---- What the parts share ----------------------------------------------------------------------------- */
enum { TALKS_5, TALKS_25, TALKS_50, TALKS_75, TALKS_95 }; /* of a band's quantiles */

const char *talks_side(const talks_shown *t, int side);
const char *talks_scenario_name(const talks_shown *t, size_t i);
/* The months of which numbers are printed, at most `most` and equally far apart; returns how many. */
size_t talks_months_shown(size_t months, size_t most, size_t *shown);
/* The month that deals and peace are shown for: the first without data, where talks begin before it. */
size_t talks_now(const talks_shown *t);
/* The position of a side as a share of all that is fought over, from the attacker's. */
talks_band talks_position(const talks_band *point, int side);
/* What scenario i does to the defender's position and when, in a sentence. */
void talks_verdict_words(text *words, const talks_shown *t, size_t i);
/* Whose draws the members are, in a sentence. */
void talks_draws_words(text *words, const talks_shown *t);

/* ---- talks_answers.c ---------------------------------------------------------------------------------- */
/* How probable a deal is, beside other wars, in a sentence. */
void talks_deal_words(text *words, const talks_shown *t);
/* What was taken to have happened, and how many futures it rests on. */
void talks_record_words(text *words, const talks_shown *t);
void talks_missing_words(text *words, const talks_shown *t, size_t deal, int side);
const char *talks_obstacle_words(const talks_shown *t, int obstacle, char words[WORDS_SIZE]);
/* When, why not, who is strong; and what waiting, terms and quantities do. */
void talks_print_answers(FILE *out, const talks_shown *t, bool colour);
void talks_print_means(FILE *out, const talks_shown *t, bool colour);

/* ---- talks_charts.c, talks_page.c ------------------------------------------------------------------------
 */
enum { TALKS_FIGURES = 10, TALKS_WIDTH = 960 };
typedef struct talks_figure {
    text title, words, script;
    int height; /* 0: there is no such figure */
} talks_figure;
/* False: out of memory. figures: TALKS_FIGURES, freed by the caller whatever is returned. */
bool talks_figures(const talks_shown *t, talks_figure *figures);

#endif
