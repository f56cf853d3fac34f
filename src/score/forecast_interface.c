/* Forecasts from the end of the data, and what came of them, for programs: the public side of forecast_file.h.
 */
#include "score/scored.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Making one -------------------------------------------------------------------------------------- */

truce_forecast_options truce_forecast_default_options(void)
{
    return (truce_forecast_options){.particles = 1024, .seed = 1};
}

static bool is_date(const char *written)
{
    month day;
    return written && strlen(written) == 10 && month_parse_in(TRUCE_DAYS, written, &day);
}

/* The weights of the scores that are named, or that stand beside the case. */
static truce_status find_weights(const truce_case *c, const char *scores, truce_forecast *f,
                                 truce_error *error)
{
    const char *slash = strrchr(c->path, '/');
    int folder = slash ? (int)(slash - c->path + 1) : 0;
    int length = scores
                     ? snprintf(f->weights, sizeof f->weights, "%s/weights.csv", scores)
                     : snprintf(f->weights, sizeof f->weights, "%.*sposterior/weights.csv", folder, c->path);
    if (length < 0 || (size_t)length >= sizeof f->weights)
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0, "the path of the scores is too long");
    if (!scores && !file_is_readable(c->files, f->weights))
        f->weights[0] = '\0';
    return TRUCE_OK;
}

static truce_status make(truce_forecast *f, const truce_case *c, const truce_forecast_options *o,
                         truce_error *error)
{
    const score_options options = {.particles = o->particles,
                                   .seed = o->seed,
                                   .threads = o->threads,
                                   .engine = o->engine,
                                   .keep = o->keep,
                                   .progress = o->progress,
                                   .context = o->context};
    snprintf(f->made, sizeof f->made, "%s", o->made);
    TRY(rival_cases_load(c, &f->rivals, error));
    TRY(find_weights(c, o->scores, f, error));
    return score_forecast(c, (const truce_case *const *)f->rivals.cases, &options,
                          f->weights[0] ? f->weights : NULL, &f->table, f->key, error);
}

truce_status truce_forecast_run(const truce_case *c, const truce_forecast_options *o,
                                truce_forecast **forecast, truce_error *error)
{
    if (!c || !o || !forecast)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "the case, the options or the place for the forecast is NULL");
    *forecast = NULL;
    if (!is_date(o->made))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "\"%.32s\" is not a date such as 2026-01-15",
                         o->made ? o->made : "");
    if (o->engine < TRUCE_ENGINE_INTERPRETER || o->engine > TRUCE_ENGINE_AUTO)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the engine does not exist");
    TRY(error_nameless(error, o->keep, "keep"));
    TRY(error_nameless(error, o->scores, "scores"));
    truce_forecast *f = calloc(1, sizeof *f);
    if (!f)
        return error_memory(error);
    truce_status status = make(f, c, o, error);
    if (status == TRUCE_OK)
        *forecast = f;
    else
        truce_forecast_destroy(f);
    return status;
}

void truce_forecast_destroy(truce_forecast *f)
{
    if (!f)
        return;
    score_free(&f->table);
    rival_cases_free(&f->rivals);
    free(f);
}

/* ---- As data ----------------------------------------------------------------------------------------- */

truce_forecast_facts truce_forecast_facts_of(const truce_forecast *f)
{
    if (!f)
        return (truce_forecast_facts){.data_end = TRUCE_MONTH_NONE, .made = "", .weights = ""};
    truce_forecast_facts facts = {.data_end = f->table.origins[0],
                                  .made = f->made,
                                  .weights = f->weights,
                                  .observations = f->table.c->observation_count,
                                  .entrants = f->table.entrant_count,
                                  .model = SCORE_MODEL,
                                  .pool = f->table.pool};
    hash128_write(f->key, facts.hash);
    return facts;
}

truce_entrant truce_forecast_entrant(const truce_forecast *f, size_t entrant)
{
    return f ? score_entrant_told(&f->table, entrant) : (truce_entrant){.name = ""};
}

const char *truce_forecast_units(const truce_forecast *f, size_t observation)
{
    return f && observation < f->table.c->observation_count ? f->table.units[observation] : "";
}

double truce_forecast_quantile(const truce_forecast *f, size_t observation, size_t horizon, size_t entrant,
                               double p)
{
    if (!f || observation >= f->table.c->observation_count || horizon >= SCORE_HORIZONS ||
        entrant >= f->table.entrant_count || !(p > 0 && p < 1))
        return NAN;
    const score_change *change = score_change_of(&f->table, 0, observation, horizon, entrant);
    return change->forecast ? sample_quantile(change->points, p) : NAN;
}

truce_status truce_forecast_write(const truce_forecast *f, const char *path, truce_error *error)
{
    if (!f || !path)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the forecast or the path is NULL");
    return forecast_file_write(path, &f->table, f->key, f->made, error);
}

/* ---- What came of it --------------------------------------------------------------------------------- */

truce_status truce_outcomes_load(const char *path, const truce_case *newer, truce_outcomes **outcomes,
                                 truce_error *error)
{
    return truce_outcomes_load_from(NULL, path, newer, outcomes, error);
}

truce_status truce_outcomes_load_from(const truce_files *files, const char *path, const truce_case *newer,
                                      truce_outcomes **outcomes, truce_error *error)
{
    if (!path || !newer || !outcomes)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "the path, the case or the place for outcomes is NULL");
    *outcomes = NULL;
    truce_outcomes *o = calloc(1, sizeof *o);
    if (!o)
        return error_memory(error);
    truce_status status = forecast_file_read(files, path, &o->filed, error);
    if (status == TRUCE_OK)
        status = forecast_file_score(&o->filed, newer, error);
    if (status == TRUCE_OK)
        status = forecast_file_sum(&o->filed, error);
    if (status == TRUCE_OK)
        *outcomes = o;
    else
        truce_outcomes_destroy(o);
    return status;
}

void truce_outcomes_destroy(truce_outcomes *o)
{
    if (o)
        forecast_file_free(&o->filed);
    free(o);
}

truce_outcomes_facts truce_outcomes_facts_of(const truce_outcomes *o)
{
    truce_outcomes_facts facts = {.made = "", .version = "", .data_end = TRUCE_MONTH_NONE};
    if (!o)
        return facts;
    facts.count = o->filed.count;
    facts.made = o->filed.made;
    facts.version = o->filed.version;
    if (!month_parse(o->filed.data_end, &facts.data_end))
        facts.data_end = TRUCE_MONTH_NONE;
    return facts;
}

truce_outcome truce_outcomes_get(const truce_outcomes *o, size_t index)
{
    truce_outcome told = {
        .entrant = "", .observation = "", .origin = TRUCE_MONTH_NONE, .observed = NAN, .crps = NAN};
    const filed_forecast *x = o && index < o->filed.count ? &o->filed.forecasts[index] : NULL;
    for (size_t q = 0; q < TRUCE_QUANTILES; q++)
        told.quantiles[q] = x ? sample_quantile(x->points, score_shown[q]) : NAN;
    if (!x)
        return told;
    told.entrant = x->model;
    told.observation = x->target;
    told.origin = truce_outcomes_facts_of(o).data_end; /* a file has one origin */
    told.months = x->months;
    told.observed = x->observed;
    if (!isnan(x->observed))
        told.crps = x->score.crps;
    return told;
}
