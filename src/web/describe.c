/* See describe.h. */
#include "web/describe.h"
#include "fit/fit.h"
#include "web/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Parts ------------------------------------------------------------------------------------------- */

static void put_source(const truce_case *c, const char *source, text *t)
{
    const case_source *found = source ? case_find_source(c, source) : NULL;
    json_text(t, "source", found ? found->text : source);
    if (found && found->url)
        json_text(t, "url", found->url);
}

static void put_head(const web_description *d, text *t)
{
    const truce_case *c = d->c;
    char iso[16], hash[20];
    json_number(t, "version", 1);
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)d->hash);
    json_text(t, "hash", hash);
    json_text(t, "truce", truce_version());
    json_text(t, "title", c->title);
    json_text(t, "description", c->description);
    month_iso(c->start, iso);
    json_text(t, "start", iso);
    json_number(t, "months", (double)d->known->months);
    json_number(t, "data", (double)d->known->data_months);
    json_number(t, "seed", (double)d->seed);
    json_number(t, "members", (double)d->members);
    json_flag(t, "fitted", d->fit != NULL);
    if (d->fit) {
        json_text(t, "until", d->fit->until);
        json_number(t, "draws", (double)d->fit->count);
    }
    json_text(t, "gains", c->front_gains);
    json_text(t, "loses", c->front_loses);
}

static void put_quantities(const web_description *d, text *t)
{
    const case_results *r = d->known;
    json_open(t, "quantities", '[');
    for (size_t i = 0; i < r->quantity_count; i++) {
        const quantity *q = &r->quantities[i];
        const element *e = &r->c->model->elements[q->elements[0]];
        json_open(t, NULL, '{');
        json_text(t, "title", q->title);
        json_text(t, "label", q->label);
        json_text(t, "units", q->units);
        json_text(t, "section", case_section_name(q->section));
        json_number(t, "output", q->output ? (double)(q->output - r->c->outputs) : -1);
        json_number(t, "side", q->side);
        json_flag(t, "change", q->change);
        json_flag(t, "both", q->both);
        json_flag(t, "chart", quantity_is_key(r, i));
        json_flag(t, "front", i == r->front_level || i == r->front_change);
        json_text(t, "element", e->name);
        json_number(t, "variable", (double)e->variable);
        json_number(t, "scale", q->scale);
        json_close(t, '}');
    }
    json_close(t, ']');
}

static void put_changes(const case_scenario *s, const truce_case *c, text *t)
{
    json_open(t, "changes", '[');
    for (size_t i = 0; i < s->change_count; i++) {
        const case_change *x = &s->changes[i];
        json_open(t, NULL, '[');
        json_number(t, NULL, (double)x->element);
        json_number(t, NULL, x->kind);
        json_number(t, NULL, x->value);
        json_number(t, NULL, x->first == MONTH_NONE ? -1 : x->first - c->start);
        json_number(t, NULL, x->last == MONTH_NONE ? -1 : x->last - c->start);
        json_close(t, ']');
    }
    json_close(t, ']');
}

static void put_scenarios(const truce_case *c, text *t)
{
    json_open(t, "scenarios", '[');
    for (size_t i = 0; i < c->scenario_count; i++) {
        const case_scenario *s = &c->scenarios[i];
        json_open(t, NULL, '{');
        json_text(t, "name", s->name);
        json_text(t, "title", s->title);
        json_text(t, "note", s->note);
        json_number(t, "base", s->base == SIZE_MAX ? -1 : (double)s->base);
        put_changes(s, c, t);
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

static void put_end(text *t, const char *key, month m, size_t by, const truce_case *c)
{
    if (by != SIZE_MAX)
        json_text(t, key, c->controls[by].name);
    else if (m != MONTH_NONE)
        json_number(t, key, m - c->start);
}

static void put_lever(const web_description *d, const case_control *k, text *t)
{
    const truce_case *c = d->c;
    static const char *const kinds[] = {
        [CHANGE_SET] = "set", [CHANGE_SCALE] = "scale", [CHANGE_VALUE] = "value",
        [CHANGE_MULTIPLY] = "multiply", [CHANGE_ADD] = "add"};
    json_open(t, NULL, '{');
    json_text(t, "name", k->name);
    json_text(t, "title", k->title);
    json_text(t, "group", k->group);
    json_text(t, "units", k->date ? "" : k->units);
    json_text(t, "note", k->note);
    put_source(c, k->source, t);
    json_text(t, "variable", k->variable);
    json_text(t, "kind", kinds[k->kind]);
    json_flag(t, "date", k->date);
    json_number(t, "least", k->least);
    json_number(t, "greatest", k->greatest);
    json_number(t, "step", k->step);
    json_number(t, "rest", k->rest);
    put_end(t, "from", k->first, k->first_by, c);
    put_end(t, "to", k->last, k->last_by, c);
    if (k->with != SIZE_MAX)
        json_text(t, "with", c->controls[k->with].name);
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

static void put_levers(const web_description *d, text *t)
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

static void put_posterior(const truce_fit *f, const char *name, text *t)
{
    size_t j = f ? fit_parameter(f, name) : SIZE_MAX;
    if (j == SIZE_MAX)
        return;
    double *sorted = malloc(f->count * sizeof *sorted);
    t->failed = t->failed || !sorted;
    if (!sorted)
        return;
    memcpy(sorted, f->values + j * f->count, f->count * sizeof *sorted);
    qsort(sorted, f->count, sizeof *sorted, ascending);
    json_open(t, "posterior", '[');
    json_number(t, NULL, sorted[f->count / 20]);
    json_number(t, NULL, sorted[f->count / 2]);
    json_number(t, NULL, sorted[f->count - 1 - f->count / 20]);
    json_close(t, ']');
    free(sorted);
    if (f->diagnoses)
        json_number(t, "learned", f->diagnoses[j].contraction);
}

static void put_parameter(const web_description *d, const case_parameter *p, text *t)
{
    static const double probabilities[] = {0.05, 0.5, 0.95};
    json_open(t, NULL, '{');
    json_text(t, "name", p->name);
    json_text(t, "units", p->units);
    json_flag(t, "judgement", p->judgement);
    json_flag(t, "date", p->date);
    json_text(t, "note", p->note);
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
        json_number(t, NULL, p->prior.kind == TRUCE_FIXED
                                 ? p->prior.a
                                 : truce_distribution_quantile(&p->prior, probabilities[i]));
    json_close(t, ']');
    put_posterior(d->fit, p->name, t);
    json_close(t, '}');
}

static void put_parameters(const web_description *d, text *t)
{
    json_open(t, "parameters", '[');
    for (size_t i = 0; i < d->c->parameter_count; i++)
        put_parameter(d, &d->c->parameters[i], t);
    json_close(t, ']');
}

/* ---- The model: why a number is what it is ------------------------------------------------------------ */

static void put_related(const truce_model *m, size_t variable, const char *key, text *t)
{
    size_t count = truce_model_inputs(m, variable, NULL, 0);
    size_t *found = calloc(count + 1, sizeof *found);
    t->failed = t->failed || !found;
    json_open(t, key, '[');
    if (found)
        truce_model_inputs(m, variable, found, count);
    for (size_t i = 0; found && i < count; i++)
        json_number(t, NULL, (double)found[i]);
    json_close(t, ']');
    free(found);
}

static void put_equations(const truce_model *m, const truce_variable *v, text *t)
{
    json_open(t, "equations", '[');
    if (*v->equation)
        json_text(t, NULL, v->equation);
    for (size_t i = 0; !*v->equation && i < v->element_count; i++) {
        text line = {0};
        text_print(&line, "%s = %s", truce_model_element_name(m, v->first_element + i),
                   truce_model_element_equation(m, v->first_element + i));
        json_text(t, NULL, line.bytes ? line.bytes : "");
        t->failed = t->failed || line.failed;
        text_free(&line);
    }
    json_close(t, ']');
}

static void put_variables(const truce_model *m, text *t)
{
    static const char *const kinds[] = {"stock", "flow", "auxiliary"};
    json_open(t, "variables", '[');
    for (size_t i = 0; i < truce_model_variable_count(m); i++) {
        const truce_variable *v = truce_model_variable(m, i);
        const char *slash = strrchr(v->file, '/');
        json_open(t, NULL, '{');
        json_text(t, "name", v->name);
        json_text(t, "kind", kinds[v->kind]);
        json_text(t, "units", v->units);
        json_text(t, "doc", v->doc);
        json_text(t, "group", v->group);
        put_equations(m, v, t);
        put_related(m, i, "inputs", t);
        json_text(t, "file", slash ? slash + 1 : v->file);
        json_number(t, "line", v->line);
        json_close(t, '}');
    }
    json_close(t, ']');
}

/* ---- What was observed -------------------------------------------------------------------------------- */

/* The middle of what is known of a scale or offset: of the fit where there is one, else of the prior. */
static double middle(const web_description *d, size_t parameter, double otherwise)
{
    if (parameter == SIZE_MAX)
        return otherwise;
    const case_parameter *p = &d->c->parameters[parameter];
    size_t j = d->fit ? fit_parameter(d->fit, p->name) : SIZE_MAX;
    double sum = 0;
    if (j == SIZE_MAX)
        return truce_distribution_quantile(&p->prior, 0.5);
    for (size_t i = 0; i < d->fit->count; i++)
        sum += d->fit->values[j * d->fit->count + i];
    return sum / (double)d->fit->count;
}

/* The quantities that show what it observes: a change is a change over the month. */
static void put_shown(const web_description *d, const case_observation *o, text *t)
{
    json_open(t, "shows", '[');
    for (size_t i = 0; i < d->known->quantity_count; i++) {
        const quantity *q = &d->known->quantities[i];
        if (q->element_count == 1 && q->elements[0] == o->element && q->change == o->change)
            json_number(t, NULL, (double)i);
    }
    json_close(t, ']');
}

static void put_observation(const web_description *d, const case_observation *o, text *t)
{
    json_open(t, NULL, '{');
    json_text(t, "title", o->title);
    json_text(t, "issues", o->issues);
    put_source(d->c, o->source, t);
    json_number(t, "scale", middle(d, o->scale, 1));
    json_number(t, "offset", middle(d, o->offset, 0));
    json_flag(t, "moved", o->scale != SIZE_MAX || o->offset != SIZE_MAX);
    put_shown(d, o, t);
    json_open(t, "values", '[');
    for (size_t m = 0; m < d->known->data_months; m++)
        json_number(t, NULL, observed_in(d->known, o, m));
    json_close(t, ']');
    json_close(t, '}');
}

static void put_observations(const web_description *d, text *t)
{
    json_open(t, "observations", '[');
    for (size_t i = 0; i < d->c->observation_count; i++)
        put_observation(d, &d->c->observations[i], t);
    json_close(t, ']');
    json_open(t, "events", '[');
    for (size_t i = 0; i < d->c->event_count; i++) {
        json_open(t, NULL, '{');
        json_number(t, "month", d->c->events[i].at_month - d->c->start);
        json_text(t, "label", d->c->events[i].label);
        json_close(t, '}');
    }
    json_close(t, ']');
}

/* ---- How far to trust it ------------------------------------------------------------------------------- */

static void put_finding(const case_results *r, truce_finding kind, size_t index, const char *key, text *t)
{
    char *sentence = NULL;
    if (truce_results_finding(r, kind, index, &sentence, NULL) != TRUCE_OK)
        t->failed = true;
    else if (key || *sentence)
        json_text(t, key, sentence);
    truce_text_free(sentence);
}

static void put_trust(const web_description *d, text *t)
{
    put_finding(d->known, TRUCE_FINDING_WEAKNESS, 0, "weakness", t);
    json_open(t, "record", '[');
    for (size_t i = 0; i < d->c->observation_count; i++)
        put_finding(d->known, TRUCE_FINDING_OBSERVATION, i, NULL, t);
    json_close(t, ']');
}

/* ---- Talks --------------------------------------------------------------------------------------------- */

static void put_talks(const truce_case *c, text *t)
{
    const case_talks *k = c->talks;
    if (!k)
        return;
    json_open(t, "talks", '{');
    json_text(t, "defender", case_display_name(c, "defender"));
    json_text(t, "attacker", case_display_name(c, "attacker"));
    json_number(t, "reference", (double)k->reference);
    json_open(t, "deals", '[');
    for (size_t i = 0; i < k->deal_count; i++) {
        json_open(t, NULL, '{');
        json_text(t, "name", k->deals[i].name);
        json_text(t, "title", k->deals[i].title);
        json_text(t, "note", k->deals[i].note);
        json_text(t, "guarantee", k->guarantees[k->deals[i].guarantee].title);
        json_text(t, "guaranteeSource", k->guarantees[k->deals[i].guarantee].source);
        json_close(t, '}');
    }
    json_close(t, ']');
    if (k->base_rate)
        json_text(t, "baseRate", k->base_rate->source);
    json_close(t, '}');
}

bool describe_case(const web_description *d, text *json)
{
    json_open(json, NULL, '{');
    put_head(d, json);
    put_quantities(d, json);
    put_scenarios(d->c, json);
    put_levers(d, json);
    put_parameters(d, json);
    put_variables(d->c->model, json);
    put_observations(d, json);
    put_trust(d, json);
    put_talks(d->c, json);
    json_close(json, '}');
    return !json->failed;
}
