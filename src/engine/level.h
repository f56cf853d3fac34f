#ifndef TRUCE_LEVEL_H
#define TRUCE_LEVEL_H

#include "engine/kernels.h"

/* The kernels of a level, or NULL when this processor or this build has none. */
const kernel_set *level_kernels(engine_level level);

#endif
