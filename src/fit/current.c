/* Whether a fit is of a case as it is now, and the fit beside a case that is. */
#include "fit/fit.h"
#include "fit/posterior_target.h"

truce_status truce_fit_is_current(const truce_fit *f, const truce_case *c, bool *current, truce_error *error)
{
    REQUIRE(f, "fit");
    REQUIRE(c, "case");
    REQUIRE(current, "current");
    month until;
    fit_target t;
    *current = false;
    if (!month_parse(f->until, &until) || until < c->start || until > c->stop)
        return TRUCE_OK;
    TRY(target_make(c, 0, until, &t, error));
    *current = t.fingerprint == f->fingerprint;
    target_free(&t);
    return TRUCE_OK;
}

truce_status truce_fit_beside(const truce_case *c, truce_fit **fit, truce_error *error)
{
    REQUIRE(c, "case");
    REQUIRE(fit, "fit");
    bool current = false;
    *fit = NULL;
    if (!c->posterior || !truce_build().netcdf)
        return TRUCE_OK;
    TRY(truce_fit_load(c->posterior, c, fit, error));
    truce_status status = truce_fit_is_current(*fit, c, &current, error);
    if (status == TRUCE_OK && current)
        return TRUCE_OK;
    truce_fit_destroy(*fit);
    *fit = NULL;
    return status;
}
