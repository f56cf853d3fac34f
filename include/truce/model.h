/* Models, programs, data, and the run of one block of members (truce.h is the manual). */
#ifndef TRUCE_PUBLIC_MODEL_H
#define TRUCE_PUBLIC_MODEL_H

#include "truce/files.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Models -------------------------------------------------------------------------------------- */

typedef struct truce_model truce_model;

typedef enum truce_variable_kind { TRUCE_STOCK, TRUCE_FLOW, TRUCE_AUXILIARY } truce_variable_kind;

/* One variable of a model as the modeller wrote it (an arrayed variable is one variable here). */
typedef struct truce_variable {
    const char *name;     /* as written, with single spaces: "front velocity" */
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

/* Reads an XMILE or Vensim file and checks it: names, dimensions, cycles, arguments. An unsupported construct
 * that would change numbers is an error with its name, file and line; what only draws is skipped. */
TRUCE_API truce_status truce_model_load(const char *path, truce_model **model, truce_error *error);

/* The same from a set of files in memory (NULL: from disk), which outlives the model: its own file and those
 * that it names. */
TRUCE_API truce_status truce_model_load_from(const truce_files *files, const char *path, truce_model **model,
                                             truce_error *error);

/* The same from a text that names no other file; messages give `name` as the file. */
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

/* The same of a variable or one element of an array, with the nearest name in the error when there is none.
 * `element` (may be NULL) is SIZE_MAX when a whole variable was named. */
TRUCE_API truce_status truce_model_look_up(const truce_model *model, const char *name, size_t *variable,
                                           size_t *element, truce_error *error);

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

/* What was ignored in the file, or has a meaning but looks like a mistake: one sentence each, with
 * file and line. */
TRUCE_API size_t truce_model_warnings(const truce_model *model);
TRUCE_API const char *truce_model_warning(const truce_model *model, size_t index);

/* Dimension analysis of every equation. Returns the number of findings; each is one sentence with file and
 * line. Variables without units are not checked, and neither is what is computed from them. */
TRUCE_API size_t truce_model_unit_findings(const truce_model *model);
TRUCE_API const char *truce_model_unit_finding(const truce_model *model, size_t index);

/* Time, dimensions, and every variable with its kind, units, meaning, equation, place and what it depends on, as JSON: what
 * `truce list MODEL --json` prints. Freed with truce_text_free. */
TRUCE_API truce_status truce_model_json(const truce_model *model, char **json, truce_error *error);

/* ---- Programs ------------------------------------------------------------------------------------ */

typedef struct truce_program truce_program;

typedef enum truce_input_kind {
    TRUCE_INPUT_PARAMETER, /* one value per member, in place of the equation (of the initial value of a stock)
                            */
    TRUCE_INPUT_SCHEDULE, /* one value per step for all members, in place of the above; NaN keeps the value */
    TRUCE_INPUT_FACTOR    /* one factor per step for all members, applied to what the above give */
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
 * save times. It can be read on every machine, by versions of truce whose operations are the same; any other
 * file, and one in which a bit has changed, is refused. A file need not be trusted: nothing in it can make
 * the library read or write memory outside its own. */
TRUCE_API truce_status truce_program_save(const truce_program *program, const char *path, truce_error *error);
TRUCE_API truce_status truce_program_load(const char *path, truce_program **program, truce_error *error);
TRUCE_API bool truce_program_is_file(const char *path); /* whether the file begins as programs do */

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

/* The input of that name, as XMILE folds names; SIZE_MAX when there is none. */
TRUCE_API size_t truce_program_find_input(const truce_program *program, truce_input_kind kind,
                                          const char *name);

/* What the compiler made from the model; printed by the benchmark. */
typedef struct truce_program_statistics {
    size_t elements;            /* scalar variables of the model */
    size_t step_variables;      /* of these, recomputed every step (what "variable evaluations" count) */
    size_t step_instructions;   /* instructions over a block, every step */
    size_t member_instructions; /* once per member */
    size_t shared_instructions; /* once per step for all members */
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
 *     truce_data_inputs(data, model, inputs, &error);               one input per column
 *     truce_program_compile(model, &options, &program, &error);     options.inputs = inputs
 *     schedules = [input][step_count + 1], all NaN
 *     truce_data_schedules(data, TRUCE_INTERPOLATE_PREVIOUS, program, schedules, &error);
 */
typedef struct truce_data truce_data;

/* The value at a step whose time is not one of the data's (times within a millionth of dt are the same). */
typedef enum truce_interpolation {
    TRUCE_INTERPOLATE_PREVIOUS, /* the last value before it, also after the end of the data */
    TRUCE_INTERPOLATE_LINEAR,   /* on the line between the values before and after it */
    TRUCE_INTERPOLATE_NONE      /* no value; data whose times are not those of steps are refused */
} truce_interpolation;          /* Where a column has no value, the equation is used. */

TRUCE_API truce_status truce_data_load(const char *path, truce_data **data, truce_error *error);
/* The series that a model imports: a CSV file of that name beside it, whose first column is called time or as the
 * model's unit of time. *data is NULL when there is none; two are an error. */
TRUCE_API truce_status truce_model_data(const truce_model *model, truce_data **data, truce_error *error);
TRUCE_API const char *truce_data_path(const truce_data *data);
TRUCE_API void truce_data_destroy(truce_data *data);
TRUCE_API size_t truce_data_column_count(const truce_data *data); /* the time not counted */
TRUCE_API const char *truce_data_column_name(const truce_data *data, size_t column);
/* Writes an input of kind TRUCE_INPUT_SCHEDULE for each column; the names are the model's. */
TRUCE_API truce_status truce_data_inputs(const truce_data *data, const truce_model *model,
                                         truce_input *inputs, truce_error *error);
/* Fills the schedules of the program that have a column with their name, and leaves the others alone. A column
 * that is not a schedule of the program, or has no value for any step, is an error. */
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
 * Returns the number of members with a value that is not finite among their stocks or outputs (SIZE_MAX, with
 * nothing done, when the arguments make no sense: more members than `width`, or NULL for what the program has);
 * *first_bad (may be NULL) is set to the lane of the first of these. Random numbers depend on (seed, member, variable,
 * step) only. */
TRUCE_API size_t truce_run_execute(truce_run *run, uint64_t seed, uint64_t first_member, size_t count,
                                   const double *parameters, const double *schedules, const double *factors,
                                   double *results, size_t *first_bad);

#ifdef __cplusplus
}
#endif
#endif
