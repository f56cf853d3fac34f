#ifndef TRUCE_LEVEL_H
#define TRUCE_LEVEL_H

#include "engine/kernels.h"
#include "engine/row_kernels.h"

/* The kernels of a level for blocks of a width, or NULL when this processor or this build has none. */
const kernel_set *level_kernels(engine_level level, size_t width);
/* The row kernels of a level that is available. */
const row_kernels *level_rows(engine_level level);

#endif
