/* The operations of one list, between values and instructions. */
#ifndef TRUCE_SCHEDULE_H
#define TRUCE_SCHEDULE_H

#include "program/program.h"

#define NO_OPERATION UINT32_MAX

typedef struct reference {
    enum { TO_OPERATION, TO_COLUMN, TO_SCALAR, TO_SAVED /* temporary column */ } kind;
    uint32_t id;
} reference;

typedef struct operation_node {
    uint16_t code;
    uint8_t arity;
    bool is_copy; /* of a value to its persistent column */
    bool done;
    bool waits;      /* for readers of its home */
    bool fused_away; /* part of its user now */
    uint32_t home;   /* persistent column it must reach, or NO_COLUMN */
    uint32_t column; /* where the result is once done */
    uint32_t index, elements[FUSED];
    reference operands[OPERANDS];
    uint32_t users;      /* operations that read it and are not done */
    uint32_t missing;    /* operands not computed */
    uint32_t first_user; /* in scheduler.user_items */
    uint32_t user_count;
    uint32_t copy; /* the operation that copies it to its home, or NO_OPERATION */
} operation_node;

/* Joins operations with their only users where one instruction does the work of two or three. Needs `users`
 * and `copy`; operands come before users. */
void fuse_operations(operation_node *nodes, size_t count);

#endif
