/* What the parts of the report share: the quantities shown, their statistics, and the state of a report.
 *
 * Everything is counted in months of the horizon: month i is start + i. The model saves on the first day of
 * each month, so save i + 1 is the end of month i. A level is shown at the end of a month, a change over it.
 */
#ifndef TRUCE_RESULTS_H
#define TRUCE_RESULTS_H

#include "ensemble/ensemble.h"
#include "fit/fit.h"
#include "results/scores.h"
#include "results/words.h"
#include "show/chart.h"
#include "show/report.h"

/* ---- Statistics over members --------------------------------------------- */

typedef struct statistics {
    double mean;
    double quantiles[CHART_QUANTILES]; /* NaN when no member is sound */
    double above, below;               /* shares of members above and below zero */
    size_t members;                    /* sound ones */
    double finest;                     /* the finest step worth printing, for the size of the quantity */
    double rank_error;                 /* quantiles are off by at most this share of the members */
    bool share;                        /* the quantiles are all the mean: a share of members */
} statistics;

/* The part of the members that is in hand: all of them, or one chunk of many. */
typedef struct chunk {
    size_t first; /* its first member */
    bool last;    /* no more will follow */
} chunk;

/* What statistics are read from when members come chunk by chunk. */
typedef struct tally {
    value_summary cells;
    size_t above, below; /* members above and below zero */
} tally;

/* A quantity for the reader: one element of the model, or the sum of one for each side. */
typedef struct quantity {
    const case_output *output; /* NULL: the front, where the case has no output for it */
    const char *title, *label, *units;
    case_section section;
    size_t element_count;
    const size_t *elements; /* summed */
    double scale, offset;
    bool change, flow;
    bool both;       /* sum over both sides */
    double greatest; /* magnitude of what is read off it in the baseline */
    int side;        /* as chart_side_colour */
} quantity;

/* What is read off a quantity, member by member. For a level: its value; for a change: its mean a month. */
typedef enum reading {
    READING_NOW,           /* level at the data's end; mean change over the last twelve months of data */
    READING_NEXT,          /* level twelve months later; mean change over these twelve months */
    READING_TREND,         /* NEXT - NOW */
    READING_END,           /* level at the horizon's end; mean change over all months of the forecast */
    READING_PAST_AMOUNT,   /* sum over the months of data */
    READING_FUTURE_AMOUNT, /* sum over the months of the forecast */
    READING_COUNT
} reading;

typedef struct shortage_result {
    const case_shortage *shortage;
    const char *label;
    double before, after;  /* probability of a spell before the data's end, and of one after it */
    size_t sound, *starts; /* sound members; those whose first spell after the data's end begins in a month */
    size_t spells_before, spells_after; /* members with a spell */
    double dates[3]; /* 5 %, 50 %, 95 %: first month of the first spell after the data's end, in months from
                        start, among the members that have one */
} shortage_result;

#define FAILURES_KEPT 100
typedef struct failure_record {
    uint64_t member;
    double time, value;
    const char *variable;
} failure_record;

typedef struct scenario_result {
    size_t scenario;         /* in the case */
    statistics *series;      /* [quantity][month] */
    statistics *differences; /* the same against the baseline, member by member; NULL for the baseline */
    statistics *readings, *reading_differences; /* [quantity][reading] */
    struct {
        tally *series, *differences, *readings, *reading_differences;
    } tallies;    /* of each of these; NULL when all members come at once */
    bool *varied; /* [quantity]: it was seen to be other than 0 and 1 */
    shortage_result *shortages;
    size_t failure_count, failure_kept;
    failure_record *failures;
} scenario_result;

/* How many points were judged by the bands, and how many lie within them. */
typedef struct coverage {
    size_t used, within_50, within_90;
} coverage;

/* What a fit leaves unexplained of a series in the months that it used (residuals.c). */
typedef struct residual_check {
    size_t months, draws;         /* 0 draws: there is no check */
    double mean, spread;          /* of residuals, which are standard normal where the model is right */
    double lag, lag_chance;       /* correlation from month to month; how often chance makes as much */
    double season, season_chance; /* share of their variance between months of the year, likewise */
    double by_month[12];          /* mean in January to December, NaN without data */
    size_t month_counts[12];
} residual_check;

/* Months from which on seasons are spoken of: fewer cannot tell a season from a year. */
enum { SEASONS_FROM = 24 };

/* The baseline in the space of an observation: what would have been observed. */
typedef struct observation_result {
    statistics *predicted; /* [month] */
    tally *tallies;        /* [month]; NULL when all members come at once */
    double *x, *y;         /* observed points */
    bool *hollow;
    size_t point_count;
    coverage fitted, later; /* used points of the months that were fitted, and of all others */
    double *below;          /* [month]: members that predict less than was observed, or half of one as much */
    double *residuals;      /* [month]: mean over draws, NaN where there is none */
    residual_check check;
} observation_result;

typedef struct members_file members_file;

struct report {
    arena memory;
    const truce_case *c;
    const truce_fit *fit; /* NULL: members draw from the priors */
    size_t fitted_months; /* first months of the horizon, whose data were fitted; 0 where the first scenario
                             was not fitted */
    score_record *scores; /* NULL: none are known */
    uint64_t seed;
    size_t members, passed; /* in all; so many of the first scenario have come */
    unsigned threads;
    interruption watched;
    const char *directory; /* NULL: no files */
    bool made_directory;
    const char *command;
    size_t months, data_months; /* of the horizon; of these, with data */
    size_t past_from, next_to;  /* saves: twelve months before and after the data's end, within the horizon */
    size_t quantity_count;
    quantity *quantities;
    size_t front_level, front_change; /* quantities; SIZE_MAX when the case has no front */
    size_t shortage_count;            /* over elements */
    size_t scenario_count, scenario_capacity;
    scenario_result *scenarios;
    observation_result *observations; /* by observation of the case */
    double *draws; /* [parameter][member] of the case's priors, without their scale: members in hand only */
    size_t draws_first, draws_count, draws_room; /* which these are, and the room for each parameter */
    bool draws_all;         /* of every parameter, not only of those that observations want */
    struct output_set *set; /* the files as they are written; NULL: not begun */
    members_file *file;
};

/* ---- quantities.c: what to show ------------------------------------------ */
truce_status quantities_make(report *r, truce_error *error);
/* Side of an element of the model by the display names of its subscripts, -1 for neither. */
int element_side(const truce_case *c, size_t index);
/* Whether a quantity is among the key numbers: the front, and what the case draws. */
bool quantity_is_key(const report *r, size_t q);
/* "killed, Ukraine" */
void quantity_name(text *t, const quantity *q);
/* Quantities of one output: the first and how many (with the sum, where there is one). */
size_t output_quantities(const report *r, const case_output *output, size_t *count);

/* ---- collect.c: statistics of a scenario --------------------------------- */
/* Where the values of the elements and of the months lie in an ensemble. */
typedef struct view {
    const truce_ensemble *ensemble;
    size_t *output_of; /* [element of the model]; SIZE_MAX: not saved */
    size_t *save_of;   /* [months + 1] */
    bool *bad;         /* [member] */
    size_t members;
    chunk part;
} view;
truce_status view_make(const report *r, const report_scenario *scenario, view *v, truce_error *error);
void view_free(view *v);
bool keeps_members(const report *r, const view *v); /* report.c: whether they go into members.nc */

typedef bool report_task(void *context);
/* Fills `result`; `alongside` (may be NULL) runs at the same time on the calling thread. */
truce_status collect_scenario(report *r, const view *v, const view *baseline, scenario_result *result,
                              report_task *alongside, void *context, truce_error *error);

/* ---- tally.c: statistics of values -------------------------------------------- */
/* Statistics of the values of sound members; values and room are used up. */
statistics statistics_of(float *values, float *room, size_t count);
/* The greatest error of rank of any quantile of the report, as a share of the members; 0 when all are exact.
 */
double report_rank_error(const report *r);
/* Takes the values of the sound members of a part, the first `pilot` of which are those of the pilot when it
 * is the first part. `result` is filled after the last. t: NULL when all members come at once. */
void tally_take(tally *t, const chunk *part, size_t pilot, float *values, float *room, size_t count,
                statistics *result);

/* ---- draws.c --------------------------------------------------------------- */
/* Draws the priors of the case that are needed, for the members in hand, once for all scenarios. */
truce_status draws_make(report *r, const view *v, truce_error *error);
/* What members first .. first + count - 1 of these drew for parameter `index` in a scenario, whose
 * distribution may be another; out[0], out[stride], ... False when out of memory. */
bool draws_of(const report *r, const case_plan *plan, size_t index, size_t first, size_t count, double *out,
              size_t stride);

/* ---- observed.c ---------------------------------------------------------- */
truce_status observed_collect(report *r, const case_plan *plan, const view *v, truce_error *error);

/* What observation o says of month i of the horizon; NaN where it says nothing. */
double observed_in(const report *r, const case_observation *o, size_t i);
/* Whether that counts: thinned months are shown and not judged. */
bool is_used(const report *r, const case_observation *o, size_t i);

/* ---- residuals.c --------------------------------------------------------- */
/* Draws of scale and offset of an observation, by member of the part in hand. */
typedef struct mapping {
    const double *scale, *offset;
} mapping;
/* What a month is measured by: the level of an element, or the change between two saves. */
typedef struct measure {
    const float *level, *before; /* before: NULL for a level */
} measure;
measure measure_of(const report *r, const view *v, const case_observation *o, size_t i);
/* What an observation would be without its error. */
static inline double predicted_mean(measure m, mapping by, size_t member)
{
    double value = (double)m.level[member] - (m.before ? (double)m.before[member] : 0);
    return by.offset[member] + by.scale[member] * value;
}
/* Fills residuals and check of a fitted baseline; false when out of memory. */
bool residuals_collect(const report *r, const view *v, const case_observation *o, mapping by,
                       observation_result *result);

/* ---- shortage.c ---------------------------------------------------------- */
bool shortages_make(report *r, scenario_result *result); /* room; false when out of memory */
truce_status shortages_collect(const report *r, const view *v, scenario_result *result, truce_error *error);

/* ---- netcdf.c ------------------------------------------------------------ */
/* Appends a scenario; the first opens the file in the set. */
truce_status members_append(report *r, const report_scenario *scenario, const view *v, truce_error *error);
truce_status members_close(report *r, truce_error *error);
bool members_are_written(const report *r); /* whether there is such a file */
/* Closes it unfinished; it goes with the set. */
void members_discard(report *r);

/* ---- summary.c, page.c, table.c ------------------------------------------ */
void summary_write(const report *r, FILE *stream);
void observed_write(const report *r, FILE *stream);
/* The whole page. drawings: by figure, as SVG from gnuplot. */
truce_status page_make(const report *r, text *page, truce_error *error);

/* ---- Helpers ------------------------------------------------------------- */
static inline const statistics *series_of(const report *r, const scenario_result *s, size_t q, size_t i)
{
    return &s->series[q * r->months + i];
}

static inline const statistics *reading_of(const scenario_result *s, size_t q, reading k)
{
    return &s->readings[q * READING_COUNT + k];
}

/* The step to which the numbers of one set of statistics are rounded. */
double statistics_step(const statistics *s);

static inline const case_scenario *scenario_of(const report *r, const scenario_result *s)
{
    return &r->c->scenarios[s->scenario];
}

static inline bool report_has_forecast(const report *r)
{
    return r->data_months < r->months;
}

#endif
