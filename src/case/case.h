/* A case: a model bound to data. Read from case.yaml (docs/use/case.md is the reference of the format),
 * checked against the model, and plain data from then on. */
#ifndef TRUCE_CASE_H
#define TRUCE_CASE_H

#include "model/model.h"
#include "truce/case.h"

/* Month m covers model time [m - start, m - start + 1). In a case of another unit of time (truce_case.unit)
 * a month is its day, week or year: month.c. */
typedef truce_month month;
typedef truce_time_unit time_unit;
#define MONTH_NONE TRUCE_MONTH_NONE
/* Stands for the file of a part that is given as a text (truce_case_load_with). */
#define CASE_GIVEN_PART "(given)"

typedef struct case_source {
    const char *id, *text, *url, *date, *licence;
    place at;
} case_source;

/* One column of a series file, by month, in the units of its entry (`convert` is applied). Values are NaN
 * where the file has an empty cell (allowed for observations only). */
typedef struct case_column {
    const char *file, *column;
    month first;
    size_t count;
    const double *values;
} case_column;

/* A series drives an element of the model month by month. */
typedef struct case_series {
    const char *variable; /* element name as in the model */
    size_t element;
    const char *units, *source;
    case_column data;
    /* after the last month of the data */
    enum {
        BEYOND_HOLD, /* mean of the last `beyond_months` */
        BEYOND_ZERO,
        BEYOND_VALUE,
        BEYOND_PRIOR /* the draw of the parameter on the same element */
    } beyond;
    int beyond_months;
    double beyond_value;
    /* Between the first days of the months of the data: their value, the line to the next, or nothing but on
     * the first day itself. */
    truce_interpolation interpolation;
    place at;
} case_series;

typedef struct case_parameter {
    const char *name;                  /* element of the model, or a free name used by observations only */
    size_t element;                    /* SIZE_MAX for a free one */
    const char *units, *source, *note; /* source: an id or words; NULL when judged. note may be NULL */
    truce_distribution prior;
    bool judgement; /* marked `judgement: true`: nobody has measured it */
    bool date;      /* given as a month: the value is model time */
    month known;    /* month from which on `prior` was known, MONTH_NONE when the case does not say */
    bool has_before;
    truce_distribution before; /* what was known earlier */
    place at;
} case_parameter;

/* What was observed and how it hangs together with the model:
 *   predicted = offset + scale * measure(model);   observed = predicted + error */
typedef struct case_observation {
    const char *name, *title, *units, *source, *issues; /* issues: known bias, in words, or NULL */
    const char *variable;                               /* element */
    size_t element;
    bool change; /* measure: change of the element over the month; else its value at the month's end */
    case_column data;
    size_t scale, offset; /* index of a parameter of the case, SIZE_MAX: 1 and 0 */
    enum { ERROR_NORMAL, ERROR_LOGNORMAL, ERROR_STUDENT } error;
    double error_sd;      /* in units (normal, student) or of the logarithm (lognormal) */
    double error_degrees; /* of freedom, student */
    double
        error_persistence; /* correlation of the errors of two months on end, 0 to below 1; 0 for student */
    month first_used, last_used; /* points outside are shown hollow and not scored */
    int complete_after;          /* months until the value of a month is complete */
    const double *after;         /* or these, one for each value of the data; NULL: the same for all */
    place at;
} case_observation;

/* A change a scenario makes. */
typedef struct case_change {
    const char *variable;
    size_t element;
    enum change_kind {
        CHANGE_SET,      /* the same fixed value for all members, over the whole horizon */
        CHANGE_SCALE,    /* the draw (or the constant) times value, over the whole horizon */
        CHANGE_VALUE,    /* between months: value in place of series or parameter */
        CHANGE_MULTIPLY, /* between months: times value */
        CHANGE_ADD,      /* between months: value more than the series or the constant */
        CHANGE_MEAN_OF   /* between months: the mean of the series over [mean_first, mean_last] of its data */
    } kind;
    double value;
    month first, last; /* last inclusive; MONTH_NONE: open */
    month mean_first, mean_last;
    place at;
} case_change;

/* What a future may become. */
typedef struct case_branch {
    const struct case_scenario
        *scenario; /* one of the case's, or a copy of it whose changes begin at another date */
    double probability;
} case_branch;

typedef struct case_scenario {
    const char *name, *title, *note; /* note may be NULL */
    size_t base; /* index of the scenario it builds on (an earlier one), SIZE_MAX: the case itself */
    size_t change_count;
    const case_change *changes; /* its own, applied after those of its base */
    size_t rests_count;
    const size_t *rests_on; /* indices of parameters that the size of its effect rests on */
    size_t branch_count;
    const case_branch
        *branches; /* which a member lives with their probabilities, else its base; no changes then */
    place at;
} case_scenario;

/* A lever that a reader moves (the section `levers`): a change of the kinds of a scenario, by a number within a
 * range. Without elements it is a month, at which the changes of others begin or end. */
typedef struct case_control {
    const char *name, *title, *group, *units;
    const char *note, *source; /* may be NULL */
    const char *variable;      /* as written */
    size_t element_count;
    const size_t *elements;
    int kind;                     /* CHANGE_SET to CHANGE_ADD */
    bool date;                    /* the number is a month, in model time */
    double least, greatest, step; /* its range */
    double rest;                  /* where it stands when it changes nothing */
    month first, last;            /* of the change; MONTH_NONE: open */
    size_t first_by, last_by;     /* levers that say so instead; SIZE_MAX: none */
    size_t with; /* a lever that counts, where it stands, once this one is moved; or SIZE_MAX */
    size_t rests_count;
    const size_t *rests_on; /* parameters that the size of its effect rests on */
    place at;
} case_control;

/* Where an output is shown. The first ones are known, and some of them are treated as what they are; those that
 * the case names itself come after them. */
typedef enum case_section {
    SECTION_FRONT,
    SECTION_FORCES,
    SECTION_LOSSES,
    SECTION_MATERIEL,
    SECTION_SUPPORT,
    SECTION_ECONOMY,
    SECTION_RESOLVE,
    SECTION_KNOWN
} case_section;

/* A quantity to report: one element, or all elements of an arrayed variable over one dimension ("by"). */
typedef struct case_output {
    const char *variable; /* as written: whole variable ("killed") or element ("stock[defender, armour]") */
    const char *title, *units; /* units for the reader, such as "thousand people" */
    case_section section;
    double scale; /* for display: shown = scale * model + offset */
    double offset;
    bool change;                     /* show change over the month (a rate a month) instead of the level */
    bool chart;                      /* a fan chart in the report */
    size_t share_count;              /* parts of it that are shown below it, and by what key */
    const char *const *share_labels; /* "Germany (24.3 %)" */
    const double *shares;
    const char *share_key;
    size_t element_count;
    const size_t *elements;
    const char *const *labels; /* display name of each element ("Ukraine"), "" for a scalar */
    place at;
} case_output;

/* The number that a constant's equation (a stock's initial value) is; false when it is computed. */
bool case_constant(const truce_model *model, size_t index, double *value);

/* What a test looks at: the months one by one, or a measure of a window of them. */
typedef enum case_window {
    WINDOW_NONE,
    WINDOW_MEAN,
    WINDOW_SUM,
    WINDOW_LEAST,
    WINDOW_GREATEST,
    WINDOW_CHANGE, /* from the start of the first month to the end of the last */
    WINDOW_AT
} case_window;

/* An event of a future: a measure of `variable` (of every element) passes a test for `months` months on end, in a spell
 * that begins in first .. last; or the measure of this window passes it. */
typedef struct case_milestone {
    const char *variable, *title;
    bool shortage; /* somebody runs short of something; else it is asked for its own sake */
    bool change;   /* the measure is the change over the month; else the level */
    enum milestone_test { MILESTONE_BELOW, MILESTONE_AT_MOST, MILESTONE_ABOVE, MILESTONE_AT_LEAST } test;
    double bound;
    int months;
    case_window window;
    month first, last; /* MONTH_NONE: open, without a window */
    size_t element_count;
    const size_t *elements;
    const char *const *labels;
    const size_t *collapsed; /* of a shortage, by element: above a half, and it counts as passed; NULL */
    place at;
} case_milestone;

/* A test as it is written (test_words.c): "speed of the front <= 0 for 6 months". */
typedef struct case_test {
    case_window window;
    bool speed;       /* the change over a period; else the level */
    const char *name; /* of a variable, not terminated */
    size_t length;
    enum milestone_test test;
    double bound;
    int count, unit;   /* of periods without a break, and their time_unit; -1: one of whatever it is */
    month first, last; /* as of milestones */
} case_test;
/* Reads the first `length` bytes. What is wrong with them goes to *wrong. */
bool case_test_read(const char *written, size_t length, case_test *t, const char **wrong);

typedef struct case_event {
    month at_month;
    const char *label;
    place at;
} case_event;

/* ---- Talks (docs/science/talks.md) -------------------------------------------------------------------- */
enum { CASE_DEFENDER, CASE_ATTACKER, CASE_SIDES };

/* A number, or a prior of its own: a parameter of the table, which no observation informs. */
typedef case_parameter case_quantity;

/* What a guarantee does. Worths are in years of the side's own output. */
typedef struct case_guarantee {
    const char *name, *title, *note, *source;
    case_quantity penalty[CASE_SIDES]; /* lost, beside what the war costs, by the side that attacks again */
    case_quantity cost[CASE_SIDES];    /* of living under it */
    case_quantity hazard_ratio;        /* of wars by incident, against no guarantee */
    case_quantity credibility;         /* probability that who attacks again loses `penalty` */
    bool fails[CASE_SIDES];            /* it falls short of what the side has declared */
    place at;
} case_guarantee;

/* The status that a deal gives to what it leaves to the other side, such as recognition. */
typedef struct case_form {
    const char *name, *title, *note, *source;
    case_quantity weight[CASE_SIDES]; /* of a line that falls short, for the side that signs it */
    bool fails[CASE_SIDES];
    place at;
} case_form;

typedef struct case_deal {
    const char *name, *title, *note;
    bool contact; /* at the line of contact of the day; else at `line`, in units of the line's variable */
    double line;
    double beyond;          /* added to the line of contact */
    size_t guarantee, form; /* form: SIZE_MAX without */
    double relief;          /* share of the sanctions that is lifted */
    place at;
} case_deal;

/* What a side has declared that it wants, from a month on. */
typedef struct case_aim {
    int side;
    month from;
    bool contact;
    double line; /* else, in units of the line's variable */
    const char *source, *note;
    place at;
} case_aim;

/* On what a side may refuse all that falls short of its aim. */
typedef enum case_issue { ISSUE_LINE, ISSUE_FORM, ISSUE_GUARANTEE, CASE_ISSUES } case_issue;

/* Those who decide, and what signing costs them. */
typedef struct case_government {
    size_t resolve[CASE_SIDES];           /* elements, 0 to 1 */
    case_quantity bears[CASE_SIDES];      /* share of the cost of war that those who decide bear */
    case_quantity signing[CASE_SIDES];    /* cost of signing away all of the aim, years of output */
    case_quantity relaxation[CASE_SIDES]; /* share of the way from the aim to the line that is given up */
    case_quantity hard[CASE_ISSUES][CASE_SIDES]; /* probability that the side signs nothing short of it */
    case_quantity yields[CASE_SIDES];            /* resolve below which it does after all */
    size_t aim_count;
    const case_aim *aims; /* by month */
} case_government;

/* Something done at the table in public: a side accepted or refused the terms of a deal. */
typedef struct case_act {
    month at_month;
    int side;
    size_t deal;
    bool accepts;
    const char *source, *note;
    place at;
} case_act;

/* A scenario as a lever: what it changes is told for one of its units. */
typedef struct case_lever {
    size_t scenario;
    double size;
    const char *units, *note;
    place at;
} case_lever;

/* How long wars last by the record alone: a log-logistic of their months. */
typedef struct case_base_rate {
    double shape, scale;
    month start; /* of this war */
    const char *source;
} case_base_rate;

/* An element that both sides see with an error, the same through all months, beside the state. */
typedef struct case_signal {
    size_t element;
    double error; /* standard deviation, in units of the element */
} case_signal;

typedef struct case_talks {
    size_t line;               /* element */
    double wanted[CASE_SIDES]; /* its value that each side wants */
    size_t burden[CASE_SIDES]; /* elements: years of own output a month */
    size_t collapsed[CASE_SIDES];
    /* Hazard a month that a side which stands collapses; both or neither. */
    bool has_risk;
    size_t risk[CASE_SIDES];
    size_t truce, resumption; /* elements: when fighting stops and when it resumes, in model time */
    size_t state_count;
    const size_t *state;                /* elements that both sides see */
    month from;                         /* first month of talks */
    case_quantity stake[CASE_SIDES];    /* worth of the whole stake, years of own output */
    case_quantity dictated[CASE_SIDES]; /* lost, beside the whole stake, by a side that collapses */
    case_quantity discount[CASE_SIDES]; /* rate a year */
    case_quantity relief[CASE_SIDES];   /* worth of lifting all sanctions */
    case_quantity proposer;             /* probability that the attacker proposes */
    case_quantity incidents;            /* hazard a year of a war that neither side decides on */
    int renewed_months;                 /* length of a renewed war before its line freezes */
    size_t guarantee_count;
    const case_guarantee *guarantees;
    size_t deal_count;
    const case_deal *deals;
    /* What a side believes of parameters of the case in place of their priors; no entries: the priors. */
    size_t belief_count[CASE_SIDES], signal_count;
    const case_parameter *beliefs[CASE_SIDES];
    const case_signal *signals;
    const case_government *government; /* NULL: both sides are of one mind, and bear all that war costs */
    size_t form_count;
    const case_form *forms;
    /* Months in which ending the war can be talked about: `rate` of them; those of the past are data. */
    bool has_openings;
    case_quantity opening_rate;
    case_column openings; /* 1 or 0; no values: unknown */
    const char *opening_source;
    bool flow;           /* ground is worth something while it is held, also in war; else once war is over */
    bool private_worths; /* each side knows its own worths, and of the other's what the war shows */
    bool has_record;
    case_quantity error; /* standard deviation of what we do not see of a decision, shares of the stake */
    size_t act_count;
    const case_act *acts;
    size_t lever_count;
    const case_lever *levers;
    const case_base_rate *base_rate; /* NULL: none */
    size_t reference;                /* deal whose terms beside the line are those of the zone of agreement */
} case_talks;

/* Another model of the same data, bound to it by a case of its own. */
enum { CASE_RIVALS = 16 };
typedef struct case_rival {
    const char *name, *path;
} case_rival;

/* What readers call an element or a dimension of the model. */
typedef struct case_name {
    const char *name, *display;
} case_name;

struct truce_case {
    arena memory;
    const truce_files *files;               /* where all that belongs to it is read from; NULL: on disk */
    const char *path, *title, *description; /* description may be NULL */
    const char *posterior; /* the folder of the fit beside the case, NULL where there is none */
    truce_model *model;
    time_unit unit;    /* of time */
    double time_start; /* of the model: its time on the first day of the horizon */
    month start, stop; /* first and last month of the horizon */
    month data_end;    /* last month with data: after it lies the forecast region */
    size_t name_count;
    const case_name *names;
    size_t source_count;
    const case_source *sources;
    map source_ids; /* id -> source */
    size_t series_count;
    const case_series *series;
    size_t parameter_count;
    const case_parameter *parameters; /* those of the model first */
    size_t observation_count;
    const case_observation *observations;
    const char **warnings; /* of data that can hardly be right */
    size_t warning_count, warning_capacity;
    size_t scenario_count;
    const case_scenario *scenarios;
    size_t output_count;
    const case_output *outputs;
    size_t milestone_count;
    const case_milestone *milestones; /* those of `milestones` first, then those of `shortages` */
    size_t event_count;
    const case_event *events;
    /* `front: variable`: the territory whose monthly change is the speed of the front; SIZE_MAX and NULL when
     * the case has none. */
    size_t front_element;
    const char *front_gains, *front_loses; /* display names of who gains when it rises, and who loses */
    const char *front_towards,
        *front_back;           /* "westwards" as it rises, "eastwards"; NULL: the case does not say */
    double front_length;       /* km; NaN: the case does not say */
    size_t section_count;      /* the known ones and those of the case */
    const case_name *sections; /* those of the case: name and title */
    const case_talks *talks;   /* NULL when the case has none */
    size_t rival_count;
    const case_rival *rivals; /* what forecasts are compared with */
    size_t control_count;
    const case_control *controls; /* levers for readers */
    /* A hash of the series files and of all that the case says but for scenarios and what only describes. */
    uint64_t content[2];
};

/* The display name bound to an element or dimension name ("defender" -> "Ukraine"), or the name itself. */
const char *case_display_name(const truce_case *c, const char *name);
/* Equal under the folding of names, for ASCII; needs no memory, so it cannot fail. */
bool case_same_name(const char *a, const char *b);
const case_source *case_find_source(const truce_case *c, const char *id); /* NULL when absent */
/* As written in the file ("front"), and for a reader ("Front"). */
const char *case_section_name(const truce_case *c, size_t section);
const char *case_section_title(const truce_case *c, size_t section);
/* Whether an output of the section shows the element. */
bool case_shows(const truce_case *c, size_t index, case_section section);

/* ---- dated.c: what was known when ---------------------------------------------------------------------- */
/* The first month in which a source can have been published: of an id by its date, of words by the latest
 * date in them ("2025-02", "February 2025"). MONTH_NONE when it cannot be read. */
month case_source_month(const truce_case *c, const char *source);
/* The month at whose end the value of a month was complete: the month itself where there is no value. */
month case_value_known(const case_observation *o, month m);
/* The case as it could have been written at the end of month `origin`: with the priors that were known by
 * then, when `dated`, and without data that were not complete. A view: it shares everything with `c`, which
 * must outlive it, has its lists in `memory`, and is not to be destroyed. */
truce_status case_as_known(const truce_case *c, month origin, bool dated, arena *memory, truce_case *view,
                           truce_error *error);
/* Priors that were known later than the end of month `origin` only. */
size_t case_priors_known_later(const truce_case *c, month origin);

/* A scenario made ready to run: the program and what to feed it. */
typedef struct case_plan {
    truce_program *program;
    truce_distribution *parameters; /* by program parameter */
    double *schedules, *factors;    /* [input][step_count + 1] */
    bool borrowed;                  /* the program was lent, and is not the plan's to destroy */
} case_plan;

/* The scenario's own changes with their dates moved, so that the first of them begins at `from`, into `changes`: [its
 * change_count]. What ends after the horizon stays open; what would begin after it is left out. False where none has a
 * date. */
bool case_move_changes(const truce_case *c, const case_scenario *s, month from, case_change *changes,
                       size_t *count);

/* Saves at the end of every month (and the start), the elements that outputs, observations, milestones and
 * front need, each once, in model order; with every_element all that the model has. */
truce_status case_plan_create(const truce_case *c, size_t scenario, bool every_element, case_plan *plan,
                              truce_error *error);
/* The same with choices of one's own. */
typedef struct case_plan_options {
    bool every_element;  /* save all; else `saved`, or what the case shows when there is none */
    const size_t *saved; /* elements, each once, in the order of the program's outputs */
    size_t saved_count;
    double save_step;    /* months; 0: one */
    int more_months;     /* run on after the horizon; what holds in its last month stays */
    const size_t *drawn; /* elements that are drawn from `distributions` whatever the case says */
    const truce_distribution *distributions;
    size_t drawn_count;
    /* The same program whatever a scenario or a lever of the case changes: what they change are inputs in any case. */
    bool movable;
    truce_program
        *compiled; /* of this case with these options: lent to the plan when its inputs are the same */
    bool branched; /* who asks follows the branches of the scenario; without it one that has any is refused */
} case_plan_options;
truce_status case_plan_create_with(const truce_case *c, size_t scenario, const case_plan_options *options,
                                   case_plan *plan, truce_error *error);
void case_plan_free(case_plan *plan);

/* Units of an element of the model, "" without. */
const char *element_units(const truce_model *model, size_t index);

/* ---- month.c ------------------------------------------------------------------------------------------- */
/* "Jan 2025" into at least 16 bytes; "2025-01" likewise. */
void month_name(month m, char *name);
void month_iso(month m, char *iso);
bool month_parse(const char *iso, month *m); /* "2025-01", "2025-01-31", "2025-W05" or "2025" */
/* One of a unit. Weeks and years may be given by a day of theirs. */
bool month_parse_in(time_unit unit, const char *iso, month *m);
void month_first_date(month m, char *date); /* "2025-01-01", into at least 16 bytes */
void month_last_day(month m, char *date);   /* "2025-01-31", likewise */
int month_first_day(month m);               /* days from 1 January of year 0 */
bool month_begins_year(month m);
time_unit month_unit(month m);
/* Of an argument of a public function: a period that a date can name, or MONTH_NONE. */
truce_status month_require(month m, const char *argument, truce_error *error);
/* The period of another unit in which a month begins. */
month month_in(time_unit unit, month m);
const char *time_unit_name(time_unit unit);    /* "month" */
const char *time_unit_example(time_unit unit); /* "2024-03" */
double time_unit_per_year(time_unit unit);     /* 12 */
static inline const char *case_period(const truce_case *c)
{
    return time_unit_name(c->unit);
}

#endif
