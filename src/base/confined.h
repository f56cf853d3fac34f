/* Work on bytes that nobody vouches for, by a library that may crash on them: done in a child process that
 * can compute and hand back bytes, and nothing else. */
#ifndef TRUCE_CONFINED_H
#define TRUCE_CONFINED_H

#include "base/base.h"

/* What is done: it adds its result to a text. TRUCE_BAD_INPUT with a sentence in `reason` (may be left empty), or
 * TRUCE_RUN_FAILED without memory. */
typedef truce_status confined_work(void *context, text *result, char *reason, size_t size);

/* Runs `work` in a child, and appends its result to `result`. The child has no file, no network, no other process (a
 * filter of system calls on x86-64 and AArch64; resource limits everywhere): its standard streams lead nowhere, and all
 * other descriptors are closed. It has `memory` bytes beyond what this process has now, and `seconds` of a processor
 * (thirty times as many by the clock). TRUCE_BAD_INPUT when the work says so, crashes or does not end; TRUCE_RUN_FAILED
 * without memory, when there can be no child, or when the system cannot confine it. `reason` holds why. */
truce_status confined_run(confined_work *work, void *context, size_t memory, unsigned seconds, text *result,
                          char *reason, size_t size);

#endif
