/* A case that a reader plays with: what a page asks of the engine. Every request says all that it wants, so
 * that answers depend on nothing that was asked before. */
#ifndef TRUCE_WEB_SESSION_H
#define TRUCE_WEB_SESSION_H

#include "ensemble/kept_draws.h"
#include "results/results.h"
#include "talks/talks.h"

typedef struct web_session {
    const truce_case *c;
    const truce_fit *fit;  /* NULL: members draw from the priors */
    case_results *results; /* for its quantities */
    case_plan rest;        /* the first scenario with nothing moved: its program serves all requests */
    kept_draws draws[2];   /* of the members last run: of few, and of all */
    kept_run runs[2];      /* at rest, which later ones go on from */
    talks_record record;   /* of talks at rest, for members of this seed */
    uint64_t record_seed;
} web_session;

/* A prior that the reader has moved. */
typedef struct web_prior {
    size_t parameter; /* of the case */
    truce_distribution prior;
} web_prior;

/* A deal that the reader puts on the table in place of the case's reference, and a scenario that both sides think may
 * come instead. Talks alone look at them. */
typedef struct web_terms {
    case_deal deal;
    size_t branch; /* of the case; SIZE_MAX: none */
    double probability;
} web_terms;

typedef struct web_request {
    size_t scenario; /* of the case, on which the changes build */
    size_t change_count, prior_count;
    const case_change *changes;
    const web_prior *priors; /* members draw from these, and not from the fit */
    const web_terms *terms;  /* NULL: those of the case */
    size_t first, members;
    uint64_t seed;
} web_request;

/* The case and the fit outlive the session. */
truce_status session_open(const truce_case *c, const truce_fit *fit, web_session *s, truce_error *error);
void session_close(web_session *s);
size_t session_values(const web_session *s); /* values per member: quantities x months */

/* Reads a request written as numbers, as the page writes it (request.c); what does not belong to the case is
 * TRUCE_BAD_INPUT. The lists are the arena's. */
truce_status session_read(const web_session *s, const double *numbers, size_t count, arena *memory,
                          web_request *request, truce_error *error);

/* What a run is asked for. */
typedef struct web_wanted {
    bool charts; /* of the quantities only those that have a chart */
    bool later;  /* of the months only those from the first on that is not as at rest */
} web_wanted;

/* The members' values, [quantity][month][member], as the report computes them; NaN for a member that failed. `values` has
 * room for all; *first_month (may be NULL): the first that is there. */
truce_status session_run(web_session *s, const web_request *request, web_wanted wanted, float *values,
                         size_t *first_month, truce_error *error);

/* The first member of the request with all its digits: what its program saves, [save][output]. How many numbers
 * that is, the program says: `values` is the arena's. */
truce_status session_member(const web_session *s, const web_request *request, arena *memory,
                            const double **values, size_t *count, truce_error *error);

/* How likely the moved priors make each member's draws against the priors that were, the mean being 1: weights
 * for members of the fit. */
truce_status session_weigh(const web_session *s, const web_request *request, double *weights,
                           truce_error *error);

/* The changed case, as a view that lives in the arena: its last scenario is the one asked for, and so is its last deal
 * where there are terms. */
truce_status session_view(const web_session *s, const web_request *request, arena *memory, truce_case *view,
                          truce_error *error);

#endif
