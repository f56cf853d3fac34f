/* See design.h. */
#include "answers/design.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Worlds -------------------------------------------------------------------------------------------- */

static bool looks_at(const design *d, size_t scenario)
{
    for (size_t k = 0; k < d->value->term_count; k++)
        if (d->value->terms[k].source == TERM_MODEL && d->value->terms[k].scenario == scenario)
            return true;
    return false;
}

static size_t place_of(const design *d, size_t wanted)
{
    size_t i = 0;
    while (i < d->saved_count && d->saved[i] != wanted)
        i++;
    return i;
}

static truce_status find_rows(design *d, design_world *w, truce_error *error)
{
    const truce_case *c = d->view;
    size_t count = truce_program_input_count(w->plan.program, TRUCE_INPUT_PARAMETER);
    w->row_of = arena_array(&d->memory, count + 1, sizeof *w->row_of);
    if (!w->row_of)
        return error_memory(error);
    for (size_t p = 0; p < count; p++) {
        const char *name = truce_program_input_name(w->plan.program, TRUCE_INPUT_PARAMETER, p);
        size_t row = 0;
        while (row < c->parameter_count && strcmp(c->parameters[row].name, name) != 0)
            row++;
        w->row_of[p] = row < c->parameter_count ? row : SIZE_MAX;
    }
    return TRUCE_OK;
}

/* All noise comes by counting: no stream has levels. */
static truce_status make_noise(const design *d, design_world *w, truce_error *error)
{
    TRY(noise_design_make(w->plan.program, (size_t)(d->view->stop - d->view->start) + 1, &w->noise, error));
    bool *silent = malloc((w->noise.normal_count + 1) * sizeof *silent);
    for (size_t k = 0; silent && k < w->noise.normal_count; k++)
        silent[k] = true;
    bool good = silent && noise_without_levels(&w->noise, silent);
    free(silent);
    return good ? TRUCE_OK : error_memory(error);
}

static truce_status open_world(design *d, size_t scenario, truce_error *error)
{
    design_world *w = &d->worlds[d->world_count];
    const case_plan_options plan = {.saved = d->saved, .saved_count = d->saved_count};
    w->scenario = scenario;
    TRY(case_plan_create_with(d->view, scenario, &plan, &w->plan, error));
    d->world_count++;
    TRY(find_rows(d, w, error));
    TRY(make_noise(d, w, error));
    d->has_luck = d->has_luck || w->noise.count > 0;
    return TRUCE_OK;
}

truce_status design_open(design *d, const truce_case *view, statement *value, const int *back, size_t times,
                         const truce_ensemble_options *run, truce_error *error)
{
    assert(times > 0);
    *d = (design){.view = view, .value = value, .run = *run, .back = back, .times = times};
    d->saved = arena_array(&d->memory, value->term_count + 1, sizeof *d->saved);
    d->worlds = arena_array(&d->memory, view->scenario_count + 1, sizeof *d->worlds);
    if (!d->saved || !d->worlds)
        return error_memory(error);
    for (size_t k = 0; k < value->term_count; k++)
        if (value->terms[k].source == TERM_MODEL && place_of(d, value->terms[k].element) == d->saved_count)
            d->saved[d->saved_count++] = value->terms[k].element;
    for (size_t s = 0; s < view->scenario_count; s++)
        if (looks_at(d, s))
            TRY(open_world(d, s, error));
    return TRUCE_OK;
}

void design_close(design *d)
{
    for (size_t i = 0; i < d->world_count; i++) {
        noise_design_free(&d->worlds[i].noise);
        case_plan_free(&d->worlds[i].plan);
    }
    arena_free(&d->memory);
    *d = (design){0};
}

/* ---- Runs ---------------------------------------------------------------------------------------------- */

static truce_status run_world(const design *d, design_world *w, const double *uniforms, const uint64_t *luck,
                              size_t count, truce_error *error)
{
    size_t parameters = truce_program_input_count(w->plan.program, TRUCE_INPUT_PARAMETER);
    size_t periods = w->noise.periods;
    double *values = calloc(parameters * count + 1, sizeof *values);
    double *levels = calloc(1, sizeof *levels); /* of no stream */
    uint64_t *keys = calloc(count * periods + 1, sizeof *keys);
    truce_ensemble_options run = d->run;
    run.members_in_all = run.members;
    run.members = count;
    for (size_t p = 0; values && p < parameters; p++)
        for (size_t m = 0; m < count; m++)
            values[p * count + m] =
                w->row_of[p] == SIZE_MAX
                    ? NAN
                    : truce_distribution_quantile(&w->plan.parameters[p], uniforms[w->row_of[p] * count + m]);
    for (size_t i = 0; keys && i < count * periods; i++)
        keys[i] = luck[i / periods];
    const ensemble_given given = {.count = count,
                                  .values = values,
                                  .seed = run.seed,
                                  .keys = keys,
                                  .levels = levels,
                                  .noise = &w->noise};
    truce_status status = values && keys && levels
                              ? ensemble_run_given(w->plan.program, w->plan.parameters, w->plan.schedules,
                                                   w->plan.factors, &given, NULL, &run, &w->ensemble, error)
                              : error_memory(error);
    free(values);
    free(levels);
    free(keys);
    return status;
}

static const design_world *world_of(const design *d, size_t scenario)
{
    size_t i = 0;
    while (d->worlds[i].scenario != scenario)
        i++;
    return &d->worlds[i];
}

/* Fills the terms with their months moved back. False when out of memory. */
static bool read_terms(const design *d, int back, size_t count, float *room)
{
    for (size_t k = 0; k < d->value->term_count; k++) {
        statement_term *t = &d->value->terms[k], moved = *t;
        if (t->source != TERM_MODEL)
            continue;
        moved.first -= back;
        moved.last -= back;
        if (!term_read(d->view, world_of(d, t->scenario)->ensemble, place_of(d, t->element), &moved,
                       room + k * count))
            return false;
        t->values = room + k * count;
    }
    return true;
}

static bool failed(const design *d, size_t m)
{
    for (size_t i = 0; i < d->world_count; i++)
        if (truce_ensemble_is_bad(d->worlds[i].ensemble, m))
            return true;
    return false;
}

static truce_status take_values(const design *d, size_t count, double *y, truce_error *error)
{
    float *room = calloc(d->value->term_count * count + 1, sizeof *room);
    if (!room)
        return error_memory(error);
    bool good = true;
    for (size_t time = 0; time < d->times && good; time++) {
        good = read_terms(d, d->back[time], count, room);
        for (size_t m = 0; m < count && good; m++) {
            double value = failed(d, m) ? NAN : statement_value(d->value, m);
            y[time * count + m] = isfinite(value) ? value : NAN;
        }
    }
    for (size_t k = 0; k < d->value->term_count; k++)
        d->value->terms[k].values = NULL;
    free(room);
    return good ? TRUCE_OK : error_memory(error);
}

truce_status design_run(design *d, const double *uniforms, const uint64_t *luck, size_t count, double *y,
                        truce_error *error)
{
    assert(count > 0);
    truce_status status = TRUCE_OK;
    for (size_t i = 0; i < d->world_count && status == TRUCE_OK; i++)
        status = run_world(d, &d->worlds[i], uniforms, luck, count, error);
    if (status == TRUCE_OK)
        status = take_values(d, count, y, error);
    for (size_t i = 0; i < d->world_count; i++) {
        truce_ensemble_destroy(d->worlds[i].ensemble);
        d->worlds[i].ensemble = NULL;
    }
    return status;
}
