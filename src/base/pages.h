/* Memory for large arrays of numbers. */
#ifndef TRUCE_PAGES_H
#define TRUCE_PAGES_H

#include <stddef.h>

/* Like malloc, but a large array lies on large pages where the system has them. To be given back by free(). */
void *pages_allocate(size_t size);

#endif
