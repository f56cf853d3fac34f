/* A file of claims, as it was read and as it was judged. */
#ifndef TRUCE_CLAIMS_H
#define TRUCE_CLAIMS_H

#include "answers/statement.h"

typedef struct claim {
    truce_claim told;
    statement test, undetermined_if, fallback;
    bool has_test, has_undetermined_if, has_fallback;
} claim;

struct truce_claims {
    arena memory;
    truce_case *own;     /* the case with the scenarios of the file; NULL where it has none */
    const truce_case *c; /* that, or the case given */
    truce_case view;     /* as it was known */
    const char *path, *as_of, *command, *posterior;
    month until;                   /* the last month whose data were known */
    size_t members, talks_members; /* in each scenario: of runs, and of talks */
    uint64_t seed;
    interruption watched;
    bool talked;             /* a statement asks talks */
    bool fitted;             /* members are draws of a fit as of the date */
    const char *draws_until; /* the month to which that fit knows data, "Dec 2024" */
    const char
        *unfitted; /* ", since ...": why the fit beside the case has no part; "" where it has, or is none */
    claim *claims;
    size_t count;
};

/* claims_read.c: reads the file into `claims`, but for the statements; root: for claims_parse. */
truce_status claims_read(truce_claims *claims, const char *file, const tree **root, truce_error *error);
/* Parses the statements, when claims->c is known. */
truce_status claims_parse(truce_claims *claims, const tree *root, truce_error *error);
/* claims_view.c: the case as it was known at the date, in claims->view. */
truce_status claims_view(truce_claims *claims, truce_error *error);
/* claims_talks.c: fills what statements take from talks. */
truce_status claims_fill_talks(truce_claims *claims, const truce_fit *fit,
                               const truce_claims_options *options, truce_error *error);

/* Lists every statement of every claim, at most three of each; returns how many. */
static inline size_t claims_statements(truce_claims *claims, statement **statements)
{
    size_t count = 0;
    for (size_t i = 0; i < claims->count; i++) {
        claim *k = &claims->claims[i];
        if (k->has_test)
            statements[count++] = &k->test;
        if (k->has_undetermined_if)
            statements[count++] = &k->undetermined_if;
        if (k->has_fallback)
            statements[count++] = &k->fallback;
    }
    return count;
}

#endif
