/* What is sampled: the parameters and the noise of a case in coordinates in which the prior is standard
 * normal, and the likelihood of its observations, for a block of points at a time.
 *
 *     coordinate j < parameter_count     a parameter of the model, then the free ones: value =
 *                                        quantile(Phi(x))
 *     after them                         the level of a normal stream in a month (ensemble/noise.h), as it is,
 *                                        but for months in which it changes nothing (silent_noise.c)
 */
#ifndef TRUCE_POSTERIOR_TARGET_H
#define TRUCE_POSTERIOR_TARGET_H

#include "case/case.h"
#include "ensemble/noise.h"

struct engine_native;
struct kernel_set;
struct row_kernels;

typedef struct fit_coordinate {
    const char *name, *units;
    size_t parameter; /* of the case; SIZE_MAX: noise */
    size_t input;     /* parameter of the program; SIZE_MAX: free, or noise */
    size_t stream, period;
    truce_distribution prior; /* of a parameter, as the scenario has it */
    /* value = base + slope x; base exp(slope x); or from a table */
    enum { TRANSFORM_LINEAR, TRANSFORM_EXPONENTIAL, TRANSFORM_TABLE } transform;
    double base, slope;
    const double *table; /* [FIT_TABLE] */
} fit_coordinate;

/* One observation of the case as far as it is fitted. */
typedef struct fit_series {
    const case_observation *observation;
    size_t output;        /* of the program */
    bool stock;           /* the element is one: see observe_measure */
    size_t scale, offset; /* coordinates; SIZE_MAX: see the constants */
    double scale_constant, offset_constant;
    size_t count;      /* months used */
    size_t *months;    /* [count], of the horizon */
    double *values;    /* [count] */
    double *raw;       /* values, or their logarithms, times weight */
    double *carry;     /* what is left of the error of the month before, as a share */
    double *gain;      /* 1 / standard deviation of what is new, in units of the error's */
    double *seen;      /* raw, less what is left of the one before, in units of what is new: independent */
    double weight;     /* 1 / standard deviation, for Student's t by its information */
    double constant;   /* what of a log density depends on the error only */
    double *densities; /* [count]: what of a log density does not depend on the prediction */
} fit_series;

typedef struct fit_target {
    arena memory;
    const truce_case *c;
    size_t scenario, months; /* first months of the horizon that are simulated */
    case_plan plan;
    noise_design noise;
    size_t dimension, parameter_count;
    fit_coordinate *coordinates;
    size_t *level_at;   /* [normal stream][period]: its coordinate; SIZE_MAX: has none */
    size_t fixed_count; /* parameters of the program that do not vary */
    size_t *fixed_inputs;
    double *fixed_values;
    size_t series_count, point_count;
    fit_series *series;
    uint64_t fingerprint; /* of everything the likelihood depends on */
} fit_target;

enum { FIT_TABLE_STEPS = 32, FIT_TABLE_REACH = 8, FIT_TABLE = 2 * FIT_TABLE_REACH * FIT_TABLE_STEPS + 1 };

/* The target of the data up to month `until` (inclusive). The case must outlive it. */
truce_status target_make(const truce_case *c, size_t scenario, month until, fit_target *t,
                         truce_error *error);
/* Takes the coordinates from months in which a stream changes nothing. Tries every month of every stream: for those
 * who then fit. */
truce_status target_still(fit_target *t, truce_error *error);
void target_free(fit_target *t);
/* The name of a level, in `memory`; NULL without memory. */
const char *target_level_name(const fit_target *t, size_t stream, size_t period, arena *memory);
/* Puts in a value, which those after it must follow. */
void series_set(fit_series *s, size_t index, double value);
/* How a parameter's coordinate becomes a value, after its prior; false when out of memory. */
bool coordinate_set_transform(arena *memory, fit_coordinate *k);
/* Value of a parameter's coordinate at x. */
double coordinate_value(const fit_coordinate *k, double x);
/* The draw of the prior that it stands for: the value without the scale of the scenario. */
double coordinate_draw(const fit_coordinate *k, double x);
void coordinate_values(const fit_coordinate *k, const struct kernel_set *kernels,
                       const struct row_kernels *rows, const double *x, double *values, size_t width);

/* Which of the normal streams change nothing (silent_noise.c), such as noise of standard deviation 0. */
truce_status target_find_silent(const fit_target *t, bool *silent, bool *any, truce_error *error);
/* In which months each of them changes nothing. still: [normal stream][period]. */
truce_status target_find_still(const fit_target *t, bool *still, bool *any, truce_error *error);

/* What one thread needs to evaluate blocks. */
typedef struct fit_worker {
    const fit_target *target;
    truce_run *run;
    size_t width;
    double *x;                          /* [dimension][width]: where to evaluate; filled by the caller */
    double *values;                     /* [parameter_count][width]: draws of parameters */
    double *inputs;                     /* [program parameter][width] */
    double *results;                    /* [save][output][width] */
    double *likelihood;                 /* [width]: the log likelihood; -infinity where the run failed */
    double *normals, *scales, *offsets; /* [width]: room */
    double *squares;                    /* [width]: of the coordinates, summed */
    /* of moves (move.c): the proposal, [dimension][width], what the acceptance divides out, and 1 for lanes that
       accept and 0 for the others, [width]; and the particle that is in all lanes of x, or SIZE_MAX */
    double *v, *ratio, *taken;
    size_t spread;
    double
        *predictions; /* [point][width]: of each observed value, or of its logarithm, in units of its error */
    const double **rows, **levels; /* [program stream], and by period: see engine_given */
    const struct kernel_set *kernels;
    const struct row_kernels *row_kernels;
    double engine_seconds; /* of processor time: in truce_run_execute */
    size_t evaluations;
} fit_worker;

/* native: what computes the runs, NULL for the interpreter; with it `width` must be its own. */
truce_status worker_make(const fit_target *t, const struct engine_native *native, size_t width, fit_worker *w,
                         truce_error *error);
void worker_free(fit_worker *w);
double seconds_now(void);
double seconds_of_process(void); /* processor time, of all threads */
/* Evaluates all lanes at x, [dimension][width]. rest: [stream][step][width], what noise_rest gives for each lane's
 * key. Lanes from `count` on must hold copies of sound ones. */
void worker_evaluate(fit_worker *w, const double *x, const double *rest, size_t count);
/* The same in two parts: values of the parameters among `count` coordinates, which stay as they are until they are set
 * again; and the rest. */
void worker_set_parameters(fit_worker *w, const double *x, size_t first, size_t count);
void worker_evaluate_set(fit_worker *w, const double *x, const double *rest, size_t count);
/* After it: the log density of each observation, whose sum is the likelihood. densities: [point][width]. */
void worker_densities(const fit_worker *w, double *densities);

/* Replaces the data of the target by a draw from the prior: `x` receives the coordinates (may be NULL). For
 * calibration. */
truce_status target_simulate(fit_target *t, uint64_t seed, uint64_t member, double *x, truce_error *error);

#endif
