/* See posterior_target.h: from a case to coordinates, data and a program. */
#include "fit/posterior_target.h"
#include "engine/kernels.h"
#include "ensemble/ensemble.h"
#include "math/random.h"
#include "math/special.h"
#include "observe/observe.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Coordinates ------------------------------------------------------------------------------------- */

static bool varies(const truce_distribution *d)
{
    return d->kind != TRUCE_FIXED && d->scale != 0;
}

static size_t case_parameter_of(const truce_case *c, const char *name)
{
    for (size_t i = 0; i < c->parameter_count; i++)
        if (strcmp(c->parameters[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}

static bool add_coordinate(fit_target *t, fit_coordinate k)
{
    if (k.parameter != SIZE_MAX && !coordinate_set_transform(&t->memory, &k))
        return false;
    t->coordinates[t->dimension++] = k;
    return true;
}

static bool add_parameters(fit_target *t)
{
    const truce_case *c = t->c;
    size_t inputs = truce_program_input_count(t->plan.program, TRUCE_INPUT_PARAMETER);
    t->fixed_inputs = arena_array(&t->memory, inputs, sizeof *t->fixed_inputs);
    t->fixed_values = arena_array(&t->memory, inputs, sizeof *t->fixed_values);
    if (!t->fixed_inputs || !t->fixed_values)
        return false;
    for (size_t i = 0; i < inputs; i++) {
        const truce_distribution *d = &t->plan.parameters[i];
        const char *name = truce_program_input_name(t->plan.program, TRUCE_INPUT_PARAMETER, i);
        size_t parameter = case_parameter_of(c, name);
        if (!varies(d) || parameter == SIZE_MAX) {
            t->fixed_inputs[t->fixed_count] = i;
            t->fixed_values[t->fixed_count++] = d->scale * d->a;
        } else if (!add_coordinate(t, (fit_coordinate){.name = c->parameters[parameter].name,
                                                       .units = c->parameters[parameter].units,
                                                       .parameter = parameter,
                                                       .input = i,
                                                       .prior = *d})) {
            return false;
        }
    }
    for (size_t i = 0; i < c->parameter_count; i++) {
        const case_parameter *p = &c->parameters[i];
        if (p->element == SIZE_MAX && varies(&p->prior) &&
            !add_coordinate(t, (fit_coordinate){.name = p->name,
                                                .units = p->units,
                                                .parameter = i,
                                                .input = SIZE_MAX,
                                                .prior = p->prior}))
            return false;
    }
    t->parameter_count = t->dimension;
    return true;
}

const char *target_level_name(const fit_target *t, size_t stream, size_t period, arena *memory)
{
    char iso[16];
    month_iso(t->c->start + (month)period, iso);
    return arena_format(memory, "noise of %s, %s", t->noise.streams[stream].element, iso);
}

static bool add_level(fit_target *t, size_t k, size_t m)
{
    const char *name = target_level_name(t, k, m, &t->memory);
    t->level_at[k * t->noise.periods + m] = t->dimension;
    return name && add_coordinate(t, (fit_coordinate){.name = name,
                                                      .units = "1",
                                                      .parameter = SIZE_MAX,
                                                      .input = SIZE_MAX,
                                                      .stream = k,
                                                      .period = m,
                                                      .slope = 1});
}

/* After the parameters, in the place of those that were there. */
static bool add_noise(fit_target *t)
{
    t->dimension = t->parameter_count;
    for (size_t k = 0; k < t->noise.normal_count; k++)
        for (size_t m = 0; m < t->noise.periods; m++) {
            size_t at = k * t->noise.periods + m;
            t->level_at[at] = SIZE_MAX;
            if (!(t->noise.still && t->noise.still[at]) && !add_level(t, k, m))
                return false;
        }
    return true;
}

/* ---- Data -------------------------------------------------------------------------------------------- */

static size_t output_of(const fit_target *t, const case_observation *o)
{
    const char *name = t->c->model->elements[o->element].name;
    for (size_t i = 0; i < truce_program_output_count(t->plan.program); i++)
        if (strcmp(truce_program_output_name(t->plan.program, i), name) == 0)
            return i;
    return SIZE_MAX;
}

/* What the first scenario sets in the place of a prior. */
static double set_value(const fit_target *t, const case_parameter *p)
{
    for (size_t i = 0; i < t->fixed_count; i++)
        if (strcmp(truce_program_input_name(t->plan.program, TRUCE_INPUT_PARAMETER, t->fixed_inputs[i]),
                   p->name) == 0)
            return t->fixed_values[i];
    return p->prior.a;
}

/* The coordinate of a parameter of the case, or its constant. */
static size_t coordinate_of(const fit_target *t, size_t parameter, double fallback, double *constant)
{
    *constant = fallback;
    if (parameter >= t->c->parameter_count)
        return SIZE_MAX;
    for (size_t j = 0; j < t->parameter_count; j++)
        if (t->coordinates[j].parameter == parameter)
            return j;
    const case_parameter *p = &t->c->parameters[parameter];
    *constant = varies(&p->prior) ? set_value(t, p) : p->prior.scale * p->prior.a;
    return SIZE_MAX;
}

static bool add_series(fit_target *t, const case_observation *o, month until)
{
    assert(t->series_count < t->c->observation_count);
    fit_series *s = &t->series[t->series_count++];
    *s = (fit_series){.observation = o,
                      .output = output_of(t, o),
                      .stock = observe_is_stock(t->c, o->element),
                      .weight = observe_weight(o),
                      .constant = observe_constant(o)};
    s->scale = coordinate_of(t, o->scale, 1, &s->scale_constant);
    s->offset = coordinate_of(t, o->offset, 0, &s->offset_constant);
    s->months = arena_array(&t->memory, o->data.count, sizeof *s->months);
    s->values = arena_array(&t->memory, o->data.count, sizeof *s->values);
    s->densities = arena_array(&t->memory, o->data.count, sizeof *s->densities);
    s->seen = arena_array(&t->memory, o->data.count, sizeof *s->seen);
    s->raw = arena_array(&t->memory, o->data.count, sizeof *s->raw);
    s->carry = arena_array(&t->memory, o->data.count, sizeof *s->carry);
    s->gain = arena_array(&t->memory, o->data.count, sizeof *s->gain);
    if (!s->months || !s->values || !s->densities || !s->seen || !s->raw || !s->carry || !s->gain ||
        s->output == SIZE_MAX)
        return false;
    for (size_t i = 0; i < o->data.count; i++) {
        month m = o->data.first + (month)i;
        double y = observe_seen(o, m);
        if (isnan(y) || !observe_counts(o, m) || m < t->c->start || m > until)
            continue;
        s->months[s->count] = (size_t)(m - t->c->start);
        s->gain[s->count] = 1;
        if (s->count > 0 && o->error_persistence > 0) {
            double carry = observe_left(o, s->months[s->count] - s->months[s->count - 1]);
            s->carry[s->count] = carry;
            s->gain[s->count] = 1 / sqrt(1 - carry * carry);
        }
        series_set(s, s->count++, y);
    }
    t->point_count += s->count;
    return true;
}

static bool add_data(fit_target *t, month until)
{
    t->series = arena_array(&t->memory, t->c->observation_count, sizeof *t->series);
    for (size_t i = 0; t->series && i < t->c->observation_count; i++)
        if (!add_series(t, &t->c->observations[i], until))
            return false;
    return t->series != NULL;
}

/* ---- Program ----------------------------------------------------------------------------------------- */

static size_t list_inputs(const truce_program *p, truce_input *inputs)
{
    size_t count = 0;
    for (int kind = TRUCE_INPUT_PARAMETER; kind <= TRUCE_INPUT_FACTOR; kind++)
        for (size_t i = 0; i < truce_program_input_count(p, (truce_input_kind)kind); i++)
            inputs[count++] =
                (truce_input){truce_program_input_name(p, (truce_input_kind)kind, i), (truce_input_kind)kind};
    return count;
}

/* Elements that observations are compared with, in the order of the model. */
static size_t list_observed(const truce_case *c, const char **outputs)
{
    size_t count = 0;
    for (size_t e = 0; e < c->model->element_count; e++)
        for (size_t i = 0; i < c->observation_count; i++)
            if (c->observations[i].element == e) {
                outputs[count++] = c->model->elements[e].name;
                break;
            }
    return count;
}

/* Keeps the rows of the first `steps` + 1 of `all` + 1 steps. */
static void cut_rows(double *rows, size_t count, size_t all, size_t steps)
{
    assert(steps <= all);
    for (size_t i = 0; i < count; i++)
        memmove(rows + i * (steps + 1), rows + i * (all + 1), (steps + 1) * sizeof *rows);
}

/* The scenario's program for the first months only, saving only what is observed, in the place of its own. */
static truce_status shorten(fit_target *t, truce_error *error)
{
    truce_program *whole = t->plan.program, *brief = NULL;
    size_t capacity = 1, all = truce_program_step_count(whole);
    for (int kind = TRUCE_INPUT_PARAMETER; kind <= TRUCE_INPUT_FACTOR; kind++)
        capacity += truce_program_input_count(whole, (truce_input_kind)kind);
    truce_input *list = arena_array(&t->memory, capacity, sizeof *list);
    const char **outputs = arena_array(&t->memory, t->c->observation_count + 1, sizeof *outputs);
    if (!list || !outputs)
        return error_memory(error);
    truce_program_options options = {.inputs = list,
                                     .input_count = list_inputs(whole, list),
                                     .outputs = outputs,
                                     .output_count = list_observed(t->c, outputs),
                                     .start = t->c->time_start,
                                     .stop = t->c->time_start + (double)t->months,
                                     .save_step = 1};
    if (options.output_count == 0)
        return error_set(error, TRUCE_BAD_INPUT, t->c->path, 0, "the case has no observations to fit");
    TRY(truce_program_compile(t->c->model, &options, &brief, error));
    size_t steps = truce_program_step_count(brief);
    cut_rows(t->plan.schedules, truce_program_input_count(whole, TRUCE_INPUT_SCHEDULE), all, steps);
    cut_rows(t->plan.factors, truce_program_input_count(whole, TRUCE_INPUT_FACTOR), all, steps);
    truce_program_destroy(whole);
    t->plan.program = brief;
    return TRUCE_OK;
}

/* ---- The whole --------------------------------------------------------------------------------------- */

static uint64_t mix_in(uint64_t hash, const void *bytes, size_t length)
{
    return (hash ^ hash_bytes(bytes, length)) * 0x9E3779B97F4A7C15u + (hash >> 29);
}

static uint64_t mix_in_prior(uint64_t hash, const fit_coordinate *k)
{
    const double numbers[] = {k->prior.kind, k->prior.a, k->prior.b, k->prior.c, k->prior.d, k->prior.scale};
    hash = mix_in(mix_in(hash, k->name, strlen(k->name)), numbers, sizeof numbers);
    bool scaled =
        k->parameter != SIZE_MAX && k->prior.scale != 1; /* older files have scaled draws of these */
    return scaled ? mix_in(hash, "unscaled", 8) : hash;
}

/* Half of the lanes stay at the middle of the prior, the others are draws from it. */
static void spread(fit_worker *w)
{
    for (size_t j = 0; j < w->target->dimension; j++)
        for (size_t lane = w->width / 2; lane < w->width; lane++)
            w->x[j * w->width + lane] = random_normal(0, lane, hash_bytes("fingerprint", 11), j);
}

/* Of coordinates, data and forcing, and of the program as far as a few runs tell of it. */
static truce_status take_fingerprint(fit_target *t, truce_error *error)
{
    uint64_t h = mix_in(t->months, &t->dimension, sizeof t->dimension);
    size_t row = truce_program_step_count(t->plan.program) + 1;
    for (size_t j = 0; j < t->dimension; j++)
        h = mix_in_prior(h, &t->coordinates[j]);
    h = mix_in(h, t->fixed_values, t->fixed_count * sizeof *t->fixed_values);
    for (size_t i = 0; i < t->series_count; i++) {
        const fit_series *s = &t->series[i];
        h = mix_in(h, s->months, s->count * sizeof *s->months);
        h = mix_in(h, s->values, s->count * sizeof *s->values);
        h = mix_in(h, &s->constant, sizeof s->constant);
        h = mix_in(h, s->carry, s->count * sizeof *s->carry);
    }
    size_t schedules = truce_program_input_count(t->plan.program, TRUCE_INPUT_SCHEDULE);
    size_t factors = truce_program_input_count(t->plan.program, TRUCE_INPUT_FACTOR);
    h = mix_in(h, t->plan.schedules, schedules * row * sizeof(double));
    h = mix_in(h, t->plan.factors, factors * row * sizeof(double));
    fit_worker w = {0};
    double *rest = calloc(t->noise.count * t->noise.steps * 8 + 1, sizeof *rest);
    truce_status status = rest ? worker_make(t, NULL, 8, &w, error) : error_memory(error);
    if (status == TRUCE_OK) {
        static const uint64_t keys[8] = {0, 1, 2, 3, 4, 5, 6, 7};
        for (size_t m = 0; m < t->noise.periods; m++)
            noise_rest(&t->noise, 0, keys, NULL, 8, m, rest, 8);
        spread(&w);
        worker_evaluate(&w, w.x, rest, 8);
        h = mix_in(h, w.likelihood, 8 * sizeof *w.likelihood);
    }
    worker_free(&w);
    free(rest);
    t->fingerprint = h;
    return status;
}

/* Takes the coordinates from noise that changes nothing. */
static truce_status silence(fit_target *t, truce_error *error)
{
    bool any, *silent = arena_array(&t->memory, t->noise.normal_count, sizeof *silent);
    if (!silent)
        return error_memory(error);
    TRY(target_find_silent(t, silent, &any, error));
    if (!any)
        return TRUCE_OK;
    return noise_without_levels(&t->noise, silent) && add_noise(t) ? TRUCE_OK : error_memory(error);
}

truce_status target_still(fit_target *t, truce_error *error)
{
    bool any, *still = arena_array(&t->memory, t->noise.normal_count * t->noise.periods + 1, sizeof *still);
    if (!still)
        return error_memory(error);
    TRY(target_find_still(t, still, &any, error));
    if (!any)
        return TRUCE_OK;
    return noise_without_periods(&t->noise, still) && add_noise(t) ? TRUCE_OK : error_memory(error);
}

static truce_status make(fit_target *t, month until, truce_error *error)
{
    const truce_case *c = t->c;
    if (until < c->start || until > c->stop)
        return error_set(error, TRUCE_BAD_USAGE, c->path, 0, "the last %s to fit lies outside the horizon",
                         case_period(c));
    t->months = (size_t)(until - c->start) + 1;
    TRY(case_plan_create(c, t->scenario, false, &t->plan, error));
    TRY(shorten(t, error));
    TRY(noise_design_make(t->plan.program, t->months, &t->noise, error));
    t->coordinates = arena_array(&t->memory, c->parameter_count + t->noise.normal_count * t->noise.periods,
                                 sizeof *t->coordinates);
    t->level_at = arena_array(&t->memory, t->noise.normal_count * t->noise.periods + 1, sizeof *t->level_at);
    if (!t->coordinates || !t->level_at || !add_parameters(t) || !add_noise(t) || !add_data(t, until))
        return error_memory(error);
    if (t->point_count == 0)
        return error_set(error, TRUCE_BAD_INPUT, c->path, 0, "there is no observation to fit in these %ss",
                         case_period(c));
    if (t->parameter_count == 0)
        return error_set(error, TRUCE_BAD_INPUT, c->path, 0, "there is no parameter that varies");
    TRY(silence(t, error));
    return take_fingerprint(t, error);
}

truce_status target_make(const truce_case *c, size_t scenario, month until, fit_target *t, truce_error *error)
{
    assert(scenario < c->scenario_count);
    *t = (fit_target){.c = c, .scenario = scenario};
    truce_status status = make(t, until, error);
    if (status != TRUCE_OK)
        target_free(t);
    return status;
}

void target_free(fit_target *t)
{
    noise_design_free(&t->noise);
    case_plan_free(&t->plan);
    arena_free(&t->memory);
    *t = (fit_target){0};
}
