/* The order of statements within a part. */
#ifndef TRUCE_STATEMENT_ORDER_H
#define TRUCE_STATEMENT_ORDER_H

#include "native/parts.h"

/* compilers take more than linear time in the length of a function */
enum { PART_LIMIT = 400 };

/* Reorders `count` <= PART_LIMIT instructions of a part: order[] holds their indices in the list.
 * sources: [instruction][operand], which instruction made it, or NO_SOURCE. */
void native_order(const instruction *items, const uint32_t *sources, size_t persistent, uint32_t *order,
                  size_t count);

#endif
