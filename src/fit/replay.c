/* The draws of a fit as the members of a run: member k of any scenario is draw k (or as they are dealt), with its parameters and
 * with its noise up to the last month that was fitted; after that it has a member's own noise. */
#include "engine/engine.h"
#include "fit/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t fit_parameter(const truce_fit *f, const char *name)
{
    for (size_t j = 0; j < f->parameter_count; j++)
        if (strcmp(f->names[j], name) == 0)
            return j;
    return SIZE_MAX;
}

static const case_parameter *case_parameter_of(const truce_case *c, const char *name)
{
    for (size_t i = 0; i < c->parameter_count; i++)
        if (strcmp(c->parameters[i].name, name) == 0)
            return &c->parameters[i];
    return NULL;
}

static bool is_same_but_scale(const truce_distribution *x, const truce_distribution *y)
{
    return x->kind == y->kind && x->a == y->a && x->b == y->b && x->c == y->c && x->d == y->d;
}

/* A scenario that puts another prior in the place of the case's has its members draw that. */
static void fill_values(const truce_fit *f, const truce_case *c, const case_plan *plan, double *values)
{
    size_t count = truce_program_input_count(plan->program, TRUCE_INPUT_PARAMETER);
    for (size_t p = 0; p < count; p++) {
        const char *name = truce_program_input_name(plan->program, TRUCE_INPUT_PARAMETER, p);
        const case_parameter *parameter = case_parameter_of(c, name);
        size_t j = fit_parameter(f, name);
        bool taken = parameter && j != SIZE_MAX && is_same_but_scale(&plan->parameters[p], &parameter->prior);
        double scale = taken ? plan->parameters[p].scale / parameter->prior.scale : NAN;
        for (size_t i = 0; i < f->count; i++)
            values[p * f->count + i] = taken ? scale * f->values[j * f->count + i] : NAN;
    }
}

static void fill_levels(const truce_fit *f, const noise_design *d, double *levels)
{
    size_t start = f->dimension - f->stream_count * f->months;
    for (size_t k = 0; k < d->normal_count; k++) {
        size_t from = 0;
        while (from < f->stream_count && f->streams[from] != d->streams[k].hash)
            from++;
        for (size_t i = 0; i < f->count; i++)
            for (size_t m = 0; m < f->months; m++)
                levels[(k * f->count + i) * f->months + m] =
                    from < f->stream_count ? f->x[i * f->dimension + start + from * f->months + m] : NAN;
    }
}

truce_status fit_give(const truce_fit *f, const truce_case *c, const case_plan *plan, fit_gift *gift,
                      truce_error *error)
{
    *gift = (fit_gift){0};
    size_t parameters = truce_program_input_count(plan->program, TRUCE_INPUT_PARAMETER);
    size_t horizon = (size_t)(c->stop - c->start) + 1;
    TRY(noise_design_make(plan->program, f->months < horizon ? f->months : horizon, &gift->noise, error));
    gift->values = calloc(parameters * f->count + 1, sizeof *gift->values);
    gift->levels = calloc(gift->noise.normal_count * f->count * f->months + 1, sizeof *gift->levels);
    if (!gift->values || !gift->levels || gift->noise.periods != f->months) {
        truce_status status = gift->noise.periods != f->months
                                  ? error_set(error, TRUCE_BAD_INPUT, c->path, 0,
                                              "the posterior goes beyond the horizon of the case")
                                  : error_memory(error);
        fit_gift_free(gift);
        return status;
    }
    fill_values(f, c, plan, gift->values);
    fill_levels(f, &gift->noise, gift->levels);
    gift->given = (ensemble_given){.count = f->count,
                                   .deal = f->deal,
                                   .values = gift->values,
                                   .seed = f->seed,
                                   .keys = f->keys,
                                   .levels = gift->levels,
                                   .noise = &gift->noise};
    return TRUCE_OK;
}

void fit_gift_free(fit_gift *gift)
{
    noise_design_free(&gift->noise);
    free(gift->values);
    free(gift->levels);
    *gift = (fit_gift){0};
}
