/* What a page says of a case before anything is computed: all that a reader may ask for, as JSON. */
#ifndef TRUCE_WEB_DESCRIBE_H
#define TRUCE_WEB_DESCRIBE_H

#include "results/results.h"

typedef struct web_description {
    const truce_case *c;
    const truce_fit *fit;      /* NULL: without */
    const case_results *known; /* of the first scenario, with the record of forecasts */
    uint64_t hash;             /* of the archive: addresses name it */
    uint64_t seed;
    size_t members; /* at rest */
} web_description;

/* Appends the object; false when out of memory. */
bool describe_case(const web_description *d, text *out);

#endif
