/* The results of a simulated case as data: quantities with their statistics over members, differences between
 * scenarios, milestones, observations, failures. findings.h puts them into sentences. Nothing here knows of
 * files, charts or pages.
 *
 *     results_create ──▶ results_add, part by part and scenario by scenario ──▶ read ──▶ results_destroy
 *
 * Everything is counted in months of the horizon: month i is start + i. The model saves on the first day of
 * each month, so save i + 1 is the end of month i. A level is shown at the end of a month, a change over it.
 */
#ifndef TRUCE_RESULTS_H
#define TRUCE_RESULTS_H

#include "fit/fit.h"
#include "results/score_record.h"
#include "results/statistics.h"
#include "results/words.h"
#include "truce/results.h"

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
    double course;   /* the same of all its months, in all scenarios so far */
    int side;        /* 0 who loses ground when the front quantity rises, 1 who gains, -1 neither */
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

typedef struct milestone_result {
    const case_milestone *milestone;
    const char *label;
    double before,
        after; /* probability of a spell before the data's end, and of one after it: NaN without a forecast */
    size_t sound, *starts; /* sound members; those whose first spell after the data's end begins in a month */
    size_t spells_before, spells_after; /* members with a spell */
    size_t spells_running;              /* members in one at the data's end */
    size_t tests, passed;               /* months of members that were tested, and that passed */
    double least, greatest;             /* values that were tested */
    double dates[3]; /* 5 %, 50 %, 95 %: first month of the first spell after the data's end, in months from
                        start, among the members that have one */
    double dates_of_all[3]; /* the same over all sound members; NaN where fewer have one by the end */
} milestone_result;
/* Share of the sound members whose first spell after the data's end has begun within so many months of the
 * horizon. */
double milestone_by(const milestone_result *result, size_t months);

/* Whether a value passes a milestone's test. */
bool milestone_passes(const case_milestone *m, double value);
/* The measure of a window of so many months of a member: saves[0] is its start, saves[i] the end of its month i. */
double milestone_window(case_window window, const float *const *saves, size_t months, size_t member);

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
    milestone_result *milestones;
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
    double offset; /* median over members: what to take from an observed value to lay it on the model's */
    size_t point_count;
    coverage fitted, later; /* used points of the months that were fitted, and of all others */
    double *below;          /* [month]: members that predict less than was observed, or half of one as much */
    double *residuals;      /* [month]: mean over draws, NaN where there is none */
    residual_check check;
} observation_result;

/* One scenario that was run, or a part of its members. `plan` gives the outputs of `ensemble`. Owned by the
 * caller. */
typedef struct results_scenario {
    size_t scenario; /* index in the case */
    const case_plan *plan;
    const truce_ensemble *ensemble;
} results_scenario;

typedef truce_results case_results;

/* ---- Feeding --------------------------------------------------------------- */

/* `members` in all; `command` gives the same results again. The case must live as long as the results. */
truce_status results_create(const truce_case *c, uint64_t seed, size_t members, const char *command,
                            case_results **result, truce_error *error);
/* How many threads may be used (0, the default: all processors). No number depends on it. */
void results_use_threads(case_results *r, unsigned threads);
/* Whose draws the members' parameters are (NULL, the default: the priors'). It must live as long as the
 * results. */
void results_use_fit(case_results *r, const truce_fit *fit);
/* Takes the record of forecasts (scores.csv of `truce score`) of a directory, where there is one; NULL: of
 * the folder posterior beside the case. */
truce_status results_use_scores(case_results *r, const char *directory, truce_error *error);

/* Where the values of the elements and of the months lie in the ensemble of a scenario. */
typedef struct members_view {
    const truce_ensemble *ensemble;
    size_t *output_of; /* [element of the model]; SIZE_MAX: not saved */
    size_t *save_of;   /* [months + 1] */
    bool *bad;         /* [member] */
    size_t members;
    chunk part;
} members_view;

/* Who wants the members themselves, and all their draws: called once for each scenario whose members come all
 * at once, on the thread that adds it, while the statistics are made. What fails ends the adding. */
typedef truce_status results_watcher(void *context, const case_results *r, const results_scenario *scenario,
                                     const members_view *v, truce_error *error);
void results_watch_members(case_results *r, results_watcher *watcher, void *context);
/* What members first .. first + count - 1 of those in hand drew for parameter `index` of the case in a
 * scenario; out[0], out[stride], ... False when out of memory. */
bool results_draws(const case_results *r, const case_plan *plan, size_t index, size_t first, size_t count,
                   double *out, size_t stride);

/* Adds a scenario (the first is the baseline), or the next part of one. `baseline` is the same part of the
 * first scenario again, NULL for the first. */
truce_status results_add(case_results *r, const results_scenario *scenario, const results_scenario *baseline,
                         truce_error *error);
/* NULL is accepted. */
void results_destroy(case_results *r);

/* ---- Reading --------------------------------------------------------------- */

struct truce_results {
    arena memory;
    const truce_case *c;
    const truce_fit *fit; /* NULL: members draw from the priors */
    truce_fit *own_fit;   /* the fit beside the case, where it is what is used: destroyed with the results */
    size_t fitted_months; /* first months of the horizon, whose data were fitted; 0 where the first scenario
                             was not fitted */
    score_record *scores; /* NULL: none are known */
    struct standing *standing; /* NULL: who has scored best is not known */
    uint64_t seed;
    size_t members, passed; /* in all; so many of the first scenario have come */
    unsigned threads;
    results_watcher *watcher; /* NULL: none */
    void *watcher_context;
    const char *command;
    size_t months, data_months; /* of the horizon; of these, with data */
    size_t past_from, next_to;  /* saves: twelve months before and after the data's end, within the horizon */
    size_t quantity_count;
    quantity *quantities;
    size_t front_level, front_change; /* quantities; SIZE_MAX when the case has no front */
    size_t milestone_count;           /* over elements */
    size_t scenario_count, scenario_capacity;
    scenario_result *scenarios;
    observation_result *observations; /* by observation of the case */
    double *draws; /* [parameter][member] of the case's priors, without their scale: members in hand only */
    size_t draws_first, draws_count, draws_room; /* which these are, and the room for each parameter */
    bool draws_all; /* of every parameter, not only of those that observations want */
};

/* Side of an element of the model by the display names of its subscripts, -1 for neither. */
int element_side(const truce_case *c, size_t index);
/* Whether an output is of losses of both sides, which stand together wherever they are shown. */
bool output_of_both_sides(const truce_case *c, const case_output *o);
/* Whether a quantity is among the key numbers: the front, and what the case draws. */
bool quantity_is_key(const case_results *r, size_t q);
/* "killed, Ukraine" */
void quantity_name(text *t, const quantity *q);
/* Quantities of one output: the first and how many (with the sum, where there is one). */
size_t output_quantities(const case_results *r, const case_output *output, size_t *count);
/* What observation o says of month i of the horizon; NaN where it says nothing. */
double observed_in(const case_results *r, const case_observation *o, size_t i);
/* Whether that counts: thinned months are shown and not judged. */
bool is_used(const case_results *r, const case_observation *o, size_t i);
/* The greatest error of rank of any quantile, as a share of the members; 0 when all are exact. */
double results_rank_error(const case_results *r);

static inline const statistics *series_of(const case_results *r, const scenario_result *s, size_t q, size_t i)
{
    return &s->series[q * r->months + i];
}

static inline const statistics *reading_of(const scenario_result *s, size_t q, reading k)
{
    return &s->readings[q * READING_COUNT + k];
}

static inline const case_scenario *scenario_of(const case_results *r, const scenario_result *s)
{
    return &r->c->scenarios[s->scenario];
}

/* Whether a series is long enough, and by months, to speak of seasons. */
static inline bool has_seasons(const case_results *r, const residual_check *check)
{
    return r->c->unit == TRUCE_MONTHS && check->months >= SEASONS_FROM;
}

static inline bool has_forecast(const case_results *r)
{
    return r->data_months < r->months;
}
/* Windows of so many months in the record that do not overlap. */
static inline size_t windows_of_record(const case_results *r, size_t months)
{
    return r->data_months / (months ? months : 1);
}

#endif
