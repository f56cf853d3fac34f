/* What a fit has learned: each parameter's posterior, as quantiles of its prior. */
#include "results/learned.h"
#include "math/distribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The normal score of a value under its prior, by bisection of the quantile function. */
static double prior_score(const truce_distribution *prior, double value)
{
    double low = -LEARNED_REACH, high = LEARNED_REACH;
    for (int i = 0; i < 24; i++) {
        double middle = 0.5 * (low + high);
        if (truce_distribution_quantile(prior, normal_probability(middle)) < value)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

static const case_parameter *parameter_named(const truce_case *c, const char *name)
{
    for (size_t i = 0; i < c->parameter_count; i++)
        if (strcmp(c->parameters[i].name, name) == 0)
            return &c->parameters[i];
    return NULL;
}

/* Most learned first; what the file does not say comes last. */
static int by_contraction(const void *a, const void *b)
{
    const learned *x = a, *y = b;
    double left = isnan(x->diagnosis.contraction) ? -INFINITY : x->diagnosis.contraction;
    double right = isnan(y->diagnosis.contraction) ? -INFINITY : y->diagnosis.contraction;
    if (left != right)
        return left > right ? -1 : 1;
    return strcmp(x->parameter->name, y->parameter->name);
}

/* The parameters of the case that the fit has, most learned first; NULL when out of memory. */
learned *learned_make(const case_results *r, size_t *count)
{
    const truce_fit *f = r->fit;
    size_t draws = truce_fit_draw_count(f);
    learned *list = calloc(truce_fit_parameter_count(f) + 1, sizeof *list);
    float *values = calloc(draws, sizeof *values), *room = calloc(draws, sizeof *room);
    *count = 0;
    for (size_t j = 0; list && values && room && j < truce_fit_parameter_count(f); j++) {
        const case_parameter *p = parameter_named(r->c, truce_fit_parameter_name(f, j));
        if (!p)
            continue;
        learned *x = &list[(*count)++];
        *x =
            (learned){.parameter = p, .units = truce_fit_parameter_units(f, j), .diagnosis = f->diagnoses[j]};
        for (size_t i = 0; i < draws; i++)
            values[i] = (float)truce_fit_values(f, j)[i];
        x->posterior = statistics_of(values, room, draws);
        for (int k = 0; k < QUANTILES; k++)
            x->scores[k] = prior_score(&p->prior, x->posterior.quantiles[k]);
    }
    bool good = list && values && room;
    free(values);
    free(room);
    if (!good) {
        free(list);
        return NULL;
    }
    qsort(list, *count, sizeof *list, by_contraction);
    return list;
}
