/* A compiled program: plain data that the engine executes.
 *
 * Instructions work on columns (one value per member of the block, or one per step in the shared list) and on
 * scalars (the same value for all members: constants, then the shared values of the step). A program has
 * these instruction lists:
 *
 *     shared  once for all members; lanes are steps: values that depend on time and schedules only
 *     member  once a member: values of parameters only, and the initial values of stocks
 *     step    every step that is not saved
 *     save    every step that is saved: the same, and what is stored
 *     stage   the later stages of a Runge-Kutta step: derivatives only
 *
 * The first columns are persistent: they carry stocks, states and the member list's values over the run.
 * The columns after them are temporary and reused within a list. Under Euler's method the step and save
 * lists leave the new value of each stock and state in its own column. Under Runge-Kutta they leave
 * derivatives (and new values of states) in separate persistent columns, and the engine combines them.
 *
 * Under RK45 every member has a time of its own, a persistent column, and what depends on time is in the
 * members' lists; the shared list holds what depends on schedules and factors. All stocks, states and delays
 * of the model are kept whatever is saved, so that the steps taken do not depend on it. */
#ifndef TRUCE_PROGRAM_H
#define TRUCE_PROGRAM_H

#include "base/base.h"
#include "program/clock.h"
#include "program/operations.h"
#include "truce/model.h"

enum { OPERANDS = 4, FUSED = 3 };
#define NO_COLUMN UINT32_MAX

typedef struct instruction {
    uint16_t code;
    uint16_t scalars; /* bit i: operand i is a scalar, else a column */
    uint32_t result;  /* column, or NO_COLUMN */
    uint32_t operands[OPERANDS];
    uint32_t index;           /* table, stream, parameter, schedule, factor, delay, output or shared scalar */
    uint32_t elements[FUSED]; /* whose equations this is part of: of the last operation; of those before it */
} instruction;

typedef struct instruction_list {
    instruction *items;
    size_t count, capacity;
} instruction_list;

typedef struct program_stock {
    uint32_t column;     /* its value */
    uint32_t derivative; /* where a stage leaves its net flow; NO_COLUMN under Euler */
    uint32_t element;
} program_stock;

typedef struct program_state { /* not under Euler: copied at the end of the full step */
    uint32_t column, next;
} program_state;

typedef struct program_delay {
    uint32_t ring; /* columns kept: at least one more than the longest delay in steps */
} program_delay;

typedef struct program_output {
    const char *name, *units;
} program_output;

struct truce_program {
    arena memory;
    double start, dt;
    program_clock clock; /* of start and dt */
    size_t step_count, save_every, save_count;
    truce_method method;
    double tolerance;     /* RK45 */
    uint32_t time_column; /* RK45: the time of each member, else NO_COLUMN */
    bool steps_cross_dt;  /* RK45: nothing holds or jumps with DT, so steps may reach over many */

    instruction_list shared, member, step, save, stage;
    size_t shared_columns; /* of the register file of the shared list */
    size_t column_count;   /* of the register file of a block; persistent columns first */
    size_t persistent_count;

    double *constants; /* scalars 0 .. constant_count - 1; shared scalars follow */
    size_t constant_count, shared_count;
    uint32_t *shared_elements; /* element of each shared scalar */

    program_table *tables;
    size_t table_count;
    double *points;
    size_t point_count;
    uint64_t *streams;
    size_t stream_count;
    program_delay *delays;
    size_t delay_count;

    program_stock *stocks;
    size_t stock_count;
    program_state *states;
    size_t state_count;
    program_output *outputs;
    size_t output_count;
    const char **inputs[3]; /* names by truce_input_kind */
    uint32_t *input_elements[3];
    uint32_t *readings[3]; /* data_reading of the elements */
    size_t input_counts[3];
    const char **elements; /* names */
    size_t element_count;
    size_t step_variables;
};

static inline size_t program_scalar_count(const truce_program *p)
{
    return p->constant_count + p->shared_count;
}

/* By output: whether the model itself states that it is not finite, so that it is no failure. To be freed;
 * NULL: no memory. */
bool *program_stated_outputs(const truce_program *program);

/* Number of operands of a code, at most OPERANDS. */
unsigned code_operands(unsigned code);
const char *code_name(unsigned code);

#endif
