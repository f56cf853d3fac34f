/* Cases: a model bound to data, priors and scenarios; and fits to their observations (truce.h is the manual).
 */
#ifndef TRUCE_PUBLIC_CASE_H
#define TRUCE_PUBLIC_CASE_H

#include "truce/ensemble.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Cases ---------------------------------------------------------------------------------------- */

typedef struct truce_case truce_case;

/* Reads a case (docs/use/case.md), its model and its series, and checks them against one another. */
TRUCE_API truce_status truce_case_load(const char *path, truce_case **result, truce_error *error);
/* The same with more sections: `part` is the text of a file such as `include` names, read after all others. A
 * scenario can be added for one run in this way. Errors in it name the file "(given)". */
TRUCE_API truce_status truce_case_load_with(const char *path, const char *part, truce_case **result,
                                            truce_error *error);
/* The same from a set of files in memory (NULL: from disk), which must outlive the case: everything that belongs
 * to it is read from there, also later: rivals, posterior and the record of its forecasts. part: NULL for none. */
TRUCE_API truce_status truce_case_load_from(const truce_files *files, const char *path, const char *part,
                                            truce_case **result, truce_error *error);
TRUCE_API void truce_case_destroy(truce_case *c);
TRUCE_API const truce_model *truce_case_model(const truce_case *c);

/* The unit in which a case and its model count time. Where names here say month, the unit of the case is
 * meant. */
typedef enum truce_time_unit { TRUCE_MONTHS, TRUCE_DAYS, TRUCE_WEEKS, TRUCE_YEARS } truce_time_unit;

/* Months are counted from January of year 0: 12 * year + (month - 1), so that January 2025 is 24,300. Days,
 * weeks and years are whole numbers as well, each unit in a range of its own, so that a period can be
 * recognised and written by its number alone; successive periods differ by one. The model's time 0 is the
 * first day of the case's first month. */
typedef int truce_month;
#define TRUCE_MONTH_NONE (-1)

/* "2025-01"; a day "2025-01-31", an ISO week "2025-W05", a year "2025". */
TRUCE_API bool truce_month_parse(const char *iso, truce_month *month);
TRUCE_API truce_time_unit truce_month_unit(truce_month month);
TRUCE_API const char *truce_time_unit_name(truce_time_unit unit); /* "month", "day", "week", "year" */
/* "2025-01", and "Jan 2025", into at least 16 bytes; "31 Jan 2025", "Week 5 2025" and "2025". */
TRUCE_API void truce_month_iso(truce_month month, char *iso);
TRUCE_API void truce_month_name(truce_month month, char *name);

/* What a case says about itself. The texts belong to the case, here and below; a text that the file leaves out
 * is NULL where the comment says so, else "". */
typedef struct truce_case_facts {
    const char *path, *title, *description; /* description may be NULL */
    const char *posterior;                  /* the folder of the fit beside the case; NULL: there is none */
    truce_time_unit time_unit;              /* of what is called a month here */
    truce_month start, stop;                /* first and last month of the horizon */
    truce_month data_end;                   /* last month with data */
    size_t series, parameters, observations, scenarios, outputs, sources;
    double time_start; /* model time on the first day of the horizon */
    bool talks;        /* it has a section on talks: truce_talks_run */
    size_t levers;
} truce_case_facts;
TRUCE_API truce_case_facts truce_case_facts_of(const truce_case *c);

/* Each of the following gives entry `index`, which must be below the count of its kind in the facts. */

/* A parameter: a constant or initial value of the model, or a free name that only observations use. */
typedef struct truce_parameter {
    const char *name, *units;
    const char *source, *url, *note; /* source: in words; each may be NULL. A judgement needs no source */
    bool judgement;                  /* nobody has measured it */
    bool date;                       /* its value is a month: model time, 0 on the first day of the horizon */
    truce_distribution prior;
    size_t variable; /* of the model; SIZE_MAX: a free name */
    const char *file;
    int line;
} truce_parameter;
TRUCE_API truce_parameter truce_case_parameter(const truce_case *c, size_t index);

/* A monthly series that drives an element of the model, in place of its equation. */
typedef struct truce_series {
    const char *element, *units, *source, *url; /* source: in words; url may be NULL */
    const char *data_file, *column;
    truce_month first; /* month of values[0] */
    size_t count;
    const double *values;
    size_t variable;
    const char *file;
    int line;
} truce_series;
TRUCE_API truce_series truce_case_series(const truce_case *c, size_t index);

/* An observation: offset + scale * the element (or its change over the month), with an error. */
typedef struct truce_observation {
    const char *name, *title, *units, *source, *url, *issues; /* issues: known bias, may be NULL */
    const char *element;
    bool change;
    truce_month first, first_used, last_used; /* month of values[0]; first and last fitted and judged */
    size_t count;
    const double *values; /* NaN: nothing was observed */
    size_t scale, offset; /* parameters; SIZE_MAX: 1 and 0 */
    size_t variable;
    const char *file;
    int line;
} truce_observation;
TRUCE_API truce_observation truce_case_observation(const truce_case *c, size_t index);

/* What a report shows: a variable or one element of it. */
typedef struct truce_output {
    const char *variable, *title, *units; /* units: for the reader */
    const char *section;                  /* "front", "forces", "losses", ... */
} truce_output;
TRUCE_API truce_output truce_case_output(const truce_case *c, size_t index);

/* A lever that readers can move, on the page and in plans (the section `levers` of the case). */
typedef struct truce_lever {
    const char *name, *title, *group, *units; /* units: "" for a number without units, or a month */
    const char *variable; /* as written: what it changes; NULL: it is a month for others */
    bool date;            /* its numbers are months: model time */
    double least, most;   /* its range */
    double
        rest; /* the value at which it changes nothing; may be a month beyond the range, which never comes */
} truce_lever;
TRUCE_API truce_lever truce_case_lever(const truce_case *c, size_t index);

/* A scenario, and whether it or one that it builds on changes a variable of the model. */
typedef struct truce_scenario {
    const char *name, *title, *note; /* note may be NULL */
    size_t base;                     /* scenario it builds on, SIZE_MAX: the case itself */
    size_t changes;                  /* of its own */
} truce_scenario;
TRUCE_API truce_scenario truce_case_scenario(const truce_case *c, size_t index);
TRUCE_API bool truce_case_scenario_changes(const truce_case *c, size_t index, size_t variable);
TRUCE_API size_t truce_case_find_scenario(const truce_case *c, const char *name); /* SIZE_MAX when absent */

/* Observations that are probably wrong, such as one a hundred times as large as its series; sentences. */
TRUCE_API size_t truce_case_warning_count(const truce_case *c);
TRUCE_API const char *truce_case_warning(const truce_case *c, size_t index);

/* Scenarios, levers, parameters with their priors and sources, series, observations and outputs as JSON, with months in ISO
 * form: what `truce list CASE --json` prints. Freed with truce_text_free. */
TRUCE_API truce_status truce_case_json(const truce_case *c, char **json, truce_error *error);

/* Checks that every scenario can be run, which loading does not: prepares each and releases it. */
TRUCE_API truce_status truce_case_check(const truce_case *c, truce_error *error);

/* Runs one scenario of a case. Members of different scenarios with the same number share their parameters and
 * random numbers. */
TRUCE_API truce_status truce_case_run(const truce_case *c, const char *scenario,
                                      const truce_ensemble_options *options, truce_ensemble **ensemble,
                                      truce_error *error);

typedef struct truce_fit truce_fit; /* below: fits */

/* Replays one member of a scenario with every variable, and writes the CSV of truce_program_write_csv,
 * or NetCDF, as truce_program_write_netcdf, when the name of `path` ends in .nc.
 * posterior: the fit whose draws are the members; NULL: draws from the priors. go_on and failure: as there. */
TRUCE_API truce_status truce_case_write_member(const truce_case *c, const char *scenario,
                                               const truce_fit *posterior, uint64_t seed, uint64_t member,
                                               const char *path, bool (*go_on)(void *context), void *context,
                                               truce_error *failure, truce_error *error);

/* Writes the model of a file in another language: XMILE for an output whose name ends in .xmile, .stmx, .itmx
 * or .xml, that of Vensim for .mdl. Drawings are not kept; what it cannot express is refused. */
TRUCE_API truce_status truce_model_convert(const char *path, const char *output, truce_error *error);

/* ---- Fits ------------------------------------------------------------------------------------------ */

/* The posterior of the parameters and the noise of a case, given its observations, by sequential Monte Carlo.
 * The first scenario says what happened. docs/use/fit.md describes the method and how far to trust it. */

typedef struct truce_fit_progress {
    size_t population, populations; /* the present one, from 0; their number */
    size_t stage;                   /* stages it has completed */
    double temperature;             /* the exponent of its likelihood, from 0 to 1 */
    double share;                   /* of the whole fit that is done, roughly */
    double seconds, seconds_left;   /* so far; estimated, NaN when nothing is known yet */
} truce_fit_progress;

typedef struct truce_fit_options {
    const char *until; /* the last month whose data are used, "2025-06"; NULL: the end of the data */
    /* With `until` before the end of the data the fit uses the data as they stood then, and the priors as they
     * were known then, or, with `as_is`, as they are today. */
    bool as_is;
    size_t particles; /* over all populations; rounded up to a multiple of 4 */
    uint64_t seed;
    unsigned threads;    /* 0: all processors; results do not depend on it */
    truce_engine engine; /* nor on this */
    /* A file that is written after stages, as often as takes a hundredth of the time at most, and resumed from if
     * it exists; NULL: none. */
    const char *checkpoint;
    bool
        start_over; /* what the checkpoint holds is not resumed from; the first one of this fit takes its place */
    /* Called before every stage and between its rounds of moves; returning false cancels the fit. May be NULL. */
    bool (*progress)(void *context, const truce_fit_progress *progress);
    void *context;
} truce_fit_options;

/* 4,096 particles, seed 1, all processors, no checkpoint. */
TRUCE_API truce_fit_options truce_fit_default_options(void);

/* The case must outlive the fit. */
TRUCE_API truce_status truce_fit_run(const truce_case *c, const truce_fit_options *options, truce_fit **fit,
                                     truce_error *error);
TRUCE_API void truce_fit_destroy(truce_fit *fit);

/* Draws have equal weights. Those of the populations are taken in turn, so that the first few represent
 * all of them. */
TRUCE_API const char *truce_fit_until(const truce_fit *fit); /* the last month of the data: "2025-12" */
/* Number of priors that differ today from those known then, which were fitted; 0 for a fit that was loaded. */
TRUCE_API size_t truce_fit_earlier_priors(const truce_fit *fit);
TRUCE_API size_t truce_fit_draw_count(const truce_fit *fit);
TRUCE_API size_t truce_fit_parameter_count(const truce_fit *fit);
TRUCE_API const char *truce_fit_parameter_name(const truce_fit *fit, size_t parameter);
TRUCE_API const char *truce_fit_parameter_units(const truce_fit *fit, size_t parameter);
TRUCE_API const double *truce_fit_values(const truce_fit *fit, size_t parameter); /* [draw] */
TRUCE_API const double *truce_fit_log_likelihood(const truce_fit *fit);           /* [draw] */
TRUCE_API size_t truce_fit_noise_count(const truce_fit *fit); /* levels of noise fitted beside them */
/* What the fit cost; zeros for a fit that was loaded. */
typedef struct truce_fit_effort {
    size_t likelihoods;
    double seconds;
    double outside; /* share of the processor time that was not the engine's, which simulates the members */
    double
        waiting; /* share of the threads' time in which they did not compute: it depends on what else runs */
} truce_fit_effort;
TRUCE_API truce_fit_effort truce_fit_effort_of(const truce_fit *fit);
/* Logarithm of the probability of the data under the priors, and its standard error from the spread between
 * populations (may be NULL). */
TRUCE_API double truce_fit_log_evidence(const truce_fit *fit, double *standard_error);
/* The fit of a parameter: whether the populations agree, and how much the data said. */
typedef struct truce_fit_diagnosis {
    double r_hat; /* rank-normalised potential scale reduction (Vehtari and others 2021): 1 when all agree */
    double tail;  /* effective sample size of the 5 % and 95 % quantiles */
    double contraction; /* share of the prior's variance that the data removed. NaN: not in the file */
} truce_fit_diagnosis;
TRUCE_API truce_fit_diagnosis truce_fit_diagnosis_of(const truce_fit *fit, size_t parameter);
/* Reasons not to trust the draws, in sentences. */
TRUCE_API size_t truce_fit_warning_count(const truce_fit *fit);
TRUCE_API const char *truce_fit_warning(const truce_fit *fit, size_t index);
/* Whether it says that data, priors and model are at odds, which more particles cannot resolve. */
TRUCE_API bool truce_fit_warning_is_conflict(const truce_fit *fit, size_t index);

/* Parameters with their quantiles and diagnoses, the evidence and the warnings as JSON. Freed with truce_text_free. */
TRUCE_API truce_status truce_fit_json(const truce_fit *fit, char **json, truce_error *error);

/* Writes posterior.nc, with the first `draws` draws, rounded up to a multiple of 4 (0: all), and diagnostics.csv,
 * into an existing directory. `command` is recorded in them. TRUCE_BAD_USAGE for a fit that was loaded. */
TRUCE_API truce_status truce_fit_save(const truce_fit *fit, const char *directory, const char *command,
                                      size_t draws, truce_error *error);
/* Loads a fit for a case from a directory (of the set of files from which the case was loaded): its draws, without diagnoses of
 * noise or evidence. TRUCE_BAD_INPUT when the file is not as a fit wrote it, or lacks draws of a parameter of the case. */
TRUCE_API truce_status truce_fit_load(const char *directory, const truce_case *c, truce_fit **fit,
                                      truce_error *error);
/* The fit in the folder beside the case, if there is one and it matches the case as it is now; else, and in
 * builds without NetCDF, *fit is NULL. An error when it is damaged. */
TRUCE_API truce_status truce_fit_beside(const truce_case *c, truce_fit **fit, truce_error *error);
/* Whether a fit matches this case with its present data, priors and model. */
TRUCE_API truce_status truce_fit_is_current(const truce_fit *fit, const truce_case *c, bool *current,
                                            truce_error *error);

#ifdef __cplusplus
}
#endif
#endif
