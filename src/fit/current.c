/* Whether a fit is of a case as it is now, and the fit beside a case that is. */
#include "fit/fit.h"
#include "fit/posterior_target.h"

/* A case that cannot be fitted, such as one without observations, has no fit of its own. */
static truce_status compare(const truce_fit *f, const truce_case *c, month until, bool *same,
                            truce_error *error)
{
    fit_target t;
    truce_error unfit = {0};
    truce_status status = target_make(c, 0, until, &t, &unfit);
    *same = false;
    if (status == TRUCE_BAD_INPUT)
        return TRUCE_OK;
    if (status != TRUCE_OK && error)
        *error = unfit;
    TRY(status);
    *same = t.fingerprint == f->fingerprint;
    target_free(&t);
    return TRUCE_OK;
}

/* A fit up to an earlier month had the data as they stood, and priors as they were known or as they are. */
truce_status truce_fit_is_current(const truce_fit *f, const truce_case *c, bool *current, truce_error *error)
{
    REQUIRE(f, "fit");
    REQUIRE(c, "case");
    REQUIRE(current, "current");
    month until;
    *current = false;
    if (!month_parse(f->until, &until) || until < c->start || until > c->stop)
        return TRUCE_OK;
    truce_status status = compare(f, c, until, current, error);
    for (int dated = 0; dated < 2 && until < c->data_end && !*current && status == TRUCE_OK; dated++) {
        arena memory = {0};
        const truce_case *view;
        status = fit_earlier_case(c, until, dated == 1, &memory, &view, error);
        if (status == TRUCE_OK)
            status = compare(f, view, until, current, error);
        arena_free(&memory);
    }
    return status;
}

truce_status truce_fit_beside(const truce_case *c, truce_fit **fit, truce_error *error)
{
    REQUIRE(c, "case");
    REQUIRE(fit, "fit");
    bool current = false;
    *fit = NULL;
    if (!c->posterior || !truce_build().netcdf)
        return TRUCE_OK;
    TRY(fit_load(c->posterior, c, false, fit, error)); /* one of another case is no mistake */
    truce_status status = truce_fit_is_current(*fit, c, &current, error);
    if (status == TRUCE_OK && current)
        return TRUCE_OK;
    truce_fit_destroy(*fit);
    *fit = NULL;
    return status;
}
