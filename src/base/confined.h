/* Work on bytes that nobody vouches for, by a library that may crash on them: done in a child process that
 * can compute and hand back bytes, and nothing else. */
#ifndef TRUCE_CONFINED_H
#define TRUCE_CONFINED_H

#include "base/base.h"

/* Runs `work` in a child, and appends what it adds to its text to `result`. The child has no file, no
 * network, no other process (a filter of system calls on x86-64 and AArch64; resource limits everywhere),
 * `memory` bytes beyond what this process has now, and `seconds`. False, with the reason as a sentence in
 * `reason` when `work` returned false, crashed, or was ended; the sentence of `work` itself when it wrote
 * one. */
bool confined_run(bool (*work)(void *context, text *result, char *reason, size_t size), void *context,
                  size_t memory, unsigned seconds, text *result, char *reason, size_t size);

#endif
