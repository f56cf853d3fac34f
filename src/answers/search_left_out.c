/* In place of search.c in a build without NLopt. */
#include "answers/search.h"

static truce_status left_out(truce_error *error)
{
    return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                     "this truce was built without NLopt, and cannot search");
}

bool search_is_there(void)
{
    return false;
}

truce_status search_everywhere(const search_problem *p, int evaluations, truce_error *error)
{
    (void)p;
    (void)evaluations;
    return left_out(error);
}

truce_status search_around(const search_problem *p, const double *start, int evaluations, truce_error *error)
{
    (void)start;
    return search_everywhere(p, evaluations, error);
}
