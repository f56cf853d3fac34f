/* Scores as data for programs: the public side of score.h. */
#include "score/scored.h"

#include <math.h>
#include <stdlib.h>

/* ---- Running ----------------------------------------------------------------------------------------- */

enum { MOST_MONTHS = 1200 };

truce_score_options truce_score_default_options(void)
{
    return (truce_score_options){
        .particles = 1024, .seed = 1, .first = TRUCE_MONTH_NONE, .last = TRUCE_MONTH_NONE, .every = 1};
}

static truce_status check(const truce_case *c, const truce_score_options *o, truce_error *error)
{
    TRY(month_require(o->first, "first", error));
    TRY(month_require(o->last, "last", error));
    if (o->every < 1 || o->every > MOST_MONTHS)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "origins are 1 to %d %ss apart", MOST_MONTHS,
                         case_period(c));
    if (o->priors < TRUCE_PRIORS_DATED || o->priors > TRUCE_PRIORS_BOTH)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "these priors do not exist");
    if (o->engine < TRUCE_ENGINE_INTERPRETER || o->engine > TRUCE_ENGINE_AUTO)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the engine does not exist");
    TRY(error_nameless(error, o->keep, "keep"));
    if ((o->first != TRUCE_MONTH_NONE && month_unit(o->first) != c->unit) ||
        (o->last != TRUCE_MONTH_NONE && month_unit(o->last) != c->unit))
        return error_set(error, TRUCE_BAD_USAGE, c->path, 0, "an origin of this case is a %s such as %s",
                         case_period(c), time_unit_example(c->unit));
    if (o->first != TRUCE_MONTH_NONE && (o->first < c->start || o->first > c->stop))
        return error_set(error, TRUCE_BAD_INPUT, c->path, 0, "there are no data after the first origin");
    return TRUCE_OK;
}

static score_options options_of(const truce_score_options *o)
{
    return (score_options){.particles = o->particles,
                           .seed = o->seed,
                           .threads = o->threads,
                           .engine = o->engine,
                           .first = o->first == TRUCE_MONTH_NONE ? 0 : o->first,
                           .last = o->last == TRUCE_MONTH_NONE ? 0 : o->last,
                           .every = (int)o->every,
                           .as_is = o->priors == TRUCE_PRIORS_AS_IS,
                           .hindsight = o->priors == TRUCE_PRIORS_BOTH,
                           .keep = o->keep,
                           .progress = o->progress,
                           .context = o->context};
}

truce_status truce_score_run(const truce_case *c, const truce_score_options *options, truce_scores **scores,
                             truce_error *error)
{
    truce_score_options defaults = truce_score_default_options();
    const truce_score_options *o = options ? options : &defaults;
    if (!c || !scores)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the case or the place for its scores is NULL");
    *scores = NULL;
    TRY(check(c, o, error));
    truce_scores *s = calloc(1, sizeof *s);
    if (!s)
        return error_memory(error);
    s->options = options_of(o);
    truce_status status = rival_cases_load(c, &s->rivals, error);
    if (status == TRUCE_OK)
        status = score_case(c, (const truce_case *const *)s->rivals.cases, &s->options, &s->table, error);
    if (status == TRUCE_OK)
        *scores = s;
    else
        truce_scores_destroy(s);
    return status;
}

void truce_scores_destroy(truce_scores *s)
{
    if (!s)
        return;
    score_free(&s->table);
    rival_cases_free(&s->rivals);
    free(s);
}

/* ---- What there is ----------------------------------------------------------------------------------- */

int truce_horizon_months(size_t horizon)
{
    return horizon < TRUCE_HORIZONS ? score_horizons[horizon] : 0;
}

truce_scores_facts truce_scores_facts_of(const truce_scores *s)
{
    if (!s)
        return (truce_scores_facts){0};
    const score_table *t = &s->table;
    return (truce_scores_facts){.origins = t->origin_count,
                                .final_origins = t->final_count,
                                .observations = t->c->observation_count,
                                .entrants = t->entrant_count,
                                .members = t->member_count,
                                .model = SCORE_MODEL,
                                .persistence = t->persistence,
                                .pool = t->pool,
                                .later_priors = case_priors_known_later(t->c, t->origins[0])};
}

truce_month truce_scores_origin(const truce_scores *s, size_t origin)
{
    return s && origin < s->table.origin_count ? s->table.origins[origin] : TRUCE_MONTH_NONE;
}

const char *truce_scores_units(const truce_scores *s, size_t observation)
{
    return s && observation < s->table.c->observation_count ? s->table.units[observation] : "";
}

truce_entrant truce_scores_entrant(const truce_scores *s, size_t entrant)
{
    return s ? score_entrant_told(&s->table, entrant) : (truce_entrant){.name = ""};
}

/* ---- Sums -------------------------------------------------------------------------------------------- */

truce_score_range truce_scores_range(const truce_scores *s)
{
    return (truce_score_range){.observation = SIZE_MAX,
                               .first_months = score_horizons[0],
                               .last_months = score_horizons[SCORE_HORIZONS - 1],
                               .to = s ? s->table.origin_count : 0};
}

/* False where the entrant, the series or the origins are not there. */
static bool range_of(const truce_scores *s, const truce_score_range *asked, size_t entrant,
                     score_range *range)
{
    if (!s || !asked || entrant >= s->table.entrant_count || asked->from > asked->to ||
        asked->to > s->table.origin_count ||
        (asked->observation != SIZE_MAX && asked->observation >= s->table.c->observation_count))
        return false;
    *range = (score_range){.first_months = asked->first_months,
                           .last_months = asked->last_months,
                           .from = asked->from,
                           .to = asked->to,
                           .headline = asked->observation == SIZE_MAX,
                           .observation = asked->observation};
    return true;
}

truce_score truce_scores_of(const truce_scores *s, const truce_score_range *asked, size_t entrant)
{
    score_range range;
    score_cell cell = {.count = 0};
    if (range_of(s, asked, entrant, &range))
        cell = score_cell_of(&s->table, &range, entrant);
    if (cell.count == 0)
        return (truce_score){.first = TRUCE_MONTH_NONE,
                             .last = TRUCE_MONTH_NONE,
                             .crps = NAN,
                             .spread = NAN,
                             .too_high = NAN,
                             .too_low = NAN,
                             .within_50 = NAN,
                             .within_90 = NAN,
                             .interval_50 = NAN,
                             .interval_90 = NAN,
                             .bias = NAN,
                             .log_score = NAN};
    return (truce_score){.count = cell.count,
                         .origins = cell.origins,
                         .first = cell.first,
                         .last = cell.last,
                         .crps = cell.crps,
                         .spread = cell.spread,
                         .too_high = cell.too_high,
                         .too_low = cell.too_low,
                         .within_50 = cell.within_50,
                         .within_90 = cell.within_90,
                         .interval_50 = cell.interval_50,
                         .interval_90 = cell.interval_90,
                         .bias = cell.bias,
                         .log_score = cell.log_score};
}

truce_skill truce_scores_compare(const truce_scores *s, const truce_score_range *asked, size_t entrant,
                                 size_t other)
{
    score_range range;
    if (!range_of(s, asked, entrant, &range) || other >= s->table.entrant_count)
        return (truce_skill){.ratio = NAN, .standard_error = NAN};
    score_skill skill = score_compare(&s->table, &range, entrant, other);
    return (truce_skill){skill.changes, skill.origins, skill.ratio, skill.standard_error};
}

double truce_scores_relative_skill(const truce_scores *s, const truce_score_range *asked, size_t entrant)
{
    score_range range;
    return range_of(s, asked, entrant, &range) ? score_relative_skill(&s->table, &range, entrant) : NAN;
}

size_t truce_scores_best_rival(const truce_scores *s, const truce_score_range *asked)
{
    score_range range;
    return range_of(s, asked, SCORE_MODEL, &range) ? score_best_rival(&s->table, &range) : SIZE_MAX;
}

truce_calibration truce_scores_calibration(const truce_scores *s, const truce_score_range *asked,
                                           size_t entrant)
{
    score_range range;
    truce_calibration told = {.chance = NAN};
    if (!range_of(s, asked, entrant, &range))
        return told;
    score_calibration c = score_calibrate(&s->table, &range, entrant);
    told.count = c.count;
    told.chance = c.chance;
    for (size_t i = 0; i < TRUCE_CALIBRATION_BINS; i++)
        told.bins[i] = c.bins[i];
    return told;
}

/* ---- One by one -------------------------------------------------------------------------------------- */

truce_prediction truce_scores_prediction(const truce_scores *s, size_t origin, size_t observation,
                                         size_t horizon, size_t entrant)
{
    truce_prediction told = {.observed = NAN, .crps = NAN, .pit = NAN};
    for (size_t q = 0; q < TRUCE_QUANTILES; q++)
        told.quantiles[q] = NAN;
    if (!s || origin >= s->table.origin_count || observation >= s->table.c->observation_count ||
        horizon >= SCORE_HORIZONS || entrant >= s->table.entrant_count)
        return told;
    const score_change *change = score_change_of(&s->table, origin, observation, horizon, entrant);
    told.made = change->forecast;
    told.observed = change->observed;
    for (size_t q = 0; q < TRUCE_QUANTILES && change->forecast; q++)
        told.quantiles[q] = sample_quantile(change->points, score_shown[q]);
    if (change->scored) {
        told.crps = change->score.crps;
        told.pit = sample_below(change->points, change->observed);
    }
    return told;
}

double truce_scores_weight(const truce_scores *s, size_t origin, size_t horizon, size_t member)
{
    double weights[SCORE_POOL_MOST];
    if (!s || origin > s->table.origin_count || horizon >= SCORE_HORIZONS || member >= s->table.member_count)
        return NAN;
    if (origin < s->table.origin_count)
        return s->table.weights[(origin * SCORE_HORIZONS + horizon) * s->table.member_count + member];
    score_pool_weights(&s->table, s->table.c->data_end, horizon, weights);
    return weights[member];
}

truce_evidence truce_scores_evidence(const truce_scores *s, size_t origin, size_t entrant)
{
    if (!s || origin >= s->table.origin_count || entrant >= s->table.member_count ||
        !s->table.entrants[entrant].c)
        return (truce_evidence){.logarithm = NAN, .standard_error = NAN};
    const score_evidence *e = &s->table.evidence[origin * s->table.entrant_count + entrant];
    return (truce_evidence){e->logarithm, e->standard_error, e->points};
}
