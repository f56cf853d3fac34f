/* What a model and a case consist of, as JSON: what `truce list` prints with --json. */
#include "base/base.h"
#include "show/rows_json.h"
#include "truce/case.h"

#include <math.h>
#include <stdlib.h>

static void put_optional(json *j, const char *name, const char *value)
{
    if (value && value[0])
        json_string(j, name, value);
}

static void put_place(json *j, const char *file, int line)
{
    json_string(j, "file", file);
    json_number(j, "line", line);
}

/* ---- A model --------------------------------------------------------------------------------------------- */

static void put_time(json *j, const truce_sim_specs *specs)
{
    static const char *const methods[] = {
        [TRUCE_EULER] = "Euler", [TRUCE_RK2] = "RK2", [TRUCE_RK4] = "RK4", [TRUCE_RK45] = "RK45"};
    json_open(j, "time", '{');
    json_number(j, "start", specs->start);
    json_number(j, "stop", specs->stop);
    json_number(j, "dt", specs->dt);
    json_number(j, "save_step", specs->save_step);
    json_string(j, "units", specs->time_units);
    json_string(j, "method", methods[specs->method]);
    json_close(j, '}');
}

static void put_dimensions(json *j, const truce_model *model)
{
    json_open(j, "dimensions", '[');
    for (size_t i = 0; i < truce_model_dimension_count(model); i++) {
        const truce_dimension *d = truce_model_dimension(model, i);
        json_open(j, NULL, '{');
        json_string(j, "name", d->name);
        json_open(j, "elements", '[');
        for (size_t e = 0; e < d->size; e++)
            json_string(j, NULL, d->elements[e]);
        json_close(j, ']');
        json_close(j, '}');
    }
    json_close(j, ']');
}

/* One equation, or of an array that is given element by element one for each. */
static void put_equations(json *j, const truce_model *model, const truce_variable *v)
{
    if (v->equation[0] || v->element_count == 0) {
        json_string(j, "equation", v->equation);
        return;
    }
    json_open(j, "equations", '{');
    for (size_t i = v->first_element; i < v->first_element + v->element_count; i++)
        json_string(j, truce_model_element_name(model, i), truce_model_element_equation(model, i));
    json_close(j, '}');
}

static void put_variable(json *j, const truce_model *model, size_t index, size_t *inputs)
{
    static const char *const kinds[] = {
        [TRUCE_STOCK] = "stock", [TRUCE_FLOW] = "flow", [TRUCE_AUXILIARY] = "auxiliary"};
    const truce_variable *v = truce_model_variable(model, index);
    size_t count = truce_model_variable_count(model);
    json_open(j, NULL, '{');
    json_string(j, "name", v->name);
    json_string(j, "kind", kinds[v->kind]);
    json_string(j, "units", v->units);
    put_optional(j, "meaning", v->doc);
    put_optional(j, "sector", v->group);
    json_open(j, "dimensions", '[');
    for (size_t d = 0; d < v->dimension_count; d++)
        json_string(j, NULL, v->dimensions[d]);
    json_close(j, ']');
    put_equations(j, model, v);
    count = truce_model_inputs(model, index, inputs, count);
    json_open(j, "depends_on", '[');
    for (size_t i = 0; i < count; i++)
        json_string(j, NULL, truce_model_variable(model, inputs[i])->name);
    json_close(j, ']');
    put_place(j, v->file, v->line);
    json_close(j, '}');
}

truce_status truce_model_json(const truce_model *model, char **words, truce_error *error)
{
    if (!model || !words)
        return json_missing(error);
    text out = {0};
    json j = {.out = &out};
    size_t count = truce_model_variable_count(model), *inputs = calloc(count + 1, sizeof *inputs);
    json_open(&j, NULL, '{');
    json_string(&j, "model", truce_model_name(model));
    json_string(&j, "version", truce_version());
    put_time(&j, truce_model_sim_specs(model));
    put_dimensions(&j, model);
    json_open(&j, "variables", '[');
    for (size_t i = 0; inputs && i < count; i++)
        put_variable(&j, model, i, inputs);
    json_close(&j, ']');
    bool good = inputs != NULL;
    free(inputs);
    return json_end(&j, good, words, error);
}

/* ---- A case ---------------------------------------------------------------------------------------------- */

static void put_month(json *j, const char *name, truce_month month)
{
    char iso[16];
    truce_month_iso(month, iso);
    json_string(j, name, iso);
}

/* Of a date its month, else the number. */
static void put_value(json *j, const char *name, const truce_case_facts *facts, bool date, double value)
{
    if (date && fabs(value) < 1e6)
        put_month(j, name, facts->start + (truce_month)lround(value - facts->time_start));
    else
        json_number(j, name, value);
}

static void put_scenarios(json *j, const truce_case *c, size_t count)
{
    json_open(j, "scenarios", '[');
    for (size_t i = 0; i < count; i++) {
        truce_scenario s = truce_case_scenario(c, i);
        json_open(j, NULL, '{');
        json_string(j, "name", s.name);
        json_string(j, "title", s.title);
        put_optional(j, "note", s.note);
        if (s.base < count)
            json_string(j, "builds_on", truce_case_scenario(c, s.base).name);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_levers(json *j, const truce_case *c, const truce_case_facts *facts)
{
    json_open(j, "levers", '[');
    for (size_t i = 0; i < facts->levers; i++) {
        truce_lever l = truce_case_lever(c, i);
        json_open(j, NULL, '{');
        json_string(j, "name", l.name);
        json_string(j, "title", l.title);
        json_string(j, "group", l.group);
        json_string(j, "units", l.units);
        put_optional(j, "variable", l.variable);
        put_value(j, "least", facts, l.date, l.least);
        put_value(j, "most", facts, l.date, l.most);
        if (l.date && l.rest > l.most)
            json_string(j, "default", NULL); /* never */
        else
            put_value(j, "default", facts, l.date, l.rest);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_parameter(json *j, const truce_case_facts *facts, const truce_parameter *p)
{
    static const char *const kinds[] = {
        [TRUCE_FIXED] = "fixed",     [TRUCE_NORMAL] = "normal", [TRUCE_LOGNORMAL] = "lognormal",
        [TRUCE_UNIFORM] = "uniform", [TRUCE_BETA] = "beta",     [TRUCE_TRIANGULAR] = "triangular"};
    json_open(j, NULL, '{');
    json_string(j, "name", p->name);
    json_string(j, "units", p->units);
    json_string(j, "prior", kinds[p->prior.kind]);
    put_value(j, "p05", facts, p->date, truce_distribution_quantile(&p->prior, 0.05));
    put_value(j, "p50", facts, p->date, truce_distribution_quantile(&p->prior, 0.5));
    put_value(j, "p95", facts, p->date, truce_distribution_quantile(&p->prior, 0.95));
    json_bool(j, "judgement", p->judgement);
    put_optional(j, "source", p->source);
    put_optional(j, "url", p->url);
    put_optional(j, "note", p->note);
    put_place(j, p->file, p->line);
    json_close(j, '}');
}

static void put_series(json *j, const truce_series *s)
{
    json_open(j, NULL, '{');
    json_string(j, "element", s->element);
    json_string(j, "units", s->units);
    json_string(j, "data_file", s->data_file);
    json_string(j, "column", s->column);
    put_month(j, "first", s->first);
    put_month(j, "last", s->first + (truce_month)s->count - 1);
    put_optional(j, "source", s->source);
    put_optional(j, "url", s->url);
    put_place(j, s->file, s->line);
    json_close(j, '}');
}

static void put_observation(json *j, const truce_case *c, const truce_observation *o, size_t parameters)
{
    size_t values = 0;
    for (size_t i = 0; i < o->count; i++)
        values += !isnan(o->values[i]);
    json_open(j, NULL, '{');
    json_string(j, "name", o->name);
    json_string(j, "title", o->title);
    json_string(j, "units", o->units);
    json_string(j, "element", o->element);
    json_bool(j, "change", o->change);
    if (o->scale < parameters)
        json_string(j, "scale", truce_case_parameter(c, o->scale).name);
    if (o->offset < parameters)
        json_string(j, "offset", truce_case_parameter(c, o->offset).name);
    put_month(j, "first_used", o->first_used);
    put_month(j, "last_used", o->last_used);
    json_number(j, "values", (double)values);
    put_optional(j, "source", o->source);
    put_optional(j, "url", o->url);
    put_optional(j, "issues", o->issues);
    put_place(j, o->file, o->line);
    json_close(j, '}');
}

static void put_outputs(json *j, const truce_case *c, size_t count)
{
    json_open(j, "outputs", '[');
    for (size_t i = 0; i < count; i++) {
        truce_output o = truce_case_output(c, i);
        json_open(j, NULL, '{');
        json_string(j, "variable", o.variable);
        json_string(j, "title", o.title);
        json_string(j, "units", o.units);
        json_string(j, "section", o.section);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_case(json *j, const truce_case *c, const truce_case_facts *facts)
{
    json_string(j, "case", facts->title);
    json_string(j, "version", truce_version());
    json_string(j, "path", facts->path);
    put_optional(j, "description", facts->description);
    json_string(j, "model", truce_model_name(truce_case_model(c)));
    json_string(j, "time_unit", truce_time_unit_name(facts->time_unit));
    put_month(j, "start", facts->start);
    put_month(j, "stop", facts->stop);
    put_month(j, "data_end", facts->data_end);
    json_bool(j, "talks", facts->talks);
    put_optional(j, "posterior", facts->posterior);
}

truce_status truce_case_json(const truce_case *c, char **words, truce_error *error)
{
    if (!c || !words)
        return json_missing(error);
    truce_case_facts facts = truce_case_facts_of(c);
    text out = {0};
    json j = {.out = &out};
    json_open(&j, NULL, '{');
    put_case(&j, c, &facts);
    put_scenarios(&j, c, facts.scenarios);
    put_levers(&j, c, &facts);
    json_open(&j, "parameters", '[');
    for (size_t i = 0; i < facts.parameters; i++) {
        truce_parameter p = truce_case_parameter(c, i);
        put_parameter(&j, &facts, &p);
    }
    json_close(&j, ']');
    json_open(&j, "series", '[');
    for (size_t i = 0; i < facts.series; i++) {
        truce_series s = truce_case_series(c, i);
        put_series(&j, &s);
    }
    json_close(&j, ']');
    json_open(&j, "observations", '[');
    for (size_t i = 0; i < facts.observations; i++) {
        truce_observation o = truce_case_observation(c, i);
        put_observation(&j, c, &o, facts.parameters);
    }
    json_close(&j, ']');
    put_outputs(&j, c, facts.outputs);
    return json_end(&j, true, words, error);
}
