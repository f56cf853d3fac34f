/* The small cases of the tests, for targets whose bytes are read beside a case. */
#ifndef TRUCE_FUZZ_CASES_H
#define TRUCE_FUZZ_CASES_H

#include "truce/truce.h"

#include <stdlib.h>

/* A case of tests/data, from the root of the project, where script/fuzz runs. Lives as long as the process. */
static inline const truce_case *fuzz_case(const char *path)
{
    static truce_case *c;
    if (!c && truce_case_load(path, &c, NULL) != TRUCE_OK)
        abort();
    return c;
}

#endif
