/* Results of talks over scenarios, and what they say, in sentences. */
#ifndef TRUCE_TALKS_FINDINGS_H
#define TRUCE_TALKS_FINDINGS_H

#include "results/words.h"
#include "talks/talks.h"
#include "truce/talks.h"

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
    interruption watched;                  /* asked while charts are drawn */
    size_t deals[TALKS_SHOWN], deal_count; /* which deals, by number */
    truce_talks_branch branch;
    const char *command; /* that gives the same again; NULL: what the options come to */
} talks_shown;

enum { TALKS_5, TALKS_25, TALKS_50, TALKS_75, TALKS_95 }; /* of a band's quantiles */

const char *talks_side(const talks_shown *t, int side);
const char *talks_scenario_name(const talks_shown *t, size_t i);
/* The months of which numbers are printed, at most `most` and equally far apart; returns how many. */
size_t talks_months_shown(size_t months, size_t most, size_t *shown);
/* The month that deals and peace are shown for: the first without data, where talks begin before it. */
size_t talks_now(const talks_shown *t);
/* The position of a side as a share of all that is fought over, from the attacker's. */
talks_band talks_position(const talks_band *point, int side);
/* " and each side would sign some line (12 % of them in Jan 2026)": whose positions are told. */
void talks_placed_words(text *words, const talks_shown *t);
/* What scenario i does to the defender's position and when, in a sentence. */
void talks_verdict_words(text *words, const talks_shown *t, size_t i);
/* The lever of the case that a scenario is; NULL: it is none. */
const case_lever *talks_lever_of(const talks_shown *t, size_t scenario);
/* What a scenario changes for one unit of its size, in the month of the greatest mean change of the position. */
typedef struct talks_leverage {
    size_t greatest, half; /* that month; the one in which half of it is reached */
    talks_mean position;
    double gap[GAME_SIDES], accepts[GAME_SIDES];
} talks_leverage;
talks_leverage talks_leverage_of(const talks_scenario *s, const case_lever *lever);
/* Whether that change stands out from its error: else its sign may be chance, and so may all that goes with it. */
bool talks_leverage_tells(const talks_leverage *l);
/* Whose draws the members are, in a sentence. */
void talks_draws_words(text *words, const talks_shown *t);

/* Whether the deal is one of those asked for. */
bool talks_shows_deal(const talks_shown *t, size_t deal);
/* How many futures alike the record's weights are worth; INFINITY without a record. */
double talks_alike(const talks_shown *t);
/* Points of 100 to which a share is told: 1 from 100 futures alike on, where its standard error is 5 at most; 5 from
 * 25 on; else 10. */
double talks_grain(const talks_shown *t);
/* "24 %", or to the grain "25 %" and "<5 %". */
void talks_share_words(const talks_shown *t, char out[WORDS_SIZE], double share);
/* That no deal comes in the months ahead: 100 less what is told of a deal. */
void talks_no_deal_words(const talks_shown *t, char out[WORDS_SIZE]);
/* Whether a share of futures without a deal is left whose obstacles can be told. */
bool talks_has_obstacles(const talks_shown *t);
/* Whether the war goes on in a future in the month of the answers. */
bool talks_goes_on(const talks_shown *t);
/* Why that is nothing to explain, in a sentence. */
void talks_certain_deal_words(text *words, const talks_shown *t);
/* From 40 futures alike on, the middle half of them is 20 and its quartiles tell something. */
bool talks_has_bands(const talks_shown *t);
/* That positions of a month rest on five futures alike or more. */
bool talks_has_position(const talks_shown *t, const talks_month *m);
/* The same of the prior, whose futures all count alike. */
bool talks_has_prior_position(const talks_shown *t, const talks_month *m);
/* That what a scenario changes in month `j` rests on as many in both. */
bool talks_has_change(const talks_shown *t, size_t scenario, size_t j);
/* That a line agreed in a month rests on five futures alike or more. */
bool talks_has_terms(const talks_shown *t, const talks_month *m);
/* Behind the title of a table: "; worth 47 futures" where they are fewer than 400, else nothing. */
void talks_alike_words(const talks_shown *t, char out[WORDS_SIZE]);

/* ---- talks_titles.c ----------------------------------------------------------------------------------- */
typedef enum talks_chart {
    TALKS_CHART_POSITION,
    TALKS_CHART_POSITIONS,
    TALKS_CHART_CHANGES,
    TALKS_CHART_ZONE,
    TALKS_CHART_STRUCK,
    TALKS_CHART_STATEMENTS,
    TALKS_CHART_TERMS,
    TALKS_CHART_WORTH,
    TALKS_CHART_ACCEPTS,
    TALKS_CHART_GAINS,
    TALKS_CHART_PEACE
} talks_chart;
/* What a chart finds, for the first scenario and the first month without data. */
void talks_title(text *title, const talks_shown *t, talks_chart which);
/* What 0 and 100 are. */
void talks_scale_words(text *words, const talks_shown *t);
/* The command that gives the results again; the folder of a posterior is not known here. */
void talks_command_words(text *words, const talks_shown *t);

#endif
