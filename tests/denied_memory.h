/* An allocator for the whole program, so that what expat and libyaml ask for can fail as well: every allocation of some work is
 * made to fail, one after the other. Each failure must end in an error, not a crash, and give back all memory. Not built into
 * sanitizer runs, which bring their own allocator (SANITIZED). */
#ifndef TRUCE_TESTS_DENIED_MEMORY_H
#define TRUCE_TESTS_DENIED_MEMORY_H

#include "truce/truce.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifndef SANITIZED

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

static long calls, fail_at, live; /* fail_at 0: never */
/* HDF5 crashes when it gets no memory, and keeps lists of its own from one file to the next: what calls it
 * has only its own allocations denied, and its balance is not asked for. */
static bool only_ours;
static bool
    loads_code; /* native code: the loader of shared objects keeps blocks of its own and gives them back in another
                         * way; leaks of ours on that path are found by the sanitizer in test_native.c */

extern char __executable_start, etext;

static bool is_ours(const void *caller)
{
    return (const char *)caller >= &__executable_start && (const char *)caller < &etext;
}

static bool denied(const void *caller)
{
    if (only_ours && !is_ours(caller))
        return false;
    bool deny = ++calls == fail_at;
    if (deny)
        errno = ENOMEM;
    return deny;
}

#define EXPORTED __attribute__((visibility("default"))) /* else the libraries keep their own */
EXPORTED void *malloc(size_t size)
{
    void *memory = denied(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
    live += memory != NULL;
    return memory;
}

EXPORTED void *calloc(size_t count, size_t size)
{
    void *memory = denied(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
    live += memory != NULL;
    return memory;
}

EXPORTED void *realloc(void *old, size_t size)
{
    if (denied(__builtin_return_address(0)))
        return NULL;
    void *memory = __libc_realloc(old, size);
    live += memory != NULL && old == NULL;
    return memory;
}

EXPORTED void *aligned_alloc(size_t alignment, size_t size)
{
    void *memory = denied(__builtin_return_address(0)) ? NULL : __libc_memalign(alignment, size);
    live += memory != NULL;
    return memory;
}

EXPORTED void free(void *memory)
{
    live -= memory != NULL;
    __libc_free(memory);
}

/* A hash of what some work has told: where it went on without memory, that must be as ever. */
static uint64_t told;

static inline void tell(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        told = (told ^ (unsigned char)bytes[i]) * 1099511628211u;
}

static bool balanced(long before)
{
    return live == before || loads_code || only_ours;
}

static void fail_each(truce_status (*work)(truce_error *))
{
    truce_error error = {0};
    fail_at = 0;
    truce_status status = work(&error); /* fills what the C library allocates once */
    if (status)
        print_error("%s:%d: %s\n", error.file, error.line, error.message);
    assert_int_equal(status, TRUCE_OK);
    calls = 0;
    told = 0;
    long before = live;
    assert_int_equal(work(&error), TRUCE_OK);
    assert_true(balanced(before));
    long total = calls;
    uint64_t whole = told;
    assert_true(total > 20);
    for (long at = 1; at <= total; at++) {
        calls = 0;
        fail_at = at;
        told = 0;
        memset(&error, 0, sizeof error);
        status = work(&error);
        fail_at = 0;
        if (status == TRUCE_OK && told == whole)
            continue; /* the library went on without it, as a missing thread or buffer allows */
        if (status != TRUCE_RUN_FAILED || !error.message[0] || !balanced(before))
            print_error("allocation %ld of %ld: status %d, %ld blocks left, \"%s\"\n", at, total, (int)status,
                        live - before, error.message);
        assert_int_equal(status, TRUCE_RUN_FAILED);
        assert_true(error.message[0] != '\0');
        assert_true(balanced(before));
    }
}

#endif
#endif
