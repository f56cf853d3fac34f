/* Simulations of a case and their results as data (truce.h is the manual).
 *
 *     truce_simulation_options o = truce_simulation_default_options();
 *     truce_simulate(c, &o, &results, &error);
 *     truce_results_facts f = truce_results_facts_of(results);
 *     truce_statistics s = truce_results_series(results, 0, f.front_change, month);
 *
 * Months of results are counted from the first of the horizon, scenarios in the order in which they were
 * asked for; the first is the baseline, with which the others are compared member by member. A level is that
 * of a month's end, a change is over the month. */
#ifndef TRUCE_PUBLIC_RESULTS_H
#define TRUCE_PUBLIC_RESULTS_H

#include "truce/case.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Simulations ------------------------------------------------------------------------------------- */

typedef struct truce_progress {
    size_t scenario;              /* of the case */
    size_t done, members;         /* of this scenario */
    size_t all_done, all_members; /* of all scenarios together */
} truce_progress;

/* Some members of one scenario. They belong to the simulation, and live until the call returns. */
typedef struct truce_part {
    size_t scenario;                /* of the case */
    const truce_ensemble *ensemble; /* its outputs are elements of the model at the ends of months */
    const truce_ensemble *baseline; /* the same members of the first scenario; NULL if this is the first */
} truce_part;

typedef struct truce_simulation_options {
    const char *const *scenarios; /* by name; the first is the baseline */
    size_t scenario_count;        /* 0: all scenarios of the case */
    size_t members;
    uint64_t seed;
    unsigned threads; /* 0: all processors; results do not depend on it */
    truce_engine engine;
    /* The fit whose draws are the members; must outlive the results. NULL: the fit beside the case
     * (truce_fit_beside), or the priors where there is none. */
    const truce_fit *posterior;
    bool priors;         /* ignores that fit */
    size_t part;         /* members at a time; 0: all, up to TRUCE_MEMBERS_AT_ONCE, else as memory allows */
    const char *command; /* recorded in the results; may be NULL */
    const char *scores;  /* directory of a record of forecasts; NULL: that of the case, if there is one */
    /* Called with each part; false ends the simulation. May be NULL. */
    bool (*take)(void *context, const truce_part *part);
    /* Called from one thread at a time as members are done; false cancels. May be NULL. */
    bool (*progress)(void *context, const truce_progress *progress);
    void *context; /* of both */
} truce_simulation_options;

/* Up to this many members quantiles are exact; with more they have a bound, `rank_error`. */
enum { TRUCE_MEMBERS_AT_ONCE = 20000 };

/* Bytes of the values that members.nc would hold for these numbers of scenarios and members (before compression, which
 * files of more than 32 MiB per scenario have); 0 if there are too many to be written; NaN if the case has fewer scenarios. */
TRUCE_API double truce_members_bytes(const truce_case *c, size_t scenarios, size_t members);

typedef struct truce_results truce_results;

/* 1,000 members of every scenario, seed 1, all processors. */
TRUCE_API truce_simulation_options truce_simulation_default_options(void);

/* Simulates. The case must outlive the results. A scenario whose members all fail is an error. */
TRUCE_API truce_status truce_simulate(const truce_case *c, const truce_simulation_options *options,
                                      truce_results **results, truce_error *error);
/* The same, and writes report.html, summary.csv, observed.csv and, up to TRUCE_MEMBERS_AT_ONCE members,
 * members.nc into a directory, which is created if it is missing. */
TRUCE_API truce_status truce_simulate_report(const truce_case *c, const truce_simulation_options *options,
                                             const char *directory, truce_results **results,
                                             truce_error *error);
TRUCE_API void truce_results_destroy(truce_results *results);

/* ---- Numbers ----------------------------------------------------------------------------------------- */

enum { TRUCE_QUANTILES = 5 }; /* 5, 25, 50, 75 and 95 % */

typedef struct truce_statistics {
    double mean;
    double quantiles[TRUCE_QUANTILES]; /* NaN when no member is sound */
    double above, below;               /* shares of members above and below zero */
    size_t members;                    /* sound ones */
    double rank_error; /* at most this share of the members lies between a quantile and its value */
} truce_statistics;

typedef struct truce_results_facts {
    const char *command; /* "" when none was given */
    uint64_t seed;
    size_t members;
    size_t months;        /* of the horizon */
    size_t data_months;   /* of these, with data: the others are the forecast */
    size_t fitted_months; /* of these, fitted by the posterior */
    size_t scenarios, quantities, milestones, observations;
    size_t front_level, front_change; /* quantities; SIZE_MAX when the case has no front */
} truce_results_facts;
TRUCE_API truce_results_facts truce_results_facts_of(const truce_results *results);

/* The scenario of the case that is at index `scenario` of the results. */
TRUCE_API size_t truce_results_scenario(const truce_results *results, size_t scenario);

typedef struct truce_quantity {
    const char *title, *units; /* "Killed", "thousand people a month" */
    const char *label;         /* "Ukraine"; "" when it stands alone */
    const char *section;       /* "front", "forces", "losses", ... */
    bool change;               /* over the month; else a level at its end */
    bool both;                 /* sum over both sides */
} truce_quantity;
TRUCE_API truce_quantity truce_results_quantity(const truce_results *results, size_t quantity);

/* A quantity in a month, and its difference from the baseline, member by member (NaN for the baseline
 * itself). */
TRUCE_API truce_statistics truce_results_series(const truce_results *results, size_t scenario,
                                                size_t quantity, size_t month);
TRUCE_API truce_statistics truce_results_difference(const truce_results *results, size_t scenario,
                                                    size_t quantity, size_t month);

/* A reading of a quantity, member by member: the value of a level, the monthly mean of a change. */
typedef enum truce_reading {
    TRUCE_READING_NOW,           /* at the data's end; over the last twelve months of data */
    TRUCE_READING_NEXT,          /* twelve months later; over these twelve months */
    TRUCE_READING_TREND,         /* NEXT less NOW */
    TRUCE_READING_END,           /* at the horizon's end; over all months of the forecast */
    TRUCE_READING_PAST_AMOUNT,   /* sum over the months of data */
    TRUCE_READING_FUTURE_AMOUNT, /* sum over the months of the forecast */
    TRUCE_READINGS
} truce_reading;
TRUCE_API truce_statistics truce_results_reading(const truce_results *results, size_t scenario,
                                                 size_t quantity, truce_reading reading);
TRUCE_API truce_statistics truce_results_reading_difference(const truce_results *results, size_t scenario,
                                                            size_t quantity, truce_reading reading);

/* ---- Events ------------------------------------------------------------------------------------------ */

/* What happens in some futures: a milestone of the case, or a shortage. */
typedef struct truce_milestone {
    const char *title, *label;
    bool shortage;
    double before,
        after;       /* probability of a spell before the data's end, and of one that begins later: NaN where
                             no month comes later */
    double dates[3]; /* 5, 50, 95 %: month of the first spell after it, among the members that have one */
    double dates_of_all[3]; /* the same over all members; NaN where too many have none within the horizon */
    size_t members;         /* sound ones */
    const size_t *starts;   /* [month]: members whose first spell after the data's end begins in it */
} truce_milestone;
TRUCE_API truce_milestone truce_results_milestone(const truce_results *results, size_t scenario,
                                                  size_t milestone);

/* A member that failed (non-finite values); details are kept for the first 100 of a scenario. */
TRUCE_API size_t truce_results_failure_count(const truce_results *results, size_t scenario); /* all of them */
TRUCE_API bool truce_results_failure(const truce_results *results, size_t scenario, size_t index,
                                     truce_failure *failure); /* false: no details are kept */

/* ---- Observations ------------------------------------------------------------------------------------ */

/* What the baseline predicts for an observation in a month. */
TRUCE_API truce_statistics truce_results_predicted(const truce_results *results, size_t observation,
                                                   size_t month);

/* Points judged by the bands, and how many lie within them. */
typedef struct truce_coverage {
    size_t points, within_50, within_90;
} truce_coverage;
/* fitted: for the months that the posterior has fitted; else for all others. */
TRUCE_API truce_coverage truce_results_coverage(const truce_results *results, size_t observation,
                                                bool fitted);

/* ---- Sentences --------------------------------------------------------------------------------------- */

typedef enum truce_finding {
    TRUCE_FINDING_FRONT,       /* index: scenario. Who gains how much a month */
    TRUCE_FINDING_LOSSES,      /* index: scenario. The dead of both sides together */
    TRUCE_FINDING_DIFFERENCE,  /* index: quantity. The scenario that changes it most */
    TRUCE_FINDING_OBSERVATION, /* index: observation. How well the bands cover it */
    TRUCE_FINDING_MILESTONE,   /* index: milestone, of the baseline */
    TRUCE_FINDING_WEAKNESS     /* index: 0. What the model is not good at, by the record of its forecasts */
} truce_finding;
/* A finding without its full stop; "" where there is nothing to say. Freed with truce_text_free. */
TRUCE_API truce_status truce_results_finding(const truce_results *results, truce_finding kind, size_t index,
                                             char **sentence, truce_error *error);
/* The table of `truce run`, at most 80 columns; colour: with terminal escape sequences. */
TRUCE_API truce_status truce_results_table(const truce_results *results, bool colour, char **table,
                                           truce_error *error);
/* The same for programs, as JSON (docs/use/report.md). */
TRUCE_API truce_status truce_results_json(const truce_results *results, char **text, truce_error *error);
/* Writes one chart of the report; the end of the path (.svg, .png or .csv) decides the format (.csv: its numbers). "answer" is
 * the chart on the report's first screen. go_on: called while it is drawn; false stops it. It may be NULL. */
TRUCE_API truce_status truce_results_chart(const truce_results *results, const char *chart, const char *path,
                                           bool (*go_on)(void *context), void *context, truce_error *error);
/* The names of all charts, one per line. */
TRUCE_API truce_status truce_results_charts(const truce_results *results, char **names, truce_error *error);
TRUCE_API void truce_text_free(char *text);
/* Writes a text to a file, which is written completely or not at all. */
TRUCE_API truce_status truce_text_write(const char *text, const char *path, truce_error *error);

#ifdef __cplusplus
}
#endif
#endif
