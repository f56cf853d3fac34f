/* The compiler's parts: options and inputs (compiler.c), expressions to values (lower.c), values to
 * instruction lists (schedule.c). */
#ifndef TRUCE_COMPILER_H
#define TRUCE_COMPILER_H

#include "model/model.h"
#include "program/values.h"

#define NO_INPUT UINT32_MAX

/* What a list must leave behind for a value. */
typedef struct root {
    uint32_t value;
    uint16_t code;   /* CODE_COPY: into `column`; CODE_STORE, CODE_DELAY_PUSH, CODE_STORE_SHARED: `index` */
    uint32_t column; /* persistent */
    uint32_t index;
    uint32_t element;
} root;

typedef struct root_list {
    root *items;
    size_t count, capacity;
} root_list;

/* Where a value of an earlier phase is kept: a shared scalar or a persistent column. */
typedef struct kept_values {
    uint32_t *items; /* values */
    size_t count, capacity;
} kept_values;

typedef struct compiler {
    arena scratch; /* lives as long as the compilation */
    const truce_model *model;
    truce_program *program;
    truce_error *error;
    values values;
    uint32_t *known[3];    /* element -> value, by context */
    uint32_t *input_of[3]; /* element -> input of the kind, or NO_INPUT */
    uint32_t *column_of; /* element -> persistent column of a stock, state or held value; then of the time */
    uint32_t *delay_of;  /* element -> delay */
    uint32_t *output_elements;
    size_t delay_capacity;
    size_t persistent;
    bool holds; /* some value is held through a DT */
    kept_values shared, member, constants;
    uint32_t *place_of; /* value -> shared scalar, persistent column or constant, by phase; NO_COLUMN */
    size_t place_count;
    size_t stream_capacity;
} compiler;

/* Where a value is asked for. The stages of a step after the first have a context of their own, in which what
 * holds through a DT is read from where the step has left it. */
enum { INITIAL_CONTEXT, STEP_CONTEXT, STAGE_CONTEXT };

/* lower.c */
truce_status lower_tables(compiler *c);
/* The value of an element or of an expression in a context. */
truce_status lower_element(compiler *c, size_t at, int context, uint32_t *result);
truce_status lower_expression(compiler *c, const expression *e, size_t owner, int context, uint32_t *result);

/* schedule.c. Columns of the list from TEMPORARY on are temporary; scalars from SHARED_SCALAR on are shared
 * ones. compiler.c gives them their final numbers. */
#define TEMPORARY     0x80000000u
#define SHARED_SCALAR 0x80000000u
/* Instructions that compute the roots. `varies`: the phase of the list. *columns: temporary columns used. */
truce_status schedule_list(compiler *c, const root_list *roots, unsigned varies, instruction_list *list,
                           size_t *columns);

#endif
