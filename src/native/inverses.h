/* Divisions by what does not change during a run, as multiplications with the same bits. */
#ifndef TRUCE_INVERSES_H
#define TRUCE_INVERSES_H

#include "native/parts.h"

typedef struct native_inverses {
    bool *lasting;      /* [column]: computed once for each member, and written by nothing else */
    uint32_t *number;   /* [column]: of its inverse, from 1; 0: nobody needs one */
    uint32_t *divisors; /* [number - 1]: the column */
    size_t count;
} native_inverses;

/* False when out of memory, which the arena provides. */
bool native_inverses_init(arena *memory, const truce_program *program, native_inverses *inverses);
/* The operand of an operation that divides something and may have an inverse, or OPERANDS. */
unsigned native_divisor(unsigned operation);
/* Columns that inverses take after all others. */
size_t native_inverse_columns(const native_inverses *inverses);

/* The operations that divide, once more under names ending in _BY, with the inverse of the divisor and its rest as
 * further parameters. */
void native_emit_quotients(text *t);
/* `, inverse, rest` of operand k, which is a scalar or a lasting column. */
void native_emit_inverse(text *t, native_inverses *inverses, const instruction *x, unsigned k);
/* Part `number`, which computes all inverses; the first is in column `first`. */
void native_emit_inverses(text *t, const native_inverses *inverses, size_t number);

#endif
