/* See search.h. */
#include "answers/search.h"

#include <nlopt.h>
#include <stdlib.h>

typedef struct asking {
    const search_problem *problem;
    nlopt_opt opt;
} asking;

bool search_is_there(void)
{
    return true;
}

/* The signature is NLopt's. NOLINTNEXTLINE(readability-non-const-parameter) */
static double ask(unsigned count, const double *x, double *gradient, void *context)
{
    (void)count;
    (void)gradient; /* neither algorithm asks for one */
    asking *a = context;
    double value = a->problem->value(a->problem->context, x);
    if (!a->problem->go_on(a->problem->context))
        nlopt_force_stop(a->opt);
    return value;
}

static truce_status search(const search_problem *p, nlopt_algorithm algorithm, double *x, int evaluations,
                           truce_error *error)
{
    asking a = {p, nlopt_create(algorithm, (unsigned)p->count)};
    double least;
    bool good = a.opt && nlopt_set_lower_bounds1(a.opt, 0) > 0 && nlopt_set_upper_bounds1(a.opt, 1) > 0 &&
                nlopt_set_min_objective(a.opt, ask, &a) > 0 && nlopt_set_maxeval(a.opt, evaluations) > 0 &&
                nlopt_set_xtol_rel(a.opt, 1e-3) > 0 && nlopt_set_initial_step1(a.opt, 0.2) > 0;
    nlopt_result result = good ? nlopt_optimize(a.opt, x, &least) : NLOPT_OUT_OF_MEMORY;
    nlopt_destroy(a.opt);
    if (result == NLOPT_OUT_OF_MEMORY)
        return error_memory(error);
    /* A stop of our own has its reason in the context; limits of rounding end a search as any other. */
    return result == NLOPT_INVALID_ARGS || result == NLOPT_FAILURE
               ? error_set(error, TRUCE_RUN_FAILED, NULL, 0, "the search failed (NLopt: %s)",
                           nlopt_result_to_string(result))
               : TRUCE_OK;
}

static truce_status search_from(const search_problem *p, nlopt_algorithm algorithm, const double *start,
                                int evaluations, truce_error *error)
{
    double *x = calloc(p->count, sizeof *x);
    if (!x)
        return error_memory(error);
    for (size_t i = 0; i < p->count; i++)
        x[i] = start ? start[i] : 0.5;
    truce_status status = search(p, algorithm, x, evaluations, error);
    free(x);
    return status;
}

truce_status search_everywhere(const search_problem *p, int evaluations, truce_error *error)
{
    return search_from(p, NLOPT_GN_DIRECT_L, NULL, evaluations, error);
}

truce_status search_around(const search_problem *p, const double *start, int evaluations, truce_error *error)
{
    return search_from(p, NLOPT_LN_SBPLX, start, evaluations, error);
}
