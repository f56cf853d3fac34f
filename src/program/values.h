/* Values in static single assignment form: what the compiler works on between expressions and instructions.
 * Equal values are one value (hash-consing), constants are folded, and every value knows by what it varies.
 */
#ifndef TRUCE_VALUES_H
#define TRUCE_VALUES_H

#include "program/program.h"

/* The phase of a value: it is computed once for all (0), once per member, once per step, or every step for
 * every member (both bits). An operation varies by what its operands vary by. */
enum { VARIES_BY_MEMBER = 1, VARIES_BY_STEP = 2, VARIES_BY_BOTH = 3 };

#define NO_VALUE UINT32_MAX

typedef struct value {
    uint16_t code;
    uint8_t varies;
    uint8_t arity;
    bool moves; /* within a DT: it depends on stocks, or on time */
    uint32_t arguments[3];
    uint32_t index;   /* CODE_STATE: element; else as in an instruction */
    uint32_t element; /* whose equation made it first */
    double number;    /* CODE_NUMBER */
    uint64_t stream;  /* of a draw */
} value;

typedef struct values {
    arena *memory;
    value *items;
    size_t count, capacity;
    uint32_t *slots; /* open addressing; value + 1, or 0 */
    size_t slot_count;
    uint32_t element;             /* element being lowered: owner of new values */
    const truce_program *program; /* tables, for folding */
    bool failed;                  /* out of memory: every result is NO_VALUE from then on */
} values;

uint32_t values_number(values *v, double number);
/* A leaf that varies as said. */
uint32_t values_leaf(values *v, code c, uint32_t index, unsigned varies);
/* One that moves within a DT. */
uint32_t values_moving_leaf(values *v, code c, uint32_t index, unsigned varies);
/* A draw of a random stream. */
uint32_t values_draw(values *v, code c, uint64_t stream, unsigned varies);
/* An operation on values. Folded and simplified when that is exact to the last bit. */
uint32_t values_unary(values *v, code c, uint32_t a);
uint32_t values_binary(values *v, code c, uint32_t a, uint32_t b);
uint32_t values_ternary(values *v, code c, uint32_t a, uint32_t b, uint32_t d);
/* An operation with an index (LOOKUP, DELAY_READ); varies by `varies` too. */
uint32_t values_indexed(values *v, code c, uint32_t index, unsigned varies, uint32_t a, uint32_t b);

/* What an operation gives for scalars; only for elementwise and special codes, POWER and MOD. */
double operation_value(unsigned c, double x, double y, double z, double w);

#endif
