/* Requests of the page, which come as a list of numbers:
 *
 *     scenario, first member, members, seed,
 *     changes: how many, then for each element, kind, value, first, last, first and last of "mean of",
 *     priors:  how many, then for each parameter, kind, a, b, c, d
 *     terms of talks: 0, or 1 and whether the line is that of contact, the line or what is beyond it, guarantee, form (-1:
 *         none), share of the sanctions lifted; scenario that may come instead (-1: none), its probability
 *
 * Months are those of the horizon, from 0, and -1 is none. What comes from an address that somebody has sent is
 * as little to be trusted as a file: every number is checked. */
#include "web/session.h"

#include <math.h>
#include <string.h>

enum { MOST_CHANGES = 1000, MOST_PRIORS = 1000, MOST_MEMBERS = 100000 };

typedef struct reading_numbers {
    const double *numbers;
    size_t count, at;
    bool broken;
} reading_numbers;

static double next(reading_numbers *r)
{
    if (r->at >= r->count || !isfinite(r->numbers[r->at])) {
        r->broken = true;
        return 0;
    }
    return r->numbers[r->at++];
}

/* A whole number from least to most. */
static double whole(reading_numbers *r, double least, double most)
{
    double value = next(r);
    if (!(value >= least && value <= most) || value != floor(value)) {
        r->broken = true;
        return least;
    }
    return value;
}

static size_t counted(reading_numbers *r, size_t below)
{
    return (size_t)whole(r, 0, below ? (double)(below - 1) : 0);
}

static month month_of(const truce_case *c, reading_numbers *r)
{
    double value = whole(r, -1, c->stop - c->start);
    return value < 0 ? MONTH_NONE : c->start + (month)value;
}

static void read_change(const truce_case *c, reading_numbers *r, case_change *change)
{
    change->element = counted(r, c->model->element_count);
    change->variable = c->model->elements[change->element].name;
    change->kind = (enum change_kind)counted(r, CHANGE_MEAN_OF + 1);
    change->value = next(r);
    change->first = month_of(c, r);
    change->last = month_of(c, r);
    change->mean_first = change->mean_last = MONTH_NONE;
    double mean[2] = {whole(r, -12000, 12000), whole(r, -12000, 12000)};
    if (change->kind == CHANGE_MEAN_OF) {
        change->mean_first = c->start + (month)mean[0];
        change->mean_last = c->start + (month)mean[1];
    }
    const element *e = &c->model->elements[change->element];
    bool stock = e->kind == ELEMENT_STOCK;
    bool whole_horizon = change->kind == CHANGE_SET || change->kind == CHANGE_SCALE;
    if ((stock && !whole_horizon) || (!stock && (e->kind != ELEMENT_AUX || !e->equation)) ||
        (change->first != MONTH_NONE && change->last != MONTH_NONE && change->first > change->last))
        r->broken = true;
}

/* Means are of months that the data have. */
static bool has_mean(const truce_case *c, const case_change *change)
{
    for (size_t i = 0; i < c->series_count; i++) {
        const case_column *data = &c->series[i].data;
        if (c->series[i].element == change->element)
            return change->mean_first <= change->mean_last && change->mean_first >= data->first &&
                   change->mean_last < data->first + (month)data->count;
    }
    return false;
}

static bool read_prior(const truce_case *c, reading_numbers *r, web_prior *p)
{
    p->parameter = counted(r, c->parameter_count);
    p->prior = (truce_distribution){.kind = (truce_distribution_kind)counted(r, TRUCE_TRIANGULAR + 1),
                                    .a = next(r),
                                    .b = next(r),
                                    .c = next(r),
                                    .d = next(r),
                                    .scale = 1};
    return !r->broken && p->parameter < c->parameter_count &&
           truce_distribution_check(&p->prior, NULL) == TRUCE_OK;
}

static bool read_lists(const web_session *s, reading_numbers *r, case_change *changes, size_t change_count,
                       web_prior *priors, size_t *prior_count)
{
    for (size_t i = 0; i < change_count && !r->broken; i++) {
        read_change(s->c, r, &changes[i]);
        if (changes[i].kind == CHANGE_MEAN_OF && !has_mean(s->c, &changes[i]))
            r->broken = true;
    }
    *prior_count = counted(r, MOST_PRIORS);
    for (size_t i = 0; i < *prior_count && !r->broken; i++)
        if (!read_prior(s->c, r, &priors[i]))
            r->broken = true;
    return !r->broken;
}

static double share(reading_numbers *r)
{
    double value = next(r);
    r->broken = r->broken || !(value >= 0 && value <= 1);
    return value;
}

/* Of a number that may be -1. */
static size_t index_or_none(reading_numbers *r, size_t below)
{
    double value = whole(r, -1, (double)below - 1);
    return value < 0 ? SIZE_MAX : (size_t)value;
}

static void read_terms(const truce_case *c, reading_numbers *r, web_terms *terms)
{
    const case_talks *k = c->talks;
    if (!k) {
        r->broken = true;
        return;
    }
    bool contact = counted(r, 2) == 1;
    double at = next(r);
    *terms = (web_terms){.deal = {.name = "yours",
                                  .title = "Yours",
                                  .contact = contact,
                                  .line = contact ? 0 : at,
                                  .beyond = contact ? at : 0,
                                  .at = {c->path, 1}}};
    terms->deal.guarantee = counted(r, k->guarantee_count);
    terms->deal.form = index_or_none(r, k->form_count);
    terms->deal.relief = share(r);
    terms->branch = index_or_none(r, c->scenario_count);
    terms->probability = share(r);
}

truce_status session_read(const web_session *s, const double *numbers, size_t count, arena *memory,
                          web_request *request, truce_error *error)
{
    reading_numbers r = {numbers, count, 0, false};
    *request = (web_request){.scenario = counted(&r, s->c->scenario_count),
                             .first = (size_t)whole(&r, 0, 1e9),
                             .members = (size_t)whole(&r, 1, MOST_MEMBERS),
                             .seed = (uint64_t)whole(&r, 0, 0x1p53)};
    request->change_count = counted(&r, MOST_CHANGES);
    case_change *changes = arena_array(memory, request->change_count + 1, sizeof *changes);
    web_prior *priors = arena_array(memory, MOST_PRIORS, sizeof *priors);
    web_terms *terms = arena_alloc(memory, sizeof *terms);
    if (!changes || !priors || !terms)
        return error_memory(error);
    bool read = read_lists(s, &r, changes, request->change_count, priors, &request->prior_count);
    bool has_terms = read && counted(&r, 2) == 1;
    if (has_terms)
        read_terms(s->c, &r, terms);
    if (!read || r.broken || r.at != count)
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0,
                         "number %zu of the request is not one the case knows", r.at + 1);
    request->changes = changes;
    request->priors = priors;
    request->terms = has_terms ? terms : NULL;
    return TRUCE_OK;
}
