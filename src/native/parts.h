/* What native code does of an instruction list, and what it leaves to the kernels. */
#ifndef TRUCE_PARTS_H
#define TRUCE_PARTS_H

#include "program/program.h"

#define NO_SOURCE UINT32_MAX

/* An instruction of a list in its new place. */
typedef struct planned {
    instruction x; /* operands and result in the plan's columns; result NO_COLUMN: stays in its part */
    uint32_t sources[OPERANDS]; /* which planned instruction made operand k, or NO_SOURCE: a scalar, or what a
                                   persistent column holds when the list begins */
    uint32_t part;              /* of native instructions, from 0; NO_COLUMN: left to its kernel */
} planned;

typedef struct native_plan {
    planned *items;
    size_t count;
    size_t part_count;
    size_t column_count; /* persistent ones and those of values that pass from part to part */
} native_plan;

/* What an elementwise operation does, as C text of x, y, z and w; NULL for the others. */
const char *native_expression(unsigned operation);

/* Whether the table is written out for parts: small, of finite numbers, its points ascending. */
bool native_has_table(const truce_program *program, uint32_t table);

/* False when out of memory. */
bool native_plan_list(arena *memory, const truce_program *program, const instruction_list *list,
                      native_plan *plan);

#endif
