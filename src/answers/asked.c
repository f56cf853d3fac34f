/* What every question has: lists of names that are given, and whether the answer is still wanted. */
#include "answers/answers.h"

truce_status answers_require(const char *const *names, size_t count, const char *what, truce_error *error)
{
    for (size_t i = 0; i < count; i++)
        if (!names || !names[i])
            return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "%s %zu of %zu has no name", what, i + 1,
                             count);
    return TRUCE_OK;
}

bool answers_go_on(void *context, size_t done, size_t members)
{
    const interruption *watched = context;
    (void)done;
    (void)members;
    return !watched->go_on || watched->go_on(watched->context);
}
