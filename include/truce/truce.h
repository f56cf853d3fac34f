/* truce: a simulator of wars of attrition and how they end.
 *
 * This header is the whole public interface, and its manual. The order of the calls is the order of the
 * work: a model (XMILE) is loaded and checked, compiled into a program, and the program is run, for one
 * member or for an ensemble. A case (YAML) binds a model to data, priors and scenarios, and a report
 * shows what came out.
 *
 *     case.yaml, series ---------> truce_case --+
 *     model.xmile --> truce_model --> truce_program --> truce_run       (one block of members)
 *                                                  `--> truce_ensemble  (many members, all threads)
 *
 * Errors. Every call that can fail returns a truce_status. The last argument, which may be NULL, receives
 * one sentence with the file, the line and the offending name. When a call fails its outputs are NULL
 * or untouched, and nothing is left on disk.
 *
 * Memory. What a *_load, *_create, *_compile or *_run call gives is the caller's and goes back to the
 * *_destroy call of the same type, which accepts NULL. Strings and arrays reached through an object belong
 * to it and live as long as it does.
 *
 * Threads. The library has no global state. A truce_model, truce_program, truce_case or truce_ensemble is
 * not changed after it was made and may be shared by threads; a truce_run belongs to one thread at a time.
 *
 * Units. Time is in the unit of the model (months in every case of the project). Indices start at zero.
 */
#ifndef TRUCE_H
#define TRUCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TRUCE_API __attribute__((visibility("default")))
#else
#define TRUCE_API
#endif

/* ---- Status and errors --------------------------------------------------------------------------- */

typedef enum truce_status {
    TRUCE_OK = 0,
    TRUCE_RUN_FAILED = 1, /* the input is right and the run failed (no memory, disk full, ...) */
    TRUCE_BAD_INPUT = 2,  /* a model, case, series or program file is wrong */
    TRUCE_BAD_USAGE = 64  /* the caller passed arguments that make no sense */
} truce_status;           /* the values are the exit codes of the command line */

/* Filled by a failing call. `message` is one sentence without the place; `file` is empty and `line` 0
 * where there is none. truce_error_text gives "file:line: message". */
typedef struct truce_error {
    truce_status status;
    int line;
    char file[256];
    char message[768];
} truce_error;

/* Writes "file:line: message" (as much as fits) into `text`, which is always terminated. */
TRUCE_API void truce_error_text(const truce_error *error, char *text, size_t size);

/* The version of the library, such as "0.1.0". */
TRUCE_API const char *truce_version(void);

/* ---- Models -------------------------------------------------------------------------------------- */

typedef struct truce_model truce_model;

typedef enum truce_variable_kind { TRUCE_STOCK, TRUCE_FLOW, TRUCE_AUXILIARY } truce_variable_kind;

/* One variable of a model as the modeller wrote it (an arrayed variable is one variable here). */
typedef struct truce_variable {
    const char *name;     /* as written, white space made single spaces: "front velocity" */
    const char *units;    /* "" when the model states none */
    const char *doc;      /* "" when there is none */
    const char *equation; /* as written; the initial value of a stock; "" when given element by element */
    const char *group;    /* the sector it belongs to, or "" */
    truce_variable_kind kind;
    const char *file;
    int line;
    size_t dimension_count;
    const char *const *dimensions; /* names of its dimensions, outermost first */
    size_t element_count;          /* 1 for a scalar, else the product of its dimensions' sizes */
    size_t first_element;          /* its first element in the list of elements; the rest follow, last
                                      dimension fastest */
} truce_variable;

typedef struct truce_dimension {
    const char *name;
    size_t size;
    const char *const *elements; /* names of the elements; "1", "2", ... for a sized dimension */
} truce_dimension;

typedef enum truce_method {
    TRUCE_EULER,
    TRUCE_RK2, /* Heun's method, of order 2 */
    TRUCE_RK4, /* the classical method of Runge and Kutta, of order 4 */
    TRUCE_RK45 /* Dormand and Prince's method of orders 5 and 4, which chooses its own steps */
} truce_method;

typedef struct truce_sim_specs {
    double start, stop, dt, save_step; /* in `time_units` */
    const char *time_units;
    truce_method method;
} truce_sim_specs;

/* Reads an XMILE file and checks it: names, dimensions, cycles, arguments. A construct that changes numbers
 * and is not supported is an error with its name and place; display is skipped. */
TRUCE_API truce_status truce_model_load(const char *path, truce_model **model, truce_error *error);

/* The same from memory; `name` stands for the file in messages. */
TRUCE_API truce_status truce_model_load_text(const char *text, size_t length, const char *name,
                                             truce_model **model, truce_error *error);
TRUCE_API void truce_model_destroy(truce_model *model);

TRUCE_API const char *truce_model_name(const truce_model *model);
TRUCE_API const truce_sim_specs *truce_model_sim_specs(const truce_model *model);
TRUCE_API size_t truce_model_variable_count(const truce_model *model);
TRUCE_API const truce_variable *truce_model_variable(const truce_model *model, size_t index);
TRUCE_API size_t truce_model_dimension_count(const truce_model *model);
TRUCE_API const truce_dimension *truce_model_dimension(const truce_model *model, size_t index);

/* Index of a variable by name (case, spaces, underscores and line breaks as XMILE 1.0 section 3.2.2 folds
 * them), or SIZE_MAX. */
TRUCE_API size_t truce_model_find(const truce_model *model, const char *name);

/* Elements: the scalars that arrays expand into, each with a name such as "losses[defender, drones]". */
TRUCE_API size_t truce_model_element_count(const truce_model *model);
TRUCE_API const char *truce_model_element_name(const truce_model *model, size_t element);
/* The equation of an element as written (the initial value of a stock), its own or that of the whole array.
 */
TRUCE_API const char *truce_model_element_equation(const truce_model *model, size_t element);

/* Variables that the equations of variable `index` mention (inputs), and those whose equations mention it
 * (users). Writes at most `capacity` indices and returns how many there are. */
TRUCE_API size_t truce_model_inputs(const truce_model *model, size_t index, size_t *indices, size_t capacity);
TRUCE_API size_t truce_model_users(const truce_model *model, size_t index, size_t *indices, size_t capacity);

/* Dimension analysis of every equation. Returns the number of findings; each is one sentence with file and
 * line. Variables without units are not checked, and neither is what is computed from them. */
TRUCE_API size_t truce_model_unit_findings(const truce_model *model);
TRUCE_API const char *truce_model_unit_finding(const truce_model *model, size_t index);

/* ---- Programs ------------------------------------------------------------------------------------ */

typedef struct truce_program truce_program;

typedef enum truce_input_kind {
    TRUCE_INPUT_PARAMETER, /* one value a member, in place of the equation (of the initial value of a stock)
                            */
    TRUCE_INPUT_SCHEDULE,  /* one value a step for all members, in place of the above; NaN: leaves it */
    TRUCE_INPUT_FACTOR     /* one factor a step for all members, on what the above give */
} truce_input_kind;

typedef struct truce_input {
    const char *name; /* an element of the model: "lethality" or "losses[defender, drones]" */
    truce_input_kind kind;
} truce_input;

typedef struct truce_program_options {
    const truce_input *inputs; /* in the order in which values are passed to a run, kind by kind */
    size_t input_count;
    const char *const *outputs; /* elements or whole variables to save; NULL saves every element */
    size_t output_count;
    double start, stop; /* override the model's horizon when start < stop */
    double save_step;   /* override when > 0; a multiple of dt */
    double tolerance; /* of TRUCE_RK45: error of a step as a share of the largest value that a stock has had,
                         1e-12 to 0.1; 0: 1e-6 */
} truce_program_options;

/* Compiles a model. `options` may be NULL: no inputs, every element saved. The model may be destroyed
 * afterwards. */
TRUCE_API truce_status truce_program_compile(const truce_model *model, const truce_program_options *options,
                                             truce_program **program, truce_error *error);
TRUCE_API void truce_program_destroy(truce_program *program);

/* Writes a program to a file, and reads it back. The file holds all that a run needs: names, units, inputs,
 * save times. It is read on every machine, by the versions of truce whose operations are the same; any other
 * file, and one in which a bit has changed, is refused. A file need not be trusted: nothing in it can make
 * the library read or write what is not its own. */
TRUCE_API truce_status truce_program_save(const truce_program *program, const char *path, truce_error *error);
TRUCE_API truce_status truce_program_load(const char *path, truce_program **program, truce_error *error);

TRUCE_API size_t truce_program_step_count(const truce_program *program); /* steps of length dt */
TRUCE_API size_t truce_program_save_count(const truce_program *program); /* save times, the start included */
TRUCE_API double truce_program_save_time(const truce_program *program, size_t save);
TRUCE_API double truce_program_step_time(const truce_program *program, size_t step);
TRUCE_API size_t truce_program_output_count(const truce_program *program);
TRUCE_API const char *truce_program_output_name(const truce_program *program, size_t output);
TRUCE_API const char *truce_program_output_units(const truce_program *program, size_t output);
TRUCE_API size_t truce_program_input_count(const truce_program *program, truce_input_kind kind);
TRUCE_API const char *truce_program_input_name(const truce_program *program, truce_input_kind kind,
                                               size_t index);

/* What the compiler made of the model; printed by the benchmark. */
typedef struct truce_program_statistics {
    size_t elements;            /* scalar variables of the model */
    size_t step_variables;      /* of these, recomputed every step (what "variable evaluations" count) */
    size_t step_instructions;   /* instructions over a block, every step */
    size_t member_instructions; /* once a member */
    size_t shared_instructions; /* once a step for all members */
    size_t save_instructions;   /* only when saved */
    size_t columns;             /* columns of the register file */
} truce_program_statistics;
TRUCE_API truce_program_statistics truce_program_statistics_of(const truce_program *program);

/* ---- Data: series by time ---------------------------------------------------------------------------- */

/* A CSV file (commas or tabs; LF, CRLF or CR) whose first line names its columns: the time first, in the unit
 * of the model and rising, then elements, in quotes where their names hold a comma. An empty cell is a time
 * without a value. Its numbers become schedules of a program:
 *
 *     truce_data_load("support.csv", &data, &error);
 *     truce_data_inputs(data, model, inputs, &error);               one input a column
 *     truce_program_compile(model, &options, &program, &error);     options.inputs = inputs
 *     schedules = [input][step_count + 1], all NaN
 *     truce_data_schedules(data, TRUCE_INTERPOLATE_PREVIOUS, program, schedules, &error);
 */
typedef struct truce_data truce_data;

/* What a step has whose time is not one of the data's (times within a millionth of dt are the same). */
typedef enum truce_interpolation {
    TRUCE_INTERPOLATE_PREVIOUS, /* the last value before it, also after the end of the data */
    TRUCE_INTERPOLATE_LINEAR,   /* on the line between the values before and after it */
    TRUCE_INTERPOLATE_NONE      /* nothing; values whose times are not those of steps are refused */
} truce_interpolation;          /* Where a column has nothing, the equation holds. */

TRUCE_API truce_status truce_data_load(const char *path, truce_data **data, truce_error *error);
TRUCE_API void truce_data_destroy(truce_data *data);
TRUCE_API size_t truce_data_column_count(const truce_data *data); /* the time not counted */
TRUCE_API const char *truce_data_column_name(const truce_data *data, size_t column);
/* Writes an input of kind TRUCE_INPUT_SCHEDULE for each column; the names are the model's. */
TRUCE_API truce_status truce_data_inputs(const truce_data *data, const truce_model *model,
                                         truce_input *inputs, truce_error *error);
/* Fills the schedules of the program that have a column of their name, and leaves the others alone. A column
 * that is no schedule of the program, or has no value for any step, is an error. */
TRUCE_API truce_status truce_data_schedules(const truce_data *data, truce_interpolation interpolation,
                                            const truce_program *program, double *schedules,
                                            truce_error *error);

/* ---- Runs: one block of members ------------------------------------------------------------------ */

typedef struct truce_run truce_run;

/* `width`: members computed together, 8 to 1024 and a multiple of 8; 0 takes the default (128, less for
 * large programs). Results do not depend on it. */
TRUCE_API truce_status truce_run_create(const truce_program *program, size_t width, truce_run **run,
                                        truce_error *error);
TRUCE_API void truce_run_destroy(truce_run *run);
TRUCE_API size_t truce_run_width(const truce_run *run);

/* Runs members first_member .. first_member + count - 1, count <= width, over the whole horizon.
 * parameters: [parameter][width], lane i for member first_member + i (lanes from count on are ignored).
 * schedules, factors: [input][step_count + 1], shared by all members (the last is the stop time).
 * results: [save][output][width], written by the call.
 * Returns the number of members with a value that is not finite among their stocks or outputs; *first_bad
 * (may be NULL) is set to the lane of the first of these. Random numbers depend on (seed, member, variable,
 * step) only. */
TRUCE_API size_t truce_run_execute(truce_run *run, uint64_t seed, uint64_t first_member, size_t count,
                                   const double *parameters, const double *schedules, const double *factors,
                                   double *results, size_t *first_bad);

/* ---- Ensembles: many members ---------------------------------------------------------------------- */

typedef enum truce_distribution_kind {
    TRUCE_FIXED,     /* a: the value */
    TRUCE_NORMAL,    /* a: mean, b: standard deviation > 0 */
    TRUCE_LOGNORMAL, /* a: median > 0, b: standard deviation of the logarithm > 0 */
    TRUCE_UNIFORM,   /* a < b: bounds */
    TRUCE_BETA,      /* a, b: shapes, 0.001 to 1e6; c < d: bounds */
    TRUCE_TRIANGULAR /* a <= b <= c, a < c: least, most likely, greatest */
} truce_distribution_kind;

typedef struct truce_distribution {
    truce_distribution_kind kind;
    double a, b, c, d;
    double scale; /* the draw is multiplied by this; 1 for no change */
} truce_distribution;

/* Checks the numbers of a distribution; the error has no place. */
TRUCE_API truce_status truce_distribution_check(const truce_distribution *distribution, truce_error *error);
/* Quantile (0 < p < 1), and logarithm of the density, of a draw (scale included). */
TRUCE_API double truce_distribution_quantile(const truce_distribution *distribution, double p);
TRUCE_API double truce_distribution_log_density(const truce_distribution *distribution, double x);
/* The draw of member `member` for the parameter called `name`: depends on these and the seed only.
 * NaN when out of memory. */
TRUCE_API double truce_distribution_draw(const truce_distribution *distribution, uint64_t seed,
                                         uint64_t member, const char *name);

typedef struct truce_ensemble truce_ensemble;

/* What computes the members; all give the same bits. Native code is a translation of the program into C,
 * which the system's C compiler (cc) compiles for this processor and the user's cache keeps
 * ($XDG_CACHE_HOME/truce or
 * ~/.cache/truce). */
typedef enum truce_engine {
    TRUCE_ENGINE_INTERPRETER, /* starts no process and reads no file */
    TRUCE_ENGINE_NATIVE,      /* an error when there is no compiler or it fails */
    TRUCE_ENGINE_AUTO         /* native code where it is likely to save time, else the interpreter */
} truce_engine;

typedef struct truce_ensemble_options {
    size_t members;
    uint64_t seed;
    unsigned threads;      /* 0: all processors */
    size_t block_width;    /* 0: default */
    uint64_t first_member; /* number of the first member: an ensemble may be run in parts */
    bool summaries_only;   /* keep summaries in place of values: memory does not grow with the members */
    truce_engine engine;
    size_t members_in_all; /* of an ensemble that is run in parts: tells TRUCE_ENGINE_AUTO what it is worth */
    /* Called from one thread at a time as members are done; returning false cancels the run. May be NULL. */
    bool (*progress)(void *context, size_t done, size_t members);
    void *context;
} truce_ensemble_options;

/* 1,000 members, seed 1, all processors. */
TRUCE_API truce_ensemble_options truce_ensemble_default_options(void);

/* What is known of the values of one output at one save time, over the sound members. */
typedef struct truce_summary {
    size_t members; /* sound ones; the rest is NaN when there are none */
    double mean;
    double standard_deviation; /* with members - 1 in the denominator; NaN for one member */
    double least, greatest;
} truce_summary;

/* A quantile, and how far it may be from that of the values themselves. */
typedef struct truce_quantile {
    double value;
    double least, greatest; /* the quantile of the values is not outside */
    double rank_error;      /* at most this share of the members lies between it and `value` */
} truce_quantile;

/* Runs an ensemble. parameters: one distribution for each parameter of the program, in its order; schedules
 * and factors as in truce_run_execute. The first N members of a larger ensemble are those of a smaller one,
 * bit for bit. Values are kept as 32-bit floats: 4 bytes x members x outputs x save times.
 *
 * With `summaries_only` the members pass in chunks, and of every output at every save time remain counts in
 * 512 cells, whose edges are quantiles of the first 4,096 members, with moments and extremes: 5.3 KB x
 * outputs x save times, however many members there are, beside one chunk of values (2,048 members a thread,
 * at least 4,096). Which cell a quantile is in is known for certain; where in the cell is interpolated. A
 * cell holds about a 500th of the members. Like the values, the summaries are the same bits for any number of
 * threads and any width.
 */
TRUCE_API truce_status truce_ensemble_run(const truce_program *program, const truce_distribution *parameters,
                                          const double *schedules, const double *factors,
                                          const truce_ensemble_options *options, truce_ensemble **ensemble,
                                          truce_error *error);
TRUCE_API void truce_ensemble_destroy(truce_ensemble *ensemble);

/* What was saved: the outputs of the program, by name, and the save times. */
TRUCE_API size_t truce_ensemble_output_count(const truce_ensemble *ensemble);
TRUCE_API const char *truce_ensemble_output_name(const truce_ensemble *ensemble, size_t output);
TRUCE_API const char *truce_ensemble_output_units(const truce_ensemble *ensemble, size_t output);
TRUCE_API size_t truce_ensemble_save_count(const truce_ensemble *ensemble);
TRUCE_API double truce_ensemble_save_time(const truce_ensemble *ensemble, size_t save);

TRUCE_API size_t truce_ensemble_members(const truce_ensemble *ensemble);
TRUCE_API uint64_t truce_ensemble_seed(const truce_ensemble *ensemble);
TRUCE_API uint64_t truce_ensemble_first_member(const truce_ensemble *ensemble);
/* The values of one output at one save time for all members, in their order. A member that went wrong holds
 * its values as they are; statistics leave it out. NULL when only summaries were kept. */
TRUCE_API const float *truce_ensemble_values(const truce_ensemble *ensemble, size_t output, size_t save);
/* Mean, standard deviation and extremes: the same bits whether values were kept or summaries only. */
TRUCE_API truce_status truce_ensemble_summary(const truce_ensemble *ensemble, size_t output, size_t save,
                                              truce_summary *summary, truce_error *error);
/* Quantiles of one output at one save time over the sound members, by linear interpolation between order
 * statistics (Hyndman and Fan 1996, type 7). `quantiles` receives `count` values; NaN when no member is
 * sound. Exact when values were kept; else truce_ensemble_bounded_quantiles tells how exact. */
TRUCE_API truce_status truce_ensemble_quantiles(const truce_ensemble *ensemble, size_t output, size_t save,
                                                const double *probabilities, size_t count, double *quantiles,
                                                truce_error *error);
/* The same with their bounds. */
TRUCE_API truce_status truce_ensemble_bounded_quantiles(const truce_ensemble *ensemble, size_t output,
                                                        size_t save, const double *probabilities,
                                                        size_t count, truce_quantile *quantiles,
                                                        truce_error *error);

/* A member that went wrong: the first value that was not finite, in the order of evaluation. Under TRUCE_RK45
 * also the stock, with its finite value, for which no step was short enough to keep the tolerance, or that
 * had the greatest error when the member had tried a thousand steps for every DT of the run and 100,000 more.
 */
typedef struct truce_failure {
    uint64_t member;
    double time;
    double value;
    const char *variable; /* element name */
} truce_failure;
TRUCE_API size_t truce_ensemble_failure_count(const truce_ensemble *ensemble); /* all that went wrong */
/* Details are kept for the first 100. */
TRUCE_API const truce_failure *truce_ensemble_failure(const truce_ensemble *ensemble, size_t index);
/* True when the member went wrong. Not known, and false, when only summaries were kept. */
TRUCE_API bool truce_ensemble_is_bad(const truce_ensemble *ensemble, uint64_t member);

/* ---- Cases ---------------------------------------------------------------------------------------- */

typedef struct truce_case truce_case;

/* Reads a case (docs/use/case.md), its model and its series, and checks them against one another. */
TRUCE_API truce_status truce_case_load(const char *path, truce_case **result, truce_error *error);
TRUCE_API void truce_case_destroy(truce_case *c);
TRUCE_API const char *truce_case_title(const truce_case *c);
TRUCE_API const truce_model *truce_case_model(const truce_case *c);
TRUCE_API size_t truce_case_scenario_count(const truce_case *c);
TRUCE_API const char *truce_case_scenario_name(const truce_case *c, size_t index);
TRUCE_API const char *truce_case_scenario_title(const truce_case *c, size_t index);

/* Runs one scenario of a case. Members of different scenarios with the same number share their parameters and
 * random numbers. */
TRUCE_API truce_status truce_case_run(const truce_case *c, const char *scenario,
                                      const truce_ensemble_options *options, truce_ensemble **ensemble,
                                      truce_error *error);

/* Replays one member of a scenario with every variable, and writes the CSV of truce_model_write_csv. */
TRUCE_API truce_status truce_case_write_member(const truce_case *c, const char *scenario, uint64_t seed,
                                               uint64_t member, const char *path, truce_error *error);

/* Runs a bare model, one member with seed `seed`, and writes a CSV file (NULL: standard output): a time
 * column, then every element at every save time. */
TRUCE_API truce_status truce_model_write_csv(const truce_model *model, uint64_t seed, const char *path,
                                             truce_error *error);

/* Writes a model as one file of standard C (C99; NULL: to standard output) that needs nothing but the C
 * library. Its main prints the CSV of truce_model_write_csv; numbers may differ in their last digits where
 * functions such as EXP are used. Method RK45 is refused. */
TRUCE_API truce_status truce_model_write_c(const truce_model *model, const char *path, truce_error *error);

/* ---- Fits ------------------------------------------------------------------------------------------ */

/* The posterior of the parameters and the noise of a case, given its observations, by sequential Monte Carlo.
 * The first scenario says what happened. docs/use/fit.md says what is done and how far to trust it. */
typedef struct truce_fit truce_fit;

typedef struct truce_fit_progress {
    size_t population, populations; /* of the one under way, from 0 */
    size_t stage;                   /* stages it has behind it */
    double temperature;             /* the exponent of its likelihood, from 0 to 1 */
    double share;                   /* of the whole that is done, roughly */
    double seconds, seconds_left;   /* so far; estimated, NaN when nothing is known yet */
} truce_fit_progress;

typedef struct truce_fit_options {
    const char *until; /* the last month whose data are used, "2025-06"; NULL: the end of the data */
    size_t particles;  /* over all populations; rounded up to a multiple of 4 */
    uint64_t seed;
    unsigned threads;    /* 0: all processors; results do not depend on it */
    truce_engine engine; /* nor on this */
    const char
        *checkpoint; /* a file that is written after every stage, and taken up when it is there; NULL: none */
    /* Called before every stage; returning false cancels the fit. May be NULL. */
    bool (*progress)(void *context, const truce_fit_progress *progress);
    void *context;
} truce_fit_options;

/* 4,096 particles, seed 1, all processors, no checkpoint. */
TRUCE_API truce_fit_options truce_fit_default_options(void);

/* The case must outlive the fit. */
TRUCE_API truce_status truce_fit_run(const truce_case *c, const truce_fit_options *options, truce_fit **fit,
                                     truce_error *error);
TRUCE_API void truce_fit_destroy(truce_fit *fit);

/* Draws have equal weights. Those of the populations are taken in turn, so that the first few of them are as
 * good as any few. */
TRUCE_API const char *truce_fit_until(const truce_fit *fit); /* the last month of the data: "2025-12" */
TRUCE_API size_t truce_fit_draw_count(const truce_fit *fit);
TRUCE_API size_t truce_fit_parameter_count(const truce_fit *fit);
TRUCE_API const char *truce_fit_parameter_name(const truce_fit *fit, size_t parameter);
TRUCE_API const char *truce_fit_parameter_units(const truce_fit *fit, size_t parameter);
TRUCE_API const double *truce_fit_values(const truce_fit *fit, size_t parameter); /* [draw] */
TRUCE_API const double *truce_fit_log_likelihood(const truce_fit *fit);           /* [draw] */
/* Logarithm of the probability of the data under the priors, and its standard error from the spread between
 * populations (may be NULL). */
TRUCE_API double truce_fit_log_evidence(const truce_fit *fit, double *standard_error);
/* What speaks against trusting the draws, in sentences. */
TRUCE_API size_t truce_fit_warning_count(const truce_fit *fit);
TRUCE_API const char *truce_fit_warning(const truce_fit *fit, size_t index);

#ifdef __cplusplus
}
#endif
#endif
