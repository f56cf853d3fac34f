/* See pages.h. A page of 4 KB is mapped when it is first written, and found again through a table that the processor
 * keeps little of; an ensemble writes a few hundred bytes to each of some ten thousand arrays in turn, and so misses
 * nearly every time. */
#include "base/pages.h"

#include <stdint.h>
#include <stdlib.h>

#if defined(__linux__)
#include <sys/mman.h>
#endif

enum { LARGE_PAGE = 2 << 20 };

void *pages_allocate(size_t size)
{
#if defined(MADV_HUGEPAGE)
    if (size >= LARGE_PAGE && size <= SIZE_MAX - LARGE_PAGE) {
        size_t whole = (size + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
        void *memory = aligned_alloc(LARGE_PAGE, whole);
        if (memory)
            (void)madvise(memory, whole, MADV_HUGEPAGE); /* a wish: what it says does not matter */
        return memory;
    }
#endif
    return malloc(size ? size : 1);
}
