/* The rivals of a case: other models, bound to the same data by cases of their own. */
#include "score/scored.h"

#include <stdlib.h>

void rival_cases_free(rival_cases *rivals)
{
    for (size_t i = 0; i < rivals->count; i++)
        truce_case_destroy(rivals->cases[i]);
    free(rivals->cases);
    *rivals = (rival_cases){0};
}

truce_status rival_cases_load(const truce_case *c, rival_cases *rivals, truce_error *error)
{
    rivals->cases = calloc(c->rival_count + 1, sizeof(truce_case *));
    if (!rivals->cases)
        return error_memory(error);
    for (; rivals->count < c->rival_count; rivals->count++)
        TRY(truce_case_load_from(c->files, c->rivals[rivals->count].path, NULL, &rivals->cases[rivals->count],
                                 error));
    return TRUCE_OK;
}
