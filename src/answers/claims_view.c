/* The case as it was known at the date of a file of claims: priors as they were, series and observations no longer
 * than the data were, and no act at the table that came later. */
#include "answers/claims.h"

#include <string.h>

static size_t known_months(const case_column *column, month until)
{
    if (until < column->first)
        return 0;
    size_t known = (size_t)(until - column->first) + 1;
    return known < column->count ? known : column->count;
}

static truce_status cut_series(truce_claims *claims, truce_error *error)
{
    const truce_case *c = claims->c;
    case_series *series = arena_array(&claims->memory, c->series_count + 1, sizeof *series);
    case_observation *seen = arena_array(&claims->memory, c->observation_count + 1, sizeof *seen);
    if (!series || !seen)
        return error_memory(error);
    for (size_t i = 0; i < c->series_count; i++) {
        series[i] = c->series[i];
        series[i].data.count = known_months(&series[i].data, claims->until);
        if (series[i].data.count == 0)
            return error_set(error, TRUCE_BAD_INPUT, claims->path, 0, "the series of %s begins after %s",
                             series[i].variable, claims->as_of);
    }
    for (size_t i = 0; i < c->observation_count; i++) {
        seen[i] = claims->view.observations[i];
        seen[i].data.count = known_months(&seen[i].data, claims->until);
    }
    claims->view.series = series;
    claims->view.observations = seen;
    return TRUCE_OK;
}

static truce_status cut_talks(truce_claims *claims, truce_error *error)
{
    const case_talks *all = claims->c->talks;
    if (!all)
        return TRUCE_OK;
    case_talks *talks = arena_alloc(&claims->memory, sizeof *talks);
    case_act *acts = arena_array(&claims->memory, all->act_count + 1, sizeof *acts);
    if (!talks || !acts)
        return error_memory(error);
    *talks = *all;
    talks->act_count = 0;
    for (size_t i = 0; i < all->act_count; i++)
        if (all->acts[i].at_month <= claims->until)
            acts[talks->act_count++] = all->acts[i];
    talks->acts = acts;
    talks->openings.count = known_months(&talks->openings, claims->until);
    if (all->government) {
        case_government *government = arena_alloc(&claims->memory, sizeof *government);
        if (!government)
            return error_memory(error);
        *government = *all->government; /* aims are in the order of their months */
        while (government->aim_count && government->aims[government->aim_count - 1].from > claims->until)
            government->aim_count--;
        talks->government = government;
    }
    claims->view.talks = talks;
    return TRUCE_OK;
}

truce_status claims_view(truce_claims *claims, truce_error *error)
{
    if (claims->until < claims->c->start || claims->until > claims->c->stop)
        return error_set(error, TRUCE_BAD_INPUT, claims->path, 0, "%s is outside of the horizon of the case",
                         claims->as_of);
    TRY(case_as_known(claims->c, claims->until, true, &claims->memory, &claims->view, error));
    claims->view.data_end = claims->until;
    TRY(cut_series(claims, error));
    return cut_talks(claims, error);
}
