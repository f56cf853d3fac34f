/* What a case says of itself, for programs: the public side of case.h. */
#include "case/case.h"

#include <math.h>
#include <string.h>

bool truce_month_parse(const char *iso, truce_month *m)
{
    return iso && m && month_parse(iso, m);
}

/* Months, days, weeks and years of years of four digits have names. */
static bool has_name(truce_month m)
{
    static const char *const last[] = {[TRUCE_MONTHS] = "9999-12",
                                       [TRUCE_DAYS] = "9999-12-31",
                                       [TRUCE_WEEKS] = "9999-W52",
                                       [TRUCE_YEARS] = "9999"};
    month end;
    return m >= 0 && month_parse_in(month_unit(m), last[month_unit(m)], &end) && m <= end;
}

truce_time_unit truce_month_unit(truce_month m)
{
    return month_unit(m);
}

const char *truce_time_unit_name(truce_time_unit unit)
{
    return (unsigned)unit <= TRUCE_YEARS ? time_unit_name(unit) : NULL;
}

void truce_month_iso(truce_month m, char *iso)
{
    if (iso && has_name(m))
        month_iso(m, iso);
    else if (iso)
        iso[0] = '\0';
}

void truce_month_name(truce_month m, char *name)
{
    if (name && has_name(m))
        month_name(m, name);
    else if (name)
        name[0] = '\0';
}

truce_case_facts truce_case_facts_of(const truce_case *c)
{
    if (!c)
        return (truce_case_facts){
            .start = TRUCE_MONTH_NONE, .stop = TRUCE_MONTH_NONE, .data_end = TRUCE_MONTH_NONE};
    return (truce_case_facts){.path = c->path,
                              .title = c->title,
                              .description = c->description,
                              .posterior = c->posterior,
                              .time_unit = c->unit,
                              .start = c->start,
                              .stop = c->stop,
                              .data_end = c->data_end,
                              .series = c->series_count,
                              .parameters = c->parameter_count,
                              .observations = c->observation_count,
                              .scenarios = c->scenario_count,
                              .outputs = c->output_count,
                              .sources = c->source_count,
                              .time_start = c->time_start,
                              .talks = c->talks != NULL,
                              .levers = c->control_count};
}

const truce_model *truce_case_model(const truce_case *c)
{
    return c ? c->model : NULL;
}

/* ---- Entries ----------------------------------------------------------------------------------------- */

/* A source is an id, or words. */
static const char *source_words(const truce_case *c, const char *source, const char **url)
{
    const case_source *found = source ? case_find_source(c, source) : NULL;
    *url = found ? found->url : NULL;
    return found ? found->text : source;
}

static size_t variable_of(const truce_case *c, size_t index)
{
    return index < c->model->element_count ? c->model->elements[index].variable : SIZE_MAX;
}

truce_parameter truce_case_parameter(const truce_case *c, size_t index)
{
    if (!c || index >= c->parameter_count)
        return (truce_parameter){.variable = SIZE_MAX};
    const case_parameter *p = &c->parameters[index];
    truce_parameter found = {.name = p->name,
                             .units = p->units ? p->units : "",
                             .note = p->note,
                             .judgement = p->judgement,
                             .date = p->date,
                             .prior = p->prior,
                             .variable = variable_of(c, p->element),
                             .file = p->at.file,
                             .line = p->at.line};
    found.source = source_words(c, p->source, &found.url);
    return found;
}

truce_series truce_case_series(const truce_case *c, size_t index)
{
    if (!c || index >= c->series_count)
        return (truce_series){.first = TRUCE_MONTH_NONE, .variable = SIZE_MAX};
    const case_series *s = &c->series[index];
    truce_series found = {.element = s->variable,
                          .units = s->units ? s->units : "",
                          .data_file = s->data.file,
                          .column = s->data.column,
                          .first = s->data.first,
                          .count = s->data.count,
                          .values = s->data.values,
                          .variable = variable_of(c, s->element),
                          .file = s->at.file,
                          .line = s->at.line};
    found.source = source_words(c, s->source, &found.url);
    return found;
}

truce_observation truce_case_observation(const truce_case *c, size_t index)
{
    if (!c || index >= c->observation_count)
        return (truce_observation){.first = TRUCE_MONTH_NONE,
                                   .first_used = TRUCE_MONTH_NONE,
                                   .last_used = TRUCE_MONTH_NONE,
                                   .scale = SIZE_MAX,
                                   .offset = SIZE_MAX,
                                   .variable = SIZE_MAX};
    const case_observation *o = &c->observations[index];
    truce_observation found = {.name = o->name,
                               .title = o->title,
                               .units = o->units ? o->units : "",
                               .issues = o->issues,
                               .element = o->variable,
                               .change = o->change,
                               .first = o->data.first,
                               .first_used = o->first_used,
                               .last_used = o->last_used,
                               .count = o->data.count,
                               .values = o->data.values,
                               .scale = o->scale,
                               .offset = o->offset,
                               .variable = variable_of(c, o->element),
                               .file = o->at.file,
                               .line = o->at.line};
    found.source = source_words(c, o->source, &found.url);
    return found;
}

truce_output truce_case_output(const truce_case *c, size_t index)
{
    if (!c || index >= c->output_count)
        return (truce_output){0};
    const case_output *o = &c->outputs[index];
    return (truce_output){o->variable, o->title, o->units, case_section_name(c, o->section)};
}

truce_lever truce_case_lever(const truce_case *c, size_t index)
{
    if (!c || index >= c->control_count)
        return (truce_lever){.least = NAN, .most = NAN, .rest = NAN};
    const case_control *k = &c->controls[index];
    return (truce_lever){.name = k->name,
                         .title = k->title,
                         .group = k->group,
                         .units = k->units ? k->units : "",
                         .variable = k->variable,
                         .date = k->date,
                         .least = k->least,
                         .most = k->greatest,
                         .rest = k->rest};
}

/* ---- Scenarios --------------------------------------------------------------------------------------- */

truce_scenario truce_case_scenario(const truce_case *c, size_t index)
{
    if (!c || index >= c->scenario_count)
        return (truce_scenario){.base = SIZE_MAX};
    const case_scenario *s = &c->scenarios[index];
    return (truce_scenario){s->name, s->title ? s->title : "", s->note, s->base, s->change_count};
}

bool truce_case_scenario_changes(const truce_case *c, size_t index, size_t variable)
{
    if (!c || index >= c->scenario_count)
        return false;
    for (; index != SIZE_MAX; index = c->scenarios[index].base)
        for (size_t i = 0; i < c->scenarios[index].change_count; i++)
            if (variable_of(c, c->scenarios[index].changes[i].element) == variable)
                return true;
    return false;
}

size_t truce_case_find_scenario(const truce_case *c, const char *name)
{
    for (size_t i = 0; c && name && i < c->scenario_count; i++)
        if (strcmp(c->scenarios[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}

truce_status truce_case_check(const truce_case *c, truce_error *error)
{
    REQUIRE(c, "case");
    const case_plan_options options = {.branched = true}; /* branches are scenarios of their own */
    for (size_t i = 0; i < c->scenario_count; i++) {
        case_plan plan;
        TRY(case_plan_create_with(c, i, &options, &plan, error));
        case_plan_free(&plan);
    }
    return TRUCE_OK;
}
