/* See talks_answer.h. Talks are computed on draws of the fit; priors that the reader moved are those of the view,
 * but for draws that the fit gives. */
#include "web/talks_answer.h"
#include "base/json.h"
#include "talks/talks.h"

static void put_band(json *t, const char *key, const talks_band *band, bool turned)
{
    json_open(t, key, '[');
    for (int i = 0; i < TALKS_BAND; i++)
        json_number(t, NULL, turned ? 1 - band->quantiles[TALKS_BAND - 1 - i] : band->quantiles[i]);
    json_close(t, ']');
}

static void put_months(const truce_case *c, const talks_result *r, json *t)
{
    json_open(t, "months", '[');
    for (size_t j = 0; j < r->month_count; j++) {
        const talks_month *m = &r->months[j];
        json_open(t, NULL, '{');
        json_number(t, "month", m->month - c->start);
        put_band(t, "position", &m->point, true); /* of the defender */
        json_number(t, "placed", m->placed);
        json_number(t, "zone", m->zone);
        json_number(t, "struck", m->struck);
        json_number(t, "war", m->at_war);
        json_close(t, '}');
    }
    json_close(t, ']');
}

static void put_deals(const truce_case *c, const talks_result *r, json *t)
{
    const talks_month *now = &r->months[r->answers.now];
    json_open(t, "deals", '[');
    for (size_t d = 0; d < r->deal_count; d++) {
        const talks_offer *o = &now->offers[d];
        json_open(t, NULL, '{');
        json_string(t, "name", c->talks->deals[d].name);
        json_number(t, "defender", o->accepted[CASE_DEFENDER]);
        json_number(t, "attacker", o->accepted[CASE_ATTACKER]);
        json_number(t, "both", o->accepted_by_both);
        json_open(t, "peace", '[');
        for (int y = 0; y < TALKS_YEARS; y++)
            json_number(t, NULL, 1 - o->resumed[y]);
        json_close(t, ']');
        json_close(t, '}');
    }
    json_close(t, ']');
}

static void put_answers(const talks_result *r, json *t)
{
    const talks_answers *a = &r->answers;
    json_number(t, "now", (double)a->now);
    json_number(t, "ahead", (double)a->ahead);
    json_number(t, "noDeal", a->no_deal);
    json_open(t, "obstacles", '[');
    for (int i = 0; i < TALKS_OBSTACLES; i++)
        json_number(t, NULL, a->obstacle[i].mean);
    json_number(t, NULL, a->rest.mean);
    json_close(t, ']');
    json_open(t, "dates", '[');
    for (size_t i = 0; i < a->date_count; i++) {
        const talks_date *d = &a->dates[i];
        json_open(t, NULL, '{');
        json_number(t, "months", d->months);
        json_number(t, "mean", d->mean);
        json_number(t, "low", d->low);
        json_number(t, "high", d->high);
        json_number(t, "base", d->base);
        json_close(t, '}');
    }
    json_close(t, ']');
    json_open(t, "years", '[');
    for (int y = 0; y < TALKS_YEARS; y++)
        json_number(t, NULL, talks_years[y]);
    json_close(t, ']');
}

static void keep_record(web_session *s, const web_request *request, talks_result *result)
{
    talks_record_free(&s->record);
    s->record = result->record;
    s->record_seed = request->seed;
    result->record = (talks_record){0};
}

/* The record of the first scenario, at the terms of the case, weighs the members of all others as long as nobody moves a
 * prior. */
static truce_status find_record(web_session *s, const web_request *request, const talks_options *options,
                                truce_error *error)
{
    talks_options o = *options;
    talks_result result = {0};
    if (s->record.weights && s->record.members == request->members && s->record_seed == request->seed)
        return TRUCE_OK;
    o.scenario = 0;
    o.branch = SIZE_MAX;
    truce_status status = talks_run(s->c, &o, &result, error);
    if (status == TRUCE_OK)
        keep_record(s, request, &result);
    talks_free(&result);
    return status;
}

static truce_status run_talks(web_session *s, const truce_case *view, const web_request *request,
                              const talks_options *options, talks_result *result, truce_error *error)
{
    talks_options o = *options;
    bool at_rest = o.scenario == 0 && !request->terms && request->prior_count == 0;
    if (!at_rest && request->prior_count == 0 && view->talks && view->talks->has_record) {
        TRY(find_record(s, request, options, error));
        o.record = &s->record;
    }
    TRY(talks_run(view, &o, result, error));
    if (at_rest && result->record.weights)
        keep_record(s, request, result);
    return TRUCE_OK;
}

/* How many equally weighted futures the result is of: by its own record, or by that of the first scenario. */
static double effective_of(const web_session *s, const web_request *request, const talks_result *result)
{
    return result->record.weights                           ? result->record.effective
           : s->record.weights && request->prior_count == 0 ? s->record.effective
                                                            : (double)request->members;
}

truce_status talks_answer(web_session *s, const web_request *request, unsigned degree, text *out,
                          truce_error *error)
{
    json writer = {.out = out}, *j = &writer;
    arena memory = {0};
    truce_case view;
    talks_result result = {0};
    talks_options o = talks_default_options();
    truce_status status = session_view(s, request, &memory, &view, error);
    o.scenario = request->change_count || request->prior_count ? s->c->scenario_count : request->scenario;
    if (request->terms && request->terms->branch != SIZE_MAX) {
        o.branch = request->terms->branch;
        o.branch_probability = request->terms->probability;
    }
    o.fit = s->fit;
    o.degree = degree;
    o.run.members = request->members;
    o.run.seed = request->seed;
    o.run.engine = TRUCE_ENGINE_INTERPRETER;
    if (status == TRUCE_OK)
        status = run_talks(s, &view, request, &o, &result, error);
    if (status == TRUCE_OK) {
        json_open(j, NULL, '{');
        json_number(j, "members", (double)request->members);
        json_number(j, "effective", effective_of(s, request, &result));
        json_number(j, "deal", view.talks ? (double)view.talks->reference : 0);
        put_months(&view, &result, j);
        put_deals(&view, &result, j);
        put_answers(&result, j);
        json_close(j, '}');
        status = out->failed ? error_memory(error) : TRUCE_OK;
    }
    talks_free(&result);
    arena_free(&memory);
    return status;
}
