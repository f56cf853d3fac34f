/* A fit: several independent populations, what came out of them, and whether it can be trusted. */
#ifndef TRUCE_FIT_H
#define TRUCE_FIT_H

#include "ensemble/ensemble.h"
#include "fit/smc.h"

enum { FIT_POPULATIONS = 4 };

/* Beyond these a diagnosis is bad. */
#define FIT_R_HAT_LIMIT 1.05
#define FIT_TAIL_LEAST  100

/* What was fitted of an observation of the case. */
typedef struct fit_data {
    const case_observation *observation;
    size_t count;
    month *months;  /* [count] */
    double *values; /* [count] */
    double *peaks;  /* [count]: log density of an observation that is just what was predicted */
} fit_data;

struct truce_fit {
    arena memory;
    const truce_case *c; /* NULL when read from a file; with `until` the next, in `view_memory` */
    arena view_memory;
    size_t earlier_priors; /* fitted as they were known then */
    uint64_t seed, fingerprint;
    size_t scenario;
    char until[16];
    size_t months;
    size_t count; /* draws, those of the populations taken in turn: a few of them are as good as any */
    size_t deal;  /* how members are dealt to them (draw_of_member) */
    size_t dimension, parameter_count;
    size_t stream_count; /* normal streams */
    const char **names, **units;
    uint64_t *streams;  /* hashes of the normal ones */
    double *x;          /* [draw][dimension] */
    double *values;     /* [parameter][draw]: of the priors, without what the first scenario scales */
    double *likelihood; /* [draw] */
    double *ranges; /* [parameter][2]: the 5 % and 95 % quantiles of its prior; NULL when read from a file */
    double *prior;  /* [parameter][draw]: draws of the priors; NULL when read from a file, as the next two */
    float *densities; /* [point][draw]: log density of each observation */
    fit_data *data;
    size_t data_count, point_count;
    uint64_t *keys; /* [draw][month] */
    double log_evidence[FIT_POPULATIONS];
    size_t stage_counts[FIT_POPULATIONS];
    smc_stage *stages[FIT_POPULATIONS];
    truce_fit_diagnosis *diagnoses; /* [dimension]; of a file's the parameters' only, NaN where it has none */
    const char *directory;          /* where it was loaded from; NULL: it was not */
    const char *command;            /* of a file, "" when it does not say */
    size_t warning_count, warning_capacity;
    const char **warnings;
    /* of this process */
    size_t evaluations;
    unsigned threads;
    double seconds, engine_seconds, processor_seconds; /* the latter two of processor time */
};

/* truce_fit_run for a target made already. */
truce_status fit_target_run(const fit_target *t, const truce_fit_options *options, truce_fit **result,
                            truce_error *error);

/* The case as a fit to the data up to `until`, before their end, has it: in `memory`, sharing the rest with `c`. */
truce_status fit_earlier_case(const truce_case *c, month until, bool dated, arena *memory,
                              const truce_case **view, truce_error *error);

/* ---- posterior_read.c --------------------------------------------------------------------------------- */
/* truce_fit_load. of_case: one without draws of a parameter of the case is refused. */
truce_status fit_load(const char *directory, const truce_case *c, bool of_case, truce_fit **result,
                      truce_error *error);

/* ---- convergence.c: fills diagnoses and warnings ------------------------------------------------------ */
truce_status fit_diagnose(truce_fit *f, truce_error *error);
double fit_log_evidence(const truce_fit *f, double *standard_error);

/* ---- conflict.c: adds warnings where data, priors and model are at odds --------------------------------- */
truce_status fit_warn_of_conflict(truce_fit *f, truce_error *error);
/* After a fit that did not come to its end, and left densities: names the observation that is out of reach. */
void fit_blame(const truce_fit *f, truce_error *error);

/* ---- checkpoint.c ------------------------------------------------------------------------------------ */
/* The state of a fit after a stage, written whole under another name and renamed. `s` is the population under
 * way, NULL between two. */
truce_status checkpoint_write(const char *path, const truce_fit *f, size_t population, const smc *s,
                              truce_error *error);
/* Puts back what a file of the same fit holds; *found tells whether there was one. */
truce_status checkpoint_read(const char *path, truce_fit *f, size_t *population, smc *s, bool *found,
                             truce_error *error);

/* The number of a parameter by name, or SIZE_MAX. */
size_t fit_parameter(const truce_fit *f, const char *name);

/* The first draws of a fit, `count` at most, as a fit of that many: in `memory`, sharing all but the values of
 * parameters with `f`. NULL without memory. */
const truce_fit *fit_first_draws(const truce_fit *f, size_t count, arena *memory);

/* ---- replay.c ---------------------------------------------------------------------------------------- */
/* The draws as the members of a run have them, for the plan of any scenario of the case. */
typedef struct fit_gift {
    noise_design noise;
    double *values, *levels;
    ensemble_given given;
} fit_gift;
truce_status fit_give(const truce_fit *f, const truce_case *c, const case_plan *plan, fit_gift *gift,
                      truce_error *error);
void fit_gift_free(fit_gift *gift); /* in the place where fit_give has made it */

#endif
