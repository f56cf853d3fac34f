/* See describe.h. */
#include "web/describe.h"
#include "base/json.h"
#include "fit/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Parts ------------------------------------------------------------------------------------------- */

static void put_source(const truce_case *c, const char *source, json *t)
{
    const case_source *found = source ? case_find_source(c, source) : NULL;
    json_string(t, "source", found ? found->text : source);
    if (found && found->url)
        json_string(t, "url", found->url);
}

/* Names of the periods of the horizon, for readers and as files write them. */
static void put_dates(const truce_case *c, size_t months, json *t)
{
    char name[64];
    json_open(t, "names", '[');
    for (size_t i = 0; i < months; i++) {
        month_name(c->start + (month)i, name);
        json_string(t, NULL, name);
    }
    json_close(t, ']');
    json_open(t, "dates", '[');
    for (size_t i = 0; i < months; i++) {
        month_iso(c->start + (month)i, name);
        json_string(t, NULL, name);
    }
    json_close(t, ']');
}

static void put_head(const web_description *d, json *t)
{
    const truce_case *c = d->c;
    char hash[20];
    json_number(t, "version", 1);
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)d->hash);
    json_string(t, "hash", hash);
    json_string(t, "truce", truce_version());
    json_string(t, "title", c->title);
    json_string(t, "description", c->description);
    json_number(t, "months", (double)d->known->months);
    json_number(t, "time", c->time_start);
    json_number(t, "data", (double)d->known->data_months);
    put_dates(c, d->known->months, t);
    json_number(t, "seed", (double)d->seed);
    json_number(t, "members", (double)d->members);
    json_bool(t, "fitted", d->fit != NULL);
    if (d->fit) {
        json_string(t, "until", d->fit->until);
        json_number(t, "draws", (double)d->fit->count);
    }
}

static void put_quantities(const web_description *d, json *t)
{
    const case_results *r = d->known;
    json_open(t, "quantities", '[');
    for (size_t i = 0; i < r->quantity_count; i++) {
        const quantity *q = &r->quantities[i];
        const element *e = &r->c->model->elements[q->elements[0]];
        json_open(t, NULL, '{');
        json_string(t, "title", q->title);
        json_string(t, "label", q->label);
        json_string(t, "units", q->units);
        json_string(t, "section", case_section_title(r->c, q->section));
        json_number(t, "output", q->output ? (double)(q->output - r->c->outputs) : -1);
        json_number(t, "side", q->side);
        json_bool(t, "change", q->change);
        json_bool(t, "both", q->both);
        json_bool(t, "chart", quantity_is_key(r, i));
        json_bool(t, "front", i == r->front_level || i == r->front_change);
        json_number(t, "variable", (double)e->variable);
        json_number(t, "scale", q->scale);
        json_number(t, "offset", q->offset);
        json_close(t, '}');
    }
    json_close(t, ']');
}

static void put_scenarios(const truce_case *c, json *t)
{
    json_open(t, "scenarios", '[');
    for (size_t i = 0; i < c->scenario_count; i++) {
        const case_scenario *s = &c->scenarios[i];
        json_open(t, NULL, '{');
        json_string(t, "name", s->name);
        json_string(t, "title", s->title);
        json_string(t, "note", s->note);
        json_close(t, '}');
    }
    json_close(t, ']');
}

/* ---- Levers ------------------------------------------------------------------------------------------ */

/* How much of the prior variance of what its effect rests on the data have taken away: the mean over these
 * parameters, NaN without a fit. */
static double learned_share(const web_description *d, const case_control *k)
{
    double sum = 0;
    if (!d->fit || !d->fit->diagnoses || !k->rests_count)
        return NAN;
    for (size_t i = 0; i < k->rests_count; i++) {
        size_t j = fit_parameter(d->fit, d->c->parameters[k->rests_on[i]].name);
        double gone = j == SIZE_MAX ? 0 : d->fit->diagnoses[j].contraction;
        sum += gone > 0 ? gone : 0;
    }
    return sum / (double)k->rests_count;
}

static void put_end(json *t, const char *key, month m, size_t by, const truce_case *c)
{
    if (by != SIZE_MAX)
        json_string(t, key, c->controls[by].name);
    else if (m != MONTH_NONE)
        json_number(t, key, m - c->start);
}

/* Those of dates count from the first month of the horizon. */
static void put_setting(const truce_case *c, const case_control *k, const char *key, double value, json *t)
{
    json_number(t, key, k->date ? value - c->time_start : value);
}

static void put_lever(const web_description *d, const case_control *k, json *t)
{
    const truce_case *c = d->c;
    static const char *const kinds[] = {[CHANGE_SET] = "set",
                                        [CHANGE_SCALE] = "scale",
                                        [CHANGE_VALUE] = "value",
                                        [CHANGE_MULTIPLY] = "multiply",
                                        [CHANGE_ADD] = "add"};
    json_open(t, NULL, '{');
    json_string(t, "name", k->name);
    json_string(t, "title", k->title);
    json_string(t, "group", k->group);
    json_string(t, "units", k->date ? "" : k->units);
    json_string(t, "note", k->note);
    put_source(c, k->source, t);
    json_string(t, "variable", k->variable);
    json_string(t, "kind", kinds[k->kind]);
    json_bool(t, "date", k->date);
    put_setting(c, k, "least", k->least, t);
    put_setting(c, k, "greatest", k->greatest, t);
    json_number(t, "step", k->step);
    put_setting(c, k, "rest", k->rest, t);
    put_end(t, "from", k->first, k->first_by, c);
    put_end(t, "to", k->last, k->last_by, c);
    if (k->with != SIZE_MAX)
        json_string(t, "with", c->controls[k->with].name);
    json_open(t, "elements", '[');
    for (size_t i = 0; i < k->element_count; i++)
        json_number(t, NULL, (double)k->elements[i]);
    json_close(t, ']');
    json_open(t, "rests", '[');
    for (size_t i = 0; i < k->rests_count; i++)
        json_number(t, NULL, (double)k->rests_on[i]);
    json_close(t, ']');
    json_number(t, "learned", learned_share(d, k));
    json_close(t, '}');
}

static void put_levers(const web_description *d, json *t)
{
    json_open(t, "levers", '[');
    for (size_t i = 0; i < d->c->control_count; i++)
        put_lever(d, &d->c->controls[i], t);
    json_close(t, ']');
}

/* ---- Assumptions ------------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* A parameter's draws in ascending order, to be freed; NULL where the fit has none, or out of memory. */
static double *sorted_draws(const truce_fit *f, const char *name, json *t)
{
    size_t j = f ? fit_parameter(f, name) : SIZE_MAX;
    double *sorted = j == SIZE_MAX ? NULL : malloc(f->count * sizeof *sorted);
    t->out->failed = t->out->failed || (j != SIZE_MAX && !sorted);
    if (!sorted)
        return NULL;
    memcpy(sorted, f->values + j * f->count, f->count * sizeof *sorted);
    qsort(sorted, f->count, sizeof *sorted, ascending);
    return sorted;
}

static void put_posterior(const truce_fit *f, const char *name, json *t)
{
    double *sorted = sorted_draws(f, name, t);
    if (!sorted)
        return;
    json_open(t, "posterior", '[');
    json_number(t, NULL, sorted[f->count / 20]);
    json_number(t, NULL, sorted[f->count / 2]);
    json_number(t, NULL, sorted[f->count - 1 - f->count / 20]);
    json_close(t, ']');
    free(sorted);
}

static void put_parameter(const web_description *d, const case_parameter *p, json *t)
{
    static const double probabilities[] = {0.05, 0.5, 0.95};
    json_open(t, NULL, '{');
    json_string(t, "name", p->name);
    json_string(t, "units", p->units);
    json_bool(t, "judgement", p->judgement);
    json_bool(t, "date", p->date);
    json_string(t, "note", p->note);
    put_source(d->c, p->source, t);
    if (p->element != SIZE_MAX)
        json_number(t, "variable", (double)d->c->model->elements[p->element].variable);
    json_open(t, "prior", '[');
    const double numbers[] = {p->prior.kind, p->prior.a, p->prior.b, p->prior.c, p->prior.d};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        json_number(t, NULL, numbers[i]);
    json_close(t, ']');
    json_open(t, "range", '[');
    for (size_t i = 0; i < sizeof probabilities / sizeof *probabilities; i++)
        json_number(t, NULL,
                    p->prior.kind == TRUCE_FIXED ? p->prior.a
                                                 : truce_distribution_quantile(&p->prior, probabilities[i]));
    json_close(t, ']');
    put_posterior(d->fit, p->name, t);
    json_close(t, '}');
}

static void put_parameters(const web_description *d, json *t)
{
    json_open(t, "parameters", '[');
    for (size_t i = 0; i < d->c->parameter_count; i++)
        put_parameter(d, &d->c->parameters[i], t);
    json_close(t, ']');
}

/* ---- The model: why a number is what it is ------------------------------------------------------------ */

static void put_related(const truce_model *m, size_t variable, const char *key, json *t)
{
    size_t count = truce_model_inputs(m, variable, NULL, 0);
    size_t *found = calloc(count + 1, sizeof *found);
    t->out->failed = t->out->failed || !found;
    json_open(t, key, '[');
    if (found)
        truce_model_inputs(m, variable, found, count);
    for (size_t i = 0; found && i < count; i++)
        json_number(t, NULL, (double)found[i]);
    json_close(t, ']');
    free(found);
}

static void put_equations(const truce_model *m, const truce_variable *v, json *t)
{
    json_open(t, "equations", '[');
    if (*v->equation)
        json_string(t, NULL, v->equation);
    for (size_t i = 0; !*v->equation && i < v->element_count; i++) {
        text line = {0};
        text_print(&line, "%s = %s", truce_model_element_name(m, v->first_element + i),
                   truce_model_element_equation(m, v->first_element + i));
        json_string(t, NULL, line.bytes ? line.bytes : "");
        t->out->failed = t->out->failed || line.failed;
        text_free(&line);
    }
    json_close(t, ']');
}

static void put_variables(const truce_model *m, json *t)
{
    static const char *const kinds[] = {"stock", "flow", "auxiliary"};
    json_open(t, "variables", '[');
    for (size_t i = 0; i < truce_model_variable_count(m); i++) {
        const truce_variable *v = truce_model_variable(m, i);
        const char *slash = strrchr(v->file, '/');
        json_open(t, NULL, '{');
        json_string(t, "name", v->name);
        json_string(t, "kind", kinds[v->kind]);
        json_string(t, "units", v->units);
        json_string(t, "doc", v->doc);
        json_string(t, "group", v->group);
        put_equations(m, v, t);
        put_related(m, i, "inputs", t);
        json_string(t, "file", slash ? slash + 1 : v->file);
        json_number(t, "line", v->line);
        json_close(t, '}');
    }
    json_close(t, ']');
}

/* ---- What was observed -------------------------------------------------------------------------------- */

/* The median of a scale or offset: of the fit where there is one, else of the prior. */
static double median_of(const web_description *d, size_t parameter, double otherwise, json *t)
{
    if (parameter == SIZE_MAX)
        return otherwise;
    const case_parameter *p = &d->c->parameters[parameter];
    double *sorted = sorted_draws(d->fit, p->name, t);
    double median = sorted ? sorted[d->fit->count / 2] : truce_distribution_quantile(&p->prior, 0.5);
    free(sorted);
    return median;
}

/* The quantities that show what it observes: a change is a change over the month. */
static void put_shown(const web_description *d, const case_observation *o, json *t)
{
    json_open(t, "shows", '[');
    for (size_t i = 0; i < d->known->quantity_count; i++) {
        const quantity *q = &d->known->quantities[i];
        if (q->element_count == 1 && q->elements[0] == o->element && q->change == o->change)
            json_number(t, NULL, (double)i);
    }
    json_close(t, ']');
}

static void put_observation(const web_description *d, const case_observation *o, json *t)
{
    json_open(t, NULL, '{');
    json_string(t, "title", o->title);
    json_string(t, "issues", o->issues);
    put_source(d->c, o->source, t);
    json_number(t, "scale", median_of(d, o->scale, 1, t));
    json_number(t, "offset", median_of(d, o->offset, 0, t));
    json_bool(t, "moved", o->scale != SIZE_MAX || o->offset != SIZE_MAX);
    put_shown(d, o, t);
    json_open(t, "values", '[');
    for (size_t m = 0; m < d->known->data_months; m++)
        json_number(t, NULL, observed_in(d->known, o, m));
    json_close(t, ']');
    json_close(t, '}');
}

static void put_observations(const web_description *d, json *t)
{
    json_open(t, "observations", '[');
    for (size_t i = 0; i < d->c->observation_count; i++)
        put_observation(d, &d->c->observations[i], t);
    json_close(t, ']');
    json_open(t, "events", '[');
    for (size_t i = 0; i < d->c->event_count; i++) {
        json_open(t, NULL, '{');
        json_number(t, "month", d->c->events[i].at_month - d->c->start);
        json_string(t, "label", d->c->events[i].label);
        json_close(t, '}');
    }
    json_close(t, ']');
}

/* ---- How far to trust it ------------------------------------------------------------------------------- */

static void put_finding(const case_results *r, truce_finding kind, size_t index, const char *key, json *t)
{
    char *sentence = NULL;
    if (truce_results_finding(r, kind, index, &sentence, NULL) != TRUCE_OK)
        t->out->failed = true;
    else if (key || *sentence)
        json_string(t, key, sentence);
    truce_text_free(sentence);
}

static void put_trust(const web_description *d, json *t)
{
    put_finding(d->known, TRUCE_FINDING_WEAKNESS, 0, "weakness", t);
    json_open(t, "record", '[');
    for (size_t i = 0; i < d->c->observation_count; i++)
        put_finding(d->known, TRUCE_FINDING_OBSERVATION, i, NULL, t);
    json_close(t, ']');
}

/* ---- Talks --------------------------------------------------------------------------------------------- */

static void put_deal(const case_deal *d, json *t)
{
    json_open(t, NULL, '{');
    json_string(t, "name", d->name);
    json_string(t, "title", d->title);
    json_string(t, "note", d->note);
    json_bool(t, "contact", d->contact);
    json_number(t, "line", d->line);
    json_number(t, "beyond", d->beyond);
    json_number(t, "guarantee", (double)d->guarantee);
    json_number(t, "form", d->form == SIZE_MAX ? -1 : (double)d->form);
    json_number(t, "relief", d->relief);
    json_close(t, '}');
}

static void put_term(const truce_case *c, const char *name, const char *title, const char *note,
                     const char *source, json *t)
{
    json_open(t, NULL, '{');
    json_string(t, "name", name);
    json_string(t, "title", title);
    json_string(t, "note", note);
    put_source(c, source, t);
    json_close(t, '}');
}

static void put_terms(const truce_case *c, json *t)
{
    const case_talks *k = c->talks;
    json_open(t, "deals", '[');
    for (size_t i = 0; i < k->deal_count; i++)
        put_deal(&k->deals[i], t);
    json_close(t, ']');
    json_open(t, "guarantees", '[');
    for (size_t i = 0; i < k->guarantee_count; i++)
        put_term(c, k->guarantees[i].name, k->guarantees[i].title, k->guarantees[i].note,
                 k->guarantees[i].source, t);
    json_close(t, ']');
    json_open(t, "forms", '[');
    for (size_t i = 0; i < k->form_count; i++)
        put_term(c, k->forms[i].name, k->forms[i].title, k->forms[i].note, k->forms[i].source, t);
    json_close(t, ']');
}

static void put_talks(const truce_case *c, json *t)
{
    const case_talks *k = c->talks;
    if (!k)
        return;
    json_open(t, "talks", '{');
    json_string(t, "defender", case_display_name(c, "defender"));
    json_string(t, "attacker", case_display_name(c, "attacker"));
    json_number(t, "reference", (double)k->reference);
    put_terms(c, t);
    json_open(t, "line", '{');
    json_string(t, "title", c->model->elements[k->line].name);
    json_string(t, "units", element_units(c->model, k->line));
    json_open(t, "wanted", '[');
    json_number(t, NULL, k->wanted[CASE_DEFENDER]);
    json_number(t, NULL, k->wanted[CASE_ATTACKER]);
    json_close(t, ']');
    json_close(t, '}');
    if (k->base_rate)
        json_string(t, "baseRate", k->base_rate->source);
    json_close(t, '}');
}

bool describe_case(const web_description *d, text *out)
{
    json writer = {.out = out}, *j = &writer;
    json_open(j, NULL, '{');
    put_head(d, j);
    put_quantities(d, j);
    put_scenarios(d->c, j);
    put_levers(d, j);
    put_parameters(d, j);
    put_variables(d->c->model, j);
    put_observations(d, j);
    put_trust(d, j);
    put_talks(d->c, j);
    json_close(j, '}');
    return !out->failed;
}
