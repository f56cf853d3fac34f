/* The rivals of a case, loaded for a command. */
#include "cli/score.h"

#include <stdlib.h>

void unload_rivals(truce_case **rivals, size_t count)
{
    for (size_t i = 0; rivals && i < count; i++)
        truce_case_destroy(rivals[i]);
    free(rivals);
}

truce_status load_rivals(const truce_case *c, truce_case ***rivals, truce_error *error)
{
    *rivals = calloc(c->rival_count + 1, sizeof(truce_case *));
    if (!*rivals)
        return error_memory(error);
    for (size_t i = 0; i < c->rival_count; i++)
        TRY(truce_case_load(c->rivals[i].path, &(*rivals)[i], error));
    return TRUCE_OK;
}
